//! A program at an address that is chosen when it starts (static-PIE): with the feature `pie`.
//!
//! The words that hold an address were written by the linker as if the program began at 0.
//! [`relocate`] adds where it really begins, before anything else runs, and
//! `protect` then takes away the right to write what nobody has to write any more.
//!
//! Never calls Rust before all of it is relocated: whatever the compiler makes may use such a
//! word, a table of a `match` or the address of a function in another crate. So `relocate` is
//! assembly, which uses none: everything is found relative to the instruction, no stack, no
//! table, no call.
//!
//! Only relative relocations are done, in the forms `DT_RELA` and `DT_RELR` (gABI, "Dynamic
//! Section" and "Relocation"): a static program has no others. Anything else, such as what is
//! left open for a dynamic loader, ends the program with a sentence.

use core::ptr::NonNull;
use rusl::mem::{Protection, mprotect};

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::relocate;
#[cfg(target_arch = "x86_64")]
pub use x86_64::relocate;

/// What is said where a relocation is none of those that a program can do itself.
static SENTENCE: [u8; SENTENCE_LENGTH] = *b"tiny-std: the program has a relocation that it can't \
do itself; link it with -static-pie\n";
const SENTENCE_LENGTH: usize = 89;

/// Lets the relocated words only be read from now on: the segment `PT_GNU_RELRO`, in whole
/// pages.
///
/// Where that is refused, by a filter of system calls for example, the program goes on as one
/// that was not hardened.
pub(crate) fn protect() {
    unsafe extern "C" {
        /// The ELF header in memory, from which all addresses count; set by the linker.
        static __ehdr_start: u8;
    }
    /// `AT_PAGESZ` of the auxiliary vector.
    const PAGE_SIZE: usize = 6;
    let base = (&raw const __ehdr_start).expose_provenance();
    // SAFETY: the header is there for as long as the program, as are the segments' headers.
    let segments = unsafe { segments(base) };
    let page = crate::env::auxiliary_value(PAGE_SIZE).unwrap_or(4096);
    for segment in segments.filter(|segment| segment.kind == GNU_RELRO) {
        let start = base.wrapping_add(segment.address);
        if let Some((start, length)) = whole_pages(start, segment.memory_size, page)
            && let Some(start) = NonNull::new(core::ptr::with_exposed_provenance_mut(start))
        {
            // SAFETY: the linker has gathered there what is written by relocating alone.
            let _ = unsafe { mprotect(start, length, Protection::Read) };
        }
    }
}

/// `p_type` of the segment that is only read once it is relocated.
const GNU_RELRO: u32 = 0x6474_e552;

/// What the file begins with (gABI, "ELF Header").
#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    identification: [u8; 16],
    kind: u16,
    machine: u16,
    version: u32,
    entry: usize,
    /// Where the segments' headers begin.
    segments: usize,
    sections: usize,
    flags: u32,
    size: u16,
    segment_size: u16,
    segment_count: u16,
}

/// A segment's header (gABI, "Program Header").
#[repr(C)]
#[derive(Clone, Copy)]
struct Segment {
    kind: u32,
    flags: u32,
    offset: usize,
    address: usize,
    physical_address: usize,
    file_size: usize,
    memory_size: usize,
    alignment: usize,
}

/// The headers of the segments of the program whose ELF header is at `base`.
///
/// # Safety
///
/// It is there, as are the headers that it tells of, for as long as the result is used.
unsafe fn segments(base: usize) -> impl Iterator<Item = Segment> {
    let header = core::ptr::with_exposed_provenance::<Header>(base);
    // SAFETY: the caller's promise.
    let header = unsafe { header.read() };
    let first: *const Segment =
        core::ptr::with_exposed_provenance(base.wrapping_add(header.segments));
    (0..usize::from(header.segment_count)).map(move |index| {
        let segment = first.wrapping_add(index);
        // SAFETY: the caller's promise: so many headers follow each other.
        unsafe { segment.read() }
    })
}

/// The pages of a segment to be protected: where they start and how many bytes they are.
///
/// The linker puts the segment first among what is written, so what shares its first page
/// with it is nothing; on its last page may be what follows.
const fn whole_pages(start: usize, length: usize, page: usize) -> Option<(usize, usize)> {
    let first = start & !(page - 1);
    let end = start.wrapping_add(length) & !(page - 1);
    if first < end { Some((first, end - first)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_is_protected_that_holds_what_follows() {
        for page in [4096, 16384, 65536] {
            for start in [0, 1, 8, page - 8, page, 3 * page + 40] {
                for length in [0, 8, page - 1, page, page + 1, 5 * page - 40, 7 * page + 1] {
                    let end = start + length;
                    let Some((first, length)) = whole_pages(start, length, page) else {
                        assert_eq!(end / page, start / page, "{start} to {end}");
                        continue;
                    };
                    assert!(first.is_multiple_of(page) && length.is_multiple_of(page));
                    assert!(length > 0 && first <= start && start - first < page);
                    assert!(first + length <= end && end - (first + length) < page);
                }
            }
        }
    }

    #[test]
    fn the_segments_of_this_test_are_found() {
        const LOAD: u32 = 1;
        unsafe extern "C" {
            static __ehdr_start: u8;
        }
        let base = (&raw const __ehdr_start).expose_provenance();
        // SAFETY: the header of this test.
        let found: Vec<_> = unsafe { segments(base) }.collect();
        let here = (the_segments_of_this_test_are_found as *const ()).addr() - base;
        let holds = |segment: &&Segment| {
            (segment.address..segment.address + segment.memory_size).contains(&here)
        };
        let code = found.iter().filter(|segment| segment.kind == LOAD).find(holds).unwrap();
        assert_eq!(code.flags & 1, 1, "code is executable");
        assert!(code.file_size <= code.memory_size && code.alignment.is_power_of_two());
        assert_eq!(code.offset % 4096, code.physical_address % 4096);
        assert_eq!(found.iter().filter(|segment| segment.kind == GNU_RELRO).count(), 1);
    }
}
