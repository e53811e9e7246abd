//! Memory from the kernel: map, move, protect, give back.
//!
//! Never remembers a mapping; the allocator and the ring do.
#![expect(unsafe_code, reason = "changes the address space")]

use crate::arch::{self, number};
use crate::fd::BorrowedFd;
use crate::{Errno, Result};
use core::ptr::NonNull;

/// What the pages of a mapping allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Every access is a SIGSEGV.
    None = 0,
    /// Reading.
    Read = 1,
    /// Reading and writing.
    ReadWrite = 3,
}

/// Whether [`mremap`] may give another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Grow where it stands, or fail.
    Never = 0,
    /// Anywhere.
    May = 1,
}

/// Maps `length` bytes of private zeroes, readable and writable, at an address of the
/// kernel's choice, page-aligned (mmap(2)). Never unmapped by itself.
///
/// # Errors
///
/// `ENOMEM`, `EINVAL` for 0.
pub fn mmap_anonymous(length: usize) -> Result<NonNull<u8>> {
    const MAP_PRIVATE: usize = 0x02;
    const MAP_ANONYMOUS: usize = 0x20;
    // SAFETY: a new mapping at an address that the kernel picks touches none there is.
    let ret = unsafe {
        arch::syscall6(
            number::MMAP,
            0,
            length,
            Protection::ReadWrite as usize,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1_i32 as usize,
            0,
        )
    };
    pointer(ret)
}

/// Maps the first `length` bytes of a file to be read, at an address of the kernel's choice,
/// page-aligned (mmap(2)). Nothing is read until it is looked at. The bytes are those of the
/// file at that time, also where another program writes it, and a page that is not in the
/// file any more is a SIGBUS. Never unmapped by itself.
///
/// # Errors
///
/// `EACCES` if it is no file or not open for reading, `ENODEV` for what can't be mapped,
/// `ENOMEM`, `EINVAL` for 0.
pub fn mmap_file(fd: BorrowedFd<'_>, length: usize) -> Result<NonNull<u8>> {
    const MAP_PRIVATE: usize = 0x02;
    // SAFETY: a new mapping at an address that the kernel picks touches none there is.
    let ret = unsafe {
        arch::syscall6(
            number::MMAP,
            0,
            length,
            Protection::Read as usize,
            MAP_PRIVATE,
            fd.argument(),
            0,
        )
    };
    pointer(ret)
}

/// Puts pages of zeros, to be read, in the place of pages that there are (mmap(2)).
///
/// # Errors
///
/// `ENOMEM`, `EINVAL` for a misaligned address.
///
/// # Safety
///
/// The pages belong to the caller, and whoever refers to them bears zeros.
pub unsafe fn mmap_zeros_over(address: NonNull<u8>, length: usize) -> Result<()> {
    const MAP_PRIVATE: usize = 0x02;
    const MAP_FIXED: usize = 0x10;
    const MAP_ANONYMOUS: usize = 0x20;
    // SAFETY: the caller's promise.
    let ret = unsafe {
        arch::syscall6(
            number::MMAP,
            address.as_ptr() as usize,
            length,
            Protection::Read as usize,
            MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS,
            -1_i32 as usize,
            0,
        )
    };
    Errno::from_ret(ret).map(drop)
}

/// Whether the eight bytes at an address can be read now, and with them their page, asked of
/// the kernel: `rt_sigprocmask(2)` reads a set before it looks at what to do with it, and what
/// is asked for here is nothing that there is. A kernel that forbids the question says no.
pub fn is_readable(address: usize) -> bool {
    const NO_CHANGE: usize = 99;
    const SET_SIZE: usize = 8;
    // SAFETY: the kernel reads where it may, and changes nothing.
    let ret = unsafe { arch::syscall4(number::RT_SIGPROCMASK, NO_CHANGE, address, 0, SET_SIZE) };
    // A null pointer is no set to be read, which is no error.
    Errno::from_ret(ret) == Err(Errno::EINVAL)
}

/// Maps `length` bytes of a descriptor from `offset` on, shared with the kernel, its
/// pages present from the start.
pub(crate) fn mmap_shared(fd: BorrowedFd<'_>, length: usize, offset: usize) -> Result<NonNull<u8>> {
    const MAP_SHARED: usize = 0x01;
    const MAP_POPULATE: usize = 0x8000;
    // SAFETY: a new mapping at an address that the kernel picks touches none there is.
    let ret = unsafe {
        arch::syscall6(
            number::MMAP,
            0,
            length,
            Protection::ReadWrite as usize,
            MAP_SHARED | MAP_POPULATE,
            fd.argument(),
            offset,
        )
    };
    pointer(ret)
}

/// Changes a mapping's length, keeping its contents; new bytes are zero (mremap(2)).
///
/// # Errors
///
/// `ENOMEM` (also: no room, with [`Move::Never`]), `EFAULT`, `EINVAL`.
///
/// # Safety
///
/// `address` starts a mapping of `old_length` bytes that belongs to the caller, and no
/// reference into it is used afterwards (into the cut part, if it may not move).
pub unsafe fn mremap(
    address: NonNull<u8>,
    old_length: usize,
    new_length: usize,
    may_move: Move,
) -> Result<NonNull<u8>> {
    // SAFETY: the caller owns the mapping; a new place touches no other one.
    let ret = unsafe {
        arch::syscall4(
            number::MREMAP,
            address.as_ptr() as usize,
            old_length,
            new_length,
            may_move as usize,
        )
    };
    pointer(ret)
}

/// Gives pages back (munmap(2)).
///
/// # Errors
///
/// `EINVAL` for a misaligned address, `ENOMEM` if a split would pass the limit on
/// mappings.
///
/// # Safety
///
/// The pages belong to the caller and nothing refers to them any more.
#[inline(never)]
pub unsafe fn munmap(address: NonNull<u8>, length: usize) -> Result<()> {
    // SAFETY: the caller's promise.
    let ret = unsafe { arch::syscall2(number::MUNMAP, address.as_ptr() as usize, length) };
    Errno::from_ret(ret).map(drop)
}

/// Gives the memory of pages back, not the pages (madvise(2), `MADV_DONTNEED`): those of a
/// file hold what is in the file when they are looked at again, others hold zeros. The length is
/// rounded up to whole pages of the kernel, which may be larger than 4 KiB.
///
/// # Errors
///
/// `EINVAL` for a misaligned address, `ENOMEM` if nothing is mapped there.
///
/// # Safety
///
/// The pages belong to the caller, those included that the length is rounded up to, and nobody
/// misses what was written there.
pub unsafe fn discard(address: NonNull<u8>, length: usize) -> Result<()> {
    const MADV_DONTNEED: usize = 4;
    // SAFETY: the caller's promise.
    let ret = unsafe {
        arch::syscall3(number::MADVISE, address.as_ptr() as usize, length, MADV_DONTNEED)
    };
    Errno::from_ret(ret).map(drop)
}

/// Changes what pages allow (mprotect(2)).
///
/// # Errors
///
/// `EINVAL`, `ENOMEM`.
///
/// # Safety
///
/// The pages belong to the caller and no reference contradicts the new protection.
pub unsafe fn mprotect(address: NonNull<u8>, length: usize, protection: Protection) -> Result<()> {
    // SAFETY: the caller's promise.
    let ret = unsafe {
        arch::syscall3(number::MPROTECT, address.as_ptr() as usize, length, protection as usize)
    };
    Errno::from_ret(ret).map(drop)
}

/// Reads the address that a call has returned.
fn pointer(ret: isize) -> Result<NonNull<u8>> {
    let address = Errno::from_ret(ret)?;
    NonNull::new(core::ptr::with_exposed_provenance_mut(address)).ok_or(Errno::ENOMEM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::AsFd;

    const PAGE: usize = 65536;

    #[test]
    fn a_mapping_is_zero_keeps_its_bytes_when_it_grows_and_goes() {
        let address = mmap_anonymous(PAGE).unwrap();
        // SAFETY: the mapping is this long, and ours.
        let bytes = unsafe { core::slice::from_raw_parts_mut(address.as_ptr(), PAGE) };
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(7);
        // SAFETY: the slice above is not used any more.
        let address = unsafe { mremap(address, PAGE, 4 * PAGE, Move::May) }.unwrap();
        // SAFETY: the mapping is this long now, and ours.
        let bytes = unsafe { core::slice::from_raw_parts(address.as_ptr(), 4 * PAGE) };
        assert!(bytes[..PAGE].iter().all(|&byte| byte == 7));
        assert!(bytes[PAGE..].iter().all(|&byte| byte == 0));
        // SAFETY: our own pages; reads stay allowed.
        assert_eq!(unsafe { mprotect(address, 4 * PAGE, Protection::Read) }, Ok(()));
        assert_eq!(bytes[0], 7);
        // SAFETY: nothing refers to the mapping any more.
        assert_eq!(unsafe { munmap(address, 4 * PAGE) }, Ok(()));
    }

    #[test]
    fn a_file_is_mapped_as_it_is() {
        let file = crate::fs::memfd(c"rusl-map").unwrap();
        assert_eq!(mmap_file(file.as_fd(), 0), Err(Errno::EINVAL));
        crate::fs::write(file.as_fd(), b"hello, kernel").unwrap();
        let address = mmap_file(file.as_fd(), 13).unwrap();
        // SAFETY: the mapping is this long, and nobody changes the file meanwhile.
        let bytes = unsafe { core::slice::from_raw_parts(address.as_ptr(), 13) };
        assert_eq!(bytes, b"hello, kernel");
        // SAFETY: nothing refers to the mapping any more.
        assert_eq!(unsafe { munmap(address, 13) }, Ok(()));
        let (reader, _writer) = crate::fs::pipe().unwrap();
        assert!(mmap_file(reader.as_fd(), 1).is_err());
    }

    #[test]
    fn what_can_be_read_is_known_without_reading() {
        let address = mmap_anonymous(PAGE).unwrap();
        let at = address.as_ptr().addr();
        assert!(is_readable(at) && is_readable(at + PAGE - 8));
        // SAFETY: our own pages, to which nothing refers.
        unsafe { mprotect(address, PAGE, Protection::None) }.unwrap();
        assert!(!is_readable(at));
        // What is not mapped at all another test might map meanwhile, but for these.
        for nowhere in [0, 1, 8, 1 << 63, usize::MAX - 7, usize::MAX] {
            assert!(!is_readable(nowhere), "{nowhere:#x}");
        }
    }

    #[test]
    fn impossible_lengths_are_errors() {
        assert_eq!(mmap_anonymous(0), Err(Errno::EINVAL));
        assert_eq!(mmap_anonymous(1 << 60), Err(Errno::ENOMEM));
        assert_eq!(mmap_anonymous(usize::MAX), Err(Errno::ENOMEM));
    }
}
