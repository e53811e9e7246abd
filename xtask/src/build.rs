//! Runs cargo and finds what it built. Cargo itself says where the files are, so a
//! target directory set by the developer is honoured.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::elf::{Address, Elf};
use crate::process::{line, said};
use crate::{Failure, Outcome};

/// How a program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// With overflow and debug assertions.
    Dev,
    /// As it is installed.
    Release,
}

/// The variable with a folder of programs that are built already, as `PACKAGE/PROFILE/NAME`:
/// where there is no cargo, and for another processor.
pub const PROGRAMS: &str = "XTASK_PROGRAMS";

/// The variable with the program that runs such a program, for another processor.
pub const EMULATOR: &str = "XTASK_EMULATOR";

/// A test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The file.
    pub program: PathBuf,
    /// Its package, in whose folder it expects to run.
    pub folder: PathBuf,
}

impl Profile {
    /// As it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// What makes cargo say as JSON what it builds.
pub const JSON: &str = "--message-format=json-render-diagnostics";

/// The folder of the workspace's `Cargo.toml`.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// A cargo command, in the workspace's folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace());
    command
}

/// Builds the window manager and gives the file's path.
pub fn pgwm(profile: Profile) -> Outcome<PathBuf> {
    let built = executables(&["-p", "pgwm", "--bin", "pgwm"], profile)?;
    built.into_iter().next().ok_or_else(|| Failure::new("cargo built no program named pgwm"))
}

/// Builds the window manager as it is installed, for any address, and gives the file's path:
/// in a folder of its own, beside the one at a fixed address.
pub fn pgwm_for_any_address() -> Outcome<PathBuf> {
    let arguments = ["-p", "pgwm", "--bin", "pgwm", "--features", "pie"];
    let built = executables_in("pie", &arguments, Profile::Release)?;
    built.into_iter().next().ok_or_else(|| Failure::new("cargo built no program named pgwm"))
}

/// Builds the window manager as it is installed, and says where it is, what kind of program
/// it is, and its size.
pub fn build(address: Address) -> Outcome {
    let (path, kind) = match address {
        Address::Fixed => (pgwm(Profile::Release)?, "static, at a fixed address (EXEC)"),
        Address::Any => (pgwm_for_any_address()?, "static-PIE, at any address (DYN)"),
    };
    let file = fs::read(&path)?;
    let complaints = Elf::parse(&file)?.complaints(address);
    if !complaints.is_empty() {
        return Err(Failure::new(format!("{}: {}", path.display(), complaints.join("; "))));
    }
    println!("{}: {kind}, {} bytes", path.display(), file.len());
    Ok(())
}

/// Builds what `arguments` to `cargo build` select, first of all a package with `-p`, and
/// gives every program's path; or, where [`PROGRAMS`] is set, finds what was built of it.
pub fn executables(arguments: &[&str], profile: Profile) -> Outcome<Vec<PathBuf>> {
    if let Some(programs) = built_already("", arguments, profile)? {
        return Ok(programs);
    }
    executables_of(workspace(), &[&["--profile", profile.name()], arguments].concat())
}

/// The same in a folder of its own below cargo's target directory: what is built with other
/// features has the same name.
pub fn executables_in(folder: &str, arguments: &[&str], profile: Profile) -> Outcome<Vec<PathBuf>> {
    if let Some(programs) = built_already(folder, arguments, profile)? {
        return Ok(programs);
    }
    let folder = target_directory()?.join(folder);
    let folder = folder.to_string_lossy();
    let arguments = [&["--profile", profile.name(), "--target-dir", &*folder], arguments].concat();
    executables_of(workspace(), &arguments)
}

/// What a folder in [`PROGRAMS`] holds of the package that `arguments` name; `None` where that
/// is not set.
fn built_already(
    folder: &str,
    arguments: &[&str],
    profile: Profile,
) -> Outcome<Option<Vec<PathBuf>>> {
    let (Some(programs), ["-p", package, ..]) = (env::var_os(PROGRAMS), arguments) else {
        return Ok(None);
    };
    let folder = Path::new(&programs).join(folder).join(package).join(profile.name());
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        found.push(file?.path());
    }
    Ok(Some(found))
}

/// Where cargo puts what it builds.
pub fn target_directory() -> Outcome<PathBuf> {
    let mut command = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let metadata = String::from_utf8_lossy(&output.stdout);
    let path = value(&metadata, "target_directory");
    path.ok_or_else(|| Failure::new(format!("`{}` names no target directory", line(&command))))
}

/// The same as [`executables`] for the workspace in another folder.
pub fn executables_of(folder: &Path, arguments: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut command = cargo(&["build", JSON]);
    command.args(arguments).current_dir(folder);
    built_by(&mut command)
}

/// The programs that a cargo command with [`JSON`] builds.
pub fn built_by(command: &mut Command) -> Outcome<Vec<PathBuf>> {
    Ok(messages(command)?.lines().filter_map(|message| value(message, "executable")).collect())
}

/// The test programs that `cargo test --no-run` with [`JSON`] builds.
pub fn tests_by(command: &mut Command) -> Outcome<Vec<Test>> {
    let test = |message| {
        let manifest: PathBuf = value(message, "manifest_path")?;
        let program: PathBuf = value(message, "executable")?;
        // Beside it are the package's programs, which its tests may start.
        let is_test = program.parent()?.ends_with("deps");
        is_test.then_some(Test { program, folder: manifest.parent()?.to_owned() })
    };
    Ok(messages(command)?.lines().filter_map(test).collect())
}

/// The program that runs others, where they are of another processor.
pub fn emulator() -> Option<OsString> {
    env::var_os(EMULATOR)
}

/// The command that starts a program that was built.
pub fn start(program: &Path) -> Command {
    match emulator() {
        None => Command::new(program),
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(program);
            command
        }
    }
}

/// Runs a cargo command with [`JSON`], and gives what it says, one message a line.
fn messages(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{}` {}", line(command), said(output.status))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The path in `"NAME":"…"` of what cargo says as JSON.
fn value(json: &str, name: &str) -> Option<PathBuf> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    let (path, _) = rest.split_once('"')?;
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_is_read_from_a_message() {
        let built = r#"{"reason":"compiler-artifact","executable":"/t/release/pgwm","fresh":true}"#;
        assert_eq!(value(built, "executable"), Some(PathBuf::from("/t/release/pgwm")));
        assert_eq!(value(built, "manifest_path"), None);
        let library = r#"{"reason":"compiler-artifact","executable":null,"fresh":true}"#;
        assert_eq!(value(library, "executable"), None);
        let metadata = r#"{"target_directory":"/t","version":1}"#;
        assert_eq!(value(metadata, "target_directory"), Some(PathBuf::from("/t")));
    }
}
