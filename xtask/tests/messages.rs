//! What programs ask of the window manager that a real server has a part in.

use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask,
    StackMode,
};
use xtask::Outcome;
use xtask::session::Session;

use crate::harness::{must, must_go_on, on_each_backend, open};

#[test]
fn the_manager_selection_says_its_version() -> Outcome {
    on_each_backend(|session| {
        let window = session.client.create()?;
        let names = ["WM_S0", "VERSION", "MULTIPLE", "HERE", "THERE"];
        let [selection, version, multiple, here, there] = atoms(session, names)?;
        let client = &session.client;
        let convert = |target, property, expected| {
            client.forget_events()?;
            client.x.convert_selection(window, selection, target, property, 0_u32)?;
            session.wait("an answer", |client| {
                let is_it = |event: &Event| {
                    matches!(event, Event::SelectionNotify(notify) if notify.property == expected)
                };
                Ok(client.count_events(is_it)? == 1)
            })
        };
        convert(version, here, here)?;
        must(client.words(window, "HERE")? == [2, 0], || "no version 2.0".into())?;
        client.set_words(window, "HERE", "ATOM_PAIR", &[version, there, u32::MAX, there])?;
        convert(multiple, here, here)?;
        must(client.words(window, "THERE")? == [2, 0], || "no version 2.0 of many".into())?;
        must(client.words(window, "HERE")?[2] == 0, || "a target that is none".into())?;
        convert(AtomEnum::STRING.into(), here, 0)?;
        must_go_on(session)
    })
}

#[test]
fn an_echo_says_that_all_before_it_is_done() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let echo = session.client.atom("I3_SYNC")?;
        for (nonce, window) in (1..20).zip(windows.iter().cycle()) {
            session.client.message(*window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
            session.client.message(session.client.root, "I3_SYNC", [*window, nonce, 0, 0, 0])?;
            session.wait("the echo", |client| {
                let is_it = |event: &Event| {
                    matches!(event, Event::ClientMessage(message) if message.type_ == echo
                        && message.window == *window
                        && message.data.as_data32()[1] == nonce)
                };
                Ok(client.count_events(is_it)? == 1)
            })?;
            must(session.client.focus()? == *window, || format!("{window:#x} has no focus"))?;
        }
        Ok(())
    })
}

/// The server itself says who covers whom where nobody redirects.
#[test]
fn floats_are_restacked_as_asked() -> Outcome {
    on_each_backend(|session| {
        let mut floats = Vec::new();
        for _ in 0..3 {
            let window = session.client.create()?;
            let kind = ["_NET_WM_WINDOW_TYPE_DIALOG"];
            session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &kind)?;
            session.show(window)?;
            floats.push(window);
        }
        let steps = [
            (0, None, StackMode::ABOVE, [1, 2, 0]),
            (2, Some(1), StackMode::BELOW, [2, 1, 0]),
            (2, None, StackMode::TOP_IF, [1, 0, 2]),
            (2, Some(0), StackMode::OPPOSITE, [2, 1, 0]),
            (0, Some(2), StackMode::ABOVE, [2, 0, 1]),
        ];
        for (window, sibling, mode, expected) in steps {
            let change = ConfigureWindowAux::new()
                .sibling(sibling.map(|sibling: usize| floats[sibling]))
                .stack_mode(mode);
            session.client.configure(floats[window], &change)?;
            session.settle()?;
            let children = session.client.children()?;
            let order = children.into_iter().filter(|window| floats.contains(window));
            let expected = expected.map(|index| floats[index]);
            must(order.eq(expected), || format!("{mode:?} of {window}"))?;
        }
        let root = session.client.root;
        let stacking = session.client.words(root, "_NET_CLIENT_LIST_STACKING")?;
        let expected = [2, 0, 1].map(|index| floats[index]);
        must(stacking == expected, || format!("{stacking:x?}, not {expected:x?}"))
    })
}

/// Messages that make no sense, about windows of all sorts.
#[test]
fn nonsense_is_ignored() -> Outcome {
    on_each_backend(|session| {
        let [window] = open(session, 1)?[..] else { return Ok(()) };
        let hidden = session.client.create_with((9, 9), &CreateWindowAux::new())?;
        let check = session.client.word(session.client.root, "_NET_SUPPORTING_WM_CHECK")?;
        let place = session.client.geometry(window)?;
        let dead = session.client.create()?;
        session.client.destroy(dead)?;
        let kinds = [
            "_NET_NUMBER_OF_DESKTOPS",
            "_NET_DESKTOP_GEOMETRY",
            "_NET_DESKTOP_VIEWPORT",
            "_NET_CURRENT_DESKTOP",
            "_NET_ACTIVE_WINDOW",
            "_NET_MOVERESIZE_WINDOW",
            "_NET_RESTACK_WINDOW",
            "_NET_REQUEST_FRAME_EXTENTS",
            "_NET_WM_DESKTOP",
            "_NET_WM_STATE",
            "WM_CHANGE_STATE",
            "I3_SYNC",
        ];
        let targets = [dead, hidden, check.unwrap_or(0), session.client.root, 0, u32::MAX, window];
        for kind in kinds {
            let atom = session.client.atom(kind)?;
            for target in targets {
                let words = [77, u32::MAX, 78, 79, 80];
                session.client.message(target, kind, words)?;
                let event = ClientMessageEvent::new(8, target, atom, [7; 20]);
                let mask = EventMask::SUBSTRUCTURE_REDIRECT;
                session.client.x.send_event(false, session.client.root, mask, event)?;
            }
        }
        must_go_on(session)?;
        must(session.client.geometry(window)? == place, || "the window moved".into())?;
        let focus = session.client.focus()?;
        must(focus == window, || format!("{focus:#x} has the focus"))
    })
}

/// Atoms by their names.
fn atoms<const N: usize>(session: &Session, names: [&str; N]) -> Outcome<[u32; N]> {
    let mut atoms = [0; N];
    for (atom, name) in atoms.iter_mut().zip(names) {
        *atom = session.client.atom(name)?;
    }
    Ok(atoms)
}
