//! A window that takes the place of the one from which its program was started, such as a
//! picture's that of the terminal, until it closes. Never looks up who started a program; see
//! `launch.rs`.

use super::Wm;
use super::candidate::Told;
use super::client::{Client, WindowType};
use crate::config::Rule;
use crate::x11::id::Window;

impl Wm {
    /// The window whose place a new one takes: that of the nearest parent of its program,
    /// unless it belongs beside that, or has a place of its own.
    pub(super) fn host_of(
        &self,
        client: &Client,
        told: &Told,
        rule: &Rule,
        floats: bool,
    ) -> Option<Window> {
        let stays_apart = floats
            || client.is_transient
            || client.kind != WindowType::Normal
            || client.hints.initial_state_iconic
            || rule.workspace.is_some()
            || rule.monitor.is_some();
        if stays_apart {
            return None;
        }
        told.parents.iter().find_map(|parent| {
            let is_host = |window: &Window| {
                let is_parent = |host: &Client| {
                    // A terminal that a terminal opens is one more.
                    host.swallows
                        && host.pid.is_some_and(|pid| pid.unsigned_abs() == *parent)
                        && host.class.class != client.class.class
                };
                self.clients.get(*window).is_some_and(is_parent)
                    && self.stack_set.workspaces().any(|it| it.is_open(*window))
            };
            // One program may have several windows.
            let others = || self.clients.order().iter().copied().find(is_host);
            self.stack_set.focus().filter(is_host).or_else(others)
        })
    }

    /// Gives a window's place to a new one.
    pub(super) fn swallow(&mut self, host: Window, window: Window) {
        if let Some(drag) = &mut self.drag
            && drag.window == host
        {
            drag.window = Window::NONE;
        }
        self.pass_weight(host, window);
        self.stack_set.swallow(host, window);
        self.fit_float(window);
        if self.stack_set.focus() == Some(window) && !self.accepts_focus(window) {
            self.focus_who_takes_keys(&[]);
        }
    }

    /// Takes a window out of where it is; one that it has swallowed gets its place back.
    pub(super) fn give_back(&mut self, window: Window) {
        let inside = self.stack_set.swallowed().iter().find(|pair| pair.by == window);
        let host = inside.map(|pair| pair.window);
        if let Some(host) = host {
            self.pass_weight(window, host);
        }
        self.stack_set.remove(window);
        if let Some(host) = host {
            self.fit_float(host);
        }
    }

    /// The part of its column goes with the place.
    fn pass_weight(&mut self, from: Window, to: Window) {
        let weight = self.clients.get(from).map(|client| client.weight);
        if let (Some(weight), Some(client)) = (weight, self.clients.get_mut(to)) {
            client.weight = weight;
        }
    }
}
