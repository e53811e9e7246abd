//! Lines from a program's output, which comes in pieces. Never keeps more than two of them,
//! and of each no more than its beginning.

use alloc::vec::Vec;

/// The most that is kept of a line, in bytes.
const LONGEST: usize = 1024;

/// The last line of an output, and the beginning of the next.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    last: Vec<u8>,
    next: Vec<u8>,
}

impl Lines {
    /// Takes in a piece of the output; the last whole line, if any ends in it.
    pub fn push(&mut self, piece: &[u8]) -> Option<&[u8]> {
        let mut has_ended = false;
        for byte in piece {
            if *byte == b'\n' {
                core::mem::swap(&mut self.last, &mut self.next);
                self.next.clear();
                has_ended = true;
            } else if self.next.len() < LONGEST {
                self.next.push(*byte);
            }
        }
        if has_ended { Some(&self.last) } else { None }
    }

    /// What has come of the next line, which may be nothing.
    pub fn rest(&self) -> &[u8] {
        &self.next
    }
}
