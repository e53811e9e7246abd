//! What each X event does to the state: one function per event. Handlers are total: a
//! window that we don't know is a no-op. Never draws; see `mod.rs`.

use super::candidate::Origin;
use super::client::Client;
use super::manage::Withdrawal;
use super::question::{PropertyName, Question};
use super::{Leave, Wm, workspace_id};
use crate::config::Action;
use crate::geometry::{Point, Rect, Size};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::{
    ClientMessage, ConfigureNotify, ConfigureRequest, Crossing, CrossingDetail, CrossingMode,
    Focus, FocusDetail, FocusMode, Input, MappingNotify, MappingRequest, PropertyNotify,
    ReparentNotify, SelectionClear,
};
use crate::x11::id::{AtomId, Keycode, Timestamp, Window};
use crate::x11::request::{self, AllowMode, StackMode, WindowChanges};

impl Wm {
    pub(super) fn key_press(&mut self, press: &Input, out: &mut Connection<Question>) {
        self.user_did(press);
        if let Some(action) = self.bindings.of_key(Keycode(press.detail), press.state) {
            self.perform(action, self.stack_set.focus(), out);
        }
    }

    /// A binding, which is grabbed on the root window, or a click into a window without
    /// the focus, which the server holds back until we let it go on.
    pub(super) fn button_press(&mut self, press: &Input, out: &mut Connection<Question>) {
        self.user_did(press);
        if press.event == self.server.root {
            let action = self.bindings.of_button(self.config, press.detail, press.state);
            if let Some(action) = action.filter(|_| self.clients.contains(press.child)) {
                self.focus(press.child);
                self.perform_by_mouse(action, press, out);
            }
            return;
        }
        // The wheel turns what is under the pointer and leaves the focus alone.
        if press.detail <= 3 {
            self.focus(press.event);
        }
        out.send(&request::AllowEvents { mode: AllowMode::ReplayPointer, time: press.time });
    }

    fn perform_by_mouse(&mut self, action: Action, press: &Input, out: &mut Connection<Question>) {
        let window = press.child;
        match action {
            Action::DragMove => self.begin_move(window, press),
            Action::DragResize => self.begin_resize(window, press),
            action => self.perform(action, Some(window), out),
        }
    }

    pub(super) fn button_release(&mut self, release: &Input) {
        self.user_did(release);
        if self.drag.is_some_and(|drag| drag.button == release.detail) {
            self.drag = None;
        }
    }

    pub(super) fn motion_notify(&mut self, motion: &Input) {
        self.user_did(motion);
        self.continue_drag(motion);
    }

    /// Focus follows the pointer, but only where the pointer moved: not where a window
    /// came, went or moved under it.
    pub(super) fn enter_notify(&mut self, crossing: &Crossing, sequence: u64) {
        self.saw(crossing.time);
        let pointer = Point { x: crossing.root_x.into(), y: crossing.root_y.into() };
        let stood_still = core::mem::replace(&mut self.pointer, pointer) == pointer;
        if !self.config.focus_follows_pointer
            || crossing.mode != CrossingMode::Normal
            || crossing.detail == CrossingDetail::Inferior
            || stood_still
            || self.restructured
            || self.shown.may_have_caused(sequence)
        {
            return;
        }
        self.stack_set.focus_screen_at(pointer);
        let takes_keys = self.clients.get(crossing.event).is_some_and(Client::accepts_focus);
        if takes_keys && self.stack_set.screen_of(crossing.event).is_some() {
            self.stack_set.focus_window(crossing.event);
        }
    }

    /// Another program moved the focus: to a window that can be seen, which has it then, or
    /// to none, which would leave every key without a window.
    pub(super) fn focus_in(&mut self, focus: Focus, sequence: u64) {
        let by_grab = matches!(focus.mode, FocusMode::Grab | FocusMode::Ungrab);
        let in_passing = matches!(
            focus.detail,
            FocusDetail::Virtual | FocusDetail::NonlinearVirtual | FocusDetail::Pointer
        );
        if by_grab || self.shown.is_old_focus(sequence) {
            return;
        }
        let window = focus.event;
        if window == self.server.root {
            if !in_passing {
                self.shown.lost_focus();
            }
        } else if focus.detail != FocusDetail::Pointer
            && let Some(client) = self.clients.get(window)
        {
            // A window within it may have it, which passes through it.
            if self.stack_set.screen_of(window).is_some() {
                self.shown.took_focus(window, client.input_model());
                self.stack_set.focus_window(window);
            } else {
                // It is about to be hidden.
                self.shown.lost_focus();
            }
        }
    }

    pub(super) fn map_request(&mut self, window: Window, out: &mut Connection<Question>) {
        // A managed window is mapped when its workspace is shown, and not before.
        if self.clients.contains(window) {
            return;
        }
        if self.leaving.is_some() {
            out.send(&request::MapWindow { window });
            return;
        }
        // A window from before our time that is mapped only now is a new one.
        if let Some(candidate) = self.candidates.get_mut(window) {
            candidate.origin = Origin::New;
        }
        for (_, candidate) in self.adopted.iter_mut().filter(|(other, _)| *other == window) {
            candidate.origin = Origin::New;
        }
        if !self.adopted.iter().any(|(other, _)| *other == window) {
            self.consider(window, Origin::New, out);
        }
    }

    /// A tile stays, and is told so; a float gets its wish; what isn't managed gets what
    /// it asks for.
    pub(super) fn configure_request(
        &mut self,
        request: &ConfigureRequest,
        out: &mut Connection<Question>,
    ) {
        let (window, changes) = (request.window, request.changes);
        // A window that has not been shown yet has no place of ours to insist on.
        let has_no_place = self.leaving.is_some() || !self.shown.was_placed(window);
        if has_no_place && changes != WindowChanges::default() {
            let sequence = out.send(&request::ConfigureWindow { window, changes });
            self.shown.caused(sequence);
        }
        let Some(client) = self.clients.get(window) else { return };
        if let Some(wish) = self.stack_set.wish(window) {
            let border = self.config.border;
            let length = |value: Option<u16>, now: u32| {
                value.map_or(now.saturating_sub(2 * border), u32::from)
            };
            let (width, height) =
                (length(changes.width, wish.width), length(changes.height, wish.height));
            let Size { width, height } = client.outer_size(width, height, border);
            let offset = client.static_offset(border);
            let place =
                |value: Option<i16>, now: i32| value.map_or(now, |value| i32::from(value) - offset);
            let (x, y) = (place(changes.x, wish.x), place(changes.y, wish.y));
            self.stack_set.float(window, Rect { x, y, width, height });
            if changes.stack_mode == Some(StackMode::Above) {
                self.stack_set.raise(window);
            }
        }
        if !self.owed.contains(&window) {
            self.owed.push(window);
        }
    }

    /// The root window has a new size: the monitor has.
    pub(super) fn configure_notify(&mut self, notify: &ConfigureNotify) {
        if notify.window == self.server.root {
            let area = Rect::new(0, 0, notify.width.into(), notify.height.into());
            self.stack_set.set_screens(&[area]);
        }
    }

    /// The program withdrew its window, by unmapping it or by saying so (ICCCM 4.1.4), or
    /// we hid it ourselves.
    pub(super) fn unmap_notify(&mut self, window: Window, sequence: u64, synthetic: bool) {
        self.restructured = true;
        if synthetic || !self.shown.is_own_unmap(sequence, window) {
            self.withdraw(window, Withdrawal::Unmapped);
        }
    }

    pub(super) fn destroy_notify(&mut self, window: Window) {
        self.restructured = true;
        self.unmanage(window);
        self.withdrawn.retain(|(other, _)| *other != window);
    }

    /// A window that another program took into itself is that program's.
    pub(super) fn reparent_notify(&mut self, notify: &ReparentNotify) {
        self.restructured = true;
        if notify.parent != self.server.root {
            self.withdraw(notify.window, Withdrawal::Reparented);
        }
    }

    pub(super) fn property_notify(
        &mut self,
        notify: &PropertyNotify,
        sequence: u64,
        out: &mut Connection<Question>,
    ) {
        self.saw(notify.time);
        if notify.window == self.server.holder {
            self.shown.learn_time(notify.time, sequence, &self.atoms, out);
        }
        let watched = self.atoms.atom(notify.atom).and_then(PropertyName::watched);
        if let Some(property) = watched
            && self.is_known(notify.window)
        {
            self.clients.mark_stale(notify.window, property);
        }
    }

    /// Another window manager takes over, and waits for us to go (ICCCM 2.8).
    pub(super) fn selection_clear(
        &mut self,
        clear: &SelectionClear,
        out: &mut Connection<Question>,
    ) {
        if clear.selection == self.atoms.id(Atom::WmS0) {
            self.leave(Leave::Quit, out);
        }
    }

    pub(super) fn mapping_notify(&mut self, notify: MappingNotify) {
        if notify.request != MappingRequest::Pointer {
            self.bindings.mark_stale();
        }
    }

    /// What pagers, task bars and the programs themselves ask for (EWMH).
    pub(super) fn client_message(
        &mut self,
        message: &ClientMessage,
        out: &mut Connection<Question>,
    ) {
        let window = message.window;
        let words = message.data.words();
        let Some(kind) = self.atoms.atom(message.kind).filter(|_| message.format == 32) else {
            return;
        };
        match kind {
            Atom::NetCurrentDesktop => {
                if let Some(id) = workspace_id(self.config, words[0]) {
                    self.stack_set.view(id);
                }
            }
            Atom::NetActiveWindow => self.activate(window, words[0]),
            Atom::NetCloseWindow if self.clients.contains(window) => self.close(window, out),
            Atom::NetWmDesktop => {
                if let Some(id) = workspace_id(self.config, words[0]) {
                    self.send(window, id);
                }
            }
            Atom::NetWmState => {
                let fullscreen = self.atoms.id(Atom::NetWmStateFullscreen);
                if words[1..3].iter().any(|state| AtomId::new(*state) == fullscreen) {
                    let on = match words[0] {
                        0 => false,
                        1 => true,
                        2 => !self.stack_set.is_fullscreen(window),
                        _ => return,
                    };
                    self.stack_set.set_fullscreen(window, on);
                }
                let attention = self.atoms.id(Atom::NetWmStateDemandsAttention);
                let asks = words[1..3].iter().any(|state| AtomId::new(*state) == attention);
                if asks && let Some(client) = self.clients.get_mut(window) {
                    client.urgent = words[0] != 0;
                }
            }
            _ => {}
        }
    }

    /// A pager may show any window; a program may only ask for attention where its window
    /// can't be seen.
    fn activate(&mut self, window: Window, source: u32) {
        const PAGER: u32 = 2;
        let Some(workspace) = self.stack_set.workspace_of(window).map(|workspace| workspace.id)
        else {
            return;
        };
        if source == PAGER || self.stack_set.screen_of(window).is_some() {
            if self.stack_set.screen_of(window).is_none() {
                self.stack_set.view(workspace);
            }
            self.focus(window);
        } else if let Some(client) = self.clients.get_mut(window) {
            client.urgent = true;
        }
    }

    /// Gives a window the focus and puts a float above the others.
    fn focus(&mut self, window: Window) {
        if self.stack_set.screen_of(window).is_some() {
            self.stack_set.focus_window(window);
            self.stack_set.raise(window);
        }
    }

    /// The user did something, at this time and this place.
    fn user_did(&mut self, input: &Input) {
        self.saw(input.time);
        self.pointer = Point { x: input.root_x.into(), y: input.root_y.into() };
    }

    fn saw(&mut self, time: Timestamp) {
        if time.is_after(self.time) {
            self.time = time;
        }
    }
}
