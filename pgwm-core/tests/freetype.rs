//! The text engine's pixels beside those of `FreeType`, which is built for this test alone.
//! `cargo test -p pgwm-core --test freetype -- --nocapture` prints the table.

use std::fs;
use std::path::{Path, PathBuf};

use freetype::face::LoadFlag;
use freetype::{Face, FtResult, Library, RenderMode};
use pgwm_core::text::{Bitmap, Font, GlyphId, Typeface};

/// Three fonts with quadratic curves and two with cubic ones: `cargo xtask test` installs
/// them.
const FONTS: [&str; 5] = [
    "DejaVuSans.ttf",
    "DejaVuSerif-Bold.ttf",
    "NotoSansMono-Regular.ttf",
    "NimbusSans-Regular.otf",
    "C059-Italic.otf",
];
/// Pixels of an em.
const SIZES: [u32; 6] = [9, 12, 14, 18, 27, 48];
/// How far the two may be apart in the mean, in hundredths of full coverage.
const MEAN: f64 = 2.0;

/// What was found at one size of one font.
#[derive(Default)]
struct Row {
    glyphs: u32,
    /// The sum of the differences, and the worst glyph's, as parts of full coverage.
    sum: f64,
    worst: f64,
    worst_of: char,
}

#[test]
fn pixels_are_as_freetype_draws_them() {
    let library = Library::init().unwrap();
    println!("| font | pixels | glyphs | mean difference, % | worst glyph, % |");
    println!("|---|---|---|---|---|");
    for name in FONTS {
        let Some(path) = find(Path::new("/usr/share/fonts"), name) else {
            // Debian's package for it is known to be right.
            let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
            assert!(!system.contains("ID=debian"), "{name}: cargo xtask test installs it");
            println!("| {name} | not here | | | |");
            continue;
        };
        let bytes = fs::read(path).unwrap();
        let face = library.new_memory_face(bytes.clone(), 0).unwrap();
        let bytes: &'static [u8] = bytes.leak();
        for size in SIZES {
            let typeface = Typeface::new(vec![Font::parse(bytes, 0).unwrap()], size);
            face.set_pixel_sizes(0, size).unwrap();
            let mut row = Row::default();
            // The soft hyphen is not drawn.
            for character in (' '..='~').chain('\u{a0}'..='ÿ').filter(|char| *char != '\u{ad}') {
                let difference = compare(&typeface, &face, character).unwrap();
                row.glyphs += 1;
                row.sum += difference;
                if difference >= row.worst {
                    (row.worst, row.worst_of) = (difference, character);
                }
            }
            let mean = row.sum / f64::from(row.glyphs) * 100.0;
            let (glyphs, worst, worst_of) = (row.glyphs, row.worst * 100.0, row.worst_of);
            println!("| {name} | {size} | {glyphs} | {mean:.3} | {worst:.3} `{worst_of}` |");
            assert!(mean <= MEAN, "{name} at {size}: {mean} %");
        }
    }
}

/// A file in a folder or below it.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).find_map(|path| {
        if path.is_dir() {
            return find(&path, name);
        }
        (path.file_name()? == name).then_some(path)
    })
}

/// The mean difference of one glyph over the union of the two boxes, of which each must
/// lie within the same pixels.
fn compare(typeface: &Typeface, face: &Face, character: char) -> FtResult<f64> {
    let index = face.get_char_index(character as usize).unwrap_or(0);
    face.load_glyph(index, LoadFlag::NO_HINTING | LoadFlag::NO_BITMAP)?;
    let slot = face.glyph();
    let advance = (slot.linear_hori_advance() + 0x8000) >> 16;
    slot.render_glyph(RenderMode::Normal)?;
    let theirs = slot.bitmap();
    let theirs = Bitmap {
        left: slot.bitmap_left(),
        top: slot.bitmap_top(),
        width: theirs.width() as u32,
        height: theirs.rows() as u32,
        advance: advance as i32,
        coverage: theirs
            .buffer()
            .chunks(theirs.pitch().max(1) as usize)
            .flat_map(|row| &row[..theirs.width() as usize])
            .copied()
            .collect(),
    };

    let mut placed = Vec::new();
    let width = typeface.lay_out(&character.to_string(), &mut placed);
    assert_eq!(placed[0].glyph, GlyphId(index), "{character:?}");
    let ours = typeface.draw(placed[0].glyph);
    assert_eq!(width as i32, ours.advance, "{character:?}");
    assert_eq!(ours.advance, theirs.advance, "{character:?}");
    assert_eq!((ours.left, ours.top), (theirs.left, theirs.top), "{character:?}");

    let (width, height) = (ours.width.max(theirs.width), ours.height.max(theirs.height));
    let mut sum = 0.0;
    for row in 0..height {
        for column in 0..width {
            sum += (pixel(&ours, row, column) - pixel(&theirs, row, column)).abs();
        }
    }
    Ok(sum / f64::from((width * height).max(1)))
}

fn pixel(bitmap: &Bitmap, row: u32, column: u32) -> f64 {
    if row >= bitmap.height || column >= bitmap.width {
        return 0.0;
    }
    f64::from(bitmap.coverage[(row * bitmap.width + column) as usize]) / 255.0
}
