//! The window manager as a pure state machine.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod geometry;
pub mod x11;
