//! What each action does to the state: one function per action that is more than a line.
//! Never draws; see `mod.rs`.

use super::question::Question;
use super::stack_set::{Float, StackSet, WorkspaceId};
use super::states::States;
use super::{Leave, Wm};
use crate::config::{Action, Config};
use crate::gather::Gather;
use crate::geometry::Size;
use crate::layout::Weight;
use crate::x11::connection::Connection;
use crate::x11::id::Window;
use alloc::vec::Vec;

impl Wm {
    /// Performs an action; those that are about a window, on `target`.
    #[expect(clippy::too_many_lines, reason = "a list, with one arm for each action")]
    pub(super) fn perform(
        &mut self,
        action: Action,
        target: Option<Window>,
        out: &mut Connection<Question>,
    ) {
        self.note_focus();
        self.end_hint();
        let policy = self.config.on_other_monitor;
        let before = self.stack_set.focus();
        match action {
            Action::Spawn(program) => self.launch_program(program),
            Action::FocusNext => self.cycle(StackSet::focus_next),
            Action::FocusPrevious => self.cycle(StackSet::focus_previous),
            Action::FocusLast => self.focus_last(),
            Action::FocusUrgent => self.focus_urgent(),
            Action::FocusMark(mark) => self.focus_mark(mark),
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
            Action::ResizeGap(by) => {
                let workspace = self.stack_set.current_mut();
                workspace.gap = changed(workspace.gap, by, Config::MAXIMUM_GAP);
            }
            Action::ResizeBorder(by) => {
                self.set_border(changed(self.border, by, Config::MAXIMUM_BORDER));
            }
            Action::ResetSizes => self.reset_sizes(),
            Action::Scratchpad(name) => self.toggle_scratchpad(name),
            Action::Mode(name) => {
                let index = self.config.mode_index(name);
                self.set_mode(index.and_then(|index| self.config.modes.get(index)), out);
            }
            Action::LeaveMode => self.set_mode(None, out),
            Action::Quit => self.leave(Leave::Quit, out),
            Action::Restart => self.leave(Leave::Restart, out),
            Action::FocusTowards(direction) => self.focus_towards(direction),
            Action::SwapTowards(direction) => self.swap_towards(direction),
            Action::FocusMonitor(direction) => self.focus_monitor(direction),
            Action::MoveToMonitor(direction) => self.move_to_monitor(direction),
            Action::Restore => {
                if let Some(window) = self.stack_set.current().minimised().last() {
                    self.show(*window);
                }
            }
            Action::ToggleBar => {
                let here = self.stack_set.current_screen().monitor.area;
                let index = self.stack_set.screens().position(|it| it.monitor.area == here);
                self.panels.toggle_bar(index.unwrap_or(0));
            }
            // Only a button that is held can drag, and only a click mean one of several.
            Action::DragMove
            | Action::DragResize
            | Action::ViewThis
            | Action::SendToThis
            | Action::FocusThis => {}
            Action::Prompt => self.open_prompt(out),
            Action::Help => self.show_help(out),
            Action::RenameWorkspace => self.ask_name(out),
            action => {
                if let Some(window) = target {
                    self.perform_on(action, window, out);
                }
            }
        }
        // What is done to windows that can't be seen is not what the user means.
        let is_aside = matches!(
            action,
            Action::Spawn(_)
                | Action::Mode(_)
                | Action::LeaveMode
                | Action::ToggleBar
                | Action::Prompt
                | Action::Help
                | Action::RenameWorkspace
        );
        if !is_aside {
            self.stack_set.show_desktop(false);
        }
        if let Some(focus) = self.stack_set.focus() {
            if before == Some(focus) {
                self.raise(focus);
            } else {
                self.focus(focus);
            }
        }
        // What a key looks for is found, though the pointer is elsewhere.
        let looks_for_one =
            matches!(action, Action::FocusNext | Action::FocusPrevious | Action::FocusTowards(_));
        if looks_for_one || self.stack_set.focus() != before {
            self.is_outside = false;
        }
    }

    /// Moves the focus, over windows that wait for a dialog of theirs.
    fn cycle(&mut self, step: impl Fn(&mut StackSet)) {
        for _ in self.clients.order() {
            step(&mut self.stack_set);
            let focus = self.stack_set.current().focus();
            if focus.is_none_or(|focus| self.state().stand_in(focus) == focus) {
                return;
            }
        }
    }

    /// Performs an action as a key would.
    #[cfg(test)]
    pub(crate) fn act(&mut self, action: Action, out: &mut Connection<Question>) {
        self.is_new = true;
        self.perform(action, self.focused(), out);
    }

    fn perform_on(&mut self, action: Action, window: Window, out: &mut Connection<Question>) {
        match action {
            Action::Close => self.close(window, out),
            Action::Send(name) => {
                if let Some(to) = self.workspace_named(name) {
                    self.send(window, to);
                }
            }
            Action::SendAndFollow(name) => {
                if let Some(to) = self.workspace_named(name) {
                    self.send(window, to);
                    self.stack_set.view(to, self.config.on_other_monitor);
                }
            }
            Action::Mark(mark) => self.toggle_mark(window, mark),
            Action::ResizeWindow(percent) => self.resize_window(window, percent),
            Action::SendToMonitor(direction) => self.send_to_monitor(window, direction),
            Action::ToggleFullscreen => {
                let on = !self.is_fullscreen(window);
                self.set_fullscreen(window, on);
            }
            Action::ToggleFullscreenInTile => self.toggle_fullscreen_in_tile(window),
            Action::ToggleFloating => self.toggle_floating(window),
            Action::ToggleMaximized if self.stack_set.wish(window).is_some() => {
                self.toggle_state(window, States::MAXIMIZED);
            }
            Action::ToggleSticky => self.toggle_state(window, States::STICKY),
            Action::ToggleAbove => self.toggle_state(window, States::ABOVE),
            Action::Minimise => self.minimise(window),
            Action::MoveBy(right, down) => self.move_by(window, right.into(), down.into()),
            Action::ResizeBy(right, down) => self.resize_by(window, right.into(), down.into()),
            Action::Centre => self.centre(window),
            _ => {}
        }
    }

    /// Moves a window to another workspace; the focus goes to one that can use keys.
    pub(super) fn send(&mut self, window: Window, to: WorkspaceId) {
        let had_focus = self.stack_set.focus() == Some(window);
        self.stack_set.send(window, to);
        if had_focus && self.stack_set.focus() != Some(window) {
            self.pass_focus_on(window);
        }
    }

    /// Hides a window and its dialogs until it is restored; the focus goes to one that can
    /// use keys.
    pub(super) fn minimise(&mut self, window: Window) {
        let before = self.stack_set.focus();
        // What is hidden last comes back first.
        for dialog in self.dialogs_of(window) {
            self.stack_set.minimise(dialog);
        }
        self.stack_set.minimise(window);
        if self.stack_set.focus() != before {
            self.pass_focus_on(window);
        }
    }

    /// Shows a minimised window again, and its dialogs.
    pub(super) fn restore(&mut self, window: Window) {
        if self.stack_set.is_minimised(window) {
            for dialog in self.dialogs_of(window) {
                self.stack_set.restore(dialog);
            }
        }
        self.stack_set.restore(window);
    }

    /// The dialogs of a window on its workspace, and theirs.
    fn dialogs_of(&self, window: Window) -> Vec<Window> {
        let Some(workspace) = self.stack_set.workspace_of(window) else { return Vec::new() };
        let all = workspace.windows().chain(workspace.minimised().iter().copied());
        let is_of_it =
            |it: &Window| *it != window && self.state().owners(*it).any(|owner| owner == window);
        all.filter(is_of_it).gather()
    }

    /// A window that had the focus lives on elsewhere.
    pub(super) fn pass_focus_on(&mut self, window: Window) {
        let owners: Vec<Window> = self.state().owners(window).gather();
        self.focus_who_takes_keys(&owners);
    }

    fn toggle_state(&mut self, window: Window, state: States) {
        let on = !self.is_in(window, state);
        self.set_state(window, state, on);
    }

    /// The window believes to be in fullscreen and stays where it is, or that ends.
    fn toggle_fullscreen_in_tile(&mut self, window: Window) {
        let is_on = self.is_fullscreen(window);
        let Some(client) = self.clients.get_mut(window) else { return };
        let on = !(is_on && client.fullscreen_in_tile);
        client.fullscreen_in_tile = on;
        client.states.set(States::FULLSCREEN, false);
        self.stack_set.set_fullscreen(window, false);
        self.set_fullscreen(window, on);
    }

    /// Shows a window, wherever it is, and gives it the focus.
    pub(super) fn show(&mut self, window: Window) {
        let window = self.stack_set.stand_in(window);
        self.restore(window);
        self.stack_set.show_desktop(false);
        let Some(workspace) = self.stack_set.workspace_of(window).map(|it| it.id) else { return };
        if !self.stack_set.is_visible(window) {
            self.stack_set.view(workspace, self.config.on_other_monitor);
        }
        self.focus(window);
    }

    /// A tile gets more or less of its column; a float grows or shrinks around its middle.
    fn resize_window(&mut self, window: Window, percent: i8) {
        if self.stack_set.wish(window).is_some() {
            self.scale(window, percent);
        } else if let Some(client) = self.clients.get_mut(window) {
            client.weight = client.weight.changed_by(percent.into());
        }
    }

    /// All borders get another width. What floats keeps its own size, and its middle.
    fn set_border(&mut self, border: u32) {
        let border_of = |wm: &Self, window| wm.clients.get(window).map_or(0, |it| wm.border_of(it));
        let floats: Vec<(Float, u32)> =
            self.stack_set.floats().iter().map(|it| (*it, border_of(self, it.window))).gather();
        self.border = border;
        for (Float { window, wish }, before) in floats {
            let border = border_of(self, window);
            let length =
                |outer: u32| outer.saturating_sub(2 * before).max(1).saturating_add(2 * border);
            let size = Size { width: length(wish.width), height: length(wish.height) };
            if border != before {
                self.stack_set.float(window, wish.around(size));
            }
        }
    }

    /// The current workspace gets the sizes of the configuration again, and all borders do.
    fn reset_sizes(&mut self) {
        let config = self.config;
        let workspace = self.stack_set.current_mut();
        let configured = config.workspaces.get(workspace.id.index());
        workspace.share = configured.and_then(|it| it.share).unwrap_or(config.share);
        workspace.gap = configured.and_then(|it| it.gap).unwrap_or(config.gap);
        for window in self.stack_set.current().windows() {
            if let Some(client) = self.clients.get_mut(window) {
                client.weight = Weight::EQUAL;
            }
        }
        self.set_border(config.border);
    }

    /// A tile becomes a float in its place, a little smaller, so that one sees it; a float
    /// becomes a tile.
    pub(super) fn toggle_floating(&mut self, window: Window) {
        if self.stack_set.wish(window).is_some() {
            self.stack_set.sink(window);
            return;
        }
        let Some(rect) = self.shown.placed(window).map(|placed| placed.rect) else { return };
        let Some(client) = self.clients.get_mut(window) else { return };
        // A tile says so only to please its program.
        client.states.set(States::MAXIMIZED, false);
        let Some(client) = self.clients.get(window) else { return };
        let border = self.border_of(client);
        let inner = |outer: u32| (outer / 4 * 3).saturating_sub(2 * border);
        let size = client.outer_size(inner(rect.width), inner(rect.height), border);
        let monitor = self.monitor_of(window).position();
        self.stack_set.float(window, rect.around(size).seen_from(monitor));
    }
}

/// A number that a key makes larger or smaller, between 0 and `most`.
fn changed(number: u32, by: i8, most: u32) -> u32 {
    number.saturating_add_signed(by.into()).min(most)
}
