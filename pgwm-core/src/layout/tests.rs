//! What every layout holds true, over all of them.

use super::{Layout, Share, arrange};
use crate::geometry::Rect;
use proptest::prelude::*;

fn arranged(layout: Layout, area: Rect, count: usize, share: Share) -> Vec<Rect> {
    let mut out = Vec::new();
    arrange(layout, area, count, share, &mut out);
    out
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
        area in any_area(), count in 0..400usize, share in any_share(), kind in 0..Layout::ALL.len(),
    ) {
        let rects = arranged(Layout::ALL[kind], area, count, share);
        prop_assert_eq!(rects.len(), count);
        for rect in rects {
            prop_assert!(rect.x >= area.x && rect.y >= area.y, "{rect:?} starts outside {area:?}");
            prop_assert!(rect.right() <= area.right() && rect.bottom() <= area.bottom());
        }
    }

    #[test]
    fn tiles_share_every_pixel_and_overlap_nowhere(
        area in any_area(), count in 1..40usize, share in any_share(), kind in 0..Layout::ALL.len(),
    ) {
        let layout = Layout::ALL[kind];
        let rects = arranged(layout, area, count, share);
        if layout.overlaps() {
            prop_assert!(rects.iter().all(|rect| *rect == area));
        } else {
            prop_assert_eq!(rects.iter().map(|rect| pixels(*rect)).sum::<u64>(), pixels(area));
            for (index, rect) in rects.iter().enumerate() {
                for other in &rects[index + 1..] {
                    prop_assert_eq!(rect.overlap(*other), 0);
                }
            }
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
fn the_leader_of_tall_is_on_the_left() {
    let share = Share { leaders: 1, ratio: 60 };
    let area = Rect::new(0, 0, 1000, 600);
    assert_eq!(
        arranged(Layout::Tall, area, 3, share),
        [Rect::new(0, 0, 600, 600), Rect::new(600, 0, 400, 300), Rect::new(600, 300, 400, 300)]
    );
}

#[test]
fn the_leader_of_center_is_in_the_middle() {
    let share = Share { leaders: 1, ratio: 50 };
    let area = Rect::new(0, 0, 1000, 600);
    assert_eq!(
        arranged(Layout::Center, area, 3, share),
        [Rect::new(250, 0, 500, 600), Rect::new(750, 0, 250, 600), Rect::new(0, 0, 250, 600)]
    );
}
