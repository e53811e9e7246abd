//! What lies over everything for a while: the help with keys and the prompt. Never grabs
//! the keyboard for longer than it is shown.

use super::Wm;
use crate::bar::{Cell, Measure};
use crate::geometry::Rect;
use alloc::vec::Vec;

impl Wm {
    /// The number of the overlay's last change and its place, if there is one.
    #[expect(clippy::unused_self, reason = "there is none yet")]
    pub(super) const fn overlay_place(&self) -> Option<(u32, Rect)> {
        None
    }
}

/// What stands in the overlay.
pub(super) fn cells(_size: (u32, u32), _measure: &dyn Measure) -> Vec<Cell> {
    Vec::new()
}
