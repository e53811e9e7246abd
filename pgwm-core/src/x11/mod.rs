//! The X11 protocol as values and bytes. Never does input or output, and knows nothing of
//! windows being managed.
//!
//! Reading order: [`id`] and [`wire`], then [`request`], [`reply`], [`event`] and
//! [`error`], which read like the protocol specification (X Window System Protocol, X
//! version 11, release 6.8), then [`extension`] and a file for each of the extensions, then
//! [`connection`], which puts them all on a stream of bytes.

pub mod atom;
pub mod auth;
pub mod compose;
pub mod connection;
pub mod display;
pub mod drawing;
pub mod error;
pub mod event;
pub mod extension;
pub mod id;
pub mod keyboard;
pub mod keysym;
pub mod property;
pub mod randr;
pub mod render;
pub mod reply;
pub mod request;
pub mod res;
pub mod setup;
pub mod startup_notification;
pub mod sync;
pub mod trace;
pub mod wire;
pub mod xinerama;
pub mod xkb;
