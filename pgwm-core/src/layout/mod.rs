//! Layouts: an area, a count and a [`Share`] in, that many rectangles out.
//! Never knows windows, borders, gaps or bars; see `wm/scene.rs`.
//!
//! What all of them hold true, tiled or not, stands as properties in `tests.rs`.

mod center;
mod monocle;
mod tall;
#[cfg(test)]
mod tests;

use crate::geometry::Rect;
use alloc::vec::Vec;

/// How a workspace arranges its tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Leaders in a column on the left, the others in a column on the right.
    Tall,
    /// Leaders in the middle, the others in turn right and left of them.
    Center,
    /// Every window has the whole area; the focused one is on top.
    Monocle,
}

impl Layout {
    /// The order in which [`Layout::next`] goes round.
    pub const ALL: [Self; 3] = [Self::Tall, Self::Center, Self::Monocle];

    /// The layout after this one, in a circle.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Tall => Self::Center,
            Self::Center => Self::Monocle,
            Self::Monocle => Self::Tall,
        }
    }

    /// Whether its windows lie over each other, so that only the top one is seen.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Monocle)
    }
}

/// What the leaders get of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many windows lead; 1 or more.
    pub leaders: u8,
    /// The leaders' part of the width, in percent.
    pub ratio: u8,
}

impl Share {
    /// The percentages that a leader may have.
    pub const RATIOS: core::ops::RangeInclusive<u8> = 5..=95;
    /// The number of leaders that there may be.
    pub const LEADERS: core::ops::RangeInclusive<u8> = 1..=16;

    /// The share with `percent` more or less for the leaders, kept in [`Share::RATIOS`].
    #[must_use]
    pub fn with_ratio_changed(self, percent: i8) -> Self {
        let ratio = self.ratio.saturating_add_signed(percent);
        Self { ratio: ratio.clamp(*Self::RATIOS.start(), *Self::RATIOS.end()), ..self }
    }

    /// The share with more or fewer leaders, kept in [`Share::LEADERS`].
    #[must_use]
    pub fn with_leaders_changed(self, by: i8) -> Self {
        let leaders = self.leaders.saturating_add_signed(by);
        Self { leaders: leaders.clamp(*Self::LEADERS.start(), *Self::LEADERS.end()), ..self }
    }

    /// The leaders' part of `length` pixels.
    fn of(self, length: u32) -> u32 {
        (u64::from(length) * u64::from(self.ratio.min(100)) / 100) as u32
    }
}

/// Appends one rectangle for each of `count` windows, leaders first.
pub fn arrange(layout: Layout, area: Rect, count: usize, share: Share, out: &mut Vec<Rect>) {
    match layout {
        Layout::Tall => tall::tall(area, count, share, out),
        Layout::Center => center::center(area, count, share, out),
        Layout::Monocle => monocle::monocle(area, count, out),
    }
}

/// Appends `count` rows that share `column`.
fn rows(column: Rect, count: usize, out: &mut Vec<Rect>) {
    out.extend((0..count).map(|index| column.row(index, count)));
}
