//! Waiting until a guarded value is as wanted.
//!
//! # Orderings
//!
//! The word counts notifications. Who waits reads it while it has the value, and sleeps only
//! if it is the same when the kernel looks. A notification in between has changed it, so that
//! none is lost, but for one case: exactly 2³² of them while one thread is on its way to sleep.
//! What the word counts orders nothing, and is Relaxed: whoever changes the value has it, and
//! who was woken takes it again, which orders all that matters; the reading before the value
//! is given back can't move behind that Release.

use super::{Mutex, MutexGuard, wake};
use crate::clock::Instant;
use crate::thread::yield_now;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use rusl::{Errno, futex};

/// Where threads wait until a value of a [`Mutex`] is as they want it, and are told to look.
#[derive(Debug, Default)]
pub struct Condvar {
    notifications: AtomicU32,
}

/// Whether the time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut(pub bool);

impl Condvar {
    /// Nobody waits there.
    pub const fn new() -> Self {
        Self { notifications: AtomicU32::new(0) }
    }

    /// Gives the value back, waits for a notification, and takes the value again. May return
    /// without a notification: look whether the value is as wanted.
    pub fn wait<'mutex, T: ?Sized>(&self, guard: MutexGuard<'mutex, T>) -> MutexGuard<'mutex, T> {
        self.sleep(guard, None).0
    }

    /// The same, while the value is not as wanted.
    pub fn wait_while<'mutex, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'mutex, T>,
        mut is_unwanted: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'mutex, T> {
        while is_unwanted(&mut guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// As [`Condvar::wait`], but not much longer than `timeout`.
    pub fn wait_timeout<'mutex, T: ?Sized>(
        &self,
        guard: MutexGuard<'mutex, T>,
        timeout: Duration,
    ) -> (MutexGuard<'mutex, T>, TimedOut) {
        self.sleep(guard, Some(timeout))
    }

    /// Lets one look that waits, if any does.
    pub fn notify_one(&self) {
        self.notify(1);
    }

    /// Lets all look that wait.
    pub fn notify_all(&self) {
        self.notify(u32::MAX);
    }

    fn notify(&self, count: u32) {
        self.notifications.fetch_add(1, Ordering::Relaxed);
        wake(&self.notifications, count);
    }

    fn sleep<'mutex, T: ?Sized>(
        &self,
        guard: MutexGuard<'mutex, T>,
        timeout: Option<Duration>,
    ) -> (MutexGuard<'mutex, T>, TimedOut) {
        let mutex: &'mutex Mutex<T> = guard.mutex();
        let before = self.notifications.load(Ordering::Relaxed);
        drop(guard);
        let timed_out = match futex::wait(&self.notifications, before, timeout.map(Into::into)) {
            Ok(()) | Err(Errno::EAGAIN | Errno::EINTR) => false,
            Err(Errno::ETIMEDOUT) => true,
            Err(_) => self.look_again(before, timeout),
        };
        (mutex.lock(), TimedOut(timed_out))
    }

    /// Where a filter forbids to sleep: looks again and again until there is a notification, or
    /// the time is up, which it says. Without a time it looks once, as it may.
    #[cold]
    fn look_again(&self, before: u32, timeout: Option<Duration>) -> bool {
        let start = Instant::now();
        while let Some(timeout) = timeout
            && self.notifications.load(Ordering::Relaxed) == before
        {
            if Instant::now() - start >= timeout {
                return true;
            }
            yield_now();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::thread;

    #[test]
    fn a_bounded_queue_loses_nothing() {
        const EACH: u64 = 20_000;
        const ROOM: usize = 4;
        let queue = Mutex::new(VecDeque::new());
        let (filled, emptied) = (Condvar::new(), Condvar::new());
        let sum: u64 = thread::scope(|scope| {
            for producer in 0..4 {
                let (queue, filled, emptied) = (&queue, &filled, &emptied);
                scope.spawn(move || {
                    for item in 0..EACH {
                        let guard = queue.lock();
                        let mut guard = emptied.wait_while(guard, |queue| queue.len() == ROOM);
                        guard.push_back(producer * EACH + item);
                        drop(guard);
                        filled.notify_one();
                    }
                });
            }
            let consumers = [0; 4].map(|_| {
                scope.spawn(|| {
                    let mut sum = 0;
                    for _ in 0..EACH {
                        let guard = queue.lock();
                        let mut guard = filled.wait_while(guard, |queue| queue.is_empty());
                        assert!(guard.len() <= ROOM);
                        sum += guard.pop_front().unwrap();
                        drop(guard);
                        emptied.notify_one();
                    }
                    sum
                })
            });
            consumers.into_iter().map(|consumer| consumer.join().unwrap()).sum()
        });
        assert_eq!(sum, (0..4 * EACH).sum());
        assert!(queue.into_inner().is_empty());
    }

    /// Whoever gets the value the moment it is given back, and tells so at once, is heard by who
    /// goes to sleep.
    #[test]
    fn a_notification_on_the_way_to_sleep_is_heard() {
        const ROUNDS: u32 = 50_000;
        let (round, changed) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                for next in 1..=ROUNDS {
                    for look in 1_u32.. {
                        // Mostly without sleep, to be as quick as can be. Woken by the kernel,
                        // it may come before the other one is back from there.
                        let is_patient = look % 64 == 0 || next % 2 == 0;
                        let guard = if is_patient { Some(round.lock()) } else { round.try_lock() };
                        if let Some(mut round) = guard
                            && *round == 2 * next - 1
                        {
                            changed.notify_one();
                            *round += 1;
                            break;
                        }
                        if is_patient {
                            thread::yield_now();
                        }
                    }
                }
            });
            for next in 1..=ROUNDS {
                let mut guard = round.lock();
                *guard += 1;
                drop(changed.wait_while(guard, |round| *round < 2 * next));
            }
        });
        assert_eq!(round.into_inner(), 2 * ROUNDS);
    }

    #[test]
    fn all_are_woken() {
        let (round, changed) = (Mutex::new((0, 0)), Condvar::new());
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for wanted in 1..=500 {
                        let guard = round.lock();
                        let mut guard = changed.wait_while(guard, |(round, _)| *round < wanted);
                        guard.1 += 1;
                        drop(guard);
                        changed.notify_all();
                    }
                });
            }
            for number in 1..=500 {
                let mut guard = round.lock();
                guard.0 = number;
                changed.notify_all();
                drop(changed.wait_while(guard, |(_, seen)| *seen < 8 * number));
            }
        });
        assert_eq!(round.into_inner(), (500, 4000));
    }

    #[test]
    fn a_wait_may_end_with_the_time() {
        let (value, never) = (Mutex::new(1), Condvar::new());
        for timeout in [Duration::ZERO, Duration::from_millis(2)] {
            let start = std::time::Instant::now();
            // It may return without a reason.
            loop {
                let (guard, timed_out) = never.wait_timeout(value.lock(), timeout);
                assert_eq!(*guard, 1);
                assert!(value.try_lock().is_none());
                if timed_out == TimedOut(true) {
                    break;
                }
            }
            assert!(start.elapsed() >= timeout);
        }
        no_time_is_too_long(|| {});
    }

    /// The notification ends it.
    fn no_time_is_too_long(before: fn()) {
        let (told, changed) = (Mutex::new(false), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                before();
                let mut guard = told.lock();
                while !*guard {
                    let timed_out;
                    (guard, timed_out) = changed.wait_timeout(guard, Duration::MAX);
                    assert_eq!(timed_out, TimedOut(false));
                }
            });
            thread::yield_now();
            *told.lock() = true;
            changed.notify_one();
        });
    }

    #[test]
    fn a_wait_ends_with_the_time_where_nobody_may_sleep() {
        let forbid = || crate::refusal::forbid_timed_waits(Errno::EPERM);
        crate::refusal::on_thread(move || {
            forbid();
            let (value, never) = (Mutex::new(1), Condvar::new());
            for timeout in [Duration::ZERO, Duration::from_millis(2)] {
                let start = std::time::Instant::now();
                let (guard, timed_out) = never.wait_timeout(value.lock(), timeout);
                assert_eq!((*guard, timed_out), (1, TimedOut(true)));
                assert!(start.elapsed() >= timeout);
            }
        });
        no_time_is_too_long(forbid);
    }
}
