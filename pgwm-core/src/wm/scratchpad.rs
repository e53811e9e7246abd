//! Programs that a key calls up and sends away again. Never hides a window in a way of its
//! own: one that is sent away is minimised.

use super::Wm;
use super::client::Client;
use super::states::States;
use crate::config::Scratchpad;
use crate::deadline;
use crate::x11::id::Window;
use core::time::Duration;

/// How long a program that was started may take to open its window.
const PATIENCE: Duration = Duration::from_secs(10);

/// A scratchpad whose program was started and has not opened a window yet.
#[derive(Debug)]
pub(super) struct Starting {
    pad: &'static Scratchpad,
    /// Until when it is waited for; `None` until the time is known.
    until: Option<Duration>,
}

impl Wm {
    /// Sends the window of a scratchpad away where it is on this workspace, else calls it
    /// up, else starts its program.
    pub(super) fn toggle_scratchpad(&mut self, name: &str) {
        let index = self.config.scratchpad_index(name);
        let Some(pad) = index.and_then(|index| self.config.scratchpads.get(index)) else { return };
        match self.last_used(|client| client.class.class == pad.class) {
            Some(window) if self.stack_set.current().is_open(window) => {
                self.minimise(window);
            }
            Some(window) => self.call_up(window, pad),
            None if self.starting.iter().any(|starting| starting.pad.name == pad.name) => {}
            None => {
                self.starting.push(Starting { pad, until: None });
                self.launch_program(pad.program);
            }
        }
    }

    /// Calls a new window up, where it is the first one of a scratchpad's program.
    pub(super) fn came_for_scratchpad(&mut self, window: Window) {
        let Some(client) = self.clients.get(window) else { return };
        let mut starting = self.starting.iter();
        if let Some(at) = starting.position(|it| it.pad.class == client.class.class) {
            let Starting { pad, .. } = self.starting.remove(at);
            self.call_up(window, pad);
        }
    }

    /// Shows a window on the current workspace, as a float in the middle, with the focus.
    fn call_up(&mut self, window: Window, pad: &Scratchpad) {
        self.restore(window);
        let screen = self.stack_set.current_screen();
        let (here, monitor) = (screen.workspace.id, screen.monitor.area);
        let area = self.state().work_area(monitor);
        let border = self.border_width();
        let Some(client) = self.clients.get_mut(window) else { return };
        client.states.set(States::MAXIMIZED, false);
        let client = &*client;
        let border = client.border(border);
        let part = |of: u32, percent: u8| {
            (of.saturating_mul(percent.into()) / 100).saturating_sub(2 * border)
        };
        let (width, height) = (part(area.width, pad.size.0), part(area.height, pad.size.1));
        let size = client.outer_size(width, height, border);
        let wish = area.around(size).moved_into(area).seen_from(monitor.position());
        self.stack_set.send(window, here);
        self.stack_set.float(window, wish);
        self.focus(window);
    }

    /// The window used last of those that are wanted.
    fn last_used(&self, wanted: impl Fn(&Client) -> bool) -> Option<Window> {
        for windows in [&self.history[..], self.clients.order()] {
            let found = windows.iter().rev().find(|window| {
                let client = self.clients.get(**window);
                client.is_some_and(|client| client.fixture.is_none() && wanted(client))
            });
            if let Some(window) = found {
                return Some(*window);
            }
        }
        None
    }

    /// Stops to wait for programs that were given time enough; when the next one was.
    pub(super) fn tick_scratchpads(&mut self, now: Duration) -> Option<Duration> {
        self.starting.retain_mut(|it| deadline::set(&mut it.until, now, PATIENCE) > now);
        self.starting.iter().filter_map(|it| it.until).min()
    }
}
