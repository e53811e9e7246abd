//! How much closer two neighbours stand: the pairs of `GPOS`, or else of `kern` (OpenType
//! specification, `GPOS`, "Lookup type 2", and `kern`, "Format 0"). Nothing is read
//! before the first pair; never looks at more than two glyphs.

use alloc::vec::Vec;

use super::bytes::NOWHERE;
use super::sfnt::{Font, GPOS, KERN, tag};

/// How many subtables are looked for pairs.
const SUBTABLES: u32 = 1024;

impl Font<'_> {
    /// What comes on top of the left glyph's advance, in font units.
    #[inline(never)]
    pub(super) fn kerning(&self, left: usize, right: usize) -> i32 {
        let pairs = self.pairs.get_or_init(|| self.find_pairs());
        if pairs.is_empty() {
            return self.old_kerning(left, right);
        }
        let mut sum = 0;
        let mut done = usize::MAX;
        for (lookup, subtable) in pairs {
            // The first subtable of a lookup that knows the pair is the only one.
            if done != *lookup
                && let Some(value) = self.adjustment(*subtable, left, right)
            {
                sum += value;
                done = *lookup;
            }
        }
        sum
    }

    /// The subtables behind the feature `kern` of the Latin script, or of the default one.
    fn find_pairs(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let gpos = self.tables[GPOS];
        let [scripts, features, lookups] = [4, 6, 8].map(|at| self.behind(gpos, at));
        let mut language = self.language(scripts, tag(*b"latn"));
        if language == NOWHERE {
            language = self.language(scripts, tag(*b"DFLT"));
        }
        let mut feature = NOWHERE;
        for index in 0..self.u16(language + 4) {
            let record = 2 + 6 * self.u16(language + 6 + 2 * index);
            if self.u32(features + record) == tag(*b"kern") {
                feature = self.behind(features, record + 4);
            }
        }
        let mut left = SUBTABLES;
        for index in 0..self.u16(feature + 2) {
            let lookup = self.u16(feature + 4 + 2 * index);
            let table = self.behind(lookups, 2 + 2 * lookup);
            for index in 0..self.u16(table + 4) {
                if left == 0 {
                    return found;
                }
                left -= 1;
                let mut subtable = self.behind(table, 6 + 2 * index);
                let mut kind = self.u16(table);
                // An extension: only a place further away.
                if kind == 9 {
                    kind = self.u16(subtable + 2);
                    subtable += self.u32(subtable + 4);
                }
                if kind == 2 {
                    found.push((lookup, subtable));
                }
            }
        }
        found
    }

    /// What a script has for all its languages.
    fn language(&self, scripts: usize, name: usize) -> usize {
        for index in 0..self.u16(scripts) {
            let record = 2 + 6 * index;
            let script = self.behind(scripts, record + 4);
            if self.u32(scripts + record) == name && self.u16(script) != 0 {
                return self.behind(script, 0);
            }
        }
        NOWHERE
    }

    /// What a pair adjustment adds to the left advance; `None` where it doesn't know the
    /// pair.
    fn adjustment(&self, subtable: usize, left: usize, right: usize) -> Option<i32> {
        const ADVANCE: usize = 4;
        let index = self.covered(self.behind(subtable, 2), left)?;
        let first = self.u16(subtable + 4);
        let size = size(first) + size(self.u16(subtable + 6));
        let record = if self.u16(subtable) == 1 {
            let set = self.behind(subtable, 10 + 2 * index);
            let (pairs, count, size) = (set + 2, self.u16(set), 2 + size);
            let index = self.search(pairs, count, size, false, right);
            if index >= count || self.u16(pairs + index * size) != right {
                return None;
            }
            pairs + index * size + 2
        } else {
            let row = self.class(self.behind(subtable, 8), left);
            let column = self.class(self.behind(subtable, 10), right);
            subtable + 16 + (row * self.u16(subtable + 14) + column) * size
        };
        if first & ADVANCE == 0 {
            return Some(0);
        }
        // Two places come before it, if they are there.
        Some(self.i16(record + self::size(first & (ADVANCE - 1))))
    }

    /// The number of a glyph in a coverage table.
    fn covered(&self, coverage: usize, glyph: usize) -> Option<usize> {
        if self.u16(coverage) == 1 {
            let (glyphs, count) = (coverage + 4, self.u16(coverage + 2));
            let index = self.search(glyphs, count, 2, false, glyph);
            return (index < count && self.u16(glyphs + 2 * index) == glyph).then_some(index);
        }
        let range = self.range(coverage, glyph)?;
        Some(self.u16(range + 4) + glyph - self.u16(range))
    }

    /// The class of a glyph; zero for all that a table doesn't name.
    #[inline(never)]
    fn class(&self, classes: usize, glyph: usize) -> usize {
        if self.u16(classes) == 1 {
            let index = glyph.wrapping_sub(self.u16(classes + 2));
            return if index < self.u16(classes + 4) {
                self.u16(classes + 6 + 2 * index)
            } else {
                0
            };
        }
        self.range(classes, glyph).map_or(0, |range| self.u16(range + 4))
    }

    /// Where a table of ranges has the one that holds a glyph.
    #[inline(never)]
    fn range(&self, table: usize, glyph: usize) -> Option<usize> {
        let count = self.u16(table + 2);
        let index = self.search(table + 6, count, 6, false, glyph);
        let range = table + 4 + 6 * index;
        (index < count && self.u16(range) <= glyph).then_some(range)
    }

    /// The value of a pair in the table that there was before `GPOS`.
    fn old_kerning(&self, left: usize, right: usize) -> i32 {
        const HORIZONTAL: usize = 1;
        let kern = self.tables[KERN];
        let mut sum = 0;
        let mut subtable = kern + 4;
        for _ in 0..self.u16(kern + 2).min(16) {
            // Format 0, for horizontal text, no minimum and no other direction.
            if self.u16(subtable + 4) & !8 == HORIZONTAL {
                let (pairs, count) = (subtable + 14, self.u16(subtable + 6));
                let pair = left << 16 | right;
                let index = self.search(pairs, count, 6, true, pair);
                if index < count && self.u32(pairs + 6 * index) == pair {
                    sum += self.i16(pairs + 6 * index + 4);
                }
            }
            subtable += self.u16(subtable + 2);
        }
        sum
    }
}

/// The bytes of a value, by the bits of its format.
#[inline(never)]
fn size(format: usize) -> usize {
    2 * format.count_ones() as usize
}
