//! The system tray: icons in the bar, in order and of its height, whatever they do, and whoever
//! the tray belongs to.

use rustix::process::Signal;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, Window,
    WindowClass,
};
use xtask::Outcome;
use xtask::client::{Client, Geometry};
use xtask::process::PATIENCE;
use xtask::session::Session;

use crate::bar::bar;
use crate::harness::{must, must_go_on, on_each_backend, on_each_build};
use crate::restart::restart;

const TRAY: &str = "_NET_SYSTEM_TRAY_S0";

/// The window of whoever owns the tray; 0 for nobody.
pub(crate) fn owner(client: &Client) -> Outcome<Window> {
    Ok(client.x.get_selection_owner(client.atom(TRAY)?)?.reply()?.owner)
}

/// Sends a message to the tray.
fn say(client: &Client, opcode: u32, window: Window) -> Outcome {
    let (tray, kind) = (owner(client)?, client.atom("_NET_SYSTEM_TRAY_OPCODE")?);
    let event = ClientMessageEvent::new(32, tray, kind, [0, opcode, window, 7, 1]);
    client.x.send_event(false, tray, EventMask::NO_EVENT, event)?;
    Ok(client.x.flush()?)
}

/// Makes a window that is to be an icon.
fn create(client: &Client, attributes: &CreateWindowAux) -> Outcome<Window> {
    let window = client.create_with((64, 48), attributes)?;
    client.set_words(window, "_XEMBED_INFO", "_XEMBED_INFO", &[0, 1])?;
    Ok(window)
}

fn dock(client: &Client) -> Outcome<Window> {
    let window = create(client, &CreateWindowAux::new())?;
    say(client, 0, window)?;
    Ok(window)
}

fn parent(client: &Client, window: Window) -> Outcome<Window> {
    Ok(client.x.query_tree(window)?.reply()?.parent)
}

/// Waits until these windows are the icons, from the left, and fill the right end of the bar.
fn wait_row(session: &Session, icons: &[Window]) -> Outcome {
    let bar = bar(session)?;
    session.wait(&format!("the icons are {icons:x?}"), |client| {
        let Some(first) = icons.first() else { return Ok(true) };
        let siblings = client.x.query_tree(parent(client, *first)?)?.reply()?.children;
        let mut at = bar.width - bar.height * i32::try_from(icons.len())?;
        for icon in icons {
            let Geometry { x, y, width, height, border } = client.geometry(*icon)?;
            let is_inside = x >= at && x + width <= at + bar.height && y >= 0 && y < bar.height / 2;
            let is_square = width == height && width > bar.height / 2 && border == 0;
            if !(is_inside && is_square && client.is_viewable(*icon)?) {
                return Ok(false);
            }
            at += bar.height;
        }
        let others = siblings.iter().filter(|it| !icons.contains(it));
        Ok(others.map(|it| client.is_viewable(*it)).all(|seen| matches!(seen, Ok(false) | Err(_))))
    })
}

/// Waits until a window is back on the root window, out of sight.
fn wait_released(session: &Session, icons: &[Window]) -> Outcome {
    session.wait("the icons are nobody's", |client| {
        let mut all = icons.iter();
        Ok(all.all(|icon| {
            parent(client, *icon).is_ok_and(|it| it == client.root)
                && client.is_viewable(*icon).is_ok_and(|seen| !seen)
        }))
    })
}

#[test]
fn icons_stand_in_order_and_leave_no_hole() -> Outcome {
    on_each_build(|session| {
        let client = &session.client;
        let tray = owner(client)?;
        must(client.words(tray, "_NET_SYSTEM_TRAY_ORIENTATION")? == [0], || "it stands".into())?;
        let visual = client.x.setup().roots[0].root_visual;
        must(client.words(tray, "_NET_SYSTEM_TRAY_VISUAL")? == [visual], || "other pixels".into())?;
        let icons = [dock(client)?, dock(client)?, dock(client)?];
        let [a, b, c] = icons;
        wait_row(session, &icons)?;
        must(session.clients()?.is_empty(), || "an icon is managed".into())?;
        client.set_words(b, "_XEMBED_INFO", "_XEMBED_INFO", &[0, 0])?;
        wait_row(session, &[a, c])?;
        client.set_words(b, "_XEMBED_INFO", "_XEMBED_INFO", &[0, 1])?;
        wait_row(session, &icons)?;
        client.destroy(b)?;
        wait_row(session, &[a, c])?;
        client.unmap(a)?;
        wait_row(session, &[c])?;
        client.map(a)?;
        wait_row(session, &[a, c])?;
        client.x.reparent_window(a, client.root, 0, 0)?;
        client.x.flush()?;
        wait_row(session, &[c])?;
        session.press("super+b")?;
        must(!client.is_viewable(c)?, || "an icon without a bar".into())?;
        let d = dock(client)?;
        session.settle()?;
        session.press("super+b")?;
        wait_row(session, &[c, d])
    })
}

#[test]
fn icons_outlive_the_window_manager() -> Outcome {
    for signal in [Signal::TERM, Signal::KILL] {
        on_each_backend(|session| {
            let client = &session.client;
            let icons = [dock(client)?, dock(client)?];
            wait_row(session, &icons)?;
            restart(session)?;
            wait_released(session, &icons)?;
            say(client, 0, icons[0])?;
            say(client, 0, icons[1])?;
            wait_row(session, &icons)?;
            must(session.clients()?.is_empty(), || "an icon is managed".into())?;
            session.pgwm.signal(signal)?;
            session.pgwm.wait(PATIENCE)?;
            let client = &session.client;
            client.wait(None, "the tray is gone", |client| Ok(owner(client)? == 0))?;
            for icon in icons {
                must(parent(client, icon)? == client.root, || "an icon is nowhere".into())?;
                let is_crash = signal == Signal::KILL;
                must(client.is_viewable(icon)? == is_crash, || "it is in the way".into())?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn the_tray_is_handed_over_and_taken_back() -> Outcome {
    on_each_backend(|session| {
        let client = &session.client;
        let selection = client.atom(TRAY)?;
        let icons = [dock(client)?, dock(client)?];
        for _ in 0..3 {
            wait_row(session, &icons)?;
            let ours = owner(client)?;
            client.watch(ours)?;
            let other = client.create()?;
            client.x.set_selection_owner(other, selection, x11rb::CURRENT_TIME)?.check()?;
            wait_released(session, &icons)?;
            session.wait("its window goes", |client| Ok(!client.exists(ours)?))?;
            session.settle()?;
            must(owner(client)? == other, || "it is taken by force".into())?;
            client.forget_events()?;
            client.destroy(other)?;
            let manager = client.atom("MANAGER")?;
            session.wait("the tray is announced", |client| {
                let is_it = |event: &Event| {
                    matches!(event, Event::ClientMessage(it)
                        if it.type_ == manager && it.data.as_data32()[1] == selection)
                };
                Ok(client.count_events(is_it)? == 1)
            })?;
            for icon in icons {
                say(client, 0, icon)?;
            }
        }
        wait_row(session, &icons)
    })
}

#[test]
fn icons_that_behave_badly() -> Outcome {
    on_each_build(|session| {
        let client = &session.client;
        let good = dock(client)?;
        let managed = session.open()?;
        // They die before, while and after they are taken in.
        for _ in 0..50 {
            client.destroy(dock(client)?)?;
            let window = create(client, &CreateWindowAux::new())?;
            client.destroy(window)?;
            say(client, 0, window)?;
            let window = dock(client)?;
            session.settle()?;
            client.destroy(window)?;
        }
        // What is no icon, and what is one already; balloons, and messages nobody knows.
        let above = parent(client, good)?;
        for window in
            [0, 1, client.root, above, owner(client)?, managed, u32::MAX, 0x1fff_fff0, good]
        {
            say(client, 0, window)?;
        }
        for opcode in [1, 2, 3, u32::MAX] {
            say(client, opcode, good)?;
        }
        let input_only = client.x.generate_id()?;
        let (class, values) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        client.x.create_window(0, input_only, client.root, 0, 0, 9, 9, 0, class, 0, &values)?;
        say(client, 0, input_only)?;
        session.settle()?;
        client.destroy(input_only)?;
        wait_row(session, &[good])?;
        // Sizes that nobody has, asked for and taken, again and again.
        let free = create(client, &CreateWindowAux::new().override_redirect(1))?;
        say(client, 0, free)?;
        wait_row(session, &[good, free])?;
        for width in 0..200 {
            for icon in [good, free] {
                let size = ConfigureWindowAux::new().x(-5).width(20_000 + width).height(1);
                client.configure(icon, &size.border_width(9))?;
            }
        }
        wait_row(session, &[good, free])?;
        // Nonsense said of itself, and many of them.
        client.set_words(good, "_XEMBED_INFO", "CARDINAL", &[u32::MAX; 200])?;
        client.set_bytes(free, "_XEMBED_INFO", "STRING", b"no")?;
        wait_row(session, &[good, free])?;
        client.destroy(free)?;
        let mut many = Vec::new();
        for _ in 0..100 {
            many.push(dock(client)?);
        }
        session.settle()?;
        for window in many {
            client.destroy(window)?;
        }
        wait_row(session, &[good])?;
        must(client.is_viewable(managed)?, || "the window that is none has gone".into())?;
        must_go_on(session)
    })
}
