//! [`Entry`]: one operation for the ring, a constructor per kind.
//!
//! Never keeps a borrow: an entry knows where its buffer is, and [`Ring::push`] is where
//! is promised how long that lives.
//!
//! [`Ring::push`]: super::Ring::push

use super::abi::SubmissionEntry;
use crate::fd::BorrowedFd;
use crate::net::{MessageFlags, SOCK_CLOEXEC};
use crate::poll::Events;
use crate::time::Timespec;
use core::ops::BitOr;

/// An operation that is ready to be queued.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct Entry(pub(super) SubmissionEntry);

/// How to read the time of a [`Entry::timeout`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeoutFlags(u32);

impl TimeoutFlags {
    /// A duration, on the monotonic clock.
    pub const RELATIVE: Self = Self(0);
    /// A point in time, not a duration.
    pub const ABSOLUTE: Self = Self(1 << 0);
    /// On the clock that counts suspended time (Linux 5.15).
    pub const BOOT_TIME: Self = Self(1 << 2);
    /// On the wall clock (Linux 5.15).
    pub const REALTIME: Self = Self(1 << 3);

    /// The kernel's bits.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for TimeoutFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// `enum io_uring_op`.
pub(super) mod opcode {
    pub(crate) const NOP: u8 = 0;
    pub(crate) const POLL_ADD: u8 = 6;
    pub(crate) const TIMEOUT: u8 = 11;
    pub(crate) const ACCEPT: u8 = 13;
    pub(crate) const ASYNC_CANCEL: u8 = 14;
    pub(crate) const READ: u8 = 22;
    pub(crate) const WRITE: u8 = 23;
    pub(crate) const SEND: u8 = 26;
    pub(crate) const RECV: u8 = 27;
}

/// The kernel moves no more than this in one call (`MAX_RW_COUNT`); a longer request is
/// cut, as it would be there, and completes short.
const LARGEST_TRANSFER: usize = 0x7fff_f000;

impl Entry {
    /// Receives up to `buffer.len()` bytes; completes with how many, 0 at the end (recv(2)).
    pub fn recv(fd: BorrowedFd<'_>, buffer: &mut [u8], flags: MessageFlags) -> Self {
        let place = buffer.as_mut_ptr().expose_provenance();
        Self::transfer(opcode::RECV, fd, place, buffer.len()).flags(flags.bits())
    }

    /// Sends up to `bytes.len()` bytes; completes with how many (send(2)). With
    /// [`MessageFlags::WAIT_ALL`] short only after an error, a signal or a cancel. Never
    /// raises SIGPIPE.
    ///
    /// Two sends to one socket, both in flight, may overtake each other: keep one.
    pub fn send(fd: BorrowedFd<'_>, bytes: &[u8], flags: MessageFlags) -> Self {
        let flags = flags | MessageFlags::NO_SIGNAL;
        let place = bytes.as_ptr().expose_provenance();
        Self::transfer(opcode::SEND, fd, place, bytes.len()).flags(flags.bits())
    }

    /// Reads up to `buffer.len()` bytes from `offset` on, or from the descriptor's position
    /// with `None`; completes with how many, 0 at the end (pread(2), read(2)).
    pub fn read(fd: BorrowedFd<'_>, buffer: &mut [u8], offset: Option<u64>) -> Self {
        let place = buffer.as_mut_ptr().expose_provenance();
        Self::transfer(opcode::READ, fd, place, buffer.len()).at(offset)
    }

    /// Writes up to `bytes.len()` bytes at `offset`, or at the descriptor's position with
    /// `None`; completes with how many (pwrite(2), write(2)). Raises SIGPIPE where nobody
    /// reads; sockets have [`Entry::send`], which doesn't.
    ///
    /// Two writes at the position, both in flight, may overtake each other: keep one.
    pub fn write(fd: BorrowedFd<'_>, bytes: &[u8], offset: Option<u64>) -> Self {
        let place = bytes.as_ptr().expose_provenance();
        Self::transfer(opcode::WRITE, fd, place, bytes.len()).at(offset)
    }

    /// Takes the next connection; completes with the number of its descriptor, which is
    /// close-on-exec and the caller's to close (accept4(2)).
    pub fn accept(fd: BorrowedFd<'_>) -> Self {
        let mut entry = Self::new(opcode::ACCEPT);
        entry.0.fd = fd.raw();
        entry.flags(SOCK_CLOEXEC as u32)
    }

    /// Waits once for events on a descriptor; completes with what has happened, as bits
    /// of [`Events`] (poll(2)).
    pub fn poll_add(fd: BorrowedFd<'_>, events: Events) -> Self {
        let mut entry = Self::new(opcode::POLL_ADD);
        entry.0.fd = fd.raw();
        entry.flags(u32::from(events.bits()))
    }

    /// Waits for a time; completes with `ETIME` then, `ECANCELED` if it is cancelled before.
    /// `time` is read when the entry is submitted, and only then.
    pub fn timeout(time: &Timespec, flags: TimeoutFlags) -> Self {
        let mut entry = Self::new(opcode::TIMEOUT);
        entry.0.address = core::ptr::from_ref(time).expose_provenance() as u64;
        entry.0.length = 1;
        entry.flags(flags.0)
    }

    /// Cancels the first operation that was queued with `user_data`: that one completes
    /// with `ECANCELED`, unless it was done. Completes with 0, `ENOENT` if there is none,
    /// `EALREADY` if it is too far along.
    pub fn cancel(user_data: u64) -> Self {
        let mut entry = Self::new(opcode::ASYNC_CANCEL);
        entry.0.address = user_data;
        entry
    }

    /// Does nothing; completes with 0.
    pub fn nop() -> Self {
        Self::new(opcode::NOP)
    }

    /// What the completion will carry.
    #[must_use]
    pub fn with_user_data(mut self, user_data: u64) -> Self {
        self.0.user_data = user_data;
        self
    }

    fn new(opcode: u8) -> Self {
        Self(SubmissionEntry {
            opcode,
            flags: 0,
            priority: 0,
            fd: -1,
            offset: 0,
            address: 0,
            length: 0,
            operation_flags: 0,
            user_data: 0,
            buffer_index: 0,
            personality: 0,
            file_index: 0,
            address3: 0,
            reserved: 0,
        })
    }

    /// `place` is the exposed address of a buffer. (Not the buffer, as a slice: that the kernel
    /// may write there has to come from a `&mut`.)
    fn transfer(opcode: u8, fd: BorrowedFd<'_>, place: usize, length: usize) -> Self {
        let mut entry = Self::new(opcode);
        entry.0.fd = fd.raw();
        entry.0.address = place as u64;
        entry.0.length = length.min(LARGEST_TRANSFER) as u32;
        entry
    }

    fn flags(mut self, flags: u32) -> Self {
        self.0.operation_flags = flags;
        self
    }

    /// `None` is the descriptor's position.
    fn at(mut self, offset: Option<u64>) -> Self {
        self.0.offset = offset.unwrap_or(u64::MAX);
        self
    }
}
