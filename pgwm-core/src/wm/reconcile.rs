//! From the scene that is shown to the one that is wanted, as requests. Never decides a
//! rect; see `scene.rs`.
//!
//! [`Shown`] is the one memory of what the server has of our windows. Nothing else writes
//! their geometry, stacking, borders and focus while the session runs.

use super::client::{Clients, InputModel};
use super::ewmh;
use super::question::Question;
use super::scene::{Focus, Placed, Published, Role, Scene};
use super::server::Server;
use super::sync::Pace;
use super::table::{Table, sort_by_key, strike};
use crate::gather::Gather;
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::event;
use crate::x11::id::{Cursor, EventMask, IdPool, Modifiers, Timestamp, Window};
use crate::x11::request::{self, GrabMode, RevertTo, StackMode, WindowAttributes, WindowChanges};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What the server has of our windows.
#[derive(Debug, Default)]
pub struct Shown {
    /// What each window got last; of a hidden window too, so that showing it again costs
    /// one request.
    windows: Table<Window, Known>,
    /// The windows that were placed at some time, the lowest one first.
    order: Vec<Window>,
    /// Who got the keyboard last; `None` where that is gone.
    focus: Option<Focus>,
    /// Sequence number of the last request that gave it.
    last_focus: u64,
    /// The root window's properties.
    pub(super) root: ewmh::RootProperties,
    /// How far windows are with drawing themselves.
    pub(super) pace: Pace,
    /// Our own unmappings that have not come back as events: sequence number and window.
    own_unmaps: VecDeque<(u64, Window)>,
    /// Our restackings that the server may not have carried out yet.
    /// Each with the window that it puts a window above.
    restacked: VecDeque<(u64, Window, Window)>,
    /// Sequence number of the last request that can move a window under the pointer.
    last_geometry: u64,
}

/// What the server has of one window.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    placed: Option<Placed>,
    mapped: bool,
    grabs_clicks: bool,
    /// A window that the server would not put it above. It stays where it is while that
    /// one lives, so that asking and refusing come to an end.
    refused: Option<Window>,
    published: Option<Published>,
}

/// What writing needs besides the two scenes.
#[derive(Debug)]
pub struct Context<'a> {
    /// The numbers of the atoms.
    pub atoms: &'a AtomTable,
    /// What we know of the server.
    pub server: &'a Server,
    /// The managed windows.
    pub clients: &'a Clients,
    /// The server's time, as far as we know it.
    pub time: Timestamp,
}

impl Shown {
    /// Forgets a window that is gone or no longer ours.
    pub fn forget(&mut self, window: Window) {
        self.windows.remove(window);
        self.pace.forget(window);
        strike(&mut self.order, window);
        for (waiting, known) in self.windows.iter_mut() {
            if known.refused == Some(window) {
                known.refused = None;
                strike(&mut self.order, waiting);
            }
        }
        if matches!(self.focus, Some(Focus::Window(focus, _)) if focus == window) {
            self.focus = None;
        }
    }

    /// Takes note of a request that moves a window which is not ours.
    pub const fn caused(&mut self, sequence: u64) {
        self.last_geometry = sequence;
    }

    /// Takes note of a window that is managed from now on.
    pub fn manage(&mut self, window: Window, mapped: bool) {
        self.windows.insert(window, Known { mapped, ..Known::default() });
    }

    /// Whether a focus event of this number came before the server carried out our last
    /// change of the focus, and so says nothing new.
    pub const fn is_old_focus(&self, sequence: u64) -> bool {
        sequence < self.last_focus
    }

    /// Takes in a time that we asked for, and tells the window that waits for it to take
    /// the focus.
    pub fn learn_time(
        &self,
        time: Timestamp,
        sequence: u64,
        atoms: &AtomTable,
        out: &mut Connection<Question>,
    ) {
        if let Some(Focus::Window(window, InputModel::LocallyActive | InputModel::GloballyActive)) =
            self.focus
            && !self.is_old_focus(sequence)
        {
            ewmh::send_protocol(window, Atom::WmTakeFocus, time, atoms, out);
        }
    }

    /// Takes note that a window took the keyboard by itself.
    pub const fn took_focus(&mut self, window: Window, model: InputModel) {
        self.focus = Some(Focus::Window(window, model));
    }

    /// Takes note that no window of ours has the keyboard: the next reconciliation gives it
    /// away anew.
    pub const fn lost_focus(&mut self) {
        self.focus = None;
    }

    /// Takes note that all windows were mapped and the focus was given away.
    pub fn mapped_all(&mut self) {
        for (_, known) in self.windows.iter_mut() {
            known.mapped = true;
        }
        self.focus = None;
    }

    /// Where a window is shown, if it is.
    pub fn placed(&self, window: Window) -> Option<Placed> {
        self.windows.get(window).filter(|known| known.mapped).and_then(|known| known.placed)
    }

    /// The windows that are shown.
    pub fn visible(&self) -> impl Iterator<Item = Placed> {
        let mapped = self.windows.iter().filter(|(_, known)| known.mapped);
        mapped.filter_map(|(_, known)| known.placed)
    }

    /// Whether the window has a place of ours, shown or hidden.
    pub fn was_placed(&self, window: Window) -> bool {
        self.place_of(window).is_some()
    }

    /// What a window says of itself.
    pub fn published(&self, window: Window) -> Option<Published> {
        self.windows.get(window).and_then(|known| known.published)
    }

    /// Where a window is or, where it is hidden, was shown last.
    pub fn place_of(&self, window: Window) -> Option<Placed> {
        self.windows.get(window).and_then(|known| known.placed)
    }

    /// Notes that the server has carried out all requests before this number.
    pub fn advance(&mut self, sequence: u64) {
        while self.own_unmaps.front().is_some_and(|(own, _)| *own < sequence) {
            self.own_unmaps.pop_front();
        }
        while self.restacked.front().is_some_and(|(own, ..)| *own < sequence) {
            self.restacked.pop_front();
        }
    }

    /// Unmaps a window that we may have mapped while its program withdrew it.
    pub fn unmap(&mut self, window: Window, out: &mut Connection<Question>) {
        let sequence = out.send(&request::UnmapWindow { window });
        self.own_unmaps.push_back((sequence, window));
    }

    /// Whether we did this unmapping ourselves: the event carries the number of our
    /// request, and names its window.
    pub fn is_own_unmap(&self, sequence: u64, window: Window) -> bool {
        self.own_unmaps.front() == Some(&(sequence, window))
    }

    /// Takes back what we believe of a window whose placing failed, most of all because
    /// the window that it was put above has died: the next reconciliation writes it anew.
    /// So it does with what was put above that window since, which went to its old place.
    pub fn failed(&mut self, sequence: u64) {
        let mut since = self.restacked.iter().skip_while(|(own, ..)| *own < sequence);
        let Some((_, window, below)) = since.next().filter(|(own, ..)| *own == sequence) else {
            return;
        };
        if let Some(known) = self.windows.get_mut(*window) {
            known.placed = None;
            known.refused = Some(*below);
        }
        let mut misplaced = alloc::vec![*window];
        for (_, window, below) in since {
            misplaced.retain(|other| other != window);
            if misplaced.contains(below) {
                misplaced.push(*window);
            }
        }
        self.order.retain(|window| !misplaced.contains(window));
    }

    /// Whether a pointer that stood still can have caused a crossing event: everything up
    /// to our last change of geometry.
    pub const fn may_have_caused(&self, sequence: u64) -> bool {
        sequence <= self.last_geometry
    }

    /// Writes the difference between what is shown and what is wanted. Each window of
    /// `owed` gets a synthetic `ConfigureNotify`, unless a real one follows.
    pub fn reconcile(
        &mut self,
        wanted: &Scene,
        owed: &mut Vec<Window>,
        context: &Context<'_>,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) {
        self.hide(wanted, out);
        self.place(wanted, owed, context, ids, out);
        self.pace.clean_up(ids, out);
        self.set_focus(wanted.focus, context, out);
        self.grab_clicks(wanted, out);
        for published in &wanted.published {
            let known = self.windows.get_or_insert_with(published.window, Known::default);
            ewmh::publish(published, known.published, context, out);
            known.published = Some(*published);
        }
        self.root.publish(wanted, context, out);
        if self.last_geometry != 0 && self.last_geometry == out.sequence() {
            // So that the next real crossing event has a number past it.
            out.send(&request::NoOperation);
        }
    }

    /// Unmaps what is shown and not wanted.
    fn hide(&mut self, wanted: &Scene, out: &mut Connection<Question>) {
        let mut visible: Vec<Window> = wanted.windows.iter().map(|placed| placed.window).gather();
        sort_by_key(&mut visible, |window| *window);
        for (window, known) in self.windows.iter_mut() {
            if known.mapped && visible.binary_search(&window).is_err() {
                let sequence = out.send(&request::UnmapWindow { window });
                self.own_unmaps.push_back((sequence, window));
                self.last_geometry = sequence;
                known.mapped = false;
            }
        }
    }

    /// Moves, sizes, stacks, colours and maps what is wanted.
    fn place(
        &mut self,
        wanted: &Scene,
        owed: &mut Vec<Window>,
        context: &Context<'_>,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) {
        let moved = self.restack(wanted);
        let mut below = context.server.holder;
        for (placed, moved) in wanted.windows.iter().zip(moved) {
            let window = placed.window;
            let known = self.windows.get_or_insert_with(window, Known::default);
            let mut placed = *placed;
            let mut changes = changes(known.placed.as_ref(), &placed);
            if placed.role == Role::Fixture {
                changes = WindowChanges::default();
            }
            let resizes = changes.width.is_some() || changes.height.is_some();
            if resizes
                && placed.role == Role::Client
                && self.pace.holds_back(window, known.mapped, context, ids, out)
                && let Some(old) = known.placed
            {
                // Its place too: the edge that should stay would move without the other.
                (placed.rect, placed.border) = (old.rect, old.border);
                changes = WindowChanges::default();
            }
            if moved && known.refused != Some(below) {
                changes.sibling = Some(below);
                changes.stack_mode = Some(StackMode::Above);
            }
            below = window;
            if changes != WindowChanges::default() {
                let sequence = out.send(&request::ConfigureWindow { window, changes });
                self.last_geometry = sequence;
                if let Some(sibling) = changes.sibling {
                    self.restacked.push_back((sequence, window, sibling));
                }
            }
            if changes.width.is_some() || changes.height.is_some() {
                strike(owed, window);
            }
            if placed.role == Role::Client
                && known.placed.map(|old| old.colour) != Some(placed.colour)
            {
                let has_alpha = context.clients.get(window).is_some_and(|client| client.has_alpha);
                let border_pixel = Some(context.server.palette.pixel(placed.colour, has_alpha));
                // Over the root window, motions are for us to hear; see `Wm::hear_motions`.
                let is_new = known.placed.is_none();
                let do_not_propagate_mask = is_new.then_some(EventMask::POINTER_MOTION);
                let attributes =
                    WindowAttributes { border_pixel, do_not_propagate_mask, ..Default::default() };
                out.send(&request::ChangeWindowAttributes { window, attributes });
            }
            known.placed = Some(placed);
            if !known.mapped {
                known.mapped = true;
                self.last_geometry = out.send(&request::MapWindow { window });
            }
        }
        for window in owed.drain(..) {
            if let Some(placed) = self.windows.get(window).and_then(|known| known.placed) {
                let event = configure_notify(&placed).write();
                out.send(&request::SendEvent {
                    propagate: false,
                    destination: window,
                    event_mask: EventMask::STRUCTURE_NOTIFY,
                    event,
                });
            }
        }
    }

    /// Brings the order into the wanted one. For each wanted window, whether it has to be
    /// put above the one before it: the fewest do.
    fn restack(&mut self, wanted: &Scene) -> Vec<bool> {
        let mut position: Vec<(Window, usize)> =
            self.order.iter().enumerate().map(|(index, window)| (*window, index)).gather();
        sort_by_key(&mut position, |(window, _)| *window);
        let positions: Vec<Option<usize>> = wanted
            .windows
            .iter()
            .map(|placed| {
                let found = position.binary_search_by_key(&placed.window, |(window, _)| *window);
                found.ok().map(|index| position[index].1)
            })
            .gather();
        let mut moved: Vec<bool> = positions.iter().map(Option::is_none).gather();
        for index in out_of_order(&positions) {
            moved[index] = true;
        }
        for (index, placed) in wanted.windows.iter().enumerate().filter(|(index, _)| moved[*index])
        {
            strike(&mut self.order, placed.window);
            let at = match index.checked_sub(1) {
                None => 0,
                Some(before) => {
                    let below = wanted.windows[before].window;
                    self.order.iter().position(|other| *other == below).map_or(0, |at| at + 1)
                }
            };
            self.order.insert(at, placed.window);
        }
        moved
    }

    fn set_focus(&mut self, focus: Focus, context: &Context<'_>, out: &mut Connection<Question>) {
        let before = self.focus.replace(focus);
        if before == Some(focus) {
            return;
        }
        let (window, model) = match focus {
            Focus::Nobody => (context.server.holder, InputModel::Passive),
            Focus::Window(window, model) => (window, model),
        };
        let keyboard_is_somewhere = match before {
            Some(Focus::Nobody) => true,
            Some(Focus::Window(_, InputModel::GloballyActive)) | None => false,
            Some(Focus::Window(window, _)) => self.windows.get(window).is_some_and(|it| it.mapped),
        };
        if model == InputModel::GloballyActive && !keyboard_is_somewhere {
            // The window may not take it, and then no key at all would reach anyone.
            out.send(&request::SetInputFocus {
                revert_to: RevertTo::PointerRoot,
                focus: context.server.holder,
                time: Timestamp::CURRENT,
            });
        }
        if matches!(model, InputModel::Passive | InputModel::LocallyActive) {
            out.send(&request::SetInputFocus {
                revert_to: RevertTo::PointerRoot,
                focus: window,
                // Not the time of an event: a program may have moved the focus since, and
                // the server would not listen.
                time: Timestamp::CURRENT,
            });
        }
        if matches!(model, InputModel::LocallyActive | InputModel::GloballyActive) {
            // The window will name this time to the server, which does not listen where the
            // focus was moved since. So it has to be new.
            ewmh::ask_time(context.server.holder, context.atoms, out);
        }
        self.last_focus = out.sequence();
    }

    /// Lets a click on a window without the focus come to us first, and leaves the clicks
    /// on the focused one alone (ICCCM 6.3).
    fn grab_clicks(&mut self, wanted: &Scene, out: &mut Connection<Question>) {
        for placed in &wanted.windows {
            let window = placed.window;
            let Some(known) = self.windows.get_mut(window) else { continue };
            let grabs = wanted.active != Some(window) && placed.role == Role::Client;
            if known.grabs_clicks == grabs {
                continue;
            }
            known.grabs_clicks = grabs;
            let (button, modifiers) = (0, Modifiers::ANY);
            if grabs {
                out.send(&request::GrabButton {
                    owner_events: false,
                    grab_window: window,
                    event_mask: EventMask::BUTTON_PRESS,
                    pointer_mode: GrabMode::Synchronous,
                    keyboard_mode: GrabMode::Asynchronous,
                    confine_to: Window::NONE,
                    cursor: Cursor::NONE,
                    button,
                    modifiers,
                });
            } else {
                out.send(&request::UngrabButton { button, grab_window: window, modifiers });
            }
        }
    }
}

/// The fields of a window's configuration that differ.
fn changes(old: Option<&Placed>, new: &Placed) -> WindowChanges {
    let clamp = |value: i32| value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    let position = |placed: &Placed| (clamp(placed.rect.x), clamp(placed.rect.y));
    let ((x, y), (width, height)) = (position(new), new.inner_size());
    let (was_at, was_sized) = (old.map(position), old.map(Placed::inner_size));
    let differs = |was: Option<u16>, is: u16| (was != Some(is)).then_some(is);
    WindowChanges {
        x: (was_at.map(|(x, _)| x) != Some(x)).then_some(x),
        y: (was_at.map(|(_, y)| y) != Some(y)).then_some(y),
        width: differs(was_sized.map(|(width, _)| width), width),
        height: differs(was_sized.map(|(_, height)| height), height),
        border_width: differs(old.map(|old| old.border as u16), new.border as u16),
        ..WindowChanges::default()
    }
}

/// What the server would say of a window's place (ICCCM 4.1.5): in root coordinates, the
/// corner of its border.
pub fn configure_notify(placed: &Placed) -> event::ConfigureNotify {
    let (width, height) = placed.inner_size();
    event::ConfigureNotify {
        event: placed.window,
        window: placed.window,
        above_sibling: Window::NONE,
        x: placed.rect.x.clamp(i16::MIN.into(), i16::MAX.into()) as i16,
        y: placed.rect.y.clamp(i16::MIN.into(), i16::MAX.into()) as i16,
        width,
        height,
        border_width: placed.border as u16,
        override_redirect: false,
    }
}

/// The places of those numbers that are not part of a longest increasing run of them: the
/// fewest that have to move for the rest to be in order.
fn out_of_order(positions: &[Option<usize>]) -> Vec<usize> {
    // `ends[n]` is the place where a run of n + 1 numbers can end with the smallest one.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(positions.len());
    for (place, position) in positions.iter().enumerate() {
        let Some(position) = *position else {
            before.push(None);
            continue;
        };
        let run = ends.partition_point(|(end, _)| *end < position);
        before.push(run.checked_sub(1).map(|shorter| ends[shorter].1));
        if run == ends.len() {
            ends.push((position, place));
        } else {
            ends[run] = (position, place);
        }
    }
    let mut in_order = alloc::vec![false; positions.len()];
    let mut next = ends.last().map(|(_, place)| *place);
    while let Some(place) = next {
        in_order[place] = true;
        next = before[place];
    }
    (0..positions.len()).filter(|place| positions[*place].is_some() && !in_order[*place]).gather()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn raising_one_moves_one() {
        assert_eq!(out_of_order(&[Some(1), Some(2), Some(3), Some(0)]), [3]);
        assert_eq!(out_of_order(&[Some(3), Some(0), None, Some(1)]), [0]);
        assert!(out_of_order(&[None, Some(0), Some(7)]).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_left_is_in_order(positions in Just((0..40usize).collect::<Vec<_>>()).prop_shuffle()) {
            let positions: Vec<Option<usize>> = positions.into_iter().map(Some).collect();
            let moved = out_of_order(&positions);
            let rest: Vec<_> =
                (0..positions.len()).filter(|i| !moved.contains(i)).map(|i| positions[i]).collect();
            prop_assert!(rest.is_sorted());
        }
    }
}
