//! A compositor: what the screen shows is what is there, on every workspace.

use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux};
use xtask::Outcome;
use xtask::client::Geometry;
use xtask::screenshot::pixel;

use super::{Desktop, Started, with};
use crate::layout::{must_tile, screen};

#[test]
fn no_window_is_lost_under_a_compositor() -> Outcome {
    with(&["picom"], |desktop| {
        let session = &desktop.session;
        let area = desktop.lone_tile()?;
        start(desktop)?;
        let colours = [0x90_20_20, 0x20_90_20, 0x20_20_90];
        let mut windows = Vec::new();
        for colour in colours {
            let attributes = CreateWindowAux::new().background_pixel(colour);
            let window = session.client.create_with((300, 200), &attributes)?;
            session.show(window)?;
            windows.push(window);
        }
        let see = |what: &str| {
            desktop.wait_seen(what, |client| {
                for (window, colour) in windows.iter().zip(colours) {
                    if pixel(client, client.geometry(*window)?.center())? != colour {
                        return Ok(false);
                    }
                }
                Ok(true)
            })
        };
        see("three colours")?;
        desktop.picture("picom")?;
        for _ in 0..5 {
            session.press("super+2")?;
            session.press("super+1")?;
            see("three colours after another workspace")?;
        }
        session.press("super+shift+j")?;
        see("three colours after a swap")?;
        session.press("super+f")?;
        desktop.wait_seen("one colour", |client| {
            let corners = [(0, 0), (screen().width - 1, screen().height - 1)];
            let seen = corners.map(|corner| pixel(client, corner).unwrap_or_default());
            Ok(seen[0] == seen[1] && colours.contains(&seen[0]))
        })?;
        session.press("super+f")?;
        see("three colours after fullscreen")?;
        let places = crate::harness::places(session, &windows)?;
        must_tile(area, &places)
    })
}

#[test]
fn a_shadow_in_the_window_leaves_no_gap() -> Outcome {
    with(&["picom", "gtk3-demo"], |desktop| {
        let session = &desktop.session;
        let area = desktop.lone_tile()?;
        start(desktop)?;
        desktop.run("gtk3-demo", &[])?;
        let window = desktop.window_of("gtk3-demo")?;
        desktop.wait_focus("the demo", window)?;
        let visible = |place: Geometry, extents: &[u32]| {
            let [left, right, top, bottom] =
                extents.try_into().map_or([0; 4], |words: [u32; 4]| words.map(|word| word as i32));
            (
                place.x + place.border + left,
                place.y + place.border + top,
                place.width - left - right,
                place.height - top - bottom,
            )
        };
        let wanted = visible(area, &[0; 4]);
        let mut last = None;
        let result = session.wait("what is seen of it fills the tile", |client| {
            let extents = client.words(window, "_GTK_FRAME_EXTENTS")?;
            let seen = visible(client.geometry(window)?, &extents);
            last = Some((extents, seen));
            let near = |a: i32, b: i32| (a - b).abs() <= 2 * area.border;
            Ok(near(seen.0, wanted.0)
                && near(seen.1, wanted.1)
                && near(seen.2, wanted.2)
                && near(seen.3, wanted.3))
        });
        desktop.picture("gtk-shadow")?;
        result.map_err(|error| error.during(&format!("{last:?}, not {wanted:?}")))
    })
}

fn start(desktop: &Desktop) -> Outcome<Started> {
    let arguments = ["--backend=xrender", "--config=/dev/null", "--no-fading-openclose"];
    let picom = desktop.run("picom", &arguments)?;
    let client = &desktop.session.client;
    let name = client.atom("_NET_WM_CM_S0")?;
    desktop.session.wait("a compositor runs", |client| {
        Ok(client.x.get_selection_owner(name)?.reply()?.owner != x11rb::NONE)
    })?;
    Ok(picom)
}
