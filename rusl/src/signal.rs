//! Signals: sets, masks, dispositions, and reading them from a descriptor.
//!
//! Handlers are for faults alone: a program here reads its other signals where it waits
//! anyway.
#![expect(unsafe_code, reason = "passes structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::{BorrowedFd, OwnedFd};
use crate::{Errno, Result};
use core::ffi::c_void;

/// A signal's number, 1 to 64 (signal(7)).
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

/// What the handler of a fault is told: `siginfo_t`, as far as it is the same for every
/// signal, and the place.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    signal: i32,
    errno: i32,
    code: i32,
    padding: i32,
    /// Where the program wanted to read or write; nothing if this is no fault.
    pub address: usize,
}

const _: () = assert!(core::mem::offset_of!(Fault, address) == 16, "asm-generic/siginfo.h");

impl Fault {
    /// Whether the program did something that it can't, and was not just sent the signal.
    pub const fn is_fault(&self) -> bool {
        self.code > 0
    }
}

/// Calls a function where the program does what it can't, and then does it again
/// (`rt_sigaction(2)`). The signal is blocked during the call.
///
/// # Errors
///
/// None that sigaction(2) names for the signals of faults.
///
/// # Safety
///
/// The signal is one of faults: BUS, FPE, ILL or SEGV. The function bears being called
/// between any two instructions, and with a [`Fault`] that is one only if it says so. It
/// does not unwind.
pub unsafe fn handle_fault(
    signal: Signal,
    handler: unsafe extern "C" fn(signal: i32, fault: *const Fault, context: *mut c_void),
) -> Result<()> {
    const SA_SIGINFO: usize = 4;
    let (flags, restorer) = arch::signal_return();
    let handler = handler as usize;
    set_action(signal, &SignalAction { handler, flags: SA_SIGINFO | flags, restorer, mask: 0 })
}

/// `struct kernel_sigaction`: not libc's. The flags are an `unsigned long`.
#[repr(C)]
#[derive(Default)]
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
    Ok(match action.handler {
        SIG_DFL => Some(Disposition::Default),
        SIG_IGN => Some(Disposition::Ignore),
        _ => None,
    })
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
    use crate::layout::same_layout;
    use linux_raw_sys::general;
    use linux_raw_sys::general::siginfo__bindgen_ty_1__bindgen_ty_1 as Info;

    #[test]
    fn structs_are_those_of_the_kernel() {
        same_layout!(SignalAction, general::kernel_sigaction {
            handler = sa_handler_kernel, flags = sa_flags, restorer = sa_restorer, mask = sa_mask,
        });
        assert_eq!(SET_SIZE, size_of::<general::kernel_sigset_t>());
        // A fault is the beginning of a larger struct.
        assert!(size_of::<Fault>() <= size_of::<general::siginfo_t>());
        let address = std::mem::offset_of!(Info, _sifields)
            + std::mem::offset_of!(general::__sifields__bindgen_ty_5, _addr);
        assert_eq!(std::mem::offset_of!(Fault, signal), std::mem::offset_of!(Info, si_signo));
        assert_eq!(std::mem::offset_of!(Fault, errno), std::mem::offset_of!(Info, si_errno));
        assert_eq!(std::mem::offset_of!(Fault, code), std::mem::offset_of!(Info, si_code));
        assert_eq!(std::mem::offset_of!(Fault, address), address);
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
