//! The X-Resource extension (X Resource Extension, version 1.2): which process a client is,
//! as the server itself knows it. Never asks what resources a client has.

use alloc::vec::Vec;

use super::id::Window;
use super::reply::parts;
use super::request::{Names, Request, names};
use super::wire::{Malformed, Writer};

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    QueryVersion = "X-Resource QueryVersion",
    QueryClientIds = "X-Resource QueryClientIds",
    _ = "X-Resource request"
};

/// Tells the server our version, and asks for its own. The server takes the other request
/// without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersion {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The version's first number.
    pub client_major: u8,
    /// The version's second number.
    pub client_minor: u8,
}

impl Request for QueryVersion {
    const OPCODE: u8 = 0;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u8(self.client_major)
            .u8(self.client_minor)
            .finish();
    }
}

/// The server's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersionReply {
    /// The version's first number.
    pub server_major: u16,
    /// The version's second number.
    pub server_minor: u16,
}

impl QueryVersionReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { server_major: head.u16(8), server_minor: head.u16(10) })
    }
}

/// The sort of id that says which process a client on the server's machine is.
const LOCAL_CLIENT_PID: u32 = 1 << 1;

/// Asks for the process of a window's client. A server of a version before 1.2 refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryClientIds {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// A window of the client.
    pub client: Window,
}

impl Request for QueryClientIds {
    const OPCODE: u8 = 4;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .words(&[1, self.client.raw(), LOCAL_CLIENT_PID])
            .finish();
    }
}

/// Which process a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryClientIdsReply {
    /// The process; None for a client on another machine, or one that the server has lost.
    pub pid: Option<u32>,
}

impl QueryClientIdsReply {
    /// Reads the reply: the first process in its list.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, mut rest) = parts(bytes)?;
        let mut pid = None;
        for _ in 0..head.u32(8) {
            let id = rest.fields::<12>()?;
            let mask = id.u32(4);
            let length = id.u32(8) as usize;
            // In bytes, and always whole words.
            let first = rest.words(length / 4)?.next();
            if mask & LOCAL_CLIENT_PID != 0 {
                pid = pid.or(first);
            }
        }
        Ok(Self { pid })
    }
}
