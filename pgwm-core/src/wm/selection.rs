//! What we answer where someone asks for the value of our selection, which every owner of one
//! has to (ICCCM 2.6.2, 2.8). Never transfers anything else.

use super::Wm;
use super::question::Question;
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::{SelectionNotify, SelectionRequest};
use crate::x11::id::{AtomId, EventMask, Timestamp, Window};
use crate::x11::request::{self, PropertyData, PropertyMode};
use alloc::vec::Vec;

/// What the manager selection can be converted to.
const TARGETS: [Atom; 4] = [Atom::Targets, Atom::Multiple, Atom::Timestamp, Atom::Version];
/// The version of the conventions that we keep to (ICCCM 4.3).
const VERSION: [u32; 2] = [2, 0];

impl Wm {
    pub(super) fn selection_request(
        &mut self,
        request: &SelectionRequest,
        out: &mut Connection<Question>,
    ) {
        // A very old client means its target.
        let property =
            if request.property == AtomId::NONE { request.target } else { request.property };
        let request = SelectionRequest { property, ..*request };
        let is_ours = request.selection == self.atoms.id(Atom::WmS0)
            && request.owner == self.server.holder
            && (request.time == Timestamp::CURRENT || !self.owner_since.is_after(request.time));
        if is_ours && request.target == self.atoms.id(Atom::Multiple) {
            Question::Conversions(request).ask(&self.atoms, out);
            return;
        }
        let done = is_ours && self.convert(request.requestor, request.target, property, out);
        notify(&request, done, out);
    }

    /// Takes in what is wanted all at once: pairs of a target and a property. Of what there
    /// is not, the target is taken out of the list.
    pub(super) fn convert_all(
        &self,
        request: &SelectionRequest,
        mut pairs: Vec<u32>,
        out: &mut Connection<Question>,
    ) {
        for pair in pairs.chunks_exact_mut(2) {
            let (target, property) = (AtomId::new(pair[0]), AtomId::new(pair[1]));
            if !self.convert(request.requestor, target, property, out) {
                pair[0] = AtomId::NONE.raw();
            }
        }
        if !pairs.is_empty() {
            self.give(request.requestor, request.property, Atom::AtomPair, &pairs, out);
        }
        notify(request, !pairs.is_empty(), out);
    }

    /// Gives a window one value, if there is such a one.
    fn convert(
        &self,
        window: Window,
        target: AtomId,
        property: AtomId,
        out: &mut Connection<Question>,
    ) -> bool {
        if property == AtomId::NONE {
            return false;
        }
        match self.atoms.atom(target) {
            Some(Atom::Targets) => {
                let targets = TARGETS.map(|target| self.atoms.id(target).raw());
                self.give(window, property, Atom::Atom, &targets, out);
            }
            Some(Atom::Timestamp) => {
                self.give(window, property, Atom::Integer, &[self.owner_since.0], out);
            }
            Some(Atom::Version) => self.give(window, property, Atom::Integer, &VERSION, out),
            _ => return false,
        }
        true
    }

    fn give(
        &self,
        window: Window,
        property: AtomId,
        kind: Atom,
        words: &[u32],
        out: &mut Connection<Question>,
    ) {
        let (mode, kind) = (PropertyMode::Replace, self.atoms.id(kind));
        let data = PropertyData::Format32(words);
        out.send(&request::ChangeProperty { mode, window, property, kind, data });
    }
}

/// Tells whoever asked that the answer is there, or that there is none.
fn notify(request: &SelectionRequest, done: bool, out: &mut Connection<Question>) {
    let SelectionRequest { time, requestor, selection, target, property, .. } = *request;
    let property = if done { property } else { AtomId::NONE };
    let event = SelectionNotify { time, requestor, selection, target, property }.write();
    let (destination, event_mask) = (requestor, EventMask::NONE);
    out.send(&request::SendEvent { propagate: false, destination, event_mask, event });
}
