//! Runs a program and ends as it has ended: `spawn PROGRAM ARGUMENTS…`. The exit status is the
//! program's, 128 more than the number of the signal that has ended it, or, as of a shell, 127
//! where there is no such program and 126 where it can't be run.
//!
//! `spawn --check` starts thousands, half of which can't be executed, and says `ok` if none has
//! left anything behind.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;
use rusl::fs::OpenFlags;
use rusl::process::setsid;
use rusl::signal::{Change, Disposition, disposition, sigprocmask};
use tiny_std::process::{Children, Command, Exit, Wait, getpid, kill, wait4};
use tiny_std::signal::{Set, Signal, ignore};
use tiny_std::{Errno, env, eprintln, fs, println};

tiny_std::program!(main);

fn main() -> i32 {
    let arguments: Vec<&[u8]> = env::args().skip(1).map(CStr::to_bytes).collect();
    match *arguments {
        [] => {
            eprintln!("usage: spawn PROGRAM ARGUMENTS…");
            2
        }
        [b"--check"] => check(),
        [CHILD] => look_around(),
        [DYING_CHILD, signal] => die(signal),
        [program, ref arguments @ ..] => run(program, arguments),
    }
}

/// Starts a program, waits for it, and gives the status to end with.
fn run(program: &[u8], arguments: &[&[u8]]) -> i32 {
    let command = Command { program, arguments, environment: &[], output: None };
    let pid = match command.spawn() {
        Ok(pid) => pid,
        Err(error) => {
            eprintln!("spawn: {}: {error}", program.escape_ascii());
            return if error == Errno::ENOENT { 127 } else { 126 };
        }
    };
    match wait4(Children::One(pid), Wait::Block) {
        Ok(Some((_, Exit::Status(status)))) => status.into(),
        Ok(Some((_, Exit::Signal(signal)))) => 128 + signal,
        Ok(None) | Err(_) => 1,
    }
}

/// Half of them are started, and half can't be.
const CHILDREN: usize = if cfg!(debug_assertions) { 2_000 } else { 10_000 };

/// The argument by which this program knows that it is a child in the check.
const CHILD: &[u8] = b"--child";
/// The same, and the signal that it is to die of.
const DYING_CHILD: &[u8] = b"--dying-child";

fn check() -> i32 {
    // What a child must not inherit: this ignores one signal and blocks all.
    ignore(Signal::PIPE).unwrap();
    ignore(Signal::HUP).unwrap();
    sigprocmask(Change::Set, Set::ALL).unwrap();
    let mask = sigprocmask(Change::Block, Set::EMPTY).unwrap();
    let directory = alloc::format!("/tmp/tiny-std-spawn-{}", getpid().raw());
    let failures = Failures::new(&directory);
    let before = Left::now();
    for round in 0..CHILDREN / 2 {
        let (program, argument, error) = failures.each(round);
        let failing = Command { program, arguments: &[argument], environment: &[], output: None };
        assert_eq!(failing.spawn(), Err(error), "{}", program.escape_ascii());
        let signal = [&b"9"[..], b"11", b"15"][round / 2 % 3];
        let (arguments, expected): (&[&[u8]], _) = if round % 8 == 1 {
            (&[DYING_CHILD, signal], Exit::Signal([9, 11, 15][round / 2 % 3]))
        } else {
            (&[CHILD], Exit::Status(0))
        };
        let child = Command { program: OURSELVES, arguments, environment: &[], output: None };
        let pid = child.spawn().unwrap();
        // In between it runs beside us; some are waited for all at once.
        let children = if round % 2 == 0 { Children::One(pid) } else { Children::Any };
        assert_eq!(wait4(children, Wait::Block), Ok(Some((pid, expected))));
    }
    assert_eq!(wait4(Children::Any, Wait::NoHang), Err(Errno::ECHILD), "a zombie");
    assert_eq!(Left::now(), before, "something was left behind");
    assert_eq!(sigprocmask(Change::Block, Set::EMPTY), Ok(mask), "the mask has changed");
    assert_eq!(disposition(Signal::PIPE), Ok(Some(Disposition::Ignore)));
    failures.remove();
    println!("ok");
    0
}

const OURSELVES: &[u8] = b"/proc/self/exe";

/// What a child would leave behind, counted.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    descriptors: usize,
    mappings: usize,
}

impl Left {
    fn now() -> Self {
        let maps = fs::read("/proc/self/maps").unwrap();
        Self {
            descriptors: fs::names("/proc/self/fd").unwrap().len(),
            mappings: maps.split(|byte| *byte == b'\n').count(),
        }
    }
}

/// Programs that can't be executed, and why.
struct Failures {
    forbidden: String,
    no_program: String,
    no_interpreter: String,
    below_a_file: String,
    open: String,
    /// Open for writing, for as long as this is there.
    _file: rusl::fd::OwnedFd,
    many_links: String,
    long_name: String,
    long_argument: String,
}

impl Failures {
    fn new(prefix: &str) -> Self {
        let make = |name: &str, mode: u32, contents: &[u8]| {
            let path = alloc::format!("{prefix}-{name}");
            let c_path = alloc::ffi::CString::new(path.as_str()).unwrap();
            let flags = OpenFlags::WRITE_ONLY | OpenFlags::CREATE | OpenFlags::TRUNCATE;
            let file = rusl::fs::open(&c_path, flags, mode).unwrap();
            rusl::fs::write(rusl::fd::AsFd::as_fd(&file), contents).unwrap();
            (path, file)
        };
        let (forbidden, _) = make("forbidden", 0o600, b"#!/bin/sh\n");
        let (no_program, _) = make("no-program", 0o755, b"\x7fELF, and no more");
        let (no_interpreter, _) = make("no-interpreter", 0o755, b"#!/absent/interpreter\n");
        let (open, file) = make("open", 0o755, b"#!/bin/sh\n");
        Self {
            below_a_file: alloc::format!("{forbidden}/below"),
            forbidden,
            no_program,
            no_interpreter,
            open,
            _file: file,
            // Two links each time; the kernel follows forty.
            many_links: alloc::format!("{}/bin/true", "/proc/self/root".repeat(21)),
            long_name: alloc::format!("/tmp/{}", "long".repeat(64)),
            long_argument: "long".repeat(32 * 1024),
        }
    }

    /// The program of a round, an argument, and the error.
    fn each(&self, round: usize) -> (&[u8], &[u8], Errno) {
        let programs: [(&str, Errno); 12] = [
            ("/absent/program", Errno::ENOENT),
            ("absent-from-the-path", Errno::ENOENT),
            (&self.no_interpreter, Errno::ENOENT),
            (&self.forbidden, Errno::EACCES),
            ("/proc", Errno::EACCES),
            (&self.no_program, Errno::ENOEXEC),
            (&self.many_links, Errno::ELOOP),
            (&self.below_a_file, Errno::ENOTDIR),
            (&self.open, Errno::ETXTBSY),
            (&self.long_name, Errno::ENAMETOOLONG),
            ("nul\0inside", Errno::EINVAL),
            ("/proc/self/exe", Errno::E2BIG),
        ];
        let (program, error) = programs[round % programs.len()];
        let argument = if error == Errno::E2BIG { &self.long_argument } else { "short" };
        (program.as_bytes(), argument.as_bytes(), error)
    }

    fn remove(self) {
        for path in [self.forbidden, self.no_program, self.no_interpreter, self.open] {
            let path = alloc::ffi::CString::new(path).unwrap();
            rusl::fs::unlink(&path).unwrap();
        }
    }
}

/// What the child of the check does: it looks whether it has what a child should have, and no
/// more. Its exit status says what is wrong.
fn look_around() -> i32 {
    if sigprocmask(Change::Block, Set::EMPTY) != Ok(Set::EMPTY) {
        return 1;
    }
    if Signal::all().any(|signal| disposition(signal) != Ok(Some(Disposition::Default))) {
        return 2;
    }
    // Who leads a group can't start a session, and who leads a session leads a group.
    if setsid() != Err(Errno::EPERM) || session() != Some(getpid().raw()) {
        return 3;
    }
    // Three, and the one by which they are counted.
    if fs::names("/proc/self/fd").is_ok_and(|names| names.len() == 4) { 0 } else { 4 }
}

/// The session of this process: the sixth field of its line in procfs.
fn session() -> Option<i32> {
    let stat = fs::read("/proc/self/stat").ok()?;
    let after_name = stat.iter().rposition(|byte| *byte == b')')?;
    let mut fields = stat.get(after_name..)?.split(|byte| *byte == b' ');
    core::str::from_utf8(fields.nth(4)?).ok()?.parse().ok()
}

/// Ends by a signal.
fn die(signal: &[u8]) -> i32 {
    let number = core::str::from_utf8(signal).ok().and_then(|text| text.parse().ok());
    if let Some(signal) = number.and_then(Signal::from_raw) {
        let _ = kill(getpid(), signal);
    }
    // Still there.
    5
}
