//! Windows that lie above the tiles, and those that are not managed at all.

use x11rb::CURRENT_TIME;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, InputFocus, Window,
};
use xtask::Outcome;
use xtask::client::Geometry;
use xtask::session::Session;

use crate::focus::must_have_focus;
use crate::harness::{must, must_go_on, on_each_backend, open, places};
use crate::layout::{above_all, screen};

#[test]
fn floating_is_toggled() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let before = places(session, &windows)?;
        let focus = session.client.focus()?;
        session.press("super+shift+space")?;
        let floating = session.client.geometry(focus)?;
        let others: Vec<Window> =
            windows.iter().copied().filter(|window| *window != focus).collect();
        let overlap = places(session, &others)?.iter().any(|place| place.overlaps(floating));
        must(overlap, || format!("nothing lies below the float at {floating:?}"))?;
        must(above_all(session, &windows)? == focus, || "the float is not on top".into())?;
        session.press("super+shift+space")?;
        let after = places(session, &windows)?;
        must(after == before, || format!("back in its tile: {after:?}, not {before:?}"))
    })
}

#[test]
fn dialogs_float_centred_on_their_parent() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let before = places(session, &windows)?;
        for (index, parent) in windows.iter().enumerate() {
            let dialog = session.client.create_with((220, 120), &CreateWindowAux::new())?;
            session.client.set_words(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[*parent])?;
            if index == 0 {
                let kind = ["_NET_WM_WINDOW_TYPE_DIALOG"];
                session.client.set_atoms(dialog, "_NET_WM_WINDOW_TYPE", &kind)?;
            }
            session.show(dialog)?;
            let place = session.client.geometry(dialog)?;
            must((place.width, place.height) == (220, 120), || format!("resized: {place:?}"))?;
            must_be_centred(place, before[index])?;
            must(places(session, &windows)? == before, || "the tiles moved".into())?;
            must_have_focus(session, dialog)?;
            session.client.destroy(dialog)?;
            session.settle()?;
        }
        Ok(())
    })
}

#[test]
fn a_big_dialog_stays_on_the_screen() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        for parent in windows {
            let dialog = session.client.create_with((1000, 700), &CreateWindowAux::new())?;
            session.client.set_words(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[parent])?;
            session.show(dialog)?;
            let place = session.client.geometry(dialog)?;
            must(screen().contains(place), || format!("{place:?} leaves the screen"))?;
            session.client.destroy(dialog)?;
        }
        Ok(())
    })
}

#[test]
fn some_kinds_of_window_float() -> Outcome {
    on_each_backend(|session| {
        let tile = session.open()?;
        let before = session.client.geometry(tile)?;
        for kind in ["DIALOG", "SPLASH", "UTILITY"] {
            let window = session.client.create()?;
            let kind = format!("_NET_WM_WINDOW_TYPE_{kind}");
            session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &[&kind])?;
            session.show(window)?;
            must_float(session, window, tile, before).map_err(|error| error.during(&kind))?;
        }
        // A size that can't change: PMinSize and PMaxSize, both 300 × 200 (ICCCM 4.1.2.3).
        let fixed = session.client.create()?;
        let mut hints = [0; 18];
        hints[0] = 1 << 4 | 1 << 5;
        hints[5..9].copy_from_slice(&[300, 200, 300, 200]);
        session.client.set_words(fixed, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints)?;
        session.show(fixed)?;
        must_float(session, fixed, tile, before).map_err(|error| error.during("fixed size"))
    })
}

#[test]
fn docks_desktops_and_notifications_are_mapped_but_not_managed() -> Outcome {
    on_each_backend(|session| {
        let tile = session.open()?;
        let before = session.client.geometry(tile)?;
        for kind in ["DOCK", "DESKTOP", "NOTIFICATION"] {
            let window = session.client.create()?;
            let name = format!("_NET_WM_WINDOW_TYPE_{kind}");
            session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &[&name])?;
            session.client.map(window)?;
            session.wait(&format!("a {kind} is mapped"), |client| client.is_viewable(window))?;
            session.settle()?;
            let place = session.client.geometry(window)?;
            must((place.width, place.height, place.border) == (300, 200, 0), || {
                format!("{kind}: {place:?}")
            })?;
            must_have_focus(session, tile).map_err(|error| error.during(kind))?;
            must(session.client.geometry(tile)? == before, || format!("{kind} moved a tile"))?;
            session.client.destroy(window)?;
        }
        must_go_on(session)
    })
}

#[test]
fn an_override_redirect_window_is_left_alone() -> Outcome {
    on_each_backend(|session| {
        let tile = session.open()?;
        let attributes = CreateWindowAux::new().override_redirect(1);
        let menu = session.client.create_with((100, 80), &attributes)?;
        session.client.map(menu)?;
        session.settle()?;
        let place = session.client.geometry(menu)?;
        let expected = Geometry { x: 0, y: 0, width: 100, height: 80, border: 0 };
        must(place == expected, || format!("it was moved to {place:?}"))?;
        must(session.client.is_viewable(menu)?, || "it is not mapped".into())?;
        must(session.client.words(menu, "WM_STATE")?.is_empty(), || "it has a WM_STATE".into())?;
        must(session.clients()? == [tile], || "it is in _NET_CLIENT_LIST".into())?;
        must_have_focus(session, tile)?;
        session.press("super+2")?;
        must(session.client.is_viewable(menu)?, || "it was hidden".into())
    })
}

#[test]
fn a_menu_stays_above_and_gives_the_keyboard_back() -> Outcome {
    on_each_backend(|session| {
        let tile = session.open()?;
        let attributes = CreateWindowAux::new().override_redirect(1);
        let menu = session.client.create_with((100, 80), &attributes)?;
        session.client.map(menu)?;
        let newer = session.open()?;
        let all = [tile, newer, menu];
        must(above_all(session, &all)? == menu, || "a new window lies above it".into())?;
        session.press("super+f")?;
        must(above_all(session, &all)? == menu, || "fullscreen lies above it".into())?;
        session.client.x.set_input_focus(InputFocus::PARENT, menu, CURRENT_TIME)?;
        session.settle()?;
        must(session.client.focus()? == menu, || "it can't take the keyboard".into())?;
        session.client.destroy(menu)?;
        session.wait("the keyboard goes back", |client| Ok(client.focus()? == newer))?;
        must_have_focus(session, newer)
    })
}

#[test]
fn a_float_is_dragged_and_resized() -> Outcome {
    on_each_backend(|session| {
        let window = dialog(session)?;
        let start = session.client.geometry(window)?;
        drag(session, 1, start.center(), (60, -40))?;
        let moved = session.client.geometry(window)?;
        let expected = Geometry { x: start.x + 60, y: start.y - 40, ..start };
        must(moved == expected, || format!("dragged to {moved:?}, not {expected:?}"))?;
        let corner = (moved.right() - 10, moved.bottom() - 10);
        drag(session, 3, corner, (50, 30))?;
        let resized = session.client.geometry(window)?;
        let expected = Geometry { width: moved.width + 50, height: moved.height + 30, ..moved };
        must(resized == expected, || format!("resized to {resized:?}, not {expected:?}"))?;
        // Far beyond its own size it stays a window.
        drag(session, 3, (resized.right() - 10, resized.bottom() - 10), (-900, -900))?;
        let least = session.client.geometry(window)?;
        must(least.width >= 1 && least.height >= 1, || format!("{least:?}"))?;
        must_go_on(session)
    })
}

#[test]
fn a_dragged_tile_becomes_a_float() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        let place = session.client.geometry(windows[1])?;
        let other = session.client.geometry(windows[0])?;
        drag(session, 1, place.center(), (-120, -80))?;
        let after = session.client.geometry(windows[0])?;
        must(after.width > other.width, || {
            format!("the other tile, at {after:?}, did not take the room")
        })?;
        must(above_all(session, &windows)? == windows[1], || "it is not on top".into())
    })
}

#[test]
fn the_middle_button_toggles_floating() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 2)?;
        let before = places(session, &windows)?;
        for floats in [true, false] {
            let place = session.client.geometry(windows[1])?;
            drag(session, 2, place.center(), (0, 0))?;
            let after = places(session, &windows)?;
            must((after != before) == floats, || format!("floats: {floats}, {after:?}"))?;
        }
        Ok(())
    })
}

#[test]
fn a_flood_of_motions_ends_where_the_pointer_ends() -> Outcome {
    on_each_backend(|session| {
        let window = dialog(session)?;
        let start = session.client.geometry(window)?;
        let (x, y) = start.center();
        session.client.point((x, y))?;
        session.client.hold("super", true)?;
        session.client.button(1, true)?;
        session.settle()?;
        for step in 1..=2_000 {
            session.client.point((x + step % 97 - 48, y + step % 31 - 15))?;
        }
        session.client.point((x + 33, y + 22))?;
        session.client.button(1, false)?;
        session.client.hold("super", false)?;
        session.settle()?;
        let end = session.client.geometry(window)?;
        let expected = Geometry { x: start.x + 33, y: start.y + 22, ..start };
        must(end == expected, || format!("{end:?}, not {expected:?}"))
    })
}

#[test]
fn a_window_may_die_in_a_drag() -> Outcome {
    on_each_backend(|session| {
        for button in [1, 3] {
            let window = dialog(session)?;
            let place = session.client.geometry(window)?;
            session.client.point((place.right() - 10, place.bottom() - 10))?;
            session.client.hold("super", true)?;
            session.client.button(button, true)?;
            session.settle()?;
            session.client.destroy(window)?;
            session.client.point((200, 200))?;
            session.client.button(button, false)?;
            session.client.hold("super", false)?;
            must_go_on(session)?;
        }
        // The keyboard and the pointer are nobody's: keys and clicks work.
        let windows = open(session, 2)?;
        session.press("super+j")?;
        must_have_focus(session, windows[0])
    })
}

#[test]
fn a_float_moves_itself_and_a_tile_is_told_its_place() -> Outcome {
    on_each_backend(|session| {
        let tile = session.open()?;
        let window = dialog(session)?;
        let wish = ConfigureWindowAux::new().x(200).y(150).width(400).height(250);
        session.client.configure(window, &wish)?;
        session.settle()?;
        let place = session.client.geometry(window)?;
        must((place.width, place.height) == (400, 250), || format!("not resized: {place:?}"))?;
        must((place.x, place.y) == (200, 150), || format!("not moved: {place:?}"))?;
        let before = session.client.geometry(tile)?;
        session.client.forget_events()?;
        session.client.configure(tile, &wish)?;
        session.wait("a tile that asked is told where it is", |client| {
            Ok(crate::bad_input::told_places(client, tile)?.contains(&(
                before.x,
                before.y,
                before.width,
                before.height,
            )))
        })?;
        must(session.client.geometry(tile)? == before, || "the tile moved".into())
    })
}

/// Opens a floating window of 300 × 200 above whatever there is.
fn dialog(session: &Session) -> Outcome<Window> {
    let window = session.client.create()?;
    session.client.set_atoms(window, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DIALOG"])?;
    session.show(window)?;
    Ok(window)
}

/// With Super held, presses a button at a pixel, moves, and lets go.
fn drag(session: &Session, button: u8, (x, y): (i32, i32), (right, down): (i32, i32)) -> Outcome {
    session.client.point((x, y))?;
    session.client.hold("super", true)?;
    session.client.button(button, true)?;
    // The window manager first asks for the pointer.
    session.settle()?;
    session.client.point(((x + right / 2).max(0), (y + down / 2).max(0)))?;
    session.client.point(((x + right).max(0), (y + down).max(0)))?;
    session.client.button(button, false)?;
    session.client.hold("super", false)?;
    session.settle()
}

fn must_be_centred(place: Geometry, parent: Geometry) -> Outcome {
    let ((x, y), (parent_x, parent_y)) = (place.center(), parent.center());
    must((x - parent_x).abs() <= 1 && (y - parent_y).abs() <= 1, || {
        format!("{place:?} is not centred on {parent:?}")
    })
}

/// Fails unless `window` has kept its 300 × 200 pixels, above the unmoved `tile`.
fn must_float(session: &Session, window: Window, tile: Window, before: Geometry) -> Outcome {
    let place = session.client.geometry(window)?;
    must((place.width, place.height) == (300, 200), || format!("resized: {place:?}"))?;
    must(screen().contains(place), || format!("outside of the screen: {place:?}"))?;
    must(session.client.geometry(tile)? == before, || "the tile moved".into())?;
    must(above_all(session, &[tile, window])? == window, || "it is below the tile".into())
}
