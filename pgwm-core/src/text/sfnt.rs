//! A font file: its table directory, its characters and its metrics (OpenType
//! specification, "The OpenType Font File", `cmap`, `head`, `hhea`, `hmtx`, `maxp`,
//! `OS/2`). Parsing looks at the directory and some headers, so that a mapped file is read
//! where it is used; never copies a table.

use core::fmt;

use super::bytes::Bytes;

/// One font of a file.
#[derive(Debug)]
pub struct Font<'a> {
    pub(super) units_per_em: u32,
    pub(super) ascender: i32,
    pub(super) descender: i32,
    pub(super) glyphs: usize,
    pub(super) outlines: Outlines<'a>,
    cmap: Bytes<'a>,
    hmtx: Bytes<'a>,
    /// How many glyphs have an advance of their own; the rest has that of the last.
    advances: usize,
    pub(super) kern: Bytes<'a>,
    pub(super) gpos: Bytes<'a>,
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
            cmap,
            hmtx: table(b"hmtx"),
            advances: hhea.u16(34),
            kern: table(b"kern"),
            gpos: table(b"GPOS"),
        })
    }

    /// The glyph of a character; zero where the font has none.
    pub(super) fn glyph(&self, character: char) -> usize {
        let _ = (self.cmap, character);
        0
    }

    /// The advance of a glyph in font units.
    pub(super) fn advance(&self, glyph: usize) -> i32 {
        self.hmtx.u16(4 * glyph.min(self.advances.saturating_sub(1))) as i32
    }
}

/// A table's name as a number.
pub(super) const fn tag(name: [u8; 4]) -> usize {
    u32::from_be_bytes(name) as usize
}

/// The subtable of `cmap` that says most about Unicode.
fn characters(cmap: Bytes<'_>) -> Bytes<'_> {
    cmap.from(cmap.u32(8))
}
