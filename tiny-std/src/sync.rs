//! What threads share, and how they wait for each other: the names and the meaning of `std`,
//! over futex(2).
//!
//! Never allocates, and never poisons: a panic ends the program, so that nobody is left to see
//! what it has left half done.
//!
//! Where a filter forbids futex(2), waiting becomes looking again and again.

mod condvar;
mod mutex;
mod once;

use core::sync::atomic::AtomicU32;
use rusl::futex;

pub use condvar::{Condvar, TimedOut};
pub use mutex::{Mutex, MutexGuard};
pub use once::{Once, OnceLock};

/// Wakes up to `count` of those who sleep for a word. What the kernel refuses is tried once
/// more, lest somebody sleeps for ever; who refuses always lets nobody sleep.
fn wake(word: &AtomicU32, count: u32) {
    if futex::wake(word, count).is_err() {
        let _ = futex::wake(word, count);
    }
}
