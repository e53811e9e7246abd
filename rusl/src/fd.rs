//! Descriptors: [`OwnedFd`] closes once, [`BorrowedFd`] never.
//!
//! Never opens anything; the families of calls do, always close-on-exec.
#![expect(unsafe_code, reason = "closes and duplicates descriptors by number")]

use crate::arch::{self, number};
use crate::{Errno, Result};
use core::marker::PhantomData;

/// A descriptor that is ours, closed when dropped.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnedFd(i32);

/// A descriptor that lives at least as long as `'fd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BorrowedFd<'fd> {
    raw: i32,
    owner: PhantomData<&'fd OwnedFd>,
}

/// What can lend its descriptor.
pub trait AsFd {
    /// The descriptor, for as long as `self` is borrowed.
    fn as_fd(&self) -> BorrowedFd<'_>;
}

/// Standard input of the process.
pub const STDIN: BorrowedFd<'static> = BorrowedFd { raw: 0, owner: PhantomData };
/// Standard output of the process.
pub const STDOUT: BorrowedFd<'static> = BorrowedFd { raw: 1, owner: PhantomData };
/// Standard error of the process.
pub const STDERR: BorrowedFd<'static> = BorrowedFd { raw: 2, owner: PhantomData };

impl OwnedFd {
    /// Takes a descriptor by its number.
    ///
    /// # Safety
    ///
    /// `raw` is open and nobody else closes it.
    pub const unsafe fn from_raw(raw: i32) -> Self {
        Self(raw)
    }

    /// Gives the number away; it is no longer closed.
    pub fn into_raw(self) -> i32 {
        core::mem::ManuallyDrop::new(self).0
    }

    /// The number, for printing and for comparing.
    pub const fn raw(&self) -> i32 {
        self.0
    }

    /// A second descriptor of the same open file, close-on-exec (fcntl(2),
    /// `F_DUPFD_CLOEXEC`).
    ///
    /// # Errors
    ///
    /// `EMFILE`.
    pub fn try_clone(&self) -> Result<Self> {
        duplicate(self.as_fd(), 0)
    }

    /// Reads the number that a call has just returned.
    pub(crate) fn from_ret(ret: isize) -> Result<Self> {
        Errno::from_ret(ret).map(|raw| Self(raw as i32))
    }
}

impl Drop for OwnedFd {
    fn drop(&mut self) {
        // SAFETY: the descriptor is ours and this is the last use. An error is of no
        // use: Linux has closed it in any case, EINTR included (close(2)).
        unsafe { arch::syscall1(number::CLOSE, self.0 as usize) };
    }
}

impl BorrowedFd<'_> {
    /// Borrows a descriptor by its number.
    ///
    /// # Safety
    ///
    /// `raw` stays open for the lifetime that the caller lets the result have.
    pub const unsafe fn from_raw(raw: i32) -> Self {
        Self { raw, owner: PhantomData }
    }

    /// The number.
    pub const fn raw(self) -> i32 {
        self.raw
    }

    /// As an argument of a system call: sign-extended, as the kernel compares it.
    pub(crate) const fn argument(self) -> usize {
        self.raw as usize
    }
}

impl AsFd for OwnedFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        BorrowedFd { raw: self.0, owner: PhantomData }
    }
}

impl AsFd for BorrowedFd<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        *self
    }
}

impl<T: AsFd> AsFd for &T {
    fn as_fd(&self) -> BorrowedFd<'_> {
        (**self).as_fd()
    }
}

const F_GETFD: usize = 1;
const F_SETFD: usize = 2;
const F_SETFL: usize = 4;
const F_DUPFD_CLOEXEC: usize = 1030;
const FD_CLOEXEC: usize = 1;

/// A duplicate, close-on-exec, with the smallest free number that is at least `minimum`
/// (fcntl(2), `F_DUPFD_CLOEXEC`).
///
/// # Errors
///
/// `EMFILE`, `EINVAL`.
pub fn duplicate(fd: BorrowedFd<'_>, minimum: u32) -> Result<OwnedFd> {
    // SAFETY: no pointer is passed.
    let ret =
        unsafe { arch::syscall3(number::FCNTL, fd.argument(), F_DUPFD_CLOEXEC, minimum as usize) };
    OwnedFd::from_ret(ret)
}

/// Whether an exec closes the descriptor (fcntl(2), `F_GETFD`).
///
/// # Errors
///
/// `EBADF` if it is not open.
pub fn is_close_on_exec(fd: BorrowedFd<'_>) -> Result<bool> {
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall2(number::FCNTL, fd.argument(), F_GETFD) };
    Ok(Errno::from_ret(ret)? & FD_CLOEXEC != 0)
}

/// Says whether an exec closes the descriptor (fcntl(2), `F_SETFD`).
///
/// # Errors
///
/// `EBADF` if it is not open.
pub fn set_close_on_exec(fd: BorrowedFd<'_>, close: bool) -> Result<()> {
    let flags = if close { FD_CLOEXEC } else { 0 };
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall3(number::FCNTL, fd.argument(), F_SETFD, flags) };
    Errno::from_ret(ret).map(drop)
}

/// Lets reads and writes through this open file give `EAGAIN` instead of waiting (fcntl(2),
/// `F_SETFL`). All its other flags that can be changed are taken off.
///
/// # Errors
///
/// `EBADF` if it is not open.
pub fn set_non_blocking(fd: BorrowedFd<'_>) -> Result<()> {
    const O_NONBLOCK: usize = 0o4000;
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall3(number::FCNTL, fd.argument(), F_SETFL, O_NONBLOCK) };
    Errno::from_ret(ret).map(drop)
}

/// Puts a duplicate in the place of descriptor 0, 1 or 2, which an exec does not close
/// (dup3(2)).
///
/// # Errors
///
/// `EBADF` if it is not open, `EINVAL` for itself or another place.
pub fn replace_standard(place: u32, fd: BorrowedFd<'_>) -> Result<()> {
    if place > 2 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: no pointer is passed. Nobody owns the standard descriptors.
    let ret = unsafe { arch::syscall3(number::DUP3, fd.argument(), place as usize, 0) };
    Errno::from_ret(ret).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_closes_once_and_its_clone_lives_on() {
        let (reader, writer) = crate::fs::pipe().unwrap();
        let clone = writer.try_clone().unwrap();
        assert_ne!(clone.raw(), writer.raw());
        assert_eq!(is_close_on_exec(clone.as_fd()), Ok(true));
        drop(writer);
        assert_eq!(crate::fs::write(clone.as_fd(), b"x"), Ok(1));
        drop(clone);
        let mut byte = [0; 4];
        assert_eq!(crate::fs::read(reader.as_fd(), &mut byte), Ok(1));
        assert_eq!(crate::fs::read(reader.as_fd(), &mut byte), Ok(0));
    }

    #[test]
    fn into_raw_and_back() {
        let (reader, _writer) = crate::fs::pipe().unwrap();
        let raw = reader.into_raw();
        // SAFETY: into_raw has just given this number to us.
        let reader = unsafe { OwnedFd::from_raw(raw) };
        assert_eq!(is_close_on_exec(reader.as_fd()), Ok(true));
        for close in [false, true] {
            assert_eq!(set_close_on_exec(reader.as_fd(), close), Ok(()));
            assert_eq!(is_close_on_exec(reader.as_fd()), Ok(close));
        }
    }

    #[test]
    fn a_pipe_that_is_empty_is_not_waited_for() {
        let (reader, writer) = crate::fs::pipe().unwrap();
        assert_eq!(set_non_blocking(reader.as_fd()), Ok(()));
        let mut byte = [0; 4];
        assert_eq!(crate::fs::read(reader.as_fd(), &mut byte), Err(Errno::EAGAIN));
        assert_eq!(crate::fs::write(writer.as_fd(), b"x"), Ok(1));
        assert_eq!(crate::fs::read(reader.as_fd(), &mut byte), Ok(1));
    }

    #[test]
    fn only_standard_descriptors_are_replaced() {
        let (reader, _writer) = crate::fs::pipe().unwrap();
        assert_eq!(replace_standard(3, reader.as_fd()), Err(Errno::EINVAL));
        assert_eq!(replace_standard(2, STDERR), Err(Errno::EINVAL));
    }

    #[test]
    fn a_negative_number_is_sign_extended() {
        // SAFETY: fcntl on a descriptor that can't exist answers EBADF.
        let absent = unsafe { BorrowedFd::from_raw(-1) };
        assert_eq!(is_close_on_exec(absent), Err(Errno::EBADF));
    }
}
