//! A font file: its table directory, its characters and its metrics (OpenType
//! specification, "The OpenType Font File", `cmap`, `head`, `hhea`, `hmtx`, `maxp`,
//! `OS/2`). Parsing looks at the directory and some headers, so that a mapped file is read
//! where it is used; never copies a table.

use alloc::vec::Vec;
use core::cell::OnceCell;
use core::fmt;

use super::bytes::Bytes;

/// One font of a file.
#[derive(Debug)]
pub struct Font<'a> {
    /// Each at its place in [`NAMES`]; one that isn't there is empty.
    pub(super) tables: [Bytes<'a>; TABLES],
    /// What is read of the characters.
    cmap: Bytes<'a>,
    /// A font unit in 1/64 pixel, as 16.16: zero until there is a size.
    pub(super) scale: i32,
    /// The pair adjustments of `GPOS`, once they were looked for, each with the number of
    /// its lookup.
    pub(super) pairs: OnceCell<Vec<(usize, Bytes<'a>)>>,
}

/// Bytes that are no font with outlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFont;

impl fmt::Display for BadFont {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a TrueType or OpenType font with outlines")
    }
}

impl core::error::Error for BadFont {}

/// The names of the tables that are read, in a row.
const NAMES: &[u8] = b"CFF GPOSOS/2cmapglyfheadhheahmtxkernlocamaxp";
pub(super) const CFF: usize = 0;
pub(super) const GPOS: usize = 1;
const OS_2: usize = 2;
const CMAP: usize = 3;
pub(super) const GLYF: usize = 4;
pub(super) const HEAD: usize = 5;
const HHEA: usize = 6;
const HMTX: usize = 7;
pub(super) const KERN: usize = 8;
pub(super) const LOCA: usize = 9;
const MAXP: usize = 10;
const TABLES: usize = 11;
/// No font has more tables than this.
const DIRECTORY: usize = 256;

impl<'a> Font<'a> {
    /// The font that a file holds, or of a collection that with the number `index`.
    ///
    /// # Errors
    ///
    /// The bytes are no font, or one without a table that drawing needs. Tables that are
    /// broken inside are no error: what they lack is not drawn.
    pub fn parse(bytes: &'a [u8], index: u32) -> Result<Self, BadFont> {
        let file = Bytes::new(bytes);
        let mut directory = file;
        let mut fonts = 1;
        if file.u32(0) == tag(*b"ttcf") {
            fonts = file.u32(8);
            directory = file.from(file.u32(12 + 4 * index as usize));
        }
        let version = directory.u32(0);
        let known = version == 0x0001_0000 || version == tag(*b"OTTO") || version == tag(*b"true");
        if !known || index as usize >= fonts {
            return Err(BadFont);
        }
        let mut tables = [Bytes::default(); TABLES];
        for record in 0..directory.u16(4).min(DIRECTORY) {
            let record = directory.from(12 + 16 * record);
            for (number, table) in tables.iter_mut().enumerate() {
                if Bytes::new(NAMES).u32(4 * number) == record.u32(0) {
                    *table = file.part(record.u32(8), record.u32(12));
                }
            }
        }
        let font =
            Self { tables, cmap: characters(tables[CMAP]), scale: 0, pairs: OnceCell::new() };
        let quadratic = !tables[GLYF].is_empty() && !tables[LOCA].is_empty();
        // The glyph without a number is drawn where a character is missing.
        if (!quadratic && tables[CFF].is_empty())
            || font.cmap.is_empty()
            || font.glyphs() == 0
            || !(16..=16384).contains(&font.units_per_em())
        {
            return Err(BadFont);
        }
        Ok(font)
    }

    pub(super) fn units_per_em(&self) -> usize {
        self.tables[HEAD].u16(18)
    }

    fn glyphs(&self) -> usize {
        self.tables[MAXP].u16(4)
    }

    /// How far it reaches above the base line, and how far above it what is lowest, in font
    /// units.
    pub(super) fn reach(&self) -> (i32, i32) {
        let (hhea, os2) = (self.tables[HHEA], self.tables[OS_2]);
        // USE_TYPO_METRICS of fsSelection.
        if os2.u16(62) & 0x80 != 0 || hhea.u32(4) == 0 {
            (os2.i16(68), os2.i16(70))
        } else {
            (hhea.i16(4), hhea.i16(6))
        }
    }

    /// The glyph of a character; zero where the font has none.
    pub(super) fn glyph(&self, character: char) -> usize {
        let code = character as usize;
        let cmap = self.cmap;
        let glyph = match cmap.u16(0) {
            4 => {
                let doubled = cmap.u16(6) & !1;
                let segment = 2 * cmap.from(14).search(doubled / 2, 2, false, code);
                let starts = cmap.from(16 + doubled + segment);
                let index = code.wrapping_sub(starts.u16(0));
                let delta = starts.u16(doubled);
                if segment >= doubled || index > 0xffff {
                    0
                } else {
                    match starts.u16(2 * doubled) {
                        0 => (code + delta) & 0xffff,
                        // Counted from the place itself.
                        offset => match starts.u16(2 * doubled + offset + 2 * index) {
                            0 => 0,
                            glyph => (glyph + delta) & 0xffff,
                        },
                    }
                }
            }
            6 => {
                let index = code.wrapping_sub(cmap.u16(6));
                if index < cmap.u16(8) { cmap.u16(10 + 2 * index) } else { 0 }
            }
            _ => {
                let groups = cmap.from(16);
                let count = cmap.u32(12).min(groups.len() / 12);
                let group = groups.from(12 * groups.from(4).search(count, 12, true, code));
                let (first, last) = (group.u32(0), group.u32(4));
                if first <= code && code <= last { group.u32(8) + code - first } else { 0 }
            }
        };
        if glyph < self.glyphs() { glyph } else { 0 }
    }

    /// The advance of a glyph in font units.
    pub(super) fn advance(&self, glyph: usize) -> i32 {
        self.tables[HMTX].u16(4 * glyph.min(self.last_advance())) as i32
    }

    /// How far its left edge lies from the pen, in font units.
    pub(super) fn bearing(&self, glyph: usize) -> i32 {
        self.tables[HMTX].i16(2 * (glyph + glyph.min(self.last_advance()) + 1))
    }

    /// The last glyph with an advance of its own; those after it have the same.
    fn last_advance(&self) -> usize {
        self.tables[HHEA].u16(34).saturating_sub(1)
    }
}

/// A table's name as a number.
pub(super) const fn tag(name: [u8; 4]) -> usize {
    u32::from_be_bytes(name) as usize
}

/// The subtable of `cmap` that says most about Unicode.
fn characters(cmap: Bytes<'_>) -> Bytes<'_> {
    let (mut best, mut best_rank) = (Bytes::default(), 0);
    for record in 0..cmap.u16(2) {
        let record = cmap.from(4 + 8 * record);
        let subtable = cmap.from(record.u32(4));
        let (platform, encoding) = (record.u16(0), record.u16(2));
        let rank = match subtable.u16(0) {
            12 if platform != 1 => 4,
            4 if platform == 0 || encoding == 1 => 3,
            // Symbols, which lie where Unicode has its private use.
            4 => 2,
            6 => 1,
            _ => 0,
        };
        if rank > best_rank {
            (best, best_rank) = (subtable, rank);
        }
    }
    best
}
