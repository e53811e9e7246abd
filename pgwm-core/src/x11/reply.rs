//! The replies of the core protocol: one struct a message, its fields named as in the
//! specification, each read from the whole reply (32 bytes and what its length field
//! adds). Never knows which question a reply is for; see `connection.rs`.

use crate::gather::Gather;
use alloc::vec::Vec;

use super::event::Head;
use super::extension::Extension;
use super::id::{AtomId, Colormap, EventMask, Keycode, Keysym, VisualId, Window};
use super::request::{RevertTo, WindowClass};
use super::wire::{Malformed, Reader, words};

/// The first 32 bytes of a reply, which all of them have, and the rest.
pub(super) fn parts(bytes: &[u8]) -> Result<(Head<'_>, Reader<'_>), Malformed> {
    let mut rest = Reader::new(bytes);
    let head = rest.fields()?;
    if head.u8(0) == 1 { Ok((head, rest)) } else { Err(Malformed) }
}

/// The byte after the reply's code, the length field, and the rest of the reply.
pub(super) fn header(bytes: &[u8]) -> Result<(u8, u32, Reader<'_>), Malformed> {
    let mut reader = Reader::new(bytes);
    let head = reader.fields::<8>()?;
    if head.u8(0) == 1 { Ok((head.u8(1), head.u32(4), reader)) } else { Err(Malformed) }
}

/// Whether a window can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapState {
    /// It is not mapped.
    Unmapped,
    /// It is mapped, but an ancestor is not.
    Unviewable,
    /// It and all its ancestors are mapped.
    Viewable,
}

/// A window's attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetWindowAttributes {
    /// How it shows colours.
    pub visual: VisualId,
    /// What it can show.
    pub class: WindowClass,
    /// Whether the server keeps what the window covers.
    pub save_under: bool,
    /// Whether it can be seen.
    pub map_state: MapState,
    /// Whether a window manager should leave it alone.
    pub override_redirect: bool,
    /// Its colour map.
    pub colormap: Colormap,
    /// The events that some client wants.
    pub all_event_masks: EventMask,
    /// The events that we want.
    pub your_event_mask: EventMask,
    /// The events that do not go to its ancestors.
    pub do_not_propagate_mask: EventMask,
}

impl GetWindowAttributes {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        let masks = rest.fields::<12>()?;
        let class = match head.u16(12) {
            1 => WindowClass::InputOutput,
            2 => WindowClass::InputOnly,
            _ => return Err(Malformed),
        };
        let map_state = match head.u8(26) {
            0 => MapState::Unmapped,
            1 => MapState::Unviewable,
            2 => MapState::Viewable,
            _ => return Err(Malformed),
        };
        Ok(Self {
            visual: VisualId::new(head.u32(8)),
            class,
            save_under: head.bool(24),
            map_state,
            override_redirect: head.bool(27),
            colormap: Colormap::new(head.u32(28)),
            all_event_masks: EventMask::from_bits(masks.u32(0)),
            your_event_mask: EventMask::from_bits(masks.u32(4)),
            do_not_propagate_mask: EventMask::from_bits(masks.u16(8).into()),
        })
    }
}

/// A window's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetGeometry {
    /// The root of its screen.
    pub root: Window,
    /// Bits a pixel.
    pub depth: u8,
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
}

impl GetGeometry {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self {
            depth: head.u8(1),
            root: Window::new(head.u32(8)),
            x: head.i16(12),
            y: head.i16(14),
            width: head.u16(16),
            height: head.u16(18),
            border_width: head.u16(20),
        })
    }
}

/// A window's family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryTree {
    /// The root of its screen.
    pub root: Window,
    /// Its parent; `NONE` for a root.
    pub parent: Window,
    /// Its children, from the bottom to the top.
    pub children: Vec<Window>,
}

impl QueryTree {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        Ok(Self {
            root: Window::new(head.u32(8)),
            parent: Window::new(head.u32(12)),
            children: rest.words(head.u16(16).into())?.map(Window::new).gather(),
        })
    }
}

/// The atom of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InternAtom {
    /// The atom; `NONE` if only an existing one was wanted and there is none.
    pub atom: AtomId,
}

impl InternAtom {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { atom: AtomId::new(head.u32(8)) })
    }
}

/// The name of an atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetAtomName<'a> {
    /// The name, in Latin-1.
    pub name: &'a [u8],
}

impl<'a> GetAtomName<'a> {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        Ok(Self { name: rest.take(head.u16(8).into())? })
    }
}

/// A property's value, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetProperty<'a> {
    /// Bits a unit: 8, 16 or 32; 0 if the window has no such property.
    pub format: u8,
    /// The type; `NONE` if the window has no such property.
    pub kind: AtomId,
    /// How many bytes were left unread; all of them if another type was asked for.
    pub bytes_after: u32,
    /// The value; empty if another type was asked for.
    pub value: &'a [u8],
}

impl<'a> GetProperty<'a> {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        let format = head.u8(1);
        let bytes_per_unit = match format {
            0 => 0,
            8 => 1,
            16 => 2,
            32 => 4,
            _ => return Err(Malformed),
        };
        let length = (head.u32(16) as usize).checked_mul(bytes_per_unit).ok_or(Malformed)?;
        Ok(Self {
            format,
            kind: AtomId::new(head.u32(8)),
            bytes_after: head.u32(12),
            value: rest.take(length)?,
        })
    }

    /// The value's units, if it is in units of 32 bits; else nothing.
    pub fn words(&self) -> impl Iterator<Item = u32> + use<'a> {
        words(if self.format == 32 { self.value } else { &[] })
    }

    /// The value's units, if it is in units of 8 bits; else nothing.
    pub const fn bytes(&self) -> &'a [u8] {
        if self.format == 8 { self.value } else { &[] }
    }
}

/// The names of a window's properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProperties {
    /// The names, in no order.
    pub atoms: Vec<AtomId>,
}

impl ListProperties {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        Ok(Self { atoms: rest.words(head.u16(8).into())?.map(AtomId::new).gather() })
    }
}

/// Who owns a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetSelectionOwner {
    /// The owner, or `NONE`.
    pub owner: Window,
}

impl GetSelectionOwner {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { owner: Window::new(head.u32(8)) })
    }
}

/// The answer to `GrabPointer` and `GrabKeyboard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrabStatus {
    /// It is ours.
    Success,
    /// Another client has it.
    AlreadyGrabbed,
    /// The time is before the last grab, or in the future.
    InvalidTime,
    /// The window can't be seen.
    NotViewable,
    /// Another client's grab froze it.
    Frozen,
}

impl GrabStatus {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        match head.u8(1) {
            0 => Ok(Self::Success),
            1 => Ok(Self::AlreadyGrabbed),
            2 => Ok(Self::InvalidTime),
            3 => Ok(Self::NotViewable),
            4 => Ok(Self::Frozen),
            _ => Err(Malformed),
        }
    }
}

/// Where the pointer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryPointer {
    /// Whether it is on the window's screen; if not, `child`, `win_x` and `win_y` are zero.
    pub same_screen: bool,
    /// The root that it is on.
    pub root: Window,
    /// The window's child that it is in, or `NONE`.
    pub child: Window,
    /// Pixels from the root's left edge.
    pub root_x: i16,
    /// Pixels from the root's upper edge.
    pub root_y: i16,
    /// Pixels from the window's left inner edge.
    pub win_x: i16,
    /// Pixels from the window's upper inner edge.
    pub win_y: i16,
    /// Modifiers and buttons that are down, as in an event's `state`.
    pub mask: u16,
}

impl QueryPointer {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self {
            same_screen: head.bool(1),
            root: Window::new(head.u32(8)),
            child: Window::new(head.u32(12)),
            root_x: head.i16(16),
            root_y: head.i16(18),
            win_x: head.i16(20),
            win_y: head.i16(22),
            mask: head.u16(24),
        })
    }
}

/// Where a point of one window is in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranslateCoordinates {
    /// Whether the windows are on one screen; if not, the rest is zero.
    pub same_screen: bool,
    /// The mapped child that the point is in, or `NONE`.
    pub child: Window,
    /// Pixels from the window's left inner edge.
    pub dst_x: i16,
    /// Pixels from the window's upper inner edge.
    pub dst_y: i16,
}

impl TranslateCoordinates {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self {
            same_screen: head.bool(1),
            child: Window::new(head.u32(8)),
            dst_x: head.i16(12),
            dst_y: head.i16(14),
        })
    }
}

/// Who has the keyboard focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetInputFocus {
    /// Who gets it next.
    pub revert_to: RevertTo,
    /// The window, or `NONE`, or `POINTER_ROOT`.
    pub focus: Window,
}

impl GetInputFocus {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        let revert_to = match head.u8(1) {
            0 => RevertTo::None,
            1 => RevertTo::PointerRoot,
            2 => RevertTo::Parent,
            _ => return Err(Malformed),
        };
        Ok(Self { revert_to, focus: Window::new(head.u32(8)) })
    }
}

/// The pixel value nearest to a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllocColor {
    /// Red that it shows, from 0 to 65,535.
    pub red: u16,
    /// Green that it shows, from 0 to 65,535.
    pub green: u16,
    /// Blue that it shows, from 0 to 65,535.
    pub blue: u16,
    /// The pixel value.
    pub pixel: u32,
}

impl AllocColor {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { red: head.u16(8), green: head.u16(10), blue: head.u16(12), pixel: head.u32(16) })
    }
}

/// Whether the server has an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryExtension {
    /// Whether it has; if not, the rest is zero.
    pub present: bool,
    /// The major opcode of all its requests.
    pub major_opcode: u8,
    /// Its events count from here.
    pub first_event: u8,
    /// Its errors count from here.
    pub first_error: u8,
}

impl QueryExtension {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self {
            present: head.bool(8),
            major_opcode: head.u8(9),
            first_event: head.u8(10),
            first_error: head.u8(11),
        })
    }

    /// The extension's numbers, if the server has it.
    pub fn extension(&self) -> Option<Extension> {
        let Self { present, major_opcode, first_event, first_error } = *self;
        present.then_some(Extension { major_opcode, first_event, first_error })
    }
}

/// The symbols on keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetKeyboardMapping {
    /// How many symbols each key has.
    pub keysyms_per_keycode: u8,
    /// The symbols, key after key, filled up with `NONE`.
    pub keysyms: Vec<Keysym>,
}

impl GetKeyboardMapping {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        let keysyms = rest.words(head.u32(4) as usize)?.map(Keysym::new).gather();
        Ok(Self { keysyms_per_keycode: head.u8(1), keysyms })
    }
}

/// Which keys are modifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetModifierMapping {
    /// How many keys each modifier has.
    pub keycodes_per_modifier: u8,
    /// The keys of Shift, Lock, Control, and Mod1 to Mod5, filled up with key 0.
    pub keycodes: Vec<Keycode>,
}

impl GetModifierMapping {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        let keycodes_per_modifier = head.u8(1);
        let keycodes = rest.take(usize::from(keycodes_per_modifier) * 8)?;
        Ok(Self { keycodes_per_modifier, keycodes: keycodes.iter().copied().map(Keycode).gather() })
    }
}
