//! Signals as something to read.
//!
//! Never runs a handler.

use rusl::fd::{AsFd, BorrowedFd, OwnedFd};
use rusl::signal::{Change, Disposition, set_disposition, sigprocmask};
pub use rusl::signal::{Set, Signal, SignalInfo};
use rusl::{Errno, Result};

/// A set of signals that are read where the program waits anyway: poll the descriptor
/// for reading, then [`SignalFd::read`] until there is none.
#[derive(Debug)]
pub struct SignalFd(OwnedFd);

impl SignalFd {
    /// Opens a descriptor for the signals of the set and blocks them. They stay blocked
    /// when it is dropped.
    ///
    /// # Errors
    ///
    /// `EMFILE`, `ENFILE`, `ENOMEM`; then none is blocked.
    pub fn new(set: Set) -> Result<Self> {
        let fd = rusl::signal::signalfd(set)?;
        sigprocmask(Change::Block, set)?;
        Ok(Self(fd))
    }

    /// Takes the next pending signal, or `None`; never waits. Several CHLD that came
    /// together are one: reap until there is no child left.
    ///
    /// # Errors
    ///
    /// None that signalfd(2) names for a valid descriptor.
    pub fn read(&self) -> Result<Option<SignalInfo>> {
        loop {
            match rusl::signal::read_signal(self.0.as_fd()) {
                Ok(info) => return Ok(Some(info)),
                Err(Errno::EAGAIN) => return Ok(None),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl AsFd for SignalFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Ignores a signal from now on.
///
/// # Errors
///
/// `EINVAL` for KILL and STOP.
pub fn ignore(signal: Signal) -> Result<()> {
    set_disposition(signal, Disposition::Ignore)
}

#[cfg(test)]
#[expect(unsafe_code, reason = "a test raises signals for its thread with libc")]
mod tests {
    use super::*;

    unsafe extern "C" {
        fn pthread_self() -> usize;
        fn pthread_kill(thread: usize, signal: i32) -> i32;
    }

    #[test]
    fn pending_signals_are_read_one_by_one() {
        // For this thread alone, so that other tests notice nothing.
        let first = Signal::from_raw(41).unwrap();
        let second = Signal::from_raw(42).unwrap();
        let signals = SignalFd::new(Set::EMPTY.with(first).with(second)).unwrap();
        assert_eq!(signals.read(), Ok(None));
        // SAFETY: the calling thread exists.
        let thread = unsafe { pthread_self() };
        for signal in [second, first] {
            // SAFETY: the calling thread exists; the signal is blocked.
            assert_eq!(unsafe { pthread_kill(thread, signal.raw()) }, 0);
        }
        let next = || signals.read().unwrap().map(|info| info.signal);
        assert_eq!([next(), next(), next()], [Some(41), Some(42), None]);
    }

    #[test]
    fn what_cannot_be_read_is_not_blocked() {
        crate::refusal::on_thread(|| {
            crate::refusal::forbid(libc::SYS_signalfd4, Errno::EMFILE);
            let before = sigprocmask(Change::Block, Set::EMPTY);
            let set = Set::EMPTY.with(Signal::from_raw(48).unwrap());
            assert_eq!(SignalFd::new(set).err(), Some(Errno::EMFILE));
            assert_eq!(sigprocmask(Change::Block, Set::EMPTY), before);
        });
    }

    #[test]
    fn an_ignored_signal_does_nothing() {
        let signal = Signal::from_raw(43).unwrap();
        ignore(signal).unwrap();
        // SAFETY: the calling thread exists.
        let thread = unsafe { pthread_self() };
        // SAFETY: as above. Were it not ignored, the process would end.
        assert_eq!(unsafe { pthread_kill(thread, signal.raw()) }, 0);
        assert_eq!(ignore(Signal::KILL), Err(Errno::EINVAL));
    }
}
