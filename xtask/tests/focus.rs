//! Which window has the keyboard, and how it was asked to take it.

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, NotifyDetail, NotifyMode, Window};
use xtask::session::{Session, check_window};
use xtask::{Failure, Outcome};

use crate::harness::{must, on_each_backend, open};

#[test]
fn a_new_window_takes_the_focus() -> Outcome {
    on_each_backend(|session| {
        for _ in 0..3 {
            let window = session.open()?;
            must_have_focus(session, window)?;
        }
        Ok(())
    })
}

#[test]
fn without_a_window_the_focus_is_on_the_window_manager() -> Outcome {
    on_each_backend(|session| {
        let check = check_window(&session.client)?;
        must(Some(session.client.focus()?) == check, || "at the start it is not".into())?;
        let window = session.open()?;
        session.client.destroy(window)?;
        session.wait("the focus returns to the window manager", |client| {
            Ok(Some(client.focus()?) == check)
        })?;
        session.settle()?;
        let active = session.client.words(session.client.root, "_NET_ACTIVE_WINDOW")?;
        must(active == [0], || format!("_NET_ACTIVE_WINDOW is {active:x?}, not one zero"))
    })
}

#[test]
fn keys_go_through_all_windows_and_back() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 4)?;
        let mut visited = Vec::new();
        for _ in &windows {
            session.press("super+j")?;
            let focus = session.client.focus()?;
            must_have_focus(session, focus)?;
            visited.push(focus);
        }
        for window in &windows {
            must(visited.contains(window), || format!("{window:#x} is not in {visited:x?}"))?;
        }
        for expected in visited.iter().rev().skip(1) {
            session.press("super+k")?;
            must_have_focus(session, *expected)?;
        }
        Ok(())
    })
}

#[test]
fn the_focus_follows_the_pointer() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        // The pointer rests over the first, which it has to leave to enter it.
        for window in windows.into_iter().rev() {
            session.client.point(session.client.geometry(window)?.center())?;
            session.settle()?;
            must_have_focus(session, window)?;
        }
        Ok(())
    })
}

#[test]
fn a_pointer_that_rests_moves_no_focus() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        for chord in ["super+j", "super+j", "super+shift+j", "super+l", "super+m", "super+t"] {
            let before = session.client.focus()?;
            session.press(chord)?;
            session.settle()?;
            let after = session.client.focus()?;
            let moves = chord == "super+j";
            must((before != after) == moves, || {
                format!("{chord}: the focus went from {before:#x} to {after:#x}")
            })?;
        }
        // A window closes: the pointer is now over another one than the focused one.
        let focus = session.client.focus()?;
        let other = windows.iter().find(|window| **window != focus).copied();
        session.client.destroy(other.unwrap_or_default())?;
        session.settle()?;
        must_have_focus(session, focus)?;
        // Another workspace and back.
        session.press("super+2")?;
        session.press("super+1")?;
        must_have_focus(session, focus)
    })
}

#[test]
fn a_click_focuses_and_reaches_the_client() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        for window in [windows[1], windows[0]] {
            session.client.point(session.client.geometry(window)?.center())?;
            session.settle()?;
            must_have_focus(session, window)?;
        }
        session.press("super+j")?;
        must_have_focus(session, windows[1])?;
        session.client.forget_events()?;
        session.client.button(1, true)?;
        session.client.button(1, false)?;
        session.wait("the click reaches the client", |client| {
            let clicked = |event: &Event| {
                matches!(event, Event::ButtonPress(press)
                    if press.event == windows[0] && press.detail == 1)
            };
            Ok(client.count_events(clicked)? == 1)
        })?;
        session.settle()?;
        must_have_focus(session, windows[0])
    })
}

#[test]
fn the_focus_goes_on_when_its_window_closes() -> Outcome {
    on_each_backend(|session| {
        let mut windows = open(session, 4)?;
        while windows.len() > 1 {
            let focus = session.client.focus()?;
            windows.retain(|window| *window != focus);
            session.client.destroy(focus)?;
            session.wait("another window has the focus", |client| {
                Ok(windows.contains(&client.focus()?))
            })?;
            session.settle()?;
            must_have_focus(session, session.client.focus()?)?;
        }
        Ok(())
    })
}

#[test]
fn a_globally_active_window_is_asked() -> Outcome {
    on_each_backend(|session| {
        let other = session.open()?;
        let window = session.client.create()?;
        set_model(session, window, false, true)?;
        session.client.forget_events()?;
        session.show(window)?;
        session.wait("WM_TAKE_FOCUS with a time", |_| Ok(asked(session, window)?.is_some()))?;
        let time = asked(session, window)?.unwrap_or_default();
        must(time != 0, || "the time of WM_TAKE_FOCUS is 0".into())?;
        must(session.client.focus()? != window, || "the focus was given instead".into())?;
        // The client takes it, as it was asked to.
        session.client.x.set_input_focus(InputFocus::PARENT, window, time)?;
        session.client.x.flush()?;
        session.wait("the window that took the focus is active", |client| {
            Ok(client.word(client.root, "_NET_ACTIVE_WINDOW")? == Some(window))
        })?;
        session.settle()?;
        must_have_focus(session, window)?;
        session.press("super+j")?;
        must_have_focus(session, other)
    })
}

#[test]
fn a_locally_active_window_is_given_the_focus_and_told() -> Outcome {
    on_each_backend(|session| {
        let window = session.client.create()?;
        set_model(session, window, true, true)?;
        session.client.forget_events()?;
        session.show(window)?;
        must_have_focus(session, window)?;
        let time = asked(session, window)?;
        must(time.is_some_and(|time| time != 0), || format!("WM_TAKE_FOCUS came with {time:?}"))
    })
}

#[test]
fn a_window_without_input_never_has_the_focus() -> Outcome {
    on_each_backend(|session| {
        let silent = session.client.create()?;
        set_model(session, silent, false, false)?;
        session.client.forget_events()?;
        session.show(silent)?;
        let windows = open(session, 2)?;
        for _ in 0..4 {
            session.press("super+j")?;
        }
        session.client.point(session.client.geometry(silent)?.center())?;
        session.settle()?;
        session.client.message(silent, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        session.settle()?;
        for window in windows {
            session.client.destroy(window)?;
        }
        session.settle()?;
        // A key of ours moves the focus to the root and back for as long as it is held.
        let focused = |event: &Event| {
            matches!(event, Event::FocusIn(focus) if focus.event == silent
                && focus.mode == NotifyMode::NORMAL
                && focus.detail != NotifyDetail::POINTER)
        };
        must(session.client.count_events(focused)? == 0, || "it had the focus".into())?;
        // With nothing else left, the keyboard still belongs to someone.
        let focus = session.client.focus()?;
        must(focus > 1, || format!("the focus is nowhere: {focus}"))
    })
}

#[test]
fn a_pager_may_activate_a_window() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        for window in windows {
            session.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
            session.settle()?;
            must_have_focus(session, window)?;
        }
        Ok(())
    })
}

#[test]
fn focus_and_active_window_agree_after_a_program_moves_the_focus() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        for window in windows {
            session.client.x.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME)?;
            session.client.x.flush()?;
            session.settle()?;
            must_have_focus(session, session.client.focus()?)?;
        }
        Ok(())
    })
}

#[test]
fn a_dead_keyboard_is_brought_back() -> Outcome {
    on_each_backend(|session| {
        open(session, 2)?;
        // A program sets the focus to nothing.
        session.client.x.set_input_focus(InputFocus::NONE, x11rb::NONE, CURRENT_TIME)?;
        session.client.x.flush()?;
        session.press("super+j")?;
        must_have_focus(session, session.client.focus()?)
    })
}

#[test]
fn a_window_that_takes_no_focus_leaves_the_keys_to_the_window_manager() -> Outcome {
    on_each_backend(|session| {
        let window = session.client.create()?;
        set_model(session, window, false, true)?;
        session.client.x.map_window(window)?;
        session.client.x.flush()?;
        session.settle()?;
        // It is asked, and does nothing; then a program sets the focus to nothing.
        session.client.x.set_input_focus(InputFocus::NONE, x11rb::NONE, CURRENT_TIME)?;
        session.client.x.flush()?;
        session.settle()?;
        session.press("super+2")?;
        let desktop = session.client.words(session.client.root, "_NET_CURRENT_DESKTOP")?;
        if desktop == [1] { Ok(()) } else { Err(Failure::new(format!("desktop {desktop:?}"))) }
    })
}

/// Fails unless the server and the root's property both say that `window` has the focus.
pub(crate) fn must_have_focus(session: &Session, window: Window) -> Outcome {
    let focus = session.client.focus()?;
    let active = session.client.words(session.client.root, "_NET_ACTIVE_WINDOW")?;
    if focus == window && active == [window] {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{window:#x} should have the focus; it is on {focus:#x}, _NET_ACTIVE_WINDOW {active:x?}"
    )))
}

/// Says how a window takes the focus (ICCCM 4.1.7).
fn set_model(session: &Session, window: Window, input: bool, take_focus: bool) -> Outcome {
    let hints = [1, u32::from(input), 0, 0, 0, 0, 0, 0, 0];
    session.client.set_words(window, "WM_HINTS", "WM_HINTS", &hints)?;
    if take_focus {
        session.client.set_atoms(window, "WM_PROTOCOLS", &["WM_TAKE_FOCUS"])?;
    }
    Ok(())
}

/// The time of the last `WM_TAKE_FOCUS` that a window received.
fn asked(session: &Session, window: Window) -> Outcome<Option<u32>> {
    let protocols = session.client.atom("WM_PROTOCOLS")?;
    let take_focus = session.client.atom("WM_TAKE_FOCUS")?;
    Ok(session.client.events()?.into_iter().rev().find_map(|event| match event {
        Event::ClientMessage(message)
            if message.window == window
                && message.type_ == protocols
                && message.data.as_data32()[0] == take_focus =>
        {
            Some(message.data.as_data32()[1])
        }
        _ => None,
    }))
}
