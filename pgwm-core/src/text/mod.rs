//! Text as glyphs: font bytes and a line of text go in; places and 8-bit coverage come
//! out. Integer arithmetic only. Never opens a file, never knows a server, and keeps
//! nothing of what it draws.
//!
//! What it does not do: hinting, ligatures, the joined forms of Arabic and the reordering
//! of Indic scripts, colour.

mod bidi;
mod bytes;
mod cff;
mod character;
pub mod family;
mod glyf;
mod kerning;
mod outline;
mod raster;
pub mod sfnt;

use alloc::vec::Vec;

use character::{is_invisible, is_mark, is_overlay, is_space};
use outline::{Outline, PIXEL, PIXEL_BITS, times};
use sfnt::CFF;

pub use sfnt::{BadFont, Font};

/// A chain of fonts at one size: the first that has a character draws it.
#[derive(Debug)]
pub struct Typeface {
    fonts: Vec<Font<'static>>,
    /// In an em.
    size: u32,
}

/// A glyph of a [`Typeface`]: the number of the font in the chain, and of the glyph in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphId(pub u32);

impl GlyphId {
    const fn font(self) -> usize {
        self.0 as usize >> 16
    }

    const fn number(self) -> usize {
        self.0 as usize & 0xffff
    }
}

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
        let mut typeface = Self { fonts, size: 0 };
        typeface.resize(pixels);
        typeface
    }

    /// The same fonts at another size.
    pub fn resize(&mut self, pixels: u32) {
        self.size = pixels.clamp(1, 512);
        for font in &mut self.fonts {
            // Rounded to the nearest.
            let units = font.units_per_em();
            font.scale = ((((self.size as usize) << 22) + units / 2) / units) as i32;
        }
    }

    /// How far the first font reaches above the base line, in pixels; at least one.
    pub fn ascent(&self) -> u32 {
        self.reach(|(ascent, _)| ascent).max(1)
    }

    /// How far the first font reaches below the base line, in pixels.
    pub fn descent(&self) -> u32 {
        self.reach(|(_, descent)| -descent)
    }

    /// Whether there is no font: nothing can be drawn.
    pub fn is_empty(&self) -> bool {
        self.fonts.is_empty()
    }

    /// Whether some font draws the character. Spaces and what is never seen count as drawn.
    pub fn has(&self, character: char) -> bool {
        is_invisible(character) || is_space(character) || self.find(character).is_some()
    }

    /// Lays out one line from left to right as it is seen, appends its glyphs, and gives its
    /// width in pixels. What no font has becomes the first font's glyph 0, a box.
    pub fn lay_out(&self, text: &str, out: &mut Vec<Placed>) -> u32 {
        let mut pen = 0_i32;
        let mut base: Option<Base> = None;
        for item in bidi::visual(text) {
            let character = item.character;
            let glyph = self.find(character);
            if is_mark(character) {
                if let (Some(glyph), Some(base)) = (glyph, &mut base) {
                    out.push(self.attach(glyph, is_overlay(character), base));
                }
                continue;
            }
            let blank = if is_space(character) { self.find(' ') } else { None };
            let glyph = glyph.or(blank).unwrap_or(GlyphId(0));
            if let Some(before) = &base {
                pen = pen.wrapping_add(self.kerning(before.placed.glyph, glyph));
            }
            let placed = Placed { glyph, x: pen, y: 0 };
            pen = pen.wrapping_add(self.advance(glyph));
            base = Some(Base { placed, top: None });
            out.push(placed);
        }
        pen.max(0) as u32
    }

    /// The width of one line in pixels.
    pub fn width(&self, text: &str) -> u32 {
        self.lay_out(text, &mut Vec::new())
    }

    /// Draws a glyph. One that is broken, or that no font has, is empty.
    #[inline(never)]
    pub fn draw(&self, glyph: GlyphId) -> Bitmap {
        let mut bitmap = raster::rasterize(&self.outline(glyph), self.size as i32);
        bitmap.advance = self.advance(glyph);
        bitmap
    }

    /// The first font's glyph for a character.
    fn find(&self, character: char) -> Option<GlyphId> {
        for (number, font) in self.fonts.iter().enumerate() {
            let glyph = font.glyph(character);
            if glyph != 0 {
                return Some(GlyphId((number << 16 | glyph) as u32));
            }
        }
        None
    }

    /// Puts a mark over the middle of its base, and above it where the two would meet.
    fn attach(&self, glyph: GlyphId, overlay: bool, base: &mut Base) -> Placed {
        let under = self.outline(base.placed.glyph);
        let mark = self.outline(glyph);
        let middle = |outline: &Outline| (outline.low.x + outline.high.x) >> 1;
        let center = if under.curves.is_empty() {
            self.advance(base.placed.glyph) * PIXEL / 2
        } else {
            middle(&under)
        };
        let round = |value: i32| (value + PIXEL / 2) >> PIXEL_BITS;
        let x = base.placed.x.wrapping_add(round(center - middle(&mark)));
        let mut raise = 0;
        if mark.low.y > 0 && !overlay {
            let top = base.top.unwrap_or(under.high.y);
            if top > mark.low.y {
                raise = round(top - mark.low.y + self.size as i32 * PIXEL / 16);
            }
            base.top = Some(mark.high.y + raise * PIXEL);
        }
        Placed { glyph, x, y: -raise }
    }

    fn font(&self, glyph: GlyphId) -> Option<&Font<'static>> {
        self.fonts.get(glyph.font())
    }

    /// A glyph's advance in pixels.
    fn advance(&self, glyph: GlyphId) -> i32 {
        self.font(glyph).map_or(0, |font| pixels(font, font.advance(glyph.number())))
    }

    /// What comes on top of it before another glyph.
    fn kerning(&self, left: GlyphId, right: GlyphId) -> i32 {
        match self.font(left) {
            Some(font) if left.font() == right.font() => {
                pixels(font, font.kerning(left.number(), right.number()))
            }
            _ => 0,
        }
    }

    fn outline(&self, glyph: GlyphId) -> Outline {
        match self.font(glyph) {
            Some(font) if font.has(CFF) => cff::outline(font, glyph.number()),
            Some(font) => glyf::outline(font, glyph.number()),
            None => Outline::default(),
        }
    }

    /// How far the first font goes in one direction, in whole pixels.
    fn reach(&self, of: fn((i32, i32)) -> i32) -> u32 {
        self.fonts.first().map_or(0, |font| {
            let reach = times(of(font.reach()), font.scale);
            ((reach.max(0) + 63) >> 6) as u32
        })
    }
}

/// Font units in whole pixels.
fn pixels(font: &Font<'_>, units: i32) -> i32 {
    ((i64::from(units) * i64::from(font.scale) + (1 << 21)) >> 22) as i32
}

/// What marks are drawn over.
struct Base {
    placed: Placed,
    /// Where it ends with the marks that it has, as the outline counts.
    top: Option<i32>,
}

#[cfg(test)]
pub(crate) mod tests;
