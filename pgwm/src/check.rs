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
    let mut seen: Vec<&str> = Vec::new();
    for program in programs(config) {
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

/// All programs of a configuration, those that are started by themselves first.
fn programs(config: &Config) -> Vec<Program> {
    let mut programs = config.autostart.to_vec();
    let mut add = |action: Action| {
        if let Action::Spawn(program) = action {
            programs.push(program);
        }
    };
    config.keys.iter().for_each(|key| add(key.action));
    for mode in config.modes {
        mode.keys.iter().for_each(|key| add(key.action));
    }
    config.mouse.iter().for_each(|mouse| add(mouse.action));
    for scratchpad in config.scratchpads {
        programs.push(scratchpad.program);
    }
    programs
}
