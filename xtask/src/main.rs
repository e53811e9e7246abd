//! `cargo xtask …`: the developer's commands. This file is the list of them; what they
//! do is in the library beside it.

#![forbid(unsafe_code)]

use std::env;
use std::process::ExitCode;

use xtask::elf::Address;
use xtask::install::{
    CLIENTS, FONTS, HEADLESS, LINKERS, Permission, TRACERS, ZONES, ensure, ensure_clients,
};
use xtask::process::succeed;
use xtask::{Outcome, aarch64, bench, build, ci, compare, matrix, run, size};

const COMMANDS: &str = "\
Usage: cargo xtask COMMAND

  run [--no-install] [--dpi N]          the window manager in a window; without a display,
                                        a picture of a short scene: target/screenshot.png
  test [--no-install] [-- ARGUMENTS]    every test; ARGUMENTS go to the test programs
  test [--no-install] --target aarch64  what is no matter of the desktop, on an emulated processor:
                                        some 100 MB of packages, into cargo's target folder
  screenshot [--no-install] [--dpi N] [SCENE …]
                                        the README's pictures, in pgwm/doc: all, or these
  bench [--no-install] [--seconds N] bar
                                        what the bar costs, beside dwm; N seconds at rest
  bench mem                             memcpy and its like, beside those of the machine's libc
  bench alloc                           what the heap costs, beside the C library's
  compare [PROGRAM …]                   what clients may rely on, checked against pgwm and
                                        other window managers that are installed
  build [--pie]                         the program as it is installed; with --pie for an address
                                        that is chosen at each start
  matrix [--no-install]                 a program without libc that tests itself, in each of 32
                                        ways to build it
  size                                  the program's size and parts, against the limit
  ci                                    everything that must hold before a change is taken
  help                                  this list

run, test, screenshot, bench and matrix install what they miss (an X server, xterm, a font; test
also the programs that it tries, from GTK's demo to a browser; bench also dwm and strace; matrix a
linker) with the system's package program; with --no-install they say what is missing instead.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(outcome) = obey(&words) else {
        eprintln!("There is no command `{}`. `cargo xtask help` lists them.", words.join(" "));
        return ExitCode::from(2);
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line says; `None` where that is no command.
fn obey(words: &[&str]) -> Option<Outcome> {
    let (command, rest) = words.split_first().unwrap_or((&"help", &[]));
    let options = Options::of(rest)?;
    let Options { permission, dpi, seconds, address, target, words } = options;
    let is_plain = options == Options { address, words, ..Options::default() };
    let aarch64 = Options { permission, target, words, ..Options::default() };
    Some(match (*command, words) {
        ("build", []) if is_plain => build::build(address),
        _ if address != Address::Fixed => return None,
        ("bench", ["mem"]) if is_plain => bench::memory(),
        ("help" | "--help" | "-h", []) if is_plain => {
            print!("{COMMANDS}");
            Ok(())
        }
        ("test", []) if target.is_some() && options == aarch64 => aarch64::test(permission),
        _ if target.is_some() => return None,
        ("bench", ["alloc"]) if is_plain => bench::allocator(),
        ("bench", ["bar"]) if dpi.is_none() => bench::bar(seconds.unwrap_or(60), permission),
        _ if seconds.is_some() => return None,
        ("run", []) => run::run(dpi.unwrap_or(run::DPI), permission),
        ("test", []) if dpi.is_none() => test(permission, &[]),
        ("test", ["--", arguments @ ..]) if dpi.is_none() => test(permission, arguments),
        ("screenshot", names) => run::screenshot(names, dpi.unwrap_or(run::DPI), permission),
        ("compare", others) if is_plain => compare::compare(others),
        ("matrix", []) if dpi.is_none() => matrix::matrix(permission),
        ("size", []) if is_plain => size::size(),
        ("ci", []) if is_plain => ci::run(),
        _ => return None,
    })
}

/// What stands between a command's name and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Options<'a> {
    permission: Permission,
    dpi: Option<u32>,
    seconds: Option<u32>,
    address: Address,
    target: Option<&'a str>,
    words: &'a [&'a str],
}

impl<'a> Options<'a> {
    fn of(words: &'a [&'a str]) -> Option<Self> {
        let mut options = Self { words, ..Self::default() };
        loop {
            match options.words {
                ["--no-install", rest @ ..] => {
                    (options.permission, options.words) = (Permission::Refuse, rest);
                }
                ["--pie", rest @ ..] => {
                    (options.address, options.words) = (Address::Any, rest);
                }
                ["--dpi", number, rest @ ..] => {
                    let number = number.parse().ok().filter(|dpi| (48..=480).contains(dpi))?;
                    (options.dpi, options.words) = (Some(number), rest);
                }
                ["--seconds", number, rest @ ..] => {
                    let number = number.parse().ok().filter(|it| (3..=600).contains(it))?;
                    (options.seconds, options.words) = (Some(number), rest);
                }
                ["--target", "aarch64", rest @ ..] => {
                    (options.target, options.words) = (Some("aarch64"), rest);
                }
                ["--", ..] => return Some(options),
                [word, ..] if word.starts_with('-') => return None,
                _ => return Some(options),
            }
        }
    }
}

fn test(permission: Permission, arguments: &[&str]) -> Outcome {
    ensure(HEADLESS, permission)?;
    ensure(TRACERS, permission)?;
    ensure(LINKERS, permission)?;
    ensure(ZONES, permission)?;
    ensure_clients(CLIENTS, permission)?;
    ensure_clients(FONTS, permission)?;
    let mut command = build::cargo(&["test", "--workspace"]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    succeed(&mut command)
}
