//! A font file: its table directory, its characters and its metrics (OpenType
//! specification, "The OpenType Font File", `cmap`, `head`, `hhea`, `hmtx`, `maxp`,
//! `OS/2`). Parsing looks at the directory and some headers, so that a mapped file is read
//! where it is used; never copies a table.

use alloc::vec::Vec;
use core::cell::OnceCell;
use core::fmt;

use super::bytes::NOWHERE;

/// One font of a file.
#[derive(Debug)]
pub struct Font<'a> {
    pub(super) file: &'a [u8],
    /// Where each of [`NAMES`] begins.
    pub(super) tables: [usize; TABLES],
    /// Where the characters are.
    cmap: usize,
    /// A font unit in 1/64 pixel, as 16.16: zero until there is a size.
    pub(super) scale: i32,
    /// The pair adjustments of `GPOS`, once they were looked for: the number of each one's
    /// lookup, and where it is.
    pub(super) pairs: OnceCell<Vec<(usize, usize)>>,
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

/// The names of the tables that are read.
const NAMES: [u32; TABLES] = [
    u32::from_be_bytes(*b"CFF "),
    u32::from_be_bytes(*b"GPOS"),
    u32::from_be_bytes(*b"OS/2"),
    u32::from_be_bytes(*b"cmap"),
    u32::from_be_bytes(*b"glyf"),
    u32::from_be_bytes(*b"head"),
    u32::from_be_bytes(*b"hhea"),
    u32::from_be_bytes(*b"hmtx"),
    u32::from_be_bytes(*b"kern"),
    u32::from_be_bytes(*b"loca"),
    u32::from_be_bytes(*b"maxp"),
];
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
        let mut font = Self {
            file: bytes,
            tables: [NOWHERE; TABLES],
            cmap: NOWHERE,
            scale: 0,
            pairs: OnceCell::new(),
        };
        let (mut directory, mut fonts) = (0, 1);
        if font.u32(0) == tag(*b"ttcf") {
            fonts = font.u32(8);
            directory = font.u32(12 + 4 * index as usize);
        }
        let version = font.u32(directory);
        let known = version == 0x0001_0000 || version == tag(*b"OTTO") || version == tag(*b"true");
        if !known || index as usize >= fonts {
            return Err(BadFont);
        }
        for record in 0..font.u16(directory + 4).min(DIRECTORY) {
            let record = directory + 12 + 16 * record;
            let (name_of, start) = (font.u32(record), font.u32(record + 8));
            let length = font.u32(record + 12);
            for (name, table) in NAMES.iter().zip(&mut font.tables) {
                if *name as usize == name_of && length > 0 {
                    *table = start;
                }
            }
        }
        let quadratic = font.has(GLYF) && font.has(LOCA);
        // The glyph without a number is drawn where a character is missing.
        if (!quadratic && !font.has(CFF))
            || !font.find_characters()
            || font.glyphs() == 0
            || font.units_per_em().wrapping_sub(16) > 16384 - 16
        {
            return Err(BadFont);
        }
        Ok(font)
    }

    /// Whether a table is there.
    pub(super) fn has(&self, table: usize) -> bool {
        self.tables[table] < self.file.len()
    }

    pub(super) fn units_per_em(&self) -> usize {
        self.u16(self.tables[HEAD] + 18)
    }

    fn glyphs(&self) -> usize {
        self.u16(self.tables[MAXP] + 4)
    }

    /// How far it reaches above the base line, and how far above it what is lowest, in font
    /// units.
    pub(super) fn reach(&self) -> (i32, i32) {
        let (hhea, os2) = (self.tables[HHEA], self.tables[OS_2]);
        // USE_TYPO_METRICS of fsSelection.
        if self.u16(os2 + 62) & 0x80 != 0 || self.u32(hhea + 4) == 0 {
            (self.i16(os2 + 68), self.i16(os2 + 70))
        } else {
            (self.i16(hhea + 4), self.i16(hhea + 6))
        }
    }

    /// The glyph of a character; zero where the font has none.
    #[inline(never)]
    pub(super) fn glyph(&self, character: char) -> usize {
        let code = character as usize;
        let cmap = self.cmap;
        let glyph = match self.u16(cmap) {
            4 => {
                let doubled = self.u16(cmap + 6) & !1;
                let segment = 2 * self.search(cmap + 14, doubled / 2, 2, false, code);
                let start = cmap + 16 + doubled + segment;
                let index = code.wrapping_sub(self.u16(start));
                let delta = self.u16(start + doubled);
                if segment >= doubled || index > 0xffff {
                    0
                } else {
                    // Counted from its own place.
                    let place = start + 2 * doubled;
                    match self.u16(place) {
                        0 => (code + delta) & 0xffff,
                        offset => match self.u16(place + offset + 2 * index) {
                            0 => 0,
                            glyph => (glyph + delta) & 0xffff,
                        },
                    }
                }
            }
            6 => {
                let index = code.wrapping_sub(self.u16(cmap + 6));
                if index < self.u16(cmap + 8) { self.u16(cmap + 10 + 2 * index) } else { 0 }
            }
            _ => {
                let count = self.u32(cmap + 12);
                let group = cmap + 16 + 12 * self.search(cmap + 20, count, 12, true, code);
                let (first, last) = (self.u32(group), self.u32(group + 4));
                if first <= code && code <= last { self.u32(group + 8) + code - first } else { 0 }
            }
        };
        if glyph < self.glyphs() { glyph } else { 0 }
    }

    /// The advance of a glyph in font units.
    pub(super) fn advance(&self, glyph: usize) -> i32 {
        self.u16(self.tables[HMTX] + 4 * glyph.min(self.last_advance())) as i32
    }

    /// How far its left edge lies from the pen, in font units.
    pub(super) fn bearing(&self, glyph: usize) -> i32 {
        self.i16(self.tables[HMTX] + 2 * (glyph + glyph.min(self.last_advance()) + 1))
    }

    /// The last glyph with an advance of its own; those after it have the same.
    fn last_advance(&self) -> usize {
        self.u16(self.tables[HHEA] + 34).saturating_sub(1)
    }

    /// Looks for the subtable of `cmap` that says most about Unicode; whether there is one.
    fn find_characters(&mut self) -> bool {
        let cmap = self.tables[CMAP];
        let mut best = 0;
        for record in 0..self.u16(cmap + 2) {
            let record = cmap + 4 + 8 * record;
            let subtable = cmap + self.u32(record + 4);
            let (platform, encoding) = (self.u16(record), self.u16(record + 2));
            let rank = match self.u16(subtable) {
                12 if platform != 1 => 4,
                4 if platform == 0 || encoding == 1 => 3,
                // Symbols, which lie where Unicode has its private use.
                4 => 2,
                6 => 1,
                _ => 0,
            };
            if rank > best {
                (best, self.cmap) = (rank, subtable);
            }
        }
        best > 0
    }
}

/// A table's name as a number.
pub(super) const fn tag(name: [u8; 4]) -> usize {
    u32::from_be_bytes(name) as usize
}
