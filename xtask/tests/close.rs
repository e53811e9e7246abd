//! How windows are asked to close, and killed if they can't be asked.

use x11rb::protocol::Event;
use xtask::Outcome;
use xtask::client::Client;
use xtask::session::Session;

use crate::focus::must_have_focus;
use crate::harness::{must, must_go_on, on_each_backend};

#[test]
fn a_window_that_can_be_asked_is_asked() -> Outcome {
    on_each_backend(|session| {
        let window = session.client.create()?;
        session.client.set_atoms(window, "WM_PROTOCOLS", &["WM_DELETE_WINDOW"])?;
        session.show(window)?;
        session.client.forget_events()?;
        session.press("super+shift+q")?;
        session.wait("WM_DELETE_WINDOW", |_| Ok(times_asked(session, window)? == 1))?;
        // It asks "save?", say, and lives on.
        must_go_on(session)?;
        must(session.client.exists(window)?, || "it was destroyed as well".into())?;
        session.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
        session.settle()?;
        must(times_asked(session, window)? >= 1, || "_NET_CLOSE_WINDOW does nothing".into())
    })
}

#[test]
fn a_pager_may_close_a_window() -> Outcome {
    on_each_backend(|session| {
        let window = session.client.create()?;
        session.client.set_atoms(window, "WM_PROTOCOLS", &["WM_DELETE_WINDOW"])?;
        session.show(window)?;
        session.client.forget_events()?;
        session.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
        session.wait("WM_DELETE_WINDOW", |_| Ok(times_asked(session, window)? == 1))
    })
}

#[test]
fn a_window_that_cannot_be_asked_is_killed() -> Outcome {
    on_each_backend(|session| {
        for chord in ["super+shift+q", "super+shift+c"] {
            let program = Client::connect(Some(&session.server.display()))?;
            let window = program.create()?;
            program.map(window)?;
            session.wait("the program's window is managed", |_| {
                Ok(session.clients()?.contains(&window))
            })?;
            session.settle()?;
            must_have_focus(session, window)?;
            session.press(chord)?;
            session.wait("the program's window is gone", |client| Ok(!client.exists(window)?))?;
            must(program.focus().is_err(), || "the program is still connected".into())?;
        }
        must_go_on(session)
    })
}

/// How often a window received `WM_DELETE_WINDOW`.
fn times_asked(session: &Session, window: u32) -> Outcome<usize> {
    let protocols = session.client.atom("WM_PROTOCOLS")?;
    let delete = session.client.atom("WM_DELETE_WINDOW")?;
    session.client.count_events(|event| {
        matches!(event, Event::ClientMessage(message)
            if message.window == window
                && message.type_ == protocols
                && message.data.as_data32()[0] == delete)
    })
}
