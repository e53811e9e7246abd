//! From the names of keys to characters: those that a key types, and those that a dead key
//! makes of the next one. Never knows which key bears a name; see `keyboard.rs`.
//!
//! Numbers: specification, appendix A, "KEYSYM Encoding". Katakana, Hangul and the technical
//! symbols of the old sets are left out, and so are `Multi_key` and more than one dead key on
//! a letter; keyboards name most characters by their Unicode number by now.

use super::id::Keysym;

/// The characters of the old sets: a private character is the number of the one after it,
/// plus 0xe000; a space is none.
const OLD: &str = "\
    \u{e1a1}Ą˘Ł ĽŚ  ŠŞŤŹ ŽŻ ą˛ł ľśˇ šşťź˝žżŔ  Ă ĹĆ Č Ę Ě  ĎĐŃŇ  Ő  ŘŮ Ű  Ţ ŕ  ă ĺć č ę ě\
    \u{e1ef}ďđńň  ő  řů ű  ţ˙\
    \u{e2a1}Ħ\u{e2a6}Ĥ  İ ĞĴ\u{e2b1}ħ\u{e2b6}ĥ  ı ğĵ\u{e2c5}ĊĈ\u{e2d5}Ġ  Ĝ\u{e2dd}ŬŜ\
    \u{e2e5}ċĉ\u{e2f5}ġ  ĝ\u{e2fd}ŭŝ\u{e3a2}ĸŖ ĨĻ\u{e3aa}ĒĢŦ\u{e3b3}ŗ ĩļ\u{e3ba}ēģŧŊ ŋĀ\
    \u{e3c7}Į\u{e3cc}Ė  Ī ŅŌĶ\u{e3d9}Ų\u{e3dd}ŨŪ ā\u{e3e7}į\u{e3ec}ė  ī ņōķ\u{e3f9}ų\
    \u{e3fd}ũū\
    \u{e6a1}ђѓёєѕіїјљњћќґўџ№ЂЃЁЄЅІЇЈЉЊЋЌҐЎЏюабцдефгхийклмнопярстужвьызшэщчъ\
    ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ\
    \u{e7a1}ΆΈΉΊΪ ΌΎΫ Ώ  ΅― άέήίϊΐόύϋΰώ\u{eaa9}—–\u{eaae}…\u{eac9}™\u{ead0}‘’“”\u{eae6}•\
    \u{eafd}‚„\u{f3bc}ŒœŸ";

/// For each dead key (0xfe50 and on, as the character of that number): its accent, and then
/// letters, each followed by itself with the accent. A capital letter that is not there is
/// made from the small one.
const DEAD: &str = "\
    \u{fe50}`aàeèiìnǹoòuùvǜwẁyỳ\
    \u{fe51}´aácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúvǘwẃyýzźΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώ\
    \u{fe52}^aâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ\
    \u{fe53}~aãeẽiĩnñoõuũvṽyỹ\
    \u{fe54}¯aāeēgḡiīoōuūvǖyȳ\
    \u{fe55}˘aăeĕgğiĭoŏuŭ\
    \u{fe56}˙Iİaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż\
    \u{fe57}¨YŸaäeëhḧiïoöuüwẅxẍyÿΙΪΥΫιϊυϋ\
    \u{fe58}°aåuů\
    \u{fe59}˝oőuű\
    \u{fe5a}ˇaǎcčdďeěgǧhȟiǐkǩlľnňoǒrřsštťuǔvǚzž\
    \u{fe5b}¸cçdḑeȩgģhḩkķlļnņrŗsştţ\
    \u{fe5c}˛aąeęiįoǫuų\
    \u{fe60}.aạbḅdḍeẹhḥiịkḳlḷmṃnṇoọrṛsṣtṭuụvṿwẉyỵzẓ\
    \u{fe61}ˀaảeẻiỉoỏuủyỷ\
    \u{fe62}ʼoơuư\
    \u{fe63}/dđhħlłoøtŧ\
    \u{fe6e},sștț";

/// The character that a key of this name types, if it types one.
pub fn character(keysym: Keysym) -> Option<char> {
    let code = keysym.raw();
    let scalar = match code {
        0x20..=0x7e | 0xa0..=0xff | 0x20ac => code,
        // The keypad.
        0xff80 | 0xffaa..=0xffb9 | 0xffbd => match code & 0x7f {
            0 => 0x20,
            ascii => ascii,
        },
        // Arabic, Hebrew and Thai are in the same order in both.
        0x5ac..=0x5f2 => code + 0x60,
        0xce0..=0xcfa => code - 0xce0 + 0x5d0,
        0xda1..=0xdf9 => code - 0xda0 + 0xe00,
        // In Greek there are two small sigmas.
        0x7d2 => 0x3a3,
        0x7f2 => 0x3c3,
        0x7f3 => 0x3c2,
        0x7c1..=0x7f9 => code - 0x430,
        0x0100_0000..=0x01ff_ffff => code & 0x00ff_ffff,
        _ => return old(code),
    };
    char::from_u32(scalar).filter(|it| !it.is_control())
}

/// The character of this number in the old sets.
fn old(code: u32) -> Option<char> {
    let mut at = 0;
    for character in OLD.chars() {
        let scalar = u32::from(character);
        if (0xe000..0xf900).contains(&scalar) {
            at = scalar - 0xe000;
            continue;
        }
        if at == code && character != ' ' {
            return Some(character);
        }
        at += 1;
    }
    None
}

/// The accent of a dead key; `None` for every other key.
pub fn accent(keysym: Keysym) -> Option<char> {
    row(keysym)?.next()
}

/// What a dead key makes of a letter; `None` where there is no such character.
pub fn composed(dead: Keysym, base: char) -> Option<char> {
    let find = |wanted: char| {
        let mut row = row(dead)?;
        row.next();
        while let (Some(letter), Some(composed)) = (row.next(), row.next()) {
            if letter == wanted {
                return Some(composed);
            }
        }
        None
    };
    if let Some(composed) = find(base) {
        return Some(composed);
    }
    let small = base.to_ascii_lowercase();
    if small == base {
        return None;
    }
    // Latin-1 has the capital letters in one half and the small ones in another one; later
    // there is a pair after the other.
    let composed = u32::from(find(small)?);
    char::from_u32(composed - if composed < 0x100 { 0x20 } else { 1 })
}

/// The accent of a dead key, and then pairs of letters.
fn row(keysym: Keysym) -> Option<impl Iterator<Item = char>> {
    let is_dead = |character: char| (0xfe50..0xfe70).contains(&u32::from(character));
    let code = char::from_u32(keysym.raw()).filter(|it| is_dead(*it))?;
    let mut characters = DEAD.chars();
    characters.find(|it| *it == code)?;
    Some(characters.take_while(move |it| !is_dead(*it)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x11::keysym;
    use proptest::prelude::*;

    fn typed(code: u32) -> Option<char> {
        character(Keysym::new(code))
    }

    #[test]
    fn names_type_their_characters() {
        for (code, character) in [
            (0x41, 'A'),
            (0xdf, 'ß'),
            (0x1a1, 'Ą'),
            (0x1b9, 'š'),
            (0x1ef, 'ď'),
            (0x1ff, '˙'),
            (0x2a9, 'İ'),
            (0x2fe, 'ŝ'),
            (0x3bf, 'ŋ'),
            (0x3fe, 'ū'),
            (0x5c7, 'ا'),
            (0x6a3, 'ё'),
            (0x6c1, 'а'),
            (0x6ff, 'Ъ'),
            (0x7a1, 'Ά'),
            (0x7b1, 'ά'),
            (0x7c1, 'Α'),
            (0x7d2, 'Σ'),
            (0x7d4, 'Τ'),
            (0x7f2, 'σ'),
            (0x7f3, 'ς'),
            (0x7f9, 'ω'),
            (0xaaa, '–'),
            (0xad3, '”'),
            (0xce0, 'א'),
            (0xda1, 'ก'),
            (0x13be, 'Ÿ'),
            (0x20ac, '€'),
            (0x0100_1e9e, 'ẞ'),
            (0x0101_f600, '😀'),
            (0xffb7, '7'),
            (0xffaf, '/'),
        ] {
            assert_eq!(typed(code), Some(character), "{code:#x}");
        }
        let silent = [keysym::RETURN, keysym::F1, keysym::SHIFT_LEFT, keysym::XF86_WWW];
        for keysym in silent.into_iter().chain([keysym::KP_ENTER, keysym::KP_HOME, Keysym::NONE]) {
            assert_eq!(character(keysym), None, "{keysym:?}");
        }
        // Numbers that no character has, and control characters.
        for code in [0x1a4, 0x2aa, 0x0100_0007, 0x0100_d800, 0x0111_0000, 0x7f, 0x80, u32::MAX] {
            assert_eq!(typed(code), None, "{code:#x}");
        }
    }

    #[test]
    fn dead_keys_change_the_next_letter() {
        let dead = |code: u32, base: char| composed(Keysym::new(code), base);
        for (code, base, expected) in [
            (0xfe50, 'a', 'à'),
            (0xfe50, 'A', 'À'),
            (0xfe51, 'e', 'é'),
            (0xfe51, 'C', 'Ć'),
            (0xfe51, 'Ω', 'Ώ'),
            (0xfe57, 'Y', 'Ÿ'),
            (0xfe57, 'U', 'Ü'),
            (0xfe56, 'I', 'İ'),
            (0xfe5a, 'Z', 'Ž'),
            (0xfe5a, 'd', 'ď'),
            (0xfe52, 'W', 'Ŵ'),
            (0xfe60, 'E', 'Ẹ'),
            (0xfe63, 'O', 'Ø'),
            (0xfe6e, 'S', 'Ș'),
        ] {
            assert_eq!(dead(code, base), Some(expected));
        }
        assert_eq!(dead(0xfe50, 'x'), None);
        assert_eq!(dead(0xfe50, '`'), None);
        assert_eq!((dead(0xfe5d, 'a'), dead(0x61, 'a')), (None, None));
        assert_eq!(accent(Keysym::new(0xfe5c)), Some('˛'));
        assert_eq!((accent(keysym::A), accent(Keysym::new(0xfe5f))), (None, None));
    }

    proptest! {
        #[test]
        fn any_name_is_a_visible_character_or_none(code: u32, base: char) {
            for code in [code, code & 0xffff, code & 0x1fff, 0xfe50 | code & 0x2f] {
                let keysym = Keysym::new(code);
                prop_assert!(character(keysym).is_none_or(|it| !it.is_control()));
                prop_assert!(composed(keysym, base).is_none_or(|it| !it.is_control()));
                prop_assert_eq!(accent(keysym).is_none(), row(keysym).is_none());
            }
        }
    }
}
