//! From candidate to client, and back: whether a window is managed, where it opens, and
//! what is left behind when it goes. Never answers an event by itself; see `event.rs`.

use super::candidate::{Candidate, Origin};
use super::client::{Client, WindowType};
use super::question::{Answer, Question};
use super::stack_set::WorkspaceId;
use super::{Wm, ewmh, workspace_id};
use crate::config::Rule;
use crate::geometry::{Rect, Size};
use crate::x11::connection::Connection;
use crate::x11::id::{EventMask, Modifiers, Window};
use crate::x11::property::WmState;
use crate::x11::reply::{GetGeometry, MapState};
use crate::x11::request::{
    self, SaveSetMode, StackMode, WindowAttributes, WindowChanges, WindowClass,
};

/// How a window was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withdrawal {
    /// Its program unmapped it; we may have mapped it at the same time.
    Unmapped,
    /// Another program took it into itself.
    Reparented,
}

impl Wm {
    /// Asks about a window that may have to be managed.
    pub(super) fn consider(
        &mut self,
        window: Window,
        origin: Origin,
        out: &mut Connection<Question>,
    ) {
        if window == self.server.holder || window == self.server.root {
            return;
        }
        // What is taken off a withdrawn window must not be what it is given now.
        if let Some(at) = self.withdrawn.iter().position(|(other, _)| *other == window) {
            let (_, how) = self.withdrawn.remove(at);
            self.let_go(window, how, out);
        }
        let ask = || Candidate::ask(window, origin, &self.atoms, out);
        self.candidates.get_or_insert_with(window, ask);
    }

    /// Takes in an answer about a window, whichever it is for: a candidate that becomes a
    /// client with it, or a client that changed.
    pub(super) fn learn(
        &mut self,
        window: Window,
        sequence: u64,
        answer: Option<Answer>,
        out: &mut Connection<Question>,
    ) {
        if let Some(candidate) = self.candidates.get_mut(window) {
            if !candidate.learn(sequence, answer) {
                return;
            }
            if let Some(candidate) = self.candidates.remove(window) {
                match candidate.origin {
                    Origin::New => self.decide(window, candidate, out),
                    Origin::Adopted => self.adopted.push((window, candidate)),
                }
            }
        } else if let (Some(client), Some(answer)) = (self.known(window), answer) {
            let about_size = matches!(answer, Answer::NormalHints(_));
            client.learn(answer);
            if about_size {
                self.keep_to_hints(window);
            }
        }
        let is_older = |(_, candidate): (_, &Candidate)| candidate.origin == Origin::Adopted;
        if !self.adopted.is_empty() && !self.candidates.iter().any(is_older) {
            self.adopt(out);
        }
    }

    /// Lets a float wish for a size that its hints allow.
    fn keep_to_hints(&mut self, window: Window) {
        let border = self.config.border;
        if let (Some(client), Some(wish)) = (self.clients.get(window), self.stack_set.wish(window))
        {
            let inner = |outer: u32| outer.saturating_sub(2 * border);
            let size = client.outer_size(inner(wish.width), inner(wish.height), border);
            self.stack_set.float(window, Rect::new(wish.x, wish.y, size.width, size.height));
        }
    }

    /// What is known of a window that is managed or about to be.
    fn known(&mut self, window: Window) -> Option<&mut Client> {
        let mut adopted = self.adopted.iter_mut();
        match adopted.find(|(other, _)| *other == window) {
            Some((_, candidate)) => Some(&mut candidate.client),
            None => self.clients.get_mut(window),
        }
    }

    /// Whether a window is managed or may be soon.
    pub(super) fn is_known(&self, window: Window) -> bool {
        self.clients.contains(window)
            || self.candidates.contains(window)
            || self.adopted.iter().any(|(other, _)| *other == window)
    }

    /// Manages the windows from before our time: dialogs last, so that their parents are
    /// there.
    fn adopt(&mut self, out: &mut Connection<Question>) {
        let mut adopted = core::mem::take(&mut self.adopted);
        adopted.sort_by_key(|(_, candidate)| candidate.client.transient_for != Window::NONE);
        for (window, candidate) in adopted {
            self.decide(window, candidate, out);
        }
        let focus = core::mem::replace(&mut self.adopted_focus, Window::NONE);
        if self.stack_set.screen_of(focus).is_some() {
            self.stack_set.focus_window(focus);
        }
    }

    fn decide(&mut self, window: Window, candidate: Candidate, out: &mut Connection<Question>) {
        let Candidate {
            origin, mut client, attributes, parent, geometry, desktop, wm_state, ..
        } = candidate;
        // Without an answer to these, the window is gone.
        let (Some(attributes), Some(geometry)) = (attributes, geometry) else { return };
        let was_left_hidden = wm_state == Some(WmState::Iconic);
        let is_mapped = attributes.map_state != MapState::Unmapped;
        let is_ours = parent == Some(self.server.root)
            && !attributes.override_redirect
            && (origin == Origin::New || is_mapped || was_left_hidden);
        let places_itself = matches!(client.kind, WindowType::Unmanaged | WindowType::Desktop)
            || attributes.class == WindowClass::InputOnly;
        if is_ours && client.kind == WindowType::Desktop {
            let stack_mode = Some(StackMode::Below);
            let changes = WindowChanges { stack_mode, ..WindowChanges::default() };
            out.send(&request::ConfigureWindow { window, changes });
        }
        if is_ours && places_itself && origin == Origin::New {
            let sequence = out.send(&request::MapWindow { window });
            self.shown.caused(sequence);
        }
        if !is_ours || places_itself {
            // What happens to it is no concern of ours.
            let event_mask = Some(EventMask::NONE);
            let attributes = WindowAttributes { event_mask, ..Default::default() };
            out.send(&request::ChangeWindowAttributes { window, attributes });
            return;
        }
        client.has_alpha = geometry.depth == 32;
        let rule = self.rule(&client);
        let owner = self.stack_set.workspace_of(client.transient_for).map(|owner| owner.id);
        let to = rule
            .and_then(|rule| self.workspace_named(rule.workspace?))
            .or_else(|| workspace_id(self.config, desktop?))
            .or(owner)
            .unwrap_or(self.stack_set.current().id);
        let floats = rule.and_then(|rule| rule.floating).unwrap_or(client.prefers_floating());
        let wish = floats.then(|| self.first_wish(&client, &geometry, to, origin));
        let takes_focus = client.accepts_focus() && client.kind != WindowType::Splash;
        let fullscreen = client.state.fullscreen;
        // The server maps what is in our save-set when we die, so that no crash hides a
        // window for good.
        out.send(&request::ChangeSaveSet { mode: SaveSetMode::Insert, window });
        self.clients.insert(window, client);
        self.stack_set.insert(window, to, takes_focus, wish);
        self.stack_set.set_fullscreen(window, fullscreen);
        self.shown.manage(window, is_mapped);
    }

    /// Forgets a window. Its focus goes to the window used before that can use keys.
    pub(super) fn unmanage(&mut self, window: Window) -> bool {
        self.candidates.remove(window);
        self.adopted.retain(|(other, _)| *other != window);
        self.owed.retain(|other| *other != window);
        let had_focus = self.stack_set.focus() == Some(window);
        if self.drag.as_ref().is_some_and(|drag| drag.window == window) {
            self.drag = None;
        }
        self.shown.forget(window);
        self.stack_set.remove(window);
        let was_managed = self.clients.remove(window).is_some();
        if had_focus {
            self.focus_who_takes_keys();
        }
        was_managed
    }

    /// Focuses the window of the current workspace used last that can use keys, if any.
    pub(super) fn focus_who_takes_keys(&mut self) {
        let takes_keys =
            |window: &Window| self.clients.get(*window).is_some_and(Client::accepts_focus);
        let next = self.stack_set.current().recent().find(takes_keys);
        if let Some(next) = next {
            self.stack_set.focus_window(next);
        }
    }

    /// Forgets a window that its program withdrew but may show again (ICCCM 4.1.4).
    pub(super) fn withdraw(&mut self, window: Window, how: Withdrawal) {
        if self.unmanage(window) {
            self.withdrawn.push((window, how));
        }
    }

    /// Takes everything of ours off a window that lives on without us.
    pub(super) fn let_go(
        &mut self,
        window: Window,
        how: Withdrawal,
        out: &mut Connection<Question>,
    ) {
        if how == Withdrawal::Unmapped {
            self.shown.unmap(window, out);
        }
        ewmh::withdraw(window, &self.atoms, out);
        out.send(&request::ChangeSaveSet { mode: SaveSetMode::Delete, window });
        let (button, modifiers) = (0, Modifiers::ANY);
        out.send(&request::UngrabButton { button, grab_window: window, modifiers });
        let event_mask = Some(EventMask::NONE);
        let attributes = WindowAttributes { event_mask, ..Default::default() };
        out.send(&request::ChangeWindowAttributes { window, attributes });
    }

    pub(super) fn workspace_named(&self, name: &str) -> Option<WorkspaceId> {
        workspace_id(self.config, self.config.workspace_index(name)? as u32)
    }

    fn rule(&self, client: &Client) -> Option<&'static Rule> {
        self.config.rules.iter().find(|rule| rule.class == client.class.class)
    }

    /// Where a new float goes: where its user placed it or it was before us, else over its parent, else in the
    /// middle of the monitor; never off it.
    fn first_wish(
        &self,
        client: &Client,
        geometry: &GetGeometry,
        to: WorkspaceId,
        origin: Origin,
    ) -> Rect {
        let on = |screen: &&super::stack_set::Screen| screen.workspace.id == to;
        let screen = self.stack_set.screens().find(on);
        let area = screen.unwrap_or(self.stack_set.current_screen()).area;
        let border = self.config.border;
        let size = client.outer_size(geometry.width.into(), geometry.height.into(), border);
        let size = Size { width: size.width.min(area.width), height: size.height.min(area.height) };
        if client.size_hints.user_position || origin == Origin::Adopted {
            let offset = client.static_offset(border);
            let (x, y) = (i32::from(geometry.x) - offset, i32::from(geometry.y) - offset);
            return Rect::new(x, y, size.width, size.height).moved_into(area);
        }
        let parent = self.shown.placed(client.transient_for).map(|placed| placed.rect);
        parent.unwrap_or(area).around(size).moved_into(area)
    }
}
