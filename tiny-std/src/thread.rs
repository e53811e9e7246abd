//! Threads: start one, wait for what it gives, or let it go.
//!
//! Never keeps a list of threads, and has nothing that is local to one: no thread-local
//! variables, no names. When `main` returns, all of them end.
//!
//! # What a thread starts with
//!
//! | | |
//! |---|---|
//! | stack | 1 MiB ([`Builder::stack_size`] says another), of which only what is used takes memory, above pages that fault. What the thread runs and what it gives lie there as well: nothing is allocated |
//! | signals | all blocked but those of faults, whatever the creator blocks: signals that are sent to the process are the business of the thread that has always had them |
//! | faults | reported like those of the first thread, if [`fault::report`] was called before |
//! | panic | ends the program with its message and status 1, in any thread; so a thread that has ended has given its value |
//! | descriptors, working directory, memory | those of the process |
#![expect(unsafe_code, reason = "runs a closure on a stack of its own")]

use crate::clock::Instant;
use crate::fault;
use crate::process::abort;
use crate::stack::Stack;
use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::fmt;
use core::hint::spin_loop;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use rusl::signal::{Change, Set, Signal, sigprocmask};
pub use rusl::thread::ThreadId;
pub use rusl::thread::gettid as current;
pub use rusl::thread::sched_yield as yield_now;
use rusl::thread::{clone_thread, exit_thread, forget_id, unmap_and_exit, wait_for_end};
use rusl::{Errno, Result};

/// Starts a thread that runs a closure.
///
/// # Errors
///
/// As [`Builder::spawn`].
pub fn spawn<F, T>(run: F) -> Result<JoinHandle<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(run)
}

/// Lets the calling thread sleep for that long, and not much longer. Where a filter forbids to
/// wait, it doesn't.
pub fn sleep(duration: Duration) {
    let start = Instant::now();
    let mut left = duration;
    // Interrupted by a signal, it goes on.
    while rusl::poll::poll(&mut [], Some(left.into())) == Err(Errno::EINTR) {
        left = duration.saturating_sub(Instant::now() - start);
    }
}

/// How to start a thread.
#[derive(Clone, Copy, Debug)]
pub struct Builder {
    stack_size: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// What a call or two take without optimisation.
    const LEAST_STACK: usize = 16 * 1024;

    /// A thread as [`spawn`] starts it.
    pub const fn new() -> Self {
        Self { stack_size: 1024 * 1024 }
    }

    /// With so many bytes of stack at least.
    #[must_use]
    pub const fn stack_size(self, bytes: usize) -> Self {
        let stack_size = if bytes < Self::LEAST_STACK { Self::LEAST_STACK } else { bytes };
        Self { stack_size }
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if there is no memory for its stack, `EAGAIN` if there can be no more threads
    /// (clone(2)). The closure is dropped then.
    pub fn spawn<F, T>(self, run: F) -> Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // Its place, and room for it on the stack: without optimisation it is moved about.
        let own = size_of::<Thread<F, T>>().saturating_mul(8).saturating_add(Thread::<F, T>::ALIGN);
        let length = self.stack_size.saturating_add(own).saturating_add(fault::ALTERNATE_LENGTH);
        let stack = Stack::new(length)?;
        let mask = sigprocmask(Change::Set, ALL_BUT_FAULTS)?;
        crate::allocator::threads_start();
        let thread = Thread::<F, T>::place(&stack);
        let shared = Shared {
            id: AtomicU32::new(1),
            state: AtomicU32::new(RUNNING),
            stack: ManuallyDrop::new(stack),
            result: UnsafeCell::new(MaybeUninit::uninit()),
        };
        // SAFETY: inside of the mapping, aligned, and not in use yet.
        unsafe { thread.write(Thread { shared, run: ManuallyDrop::new(run) }) };
        // SAFETY: inside of the mapping.
        let id = unsafe { &raw const (*thread.as_ptr()).shared.id };
        let (top, argument) = (thread.as_ptr().cast(), thread.as_ptr().cast());
        // SAFETY: below `thread` there are `stack_size` bytes. The mapping stays until the
        // thread has ended, by `JoinHandle`, or until it unmaps it itself. What it takes and
        // gives may go to another thread.
        let started = unsafe { clone_thread(top, start::<F, T>, argument, id) };
        // Setting a mask that there was can't fail.
        let _ = sigprocmask(Change::Set, mask);
        // SAFETY: both are the first field of theirs.
        let handle = JoinHandle { shared: thread.cast(), result: PhantomData };
        match started {
            Ok(_) => Ok(handle),
            Err(error) => {
                let run = closure(thread);
                // SAFETY: nobody has taken it.
                unsafe { run.drop_in_place() };
                // SAFETY: there is no thread that could use it.
                unsafe { ManuallyDrop::new(handle).unmap() };
                Err(error)
            }
        }
    }
}

/// A thread that was started. Dropped, it lets the thread go on alone, which gives its memory
/// back by itself when it ends.
pub struct JoinHandle<T> {
    shared: NonNull<Shared<T>>,
    result: PhantomData<T>,
}

// SAFETY: all that is done through it by several threads at a time is done to atomics, and
// the result is taken by who owns it.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended, and gives what its closure has given. For ever, if it
    /// is the calling thread.
    pub fn join(self) -> T {
        let handle = ManuallyDrop::new(self);
        // SAFETY: the handle is not dropped, so that this is the only one who takes it.
        unsafe { handle.take() }
    }

    /// Whether its closure has returned.
    pub fn is_finished(&self) -> bool {
        self.shared().state.load(Ordering::Acquire) == ENDED
    }

    const fn shared(&self) -> &Shared<T> {
        // SAFETY: the mapping stays as long as the handle.
        unsafe { self.shared.as_ref() }
    }

    /// Waits for the end, takes the result and unmaps the stack.
    ///
    /// # Safety
    ///
    /// Once, and the handle is not used any more.
    unsafe fn take(&self) -> T {
        let shared = self.shared();
        wait_until_ended(&shared.id);
        // Is so already, and the kernel has full barriers on the way. This says it in terms of
        // the language: what the thread has stored before is seen after it.
        while shared.state.load(Ordering::Acquire) != ENDED {
            spin_loop();
        }
        let result = shared.result.get().cast::<T>();
        // SAFETY: the thread has written it and is gone; nobody else takes it.
        let result = unsafe { result.read() };
        // SAFETY: the thread is gone, and the result is ours.
        unsafe { self.unmap() };
        result
    }

    /// Gives the stack back.
    ///
    /// # Safety
    ///
    /// Once, nobody uses it, and the handle is not used any more.
    unsafe fn unmap(&self) {
        let stack = &raw const self.shared().stack;
        // SAFETY: the caller's promise.
        drop(ManuallyDrop::into_inner(unsafe { stack.read() }));
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let state = &self.shared().state;
        // Release: what was done here comes before what the thread does at its end. When this
        // has succeeded, the mapping is the thread's.
        let detached =
            state.compare_exchange(RUNNING, DETACHED, Ordering::Release, Ordering::Relaxed);
        if detached.is_err() {
            // SAFETY: nobody else has the handle.
            drop(unsafe { self.take() });
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("is_finished", &self.is_finished()).finish()
    }
}

/// What lies above the stack of a thread: the part that its handle knows, then what it runs.
#[repr(C)]
struct Thread<F, T> {
    shared: Shared<T>,
    run: ManuallyDrop<F>,
}

struct Shared<T> {
    /// Not 0 while the kernel has a thread on the stack.
    id: AtomicU32,
    /// One of those below.
    state: AtomicU32,
    /// The mapping that all of this is in.
    stack: ManuallyDrop<Stack>,
    result: UnsafeCell<MaybeUninit<T>>,
}

/// The closure runs, and there is a handle.
const RUNNING: u32 = 0;
/// The closure has given its result, which whoever has the handle takes.
const ENDED: u32 = 1;
/// There is no handle; the thread gives everything back.
const DETACHED: u32 = 2;

/// What a thread blocks. A fault that is blocked would end the program without its sentence.
const ALL_BUT_FAULTS: Set =
    Set::ALL.without(Signal::ILL).without(Signal::BUS).without(Signal::FPE).without(Signal::SEGV);

/// Waits until the kernel has nothing more to do with a thread's stack.
fn wait_until_ended(id: &AtomicU32) {
    loop {
        let now = id.load(Ordering::Acquire);
        if now == 0 {
            return;
        }
        // Where a filter forbids to wait, the others are let run.
        if !matches!(wait_for_end(id, now), Ok(()) | Err(Errno::EAGAIN | Errno::EINTR)) {
            yield_now();
        }
    }
}

/// Where the stack for reports of faults starts: it is what the mapping ends with.
fn alternate(stack: &Stack) -> *mut u8 {
    stack.top().wrapping_sub(fault::ALTERNATE_LENGTH)
}

impl<F, T> Thread<F, T> {
    /// Also that of a stack.
    const ALIGN: usize = if align_of::<Self>() < 16 { 16 } else { align_of::<Self>() };

    /// Its place on a stack that is large enough for it, below that of reports.
    fn place(stack: &Stack) -> NonNull<Self> {
        let end = alternate(stack).wrapping_sub(size_of::<Self>());
        let start = end.map_addr(|at| at & !(Self::ALIGN - 1)).cast();
        // SAFETY: inside of a mapping, which is never at 0.
        unsafe { NonNull::new_unchecked(start) }
    }
}

/// Where what a thread runs is.
fn closure<F, T>(thread: NonNull<Thread<F, T>>) -> *mut F {
    // SAFETY: inside of the mapping.
    let run = unsafe { &raw mut (*thread.as_ptr()).run };
    run.cast()
}

/// What a thread does.
unsafe extern "C" fn start<F: FnOnce() -> T, T>(argument: *mut c_void) -> ! {
    let Some(thread) = NonNull::new(argument.cast::<Thread<F, T>>()) else { abort() };
    // SAFETY: the creator has passed a `Thread`, of which the shared part stays until the end.
    let shared = unsafe { thread.cast::<Shared<T>>().as_ref() };
    if let Some(alternate) = NonNull::new(alternate(&shared.stack)) {
        // SAFETY: the end of the mapping is for nothing else.
        unsafe { fault::prepare_thread(alternate) };
    }
    let run = closure(thread);
    // SAFETY: the creator has left it to this thread, which takes it once.
    let run = unsafe { run.read() };
    let result = shared.result.get().cast::<T>();
    let value = run();
    // SAFETY: nobody looks at it before the state says so.
    unsafe { result.write(value) };
    if shared.state.swap(ENDED, Ordering::AcqRel) == DETACHED {
        // SAFETY: it was written just now, and nobody else will drop it.
        unsafe { result.drop_in_place() };
        // No handler may run when there is no stack, and the kernel may not write to what was
        // there. Who forbids that gets no memory back.
        if sigprocmask(Change::Set, Set::ALL).is_ok() && forget_id().is_ok() {
            let (start, length) = shared.stack.span();
            // SAFETY: nobody refers to the mapping any more, this thread apart.
            unsafe { unmap_and_exit(start, length) }
        }
    }
    // SAFETY: what is left there is `shared`, which stays for the handle.
    unsafe { exit_thread() }
}
