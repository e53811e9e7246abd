//! Threads: starting one, ending it, and knowing that it has ended.
//!
//! Never makes a stack or gives one back, but for the one that a thread takes along when it
//! ends; `tiny-std` does.
#![expect(unsafe_code, reason = "runs a function on a stack of its own")]

use crate::arch::{self, number};
use crate::{Errno, Result};
use core::ffi::c_void;
use core::ptr::NonNull;
use core::sync::atomic::AtomicU32;

/// A thread's id, positive. The first thread's is the process's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(u32);

impl ThreadId {
    /// The number.
    pub const fn raw(self) -> u32 {
        self.0
    }
}

/// The calling thread's id (gettid(2)).
pub fn gettid() -> ThreadId {
    // SAFETY: no pointer is passed.
    ThreadId(unsafe { arch::syscall0(number::GETTID) } as u32)
}

/// Lets another thread run, if one waits for this processor (`sched_yield(2)`).
pub fn sched_yield() {
    // SAFETY: no pointer is passed. On Linux it can't fail.
    unsafe { arch::syscall0(number::SCHED_YIELD) };
}

/// Starts a thread of this process, which shares everything with us and runs
/// `entry(argument)` on the stack below `stack_top`, with our signal mask (clone(2)). Its id
/// is in `id` when this returns, and 0 is when it has ended ([`wait_for_end`]).
///
/// # Errors
///
/// `EAGAIN` if there can be no more threads, `ENOMEM`, and what a seccomp filter says.
///
/// # Safety
///
/// `stack_top` ends a writable stack that is large enough for `entry` and used by nobody
/// else. It and `id` stay until `id` is 0 again, or until the thread has called
/// [`forget_id`] and [`unmap_and_exit`]. `entry` may use what `argument` points to. No libc
/// is in the process that would want a thread of its own kind.
pub unsafe fn clone_thread(
    stack_top: *mut u8,
    entry: unsafe extern "C" fn(*mut c_void) -> !,
    argument: *mut c_void,
    id: *const AtomicU32,
) -> Result<ThreadId> {
    const CLONE_VM: usize = 0x100;
    const CLONE_FS: usize = 0x200;
    const CLONE_FILES: usize = 0x400;
    const CLONE_SIGHAND: usize = 0x800;
    const CLONE_THREAD: usize = 0x1_0000;
    const CLONE_SYSVSEM: usize = 0x4_0000;
    const CLONE_PARENT_SETTID: usize = 0x10_0000;
    const CLONE_CHILD_CLEARTID: usize = 0x20_0000;
    let flags = CLONE_VM
        | CLONE_FS
        | CLONE_FILES
        | CLONE_SIGHAND
        | CLONE_THREAD
        | CLONE_SYSVSEM
        | CLONE_PARENT_SETTID
        | CLONE_CHILD_CLEARTID;
    // SAFETY: the caller's promise.
    let ret = unsafe { arch::clone_on_stack(flags, stack_top, entry, argument, id) };
    Errno::from_ret(ret).map(|raw| ThreadId(raw as u32))
}

/// Sleeps while the id of a [`clone_thread`] is `now`: until the kernel has put 0 there and woken
/// us, since the thread has ended (futex(2), `FUTEX_WAIT`). Then its stack is not used any
/// more. May return without a reason: whoever waits looks at the id again.
///
/// # Errors
///
/// `EAGAIN` if the id is another number, `EINTR`.
pub fn wait_for_end(id: &AtomicU32, now: u32) -> Result<()> {
    /// Not the private kind: that is not the one that the kernel wakes at the end of a thread.
    const FUTEX_WAIT: usize = 0;
    // SAFETY: the kernel reads the word, as an atomic; there is no timeout.
    let ret =
        unsafe { arch::syscall4(number::FUTEX, id.as_ptr() as usize, FUTEX_WAIT, now as usize, 0) };
    Errno::from_ret(ret).map(drop)
}

/// Ends the calling thread alone, even if it is the first one (exit(2)). Where that is refused,
/// the whole process ends by a trap: SIGILL or SIGTRAP.
///
/// # Safety
///
/// The thread was started by [`clone_thread`]. Nothing on its stack is needed any more.
pub unsafe fn exit_thread() -> ! {
    // SAFETY: the caller's promise.
    unsafe { arch::syscall1(number::EXIT, 0) };
    arch::trap()
}

/// Lets the kernel write nothing when the calling thread ends (`set_tid_address(2)`).
///
/// # Errors
///
/// None that the man page names; what a seccomp filter says.
pub fn forget_id() -> Result<()> {
    // SAFETY: a null address is none.
    let ret = unsafe { arch::syscall1(number::SET_TID_ADDRESS, 0) };
    Errno::from_ret(ret).map(drop)
}

/// Unmaps memory in which the calling thread has its stack, and ends the thread (munmap(2),
/// exit(2)). Between the two there is no stack. Where the first is refused, the memory stays;
/// where the second is, the process ends by a trap.
///
/// # Safety
///
/// The thread was started by [`clone_thread`], blocks all signals, and has called
/// [`forget_id`]. The memory was mapped, belongs to the caller, and nobody refers to it.
pub unsafe fn unmap_and_exit(start: NonNull<u8>, length: usize) -> ! {
    // SAFETY: the caller's promise.
    unsafe { arch::unmap_and_exit(start.as_ptr() as usize, length) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mem::mmap_anonymous;
    use crate::signal::{Change, Set, sigprocmask};
    use std::sync::atomic::Ordering;

    const STACK: usize = 1 << 16;

    /// What a thread of ours is told. It has nothing of libc's, so that all it may do here is
    /// to call the kernel.
    struct Task {
        id: AtomicU32,
        own_id: AtomicU32,
        stack: NonNull<u8>,
    }

    fn start(entry: unsafe extern "C" fn(*mut c_void) -> !) -> (&'static Task, ThreadId) {
        let stack = mmap_anonymous(STACK).unwrap();
        let (id, own_id) = (AtomicU32::new(1), AtomicU32::new(0));
        let task: &'static Task = Box::leak(Box::new(Task { id, own_id, stack }));
        let top = stack.as_ptr().wrapping_add(STACK);
        // No handler of libc's may run there.
        let mask = sigprocmask(Change::Set, Set::ALL).unwrap();
        let argument = (&raw const *task).cast_mut().cast();
        // SAFETY: the stack and the task are never freed but by the thread itself.
        let thread = unsafe { clone_thread(top, entry, argument, &raw const task.id) }.unwrap();
        sigprocmask(Change::Set, mask).unwrap();
        (task, thread)
    }

    #[test]
    fn a_thread_runs_beside_us_and_its_end_is_known() {
        unsafe extern "C" fn note_id(argument: *mut c_void) -> ! {
            // SAFETY: the creator has passed a task, which is never freed.
            let task = unsafe { &*argument.cast::<Task>() };
            sched_yield();
            task.own_id.store(gettid().raw(), Ordering::Release);
            // SAFETY: a thread of `clone_thread`.
            unsafe { exit_thread() }
        }
        for _ in 0..1000 {
            let (task, thread) = start(note_id);
            loop {
                match task.id.load(Ordering::Acquire) {
                    0 => break,
                    now => drop(wait_for_end(&task.id, now)),
                }
            }
            assert_eq!(task.own_id.load(Ordering::Acquire), thread.raw());
            // SAFETY: the thread has ended.
            unsafe { crate::mem::munmap(task.stack, STACK) }.unwrap();
        }
        assert_ne!(gettid().raw(), 0);
    }

    #[test]
    fn a_thread_takes_its_stack_along() {
        unsafe extern "C" fn unmap(argument: *mut c_void) -> ! {
            // SAFETY: the creator has passed a task, which is never freed.
            let task = unsafe { &*argument.cast::<Task>() };
            forget_id().unwrap();
            task.own_id.store(1, Ordering::Release);
            // SAFETY: all signals are blocked, as they were in the creator; the stack is ours.
            unsafe { unmap_and_exit(task.stack, STACK) }
        }
        let (task, thread) = start(unmap);
        while std::path::Path::new(&format!("/proc/self/task/{}", thread.raw())).exists() {
            sched_yield();
        }
        assert_eq!(task.own_id.load(Ordering::Acquire), 1);
        assert_eq!(task.id.load(Ordering::Acquire), thread.raw(), "the kernel has cleared it");
    }
}
