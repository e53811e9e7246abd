//! Waiting for a word of memory to change: what locks are made of.
//!
//! Never between processes: a word is waited for by the threads that share its memory.
//! Never decides what the word means; the locks of `tiny-std` do.
#![expect(unsafe_code, reason = "the kernel reads the word and the timeout")]

use crate::arch::{self, number};
use crate::time::Timespec;
use crate::{Errno, Result};
use core::ptr;
use core::sync::atomic::AtomicU32;

const FUTEX_WAIT: usize = 0;
const FUTEX_WAKE: usize = 1;
const FUTEX_PRIVATE_FLAG: usize = 128;

/// Sleeps while the word is `expected`, until [`wake`], or for as long as `timeout` says
/// (futex(2), `FUTEX_WAIT_PRIVATE`; measured on the monotonic clock). May return without a
/// reason: whoever waits looks at the word again.
///
/// # Errors
///
/// `EAGAIN` if the word is another number, `ETIMEDOUT`, `EINTR`, `EINVAL` for a timeout
/// that is no time.
pub fn wait(word: &AtomicU32, expected: u32, timeout: Option<Timespec>) -> Result<()> {
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the kernel reads the word, as an atomic, and the timeout; both are borrowed
    // until it returns.
    let ret = unsafe {
        arch::syscall4(
            number::FUTEX,
            word.as_ptr() as usize,
            FUTEX_WAIT | FUTEX_PRIVATE_FLAG,
            expected as usize,
            timeout as usize,
        )
    };
    Errno::from_ret(ret).map(drop)
}

/// Wakes up to `count` of those who wait for this word, and says how many (futex(2),
/// `FUTEX_WAKE_PRIVATE`). More than `i32::MAX` is all.
///
/// # Errors
///
/// None that futex(2) names for a word of ours; `ENOSYS` where a filter forbids it.
pub fn wake(word: &AtomicU32, count: u32) -> Result<u32> {
    let count = count.min(i32::MAX as u32);
    // SAFETY: the word's address names it; nothing is read or written there.
    let ret = unsafe {
        arch::syscall3(
            number::FUTEX,
            word.as_ptr() as usize,
            FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
            count as usize,
        )
    };
    Errno::from_ret(ret).map(|woken| woken as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering;
    use std::thread;

    const MOMENT: Timespec = Timespec { seconds: 0, nanoseconds: 1_000_000 };

    #[test]
    fn a_wait_that_cannot_end_otherwise_ends_with_its_reason() {
        let word = AtomicU32::new(7);
        assert_eq!(wait(&word, 8, None), Err(Errno::EAGAIN));
        assert_eq!(wait(&word, 7, Some(MOMENT)), Err(Errno::ETIMEDOUT));
        let wrong = Timespec { seconds: 0, nanoseconds: 1_000_000_000 };
        assert_eq!(wait(&word, 7, Some(wrong)), Err(Errno::EINVAL));
        let wrong = Timespec { seconds: -1, nanoseconds: 0 };
        assert_eq!(wait(&word, 7, Some(wrong)), Err(Errno::EINVAL));
        for count in [0, 1, u32::MAX] {
            assert_eq!(wake(&word, count), Ok(0));
        }
    }

    #[test]
    fn as_many_are_woken_as_were_asked_for() {
        static WORD: AtomicU32 = AtomicU32::new(0);
        static RETURNED: AtomicU32 = AtomicU32::new(0);
        let sleepers: Vec<_> = (0..4)
            .map(|_| {
                thread::spawn(|| {
                    // A wait that was interrupted is taken up again; it was not woken.
                    while wait(&WORD, 0, None) == Err(Errno::EINTR) {}
                    RETURNED.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        let mut woken = 0;
        while woken < 3 {
            let now = wake(&WORD, 3 - woken).unwrap();
            assert!(now <= 3 - woken);
            woken += now;
            thread::yield_now();
        }
        while RETURNED.load(Ordering::SeqCst) < 3 {
            thread::yield_now();
        }
        assert_eq!(RETURNED.load(Ordering::SeqCst), 3);
        // The fourth sleeps, or has not gone to sleep yet: in both cases this ends it.
        WORD.store(1, Ordering::SeqCst);
        wake(&WORD, u32::MAX).unwrap();
        for sleeper in sleepers {
            sleeper.join().unwrap();
        }
        assert_eq!(RETURNED.load(Ordering::SeqCst), 4);
    }

    #[test]
    fn two_threads_take_turns() {
        const TURNS: u32 = 10_000;
        let word = AtomicU32::new(0);
        let take_turns = |own: u32| {
            for turn in 0..TURNS {
                let mine = 2 * turn + own;
                loop {
                    let now = word.load(Ordering::Acquire);
                    if now == mine {
                        break;
                    }
                    let _ = wait(&word, now, None);
                }
                word.store(mine + 1, Ordering::Release);
                wake(&word, 1).unwrap();
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| take_turns(0));
            scope.spawn(|| take_turns(1));
        });
        assert_eq!(word.into_inner(), 2 * TURNS);
    }
}
