//! A program without libc and without std: entry point, memory symbols, allocator, panic
//! message, and the few things of an operating system that a window manager asks for.
//!
//! Never more than one thread, no locale, no DNS, no buffered streams.
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
//! # Start-up, in order
//!
//! 1. The kernel jumps to `_start` with the arguments on the stack ([`start`]).
//! 2. The place of the arguments is remembered ([`mod@env`]); nothing is copied.
//! 3. Descriptors 0 to 2 that are closed are opened on `/dev/null`, lest a socket gets
//!    such a number and an error message goes to it.
//! 4. `main` runs; what it returns is the exit status.
//!
//! The allocator maps memory at the first allocation. No signal is touched: a program
//! that must outlive a closed standard error calls [`signal::ignore`] for SIGPIPE.
#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

extern crate alloc;

pub mod allocator;
pub mod clock;
pub mod env;
pub mod fs;
pub mod memory_symbols;
pub mod net;
pub mod panic;
pub mod print;
pub mod process;
pub mod signal;
pub mod start;

pub use rusl::{Errno, Result};
