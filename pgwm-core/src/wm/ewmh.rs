//! The properties that we publish and the messages that we send (EWMH 1.5, ICCCM 4).
//! Never reads a property; see `question.rs`.

use super::question::Question;
use super::reconcile::Context;
use super::scene::{Focus, Published, Scene};
use super::server::Server;
use crate::config::Config;
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::event::{ClientMessage, ClientMessageData};
use crate::x11::id::{AtomId, EventMask, Timestamp, Window};
use crate::x11::property::WmState;
use crate::x11::request::{self, PropertyData, PropertyMode};
use alloc::vec::Vec;

/// What `_NET_SUPPORTED` says: what works, and nothing else.
pub const SUPPORTED: [Atom; 13] = [
    Atom::NetSupported,
    Atom::NetSupportingWmCheck,
    Atom::NetClientList,
    Atom::NetActiveWindow,
    Atom::NetNumberOfDesktops,
    Atom::NetCurrentDesktop,
    Atom::NetDesktopNames,
    Atom::NetCloseWindow,
    Atom::NetWmName,
    Atom::NetWmDesktop,
    Atom::NetWmWindowType,
    Atom::NetWmState,
    Atom::NetWmStateFullscreen,
];

/// The root window's properties as they were written last.
#[derive(Debug, Default)]
pub struct RootProperties {
    /// [`Window::NONE`] where it says that there is none.
    active: Option<Window>,
    desktop: Option<u32>,
    clients: Option<Vec<Window>>,
}

impl RootProperties {
    /// Writes what differs.
    pub fn publish(
        &mut self,
        wanted: &Scene,
        context: &Context<'_>,
        out: &mut Connection<Question>,
    ) {
        let root = context.server.root;
        let mut write = |property: Atom, kind: Atom, mode: PropertyMode, words: &[u32]| {
            out.send(&request::ChangeProperty {
                mode,
                window: root,
                property: context.atoms.id(property),
                kind: context.atoms.id(kind),
                data: PropertyData::Format32(words),
            });
        };
        let clients = context.clients.order();
        let before = self.clients.as_deref();
        if before != Some(clients) {
            // A window more is a word more; anything else is a new list.
            let (mode, from) = match before {
                Some(before) if clients.starts_with(before) => (PropertyMode::Append, before.len()),
                _ => (PropertyMode::Replace, 0),
            };
            let words: Vec<u32> = clients[from..].iter().map(|window| window.raw()).collect();
            write(Atom::NetClientList, Atom::Window, mode, &words);
            self.clients = Some(clients.to_vec());
        }
        let active = match wanted.focus {
            Focus::Nobody => Window::NONE,
            Focus::Window(window, _) => window,
        };
        if self.active != Some(active) {
            let words = [active.raw()];
            write(Atom::NetActiveWindow, Atom::Window, PropertyMode::Replace, &words);
            self.active = Some(active);
        }
        if self.desktop != Some(wanted.desktop) {
            let desktop = [wanted.desktop];
            write(Atom::NetCurrentDesktop, Atom::Cardinal, PropertyMode::Replace, &desktop);
            self.desktop = Some(wanted.desktop);
        }
    }
}

/// Writes what a window says of itself, where it differs from `before`.
pub fn publish(
    wanted: &Published,
    before: Option<Published>,
    context: &Context<'_>,
    out: &mut Connection<Question>,
) {
    let window = wanted.window;
    if before.map(|before| before.shown) != Some(wanted.shown) {
        let state = if wanted.shown { WmState::Normal } else { WmState::Iconic };
        set_wm_state(window, state, context.atoms, out);
    }
    if before.map(|before| before.desktop) != Some(wanted.desktop) {
        let desktop = [wanted.desktop.index() as u32];
        set_words(window, Atom::NetWmDesktop, Atom::Cardinal, &desktop, context.atoms, out);
    }
    let state = context.clients.get(window).map(|client| &client.state);
    let was_fullscreen = state.is_some_and(|state| state.fullscreen);
    if before.map_or(was_fullscreen, |before| before.fullscreen) != wanted.fullscreen {
        let fullscreen = context.atoms.id(Atom::NetWmStateFullscreen);
        let kept = state.iter().flat_map(|state| &state.kept).copied();
        let states = kept.chain(wanted.fullscreen.then_some(fullscreen));
        let words: Vec<u32> = states.map(AtomId::raw).collect();
        set_words(window, Atom::NetWmState, Atom::Atom, &words, context.atoms, out);
    }
}

/// Says on a window in which state it is (ICCCM 4.1.3.1).
pub fn set_wm_state(
    window: Window,
    state: WmState,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    set_words(window, Atom::WmState, Atom::WmState, &state.words(), atoms, out);
}

/// Takes our properties off a window that is withdrawn (ICCCM 4.1.3.1, EWMH
/// `_NET_WM_DESKTOP` and `_NET_WM_STATE`).
pub fn withdraw(window: Window, atoms: &AtomTable, out: &mut Connection<Question>) {
    set_wm_state(window, WmState::Withdrawn, atoms, out);
    for property in [Atom::NetWmDesktop, Atom::NetWmState] {
        out.send(&request::DeleteProperty { window, property: atoms.id(property) });
    }
}

/// Writes what never changes: who we are, what we support, which workspaces there are.
pub fn announce(
    server: &Server,
    config: &Config,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let (root, holder) = (server.root, server.holder);
    for window in [holder, root] {
        let check = [holder.raw()];
        set_words(window, Atom::NetSupportingWmCheck, Atom::Window, &check, atoms, out);
    }
    set_text(holder, Atom::NetWmName, b"pgwm", atoms, out);
    let supported: Vec<u32> = SUPPORTED.iter().map(|atom| atoms.id(*atom).raw()).collect();
    set_words(root, Atom::NetSupported, Atom::Atom, &supported, atoms, out);
    let count = [config.workspaces.len() as u32];
    set_words(root, Atom::NetNumberOfDesktops, Atom::Cardinal, &count, atoms, out);
    let mut names = Vec::new();
    for workspace in config.workspaces {
        names.extend_from_slice(workspace.name.as_bytes());
        names.push(0);
    }
    set_text(root, Atom::NetDesktopNames, &names, atoms, out);
}

/// Takes back what is not true without us. The list of windows and the current workspace
/// stay, so that the next window manager finds everything as it was.
pub fn retract(server: &Server, atoms: &AtomTable, out: &mut Connection<Question>) {
    for property in [Atom::NetSupportingWmCheck, Atom::NetSupported, Atom::NetActiveWindow] {
        out.send(&request::DeleteProperty { window: server.root, property: atoms.id(property) });
    }
}

/// Asks the server for its time: a property of ours that changes by nothing comes back as
/// an event that says when (ICCCM 2.1).
pub fn ask_time(holder: Window, atoms: &AtomTable, out: &mut Connection<Question>) {
    out.send(&request::ChangeProperty {
        mode: PropertyMode::Append,
        window: holder,
        property: atoms.id(Atom::WmClass),
        kind: atoms.id(Atom::String),
        data: PropertyData::Format8(&[]),
    });
}

/// Sends a message of `WM_PROTOCOLS` (ICCCM 4.2.8).
pub fn send_protocol(
    window: Window,
    protocol: Atom,
    time: Timestamp,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let words = [atoms.id(protocol).raw(), time.0, 0, 0, 0];
    send_message(window, window, Atom::WmProtocols, EventMask::NONE, words, atoms, out);
}

/// Tells everyone that we own the manager selection now (ICCCM 2.8).
pub fn announce_manager(
    server: &Server,
    time: Timestamp,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let words = [time.0, atoms.id(Atom::WmS0).raw(), server.holder.raw(), 0, 0];
    let (root, mask) = (server.root, EventMask::STRUCTURE_NOTIFY);
    send_message(root, root, Atom::Manager, mask, words, atoms, out);
}

fn send_message(
    destination: Window,
    window: Window,
    kind: Atom,
    event_mask: EventMask,
    words: [u32; 5],
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let kind: AtomId = atoms.id(kind);
    let data = ClientMessageData::from_words(words);
    let event = ClientMessage { window, kind, format: 32, data }.write();
    out.send(&request::SendEvent { propagate: false, destination, event_mask, event });
}

fn set_words(
    window: Window,
    property: Atom,
    kind: Atom,
    words: &[u32],
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    out.send(&request::ChangeProperty {
        mode: PropertyMode::Replace,
        window,
        property: atoms.id(property),
        kind: atoms.id(kind),
        data: PropertyData::Format32(words),
    });
}

fn set_text(
    window: Window,
    property: Atom,
    text: &[u8],
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    out.send(&request::ChangeProperty {
        mode: PropertyMode::Replace,
        window,
        property: atoms.id(property),
        kind: atoms.id(Atom::Utf8String),
        data: PropertyData::Format8(text),
    });
}
