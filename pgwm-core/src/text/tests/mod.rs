//! The text engine as its callers see it, and its parts where a picture says little.

use super::bidi::visual;
use super::outline::{Outline, PIXEL, Point};
use super::raster::rasterize;
use super::*;
use alloc::string::String;
use font::{Builder, Cff, Out, characters, cmap, composite, rectangle, simple};
use proptest::prelude::*;

mod broken;
mod characters;
mod coverage;
mod directions;
mod font;
mod marks;
mod metrics;
mod neighbours;
mod outlines;

/// Glyph 1 is a tall box, 2 a low one, 3 an accent, 4 both boxes, 5 a blank.
pub(crate) fn boxes() -> Builder {
    let glyphs = [
        rectangle(0, 0, 100, 100),
        rectangle(0, 0, 400, 700),
        rectangle(0, -200, 300, 300),
        rectangle(0, 550, 100, 650),
        composite(0, &[(1, 0, 0), (2, 100, 0)]),
        vec![],
    ];
    let ranges = [
        (' ', ' ', 5),
        ('A', 'B', 1),
        ('C', 'C', 4),
        ('\u{301}', '\u{301}', 3),
        ('א', 'ב', 1),
        ('\u{1f600}', '\u{1f600}', 2),
    ];
    Builder::quadratic(&glyphs, characters(&ranges))
}

fn typeface(font: &Builder, pixels: u32) -> Typeface {
    Typeface::new(vec![Font::parse(font.leak(), 0).unwrap()], pixels)
}

fn laid_out(typeface: &Typeface, text: &str) -> (Vec<(u32, i32, i32)>, u32) {
    let mut placed = Vec::new();
    let width = typeface.lay_out(text, &mut placed);
    (placed.iter().map(|placed| (placed.glyph.0, placed.x, placed.y)).collect(), width)
}

fn order(text: &str) -> String {
    visual(text).iter().map(|item| item.character).collect()
}
