//! A value that one thread has at a time.
//!
//! # Orderings
//!
//! The word is 0 when nobody has the value, 1 when somebody has it, 2 when somebody has it and
//! others may sleep. Taking it is an Acquire of the word, giving it back a Release: what was
//! done to the value before is seen after. Nothing else is ordered by it, so the rest is
//! Relaxed. No wake-up is lost: who goes to sleep has stored 2, and the kernel looks whether
//! the word still is 2 under the lock that wakers take as well; whoever stores 0 instead of a
//! 2 wakes one sleeper afterwards. Who was woken stores 2 again, since it can't know whether
//! there are more.
#![expect(unsafe_code, reason = "hands out what it guards")]

use super::wake;
use core::cell::UnsafeCell;
use core::fmt;
use core::hint::spin_loop;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicU32, Ordering};
use rusl::futex;

/// A value that one thread has at a time; the others wait.
#[derive(Default)]
pub struct Mutex<T: ?Sized> {
    word: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: the value is with one thread at a time, which is as if it was sent to it.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

const FREE: u32 = 0;
const TAKEN: u32 = 1;
const WAITED_FOR: u32 = 2;

/// So often a thread looks again before it sleeps: most values are given back soon.
const LOOKS: u32 = 100;

impl<T> Mutex<T> {
    /// A value that nobody has.
    pub const fn new(value: T) -> Self {
        Self { word: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the value. For ever, if the calling thread has it already.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        if !self.take() {
            self.wait();
        }
        MutexGuard { mutex: self, not_send: PhantomData }
    }

    /// The value, if nobody has it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.take().then(|| MutexGuard { mutex: self, not_send: PhantomData })
    }

    /// The value, which nobody else can have now.
    pub const fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    fn take(&self) -> bool {
        self.word.compare_exchange(FREE, TAKEN, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn wait(&self) {
        for _ in 0..LOOKS {
            match self.word.load(Ordering::Relaxed) {
                FREE if self.take() => return,
                // Others sleep already.
                WAITED_FOR => break,
                _ => spin_loop(),
            }
        }
        while self.word.swap(WAITED_FOR, Ordering::Acquire) != FREE {
            // Whatever the answer is, the word is looked at again.
            let _ = futex::wait(&self.word, WAITED_FOR, None);
        }
    }

    fn give_back(&self) {
        if self.word.swap(FREE, Ordering::Release) == WAITED_FOR {
            wake(&self.word, 1);
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(value) => f.debug_tuple("Mutex").field(&&*value).finish(),
            None => f.write_str("Mutex(<taken>)"),
        }
    }
}

/// The value of a [`Mutex`], given back when this is dropped.
#[must_use = "the value is given back at once"]
pub struct MutexGuard<'mutex, T: ?Sized> {
    mutex: &'mutex Mutex<T>,
    /// Who takes it gives it back.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a reference to the guard is one to the value.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<'mutex, T: ?Sized> MutexGuard<'mutex, T> {
    /// Whose value it is.
    pub(super) const fn mutex(&self) -> &'mutex Mutex<T> {
        self.mutex
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: nobody else has the value while there is a guard.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: nobody else has the value while there is a guard.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.give_back();
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::thread;

    #[test]
    fn no_addition_is_lost() {
        const ROUNDS: u64 = 100_000;
        // Two numbers that are equal whenever nobody has them.
        let pair = Mutex::new((0_u64, Box::new(0_u64)));
        thread::scope(|scope| {
            for own in 0..8 {
                let pair = &pair;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let mut numbers = pair.lock();
                        assert_eq!(numbers.0, *numbers.1);
                        numbers.0 += 1;
                        if (round + own) % 1024 == 0 {
                            // Others go to sleep meanwhile.
                            thread::yield_now();
                        }
                        *numbers.1 += 1;
                    }
                });
            }
        });
        assert_eq!(pair.into_inner(), (8 * ROUNDS, Box::new(8 * ROUNDS)));
    }

    #[test]
    fn a_value_is_with_one_thread() {
        let mut value = Mutex::new(Cell::new(1));
        let guard = value.lock();
        assert!(value.try_lock().is_none());
        thread::scope(|scope| {
            assert!(scope.spawn(|| value.try_lock().is_none()).join().unwrap());
        });
        guard.set(2);
        assert_eq!(format!("{value:?}"), "Mutex(<taken>)");
        drop(guard);
        assert_eq!(format!("{value:?}"), "Mutex(Cell { value: 2 })");
        value.try_lock().unwrap().set(3);
        *value.get_mut().get_mut() += 1;
        assert_eq!(value.into_inner().get(), 4);
    }

    /// The words of all three states, and that a sleeper is woken.
    #[test]
    fn who_waits_gets_it() {
        for _ in 0..1000 {
            let value = Mutex::new(0);
            let guard = value.lock();
            assert_eq!(value.word.load(Ordering::Relaxed), TAKEN);
            thread::scope(|scope| {
                let others = [0, 1].map(|_| scope.spawn(|| *value.lock() += 1));
                while value.word.load(Ordering::Relaxed) != WAITED_FOR {
                    thread::yield_now();
                }
                drop(guard);
                for other in others {
                    other.join().unwrap();
                }
            });
            assert_eq!(value.word.load(Ordering::Relaxed), FREE);
            assert_eq!(value.into_inner(), 2);
        }
    }

    #[test]
    fn a_slice_may_be_guarded() {
        let values: &Mutex<[u8]> = &Mutex::new([1, 2, 3]);
        values.lock()[1] = 7;
        assert_eq!(*values.lock(), [1, 7, 3]);
    }
}
