//! Notifications: seen above everything, never in the way of the keyboard.

use std::fs;

use xtask::Outcome;
use xtask::screenshot::pixel;

use super::with;
use crate::focus::must_have_focus;
use crate::harness::{must, open, places};
use crate::layout::above_all;

#[test]
fn a_notification_is_seen_and_takes_nothing() -> Outcome {
    with(&["dunst", "dunstify", "dbus-daemon"], |desktop| {
        desktop.start_bus()?;
        let session = &desktop.session;
        let tiles = open(session, 2)?;
        let before = places(session, &tiles)?;
        let settings = "[global]\nfollow = keyboard\n[urgency_normal]\nbackground = \"#405060\"\ntimeout = 0\n";
        fs::create_dir_all(desktop.home.join(".config/dunst"))?;
        fs::write(desktop.home.join(".config/dunst/dunstrc"), settings)?;
        // The bus starts it when somebody first has something to say.
        desktop.ask("dunstify", &["A sentence", "and another"])?;
        let note = desktop.popup("the notification")?;
        desktop.wait_seen("the notification", |client| {
            let place = client.geometry(note)?;
            Ok(pixel(client, (place.x + 8, place.center().1))? == 0x40_50_60)
        })?;
        desktop.picture("dunst")?;
        must_have_focus(session, tiles[1])?;
        must(places(session, &tiles)? == before, || "the tiles moved".into())?;
        let [first, second] = tiles[..] else { return Ok(()) };
        for chord in ["super+f", "super+f", "super+shift+space", "super+j"] {
            session.press(chord)?;
            let top = above_all(session, &[first, second, note])?;
            must(top == note, || format!("after {chord}, {top:#x} is above the notification"))?;
        }
        // The pointer on it takes the keyboard from nobody.
        let focus = session.client.focus()?;
        session.client.point(session.client.geometry(note)?.center())?;
        session.settle()?;
        must_have_focus(session, focus)?;
        // It asks where the focus is; the window may be gone by the answer.
        for tile in tiles {
            session.client.destroy(tile)?;
            desktop.ask("dunstify", &["Another"])?;
        }
        session.settle()?;
        must(session.client.is_viewable(note)?, || "the notification is gone".into())
    })
}
