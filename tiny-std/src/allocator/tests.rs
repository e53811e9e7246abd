//! The heap against a model of what lives in it.

use super::arena::PAGE;
use super::*;
use std::collections::BTreeMap;

/// A seeded generator (xorshift64*): the same run for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) as usize
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() % bound
    }

    /// Mostly small, now and then of each other place, at times on a boundary.
    fn size(&mut self) -> usize {
        let limit = [64, 256, 2048, 2100, 10_000, 70_000, LARGEST][self.below(7)];
        match self.below(8) {
            0 => limit,
            _ => 1 + self.below(limit),
        }
    }

    fn align(&mut self) -> usize {
        match self.below(10) {
            0 => 1 << self.below(17), // to 64 KiB
            _ => 1 << self.below(5),
        }
    }
}

/// A live object: its layout, and the byte that its contents were made from.
#[derive(Clone, Copy)]
struct Object {
    layout: Layout,
    seed: u8,
}

/// What lives, by address.
struct Model {
    heap: Allocator,
    live: BTreeMap<usize, (NonNull<u8>, Object)>,
}

impl Model {
    fn add(&mut self, start: *mut u8, object: Object) {
        let start = NonNull::new(start).expect("memory");
        let (address, size) = (start.addr().get(), object.layout.size());
        assert_eq!(address % object.layout.align(), 0);
        let below = self.live.range(..address + size).next_back();
        if let Some((other, (_, Object { layout, .. }))) = below {
            assert!(other + layout.size() <= address, "two objects overlap");
        }
        fill(start, object.seed, size);
        self.live.insert(address, (start, object));
    }

    /// Takes the n-th object, after a look at its contents.
    fn take(&mut self, n: usize) -> (NonNull<u8>, Object) {
        let address = *self.live.keys().nth(n).unwrap();
        let (start, object) = self.live.remove(&address).unwrap();
        check(start, object.seed, object.layout.size());
        (start, object)
    }

    fn step(&mut self, random: &mut Random) {
        let seed = random.next() as u8;
        let grow = self.live.len() < 20 || (self.live.len() < 400 && random.below(2) == 0);
        let choice = random.below(4);
        if grow && choice > 0 {
            let layout = Layout::from_size_align(random.size(), random.align()).unwrap();
            let start = if choice == 1 {
                // SAFETY: the size is not 0.
                let start = unsafe { self.heap.alloc_zeroed(layout) };
                // SAFETY: the object is this large.
                let bytes = unsafe { core::slice::from_raw_parts(start, layout.size()) };
                assert!(*bytes == ZEROES[..bytes.len()]);
                start
            } else {
                // SAFETY: the size is not 0.
                unsafe { self.heap.alloc(layout) }
            };
            self.add(start, Object { layout, seed });
        } else if !self.live.is_empty() {
            let (start, object) = self.take(random.below(self.live.len()));
            if choice > 1 {
                let size = random.size();
                // SAFETY: the object was allocated with this layout.
                let moved = unsafe { self.heap.realloc(start.as_ptr(), object.layout, size) };
                let kept = object.layout.size().min(size);
                check(NonNull::new(moved).expect("memory"), object.seed, kept);
                let layout = Layout::from_size_align(size, object.layout.align()).unwrap();
                self.add(moved, Object { layout, seed });
            } else {
                // SAFETY: the object was allocated with this layout.
                unsafe { self.heap.dealloc(start.as_ptr(), object.layout) };
            }
        }
    }
}

/// An empty heap.
fn heap() -> Allocator {
    // SAFETY: threads share it in one test, which sees to that.
    unsafe { Allocator::new() }
}

/// Fills an object with a pattern that depends on the place within it.
fn fill(start: NonNull<u8>, seed: u8, size: usize) {
    // SAFETY: the object is this large, and nobody else has it.
    let bytes = unsafe { core::slice::from_raw_parts_mut(start.as_ptr(), size) };
    bytes.copy_from_slice(&PATTERN[usize::from(seed)..][..size]);
}

fn check(start: NonNull<u8>, seed: u8, size: usize) {
    // SAFETY: the object is at least this large.
    let bytes = unsafe { core::slice::from_raw_parts(start.as_ptr(), size) };
    assert!(*bytes == PATTERN[usize::from(seed)..][..size], "{size} bytes have changed");
}

const LARGEST: usize = 300_000;
static ZEROES: [u8; LARGEST] = [0; LARGEST];
static PATTERN: [u8; LARGEST + 256] = {
    let mut bytes = [0; LARGEST + 256];
    let mut index = 0;
    while index < bytes.len() {
        bytes[index] = (index.wrapping_mul(2_654_435_761) >> 13) as u8;
        index += 1;
    }
    bytes
};

#[test]
fn objects_never_overlap_and_keep_their_contents() {
    for seed in 1..=4 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let mut model = Model { heap: heap(), live: BTreeMap::new() };
        for _ in 0..5_000 {
            model.step(&mut random);
        }
        while !model.live.is_empty() {
            let (start, object) = model.take(0);
            // SAFETY: the object was allocated with this layout.
            unsafe { model.heap.dealloc(start.as_ptr(), object.layout) };
        }
    }
}

#[test]
fn every_alignment_is_kept_when_growing_and_shrinking() {
    let heap = heap();
    for shift in 0..=21 {
        let align = 1 << shift;
        let mut layout = Layout::from_size_align(100, align).unwrap();
        // SAFETY: the size is not 0.
        let mut object = unsafe { heap.alloc(layout) };
        for size in [3000, 70_000, 200_000, 1_000_000, 100_000, 5_000, 1] {
            // SAFETY: the object was allocated with this layout.
            object = unsafe { heap.realloc(object, layout, size) };
            assert!(!object.is_null() && object.addr().is_multiple_of(align), "{size} at {align}");
            layout = Layout::from_size_align(size, align).unwrap();
            // SAFETY: the object is this large.
            let last = unsafe { object.add(size - 1) };
            // SAFETY: as above.
            unsafe { last.write(1) };
        }
        // SAFETY: the object was allocated with this layout.
        unsafe { heap.dealloc(object, layout) };
    }
}

#[test]
fn what_cannot_be_is_null_and_the_heap_goes_on() {
    let heap = heap();
    let impossible = Layout::from_size_align(1 << 50, 8).unwrap();
    // SAFETY: the size is not 0, here and below.
    assert!(unsafe { heap.alloc(impossible) }.is_null());
    let aligned = Layout::from_size_align(1, 1 << 60).unwrap();
    // SAFETY: as above.
    assert!(unsafe { heap.alloc(aligned) }.is_null());
    for size in [100, 5000, 100_000] {
        let layout = Layout::from_size_align(size, 8).unwrap();
        // SAFETY: as above.
        let object = NonNull::new(unsafe { heap.alloc(layout) }).unwrap();
        fill(object, 9, size);
        for size in [1 << 50, isize::MAX as usize - 7] {
            // SAFETY: the object was allocated with this layout.
            assert!(unsafe { heap.realloc(object.as_ptr(), layout, size) }.is_null());
        }
        check(object, 9, size);
        // SAFETY: as above.
        unsafe { heap.dealloc(object.as_ptr(), layout) };
    }
}

/// Only what is between two of its multiples is kept of a mapping.
#[test]
fn what_an_alignment_costs_is_given_back() {
    const TIMES: usize = 400;
    let size = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        statm.split(' ').next().unwrap().parse::<usize>().unwrap() * PAGE
    };
    let heap = heap();
    let layout = Layout::from_size_align(1, 1 << 27).unwrap();
    let before = size();
    let objects: Vec<_> = (0..TIMES)
        .map(|_| {
            // SAFETY: the size is not 0.
            let object = unsafe { heap.alloc(layout) };
            assert!(!object.is_null());
            object
        })
        .collect();
    // Other tests map something as well, but not as much.
    let most = TIMES * layout.align() / 8;
    assert!(size() < before + most, "what they don't use is mapped");
    for object in objects {
        // SAFETY: allocated with this layout.
        unsafe { heap.dealloc(object, layout) };
    }
}

#[test]
fn growing_moves_no_bytes_where_there_is_room() {
    let heap = heap();
    let layout = Layout::from_size_align(3000, 8).unwrap();
    // SAFETY: the size is not 0.
    let object = unsafe { heap.alloc(layout) };
    // Nothing lies behind it.
    // SAFETY: allocated with this layout.
    assert_eq!(unsafe { heap.realloc(object, layout, 30_000) }, object);
    let layout = Layout::from_size_align(30_000, 8).unwrap();
    // SAFETY: as above.
    assert_eq!(unsafe { heap.realloc(object, layout, 10_000) }, object);
    let layout = Layout::from_size_align(10_000, 8).unwrap();
    // SAFETY: as above.
    unsafe { heap.dealloc(object, layout) };
}

#[test]
fn freed_memory_is_used_again() {
    let heap = heap();
    let sizes = [16, 100, 1000, 2048, 3000, 32_000];
    let mut first = Vec::new();
    for round in 0..1000 {
        for (index, size) in sizes.into_iter().enumerate() {
            let layout = Layout::from_size_align(size, 8).unwrap();
            // SAFETY: the size is not 0.
            let object = unsafe { heap.alloc(layout) };
            if round == 0 {
                first.push(object);
            }
            assert_eq!(object, first[index], "{size} in round {round}");
            // SAFETY: allocated with this layout.
            unsafe { heap.dealloc(object, layout) };
        }
    }
}

#[test]
fn four_threads_share_a_heap() {
    threads_start();
    let heap = heap();
    std::thread::scope(|scope| {
        for seed in 1..=4 {
            let heap = &heap;
            scope.spawn(move || {
                let mut random = Random(seed);
                let mut live: Vec<(NonNull<u8>, Object)> = Vec::new();
                for _ in 0..3_000 {
                    if live.len() < 100 && random.below(2) == 0 {
                        let seed = random.next() as u8;
                        let layout = Layout::from_size_align(random.size(), random.align());
                        let object = Object { layout: layout.unwrap(), seed };
                        // SAFETY: the size is not 0.
                        let start = NonNull::new(unsafe { heap.alloc(object.layout) }).unwrap();
                        fill(start, seed, object.layout.size());
                        live.push((start, object));
                    } else if !live.is_empty() {
                        let (start, object) = live.swap_remove(random.below(live.len()));
                        check(start, object.seed, object.layout.size());
                        // SAFETY: the object was allocated with this layout.
                        unsafe { heap.dealloc(start.as_ptr(), object.layout) };
                    }
                }
                for (start, object) in live {
                    check(start, object.seed, object.layout.size());
                    // SAFETY: as above.
                    unsafe { heap.dealloc(start.as_ptr(), object.layout) };
                }
            });
        }
    });
}

#[test]
fn a_heap_that_nobody_used_has_no_memory() {
    let heap = heap();
    assert!(heap.with_heap(|heap| heap.arenas.is_unused()));
    let layout = Layout::from_size_align(200_000, 8).unwrap();
    // SAFETY: the size is not 0.
    let object = unsafe { heap.alloc(layout) };
    // SAFETY: allocated with this layout.
    unsafe { heap.dealloc(object, layout) };
    assert!(heap.with_heap(|heap| heap.arenas.is_unused()));
}
