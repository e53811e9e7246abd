//! Leaders on one side, the others on the other side.

use super::{Axis, Share, Weight, line};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// Two columns of rows, or two rows of columns; one, where all windows are leaders.
pub(super) fn tall(area: Rect, axis: Axis, weights: &[Weight], share: Share, out: &mut Vec<Rect>) {
    let (leaders, others) = share.lead(weights);
    let length = axis.length(area);
    let length = if others.is_empty() { length } else { share.of(length) };
    let (first, second) = axis.split(area, length);
    line(first, axis.other(), leaders, out);
    line(second, axis.other(), others, out);
}
