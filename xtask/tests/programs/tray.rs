//! Icons of programs that people have in the tray.

use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use xtask::Outcome;
use xtask::client::Client;
use xtask::screenshot::Picture;

use super::{Desktop, has_class, with};
use crate::bar::bar;
use crate::harness::must;
use crate::restart::restart;

#[test]
fn an_icon_is_seen_and_comes_back_after_a_restart() -> Outcome {
    with(&["parcellite"], |desktop| {
        let session = &desktop.session;
        for _ in 0..2 {
            let program = desktop.run("parcellite", &[])?;
            wait_icon(desktop)?;
            desktop.picture("parcellite")?;
            must(session.clients()?.is_empty(), || "the icon is managed".into())?;
            restart(session)?;
            wait_icon(desktop)?;
            session.press("super+b")?;
            session.press("super+b")?;
            wait_icon(desktop)?;
            desktop.kill(program)?;
            session.wait("the icon is gone", |client| Ok(icon(client)?.is_none()))?;
        }
        Ok(())
    })
}

/// Waits until the icon is drawn at the right end of the bar: it has many colours, and the bar
/// behind it one.
fn wait_icon(desktop: &Desktop) -> Outcome {
    let bar = bar(&desktop.session)?;
    desktop.session.client.wait_seen(Some(&desktop.session.pgwm), "the icon is drawn", |client| {
        let Some(icon) = icon(client)? else { return Ok(false) };
        let mut place = client.geometry(icon)?;
        (place.x, place.y) = (place.x + bar.x, place.y + bar.y);
        let is_there = place.width == place.height
            && bar.contains(place)
            && place.x > bar.right() - 2 * bar.height;
        if !is_there || !client.is_viewable(icon)? {
            return Ok(false);
        }
        let picture = Picture::of_screen(client, place)?;
        let mut colours = picture.pixels;
        let (corner, count) = (colours[0], colours.len());
        colours.sort_unstable();
        colours.dedup();
        Ok(colours.len() > 20 && colours.len() < count && is_dark(corner))
    })
}

/// Whether a colour is that of the bar, more or less, and not the white or black of a window
/// that shows nothing.
fn is_dark(colour: u32) -> bool {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue].iter().all(|part| (8..64).contains(part))
}

/// The icon: the window of the program within one of the window manager's.
fn icon(client: &Client) -> Outcome<Option<Window>> {
    for window in client.children()? {
        if !has_class(client, window, "pgwm").unwrap_or(false) {
            continue;
        }
        for child in client.x.query_tree(window)?.reply()?.children {
            if has_class(client, child, "Parcellite").unwrap_or(false) {
                client.watch(child)?;
                return Ok(Some(child));
            }
        }
    }
    Ok(None)
}
