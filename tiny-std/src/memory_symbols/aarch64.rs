//! On `aarch64`: pairs of words, then what is left by its bits.
//!
//! Never touches a byte outside of the given ones.

use core::arch::naked_asm;
use core::ffi::{c_char, c_int, c_void};

/// Copies as if through a third place: upwards, or downwards if the destination starts in
/// the source. [`memcpy`](super::memcpy) is the same.
///
/// # Safety
///
/// As memmove(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn memmove(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) -> *mut c_void {
    naked_asm!(
        second_name!("memcpy"),
        "sub x3, x0, x1",
        "cmp x3, x2", // unsigned: lower only if the destination starts in the source
        "b.lo 30f",
        "mov x3, x0",
        "20:",
        "cmp x2, 16",
        "b.lo 21f",
        "ldp x4, x5, [x1], 16",
        "stp x4, x5, [x3], 16",
        "sub x2, x2, 16",
        "b 20b",
        "21:",
        "tbz x2, 3, 22f",
        "ldr x4, [x1], 8",
        "str x4, [x3], 8",
        "22:",
        "tbz x2, 2, 23f",
        "ldr w4, [x1], 4",
        "str w4, [x3], 4",
        "23:",
        "tbz x2, 1, 24f",
        "ldrh w4, [x1], 2",
        "strh w4, [x3], 2",
        "24:",
        "tbz x2, 0, 25f",
        "ldrb w4, [x1]",
        "strb w4, [x3]",
        "25:",
        "ret",
        "30:",
        "add x3, x0, x2",
        "add x1, x1, x2",
        "31:",
        "cmp x2, 16",
        "b.lo 32f",
        "ldp x4, x5, [x1, -16]!",
        "stp x4, x5, [x3, -16]!",
        "sub x2, x2, 16",
        "b 31b",
        "32:",
        "tbz x2, 3, 33f",
        "ldr x4, [x1, -8]!",
        "str x4, [x3, -8]!",
        "33:",
        "tbz x2, 2, 34f",
        "ldr w4, [x1, -4]!",
        "str w4, [x3, -4]!",
        "34:",
        "tbz x2, 1, 35f",
        "ldrh w4, [x1, -2]!",
        "strh w4, [x3, -2]!",
        "35:",
        "tbz x2, 0, 25b",
        "ldrb w4, [x1, -1]",
        "strb w4, [x3, -1]",
        "ret",
    )
}

/// Fills with the low byte of `byte`.
///
/// # Safety
///
/// As memset(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn memset(
    destination: *mut c_void,
    byte: c_int,
    length: usize,
) -> *mut c_void {
    naked_asm!(
        "and x1, x1, 0xff",
        "mov x4, 0x0101010101010101",
        "mul x1, x1, x4", // eight of them
        "mov x3, x0",
        "20:",
        "cmp x2, 16",
        "b.lo 21f",
        "stp x1, x1, [x3], 16",
        "sub x2, x2, 16",
        "b 20b",
        "21:",
        "tbz x2, 3, 22f",
        "str x1, [x3], 8",
        "22:",
        "tbz x2, 2, 23f",
        "str w1, [x3], 4",
        "23:",
        "tbz x2, 1, 24f",
        "strh w1, [x3], 2",
        "24:",
        "tbz x2, 0, 25f",
        "strb w1, [x3]",
        "25:",
        "ret",
    )
}

/// Compares as unsigned bytes: negative, 0 or positive. [`bcmp`](super::bcmp) is the same.
///
/// # Safety
///
/// As memcmp(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn memcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int {
    naked_asm!(
        second_name!("bcmp"),
        "20:",
        "cmp x2, 8",
        "b.lo 21f",
        "ldr x3, [x0], 8",
        "ldr x4, [x1], 8",
        "sub x2, x2, 8",
        "cmp x3, x4",
        "b.eq 20b",
        "rev x3, x3", // the first byte weighs most
        "rev x4, x4",
        "cmp x3, x4",
        "mov w0, 1",
        "cneg w0, w0, lo",
        "ret",
        "21:",
        "cbz x2, 22f",
        "ldrb w3, [x0], 1",
        "ldrb w4, [x1], 1",
        "sub x2, x2, 1",
        "subs w3, w3, w4",
        "b.eq 21b",
        "mov w0, w3",
        "ret",
        "22:",
        "mov w0, wzr",
        "ret",
    )
}

/// How many bytes come before the first NUL.
///
/// # Safety
///
/// As strlen(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn strlen(string: *const c_char) -> usize {
    naked_asm!(
        "mov x1, x0",
        "20:",
        "ldrb w2, [x1], 1",
        "cbnz w2, 20b",
        "sub x0, x1, x0",
        "sub x0, x0, 1", // without the NUL
        "ret",
    )
}

/// For tests: the ways that a processor has. There is one.
#[cfg(test)]
pub(super) mod ways {
    pub(in super::super) fn for_each_way(check: impl Fn()) {
        check();
    }
}
