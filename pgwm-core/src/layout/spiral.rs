//! Each window takes half of what the ones before have left.

use super::{Axis, Share};
use crate::geometry::Rect;
use alloc::vec::Vec;

/// The windows lie on the left, at the top, on the right, at the bottom, and so on
/// inwards; the last one has what is left. Where nothing can be halved any more, a window
/// has no pixel.
pub(super) fn spiral(area: Rect, count: usize, share: Share, out: &mut Vec<Rect>) {
    let mut rest = area;
    for index in 0..count {
        if index + 1 == count {
            return out.push(rest);
        }
        let axis = if index % 2 == 0 { Axis::Across } else { Axis::Down };
        let length = axis.length(rest);
        let part = if index == 0 { share.of(length) } else { length.div_ceil(2) };
        let window;
        if index % 4 < 2 {
            (window, rest) = axis.split(rest, part);
        } else {
            (rest, window) = axis.split(rest, length - part);
        }
        out.push(window);
    }
}
