//! The window manager as a pure state machine: X11 bytes and time go in, X11 bytes and
//! commands come out. No I/O, no clock, no unsafe code, no dependency.
//!
//! Bytes and time go in, the state changes, a picture of the desired screen is drawn from
//! the state, and the difference to the last picture goes out as bytes.
//!
//! # Reading order
//!
//! [`session`] is the one door. [`wm`] is the state and the dispatch; its `event` and
//! `perform` say what happens to it, [`wm::scene`] what should be seen, and
//! [`wm::reconcile`] how it gets there. [`x11`] is the protocol, as values and bytes.
//!
//! # Who imports whom
//!
//! ```text
//! layout ─► geometry      config ─► layout, x11       wm ─► all of these
//! x11    ─► geometry      startup, session ─► wm, x11
//! ```

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod config;
pub mod geometry;
pub mod layout;
pub mod session;
pub mod startup;
#[cfg(test)]
mod testing;
pub mod wm;
pub mod x11;
