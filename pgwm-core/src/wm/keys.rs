//! From the press of a key to what is done, by way of the mode that is on. Never knows
//! which keys are grabbed; see `bindings.rs`.

use super::Wm;
use super::question::Question;
use crate::config::{Action, Mode};
use crate::x11::connection::Connection;
use crate::x11::event::Input;
use crate::x11::id::{Keycode, Timestamp};
use crate::x11::request;

/// Keys whose release matters.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The last key pressed, where something is done when it is released.
    acts: Option<(Keycode, Action)>,
    /// The key that put on a mode for a single key, and when it seemed to be released: while
    /// it repeats, it is not yet the next key.
    entered: Option<(Keycode, Option<Timestamp>)>,
}

impl Wm {
    #[inline(never)]
    pub(super) fn key_press(&mut self, press: &Input, out: &mut Connection<Question>) {
        self.user_did(press);
        if self.key_in_drag(press, out) {
            return;
        }
        let key = Keycode(press.detail);
        let ends_mode = self.bindings.awaits_one_key();
        if ends_mode && (self.bindings.is_modifier(key) || self.repeats_entry(key, press.time)) {
            return;
        }
        if self.key_in_overlay(press, out) {
            self.held = Held::default();
            return;
        }
        let action = self.bindings.of_key(key, press.state, false);
        let on_release = self.bindings.of_key(key, press.state, true);
        self.held = Held { acts: on_release.map(|action| (key, action)), entered: None };
        if ends_mode {
            self.set_mode(None, out);
        }
        if let Some(action) = action {
            self.perform_by_key(action, out);
            // A launcher or a locker wants the keyboard at once, while the key is still held.
            if matches!(action, Action::Spawn(_)) && self.held.acts.is_none() {
                out.send(&request::UngrabKeyboard { time: Timestamp::CURRENT });
            }
            if self.bindings.awaits_one_key() {
                self.held.entered = Some((key, None));
            }
        }
    }

    /// No grab of ours has the keyboard any more: the server gives it back with the release
    /// of the key that it was grabbed by.
    pub(super) fn key_release(&mut self, release: &Input, out: &mut Connection<Question>) {
        self.user_did(release);
        let key = Keycode(release.detail);
        if let Some((_, released)) = self.held.entered.as_mut().filter(|(it, _)| *it == key) {
            *released = Some(release.time);
        }
        if let Some((_, action)) = self.held.acts.take_if(|(it, _)| *it == key) {
            self.perform_by_key(action, out);
        }
    }

    /// A key that is held down seems to be released and pressed again at the same time, or,
    /// where the server tells repeats apart, only to be pressed.
    fn repeats_entry(&mut self, key: Keycode, time: Timestamp) -> bool {
        match &mut self.held.entered {
            Some((it, released)) if *it == key => {
                released.take().is_none_or(|released| released == time)
            }
            _ => false,
        }
    }

    /// Performs what a key is for, and notes whether the pointer has to follow.
    fn perform_by_key(&mut self, action: Action, out: &mut Connection<Question>) {
        let before = (self.focused(), self.stack_set.current().id);
        self.perform(action, before.0, out);
        self.warps |=
            self.config.warp_pointer && (self.focused(), self.stack_set.current().id) != before;
    }

    /// The name of the mode that is on.
    pub fn mode(&self) -> Option<&'static str> {
        self.bindings.mode().map(|mode| mode.name).filter(|name| !name.is_empty())
    }

    /// Puts a mode on, or the usual keys. What lies over everything goes with the keyboard
    /// that it had.
    pub(super) fn set_mode(&mut self, mode: Option<&'static Mode>, out: &mut Connection<Question>) {
        self.overlay = None;
        self.bindings.set_mode(mode, self.config, &self.server, &self.atoms, out);
    }

    /// Takes in that another program has the keyboard, so that the next key may never come.
    pub(super) fn keyboard_refused(&mut self, out: &mut Connection<Question>) {
        if self.bindings.awaits_one_key() {
            self.set_mode(None, out);
        }
    }
}
