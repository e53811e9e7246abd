//! What each action does to the state: one function per action that is more than a line.
//! Never draws; see `mod.rs`.

use super::question::Question;
use super::stack_set::WorkspaceId;
use super::{Command, Launch, Leave, Wm, ewmh};
use crate::config::{Action, Program};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::Window;
use crate::x11::request;

impl Wm {
    /// Performs an action; those that are about a window, on `target`.
    pub(super) fn perform(
        &mut self,
        action: Action,
        target: Option<Window>,
        out: &mut Connection<Question>,
    ) {
        let policy = self.config.on_other_monitor;
        match action {
            Action::Spawn(program) => self.launch(program),
            Action::FocusNext => self.stack_set.focus_next(),
            Action::FocusPrevious => self.stack_set.focus_previous(),
            Action::SwapNext => self.stack_set.swap_next(),
            Action::SwapPrevious => self.stack_set.swap_previous(),
            Action::SwapLeader => self.stack_set.swap_leader(),
            Action::View(name) => {
                if let Some(id) = self.workspace_named(name) {
                    self.stack_set.view(id, policy);
                }
            }
            Action::ViewLast => self.stack_set.view_last(policy),
            Action::ViewNext => self.stack_set.view(self.stack_set.neighbour(true), policy),
            Action::ViewPrevious => self.stack_set.view(self.stack_set.neighbour(false), policy),
            Action::SetLayout(layout) => self.stack_set.current_mut().layout = layout,
            Action::NextLayout => {
                let workspace = self.stack_set.current_mut();
                workspace.layout = workspace.layout.next();
            }
            Action::ResizeLeader(percent) => {
                let workspace = self.stack_set.current_mut();
                workspace.share = workspace.share.with_ratio_changed(percent);
            }
            Action::LeaderCount(by) => {
                let workspace = self.stack_set.current_mut();
                workspace.share = workspace.share.with_leaders_changed(by);
            }
            Action::Quit => self.leave(Leave::Quit, out),
            Action::Restart => self.leave(Leave::Restart, out),
            // Only a button that is held can drag.
            Action::DragMove | Action::DragResize => {}
            action => {
                if let Some(window) = target {
                    self.perform_on(action, window, out);
                }
            }
        }
        if let Some(focus) = self.stack_set.focus() {
            self.stack_set.raise(focus);
        }
    }

    /// Performs an action as a key would.
    #[cfg(test)]
    pub(crate) fn act(&mut self, action: Action, out: &mut Connection<Question>) {
        self.perform(action, self.stack_set.focus(), out);
    }

    fn perform_on(&mut self, action: Action, window: Window, out: &mut Connection<Question>) {
        match action {
            Action::Close => self.close(window, out),
            Action::Send(name) => {
                if let Some(to) = self.workspace_named(name) {
                    self.send(window, to);
                }
            }
            Action::ToggleFullscreen => {
                let on = !self.is_fullscreen(window);
                self.set_fullscreen(window, on);
            }
            Action::ToggleFloating => self.toggle_floating(window),
            _ => {}
        }
    }

    fn launch(&mut self, program: Program) {
        self.launches += 1;
        let launch = Launch { number: self.launches, program, startup_id: None };
        self.commands.push_back(Command::Spawn(launch));
    }

    /// Moves a window to another workspace; the focus goes to one that can use keys.
    pub(super) fn send(&mut self, window: Window, to: WorkspaceId) {
        let had_focus = self.stack_set.focus() == Some(window);
        self.stack_set.send(window, to);
        if had_focus && self.stack_set.focus() != Some(window) {
            self.focus_who_takes_keys();
        }
    }

    /// Shows a window, wherever it is, and gives it the focus.
    pub(super) fn show(&mut self, window: Window) {
        self.stack_set.restore(window);
        let Some(workspace) = self.stack_set.workspace_of(window).map(|it| it.id) else { return };
        if !self.stack_set.is_visible(window) {
            self.stack_set.view(workspace, self.config.on_other_monitor);
        }
        self.focus(window);
    }

    /// A program that can be asked decides itself; one that can't loses its connection.
    pub(super) fn close(&mut self, window: Window, out: &mut Connection<Question>) {
        let Some(client) = self.clients.get(window) else { return };
        if client.protocols.delete_window {
            ewmh::send_protocol(window, Atom::WmDeleteWindow, self.time, &self.atoms, out);
        } else {
            out.send(&request::KillClient { resource: window.raw() });
        }
    }

    /// A tile becomes a float in its place, a little smaller, so that one sees it; a float
    /// becomes a tile.
    fn toggle_floating(&mut self, window: Window) {
        if self.stack_set.wish(window).is_some() {
            self.stack_set.sink(window);
            return;
        }
        let Some(rect) = self.shown.placed(window).map(|placed| placed.rect) else { return };
        let Some(client) = self.clients.get(window) else { return };
        let border = self.border_of(client);
        let inner = |outer: u32| (outer / 4 * 3).saturating_sub(2 * border);
        let size = client.outer_size(inner(rect.width), inner(rect.height), border);
        let monitor = self.monitor_of(window).position();
        self.stack_set.float(window, rect.around(size).seen_from(monitor));
    }
}
