//! The properties that we publish and the messages that we send (EWMH 1.5, ICCCM 4).
//! Never reads a property; see `question.rs`.

use super::question::Question;
use super::reconcile::Context;
use super::scene::{Focus, Published, Role, Scene};
use super::server::Server;
use super::states::States;
use super::table::sort_by_key;
use crate::config::{Config, NewWindows};
use crate::gather::Gather;
use crate::geometry::{Point, Rect, Size};
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::event::{ClientMessage, ClientMessageData};
use crate::x11::extension::ExtensionName;
use crate::x11::id::{AtomId, EventMask, Timestamp, Window};
use crate::x11::property::WmState;
use crate::x11::request::{self, PropertyData, PropertyMode};
use alloc::vec::Vec;

/// What `_NET_SUPPORTED` says: what works, and nothing else, so that two of them depend on
/// the server and on the configuration.
pub const SUPPORTED: &[Atom] = &[
    Atom::NetSupported,
    Atom::NetSupportingWmCheck,
    Atom::NetClientList,
    Atom::NetClientListStacking,
    Atom::NetActiveWindow,
    Atom::NetNumberOfDesktops,
    Atom::NetDesktopGeometry,
    Atom::NetDesktopViewport,
    Atom::NetCurrentDesktop,
    Atom::NetDesktopNames,
    Atom::NetWorkarea,
    Atom::NetShowingDesktop,
    Atom::NetCloseWindow,
    Atom::NetMoveresizeWindow,
    Atom::NetRestackWindow,
    Atom::NetRequestFrameExtents,
    Atom::NetWmMoveresize,
    Atom::NetFrameExtents,
    Atom::GtkFrameExtents,
    Atom::NetWmPing,
    Atom::NetWmSyncRequest,
    Atom::NetWmUserTime,
    Atom::NetWmUserTimeWindow,
    Atom::NetWmName,
    Atom::NetWmDesktop,
    Atom::NetWmFullscreenMonitors,
    Atom::NetWmStrut,
    Atom::NetWmStrutPartial,
    Atom::NetWmAllowedActions,
    Atom::NetWmActionMove,
    Atom::NetWmActionResize,
    Atom::NetWmActionMinimize,
    Atom::NetWmActionStick,
    Atom::NetWmActionMaximizeHorz,
    Atom::NetWmActionMaximizeVert,
    Atom::NetWmActionFullscreen,
    Atom::NetWmActionChangeDesktop,
    Atom::NetWmActionClose,
    Atom::NetWmActionAbove,
    Atom::NetWmActionBelow,
    Atom::NetWmWindowType,
    Atom::NetWmWindowTypeNormal,
    Atom::NetWmWindowTypeDialog,
    Atom::NetWmWindowTypeUtility,
    Atom::NetWmWindowTypeToolbar,
    Atom::NetWmWindowTypeMenu,
    Atom::NetWmWindowTypeSplash,
    Atom::NetWmWindowTypeDock,
    Atom::NetWmWindowTypeDesktop,
    Atom::NetWmWindowTypeNotification,
    Atom::NetWmWindowTypeDropdownMenu,
    Atom::NetWmWindowTypePopupMenu,
    Atom::NetWmWindowTypeTooltip,
    Atom::NetWmWindowTypeCombo,
    Atom::NetWmWindowTypeDnd,
    Atom::NetWmState,
    Atom::NetWmStateModal,
    Atom::NetWmStateSticky,
    Atom::NetWmStateMaximizedVert,
    Atom::NetWmStateMaximizedHorz,
    Atom::NetWmStateSkipTaskbar,
    Atom::NetWmStateSkipPager,
    Atom::NetWmStateHidden,
    Atom::NetWmStateFullscreen,
    Atom::NetWmStateAbove,
    Atom::NetWmStateBelow,
    Atom::NetWmStateDemandsAttention,
    Atom::NetWmStateFocused,
    Atom::NetStartupId,
];

/// What can be done to every window that is on a workspace.
const ACTIONS: [Atom; 10] = [
    Atom::NetWmActionMove,
    Atom::NetWmActionMinimize,
    Atom::NetWmActionStick,
    Atom::NetWmActionMaximizeHorz,
    Atom::NetWmActionMaximizeVert,
    Atom::NetWmActionFullscreen,
    Atom::NetWmActionChangeDesktop,
    Atom::NetWmActionClose,
    Atom::NetWmActionAbove,
    Atom::NetWmActionBelow,
];

/// The root window's properties as they were written last.
#[derive(Debug, Default)]
pub struct RootProperties {
    /// [`Window::NONE`] where it says that there is none.
    active: Option<Window>,
    desktop: Option<u32>,
    clients: Option<Vec<Window>>,
    stacking: Option<Vec<Window>>,
    viewports: Vec<Point>,
    work_area: Option<Rect>,
    root: Option<Size>,
    shows_desktop: Option<bool>,
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
            let words: Vec<u32> = clients[from..].iter().map(|window| window.raw()).gather();
            write(Atom::NetClientList, Atom::Window, mode, &words);
            self.clients = Some(clients.to_vec());
        }
        let stacking = stacking(wanted, clients);
        if self.stacking.as_ref() != Some(&stacking) {
            let words: Vec<u32> = stacking.iter().map(|window| window.raw()).gather();
            write(Atom::NetClientListStacking, Atom::Window, PropertyMode::Replace, &words);
            self.stacking = Some(stacking);
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
        let (mode, cardinal) = (PropertyMode::Replace, Atom::Cardinal);
        if self.root != Some(wanted.root) {
            let size = [wanted.root.width, wanted.root.height];
            write(Atom::NetDesktopGeometry, cardinal, mode, &size);
            self.root = Some(wanted.root);
        }
        if self.shows_desktop != Some(wanted.shows_desktop) {
            write(Atom::NetShowingDesktop, cardinal, mode, &[wanted.shows_desktop.into()]);
            self.shows_desktop = Some(wanted.shows_desktop);
        }
        if self.viewports != wanted.viewports {
            let words: Vec<u32> =
                wanted.viewports.iter().flat_map(|point| [point.x as u32, point.y as u32]).gather();
            write(Atom::NetDesktopViewport, cardinal, mode, &words);
            self.viewports.clone_from(&wanted.viewports);
        }
        if self.work_area != Some(wanted.work_area) {
            let Rect { x, y, width, height } = wanted.work_area;
            let words = [x as u32, y as u32, width, height].repeat(wanted.viewports.len());
            write(Atom::NetWorkarea, cardinal, mode, &words);
            self.work_area = Some(wanted.work_area);
        }
    }
}

/// All clients, the lowest one first; those that are hidden are below all others.
fn stacking(wanted: &Scene, clients: &[Window]) -> Vec<Window> {
    let mut visible: Vec<Window> = wanted.windows.iter().map(|placed| placed.window).gather();
    sort_by_key(&mut visible, |window| *window);
    let hidden = clients.iter().filter(|window| visible.binary_search(window).is_err());
    let mut order: Vec<Window> = hidden.copied().gather();
    let programs = wanted.windows.iter().filter(|placed| placed.role != Role::Panel);
    programs.for_each(|placed| order.push(placed.window));
    order
}

/// Writes what a window says of itself, where it differs from `before`.
#[inline(never)]
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
    let atoms = context.atoms;
    if before.map(|before| before.desktop) != Some(wanted.desktop) {
        let desktop = [wanted.desktop.map_or(u32::MAX, |desktop| desktop.index() as u32)];
        set_words(window, Atom::NetWmDesktop, Atom::Cardinal, &desktop, atoms, out);
    }
    let client = context.clients.get(window);
    let told = client.map_or(States::NONE, |client| client.told_states);
    if before.map_or(told, |before| before.states) != wanted.states {
        let kept = client.into_iter().flat_map(|client| &client.kept).copied();
        let states = wanted.states.names().map(|name| atoms.id(name)).chain(kept);
        let words: Vec<u32> = states.map(AtomId::raw).gather();
        set_words(window, Atom::NetWmState, Atom::Atom, &words, atoms, out);
    }
    if before.map(|before| before.border) != Some(wanted.border) {
        set_frame_extents(window, wanted.border, atoms, out);
    }
    if before.and_then(|before| before.fullscreen_monitors) != wanted.fullscreen_monitors {
        let property = Atom::NetWmFullscreenMonitors;
        if let Some(edges) = wanted.fullscreen_monitors {
            set_words(window, property, Atom::Cardinal, &edges, atoms, out);
        } else {
            out.send(&request::DeleteProperty { window, property: atoms.id(property) });
        }
    }
    if before.map(|before| before.is_resizable) != Some(wanted.is_resizable) {
        let resize = wanted.is_resizable.then_some(Atom::NetWmActionResize);
        // Who places itself can only be closed.
        let places_itself = client.is_some_and(|client| client.fixture.is_some());
        let all: &[Atom] = if places_itself { &[Atom::NetWmActionClose] } else { &ACTIONS };
        let actions = all.iter().copied().chain(resize);
        let words: Vec<u32> = actions.map(|action| atoms.id(action).raw()).gather();
        set_words(window, Atom::NetWmAllowedActions, Atom::Atom, &words, atoms, out);
    }
}

/// Says how wide the border around a window is, or will be.
pub fn set_frame_extents(
    window: Window,
    border: u32,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    set_words(window, Atom::NetFrameExtents, Atom::Cardinal, &[border; 4], atoms, out);
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
    for property in [Atom::NetWmDesktop, Atom::NetWmState, Atom::NetWmAllowedActions] {
        out.send(&request::DeleteProperty { window, property: atoms.id(property) });
    }
}

/// Writes who we are, what we support, and which workspaces there are.
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
    let works = |atom: &&Atom| match atom {
        Atom::NetWmSyncRequest => out.extensions().get(ExtensionName::Sync).is_some(),
        Atom::NetWmUserTimeWindow => config.new_windows == NewWindows::FocusUnlessTyping,
        _ => true,
    };
    let supported: Vec<u32> =
        SUPPORTED.iter().filter(works).map(|atom| atoms.id(*atom).raw()).gather();
    set_words(root, Atom::NetSupported, Atom::Atom, &supported, atoms, out);
    let count = [config.workspaces.len() as u32];
    set_words(root, Atom::NetNumberOfDesktops, Atom::Cardinal, &count, atoms, out);
    let names: Vec<&str> = config.workspaces.iter().map(|workspace| workspace.name).gather();
    set_desktop_names(root, &names, atoms, out);
}

/// Says how the workspaces are called.
pub fn set_desktop_names(
    root: Window,
    names: &[&str],
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(0);
    }
    set_text(root, Atom::NetDesktopNames, &bytes, atoms, out);
}

/// Takes back what is not true without us. The list of windows and the current workspace
/// stay, so that the next window manager finds everything as it was.
pub fn retract(server: &Server, atoms: &AtomTable, out: &mut Connection<Question>) {
    let ours = [Atom::NetSupportingWmCheck, Atom::NetSupported, Atom::NetActiveWindow];
    for property in ours.into_iter().chain([Atom::PgwmState]) {
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
    send_protocol_with(window, protocol, time, [0; 2], atoms, out);
}

/// The same with what some protocols say besides.
pub fn send_protocol_with(
    window: Window,
    protocol: Atom,
    time: Timestamp,
    more: [u32; 2],
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let words = [atoms.id(protocol).raw(), time.0, more[0], more[1], 0];
    send_message(window, window, Atom::WmProtocols, EventMask::NONE, words, atoms, out);
}

/// Tells everyone that a window of ours owns a manager selection now (ICCCM 2.8).
pub fn announce_manager(
    root: Window,
    (selection, owner): (Atom, Window),
    time: Timestamp,
    atoms: &AtomTable,
    out: &mut Connection<Question>,
) {
    let words = [time.0, atoms.id(selection).raw(), owner.raw(), 0, 0];
    send_message(root, root, Atom::Manager, EventMask::STRUCTURE_NOTIFY, words, atoms, out);
}

/// Sends a message of [`Atom::I3Sync`] back to the window that it names: all that came
/// before it has been handled and shown.
pub fn answer_sync(words: [u32; 5], atoms: &AtomTable, out: &mut Connection<Question>) {
    let window = Window::new(words[0]);
    send_message(window, window, Atom::I3Sync, EventMask::NONE, words, atoms, out);
}

/// Sends a message about a window: to those who want such events of the destination, or to
/// its client where no events are named.
pub fn send_message(
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

/// Sets a property of 32-bit numbers.
pub fn set_words(
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
