//! What the tests of start-up ask of a program. The first argument says what:
//!
//! - `maps`: prints what is mapped into it.
//! - `descriptors`: which of 0 to 2 are `/dev/null` and stay open at an exec is the exit
//!   status, as bits; those that are closed, as bits from the eighth on.
//! - `close NUMBERS PROGRAM ARGUMENT…`: closes descriptors, such as `02`, and runs a program in
//!   its place.
//! - `bare PROGRAM`: runs it with neither arguments, its name included, nor environment.
//! - `odd PROGRAM`: runs it with an environment that is none.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::vec::Vec;
use core::ffi::CStr;
use rusl::fd::{OwnedFd, STDERR, STDIN, STDOUT, is_close_on_exec};
use rusl::process::{ExecString, execve};
use tiny_std::{env, fs, print, println};

tiny_std::program!(main);

fn main() -> i32 {
    let mut arguments = env::args().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let mut next = || arguments.next().unwrap_or_default();
    match verb.to_bytes() {
        b"maps" => {
            let maps = fs::read("/proc/self/maps").unwrap();
            print::output(&[str::from_utf8(&maps).unwrap()]);
            0
        }
        b"descriptors" => descriptors(),
        b"close" => {
            next().to_bytes().iter().for_each(|digit| close(digit - b'0'));
            let program = next();
            let words: Vec<_> = core::iter::once(program).chain(arguments).collect();
            run(program, &words, &env::vars().collect::<Vec<_>>())
        }
        b"bare" => run(next(), &[], &[]),
        b"odd" => {
            let program = next();
            run(
                program,
                &[program],
                &[c"no-value", c"", c"=", c"=x", c"A=1", c"A", c"A=2", c"\xff"],
            )
        }
        _ => 2,
    }
}

fn descriptors() -> i32 {
    let places = [c"/proc/self/fd/0", c"/proc/self/fd/1", c"/proc/self/fd/2"];
    let mut status = 0;
    for (at, (fd, place)) in [STDIN, STDOUT, STDERR].into_iter().zip(places).enumerate() {
        let mut target = [0; 64];
        match is_close_on_exec(fd) {
            Err(_) => status |= 8 << at,
            Ok(false) if rusl::fs::readlink(place, &mut target) == Ok(b"/dev/null") => {
                status |= 1 << at;
            }
            Ok(_) => {}
        }
    }
    status
}

fn close(number: u8) {
    // SAFETY: nobody uses it before there is another program.
    drop(unsafe { OwnedFd::from_raw(number.into()) });
}

/// Runs another program in this process; returns if that can't be.
fn run(program: &CStr, arguments: &[&CStr], environment: &[&CStr]) -> i32 {
    fn list<'string>(strings: &[&'string CStr]) -> Vec<ExecString<'string>> {
        strings.iter().map(|string| ExecString::new(string)).chain([ExecString::END]).collect()
    }
    let error = execve(program, &list(arguments), &list(environment));
    println!("not run: {error}");
    1
}
