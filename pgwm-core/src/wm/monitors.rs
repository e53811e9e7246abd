//! Monitors: what the server says of them, what of that is of use, and what takes windows
//! and the focus from one to another. Never decides which workspace a monitor shows; see
//! `stack_set.rs`.

use super::Wm;
use super::question::Question;
use super::scene::{HANDLE, scene};
use super::server::Server;
use super::stack_set::{Monitor, Workspace};
use super::table::sort_by_key;
use crate::gather::Gather;
use crate::geometry::{Direction, Point, Rect, Size};
use crate::x11::atom::AtomTable;
use crate::x11::connection::Connection;
use crate::x11::id::{AtomId, Window};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

/// Of more monitors than these, no word is taken. Any client can make one up.
const MOST: usize = 256;

/// What a monitor's dots per inch can be. Some say nonsense of their size, and what hangs on
/// the wall is looked at from afar.
const DPI: RangeInclusive<u32> = 72..=480;

/// How far an action moves a float, in pixels.
const STEP: i32 = 32;

/// Who knows the monitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// RANDR, in version 1.5 or later.
    Randr,
    /// XINERAMA.
    Xinerama,
    /// Nobody: all of the root window counts as one.
    #[default]
    Root,
}

/// The monitors as the server tells of them.
#[derive(Debug, Clone, Default)]
pub struct Monitors {
    source: Source,
    /// All of them, in the server's order, by which clients count them.
    listed: Vec<Monitor>,
    /// The names that rules may speak of.
    names: Vec<(AtomId, Vec<u8>)>,
    /// The size of the root window for which the server has looked at its outputs anew.
    looked: Size,
    /// Whether they changed since they were asked for.
    is_stale: bool,
    /// Whether an answer is on its way.
    is_asked: bool,
}

impl Monitors {
    /// What start-up found.
    pub fn new(source: Source, mut listed: Vec<Monitor>) -> Self {
        listed.truncate(MOST);
        Self { source, listed, ..Self::default() }
    }

    /// Those that can show a workspace, from left to right: not those that show nothing,
    /// nor those that show what another one shows too.
    pub fn useful(&self) -> Vec<Monitor> {
        let shows = |monitor: &Monitor| monitor.area.width > 0 && monitor.area.height > 0;
        let listed = || self.listed.iter().filter(|monitor| shows(monitor)).enumerate();
        let is_mirror = |index: usize, monitor: &Monitor| {
            listed().any(|(other_index, other)| {
                let is_first = (!other.primary, other_index) < (!monitor.primary, index);
                other.area.holds(monitor.area) && (other.area != monitor.area || is_first)
            })
        };
        let mut useful: Vec<Monitor> = listed()
            .filter(|(index, monitor)| !is_mirror(*index, monitor))
            .map(|(_, monitor)| *monitor)
            .gather();
        sort_by_key(&mut useful, |monitor| (monitor.area.x, monitor.area.y));
        useful
    }

    /// The dots per inch of the primary one, or else of the first one; 96 where they can't be
    /// known.
    pub fn dpi(&self) -> u32 {
        let main = self.listed.iter().find(|monitor| monitor.primary).or(self.listed.first());
        let millimetres = main.map_or(0, |monitor| monitor.millimetres);
        let width = main.map_or(0, |monitor| monitor.area.width);
        dpi(width, millimetres).unwrap_or(Server::USUAL_DPI)
    }

    /// What a window covers in fullscreen that asks for the top, bottom, left and right edge
    /// of these monitors (EWMH `_NET_WM_FULLSCREEN_MONITORS`); `None` where that is nonsense.
    pub fn span(&self, edges: [u32; 4]) -> Option<Rect> {
        let area = |index: u32| Some(self.listed.get(usize::try_from(index).ok()?)?.area);
        let [top, bottom, left, right] = edges;
        let (x, y) = (area(left)?.x, area(top)?.y);
        let (width, height) = (area(right)?.right() - x, area(bottom)?.bottom() - y);
        (width > 0 && height > 0).then(|| Rect::new(x, y, width as u32, height as u32))
    }

    /// The same monitors by their numbers of now, where `before` were the monitors; `None`
    /// where one of them is gone.
    fn renumbered(&self, edges: [u32; 4], before: &[Monitor]) -> Option<[u32; 4]> {
        let mut renumbered = edges;
        for index in &mut renumbered {
            let old = before.get(usize::try_from(*index).ok()?)?;
            let is_same = |it: &Monitor| {
                it.name == old.name && (it.name != AtomId::NONE || it.area == old.area)
            };
            *index = self.listed.iter().position(is_same)? as u32;
        }
        Some(renumbered)
    }

    /// Notes that they may have changed.
    pub(super) const fn mark_stale(&mut self) {
        self.is_stale = true;
    }

    /// Asks for them where they have changed, unless they are being asked for.
    pub(super) fn ask(&mut self, root: Window, atoms: &AtomTable, out: &mut Connection<Question>) {
        if !self.is_stale || self.is_asked {
            return;
        }
        let question = match self.source {
            Source::Randr => Question::Monitors(root),
            Source::Xinerama => Question::XineramaScreens,
            Source::Root => return,
        };
        self.is_stale = false;
        self.is_asked = true;
        question.ask(atoms, out);
    }

    /// Takes in the name of a monitor.
    pub(super) fn learn_name(&mut self, id: AtomId, name: Vec<u8>) {
        self.names.push((id, name));
    }

    fn id_of(&self, name: &str) -> Option<AtomId> {
        self.names.iter().find(|(_, other)| other == name.as_bytes()).map(|(id, _)| *id)
    }
}

/// The dots per inch of so many pixels and millimetres, as the wire tells them; `None` where
/// nothing is that coarse or that fine.
pub fn dpi(width: u32, millimetres: u32) -> Option<u32> {
    // Nothing is as long as 16 bits can say.
    let tenths = millimetres.min(u16::MAX.into()) * 10;
    let dpi = (width * 254 + tenths / 2).checked_div(tenths);
    dpi.filter(|dpi| DPI.contains(dpi))
}

impl Wm {
    /// Takes in the monitors; `None` for an error, and then the last ones stay.
    pub(super) fn learn_monitors(
        &mut self,
        listed: Option<Vec<Monitor>>,
        out: &mut Connection<Question>,
    ) {
        self.monitors.is_asked = false;
        let Some(listed) = listed else { return };
        let new = Monitors::new(self.monitors.source, listed);
        let useful = new.useful();
        if useful.is_empty() {
            // All are off, and come back. Meanwhile the last ones stay, as long as there is
            // room for them; without any, the root window goes on to be the only one.
            let root = Rect::new(0, 0, self.root.width, self.root.height);
            let is_of_use = |it: Monitor| it.name != AtomId::NONE && root.holds(it.area);
            if !self.stack_set.screens().all(|screen| is_of_use(screen.monitor)) {
                self.fit_root();
            }
            return;
        }
        let before = core::mem::replace(&mut self.monitors.listed, new.listed);
        if before != self.monitors.listed {
            for (_, client) in self.clients.iter_mut() {
                let edges = client.fullscreen_monitors;
                client.fullscreen_monitors =
                    edges.and_then(|edges| self.monitors.renumbered(edges, &before));
            }
        }
        self.stack_set.set_monitors(&useful);
        self.ask_monitor_names(out);
        self.look_at_outputs(&useful, out);
    }

    /// Some servers, such as Xephyr, change the root window and don't see by themselves that
    /// their output has changed with it.
    fn look_at_outputs(&mut self, useful: &[Monitor], out: &mut Connection<Question>) {
        let root = Rect::new(0, 0, self.root.width, self.root.height);
        let fits = match useful {
            [only] => only.area == root,
            several => several.iter().all(|monitor| root.holds(monitor.area)),
        };
        if fits {
            // The same size may come back, and be as unseen as the first time.
            self.monitors.looked = Size::default();
        } else if self.monitors.source == Source::Randr && self.monitors.looked != self.root {
            self.monitors.looked = self.root;
            Question::Outputs(self.server.root).ask(&self.atoms, out);
        }
    }

    /// Asks for the names of new monitors, where a rule speaks of any.
    pub(super) fn ask_monitor_names(&mut self, out: &mut Connection<Question>) {
        if self.config.rules.iter().all(|rule| rule.monitor.is_none()) {
            return;
        }
        let Monitors { listed, names, .. } = &mut self.monitors;
        names.retain(|(id, _)| listed.iter().any(|monitor| monitor.name == *id));
        for Monitor { name, .. } in listed {
            if *name != AtomId::NONE && names.iter().all(|(id, _)| id != name) {
                Question::AtomName(*name).ask(&self.atoms, out);
            }
        }
    }

    /// The root window has a new size, and the monitors may have.
    pub(super) fn root_changed(&mut self) {
        if self.monitors.source == Source::Root {
            self.fit_root();
        }
        self.monitors.mark_stale();
    }

    /// All of the root window is the only monitor.
    fn fit_root(&mut self) {
        let area = Rect::new(0, 0, self.root.width, self.root.height);
        self.stack_set.set_monitors(&[Monitor::whole(area)]);
    }

    /// The workspace on the monitor with this name.
    pub(super) fn workspace_on(&self, monitor: &str) -> Option<&Workspace> {
        let id = self.monitors.id_of(monitor)?;
        let screen = self.stack_set.screens().find(|screen| screen.monitor.name == id)?;
        Some(&screen.workspace)
    }

    /// Which monitors' edges a window wants to cover in fullscreen.
    pub(super) fn ask_for_fullscreen_monitors(&mut self, window: Window, edges: [u32; 4]) {
        if let Some(client) = self.clients.get_mut(window)
            && self.monitors.span(edges).is_some()
        {
            client.fullscreen_monitors = Some(edges);
        }
    }

    /// Sends a float to the workspace shown at a point of the root window. It keeps its
    /// place on the screen, its focus, and its states.
    pub(super) fn move_to_monitor_at(&mut self, window: Window, point: Point) {
        let set = &mut self.stack_set;
        let to = set.screen_at(point);
        let (Some(from), Some(to), Some(wish)) = (set.screen_of(window), to, set.wish(window))
        else {
            return;
        };
        let (from_area, to_area, to) = (from.monitor.area, to.monitor.area, to.workspace.id);
        let had_focus = set.focus() == Some(window);
        set.float(window, wish.moved_by(from_area.position()).seen_from(to_area.position()));
        set.transfer(window, to, had_focus);
        if had_focus {
            set.focus_window(window);
        }
    }

    /// Focuses the nearest window in a direction, or the monitor there. Where tiles lie
    /// over each other and there is nothing else, the next one or the previous one.
    pub(super) fn focus_towards(&mut self, direction: Direction) {
        let is_in_circle = matches!(direction, Direction::Next | Direction::Previous);
        let here = &self.stack_set.current_screen().workspace;
        let takes_next = is_in_circle || here.layout.overlaps();
        let found = self.nearest(direction, here, false);
        let there = self.stack_set.screen_towards(direction).filter(|_| !is_in_circle);
        if let Some(window) = found {
            self.stack_set.focus_window(window);
        } else if let Some(there) = there {
            let id = there.workspace.id;
            let window = self.nearest(direction, &there.workspace, false);
            self.stack_set.focus_screen_of(id);
            if let Some(window) = window {
                self.stack_set.focus_window(window);
            }
        } else if takes_next {
            match direction {
                Direction::Next | Direction::Right | Direction::Down => self.stack_set.focus_next(),
                _ => self.stack_set.focus_previous(),
            }
        }
    }

    /// Swaps the focused tile with the nearest one in a direction; moves a float by a step.
    pub(super) fn swap_towards(&mut self, direction: Direction) {
        let by = |x: i32, y: i32| Point { x: x * STEP, y: y * STEP };
        let step = match direction {
            Direction::Next => return self.stack_set.swap_next(),
            Direction::Previous => return self.stack_set.swap_previous(),
            Direction::Left => by(-1, 0),
            Direction::Right => by(1, 0),
            Direction::Up => by(0, -1),
            Direction::Down => by(0, 1),
        };
        let Some(focus) = self.stack_set.focus() else { return };
        let screen = self.stack_set.current_screen();
        if let Some(wish) = self.stack_set.wish(focus) {
            let monitor = screen.monitor.area;
            let rect = wish.moved_by(monitor.position()).reachable_in(monitor, HANDLE);
            let rect = rect.moved_by(step);
            self.stack_set.float(focus, rect.seen_from(monitor.position()));
            self.move_to_monitor_at(focus, rect.middle());
            return;
        }
        if let Some(other) = self.nearest(direction, &screen.workspace, true) {
            self.stack_set.swap_focus_with(other);
        }
    }

    /// Makes the monitor in a direction the current one.
    pub(super) fn focus_monitor(&mut self, direction: Direction) {
        if let Some(screen) = self.stack_set.screen_towards(direction) {
            self.stack_set.focus_screen_of(screen.workspace.id);
        }
    }

    /// Moves a window to the workspace on the monitor in a direction, without following it.
    pub(super) fn send_to_monitor(&mut self, window: Window, direction: Direction) {
        let had_focus = self.stack_set.focus() == Some(window);
        let Some(screen) = self.stack_set.screen_towards(direction) else { return };
        self.stack_set.transfer(window, screen.workspace.id, true);
        if had_focus && self.stack_set.focus() != Some(window) {
            self.pass_focus_on(window);
        }
    }

    /// Moves the current workspace to the monitor in a direction.
    pub(super) fn move_to_monitor(&mut self, direction: Direction) {
        if let Some(screen) = self.stack_set.screen_towards(direction) {
            self.stack_set.move_to_screen_of(screen.workspace.id);
        }
    }

    /// The window of a workspace nearest to the focused one, or to the middle of the current
    /// monitor; of those in the same place, the one used last.
    fn nearest(
        &self,
        direction: Direction,
        workspace: &Workspace,
        only_tiles: bool,
    ) -> Option<Window> {
        let shown = scene(self.state()).windows;
        let rect = |window: Window| {
            shown.iter().find(|placed| placed.window == window).map(|placed| placed.rect)
        };
        let monitor = self.stack_set.current_screen().monitor.area;
        let from = self.stack_set.focus().and_then(rect).unwrap_or(monitor);
        let distance = |window: Window| Some((direction.distance(from, rect(window)?)?, window));
        let is_wanted = |window: &Window| !only_tiles || self.stack_set.wish(*window).is_none();
        let others = workspace.recent().filter(is_wanted);
        others.filter_map(distance).min_by_key(|(distance, _)| *distance).map(|(_, window)| window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dots_per_inch_are_within_reason() {
        assert_eq!(dpi(1920, 508), Some(96));
        assert_eq!(dpi(1280, 169), Some(192));
        assert_eq!([dpi(1920, 0), dpi(1920, 1), dpi(100, 5000)], [None; 3]);
    }

    fn monitor(number: u32, area: Rect, primary: bool) -> Monitor {
        Monitor { name: AtomId::new(number), area, primary, millimetres: 0 }
    }

    #[test]
    fn of_mirrors_the_largest_or_the_primary_one_is_kept() {
        let (small, large) = (Rect::new(0, 0, 800, 600), Rect::new(0, 0, 1000, 700));
        let useful = |listed: &[Monitor]| Monitors::new(Source::Randr, listed.to_vec()).useful();
        let [a, b] = [monitor(1, small, false), monitor(2, large, false)];
        assert_eq!(useful(&[a, b]), [b]);
        let [a, b] = [monitor(1, large, false), monitor(2, large, true)];
        assert_eq!(useful(&[a, b]), [b]);
        let [a, b] = [monitor(1, large, false), monitor(2, large, false)];
        assert_eq!(useful(&[a, b]), [a]);
    }

    fn any_rect() -> impl Strategy<Value = Rect> {
        // From a few numbers, so that they are often the same or within each other.
        let at = || prop_oneof![4 => (0..4_i32).prop_map(|at| at * 100), 1 => any::<i16>().prop_map_into()];
        let length = || prop_oneof![4 => (0..4_u32).prop_map(|it| it * 100), 1 => any::<u16>().prop_map_into()];
        (at(), at(), length(), length())
            .prop_map(|(x, y, width, height)| Rect::new(x, y, width, height))
    }

    proptest! {
        /// Whatever the server lists, what is left is seen once, from left to right, and
        /// nothing that can be seen is lost.
        #[test]
        fn every_pixel_is_on_a_useful_monitor(
            listed in prop::collection::vec((any_rect(), any::<bool>()), 0..40),
        ) {
            let listed: Vec<Monitor> =
                (1..).zip(listed).map(|(it, (area, primary))| monitor(it, area, primary)).collect();
            let useful = Monitors::new(Source::Randr, listed.clone()).useful();
            let place = |it: &Monitor| (it.area.x, it.area.y);
            prop_assert!(useful.windows(2).all(|pair| place(&pair[0]) <= place(&pair[1])));
            for (index, it) in useful.iter().enumerate() {
                prop_assert!(listed.contains(it));
                let others = || useful.iter().enumerate().filter(|(other, _)| *other != index);
                prop_assert!(others().all(|(_, other)| !other.area.holds(it.area)));
            }
            for it in listed.iter().filter(|it| it.area.width > 0 && it.area.height > 0) {
                prop_assert!(useful.iter().any(|other| other.area.holds(it.area)));
            }
        }

        /// Any numbers give an area of monitors, or nothing.
        #[test]
        fn any_edges_are_an_area_or_nothing(
            listed in prop::collection::vec(any_rect(), 0..5),
            edges in prop::array::uniform4(prop_oneof![4 => 0..6_u32, 1 => any::<u32>()]),
        ) {
            let listed: Vec<Monitor> =
                (1..).zip(listed).map(|(it, area)| monitor(it, area, false)).collect();
            let monitors = Monitors::new(Source::Xinerama, listed.clone());
            if let Some(area) = monitors.span(edges) {
                prop_assert!(area.width > 0 && area.height > 0);
                prop_assert!(edges.iter().all(|index| (*index as usize) < listed.len()));
                prop_assert_eq!(area.y, listed[edges[0] as usize].area.y);
                prop_assert_eq!(area.right(), listed[edges[3] as usize].area.right());
            }
            prop_assert_eq!(monitors.renumbered(edges, &listed).is_some(),
                edges.iter().all(|index| (*index as usize) < listed.len()));
        }
    }
}
