//! The last words of a program: message and place on standard error, exit status 1.
//!
//! Never unwinds, never allocates: the panic may come from the allocator.
#![expect(unsafe_code, reason = "reads the stack")]

use crate::env;
use crate::print::Line;
use core::fmt::Write;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};
use rusl::fd::STDERR;

/// Says where and why in one write, and exits with status 1. The panic handler of
/// [`program!`](crate::program).
pub fn report(info: &PanicInfo<'_>) -> ! {
    /// Whether a panic is being reported: its message may panic as well.
    static REPORTING: AtomicBool = AtomicBool::new(false);
    let mut line = Line::new(STDERR);
    // A Display that gives up leaves what came before, which is still worth printing.
    let _ = if REPORTING.swap(true, Ordering::Relaxed) {
        line.write_str("panicked while reporting a panic\n")
    } else {
        // PanicInfo prints the place, then the message on a line of its own.
        writeln!(line, "{info}")
    };
    line.flush();
    crate::process::exit(1)
}

const DIGITS: &str = "0123456789abcdef";

/// Of so many words of the stack no more is said.
const MOST_WORDS: usize = 4096;

/// Says which calls may have led here, in one write, and exits with status 1: the words on
/// the stack that are addresses of code, the last call first. `addr2line -e FILE ADDRESS…`
/// names the places, where FILE is the same program built with `CARGO_PROFILE_RELEASE_STRIP=none`
/// and `CARGO_PROFILE_RELEASE_DEBUG=line-tables-only`.
pub fn report_calls() -> ! {
    unsafe extern "C" {
        /// The first byte of the program in memory; set by the linker.
        static __executable_start: u8;
        /// The end of its code; set by the linker.
        static etext: u8;
    }
    let code = (&raw const __executable_start).addr()..(&raw const etext).addr();
    let mut line = Line::new(STDERR);
    let _ = line.write_str("panicked; on the stack:");
    let here: usize = 0;
    let (mut at, end) = (&raw const here, env::initial_stack());
    for _ in 0..MOST_WORDS {
        // On another stack, such as a child's before its exec, there is nothing to be said.
        if at >= end {
            break;
        }
        // SAFETY: from our own frame up to where the stack began all of it is mapped.
        let word = unsafe { at.read_volatile() };
        if code.contains(&word) {
            let _ = line.write_str(" 0x");
            for shift in (0..usize::BITS).step_by(4).rev() {
                let digit = word >> shift & 15;
                if word >> shift != 0 {
                    let _ = line.write_str(DIGITS.get(digit..=digit).unwrap_or_default());
                }
            }
        }
        at = at.wrapping_add(1);
    }
    let _ = line.write_str("\n");
    line.flush();
    crate::process::exit(1)
}
