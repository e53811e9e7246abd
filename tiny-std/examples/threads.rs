//! Threads in a program without libc: thousands that are joined, thousands that are let go,
//! and what they share. Prints `ok`, or says what is wrong.
//!
//! `threads panic` panics in one, `threads panics` in two at a time. `threads emulated` doesn't ask how much memory is left in use
//! and starts no children, for an emulator that keeps memory of its own for each thread and
//! makes a copy of a process that should share its memory (qemu-user).
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use rusl::signal::{Change, sigprocmask};
use tiny_std::clock::Instant;
use tiny_std::process::{Children, Command, Exit, Wait, wait4};
use tiny_std::signal::{Set, Signal};
use tiny_std::sync::{Condvar, Mutex, Once, OnceLock};
use tiny_std::thread::{Builder, JoinHandle, current, sleep, spawn, yield_now};
use tiny_std::{Errno, env, fs, println};

tiny_std::program!(main);

const THREADS: usize = 8;

fn main() -> i32 {
    match env::args().nth(1).map_or(&b""[..], CStr::to_bytes) {
        b"panic" => return panic_in_a_thread(),
        b"panics" => panic_in_two_threads(),
        _ => {}
    }
    AT_FIRST.store(Left::now().threads, Ordering::Relaxed);
    thousands_are_joined_and_leave_nothing();
    thousands_are_let_go_and_leave_nothing();
    values_of_any_shape_come_back();
    what_cannot_be_is_an_error_and_drops_the_closure();
    signals_are_not_a_thread_s_business();
    no_addition_is_lost();
    a_bounded_queue_hands_everything_over();
    it_is_done_once();
    the_heap_is_everybody_s();
    if !is_emulated() {
        children_are_started_from_any_thread();
    }
    println!("ok");
    0
}

fn is_emulated() -> bool {
    env::args().nth(1) == Some(c"emulated")
}

/// What a thread would leave behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    threads: usize,
    mappings: usize,
    descriptors: usize,
}

impl Left {
    fn now() -> Self {
        let maps = fs::read("/proc/self/maps").unwrap();
        Self {
            threads: fs::names("/proc/self/task").unwrap().len(),
            mappings: maps.split(|byte| *byte == b'\n').count(),
            descriptors: fs::names("/proc/self/fd").unwrap().len(),
        }
    }

    /// The kernel lists a thread a little longer than it needs its stack.
    fn when_alone() -> Self {
        loop {
            let left = Self::now();
            if left.threads == AT_FIRST.load(Ordering::Relaxed) {
                return left;
            }
            yield_now();
        }
    }
}

/// How many threads there are at first: an emulator has some of its own.
static AT_FIRST: AtomicUsize = AtomicUsize::new(0);

/// Bytes of memory that the process has.
fn resident() -> usize {
    let statm = fs::read("/proc/self/statm").unwrap();
    let pages = statm.split(|byte| *byte == b' ').nth(1).unwrap();
    core::str::from_utf8(pages).unwrap().parse::<usize>().unwrap() * 4096
}

/// Runs something that starts threads and ends them, and looks what is left.
fn must_leave_nothing(act: impl Fn(usize)) {
    // What is had once for all, such as pages of the heap, is had after a hundred.
    act(100);
    let (left, memory) = (Left::when_alone(), resident());
    act(10_000);
    assert_eq!(Left::when_alone(), left);
    let grown = resident().saturating_sub(memory);
    assert!(grown <= 64 * 1024 || is_emulated(), "{grown} bytes more");
}

fn thousands_are_joined_and_leave_nothing() {
    must_leave_nothing(|count| {
        for number in 0..count {
            let values = Vec::from([number, number + 1]);
            let thread = spawn(move || values.iter().sum::<usize>()).unwrap();
            assert_eq!(thread.join(), 2 * number + 1);
        }
    });
    // Many at a time.
    let threads: Vec<JoinHandle<usize>> =
        (0..200).map(|number| spawn(move || number * 2).unwrap()).collect();
    let sum: usize = threads.into_iter().map(JoinHandle::join).sum();
    assert_eq!(sum, 199 * 200);
}

fn thousands_are_let_go_and_leave_nothing() {
    static ENDED: AtomicUsize = AtomicUsize::new(0);
    must_leave_nothing(|count| {
        let before = ENDED.load(Ordering::Acquire);
        for number in 0..count {
            let value = Arc::new(number);
            let theirs = Arc::clone(&value);
            let thread = spawn(move || {
                ENDED.fetch_add(1, Ordering::Release);
                theirs
            });
            match number % 3 {
                // Let go after its closure has returned.
                0 => {
                    let thread = thread.unwrap();
                    while !thread.is_finished() {
                        yield_now();
                    }
                    drop(thread);
                    assert_eq!(Arc::strong_count(&value), 1, "its result is still there");
                }
                // At once, or at about that time.
                1 => drop(thread.unwrap()),
                _ => {
                    yield_now();
                    drop(thread.unwrap());
                }
            }
            while before + number > ENDED.load(Ordering::Acquire) + 50 {
                yield_now();
            }
        }
        while ENDED.load(Ordering::Acquire) < before + count {
            yield_now();
        }
    });
}

fn values_of_any_shape_come_back() {
    #[derive(Clone, Copy, PartialEq, Debug)]
    #[repr(align(8192))]
    struct Aligned(u8);
    let large = [7_u8; 16_000];
    let returned = Builder::new().stack_size(0).spawn(move || {
        let mut large = large;
        large[15_999] = 8;
        large
    });
    let returned = returned.unwrap().join();
    assert!(returned[..15_999] == large[..15_999] && returned[15_999] == 8);
    let aligned = Aligned(3);
    let returned = spawn(move || {
        assert!((&raw const aligned).addr().is_multiple_of(8192));
        aligned
    });
    assert_eq!(returned.unwrap().join(), Aligned(3));
    spawn(|| {}).unwrap().join();
    let deep = Builder::new().stack_size(64 << 20).spawn(|| depth(400_000)).unwrap();
    assert_eq!(deep.join(), 400_000);
    let ids: Vec<_> = (0..20).map(|_| spawn(current).unwrap().join()).collect();
    assert!(ids.iter().all(|id| *id != current() && id.raw() > 0), "{ids:?}");
    let start = Instant::now();
    sleep(Duration::from_millis(2));
    assert!(Instant::now() - start >= Duration::from_millis(2));
}

#[inline(never)]
fn depth(calls: usize) -> usize {
    if core::hint::black_box(calls) == 0 { 0 } else { 1 + depth(calls - 1) }
}

fn what_cannot_be_is_an_error_and_drops_the_closure() {
    let left = Left::when_alone();
    for size in [usize::MAX, isize::MAX as usize, 1 << 47] {
        let value = Arc::new(0);
        let theirs = Arc::clone(&value);
        let refused = Builder::new().stack_size(size).spawn(move || *theirs);
        assert_eq!(refused.err(), Some(Errno::ENOMEM));
        assert_eq!(Arc::strong_count(&value), 1);
    }
    assert_eq!(Left::now(), left);
}

fn signals_are_not_a_thread_s_business() {
    let mask = || sigprocmask(Change::Block, Set::EMPTY).unwrap();
    let ours = Set::EMPTY.with(Signal::USR1);
    sigprocmask(Change::Set, ours).unwrap();
    let theirs = spawn(mask).unwrap().join();
    let faults = [Signal::SEGV, Signal::BUS, Signal::ILL, Signal::FPE];
    // Emulators keep some of the last ones for themselves.
    for signal in Signal::all().take(40) {
        let may_be_blocked = signal != Signal::KILL && signal != Signal::STOP;
        let expected = may_be_blocked && !faults.contains(&signal);
        assert_eq!(theirs.contains(signal), expected, "{signal:?}");
    }
    assert_eq!(mask(), ours);
    sigprocmask(Change::Set, Set::EMPTY).unwrap();
}

fn start_all<T: Send + 'static>(
    run: impl Fn(usize) -> T + Clone + Send + 'static,
) -> Vec<JoinHandle<T>> {
    let start = |own| {
        let run = run.clone();
        spawn(move || run(own)).unwrap()
    };
    (0..THREADS).map(start).collect()
}

fn no_addition_is_lost() {
    const EACH: u64 = 100_000;
    static COUNTER: Mutex<(u64, u64)> = Mutex::new((0, 0));
    let threads = start_all(|_| {
        for _ in 0..EACH {
            let mut counter = COUNTER.lock();
            counter.0 += 1;
            counter.1 = counter.0;
        }
    });
    threads.into_iter().for_each(JoinHandle::join);
    let expected = THREADS as u64 * EACH;
    assert_eq!(*COUNTER.lock(), (expected, expected));
}

fn a_bounded_queue_hands_everything_over() {
    const EACH: u64 = 20_000;
    const ROOM: usize = 5;
    static QUEUE: Mutex<VecDeque<u64>> = Mutex::new(VecDeque::new());
    static FILLED: Condvar = Condvar::new();
    static EMPTIED: Condvar = Condvar::new();
    let threads = start_all(|own| {
        let mut sum = 0;
        for item in 0..EACH {
            if own % 2 == 0 {
                let mut queue = EMPTIED.wait_while(QUEUE.lock(), |queue| queue.len() == ROOM);
                queue.push_back(item);
                drop(queue);
                FILLED.notify_one();
            } else {
                let mut queue = FILLED.wait_while(QUEUE.lock(), |queue| queue.is_empty());
                assert!(queue.len() <= ROOM);
                sum += queue.pop_front().unwrap();
                drop(queue);
                EMPTIED.notify_one();
            }
        }
        sum
    });
    let sum: u64 = threads.into_iter().map(JoinHandle::join).sum();
    assert_eq!(sum, THREADS as u64 / 2 * (0..EACH).sum::<u64>());
    let (queue, timed_out) = FILLED.wait_timeout(QUEUE.lock(), Duration::from_millis(1));
    assert!(queue.is_empty() && timed_out.0);
}

fn it_is_done_once() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    for _ in 0..200 {
        let shared = Arc::new((Once::new(), OnceLock::new()));
        CALLS.store(0, Ordering::Relaxed);
        let threads = start_all({
            let shared = Arc::clone(&shared);
            move |own| {
                shared.0.call_once(|| {
                    yield_now();
                    CALLS.fetch_add(1, Ordering::Relaxed);
                });
                assert_eq!(CALLS.load(Ordering::Relaxed), 1);
                *shared.1.get_or_init(|| own)
            }
        });
        let values: Vec<usize> = threads.into_iter().map(JoinHandle::join).collect();
        assert!(values.iter().all(|value| Some(value) == shared.1.get()), "{values:?}");
    }
}

fn the_heap_is_everybody_s() {
    let threads = start_all(|own| {
        let mut live: Vec<Vec<u8>> = Vec::new();
        let mut random = own as u64 + 1;
        for round in 0..20_000_u32 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let byte = own as u8 ^ round as u8;
            if live.len() < 64 && !random.is_multiple_of(3) {
                let most = [64, 600, 5000, 80_000][(random >> 8) as usize % 4];
                live.push(alloc::vec![byte; 2 + (random >> 16) as usize % most]);
            } else if !live.is_empty() {
                let at = (random >> 16) as usize % live.len();
                let object = live.swap_remove(at);
                let first = object[0];
                assert!(object.iter().all(|byte| *byte == first), "somebody else has written");
            }
        }
        // Freed by another thread.
        live
    });
    for thread in threads {
        for object in thread.join() {
            assert_eq!(object.first(), object.last());
        }
    }
}

fn children_are_started_from_any_thread() {
    let threads = start_all(|_| {
        for _ in 0..20 {
            let absent =
                Command { program: b"/absent", arguments: &[], environment: &[], output: None };
            assert_eq!(absent.spawn(), Err(Errno::ENOENT));
            let pid = Command { program: b"true", ..absent }.spawn().unwrap();
            let ended = wait4(Children::One(pid), Wait::Block);
            assert_eq!(ended, Ok(Some((pid, Exit::Status(0)))));
        }
    });
    threads.into_iter().for_each(JoinHandle::join);
    assert_eq!(wait4(Children::Any, Wait::NoHang), Err(Errno::ECHILD));
}

/// The program ends with the message of the thread, whatever the others do.
fn panic_in_a_thread() -> i32 {
    spawn(|| panic!("a thread has had enough")).unwrap();
    loop {
        yield_now();
    }
}

/// The message of the first one is told in full, though a second one comes meanwhile.
fn panic_in_two_threads() -> ! {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    struct Slowly;
    impl fmt::Display for Slowly {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            BEGUN.store(true, Ordering::Relaxed);
            sleep(Duration::from_millis(50));
            f.write_str("and is told in full")
        }
    }
    spawn(|| panic!("the first comes {Slowly}")).unwrap();
    while !BEGUN.load(Ordering::Relaxed) {
        yield_now();
    }
    panic!("the second");
}
