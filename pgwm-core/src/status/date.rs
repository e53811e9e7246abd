//! A date as strftime(3) would write it, and weeks. Never knows what time it is, nor where.

use super::format::{write_number, write_text};
use super::procfs::nth_field;
use alloc::vec::Vec;

/// What may follow a percent sign for a number, and with how many digits at least.
const NUMBERS: &[(u8, u8)] = &[
    (b'Y', 1),
    (b'G', 1),
    (b'y', 2),
    (b'm', 2),
    (b'd', 2),
    (b'e', 1),
    (b'j', 3),
    (b'V', 2),
    (b'u', 1),
    (b'H', 2),
    (b'I', 2),
    (b'M', 2),
    (b'S', 2),
    (b's', 1),
    (b'z', 4),
];
/// What else may follow it.
const LETTERS: &[u8] = b"aAbBpZ%";

/// The names of the days and the months; the first three letters are the short ones.
const DAYS: &[u8] = b"Sunday Monday Tuesday Wednesday Thursday Friday Saturday";
const MONTHS: &[u8] =
    b"January February March April May June July August September October November December";

/// Whether a format has nothing but what [`write`] knows.
pub(super) const fn is_known(format: &[u8]) -> bool {
    let mut i = 0;
    while i < format.len() {
        if format[i] == b'%' {
            i += 1;
            if i == format.len() || !(is_number(format[i]) || has(LETTERS, format[i])) {
                return false;
            }
        }
        i += 1;
    }
    true
}

/// Whether a format shows seconds.
pub(super) const fn has_seconds(format: &[u8]) -> bool {
    let mut i = 0;
    while i + 1 < format.len() {
        if format[i] == b'%' {
            i += 1;
            if has(b"Ss", format[i]) {
                return true;
            }
        }
        i += 1;
    }
    false
}

const fn is_number(letter: u8) -> bool {
    let mut i = 0;
    while i < NUMBERS.len() {
        if NUMBERS[i].0 == letter {
            return true;
        }
        i += 1;
    }
    false
}

const fn has(letters: &[u8], letter: u8) -> bool {
    let mut i = 0;
    while i < letters.len() {
        if letters[i] == letter {
            return true;
        }
        i += 1;
    }
    false
}

/// What the machine's clocks show at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime<'a> {
    /// Of the Gregorian calendar.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// Of the month, from 1 on.
    pub day: u8,
    /// From 1 on.
    pub day_of_year: u16,
    /// From 0 for Sunday on.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// How far the clocks are ahead of UTC, in seconds.
    pub offset: i32,
    /// What the time zone is called then.
    pub zone: &'a [u8],
}

impl LocalTime<'_> {
    /// What a date has in numbers, in the order of [`NUMBERS`].
    #[inline(never)]
    fn numbers(&self, time: i64) -> [i64; 15] {
        let iso_weekday = (i32::from(self.weekday) + 6) % 7 + 1;
        // A week is of the year that its Thursday is of (ISO 8601).
        let mut iso_year = self.year;
        let mut thursday = i32::from(self.day_of_year) + 4 - iso_weekday;
        if thursday < 1 {
            iso_year = iso_year.wrapping_sub(1);
            thursday += days_of(iso_year);
        } else if thursday > days_of(iso_year) {
            thursday -= days_of(iso_year);
            iso_year = iso_year.wrapping_add(1);
        }
        let (hour, offset) = (i32::from(self.hour), self.offset / 60);
        let numbers = [
            self.year,
            iso_year,
            self.year.rem_euclid(100),
            self.month.into(),
            self.day.into(),
            self.day.into(),
            self.day_of_year.into(),
            (thursday + 6) / 7,
            iso_weekday,
            hour,
            (hour + 11) % 12 + 1,
            self.minute.into(),
            self.second.into(),
            0,
            offset / 60 * 100 + offset % 60,
        ];
        let mut numbers = numbers.map(i64::from);
        numbers[13] = time;
        numbers
    }
}

/// Appends a date. `time` is that of UTC, in seconds since 1970.
pub(super) fn write(out: &mut Vec<u8>, mut format: &[u8], time: i64, local: &LocalTime<'_>) {
    while let [byte, rest @ ..] = format {
        format = rest;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let [letter, rest @ ..] = rest else { break };
        format = rest;
        for ((number, digits), value) in NUMBERS.iter().zip(local.numbers(time)) {
            if number != letter {
                continue;
            }
            match letter {
                _ if value < 0 => out.push(b'-'),
                b'z' => out.push(b'+'),
                b'e' if value < 10 => out.push(b' '),
                _ => {}
            }
            write_number(out, value.unsigned_abs(), (*digits).into());
        }
        let text = match letter {
            b'a' => short(name(DAYS, local.weekday)),
            b'A' => name(DAYS, local.weekday),
            b'b' => short(name(MONTHS, local.month.wrapping_sub(1))),
            b'B' => name(MONTHS, local.month.wrapping_sub(1)),
            b'p' if local.hour < 12 => b"AM",
            b'p' => b"PM",
            b'Z' => local.zone,
            b'%' => b"%",
            _ => b"",
        };
        write_text(out, text);
    }
}

fn name(mut names: &'static [u8], index: u8) -> &'static [u8] {
    nth_field(&mut names, index.into()).unwrap_or_default()
}

fn short(name: &[u8]) -> &[u8] {
    name.get(..3).unwrap_or_default()
}

/// How many days a year has.
fn days_of(year: i32) -> i32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    365 + i32::from(is_leap)
}
