//! The bar: where it is, what a click there does, what it shows, and that what is in a title
//! or on a strange monitor does it no harm. Looked at as a person does: by its pixels.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, StackMode, Window,
};
use xtask::Outcome;
use xtask::client::{Client, Geometry};
use xtask::display::Server;
use xtask::screenshot::Picture;
use xtask::session::{Backend, Program, Session};

use crate::focus::must_have_focus;
use crate::harness::{backends, folder, must, must_go_on, on_each_backend, open, release};
use crate::layout::screen;
use crate::workspace::must_be_current;

const fn area(x: i32, width: i32, height: i32) -> Geometry {
    Geometry { x, y: 0, width, height, border: 0 }
}

const LEFT: Geometry = area(0, 700, 800);
const RIGHT: Geometry = area(700, 580, 600);

#[test]
fn a_bar_is_on_every_monitor_and_windows_keep_clear_of_it() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let whole = bar(session)?;
        must((whole.x, whole.y, whole.width) == (0, 0, 1280), || format!("it is at {whole:?}"))?;
        client.set_monitors(&[("left", LEFT), ("right", RIGHT)])?;
        session.wait("there are two bars", |_| Ok(bars(session)?.len() == 2))?;
        session.settle()?;
        let mut places = bars(session)?;
        places.sort_by_key(|place| place.x);
        for (place, monitor) in places.iter().zip([LEFT, RIGHT]) {
            let expected = Geometry { height: whole.height, ..monitor };
            must(*place == expected, || format!("a bar is at {place:?}, not {expected:?}"))?;
        }
        let windows = open(session, 3)?;
        client.message(windows[2], "_NET_WM_DESKTOP", [1, 2, 0, 0, 0])?;
        session.settle()?;
        for window in &windows {
            let place = client.geometry(*window)?;
            must(client.is_viewable(*window)?, || format!("{window:#x} is hidden"))?;
            must(!places.iter().any(|bar| bar.overlaps(place)), || format!("{place:?} overlaps"))?;
        }
        client.set_monitors(&[])?;
        session.wait("there is one bar again", |_| Ok(bars(session)? == [whole]))
    })
}

#[test]
fn pagers_are_told_of_the_room_that_a_bar_leaves() -> Outcome {
    on_each_backend(|session| {
        let height = bar(session)?.height.cast_unsigned();
        must(height > 8, || format!("it is {height} pixels high"))?;
        let below = [0, height, 1280, 800 - height];
        must_leave(session, below)?;
        session.press("super+b")?;
        must_leave(session, [0, 0, 1280, 800])?;
        session.press("super+b")?;
        must_leave(session, below)
    })
}

#[test]
fn a_key_hides_the_bar_of_a_monitor() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let window = session.open()?;
        let (place, before) = (bar(session)?, left_half(session)?);
        let beside = client.geometry(window)?;
        session.press("super+b")?;
        must(bars(session)?.is_empty(), || "it is still there".into())?;
        let alone = client.geometry(window)?;
        let grown =
            Geometry { y: beside.y - place.height, height: beside.height + place.height, ..beside };
        must(alone == grown, || format!("the window is at {alone:?}, not {grown:?}"))?;
        session.press("super+b")?;
        must(bars(session)? == [place], || "it is elsewhere".into())?;
        must(client.geometry(window)? == beside, || "the window is elsewhere".into())?;
        wait_shown(session, "the bar is as before", place, &before)?;

        // Of two monitors only the bar of the current one.
        client.set_monitors(&[("left", LEFT), ("right", RIGHT)])?;
        session.wait("there are two bars", |_| Ok(bars(session)?.len() == 2))?;
        session.press("super+b")?;
        let left = bars(session)?;
        must(left.len() == 1 && left[0].x == RIGHT.x, || format!("left are {left:?}"))
    })
}

#[test]
fn a_fullscreen_window_covers_the_bar() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let blue = CreateWindowAux::new().background_pixel(0x12_34_56);
        let movie = client.create_with((300, 200), &blue)?;
        session.show(movie)?;
        let (place, before) = (bar(session)?, left_half(session)?);
        session.press("super+f")?;
        let only_blue = |picture: &Picture| picture.pixels.iter().all(|pixel| *pixel == 0x12_34_56);
        client.wait_seen(Some(&session.pgwm), "the bar is covered", |client| {
            Ok(only_blue(&Picture::of_screen(client, place)?))
        })?;
        session.press("super+f")?;
        wait_shown(session, "the bar is as before", place, &before)
    })
}

#[test]
fn a_click_shows_a_workspace_and_the_wheel_turns_them() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let (second, third) = boxes(session)?;
        session.press("super+1")?;
        let empty = left_half(session)?;
        click(session, second.center(), 1)?;
        must_be_current(session, 1)?;
        click(session, third.center(), 1)?;
        must_be_current(session, 2)?;
        for (button, workspace) in [(4, 1), (4, 0), (5, 1)] {
            click(session, third.center(), button)?;
            must_be_current(session, workspace)?;
        }
        // The edges of a box belong to it.
        for (x, workspace) in [(second.x, 1), (second.right() - 1, 1), (third.x, 2)] {
            session.press("super+9")?;
            click(session, (x, 0), 1)?;
            must_be_current(session, workspace)?;
        }
        // With the right button the window goes there, and the box says so.
        session.press("super+1")?;
        let window = session.open()?;
        click(session, second.center(), 3)?;
        must_be_current(session, 0)?;
        must(client.word(window, "_NET_WM_DESKTOP")? == Some(1), || "it is not sent".into())?;
        let occupied = left_half(session)?;
        must(columns(&empty, &occupied).any(|x| x >= second.x), || "no mark".into())?;
        must(columns(&empty, &occupied).all(|x| x < second.right()), || "a mark elsewhere".into())
    })
}

#[test]
fn a_tab_is_shown_where_it_is_clicked() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let windows = open(session, 3)?;
        session.press("super+e")?;
        let bar = bar(session)?;
        let row = panels(session)?.into_iter().find(|place| place.y >= bar.bottom());
        let row = row.ok_or_else(|| xtask::Failure::new("there are no tabs"))?;
        for window in &windows {
            let place = client.geometry(*window)?;
            must(place.y >= row.bottom(), || format!("{place:?} is over the tabs {row:?}"))?;
        }
        for index in [0, 2, 1] {
            let x = row.x + row.width * (2 * index + 1) / 6;
            click(session, (x, row.center().1), 1)?;
            must_have_focus(session, windows[index as usize])?;
        }
        // The wheel goes from one to the next.
        click(session, row.center(), 5)?;
        must_have_focus(session, windows[2])?;
        click(session, row.center(), 4)?;
        must_have_focus(session, windows[1])?;
        // A single window needs none.
        client.destroy(windows[0])?;
        client.destroy(windows[1])?;
        session.settle()?;
        session.press("super+t")?;
        let left = panels(session)?;
        must(left == [bar], || format!("left are {left:?}"))
    })
}

#[test]
fn a_shown_title_is_drawn_anew_and_a_hidden_one_is_not() -> Outcome {
    on_each_backend(|session| {
        let hidden = session.open()?;
        entitle(session, hidden, b"hidden")?;
        session.press("super+shift+2")?;
        let shown = session.open()?;
        entitle(session, shown, b"one")?;
        let (place, one) = (bar(session)?, left_half(session)?);
        entitle(session, hidden, b"another one, which is long and can't be overlooked")?;
        must(left_half(session)? == one, || "a hidden title was drawn".into())?;
        entitle(session, shown, b"WWWWWWWWW")?;
        session.client.wait_seen(Some(&session.pgwm), "the new title is drawn", |client| {
            Ok(Picture::of_screen(client, half(place))? != one)
        })?;
        entitle(session, shown, b"one")?;
        wait_shown(session, "the old title is drawn", place, &one)
    })
}

#[test]
fn what_was_covered_is_there_again() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        session.open()?;
        let (place, before) = (bar(session)?, left_half(session)?);
        let menu = CreateWindowAux::new().override_redirect(1).background_pixel(0xff_00_ff);
        let menu = client.create_with((90, 300), &menu)?;
        client.map(menu)?;
        client.configure(menu, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE))?;
        for x in (-90..700).step_by(23) {
            client.configure(menu, &ConfigureWindowAux::new().x(x).y(x / 50 - 5))?;
        }
        client.configure(menu, &ConfigureWindowAux::new().x(40).y(0))?;
        client.focus()?;
        must(left_half(session)? != before, || "nothing covers the bar".into())?;
        client.unmap(menu)?;
        wait_shown(session, "the bar is as before", place, &before)
    })
}

#[test]
fn no_title_harms_the_bar() -> Outcome {
    // What is not a character of Unicode; what has no meaning; what turns the direction.
    let long = "W ".repeat(100_000);
    let many_marks = format!("a{}", "\u{301}".repeat(5_000));
    let titles: &[&[u8]] = &[
        b"",
        long.as_bytes(),
        many_marks.as_bytes(),
        b"\xff\xfe\x80\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xf8\x88\x80\x80\x80 end",
        b"cut \xe2\x82",
        b"\0before\0after\0",
        b"\x01\x02\x07\x08\t\n\x0b\x0c\r\x1b[31m\x7f\xc2\x85\xe2\x80\xa8line",
        "\u{202e}over\u{202d}ride\u{2066}iso\u{2069}\u{200f}\u{202c}\u{202c}".as_bytes(),
        "\u{200d}\u{200d}👩\u{200d}👩\u{200d}👧\u{fe0f}\u{20e3}\u{e0061}".as_bytes(),
        "\u{50000}\u{e0fff}\u{10ffff}\u{fdd0}\u{ffff}\u{e000}".as_bytes(),
        "שלום abc עולם 123 مرحبا".as_bytes(),
        "\u{feff}\u{fffd}\u{fff9}\u{ad}\u{1160}".as_bytes(),
    ];
    on_each_backend(|session| {
        let (second, _) = boxes(session)?;
        session.press("super+1")?;
        let window = session.open()?;
        session.open()?;
        session.client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        entitle(session, window, b"plain")?;
        let (place, before) = (bar(session)?, left_half(session)?);
        for (index, title) in titles.iter().enumerate() {
            for (name, kind) in
                [("_NET_WM_NAME", "UTF8_STRING"), ("WM_NAME", "STRING"), ("WM_NAME", "WM_NAME")]
            {
                session.client.set_bytes(window, name, kind, title)?;
                session.settle()?;
                let harm = |what: &str| format!("title {index} as {name} of {kind}: {what}");
                must(bars(session)? == [place], || harm("the bar is elsewhere"))?;
                let now = left_half(session)?;
                let rest = columns(&before, &now).find(|x| *x < second.right());
                must(rest.is_none(), || harm(&format!("column {rest:?} differs")))?;
                // Without the newer name the older one counts.
                let newer = session.client.atom("_NET_WM_NAME")?;
                session.client.x.delete_property(window, newer)?;
                session.client.x.flush()?;
            }
        }
        entitle(session, window, b"plain")?;
        wait_shown(session, "the bar is as before", place, &before)?;
        must_go_on(session)
    })
}

#[test]
fn monitors_may_be_a_pixel_or_twenty_thousand_wide() -> Outcome {
    for backend in backends() {
        let server = Server::xvfb_of((20_001, 200), &[])?;
        let client = Client::connect(Some(&server.display()))?;
        client.press("shift")?;
        let mut session = Session::start_on(server, client, &release(backend)?)?;
        let whole = bar(&session)?;
        must(whole.width == 20_001, || format!("it is at {whole:?}"))?;
        let wide = Geometry { width: 20_000, height: 200, ..whole };
        let thin = Geometry { x: 20_000, width: 1, height: 200, ..whole };
        session.client.set_monitors(&[("thin", thin), ("wide", wide)])?;
        session.wait("each monitor has its bar", |_| {
            let mut widths: Vec<i32> = bars(&session)?.iter().map(|place| place.width).collect();
            widths.sort_unstable();
            Ok(widths == [1, 20_000])
        })?;
        for workspace in [1, 0] {
            let window = session.open()?;
            entitle(&session, window, "a title ".repeat(400).as_bytes())?;
            session.client.message(window, "_NET_WM_DESKTOP", [workspace, 2, 0, 0, 0])?;
            session.settle()?;
        }
        click(&session, (20_000, 0), 1)?;
        click(&session, (19_999, 0), 1)?;
        session.press("super+b")?;
        session.press("super+b")?;
        must(bars(&session)?.len() == 2, || "a bar has gone".into())?;
        must_go_on(&mut session)?;
    }
    Ok(())
}

#[test]
fn our_own_fonts_draw_the_bar() -> Outcome {
    must_draw(&["-dpi", "96"], &release(Backend::Chosen)?)
}

#[test]
fn without_render_the_servers_font_draws_the_bar() -> Outcome {
    must_draw(&["-extension", "RENDER"], &release(Backend::Chosen)?)
}

#[test]
fn without_font_files_the_servers_font_draws_the_bar() -> Outcome {
    let empty = folder("no-fonts")?;
    let program = release(Backend::Chosen)?.with("PGWM_FONT_PATH", &empty.to_string_lossy());
    must_draw(&[], &program)
}

#[test]
fn the_bar_grows_with_the_resolution() -> Outcome {
    let height = |resources: &str| -> Outcome<i32> {
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        client.set_bytes(client.root, "RESOURCE_MANAGER", "STRING", resources.as_bytes())?;
        client.press("shift")?;
        let session = Session::start_on(server, client, &release(Backend::Chosen)?)?;
        Ok(bar(&session)?.height)
    };
    let (normal, double) = (height("Xft.dpi: 96\n")?, height("*a: b\nXft.dpi:\t192\n")?);
    must((2 * normal - double).abs() <= 2, || format!("{normal} and {double} pixels high"))
}

/// Fails unless the names of workspaces that are neither shown nor occupied can be read: what
/// stands in their boxes is text and nothing else.
pub(crate) fn must_draw(server: &[&str], program: &Program) -> Outcome {
    let server = Server::xvfb(server)?;
    let client = Client::connect(Some(&server.display()))?;
    client.press("shift")?;
    let mut session = Session::start_on(server, client, program)?;
    let (second, third) = boxes(&session)?;
    session.press("super+1")?;
    let text = [second, third].map(|place| Picture::of_screen(&session.client, place));
    let [second, third] = text;
    let (second, third) = (second?, third?);
    for picture in [&second, &third] {
        let colours = picture.colours();
        let inked: usize = colours.iter().skip(1).map(|(_, count)| count).sum();
        must(inked >= 8, || format!("of a digit {inked} pixels are drawn"))?;
    }
    must(second != third, || "a 2 looks like a 3".into())?;
    must_go_on(&mut session)
}

/// Where the windows of the window manager's own are that can be seen.
fn panels(session: &Session) -> Outcome<Vec<Geometry>> {
    let client = &session.client;
    let mut found = Vec::new();
    for window in client.children()? {
        let place = client.geometry(window)?;
        if client.text(window, "WM_CLASS")? == "pgwm\0pgwm\0"
            && place.overlaps(client.geometry(client.root)?)
            && client.is_viewable(window)?
        {
            found.push(place);
        }
    }
    Ok(found)
}

/// The same at the upper edge of the screen.
fn bars(session: &Session) -> Outcome<Vec<Geometry>> {
    Ok(panels(session)?.into_iter().filter(|place| place.y == 0).collect())
}

/// The only bar.
pub(crate) fn bar(session: &Session) -> Outcome<Geometry> {
    let bars = bars(session)?;
    match bars.as_slice() {
        [bar] => Ok(*bar),
        bars => Err(xtask::Failure::new(format!("there is not one bar: {bars:?}"))),
    }
}

/// The half without the status, which changes by itself.
fn half(bar: Geometry) -> Geometry {
    Geometry { width: bar.width / 2, ..bar }
}

fn left_half(session: &Session) -> Outcome<Picture> {
    Picture::of_screen(&session.client, half(bar(session)?))
}

/// The columns in which two pictures differ.
fn columns(one: &Picture, other: &Picture) -> impl Iterator<Item = i32> {
    let width = one.width;
    let differs = |x: &usize| {
        let column = |picture: &Picture| -> Vec<u32> {
            picture.pixels.iter().skip(*x).step_by(width).copied().collect()
        };
        column(one) != column(other)
    };
    (0..width).filter(differs).map(|x| x as i32).collect::<Vec<_>>().into_iter()
}

/// The boxes of the second and of the third workspace: found by what changes as others are
/// shown, while there is no window.
fn boxes(session: &Session) -> Outcome<(Geometry, Geometry)> {
    let mut shown = Vec::new();
    for chord in ["super+4", "super+2", "super+3"] {
        session.press(chord)?;
        shown.push(left_half(session)?);
    }
    let bar = bar(session)?;
    let between =
        |one: usize, other: usize| -> Vec<i32> { columns(&shown[one], &shown[other]).collect() };
    // The first two differ in the boxes 2 and 4, the last two in 2 and 3.
    let (two_four, two_three) = (between(0, 1), between(1, 2));
    let start = two_three.first().copied().unwrap_or_default();
    let end = two_three.last().copied().unwrap_or_default() + 1;
    let middle = (start..end).find(|x| !two_four.contains(x)).unwrap_or(end);
    must(start > 0 && middle > start && end > middle, || {
        format!("boxes: {two_four:?} and {two_three:?}")
    })?;
    let place = |x: i32, right: i32| Geometry { x, width: right - x, ..bar };
    Ok((place(start, middle), place(middle, end)))
}

fn click(session: &Session, place: (i32, i32), button: u8) -> Outcome {
    session.client.point(place)?;
    session.client.button(button, true)?;
    session.client.button(button, false)?;
    session.settle()
}

fn entitle(session: &Session, window: Window, title: &[u8]) -> Outcome {
    session.client.set_bytes(window, "_NET_WM_NAME", "UTF8_STRING", title)?;
    session.settle()
}

/// Waits until the left half of a bar shows this.
fn wait_shown(session: &Session, what: &str, bar: Geometry, picture: &Picture) -> Outcome {
    session.client.wait_seen(Some(&session.pgwm), what, |client| {
        Ok(Picture::of_screen(client, half(bar))? == *picture)
    })
}

/// Fails unless pagers are told of this room on every workspace.
fn must_leave(session: &Session, room: [u32; 4]) -> Outcome {
    let told = session.client.words(session.client.root, "_NET_WORKAREA")?;
    let is_it = !told.is_empty() && told.chunks(4).all(|told| told == room);
    must(is_it && screen().width == 1280, || format!("_NET_WORKAREA is {told:?}, not {room:?}"))
}
