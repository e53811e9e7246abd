//! Events that one client of the model sends to another: recorded, then read by whoever they
//! are for, in order and when the test says so. Never answers for the window manager.

use x11rb_protocol::protocol::xproto as x;

use super::{ModelServer, NONE, OWNER, Outcome, POINTER_ROOT, Place, ROOT, WM};

/// How far a window is with `_NET_WM_SYNC_REQUEST`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sync {
    /// Its counter; without one, its client knows nothing of the protocol.
    counter: Option<u32>,
    /// What the counter becomes once the next `ConfigureNotify` is read.
    wanted: Option<i64>,
    /// What it becomes once the client has drawn.
    due: Option<i64>,
}

fn word(event: &[u8; 32], at: usize) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|offset| event[at + offset]))
}

// What clients do.
impl ModelServer {
    /// A client sends a message about a window to the root window, as EWMH has it.
    pub(crate) fn message(&mut self, id: u32, kind: &str, format: u8, words: [u32; 5]) {
        let mask = x::EventMask::SUBSTRUCTURE_NOTIFY | x::EventMask::SUBSTRUCTURE_REDIRECT;
        self.message_to(ROOT, mask, id, kind, format, words);
    }

    /// A client sends a message about a window to any window: to those who want such events
    /// of it or, if `mask` is empty, to its client.
    pub(crate) fn message_to(
        &mut self,
        destination: u32,
        mask: x::EventMask,
        id: u32,
        kind: &str,
        format: u8,
        words: [u32; 5],
    ) {
        self.tick();
        let event = x::ClientMessageEvent {
            response_type: x::CLIENT_MESSAGE_EVENT,
            format,
            sequence: 0,
            window: id,
            type_: self.atom(kind),
            data: words.into(),
        };
        self.send(destination, mask.into(), event.into());
    }

    /// Every event that was sent to a window, the oldest first.
    pub(crate) fn letters_of(&self, id: u32) -> &[[u8; 32]] {
        self.windows.get(&id).map_or(&[], |window| &window.letters)
    }

    /// Clients read what was written to them, unless they are hung: they close windows, if
    /// they are polite, set the focus, answer pings, count what they have drawn, and go when
    /// they are replaced. Whether there was anything to read.
    pub(crate) fn read_letters(&mut self) -> bool {
        let (mut has_read, mut unread) = (false, Vec::new());
        while let Some((window, event)) = self.letters.pop_front() {
            if self.windows.get(&window).is_some_and(|it| it.hung) {
                unread.push((window, event));
            } else {
                has_read = true;
                self.read_letter(window, event);
            }
        }
        unread.retain(|(window, _)| self.windows.contains_key(window));
        self.letters.extend(unread);
        has_read
    }

    fn read_letter(&mut self, window: u32, event: [u8; 32]) {
        match event[0] & 0x7f {
            x::CLIENT_MESSAGE_EVENT if word(&event, 8) == self.atom("WM_PROTOCOLS") => {
                self.follow_protocol(window, event);
            }
            x::CONFIGURE_NOTIFY_EVENT => self.draw(window),
            x::SELECTION_CLEAR_EVENT
                if self.windows.get(&window).is_some_and(|it| !it.stubborn) =>
            {
                self.destroy(window);
            }
            _ => {}
        }
    }

    /// What a client does that is asked by one of the `WM_PROTOCOLS`.
    fn follow_protocol(&mut self, window: u32, mut event: [u8; 32]) {
        let Some(it) = self.windows.get(&window) else { return };
        let (is_polite, has_counter) = (it.polite, it.sync.counter.is_some());
        let (protocol, time) = (word(&event, 12), word(&event, 16));
        if protocol == self.atom("WM_DELETE_WINDOW") && is_polite {
            self.destroy(window);
        } else if protocol == self.atom("WM_TAKE_FOCUS") {
            self.tick();
            // A client that comes too late has an error to itself.
            let _ = self.set_focus(window, 2, time);
        } else if protocol == self.atom("_NET_WM_PING") {
            self.tick();
            event[4..8].copy_from_slice(&ROOT.to_le_bytes());
            let mask = x::EventMask::SUBSTRUCTURE_NOTIFY | x::EventMask::SUBSTRUCTURE_REDIRECT;
            self.send(ROOT, mask.into(), event);
        } else if protocol == self.atom("_NET_WM_SYNC_REQUEST") && has_counter {
            let value = i64::from(word(&event, 24) as i32) << 32 | i64::from(word(&event, 20));
            if let Some(window) = self.windows.get_mut(&window) {
                window.sync.wanted = Some(value);
            }
        }
    }

    /// A client has got the size that it was told to wait for: it draws, at once or not.
    fn draw(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if let Some(value) = window.sync.wanted.take() {
            window.sync.due = Some(value);
            if !window.slow {
                self.count(id);
            }
        }
    }

    fn count(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if let (Some(counter), Some(value)) = (window.sync.counter, window.sync.due.take()) {
            self.set_counter(counter, value);
        }
    }

    /// The window's client takes part in `_NET_WM_SYNC_REQUEST` from now on, with this
    /// counter.
    pub(crate) fn give_counter(&mut self, id: u32) -> u32 {
        let counter = self.create_counter(id, 0);
        if let Some(window) = self.windows.get_mut(&id) {
            window.sync.counter = Some(counter);
        }
        self.set_words(id, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter]);
        counter
    }

    /// A slow client has drawn, if there was anything to draw.
    pub(crate) fn catch_up(&mut self, id: u32) {
        self.read_letters();
        self.count(id);
    }
}

// What the window manager asks for.
impl ModelServer {
    /// Specification, `SendEvent`.
    pub(super) fn send_event(&mut self, it: &x::SendEventRequest<'_>) -> Outcome {
        let destination = match it.destination {
            NONE => self.pointer_window,
            POINTER_ROOT if self.windows.contains_key(&self.focus) => self.focus,
            POINTER_ROOT => ROOT,
            window => window,
        };
        self.window(destination)?;
        self.send(destination, it.event_mask.into(), *it.event);
        Ok(())
    }

    /// Gives an event that somebody sends to whoever wants such events of the window or, if
    /// there is no mask, to its client.
    pub(super) fn send(&mut self, id: u32, mask: u32, mut event: [u8; 32]) {
        let owner = id & OWNER;
        let Some(window) = self.windows.get_mut(&id) else { return };
        window.letters.push(event);
        let is_managers = if mask == 0 { owner == WM } else { window.events & mask != 0 };
        if owner != WM && id != ROOT {
            if event[0] == x::CONFIGURE_NOTIFY_EVENT {
                let half = |at: usize| u16::from_le_bytes([event[at], event[at + 1]]);
                let (x, y) = (half(16) as i16, half(18) as i16);
                let place = Place { x, y, width: half(20), height: half(22), border: half(24) };
                window.told = Some(place);
                window.waits = false;
            }
            self.letters.push_back((id, event));
        }
        if is_managers {
            event[0] |= 0x80;
            self.put(event);
        }
    }

    /// A client that draws in step with the window manager reads that its window changed.
    pub(super) fn tell_client(&mut self, id: u32, event: x::ConfigureNotifyEvent) {
        if self.windows.get(&id).is_some_and(|window| window.sync.counter.is_some()) {
            self.letters.push_back((id, event.into()));
        }
    }
}
