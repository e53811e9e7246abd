//! How much closer two neighbours stand: the pairs of `GPOS`, or else of `kern` (OpenType
//! specification, `GPOS`, "Lookup type 2", and `kern`, "Format 0"). Nothing is read
//! before the first pair; never looks at more than two glyphs.

use alloc::vec::Vec;

use super::bytes::Bytes;
use super::sfnt::{Font, GPOS, KERN, tag};

/// How many subtables are looked for pairs.
const SUBTABLES: u32 = 1024;

impl Font<'_> {
    /// What comes on top of the left glyph's advance, in font units.
    #[inline(never)]
    pub(super) fn kerning(&self, left: usize, right: usize) -> i32 {
        let pairs = self.pairs.get_or_init(|| pairs(self.tables[GPOS]));
        if pairs.is_empty() {
            return old(self.tables[KERN], left, right);
        }
        let mut sum = 0;
        let mut done = usize::MAX;
        for (lookup, subtable) in pairs {
            // The first subtable of a lookup that knows the pair is the only one.
            if done != *lookup
                && let Some(value) = adjustment(*subtable, left, right)
            {
                sum += value;
                done = *lookup;
            }
        }
        sum
    }
}

/// The subtables behind the feature `kern` of the Latin script, or of the default one.
fn pairs(gpos: Bytes<'_>) -> Vec<(usize, Bytes<'_>)> {
    let mut found = Vec::new();
    let (scripts, features, lookups) = (gpos.behind(4), gpos.behind(6), gpos.behind(8));
    let script = script(scripts, tag(*b"latn")).or_else(|| script(scripts, tag(*b"DFLT")));
    let Some(script) = script else { return found };
    let language = script.behind(0);
    let mut feature = Bytes::default();
    for index in 0..language.u16(4) {
        let place = 2 + 6 * language.u16(6 + 2 * index);
        if features.u32(place) == tag(*b"kern") {
            feature = features.behind(place + 4);
        }
    }
    let mut left = SUBTABLES;
    for lookup in 0..feature.u16(2) {
        let lookup = feature.u16(4 + 2 * lookup);
        let table = lookups.behind(2 + 2 * lookup);
        for subtable in 0..table.u16(4) {
            if left == 0 {
                return found;
            }
            left -= 1;
            let mut subtable = table.behind(6 + 2 * subtable);
            let mut kind = table.u16(0);
            // An extension: only a place further away.
            if kind == 9 {
                kind = subtable.u16(2);
                subtable = subtable.from(subtable.u32(4));
            }
            if kind == 2 {
                found.push((lookup, subtable));
            }
        }
    }
    found
}

/// A script that has a language for all.
fn script(scripts: Bytes<'_>, name: usize) -> Option<Bytes<'_>> {
    for record in 0..scripts.u16(0) {
        let script = scripts.behind(6 + 6 * record);
        if scripts.u32(2 + 6 * record) == name && script.u16(0) != 0 {
            return Some(script);
        }
    }
    None
}

/// What a pair adjustment adds to the left advance; `None` where it doesn't know the pair.
fn adjustment(subtable: Bytes<'_>, left: usize, right: usize) -> Option<i32> {
    const ADVANCE: usize = 4;
    let index = covered(subtable.behind(2), left)?;
    let (first, second) = (subtable.u16(4), subtable.u16(6));
    let size = |format: usize| 2 * format.count_ones() as usize;
    let values = size(first) + size(second);
    let record = if subtable.u16(0) == 1 {
        let set = subtable.behind(10 + 2 * index);
        let (count, records) = (set.u16(0), set.from(2));
        let place = records.search(count, 2 + values, false, right);
        let record = records.from(place * (2 + values));
        if place >= count || record.u16(0) != right {
            return None;
        }
        record.from(2)
    } else {
        let row = class(subtable.behind(8), left);
        let column = class(subtable.behind(10), right);
        subtable.from(16 + (row * subtable.u16(14) + column) * values)
    };
    // Two places come before it, if they are there.
    let value = record.i16(size(first & (ADVANCE - 1)));
    Some(if first & ADVANCE != 0 { value } else { 0 })
}

/// The number of a glyph in a coverage table.
fn covered(coverage: Bytes<'_>, glyph: usize) -> Option<usize> {
    let (count, glyphs) = (coverage.u16(2), coverage.from(4));
    if coverage.u16(0) == 1 {
        let index = glyphs.search(count, 2, false, glyph);
        return (index < count && glyphs.u16(2 * index) == glyph).then_some(index);
    }
    let (first, index) = range(glyphs, count, glyph)?;
    Some(index + glyph - first)
}

/// The class of a glyph; zero for all that a table doesn't name.
fn class(classes: Bytes<'_>, glyph: usize) -> usize {
    if classes.u16(0) == 1 {
        return match glyph.checked_sub(classes.u16(2)) {
            Some(index) if index < classes.u16(4) => classes.u16(6 + 2 * index),
            _ => 0,
        };
    }
    range(classes.from(4), classes.u16(2), glyph).map_or(0, |(_, class)| class)
}

/// The first glyph of the range that holds a glyph, and the number that the range has.
fn range(ranges: Bytes<'_>, count: usize, glyph: usize) -> Option<(usize, usize)> {
    let index = ranges.from(2).search(count, 6, false, glyph);
    let range = ranges.from(6 * index);
    (index < count && range.u16(0) <= glyph).then(|| (range.u16(0), range.u16(4)))
}

/// The value of a pair in the table that there was before `GPOS`.
fn old(kern: Bytes<'_>, left: usize, right: usize) -> i32 {
    const HORIZONTAL: usize = 1;
    let mut sum = 0;
    let mut at = 4;
    for _ in 0..kern.u16(2).min(16) {
        let subtable = kern.from(at);
        // Format 0, for horizontal text, no minimum and no other direction.
        if subtable.u16(4) & !8 == HORIZONTAL {
            let (count, pairs) = (subtable.u16(6), subtable.from(14));
            let pair = left << 16 | right;
            let index = pairs.search(count, 6, true, pair);
            if index < count && pairs.u32(6 * index) == pair {
                sum += pairs.i16(6 * index + 4);
            }
        }
        at += subtable.u16(2);
    }
    sum
}
