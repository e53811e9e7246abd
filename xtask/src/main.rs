//! `cargo xtask …`: the developer's commands. This file is the list of them; what they
//! do is in the library beside it.

#![forbid(unsafe_code)]

use std::env;
use std::path::Path;
use std::process::ExitCode;

use xtask::install::{CLIENTS, FONTS, HEADLESS, Permission, ensure, ensure_clients};
use xtask::process::succeed;
use xtask::{Outcome, build, ci, compare, run, size};

const COMMANDS: &str = "\
Usage: cargo xtask COMMAND

  run [--no-install]                    the window manager in a window; without a display,
                                        a picture of a short scene: target/screenshot.png
  test [--no-install] [-- ARGUMENTS]    every test; ARGUMENTS go to the test programs
  screenshot [--no-install] PATH        the picture of the scene
  compare [PROGRAM …]                   what clients may rely on, checked against pgwm and
                                        other window managers that are installed
  size                                  the program's size and parts, against the limit
  ci                                    everything that must hold before a change is taken
  help                                  this list

run, test and screenshot install what they miss (an X server, xterm; test also the
programs that it tries, from GTK's demo to a browser) with the system's package program;
with --no-install they say what is missing instead.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            print!("{COMMANDS}");
            Ok(())
        }
        ["run"] => run::run(Permission::Install),
        ["run", "--no-install"] => run::run(Permission::Refuse),
        ["test", "--no-install", "--", rest @ ..] => test(Permission::Refuse, rest),
        ["test", "--no-install"] => test(Permission::Refuse, &[]),
        ["test", "--", rest @ ..] => test(Permission::Install, rest),
        ["test"] => test(Permission::Install, &[]),
        ["screenshot", "--no-install", path] => picture(Permission::Refuse, path),
        ["screenshot", path] if !path.starts_with('-') => picture(Permission::Install, path),
        ["compare", others @ ..] => compare::compare(others),
        ["size"] => size::size(),
        ["ci"] => ci::run(),
        unknown => {
            eprintln!(
                "There is no command `{}`. `cargo xtask help` lists them.",
                unknown.join(" ")
            );
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn test(permission: Permission, arguments: &[&str]) -> Outcome {
    ensure(HEADLESS, permission)?;
    ensure_clients(CLIENTS, permission)?;
    ensure_clients(FONTS, permission)?;
    let mut command = build::cargo(&["test", "--workspace"]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    succeed(&mut command)
}

fn picture(permission: Permission, path: &str) -> Outcome {
    run::screenshot(Path::new(path), permission)
}
