//! What the kernel says of power supplies, in their `uevent` files in
//! `/sys/class/power_supply` (`Documentation/ABI/testing/sysfs-class-power`). Any bytes give
//! a battery or none.

use super::procfs::{find, next_text};

/// All batteries of the machine, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Battery {
    /// How full it is.
    pub(super) percent: u64,
    /// `+` while it charges, `-` while it empties, `=` where it does neither.
    pub(super) state: &'static [u8],
    /// Minutes until it is full or empty; 0 where that is not known.
    pub(super) minutes: u64,
}

/// What is read of a supply.
const FIELDS: [&[u8]; 10] = [
    b"TYPE=",
    b"SCOPE=",
    b"STATUS=",
    b"CAPACITY=",
    b"ENERGY_NOW=",
    b"ENERGY_FULL=",
    b"POWER_NOW=",
    b"CHARGE_NOW=",
    b"CHARGE_FULL=",
    b"CURRENT_NOW=",
];
const BATTERY: u64 = b'B' as u64;
const DEVICE: u64 = b'D' as u64;
const CHARGING: u64 = b'C' as u64;
const DISCHARGING: u64 = b'D' as u64;
const NOTHING: u64 = u64::MAX;

/// The power supplies, one `uevent` after the other with a NUL between them. Those that are
/// no battery don't count, nor those of a mouse or a headset.
pub(super) fn read(mut texts: &[u8]) -> Option<Battery> {
    let [mut all_now, mut all_full, mut all_rate, mut state] = [0_u64; 4];
    while let Some(text) = next_text(&mut texts) {
        let mut found = [0; FIELDS.len()];
        found[3] = NOTHING;
        find(text, b"POWER_SUPPLY_", &FIELDS, &mut found);
        let [kind, scope, status, capacity, energy, most, power, charge, most_charge, current] =
            found;
        if kind != BATTERY || scope == DEVICE {
            continue;
        }
        // In µWh and µW, or in µAh and µA; where there are several they are alike. Some say
        // only how full they are.
        let (now, full, rate) = if most > 0 {
            (energy, most, power)
        } else if most_charge > 0 {
            (charge, most_charge, current)
        } else if capacity != NOTHING {
            (capacity, 100, 0)
        } else {
            continue;
        };
        all_now = all_now.saturating_add(now.min(full));
        all_full = all_full.saturating_add(full);
        all_rate = all_rate.saturating_add(rate);
        // One that empties counts more than others that don't.
        if status == DISCHARGING || (status == CHARGING && state == 0) {
            state = status;
        }
    }
    let percent = percent_of(all_now, all_full)?;
    let (state, left) = match state {
        DISCHARGING => (&b"-"[..], all_now),
        CHARGING => (&b"+"[..], all_full - all_now),
        _ => (&b"="[..], 0),
    };
    let minutes = left.saturating_mul(60).checked_div(all_rate).unwrap_or(0);
    // More than a day is one that hardly does anything.
    Some(Battery { percent, state, minutes: if minutes < 24 * 60 { minutes } else { 0 } })
}

/// Rounded to the nearest; `None` of nothing.
pub(super) fn percent_of(part: u64, whole: u64) -> Option<u64> {
    let rounded = part.saturating_mul(100).saturating_add(whole / 2);
    Some(rounded.checked_div(whole)?.min(100))
}
