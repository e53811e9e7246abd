//! Layouts: an area, a [`Weight`] for each window and a [`Share`] in, that many rectangles
//! out. Never knows windows, borders, gaps or bars; see `wm/scene.rs`.
//!
//! What all of them hold true, tiled or not, stands as properties in `tests.rs`.

mod center;
mod floating;
mod grid;
mod monocle;
mod spiral;
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
    /// Leaders side by side at the top, the others side by side below them.
    Wide,
    /// Leaders in the middle, the others in turn right and left of them.
    Center,
    /// The first window takes the leaders' part, each further one half of what is left,
    /// round and round inwards.
    Spiral,
    /// Rows and columns, as square as can be.
    Grid,
    /// Every window is a column.
    Columns,
    /// Every window has the whole area; the focused one is on top.
    Monocle,
    /// Every window has most of the area, each a step further to the right and down; the
    /// focused one is on top.
    Floating,
    /// Every window has the whole area below a row of tabs; the focused one is on top.
    Tabbed,
}

impl Layout {
    /// The order in which [`Layout::next`] goes round: that of the variants.
    pub const ALL: [Self; 9] = [
        Self::Tall,
        Self::Wide,
        Self::Center,
        Self::Spiral,
        Self::Grid,
        Self::Columns,
        Self::Monocle,
        Self::Floating,
        Self::Tabbed,
    ];

    /// The layout after this one, in a circle.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }

    /// Whether its windows lie over each other, so that the top one covers others.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Monocle | Self::Floating | Self::Tabbed)
    }

    /// A picture of it in three ASCII characters.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Tall => "[]=",
            Self::Wide => "TTT",
            Self::Center => "|M|",
            Self::Spiral => "[@]",
            Self::Grid => "###",
            Self::Columns => "|||",
            Self::Monocle => "[M]",
            Self::Floating => "><>",
            Self::Tabbed => "[=]",
        }
    }
}

/// How much a window gets of the column or row that it shares with others: twice the
/// weight is twice the length. Layouts without such columns don't look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u16);

impl Weight {
    /// The weights that a window may have.
    pub const RANGE: core::ops::RangeInclusive<u16> = 10..=1000;

    /// The weight of every window at first, in percent.
    pub const EQUAL: Self = Self(100);

    /// The weight in percent of an equal part, kept in [`Weight::RANGE`].
    pub fn new(percent: u16) -> Self {
        Self(percent.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// The weight in percent of an equal part.
    pub const fn percent(self) -> u16 {
        self.0
    }

    /// The weight with so many percent of an equal part more or less, kept in
    /// [`Weight::RANGE`].
    #[must_use]
    pub fn changed_by(self, percent: i16) -> Self {
        Self::new(self.0.saturating_add_signed(percent))
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::EQUAL
    }
}

/// What the leaders get of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many windows lead; 1 or more.
    pub leaders: u8,
    /// The leaders' part of the width, or of the height in [`Layout::Wide`], in percent.
    pub ratio: u8,
}

impl Default for Share {
    /// One leader, half of the width.
    fn default() -> Self {
        Self { leaders: 1, ratio: 50 }
    }
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

    /// The leaders of these windows, and the others.
    fn lead(self, weights: &[Weight]) -> (&[Weight], &[Weight]) {
        weights.split_at(usize::from(self.leaders.max(1)).min(weights.len()))
    }

    /// The leaders' part of `length` pixels.
    fn of(self, length: u32) -> u32 {
        (u64::from(length) * u64::from(self.ratio.min(100)) / 100) as u32
    }
}

/// Appends one rectangle for each of the windows with these weights, leaders first.
#[inline(never)]
pub fn arrange(layout: Layout, area: Rect, weights: &[Weight], share: Share, out: &mut Vec<Rect>) {
    match layout {
        Layout::Tall => tall::tall(area, Axis::Across, weights, share, out),
        Layout::Wide => tall::tall(area, Axis::Down, weights, share, out),
        Layout::Center => center::center(area, weights, share, out),
        Layout::Spiral => spiral::spiral(area, weights.len(), share, out),
        Layout::Grid => grid::grid(area, weights.len(), out),
        Layout::Columns => line(area, Axis::Across, weights, out),
        Layout::Monocle | Layout::Tabbed => monocle::monocle(area, weights.len(), out),
        Layout::Floating => floating::floating(area, weights.len(), out),
    }
}

/// A direction in which an area is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    /// From left to right.
    Across,
    /// From top to bottom.
    Down,
}

impl Axis {
    const fn other(self) -> Self {
        match self {
            Self::Across => Self::Down,
            Self::Down => Self::Across,
        }
    }

    const fn length(self, area: Rect) -> u32 {
        match self {
            Self::Across => area.width,
            Self::Down => area.height,
        }
    }

    /// Cuts `length` pixels off the left or the top; the part cut off comes first.
    fn split(self, area: Rect, length: u32) -> (Rect, Rect) {
        if self == Self::Across {
            return area.split_left(length);
        }
        let Rect { y, height, .. } = area;
        let length = length.min(height);
        let below = y.saturating_add_unsigned(length);
        (Rect { height: length, ..area }, Rect { y: below, height: height - length, ..area })
    }
}

/// An area that is handed out in parts along an axis, in proportion to their weights,
/// without losing a pixel.
struct Parts {
    area: Rect,
    axis: Axis,
    total: u64,
    taken: u64,
}

impl Parts {
    /// For parts whose weights will add up to `total`.
    const fn new(area: Rect, axis: Axis, total: u64) -> Self {
        Self { area, axis, total, taken: 0 }
    }

    /// The next part.
    fn take(&mut self, weight: u64) -> Rect {
        let length = u64::from(self.axis.length(self.area));
        let edge = |taken: u64| (length * taken / self.total.max(1)) as u32;
        let start = edge(self.taken);
        self.taken += weight;
        let (_, rest) = self.axis.split(self.area, start);
        self.axis.split(rest, edge(self.taken) - start).0
    }
}

/// What the weights add up to.
fn total(weights: impl Iterator<Item = Weight>) -> u64 {
    weights.map(|weight| u64::from(weight.0)).sum()
}

/// Appends rectangles that share `area` along `axis`.
fn line(area: Rect, axis: Axis, weights: &[Weight], out: &mut Vec<Rect>) {
    let mut parts = Parts::new(area, axis, total(weights.iter().copied()));
    for weight in weights {
        out.push(parts.take(weight.0.into()));
    }
}
