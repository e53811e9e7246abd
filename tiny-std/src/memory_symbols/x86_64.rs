//! On `x86_64`: SSE2, which every such processor has, and above 64 bytes AVX2 and
//! `rep movsb` where there are such.
//!
//! Never touches a byte outside of the given ones; strlen apart, which reads past the end
//! of the string, but never in another page than a byte of the string.
//!
//! Up to 64 bytes there are no loops: everything is loaded, from both ends, before the
//! first store, and each size is at most one taken branch away. Above, both ends are
//! handled like that, and a loop takes aligned blocks between.

use core::arch::naked_asm;
use core::ffi::{c_char, c_int, c_void};
use core::sync::atomic::AtomicU8;

#[cfg(test)]
pub(super) mod ways;

/// What the processor has, as far as that is known. It is asked when something long comes
/// for the first time, as the question costs microseconds in a virtual machine. Threads
/// may ask at the same time: they write the same.
static PROCESSOR: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const SSE2: u8 = 1;
const AVX2: u8 = 2;
/// AVX2, and a `rep movsb` that is said to be quick (ERMS).
const AVX2_AND_REP: u8 = 3;

/// From here on `rep movsb` is quicker than the loop: both places together leave the
/// nearest cache, and it need not read what it overwrites. Below it is slower, and
/// `rep stosb` is at every length.
const REP: usize = 24 * 1024;

/// Copies as if through a third place. [`memcpy`](super::memcpy) is the same.
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
        "mov rax, rdi",
        "cmp rdx, 32",
        "ja 50f",
        "cmp edx, 16",
        "jae 40f",
        "cmp edx, 8",
        "jae 30f",
        "cmp edx, 4",
        "jae 20f",
        "test edx, edx",
        "jz 10f",
        "movzx ecx, byte ptr [rsi]", // 1 to 3
        "movzx r8d, byte ptr [rsi + rdx - 1]",
        "mov r9d, edx",
        "shr r9d, 1",
        "movzx esi, byte ptr [rsi + r9]",
        "mov [rdi], cl",
        "mov [rdi + r9], sil",
        "mov [rdi + rdx - 1], r8b",
        "10:",
        "ret",
        "20:",
        "mov ecx, [rsi]", // 4 to 7
        "mov r8d, [rsi + rdx - 4]",
        "mov [rdi], ecx",
        "mov [rdi + rdx - 4], r8d",
        "ret",
        "30:",
        "mov rcx, [rsi]", // 8 to 15
        "mov r8, [rsi + rdx - 8]",
        "mov [rdi], rcx",
        "mov [rdi + rdx - 8], r8",
        "ret",
        "40:",
        "movups xmm0, [rsi]", // 16 to 32
        "movups xmm1, [rsi + rdx - 16]",
        "movups [rdi], xmm0",
        "movups [rdi + rdx - 16], xmm1",
        "ret",
        "50:",
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

/// The rest of [`memmove`], above 64 bytes, with its registers. Both ends are loaded first
/// and stored last; the loop takes aligned blocks of the destination, in the direction that
/// reads before it overwrites.
///
/// # Safety
///
/// Only [`memmove`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn move_long() {
    naked_asm!(
        "mov r10, rdi",
        "sub r10, rsi",
        "10:",
        "cmp byte ptr [rip + {PROCESSOR}], {SSE2}",
        "ja {move_long_avx2}",
        "je 20f",
        "call {ask}",
        "jmp 10b",
        "20:",
        "movups xmm1, [rsi]",
        "movups xmm2, [rsi + rdx - 16]",
        "mov ecx, edi",
        "or ecx, -16",
        "neg ecx", // 1 to 16: where the first block is
        "lea r8, [rdx - 17]",
        "sub r8, rcx", // 16 for each block but one
        "push 16",
        "pop r9",
        "cmp r10, rdx", // unsigned: below only if the destination starts in the source
        "jae 30f",
        "mov r10, r8",
        "and r10, -16",
        "add rcx, r10", // the last block is the first
        "neg r9",
        "30:",
        "movups xmm0, [rsi + rcx]",
        "movaps [rdi + rcx], xmm0",
        "add rcx, r9",
        "sub r8, 16",
        "jae 30b",
        "movups [rdi], xmm1",
        "movups [rdi + rdx - 16], xmm2",
        "ret",
        PROCESSOR = sym PROCESSOR,
        SSE2 = const SSE2,
        ask = sym ask,
        move_long_avx2 = sym move_long_avx2,
    )
}

/// [`move_long`] with AVX2, in the same way, with blocks of 128 bytes.
///
/// # Safety
///
/// Only [`move_long`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn move_long_avx2() {
    naked_asm!(
        "vmovups ymm6, [rsi]",
        "vmovups ymm7, [rsi + rdx - 64]",
        "vmovups ymm8, [rsi + rdx - 32]",
        "cmp rdx, 128",
        "jbe 28f",
        "vmovups ymm4, [rsi + rdx - 128]",
        "vmovups ymm5, [rsi + rdx - 96]",
        "mov ecx, edi",
        "or ecx, -32",
        "neg ecx", // 1 to 32: where the first block is
        "cmp rdx, {REP}",
        "jae 40f",
        "10:",
        "lea r8, [rdx - 129]",
        "sub r8, rcx", // 128 for each block but one
        "jb 29f", // there is none
        "mov r9d, 128",
        "cmp r10, rdx", // unsigned: below only if the destination starts in the source
        "jae 20f",
        "mov r10, r8",
        "and r10, -128",
        "add rcx, r10", // the last block is the first
        "neg r9",
        "20:",
        "vmovups ymm0, [rsi + rcx]",
        "vmovups ymm1, [rsi + rcx + 32]",
        "vmovups ymm2, [rsi + rcx + 64]",
        "vmovups ymm3, [rsi + rcx + 96]",
        "vmovaps [rdi + rcx], ymm0",
        "vmovaps [rdi + rcx + 32], ymm1",
        "vmovaps [rdi + rcx + 64], ymm2",
        "vmovaps [rdi + rcx + 96], ymm3",
        "add rcx, r9",
        "add r8, -128",
        "jc 20b",
        "jmp 29f",
        "28:",
        "vmovups ymm0, [rsi + 32]",
        "vmovups [rdi + 32], ymm0",
        "jmp 30f",
        "29:",
        "vmovups [rdi + rdx - 128], ymm4",
        "vmovups [rdi + rdx - 96], ymm5",
        "30:",
        "vmovups [rdi], ymm6",
        "vmovups [rdi + rdx - 64], ymm7",
        "vmovups [rdi + rdx - 32], ymm8",
        "31:",
        "vzeroupper",
        "ret",
        "40:",
        "cmp byte ptr [rip + {PROCESSOR}], {AVX2_AND_REP}",
        "jne 10b",
        "cmp r10, rdx",
        "jb 10b", // overlaps: backward it is slow
        "mov r8, r10",
        "neg r8",
        "cmp r8, rdx",
        "jb 10b", // overlaps: so it is where the two are close
        "vmovups [rdi], ymm6",
        "add rdi, rcx", // some processors are slow where this is not aligned
        "add rsi, rcx",
        "sub rdx, rcx",
        "mov rcx, rdx",
        "rep movsb",
        "jmp 31b",
        PROCESSOR = sym PROCESSOR,
        AVX2_AND_REP = const AVX2_AND_REP,
        REP = const REP,
    )
}

/// Sets [`PROCESSOR`] and changes no register.
///
/// # Safety
///
/// May be called at any time.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn ask() {
    naked_asm!(
        "push rax",
        "push rbx",
        "push rcx",
        "push rdx",
        "xor eax, eax",
        "cpuid",
        "cmp eax, 7", // the last question that may be asked
        "jb 10f",
        "mov eax, 1",
        "cpuid",
        "not ecx",
        "test ecx, 0x18000000", // AVX, and XGETBV
        "jnz 10f",
        "xor ecx, ecx",
        "xgetbv",
        "not eax",
        "test al, 6", // the kernel keeps both halves of the registers
        "jnz 10f",
        "mov eax, 7", // ecx is 0 still
        "cpuid",
        "test bl, 0x20", // AVX2
        "jz 10f",
        "bt ebx, 9", // ERMS
        "mov bl, {AVX2}",
        "adc bl, 0",
        "jmp 20f",
        "10:",
        "mov bl, {SSE2}",
        "20:",
        "mov [rip + {PROCESSOR}], bl",
        "pop rdx",
        "pop rcx",
        "pop rbx",
        "pop rax",
        "ret",
        PROCESSOR = sym PROCESSOR,
        SSE2 = const SSE2,
        AVX2 = const AVX2,
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
        "movd xmm0, esi",
        "punpcklbw xmm0, xmm0",
        "pshuflw xmm0, xmm0, 0", // eight of them
        "cmp rdx, 32",
        "ja 50f",
        "cmp edx, 16",
        "jae 40f",
        "cmp edx, 8",
        "jae 30f",
        "cmp edx, 4",
        "jae 20f",
        "test edx, edx",
        "jz 10f",
        "mov [rdi], sil", // 1 to 3
        "mov [rdi + rdx - 1], sil",
        "shr edx, 1",
        "mov [rdi + rdx], sil",
        "10:",
        "ret",
        "20:",
        "movd [rdi], xmm0", // 4 to 7
        "movd [rdi + rdx - 4], xmm0",
        "ret",
        "30:",
        "movq [rdi], xmm0", // 8 to 15
        "movq [rdi + rdx - 8], xmm0",
        "ret",
        "40:",
        "punpcklqdq xmm0, xmm0",
        "movups [rdi], xmm0", // 16 to 32
        "movups [rdi + rdx - 16], xmm0",
        "ret",
        "50:",
        "punpcklqdq xmm0, xmm0",
        "cmp rdx, 64",
        "ja {set_long}",
        "movups [rdi], xmm0", // 33 to 64
        "movups [rdi + 16], xmm0",
        "movups [rdi + rdx - 32], xmm0",
        "movups [rdi + rdx - 16], xmm0",
        "ret",
        set_long = sym set_long,
    )
}

/// The rest of [`memset`], above 64 bytes, with its registers.
///
/// # Safety
///
/// Only [`memset`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn set_long() {
    naked_asm!(
        "cmp byte ptr [rip + {PROCESSOR}], {SSE2}",
        "ja {set_long_avx2}",
        "je 10f",
        "call {ask}",
        "jmp {set_long}",
        "10:",
        "lea r8, [rdi + rdx - 16]",
        "movups [rdi], xmm0",
        "movups [r8], xmm0",
        "and rdi, -16",
        "add rdi, 16",
        "20:",
        "movaps [rdi], xmm0",
        "add rdi, 16",
        "cmp rdi, r8",
        "jb 20b",
        "ret",
        PROCESSOR = sym PROCESSOR,
        SSE2 = const SSE2,
        ask = sym ask,
        set_long = sym set_long,
        set_long_avx2 = sym set_long_avx2,
    )
}

/// [`set_long`] with AVX2.
///
/// # Safety
///
/// Only [`set_long`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn set_long_avx2() {
    naked_asm!(
        "vpbroadcastq ymm0, xmm0",
        "lea r8, [rdi + rdx - 128]",
        "vmovups [rdi], ymm0",
        "vmovups [rdi + 32], ymm0",
        "vmovups [r8 + 64], ymm0",
        "vmovups [r8 + 96], ymm0",
        "cmp rdx, 128",
        "jbe 20f",
        "vmovups [r8], ymm0",
        "vmovups [r8 + 32], ymm0",
        "cmp rdx, 256",
        "jbe 15f",
        "add rdi, 64",
        "and rdi, -32",
        "10:",
        "vmovaps [rdi], ymm0",
        "vmovaps [rdi + 32], ymm0",
        "vmovaps [rdi + 64], ymm0",
        "vmovaps [rdi + 96], ymm0",
        "sub rdi, -128",
        "cmp rdi, r8",
        "jb 10b",
        "vzeroupper",
        "ret",
        "15:",
        "vmovups [rdi + 64], ymm0",
        "vmovups [rdi + 96], ymm0",
        "20:",
        "vzeroupper",
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
        "cmp rdx, 32",
        "ja 50f",
        "cmp edx, 16",
        "jae 40f",
        "cmp edx, 8",
        "jae 30f",
        "cmp edx, 4",
        "jae 20f",
        "xor eax, eax",
        "cmp edx, 1",
        "jb 12f",
        "je 11f",
        "movzx eax, word ptr [rdi]", // 2 and 3
        "movzx ecx, word ptr [rsi]",
        "cmp eax, ecx",
        "jne 60f",
        "11:",
        "movzx eax, byte ptr [rdi + rdx - 1]",
        "movzx ecx, byte ptr [rsi + rdx - 1]",
        "sub eax, ecx",
        "12:",
        "ret",
        "20:",
        "mov eax, [rdi]", // 4 to 7
        "mov ecx, [rsi]",
        "cmp eax, ecx",
        "jne 60f",
        "mov eax, [rdi + rdx - 4]",
        "mov ecx, [rsi + rdx - 4]",
        "cmp eax, ecx",
        "jne 60f",
        "xor eax, eax",
        "ret",
        "30:",
        "mov rax, [rdi]", // 8 to 15
        "mov rcx, [rsi]",
        "cmp rax, rcx",
        "jne 60f",
        "mov rax, [rdi + rdx - 8]",
        "mov rcx, [rsi + rdx - 8]",
        "cmp rax, rcx",
        "jne 60f",
        "xor eax, eax",
        "ret",
        "40:",
        "movdqu xmm0, [rdi]", // 16 to 32
        "movdqu xmm1, [rsi]",
        "movdqu xmm2, [rdi + rdx - 16]",
        "movdqu xmm3, [rsi + rdx - 16]",
        "pcmpeqb xmm0, xmm1",
        "pcmpeqb xmm2, xmm3",
        "pand xmm0, xmm2",
        "pmovmskb eax, xmm0", // a set bit for each equal byte
        "sub eax, 0xffff",
        "jnz {compare_blocks}", // finds which
        "ret",
        "50:",
        "cmp rdx, 64",
        "ja {compare_long}",
        "movdqu xmm0, [rdi]", // 33 to 64
        "movdqu xmm1, [rsi]",
        "movdqu xmm2, [rdi + 16]",
        "movdqu xmm3, [rsi + 16]",
        "pcmpeqb xmm0, xmm1",
        "pcmpeqb xmm2, xmm3",
        "movdqu xmm4, [rdi + rdx - 32]",
        "movdqu xmm5, [rsi + rdx - 32]",
        "pand xmm0, xmm2",
        "pcmpeqb xmm4, xmm5",
        "movdqu xmm6, [rdi + rdx - 16]",
        "movdqu xmm7, [rsi + rdx - 16]",
        "pand xmm0, xmm4",
        "pcmpeqb xmm6, xmm7",
        "pand xmm0, xmm6",
        "pmovmskb eax, xmm0",
        "sub eax, 0xffff",
        "jnz {compare_blocks}",
        "ret",
        "60:",
        "bswap rax", // the first byte weighs most
        "bswap rcx",
        "cmp rax, rcx",
        "sbb eax, eax", // -1 if below, else 0
        "or eax, 1",
        "ret",
        compare_blocks = sym compare_blocks,
        compare_long = sym compare_long,
    )
}

/// The slower way of [`memcmp`], with its registers, for 16 bytes or more.
///
/// # Safety
///
/// Only [`memcmp`] and [`compare_long`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn compare_blocks() {
    naked_asm!(
        "lea r8, [rdi + rdx - 16]", // the last block
        "sub rsi, rdi",             // from the one place to the other
        "10:",
        "movdqu xmm0, [rdi]",
        "movdqu xmm1, [rdi + rsi]",
        "pcmpeqb xmm0, xmm1",
        "pmovmskb eax, xmm0",
        "sub eax, 0xffff", // the lowest bit that is set now was not
        "jnz 20f",
        "add rdi, 16",
        "cmp rdi, r8",
        "jb 10b",
        "mov rdi, r8", // once more; it overlaps the one before
        "xor r8d, r8d",
        "test rdi, rdi",
        "jnz 10b",
        "ret",
        "20:",
        "bsf eax, eax",
        "add rdi, rax",
        "movzx eax, byte ptr [rdi]",
        "movzx ecx, byte ptr [rdi + rsi]",
        "sub eax, ecx",
        "ret",
    )
}

/// The rest of [`memcmp`], above 64 bytes, with its registers: with AVX2, in blocks of 64.
///
/// # Safety
///
/// Only [`memcmp`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn compare_long() {
    naked_asm!(
        "cmp byte ptr [rip + {PROCESSOR}], {SSE2}",
        "je {compare_blocks}",
        "jb 30f",
        "lea r8, [rdi + rdx - 64]", // the last block
        "sub rsi, rdi",             // from the one place to the other
        "cmp rdx, 512",
        "sbb rdx, rdx",
        "or rdx, -64", // from 512 on it is worth a block more to be aligned
        "10:",
        "vmovdqu ymm0, [rdi]",
        "vmovdqu ymm1, [rdi + 32]",
        "vpcmpeqb ymm0, ymm0, [rdi + rsi]",
        "vpcmpeqb ymm1, ymm1, [rdi + rsi + 32]",
        "vpand ymm0, ymm0, ymm1",
        "vpmovmskb eax, ymm0",
        "inc eax", // 0 where all bits were set
        "jnz 20f",
        "add rdi, 64",
        "and rdi, rdx",
        "cmp rdi, r8",
        "jb 10b",
        "mov rdi, r8", // once more; it overlaps the one before
        "xor r8d, r8d",
        "test rdi, rdi",
        "jnz 10b",
        "vzeroupper",
        "ret",
        "20:",
        "vzeroupper",
        "add rsi, rdi",
        "push 64",
        "pop rdx",
        "jmp {compare_blocks}", // finds which of this block
        "30:",
        "call {ask}",
        "jmp {compare_long}",
        PROCESSOR = sym PROCESSOR,
        SSE2 = const SSE2,
        ask = sym ask,
        compare_blocks = sym compare_blocks,
        compare_long = sym compare_long,
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
        "pxor xmm0, xmm0",
        "mov eax, edi",
        "and eax, 4095",
        "cmp eax, 4096 - 80", // the smallest page there is
        "ja 40f",
        "movdqu xmm1, [rdi]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1", // a set bit for each NUL
        "test eax, eax",
        "jnz 50f",
        "movdqu xmm1, [rdi + 16]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "test eax, eax",
        "jnz 51f",
        "movdqu xmm1, [rdi + 32]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "test eax, eax",
        "jnz 52f",
        "movdqu xmm1, [rdi + 48]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "test eax, eax",
        "jnz 53f",
        "movdqu xmm1, [rdi + 64]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "test eax, eax",
        "jnz 54f",
        "lea rdx, [rdi + 64]",
        "and rdx, -64",
        "jmp 60f",
        "40:",
        "mov rdx, rdi",
        "and rdx, -16",
        "movdqa xmm1, [rdx]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "mov ecx, edi",
        "and ecx, 15",
        "shr eax, cl", // those before the string don't count
        "shl eax, cl",
        "41:",
        "test eax, eax",
        "jnz 42f",
        "add rdx, 16",
        "test dl, 63",
        "jz 60f",
        "43:",
        "movdqa xmm1, [rdx]",
        "pcmpeqb xmm1, xmm0",
        "pmovmskb eax, xmm1",
        "jmp 41b",
        "42:",
        "bsf eax, eax",
        "sub rdx, rdi",
        "add rax, rdx",
        "ret",
        "50:",
        "bsf eax, eax",
        "ret",
        "51:",
        "bsf eax, eax",
        "add eax, 16",
        "ret",
        "52:",
        "bsf eax, eax",
        "add eax, 32",
        "ret",
        "53:",
        "bsf eax, eax",
        "add eax, 48",
        "ret",
        "54:",
        "bsf eax, eax",
        "add eax, 64",
        "ret",
        "60:",
        "cmp byte ptr [rip + {PROCESSOR}], {SSE2}",
        "je 43b",
        "ja {measure_long_avx2}",
        "call {ask}",
        "jmp 60b",
        PROCESSOR = sym PROCESSOR,
        SSE2 = const SSE2,
        ask = sym ask,
        measure_long_avx2 = sym measure_long_avx2,
    )
}

/// The rest of [`strlen`] with AVX2, from a multiple of 64 on, in aligned blocks of 128: the
/// smallest of four bytes is NUL where one of them is.
///
/// # Safety
///
/// Only [`strlen`] may jump here.
#[unsafe(naked)]
unsafe extern "C" fn measure_long_avx2() {
    naked_asm!(
        "test dl, 64",
        "jz 10f",
        "vmovdqa ymm1, [rdx]",
        "vpminub ymm1, ymm1, [rdx + 32]",
        "vpcmpeqb ymm1, ymm1, ymm0",
        "vpmovmskb eax, ymm1",
        "test eax, eax",
        "jnz 20f",
        "add rdx, 64",
        "10:",
        "vmovdqa ymm1, [rdx]",
        "vmovdqa ymm2, [rdx + 32]",
        "vpminub ymm1, ymm1, [rdx + 64]",
        "vpminub ymm2, ymm2, [rdx + 96]",
        "vpminub ymm1, ymm1, ymm2",
        "vpcmpeqb ymm1, ymm1, ymm0",
        "sub rdx, -128",
        "vpmovmskb eax, ymm1",
        "test eax, eax",
        "jz 10b",
        "add rdx, -128",
        "20:",
        "vpcmpeqb ymm1, ymm0, [rdx]",
        "vpmovmskb eax, ymm1",
        "add rdx, 32",
        "test eax, eax",
        "jz 20b",
        "vzeroupper",
        "bsf eax, eax",
        "sub rdx, rdi",
        "lea rax, [rdx + rax - 32]",
        "ret",
    )
}
