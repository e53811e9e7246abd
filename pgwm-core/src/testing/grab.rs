//! The model's grabs: who gets the pointer and the keyboard, and until when. Never knows a
//! keyboard that is frozen, nor a pointer that is frozen but by the press of a grabbed button.

use x11rb_protocol::protocol::{Request, xproto as x};
use x11rb_protocol::x11_utils::Serialize;

use super::keyboard::KeyboardGrab;
use super::pointer::{ButtonGrab, PointerGrab};
use super::{ANY_MODIFIER, ModelServer, NONE, OWNER, Outcome, WM};

// What clients do.
impl ModelServer {
    /// A client grabs the pointer for its window; whether it got it.
    pub(crate) fn client_grabs_pointer(&mut self, window: u32) -> bool {
        self.tick();
        let (owner, time) = (window & OWNER, self.time);
        let held = self.grab.map(|grab| grab.owner);
        let status = self.grab_status(owner, held, window, time, self.pointer_grab_time);
        if status != x::GrabStatus::SUCCESS {
            return false;
        }
        self.begin_grab(PointerGrab {
            owner,
            window,
            events: 0,
            owner_events: false,
            time,
            frozen: None,
            ends_with_buttons: false,
        });
        true
    }

    /// A client grabs the keyboard for its window; whether it got it.
    pub(crate) fn client_grabs_keyboard(&mut self, window: u32) -> bool {
        self.tick();
        let (owner, time) = (window & OWNER, self.time);
        let held = self.keyboard_grab.map(|grab| grab.owner);
        let status = self.grab_status(owner, held, window, time, self.keyboard_grab_time);
        if status != x::GrabStatus::SUCCESS {
            return false;
        }
        let (owner_events, key) = (false, None);
        self.begin_keyboard_grab(KeyboardGrab { owner, window, owner_events, time, key });
        true
    }

    /// The client of a window gives back the pointer and the keyboard, if it has them.
    pub(crate) fn client_ungrabs(&mut self, window: u32) {
        self.tick();
        self.end_grabs(window);
    }

    /// A client's grabs end, with its connection or before.
    pub(super) fn end_grabs(&mut self, client: u32) {
        if self.grab.is_some_and(|grab| grab.owner == client & OWNER) {
            self.end_grab();
            self.unfreeze();
        }
        if self.keyboard_grab.is_some_and(|grab| grab.owner == client & OWNER) {
            self.end_keyboard_grab();
        }
    }
}

// What the window manager asks for.
impl ModelServer {
    /// Whether the window manager has the pointer, and the keyboard, for as long as it likes.
    pub(crate) fn managers_grabs(&self) -> (bool, bool) {
        let pointer = self.grab.is_some_and(|it| it.is_managers() && !it.ends_with_buttons);
        let keyboard = self.keyboard_grab.is_some_and(|it| it.owner == WM && it.key.is_none());
        (pointer, keyboard)
    }

    /// Requests about the pointer and the keyboard.
    pub(super) fn carry_out_input(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        match request {
            Request::GrabButton(it) => {
                self.lay_hands_on(it.grab_window, opcode)?;
                let grab = ButtonGrab {
                    button: it.button.into(),
                    modifiers: it.modifiers.into(),
                    events: it.event_mask.into(),
                    freezes: it.pointer_mode == x::GrabMode::SYNC,
                };
                let grabs = &mut self.window_mut(it.grab_window)?.button_grabs;
                grabs.retain(|old| !grab.covers(old.button, old.modifiers));
                grabs.push(grab);
                Ok(())
            }
            Request::UngrabButton(it) => {
                self.lay_hands_on(it.grab_window, opcode)?;
                let gone = ButtonGrab {
                    button: it.button.into(),
                    modifiers: it.modifiers.into(),
                    events: 0,
                    freezes: false,
                };
                let grabs = &mut self.window_mut(it.grab_window)?.button_grabs;
                grabs.retain(|old| !gone.covers(old.button, old.modifiers));
                Ok(())
            }
            Request::GrabKey(it) => {
                let window = self.window_mut(it.grab_window)?;
                window.key_grabs.insert((it.key, it.modifiers.into()));
                Ok(())
            }
            Request::UngrabKey(it) => {
                let (key, modifiers) = (it.key, u16::from(it.modifiers));
                let window = self.window_mut(it.grab_window)?;
                window.key_grabs.retain(|(old_key, old_modifiers)| {
                    !((key == 0 || key == *old_key)
                        && (modifiers == ANY_MODIFIER || modifiers == *old_modifiers))
                });
                Ok(())
            }
            Request::AllowEvents(it) => {
                self.allow_events(it.mode, it.time);
                Ok(())
            }
            Request::GrabPointer(it) => self.grab_pointer(it),
            Request::UngrabPointer(it) => {
                let is_ours = self.grab.is_some_and(|grab| grab.is_managers());
                if is_ours && self.is_timely(it.time, self.pointer_grab_time) {
                    self.end_grab();
                    self.unfreeze();
                }
                Ok(())
            }
            Request::ChangeActivePointerGrab(it) => {
                let is_timely = self.is_timely(it.time, self.pointer_grab_time);
                if let Some(grab) = self.grab.as_mut().filter(|it| it.is_managers() && is_timely) {
                    grab.events = it.event_mask.into();
                }
                Ok(())
            }
            Request::GrabKeyboard(it) => self.grab_keyboard(it),
            Request::UngrabKeyboard(it) => {
                let is_ours = self.keyboard_grab.is_some_and(|grab| grab.owner == WM);
                if is_ours && self.is_timely(it.time, self.keyboard_grab_time) {
                    self.end_keyboard_grab();
                }
                Ok(())
            }
            Request::WarpPointer(it) => self.warp_pointer(it),
            Request::SetInputFocus(it) => self.set_focus(it.focus, it.revert_to.into(), it.time),
            _ => self.carry_out_question(request, opcode),
        }
    }

    /// Whether a time is neither before the last such thing nor yet to come.
    pub(super) fn is_timely(&self, time: u32, last: u32) -> bool {
        let is_before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        time == 0 || !(is_before(time, last) || is_before(self.time, time))
    }

    /// Specification, `GrabPointer` and `GrabKeyboard`: what comes of it for `owner`, while
    /// `held` has it.
    fn grab_status(
        &self,
        owner: u32,
        held: Option<u32>,
        window: u32,
        time: u32,
        last_grab: u32,
    ) -> x::GrabStatus {
        match held {
            Some(other) if other != owner => x::GrabStatus::ALREADY_GRABBED,
            _ if !self.is_viewable(window) => x::GrabStatus::NOT_VIEWABLE,
            _ if !self.is_timely(time, last_grab) => x::GrabStatus::INVALID_TIME,
            _ => x::GrabStatus::SUCCESS,
        }
    }

    fn grab_pointer(&mut self, it: &x::GrabPointerRequest) -> Outcome {
        self.window(it.grab_window)?;
        let is_sync = [it.pointer_mode, it.keyboard_mode].contains(&x::GrabMode::SYNC);
        assert!(!is_sync, "the model does not know synchronous grabs");
        let held = self.grab.map(|grab| grab.owner);
        let last = self.pointer_grab_time;
        let mut status = self.grab_status(WM, held, it.grab_window, it.time, last);
        if it.confine_to != NONE {
            self.window(it.confine_to)?;
            if status == x::GrabStatus::SUCCESS && !self.is_viewable(it.confine_to) {
                status = x::GrabStatus::NOT_VIEWABLE;
            }
        }
        // First the grab, then its answer: events of the grab come before.
        if status == x::GrabStatus::SUCCESS {
            self.begin_grab(PointerGrab {
                owner: WM,
                window: it.grab_window,
                events: it.event_mask.into(),
                owner_events: it.owner_events,
                time: if it.time == 0 { self.time } else { it.time },
                frozen: None,
                ends_with_buttons: false,
            });
            self.unfreeze();
        }
        let reply = x::GrabPointerReply { status, sequence: self.sequence as u16, length: 0 };
        self.answer(reply.serialize().to_vec());
        Ok(())
    }

    fn grab_keyboard(&mut self, it: &x::GrabKeyboardRequest) -> Outcome {
        self.window(it.grab_window)?;
        let is_sync = [it.pointer_mode, it.keyboard_mode].contains(&x::GrabMode::SYNC);
        assert!(!is_sync, "the model does not know synchronous grabs");
        let held = self.keyboard_grab.map(|grab| grab.owner);
        let last = self.keyboard_grab_time;
        let status = self.grab_status(WM, held, it.grab_window, it.time, last);
        if status == x::GrabStatus::SUCCESS {
            self.begin_keyboard_grab(KeyboardGrab {
                owner: WM,
                window: it.grab_window,
                owner_events: it.owner_events,
                time: if it.time == 0 { self.time } else { it.time },
                key: None,
            });
        }
        let reply = x::GrabKeyboardReply { status, sequence: self.sequence as u16, length: 0 };
        self.answer(reply.serialize().to_vec());
        Ok(())
    }
}
