//! The instruction that enters the kernel, per architecture, and the call numbers.
//!
//! Never interprets a result: see [`crate::errno`].
#![expect(unsafe_code, reason = "the only assembly of the crate")]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::Context;
#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub use x86_64::Context;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::*;

impl Context {
    /// The stack pointer.
    pub const fn stack_pointer(&self) -> usize {
        self.stack_pointer
    }

    /// The address of the instruction that comes next, or that can't be done.
    pub const fn instruction(&self) -> usize {
        self.instruction
    }

    /// The alternate stack of the thread: where it starts, and its length; 0 if it has none.
    pub const fn alternate_stack(&self) -> (usize, usize) {
        (self.alternate_stack, self.alternate_length)
    }
}
