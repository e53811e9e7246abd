//! Checks, in a program as it is shipped, what tests beside std can't: the memory symbols
//! under their own names, the stack at entry, the global allocator, children of a
//! process without libc. Prints `ok` and exits with status 0, or says what is wrong.
//!
//! With the argument `start` it looks at the stack and at what it was started with, and leaves
//! the rest. With the argument `without-children` it starts none, for emulators that make a copy of
//! a process that should share its memory (qemu-user).
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::hint::black_box;
use rusl::fd::AsFd;
use rusl::mem::{Protection, mmap_anonymous, mprotect};
use rusl::signal::{Change, sigprocmask};
use tiny_std::clock::{Instant, SystemTime};
use tiny_std::process::{Children, Command, Exit, Wait, getpid, replace, wait4};
use tiny_std::signal::{Set, Signal, SignalFd, ignore};
use tiny_std::{Errno, env, fs, println};

tiny_std::program!(main);

fn main() -> i32 {
    if env::args().nth(1) == Some(c"replace") {
        return replace_with_clean_signals();
    }
    if env::args().nth(1) == Some(c"fault") {
        return read_a_cut_file_that_is_none_of_those_mapped();
    }
    stack_is_aligned();
    environment_is_that_of_procfs();
    if env::args().nth(1) == Some(c"start") {
        println!("ok");
        return 0;
    }
    memory_symbols_work_at_the_edge_of_a_page();
    memory_moves_where_it_overlaps();
    heap_keeps_what_it_holds();
    clocks_go_on();
    a_mapped_file_may_be_cut();
    if env::args().nth(1) != Some(c"without-children") {
        children_start_and_fail_and_are_reaped();
    }
    println!("ok");
    0
}

/// A local on a boundary of 64 bytes, and moves that fault if the stack is off by 8.
#[inline(never)]
fn stack_is_aligned() {
    #[repr(align(64))]
    #[derive(Clone, Copy)]
    struct Aligned([u8; 64]);
    let mut local = black_box(Aligned([7; 64]));
    for other in [Aligned([9; 64]), Aligned([11; 64])] {
        assert!((&raw const local).addr().is_multiple_of(64), "a local is not aligned");
        local = black_box(other);
    }
    assert_eq!(local.0[63], 11);
}

fn environment_is_that_of_procfs() {
    let mut arguments = Vec::new();
    env::args().for_each(|argument| arguments.extend_from_slice(argument.to_bytes_with_nul()));
    assert!(arguments == fs::read("/proc/self/cmdline").unwrap(), "arguments");
    let environment = fs::read("/proc/self/environ").unwrap();
    let mut expected: Vec<_> = environment.split_inclusive(|byte| *byte == 0).collect();
    let mut variables: Vec<_> = env::vars().map(CStr::to_bytes_with_nul).collect();
    // An emulator may pass them in another order.
    expected.sort_unstable();
    variables.sort_unstable();
    assert!(variables == expected, "environment");
    let auxiliary = fs::read("/proc/self/auxv").unwrap();
    for pair in auxiliary.chunks_exact(16) {
        let word = |at: usize| usize::from_ne_bytes(pair[at..at + 8].try_into().unwrap());
        if word(0) != 0 {
            assert_eq!(env::auxiliary_value(word(0)), Some(word(8)), "auxiliary {}", word(0));
        }
    }
    assert_eq!(env::auxiliary_value(usize::MAX), None);
}

unsafe extern "C" {
    fn memcpy(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
    fn memmove(to: *mut c_void, from: *const c_void, length: usize) -> *mut c_void;
    fn memset(to: *mut c_void, byte: c_int, length: usize) -> *mut c_void;
    fn memcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int;
    fn bcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int;
    fn strlen(string: *const c_char) -> usize;
}

/// The largest page there is; a smaller one divides it.
const PAGE: usize = 65536;
const LONGEST: usize = 600;

/// A page between two that fault.
fn lone_page() -> &'static mut [u8] {
    let start = mmap_anonymous(3 * PAGE).unwrap();
    for guard in [0, 2 * PAGE] {
        // SAFETY: inside of the mapping.
        let guard = unsafe { start.add(guard) };
        // SAFETY: our own pages, not referred to.
        unsafe { mprotect(guard, PAGE, Protection::None) }.unwrap();
    }
    // SAFETY: inside of the mapping.
    let middle = unsafe { start.add(PAGE) };
    // SAFETY: the middle page is ours and never unmapped.
    unsafe { core::slice::from_raw_parts_mut(middle.as_ptr(), PAGE) }
}

fn fill_pattern(bytes: &mut [u8], seed: u8) {
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = (index as u8).wrapping_mul(31).wrapping_add(seed);
    }
}

/// All lengths to 600, at 64 alignments from both ends of a page, by byte loops that the
/// compiler can't turn into what is tested.
fn memory_symbols_work_at_the_edge_of_a_page() {
    let (from, to) = (lone_page(), lone_page());
    let equal = |left: &[u8], right: &[u8]| {
        left.iter().zip(right).all(|(left, right)| black_box(left) == black_box(right))
    };
    for length in 0..=LONGEST {
        for align in 0..64 {
            for (at, other) in [(align, PAGE - length), (PAGE - align - length, 0)] {
                let (target, source) = (&mut to[at..at + length], &mut from[other..other + length]);
                let (start, bytes) = (target.as_mut_ptr(), source.as_mut_ptr());
                fill_pattern(source, length as u8);
                // SAFETY: both are this long, here and below.
                let result = unsafe { memcpy(start.cast(), bytes.cast(), length) };
                assert!(result == start.cast() && equal(target, source), "memcpy {length} {at}");
                // SAFETY: as above.
                let order = unsafe { memcmp(start.cast(), bytes.cast(), length) };
                // SAFETY: as above.
                let difference = unsafe { bcmp(start.cast(), bytes.cast(), length) };
                assert!(order == 0 && difference == 0, "memcmp {length} {at}");
                if let Some(last) = target.last_mut() {
                    let (old, below) = (*last, *last == 0);
                    *last = u8::from(below);
                    // SAFETY: as above.
                    let order = unsafe { memcmp(start.cast(), bytes.cast(), length) };
                    assert!(order != 0 && (order > 0) == below, "memcmp {length} {at} last");
                    *last = old;
                }
                // SAFETY: as above.
                unsafe { memset(start.cast(), 0x1_5a, length) };
                assert!(target.iter().all(|byte| *black_box(byte) == 0x5a), "memset {length} {at}");
                if let Some(last) = target.last_mut() {
                    *last = 0;
                    // SAFETY: the bytes end in NUL.
                    assert_eq!(unsafe { strlen(start.cast()) }, length - 1, "strlen at {at}");
                }
            }
        }
    }
}

fn memory_moves_where_it_overlaps() {
    let place = lone_page();
    for length in [1, 16, 65, 200, 600] {
        for target in 100_usize - 65..=100 + 65 {
            check_move(place, 100, target, length);
        }
    }
    for length in [2080, 4100, 25_000] {
        for target in [4, 4036, 4099, 4100, 4101, 4163, 8196, 30_000] {
            check_move(place, 4100, target, length);
        }
    }
}

/// Bytes from one place of a page to another, by a byte loop as well.
fn check_move(place: &mut [u8], source: usize, target: usize, length: usize) {
    // No byte has its own value again at a distance that is a power of two.
    let byte_at = |at: usize| black_box((at % 251) as u8);
    let place = &mut place[..source.max(target) + length + 100];
    place.iter_mut().enumerate().for_each(|(at, byte)| *byte = byte_at(at));
    let start = place.as_mut_ptr();
    let (to, from) = (start.wrapping_add(target), start.wrapping_add(source));
    // SAFETY: both lie in the place.
    let result = unsafe { memmove(to.cast(), from.cast(), length) };
    assert!(result == to.cast());
    let good = place.iter().enumerate().all(|(at, byte)| {
        let is_moved = (target..target + length).contains(&at);
        *byte == byte_at(if is_moved { at - target + source } else { at })
    });
    assert!(good, "memmove {length} from {source} to {target}");
}

/// xorshift64: the same run every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

/// Random objects of every size and alignment; the map of them is in the same heap.
fn heap_keeps_what_it_holds() {
    struct Object {
        start: *mut u8,
        layout: Layout,
        seed: u8,
    }
    let check = |object: &Object, length: usize| {
        // SAFETY: the object is at least this long.
        let bytes = unsafe { core::slice::from_raw_parts(object.start, length) };
        let good = bytes.iter().enumerate().all(|(at, byte)| *byte == object.seed ^ at as u8);
        assert!(good, "the heap has lost {:?}", object.layout);
    };
    let fill = |object: &Object| {
        // SAFETY: the object is this long.
        let bytes = unsafe { core::slice::from_raw_parts_mut(object.start, object.layout.size()) };
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = object.seed ^ at as u8);
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut live: BTreeMap<usize, Object> = BTreeMap::new();
    for round in 0..20_000_usize {
        let limit = [64, 300, 2100, 9000, 70_000][random.below(5) * random.below(2)];
        let size = 1 + random.below(limit);
        let seed = round as u8;
        if live.len() < 300 && random.below(2) == 0 {
            let align = if random.below(20) == 0 { 1 << random.below(17) } else { 8 };
            let layout = Layout::from_size_align(size, align).unwrap();
            // SAFETY: the size is not 0.
            let start = unsafe { alloc::alloc::alloc(layout) };
            assert!(!start.is_null() && start.addr().is_multiple_of(align), "{layout:?}");
            let below = live.range(..start.addr() + size).next_back();
            let disjoint = below.is_none_or(|(at, old)| at + old.layout.size() <= start.addr());
            assert!(disjoint, "two objects overlap");
            let object = Object { start, layout, seed };
            fill(&object);
            live.insert(start.addr(), object);
        } else if let Some(key) = live.keys().nth(random.below(live.len().max(1))).copied()
            && let Some(object) = live.remove(&key)
        {
            check(&object, object.layout.size());
            if random.below(2) == 0 {
                // SAFETY: the object was allocated with this layout.
                let start = unsafe { alloc::alloc::realloc(object.start, object.layout, size) };
                let layout = Layout::from_size_align(size, object.layout.align()).unwrap();
                let moved = Object { start, layout, seed: object.seed };
                check(&moved, size.min(object.layout.size()));
                let moved = Object { seed, ..moved };
                fill(&moved);
                live.insert(start.addr(), moved);
            } else {
                // SAFETY: the object was allocated with this layout.
                unsafe { alloc::alloc::dealloc(object.start, object.layout) };
            }
        }
    }
    for object in live.into_values() {
        check(&object, object.layout.size());
        // SAFETY: the object was allocated with this layout.
        unsafe { alloc::alloc::dealloc(object.start, object.layout) };
    }
}

fn children_start_and_fail_and_are_reaped() {
    let signals = SignalFd::new(Set::EMPTY.with(Signal::CHLD)).unwrap();
    let descriptors = open_descriptors();
    let ourselves = Command {
        program: b"/proc/self/exe",
        arguments: &[b"replace"],
        environment: &[],
        output: None,
    };
    let pid = ourselves.spawn().unwrap();
    let ended = wait4(Children::One(pid), Wait::Block);
    assert_eq!(ended, Ok(Some((pid, Exit::Status(42)))));
    let (mut started, mut reaped) = (0, 0);
    for round in 0..1000 {
        let failing =
            Command { program: b"/absent", arguments: &[], environment: &[], output: None };
        assert_eq!(failing.spawn(), Err(Errno::ENOENT));
        let forbidden = Command { program: b"/proc", ..failing };
        assert_eq!(forbidden.spawn(), Err(Errno::EACCES));
        if round % 2 == 0 {
            let shell = Command {
                program: b"sh",
                arguments: &[b"-c", b"exit $A"],
                environment: &[(b"A", b"42")],
                output: None,
            };
            shell.spawn().unwrap();
            started += 1;
        }
        // As an event loop does it: when the signal has come, all that have ended.
        while signals.read().unwrap().is_some() {
            while let Ok(Some((_, exit))) = wait4(Children::Any, Wait::NoHang) {
                assert_eq!(exit, Exit::Status(42));
                reaped += 1;
            }
        }
    }
    while let Ok(Some((_, exit))) = wait4(Children::Any, Wait::Block) {
        assert_eq!(exit, Exit::Status(42));
        reaped += 1;
    }
    assert_eq!((started, wait4(Children::Any, Wait::NoHang)), (reaped, Err(Errno::ECHILD)));
    assert_eq!(open_descriptors(), descriptors, "a descriptor has leaked");
    let mask = sigprocmask(Change::Unblock, Set::EMPTY).unwrap();
    assert_eq!(mask, Set::EMPTY.with(Signal::CHLD), "the mask has changed");
}

/// Runs as another program, which expects that no signal is blocked or ignored, and finds
/// its variable.
fn replace_with_clean_signals() -> i32 {
    sigprocmask(Change::Block, Set::EMPTY.with(Signal::TERM).with(Signal::CHLD)).unwrap();
    ignore(Signal::PIPE).unwrap();
    let program = b"/^Sig(Blk|Ign):\t0+$/ { found++ } END { exit found + ENVIRON[\"A\"] }";
    let error = replace(b"awk", &[program, b"/proc/self/status"], &[(b"A", b"40")]);
    println!("not replaced: {error}");
    1
}

/// Empties a file that is mapped, with every register in use.
fn a_mapped_file_may_be_cut() {
    let path = scratch("cut");
    let contents: Vec<u8> = (0..20 * PAGE).map(|at| (at % 250) as u8 + 1).collect();
    fs::File::create(&path).unwrap().write_all(&contents).unwrap();
    let mapped = fs::map(path.as_bytes()).unwrap();
    assert!(mapped == contents);
    fs::File::create(&path).unwrap();
    let mut sums = [1_u64; 8];
    let mut float = 0.0_f64;
    for bytes in black_box(mapped).chunks_exact(8) {
        for (sum, byte) in sums.iter_mut().zip(bytes) {
            *sum = sum.wrapping_mul(3) + u64::from(*byte);
            float += f64::from(*byte) + 0.5;
        }
    }
    let power = (0..mapped.len() / 8).fold(1_u64, |power, _| power.wrapping_mul(3));
    assert_eq!(sums, [power; 8], "the file was cut");
    let halves = f64::from(mapped.len() as u32) / 2.0;
    assert_eq!(float.to_bits(), halves.to_bits(), "{float}");
    unlink(&path);
}

/// Dies of it.
fn read_a_cut_file_that_is_none_of_those_mapped() -> i32 {
    let path = scratch("fault");
    fs::File::create(&path).unwrap().write_all(b"not empty").unwrap();
    fs::map(path.as_bytes()).unwrap();
    let mapped = rusl::mem::mmap_file(fs::File::open(&path).unwrap().as_fd(), 9).unwrap();
    fs::File::create(&path).unwrap();
    unlink(&path);
    // SAFETY: inside of the mapping; that there is no such page is what is tested.
    i32::from(unsafe { mapped.read_volatile() })
}

/// The path of a file of this process.
fn scratch(name: &str) -> String {
    alloc::format!("/tmp/tiny-std-{name}-{}", getpid().raw())
}

fn unlink(path: &str) {
    let path = alloc::ffi::CString::new(path).unwrap();
    rusl::fs::unlink(&path).unwrap();
}

/// How many of the first 100 numbers are open descriptors.
fn open_descriptors() -> usize {
    let is_open = |raw: &i32| {
        // SAFETY: asking is all that is done with it.
        let fd = unsafe { rusl::fd::BorrowedFd::from_raw(*raw) };
        rusl::fd::is_close_on_exec(fd).is_ok()
    };
    (0..100).filter(is_open).count()
}

fn clocks_go_on() {
    let mut last = Instant::now();
    for _ in 0..100_000 {
        let now = Instant::now();
        assert!(now >= last, "the clock went back");
        last = now;
    }
    let year_2024 = 1_704_067_200;
    assert!(SystemTime::now().seconds > year_2024, "{:?}", SystemTime::now());
    let text = alloc::format!("{}.{:03}", 12, 5);
    assert_eq!(text, String::from("12.005"));
}
