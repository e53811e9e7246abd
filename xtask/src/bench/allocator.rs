//! `tiny-std`'s heap beside the C library's: runs `tiny-std/benches/allocator.rs`, which
//! measures and prints.

use crate::Outcome;
use crate::build::cargo;
use crate::process::succeed;

/// Prints the table for code that was compiled to be quick, and for code as a program without
/// libc has it.
///
/// # Errors
///
/// If it can't be built or run.
pub fn allocator() -> Outcome {
    let table = || cargo(&["bench", "--quiet", "-p", "tiny-std", "--bench", "allocator"]);
    println!("opt-level 3");
    succeed(&mut table())?;
    println!("\nas released: opt-level z, fat LTO");
    let mut released = table();
    released.env("CARGO_PROFILE_BENCH_OPT_LEVEL", "z").env("CARGO_PROFILE_BENCH_LTO", "fat");
    succeed(&mut released)
}
