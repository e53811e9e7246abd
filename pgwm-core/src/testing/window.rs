//! The model's windows: mapped, configured, destroyed, and the focus that goes with it. Never
//! asks whether anything is redirected; see `client.rs`.

use x11rb_protocol::protocol::xproto as x;

use super::{BAD_MATCH, BAD_VALUE, ModelServer, ModelWindow, NONE, Outcome, POINTER_ROOT, ROOT};

impl ModelServer {
    /// Whether a window and all above it are mapped.
    pub(crate) fn is_viewable(&self, id: u32) -> bool {
        let parent = |id: &u32| self.windows.get(id).map(|window| window.parent);
        let mut line = std::iter::successors(Some(id), parent).take_while(|id| *id != NONE);
        line.all(|id| self.windows.get(&id).is_some_and(|window| window.mapped))
    }

    pub(super) fn map_now(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if std::mem::replace(&mut window.mapped, true) {
            return;
        }
        let override_redirect = window.override_redirect;
        self.tell_structure(id, |event| x::MapNotifyEvent {
            response_type: x::MAP_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            override_redirect,
        });
        self.expose(id);
    }

    /// A window goes into another one, unmapped; whether it was mapped.
    pub(super) fn reparent_now(&mut self, id: u32, parent: u32, x: i16, y: i16) -> bool {
        let Some(window) = self.windows.get(&id) else { return false };
        let (was_mapped, override_redirect) = (window.mapped, window.override_redirect);
        self.unmap_now(id);
        self.order.retain(|other| *other != id);
        if parent == ROOT {
            self.order.push(id);
        }
        let event = |event| x::ReparentNotifyEvent {
            response_type: x::REPARENT_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            parent,
            x,
            y,
            override_redirect,
        };
        self.tell_structure(id, event);
        if let Some(window) = self.windows.get_mut(&id) {
            window.parent = parent;
            (window.place.x, window.place.y) = (x, y);
        }
        self.tell(parent, x::EventMask::SUBSTRUCTURE_NOTIFY, event(parent));
        was_mapped
    }

    pub(super) fn unmap_now(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if !std::mem::replace(&mut window.mapped, false) {
            return;
        }
        self.tell_structure(id, |event| x::UnmapNotifyEvent {
            response_type: x::UNMAP_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            from_configure: false,
        });
        self.lose_view(id);
    }

    /// A window can't be seen any more: it loses the focus and the pointer's grab.
    pub(super) fn lose_view(&mut self, id: u32) {
        if self.focus == id {
            let (focus, revert_to) = match self.revert_to {
                0 => (NONE, 0),
                1 => (POINTER_ROOT, 1),
                _ => (ROOT, 0),
            };
            self.revert_to = revert_to;
            self.move_focus(focus);
        }
        if self.grab.is_some_and(|grab| grab.window == id) {
            self.end_grab();
            self.unfreeze();
        }
        if self.keyboard_grab.is_some_and(|grab| grab.window == id) {
            self.end_keyboard_grab();
        }
    }

    /// Whether a request to configure a window makes sense.
    pub(super) fn check_changes(&self, id: u32, values: &x::ConfigureWindowAux) -> Outcome {
        let window = self.window(id)?;
        if values.width == Some(0) || values.height == Some(0) {
            return Err((BAD_VALUE, 0));
        }
        if window.input_only && values.border_width.is_some() {
            return Err((BAD_MATCH, id));
        }
        if let Some(sibling) = values.sibling {
            let is_sibling = self.window(sibling)?.parent == window.parent && sibling != id;
            if !is_sibling || values.stack_mode.is_none() {
                return Err((BAD_MATCH, sibling));
            }
        }
        Ok(())
    }

    pub(super) fn configure_now(&mut self, id: u32, values: &x::ConfigureWindowAux) -> Outcome {
        self.check_changes(id, values)?;
        let window = self.window(id)?;
        let (parent, old) = (window.parent, window.place);
        let mut new = old;
        let set =
            |field: &mut i16, value: Option<i32>| *field = value.map_or(*field, |it| it as i16);
        set(&mut new.x, values.x);
        set(&mut new.y, values.y);
        let set =
            |field: &mut u16, value: Option<u32>| *field = value.map_or(*field, |it| it as u16);
        set(&mut new.width, values.width);
        set(&mut new.height, values.height);
        set(&mut new.border, values.border_width);
        let before = self.order.clone();
        if let Some(mode) = values.stack_mode.filter(|_| parent == ROOT) {
            self.restack(id, values.sibling, mode);
        }
        if new == old && self.order == before {
            return Ok(());
        }
        let window = self.window_mut(id)?;
        window.place = new;
        window.told = Some(new);
        let override_redirect = window.override_redirect;
        let at = self.order.iter().position(|other| *other == id);
        let below = at.and_then(|at| at.checked_sub(1)).map_or(NONE, |at| self.order[at]);
        let told = |event| x::ConfigureNotifyEvent {
            response_type: x::CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            above_sibling: below,
            x: new.x,
            y: new.y,
            width: new.width,
            height: new.height,
            border_width: new.border,
            override_redirect,
        };
        self.tell_structure(id, told);
        self.tell_client(id, told(id));
        if (new.width, new.height) != (old.width, old.height) {
            self.expose(id);
        }
        Ok(())
    }

    pub(super) fn restack(&mut self, id: u32, sibling: Option<u32>, mode: x::StackMode) {
        let place = |order: &[u32], it: u32| order.iter().position(|other| *other == it);
        let others: Vec<u32> = match sibling {
            Some(sibling) => vec![sibling],
            None => self.order.iter().copied().filter(|other| *other != id).collect(),
        };
        let is_covered = others.iter().any(|other| self.covers(*other, id));
        let does_cover = others.iter().any(|other| self.covers(id, *other));
        let (raise, lower) = match mode {
            x::StackMode::ABOVE if sibling.is_none() => (true, false),
            x::StackMode::BELOW if sibling.is_none() => (false, true),
            x::StackMode::TOP_IF => (is_covered, false),
            x::StackMode::BOTTOM_IF => (false, does_cover),
            x::StackMode::OPPOSITE => (is_covered, !is_covered && does_cover),
            _ => {
                self.order.retain(|other| *other != id);
                let at = sibling.and_then(|sibling| place(&self.order, sibling)).unwrap_or(0);
                let at = if mode == x::StackMode::ABOVE { at + 1 } else { at };
                self.order.insert(at, id);
                return;
            }
        };
        if raise || lower {
            self.order.retain(|other| *other != id);
            self.order.insert(if raise { self.order.len() } else { 0 }, id);
        }
    }

    /// Whether one window hides a part of another.
    fn covers(&self, above: u32, below: u32) -> bool {
        let place = |it: u32| self.order.iter().position(|other| *other == it);
        let both = (&self.windows[&above], &self.windows[&below]);
        place(above) > place(below)
            && both.0.mapped
            && both.1.mapped
            && both.0.place.overlaps(both.1.place)
    }

    /// Specification, `CirculateWindow`: the lowest window that is covered, or the highest one
    /// that covers another.
    pub(super) fn next_to_circulate(&self, raises: bool) -> Option<u32> {
        let any = |is_it: &dyn Fn(u32) -> bool| self.order.iter().any(|other| is_it(*other));
        if raises {
            self.order.iter().copied().find(|id| any(&|other| self.covers(other, *id)))
        } else {
            self.order.iter().rev().copied().find(|id| any(&|other| self.covers(*id, other)))
        }
    }

    pub(super) fn circulate_now(&mut self, raises: bool) {
        let Some(window) = self.next_to_circulate(raises) else { return };
        self.order.retain(|other| *other != window);
        let (at, place) =
            if raises { (self.order.len(), x::Place::ON_TOP) } else { (0, x::Place::ON_BOTTOM) };
        self.order.insert(at, window);
        self.tell_structure(window, |event| x::CirculateNotifyEvent {
            response_type: x::CIRCULATE_NOTIFY_EVENT,
            sequence: 0,
            event,
            window,
            place,
        });
    }

    pub(super) fn destroy_now(&mut self, id: u32) {
        self.unmap_now(id);
        if !self.windows.contains_key(&id) {
            return;
        }
        let is_child = |(_, window): &(&u32, &ModelWindow)| window.parent == id;
        let children: Vec<u32> = self.windows.iter().filter(is_child).map(|(id, _)| *id).collect();
        for child in children {
            self.destroy_now(child);
        }
        self.tell_structure(id, |event| x::DestroyNotifyEvent {
            response_type: x::DESTROY_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
        });
        self.windows.remove(&id);
        self.end_drawing_on(id);
        self.order.retain(|other| *other != id);
        self.save_set.remove(&id);
        self.monitor_events.remove(&id);
        self.let_go(id);
        self.letters.retain(|(window, _)| *window != id);
        self.lose_view(id);
        if self.pointer_window == id {
            self.pointer_window = ROOT;
        }
    }

    /// Specification, `SetInputFocus`.
    pub(super) fn set_focus(&mut self, window: u32, revert_to: u8, time: u32) -> Outcome {
        if window != NONE && window != POINTER_ROOT {
            self.window(window)?;
            if !self.is_viewable(window) {
                return Err((BAD_MATCH, window));
            }
        }
        let time = if time == 0 { self.time } else { time };
        let is_before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        if is_before(time, self.focus_time) || is_before(self.time, time) {
            return Ok(());
        }
        (self.revert_to, self.focus_time) = (revert_to, time);
        self.move_focus(window);
        Ok(())
    }

    pub(super) fn move_focus(&mut self, window: u32) {
        let before = std::mem::replace(&mut self.focus, window);
        if before == window {
            return;
        }
        let mode = match self.keyboard_grab {
            Some(_) => x::NotifyMode::WHILE_GRABBED,
            None => x::NotifyMode::NORMAL,
        };
        self.tell_focus(before, window, mode);
    }
}
