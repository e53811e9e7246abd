//! The model's pointer and its buttons. Never says who may grab it; see `grab.rs`.

use x11rb_protocol::protocol::xproto as x;
use x11rb_protocol::x11_utils::Serialize;

use super::{ANY_MODIFIER, ModelServer, NONE, OWNER, Outcome, Place, ROOT, WM};

/// A passive grab of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ButtonGrab {
    pub(crate) button: u8,
    pub(crate) modifiers: u16,
    pub(super) events: u32,
    pub(super) freezes: bool,
}

/// Who has the pointer: its client's part of an id, and the window that events are told of.
#[derive(Debug, Clone, Copy)]
pub(super) struct PointerGrab {
    pub(super) owner: u32,
    pub(super) window: u32,
    pub(super) events: u32,
    /// Whether its own windows hear of what happens on them, rather than `window`.
    pub(super) owner_events: bool,
    pub(super) time: u32,
    /// The button whose press waits for `AllowEvents`.
    pub(super) frozen: Option<u8>,
    /// Whether it ends with the last button that is held.
    pub(super) ends_with_buttons: bool,
}

impl PointerGrab {
    pub(super) const fn is_managers(&self) -> bool {
        self.owner == WM
    }
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
        if before != now && self.grab.is_none_or(|grab| grab.is_managers() && grab.owner_events) {
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
        let (x, y) = self.origin(window);
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
            event_x: self.pointer.0.wrapping_sub(x),
            event_y: self.pointer.1.wrapping_sub(y),
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
        let grab = self.grab;
        self.cross();
        let mut motion = u32::from(x::EventMask::POINTER_MOTION);
        if !self.held.is_empty() {
            motion |= u32::from(x::EventMask::BUTTON_MOTION);
        }
        let heard = match grab {
            Some(grab) => self.hearer(grab, motion),
            None => self.selecting(motion),
        };
        if let Some(window) = heard {
            self.put(self.input_event(x::MOTION_NOTIFY_EVENT, 0, window).into());
        }
    }

    /// The window that the window manager hears of such events on, without a grab: that under
    /// the pointer, or else the root window.
    fn selecting(&self, events: u32) -> Option<u32> {
        let of = |id: u32| self.windows.get(&id).map_or((0, 0), |it| (it.events, it.stops));
        let (own, stops) = of(self.pointer_window);
        let at_root = events & !stops;
        if own & events != 0 {
            return Some(self.pointer_window);
        }
        (of(ROOT).0 & at_root != 0).then_some(ROOT)
    }

    /// The same, with a grab.
    fn hearer(&self, grab: PointerGrab, events: u32) -> Option<u32> {
        if !grab.is_managers() {
            return None;
        }
        let own = self.selecting(events).filter(|_| grab.owner_events);
        own.or((grab.events & events != 0).then_some(grab.window))
    }

    pub(super) fn pressed(&mut self, button: u8) {
        if self.held.contains(&button) {
            return;
        }
        if let Some(grab) = self.grab {
            if !grab.is_managers() {
                self.clicks.push((grab.window, button));
            } else if let Some(window) = self.hearer(grab, x::EventMask::BUTTON_PRESS.into()) {
                self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, window).into());
            }
            self.held.insert(button);
            return;
        }
        let line = [ROOT, self.pointer_window];
        self.press_along(&line[..if self.pointer_window == ROOT { 1 } else { 2 }], button);
    }

    /// A press for the first of these windows that it is grabbed on, or else for the window
    /// under the pointer.
    fn press_along(&mut self, line: &[u32], button: u8) {
        for window in line {
            let grabs = &self.windows[window].button_grabs;
            let found = grabs.iter().find(|grab| grab.covers(button, self.modifiers));
            if let Some(found) = found.copied() {
                let frozen = found.freezes.then_some(button);
                self.begin_grab(PointerGrab {
                    owner: WM,
                    window: *window,
                    events: found.events,
                    owner_events: false,
                    time: self.time,
                    frozen,
                    ends_with_buttons: true,
                });
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
        let press = u32::from(x::EventMask::BUTTON_PRESS);
        let of_manager = match window & OWNER {
            WM => self.selecting(press),
            _ if window == ROOT => self.selecting(press),
            _ => None,
        };
        let grab = PointerGrab {
            owner: window & OWNER,
            window,
            events: 0,
            owner_events: false,
            time: self.time,
            frozen: None,
            ends_with_buttons: true,
        };
        if let Some(window) = of_manager {
            let events = self.windows[&window].events;
            self.begin_grab(PointerGrab { owner: WM, window, events, ..grab });
            self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, window).into());
        } else if window != ROOT {
            self.clicks.push((window, button));
            self.begin_grab(grab);
        }
    }

    pub(super) fn released(&mut self, button: u8) {
        let event = self.input_event(x::BUTTON_RELEASE_EVENT, button, ROOT);
        if !self.held.remove(&button) {
            return;
        }
        let Some(grab) = self.grab else { return };
        if let Some(window) = self.hearer(grab, x::EventMask::BUTTON_RELEASE.into()) {
            let of_window = self.input_event(x::BUTTON_RELEASE_EVENT, button, window);
            self.put(x::ButtonPressEvent { state: event.state, ..of_window }.into());
        }
        if self.held.is_empty() && grab.ends_with_buttons {
            self.end_grab();
        }
    }

    /// Somebody has the pointer from now on.
    pub(super) fn begin_grab(&mut self, grab: PointerGrab) {
        let before = self.grab.replace(grab);
        self.pointer_grab_time = grab.time;
        let from = before.map_or(self.pointer_window, |grab| grab.window);
        if from != grab.window {
            self.tell_crossing(from, grab.window, x::NotifyMode::GRAB);
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
            x::Allow::ASYNC_POINTER | x::Allow::ASYNC_BOTH => grab.frozen = None,
            // The keyboard is never frozen.
            x::Allow::ASYNC_KEYBOARD | x::Allow::REPLAY_KEYBOARD => {}
            x::Allow::REPLAY_POINTER => {
                let window = grab.window;
                self.end_grab();
                if window == ROOT && self.pointer_window != ROOT {
                    self.press_along(&[self.pointer_window], button);
                } else {
                    self.give_to_client(window, button);
                }
            }
            _ => panic!("the model does not know this mode of AllowEvents"),
        }
        self.unfreeze();
    }

    /// Where a window's inside begins, on the root window.
    fn origin(&self, id: u32) -> (i16, i16) {
        let mut at = (0_i16, 0_i16);
        let mut next = self.windows.get(&id);
        while let Some(window) = next {
            let Place { x, y, border, .. } = window.place;
            at.0 = at.0.wrapping_add(x).wrapping_add(border as i16);
            at.1 = at.1.wrapping_add(y).wrapping_add(border as i16);
            next = self.windows.get(&window.parent);
        }
        at
    }

    pub(super) fn query_pointer(&mut self, id: u32) -> Outcome {
        self.window(id)?;
        let (x, y) = self.origin(id);
        let at = self.pointer;
        let reply = x::QueryPointerReply {
            same_screen: true,
            sequence: self.sequence as u16,
            length: 0,
            root: ROOT,
            child: if id == ROOT && self.pointer_window != ROOT {
                self.pointer_window
            } else {
                NONE
            },
            root_x: at.0,
            root_y: at.1,
            win_x: at.0.wrapping_sub(x),
            win_y: at.1.wrapping_sub(y),
            mask: self.state().into(),
        };
        self.answer(reply.serialize().to_vec());
        Ok(())
    }

    /// Specification, `WarpPointer`.
    pub(super) fn warp_pointer(&mut self, it: &x::WarpPointerRequest) -> Outcome {
        let (from, at) = (self.origin(it.src_window), self.pointer);
        if it.src_window != NONE {
            let source = self.window(it.src_window)?.place;
            let size = |asked: u16, all: u16, start: i16| match asked {
                0 => all.saturating_sub(start as u16),
                size => size,
            };
            let (x, y) = (from.0.wrapping_add(it.src_x), from.1.wrapping_add(it.src_y));
            let width = size(it.src_width, source.width, it.src_x);
            let height = size(it.src_height, source.height, it.src_y);
            let is_in = it.src_window == ROOT || it.src_window == self.pointer_window;
            if !(is_in && Place::new(x, y, width, height).contains(at.0, at.1)) {
                return Ok(());
            }
        }
        let start = match it.dst_window {
            NONE => at,
            window => {
                self.window(window)?;
                self.origin(window)
            }
        };
        self.move_pointer(start.0.saturating_add(it.dst_x), start.1.saturating_add(it.dst_y));
        Ok(())
    }
}
