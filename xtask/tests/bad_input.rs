//! What programs do wrong, and what they do at the worst time: after each, the window
//! manager lives and manages the next window. On the dev build too, whose arithmetic is
//! checked.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask,
    PropMode, StackMode, UNMAP_NOTIFY_EVENT, UnmapNotifyEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;
use xtask::Outcome;
use xtask::client::Client;
use xtask::session::Session;

use crate::focus::must_have_focus;
use crate::harness::{Random, must, must_go_on, on_each_backend, on_each_build, open, places};
use crate::layout::screen;
use crate::workspace::must_be_hidden;

/// Every property that a window manager reads from a window.
const PROPERTIES: [&str; 20] = [
    "WM_CLASS",
    "WM_HINTS",
    "WM_NORMAL_HINTS",
    "WM_PROTOCOLS",
    "WM_TRANSIENT_FOR",
    "WM_NAME",
    "WM_STATE",
    "WM_CLIENT_MACHINE",
    "WM_WINDOW_ROLE",
    "_NET_WM_NAME",
    "_NET_WM_WINDOW_TYPE",
    "_NET_WM_STATE",
    "_NET_WM_DESKTOP",
    "_NET_WM_STRUT",
    "_NET_WM_STRUT_PARTIAL",
    "_NET_WM_PID",
    "_NET_WM_USER_TIME",
    "_NET_STARTUP_ID",
    "_MOTIF_WM_HINTS",
    "_GTK_FRAME_EXTENTS",
];

/// Every message that a window manager may be sent.
const MESSAGES: [&str; 20] = [
    "_NET_ACTIVE_WINDOW",
    "_NET_CURRENT_DESKTOP",
    "_NET_NUMBER_OF_DESKTOPS",
    "_NET_WM_DESKTOP",
    "_NET_CLOSE_WINDOW",
    "_NET_WM_STATE",
    "_NET_MOVERESIZE_WINDOW",
    "_NET_WM_MOVERESIZE",
    "_NET_RESTACK_WINDOW",
    "_NET_REQUEST_FRAME_EXTENTS",
    "_NET_WM_FULLSCREEN_MONITORS",
    "_NET_SHOWING_DESKTOP",
    "_NET_DESKTOP_GEOMETRY",
    "_NET_STARTUP_INFO",
    "_NET_STARTUP_INFO_BEGIN",
    "WM_PROTOCOLS",
    "WM_CHANGE_STATE",
    "WM_STATE",
    "I3_SYNC",
    "MANAGER",
];

#[test]
fn windows_that_die_before_they_are_managed() -> Outcome {
    on_each_build(|session| {
        for _ in 0..50 {
            let window = session.client.create()?;
            session.client.map(window)?;
            session.client.destroy(window)?;
        }
        must_go_on(session)?;
        must(session.clients()?.is_empty(), || "a dead window is listed".into())
    })
}

#[test]
fn windows_that_die_at_every_moment_of_their_start() -> Outcome {
    on_each_build(|session| {
        // A number of round trips gives the window manager time for as many steps.
        for trips in 0..24 {
            let window = session.client.create()?;
            session.client.map(window)?;
            for _ in 0..trips {
                session.client.focus()?;
            }
            session.client.destroy(window)?;
        }
        must_go_on(session)?;
        must(session.clients()?.is_empty(), || "a dead window is listed".into())
    })
}

#[test]
fn four_hundred_windows_at_once_and_gone() -> Outcome {
    on_each_build(|session| {
        let x = &session.client.x;
        let mut windows = Vec::new();
        for _ in 0..400 {
            let window = session.client.create()?;
            x.map_window(window)?;
            windows.push(window);
        }
        for window in windows {
            x.destroy_window(window)?;
        }
        x.flush()?;
        must_go_on(session)?;
        must(session.clients()?.is_empty(), || "a dead window is listed".into())
    })
}

#[test]
fn a_program_with_twenty_windows_dies() -> Outcome {
    on_each_build(|session| {
        let kept = session.open()?;
        let place = session.client.geometry(kept)?;
        for _ in 0..3 {
            let program = Client::connect(Some(&session.server.display()))?;
            for _ in 0..20 {
                let window = program.create()?;
                program.map(window)?;
            }
            session.wait("twenty more windows", |_| Ok(session.clients()?.len() == 21))?;
            drop(program);
            session.wait("they are gone", |_| Ok(session.clients()? == [kept]))?;
            session.settle()?;
            must(session.client.geometry(kept)? == place, || "the kept one did not grow".into())?;
        }
        must_go_on(session)
    })
}

#[test]
fn three_hundred_windows_on_one_workspace() -> Outcome {
    on_each_build(|session| {
        let x = &session.client.x;
        let windows =
            (0..300).map(|_| session.client.create()).collect::<Outcome<Vec<Window>>>()?;
        for window in &windows {
            x.map_window(*window)?;
        }
        x.flush()?;
        session.wait("three hundred are managed", |_| Ok(session.clients()?.len() == 300))?;
        session.settle()?;
        for place in places(session, &windows)? {
            must(place.width >= 1 && place.height >= 1, || format!("{place:?}"))?;
        }
        for chord in ["super+m", "super+c", "super+t", "super+j", "super+k", "super+2", "super+1"] {
            session.press(chord)?;
        }
        must_go_on(session)
    })
}

#[test]
fn absurd_size_hints() -> Outcome {
    on_each_build(|session| {
        // flags, x, y, w, h, min w, h, max w, h, inc w, h, aspect min x, y, max x, y,
        // base w, h, gravity (ICCCM 4.1.2.3).
        let all = 0x3ff;
        let mut lists: Vec<Vec<u32>> = vec![
            vec![],
            vec![all],
            vec![all; 5],
            vec![all; 17],
            vec![all; 100],
            vec![u32::MAX; 18],
            [vec![all], vec![0; 17]].concat(),
            [vec![all], vec![0x8000_0000; 17]].concat(),
            [vec![all], vec![0x7fff_ffff; 17]].concat(),
            vec![1 << 4 | 1 << 5, 0, 0, 0, 0, 500, 500, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            vec![1 << 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            vec![1 << 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
            vec![1 << 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 1, 1, 5, 0, 0, 99],
        ];
        let mut random = Random::new(0x5eed);
        for _ in 0..60 {
            let choices = [0, 1, 2, 64, 640, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, u32::MAX];
            lists.push((0..18).map(|_| random.pick(&choices)).collect());
        }
        for (index, hints) in lists.iter().enumerate() {
            let window = session.client.create()?;
            session.client.set_words(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", hints)?;
            // As a float the hints count.
            if index % 2 == 0 {
                let kind = ["_NET_WM_WINDOW_TYPE_DIALOG"];
                session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &kind)?;
            }
            session.show(window).map_err(|error| error.during(&format!("{hints:x?}")))?;
            let wish = ConfigureWindowAux::new().width(333).height(222).x(-5);
            session.client.configure(window, &wish)?;
            session.press("super+shift+space")?;
            let again: Vec<u32> = hints.iter().rev().copied().collect();
            session.client.set_words(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &again)?;
            session.press("super+shift+space")?;
            let place = session.client.geometry(window)?;
            must(place.width >= 1 && place.height >= 1, || format!("{hints:x?}: {place:?}"))?;
            session.client.destroy(window)?;
        }
        must_go_on(session)
    })
}

#[test]
fn properties_of_every_wrong_form() -> Outcome {
    on_each_build(|session| {
        for property in PROPERTIES {
            let window = session.client.create()?;
            for mapped in [false, true] {
                for form in 0..9 {
                    malform(session, window, property, form)?;
                    if !mapped && form % 3 == 0 {
                        // So that each form is there for some window when that is managed.
                        let early = session.client.create()?;
                        malform(session, early, property, form)?;
                        session.client.map(early)?;
                        session.settle()?;
                        session.client.destroy(early)?;
                    }
                }
                session.client.map(window)?;
                session.settle()?;
            }
            session.client.destroy(window)?;
            must_go_on(session).map_err(|error| error.during(property))?;
        }
        Ok(())
    })
}

#[test]
fn long_and_broken_titles() -> Outcome {
    on_each_build(|session| {
        let window = session.open()?;
        let long = "title ".repeat(35_000);
        let broken: Vec<u8> = (0..200_000_u32).map(|byte| (byte * 31 % 256) as u8).collect();
        let titles: [&[u8]; 6] = [
            long.as_bytes(),
            &broken,
            b"\xff\xfe\x00\x00",
            b"",
            b"\xf0\x9f\xa6",
            "\u{202e}\u{0}\u{7}\u{1b}]0;x".as_bytes(),
        ];
        for title in titles {
            for name in ["WM_NAME", "_NET_WM_NAME", "WM_CLASS"] {
                session.client.set_bytes(window, name, "UTF8_STRING", title)?;
                let early = session.client.create()?;
                session.client.set_bytes(early, name, "STRING", title)?;
                session.show(early)?;
                session.client.destroy(early)?;
            }
        }
        must_go_on(session)
    })
}

#[test]
fn cycles_of_transients() -> Outcome {
    on_each_build(|session| {
        let transient = |window: Window, parent: Window| {
            session.client.set_words(window, "WM_TRANSIENT_FOR", "WINDOW", &[parent])
        };
        let windows = (0..6).map(|_| session.client.create()).collect::<Outcome<Vec<Window>>>()?;
        let [own, a, b, c, of_root, of_nothing] = windows[..] else { return Ok(()) };
        transient(own, own)?;
        transient(a, b)?;
        transient(b, c)?;
        transient(c, a)?;
        transient(of_root, session.client.root)?;
        transient(of_nothing, 0x1fff_ffff)?;
        for window in &windows {
            session.show(*window)?;
        }
        for chord in ["super+j", "super+k", "super+f", "super+f", "super+2", "super+1"] {
            session.press(chord)?;
        }
        // While managed, to a chain and back to a cycle.
        for pair in windows.windows(2) {
            transient(pair[1], pair[0])?;
        }
        transient(windows[0], windows[5])?;
        session.press("super+j")?;
        must_go_on(session)?;
        for window in windows {
            session.client.destroy(window)?;
            session.settle()?;
        }
        must_go_on(session)
    })
}

#[test]
fn messages_with_random_numbers() -> Outcome {
    on_each_build(|session| {
        let mut windows = open(session, 4)?;
        let unmanaged = session.client.create()?;
        windows.extend([session.client.root, unmanaged, 0x1fff_ffff, 0]);
        let mut random = Random::new(0x0bad_5eed);
        let mut atoms = vec![0, u32::MAX];
        for name in PROPERTIES.into_iter().chain(MESSAGES) {
            atoms.push(session.client.atom(name)?);
        }
        for name in ["_NET_WM_STATE_FULLSCREEN", "_NET_WM_STATE_MODAL", "_NET_WM_STATE_HIDDEN"] {
            atoms.push(session.client.atom(name)?);
        }
        let close = session.client.atom("_NET_CLOSE_WINDOW")?;
        let numbers = [0, 1, 2, 3, 8, 9, 11, 100, 0x7fff_ffff, 0x8000_0000, u32::MAX];
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        for _ in 0..3_000 {
            let (window, mut kind) = (random.pick(&windows), random.pick(&atoms));
            if kind == close {
                // Windows without WM_DELETE_WINDOW would take this test's client along.
                kind = 1;
            }
            let mut data = [0; 5];
            for word in &mut data {
                *word = match random.next() % 3 {
                    0 => random.pick(&numbers),
                    1 => random.pick(&atoms),
                    _ => random.pick(&windows),
                };
            }
            let format = random.pick(&[32, 32, 32, 16, 8, 0]);
            let event =
                ClientMessageEvent { format, ..ClientMessageEvent::new(32, window, kind, data) };
            session.client.x.send_event(false, session.client.root, mask, event)?;
        }
        must_go_on(session)
    })
}

#[test]
fn events_that_another_program_makes_up() -> Outcome {
    on_each_build(|session| {
        let windows = open(session, 2)?;
        let mut random = Random::new(0xfa15e);
        // To the window manager alone: a made-up KeymapNotify has a made-up sequence
        // number, which this test's own library can't bear.
        let mask = EventMask::SUBSTRUCTURE_REDIRECT;
        for _ in 0..3_000 {
            let mut event = [0_u8; 32];
            for chunk in event.chunks_exact_mut(4) {
                let word = match random.next() % 3 {
                    0 => session.client.root,
                    1 => random.pick(&windows),
                    _ => random.next(),
                };
                chunk.copy_from_slice(&word.to_ne_bytes());
            }
            // Core events; not UnmapNotify, which withdraws a window rightfully, and not
            // those below 2, which are no events.
            event[0] = 2 + (random.next() % 33) as u8;
            if event[0] == UNMAP_NOTIFY_EVENT {
                continue;
            }
            session.client.x.send_event(false, session.client.root, mask, event)?;
        }
        must_go_on(session)
    })
}

#[test]
fn five_thousand_configure_requests() -> Outcome {
    on_each_build(|session| {
        let windows = open(session, 2)?;
        session.client.forget_events()?;
        for step in 0..5_000 {
            let wish =
                ConfigureWindowAux::new().x(step % 700 - 50).y(3).width(9 + step as u32 % 300);
            session.client.x.configure_window(windows[step as usize % 2], &wish)?;
        }
        session.settle()?;
        for window in windows {
            let told = told_places(&session.client, window)?;
            let place = session.client.geometry(window)?;
            let last = told.last().copied();
            must(last == Some((place.x, place.y, place.width, place.height)), || {
                format!("it was last told {last:?}, and is at {place:?}")
            })?;
        }
        must_go_on(session)
    })
}

#[test]
fn more_requests_than_a_sequence_number_counts() -> Outcome {
    on_each_backend(|session| {
        // Each move of a window that was never mapped is one request of the window
        // manager, and none has an answer. Sequence numbers on the wire have 16 bits.
        let window = session.client.create()?;
        for step in 0..70_000 {
            session.client.x.configure_window(window, &ConfigureWindowAux::new().x(step % 2))?;
        }
        must_go_on(session)?;
        let windows = open(session, 2)?;
        session.press("super+j")?;
        must_have_focus(session, windows[0])?;
        session.press("super+2")?;
        must_be_hidden(session, &windows, 0)
    })
}

#[test]
fn absurd_configure_requests() -> Outcome {
    on_each_build(|session| {
        let tile = session.open()?;
        let float = session.client.create()?;
        let kind = ["_NET_WM_WINDOW_TYPE_DIALOG"];
        session.client.set_atoms(float, "_NET_WM_WINDOW_TYPE", &kind)?;
        session.show(float)?;
        let mut random = Random::new(0x00c0_4f16);
        let sizes = [1, 2, 300, 4000, 32_767, 65_535];
        let offsets = [-32_768, -1, 0, 1, 800, 32_767];
        let modes = [
            StackMode::ABOVE,
            StackMode::BELOW,
            StackMode::TOP_IF,
            StackMode::BOTTOM_IF,
            StackMode::OPPOSITE,
        ];
        for _ in 0..400 {
            let wish = ConfigureWindowAux::new()
                .x(random.pick(&offsets))
                .y(random.pick(&offsets))
                .width(random.pick(&sizes))
                .height(random.pick(&sizes))
                .border_width(random.pick(&[0, 1, 500, 65_535]))
                .stack_mode(random.pick(&modes));
            session.client.x.configure_window(random.pick(&[tile, float]), &wish)?;
        }
        session.settle()?;
        session.press("super+shift+space")?;
        must_go_on(session)?;
        let place = session.client.geometry(tile)?;
        must(place.width <= screen().width, || format!("the tile is at {place:?}"))
    })
}

#[test]
fn an_input_only_window() -> Outcome {
    on_each_build(|session| {
        let window = session.client.x.generate_id()?;
        let (root, class) = (session.client.root, WindowClass::INPUT_ONLY);
        let attributes = CreateWindowAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        session.client.x.create_window(0, window, root, 5, 5, 50, 50, 0, class, 0, &attributes)?;
        session.client.map(window)?;
        session.settle()?;
        session.press("super+2")?;
        session.press("super+1")?;
        must_go_on(session)
    })
}

#[test]
fn windows_that_map_and_unmap_all_the_time() -> Outcome {
    on_each_build(|session| {
        let kept = session.open()?;
        let window = session.client.create()?;
        for step in 0..500 {
            session.client.x.map_window(window)?;
            if step % 3 == 0 {
                session.client.x.reparent_window(window, session.client.root, 10, 10)?;
            }
            withdraw(session, window)?;
        }
        // It may have been mapped after its own last word on that.
        session.settle()?;
        withdraw(session, window)?;
        session.settle()?;
        session.wait("only the kept window is listed", |_| Ok(session.clients()? == [kept]))?;
        session.show(window)?;
        must_go_on(session)
    })
}

/// The places of which a window was told by synthetic events, in their order, and by the
/// server for real ones: outside position and inside size.
pub(crate) fn told_places(client: &Client, window: Window) -> Outcome<Vec<(i32, i32, i32, i32)>> {
    let events = client.events()?;
    let told = events.into_iter().filter_map(|event| match event {
        Event::ConfigureNotify(told) if told.window == window => {
            Some((told.x.into(), told.y.into(), told.width.into(), told.height.into()))
        }
        _ => None,
    });
    Ok(told.collect())
}

/// Withdraws a window: unmaps it, and says so to the root for the case that it was not
/// mapped yet (ICCCM 4.1.4).
fn withdraw(session: &Session, window: Window) -> Outcome {
    let root = session.client.root;
    session.client.x.unmap_window(window)?;
    let event = UnmapNotifyEvent {
        response_type: UNMAP_NOTIFY_EVENT,
        sequence: 0,
        event: root,
        window,
        from_configure: false,
    };
    let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    session.client.x.send_event(false, root, mask, event)?;
    Ok(())
}

/// Gives a window's property one of nine wrong forms.
fn malform(session: &Session, window: Window, property: &str, form: u32) -> Outcome {
    let (x, name) = (&session.client.x, session.client.atom(property)?);
    let kinds = ["STRING", "CARDINAL", "WINDOW", "ATOM", "WM_HINTS", "WM_SIZE_HINTS"];
    let kind = session.client.atom(kinds[form as usize % kinds.len()])?;
    let own = session.client.atom(property)?;
    match form {
        0 => drop(x.change_property8(PropMode::REPLACE, window, name, kind, b"")?),
        1 => drop(x.change_property8(PropMode::REPLACE, window, name, kind, b"x")?),
        2 => drop(x.change_property16(PropMode::REPLACE, window, name, kind, &[0xffff; 40])?),
        3 => drop(x.change_property32(PropMode::REPLACE, window, name, kind, &[])?),
        4 => drop(x.change_property32(PropMode::REPLACE, window, name, own, &[u32::MAX])?),
        5 => drop(x.change_property32(PropMode::REPLACE, window, name, own, &[u32::MAX; 3000])?),
        6 => drop(x.change_property8(PropMode::REPLACE, window, name, own, &[0xff; 999])?),
        7 => drop(x.change_property32(PropMode::REPLACE, window, name, kind, &[window; 7])?),
        _ => drop(x.delete_property(window, name)?),
    }
    Ok(x.flush()?)
}
