//! A server in a window, with a window manager of its own.

use xtask::Outcome;
use xtask::client::Client;
use xtask::session::{Backend, Session};

use super::with;
use crate::harness::{must, release};
use crate::workspace::must_be_current;

#[test]
fn a_window_manager_runs_in_a_tile_of_another() -> Outcome {
    with(&["Xephyr"], |desktop| {
        let outer = &desktop.session;
        let server = outer.server.nested()?;
        let window = desktop.window_of("Xephyr")?;
        let client = Client::connect(Some(&server.display()))?;
        // Its keyboard becomes that of XTEST at the first key, as any server's.
        let inner = Session::start_on(server, client, &release(Backend::Chosen)?)?;
        let tile = inner.open()?;
        let fills = |what: &str| {
            let outside = outer.client.geometry(window)?;
            inner.wait(what, |client| {
                let (root, place) = (client.geometry(client.root)?, client.geometry(tile)?);
                Ok((root.width, root.height) == (outside.width, outside.height)
                    // The gap is the same on all sides, the bar apart.
                    && (place.right() + place.x, place.bottom() + place.x)
                        == (root.width, root.height))
            })
        };
        fills("the inner screen has the size of the tile")?;
        let second = outer.open()?;
        fills("the inner screen has the size of the smaller tile")?;
        desktop.picture("xephyr")?;
        outer.client.destroy(second)?;
        desktop.wait_focus("the server's window", window)?;

        // The keys are the outer one's, until Control and Shift give them all to the
        // inner one, and again.
        outer.press("super+2")?;
        must_be_current(outer, 1)?;
        outer.press("super+1")?;
        desktop.wait_focus("the server's window", window)?;
        outer.client.press("control+shift")?;
        desktop.wait_title("it has the keys", window, |title| title.contains("releases"))?;
        outer.client.press("super+3")?;
        inner.wait("the inner one changes its workspace", |client| {
            Ok(client.word(client.root, "_NET_CURRENT_DESKTOP")? == Some(2))
        })?;
        must_be_current(outer, 0)?;
        outer.client.press("control+shift")?;
        desktop.wait_title("it has let go", window, |title| title.contains("grabs"))?;
        outer.press("super+4")?;
        must_be_current(outer, 3)?;
        must(inner.client.word(inner.client.root, "_NET_CURRENT_DESKTOP")? == Some(2), || {
            "the inner one heard a key of the outer one".into()
        })
    })
}
