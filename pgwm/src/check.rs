//! `pgwm --check`: what the configuration names, and whether it is there. Never connects
//! to a server and never starts a program.

use alloc::string::String;
use alloc::vec::Vec;
use pgwm_core::config::{Action, Config, Program};
use tiny_std::println;
use tiny_std::process::find;

/// Reports. A program that is missing is no error: it may be installed while pgwm runs.
pub(crate) fn check(config: &Config) {
    println!(
        "configuration: {} workspaces, {} keys, {} modes, {} mouse buttons, {} rules: valid",
        config.workspaces.len(),
        config.keys.len(),
        config.modes.len(),
        config.mouse.len(),
        config.rules.len()
    );
    let of_modes = config.modes.iter().flat_map(|mode| mode.keys);
    let keys = config.keys.iter().chain(of_modes).map(|key| key.action);
    let spawned = keys.chain(config.mouse.iter().map(|mouse| mouse.action)).filter_map(program);
    let scratchpads = config.scratchpads.iter().map(|pad| pad.program);
    let mut seen: Vec<&str> = Vec::new();
    for program in config.autostart.iter().copied().chain(spawned).chain(scratchpads) {
        let Some(name) = program.first().copied().filter(|name| !seen.contains(name)) else {
            continue;
        };
        seen.push(name);
        match find(name.as_bytes()) {
            Ok(path) => println!("program {name}: {}", String::from_utf8_lossy(path.as_bytes())),
            Err(_) => println!("program {name}: not found; it can't be started until it is there"),
        }
    }
}

fn program(action: Action) -> Option<Program> {
    match action {
        Action::Spawn(program) => Some(program),
        _ => None,
    }
}
