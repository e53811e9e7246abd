//! Texts from words and numbers. Never knows what they are about.

use alloc::vec::Vec;

/// The most bytes that a text from outside adds to what is shown.
const LONGEST: usize = 1024;

/// What follows a brace that begins a word.
struct Word<'a> {
    /// Which of the words it is.
    index: usize,
    /// How its number is written.
    style: u8,
    /// The fewest bytes that it gets.
    width: usize,
    /// What stands after it.
    rest: &'a [u8],
}

/// Whether every brace of a format begins a word of the list.
pub(super) const fn is_known(mut format: &[u8], words: &[u8]) -> bool {
    while let [byte, rest @ ..] = format {
        format = rest;
        if *byte == b'{' {
            match find(rest, words) {
                Some(word) => format = word.rest,
                None => return false,
            }
        }
    }
    true
}

/// Appends what a format says with these numbers for the words of a list, in their order.
///
/// A list is words with a blank between them. Before each stands how its number is written:
/// `#` as it is, `0` with two digits, `.` as hundredths, `*` as bytes with a unit, `:` as
/// minutes, of which 0 is unknown; `$` is the text instead.
pub(super) fn write(
    out: &mut Vec<u8>,
    mut format: &[u8],
    words: &[u8],
    numbers: &[u64],
    text: &[u8],
) {
    while let [byte, rest @ ..] = format {
        format = rest;
        if *byte != b'{' {
            out.push(*byte);
            continue;
        }
        let Some(word) = find(rest, words) else { continue };
        format = word.rest;
        let start = out.len();
        let number = numbers.get(word.index).copied().unwrap_or(0);
        match word.style {
            b'$' => write_text(out, text),
            b'*' => write_amount(out, number),
            b'.' => write_parts(out, number, 100, b'.'),
            b':' if number == 0 => {}
            b':' => write_parts(out, number, 60, b':'),
            style => write_number(out, number, if style == b'0' { 2 } else { 1 }),
        }
        // What gets a width is a number, of one byte a character.
        while out.len() - start < word.width {
            out.insert(start, b' ');
        }
    }
}

/// Appends a number, with so many digits at least.
pub(super) fn write_number(out: &mut Vec<u8>, mut number: u64, digits: usize) {
    let start = out.len();
    while number > 0 || out.len() - start < digits {
        out.insert(start, b'0' + (number % 10) as u8);
        number /= 10;
    }
}

/// Appends a number in units, and what is left of it with two digits.
fn write_parts(out: &mut Vec<u8>, number: u64, unit: u64, between: u8) {
    write_number(out, number / unit, 1);
    out.push(between);
    write_number(out, number % unit, 2);
}

/// Appends bytes with a unit of 1024; with a tenth where one digit stands before it.
fn write_amount(out: &mut Vec<u8>, mut number: u64) {
    let mut units = b" kMGTPE".iter();
    let mut unit = units.next();
    let mut tenths = 0;
    while number >= 1000 {
        tenths = number % 1024 * 10 / 1024;
        number /= 1024;
        unit = units.next();
    }
    write_number(out, number, 1);
    if let Some(unit) = unit.filter(|unit| **unit != b' ') {
        if number < 10 {
            out.push(b'.');
            write_number(out, tenths, 1);
        }
        out.push(*unit);
    }
}

/// Appends a text from outside, without control characters and what is no UTF-8, as much of
/// it as is allowed.
pub(super) fn write_text(out: &mut Vec<u8>, bytes: &[u8]) {
    let most = out.len() + LONGEST;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let encoded = character.encode_utf8(&mut buffer).as_bytes();
            if !character.is_control() && out.len() + encoded.len() <= most {
                out.extend_from_slice(encoded);
            }
        }
    }
}

/// The word that a format goes on with.
const fn find<'a>(format: &'a [u8], mut words: &[u8]) -> Option<Word<'a>> {
    let mut index = 0;
    while let [style, rest @ ..] = words {
        words = rest;
        let mut found = format;
        // As far as both are the same.
        while let ([letter, letters @ ..], [other, others @ ..]) = (words, found)
            && *letter == *other
        {
            (words, found) = (letters, others);
        }
        let is_whole = matches!(words, [] | [b' ', ..]);
        match found {
            [b'}', rest @ ..] if is_whole => {
                return Some(Word { index, style: *style, width: 0, rest });
            }
            [b':', digit @ b'0'..=b'9', b'}', rest @ ..] if is_whole => {
                let width = (*digit - b'0') as usize;
                return Some(Word { index, style: *style, width, rest });
            }
            _ => {}
        }
        while let [letter, rest @ ..] = words {
            words = rest;
            if *letter == b' ' {
                break;
            }
        }
        index += 1;
    }
    None
}
