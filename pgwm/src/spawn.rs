//! Other programs: starting them beside us, and us again in our own place; ending them, and
//! who started them. Never waits for one.

use crate::sentence::{complain, reason};
use alloc::vec::Vec;
use pgwm_core::config::Program;
use pgwm_core::gather::Gather;
use pgwm_core::number::decimal;
use pgwm_core::utf8;
use rusl::Errno;
use rusl::fd::BorrowedFd;
use tiny_std::process::{
    Children, Command, Exit, Pid, Wait, ancestors, getpid, kill, replace, wait4,
};
use tiny_std::signal::{Signal, ignore};

/// What a program gets besides our own environment. Java's toolkit otherwise takes us for
/// a window manager that puts frames around windows.
const FOR_JAVA: (&[u8], &[u8]) = (b"_JAVA_AWT_WM_NONREPARENTING", b"1");

/// Lets a closed log be no reason to die. Programs that we start don't get that.
pub(crate) fn prepare() {
    let _ = ignore(Signal::PIPE);
}

/// Takes the end of a child, so that it is no zombie any more; also of one that is not ours,
/// such as one that .xinitrc started and we got by its exec.
pub(crate) fn reap() -> Option<(Pid, Exit)> {
    wait4(Children::Any, Wait::NoHang).ok().flatten()
}

/// Starts a program and gives its process; one that can't be started is a line in the log.
pub(crate) fn spawn(words: &[&[u8]], startup_id: Option<&str>) -> Option<u32> {
    let with_id = startup_id.map(|id| [FOR_JAVA, (b"DESKTOP_STARTUP_ID", id.as_bytes())]);
    let environment = with_id.as_ref().map_or(&[FOR_JAVA][..], |both| both);
    start(words, environment, None).map(number)
}

/// Starts a program that prints to a descriptor and ends with us; one that can't be started
/// is a line in the log.
pub(crate) fn spawn_into(program: Program, output: BorrowedFd<'_>) -> Option<Pid> {
    let words: Vec<&[u8]> = program.iter().map(|word| word.as_bytes()).gather();
    start(&words, &[], Some(output))
}

fn start(
    words: &[&[u8]],
    environment: &[(&[u8], &[u8])],
    output: Option<BorrowedFd<'_>>,
) -> Option<Pid> {
    let (program, arguments) = words.split_first()?;
    match (Command { program, arguments, environment, output }).spawn() {
        Ok(pid) => Some(pid),
        Err(error) => {
            let name = utf8::lossy(program);
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
