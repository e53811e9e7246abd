//! A server that reads nothing for a while: what we say to it waits, in order, and
//! nothing is lost. A proxy between the two does the stalling.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt as _};
use xtask::client::Client;
use xtask::display::Server;
use xtask::session::{Backend, Session};
use xtask::{Failure, Outcome};

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
    let pgwm = release(backend)?.spawn(&format!(":{}", proxy.number))?;
    let session = Session { pgwm, client, server };
    session.wait_until_ready()?;
    Ok((session, proxy))
}

/// Stands between a client and the server on a display number of its own.
struct Proxy {
    number: u32,
    path: PathBuf,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// Nothing goes to the server.
    stalled: bool,
    /// What comes from the server comes in pieces of so many bytes; 0 for any.
    piece: usize,
}

impl Proxy {
    fn start(server: u32) -> Outcome<Self> {
        // Far above the numbers that servers take by themselves.
        for number in 3000..4000 {
            let path = PathBuf::from(format!("/tmp/.X11-unix/X{number}"));
            let Ok(listener) = UnixListener::bind(&path) else { continue };
            let gate = Arc::<Gate>::default();
            let shared = Arc::clone(&gate);
            thread::spawn(move || serve(&listener, server, &shared));
            return Ok(Self { number, path, gate });
        }
        Err(Failure::new("no display number is free for the proxy"))
    }

    fn stall(&self, stalled: bool) {
        self.gate.change(|state| state.stalled = stalled);
    }

    fn cut(&self, piece: usize) {
        self.gate.change(|state| state.piece = piece);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        self.stall(false);
    }
}

impl Gate {
    fn change(&self, change: impl Fn(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something may go to the server.
    fn pass(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(state, |state| state.stalled));
    }
}

/// Forwards every connection, each way in a thread of its own, until either side closes.
fn serve(listener: &UnixListener, server: u32, gate: &Arc<Gate>) {
    while let Ok((client, _)) = listener.accept() {
        let Ok(server) = UnixStream::connect(format!("/tmp/.X11-unix/X{server}")) else { return };
        let (Ok(client_end), Ok(server_end)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        let gate_to_server = Arc::clone(gate);
        thread::spawn(move || forward(client, server, |_| gate_to_server.pass()));
        let gate = Arc::clone(gate);
        thread::spawn(move || {
            forward(server_end, client_end, |piece| *piece = gate.state().piece);
        });
    }
}

fn forward(mut from: UnixStream, mut to: UnixStream, before_read: impl Fn(&mut usize)) {
    let mut buffer = [0; 4096];
    loop {
        let mut piece = 0;
        before_read(&mut piece);
        let end = if piece == 0 { buffer.len() } else { piece };
        match from.read(&mut buffer[..end]) {
            Ok(count) if count > 0 && to.write_all(&buffer[..count]).is_ok() => {}
            _ => break,
        }
    }
    // The other direction ends with this one; a side that has gone needs no telling.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
