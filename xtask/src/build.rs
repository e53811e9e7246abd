//! Runs cargo and finds what it built. Cargo itself says where the files are, so a
//! target directory set by the developer is honoured.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

/// Builds what `arguments` to `cargo build` select, and gives every program's path.
pub fn executables(arguments: &[&str], profile: Profile) -> Outcome<Vec<PathBuf>> {
    match profile {
        Profile::Dev => executables_of(workspace(), arguments),
        Profile::Release => executables_of(workspace(), &[&["--release"], arguments].concat()),
    }
}

/// The same for the workspace in another folder.
pub fn executables_of(folder: &Path, arguments: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut command = cargo(&["build", "--message-format=json-render-diagnostics"]);
    command.args(arguments).current_dir(folder);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{}` {}", line(&command), said(output.status))));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(executable).collect())
}

/// The `"executable":"…"` of one of cargo's JSON messages.
fn executable(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once("\"executable\":\"")?;
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
    }
}
