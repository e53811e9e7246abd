//! Leaders in the middle, the others on both sides.

use super::{Share, rows, tall::tall};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// Three columns. The first window after the leaders goes right, the second left, and so
/// on in turn; with one such window there is no left column, so it is [`tall`].
pub(super) fn center(area: Rect, count: usize, share: Share, out: &mut Vec<Rect>) {
    let leaders = usize::from(share.leaders.max(1)).min(count);
    let others = count - leaders;
    if others < 2 {
        return tall(area, count, share, out);
    }
    let middle_width = share.of(area.width);
    let (left, rest) = area.split_left((area.width - middle_width) / 2);
    let (middle, right) = rest.split_left(middle_width);
    rows(middle, leaders, out);
    let (on_right, on_left) = (others.div_ceil(2), others / 2);
    out.extend((0..others).map(|index| match index % 2 {
        0 => right.row(index / 2, on_right),
        _ => left.row(index / 2, on_left),
    }));
}
