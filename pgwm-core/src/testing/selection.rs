//! The model's selections, and another window manager, which lets go of the root window when
//! it loses its own. Never transfers a selection's contents.

use x11rb_protocol::protocol::xproto as x;

use super::{BAD_ATOM, ModelServer, NONE, OWNER, Outcome, Place, WM};

impl ModelServer {
    /// A client takes a selection for a new window of its own, which it destroys when it
    /// loses the selection, unless it is `stubborn`.
    pub(crate) fn client_takes_selection(&mut self, name: &str) -> u32 {
        let id = self.free_id(false);
        self.create(id, Place::new(-1, -1, 1, 1));
        self.created(id);
        let selection = self.atom(name);
        let _ = self.own_selection(id & OWNER, id, selection, 0);
        id
    }

    /// Another window manager is there: it has its selection, and what is redirected goes to
    /// it until it goes.
    pub(crate) fn other_manager(&mut self, selection: &str) -> u32 {
        let id = self.client_takes_selection(selection);
        self.is_taken = true;
        self.other_manager = Some(id);
        id
    }

    /// A client asks for the value of a selection of the window manager's, in a property.
    pub(crate) fn ask_selection(&mut self, requestor: u32, names: [&str; 2], property: u32) {
        self.tick();
        let [selection, target] = names.map(|name| self.atom(name));
        let Some(owner) = self.selections.get(&selection).copied() else { return };
        let response_type = x::SELECTION_REQUEST_EVENT;
        let (sequence, time) = (0, self.time);
        let event = x::SelectionRequestEvent {
            response_type,
            sequence,
            time,
            owner,
            requestor,
            selection,
            target,
            property,
        };
        if owner & OWNER == WM {
            self.put(event.into());
        }
    }

    /// Specification, `SetSelectionOwner`, by this client.
    pub(super) fn own_selection(
        &mut self,
        client: u32,
        owner: u32,
        selection: u32,
        time: u32,
    ) -> Outcome {
        if owner != NONE {
            self.window(owner)?;
        }
        if !self.atoms.values().any(|known| *known == selection) {
            return Err((BAD_ATOM, selection));
        }
        let last = self.selection_times.get(&selection).copied().unwrap_or(0);
        if !self.is_timely(time, last) {
            return Ok(());
        }
        self.selection_times.insert(selection, if time == 0 { self.time } else { time });
        let before = match owner {
            NONE => self.selections.remove(&selection),
            owner => self.selections.insert(selection, owner),
        };
        let is_other = |old: &u32| owner == NONE || old & OWNER != client;
        if let Some(old) = before.filter(is_other) {
            let response_type = x::SELECTION_CLEAR_EVENT;
            let (sequence, time, owner) = (0, self.time, old);
            let event = x::SelectionClearEvent { response_type, sequence, time, owner, selection };
            if old & OWNER == WM {
                self.put(event.into());
            } else {
                self.letters.push_back((old, event.into()));
            }
        }
        Ok(())
    }

    /// A window is gone, and what its client had by it.
    pub(super) fn let_go(&mut self, id: u32) {
        self.selections.retain(|_, owner| *owner != id);
        if self.other_manager == Some(id) {
            (self.other_manager, self.is_taken) = (None, false);
        }
    }
}
