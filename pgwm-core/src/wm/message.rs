//! What other programs ask for by message: pagers, task bars, and the programs themselves
//! (EWMH, ICCCM). Never draws; see `mod.rs`.

use super::question::{Answer, PropertyName, Question};
use super::states::States;
use super::table::strike;
use super::{Wm, ewmh, workspace_id};
use crate::config::{Activation, OnOtherMonitor};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::ClientMessage;
use crate::x11::id::{AtomId, Timestamp, Window};
use crate::x11::property::{MoveResizeWindow, WmState};
use crate::x11::request::{StackMode, WindowChanges};

/// The number by which a message says that a pager sent it, for the user.
const PAGER: u32 = 2;

impl Wm {
    /// One message, by its name. What is no business of ours, or of a wrong form, or about
    /// a window that we don't know, is nothing.
    #[inline(never)]
    pub(super) fn client_message(
        &mut self,
        message: &ClientMessage,
        out: &mut Connection<Question>,
    ) {
        let window = message.window;
        let words = message.data.words();
        let Some(kind) = self.atoms.atom(message.kind) else { return };
        match (kind, message.format) {
            (Atom::NetStartupInfoBegin | Atom::NetStartupInfo, 8) => {
                return self.startup_info(kind, message);
            }
            (_, 32) => {}
            _ => return,
        }
        match kind {
            Atom::NetCurrentDesktop => {
                if let Some(id) = workspace_id(self.config, words[0]) {
                    self.stack_set.view(id, OnOtherMonitor::Follow);
                    self.stack_set.show_desktop(false);
                }
            }
            Atom::NetShowingDesktop => self.stack_set.show_desktop(words[0] != 0),
            Atom::NetActiveWindow => self.activate(window, words[0], Timestamp(words[1])),
            Atom::WmProtocols if words[0] == self.atoms.id(Atom::NetWmPing).raw() => {
                self.pong(Window::new(words[2]));
            }
            Atom::Manager => self.manager_announced(AtomId::new(words[1]), out),
            Atom::NetSystemTrayOpcode => self.tray_message(words, out),
            Atom::NetCloseWindow => self.close(window, out),
            Atom::NetMoveresizeWindow => self.ask_for_place(window, words),
            Atom::NetRestackWindow => {
                let sibling = Some(Window::new(words[1])).filter(|it| *it != Window::NONE);
                if let Some(mode) = StackMode::from_raw(words[2]) {
                    self.restack(window, sibling, mode);
                }
            }
            Atom::NetRequestFrameExtents => self.ask_for_extents(window, out),
            Atom::NetWmDesktop => self.ask_for_desktop(window, words[0]),
            Atom::NetWmMoveresize => self.move_resize(window, words, out),
            Atom::NetWmState => self.ask_for_states(window, words[0], [words[1], words[2]]),
            Atom::NetWmFullscreenMonitors => {
                let edges = [words[0], words[1], words[2], words[3]];
                self.ask_for_fullscreen_monitors(window, edges);
            }
            Atom::WmChangeState if words[0] == WmState::Iconic as u32 => {
                self.ask_to_be_hidden(window);
            }
            Atom::I3Sync => self.ask_for_echo(words),
            // Among these _NET_NUMBER_OF_DESKTOPS, which the configuration says, and
            // _NET_DESKTOP_GEOMETRY and _NET_DESKTOP_VIEWPORT, which the monitors do.
            _ => {}
        }
    }

    /// The words of a message of [`Atom::I3Sync`] name the window that waits for an echo.
    /// Our own one would wait for ever.
    fn ask_for_echo(&mut self, words: [u32; 5]) {
        let window = Window::new(words[0]);
        let is_window = window != Window::NONE && window != Window::POINTER_ROOT;
        if is_window && window != self.server.holder && window != self.server.root {
            self.syncs.push(words);
        }
    }

    /// A place and a size for a float, by its own wish or by that of a pager, which no rule
    /// is against; a tile is told where it is.
    fn ask_for_place(&mut self, window: Window, words: [u32; 5]) {
        let asked = MoveResizeWindow::read(words);
        let Some(client) = self.clients.get(window) else { return };
        let gravity = asked.gravity.unwrap_or(client.size_hints.gravity);
        let changes = WindowChanges {
            x: asked.x.map(|x| x as i16),
            y: asked.y.map(|y| y as i16),
            width: asked.width.map(|width| width as u16),
            height: asked.height.map(|height| height as u16),
            ..WindowChanges::default()
        };
        if !client.ignores_requests || asked.source == PAGER {
            self.change_float(window, changes, gravity);
        }
        self.owe(window);
    }

    /// A window that is not mapped yet wants to know how wide its border will be: as usual,
    /// unless it says that it wants none.
    fn ask_for_extents(&mut self, window: Window, out: &mut Connection<Question>) {
        if window == self.server.root || window == self.server.holder {
            return;
        }
        if let Some(published) = self.shown.published(window) {
            ewmh::set_frame_extents(window, published.border, &self.atoms, out);
        } else if !self.extents.contains(&window) {
            self.extents.push(window);
            if let Some(candidate) = self.candidates.get_mut(window) {
                candidate.wait_for_another();
            }
            Question::Property(window, PropertyName::Motif).ask(&self.atoms, out);
        }
    }

    /// Tells it, unless it is gone.
    pub(super) fn tell_extents(
        &mut self,
        window: Window,
        motif: Option<&Answer>,
        out: &mut Connection<Question>,
    ) {
        strike(&mut self.extents, window);
        if let Some(Answer::Motif(has_border)) = motif {
            let border = if *has_border { self.border_width() } else { 0 };
            ewmh::set_frame_extents(window, border, &self.atoms, out);
        }
    }

    /// A window wants to be an icon. A game in fullscreen wants it where it loses the focus,
    /// and would never come back.
    fn ask_to_be_hidden(&mut self, window: Window) {
        if !self.is_fullscreen(window) || self.stack_set.focus() == Some(window) {
            self.minimise(window);
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

    /// Takes states off (0), puts them on (1), or changes them (2), two of them as one. What
    /// we don't know, or refuse, is in every state.
    fn ask_for_states(&mut self, window: Window, how: u32, states: [u32; 2]) {
        let states = states.map(|state| {
            let name = self.atoms.atom(AtomId::new(state));
            name.map_or(States::NONE, States::named)
        });
        let on = match how {
            0 => false,
            1 => true,
            2 => !states.iter().all(|state| self.is_in(window, *state)),
            _ => return,
        };
        for state in states {
            self.set_state(window, state, on);
        }
    }

    /// Whether a window is in a state.
    pub(super) fn is_in(&self, window: Window, state: States) -> bool {
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
            state => {
                // It can't be above and below.
                let other = match state {
                    States::ABOVE => States::BELOW,
                    States::BELOW => States::ABOVE,
                    _ => States::NONE,
                };
                if on {
                    client.states.set(other, false);
                }
                client.states.set(state, on);
            }
        }
    }

    /// A pager may show any window; a program's own wish is a matter of taste, and too late
    /// where the user has done something since.
    fn activate(&mut self, window: Window, source: u32, time: Timestamp) {
        let window = self.stack_set.stand_in(window);
        if self.stack_set.workspace_of(window).is_none() {
            return;
        }
        let is_visible = self.stack_set.is_visible(window);
        let is_late = time != Timestamp::CURRENT && self.acted.is_after(time);
        let gets_it = source == PAGER
            || match self.config.activation {
                _ if is_late => false,
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
