//! The Linux kernel, typed: one safe function per system call, and an `io_uring`.
//!
//! Never allocates, never retries, never keeps a hidden global: what the kernel
//! answers is what the caller gets, as a [`Result`]. (`EINTR` is an answer too.)
//!
//! # Safety
//!
//! A system call can write anywhere and close anything, so every wrapper holds to three
//! rules. A safe signature takes no pointer: only slices, `&CStr` and values. A
//! descriptor is an [`fd::OwnedFd`] that closes once, or an [`fd::BorrowedFd`] that
//! can't outlive it. Where neither can be said in types, the function is `unsafe` and
//! names what the caller promises.
//!
//! # A call
//!
//! ```text
//! use rusl::fd::AsFd;
//! use rusl::fs::{OpenFlags, open, read};
//!
//! let file = open(c"/proc/uptime", OpenFlags::READ_ONLY, 0)?;
//! let mut buffer = [0; 64];
//! let length = read(file.as_fd(), &mut buffer)?;
//! ```
//!
//! An error is an [`Errno`] of two bytes, which has the name and the sentence of the manual.
//! Call numbers, flags and structures are compared with the kernel's own headers by the
//! tests, field by field.
//!
//! # Reading order
//!
//! [`errno`] and [`fd`] are the vocabulary; `arch` is the only assembly; then one file
//! per family of calls; [`io_uring`] last.
#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    target_endian = "little",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
compile_error!("rusl knows Linux on x86_64 and aarch64 (64 bits, little-endian)");

mod arch;
pub mod errno;
pub mod fd;
pub mod fs;
pub mod futex;
pub mod io_uring;
#[cfg(test)]
mod layout;
pub mod mem;
pub mod net;
pub mod poll;
pub mod process;
#[cfg(test)]
mod refusal;
pub mod signal;
pub mod sound;
pub mod thread;
pub mod time;

pub use errno::{Errno, Result};
