//! The SYNC extension (X Synchronization Extension Protocol, version 3.1): alarms on the
//! counters that clients count their frames with. Never makes or sets a counter, and never
//! makes anyone wait.

use alloc::vec::Vec;

use super::event::Head;
use super::id::{Alarm, Counter, Timestamp};
use super::reply::parts;
use super::request::{Names, Request, names};
use super::wire::{Malformed, Writer};

/// The version that this file follows.
pub const VERSION: (u8, u8) = (3, 1);

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    Initialize = "SYNC Initialize",
    QueryCounter = "SYNC QueryCounter",
    CreateAlarm = "SYNC CreateAlarm",
    ChangeAlarm = "SYNC ChangeAlarm",
    DestroyAlarm = "SYNC DestroyAlarm",
    _ = "SYNC request"
};

/// Tells the server our version, and asks for its own. The first request that the server
/// takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Initialize {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The version's first number.
    pub desired_major_version: u8,
    /// The version's second number.
    pub desired_minor_version: u8,
}

impl Request for Initialize {
    const OPCODE: u8 = 0;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u8(self.desired_major_version)
            .u8(self.desired_minor_version)
            .finish();
    }
}

/// The server's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitializeReply {
    /// The version's first number.
    pub major_version: u8,
    /// The version's second number.
    pub minor_version: u8,
}

impl InitializeReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { major_version: head.u8(8), minor_version: head.u8(9) })
    }
}

/// Asks for a counter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryCounter {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The counter.
    pub counter: Counter,
}

impl Request for QueryCounter {
    const OPCODE: u8 = 5;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.counter.raw()).finish();
    }
}

/// A counter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryCounterReply {
    /// The value.
    pub counter_value: i64,
}

impl QueryCounterReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { counter_value: head.i64(8) })
    }
}

/// What an alarm's value counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// From zero.
    Absolute = 0,
    /// From what the counter is now.
    Relative = 1,
}

/// When an alarm goes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestType {
    /// When the counter comes from below the value to it or above.
    PositiveTransition = 0,
    /// When the counter comes from above the value to it or below.
    NegativeTransition = 1,
    /// When the counter is at the value or above.
    PositiveComparison = 2,
    /// When the counter is at the value or below.
    NegativeComparison = 3,
}

/// The attributes of an alarm. Those that are None keep their value; in a new alarm they
/// are no counter, 0 absolute, a positive comparison, a delta of 1, and events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlarmAttributes {
    /// The counter; `NONE` makes the alarm inactive.
    pub counter: Option<Counter>,
    /// What the value counts from.
    pub value_type: Option<ValueType>,
    /// The value that the alarm waits for.
    pub value: Option<i64>,
    /// When the alarm goes off.
    pub test_type: Option<TestType>,
    /// What is added to the value, each time that the alarm goes off, until it would not
    /// go off any more; not against the direction of the test. 0 makes the alarm inactive
    /// instead.
    pub delta: Option<i64>,
    /// Whether we get an [`AlarmNotify`].
    pub events: Option<bool>,
}

impl AlarmAttributes {
    fn write<'a>(&self, writer: Writer<'a>) -> Writer<'a> {
        let high = |value: i64| (value >> 32) as u32;
        let low = |value: i64| value as u32;
        // One bit of the mask stands for both halves of a value.
        let present = [
            self.counter.is_some(),
            self.value_type.is_some(),
            self.value.is_some(),
            self.test_type.is_some(),
            self.delta.is_some(),
            self.events.is_some(),
        ];
        let mask = present.iter().rev().fold(0, |mask, is| mask << 1 | u32::from(*is));
        let values = [
            self.counter.map(Counter::raw),
            self.value_type.map(|it| it as u32),
            self.value.map(high),
            self.value.map(low),
            self.test_type.map(|it| it as u32),
            self.delta.map(high),
            self.delta.map(low),
            self.events.map(u32::from),
        ];
        values.into_iter().flatten().fold(writer.u32(mask), Writer::u32)
    }
}

/// Creates an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateAlarm {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The new alarm's id.
    pub id: Alarm,
    /// Everything else.
    pub attributes: AlarmAttributes,
}

impl Request for CreateAlarm {
    const OPCODE: u8 = 8;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.id.raw());
        self.attributes.write(writer).finish();
    }
}

/// Changes an alarm; then it is tested anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeAlarm {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The alarm.
    pub id: Alarm,
    /// What to change.
    pub attributes: AlarmAttributes,
}

impl Request for ChangeAlarm {
    const OPCODE: u8 = 9;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.id.raw());
        self.attributes.write(writer).finish();
    }
}

/// Destroys an alarm; a last [`AlarmNotify`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestroyAlarm {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The alarm.
    pub alarm: Alarm,
}

impl Request for DestroyAlarm {
    const OPCODE: u8 = 11;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.alarm.raw()).finish();
    }
}

/// What has become of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmState {
    /// It will go off again.
    Active,
    /// It won't, unless it is changed: its delta is 0, or its counter is gone.
    Inactive,
    /// It is gone.
    Destroyed,
    /// A number that the protocol does not have.
    Other(u8),
}

/// An alarm went off, or its state changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmNotify {
    /// The alarm.
    pub alarm: Alarm,
    /// The counter's value.
    pub counter_value: i64,
    /// The value that the alarm waited for.
    pub alarm_value: i64,
    /// When.
    pub timestamp: Timestamp,
    /// What has become of the alarm.
    pub state: AlarmState,
}

impl AlarmNotify {
    /// Reads the event with this number among the extension's; None if it is another one.
    pub(super) fn read(number: u8, head: Head<'_>) -> Option<Self> {
        (number == 1).then(|| Self {
            alarm: Alarm::new(head.u32(4)),
            counter_value: head.i64(8),
            alarm_value: head.i64(16),
            timestamp: Timestamp(head.u32(24)),
            state: match head.u8(28) {
                0 => AlarmState::Active,
                1 => AlarmState::Inactive,
                2 => AlarmState::Destroyed,
                other => AlarmState::Other(other),
            },
        })
    }
}
