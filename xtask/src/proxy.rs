//! Stands between one program and the X server: stalls what goes to the server, cuts what
//! comes from it into pieces, and counts. Never changes a byte.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crate::{Failure, Outcome};

/// A display of its own that leads to another one. Every connection to it is counted as
/// one. Dropping it takes the display away.
#[derive(Debug)]
pub struct Proxy {
    number: u32,
    path: PathBuf,
    gate: Arc<Gate>,
}

/// What went through so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Pieces that arrived from the program: where it is not in a hurry, what it sent.
    pub sends: u64,
    /// Requests of the program.
    pub requests: u64,
    /// Answers, errors and events for it.
    pub messages: u64,
}

#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// Nothing goes to the server.
    stalled: bool,
    /// What comes from the server comes in pieces of so many bytes; 0 for any.
    piece: usize,
    traffic: Traffic,
}

impl Proxy {
    /// Leads to the server with this display number.
    pub fn start(server: u32) -> Outcome<Self> {
        // Far above the numbers that servers take by themselves.
        for number in 3000..4000 {
            let path = PathBuf::from(format!("/tmp/.X11-unix/X{number}"));
            let Ok(listener) = UnixListener::bind(&path) else { continue };
            let gate = Arc::<Gate>::default();
            let shared = Arc::clone(&gate);
            thread::spawn(move || serve(&listener, server, &shared));
            return Ok(Self { number, path, gate });
        }
        Err(Failure::new("no display number is free for the proxy"))
    }

    /// The value for DISPLAY.
    pub fn display(&self) -> String {
        format!(":{}", self.number)
    }

    /// Lets nothing through to the server (`true`), or everything that waits.
    pub fn stall(&self, stalled: bool) {
        self.gate.change(|state| state.stalled = stalled);
    }

    /// Cuts what the server says into pieces of so many bytes; 0 for any.
    pub fn cut(&self, piece: usize) {
        self.gate.change(|state| state.piece = piece);
    }

    /// What went through so far.
    pub fn traffic(&self) -> Traffic {
        self.gate.state().traffic
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        self.stall(false);
    }
}

impl Traffic {
    /// What went through since `before`.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            sends: self.sends - before.sends,
            requests: self.requests - before.requests,
            messages: self.messages - before.messages,
        }
    }
}

impl Gate {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something may go to the server.
    fn pass(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(state, |state| state.stalled));
    }
}

/// Forwards every connection, each way in a thread of its own, until either side closes.
fn serve(listener: &UnixListener, server: u32, gate: &Arc<Gate>) {
    while let Ok((client, _)) = listener.accept() {
        let Ok(server) = UnixStream::connect(format!("/tmp/.X11-unix/X{server}")) else { return };
        let (Ok(client_end), Ok(server_end)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        let requests = Cutter::new(Side::Program);
        let to_server = Arc::clone(gate);
        thread::spawn(move || forward((client, server), requests, &to_server));
        let messages = Cutter::new(Side::Server);
        let to_client = Arc::clone(gate);
        thread::spawn(move || forward((server_end, client_end), messages, &to_client));
    }
}

fn forward((mut from, mut to): (UnixStream, UnixStream), mut cutter: Cutter, gate: &Gate) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut end = buffer.len();
        match cutter.side {
            Side::Program => gate.pass(),
            Side::Server => match gate.state().piece {
                0 => {}
                piece => end = piece,
            },
        }
        let count = match from.read(&mut buffer[..end]) {
            Ok(count) if count > 0 => count,
            _ => break,
        };
        // Counted before it can have any effect.
        let whole = cutter.feed(&buffer[..count]);
        gate.change(|State { traffic, .. }| match cutter.side {
            Side::Program => {
                traffic.sends += 1;
                traffic.requests += whole;
            }
            Side::Server => traffic.messages += whole,
        });
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other direction ends with this one; a side that has gone needs no telling.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Program,
    Server,
}

/// Counts the packets in a stream by their lengths (X11 protocol, encoding; BIG-REQUESTS).
/// Only little-endian programs are understood; what others say is one packet without end.
#[derive(Debug)]
struct Cutter {
    side: Side,
    is_greeting: bool,
    /// The beginning of a packet whose length is not known yet.
    head: Vec<u8>,
    /// How much of a packet is still to come.
    rest: usize,
}

impl Cutter {
    const fn new(side: Side) -> Self {
        Self { side, is_greeting: true, head: Vec::new(), rest: 0 }
    }

    /// Takes in bytes and gives how many packets began in them, the greeting apart.
    fn feed(&mut self, mut bytes: &[u8]) -> u64 {
        let mut whole = 0;
        while !bytes.is_empty() {
            let skipped = self.rest.min(bytes.len());
            self.rest -= skipped;
            bytes = &bytes[skipped..];
            let Some((first, others)) = bytes.split_first() else { break };
            self.head.push(*first);
            bytes = others;
            if let Some(length) = self.length() {
                self.rest = length.saturating_sub(self.head.len());
                self.head.clear();
                whole += u64::from(!self.is_greeting);
                self.is_greeting = false;
            }
        }
        whole
    }

    /// The length of the packet that begins with `head`, once that can be told.
    fn length(&self) -> Option<usize> {
        let head = &self.head;
        let short =
            |at: usize| Some(usize::from(u16::from_le_bytes([head[at], *head.get(at + 1)?])));
        let long = |at: usize| {
            let bytes = head.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        match (self.side, self.is_greeting) {
            (Side::Program, true) => {
                if head[0] != b'l' {
                    return Some(usize::MAX);
                }
                head.get(8)?;
                let padded = |length: usize| length.next_multiple_of(4);
                Some(12 + padded(short(6)?) + padded(short(8)?))
            }
            (Side::Server, true) => {
                head.get(6)?;
                Some(8 + 4 * short(6)?)
            }
            (Side::Program, false) => {
                head.get(2)?;
                match short(2)? {
                    0 => Some(4 * long(4)?),
                    words => Some(4 * words),
                }
            }
            // A reply (1) and a generic event (35) say how much longer than 32 bytes they are.
            (Side::Server, false) if matches!(head[0] & 0x7f, 1 | 35) => Some(32 + 4 * long(4)?),
            (Side::Server, false) => Some(32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is counted does not depend on how it is cut.
    fn counts(side: Side, stream: &[u8]) -> u64 {
        let whole = Cutter::new(side).feed(stream);
        for size in 1..stream.len() {
            let mut cutter = Cutter::new(side);
            let pieces: u64 = stream.chunks(size).map(|piece| cutter.feed(piece)).sum();
            assert_eq!(pieces, whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn requests_are_counted() {
        let mut stream = vec![b'l', 0, 11, 0, 0, 0, 3, 0, 2, 0, 0, 0, 1, 2, 3, 0, 1, 2, 0, 0];
        assert_eq!(counts(Side::Program, &stream), 0);
        stream.extend([43, 0, 1, 0]);
        stream.extend([16, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        // With its length in 32 bits.
        stream.extend([72, 0, 0, 0, 4, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9]);
        stream.extend([43, 0, 1, 0]);
        assert_eq!(counts(Side::Program, &stream), 4);
    }

    #[test]
    fn messages_are_counted() {
        let mut stream = vec![1, 0, 11, 0, 0, 0, 1, 0, 7, 7, 7, 7];
        assert_eq!(counts(Side::Server, &stream), 0);
        let packet = |kind: u8, more: u8| {
            let mut packet = vec![0; 32 + 4 * usize::from(more)];
            (packet[0], packet[4]) = (kind, more);
            packet
        };
        // A reply, an event whose fifth byte is no length, a generic event, an error.
        for (kind, more) in [(1, 3), (35, 2), (0, 0)] {
            stream.extend(packet(kind, more));
        }
        let mut event = packet(28, 0);
        event[4] = 200;
        stream.extend(event);
        assert_eq!(counts(Side::Server, &stream), 4);
    }
}
