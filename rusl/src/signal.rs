//! Signals: sets, masks, dispositions, handlers, and reading them from a descriptor.
//!
//! Never runs a handler that nobody asked for. A program that waits somewhere anyway reads its
//! signals there ([`signalfd`]); only faults have to be handled where they happen.
#![expect(unsafe_code, reason = "passes structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::{BorrowedFd, OwnedFd};
use crate::{Errno, Result};
use core::ptr::NonNull;

pub use crate::arch::Context;

/// A signal's number, 1 to 64 (signal(7)).
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signal(i32);

impl Signal {
    /// The terminal is gone; by custom: read the configuration again.
    pub const HUP: Self = Self(1);
    /// Interrupt from the keyboard.
    pub const INT: Self = Self(2);
    /// Quit from the keyboard.
    pub const QUIT: Self = Self(3);
    /// Illegal instruction.
    pub const ILL: Self = Self(4);
    /// abort(3).
    pub const ABRT: Self = Self(6);
    /// Bad memory access.
    pub const BUS: Self = Self(7);
    /// Arithmetic fault.
    pub const FPE: Self = Self(8);
    /// Ends the process; can't be blocked.
    pub const KILL: Self = Self(9);
    /// For the user.
    pub const USR1: Self = Self(10);
    /// Invalid memory reference.
    pub const SEGV: Self = Self(11);
    /// For the user.
    pub const USR2: Self = Self(12);
    /// Nobody reads the pipe or socket.
    pub const PIPE: Self = Self(13);
    /// A timer.
    pub const ALRM: Self = Self(14);
    /// Please end.
    pub const TERM: Self = Self(15);
    /// A child has stopped or ended.
    pub const CHLD: Self = Self(17);
    /// Go on.
    pub const CONT: Self = Self(18);
    /// Stops the process; can't be blocked.
    pub const STOP: Self = Self(19);
    /// The largest number there is.
    pub const LARGEST: i32 = 64;

    /// The signal with this number, or `None` outside 1 to 64.
    pub const fn from_raw(raw: i32) -> Option<Self> {
        if raw >= 1 && raw <= Self::LARGEST { Some(Self(raw)) } else { None }
    }

    /// The number.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// Every signal, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::LARGEST).map(Self)
    }
}

/// A set of signals: bit n - 1 is signal n (the kernel's `sigset_t`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Set(u64);

impl Set {
    /// No signal.
    pub const EMPTY: Self = Self(0);
    /// Every signal; KILL and STOP are not blocked in any case.
    pub const ALL: Self = Self(u64::MAX);

    /// The set, and this signal.
    #[must_use]
    pub const fn with(self, signal: Signal) -> Self {
        Self(self.0 | Self::bit(signal))
    }

    /// The set, but not this signal.
    #[must_use]
    pub const fn without(self, signal: Signal) -> Self {
        Self(self.0 & !Self::bit(signal))
    }

    /// Whether the signal is in it.
    pub const fn contains(self, signal: Signal) -> bool {
        self.0 & Self::bit(signal) != 0
    }

    /// The kernel's bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    const fn bit(signal: Signal) -> u64 {
        1 << (signal.0 - 1)
    }
}

/// How [`sigprocmask`] changes the mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Block these too.
    Block = 0,
    /// Do not block these.
    Unblock = 1,
    /// Block exactly these.
    Set = 2,
}

/// The size of the kernel's set, in bytes.
const SET_SIZE: usize = size_of::<Set>();

/// Changes which signals the calling thread blocks and gives the mask there was
/// (`rt_sigprocmask(2)`).
///
/// # Errors
///
/// None that sigprocmask(2) names for valid arguments.
pub fn sigprocmask(change: Change, set: Set) -> Result<Set> {
    let mut old = Set::EMPTY;
    // SAFETY: one set is read, one exclusive set is written.
    let ret = unsafe {
        arch::syscall4(
            number::RT_SIGPROCMASK,
            change as usize,
            &raw const set as usize,
            &raw mut old as usize,
            SET_SIZE,
        )
    };
    Errno::from_ret(ret)?;
    Ok(old)
}

/// What a signal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// What signal(7) says for it.
    Default,
    /// Nothing.
    Ignore,
}

/// What a handler is told of its signal: `siginfo_t`, as far as it is the same for every
/// signal, and the place of a fault.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    signal: i32,
    errno: i32,
    /// Why there is a signal (sigaction(2)): above 0 if the kernel has made it by itself, such
    /// as [`Cause::WITHOUT_ADDRESS`], and 0 or less if somebody has sent it.
    pub code: i32,
    padding: i32,
    /// Where the program wanted to read, write or go; nothing if this is no fault.
    pub address: usize,
}

const _: () = assert!(core::mem::offset_of!(Cause, code) == 8, "asm-generic/siginfo.h");
const _: () = assert!(core::mem::offset_of!(Cause, address) == 16, "asm-generic/siginfo.h");

impl Cause {
    /// The code of a fault of which the kernel knows no address (`SI_KERNEL`).
    pub const WITHOUT_ADDRESS: i32 = 0x80;

    /// Whether the program did something that it can't, and was not just sent the signal.
    pub const fn is_fault(&self) -> bool {
        self.code > 0
    }
}

/// What is called when a signal comes: with its number, with what is known of it, and with the
/// registers there were. Both are the kernel's, on the handler's own stack.
pub type Handler =
    unsafe extern "C" fn(signal: Signal, cause: *const Cause, context: *const Context);

/// How a handler is called: the flags of sigaction(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandlerFlags(usize);

impl HandlerFlags {
    /// On the stack of whoever is interrupted; its system call fails with `EINTR`; further
    /// signals of that number wait meanwhile.
    pub const NONE: Self = Self(0);
    /// On the alternate stack of the thread, if it has one (`SA_ONSTACK`).
    pub const ALTERNATE_STACK: Self = Self(0x0800_0000);
    /// A system call that was interrupted is made again, where the kernel can (`SA_RESTART`).
    pub const RESTART: Self = Self(0x1000_0000);
    /// Also while it runs (`SA_NODEFER`).
    pub const NESTED: Self = Self(0x4000_0000);
    /// Once; the disposition is the default from then on (`SA_RESETHAND`).
    pub const ONCE: Self = Self(0x8000_0000);

    /// These flags, and those.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Calls a function when a signal comes, in whichever thread gets it (`rt_sigaction(2)`). The
/// signals of `blocked` wait meanwhile. When it returns, the program goes on with the
/// registers and the mask there were; after a fault it does again what it can't.
///
/// # Errors
///
/// `EINVAL` for KILL and STOP.
///
/// # Safety
///
/// The function bears being called between any two instructions: it allocates nothing, takes
/// no lock and doesn't unwind; what it shares with the program is atomic.
pub unsafe fn handle(
    signal: Signal,
    handler: Handler,
    flags: HandlerFlags,
    blocked: Set,
) -> Result<()> {
    const SA_SIGINFO: usize = 4;
    let (more, restorer) = arch::signal_return();
    let handler = handler as usize;
    let flags = SA_SIGINFO | flags.0 | more;
    set_action(signal, &SignalAction { handler, flags, restorer, mask: blocked.bits() })
}

/// Gives the calling thread another stack, for handlers that want one
/// ([`HandlerFlags::ALTERNATE_STACK`]; sigaltstack(2)).
///
/// # Errors
///
/// `ENOMEM` if it is smaller than a signal's frame (`AT_MINSIGSTKSZ`), `EPERM` during a
/// handler on such a stack.
///
/// # Safety
///
/// The memory is writable and used by nobody else while the thread lives, or until it gets
/// another such stack.
pub unsafe fn sigaltstack(start: NonNull<u8>, length: usize) -> Result<()> {
    /// `stack_t`.
    #[repr(C)]
    struct AlternateStack {
        start: usize,
        flags: usize,
        length: usize,
    }
    let stack = AlternateStack { start: start.as_ptr() as usize, flags: 0, length };
    // SAFETY: one struct is read; what becomes of the stack is the caller's promise.
    let ret = unsafe { arch::syscall2(number::SIGALTSTACK, &raw const stack as usize, 0) };
    Errno::from_ret(ret).map(drop)
}

/// `struct kernel_sigaction`: not libc's. The flags are an `unsigned long`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct SignalAction {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: u64,
}

const _: () = assert!(size_of::<SignalAction>() == 32, "include/linux/signal_types.h");

const SIG_DFL: usize = 0;
const SIG_IGN: usize = 1;

/// Says what a signal does from now on, in the whole process (`rt_sigaction(2)`).
///
/// # Errors
///
/// `EINVAL` for KILL and STOP.
pub fn set_disposition(signal: Signal, disposition: Disposition) -> Result<()> {
    let action = SignalAction {
        handler: match disposition {
            Disposition::Default => SIG_DFL,
            Disposition::Ignore => SIG_IGN,
        },
        ..SignalAction::default()
    };
    set_action(signal, &action)
}

/// Says what a signal does. A handler in it is what the caller vouches for.
fn set_action(signal: Signal, action: &SignalAction) -> Result<()> {
    // SAFETY: one struct is read.
    let ret = unsafe {
        arch::syscall4(
            number::RT_SIGACTION,
            signal.0 as usize,
            &raw const *action as usize,
            0,
            SET_SIZE,
        )
    };
    Errno::from_ret(ret).map(drop)
}

/// What a signal does, or `None` if a handler is installed (`rt_sigaction(2)`).
///
/// # Errors
///
/// None that sigaction(2) names for a valid signal.
pub fn disposition(signal: Signal) -> Result<Option<Disposition>> {
    Ok(match action(signal)?.handler {
        SIG_DFL => Some(Disposition::Default),
        SIG_IGN => Some(Disposition::Ignore),
        _ => None,
    })
}

/// What a signal does, as the kernel has it.
fn action(signal: Signal) -> Result<SignalAction> {
    let mut action = SignalAction::default();
    // SAFETY: one exclusive struct is written.
    let ret = unsafe {
        arch::syscall4(
            number::RT_SIGACTION,
            signal.0 as usize,
            0,
            &raw mut action as usize,
            SET_SIZE,
        )
    };
    Errno::from_ret(ret)?;
    Ok(action)
}

/// A non-blocking descriptor that is readable while a signal of the set is pending
/// (signalfd(2)). The set must be blocked, or the signals go where they always went.
///
/// # Errors
///
/// `EMFILE`, `ENFILE`, `ENOMEM`.
pub fn signalfd(set: Set) -> Result<OwnedFd> {
    const SFD_CLOEXEC: usize = 0o2_000_000;
    const SFD_NONBLOCK: usize = 0o4000;
    // SAFETY: one set is read.
    let ret = unsafe {
        arch::syscall4(
            number::SIGNALFD4,
            -1_i32 as usize,
            &raw const set as usize,
            SET_SIZE,
            SFD_CLOEXEC | SFD_NONBLOCK,
        )
    };
    OwnedFd::from_ret(ret)
}

/// Takes the next pending signal of a [`signalfd`].
///
/// # Errors
///
/// `EAGAIN` if there is none, `EINTR`.
pub fn read_signal(fd: BorrowedFd<'_>) -> Result<SignalInfo> {
    let mut bytes = [0; SignalInfo::SIZE];
    match crate::fs::read(fd, &mut bytes)? {
        SignalInfo::SIZE => Ok(SignalInfo::from_bytes(&bytes)),
        _ => Err(Errno::EIO),
    }
}

/// What is known of one signal: `struct signalfd_siginfo`, the part that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalInfo {
    /// The signal's number.
    pub signal: i32,
    /// Why it was sent (`SI_USER`, `CLD_EXITED`, …; sigaction(2)).
    pub code: i32,
    /// The process that sent it, or the child.
    pub pid: u32,
    /// The user of that process.
    pub uid: u32,
    /// For CHLD: the exit status, or the signal that ended it.
    pub status: i32,
}

impl SignalInfo {
    /// How many bytes a signalfd gives per signal.
    pub const SIZE: usize = 128;

    /// Reads the kernel's struct (`include/uapi/linux/signalfd.h`: 32-bit fields signo,
    /// errno, code, pid, uid, fd, tid, band, overrun, trapno, status, …).
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let word = |index: usize| {
            let at = index * 4;
            i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        Self {
            signal: word(0),
            code: word(2),
            pid: word(3) as u32,
            uid: word(4) as u32,
            status: word(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::AsFd;
    use crate::layout::{same_layout, same_numbers};
    use linux_raw_sys::general;
    use linux_raw_sys::general::siginfo__bindgen_ty_1__bindgen_ty_1 as Info;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn structs_are_those_of_the_kernel() {
        same_layout!(SignalAction, general::kernel_sigaction {
            handler = sa_handler_kernel, flags = sa_flags, restorer = sa_restorer, mask = sa_mask,
        });
        assert_eq!(SET_SIZE, size_of::<general::kernel_sigset_t>());
        same_numbers! {
            HandlerFlags::ALTERNATE_STACK.0 => general::SA_ONSTACK,
            HandlerFlags::RESTART.0 => general::SA_RESTART,
            HandlerFlags::NESTED.0 => general::SA_NODEFER,
            HandlerFlags::ONCE.0 => general::SA_RESETHAND,
        }
        // A cause is the beginning of a larger struct.
        assert!(size_of::<Cause>() <= size_of::<general::siginfo_t>());
        let address = std::mem::offset_of!(Info, _sifields)
            + std::mem::offset_of!(general::__sifields__bindgen_ty_5, _addr);
        assert_eq!(std::mem::offset_of!(Cause, signal), std::mem::offset_of!(Info, si_signo));
        assert_eq!(std::mem::offset_of!(Cause, errno), std::mem::offset_of!(Info, si_errno));
        assert_eq!(std::mem::offset_of!(Cause, code), std::mem::offset_of!(Info, si_code));
        assert_eq!(std::mem::offset_of!(Cause, address), address);
    }

    #[test]
    fn what_is_read_of_a_signal_stands_where_the_kernel_puts_it() {
        // SAFETY: all zeros is such a struct.
        let mut info: libc::signalfd_siginfo = unsafe { std::mem::zeroed() };
        info.ssi_signo = 1;
        info.ssi_code = -2;
        info.ssi_pid = 3;
        info.ssi_uid = 4;
        info.ssi_status = -5;
        // SAFETY: a struct of integers has as many bytes, all of them written.
        let bytes: [u8; SignalInfo::SIZE] = unsafe { std::mem::transmute(info) };
        let expected = SignalInfo { signal: 1, code: -2, pid: 3, uid: 4, status: -5 };
        assert_eq!(SignalInfo::from_bytes(&bytes), expected);
    }

    #[test]
    fn a_blocked_signal_is_read_from_the_descriptor() {
        // Per thread: the mask and a thread-directed signal don't touch other tests.
        unsafe extern "C" {
            fn pthread_self() -> usize;
            fn pthread_kill(thread: usize, signal: i32) -> i32;
        }
        let set = Set::EMPTY.with(Signal::USR2);
        let old = sigprocmask(Change::Block, set).unwrap();
        assert!(!old.contains(Signal::USR2));
        let fd = signalfd(set).unwrap();
        assert_eq!(crate::fd::is_close_on_exec(fd.as_fd()), Ok(true));
        assert_eq!(read_signal(fd.as_fd()), Err(Errno::EAGAIN));
        // SAFETY: the calling thread exists.
        let thread = unsafe { pthread_self() };
        // SAFETY: and so it does here; the signal is blocked.
        assert_eq!(unsafe { pthread_kill(thread, Signal::USR2.raw()) }, 0);
        let info = read_signal(fd.as_fd()).unwrap();
        assert_eq!(info.signal, Signal::USR2.raw());
        assert_eq!(info.pid, std::process::id());
        assert_eq!(read_signal(fd.as_fd()), Err(Errno::EAGAIN));
        assert_eq!(sigprocmask(Change::Set, old).unwrap(), old.with(Signal::USR2));
    }

    #[test]
    fn dispositions_are_set_and_read() {
        let signal = Signal::from_raw(40).unwrap();
        for wanted in [Disposition::Ignore, Disposition::Default] {
            assert_eq!(set_disposition(signal, wanted), Ok(()));
            assert_eq!(disposition(signal), Ok(Some(wanted)));
        }
        assert_eq!(set_disposition(Signal::KILL, Disposition::Ignore), Err(Errno::EINVAL));
        // std installs a handler that reports a stack overflow.
        assert_eq!(disposition(Signal::SEGV), Ok(None));
    }

    /// Sends a signal to the calling thread alone, which takes it before this returns.
    fn raise(signal: Signal) {
        unsafe extern "C" {
            fn pthread_self() -> usize;
            fn pthread_kill(thread: usize, signal: i32) -> i32;
        }
        // SAFETY: the calling thread exists.
        let thread = unsafe { pthread_self() };
        // SAFETY: and so it does here; each signal that is raised has a handler.
        assert_eq!(unsafe { pthread_kill(thread, signal.raw()) }, 0);
    }

    /// How often `count_call` was called, and in it: which signal, whether it was a fault, and
    /// the mask.
    static CALLS: AtomicU64 = AtomicU64::new(0);
    static MASK: AtomicU64 = AtomicU64::new(0);

    unsafe extern "C" fn count_call(signal: Signal, cause: *const Cause, context: *const Context) {
        // SAFETY: the kernel has written it for this call.
        let cause = unsafe { &*cause };
        // SAFETY: as above.
        let context = unsafe { &*context };
        let here = (&raw const signal).addr();
        // The stack pointer of who was interrupted is above this call's, and its code is ours.
        let plausible = context.stack_pointer() > here && context.instruction() > 4096;
        if cause.signal == signal.raw() && !cause.is_fault() && plausible {
            CALLS.fetch_add(1, Ordering::Relaxed);
        }
        let mask = sigprocmask(Change::Block, Set::EMPTY).unwrap_or_default();
        MASK.store(mask.bits(), Ordering::Relaxed);
    }

    /// The restorer is the first thing that runs after a handler, on a stack where its frame
    /// has to be exactly where the kernel looks for it: a function with a prologue, as a build
    /// without optimisation gives to every ordinary one, would end the test.
    #[test]
    fn a_signal_is_caught_as_often_as_it_comes() {
        let signal = Signal::from_raw(44).unwrap();
        let other = Signal::from_raw(45).unwrap();
        let before = sigprocmask(Change::Block, Set::EMPTY).unwrap();
        let blocked = Set::EMPTY.with(other);
        // SAFETY: the handler makes a system call and stores to atomics.
        unsafe { handle(signal, count_call, HandlerFlags::RESTART, blocked) }.unwrap();
        assert_eq!(disposition(signal), Ok(None));
        for _ in 0..100_000 {
            raise(signal);
        }
        assert_eq!(CALLS.load(Ordering::Relaxed), 100_000);
        assert_eq!(MASK.load(Ordering::Relaxed), before.with(signal).with(other).bits());
        assert_eq!(sigprocmask(Change::Block, Set::EMPTY), Ok(before));
    }

    /// Flags are put together, not counted: one that is absent takes nothing from the others,
    /// least of all the restorer's. The kernel gives back the whole `unsigned long`, so that
    /// nothing in it can be what happened to be on the stack.
    #[test]
    fn the_kernel_has_exactly_the_flags_that_were_asked_for() {
        use HandlerFlags as Flags;
        let signal = Signal::from_raw(46).unwrap();
        let single = [Flags::ALTERNATE_STACK, Flags::RESTART, Flags::NESTED, Flags::ONCE];
        let (of_return, restorer) = arch::signal_return();
        for choice in 0..16_usize {
            let chosen = (0..4).filter(|bit| choice >> bit & 1 == 1).map(|bit| single[bit]);
            let flags = chosen.fold(Flags::NONE, Flags::with);
            let blocked = Set::EMPTY.with(Signal::USR1);
            // SAFETY: the handler makes a system call and stores to atomics.
            unsafe { handle(signal, count_call, flags, blocked) }.unwrap();
            let expected = SignalAction {
                handler: count_call as *const () as usize,
                flags: flags.0 | of_return | 4,
                restorer,
                mask: blocked.bits(),
            };
            assert_eq!(action(signal), Ok(expected));
            for (bit, one) in single.into_iter().enumerate() {
                assert_eq!(flags.contains(one), choice >> bit & 1 == 1);
            }
            // All of them, not any.
            let pair = Flags::RESTART.with(Flags::ONCE);
            assert_eq!(flags.contains(pair), choice & 0b1010 == 0b1010);
        }
        set_disposition(signal, Disposition::Default).unwrap();
        assert_eq!(action(signal), Ok(SignalAction::default()));
        // SAFETY: as above; it is refused.
        let refused = unsafe { handle(Signal::KILL, count_call, Flags::NONE, Set::EMPTY) };
        assert_eq!(refused, Err(Errno::EINVAL));
    }

    #[test]
    fn a_handler_may_have_a_stack_of_its_own() {
        static STACK_POINTER: AtomicU64 = AtomicU64::new(0);
        unsafe extern "C" fn note_stack(_: Signal, _: *const Cause, context: *const Context) {
            let here = 0_u8;
            STACK_POINTER.store((&raw const here).addr() as u64, Ordering::Relaxed);
            // SAFETY: the kernel has written it for this call.
            let (start, length) = unsafe { &*context }.alternate_stack();
            // SAFETY: as above. It is in use, so that there can be no other.
            let other = unsafe { sigaltstack(NonNull::dangling(), 1 << 16) };
            CHECKS.store(u64::from(other == Err(Errno::EPERM)), Ordering::Relaxed);
            SPAN.store(start as u64 + length as u64, Ordering::Relaxed);
        }
        static CHECKS: AtomicU64 = AtomicU64::new(0);
        static SPAN: AtomicU64 = AtomicU64::new(0);
        const LENGTH: usize = 1 << 17;
        // The thread ends with the test, and its use of the stack with it.
        std::thread::spawn(|| {
            let stack = crate::mem::mmap_anonymous(LENGTH).unwrap();
            // SAFETY: our own pages, never unmapped.
            unsafe { sigaltstack(stack, LENGTH) }.unwrap();
            // SAFETY: as above; it is refused.
            assert_eq!(unsafe { sigaltstack(stack, 16) }, Err(Errno::ENOMEM));
            let signal = Signal::from_raw(47).unwrap();
            // SAFETY: the handler makes a system call and stores to atomics.
            unsafe { handle(signal, note_stack, HandlerFlags::ALTERNATE_STACK, Set::EMPTY) }
                .unwrap();
            raise(signal);
            let here = STACK_POINTER.load(Ordering::Relaxed) as usize;
            assert!(here.wrapping_sub(stack.addr().get()) < LENGTH, "not on that stack");
            assert_eq!(CHECKS.load(Ordering::Relaxed), 1);
            assert_eq!(SPAN.load(Ordering::Relaxed) as usize, stack.addr().get() + LENGTH);
        })
        .join()
        .unwrap();
    }

    #[test]
    fn sets_hold_every_signal() {
        for signal in Signal::all() {
            assert!(Set::ALL.contains(signal) && !Set::EMPTY.contains(signal));
            assert_eq!(Set::EMPTY.with(signal).without(signal), Set::EMPTY);
            assert_eq!(Set::EMPTY.with(signal).bits(), 1 << (signal.raw() - 1));
        }
        assert_eq!(Signal::from_raw(0), None);
        assert_eq!(Signal::from_raw(65), None);
    }
}
