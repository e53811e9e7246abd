//! Several monitors, made of one screen by RANDR 1.5 or by XINERAMA.

use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{ConfigureWindowAux, Window};
use xtask::Outcome;
use xtask::client::{Client, Geometry};
use xtask::display::Server;
use xtask::session::Session;

use crate::harness::{backends, must, on_each_backend, release};

const fn area(x: i32, width: i32, height: i32) -> Geometry {
    Geometry { x, y: 0, width, height, border: 0 }
}

const LEFT: Geometry = area(0, 700, 800);
const RIGHT: Geometry = area(700, 580, 600);

/// Defines a monitor. The first one takes the output, else that would be a monitor of its
/// own.
fn set_monitor(client: &Client, name: &str, area: Geometry, takes_output: bool) -> Outcome {
    let name = client.atom(name)?;
    let resources = client.x.randr_get_screen_resources_current(client.root)?.reply()?;
    let monitor = MonitorInfo {
        name,
        primary: false,
        automatic: false,
        x: area.x as i16,
        y: area.y as i16,
        width: area.width as u16,
        height: area.height as u16,
        width_in_millimeters: 100,
        height_in_millimeters: 100,
        outputs: if takes_output { resources.outputs } else { Vec::new() },
    };
    client.x.randr_set_monitor(client.root, monitor)?.check()?;
    Ok(())
}

fn two_monitors(session: &Session) -> Outcome {
    set_monitor(&session.client, "left", LEFT, true)?;
    set_monitor(&session.client, "right", RIGHT, false)?;
    session.settle()
}

/// Waits until a window can be seen, and all of it on this monitor.
fn must_be_on(session: &Session, window: Window, monitor: Geometry) -> Outcome {
    session.wait(&format!("{window:#x} is on {monitor:?}"), |client| {
        Ok(client.is_viewable(window)? && monitor.contains(client.geometry(window)?))
    })
}

/// Sends a window to a workspace, as a pager does.
fn send(session: &Session, window: Window, workspace: u32) -> Outcome {
    session.client.message(window, "_NET_WM_DESKTOP", [workspace, 2, 0, 0, 0])?;
    session.settle()
}

#[test]
fn monitors_come_and_go() -> Outcome {
    on_each_backend(|session| {
        two_monitors(session)?;
        let (first, second) = (session.open()?, session.open()?);
        must_be_on(session, first, LEFT)?;
        send(session, second, 1)?;
        must_be_on(session, second, RIGHT)?;
        let viewports = session.client.words(session.client.root, "_NET_DESKTOP_VIEWPORT")?;
        must(viewports.starts_with(&[0, 0, 700, 0]), || format!("viewports {viewports:?}"))?;

        let right = session.client.atom("right")?;
        session.client.x.randr_delete_monitor(session.client.root, right)?.check()?;
        session.wait("the window on the second monitor is hidden", |client| {
            Ok(!client.is_viewable(second)?)
        })?;
        must_be_on(session, first, LEFT)?;
        must(session.client.focus()? == first, || "the focus went elsewhere".into())?;

        set_monitor(&session.client, "right", RIGHT, false)?;
        must_be_on(session, second, RIGHT)?;
        must_be_on(session, first, LEFT)?;
        must(session.client.focus()? == first, || "the focus went elsewhere".into())
    })
}

#[test]
fn a_program_moves_its_dialog_to_the_other_monitor() -> Outcome {
    on_each_backend(|session| {
        two_monitors(session)?;
        let parent = session.open()?;
        let dialog = session.client.create()?;
        session.client.set_words(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[parent])?;
        session.show(dialog)?;
        must_be_on(session, dialog, LEFT)?;
        session.client.configure(dialog, &ConfigureWindowAux::new().x(800).y(100))?;
        session.settle()?;
        let place = session.client.geometry(dialog)?;
        must((place.x, place.y) == (800, 100), || format!("the dialog is at {place:?}"))?;
        let workspace = session.client.word(dialog, "_NET_WM_DESKTOP")?;
        must(workspace == Some(1), || format!("the dialog is on workspace {workspace:?}"))?;
        must(session.client.focus()? == dialog, || "it lost the focus".into())
    })
}

#[test]
fn fullscreen_goes_over_both_monitors() -> Outcome {
    on_each_backend(|session| {
        two_monitors(session)?;
        let movie = session.open()?;
        let fullscreen = session.client.atom("_NET_WM_STATE_FULLSCREEN")?;
        session.client.message(movie, "_NET_WM_STATE", [1, fullscreen, 0, 1, 0])?;
        session.settle()?;
        must(session.client.geometry(movie)? == LEFT, || "it is not on its monitor".into())?;
        let reply = session.client.x.randr_get_monitors(session.client.root, true)?.reply()?;
        let number = |x: i16| reply.monitors.iter().position(|it| it.x == x).map(|at| at as u32);
        let (left, right) = (number(0).unwrap_or(9), number(700).unwrap_or(9));
        let edges = [left, left, left, right, 1];
        session.client.message(movie, "_NET_WM_FULLSCREEN_MONITORS", edges)?;
        session.settle()?;
        let place = session.client.geometry(movie)?;
        must(place == area(0, 1280, 800), || format!("it is at {place:?}"))
    })
}

/// Xvfb lays its screens over each other; neither lies within the other.
#[test]
fn xinerama_is_asked_without_randr() -> Outcome {
    for backend in backends() {
        let screens = ["+xinerama", "-extension", "RANDR", "-screen", "1", "700x900x24"];
        let server = Server::xvfb(&screens)?;
        let client = Client::connect(Some(&server.display()))?;
        client.press("shift")?;
        let session = Session::start_on(server, client, &release(backend)?)?;
        let (first, second) = (session.open()?, session.open()?);
        send(&session, second, 1)?;
        must_be_on(&session, first, area(0, 1280, 800))?;
        must_be_on(&session, second, area(0, 700, 900))?;
        let height = session.client.geometry(second)?.outer_height();
        must(height > 800, || format!("it is {height} pixels high, as on the first one"))?;
    }
    Ok(())
}
