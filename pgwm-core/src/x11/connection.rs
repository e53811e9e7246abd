//! Requests into one stream of bytes, and messages out of another. Never does input or
//! output itself, and never waits: a question's tag comes back with its answer.
//!
//! On the wire a message carries the low 16 bits of the number of the last request that
//! the server had begun to handle. They are widened to 64 bits here, which is exact as
//! long as no 65,536 requests in a row go without an answer; a question of our own is
//! inserted where that might happen.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::error::XError;
use super::event::Event;
use super::extension::Extensions;
use super::request::{GetInputFocus, Request};
use super::wire::{Fields, Malformed};

/// After so many requests without a reply comes a question of our own.
const SILENCE: u64 = 60_000;
const _: () = assert!(SILENCE < 0xffff, "sixteen bits could not tell the requests apart");

/// No reply is as long as this many bytes; a window's icons are the longest thing we read.
const LONGEST_MESSAGE: usize = 16 << 20;

const KEYMAP_NOTIFY: u8 = 11;
const GENERIC_EVENT: u8 = 35;

/// Both directions of a connection to the server, after the handshake. `T` tells what a
/// question was about.
#[derive(Debug, Clone)]
pub struct Connection<T> {
    output: Vec<u8>,
    extensions: Extensions,
    /// The last request encoded.
    sent: u64,
    /// The last request that a received message told of.
    received: u64,
    /// The last question encoded.
    last_question: u64,
    /// Questions without an answer, oldest first; those without a tag are our own.
    questions: VecDeque<(u64, Option<T>)>,
}

/// A message from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming<'a, T> {
    /// Something happened.
    Event {
        /// The last request that the server had handled by then.
        sequence: u64,
        /// Whether a client sent it, by `SendEvent`.
        synthetic: bool,
        /// What happened.
        event: Event,
    },
    /// The answer to a question.
    Reply {
        /// The question's number.
        sequence: u64,
        /// What the question was about.
        tag: T,
        /// The whole reply, for a `read` of [`super::reply`].
        bytes: &'a [u8],
    },
    /// A request failed.
    Error {
        /// The request's number.
        sequence: u64,
        /// What the question was about; None if the request was no question.
        tag: Option<T>,
        /// Why.
        error: XError,
    },
    /// The answer to a question of our own.
    Nothing,
}

impl<T> Default for Connection<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Connection<T> {
    /// A connection on which nothing has been said since the handshake.
    pub const fn new() -> Self {
        Self {
            output: Vec::new(),
            extensions: Extensions::NONE,
            sent: 0,
            received: 0,
            last_question: 0,
            questions: VecDeque::new(),
        }
    }

    /// Encodes a request that has no reply. Gives its number, counted from 1.
    pub fn send<R: Request>(&mut self, request: &R) -> u64 {
        const { assert!(!R::HAS_REPLY, "ask, don't send: this request has a reply") };
        request.write(self.begin());
        self.sent
    }

    /// Encodes a request that has a reply; `tag` comes back with the reply or the error.
    /// Gives its number, counted from 1.
    pub fn ask<R: Request>(&mut self, request: &R, tag: T) -> u64 {
        const { assert!(R::HAS_REPLY, "send, don't ask: this request has no reply") };
        request.write(&mut self.output);
        self.expect(Some(tag))
    }

    /// The number of the last request encoded; 0 before the first.
    pub const fn sequence(&self) -> u64 {
        self.sent
    }

    /// Encoded bytes that have not been taken yet; whoever writes to the server takes
    /// them out.
    pub const fn output(&mut self) -> &mut Vec<u8> {
        &mut self.output
    }

    /// The numbers of extensions, by which events and errors are read. Whoever asks the
    /// server for an extension sets it here.
    pub const fn extensions(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The number of tags that have not come back yet, of questions after this number.
    pub fn awaiting_after(&self, sequence: u64) -> usize {
        self.questions.iter().filter(|(number, tag)| *number > sequence && tag.is_some()).count()
    }

    /// Reads one message off the front of `bytes`, and gives its length; Ok(None) if there
    /// isn't a whole one yet.
    ///
    /// # Errors
    /// When the server does not follow the protocol: an answer that nobody waits for, a
    /// question left out, a number of a request that has not been sent, a reply longer
    /// than 16 MiB. No message after that can be trusted.
    pub fn cut<'a>(
        &mut self,
        bytes: &'a [u8],
    ) -> Result<Option<(Incoming<'a, T>, usize)>, Malformed> {
        let Some(head) = bytes.first_chunk::<32>() else { return Ok(None) };
        let fields = Fields::new(head);
        let (code, sequence) = (fields.u8(0), fields.u16(2));
        let units = if matches!(code, 1 | GENERIC_EVENT) { fields.u32(4) as usize } else { 0 };
        if units > (LONGEST_MESSAGE - 32) / 4 {
            return Err(Malformed);
        }
        let length = 32 + units * 4;
        let Some(message) = bytes.get(..length) else { return Ok(None) };
        if code & 0x7f != KEYMAP_NOTIFY {
            self.received = self.widen(sequence)?;
        }
        let sequence = self.received;
        let incoming = match code {
            0 => {
                let error = XError::read(head, &self.extensions)?;
                let tag = if self.awaits(sequence) { self.answered() } else { None };
                Incoming::Error { sequence, tag, error }
            }
            1 if !self.awaits(sequence) => return Err(Malformed),
            1 => match self.answered() {
                Some(tag) => Incoming::Reply { sequence, tag, bytes: message },
                None => Incoming::Nothing,
            },
            _ => {
                let (event, synthetic) = Event::read(head, &self.extensions)?;
                Incoming::Event { sequence, synthetic, event }
            }
        };
        Ok(Some((incoming, length)))
    }

    /// Counts a request that is about to be written. Asks a question of our own before it
    /// where too many have gone without a reply.
    fn begin(&mut self) -> &mut Vec<u8> {
        if self.sent - self.last_question >= SILENCE {
            GetInputFocus.write(&mut self.output);
            self.expect(None);
        }
        self.sent += 1;
        &mut self.output
    }

    /// Counts the question that was just written, and waits for its answer.
    fn expect(&mut self, tag: Option<T>) -> u64 {
        self.sent += 1;
        self.last_question = self.sent;
        self.questions.push_back((self.last_question, tag));
        self.last_question
    }

    /// The number, not before the last one received, whose low bits are these. It can't
    /// be past the last request sent, nor past a question that has no answer yet.
    fn widen(&self, low: u16) -> Result<u64, Malformed> {
        let ahead = low.wrapping_sub(self.received as u16);
        let sequence = self.received + u64::from(ahead);
        let last = self.questions.front().map_or(self.sent, |(question, _)| *question);
        if sequence > last { Err(Malformed) } else { Ok(sequence) }
    }

    fn awaits(&self, sequence: u64) -> bool {
        self.questions.front().is_some_and(|(question, _)| *question == sequence)
    }

    /// Takes the oldest question off the list.
    fn answered(&mut self) -> Option<T> {
        self.questions.pop_front().and_then(|(_, tag)| tag)
    }
}

#[cfg(test)]
mod tests;
