//! The programs of the X Window System itself: shaped windows, windows without a
//! keyboard, and a terminal that counts in letters.

use std::fs;

use xtask::Outcome;
use xtask::session::check_window;

use super::with;
use crate::focus::must_have_focus;
use crate::harness::must;
use crate::layout::must_tile;
use crate::workspace::must_be_current;

#[test]
fn a_clock_is_never_given_the_keyboard() -> Outcome {
    with(&["xclock"], |desktop| {
        let session = &desktop.session;
        desktop.run("xclock", &[])?;
        let clock = desktop.window_of("xclock")?;
        // Alone, it leaves the keyboard to the window manager.
        let check = check_window(&session.client)?.unwrap_or_default();
        must(session.client.focus()? == check, || "the focus is elsewhere".into())?;
        session.press("super+2")?;
        must_be_current(session, 1)?;
        session.press("super+1")?;
        let tile = session.open()?;
        must_have_focus(session, tile)?;
        for chord in ["super+j", "super+j", "super+k"] {
            // Its turn may come, for a key that closes it, but not the keyboard.
            session.press(chord)?;
            let focus = session.client.focus()?;
            must(focus == tile || focus == check, || format!("{chord}: on {focus:#x}"))?;
        }
        session.client.point(session.client.geometry(clock)?.center())?;
        session.settle()?;
        must(session.client.focus()? != clock, || "the pointer gave it the focus".into())
    })
}

#[test]
fn shaped_eyes_are_a_tile_like_any() -> Outcome {
    with(&["xeyes"], |desktop| {
        let session = &desktop.session;
        let area = desktop.lone_tile()?;
        let eyes = desktop.run("xeyes", &[])?;
        let window = desktop.window_of("XEyes")?;
        let other = session.open()?;
        desktop.picture("xeyes")?;
        let places = [session.client.geometry(window)?, session.client.geometry(other)?];
        must_tile(area, &places)?;
        // Its corners are not its own: what is seen there is the root.
        let corner = (places[0].x + 1, places[0].y + 1);
        let root = (places[0].x - 1, places[0].y - 1);
        let seen = |place| xtask::screenshot::pixel(&session.client, place);
        must(seen(corner)? == seen(root)?, || "its border is a rectangle".into())?;
        desktop.kill(eyes)?;
        desktop.wait_place("the other takes the room", other, |place| place == area)
    })
}

#[test]
fn a_terminal_fills_its_tile_and_floats_in_whole_letters() -> Outcome {
    with(&[], |desktop| {
        let session = &desktop.session;
        let area = desktop.lone_tile()?;
        desktop.run("xterm", &["-geometry", "80x24"])?;
        let window = desktop.window_of("XTerm")?;
        desktop.wait_focus("the terminal", window)?;
        must(session.client.geometry(window)? == area, || "the tile has another size".into())?;
        session.press("super+shift+space")?;
        // Flags, position, size, least, most, increments, aspects, base (ICCCM 4.1.2.3).
        let hints = session.client.words(window, "WM_NORMAL_HINTS")?;
        let (step, base) =
            ((hints[9] as i32, hints[10] as i32), (hints[15] as i32, hints[16] as i32));
        let whole = |(width, height): (i32, i32)| {
            (width - base.0) % step.0 == 0 && (height - base.1) % step.1 == 0
        };
        let float = session.client.geometry(window)?;
        must(whole((float.width, float.height)), || format!("not whole letters: {float:?}"))?;
        for (right, down) in [(-97, -61), (43, 21), (1, 1)] {
            let place = session.client.geometry(window)?;
            session.client.point((place.right() - 8, place.bottom() - 8))?;
            session.client.hold("super", true)?;
            session.client.button(3, true)?;
            session.settle()?;
            session.client.point((place.right() - 8 + right, place.bottom() - 8 + down))?;
            session.client.button(3, false)?;
            session.client.hold("super", false)?;
            session.settle()?;
            let place = session.client.geometry(window)?;
            must(whole((place.width, place.height)), || format!("not whole letters: {place:?}"))?;
        }
        session.press("super+shift+space")?;
        must(session.client.geometry(window)? == area, || "the tile has another size".into())
    })
}

#[test]
fn a_terminals_menu_stays_while_the_button_is_held() -> Outcome {
    with(&[], |desktop| {
        let session = &desktop.session;
        desktop.run("xterm", &[])?;
        let window = desktop.window_of("XTerm")?;
        let other = session.open()?;
        session.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        desktop.wait_focus("the terminal", window)?;
        let place = session.client.geometry(window)?;
        session.client.point(place.center())?;
        session.client.hold("control", true)?;
        session.client.button(1, true)?;
        let menu = desktop.popup("the menu of Control and a button")?;
        desktop.picture("xterm-menu")?;
        session.client.point(session.client.geometry(other)?.center())?;
        session.settle()?;
        must(session.client.is_viewable(menu)?, || "the menu closed".into())?;
        session.client.button(1, false)?;
        session.client.hold("control", false)?;
        desktop.wait_gone("the menu", menu)
    })
}

#[test]
fn a_bell_marks_a_terminal_until_it_has_the_focus() -> Outcome {
    with(&[], |desktop| {
        let session = &desktop.session;
        // It rings when something is written to a pipe with a name.
        desktop.ask("mkfifo", &["ring"])?;
        let ring = "read line < ring; printf '\\a'; read line";
        let arguments = ["-xrm", "XTerm*bellIsUrgent: true", "-e", "sh", "-c", ring];
        desktop.run("xterm", &arguments)?;
        let window = desktop.window_of("XTerm")?;
        let other = session.open()?;
        must_have_focus(session, other)?;
        fs::write(desktop.home.join("ring"), "now\n")?;
        session.wait("the terminal asks for attention", |client| {
            // The flag of WM_HINTS (ICCCM 4.1.2.4).
            Ok(client.word(window, "WM_HINTS")?.is_some_and(|flags| flags & 256 != 0))
        })?;
        desktop.wait_state(window, "DEMANDS_ATTENTION", true)?;
        must_have_focus(session, other)?;
        desktop.picture("xterm-urgent")?;
        session.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        desktop.wait_focus("the terminal", window)?;
        desktop.wait_state(window, "DEMANDS_ATTENTION", false)
    })
}
