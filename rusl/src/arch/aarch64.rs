//! `aarch64`: `svc 0`, number in x8, result in x0.
//!
//! Never called from outside the crate: the typed wrappers are.

use core::arch::{asm, naked_asm};
use core::ffi::c_void;
use core::sync::atomic::AtomicU32;

/// A system call with so many arguments. The registers of those that there are not are left as
/// they are.
macro_rules! system_call {
    ($name:ident $(, $argument:ident in $register:tt)*) => {
        /// A system call with as many arguments as its name says.
        ///
        /// # Safety
        ///
        /// The arguments satisfy what the call's man page asks: every pointer is valid for
        /// what the kernel does with it, and no descriptor or mapping that others rely on is
        /// taken away.
        #[inline]
        pub(crate) unsafe fn $name(number: usize $(, $argument: usize)*) -> isize {
            let result;
            // SAFETY: the kernel changes x0 and the memory that the caller vouches for.
            unsafe { system_call!(@ number, result $(, $argument in $register)*) }
            result
        }
    };
    (@ $number:ident, $result:ident) => {
        asm!("svc 0", in("x8") $number, lateout("x0") $result, options(nostack))
    };
    (@ $number:ident, $result:ident, $first:ident in "x0" $(, $argument:ident in $register:tt)*) => {
        asm!(
            "svc 0",
            in("x8") $number,
            inlateout("x0") $first as isize => $result,
            $(in($register) $argument,)*
            options(nostack)
        )
    };
}

system_call!(syscall0);
system_call!(syscall1, first in "x0");
system_call!(syscall2, first in "x0", second in "x1");
system_call!(syscall3, first in "x0", second in "x1", third in "x2");
system_call!(syscall4, first in "x0", second in "x1", third in "x2", fourth in "x3");
system_call!(
    syscall5, first in "x0", second in "x1", third in "x2", fourth in "x3", fifth in "x4"
);
system_call!(
    syscall6, first in "x0", second in "x1", third in "x2", fourth in "x3", fifth in "x4",
    sixth in "x5"
);

/// An instruction that no program gets past.
pub(crate) fn trap() -> ! {
    // SAFETY: the kernel ends the process, or calls its handler, again and again.
    unsafe { asm!("2:", "brk 1", "b 2b", options(noreturn, nostack)) }
}

/// clone(2) with `flags`: the child calls `entry(argument)` on the stack that ends at
/// `stack_top`; the parent gets the child's id, or a negated errno. `id` is where the kernel
/// writes the child's id, if the flags say so.
///
/// # Safety
///
/// As [`crate::process::clone_vfork`] or [`crate::thread::clone_thread`].
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn clone_on_stack(
    flags: usize,
    stack_top: *mut u8,
    entry: unsafe extern "C" fn(*mut c_void) -> !,
    argument: *mut c_void,
    id: *const AtomicU32,
) -> isize {
    // x0 and x1 are where clone(2) wants them; entry and argument ride in x9 and x10,
    // which the kernel keeps for parent and child.
    naked_asm!(
        "mov x9, x2",
        "mov x10, x3",
        "and x1, x1, #-16", // the kernel refuses a misaligned stack
        "mov x2, x4", // parent_tid; x4 is child_tid already
        "mov x3, xzr", // TLS, read with CLONE_SETTLS only
        "mov x8, {clone}",
        "svc 0",
        "cbnz x0, 2f",
        "mov x29, xzr", // the child: end of the chain of frames
        "mov x30, xzr",
        "mov x0, x10",
        "blr x9",
        "brk 1",
        "2:",
        "ret",
        clone = const number::CLONE,
    )
}

/// Unmaps memory, which may be the stack of the calling thread, and ends the thread.
///
/// # Safety
///
/// As [`crate::thread::unmap_and_exit`].
pub(crate) unsafe fn unmap_and_exit(start: usize, length: usize) -> ! {
    // SAFETY: the caller's promise; nothing touches the stack between the two calls.
    unsafe {
        asm!(
            "svc 0",
            "mov x8, {exit}",
            "mov x0, xzr",
            "svc 0",
            "brk 1",
            exit = const number::EXIT,
            in("x8") number::MUNMAP,
            in("x0") start,
            in("x1") length,
            options(noreturn, nostack)
        );
    }
}

/// What `rt_sigaction(2)` wants for a handler besides it: flags, and where it returns to. The
/// kernel has such a place of its own here.
pub(crate) const fn signal_return() -> (usize, usize) {
    (0, 0)
}

/// What was interrupted by a signal: `struct ucontext`, as far as it is read here
/// (`asm/ucontext.h`, `asm/sigcontext.h`).
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    flags: usize,
    link: usize,
    pub(super) alternate_stack: usize,
    alternate_flags: usize,
    pub(super) alternate_length: usize,
    /// 128 bytes for the mask, and 8 that bring what follows to a multiple of 16.
    mask: [usize; 17],
    fault_address: usize,
    /// x0 to x30.
    registers: [usize; 31],
    pub(super) stack_pointer: usize,
    pub(super) instruction: usize,
}

const _: () = assert!(core::mem::offset_of!(Context, stack_pointer) == 432);

/// Flags of open(2) whose values depend on the architecture.
pub(crate) mod open_flag {
    pub(crate) const DIRECTORY: u32 = 0o40_000;
    pub(crate) const NO_FOLLOW: u32 = 0o100_000;
}

/// The call numbers (`include/uapi/asm-generic/unistd.h`).
pub(crate) mod number {
    pub(crate) const EPOLL_CREATE1: usize = 20;
    pub(crate) const EPOLL_CTL: usize = 21;
    pub(crate) const DUP3: usize = 24;
    pub(crate) const FCNTL: usize = 25;
    pub(crate) const IOCTL: usize = 29;
    pub(crate) const UNLINKAT: usize = 35;
    pub(crate) const FACCESSAT: usize = 48;
    pub(crate) const STATFS: usize = 43;
    pub(crate) const OPENAT: usize = 56;
    pub(crate) const CLOSE: usize = 57;
    pub(crate) const PIPE2: usize = 59;
    pub(crate) const GETDENTS64: usize = 61;
    pub(crate) const READ: usize = 63;
    pub(crate) const WRITE: usize = 64;
    pub(crate) const PREAD64: usize = 67;
    pub(crate) const PPOLL: usize = 73;
    pub(crate) const SIGNALFD4: usize = 74;
    pub(crate) const READLINKAT: usize = 78;
    pub(crate) const EXIT: usize = 93;
    pub(crate) const EXIT_GROUP: usize = 94;
    pub(crate) const SET_TID_ADDRESS: usize = 96;
    pub(crate) const FUTEX: usize = 98;
    pub(crate) const CLOCK_GETTIME: usize = 113;
    pub(crate) const SCHED_YIELD: usize = 124;
    pub(crate) const KILL: usize = 129;
    pub(crate) const SIGALTSTACK: usize = 132;
    pub(crate) const RT_SIGACTION: usize = 134;
    pub(crate) const RT_SIGPROCMASK: usize = 135;
    pub(crate) const SETSID: usize = 157;
    pub(crate) const UNAME: usize = 160;
    pub(crate) const PRCTL: usize = 167;
    pub(crate) const GETPID: usize = 172;
    pub(crate) const GETTID: usize = 178;
    pub(crate) const SOCKET: usize = 198;
    pub(crate) const SOCKETPAIR: usize = 199;
    pub(crate) const BIND: usize = 200;
    pub(crate) const LISTEN: usize = 201;
    pub(crate) const CONNECT: usize = 203;
    pub(crate) const GETSOCKNAME: usize = 204;
    pub(crate) const SENDTO: usize = 206;
    pub(crate) const RECVFROM: usize = 207;
    pub(crate) const SETSOCKOPT: usize = 208;
    pub(crate) const GETSOCKOPT: usize = 209;
    pub(crate) const SHUTDOWN: usize = 210;
    pub(crate) const MUNMAP: usize = 215;
    pub(crate) const MREMAP: usize = 216;
    pub(crate) const CLONE: usize = 220;
    pub(crate) const EXECVE: usize = 221;
    pub(crate) const MMAP: usize = 222;
    pub(crate) const MPROTECT: usize = 226;
    pub(crate) const MADVISE: usize = 233;
    pub(crate) const ACCEPT4: usize = 242;
    pub(crate) const WAIT4: usize = 260;
    pub(crate) const PRLIMIT64: usize = 261;
    pub(crate) const MEMFD_CREATE: usize = 279;
    pub(crate) const STATX: usize = 291;
    pub(crate) const IO_URING_SETUP: usize = 425;
    pub(crate) const IO_URING_ENTER: usize = 426;
    pub(crate) const CLOSE_RANGE: usize = 436;
}
