//! Processes: identity, children, exec, exit.
//!
//! Never decides what a child inherits; `tiny-std` does.
#![expect(unsafe_code, reason = "starts and ends processes")]

use crate::arch::{self, number};
use crate::signal::Signal;
use crate::{Errno, Result};
use core::ffi::{CStr, c_char, c_void};
use core::marker::PhantomData;

/// A process's id, positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid(i32);

impl Pid {
    /// The process with this id, or `None` unless it is positive.
    pub const fn from_raw(raw: i32) -> Option<Self> {
        if raw > 0 { Some(Self(raw)) } else { None }
    }

    /// The number.
    pub const fn raw(self) -> i32 {
        self.0
    }
}

/// How a child has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(u8),
    /// By this signal's number.
    Signal(i32),
}

impl Exit {
    /// Reads the status word of wait4(2).
    const fn from_wait(status: i32) -> Self {
        match status & 0x7f {
            0 => Self::Status((status >> 8) as u8),
            signal => Self::Signal(signal),
        }
    }
}

/// This process's id (getpid(2)). Where it is kept from us, it is one that no process has:
/// a negated error number would be a whole process group to [`kill`], or everybody.
pub fn getpid() -> Pid {
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall0(number::GETPID) };
    Pid::from_raw(ret as i32).unwrap_or(Pid(i32::MAX))
}

/// Starts a session without a terminal; the caller leads it (setsid(2)).
///
/// # Errors
///
/// `EPERM` for the leader of a process group.
pub fn setsid() -> Result<Pid> {
    // SAFETY: no pointer is passed.
    Errno::from_ret(unsafe { arch::syscall0(number::SETSID) }).map(|raw| Pid(raw as i32))
}

/// Sends a signal to a process (kill(2)).
///
/// # Errors
///
/// `ESRCH`, `EPERM`.
pub fn kill(pid: Pid, signal: Signal) -> Result<()> {
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall2(number::KILL, pid.0 as usize, signal.raw() as usize) };
    Errno::from_ret(ret).map(drop)
}

/// Sends a signal to a process group, by the process that leads it or has led it (kill(2)).
///
/// # Errors
///
/// `ESRCH` if nobody is in it, `EPERM`; also for process 1, whose group can't be told from
/// everybody.
pub fn kill_group(leader: Pid, signal: Signal) -> Result<()> {
    // kill(2) takes -1 for each process that there is.
    if leader.0 == 1 {
        return Err(Errno::EPERM);
    }
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall2(number::KILL, -leader.0 as usize, signal.raw() as usize) };
    Errno::from_ret(ret).map(drop)
}

/// Lets this process get a signal when the one that started it ends, however that happens
/// (prctl(2), `PR_SET_PDEATHSIG`).
pub fn set_parent_death_signal(signal: Signal) {
    const PR_SET_PDEATHSIG: usize = 1;
    // SAFETY: no pointer is passed. A signal that there is can't be refused.
    unsafe { arch::syscall2(number::PRCTL, PR_SET_PDEATHSIG, signal.raw() as usize) };
}

/// Ends the process; its parent sees the low 8 bits of `status` (`exit_group(2)`). Where even
/// that is refused, it ends by a trap: SIGILL or SIGTRAP.
pub fn exit_group(status: i32) -> ! {
    // SAFETY: no pointer is passed.
    unsafe { arch::syscall1(number::EXIT_GROUP, status as usize) };
    arch::trap()
}

/// Which children to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Children {
    /// This one.
    One(Pid),
    /// Whichever ends.
    Any,
}

/// Whether to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Until a child has ended.
    Block = 0,
    /// Not at all (`WNOHANG`).
    NoHang = 1,
}

/// Takes the exit of a child, so that it is no zombie any more; `None` if none has ended
/// and we don't wait (wait4(2)).
///
/// # Errors
///
/// `ECHILD` without such a child, `EINTR`.
pub fn wait4(children: Children, wait: Wait) -> Result<Option<(Pid, Exit)>> {
    let mut status = 0_i32;
    let which = match children {
        Children::One(pid) => pid.0,
        Children::Any => -1,
    };
    // SAFETY: one exclusive integer is written.
    let ret = unsafe {
        arch::syscall4(number::WAIT4, which as usize, &raw mut status as usize, wait as usize, 0)
    };
    let pid = Pid::from_raw(Errno::from_ret(ret)? as i32);
    Ok(pid.map(|pid| (pid, Exit::from_wait(status))))
}

/// What [`close_range`] does to each descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseRange {
    /// Closes it now (Linux 5.9).
    Now = 0,
    /// Closes it at the next exec (Linux 5.11).
    OnExec = 4,
}

/// Closes every descriptor from `first` to `last`, inclusive (`close_range(2)`).
///
/// # Errors
///
/// `ENOSYS` and `EINVAL` from older kernels.
///
/// # Safety
///
/// No descriptor in the range is used any more: by the caller, or after its exec.
pub unsafe fn close_range(first: u32, last: u32, close: CloseRange) -> Result<()> {
    // SAFETY: no pointer is passed; the descriptors are the caller's promise.
    let ret = unsafe {
        arch::syscall3(number::CLOSE_RANGE, first as usize, last as usize, close as usize)
    };
    Errno::from_ret(ret).map(drop)
}

/// What a process may have only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Bytes of memory of its own that it may write to (`RLIMIT_DATA`).
    Data = 2,
    /// Bytes of all mappings (`RLIMIT_AS`).
    AddressSpace = 9,
}

/// How much (`struct rlimit64`); [`u64::MAX`] is without limit.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What holds now.
    pub soft: u64,
    /// As far as it may be raised.
    pub hard: u64,
}

const _: () = assert!(size_of::<Limits>() == 16, "include/uapi/linux/resource.h");

/// Gives this process's limits on a resource, and sets others if there are `new` ones
/// (prlimit(2)).
///
/// # Errors
///
/// `EPERM` for a raised hard limit, `EINVAL` for a soft limit past it.
pub fn prlimit(resource: Resource, new: Option<Limits>) -> Result<Limits> {
    let mut old = Limits { soft: 0, hard: 0 };
    let new = new.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the kernel reads one struct, which is borrowed, or none, and writes one to
    // exclusive memory.
    let ret = unsafe {
        arch::syscall4(number::PRLIMIT64, 0, resource as usize, new as usize, &raw mut old as usize)
    };
    Errno::from_ret(ret)?;
    Ok(old)
}

/// A string for [`execve`], or the null that ends a list of them.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct ExecString<'string> {
    pointer: *const c_char,
    owner: PhantomData<&'string CStr>,
}

impl<'string> ExecString<'string> {
    /// What the last element of a list must be.
    pub const END: Self = Self { pointer: core::ptr::null(), owner: PhantomData };

    /// One argument, or one `NAME=value`.
    pub const fn new(string: &'string CStr) -> Self {
        Self { pointer: string.as_ptr(), owner: PhantomData }
    }

    const fn is_end(&self) -> bool {
        self.pointer.is_null()
    }
}

/// Runs another program in this process; returns only the reason why not (execve(2)):
/// `ENOENT`, `EACCES`, `ENOEXEC`, `E2BIG`, … and `EINVAL` for a list without
/// [`ExecString::END`].
pub fn execve(path: &CStr, arguments: &[ExecString<'_>], environment: &[ExecString<'_>]) -> Errno {
    let ends = |list: &[ExecString<'_>]| list.last().is_some_and(ExecString::is_end);
    if !ends(arguments) || !ends(environment) {
        return Errno::EINVAL;
    }
    // SAFETY: each list is a run of pointers to strings with their NUL, up to a null
    // one, all borrowed until the call returns.
    let ret = unsafe {
        arch::syscall3(
            number::EXECVE,
            path.as_ptr() as usize,
            arguments.as_ptr() as usize,
            environment.as_ptr() as usize,
        )
    };
    Errno::from_ret(ret).err().unwrap_or(Errno::EINVAL)
}

/// Starts a child that borrows our memory, and waits until it has called [`execve`] or
/// [`exit_group`] (clone(2) with `CLONE_VM | CLONE_VFORK | SIGCHLD`). It runs
/// `entry(argument)` on the stack below `stack_top`.
///
/// # Errors
///
/// `EAGAIN`, `ENOMEM`.
///
/// # Safety
///
/// `stack_top` ends a writable stack that is large enough for `entry`. Until it execs or
/// exits, `entry` may do what a signal handler may do, on memory that nobody else uses:
/// no allocation, no lock, no panic. All signals are blocked, lest a handler of ours runs
/// in the child.
pub unsafe fn clone_vfork(
    stack_top: *mut u8,
    entry: unsafe extern "C" fn(*mut c_void) -> !,
    argument: *mut c_void,
) -> Result<Pid> {
    const CLONE_VM: usize = 0x100;
    const CLONE_VFORK: usize = 0x4000;
    let flags = CLONE_VM | CLONE_VFORK | Signal::CHLD.raw() as usize;
    // SAFETY: the caller's promise.
    let ret = unsafe { arch::clone_on_stack(flags, stack_top, entry, argument, core::ptr::null()) };
    Errno::from_ret(ret).map(|raw| Pid(raw as i32))
}

/// The longest name in [`SystemName`], with its NUL.
const NAME_LENGTH: usize = 65;

/// What the system calls itself (`struct new_utsname`).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SystemName {
    system: [u8; NAME_LENGTH],
    node: [u8; NAME_LENGTH],
    release: [u8; NAME_LENGTH],
    version: [u8; NAME_LENGTH],
    machine: [u8; NAME_LENGTH],
    domain: [u8; NAME_LENGTH],
}

const _: () = assert!(size_of::<SystemName>() == 390, "include/uapi/linux/utsname.h");

impl SystemName {
    /// The host's name.
    pub fn node(&self) -> &[u8] {
        until_nul(&self.node)
    }

    /// The kernel's release, as `6.18.44`.
    pub fn release(&self) -> &[u8] {
        until_nul(&self.release)
    }

    /// The architecture, as `x86_64`.
    pub fn machine(&self) -> &[u8] {
        until_nul(&self.machine)
    }
}

/// What the system calls itself (uname(2)).
///
/// # Errors
///
/// None that uname(2) names for a valid buffer.
pub fn uname() -> Result<SystemName> {
    let empty = [0; NAME_LENGTH];
    let mut name = SystemName {
        system: empty,
        node: empty,
        release: empty,
        version: empty,
        machine: empty,
        domain: empty,
    };
    // SAFETY: the kernel writes one struct to exclusive memory.
    let ret = unsafe { arch::syscall1(number::UNAME, &raw mut name as usize) };
    Errno::from_ret(ret)?;
    Ok(name)
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn the_name_is_laid_out_as_the_kernel_does() {
        crate::layout::same_layout!(SystemName, linux_raw_sys::system::new_utsname {
            system = sysname, node = nodename, release = release, version = version,
            machine = machine, domain = domainname,
        });
    }

    #[test]
    fn identity_agrees_with_std() {
        assert_eq!(getpid().raw() as u32, std::process::id());
        let name = uname().unwrap();
        let host = std::fs::read("/proc/sys/kernel/hostname").unwrap();
        assert_eq!(name.node(), host.trim_ascii_end());
        let release = std::fs::read("/proc/sys/kernel/osrelease").unwrap();
        assert_eq!(name.release(), release.trim_ascii_end());
        assert_eq!(name.machine(), std::env::consts::ARCH.as_bytes());
    }

    #[test]
    fn an_exec_that_cannot_be_says_why() {
        let end = [ExecString::END];
        assert_eq!(execve(c"/absent", &end, &end), Errno::ENOENT);
        assert_eq!(execve(c"/proc", &end, &end), Errno::EACCES);
        assert_eq!(execve(c"/absent", &[], &end), Errno::EINVAL);
        assert_eq!(execve(c"/absent", &[ExecString::new(c"a")], &end), Errno::EINVAL);
    }

    #[test]
    fn a_vfork_child_exits_with_its_argument() {
        unsafe extern "C" fn exit_with(argument: *mut c_void) -> ! {
            exit_group(argument.addr() as i32)
        }
        let mut stack = vec![0_u8; 64 * 1024];
        let top = stack.as_mut_ptr_range().end;
        for status in [0_u8, 1, 42, 255] {
            let argument = core::ptr::without_provenance_mut(usize::from(status));
            // SAFETY: the stack is large, the child only exits, and the test harness
            // has no handler that would run in it.
            let pid = unsafe { clone_vfork(top, exit_with, argument) }.unwrap();
            let ended = wait4(Children::One(pid), Wait::Block);
            assert_eq!(ended, Ok(Some((pid, Exit::Status(status)))));
            assert_eq!(wait4(Children::One(pid), Wait::NoHang), Err(Errno::ECHILD));
        }
    }

    #[test]
    fn a_signal_ends_a_child_and_finds_nobody_after_it() {
        // None that a shell or nohup(1) may have told us, and thereby the child, to ignore.
        for signal in [Signal::KILL, Signal::TERM, Signal::USR1] {
            let mut child = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
            let pid = Pid::from_raw(child.id() as i32).unwrap();
            assert_eq!(kill(pid, signal), Ok(()));
            assert_eq!(child.wait().unwrap().signal(), Some(signal.raw()));
            assert_eq!(kill(pid, signal), Err(Errno::ESRCH));
        }
    }

    #[test]
    fn a_signal_ends_a_whole_group() {
        use std::os::unix::process::CommandExt;
        use std::process::{Command, Stdio};
        let mut shell = Command::new("sh");
        // The pipe ends when both have ended who could write to it.
        let mut shell = shell.args(["-c", "sleep 1000 & echo ready; wait"]);
        shell = shell.process_group(0).stdout(Stdio::piped());
        let mut shell = shell.spawn().unwrap();
        let mut output = shell.stdout.take().unwrap();
        std::io::Read::read_exact(&mut output, &mut [0; 6]).unwrap();
        let pid = Pid::from_raw(shell.id() as i32).unwrap();
        assert_eq!(kill_group(pid, Signal::KILL), Ok(()));
        assert_eq!(shell.wait().unwrap().signal(), Some(9));
        assert_eq!(std::io::Read::read(&mut output, &mut [0; 6]).unwrap(), 0);
    }

    #[test]
    fn a_signal_never_goes_to_everybody() {
        let everybody = || kill_group(Pid::from_raw(1).unwrap(), Signal::KILL);
        // Should it get out, the kernel still doesn't do it.
        let signal = Signal::KILL.raw() as u64;
        crate::refusal::while_refused(number::KILL, 1, signal, Errno::EDOM, move || {
            assert_eq!(kill_group(getpid(), Signal::KILL), Err(Errno::EDOM));
            assert_eq!(everybody(), Err(Errno::EPERM));
        });
    }

    #[test]
    fn a_limit_is_read_and_set_but_not_past_the_hard_one() {
        let before = prlimit(Resource::Data, None).unwrap();
        assert!(before.soft <= before.hard);
        // As much as this machine has address space: nobody notices.
        let lower = Limits { soft: (1 << 47).min(before.hard), hard: before.hard };
        assert_eq!(prlimit(Resource::Data, Some(lower)), Ok(before));
        assert_eq!(prlimit(Resource::Data, None), Ok(lower));
        let wrong = Limits { soft: 2, hard: 1 };
        assert_eq!(prlimit(Resource::Data, Some(wrong)), Err(Errno::EINVAL));
        assert_eq!(prlimit(Resource::Data, Some(before)), Ok(lower));
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max address space")).unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        let said = |word: &str| word.parse().unwrap_or(u64::MAX);
        let expected = Limits { soft: said(words[3]), hard: said(words[4]) };
        assert_eq!(prlimit(Resource::AddressSpace, None), Ok(expected));
    }

    #[test]
    fn status_words_are_read() {
        assert_eq!(Exit::from_wait(0x2a00), Exit::Status(42));
        assert_eq!(Exit::from_wait(0x0f), Exit::Signal(15));
        assert_eq!(Exit::from_wait(0x8b), Exit::Signal(11)); // with a core dump
    }
}
