//! The loop: wait, hand over what came, carry out what is wanted, and again. Never knows
//! X11; see `pgwm_core::session`.

use crate::commands::Commands;
use crate::connect::Connected;
use crate::sentence::{complain, reason, sentence};
use crate::sources::{self, Sources};
use crate::{programs, spawn};
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::ManuallyDrop;
use core::time::Duration;
use pgwm_core::config::{Config, Program};
use pgwm_core::deadline;
use pgwm_core::gather::Gather;
use pgwm_core::session::{Session, Start};
use pgwm_core::status::{Kind, Reading};
use pgwm_core::utf8;
use pgwm_core::wm::{Command, Leave};
use rusl::fd::{AsFd, OwnedFd};
use rusl::{Errno, poll};
use tiny_std::clock::Instant;
use tiny_std::env;
use tiny_std::fs::forget_maps;
use tiny_std::signal::{Set, Signal, SignalFd};
use tiny_std::transport::{Choice, Refusal, Transport};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// For good.
    Quit,
    /// To be started again.
    Restart,
}

/// A session and the means to carry it out.
#[derive(Debug)]
pub(crate) struct EventLoop {
    /// Ends with the process, which need not take it apart.
    session: ManuallyDrop<Session>,
    transport: Transport,
    signals: SignalFd,
    /// What status checks read.
    sources: Sources,
    /// What they run.
    commands: Commands,
    /// Programs to be started once windows are managed.
    autostart: &'static [Program],
    /// Whether the programs in PATH are wanted.
    lists_programs: bool,
}

impl EventLoop {
    /// Begins a session on an accepted connection, and starts the programs once it is under
    /// way. An error is a sentence.
    pub(crate) fn new(
        config: &'static Config,
        connected: Connected,
        start: Start,
        autostart: &'static [Program],
    ) -> Result<Self, String> {
        let choice = match env::var("PGWM_BACKEND") {
            None | Some(b"") => Choice::Best,
            Some(b"io_uring") => Choice::IoUring,
            Some(b"poll") => Choice::Poll,
            Some(other) => {
                let other = utf8::lossy(other);
                return Err(sentence("PGWM_BACKEND is %; set it to io_uring or poll", &[&other]));
            }
        };
        let (signals, others) = watch_signals()
            .map_err(|error| sentence("cannot wait for signals: %", &[&reason(error)]))?;
        let Connected { socket, setup, screen } = connected;
        let session =
            Session::new(config, &setup, screen, start).map_err(|fault| fault.sentence())?;
        let session = ManuallyDrop::new(session);
        let transport = Transport::new(socket, others, choice).map_err(|error| {
            sentence(
                "io_uring is not to be had (%); leave PGWM_BACKEND unset to use poll",
                &[&reason(error)],
            )
        })?;
        let (sources, commands) = (Sources::default(), Commands::default());
        let lists_programs = false;
        Ok(Self { session, transport, signals, sources, commands, autostart, lists_programs })
    }

    /// Runs until the session ends. An error is a sentence.
    #[inline(never)]
    pub(crate) fn run(&mut self) -> Result<End, String> {
        loop {
            // What is carried out may set a deadline, and a deadline may want something done.
            let timeout = loop {
                if let Some(end) = self.carry_out() {
                    if end == End::Quit {
                        self.transport.close();
                    }
                    return Ok(end);
                }
                let timeout = self.tick()?;
                if !self.session.has_command() {
                    break timeout;
                }
            };
            say(self.transport.refusal());
            self.transport.offer(self.session.output());
            // What is shown meanwhile goes out first.
            let timeout = if self.lists_programs { Some(Duration::ZERO) } else { timeout };
            let wakeup = self.transport.wait(timeout).map_err(lost)?;
            if let Some(length) = wakeup.received {
                let bytes = self.transport.received(length);
                self.session.receive(bytes).map_err(|fault| fault.sentence())?;
            }
            if core::mem::take(&mut self.lists_programs) {
                self.session.programs(programs::list());
            }
            if wakeup.other {
                self.hear_others();
            }
        }
    }

    /// Takes in what programs have printed, that they have ended, or that we are to end.
    #[inline(never)]
    fn hear_others(&mut self) {
        let wall = sources::wall(now());
        let session = &mut self.session;
        let mut tell = |index, reading: Reading<'_>| session.read(index, reading, wall);
        self.commands.read(wall.now.as_secs(), &mut tell);
        let mut is_to_end = false;
        while let Ok(Some(signal)) = self.signals.read() {
            if signal.signal != Signal::CHLD.raw() {
                is_to_end = true;
                continue;
            }
            while let Some((pid, exit)) = spawn::reap() {
                self.commands.ended(pid, exit, &mut tell);
            }
        }
        if is_to_end {
            self.session.leave(Leave::Quit);
        }
    }

    /// Prepares for another program in this process. An error is a sentence.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
        self.commands.end_all();
        if let Some(length) = self.transport.settle().map_err(lost)? {
            // Should we have to go on, nothing may be missing.
            let bytes = self.transport.received(length);
            self.session.receive(bytes).map_err(|fault| fault.sentence())?;
        }
        Ok(())
    }

    /// Goes on after all.
    pub(crate) fn resume(&mut self) {
        self.transport.resume();
        self.session.stay();
    }

    /// Looks at the clock, where time matters; how long the next wait may take.
    fn tick(&mut self) -> Result<Option<Duration>, String> {
        if !self.session.is_timing() {
            return Ok(None);
        }
        let now = now();
        let next = self.session.tick(now).map_err(|fault| fault.sentence())?;
        Ok(next.map(|next| deadline::left(next, now)))
    }

    /// Does what the session wants done; whether that ends it.
    fn carry_out(&mut self) -> Option<End> {
        if self.session.is_running() {
            for program in core::mem::take(&mut self.autostart) {
                let words: Vec<&[u8]> = program.iter().map(|word| word.as_bytes()).gather();
                let _ = spawn::spawn(&words, None);
            }
        }
        let mut wall = None;
        while let Some(command) = self.session.next_command() {
            match command {
                Command::Spawn(launch) => {
                    let startup_id = launch.startup_id.as_deref();
                    let words: Vec<&[u8]> = launch.program.iter().map(Vec::as_slice).gather();
                    if let Some(pid) = spawn::spawn(&words, startup_id) {
                        self.session.spawned(launch.number, pid);
                    }
                }
                Command::Kill { pid } => spawn::end(pid),
                Command::Lineage { window, pid } => {
                    self.session.lineage(window, &spawn::lineage(pid));
                }
                Command::Read { index, kind } => {
                    let wall = *wall.get_or_insert_with(|| sources::wall(now()));
                    if let Kind::Command(program) | Kind::Follow(program) = kind {
                        let others = self.transport.others();
                        if let Some(end) = self.commands.start(index, program, others) {
                            self.session.read(index, Reading::Ended(end), wall);
                        }
                    } else {
                        self.session.read(index, self.sources.read(kind, wall), wall);
                    }
                }
                Command::ListPrograms => self.lists_programs = true,
                Command::Log(line) => complain("%", &[&line]),
                Command::ForgetFonts => forget_maps(),
                Command::Quit => return Some(End::Quit),
                Command::Restart => return Some(End::Restart),
            }
        }
        None
    }
}

/// The signals that we read, and a collection to be watched that they are in.
fn watch_signals() -> Result<(SignalFd, OwnedFd), Errno> {
    let set = Set::EMPTY.with(Signal::TERM).with(Signal::INT).with(Signal::HUP).with(Signal::CHLD);
    let signals = SignalFd::new(set)?;
    let others = poll::collection()?;
    poll::watch(others.as_fd(), signals.as_fd())?;
    // Those that have ended before.
    while spawn::reap().is_some() {}
    Ok((signals, others))
}

/// The time of a clock that never goes back, as the session wants it.
fn now() -> Duration {
    Duration::from_nanos(Instant::now().as_nanoseconds())
}

/// Says that poll has to do, which is no error.
fn say(refusal: Option<Refusal>) {
    let (what, error) = match refusal {
        None => return,
        Some(Refusal::AtStart(error)) => ("io_uring is not to be had (%); using poll", error),
        Some(Refusal::Later(error)) => ("io_uring stopped working (%); going on with poll", error),
    };
    complain(what, &[&reason(error)]);
}

fn lost(error: Errno) -> String {
    match error {
        Errno::EPIPE | Errno::ECONNRESET => {
            String::from("the X server closed the connection; the session is over")
        }
        error => sentence("the connection to the X server is lost: %", &[&reason(error)]),
    }
}
