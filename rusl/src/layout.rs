//! Numbers and structs beside those that were made from the kernel's headers (the package
//! `linux-raw-sys`). A struct is compared in the tests of the file that has it.

use crate::arch::{number, open_flag};
use crate::errno::OF_THE_KERNEL;
use crate::fs::{Access, OpenFlags};
use crate::net::{Family, MessageFlags, SOCK_CLOEXEC, Shutdown};
use crate::poll::Events;
use crate::process::CloseRange;
use crate::signal::{Change, Signal};
use crate::time::Clock;
use linux_raw_sys::{general, net};

/// A struct has the size and the alignment of the kernel's, and each of its fields the offset
/// of that one of the kernel's that it starts with. No field may be left out.
macro_rules! same_layout {
    ($ours:ident, $theirs:path { $($our:ident = $their:ident),* $(,)? }) => {{
        assert_eq!(size_of::<$ours>(), size_of::<$theirs>(), stringify!($ours));
        assert_eq!(align_of::<$ours>(), align_of::<$theirs>(), stringify!($ours));
        $(assert_eq!(
            core::mem::offset_of!($ours, $our),
            core::mem::offset_of!($theirs, $their),
            concat!(stringify!($ours), ".", stringify!($our))
        );)*
        let _ = |all: $ours| {
            let $ours { $($our: _),* } = all;
        };
    }};
}

/// Numbers are those of the kernel, which says them by another name.
macro_rules! same_numbers {
    ($($ours:expr => $theirs:expr),* $(,)?) => {
        $(assert_eq!($ours as u64, $theirs as u64, stringify!($ours));)*
    };
}

pub(crate) use {same_layout, same_numbers};

/// Our names of calls and what the kernel's headers say, for those that are compared.
macro_rules! calls {
    ($($ours:ident = $theirs:ident),* $(,)?) => {
        &[$((stringify!($ours), number::$ours, general::$theirs)),*]
    };
}

type Call = (&'static str, usize, u32);

const CALLS: &[Call] = calls![
    READ = __NR_read,
    WRITE = __NR_write,
    CLOSE = __NR_close,
    MMAP = __NR_mmap,
    MPROTECT = __NR_mprotect,
    MUNMAP = __NR_munmap,
    RT_SIGACTION = __NR_rt_sigaction,
    RT_SIGPROCMASK = __NR_rt_sigprocmask,
    IOCTL = __NR_ioctl,
    PREAD64 = __NR_pread64,
    SCHED_YIELD = __NR_sched_yield,
    MREMAP = __NR_mremap,
    MADVISE = __NR_madvise,
    GETPID = __NR_getpid,
    SOCKET = __NR_socket,
    CONNECT = __NR_connect,
    SENDTO = __NR_sendto,
    RECVFROM = __NR_recvfrom,
    SHUTDOWN = __NR_shutdown,
    BIND = __NR_bind,
    LISTEN = __NR_listen,
    GETSOCKNAME = __NR_getsockname,
    SOCKETPAIR = __NR_socketpair,
    SETSOCKOPT = __NR_setsockopt,
    GETSOCKOPT = __NR_getsockopt,
    CLONE = __NR_clone,
    EXECVE = __NR_execve,
    EXIT = __NR_exit,
    WAIT4 = __NR_wait4,
    KILL = __NR_kill,
    UNAME = __NR_uname,
    FCNTL = __NR_fcntl,
    SETSID = __NR_setsid,
    SIGALTSTACK = __NR_sigaltstack,
    STATFS = __NR_statfs,
    PRCTL = __NR_prctl,
    GETTID = __NR_gettid,
    FUTEX = __NR_futex,
    GETDENTS64 = __NR_getdents64,
    SET_TID_ADDRESS = __NR_set_tid_address,
    CLOCK_GETTIME = __NR_clock_gettime,
    EXIT_GROUP = __NR_exit_group,
    EPOLL_CTL = __NR_epoll_ctl,
    OPENAT = __NR_openat,
    UNLINKAT = __NR_unlinkat,
    READLINKAT = __NR_readlinkat,
    FACCESSAT = __NR_faccessat,
    PPOLL = __NR_ppoll,
    ACCEPT4 = __NR_accept4,
    SIGNALFD4 = __NR_signalfd4,
    EPOLL_CREATE1 = __NR_epoll_create1,
    DUP3 = __NR_dup3,
    PIPE2 = __NR_pipe2,
    PRLIMIT64 = __NR_prlimit64,
    MEMFD_CREATE = __NR_memfd_create,
    STATX = __NR_statx,
    IO_URING_SETUP = __NR_io_uring_setup,
    IO_URING_ENTER = __NR_io_uring_enter,
    CLOSE_RANGE = __NR_close_range,
];

#[cfg(target_arch = "x86_64")]
const CALLS_OF_THIS_MACHINE: &[Call] = calls![RT_SIGRETURN = __NR_rt_sigreturn,];

#[cfg(target_arch = "aarch64")]
const CALLS_OF_THIS_MACHINE: &[Call] = &[];

#[test]
fn every_call_has_its_number() {
    let all = || CALLS.iter().chain(CALLS_OF_THIS_MACHINE);
    for (name, ours, theirs) in all() {
        assert_eq!(*ours, *theirs as usize, "{name}");
    }
    #[cfg(target_arch = "x86_64")]
    let source = include_str!("arch/x86_64.rs");
    #[cfg(target_arch = "aarch64")]
    let source = include_str!("arch/aarch64.rs");
    let (_, numbers) = source.split_once("mod number {").unwrap();
    let mut count = 0;
    for line in numbers.lines() {
        let Some(rest) = line.trim().strip_prefix("pub(crate) const ") else { continue };
        let name = rest.split(':').next().unwrap();
        assert!(all().any(|(compared, ..)| *compared == name), "{name} is not compared here");
        count += 1;
    }
    assert_eq!(count, all().count());
}

#[test]
fn every_error_has_its_number() {
    for (ours, theirs) in OF_THE_KERNEL {
        assert_eq!(ours.raw().unsigned_abs(), *theirs, "{ours}");
    }
    assert!(OF_THE_KERNEL.len() > 120);
}

#[test]
fn every_flag_has_its_bit() {
    use general::*;
    use net::*;
    same_numbers! {
        open_flag::DIRECTORY => O_DIRECTORY, open_flag::NO_FOLLOW => O_NOFOLLOW,
        OpenFlags::READ_ONLY.bits() => O_RDONLY, OpenFlags::WRITE_ONLY.bits() => O_WRONLY,
        OpenFlags::READ_WRITE.bits() => O_RDWR, OpenFlags::CREATE.bits() => O_CREAT,
        OpenFlags::EXCLUSIVE.bits() => O_EXCL,
        OpenFlags::NO_CONTROLLING_TERMINAL.bits() => O_NOCTTY,
        OpenFlags::TRUNCATE.bits() => O_TRUNC, OpenFlags::APPEND.bits() => O_APPEND,
        OpenFlags::NON_BLOCKING.bits() => O_NONBLOCK,
        Access::Exists => F_OK, Access::Execute => X_OK, Access::Write => W_OK,
        Access::Read => R_OK,
        SOCK_CLOEXEC => O_CLOEXEC,
        Family::Unix => AF_UNIX, Family::Inet => AF_INET, Family::Inet6 => AF_INET6,
        MessageFlags::PEEK.bits() => MSG_PEEK, MessageFlags::DONT_WAIT.bits() => MSG_DONTWAIT,
        MessageFlags::WAIT_ALL.bits() => MSG_WAITALL,
        MessageFlags::NO_SIGNAL.bits() => MSG_NOSIGNAL,
        Shutdown::Read => SHUT_RD, Shutdown::Write => SHUT_WR, Shutdown::Both => SHUT_RDWR,
        Events::IN.bits() => POLLIN, Events::PRIORITY.bits() => POLLPRI,
        Events::OUT.bits() => POLLOUT, Events::ERROR.bits() => POLLERR,
        Events::HANG_UP.bits() => POLLHUP, Events::INVALID.bits() => POLLNVAL,
        Events::READ_HANG_UP.bits() => POLLRDHUP,
        CloseRange::OnExec => libc::CLOSE_RANGE_CLOEXEC,
        Change::Block => SIG_BLOCK, Change::Unblock => SIG_UNBLOCK, Change::Set => SIG_SETMASK,
        Signal::HUP.raw() => SIGHUP, Signal::INT.raw() => SIGINT, Signal::QUIT.raw() => SIGQUIT,
        Signal::ILL.raw() => SIGILL, Signal::ABRT.raw() => SIGABRT, Signal::BUS.raw() => SIGBUS,
        Signal::FPE.raw() => SIGFPE, Signal::KILL.raw() => SIGKILL,
        Signal::USR1.raw() => SIGUSR1, Signal::SEGV.raw() => SIGSEGV,
        Signal::USR2.raw() => SIGUSR2, Signal::PIPE.raw() => SIGPIPE,
        Signal::ALRM.raw() => SIGALRM, Signal::TERM.raw() => SIGTERM,
        Signal::CHLD.raw() => SIGCHLD, Signal::CONT.raw() => SIGCONT,
        Signal::STOP.raw() => SIGSTOP, Signal::LARGEST => _NSIG,
        Clock::Realtime => CLOCK_REALTIME, Clock::Monotonic => CLOCK_MONOTONIC,
        Clock::BootTime => CLOCK_BOOTTIME,
    }
}
