//! Days, years and weeks, and a date as strftime(3) would write it. Years are those of the
//! Gregorian calendar, before it was there too. Never knows what time it is.

use super::format::write_number;
use super::zone::Local;
use alloc::string::String;

/// How long a day is.
pub(super) const SECONDS_A_DAY: i32 = 86_400;

/// What may follow a percent sign.
const LETTERS: &[u8] = b"YmdHMSaAbBjVGueyZzIpsFTR%";

/// The names of the days and the months; the first three letters are the short ones.
const DAYS: &str = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";
const MONTHS: &str =
    "January February March April May June July August September October November December";

/// Whether a format has nothing but what [`write`] knows.
pub(super) const fn is_known(format: &[u8]) -> bool {
    let mut i = 0;
    while i < format.len() {
        if format[i] == b'%' {
            i += 1;
            if i == format.len() || !has(LETTERS, format[i]) {
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
            if has(b"SsT", format[i]) {
                return true;
            }
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

    /// From 1 for Monday to 7 for Sunday.
    const fn iso_weekday(self) -> i32 {
        if self.weekday == 0 { 7 } else { self.weekday }
    }

    /// The year and the week by ISO 8601: a week is of the year that its Thursday is of.
    fn iso_week(self) -> (i32, i32) {
        let thursday = day_of(self.year, self.month, self.day) + 4 - self.iso_weekday();
        let year = year_of_day(thursday);
        (year, (thursday - day_of(year, 1, 1)) / 7 + 1)
    }
}

/// The farthest time from 1970 that a date is made of: 100,000 years.
const MOST: i64 = 100_000 * 365 * SECONDS_A_DAY as i64;

/// Appends a date. `time` is that of UTC, in seconds since 1970.
pub(super) fn write(out: &mut String, format: &str, time: i64, local: Local<'_>) {
    let date = Date::of(time.saturating_add(local.offset.into()));
    write_date(out, format, date, time, local);
}

fn write_date(out: &mut String, format: &str, date: Date, time: i64, local: Local<'_>) {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut number = |number: i32, digits: usize, filler: u8| {
            if number < 0 {
                out.push('-');
            }
            write_number(out, number.unsigned_abs().into(), digits, filler);
        };
        let hour = date.hour();
        match letters.next() {
            Some('Y') => number(date.year, 1, b'0'),
            Some('y') => number(date.year.rem_euclid(100), 2, b'0'),
            Some('m') => number(date.month, 2, b'0'),
            Some('d') => number(date.day, 2, b'0'),
            Some('e') => number(date.day, 2, b' '),
            Some('H') => number(hour, 2, b'0'),
            Some('I') => number((hour + 11) % 12 + 1, 2, b'0'),
            Some('M') => number(date.seconds / 60 % 60, 2, b'0'),
            Some('S') => number(date.seconds % 60, 2, b'0'),
            Some('j') => number(date.day_of_year, 3, b'0'),
            Some('u') => number(date.iso_weekday(), 1, b'0'),
            Some('V') => number(date.iso_week().1, 2, b'0'),
            Some('G') => number(date.iso_week().0, 1, b'0'),
            Some('a') => out.push_str(short(name(DAYS, date.weekday))),
            Some('A') => out.push_str(name(DAYS, date.weekday)),
            Some('b') => out.push_str(short(name(MONTHS, date.month - 1))),
            Some('B') => out.push_str(name(MONTHS, date.month - 1)),
            Some('p') => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            Some('Z') => super::format::write_text(out, local.name),
            Some('z') => {
                out.push(if local.offset < 0 { '-' } else { '+' });
                let minutes = local.offset.unsigned_abs() / 60;
                write_number(out, u64::from(minutes / 60 * 100 + minutes % 60), 4, b'0');
            }
            Some('s') => write_number(out, time.unsigned_abs(), 1, b'0'),
            Some('F') => write_date(out, "%Y-%m-%d", date, time, local),
            Some('T') => write_date(out, "%H:%M:%S", date, time, local),
            Some('R') => write_date(out, "%H:%M", date, time, local),
            Some('%') => out.push('%'),
            _ => {}
        }
    }
}

fn name(names: &'static str, index: i32) -> &'static str {
    let mut names = names.split(' ');
    usize::try_from(index).ok().and_then(|index| names.nth(index)).unwrap_or_default()
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
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
