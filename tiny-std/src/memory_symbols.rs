//! The six functions that compiled code calls without naming them: memcpy, memmove,
//! memset, memcmp, bcmp, strlen.
//!
//! Never Rust: the compiler turns loops that copy or fill into calls of these very
//! functions, and a function that became a call of itself into nothing at all. The
//! attribute `no_builtins` would keep it from that, but it takes a crate out of link-time
//! optimisation, and such a crate does not link if it refers to any other. So each is
//! assembly, a naked function: what is written is what there is, in every profile, and
//! nobody but the linker looks at it. That all of them exist under their names, and work,
//! is shown by the example `self_test`, which calls them and links with no library.
//!
//! memcpy is memmove and bcmp is memcmp, under a second name: to find out that nothing
//! overlaps, or which byte differs, costs less than another function.
//!
//! `x86_64` uses SSE2, and for more than 64 bytes what the processor has: AVX2, and
//! `rep movsb` for what is too long for the nearest cache. No AVX-512: it would be quicker
//! by a fifth between 256 bytes and 2 kilobytes, and is as much code again. `aarch64` moves
//! pairs of words.
//!
//! Under their names they are exported only with the feature `symbols`, so that a program
//! beside libc, such as a test, keeps libc's and has these as well.
#![expect(unsafe_code, reason = "moves bytes between raw pointers")]

/// Text that gives a second name to the function whose assembly it begins.
#[cfg(all(feature = "symbols", not(test)))]
macro_rules! second_name {
    ($name:literal) => {
        concat!(".globl ", $name, "\n.type ", $name, ", %function\n", $name, ":")
    };
}
#[cfg(not(all(feature = "symbols", not(test))))]
macro_rules! second_name {
    ($name:literal) => {
        ""
    };
}

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
use aarch64 as arch;
#[cfg(target_arch = "x86_64")]
use x86_64 as arch;

pub use arch::{memcmp as bcmp, memcmp, memmove as memcpy, memmove, memset, strlen};

#[cfg(test)]
mod tests;
