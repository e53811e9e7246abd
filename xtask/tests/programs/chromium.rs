//! A browser: its own title bar, fullscreen, dialogs of another toolkit, and menus.

use std::fs;

use x11rb::protocol::xproto::Window;
use xtask::Outcome;

use super::{Desktop, Started, title, with};
use crate::harness::must;

/// A page that says in its title what it is told.
const PAGE: &str = "<!doctype html><title>first</title><body style='background:#306090'>
<script>
document.onkeydown = event => {
    if (event.key === 't') document.title = 'typed';
    if (event.key === 'm') for (let n = 0; n < 300; n++) document.title = 'title ' + n;
};
document.onclick = () => { document.title = 'clicked'; };
</script>";

#[test]
fn a_browser_is_a_tile_and_fills_the_screen_when_asked() -> Outcome {
    with(&["chromium"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        let browser = start(desktop)?;
        let window = desktop.window_of("Chromium")?;
        desktop.wait_focus("the browser", window)?;
        desktop.wait_title("the page", window, |title| title.starts_with("first"))?;
        desktop.picture("chromium")?;
        let tile = session.client.geometry(window)?;
        must(!tile.overlaps(session.client.geometry(other)?), || "it is no tile".into())?;
        for _ in 0..2 {
            session.client.press("F11")?;
            desktop.wait_fullscreen(window)?;
            session.client.press("F11")?;
            desktop.wait_place("back in its tile", window, |place| place == tile)?;
            desktop.wait_state(window, "FULLSCREEN", false)?;
        }
        desktop.wait_focus("the browser", window)?;
        must_hear(desktop, window)?;
        // Many titles at once: the last counts.
        session.client.type_text("m")?;
        desktop.wait_title("the last of many", window, |title| title.starts_with("title 299"))?;
        session.client.type_text("t")?;
        desktop.wait_title("a key", window, |title| title.starts_with("typed"))?;
        session.press("super+shift+q")?;
        desktop.wait_end(browser)?;
        desktop.wait_focus("the window that is left", other)
    })
}

#[test]
fn a_browser_has_menus_and_dialogs() -> Outcome {
    with(&["chromium"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        start(desktop)?;
        let window = desktop.window_of("Chromium")?;
        desktop.wait_focus("the browser", window)?;
        desktop.wait_title("the page", window, |title| title.starts_with("first"))?;
        let tile = session.client.geometry(window)?;
        must_hear(desktop, window)?;
        session.client.button(3, true)?;
        session.client.button(3, false)?;
        let menu = desktop.popup("the page's menu")?;
        desktop.picture("chromium-menu")?;
        session.client.point(session.client.geometry(other)?.center())?;
        session.settle()?;
        must(session.client.is_viewable(menu)?, || "the menu closed".into())?;
        desktop.wait_focus("the browser still", window)?;
        session.client.press("Escape")?;
        desktop.wait_gone("the menu", menu)?;

        session.client.press("control+o")?;
        let dialog = desktop.dialog_of(window)?;
        desktop.wait_focus("the file dialog", dialog)?;
        desktop.picture("chromium-files")?;
        must(session.client.geometry(window)? == tile, || "the tile moved".into())?;
        session.client.press("Escape")?;
        desktop.wait_gone("the file dialog", dialog)?;
        desktop.wait_focus("the browser", window)
    })
}

fn start(desktop: &Desktop) -> Outcome<Started> {
    let page = desktop.home.join("page.html");
    fs::write(&page, PAGE)?;
    let data = format!("--user-data-dir={}", desktop.home.join("data").display());
    let address = format!("file://{}", page.display());
    let arguments = [
        // Root may not have its sandbox; nothing but our page is opened in it.
        "--no-sandbox",
        "--no-first-run",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--password-store=basic",
        &data,
        &address,
    ];
    desktop.run("chromium", &arguments)
}

/// Clicks until the page hears of it. While it is loaded, it doesn't.
fn must_hear(desktop: &Desktop, window: Window) -> Outcome {
    let place = desktop.session.client.geometry(window)?.center();
    desktop.repeat(
        "the page hears of a click",
        |_| desktop.click(place),
        |client| Ok(title(client, window)?.starts_with("clicked")),
    )
}
