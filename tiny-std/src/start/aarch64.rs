//! The entry point on `aarch64`.
//!
//! Never compiled into the library: the macro puts it into the binary.

/// Defines `_start`, which calls `$start` with the initial stack, and `getauxval`. Part of
/// [`program!`].
///
/// [`program!`]: crate::program
#[cfg(not(feature = "pie"))]
#[doc(hidden)]
#[macro_export]
macro_rules! entry_point {
    ($start:path) => {
        $crate::entry_point_after!($start);
    };
}

/// The same, for a program that relocates itself before all else.
#[cfg(feature = "pie")]
#[doc(hidden)]
#[macro_export]
macro_rules! entry_point {
    ($start:path) => {
        $crate::entry_point_after!(
            $start,
            "bl {relocate}",
            relocate = sym $crate::start::relocate::relocate
        );
    };
}

/// The entry point: an instruction may come before the call.
#[doc(hidden)]
#[macro_export]
macro_rules! entry_point_after {
    ($start:path $(, $instruction:literal, relocate = sym $relocate:path)?) => {
        ::core::arch::global_asm!(
            ".globl _start",
            ".type _start, %function",
            "_start:",
            ".cfi_startproc",
            ".cfi_undefined x30", // the outermost frame
            "mov x29, xzr",
            "mov x30, xzr",
            "mov x0, sp",
            "and x9, x0, #-16",
            "mov sp, x9",
            $($instruction,)?
            "bl {start}",
            "brk 1",
            ".cfi_endproc",
            ".size _start, . - _start",
            start = sym $start,
            $(relocate = sym $relocate,)?
        );

        /// Asked by the compiler's own support library, which wants to know about atomic
        /// instructions; 0 is what getauxval(3) gives for an unknown key.
        #[unsafe(no_mangle)]
        extern "C" fn getauxval(key: usize) -> usize {
            $crate::env::auxiliary_value(key).unwrap_or(0)
        }
    };
}
