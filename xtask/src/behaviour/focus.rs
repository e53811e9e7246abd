//! Who has the keyboard (ICCCM 4.1.7, EWMH `_NET_ACTIVE_WINDOW`).

use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, Window};

use super::{Check, Stage, input_hint, must};
use crate::{Failure, Outcome};

pub(super) const CHECKS: &[Check] = &[
    Check::new("a new window gets the focus and is active", new_window),
    Check::new("a globally active window is told to take the focus, with a time", take_focus),
    Check::new("a window that wants no input never gets the focus", no_input),
    Check::new("the active window follows a focus that another program set", stolen),
    Check::new("a focus set to nothing is no dead keyboard", nothing),
    Check::new("after a chain of dialogs without input the keyboard lives", chain),
    Check::new("closing a window gives the focus to the one used before", history),
    Check::new("_NET_WM_USER_TIME 0 keeps a new window from the focus", user_time),
    Check::new("a pager activates a window on another desktop", pager),
    Check::new("a notification does not get the focus", notification),
    Check::new("a splash screen does not get the focus", splash),
    Check::new("a modal dialog has the focus instead of its parent", modal),
];

fn active(stage: &Stage) -> Outcome<Window> {
    Ok(stage.client.word(stage.root(), "_NET_ACTIVE_WINDOW")?.unwrap_or(0))
}

/// Waits until the window has the keyboard and is said to be active.
fn wait_for(stage: &Stage, window: Window, what: &str) -> Outcome {
    let waited =
        stage.wait(what, |client| Ok(client.focus()? == window && active(stage)? == window));
    let (focus, active) = (stage.client.focus()?, active(stage)?);
    waited.map_err(|error| Failure::new(format!("{error} (focus {focus:#x}, active {active:#x})")))
}

fn new_window(stage: &Stage) -> Outcome {
    stage.open()?;
    let window = stage.open()?;
    wait_for(stage, window, "the new window has the focus")
}

fn take_focus(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.set_words(window, "WM_HINTS", "WM_HINTS", &input_hint(false))?;
    stage.client.set_atoms(window, "WM_PROTOCOLS", &["WM_TAKE_FOCUS"])?;
    stage.show(window)?;
    stage.wait("it is told to take the focus", |_| {
        Ok(!stage.protocols(window, "WM_TAKE_FOCUS")?.is_empty())
    })?;
    let told = stage.protocols(window, "WM_TAKE_FOCUS")?;
    must(told.iter().all(|words| words[1] != 0), "the time that it is told is 0")?;
    must(stage.client.focus()? != window, "the focus was set for it")
}

fn no_input(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.set_words(window, "WM_HINTS", "WM_HINTS", &input_hint(false))?;
    stage.show(window)?;
    must(stage.client.focus()? != window, "it has it")
}

fn stolen(stage: &Stage) -> Outcome {
    let first = stage.open()?;
    stage.open()?;
    stage.client.x.set_input_focus(InputFocus::POINTER_ROOT, first, x11rb::CURRENT_TIME)?;
    wait_for(stage, first, "focus and active window agree")
}

fn nothing(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    stage.client.x.set_input_focus(InputFocus::NONE, x11rb::NONE, x11rb::CURRENT_TIME)?;
    stage.settle()?;
    stage.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    wait_for(stage, window, "the window can be activated again")
}

fn chain(stage: &Stage) -> Outcome {
    let parent = stage.open()?;
    let no_input = |client: &crate::client::Client, window| {
        client.set_words(window, "WM_HINTS", "WM_HINTS", &input_hint(false))
    };
    let first = stage.dialog(parent, no_input)?;
    let second = stage.dialog(first, no_input)?;
    let last = stage.dialog(second, |_, _| Ok(()))?;
    wait_for(stage, last, "the last dialog has the focus")?;
    stage.client.destroy(last)?;
    wait_for(stage, parent, "the only window that takes keys has the focus")
}

fn history(stage: &Stage) -> Outcome {
    let [first, second, third] = [stage.open()?, stage.open()?, stage.open()?];
    stage.client.message(first, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    wait_for(stage, first, "the first window is active")?;
    stage.client.message(third, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    wait_for(stage, third, "the third window is active")?;
    stage.client.destroy(third)?;
    wait_for(stage, first, "the first window is active again")?;
    must(stage.client.exists(second)?, "the second window is gone")
}

fn user_time(stage: &Stage) -> Outcome {
    let first = stage.open()?;
    wait_for(stage, first, "the first window has the focus")?;
    let second = stage.create()?;
    stage.client.set_words(second, "_NET_WM_USER_TIME", "CARDINAL", &[0])?;
    stage.show(second)?;
    must(stage.client.focus()? == first, "it has it")
}

fn pager(stage: &Stage) -> Outcome {
    let there = stage.create()?;
    stage.client.set_words(there, "_NET_WM_DESKTOP", "CARDINAL", &[1])?;
    stage.client.map(there)?;
    stage.wait("the window is managed", |_| stage.is_listed(there))?;
    stage.client.message(there, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    wait_for(stage, there, "its desktop is shown and it has the focus")
}

fn kind(stage: &Stage, name: &str) -> Outcome {
    let first = stage.open()?;
    wait_for(stage, first, "the first window has the focus")?;
    let window = stage.create()?;
    stage.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &[name])?;
    stage.client.map(window)?;
    stage.wait("it is seen", |client| client.is_viewable(window))?;
    stage.settle()?;
    must(stage.client.focus()? == first, "it has it")
}

fn notification(stage: &Stage) -> Outcome {
    kind(stage, "_NET_WM_WINDOW_TYPE_NOTIFICATION")
}

fn splash(stage: &Stage) -> Outcome {
    kind(stage, "_NET_WM_WINDOW_TYPE_SPLASH")
}

fn modal(stage: &Stage) -> Outcome {
    let parent = stage.open()?;
    let dialog = stage.dialog(parent, |client, window| {
        client.set_atoms(window, "_NET_WM_STATE", &["_NET_WM_STATE_MODAL"])
    })?;
    wait_for(stage, dialog, "the dialog has the focus")?;
    stage.client.message(parent, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.settle()?;
    wait_for(stage, dialog, "the dialog still has it")
}
