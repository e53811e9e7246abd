//! Everything we ask the server, and how each answer is read: the two stand in adjacent
//! arms, so that they can't disagree. Never decides what an answer means.

use super::client::{Protocols, WindowType};
use super::drag;
use super::stack_set::Monitor;
use super::states::States;
use crate::gather::Gather;
use crate::geometry::Rect;
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::drawing;
use crate::x11::event::SelectionRequest;
use crate::x11::extension::{Extension, ExtensionName};
use crate::x11::id::{AtomId, Cursor, Font, Keycode, Timestamp, VisualId, Window};
use crate::x11::property::{
    self, FrameExtents, MotifHints, SizeHints, Strut, SyncCounters, WmClass, WmHints, WmState,
};
use crate::x11::request::GrabMode;
use crate::x11::wire::Malformed;
use crate::x11::{randr, render, reply, request, res, sync, xinerama, xkb};
use alloc::string::String;
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
    /// Which properties a window has.
    Properties(Window),
    /// A property of a window.
    Property(Window, PropertyName),
    /// What a selection of ours is to be converted to, all at once (ICCCM 2.6.2).
    Conversions(SelectionRequest),
    /// The pointer, for a window, with an image.
    GrabPointer(Window, Cursor),
    /// The keyboard, for a window.
    GrabKeyboard(Window),
    /// Where the pointer is, as seen from a window, and which buttons are held.
    Pointer(Window),
    /// When the user last did something in a window, which the other one has.
    UserTime(Window, Window),
    /// When the user last did something where the focus was when a window, the first one,
    /// wanted to be mapped.
    FocusUserTime(Window, Window),
    /// Whether the server has an extension.
    Extension(ExtensionName),
    /// The version of SYNC, which has to be asked for before anything else of it.
    SyncVersion,
    /// Whether the server takes our version of XKEYBOARD.
    UseXkb,
    /// Whether it lets keys that are held down repeat without being released.
    DetectableRepeat,
    /// Whether we get the whole keyboard for a mode, by way of this window.
    ModeKeyboard(Window),
    /// Which RANDR the server speaks.
    RandrVersion,
    /// The monitors, by RANDR 1.5, of the screen with this root window.
    Monitors(Window),
    /// The monitors, by XINERAMA.
    XineramaScreens,
    /// What the outputs of the screen with this root window show, which makes the server
    /// look at them.
    Outputs(Window),
    /// The name of an atom.
    AtomName(AtomId),
    /// Which process a window's client is.
    Process(Window),
    /// The startup id of a window's leader.
    Leader {
        /// The window that it is about.
        window: Window,
        /// The one that is asked.
        leader: Window,
    },
    /// Which RENDER the server speaks.
    RenderVersion,
    /// How the server's pixels become colours, and those of these visuals.
    PictFormats([VisualId; 2]),
    /// The measures of one of the server's fonts.
    CoreFont(Font),
    /// Nothing, so that its answer proves that all requests before it were carried out.
    Barrier,
}

/// The properties that we read. Not `WM_COLORMAP_WINDOWS` (ICCCM 4.1.8): with the colours of
/// our days no window needs a colour map installed. Not `WM_ICON_SIZE` and its like: there
/// are no icons.
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
    /// `_NET_WM_FULLSCREEN_MONITORS`.
    FullscreenMonitors,
    /// `_NET_WM_WINDOW_TYPE`.
    Type,
    /// `_NET_WM_STATE`.
    State,
    /// `_NET_WM_DESKTOP`.
    Desktop,
    /// `WM_STATE`.
    WmState,
    /// `WM_WINDOW_ROLE`.
    Role,
    /// `_NET_WM_NAME`.
    Title,
    /// `WM_NAME`.
    OldTitle,
    /// `_NET_WM_PID`.
    Pid,
    /// `WM_CLIENT_MACHINE`.
    Machine,
    /// `WM_CLIENT_LEADER`.
    Leader,
    /// `_NET_STARTUP_ID`.
    StartupId,
    /// `_NET_WM_USER_TIME`.
    UserTime,
    /// `_NET_WM_USER_TIME_WINDOW`.
    UserTimeWindow,
    /// `_NET_WM_SYNC_REQUEST_COUNTER`.
    SyncCounter,
    /// `_MOTIF_WM_HINTS`.
    Motif,
    /// `_GTK_FRAME_EXTENTS`.
    Shadow,
    /// `_NET_WM_STRUT`.
    Strut,
    /// `_NET_WM_STRUT_PARTIAL`.
    StrutPartial,
    /// `_NET_CLIENT_LIST` of the root window.
    ClientList,
    /// `_NET_CURRENT_DESKTOP` of the root window.
    CurrentDesktop,
    /// `_NET_ACTIVE_WINDOW` of the root window.
    ActiveWindow,
    /// `_PGWM_STATE` of the root window.
    Snapshot,
    /// `WM_NAME` of the root window.
    RootName,
    /// `RESOURCE_MANAGER` of the root window.
    Resources,
    /// `_XEMBED_INFO` of an icon.
    XembedInfo,
}

impl PropertyName {
    /// What is asked about every new window.
    pub const OF_EVERY_WINDOW: [Self; 4] =
        [Self::Class, Self::Hints, Self::NormalHints, Self::Protocols];

    /// What is asked about a new window that has such a property.
    pub const OF_SOME_WINDOWS: [Self; 20] = [
        Self::TransientFor,
        Self::FullscreenMonitors,
        Self::Type,
        Self::State,
        Self::Desktop,
        Self::WmState,
        Self::Role,
        Self::Title,
        Self::OldTitle,
        Self::Pid,
        Self::Machine,
        Self::Leader,
        Self::StartupId,
        Self::UserTime,
        Self::UserTimeWindow,
        Self::SyncCounter,
        Self::Motif,
        Self::Shadow,
        Self::Strut,
        Self::StrutPartial,
    ];

    /// Whether a change of a managed window's property has to be read again.
    pub const fn is_watched(self) -> bool {
        matches!(
            self,
            Self::Class
                | Self::Hints
                | Self::NormalHints
                | Self::Protocols
                | Self::TransientFor
                | Self::SyncCounter
                | Self::Motif
                | Self::Shadow
                | Self::Strut
                | Self::StrutPartial
        )
    }

    /// Whether it is one of the two titles.
    pub const fn is_title(self) -> bool {
        matches!(self, Self::Title | Self::OldTitle)
    }

    /// The property of a window with this name, if we read it.
    pub fn named(atom: Atom) -> Option<Self> {
        let all = Self::OF_EVERY_WINDOW.iter().chain(&Self::OF_SOME_WINDOWS);
        all.copied().find(|property| property.atom() == atom)
    }

    /// Its number.
    pub const fn id(self, atoms: &AtomTable) -> AtomId {
        atoms.id(self.atom())
    }

    const fn atom(self) -> Atom {
        match self {
            Self::Class => Atom::WmClass,
            Self::Hints => Atom::WmHints,
            Self::NormalHints => Atom::WmNormalHints,
            Self::Protocols => Atom::WmProtocols,
            Self::TransientFor => Atom::WmTransientFor,
            Self::FullscreenMonitors => Atom::NetWmFullscreenMonitors,
            Self::Type => Atom::NetWmWindowType,
            Self::State => Atom::NetWmState,
            Self::Desktop => Atom::NetWmDesktop,
            Self::WmState => Atom::WmState,
            Self::Role => Atom::WmWindowRole,
            Self::Title => Atom::NetWmName,
            Self::OldTitle | Self::RootName => Atom::WmName,
            Self::Pid => Atom::NetWmPid,
            Self::Machine => Atom::WmClientMachine,
            Self::Leader => Atom::WmClientLeader,
            Self::StartupId => Atom::NetStartupId,
            Self::UserTime => Atom::NetWmUserTime,
            Self::UserTimeWindow => Atom::NetWmUserTimeWindow,
            Self::SyncCounter => Atom::NetWmSyncRequestCounter,
            Self::Motif => Atom::MotifWmHints,
            Self::Shadow => Atom::GtkFrameExtents,
            Self::Strut => Atom::NetWmStrut,
            Self::StrutPartial => Atom::NetWmStrutPartial,
            Self::ClientList => Atom::NetClientList,
            Self::CurrentDesktop => Atom::NetCurrentDesktop,
            Self::ActiveWindow => Atom::NetActiveWindow,
            Self::Snapshot => Atom::PgwmState,
            Self::Resources => Atom::ResourceManager,
            Self::XembedInfo => Atom::XembedInfo,
        }
    }

    /// The most that is read of it, in units of four bytes; what is longer is cut off.
    const fn length(self) -> u32 {
        match self {
            Self::Class => 128,
            Self::Title | Self::OldTitle | Self::RootName => 256,
            Self::ClientList | Self::Resources => 16 * 1024,
            Self::Snapshot => 64 * 1024,
            _ => 64,
        }
    }
}

/// The states that a window says it is in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToldStates {
    /// Those that we know.
    pub states: States,
    /// The words that we don't know.
    pub kept: Vec<AtomId>,
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
    /// To [`Question::Properties`].
    Properties(Vec<AtomId>),
    /// `WM_TRANSIENT_FOR`; `None` where it is not there.
    TransientFor(Option<Window>),
    /// `_NET_ACTIVE_WINDOW`.
    ActiveWindow(Window),
    /// `_NET_WM_WINDOW_TYPE`.
    Type(WindowType),
    /// `_NET_WM_STATE`.
    State(ToldStates),
    /// `WM_WINDOW_ROLE`.
    Role(String),
    /// `_NET_WM_NAME` or `WM_NAME`; `None` where it is not there.
    Title(PropertyName, Option<String>),
    /// `_NET_WM_PID`.
    Pid(Option<i32>),
    /// `WM_CLIENT_MACHINE`.
    Machine(String),
    /// To [`Question::Process`]: a process that there may be.
    Process(Option<u32>),
    /// `WM_CLIENT_LEADER`.
    Leader(Window),
    /// `_NET_STARTUP_ID`.
    StartupId(String),
    /// `_NET_WM_USER_TIME`.
    UserTime(Option<Timestamp>),
    /// To [`Question::FocusUserTime`].
    FocusUserTime(Option<Timestamp>),
    /// `_NET_WM_USER_TIME_WINDOW`.
    UserTimeWindow(Window),
    /// `_NET_WM_SYNC_REQUEST_COUNTER`; 0 for none.
    SyncCounter(u32),
    /// `_MOTIF_WM_HINTS`: whether it wants a border.
    Motif(bool),
    /// `_GTK_FRAME_EXTENTS`.
    Shadow(FrameExtents),
    /// `_NET_WM_STRUT` or `_NET_WM_STRUT_PARTIAL`; `None` where it is not there.
    Strut(PropertyName, Option<Strut>),
    /// `_NET_WM_DESKTOP` or `_NET_CURRENT_DESKTOP`.
    Desktop(Option<u32>),
    /// `WM_STATE`.
    WmState(Option<WmState>),
    /// `_NET_CLIENT_LIST`.
    ClientList(Vec<Window>),
    /// To [`Question::Conversions`]: targets and properties in turn.
    Conversions(Vec<u32>),
    /// To [`Question::GrabPointer`] and [`Question::GrabKeyboard`].
    Grab(reply::GrabStatus),
    /// To [`Question::Pointer`].
    Pointer(reply::QueryPointer),
    /// To [`Question::Extension`].
    Extension(ExtensionName, Option<Extension>),
    /// To [`Question::SyncVersion`].
    SyncVersion,
    /// To [`Question::UseXkb`] and [`Question::DetectableRepeat`].
    Xkb,
    /// `_NET_WM_FULLSCREEN_MONITORS`; `None` where it is not there.
    FullscreenMonitors(Option<[u32; 4]>),
    /// To [`Question::RandrVersion`].
    RandrVersion(u32, u32),
    /// To [`Question::Monitors`] and [`Question::XineramaScreens`]: what the server said,
    /// in its order.
    Monitors(Vec<Monitor>),
    /// To [`Question::Outputs`].
    Outputs,
    /// To [`Question::AtomName`].
    AtomName(AtomId, Vec<u8>),
    /// `_PGWM_STATE`.
    Snapshot(Vec<u32>),
    /// `WM_NAME` of the root window, as UTF-8 whatever its type is, as status programs have
    /// it.
    RootName(Vec<u8>),
    /// To [`Question::RenderVersion`].
    RenderVersion(u32, u32),
    /// To [`Question::PictFormats`].
    PictFormats(render::QueryPictFormatsReply),
    /// To [`Question::CoreFont`].
    CoreFont(drawing::QueryFontReply),
    /// `RESOURCE_MANAGER`: the dots per inch that it asks for.
    Resources(Option<u32>),
    /// `_XEMBED_INFO`: version and flags; `None` where it is not there.
    XembedInfo(Option<(u32, u32)>),
    /// To [`Question::Barrier`].
    Barrier,
}

impl Question {
    /// Sends the question.
    #[expect(clippy::too_many_lines, reason = "a list, with one arm for each question")]
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
            Self::Properties(window) => connection.ask(&request::ListProperties { window }, self),
            Self::Conversions(wanted) => connection.ask(
                &request::GetProperty {
                    delete: false,
                    window: wanted.requestor,
                    property: wanted.property,
                    kind: atoms.id(Atom::AtomPair),
                    offset: 0,
                    length: 64,
                },
                self,
            ),
            Self::GrabPointer(window, cursor) => connection.ask(
                &request::GrabPointer {
                    owner_events: false,
                    grab_window: window,
                    event_mask: drag::EVENTS,
                    pointer_mode: GrabMode::Asynchronous,
                    keyboard_mode: GrabMode::Asynchronous,
                    confine_to: Window::NONE,
                    cursor,
                    time: Timestamp::CURRENT,
                },
                self,
            ),
            Self::GrabKeyboard(grab_window) | Self::ModeKeyboard(grab_window) => connection.ask(
                &request::GrabKeyboard {
                    owner_events: false,
                    grab_window,
                    time: Timestamp::CURRENT,
                    pointer_mode: GrabMode::Asynchronous,
                    keyboard_mode: GrabMode::Asynchronous,
                },
                self,
            ),
            Self::Pointer(window) => connection.ask(&request::QueryPointer { window }, self),
            Self::Property(window, property) => {
                connection.ask(&property.request(window, atoms), self)
            }
            Self::UserTime(_, window) | Self::FocusUserTime(_, window) => {
                connection.ask(&PropertyName::UserTime.request(window, atoms), self)
            }
            Self::Extension(name) => {
                connection.ask(&request::QueryExtension { name: name.name().as_bytes() }, self)
            }
            Self::SyncVersion => {
                let sync = connection.extensions().get(ExtensionName::Sync);
                let (desired_major_version, desired_minor_version) = sync::VERSION;
                connection.ask(
                    &sync::Initialize {
                        major_opcode: sync.map_or(0, |sync| sync.major_opcode),
                        desired_major_version,
                        desired_minor_version,
                    },
                    self,
                )
            }
            Self::UseXkb => {
                let major_opcode = major_opcode(connection, ExtensionName::Xkb);
                let (wanted_major, wanted_minor) = xkb::VERSION;
                connection
                    .ask(&xkb::UseExtension { major_opcode, wanted_major, wanted_minor }, self)
            }
            Self::DetectableRepeat => {
                let major_opcode = major_opcode(connection, ExtensionName::Xkb);
                let (change, value) = (xkb::DETECTABLE_AUTO_REPEAT, xkb::DETECTABLE_AUTO_REPEAT);
                connection.ask(&xkb::PerClientFlags { major_opcode, change, value }, self)
            }
            Self::RandrVersion => {
                let major_opcode = major_opcode(connection, ExtensionName::Randr);
                let (major_version, minor_version) = randr::VERSION;
                let request = randr::QueryVersion { major_opcode, major_version, minor_version };
                connection.ask(&request, self)
            }
            Self::Monitors(window) => {
                let major_opcode = major_opcode(connection, ExtensionName::Randr);
                let request = randr::GetMonitors { major_opcode, window, get_active: true };
                connection.ask(&request, self)
            }
            Self::XineramaScreens => {
                let major_opcode = major_opcode(connection, ExtensionName::Xinerama);
                connection.ask(&xinerama::QueryScreens { major_opcode }, self)
            }
            Self::Outputs(window) => {
                let major_opcode = major_opcode(connection, ExtensionName::Randr);
                connection.ask(&randr::GetScreenResources { major_opcode, window }, self)
            }
            Self::AtomName(atom) => connection.ask(&request::GetAtomName { atom }, self),
            Self::Process(client) => {
                let major_opcode = major_opcode(connection, ExtensionName::Res);
                connection.ask(&res::QueryClientIds { major_opcode, client }, self)
            }
            Self::Leader { leader, .. } => {
                connection.ask(&PropertyName::StartupId.request(leader, atoms), self)
            }
            Self::RenderVersion => {
                let major_opcode = major_opcode(connection, ExtensionName::Render);
                let (client_major_version, client_minor_version) = render::VERSION;
                let request = render::QueryVersion {
                    major_opcode,
                    client_major_version,
                    client_minor_version,
                };
                connection.ask(&request, self)
            }
            Self::PictFormats(_) => {
                let major_opcode = major_opcode(connection, ExtensionName::Render);
                connection.ask(&render::QueryPictFormats { major_opcode }, self)
            }
            Self::CoreFont(font) => connection.ask(&drawing::QueryFont { font }, self),
            Self::Barrier => connection.ask(&request::GetInputFocus, self),
        }
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// The reply is not of the form that the protocol gives it.
    #[inline(never)]
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
            Self::Properties(_) => Answer::Properties(reply::ListProperties::read(bytes)?.atoms),
            Self::Property(_, property) => property.read(&reply::GetProperty::read(bytes)?, atoms),
            Self::Conversions(_) => {
                Answer::Conversions(reply::GetProperty::read(bytes)?.words().gather())
            }
            Self::GrabPointer(..) | Self::GrabKeyboard(_) => {
                Answer::Grab(reply::GrabStatus::read(bytes)?)
            }
            Self::Pointer(_) => Answer::Pointer(reply::QueryPointer::read(bytes)?),
            Self::UserTime(..) => {
                Answer::UserTime(property::user_time(reply::GetProperty::read(bytes)?.words()))
            }
            Self::FocusUserTime(..) => {
                Answer::FocusUserTime(property::user_time(reply::GetProperty::read(bytes)?.words()))
            }
            Self::Extension(name) => {
                Answer::Extension(name, reply::QueryExtension::read(bytes)?.extension())
            }
            Self::SyncVersion => Answer::SyncVersion,
            Self::UseXkb | Self::DetectableRepeat => Answer::Xkb,
            Self::ModeKeyboard(_) => Answer::Grab(reply::GrabStatus::read(bytes)?),
            Self::RandrVersion => {
                let reply = randr::QueryVersionReply::read(bytes)?;
                Answer::RandrVersion(reply.major_version, reply.minor_version)
            }
            Self::Monitors(_) => {
                let reply = randr::GetMonitorsReply::read(bytes)?;
                let monitor = |it: &randr::Monitor| Monitor {
                    name: it.name,
                    area: Rect::new(it.x.into(), it.y.into(), it.width.into(), it.height.into()),
                    primary: it.primary,
                    millimetres: it.width_in_millimeters,
                };
                Answer::Monitors(reply.monitors.iter().map(monitor).gather())
            }
            Self::XineramaScreens => {
                let reply = xinerama::QueryScreensReply::read(bytes)?;
                let monitor = |(index, it): (usize, &xinerama::ScreenInfo)| Monitor {
                    name: AtomId::NONE,
                    area: Rect::new(
                        it.x_org.into(),
                        it.y_org.into(),
                        it.width.into(),
                        it.height.into(),
                    ),
                    primary: index == 0,
                    millimetres: 0,
                };
                Answer::Monitors(reply.screen_info.iter().enumerate().map(monitor).gather())
            }
            Self::Outputs(_) => Answer::Outputs,
            Self::AtomName(atom) => {
                Answer::AtomName(atom, reply::GetAtomName::read(bytes)?.name.to_vec())
            }
            Self::Process(_) => {
                let pid = res::QueryClientIdsReply::read(bytes)?.pid;
                Answer::Process(property::pid(pid.into_iter()).map(i32::unsigned_abs))
            }
            Self::Leader { .. } => {
                PropertyName::StartupId.read(&reply::GetProperty::read(bytes)?, atoms)
            }
            Self::RenderVersion => {
                let reply = render::QueryVersionReply::read(bytes)?;
                Answer::RenderVersion(reply.major_version, reply.minor_version)
            }
            Self::PictFormats(visuals) => {
                Answer::PictFormats(render::QueryPictFormatsReply::read(bytes, visuals)?)
            }
            Self::CoreFont(_) => Answer::CoreFont(drawing::QueryFontReply::read(bytes)?),
            Self::Barrier => Answer::Barrier,
        })
    }
}

impl PropertyName {
    const fn request(self, window: Window, atoms: &AtomTable) -> request::GetProperty {
        request::GetProperty {
            delete: false,
            window,
            property: self.id(atoms),
            kind: AtomId::ANY,
            offset: 0,
            length: self.length(),
        }
    }

    /// Reads its value. A property of the wrong type or form counts as absent.
    fn read(self, value: &reply::GetProperty<'_>, atoms: &AtomTable) -> Answer {
        let first_of = |kind: Atom| value.words().next().filter(|_| value.kind == atoms.id(kind));
        let names = || {
            let is_list = value.kind == atoms.id(Atom::Atom);
            value.words().filter(move |_| is_list).filter_map(|id| atoms.atom(AtomId::new(id)))
        };
        let text = || {
            if value.kind == atoms.id(Atom::CompoundText) && value.format == 8 {
                return property::compound_text(value.bytes());
            }
            property::text(value.kind, value.format, value.bytes())
        };
        let is_there = value.kind != AtomId::NONE;
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
                        Atom::NetWmPing => protocols.ping = true,
                        Atom::NetWmSyncRequest => protocols.sync_request = true,
                        _ => {}
                    }
                }
                Answer::Protocols(protocols)
            }
            Self::TransientFor => Answer::TransientFor(first_of(Atom::Window).map(Window::new)),
            Self::FullscreenMonitors => {
                let words: Vec<u32> = value.words().gather();
                let is_list = value.kind == atoms.id(Atom::Cardinal);
                Answer::FullscreenMonitors(words.try_into().ok().filter(|_| is_list))
            }
            Self::ActiveWindow => {
                Answer::ActiveWindow(first_of(Atom::Window).map_or(Window::NONE, Window::new))
            }
            Self::Type => Answer::Type(names().find_map(window_type).unwrap_or_default()),
            Self::State => {
                let mut told = ToldStates::default();
                let is_list = value.kind == atoms.id(Atom::Atom);
                for id in value.words().filter(|_| is_list).map(AtomId::new) {
                    match atoms.atom(id).map_or(States::NONE, States::named) {
                        States::NONE => told.kept.push(id),
                        state => told.states.set(state, true),
                    }
                }
                Answer::State(told)
            }
            Self::Desktop | Self::CurrentDesktop => Answer::Desktop(first_of(Atom::Cardinal)),
            Self::WmState => Answer::WmState(
                first_of(Atom::WmState).and_then(|word| WmState::read([word].into_iter())),
            ),
            Self::Role => Answer::Role(text()),
            Self::Title | Self::OldTitle => Answer::Title(self, is_there.then(text)),
            Self::Machine => Answer::Machine(text()),
            Self::StartupId => Answer::StartupId(text()),
            Self::Leader => {
                Answer::Leader(first_of(Atom::Window).map_or(Window::NONE, Window::new))
            }
            Self::Pid => Answer::Pid(property::pid(value.words())),
            Self::UserTime => Answer::UserTime(property::user_time(value.words())),
            Self::UserTimeWindow => {
                Answer::UserTimeWindow(first_of(Atom::Window).map_or(Window::NONE, Window::new))
            }
            Self::SyncCounter => {
                Answer::SyncCounter(SyncCounters::read(value.words()).map_or(0, |it| it.basic))
            }
            Self::Motif => Answer::Motif(MotifHints::read(value.words()).has_border),
            Self::Shadow => Answer::Shadow(FrameExtents::read(value.words())),
            Self::Strut | Self::StrutPartial => Answer::Strut(self, Strut::read(value.words())),
            Self::Snapshot => {
                let is_ours = value.kind == atoms.id(Atom::Cardinal);
                Answer::Snapshot(value.words().filter(|_| is_ours).gather())
            }
            Self::RootName => Answer::RootName(value.bytes().to_vec()),
            Self::Resources => Answer::Resources(property::xft_dpi(value.bytes())),
            Self::XembedInfo => {
                let mut words = value.words();
                Answer::XembedInfo(words.next().zip(words.next()))
            }
            Self::ClientList => Answer::ClientList(
                value
                    .words()
                    .filter(|_| value.kind == atoms.id(Atom::Window))
                    .map(Window::new)
                    .gather(),
            ),
        }
    }
}

/// The opcode of an extension's requests; one that the server refuses where it is not there.
fn major_opcode(connection: &mut Connection<Question>, name: ExtensionName) -> u8 {
    connection.extensions().get(name).map_or(u8::MAX, |extension| extension.major_opcode)
}

/// The first type of the list that we know decides (EWMH).
const fn window_type(atom: Atom) -> Option<WindowType> {
    match atom {
        Atom::NetWmWindowTypeNormal => Some(WindowType::Normal),
        Atom::NetWmWindowTypeDialog => Some(WindowType::Dialog),
        Atom::NetWmWindowTypeUtility | Atom::NetWmWindowTypeToolbar | Atom::NetWmWindowTypeMenu => {
            Some(WindowType::Utility)
        }
        Atom::KdeWindowTypeOverride => Some(WindowType::Bare),
        Atom::NetWmWindowTypeSplash => Some(WindowType::Splash),
        Atom::NetWmWindowTypeDesktop => Some(WindowType::Desktop),
        Atom::NetWmWindowTypeDock => Some(WindowType::Dock),
        Atom::NetWmWindowTypeNotification
        | Atom::NetWmWindowTypeDropdownMenu
        | Atom::NetWmWindowTypePopupMenu
        | Atom::NetWmWindowTypeTooltip
        | Atom::NetWmWindowTypeCombo
        | Atom::NetWmWindowTypeDnd => Some(WindowType::Notification),
        _ => None,
    }
}
