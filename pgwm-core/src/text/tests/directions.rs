//! The order in which a line is seen.

use super::*;

#[test]
fn what_goes_to_the_left_is_turned_round() {
    for (logical, seen) in [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("ab אבג cd", "ab גבא cd"),
        ("אבג cd", "cd גבא"),
        ("ab אב, גד!", "ab דג ,בא!"),
        // Numbers go to the right, and belong to what goes to the left.
        ("ab אב 12:30 גד", "ab דג 12:30 בא"),
        ("אב 50% cd 12", "cd 12 50% בא"),
        ("א 1,2 3", "3 1,2 א"),
        // Brackets open to the other side.
        ("א(ב)ג", "ג(ב)א"),
        ("شب ab", "ab بش"),
        // Marks stay behind what they are over.
        ("אב\u{5b0}\u{5b1}ג", "גב\u{5b0}\u{5b1}א"),
        ("ab\u{301} א\u{5b0}", "ab\u{301} א\u{5b0}"),
        ("", ""),
        ("  ", "  "),
        ("א ", " א"),
    ] {
        assert_eq!(order(logical), seen, "{logical}");
    }
}

#[test]
fn controls_have_no_effect() {
    assert_eq!(order("a\u{202e}bc\u{202c}\u{200f}\u{2067}d"), "abcd");
}

proptest! {
    /// Everything that is seen is there once, but for brackets.
    #[test]
    fn nothing_is_lost(text in "[a-c0-2 .,(%אבגدش\u{5b0}\u{301}😀]{0,40}") {
        let mut seen: Vec<char> = order(&text).replace(')', "(").chars().collect();
        let mut all: Vec<char> = text.chars().collect();
        seen.sort_unstable();
        all.sort_unstable();
        prop_assert_eq!(seen, all);
    }

    #[test]
    fn what_goes_to_the_right_alone_stays(text in "[a-c0-2 .,()%\u{301}😀]{0,40}") {
        prop_assert_eq!(order(&text), text);
    }
}
