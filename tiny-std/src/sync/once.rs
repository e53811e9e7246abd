//! What is done once, by whoever comes first. Never twice, and nobody gets past it before.
//!
//! # Orderings
//!
//! The word becomes 3 by a Release, after what was to be done, and every way out of here has
//! read that 3 by an Acquire, or has stored it: what was done is seen by all who come out.
//! Between 0 and 3 it is 1 while somebody does it, and 2 if others may sleep; they are woken
//! after the 3, and the kernel lets nobody sleep for a word that isn't 2 any more.
#![expect(unsafe_code, reason = "hands out what was made once")]

use super::wake;
use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU32, Ordering};
use rusl::futex;

/// Something that is done once.
#[derive(Default)]
pub struct Once {
    word: AtomicU32,
}

const UNDONE: u32 = 0;
const UNDER_WAY: u32 = 1;
const WAITED_FOR: u32 = 2;
const DONE: u32 = 3;

impl Once {
    /// Not done yet.
    pub const fn new() -> Self {
        Self { word: AtomicU32::new(UNDONE) }
    }

    /// Does it, or waits until whoever came first has done it. For ever, if `act` itself comes
    /// here again.
    pub fn call_once(&self, act: impl FnOnce()) {
        if !self.is_completed() {
            let mut act = Some(act);
            self.call(&mut || {
                if let Some(act) = act.take() {
                    act();
                }
            });
        }
    }

    /// Whether it is done.
    pub fn is_completed(&self) -> bool {
        self.word.load(Ordering::Acquire) == DONE
    }

    #[cold]
    fn call(&self, act: &mut dyn FnMut()) {
        loop {
            let begun =
                self.word.compare_exchange(UNDONE, UNDER_WAY, Ordering::Acquire, Ordering::Acquire);
            match begun {
                Ok(_) => {
                    act();
                    if self.word.swap(DONE, Ordering::Release) == WAITED_FOR {
                        wake(&self.word, u32::MAX);
                    }
                    return;
                }
                Err(DONE) => return,
                Err(_) => {
                    // Whatever the answer is, the word is looked at again.
                    let _ = self.word.compare_exchange(
                        UNDER_WAY,
                        WAITED_FOR,
                        Ordering::Relaxed,
                        Ordering::Relaxed,
                    );
                    let _ = futex::wait(&self.word, WAITED_FOR, None);
                }
            }
        }
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").field("is_completed", &self.is_completed()).finish()
    }
}

/// A value that is made once and then only looked at.
pub struct OnceLock<T> {
    once: Once,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: threads share references to the value, and the last one to have it may be another
// than the one that has made it.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// Without a value yet.
    pub const fn new() -> Self {
        Self { once: Once::new(), value: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    /// The value, if it was made.
    pub fn get(&self) -> Option<&T> {
        // SAFETY: it is written once, before this is said.
        self.once.is_completed().then(|| unsafe { &*self.place() })
    }

    /// The value, which `make` makes if there is none. For ever, if `make` itself asks for it.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.once.call_once(|| {
            let value = make();
            // SAFETY: this is done once, and nobody looks at the value before.
            unsafe { self.place().write(value) };
        });
        // SAFETY: now it was written, and nobody changes it.
        unsafe { &*self.place() }
    }

    /// Makes it this value.
    ///
    /// # Errors
    ///
    /// The value, if there is one already.
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.once.call_once(|| {
            if let Some(value) = value.take() {
                // SAFETY: this is done once, and nobody looks at the value before.
                unsafe { self.place().write(value) };
            }
        });
        value.map_or(Ok(()), Err)
    }

    /// The value, if it was made.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }

    /// The value, if it was made; it can be made again then.
    pub fn take(&mut self) -> Option<T> {
        let once = core::mem::take(&mut self.once);
        // SAFETY: it was written, and counts as not made from here on.
        once.is_completed().then(|| unsafe { self.place().read() })
    }

    const fn place(&self) -> *mut T {
        self.value.get().cast()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for OnceLock<T> {
    fn drop(&mut self) {
        self.take();
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnceLock").field(&self.get()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn it_is_done_once_and_seen_by_all() {
        for round in 0..2000 {
            let (once, calls) = (Once::new(), AtomicU32::new(0));
            assert!(!once.is_completed());
            thread::scope(|scope| {
                for own in 0..8 {
                    let (once, calls) = (&once, &calls);
                    scope.spawn(move || {
                        once.call_once(|| {
                            if (round + own) % 2 == 0 {
                                thread::yield_now();
                            }
                            // Two steps, which would be seen half done.
                            let before = calls.load(Ordering::Relaxed);
                            calls.store(before + 1, Ordering::Relaxed);
                        });
                        assert!(once.is_completed());
                        assert_eq!(calls.load(Ordering::Relaxed), 1);
                    });
                }
            });
            once.call_once(|| panic!("a second time"));
        }
    }

    #[test]
    fn who_waits_is_woken() {
        for _ in 0..1000 {
            let once = Once::new();
            thread::scope(|scope| {
                once.call_once(|| {
                    for _ in 0..3 {
                        scope.spawn(|| once.call_once(|| panic!("a second time")));
                    }
                    while once.word.load(Ordering::Relaxed) != WAITED_FOR {
                        thread::yield_now();
                    }
                });
            });
            assert_eq!(once.word.load(Ordering::Relaxed), DONE);
        }
    }

    #[test]
    fn a_value_is_made_once_and_dropped_once() {
        for _ in 0..1000 {
            let (lock, value) = (OnceLock::new(), Arc::new(7));
            assert_eq!(lock.get(), None);
            let seen = thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        scope
                            .spawn(|| &raw const **lock.get_or_init(|| Arc::clone(&value)) as usize)
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            });
            assert!(seen.iter().all(|one| *one == &raw const *value as usize));
            assert_eq!(Arc::strong_count(&value), 2);
            drop(lock);
            assert_eq!(Arc::strong_count(&value), 1);
        }
    }

    #[test]
    fn a_value_is_set_and_taken() {
        let mut lock = OnceLock::default();
        assert_eq!(lock.set(1), Ok(()));
        assert_eq!(lock.set(2), Err(2));
        assert_eq!(*lock.get_or_init(|| 3), 1);
        assert_eq!((lock.take(), lock.get()), (Some(1), None));
        assert_eq!(*lock.get_or_init(|| 4), 4);
        assert_eq!(format!("{lock:?}"), "OnceLock(Some(4))");
        assert_eq!(lock.into_inner(), Some(4));
        assert_eq!(OnceLock::<u8>::new().into_inner(), None);
    }
}
