//! A program of many windows: a splash, an image, and the utility windows around it.

use std::fs;

use x11rb::protocol::xproto::Window;
use xtask::Outcome;
use xtask::client::Client;

use super::with;
use crate::harness::must;
use crate::layout::{above_all, screen};

/// Its settings for two windows beside the image's.
const DOCKS: &str = r#"
(session-info "toplevel"
    (factory-entry "gimp-toolbox-window")
    (position 20 20)
    (size 120 500)
    (open-on-exit)
    (gimp-toolbox))
(session-info "toplevel"
    (factory-entry "gimp-dock-window")
    (position 900 20)
    (size 250 600)
    (open-on-exit)
    (gimp-dock (book (current-page 0) (dockable "gimp-layer-list"))))
(hide-docks no)
(single-window-mode no)
"#;

#[test]
fn utility_windows_float_around_an_image() -> Outcome {
    with(&["gimp"], |desktop| {
        let session = &desktop.session;
        let tile = session.open()?;
        let before = session.client.geometry(tile)?;
        let settings = desktop.home.join(".config/GIMP/2.10");
        fs::create_dir_all(&settings)?;
        fs::write(settings.join("sessionrc"), DOCKS)?;
        // At its first start it asks every plug-in what it does, for which one is enough.
        let plug_in = r#"(plug-in-path "${gimp_plug_in_dir}/plug-ins/file-pnm")"#;
        fs::write(settings.join("gimprc"), plug_in)?;
        let mut image = b"P6 200 150 255\n".to_vec();
        image.extend([200, 40, 90].repeat(200 * 150));
        fs::write(desktop.home.join("image.ppm"), image)?;
        desktop.run("gimp", &["--new-instance", "image.ppm"])?;
        let utility = session.client.atom("_NET_WM_WINDOW_TYPE_UTILITY")?;
        let is_utility = move |client: &Client, window: Window| -> Outcome<bool> {
            Ok(client.words(window, "_NET_WM_WINDOW_TYPE")?.contains(&utility))
        };
        let window = desktop.window("the image", |client, window| {
            Ok(client.text(window, "WM_WINDOW_ROLE")?.starts_with("gimp-image-window"))
        })?;
        let docks = [desktop.window("a dock", is_utility)?, desktop.window("a dock", is_utility)?];
        desktop.picture("gimp")?;
        for dock in docks {
            let place = session.client.geometry(dock)?;
            must(screen().contains(place), || format!("a dock is at {place:?}"))?;
            let top = above_all(session, &[tile, dock])?;
            must(top == dock, || "a dock is below a tile".into())?;
        }
        let (place, image) = (session.client.geometry(tile)?, session.client.geometry(window)?);
        must(place.right() <= image.x && image.right() <= before.right(), || {
            format!("the image at {image:?} is no tile beside {place:?}")
        })?;
        let active = session.client.words(session.client.root, "_NET_ACTIVE_WINDOW")?;
        must(active.len() == 1, || format!("{active:?}"))?;
        session.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        desktop.wait_focus("the image", window)?;
        session.client.press("control+q")?;
        desktop.wait_gone("the image", window)?;
        desktop.wait_focus("the tile", tile)
    })
}
