//! A rule of when clocks turn, as POSIX gives it to `TZ` (8.3) and a zone's file has it at its
//! end. Any bytes give an offset or none, and never a panic.

use super::{DateTime, Offset, SECONDS_A_DAY, day_number, sane};

/// How far clocks are ahead of UTC at a time by a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`.
pub(super) fn offset(rule: &[u8], time: i64) -> Option<Offset<'_>> {
    let mut rule = Rule(rule);
    let name = rule.name()?;
    let standard = Offset { seconds: -rule.time()?, name };
    let Some(name) = rule.name() else { return Some(standard) };
    let summer =
        Offset { seconds: rule.time().map_or(standard.seconds + 3600, |west| -west), name };
    if let [] | [b'\n', ..] = rule.0 {
        // As localtime(3) has it, where nothing is said: the law of the United States.
        rule = Rule(b",M3.2.0,M11.1.0");
    }
    let year = DateTime::new(time, standard).year;
    let (Some(start), Some(end)) = (rule.date(year), rule.date(year)) else {
        return Some(standard);
    };
    let (start, end) = (start - i64::from(standard.seconds), end - i64::from(summer.seconds));
    let is_summer =
        if start < end { start <= time && time < end } else { !(end <= time && time < start) };
    Some(if is_summer { summer } else { standard })
}

/// What is left of a rule.
struct Rule<'a>(&'a [u8]);

impl<'a> Rule<'a> {
    fn skip(&mut self, sign: u8) -> bool {
        match self.0 {
            [first, rest @ ..] if *first == sign => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// At least three letters, or anything in angle brackets.
    fn name(&mut self) -> Option<&'a [u8]> {
        let is_quoted = self.skip(b'<');
        let whole = self.0;
        while let [byte, rest @ ..] = self.0 {
            let is_part = if is_quoted { *byte != b'>' } else { byte.is_ascii_alphabetic() };
            if !is_part {
                break;
            }
            self.0 = rest;
        }
        let name = whole.get(..whole.len() - self.0.len());
        if is_quoted && !self.skip(b'>') {
            return None;
        }
        name.filter(|name| name.len() >= 3)
    }

    /// None has more than three digits.
    fn number(&mut self) -> Option<i32> {
        let mut number = None;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.0 {
            number = Some(number.unwrap_or(0) * 10 + i32::from(digit - b'0'));
            if number > Some(999) {
                return None;
            }
            self.0 = rest;
        }
        number
    }

    /// A sign, and a number.
    fn number_after(&mut self, sign: u8) -> Option<i32> {
        if self.skip(sign) { self.number() } else { None }
    }

    /// Hours, minutes and seconds, with a sign; in seconds.
    fn time(&mut self) -> Option<i32> {
        let is_negative = self.skip(b'-');
        self.skip(b'+');
        let hours = self.number()?;
        let minutes = self.number_after(b':').unwrap_or(0);
        let seconds = hours * 3600 + minutes * 60 + self.number_after(b':').unwrap_or(0);
        sane(if is_negative { -seconds } else { seconds })
    }

    /// A comma, a day, and perhaps a time: when that is in a year, in seconds since 1970 of
    /// the clock that shows it.
    fn date(&mut self, year: i32) -> Option<i64> {
        if !self.skip(b',') {
            return None;
        }
        let first = day_number(year, 1, 1);
        let day = if let Some(month) = self.number_after(b'M') {
            // The nth of a day of the week, of which the fifth is the last.
            let (week, weekday) = (self.number_after(b'.')?, self.number_after(b'.')?);
            let month = month.clamp(1, 12);
            let first = day_number(year, month, 1);
            // 1970 began on a Thursday.
            let nth = first + (weekday - first - 4).rem_euclid(7) + 7 * week.clamp(1, 5) - 7;
            // The day before the next month has come.
            if nth < day_number(year, month + 1, 1) { nth } else { nth - 7 }
        } else if let Some(day) = self.number_after(b'J') {
            // In years without a 29 February.
            first + day - 1 + if day > 59 { day_number(year, 3, 1) - first - 59 } else { 0 }
        } else {
            first + self.number()?
        };
        let time = if self.skip(b'/') { self.time()? } else { 2 * 3600 };
        Some(i64::from(day) * SECONDS_A_DAY + i64::from(time))
    }
}
