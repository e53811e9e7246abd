//! How full pixels are.

use super::*;

fn polygon(points: &[(i32, i32)]) -> Outline {
    let mut outline = Outline::default();
    add(&mut outline, points);
    outline
}

fn add(outline: &mut Outline, points: &[(i32, i32)]) {
    let point = |(x, y): &(i32, i32)| Point { x: *x, y: *y };
    outline.move_to(point(&points[0]));
    points[1..].iter().for_each(|to| outline.line_to(point(to)));
    outline.close();
}

/// In pixels.
fn sum(bitmap: &Bitmap) -> f64 {
    bitmap.coverage.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / 255.0
}

/// Twice the area, in pixels (the shoelace formula).
fn area(points: &[(i32, i32)]) -> f64 {
    let next = points.iter().cycle().skip(1);
    let cross = points
        .iter()
        .zip(next)
        .map(|(a, b)| f64::from(a.0) * f64::from(b.1) - f64::from(b.0) * f64::from(a.1));
    (cross.sum::<f64>() / 2.0 / f64::from(PIXEL * PIXEL)).abs()
}

proptest! {
    /// A star around the middle never meets itself: what it covers is its area, but for
    /// the step of a pixel's 255 and of the places where an edge enters a row.
    #[test]
    fn is_the_area(radii in prop::collection::vec(1..8000_i32, 3..20)) {
        let count = f64::from(radii.len() as u32);
        let points: Vec<_> = radii.iter().zip(0_u32..).map(|(radius, index)| {
            let angle = f64::from(index) / count * core::f64::consts::TAU;
            let radius = f64::from(*radius);
            ((radius * angle.cos()) as i32, (radius * angle.sin()) as i32)
        }).collect();
        let bitmap = rasterize(&polygon(&points), 32);
        let slack = f64::from(2 * (bitmap.width + bitmap.height) * radii.len() as u32) / 255.0;
        let (sum, area) = (sum(&bitmap), area(&points));
        prop_assert!((sum - area).abs() <= slack / 2.0 + 0.1, "{} {} {}", sum, area, slack);
    }

    /// Exactly, for rectangles whose area is a multiple of a pixel's 255th.
    #[test]
    fn is_exact_for_rectangles(x in -2000..2000_i32, y in -2000..2000_i32, w in 1..9_i32, h in 1..9_i32) {
        let (right, top) = (x + w * PIXEL, y + h * PIXEL);
        let bitmap = rasterize(&polygon(&[(x, y), (right, y), (right, top), (x, top)]), 32);
        let most = f64::from((w + 1) * (h + 1)) / 255.0;
        prop_assert!((sum(&bitmap) - f64::from(w * h)).abs() <= most);
    }

    /// The direction of a contour doesn't matter, nor where it starts.
    #[test]
    fn direction_does_not_matter(mut points in prop::collection::vec((-4000..4000_i32, -4000..4000_i32), 3..9)) {
        let bitmap = rasterize(&polygon(&points), 16);
        points.reverse();
        let other = rasterize(&polygon(&points), 16);
        for (one, other) in bitmap.coverage.iter().zip(&other.coverage) {
            prop_assert!(one.abs_diff(*other) <= 1);
        }
    }

    #[test]
    fn any_outline_ends(points in prop::collection::vec((-1 << 28..=1 << 28, -1 << 28..=1 << 28), 4..40), em in 1..64_i32) {
        let mut outline = Outline::default();
        for four in points.chunks_exact(4) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|at| Point { x: four[at].0, y: four[at].1 });
            outline.move_to(a);
            outline.cubic_to(b, c, d);
            outline.close();
        }
        let bitmap = rasterize(&outline, em);
        prop_assert_eq!(bitmap.coverage.len() as u32, bitmap.width * bitmap.height);
        prop_assert!(bitmap.width.max(bitmap.height) <= 4 * em as u32);
    }
}

#[test]
fn overlap_is_full_and_a_hole_is_empty() {
    let square = |from: i32, to: i32| {
        [(from, from), (to, from), (to, to), (from, to)].map(|(x, y)| (x * PIXEL, y * PIXEL))
    };
    let mut outline = polygon(&square(0, 8));
    add(&mut outline, &square(2, 6));
    assert!((sum(&rasterize(&outline, 8)) - 64.0).abs() < 0.01);
    let mut outline = polygon(&square(0, 8));
    let mut inner = square(2, 6);
    inner.reverse();
    add(&mut outline, &inner);
    assert!((sum(&rasterize(&outline, 8)) - 48.0).abs() < 0.01);
}

#[test]
fn a_pixel_is_as_full_as_it_is_covered() {
    let quarter = [(0, 0), (PIXEL / 2, 0), (PIXEL / 2, PIXEL / 2), (0, PIXEL / 2)];
    assert_eq!(rasterize(&polygon(&quarter), 8).coverage, [64]);
    let half = [(0, 0), (PIXEL, 0), (0, PIXEL)];
    assert_eq!(rasterize(&polygon(&half), 8).coverage, [128]);
}
