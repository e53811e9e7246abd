//! Outlines to coverage: how much of each pixel lies inside, exactly but for the steps of
//! curves and of 1/256 pixel. Never knows a font.
//!
//! Each edge adds, to the pixels of the rows it crosses, how much lies to its right; a sum
//! from left to right then is the coverage. Where contours overlap, the sum is cut off at
//! full: the rule of the non-zero winding number.

use alloc::vec;
use alloc::vec::Vec;

use super::Bitmap;
use super::outline::{Outline, PIXEL, PIXEL_BITS, Point};

/// A full pixel's sum, as a power of two: height times twice the width.
const FULL_BITS: u32 = 17;
/// At most so many lines stand for a curve, as a power of two.
const STEPS_BITS: u32 = 5;

/// Draws an outline, as much of it as lies in a square of four times the em around the pen.
pub(super) fn rasterize(outline: &Outline, em: i32) -> Bitmap {
    let Outline { low, high, .. } = outline;
    let left = (low.x >> PIXEL_BITS).max(-em);
    let right = ((high.x + PIXEL - 1) >> PIXEL_BITS).min(3 * em);
    let bottom = (low.y >> PIXEL_BITS).max(-2 * em);
    let top = ((high.y + PIXEL - 1) >> PIXEL_BITS).min(2 * em);
    let (width, height) = (right - left, top - bottom);
    if width <= 0 || height <= 0 {
        return Bitmap::default();
    }
    let stride = width as usize + 1;
    let mut raster = Raster {
        origin: Point { x: left * PIXEL, y: top * PIXEL },
        size: Point { x: width * PIXEL, y: height * PIXEL },
        sums: vec![0; stride * height as usize],
        stride,
    };
    for curve in &outline.curves {
        raster.curve(curve);
    }
    let (width, height) = (width as u32, height as u32);
    Bitmap { left, top, width, height, advance: 0, coverage: raster.coverage() }
}

struct Raster {
    /// The upper left corner in the outline.
    origin: Point,
    size: Point,
    /// What each pixel adds to the sum of its row; with one column more, for edges that lie
    /// on the right border.
    sums: Vec<i32>,
    stride: usize,
}

impl Raster {
    /// Draws a curve as lines, so many that none is further off than about 1/16 pixel.
    fn curve(&mut self, curve: &[Point; 4]) {
        let (x, y) = (curve.map(|point| point.x), curve.map(|point| point.y));
        let bend = bend(x).max(bend(y));
        let mut bits = 0;
        while bits < STEPS_BITS && (PIXEL / 16) << (2 * bits) < bend {
            bits += 1;
        }
        let mut from = self.place(curve[0]);
        for step in 1..=1 << bits {
            let to = self.place(Point { x: along(x, step, bits), y: along(y, step, bits) });
            self.line(from, to);
            from = to;
        }
    }

    /// A point of the outline from the upper left corner, y downwards, held inside.
    fn place(&self, point: Point) -> Point {
        Point {
            x: (point.x - self.origin.x).clamp(0, self.size.x),
            y: (self.origin.y - point.y).clamp(0, self.size.y),
        }
    }

    fn line(&mut self, mut from: Point, mut to: Point) {
        let mut sign = 1;
        if from.y > to.y {
            (from, to, sign) = (to, from, -1);
        }
        let (mut x, mut y) = (from.x, from.y);
        while y < to.y {
            let next_y = ((y | (PIXEL - 1)) + 1).min(to.y);
            let share = i64::from(to.x - from.x) * i64::from(next_y - from.y);
            let next_x = from.x + (share / i64::from(to.y - from.y)) as i32;
            self.row(y >> PIXEL_BITS, x.min(next_x), x.max(next_x), (next_y - y) * sign);
            (x, y) = (next_x, next_y);
        }
    }

    /// An edge within one row, from `left` to `right`, `rise` high.
    fn row(&mut self, row: i32, left: i32, right: i32, rise: i32) {
        let (mut x, mut risen) = (left, 0);
        loop {
            let start = x & -PIXEL;
            let next = (start + PIXEL).min(right);
            let until = if next == right { rise } else { rise * (next - left) / (right - left) };
            // Twice what lies to the left of the edge in its pixel.
            let beside = (until - risen) * (x - start + next - start);
            let index = row as usize * self.stride + (start >> PIXEL_BITS) as usize;
            if let Some([here, after]) =
                self.sums.get_mut(index..).and_then(<[i32]>::first_chunk_mut)
            {
                // A font may go around a place more often than can be counted.
                *here = here.wrapping_add((until - risen) * 2 * PIXEL - beside);
                *after = after.wrapping_add(beside);
            }
            if next == right {
                return;
            }
            (x, risen) = (next, until);
        }
    }

    /// Contours are closed, so that what a row adds is nothing, and the sum goes on.
    fn coverage(&self) -> Vec<u8> {
        let mut coverage = Vec::with_capacity(self.sums.len());
        let (mut sum, mut column) = (0_i32, 0);
        for add in &self.sums {
            sum = sum.wrapping_add(*add);
            column += 1;
            if column < self.stride {
                coverage.push((sum.unsigned_abs() >> (FULL_BITS - 8)).min(255) as u8);
            } else {
                column = 0;
            }
        }
        coverage
    }
}

/// How far a curve is from a straight line with even steps, times some four thirds.
fn bend([start, first, second, end]: [i32; 4]) -> i32 {
    (start - 2 * first + second).abs().max((first - 2 * second + end).abs())
}

/// One coordinate of a curve (Bernstein's form), after so many steps of `1 << bits`.
fn along([start, first, second, end]: [i32; 4], step: i64, bits: u32) -> i32 {
    let left = (1 << bits) - step;
    let bits = 3 * bits;
    let middle = 3 * step * left * (i64::from(first) * left + i64::from(second) * step);
    let ends = i64::from(start) * left * left * left + i64::from(end) * step * step * step;
    ((ends + middle + (1 << bits >> 1)) >> bits) as i32
}
