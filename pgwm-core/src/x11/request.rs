//! The requests of the core protocol that we send: one struct a message, its fields named
//! and ordered as in the specification. Never knows which answers are awaited; see
//! `connection.rs`.
//!
//! A request holds 65,535 four-byte units at the most (the BIG-REQUESTS extension is not
//! used). Where variable data would not fit, the end of it is left out, so that what is
//! sent is always well formed.

use alloc::vec::Vec;

use super::drawing;
use super::id::{
    AtomId, Colormap, Cursor, EventMask, Font, Keycode, Modifiers, Pixmap, Timestamp, VisualId,
    Window,
};
use super::wire::{MAXIMUM_REQUEST, Writer, pair};

/// A message to the server.
pub trait Request {
    /// The major opcode; of an extension's request the minor one, because its major opcode
    /// is the server's choice and a field of the message.
    const OPCODE: u8;
    /// Whether the server answers with a reply. [`super::connection::Connection`] refuses
    /// to compile a question sent without its tag, or a tag for what is no question.
    const HAS_REPLY: bool = false;

    /// Appends the message, padded to four bytes.
    fn write(&self, out: &mut Vec<u8>);
}

/// The names of requests, for logs: a list of opcodes, and a line for each. In a row, because
/// a table of texts is many times as long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// The opcodes of those that have a name.
    pub opcodes: &'static [u8],
    /// Their names, and what any other is called.
    pub lines: &'static str,
}

/// The [`Names`] of these requests, and what any other one is called.
macro_rules! names {
    ($($($request:ident)::+ = $name:literal,)+ _ = $other:literal) => {
        crate::x11::request::Names {
            opcodes: &[$($($request)::+::OPCODE),+],
            lines: concat!($($name, "\n",)+ $other),
        }
    };
}
pub(super) use names;

impl Names {
    /// The name of the request with this opcode.
    pub(super) fn of(&self, opcode: u8) -> &'static str {
        let known = self.opcodes.iter().position(|known| *known == opcode);
        let mut before = known.unwrap_or(self.opcodes.len());
        let mut start = 0;
        let mut end = self.lines.len();
        for (at, byte) in self.lines.bytes().enumerate() {
            if byte == b'\n' {
                if before == 0 {
                    end = at;
                    break;
                }
                before -= 1;
                start = at + 1;
            }
        }
        self.lines.get(start..end).unwrap_or_default()
    }
}

/// The name of a request of the core protocol, for logs.
pub fn name(opcode: u8) -> &'static str {
    if opcode < 128 { NAMES.of(opcode) } else { "extension request" }
}

/// The names of the requests of the core protocol.
const NAMES: Names = names! {
    CreateWindow = "CreateWindow",
    ChangeWindowAttributes = "ChangeWindowAttributes",
    GetWindowAttributes = "GetWindowAttributes",
    DestroyWindow = "DestroyWindow",
    ChangeSaveSet = "ChangeSaveSet",
    ReparentWindow = "ReparentWindow",
    MapWindow = "MapWindow",
    UnmapWindow = "UnmapWindow",
    ConfigureWindow = "ConfigureWindow",
    GetGeometry = "GetGeometry",
    QueryTree = "QueryTree",
    InternAtom = "InternAtom",
    GetAtomName = "GetAtomName",
    ChangeProperty = "ChangeProperty",
    DeleteProperty = "DeleteProperty",
    GetProperty = "GetProperty",
    ListProperties = "ListProperties",
    SetSelectionOwner = "SetSelectionOwner",
    GetSelectionOwner = "GetSelectionOwner",
    SendEvent = "SendEvent",
    GrabPointer = "GrabPointer",
    UngrabPointer = "UngrabPointer",
    GrabButton = "GrabButton",
    UngrabButton = "UngrabButton",
    ChangeActivePointerGrab = "ChangeActivePointerGrab",
    GrabKeyboard = "GrabKeyboard",
    UngrabKeyboard = "UngrabKeyboard",
    GrabKey = "GrabKey",
    UngrabKey = "UngrabKey",
    AllowEvents = "AllowEvents",
    GrabServer = "GrabServer",
    UngrabServer = "UngrabServer",
    QueryPointer = "QueryPointer",
    TranslateCoordinates = "TranslateCoordinates",
    WarpPointer = "WarpPointer",
    SetInputFocus = "SetInputFocus",
    GetInputFocus = "GetInputFocus",
    OpenFont = "OpenFont",
    CloseFont = "CloseFont",
    drawing::QueryFont = "QueryFont",
    drawing::CreatePixmap = "CreatePixmap",
    drawing::FreePixmap = "FreePixmap",
    drawing::CreateGC = "CreateGC",
    drawing::ChangeGC = "ChangeGC",
    drawing::FreeGC = "FreeGC",
    drawing::ClearArea = "ClearArea",
    drawing::CopyArea = "CopyArea",
    drawing::PolyFillRectangle = "PolyFillRectangle",
    drawing::ImageText16 = "ImageText16",
    drawing::CreateColormap = "CreateColormap",
    AllocColor = "AllocColor",
    CreateGlyphCursor = "CreateGlyphCursor",
    FreeCursor = "FreeCursor",
    QueryExtension = "QueryExtension",
    GetKeyboardMapping = "GetKeyboardMapping",
    Bell = "Bell",
    KillClient = "KillClient",
    GetModifierMapping = "GetModifierMapping",
    NoOperation = "NoOperation",
    _ = "core request"
};

/// What a window can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowClass {
    /// The parent's class; in requests only.
    CopyFromParent = 0,
    /// Shows pixels and receives input.
    InputOutput = 1,
    /// Receives input only.
    InputOnly = 2,
}

/// Which point stays where it is when a window is resized, or which point a position
/// means (ICCCM 4.1.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gravity {
    /// `Forget` as a bit gravity, `Unmap` as a window gravity.
    Forget = 0,
    /// The upper left corner.
    #[default]
    NorthWest = 1,
    /// The middle of the upper edge.
    North = 2,
    /// The upper right corner.
    NorthEast = 3,
    /// The middle of the left edge.
    West = 4,
    /// The middle.
    Center = 5,
    /// The middle of the right edge.
    East = 6,
    /// The lower left corner.
    SouthWest = 7,
    /// The middle of the lower edge.
    South = 8,
    /// The lower right corner.
    SouthEast = 9,
    /// The window's inside stays where it is, whatever its border.
    Static = 10,
}

impl Gravity {
    /// The gravity with this number; None for numbers that the protocol does not have.
    pub const fn from_raw(raw: u32) -> Option<Self> {
        Some(match raw {
            0 => Self::Forget,
            1 => Self::NorthWest,
            2 => Self::North,
            3 => Self::NorthEast,
            4 => Self::West,
            5 => Self::Center,
            6 => Self::East,
            7 => Self::SouthWest,
            8 => Self::South,
            9 => Self::SouthEast,
            10 => Self::Static,
            _ => return None,
        })
    }
}

/// Whether the server keeps what a window shows while it is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackingStore {
    /// It need not.
    NotUseful = 0,
    /// It had better, while the window is mapped.
    WhenMapped = 1,
    /// It had better, always.
    Always = 2,
}

/// The attributes of a window; those that are None keep their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowAttributes {
    /// What the server fills exposed parts with; `NONE` leaves them as they are,
    /// `PARENT_RELATIVE` is what the parent has. A `background_pixel` replaces it.
    pub background_pixmap: Option<Pixmap>,
    /// What the server fills exposed parts with.
    pub background_pixel: Option<u32>,
    /// What the border shows; `NONE` copies the parent's.
    pub border_pixmap: Option<Pixmap>,
    /// What the border shows. Its alpha bits too, in a window of depth 32.
    pub border_pixel: Option<u32>,
    /// Where the pixels stay when the window is resized.
    pub bit_gravity: Option<Gravity>,
    /// Where the window stays when its parent is resized.
    pub win_gravity: Option<Gravity>,
    /// Whether to keep what the window shows while it is hidden.
    pub backing_store: Option<BackingStore>,
    /// The planes that are worth keeping.
    pub backing_planes: Option<u32>,
    /// What the planes that were not kept show.
    pub backing_pixel: Option<u32>,
    /// Whether a window manager should leave the window alone.
    pub override_redirect: Option<bool>,
    /// Whether to keep what the window covers.
    pub save_under: Option<bool>,
    /// The events that this client wants from the window.
    pub event_mask: Option<EventMask>,
    /// The events that do not go to the window's ancestors.
    pub do_not_propagate_mask: Option<EventMask>,
    /// The colour map; `NONE` copies the parent's.
    pub colormap: Option<Colormap>,
    /// The pointer image; `NONE` shows the parent's.
    pub cursor: Option<Cursor>,
}

impl WindowAttributes {
    fn values(&self) -> [Option<u32>; 15] {
        [
            self.background_pixmap.map(Pixmap::raw),
            self.background_pixel,
            self.border_pixmap.map(Pixmap::raw),
            self.border_pixel,
            self.bit_gravity.map(|gravity| gravity as u32),
            self.win_gravity.map(|gravity| gravity as u32),
            self.backing_store.map(|store| store as u32),
            self.backing_planes,
            self.backing_pixel,
            self.override_redirect.map(u32::from),
            self.save_under.map(u32::from),
            self.event_mask.map(EventMask::bits),
            self.do_not_propagate_mask.map(EventMask::bits),
            self.colormap.map(Colormap::raw),
            self.cursor.map(Cursor::raw),
        ]
    }
}

/// Creates a window, unmapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateWindow {
    /// Bits a pixel; 0 copies the parent's.
    pub depth: u8,
    /// The new window's id.
    pub wid: Window,
    /// Its parent.
    pub parent: Window,
    /// Left outer edge, in pixels from the parent's left inner edge.
    pub x: i16,
    /// Upper outer edge, in pixels from the parent's upper inner edge.
    pub y: i16,
    /// Pixels from left to right, without the border; not zero.
    pub width: u16,
    /// Pixels from top to bottom, without the border; not zero.
    pub height: u16,
    /// Pixels on each side.
    pub border_width: u16,
    /// What the window can show.
    pub class: WindowClass,
    /// How it shows colours; `NONE` copies the parent's.
    pub visual: VisualId,
    /// Everything else.
    pub attributes: WindowAttributes,
}

impl CreateWindow {
    /// A window that is never seen, outside of the screen, and never anyone's to manage.
    pub fn unseen(wid: Window, root: Window, event_mask: Option<EventMask>) -> Self {
        Self {
            depth: 0,
            wid,
            parent: root,
            x: -1,
            y: -1,
            width: 1,
            height: 1,
            border_width: 0,
            class: WindowClass::InputOnly,
            visual: VisualId::NONE,
            attributes: WindowAttributes {
                override_redirect: Some(true),
                event_mask,
                ..Default::default()
            },
        }
    }
}

impl Request for CreateWindow {
    const OPCODE: u8 = 1;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.depth)
            .words(&[
                self.wid.raw(),
                self.parent.raw(),
                pair(self.x.cast_unsigned(), self.y.cast_unsigned()),
                pair(self.width, self.height),
                pair(self.border_width, self.class as u16),
                self.visual.raw(),
            ])
            .values(&self.attributes.values())
            .finish();
    }
}

/// Changes a window's attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeWindowAttributes {
    /// The window.
    pub window: Window,
    /// What to change.
    pub attributes: WindowAttributes,
}

impl Request for ChangeWindowAttributes {
    const OPCODE: u8 = 2;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.window.raw())
            .values(&self.attributes.values())
            .finish();
    }
}

/// Asks for a window's attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetWindowAttributes {
    /// The window.
    pub window: Window,
}

impl Request for GetWindowAttributes {
    const OPCODE: u8 = 3;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Destroys a window and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestroyWindow {
    /// The window.
    pub window: Window,
}

impl Request for DestroyWindow {
    const OPCODE: u8 = 4;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Whether to put a window into a set or take it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveSetMode {
    /// Put it in.
    Insert = 0,
    /// Take it out.
    Delete = 1,
}

/// Changes the set of windows that survive the end of our connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeSaveSet {
    /// In or out.
    pub mode: SaveSetMode,
    /// The window, another client's.
    pub window: Window,
}

impl Request for ChangeSaveSet {
    const OPCODE: u8 = 6;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.mode as u8).u32(self.window.raw()).finish();
    }
}

/// Puts a window into another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReparentWindow {
    /// The window.
    pub window: Window,
    /// Its new parent.
    pub parent: Window,
    /// Left outer edge, in pixels from the parent's left inner edge.
    pub x: i16,
    /// Upper outer edge, in pixels from the parent's upper inner edge.
    pub y: i16,
}

impl Request for ReparentWindow {
    const OPCODE: u8 = 7;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .words(&[
                self.window.raw(),
                self.parent.raw(),
                pair(self.x.cast_unsigned(), self.y.cast_unsigned()),
            ])
            .finish();
    }
}

/// Maps a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapWindow {
    /// The window.
    pub window: Window,
}

impl Request for MapWindow {
    const OPCODE: u8 = 8;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Unmaps a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnmapWindow {
    /// The window.
    pub window: Window,
}

impl Request for UnmapWindow {
    const OPCODE: u8 = 10;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Where a window goes among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackMode {
    /// Just above the sibling, or on top.
    Above = 0,
    /// Just below the sibling, or at the bottom.
    Below = 1,
    /// On top if the sibling, or anyone, covers it.
    TopIf = 2,
    /// At the bottom if it covers the sibling, or anyone.
    BottomIf = 3,
    /// `TopIf`, else `BottomIf`.
    Opposite = 4,
}

impl StackMode {
    /// The mode with this number; None for numbers that the protocol does not have.
    pub const fn from_raw(raw: u32) -> Option<Self> {
        Some(match raw {
            0 => Self::Above,
            1 => Self::Below,
            2 => Self::TopIf,
            3 => Self::BottomIf,
            4 => Self::Opposite,
            _ => return None,
        })
    }
}

/// A window's new place; what is None stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowChanges {
    /// Left outer edge, in pixels from the parent's left inner edge.
    pub x: Option<i16>,
    /// Upper outer edge, in pixels from the parent's upper inner edge.
    pub y: Option<i16>,
    /// Pixels from left to right, without the border; not zero.
    pub width: Option<u16>,
    /// Pixels from top to bottom, without the border; not zero.
    pub height: Option<u16>,
    /// Pixels on each side.
    pub border_width: Option<u16>,
    /// The window that `stack_mode` refers to; not without a `stack_mode`.
    pub sibling: Option<Window>,
    /// Where to go among the siblings.
    pub stack_mode: Option<StackMode>,
}

/// Moves, resizes or restacks a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigureWindow {
    /// The window.
    pub window: Window,
    /// What to change.
    pub changes: WindowChanges,
}

impl Request for ConfigureWindow {
    const OPCODE: u8 = 12;

    fn write(&self, out: &mut Vec<u8>) {
        let changes = &self.changes;
        // The mask is 16 bits and two of padding; its seven bits look the same in 32.
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.window.raw())
            .values(&[
                changes.x.map(|x| i32::from(x) as u32),
                changes.y.map(|y| i32::from(y) as u32),
                changes.width.map(u32::from),
                changes.height.map(u32::from),
                changes.border_width.map(u32::from),
                changes.sibling.map(Window::raw),
                changes.stack_mode.map(|mode| mode as u32),
            ])
            .finish();
    }
}

/// Asks for a window's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetGeometry {
    /// The window; the protocol would take a pixmap as well.
    pub drawable: Window,
}

impl Request for GetGeometry {
    const OPCODE: u8 = 14;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.drawable.raw()).finish();
    }
}

/// Asks for a window's parent and children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryTree {
    /// The window.
    pub window: Window,
}

impl Request for QueryTree {
    const OPCODE: u8 = 15;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Asks for the atom of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InternAtom<'a> {
    /// Whether a new name gets `NONE` instead of an atom.
    pub only_if_exists: bool,
    /// The name, in Latin-1; 65,535 bytes at the most.
    pub name: &'a [u8],
}

impl Request for InternAtom<'_> {
    const OPCODE: u8 = 16;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        let name = string16(self.name);
        Writer::request(out, Self::OPCODE, u8::from(self.only_if_exists))
            .u16(name.len() as u16)
            .zeros(2)
            .bytes(name)
            .finish();
    }
}

/// Asks for the name of an atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetAtomName {
    /// The atom.
    pub atom: AtomId,
}

impl Request for GetAtomName {
    const OPCODE: u8 = 17;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.atom.raw()).finish();
    }
}

/// How new data goes with old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyMode {
    /// Instead of it.
    Replace = 0,
    /// Before it.
    Prepend = 1,
    /// After it.
    Append = 2,
}

/// The value of a property, in units of 8, 16 or 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyData<'a> {
    /// Bytes, such as text.
    Format8(&'a [u8]),
    /// Two-byte numbers.
    Format16(&'a [u16]),
    /// Four-byte numbers, atoms and windows.
    Format32(&'a [u32]),
}

/// Changes a property of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeProperty<'a> {
    /// How the data goes with what is there.
    pub mode: PropertyMode,
    /// The window.
    pub window: Window,
    /// The property's name.
    pub property: AtomId,
    /// The property's type.
    pub kind: AtomId,
    /// The data; 262,116 bytes at the most.
    pub data: PropertyData<'a>,
}

impl Request for ChangeProperty<'_> {
    const OPCODE: u8 = 18;

    fn write(&self, out: &mut Vec<u8>) {
        const ROOM: usize = MAXIMUM_REQUEST - 24;
        let writer = Writer::request(out, Self::OPCODE, self.mode as u8)
            .u32(self.window.raw())
            .u32(self.property.raw())
            .u32(self.kind.raw());
        match self.data {
            PropertyData::Format8(data) => {
                let data = &data[..data.len().min(ROOM)];
                writer.u8(8).zeros(3).u32(data.len() as u32).bytes(data).finish();
            }
            PropertyData::Format16(data) => {
                let data = &data[..data.len().min(ROOM / 2)];
                let writer = writer.u8(16).zeros(3).u32(data.len() as u32);
                data.iter().fold(writer, |writer, unit| writer.u16(*unit)).finish();
            }
            PropertyData::Format32(data) => {
                let data = &data[..data.len().min(ROOM / 4)];
                let writer = writer.u8(32).zeros(3).u32(data.len() as u32);
                data.iter().fold(writer, |writer, unit| writer.u32(*unit)).finish();
            }
        }
    }
}

/// Deletes a property of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteProperty {
    /// The window.
    pub window: Window,
    /// The property's name.
    pub property: AtomId,
}

impl Request for DeleteProperty {
    const OPCODE: u8 = 19;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.window.raw())
            .u32(self.property.raw())
            .finish();
    }
}

/// Asks for a property of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetProperty {
    /// Whether to delete the property once all of it has been read.
    pub delete: bool,
    /// The window.
    pub window: Window,
    /// The property's name.
    pub property: AtomId,
    /// The type that is wanted, or `ANY`.
    pub kind: AtomId,
    /// Where to start, in four-byte units.
    pub offset: u32,
    /// How much to read at the most, in four-byte units.
    pub length: u32,
}

impl Request for GetProperty {
    const OPCODE: u8 = 20;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.delete))
            .words(&[
                self.window.raw(),
                self.property.raw(),
                self.kind.raw(),
                self.offset,
                self.length,
            ])
            .finish();
    }
}

/// Asks for the names of a window's properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListProperties {
    /// The window.
    pub window: Window,
}

impl Request for ListProperties {
    const OPCODE: u8 = 21;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Takes a selection, or gives it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetSelectionOwner {
    /// The new owner, or `NONE`.
    pub owner: Window,
    /// The selection's name.
    pub selection: AtomId,
    /// Since when; ignored by the server if before the last change or in the future.
    pub time: Timestamp,
}

impl Request for SetSelectionOwner {
    const OPCODE: u8 = 22;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .words(&[self.owner.raw(), self.selection.raw(), self.time.0])
            .finish();
    }
}

/// Asks who owns a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetSelectionOwner {
    /// The selection's name.
    pub selection: AtomId,
}

impl Request for GetSelectionOwner {
    const OPCODE: u8 = 23;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.selection.raw()).finish();
    }
}

/// Sends an event to another client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendEvent {
    /// Whether ancestors get it when nobody has selected it on the window.
    pub propagate: bool,
    /// The window.
    pub destination: Window,
    /// Who gets it: clients that selected any of these on the window, or the window's
    /// creator if this is empty.
    pub event_mask: EventMask,
    /// The event, such as [`super::event::ClientMessage::write`] gives.
    pub event: [u8; 32],
}

impl Request for SendEvent {
    const OPCODE: u8 = 25;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.propagate))
            .u32(self.destination.raw())
            .u32(self.event_mask.bits())
            .bytes(&self.event)
            .finish();
    }
}

/// Whether a device goes on while it is grabbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrabMode {
    /// Its events wait for [`AllowEvents`].
    Synchronous = 0,
    /// It goes on as usual.
    Asynchronous = 1,
}

/// Grabs the pointer, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrabPointer {
    /// Whether events for our own windows are reported there as usual.
    pub owner_events: bool,
    /// The window that events are reported to.
    pub grab_window: Window,
    /// The pointer events that are wanted.
    pub event_mask: EventMask,
    /// Whether the pointer goes on.
    pub pointer_mode: GrabMode,
    /// Whether the keyboard goes on.
    pub keyboard_mode: GrabMode,
    /// The window that the pointer must not leave, or `NONE`.
    pub confine_to: Window,
    /// The pointer image, or `NONE`.
    pub cursor: Cursor,
    /// Since when.
    pub time: Timestamp,
}

impl Request for GrabPointer {
    const OPCODE: u8 = 26;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.owner_events))
            .u32(self.grab_window.raw())
            .u16(self.event_mask.bits() as u16)
            .u8(self.pointer_mode as u8)
            .u8(self.keyboard_mode as u8)
            .words(&[self.confine_to.raw(), self.cursor.raw(), self.time.0])
            .finish();
    }
}

/// Ends a grab of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UngrabPointer {
    /// When; ignored by the server if before the grab or in the future.
    pub time: Timestamp,
}

impl Request for UngrabPointer {
    const OPCODE: u8 = 27;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.time.0).finish();
    }
}

/// Grabs the pointer whenever a button is pressed on a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrabButton {
    /// Whether events for our own windows are reported there as usual.
    pub owner_events: bool,
    /// The window.
    pub grab_window: Window,
    /// The pointer events that are wanted.
    pub event_mask: EventMask,
    /// Whether the pointer goes on.
    pub pointer_mode: GrabMode,
    /// Whether the keyboard goes on.
    pub keyboard_mode: GrabMode,
    /// The window that the pointer must not leave, or `NONE`.
    pub confine_to: Window,
    /// The pointer image, or `NONE`.
    pub cursor: Cursor,
    /// The button; 0 is any.
    pub button: u8,
    /// The modifiers, exactly these, or `ANY`.
    pub modifiers: Modifiers,
}

impl Request for GrabButton {
    const OPCODE: u8 = 28;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.owner_events))
            .u32(self.grab_window.raw())
            .u16(self.event_mask.bits() as u16)
            .u8(self.pointer_mode as u8)
            .u8(self.keyboard_mode as u8)
            .words(&[self.confine_to.raw(), self.cursor.raw()])
            .u8(self.button)
            .zeros(1)
            .u16(self.modifiers.bits())
            .finish();
    }
}

/// Undoes [`GrabButton`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UngrabButton {
    /// The button; 0 is all.
    pub button: u8,
    /// The window.
    pub grab_window: Window,
    /// The modifiers, or `ANY`.
    pub modifiers: Modifiers,
}

impl Request for UngrabButton {
    const OPCODE: u8 = 29;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.button)
            .u32(self.grab_window.raw())
            .u16(self.modifiers.bits())
            .finish();
    }
}

/// Changes our grab of the pointer while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeActivePointerGrab {
    /// The pointer image, or `NONE`.
    pub cursor: Cursor,
    /// When; ignored by the server if before the grab or in the future.
    pub time: Timestamp,
    /// The pointer events that are wanted.
    pub event_mask: EventMask,
}

impl Request for ChangeActivePointerGrab {
    const OPCODE: u8 = 30;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.cursor.raw())
            .u32(self.time.0)
            .u16(self.event_mask.bits() as u16)
            .finish();
    }
}

/// Grabs the keyboard, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrabKeyboard {
    /// Whether events for our own windows are reported there as usual.
    pub owner_events: bool,
    /// The window that events are reported to.
    pub grab_window: Window,
    /// Since when.
    pub time: Timestamp,
    /// Whether the pointer goes on.
    pub pointer_mode: GrabMode,
    /// Whether the keyboard goes on.
    pub keyboard_mode: GrabMode,
}

impl Request for GrabKeyboard {
    const OPCODE: u8 = 31;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.owner_events))
            .u32(self.grab_window.raw())
            .u32(self.time.0)
            .u8(self.pointer_mode as u8)
            .u8(self.keyboard_mode as u8)
            .finish();
    }
}

/// Ends a grab of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UngrabKeyboard {
    /// When; ignored by the server if before the grab or in the future.
    pub time: Timestamp,
}

impl Request for UngrabKeyboard {
    const OPCODE: u8 = 32;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.time.0).finish();
    }
}

/// Grabs the keyboard whenever a key is pressed on a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrabKey {
    /// Whether events for our own windows are reported there as usual.
    pub owner_events: bool,
    /// The window.
    pub grab_window: Window,
    /// The modifiers, exactly these, or `ANY`.
    pub modifiers: Modifiers,
    /// The key; 0 is any.
    pub key: Keycode,
    /// Whether the pointer goes on.
    pub pointer_mode: GrabMode,
    /// Whether the keyboard goes on.
    pub keyboard_mode: GrabMode,
}

impl Request for GrabKey {
    const OPCODE: u8 = 33;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.owner_events))
            .u32(self.grab_window.raw())
            .u16(self.modifiers.bits())
            .u8(self.key.0)
            .u8(self.pointer_mode as u8)
            .u8(self.keyboard_mode as u8)
            .finish();
    }
}

/// Undoes [`GrabKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UngrabKey {
    /// The key; 0 is all.
    pub key: Keycode,
    /// The window.
    pub grab_window: Window,
    /// The modifiers, or `ANY`.
    pub modifiers: Modifiers,
}

impl Request for UngrabKey {
    const OPCODE: u8 = 34;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.key.0)
            .u32(self.grab_window.raw())
            .u16(self.modifiers.bits())
            .finish();
    }
}

/// How a frozen device goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowMode {
    /// The pointer, as usual.
    AsyncPointer = 0,
    /// The pointer, until its next event.
    SyncPointer = 1,
    /// The press goes to the window that it was meant for, and the grab ends.
    ReplayPointer = 2,
    /// The keyboard, as usual.
    AsyncKeyboard = 3,
    /// The keyboard, until its next event.
    SyncKeyboard = 4,
    /// The key goes to the window that it was meant for, and the grab ends.
    ReplayKeyboard = 5,
    /// Both, as usual.
    AsyncBoth = 6,
    /// Both, until the next event.
    SyncBoth = 7,
}

/// Lets a device that a grab froze go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowEvents {
    /// How.
    pub mode: AllowMode,
    /// When; ignored by the server if before the grab or in the future.
    pub time: Timestamp,
}

impl Request for AllowEvents {
    const OPCODE: u8 = 35;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.mode as u8).u32(self.time.0).finish();
    }
}

/// Makes every other client wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrabServer;

impl Request for GrabServer {
    const OPCODE: u8 = 36;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).finish();
    }
}

/// Lets the other clients go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UngrabServer;

impl Request for UngrabServer {
    const OPCODE: u8 = 37;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).finish();
    }
}

/// Asks where the pointer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryPointer {
    /// The window that the answer is relative to.
    pub window: Window,
}

impl Request for QueryPointer {
    const OPCODE: u8 = 38;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.window.raw()).finish();
    }
}

/// Asks where a point of one window is in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslateCoordinates {
    /// The window that the point is in.
    pub src_window: Window,
    /// The window that the answer is relative to.
    pub dst_window: Window,
    /// Pixels from the left inner edge.
    pub src_x: i16,
    /// Pixels from the upper inner edge.
    pub src_y: i16,
}

impl Request for TranslateCoordinates {
    const OPCODE: u8 = 40;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .words(&[
                self.src_window.raw(),
                self.dst_window.raw(),
                pair(self.src_x.cast_unsigned(), self.src_y.cast_unsigned()),
            ])
            .finish();
    }
}

/// Moves the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarpPointer {
    /// Moves only if the pointer is in this window, unless `NONE`.
    pub src_window: Window,
    /// What `dst_x` and `dst_y` are relative to; the pointer itself if `NONE`.
    pub dst_window: Window,
    /// Left edge of the part of `src_window` that the pointer must be in.
    pub src_x: i16,
    /// Upper edge of that part.
    pub src_y: i16,
    /// Its width; 0 is all to the right.
    pub src_width: u16,
    /// Its height; 0 is all below.
    pub src_height: u16,
    /// Pixels to the right.
    pub dst_x: i16,
    /// Pixels down.
    pub dst_y: i16,
}

impl Request for WarpPointer {
    const OPCODE: u8 = 41;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .words(&[
                self.src_window.raw(),
                self.dst_window.raw(),
                pair(self.src_x.cast_unsigned(), self.src_y.cast_unsigned()),
                pair(self.src_width, self.src_height),
                pair(self.dst_x.cast_unsigned(), self.dst_y.cast_unsigned()),
            ])
            .finish();
    }
}

/// Who gets the focus when the window that has it can't be seen any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevertTo {
    /// Nobody.
    None = 0,
    /// Whichever root window the pointer is on.
    PointerRoot = 1,
    /// The closest ancestor that can be seen.
    Parent = 2,
}

/// Gives a window the keyboard focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetInputFocus {
    /// Who gets it after that.
    pub revert_to: RevertTo,
    /// The window, which must be viewable; or `NONE`, or `POINTER_ROOT`.
    pub focus: Window,
    /// Since when; ignored by the server if before the last change or in the future.
    pub time: Timestamp,
}

impl Request for SetInputFocus {
    const OPCODE: u8 = 42;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.revert_to as u8)
            .u32(self.focus.raw())
            .u32(self.time.0)
            .finish();
    }
}

/// Asks who has the keyboard focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetInputFocus;

impl Request for GetInputFocus {
    const OPCODE: u8 = 43;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).finish();
    }
}

/// Opens a server-side font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFont<'a> {
    /// The new font's id.
    pub fid: Font,
    /// Its name, in Latin-1; 65,535 bytes at the most. `cursor` holds the pointer images.
    pub name: &'a [u8],
}

impl Request for OpenFont<'_> {
    const OPCODE: u8 = 45;

    fn write(&self, out: &mut Vec<u8>) {
        let name = string16(self.name);
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.fid.raw())
            .u16(name.len() as u16)
            .zeros(2)
            .bytes(name)
            .finish();
    }
}

/// Closes a server-side font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseFont {
    /// The font.
    pub font: Font,
}

impl Request for CloseFont {
    const OPCODE: u8 = 46;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.font.raw()).finish();
    }
}

/// Asks for the pixel value nearest to a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllocColor {
    /// The colour map.
    pub cmap: Colormap,
    /// Red, from 0 to 65,535.
    pub red: u16,
    /// Green, from 0 to 65,535.
    pub green: u16,
    /// Blue, from 0 to 65,535.
    pub blue: u16,
}

impl Request for AllocColor {
    const OPCODE: u8 = 84;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.cmap.raw())
            .u16(self.red)
            .u16(self.green)
            .u16(self.blue)
            .finish();
    }
}

/// Makes a pointer image of two characters, each channel of colour from 0 to 65,535.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateGlyphCursor {
    /// The new cursor's id.
    pub cid: Cursor,
    /// The font of the picture.
    pub source_font: Font,
    /// The font of the mask, or `NONE`.
    pub mask_font: Font,
    /// The picture.
    pub source_char: u16,
    /// The mask: which pixels are shown.
    pub mask_char: u16,
    /// Red of the set pixels.
    pub fore_red: u16,
    /// Green of the set pixels.
    pub fore_green: u16,
    /// Blue of the set pixels.
    pub fore_blue: u16,
    /// Red of the other pixels.
    pub back_red: u16,
    /// Green of the other pixels.
    pub back_green: u16,
    /// Blue of the other pixels.
    pub back_blue: u16,
}

impl CreateGlyphCursor {
    /// A picture of the cursor font, black with a white edge.
    pub const fn black(cid: Cursor, font: Font, picture: u16) -> Self {
        Self {
            cid,
            source_font: font,
            mask_font: font,
            source_char: picture,
            mask_char: picture + 1,
            fore_red: 0,
            fore_green: 0,
            fore_blue: 0,
            back_red: u16::MAX,
            back_green: u16::MAX,
            back_blue: u16::MAX,
        }
    }
}

impl Request for CreateGlyphCursor {
    const OPCODE: u8 = 94;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .words(&[
                self.cid.raw(),
                self.source_font.raw(),
                self.mask_font.raw(),
                pair(self.source_char, self.mask_char),
                pair(self.fore_red, self.fore_green),
                pair(self.fore_blue, self.back_red),
                pair(self.back_green, self.back_blue),
            ])
            .finish();
    }
}

/// Frees a pointer image; it stays for as long as a window shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeCursor {
    /// The cursor.
    pub cursor: Cursor,
}

impl Request for FreeCursor {
    const OPCODE: u8 = 95;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.cursor.raw()).finish();
    }
}

/// Asks whether the server has an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryExtension<'a> {
    /// Its name, in Latin-1; 65,535 bytes at the most.
    pub name: &'a [u8],
}

impl Request for QueryExtension<'_> {
    const OPCODE: u8 = 98;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        let name = string16(self.name);
        Writer::request(out, Self::OPCODE, 0).u16(name.len() as u16).zeros(2).bytes(name).finish();
    }
}

/// Asks for the symbols on keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetKeyboardMapping {
    /// The first key.
    pub first_keycode: Keycode,
    /// How many keys.
    pub count: u8,
}

impl Request for GetKeyboardMapping {
    const OPCODE: u8 = 101;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u8(self.first_keycode.0).u8(self.count).finish();
    }
}

/// Rings the bell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bell {
    /// From -100 to 100; 0 is as loud as the user set it.
    pub percent: i8,
}

impl Request for Bell {
    const OPCODE: u8 = 104;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.percent as u8).finish();
    }
}

/// Closes another client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KillClient {
    /// Anything of the client's; 0 removes what clients left behind on purpose.
    pub resource: u32,
}

impl Request for KillClient {
    const OPCODE: u8 = 113;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.resource).finish();
    }
}

/// Asks which keys are modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetModifierMapping;

impl Request for GetModifierMapping {
    const OPCODE: u8 = 119;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).finish();
    }
}

/// Does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoOperation;

impl Request for NoOperation {
    const OPCODE: u8 = 127;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).finish();
    }
}

/// As much of a string as a 16-bit length can tell.
fn string16(string: &[u8]) -> &[u8] {
    &string[..string.len().min(usize::from(u16::MAX))]
}
