//! What glyphs of either kind of curves cover.

use super::*;

fn drawn(font: &Builder, glyph: u32) -> Bitmap {
    typeface(font, 100).draw(GlyphId(glyph))
}

fn bounds(bitmap: &Bitmap) -> (i32, i32, u32, u32) {
    (bitmap.left, bitmap.top, bitmap.width, bitmap.height)
}

#[test]
fn a_rectangle_covers_its_pixels() {
    let bitmap = drawn(&boxes(), 1);
    assert_eq!(bounds(&bitmap), (0, 70, 40, 70));
    assert!(bitmap.coverage.iter().all(|pixel| *pixel == 255));
    assert_eq!(bitmap.advance, 50);
}

#[test]
fn a_composite_has_its_parts_where_they_belong() {
    let bitmap = drawn(&boxes(), 4);
    assert_eq!(bounds(&bitmap), (0, 70, 40, 90));
    let row = |row: usize| &bitmap.coverage[row * 40..][..40];
    assert!(row(0).iter().all(|pixel| *pixel == 255));
    // Where they overlap it is full, not empty.
    assert!(row(60).iter().all(|pixel| *pixel == 255));
    assert!(row(80)[..10].iter().all(|pixel| *pixel == 0));
    assert!(row(80)[10..].iter().all(|pixel| *pixel == 255));
}

#[test]
fn a_part_may_be_scaled_and_turned_and_put_to_a_point() {
    // The box 400 × 700 at half its size, then turned by a quarter around the pen.
    let half = Out::default().u16s(&[-1, 0, 0, 0, 0, 0x0b, 1, 100, 0, 0x2000]).0;
    let turned = Out::default().u16s(&[-1, -700, 0, 0, 0, 0x83, 1, 0, 0]);
    let turned = turned.u16s(&[0, 0x4000, -0x4000, 0]).0;
    // The lower left corner of the second on the upper right of the first.
    let joined = Out::default().u16s(&[-1, 0, 0, 0, 0, 0x22, 1]).u16(0);
    let joined = joined.u16s(&[0x00, 2, 0x0200]).0;
    let glyphs = [vec![], rectangle(0, 0, 400, 700), rectangle(0, 0, 100, 100)];
    let glyphs = [glyphs.to_vec(), vec![half, turned, joined]].concat();
    let font = Builder::quadratic(&glyphs, characters(&[('A', 'A', 1)]));
    // Its left edge is where the metrics say: at the pen.
    assert_eq!(bounds(&drawn(&font, 3)), (10, 35, 20, 35));
    assert_eq!(bounds(&drawn(&font, 4)), (0, 40, 70, 40));
    assert_eq!(bounds(&drawn(&font, 5)), (0, 80, 50, 80));
}

#[test]
fn a_circle_of_four_points_off_the_curve_has_its_area() {
    let circle = simple(&[&[(0, 0, false), (0, 800, false), (800, 800, false), (800, 0, false)]]);
    let font = Builder::quadratic(&[vec![], circle], characters(&[('A', 'A', 1)]));
    let bitmap = drawn(&font, 1);
    assert_eq!(bounds(&bitmap), (0, 80, 80, 80));
    // Four parabolas between the middles of the sides: 5/6 of the square.
    let sum: u32 = bitmap.coverage.iter().map(|pixel| u32::from(*pixel)).sum();
    let share = f64::from(sum) / 255.0 / 6400.0;
    assert!((share - 5.0 / 6.0).abs() < 0.002, "{share}");
}

#[test]
fn the_metrics_say_where_the_left_edge_is() {
    let font =
        Builder::quadratic(&[vec![], rectangle(300, 0, 400, 100)], characters(&[('A', 'A', 1)]));
    let hmtx = Out::default().u16s(&[500, 0, 100]).0;
    assert_eq!(bounds(&drawn(&font.with(*b"hmtx", hmtx), 1)), (10, 10, 10, 10));
}

#[test]
fn glyphs_made_of_themselves_come_to_an_end() {
    let parts = vec![(1, 0, 0); 200];
    let glyphs = [vec![], composite(0, &parts), composite(0, &[(1, 0, 0), (1, 0, 0)])];
    let font = Builder::quadratic(&glyphs, characters(&[('A', 'A', 1)]));
    assert!(drawn(&font, 1).coverage.is_empty());
    assert!(drawn(&font, 2).coverage.is_empty());
}

#[test]
fn a_glyph_beyond_all_bounds_is_cut_off() {
    let font = Builder::quadratic(
        &[vec![], rectangle(-16000, -16000, 16000, 16000)],
        characters(&[('A', 'A', 1)]),
    );
    let hmtx = Out::default().u16s(&[500, 0, -16000]).0;
    let bitmap = drawn(&font.with(*b"hmtx", hmtx), 1);
    assert_eq!(bounds(&bitmap), (-100, 200, 400, 400));
    assert!(bitmap.coverage.iter().all(|pixel| *pixel == 255));
}

/// A number of a charstring.
fn number(value: i32) -> Vec<u8> {
    match value {
        -107..=107 => vec![(value + 139) as u8],
        108..=1131 => vec![((value - 108) / 256 + 247) as u8, (value - 108) as u8],
        -1131..=-108 => vec![((-value - 108) / 256 + 251) as u8, (-value - 108) as u8],
        _ => Out::default().u8(28).u16(value).0,
    }
}

/// A charstring of numbers and, above 10,000, operators.
fn program(code: &[i32]) -> Vec<u8> {
    let bytes = code.iter().map(|word| match word {
        20_000.. => vec![12, (word - 20_000) as u8],
        10_000.. => vec![(word - 10_000) as u8],
        _ => number(*word),
    });
    bytes.collect::<Vec<_>>().concat()
}

const fn op(operator: i32) -> i32 {
    10_000 + operator
}

const fn escaped(operator: i32) -> i32 {
    20_000 + operator
}

fn cff(code: &[i32]) -> Bitmap {
    drawn_cff(&Cff { glyphs: vec![vec![14], program(code)], ..Cff::default() }, 1)
}

fn drawn_cff(cff: &Cff, glyph: u32) -> Bitmap {
    let mut cff = cff.clone();
    if cff.locals.is_empty() {
        cff.locals.push(vec![]);
    }
    let font = Builder::cubic(cff.glyphs.len(), cff.table(), characters(&[('A', 'A', 1)]));
    drawn(&font, glyph)
}

fn full(bitmap: &Bitmap) -> bool {
    bitmap.coverage.iter().all(|pixel| *pixel == 255)
}

#[test]
fn lines_of_charstrings() {
    for code in [
        &[100, 200, op(21), 300, op(6), 400, op(7), -300, op(6), op(14)][..],
        &[50, 100, 200, op(21), 300, 400, -300, op(6), op(14)],
        &[100, op(22), 200, op(4), 400, 300, -400, op(7), op(14)],
        &[100, 200, op(21), 300, 0, 0, 400, -300, 0, op(5), op(14)],
        // Behind hints of both directions, two bits in one byte, and a width.
        &[9, 1, 2, op(18), 3, 4, op(19), op(200), 100, 200, op(21), 300, 400, -300, op(6)],
    ] {
        let bitmap = cff(code);
        assert_eq!(bounds(&bitmap), (10, 60, 30, 40), "{code:?}");
        assert!(full(&bitmap), "{code:?}");
    }
}

/// Each way to write the same two curves draws the same: half an ellipse, 600 wide and
/// 300 high, on the base line.
#[test]
fn curves_of_charstrings() {
    let plain = cff(&[
        0,
        op(22),
        0,
        100,
        100,
        200,
        200,
        0,
        op(8),
        200,
        0,
        100,
        -200,
        0,
        -100,
        op(8),
        op(14),
    ]);
    assert_eq!(bounds(&plain), (0, 30, 60, 30));
    for code in [
        &[0, op(22), 0, 100, 100, 200, 200, 0, 200, 0, 100, -200, 0, -100, op(8), op(14)][..],
        // vhcurveto, and alternating
        &[0, op(22), 100, 100, 200, 200, op(30), 200, 100, -200, -100, op(31), op(14)],
        &[0, op(22), 100, 100, 200, 200, 200, 100, -200, -100, op(30), op(14)],
        // the last with both directions
        &[0, op(22), 100, 100, 200, 200, 200, 100, -200, -100, 0, op(30), op(14)],
        // flex, flex1
        &[0, op(22), 0, 100, 100, 200, 200, 0, 200, 0, 100, -200, 0, -100, 50, escaped(35), op(14)],
        &[0, op(22), 0, 100, 100, 200, 200, 0, 200, 0, 100, -200, 0, escaped(37), op(14)],
        // rcurveline, rlinecurve: a line that goes back along the base
        &[0, op(22), 0, 100, 100, 200, 200, 0, 200, 0, 100, -200, 0, -100, -10, 0, op(24), op(14)],
        &[
            600,
            op(22),
            -600,
            0,
            0,
            100,
            100,
            200,
            200,
            0,
            op(25),
            200,
            100,
            -200,
            -100,
            op(31),
            op(14),
        ],
    ] {
        assert_eq!(cff(code), plain, "{code:?}");
    }
}

#[test]
fn curves_that_begin_and_end_in_one_direction() {
    let plain = cff(&[0, op(22), 10, 100, 20, 100, 0, 100, 0, 100, 90, 20, 0, 80, op(8), op(14)]);
    let short = cff(&[0, op(22), 10, 100, 20, 100, 100, 100, 90, 20, 80, op(26), op(14)]);
    assert_eq!(plain, short);
    let plain = cff(&[0, op(22), 100, 10, 20, 100, 100, 0, 100, 0, 90, 20, 80, 0, op(8), op(14)]);
    let short = cff(&[0, op(22), 10, 100, 20, 100, 100, 100, 90, 20, 80, op(27), op(14)]);
    assert_eq!(plain, short);
}

#[test]
fn a_flat_flex_comes_back_to_its_height() {
    let plain = cff(&[
        0,
        op(22),
        100,
        0,
        100,
        50,
        100,
        0,
        100,
        0,
        100,
        -50,
        100,
        0,
        op(8),
        -100,
        op(7),
        op(14),
    ]);
    let flat =
        cff(&[0, op(22), 100, 100, 50, 100, 100, 100, 100, escaped(34), -100, op(7), op(14)]);
    assert_eq!(flat, plain);
    let other = cff(&[
        0,
        op(22),
        100,
        0,
        100,
        50,
        100,
        100,
        100,
        -50,
        100,
        escaped(36),
        -100,
        op(7),
        op(14),
    ]);
    assert_eq!(other, plain);
}

#[test]
fn subroutines_are_called_by_their_biased_number() {
    let square = program(&[300, 400, -300, op(6), op(11)]);
    let start = program(&[100, 200, op(21), op(11)]);
    let font = Cff {
        glyphs: vec![vec![14], program(&[-107, op(29), -106, op(10), op(14)])],
        globals: vec![start],
        locals: vec![vec![vec![11], square]],
        ..Cff::default()
    };
    let bitmap = drawn_cff(&font, 1);
    assert_eq!(bounds(&bitmap), (10, 60, 30, 40));
    assert!(full(&bitmap));
}

#[test]
fn a_font_of_fonts_has_subroutines_for_each() {
    let square = |size: i32| program(&[0, op(22), size, size, -size, op(6), op(14)]);
    let call = program(&[-107, op(10)]);
    let font = Cff {
        glyphs: vec![call.clone(), call.clone(), call.clone(), call],
        locals: vec![vec![square(100)], vec![square(200)]],
        ..Cff::default()
    };
    let single = Cff { select: vec![0, 0, 1, 1, 0], ..font.clone() };
    let ranges = Out::default().u8(3).u16s(&[3, 0]).u8(0).u16(1).u8(1).u16(3).u8(0).u16(4).0;
    let ranges = Cff { select: ranges, ..font };
    for font in [single, ranges] {
        let widths = [0, 1, 2, 3].map(|glyph| drawn_cff(&font, glyph).width);
        assert_eq!(widths, [10, 20, 20, 10]);
    }
}

#[test]
fn programs_without_an_end_end() {
    let font = Cff {
        glyphs: vec![vec![14], program(&[-107, op(10)])],
        locals: vec![vec![program(&[100, op(22), -107, op(10), -107, op(10)])]],
        ..Cff::default()
    };
    assert!(drawn_cff(&font, 1).coverage.is_empty());
}

#[test]
fn numbers_that_nobody_takes_do_no_harm() {
    let code = [vec![7; 100], vec![op(5), op(10), op(29), op(14)]].concat();
    let _ = cff(&code);
}
