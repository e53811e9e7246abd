//! The programs that can be typed: those in the folders of PATH. Never starts one; see
//! `spawn.rs`.

use alloc::vec::Vec;
use tiny_std::process::programs;

/// Their names as they are right now, in no order, and some of them twice.
pub(crate) fn list() -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    programs(&mut |name| names.push(name.to_vec()));
    names
}
