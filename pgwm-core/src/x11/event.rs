//! The events of the core protocol, and a list of all events: one struct a kind, its fields named as in the
//! specification. Never fails on a number that it doesn't know: such numbers stay numbers.

use alloc::vec::Vec;

use super::extension::Extensions;
use super::id::{AtomId, Colormap, Keycode, Timestamp, Window};
use super::request::{StackMode, WindowChanges};
use super::wire::{Fields, Malformed, Writer};
use super::{randr, sync};

/// All of an event: it has always as many bytes.
pub(super) type Head<'a> = Fields<'a, 32>;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A key went down, or repeats.
    KeyPress(Input),
    /// A key went up.
    KeyRelease(Input),
    /// A pointer button went down.
    ButtonPress(Input),
    /// A pointer button went up.
    ButtonRelease(Input),
    /// The pointer moved.
    MotionNotify(Input),
    /// The pointer entered a window.
    EnterNotify(Crossing),
    /// The pointer left a window.
    LeaveNotify(Crossing),
    /// A window gained the focus.
    FocusIn(Focus),
    /// A window lost the focus.
    FocusOut(Focus),
    /// Part of a window needs painting.
    Expose(Expose),
    /// A window was created.
    CreateNotify(CreateNotify),
    /// A window was destroyed.
    DestroyNotify(DestroyNotify),
    /// A window was unmapped.
    UnmapNotify(UnmapNotify),
    /// A window was mapped.
    MapNotify(MapNotify),
    /// A client wants to map a window.
    MapRequest(MapRequest),
    /// A window got another parent.
    ReparentNotify(ReparentNotify),
    /// A window was moved, resized or restacked.
    ConfigureNotify(ConfigureNotify),
    /// A client wants to move, resize or restack a window.
    ConfigureRequest(ConfigureRequest),
    /// A window moved because its parent was resized.
    GravityNotify(GravityNotify),
    /// A client wants to resize a window.
    ResizeRequest(ResizeRequest),
    /// A window went to the top or the bottom.
    CirculateNotify(Circulate),
    /// A client wants a window to go to the top or the bottom.
    CirculateRequest(Circulate),
    /// A property changed.
    PropertyNotify(PropertyNotify),
    /// A selection was taken from us.
    SelectionClear(SelectionClear),
    /// A client wants the value of a selection of ours.
    SelectionRequest(SelectionRequest),
    /// The value of a selection that we wanted.
    SelectionNotify(SelectionNotify),
    /// A colour map changed.
    ColormapNotify(ColormapNotify),
    /// A client says something.
    ClientMessage(ClientMessage),
    /// The meaning of keys, modifiers or buttons changed.
    MappingNotify(MappingNotify),
    /// Monitors may have changed.
    RandrNotify(randr::Notify),
    /// A client counted as far as we wanted to know.
    AlarmNotify(sync::AlarmNotify),
    /// The meaning of keys or modifiers changed, as XKEYBOARD tells it.
    KeymapNotify,
    /// An event that we have no use for.
    Unknown {
        /// Its number, without the bit that marks sent events.
        code: u8,
    },
}

impl Event {
    /// Reads an event, and whether a client sent it by [`super::request::SendEvent`].
    ///
    /// # Errors
    /// When the bytes are an error or a reply.
    #[inline(never)]
    pub fn read(bytes: &[u8; 32], extensions: &Extensions) -> Result<(Self, bool), Malformed> {
        let first = bytes[0];
        if first < 2 {
            return Err(Malformed);
        }
        let head = Head::new(bytes);
        let event = match first & 0x7f {
            2 => Self::KeyPress(Input::read(head)),
            3 => Self::KeyRelease(Input::read(head)),
            4 => Self::ButtonPress(Input::read(head)),
            5 => Self::ButtonRelease(Input::read(head)),
            6 => Self::MotionNotify(Input::read(head)),
            7 => Self::EnterNotify(Crossing::read(head)),
            8 => Self::LeaveNotify(Crossing::read(head)),
            9 => Self::FocusIn(Focus::read(head)),
            10 => Self::FocusOut(Focus::read(head)),
            12 => Self::Expose(Expose::read(head)),
            16 => Self::CreateNotify(CreateNotify::read(head)),
            17 => Self::DestroyNotify(DestroyNotify::read(head)),
            18 => Self::UnmapNotify(UnmapNotify::read(head)),
            19 => Self::MapNotify(MapNotify::read(head)),
            20 => Self::MapRequest(MapRequest::read(head)),
            21 => Self::ReparentNotify(ReparentNotify::read(head)),
            22 => Self::ConfigureNotify(ConfigureNotify::read(head)),
            23 => Self::ConfigureRequest(ConfigureRequest::read(head)),
            24 => Self::GravityNotify(GravityNotify::read(head)),
            25 => Self::ResizeRequest(ResizeRequest::read(head)),
            26 => Self::CirculateNotify(Circulate::read(head)),
            27 => Self::CirculateRequest(Circulate::read(head)),
            28 => Self::PropertyNotify(PropertyNotify::read(head)),
            29 => Self::SelectionClear(SelectionClear::read(head)),
            30 => Self::SelectionRequest(SelectionRequest::read(head)),
            31 => Self::SelectionNotify(SelectionNotify::read(head)),
            32 => Self::ColormapNotify(ColormapNotify::read(head)),
            33 => Self::ClientMessage(ClientMessage::read(head)),
            34 => Self::MappingNotify(MappingNotify::read(head)),
            code => extensions.event(code, head),
        };
        Ok((event, first & 0x80 != 0))
    }
}

/// The bytes of an event, for [`super::request::SendEvent`]. The sequence number is left
/// zero; the server fills it in.
fn bytes(code: u8, detail: u8, fields: impl FnOnce(Writer<'_>) -> Writer<'_>) -> [u8; 32] {
    let mut out = Vec::with_capacity(32);
    let _ = fields(Writer::request(&mut out, code, detail));
    out.resize(32, 0);
    let mut event = [0; 32];
    event.copy_from_slice(&out);
    event
}

/// A key, a button or a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// The key or the button; for a motion 1 if it is a hint.
    pub detail: u8,
    /// When.
    pub time: Timestamp,
    /// The root that the pointer is on.
    pub root: Window,
    /// The window that the event is reported to.
    pub event: Window,
    /// Its child that the pointer is in, or `NONE`.
    pub child: Window,
    /// Pixels from the root's left edge.
    pub root_x: i16,
    /// Pixels from the root's upper edge.
    pub root_y: i16,
    /// Pixels from the left inner edge of `event`; 0 if it is not on the pointer's screen.
    pub event_x: i16,
    /// Pixels from the upper inner edge of `event`; 0 if it is not on the pointer's screen.
    pub event_y: i16,
    /// Modifiers and buttons just before; see [`super::id::Modifiers::of_state`].
    pub state: u16,
    /// Whether `event` is on the pointer's screen.
    pub same_screen: bool,
}

impl Input {
    fn read(head: Head<'_>) -> Self {
        Self {
            detail: head.u8(1),
            time: Timestamp(head.u32(4)),
            root: Window::new(head.u32(8)),
            event: Window::new(head.u32(12)),
            child: Window::new(head.u32(16)),
            root_x: head.i16(20),
            root_y: head.i16(22),
            event_x: head.i16(24),
            event_y: head.i16(26),
            state: head.u16(28),
            same_screen: head.bool(30),
        }
    }
}

/// Where the pointer came from or went to, as seen from the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrossingDetail {
    /// An ancestor.
    Ancestor,
    /// Between an ancestor and a descendant, passing through the window.
    Virtual,
    /// A descendant.
    Inferior,
    /// Neither.
    Nonlinear,
    /// Neither, passing through the window to or from a descendant.
    NonlinearVirtual,
    /// A number that a crossing event does not have.
    Other(u8),
}

/// Why the pointer crossed an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrossingMode {
    /// It moved, or windows moved below it.
    Normal,
    /// A grab began.
    Grab,
    /// A grab ended.
    Ungrab,
    /// A number that a crossing event does not have.
    Other(u8),
}

/// The pointer entered or left a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// Where it came from or went to.
    pub detail: CrossingDetail,
    /// When.
    pub time: Timestamp,
    /// The root that the pointer is on.
    pub root: Window,
    /// The window that it entered or left.
    pub event: Window,
    /// The child of `event` that the pointer is in or was in, or `NONE`.
    pub child: Window,
    /// Pixels from the root's left edge.
    pub root_x: i16,
    /// Pixels from the root's upper edge.
    pub root_y: i16,
    /// Pixels from the left inner edge of `event`.
    pub event_x: i16,
    /// Pixels from the upper inner edge of `event`.
    pub event_y: i16,
    /// Modifiers and buttons just before.
    pub state: u16,
    /// Why.
    pub mode: CrossingMode,
    /// Whether `event` has the focus, or a window below it.
    pub focus: bool,
    /// Whether `event` is on the pointer's screen.
    pub same_screen: bool,
}

impl Crossing {
    fn read(head: Head<'_>) -> Self {
        let detail = match head.u8(1) {
            0 => CrossingDetail::Ancestor,
            1 => CrossingDetail::Virtual,
            2 => CrossingDetail::Inferior,
            3 => CrossingDetail::Nonlinear,
            4 => CrossingDetail::NonlinearVirtual,
            other => CrossingDetail::Other(other),
        };
        let time = Timestamp(head.u32(4));
        let root = Window::new(head.u32(8));
        let event = Window::new(head.u32(12));
        let child = Window::new(head.u32(16));
        let (root_x, root_y) = (head.i16(20), head.i16(22));
        let (event_x, event_y) = (head.i16(24), head.i16(26));
        let state = head.u16(28);
        let mode = match head.u8(30) {
            0 => CrossingMode::Normal,
            1 => CrossingMode::Grab,
            2 => CrossingMode::Ungrab,
            other => CrossingMode::Other(other),
        };
        let flags = head.u8(31);
        Self {
            detail,
            time,
            root,
            event,
            child,
            root_x,
            root_y,
            event_x,
            event_y,
            state,
            mode,
            focus: flags & 1 != 0,
            same_screen: flags & 2 != 0,
        }
    }
}

/// Where the focus came from or went to, as seen from the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusDetail {
    /// An ancestor.
    Ancestor,
    /// Between an ancestor and a descendant, passing through the window.
    Virtual,
    /// A descendant.
    Inferior,
    /// Neither.
    Nonlinear,
    /// Neither, passing through the window to or from a descendant.
    NonlinearVirtual,
    /// The pointer is in the window, and the focus follows it.
    Pointer,
    /// The root, because the focus is whichever root the pointer is on.
    PointerRoot,
    /// The root, because the focus is nobody's.
    None,
    /// A number that a focus event does not have.
    Other(u8),
}

/// Why the focus changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusMode {
    /// Someone set it.
    Normal,
    /// A grab of the keyboard began.
    Grab,
    /// A grab of the keyboard ended.
    Ungrab,
    /// Someone set it during a grab of the keyboard.
    WhileGrabbed,
    /// A number that a focus event does not have.
    Other(u8),
}

/// A window gained or lost the keyboard focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focus {
    /// Where it came from or went to.
    pub detail: FocusDetail,
    /// The window.
    pub event: Window,
    /// Why.
    pub mode: FocusMode,
}

impl Focus {
    fn read(head: Head<'_>) -> Self {
        Self {
            detail: match head.u8(1) {
                0 => FocusDetail::Ancestor,
                1 => FocusDetail::Virtual,
                2 => FocusDetail::Inferior,
                3 => FocusDetail::Nonlinear,
                4 => FocusDetail::NonlinearVirtual,
                5 => FocusDetail::Pointer,
                6 => FocusDetail::PointerRoot,
                7 => FocusDetail::None,
                other => FocusDetail::Other(other),
            },
            event: Window::new(head.u32(4)),
            mode: match head.u8(8) {
                0 => FocusMode::Normal,
                1 => FocusMode::Grab,
                2 => FocusMode::Ungrab,
                3 => FocusMode::WhileGrabbed,
                other => FocusMode::Other(other),
            },
        }
    }
}

/// Part of a window needs painting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expose {
    /// The window.
    pub window: Window,
    /// Left edge of the part.
    pub x: u16,
    /// Upper edge of the part.
    pub y: u16,
    /// Width of the part.
    pub width: u16,
    /// Height of the part.
    pub height: u16,
    /// At least so many such events follow.
    pub count: u16,
}

impl Expose {
    fn read(head: Head<'_>) -> Self {
        Self {
            window: Window::new(head.u32(4)),
            x: head.u16(8),
            y: head.u16(10),
            width: head.u16(12),
            height: head.u16(14),
            count: head.u16(16),
        }
    }
}

/// A window was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateNotify {
    /// Its parent.
    pub parent: Window,
    /// The window.
    pub window: Window,
    /// Left outer edge, in pixels from the parent's left inner edge.
    pub x: i16,
    /// Upper outer edge, in pixels from the parent's upper inner edge.
    pub y: i16,
    /// Pixels from left to right, without the border.
    pub width: u16,
    /// Pixels from top to bottom, without the border.
    pub height: u16,
    /// Pixels on each side.
    pub border_width: u16,
    /// Whether a window manager should leave it alone.
    pub override_redirect: bool,
}

impl CreateNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            parent: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            x: head.i16(12),
            y: head.i16(14),
            width: head.u16(16),
            height: head.u16(18),
            border_width: head.u16(20),
            override_redirect: head.bool(22),
        }
    }
}

/// A window was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestroyNotify {
    /// The window that the event is reported to: the window itself or its parent.
    pub event: Window,
    /// The window.
    pub window: Window,
}

impl DestroyNotify {
    fn read(head: Head<'_>) -> Self {
        Self { event: Window::new(head.u32(4)), window: Window::new(head.u32(8)) }
    }
}

/// A window was unmapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnmapNotify {
    /// The window that the event is reported to: the window itself or its parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// Whether it happened because its parent was resized.
    pub from_configure: bool,
}

impl UnmapNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            event: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            from_configure: head.bool(12),
        }
    }

    /// The event's bytes, for `SendEvent`; a client withdraws a window with it (ICCCM 4.1.4).
    pub fn write(&self) -> [u8; 32] {
        bytes(18, 0, |writer| {
            writer.u32(self.event.raw()).u32(self.window.raw()).bool(self.from_configure)
        })
    }
}

/// A window was mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapNotify {
    /// The window that the event is reported to: the window itself or its parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// Whether a window manager should leave it alone.
    pub override_redirect: bool,
}

impl MapNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            event: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            override_redirect: head.bool(12),
        }
    }
}

/// A client wants to map a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapRequest {
    /// Its parent.
    pub parent: Window,
    /// The window.
    pub window: Window,
}

impl MapRequest {
    fn read(head: Head<'_>) -> Self {
        Self { parent: Window::new(head.u32(4)), window: Window::new(head.u32(8)) }
    }
}

/// A window got another parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReparentNotify {
    /// The window that the event is reported to: the window itself, or either parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// The new parent.
    pub parent: Window,
    /// Left outer edge, in pixels from the new parent's left inner edge.
    pub x: i16,
    /// Upper outer edge, in pixels from the new parent's upper inner edge.
    pub y: i16,
    /// Whether a window manager should leave it alone.
    pub override_redirect: bool,
}

impl ReparentNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            event: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            parent: Window::new(head.u32(12)),
            x: head.i16(16),
            y: head.i16(18),
            override_redirect: head.bool(20),
        }
    }
}

/// A window was moved, resized or restacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigureNotify {
    /// The window that the event is reported to: the window itself or its parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// The sibling just below it, or `NONE`.
    pub above_sibling: Window,
    /// Left outer edge, in pixels from the parent's left inner edge; from the root's in
    /// an event that a window manager sends (ICCCM 4.1.5).
    pub x: i16,
    /// Upper outer edge, likewise.
    pub y: i16,
    /// Pixels from left to right, without the border.
    pub width: u16,
    /// Pixels from top to bottom, without the border.
    pub height: u16,
    /// Pixels on each side.
    pub border_width: u16,
    /// Whether a window manager should leave it alone.
    pub override_redirect: bool,
}

impl ConfigureNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            event: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            above_sibling: Window::new(head.u32(12)),
            x: head.i16(16),
            y: head.i16(18),
            width: head.u16(20),
            height: head.u16(22),
            border_width: head.u16(24),
            override_redirect: head.bool(26),
        }
    }

    /// The event's bytes, for `SendEvent`.
    pub fn write(&self) -> [u8; 32] {
        bytes(22, 0, |writer| {
            writer
                .u32(self.event.raw())
                .u32(self.window.raw())
                .u32(self.above_sibling.raw())
                .i16(self.x)
                .i16(self.y)
                .u16(self.width)
                .u16(self.height)
                .u16(self.border_width)
                .bool(self.override_redirect)
        })
    }
}

/// A client wants to move, resize or restack a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigureRequest {
    /// Its parent.
    pub parent: Window,
    /// The window.
    pub window: Window,
    /// What the client wants; None for what it doesn't mention.
    pub changes: WindowChanges,
}

impl ConfigureRequest {
    fn read(head: Head<'_>) -> Self {
        let parent = Window::new(head.u32(4));
        let window = Window::new(head.u32(8));
        let sibling = Window::new(head.u32(12));
        let (x, y) = (head.i16(16), head.i16(18));
        let (width, height) = (head.u16(20), head.u16(22));
        let border_width = head.u16(24);
        let mask = head.u16(26);
        let masked = |bit: u16| mask & 1 << bit != 0;
        Self {
            parent,
            window,
            changes: WindowChanges {
                x: masked(0).then_some(x),
                y: masked(1).then_some(y),
                width: masked(2).then_some(width),
                height: masked(3).then_some(height),
                border_width: masked(4).then_some(border_width),
                sibling: masked(5).then_some(sibling),
                stack_mode: StackMode::from_raw(head.u8(1).into()).filter(|_| masked(6)),
            },
        }
    }
}

/// A window moved because its parent was resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GravityNotify {
    /// The window that the event is reported to: the window itself or its parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// Left outer edge, in pixels from the parent's left inner edge.
    pub x: i16,
    /// Upper outer edge, in pixels from the parent's upper inner edge.
    pub y: i16,
}

impl GravityNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            event: Window::new(head.u32(4)),
            window: Window::new(head.u32(8)),
            x: head.i16(12),
            y: head.i16(14),
        }
    }
}

/// A client wants to resize a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResizeRequest {
    /// The window.
    pub window: Window,
    /// Pixels from left to right, without the border.
    pub width: u16,
    /// Pixels from top to bottom, without the border.
    pub height: u16,
}

impl ResizeRequest {
    fn read(head: Head<'_>) -> Self {
        Self { window: Window::new(head.u32(4)), width: head.u16(8), height: head.u16(10) }
    }
}

/// A window went, or a client wants it to go, to one end of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circulate {
    /// The window that the event is reported to; in a request the parent.
    pub event: Window,
    /// The window.
    pub window: Window,
    /// Whether to the bottom; else to the top.
    pub on_bottom: bool,
}

impl Circulate {
    fn read(head: Head<'_>) -> Self {
        let event = Window::new(head.u32(4));
        let window = Window::new(head.u32(8));
        Self { event, window, on_bottom: head.bool(16) }
    }
}

/// A property changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyNotify {
    /// The window.
    pub window: Window,
    /// The property's name.
    pub atom: AtomId,
    /// When.
    pub time: Timestamp,
    /// Whether it is gone.
    pub deleted: bool,
}

impl PropertyNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            window: Window::new(head.u32(4)),
            atom: AtomId::new(head.u32(8)),
            time: Timestamp(head.u32(12)),
            deleted: head.bool(16),
        }
    }
}

/// A selection was taken from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionClear {
    /// Since when the other client owns it.
    pub time: Timestamp,
    /// Our window that owned it.
    pub owner: Window,
    /// The selection's name.
    pub selection: AtomId,
}

impl SelectionClear {
    fn read(head: Head<'_>) -> Self {
        Self {
            time: Timestamp(head.u32(4)),
            owner: Window::new(head.u32(8)),
            selection: AtomId::new(head.u32(12)),
        }
    }
}

/// A client wants the value of a selection of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionRequest {
    /// When.
    pub time: Timestamp,
    /// Our window that owns it.
    pub owner: Window,
    /// The window that the answer goes to.
    pub requestor: Window,
    /// The selection's name.
    pub selection: AtomId,
    /// The type that the client wants.
    pub target: AtomId,
    /// The property of `requestor` that the value goes into; `NONE` from very old clients,
    /// who mean `target`.
    pub property: AtomId,
}

impl SelectionRequest {
    fn read(head: Head<'_>) -> Self {
        Self {
            time: Timestamp(head.u32(4)),
            owner: Window::new(head.u32(8)),
            requestor: Window::new(head.u32(12)),
            selection: AtomId::new(head.u32(16)),
            target: AtomId::new(head.u32(20)),
            property: AtomId::new(head.u32(24)),
        }
    }
}

/// The answer to a [`SelectionRequest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionNotify {
    /// The time of the request.
    pub time: Timestamp,
    /// The window that the answer goes to.
    pub requestor: Window,
    /// The selection's name.
    pub selection: AtomId,
    /// The type that was wanted.
    pub target: AtomId,
    /// The property that holds the value; `NONE` if there is no value.
    pub property: AtomId,
}

impl SelectionNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            time: Timestamp(head.u32(4)),
            requestor: Window::new(head.u32(8)),
            selection: AtomId::new(head.u32(12)),
            target: AtomId::new(head.u32(16)),
            property: AtomId::new(head.u32(20)),
        }
    }

    /// The event's bytes, for `SendEvent`.
    pub fn write(&self) -> [u8; 32] {
        bytes(31, 0, |writer| {
            writer
                .u32(self.time.0)
                .u32(self.requestor.raw())
                .u32(self.selection.raw())
                .u32(self.target.raw())
                .u32(self.property.raw())
        })
    }
}

/// A colour map changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColormapNotify {
    /// The window that has the colour map.
    pub window: Window,
    /// The colour map, or `NONE`.
    pub colormap: Colormap,
    /// Whether the window got another one; else it was installed or uninstalled.
    pub new: bool,
    /// Whether it is installed.
    pub installed: bool,
}

impl ColormapNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            window: Window::new(head.u32(4)),
            colormap: Colormap::new(head.u32(8)),
            new: head.bool(12),
            installed: head.bool(13),
        }
    }
}

/// The twenty bytes that a client message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientMessageData(pub [u8; 20]);

impl ClientMessageData {
    /// The data of a message in units of 32 bits.
    pub fn from_words(words: [u32; 5]) -> Self {
        let mut data = [0; 20];
        for (bytes, word) in data.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        Self(data)
    }

    /// The data as units of 32 bits, whatever the message's format.
    pub fn words(&self) -> [u32; 5] {
        let mut words = [0; 5];
        for (word, bytes) in words.iter_mut().zip(self.0.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        words
    }
}

/// A client says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientMessage {
    /// The window that it is about, or is sent to.
    pub window: Window,
    /// What kind of message.
    pub kind: AtomId,
    /// Bits a unit: 8, 16 or 32.
    pub format: u8,
    /// The message.
    pub data: ClientMessageData,
}

impl ClientMessage {
    fn read(head: Head<'_>) -> Self {
        let window = Window::new(head.u32(4));
        let kind = AtomId::new(head.u32(8));
        let data = ClientMessageData(head.array(12));
        Self { window, kind, format: head.u8(1), data }
    }

    /// The event's bytes, for `SendEvent`.
    pub fn write(&self) -> [u8; 32] {
        bytes(33, self.format, |writer| {
            writer.u32(self.window.raw()).u32(self.kind.raw()).bytes(&self.data.0)
        })
    }
}

/// What changed its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingRequest {
    /// Which keys are modifiers.
    Modifier,
    /// The symbols on keys.
    Keyboard,
    /// The order of the pointer's buttons.
    Pointer,
    /// A number that the protocol does not have.
    Other(u8),
}

/// The meaning of keys, modifiers or buttons changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MappingNotify {
    /// What changed.
    pub request: MappingRequest,
    /// The first key whose symbols changed.
    pub first_keycode: Keycode,
    /// How many keys did.
    pub count: u8,
}

impl MappingNotify {
    fn read(head: Head<'_>) -> Self {
        Self {
            request: match head.u8(4) {
                0 => MappingRequest::Modifier,
                1 => MappingRequest::Keyboard,
                2 => MappingRequest::Pointer,
                other => MappingRequest::Other(other),
            },
            first_keycode: Keycode(head.u8(5)),
            count: head.u8(6),
        }
    }
}
