//! The RANDR extension (X Resize, Rotate and Reflect Extension, version 1.5): which monitors
//! there are, and word when that changes. Never configures one.

use alloc::vec::Vec;
use core::ops::BitOr;

use super::event::Head;
use super::id::{AtomId, Timestamp, Window};
use super::reply::parts;
use super::request::{Names, Request, names};
use super::wire::{Malformed, Reader, Writer};

/// The version that has `GetMonitors`.
pub const VERSION: (u32, u32) = (1, 5);

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    QueryVersion = "RANDR QueryVersion",
    SelectInput = "RANDR SelectInput",
    GetScreenResources = "RANDR GetScreenResources",
    GetMonitors = "RANDR GetMonitors",
    _ = "RANDR request"
};

/// Tells the server our version, and asks for the one to use. The server answers as if we
/// knew no other, so this comes before every other request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersion {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The version's first number.
    pub major_version: u32,
    /// The version's second number.
    pub minor_version: u32,
}

impl Request for QueryVersion {
    const OPCODE: u8 = 0;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.major_version)
            .u32(self.minor_version)
            .finish();
    }
}

/// The version to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersionReply {
    /// The version's first number.
    pub major_version: u32,
    /// The version's second number.
    pub minor_version: u32,
}

impl QueryVersionReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { major_version: head.u32(8), minor_version: head.u32(12) })
    }
}

/// A set of kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotifyMask(u16);

impl NotifyMask {
    /// The screen's size or rotation changes.
    pub const SCREEN_CHANGE: Self = Self(1);
    /// A CRTC shows another mode or another part of the screen.
    pub const CRTC_CHANGE: Self = Self(1 << 1);
    /// An output is plugged in or out, or gets another CRTC.
    pub const OUTPUT_CHANGE: Self = Self(1 << 2);
    /// A property of an output changes, such as its backlight.
    pub const OUTPUT_PROPERTY: Self = Self(1 << 3);
    /// Outputs or CRTCs themselves come or go.
    pub const RESOURCE_CHANGE: Self = Self(1 << 6);

    /// The set with these bits.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The bits as they go over the wire.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The union.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for NotifyMask {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// Asks for word of changes; it comes as [`Notify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectInput {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// A window of the screen, to which the events are reported.
    pub window: Window,
    /// The changes that are wanted.
    pub enable: NotifyMask,
}

impl Request for SelectInput {
    const OPCODE: u8 = 4;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.window.raw())
            .u16(self.enable.bits())
            .finish();
    }
}

/// Lets the server look anew at what its outputs show, which may take it some time. The
/// answer is long, and of no use here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetScreenResources {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// A window of the screen.
    pub window: Window,
}

impl Request for GetScreenResources {
    const OPCODE: u8 = 8;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.window.raw()).finish();
    }
}

/// Asks for the monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetMonitors {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// A window of the screen.
    pub window: Window,
    /// Whether to leave out those that show nothing.
    pub get_active: bool,
}

impl Request for GetMonitors {
    const OPCODE: u8 = 42;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.window.raw())
            .bool(self.get_active)
            .finish();
    }
}

/// A part of the screen that the user sees as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monitor {
    /// Its name; that of its output, unless someone defined it.
    pub name: AtomId,
    /// Whether it is the main one; one at the most is.
    pub primary: bool,
    /// Whether the server made it for an output; else someone defined it.
    pub automatic: bool,
    /// Pixels from the root's left edge.
    pub x: i16,
    /// Pixels from the root's upper edge.
    pub y: i16,
    /// Pixels from left to right; 0 if it shows nothing.
    pub width: u16,
    /// Pixels from top to bottom; 0 if it shows nothing.
    pub height: u16,
    /// Millimetres from left to right; 0 if nobody knows.
    pub width_in_millimeters: u32,
    /// Millimetres from top to bottom; 0 if nobody knows.
    pub height_in_millimeters: u32,
}

impl Monitor {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let fields = reader.fields::<24>()?;
        // The outputs.
        reader.skip(usize::from(fields.u16(6)) * 4)?;
        Ok(Self {
            name: AtomId::new(fields.u32(0)),
            primary: fields.bool(4),
            automatic: fields.bool(5),
            x: fields.i16(8),
            y: fields.i16(10),
            width: fields.u16(12),
            height: fields.u16(14),
            width_in_millimeters: fields.u32(16),
            height_in_millimeters: fields.u32(20),
        })
    }
}

/// The monitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetMonitorsReply {
    /// When they were last changed.
    pub timestamp: Timestamp,
    /// The monitors. They may overlap, and there may be none.
    pub monitors: Vec<Monitor>,
}

impl GetMonitorsReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        // Grows with what is there, not with what the count says.
        let mut monitors = Vec::new();
        for _ in 0..head.u32(12) {
            monitors.push(Monitor::read(&mut rest)?);
        }
        Ok(Self { timestamp: Timestamp(head.u32(8)), monitors })
    }
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The screen's size or rotation.
    Screen,
    /// What a CRTC shows.
    Crtc,
    /// What an output is plugged into.
    Output,
    /// A property of an output.
    OutputProperty,
    /// Which outputs and CRTCs there are.
    Resource,
}

/// Monitors may have changed: `RRScreenChangeNotify` and `RRNotify` in one. What is there
/// now is a question of its own, [`GetMonitors`], because such events come in bursts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notify {
    /// What changed.
    pub change: Change,
    /// The window of our [`SelectInput`].
    pub window: Window,
    /// When.
    pub timestamp: Timestamp,
}

impl Notify {
    /// Reads the event with this number among the extension's; None if it is of no use.
    pub(super) fn read(number: u8, head: Head<'_>) -> Option<Self> {
        // Where the window and the time stand.
        let (change, window, timestamp) = match (number, head.u8(1)) {
            (0, _) => (Change::Screen, 16, 4),
            (1, 0) => (Change::Crtc, 8, 4),
            (1, 1) => (Change::Output, 12, 4),
            (1, 2) => (Change::OutputProperty, 4, 16),
            (1, 5) => (Change::Resource, 8, 4),
            _ => return None,
        };
        Some(Self {
            change,
            window: Window::new(head.u32(window)),
            timestamp: Timestamp(head.u32(timestamp)),
        })
    }
}
