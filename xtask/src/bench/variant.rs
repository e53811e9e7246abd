//! pgwm with another configuration: a copy of what it is made of, built beside the build
//! folder's other contents. Never touches the user's own configuration.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{executables_of, workspace};
use crate::{Failure, Outcome};

/// What a window manager is built from, for the copy of the workspace.
const PARTS: [&str; 4] = ["rusl", "tiny-std", "pgwm-core", "pgwm"];

/// Builds the release program with this table of checks.
pub(super) fn with_checks(table: &str) -> Outcome<PathBuf> {
    let copy = workspace().join("target/bench");
    for part in PARTS {
        copy_folder(&workspace().join(part), &copy.join(part))?;
    }
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        write(&copy.join(file), &fs::read(workspace().join(file))?)?;
    }
    let manifest = fs::read_to_string(workspace().join("Cargo.toml"))?;
    write(&copy.join("Cargo.toml"), manifest.replace(", \"xtask\"]", "]").as_bytes())?;

    let config = fs::read_to_string(workspace().join("pgwm/src/config.rs"))?;
    let start = "const STATUS: &[Check] = &[";
    let (before, rest) = config.split_once(start).ok_or_else(|| no_table(start))?;
    let (_, after) = rest.split_once("\n];").ok_or_else(|| no_table(start))?;
    let config = format!("{before}{start}\n{table}\n];{after}");
    write(&copy.join("pgwm/src/config.rs"), config.as_bytes())?;

    // A build folder that is set for the workspace would get this program in place of its own.
    let folder = copy.join("target").to_string_lossy().into_owned();
    let arguments = ["--release", "-p", "pgwm", "--bin", "pgwm", "--target-dir", &folder];
    let built = executables_of(&copy, &arguments)?;
    built.into_iter().next().ok_or_else(|| Failure::new("cargo built no program named pgwm"))
}

fn no_table(start: &str) -> Failure {
    Failure::new(format!("the configuration has no table that begins with `{start}`"))
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else if !to.ends_with("pgwm/src/config.rs") {
            write(&to, &fs::read(&from)?)?;
        }
    }
    Ok(())
}

/// Writes a file where it differs: what is as before need not be built again.
fn write(path: &Path, content: &[u8]) -> Outcome {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, content)?)
}
