//! The programs that can be typed: those in the folders of PATH. Never starts one; see
//! `spawn.rs`.

use alloc::vec::Vec;
use tiny_std::process::programs;

/// Their names as they are right now, each with a zero byte after it, in no order, and some
/// of them twice.
pub(crate) fn list() -> Vec<u8> {
    let mut names = Vec::new();
    programs(&mut |name| {
        names.extend_from_slice(name);
        names.push(0);
    });
    names
}
