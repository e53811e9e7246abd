//! The model itself, asked in bytes that neither it nor our codec wrote.

use std::borrow::Cow;

use x11rb_protocol::protocol::{Event, randr, sync, xinerama, xkb, xproto as x};
use x11rb_protocol::x11_utils::TryParse;

use super::{ModelServer, ROOT, WM};
use crate::geometry::Rect;

/// A request's bytes, in pieces, and descriptors, of which there are none.
type Bytes<'a, const PIECES: usize, Descriptor> = ([Cow<'a, [u8]>; PIECES], Vec<Descriptor>);

const BAD_REQUEST: u8 = 1;
const BAD_WINDOW: u8 = 3;

/// Has a request carried out, and gives all that was said since the last one.
fn ask<const N: usize, D>(server: &mut ModelServer, request: Bytes<'_, N, D>) -> Vec<Vec<u8>> {
    let (pieces, _) = request;
    server.write(&pieces.concat());
    assert!(server.serve(), "a whole request");
    assert_eq!(server.unserved(), [], "no more than it");
    heard(server)
}

/// What was said to the window manager, a message each.
fn heard(server: &mut ModelServer) -> Vec<Vec<u8>> {
    let bytes = std::mem::take(&mut server.outgoing);
    let mut rest = &bytes[..];
    let mut all = Vec::new();
    while let Some((head, _)) = rest.split_first_chunk::<32>() {
        let more = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let length = if head[0] == 1 { 32 + 4 * more } else { 32 };
        all.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    assert_eq!(rest, [], "whole messages");
    all
}

fn reply<Reply: TryParse>(messages: &[Vec<u8>]) -> Reply {
    let reply = messages.iter().find(|it| it[0] == 1).expect("a reply");
    let (reply, rest) = Reply::try_parse(reply).expect("a reply to this question");
    assert_eq!(rest, [], "no more than the reply");
    reply
}

/// The only message, an error: its code and the value that was wrong.
fn error(messages: &[Vec<u8>]) -> (u8, u32) {
    let [message] = messages else { panic!("{messages:?}") };
    assert_eq!(message[0], 0, "an error");
    (message[1], u32::from_le_bytes([message[4], message[5], message[6], message[7]]))
}

fn events(server: &ModelServer, messages: &[Vec<u8>]) -> Vec<Event> {
    let events = messages.iter().filter(|it| it[0] > 1);
    events.map(|it| Event::parse(it, &server.extensions).unwrap()).collect()
}

fn major(server: &mut ModelServer, name: &'static str) -> Option<u8> {
    let said = ask(server, x::QueryExtensionRequest { name: name.as_bytes().into() }.serialize());
    let reply: x::QueryExtensionReply = reply(&said);
    reply.present.then_some(reply.major_opcode)
}

/// An extension is there if the test says so; a request of one that is not is an error.
#[test]
fn extensions_come_and_go() {
    let mut server = ModelServer::new();
    let names = [
        (randr::X11_EXTENSION_NAME, true),
        (sync::X11_EXTENSION_NAME, true),
        (xkb::X11_EXTENSION_NAME, true),
        (xinerama::X11_EXTENSION_NAME, false),
        ("MIT-SHM", false),
    ];
    for (name, is_there) in names {
        assert_eq!(major(&mut server, name).is_some(), is_there, "{name}");
    }
    server.set_extension("XINERAMA", true);
    let major = major(&mut server, "XINERAMA").unwrap();
    let active: xinerama::IsActiveReply =
        reply(&ask(&mut server, xinerama::IsActiveRequest.serialize(major)));
    assert_eq!(active.state, 1);
    server.set_extension("XINERAMA", false);
    let said = ask(&mut server, xinerama::IsActiveRequest.serialize(major));
    assert_eq!(error(&said), (BAD_REQUEST, 0));
    assert_eq!((said[0][8], said[0][10]), (xinerama::IS_ACTIVE_REQUEST, major));
}

/// Monitors are what the test says; the root window grows and shrinks with them, and who
/// wants to hear of it does, in this order.
#[test]
fn monitors_change_under_whoever_looks() {
    let mut server = ModelServer::new();
    server.set_extension("XINERAMA", true);
    let major_of = major;
    let major = major_of(&mut server, "RANDR").unwrap();
    let version = randr::QueryVersionRequest { major_version: 1, minor_version: 6 };
    let version: randr::QueryVersionReply = reply(&ask(&mut server, version.serialize(major)));
    assert_eq!((version.major_version, version.minor_version), (1, 5));
    let enable = randr::NotifyMask::SCREEN_CHANGE
        | randr::NotifyMask::CRTC_CHANGE
        | randr::NotifyMask::OUTPUT_CHANGE;
    let nowhere = randr::SelectInputRequest { window: 7, enable };
    assert_eq!(error(&ask(&mut server, nowhere.serialize(major))), (BAD_WINDOW, 7));
    ask(&mut server, randr::SelectInputRequest { window: ROOT, enable }.serialize(major));

    let (left, right) = (Rect::new(0, 0, 800, 600), Rect::new(800, -10, 640, 480));
    server.set_monitors(&[("left", left, false), ("right", right, true)]);
    let said = heard(&mut server);
    let told = events(&server, &said);
    let [Event::RandrScreenChangeNotify(screen), changes @ ..] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((screen.width, screen.height, screen.request_window), (1440, 600, ROOT));
    // The old one went and two came: of each its driver and its output.
    assert_eq!(changes.len(), 6);
    assert!(changes.iter().all(|it| matches!(it, Event::RandrNotify(_))));

    let get = randr::GetMonitorsRequest { window: ROOT, get_active: true };
    let monitors: randr::GetMonitorsReply = reply(&ask(&mut server, get.serialize(major)));
    let all: Vec<_> =
        monitors.monitors.iter().map(|it| (it.name, it.primary, it.x, it.y, it.width)).collect();
    let names = ["left", "right"].map(|name| server.atom(name));
    assert_eq!(all, [(names[0], false, 0, 0, 800), (names[1], true, 800, -10, 640)]);
    let xinerama = major_of(&mut server, "XINERAMA").unwrap();
    let screens = ask(&mut server, xinerama::QueryScreensRequest.serialize(xinerama));
    let screens: xinerama::QueryScreensReply = reply(&screens);
    assert_eq!(screens.screen_info.len(), 2);

    server.set_monitors(&[("left", left, false), ("right", right, true)]);
    assert_eq!(heard(&mut server).len(), 0, "nothing changed");
    server.set_monitors(&[]);
    assert_eq!(heard(&mut server).len(), 5, "both went");
    assert_eq!(server.windows[&ROOT].place.width, 1440, "the root window stays");
    server.randr_version = (1, 4);
    assert_eq!(error(&ask(&mut server, get.serialize(major))), (BAD_REQUEST, 0));
}

/// The only monitor follows the root window's size.
#[test]
fn the_only_monitor_is_the_screen() {
    let mut server = ModelServer::new();
    let major = major(&mut server, "RANDR").unwrap();
    server.resize_root(321, 123);
    let get = randr::GetMonitorsRequest { window: ROOT, get_active: true };
    let monitors: randr::GetMonitorsReply = reply(&ask(&mut server, get.serialize(major)));
    assert_eq!((monitors.monitors[0].width, monitors.monitors[0].height), (321, 123));
}

const ALARM: u32 = WM | 9;

fn int64(value: i64) -> sync::Int64 {
    sync::Int64 { hi: (value >> 32) as i32, lo: value as u32 }
}

fn number(it: sync::Int64) -> i64 {
    i64::from(it.hi) << 32 | i64::from(it.lo)
}

fn create_alarm(server: &mut ModelServer, values: &sync::CreateAlarmAux) -> Vec<Vec<u8>> {
    let major = major(server, "SYNC").unwrap();
    let request = sync::CreateAlarmRequest { id: ALARM, value_list: Cow::Borrowed(values) };
    ask(server, request.serialize(major))
}

/// What the alarm said: the counter's value, the one that was waited for, and its state.
fn alarms(server: &mut ModelServer) -> Vec<(i64, i64, sync::ALARMSTATE)> {
    let said = heard(server);
    let alarm = |event| match event {
        Event::SyncAlarmNotify(it) => (number(it.counter_value), number(it.alarm_value), it.state),
        other => panic!("{other:?}"),
    };
    events(server, &said).into_iter().map(alarm).collect()
}

/// An alarm goes off when its counter gets to its value, and then waits for the next one.
#[test]
fn an_alarm_goes_off_at_its_value_and_goes_on() {
    let mut server = ModelServer::new();
    let counter = server.create_counter(0x0040_0001, -5);
    let major = major(&mut server, "SYNC").unwrap();
    let value: sync::QueryCounterReply =
        reply(&ask(&mut server, sync::QueryCounterRequest { counter }.serialize(major)));
    assert_eq!(number(value.counter_value), -5);

    let values = sync::CreateAlarmAux::new()
        .counter(counter)
        .value(int64(1 << 33))
        .delta(int64(10))
        .test_type(sync::TESTTYPE::POSITIVE_COMPARISON);
    assert_eq!(create_alarm(&mut server, &values).len(), 0);
    server.set_counter(counter, (1 << 33) - 1);
    assert_eq!(alarms(&mut server), []);
    server.set_counter(counter, (1 << 33) + 25);
    let active = sync::ALARMSTATE::ACTIVE;
    assert_eq!(alarms(&mut server), [((1 << 33) + 25, 1 << 33, active)]);
    server.set_counter(counter, (1 << 33) + 29);
    assert_eq!(alarms(&mut server), []);
    server.set_counter(counter, (1 << 33) + 30);
    assert_eq!(alarms(&mut server), [((1 << 33) + 30, (1 << 33) + 30, active)]);

    let once = sync::ChangeAlarmAux::new().value(int64(0)).delta(int64(0));
    let request = sync::ChangeAlarmRequest { id: ALARM, value_list: Cow::Borrowed(&once) };
    let said = ask(&mut server, request.serialize(major));
    server.outgoing = said.concat();
    let inactive = sync::ALARMSTATE::INACTIVE;
    assert_eq!(alarms(&mut server), [((1 << 33) + 30, 0, inactive)], "it was there already");
    server.set_counter(counter, i64::MAX);
    assert_eq!(alarms(&mut server), []);

    let request = sync::DestroyAlarmRequest { alarm: ALARM };
    let said = ask(&mut server, request.serialize(major));
    assert!(matches!(events(&server, &said)[..], [Event::SyncAlarmNotify(_)]), "its end");
    let no_alarm = server.extensions.numbers("SYNC").unwrap().first_error + 1;
    assert_eq!(error(&ask(&mut server, request.serialize(major))), (no_alarm, ALARM));
}

/// A counter dies with its client: what waited for it waits no more, and who asks for it
/// has an error.
#[test]
fn a_counter_dies_with_its_client() {
    let mut server = ModelServer::new();
    server.create(0x0040_0001, super::Place::new(0, 0, 10, 10));
    let counter = server.create_counter(0x0040_0001, 3);
    let values = sync::CreateAlarmAux::new()
        .counter(counter)
        .value_type(sync::VALUETYPE::RELATIVE)
        .value(int64(4))
        .test_type(sync::TESTTYPE::POSITIVE_TRANSITION);
    assert_eq!(create_alarm(&mut server, &values).len(), 0);
    server.set_counter(counter, 7);
    assert_eq!(alarms(&mut server), [(7, 7, sync::ALARMSTATE::ACTIVE)], "relative to 3");
    server.kill(0x0040_0001);
    assert_eq!(alarms(&mut server), [(7, 8, sync::ALARMSTATE::INACTIVE)]);

    let major = major(&mut server, "SYNC").unwrap();
    let no_counter = server.extensions.numbers("SYNC").unwrap().first_error;
    let query = sync::QueryCounterRequest { counter };
    assert_eq!(error(&ask(&mut server, query.serialize(major))), (no_counter, counter));
    let request = sync::DestroyAlarmRequest { alarm: ALARM };
    ask(&mut server, request.serialize(major));
    assert_eq!(error(&create_alarm(&mut server, &values)), (no_counter, counter));
}

/// Detectable auto-repeat is asked for by who has begun to use XKEYBOARD.
#[test]
fn flags_need_the_keyboard_extension_in_use() {
    let mut server = ModelServer::new();
    let major = major(&mut server, "XKEYBOARD").unwrap();
    let flag = xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT;
    let request = xkb::PerClientFlagsRequest {
        device_spec: 0x100,
        change: flag,
        value: flag,
        ctrls_to_change: 0_u32.into(),
        auto_ctrls: 0_u32.into(),
        auto_ctrls_values: 0_u32.into(),
    };
    assert_eq!(error(&ask(&mut server, request.serialize(major))), (super::BAD_ACCESS, 0));
    let begin = xkb::UseExtensionRequest { wanted_major: 1, wanted_minor: 0 };
    let begun: xkb::UseExtensionReply = reply(&ask(&mut server, begin.serialize(major)));
    assert!(begun.supported);
    let flags: xkb::PerClientFlagsReply = reply(&ask(&mut server, request.serialize(major)));
    assert_eq!(flags.value, flag);
}
