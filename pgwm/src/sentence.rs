//! Sentences for the user, put together from pieces of text. Never formats anything: the
//! library's formatting is larger than all that it would write here.

use alloc::string::String;
use pgwm_core::number::decimal;
use rusl::Errno;
use tiny_std::print;

/// The template, with the pieces in the places of its percent signs.
pub(crate) fn sentence(template: &str, pieces: &[&str]) -> String {
    let mut text = String::new();
    let mut pieces = pieces.iter();
    let mut start = 0;
    for (at, byte) in template.bytes().enumerate() {
        if byte == b'%' {
            text.push_str(template.get(start..at).unwrap_or_default());
            text.push_str(pieces.next().copied().unwrap_or_default());
            start = at + 1;
        }
    }
    text.push_str(template.get(start..).unwrap_or_default());
    text
}

/// Says a sentence on standard error, as a line of ours.
pub(crate) fn complain(template: &str, pieces: &[&str]) {
    print::error(&["pgwm: ", &sentence(template, pieces), "\n"]);
}

/// What the kernel says, as `ENOENT (2): no such file or directory`.
pub(crate) fn reason(error: Errno) -> String {
    let number = decimal(error.raw().unsigned_abs().into());
    let name = error.name().unwrap_or("errno");
    match error.sentence() {
        Some(what) => sentence("% (%): %", &[name, &number, what]),
        None => sentence("% (%)", &[name, &number]),
    }
}
