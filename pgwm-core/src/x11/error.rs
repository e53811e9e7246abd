//! The errors that the server answers requests with. Never decides what an error means for
//! us; windows die while we talk about them.

use crate::number;
use alloc::string::String;
use core::fmt;

use super::extension::Extensions;
use super::wire::{Fields, Malformed};

/// What was wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// No such opcode.
    Request,
    /// A number is out of its range.
    Value,
    /// No such window.
    Window,
    /// No such pixmap.
    Pixmap,
    /// No such atom.
    Atom,
    /// No such cursor.
    Cursor,
    /// No such font.
    Font,
    /// Arguments that don't go together.
    Match,
    /// No such window or pixmap.
    Drawable,
    /// Another client has what we want, such as a grab or `SubstructureRedirect`.
    Access,
    /// The server is out of memory.
    Alloc,
    /// No such colour map.
    Colormap,
    /// No such graphics context.
    GContext,
    /// An id that is not ours to give, or is in use.
    IdChoice,
    /// No such font or colour name.
    Name,
    /// The request is too long or too short.
    Length,
    /// The server does not do what the specification says.
    Implementation,
    /// No such counter, of the SYNC extension.
    Counter,
    /// No such alarm, of the SYNC extension.
    Alarm,
    /// Another error of an extension.
    Other(u8),
}

impl ErrorCode {
    /// The error of the core protocol with this number.
    pub const fn from_raw(raw: u8) -> Self {
        match raw {
            1 => Self::Request,
            2 => Self::Value,
            3 => Self::Window,
            4 => Self::Pixmap,
            5 => Self::Atom,
            6 => Self::Cursor,
            7 => Self::Font,
            8 => Self::Match,
            9 => Self::Drawable,
            10 => Self::Access,
            11 => Self::Alloc,
            12 => Self::Colormap,
            13 => Self::GContext,
            14 => Self::IdChoice,
            15 => Self::Name,
            16 => Self::Length,
            17 => Self::Implementation,
            other => Self::Other(other),
        }
    }
}

impl ErrorCode {
    /// The name in the specification; that of a number without a name is its kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "BadRequest",
            Self::Value => "BadValue",
            Self::Window => "BadWindow",
            Self::Pixmap => "BadPixmap",
            Self::Atom => "BadAtom",
            Self::Cursor => "BadCursor",
            Self::Font => "BadFont",
            Self::Match => "BadMatch",
            Self::Drawable => "BadDrawable",
            Self::Access => "BadAccess",
            Self::Alloc => "BadAlloc",
            Self::Colormap => "BadColor",
            Self::GContext => "BadGC",
            Self::IdChoice => "BadIDChoice",
            Self::Name => "BadName",
            Self::Length => "BadLength",
            Self::Implementation => "BadImplementation",
            Self::Counter => "BadCounter",
            Self::Alarm => "BadAlarm",
            Self::Other(_) => "error",
        }
    }
}

/// An error, as the server reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XError {
    /// What was wrong.
    pub code: ErrorCode,
    /// The value that was wrong, where the error is about one.
    pub bad_value: u32,
    /// The minor opcode of the request; 0 in the core protocol.
    pub minor_opcode: u16,
    /// The opcode of the request.
    pub major_opcode: u8,
    /// The name of the request, for logs.
    pub request: &'static str,
}

impl XError {
    /// Reads the 32 bytes of an error.
    ///
    /// # Errors
    /// When there are fewer, or they are not an error.
    pub fn read(bytes: &[u8], extensions: &Extensions) -> Result<Self, Malformed> {
        let head = Fields::<32>::new(bytes.first_chunk().ok_or(Malformed)?);
        if head.u8(0) != 0 {
            return Err(Malformed);
        }
        let (minor_opcode, major_opcode) = (head.u16(8), head.u8(10));
        Ok(Self {
            code: extensions.error(head.u8(1)),
            bad_value: head.u32(4),
            minor_opcode,
            major_opcode,
            request: extensions.request_name(major_opcode, minor_opcode),
        })
    }
}

impl XError {
    /// What was wrong with which request, as `BadWindow (MapWindow, 0x400001)`.
    pub fn sentence(&self) -> String {
        let mut text = String::from(self.code.name());
        if let ErrorCode::Other(code) = self.code {
            text.push(' ');
            number::push::<10>(&mut text, code.into());
        }
        text.push_str(" (");
        text.push_str(self.request);
        text.push_str(", 0x");
        number::push::<16>(&mut text, self.bad_value.into());
        text.push(')');
        text
    }
}

impl fmt::Display for XError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl core::error::Error for XError {}
