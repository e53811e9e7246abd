//! Who manages, and what the root window says of it (ICCCM 2.8, EWMH root properties).

use rustix::process::Signal;
use x11rb::protocol::xproto::ConnectionExt as _;

use super::{Check, Stage, must};
use crate::Outcome;
use crate::session::ICONIC;

pub(super) const CHECKS: &[Check] = &[
    Check::new("the check window has a name (EWMH _NET_SUPPORTING_WM_CHECK)", check_window),
    Check::new("the manager selection WM_S0 is owned (ICCCM 2.8)", selection),
    Check::new("clients are listed in mapping order, and no others", client_list),
    Check::new("clients are listed in stacking order", stacking_list),
    Check::new("the number of desktops fits the current one and their names", desktops),
    Check::new("a desktop that does not exist is not shown", no_such_desktop),
    Check::new("_NET_SUPPORTED and _NET_ACTIVE_WINDOW are of the right type", types),
    Check::new("after SIGTERM no window is left hidden", terminated),
    Check::new("after SIGKILL no window is left hidden", killed),
];

fn check_window(stage: &Stage) -> Outcome {
    let check = stage.client.word(stage.root(), "_NET_SUPPORTING_WM_CHECK")?.unwrap_or(0);
    must(!stage.client.text(check, "_NET_WM_NAME")?.is_empty(), "it has no _NET_WM_NAME")
}

fn selection(stage: &Stage) -> Outcome {
    let selection = stage.client.atom("WM_S0")?;
    let owner = stage.client.x.get_selection_owner(selection)?.reply()?.owner;
    must(owner != 0, "nobody owns it")
}

fn client_list(stage: &Stage) -> Outcome {
    let first = stage.open()?;
    let second = stage.open()?;
    let listed = stage.client.words(stage.root(), "_NET_CLIENT_LIST")?;
    must(listed == [first, second], &format!("{listed:x?}, not {first:x} and {second:x}"))?;
    stage.client.unmap(first)?;
    stage.wait("a withdrawn window leaves the list", |client| {
        Ok(client.words(client.root, "_NET_CLIENT_LIST")? == [second])
    })
}

fn stacking_list(stage: &Stage) -> Outcome {
    let parent = stage.open()?;
    let dialog = stage.dialog(parent, |_, _| Ok(()))?;
    stage.wait("the dialog is listed above its parent", |client| {
        Ok(client.words(client.root, "_NET_CLIENT_LIST_STACKING")? == [parent, dialog])
    })
}

fn desktops(stage: &Stage) -> Outcome {
    let word = |name: &str| stage.client.word(stage.root(), name);
    let (count, current) = (word("_NET_NUMBER_OF_DESKTOPS")?, word("_NET_CURRENT_DESKTOP")?);
    must(count.is_some() && current.is_some(), "they are not told")?;
    must(current < count, "the current one is not one of them")
}

fn no_such_desktop(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    stage.client.message(stage.root(), "_NET_CURRENT_DESKTOP", [77_000, 0, 0, 0, 0])?;
    stage.settle()?;
    let count = stage.client.word(stage.root(), "_NET_NUMBER_OF_DESKTOPS")?;
    let current = stage.client.word(stage.root(), "_NET_CURRENT_DESKTOP")?;
    must(current < count, "the current desktop is none of the desktops")?;
    must(stage.client.is_viewable(window)?, "the window is gone from sight")
}

fn types(stage: &Stage) -> Outcome {
    stage.open()?;
    let kind = |name: &str| -> Outcome<(u32, u32)> {
        let property = stage.client.property(stage.root(), name)?;
        Ok((property.type_, property.value_len))
    };
    let (atom, window) = (stage.client.atom("ATOM")?, stage.client.atom("WINDOW")?);
    must(kind("_NET_SUPPORTED")?.0 == atom, "_NET_SUPPORTED is no list of atoms")?;
    must(kind("_NET_ACTIVE_WINDOW")? == (window, 1), "_NET_ACTIVE_WINDOW is not one window")
}

/// Hides a window, ends the window manager, and waits for the window to be seen.
fn ended_by(stage: &Stage, signal: Signal) -> Outcome {
    let window = stage.open()?;
    stage.client.message(stage.root(), "_NET_CURRENT_DESKTOP", [1, 0, 0, 0, 0])?;
    stage.wait("the window's desktop is hidden", |client| {
        Ok(!client.is_viewable(window)? || client.word(window, "WM_STATE")? == Some(ICONIC))
    })?;
    stage.manager.signal(signal)?;
    stage.client.wait(None, "the hidden window is mapped when nobody manages it", |client| {
        client.is_viewable(window)
    })
}

fn terminated(stage: &Stage) -> Outcome {
    ended_by(stage, Signal::TERM)
}

fn killed(stage: &Stage) -> Outcome {
    ended_by(stage, Signal::KILL)
}
