//! Leaders in the middle, the others on both sides.

use super::{Axis, Parts, Share, Weight, line, tall::tall, total};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// Three columns. The first window after the leaders goes right, the second left, and so
/// on in turn; with one such window there is no left column, so it is [`tall`].
pub(super) fn center(area: Rect, weights: &[Weight], share: Share, out: &mut Vec<Rect>) {
    let (leaders, others) = share.lead(weights);
    if others.len() < 2 {
        return tall(area, Axis::Across, weights, share, out);
    }
    let middle_width = share.of(area.width);
    let (left, rest) = area.split_left((area.width - middle_width) / 2);
    let (middle, right) = rest.split_left(middle_width);
    line(middle, Axis::Down, leaders, out);
    let mut right = Parts::new(right, Axis::Down, total(others.iter().copied().step_by(2)));
    let mut left = Parts::new(left, Axis::Down, total(others.iter().copied().skip(1).step_by(2)));
    for pair in others.chunks(2) {
        for (weight, side) in pair.iter().zip([&mut right, &mut left]) {
            out.push(side.take(weight.0.into()));
        }
    }
}
