//! Days, years, and what clocks show in a time zone, as localtime(3) has it.
//!
//! Years are those of the Gregorian calendar, before it was there too. A zone is a file as
//! RFC 9636 describes it, or a rule as POSIX gives it to `TZ`; what is neither is UTC. Never
//! panics on any bytes, never counts leap seconds: where a file's times do (those below
//! `right/`), its clocks turn some seconds late, and seconds are those of the system's clock.

mod rule;
#[cfg(test)]
mod tests;
mod zone_file;

use alloc::vec::Vec;

use crate::{env, fs};

/// A time zone; by default UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// A file or a rule; empty for UTC.
    bytes: Vec<u8>,
}

impl Zone {
    /// The zone of the machine, or of this process: what `TZ` names, else the file
    /// `/etc/localtime`, else UTC (tzset(3)).
    pub fn of_machine() -> Self {
        Self::named(env::var("TZ").unwrap_or(b"/etc/localtime"))
    }

    /// What `TZ` means by this value: a file, by its path or by its name below
    /// `/usr/share/zoneinfo`, or else a rule, each with or without a colon before it.
    pub fn named(name: &[u8]) -> Self {
        /// What is longer is no zone.
        const LONGEST: usize = 64 * 1024;
        let name = name.strip_prefix(b":").unwrap_or(name);
        let folder = if name.starts_with(b"/") { &b""[..] } else { b"/usr/share/zoneinfo/" };
        let file = fs::read_at_most([folder, name].concat(), LONGEST);
        Self { bytes: file.unwrap_or_else(|_| name.to_vec()) }
    }

    /// The zone that a file or a rule describes.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// What clocks show in the zone at a time, in seconds since 1970-01-01 00:00 UTC.
    pub fn date_time(&self, time: i64) -> DateTime<'_> {
        let file = &self.bytes[..];
        let found = if file.starts_with(zone_file::MAGIC) {
            zone_file::offset(file, time)
        } else {
            rule::offset(file, time)
        };
        DateTime::new(time, found.unwrap_or(Offset::UTC))
    }
}

/// What clocks show at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime<'zone> {
    /// Of the Gregorian calendar; 0 is the one before 1.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// Of the month, 1 to 31.
    pub day: u8,
    /// 1 to 366.
    pub day_of_year: u16,
    /// From 0 for Sunday to 6.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// How far the clocks are ahead of UTC.
    pub offset: Offset<'zone>,
}

/// How far clocks are ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset<'zone> {
    /// Seconds east of Greenwich; a week at most.
    pub seconds: i32,
    /// What the zone is called then, such as `CEST`.
    pub name: &'zone [u8],
}

impl<'zone> DateTime<'zone> {
    /// What clocks show that are so far ahead of UTC. Times farther than 100,000 years from
    /// 1970 are moved there.
    pub fn new(time: i64, offset: Offset<'zone>) -> Self {
        const MOST: i64 = 100_000 * 365 * SECONDS_A_DAY;
        let time = time.saturating_add(offset.seconds.into()).clamp(-MOST, MOST);
        let days = time.div_euclid(SECONDS_A_DAY) as i32;
        let seconds = time.rem_euclid(SECONDS_A_DAY) as u32;
        // 400 years have 146,097 days; the guess is right or one too late.
        let mut year = 1970 + (i64::from(days) * 400).div_euclid(146_097) as i32 + 1;
        while day_number(year, 1, 1) > days {
            year -= 1;
        }
        let mut month = 12;
        while day_number(year, month, 1) > days {
            month -= 1;
        }
        Self {
            year,
            month: month as u8,
            day: (days - day_number(year, month, 1) + 1) as u8,
            day_of_year: (days - day_number(year, 1, 1) + 1) as u16,
            // 1970 began on a Thursday.
            weekday: (days + 4).rem_euclid(7) as u8,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            offset,
        }
    }
}

impl Offset<'_> {
    /// None.
    pub const UTC: Self = Offset { seconds: 0, name: b"UTC" };
}

/// The day that a date is, from 0 for 1970-01-01 on.
pub const fn day_number(year: i32, month: i32, day: i32) -> i32 {
    // Years that begin in March have the odd day at their end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // March, April, … have 31, 30, 31, 30, 31 days, and again.
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

/// How long a day is.
const SECONDS_A_DAY: i64 = 86_400;

/// An offset, if clocks can show it: those of a week at most.
fn sane(seconds: i32) -> Option<i32> {
    if i64::from(seconds).abs() <= 7 * SECONDS_A_DAY { Some(seconds) } else { None }
}
