//! X servers started for us: Xvfb without a screen, Xephyr as a window on the
//! developer's own desktop. Each picks a free display number and tells us which.

use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, pidfd_send_signal};

use crate::process::{PATIENCE, Process, wait_readable};
use crate::{Failure, Outcome};

/// Width and height of the screens that we start, in pixels.
pub const SCREEN: (u16, u16) = (1280, 800);

/// The longest that a server without a screen runs. The answers of a server that hangs
/// are awaited without a deadline; this is theirs.
const LIMIT: Duration = Duration::from_mins(5);

/// A running X server. Dropping it ends it, and with it every client.
#[derive(Debug)]
pub struct Server {
    /// The server's process.
    pub process: Process,
    number: u32,
    /// Dropped, it calls off the end at [`LIMIT`].
    limit: Option<Sender<()>>,
}

impl Server {
    /// Starts Xvfb with one screen, and with `arguments` behind ours.
    pub fn xvfb(arguments: &[&str]) -> Outcome<Self> {
        let screen = format!("{}x{}x24", SCREEN.0, SCREEN.1);
        let mut command = Command::new("Xvfb");
        // Built-in fonts make the same picture on every machine. Without -noreset the
        // server forgets everything when its last client leaves.
        command.args(["-screen", "0", &screen, "-noreset", "-fp", "built-ins"]).args(arguments);
        let mut server = Self::start("Xvfb", command)?;
        server.limit = Some(end_after(&server.process, LIMIT)?);
        Ok(server)
    }

    /// Starts Xephyr on the display of the environment.
    pub fn xephyr() -> Outcome<Self> {
        let screen = format!("{}x{}", SCREEN.0, SCREEN.1);
        let mut command = Command::new("Xephyr");
        command.args(["-screen", &screen, "-resizeable", "-title", "pgwm", "-noreset"]);
        Self::start("Xephyr", command)
    }

    /// The display number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The value for DISPLAY.
    pub fn display(&self) -> String {
        format!(":{}", self.number)
    }

    fn start(name: &str, mut command: Command) -> Outcome<Self> {
        // The server writes its number to the descriptor given: standard output.
        command.args(["-displayfd", "1"]).stdout(Stdio::piped());
        let mut process = Process::spawn(name, &mut command)
            .map_err(|error| error.during("`cargo xtask run` and `cargo xtask test` install it"))?;
        let number = read_number(&mut process).ok_or_else(|| {
            Failure::new(format!("{name} did not open a display: {}", process.log()))
        })?;
        Ok(Self { process, number, limit: None })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.limit = None;
        // Asked to end it removes its socket and lock; killed, it would leave them.
        if self.process.signal(Signal::TERM).is_ok() {
            let _ = self.process.wait(PATIENCE);
        }
    }
}

/// Kills the process after a time, unless what this gives is dropped before.
fn end_after(process: &Process, limit: Duration) -> Outcome<Sender<()>> {
    let process = process.ended().try_clone_to_owned()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        if receiver.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            // It may have ended by itself.
            let _ = pidfd_send_signal(&process, Signal::KILL);
        }
    });
    Ok(sender)
}

fn read_number(process: &mut Process) -> Option<u32> {
    let mut output = process.take_output()?;
    let deadline = Instant::now() + PATIENCE;
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        wait_readable(&[output.as_fd()], deadline).ok()??;
        if output.read(&mut byte).ok()? == 0 {
            return None;
        }
        if byte == *b"\n" {
            return std::str::from_utf8(&line).ok()?.trim().parse().ok();
        }
        line.extend(byte);
    }
}
