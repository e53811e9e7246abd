//! Everything we ask the server, and how each answer is read: the two stand in adjacent
//! arms, so that they can't disagree. Never decides what an answer means.

use super::client::{InitialState, Protocols, WindowType};
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::id::{AtomId, Keycode, Window};
use crate::x11::property::{SizeHints, WmClass, WmHints, WmState};
use crate::x11::wire::Malformed;
use crate::x11::{reply, request};
use alloc::vec::Vec;

/// A request whose answer we wait for, without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The number of an atom.
    Atom(Atom),
    /// What is on the keys, for `count` keycodes from `first`.
    Keys {
        /// The first keycode.
        first: Keycode,
        /// How many of them.
        count: u8,
    },
    /// Which keys are modifiers.
    Modifiers,
    /// The top-level windows.
    Tree(Window),
    /// Which window a window is in.
    Parent(Window),
    /// Who owns a selection.
    SelectionOwner(Atom),
    /// Sort, state and visual of a window.
    Attributes(Window),
    /// Place, size and depth of a window.
    Geometry(Window),
    /// A property of a window.
    Property(Window, PropertyName),
    /// Nothing, so that its answer proves that all requests before it were carried out.
    Barrier,
}

/// The properties that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyName {
    /// `WM_CLASS`.
    Class,
    /// `WM_HINTS`.
    Hints,
    /// `WM_NORMAL_HINTS`.
    NormalHints,
    /// `WM_PROTOCOLS`.
    Protocols,
    /// `WM_TRANSIENT_FOR`.
    TransientFor,
    /// `_NET_WM_WINDOW_TYPE`.
    Type,
    /// `_NET_WM_STATE`.
    State,
    /// `_NET_WM_DESKTOP`.
    Desktop,
    /// `WM_STATE`.
    WmState,
    /// `_NET_CLIENT_LIST` of the root window.
    ClientList,
    /// `_NET_CURRENT_DESKTOP` of the root window.
    CurrentDesktop,
    /// `_NET_ACTIVE_WINDOW` of the root window.
    ActiveWindow,
}

impl PropertyName {
    /// What is asked about a new window.
    pub const OF_A_WINDOW: [Self; 9] = [
        Self::Class,
        Self::Hints,
        Self::NormalHints,
        Self::Protocols,
        Self::TransientFor,
        Self::Type,
        Self::State,
        Self::Desktop,
        Self::WmState,
    ];

    /// The property whose change has to be read again, if it is one.
    pub const fn watched(atom: Atom) -> Option<Self> {
        match atom {
            Atom::WmHints => Some(Self::Hints),
            Atom::WmNormalHints => Some(Self::NormalHints),
            Atom::WmProtocols => Some(Self::Protocols),
            Atom::WmTransientFor => Some(Self::TransientFor),
            _ => None,
        }
    }

    const fn atom(self) -> Atom {
        match self {
            Self::Class => Atom::WmClass,
            Self::Hints => Atom::WmHints,
            Self::NormalHints => Atom::WmNormalHints,
            Self::Protocols => Atom::WmProtocols,
            Self::TransientFor => Atom::WmTransientFor,
            Self::Type => Atom::NetWmWindowType,
            Self::State => Atom::NetWmState,
            Self::Desktop => Atom::NetWmDesktop,
            Self::WmState => Atom::WmState,
            Self::ClientList => Atom::NetClientList,
            Self::CurrentDesktop => Atom::NetCurrentDesktop,
            Self::ActiveWindow => Atom::NetActiveWindow,
        }
    }

    /// The most that is read of it, in units of four bytes; what is longer is cut off.
    const fn length(self) -> u32 {
        match self {
            Self::Class => 128,
            Self::ClientList => 16 * 1024,
            _ => 64,
        }
    }
}

/// What the server said, by the question that it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To [`Question::Atom`].
    Atom(Atom, AtomId),
    /// To [`Question::Keys`].
    Keys(reply::GetKeyboardMapping),
    /// To [`Question::Modifiers`].
    Modifiers(reply::GetModifierMapping),
    /// To [`Question::Tree`]: the children, the lowest one first.
    Tree(Vec<Window>),
    /// To [`Question::Parent`].
    Parent(Window),
    /// To [`Question::SelectionOwner`].
    SelectionOwner(Window),
    /// To [`Question::Attributes`].
    Attributes(reply::GetWindowAttributes),
    /// To [`Question::Geometry`].
    Geometry(reply::GetGeometry),
    /// `WM_CLASS`.
    Class(WmClass),
    /// `WM_HINTS`.
    Hints(WmHints),
    /// `WM_NORMAL_HINTS`.
    NormalHints(SizeHints),
    /// `WM_PROTOCOLS`.
    Protocols(Protocols),
    /// `WM_TRANSIENT_FOR`.
    TransientFor(Window),
    /// `_NET_ACTIVE_WINDOW`.
    ActiveWindow(Window),
    /// `_NET_WM_WINDOW_TYPE`.
    Type(WindowType),
    /// `_NET_WM_STATE`.
    State(InitialState),
    /// `_NET_WM_DESKTOP` or `_NET_CURRENT_DESKTOP`.
    Desktop(Option<u32>),
    /// `WM_STATE`.
    WmState(Option<WmState>),
    /// `_NET_CLIENT_LIST`.
    ClientList(Vec<Window>),
    /// To [`Question::Barrier`].
    Barrier,
}

impl Question {
    /// Sends the question.
    pub fn ask(self, atoms: &AtomTable, connection: &mut Connection<Self>) -> u64 {
        match self {
            Self::Atom(atom) => connection.ask(
                &request::InternAtom { only_if_exists: false, name: atom.name().as_bytes() },
                self,
            ),
            Self::Keys { first, count } => {
                connection.ask(&request::GetKeyboardMapping { first_keycode: first, count }, self)
            }
            Self::Modifiers => connection.ask(&request::GetModifierMapping, self),
            Self::Tree(window) | Self::Parent(window) => {
                connection.ask(&request::QueryTree { window }, self)
            }
            Self::SelectionOwner(atom) => {
                connection.ask(&request::GetSelectionOwner { selection: atoms.id(atom) }, self)
            }
            Self::Attributes(window) => {
                connection.ask(&request::GetWindowAttributes { window }, self)
            }
            Self::Geometry(window) => {
                connection.ask(&request::GetGeometry { drawable: window }, self)
            }
            Self::Property(window, property) => connection.ask(
                &request::GetProperty {
                    delete: false,
                    window,
                    property: atoms.id(property.atom()),
                    kind: AtomId::ANY,
                    offset: 0,
                    length: property.length(),
                },
                self,
            ),
            Self::Barrier => connection.ask(&request::GetInputFocus, self),
        }
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// The reply is not of the form that the protocol gives it.
    pub fn read(self, bytes: &[u8], atoms: &AtomTable) -> Result<Answer, Malformed> {
        Ok(match self {
            Self::Atom(atom) => Answer::Atom(atom, reply::InternAtom::read(bytes)?.atom),
            Self::Keys { .. } => Answer::Keys(reply::GetKeyboardMapping::read(bytes)?),
            Self::Modifiers => Answer::Modifiers(reply::GetModifierMapping::read(bytes)?),
            Self::Tree(_) => Answer::Tree(reply::QueryTree::read(bytes)?.children),
            Self::Parent(_) => Answer::Parent(reply::QueryTree::read(bytes)?.parent),
            Self::SelectionOwner(_) => {
                Answer::SelectionOwner(reply::GetSelectionOwner::read(bytes)?.owner)
            }
            Self::Attributes(_) => Answer::Attributes(reply::GetWindowAttributes::read(bytes)?),
            Self::Geometry(_) => Answer::Geometry(reply::GetGeometry::read(bytes)?),
            Self::Property(_, property) => property.read(&reply::GetProperty::read(bytes)?, atoms),
            Self::Barrier => Answer::Barrier,
        })
    }
}

impl PropertyName {
    /// Reads its value. A property of the wrong type or form counts as absent.
    fn read(self, value: &reply::GetProperty<'_>, atoms: &AtomTable) -> Answer {
        let first_of = |kind: Atom| value.words().next().filter(|_| value.kind == atoms.id(kind));
        let names = || {
            let is_list = value.kind == atoms.id(Atom::Atom);
            value.words().filter(move |_| is_list).filter_map(|id| atoms.atom(AtomId::new(id)))
        };
        match self {
            Self::Class => Answer::Class(WmClass::read(value.bytes())),
            Self::Hints => Answer::Hints(WmHints::read(value.words())),
            Self::NormalHints => Answer::NormalHints(SizeHints::read(value.words())),
            Self::Protocols => {
                let mut protocols = Protocols::default();
                for name in names() {
                    match name {
                        Atom::WmDeleteWindow => protocols.delete_window = true,
                        Atom::WmTakeFocus => protocols.take_focus = true,
                        _ => {}
                    }
                }
                Answer::Protocols(protocols)
            }
            Self::TransientFor => {
                Answer::TransientFor(first_of(Atom::Window).map_or(Window::NONE, Window::new))
            }
            Self::ActiveWindow => {
                Answer::ActiveWindow(first_of(Atom::Window).map_or(Window::NONE, Window::new))
            }
            Self::Type => Answer::Type(names().find_map(window_type).unwrap_or_default()),
            Self::State => {
                let mut state = InitialState::default();
                let is_list = value.kind == atoms.id(Atom::Atom);
                for id in value.words().filter(|_| is_list).map(AtomId::new) {
                    match atoms.atom(id) {
                        Some(Atom::NetWmStateFullscreen) => {
                            state.fullscreen = true;
                            continue;
                        }
                        Some(Atom::NetWmStateModal) => state.modal = true,
                        Some(Atom::NetWmStateDemandsAttention) => state.demands_attention = true,
                        _ => {}
                    }
                    state.kept.push(id);
                }
                Answer::State(state)
            }
            Self::Desktop | Self::CurrentDesktop => Answer::Desktop(first_of(Atom::Cardinal)),
            Self::WmState => Answer::WmState(
                first_of(Atom::WmState).and_then(|word| WmState::read([word].into_iter())),
            ),
            Self::ClientList => Answer::ClientList(
                value
                    .words()
                    .filter(|_| value.kind == atoms.id(Atom::Window))
                    .map(Window::new)
                    .collect(),
            ),
        }
    }
}

/// The first type of the list that we know decides (EWMH).
const fn window_type(atom: Atom) -> Option<WindowType> {
    match atom {
        Atom::NetWmWindowTypeNormal => Some(WindowType::Normal),
        Atom::NetWmWindowTypeDialog
        | Atom::NetWmWindowTypeUtility
        | Atom::NetWmWindowTypeToolbar
        | Atom::NetWmWindowTypeMenu => Some(WindowType::Floating),
        Atom::NetWmWindowTypeSplash => Some(WindowType::Splash),
        Atom::NetWmWindowTypeDesktop => Some(WindowType::Desktop),
        Atom::NetWmWindowTypeDock
        | Atom::NetWmWindowTypeNotification
        | Atom::NetWmWindowTypeDropdownMenu
        | Atom::NetWmWindowTypePopupMenu
        | Atom::NetWmWindowTypeTooltip
        | Atom::NetWmWindowTypeCombo
        | Atom::NetWmWindowTypeDnd => Some(WindowType::Unmanaged),
        _ => None,
    }
}
