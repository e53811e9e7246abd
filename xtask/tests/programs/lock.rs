//! A screen locker: it has the keyboard though the key that started it may still be held,
//! and everything stays below it.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use xtask::Outcome;
use xtask::screenshot::pixel;

use super::{Desktop, with};
use crate::focus::must_have_focus;
use crate::harness::must;
use crate::layout::screen;
use crate::workspace::must_be_current;

/// What it fills the screen with.
const COLOUR: u32 = 0x20_30_40;

#[test]
fn a_locker_keeps_everything_below() -> Outcome {
    with(&["i3lock"], |desktop| {
        desktop.stand_in("xterm", "exec i3lock --nofork --color=203040")?;
        let session = &desktop.session;
        let tile = session.open()?;
        session.client.press("super+Return")?;
        let lock = wait_locked(desktop)?;
        desktop.picture("i3lock")?;

        // A window that opens now is seen by nobody and hears nothing.
        session.client.forget_events()?;
        let late = session.open()?;
        session.client.type_text("secret")?;
        session.press("super+2")?;
        must_be_current(session, 0)?;
        let heard = |event: &Event| matches!(event, Event::KeyPress(_));
        must(session.client.count_events(heard)? == 0, || "the keys went elsewhere".into())?;
        session
            .wait("the lock is on top", |client| Ok(client.children()?.last() == Some(&lock)))?;

        session.client.x.kill_client(lock)?;
        session.client.x.flush()?;
        desktop.wait_gone("the lock", lock)?;
        session.settle()?;
        must_have_focus(session, late)?;
        session.press("super+j")?;
        must_have_focus(session, tile)
    })
}

#[test]
fn a_locker_starts_while_its_key_is_held() -> Outcome {
    with(&["i3lock"], |desktop| {
        desktop.stand_in("xterm", "exec i3lock --nofork --color=203040")?;
        let session = &desktop.session;
        let tile = session.open()?;
        desktop.stop_repeat()?;
        session.client.hold("super", true)?;
        session.client.hold("Return", true)?;
        wait_locked(desktop)?;
        session.client.hold("Return", false)?;
        session.client.hold("super", false)?;
        session.press("super+2")?;
        must_be_current(session, 0)?;
        must_have_focus(session, tile)
    })
}

/// Waits until the lock covers the screen and has the keyboard: it then draws a ring
/// around the middle at every key.
fn wait_locked(desktop: &Desktop) -> Outcome<Window> {
    let lock = desktop.popup("the lock")?;
    let place = desktop.session.client.geometry(lock)?;
    must(place == screen(), || format!("it does not cover all: {place:?}"))?;
    let (x, y) = screen().center();
    desktop.wait_seen("the lock", |client| Ok(pixel(client, (x, y))? == COLOUR))?;
    desktop.repeat(
        "the lock has the keyboard",
        |client| client.press("x"),
        |client| {
            let mut ring = (60..110).map(|radius| pixel(client, (x + radius, y)));
            Ok(ring.any(|seen| seen.is_ok_and(|seen| seen != COLOUR)))
        },
    )?;
    Ok(lock)
}
