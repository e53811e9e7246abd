//! The one door to the window manager: bytes and time go in, bytes and commands come out.
//! Never does I/O and never looks at a clock.
//!
//! ```text
//! receive(bytes)  tick(now)  leave(how)           what happens to us
//! output()  next_command()  has_command()         what we want done
//! is_timing()                                     whether time matters
//! spawned(number, pid)  lineage(window, parents)  what came of a command
//! read(index, reading, wall)                      likewise, of a status check
//! programs(names)                                 likewise, of the programs in PATH
//! stay()  is_running()                            after a restart that failed; for autostart
//! ```

use crate::config::Config;
use crate::deadline;
use crate::number;
use crate::startup::Startup;
use crate::status::{Reading, Wall};
use crate::wm::question::{Answer, Question};
use crate::wm::{Command, Leave, Wm};
use crate::x11::atom::AtomTable;
use crate::x11::connection::{Connection, Incoming};
use crate::x11::error::{ErrorCode, XError};
use crate::x11::id::Window;
use crate::x11::request::{KillClient, Request};
use crate::x11::setup::Setup;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::time::Duration;

/// How long we wait, on leaving, for the server to have carried out everything.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a session is begun with besides the configuration and the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    /// The name of the machine that we run on (`WM_CLIENT_MACHINE`).
    pub host: Vec<u8>,
    /// Whether a window manager that runs is to make room for us (ICCCM 2.8).
    pub replace: bool,
    /// Our own process (`_NET_WM_PID`, startup ids).
    pub process: u32,
    /// The files of the fonts, those of the configuration in its order.
    pub fonts: Vec<&'static [u8]>,
}

/// A connection to the server and what it is used for.
#[derive(Debug)]
pub struct Session {
    connection: Connection<Question>,
    stage: Stage,
    /// The front part of a message whose rest has not come yet.
    partial: Vec<u8>,
    /// Commands that don't come from the window manager.
    commands: VecDeque<Command>,
    leave_at: Option<Duration>,
}

#[derive(Debug)]
enum Stage {
    Starting(Box<Startup>),
    Running(Box<Wm>),
}

/// Why a session can't begin or go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server said something that the protocol does not allow.
    Malformed,
    /// There is a window manager already.
    OtherManager,
    /// There is one that can't be asked to make room.
    OldManager,
    /// There is one that was asked to make room and has not.
    StubbornManager,
    /// The server has no screen of this number.
    NoScreen(u32),
}

impl Fault {
    /// What is wrong, and what to do.
    pub fn sentence(&self) -> String {
        let text = match *self {
            Self::Malformed => "the X server sent bytes that are no X11 message",
            Self::OtherManager => {
                "another window manager runs on this display; end it first, take over from it \
                 with --replace, or name another display in DISPLAY"
            }
            Self::OldManager => {
                "another window manager runs on this display, one that --replace can't take \
                 over from; end it first, or name another display in DISPLAY"
            }
            Self::StubbornManager => {
                "the other window manager on this display has not made room within 15 seconds; \
                 end it first"
            }
            Self::NoScreen(screen) => {
                let mut text = String::from("the X server has no screen ");
                number::push::<10>(&mut text, screen.into());
                text.push_str("; change the number after the dot in DISPLAY");
                return text;
            }
        };
        text.into()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

impl Session {
    /// Begins a session on a server that has just accepted us.
    ///
    /// # Errors
    ///
    /// The server has no such screen.
    pub fn new(
        config: &'static Config,
        setup: &Setup,
        screen: u32,
        start: Start,
    ) -> Result<Self, Fault> {
        let mut connection = Connection::new();
        let startup = Startup::begin(config, setup, screen, start, &mut connection)?;
        Ok(Self {
            connection,
            stage: Stage::Starting(Box::new(startup)),
            partial: Vec::new(),
            commands: VecDeque::new(),
            leave_at: None,
        })
    }

    /// Takes in bytes from the server: handles all whole messages, then shows what has
    /// changed.
    ///
    /// # Errors
    ///
    /// The session can't begin or go on.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.partial.is_empty() {
            let used = self.consume(bytes)?;
            self.partial.extend_from_slice(&bytes[used..]);
        } else {
            let mut whole = mem::take(&mut self.partial);
            whole.extend_from_slice(bytes);
            let used = self.consume(&whole)?;
            whole.drain(..used);
            self.partial = whole;
        }
        if let Stage::Running(wm) = &mut self.stage {
            wm.refresh(&mut self.connection);
        }
        Ok(())
    }

    /// Whether time matters at all: then [`Session::tick`] is wanted before the next wait.
    /// Else nobody needs to look at a clock.
    pub fn is_timing(&self) -> bool {
        match &self.stage {
            Stage::Starting(startup) => startup.is_timing(),
            Stage::Running(wm) => wm.is_leaving() || wm.is_timing(),
        }
    }

    /// Takes in the time, which counts from any fixed point, and shows what has changed. When
    /// it is wanted next, if it is. That may leave output and commands, as everything else.
    ///
    /// # Errors
    ///
    /// Another window manager has not gone in time.
    pub fn tick(&mut self, now: Duration) -> Result<Option<Duration>, Fault> {
        match &mut self.stage {
            Stage::Starting(startup) => startup.tick(now, &mut self.connection),
            Stage::Running(wm) if wm.is_leaving() => {
                let leave_at = deadline::set(&mut self.leave_at, now, FAREWELL);
                if now >= leave_at {
                    wm.leave_now();
                }
                Ok(Some(leave_at))
            }
            Stage::Running(wm) => {
                wm.tick(now, &mut self.connection);
                wm.refresh(&mut self.connection);
                // What the refresh has sent may have a deadline too.
                Ok(wm.tick(now, &mut self.connection))
            }
        }
    }

    /// Performs an action as a key would.
    #[cfg(test)]
    pub(crate) fn act(&mut self, action: crate::config::Action) {
        if let Stage::Running(wm) = &mut self.stage {
            wm.act(action, &mut self.connection);
        }
    }

    /// Begins to leave; [`Session::next_command`] says when that is done.
    pub fn leave(&mut self, how: Leave) {
        match &mut self.stage {
            Stage::Starting(_) => self.commands.push_back(Command::Quit),
            Stage::Running(wm) => wm.leave(how, &mut self.connection),
        }
    }

    /// Takes in that the program of this launch runs, as this process
    /// ([`Command::Spawn`]).
    pub fn spawned(&mut self, number: u64, pid: u32) {
        if let Stage::Running(wm) = &mut self.stage {
            wm.spawned(number, pid);
        }
    }

    /// Takes in the parents of a window's process: its own one first, up to process 1; none
    /// if they can't be known ([`Command::Lineage`]).
    pub fn lineage(&mut self, window: Window, parents: &[u32]) {
        if let Stage::Running(wm) = &mut self.stage {
            wm.lineage(window, parents, &mut self.connection);
            wm.refresh(&mut self.connection);
        }
    }

    /// Takes in the names of the programs in PATH, in any order, each with a zero byte after
    /// it ([`Command::ListPrograms`]).
    pub fn programs(&mut self, names: Vec<u8>) {
        if let Stage::Running(wm) = &mut self.stage {
            wm.programs(names);
            wm.refresh(&mut self.connection);
        }
    }

    /// Takes in what was read for a status check, or what came of its program
    /// ([`Command::Read`]). The next [`Session::tick`] shows it.
    pub fn read(&mut self, index: usize, reading: Reading<'_>, wall: Wall) {
        if let Stage::Running(wm) = &mut self.stage {
            wm.read(index, reading, wall);
        }
    }

    /// Goes on after a restart that failed.
    pub fn stay(&mut self) {
        self.leave_at = None;
        if let Stage::Running(wm) = &mut self.stage {
            wm.stay(&mut self.connection);
            wm.refresh(&mut self.connection);
        }
    }

    /// Bytes for the server. The caller takes them out and sends them, in order.
    pub fn output(&mut self) -> &mut Vec<u8> {
        self.connection.output()
    }

    /// The next thing to be done outside of the connection.
    pub fn next_command(&mut self) -> Option<Command> {
        self.commands.pop_front().or_else(|| match &mut self.stage {
            Stage::Starting(_) => None,
            Stage::Running(wm) => wm.next_command(),
        })
    }

    /// Whether there is something to be done outside of the connection.
    pub fn has_command(&self) -> bool {
        !self.commands.is_empty()
            || match &self.stage {
                Stage::Starting(_) => false,
                Stage::Running(wm) => wm.has_command(),
            }
    }

    /// Whether the session manages windows already.
    pub const fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running(_))
    }

    /// Handles all whole messages; how many bytes they took.
    fn consume(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut used = 0;
        loop {
            let cut = self.connection.cut(&bytes[used..]).map_err(|_| Fault::Malformed)?;
            let Some((incoming, length)) = cut else { return Ok(used) };
            used += length;
            self.handle(&incoming)?;
        }
    }

    #[inline(never)]
    fn handle(&mut self, incoming: &Incoming<'_, Question>) -> Result<(), Fault> {
        match *incoming {
            Incoming::Event { sequence, synthetic, event } => match &mut self.stage {
                Stage::Starting(startup) => startup.handle(event, sequence, synthetic),
                Stage::Running(wm) => {
                    wm.handle(&event, sequence, synthetic, &mut self.connection);
                }
            },
            Incoming::Reply { sequence, tag, bytes } => {
                // An answer that can't be read tells as little as an error.
                let answer = tag.read(bytes, self.atoms()).ok();
                self.answered(tag, sequence, answer)?;
            }
            Incoming::Error { sequence, tag: Some(question), .. } => {
                self.answered(question, sequence, None)?;
            }
            Incoming::Error { sequence, tag: None, ref error } => self.failed(sequence, error),
            Incoming::Nothing => {}
        }
        Ok(())
    }

    fn atoms(&self) -> &AtomTable {
        match &self.stage {
            Stage::Starting(startup) => startup.atoms(),
            Stage::Running(wm) => wm.atoms(),
        }
    }

    fn answered(
        &mut self,
        question: Question,
        sequence: u64,
        answer: Option<Answer>,
    ) -> Result<(), Fault> {
        let out = &mut self.connection;
        match &mut self.stage {
            Stage::Running(wm) => wm.answered(question, sequence, answer, out),
            Stage::Starting(startup) => {
                if let Some(mut wm) = startup.answered(answer, out)? {
                    for (event, sequence, synthetic) in mem::take(&mut startup.events) {
                        wm.handle(&event, sequence, synthetic, out);
                    }
                    match mem::replace(&mut self.stage, Stage::Running(Box::new(wm))) {
                        Stage::Starting(startup) => drop(startup),
                        // There is none: this leaves out the code to take it apart.
                        Stage::Running(wm) => mem::forget(wm),
                    }
                }
            }
        }
        Ok(())
    }

    /// Windows die while we talk about them; what that causes is not worth a line.
    fn failed(&mut self, sequence: u64, error: &XError) {
        match &mut self.stage {
            Stage::Starting(startup) => startup.failed(sequence),
            Stage::Running(wm) => {
                wm.failed(sequence);
                let is_expected = match error.code {
                    ErrorCode::Window
                    | ErrorCode::Drawable
                    | ErrorCode::Match
                    | ErrorCode::Counter
                    | ErrorCode::Alarm => true,
                    ErrorCode::Value => error.major_opcode == KillClient::OPCODE,
                    _ => false,
                };
                if !is_expected {
                    let mut line = String::from("X error: ");
                    line.push_str(&error.sentence());
                    self.commands.push_back(Command::Log(line));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
