//! Days, years and weeks, and a date as strftime(3) would write it. Years are those of the
//! Gregorian calendar, before it was there too. Never knows what time it is.

use super::format::{write_number, write_text};
use super::procfs::nth_field;
use super::zone::Local;
use alloc::vec::Vec;

/// How long a day is.
pub(super) const SECONDS_A_DAY: i32 = 86_400;

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

/// A day and its time on some clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i32,
    /// From 1 on.
    pub(super) month: i32,
    /// From 1 on.
    pub(super) day: i32,
    /// From 1 on.
    day_of_year: i32,
    /// From 0 for Sunday on.
    weekday: i32,
    /// From midnight on.
    seconds: i32,
}

impl Date {
    /// What a clock shows that is so many seconds after 1970.
    pub(super) fn of(seconds: i64) -> Self {
        let seconds = seconds.clamp(-MOST, MOST);
        let days = seconds.div_euclid(SECONDS_A_DAY.into()) as i32;
        let year = year_of_day(days);
        let mut month = 12;
        while month > 1 && day_of(year, month, 1) > days {
            month -= 1;
        }
        Self {
            year,
            month,
            day: days - day_of(year, month, 1) + 1,
            day_of_year: days - day_of(year, 1, 1) + 1,
            // 1970 began on a Thursday.
            weekday: (days + 4).rem_euclid(7),
            seconds: seconds.rem_euclid(SECONDS_A_DAY.into()) as i32,
        }
    }

    /// The hour of the day.
    pub(super) const fn hour(self) -> i32 {
        self.seconds / 3600
    }

    /// What a date has in numbers, in the order of [`NUMBERS`].
    #[inline(never)]
    fn numbers(self, time: i64, local: Local<'_>) -> [i64; 15] {
        let iso_weekday = (self.weekday + 6) % 7 + 1;
        // A week is of the year that its Thursday is of (ISO 8601).
        let thursday = day_of(self.year, self.month, self.day) + 4 - iso_weekday;
        let iso_year = year_of_day(thursday);
        let iso_week = (thursday - day_of(iso_year, 1, 1)) / 7 + 1;
        let (hour, offset) = (self.hour(), local.offset / 60);
        let numbers = [
            self.year,
            iso_year,
            self.year.rem_euclid(100),
            self.month,
            self.day,
            self.day,
            self.day_of_year,
            iso_week,
            iso_weekday,
            hour,
            (hour + 11) % 12 + 1,
            self.seconds / 60 % 60,
            self.seconds % 60,
            0,
            offset / 60 * 100 + offset % 60,
        ];
        let mut numbers = numbers.map(i64::from);
        numbers[13] = time;
        numbers
    }
}

/// The farthest time from 1970 that a date is made of: 100,000 years.
const MOST: i64 = 100_000 * 365 * SECONDS_A_DAY as i64;

/// Appends a date; its hour. `time` is that of UTC, in seconds since 1970.
pub(super) fn write(out: &mut Vec<u8>, mut format: &[u8], time: i64, local: Local<'_>) -> i32 {
    let date = Date::of(time.saturating_add(local.offset.into()));
    while let [byte, rest @ ..] = format {
        format = rest;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let [letter, rest @ ..] = rest else { break };
        format = rest;
        for ((number, digits), value) in NUMBERS.iter().zip(date.numbers(time, local)) {
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
            b'a' => short(name(DAYS, date.weekday)),
            b'A' => name(DAYS, date.weekday),
            b'b' => short(name(MONTHS, date.month - 1)),
            b'B' => name(MONTHS, date.month - 1),
            b'p' if date.hour() < 12 => b"AM",
            b'p' => b"PM",
            b'Z' => local.name,
            b'%' => b"%",
            _ => b"",
        };
        write_text(out, text);
    }
    date.hour()
}

fn name(mut names: &'static [u8], index: i32) -> &'static [u8] {
    nth_field(&mut names, index.unsigned_abs()).unwrap_or_default()
}

fn short(name: &[u8]) -> &[u8] {
    name.get(..3).unwrap_or_default()
}

/// The day that a date is, from 0 for 1970-01-01 on.
pub(super) const fn day_of(year: i32, month: i32, day: i32) -> i32 {
    // Years that begin in March have the odd day at their end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // March, April, … have 31, 30, 31, 30, 31 days, and again.
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

/// The year that a time is in, in seconds since 1970.
pub(super) fn year_of(time: i64) -> i32 {
    year_of_day(time.clamp(-MOST, MOST).div_euclid(SECONDS_A_DAY.into()) as i32)
}

fn year_of_day(day: i32) -> i32 {
    // 400 years have 146,097 days; the guess is right or one too late.
    let guess = 1970 + (i64::from(day) * 400).div_euclid(146_097) as i32 + 1;
    let mut year = guess;
    while day_of(year, 1, 1) > day {
        year -= 1;
    }
    year
}
