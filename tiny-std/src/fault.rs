//! The last words of a program that reads or writes where it can't, runs out of stack or does
//! something else that the processor refuses: one sentence on standard error, then the death
//! that the signal stands for.
//!
//! Never goes on after a fault and never allocates. A program that doesn't call [`report`]
//! has nothing of this.
#![expect(unsafe_code, reason = "handles signals on a stack of its own")]

use crate::print::Line;
use crate::{env, panic};
use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, Ordering};
use rusl::fd::STDERR;
use rusl::process::{getpid, kill};
use rusl::signal::{
    Cause, Context, Disposition, HandlerFlags, Set, Signal, disposition, handle, set_disposition,
    sigaltstack,
};

/// From now on a fault is a sentence: what has happened, at which address, by which code, and
/// the calls that have led there, as those of [`panic::report_calls`]:
///
/// ```text
/// NAME: stack overflow at 0x7ffd93a3cff8, code at 0x201a4f; on the stack: 0x201a54 0x201a54
/// ```
///
/// It is a stack overflow, or no memory, or an impossible instruction: one that there isn't, a
/// division by zero, an address that there can't be, a call of what is no code.
///
/// Then the program dies of the signal, which its parent sees, and whoever looks at a core
/// file. The sentence is written from a stack of its own, since the other one may be full.
/// A handler that somebody has set already stays.
///
/// Call it first thing in `main`. Threads that are started later report theirs as well.
pub fn report() {
    if REPORTING.swap(true, Ordering::Relaxed) {
        return;
    }
    // SAFETY: whoever comes here first has the static for itself.
    let _ = unsafe { sigaltstack(ALTERNATE.start(), ALTERNATE_LENGTH) };
    handle_unless_handled(Signal::ILL);
    handle_unless_handled(Signal::BUS);
    handle_unless_handled(Signal::FPE);
    handle_unless_handled(Signal::SEGV);
}

#[inline(never)]
fn handle_unless_handled(signal: Signal) {
    // That of mapped files asks us what to do with what it doesn't know.
    if disposition(signal) != Ok(None) {
        // SAFETY: the handler calls the kernel, reads its arguments and what can be read of the
        // stack, and never returns to the program.
        let _ = unsafe { handle(signal, on_fault, HandlerFlags::ALTERNATE_STACK, Set::EMPTY) };
    }
}

/// Says what has happened, if faults are reported, and lets the signal have its way.
pub(crate) fn die(signal: Signal, cause: &Cause, context: &Context) {
    // Whoever has sent the signal knows why.
    if REPORTING.load(Ordering::Relaxed) && cause.is_fault() {
        say(cause, context);
    }
    let _ = set_disposition(signal, Disposition::Default);
    // Blocked until the handler returns.
    let _ = kill(getpid(), signal);
}

/// Gives the calling thread its stack for reports, if there are any.
///
/// # Safety
///
/// [`ALTERNATE_LENGTH`] bytes from `start` on are the thread's, and used for nothing else.
#[cfg(feature = "threads")]
pub(crate) unsafe fn prepare_thread(start: NonNull<u8>) {
    if REPORTING.load(Ordering::Relaxed) {
        // SAFETY: the caller's promise.
        let _ = unsafe { sigaltstack(start, ALTERNATE_LENGTH) };
    }
}

/// How large a stack for reports is. The kernel puts the processor's registers there, which
/// take less than 80 kB where they are largest (`AT_MINSIGSTKSZ` says it), and [`say`] takes
/// less than 16 without optimisation. What isn't touched takes no memory.
pub(crate) const ALTERNATE_LENGTH: usize = 128 * 1024;

/// The stack for reports of the thread that has called [`report`].
static ALTERNATE: Alternate = Alternate(UnsafeCell::new([0; ALTERNATE_LENGTH]));

#[repr(align(16))]
struct Alternate(UnsafeCell<[u8; ALTERNATE_LENGTH]>);

// SAFETY: only the kernel writes there, and then the handler that it calls, on one thread.
unsafe impl Sync for Alternate {}

impl Alternate {
    const fn start(&self) -> NonNull<u8> {
        NonNull::from_ref(&self.0).cast()
    }
}

/// An overflow happens so near to the stack pointer: no more is used without touching it.
const NEAR: usize = 8192;

static REPORTING: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn on_fault(signal: Signal, cause: *const Cause, context: *const Context) {
    // SAFETY: the kernel has written it for this call.
    let cause = unsafe { &*cause };
    // SAFETY: as above.
    let context = unsafe { &*context };
    die(signal, cause, context);
}

#[inline(never)]
fn say(cause: &Cause, context: &Context) {
    let (stack, code) = (context.stack_pointer(), context.instruction());
    let is_access = cause.code != Cause::WITHOUT_ADDRESS && cause.address != code;
    let (what, address): (&[u8], _) = if !is_access {
        (b": impossible instruction at 0x", code)
    } else if cause.address.wrapping_sub(stack.wrapping_sub(NEAR)) < 2 * NEAR {
        (b": stack overflow at 0x", cause.address)
    } else {
        (b": no memory at 0x", cause.address)
    };
    let mut line = Line::new(STDERR);
    line.write(env::name());
    line.write_hexadecimal(what, address);
    line.write_hexadecimal(b", code at 0x", code);
    // A thread has its stack for reports where its own one began.
    let (alternate, _) = context.alternate_stack();
    let end = if alternate > stack { alternate } else { env::initial_stack().addr() };
    panic::write_calls(&mut line, stack, end);
}
