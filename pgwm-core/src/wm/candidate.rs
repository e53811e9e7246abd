//! A window awaiting management while the answers about it come in. Never decides whether
//! or where it is managed; see `manage.rs`.

use super::client::Client;
use super::question::{Answer, PropertyName, Question};
use crate::x11::atom::AtomTable;
use crate::x11::connection::Connection;
use crate::x11::id::{EventMask, Window};
use crate::x11::property::WmState;
use crate::x11::{reply, request};

/// Why a window is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Its program wants it mapped.
    New,
    /// It was there when we came.
    Adopted,
}

/// What is known so far.
#[derive(Debug)]
pub struct Candidate {
    /// Why it is looked at.
    pub origin: Origin,
    /// What its properties say.
    pub client: Client,
    /// Its sort and state.
    pub attributes: Option<reply::GetWindowAttributes>,
    /// The window that it is in.
    pub parent: Option<Window>,
    /// Its place and size.
    pub geometry: Option<reply::GetGeometry>,
    /// The workspace that it asks for.
    pub desktop: Option<u32>,
    /// The state that a window manager before us left it in.
    pub wm_state: Option<WmState>,
    /// Sequence number of the request that selects its events: where that fails, the window
    /// is gone, and what is answered is about another one that got its number.
    pub selected: u64,
    /// Sequence number of the first question: an answer to an older one is about an
    /// earlier window of the same number.
    first: u64,
    waiting: usize,
}

impl Candidate {
    /// Selects the window's events, so that no change is missed from here on, and asks
    /// everything in one flight.
    pub fn ask(
        window: Window,
        origin: Origin,
        atoms: &AtomTable,
        out: &mut Connection<Question>,
    ) -> Self {
        let event_mask = Some(
            EventMask::STRUCTURE_NOTIFY
                | EventMask::PROPERTY_CHANGE
                | EventMask::ENTER_WINDOW
                | EventMask::FOCUS_CHANGE,
        );
        let attributes = request::WindowAttributes { event_mask, ..Default::default() };
        let selected = out.send(&request::ChangeWindowAttributes { window, attributes });
        let first = Question::Attributes(window).ask(atoms, out);
        Question::Parent(window).ask(atoms, out);
        Question::Geometry(window).ask(atoms, out);
        for property in PropertyName::OF_A_WINDOW {
            Question::Property(window, property).ask(atoms, out);
        }
        Self {
            origin,
            client: Client::default(),
            attributes: None,
            parent: None,
            geometry: None,
            desktop: None,
            wm_state: None,
            selected,
            first,
            waiting: 3 + PropertyName::OF_A_WINDOW.len(),
        }
    }

    /// Notes that a property changed and was asked for once more.
    pub const fn ask_again(&mut self) {
        self.waiting += 1;
    }

    /// Takes in an answer; `None` for an error. Whether that was the last one.
    pub fn learn(&mut self, sequence: u64, answer: Option<Answer>) -> bool {
        if sequence < self.first {
            return false;
        }
        match answer {
            Some(Answer::Attributes(attributes)) => self.attributes = Some(attributes),
            Some(Answer::Parent(parent)) => self.parent = Some(parent),
            Some(Answer::Geometry(geometry)) => self.geometry = Some(geometry),
            Some(Answer::Desktop(desktop)) => self.desktop = desktop,
            Some(Answer::WmState(state)) => self.wm_state = state,
            Some(answer) => self.client.learn(answer),
            None => {}
        }
        self.waiting = self.waiting.saturating_sub(1);
        self.waiting == 0
    }
}
