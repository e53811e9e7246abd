//! Leaders on the left, the others on the right.

use super::{Share, rows};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// Two columns of rows; one, where all windows are leaders.
pub(super) fn tall(area: Rect, count: usize, share: Share, out: &mut Vec<Rect>) {
    let leaders = usize::from(share.leaders.max(1)).min(count);
    if leaders == count {
        return rows(area, count, out);
    }
    let (left, right) = area.split_left(share.of(area.width));
    rows(left, leaders, out);
    rows(right, count - leaders, out);
}
