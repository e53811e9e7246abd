//! The XINERAMA extension: where the monitors are, on servers that have no RANDR 1.5. Never
//! tells of changes.

use alloc::vec::Vec;

use super::reply::parts;
use super::request::{Names, Request, names};
use super::wire::{Malformed, Reader, Writer};

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    IsActive = "XINERAMA IsActive",
    QueryScreens = "XINERAMA QueryScreens",
    _ = "XINERAMA request"
};

/// Asks whether the screen is made of monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsActive {
    /// The extension's opcode.
    pub major_opcode: u8,
}

impl Request for IsActive {
    const OPCODE: u8 = 4;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).finish();
    }
}

/// Whether the screen is made of monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsActiveReply {
    /// Whether it is; if not, there are no screens to query.
    pub is_active: bool,
}

impl IsActiveReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { is_active: head.u32(8) != 0 })
    }
}

/// Asks for the monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryScreens {
    /// The extension's opcode.
    pub major_opcode: u8,
}

impl Request for QueryScreens {
    const OPCODE: u8 = 5;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).finish();
    }
}

/// A monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenInfo {
    /// Pixels from the root's left edge.
    pub x_org: i16,
    /// Pixels from the root's upper edge.
    pub y_org: i16,
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
}

impl ScreenInfo {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let fields = reader.fields::<8>()?;
        Ok(Self {
            x_org: fields.i16(0),
            y_org: fields.i16(2),
            width: fields.u16(4),
            height: fields.u16(6),
        })
    }
}

/// The monitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryScreensReply {
    /// The monitors; the first is the main one. They may overlap, and there may be none.
    pub screen_info: Vec<ScreenInfo>,
}

impl QueryScreensReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        // Grows with what is there, not with what the count says.
        let mut screen_info = Vec::new();
        for _ in 0..head.u32(8) {
            screen_info.push(ScreenInfo::read(&mut rest)?);
        }
        Ok(Self { screen_info })
    }
}
