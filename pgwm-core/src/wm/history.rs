//! Which windows had the focus, which wait for attention, and which have marks: by what a
//! key finds a window on any workspace. Never decides who gets the focus next when a window
//! goes; see `manage.rs`.

use super::Wm;
use super::client::Clients;
use super::table::strike;
use crate::x11::id::Window;
use alloc::vec::Vec;

impl Wm {
    /// The window that has the focus; none where the pointer has left all windows and that
    /// counts.
    pub(super) fn focused(&self) -> Option<Window> {
        self.stack_set.focus().filter(|_| !self.is_outside)
    }

    /// Notes who has the focus.
    pub(super) fn note_focus(&mut self) {
        if let Some(focus) = self.focused().filter(|focus| self.history.last() != Some(focus)) {
            strike(&mut self.history, focus);
            self.history.push(focus);
        }
    }

    /// Notes who waits for attention, in the order in which they began to.
    pub(super) fn note_urgency(&mut self) {
        note_urgency(&mut self.waiting, &self.clients);
    }

    /// Focuses the window that had the focus before. A minimised one stays hidden.
    pub(super) fn focus_last(&mut self) {
        let focus = self.focused();
        let is_there =
            |window: &&Window| Some(**window) != focus && !self.stack_set.is_minimised(**window);
        if let Some(window) = self.history.iter().rev().find(is_there).copied() {
            self.show(window);
        }
    }

    /// Focuses the window that has waited for attention the longest.
    pub(super) fn focus_urgent(&mut self) {
        self.note_urgency();
        let is_there = |window: &&Window| self.stack_set.workspace_of(**window).is_some();
        if let Some(window) = self.waiting.iter().find(is_there).copied() {
            self.show(window);
        }
    }

    /// Puts a mark on a window, and takes it off any other; takes it off where it is.
    pub(super) fn toggle_mark(&mut self, window: Window, mark: &'static str) {
        let had = self.marked(mark);
        for window in [had, Some(window).filter(|window| had != Some(*window))] {
            if let Some(client) = window.and_then(|window| self.clients.get_mut(window)) {
                client.mark = (window != had).then_some(mark);
            }
        }
    }

    /// Focuses the window with a mark.
    pub(super) fn focus_mark(&mut self, mark: &str) {
        if let Some(window) = self.marked(mark) {
            self.show(window);
        }
    }

    fn marked(&self, mark: &str) -> Option<Window> {
        let has_it = |(_, client): &(_, &super::client::Client)| client.mark == Some(mark);
        self.clients.iter().find(has_it).map(|(window, _)| window)
    }

    /// Forgets a window.
    pub(super) fn forget(&mut self, window: Window) {
        strike(&mut self.history, window);
        strike(&mut self.waiting, window);
    }
}

fn note_urgency(waiting: &mut Vec<Window>, clients: &Clients) {
    let is_urgent = |window: Window| clients.get(window).is_some_and(|client| client.urgent);
    waiting.retain(|window| is_urgent(*window));
    for (window, client) in clients.iter() {
        if client.urgent && !waiting.contains(&window) {
            waiting.push(window);
        }
    }
}
