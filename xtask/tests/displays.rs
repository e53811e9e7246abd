//! That the harness has the monitors that its tests speak of: the server says so.

use xtask::Outcome;
use xtask::client::{Client, Geometry};
use xtask::display::Server;

use crate::harness::must;
use crate::layout::screen;

#[test]
fn monitors_are_plugged_and_unplugged() -> Outcome {
    let server = Server::xvfb(&[])?;
    let client = Client::connect(Some(&server.display()))?;
    let left = Geometry { width: 800, ..screen() };
    let right = Geometry { x: 800, width: 480, height: 600, ..screen() };
    let lists: [(&[_], &[_]); 5] = [
        (&[("left", left), ("right", right)], &[left, right]),
        (&[("right", right), ("left", left)], &[right, left]),
        (&[("right", right)], &[right]),
        (&[], &[screen()]),
        (&[("left", left)], &[left]),
    ];
    for (wanted, expected) in lists {
        client.set_monitors(wanted)?;
        let found = client.monitors()?;
        must(found == expected, || format!("{found:?}, not {expected:?}"))?;
    }
    Ok(())
}

#[test]
fn the_screen_changes_its_size() -> Outcome {
    let server = Server::xvfb(&[])?;
    let client = Client::connect(Some(&server.display()))?;
    client.resize_screen((640, 480))?;
    let place = client.geometry(client.root)?;
    must((place.width, place.height) == (640, 480), || format!("the root is at {place:?}"))
}

#[test]
fn screens_without_randr_are_known_through_xinerama() -> Outcome {
    let server = Server::xinerama(&[(640, 800), (600, 480)])?;
    let client = Client::connect(Some(&server.display()))?;
    let first = Geometry { x: 0, y: 0, width: 640, height: 800, border: 0 };
    let second = Geometry { x: 640, y: 0, width: 600, height: 480, border: 0 };
    let found = client.xinerama_screens()?;
    must(found == [first, second], || format!("the screens are {found:?}"))?;
    must(client.monitors().is_err(), || "there is RandR after all".into())
}
