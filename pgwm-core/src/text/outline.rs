//! A glyph's outline in the pixels of one size, as cubic curves: a line and a quadratic are
//! cubics too, and one kind is less code than three. Never knows a font format.

use alloc::vec::Vec;

/// The units of an outline in a pixel, as a power of two. Its y goes upwards.
pub(super) const PIXEL_BITS: u32 = 8;
pub(super) const PIXEL: i32 = 1 << PIXEL_BITS;
/// No coordinate is further from the pen, in units: far beyond any bitmap, and sums and
/// squares of it stay far within their types.
const FAR: i32 = 1 << 19;
/// More curves than this has no glyph that a person could read.
const CURVES: usize = 1 << 14;

/// A place in an outline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

impl Point {
    /// The point that lies `part` of `whole` on the way to another.
    pub(super) fn toward(self, other: Self, part: i32, whole: i32) -> Self {
        let between = |from: i32, to: i32| from + (to - from) * part / whole;
        Self { x: between(self.x, other.x), y: between(self.y, other.y) }
    }
}

/// Closed contours, of points that come within 2²⁸ units of the pen.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Each from its first point to its last over two control points.
    pub(super) curves: Vec<[Point; 4]>,
    /// The box around all points, control points too: its lower left corner.
    pub(super) low: Point,
    /// And its upper right.
    pub(super) high: Point,
    start: Point,
    pen: Point,
    drawn: bool,
}

impl Outline {
    /// Closes the contour, and starts another. A start from which nothing is drawn doesn't
    /// count.
    pub(super) fn move_to(&mut self, to: Point) {
        self.close();
        (self.start, self.pen) = (to, to);
    }

    pub(super) fn line_to(&mut self, to: Point) {
        self.quadratic_to(self.pen.toward(to, 1, 2), to);
    }

    pub(super) fn quadratic_to(&mut self, control: Point, to: Point) {
        let control = self.see(control);
        self.cubic_to(self.pen.toward(control, 2, 3), to.toward(control, 2, 3), to);
    }

    #[inline(never)]
    pub(super) fn cubic_to(&mut self, first: Point, second: Point, to: Point) {
        let curve = [self.pen, first, second, to].map(|point| self.see(point));
        self.pen = curve[3];
        if self.curves.len() < CURVES {
            self.curves.push(curve);
        }
    }

    /// Draws the way back to where the contour started.
    pub(super) fn close(&mut self) {
        if self.pen != self.start {
            self.line_to(self.start);
        }
    }

    #[inline(never)]
    fn see(&mut self, point: Point) -> Point {
        let point = Point { x: point.x.clamp(-FAR, FAR), y: point.y.clamp(-FAR, FAR) };
        if !self.drawn {
            (self.low, self.high, self.drawn) = (point, point, true);
        }
        self.low = Point { x: self.low.x.min(point.x), y: self.low.y.min(point.y) };
        self.high = Point { x: self.high.x.max(point.x), y: self.high.y.max(point.y) };
        point
    }
}

/// A 16.16 factor times a value, rounded to the nearest; far values are cut off.
#[inline(never)]
pub(super) fn times(value: i32, factor: i32) -> i32 {
    let product = i64::from(value) * i64::from(factor);
    ((product + 0x8000 + (product >> 63)) >> 16).clamp(-0x0100_0000, 0x0100_0000) as i32
}
