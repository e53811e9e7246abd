//! From keys and buttons to actions: what is grabbed on the root window, and what a press
//! means. Never performs an action; see `keys.rs` and `perform.rs`.

use super::drag;
use super::question::Question;
use super::server::Server;
use super::table::Table;
use crate::config::{Action, Config, Key, Mode, Mouse, Over};
use crate::gather::Gather;
use crate::x11::atom::AtomTable;
use crate::x11::connection::Connection;
use crate::x11::event::Input;
use crate::x11::id::{Cursor, EventMask, Keycode, Keysym, Modifiers, Timestamp, Window};
use crate::x11::keyboard::Keyboard;
use crate::x11::keysym;
use crate::x11::reply::{GetKeyboardMapping, GetModifierMapping};
use crate::x11::request::{self, GrabMode};
use alloc::vec::Vec;

/// A key, what is held with it, and whether it is about its release.
type Chord = (Keycode, Modifiers, bool);

/// The bindings under the current keyboard mapping and mode.
#[derive(Debug)]
pub struct Bindings {
    keyboard: Keyboard,
    /// What keys do now.
    keys: Table<Chord, Action>,
    /// The keys that steer a drag.
    drag_keys: Table<Keycode, Keysym>,
    /// The mode that is on.
    mode: Option<&'static Mode>,
    /// The mode whose keys are grabbed. One that lasts for a single key has the whole
    /// keyboard instead.
    grabbed: Option<&'static Mode>,
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
        let mut bindings = Self {
            keyboard,
            keys: Table::default(),
            drag_keys: Table::default(),
            mode: None,
            grabbed: None,
            locks: Modifiers::NONE,
            combinations: Vec::new(),
            stale: false,
            asked: Asked::Nothing,
        };
        bindings.apply(config);
        bindings
    }

    /// Finds the locks and the keys of the mode on the keyboard as it is.
    fn apply(&mut self, config: &Config) {
        // A modifier that a binding names is held, whatever else is on it.
        let mut locks = self.keyboard.locks();
        let mut hold = |keys: &[Key]| {
            for key in keys {
                locks = locks.without(key.modifiers);
            }
        };
        hold(config.keys);
        for mode in config.modes {
            hold(mode.keys);
        }
        for mouse in config.mouse {
            locks = locks.without(mouse.modifiers);
        }
        self.locks = locks;
        self.combinations = self.locks.subsets().gather();
        self.keys = self.table(config, self.mode);
        self.drag_keys = Table::default();
        for keysym in drag::KEYS {
            for keycode in self.keyboard.keycodes(keysym) {
                self.drag_keys.get_or_insert_with(keycode, || keysym);
            }
        }
    }

    /// What keys do in a mode; Escape leaves it, unless it does something else.
    fn table(&self, config: &Config, mode: Option<&Mode>) -> Table<Chord, Action> {
        let mut table = Table::default();
        for key in mode.map_or(config.keys, |mode| mode.keys) {
            for keycode in self.keyboard.keycodes(key.keysym) {
                let chord = (keycode, key.modifiers, key.on_release);
                table.get_or_insert_with(chord, || key.action);
            }
        }
        if mode.is_some() {
            for keycode in self.keyboard.keycodes(keysym::ESCAPE) {
                let chord = (keycode, Modifiers::NONE, false);
                table.get_or_insert_with(chord, || Action::LeaveMode);
            }
        }
        table
    }

    /// What a key does when it is pressed, or released after it was pressed so.
    pub fn of_key(&self, keycode: Keycode, state: u16, on_release: bool) -> Option<Action> {
        let held = Modifiers::of_state(state).without(self.locks);
        self.keys.get((keycode, held, on_release)).copied()
    }

    /// Which of the keys that steer a drag this is.
    pub(super) fn of_drag(&self, keycode: Keycode) -> Option<Keysym> {
        self.drag_keys.get(keycode).copied()
    }

    /// What a button does.
    pub fn of_button(&self, config: &Config, over: Over, press: &Input) -> Option<Action> {
        let held = Modifiers::of_state(press.state).without(self.locks);
        let is_it = |mouse: &&Mouse| {
            mouse.button == press.detail && mouse.modifiers == held && mouse.over.is(over)
        };
        Some(config.mouse.iter().find(is_it)?.action)
    }

    /// Whether nothing is held but locks.
    pub fn holds_nothing(&self, state: u16) -> bool {
        Modifiers::of_state(state).without(self.locks) == Modifiers::NONE
    }

    /// Whether the key is a modifier or a lock.
    pub fn is_modifier(&self, keycode: Keycode) -> bool {
        self.keyboard.is_modifier(keycode)
    }

    /// The keyboard as it is.
    pub const fn keyboard(&self) -> &Keyboard {
        &self.keyboard
    }

    /// The mode that is on.
    pub const fn mode(&self) -> Option<&'static Mode> {
        self.mode
    }

    /// Whether the next key ends the mode that is on.
    pub fn awaits_one_key(&self) -> bool {
        self.mode.is_some_and(|mode| mode.once)
    }

    /// Whether that mode takes all keys and clicks, as no mode of the configuration does.
    pub fn takes_all(&self) -> bool {
        self.mode.is_some_and(|mode| mode.name.is_empty())
    }

    /// The keys that are grabbed.
    #[cfg(test)]
    pub(crate) fn grabbed_keys(&self, config: &Config) -> Vec<Key> {
        let Some(mode) = self.grabbed else { return config.keys.to_vec() };
        let escape = Key::new(Modifiers::NONE, keysym::ESCAPE, Action::LeaveMode);
        mode.keys.iter().copied().chain([escape]).gather()
    }

    /// Puts a mode on, or the usual keys with `None`: grabs its keys, or the keyboard until
    /// it is over.
    pub fn set_mode(
        &mut self,
        mode: Option<&'static Mode>,
        config: &Config,
        server: &Server,
        atoms: &AtomTable,
        out: &mut Connection<Question>,
    ) {
        if self.awaits_one_key() {
            out.send(&request::UngrabKeyboard { time: Timestamp::CURRENT });
        }
        if self.takes_all() {
            for modifiers in self.combinations.iter().copied() {
                let (button, grab_window) = (0, server.root);
                out.send(&request::UngrabButton { button, grab_window, modifiers });
            }
        }
        self.mode = mode;
        self.keys = self.table(config, mode);
        let name = |mode: Option<&Mode>| mode.map(|mode| mode.name);
        self.grab_clicks(server.root, out);
        if self.awaits_one_key() {
            Question::ModeKeyboard(server.root).ask(atoms, out);
        } else if name(mode) != name(self.grabbed) {
            self.grabbed = mode;
            self.grab_keys(&self.keys, server.root, out);
        }
    }

    /// Grabs all of them on the root window, once for its life: a grab there comes before
    /// every grab of a program.
    pub fn grab(&self, config: &Config, root: Window, out: &mut Connection<Question>) {
        self.grab_keys(&self.table(config, self.grabbed), root, out);
        self.grab_buttons(config, root, out);
    }

    fn grab_keys(&self, keys: &Table<Chord, Action>, root: Window, out: &mut Connection<Question>) {
        out.send(&request::UngrabKey {
            key: Keycode(0),
            grab_window: root,
            modifiers: Modifiers::ANY,
        });
        for ((keycode, held, on_release), _) in keys.iter() {
            // The grab of a press brings the release too.
            if on_release && keys.contains((keycode, held, false)) {
                continue;
            }
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
    }

    fn grab_buttons(&self, config: &Config, root: Window, out: &mut Connection<Question>) {
        out.send(&request::UngrabButton {
            button: 0,
            grab_window: root,
            modifiers: Modifiers::ANY,
        });
        for mouse in config.mouse.iter().filter(|mouse| mouse.over.is(Over::Window)) {
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
        self.grab_clicks(root, out);
    }

    /// Lets every click come to us first, where the mode is for that.
    fn grab_clicks(&self, root: Window, out: &mut Connection<Question>) {
        let all = if self.takes_all() { &self.combinations[..] } else { &[] };
        for modifiers in all {
            out.send(&request::GrabButton {
                owner_events: false,
                grab_window: root,
                event_mask: EventMask::BUTTON_PRESS,
                pointer_mode: GrabMode::Synchronous,
                keyboard_mode: GrabMode::Asynchronous,
                confine_to: Window::NONE,
                cursor: Cursor::NONE,
                button: 0,
                modifiers: *modifiers,
            });
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
        let keyboard = Keyboard::new(server.first_keycode, &keys, modifiers);
        if keyboard == self.keyboard {
            return;
        }
        let (grabbed, locks) = (self.table(config, self.grabbed), self.locks);
        self.keyboard = keyboard;
        self.apply(config);
        if self.locks != locks || self.table(config, self.grabbed) != grabbed {
            self.grab(config, server.root, out);
        }
    }
}
