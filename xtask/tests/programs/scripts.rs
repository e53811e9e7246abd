//! wmctrl and xdotool, by which people's scripts speak to a window manager.

use x11rb::protocol::xproto::Window;
use xtask::Outcome;
use xtask::session::{ICONIC, Session};

use super::with;
use crate::focus::must_have_focus;
use crate::harness::must;
use crate::layout::screen;
use crate::workspace::must_be_current;

#[test]
fn wmctrl_lists_what_is_there() -> Outcome {
    with(&["wmctrl"], |desktop| {
        let session = &desktop.session;
        let windows = [named(session, "first")?, named(session, "second")?];
        let about = desktop.ask("wmctrl", &["-m"])?;
        must(about.contains("Name: pgwm"), || about.clone())?;
        let list = desktop.ask("wmctrl", &["-l", "-G"])?;
        must(list.lines().count() == 2, || list.clone())?;
        for (line, (window, name)) in list.lines().zip(windows.iter().zip(["first", "second"])) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let place = session.client.geometry(*window)?;
            let size = [place.width.to_string(), place.height.to_string()];
            must(
                words[0] == format!("{window:#010x}")
                    && words[1] == "0"
                    && words[4..6] == size
                    && words.last() == Some(&name),
                || format!("{line}, but it is at {place:?}"),
            )?;
        }
        let desktops = desktop.ask("wmctrl", &["-d"])?;
        must(desktops.lines().count() == 9, || desktops.clone())?;
        for (index, line) in desktops.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let current = if index == 0 { "*" } else { "-" };
            let number = (index + 1).to_string();
            must(words[1] == current && words.last() == Some(&number.as_str()), || line.into())?;
        }
        Ok(())
    })
}

#[test]
fn wmctrl_commands() -> Outcome {
    with(&["wmctrl"], |desktop| {
        let session = &desktop.session;
        let (first, second) = (named(session, "first")?, named(session, "second")?);
        desktop.ask("wmctrl", &["-a", "first"])?;
        desktop.wait_focus("the one named", first)?;
        let tile = session.client.geometry(first)?;
        for _ in 0..2 {
            desktop.ask("wmctrl", &["-r", "first", "-b", "add,fullscreen"])?;
            desktop.wait_fullscreen(first)?;
            desktop.ask("wmctrl", &["-r", "first", "-b", "remove,fullscreen"])?;
            desktop.wait_place("back in its tile", first, |place| place == tile)?;
        }
        desktop.ask("wmctrl", &["-r", "first", "-b", "toggle,fullscreen"])?;
        desktop.wait_fullscreen(first)?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "toggle,fullscreen"])?;
        desktop.wait_state(first, "FULLSCREEN", false)?;

        desktop.ask("wmctrl", &["-s", "3"])?;
        session.settle()?;
        must_be_current(session, 3)?;
        desktop.ask("wmctrl", &["-s", "0"])?;
        session.settle()?;
        desktop.ask("wmctrl", &["-r", "first", "-t", "2"])?;
        session.wait("it is on the third workspace", |client| {
            Ok(client.word(first, "_NET_WM_DESKTOP")? == Some(2)
                && client.word(first, "WM_STATE")? == Some(ICONIC))
        })?;
        desktop.wait_focus("the other", second)?;
        // To where it is, and to here.
        desktop.ask("wmctrl", &["-a", "first"])?;
        desktop.wait_focus("the one named", first)?;
        must_be_current(session, 2)?;
        desktop.ask("wmctrl", &["-R", "second"])?;
        desktop.wait_focus("the one brought here", second)?;
        session.settle()?;
        must_be_current(session, 2)?;

        // A tile stays where it is, a float goes where it is sent.
        session.settle()?;
        let tile = session.client.geometry(second)?;
        desktop.ask("wmctrl", &["-r", "second", "-e", "0,200,150,400,300"])?;
        session.settle()?;
        must(session.client.geometry(second)? == tile, || "a tile was moved".into())?;
        session.press("super+shift+space")?;
        desktop.ask("wmctrl", &["-r", "second", "-e", "0,200,150,400,300"])?;
        desktop.wait_place("the float is moved", second, |place| {
            (place.x, place.y, place.width, place.height) == (200, 150, 400, 300)
        })
    })
}

#[test]
fn wmctrl_leaves_alone_what_it_does_not_name() -> Outcome {
    with(&["wmctrl"], |desktop| {
        let session = &desktop.session;
        let window = named(session, "first")?;
        session.press("super+shift+space")?;
        desktop.ask("wmctrl", &["-r", "first", "-e", "0,200,150,400,300"])?;
        // Only through _NET_MOVERESIZE_WINDOW can it name some and not others.
        for (words, expected) in [
            ("0,-1,-1,500,-1", (200, 150, 500, 300)),
            ("0,-1,90,-1,-1", (200, 90, 500, 300)),
            ("0,120,-1,-1,240", (120, 90, 500, 240)),
        ] {
            desktop.ask("wmctrl", &["-r", "first", "-e", words])?;
            desktop.wait_place(words, window, |place| {
                (place.x, place.y, place.width, place.height) == expected
            })?;
        }
        Ok(())
    })
}

#[test]
fn wmctrl_states() -> Outcome {
    with(&["wmctrl"], |desktop| {
        let session = &desktop.session;
        let window = named(session, "first")?;
        let tile = session.open()?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "add,sticky"])?;
        desktop.wait_state(window, "STICKY", true)?;
        desktop.ask("wmctrl", &["-s", "4"])?;
        session.settle()?;
        must(session.client.is_viewable(window)?, || "a sticky window is hidden".into())?;
        must(!session.client.is_viewable(tile)?, || "another is not".into())?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "remove,sticky"])?;
        desktop.wait_state(window, "STICKY", false)?;
        desktop.ask("wmctrl", &["-s", "0"])?;
        session.settle()?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "add,demands_attention"])?;
        session.settle()?;
        desktop.ask("wmctrl", &["-a", "first"])?;
        desktop.wait_focus("the one named", window)?;
        desktop.wait_state(window, "DEMANDS_ATTENTION", false)?;
        // Two at once, on a float: it takes the room that there is.
        session.press("super+shift+space")?;
        let float = session.client.geometry(window)?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "add,maximized_vert,maximized_horz"])?;
        desktop.wait_state(window, "MAXIMIZED_VERT", true)?;
        desktop.wait_state(window, "MAXIMIZED_HORZ", true)?;
        desktop.wait_place("it is as large as can be", window, |place| {
            place.width * 10 > screen().width * 9 && place.height * 10 > screen().height * 9
        })?;
        desktop.ask("wmctrl", &["-r", "first", "-b", "remove,maximized_vert,maximized_horz"])?;
        desktop.wait_place("it is as it was", window, |place| place == float)
    })
}

#[test]
fn wmctrl_closes_a_window() -> Outcome {
    with(&["wmctrl", "zenity"], |desktop| {
        let session = &desktop.session;
        let tile = session.open()?;
        let zenity = desktop.run("zenity", &["--info", "--title=close me", "--text=.."])?;
        let window = desktop.window_of("zenity")?;
        desktop.wait_focus("the dialog", window)?;
        desktop.ask("wmctrl", &["-c", "close me"])?;
        desktop.wait_end(zenity)?;
        desktop.wait_focus("the tile", tile)
    })
}

#[test]
fn xdotool_finds_and_activates() -> Outcome {
    with(&["xdotool"], |desktop| {
        let session = &desktop.session;
        let windows = [named(session, "alpha")?, named(session, "beta")?, named(session, "gamma")?];
        for (window, name) in windows.iter().zip(["alpha", "beta", "gamma"]) {
            let found = desktop.ask("xdotool", &["search", "--onlyvisible", "--name", name])?;
            must(found.trim() == window.to_string(), || format!("{name}: {found}"))?;
            // Returns when the window is the active one, on whatever workspace.
            desktop.ask("xdotool", &["windowactivate", "--sync", &window.to_string()])?;
            must_have_focus(session, *window)?;
            let active = desktop.ask("xdotool", &["getactivewindow", "getwindowname"])?;
            must(active.trim() == name, || format!("{name}: {active}"))?;
        }
        let word = |text: String| text.trim().to_owned();
        must(word(desktop.ask("xdotool", &["get_num_desktops"])?) == "9", || "not nine".into())?;
        let id = windows[0].to_string();
        desktop.ask("xdotool", &["set_desktop_for_window", &id, "5"])?;
        session.settle()?;
        let there = word(desktop.ask("xdotool", &["get_desktop_for_window", &id])?);
        must(there == "5", || format!("it is on {there}"))?;
        desktop.ask("xdotool", &["windowactivate", "--sync", &id])?;
        must_have_focus(session, windows[0])?;
        must(word(desktop.ask("xdotool", &["get_desktop"])?) == "5", || "not there".into())?;
        desktop.ask("xdotool", &["set_desktop", "0"])?;
        session.settle()?;
        must_be_current(session, 0)?;
        // A key of ours, by another's hand.
        desktop.ask("xdotool", &["key", "super+7"])?;
        session.settle()?;
        must_be_current(session, 6)
    })
}

#[test]
fn xdotool_moves_and_resizes_a_float() -> Outcome {
    with(&["xdotool"], |desktop| {
        let session = &desktop.session;
        let tile = named(session, "tile")?;
        let float = named(session, "float")?;
        session.press("super+shift+space")?;
        let id = float.to_string();
        for (x, y, width, height) in [(120, 90, 333, 222), (300, 200, 500, 400)] {
            let [x_word, y_word, width_word, height_word] =
                [x, y, width, height].map(|number: i32| number.to_string());
            desktop.ask("xdotool", &["windowsize", "--sync", &id, &width_word, &height_word])?;
            desktop.ask("xdotool", &["windowmove", "--sync", &id, &x_word, &y_word])?;
            desktop.wait_place("it is where it was sent", float, |place| {
                (place.x, place.y, place.width, place.height) == (x, y, width, height)
            })?;
        }
        desktop.ask("xdotool", &["windowraise", &id])?;
        desktop.ask("xdotool", &["windowunmap", "--sync", &id])?;
        desktop.wait_focus("the tile", tile)?;
        desktop.ask("xdotool", &["windowmap", "--sync", &id])?;
        session.wait_managed(float)?;
        desktop.wait_focus("the one mapped again", float)?;
        desktop.ask("xdotool", &["windowclose", &id])?;
        desktop.wait_focus("the tile", tile)
    })
}

/// Opens a window with a title.
fn named(session: &Session, name: &str) -> Outcome<Window> {
    let window = session.client.create()?;
    session.client.set_bytes(window, "_NET_WM_NAME", "UTF8_STRING", name.as_bytes())?;
    session.client.set_bytes(window, "WM_NAME", "STRING", name.as_bytes())?;
    session.show(window)?;
    Ok(window)
}
