//! Copies files, or standard input (also by the name `-`), to standard output over io_uring:
//! the next piece is read while the last one is written, with one system call for both.
//! Where rings are refused, one is done after the other.
//!
//! What can't be read is told as `cat: NAME: why`, the others are copied all the same, and
//! the exit status is 1.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use core::ffi::CStr;
use rusl::fd::{AsFd, BorrowedFd, STDIN, STDOUT};
use rusl::io_uring::{Entry, Ring};
use rusl::poll::{Events, PollFd, poll};
use tiny_std::fs::File;
use tiny_std::process::exit;
use tiny_std::{Errno, Result, env, print};

tiny_std::program!(main);

/// How much is read at once.
const PIECE: usize = 128 * 1024;
/// The `user_data` of the two operations.
const READ: u64 = 1;
const WRITE: u64 = 2;

fn main() -> i32 {
    // A ring that may not be entered is none.
    let ring = Ring::new(4).and_then(|mut ring| ring.enter(0, None).map(|()| ring)).ok();
    let mut cat = Cat { ring, pieces: [vec![0; PIECE], vec![0; PIECE]] };
    let mut status = 0;
    let mut copy = |name: &CStr| {
        if let Err(error) = cat.copy(name) {
            complain(name.to_bytes(), error);
            status = 1;
        }
    };
    if env::args().len() < 2 {
        copy(c"-");
    }
    env::args().skip(1).for_each(copy);
    status
}

/// What copies, one file after the other.
struct Cat {
    ring: Option<Ring>,
    /// One is read into while the other is written.
    pieces: [Vec<u8>; 2],
}

impl Cat {
    /// The error is one of reading.
    fn copy(&mut self, name: &CStr) -> Result<()> {
        if name == c"-" {
            return self.copy_all(STDIN);
        }
        let file = File::open(name.to_bytes())?;
        self.copy_all(file.as_fd())
    }

    fn copy_all(&mut self, input: BorrowedFd<'_>) -> Result<()> {
        let mut length = 0;
        loop {
            let [full, empty] = &mut self.pieces;
            let full = &full[..length];
            let read = if let Some(ring) = &mut self.ring {
                read_and_write(ring, input, empty, full)
            } else {
                write_all(full);
                retry(input, Events::IN, || rusl::fs::read(input, empty))
            };
            match read? {
                0 => return Ok(()),
                some => length = some,
            }
            self.pieces.swap(0, 1);
        }
    }
}

/// Reads into one buffer and writes another whole, at the same time. Gives what the read has
/// given.
fn read_and_write(
    ring: &mut Ring,
    input: BorrowedFd<'_>,
    buffer: &mut [u8],
    mut bytes: &[u8],
) -> Result<usize> {
    let mut read: Option<Result<usize>> = None;
    push(ring, Entry::read(input, buffer, None), READ);
    if !bytes.is_empty() {
        push(ring, Entry::write(STDOUT, bytes, None), WRITE);
    }
    while read.is_none() || !bytes.is_empty() {
        if let Err(error) = ring.enter(1, None) {
            fail(b"io_uring", error);
        }
        while let Some(completion) = ring.reap() {
            match (completion.user_data, completion.result) {
                // Where nothing may wait, we do.
                (READ, Err(Errno::EINTR | Errno::EAGAIN)) => {
                    wait(input, Events::IN);
                    push(ring, Entry::read(input, buffer, None), READ);
                }
                (READ, result) => read = Some(result.map(|length| length as usize)),
                (_, Ok(written @ 1..)) => {
                    bytes = &bytes[written as usize..];
                    if !bytes.is_empty() {
                        push(ring, Entry::write(STDOUT, bytes, None), WRITE);
                    }
                }
                (_, Err(Errno::EINTR | Errno::EAGAIN)) => {
                    wait(STDOUT, Events::OUT);
                    push(ring, Entry::write(STDOUT, bytes, None), WRITE);
                }
                (_, result) => fail(b"standard output", result.err().unwrap_or(Errno::EIO)),
            }
        }
    }
    read.unwrap_or(Ok(0))
}

/// Queues one of the two operations.
fn push(ring: &mut Ring, entry: Entry, user_data: u64) {
    // SAFETY: both buffers live as long as the program, and neither is touched before its
    // operation has completed: whoever gives up earlier ends the program.
    if unsafe { ring.push(entry.with_user_data(user_data)) }.is_err() {
        fail(b"io_uring", Errno::EBUSY);
    }
}

fn write_all(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match retry(STDOUT, Events::OUT, || rusl::fs::write(STDOUT, bytes)) {
            Ok(written @ 1..) => bytes = &bytes[written..],
            result => fail(b"standard output", result.err().unwrap_or(Errno::EIO)),
        }
    }
}

/// Does something again until it was neither interrupted nor has it to wait.
fn retry(
    fd: BorrowedFd<'_>,
    events: Events,
    mut operation: impl FnMut() -> Result<usize>,
) -> Result<usize> {
    loop {
        match operation() {
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => wait(fd, events),
            result => return result,
        }
    }
}

fn wait(fd: BorrowedFd<'_>, events: Events) {
    // Whatever comes of it, the operation itself tells.
    let _ = poll(&mut [PollFd::new(fd, events)], None);
}

/// Ends the program, which takes no buffer from an operation that is still in flight.
fn fail(what: &[u8], error: Errno) -> ! {
    complain(what, error);
    exit(1)
}

fn complain(what: &[u8], error: Errno) {
    let mut line = Vec::from(b"cat: ");
    line.extend_from_slice(what);
    let sentence = error.sentence().or(error.name()).unwrap_or("it failed");
    line.extend_from_slice(b": ");
    line.extend_from_slice(sentence.as_bytes());
    let line = alloc::string::String::from_utf8_lossy(&line);
    print::error(&[&line, "\n"]);
}
