//! The instruction that enters the kernel, per architecture, and the call numbers.
//!
//! Never interprets a result: see [`crate::errno`].
#![expect(unsafe_code, reason = "the only assembly of the crate")]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::*;
