//! An X client that is independent of ours: it makes windows as programs do and reads
//! what the window manager did with them. The keys and the pointer are in `input`.
//!
//! Waits are for X events, never for time to pass; each has a deadline.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux,
    ConnectionExt as _, CreateWindowAux, EventMask, GetPropertyReply, MapState, PropMode, Window,
    WindowClass,
};
use x11rb::rust_connection::{DefaultStream, RustConnection};
use x11rb::wrapper::ConnectionExt as _;

use crate::process::{PATIENCE, Process, wait_readable};
use crate::{Failure, Outcome};

/// Where a window is: inside size and outside position, in pixels, relative to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Left edge of the border.
    pub x: i32,
    /// Top edge of the border.
    pub y: i32,
    /// Width without the border.
    pub width: i32,
    /// Height without the border.
    pub height: i32,
    /// Width of the border.
    pub border: i32,
}

impl Geometry {
    /// Width with both borders.
    pub fn outer_width(self) -> i32 {
        self.width + 2 * self.border
    }

    /// Height with both borders.
    pub fn outer_height(self) -> i32 {
        self.height + 2 * self.border
    }

    /// First pixel column to the right of the border.
    pub fn right(self) -> i32 {
        self.x + self.outer_width()
    }

    /// First pixel row below the border.
    pub fn bottom(self) -> i32 {
        self.y + self.outer_height()
    }

    /// The pixel in the middle.
    pub fn center(self) -> (i32, i32) {
        (self.x + self.outer_width() / 2, self.y + self.outer_height() / 2)
    }

    /// Whether the two share a pixel, borders included.
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether `other` lies inside, borders included.
    pub fn contains(self, other: Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}

/// A connection to an X server.
#[derive(Debug)]
pub struct Client {
    /// The connection, for requests that have no method here.
    pub x: RustConnection,
    /// The root window.
    pub root: Window,
    events: RefCell<Vec<Event>>,
    atoms: RefCell<HashMap<String, Atom>>,
    probe: Cell<Option<Window>>,
    probes: Cell<i32>,
    patience: Cell<Duration>,
}

impl Client {
    /// Connects to `display`, or to the one of the environment. No reading of its own:
    /// XAUTHORITY is the environment's.
    pub fn connect(display: Option<&str>) -> Outcome<Self> {
        let (x, screen) = RustConnection::connect(display)?;
        Self::new(x, screen)
    }

    /// Connects to a local display with a cookie of this caller's own.
    pub fn connect_with_cookie(number: u32, cookie: [u8; 16]) -> Outcome<Self> {
        let socket = UnixStream::connect(format!("/tmp/.X11-unix/X{number}"))?;
        let (stream, _) = DefaultStream::from_unix_stream(socket)?;
        let (name, data) = (b"MIT-MAGIC-COOKIE-1".to_vec(), cookie.to_vec());
        let x = RustConnection::connect_to_stream_with_auth_info(stream, 0, name, data)?;
        Self::new(x, 0)
    }

    fn new(x: RustConnection, screen: usize) -> Outcome<Self> {
        let root = x.setup().roots[screen].root;
        let client = Self {
            x,
            root,
            events: RefCell::default(),
            atoms: RefCell::default(),
            probe: Cell::default(),
            probes: Cell::default(),
            patience: Cell::new(PATIENCE),
        };
        let changes = EventMask::SUBSTRUCTURE_NOTIFY | interest();
        client.select(root, changes)?;
        Ok(client)
    }

    /// Lets every wait from now on take this long, for programs that are slow to start.
    pub fn be_patient(&self, patience: Duration) {
        self.patience.set(patience);
    }

    /// Asks for the events of another client's window, so that waits see its changes.
    pub fn watch(&self, window: Window) -> Outcome {
        let setup = self.x.setup();
        if window & !setup.resource_id_mask == setup.resource_id_base {
            // One of ours: its events are selected, and more of them.
            return Ok(());
        }
        let mask =
            EventMask::STRUCTURE_NOTIFY | EventMask::PROPERTY_CHANGE | EventMask::FOCUS_CHANGE;
        self.select(window, mask)
    }

    fn select(&self, window: Window, mask: EventMask) -> Outcome {
        let attributes = ChangeWindowAttributesAux::new().event_mask(mask);
        self.x.change_window_attributes(window, &attributes)?.check()?;
        Ok(())
    }

    // Windows, as a program makes them.

    /// Makes a window of 300 × 200 pixels, not mapped.
    pub fn create(&self) -> Outcome<Window> {
        self.create_with((300, 200), &CreateWindowAux::new())
    }

    /// Makes a window of a size and with attributes; its events are selected.
    pub fn create_with(
        &self,
        (width, height): (u16, u16),
        attributes: &CreateWindowAux,
    ) -> Outcome<Window> {
        let window = self.x.generate_id()?;
        let mut attributes = *attributes;
        attributes.event_mask.get_or_insert(interest() | EventMask::BUTTON_PRESS);
        let class = WindowClass::INPUT_OUTPUT;
        self.x.create_window(
            x11rb::COPY_DEPTH_FROM_PARENT,
            window,
            self.root,
            0,
            0,
            width,
            height,
            0,
            class,
            x11rb::COPY_FROM_PARENT,
            &attributes,
        )?;
        self.x.flush()?;
        Ok(window)
    }

    /// Asks for a window to be mapped.
    pub fn map(&self, window: Window) -> Outcome {
        self.x.map_window(window)?;
        Ok(self.x.flush()?)
    }

    /// Unmaps a window.
    pub fn unmap(&self, window: Window) -> Outcome {
        self.x.unmap_window(window)?;
        Ok(self.x.flush()?)
    }

    /// Destroys a window.
    pub fn destroy(&self, window: Window) -> Outcome {
        self.x.destroy_window(window)?;
        Ok(self.x.flush()?)
    }

    /// Asks for another geometry.
    pub fn configure(&self, window: Window, change: &ConfigureWindowAux) -> Outcome {
        self.x.configure_window(window, change)?;
        Ok(self.x.flush()?)
    }

    /// Sets a property of 32-bit words.
    pub fn set_words(&self, window: Window, name: &str, kind: &str, words: &[u32]) -> Outcome {
        let (name, kind) = (self.atom(name)?, self.atom(kind)?);
        self.x.change_property32(PropMode::REPLACE, window, name, kind, words)?;
        Ok(self.x.flush()?)
    }

    /// Sets a property of bytes.
    pub fn set_bytes(&self, window: Window, name: &str, kind: &str, bytes: &[u8]) -> Outcome {
        let (name, kind) = (self.atom(name)?, self.atom(kind)?);
        self.x.change_property8(PropMode::REPLACE, window, name, kind, bytes)?;
        Ok(self.x.flush()?)
    }

    /// Sets a property to a list of atoms.
    pub fn set_atoms(&self, window: Window, name: &str, atoms: &[&str]) -> Outcome {
        let atoms = atoms.iter().map(|atom| self.atom(atom)).collect::<Outcome<Vec<_>>>()?;
        self.set_words(window, name, "ATOM", &atoms)
    }

    /// Sends a client message about `window` to the root, as EWMH asks of pagers.
    pub fn message(&self, window: Window, name: &str, data: [u32; 5]) -> Outcome {
        let event = ClientMessageEvent::new(32, window, self.atom(name)?, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.x.send_event(false, self.root, mask, event)?;
        Ok(self.x.flush()?)
    }

    // What the server says.

    /// The atom of a name.
    pub fn atom(&self, name: &str) -> Outcome<Atom> {
        if let Some(atom) = self.atoms.borrow().get(name) {
            return Ok(*atom);
        }
        let atom = self.x.intern_atom(false, name.as_bytes())?.reply()?.atom;
        self.atoms.borrow_mut().insert(name.to_owned(), atom);
        Ok(atom)
    }

    /// A property of any type; one that isn't there has format 0.
    pub fn property(&self, window: Window, name: &str) -> Outcome<GetPropertyReply> {
        let name = self.atom(name)?;
        Ok(self.x.get_property(false, window, name, AtomEnum::ANY, 0, 1 << 20)?.reply()?)
    }

    /// A property's 32-bit words; none if it isn't there.
    pub fn words(&self, window: Window, name: &str) -> Outcome<Vec<u32>> {
        let property = self.property(window, name)?;
        Ok(property.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// A property's first word.
    pub fn word(&self, window: Window, name: &str) -> Outcome<Option<u32>> {
        Ok(self.words(window, name)?.first().copied())
    }

    /// A property's bytes as text; empty if it isn't there.
    pub fn text(&self, window: Window, name: &str) -> Outcome<String> {
        let property = self.property(window, name)?;
        Ok(String::from_utf8_lossy(&property.value).into_owned())
    }

    /// A window's geometry.
    pub fn geometry(&self, window: Window) -> Outcome<Geometry> {
        let reply = self.x.get_geometry(window)?.reply()?;
        Ok(Geometry {
            x: reply.x.into(),
            y: reply.y.into(),
            width: reply.width.into(),
            height: reply.height.into(),
            border: reply.border_width.into(),
        })
    }

    /// Whether a window is mapped and all its ancestors are.
    pub fn is_viewable(&self, window: Window) -> Outcome<bool> {
        let attributes = self.x.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    /// Whether the window exists.
    pub fn exists(&self, window: Window) -> Outcome<bool> {
        Ok(self.x.get_geometry(window)?.reply_unchecked()?.is_some())
    }

    /// The window that has the input focus; 0 and 1 stand for none and the pointer's root.
    pub fn focus(&self) -> Outcome<Window> {
        Ok(self.x.get_input_focus()?.reply()?.focus)
    }

    /// The root's children, from the lowest to the highest.
    pub fn children(&self) -> Outcome<Vec<Window>> {
        Ok(self.x.query_tree(self.root)?.reply()?.children)
    }

    // Events and waiting.

    /// Everything that was received since the last [`Client::forget_events`].
    pub fn events(&self) -> Outcome<Vec<Event>> {
        self.receive()?;
        Ok(self.events.borrow().clone())
    }

    /// How many received events satisfy `wanted`.
    pub fn count_events(&self, wanted: impl Fn(&Event) -> bool) -> Outcome<usize> {
        self.receive()?;
        Ok(self.events.borrow().iter().filter(|event| wanted(event)).count())
    }

    /// Forgets the events received so far.
    pub fn forget_events(&self) -> Outcome {
        self.receive()?;
        self.events.borrow_mut().clear();
        Ok(())
    }

    /// Waits until `condition` holds, looking again after every event. Fails when
    /// nothing makes it true in time, or when `watched` ends.
    pub fn wait(
        &self,
        watched: Option<&Process>,
        what: &str,
        mut condition: impl FnMut(&Self) -> Outcome<bool>,
    ) -> Outcome {
        let deadline = Instant::now() + self.patience.get();
        loop {
            if condition(self)? {
                return Ok(());
            }
            // The condition's own questions may have brought events with the answers.
            while self.receive()? == 0 {
                let mut sources = vec![self.x.stream().as_fd()];
                sources.extend(watched.map(Process::ended));
                match wait_readable(&sources, deadline)? {
                    Some(0) => {}
                    Some(_) => {
                        return Err(Failure::new(format!(
                            "the window manager ended while waiting for: {what}"
                        )));
                    }
                    None => return Err(Failure::new(format!("this did not happen: {what}"))),
                }
            }
        }
    }

    /// Waits until the window manager has handled everything that was sent before.
    ///
    /// It does so by asking for a move of a window that was never mapped, which a window
    /// manager has to grant in order (ICCCM 4.1.5). Three times: what it asks the server
    /// in the first round is answered before the second, and may lead to more.
    pub fn settle(&self, watched: Option<&Process>) -> Outcome {
        let probe = match self.probe.get() {
            Some(probe) => probe,
            None => self.create()?,
        };
        self.probe.set(Some(probe));
        for _ in 0..3 {
            let x = self.probes.get() % 1000 + 1;
            self.probes.set(x);
            self.configure(probe, &ConfigureWindowAux::new().x(x))?;
            self.wait(watched, "an unmapped window may move", |client| {
                Ok(client.geometry(probe)?.x == x)
            })?;
        }
        Ok(())
    }

    /// Keeps what has arrived; gives how many events.
    fn receive(&self) -> Outcome<usize> {
        self.x.flush()?;
        let mut events = self.events.borrow_mut();
        let before = events.len();
        while let Some(event) = self.x.poll_for_event()? {
            events.push(event);
        }
        Ok(events.len() - before)
    }

    /// The root's properties and windows, for the message of a failed test.
    pub fn report(&self) -> Outcome<String> {
        let mut text = String::new();
        writeln!(text, "focus {:#x}", self.focus()?)?;
        for name in ["_NET_ACTIVE_WINDOW", "_NET_CURRENT_DESKTOP", "_NET_CLIENT_LIST"] {
            writeln!(text, "{name} {:x?}", self.words(self.root, name)?)?;
        }
        for window in self.children()? {
            // It may go while we look.
            let _ = self.describe(window, &mut text);
        }
        Ok(text)
    }

    fn describe(&self, window: Window, text: &mut String) -> Outcome {
        let place = self.geometry(window)?;
        let attributes = self.x.get_window_attributes(window)?.reply()?;
        writeln!(
            text,
            "{window:#x} {}x{}+{}+{} border {} {:?}{} WM_STATE {:?} desktop {:?} {:?}",
            place.width,
            place.height,
            place.x,
            place.y,
            place.border,
            attributes.map_state,
            if attributes.override_redirect { " override-redirect" } else { "" },
            self.words(window, "WM_STATE")?,
            self.words(window, "_NET_WM_DESKTOP")?,
            self.text(window, "WM_NAME")?.chars().take(40).collect::<String>(),
        )?;
        Ok(())
    }
}

/// What a test's own window is told about.
fn interest() -> EventMask {
    EventMask::STRUCTURE_NOTIFY
        | EventMask::PROPERTY_CHANGE
        | EventMask::FOCUS_CHANGE
        | EventMask::KEY_PRESS
}
