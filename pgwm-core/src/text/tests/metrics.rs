//! Lines, their glyphs and their widths.

use super::*;

#[test]
fn a_line_has_its_glyphs_and_its_width() {
    let typeface = typeface(&boxes(), 20);
    assert_eq!((typeface.ascent(), typeface.descent()), (16, 4));
    let (placed, width) = laid_out(&typeface, "A \u{1f600}");
    assert_eq!(placed, [(1, 0, 0), (5, 10, 0), (2, 20, 0)]);
    assert_eq!(width, 30);
    assert_eq!(typeface.width("A \u{1f600}"), 30);
}

#[test]
fn glyphs_are_appended() {
    let typeface = typeface(&boxes(), 20);
    let mut placed = vec![Placed { glyph: GlyphId(9), x: 7, y: 7 }];
    typeface.lay_out("A", &mut placed);
    assert_eq!(placed[0].glyph, GlyphId(9));
    assert_eq!(placed[1], Placed { glyph: GlyphId(1), x: 0, y: 0 });
}

#[test]
fn what_no_font_has_is_a_box_and_blanks_are_blank() {
    let typeface = typeface(&boxes(), 20);
    assert!(typeface.has('A') && !typeface.has('Z') && !typeface.has('\u{10ffff}'));
    assert_eq!(laid_out(&typeface, "Z").0, [(0, 0, 0)]);
    for blank in ['\u{a0}', '\u{2009}', '\u{3000}'] {
        assert!(typeface.has(blank));
        assert_eq!(laid_out(&typeface, &blank.to_string()).0, [(5, 0, 0)]);
    }
}

#[test]
fn controls_draw_nothing() {
    let typeface = typeface(&boxes(), 20);
    let plain = laid_out(&typeface, "AA");
    for control in [
        '\0',
        '\t',
        '\n',
        '\x7f',
        '\u{85}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{202e}',
        '\u{2066}',
        '\u{2069}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0041}',
        '\u{e01ef}',
    ] {
        assert!(typeface.has(control));
        assert_eq!(laid_out(&typeface, &format!("A{control}A")), plain, "{control:?}");
    }
}

#[test]
fn the_first_font_that_has_a_character_draws_it() {
    let low = Builder::quadratic(
        &[vec![], rectangle(0, 0, 100, 100)],
        characters(&[('A', 'A', 1), ('x', 'x', 1)]),
    );
    let fonts = [boxes(), low].map(|font| Font::parse(font.leak(), 0).unwrap());
    let typeface = Typeface::new(fonts.into(), 20);
    assert_eq!(laid_out(&typeface, "Ax").0, [(1, 0, 0), (0x1_0001, 10, 0)]);
    assert_eq!(typeface.draw(GlyphId(0x1_0001)).height, 2);
}

#[test]
fn without_a_font_nothing_is_drawn() {
    let typeface = Typeface::new(vec![], 20);
    assert!(typeface.is_empty() && !typeface.has('A'));
    assert_eq!((typeface.ascent(), typeface.descent(), typeface.width("AAA")), (1, 0, 0));
    assert_eq!(typeface.draw(GlyphId(0)), Bitmap::default());
}

#[test]
fn any_size_is_a_size() {
    assert_eq!(typeface(&boxes(), 0).ascent(), 1);
    assert_eq!(typeface(&boxes(), u32::MAX).ascent(), 410);
}

#[test]
fn advances_are_rounded_to_the_nearest() {
    // 500 units of 1000.
    assert_eq!(typeface(&boxes(), 13).width("A"), 7);
    assert_eq!(typeface(&boxes(), 12).width("A"), 6);
}

#[test]
fn typographic_metrics_are_used_where_the_font_says_so() {
    let mut os2 = vec![0; 78];
    os2[68..72].copy_from_slice(&[0x03, 0x84, 0xff, 0x9c]);
    let font = boxes().with(*b"OS/2", os2.clone());
    assert_eq!((typeface(&font, 20).ascent(), typeface(&font, 20).descent()), (16, 4));
    os2[63] = 0x80;
    let font = boxes().with(*b"OS/2", os2);
    assert_eq!((typeface(&font, 20).ascent(), typeface(&font, 20).descent()), (18, 2));
}
