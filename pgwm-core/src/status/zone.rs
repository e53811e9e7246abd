//! The machine's time zone: a file as RFC 9636 describes it, or a rule as POSIX gives it to
//! `TZ`. Any bytes give an offset; those that are neither give UTC. Leap seconds don't count.

use super::date::{SECONDS_A_DAY, day_of, year_of};

/// What clocks show at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Local<'a> {
    /// Seconds east of Greenwich.
    pub(super) offset: i32,
    /// What the zone is called then.
    pub(super) name: &'a [u8],
}

impl Local<'_> {
    const UTC: Self = Local { offset: 0, name: b"UTC" };
}

/// What clocks show at a time, in seconds since 1970, where this is the zone: a file or a rule.
pub(super) fn local(zone: &[u8], time: i64) -> Local<'_> {
    let found = if zone.starts_with(b"TZif") { in_file(zone, time) } else { in_rule(zone, time) };
    found.unwrap_or(Local::UTC)
}

/// The counts in a file's header, and where its data begin.
struct Header {
    data: usize,
    transitions: usize,
    types: usize,
    letters: usize,
    /// How long its data are, with times of so many bytes.
    length: usize,
}

/// The length of a header.
const HEADER: usize = 44;

impl Header {
    fn read(file: &[u8], at: usize, width: usize) -> Option<Self> {
        let count = |index: usize| Some(read_word(file, at + 20 + 4 * index)? as u32 as usize);
        let (universal, standard, leaps) = (count(0)?, count(1)?, count(2)?);
        let (transitions, types, letters) = (count(3)?, count(4)?, count(5)?);
        // Each is below 2^32, so that nothing overflows.
        let length = transitions * (width + 1)
            + types * 6
            + letters
            + leaps * (width + 4)
            + standard
            + universal;
        Some(Self { data: at + HEADER, transitions, types, letters, length })
    }
}

fn in_file(file: &[u8], time: i64) -> Option<Local<'_>> {
    let mut width = 4;
    let mut header = Header::read(file, 0, width)?;
    if file.get(4).is_some_and(|version| *version >= b'2') {
        width = 8;
        header = Header::read(file, header.data + header.length, width)?;
    }
    let Header { data, transitions, types, letters, length } = header;
    let at = |index: usize| {
        let place = data + width * index;
        let first = read_word(file, place)?;
        if width == 4 {
            return Some(i64::from(first));
        }
        Some(i64::from(first) << 32 | i64::from(read_word(file, place + 4)? as u32))
    };
    // How many transitions are over.
    let (mut over, mut end) = (0, transitions);
    while over < end {
        let middle = over.midpoint(end);
        if at(middle)? <= time {
            over = middle + 1;
        } else {
            end = middle;
        }
    }
    if over == transitions && width == 8 {
        let footer = file.get(data + length..).unwrap_or_default();
        let rule = footer.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
        if let Some(local) = in_rule(rule, time) {
            return Some(local);
        }
    }
    let indices = data + transitions * width;
    // What was before the first transition is of the first type.
    let kind = if over == 0 { 0 } else { usize::from(*file.get(indices + over - 1)?) };
    let entry = indices + transitions + kind * 6;
    let names = indices + transitions + types * 6;
    let name = names + usize::from(*file.get(entry + 5)?);
    let name = file.get(name..names + letters)?.split(|byte| *byte == 0).next()?;
    Some(Local { offset: sane(read_word(file, entry)?)?, name })
}

/// Four bytes, the highest one first.
fn read_word(file: &[u8], at: usize) -> Option<i32> {
    file.get(at..)?.first_chunk().map(|bytes| i32::from_be_bytes(*bytes))
}

/// An offset, if clocks can show it: those of a week at most, as in a rule.
fn sane(offset: i32) -> Option<i32> {
    const WEEK: i32 = 7 * SECONDS_A_DAY;
    Some(offset).filter(|offset| (-WEEK..=WEEK).contains(offset))
}

/// The rule in `TZ` (POSIX, 8.3): `CET-1CEST,M3.5.0,M10.5.0/3`.
fn in_rule(rule: &[u8], time: i64) -> Option<Local<'_>> {
    let mut rule = Rule(rule);
    let name = rule.name()?;
    let standard = Local { offset: -rule.time()?, name };
    let Some(name) = rule.name() else { return Some(standard) };
    let offset = rule.time().map_or(standard.offset + 3600, |west| -west);
    let summer = Local { offset, name };
    // Without dates, those of the United States, as other implementations have it.
    let (mut start, mut end) = (Rule(b",M3.2.0"), Rule(b",M11.1.0"));
    let dates =
        if rule.0.is_empty() { (start.date(), end.date()) } else { (rule.date(), rule.date()) };
    let (Some(start), Some(end)) = dates else { return Some(standard) };
    let year = year_of(time.saturating_add(i64::from(standard.offset)));
    let start = start.in_year(year) - i64::from(standard.offset);
    let end = end.in_year(year) - i64::from(summer.offset);
    let is_summer =
        if start < end { (start..end).contains(&time) } else { !(end..start).contains(&time) };
    Some(if is_summer { summer } else { standard })
}

/// What is left of a rule.
struct Rule<'a>(&'a [u8]);

/// When a rule changes, in every year.
#[derive(Clone, Copy)]
struct Date {
    day: Day,
    /// Seconds after midnight.
    time: i32,
}

#[derive(Clone, Copy)]
enum Day {
    /// Of a year that has no 29 February, from 1 on.
    Julian(i32),
    /// Of the year, from 0 on.
    OfYear(i32),
    /// The nth of a day of the week in a month; the fifth is the last.
    OfMonth { month: i32, week: i32, day: i32 },
}

impl<'a> Rule<'a> {
    fn skip(&mut self, sign: u8) -> bool {
        let rest = self.0.strip_prefix(&[sign]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Letters, or anything in angle brackets.
    fn name(&mut self) -> Option<&'a [u8]> {
        let is_quoted = self.skip(b'<');
        let is_part =
            |byte: &u8| if is_quoted { *byte != b'>' } else { byte.is_ascii_alphabetic() };
        let length = self.0.iter().take_while(|byte| is_part(byte)).count();
        let (name, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        if is_quoted && !self.skip(b'>') {
            return None;
        }
        Some(name).filter(|name| !name.is_empty())
    }

    fn number(&mut self) -> Option<i32> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        let add = |sum: i32, digit: &u8| sum * 10 + i32::from(digit - b'0');
        // None of them has more than three.
        if (1..=3).contains(&length) { Some(digits.iter().fold(0, add)) } else { None }
    }

    /// Hours, minutes and seconds, with a sign; in seconds.
    fn time(&mut self) -> Option<i32> {
        let is_negative = self.skip(b'-');
        self.skip(b'+');
        let mut seconds = self.number()? * 3600;
        for unit in [60, 1] {
            if self.skip(b':') {
                seconds += self.number()? * unit;
            }
        }
        sane(if is_negative { -seconds } else { seconds })
    }

    /// A comma, a day, and perhaps a time.
    fn date(&mut self) -> Option<Date> {
        if !self.skip(b',') {
            return None;
        }
        let day = if self.skip(b'M') {
            let month = self.number()?;
            let week = if self.skip(b'.') { self.number()? } else { return None };
            let day = if self.skip(b'.') { self.number()? } else { return None };
            if !(1..=12).contains(&month) || !(1..=5).contains(&week) || day > 6 {
                return None;
            }
            Day::OfMonth { month, week, day }
        } else if self.skip(b'J') {
            Day::Julian(self.number()?)
        } else {
            Day::OfYear(self.number()?)
        };
        let time = if self.skip(b'/') { self.time()? } else { 2 * 3600 };
        Some(Date { day, time })
    }
}

impl Date {
    /// When it is in a year, in seconds since 1970 of the clock that shows it.
    fn in_year(self, year: i32) -> i64 {
        let first = day_of(year, 1, 1);
        let day = match self.day {
            Day::OfYear(day) => first + day,
            Day::Julian(day) => {
                let leap = day_of(year, 3, 1) - first - 59;
                first + day - 1 + if day > 59 { leap } else { 0 }
            }
            Day::OfMonth { month, week, day } => {
                let first = day_of(year, month, 1);
                // 1970 began on a Thursday.
                let weekday = (first + 4).rem_euclid(7);
                let nth = first + (day - weekday).rem_euclid(7) + 7 * (week - 1);
                let after =
                    if month == 12 { day_of(year + 1, 1, 1) } else { day_of(year, month + 1, 1) };
                if nth < after { nth } else { nth - 7 }
            }
        };
        i64::from(day) * i64::from(SECONDS_A_DAY) + i64::from(self.time)
    }
}
