//! From DISPLAY to an accepted connection. May block; nothing runs yet. Never prints: an
//! error is a sentence for the caller.

use crate::sentence::{reason, sentence};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use pgwm_core::utf8;
use pgwm_core::x11::auth;
use pgwm_core::x11::display::{Display, Host};
use pgwm_core::x11::setup::{self, Setup, SetupAnswer};
use rusl::fd::{AsFd, OwnedFd};
use rusl::net::{MessageFlags, recv, send};
use rusl::{Errno, Result};
use tiny_std::{env, fs, net};

/// The most that is read of a file of cookies.
const MAXIMUM_AUTHORITY: usize = 1 << 20;
/// The name of the one way to prove who we are.
const COOKIE: &[u8] = b"MIT-MAGIC-COOKIE-1";

/// A server that has accepted us.
#[derive(Debug)]
pub(crate) struct Connected {
    /// The way to it.
    pub(crate) socket: OwnedFd,
    /// What it said of itself.
    pub(crate) setup: Setup,
    /// The number of the screen that DISPLAY names.
    pub(crate) screen: u32,
}

/// Connects to the server that DISPLAY names.
pub(crate) fn connect() -> core::result::Result<Connected, String> {
    let name = env::var("DISPLAY").filter(|name| !name.is_empty()).ok_or(
        "DISPLAY is not set; start pgwm from .xinitrc, or name a server as in DISPLAY=:0 pgwm",
    )?;
    let name = utf8::lossy(name);
    let display = Display::parse(&name).ok_or_else(|| {
        sentence("DISPLAY is %, which names no server; it should be like :0", &[&name])
    })?;
    let socket = open(&display).map_err(|error| {
        let reason = reason(error);
        sentence("cannot connect to the X server % (%); is it running?", &[&name, &reason])
    })?;
    let cookie = cookie(&display);
    let setup = shake_hands(&socket, cookie.as_deref()).map_err(|refusal| match refusal {
        Refusal::Said(said) => sentence(
            "the X server % refused the connection (%); check XAUTHORITY",
            &[&name, said.trim_ascii()],
        ),
        Refusal::Lost(error) => {
            sentence("the X server % broke off the connection: %", &[&name, &reason(error)])
        }
        Refusal::Malformed => sentence("what answers at % is no X server", &[&name]),
    })?;
    Ok(Connected { socket, setup, screen: display.screen })
}

#[inline(never)]
fn open(display: &Display) -> Result<OwnedFd> {
    match &display.host {
        Host::Unix => {
            let path = display.socket_path();
            net::connect_unix(path.as_bytes())
                .or_else(|_| net::connect_unix_abstract(path.as_bytes()))
        }
        Host::Tcp(host) => {
            let port = display.port().ok_or(Errno::EINVAL)?;
            net::connect_tcp(&net::resolve(host)?, port)
        }
    }
}

/// The cookie for a display, from XAUTHORITY or `~/.Xauthority`.
#[inline(never)]
fn cookie(display: &Display) -> Option<Vec<u8>> {
    let path = env::var("XAUTHORITY").filter(|path| !path.is_empty()).map_or_else(
        || env::var("HOME").map(|home| [home, b"/.Xauthority"].concat()),
        |path| Some(path.to_owned()),
    )?;
    let file = fs::read_at_most(path, MAXIMUM_AUTHORITY).ok()?;
    let system = rusl::process::uname().ok()?;
    let numeric = match &display.host {
        Host::Unix => None,
        Host::Tcp(host) => net::numeric(host),
    };
    auth::find(&file, system.node(), display, numeric).map(|entry| entry.data.to_owned())
}

/// Why there was no agreement.
enum Refusal {
    Said(String),
    Lost(Errno),
    Malformed,
}

fn shake_hands(socket: &OwnedFd, cookie: Option<&[u8]>) -> core::result::Result<Setup, Refusal> {
    let mut request = Vec::new();
    let (name, data) = cookie.map_or((&[][..], &[][..]), |cookie| (COOKIE, cookie));
    setup::write_request(&mut request, name, data);
    send_all(socket, &request).map_err(Refusal::Lost)?;
    let mut answer = Vec::new();
    loop {
        match SetupAnswer::read(&answer).map_err(|_| Refusal::Malformed)? {
            SetupAnswer::Success(setup) => return Ok(setup),
            SetupAnswer::Refused(reason) => return Err(Refusal::Said(reason)),
            SetupAnswer::NeedMore(total) => {
                receive_until(socket, &mut answer, total).map_err(Refusal::Lost)?;
            }
        }
    }
}

fn send_all(socket: &OwnedFd, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match send(socket.as_fd(), bytes, MessageFlags::NO_SIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads until there are so many bytes, and none more: what follows is the session's.
fn receive_until(socket: &OwnedFd, bytes: &mut Vec<u8>, total: usize) -> Result<()> {
    let mut filled = bytes.len();
    bytes.resize(total, 0);
    while filled < total {
        match recv(socket.as_fd(), &mut bytes[filled..], MessageFlags::NONE) {
            Ok(0) => return Err(Errno::ECONNRESET),
            Ok(length) => filled += length,
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
