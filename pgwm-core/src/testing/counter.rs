//! The model's SYNC counters, which clients own, and the window manager's alarms on them.
//! Never knows counters of the server itself, nor fences.

use x11rb_protocol::protocol::{Request, sync};
use x11rb_protocol::x11_utils::Serialize;

use super::{BAD_ID_CHOICE, BAD_MATCH, BAD_VALUE, ModelServer, NONE, OWNER, Outcome, WM};

/// An alarm: what it waits for, and how it goes on after that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alarm {
    counter: u32,
    value: i64,
    test: sync::TESTTYPE,
    delta: i64,
    events: bool,
    state: sync::ALARMSTATE,
}

impl Alarm {
    /// As the specification has it where nothing else is said.
    const NEW: Self = Self {
        counter: NONE,
        value: 0,
        test: sync::TESTTYPE::POSITIVE_COMPARISON,
        delta: 1,
        events: true,
        state: sync::ALARMSTATE::INACTIVE,
    };

    /// Whether it goes off where the counter went from one value to another.
    fn holds(&self, before: Option<i64>, now: i64) -> bool {
        match self.test {
            sync::TESTTYPE::POSITIVE_COMPARISON => now >= self.value,
            sync::TESTTYPE::NEGATIVE_COMPARISON => now <= self.value,
            sync::TESTTYPE::POSITIVE_TRANSITION => {
                now >= self.value && before.is_none_or(|before| before < self.value)
            }
            _ => now <= self.value && before.is_none_or(|before| before > self.value),
        }
    }

    /// Goes off: waits for the next value that is not there yet, or for nothing any more.
    fn go_off(&mut self, now: i64) {
        let is_comparison = matches!(
            self.test,
            sync::TESTTYPE::POSITIVE_COMPARISON | sync::TESTTYPE::NEGATIVE_COMPARISON
        );
        if is_comparison && self.delta == 0 {
            self.state = sync::ALARMSTATE::INACTIVE;
            return;
        }
        let (value, delta) = (i128::from(self.value), i128::from(self.delta));
        let steps = if is_comparison { (i128::from(now) - value) / delta + 1 } else { 1 };
        match i64::try_from(value + steps * delta) {
            Ok(next) => self.value = next,
            Err(_) => self.state = sync::ALARMSTATE::INACTIVE,
        }
    }
}

const fn number(value: sync::Int64) -> i64 {
    (value.hi as i64) << 32 | value.lo as i64
}

const fn int64(value: i64) -> sync::Int64 {
    sync::Int64 { hi: (value >> 32) as i32, lo: value as u32 }
}

// What clients do.
impl ModelServer {
    /// The client of a window creates a counter.
    pub(crate) fn create_counter(&mut self, client: u32, value: i64) -> u32 {
        let first = (client & OWNER) + 0x1_0000;
        let id =
            (first..first + 0x1000).find(|id| !self.counters.contains_key(id)).unwrap_or(first);
        self.counters.insert(id, value);
        id
    }

    /// A client sets its counter.
    pub(crate) fn set_counter(&mut self, id: u32, value: i64) {
        self.tick();
        let Some(counter) = self.counters.get_mut(&id) else { return };
        let before = std::mem::replace(counter, value);
        let is_of = |alarm: &Alarm| {
            alarm.counter == id
                && alarm.state == sync::ALARMSTATE::ACTIVE
                && alarm.holds(Some(before), value)
        };
        let all: Vec<u32> =
            self.alarms.iter().filter(|(_, it)| is_of(it)).map(|(id, _)| *id).collect();
        for alarm in all {
            self.go_off(alarm);
        }
    }

    /// A counter's value, while there is one.
    pub(crate) fn counter(&self, id: u32) -> Option<i64> {
        self.counters.get(&id).copied()
    }

    /// How many alarms there are.
    pub(crate) fn alarm_count(&self) -> usize {
        self.alarms.len()
    }

    /// The counters of a client end with it; the alarms that wait for them wait for nothing.
    pub(crate) fn end_counters(&mut self, client: u32) {
        let is_of = |id: &u32| id & OWNER == client & OWNER;
        let all: Vec<u32> = self.counters.keys().copied().filter(is_of).collect();
        for counter in all {
            let value = self.counters.remove(&counter).unwrap_or(0);
            for (id, alarm) in self.alarms.clone() {
                if alarm.counter == counter {
                    let alarm = Alarm { state: sync::ALARMSTATE::INACTIVE, ..alarm };
                    self.put_alarm(id, alarm, value, alarm.value);
                    self.alarms.insert(id, Alarm { counter: NONE, ..alarm });
                }
            }
        }
    }
}

// What the window manager asks for.
impl ModelServer {
    fn first_sync_error(&self) -> u8 {
        let numbers = self.extensions.numbers(sync::X11_EXTENSION_NAME);
        numbers.map_or(0, |it| it.first_error)
    }

    fn counter_value(&self, id: u32) -> Result<i64, (u8, u32)> {
        self.counter(id).ok_or((self.first_sync_error(), id))
    }

    fn alarm(&self, id: u32) -> Result<Alarm, (u8, u32)> {
        self.alarms.get(&id).copied().ok_or((self.first_sync_error() + 1, id))
    }

    fn go_off(&mut self, id: u32) {
        let Some(alarm) = self.alarms.get_mut(&id) else { return };
        let waited_for = alarm.value;
        let now = self.counters.get(&alarm.counter).copied().unwrap_or(0);
        if alarm.counter == NONE {
            alarm.state = sync::ALARMSTATE::INACTIVE;
        } else {
            alarm.go_off(now);
        }
        let alarm = *alarm;
        self.put_alarm(id, alarm, now, waited_for);
    }

    fn put_alarm(&mut self, id: u32, alarm: Alarm, counter: i64, waited_for: i64) {
        let numbers = self.extensions.numbers(sync::X11_EXTENSION_NAME);
        if let Some(numbers) = numbers.filter(|_| alarm.events) {
            let event = sync::AlarmNotifyEvent {
                response_type: numbers.first_event + sync::ALARM_NOTIFY_EVENT,
                kind: sync::ALARM_NOTIFY_EVENT,
                sequence: 0,
                alarm: id,
                counter_value: int64(counter),
                alarm_value: int64(waited_for),
                timestamp: self.time,
                state: alarm.state,
            };
            self.put(event.into());
        }
    }

    /// An alarm as these attributes change it.
    fn changed(&self, mut alarm: Alarm, new: &sync::ChangeAlarmAux) -> Result<Alarm, (u8, u32)> {
        alarm.counter = new.counter.unwrap_or(alarm.counter);
        alarm.test = new.test_type.unwrap_or(alarm.test);
        alarm.delta = new.delta.map_or(alarm.delta, number);
        alarm.events = new.events.map_or(alarm.events, |events| events != 0);
        let now =
            if alarm.counter == NONE { None } else { Some(self.counter_value(alarm.counter)?) };
        if let Some(value) = new.value.map(number) {
            let is_relative = new.value_type == Some(sync::VALUETYPE::RELATIVE);
            let start = match now {
                Some(now) if is_relative => now,
                None if is_relative => return Err((BAD_MATCH, 0)),
                _ => 0,
            };
            alarm.value = start.checked_add(value).ok_or((BAD_VALUE, value as u32))?;
        }
        let is_upward = matches!(
            alarm.test,
            sync::TESTTYPE::POSITIVE_COMPARISON | sync::TESTTYPE::POSITIVE_TRANSITION
        );
        if if is_upward { alarm.delta < 0 } else { alarm.delta > 0 } {
            return Err((BAD_MATCH, 0));
        }
        alarm.state =
            if now.is_some() { sync::ALARMSTATE::ACTIVE } else { sync::ALARMSTATE::INACTIVE };
        Ok(alarm)
    }

    /// Requests of SYNC.
    pub(super) fn carry_out_sync(&mut self, request: &Request<'_>) -> Outcome {
        let sequence = self.sequence as u16;
        match request {
            Request::SyncInitialize(_) => {
                let (major_version, minor_version) = (3, 1);
                let reply =
                    sync::InitializeReply { sequence, length: 0, major_version, minor_version };
                self.answer(reply.serialize().to_vec());
            }
            Request::SyncQueryCounter(it) => {
                let counter_value = int64(self.counter_value(it.counter)?);
                let reply = sync::QueryCounterReply { sequence, length: 0, counter_value };
                self.answer(reply.serialize().to_vec());
            }
            Request::SyncCreateAlarm(it) => {
                let is_used = self.alarms.contains_key(&it.id) || self.windows.contains_key(&it.id);
                if it.id & OWNER != WM || is_used {
                    return Err((BAD_ID_CHOICE, it.id));
                }
                let new = sync::ChangeAlarmAux {
                    counter: it.value_list.counter,
                    value_type: it.value_list.value_type,
                    value: it.value_list.value,
                    test_type: it.value_list.test_type,
                    delta: it.value_list.delta,
                    events: it.value_list.events,
                };
                let alarm = self.changed(Alarm::NEW, &new)?;
                self.alarms.insert(it.id, alarm);
                if self.counter(alarm.counter).is_some_and(|now| alarm.holds(None, now)) {
                    self.go_off(it.id);
                }
            }
            Request::SyncChangeAlarm(it) => {
                let alarm = self.changed(self.alarm(it.id)?, &it.value_list)?;
                self.alarms.insert(it.id, alarm);
                // Without a counter it goes off as well, for the last time.
                if self.counter(alarm.counter).is_none_or(|now| alarm.holds(None, now)) {
                    self.go_off(it.id);
                }
            }
            Request::SyncDestroyAlarm(it) => {
                let alarm = Alarm { state: sync::ALARMSTATE::DESTROYED, ..self.alarm(it.alarm)? };
                self.alarms.remove(&it.alarm);
                let now = self.counter(alarm.counter).unwrap_or(0);
                self.put_alarm(it.alarm, alarm, now, alarm.value);
            }
            _ => panic!("no request about counters"),
        }
        Ok(())
    }
}
