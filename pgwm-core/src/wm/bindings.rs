//! From keys and buttons to actions: what is grabbed on the root window, and what a press
//! means. Never performs an action; see `perform.rs`.

use super::drag;
use super::question::Question;
use super::server::Server;
use super::table::Table;
use crate::config::{Action, Config};
use crate::x11::atom::AtomTable;
use crate::x11::connection::Connection;
use crate::x11::id::{Cursor, Keycode, Keysym, Modifiers, Window};
use crate::x11::keyboard::Keyboard;
use crate::x11::reply::{GetKeyboardMapping, GetModifierMapping};
use crate::x11::request::{self, GrabMode};
use alloc::vec::Vec;

/// The bindings under the current keyboard mapping.
#[derive(Debug, Default)]
pub struct Bindings {
    keys: Table<(Keycode, Modifiers), Action>,
    /// The keys that steer a drag.
    drag_keys: Table<Keycode, Keysym>,
    /// The modifiers that lock; they never matter for a binding.
    locks: Modifiers,
    /// Every combination of them, to be grabbed with each binding.
    combinations: Vec<Modifiers>,
    /// Whether the mapping changed since it was asked for.
    stale: bool,
    asked: Asked,
}

/// How far the questions about a changed mapping have come.
#[derive(Debug, Default)]
enum Asked {
    /// None are on their way.
    #[default]
    Nothing,
    /// Both are.
    Both,
    /// What is on the keys has been answered, which keys are modifiers not yet.
    Modifiers(GetKeyboardMapping),
}

impl Bindings {
    /// The bindings under a mapping.
    pub fn new(
        config: &Config,
        server: &Server,
        keys: &GetKeyboardMapping,
        modifiers: &GetModifierMapping,
    ) -> Self {
        let keyboard = Keyboard::new(server.first_keycode, keys, modifiers);
        // A modifier that a binding names is held, whatever else is on it.
        let of_keys = config.keys.iter().map(|key| key.modifiers);
        let of_buttons = config.mouse.iter().map(|mouse| mouse.modifiers);
        let named = of_keys.chain(of_buttons).fold(Modifiers::NONE, Modifiers::with);
        let locks = keyboard.locks().without(named);
        let mut keys = Table::default();
        for key in config.keys {
            for keycode in keyboard.keycodes(key.keysym) {
                keys.get_or_insert_with((keycode, key.modifiers), || key.action);
            }
        }
        let mut drag_keys = Table::default();
        for keysym in drag::KEYS {
            for keycode in keyboard.keycodes(keysym) {
                drag_keys.get_or_insert_with(keycode, || keysym);
            }
        }
        let combinations = locks.subsets().collect();
        Self { keys, drag_keys, locks, combinations, stale: false, asked: Asked::Nothing }
    }

    /// What a key does.
    pub fn of_key(&self, keycode: Keycode, state: u16) -> Option<Action> {
        let held = Modifiers::of_state(state).without(self.locks);
        self.keys.get((keycode, held)).copied()
    }

    /// Which of the keys that steer a drag this is.
    pub(super) fn of_drag(&self, keycode: Keycode) -> Option<Keysym> {
        self.drag_keys.get(keycode).copied()
    }

    /// What a button does.
    pub fn of_button(&self, config: &Config, button: u8, state: u16) -> Option<Action> {
        let held = Modifiers::of_state(state).without(self.locks);
        let mouse =
            config.mouse.iter().find(|mouse| mouse.button == button && mouse.modifiers == held)?;
        Some(mouse.action)
    }

    /// Grabs all of them on the root window, once for its life: a grab there comes before
    /// every grab of a program.
    pub fn grab(&self, config: &Config, root: Window, out: &mut Connection<Question>) {
        out.send(&request::UngrabKey {
            key: Keycode(0),
            grab_window: root,
            modifiers: Modifiers::ANY,
        });
        out.send(&request::UngrabButton {
            button: 0,
            grab_window: root,
            modifiers: Modifiers::ANY,
        });
        for ((keycode, held), _) in self.keys.iter() {
            for locks in &self.combinations {
                out.send(&request::GrabKey {
                    owner_events: true,
                    grab_window: root,
                    modifiers: held.with(*locks),
                    key: keycode,
                    pointer_mode: GrabMode::Asynchronous,
                    keyboard_mode: GrabMode::Asynchronous,
                });
            }
        }
        for mouse in config.mouse {
            for locks in &self.combinations {
                out.send(&request::GrabButton {
                    owner_events: false,
                    grab_window: root,
                    event_mask: drag::EVENTS,
                    pointer_mode: GrabMode::Asynchronous,
                    keyboard_mode: GrabMode::Asynchronous,
                    confine_to: Window::NONE,
                    cursor: Cursor::NONE,
                    button: mouse.button,
                    modifiers: mouse.modifiers.with(*locks),
                });
            }
        }
    }

    /// Notes that the mapping has changed.
    pub const fn mark_stale(&mut self) {
        self.stale = true;
    }

    /// Asks for the mapping where it has changed, once for a burst of changes, and not
    /// while an answer is on its way.
    pub fn ask(&mut self, server: &Server, atoms: &AtomTable, out: &mut Connection<Question>) {
        if self.stale && matches!(self.asked, Asked::Nothing) {
            self.stale = false;
            self.asked = Asked::Both;
            let (first, count) = (server.first_keycode, server.keycode_count);
            Question::Keys { first, count }.ask(atoms, out);
            Question::Modifiers.ask(atoms, out);
        }
    }

    /// Takes in what is on the keys; an error leaves everything as it is.
    pub fn learn_keys(&mut self, keys: Option<GetKeyboardMapping>) {
        if let Some(keys) = keys {
            self.asked = Asked::Modifiers(keys);
        }
    }

    /// Takes in which keys are modifiers: the last answer. Grabs anew what has changed.
    pub fn learn_modifiers(
        &mut self,
        modifiers: Option<&GetModifierMapping>,
        config: &Config,
        server: &Server,
        out: &mut Connection<Question>,
    ) {
        let asked = core::mem::take(&mut self.asked);
        let (Asked::Modifiers(keys), Some(modifiers)) = (asked, modifiers) else { return };
        let new = Self { stale: self.stale, ..Self::new(config, server, &keys, modifiers) };
        if new.keys != self.keys || new.combinations != self.combinations {
            new.grab(config, server.root, out);
        }
        *self = new;
    }
}
