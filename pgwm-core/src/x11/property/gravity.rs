//! Where a window comes to lie when the window manager gives it another border, or another
//! size, than it asked for (ICCCM 4.1.2.3). Never knows monitors.

use super::Gravity;
use crate::geometry::{Point, Rect, Size};

/// Where to put a window: the upper left corner of its new border.
///
/// `requested` is what the client asked for, in the numbers of the protocol: the position
/// is the upper left corner of its border, which is `old_border` wide, and the size is
/// that inside the border. It gets `size` inside a border of `border`.
///
/// A position names a place on the screen for the window's reference point, one of the
/// nine that its gravity can mean: a corner, the middle of a side, or the middle. The
/// client, which knows no window manager, puts the reference point of its own outer
/// rectangle there, as large as `size + 2 * old_border`; we must put that of the outer
/// rectangle that we give it there. Along each axis, with the reference point at no, half
/// or the whole of the outer length:
///
/// ```text
/// new + fraction * (new_size + 2 * border) = old + fraction * (old_size + 2 * old_border)
/// ```
///
/// That is solved for `new`. So with the size that was asked for, a window whose gravity
/// is `SouthEast` moves by `2 * (old_border - border)`, and one that was flush with the
/// right and the bottom edge of the screen stays so. `Static` is about the inside instead,
/// whose upper left corner stays: `new + border = old + old_border`. `Forget` is no
/// gravity for a position, and taken as `NorthWest`.
///
/// The same holds on the way back, when the window gets its own border again.
pub fn place(gravity: Gravity, requested: Rect, old_border: u32, size: Size, border: u32) -> Point {
    // The nine points are numbered row by row from the upper left; here in halves.
    let (across, down) = match gravity {
        Gravity::Static => {
            let moved = |at: i32| to_i32(i64::from(at) + i64::from(old_border) - i64::from(border));
            return Point { x: moved(requested.x), y: moved(requested.y) };
        }
        Gravity::Forget => (0, 0),
        point => ((point as i64 - 1) % 3, (point as i64 - 1) / 3),
    };
    let outer = |inner: u32, border: u32| i64::from(inner) + 2 * i64::from(border);
    let moved = |at: i32, old: u32, new: u32, halves: i64| {
        let difference = outer(old, old_border) - outer(new, border);
        to_i32(i64::from(at) + (difference * halves).div_euclid(2))
    };
    Point {
        x: moved(requested.x, requested.width, size.width, across),
        y: moved(requested.y, requested.height, size.height, down),
    }
}

fn to_i32(number: i64) -> i32 {
    number.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_gravity() -> impl Strategy<Value = Gravity> {
        (1..=10u32).prop_map(|raw| Gravity::from_raw(raw).expect("1 to 10"))
    }

    /// Twice the reference point, so that halves are whole numbers.
    fn reference(gravity: Gravity, at: Point, size: Size, border: u32) -> (i64, i64) {
        let (x, y) = (2 * i64::from(at.x), 2 * i64::from(at.y));
        let border = i64::from(border);
        let (width, height) =
            (i64::from(size.width) + 2 * border, i64::from(size.height) + 2 * border);
        match gravity {
            Gravity::Forget | Gravity::NorthWest => (x, y),
            Gravity::North => (x + width, y),
            Gravity::NorthEast => (x + 2 * width, y),
            Gravity::West => (x, y + height),
            Gravity::Center => (x + width, y + height),
            Gravity::East => (x + 2 * width, y + height),
            Gravity::SouthWest => (x, y + 2 * height),
            Gravity::South => (x + width, y + 2 * height),
            Gravity::SouthEast => (x + 2 * width, y + 2 * height),
            Gravity::Static => (x + 2 * border, y + 2 * border),
        }
    }

    #[test]
    fn flush_stays_flush() {
        // As `xclock -geometry 100x100-0-0` does it on a screen of 800 by 600, with a
        // border of its own of 1, and one of ours of 3.
        let requested = Rect::new(800 - 102, 600 - 102, 100, 100);
        let at = place(Gravity::SouthEast, requested, 1, requested.size(), 3);
        assert_eq!((at.x + 106, at.y + 106), (800, 600));
        // A terminal that gets whole characters only.
        let at = place(Gravity::SouthEast, requested, 1, Size { width: 96, height: 91 }, 3);
        assert_eq!((at.x + 102, at.y + 97), (800, 600));
        let at = place(Gravity::NorthEast, Rect::new(698, 0, 100, 100), 1, requested.size(), 3);
        assert_eq!(at, Point { x: 694, y: 0 });
    }

    #[test]
    fn a_border_grows_away_from_each_point() {
        let moved = |gravity| {
            let requested = Rect::new(50, 50, 20, 20);
            let at = place(gravity, requested, 0, requested.size(), 2);
            (at.x - 50, at.y - 50)
        };
        assert_eq!(moved(Gravity::NorthWest), (0, 0));
        assert_eq!(moved(Gravity::North), (-2, 0));
        assert_eq!(moved(Gravity::NorthEast), (-4, 0));
        assert_eq!(moved(Gravity::West), (0, -2));
        assert_eq!(moved(Gravity::Center), (-2, -2));
        assert_eq!(moved(Gravity::East), (-4, -2));
        assert_eq!(moved(Gravity::SouthWest), (0, -4));
        assert_eq!(moved(Gravity::South), (-2, -4));
        assert_eq!(moved(Gravity::SouthEast), (-4, -4));
        assert_eq!(moved(Gravity::Static), (-2, -2));
        assert_eq!(moved(Gravity::Forget), (0, 0));
    }

    proptest! {
        #[test]
        fn the_reference_point_stays(
            gravity in any_gravity(),
            at in (-40_000..40_000i32, -40_000..40_000i32),
            old in (0..70_000u32, 0..70_000u32, 0..300u32),
            new in (0..70_000u32, 0..70_000u32, 0..300u32),
        ) {
            let requested = Rect::new(at.0, at.1, old.0, old.1);
            let size = Size { width: new.0, height: new.1 };
            let placed = place(gravity, requested, old.2, size, new.2);
            let before = reference(gravity, requested.position(), requested.size(), old.2);
            let after = reference(gravity, placed, size, new.2);
            // Half a pixel is none.
            prop_assert!((0..=1).contains(&(before.0 - after.0)), "{before:?} {after:?}");
            prop_assert!((0..=1).contains(&(before.1 - after.1)), "{before:?} {after:?}");

            let alike = place(gravity, requested, old.2, requested.size(), new.2);
            let there = Rect::new(alike.x, alike.y, old.0, old.1);
            let back = place(gravity, there, new.2, requested.size(), old.2);
            prop_assert_eq!(back, requested.position(), "the way back");
        }

        #[test]
        fn any_numbers_do_no_harm(
            gravity in any_gravity(),
            at: (i32, i32),
            old: (u32, u32, u32),
            new: (u32, u32, u32),
        ) {
            let requested = Rect::new(at.0, at.1, old.0, old.1);
            let size = Size { width: new.0, height: new.1 };
            let _ = place(gravity, requested, old.2, size, new.2);
            let same = place(gravity, requested, old.2, requested.size(), old.2);
            prop_assert_eq!(same, requested.position());
        }
    }
}
