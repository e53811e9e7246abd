//! Windows like sheets of paper that someone has laid down one after another.

use crate::geometry::Rect;
use alloc::vec::Vec;

/// So many steps lead from the area's upper left corner to where a window touches its
/// right or lower edge.
const STEPS: usize = 8;

/// Each window has two thirds of the width and of the height, and lies a step further to
/// the right and down than the one before. Where the steps come to an end they begin
/// again, one further down, so that 64 windows have 64 places. A place depends on the
/// window's number only: a new window moves none of the others.
pub(super) fn floating(area: Rect, count: usize, out: &mut Vec<Rect>) {
    let part = |length: u32| length - length / 3;
    let (width, height) = (part(area.width), part(area.height));
    let offset = |room: u32, step: usize| {
        (u64::from(room) * (step % STEPS) as u64 / (STEPS as u64 - 1)) as u32
    };
    for index in 0..count {
        out.push(Rect {
            x: area.x.saturating_add_unsigned(offset(area.width - width, index)),
            y: area.y.saturating_add_unsigned(offset(area.height - height, index + index / STEPS)),
            width,
            height,
        });
    }
}
