//! Rows and columns.

use super::{Axis, Parts};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// As many columns as rows, or one more; the windows of the last row are wider where there
/// are fewer of them.
pub(super) fn grid(area: Rect, count: usize, out: &mut Vec<Rect>) {
    // The square root, rounded up.
    let mut columns = 1;
    while columns * columns < count {
        columns += 1;
    }
    let mut rows = Parts::new(area, Axis::Down, count.div_ceil(columns) as u64);
    let mut left = count;
    while left > 0 {
        let in_row = left.min(columns);
        let mut row = Parts::new(rows.take(1), Axis::Across, in_row as u64);
        for _ in 0..in_row {
            out.push(row.take(1));
        }
        left -= in_row;
    }
}
