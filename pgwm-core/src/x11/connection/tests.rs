//! A model of the server's side of the stream: it answers in order, with 16-bit numbers.

use super::*;
use crate::x11::error::ErrorCode;
use crate::x11::extension::{Extension, ExtensionName};
use crate::x11::id::{Alarm, Window};
use crate::x11::request::{GetInputFocus, NoOperation, QueryTree};
use proptest::prelude::*;

/// A message of 32 bytes and `units` times four, about the request with this number.
fn message(code: u8, sequence: u64, units: u32) -> Vec<u8> {
    let mut bytes = vec![0xa5; 32 + units as usize * 4];
    bytes[0] = code;
    bytes[2..4].copy_from_slice(&(sequence as u16).to_le_bytes());
    if matches!(code, 1 | GENERIC_EVENT) {
        bytes[4..8].copy_from_slice(&units.to_le_bytes());
    }
    bytes
}

fn reply(sequence: u64) -> Vec<u8> {
    message(1, sequence, 0)
}

fn error(sequence: u64) -> Vec<u8> {
    message(0, sequence, 0)
}

fn destroy_notify(sequence: u64) -> Vec<u8> {
    message(17, sequence, 0)
}

/// Whether each request in `bytes` is a question; takes them out.
fn questions(bytes: &mut Vec<u8>) -> Vec<bool> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        found.push(matches!(bytes[at], GetInputFocus::OPCODE | QueryTree::OPCODE));
        at += usize::from(u16::from_le_bytes([bytes[at + 2], bytes[at + 3]])) * 4;
    }
    bytes.clear();
    found
}

const QUESTION: QueryTree = QueryTree { window: Window::new(1) };

#[test]
fn numbers_hold_past_sixteen_bits() {
    let mut connection = Connection::new();
    let mut server = 0_u64;
    let mut answered = 0;
    let mut swallowed = 0;
    let mut batch = 1_u64;
    while connection.sequence() < 700_000 {
        // Batches of growing size, so that answers fall at all distances from the wrap.
        batch = (batch * 5 / 4 + 1) % 200_000;
        for index in 0..batch {
            if index % 70_001 == 7 {
                let number = connection.sequence() + 1;
                assert_eq!(connection.ask(&QUESTION, number), number);
            } else {
                let before = connection.sequence();
                let number = connection.send(&NoOperation);
                // One more when a question of the connection's own went before.
                assert!(number == before + 1 || number == before + 2);
                assert_eq!(number, connection.sequence());
            }
        }
        // The server reads all of it only now, and answers all of it.
        let mut silence = 0;
        for is_question in questions(connection.output()) {
            server += 1;
            silence = if is_question { 0 } else { silence + 1 };
            assert!(silence < 0xffff);
            if server.is_multiple_of(1000) {
                let bytes = destroy_notify(server);
                let Ok(Some((Incoming::Event { sequence, .. }, 32))) = connection.cut(&bytes)
                else {
                    panic!("no event");
                };
                assert_eq!(sequence, server);
            }
            if !is_question && server.is_multiple_of(997) {
                let bytes = error(server);
                match connection.cut(&bytes) {
                    Ok(Some((Incoming::Error { sequence, tag: None, .. }, 32))) => {
                        assert_eq!(sequence, server);
                    }
                    other => panic!("{other:?}"),
                }
            }
            if is_question {
                let fails = server.is_multiple_of(3);
                let bytes = if fails { error(server) } else { reply(server) };
                match connection.cut(&bytes) {
                    Ok(Some((Incoming::Reply { sequence, tag, .. }, 32))) if !fails => {
                        assert_eq!((sequence, tag), (server, server));
                        answered += 1;
                    }
                    Ok(Some((Incoming::Error { sequence, tag: Some(tag), .. }, 32))) if fails => {
                        assert_eq!((sequence, tag), (server, server));
                        answered += 1;
                    }
                    Ok(Some((Incoming::Nothing, 32))) if !fails => swallowed += 1,
                    Ok(Some((Incoming::Error { sequence, tag: None, .. }, 32))) if fails => {
                        assert_eq!(sequence, server);
                        swallowed += 1;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(server, connection.sequence());
        assert_eq!(connection.awaiting_after(0), 0);
    }
    assert!(answered > 10 && swallowed > 3, "{answered} {swallowed}");
}

#[test]
fn half_a_message_is_none() {
    let mut connection = Connection::new();
    connection.ask(&QUESTION, "tag");
    for whole in [message(1, 1, 5), message(17, 1, 0), message(0, 1, 0), message(35, 0, 3)] {
        for length in 0..whole.len() {
            assert_eq!(connection.cut(&whole[..length]), Ok(None));
        }
        let mut more = whole.clone();
        more.extend([0xff; 40]);
        let mut connection = connection.clone();
        let cut = connection.cut(&more).map(|cut| cut.map(|(_, length)| length));
        assert_eq!(cut, Ok(Some(whole.len())));
    }
    assert_eq!(connection.awaiting_after(0), 1);
}

#[test]
fn a_server_that_does_not_keep_its_word_is_found_out() {
    let asked = || {
        let mut connection = Connection::new();
        connection.send(&NoOperation);
        connection.ask(&QUESTION, 'a');
        connection.ask(&QUESTION, 'b');
        connection
    };
    for bad in [
        reply(1),                                                          // no question
        reply(3),                                                          // leaves one out
        error(3),                                                          // likewise
        destroy_notify(3),                                                 // likewise
        reply(4),                                                          // not sent yet
        destroy_notify(4),                                                 // likewise
        message(1, 2, 0)[..4].iter().copied().chain([0xff; 28]).collect(), // 16 GiB
    ] {
        assert_eq!(asked().cut(&bad), Err(Malformed), "{bad:?}");
    }
    let mut connection = asked();
    assert!(connection.cut(&reply(2)).is_ok());
    assert_eq!(connection.cut(&reply(2)), Err(Malformed), "answered twice");
}

#[test]
fn events_without_a_number_or_a_meaning_pass() {
    let mut connection: Connection<()> = Connection::new();
    connection.send(&NoOperation);
    // Its third byte is the state of keys.
    let keymap = message(KEYMAP_NOTIFY, 0xa5a5, 0);
    let unknown = |sequence, synthetic, code| Incoming::Event {
        sequence,
        synthetic,
        event: Event::Unknown { code },
    };
    assert_eq!(connection.cut(&keymap), Ok(Some((unknown(0, false, 11), 32))));
    assert_eq!(connection.cut(&message(35, 1, 4)), Ok(Some((unknown(1, false, 35), 48))));
    assert_eq!(connection.cut(&message(0x80 | 0x63, 1, 0)), Ok(Some((unknown(1, true, 0x63), 32))));
}

#[test]
fn errors_come_back_with_what_they_are_about() {
    let mut connection = Connection::new();
    connection.ask(&QUESTION, "tag");
    let mut bytes = error(1);
    bytes[1] = 3;
    bytes[4..12].copy_from_slice(&[1, 0, 0x40, 0, 0, 0, 15, 0]);
    let Ok(Some((Incoming::Error { tag: Some("tag"), error, .. }, 32))) = connection.cut(&bytes)
    else {
        panic!("no error");
    };
    assert_eq!(error.code, ErrorCode::Window);
    assert_eq!(error.to_string(), "BadWindow (QueryTree, 0x400001)");
    assert_eq!(connection.awaiting_after(0), 0);
}

#[test]
fn an_extension_is_understood_once_its_numbers_are_known() {
    let mut connection: Connection<()> = Connection::new();
    connection.send(&NoOperation);
    let event = message(98, 1, 0);
    let mut error = message(0, 1, 0);
    error[1] = 153;
    error[8..11].copy_from_slice(&[8, 0, 133]);
    let told = |connection: &mut Connection<()>| {
        let Ok(Some((Incoming::Event { event, .. }, 32))) = connection.cut(&event) else {
            panic!("no event");
        };
        let Ok(Some((Incoming::Error { error, .. }, 32))) = connection.cut(&error) else {
            panic!("no error");
        };
        (event, error.to_string())
    };
    let before = "error 153 (extension request, 0xa5a5a5a5)".to_owned();
    assert_eq!(told(&mut connection), (Event::Unknown { code: 98 }, before));
    let sync = Extension { major_opcode: 133, first_event: 97, first_error: 152 };
    connection.extensions().set(ExtensionName::Sync, Some(sync));
    let (event, error) = told(&mut connection);
    assert!(matches!(event, Event::AlarmNotify(it) if it.alarm == Alarm::new(0xa5a5_a5a5)));
    assert_eq!(error, "BadAlarm (SYNC CreateAlarm, 0xa5a5a5a5)");
}

proptest! {
    #[test]
    fn any_bytes_are_messages_or_malformed(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        code in 0_u8..40,
        sequence in 0_u8..4,
        units in 0_u8..20,
    ) {
        let mut bytes = bytes;
        if let [first, _, low, high, length, a, b, c, ..] = &mut bytes[..] {
            (*first, *low, *high) = (code, sequence, 0);
            (*length, *a, *b, *c) = (units, 0, 0, 0);
        }
        let mut connection = Connection::new();
        connection.ask(&QUESTION, ());
        connection.send(&NoOperation);
        let mut rest = &bytes[..];
        while let Ok(Some((_, length))) = connection.cut(rest) {
            prop_assert!(length >= 32);
            rest = &rest[length..];
        }
    }
}
