//! `pgwm --check`: what the configuration names, and whether it is there. Never connects
//! to a server and never starts a program.

use alloc::ffi::CString;
use alloc::string::String;
use alloc::vec::Vec;
use pgwm_core::config::{Action, Config, Program};
use rusl::fs::{Access, access};
use tiny_std::{env, println};

/// Reports; the exit status. A program that is missing is no error: it may be installed
/// while pgwm runs.
pub(crate) fn check(config: &Config) -> i32 {
    println!(
        "configuration: {} workspaces, {} keys, {} mouse buttons, {} rules: valid",
        config.workspaces.len(),
        config.keys.len(),
        config.mouse.len(),
        config.rules.len()
    );
    let spawned = config.keys.iter().filter_map(|key| match key.action {
        Action::Spawn(program) => Some(program),
        _ => None,
    });
    let mut seen: Vec<Program> = Vec::new();
    for program in config.autostart.iter().copied().chain(spawned) {
        if seen.contains(&program) {
            continue;
        }
        seen.push(program);
        let Some(name) = program.first() else { continue };
        match find(name) {
            Some(path) => println!("program {name}: {path}"),
            None => {
                println!("program {name}: not found; its keys do nothing until it is installed");
            }
        }
    }
    0
}

/// The file that a program's name stands for.
fn find(name: &str) -> Option<String> {
    let runs =
        |path: &str| CString::new(path).is_ok_and(|path| access(&path, Access::Execute).is_ok());
    if name.contains('/') {
        return runs(name).then(|| String::from(name));
    }
    let search = String::from_utf8_lossy(env::var("PATH")?).into_owned();
    search.split(':').map(|folder| alloc::format!("{folder}/{name}")).find(|path| runs(path))
}
