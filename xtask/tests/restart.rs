//! The end of the window manager, by key, signal or the server's end, and its start over.

use rustix::process::Signal;
use x11rb::protocol::Event;
use xtask::Outcome;
use xtask::process::PATIENCE;
use xtask::session::{Session, check_window};

use crate::harness::{backends, must, must_go_on, on_each_backend, on_each_build, open, release};
use crate::workspace::{must_be_current, must_be_hidden, must_be_shown};

#[test]
fn a_restart_keeps_windows_and_workspaces() -> Outcome {
    on_each_build(|session| {
        let first = open(session, 2)?;
        session.press("super+4")?;
        let fourth = open(session, 3)?;
        session.press("super+2")?;
        let second = open(session, 1)?;
        let id = session.pgwm.id();
        for _ in 0..2 {
            restart(session)?;
            must_be_current(session, 1)?;
            must_be_shown(session, &second, 1)?;
            must_be_hidden(session, &first, 0)?;
            must_be_hidden(session, &fourth, 3)?;
            let mut managed = session.clients()?;
            managed.sort_unstable();
            let mut all = [&first[..], &fourth, &second].concat();
            all.sort_unstable();
            must(managed == all, || format!("managed: {managed:x?}, not {all:x?}"))?;
        }
        must(session.pgwm.id() == id, || "it is another process".into())?;
        must_go_on(session)?;
        session.press("super+1")?;
        must_be_shown(session, &first, 0)
    })
}

#[test]
fn term_int_and_hup_leave_every_window_mapped() -> Outcome {
    on_each_build(|session| leave(session, |session| session.pgwm.signal(Signal::TERM)))?;
    for signal in [Signal::INT, Signal::HUP] {
        on_each_backend(|session| leave(session, |session| session.pgwm.signal(signal)))?;
    }
    Ok(())
}

#[test]
fn the_key_to_quit_leaves_every_window_mapped() -> Outcome {
    on_each_backend(|session| leave(session, |session| session.client.press("super+shift+e")))
}

#[test]
fn another_may_start_at_once_after_the_end() -> Outcome {
    for backend in backends() {
        let program = release(backend)?;
        let mut session = Session::start(&program)?;
        for _ in 0..5 {
            session.open()?;
            session.pgwm.signal(Signal::TERM)?;
            let status = session.pgwm.wait(PATIENCE)?;
            must(status.success(), || format!("it ended with {status}: {}", session.pgwm.log()))?;
            session.pgwm = program.spawn(&session.server.display())?;
            session.wait_until_ready()?;
        }
        must(session.clients()?.len() == 5, || "not all windows were adopted".into())?;
    }
    Ok(())
}

#[test]
fn without_its_server_it_ends_with_a_sentence() -> Outcome {
    on_each_build(|session| {
        open(session, 2)?;
        session.server.process.signal(Signal::KILL)?;
        let status = session.pgwm.wait(PATIENCE)?;
        must(status.code() == Some(1), || format!("it ended with {status}, not 1"))?;
        session.pgwm.wait_for_log(0, "\n")?;
        must(session.pgwm.log().trim().len() > 10, || "it said nothing".into())
    })
}

/// Opens windows on two workspaces, ends the window manager, and looks what it left.
fn leave(session: &mut Session, end: impl Fn(&Session) -> Outcome) -> Outcome {
    let mut windows = open(session, 2)?;
    session.press("super+3")?;
    windows.extend(open(session, 2)?);
    let check = check_window(&session.client)?;
    end(session)?;
    let status = session.pgwm.wait(PATIENCE)?;
    must(status.success(), || format!("it ended with {status}: {}", session.pgwm.log()))?;
    for window in windows {
        must(session.client.is_viewable(window)?, || format!("{window:#x} is not mapped"))?;
    }
    session.client.wait(None, "its own window goes with it", |client| match check {
        Some(check) => Ok(!client.exists(check)?),
        None => Ok(true),
    })
}

/// Presses the key to restart, and waits until it has.
pub(crate) fn restart(session: &Session) -> Outcome {
    let check = check_window(&session.client)?.unwrap_or_default();
    session.client.forget_events()?;
    session.client.press("super+shift+r")?;
    session.wait("the window manager's own window goes", |client| {
        let gone = |event: &Event| {
            matches!(event, Event::DestroyNotify(destroyed) if destroyed.window == check)
        };
        Ok(client.count_events(gone)? > 0)
    })?;
    session.wait_until_ready()
}
