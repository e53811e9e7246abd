//! What other programs ask for by message: pagers, task bars, and the programs themselves
//! (EWMH, ICCCM). Never draws; see `mod.rs`.

use super::question::Question;
use super::states::States;
use super::{Wm, workspace_id};
use crate::config::{Activation, OnOtherMonitor};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::ClientMessage;
use crate::x11::id::{AtomId, Window};

/// The number by which a message says that a pager sent it, for the user.
const PAGER: u32 = 2;

impl Wm {
    /// One message, by its name. What is no business of ours, or of a wrong form, or about
    /// a window that we don't know, is nothing.
    pub(super) fn client_message(
        &mut self,
        message: &ClientMessage,
        out: &mut Connection<Question>,
    ) {
        let window = message.window;
        let words = message.data.words();
        let Some(kind) = self.atoms.atom(message.kind).filter(|_| message.format == 32) else {
            return;
        };
        match kind {
            Atom::NetCurrentDesktop => {
                if let Some(id) = workspace_id(self.config, words[0]) {
                    self.stack_set.view(id, OnOtherMonitor::Follow);
                }
            }
            Atom::NetActiveWindow => self.activate(window, words[0]),
            Atom::NetCloseWindow => self.close(window, out),
            Atom::NetWmDesktop => self.ask_for_desktop(window, words[0]),
            Atom::NetWmState => self.ask_for_states(window, words[0], [words[1], words[2]]),
            _ => {}
        }
    }

    /// All desktops at once are every workspace of the window's monitor.
    fn ask_for_desktop(&mut self, window: Window, desktop: u32) {
        if desktop == u32::MAX {
            self.stack_set.set_sticky(window, true);
        } else if let Some(id) = workspace_id(self.config, desktop) {
            self.stack_set.set_sticky(window, false);
            self.send(window, id);
        }
    }

    /// Takes states off (0), puts them on (1), or changes them (2).
    fn ask_for_states(&mut self, window: Window, how: u32, states: [u32; 2]) {
        for state in states {
            let name = self.atoms.atom(AtomId::new(state));
            let state = name.map_or(States::NONE, States::named);
            let on = match how {
                0 => false,
                1 => true,
                2 => !self.is_in(window, state),
                _ => return,
            };
            self.set_state(window, state, on);
        }
    }

    fn is_in(&self, window: Window, state: States) -> bool {
        let Some(client) = self.clients.get(window) else { return false };
        match state {
            States::FULLSCREEN => self.is_fullscreen(window),
            States::STICKY => self.stack_set.is_sticky(window),
            States::DEMANDS_ATTENTION => client.urgent,
            States::HIDDEN => self.stack_set.is_minimised(window),
            state => client.states.has(state),
        }
    }

    /// Puts a window into a state or out of it. Which one is focused or minimised is not
    /// for others to say this way.
    pub(super) fn set_state(&mut self, window: Window, state: States, on: bool) {
        let Some(client) = self.clients.get_mut(window) else { return };
        match state {
            States::FULLSCREEN => self.set_fullscreen(window, on),
            States::STICKY => self.stack_set.set_sticky(window, on),
            States::DEMANDS_ATTENTION => client.urgent = on,
            States::HIDDEN | States::FOCUSED => {}
            state => client.states.set(state, on),
        }
        // It can't be above and below.
        if on && state == States::ABOVE {
            client_states(self, window, States::BELOW);
        } else if on && state == States::BELOW {
            client_states(self, window, States::ABOVE);
        }
    }

    /// A pager may show any window; a program's own wish is a matter of taste.
    fn activate(&mut self, window: Window, source: u32) {
        if self.stack_set.workspace_of(window).is_none() {
            return;
        }
        let is_visible = self.stack_set.is_visible(window);
        let gets_it = source == PAGER
            || match self.config.activation {
                Activation::FocusIfVisible => is_visible,
                Activation::Focus => true,
                Activation::Urgent | Activation::Ignore => false,
            };
        if gets_it {
            self.show(window);
        } else if self.config.activation != Activation::Ignore
            && let Some(client) = self.clients.get_mut(window)
        {
            client.urgent = true;
        }
    }
}

/// Takes a state off a window.
fn client_states(wm: &mut Wm, window: Window, off: States) {
    if let Some(client) = wm.clients.get_mut(window) {
        client.states.set(off, false);
    }
}
