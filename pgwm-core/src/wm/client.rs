//! What a window told us about itself. Never where it is: that is `stack_set.rs` and, in
//! pixels, `scene.rs`.

use super::question::{Answer, PropertyName};
use super::table::Table;
use crate::geometry::Size;
use crate::x11::id::{AtomId, Window};
use crate::x11::property::{SizeHints, WmClass, WmHints};
use crate::x11::request::Gravity;
use alloc::vec::Vec;

/// A managed window, in its own words.
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
    /// `WM_TRANSIENT_FOR`: the window that this one belongs to, or [`Window::NONE`].
    pub transient_for: Window,
    /// `_NET_WM_WINDOW_TYPE`.
    pub kind: WindowType,
    /// `_NET_WM_STATE` as the window had it when we met it.
    pub state: InitialState,
    /// Whether its pixels carry an alpha channel, so that its border must be opaque.
    pub has_alpha: bool,
    /// Whether it asks for attention and hasn't had the focus since.
    pub urgent: bool,
}

/// What a window may be asked by message instead of by force (ICCCM 4.1.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Protocols {
    /// It closes itself when told to.
    pub delete_window: bool,
    /// It sets the focus itself when told to.
    pub take_focus: bool,
}

/// The states that a window may wear before it is mapped (EWMH `_NET_WM_STATE`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InitialState {
    /// All of them but fullscreen, known or not: they stay as they are.
    pub kept: Vec<AtomId>,
    /// It wants to cover the monitor.
    pub fullscreen: bool,
    /// It blocks its parent until it is closed.
    pub modal: bool,
    /// It asks for attention.
    pub demands_attention: bool,
}

/// What sort of window it is, as far as that makes a difference (EWMH
/// `_NET_WM_WINDOW_TYPE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindowType {
    /// A tile, unless something else about it speaks against that.
    #[default]
    Normal,
    /// It floats: dialogs, toolbars, menus torn off, palettes.
    Floating,
    /// It floats and is shown only to be seen: a splash screen.
    Splash,
    /// It places itself and isn't managed: docks, notifications, menus.
    Unmanaged,
    /// Likewise, and it lies below everything: a desktop.
    Desktop,
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
            Answer::TransientFor(window) => self.transient_for = window,
            Answer::Type(kind) => self.kind = kind,
            Answer::State(state) => {
                self.urgent |= state.demands_attention;
                self.state = state;
            }
            _ => {}
        }
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

    /// The size of its frame when its own size is to be this, as near to it as its hints
    /// allow.
    pub fn outer_size(&self, width: u32, height: u32, border: u32) -> Size {
        let (width, height) = self.size_hints.constrain(width, height);
        Size { width: width.saturating_add(2 * border), height: height.saturating_add(2 * border) }
    }

    /// How far the place that it asks for lies from its frame's: with static gravity it
    /// speaks of itself, not of its border (ICCCM 4.1.2.3).
    pub fn static_offset(&self, border: u32) -> i32 {
        if self.size_hints.gravity == Gravity::Static { border as i32 } else { 0 }
    }

    /// Whether it floats unless a rule says otherwise.
    pub fn prefers_floating(&self) -> bool {
        self.kind != WindowType::Normal
            || self.transient_for != Window::NONE
            || self.state.modal
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

    /// Adds one, as the youngest.
    pub fn insert(&mut self, window: Window, client: Client) {
        if self.by_window.insert(window, client).is_none() {
            self.order.push(window);
        }
    }

    /// Forgets one.
    pub fn remove(&mut self, window: Window) -> Option<Client> {
        let client = self.by_window.remove(window)?;
        self.order.retain(|other| *other != window);
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
        self.stale.extract_if(.., |(window, property)| wanted(*window, *property)).collect()
    }
}
