//! Kerning.

use super::*;

/// A `GPOS` with one feature of one script, and one lookup with this subtable.
fn gpos(script: [u8; 4], feature: [u8; 4], kind: i32, subtable: &[u8]) -> Vec<u8> {
    Out::default()
        .u32(0x1_0000)
        .u16s(&[10, 30, 44])
        // One script, whose language for all has one feature.
        .u16(1)
        .bytes(&script)
        .u16s(&[8, 4, 0, 0, 0xffff, 1, 0])
        // One feature, with one lookup.
        .u16(1)
        .bytes(&feature)
        .u16s(&[8, 0, 1, 0])
        .u16s(&[1, 4, kind, 0, 1, 8])
        .bytes(subtable)
        .0
}

/// Glyph 1 and then 4, or 1, or 2.
fn widths(font: &Builder) -> [u32; 3] {
    let typeface = typeface(font, 100);
    ["AC", "AA", "A\u{1f600}"].map(|pair| typeface.width(pair))
}

/// Pairs of glyph 1: with 2 −100, with 4 50.
fn by_glyph() -> Vec<u8> {
    Out::default()
        .u16s(&[1, 26, 0x5, 0x1, 1, 12])
        .u16s(&[2, 2, 7, -100, 9, 4, 7, 50, 9])
        .u16s(&[1, 1, 1])
        .0[..]
        .to_vec()
}

/// Glyph 1 is of class 1, and so is glyph 4 as the second: −100.
fn by_class() -> Vec<u8> {
    Out::default()
        .u16s(&[2, 24, 4, 0, 30, 38, 2, 2])
        .u16s(&[0, 0, 0, -100])
        // Coverage, and classes by range and by array.
        .u16s(&[1, 1, 1])
        .u16s(&[1, 1, 1, 1])
        .u16s(&[2, 1, 3, 4, 1])
        .0
}

#[test]
fn pairs_by_glyph() {
    let mut subtable = by_glyph();
    // The coverage lies behind the pairs.
    let place = subtable.len() as u16 - 6;
    subtable[2..4].copy_from_slice(&place.to_be_bytes());
    for script in [*b"latn", *b"DFLT"] {
        let font = boxes().with(*b"GPOS", gpos(script, *b"kern", 2, &subtable));
        assert_eq!(widths(&font), [105, 100, 90]);
    }
    for table in [gpos(*b"grek", *b"kern", 2, &subtable), gpos(*b"latn", *b"mark", 2, &subtable)] {
        assert_eq!(widths(&boxes().with(*b"GPOS", table)), [100; 3]);
    }
}

#[test]
fn pairs_by_class_behind_an_extension() {
    let font = boxes().with(*b"GPOS", gpos(*b"latn", *b"kern", 2, &by_class()));
    assert_eq!(widths(&font), [90, 100, 100]);
    let extension = Out::default().u16s(&[1, 2]).u32(8).bytes(&by_class()).0;
    let font = boxes().with(*b"GPOS", gpos(*b"latn", *b"kern", 9, &extension));
    assert_eq!(widths(&font), [90, 100, 100]);
}

#[test]
fn pairs_of_the_old_table_where_there_are_no_others() {
    let kern = Out::default().u16s(&[0, 1, 0, 26, 1, 2, 0, 0, 0]).u16s(&[1, 1, -200, 1, 4, 100]).0;
    let font = boxes().with(*b"kern", kern.clone());
    assert_eq!(widths(&font), [110, 80, 100]);
    let font = font.with(*b"GPOS", gpos(*b"latn", *b"kern", 2, &by_class()));
    assert_eq!(widths(&font), [90, 100, 100]);
    // Vertical pairs are not for a line.
    let mut vertical = kern;
    vertical[9] = 0;
    assert_eq!(widths(&boxes().with(*b"kern", vertical)), [100; 3]);
}
