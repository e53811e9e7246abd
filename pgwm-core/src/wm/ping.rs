//! `_NET_WM_PING` (EWMH 1.5): whether a window that was asked to close is alive. One that
//! isn't can be ended by asking once more; one that is never is. Never asks a window that
//! nobody wants to close.

use super::client::Client;
use super::question::{Answer, PropertyName, Question};
use super::{Command, Wm, ewmh};
use crate::deadline;
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::Window;
use crate::x11::request;
use core::time::Duration;

/// How long a window may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a window that has not answered is, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ping {
    /// Until when it may answer, once we know the time.
    until: Option<Duration>,
    /// That time is over.
    is_hung: bool,
    /// `_NET_WM_PID`.
    pid: Option<u32>,
    /// Whether its process runs on our machine.
    is_local: bool,
}

impl Ping {
    /// Whether it had its time.
    pub const fn is_hung(&self) -> bool {
        self.is_hung
    }

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
        let Some(client) = self.clients.get_mut(window) else { return };
        if client.protocols.delete_window && !client.is_hung() {
            ewmh::send_protocol(window, Atom::WmDeleteWindow, self.time, &self.atoms, out);
            if client.protocols.ping && client.ping.is_none() {
                client.ping = Some(Ping::default());
                let (protocol, more) = (Atom::NetWmPing, [window.raw(), 0]);
                ewmh::send_protocol_with(window, protocol, self.time, more, &self.atoms, out);
                // Should it not be alive, it matters whose it is.
                for property in [PropertyName::Pid, PropertyName::Machine] {
                    Question::Property(window, property).ask(&self.atoms, out);
                }
            }
            return;
        }
        // Its process may be in no state to notice that the connection is gone.
        let ping = client.ping.filter(|ping| ping.is_local);
        if let Some(pid) = ping.and_then(|ping| ping.pid) {
            self.commands.push_back(Command::Kill { pid });
        }
        out.send(&request::KillClient { resource: window.raw() });
    }

    /// A window says that it is alive, however late.
    pub(super) fn pong(&mut self, window: Window) {
        if let Some(client) = self.clients.get_mut(window) {
            client.ping = None;
        }
    }

    /// Whether any window may answer still.
    pub(super) fn awaits_pong(&self) -> bool {
        let awaited = |client: &Client| client.ping.is_some_and(|ping| !ping.is_hung);
        self.clients.iter().any(|(_, client)| awaited(client))
    }

    /// Gives up on windows that take too long; when to look again.
    pub(super) fn check_pings(&mut self, now: Duration) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for ping in self.clients.iter_mut().filter_map(|(_, client)| client.ping.as_mut()) {
            let until = deadline::set(&mut ping.until, now, PATIENCE);
            ping.is_hung = until <= now;
            if !ping.is_hung {
                next = Some(next.map_or(until, |next| next.min(until)));
            }
        }
        next
    }
}
