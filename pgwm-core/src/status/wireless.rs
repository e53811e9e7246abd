//! What the kernel says of wireless interfaces: its own protocol, nl80211 over generic
//! netlink (`include/uapi/linux/nl80211.h`, `genetlink.h`), as questions and answers, on a
//! little-endian machine. Any bytes are answers. Never talks to anyone.

use alloc::vec::Vec;

/// The family that tells the numbers of families.
const CONTROL: u16 = 16;
const NEW_FAMILY: u8 = 1;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;

const GET_INTERFACE: u8 = 5;
const NEW_INTERFACE: u8 = 7;
const GET_STATION: u8 = 17;
const NEW_STATION: u8 = 19;
const INTERFACE_INDEX: u16 = 3;
const INTERFACE_NAME: u16 = 4;
const STATION: u16 = 21;
const NETWORK_NAME: u16 = 52;
/// In [`STATION`], in dBm.
const SIGNAL: u16 = 7;

/// The header of a message, and that of generic netlink.
const HEADER: usize = 20;

/// Asks for the number of nl80211.
pub fn ask_family() -> Vec<u8> {
    question(CONTROL, GET_FAMILY, FAMILY_NAME, b"nl80211\0")
}

/// The number of nl80211, in the answer.
pub fn family(mut answer: &[u8]) -> Option<u16> {
    let attributes = next_of(&mut answer, NEW_FAMILY)?;
    attribute(attributes, FAMILY_ID)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

/// Asks for all interfaces.
pub fn ask_interfaces(family: u16) -> Vec<u8> {
    question(family, GET_INTERFACE, 0, b"")
}

/// The number of the interface with this name, or, for the empty one, of the first that is
/// in a network, as four bytes in the answer.
pub fn interface<'a>(answer: &'a [u8], name: &str) -> Option<&'a [u8]> {
    attribute(find(answer, name)?, INTERFACE_INDEX)
}

/// Asks for whom an interface is connected to.
pub fn ask_stations(family: u16, interface: &[u8]) -> Vec<u8> {
    question(family, GET_STATION, INTERFACE_INDEX, interface)
}

/// The network that the interface is in, and its strength in percent, from all answers.
pub(super) fn read<'a>(mut answers: &'a [u8], name: &str) -> Option<(&'a [u8], u64)> {
    let network = attribute(find(answers, name)?, NETWORK_NAME)?;
    let station = attribute(next_of(&mut answers, NEW_STATION)?, STATION)?;
    let signal = i32::from(attribute(station, SIGNAL)?.first()?.cast_signed());
    // From -100 dBm, which is nothing, to -50, which is as good as it gets.
    Some((network, (2 * (signal + 100)).clamp(0, 100) as u64))
}

/// What is said of the interface with this name, or of the first that is in a network.
fn find<'a>(mut answer: &'a [u8], name: &str) -> Option<&'a [u8]> {
    loop {
        let attributes = next_of(&mut answer, NEW_INTERFACE)?;
        let its_name = attribute(attributes, INTERFACE_NAME)?;
        let is_meant = match name.as_bytes() {
            b"" => attribute(attributes, NETWORK_NAME).is_some(),
            // It ends in a NUL.
            name => its_name.split_last().is_some_and(|(_, its_name)| its_name == name),
        };
        if is_meant {
            return Some(attributes);
        }
    }
}

/// A question, with one attribute or none; to any family but the one that tells of others
/// it asks for all there is. What is shorter than 256 bytes has one byte for its length, the
/// first.
fn question(family: u16, command: u8, attribute: u16, value: &[u8]) -> Vec<u8> {
    const REQUEST: u8 = 1;
    const DUMP: u8 = 3;
    let attribute_length = if attribute == 0 { 0 } else { 4 + value.len() };
    let length = HEADER + attribute_length;
    let dump = if family == CONTROL { 0 } else { DUMP };
    let [family_low, family_high] = family.to_le_bytes();
    // Length, family, flags, number and sender, which are not needed, command and version;
    // length and kind of the attribute.
    let header = [length as u8, 0, 0, 0, family_low, family_high, REQUEST, dump];
    let rest = [0, 0, 0, 0, 0, 0, 0, 0, command, 0, 0, 0];
    let head = [attribute_length as u8, 0, attribute as u8, 0];
    let mut message = [&header[..], &rest[..], &head[..], value].concat();
    message.truncate(length);
    message
}

/// The attributes of the next message of a sort. The end and errors are of none.
fn next_of<'a>(messages: &mut &'a [u8], command: u8) -> Option<&'a [u8]> {
    loop {
        let length = messages.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))?;
        let message = take(messages, length as usize, HEADER)?;
        if message.get(16) == Some(&command) {
            return message.get(HEADER..);
        }
    }
}

/// The value of an attribute.
fn attribute(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let [length, length_high, kind, kind_high, ..] = *attributes else { return None };
        let length = u16::from_le_bytes([length, length_high]);
        let found = take(&mut attributes, length.into(), 4)?;
        // The highest two bits are flags.
        if u16::from_le_bytes([kind, kind_high]) & 0x3fff == wanted {
            return found.get(4..);
        }
    }
}

/// Takes so many bytes, and those to the next multiple of four; `None` if there aren't so
/// many, or they are less than a header.
fn take<'a>(bytes: &mut &'a [u8], length: usize, least: usize) -> Option<&'a [u8]> {
    let found = bytes.get(..length).filter(|found| found.len() >= least)?;
    *bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some(found)
}
