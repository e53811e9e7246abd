//! On `x86_64`.
//!
//! Never uses the stack, nor a register that holds something: rdi is kept for who calls.

use super::{SENTENCE, SENTENCE_LENGTH};
use core::arch::naked_asm;

/// Adds the address that the program begins at to every word that holds an address. Where
/// the program was linked for a fixed address, there is nothing to do.
///
/// # Safety
///
/// Once, before anything else: by the entry point.
#[unsafe(naked)]
pub unsafe extern "C" fn relocate() {
    naked_asm!(
        ".weak _DYNAMIC",
        ".hidden _DYNAMIC",
        ".hidden __ehdr_start",
        // rax: the dynamic section, pairs of a tag and a value. rdx: where the program begins.
        "lea rax, [rip + _DYNAMIC]",
        "test rax, rax",
        "jz 9f",
        "lea rdx, [rip + __ehdr_start]",
        "xor r8d, r8d", // RELA's address and size
        "xor r9d, r9d",
        "xor r10d, r10d", // RELR's
        "xor r11d, r11d",
        "2:",
        "mov rcx, [rax]",
        "mov rsi, [rax + 8]",
        "add rax, 16",
        "cmp rcx, {rela}",
        "cmove r8, rsi",
        "cmp rcx, {rela_size}",
        "cmove r9, rsi",
        "cmp rcx, {relr}",
        "cmove r10, rsi",
        "cmp rcx, {relr_size}",
        "cmove r11, rsi",
        "cmp rcx, {rel}",
        "je 8f",
        "cmp rcx, {text_relocations}",
        "je 8f",
        "cmp rcx, {procedures}",
        "je 8f",
        "test rcx, rcx",
        "jnz 2b",
        // RELA, entries of three words: the place, the type, what to add to the beginning.
        "add r8, rdx",
        "add r9, r8", // the end
        "3:",
        "cmp r8, r9",
        "jae 4f",
        "cmp qword ptr [r8 + 8], {relative}",
        "jne 8f",
        "mov rax, [r8]",
        "mov rsi, [r8 + 16]",
        "add rsi, rdx",
        "mov [rax + rdx], rsi",
        "add r8, 24",
        "jmp 3b",
        // RELR: an even word is a place. The bits of an odd one, the lowest apart, say which of
        // the 63 words that follow the last are places too. What to add to is in the place.
        "4:",
        "add r10, rdx",
        "add r11, r10", // the end
        "5:",
        "cmp r10, r11",
        "jae 9f",
        "mov rax, [r10]",
        "add r10, 8",
        "test al, 1",
        "jnz 6f",
        "add [rax + rdx], rdx",
        "lea rcx, [rax + rdx + 8]", // the word that follows
        "jmp 5b",
        "6:",
        "mov rsi, rcx",
        "add rcx, 63 * 8",
        "7:",
        "shr rax, 1",
        "jz 5b",
        "test al, 1",
        "jz 20f",
        "add [rsi], rdx",
        "20:",
        "add rsi, 8",
        "jmp 7b",
        // Not to be done.
        "8:",
        "mov eax, {write}",
        "mov edi, 2",
        "lea rsi, [rip + {sentence}]",
        "mov edx, {length}",
        "syscall",
        "mov eax, {exit_group}",
        "mov edi, 1",
        "syscall",
        "ud2",
        "9:",
        "ret",
        rela = const 7,
        rela_size = const 8,
        relr = const 36,
        relr_size = const 35,
        rel = const 17,
        text_relocations = const 22,
        procedures = const 23, // DT_JMPREL: those of a table of functions
        relative = const 8, // R_X86_64_RELATIVE of no symbol (x86-64 psABI, "Relocation Types")
        write = const 1,
        exit_group = const 231,
        sentence = sym SENTENCE,
        length = const SENTENCE_LENGTH,
    )
}
