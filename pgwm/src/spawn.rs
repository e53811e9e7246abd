//! Other programs: starting them beside us, and us again in our own place. Never waits
//! for one.

use alloc::string::String;
use alloc::vec::Vec;
use pgwm_core::config::Program;
use rusl::Errno;
use tiny_std::process::{Children, Command, Wait, replace, wait4};
use tiny_std::{eprintln, signal};

/// What a program gets besides our own environment. Java's toolkit otherwise takes us for
/// a window manager that puts frames around windows.
const ENVIRONMENT: [(&[u8], &[u8]); 1] = [(b"_JAVA_AWT_WM_NONREPARENTING", b"1")];

/// Lets the kernel reap our children, and a closed log be no reason to die. Programs that
/// we start get neither.
pub(crate) fn prepare() {
    for ignored in [signal::Signal::CHLD, signal::Signal::PIPE] {
        let _ = signal::ignore(ignored);
    }
    // Those that ended before, such as one that .xinitrc started and we got by its exec.
    while let Ok(Some(_)) = wait4(Children::Any, Wait::NoHang) {}
}

/// Starts a program; one that can't be started is a line in the log.
pub(crate) fn spawn(program: Program) {
    let words: Vec<&[u8]> = program.iter().map(|word| word.as_bytes()).collect();
    let Some((name, arguments)) = words.split_first() else { return };
    let command = Command { program: name, arguments, environment: &ENVIRONMENT };
    if let Err(error) = command.spawn() {
        let name = String::from_utf8_lossy(name);
        eprintln!("pgwm: cannot start {name}: {error}");
    }
}

/// The path of the file that this process runs; `None` without /proc.
pub(crate) fn own_path() -> Option<Vec<u8>> {
    let mut buffer = [0; 4096];
    rusl::fs::readlink(c"/proc/self/exe", &mut buffer).ok().map(<[u8]>::to_vec)
}

/// Runs the program file again in this process; returns only the reason why not.
pub(crate) fn restart(program: Option<&[u8]>) -> Errno {
    program.map_or(Errno::ENOENT, |program| replace(program, &[b"--restarted"], &[]))
}
