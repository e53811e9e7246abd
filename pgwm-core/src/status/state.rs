//! When each check is due, what it shows, and how programs that fail are tried again. Never
//! reads anything: [`Status::next_due`] says what is to be read, and [`Status::learn`] is
//! told.

use super::battery;
use super::date::{self, Date};
use super::format::{self, Value, write_text};
use super::procfs::{self, Numbers};
use super::zone;
use super::{Check, Kind};
use crate::gather::Gather;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
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
    /// is to be chosen; the `uevent` of each power supply; the machine's time zone.
    Bytes(&'a [u8]),
    /// Of a file system: the size of a block, how many there are, how many are free, and how
    /// many of these are ours. Of the machine: the seconds since it was started.
    Numbers([u64; 4]),
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
    /// Empty: hidden.
    text: String,
    colour: Option<u32>,
    /// When it is due, in seconds of the time of day.
    due: u32,
    /// It was due and has not been asked for.
    is_wanted: bool,
    /// What was read the last time, where only the difference tells something.
    sample: Option<[u64; 4]>,
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
            is_name_stale: checks.iter().any(|check| check.kind == Kind::RootName),
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
    pub fn learn(&mut self, index: usize, reading: Reading<'_>, wall: Wall) -> bool {
        self.set_clock(wall);
        let (Some(check), Some(entry)) = (self.checks.get(index), self.entries.get_mut(index))
        else {
            return false;
        };
        match reading {
            Reading::Ended(end) => {
                entry.ended(check, end, wall.second());
                let Some(sentence) = entry.sentence(check.kind, end) else { return false };
                entry.show(check, &sentence, None)
            }
            reading => {
                let mut text = String::new();
                let value = entry.read(check, reading, wall, &mut text);
                entry.show(check, &text, value)
            }
        }
    }

    /// What a check shows, with its label, and the colour of that; `None` while it is hidden.
    pub fn shown(&self, index: usize) -> Option<(&str, Option<u32>)> {
        let entry = self.entries.get(index).filter(|entry| !entry.text.is_empty())?;
        Some((&entry.text, entry.colour))
    }

    /// The root window has another name.
    pub fn root_name_changed(&mut self) {
        self.is_name_stale = self.checks.iter().any(|check| check.kind == Kind::RootName);
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
        for (check, entry) in self.checks.iter().zip(&mut self.entries) {
            if check.kind == Kind::RootName {
                let mut text = String::new();
                let value = write_line(check, name, &mut text);
                entry.show(check, &text, value);
            }
        }
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
    /// Whether that is another text or colour than before.
    fn show(&mut self, check: &Check, text: &str, value: Option<i32>) -> bool {
        let holds = |value: i32, at: i32, below: bool| (value < at) == below;
        let look = value
            .and_then(|value| check.looks.iter().find(|look| holds(value, look.at, look.below)));
        let colour = look.and_then(|look| look.colour);
        let label = look.and_then(|look| look.label).unwrap_or(check.label);
        let mut shown = String::new();
        if !text.is_empty() {
            shown.push_str(label);
            if !label.is_empty() {
                shown.push(' ');
            }
            shown.push_str(text);
        }
        let is_new = (&shown, colour) != (&self.text, self.colour);
        (self.text, self.colour) = (shown, colour);
        is_new
    }

    /// Writes what a reading says; the value that it is judged by. Nothing is written where
    /// it says nothing.
    fn read(
        &mut self,
        check: &Check,
        reading: Reading<'_>,
        wall: Wall,
        out: &mut String,
    ) -> Option<i32> {
        match (check.kind, reading) {
            (Kind::Date, reading) => {
                let zone = if let Reading::Bytes(zone) = reading { zone } else { b"" };
                let time = wall.utc.as_secs() as i64;
                let local = zone::local(zone, time);
                date::write(out, check.format, time, local);
                Some(Date::of(time.saturating_add(local.offset.into())).hour())
            }
            (_, Reading::Line(line)) => {
                self.has_line = true;
                write_line(check, line, out)
            }
            (kind, reading) => {
                let had_sample = self.sample.is_some();
                let found = self.values(kind, reading, wall);
                if !had_sample && self.sample.is_some() {
                    // The second one tells something; not so soon that it is chance.
                    self.due = self.due.min(wall.second().saturating_add(2));
                }
                let (value, values) = found?;
                format::write(out, check.format, kind.words(), &values);
                Some(i32::try_from(value).unwrap_or(i32::MAX))
            }
        }
    }

    /// The value that a reading is judged by, and one for each word of the kind.
    fn values<'a>(
        &mut self,
        kind: Kind,
        reading: Reading<'a>,
        wall: Wall,
    ) -> Option<(u64, [Value<'a>; 5])> {
        use Value::{Amount, Hundredths, Number, Text, Time, TwoDigits};
        const NONE: Value<'_> = Text(b"");
        Some(match (kind, reading) {
            (Kind::Cpu, Reading::Bytes(text)) => {
                let (busy, total) = procfs::cpu(text)?;
                let [busy_before, total_before, ..] = self.sample.replace([busy, total, 0, 0])?;
                let busy = busy.saturating_sub(busy_before);
                let percent = percent(busy, total.saturating_sub(total_before));
                (percent, [Number(percent), NONE, NONE, NONE, NONE])
            }
            (Kind::Memory, Reading::Bytes(text)) => {
                let memory = procfs::memory(text)?;
                let used = memory.total - memory.available;
                let percent = percent(used, memory.total);
                let (available, total) = (Amount(memory.available), Amount(memory.total));
                let swap = Amount(memory.swap_used);
                (percent, [Number(percent), Amount(used), available, total, swap])
            }
            (Kind::Load, Reading::Bytes(text)) => {
                let [one, five, fifteen] = procfs::load(text)?;
                (one, [Hundredths(one), Hundredths(five), Hundredths(fifteen), NONE, NONE])
            }
            (Kind::Disk(_), Reading::Numbers([block, all, free, ours])) => {
                // As df(1) has it: what only the administrator may use counts as used up.
                let used = all.saturating_sub(free);
                let percent = percent(used, used.saturating_add(ours));
                let amount = |blocks: u64| Amount(blocks.saturating_mul(block));
                (percent, [Number(percent), amount(ours), amount(used), amount(all), NONE])
            }
            (Kind::Network(name), Reading::Bytes(texts)) => {
                let mut texts = texts.split(|byte| *byte == 0);
                let text = texts.next().unwrap_or_default();
                let route = procfs::default_route(texts.next().unwrap_or_default());
                let name =
                    if name.is_empty() { route.unwrap_or_default() } else { name.as_bytes() };
                let (down, up) = procfs::traffic(text, name)?;
                let now = nanoseconds(wall.now) / 1_000_000;
                // Another interface has counted from another start.
                let which = name.iter().fold(0_u64, |sum, byte| (sum << 8) ^ u64::from(*byte));
                let before = self.sample.replace([down, up, now, which]);
                let [down_before, up_before, then, which_before] = before?;
                let passed = if which == which_before { now.saturating_sub(then) } else { 0 };
                let rate = |bytes: u64, before: u64| {
                    let thousands = bytes.saturating_sub(before).saturating_mul(1000);
                    thousands.checked_div(passed).unwrap_or(0)
                };
                let (down, up) = (rate(down, down_before), rate(up, up_before));
                let value = down.saturating_add(up) / 1024;
                (value, [Amount(down), Amount(up), Text(name), NONE, NONE])
            }
            (Kind::Battery, Reading::Bytes(texts)) => {
                let battery = battery::read(texts)?;
                let percent = battery.percent.into();
                let time = battery.minutes.map_or(NONE, Time);
                (percent, [Number(percent), Text(battery.state.sign()), time, NONE, NONE])
            }
            (Kind::Uptime, Reading::Numbers([seconds, ..])) => {
                let (minutes, hours) = (seconds / 60 % 60, seconds / 3600 % 24);
                let days = seconds / 86_400;
                (days, [Number(days), Number(hours), TwoDigits(minutes), NONE, NONE])
            }
            _ => return None,
        })
    }

    /// A program has ended, or could not be started: when it is run again.
    fn ended(&mut self, check: &Check, end: End, second: u32) {
        self.is_running = false;
        let lived = second.saturating_sub(self.since);
        let has_failed = match (check.kind, end) {
            // It was to run for ever; one that did so for a while has not failed at once.
            (Kind::Follow(_), _) => {
                if lived > self.pause() {
                    self.failures = 0;
                }
                true
            }
            (_, End::Exit(status)) => status != 0 && !self.has_line,
            (_, End::Signal(_)) => !self.has_line,
            (_, End::NotStarted | End::Late | End::Flood) => true,
        };
        if has_failed {
            let again = second.saturating_add(self.pause());
            let is_followed = matches!(check.kind, Kind::Follow(_));
            self.due = if is_followed { again } else { self.due.max(again) };
            self.failures = self.failures.saturating_add(1);
        } else {
            self.failures = 0;
        }
    }

    /// How long to wait after a failure, in seconds: twice as long after each.
    const fn pause(&self) -> u32 {
        let pause = 1_u32 << if self.failures < 9 { self.failures } else { 9 };
        if pause < LONGEST_PAUSE { pause } else { LONGEST_PAUSE }
    }

    /// What is shown once a program has ended; `None`: what was shown.
    fn sentence(&mut self, kind: Kind, end: End) -> Option<String> {
        let (Kind::Command(program) | Kind::Follow(program)) = kind else { return None };
        let had_line = mem::take(&mut self.has_line);
        let is_followed = matches!(kind, Kind::Follow(_));
        let (what, number) = match end {
            End::Exit(0) if is_followed || had_line => return None,
            // It has nothing to say.
            End::Exit(0) => return Some(String::new()),
            End::Exit(_) | End::Signal(_) if had_line && !is_followed => return None,
            End::Exit(status) => (": exit ", Some(status)),
            End::Signal(signal) => (": signal ", Some(signal)),
            End::NotStarted => (": cannot be started", None),
            End::Late => (": does not end", None),
            End::Flood => (": prints without end", None),
        };
        let mut text = String::from(program.first().copied().unwrap_or_default());
        text.push_str(what);
        if let Some(number) = number {
            format::write_number(&mut text, number.into(), 1, b'0');
        }
        Some(text)
    }
}

/// Writes a line of text from outside; the number that it begins with.
fn write_line(check: &Check, line: &[u8], out: &mut String) -> Option<i32> {
    let mut text = String::new();
    write_text(&mut text, line.trim_ascii());
    if !text.is_empty() {
        format::write(out, check.format, check.kind.words(), &[Value::Text(text.as_bytes())]);
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if !digits.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let number = i32::try_from(Numbers(digits.as_bytes()).next()?).unwrap_or(i32::MAX);
    Some(if digits.len() < text.len() { -number } else { number })
}

/// The next multiple of an interval.
const fn next_multiple(second: u32, every: u32) -> u32 {
    // A second that is the last of all is none that we see.
    match second.checked_div(every) {
        Some(times) => times.saturating_add(1).saturating_mul(every),
        None => u32::MAX,
    }
}

fn percent(part: u64, whole: u64) -> u64 {
    let rounded = part.saturating_mul(100).saturating_add(whole / 2);
    rounded.checked_div(whole).unwrap_or(0).min(100)
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_secs().saturating_mul(SECOND).saturating_add(time.subsec_nanos().into())
}
