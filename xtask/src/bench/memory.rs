//! `cargo xtask bench mem`: the memory symbols beside libc's, size by size. Both are measured
//! in one process, a program of tiny-std's own: `tiny-std/benches/memory.rs`.

use crate::Outcome;
use crate::build::cargo;
use crate::process::succeed;

/// Measures, and says so as a table.
pub fn memory() -> Outcome {
    succeed(&mut cargo(&["bench", "--package", "tiny-std", "--bench", "memory"]))
}
