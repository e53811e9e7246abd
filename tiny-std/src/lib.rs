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
//! # What a program gets
//!
//! | module | what is in it |
//! |---|---|
//! | [`mod@env`], [`mod@print`], [`mod@panic`] | arguments and variables, text out, last words |
//! | [`allocator`] | the heap: with it all of `alloc`, from `Vec` to `BTreeMap` |
//! | [`fs`], [`net`], [`process`], [`signal`] | files, sockets, programs, signals that are read |
//! | [`clock`], [`calendar`] | the time, and what clocks show in the machine's zone |
//! | [`transport`] | one socket, both ways at a time, over `io_uring` or poll(2) |
//! | [`fault`] | a stack overflow or a wild pointer ends in a sentence |
//! | `thread`, `sync` | threads and locks, with the feature `threads` |
//! | [`memory_symbols`] | memcpy and the five others that compiled code calls, exported with the feature `symbols` |
//!
//! What a program doesn't use isn't in it: `examples/hello.rs` is one thousand bytes.
//! Everything else in `examples` is a program as well, from `cat` over a ring to an echo
//! server: the quickest way to see how it is meant.
//!
//! | feature | |
//! |---|---|
//! | `symbols` | exports the memory symbols. Every program wants it; beside libc there may be only one of each |
//! | `vdso` | the time without a system call; on by default |
//! | `pie` | a program at any address |
//! | `threads` | threads, and what they wait with |
//!
//! # Where a program is in memory
//!
//! A program is at the same address at each start; its stack and what it maps are not.
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
//!
//! # The safety contract
//!
//! Safe code can't break memory, whatever it calls with whatever values: no safe function
//! takes a pointer, and a file or socket is an `OwnedFd` that closes once. What the kernel
//! or the environment says is believed nowhere: any argument, variable, auxiliary vector,
//! vDSO, zone file, `/etc/hosts` or `/proc` text gives a value or an error. Whatever call is
//! refused, there is an answer.
//!
//! It rests on three promises, which each `unsafe` block names where it leans on one:
//!
//! - the kernel does what the man pages say, and writes only where it was told to;
//! - the initial stack stays as the kernel has laid it out, as nobody here writes to it;
//! - who pushes an operation onto a ring keeps its buffer until it has ended, which
//!   [`transport`] does by owning it.
//!
//! What holds the crate to all of this is listed, with the tests, in `doc/checks.md`.
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
#[cfg(test)]
mod refusal;
pub mod signal;
mod stack;
pub mod start;
#[cfg(feature = "threads")]
pub mod sync;
#[cfg(feature = "threads")]
pub mod thread;
pub mod transport;

pub use rusl::{Errno, Result};
