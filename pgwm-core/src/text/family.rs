//! Which file holds a family, by its name alone. Never opens a file.

/// How plainly a file name is that of a family's regular face: the smaller, the plainer.
/// `None`: it is another family's, another face's, or no font's.
///
/// Case, spaces and dashes do not count; what may follow the family is a word for the
/// regular face, and the axes of a variable font in brackets.
pub fn plainness(family: &str, file: &[u8]) -> Option<usize> {
    let mut letters = letters(stem(file)?);
    let mut wanted = self::letters(family.as_bytes()).peekable();
    wanted.peek()?;
    if wanted.any(|letter| letters.next() != Some(letter)) {
        return None;
    }
    let is_regular = REGULAR.iter().any(|word| letters.clone().eq(word.bytes()));
    is_regular.then_some(file.len())
}

/// Whether a file's name says that it is a TrueType or OpenType font.
pub fn is_font(file: &[u8]) -> bool {
    stem(file).is_some()
}

/// What families call their regular face in the names of files.
const REGULAR: &[&str] = &[
    "",
    "regular",
    "book",
    "roman",
    "r",
    "vf",
    "variable",
    "variablefontwght",
    "variablefontwdthwght",
    "variablefontopszwght",
];

/// The name of a font's file without its ending.
fn stem(file: &[u8]) -> Option<&[u8]> {
    let (stem, ending) = file.split_at_checked(file.len().checked_sub(4)?)?;
    let endings = [b".ttf", b".otf", b".ttc"];
    endings.iter().any(|known| ending.eq_ignore_ascii_case(*known)).then_some(stem)
}

/// What counts in a name: letters and digits, up to the axes of a variable font.
fn letters(name: &[u8]) -> impl Iterator<Item = u8> + Clone {
    let counts = |byte: &&u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    name.iter().take_while(|byte| **byte != b'[').filter(counts).map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plainest of some files.
    fn find<'a>(family: &str, files: &[&'a str]) -> Option<&'a str> {
        let ranked =
            files.iter().filter_map(|file| Some((plainness(family, file.as_bytes())?, file)));
        ranked.min().map(|(_, file)| *file)
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
            ("", None),
            ("- ", None),
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
            let rank = plainness(&family, &file);
            prop_assert!(rank.is_none() || is_font(&file));
            prop_assert!(rank.is_none_or(|rank| rank == file.len()));
        }

        #[test]
        fn a_family_is_found_however_it_is_written(
            words in prop::collection::vec("[a-z0-9]{1,8}", 1..5),
            gap in "[ _-]{0,2}",
            other in "[ _-]{0,2}",
            word in prop::sample::select(REGULAR),
            axes in prop::sample::select(&["", "[wght]", "[ital,wght]"][..]),
            ending in prop::sample::select(&[".ttf", ".otf", ".ttc", ".TTF"][..]),
        ) {
            let file = format!("{}-{word}{axes}{ending}", words.join(&gap)).to_uppercase();
            let family = words.join(&other);
            prop_assert_eq!(plainness(&family, file.as_bytes()), Some(file.len()));
        }

        #[test]
        fn another_face_is_not_the_family(
            family in "[A-Za-z]{1,9}",
            face in "(Bold|Italic|Light|Mono|Condensed)(Oblique|Regular|[0-9])?",
            ending in prop::sample::select(&[".ttf", ".otf", ".ttc"][..]),
        ) {
            let file = format!("{family}-{face}{ending}");
            prop_assert_eq!(plainness(&family, file.as_bytes()), None);
            prop_assert!(is_font(file.as_bytes()));
            let with_face = format!("{family} {face}");
            prop_assert_eq!(plainness(&with_face, file.as_bytes()), Some(file.len()));
        }

        #[test]
        fn a_plainer_name_ranks_before_one_with_more_in_it(family in "[A-Za-z]{1,9}") {
            let rank = |file: String| plainness(&family, file.as_bytes());
            let plain = rank(format!("{family}.ttf"));
            let others = [rank(format!("{family}-Regular.ttf")), rank(format!("{family}[wght].ttf"))];
            prop_assert!(plain.is_some());
            prop_assert!(others.iter().all(|other| plain < *other));
        }
    }
}
