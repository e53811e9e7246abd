//! The heap beside the C library's, on one trace: so many objects live, and 2 million times
//! one of them, by lot, is freed and another one allocated in its place.
//!
//! Never measures two heaps in one process: each run is a child of its own, and the two take
//! turns. Prints medians. `cargo xtask bench alloc` builds and runs it.
#![expect(clippy::cast_precision_loss, reason = "what is counted here is far below 2^52")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use tiny_std::allocator::{Allocator, threads_start};

/// How many objects live at a time.
const LIVE: [usize; 3] = [100, 1000, 4000];
const PAIRS: usize = 2_000_000;
/// Runs of each kind.
const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["run", heap, touch, live, seed] => {
            let trace = Trace::new(live.parse()?, seed.parse()?, touch == "every-byte");
            println!("{}", run(heap, trace)?);
            Ok(())
        }
        // What cargo passes.
        [] | ["--bench"] => table(),
        _ => Err("no arguments are known".into()),
    }
}

fn table() -> Result<(), Box<dyn Error>> {
    println!("{:>6} {:<22} {:>10} {:>10} {:>8}", "live", "", "tiny-std", "libc", "ratio");
    for live in LIVE {
        for (what, touch, column, digits) in [
            ("ns a pair", "each-page", 0, 1),
            ("ns a pair, all written", "every-byte", 0, 1),
            ("kB resident", "every-byte", 1, 0),
        ] {
            let mut values = [const { Vec::new() }; 2];
            for seed in 1..=ROUNDS {
                for (heap, values) in ["tiny-std", "libc"].into_iter().zip(&mut values) {
                    values.push(child(heap, touch, live, seed)?[column]);
                }
            }
            let [own, peer] = values.map(median);
            let ratio = own / peer;
            println!("{live:>6} {what:<22} {own:>10.digits$} {peer:>10.digits$} {ratio:>8.2}");
        }
    }
    let mut values = Vec::new();
    for seed in 1..=ROUNDS {
        values.push(child("tiny-std-threads", "each-page", 1000, seed)?[0]);
    }
    println!("{:>6} {:<22} {:>10.1}", 1000, "ns, threads started", median(values));
    Ok(())
}

/// Nanoseconds a pair, and the kilobytes that the process has grown by, of a process that
/// does nothing else.
fn child(heap: &str, touch: &str, live: usize, seed: usize) -> Result<[f64; 2], Box<dyn Error>> {
    let arguments = ["run", heap, touch, &live.to_string(), &seed.to_string()];
    let output = Command::new(env::current_exe()?).args(arguments).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut words = text.split_whitespace().map(str::parse);
    match (words.next(), words.next()) {
        (Some(Ok(time)), Some(Ok(memory))) if output.status.success() => Ok([time, memory]),
        _ => Err(format!("{arguments:?}: {}: {text}", output.status).into()),
    }
}

fn run(heap: &str, trace: Trace) -> Result<String, Box<dyn Error>> {
    match heap {
        "tiny-std" => trace.run(&heap_of_ours()),
        "tiny-std-threads" => {
            threads_start();
            trace.run(&heap_of_ours())
        }
        "libc" => trace.run(&System),
        _ => Err(format!("no heap {heap}").into()),
    }
}

fn heap_of_ours() -> Allocator {
    // SAFETY: one thread uses it.
    unsafe { Allocator::new() }
}

/// A seeded generator (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((high * bound as u64) >> 32) as usize
    }

    /// What programs ask for: mostly little.
    fn size(&mut self) -> usize {
        let (least, most) = match self.below(100) {
            0..60 => (1, 64),
            60..85 => (65, 256),
            85..96 => (257, 1024),
            96..99 => (1025, 8192),
            _ => (8193, 32768),
        };
        least + self.below(most + 1 - least)
    }
}

struct Trace {
    random: Random,
    objects: Vec<(*mut u8, usize)>,
    every_byte: bool,
}

impl Trace {
    fn new(live: usize, seed: u64, every_byte: bool) -> Self {
        let objects = vec![(black_box(std::ptr::dangling_mut()), 1); live];
        Self { random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)), objects, every_byte }
    }

    /// Fills the heap and goes through the trace.
    fn run<H: GlobalAlloc>(mut self, heap: &H) -> Result<String, Box<dyn Error>> {
        let before = resident()?;
        for slot in 0..self.objects.len() {
            self.objects[slot] = self.allocate(heap);
        }
        let start = Instant::now();
        for _ in 0..PAIRS {
            let slot = self.random.below(self.objects.len());
            let (object, size) = self.objects[slot];
            // SAFETY: allocated by this heap with this layout.
            unsafe { heap.dealloc(object, layout(size)) };
            self.objects[slot] = self.allocate(heap);
        }
        let time = start.elapsed().as_secs_f64() * 1e9 / PAIRS as f64;
        let grown = resident()?.saturating_sub(before) / 1024;
        black_box(&self.objects);
        Ok(format!("{time} {grown}"))
    }

    fn allocate<H: GlobalAlloc>(&mut self, heap: &H) -> (*mut u8, usize) {
        let size = self.random.size();
        // SAFETY: the size is not 0.
        let object = unsafe { heap.alloc(layout(size)) };
        assert!(!object.is_null(), "out of memory");
        if self.every_byte {
            // SAFETY: the object is this large.
            unsafe { object.write_bytes(1, size) };
        } else {
            for at in (0..size).step_by(4096) {
                // SAFETY: inside of the object.
                let byte = unsafe { object.add(at) };
                // SAFETY: as above.
                unsafe { byte.write_volatile(1) };
            }
        }
        (object, size)
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("sizes are small")
}

/// The bytes that this process has in memory, exactly (the counters of `statm` lag behind).
fn resident() -> Result<usize, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).ok_or("no Rss line")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<usize>()? * 1024)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
