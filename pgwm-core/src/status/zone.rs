//! The machine's time zone: a file as RFC 9636 describes it, or a rule as POSIX gives it to
//! `TZ`. Any bytes give an offset; those that are neither give UTC. Leap seconds don't count.

use super::date::{SECONDS_A_DAY, day_of, year_of};
use super::procfs::next_text;

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

/// The counts in a file's header, and how long the data after it are where their times have
/// so many bytes.
fn read_header(file: &[u8], at: usize, width: usize) -> ([usize; 6], usize) {
    // After the name, the version and what is reserved.
    let mut counts = [0; 6];
    for (count, index) in counts.iter_mut().zip(5..) {
        *count = read_word(file, at + 4 * index) as u32 as usize;
    }
    let [universal, standard, leaps, transitions, types, letters] = counts;
    // Each is below 2^32, so that nothing overflows.
    let times = transitions * (width + 1) + leaps * (width + 4);
    (counts, times + types * 6 + letters + standard + universal)
}

/// Files have their data twice, with short times and with long ones. We read the second;
/// those without are older than this century's changes.
fn in_file(file: &[u8], time: i64) -> Option<Local<'_>> {
    const HEADER: usize = 44;
    let (_, length) = read_header(file, 0, 4);
    let second = HEADER + length;
    let ([_, _, _, transitions, types, _], length) = read_header(file, second, 8);
    let times = second + HEADER;
    let footer = file.get(times + length..)?;
    // How many transitions are over.
    let mut over = 0;
    while over < transitions {
        let at = times + 8 * over;
        let low = i64::from(read_word(file, at + 4) as u32);
        if i64::from(read_word(file, at)) << 32 | low > time {
            break;
        }
        over += 1;
    }
    if over == transitions
        && let [_, rule @ ..] = footer
        && let Some(local) = in_rule(rule, time)
    {
        return Some(local);
    }
    // What was before the first transition is of the first type.
    let indices = times + transitions * 8;
    let kind = if over == 0 { 0 } else { usize::from(*file.get(indices + over - 1)?) };
    let entries = indices + transitions;
    let entry = entries + kind * 6;
    let name = entries + types * 6 + usize::from(*file.get(entry + 5)?);
    let name = next_text(&mut file.get(name..)?)?;
    Some(Local { offset: sane(read_word(file, entry))?, name })
}

/// Four bytes, the highest one first; 0 past the end.
fn read_word(file: &[u8], at: usize) -> i32 {
    let bytes = file.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| i32::from_be_bytes(*bytes))
}

/// An offset, if clocks can show it: those of a week at most, as in a rule.
fn sane(offset: i32) -> Option<i32> {
    if offset.unsigned_abs() <= 7 * SECONDS_A_DAY as u32 { Some(offset) } else { None }
}

/// The rule in `TZ` (POSIX, 8.3): `CET-1CEST,M3.5.0,M10.5.0/3`.
fn in_rule(rule: &[u8], time: i64) -> Option<Local<'_>> {
    let mut rule = Rule(rule);
    let name = rule.name()?;
    let standard = Local { offset: -rule.time()?, name };
    let Some(name) = rule.name() else { return Some(standard) };
    let offset = rule.time().map_or(standard.offset + 3600, |west| -west);
    let year = year_of(time.saturating_add(standard.offset.into()));
    // Without dates nobody knows when.
    let (Some(start), Some(end)) = (rule.date(year), rule.date(year)) else {
        return Some(standard);
    };
    let (start, end) = (start - i64::from(standard.offset), end - i64::from(offset));
    let is_summer =
        if start < end { start <= time && time < end } else { !(end <= time && time < start) };
    Some(if is_summer { Local { offset, name } } else { standard })
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

    /// Letters, or anything in angle brackets.
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
        name.filter(|name| !name.is_empty())
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
        let first = day_of(year, 1, 1);
        let day = if let Some(month) = self.number_after(b'M') {
            // The nth of a day of the week, of which the fifth is the last.
            let (week, weekday) = (self.number_after(b'.')?, self.number_after(b'.')?);
            let month = month.clamp(1, 12);
            let first = day_of(year, month, 1);
            // 1970 began on a Thursday.
            let nth = first + (weekday - first - 4).rem_euclid(7) + 7 * week.clamp(1, 5) - 7;
            // The day before the next month has come.
            if nth < day_of(year, month + 1, 1) { nth } else { nth - 7 }
        } else if let Some(day) = self.number_after(b'J') {
            // In years without a 29 February.
            first + day - 1 + if day > 59 { day_of(year, 3, 1) - first - 59 } else { 0 }
        } else {
            first + self.number()?
        };
        let time = if self.skip(b'/') { self.time()? } else { 2 * 3600 };
        Some(i64::from(day) * i64::from(SECONDS_A_DAY) + i64::from(time))
    }
}
