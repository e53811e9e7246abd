//! The window manager as a pure state machine: X11 bytes and time go in, X11 bytes and
//! commands come out. No I/O, no clock, no unsafe code, no dependency.
//!
//! Bytes and time go in, the state changes, a picture of the desired screen is drawn from
//! the state, and the difference to the last picture goes out as bytes.
//!
//! # Reading order
//!
//! [`config`] is what a user may say. [`session`] is the one door, and [`startup`] what is
//! asked before there is anything behind it. [`wm`] is the state and the dispatch; its
//! `event`, `message` and `perform` say what happens to it, `manage` which windows it knows,
//! [`wm::stack_set`] where they are, [`wm::scene`] what should be seen, and
//! [`wm::reconcile`] how it gets there. [`layout`] divides an area. [`mod@bar`] says what
//! stands in a bar, [`status`] what it tells of the machine; [`text`] draws it, and
//! [`wm::paint`] sends it. [`x11`] is the protocol, as values and bytes.
//!
//! # Who imports whom
//!
//! ```text
//! layout ─► geometry          config ─► geometry, layout, status, x11    text ─► nothing
//! bar    ─► geometry, config  x11    ─► geometry                         wm   ─► all of these
//! session ◄─► startup ─► config, wm, x11
//! ```

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod bar;
pub mod config;
pub mod deadline;
pub mod gather;
pub mod geometry;
pub mod layout;
pub mod number;
pub mod session;
pub mod startup;
pub mod status;
#[cfg(test)]
mod testing;
pub mod text;
pub mod utf8;
pub mod wm;
pub mod x11;
