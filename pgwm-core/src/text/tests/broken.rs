//! Fonts that are none, or no longer.

use super::*;

/// Everything that a bar does with a font.
fn exercise(bytes: Vec<u8>) {
    let bytes: &'static [u8] = bytes.leak();
    for index in 0..2 {
        let Ok(font) = Font::parse(bytes, index) else { continue };
        let typeface = Typeface::new(vec![font], 13);
        let _ = (typeface.ascent(), typeface.descent());
        let mut placed = Vec::new();
        typeface.lay_out("AC Bx\u{301}א\u{1f600}", &mut placed);
        let more = (0..8).map(GlyphId);
        for glyph in placed.iter().map(|placed| placed.glyph).chain(more) {
            let bitmap = typeface.draw(glyph);
            assert_eq!(bitmap.coverage.len() as u32, bitmap.width * bitmap.height);
        }
    }
}

fn samples() -> [Vec<u8>; 3] {
    let kern = Out::default().u16s(&[0, 1, 0, 20, 1, 1, 0, 0, 0, 1, 1, -200]).0;
    let cff = Cff {
        glyphs: vec![vec![139, 22, 239, 239, 39, 6, 32, 10, 14]; 6],
        locals: vec![vec![vec![239, 6, 11]], vec![vec![239, 7, 11]]],
        select: vec![0, 0, 1, 0, 1, 0, 1],
        ..Cff::default()
    };
    let ranges = [('A', 'C', 1), ('\u{301}', '\u{301}', 4)];
    let file = boxes().file(20);
    let collection = Out::default().bytes(b"ttcf").u32(0x1_0000).u32(2).u32(20).u32(20);
    [
        boxes().with(*b"kern", kern).file(0),
        Builder::cubic(6, cff.table(), characters(&ranges)).file(0),
        collection.bytes(&file).0,
    ]
}

#[test]
fn every_truncation_does_no_harm() {
    for sample in samples() {
        assert!(Font::parse(&sample, 0).is_ok());
        for length in 0..sample.len() {
            exercise(sample[..length].to_vec());
        }
    }
}

#[test]
fn what_is_no_font_is_an_error() {
    assert_eq!(Font::parse(b"", 0).unwrap_err(), BadFont);
    assert_eq!(Font::parse(b"ttcf", 0).unwrap_err(), BadFont);
    assert_eq!(Font::parse(&[0; 1000], 0).unwrap_err(), BadFont);
    for table in [*b"head", *b"maxp", *b"cmap", *b"glyf", *b"loca"] {
        let font = boxes().with(table, vec![]);
        assert_eq!(Font::parse(font.leak(), 0).unwrap_err(), BadFont, "{table:?}");
    }
    assert!(Font::parse(boxes().with(*b"hmtx", vec![]).leak(), 0).is_ok());
}

proptest! {
    #[test]
    fn any_change_does_no_harm(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut sample = samples()[which].clone();
        for (at, byte) in changes {
            let at = at.index(sample.len());
            sample[at] = byte;
        }
        exercise(sample);
    }

    #[test]
    fn any_bytes_in_the_tables_do_no_harm(
        tables in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 7),
    ) {
        let names = [*b"cmap", *b"glyf", *b"loca", *b"hmtx", *b"kern", *b"GPOS", *b"CFF "];
        let font = names.into_iter().zip(tables).fold(boxes(), |font, (name, table)| {
            let head: &[u8] = match &name {
                b"cmap" => &[0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12, 0, 4],
                _ => &[],
            };
            font.with(name, [head, &table].concat())
        });
        exercise(font.file(0));
    }

    #[test]
    fn any_text_is_laid_out(text in ".{0,60}") {
        let typeface = typeface(&boxes(), 15);
        let mut placed = Vec::new();
        let width = typeface.lay_out(&text, &mut placed);
        prop_assert_eq!(width, typeface.width(&text));
        prop_assert!(placed.len() <= text.chars().count());
    }
}
