//! When each check is due, what it shows, and how programs that fail are tried again. Never
//! reads anything: [`Status::next_due`] says what is to be read, and [`Status::learn`] is
//! told.

use super::battery::{self, percent_of};
use super::date;
use super::format::{self, write_text};
use super::{Check, Kind, LocalTime};
use super::{procfs, wireless};
use crate::deadline::nanoseconds;
use crate::gather::Gather;
use alloc::vec::Vec;
use core::time::Duration;

/// The longest pause before a program that fails is run again, in seconds.
const LONGEST_PAUSE: u32 = 300;
const SECOND: u64 = 1_000_000_000;

/// What was read for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Nothing: what it is about is not there.
    Missing,
    /// What files hold, with a NUL between them: `/proc/stat`, `/proc/meminfo`,
    /// `/proc/loadavg`; `/proc/net/dev`, and after it `/proc/net/route` where an interface
    /// is to be chosen; the `uevent` of each power supply; temperatures in thousandths. What
    /// the kernel has answered to the questions in [`super::wireless`].
    Bytes(&'a [u8]),
    /// Of a file system: the size of a block, how many there are, how many are free, and how
    /// many of these are ours. Of the machine: the seconds since it was started. Of a mixer:
    /// how much it is above the least, how much it can be, and whether it is on.
    Numbers([u64; 4]),
    /// What clocks show at the time of day that is told with it.
    Date(LocalTime<'a>),
    /// A line that a program has printed.
    Line(&'a [u8]),
    /// A program has ended, or was never there.
    Ended(End),
}

/// How a program has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this status.
    Exit(u8),
    /// By a signal of this number.
    Signal(u8),
    /// It could not be started.
    NotStarted,
    /// It was ended, since it was to run again and had not come to an end.
    Late,
    /// It was ended, since it printed without end.
    Flood,
}

/// The time of day, and when it was that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wall {
    /// Since 1970-01-01 00:00 UTC.
    pub utc: Duration,
    /// The same moment, on the clock that never goes back.
    pub now: Duration,
}

impl Wall {
    fn second(self) -> u32 {
        u32::try_from(self.utc.as_secs()).unwrap_or(u32::MAX)
    }
}

/// All checks and what they show.
#[derive(Debug)]
pub struct Status {
    checks: &'static [Check],
    entries: Vec<Entry>,
    /// How far the time of day is ahead of the other clock, in nanoseconds, once it is known.
    ahead: Option<u64>,
    /// When a check is due, if any is on a timer; zero to find out.
    next: Option<Duration>,
    /// Whether the root window's name is to be asked for.
    is_name_stale: bool,
    /// Whether it was asked for.
    is_name_asked: bool,
}

/// What a check shows, and what it remembers.
#[derive(Debug, Clone, Default)]
struct Entry {
    /// As UTF-8. Empty: hidden.
    text: Vec<u8>,
    colour: Option<u32>,
    /// When it is due, in seconds of the time of day.
    due: u32,
    /// It was due and has not been asked for.
    is_wanted: bool,
    /// What was read the last time, where only the difference tells something.
    sample: [u64; 4],
    /// Whether there was a last time.
    is_sampled: bool,
    /// Whether its program runs.
    is_running: bool,
    /// When that was started.
    since: u32,
    /// Whether it has printed a line.
    has_line: bool,
    /// How often it has failed, one time after the other.
    failures: u8,
}

impl Status {
    /// Checks of which nothing is known.
    pub fn new(checks: &'static [Check]) -> Self {
        let is_timed = checks.iter().any(|check| check.kind.is_timed());
        Self {
            checks,
            entries: checks.iter().map(|_| Entry::default()).gather(),
            ahead: None,
            next: is_timed.then_some(Duration::ZERO),
            is_name_stale: checks.iter().any(|check| matches!(check.kind, Kind::RootName)),
            is_name_asked: false,
        }
    }

    /// Whether any check waits for its time.
    pub const fn is_timing(&self) -> bool {
        self.next.is_some()
    }

    /// Takes in the time: marks what is due. When the next one is, which is a whole second
    /// of the time of day, the same for all.
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        if self.next.is_none_or(|next| now < next) {
            return self.next;
        }
        let time = nanoseconds(now).saturating_add(self.ahead.unwrap_or(0));
        let second = (time / SECOND) as u32;
        let mut next = u32::MAX;
        for (check, entry) in self.checks.iter().zip(&mut self.entries) {
            let waits_for_its_end = entry.is_running && matches!(check.kind, Kind::Follow(_));
            if !check.kind.is_timed() || waits_for_its_end {
                continue;
            }
            if entry.due <= second {
                entry.is_wanted = true;
                entry.since = second;
                entry.due = next_multiple(second, check.every);
            }
            next = next.min(entry.due);
        }
        self.next = if next == u32::MAX {
            None
        } else {
            let wait = (u64::from(next) * SECOND).saturating_sub(time);
            Some(Duration::from_nanos(nanoseconds(now).saturating_add(wait)))
        };
        self.next
    }

    /// Something that is to be read now.
    pub fn next_due(&mut self) -> Option<(usize, Kind)> {
        let mut entries = self.entries.iter_mut().zip(self.checks).enumerate();
        let (index, (entry, check)) = entries.find(|(_, (entry, _))| entry.is_wanted)?;
        entry.is_wanted = false;
        if matches!(check.kind, Kind::Command(_) | Kind::Follow(_)) {
            entry.is_running = true;
            self.next = Some(Duration::ZERO);
        }
        Some((index, check.kind))
    }

    /// Takes in what was read for a check; whether anything is shown in another way now.
    #[inline(never)]
    pub fn learn(&mut self, index: usize, reading: Reading<'_>, wall: Wall) -> bool {
        self.set_clock(wall);
        self.take(index, reading, wall)
    }

    /// What a check shows, with its label, and the colour of that; `None` while it is hidden.
    pub fn shown(&self, index: usize) -> Option<(&str, Option<u32>)> {
        let entry = self.entries.get(index).filter(|entry| !entry.text.is_empty())?;
        Some((str::from_utf8(&entry.text).ok()?, entry.colour))
    }

    /// The root window has another name.
    pub fn root_name_changed(&mut self) {
        self.is_name_stale = self.checks.iter().any(|check| matches!(check.kind, Kind::RootName));
    }

    /// Whether the root window's name is to be asked for now: once more after each change,
    /// and not before the last answer came.
    pub fn asks_root_name(&mut self) -> bool {
        let asks = self.is_name_stale && !self.is_name_asked;
        if asks {
            self.is_name_stale = false;
            self.is_name_asked = true;
        }
        asks
    }

    /// Takes in the root window's name.
    pub fn learn_root_name(&mut self, name: &[u8]) {
        self.is_name_asked = false;
        for (check, index) in self.checks.iter().zip(0..) {
            if let Kind::RootName = check.kind {
                self.take(index, Reading::Line(name), Wall::default());
            }
        }
    }

    fn take(&mut self, index: usize, reading: Reading<'_>, wall: Wall) -> bool {
        let (Some(check), Some(entry)) = (self.checks.get(index), self.entries.get_mut(index))
        else {
            return false;
        };
        let mut text = Vec::new();
        let value = if let Reading::Ended(end) = reading {
            let had_line = core::mem::take(&mut entry.has_line);
            entry.ended(check, end, had_line, wall.second());
            if !write_end(&mut text, check.kind, end, had_line) {
                return false;
            }
            None
        } else {
            entry.read(check, reading, wall, &mut text)
        };
        entry.show(check, &text, value)
    }

    /// Takes in the time of day. Where that has jumped, as it does while a machine sleeps,
    /// everything is due.
    fn set_clock(&mut self, wall: Wall) {
        let ahead = nanoseconds(wall.utc).saturating_sub(nanoseconds(wall.now));
        let before = self.ahead.replace(ahead);
        if before.is_none_or(|before| before.abs_diff(ahead) > SECOND) {
            let second = wall.second();
            for (check, entry) in self.checks.iter().zip(&mut self.entries) {
                // What was due before there was a time of day is being read.
                entry.due = if before.is_none() { next_multiple(second, check.every) } else { 0 };
                entry.since = second;
            }
        }
        self.next = Some(Duration::ZERO);
    }
}

impl Entry {
    /// Shows a text; whether that is another one than before, or in another colour.
    fn show(&mut self, check: &Check, text: &[u8], value: Option<i32>) -> bool {
        let (mut label, mut colour) = (check.label, None);
        for look in check.looks {
            if value.is_some_and(|value| (value < look.at) == look.below) {
                label = look.label.unwrap_or(label);
                colour = look.colour;
                break;
            }
        }
        let between = if label.is_empty() { "" } else { " " };
        let shown = match text {
            b"" => Vec::new(),
            text => [label.as_bytes(), between.as_bytes(), text].concat(),
        };
        let is_new = shown != self.text || colour != self.colour;
        (self.text, self.colour) = (shown, colour);
        is_new
    }

    /// Writes what a reading says; the value that it is judged by. Nothing is written where
    /// it says nothing.
    #[inline(never)]
    fn read(
        &mut self,
        check: &Check,
        reading: Reading<'_>,
        wall: Wall,
        out: &mut Vec<u8>,
    ) -> Option<i32> {
        let format = check.format.as_bytes();
        if let Kind::Date = check.kind {
            let Reading::Date(local) = reading else { return None };
            date::write(out, format, wall.utc.as_secs() as i64, &local);
            return Some(local.hour.into());
        }
        if let Reading::Line(line) = reading {
            self.has_line = true;
            let mut text = Vec::new();
            write_text(&mut text, line.trim_ascii());
            if !text.is_empty() {
                format::write(out, format, check.kind.words(), &[], &text);
            }
            return leading_number(&text);
        }
        let was_sampled = self.is_sampled;
        let mut numbers = [0; 5];
        let text = self.read_numbers(check.kind, reading, wall, &mut numbers);
        if self.is_sampled && !was_sampled {
            // The second one tells something; not so soon that it is chance.
            self.due = self.due.min(wall.second().saturating_add(2));
        }
        format::write(out, format, check.kind.words(), &numbers, text?);
        Some(i32::try_from(numbers[0]).unwrap_or(i32::MAX))
    }

    /// Finds the numbers of a kind in a reading, for its words, the one that it is judged by
    /// first. Gives the text for the word that is one; `None` where nothing is to be shown.
    #[inline(never)]
    fn read_numbers<'a>(
        &mut self,
        kind: Kind,
        reading: Reading<'a>,
        wall: Wall,
        numbers: &mut [u64; 5],
    ) -> Option<&'a [u8]> {
        let mut name = &b""[..];
        match (kind, reading) {
            (Kind::Cpu, Reading::Bytes(text)) => {
                let (busy, total) = procfs::cpu(text)?;
                let [busy_before, total_before, ..] = self.sample([busy, total, 0, 0])?;
                let busy = busy.saturating_sub(busy_before);
                numbers[0] = percent_of(busy, total.saturating_sub(total_before)).unwrap_or(0);
            }
            (Kind::Memory, Reading::Bytes(text)) => {
                let found = procfs::memory(text);
                let [total, available, swap, swap_free] = found.map(|kilobytes| kilobytes * 1024);
                let used = total.saturating_sub(available);
                let swap = swap.saturating_sub(swap_free);
                *numbers = [percent_of(used, total)?, used, available, total, swap];
            }
            (Kind::Load, Reading::Bytes(text)) => {
                let [loads @ .., _, _] = numbers;
                if !procfs::take_numbers(&mut { text }, loads) {
                    return None;
                }
            }
            (Kind::Disk(_), Reading::Numbers([block, all, free, ours])) => {
                // As df(1) has it: what only the administrator may use counts as used up.
                let used = all.saturating_sub(free);
                let percent = percent_of(used, used.saturating_add(ours)).unwrap_or(0);
                *numbers = [0, ours, used, all, 0].map(|blocks: u64| blocks.saturating_mul(block));
                numbers[0] = percent;
            }
            (Kind::Network(wanted), Reading::Bytes(mut texts)) => {
                let counts = procfs::next_text(&mut texts).unwrap_or_default();
                name = wanted.as_bytes();
                if name.is_empty() {
                    name = procfs::default_route(texts);
                }
                let (down, up) = procfs::traffic(counts, name)?;
                let now = nanoseconds(wall.now) / 1_000_000;
                // Another interface has counted from another start.
                let which = name.iter().fold(0_u64, |sum, byte| (sum << 8) ^ u64::from(*byte));
                let before = self.sample([down, up, now, which])?;
                let passed = if which == before[3] { now.saturating_sub(before[2]) } else { 0 };
                let rate = |bytes: u64, before: u64| {
                    let thousands = bytes.saturating_sub(before).saturating_mul(1000);
                    thousands.checked_div(passed).unwrap_or(0)
                };
                let (down, up) = (rate(down, before[0]), rate(up, before[1]));
                *numbers = [down.saturating_add(up), down, up, 0, 0];
            }
            (Kind::Battery, Reading::Bytes(texts)) => {
                let battery = battery::read(texts)?;
                name = battery.state;
                (numbers[0], numbers[2]) = (battery.percent, battery.minutes);
            }
            (Kind::Wireless(wanted), Reading::Bytes(answers)) => {
                (name, numbers[0]) = wireless::read(answers, wanted)?;
            }
            (Kind::Temperature(_), Reading::Bytes(texts)) => {
                numbers[0] = procfs::hottest(texts)?;
            }
            (Kind::Volume(_), Reading::Numbers([value, most, is_on, _])) => {
                if is_on == 0 {
                    name = b"muted";
                } else {
                    numbers[0] = percent_of(value, most)?;
                }
            }
            (Kind::Uptime, Reading::Numbers([seconds, ..])) => {
                *numbers = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, 0, 0];
            }
            _ => return None,
        }
        Some(name)
    }

    /// Remembers what only the difference tells something of; gives what was there before.
    fn sample(&mut self, new: [u64; 4]) -> Option<[u64; 4]> {
        let before = core::mem::replace(&mut self.sample, new);
        if core::mem::replace(&mut self.is_sampled, true) { Some(before) } else { None }
    }

    /// A program has ended, or could not be started: when it is run again.
    fn ended(&mut self, check: &Check, end: End, had_line: bool, second: u32) {
        self.is_running = false;
        let is_followed = matches!(check.kind, Kind::Follow(_));
        // It was to run for ever; one that did so for a while has not failed at once.
        if is_followed && second.saturating_sub(self.since) > self.pause() {
            self.failures = 0;
        }
        let has_failed = is_followed
            || match end {
                End::Exit(status) => status != 0 && !had_line,
                End::Signal(_) => !had_line,
                End::NotStarted | End::Late | End::Flood => true,
            };
        if has_failed {
            let again = second.saturating_add(self.pause());
            self.due = if is_followed { again } else { self.due.max(again) };
            self.failures = self.failures.saturating_add(1);
        } else {
            self.failures = 0;
        }
    }

    /// How long to wait after a failure, in seconds: twice as long after each.
    fn pause(&self) -> u32 {
        (1 << self.failures.min(9)).min(LONGEST_PAUSE)
    }
}

/// Writes what is shown once a program has ended; whether that is anything else than before.
fn write_end(out: &mut Vec<u8>, kind: Kind, end: End, had_line: bool) -> bool {
    let (program, is_followed) = match kind {
        Kind::Command(program) => (program, false),
        Kind::Follow(program) => (program, true),
        _ => return false,
    };
    let (sentence, number) = match end {
        End::Exit(0) if is_followed || had_line => return false,
        // It has nothing to say.
        End::Exit(0) => return true,
        End::Exit(_) | End::Signal(_) if had_line && !is_followed => return false,
        End::Exit(status) => (": exit ", status),
        End::Signal(signal) => (": signal ", signal),
        End::NotStarted => (": cannot be started", 0),
        End::Late => (": does not end", 0),
        End::Flood => (": prints without end", 0),
    };
    let name = program.first().copied().unwrap_or_default();
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(sentence.as_bytes());
    if number > 0 {
        format::write_number(out, number.into(), 1);
    }
    true
}

/// The number that a text begins with.
fn leading_number(text: &[u8]) -> Option<i32> {
    let (digits, sign) = match text {
        [b'-', digits @ ..] => (digits, -1),
        digits => (digits, 1),
    };
    let number = procfs::number(digits)?;
    Some(i32::try_from(number).unwrap_or(i32::MAX) * sign)
}

/// The next multiple of an interval.
fn next_multiple(second: u32, every: u32) -> u32 {
    (second / every.max(1)).saturating_add(1).saturating_mul(every)
}
