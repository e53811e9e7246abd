//! `cargo xtask bench …`: what pgwm and its parts cost, beside a peer in the same run. Rounds are
//! interleaved and medians are said: what counts is the ratio of two, as the machines differ.
//! Never a test: a target that is missed is said, and ends nothing.

#![expect(clippy::cast_precision_loss, reason = "what is counted here is far below 2^52")]

mod allocator;
mod bar;
mod kernel;
mod memory;
mod stage;
mod table;
mod variant;

pub use allocator::allocator;
pub use bar::bar;
pub use memory::memory;
