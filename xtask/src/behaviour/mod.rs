//! What any window manager owes its clients by ICCCM and EWMH, as checks that know none in
//! particular: each has a server, a window manager and two clients of its own. Never looks
//! at what only one window manager does.

mod clients;
mod focus;
mod hostile;
mod places;
mod root;

use std::cell::Cell;
use std::process::{Command, Stdio};
use std::time::Duration;

use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, Window};

use crate::client::{Client, Geometry};
use crate::display::Server;
use crate::process::Process;
use crate::session::NORMAL;
use crate::{Failure, Outcome};

/// Something that a client may rely on.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What it is, and where it stands.
    pub what: &'static str,
    run: fn(&Stage) -> Outcome,
}

impl Check {
    const fn new(what: &'static str, run: fn(&Stage) -> Outcome) -> Self {
        Self { what, run }
    }

    /// Runs it against a window manager.
    pub fn run(&self, manager: &[&str], patience: Duration) -> Outcome {
        let stage = Stage::set(manager, patience)?;
        (self.run)(&stage)
    }
}

/// All checks, in the order of the specifications.
pub fn checks() -> Vec<Check> {
    [root::CHECKS, clients::CHECKS, focus::CHECKS, places::CHECKS, hostile::CHECKS].concat()
}

/// A server, a window manager on it, and two clients. Dropped in this order.
struct Stage {
    manager: Process,
    /// The client that most windows belong to.
    client: Client,
    /// Another one, which may lose its connection.
    other: Client,
    server: Server,
    next: Cell<u32>,
}

impl Stage {
    fn set(manager: &[&str], patience: Duration) -> Outcome<Self> {
        let (program, arguments) =
            manager.split_first().ok_or_else(|| Failure::new("no window manager is named"))?;
        let server = Server::xvfb(&[])?;
        let display = server.display();
        let client = Client::connect(Some(&display))?;
        let other = Client::connect(Some(&display))?;
        client.press("shift")?;
        let mut command = Command::new(program);
        command.args(arguments).env("DISPLAY", &display).stdout(Stdio::null());
        let manager = Process::spawn(program, &mut command)?;
        let name = "_NET_SUPPORTING_WM_CHECK";
        client.wait(Some(&manager), "the window manager announces itself", |client| {
            let check = client.word(client.root, name)?.unwrap_or(0);
            Ok(check != 0 && client.word(check, name).unwrap_or(None) == Some(check))
        })?;
        // Some announce themselves before they listen, and lose what is asked meanwhile.
        client.be_patient(Duration::from_secs(1));
        let listens = (0..20).any(|_| client.settle(Some(&manager)).is_ok());
        must(listens, "the window manager never listens")?;
        client.be_patient(patience);
        other.be_patient(patience);
        Ok(Self { manager, client, other, server, next: Cell::new(0) })
    }

    /// One more client.
    fn connect(&self) -> Outcome<Client> {
        Client::connect(Some(&self.server.display()))
    }

    fn root(&self) -> Window {
        self.client.root
    }

    fn wait(&self, what: &str, condition: impl FnMut(&Client) -> Outcome<bool>) -> Outcome {
        self.client.wait(Some(&self.manager), what, condition)
    }

    fn settle(&self) -> Outcome {
        self.client.settle(Some(&self.manager))
    }

    /// A window with a class and a title, not mapped.
    fn create(&self) -> Outcome<Window> {
        let window = self.client.create()?;
        self.name(window)?;
        Ok(window)
    }

    fn name(&self, window: Window) -> Outcome {
        self.next.set(self.next.get() + 1);
        let title = format!("window {}", self.next.get());
        self.client.set_bytes(window, "WM_NAME", "STRING", title.as_bytes())?;
        self.client.set_bytes(window, "WM_CLASS", "STRING", b"check\0Check\0")
    }

    /// A window that is managed and seen.
    fn open(&self) -> Outcome<Window> {
        let window = self.create()?;
        self.show(window)?;
        Ok(window)
    }

    fn show(&self, window: Window) -> Outcome {
        self.client.map(window)?;
        self.wait_until_shown(window)
    }

    fn wait_until_shown(&self, window: Window) -> Outcome {
        self.wait("a mapped window is managed and seen", |client| {
            Ok(client.word(window, "WM_STATE")? == Some(NORMAL) && client.is_viewable(window)?)
        })?;
        self.settle()
    }

    /// A dialog of `parent`, of 120 × 80 pixels, with some more properties.
    fn dialog(
        &self,
        parent: Window,
        and: impl FnOnce(&Client, Window) -> Outcome,
    ) -> Outcome<Window> {
        let dialog = self.client.create_with((120, 80), &CreateWindowAux::new())?;
        self.name(dialog)?;
        self.client.set_words(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[parent])?;
        self.client.set_atoms(dialog, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DIALOG"])?;
        and(&self.client, dialog)?;
        self.show(dialog)?;
        Ok(dialog)
    }

    /// Where a window is in the root window, whatever stands around it.
    fn place(&self, window: Window) -> Outcome<Geometry> {
        let own = self.client.geometry(window)?;
        let at = self.client.x.translate_coordinates(window, self.root(), 0, 0)?.reply()?;
        Ok(Geometry {
            x: i32::from(at.dst_x) - own.border,
            y: i32::from(at.dst_y) - own.border,
            ..own
        })
    }

    fn screen(&self) -> Outcome<Geometry> {
        self.client.geometry(self.root())
    }

    fn is_listed(&self, window: Window) -> Outcome<bool> {
        Ok(self.client.words(self.root(), "_NET_CLIENT_LIST")?.contains(&window))
    }

    /// The messages of `WM_PROTOCOLS` that a window got: which, and the words after.
    fn protocols(&self, window: Window, name: &str) -> Outcome<Vec<[u32; 5]>> {
        let (kind, name) = (self.client.atom("WM_PROTOCOLS")?, self.client.atom(name)?);
        Ok(self
            .client
            .events()?
            .iter()
            .filter_map(|event| match event {
                Event::ClientMessage(message)
                    if message.window == window
                        && message.type_ == kind
                        && message.data.as_data32()[0] == name =>
                {
                    Some(message.data.as_data32())
                }
                _ => None,
            })
            .collect())
    }

    /// Whether a window says that it is in a state of EWMH.
    fn is_in_state(&self, window: Window, state: &str) -> Outcome<bool> {
        let state = self.client.atom(state)?;
        Ok(self.client.words(window, "_NET_WM_STATE")?.contains(&state))
    }

    /// Asks the window manager for a state of a window, as a pager.
    fn ask_state(&self, window: Window, how: u32, state: &str) -> Outcome {
        let state = self.client.atom(state)?;
        self.client.message(window, "_NET_WM_STATE", [how, state, 0, 2, 0])
    }

    /// Whether the next window is still managed.
    fn goes_on(&self) -> Outcome {
        let window = self.open()?;
        self.client.destroy(window)?;
        self.settle()
    }
}

/// Fails with a sentence unless `condition` holds.
fn must(condition: bool, sentence: &str) -> Outcome {
    if condition { Ok(()) } else { Err(Failure::new(sentence)) }
}

/// The first word of `_NET_MOVERESIZE_WINDOW`, from a pager: with the window's own corner
/// as the one that stays (static gravity), and which of x, y, width and height are given.
fn moveresize_flags(given: [bool; 4]) -> u32 {
    const STATIC: u32 = 0xa;
    const PAGER: u32 = 2 << 12;
    let given = given.iter().zip(8..).map(|(given, bit)| u32::from(*given) << bit);
    given.fold(STATIC | PAGER, |flags, bit| flags | bit)
}

/// `WM_HINTS` with only the wish for input said.
fn input_hint(input: bool) -> [u32; 9] {
    [1, u32::from(input), 0, 0, 0, 0, 0, 0, 0]
}
