//! The programs that status checks run: their lines, and their ends. Never waits for one, and
//! never reads so much at once that anyone else has to wait.

use crate::spawn::spawn_into;
use alloc::vec::Vec;
use pgwm_core::config::Program;
use pgwm_core::status::{End, Lines, Reading};
use rusl::fd::{AsFd, BorrowedFd, OwnedFd, set_non_blocking};
use rusl::{fs, poll};
use tiny_std::process::{Exit, Pid, kill_group};
use tiny_std::signal::Signal;

/// How much is read of a program at once.
const PIECE: usize = 4096;
/// How often at most after its end: as much as a pipe holds.
const LAST_PIECES: u32 = 16;
/// The most that a program may print within a second, in bytes.
const FLOOD: usize = 256 * 1024;

/// The programs that run.
#[derive(Debug, Default)]
pub(crate) struct Commands(Vec<Child>);

/// A program, which ends when nobody knows it any more.
#[derive(Debug)]
struct Child {
    /// The place of its check.
    index: usize,
    pid: Pid,
    /// `None` once it has closed that.
    output: Option<OwnedFd>,
    lines: Lines,
    /// The last second in which it has printed.
    second: u64,
    /// How much, in that.
    printed: usize,
    has_ended: bool,
}

impl Commands {
    /// Starts the program of a check, in a session of its own; what it prints makes `watched`
    /// ready. One that still runs is late, and ended instead. Says why there is none now.
    pub(crate) fn start(
        &mut self,
        index: usize,
        program: Program,
        watched: BorrowedFd<'_>,
    ) -> Option<End> {
        if let Some(at) = self.0.iter().position(|child| child.index == index) {
            self.0.swap_remove(at);
            return Some(End::Late);
        }
        let Ok((reader, writer)) = fs::pipe() else { return Some(End::NotStarted) };
        let _ = set_non_blocking(reader.as_fd());
        let _ = poll::watch(watched, reader.as_fd());
        let Some(pid) = spawn_into(program, writer.as_fd()) else { return Some(End::NotStarted) };
        self.0.push(Child {
            index,
            pid,
            output: Some(reader),
            lines: Lines::default(),
            second: 0,
            printed: 0,
            has_ended: false,
        });
        None
    }

    /// Tells what the programs have printed by now.
    pub(crate) fn read(&mut self, second: u64, tell: &mut dyn FnMut(usize, Reading<'_>)) {
        let mut at = 0;
        while let Some(child) = self.0.get_mut(at) {
            child.read(second, tell);
            if child.printed > FLOOD {
                tell(child.index, Reading::Ended(End::Flood));
                self.0.swap_remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// Takes in the end of a process, which may be one of them.
    pub(crate) fn ended(&mut self, pid: Pid, exit: Exit, tell: &mut dyn FnMut(usize, Reading<'_>)) {
        let Some(at) = self.0.iter().position(|child| child.pid == pid) else { return };
        let mut child = self.0.swap_remove(at);
        child.has_ended = true;
        for _ in 0..LAST_PIECES {
            child.read(0, tell);
        }
        let rest = child.lines.rest();
        if !rest.is_empty() {
            tell(child.index, Reading::Line(rest));
        }
        let end = match exit {
            Exit::Status(status) => End::Exit(status),
            Exit::Signal(signal) => End::Signal(signal as u8),
        };
        tell(child.index, Reading::Ended(end));
    }

    /// Ends them all. What came of that is told as ever.
    pub(crate) fn end_all(&self) {
        self.0.iter().for_each(Child::end);
    }
}

impl Child {
    /// Tells the last of the lines that a piece of the output ends.
    fn read(&mut self, second: u64, tell: &mut dyn FnMut(usize, Reading<'_>)) {
        let Some(output) = &self.output else { return };
        let mut buffer = [0; PIECE];
        let Ok(length) = fs::read(output.as_fd(), &mut buffer) else { return };
        if length == 0 {
            self.output = None;
        }
        if self.second != second {
            (self.second, self.printed) = (second, 0);
        }
        self.printed += length;
        if let Some(line) = self.lines.push(&buffer[..length]) {
            tell(self.index, Reading::Line(line));
        }
    }

    /// Ends it, with all that it has started.
    fn end(&self) {
        if !self.has_ended {
            let _ = kill_group(self.pid, Signal::KILL);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}
