//! Damaged fonts: `fuzz_fonts COUNT SEED FILES…` changes the files at random, COUNT times in
//! all, and does with each what a bar does. It ends with a sentence, or names the seed
//! whose font made it panic. Never writes a file.
//!
//! `cargo run --release -p pgwm-core --example fuzz_fonts --config
//! profile.release.overflow-checks=true --config profile.release.debug-assertions=true --
//! 1000000 1 /usr/share/fonts/truetype/dejavu/*.ttf`

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pgwm_core::text::{Font, GlyphId, Typeface};

/// A typeface's fonts live as long as the program, so a program may have so many bytes of
/// them before another one goes on.
const BYTES: usize = 256 << 20;
/// The seed at work, for the one who reads of a panic.
static SEED: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (inner, arguments) = match arguments.split_first() {
        Some((first, rest)) if first == "--some" => (true, rest),
        _ => (false, &arguments[..]),
    };
    let [count, seed, files @ ..] = arguments else { return usage() };
    let (Ok(count), Ok(seed)) = (count.parse::<u64>(), seed.parse::<u64>()) else { return usage() };
    let mut fonts = Vec::new();
    for file in files {
        match fs::read(file) {
            Ok(bytes) => fonts.push(bytes),
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    if fonts.is_empty() {
        return usage();
    }
    if inner {
        some(count, seed, &fonts);
        return ExitCode::SUCCESS;
    }
    let longest = fonts.iter().map(Vec::len).max().unwrap_or(1);
    let batch = (BYTES / longest.max(1)).max(1) as u64;
    let mut done = 0;
    while done < count {
        let next = batch.min(count - done);
        let Ok(program) = env::current_exe() else { return ExitCode::FAILURE };
        let mut command = Command::new(program);
        command.args(["--some", &next.to_string(), &(seed + done).to_string()]).args(files);
        if !command.status().is_ok_and(|status| status.success()) {
            eprintln!("failed between the seeds {} and {}", seed + done, seed + done + next);
            return ExitCode::FAILURE;
        }
        done += next;
    }
    println!("{count} damaged fonts, none of which did harm");
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: fuzz_fonts COUNT SEED FILES…");
    ExitCode::from(2)
}

/// Tries `count` seeds from `seed` on.
fn some(count: u64, seed: u64, fonts: &[Vec<u8>]) {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        eprintln!("the seed is {}", SEED.load(Ordering::Relaxed));
    }));
    let (mut parsed, mut slowest, mut slowest_seed) = (0, Duration::ZERO, 0);
    for seed in seed..seed + count {
        SEED.store(seed, Ordering::Relaxed);
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let font = &fonts[random.below(fonts.len())];
        let bytes = damage(font, &mut random);
        let start = Instant::now();
        parsed += u64::from(exercise(bytes.leak(), &mut random));
        if start.elapsed() > slowest {
            (slowest, slowest_seed) = (start.elapsed(), seed);
        }
    }
    println!(
        "{count} from {seed}: {parsed} are fonts; the slowest, {slowest_seed}, took {slowest:?}"
    );
}

/// Whether the bytes are a font.
fn exercise(bytes: &'static [u8], random: &mut Random) -> bool {
    let Ok(font) = Font::parse(bytes, random.below(2) as u32 & random.below(2) as u32) else {
        return false;
    };
    let size = if random.below(64) == 0 { 512 } else { 1 + random.below(48) };
    let typeface = Typeface::new(vec![font], size as u32);
    let _ = (typeface.ascent(), typeface.descent());
    let mut text = String::from("AVÄ fi To.y e\u{301}\u{30a}");
    for _ in 0..16 {
        let code = [0x80, 0x800, 0x1_0000, 0x11_0000][random.below(4)];
        text.extend(char::from_u32(random.below(code) as u32));
    }
    let _ = text.chars().filter(|character| typeface.has(*character)).count();
    let mut placed = Vec::new();
    typeface.lay_out(&text, &mut placed);
    let mut glyphs = placed.iter().map(|placed| placed.glyph).collect::<Vec<_>>();
    for _ in 0..16 {
        let bits = random.below(18);
        glyphs.push(GlyphId(random.below(1 << bits) as u32));
    }
    for glyph in glyphs {
        let bitmap = typeface.draw(glyph);
        assert_eq!(bitmap.coverage.len() as u32, bitmap.width * bitmap.height);
        assert!(bitmap.width.max(bitmap.height) <= 4 * size as u32);
    }
    true
}

/// A font with some bytes changed, mostly where they matter.
fn damage(font: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = font.to_vec();
    for _ in 0..1 << random.below(6) {
        let at = place(&bytes, random);
        let Some(target) = bytes.get_mut(at..) else { continue };
        match random.below(8) {
            0 => target.iter_mut().take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
            1 | 2 => target.iter_mut().take(1).for_each(|byte| *byte = random.below(256) as u8),
            3 => fill(target, &(random.below(0x1_0000) as u16).to_be_bytes()),
            4 => fill(target, &[0xff; 4]),
            5 => fill(
                target,
                [[0; 2], [0x7f, 0xff], [0x80, 0], [0xff, 0xfe]][random.below(4)].as_slice(),
            ),
            6 => fill(target, &(random.below(0x1_0000) as u32).to_be_bytes()),
            _ => {
                let from = random.below(bytes.len());
                let length = random.below(32).min(bytes.len() - at.max(from));
                bytes.copy_within(from..from + length, at);
            }
        }
    }
    if random.below(16) == 0 {
        bytes.truncate(random.below(bytes.len()));
    }
    bytes
}

/// A place in the directory, at the start of a table, or anywhere in one.
fn place(bytes: &[u8], random: &mut Random) -> usize {
    let number = |at: usize, length: usize| {
        let bytes = bytes.get(at..at + length).unwrap_or_default();
        bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let record = 12 + 16 * random.below(number(4, 2));
    let (start, length) = (number(record + 8, 4), number(record + 12, 4));
    let place = match random.below(16) {
        0 => random.below(12 + 16 * number(4, 2)),
        1..8 => start + random.below(length.min(64)),
        8..12 => start + random.below(length.min(1024)),
        _ => start + random.below(length),
    };
    if place < bytes.len() { place } else { random.below(bytes.len()) }
}

fn fill(target: &mut [u8], with: &[u8]) {
    for (to, from) in target.iter_mut().zip(with) {
        *to = *from;
    }
}

/// Numbers from a seed (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        number as usize % bound.max(1)
    }
}
