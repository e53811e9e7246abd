//! A video player: it asks for the size of its video, keeps its aspect, and goes
//! fullscreen by itself.

use std::fs;

use xtask::Outcome;
use xtask::client::Geometry;

use super::{Desktop, Started, with};
use crate::harness::must;
use crate::layout::screen;

#[test]
fn a_player_in_a_tile_keeps_the_tile() -> Outcome {
    with(&["mpv"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        start(desktop, &[])?;
        let window = desktop.window_of("mpv")?;
        desktop.wait_focus("the player", window)?;
        let tile = session.client.geometry(window)?;
        must(!tile.overlaps(session.client.geometry(other)?), || "it is no tile".into())?;
        // Half the video's size, and twice: it asks for it with a ConfigureRequest.
        for chord in ["alt+0", "alt+2", "alt+1"] {
            session.press(chord)?;
            must(session.client.geometry(window)? == tile, || format!("{chord} resized it"))?;
        }
        desktop.picture("mpv")?;
        for _ in 0..3 {
            session.client.press("f")?;
            desktop.wait_fullscreen(window)?;
            desktop.wait_focus("the player", window)?;
            session.client.press("f")?;
            desktop.wait_place("back in its tile", window, |place| place == tile)?;
            desktop.wait_state(window, "FULLSCREEN", false)?;
        }
        session.client.press("q")?;
        desktop.wait_gone("the player", window)?;
        desktop.wait_focus("the window that is left", other)
    })
}

#[test]
fn a_player_starts_fullscreen() -> Outcome {
    with(&["mpv"], |desktop| {
        let session = &desktop.session;
        let other = session.open()?;
        start(desktop, &["--fs"])?;
        let window = desktop.window_of("mpv")?;
        desktop.wait_fullscreen(window)?;
        desktop.wait_focus("the player", window)?;
        // Another workspace, and back.
        session.press("super+2")?;
        must(!session.client.is_viewable(window)?, || "it is seen on another workspace".into())?;
        session.press("super+1")?;
        desktop.wait_fullscreen(window)?;
        session.client.press("f")?;
        desktop.wait_state(window, "FULLSCREEN", false)?;
        desktop.wait_place("it becomes a tile", window, |place| place.border > 0)?;
        let place = session.client.geometry(window)?;
        must(!place.overlaps(session.client.geometry(other)?), || format!("no tile: {place:?}"))
    })
}

#[test]
fn a_floating_player_keeps_its_aspect() -> Outcome {
    with(&["mpv"], |desktop| {
        let session = &desktop.session;
        start(desktop, &[])?;
        let window = desktop.window_of("mpv")?;
        desktop.wait_focus("the player", window)?;
        let tile = session.client.geometry(window)?;
        session.press("super+shift+space")?;
        desktop.wait_place("it floats", window, |place| place != tile)?;
        let start = session.client.geometry(window)?;
        must(screen().contains(start), || format!("it leaves the screen: {start:?}"))?;
        must_be_four_to_three(start)?;
        session.client.point((start.right() - 8, start.bottom() - 8))?;
        session.client.hold("super", true)?;
        session.client.button(3, true)?;
        session.settle()?;
        session.client.point((start.right() + 152, start.bottom() + 12))?;
        session.client.button(3, false)?;
        session.client.hold("super", false)?;
        session.settle()?;
        let end = session.client.geometry(window)?;
        must(end.width > start.width, || format!("it did not grow: {end:?}"))?;
        must_be_four_to_three(end)
    })
}

/// The video's aspect, to a pixel.
fn must_be_four_to_three(place: Geometry) -> Outcome {
    must((place.width * 3 - place.height * 4).abs() <= 4, || format!("not 4:3: {place:?}"))
}

/// Starts it with a picture of 320 × 240 pixels as its video.
fn start(desktop: &Desktop, more: &[&str]) -> Outcome<Started> {
    let mut picture = b"P6 320 240 255\n".to_vec();
    picture.extend((0..240).flat_map(|row| [row as u8, 128, 64].repeat(320)));
    fs::write(desktop.home.join("video.ppm"), picture)?;
    let arguments = [
        "--no-config",
        "--vo=x11",
        "--ao=null",
        "--image-display-duration=inf",
        "--osc=no",
        "video.ppm",
    ];
    desktop.run("mpv", &[&arguments[..], more].concat())
}
