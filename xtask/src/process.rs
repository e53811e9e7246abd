//! A child process that ends with its owner, whose end is awaited with a deadline and
//! whose standard error is kept. Never sleeps to wait: it polls the process' descriptor.

use std::fmt;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::{Failure, Outcome};

/// How long anything may take before it counts as hanging: far longer than it needs on
/// a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running child. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    ended: OwnedFd,
    log: Arc<Log>,
}

impl Process {
    /// Starts `command`; its standard error is kept and its standard input is empty.
    /// Standard output is as the caller set it.
    pub fn spawn(name: &str, command: &mut Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("{name} did not start: {error}")))?;
        let log = Arc::new(Log::default());
        if let Some(pipe) = child.stderr.take() {
            let log = Arc::clone(&log);
            thread::spawn(move || log.fill(pipe));
        }
        let ended = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())?;
        Ok(Self { name: name.to_owned(), child, ended, log })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child's standard output, once, if it was piped.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// A descriptor that becomes readable when the process has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.ended.as_fd()
    }

    /// Sends a signal to the process; none if it has ended and been waited for, as its
    /// number may be another's by then.
    pub fn signal(&self, signal: Signal) -> Outcome {
        Ok(pidfd_send_signal(&self.ended, signal)?)
    }

    /// The exit status, if it has ended.
    pub fn status(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for the end.
    pub fn wait(&mut self, patience: Duration) -> Outcome<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if wait_readable(&[self.ended.as_fd()], deadline)?.is_none() {
                return Err(Failure::new(format!("{} did not end within {patience:?}", self.name)));
            }
        }
    }

    /// Waits for the end, however long it takes.
    pub fn wait_forever(&mut self) -> Outcome<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Waits for the end and for the last line on standard error; gives both.
    pub fn finish(mut self) -> Outcome<(ExitStatus, String)> {
        let status = self.wait(PATIENCE)?;
        self.log.wait(|log| log.closed);
        Ok((status, self.log()))
    }

    /// What it has written to standard error so far.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Waits until standard error, from byte `start` on, contains `text`; gives all of it.
    pub fn wait_for_log(&self, start: usize, text: &str) -> Outcome<String> {
        let found = |log: &LogState| {
            let rest = log.bytes.get(start..).unwrap_or_default();
            rest.windows(text.len()).any(|window| window == text.as_bytes())
        };
        if self.log.wait(|log| found(log) || log.closed) && self.log.holds(found) {
            return Ok(self.log());
        }
        Err(Failure::new(format!("{} never wrote {text:?}, but: {}", self.name, self.log())))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended; then there is nobody to kill and nothing to report.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `command` to its end with its standard streams as they are; fails unless its
/// status is 0.
pub fn succeed(command: &mut Command) -> Outcome {
    let line = line(command);
    let status = command
        .status()
        .map_err(|error| Failure::new(format!("could not run `{line}`: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}`: {}", said(status)))) }
}

/// A command as one would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// An exit status in words.
pub fn said(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// Waits until one of the descriptors is readable or closed and gives its index; `None`
/// when the deadline passes first.
pub fn wait_readable(fds: &[BorrowedFd<'_>], deadline: Instant) -> Outcome<Option<usize>> {
    loop {
        let mut polled: Vec<_> = fds.iter().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = left.try_into().ok();
        match poll(&mut polled, timeout.as_ref()) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(polled.iter().position(|fd| !fd.revents().is_empty())),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What a child wrote to standard error.
#[derive(Default)]
struct Log {
    state: Mutex<LogState>,
    changed: Condvar,
}

#[derive(Default)]
struct LogState {
    bytes: Vec<u8>,
    closed: bool,
}

impl Log {
    fn fill(&self, mut pipe: impl Read) {
        let mut buffer = [0; 4096];
        loop {
            let count = pipe.read(&mut buffer).unwrap_or(0);
            let mut state = self.lock();
            state.bytes.extend_from_slice(&buffer[..count]);
            state.closed = count == 0;
            self.changed.notify_all();
            if state.closed {
                return;
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock().bytes).into_owned()
    }

    fn holds(&self, condition: impl Fn(&LogState) -> bool) -> bool {
        condition(&self.lock())
    }

    fn wait(&self, condition: impl Fn(&LogState) -> bool) -> bool {
        let (_state, timeout) = self
            .changed
            .wait_timeout_while(self.lock(), PATIENCE, |state| !condition(state))
            .unwrap_or_else(PoisonError::into_inner);
        !timeout.timed_out()
    }

    fn lock(&self) -> MutexGuard<'_, LogState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}
