//! What a window told us about itself, and what was decided about it. Never where it is:
//! that is `stack_set.rs` and, in pixels, `scene.rs`.

use super::candidate::Told;
use super::ping::Ping;
use super::question::{Answer, PropertyName};
use super::states::States;
use super::table::{Table, strike};
use super::titles::Title;
use crate::gather::Gather;
use crate::geometry::{Point, Rect, Size};
use crate::layout::Weight;
use crate::x11::id::{AtomId, Timestamp, Window};
use crate::x11::property::{self, FrameExtents, SizeHints, Strut, WmClass, WmHints};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A managed window: what it said, and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// `WM_CLASS`.
    pub class: WmClass,
    /// `WM_HINTS`.
    pub hints: WmHints,
    /// `WM_NORMAL_HINTS`.
    pub size_hints: SizeHints,
    /// `WM_PROTOCOLS`.
    pub protocols: Protocols,
    /// `WM_TRANSIENT_FOR`: the window that this one belongs to; [`Window::NONE`], where
    /// [`Client::is_transient`] holds, for all windows of its group.
    pub transient_for: Window,
    /// Whether `WM_TRANSIENT_FOR` is there at all.
    pub is_transient: bool,
    /// `_NET_WM_WINDOW_TYPE`.
    pub kind: WindowType,
    /// Its process, where that runs on our host.
    pub pid: Option<i32>,
    /// `_NET_WM_SYNC_REQUEST_COUNTER`: the counter by which it says that it has drawn
    /// itself, or 0.
    pub sync_counter: u32,
    /// The states that it is in, but for fullscreen over the monitor, sticky and minimised,
    /// which are about its place, and urgent and focused.
    pub states: States,
    /// Its `_NET_WM_STATE` as it was before us.
    pub told_states: States,
    /// Words of its `_NET_WM_STATE` that we don't know: they stay as they are.
    pub kept: Vec<AtomId>,
    /// Whether its pixels carry an alpha channel, so that its border must be opaque.
    pub has_alpha: bool,
    /// Whether a rule takes its border.
    pub is_borderless: bool,
    /// Whether it wants no border itself (`_MOTIF_WM_HINTS`).
    pub refuses_border: bool,
    /// The width of the border that it gave itself.
    pub own_border: u32,
    /// What of its pixels is only shadow (`_GTK_FRAME_EXTENTS`).
    pub shadow: FrameExtents,
    /// Whether it asks for attention and hasn't had the focus since.
    pub urgent: bool,
    /// It was asked whether it is alive, and has not answered.
    pub ping: Option<Ping>,
    /// The window that has its `_NET_WM_USER_TIME`, if that is not itself.
    pub user_time_window: Window,
    /// Whether it stays in its place while it is in fullscreen.
    pub fullscreen_in_tile: bool,
    /// The monitors whose edges it wants to cover in fullscreen: top, bottom, left, right.
    pub fullscreen_monitors: Option<[u32; 4]>,
    /// Whether what it asks for its place and size is of no concern.
    pub ignores_requests: bool,
    /// Whether a window of a program started from it takes its place until it closes.
    pub swallows: bool,
    /// Its title, where that is shown.
    pub title: Title,
    /// What it told us before it was managed, for as long as its rule is open.
    pub unsettled: Option<Box<Told>>,
    /// When its first property changed since it is managed.
    pub since: Option<Timestamp>,
    /// Its part of a column of tiles.
    pub weight: Weight,
    /// The name that the user gave it.
    pub mark: Option<&'static str>,
    /// What it is where it is not on a workspace.
    pub fixture: Option<Fixture>,
}

/// A window that places itself: a panel, a desktop, a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixture {
    /// Where it is, its border included.
    pub rect: Rect,
    /// What it keeps free for itself at the edges of the root window (`_NET_WM_STRUT`).
    pub strut: Option<Strut>,
    /// The same (`_NET_WM_STRUT_PARTIAL`); it comes first.
    pub strut_partial: Option<Strut>,
}

impl Fixture {
    /// What it keeps free for itself at the edges of the root window.
    pub fn strut(&self) -> Strut {
        self.strut_partial.or(self.strut).unwrap_or_default()
    }
}

/// What a window may be asked by message instead of by force (ICCCM 4.1.2.7, EWMH).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Protocols {
    /// It closes itself when told to.
    pub delete_window: bool,
    /// It sets the focus itself when told to.
    pub take_focus: bool,
    /// It answers when asked whether it is alive.
    pub ping: bool,
    /// It says when it has drawn itself in a new size.
    pub sync_request: bool,
}

/// What sort of window it is, as far as that makes a difference (EWMH
/// `_NET_WM_WINDOW_TYPE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindowType {
    /// A tile, unless something else about it speaks against that.
    #[default]
    Normal,
    /// It floats, as if it belonged to another window.
    Dialog,
    /// It floats: toolbars, menus torn off, palettes.
    Utility,
    /// It floats, without a border (KDE's `_KDE_NET_WM_WINDOW_TYPE_OVERRIDE`).
    Bare,
    /// It floats and is shown only to be seen: a splash screen.
    Splash,
    /// It places itself: a panel. Most things are below it.
    Dock,
    /// It places itself, below everything.
    Desktop,
    /// It places itself, above everything: a notification, or a menu, which should have
    /// asked not to be managed.
    Notification,
}

impl WindowType {
    /// Whether such a window places itself and is on no workspace.
    pub const fn is_fixture(self) -> bool {
        matches!(self, Self::Dock | Self::Desktop | Self::Notification)
    }
}

/// Who sets the input focus (ICCCM 4.1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputModel {
    /// Nobody: the window wants no keys.
    NoInput,
    /// We do.
    Passive,
    /// We do, and tell the window, which may pass it on among its own.
    LocallyActive,
    /// The window does, when told to.
    GloballyActive,
}

impl Client {
    /// Takes in an answer about one of its properties.
    pub fn learn(&mut self, answer: Answer) {
        match answer {
            Answer::Class(class) => self.class = class,
            Answer::Hints(hints) => {
                // What changes counts: the flag may stay set long after it was heard.
                if hints.urgent != self.hints.urgent {
                    self.urgent = hints.urgent;
                }
                self.hints = hints;
            }
            Answer::NormalHints(hints) => self.size_hints = hints,
            Answer::Protocols(protocols) => self.protocols = protocols,
            Answer::TransientFor(owner) => {
                self.is_transient = owner.is_some();
                self.transient_for = owner.unwrap_or(Window::NONE);
            }
            Answer::FullscreenMonitors(monitors) => self.fullscreen_monitors = monitors,
            Answer::SyncCounter(counter) => self.sync_counter = counter,
            Answer::Shadow(extents) => self.shadow = extents,
            Answer::Motif(has_border) => self.refuses_border = !has_border,
            Answer::Type(kind) => self.kind = kind,
            Answer::Strut(property, strut) => {
                if let Some(fixture) = &mut self.fixture {
                    match property {
                        PropertyName::Strut => fixture.strut = strut,
                        _ => fixture.strut_partial = strut,
                    }
                }
            }
            _ => {}
        }
    }

    /// A window that says to belong to the root window belongs to all of its group (EWMH).
    pub fn belong(&mut self, root: Window) {
        if self.transient_for == root {
            self.transient_for = Window::NONE;
        }
    }

    /// Whether it was asked to close and gives no sign of life.
    pub fn is_hung(&self) -> bool {
        self.ping.is_some_and(|ping| ping.is_hung())
    }

    /// Who sets the focus on it.
    pub const fn input_model(&self) -> InputModel {
        match (self.hints.input, self.protocols.take_focus) {
            (false, false) => InputModel::NoInput,
            (true, false) => InputModel::Passive,
            (true, true) => InputModel::LocallyActive,
            (false, true) => InputModel::GloballyActive,
        }
    }

    /// Whether keys can be of use to it.
    pub fn accepts_focus(&self) -> bool {
        self.input_model() != InputModel::NoInput
    }

    /// The width of its border where others have one of `width`. A window with a shadow draws
    /// a border of its own.
    pub fn border(&self, width: u32) -> u32 {
        let has_none = self.is_borderless || self.refuses_border;
        if has_none || self.shadow != FrameExtents::default() { 0 } else { width }
    }

    /// What of its frame can be seen: without its shadow.
    pub const fn visible(&self, frame: Rect) -> Rect {
        let FrameExtents { left, right, top, bottom } = self.shadow;
        if frame.width <= left + right || frame.height <= top + bottom {
            return frame;
        }
        Rect {
            x: frame.x.saturating_add_unsigned(left),
            y: frame.y.saturating_add_unsigned(top),
            width: frame.width - left - right,
            height: frame.height - top - bottom,
        }
    }

    /// The frame of which this can be seen.
    pub const fn with_shadow(&self, visible: Rect) -> Rect {
        let FrameExtents { left, right, top, bottom } = self.shadow;
        Rect {
            x: visible.x.saturating_sub_unsigned(left),
            y: visible.y.saturating_sub_unsigned(top),
            width: visible.width.saturating_add(left + right),
            height: visible.height.saturating_add(top + bottom),
        }
    }

    /// The size of its frame when its own size is to be this, as near to it as its hints
    /// allow.
    pub fn outer_size(&self, width: u32, height: u32, border: u32) -> Size {
        let (width, height) = self.size_hints.constrain(width, height);
        Size { width: width.saturating_add(2 * border), height: height.saturating_add(2 * border) }
    }

    /// Whether it should get the focus when it opens.
    pub fn wants_focus(&self) -> bool {
        self.accepts_focus() && self.kind != WindowType::Splash
    }

    /// The corner of its frame of size `frame` where it asks to be at `asked`, a window with
    /// a border of its own (ICCCM 4.1.2.3).
    pub fn frame_position(&self, asked: Rect, own_border: u32, frame: Size, border: u32) -> Point {
        let inner = |outer: u32| outer.saturating_sub(2 * border);
        let size = Size { width: inner(frame.width), height: inner(frame.height) };
        property::place(self.size_hints.gravity, asked, own_border, size, border)
    }

    /// Whether it is more than a picture to be looked at until the next window comes.
    pub fn wants_more_than_a_look(&self) -> bool {
        self.kind != WindowType::Splash
    }

    /// Whether it floats unless a rule says otherwise.
    pub fn prefers_floating(&self) -> bool {
        self.kind != WindowType::Normal
            || self.is_transient
            || self.states.has(States::MODAL)
            || self.size_hints.is_fixed()
    }
}

/// All managed windows.
#[derive(Debug, Default)]
pub struct Clients {
    by_window: Table<Window, Client>,
    /// The oldest one first, as `_NET_CLIENT_LIST` wants it.
    order: Vec<Window>,
    /// Properties that changed since they were asked for.
    stale: Vec<(Window, PropertyName)>,
}

impl Clients {
    /// The client of a window.
    pub fn get(&self, window: Window) -> Option<&Client> {
        self.by_window.get(window)
    }

    /// The client of a window.
    pub fn get_mut(&mut self, window: Window) -> Option<&mut Client> {
        self.by_window.get_mut(window)
    }

    /// Whether the window is managed.
    pub fn contains(&self, window: Window) -> bool {
        self.by_window.contains(window)
    }

    /// All managed windows, the oldest one first.
    pub fn order(&self) -> &[Window] {
        &self.order
    }

    /// All clients.
    pub fn iter(&self) -> impl Iterator<Item = (Window, &Client)> {
        self.by_window.iter()
    }

    /// All clients.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Window, &mut Client)> {
        self.by_window.iter_mut()
    }

    /// Adds one, as the youngest.
    pub fn insert(&mut self, window: Window, client: Client) {
        if self.by_window.insert(window, client) {
            self.order.push(window);
        }
    }

    /// Makes these the oldest ones, in this order.
    pub fn put_first(&mut self, windows: &[Window]) {
        let mut order = windows.to_vec();
        order.retain(|window| self.contains(*window));
        order.extend(self.order.iter().filter(|window| !windows.contains(window)));
        self.order = order;
    }

    /// Forgets one.
    pub fn remove(&mut self, window: Window) -> Option<Client> {
        let client = self.by_window.remove(window)?;
        strike(&mut self.order, window);
        self.stale.retain(|(other, _)| *other != window);
        Some(client)
    }

    /// Notes that a property has to be asked for again.
    pub fn mark_stale(&mut self, window: Window, property: PropertyName) {
        if !self.stale.contains(&(window, property)) {
            self.stale.push((window, property));
        }
    }

    /// Takes those properties that have to be asked for again for which `wanted` holds.
    pub fn take_stale(
        &mut self,
        wanted: impl Fn(Window, PropertyName) -> bool,
    ) -> Vec<(Window, PropertyName)> {
        self.stale.extract_if(.., |(window, property)| wanted(*window, *property)).gather()
    }
}
