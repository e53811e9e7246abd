//! One window at a time.

use crate::geometry::Rect;
use alloc::vec::Vec;

/// The whole area, `count` times.
pub(super) fn monocle(area: Rect, count: usize, out: &mut Vec<Rect>) {
    out.extend(core::iter::repeat_n(area, count));
}
