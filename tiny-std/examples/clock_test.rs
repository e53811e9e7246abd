//! Tries the clock in a program of our own: that the kernel's code in our memory is found and
//! tells what the system call tells, and that a million broken images of it neither fault nor
//! hang (without optimisation, a tenth of them). Says what it found.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use rusl::time::{Clock, clock_gettime};
use tiny_std::clock::{Instant, vdso};
use tiny_std::println;

tiny_std::program!(main);

fn main() -> i32 {
    let image = vdso::image();
    if let Some(image) = image {
        break_it(image);
    }
    println!("vdso {}", if image.is_some() { "found" } else { "absent" });
    // Absent or not, the clock is the same.
    for _ in 0..100_000 {
        let before = clock_gettime(Clock::Monotonic);
        let between = Instant::now().as_timespec();
        let after = clock_gettime(Clock::Monotonic);
        assert!(before <= between && between <= after, "{before:?} {between:?} {after:?}");
    }
    println!("ok");
    0
}

/// A stream of numbers (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }
}

fn break_it(image: &[u8]) {
    let (name, version) = if cfg!(target_arch = "x86_64") {
        (c"__vdso_clock_gettime", c"LINUX_2.6")
    } else {
        (c"__kernel_clock_gettime", c"LINUX_2.6.39")
    };
    let whole = vdso::find(image, name, version).expect("no function in the vDSO");
    let count = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut broken = Vec::from(image);
    let (mut moved, mut gone) = (0, 0);
    for _ in 0..count {
        // Before the code, where the tables are, most of the time.
        let limit = if random.below(8) == 0 { image.len() } else { whole.min(image.len()) };
        let changes = 1 + random.below(6);
        for _ in 0..changes {
            let at = random.below(limit - 8);
            let width = 1 << random.below(4);
            let bytes = match random.below(4) {
                0 => [0; 8],
                1 => [0xff; 8],
                2 => (random.below(image.len()) as u64).to_le_bytes(),
                _ => random.next().to_le_bytes(),
            };
            broken[at..at + width].copy_from_slice(&bytes[..width]);
        }
        let length = if random.below(4) == 0 { random.below(image.len()) } else { image.len() };
        match vdso::find(&broken[..length], name, version) {
            None => gone += 1,
            Some(place) => {
                assert!(place < length, "{place:#x} is outside of {length:#x}");
                moved += usize::from(place != whole);
            }
        }
        broken.copy_from_slice(image);
    }
    // Else nothing was broken.
    assert!(moved > 0 && gone > count / 10, "{moved} moved, {gone} gone");
}
