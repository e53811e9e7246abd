//! The model itself, asked in bytes that neither it nor our codec wrote.

mod drawing;

use std::borrow::Cow;

use x11rb_protocol::protocol::{Event, randr, res, sync, xinerama, xkb, xproto as x};
use x11rb_protocol::x11_utils::TryParse;

use super::{ModelServer, Place, ROOT, WM};
use crate::geometry::Rect;

/// A request's bytes, in pieces, and descriptors, of which there are none.
type Bytes<'a, const PIECES: usize, Descriptor> = ([Cow<'a, [u8]>; PIECES], Vec<Descriptor>);

const CLIENT: u32 = 0x0040_0001;

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
        ("RENDER", true),
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
    assert_eq!(error(&said), (super::BAD_REQUEST, 0));
    assert_eq!((said[0][8], said[0][10]), (xinerama::IS_ACTIVE_REQUEST, major));
}

/// The server knows the process of every window of a client, where it knows the client.
#[test]
fn the_server_tells_processes() {
    let mut server = ModelServer::new();
    let major = major(&mut server, "X-Resource").unwrap();
    server.set_process(0x0040_0001, 77, &[5, 1]);
    for (client, expected) in [(0x0040_0009, vec![77]), (0x0060_0001, vec![])] {
        let mask = res::ClientIdMask::LOCAL_CLIENT_PID;
        let specs = [res::ClientIdSpec { client, mask }];
        let request = res::QueryClientIdsRequest { specs: specs[..].into() };
        let said: res::QueryClientIdsReply = reply(&ask(&mut server, request.serialize(major)));
        assert_eq!(said.ids.into_iter().flat_map(|id| id.value).collect::<Vec<_>>(), expected);
    }
    assert_eq!((server.lineage(77), server.lineage(5)), (vec![5, 1], vec![]));
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
    assert_eq!(error(&ask(&mut server, nowhere.serialize(major))), (super::BAD_WINDOW, 7));
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
    assert_eq!(error(&ask(&mut server, get.serialize(major))), (super::BAD_REQUEST, 0));
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
    let counter = server.create_counter(CLIENT, -5);
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
    server.create(CLIENT, Place::new(0, 0, 10, 10));
    let counter = server.create_counter(CLIENT, 3);
    let values = sync::CreateAlarmAux::new()
        .counter(counter)
        .value_type(sync::VALUETYPE::RELATIVE)
        .value(int64(4))
        .test_type(sync::TESTTYPE::POSITIVE_TRANSITION);
    assert_eq!(create_alarm(&mut server, &values).len(), 0);
    server.set_counter(counter, 7);
    assert_eq!(alarms(&mut server), [(7, 7, sync::ALARMSTATE::ACTIVE)], "relative to 3");
    server.kill(CLIENT);
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

const OTHER: u32 = 0x0060_0001;
const KEY_A: u32 = 0x61;
const SHIFT: u32 = 0xffe1;
const BUTTONS: u32 = 4 | 8;

/// A server with a keyboard and two clients with a window each, side by side.
fn furnished() -> ModelServer {
    let mut server = ModelServer::new();
    server.map_keys(&[KEY_A, SHIFT]);
    server.map_modifiers([SHIFT, 0, 0, 0, 0, 0, 0, 0]);
    for (id, x) in [(CLIENT, 0), (OTHER, 200)] {
        server.create(id, Place::new(x, 0, 100, 100));
        server.created(id);
        server.map(id);
    }
    server
}

fn select(server: &mut ModelServer, window: u32, events: x::EventMask) {
    let values = x::ChangeWindowAttributesAux::new().event_mask(events);
    let request = x::ChangeWindowAttributesRequest { window, value_list: Cow::Borrowed(&values) };
    assert_eq!(ask(server, request.serialize()), Vec::<Vec<u8>>::new());
}

fn grab_pointer(server: &mut ModelServer, grab_window: u32, time: u32) -> x::GrabStatus {
    let request = x::GrabPointerRequest {
        owner_events: false,
        grab_window,
        event_mask: BUTTONS.into(),
        pointer_mode: x::GrabMode::ASYNC,
        keyboard_mode: x::GrabMode::ASYNC,
        confine_to: 0,
        cursor: 0,
        time,
    };
    reply::<x::GrabPointerReply>(&ask(server, request.serialize())).status
}

fn grab_keyboard(server: &mut ModelServer, grab_window: u32, time: u32) -> x::GrabStatus {
    let (pointer_mode, keyboard_mode) = (x::GrabMode::ASYNC, x::GrabMode::ASYNC);
    let owner_events = false;
    let request =
        x::GrabKeyboardRequest { owner_events, grab_window, time, pointer_mode, keyboard_mode };
    reply::<x::GrabKeyboardReply>(&ask(server, request.serialize())).status
}

/// The codes of what was said.
fn codes(server: &mut ModelServer) -> Vec<u8> {
    heard(server).iter().map(|it| it[0]).collect()
}

/// Who grabs the pointer has its buttons, until it lets go; the next one is told no.
#[test]
fn the_pointer_goes_to_who_grabs_it() {
    let mut server = furnished();
    server.move_pointer(10, 10);
    let now = server.time;
    assert_eq!(grab_pointer(&mut server, ROOT, now + 100), x::GrabStatus::INVALID_TIME);
    assert_eq!(grab_pointer(&mut server, ROOT, 0), x::GrabStatus::SUCCESS);
    assert!(!server.client_grabs_pointer(CLIENT));
    server.press(1);
    server.release(1);
    assert_eq!(codes(&mut server), [x::BUTTON_PRESS_EVENT, x::BUTTON_RELEASE_EVENT]);
    server.press(1);
    assert_eq!(codes(&mut server), [x::BUTTON_PRESS_EVENT], "it outlives the release");
    server.move_pointer(20, 20);
    assert_eq!(codes(&mut server), [], "motion was not asked for");
    let event_mask = (BUTTONS | u32::from(x::EventMask::BUTTON_MOTION)).into();
    let change = x::ChangeActivePointerGrabRequest { cursor: 0, time: 0, event_mask };
    ask(&mut server, change.serialize());
    server.move_pointer(30, 30);
    assert_eq!(codes(&mut server), [x::MOTION_NOTIFY_EVENT]);
    server.release(1);
    server.move_pointer(40, 40);
    assert_eq!(codes(&mut server), [x::BUTTON_RELEASE_EVENT], "and no motion without a button");
    ask(&mut server, x::UngrabPointerRequest { time: 0 }.serialize());
    server.press(1);
    server.release(1);
    assert_eq!((codes(&mut server), &server.clicks[..]), (vec![], &[(CLIENT, 1)][..]));
}

/// A client's grab keeps everybody else out, until its window is hidden or it dies.
#[test]
fn a_client_holds_its_grabs_while_it_lives() {
    for dies in [false, true] {
        let mut server = furnished();
        server.move_pointer(10, 10);
        assert!(server.client_grabs_pointer(OTHER) && server.client_grabs_keyboard(OTHER));
        assert_eq!(grab_pointer(&mut server, ROOT, 0), x::GrabStatus::ALREADY_GRABBED);
        assert_eq!(grab_keyboard(&mut server, ROOT, 0), x::GrabStatus::ALREADY_GRABBED);
        server.press(1);
        server.release(1);
        server.key(KEY_A, 0);
        assert_eq!((server.clicks[0].0, server.typed[0].0), (OTHER, OTHER));
        if dies {
            server.kill(OTHER);
        } else {
            server.unmap(OTHER);
            assert!(!server.client_grabs_pointer(OTHER), "it can't be seen");
        }
        assert_eq!(grab_pointer(&mut server, ROOT, 0), x::GrabStatus::SUCCESS);
        assert_eq!(grab_keyboard(&mut server, ROOT, 0), x::GrabStatus::SUCCESS);
        server.disconnect();
        assert!(server.client_grabs_pointer(CLIENT) && server.client_grabs_keyboard(CLIENT));
        server.client_ungrabs(CLIENT);
        assert_eq!(grab_keyboard(&mut server, ROOT, 0), x::GrabStatus::SUCCESS);
    }
}

/// A grabbed key is the grabber's until it goes up, and with it the whole keyboard; the
/// focus is told, by its mode, that this is but a grab.
#[test]
fn a_key_that_is_down_holds_the_keyboard() {
    let mut server = furnished();
    server.steal_focus(CLIENT);
    select(&mut server, CLIENT, x::EventMask::FOCUS_CHANGE);
    let (key, modifiers) = (server.keycode(KEY_A).unwrap(), 1_u16.into());
    let (pointer_mode, keyboard_mode) = (x::GrabMode::ASYNC, x::GrabMode::ASYNC);
    let (owner_events, grab_window) = (true, ROOT);
    let grab = x::GrabKeyRequest {
        owner_events,
        grab_window,
        modifiers,
        key,
        pointer_mode,
        keyboard_mode,
    };
    ask(&mut server, grab.serialize());
    server.press_key(SHIFT);
    assert_eq!((codes(&mut server), server.typed.len()), (vec![], 1), "a modifier alone");
    server.press_key(KEY_A);
    let said = heard(&mut server);
    let told = events(&server, &said);
    let [Event::FocusOut(out), Event::KeyPress(press)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((out.mode, press.detail), (x::NotifyMode::GRAB, key));
    assert_eq!(u16::from(press.state), 1);
    assert!(!server.client_grabs_keyboard(OTHER), "not while the key is down");

    server.repeat_key(KEY_A);
    assert_eq!(codes(&mut server), [x::KEY_RELEASE_EVENT, x::KEY_PRESS_EVENT]);
    server.detects_repeat = true;
    server.repeat_key(KEY_A);
    assert_eq!(codes(&mut server), [x::KEY_PRESS_EVENT]);

    server.release_key(SHIFT);
    assert_eq!(codes(&mut server), [x::KEY_RELEASE_EVENT], "of another key as well");
    server.release_key(KEY_A);
    assert_eq!(codes(&mut server), [x::KEY_RELEASE_EVENT, x::FOCUS_IN_EVENT]);
    server.repeat_key(KEY_A);
    server.key(KEY_A, 0);
    assert_eq!((codes(&mut server), server.typed.len()), (vec![], 2));
    assert!(server.client_grabs_keyboard(OTHER));
}

/// With the keyboard grabbed, a key that nobody grabbed is told of as well, both ways.
#[test]
fn the_keyboard_goes_to_who_grabs_it() {
    let mut server = furnished();
    server.steal_focus(CLIENT);
    assert_eq!(grab_keyboard(&mut server, ROOT, 0), x::GrabStatus::SUCCESS);
    server.press_key(KEY_A);
    server.release_key(KEY_A);
    assert_eq!(codes(&mut server), [x::KEY_PRESS_EVENT, x::KEY_RELEASE_EVENT]);
    assert_eq!(server.typed, []);
    let early = x::UngrabKeyboardRequest { time: 1 };
    ask(&mut server, early.serialize());
    server.key(KEY_A, 0);
    assert_eq!(codes(&mut server).len(), 2, "it was too early to let go");
    ask(&mut server, x::UngrabKeyboardRequest { time: 0 }.serialize());
    server.key(KEY_A, 0);
    assert_eq!((codes(&mut server), server.typed.len()), (vec![], 1));
}

/// The pointer is where it was warped to, and whoever asks is told so.
#[test]
fn the_pointer_warps_and_tells_where_it_is() {
    let mut server = furnished();
    select(&mut server, OTHER, x::EventMask::ENTER_WINDOW);
    let mut warp = x::WarpPointerRequest {
        src_window: 0,
        dst_window: OTHER,
        src_x: 0,
        src_y: 0,
        src_width: 0,
        src_height: 0,
        dst_x: 7,
        dst_y: 8,
    };
    let said = ask(&mut server, warp.serialize());
    assert!(matches!(events(&server, &said)[..], [Event::EnterNotify(_)]));
    let query = x::QueryPointerRequest { window: OTHER };
    let at: x::QueryPointerReply = reply(&ask(&mut server, query.serialize()));
    assert_eq!((at.root_x, at.root_y, at.win_x, at.win_y), (207, 8, 7, 8));
    warp.src_window = CLIENT;
    ask(&mut server, warp.serialize());
    warp.dst_window = 0;
    ask(&mut server, warp.serialize());
    assert_eq!(server.pointer, (207, 8), "it was not in that window");
    warp.src_window = 0;
    ask(&mut server, warp.serialize());
    let query = x::QueryPointerRequest { window: ROOT };
    let at: x::QueryPointerReply = reply(&ask(&mut server, query.serialize()));
    assert_eq!((at.root_x, at.root_y, at.child), (214, 16, OTHER));
}

/// A press on the window manager's own window is its own.
#[test]
fn a_press_on_ones_own_window_is_told() {
    let mut server = furnished();
    let events = x::EventMask::BUTTON_PRESS | x::EventMask::BUTTON_RELEASE;
    let values = x::CreateWindowAux::new().event_mask(events);
    let request = x::CreateWindowRequest {
        depth: 0,
        wid: WM | 1,
        parent: ROOT,
        x: 500,
        y: 0,
        width: 50,
        height: 20,
        border_width: 0,
        class: x::WindowClass::INPUT_OUTPUT,
        visual: 0,
        value_list: Cow::Borrowed(&values),
    };
    ask(&mut server, request.serialize());
    ask(&mut server, x::MapWindowRequest { window: WM | 1 }.serialize());
    server.move_pointer(510, 10);
    server.press(1);
    server.release(1);
    assert_eq!(codes(&mut server), [x::BUTTON_PRESS_EVENT, x::BUTTON_RELEASE_EVENT]);
    assert_eq!(server.clicks, []);
}

/// All properties of a window are listed, and no others.
#[test]
fn properties_are_listed() {
    let mut server = furnished();
    server.set_text(CLIENT, "WM_NAME", b"some");
    server.set_words(CLIENT, "WM_STATE", "WM_STATE", &[1, 0]);
    let list = x::ListPropertiesRequest { window: CLIENT };
    let mut listed = reply::<x::ListPropertiesReply>(&ask(&mut server, list.serialize())).atoms;
    listed.sort_unstable();
    assert_eq!(listed, [39, server.atom("WM_STATE")]);
    let list = x::ListPropertiesRequest { window: 7 };
    assert_eq!(error(&ask(&mut server, list.serialize())), (super::BAD_WINDOW, 7));
}

/// A message of the protocols, sent to a client's window.
fn send_protocol(server: &mut ModelServer, window: u32, name: &str, words: [u32; 4]) {
    let (type_, protocol) = (server.atom("WM_PROTOCOLS"), server.atom(name));
    let data = [protocol, words[0], words[1], words[2], words[3]];
    let event = x::ClientMessageEvent::new(32, window, type_, data);
    send_event(server, window, x::EventMask::NO_EVENT, event.into());
}

fn send_event(
    server: &mut ModelServer,
    destination: u32,
    event_mask: x::EventMask,
    event: [u8; 32],
) {
    let propagate = false;
    let event = Cow::Owned(event);
    let request = x::SendEventRequest { propagate, destination, event_mask, event };
    let said = ask(server, request.serialize());
    server.outgoing = said.concat();
}

/// A manager of the screen: what is redirected goes to it.
fn manage(server: &mut ModelServer) {
    let events = x::EventMask::SUBSTRUCTURE_REDIRECT | x::EventMask::SUBSTRUCTURE_NOTIFY;
    select(server, ROOT, events);
}

/// A ping comes back to the root window; from a client that hangs, once it wakes up.
#[test]
fn a_ping_is_answered_by_who_is_awake() {
    let mut server = furnished();
    manage(&mut server);
    server.windows.get_mut(&OTHER).unwrap().hung = true;
    for window in [CLIENT, OTHER] {
        send_protocol(&mut server, window, "_NET_WM_PING", [77, window, 0, 0]);
    }
    let answers = |server: &mut ModelServer| {
        let said = heard(server);
        let answer = |event| match event {
            Event::ClientMessage(it) => (it.window, it.data.as_data32()[1], it.data.as_data32()[2]),
            other => panic!("{other:?}"),
        };
        events(server, &said).into_iter().map(answer).collect::<Vec<_>>()
    };
    assert!(server.read_letters());
    assert_eq!(answers(&mut server), [(ROOT, 77, CLIENT)]);
    assert!(!server.read_letters(), "nobody is there to read");
    server.windows.get_mut(&OTHER).unwrap().hung = false;
    assert!(server.read_letters());
    assert_eq!(answers(&mut server), [(ROOT, 77, OTHER)]);
    assert_eq!(server.letters_of(OTHER).len(), 1);
}

/// A counter gets its value once its window was told of its new size; from a client that is
/// slow, when it has caught up.
#[test]
fn a_counter_follows_a_new_size() {
    for (is_slow, is_real) in [(false, true), (false, false), (true, true), (true, false)] {
        let mut server = furnished();
        let counter = server.give_counter(CLIENT);
        server.windows.get_mut(&CLIENT).unwrap().slow = is_slow;
        assert_eq!(server.words(CLIENT, "_NET_WM_SYNC_REQUEST_COUNTER"), Some(vec![counter]));
        send_protocol(&mut server, CLIENT, "_NET_WM_SYNC_REQUEST", [0, 5, 1, 0]);
        server.read_letters();
        assert_eq!(server.counter(counter), Some(0), "it has no new size yet");
        if is_real {
            let values = x::ConfigureWindowAux::new().width(33);
            let value_list = Cow::Borrowed(&values);
            let request = x::ConfigureWindowRequest { window: CLIENT, value_list };
            ask(&mut server, request.serialize());
        } else {
            let mut event = [0; 32];
            event[0] = x::CONFIGURE_NOTIFY_EVENT;
            send_event(&mut server, CLIENT, x::EventMask::STRUCTURE_NOTIFY, event);
        }
        server.read_letters();
        let value = (1 << 32) + 5;
        assert_eq!(server.counter(counter), Some(if is_slow { 0 } else { value }));
        server.catch_up(CLIENT);
        assert_eq!(server.counter(counter), Some(value));
        server.set_counter(counter, 9);
        server.catch_up(CLIENT);
        assert_eq!(server.counter(counter), Some(9), "once for each request");
    }
}

/// An event goes to a window's client, or to whoever wants such events of the window.
#[test]
fn events_are_sent_to_clients_and_to_masks() {
    let mut server = furnished();
    manage(&mut server);
    let name = server.atom("I3_SYNC");
    let event: [u8; 32] =
        x::ClientMessageEvent::new(32, CLIENT, name, [CLIENT, 4711, 0, 0, 0]).into();
    send_event(&mut server, CLIENT, x::EventMask::NO_EVENT, event);
    assert_eq!(codes(&mut server), []);
    assert_eq!(server.letters_of(CLIENT), [event]);
    send_event(&mut server, ROOT, x::EventMask::NO_EVENT, event);
    send_event(&mut server, ROOT, x::EventMask::PROPERTY_CHANGE, event);
    assert_eq!(codes(&mut server), [], "nobody's, and not asked for");
    send_event(&mut server, ROOT, x::EventMask::SUBSTRUCTURE_NOTIFY, event);
    assert_eq!(codes(&mut server), [x::CLIENT_MESSAGE_EVENT | 0x80]);
    server.message_to(ROOT, x::EventMask::PROPERTY_CHANGE, CLIENT, "I3_SYNC", 32, [0; 5]);
    assert_eq!(codes(&mut server), []);
    select(&mut server, ROOT, x::EventMask::PROPERTY_CHANGE);
    server.message_to(ROOT, x::EventMask::PROPERTY_CHANGE, CLIENT, "I3_SYNC", 32, [0; 5]);
    assert_eq!(codes(&mut server), [x::CLIENT_MESSAGE_EVENT | 0x80]);
    let destination = 7;
    let (propagate, event_mask) = (false, x::EventMask::NO_EVENT);
    let event = Cow::Owned(event);
    let request = x::SendEventRequest { propagate, destination, event_mask, event };
    assert_eq!(error(&ask(&mut server, request.serialize())), (super::BAD_WINDOW, 7));
}

/// A client's windows may lie in one another, unmapped: their properties are told of, and
/// they end with it.
#[test]
fn windows_inside_of_windows_have_properties() {
    let mut server = furnished();
    server.create_inside(CLIENT + 1, CLIENT, Place::new(-1, -1, 1, 1));
    let tree = x::QueryTreeRequest { window: CLIENT };
    let tree: x::QueryTreeReply = reply(&ask(&mut server, tree.serialize()));
    assert_eq!(tree.children, [CLIENT + 1]);
    let events = x::EventMask::PROPERTY_CHANGE | x::EventMask::STRUCTURE_NOTIFY;
    select(&mut server, CLIENT + 1, events);
    server.set_words(CLIENT + 1, "_NET_WM_USER_TIME", "CARDINAL", &[5]);
    assert_eq!(codes(&mut server), [x::PROPERTY_NOTIFY_EVENT]);
    server.destroy(CLIENT);
    assert_eq!(codes(&mut server), [x::DESTROY_NOTIFY_EVENT]);
}

/// Whoever loses a selection is told; a client goes then, unless it is stubborn.
#[test]
fn selections_change_hands() {
    let mut server = furnished();
    let first = server.client_takes_selection("_NET_SYSTEM_TRAY_S0");
    let selection = server.atom("_NET_SYSTEM_TRAY_S0");
    server.windows.get_mut(&first).unwrap().stubborn = true;
    let second = server.client_takes_selection("_NET_SYSTEM_TRAY_S0");
    server.read_letters();
    assert!(server.windows.contains_key(&first), "a stubborn one");

    let (wid, parent, class) = (WM | 1, ROOT, x::WindowClass::INPUT_ONLY);
    let request = x::CreateWindowRequest {
        depth: 0,
        wid,
        parent,
        x: 0,
        y: 0,
        width: 1,
        height: 1,
        border_width: 0,
        class,
        visual: 0,
        value_list: Cow::Owned(x::CreateWindowAux::new()),
    };
    ask(&mut server, request.serialize());
    let early = x::SetSelectionOwnerRequest { owner: wid, selection, time: 1 };
    ask(&mut server, early.serialize());
    assert_eq!(server.selections[&selection], second, "too early");
    let take = x::SetSelectionOwnerRequest { owner: wid, selection, time: 0 };
    ask(&mut server, take.serialize());
    assert!(server.windows.contains_key(&second), "it has not read of it");
    server.read_letters();
    assert!(!server.windows.contains_key(&second));
    let get = x::GetSelectionOwnerRequest { selection };
    let owner: x::GetSelectionOwnerReply = reply(&ask(&mut server, get.serialize()));
    assert_eq!(owner.owner, wid);

    let third = server.client_takes_selection("_NET_SYSTEM_TRAY_S0");
    let said = heard(&mut server);
    let [Event::SelectionClear(clear)] = &events(&server, &said)[..] else { panic!("{said:?}") };
    assert_eq!((clear.owner, clear.selection), (wid, selection));
    server.kill(third);
    let owner: x::GetSelectionOwnerReply = reply(&ask(&mut server, get.serialize()));
    assert_eq!(owner.owner, 0);
}

/// Another window manager has the root window until it has read that it is replaced.
#[test]
fn another_manager_goes_when_it_is_replaced() {
    let mut server = furnished();
    let other = server.other_manager("WM_S0");
    let values = x::ChangeWindowAttributesAux::new();
    let values = values.event_mask(x::EventMask::SUBSTRUCTURE_REDIRECT);
    let redirect =
        || x::ChangeWindowAttributesRequest { window: ROOT, value_list: Cow::Borrowed(&values) };
    let said = ask(&mut server, redirect().serialize());
    assert_eq!(error(&said), (super::BAD_ACCESS, ROOT));
    select(&mut server, other, x::EventMask::STRUCTURE_NOTIFY);
    let selection = server.atom("WM_S0");
    let take = x::SetSelectionOwnerRequest { owner: 0, selection, time: 0 };
    ask(&mut server, take.serialize());
    let said = ask(&mut server, redirect().serialize());
    assert_eq!(error(&said), (super::BAD_ACCESS, ROOT));
    server.read_letters();
    assert_eq!(codes(&mut server), [x::DESTROY_NOTIFY_EVENT]);
    assert_eq!(ask(&mut server, redirect().serialize()), Vec::<Vec<u8>>::new());
}

/// Circulating is asked for where it is redirected, and done where it is not.
#[test]
fn circulating_is_redirected() {
    let mut server = furnished();
    let third = 0x0080_0001;
    server.create(third, Place::new(50, 0, 100, 100));
    server.map(third);
    server.circulate(true);
    assert_eq!(server.order, [OTHER, third, CLIENT]);
    manage(&mut server);
    server.circulate(false);
    let said = heard(&mut server);
    let told = events(&server, &said);
    let [Event::CirculateRequest(asked)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((asked.window, asked.place), (CLIENT, x::Place::ON_BOTTOM));
    assert_eq!(server.order, [OTHER, third, CLIENT]);
    let request =
        x::CirculateWindowRequest { direction: x::Circulate::LOWER_HIGHEST, window: ROOT };
    let said = ask(&mut server, request.serialize());
    assert!(matches!(events(&server, &said)[..], [Event::CirculateNotify(_)]));
    assert_eq!(server.order, [CLIENT, OTHER, third]);
}

/// Any window of a client will do to kill it; none that is not there.
#[test]
fn a_client_is_killed_by_any_of_its_windows() {
    let mut server = furnished();
    server.create_inside(CLIENT + 1, CLIENT, Place::new(0, 0, 1, 1));
    let counter = server.create_counter(CLIENT, 0);
    ask(&mut server, x::KillClientRequest { resource: CLIENT + 1 }.serialize());
    assert_eq!(server.counter(counter), None);
    let major = major(&mut server, "SYNC").unwrap();
    let query = sync::QueryCounterRequest { counter };
    ask(&mut server, query.serialize(major));
    assert_eq!(server.errors, [], "it may be spoken of for a while");
    assert_eq!(server.clients_windows(), [OTHER]);
    let said = ask(&mut server, x::KillClientRequest { resource: OTHER + 1 }.serialize());
    assert_eq!(error(&said), (super::BAD_VALUE, OTHER + 1));
    assert_eq!(server.clients_windows(), [OTHER]);
}
