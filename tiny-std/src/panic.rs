//! The last words of a program: message and place on standard error, exit status 1.
//!
//! Never unwinds, never allocates: the panic may come from the allocator.

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
