//! The six functions that compiled code calls without naming them: memcpy, memmove,
//! memset, memcmp, bcmp, strlen.
//!
//! Never Rust: the compiler turns loops that copy or fill into calls of these very
//! functions. The attribute `no_builtins` would keep it from that, but it takes a crate
//! out of link-time optimisation, and such a crate does not link if it refers to any
//! other. So each is assembly, a naked function.
//!
//! `x86_64` uses SSE2, which every such processor has, with overlapping moves at both ends
//! instead of loops for the odd bytes. No string instructions: they win above some
//! kilobytes only, and lose by far on some processors. `aarch64` moves pairs of words.
//!
//! Under their names they are exported only with the feature `symbols`, so that a program
//! beside libc, such as a test, keeps libc's and has these as well.
#![expect(unsafe_code, reason = "moves bytes between raw pointers")]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::{bcmp, memcmp, memcpy, memmove, memset, strlen};
#[cfg(target_arch = "x86_64")]
pub use x86_64::{bcmp, memcmp, memcpy, memmove, memset, strlen};

#[cfg(test)]
mod tests;
