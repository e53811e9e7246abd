//! Windows that say themselves that they are dragged (EWMH `_NET_WM_MOVERESIZE`).

use x11rb::CURRENT_TIME;
use x11rb::protocol::xproto::{ConnectionExt as _, EventMask, GrabMode, GrabStatus, Window};
use xtask::Outcome;
use xtask::client::Geometry;
use xtask::session::Session;

use crate::harness::{must, must_go_on, on_each_backend};

const MOVE: u32 = 8;
const SIZE_BOTTOM_RIGHT: u32 = 4;
const MOVE_KEYBOARD: u32 = 10;

#[test]
fn a_window_is_dragged_by_its_own_header() -> Outcome {
    on_each_backend(|session| {
        let window = dialog(session)?;
        let start = session.client.geometry(window)?;
        press_inside(session, window)?;
        say_dragged(session, window, MOVE)?;
        drop_at(session, (60, -40), true)?;
        let expected = Geometry { x: start.x + 60, y: start.y - 40, ..start };
        must_be_at(session, window, expected)?;
        press_inside(session, window)?;
        say_dragged(session, window, SIZE_BOTTOM_RIGHT)?;
        drop_at(session, (35, 25), true)?;
        let expected = Geometry { width: start.width + 35, height: start.height + 25, ..expected };
        must_be_at(session, window, expected)?;
        // Escape, while the button is still held.
        press_inside(session, window)?;
        say_dragged(session, window, MOVE)?;
        drop_at(session, (100, 100), false)?;
        session.press("Escape")?;
        session.client.button(1, false)?;
        must_be_at(session, window, expected)?;
        must_go_on(session)
    })
}

#[test]
fn a_button_released_too_early_drags_nothing() -> Outcome {
    on_each_backend(|session| {
        let window = dialog(session)?;
        let start = session.client.geometry(window)?;
        for _ in 0..5 {
            press_inside(session, window)?;
            session.client.button(1, false)?;
            say_dragged(session, window, MOVE)?;
            drop_at(session, (60, -40), false)?;
            must_be_at(session, window, start)?;
        }
        must_go_on(session)
    })
}

#[test]
fn a_window_is_moved_by_keys() -> Outcome {
    on_each_backend(|session| {
        let window = dialog(session)?;
        let start = session.client.geometry(window)?;
        say_dragged(session, window, MOVE_KEYBOARD)?;
        for key in ["Right", "Right", "Down", "shift+Down", "Return", "Right"] {
            session.press(key)?;
        }
        must_be_at(session, window, Geometry { x: start.x + 20, y: start.y + 11, ..start })?;
        must_go_on(session)
    })
}

/// Opens a floating window in the middle.
fn dialog(session: &Session) -> Outcome<Window> {
    let window = session.client.create()?;
    session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DIALOG"])?;
    session.show(window)?;
    Ok(window)
}

fn press_inside(session: &Session, window: Window) -> Outcome {
    session.client.point(session.client.geometry(window)?.center())?;
    session.client.button(1, true)?;
    session.settle()
}

/// What a toolkit does: it lets go of the pointer, which its press had grabbed, and says so.
fn say_dragged(session: &Session, window: Window, direction: u32) -> Outcome {
    let (x, y) = session.client.geometry(window)?.center();
    session.client.x.ungrab_pointer(CURRENT_TIME)?;
    let words = [x as u32, y as u32, direction, 1, 1];
    session.client.message(window, "_NET_WM_MOVERESIZE", words)?;
    session.settle()
}

/// Moves the pointer and may let go of the button.
fn drop_at(session: &Session, (right, down): (i32, i32), releases: bool) -> Outcome {
    let at = session.client.x.query_pointer(session.client.root)?.reply()?;
    let (x, y) = (i32::from(at.root_x), i32::from(at.root_y));
    session.client.point((x + right / 2, y + down / 2))?;
    session.client.point((x + right, y + down))?;
    if releases {
        session.client.button(1, false)?;
    }
    session.settle()
}

/// Fails unless the window is there, and the pointer and the keyboard are nobody's.
fn must_be_at(session: &Session, window: Window, expected: Geometry) -> Outcome {
    session.settle()?;
    let place = session.client.geometry(window)?;
    must(place == expected, || format!("it is at {place:?}, not {expected:?}"))?;
    let (x, root) = (&session.client.x, session.client.root);
    let (mode, mask) = (GrabMode::ASYNC, EventMask::NO_EVENT);
    let pointer = x.grab_pointer(false, root, mask, mode, mode, 0_u32, 0_u32, CURRENT_TIME)?;
    let keyboard = x.grab_keyboard(false, root, CURRENT_TIME, mode, mode)?;
    let both = (pointer.reply()?.status, keyboard.reply()?.status);
    x.ungrab_pointer(CURRENT_TIME)?;
    x.ungrab_keyboard(CURRENT_TIME)?;
    must(both == (GrabStatus::SUCCESS, GrabStatus::SUCCESS), || format!("held: {both:?}"))
}
