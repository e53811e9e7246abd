//! The order in which a line is seen: a simplified form of the Unicode Bidirectional
//! Algorithm (UAX #9) with letters, numbers and neutral characters, without embeddings:
//! controls that would override the direction have no effect. Never knows a font.

use alloc::vec::Vec;

use super::character::{is_invisible, is_mark, within};

/// Which way a character goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    Number,
    Neutral,
}

/// A character and its level: odd ones go to the left.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) character: char,
    direction: Direction,
    level: u8,
}

/// Characters that go neither way, where no letter is between them.
const NEUTRAL: &[(u16, u16)] = &[
    (0x0000, 0x0040),
    (0x005b, 0x0060),
    (0x007b, 0x00a9),
    (0x00ab, 0x00b4),
    (0x00b6, 0x00b9),
    (0x00bb, 0x00bf),
    (0x00d7, 0x00d7),
    (0x00f7, 0x00f7),
    (0x2000, 0x20cf),
    (0x2190, 0x2bff),
    (0x2e00, 0x3004),
    (0x3008, 0x3020),
    (0xfe10, 0xfe6f),
    (0xff01, 0xff0f),
];

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and others, and the presentation forms.
const RIGHT: &[(u16, u16)] = &[(0x0590, 0x08ff), (0xfb1d, 0xfdff), (0xfe70, 0xfefe)];

/// What is drawn of a line, from left to right.
pub(super) fn visual(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut right = false;
    for character in text.chars() {
        if !is_invisible(character) {
            let direction = direction(character);
            right |= direction == Direction::Right;
            items.push(Item { character, direction, level: 0 });
        }
    }
    if right {
        reorder(&mut items);
    }
    items
}

#[inline(never)]
fn direction(character: char) -> Direction {
    match character {
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Direction::Number,
        '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}' => Direction::Right,
        '\u{1f000}'..='\u{1faff}' => Direction::Neutral,
        _ if within(RIGHT, character) => Direction::Right,
        _ if within(NEUTRAL, character) => Direction::Neutral,
        _ => Direction::Left,
    }
}

fn reorder(items: &mut [Item]) {
    let base = base_level(items);
    join_numbers(items);
    set_levels(items, base);
    // Rule L2: from the highest level down, whatever is at least as high is turned round.
    for level in [2, 1] {
        for run in items.split_mut(|item| item.level < level) {
            run.reverse();
        }
    }
    // Rules L3 and L4: a mark comes after its base again, a bracket opens to the left.
    for cluster in items.split_inclusive_mut(|item| !is_mark(item.character)) {
        if let Some(base) = cluster.last_mut()
            && base.level & 1 != 0
        {
            base.character = mirrored(base.character);
            cluster.reverse();
        }
    }
}

/// Rules P2 and P3: the line goes the way of its first letter.
fn base_level(items: &[Item]) -> u8 {
    for item in items {
        match item.direction {
            Direction::Left => return 0,
            Direction::Right => return 1,
            _ => {}
        }
    }
    0
}

/// Rules W4 and W5: 12:30 and 3.5 are one number, and so is 50%.
fn join_numbers(items: &mut [Item]) {
    const NUMBER: Option<Direction> = Some(Direction::Number);
    for at in 0..items.len() {
        let direction = |at: usize| items.get(at).map(|item| item.direction);
        let (before, after) = (direction(at.wrapping_sub(1)), direction(at + 1));
        let joins = match items[at].character {
            '.' | ',' | ':' | '/' | '+' | '-' => before == NUMBER && after == NUMBER,
            '#' | '$' | '%' | '°' | '€' | '£' => before == NUMBER || after == NUMBER,
            _ => false,
        };
        if joins {
            items[at].direction = Direction::Number;
        }
    }
}

/// Rules W1, W7, N1, N2, I1 and I2.
fn set_levels(items: &mut [Item], base: u8) {
    let of = |direction| u8::from(direction == Direction::Right);
    let (mut letter, mut before) = (base, base);
    let (mut level, mut start) = (base, 0);
    for at in 0..=items.len() {
        let Some(item) = items.get_mut(at) else {
            // What is left at the end goes the way of the line.
            items.iter_mut().skip(start).for_each(|item| item.level = base);
            return;
        };
        let mut goes = of(item.direction);
        match item.direction {
            _ if is_mark(item.character) => {
                if at == start {
                    item.level = level;
                    start = at + 1;
                }
                continue;
            }
            Direction::Neutral => continue,
            Direction::Number => {
                // A number goes to the right, but among what goes to the left it is part of
                // that.
                level = if letter == 0 && base == 0 { 0 } else { 2 };
                goes = letter;
            }
            Direction::Left => level = base * 2,
            Direction::Right => level = 1,
        }
        item.level = level;
        if item.direction != Direction::Number {
            letter = goes;
        }
        let between = if goes == before { goes } else { base };
        let between = if between == 0 { base * 2 } else { 1 };
        for neutral in items.iter_mut().take(at).skip(start) {
            neutral.level = between;
        }
        (before, start) = (goes, at + 1);
    }
}

/// A bracket as it looks in text that goes to the left (`Bidi_Mirroring_Glyph`).
fn mirrored(character: char) -> char {
    const PAIRS: [char; 12] = ['(', ')', '[', ']', '{', '}', '<', '>', '«', '»', '‹', '›'];
    match PAIRS.iter().position(|bracket| *bracket == character) {
        Some(at) => PAIRS[at ^ 1],
        None => character,
    }
}
