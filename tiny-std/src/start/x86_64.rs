//! The entry point on `x86_64`.
//!
//! Never compiled into the library: the macro puts it into the binary.

/// Defines `_start`, which calls `$start` with the initial stack. Part of [`program!`].
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
            "call {relocate}",
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
            ".type _start, @function",
            "_start:",
            ".cfi_startproc",
            ".cfi_undefined rip", // the outermost frame
            "xor ebp, ebp",
            "mov rdi, rsp",
            "and rsp, -16", // the call makes it 8 modulo 16, as the ABI wants it
            $($instruction,)?
            "call {start}",
            "ud2",
            ".cfi_endproc",
            ".size _start, . - _start",
            start = sym $start,
            $(relocate = sym $relocate,)?
        );
    };
}
