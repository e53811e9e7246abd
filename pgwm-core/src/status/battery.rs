//! What the kernel says of power supplies, in their `uevent` files in
//! `/sys/class/power_supply` (`Documentation/ABI/testing/sysfs-class-power`). Any bytes give
//! a battery or none.

use super::procfs::{Numbers, lines};

/// All batteries of the machine, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Battery {
    /// How full it is.
    pub(super) percent: u32,
    /// What becomes of it.
    pub(super) state: State,
    /// Minutes until it is full or empty, where that is known.
    pub(super) minutes: Option<u64>,
}

/// What becomes of a battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Charging,
    Discharging,
    /// It is full, or kept as it is.
    Resting,
}

impl State {
    /// As one sign.
    pub(super) const fn sign(self) -> &'static [u8] {
        match self {
            Self::Charging => b"+",
            Self::Discharging => b"-",
            Self::Resting => b"=",
        }
    }
}

/// The power supplies, one `uevent` after the other with a NUL between them. Those that are
/// no battery don't count, nor those of a mouse or a headset.
pub(super) fn read(texts: &[u8]) -> Option<Battery> {
    let (mut now, mut full, mut rate, mut percents, mut count) = (0_u64, 0_u64, 0_u64, 0_u64, 0);
    let (mut state, mut measured) = (State::Resting, true);
    for text in texts.split(|byte| *byte == 0) {
        let field = |name: &[u8]| {
            let mut fields = lines(text).filter_map(|line| line.strip_prefix(b"POWER_SUPPLY_"));
            fields.find_map(|line| line.strip_prefix(name)?.strip_prefix(b"="))
        };
        let number = |name: &[u8]| Numbers(field(name)?).next();
        let is_ours = field(b"TYPE") == Some(b"Battery") && field(b"SCOPE") != Some(b"Device");
        if !is_ours || field(b"PRESENT") == Some(b"0") {
            continue;
        }
        // In µWh and µW, or, where the voltage is to be multiplied with, in µAh and µA.
        // Where there are several, these come near enough to each other.
        let energy = number(b"ENERGY_NOW").zip(number(b"ENERGY_FULL"));
        let charge = || number(b"CHARGE_NOW").zip(number(b"CHARGE_FULL"));
        let level = energy.or_else(charge).filter(|(_, full)| *full > 0);
        let percent = match level {
            Some((now, full)) => Some(percent_of(now, full)),
            None => number(b"CAPACITY"),
        };
        let Some(percent) = percent else { continue };
        percents += percent.min(100);
        count += 1;
        if let Some((its_now, its_full)) = level {
            now = now.saturating_add(its_now.min(its_full));
            full = full.saturating_add(its_full);
        } else {
            measured = false;
        }
        let its_rate = number(b"POWER_NOW").or_else(|| number(b"CURRENT_NOW")).unwrap_or(0);
        rate = rate.saturating_add(its_rate);
        match field(b"STATUS") {
            Some(b"Charging") if state == State::Resting => state = State::Charging,
            // One that empties counts more than one that rests.
            Some(b"Discharging") => state = State::Discharging,
            _ => {}
        }
    }
    if count == 0 {
        return None;
    }
    let percent = if measured { percent_of(now, full) } else { percents / count };
    let rest = match state {
        State::Charging => full - now,
        State::Discharging => now,
        State::Resting => 0,
    };
    // What a battery at rest says of its rate is noise; a day and more is, too.
    let minutes = rest.saturating_mul(60).checked_div(rate);
    let minutes = minutes.filter(|minutes| measured && (1..24 * 60).contains(minutes));
    Some(Battery { percent: percent.min(100) as u32, state, minutes })
}

/// Rounded to the nearest.
fn percent_of(part: u64, whole: u64) -> u64 {
    (part.saturating_mul(100).saturating_add(whole / 2)).checked_div(whole).unwrap_or(0)
}
