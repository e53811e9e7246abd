//! What the bar says of the machine: which checks there are, when each is due, and what
//! becomes of the bytes that were read for it. Never reads anything, never looks at a clock
//! and never draws.
//!
//! `format.rs` makes a text of words and numbers, `procfs.rs`, `battery.rs`, `wireless.rs`,
//! and the like read what the kernel and the machine's files say, `date.rs` writes dates,
//! `lines.rs` reads what programs say, and `state.rs` is the state machine. All of them are
//! total: any bytes give a text or none.

mod battery;
mod date;
mod format;
mod lines;
mod procfs;
mod state;
#[cfg(test)]
mod tests;
pub mod wireless;

use crate::config::{Action, Program};
pub use date::LocalTime;
pub use lines::Lines;
pub use state::{End, Reading, Status, Wall};

/// One text in the bar, and what it is made from.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is read.
    pub kind: Kind,
    /// How often, in seconds, 1 to 86,400.
    pub every: u32,
    /// What stands before the text: a word, an icon, or nothing.
    pub label: &'static str,
    /// The text: `{word}` stands for what the kind knows by that name, see [`Kind`], and
    /// `{word:4}` for the same with blanks before it, up to four characters. For
    /// [`Kind::Date`] it is what strftime(3) takes.
    pub format: &'static str,
    /// How values look; the first one that holds is used.
    pub looks: &'static [Look],
    /// What mouse buttons do over it: 1 left, 2 middle, 3 right, 4 and 5 the wheel.
    pub clicks: &'static [(u8, Action)],
}

/// How a check looks while its value is in a range.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Where the range begins or, if `below`, ends.
    pub at: i32,
    /// Whether the range is what is smaller than `at`; else it is `at` and what is larger.
    pub below: bool,
    /// The colour of the text, as 0xRRGGBB; `None`: that of all.
    pub colour: Option<u32>,
    /// What stands before the text instead of the check's label.
    pub label: Option<&'static str>,
}

/// What is read, the words that a format may use for it, and the value that a [`Look`]
/// judges. Amounts are in bytes, with a unit: `512`, `1.5k`, `23M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How busy the processors were: `{percent}`, which is the value. Waiting for a disk
    /// is not being busy.
    Cpu,
    /// `{percent}` in use, which is the value, and the amounts `{used}`, `{available}`,
    /// `{total}` and `{swap}` in use.
    Memory,
    /// How many processes wanted to run in the last `{one}`, `{five}` and `{fifteen}`
    /// minutes. The value is that of one minute, in hundredths.
    Load,
    /// The file system that a path is on: `{percent}` in use, which is the value, and the
    /// amounts `{free}`, `{used}` and `{total}`. One of a server that does not answer stops
    /// everything.
    Disk(&'static str),
    /// A network interface: the amounts `{down}`, `{up}` and `{both}` in a second, of which
    /// the last is the value, and its `{name}`. Empty: the one with the default route;
    /// without one, all that are not `lo`.
    Network(&'static str),
    /// A wireless interface, or the first that is in a network: the `{name}` of that, and
    /// its strength as `{percent}`, which is the value.
    Wireless(&'static str),
    /// The temperature of a file in `/sys`, in `{degrees}` of Celsius, which is the value.
    /// Empty: the hottest of all that the machine knows of.
    Temperature(&'static str),
    /// An element of a sound card's own mixer, such as `Master`: `{percent}`, which is the
    /// value and 0 while it is switched off, and `{muted}`, which is that word then.
    Volume(&'static str),
    /// All batteries together: `{percent}`, which is the value, the `{state}` as `+` for
    /// charging, `-` for discharging and `=` for neither, and the `{time}` until it is full
    /// or empty, as 1:05, where that is known.
    Battery,
    /// The time of day in the machine's zone, with what strftime(3) knows of `%Y %m %d %H
    /// %M %S %a %A %b %B %j %V %G %u %e %y %Z %z %I %p %s %%`; names are English.
    /// The value is the hour.
    Date,
    /// Since the machine was started: `{days}`, `{hours}` of the day and `{minutes}` of the
    /// hour. The value is the days.
    Uptime,
    /// The last line that a program prints, as `{text}`; it is run anew each time. The value
    /// is the number that the line begins with, without a point in it: 1.25 is 125.
    Command(Program),
    /// Likewise, of one that keeps running: each line replaces the last.
    Follow(Program),
    /// The name of the root window, as `xsetroot -name` sets it: `{text}`. The value is the
    /// number that it begins with.
    RootName,
}

impl Check {
    /// The longest interval: a day.
    pub const LONGEST: u32 = 86_400;

    /// One line of a table of checks, looked at as often as the kind makes sense.
    pub const fn new(kind: Kind, label: &'static str, format: &'static str) -> Self {
        let every = kind.interval(format);
        Self { kind, every, label, format, looks: &[], clicks: &[] }
    }

    /// The same, at another interval in seconds.
    #[must_use]
    pub const fn every(self, seconds: u32) -> Self {
        Self { every: seconds, ..self }
    }

    /// The same, with looks that depend on the value.
    #[must_use]
    pub const fn looks(self, looks: &'static [Look]) -> Self {
        Self { looks, ..self }
    }

    /// The same, with something to click.
    #[must_use]
    pub const fn clicks(self, clicks: &'static [(u8, Action)]) -> Self {
        Self { clicks, ..self }
    }

    /// Stops the build where the check makes no sense. Programs and actions are for
    /// [`crate::config::Config`] to look at.
    ///
    /// # Panics
    ///
    /// On a mistake, with a sentence.
    pub(crate) const fn check(&self) {
        assert!(
            self.every >= 1 && self.every <= Self::LONGEST,
            "config: a status check's interval is not between 1 and 86,400 seconds"
        );
        match self.kind {
            Kind::Date => assert!(
                date::is_known(self.format.as_bytes()),
                "config: a date's format has a % that means nothing"
            ),
            kind => assert!(
                format::is_known(self.format.as_bytes(), kind.words()),
                "config: a status check's format has a brace without a word that its kind knows"
            ),
        }
        match self.kind {
            Kind::Disk(name) | Kind::Volume(name) if name.is_empty() => {
                panic!("config: a status check names nothing to be looked at");
            }
            Kind::Disk(name)
            | Kind::Network(name)
            | Kind::Wireless(name)
            | Kind::Temperature(name)
            | Kind::Volume(name) => {
                assert!(!has_nul(name), "config: a status check's path or name has a zero byte");
            }
            _ => {}
        }
        let mut i = 0;
        while i < self.looks.len() {
            if let Some(colour) = self.looks[i].colour {
                assert!(colour <= 0xff_ffff, "config: a colour is not of the form 0xRRGGBB");
            }
            i += 1;
        }
        let mut i = 0;
        while i < self.clicks.len() {
            assert!(
                self.clicks[i].0 >= 1 && self.clicks[i].0 <= 9,
                "config: a mouse button is not between 1 and 9"
            );
            i += 1;
        }
    }
}

impl Look {
    /// From a value on, in a colour.
    pub const fn from(at: i32, colour: u32) -> Self {
        Self { at, below: false, colour: Some(colour), label: None }
    }

    /// Below a value, in a colour.
    pub const fn below(at: i32, colour: u32) -> Self {
        Self { at, below: true, colour: Some(colour), label: None }
    }

    /// From a value on, with another label.
    pub const fn label_from(at: i32, label: &'static str) -> Self {
        Self { at, below: false, colour: None, label: Some(label) }
    }

    /// The same, with another label too.
    #[must_use]
    pub const fn label(self, label: &'static str) -> Self {
        Self { label: Some(label), ..self }
    }
}

impl Kind {
    /// How often it changes, in seconds, as far as a person cares.
    const fn interval(self, format: &str) -> u32 {
        match self {
            Self::Cpu | Self::Memory | Self::Network(_) => 2,
            Self::Load | Self::Temperature(_) => 5,
            Self::Wireless(_) => 10,
            Self::Battery => 15,
            Self::Date if date::has_seconds(format.as_bytes()) => 1,
            Self::Disk(_) | Self::Date | Self::Uptime | Self::Command(_) => 60,
            Self::Volume(_) | Self::Follow(_) | Self::RootName => 1,
        }
    }

    /// Whether it is looked at on a timer; else it is told.
    const fn is_timed(self) -> bool {
        !matches!(self, Self::RootName)
    }

    /// The words that a format may use, in the order of their numbers; see
    /// [`format::write`].
    const fn words(self) -> &'static [u8] {
        match self {
            Self::Cpu => b"#percent",
            Self::Memory => b"#percent *used *available *total *swap",
            Self::Load => b".one .five .fifteen",
            Self::Disk(_) => b"#percent *free *used *total",
            Self::Network(_) => b"*both *down *up $name",
            Self::Wireless(_) => b"#percent $name",
            Self::Temperature(_) => b"#degrees",
            Self::Volume(_) => b"#percent $muted",
            Self::Battery => b"#percent $state :time",
            Self::Date => b"",
            Self::Uptime => b"#days #hours 0minutes",
            Self::Command(_) | Self::Follow(_) | Self::RootName => b"$text",
        }
    }
}

const fn has_nul(text: &str) -> bool {
    let mut i = 0;
    while i < text.len() {
        if text.as_bytes()[i] == 0 {
            return true;
        }
        i += 1;
    }
    false
}
