//! Texts from words and values. Never knows what they are about, and never makes a text
//! longer than [`LONGEST`].

use alloc::string::String;

/// The most bytes that a text gets to; what is longer is cut off.
pub(super) const LONGEST: usize = 1024;

/// What a word stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A number.
    Number(u64),
    /// A number of two digits at least.
    TwoDigits(u64),
    /// Hundredths of a number.
    Hundredths(u64),
    /// Bytes, with a unit.
    Amount(u64),
    /// A text, of which control characters and what is not UTF-8 are left out.
    Text(&'a [u8]),
    /// Hours and minutes, from minutes.
    Time(u64),
}

/// Where a format's next word stands.
struct Word {
    /// Its brace.
    start: usize,
    /// What follows it.
    end: usize,
    /// Which of the words it is, if any.
    index: Option<usize>,
    /// The fewest characters that its value gets.
    width: usize,
}

/// Whether every brace of a format holds a word of the list.
pub(super) const fn is_known(format: &[u8], words: &[&str]) -> bool {
    let mut from = 0;
    while let Some(word) = next_word(format, from, words) {
        if word.index.is_none() {
            return false;
        }
        from = word.end;
    }
    true
}

/// Appends what a format says with these values for the words of the list.
pub(super) fn write(out: &mut String, format: &str, words: &[&str], values: &[Value<'_>]) {
    let mut from = 0;
    while let Some(word) = next_word(format.as_bytes(), from, words) {
        out.push_str(format.get(from..word.start).unwrap_or_default());
        let start = out.len();
        if let Some(value) = word.index.and_then(|index| values.get(index)) {
            value.write(out);
        }
        // Those that get a width are numbers, of one byte a character.
        while out.len() - start < word.width {
            out.insert(start, ' ');
        }
        from = word.end;
    }
    out.push_str(format.get(from..).unwrap_or_default());
}

/// Appends a number of so many digits at least.
pub(super) fn write_number(out: &mut String, mut number: u64, digits: usize, filler: u8) {
    let mut reversed = [filler; 20];
    let mut length = 0;
    while let Some(digit) = reversed.get_mut(length)
        && (number > 0 || length == 0)
    {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        length += 1;
    }
    for digit in reversed.iter().take(length.max(digits)).rev() {
        out.push(char::from(*digit));
    }
}

impl Value<'_> {
    fn write(self, out: &mut String) {
        match self {
            Self::Number(number) => write_number(out, number, 1, b'0'),
            Self::TwoDigits(number) => write_number(out, number, 2, b'0'),
            Self::Hundredths(number) => {
                write_number(out, number / 100, 1, b'0');
                out.push('.');
                write_number(out, number % 100, 2, b'0');
            }
            Self::Amount(bytes) => write_amount(out, bytes),
            Self::Text(bytes) => write_text(out, bytes),
            Self::Time(minutes) => {
                write_number(out, minutes / 60, 1, b'0');
                out.push(':');
                write_number(out, minutes % 60, 2, b'0');
            }
        }
    }
}

/// Appends bytes with a unit of 1024; with a tenth where there is one digit before it.
fn write_amount(out: &mut String, bytes: u64) {
    let (mut whole, mut tenths) = (bytes, None);
    let mut units = b"kMGTPE".iter();
    let mut unit = None;
    while whole >= 1000 {
        tenths = Some(whole % 1024 * 10 / 1024);
        whole /= 1024;
        unit = units.next();
    }
    write_number(out, whole, 1, b'0');
    if let Some(tenths) = tenths.filter(|_| whole < 10) {
        out.push('.');
        write_number(out, tenths, 1, b'0');
    }
    out.extend(unit.map(|unit| char::from(*unit)));
}

/// Appends a text from outside, as much of it as fits.
pub(super) fn write_text(out: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars().filter(|character| !character.is_control()) {
            if out.len() + character.len_utf8() > LONGEST {
                return;
            }
            out.push(character);
        }
    }
}

const fn next_word(format: &[u8], from: usize, words: &[&str]) -> Option<Word> {
    let mut start = from;
    while start < format.len() && format[start] != b'{' {
        start += 1;
    }
    if start == format.len() {
        return None;
    }
    let mut end = start + 1;
    while end < format.len() && format[end].is_ascii_lowercase() {
        end += 1;
    }
    let index = place_of(format, start + 1, end, words);
    let mut width = 0;
    if end < format.len() && format[end] == b':' {
        end += 1;
        if end < format.len() && format[end].is_ascii_digit() {
            width = (format[end] - b'0') as usize;
            end += 1;
        }
    }
    if end < format.len() && format[end] == b'}' {
        return Some(Word { start, end: end + 1, index, width });
    }
    Some(Word { start, end, index: None, width: 0 })
}

/// Which of the words stands at a place.
const fn place_of(format: &[u8], start: usize, end: usize, words: &[&str]) -> Option<usize> {
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_bytes();
        let mut same = 0;
        while same < word.len() && start + same < end && word[same] == format[start + same] {
            same += 1;
        }
        if same == word.len() && start + same == end {
            return Some(i);
        }
        i += 1;
    }
    None
}
