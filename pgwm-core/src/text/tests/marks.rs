//! Marks over their bases.

use super::*;

#[test]
fn a_mark_lies_over_the_middle_of_its_base_and_takes_no_room() {
    let typeface = typeface(&boxes(), 100);
    // The low box is 30 pixels wide, the mark 10.
    let (placed, width) = laid_out(&typeface, "A\u{1f600}\u{301}A");
    assert_eq!(placed[2], (3, 60, 0));
    assert_eq!(placed[3], (1, 100, 0));
    assert_eq!(width, 150);
}

#[test]
fn it_lies_above_a_base_that_is_tall_and_above_other_marks() {
    let typeface = typeface(&boxes(), 100);
    let (placed, _) = laid_out(&typeface, "A\u{301}\u{301}");
    let bottom = |y: i32| 55 - y;
    assert!(bottom(placed[1].2) >= 70, "{placed:?}");
    assert!(bottom(placed[2].2) >= bottom(placed[1].2) + 10, "{placed:?}");
}

#[test]
fn a_mark_that_no_font_has_or_without_a_base_is_left_out() {
    let typeface = typeface(&boxes(), 100);
    assert_eq!(laid_out(&typeface, "A\u{302}"), (vec![(1, 0, 0)], 50));
    assert_eq!(laid_out(&typeface, "\u{301}A"), (vec![(1, 0, 0)], 50));
}
