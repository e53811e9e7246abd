//! `cargo bench -p tiny-std --bench memory`: the memory symbols beside libc's, size by size,
//! in one process. Rounds are short and interleaved, and what counts is the median of
//! their ratios, as a machine has other things to do as well. Never a test: a target that is
//! missed is said, and ends nothing.
//!
//! What stands behind `--` picks rows by a part of their names.
#![expect(clippy::cast_precision_loss, reason = "what is counted here is far below 2^52")]

use std::env;
use std::ffi::{c_char, c_int, c_void};
use std::hint::black_box;
use std::iter::successors;
use std::time::{Duration, Instant};

use tiny_std::memory_symbols as ours;

/// libc's, under the names that the feature `symbols` would take from it.
mod libc {
    use super::{c_char, c_int, c_void};

    unsafe extern "C" {
        pub(super) fn memcpy(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
        pub(super) fn memmove(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
        pub(super) fn memset(to: *mut c_void, byte: c_int, length: usize) -> *mut c_void;
        pub(super) fn memcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int;
        pub(super) fn strlen(string: *const c_char) -> usize;
    }
}

type Copy = unsafe extern "C" fn(*mut c_void, *const c_void, usize) -> *mut c_void;
type Fill = unsafe extern "C" fn(*mut c_void, c_int, usize) -> *mut c_void;
type Compare = unsafe extern "C" fn(*const c_void, *const c_void, usize) -> c_int;
type Measure = unsafe extern "C" fn(*const c_char) -> usize;

const SIZES: [usize; 22] = [
    0, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096, 16384, 65536,
    262_144,
];
/// Interleaved rounds of each row.
const ROUNDS: usize = 401;
/// What a round of one of the two takes at least.
const ROUND: Duration = Duration::from_micros(10);
/// Different calls of a row; a power of two.
const CALLS: usize = 256;
/// Room for the longest call at each alignment, overlapping or not.
const ROOM: usize = 1 << 19;

fn main() {
    // Cargo says `--bench`.
    let wanted: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut bench = Bench { wanted, places: [vec![1; ROOM], vec![1; ROOM]], missed: 0 };
    println!("{:<24} {:>10} {:>10} {:>6}  target", "", "ours, ns", "libc, ns", "ratio");
    bench.rows("memcpy", Layout::Apart, copy(ours::memcpy), copy(libc::memcpy));
    bench.rows("memmove apart", Layout::Apart, copy(ours::memmove), copy(libc::memmove));
    bench.rows("memmove up", Layout::Up, copy(ours::memmove), copy(libc::memmove));
    bench.rows("memmove down", Layout::Down, copy(ours::memmove), copy(libc::memmove));
    bench.rows("memset", Layout::Apart, fill(ours::memset), fill(libc::memset));
    bench.rows("memcmp", Layout::Apart, compare(ours::memcmp), compare(libc::memcmp));
    bench.rows("strlen", Layout::Strings, measure(ours::strlen), measure(libc::strlen));
    println!("missed: {}", bench.missed);
}

fn copy(function: Copy) -> impl Fn(&Call) -> usize {
    let function = black_box(function);
    // SAFETY: the places of a call are as long as it says, here and below.
    move |call| unsafe { function(call.left.cast(), call.right.cast(), call.length) }.addr()
}

fn fill(function: Fill) -> impl Fn(&Call) -> usize {
    let function = black_box(function);
    // SAFETY: as above.
    move |call| unsafe { function(call.left.cast(), 1, call.length) }.addr()
}

fn compare(function: Compare) -> impl Fn(&Call) -> usize {
    let function = black_box(function);
    // SAFETY: as above.
    move |call| unsafe { function(call.left.cast(), call.right.cast(), call.length) as usize }
}

fn measure(function: Measure) -> impl Fn(&Call) -> usize {
    let function = black_box(function);
    // SAFETY: a NUL comes after so many bytes.
    move |call| unsafe { function(call.left.cast()) }
}

/// Where the two places of a call lie, and how long they are.
struct Call {
    left: *mut u8,
    right: *mut u8,
    length: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Not overlapping.
    Apart,
    /// In one place, the destination 1 to 64 bytes above the source.
    Up,
    /// In one place, the destination 1 to 64 bytes below the source.
    Down,
    /// With a NUL at the end.
    Strings,
}

struct Bench {
    wanted: Vec<String>,
    /// All their bytes are equal, but for the ends of strings.
    places: [Vec<u8>; 2],
    missed: usize,
}

impl Bench {
    /// Measures and prints one function in every size.
    fn rows(
        &mut self,
        name: &str,
        layout: Layout,
        ours: impl Fn(&Call) -> usize,
        libc: impl Fn(&Call) -> usize,
    ) {
        let fixed = SIZES.map(|size| (size.to_string(), size, size));
        for (said, least, most) in fixed.into_iter().chain([("random 1-64".to_owned(), 1, 64)]) {
            let name = format!("{name} {said}");
            if !self.wanted.is_empty() && !self.wanted.iter().any(|word| name.contains(word)) {
                continue;
            }
            let calls = self.calls(layout, least, most);
            let [own, peer, ratio] = medians(&calls, &ours, &libc);
            let target = match most {
                0..=64 => Some(1.0),
                256..=1024 => Some(1.25),
                1025.. => Some(1.1),
                _ => None,
            };
            let said = target.map(|target| {
                // As printed.
                let is_met = ratio < target + 0.005;
                self.missed += usize::from(!is_met);
                format!("  ≤ {target}: {}", if is_met { "met" } else { "MISSED" })
            });
            let said = said.unwrap_or_default();
            println!("{name:<24} {own:>10.2} {peer:>10.2} {ratio:>6.2}{said}");
        }
    }

    /// Calls of every alignment from 0 to 63 in both places, with lengths from `least` to
    /// `most`.
    fn calls(&mut self, layout: Layout, least: usize, most: usize) -> Vec<Call> {
        // Strings lie one after the other, but not so many that they leave the nearest cache.
        let slot = most + 128;
        let slots = (16384 / slot).clamp(1, 64);
        let [left, right] = &mut self.places;
        if layout == Layout::Strings {
            left.fill(1);
        }
        // Not at the same place of a page: processors compare the low twelve bits of addresses
        // first to find out whether a load needs what was just stored.
        let (left, right) = (left.as_mut_ptr(), right.as_mut_ptr().wrapping_add(2048));
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |bound: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random >> 20) as usize % bound
        };
        let mut calls: Vec<Call> = (0..CALLS)
            .map(|_| {
                let [one, two, length] = [below(64), below(64), least + below(most - least + 1)];
                let (low, high) = (left.wrapping_add(one), left.wrapping_add(one + two + 1));
                let (left, right) = match layout {
                    Layout::Apart | Layout::Strings => (low, right.wrapping_add(two)),
                    Layout::Up => (high, low),
                    Layout::Down => (low, high),
                };
                Call { left, right, length }
            })
            .collect();
        if layout == Layout::Strings {
            for (index, call) in calls.iter_mut().take(slots).enumerate() {
                call.left = call.left.wrapping_add(index * slot);
                // SAFETY: inside of the left place.
                unsafe { call.left.wrapping_add(call.length).write(0) };
            }
            calls.truncate(1 << slots.ilog2());
        }
        calls
    }
}

/// The nanoseconds of a call of the one and of the other, and the ratio.
fn medians(
    calls: &[Call],
    ours: impl Fn(&Call) -> usize,
    libc: impl Fn(&Call) -> usize,
) -> [f64; 3] {
    // Doubled until it is long enough; the first rounds also map what is touched.
    let longer = |count: &usize| (time(calls, *count, &ours) < ROUND).then_some(2 * count);
    let count = successors(Some(calls.len()), longer).last().unwrap_or(CALLS);
    let rounds: Vec<[f64; 3]> = (0..ROUNDS)
        .map(|round| {
            let first = (round % 2 == 0).then(|| time(calls, count, &libc));
            let own = time(calls, count, &ours);
            let peer = first.unwrap_or_else(|| time(calls, count, &libc));
            let [own, peer] = [own, peer].map(|time| time.as_nanos() as f64 / count as f64);
            [own, peer, own / peer]
        })
        .collect();
    [0, 1, 2].map(|column| {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[column]).collect();
        values.sort_by(f64::total_cmp);
        values[ROUNDS / 2]
    })
}

/// What `count` calls take. One loop for the one and the other: where its code lies is
/// the same for both.
#[inline(never)]
fn time(calls: &[Call], count: usize, function: impl Fn(&Call) -> usize) -> Duration {
    let mask = calls.len() - 1;
    let start = Instant::now();
    for index in 0..count {
        black_box(function(&calls[index & mask]));
    }
    start.elapsed()
}
