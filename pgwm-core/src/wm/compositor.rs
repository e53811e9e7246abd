//! Whether a compositor runs: whether anyone owns `_NET_WM_CM_Sn` (EWMH 1.5). Never talks
//! to it.

use super::Wm;
use super::question::Question;
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::{AtomId, EventMask, Window};
use crate::x11::request::{self, WindowAttributes};

impl Wm {
    /// Whether windows are drawn through their alpha channel, so that what we draw may be
    /// translucent.
    pub fn is_composited(&self) -> bool {
        self.compositor != Window::NONE
    }

    /// A program says that it owns a selection now (ICCCM 2.8). Anyone can say so; we ask.
    pub(super) fn manager_announced(&mut self, selection: AtomId, out: &mut Connection<Question>) {
        if selection == self.atoms.id(Atom::NetSystemTrayS0) {
            self.tray.mark_stale();
        }
        if selection == self.atoms.id(Atom::NetWmCmS0) {
            Question::SelectionOwner(Atom::NetWmCmS0).ask(&self.atoms, out);
        }
    }

    /// Takes in the window of the compositor, if there is one, and watches for its end.
    pub(super) fn learn_compositor(&mut self, owner: Window, out: &mut Connection<Question>) {
        // The events of a window that we know are selected for now; see `events_of_others`.
        if owner != self.compositor && owner != Window::NONE && !self.is_known(owner) {
            let event_mask = Some(EventMask::STRUCTURE_NOTIFY);
            let attributes = WindowAttributes { event_mask, ..Default::default() };
            self.compositor_selected =
                out.send(&request::ChangeWindowAttributes { window: owner, attributes });
        }
        self.compositor = owner;
    }

    /// What we want to hear of a window that is not ours.
    pub(super) fn events_of_others(&self, window: Window) -> EventMask {
        let is_watched = window == self.compositor || window == self.tray.other();
        if is_watched { EventMask::STRUCTURE_NOTIFY } else { EventMask::NONE }
    }
}
