//! Which windows belong together: dialogs and what they are dialogs of (ICCCM 4.1.2.6, EWMH
//! `_NET_WM_STATE_MODAL`). Never decides where they are; see `scene.rs`.

use super::scene::State;
use super::states::States;
use super::table::sort_by_key;
use crate::gather::Gather;
use crate::x11::id::Window;
use alloc::vec::Vec;

/// Of a dialog of a dialog of a dialog, so many are followed: a circle has no end.
const DEEPEST: usize = 16;

/// What makes a window belong to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// It is a dialog of this window.
    Window(Window),
    /// It is a dialog of all windows of this group.
    Group(Window),
}

/// What a window is to those that may belong to it.
#[derive(Debug, Clone, Copy)]
struct Owner {
    window: Window,
    /// Its group, unless it is a dialog of all of that itself.
    group: Window,
    serves_group: bool,
}

/// One of many windows whose families are looked at.
#[derive(Debug)]
pub(super) struct Member {
    links: Vec<Link>,
    owner: Owner,
    /// Whether any of the others belongs to it.
    pub(super) is_owner: bool,
}

impl Owner {
    fn has(&self, link: Link) -> bool {
        match link {
            Link::Window(owner) => owner == self.window,
            Link::Group(group) => {
                !self.serves_group && (group == self.window || group == self.group)
            }
        }
    }
}

impl Member {
    /// Whether it is a dialog of another one, or a dialog of its dialog, and so on.
    pub(super) fn belongs_to(&self, other: &Self) -> bool {
        self.links.iter().any(|link| other.owner.has(*link))
    }
}

impl State<'_> {
    /// These windows as members of their families; most of them own none of the others, and
    /// are quickly passed over.
    pub(super) fn members(&self, windows: impl Iterator<Item = Window>) -> Vec<Member> {
        let member = |window| Member {
            links: self.links(window),
            owner: self.owner(window),
            is_owner: false,
        };
        let mut members: Vec<Member> = windows.map(member).gather();
        let mut links: Vec<Link> = members.iter().flat_map(|it| &it.links).copied().gather();
        sort_by_key(&mut links, |link| *link);
        for Member { owner, is_owner, .. } in &mut members {
            let is_named = |link| links.binary_search(&link).is_ok();
            *is_owner = is_named(Link::Window(owner.window))
                || is_named(Link::Group(owner.window))
                || is_named(Link::Group(owner.group));
        }
        members
    }

    /// Who gets the focus that a window is given: the modal dialog of its own that was used
    /// last, and the modal one of that; most windows have none.
    pub fn stand_in(&self, window: Window) -> Window {
        let modal_of = |owner: &Window| {
            let is_modal = |other: &Window| {
                *other != *owner
                    && self.clients.get(*other).is_some_and(|client| {
                        client.states.has(States::MODAL) && client.accepts_focus()
                    })
                    && self.belongs_to(*other, *owner)
            };
            self.stack_set.workspace_of(*owner)?.recent().find(is_modal)
        };
        // Where two belong to each other, either is as good.
        let mut last = window;
        for _ in 1..8 {
            let Some(next) = modal_of(&last) else { break };
            last = next;
        }
        last
    }

    /// The window that a window belongs to, and the one that that belongs to, and so on. A
    /// circle of windows ends the search.
    pub fn owners(&self, window: Window) -> impl Iterator<Item = Window> {
        let mut last = window;
        (0..DEEPEST).map_while(move |_| {
            last = self.clients.get(last)?.transient_for;
            (last != Window::NONE).then_some(last)
        })
    }

    /// Whether a window is a dialog of another, or of all of its group, or a dialog of its
    /// dialog, and so on.
    pub fn belongs_to(&self, window: Window, owner: Window) -> bool {
        let owner = self.owner(owner);
        self.links(window).iter().any(|link| owner.has(*link))
    }

    fn owner(&self, window: Window) -> Owner {
        let group = self.clients.get(window).map_or(Window::NONE, |client| client.hints.group);
        Owner { window, group, serves_group: self.group_served_by(window).is_some() }
    }

    /// In no order; most windows have none.
    fn links(&self, window: Window) -> Vec<Link> {
        let mut links = Vec::new();
        let add_group = |window: Window, links: &mut Vec<Link>| {
            if let Some(group) = self.group_served_by(window) {
                links.push(Link::Group(group));
            }
        };
        add_group(window, &mut links);
        for owner in self.owners(window) {
            links.push(Link::Window(owner));
            add_group(owner, &mut links);
        }
        links
    }

    /// The group whose windows are all owners of this one: it names none of them, or a
    /// leader that is never shown.
    fn group_served_by(&self, window: Window) -> Option<Window> {
        let client = self.clients.get(window).filter(|it| it.is_transient)?;
        let (group, owner) = (client.hints.group, client.transient_for);
        let is_for_all = owner == Window::NONE || (owner == group && !self.clients.contains(owner));
        Some(group).filter(|group| is_for_all && *group != Window::NONE)
    }
}
