//! Which file holds a family, by its name alone. Never opens a file.

use alloc::vec::Vec;

/// What counts in the name of a family: letters and digits, whatever their case.
pub fn letters(name: &[u8]) -> Vec<u8> {
    let mut letters = Vec::new();
    let mut is_axis = false;
    for byte in name {
        // A variable font has the names of its axes in brackets.
        is_axis = *byte == b'[' || is_axis && *byte != b']';
        if !is_axis && (byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
            letters.push(byte.to_ascii_lowercase());
        }
    }
    letters
}

/// What counts in the name of a font's file; `None` where it is not that of a TrueType or
/// OpenType font.
pub fn face(file: &[u8]) -> Option<Vec<u8>> {
    let (stem, ending) = file.split_at_checked(file.len().checked_sub(4)?)?;
    let ending = letters(ending);
    FONTS.contains(&&*ending).then(|| letters(stem))
}

/// Whether this is the regular face of the family, of both what counts in their names.
pub fn is_regular(face: &[u8], family: &[u8]) -> bool {
    face.strip_prefix(family).is_some_and(|rest| {
        // The names of the axes may follow.
        REGULAR.contains(&rest) || rest.starts_with(b"variablefont")
    })
}

/// How the names of fonts' files end.
const FONTS: &[&[u8]] = &[b"ttf", b"otf", b"ttc"];

/// What may follow a family in the name of its regular face.
const REGULAR: &[&[u8]] = &[b"", b"regular", b"book", b"roman", b"r", b"vf", b"variable"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is(file: &str, family: &str) -> bool {
        let family = letters(family.as_bytes());
        face(file.as_bytes()).is_some_and(|face| is_regular(&face, &family))
    }

    /// The shortest of the names that fit.
    fn find<'a>(family: &str, files: &[&'a str]) -> Option<&'a str> {
        let fitting = files.iter().filter(|file| is(file, family));
        fitting.min_by_key(|file| file.len()).copied()
    }

    #[test]
    fn families_are_found_under_the_names_that_they_have() {
        let files = [
            "C059-Roman.otf",
            "Cantarell-VF.otf",
            "DejaVuSans-Bold.ttf",
            "DejaVuSans-BoldOblique.ttf",
            "DejaVuSans-ExtraLight.ttf",
            "DejaVuSans.ttf",
            "DejaVuSansCondensed.ttf",
            "DejaVuSansMono-Bold.ttf",
            "DejaVuSansMono.ttf",
            "Inter-Italic[opsz,wght].ttf",
            "Inter[opsz,wght].ttf",
            "InterVariable-Italic.ttf",
            "NotoSans-Italic-VariableFont_wdth,wght.ttf",
            "NotoSans-Regular.ttf",
            "NotoSans-VariableFont_wdth,wght.ttf",
            "NotoSansCJK-Bold.ttc",
            "NotoSansCJK-Regular.ttc",
            "URWGothic-Book.t1",
            "URWGothic-Demi.otf",
            "Ubuntu-B.ttf",
            "Ubuntu-R.ttf",
            "README",
            "思源黑体-Regular.OTF",
        ];
        for (family, file) in [
            ("DejaVu Sans", Some("DejaVuSans.ttf")),
            ("dejavu-sans", Some("DejaVuSans.ttf")),
            ("DejaVu Sans Mono", Some("DejaVuSansMono.ttf")),
            ("DejaVu Sans Bold", Some("DejaVuSans-Bold.ttf")),
            ("DejaVu", None),
            ("C059", Some("C059-Roman.otf")),
            ("Cantarell", Some("Cantarell-VF.otf")),
            ("Inter", Some("Inter[opsz,wght].ttf")),
            ("Noto Sans", Some("NotoSans-Regular.ttf")),
            ("Noto Sans CJK", Some("NotoSansCJK-Regular.ttc")),
            ("Ubuntu", Some("Ubuntu-R.ttf")),
            ("URW Gothic", None),
            ("思源黑体", Some("思源黑体-Regular.OTF")),
            ("README", None),
        ] {
            assert_eq!(find(family, &files), file, "{family}");
        }
    }

    proptest! {
        #[test]
        fn any_name_gives_an_answer(
            family in "\\PC{0,12}",
            file in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let family = letters(family.as_bytes());
            let face = face(&file);
            let fits = face.as_ref().is_some_and(|face| is_regular(face, &family));
            prop_assert!(!fits || face.is_some_and(|face| face.starts_with(&family)));
        }

        #[test]
        fn a_family_is_found_however_it_is_written(
            words in prop::collection::vec("[a-z0-9]{1,8}", 1..5),
            gap in "[ _-]{0,2}",
            other in "[ _-]{0,2}",
            word in "|Regular|Book|Roman|R|VF|Variable(Font_([a-z]{4},)*[a-z]{4})?",
            axes in prop::sample::select(&["", "[wght]", "[ital,wght]"][..]),
            ending in prop::sample::select(&[".ttf", ".otf", ".ttc", ".TTF"][..]),
        ) {
            let file = format!("{}-{word}{axes}{ending}", words.join(&gap));
            let family = words.join(&other);
            prop_assert!(is(&file, &family));
            prop_assert!(is(&file.to_uppercase(), &family));
            prop_assert!(is(&file, &family.to_uppercase()));
        }

        #[test]
        fn another_face_is_not_the_family(
            family in "[A-Za-z]{1,9}",
            face in "(Bold|Italic|Light|Mono|Condensed)(Oblique|Regular|[0-9])?",
            ending in prop::sample::select(&[".ttf", ".otf", ".ttc"][..]),
        ) {
            let file = format!("{family}-{face}{ending}");
            let with_face = format!("{family} {face}");
            prop_assert!(!is(&file, &family));
            prop_assert!(is(&file, &with_face));
        }

        #[test]
        fn only_fonts_have_a_face(stem in "[A-Za-z]{1,9}", ending in "\\.[a-z0-9]{1,4}") {
            let is_font = [".ttf", ".otf", ".ttc"].contains(&&*ending);
            let file = format!("{stem}{ending}");
            prop_assert_eq!(face(file.as_bytes()).is_some(), is_font);
        }
    }
}
