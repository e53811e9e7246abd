//! GTK 3: short dialogs, menus, and windows that draw their own title bar.

use x11rb::protocol::xproto::Window;
use xtask::Outcome;

use super::{Desktop, must_be_near, with};
use crate::harness::{must, must_go_on, open, places};
use crate::layout::{above_all, screen};

#[test]
fn a_dialog_floats_and_gives_the_focus_back() -> Outcome {
    with(&["zenity"], |desktop| {
        let session = &desktop.session;
        let tiles = open(session, 2)?;
        let before = places(session, &tiles)?;
        let zenity = desktop.run("zenity", &["--question", "--text=Is it there?"])?;
        let dialog = desktop.window_of("zenity")?;
        desktop.wait_focus("the dialog", dialog)?;
        desktop.picture("zenity")?;
        let place = session.client.geometry(dialog)?;
        must(screen().contains(place), || format!("it leaves the screen: {place:?}"))?;
        // In the middle of what the bar leaves, as the tiles are.
        let middle = (screen().center().0, session.client.geometry(tiles[0])?.center().1);
        must_be_near(place.center(), middle, "nobody's dialog")?;
        must(above_all(session, &[tiles[0], tiles[1], dialog])? == dialog, || "not on top".into())?;
        must(places(session, &tiles)? == before, || "the tiles moved".into())?;
        // The keyboard is the dialog's: its default button says yes.
        session.client.press("Return")?;
        must(desktop.wait_end(zenity)?.success(), || "it did not say yes".into())?;
        desktop.wait_focus("the tile that had it before", tiles[1])
    })
}

#[test]
fn a_modal_dialog_is_centred_on_its_parent() -> Outcome {
    with(&["zenity"], |desktop| {
        let session = &desktop.session;
        let tiles = open(session, 3)?;
        for parent in &tiles {
            let attach = format!("--attach={parent}");
            let arguments = ["--info", "--modal", "--text=Here.", &attach];
            let zenity = desktop.run("zenity", &arguments)?;
            let dialog = desktop.dialog_of(*parent)?;
            desktop.wait_focus("the dialog", dialog)?;
            let (place, below) =
                (session.client.geometry(dialog)?, session.client.geometry(*parent)?);
            must_be_near(place.center(), below.center(), "a dialog")?;
            session.press("super+shift+q")?;
            desktop.wait_end(zenity)?;
            desktop.wait_gone("the dialog", dialog)?;
        }
        must_go_on(&mut desktop.session)
    })
}

#[test]
fn many_quick_dialogs_leave_nothing_behind() -> Outcome {
    with(&["zenity"], |desktop| {
        let tile = desktop.session.open()?;
        for _ in 0..8 {
            let zenity = desktop.run("zenity", &["--info", "--text=Quick"])?;
            let dialog = desktop.window_of("zenity")?;
            desktop.wait_focus("the dialog", dialog)?;
            desktop.session.client.press("Escape")?;
            desktop.wait_end(zenity)?;
            desktop.wait_focus("the tile", tile)?;
        }
        // One that dies as it opens.
        for _ in 0..4 {
            let zenity = desktop.run("zenity", &["--info", "--text=Dead"])?;
            desktop.window_of("zenity")?;
            desktop.kill(zenity)?;
        }
        desktop.wait_focus("the tile", tile)?;
        must(desktop.session.clients()? == [tile], || "a ghost is listed".into())
    })
}

#[test]
fn a_menu_stays_open_and_closes() -> Outcome {
    with(&["gtk3-demo"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        desktop.run("gtk3-demo", &["--run=application_demo"])?;
        let window = desktop.window_of("gtk3-demo-application")?;
        desktop.wait_focus("the demo", window)?;
        session.client.press("F10")?;
        let menu = desktop.popup("the menu of F10")?;
        desktop.picture("gtk-menu")?;
        // The pointer passes over another tile, and over the menu itself.
        let far = session.client.geometry(other)?.center();
        let near = session.client.geometry(menu)?.center();
        for place in [far, near, far] {
            session.client.point(place)?;
            session.settle()?;
            must(session.client.is_viewable(menu)?, || "the menu closed".into())?;
        }
        desktop.wait_focus("the demo", window)?;
        session.client.press("Escape")?;
        desktop.wait_gone("the menu", menu)?;
        session.settle()?;
        desktop.wait_focus("the demo", window)
    })
}

#[test]
fn a_title_bar_of_its_own_moves_a_float() -> Outcome {
    with(&["gtk3-demo"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        desktop.run("gtk3-demo", &[])?;
        let window = desktop.window_of("gtk3-demo")?;
        desktop.wait_focus("the demo", window)?;
        let tile = session.client.geometry(window)?;
        session.press("super+shift+space")?;
        desktop.wait_place("it floats", window, |place| place != tile)?;
        let start = session.client.geometry(window)?;
        let hold = (start.center().0, start.y + 24);
        session.client.point(hold)?;
        session.client.button(1, true)?;
        // The first motion begins the drag, and the next one that comes after it moves.
        let mut steps = [25, 26].into_iter().cycle();
        desktop.repeat(
            "the float begins to move",
            |client| client.point((hold.0 - steps.next().unwrap_or_default(), hold.1 + 20)),
            |client| Ok(client.geometry(window)? != start),
        )?;
        session.client.point((hold.0 - 50, hold.1 + 40))?;
        // Until it is sure of a drag, a toolkit lets some pixels pass.
        desktop.wait_place(&format!("the float is moved from {start:?}"), window, |place| {
            (-50..-25).contains(&(place.x - start.x)) && (20..=40).contains(&(place.y - start.y))
        })?;
        session.client.button(1, false)?;
        desktop.picture("gtk-title-bar")?;
        must_be_free(desktop, other, window)?;
        must_go_on(&mut desktop.session)
    })
}

/// Fails unless nobody holds the pointer and the keyboard: keys and clicks work.
fn must_be_free(desktop: &Desktop, other: Window, window: Window) -> Outcome {
    let session = &desktop.session;
    desktop.wait_pointer_free()?;
    desktop.click((session.client.geometry(other)?.x + 8, 400))?;
    desktop.wait_focus("the window that was clicked", other)?;
    session.press("super+j")?;
    desktop.wait_focus("the next window", window)
}
