//! An X server, the window manager on it, and a client beside it: what a test or a
//! scene looks at.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use x11rb::protocol::xproto::Window;

use crate::Outcome;
use crate::build;
use crate::client::Client;
use crate::display::Server;
use crate::process::Process;

/// Which of its two ways to wait the window manager is told to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Its own choice.
    Chosen,
    /// The ring.
    IoUring,
    /// poll(2).
    Poll,
}

impl fmt::Display for Backend {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Chosen => "its own choice",
            Self::IoUring => "io_uring",
            Self::Poll => "poll",
        })
    }
}

/// A window manager to be started.
#[derive(Debug, Clone)]
pub struct Program {
    /// The file.
    pub path: PathBuf,
    /// What it is told to use.
    pub backend: Backend,
    /// Variables set beside the inherited ones.
    pub environment: Vec<(String, String)>,
}

impl Program {
    /// The program at `path`, using `backend`.
    pub fn new(path: &Path, backend: Backend) -> Self {
        Self { path: path.to_owned(), backend, environment: Vec::new() }
    }

    /// The same with a variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The command that starts it on `display`.
    pub fn command(&self, display: &str) -> Command {
        let mut command = build::start(&self.path);
        command.env_remove("PGWM_BACKEND").env_remove("XAUTHORITY").env("DISPLAY", display);
        match self.backend {
            Backend::Chosen => {}
            Backend::IoUring => drop(command.env("PGWM_BACKEND", "io_uring")),
            Backend::Poll => drop(command.env("PGWM_BACKEND", "poll")),
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::null());
        command
    }

    /// Starts it on `display`.
    pub fn spawn(&self, display: &str) -> Outcome<Process> {
        Process::spawn("pgwm", &mut self.command(display))
    }
}

/// The three together. Dropped in this order, so that the window manager ends first.
#[derive(Debug)]
pub struct Session {
    /// The window manager.
    pub pgwm: Process,
    /// The client that a test acts through.
    pub client: Client,
    /// The X server.
    pub server: Server,
}

impl Session {
    /// A new Xvfb with the window manager ready on it.
    pub fn start(program: &Program) -> Outcome<Self> {
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        // The first XTEST key makes the server switch its keyboard to XTEST's, which is
        // a MappingNotify for everyone. Here it disturbs nobody.
        client.press("shift")?;
        Self::start_on(server, client, program)
    }

    /// The window manager on a server that runs.
    pub fn start_on(server: Server, client: Client, program: &Program) -> Outcome<Self> {
        let pgwm = program.spawn(&server.display())?;
        let session = Self { pgwm, client, server };
        session.wait_until_ready()?;
        Ok(session)
    }

    /// Waits until the window manager has announced itself and handled its start.
    pub fn wait_until_ready(&self) -> Outcome {
        self.wait("pgwm announces itself on the root", |client| {
            Ok(check_window(client)?.is_some())
        })?;
        if let Some(check) = check_window(&self.client)? {
            self.client.watch(check)?;
        }
        self.settle()
    }

    /// Waits until `condition` holds; see [`Client::wait`].
    pub fn wait(&self, what: &str, condition: impl FnMut(&Client) -> Outcome<bool>) -> Outcome {
        self.client.wait(Some(&self.pgwm), what, condition)
    }

    /// Waits until everything sent so far is handled; see [`Client::settle`].
    pub fn settle(&self) -> Outcome {
        self.client.settle(Some(&self.pgwm))
    }

    /// Makes and maps a window, and waits until it is managed.
    pub fn open(&self) -> Outcome<Window> {
        let window = self.client.create()?;
        self.show(window)?;
        Ok(window)
    }

    /// Maps a window and waits until it is managed and seen.
    pub fn show(&self, window: Window) -> Outcome {
        self.client.map(window)?;
        self.wait_managed(window)
    }

    /// Waits until a window is managed and seen.
    pub fn wait_managed(&self, window: Window) -> Outcome {
        self.wait("a mapped window is managed and seen", |client| {
            Ok(client.word(window, "WM_STATE")? == Some(NORMAL)
                && self.clients()?.contains(&window)
                && client.is_viewable(window)?)
        })?;
        self.settle()
    }

    /// The managed windows, in mapping order.
    pub fn clients(&self) -> Outcome<Vec<Window>> {
        self.client.words(self.client.root, "_NET_CLIENT_LIST")
    }

    /// Presses a chord and waits until the window manager has acted.
    pub fn press(&self, chord: &str) -> Outcome {
        self.client.press(chord)?;
        self.settle()
    }

    /// The state of affairs, for the message of a failed test.
    pub fn report(&self) -> String {
        let windows = self.client.report().unwrap_or_else(|error| error.to_string());
        format!("windows:\n{windows}pgwm wrote:\n{}", self.pgwm.log())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.report());
        }
    }
}

/// `WM_STATE` of a window that is shown (ICCCM 4.1.3.1).
pub const NORMAL: u32 = 1;
/// `WM_STATE` of a window on a workspace that isn't shown.
pub const ICONIC: u32 = 3;

/// The window by which a window manager shows that it runs (EWMH, `_NET_SUPPORTING_WM_CHECK`).
pub fn check_window(client: &Client) -> Outcome<Option<Window>> {
    let name = "_NET_SUPPORTING_WM_CHECK";
    let Some(check) = client.word(client.root, name)? else { return Ok(None) };
    // It may be the window of one that has gone.
    let same = client.word(check, name).unwrap_or(None) == Some(check);
    let named = client.text(check, "_NET_WM_NAME").unwrap_or_default() == "pgwm";
    Ok((same && named).then_some(check))
}
