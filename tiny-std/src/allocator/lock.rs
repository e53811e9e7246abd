//! One at a time in the heap.
//!
//! Never an atomic exchange, a system call or a branch that is kept, in a program that
//! starts no thread: then only a signal handler can come in between.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering, compiler_fence};
use rusl::futex;

/// Whether there may be more than one thread. Nobody but [`threads_start`] writes it, so
/// that in a program without threads, linked as a whole, this is the constant `false`.
static THREADS_STARTED: AtomicBool = AtomicBool::new(false);

/// From now on, heaps expect to be entered by several threads. Called before the first one
/// is started; there is no way back.
pub fn threads_start() {
    // Starting a thread makes this known to it.
    THREADS_STARTED.store(true, Ordering::Relaxed);
}

const FREE: u32 = 0;
const HELD: u32 = 1;
/// Held, and somebody may sleep until it is not.
const AWAITED: u32 = 2;

/// A lock of a word.
#[derive(Debug)]
pub(super) struct Lock {
    state: AtomicU32,
}

impl Lock {
    pub(super) const fn new() -> Self {
        Self { state: AtomicU32::new(FREE) }
    }

    /// Runs `act` while nobody else runs anything under this lock.
    pub(super) fn hold<R>(&self, act: impl FnOnce() -> R) -> R {
        if THREADS_STARTED.load(Ordering::Relaxed) {
            self.wait();
            let result = act();
            self.release();
            return result;
        }
        // A signal handler sees this thread's stores in program order, if the compiler
        // leaves them there.
        if self.state.load(Ordering::Relaxed) != FREE {
            entered_twice();
        }
        self.state.store(HELD, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        let result = act();
        compiler_fence(Ordering::SeqCst);
        self.state.store(FREE, Ordering::Relaxed);
        result
    }

    fn wait(&self) {
        let (acquire, relaxed) = (Ordering::Acquire, Ordering::Relaxed);
        if self.state.compare_exchange(FREE, HELD, acquire, relaxed).is_ok() {
            return;
        }
        // Whoever has slept can't know whether others do, and says so.
        while self.state.swap(AWAITED, Ordering::Acquire) != FREE {
            // Woken, interrupted, or too late to sleep: look again.
            let _ = futex::wait(&self.state, AWAITED, None);
        }
    }

    fn release(&self) {
        if self.state.swap(FREE, Ordering::Release) == AWAITED {
            // Refused once, it would leave a sleeper behind.
            let _ = futex::wake(&self.state, 1).or_else(|_| futex::wake(&self.state, 1));
        }
    }
}

#[cold]
fn entered_twice() -> ! {
    crate::print::error(&["the allocator was entered twice at a time\n"]);
    crate::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::UnsafeCell;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    struct Shared {
        lock: Lock,
        count: UnsafeCell<u64>,
    }

    // SAFETY: the count is touched under the lock only.
    unsafe impl Sync for Shared {}

    #[test]
    fn threads_take_turns() {
        threads_start();
        let shared = Shared { lock: Lock::new(), count: UnsafeCell::new(0) };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    // The whole of it, so that all of it is shared.
                    let shared = &shared;
                    for round in 0..20_000 {
                        shared.lock.hold(|| {
                            // SAFETY: nobody else holds the lock.
                            let before = unsafe { shared.count.get().read() };
                            if round % 1000 == 0 {
                                std::thread::yield_now();
                            }
                            // SAFETY: as above.
                            unsafe { shared.count.get().write(before + 1) };
                        });
                    }
                });
            }
        });
        assert_eq!(shared.count.into_inner(), 80_000);
        assert_eq!(shared.lock.state.into_inner(), FREE);
    }

    #[test]
    fn without_threads_a_second_entry_ends_the_process() {
        const CHILD: &str = "TINY_STD_LOCK_TWICE";
        if std::env::var_os(CHILD).is_some() {
            // Alone in its process, so that nobody has started threads for the lock.
            let lock = Lock::new();
            lock.hold(|| lock.hold(|| ()));
            return;
        }
        let name = "allocator::lock::tests::without_threads_a_second_entry_ends_the_process";
        let mut child = Command::new(std::env::current_exe().unwrap());
        let child = child.args(["--exact", name, "--nocapture"]).env(CHILD, "1").output().unwrap();
        let log = String::from_utf8_lossy(&child.stderr);
        assert!(log.contains("the allocator was entered twice at a time\n"), "{log}");
        // By the signal, unless another thread was to take it and was slower.
        let status = child.status;
        assert!(status.signal() == Some(6) || status.code() == Some(134), "{status}");
    }
}
