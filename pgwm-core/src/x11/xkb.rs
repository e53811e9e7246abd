//! The XKEYBOARD extension (X Keyboard Extension Protocol, version 1.0), as far as it says
//! whether a key that is held down is released between its repeats; and that the keymap has
//! changed, which a client that uses the extension is not told by the core protocol any
//! more. Never reads a keymap; see `keyboard.rs`.

use alloc::vec::Vec;

use super::reply::parts;
use super::request::{Names, Request, names};
use super::wire::{Malformed, Writer, pair};

/// The version that this file follows.
pub const VERSION: (u16, u16) = (1, 0);

/// Of a client's flags: a key that is held down repeats its presses, and is released once.
pub const DETECTABLE_AUTO_REPEAT: u32 = 1;

/// As a device: the keyboard that core events come from.
const USE_CORE_KEYBOARD: u16 = 0x100;

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    UseExtension = "XKEYBOARD UseExtension",
    SelectKeymapEvents = "XKEYBOARD SelectEvents",
    PerClientFlags = "XKEYBOARD PerClientFlags",
    _ = "XKEYBOARD request"
};

/// Tells the server our version, and asks for its own. The first request that the server
/// takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseExtension {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The version's first number.
    pub wanted_major: u16,
    /// The version's second number.
    pub wanted_minor: u16,
}

impl Request for UseExtension {
    const OPCODE: u8 = 0;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u16(self.wanted_major)
            .u16(self.wanted_minor)
            .finish();
    }
}

/// The server's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseExtensionReply {
    /// Whether the server takes our version.
    pub supported: bool,
    /// The version's first number.
    pub server_major: u16,
    /// The version's second number.
    pub server_minor: u16,
}

impl UseExtensionReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { supported: head.bool(1), server_major: head.u16(8), server_minor: head.u16(10) })
    }
}

/// Whether the event of this kind (the second byte of each) says that the keymap is another
/// one: `NewKeyboardNotify` or `MapNotify`.
pub(super) const fn is_keymap_change(number: u8, kind: u8) -> bool {
    // All events of the extension have the same number.
    number == 0 && kind <= 1
}

/// Asks to be told of changes of the keymap: `SelectEvents`, of `NewKeyboardNotify` and
/// `MapNotify`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectKeymapEvents {
    /// The extension's opcode.
    pub major_opcode: u8,
}

impl Request for SelectKeymapEvents {
    const OPCODE: u8 = 1;

    fn write(&self, out: &mut Vec<u8>) {
        /// `NewKeyboardNotify` and `MapNotify`.
        const KEYMAP: u16 = 0b11;
        /// The types of keys, the symbols on them, and which are modifiers.
        const PARTS: u16 = 0b111;
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .words(&[pair(USE_CORE_KEYBOARD, KEYMAP), pair(0, KEYMAP), pair(PARTS, PARTS)])
            .finish();
    }
}

/// Changes our flags, and asks for them. Leaves the keyboard's controls alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerClientFlags {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The flags to change.
    pub change: u32,
    /// Their values.
    pub value: u32,
}

impl Request for PerClientFlags {
    const OPCODE: u8 = 21;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u16(USE_CORE_KEYBOARD)
            .zeros(2)
            .u32(self.change)
            .u32(self.value)
            .zeros(12)
            .finish();
    }
}

/// Our flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerClientFlagsReply {
    /// The flags that the server has.
    pub supported: u32,
    /// Those that are set.
    pub value: u32,
}

impl PerClientFlagsReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { supported: head.u32(8), value: head.u32(12) })
    }
}
