//! Every function against a byte loop, with no byte to spare on either side: the buffers
//! touch pages that nobody may access.

use super::{bcmp, memcmp, memcpy, memmove, memset, strlen};
use rusl::mem::{Protection, mmap_anonymous, mprotect};

/// The largest page there is; a smaller one divides it.
const PAGE: usize = 65536;
const LONGEST: usize = 600;

/// A page between two that fault. Left mapped: the process ends soon.
fn page() -> &'static mut [u8] {
    let start = mmap_anonymous(3 * PAGE).unwrap();
    // SAFETY: inside of the mapping.
    let middle = unsafe { start.add(PAGE) };
    // SAFETY: inside of the mapping.
    let end = unsafe { start.add(2 * PAGE) };
    for guard in [start, end] {
        // SAFETY: our own pages, not referred to.
        unsafe { mprotect(guard, PAGE, Protection::None) }.unwrap();
    }
    // SAFETY: the middle page is ours and never unmapped.
    unsafe { core::slice::from_raw_parts_mut(middle.as_ptr(), PAGE) }
}

/// The ranges of `length` bytes that start or end at each of 64 alignments at both ends
/// of a page.
fn ranges(length: usize) -> impl Iterator<Item = core::ops::Range<usize>> {
    let low = (0..64).map(move |start| start..start + length);
    let high = (0..64).map(move |from_end| PAGE - from_end - length..PAGE - from_end);
    low.chain(high)
}

/// Lengths around every branch, and some beyond.
fn lengths() -> impl Iterator<Item = usize> {
    (0..=160).chain((161..LONGEST).step_by(37)).chain([LONGEST])
}

fn pattern(bytes: &mut [u8], seed: u8) {
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = (index as u8).wrapping_mul(31).wrapping_add(seed);
    }
}

#[test]
fn copies_move_what_they_are_told_and_nothing_else() {
    let (from, to) = (page(), page());
    pattern(from, 1);
    for copy in [memcpy, memmove] {
        for length in lengths() {
            let sources = [0..length, PAGE - length..PAGE, 7..7 + length];
            for (range, source) in ranges(length).zip(sources.into_iter().cycle()) {
                let around = range.start.saturating_sub(80)..(range.end + 80).min(PAGE);
                to[around.clone()].fill(0xa5);
                let destination = to[range.clone()].as_mut_ptr().cast();
                let bytes = &from[source];
                // SAFETY: both are this long.
                let result = unsafe { copy(destination, bytes.as_ptr().cast(), length) };
                assert_eq!(result, destination);
                assert!(to[range.clone()] == *bytes, "{length} at {range:?}");
                let rest = to[around.start..range.start].iter().chain(&to[range.end..around.end]);
                assert!(rest.copied().all(|byte| byte == 0xa5), "{length} at {range:?}");
            }
        }
    }
}

#[test]
fn moves_overlap() {
    let place = page();
    for length in [1, 15, 16, 31, 33, 64, 65, 127, 128, 129, 200, 600] {
        for distance in -65_isize..=65 {
            let source = 100_usize..100 + length;
            let target = source.start.strict_add_signed(distance);
            let window = ..900;
            pattern(&mut place[window], 3);
            let mut expected = place[window].to_vec();
            expected.copy_within(source.clone(), target);
            let start = place.as_mut_ptr();
            let (to, from) = (start.wrapping_add(target), start.wrapping_add(source.start));
            // SAFETY: both lie in the page.
            unsafe { memmove(to.cast(), from.cast(), length) };
            assert!(place[window] == *expected, "{length} by {distance}");
        }
    }
}

#[test]
fn fills_fill_what_they_are_told_and_nothing_else() {
    let place = page();
    for length in lengths() {
        for range in ranges(length) {
            let around = range.start.saturating_sub(80)..(range.end + 80).min(PAGE);
            place[around.clone()].fill(0xa5);
            let destination = place[range.clone()].as_mut_ptr().cast();
            // Only the low byte counts.
            // SAFETY: the range is this long.
            let result = unsafe { memset(destination, 0x7f_3c, length) };
            assert_eq!(result, destination);
            let outside =
                place[around.start..range.start].iter().chain(&place[range.end..around.end]);
            assert!(place[range.clone()].iter().all(|&byte| byte == 0x3c), "{range:?}");
            assert!(outside.copied().all(|byte| byte == 0xa5), "{range:?}");
        }
    }
}

#[test]
fn comparisons_find_the_first_difference() {
    let (left, right) = (page(), page());
    for compare in [memcmp, bcmp] {
        for length in lengths() {
            for range in ranges(length).step_by(5) {
                let bytes = &mut left[range.clone()];
                bytes.fill(0x80);
                let other = &mut right[PAGE - length..];
                other.fill(0x80);
                let sign = |bytes: &[u8]| {
                    // SAFETY: both are this long.
                    unsafe { compare(bytes.as_ptr().cast(), other.as_ptr().cast(), length) }
                        .signum()
                };
                assert_eq!(sign(bytes), 0);
                for at in (0..length).step_by(1 + length / 20) {
                    bytes[at] = 0xff; // unsigned: larger
                    // What comes later does not matter.
                    bytes[length - 1] = if at == length - 1 { 0xff } else { 0 };
                    assert_eq!(sign(bytes), 1, "{length} at {at}");
                    bytes[at] = 0x01;
                    assert_eq!(sign(bytes), -1, "{length} at {at}");
                    bytes[at] = 0x80;
                    bytes[length - 1] = 0x80;
                }
            }
        }
    }
}

#[test]
fn strings_end_at_the_first_nul() {
    let place = page();
    for length in 0..200 {
        for range in ranges(length + 1) {
            place[range.start.saturating_sub(20)..range.end].fill(0);
            place[range.start..range.end - 1].fill(0xff);
            let start = place[range.clone()].as_ptr().cast();
            // SAFETY: the range ends in NUL.
            assert_eq!(unsafe { strlen(start) }, length, "{range:?}");
        }
    }
}
