//! Points, sizes and rectangles in root-window pixels. Never clips: a rectangle may lie
//! off every screen.

/// A position in root-window pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// Pixels from the left edge of the root window.
    pub x: i32,
    /// Pixels from the top edge of the root window.
    pub y: i32,
}

/// A width and a height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// A half-open rectangle: it holds its left and top edge, and not its right and bottom one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// A way to go, between windows or between monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// To the next one, in a circle.
    Next,
    /// To the previous one, in a circle.
    Previous,
}

impl Direction {
    /// How far this way `to` lies from `from`, middle from middle; `None` where it does not
    /// lie this way: neither wholly beyond it, nor over it and more this way than aside. What
    /// lies straight ahead counts as nearer than what lies aslant.
    pub fn distance(self, from: Rect, to: Rect) -> Option<u64> {
        // Twice the middle, and the length, of each.
        let span =
            |at: i32, length: u32| (2 * i64::from(at) + i64::from(length), i64::from(length));
        let apart = |from: (i64, i64), to: (i64, i64)| (to.0 - from.0, from.1 + to.1);
        let (right, width) = apart(span(from.x, from.width), span(to.x, to.width));
        let (down, height) = apart(span(from.y, from.height), span(to.y, to.height));
        let ((along, lengths), (aside, widths)) = match self {
            Self::Left => ((-right, width), (down, height)),
            Self::Right => ((right, width), (down, height)),
            Self::Up => ((-down, height), (right, width)),
            Self::Down => ((down, height), (right, width)),
            Self::Next | Self::Previous => return None,
        };
        let aside = aside.unsigned_abs();
        let is_over = aside < widths.unsigned_abs() && along.unsigned_abs() > aside;
        let is_there = along > 0 && (along >= lengths || is_over);
        is_there.then(|| along.unsigned_abs() + 2 * aside)
    }
}

impl Rect {
    /// The rectangle with this corner and this size.
    pub const fn new(x: i32, y: i32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// The upper left corner.
    pub const fn position(self) -> Point {
        Point { x: self.x, y: self.y }
    }

    /// The size.
    pub const fn size(self) -> Size {
        Size { width: self.width, height: self.height }
    }

    /// One past the last column.
    pub const fn right(self) -> i32 {
        along(self.x, self.width)
    }

    /// One past the last row.
    pub const fn bottom(self) -> i32 {
        along(self.y, self.height)
    }

    /// Whether the pixel lies inside.
    pub const fn contains(self, point: Point) -> bool {
        point.x >= self.x && point.x < self.right() && point.y >= self.y && point.y < self.bottom()
    }

    /// Whether all of the other one lies inside.
    pub const fn holds(self, other: Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self::new(x, y, right.abs_diff(x), bottom.abs_diff(y))
    }

    /// The rectangle moved by what lies between the origin and `point`.
    #[must_use]
    #[inline(never)]
    pub const fn moved_by(self, point: Point) -> Self {
        Self { x: self.x.saturating_add(point.x), y: self.y.saturating_add(point.y), ..self }
    }

    /// The rectangle as seen from `point`.
    #[must_use]
    #[inline(never)]
    pub const fn seen_from(self, point: Point) -> Self {
        Self { x: self.x.saturating_sub(point.x), y: self.y.saturating_sub(point.y), ..self }
    }

    /// The rectangle moved as far as `to` lies from `from`.
    #[must_use]
    #[inline(never)]
    pub const fn carried(self, from: Self, to: Self) -> Self {
        Self {
            x: self.x.saturating_add(to.x.saturating_sub(from.x)),
            y: self.y.saturating_add(to.y.saturating_sub(from.y)),
            ..self
        }
    }

    /// The pixel in the middle.
    pub const fn middle(self) -> Point {
        Point { x: along(self.x, self.width / 2), y: along(self.y, self.height / 2) }
    }

    /// How many pixels the two share.
    pub fn overlap(self, other: Self) -> u64 {
        let Size { width, height } = self.shared(other).size();
        u64::from(width) * u64::from(height)
    }

    /// What the two share; of no width or no height where that is nothing.
    #[must_use]
    pub fn shared(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let length = |start: i32, end: i32| (i64::from(end) - i64::from(start)).max(0) as u32;
        let width = length(x, self.right().min(other.right()));
        Self { x, y, width, height: length(y, self.bottom().min(other.bottom())) }
    }

    /// The rectangle less `margin` on each side; it shrinks to nothing at its middle
    /// rather than turning inside out.
    #[must_use]
    pub fn inset(self, margin: u32) -> Self {
        let horizontal = margin.min(self.width / 2);
        let vertical = margin.min(self.height / 2);
        Self {
            x: along(self.x, horizontal),
            y: along(self.y, vertical),
            width: self.width - 2 * horizontal,
            height: self.height - 2 * vertical,
        }
    }

    /// Cuts `width` columns off the left; the left part comes first.
    pub fn split_left(self, width: u32) -> (Self, Self) {
        let width = width.min(self.width);
        (
            Self { width, ..self },
            Self { x: along(self.x, width), width: self.width - width, ..self },
        )
    }

    /// Row `index` of `count` rows that share the height without losing a pixel: the
    /// heights differ by one pixel at the most.
    #[must_use]
    pub fn row(self, index: usize, count: usize) -> Self {
        let edge = |i: usize| (u64::from(self.height) * i as u64 / count.max(1) as u64) as u32;
        let (top, bottom) = (edge(index), edge(index + 1));
        Self { y: along(self.y, top), height: bottom - top, ..self }
    }

    /// The rectangle of `size` whose middle is this one's; it may stick out.
    #[must_use]
    #[inline(never)]
    pub fn around(self, size: Size) -> Self {
        let start = |at: i32, outer: u32, inner: u32| {
            let offset = (i64::from(outer) - i64::from(inner)) / 2;
            (i64::from(at) + offset).clamp(i32::MIN.into(), i32::MAX.into()) as i32
        };
        Self {
            x: start(self.x, self.width, size.width),
            y: start(self.y, self.height, size.height),
            width: size.width,
            height: size.height,
        }
    }

    /// The rectangle moved as little as possible so that at least `margin` pixels of it
    /// each way, or all where it is smaller, lie inside `area`.
    #[must_use]
    pub fn reachable_in(self, area: Self, margin: u32) -> Self {
        let place = |at: i32, size: u32, low: i32, high: i32| {
            let margin = margin.min(size);
            let lowest = low.saturating_add_unsigned(margin).saturating_sub_unsigned(size);
            at.min(high.saturating_sub_unsigned(margin)).max(lowest)
        };
        Self {
            x: place(self.x, self.width, area.x, area.right()),
            y: place(self.y, self.height, area.y, area.bottom()),
            ..self
        }
    }

    /// The rectangle moved as little as possible so that it lies inside `area`; a
    /// rectangle larger than the area keeps its size and starts at the area's corner.
    #[must_use]
    pub fn moved_into(self, area: Self) -> Self {
        let place = |at: i32, size: u32, low: i32, high: i32| {
            at.min(high.saturating_sub_unsigned(size)).max(low)
        };
        Self {
            x: place(self.x, self.width, area.x, area.right()),
            y: place(self.y, self.height, area.y, area.bottom()),
            ..self
        }
    }
}

/// So many pixels to the right of a place, or below it. Once in the program, not at each of
/// its uses.
#[inline(never)]
const fn along(at: i32, length: u32) -> i32 {
    at.saturating_add_unsigned(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_half_open() {
        let rect = Rect::new(10, 20, 5, 5);
        assert!(rect.contains(Point { x: 10, y: 20 }));
        assert!(rect.contains(Point { x: 14, y: 24 }));
        assert!(!rect.contains(Point { x: 15, y: 24 }));
        assert!(!rect.contains(Point { x: 14, y: 25 }));
        assert!(!Rect::default().contains(Point::default()));
    }

    #[test]
    fn what_lies_beside_is_nearer_than_what_lies_aslant() {
        let here = Rect::new(100, 100, 100, 100);
        let beside = Direction::Right.distance(here, Rect::new(200, 100, 100, 100));
        let aslant = Direction::Right.distance(here, Rect::new(200, 200, 100, 100));
        assert!(beside.is_some() && beside < aslant);
        assert_eq!(Direction::Left.distance(here, Rect::new(200, 100, 100, 100)), None);
        assert_eq!(Direction::Up.distance(here, here), None);
        let tall = Rect::new(200, 0, 100, 1000);
        assert_eq!(Direction::Down.distance(here, tall), None, "it is beside it");
        let inside = Rect::new(110, 130, 20, 20);
        assert!(Direction::Left.distance(here, inside).is_some());
        let far = Rect::new(i32::MAX, i32::MIN, u32::MAX, u32::MAX);
        assert!(Direction::Right.distance(here, far).is_some());
    }

    #[test]
    fn inset_never_turns_inside_out() {
        assert_eq!(Rect::new(0, 0, 10, 4).inset(3), Rect::new(3, 2, 4, 0));
        assert_eq!(Rect::new(0, 0, 0, 0).inset(9), Rect::new(0, 0, 0, 0));
    }

    #[test]
    fn around_has_the_same_middle() {
        let rect = Rect::new(100, 100, 200, 100);
        assert_eq!(rect.around(Size { width: 100, height: 50 }), Rect::new(150, 125, 100, 50));
        assert_eq!(rect.around(Size { width: 400, height: 300 }), Rect::new(0, 0, 400, 300));
    }

    #[test]
    fn rows_share_every_pixel() {
        for height in [0, 1, 7, 100, u32::MAX / 2] {
            for count in [1, 2, 3, 7, 300] {
                let rect = Rect::new(0, 0, 10, height);
                let total: u64 = (0..count).map(|i| u64::from(rect.row(i, count).height)).sum();
                assert_eq!(total, u64::from(height));
            }
        }
    }

    #[test]
    fn reachable_in_keeps_a_handle() {
        let area = Rect::new(0, 0, 100, 100);
        let reachable = |x, y| Rect::new(x, y, 50, 50).reachable_in(area, 20);
        assert_eq!(reachable(10, 10), Rect::new(10, 10, 50, 50));
        assert_eq!(reachable(-40, 95), Rect::new(-30, 80, 50, 50));
        assert_eq!(reachable(i32::MAX, i32::MIN), Rect::new(80, -30, 50, 50));
        assert_eq!(Rect::new(99, 0, 10, 10).reachable_in(area, 20), Rect::new(90, 0, 10, 10));
    }

    #[test]
    fn moved_into_keeps_the_size_and_the_corner_in_reach() {
        let area = Rect::new(100, 100, 200, 200);
        assert_eq!(Rect::new(0, 0, 50, 50).moved_into(area), Rect::new(100, 100, 50, 50));
        assert_eq!(Rect::new(280, 290, 50, 50).moved_into(area), Rect::new(250, 250, 50, 50));
        assert_eq!(Rect::new(280, 290, 500, 50).moved_into(area), Rect::new(100, 250, 500, 50));
    }
}
