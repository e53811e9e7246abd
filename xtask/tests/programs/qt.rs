//! Qt 5: an editor that asks before it closes, its dialogs and menus.

use std::fs;

use xtask::Outcome;

use super::{must_be_near, with};
use crate::harness::must;

#[test]
fn an_editor_asks_before_it_closes() -> Outcome {
    with(&["featherpad"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        fs::write(desktop.home.join("note.txt"), "one line\n")?;
        let editor = desktop.run("featherpad", &["--standalone", "note.txt"])?;
        let window = desktop.window_of("featherpad")?;
        desktop.wait_focus("the editor", window)?;
        desktop.wait_title("the file", window, |title| title.contains("note.txt"))?;
        session.client.type_text("typed")?;
        desktop.wait_title("a change", window, |title| title.contains('*'))?;
        session.press("super+shift+q")?;
        let question = desktop.dialog_of(window)?;
        desktop.wait_focus("the question", question)?;
        desktop.picture("qt-question")?;
        let (place, below) = (session.client.geometry(question)?, session.client.geometry(window)?);
        must_be_near(place.center(), below.center(), "the question")?;
        session.client.press("Escape")?;
        desktop.wait_gone("the question", question)?;
        desktop.wait_focus("the editor again", window)?;
        session.client.press("control+s")?;
        desktop.wait_title("nothing to save", window, |title| !title.contains('*'))?;
        let saved = fs::read_to_string(desktop.home.join("note.txt"))?;
        must(saved == "typedone line\n", || format!("saved: {saved:?}"))?;
        session.press("super+shift+q")?;
        desktop.wait_end(editor)?;
        desktop.wait_focus("the window that is left", other)
    })
}

#[test]
fn a_file_dialog_and_a_menu_open_and_close() -> Outcome {
    with(&["featherpad"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        desktop.run("featherpad", &["--standalone"])?;
        let window = desktop.window_of("featherpad")?;
        desktop.wait_focus("the editor", window)?;
        let tile = session.client.geometry(window)?;
        session.client.press("control+o")?;
        let dialog = desktop.dialog_of(window)?;
        desktop.wait_focus("the file dialog", dialog)?;
        desktop.picture("qt-files")?;
        must(session.client.geometry(window)? == tile, || "the tile moved".into())?;
        session.client.press("Escape")?;
        desktop.wait_gone("the file dialog", dialog)?;
        desktop.wait_focus("the editor", window)?;

        session.client.press("alt+f")?;
        let menu = desktop.popup("the file menu")?;
        let place = session.client.geometry(menu)?;
        // Below its word, in the window's upper left corner.
        must((place.x - tile.x).abs() < 60 && (0..80).contains(&(place.y - tile.y)), || {
            format!("the menu is at {place:?}, the window at {tile:?}")
        })?;
        for place in [session.client.geometry(other)?, place] {
            session.client.point(place.center())?;
            session.settle()?;
            must(session.client.is_viewable(menu)?, || "the menu closed".into())?;
        }
        desktop.wait_focus("the editor still", window)?;
        session.client.press("Escape")?;
        desktop.wait_gone("the menu", menu)?;
        desktop.wait_focus("the editor still", window)
    })
}
