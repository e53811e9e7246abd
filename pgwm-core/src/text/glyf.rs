//! Outlines of TrueType: points on and off quadratic curves, and glyphs made of others
//! (OpenType specification, `glyf` and `loca`). Never executes a font's instructions.

use alloc::vec::Vec;

use super::outline::{Outline, Point, times};
use super::sfnt::{Font, GLYF, HEAD, LOCA};

/// How deep glyphs may be made of others.
const DEPTH: u32 = 8;
/// Of how many others a glyph may be made in all.
const COMPONENTS: u32 = 256;
/// How many points a glyph may have in all.
const POINTS: usize = 1 << 14;

/// What of a glyph is known so far.
struct Glyph<'f, 'a> {
    font: &'f Font<'a>,
    points: Vec<Tagged>,
    components: u32,
}

/// A point in 1/64 pixel.
#[derive(Clone, Copy)]
struct Tagged {
    x: i32,
    y: i32,
    flags: usize,
}

/// The point lies on the curve.
const ON: usize = 1;
/// The flag byte counts for more than one point.
const REPEAT: usize = 8;
/// The point is the last of its contour; no flag of the file.
const LAST: usize = 0x100;

/// The outline of a glyph.
pub(super) fn outline(font: &Font<'_>, number: usize) -> Outline {
    let mut glyph = Glyph { font, points: Vec::new(), components: COMPONENTS };
    glyph.load(number, DEPTH);
    // Its left edge lies where the metrics say.
    let edge = font.i16(glyph.find(number).0 + 2) - font.bearing(number);
    let shift = times(edge, font.scale);
    let mut outline = Outline::default();
    for points in glyph.points.split_inclusive(|point| point.flags & LAST != 0) {
        contour(points, shift, &mut outline);
    }
    outline
}

impl Glyph<'_, '_> {
    /// Where a glyph begins and ends.
    #[inline(never)]
    fn find(&self, glyph: usize) -> (usize, usize) {
        let font = self.font;
        let long = font.u16(font.tables[HEAD] + 50) != 0;
        let place = |glyph: usize| {
            let loca = font.tables[LOCA];
            let place =
                if long { font.u32(loca + 4 * glyph) } else { 2 * font.u16(loca + 2 * glyph) };
            font.tables[GLYF] + place
        };
        (place(glyph), place(glyph + 1))
    }

    /// Appends the points of a glyph.
    fn load(&mut self, glyph: usize, depth: u32) {
        let (start, end) = self.find(glyph);
        if start >= end {
            return;
        }
        let contours = self.font.i16(start);
        if contours > 0 {
            self.simple(start + 10, end, contours as usize);
        } else if contours < 0 && depth > 0 {
            self.composite(start + 10, depth - 1);
        }
    }

    fn simple(&mut self, ends: usize, end: usize, contours: usize) {
        let font = self.font;
        let first = self.points.len();
        let mut at = ends + 2 * contours;
        let last = first + font.u16(at - 2);
        if last >= POINTS {
            return;
        }
        at += 2 + font.u16(at);
        while self.points.len() <= last {
            let flags = font.u8(at);
            at += 1;
            let mut times = 1;
            if flags & REPEAT != 0 {
                times += font.u8(at);
                at += 1;
            }
            for _ in 0..times.min(last + 1 - self.points.len()) {
                self.points.push(Tagged { x: 0, y: 0, flags });
            }
        }
        let mut x = 0;
        for point in self.points.iter_mut().skip(first) {
            x += delta(font, &mut at, point.flags);
            point.x = times(x, font.scale);
        }
        let mut y = 0;
        for point in self.points.iter_mut().skip(first) {
            y += delta(font, &mut at, point.flags >> 1);
            point.y = times(y, font.scale);
            point.flags &= ON;
        }
        if at > end.min(font.file.len()) {
            // It lied about its size.
            self.points.truncate(first);
        }
        for contour in 0..contours {
            if let Some(point) = self.points.get_mut(first + font.u16(ends + 2 * contour)) {
                point.flags |= LAST;
            }
        }
    }

    fn composite(&mut self, mut at: usize, depth: u32) {
        const WORDS: usize = 1;
        const OFFSETS: usize = 2;
        const SCALE: usize = 8;
        const MORE: usize = 0x20;
        const TWO_SCALES: usize = 0x40;
        const MATRIX: usize = 0x80;
        let font = self.font;
        let whole = self.points.len();
        loop {
            let Some(left) = self.components.checked_sub(1) else { return };
            self.components = left;
            let flags = font.u16(at);
            let first = self.points.len();
            self.load(font.u16(at + 2), depth);
            at += 4;
            let arguments = if flags & WORDS != 0 {
                at += 4;
                [font.i16(at - 4), font.i16(at - 2)]
            } else {
                at += 2;
                // Sign extension from the upper byte of a word.
                [font.i16(at - 2) >> 8, font.i16(at - 1) >> 8]
            };
            // 2.14 to 16.16.
            let mut number = || {
                at += 2;
                font.i16(at - 2) * 4
            };
            let (mut xx, mut yx, mut xy, mut yy) = (1 << 16, 0, 0, 1 << 16);
            if flags & SCALE != 0 {
                xx = number();
                yy = xx;
            } else if flags & TWO_SCALES != 0 {
                (xx, yy) = (number(), number());
            } else if flags & MATRIX != 0 {
                (xx, yx, xy, yy) = (number(), number(), number(), number());
            }
            // From the pen on, each point by the matrix.
            let turn = |x: i32, y: i32| (times(x, xx) + times(y, xy), times(x, yx) + times(y, yy));
            let offset = if flags & OFFSETS != 0 {
                arguments.map(|argument| times(argument, font.scale))
            } else {
                // Two points come together: one of what there is, one of what was added.
                let mask = if flags & WORDS != 0 { 0xffff } else { 0xff };
                let point = |from: usize, number: i32| {
                    let point = self.points.get(from + (number & mask) as usize);
                    point.map_or((0, 0), |point| (point.x, point.y))
                };
                let (to, from) = (point(whole, arguments[0]), point(first, arguments[1]));
                let from = turn(from.0, from.1);
                [times(to.0 - from.0, 1 << 16), times(to.1 - from.1, 1 << 16)]
            };
            for point in self.points.iter_mut().skip(first) {
                let (x, y) = turn(point.x, point.y);
                (point.x, point.y) = (x + offset[0], y + offset[1]);
            }
            if flags & MORE == 0 {
                return;
            }
        }
    }
}

/// How far the next point lies in one direction, with the flags of that direction.
#[inline(never)]
fn delta(font: &Font<'_>, at: &mut usize, flags: usize) -> i32 {
    const SHORT: usize = 2;
    const SAME_OR_POSITIVE: usize = 0x10;
    let place = *at;
    if flags & SHORT != 0 {
        *at += 1;
        let size = font.u8(place) as i32;
        if flags & SAME_OR_POSITIVE != 0 { size } else { -size }
    } else if flags & SAME_OR_POSITIVE != 0 {
        0
    } else {
        *at += 2;
        font.i16(place)
    }
}

/// Draws one contour: between two points off the curve lies one on it.
fn contour(points: &[Tagged], shift: i32, outline: &mut Outline) {
    let place = |point: &Tagged| Point { x: (point.x - shift) * 4, y: point.y * 4 };
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    // Where the curve is between a point and the next one.
    let between = |point: &Tagged, next: &Tagged| {
        if next.flags & ON != 0 { place(next) } else { place(point).toward(place(next), 1, 2) }
    };
    outline.move_to(match (first.flags & ON, last.flags & ON) {
        (0, 0) => between(last, first),
        (0, _) => place(last),
        _ => place(first),
    });
    for (index, point) in points.iter().enumerate() {
        let next = points.get(index + 1).unwrap_or(first);
        if point.flags & ON == 0 {
            outline.quadratic_to(place(point), between(point, next));
        } else if next.flags & ON != 0 {
            outline.line_to(place(next));
        }
    }
}
