//! `x86_64`: `syscall`, number and result in rax; rcx and r11 are lost.
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
            // SAFETY: the kernel changes rax, rcx, r11 and the memory that the caller vouches
            // for.
            unsafe {
                asm!(
                    "syscall",
                    inlateout("rax") number as isize => result,
                    $(in($register) $argument,)*
                    lateout("rcx") _,
                    lateout("r11") _,
                    options(nostack)
                );
            }
            result
        }
    };
}

system_call!(syscall0);
system_call!(syscall1, first in "rdi");
system_call!(syscall2, first in "rdi", second in "rsi");
system_call!(syscall3, first in "rdi", second in "rsi", third in "rdx");
system_call!(syscall4, first in "rdi", second in "rsi", third in "rdx", fourth in "r10");
system_call!(
    syscall5, first in "rdi", second in "rsi", third in "rdx", fourth in "r10", fifth in "r8"
);
system_call!(
    syscall6, first in "rdi", second in "rsi", third in "rdx", fourth in "r10", fifth in "r8",
    sixth in "r9"
);

/// An instruction that no program gets past.
pub(crate) fn trap() -> ! {
    // SAFETY: the kernel ends the process, or calls its handler, again and again.
    unsafe { asm!("2:", "ud2", "jmp 2b", options(noreturn, nostack)) }
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
    // rdi and rsi are where clone(2) wants them; entry and argument ride in r9 and r8,
    // which the kernel keeps for parent and child.
    naked_asm!(
        "mov r9, rdx",
        "mov rdx, r8", // parent_tid
        "mov r10, r8", // child_tid
        "mov r8, rcx", // the TLS slot, read with CLONE_SETTLS only
        "mov eax, {clone}",
        "syscall",
        "test rax, rax",
        "jnz 2f",
        "xor ebp, ebp", // the child: end of the chain of frames
        "and rsp, -16",
        "mov rdi, r8",
        "call r9",
        "ud2",
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
            "syscall",
            "mov eax, {exit}",
            "xor edi, edi",
            "syscall",
            "ud2",
            exit = const number::EXIT,
            in("rax") number::MUNMAP,
            in("rdi") start,
            in("rsi") length,
            options(noreturn, nostack)
        );
    }
}

/// What `rt_sigaction(2)` wants for a handler besides it: flags, and where it returns to. The
/// kernel has no such place of its own here.
pub(crate) fn signal_return() -> (usize, usize) {
    const SA_RESTORER: usize = 0x0400_0000;
    (SA_RESTORER, restore as *const () as usize)
}

/// Gives the program its registers back after a handler. The stack pointer has to be where
/// the handler's return has left it.
#[unsafe(naked)]
unsafe extern "C" fn restore() {
    naked_asm!("mov eax, {rt_sigreturn}", "syscall", "ud2", rt_sigreturn = const number::RT_SIGRETURN)
}

/// What was interrupted by a signal: `struct ucontext`, as far as it is read here
/// (`asm-generic/ucontext.h`, `asm/sigcontext.h`).
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    flags: usize,
    link: usize,
    pub(super) alternate_stack: usize,
    alternate_flags: usize,
    pub(super) alternate_length: usize,
    /// r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx.
    registers: [usize; 15],
    pub(super) stack_pointer: usize,
    pub(super) instruction: usize,
}

const _: () = assert!(core::mem::offset_of!(Context, stack_pointer) == 160);

/// Flags of open(2) whose values depend on the architecture.
pub(crate) mod open_flag {
    pub(crate) const DIRECTORY: u32 = 0o200_000;
    pub(crate) const NO_FOLLOW: u32 = 0o400_000;
}

/// The call numbers (`arch/x86/entry/syscalls/syscall_64.tbl`).
pub(crate) mod number {
    pub(crate) const READ: usize = 0;
    pub(crate) const WRITE: usize = 1;
    pub(crate) const CLOSE: usize = 3;
    pub(crate) const MMAP: usize = 9;
    pub(crate) const MPROTECT: usize = 10;
    pub(crate) const MUNMAP: usize = 11;
    pub(crate) const RT_SIGACTION: usize = 13;
    pub(crate) const RT_SIGPROCMASK: usize = 14;
    pub(crate) const RT_SIGRETURN: usize = 15;
    pub(crate) const IOCTL: usize = 16;
    pub(crate) const PREAD64: usize = 17;
    pub(crate) const SCHED_YIELD: usize = 24;
    pub(crate) const MREMAP: usize = 25;
    pub(crate) const MADVISE: usize = 28;
    pub(crate) const GETPID: usize = 39;
    pub(crate) const SOCKET: usize = 41;
    pub(crate) const CONNECT: usize = 42;
    pub(crate) const SENDTO: usize = 44;
    pub(crate) const RECVFROM: usize = 45;
    pub(crate) const SHUTDOWN: usize = 48;
    pub(crate) const BIND: usize = 49;
    pub(crate) const LISTEN: usize = 50;
    pub(crate) const GETSOCKNAME: usize = 51;
    pub(crate) const SOCKETPAIR: usize = 53;
    pub(crate) const SETSOCKOPT: usize = 54;
    pub(crate) const GETSOCKOPT: usize = 55;
    pub(crate) const CLONE: usize = 56;
    pub(crate) const EXECVE: usize = 59;
    pub(crate) const EXIT: usize = 60;
    pub(crate) const WAIT4: usize = 61;
    pub(crate) const KILL: usize = 62;
    pub(crate) const UNAME: usize = 63;
    pub(crate) const FCNTL: usize = 72;
    pub(crate) const SETSID: usize = 112;
    pub(crate) const SIGALTSTACK: usize = 131;
    pub(crate) const STATFS: usize = 137;
    pub(crate) const PRCTL: usize = 157;
    pub(crate) const GETTID: usize = 186;
    pub(crate) const FUTEX: usize = 202;
    pub(crate) const GETDENTS64: usize = 217;
    pub(crate) const SET_TID_ADDRESS: usize = 218;
    pub(crate) const CLOCK_GETTIME: usize = 228;
    pub(crate) const EXIT_GROUP: usize = 231;
    pub(crate) const EPOLL_CTL: usize = 233;
    pub(crate) const OPENAT: usize = 257;
    pub(crate) const UNLINKAT: usize = 263;
    pub(crate) const READLINKAT: usize = 267;
    pub(crate) const FACCESSAT: usize = 269;
    pub(crate) const PPOLL: usize = 271;
    pub(crate) const ACCEPT4: usize = 288;
    pub(crate) const SIGNALFD4: usize = 289;
    pub(crate) const EPOLL_CREATE1: usize = 291;
    pub(crate) const DUP3: usize = 292;
    pub(crate) const PIPE2: usize = 293;
    pub(crate) const PRLIMIT64: usize = 302;
    pub(crate) const MEMFD_CREATE: usize = 319;
    pub(crate) const STATX: usize = 332;
    pub(crate) const IO_URING_SETUP: usize = 425;
    pub(crate) const IO_URING_ENTER: usize = 426;
    pub(crate) const CLOSE_RANGE: usize = 436;
}
