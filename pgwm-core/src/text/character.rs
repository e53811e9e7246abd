//! What a line of text has to know about single characters (Unicode Character Database:
//! `General_Category`, `Default_Ignorable_Code_Point`, `White_Space`). Never knows a font.

/// First and last character of each range.
type Ranges = &'static [(u16, u16)];

/// Nonspacing and enclosing marks of the alphabets whose marks fonts leave to the one who
/// draws. Those of other scripts are spacing, or their fonts place them well enough.
const MARKS: Ranges = &[
    (0x0300, 0x036f),
    (0x0483, 0x0489),
    (0x0591, 0x05bd),
    (0x05bf, 0x05bf),
    (0x05c1, 0x05c2),
    (0x05c4, 0x05c5),
    (0x05c7, 0x05c7),
    (0x0610, 0x061a),
    (0x064b, 0x065f),
    (0x0670, 0x0670),
    (0x06d6, 0x06dc),
    (0x06df, 0x06e4),
    (0x06e7, 0x06e8),
    (0x06ea, 0x06ed),
    (0x0711, 0x0711),
    (0x0730, 0x074a),
    (0x07a6, 0x07b0),
    (0x07eb, 0x07f3),
    (0x07fd, 0x07fd),
    (0x0816, 0x082d),
    (0x0898, 0x089f),
    (0x08ca, 0x08ff),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x20d0, 0x20f0),
    (0xfb1e, 0xfb1e),
    (0xfe20, 0xfe2f),
];

/// Controls, and what asks to be ignored: soft hyphen, joiners, bidirectional controls,
/// variation selectors, fillers.
const INVISIBLE: Ranges = &[
    (0x0000, 0x001f),
    (0x007f, 0x009f),
    (0x00ad, 0x00ad),
    (0x034f, 0x034f),
    (0x061c, 0x061c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x3164, 0x3164),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
];

const SPACES: Ranges = &[
    (0x0020, 0x0020),
    (0x00a0, 0x00a0),
    (0x2000, 0x200a),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
];

/// Whether it is drawn over the character before it.
pub(super) fn is_mark(character: char) -> bool {
    within(MARKS, character)
}

/// Whether it goes through its base, not above or below.
pub(super) fn is_overlay(character: char) -> bool {
    ('\u{334}'..='\u{338}').contains(&character)
}

/// Whether nothing at all stands for it.
pub(super) fn is_invisible(character: char) -> bool {
    // All of plane 14 but what lies beyond its selectors and tags, which is unassigned.
    within(INVISIBLE, character) || character as u32 >> 12 == 0xe0
}

/// Whether it is a blank that a font may lack.
pub(super) fn is_space(character: char) -> bool {
    within(SPACES, character)
}

/// Whether a character lies in one of the ranges.
#[inline(never)]
pub(super) fn within(ranges: Ranges, character: char) -> bool {
    let code = character as u32;
    ranges.iter().any(|(first, last)| (u32::from(*first)..=u32::from(*last)).contains(&code))
}
