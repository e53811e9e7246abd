//! Checks the heap of a program as it is shipped: 10 million random operations (fewer without
//! optimisation), each object's contents against a table that lies elsewhere; how much memory
//! the process has beside what lives; and what happens when there is none any more.
//!
//! Prints what was seen at each checkpoint and `ok`, or says what is wrong.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::alloc::{alloc, alloc_zeroed, dealloc, realloc};
use core::alloc::Layout;
use core::ptr;
use rusl::fd::AsFd;
use rusl::fs::{OpenFlags, open, read};
use rusl::mem::mmap_anonymous;
use rusl::process::{Limits, Resource, prlimit};
use tiny_std::println;

tiny_std::program!(main);

const OPERATIONS: usize = if cfg!(debug_assertions) { 200_000 } else { 10_000_000 };
const SLOTS: usize = if cfg!(debug_assertions) { 16_384 } else { 32_768 };
/// How many objects may live in each phase, half of which do, and its share of the
/// operations, in eighths. All are freed after each.
const PHASES: [(usize, usize); 4] = [(500, 1), (SLOTS, 3), (10_000, 1), (SLOTS, 3)];

fn main() -> i32 {
    let untouched = resident();
    let mut table = Table::new();
    let base = resident();
    assert!(base >= untouched);
    for (slots, eighths) in PHASES {
        for operation in 0..OPERATIONS / 8 * eighths {
            // Once in a while there is no memory for a moment.
            if operation % 250_000 == 5000 {
                table.without_memory(slots);
            }
            table.step(slots);
        }
        table.checkpoint(base);
        table.clear();
        table.checkpoint(base);
    }
    println!("ok");
    0
}

/// A live object, or none if `start` is null.
#[derive(Clone, Copy)]
struct Object {
    start: *mut u8,
    layout: Layout,
    seed: u64,
}

/// What lives, in memory of its own.
struct Table {
    objects: &'static mut [Object],
    live: usize,
    random: Random,
}

impl Table {
    fn new() -> Self {
        let start = mmap_anonymous(SLOTS * size_of::<Object>()).unwrap().cast::<Object>();
        let empty = Object { start: ptr::null_mut(), layout: Layout::new::<()>(), seed: 0 };
        for slot in 0..SLOTS {
            // SAFETY: inside of the mapping.
            let place = unsafe { start.add(slot) };
            // SAFETY: as above, and page-aligned.
            unsafe { place.write(empty) };
        }
        // SAFETY: all of them are written; the mapping stays.
        let objects = unsafe { core::slice::from_raw_parts_mut(start.as_ptr(), SLOTS) };
        Self { objects, live: 0, random: Random(0x9e37_79b9_7f4a_7c15) }
    }

    /// Something with one object, by lot.
    fn step(&mut self, slots: usize) {
        let slot = self.random.below(slots);
        let object = self.objects[slot];
        if object.start.is_null() {
            self.add(slot);
        } else {
            match self.random.below(4) {
                0 => self.resize(slot),
                1 => {
                    self.remove(slot);
                    self.add(slot);
                }
                _ => self.remove(slot),
            }
        }
    }

    fn add(&mut self, slot: usize) {
        let layout = self.random.layout();
        let start = if self.random.below(8) == 0 {
            // SAFETY: the size is not 0.
            let start = unsafe { alloc_zeroed(layout) };
            assert!(!start.is_null(), "no memory for {layout:?}");
            // SAFETY: the object is this large.
            let bytes = unsafe { core::slice::from_raw_parts(start, layout.size()) };
            assert!(bytes.iter().all(|byte| *byte == 0), "{layout:?} is not zero");
            start
        } else {
            // SAFETY: the size is not 0.
            unsafe { alloc(layout) }
        };
        self.put(slot, start, layout);
    }

    /// Keeps and fills a new object.
    fn put(&mut self, slot: usize, start: *mut u8, layout: Layout) {
        assert!(!start.is_null(), "no memory for {layout:?}");
        assert!(start.addr().is_multiple_of(layout.align()), "{layout:?} at {start:?}");
        let object = Object { start, layout, seed: self.random.next() };
        object.fill();
        self.objects[slot] = object;
        self.live += layout.size();
    }

    /// Looks at an object's contents and forgets it.
    fn take(&mut self, slot: usize) -> Object {
        let object = self.objects[slot];
        object.check(object.layout.size());
        self.objects[slot].start = ptr::null_mut();
        self.live -= object.layout.size();
        object
    }

    fn remove(&mut self, slot: usize) {
        let object = self.take(slot);
        // SAFETY: the object was allocated with this layout.
        unsafe { dealloc(object.start, object.layout) };
    }

    fn resize(&mut self, slot: usize) {
        let object = self.take(slot);
        let size = self.random.layout().size();
        // SAFETY: the object was allocated with this layout.
        let start = unsafe { realloc(object.start, object.layout, size) };
        assert!(!start.is_null(), "no memory for {size}");
        Object { start, ..object }.check(size.min(object.layout.size()));
        self.put(slot, start, Layout::from_size_align(size, object.layout.align()).unwrap());
    }

    fn clear(&mut self) {
        for slot in 0..SLOTS {
            if !self.objects[slot].start.is_null() {
                self.remove(slot);
            }
        }
    }

    /// The kernel gives nothing any more: what needs more is null, what lives stays as it is.
    fn without_memory(&mut self, slots: usize) {
        let before = prlimit(Resource::AddressSpace, None).unwrap();
        let none = Limits { soft: 0, hard: before.hard };
        prlimit(Resource::AddressSpace, Some(none)).unwrap();
        let mut refused = 0;
        let slot = self.random.below(slots);
        let object = self.objects[slot];
        for layout in [(1 << 40, 8), (300_000, 8), (1, 1 << 20), (100_000, 1 << 17)] {
            let layout = Layout::from_size_align(layout.0, layout.1).unwrap();
            // SAFETY: the size is not 0, here and below.
            refused += usize::from(unsafe { alloc(layout) }.is_null());
            // SAFETY: as above.
            refused += usize::from(unsafe { alloc_zeroed(layout) }.is_null());
            if !object.start.is_null() && object.layout.size() < 100_000 {
                // SAFETY: the object was allocated with its layout.
                let moved = unsafe { realloc(object.start, object.layout, 1 << 40) };
                assert!(moved.is_null(), "memory that nobody has");
                object.check(object.layout.size());
            }
        }
        assert!(refused == 8, "memory that nobody has");
        // Runs and small objects until the arenas are full, some of them; then all go back.
        let mut chain: *mut u8 = ptr::null_mut();
        let size = [32_768, 1024, 128][self.random.below(3)];
        let layout = Layout::from_size_align(size, 8).unwrap();
        for _ in 0..1_000_000 {
            // SAFETY: the size is not 0.
            let start = unsafe { alloc(layout) };
            if start.is_null() {
                refused = 0;
                break;
            }
            // SAFETY: the object has room for a pointer.
            unsafe { start.cast::<*mut u8>().write_unaligned(chain) };
            chain = start;
        }
        assert!(refused == 0, "memory without end");
        while !chain.is_null() {
            // SAFETY: a live object of the chain.
            let next = unsafe { chain.cast::<*mut u8>().read_unaligned() };
            // SAFETY: allocated with this layout.
            unsafe { dealloc(chain, layout) };
            chain = next;
        }
        prlimit(Resource::AddressSpace, Some(before)).unwrap();
    }

    /// What lives is whole, and the process has little more memory than that.
    fn checkpoint(&self, base: usize) {
        let objects = self.objects.iter().filter(|object| !object.start.is_null());
        let mut count = 0;
        for object in objects {
            object.check(object.layout.size());
            count += 1;
        }
        let (live, memory) = (self.live / 1024, (resident() - base) / 1024);
        println!("{count} objects, {live} kB live, {memory} kB resident");
        // Of little, chance has a large part: what was needed a moment ago is kept.
        let share = if live == 0 { 0 } else { (live * 3 / 10).max(192) };
        assert!(memory <= live + share + 64, "too much memory");
    }
}

impl Object {
    fn byte(&self, at: usize) -> u8 {
        (self.seed >> (at % 8 * 8)) as u8 ^ (at >> 3) as u8
    }

    fn word(&self, index: usize) -> [u8; 8] {
        (self.seed ^ u64::from_ne_bytes([index as u8; 8])).to_le_bytes()
    }

    fn fill(&self) {
        let length = self.layout.size();
        // SAFETY: the object is this large, and nobody else has it.
        let bytes = unsafe { core::slice::from_raw_parts_mut(self.start, length) };
        let (words, rest) = bytes.as_chunks_mut::<8>();
        for (index, word) in words.iter_mut().enumerate() {
            *word = self.word(index);
        }
        let start = length - rest.len();
        for (at, byte) in rest.iter_mut().enumerate() {
            *byte = self.byte(start + at);
        }
    }

    /// The first bytes are as they were written.
    fn check(&self, length: usize) {
        // SAFETY: the object is at least this large.
        let bytes = unsafe { core::slice::from_raw_parts(self.start, length) };
        let (words, rest) = bytes.as_chunks::<8>();
        let good = words.iter().enumerate().all(|(index, word)| *word == self.word(index));
        let start = length - rest.len();
        let good = good && rest.iter().enumerate().all(|(at, byte)| *byte == self.byte(start + at));
        assert!(good, "the heap has lost {:?} at {:?}", self.layout, self.start);
    }
}

/// xorshift64*: the same run every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 32) as usize * bound) >> 32
    }

    /// What programs ask for: mostly little, now and then much; one in 200 aligned to more
    /// than a word, to 128 KiB.
    fn layout(&mut self) -> Layout {
        let (least, most) = match self.below(1000) {
            0..600 => (1, 64),
            600..850 => (65, 256),
            850..960 => (257, 1024),
            960..990 => (1025, 8192),
            990..998 => (8193, 32_768),
            _ => (32_769, 300_000),
        };
        let size = least + self.below(most + 1 - least);
        let align = if self.below(200) == 0 { 1 << self.below(18) } else { 8 };
        Layout::from_size_align(size, align).unwrap()
    }
}

/// The bytes that this process has in memory, without help from the heap.
fn resident() -> usize {
    let file = open(c"/proc/self/smaps_rollup", OpenFlags::READ_ONLY, 0).unwrap();
    let mut buffer = [0; 2048];
    let length = read(file.as_fd(), &mut buffer).unwrap();
    let text = core::str::from_utf8(&buffer[..length]).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<usize>().unwrap() * 1024
}
