//! What the model's clients do, each at once when a test says so. Never touches what the
//! window manager asked for.

use x11rb_protocol::protocol::xproto as x;

use super::drawing::Background;
use super::{ModelServer, NONE, OWNER, Place, Property, ROOT, WM};

impl ModelServer {
    /// Time passes.
    pub(crate) const fn tick(&mut self) {
        self.time = self.time.wrapping_add(1);
    }

    /// The ids of all clients' windows that exist.
    pub(crate) fn clients_windows(&self) -> Vec<u32> {
        self.windows.keys().copied().filter(|id| *id != ROOT && id & OWNER != WM).collect()
    }

    /// The first number of a client that is not there. A real server gives the numbers of
    /// those that are gone to the next ones, as this one does if it is to.
    pub(crate) fn free_id(&self, reuses: bool) -> u32 {
        let is_taken = |client: &u32| {
            let is_of = |id: &u32| id & OWNER == client << 21;
            self.windows.keys().any(is_of) || (!reuses && self.used.iter().any(is_of))
        };
        (2..256).find(|client| !is_taken(client)).map_or(0, |client| client << 21 | 1)
    }

    /// Creates a top-level window.
    pub(crate) fn create(&mut self, id: u32, place: Place) {
        self.insert(id, ROOT, place);
    }

    /// Creates a window inside of another one: for its properties, as a rule.
    pub(crate) fn create_inside(&mut self, id: u32, parent: u32, place: Place) {
        self.insert(id, parent, place);
    }

    /// A client wants its window to show what its parent shows.
    pub(crate) fn show_parent(&mut self, id: u32) {
        if let Some(window) = self.windows.get_mut(&id) {
            window.background = Background::ParentRelative;
        }
    }

    /// Tells that a window was created, once its creator has said everything about it.
    pub(crate) fn created(&mut self, id: u32) {
        self.tick();
        self.tell_created(id);
        self.cross();
    }

    /// Sets a property of 32-bit numbers.
    pub(crate) fn set_words(&mut self, id: u32, property: &str, kind: &str, words: &[u32]) {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.set(id, property, kind, 32, bytes);
    }

    /// Sets a property of bytes.
    pub(crate) fn set_text(&mut self, id: u32, property: &str, text: &[u8]) {
        self.set(id, property, "STRING", 8, text.to_vec());
    }

    /// Takes a property away.
    pub(crate) fn delete(&mut self, id: u32, property: &str) {
        self.tick();
        let property = self.atom(property);
        let _ = self.delete_property(id, property);
    }

    pub(super) fn set(&mut self, id: u32, property: &str, kind: &str, format: u8, bytes: Vec<u8>) {
        self.tick();
        let (property, kind) = (self.atom(property), self.atom(kind));
        if let Some(window) = self.windows.get_mut(&id) {
            window.properties.insert(property, Property { kind, format, bytes });
            self.tell_property(id, property, false);
        }
    }

    /// A property's numbers; `None` if there is no such property.
    pub(crate) fn words(&mut self, id: u32, property: &str) -> Option<Vec<u32>> {
        let property = self.atom(property);
        let bytes = &self.windows.get(&id)?.properties.get(&property)?.bytes;
        Some(crate::x11::wire::words(bytes).collect())
    }

    pub(super) fn is_redirected(&self, id: u32) -> bool {
        let redirect = u32::from(x::EventMask::SUBSTRUCTURE_REDIRECT);
        self.windows.get(&id).is_some_and(|window| {
            let parent = self.windows.get(&window.parent);
            !window.override_redirect && parent.is_some_and(|parent| parent.events & redirect != 0)
        })
    }

    /// A client maps its window.
    pub(crate) fn map(&mut self, id: u32) {
        self.tick();
        let Some(window) = self.windows.get_mut(&id) else { return };
        window.wanted = true;
        let (mapped, parent) = (window.mapped, window.parent);
        if mapped {
            return;
        }
        if self.is_redirected(id) {
            let response_type = x::MAP_REQUEST_EVENT;
            let event = x::MapRequestEvent { response_type, sequence: 0, parent, window: id };
            self.tell(parent, x::EventMask::SUBSTRUCTURE_REDIRECT, event);
        } else {
            self.map_now(id);
        }
        self.cross();
    }

    /// A client unmaps its window, without a word to the window manager: where it is hidden,
    /// nobody hears of it.
    pub(crate) fn unmap(&mut self, id: u32) {
        self.tick();
        if let Some(window) = self.windows.get_mut(&id) {
            window.wanted &= !window.mapped;
        }
        self.unmap_now(id);
        self.cross();
    }

    /// A client sets the focus, without regard for anyone.
    pub(crate) fn steal_focus(&mut self, window: u32) {
        self.tick();
        let _ = self.set_focus(window, 1, 0);
    }

    /// A client says that it withdraws its window (ICCCM 4.1.4), which it has unmapped.
    pub(crate) fn unmap_by_message(&mut self, id: u32) {
        self.tick();
        let Some(window) = self.windows.get_mut(&id).filter(|it| !it.mapped) else { return };
        window.wanted = false;
        let event = x::UnmapNotifyEvent {
            response_type: x::UNMAP_NOTIFY_EVENT,
            sequence: 0,
            event: ROOT,
            window: id,
            from_configure: false,
        };
        let mask = x::EventMask::SUBSTRUCTURE_NOTIFY | x::EventMask::SUBSTRUCTURE_REDIRECT;
        self.send(ROOT, mask.into(), event.into());
    }

    /// A client withdraws its window, as `XWithdrawWindow` does.
    pub(crate) fn withdraw(&mut self, id: u32) {
        self.unmap(id);
        self.unmap_by_message(id);
    }

    /// A client moves, resizes or restacks its window.
    pub(crate) fn configure(&mut self, id: u32, values: &x::ConfigureWindowAux) {
        self.tick();
        // A client that asks for nonsense gets an error, which is its own business.
        if self.check_changes(id, values).is_err() {
            return;
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        let parent = window.parent;
        let Place { x, y, width, height, border } = window.place;
        if self.is_redirected(id) {
            let word = |value: Option<i32>, now: i16| value.map_or(now, |it| it as i16);
            let size = |value: Option<u32>, now: u16| value.map_or(now, |it| it as u16);
            let parts = [
                values.x.is_some(),
                values.y.is_some(),
                values.width.is_some(),
                values.height.is_some(),
                values.border_width.is_some(),
                values.sibling.is_some(),
                values.stack_mode.is_some(),
            ];
            let mask = parts.iter().rev().fold(0, |mask, part| mask << 1 | u16::from(*part));
            let event = x::ConfigureRequestEvent {
                response_type: x::CONFIGURE_REQUEST_EVENT,
                stack_mode: values.stack_mode.unwrap_or(x::StackMode::ABOVE),
                sequence: 0,
                parent,
                window: id,
                sibling: values.sibling.unwrap_or(NONE),
                x: word(values.x, x),
                y: word(values.y, y),
                width: size(values.width, width),
                height: size(values.height, height),
                border_width: size(values.border_width, border),
                value_mask: mask.into(),
            };
            if let Some(window) = self.windows.get_mut(&id) {
                window.waits = true;
            }
            self.tell(parent, x::EventMask::SUBSTRUCTURE_REDIRECT, event);
        } else {
            let _ = self.configure_now(id, values);
        }
        self.cross();
    }

    /// A client raises the lowest window that is covered, or lowers the highest one that
    /// covers another.
    pub(crate) fn circulate(&mut self, raises: bool) {
        self.tick();
        let redirect = x::EventMask::SUBSTRUCTURE_REDIRECT;
        let Some(window) = self.next_to_circulate(raises) else { return };
        if self.windows[&ROOT].events & u32::from(redirect) != 0 {
            let event = x::CirculateRequestEvent {
                response_type: x::CIRCULATE_REQUEST_EVENT,
                sequence: 0,
                event: ROOT,
                window,
                place: if raises { x::Place::ON_TOP } else { x::Place::ON_BOTTOM },
            };
            self.tell(ROOT, redirect, event);
        } else {
            self.circulate_now(raises);
        }
        self.cross();
    }

    /// A client destroys its window.
    pub(crate) fn destroy(&mut self, id: u32) {
        self.tick();
        self.destroy_now(id);
        self.cross();
    }

    /// A client's connection ends, and with it all its windows.
    pub(crate) fn kill(&mut self, id: u32) {
        self.tick();
        for id in self.clients_windows().into_iter().filter(|other| other & OWNER == id & OWNER) {
            self.destroy_now(id);
        }
        self.end_counters(id);
        self.end_grabs(id);
        self.cross();
    }

    /// A client takes a window into another one.
    pub(crate) fn reparent(&mut self, id: u32, parent: u32) {
        self.tick();
        let Some(window) = self.windows.get(&id) else { return };
        if window.parent == parent || !self.windows.contains_key(&parent) {
            return;
        }
        let was_mapped = self.reparent_now(id, parent, 0, 0);
        if let Some(window) = self.windows.get_mut(&id) {
            window.wanted = was_mapped;
        }
        if was_mapped {
            self.map(id);
        }
        self.cross();
    }

    /// The root window gets another size, and its monitor, if it has only one.
    pub(crate) fn resize_root(&mut self, width: u16, height: u16) {
        self.set_root_size(width, height);
        self.fit_monitor();
    }

    /// The window manager's connection ends: what it saved is mapped, what it created and
    /// grabbed is gone.
    pub(crate) fn disconnect(&mut self) {
        for id in std::mem::take(&mut self.save_set) {
            let parent = self.windows.get(&id).map_or(NONE, |window| window.parent);
            if parent & OWNER == WM {
                self.reparent_now(id, ROOT, 0, 0);
            }
            self.map_now(id);
        }
        let own: Vec<u32> = self.windows.keys().copied().filter(|id| id & OWNER == WM).collect();
        for id in own {
            self.destroy_now(id);
        }
        for window in self.windows.values_mut() {
            window.events = 0;
            window.button_grabs.clear();
            window.key_grabs.clear();
        }
        self.end_grabs(WM);
        self.alarms.clear();
        self.drawing.disconnect();
        self.monitor_events.clear();
        (self.uses_xkb, self.detects_repeat) = (false, false);
        self.incoming.clear();
        self.served = 0;
        self.outgoing.clear();
        self.sequence = 0;
    }
}
