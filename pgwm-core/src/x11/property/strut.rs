//! What panels keep free for themselves at the edges of the screen (EWMH,
//! `_NET_WM_STRUT_PARTIAL`). Never knows which window a strut is of.

use crate::geometry::{Rect, Size};

/// Parts of the root window's edges that tiles should not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strut {
    /// At the left edge of the root window.
    pub left: Strip,
    /// At its right edge.
    pub right: Strip,
    /// At its top edge.
    pub top: Strip,
    /// At its bottom edge.
    pub bottom: Strip,
}

/// A strip along one edge of the root window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strip {
    /// So many pixels are kept free, counted from the edge; up to `i32::MAX`.
    pub depth: u32,
    /// The first row or column of the strip.
    pub start: i32,
    /// Its last row or column.
    pub end: i32,
}

impl Strut {
    /// Reads the 12 words of `_NET_WM_STRUT_PARTIAL`, or the 4 of `_NET_WM_STRUT`, whose
    /// strips are as long as the edges; None if there are fewer. Numbers below zero are
    /// taken as such, though none should be.
    pub fn read(words: impl Iterator<Item = u32>) -> Option<Self> {
        let mut raw = [0; 12];
        let mut count = 0;
        for (place, word) in raw.iter_mut().zip(words) {
            *place = word as i32;
            count += 1;
        }
        let strip = |edge: usize| Strip {
            depth: raw[edge].max(0) as u32,
            start: if count < 12 { i32::MIN } else { raw[4 + 2 * edge] },
            end: if count < 12 { i32::MAX } else { raw[5 + 2 * edge] },
        };
        let [left, right, top, bottom] = [0, 1, 2, 3].map(strip);
        (count >= 4).then_some(Self { left, right, top, bottom })
    }

    /// What this strut leaves of `area`, which is what others have left of `monitor`.
    ///
    /// Depths count from the edges of the root window, not of the monitor, so a strip
    /// takes from those monitors that it crosses and reaches into. A monitor that it
    /// would cover as a whole lies between the edge and the panel: that one loses nothing.
    /// No number of struts takes more than half of a monitor's width or height.
    #[must_use]
    #[inline(never)]
    pub fn cut(&self, root: Size, monitor: Rect, area: Rect) -> Rect {
        let [monitor_across, monitor_down] = spans(monitor);
        let [across, down] = spans(area);
        let across = cut_span(
            [self.left, self.right].map(|strip| strip.reach(monitor_down)),
            root.width,
            monitor_across,
            across,
        );
        let down = cut_span(
            [self.top, self.bottom].map(|strip| strip.reach(monitor_across)),
            root.height,
            monitor_down,
            down,
        );
        Rect::new(
            across.start as i32,
            down.start as i32,
            (across.end - across.start) as u32,
            (down.end - down.start) as u32,
        )
    }
}

impl Strip {
    /// The depth for a monitor with these rows or columns: None if the strip has none, or
    /// does not cross it. The last pixel of a longer strip crosses nothing, because many
    /// programs give an end that is one too far.
    fn reach(self, monitor: Span) -> Option<i64> {
        let (start, end) = (i64::from(self.start), i64::from(self.end));
        let crosses = start < monitor.end && monitor.start < end.max(start + 1) && start <= end;
        Some(i64::from(self.depth)).filter(|depth| crosses && *depth != 0)
    }
}

/// The columns or the rows of a rectangle, half-open, in numbers that don't overflow.
#[derive(Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
}

fn spans(rect: Rect) -> [Span; 2] {
    let span = |start: i32, end: i32| Span { start: start.into(), end: end.into() };
    [span(rect.x, rect.right()), span(rect.y, rect.bottom())]
}

/// What is left of `area` after cuts from the near and the far edge of the root window.
fn cut_span([near, far]: [Option<i64>; 2], root: u32, monitor: Span, area: Span) -> Span {
    let near = near.filter(|edge| *edge < monitor.end).unwrap_or(area.start);
    let far = far.map(|depth| i64::from(root) - depth);
    let far = far.filter(|edge| *edge > monitor.start).unwrap_or(area.end);
    let kept = ((monitor.end - monitor.start + 1) / 2).min(area.end - area.start);
    let start = near.max(area.start).min(area.end - kept);
    Span { start, end: far.min(area.end).max(start + kept) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The 12 words of a strut at one edge: 0 is left, then right, top, bottom.
    fn partial(edge: usize, depth: u32, start: u32, end: u32) -> Strut {
        let mut words = [0; 12];
        words[edge] = depth;
        (words[4 + 2 * edge], words[5 + 2 * edge]) = (start, end);
        Strut::read(words.into_iter()).expect("12 words")
    }

    #[test]
    fn a_panel_on_the_smaller_monitor() {
        // The example of the specification: two monitors with their top edges aligned, and
        // a panel of 50 pixels at the bottom of the smaller one, on the right.
        let root = Size { width: 2304, height: 1024 };
        let (left, right) = (Rect::new(0, 0, 1280, 1024), Rect::new(1280, 0, 1024, 768));
        let strut = partial(3, 306, 1280, 2303);
        assert_eq!(strut.cut(root, right, right), Rect::new(1280, 0, 1024, 718));
        assert_eq!(strut.cut(root, left, left), left);
        // A whole edge means the larger one too.
        let strut = Strut::read([0, 0, 0, 306].into_iter()).expect("4 words");
        assert_eq!(strut.cut(root, left, left), Rect::new(0, 0, 1280, 718));
    }

    #[test]
    fn a_panel_between_two_monitors() {
        let root = Size { width: 3840, height: 1080 };
        let (left, right) = (Rect::new(0, 0, 1920, 1080), Rect::new(1920, 0, 1920, 1080));
        let strut = partial(0, 1950, 0, 1079);
        assert_eq!(strut.cut(root, right, right), Rect::new(1950, 0, 1890, 1080));
        assert_eq!(strut.cut(root, left, left), left);
        let strut = partial(1, 1950, 0, 1079);
        assert_eq!(strut.cut(root, left, left), Rect::new(0, 0, 1890, 1080));
        assert_eq!(strut.cut(root, right, right), right);
    }

    #[test]
    fn an_end_one_too_far_crosses_nothing() {
        let root = Size { width: 3840, height: 1080 };
        let right = Rect::new(1920, 0, 1920, 1080);
        assert_eq!(partial(2, 20, 0, 1920).cut(root, right, right), right);
        assert_eq!(partial(2, 20, 0, 1921).cut(root, right, right).y, 20);
        // A strip of one pixel is one.
        assert_eq!(partial(2, 20, 1920, 1920).cut(root, right, right).y, 20);
        assert_eq!(partial(2, 20, 1921, 1920).cut(root, right, right), right, "inside out");
    }

    #[test]
    fn too_few_words_are_none() {
        assert_eq!(Strut::read([1, 2, 3].into_iter()), None);
        let whole = Strut::read([1, 2, 3, 4, 0, 0].into_iter()).expect("4 words and more");
        assert_eq!(
            (whole.right.depth, whole.right.start, whole.right.end),
            (2, i32::MIN, i32::MAX)
        );
        assert_eq!(partial(1, u32::MAX, 0, 10).right.depth, 0, "below zero");
    }

    prop_compose! {
        fn any_monitor()(
            x in -3000..6000i32, y in -3000..6000i32, width in 0..5000u32, height in 0..5000u32,
        ) -> Rect {
            Rect::new(x, y, width, height)
        }
    }

    fn any_strut() -> impl Strategy<Value = Strut> {
        let word = prop_oneof![0..100u32, 0..6000u32, any::<u32>()];
        prop::collection::vec(word, 4..14)
            .prop_map(|words| Strut::read(words.into_iter()).expect("4 words"))
    }

    fn is_inside(rect: Rect, area: Rect) -> bool {
        rect.x >= area.x
            && rect.y >= area.y
            && rect.right() <= area.right()
            && rect.bottom() <= area.bottom()
    }

    proptest! {
        #[test]
        fn at_least_half_is_left_inside(
            root in (0..9000u32, 0..9000u32),
            monitor in any_monitor(),
            struts in prop::collection::vec(any_strut(), 1..6),
        ) {
            let root = Size { width: root.0, height: root.1 };
            let mut area = monitor;
            for strut in struts {
                let left = strut.cut(root, monitor, area);
                prop_assert!(is_inside(left, area), "{left:?} {area:?}");
                prop_assert_eq!(strut.cut(root, monitor, left), left, "once more takes no more");
                area = left;
            }
            prop_assert!(2 * area.width >= monitor.width && 2 * area.height >= monitor.height);
        }

        #[test]
        fn one_monitor_loses_what_is_asked(
            size in (100..5000u32, 100..5000u32), depths in prop::array::uniform4(0..25u32),
        ) {
            let root = Size { width: size.0, height: size.1 };
            let monitor = Rect::new(0, 0, root.width, root.height);
            let [left, right, top, bottom] = depths;
            let expected = Rect::new(
                left as i32,
                top as i32,
                root.width - left - right,
                root.height - top - bottom,
            );
            let strut = Strut::read(depths.into_iter()).expect("4 words");
            prop_assert_eq!(strut.cut(root, monitor, monitor), expected);
        }

        #[test]
        fn any_numbers_do_no_harm(
            root: (u32, u32),
            monitor: (i32, i32, u32, u32),
            area: (i32, i32, u32, u32),
            words in prop::collection::vec(any::<u32>(), 0..14),
        ) {
            let rect = |(x, y, width, height)| Rect::new(x, y, width, height);
            if let Some(strut) = Strut::read(words.into_iter()) {
                let root = Size { width: root.0, height: root.1 };
                let left = strut.cut(root, rect(monitor), rect(area));
                prop_assert!(is_inside(left, rect(area)));
                let nothing = Strut::default().cut(root, rect(monitor), rect(area));
                prop_assert!(is_inside(nothing, rect(area)) && is_inside(rect(area), nothing));
            }
        }
    }
}
