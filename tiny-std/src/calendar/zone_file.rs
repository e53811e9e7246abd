//! A zone's file, `TZif` (RFC 9636). Any bytes give an offset or none.
//!
//! Never reads the first part, whose times have 32 bits: a file that has no other is none.

use super::{Offset, rule, sane};

/// What a file begins with.
pub(super) const MAGIC: &[u8] = b"TZif";

/// How far clocks are ahead of UTC at a time.
pub(super) fn offset(file: &[u8], time: i64) -> Option<Offset<'_>> {
    const HEADER: usize = 44;
    let (_, length) = read_header(file, 0, 4);
    let second = HEADER + length;
    let ([_, _, _, transitions, types, _], length) = read_header(file, second, 8);
    let times = second + HEADER;
    let footer = file.get(times + length..)?;
    // How many transitions are over.
    let mut over = 0;
    while over < transitions {
        let at = times + 8 * over;
        let low = i64::from(read_word(file, at + 4) as u32);
        if i64::from(read_word(file, at)) << 32 | low > time {
            break;
        }
        over += 1;
    }
    if over == transitions
        && let [_, rule @ ..] = footer
        && let Some(offset) = rule::offset(rule, time)
    {
        return Some(offset);
    }
    // What was before the first transition is of the first type.
    let indices = times + transitions * 8;
    let kind = if over == 0 { 0 } else { usize::from(*file.get(indices + over - 1)?) };
    let entries = indices + transitions;
    let entry = entries + kind * 6;
    let names = file.get(entries + types * 6 + usize::from(*file.get(entry + 5)?)..)?;
    let name = names.get(..names.iter().position(|byte| *byte == 0)?)?;
    Some(Offset { seconds: sane(read_word(file, entry))?, name })
}

/// The counts in a header, and how long the data after it are where their times have so many
/// bytes.
fn read_header(file: &[u8], at: usize, width: usize) -> ([usize; 6], usize) {
    // After the name, the version and what is reserved.
    let mut counts = [0; 6];
    for (count, index) in counts.iter_mut().zip(5..) {
        *count = read_word(file, at + 4 * index) as u32 as usize;
    }
    let [universal, standard, leaps, transitions, types, letters] = counts;
    // Each is below 2^32, so that nothing overflows.
    let times = transitions * (width + 1) + leaps * (width + 4);
    (counts, times + types * 6 + letters + standard + universal)
}

/// Four bytes, the highest one first; 0 past the end.
fn read_word(file: &[u8], at: usize) -> i32 {
    let bytes = file.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| i32::from_be_bytes(*bytes))
}
