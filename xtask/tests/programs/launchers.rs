//! Launchers: they take the keyboard at once, though the key that started them may still
//! be held.

use xtask::Outcome;

use super::{halves, with};
use crate::focus::must_have_focus;
use crate::harness::must;

#[test]
fn a_launcher_has_the_keyboard_every_time() -> Outcome {
    with(&["dmenu_run"], |desktop| {
        let session = &desktop.session;
        let tile = session.open()?;
        for _ in 0..30 {
            session.client.press("super+d")?;
            let menu = desktop.popup("dmenu")?;
            session.client.press("Escape")?;
            desktop.wait_gone("dmenu", menu)?;
        }
        desktop.wait_focus("the tile", tile)?;
        session.client.press("super+d")?;
        let menu = desktop.popup("dmenu")?;
        session.client.type_text("xclock")?;
        desktop.picture("dmenu")?;
        session.client.press("Return")?;
        desktop.wait_gone("dmenu", menu)?;
        desktop.window_of("xclock")?;
        must_have_focus(session, tile)
    })
}

#[test]
fn a_launcher_opens_while_its_key_is_held() -> Outcome {
    with(&["dmenu_run"], |desktop| {
        let session = &desktop.session;
        let tile = session.open()?;
        desktop.stop_repeat()?;
        for _ in 0..3 {
            session.client.hold("super", true)?;
            session.client.hold("d", true)?;
            let menu = desktop.popup("dmenu, with its key held")?;
            session.client.hold("d", false)?;
            session.client.hold("super", false)?;
            session.client.press("Escape")?;
            desktop.wait_gone("dmenu", menu)?;
        }
        desktop.wait_focus("the tile", tile)
    })
}

#[test]
fn a_launcher_opens_where_the_focus_is() -> Outcome {
    with(&["dmenu_run"], |desktop| {
        let session = &desktop.session;
        let [left, right] = halves();
        for order in [[("left", left), ("right", right)], [("right", right), ("left", left)]] {
            session.client.set_monitors(&order)?;
            session.settle()?;
            let tile = session.open()?;
            let place = session.client.geometry(tile)?;
            let monitor = if left.contains(place) { left } else { right };
            must(monitor.contains(place), || format!("a tile of two monitors: {place:?}"))?;
            session.client.press("super+d")?;
            let menu = desktop.popup("dmenu")?;
            let place = session.client.geometry(menu)?;
            must(monitor.contains(place), || format!("dmenu is at {place:?}, not {monitor:?}"))?;
            session.client.press("Escape")?;
            desktop.wait_gone("dmenu", menu)?;
            session.client.destroy(tile)?;
        }
        Ok(())
    })
}

#[test]
fn a_launcher_that_is_a_popup() -> Outcome {
    with(&["rofi"], |desktop| {
        desktop.stand_in("xterm", "exec rofi -show run")?;
        let session = &desktop.session;
        let tile = session.open()?;
        for _ in 0..3 {
            session.client.press("super+Return")?;
            let menu = desktop.popup("rofi")?;
            desktop.picture("rofi")?;
            session.client.press("Escape")?;
            desktop.wait_gone("rofi", menu)?;
            desktop.wait_focus("the tile", tile)?;
        }
        Ok(())
    })
}

#[test]
fn a_launcher_that_is_a_window() -> Outcome {
    with(&["rofi"], |desktop| {
        let session = &desktop.session;
        let tile = session.open()?;
        for _ in 0..3 {
            let rofi = desktop.run("rofi", &["-normal-window", "-show", "run"])?;
            let window = desktop.window_of("Rofi")?;
            desktop.wait_focus("rofi", window)?;
            desktop.picture("rofi-window")?;
            session.client.press("Escape")?;
            desktop.wait_end(rofi)?;
            desktop.wait_focus("the tile", tile)?;
        }
        Ok(())
    })
}
