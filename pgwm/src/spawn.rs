//! Other programs: starting them beside us, and us again in our own place; ending them, and
//! who started them. Never waits for one.

use crate::sentence::{complain, reason};
use alloc::vec::Vec;
use pgwm_core::config::Program;
use pgwm_core::number::decimal;
use pgwm_core::utf8;
use rusl::Errno;
use tiny_std::process::{Children, Command, Pid, Wait, ancestors, getpid, kill, replace, wait4};
use tiny_std::signal::{Signal, ignore};

/// What a program gets besides our own environment. Java's toolkit otherwise takes us for
/// a window manager that puts frames around windows.
const FOR_JAVA: (&[u8], &[u8]) = (b"_JAVA_AWT_WM_NONREPARENTING", b"1");

/// Lets the kernel reap our children, and a closed log be no reason to die. Programs that
/// we start get neither.
pub(crate) fn prepare() {
    for ignored in [Signal::CHLD, Signal::PIPE] {
        let _ = ignore(ignored);
    }
    // Those that ended before, such as one that .xinitrc started and we got by its exec.
    while let Ok(Some(_)) = wait4(Children::Any, Wait::NoHang) {}
}

/// Starts a program and gives its process; one that can't be started is a line in the log.
pub(crate) fn spawn(program: Program, startup_id: Option<&str>) -> Option<u32> {
    let words: Vec<&[u8]> = program.iter().map(|word| word.as_bytes()).collect();
    let (name, arguments) = words.split_first()?;
    let with_id = startup_id.map(|id| [FOR_JAVA, (b"DESKTOP_STARTUP_ID", id.as_bytes())]);
    let environment = with_id.as_ref().map_or(&[FOR_JAVA][..], |both| both);
    match (Command { program: name, arguments, environment }).spawn() {
        Ok(pid) => Some(number(pid)),
        Err(error) => {
            let name = utf8::lossy(name);
            complain("cannot start %: %", &[&name, &reason(error)]);
            None
        }
    }
}

/// Ends a process without asking it; never the first one, and never us. One that can't be
/// ended is a line in the log.
pub(crate) fn end(pid: u32) {
    let target = process(pid).filter(|target| target.raw() != 1 && *target != getpid());
    let result = target.map_or(Err(Errno::EPERM), |target| kill(target, Signal::KILL));
    if let Err(error) = result {
        complain("cannot end process %: %", &[&decimal(pid.into()), &reason(error)]);
    }
}

/// The parents of a process, its own one first; none if they can't be known.
pub(crate) fn lineage(pid: u32) -> Vec<u32> {
    process(pid).map(ancestors).unwrap_or_default().into_iter().map(number).collect()
}

/// Our own process.
pub(crate) fn own_process() -> u32 {
    number(getpid())
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

/// The process with this number, if it can be one.
fn process(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}

/// The number of a process, which is positive.
const fn number(pid: Pid) -> u32 {
    pid.raw().unsigned_abs()
}
