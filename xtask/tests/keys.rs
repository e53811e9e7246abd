//! Modes, chords, keys that act on their release, and keys under other layouts.

use std::process::Command;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, GrabStatus, Window};
use xtask::input::keysym;
use xtask::session::Session;
use xtask::{Failure, Outcome};

use crate::focus::must_have_focus;
use crate::harness::{backends, folder, must, on_each_backend, open, places, release, run};
use crate::workspace::must_be_current;

#[test]
fn a_mode_lasts_until_it_is_left() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        let before = places(session, &windows)?;
        session.press("super+r")?;
        session.press("l")?;
        session.press("l")?;
        let wide = places(session, &windows)?;
        must(wide[0].width > before[0].width, || format!("{before:?}, then {wide:?}"))?;
        session.press("h")?;
        session.press("h")?;
        must(places(session, &windows)? == before, || "it is not as before".into())?;
        // The usual keys are the client's meanwhile, and the mode's afterwards.
        session.client.forget_events()?;
        session.press("super+j")?;
        must_have_focus(session, windows[1])?;
        must_get_keys(session, windows[1], 1)?;
        session.press("Escape")?;
        session.client.forget_events()?;
        session.press("l")?;
        must(places(session, &windows)? == before, || "it is still on".into())?;
        must_get_keys(session, windows[1], 1)?;
        session.press("super+j")?;
        must_have_focus(session, windows[0])
    })
}

#[test]
fn a_chord_finds_a_marked_window() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        session.press("super+shift+m")?;
        session.press("a")?;
        session.press("super+4")?;
        let other = session.open()?;
        session.client.forget_events()?;
        // What is not bound ends it too, and reaches nobody.
        session.press("super+apostrophe")?;
        session.press("7")?;
        must_get_keys(session, other, 0)?;
        must_have_focus(session, other)?;
        session.press("a")?;
        must_get_keys(session, other, 1)?;
        session.press("super+apostrophe")?;
        session.press("a")?;
        must_have_focus(session, windows[1])?;
        must_be_current(session, 0)
    })
}

#[test]
fn the_keyboard_is_free_when_a_key_acts_on_its_release() -> Outcome {
    // The locker is not found, so that none is left behind.
    let folder = folder("no-locker")?;
    for backend in backends() {
        run(&release(backend)?.with("PATH", &folder.to_string_lossy()), |session| {
            let window = session.open()?;
            for key in ["super", "shift", "x"] {
                session.client.hold(key, true)?;
            }
            session.settle()?;
            must(!session.pgwm.log().contains("i3lock"), || "it was started too soon".into())?;
            must(!grabs_keyboard(session, window)?, || "a key that is held takes nothing".into())?;
            for key in ["super", "x", "shift"] {
                session.client.hold(key, false)?;
            }
            session.pgwm.wait_for_log(0, "cannot start i3lock")?;
            must(grabs_keyboard(session, window)?, || "a locker would not get it".into())
        })?;
    }
    Ok(())
}

#[test]
fn keys_work_under_every_layout() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        // Where keys are, whatever stands on them now.
        let ((super_key, _), (j, _)) =
            (session.client.keycode(keysym("super")?)?, session.client.keycode(keysym("j")?)?);
        let (caps, _) = session.client.keycode(keysym("Caps_Lock")?)?;
        for layout in ["us,ru", "ru,us"] {
            let mut command = Command::new("setxkbmap");
            command.args(["-layout", layout, "-option", "grp:caps_toggle"]);
            let status = command.env("DISPLAY", session.server.display()).status();
            let Ok(status) = status else {
                println!("setxkbmap is not installed: other layouts are not tested");
                return Ok(());
            };
            must(status.success(), || format!("setxkbmap {layout}: {status}"))?;
            session.settle()?;
            for group in 0..2 {
                let pointer = session.client.x.query_pointer(session.client.root)?.reply()?;
                let is_on = u16::from(pointer.mask) >> 13;
                must(is_on == group, || format!("{layout}: group {is_on} instead of {group}"))?;
                for focused in [windows[0], windows[1]] {
                    for (code, down) in
                        [(super_key, true), (j, true), (j, false), (super_key, false)]
                    {
                        session.client.key(code, down)?;
                    }
                    session.client.x.flush()?;
                    session.settle()?;
                    must_have_focus(session, focused)
                        .map_err(|error| error.during(&format!("{layout}, group {group}")))?;
                }
                for down in [true, false] {
                    session.client.key(caps, down)?;
                }
                session.client.x.flush()?;
                session.settle()?;
            }
        }
        Ok(())
    })
}

/// Whether a client gets the keyboard.
fn grabs_keyboard(session: &Session, window: Window) -> Outcome<bool> {
    let (now, mode) = (x11rb::CURRENT_TIME, GrabMode::ASYNC);
    let reply = session.client.x.grab_keyboard(false, window, now, mode, mode)?.reply()?;
    Ok(reply.status == GrabStatus::SUCCESS)
}

/// Fails unless so many presses reached a window, modifiers apart.
fn must_get_keys(session: &Session, window: Window, count: usize) -> Outcome {
    let modifiers = ["super", "shift"]
        .map(|name| session.client.keycode(keysym(name)?))
        .into_iter()
        .map(|code| code.map(|(code, _)| code))
        .collect::<Result<Vec<u8>, Failure>>()?;
    let is_press = |event: &Event| {
        matches!(event, Event::KeyPress(key)
            if key.event == window && !modifiers.contains(&key.detail))
    };
    let got = session.client.count_events(is_press)?;
    session.client.forget_events()?;
    must(got == count, || format!("{window:#x} got {got} keys instead of {count}"))
}
