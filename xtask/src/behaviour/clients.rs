//! What a window manager says of a window and to its program (ICCCM 4.1, EWMH window
//! properties and protocols).

use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt as _;

use super::{Check, Stage, moveresize_flags, must};
use crate::Outcome;
use crate::session::{ICONIC, NORMAL};

pub(super) const CHECKS: &[Check] = &[
    Check::new("WM_STATE has two words (ICCCM 4.1.3.1)", two_words),
    Check::new("a withdrawn window is no longer in a state, and may come back", withdrawal),
    Check::new("WM_CHANGE_STATE iconifies, mapping brings back (ICCCM 4.1.4)", iconify),
    Check::new("a close asks by WM_DELETE_WINDOW", delete),
    Check::new("a close kills a program that can't be asked", kill),
    Check::new("a close sends _NET_WM_PING", ping),
    Check::new("a resize sends _NET_WM_SYNC_REQUEST", sync_request),
    Check::new("_NET_REQUEST_FRAME_EXTENTS is answered before mapping", frame_extents),
    Check::new("_NET_WM_ALLOWED_ACTIONS is told", allowed_actions),
    Check::new("_NET_WM_DESKTOP is told, and honoured before mapping", desktop),
    Check::new("_NET_WM_DESKTOP 0xFFFFFFFF shows a window on every desktop", sticky),
    Check::new("_NET_WM_STATE_DEMANDS_ATTENTION is kept and cleared by the focus", attention),
    Check::new("_NET_WM_STATE_FOCUSED is on the focused window alone", focused),
    Check::new("_NET_WM_STATE is taken off a withdrawn window", state_withdrawn),
    Check::new("_NET_WM_STATE_HIDDEN is on a minimised window", hidden),
    Check::new("an override-redirect window is left alone", override_redirect),
    Check::new("I3_SYNC is echoed", i3_sync),
];

fn two_words(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    must(stage.client.words(window, "WM_STATE")?.len() == 2, "it has not")
}

fn withdrawal(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    for _ in 0..3 {
        stage.client.unmap(window)?;
        stage.wait("an unmapped window is withdrawn", |client| {
            Ok(client.word(window, "WM_STATE")?.unwrap_or(0) == 0)
        })?;
        stage.show(window)?;
    }
    Ok(())
}

fn iconify(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    stage.client.message(window, "WM_CHANGE_STATE", [ICONIC, 0, 0, 0, 0])?;
    stage.wait("the window is an icon", |client| {
        Ok(client.word(window, "WM_STATE")? == Some(ICONIC) && !client.is_viewable(window)?)
    })?;
    stage.show(window)
}

fn delete(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.set_atoms(window, "WM_PROTOCOLS", &["WM_DELETE_WINDOW"])?;
    stage.show(window)?;
    stage.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
    stage.wait("the window is told to close", |_| {
        Ok(!stage.protocols(window, "WM_DELETE_WINDOW")?.is_empty())
    })?;
    stage.settle()?;
    must(stage.client.exists(window)?, "it was destroyed, though it could be asked")
}

fn kill(stage: &Stage) -> Outcome {
    let window = stage.other.create()?;
    stage.other.map(window)?;
    // Another connection knows of it only once the server has answered this one.
    stage.other.geometry(window)?;
    stage.wait_until_shown(window)?;
    stage.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
    stage.wait("the window is gone", |client| Ok(!client.exists(window)?))
}

fn ping(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.set_atoms(window, "WM_PROTOCOLS", &["WM_DELETE_WINDOW", "_NET_WM_PING"])?;
    stage.show(window)?;
    stage.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
    stage.wait("the window is asked whether it lives", |_| {
        let pings = stage.protocols(window, "_NET_WM_PING")?;
        Ok(pings.iter().any(|words| words[2] == window))
    })
}

fn sync_request(stage: &Stage) -> Outcome {
    use x11rb::protocol::sync::{ConnectionExt as _, Int64};
    let window = stage.create()?;
    stage.client.x.sync_initialize(3, 1)?.reply()?;
    let counter = x11rb::connection::Connection::generate_id(&stage.client.x)?;
    stage.client.x.sync_create_counter(counter, Int64 { hi: 0, lo: 0 })?;
    stage.client.set_words(window, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter])?;
    stage.client.set_atoms(window, "WM_PROTOCOLS", &["_NET_WM_SYNC_REQUEST"])?;
    stage.show(window)?;
    // One of the two resizes it, whatever sort of window manager this is.
    stage.open()?;
    let all = moveresize_flags([false, false, true, true]);
    stage.client.message(window, "_NET_MOVERESIZE_WINDOW", [all, 0, 0, 400, 300])?;
    stage.settle()?;
    stage.wait("the resized window is asked to say when it is drawn", |_| {
        Ok(!stage.protocols(window, "_NET_WM_SYNC_REQUEST")?.is_empty())
    })
}

fn frame_extents(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.message(window, "_NET_REQUEST_FRAME_EXTENTS", [0; 5])?;
    stage.wait("the window is told how wide its frame will be", |client| {
        Ok(client.words(window, "_NET_FRAME_EXTENTS")?.len() == 4)
    })
}

fn allowed_actions(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    let close = stage.client.atom("_NET_WM_ACTION_CLOSE")?;
    let actions = stage.client.words(window, "_NET_WM_ALLOWED_ACTIONS")?;
    must(actions.contains(&close), "closing is not among them")
}

fn desktop(stage: &Stage) -> Outcome {
    let here = stage.open()?;
    stage.wait("a window says that it is on the first desktop", |client| {
        Ok(client.word(here, "_NET_WM_DESKTOP")? == Some(0))
    })?;
    let there = stage.create()?;
    stage.client.set_words(there, "_NET_WM_DESKTOP", "CARDINAL", &[1])?;
    stage.client.map(there)?;
    stage.wait("the other window is managed", |_| stage.is_listed(there))?;
    stage.settle()?;
    must(stage.client.word(there, "_NET_WM_DESKTOP")? == Some(1), "its wish is not told")?;
    must(!stage.client.is_viewable(there)?, "it is shown on the first desktop")
}

fn sticky(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    stage.client.message(window, "_NET_WM_DESKTOP", [u32::MAX, 2, 0, 0, 0])?;
    stage.settle()?;
    stage.client.message(stage.root(), "_NET_CURRENT_DESKTOP", [1, 0, 0, 0, 0])?;
    stage.wait("the second desktop is shown", |client| {
        Ok(client.word(client.root, "_NET_CURRENT_DESKTOP")? == Some(1))
    })?;
    stage.settle()?;
    must(stage.client.is_viewable(window)?, "it is not seen on the second desktop")?;
    let desktop = stage.client.word(window, "_NET_WM_DESKTOP")?;
    must(desktop == Some(u32::MAX), &format!("it says that it is on desktop {desktop:?}"))
}

fn attention(stage: &Stage) -> Outcome {
    const STATE: &str = "_NET_WM_STATE_DEMANDS_ATTENTION";
    let window = stage.open()?;
    stage.open()?;
    stage.ask_state(window, 1, STATE)?;
    stage
        .wait("the window says that it asks for attention", |_| stage.is_in_state(window, STATE))?;
    stage.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.wait("with the focus it no longer does", |_| Ok(!stage.is_in_state(window, STATE)?))
}

fn focused(stage: &Stage) -> Outcome {
    const STATE: &str = "_NET_WM_STATE_FOCUSED";
    let first = stage.open()?;
    let second = stage.open()?;
    stage.client.message(first, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.wait("only the focused window says so", |_| {
        Ok(stage.is_in_state(first, STATE)? && !stage.is_in_state(second, STATE)?)
    })
}

fn state_withdrawn(stage: &Stage) -> Outcome {
    const STATE: &str = "_NET_WM_STATE_FULLSCREEN";
    let window = stage.open()?;
    stage.ask_state(window, 1, STATE)?;
    stage.wait("the window is in fullscreen", |_| stage.is_in_state(window, STATE))?;
    stage.client.unmap(window)?;
    stage.wait("a withdrawn window is in no state", |_| Ok(!stage.is_in_state(window, STATE)?))
}

fn hidden(stage: &Stage) -> Outcome {
    const STATE: &str = "_NET_WM_STATE_HIDDEN";
    let window = stage.open()?;
    stage.client.message(window, "WM_CHANGE_STATE", [ICONIC, 0, 0, 0, 0])?;
    stage.wait("a minimised window says so", |_| stage.is_in_state(window, STATE))?;
    stage.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.wait("a pager brings it back", |client| {
        Ok(!stage.is_in_state(window, STATE)? && client.is_viewable(window)?)
    })
}

fn override_redirect(stage: &Stage) -> Outcome {
    use x11rb::protocol::xproto::CreateWindowAux;
    stage.open()?;
    let focus = stage.client.focus()?;
    let attributes = CreateWindowAux::new().override_redirect(1);
    let menu = stage.client.create_with((50, 60), &attributes)?;
    stage.client.map(menu)?;
    stage.settle()?;
    must(stage.client.word(menu, "WM_STATE")?.is_none(), "it got a WM_STATE")?;
    must(!stage.is_listed(menu)?, "it is listed")?;
    must(stage.client.focus()? == focus, "it took the focus")?;
    let place = stage.client.geometry(menu)?;
    must((place.width, place.height, place.border) == (50, 60, 0), "it was changed")
}

fn i3_sync(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    let kind = stage.client.atom("I3_SYNC")?;
    stage.client.message(stage.root(), "I3_SYNC", [window, 4711, 0, 0, 0])?;
    stage.wait("the message comes back", |client| {
        let is_echo = |event: &Event| {
            matches!(event, Event::ClientMessage(message) if message.type_ == kind
                && message.window == window && message.data.as_data32()[1] == 4711)
        };
        Ok(client.count_events(is_echo)? > 0)
    })?;
    must(stage.client.word(window, "WM_STATE")? == Some(NORMAL), "it harmed the window")?;
    stage.client.x.get_input_focus()?.reply()?;
    Ok(())
}
