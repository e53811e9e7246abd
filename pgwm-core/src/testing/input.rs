//! The model's pointer and keyboard, and who grabs them. Never decides who has the focus.

use x11rb_protocol::protocol::xproto as x;

use super::{ANY_MODIFIER, FIRST_KEYCODE, KEYCODES, ModelServer, NONE, Place, ROOT};

/// A passive grab of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ButtonGrab {
    pub(crate) button: u8,
    pub(crate) modifiers: u16,
    pub(super) events: u32,
    pub(super) freezes: bool,
}

/// Who has the pointer while a button is down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grab {
    pub(super) by_manager: bool,
    pub(super) window: u32,
    events: u32,
    time: u32,
    /// The button whose press waits for `AllowEvents`.
    frozen: Option<u8>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum PointerInput {
    Move(i16, i16),
    Press(u8),
    Release(u8),
}

impl ButtonGrab {
    /// Whether this grab, or ungrab, stands for that button and those modifiers.
    pub(crate) const fn covers(self, button: u8, modifiers: u16) -> bool {
        (self.button == 0 || self.button == button)
            && (self.modifiers == ANY_MODIFIER || self.modifiers == modifiers)
    }
}

impl ModelServer {
    pub(super) fn window_at(&self, (x, y): (i16, i16)) -> u32 {
        let is_there = |id: &&u32| {
            let window = &self.windows[*id];
            window.mapped && window.place.contains(x, y)
        };
        self.order.iter().rev().find(is_there).copied().unwrap_or(ROOT)
    }

    /// The window that the pointer is in.
    pub(crate) const fn pointer_window(&self) -> u32 {
        self.pointer_window
    }

    /// Tells of the window that the pointer is in by now, whoever moved.
    pub(super) fn cross(&mut self) {
        let now = self.window_at(self.pointer);
        let before = std::mem::replace(&mut self.pointer_window, now);
        if before != now && self.grab.is_none() {
            self.tell_crossing(before, now, x::NotifyMode::NORMAL);
        }
    }

    pub(super) fn tell_crossing(&mut self, from: u32, to: u32, mode: x::NotifyMode) {
        let event = |server: &Self, response_type: u8, window: u32, other: u32| {
            let place = server.windows.get(&window).map_or(Place::new(0, 0, 1, 1), |it| it.place);
            x::EnterNotifyEvent {
                response_type,
                detail: match () {
                    () if window == ROOT => x::NotifyDetail::INFERIOR,
                    () if other == ROOT => x::NotifyDetail::ANCESTOR,
                    () => x::NotifyDetail::NONLINEAR,
                },
                sequence: 0,
                time: server.time,
                root: ROOT,
                event: window,
                child: if window == ROOT { other } else { NONE },
                root_x: server.pointer.0,
                root_y: server.pointer.1,
                event_x: server.pointer.0.wrapping_sub(place.x),
                event_y: server.pointer.1.wrapping_sub(place.y),
                state: server.state().into(),
                mode,
                same_screen_focus: 2 | u8::from(server.focus == window),
            }
        };
        let leave = event(self, x::LEAVE_NOTIFY_EVENT, from, to);
        self.tell(from, x::EventMask::LEAVE_WINDOW, leave);
        let enter = event(self, x::ENTER_NOTIFY_EVENT, to, from);
        self.tell(to, x::EventMask::ENTER_WINDOW, enter);
    }

    pub(super) fn state(&self) -> u16 {
        let buttons = self.held.iter().filter(|button| **button <= 5);
        buttons.fold(self.modifiers, |state, button| state | 1 << (7 + u16::from(*button)))
    }

    pub(super) fn input_event(&self, code: u8, detail: u8, window: u32) -> x::ButtonPressEvent {
        let place = self.windows[&window].place;
        let child =
            if window == ROOT && self.pointer_window != ROOT { self.pointer_window } else { NONE };
        x::ButtonPressEvent {
            response_type: code,
            detail,
            sequence: 0,
            time: self.time,
            root: ROOT,
            event: window,
            child,
            root_x: self.pointer.0,
            root_y: self.pointer.1,
            event_x: self.pointer.0.wrapping_sub(place.x),
            event_y: self.pointer.1.wrapping_sub(place.y),
            state: self.state().into(),
            same_screen: true,
        }
    }

    /// Moves the pointer.
    pub(crate) fn move_pointer(&mut self, x: i16, y: i16) {
        self.input(PointerInput::Move(x, y));
    }

    /// Presses a button.
    pub(crate) fn press(&mut self, button: u8) {
        self.input(PointerInput::Press(button));
    }

    /// Releases a button.
    pub(crate) fn release(&mut self, button: u8) {
        self.input(PointerInput::Release(button));
    }

    /// Holds modifiers, and no others.
    pub(crate) const fn hold(&mut self, modifiers: u16) {
        self.modifiers = modifiers;
    }

    /// Whether the pointer waits for the window manager's leave.
    pub(crate) fn is_frozen(&self) -> bool {
        self.grab.is_some_and(|grab| grab.frozen.is_some())
    }

    pub(super) fn input(&mut self, input: PointerInput) {
        self.tick();
        self.queue.push_back(input);
        self.unfreeze();
    }

    /// Carries out what waits, until the pointer freezes again.
    pub(super) fn unfreeze(&mut self) {
        while !self.is_frozen() {
            let Some(input) = self.queue.pop_front() else { return };
            match input {
                PointerInput::Move(x, y) => self.moved(x, y),
                PointerInput::Press(button) => self.pressed(button),
                PointerInput::Release(button) => self.released(button),
            }
        }
    }

    pub(super) fn moved(&mut self, x: i16, y: i16) {
        let root = self.windows[&ROOT].place;
        let inside = |at: i16, size: u16| at.clamp(0, (size.max(1) - 1) as i16);
        self.pointer = (inside(x, root.width), inside(y, root.height));
        let motion = u32::from(x::EventMask::BUTTON_MOTION | x::EventMask::POINTER_MOTION);
        let grab = self.grab.filter(|grab| grab.by_manager && grab.events & motion != 0);
        self.cross();
        if let Some(grab) = grab {
            self.put(self.input_event(x::MOTION_NOTIFY_EVENT, 0, grab.window).into());
        }
    }

    pub(super) fn pressed(&mut self, button: u8) {
        if self.held.contains(&button) {
            return;
        }
        if let Some(grab) = self.grab {
            if !grab.by_manager {
                self.clicks.push((grab.window, button));
            } else if grab.events & u32::from(x::EventMask::BUTTON_PRESS) != 0 {
                self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, grab.window).into());
            }
            self.held.insert(button);
            return;
        }
        let line = [ROOT, self.pointer_window];
        for window in &line[..if self.pointer_window == ROOT { 1 } else { 2 }] {
            let grabs = &self.windows[window].button_grabs;
            let found = grabs.iter().find(|grab| grab.covers(button, self.modifiers));
            if let Some(found) = found.copied() {
                let frozen = found.freezes.then_some(button);
                let (events, time) = (found.events, self.time);
                self.grab = Some(Grab { by_manager: true, window: *window, events, time, frozen });
                self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, *window).into());
                self.held.insert(button);
                return;
            }
        }
        self.held.insert(button);
        self.give_to_client(self.pointer_window, button);
    }

    /// The press goes to the client of the window, which has the pointer until no button is
    /// held.
    pub(super) fn give_to_client(&mut self, window: u32, button: u8) {
        if window != ROOT {
            self.clicks.push((window, button));
            let (by_manager, events, time, frozen) = (false, 0, self.time, None);
            self.grab = Some(Grab { by_manager, window, events, time, frozen });
        }
    }

    pub(super) fn released(&mut self, button: u8) {
        let event = self.input_event(x::BUTTON_RELEASE_EVENT, button, ROOT);
        if !self.held.remove(&button) {
            return;
        }
        let Some(grab) = self.grab else { return };
        if grab.by_manager && grab.events & u32::from(x::EventMask::BUTTON_RELEASE) != 0 {
            let of_window = self.input_event(x::BUTTON_RELEASE_EVENT, button, grab.window);
            self.put(x::ButtonPressEvent { state: event.state, ..of_window }.into());
        }
        if self.held.is_empty() {
            self.end_grab();
        }
    }

    pub(super) fn end_grab(&mut self) {
        if let Some(grab) = self.grab.take() {
            let now = self.window_at(self.pointer);
            self.pointer_window = now;
            if now != grab.window {
                self.tell_crossing(grab.window, now, x::NotifyMode::UNGRAB);
            }
        }
    }

    pub(super) fn allow_events(&mut self, mode: x::Allow, time: u32) {
        let is_before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        let Some(grab) = &mut self.grab else { return };
        let Some(button) = grab.frozen else { return };
        if time != 0 && (is_before(time, grab.time) || is_before(self.time, time)) {
            return;
        }
        match mode {
            x::Allow::ASYNC_POINTER => grab.frozen = None,
            x::Allow::REPLAY_POINTER => {
                let window = grab.window;
                self.end_grab();
                self.give_to_client(window, button);
            }
            _ => panic!("the model does not know this mode of AllowEvents"),
        }
        self.unfreeze();
    }

    /// Presses and releases the key with this symbol while these modifiers are held.
    pub(crate) fn key(&mut self, keysym: u32, modifiers: u16) {
        self.tick();
        let row = self.keysyms.iter().position(|row| row[0] == keysym);
        let Some(row) = row else { return };
        let keycode = FIRST_KEYCODE + row as u8;
        let before = std::mem::replace(&mut self.modifiers, modifiers);
        let grabs = &self.windows[&ROOT].key_grabs;
        if grabs.contains(&(keycode, modifiers)) || grabs.contains(&(keycode, ANY_MODIFIER)) {
            for code in [x::KEY_PRESS_EVENT, x::KEY_RELEASE_EVENT] {
                self.put(self.input_event(code, keycode, ROOT).into());
            }
        } else {
            self.typed.push((self.focus, keycode));
        }
        self.modifiers = before;
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
    pub(super) fn put_mapping(&mut self, request: x::Mapping) {
        if self.sequence == 0 {
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
