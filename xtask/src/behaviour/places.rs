//! Where windows are and how they lie over each other (ICCCM 4.1.5, EWMH).

use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, GrabStatus,
    Window,
};

use super::{Check, Stage, moveresize_flags, must};
use crate::Outcome;

pub(super) const CHECKS: &[Check] = &[
    Check::new("an unmapped window gets exactly what it asks for", unmapped),
    Check::new("a mapped window's wish is answered, in root coordinates", answered),
    Check::new("a dialog is in the middle of its parent, in its own size", dialog),
    Check::new("a dialog of a window in the corner is on the screen", dialog_in_corner),
    Check::new("a dialog is above its parent, also when that is raised", above_parent),
    Check::new("a position that the user asked for counts, with its gravity", gravity),
    Check::new("a floating window grows by its increments", increments),
    Check::new("_NET_MOVERESIZE_WINDOW moves and resizes a dialog", moveresize),
    Check::new("_NET_RESTACK_WINDOW raises a dialog", restack),
    Check::new("_NET_WM_MOVERESIZE ends when it is cancelled", cancel),
    Check::new("_NET_WM_STATE_FULLSCREEN covers the screen and gives it back", fullscreen),
    Check::new("_NET_WM_STATE_FULLSCREEN counts before mapping", fullscreen_before),
    Check::new(
        "_NET_WM_STATE_MAXIMIZED fills the width and the height and gives them back",
        maximized,
    ),
    Check::new("_NET_WM_STATE_ABOVE keeps a dialog above another", above),
    Check::new("a panel's strut is kept free", strut),
    Check::new("a strut that changes is followed", strut_changes),
    Check::new("a strut ends with its panel", strut_ends),
    Check::new("a panel is where it wants to be, and not a tile", panel),
    Check::new("a desktop window is below all others", desktop_window),
    Check::new("the shadow of a window that draws its own frame lies outside", shadow),
];

fn unmapped(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.configure(window, &ConfigureWindowAux::new().x(7).width(33).border_width(3))?;
    stage.wait("it has them", |client| {
        let place = client.geometry(window)?;
        Ok((place.x, place.y, place.width, place.height, place.border) == (7, 0, 33, 200, 3))
    })
}

fn answered(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    stage.open()?;
    stage.client.forget_events()?;
    let place = stage.place(window)?;
    stage.client.configure(window, &ConfigureWindowAux::new().x(place.x + 10))?;
    stage.wait("it is told where it is", |client| {
        let is_answer = |event: &Event| {
            matches!(event, Event::ConfigureNotify(notify) if notify.window == window)
        };
        Ok(client.count_events(is_answer)? > 0)
    })?;
    let place = stage.place(window)?;
    let last = stage.client.events()?.into_iter().rev().find_map(|event| match event {
        Event::ConfigureNotify(notify)
            if notify.window == window && notify.response_type & 0x80 != 0 =>
        {
            Some((i32::from(notify.x), i32::from(notify.y)))
        }
        _ => None,
    });
    // Without one, the server's own event is about the root window if nothing is around it.
    must(last.is_none_or(|at| at == (place.x, place.y)), "it is told another place")
}

fn dialog(stage: &Stage) -> Outcome {
    let parent = stage.open()?;
    let dialog = stage.dialog(parent, |_, _| Ok(()))?;
    let (place, parent) = (stage.place(dialog)?, stage.place(parent)?);
    must((place.width, place.height) == (120, 80), "its size is another")?;
    let ((x, y), (to_x, to_y)) = (place.center(), parent.center());
    must((x - to_x).abs() <= 24 && (y - to_y).abs() <= 24, "it is elsewhere")
}

fn dialog_in_corner(stage: &Stage) -> Outcome {
    let parent =
        stage.dialog(stage.root(), |client, window| user_place(client, window, (0, 0), 1))?;
    stage.client.configure(parent, &ConfigureWindowAux::new().x(-90).y(-60))?;
    stage.settle()?;
    let dialog = stage.dialog(parent, |_, _| Ok(()))?;
    must(stage.screen()?.contains(stage.place(dialog)?), "it is partly off the screen")
}

fn is_above(stage: &Stage, upper: Window, lower: Window) -> Outcome<bool> {
    let order = stage.client.children()?;
    let top = |mut window: Window| -> Outcome<Window> {
        loop {
            let parent = stage.client.x.query_tree(window)?.reply()?.parent;
            if parent == stage.root() || parent == 0 {
                return Ok(window);
            }
            window = parent;
        }
    };
    let (upper, lower) = (top(upper)?, top(lower)?);
    let at = |window| order.iter().position(|other| *other == window);
    Ok(at(upper) > at(lower))
}

fn above_parent(stage: &Stage) -> Outcome {
    let parent = stage.dialog(stage.root(), |_, _| Ok(()))?;
    let dialog = stage.dialog(parent, |_, _| Ok(()))?;
    stage.client.message(parent, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.settle()?;
    must(is_above(stage, dialog, parent)?, "it is below")
}

/// Says that the user wants a window there.
fn user_place(
    client: &crate::client::Client,
    window: Window,
    (x, y): (i32, i32),
    gravity: u32,
) -> Outcome {
    let mut words = [0; 18];
    words[0] = 1 | 1 << 9;
    words[17] = gravity;
    client.set_words(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words)?;
    client.configure(window, &ConfigureWindowAux::new().x(x).y(y))
}

fn gravity(stage: &Stage) -> Outcome {
    const SOUTH_EAST: u32 = 9;
    let screen = stage.screen()?;
    let at = (screen.width - 120, screen.height - 80);
    let dialog =
        stage.dialog(stage.root(), |client, window| user_place(client, window, at, SOUTH_EAST))?;
    let place = stage.place(dialog)?;
    let extents = stage.client.words(dialog, "_NET_FRAME_EXTENTS")?;
    let [_, right, _, bottom] = extents[..].try_into().unwrap_or([place.border as u32; 4]);
    let inside = (place.x + place.border + place.width, place.y + place.border + place.height);
    let frame = (inside.0 + right as i32, inside.1 + bottom as i32);
    must(frame == (screen.width, screen.height), &format!("its frame ends at {frame:?}"))
}

fn increments(stage: &Stage) -> Outcome {
    let dialog = stage.dialog(stage.root(), |client, window| {
        let mut words = [0; 18];
        words[0] = 1 << 4 | 1 << 6 | 1 << 8;
        (words[5], words[6], words[9], words[10], words[15], words[16]) = (20, 10, 10, 20, 20, 10);
        client.set_words(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words)
    })?;
    let all = moveresize_flags([false, false, true, true]);
    stage.client.message(dialog, "_NET_MOVERESIZE_WINDOW", [all, 0, 0, 237, 195])?;
    stage.wait("it has another size, in whole steps", |_| {
        let place = stage.place(dialog)?;
        let is_whole = (place.width - 20) % 10 == 0 && (place.height - 10) % 20 == 0;
        Ok(is_whole && (place.width, place.height) == (230, 190))
    })
}

fn moveresize(stage: &Stage) -> Outcome {
    let dialog = stage.dialog(stage.root(), |_, _| Ok(()))?;
    let all = moveresize_flags([true; 4]);
    stage.client.message(dialog, "_NET_MOVERESIZE_WINDOW", [all, 101, 57, 222, 111])?;
    stage.wait("it is where it was asked to be", |client| {
        let place = stage.place(dialog)?;
        let own = client.geometry(dialog)?;
        let at = (place.x + own.border, place.y + own.border);
        Ok((own.width, own.height) == (222, 111) && at == (101, 57))
    })
}

fn restack(stage: &Stage) -> Outcome {
    const ABOVE: u32 = 0;
    let first = stage.dialog(stage.root(), |_, _| Ok(()))?;
    let second = stage.dialog(stage.root(), |_, _| Ok(()))?;
    must(is_above(stage, second, first)?, "the newer one is below")?;
    stage.client.message(first, "_NET_RESTACK_WINDOW", [2, second, ABOVE, 0, 0])?;
    stage.wait("the older one is above", |_| is_above(stage, first, second))
}

fn cancel(stage: &Stage) -> Outcome {
    const MOVE: u32 = 8;
    const CANCEL: u32 = 11;
    let dialog = stage.dialog(stage.root(), |_, _| Ok(()))?;
    for direction in [MOVE, CANCEL] {
        stage.client.message(dialog, "_NET_WM_MOVERESIZE", [20, 20, direction, 1, 1])?;
        stage.settle()?;
    }
    let grab = stage.client.x.grab_pointer(
        false,
        stage.root(),
        EventMask::BUTTON_PRESS,
        GrabMode::ASYNC,
        GrabMode::ASYNC,
        x11rb::NONE,
        x11rb::NONE,
        x11rb::CURRENT_TIME,
    )?;
    must(grab.reply()?.status == GrabStatus::SUCCESS, "the pointer is still grabbed")
}

const FULLSCREEN: &str = "_NET_WM_STATE_FULLSCREEN";

fn covers(stage: &Stage, window: Window) -> Outcome<bool> {
    let (place, screen) = (stage.place(window)?, stage.screen()?);
    let inside = (place.x + place.border, place.y + place.border, place.width, place.height);
    Ok(inside == (0, 0, screen.width, screen.height))
}

fn fullscreen(stage: &Stage) -> Outcome {
    stage.open()?;
    let window = stage.open()?;
    let before = stage.place(window)?;
    stage.ask_state(window, 1, FULLSCREEN)?;
    stage.wait("it covers the screen", |_| {
        Ok(covers(stage, window)? && stage.is_in_state(window, FULLSCREEN)?)
    })?;
    stage.ask_state(window, 0, FULLSCREEN)?;
    stage.wait("it is where it was", |_| Ok(stage.place(window)? == before))
}

fn fullscreen_before(stage: &Stage) -> Outcome {
    stage.open()?;
    let window = stage.create()?;
    stage.client.set_atoms(window, "_NET_WM_STATE", &[FULLSCREEN])?;
    stage.show(window)?;
    stage.wait("it covers the screen", |_| covers(stage, window))
}

fn maximized(stage: &Stage) -> Outcome {
    let dialog = stage.dialog(stage.root(), |_, _| Ok(()))?;
    let before = stage.place(dialog)?;
    let names = ["_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ"];
    let [vert, horz] = [stage.client.atom(names[0])?, stage.client.atom(names[1])?];
    stage.client.message(dialog, "_NET_WM_STATE", [1, vert, horz, 2, 0])?;
    let screen = stage.screen()?;
    stage.wait("it fills the screen", |_| {
        let place = stage.place(dialog)?;
        Ok(screen.width - place.outer_width() <= 40 && screen.height - place.outer_height() <= 80)
    })?;
    stage.client.message(dialog, "_NET_WM_STATE", [0, vert, horz, 2, 0])?;
    stage.wait("it is where it was", |_| Ok(stage.place(dialog)? == before))
}

fn above(stage: &Stage) -> Outcome {
    let first = stage.dialog(stage.root(), |_, _| Ok(()))?;
    let second = stage.dialog(stage.root(), |_, _| Ok(()))?;
    stage.ask_state(first, 1, "_NET_WM_STATE_ABOVE")?;
    stage.wait("it is above the newer one", |_| is_above(stage, first, second))?;
    stage.client.message(second, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.settle()?;
    must(is_above(stage, first, second)?, "the other one went above it")
}

/// A panel along the upper edge that keeps so many pixels free.
fn open_panel(stage: &Stage, depth: u32) -> Outcome<Window> {
    let screen = stage.screen()?;
    let size = (u16::try_from(screen.width)?, u16::try_from(depth)?);
    let panel = stage.client.create_with(size, &CreateWindowAux::new())?;
    stage.client.set_atoms(panel, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DOCK"])?;
    set_strut(stage, panel, depth)?;
    stage.client.map(panel)?;
    stage.wait("the panel is seen", |client| client.is_viewable(panel))?;
    stage.settle()?;
    Ok(panel)
}

fn set_strut(stage: &Stage, panel: Window, depth: u32) -> Outcome {
    let end = stage.screen()?.width as u32 - 1;
    let words = [0, 0, depth, 0, 0, 0, 0, 0, 0, end, 0, 0];
    stage.client.set_words(panel, "_NET_WM_STRUT_PARTIAL", "CARDINAL", &words)
}

/// Whether a maximised or tiled window keeps so many pixels at the upper edge free.
fn keeps_free(stage: &Stage, window: Window, depth: i32) -> Outcome<bool> {
    let top = stage.place(window)?.y;
    Ok(top >= depth && top <= depth + 60)
}

/// A window that is as large as it can be.
fn open_large(stage: &Stage) -> Outcome<Window> {
    let window = stage.open()?;
    let names = ["_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ"];
    let [vert, horz] = [stage.client.atom(names[0])?, stage.client.atom(names[1])?];
    stage.client.message(window, "_NET_WM_STATE", [1, vert, horz, 2, 0])?;
    stage.settle()?;
    Ok(window)
}

fn strut(stage: &Stage) -> Outcome {
    open_panel(stage, 100)?;
    let window = open_large(stage)?;
    stage.wait("the window is below the panel", |_| keeps_free(stage, window, 100))
}

fn strut_changes(stage: &Stage) -> Outcome {
    let panel = open_panel(stage, 100)?;
    let window = open_large(stage)?;
    stage.wait("the window is below the panel", |_| keeps_free(stage, window, 100))?;
    set_strut(stage, panel, 200)?;
    stage.wait("the window makes room", |_| keeps_free(stage, window, 200))
}

fn strut_ends(stage: &Stage) -> Outcome {
    let panel = open_panel(stage, 100)?;
    let window = open_large(stage)?;
    stage.wait("the window is below the panel", |_| keeps_free(stage, window, 100))?;
    stage.client.destroy(panel)?;
    stage.wait("the window takes the room", |_| Ok(stage.place(window)?.y < 100))
}

fn panel(stage: &Stage) -> Outcome {
    stage.open()?;
    let panel = open_panel(stage, 100)?;
    let place = stage.place(panel)?;
    let screen = stage.screen()?;
    must((place.x, place.y) == (0, 0), "it was moved")?;
    must((place.width, place.height) == (screen.width, 100), "it was resized")
}

fn desktop_window(stage: &Stage) -> Outcome {
    let window = stage.open()?;
    let screen = stage.screen()?;
    let size = (u16::try_from(screen.width)?, u16::try_from(screen.height)?);
    let desktop = stage.client.create_with(size, &CreateWindowAux::new())?;
    stage.client.set_atoms(desktop, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DESKTOP"])?;
    stage.client.map(desktop)?;
    stage.wait("it is seen", |client| client.is_viewable(desktop))?;
    stage.settle()?;
    must(is_above(stage, window, desktop)?, "it is above a window")?;
    let place = stage.place(desktop)?;
    must((place.width, place.height) == (screen.width, screen.height), "it was resized")
}

fn shadow(stage: &Stage) -> Outcome {
    let window = stage.create()?;
    stage.client.set_words(window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[30; 4])?;
    stage.client.map(window)?;
    stage.wait_until_shown(window)?;
    let other = stage.open()?;
    stage.ask_state(other, 1, "_NET_WM_STATE_BELOW")?;
    stage.settle()?;
    let dialog = stage.dialog(stage.root(), |client, window| {
        client.set_words(window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[30; 4])?;
        user_place(client, window, (-30, -30), 1)
    })?;
    let place = stage.place(dialog)?;
    must(place.x < 0 && place.y < 0, "what can be seen of a dialog can't touch the corner")
}
