//! On `aarch64`.
//!
//! Never uses the stack, nor a register that holds something: x0 is kept for who calls.

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
        // x9: the dynamic section, pairs of a tag and a value. x10: where the program begins.
        "adrp x9, _DYNAMIC",
        "add x9, x9, :lo12:_DYNAMIC",
        "cbz x9, 9f",
        "adrp x10, __ehdr_start",
        "add x10, x10, :lo12:__ehdr_start",
        "mov x11, xzr", // RELA's address and size
        "mov x12, xzr",
        "mov x13, xzr", // RELR's
        "mov x14, xzr",
        "2:",
        "ldp x15, x16, [x9], #16",
        "cmp x15, #{rela}",
        "csel x11, x16, x11, eq",
        "cmp x15, #{rela_size}",
        "csel x12, x16, x12, eq",
        "cmp x15, #{relr}",
        "csel x13, x16, x13, eq",
        "cmp x15, #{relr_size}",
        "csel x14, x16, x14, eq",
        "cmp x15, #{rel}",
        "b.eq 8f",
        "cmp x15, #{text_relocations}",
        "b.eq 8f",
        "cmp x15, #{procedures}",
        "b.eq 8f",
        "cbnz x15, 2b",
        // RELA, entries of three words: the place, the type, what to add to the beginning.
        "add x11, x11, x10",
        "add x12, x12, x11", // the end
        "3:",
        "cmp x11, x12",
        "b.hs 4f",
        "ldp x15, x16, [x11]",
        "ldr x17, [x11, #16]",
        "add x11, x11, #24",
        "cmp x16, #{relative}",
        "b.ne 8f",
        "add x17, x17, x10",
        "str x17, [x15, x10]",
        "b 3b",
        // RELR: an even word is a place. The bits of an odd one, the lowest apart, say which of
        // the 63 words that follow the last are places too. What to add to is in the place.
        "4:",
        "add x13, x13, x10",
        "add x14, x14, x13", // the end
        "5:",
        "cmp x13, x14",
        "b.hs 9f",
        "ldr x15, [x13], #8",
        "tbnz x15, #0, 6f",
        "add x16, x15, x10",
        "ldr x17, [x16]",
        "add x17, x17, x10",
        "str x17, [x16], #8", // x16: the word that follows
        "b 5b",
        "6:",
        "mov x11, x16",
        "add x16, x16, #63 * 8",
        "7:",
        "lsr x15, x15, #1",
        "cbz x15, 5b",
        "tbz x15, #0, 20f",
        "ldr x17, [x11]",
        "add x17, x17, x10",
        "str x17, [x11]",
        "20:",
        "add x11, x11, #8",
        "b 7b",
        // Not to be done.
        "8:",
        "mov x8, #{write}",
        "mov x0, #2",
        "adrp x1, {sentence}",
        "add x1, x1, :lo12:{sentence}",
        "mov x2, #{length}",
        "svc #0",
        "mov x8, #{exit_group}",
        "mov x0, #1",
        "svc #0",
        "brk #1",
        "9:",
        "ret",
        rela = const 7,
        rela_size = const 8,
        relr = const 36,
        relr_size = const 35,
        rel = const 17,
        text_relocations = const 22,
        procedures = const 23, // DT_JMPREL: those of a table of functions
        relative = const 1027, // R_AARCH64_RELATIVE of no symbol (ELF for AArch64, "Relocations")
        write = const 64,
        exit_group = const 94,
        sentence = sym SENTENCE,
        length = const SENTENCE_LENGTH,
    )
}
