//! What each X event does to the state: one function per event. Handlers are total: a
//! window that we don't know is a no-op. Never draws; see `mod.rs`.

use super::candidate::Origin;
use super::client::Client;
use super::manage::Withdrawal;
use super::question::{PropertyName, Question};
use super::scene::{self, Placed};
use super::stack_set::WorkspaceId;
use super::{Leave, Wm};
use crate::bar::Target;
use crate::config::{Action, FocusPolicy, Over};
use crate::geometry::{Point, Rect, Size};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::{
    Circulate, ConfigureNotify, ConfigureRequest, Crossing, CrossingDetail, CrossingMode, Focus,
    FocusDetail, FocusMode, Input, MappingNotify, MappingRequest, PropertyNotify, ReparentNotify,
    SelectionClear,
};
use crate::x11::id::{Timestamp, Window};
use crate::x11::property::{self, Gravity};
use crate::x11::request::{self, AllowMode, StackMode, WindowChanges};
use alloc::vec::Vec;

/// For so many milliseconds a window may change what it is.
const YOUTH: u32 = 5000;

impl Wm {
    /// A binding, which is grabbed on the root window, or a click into a window without
    /// the focus, which the server holds back until we let it go on.
    #[inline(never)]
    pub(super) fn button_press(&mut self, press: &Input, out: &mut Connection<Question>) {
        self.user_did(press);
        if press.event == self.server.root && self.press_in_drag(out) {
            return;
        }
        let is_root = press.event == self.server.root;
        let window = if is_root { press.child } else { press.event };
        let is_over = self.panels.overlay() == Some(window);
        if is_root && self.bindings.holds_nothing(press.state) {
            // While the overlay is there, all clicks come here first.
            if !is_over {
                self.close_overlay(out);
            }
            out.send(&request::AllowEvents { mode: AllowMode::ReplayPointer, time: press.time });
            return;
        }
        let target = self.panel_hit(window);
        if let Some(target) = target.filter(|_| is_over) {
            return self.click_overlay(target, out);
        }
        self.close_overlay(out);
        if let Some(target) = target {
            return self.click(target, press, out);
        }
        if is_root {
            let action = self.bindings.of_button(self.config, Over::Window, press);
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
            Action::DragMove => self.begin_drag(window, press, true, out),
            Action::DragResize => self.begin_drag(window, press, false, out),
            action => self.perform(action, Some(window), out),
        }
    }

    /// What is under the pointer in a window of ours.
    fn panel_hit(&self, window: Window) -> Option<Target> {
        let corner = self.shown.placed(window)?.rect.position();
        self.panels.hit(window, self.pointer.x - corner.x, self.pointer.y - corner.y)
    }

    /// A part of a bar or a tab was clicked: what the mouse table says is done, on that
    /// monitor, and to that window.
    fn click(&mut self, target: Target, press: &Input, out: &mut Connection<Question>) {
        let Some(over) = target.over() else { return };
        let is_plain = press.detail == 1 && self.bindings.holds_nothing(press.state);
        let shortcuts = self.config.bar.map_or(&[][..], |bar| bar.shortcuts);
        let own_action = match target {
            Target::Shortcut(index) if is_plain => {
                shortcuts.get(usize::from(index)).map(|shortcut| shortcut.action)
            }
            Target::Status(index) => {
                let check = self.config.status.get(usize::from(index));
                let mut clicks = check.map_or(&[][..], |check| check.clicks).iter();
                clicks.find(|(button, _)| *button == press.detail).map(|(_, action)| *action)
            }
            _ => None,
        };
        let action = self.bindings.of_button(self.config, over, press);
        let Some(action) = action.or(own_action) else { return };
        self.stack_set.focus_screen_at(self.pointer);
        let window = match target {
            Target::Title(window) | Target::Tab(window) => Some(window),
            _ => None,
        };
        let turns = matches!(action, Action::FocusNext | Action::FocusPrevious);
        if let Some(window) = window.filter(|_| !turns) {
            self.focus(window);
        }
        match (action, target) {
            (Action::ViewThis, Target::Workspace(index)) => {
                self.stack_set.view(WorkspaceId::new(index), self.config.on_other_monitor);
            }
            (Action::SendToThis, Target::Workspace(index)) => {
                if let Some(window) = self.focused() {
                    self.send(window, WorkspaceId::new(index));
                }
            }
            _ => self.perform(action, self.focused(), out),
        }
    }

    pub(super) fn button_release(&mut self, release: &Input, out: &mut Connection<Question>) {
        self.user_did(release);
        self.drag_to(self.pointer);
        self.release_in_drag(release.detail, out);
    }

    /// A drag goes on, or the pointer came to another monitor where there is no window.
    pub(super) fn motion_notify(&mut self, motion: &Input) {
        if self.drag.is_some() {
            self.user_did(motion);
            return self.drag_to(self.pointer);
        }
        self.saw(motion.time);
        let pointer = Point { x: motion.root_x.into(), y: motion.root_y.into() };
        let before = core::mem::replace(&mut self.pointer, pointer);
        let monitor = |point| self.stack_set.screen_at(point).map(|screen| screen.monitor.area);
        let is_elsewhere = monitor(before) != monitor(pointer);
        let is_over_nothing = motion.event == self.server.root && motion.child == Window::NONE;
        if is_elsewhere && is_over_nothing && self.config.focus != FocusPolicy::Click {
            self.stack_set.focus_screen_at(pointer);
            self.acted = self.time;
        }
    }

    /// Focus follows the pointer, but only where the pointer moved: not where a window
    /// came, went or moved under it.
    pub(super) fn enter_notify(&mut self, crossing: &Crossing, sequence: u64) {
        self.saw(crossing.time);
        let pointer = Point { x: crossing.root_x.into(), y: crossing.root_y.into() };
        let stood_still = core::mem::replace(&mut self.pointer, pointer) == pointer;
        // Out of a window is into the root window, which tells us only where that counts.
        let is_root = crossing.event == self.server.root;
        if self.config.focus == FocusPolicy::Click
            || crossing.mode != CrossingMode::Normal
            || (crossing.detail == CrossingDetail::Inferior && !is_root)
            || stood_still
            || self.restructured
            || self.shown.may_have_caused(sequence)
        {
            return;
        }
        self.stack_set.focus_screen_at(pointer);
        self.is_outside |= is_root;
        let takes_keys = self.clients.get(crossing.event).is_some_and(Client::accepts_focus);
        if takes_keys && self.stack_set.is_visible(crossing.event) {
            self.guest = None;
            self.stack_set.focus_window(self.state().stand_in(crossing.event));
            self.acted = self.time;
            self.is_outside = false;
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
                self.guest = None;
                self.shown.lost_focus();
            }
        } else if focus.detail != FocusDetail::Pointer
            && let Some(client) = self.clients.get(window)
        {
            self.guest = None;
            // A window within it may have it, which passes through it.
            if client.fixture.is_some() {
                // A panel with a menu, perhaps: it gives it back by itself.
                self.shown.took_focus(window, client.input_model());
                self.guest = Some((window, self.stack_set.focus()));
            } else if self.stack_set.is_visible(window) {
                self.shown.took_focus(window, client.input_model());
                self.stack_set.focus_window(window);
                self.is_outside = false;
            } else {
                // It is about to be hidden.
                self.shown.lost_focus();
            }
        }
    }

    pub(super) fn map_request(&mut self, window: Window, out: &mut Connection<Question>) {
        // A managed window is mapped when its workspace is shown, and not before; one that
        // was minimised wants to be seen again (ICCCM 4.1.4).
        if self.clients.contains(window) {
            self.restore(window);
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
    #[inline(never)]
    pub(super) fn configure_request(
        &mut self,
        request: &ConfigureRequest,
        out: &mut Connection<Question>,
    ) {
        let (window, changes) = (request.window, request.changes);
        // A window that has not been shown yet has no place of ours to insist on, and nobody
        // can see it move.
        let has_no_place = self.leaving.is_some() || !self.shown.was_placed(window);
        if has_no_place && changes != WindowChanges::default() {
            out.send(&request::ConfigureWindow { window, changes });
        }
        let Some(client) = self.clients.get_mut(window) else { return };
        let borders = 2 * client.own_border;
        if let Some(fixture) = &mut client.fixture {
            // It places itself; its layer is ours.
            let changes = WindowChanges { sibling: None, stack_mode: None, ..changes };
            if !has_no_place && changes != WindowChanges::default() {
                let sequence = out.send(&request::ConfigureWindow { window, changes });
                self.shown.caused(sequence);
            }
            let rect = &mut fixture.rect;
            rect.x = changes.x.map_or(rect.x, i32::from);
            rect.y = changes.y.map_or(rect.y, i32::from);
            rect.width = changes.width.map_or(rect.width, |width| u32::from(width) + borders);
            rect.height = changes.height.map_or(rect.height, |height| u32::from(height) + borders);
            return;
        }
        client.own_border = changes.border_width.map_or(client.own_border, u32::from);
        if !client.ignores_requests {
            let gravity = client.size_hints.gravity;
            self.change_float(window, changes, gravity);
            if let Some(mode) = changes.stack_mode {
                self.restack(window, changes.sibling, mode);
            }
        }
        self.owe(window);
    }

    /// A window whose place may not be what it asked for is told where it is (ICCCM 4.1.5).
    pub(super) fn owe(&mut self, window: Window) {
        let client = self.clients.get(window).filter(|client| client.fixture.is_none());
        if client.is_some() && !self.owed.contains(&window) {
            self.owed.push(window);
        }
    }

    /// Puts a float where it or a pager wants it among the floats (specification,
    /// `ConfigureWindow`). What is no float, and the place beside what is none, is not for
    /// them to say.
    pub(super) fn restack(&mut self, window: Window, sibling: Option<Window>, mode: StackMode) {
        let is_float = |window: Window| self.stack_set.wish(window).is_some();
        if !is_float(window) || sibling.is_some_and(|it| it == window || !is_float(it)) {
            return;
        }
        let above = match mode {
            StackMode::Above => true,
            StackMode::Below => false,
            mode => {
                let drawn = scene::scene(self.state()).windows;
                let Some(at) = drawn.iter().position(|it| it.window == window) else { return };
                let meets = |other: &Placed| {
                    sibling.is_none_or(|sibling| sibling == other.window)
                        && other.rect.overlap(drawn[at].rect) != 0
                };
                let is_covered = drawn[at + 1..].iter().any(meets);
                let covers = drawn[..at].iter().any(meets);
                match mode {
                    StackMode::TopIf | StackMode::Opposite if is_covered => true,
                    StackMode::BottomIf | StackMode::Opposite if covers => false,
                    _ => return,
                }
            }
        };
        let beside = sibling.filter(|_| matches!(mode, StackMode::Above | StackMode::Below));
        match beside {
            None if above => self.raise(window),
            beside => self.stack_set.restack(window, beside, above),
        }
    }

    /// A client wants the lowest float on top, or the highest one at the bottom.
    pub(super) fn circulate_request(&mut self, request: &Circulate) {
        let mode = if request.on_bottom { StackMode::Below } else { StackMode::Above };
        self.restack(request.window, None, mode);
    }

    /// Lets a float wish for what its hints allow.
    pub(super) fn fit_float(&mut self, window: Window) {
        self.change_float(window, WindowChanges::default(), Gravity::NorthWest);
    }

    /// Gives a float what is asked for it, as far as its hints allow. A position is that of
    /// the point that `gravity` names.
    pub(super) fn change_float(
        &mut self,
        window: Window,
        changes: WindowChanges,
        gravity: Gravity,
    ) {
        let (Some(client), Some(wish)) = (self.clients.get(window), self.stack_set.wish(window))
        else {
            return;
        };
        let border = self.border_of(client);
        let monitor = self.monitor_of(window).position();
        let inner = |outer: u32| outer.saturating_sub(2 * border);
        let now =
            Rect { width: inner(wish.width), height: inner(wish.height), ..wish }.moved_by(monitor);
        let asked = Rect {
            x: changes.x.map_or(now.x, i32::from),
            y: changes.y.map_or(now.y, i32::from),
            width: changes.width.map_or(now.width, u32::from),
            height: changes.height.map_or(now.height, u32::from),
        };
        let frame = client.outer_size(asked.width, asked.height, border);
        let size = Size { width: inner(frame.width), height: inner(frame.height) };
        // Where it asks for no place, its reference point stays where it is. Where it asks
        // for one, it thinks of a border of its own (ICCCM 4.1.2.3).
        let kept = property::place(gravity, now, border, size, border);
        let wanted = property::place(gravity, asked, client.own_border, size, border);
        let x = if changes.x.is_some() { wanted.x } else { kept.x };
        let y = if changes.y.is_some() { wanted.y } else { kept.y };
        let wish = Rect::new(x, y, frame.width, frame.height);
        self.stack_set.float(window, wish.seen_from(monitor));
        if changes.x.is_some() || changes.y.is_some() {
            self.move_to_monitor_at(window, wish.middle());
        }
    }

    /// The monitor that shows a window's workspace, or would.
    pub(super) fn monitor_of(&self, window: Window) -> Rect {
        let here = self.stack_set.current_screen();
        self.stack_set.screen_of(window).unwrap_or(here).monitor.area
    }

    /// The root window has a new size.
    pub(super) fn configure_notify(&mut self, notify: &ConfigureNotify) {
        if notify.window == self.server.root {
            self.root = Size { width: notify.width.into(), height: notify.height.into() };
            self.root_changed();
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
        if window == self.compositor {
            self.compositor = Window::NONE;
        }
        self.tray.destroyed(window);
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
        let window = notify.window;
        if window == self.server.root && notify.atom == self.atoms.id(Atom::ResourceManager) {
            self.resources_changed();
        }
        let Some(property) = self.atoms.atom(notify.atom).and_then(PropertyName::named) else {
            return;
        };
        if window == self.server.root && property == PropertyName::OldTitle {
            self.status.root_name_changed();
        }
        let mut is_late_title = false;
        if let Some(client) = self.clients.get_mut(window) {
            // The first thing that changes is what we write ourselves.
            let since = *client.since.get_or_insert(notify.time);
            if property.is_title() {
                client.title.mark_stale(property, !notify.deleted);
            }
            let is_young = !notify.time.is_after(Timestamp(since.0.wrapping_add(YOUTH)));
            if property == PropertyName::Class && !is_young && !client.class.class.is_empty() {
                client.unsettled = None;
            }
            is_late_title = is_young
                && client.unsettled.is_some()
                && property.is_title()
                && self.config.rules.iter().any(|rule| rule.title.is_some());
        }
        let is_watched = property.is_watched() && self.is_known(window);
        if self.candidates.contains(window) || is_watched || is_late_title {
            self.clients.mark_stale(window, property);
        }
    }

    /// Another window manager takes over, and waits for us to go (ICCCM 2.8), or another
    /// tray does.
    pub(super) fn selection_clear(
        &mut self,
        clear: &SelectionClear,
        out: &mut Connection<Question>,
    ) {
        let is_ours = clear.owner == self.server.holder;
        if is_ours && clear.selection == self.atoms.id(Atom::WmS0) {
            self.leave(Leave::Quit, out);
        }
        let is_tray = clear.owner == self.tray.window();
        if is_tray && clear.selection == self.atoms.id(Atom::NetSystemTrayS0) {
            self.give_up_tray(out);
        }
    }

    pub(super) fn mapping_notify(&mut self, notify: MappingNotify) {
        if notify.request != MappingRequest::Pointer {
            self.bindings.mark_stale();
        }
    }

    /// Gives a window the focus, or the dialog that stands in for it, and puts a float above
    /// the others.
    pub(super) fn focus(&mut self, window: Window) {
        if self.stack_set.is_visible(window) {
            self.guest = None;
            let window = self.state().stand_in(window);
            self.stack_set.focus_window(window);
            self.raise(window);
        }
    }

    /// Puts a float above the others, and with it what belongs to it, and what it belongs
    /// to with all of its own.
    pub(super) fn raise(&mut self, window: Window) {
        let state = self.state();
        let head = state.owners(window).last().unwrap_or(window);
        let mut family = Vec::new();
        for owner in [head, window] {
            let is_of_it = |it: &Window| *it == owner || state.belongs_to(*it, owner);
            family.extend(state.stack_set.floats().iter().map(|it| it.window).filter(is_of_it));
        }
        for window in family {
            self.stack_set.raise(window);
            self.is_outside = false;
        }
    }

    /// The user did something, at this time and this place.
    pub(super) fn user_did(&mut self, input: &Input) {
        self.saw(input.time);
        self.acted = self.time;
        self.pointer = Point { x: input.root_x.into(), y: input.root_y.into() };
    }

    fn saw(&mut self, time: Timestamp) {
        if time.is_after(self.time) {
            self.time = time;
        }
    }
}
