//! Waiting for descriptors without a ring.
//!
//! Never reads or writes them.
#![expect(unsafe_code, reason = "passes a slice of structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::BorrowedFd;
use crate::time::Timespec;
use crate::{Errno, Result};
use core::marker::PhantomData;
use core::ops::BitOr;

/// What to wait for, and what has happened (poll(2)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Events(u16);

impl Events {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// There are bytes to read, or the end.
    pub const IN: Self = Self(0x01);
    /// There is urgent data.
    pub const PRIORITY: Self = Self(0x02);
    /// There is room to write.
    pub const OUT: Self = Self(0x04);
    /// An error is pending; always reported.
    pub const ERROR: Self = Self(0x08);
    /// The other end has hung up; always reported.
    pub const HANG_UP: Self = Self(0x10);
    /// The descriptor is not open; always reported.
    pub const INVALID: Self = Self(0x20);
    /// The other end will write no more.
    pub const READ_HANG_UP: Self = Self(0x2000);

    /// Whether all of `other` is in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in it.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kernel's bits.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// From the kernel's bits, such as the result of a poll on the ring.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

impl BitOr for Events {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A descriptor and what to wait for (`struct pollfd`).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PollFd<'fd> {
    fd: i32,
    events: Events,
    returned: Events,
    owner: PhantomData<BorrowedFd<'fd>>,
}

const _: () = assert!(size_of::<PollFd<'_>>() == 8, "poll(2)");

impl<'fd> PollFd<'fd> {
    /// Waits for `events` on `fd`.
    pub const fn new(fd: BorrowedFd<'fd>, events: Events) -> Self {
        Self { fd: fd.raw(), events, returned: Events::NONE, owner: PhantomData }
    }

    /// What the last [`poll`] has found.
    pub const fn returned(&self) -> Events {
        self.returned
    }

    /// Changes what to wait for.
    pub const fn set_events(&mut self, events: Events) {
        self.events = events;
    }
}

/// Waits until a descriptor has something, a signal is caught, or `timeout` has passed
/// (`None`: for ever), and gives how many have something: 0 is the timeout (ppoll(2)).
///
/// # Errors
///
/// `EINTR`, `EINVAL`, `ENOMEM`.
pub fn poll(fds: &mut [PollFd<'_>], timeout: Option<Timespec>) -> Result<usize> {
    // The kernel writes the remaining time back, so it gets a copy.
    let mut timeout = timeout;
    let timeout = timeout.as_mut().map_or(core::ptr::null_mut(), |time| &raw mut *time);
    // SAFETY: the slice and the timespec are exclusive; the mask is absent.
    let ret = unsafe {
        arch::syscall5(number::PPOLL, fds.as_mut_ptr() as usize, fds.len(), timeout as usize, 0, 0)
    };
    Errno::from_ret(ret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::AsFd;
    use crate::fs;

    const NOW: Option<Timespec> = Some(Timespec { seconds: 0, nanoseconds: 0 });

    #[test]
    fn a_pipe_becomes_readable_then_hangs_up() {
        let (reader, writer) = fs::pipe().unwrap();
        let mut fds =
            [PollFd::new(reader.as_fd(), Events::IN), PollFd::new(writer.as_fd(), Events::OUT)];
        assert_eq!(poll(&mut fds, NOW), Ok(1));
        assert_eq!(fds.map(|fd| fd.returned()), [Events::NONE, Events::OUT]);
        assert_eq!(fs::write(writer.as_fd(), b"x"), Ok(1));
        assert_eq!(poll(&mut fds, None), Ok(2));
        assert_eq!(fds[0].returned(), Events::IN);
        drop(writer);
        let mut fds = [PollFd::new(reader.as_fd(), Events::IN)];
        assert_eq!(poll(&mut fds, None), Ok(1));
        assert_eq!(fds[0].returned(), Events::IN | Events::HANG_UP);
    }

    #[test]
    fn contains_asks_for_all_bits() {
        assert!(!Events::IN.contains(Events::IN | Events::OUT));
        assert!(Events::IN.intersects(Events::IN | Events::OUT));
        assert!((Events::IN | Events::OUT).contains(Events::OUT));
    }

    #[test]
    fn a_timeout_gives_zero_and_a_bad_one_an_error() {
        let (reader, _writer) = fs::pipe().unwrap();
        let mut fds = [PollFd::new(reader.as_fd(), Events::IN)];
        let short = Timespec { seconds: 0, nanoseconds: 1_000_000 };
        assert_eq!(poll(&mut fds, Some(short)), Ok(0));
        let bad = Timespec { seconds: 0, nanoseconds: -1 };
        assert_eq!(poll(&mut fds, Some(bad)), Err(Errno::EINVAL));
        assert_eq!(poll(&mut [], NOW), Ok(0));
    }
}
