//! Starting other programs, ending them and this one, and who started whom.
//!
//! Never forks: a child borrows our memory until it runs its own program, which costs the
//! same however large we are. Never keeps a list of children: wait for what
//! [`Command::spawn`] has given when SIGCHLD comes, or they stay zombies.
#![expect(unsafe_code, reason = "runs a function on a stack of its own")]

mod ancestry;

use crate::env;
use crate::fs::{Kind, c_string, read_dir};
use crate::stack::Stack;
use alloc::ffi::CString;
use alloc::vec::Vec;
pub use ancestry::{ancestors, parent};
use core::ffi::{CStr, c_void};
use core::sync::atomic::{AtomicI32, Ordering};
use rusl::fd::{BorrowedFd, replace_standard};
use rusl::fs::{Access, access};
pub use rusl::process::kill_group;
use rusl::process::set_parent_death_signal;
pub use rusl::process::{Children, Exit, Pid, SystemName, Wait, getpid, kill, uname, wait4};
use rusl::process::{CloseRange, ExecString, clone_vfork, close_range, execve, exit_group, setsid};
use rusl::signal::{Change, Disposition, Set, Signal, disposition, set_disposition, sigprocmask};
use rusl::{Errno, Result};

/// A program to run. It inherits the working directory, descriptors 0 to 2 and the
/// environment; no other descriptor, no blocked and no ignored signal.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    /// A path if it contains a slash, else a name to look for in our `PATH`. Also the
    /// program's argument 0.
    pub program: &'a [u8],
    /// The arguments after that.
    pub arguments: &'a [&'a [u8]],
    /// Variables, name and value, that the program has besides ours, or instead of ours
    /// with that name.
    pub environment: &'a [(&'a [u8], &'a [u8])],
    /// Where what it prints goes, instead of where ours does. It ends with us then: by
    /// SIGKILL, when the thread ends that has started it.
    pub output: Option<BorrowedFd<'a>>,
}

impl Command<'_> {
    /// Starts it as a child that leads a session of its own. When it ends, SIGCHLD comes
    /// and [`wait4`] takes its status.
    ///
    /// # Errors
    ///
    /// Why it could not be executed: `ENOENT`, `EACCES`, `ENOEXEC`, … (execve(2)); there
    /// is no child then. `EINVAL` for a NUL in a string, or for a variable's name that is
    /// empty or contains `=`. `EAGAIN` or `ENOMEM` if there can be no more processes.
    pub fn spawn(&self) -> Result<Pid> {
        let strings = Strings::new(self, env::var("PATH"))?;
        let launch = Launch {
            program: strings.lists(env::vars()),
            output: self.output,
            failure: AtomicI32::new(0),
        };
        let stack = Stack::new(CHILD_STACK)?;
        // No signal may be handled in the child as if it were us.
        let mask = sigprocmask(Change::Set, Set::ALL)?;
        let argument = (&raw const launch).cast_mut().cast();
        // SAFETY: the stack is large enough for `run_child`, which keeps to what is
        // allowed there; all signals are blocked; `launch` outlives the call, which
        // returns when the child is done with it.
        let child = unsafe { clone_vfork(stack.top(), run_child, argument) };
        let result = child.and_then(|pid| {
            let failure = launch.failure.load(Ordering::Acquire);
            match Errno::from_raw(failure) {
                None => Ok(pid),
                Some(error) => {
                    reap(pid);
                    Err(error)
                }
            }
        });
        // Setting a mask that there was can't fail.
        let _ = sigprocmask(Change::Set, mask);
        result
    }
}

/// Runs another program in this process, with the arguments and variables that
/// [`Command`] describes; returns only the reason why not, and then nothing has changed.
/// Descriptors that were opened here are close-on-exec.
pub fn replace(program: &[u8], arguments: &[&[u8]], environment: &[(&[u8], &[u8])]) -> Errno {
    let command = Command { program, arguments, environment, output: None };
    let strings = match Strings::new(&command, env::var("PATH")) {
        Ok(strings) => strings,
        Err(error) => return error,
    };
    let program = strings.lists(env::vars());
    // Both survive an exec, and the next program expects neither.
    let mut ignored = Set::EMPTY;
    for signal in Signal::all() {
        if disposition(signal) == Ok(Some(Disposition::Ignore)) {
            ignored = ignored.with(signal);
            let _ = set_disposition(signal, Disposition::Default);
        }
    }
    let mask = sigprocmask(Change::Set, Set::EMPTY);
    let error = program.execute();
    if let Ok(mask) = mask {
        let _ = sigprocmask(Change::Set, mask);
    }
    for signal in Signal::all().filter(|&signal| ignored.contains(signal)) {
        let _ = set_disposition(signal, Disposition::Ignore);
    }
    error
}

/// The file that [`Command::spawn`] would run for a program: the first candidate that may
/// be executed (access(2)) and is no directory.
///
/// # Errors
///
/// `ENOENT` if there is none, `EINVAL` for a NUL in the name.
pub fn find(program: &[u8]) -> Result<CString> {
    for path in candidates(program, env::var("PATH").unwrap_or(DEFAULT_PATH))? {
        // Only a directory is there under its name with a slash behind.
        let as_directory = c_string(&[path.as_bytes(), b"/"])?;
        if access(&path, Access::Execute).is_ok() && access(&as_directory, Access::Exists).is_err()
        {
            return Ok(path);
        }
    }
    Err(Errno::ENOENT)
}

/// Calls `each` with the names of the programs in the folders of PATH, in no order, and as
/// often as there are folders with them. A folder that can't be read has none; a link to a
/// folder may be among them.
pub fn programs(each: &mut dyn FnMut(&[u8])) {
    for folder in candidates(b".", env::var("PATH").unwrap_or(DEFAULT_PATH)).unwrap_or_default() {
        let folder = folder.into_bytes();
        let _ = read_dir(&folder, &mut |entry| {
            let path = c_string(&[&folder, b"/", entry.name]);
            let is_executable = path.is_ok_and(|path| access(&path, Access::Execute).is_ok());
            if is_executable && entry.kind != Kind::Directory {
                each(entry.name);
            }
        });
    }
}

/// Ends the process; its parent sees the low 8 bits of `status`.
pub fn exit(status: i32) -> ! {
    exit_group(status)
}

/// Ends the process as crashed: by SIGABRT, or with status 134 where that is ignored.
pub fn abort() -> ! {
    let _ = kill(getpid(), Signal::ABRT);
    exit_group(134)
}

/// Waits for a child that is ending, so that it leaves no zombie.
fn reap(pid: Pid) {
    // ECHILD is the other way out: SIGCHLD is ignored, and the kernel has reaped it.
    while wait4(Children::One(pid), Wait::Block) == Err(Errno::EINTR) {}
}

/// What the child and its parent share while the parent waits.
struct Launch<'a> {
    program: Lists<'a>,
    output: Option<BorrowedFd<'a>>,
    /// Why the child could not execute, or 0.
    failure: AtomicI32,
}

/// What the child does, on our memory: no allocation, no panic, nothing but system calls.
unsafe extern "C" fn run_child(argument: *mut c_void) -> ! {
    // SAFETY: the parent has passed its `Launch`, and waits.
    let launch = unsafe { &*argument.cast::<Launch<'_>>() };
    for signal in Signal::all() {
        // Refused for KILL and STOP, which are at their default anyway.
        let _ = set_disposition(signal, Disposition::Default);
    }
    // Can't fail: a new process leads no group.
    let _ = setsid();
    if let Some(output) = launch.output {
        let _ = replace_standard(1, output);
        set_parent_death_signal(Signal::KILL);
    }
    // SAFETY: this process uses no descriptor but 0 to 2 from here on. An old kernel
    // refuses; what we open is close-on-exec in any case.
    let _ = unsafe { close_range(3, u32::MAX, CloseRange::Now) };
    let _ = sigprocmask(Change::Set, Set::EMPTY);
    let error = launch.program.execute();
    launch.failure.store(error.raw(), Ordering::Release);
    exit_group(127)
}

/// Where a program may be, and all its strings.
struct Strings<'a> {
    candidates: Vec<CString>,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    replaced: &'a [(&'a [u8], &'a [u8])],
}

/// What execve(2) takes.
struct Lists<'a> {
    candidates: &'a [CString],
    arguments: Vec<ExecString<'a>>,
    environment: Vec<ExecString<'a>>,
}

/// Where to look if there is no `PATH`.
const DEFAULT_PATH: &[u8] = b"/usr/local/bin:/usr/bin:/bin";

impl<'a> Strings<'a> {
    fn new(command: &Command<'a>, path: Option<&[u8]>) -> Result<Self> {
        let candidates = candidates(command.program, path.unwrap_or(DEFAULT_PATH))?;
        let mut arguments = Vec::from([c_string(&[command.program])?]);
        for argument in command.arguments {
            arguments.push(c_string(&[argument])?);
        }
        let mut environment = Vec::new();
        for variable in command.environment {
            environment.push(assignment(variable)?);
        }
        Ok(Self { candidates, arguments, environment, replaced: command.environment })
    }

    fn lists(&self, inherited: impl Iterator<Item = &'static CStr>) -> Lists<'_> {
        let mut environment = Vec::new();
        for variable in inherited {
            if self.replaced.iter().all(|(name, _)| env::value_of(variable, name).is_none()) {
                environment.push(ExecString::new(variable));
            }
        }
        append(&self.environment, &mut environment);
        let mut arguments = Vec::new();
        append(&self.arguments, &mut arguments);
        Lists { candidates: &self.candidates, arguments, environment }
    }
}

impl Lists<'_> {
    /// Executes the first candidate that there is; returns why none could be. One that is
    /// there but forbidden is the reason that a user can mend, so that it wins.
    fn execute(&self) -> Errno {
        let mut reason = Errno::ENOENT;
        for candidate in self.candidates {
            match execve(candidate, &self.arguments, &self.environment) {
                error @ (Errno::ENOENT | Errno::ENOTDIR) => {
                    if reason != Errno::EACCES {
                        reason = error;
                    }
                }
                Errno::EACCES => reason = Errno::EACCES,
                error => return error,
            }
        }
        reason
    }
}

/// Ends a list for execve(2) with these strings.
fn append<'a>(strings: &'a [CString], list: &mut Vec<ExecString<'a>>) {
    for string in strings {
        list.push(ExecString::new(string));
    }
    list.push(ExecString::END);
}

/// `NAME=value`.
#[inline(never)]
fn assignment(&(name, value): &(&[u8], &[u8])) -> Result<CString> {
    if name.is_empty() || name.contains(&b'=') {
        return Err(Errno::EINVAL);
    }
    c_string(&[name, b"=", value])
}

/// The paths to try for a program, in order. An empty part of `PATH` is the working
/// directory (POSIX).
fn candidates(program: &[u8], path: &[u8]) -> Result<Vec<CString>> {
    if program.is_empty() {
        return Err(Errno::ENOENT);
    }
    // A path is not looked for.
    let path = if program.contains(&b'/') { b"" } else { path };
    let mut found = Vec::new();
    for directory in path.split(|&byte| byte == b':') {
        let slash: &[u8] = if directory.is_empty() { b"" } else { b"/" };
        found.push(c_string(&[directory, slash, program])?);
    }
    Ok(found)
}

/// `run_child` takes a few kilobytes of stack without optimisation.
const CHILD_STACK: usize = 64 * 1024;

#[cfg(test)]
mod tests;
