//! Waiting for descriptors without a ring, and for many as if they were one.
//!
//! Never reads or writes them.
#![expect(unsafe_code, reason = "passes a slice of structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::{BorrowedFd, OwnedFd};
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

/// A descriptor that has something to read whenever one of those has that are added to it
/// with [`watch`] (`epoll_create1(2)`).
///
/// # Errors
///
/// `EMFILE`, `ENFILE`, `ENOMEM`.
pub fn collection() -> Result<OwnedFd> {
    const EPOLL_CLOEXEC: usize = 0o2_000_000;
    // SAFETY: no pointer is passed.
    OwnedFd::from_ret(unsafe { arch::syscall1(number::EPOLL_CREATE1, EPOLL_CLOEXEC) })
}

/// Adds a descriptor to a [`collection`], until it is closed (`epoll_ctl(2)`).
///
/// # Errors
///
/// `EEXIST` if it is in it, `EPERM` for what is always ready, such as a file.
pub fn watch(collection: BorrowedFd<'_>, fd: BorrowedFd<'_>) -> Result<()> {
    const EPOLL_CTL_ADD: usize = 1;
    // `struct epoll_event`, which has 12 or 16 bytes: what to wait for, and then what we don't
    // look at.
    let event = [u32::from(Events::IN.0), 0, 0, 0];
    // SAFETY: the kernel reads one event.
    let ret = unsafe {
        arch::syscall4(
            number::EPOLL_CTL,
            collection.argument(),
            EPOLL_CTL_ADD,
            fd.argument(),
            event.as_ptr() as usize,
        )
    };
    Errno::from_ret(ret).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::AsFd;
    use crate::fs;
    use linux_raw_sys::general;

    #[test]
    fn structs_are_those_of_the_kernel() {
        assert_eq!(size_of::<PollFd<'_>>(), size_of::<general::pollfd>());
        assert_eq!(align_of::<PollFd<'_>>(), align_of::<general::pollfd>());
        let ours = [
            std::mem::offset_of!(PollFd<'_>, fd),
            std::mem::offset_of!(PollFd<'_>, events),
            std::mem::offset_of!(PollFd<'_>, returned),
        ];
        let theirs = [
            std::mem::offset_of!(general::pollfd, fd),
            std::mem::offset_of!(general::pollfd, events),
            std::mem::offset_of!(general::pollfd, revents),
        ];
        assert_eq!(ours, theirs);
        // `watch` writes this many bytes, what to wait for first.
        assert!(size_of::<general::epoll_event>() <= 16);
        assert_eq!(std::mem::offset_of!(general::epoll_event, events), 0);
    }

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
    fn a_collection_is_ready_when_one_of_it_is() {
        let all = collection().unwrap();
        let pipes = [fs::pipe().unwrap(), fs::pipe().unwrap()];
        for (reader, _) in &pipes {
            assert_eq!(watch(all.as_fd(), reader.as_fd()), Ok(()));
            assert_eq!(watch(all.as_fd(), reader.as_fd()), Err(Errno::EEXIST));
        }
        let is_ready = || poll(&mut [PollFd::new(all.as_fd(), Events::IN)], NOW).unwrap() == 1;
        for (reader, writer) in pipes {
            assert!(!is_ready());
            assert_eq!(fs::write(writer.as_fd(), b"x"), Ok(1));
            assert!(is_ready());
            assert_eq!(fs::read(reader.as_fd(), &mut [0; 4]), Ok(1));
            assert!(!is_ready());
            drop(writer);
            // The end is something to be read too, until nobody can.
            assert!(is_ready());
        }
        assert!(!is_ready());
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
