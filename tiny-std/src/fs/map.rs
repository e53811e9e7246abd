//! Files mapped for as long as the process lives, which read as zeros where they are no
//! more.
//!
//! Never unmaps, and touches no signal before a file is to be mapped.
#![expect(unsafe_code, reason = "maps files, and what takes their place")]

use super::{File, c_string};
use crate::fault;
use alloc::boxed::Box;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, Ordering};
use rusl::Result;
use rusl::fd::AsFd;
use rusl::fs::OpenFlags;
use rusl::mem::{discard, mmap_file, mmap_zeros_over};
use rusl::signal::{Cause, Context, HandlerFlags, Set, Signal, handle};

/// Maps a file for as long as the process lives: nothing is copied, and nothing is read until
/// it is looked at. Never waits for a pipe's other end. No more than a gigabyte is mapped.
///
/// Where another program writes the file meanwhile, the same place read twice may give
/// different bytes, and zeros where it has been cut: only for readers that bear any bytes at
/// any time.
///
/// # Errors
///
/// Those of open(2), mmap(2) and sigaction(2); `EINVAL` for an empty file or a path with a NUL inside.
pub fn map(path: &[u8]) -> Result<&'static [u8]> {
    let flags = OpenFlags::READ_ONLY | OpenFlags::NON_BLOCKING | OpenFlags::NO_CONTROLLING_TERMINAL;
    let file = File::open_with(&c_string(&[path])?, flags)?;
    let length = file.size()?.min(LARGEST) as usize;
    // First, as nothing that is mapped is taken back.
    // SAFETY: the handler calls the kernel and reads what never changes; nothing else.
    unsafe { handle(Signal::BUS, on_fault, HandlerFlags::ALTERNATE_STACK, Set::EMPTY) }?;
    let start = mmap_file(file.as_fd(), length)?;
    remember(Mapping { start, length, next: null_mut() });
    // SAFETY: the mapping is this long, readable, and never unmapped nor written by us. That
    // others may write is the caller's to bear, as said above.
    Ok(unsafe { core::slice::from_raw_parts(start.as_ptr(), length) })
}

/// Gives back the memory of all that is mapped, until it is looked at again: then it comes
/// from the file, or from what the kernel remembers of it.
pub fn forget_maps() {
    let mut next: *const Mapping = MAPPINGS.load(Ordering::Relaxed);
    // SAFETY: it came from a box that nobody frees or changes.
    while let Some(mapping) = unsafe { next.as_ref() } {
        // SAFETY: the mapping is ours, and nobody writes there.
        let _ = unsafe { discard(mapping.start, mapping.length) };
        next = mapping.next;
    }
}

/// Bytes of a file, of which more are not mapped.
const LARGEST: u64 = 1 << 30;

/// What is mapped, the last one first. It is only ever added to.
static MAPPINGS: AtomicPtr<Mapping> = AtomicPtr::new(null_mut());

struct Mapping {
    start: NonNull<u8>,
    length: usize,
    next: *mut Self,
}

/// Puts a mapping first in the list, for ever.
fn remember(mapping: Mapping) {
    let mapping = Box::leak(Box::new(mapping));
    mapping.next = MAPPINGS.load(Ordering::Relaxed);
    // Another thread may map a file meanwhile.
    while let Err(next) =
        MAPPINGS.compare_exchange_weak(mapping.next, mapping, Ordering::Release, Ordering::Relaxed)
    {
        mapping.next = next;
    }
}

/// Puts a page of zeros where a mapped file has none any more; else dies of the signal.
unsafe extern "C" fn on_fault(signal: Signal, cause: *const Cause, context: *const Context) {
    // SAFETY: the kernel has written it for this call.
    let cause = unsafe { &*cause };
    // SAFETY: as above.
    let context = unsafe { &*context };
    let mut next: *const Mapping = MAPPINGS.load(Ordering::Acquire);
    // SAFETY: it came from a box that nobody frees or changes.
    while let Some(mapping) = unsafe { next.as_ref() } {
        if cause.is_fault()
            && cause.address.wrapping_sub(mapping.start.addr().get()) < mapping.length
        {
            // The sizes that pages have. The kernel refuses what is not on the border of one.
            for size in [0x1000, 0x4000, 0x10000] {
                let page = core::ptr::with_exposed_provenance_mut(cause.address & !(size - 1));
                let Some(page) = NonNull::new(page) else { break };
                // SAFETY: the page is of a mapping of ours, whose readers bear zeros.
                if unsafe { mmap_zeros_over(page, size) }.is_ok() {
                    return;
                }
            }
        }
        next = mapping.next;
    }
    fault::die(signal, cause, context);
}

#[cfg(test)]
mod tests {
    use super::super::tests::fresh;
    use super::*;
    use alloc::vec::Vec;
    use rusl::Errno;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn a_file_is_mapped_and_what_is_none_is_not() {
        let path = fresh("map");
        let bytes = path.as_os_str().as_bytes();
        std::fs::write(&path, b"").unwrap();
        assert_eq!(map(bytes), Err(Errno::EINVAL));
        let contents: Vec<u8> = (0..100_000).map(|index| (index / 7) as u8).collect();
        std::fs::write(&path, &contents).unwrap();
        let mapped = map(bytes).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(mapped == contents);
        assert_eq!(map(bytes), Err(Errno::ENOENT));
        assert!(map(b"/proc").is_err());
        assert!(map(b"/dev/zero").is_err());
    }

    #[test]
    fn what_cannot_be_cut_without_harm_is_not_mapped() {
        let path = fresh("handler");
        std::fs::write(&path, b"not empty").unwrap();
        crate::refusal::on_thread({
            let path = path.clone();
            move || {
                crate::refusal::forbid(libc::SYS_rt_sigaction, Errno::EPERM);
                assert_eq!(map(path.as_os_str().as_bytes()), Err(Errno::EPERM));
            }
        });
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(!maps.contains(path.to_str().unwrap()), "it is mapped for ever");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let path = fresh("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert!(map(path.as_os_str().as_bytes()).is_err());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_without_end_is_mapped_in_part() {
        let path = fresh("sparse");
        std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let mapped = map(path.as_os_str().as_bytes()).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(mapped.len(), 1 << 30);
        assert_eq!((mapped[0], mapped[(1 << 30) - 1]), (0, 0));
    }

    #[test]
    fn what_is_forgotten_is_read_again() {
        let path = fresh("forget");
        let contents: Vec<u8> = (0..500_000).map(|index| (index / 7) as u8).collect();
        std::fs::write(&path, &contents).unwrap();
        let mapped = map(path.as_os_str().as_bytes()).unwrap();
        let start = format!("{:x}-", mapped.as_ptr().addr());
        let resident = || {
            let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
            let (_, rest) = maps.split_once(&start).unwrap();
            let rss = rest.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
            rss.trim().strip_suffix(" kB").unwrap().parse::<u32>().unwrap()
        };
        assert!(mapped == contents && resident() > 400);
        forget_maps();
        assert_eq!(resident(), 0);
        assert!(mapped == contents);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_is_cut_reads_as_zeros() {
        let path = fresh("cut");
        let contents: Vec<u8> = (0..100_000).map(|index| (index % 250) as u8 + 1).collect();
        for length in [0, 1, 4096, 70_001] {
            std::fs::write(&path, &contents).unwrap();
            let mapped = map(path.as_os_str().as_bytes()).unwrap();
            let other = map(b"/proc/self/exe").unwrap();
            // Half of it was looked at before.
            assert!(mapped[..50_000] == contents[..50_000]);
            std::fs::File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
            let (kept, cut) = mapped.split_at(length as usize);
            assert!(kept == &contents[..kept.len()]);
            assert!(cut.iter().rev().all(|byte| *byte == 0), "{length}");
            assert_eq!(&other[..4], b"\x7fELF");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
