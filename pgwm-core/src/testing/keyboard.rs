//! The model's keyboard: its keys, what they mean, and who hears of them. Never says who may
//! grab it; see `grab.rs`.

use x11rb_protocol::protocol::{xkb, xproto as x};

use super::{ANY_MODIFIER, FIRST_KEYCODE, KEYCODES, ModelServer, NONE, POINTER_ROOT, ROOT, WM};

/// The modifier that Caps Lock is, and the symbol of Num Lock: keys that hold by themselves.
const LOCK: usize = 1;
const NUM_LOCK: u32 = 0xff7f;

/// Who has the keyboard: its client's part of an id, and the window that events are told of.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyboardGrab {
    pub(super) owner: u32,
    pub(super) window: u32,
    /// Whether its own windows hear of keys as if there were no grab.
    pub(super) owner_events: bool,
    pub(super) time: u32,
    /// The key with which it ends.
    pub(super) key: Option<u8>,
}

impl ModelServer {
    /// Presses and releases the key with this symbol while these modifiers are held.
    pub(crate) fn key(&mut self, keysym: u32, modifiers: u16) {
        self.tick();
        let Some(keycode) = self.keycode(keysym) else { return };
        let before = std::mem::replace(&mut self.modifiers, modifiers);
        self.key_down(keycode);
        self.key_up(keycode);
        self.modifiers = before;
    }

    /// Presses the key with this symbol, which may be a modifier's.
    pub(crate) fn press_key(&mut self, keysym: u32) {
        self.tick();
        if let Some(keycode) = self.keycode(keysym) {
            self.key_down(keycode);
            self.modifiers |= self.momentary(keysym);
        }
    }

    /// Releases the key with this symbol.
    pub(crate) fn release_key(&mut self, keysym: u32) {
        self.tick();
        if let Some(keycode) = self.keycode(keysym) {
            self.key_up(keycode);
            self.modifiers &= !self.momentary(keysym);
        }
    }

    /// A key that is down repeats by itself: it seems to go up in between, but for those who
    /// asked for detectable auto-repeat.
    pub(crate) fn repeat_key(&mut self, keysym: u32) {
        self.tick();
        let Some(keycode) = self.keycode(keysym).filter(|it| self.down.contains(it)) else {
            return;
        };
        if !self.detects_repeat {
            self.give_key(x::KEY_RELEASE_EVENT, keycode);
        }
        self.give_key(x::KEY_PRESS_EVENT, keycode);
    }

    /// Whether a key that repeats is not released in between, for the window manager.
    pub(crate) const fn detects_repeat(&self) -> bool {
        self.detects_repeat
    }

    /// The modifier that is held while this key is.
    fn momentary(&self, keysym: u32) -> u16 {
        if keysym == NUM_LOCK { 0 } else { self.modifier(keysym) & !(1 << LOCK) }
    }

    fn key_down(&mut self, keycode: u8) {
        if !self.down.insert(keycode) {
            return;
        }
        if self.keyboard_grab.is_none()
            && let Some(window) = self.key_grabber(keycode)
        {
            let (owner_events, time) = (false, self.time);
            let key = Some(keycode);
            self.begin_keyboard_grab(KeyboardGrab { owner: WM, window, owner_events, time, key });
        }
        self.give_key(x::KEY_PRESS_EVENT, keycode);
    }

    fn key_up(&mut self, keycode: u8) {
        if !self.down.remove(&keycode) {
            return;
        }
        self.give_key(x::KEY_RELEASE_EVENT, keycode);
        if self.keyboard_grab.is_some_and(|grab| grab.key == Some(keycode)) {
            self.end_keyboard_grab();
        }
    }

    /// The first window, from the root window to the focus, that the key is grabbed on.
    fn key_grabber(&self, keycode: u8) -> Option<u32> {
        let parent = |id: &u32| self.windows.get(id).map(|it| it.parent).filter(|id| *id != NONE);
        let focus = if self.windows.contains_key(&self.focus) { self.focus } else { ROOT };
        let line: Vec<u32> = std::iter::successors(Some(focus), parent).collect();
        let has = |id: &u32| {
            let grabs = &self.windows[id].key_grabs;
            grabs.contains(&(keycode, self.modifiers)) || grabs.contains(&(keycode, ANY_MODIFIER))
        };
        line.into_iter().rev().find(has)
    }

    /// A key's event goes to whoever has the keyboard, or to the focus.
    fn give_key(&mut self, code: u8, keycode: u8) {
        let mask = match code {
            x::KEY_PRESS_EVENT => x::EventMask::KEY_PRESS,
            _ => x::EventMask::KEY_RELEASE,
        };
        let selects = |it: &super::ModelWindow| it.events & u32::from(mask) != 0;
        let own = self.windows.get(&self.focus).is_some_and(selects).then_some(self.focus);
        let (window, receiver) = match self.keyboard_grab {
            Some(grab) if grab.owner == WM => {
                (Some(own.filter(|_| grab.owner_events).unwrap_or(grab.window)), NONE)
            }
            Some(grab) => (None, grab.window),
            None => (own, self.focus),
        };
        if let Some(window) = window {
            self.put(self.input_event(code, keycode, window).into());
        } else if code == x::KEY_PRESS_EVENT {
            self.typed.push((receiver, keycode));
        }
    }

    /// Somebody has the keyboard from now on.
    pub(super) fn begin_keyboard_grab(&mut self, grab: KeyboardGrab) {
        let before = self.keyboard_grab.replace(grab);
        self.keyboard_grab_time = grab.time;
        let from = before.map_or(self.focus, |grab| grab.window);
        self.tell_focus(from, grab.window, x::NotifyMode::GRAB);
    }

    pub(super) fn end_keyboard_grab(&mut self) {
        if let Some(grab) = self.keyboard_grab.take() {
            self.tell_focus(grab.window, self.focus, x::NotifyMode::UNGRAB);
        }
    }

    /// Tells who has the keyboard no more, and who has it now.
    pub(super) fn tell_focus(&mut self, before: u32, now: u32, mode: x::NotifyMode) {
        if before == now {
            return;
        }
        let both = [(x::FOCUS_OUT_EVENT, before, now), (x::FOCUS_IN_EVENT, now, before)];
        let is_grab = matches!(mode, x::NotifyMode::GRAB | x::NotifyMode::UNGRAB);
        for (response_type, focus, other) in both {
            // Nobody's focus, or that of whichever root, is told to the root.
            let (event, detail) = match focus {
                NONE => (ROOT, x::NotifyDetail::NONE),
                POINTER_ROOT => (ROOT, x::NotifyDetail::POINTER_ROOT),
                ROOT if is_grab => (ROOT, x::NotifyDetail::INFERIOR),
                window if is_grab && other == ROOT => (window, x::NotifyDetail::ANCESTOR),
                window => (window, x::NotifyDetail::NONLINEAR),
            };
            let told = x::FocusInEvent { response_type, detail, sequence: 0, event, mode };
            self.tell(event, x::EventMask::FOCUS_CHANGE, told);
        }
    }

    /// Puts symbols on keys, from the first key on, and tells everyone.
    pub(crate) fn map_keys(&mut self, symbols: &[u32]) {
        self.keysyms = vec![[0; 2]; KEYCODES.into()];
        for (row, symbol) in self.keysyms.iter_mut().zip(symbols) {
            row[0] = *symbol;
        }
        self.put_mapping(x::Mapping::KEYBOARD);
    }

    /// Says which key is each modifier, and tells everyone.
    pub(crate) fn map_modifiers(&mut self, keysyms: [u32; 8]) {
        let keycode = |keysym: u32| {
            let row = self.keysyms.iter().position(|row| keysym != 0 && row[0] == keysym);
            row.map_or(0, |row| FIRST_KEYCODE + row as u8)
        };
        self.modifier_keys = keysyms.map(keycode);
        self.put_mapping(x::Mapping::MODIFIER);
    }

    /// Tells everyone that a mapping has changed, once there is anyone.
    fn put_mapping(&mut self, request: x::Mapping) {
        if self.sequence == 0 {
            return;
        }
        if self.uses_xkb {
            if self.hears_keymap {
                let numbers = self.extensions.numbers(xkb::X11_EXTENSION_NAME);
                let response_type = numbers.map_or(0, |it| it.first_event);
                let xkb_type = xkb::MAP_NOTIFY_EVENT;
                self.put(
                    xkb::MapNotifyEvent {
                        response_type,
                        xkb_type,
                        ..xkb::MapNotifyEvent::default()
                    }
                    .into(),
                );
            }
            return;
        }
        let (response_type, first_keycode) = (x::MAPPING_NOTIFY_EVENT, FIRST_KEYCODE);
        let count = KEYCODES;
        self.put(
            x::MappingNotifyEvent { response_type, sequence: 0, request, first_keycode, count }
                .into(),
        );
    }

    /// The modifier that the key with this symbol is.
    pub(crate) fn modifier(&self, keysym: u32) -> u16 {
        let keycode = self.keycode(keysym).unwrap_or(0);
        let index = self.modifier_keys.iter().position(|key| keycode != 0 && *key == keycode);
        index.map_or(0, |index| 1 << index)
    }

    /// The keycode of a symbol.
    pub(crate) fn keycode(&self, keysym: u32) -> Option<u8> {
        let row = self.keysyms.iter().position(|row| row[0] == keysym)?;
        Some(FIRST_KEYCODE + row as u8)
    }
}
