//! A server that reads nothing for a while: what we say to it waits, in order, and
//! nothing is lost. A proxy between the two does the stalling.

use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt as _};
use xtask::Outcome;
use xtask::client::Client;
use xtask::display::Server;
use xtask::proxy::Proxy;
use xtask::session::{Backend, Session};

use crate::harness::{backends, must, must_go_on, release};

#[test]
fn nothing_is_lost_while_the_server_does_not_read() -> Outcome {
    for backend in backends() {
        let (mut session, proxy) = behind_a_proxy(backend, 0)?;

        proxy.stall(true);
        let mut windows = Vec::new();
        for _ in 0..400 {
            let window = session.client.create()?;
            session.client.map(window)?;
            // A round trip lets the window manager see each window by itself, so that
            // it has as many messages to write as there are windows.
            session.client.x.get_input_focus()?.reply()?;
            windows.push(window);
        }
        proxy.stall(false);

        session.wait("every window is managed", |_| Ok(session.clients()?.len() == 400))?;
        session.settle()?;
        must(session.clients()? == windows, || "they are in another order".into())?;
        let focus = session.client.focus()?;
        must(focus == windows[399], || format!("the focus is on {focus:#x}"))?;
        for window in &windows {
            must(session.client.is_viewable(*window)?, || format!("{window:#x} is not mapped"))?;
        }
        let log = session.pgwm.log();
        must(!log.to_lowercase().contains("error"), || log.clone())?;
        must_go_on(&mut session)?;
    }
    Ok(())
}

#[test]
fn what_waits_behind_a_full_socket_is_sent_too() -> Outcome {
    for backend in backends() {
        let (mut session, proxy) = behind_a_proxy(backend, 0)?;
        let window = session.client.create()?;
        session.settle()?;
        for _ in 0..5 {
            proxy.stall(true);
            // Each is a request of the window manager's own, without an answer that
            // would wake it: together, several times what a socket holds.
            for x in 1..=40_000 {
                let wish = ConfigureWindowAux::new().x(x % 1000).y(x / 1000);
                session.client.x.configure_window(window, &wish)?;
            }
            for _ in 0..200 {
                session.client.focus()?;
            }
            proxy.stall(false);
            session.wait(&format!("the last of many moves, with {backend}"), |client| {
                Ok(client.geometry(window)?.y == 40)
            })?;
        }
        must_go_on(&mut session)?;
    }
    Ok(())
}

#[test]
fn a_server_that_answers_byte_by_byte_is_understood() -> Outcome {
    for backend in backends() {
        let (mut session, proxy) = behind_a_proxy(backend, 1)?;
        proxy.cut(7);
        for _ in 0..5 {
            session.open()?;
        }
        must_go_on(&mut session)?;
    }
    Ok(())
}

/// A session whose window manager speaks to the server through a proxy, which cuts what the
/// server says into pieces of so many bytes; 0 for any.
fn behind_a_proxy(backend: Backend, cut: usize) -> Outcome<(Session, Proxy)> {
    let server = Server::xvfb(&[])?;
    let client = Client::connect(Some(&server.display()))?;
    client.press("shift")?;
    let proxy = Proxy::start(server.number())?;
    proxy.cut(cut);
    let pgwm = release(backend)?.spawn(&proxy.display())?;
    let session = Session { pgwm, client, server };
    session.wait_until_ready()?;
    Ok((session, proxy))
}
