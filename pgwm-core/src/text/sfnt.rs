//! A font file: its table directory, its characters and its metrics (OpenType
//! specification, "The OpenType Font File", `cmap`, `head`, `hhea`, `hmtx`, `maxp`,
//! `OS/2`). Parsing looks at the directory and some headers, so that a mapped file is read
//! where it is used; never copies a table.

use core::fmt;

use super::bytes::Bytes;
use super::kerning::Kerning;

/// One font of a file.
#[derive(Debug)]
pub struct Font<'a> {
    pub(super) units_per_em: u32,
    pub(super) ascender: i32,
    pub(super) descender: i32,
    pub(super) glyphs: usize,
    pub(super) outlines: Outlines<'a>,
    pub(super) kerning: Kerning<'a>,
    cmap: Bytes<'a>,
    hmtx: Bytes<'a>,
    /// How many glyphs have an advance of their own; the rest has that of the last.
    advances: usize,
}

/// Where the outlines are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outlines<'a> {
    TrueType { glyf: Bytes<'a>, loca: Bytes<'a>, long: bool },
    PostScript { cff: Bytes<'a> },
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

impl<'a> Font<'a> {
    /// The font that a file holds, or of a collection that with the number `index`.
    ///
    /// # Errors
    ///
    /// The bytes are no font, or one without a table that drawing needs. Tables that are
    /// broken inside are no error: what they lack is not drawn.
    pub fn parse(bytes: &'a [u8], index: u32) -> Result<Self, BadFont> {
        let file = Bytes::new(bytes);
        let index = index as usize;
        let directory = if file.u32(0) == tag(*b"ttcf") {
            if index >= file.u32(8) {
                return Err(BadFont);
            }
            file.from(file.u32(12 + 4 * index))
        } else if index == 0 {
            file
        } else {
            return Err(BadFont);
        };
        let known = [0x0001_0000, tag(*b"OTTO"), tag(*b"true")];
        if !known.contains(&directory.u32(0)) {
            return Err(BadFont);
        }
        let table = |name: &[u8; 4]| {
            let name = tag(*name);
            let mut found = Bytes::default();
            for record in 0..directory.u16(4) {
                let record = directory.from(12 + 16 * record);
                if record.u32(0) == name {
                    found = file.part(record.u32(8), record.u32(12));
                }
            }
            found
        };
        let (head, hhea, os2) = (table(b"head"), table(b"hhea"), table(b"OS/2"));
        let cff = table(b"CFF ");
        let outlines = if cff.is_empty() {
            let (glyf, loca) = (table(b"glyf"), table(b"loca"));
            Outlines::TrueType { glyf, loca, long: head.u16(50) != 0 }
        } else {
            Outlines::PostScript { cff }
        };
        let drawn = match outlines {
            Outlines::TrueType { glyf, loca, .. } => !glyf.is_empty() && !loca.is_empty(),
            Outlines::PostScript { .. } => true,
        };
        let units_per_em = head.u16(18) as u32;
        let cmap = characters(table(b"cmap"));
        // The glyph without a number is drawn where a character is missing.
        let glyphs = table(b"maxp").u16(4);
        if !drawn || !(16..=16384).contains(&units_per_em) || cmap.is_empty() || glyphs == 0 {
            return Err(BadFont);
        }
        let (mut ascender, mut descender) = (hhea.i16(4), hhea.i16(6));
        // USE_TYPO_METRICS of fsSelection.
        if os2.u16(62) & 0x80 != 0 || (ascender == 0 && descender == 0) {
            (ascender, descender) = (os2.i16(68), os2.i16(70));
        }
        Ok(Self {
            units_per_em,
            ascender,
            descender,
            glyphs,
            outlines,
            kerning: Kerning::new(table(b"kern"), table(b"GPOS")),
            cmap,
            hmtx: table(b"hmtx"),
            advances: hhea.u16(34).max(1),
        })
    }

    /// The glyph of a character; zero where the font has none.
    pub(super) fn glyph(&self, character: char) -> usize {
        let code = character as usize;
        let cmap = self.cmap;
        let glyph = match cmap.u16(0) {
            4 if code <= 0xffff => {
                let doubled = cmap.u16(6) & !1;
                let segment = 2 * cmap.from(14).search(doubled / 2, 2, false, code);
                let starts = cmap.from(16 + doubled);
                let (start, delta) = (starts.u16(segment), starts.u16(segment + doubled));
                let place = segment + 2 * doubled;
                if segment >= doubled || code < start {
                    0
                } else {
                    match starts.u16(place) {
                        0 => (code + delta) & 0xffff,
                        // Counted from the place itself.
                        offset => match starts.u16(place + offset + 2 * (code - start)) {
                            0 => 0,
                            glyph => (glyph + delta) & 0xffff,
                        },
                    }
                }
            }
            6 => match code.checked_sub(cmap.u16(6)) {
                Some(index) if index < cmap.u16(8) => cmap.u16(10 + 2 * index),
                _ => 0,
            },
            12 => {
                let groups = cmap.from(16);
                let count = cmap.u32(12).min(groups.len() / 12);
                let group = groups.from(12 * groups.from(4).search(count, 12, true, code));
                match code.checked_sub(group.u32(0)) {
                    Some(index) if code <= group.u32(4) => group.u32(8) + index,
                    _ => 0,
                }
            }
            _ => 0,
        };
        if glyph < self.glyphs { glyph } else { 0 }
    }

    /// The advance of a glyph in font units.
    pub(super) fn advance(&self, glyph: usize) -> i32 {
        self.hmtx.u16(4 * glyph.min(self.advances - 1)) as i32
    }

    /// How far its left edge lies from the pen, in font units.
    pub(super) fn bearing(&self, glyph: usize) -> i32 {
        self.hmtx.i16(2 * (glyph + glyph.min(self.advances - 1) + 1))
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
        let rank = match (subtable.u16(0), record.u16(0), record.u16(2)) {
            (12, 0 | 3, _) => 4,
            (4, 0, _) | (4, 3, 1) => 3,
            // Symbols, which lie where Unicode has its private use.
            (4, 3, _) => 2,
            (6, _, _) => 1,
            _ => 0,
        };
        if rank > best_rank {
            (best, best_rank) = (subtable, rank);
        }
    }
    best
}
