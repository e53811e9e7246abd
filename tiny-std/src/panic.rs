//! The last words of a program: message and place on standard error, exit status 1.
//!
//! Never unwinds, never allocates: the panic may come from the allocator.
#![expect(unsafe_code, reason = "reads the stack")]

use crate::env;
use crate::print::Line;
use core::fmt::Write;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};
use rusl::fd::STDERR;
use rusl::mem::is_readable;
use rusl::thread::{gettid, sched_yield};

/// Says where and why in one write, and exits with status 1. The panic handler of
/// [`program!`](crate::program). Of threads that panic at the same time one is heard.
pub fn report(info: &PanicInfo<'_>) -> ! {
    /// The thread that reports a panic, or 0: its message may panic as well.
    static REPORTING: AtomicU32 = AtomicU32::new(0);
    let mut line = Line::new(STDERR);
    let own = gettid().raw();
    // A Display that gives up leaves what came before, which is still worth printing.
    let _ = match REPORTING.compare_exchange(0, own, Ordering::Relaxed, Ordering::Relaxed) {
        // PanicInfo prints the place, then the message on a line of its own.
        Ok(_) => writeln!(line, "{info}"),
        Err(thread) if thread == own => line.write_str("panicked while reporting a panic\n"),
        // The end of the program belongs to who came first.
        Err(_) => loop {
            sched_yield();
        },
    };
    line.flush();
    crate::process::exit(1)
}

/// Says which calls may have led here, in one write, and exits with status 1: the words on
/// the stack that are addresses of code, the last call first. `addr2line -e FILE ADDRESS…`
/// names the places, where FILE is the same program built with `CARGO_PROFILE_RELEASE_STRIP=none`
/// and `CARGO_PROFILE_RELEASE_DEBUG=line-tables-only`.
pub fn report_calls() -> ! {
    let mut line = Line::new(STDERR);
    line.write(b"panicked");
    let here: usize = 0;
    write_calls(&mut line, (&raw const here).addr(), env::initial_stack().addr());
    crate::process::exit(1)
}

/// Of so many words of the stack no more is said.
const MOST_WORDS: usize = 4096;

/// So many calls fit into one write.
const MOST_CALLS: usize = 200;

/// Ends a line, and writes it, with the addresses of code on a stack, from its end where it grows, at `from`,
/// to where it began, at `end`. What can't be read is passed over: of a stack that has
/// overflown, the part that it has not; of a thread's or a child's, what is above it.
pub(crate) fn write_calls(line: &mut Line<'_>, from: usize, end: usize) {
    unsafe extern "C" {
        /// The first byte of the program in memory; set by the linker.
        static __executable_start: u8;
        /// The end of its code; set by the linker.
        static etext: u8;
    }
    let code = (&raw const __executable_start).addr()..(&raw const etext).addr();
    line.write(b"; on the stack:");
    let mut at = from & !(size_of::<usize>() - 1);
    // Past the end of everything there is no stack.
    let end = end.min(at.wrapping_add(MOST_WORDS * size_of::<usize>()));
    let mut left = MOST_CALLS;
    while at < end && left > 0 {
        if is_readable(at) {
            let word: *const usize = core::ptr::with_exposed_provenance(at);
            // SAFETY: it can be read, and what it means doesn't matter.
            let word = unsafe { word.read_volatile() };
            if code.contains(&word) {
                line.write_hexadecimal(b" 0x", word);
                left -= 1;
            }
        }
        at += size_of::<usize>();
    }
    line.write(b"\n");
    line.flush();
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusl::fd::AsFd;

    /// What is said of a stack.
    fn said(from: usize, end: usize) -> String {
        let (reader, writer) = rusl::fs::pipe().unwrap();
        write_calls(&mut Line::new(writer.as_fd()), from, end);
        drop(writer);
        let mut text = [0; 8192];
        let length = rusl::fs::read(reader.as_fd(), &mut text).unwrap();
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    #[test]
    fn what_is_no_stack_has_no_calls() {
        const NOTHING: &str = "; on the stack:\n";
        let most = usize::MAX;
        for (from, end) in [(most, most), (most - 100, most), (0, 0), (0, most), (8, 0), (most, 0)]
        {
            assert_eq!(said(from, end), NOTHING, "{from:#x} to {end:#x}");
        }
    }

    #[test]
    fn addresses_of_code_are_said_in_order_up_to_a_number() {
        let code = (what_is_no_stack_has_no_calls as *const ()).addr();
        let mut words = vec![0, code, 7, code + 1, usize::MAX];
        let range = words.as_ptr_range();
        let expected = format!("; on the stack: {code:#x} {:#x}\n", code + 1);
        assert_eq!(said(range.start.addr(), range.end.addr()), expected);
        words.fill(code);
        words.resize(10_000, code);
        let range = words.as_ptr_range();
        // From the middle of a word: the whole of it.
        let text = said(range.start.addr() + 3, range.end.addr());
        assert_eq!(text.matches(" 0x").count(), MOST_CALLS);
    }
}
