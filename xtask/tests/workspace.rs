//! Workspaces: what is shown, what is hidden, and what pagers are told.

use x11rb::protocol::xproto::Window;
use xtask::Outcome;
use xtask::session::{ICONIC, NORMAL, Session};

use crate::focus::must_have_focus;
use crate::harness::{must, on_each_backend, on_each_build, open, places};
use crate::layout::screen;

#[test]
fn pagers_are_told() -> Outcome {
    on_each_backend(|session| {
        let root = session.client.root;
        let count = session.client.words(root, "_NET_NUMBER_OF_DESKTOPS")?;
        must(count == [9], || format!("_NET_NUMBER_OF_DESKTOPS is {count:?}"))?;
        let names = session.client.text(root, "_NET_DESKTOP_NAMES")?;
        let names: Vec<&str> = names.trim_end_matches('\0').split('\0').collect();
        let expected = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
        must(names == expected, || format!("_NET_DESKTOP_NAMES is {names:?}"))?;
        let supported = session.client.words(root, "_NET_SUPPORTED")?;
        for name in ["_NET_ACTIVE_WINDOW", "_NET_CLIENT_LIST", "_NET_WM_STATE_FULLSCREEN"] {
            let atom = session.client.atom(name)?;
            must(supported.contains(&atom), || format!("{name} is not in _NET_SUPPORTED"))?;
        }
        let windows = open(session, 3)?;
        let list = session.clients()?;
        must(list == windows, || format!("_NET_CLIENT_LIST is {list:x?}, not {windows:x?}"))
    })
}

#[test]
fn another_workspace_hides_the_windows_of_the_first() -> Outcome {
    on_each_build(|session| {
        let first = open(session, 2)?;
        session.press("super+2")?;
        must_be_hidden(session, &first, 0)?;
        must_be_current(session, 1)?;
        let second = open(session, 2)?;
        must_be_shown(session, &second, 1)?;
        session.press("super+1")?;
        must_be_current(session, 0)?;
        must_be_shown(session, &first, 0)?;
        must_be_hidden(session, &second, 1)?;
        let all = [first, second].concat();
        must(session.clients()? == all, || "a hidden window left _NET_CLIENT_LIST".into())
    })
}

#[test]
fn every_workspace_has_its_keys() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 9)?;
        for (index, window) in (0..9).zip(&windows) {
            session.client.message(*window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
            session.settle()?;
            session.press(&format!("super+shift+{}", index + 1))?;
        }
        for (index, window) in (0..9).zip(&windows) {
            session.press(&format!("super+{}", index + 1))?;
            must_be_current(session, index)?;
            must_be_shown(session, &[*window], index)?;
            must_have_focus(session, *window)?;
        }
        Ok(())
    })
}

#[test]
fn a_window_is_sent_away() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let sent = session.client.focus()?;
        session.press("super+shift+3")?;
        must_be_hidden(session, &[sent], 2)?;
        must_be_current(session, 0)?;
        let focus = session.client.focus()?;
        must(focus != sent && windows.contains(&focus), || format!("focus on {focus:#x}"))?;
        session.press("super+3")?;
        must_be_shown(session, &[sent], 2)?;
        must_have_focus(session, sent)
    })
}

#[test]
fn the_last_workspace_comes_back() -> Outcome {
    on_each_backend(|session| {
        session.press("super+4")?;
        session.press("super+7")?;
        for expected in [3, 6, 3] {
            session.press("super+Tab")?;
            must_be_current(session, expected)?;
        }
        Ok(())
    })
}

#[test]
fn a_pager_may_switch_and_send() -> Outcome {
    on_each_backend(|session| {
        let (root, windows) = (session.client.root, open(session, 2)?);
        session.client.message(root, "_NET_CURRENT_DESKTOP", [5, 0, 0, 0, 0])?;
        session.settle()?;
        must_be_current(session, 5)?;
        must_be_hidden(session, &windows, 0)?;
        session.client.message(windows[0], "_NET_WM_DESKTOP", [5, 2, 0, 0, 0])?;
        session.settle()?;
        must_be_shown(session, &windows[..1], 5)?;
        for absurd in [9, 10, 0x7fff_ffff, 0xffff_fffe] {
            session.client.message(root, "_NET_CURRENT_DESKTOP", [absurd, 0, 0, 0, 0])?;
            session.client.message(windows[1], "_NET_WM_DESKTOP", [absurd, 2, 0, 0, 0])?;
        }
        session.settle()?;
        must_be_current(session, 5)?;
        must_be_hidden(session, &windows[1..], 0)
    })
}

#[test]
fn fullscreen_covers_the_screen_and_ends() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let before = places(session, &windows)?;
        let focus = session.client.focus()?;
        let atom = session.client.atom("_NET_WM_STATE_FULLSCREEN")?;
        let must_cover = |session: &Session, covers: bool| {
            let place = session.client.geometry(focus)?;
            let stated = session.client.words(focus, "_NET_WM_STATE")?.contains(&atom);
            must((place == screen()) == covers && stated == covers, || {
                format!("fullscreen should be {covers}: {place:?}, said to be {stated}")
            })
        };
        session.press("super+f")?;
        must_cover(session, true)?;
        session.press("super+f")?;
        must_cover(session, false)?;
        // By message: 1 adds, 0 removes, 2 toggles (EWMH).
        for (action, covers) in [(1, true), (1, true), (0, false), (2, true), (2, false)] {
            session.client.message(focus, "_NET_WM_STATE", [action, atom, 0, 1, 0])?;
            session.settle()?;
            must_cover(session, covers)?;
        }
        let after = places(session, &windows)?;
        must(after == before, || format!("after fullscreen: {after:?}, not {before:?}"))
    })
}

#[test]
fn a_window_may_start_in_fullscreen() -> Outcome {
    on_each_backend(|session| {
        open(session, 1)?;
        let window = session.client.create()?;
        session.client.set_atoms(window, "_NET_WM_STATE", &["_NET_WM_STATE_FULLSCREEN"])?;
        session.show(window)?;
        let place = session.client.geometry(window)?;
        must(place == screen(), || format!("{place:?} does not cover the screen"))
    })
}

#[test]
fn a_withdrawn_window_is_forgotten_and_may_come_back() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        session.client.unmap(windows[0])?;
        session.wait("an unmapped window leaves the list", |_| {
            Ok(!session.clients()?.contains(&windows[0]))
        })?;
        session.settle()?;
        let state = session.client.word(windows[0], "WM_STATE")?;
        must(matches!(state, None | Some(0)), || format!("WM_STATE is {state:?}"))?;
        session.show(windows[0])?;
        must_have_focus(session, windows[0])
    })
}

/// Fails unless the windows are mapped and said to be on workspace `desktop`.
pub(crate) fn must_be_shown(session: &Session, windows: &[Window], desktop: u32) -> Outcome {
    must_be(session, windows, desktop, true)
}

/// Fails unless the windows are unmapped and said to be on workspace `desktop`.
pub(crate) fn must_be_hidden(session: &Session, windows: &[Window], desktop: u32) -> Outcome {
    must_be(session, windows, desktop, false)
}

fn must_be(session: &Session, windows: &[Window], desktop: u32, shown: bool) -> Outcome {
    let state = if shown { NORMAL } else { ICONIC };
    for window in windows {
        let viewable = session.client.is_viewable(*window)?;
        let states = session.client.words(*window, "WM_STATE")?;
        let desktops = session.client.words(*window, "_NET_WM_DESKTOP")?;
        let holds = viewable == shown && states == [state, 0] && desktops == [desktop];
        must(holds, || {
            format!(
                "{window:#x} should be shown: {shown}, on workspace {desktop}; it is viewable: \
                 {viewable}, WM_STATE {states:?}, _NET_WM_DESKTOP {desktops:?}"
            )
        })?;
    }
    Ok(())
}

/// Fails unless the root says that workspace `desktop` is shown.
pub(crate) fn must_be_current(session: &Session, desktop: u32) -> Outcome {
    let current = session.client.words(session.client.root, "_NET_CURRENT_DESKTOP")?;
    must(current == [desktop], || format!("_NET_CURRENT_DESKTOP is {current:?}, not {desktop}"))
}
