//! A window manager that is measured, on a server of its own.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use x11rb::protocol::Event;
use x11rb::protocol::xproto::Window;

use crate::client::Client;
use crate::display::Server;
use crate::process::{PATIENCE, Process};
use crate::proxy::{Proxy, Traffic};
use crate::{Failure, Outcome};

/// What is measured.
#[derive(Debug, Clone)]
pub(super) struct Manager {
    /// The program.
    pub(super) program: PathBuf,
    /// What a shell runs beside it, so that its bar tells as much.
    pub(super) status: Option<&'static str>,
}

/// A session: the server, perhaps a proxy before it, the window manager and what runs beside
/// it, and programs. Ended in this order.
#[derive(Debug)]
pub(super) struct Stage {
    programs: Vec<Process>,
    /// Runs beside the window manager.
    pub(super) status: Option<Process>,
    /// The window manager.
    pub(super) manager: Process,
    /// Counts what the window manager says.
    proxy: Option<Proxy>,
    /// An independent client.
    pub(super) client: Client,
    server: Server,
}

impl Manager {
    /// The command that starts it.
    pub(super) fn command(&self, display: &str) -> Command {
        let mut command = Command::new(&self.program);
        on_display(&mut command, display);
        command
    }
}

impl Stage {
    /// A window manager that is ready; behind a proxy if what it says is to be counted.
    pub(super) fn set(manager: &Manager, is_counted: bool) -> Outcome<Self> {
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        client.press("shift")?;
        let proxy = is_counted.then(|| Proxy::start(server.number())).transpose()?;
        let display = proxy.as_ref().map_or_else(|| server.display(), Proxy::display);
        let name = manager.program.to_string_lossy();
        let process = Process::spawn(&name, &mut manager.command(&display))?;
        wait_ready(&client, &process)?;
        let status = manager.status.map(|script| {
            let mut command = Command::new("sh");
            on_display(command.args(["-c", script]), &server.display());
            Process::spawn("sh", &mut command)
        });
        let status = status.transpose()?;
        Ok(Self { programs: Vec::new(), status, manager: process, proxy, client, server })
    }

    /// What a window manager and the server say to each other at its start, without windows.
    pub(super) fn start_traffic(manager: &Manager) -> Outcome<Traffic> {
        let server = Server::xvfb(&[])?;
        let proxy = Proxy::start(server.number())?;
        let name = manager.program.to_string_lossy();
        let process = Process::spawn(&name, &mut manager.command(&proxy.display()))?;
        let client = Client::connect(Some(&server.display()))?;
        wait_announced(&client, &process)?;
        let stage = Self {
            programs: Vec::new(),
            status: None,
            manager: process,
            proxy: Some(proxy),
            client,
            server,
        };
        stage.quiet();
        Ok(stage.traffic())
    }

    /// What the window manager and the server have said to each other.
    pub(super) fn traffic(&self) -> Traffic {
        self.proxy.as_ref().map(Proxy::traffic).unwrap_or_default()
    }

    /// Waits until nothing has been said for a while.
    pub(super) fn quiet(&self) {
        let end = Instant::now() + PATIENCE;
        let mut last = (self.traffic(), Instant::now());
        while Instant::now() < end && last.1.elapsed() < Duration::from_millis(150) {
            thread::sleep(Duration::from_millis(5));
            if self.traffic() != last.0 {
                last = (self.traffic(), Instant::now());
            }
        }
    }

    /// Opens a terminal with this title, and waits until it has the focus.
    pub(super) fn open_terminal(&mut self, title: &str) -> Outcome<Window> {
        let known = self.windows()?;
        let mut command = Command::new("xterm");
        command.args(["-T", title, "-e", "sleep", "300"]);
        on_display(&mut command, &self.server.display());
        self.programs.push(Process::spawn("xterm", &mut command)?);
        let mut found = None;
        self.client.wait(Some(&self.manager), "a terminal opens and has the focus", |client| {
            found = self.windows()?.into_iter().find(|window| !known.contains(window));
            let Some(window) = found else { return Ok(false) };
            client.watch(window)?;
            Ok(client.focus()? == window)
        })?;
        found.ok_or_else(|| Failure::new("no terminal"))
    }

    /// Ends the program that was started last, and waits until its window is forgotten.
    pub(super) fn close_last(&mut self) -> Outcome {
        let count = self.windows()?.len();
        drop(self.programs.pop());
        self.client.wait(Some(&self.manager), "a closed window is forgotten", |_| {
            Ok(self.windows()?.len() < count)
        })
    }

    /// Maps a window and waits until it has the focus: then it is managed.
    pub(super) fn show(&self, window: Window) -> Outcome {
        self.client.map(window)?;
        let has_focus =
            |event: &Event| matches!(event, Event::FocusIn(focus) if focus.event == window);
        self.client.wait(Some(&self.manager), "a mapped window has the focus", |client| {
            Ok(client.count_events(has_focus)? > 0)
        })
    }

    fn windows(&self) -> Outcome<Vec<Window>> {
        self.client.words(self.client.root, "_NET_CLIENT_LIST")
    }
}

/// Waits until a window manager has announced itself, and listens.
pub(super) fn wait_ready(client: &Client, manager: &Process) -> Outcome {
    wait_announced(client, manager)?;
    // Some announce themselves before they listen, and lose what is asked meanwhile.
    client.be_patient(Duration::from_secs(1));
    let listens = (0..20).any(|_| client.settle(Some(manager)).is_ok());
    client.be_patient(PATIENCE);
    if listens { Ok(()) } else { Err(Failure::new("the window manager never listens")) }
}

fn wait_announced(client: &Client, manager: &Process) -> Outcome {
    let name = "_NET_SUPPORTING_WM_CHECK";
    client.wait(Some(manager), "the window manager announces itself", |client| {
        let check = client.word(client.root, name)?.unwrap_or(0);
        Ok(check != 0 && client.word(check, name).unwrap_or(None) == Some(check))
    })
}

/// Gives a command its display and what else all share.
pub(super) fn on_display(command: &mut Command, display: &str) {
    command
        .env("DISPLAY", display)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XAUTHORITY")
        .env_remove("PGWM_BACKEND")
        .stdout(Stdio::null());
}
