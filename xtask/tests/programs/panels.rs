//! Panels: each edge of the screen is theirs for as long as they are there.

use std::fs;

use x11rb::protocol::xproto::Window;
use xtask::client::Geometry;
use xtask::screenshot::pixel;
use xtask::{Failure, Outcome};

use super::{Desktop, Started, halves, with};
use crate::focus::must_have_focus;
use crate::harness::{must, open, places};
use crate::layout::{above_all, must_tile_with, screen};

/// The panels' colour.
const COLOUR: u32 = 0x40_50_60;
/// What a panel takes of its edge, in pixels.
const THICKNESS: i32 = 36;

#[test]
fn a_panel_has_its_edge_until_it_ends() -> Outcome {
    with(&["tint2"], |desktop| {
        let session = &desktop.session;
        let whole = desktop.lone_tile()?;
        let tiles = open(session, 2)?;
        for edge in ["top", "bottom", "left", "right"] {
            let tint2 = start(desktop, edge)?;
            let panel = panel(desktop)?;
            let area = without(whole, edge);
            session.wait(&format!("the tiles leave the {edge} edge"), |_| {
                Ok(must_tile_with(whole.x, area, &places(session, &tiles)?).is_ok())
            })?;
            desktop.picture(&format!("tint2-{edge}"))?;
            let place = session.client.geometry(panel)?;
            must(screen().contains(place) && !place.overlaps(area), || {
                format!("the panel is at {place:?}")
            })?;
            must_have_focus(session, tiles[1])?;
            // It is on every workspace, and no turn of the focus.
            session.press("super+2")?;
            must(session.client.is_viewable(panel)?, || "it is hidden".into())?;
            session.press("super+1")?;
            for tile in &tiles {
                session.press("super+j")?;
                must_have_focus(session, *tile)?;
            }
            // A fullscreen window covers it, for as long as it is that.
            session.press("super+f")?;
            let place = session.client.geometry(tiles[1])?;
            must(place == screen(), || format!("fullscreen is {place:?}"))?;
            let top = above_all(session, &[tiles[1], panel])?;
            must(top == tiles[1], || "the panel is above a fullscreen window".into())?;
            session.press("super+f")?;
            desktop.kill(tint2)?;
            session.wait("the tiles take the edge back", |_| {
                Ok(must_tile_with(whole.x, whole, &places(session, &tiles)?).is_ok())
            })?;
        }
        Ok(())
    })
}

#[test]
fn two_panels_share_the_screen() -> Outcome {
    with(&["tint2"], |desktop| {
        let session = &desktop.session;
        let whole = desktop.lone_tile()?;
        let _panels = [start(desktop, "top")?, start(desktop, "left")?];
        let tile = session.open()?;
        let area = without(without(whole, "top"), "left");
        desktop.wait_place("the tile leaves both edges", tile, |place| place == area)
    })
}

#[test]
fn a_panel_switches_workspaces() -> Outcome {
    with(&["tint2"], |desktop| {
        let session = &desktop.session;
        start(desktop, "bottom")?;
        let panel = panel(desktop)?;
        let place = session.client.geometry(panel)?;
        // The names of the workspaces fill it from the left: a click on the right end of
        // the first ninth, and one on the last.
        let tile = session.open()?;
        desktop.picture("tint2-pager")?;
        for (desktop_number, part) in [(8, 17), (4, 9), (0, 1)] {
            let x = place.x + place.width * part / 18;
            desktop.click((x, place.center().1))?;
            session.wait(&format!("workspace {desktop_number} is shown"), |client| {
                Ok(client.word(client.root, "_NET_CURRENT_DESKTOP")? == Some(desktop_number))
            })?;
        }
        desktop.wait_focus("the tile", tile)
    })
}

#[test]
fn a_panel_takes_its_edge_of_its_own_monitor_only() -> Outcome {
    with(&["tint2"], |desktop| {
        let session = &desktop.session;
        let [left, right] = halves();
        session.client.set_monitors(&[("left", left), ("right", right)])?;
        session.settle()?;
        let tile = session.open()?;
        let whole = session.client.geometry(tile)?;
        let (mine, other) = if left.contains(whole) { ("1", "2") } else { ("2", "1") };
        must(left.contains(whole) || right.contains(whole), || {
            format!("a tile of two monitors: {whole:?}")
        })?;
        for (monitor, expected) in [(other, whole), (mine, without(whole, "top"))] {
            let tint2 = start_on(desktop, "top", monitor)?;
            let panel = panel(desktop)?;
            desktop.wait_place("what the panel leaves", tile, |place| place == expected)?;
            session.settle()?;
            let place = session.client.geometry(tile)?;
            must(place == expected, || format!("the tile is at {place:?}"))?;
            let place = session.client.geometry(panel)?;
            must(left.contains(place) || right.contains(place), || format!("it is at {place:?}"))?;
            desktop.kill(tint2)?;
            desktop.wait_place("the edge is given back", tile, |place| place == whole)?;
        }
        Ok(())
    })
}

/// The area of a lone tile beside a panel.
fn without(area: Geometry, edge: &str) -> Geometry {
    let mut area = area;
    match edge {
        "top" => (area.y, area.height) = (area.y + THICKNESS, area.height - THICKNESS),
        "bottom" => area.height -= THICKNESS,
        "left" => (area.x, area.width) = (area.x + THICKNESS, area.width - THICKNESS),
        _ => area.width -= THICKNESS,
    }
    area
}

fn start(desktop: &Desktop, edge: &str) -> Outcome<Started> {
    start_on(desktop, edge, "all")
}

/// Starts a panel on the monitor of a number, from 1.
fn start_on(desktop: &Desktop, edge: &str, monitor: &str) -> Outcome<Started> {
    let position = match edge {
        "left" | "right" => format!("center {edge} vertical"),
        _ => format!("{edge} center horizontal"),
    };
    let file = format!("{edge}.tint2rc");
    fs::write(
        desktop.home.join(&file),
        format!(
            "rounded = 0\nborder_width = 0\nbackground_color = #405060 100\n\
             panel_background_id = 1\npanel_items = T\npanel_position = {position}\npanel_size = 100% {THICKNESS}\n\
             panel_margin = 0 0\npanel_monitor = {monitor}\nstrut_policy = follow_size\npanel_layer = normal\n\
             taskbar_mode = multi_desktop\ntaskbar_name = 1\nwm_menu = 0\n\
             mouse_left = toggle_iconify\n"
        ),
    )?;
    desktop.run("tint2", &["-c", &file])
}

/// The panel's window: it is seen, and of the type for docks.
fn panel(desktop: &Desktop) -> Outcome<Window> {
    let session = &desktop.session;
    let dock = session.client.atom("_NET_WM_WINDOW_TYPE_DOCK")?;
    let mut found = None;
    session.wait("the panel is there", |client| {
        found = client.children()?.into_iter().find(|window| {
            let kind = client.word(*window, "_NET_WM_WINDOW_TYPE").unwrap_or(None);
            // Ours is nobody's client.
            let is_client = client.word(*window, "WM_STATE").unwrap_or(None).is_some();
            kind == Some(dock) && is_client && client.is_viewable(*window).unwrap_or(false)
        });
        Ok(found.is_some())
    })?;
    let panel = found.ok_or_else(|| Failure::new("no panel"))?;
    let place = session.client.geometry(panel)?;
    desktop.wait_seen("the panel is painted", |client| {
        Ok(pixel(client, (place.x + 1, place.y + 1))? == COLOUR)
    })?;
    Ok(panel)
}
