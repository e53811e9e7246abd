//! Java's Swing: it computes where its window is from what it is told, and takes the
//! focus by itself.
//!
//! Java only believes in a window that nobody gave another parent when a variable, which
//! the window manager sets for what it starts, says so. Without, it waits for a new parent
//! and takes its window to be where and as large as it asked for; then only the keyboard
//! is tested.

use std::fs;

use x11rb::protocol::xproto::Window;
use xtask::Outcome;
use xtask::client::Geometry;
use xtask::screenshot::pixel;

use super::{Desktop, Started, with};
use crate::harness::must;

/// What says that windows keep the root as their parent.
const NONREPARENTING: &[(&str, &str)] = &[("_JAVA_AWT_WM_NONREPARENTING", "1")];

/// The colour of the frame's middle.
const COLOUR: u32 = 0x20_90_50;

#[test]
fn a_frame_knows_where_it_is() -> Outcome {
    with(&["javac"], |desktop| {
        let (java, window) = start(desktop, NONREPARENTING)?;
        let session = &desktop.session;
        desktop.picture("java")?;
        must_know_its_place(desktop, window)?;
        let second = session.open()?;
        must_know_its_place(desktop, window)?;
        session.press("super+shift+j")?;
        must_know_its_place(desktop, window)?;
        session.client.destroy(second)?;
        session.settle()?;
        must_know_its_place(desktop, window)?;
        must_close(desktop, java, window)
    })
}

#[test]
fn a_frame_has_menus_and_choices_in_their_places() -> Outcome {
    with(&["javac"], |desktop| {
        let (java, window) = start(desktop, NONREPARENTING)?;
        let session = &desktop.session;
        must_know_its_place(desktop, window)?;
        let frame = session.client.geometry(window)?;
        session.client.press("F10")?;
        let menu = desktop.popup("the menu")?;
        let place = session.client.geometry(menu)?;
        must((place.x - frame.x).abs() < 20 && (0..50).contains(&(place.y - frame.y)), || {
            format!("the menu is at {place:?}, the window at {frame:?}")
        })?;
        desktop.picture("java-menu")?;
        session.client.press("Escape")?;
        desktop.wait_gone("the menu", menu)?;
        // The list of choices is the last line of the frame.
        desktop.click((frame.right() - 12, frame.bottom() - 12))?;
        let list = desktop.popup("the choices")?;
        let place = session.client.geometry(list)?;
        must(
            (place.x - frame.x).abs() < 20 && (frame.bottom() - place.bottom()).abs() < 90,
            || format!("the list is at {place:?}, the window at {frame:?}"),
        )?;
        desktop.picture("java-choices")?;
        session.client.press("Escape")?;
        desktop.wait_gone("the choices", list)?;
        desktop.wait_focus("the frame", window)?;
        must_close(desktop, java, window)
    })
}

#[test]
fn a_frame_has_the_keyboard_before_and_after_a_dialog() -> Outcome {
    for environment in [NONREPARENTING, &[]] {
        with(&["javac"], |desktop| {
            let (java, window) = start(desktop, environment)?;
            let session = &desktop.session;
            let other = session.open()?;
            session.press("super+k")?;
            desktop.wait_focus("the frame", window)?;
            session.client.type_text("abc")?;
            desktop.wait_title("typed text", window, |title| title.ends_with("text abc"))?;
            for _ in 0..3 {
                session.client.press("control+d")?;
                let dialog = desktop.dialog_of(window)?;
                desktop.wait_focus("the dialog", dialog)?;
                if environment == NONREPARENTING {
                    desktop.picture("java-dialog")?;
                    let place = session.client.geometry(dialog)?;
                    let frame = session.client.geometry(window)?;
                    // It asks for a place of its own: the middle, but for a title bar.
                    must(frame.contains(place), || format!("{place:?} is outside of {frame:?}"))?;
                }
                session.client.press("Return")?;
                desktop.wait_gone("the dialog", dialog)?;
                desktop.wait_focus("the frame again", window)?;
            }
            session.client.type_text("def")?;
            desktop.wait_title("more text", window, |title| title.ends_with("text abcdef"))?;
            session.press("super+j")?;
            desktop.wait_focus("the other window", other)?;
            session.press("super+k")?;
            desktop.wait_focus("the frame", window)?;
            must_close(desktop, java, window)
        })
        .map_err(|error| error.during(&format!("{environment:?}")))?;
    }
    Ok(())
}

/// Starts it and waits until its frame has the focus.
fn start(desktop: &Desktop, environment: &[(&str, &str)]) -> Outcome<(Started, Window)> {
    fs::write(desktop.home.join("Swing.java"), include_str!("Swing.java"))?;
    // Compiled first: its window is then of the class of the program.
    desktop.ask("javac", &["Swing.java"])?;
    let home = format!("-Duser.home={}", desktop.home.display());
    let java = desktop.run_with("java", &[&home, "Swing"], environment)?;
    let window = desktop.window_of("Swing")?;
    desktop.wait_focus("the frame", window)?;
    desktop.wait_title("its place", window, |title| title.starts_with("at "))?;
    Ok((java, window))
}

/// Closes it by a message: it may hold the keyboard for a while after a menu.
fn must_close(desktop: &Desktop, java: Started, window: Window) -> Outcome {
    desktop.session.client.message(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])?;
    must(desktop.wait_end(java)?.success(), || "it did not close by itself".into())
}

/// Waits until the frame says of itself what the server says of it, and has painted all.
fn must_know_its_place(desktop: &Desktop, window: Window) -> Outcome {
    let Geometry { x, y, width, height, border } = desktop.session.client.geometry(window)?;
    // A ConfigureNotify tells where the border begins. Some add it, some know no borders.
    let wanted = [0, border].map(|border| {
        let (x, y) = (x + border, y + border);
        format!("at {x},{y} size {width}x{height} ")
    });
    desktop.wait_title(&wanted.join("or "), window, |title| {
        wanted.iter().any(|wanted| title.starts_with(wanted))
    })?;
    let (left, right) = (x + border + 4, x + border + width - 5);
    desktop.wait_seen("the frame is painted", |client| {
        let mut colours = Vec::new();
        for x in [left, right] {
            for y in [y + border + height / 4, y + border + height - 60] {
                colours.push(pixel(client, (x, y))?);
            }
        }
        Ok(colours == [COLOUR; 4])
    })
}
