//! Keys under lock modifiers and changing keymaps, and a real terminal at their end.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use xtask::input::keysym;
use xtask::session::Session;
use xtask::{Failure, Outcome};

use crate::focus::must_have_focus;
use crate::harness::{PROMPT, must, on_each_backend, open};
use crate::layout::must_tile;
use crate::workspace::must_be_current;

#[test]
fn keys_work_under_every_lock() -> Outcome {
    on_each_backend(|session| {
        for locks in [&["Num_Lock"][..], &["Caps_Lock"], &["Num_Lock", "Caps_Lock"]] {
            for lock in locks {
                session.press(lock)?;
            }
            let pointer = session.client.x.query_pointer(session.client.root)?.reply()?;
            must(u16::from(pointer.mask).count_ones() as usize == locks.len(), || {
                format!("{locks:?} are not on: {:?}", pointer.mask)
            })?;
            session.press("super+5")?;
            must_be_current(session, 4).map_err(|error| error.during(&format!("{locks:?}")))?;
            session.press("super+1")?;
            let windows = open(session, 2)?;
            session.press("super+j")?;
            must_have_focus(session, windows[0])?;
            session.press("super+shift+6")?;
            session.press("super+6")?;
            must_have_focus(session, windows[0])?;
            session.press("super+1")?;
            for window in windows {
                session.client.destroy(window)?;
            }
            for lock in locks {
                session.press(lock)?;
            }
        }
        Ok(())
    })
}

#[test]
fn a_binding_follows_its_key_to_another_place() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        let (old, _) = session.client.keycode(keysym("j")?)?;
        let (new, _) = session.client.keycode(keysym("F12")?)?;
        for (code, name) in [(new, "j"), (old, "F12")] {
            let keysyms = [keysym(name)?; 2];
            session.client.x.change_keyboard_mapping(1, code, 2, &keysyms)?;
        }
        session.client.x.flush()?;
        session.settle()?;
        must_have_focus(session, windows[1])?;
        // The harness looks the key up anew, so this is the former F12.
        session.press("super+j")?;
        must_have_focus(session, windows[0])?;
        session.press("super+F12")?;
        must_have_focus(session, windows[0])
    })
}

#[test]
fn a_storm_of_keymap_changes_is_survived() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        let (code, _) = session.client.keycode(keysym("F12")?)?;
        for step in 0..300_u32 {
            let letters = [0x61 + step % 26; 2];
            session.client.x.change_keyboard_mapping(1, code, 2, &letters)?;
        }
        session.client.x.change_keyboard_mapping(1, code, 2, &[keysym("F12")?; 2])?;
        session.client.x.flush()?;
        session.settle()?;
        session.press("super+j")?;
        must_have_focus(session, windows[0])
    })
}

#[test]
fn a_plain_key_reaches_the_window() -> Outcome {
    on_each_backend(|session| {
        let window = session.open()?;
        session.client.forget_events()?;
        session.client.type_text("j7\n")?;
        session.wait("three keys reach the window", |client| {
            let pressed = |event: &x11rb::protocol::Event| {
                matches!(event, x11rb::protocol::Event::KeyPress(key) if key.event == window)
            };
            Ok(client.count_events(pressed)? == 3)
        })
    })
}

#[test]
fn terminals_open_tile_and_hear_what_is_typed() -> Outcome {
    on_each_backend(|session| {
        let first = terminal(session, &[])?;
        let area = session.client.geometry(first)?;
        let second = terminal(session, &[first])?;
        let places = [session.client.geometry(first)?, session.client.geometry(second)?];
        must_tile(area, &places)?;
        for terminal in [first, second] {
            session.client.message(terminal, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
            session.settle()?;
            session.client.type_text("printf '\\033]2;typed-%s\\007' here; read x\n")?;
            session.wait("the terminal's title is what was typed", |client| {
                Ok(client.text(terminal, "WM_NAME")? == "typed-here")
            })?;
        }
        session.client.type_text("\nexit\n")?;
        session.wait("the shell's end closes its window", |client| Ok(!client.exists(second)?))?;
        session.settle()?;
        must(session.client.geometry(first)? == area, || "the first did not grow".into())
    })
}

/// Opens a terminal with the key for it; gives its window, which is not in `known`.
fn terminal(session: &Session, known: &[Window]) -> Outcome<Window> {
    session.client.press("super+Return")?;
    let mut found = None;
    session.wait("a terminal opens", |_| {
        found = session.clients()?.into_iter().find(|window| !known.contains(window));
        Ok(found.is_some())
    })?;
    let window = found.ok_or_else(|| Failure::new("no terminal"))?;
    session.client.watch(window)?;
    session.wait_managed(window)?;
    session.wait("the terminal has the focus", |client| Ok(client.focus()? == window))?;
    session.wait("its shell is ready", |client| Ok(client.text(window, "WM_NAME")? == PROMPT))?;
    Ok(window)
}
