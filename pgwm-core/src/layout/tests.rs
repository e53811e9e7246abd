//! What every layout holds true, over all of them.

use super::{Layout, Share, Weight, arrange};
use crate::geometry::Rect;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn arranged(layout: Layout, area: Rect, weights: &[Weight], share: Share) -> Vec<Rect> {
    let mut out = Vec::new();
    arrange(layout, area, weights, share, &mut out);
    out
}

/// Some windows of equal weight.
fn equal(count: usize) -> Vec<Weight> {
    vec![Weight::default(); count]
}

fn any_weights(count: core::ops::Range<usize>) -> impl Strategy<Value = Vec<Weight>> {
    prop::collection::vec(any::<u16>().prop_map(Weight::new), count)
}

prop_compose! {
    fn any_area()(
        x in -40_000..40_000, y in -40_000..40_000, width in 0..70_000u32, height in 0..70_000u32,
    ) -> Rect {
        Rect::new(x, y, width, height)
    }
}

prop_compose! {
    fn any_share()(leaders in 0..=u8::MAX, ratio in 0..=u8::MAX) -> Share {
        Share { leaders, ratio }
    }
}

fn pixels(rect: Rect) -> u64 {
    u64::from(rect.width) * u64::from(rect.height)
}

proptest! {
    #[test]
    fn count_in_count_out_and_inside(
        area in any_area(),
        weights in any_weights(0..400),
        share in any_share(),
        kind in 0..Layout::ALL.len(),
    ) {
        let rects = arranged(Layout::ALL[kind], area, &weights, share);
        prop_assert_eq!(rects.len(), weights.len());
        for rect in rects {
            prop_assert!(rect.x >= area.x && rect.y >= area.y, "{rect:?} starts outside {area:?}");
            prop_assert!(rect.right() <= area.right() && rect.bottom() <= area.bottom());
        }
    }

    #[test]
    fn tiles_share_every_pixel_and_overlap_nowhere(
        area in any_area(),
        weights in any_weights(1..40),
        share in any_share(),
        kind in 0..Layout::ALL.len(),
    ) {
        let layout = Layout::ALL[kind];
        let rects = arranged(layout, area, &weights, share);
        if !layout.overlaps() {
            prop_assert_eq!(rects.iter().map(|rect| pixels(*rect)).sum::<u64>(), pixels(area));
            for (index, rect) in rects.iter().enumerate() {
                for other in &rects[index + 1..] {
                    prop_assert_eq!(rect.overlap(*other), 0);
                }
            }
        }
    }

    #[test]
    fn tiles_over_each_other_are_large(area in any_area(), count in 1..64usize, share in any_share()) {
        for rect in arranged(Layout::Monocle, area, &equal(count), share) {
            prop_assert_eq!(rect, area);
        }
        let sheets = arranged(Layout::Floating, area, &equal(count), share);
        for rect in &sheets {
            prop_assert_eq!(rect.width, area.width - area.width / 3);
            prop_assert_eq!(rect.height, area.height - area.height / 3);
        }
        if area.width >= 21 && area.height >= 21 {
            let places: BTreeSet<_> = sheets.iter().map(|rect| (rect.x, rect.y)).collect();
            prop_assert_eq!(places.len(), count, "two windows in one place");
        }
        let more = arranged(Layout::Floating, area, &equal(count + 1), share);
        prop_assert_eq!(&more[..count], sheets, "a new window moves none");
    }

    #[test]
    fn lengths_are_as_the_weights(
        area in any_area(), weights in any_weights(1..40), share in any_share(), leaders in 1..50u8,
    ) {
        let leaders = usize::from(leaders);
        let share = Share { leaders: leaders as u8, ..share };
        // In which column or row a window is.
        let line_of = |layout: Layout, index: usize| match index.checked_sub(leaders) {
            _ if layout == Layout::Columns => 0,
            None => 0,
            Some(other) if layout == Layout::Center && weights.len() > leaders + 1 => 1 + other % 2,
            Some(_) => 1,
        };
        for layout in [Layout::Tall, Layout::Wide, Layout::Center, Layout::Columns] {
            let across = matches!(layout, Layout::Wide | Layout::Columns);
            let rects = arranged(layout, area, &weights, share);
            let whole = u64::from(if across { area.width } else { area.height });
            for (index, rect) in rects.iter().enumerate() {
                let total: u64 = (0..weights.len())
                    .filter(|other| line_of(layout, *other) == line_of(layout, index))
                    .map(|other| u64::from(weights[other].percent()))
                    .sum();
                let length = u64::from(if across { rect.width } else { rect.height });
                let ideal = whole * u64::from(weights[index].percent());
                prop_assert!((length * total).abs_diff(ideal) < total, "{layout:?} {index}");
            }
        }
    }

    #[test]
    fn a_grid_is_square_and_a_spiral_halves(count in 2..300usize, share in any_share()) {
        let area = Rect::new(0, 0, 60_000, 60_000);
        let cells = arranged(Layout::Grid, area, &equal(count), share);
        let rows = cells.iter().map(|rect| rect.y).collect::<BTreeSet<_>>().len();
        let columns = cells.iter().filter(|rect| rect.y == 0).count();
        prop_assert_eq!(rows, count.div_ceil(columns));
        prop_assert!((columns - 1).pow(2) < count && count <= columns.pow(2));

        let turns = arranged(Layout::Spiral, area, &equal(count), share);
        prop_assert_eq!(turns[0].width, share.of(area.width));
        for pair in turns[1..count - 1].windows(2) {
            prop_assert!(pixels(pair[1]) <= pixels(pair[0]));
        }
    }

    #[test]
    fn a_weight_stays_in_its_range(first: u16, steps in prop::collection::vec(any::<i16>(), 0..9)) {
        let mut weight = Weight::new(first);
        for step in steps {
            let before = weight;
            weight = weight.changed_by(step);
            prop_assert!(Weight::RANGE.contains(&weight.percent()));
            prop_assert_eq!(weight.max(before), if step < 0 { before } else { weight });
        }
    }

    #[test]
    fn a_share_stays_in_its_range(share in any_share(), steps in prop::collection::vec(any::<i8>(), 0..9)) {
        for step in steps {
            let changed = share.with_ratio_changed(step).with_leaders_changed(step);
            prop_assert!(Share::RATIOS.contains(&changed.ratio));
            prop_assert!(Share::LEADERS.contains(&changed.leaders));
        }
    }
}

#[test]
fn next_goes_round_all() {
    let mut layout = Layout::Tall;
    for expected in Layout::ALL {
        assert_eq!(layout, expected);
        layout = layout.next();
    }
    assert_eq!(layout, Layout::Tall);
}

#[test]
fn symbols_are_short_and_distinct() {
    let symbols: BTreeSet<_> = Layout::ALL.iter().map(|layout| layout.symbol()).collect();
    assert_eq!(symbols.len(), Layout::ALL.len());
    assert!(symbols.iter().all(|symbol| symbol.len() == 3 && symbol.is_ascii()));
}

#[test]
fn the_leader_of_tall_is_on_the_left() {
    let share = Share { leaders: 1, ratio: 60 };
    let area = Rect::new(0, 0, 1000, 600);
    assert_eq!(
        arranged(Layout::Tall, area, &equal(3), share),
        [Rect::new(0, 0, 600, 600), Rect::new(600, 0, 400, 300), Rect::new(600, 300, 400, 300)]
    );
}

#[test]
fn the_leader_of_center_is_in_the_middle() {
    let share = Share { leaders: 1, ratio: 50 };
    let area = Rect::new(0, 0, 1000, 600);
    assert_eq!(
        arranged(Layout::Center, area, &equal(3), share),
        [Rect::new(250, 0, 500, 600), Rect::new(750, 0, 250, 600), Rect::new(0, 0, 250, 600)]
    );
}

#[test]
fn the_leader_of_wide_is_at_the_top() {
    let share = Share { leaders: 1, ratio: 60 };
    let weights = [Weight::EQUAL, Weight::EQUAL, Weight::new(300)];
    assert_eq!(
        arranged(Layout::Wide, Rect::new(0, 0, 1000, 600), &weights, share),
        [Rect::new(0, 0, 1000, 360), Rect::new(0, 360, 250, 240), Rect::new(250, 360, 750, 240)]
    );
}

#[test]
fn a_spiral_goes_inwards() {
    let share = Share { leaders: 1, ratio: 50 };
    assert_eq!(
        arranged(Layout::Spiral, Rect::new(0, 0, 800, 800), &equal(5), share),
        [
            Rect::new(0, 0, 400, 800),
            Rect::new(400, 0, 400, 400),
            Rect::new(600, 400, 200, 400),
            Rect::new(400, 600, 200, 200),
            Rect::new(400, 400, 200, 200),
        ]
    );
}

#[test]
fn the_last_row_of_a_grid_is_stretched() {
    let share = Share { leaders: 1, ratio: 50 };
    assert_eq!(
        arranged(Layout::Grid, Rect::new(0, 0, 600, 400), &equal(5), share),
        [
            Rect::new(0, 0, 200, 200),
            Rect::new(200, 0, 200, 200),
            Rect::new(400, 0, 200, 200),
            Rect::new(0, 200, 300, 200),
            Rect::new(300, 200, 300, 200),
        ]
    );
}
