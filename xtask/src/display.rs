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
    /// The server that this one is a window of, if it is one of ours.
    host: Option<Box<Self>>,
}

impl Server {
    /// Starts Xvfb with one screen, and with `arguments` behind ours.
    pub fn xvfb(arguments: &[&str]) -> Outcome<Self> {
        Self::xvfb_of(SCREEN, arguments)
    }

    /// The same with a screen of this size.
    pub fn xvfb_of((width, height): (u16, u16), arguments: &[&str]) -> Outcome<Self> {
        let screen = format!("{width}x{height}x24");
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
        let mut command = xephyr();
        // Its own title would say which keys give it the keyboard.
        command.args(["-title", "pgwm"]);
        Self::start("Xephyr", command)
    }

    /// Starts Xephyr as a window of this server.
    pub fn nested(&self) -> Outcome<Self> {
        let mut command = xephyr();
        command.env("DISPLAY", self.display()).env_remove("XAUTHORITY");
        Self::start("Xephyr", command)
    }

    /// Starts a server whose screens, side by side and as high as each is, are known
    /// through Xinerama alone: it has no RandR. Xvfb puts all of its screens at the same
    /// place, so this is a Xephyr in an Xvfb.
    pub fn xinerama(screens: &[(u16, u16)]) -> Outcome<Self> {
        let host = Self::xvfb(&[])?;
        let mut command = Command::new("Xephyr");
        command.args(["+xinerama", "-extension", "RANDR", "-noreset", "-fp", "built-ins"]);
        for (width, height) in screens {
            command.args(["-screen", &format!("{width}x{height}")]);
        }
        command.env("DISPLAY", host.display()).env_remove("XAUTHORITY");
        let mut server = Self::start("Xephyr", command)?;
        server.host = Some(Box::new(host));
        Ok(server)
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
        Ok(Self { process, number, limit: None, host: None })
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

/// Xephyr with one screen, which follows its window's size.
fn xephyr() -> Command {
    let mut command = Command::new("Xephyr");
    let screen = format!("{}x{}", SCREEN.0, SCREEN.1);
    command.args(["-screen", &screen, "-resizeable", "-noreset"]);
    command
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
