//! A program without libc and without std: entry point, memory symbols, allocator, panic
//! message, and the few things of an operating system that a window manager asks for.
//!
//! No locale, no DNS, no buffered streams. Threads, and what they need to wait for each other,
//! are there with the feature `threads`.
//!
//! # A program
//!
//! ```text
//! #![no_std]
//! #![no_main]
//!
//! tiny_std::program!(main);
//!
//! fn main() -> i32 {
//!     tiny_std::println!("hello");
//!     0
//! }
//! ```
//!
//! [`program!`] puts what there may be only once per program into the binary: the entry
//! point `_start`, the panic handler, the global allocator and two symbols of the
//! unwinder. The library itself has none of these, so it also links beside std, in tests.
//! A build script links the binary with `-nostartfiles -static -no-pie`, see this
//! crate's own.
//!
//! Such a program is at the same address at each start; its stack and what it maps are not.
//! With the feature `pie`, and `-static-pie` in the place of the last two arguments, all of
//! it is at an address that the kernel chooses: the program relocates itself ([`start`]),
//! and what it has relocated is only read from then on. The code is the same. It costs a
//! page or two of memory, and for each word that holds an address a bit or 24 bytes of the
//! file (`-Wl,-z,pack-relative-relocs` or not).
//!
//! # Start-up, in order
//!
//! 1. The kernel jumps to `_start` with the arguments on the stack ([`start`]).
//! 2. With the feature `pie` the program is relocated. One that has a relocation left which
//!    only a dynamic loader can do ends here, with a sentence.
//! 3. The place of the arguments is remembered ([`mod@env`]); nothing is copied.
//! 4. With the feature `pie` the relocated words are write-protected.
//! 5. Descriptors 0 to 2 that are closed are opened on `/dev/null`, lest a socket gets
//!    such a number and an error message goes to it.
//! 6. `main` runs; what it returns is the exit status.
//!
//! The allocator maps memory at the first allocation. No signal is touched: a program
//! that must outlive a closed standard error calls [`signal::ignore`] for SIGPIPE, and one
//! that wants to end with a sentence after a stack overflow or a wild pointer, and not in
//! silence, calls [`fault::report`].
#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

extern crate alloc;

pub mod allocator;
pub mod calendar;
pub mod clock;
pub mod env;
pub mod fault;
pub mod fs;
pub mod memory_symbols;
pub mod net;
pub mod panic;
pub mod print;
pub mod process;
pub mod signal;
mod stack;
pub mod start;
#[cfg(feature = "threads")]
pub mod sync;
#[cfg(feature = "threads")]
pub mod thread;
pub mod transport;

pub use rusl::{Errno, Result};
