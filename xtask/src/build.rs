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

/// Builds what `arguments` to `cargo build` select, and gives every program's path.
pub fn executables(arguments: &[&str], profile: Profile) -> Outcome<Vec<PathBuf>> {
    match profile {
        Profile::Dev => executables_of(workspace(), arguments),
        Profile::Release => executables_of(workspace(), &[&["--release"], arguments].concat()),
    }
}

/// The same in a folder of its own below cargo's target directory: what is built with other
/// features has the same name.
pub fn executables_in(folder: &str, arguments: &[&str], profile: Profile) -> Outcome<Vec<PathBuf>> {
    let folder = target_directory()?.join(folder);
    let folder = folder.to_string_lossy();
    executables(&[&["--target-dir", &*folder], arguments].concat(), profile)
}

/// Where cargo puts what it builds.
pub fn target_directory() -> Outcome<PathBuf> {
    let mut command = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let metadata = String::from_utf8_lossy(&output.stdout);
    let path = path_after("\"target_directory\":\"", &metadata);
    path.ok_or_else(|| Failure::new(format!("`{}` names no target directory", line(&command))))
}

/// The same as [`executables`] for the workspace in another folder.
pub fn executables_of(folder: &Path, arguments: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut command = cargo(&["build", "--message-format=json-render-diagnostics"]);
    built_by(command.args(arguments).current_dir(folder))
}

/// Runs a command of cargo that says as JSON what it builds, and gives every program's path.
pub fn built_by(command: &mut Command) -> Outcome<Vec<PathBuf>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{}` {}", line(command), said(output.status))));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

/// The `"executable":"…"` of one of cargo's JSON messages.
fn executable(message: &str) -> Option<PathBuf> {
    path_after("\"executable\":\"", message)
}

/// The path that follows `key` in JSON, up to its quotation mark.
fn path_after(key: &str, json: &str) -> Option<PathBuf> {
    let (_, rest) = json.split_once(key)?;
    let (path, _) = rest.split_once('"')?;
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_is_read_from_a_message() {
        let built = r#"{"reason":"compiler-artifact","executable":"/t/release/pgwm","fresh":true}"#;
        assert_eq!(executable(built), Some(PathBuf::from("/t/release/pgwm")));
        let library = r#"{"reason":"compiler-artifact","executable":null,"fresh":true}"#;
        assert_eq!(executable(library), None);
        let metadata = r#"{"target_directory":"/t","version":1}"#;
        assert_eq!(path_after("\"target_directory\":\"", metadata), Some(PathBuf::from("/t")));
    }
}
