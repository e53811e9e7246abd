//! What no program should do, and some do: the window manager survives it and manages the
//! next window.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, WindowClass,
};

use super::{Check, Stage, must};
use crate::Outcome;

pub(super) const CHECKS: &[Check] = &[
    Check::new("size hints that make no sense", size_hints),
    Check::new("a circle of dialogs", circle),
    Check::new("an InputOnly top-level window", input_only),
    Check::new("properties of wrong types and lengths", wrong_types),
    Check::new("windows that are destroyed as soon as they are mapped", short_lives),
    Check::new("three hundred windows on a desktop", many),
    Check::new("messages about windows that don't exist", messages),
    Check::new("a panel whose strut is larger than the screen", strut),
    Check::new("a program that answers each configuration with another wish", fight),
    Check::new("a program that grabs everything and dies", grabs),
];

fn size_hints(stage: &Stage) -> Outcome {
    for words in [
        [u32::MAX; 18],
        [0x3ff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0x3ff, 0, 0, 0, 0, 500, 500, 10, 10, 0, 0, 1, 0, 0, 1, 9999, 9999, 77],
        [0x3ff, 0, 0, 0, 0, 1 << 31, 1 << 31, 1, 1, 65535, 65535, 9, 1, 1, 9, 0, 0, 0],
    ] {
        let window = stage.create()?;
        stage.client.set_words(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words)?;
        stage.client.map(window)?;
        stage.settle()?;
        let dialog = stage.create()?;
        stage.client.set_words(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[window])?;
        stage.client.set_words(dialog, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words)?;
        stage.client.map(dialog)?;
        stage.settle()?;
        stage.client.configure(dialog, &ConfigureWindowAux::new().width(1).height(1))?;
        stage.settle()?;
    }
    stage.goes_on()
}

fn circle(stage: &Stage) -> Outcome {
    let [first, second] = [stage.create()?, stage.create()?];
    stage.client.set_words(first, "WM_TRANSIENT_FOR", "WINDOW", &[second])?;
    stage.client.set_words(second, "WM_TRANSIENT_FOR", "WINDOW", &[first])?;
    let own = stage.create()?;
    stage.client.set_words(own, "WM_TRANSIENT_FOR", "WINDOW", &[own])?;
    for window in [first, second, own] {
        stage.client.map(window)?;
        stage.settle()?;
    }
    stage.client.message(first, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    stage.settle()?;
    stage.goes_on()
}

fn input_only(stage: &Stage) -> Outcome {
    let window = stage.client.x.generate_id()?;
    stage.client.x.create_window(
        0,
        window,
        stage.root(),
        10,
        10,
        50,
        50,
        0,
        WindowClass::INPUT_ONLY,
        x11rb::COPY_FROM_PARENT,
        &CreateWindowAux::new(),
    )?;
    stage.client.map(window)?;
    stage.settle()?;
    stage.goes_on()
}

fn wrong_types(stage: &Stage) -> Outcome {
    let names = [
        "WM_HINTS",
        "WM_NORMAL_HINTS",
        "WM_PROTOCOLS",
        "WM_TRANSIENT_FOR",
        "WM_CLASS",
        "_NET_WM_STATE",
        "_NET_WM_WINDOW_TYPE",
        "_NET_WM_DESKTOP",
        "_NET_WM_STRUT_PARTIAL",
        "_NET_WM_USER_TIME_WINDOW",
        "_MOTIF_WM_HINTS",
        "_GTK_FRAME_EXTENTS",
        "_NET_WM_ICON",
        "_NET_WM_SYNC_REQUEST_COUNTER",
    ];
    for bytes in [&b""[..], b"x", &[0xff; 64]] {
        let window = stage.create()?;
        for name in names {
            stage.client.set_bytes(window, name, "STRING", bytes)?;
        }
        stage.client.map(window)?;
        stage.settle()?;
        for name in names {
            stage.client.set_words(window, name, "WINDOW", &[u32::MAX; 3])?;
        }
        stage.settle()?;
    }
    stage.goes_on()
}

fn short_lives(stage: &Stage) -> Outcome {
    for _ in 0..200 {
        let window = stage.create()?;
        stage.client.map(window)?;
        stage.client.destroy(window)?;
    }
    stage.settle()?;
    stage.goes_on()
}

fn many(stage: &Stage) -> Outcome {
    let windows = (0..300).map(|_| stage.create()).collect::<Outcome<Vec<_>>>()?;
    for window in &windows {
        stage.client.map(*window)?;
    }
    stage.wait("all of them are managed", |client| {
        Ok(client.words(client.root, "_NET_CLIENT_LIST")?.len() == windows.len())
    })?;
    stage.goes_on()
}

fn messages(stage: &Stage) -> Outcome {
    let own = stage.client.word(stage.root(), "_NET_SUPPORTING_WM_CHECK")?.unwrap_or(0);
    for window in [0, 1, 0x00de_ad00, own, stage.root(), u32::MAX >> 3] {
        for name in [
            "_NET_ACTIVE_WINDOW",
            "_NET_CLOSE_WINDOW",
            "_NET_WM_STATE",
            "_NET_WM_DESKTOP",
            "_NET_MOVERESIZE_WINDOW",
            "_NET_WM_MOVERESIZE",
            "_NET_RESTACK_WINDOW",
            "_NET_REQUEST_FRAME_EXTENTS",
            "_NET_WM_FULLSCREEN_MONITORS",
            "WM_CHANGE_STATE",
            "WM_PROTOCOLS",
            "_NET_NUMBER_OF_DESKTOPS",
            "_NET_DESKTOP_GEOMETRY",
            "_NET_DESKTOP_VIEWPORT",
        ] {
            stage.client.message(window, name, [u32::MAX; 5])?;
            stage.client.message(window, name, [0, 1, 2, 3, 4])?;
        }
    }
    stage.settle()?;
    stage.goes_on()
}

fn strut(stage: &Stage) -> Outcome {
    let panel = stage.create()?;
    stage.client.set_atoms(panel, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DOCK"])?;
    let words = [u32::MAX, 1 << 31, 100_000, 5000, 0, u32::MAX, 0, 9, 0, 9, u32::MAX, 0];
    stage.client.set_words(panel, "_NET_WM_STRUT_PARTIAL", "CARDINAL", &words)?;
    stage.client.set_words(panel, "_NET_WM_STRUT", "CARDINAL", &[u32::MAX; 4])?;
    stage.client.map(panel)?;
    stage.settle()?;
    let window = stage.open()?;
    let place = stage.place(window)?;
    must(place.width >= 50 && place.height >= 50, "nothing is left for windows")?;
    must(stage.screen()?.overlaps(place), "windows are off the screen")
}

fn grabs(stage: &Stage) -> Outcome {
    for _ in 0..5 {
        let grabber = stage.connect()?;
        let window = grabber.create()?;
        grabber.map(window)?;
        // Another connection knows of it only once the server has answered this one.
        grabber.geometry(window)?;
        stage.wait("its window is shown", |client| client.is_viewable(window))?;
        let (mask, mode) = (EventMask::NO_EVENT, GrabMode::SYNC);
        let (confine_to, cursor, time) = (window, x11rb::NONE, x11rb::CURRENT_TIME);
        let x = &grabber.x;
        x.grab_server()?;
        x.grab_pointer(false, window, mask, mode, mode, confine_to, cursor, time)?.reply()?;
        x.grab_keyboard(false, window, time, mode, mode)?.reply()?;
        // What the window manager has to say now has to wait.
        grabber.unmap(window)?;
        grabber.map(window)?;
    }
    stage.settle()?;
    stage.goes_on()
}

fn fight(stage: &Stage) -> Outcome {
    use x11rb::protocol::Event;
    let window = stage.open()?;
    let mut wishes = 0;
    for round in 0..200 {
        let wish = ConfigureWindowAux::new().width(100 + round).x(round as i32);
        stage.client.configure(window, &wish)?;
        wishes += 1;
    }
    stage.settle()?;
    let answers = stage.client.count_events(
        |event| matches!(event, Event::ConfigureNotify(notify) if notify.window == window),
    )?;
    must(answers <= 2 * wishes + 10, "there are more answers than wishes")?;
    stage.goes_on()
}
