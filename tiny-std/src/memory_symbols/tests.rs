//! Every function against what the language does, with no byte to spare on either side: the
//! buffers touch pages that nobody may access. On each way that the processor has.

use std::ops::Range;

use super::arch::ways::for_each_way;
use super::{bcmp, memcmp, memcpy, memmove, memset, strlen};
use rusl::mem::{Protection, mmap_anonymous, mprotect};

/// The largest page there is; a smaller one divides it.
const PAGE: usize = 65536;
/// All lengths up to here are tried everywhere.
const LONGEST: usize = 600;
/// Lengths around what is decided by length above that, and around a page.
const LONG: [Range<usize>; 5] =
    [1020..1030, 2040..2100, 4026..4167, 16380..16390, 24 * 1024 - 70..24 * 1024 + 71];

/// Bytes between two pages that fault. Left mapped: the process ends soon.
fn lone(size: usize) -> &'static mut [u8] {
    assert!(size.is_multiple_of(PAGE));
    let start = mmap_anonymous(size + 2 * PAGE).unwrap();
    // SAFETY: inside of the mapping.
    let middle = unsafe { start.add(PAGE) };
    // SAFETY: inside of the mapping.
    let end = unsafe { middle.add(size) };
    for guard in [start, end] {
        // SAFETY: our own pages, not referred to.
        unsafe { mprotect(guard, PAGE, Protection::None) }.unwrap();
    }
    // SAFETY: the pages between are ours and never unmapped.
    unsafe { core::slice::from_raw_parts_mut(middle.as_ptr(), size) }
}

/// Bytes that don't repeat, none of them 0.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8 | 1
    };
    (0..length).map(|_| next()).collect()
}

/// The ranges of `length` bytes that start, or end, at each of 64 alignments next to both
/// ends of a page.
fn ranges(length: usize) -> impl Iterator<Item = Range<usize>> {
    let low = (0..64).map(move |start| start..start + length);
    let high = (0..64).map(move |from_end| PAGE - from_end - length..PAGE - from_end);
    low.chain(high)
}

/// All short lengths, and the long ones.
fn lengths() -> impl Iterator<Item = usize> {
    (0..=LONGEST).chain(LONG.into_iter().flatten())
}

/// The range and up to 80 bytes on both sides, which must not change.
fn around(range: &Range<usize>) -> Range<usize> {
    range.start.saturating_sub(80)..(range.end + 80).min(PAGE)
}

#[test]
fn copies_move_what_they_are_told_and_nothing_else() {
    for_each_way(|| {
        let (from, to) = (lone(PAGE), lone(PAGE));
        from.copy_from_slice(&noise(PAGE));
        for length in lengths() {
            // Long ones at some of the places, all of them in turn.
            let step = if length <= LONGEST { 1 } else { 13 };
            for (index, range) in ranges(length).enumerate().skip(length % step).step_by(step) {
                let source = match index % 3 {
                    0 => 0..length,
                    1 => PAGE - length..PAGE,
                    _ => index..index + length,
                };
                let around = around(&range);
                let mut expected = vec![0xa5; around.len()];
                expected[range.start - around.start..][..length]
                    .copy_from_slice(&from[source.clone()]);
                let copy = if index % 2 == 0 { memcpy } else { memmove };
                to[around.clone()].fill(0xa5);
                let destination = to[range.clone()].as_mut_ptr().cast();
                // SAFETY: both are this long.
                let result = unsafe { copy(destination, from[source].as_ptr().cast(), length) };
                assert_eq!(result, destination);
                assert!(to[around] == *expected, "{length} to {range:?}");
            }
        }
    });
}

/// Moves `length` bytes inside of a page by `distance`; `noise` is as long as the page.
fn check_move(page: &mut [u8], noise: &[u8], from: usize, length: usize, distance: isize) {
    let to = from.strict_add_signed(distance);
    let window = from.min(to).saturating_sub(80)..(from.max(to) + length + 80).min(page.len());
    page[window.clone()].copy_from_slice(&noise[window.clone()]);
    let mut expected = noise[window.clone()].to_vec();
    expected.copy_within(from - window.start..from - window.start + length, to - window.start);
    let start = page.as_mut_ptr();
    let (destination, source) = (start.wrapping_add(to), start.wrapping_add(from));
    // SAFETY: both lie in the page.
    let result = unsafe { memmove(destination.cast(), source.cast(), length) };
    assert_eq!(result, destination.cast());
    assert!(page[window] == *expected, "{length} from {from} by {distance}");
}

#[test]
fn moves_overlap() {
    for_each_way(|| {
        let (page, noise) = (lone(PAGE), noise(PAGE));
        for length in 0..=LONGEST {
            for distance in -65..=65 {
                check_move(page, &noise, 128 + length % 64, length, distance);
            }
        }
        for length in LONG.into_iter().flatten() {
            let some = (-65..=65).skip(length % 7).step_by(7);
            for distance in some.chain([-4097, -4096, -4095, 4095, 4096, 4097]) {
                check_move(page, &noise, 4200 + length % 64, length, distance);
            }
        }
    });
}

#[test]
fn moves_overlap_at_every_alignment_of_both() {
    for_each_way(|| {
        let (page, noise) = (lone(2 * PAGE), noise(2 * PAGE));
        for length in [65, 129, 161, 257, 385, 4096, 24 * 1024] {
            for align in 0..64 {
                for distance in -64..=64 {
                    if length < 1000 || (align + distance) % 9 == 0 {
                        check_move(page, &noise, 128 + align as usize, length, distance);
                    }
                }
            }
        }
        // More than a page, from one end of all and to the other.
        for length in 70_000 - 3..70_000 + 3 {
            for distance in [-4096, -65, -64, -1, 0, 1, 64, 65, 4096] {
                check_move(page, &noise, 4096, length, distance);
                check_move(page, &noise, 2 * PAGE - 4096 - length, length, distance);
            }
            check_move(page, &noise, 0, length.min(PAGE), PAGE as isize);
            check_move(page, &noise, PAGE, length.min(PAGE), -(PAGE as isize));
        }
    });
}

#[test]
fn fills_fill_what_they_are_told_and_nothing_else() {
    for_each_way(|| {
        let place = lone(PAGE);
        for length in lengths() {
            let step = if length <= LONGEST { 1 } else { 13 };
            for range in ranges(length).skip(length % step).step_by(step) {
                let around = around(&range);
                let mut expected = vec![0xa5; around.len()];
                expected[range.start - around.start..][..length].fill(0x3c);
                place[around.clone()].fill(0xa5);
                let destination = place[range.clone()].as_mut_ptr().cast();
                // Only the low byte counts.
                // SAFETY: the range is this long.
                let result = unsafe { memset(destination, 0x7f_3c, length) };
                assert_eq!(result, destination);
                assert!(place[around] == *expected, "{range:?}");
            }
        }
    });
}

/// What both comparisons say, as -1, 0 or 1; of [`bcmp`] whether it says that they differ.
fn compare(left: &[u8], right: &[u8]) -> (i32, bool) {
    assert_eq!(left.len(), right.len());
    let (one, other) = (left.as_ptr().cast(), right.as_ptr().cast());
    // SAFETY: both are this long.
    let order = unsafe { memcmp(one, other, left.len()) };
    // SAFETY: both are this long.
    let difference = unsafe { bcmp(one, other, left.len()) };
    (order.signum(), difference != 0)
}

#[test]
fn comparisons_end_with_what_they_are_told() {
    for_each_way(|| {
        let (left, right, noise) = (lone(PAGE), lone(PAGE), noise(PAGE));
        for length in lengths() {
            let step = if length <= LONGEST { 1 } else { 29 };
            for (index, range) in ranges(length).enumerate().skip(length % step).step_by(step) {
                let other = if index % 2 == 0 { 0..length } else { PAGE - length..PAGE };
                // What is around differs.
                left[around(&range)].fill(1);
                right[around(&other)].fill(2);
                left[range.clone()].copy_from_slice(&noise[..length]);
                right[other.clone()].copy_from_slice(&noise[..length]);
                assert_eq!(compare(&left[range.clone()], &right[other.clone()]), (0, false));
                let Some(last) = length.checked_sub(1) else { continue };
                right[other.start + last] -= 1;
                assert_eq!(compare(&left[range.clone()], &right[other.clone()]), (1, true));
            }
        }
    });
}

#[test]
fn comparisons_find_the_first_difference() {
    for_each_way(|| {
        let (left, right) = (lone(PAGE), lone(PAGE));
        for length in lengths() {
            let (one, other) = (&mut left[length % 64..][..length], &mut right[PAGE - length..]);
            one.fill(0x80);
            other.fill(0x80);
            let step = if length <= LONGEST { 1 } else { 1 + length / 100 };
            for at in (0..length).step_by(step) {
                one[at] = 0xff; // unsigned: larger
                if at < length - 1 {
                    other[length - 1] = 0xff; // comes later, and does not matter
                }
                assert_eq!(compare(one, other), (1, true), "{length} at {at}");
                one[at] = 0x01;
                assert_eq!(compare(one, other), (-1, true), "{length} at {at}");
                one[at] = 0x80;
                other[length - 1] = 0x80;
            }
        }
    });
}

#[test]
fn strings_end_at_the_first_nul() {
    for_each_way(|| {
        let place = lone(PAGE);
        for length in lengths() {
            let step = if length <= LONGEST { 1 } else { 29 };
            for range in ranges(length + 1).skip(length % step).step_by(step) {
                place[around(&range)].fill(0);
                place[range.start..range.end - 1].fill(if length % 2 == 0 { 0xff } else { 1 });
                let start = place[range.clone()].as_ptr().cast();
                // SAFETY: the range ends in NUL.
                assert_eq!(unsafe { strlen(start) }, length, "{range:?}");
            }
        }
    });
}
