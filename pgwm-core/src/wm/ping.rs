//! `_NET_WM_PING` (EWMH 1.5): whether a window that was asked to close is alive. One that
//! isn't can be ended by asking once more; one that is never is. Never asks a window that
//! nobody wants to close.

use super::question::{Answer, PropertyName, Question};
use super::{Command, Wm, ewmh};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::Window;
use crate::x11::request;
use core::time::Duration;

/// How long a window may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A window that was asked and has not answered.
#[derive(Debug, Default)]
pub(super) struct Ping {
    /// Until when it may answer, once we know the time; after that it is hung.
    until: Option<Duration>,
    /// `_NET_WM_PID`.
    pid: Option<u32>,
    /// Whether its process runs on our machine.
    is_local: bool,
}

impl Ping {
    /// Takes in whose window it is.
    pub(super) fn learn(&mut self, answer: &Answer, host: &[u8]) {
        match answer {
            Answer::Pid(pid) => self.pid = pid.and_then(|pid| u32::try_from(pid).ok()),
            Answer::Machine(machine) => {
                self.is_local = !host.is_empty() && machine.as_bytes() == host;
            }
            _ => {}
        }
    }
}

impl Wm {
    /// A program that can be asked decides itself; one that can't loses its connection, and
    /// so does one that was asked and is hung.
    pub(super) fn close(&mut self, window: Window, out: &mut Connection<Question>) {
        let Some(client) = self.clients.get(window) else { return };
        if client.protocols.delete_window && !client.hung {
            ewmh::send_protocol(window, Atom::WmDeleteWindow, self.time, &self.atoms, out);
            if client.protocols.ping && !self.pings.contains(window) {
                self.ping(window, out);
            }
            return;
        }
        // Its process may be in no state to notice that the connection is gone.
        let ping = self.pings.get(window).filter(|ping| ping.is_local);
        if let Some(pid) = ping.and_then(|ping| ping.pid) {
            self.commands.push_back(Command::Kill { pid });
        }
        out.send(&request::KillClient { resource: window.raw() });
    }

    /// Asks a window whether it is alive, and whose it is, should it not be.
    fn ping(&mut self, window: Window, out: &mut Connection<Question>) {
        let (protocol, more) = (Atom::NetWmPing, [window.raw(), 0]);
        ewmh::send_protocol_with(window, protocol, self.time, more, &self.atoms, out);
        for property in [PropertyName::Pid, PropertyName::Machine] {
            Question::Property(window, property).ask(&self.atoms, out);
        }
        self.pings.insert(window, Ping::default());
    }

    /// A window says that it is alive, however late.
    pub(super) fn pong(&mut self, window: Window) {
        if self.pings.remove(window).is_some()
            && let Some(client) = self.clients.get_mut(window)
        {
            client.hung = false;
        }
    }

    /// Whether any window may answer still.
    pub(super) fn awaits_pong(&self) -> bool {
        let is_hung = |window| self.clients.get(window).is_some_and(|client| client.hung);
        self.pings.iter().any(|(window, _)| !is_hung(window))
    }

    /// Gives up on windows that take too long; when to look again.
    pub(super) fn check_pings(&mut self, now: Duration) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for (window, ping) in self.pings.iter_mut() {
            let until = *ping.until.get_or_insert(now + PATIENCE);
            if until > now {
                next = Some(next.map_or(until, |next| next.min(until)));
            } else if let Some(client) = self.clients.get_mut(window) {
                client.hung = true;
            }
        }
        next
    }
}
