//! Which glyph a character has, in which font of a file.

use super::*;

fn glyph_of(subtable: &[u8], encoding: i32, character: char) -> u32 {
    let glyphs = vec![rectangle(0, 0, 9, 9); 300];
    let typeface = typeface(&Builder::quadratic(&glyphs, cmap(encoding, subtable)), 20);
    laid_out(&typeface, &character.to_string()).0[0].0
}

/// Three segments: with a difference, with an array of glyphs, and the last.
fn format_4() -> Vec<u8> {
    Out::default()
        .u16s(&[4, 46, 0, 6, 0, 0, 0])
        .u16s(&[0x42, 0x104, 0xffff, 0])
        .u16s(&[0x41, 0x102, 0xffff])
        .u16s(&[-0x41 + 7, 1, 1])
        .u16s(&[0, 4, 0])
        .u16s(&[100, 0, 200])
        .0
}

#[test]
fn format_4_has_segments() {
    let found = |character| glyph_of(&format_4(), 1, character);
    assert_eq!(['@', 'A', 'B', 'C'].map(found), [0, 7, 8, 0]);
    assert_eq!(['\u{101}', '\u{102}', '\u{103}', '\u{104}'].map(found), [0, 101, 0, 201]);
    assert_eq!(['\u{ffff}', '\u{10041}'].map(found), [0, 0]);
}

#[test]
fn format_6_has_one_range() {
    let subtable = Out::default().u16s(&[6, 16, 0, 0x41, 3, 5, 0, 6]).0;
    let found = |character| glyph_of(&subtable, 1, character);
    assert_eq!(['@', 'A', 'B', 'C', 'D'].map(found), [0, 5, 0, 6, 0]);
}

#[test]
fn symbols_are_found_where_their_font_has_them() {
    assert_eq!(glyph_of(&format_4(), 0, 'A'), 7);
}

#[test]
fn the_map_with_the_most_characters_is_used() {
    let low = Out::default().u16s(&[6, 12, 0, 0x41, 1, 9]).0;
    let high = Out::default().u16s(&[12, 0]).u32(28).u32(0).u32(1);
    let high = high.u32(0x41).u32(0x1_0041).u32(2).0;
    let head = Out::default().u16s(&[0, 3, 1, 0]).u32(28);
    let head = head.u16s(&[3, 10]).u32(40).u16s(&[0, 3]).u32(28).0;
    let table = [head, low, high].concat();
    let typeface = typeface(&Builder::quadratic(&vec![rectangle(0, 0, 9, 9); 300], table), 20);
    assert_eq!(laid_out(&typeface, "AB").0, [(2, 0, 0), (3, 10, 0)]);
    // A glyph that there isn't is no glyph.
    assert!(!typeface.has('\u{1_0041}'));
}

#[test]
fn a_collection_has_several_fonts() {
    let (first, second) = (
        boxes(),
        boxes().with(*b"hhea", {
            Out::default().u32(0x1_0000).u16s(&[500, -100]).bytes(&[0; 26]).u16(1).0
        }),
    );
    let head = 20;
    let first = first.file(head);
    let place = head + first.len();
    let second = second.file(place);
    let file = Out::default().bytes(b"ttcf").u32(0x1_0000).u32(2);
    let file = file.u32(head as u32).u32(place as u32).bytes(&first).bytes(&second).0;
    let file: &'static [u8] = file.leak();
    for (index, ascent) in [(0, 16), (1, 10)] {
        let font = Font::parse(file, index).unwrap();
        assert_eq!(Typeface::new(vec![font], 20).ascent(), ascent);
    }
    assert_eq!(Font::parse(file, 2).unwrap_err(), BadFont);
    assert_eq!(Font::parse(boxes().leak(), 1).unwrap_err(), BadFont);
}
