//! What the developer commands and the integration tests share: programs with
//! deadlines, X servers, an independent X client, and the commands themselves.
//!
//! Read `process`, `display`, `client`, `session` in that order; the commands stand on
//! them. Nothing here is part of the window manager, and nothing here decides what the
//! window manager should do: the tests do.

#![forbid(unsafe_code)]
#![expect(
    clippy::missing_errors_doc,
    reason = "every error here is a `Failure`: one sentence for the developer, to be printed"
)]

pub mod aarch64;
pub mod behaviour;
pub mod bench;
pub mod build;
pub mod ci;
pub mod client;
pub mod compare;
pub mod display;
pub mod elf;
pub mod failure;
pub mod input;
pub mod install;
pub mod matrix;
pub mod monitors;
pub mod process;
pub mod proxy;
pub mod run;
pub mod scene;
pub mod screenshot;
pub mod session;
pub mod size;
pub mod unused;

pub use failure::{Failure, Outcome};
