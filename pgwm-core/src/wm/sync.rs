//! `_NET_WM_SYNC_REQUEST` (EWMH 1.5): a window that counts what it has drawn gets its next
//! size when it has drawn the last one, or takes too long for that. Never decides a size;
//! see `reconcile.rs`, which asks here before it writes one.

use super::ewmh;
use super::question::Question;
use super::reconcile::Context;
use super::table::Table;
use crate::deadline;
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::extension::ExtensionName;
use crate::x11::id::{Alarm, Counter, IdPool, Window};
use crate::x11::sync::{
    AlarmAttributes, AlarmNotify, AlarmState, ChangeAlarm, CreateAlarm, DestroyAlarm, ValueType,
};
use alloc::vec::Vec;
use core::time::Duration;

/// How long a window may draw. Then it counts as one that doesn't count, until it has
/// caught up.
const PATIENCE: Duration = Duration::from_millis(200);

/// How far each window that counts is with drawing.
#[derive(Debug, Default)]
pub struct Pace {
    windows: Table<Window, Counting>,
    /// Alarms that nobody needs any more.
    ended: Vec<Alarm>,
}

/// A window that counts.
#[derive(Debug)]
struct Counting {
    counter: Counter,
    /// Goes off when the counter gets to `value`; `NONE` where the server refused it.
    alarm: Alarm,
    /// Sequence number of the request that created the alarm: what was sent before is
    /// about an earlier one of its number.
    created: u64,
    /// What the counter is to be when everything is drawn.
    value: i64,
    progress: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The counter's value is not known yet.
    Unknown,
    /// Everything is drawn.
    Drawn,
    /// The newest size is being drawn; until when we wait for that, once we know the time.
    Drawing(Option<Duration>),
    /// So it is, but nobody waits any more.
    Late,
    /// The counter is gone.
    Gone,
}

impl Pace {
    /// A window is about to get another size. Whether it has to wait, because it draws the
    /// last one still; else it is told to say when it has drawn this one.
    pub fn holds_back(
        &mut self,
        window: Window,
        is_mapped: bool,
        context: &Context<'_>,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) -> bool {
        let client = context.clients.get(window).filter(|client| client.protocols.sync_request);
        let counter = Counter::new(client.map_or(0, |client| client.sync_counter));
        if self.windows.get(window).is_some_and(|counting| counting.counter != counter) {
            self.forget(window);
        }
        let Some(sync) = out.extensions().get(ExtensionName::Sync) else { return false };
        if counter == Counter::NONE {
            return false;
        }
        let major_opcode = sync.major_opcode;
        let Some(counting) = self.windows.get_mut(window) else {
            let Some(alarm) = ids.next().map(Alarm::new) else { return false };
            // It goes off at once, which tells where the counter stands.
            let attributes = AlarmAttributes {
                counter: Some(counter),
                value_type: Some(ValueType::Relative),
                // The server would count up to the counter's value one by one with another.
                delta: Some(0),
                ..AlarmAttributes::default()
            };
            let created = out.send(&CreateAlarm { major_opcode, id: alarm, attributes });
            let progress = Progress::Unknown;
            let counting = Counting { counter, alarm, created, value: 0, progress };
            self.windows.insert(window, counting);
            return false;
        };
        // A hidden window has no reason to draw.
        if counting.progress == Progress::Drawn && is_mapped {
            counting.value = counting.value.wrapping_add(1);
            counting.progress = Progress::Drawing(None);
            let value = counting.value;
            let attributes = AlarmAttributes {
                value_type: Some(ValueType::Absolute),
                value: Some(value),
                ..AlarmAttributes::default()
            };
            out.send(&ChangeAlarm { major_opcode, id: counting.alarm, attributes });
            let more = [value as u32, (value >> 32) as u32];
            let (protocol, time) = (Atom::NetWmSyncRequest, context.time);
            ewmh::send_protocol_with(window, protocol, time, more, context.atoms, out);
            return false;
        }
        matches!(counting.progress, Progress::Drawing(_))
    }

    /// Forgets a window that is gone or no longer ours.
    pub fn forget(&mut self, window: Window) {
        let counting = self.windows.remove(window);
        let alarm = counting.map(|counting| counting.alarm).filter(|alarm| *alarm != Alarm::NONE);
        self.ended.extend(alarm);
    }

    /// Destroys the alarms that nobody needs any more.
    pub fn clean_up(&mut self, ids: &mut IdPool, out: &mut Connection<Question>) {
        let Some(sync) = out.extensions().get(ExtensionName::Sync) else { return };
        for alarm in self.ended.drain(..) {
            out.send(&DestroyAlarm { major_opcode: sync.major_opcode, alarm });
            ids.give_back(alarm.raw());
        }
    }

    /// Takes in that a counter got to where it was to get, or is gone.
    pub fn alarm_notify(&mut self, notify: &AlarmNotify, sequence: u64) {
        let mut all = self.windows.iter_mut().map(|(_, counting)| counting);
        let is_it = |it: &&mut Counting| it.alarm == notify.alarm && sequence >= it.created;
        let Some(counting) = all.find(is_it) else { return };
        match notify.state {
            AlarmState::Destroyed => {}
            _ if counting.progress == Progress::Unknown => {
                counting.value = notify.counter_value;
                counting.progress = Progress::Drawn;
            }
            _ if notify.counter_value >= counting.value => counting.progress = Progress::Drawn,
            AlarmState::Inactive => counting.progress = Progress::Gone,
            _ => {}
        }
    }

    /// Takes in the error of a request: there is no such counter.
    pub fn failed(&mut self, sequence: u64, ids: &mut IdPool) {
        let mut all = self.windows.iter_mut().map(|(_, counting)| counting);
        if let Some(counting) = all.find(|counting| counting.created == sequence) {
            ids.give_back(counting.alarm.raw());
            (counting.alarm, counting.progress) = (Alarm::NONE, Progress::Gone);
        }
    }

    /// Whether any window is waited for.
    pub fn is_timing(&self) -> bool {
        self.windows.iter().any(|(_, counting)| matches!(counting.progress, Progress::Drawing(_)))
    }

    /// Gives up on windows that take too long; when to look again.
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for (_, counting) in self.windows.iter_mut() {
            let Progress::Drawing(until) = &mut counting.progress else { continue };
            let until = deadline::set(until, now, PATIENCE);
            if until <= now {
                counting.progress = Progress::Late;
            } else {
                next = Some(next.map_or(until, |next| next.min(until)));
            }
        }
        next
    }

    /// The windows that count.
    #[cfg(test)]
    pub fn windows(&self) -> impl Iterator<Item = Window> {
        self.windows.iter().map(|(window, _)| window)
    }

    /// How many alarms there are.
    #[cfg(test)]
    pub fn alarms(&self) -> usize {
        self.windows.iter().filter(|(_, counting)| counting.alarm != Alarm::NONE).count()
    }
}
