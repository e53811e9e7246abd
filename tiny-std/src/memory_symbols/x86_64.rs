//! On `x86_64`: SSE2.
//!
//! Never touches a byte outside of the given ones; strlen apart, which reads aligned
//! blocks of 16 that hold a byte of the string, and so never crosses into another page.

use core::arch::naked_asm;
use core::ffi::{c_char, c_int, c_void};

/// Copies; see [`memmove`].
///
/// # Safety
///
/// As memcpy(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn memcpy(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) -> *mut c_void {
    naked_asm!("jmp {memmove}", memmove = sym memmove)
}

/// Copies as if through a third place. Up to 64 bytes everything is loaded before the
/// first store; for more, see [`move_long`].
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
        "mov rax, rdi",
        "cmp rdx, 16",
        "jb 20f",
        "cmp rdx, 32",
        "ja 30f",
        "movups xmm0, [rsi]", // 16 to 32
        "movups xmm1, [rsi + rdx - 16]",
        "movups [rdi], xmm0",
        "movups [rdi + rdx - 16], xmm1",
        "ret",
        "20:",
        "cmp edx, 8",
        "jb 21f",
        "mov rcx, [rsi]", // 8 to 15
        "mov r8, [rsi + rdx - 8]",
        "mov [rdi], rcx",
        "mov [rdi + rdx - 8], r8",
        "ret",
        "21:",
        "cmp edx, 4",
        "jb 22f",
        "mov ecx, [rsi]", // 4 to 7
        "mov r8d, [rsi + rdx - 4]",
        "mov [rdi], ecx",
        "mov [rdi + rdx - 4], r8d",
        "ret",
        "22:",
        "cmp edx, 1",
        "jb 24f",
        "je 23f",
        "movzx ecx, word ptr [rsi]", // 2 and 3
        "movzx r8d, word ptr [rsi + rdx - 2]",
        "mov [rdi], cx",
        "mov [rdi + rdx - 2], r8w",
        "ret",
        "23:",
        "movzx ecx, byte ptr [rsi]",
        "mov [rdi], cl",
        "24:",
        "ret",
        "30:",
        "cmp rdx, 64",
        "ja {move_long}",
        "movups xmm0, [rsi]", // 33 to 64
        "movups xmm1, [rsi + 16]",
        "movups xmm2, [rsi + rdx - 32]",
        "movups xmm3, [rsi + rdx - 16]",
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm1",
        "movups [rdi + rdx - 32], xmm2",
        "movups [rdi + rdx - 16], xmm3",
        "ret",
        move_long = sym move_long,
    )
}

/// The rest of [`memmove`], above 64 bytes, with its registers: the far end is loaded
/// first and stored last, and a loop moves 64 bytes at a time in the direction that reads
/// before it overwrites.
///
/// # Safety
///
/// Only [`memmove`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn move_long() {
    naked_asm!(
        "mov rcx, rdi",
        "sub rcx, rsi",
        "cmp rcx, rdx", // unsigned: below only if the destination starts in the source
        "jb 50f",
        "movups xmm4, [rsi + rdx - 64]", // forward
        "movups xmm5, [rsi + rdx - 48]",
        "movups xmm6, [rsi + rdx - 32]",
        "movups xmm7, [rsi + rdx - 16]",
        "lea r8, [rdi + rdx - 64]", // where the end goes
        "41:",
        "movups xmm0, [rsi]",
        "movups xmm1, [rsi + 16]",
        "movups xmm2, [rsi + 32]",
        "movups xmm3, [rsi + 48]",
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm1",
        "movups [rdi + 32], xmm2",
        "movups [rdi + 48], xmm3",
        "add rsi, 64",
        "add rdi, 64",
        "cmp rdi, r8",
        "jb 41b",
        "movups [r8], xmm4",
        "movups [r8 + 16], xmm5",
        "movups [r8 + 32], xmm6",
        "movups [r8 + 48], xmm7",
        "ret",
        "50:",
        "movups xmm4, [rsi]", // backward; rdx is what is left
        "movups xmm5, [rsi + 16]",
        "movups xmm6, [rsi + 32]",
        "movups xmm7, [rsi + 48]",
        "51:",
        "movups xmm0, [rsi + rdx - 64]",
        "movups xmm1, [rsi + rdx - 48]",
        "movups xmm2, [rsi + rdx - 32]",
        "movups xmm3, [rsi + rdx - 16]",
        "movups [rdi + rdx - 64], xmm0",
        "movups [rdi + rdx - 48], xmm1",
        "movups [rdi + rdx - 32], xmm2",
        "movups [rdi + rdx - 16], xmm3",
        "sub rdx, 64",
        "cmp rdx, 64",
        "ja 51b",
        "movups [rdi], xmm4",
        "movups [rdi + 16], xmm5",
        "movups [rdi + 32], xmm6",
        "movups [rdi + 48], xmm7",
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
        "mov rax, rdi",
        "movzx esi, sil",
        "mov rcx, 0x0101010101010101",
        "imul rcx, rsi", // eight of them
        "cmp rdx, 16",
        "jb 20f",
        "movq xmm0, rcx",
        "punpcklqdq xmm0, xmm0",
        "movups [rdi], xmm0",
        "movups [rdi + rdx - 16], xmm0",
        "cmp rdx, 32",
        "jbe 24f",
        "movups [rdi + 16], xmm0",
        "movups [rdi + rdx - 32], xmm0",
        "cmp rdx, 64",
        "jbe 24f",
        "movups [rdi + rdx - 64], xmm0",
        "movups [rdi + rdx - 48], xmm0",
        "lea r8, [rdi + rdx - 64]", // the last 64 are filled
        "60:",
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm0",
        "movups [rdi + 32], xmm0",
        "movups [rdi + 48], xmm0",
        "add rdi, 64",
        "cmp rdi, r8",
        "jb 60b",
        "ret",
        "20:",
        "cmp edx, 8",
        "jb 21f",
        "mov [rdi], rcx", // 8 to 15
        "mov [rdi + rdx - 8], rcx",
        "ret",
        "21:",
        "cmp edx, 4",
        "jb 22f",
        "mov [rdi], ecx", // 4 to 7
        "mov [rdi + rdx - 4], ecx",
        "ret",
        "22:",
        "cmp edx, 1",
        "jb 24f",
        "mov [rdi], cl", // 1 to 3
        "mov [rdi + rdx - 1], cl",
        "shr edx, 1",
        "mov [rdi + rdx], cl",
        "24:",
        "ret",
    )
}

/// Compares as unsigned bytes: negative, 0 or positive.
///
/// # Safety
///
/// As memcmp(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn memcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int {
    naked_asm!(
        "cmp rdx, 16",
        "jb 20f",
        "lea r8, [rdx - 16]", // the last block starts here
        "xor ecx, ecx",
        "60:",
        "movdqu xmm0, [rdi + rcx]",
        "movdqu xmm1, [rsi + rcx]",
        "pcmpeqb xmm0, xmm1",
        "pmovmskb eax, xmm0", // a set bit for each equal byte
        "xor eax, 0xffff",
        "jnz 12f",
        "cmp rcx, r8",
        "je 13f",
        "add rcx, 16",
        "cmp rcx, r8",
        "cmova rcx, r8", // the last block overlaps the one before
        "jmp 60b",
        "12:",
        "bsf eax, eax",
        "add rcx, rax",
        "movzx eax, byte ptr [rdi + rcx]",
        "movzx edx, byte ptr [rsi + rcx]",
        "sub eax, edx",
        "ret",
        "13:",
        "xor eax, eax",
        "ret",
        "20:",
        "cmp edx, 8",
        "jb 21f",
        "mov rax, [rdi]", // 8 to 15
        "mov rcx, [rsi]",
        "cmp rax, rcx",
        "jne 30f",
        "mov rax, [rdi + rdx - 8]",
        "mov rcx, [rsi + rdx - 8]",
        "cmp rax, rcx",
        "jne 30f",
        "xor eax, eax",
        "ret",
        "30:",
        "bswap rax", // the first byte weighs most
        "bswap rcx",
        "cmp rax, rcx",
        "sbb eax, eax", // -1 if below, else 0
        "or eax, 1",
        "ret",
        "21:",
        "test edx, edx",
        "jz 13b",
        "xor ecx, ecx",
        "22:",
        "movzx eax, byte ptr [rdi + rcx]", // 1 to 7
        "movzx r8d, byte ptr [rsi + rcx]",
        "sub eax, r8d",
        "jne 23f",
        "inc rcx",
        "cmp rcx, rdx",
        "jb 22b",
        "23:",
        "ret",
    )
}

/// Compares: 0 if equal; see [`memcmp`].
///
/// # Safety
///
/// As bcmp(3).
#[unsafe(naked)]
#[cfg_attr(all(feature = "symbols", not(test)), unsafe(no_mangle))]
pub unsafe extern "C" fn bcmp(left: *const c_void, right: *const c_void, length: usize) -> c_int {
    naked_asm!("jmp {memcmp}", memcmp = sym memcmp)
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
        "mov rdx, rdi",
        "and rdx, -16",
        "pxor xmm0, xmm0",
        "movdqa xmm1, [rdx]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1", // a set bit for each NUL
        "mov ecx, edi",
        "and ecx, 15",
        "shr eax, cl", // those before the string don't count
        "test eax, eax",
        "jnz 61f",
        "60:",
        "add rdx, 16",
        "movdqa xmm1, [rdx]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "test eax, eax",
        "jz 60b",
        "bsf eax, eax",
        "sub rdx, rdi",
        "add rax, rdx",
        "ret",
        "61:",
        "bsf eax, eax",
        "ret",
    )
}
