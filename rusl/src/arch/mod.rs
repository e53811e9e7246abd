//! The instruction that enters the kernel, per architecture, and the call numbers.
//!
//! Never interprets a result: see [`crate::errno`].
#![expect(unsafe_code, reason = "the only assembly of the crate")]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::*;

/// A system call with no argument.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall0(number: usize) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, 0, 0, 0, 0, 0, 0) }
}

/// A system call with one argument.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall1(number: usize, first: usize) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, first, 0, 0, 0, 0, 0) }
}

/// A system call with two arguments.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall2(number: usize, first: usize, second: usize) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, first, second, 0, 0, 0, 0) }
}

/// A system call with three arguments.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall3(number: usize, first: usize, second: usize, third: usize) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, first, second, third, 0, 0, 0) }
}

/// A system call with four arguments.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall4(
    number: usize,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, first, second, third, fourth, 0, 0) }
}

/// A system call with five arguments.
///
/// # Safety
///
/// As [`syscall6`].
#[inline]
pub(crate) unsafe fn syscall5(
    number: usize,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
    fifth: usize,
) -> isize {
    // SAFETY: the caller's promise; unused arguments are ignored by the kernel.
    unsafe { syscall6(number, first, second, third, fourth, fifth, 0) }
}
