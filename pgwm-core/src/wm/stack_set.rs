//! Where every window is: monitors, workspaces, and the windows on them.
//!
//! A workspace is owned by the monitor that shows it or stands among the hidden ones, so
//! that it can't be in two places; so it is with a window and its workspace. Never knows
//! a window's hints or the server; never decides a rectangle (see `scene.rs`), a float's
//! own wish apart.

use super::stack::{self, Stack};
use super::table::{sort_by_key, strike};
use crate::config::OnOtherMonitor;
use crate::gather::Gather;
use crate::geometry::{Direction, Point, Rect};
use crate::layout::{Layout, Share};
use crate::x11::id::{AtomId, Window};
use alloc::vec::Vec;
use core::{mem, slice};

/// Of so many monitors that are away it is known what they showed.
const MOST_HOMES: usize = 64;

/// A workspace, by its place in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct WorkspaceId(u8);

impl WorkspaceId {
    /// The workspace at this place in the configuration.
    pub const fn new(index: u8) -> Self {
        Self(index)
    }

    /// Its place in the configuration; its number as EWMH counts desktops.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The windows of one workspace and how they are arranged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its name, for good.
    pub id: WorkspaceId,
    /// How its tiles are arranged.
    pub layout: Layout,
    /// What its leaders get.
    pub share: Share,
    /// Pixels between its tiles.
    pub gap: u32,
    /// Tiles and floats in their order, and which has the focus.
    stack: Option<Stack<Window>>,
    /// The same windows, the last used one at the end.
    recent: Vec<Window>,
    /// Windows that are hidden until they are restored, the last one at the end.
    minimised: Vec<Window>,
    /// The window that covers the monitor while no other tile has the focus.
    fullscreen: Option<Window>,
}

impl Workspace {
    /// An empty workspace.
    pub const fn new(id: WorkspaceId, layout: Layout, share: Share, gap: u32) -> Self {
        Self {
            id,
            layout,
            share,
            gap,
            stack: None,
            recent: Vec::new(),
            minimised: Vec::new(),
            fullscreen: None,
        }
    }

    /// All its windows but the minimised ones, in order.
    pub fn windows(&self) -> impl Iterator<Item = Window> + '_ {
        self.stack.as_ref().map(Stack::iter).unwrap_or_default().copied()
    }

    /// The minimised windows, the last one at the end.
    pub fn minimised(&self) -> &[Window] {
        &self.minimised
    }

    /// The window with the focus of this workspace.
    pub fn focus(&self) -> Option<Window> {
        self.stack.as_ref().map(|stack| *stack.focus())
    }

    /// The window that was put into fullscreen; it may be minimised.
    pub const fn fullscreen(&self) -> Option<Window> {
        self.fullscreen
    }

    /// All its windows but the minimised ones, the last used one first.
    pub fn recent(&self) -> impl Iterator<Item = Window> + '_ {
        self.recent.iter().rev().copied()
    }

    /// Whether the window is here, minimised or not.
    pub fn contains(&self, window: Window) -> bool {
        self.is_open(window) || self.minimised.contains(&window)
    }

    /// Whether the window is here and not minimised.
    pub fn is_open(&self, window: Window) -> bool {
        self.windows().any(|other| other == window)
    }

    fn insert(&mut self, window: Window, focused: bool) {
        match &mut self.stack {
            None => self.stack = Some(Stack::new(window)),
            Some(stack) if focused => stack.insert_focused(window),
            Some(stack) => stack.insert_behind(window),
        }
        self.recent.insert(0, window);
        self.note_focus();
    }

    /// Takes the window out. Its focus, where it had it, goes to the window used before.
    fn remove(&mut self, window: Window) {
        strike(&mut self.minimised, window);
        if self.fullscreen == Some(window) {
            self.fullscreen = None;
        }
        self.close(window);
    }

    /// Takes the window out of those that are shown.
    fn close(&mut self, window: Window) {
        strike(&mut self.recent, window);
        let had_focus = self.focus() == Some(window);
        self.stack = self.stack.take().and_then(|stack| stack.without(|other| *other == window).0);
        if had_focus && let Some(last) = self.recent.last().copied() {
            self.with_stack(|stack| {
                stack.focus_first(|other| *other == last);
            });
        }
    }

    /// Lets a window have the place of another one.
    fn replace(&mut self, old: Window, new: Window) {
        if let Some(stack) = &mut self.stack
            && let Some(window) = stack.iter_mut().find(|window| **window == old)
        {
            *window = new;
        }
        rename(&mut self.recent, old, new);
        rename(&mut self.minimised, old, new);
        if self.fullscreen == Some(old) {
            self.fullscreen = Some(new);
        }
    }

    #[inline(never)]
    fn with_stack(&mut self, change: impl FnOnce(&mut Stack<Window>)) {
        if let Some(stack) = &mut self.stack {
            change(stack);
            self.note_focus();
        }
    }

    fn note_focus(&mut self) {
        let Some(focus) = self.focus() else { return };
        if self.recent.last() != Some(&focus) {
            strike(&mut self.recent, focus);
            self.recent.push(focus);
        }
    }
}

/// A monitor, as the server tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monitor {
    /// The name of its output, by which it is known again; `NONE` where there are no names.
    pub name: AtomId,
    /// Its rectangle in the root window.
    pub area: Rect,
    /// Whether the user called it the primary one.
    pub primary: bool,
    /// How wide it is, in millimetres; 0 where nobody knows.
    pub millimetres: u32,
}

impl Monitor {
    /// The only monitor: all of the root window.
    pub const fn whole(area: Rect) -> Self {
        Self { name: AtomId::NONE, area, primary: true, millimetres: 0 }
    }
}

/// A monitor and the workspace on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// The monitor.
    pub monitor: Monitor,
    /// The workspace that it shows.
    pub workspace: Workspace,
}

/// A window out of the tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Float {
    /// The window.
    pub window: Window,
    /// Where it wishes to be, its border included, as seen from the upper left corner of
    /// whichever monitor shows it. It outlives monitors that are too small for it.
    pub wish: Rect,
}

/// A tile, and its place among all windows of its workspace.
type Tile = (usize, Window);
/// A window whose place another one has for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swallowed {
    /// The window, which is on no workspace.
    pub window: Window,
    /// The one that has its place, or whose place another one has in turn.
    pub by: Window,
    /// Whether it was the fullscreen window of its workspace.
    pub fullscreen: bool,
}

/// All monitors, workspaces and windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackSet {
    /// The monitors; the focused one shows the current workspace.
    screens: Stack<Screen>,
    /// The workspaces that no monitor shows, in their order.
    hidden: Vec<Workspace>,
    /// The floats of all workspaces, the lowest one first.
    floats: Vec<Float>,
    /// The windows that go along when their monitor shows another workspace.
    sticky: Vec<Window>,
    /// The windows whose place another one has, each before the one that it has swallowed.
    swallowed: Vec<Swallowed>,
    /// The workspace that was current before the current one.
    last: WorkspaceId,
    /// What monitors showed that are not there now, or that show something else only
    /// because of that.
    homes: Vec<(AtomId, WorkspaceId)>,
    /// Whether all windows are hidden until one of them is to be seen.
    shows_desktop: bool,
}

impl StackSet {
    /// One monitor that shows the first workspace, `first`; the others are hidden.
    #[inline(never)]
    pub fn new(area: Rect, first: Workspace, others: Vec<Workspace>) -> Self {
        let last = first.id;
        let screens = Stack::new(Screen { monitor: Monitor::whole(area), workspace: first });
        Self {
            screens,
            hidden: others,
            floats: Vec::new(),
            sticky: Vec::new(),
            swallowed: Vec::new(),
            last,
            homes: Vec::new(),
            shows_desktop: false,
        }
    }

    /// The monitors, in their order.
    pub fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.screens.iter()
    }

    /// The monitor whose workspace is the current one.
    pub const fn current_screen(&self) -> &Screen {
        self.screens.focus()
    }

    /// The workspace that keys act on.
    pub const fn current(&self) -> &Workspace {
        &self.screens.focus().workspace
    }

    /// The workspace that keys act on, for its layout and share.
    pub const fn current_mut(&mut self) -> &mut Workspace {
        &mut self.screens.focus_mut().workspace
    }

    /// All workspaces, those on monitors first.
    pub fn workspaces(&self) -> Workspaces<'_> {
        Workspaces { shown: self.screens.iter(), hidden: self.hidden.iter() }
    }

    /// The workspace that holds the window.
    pub fn workspace_of(&self, window: Window) -> Option<&Workspace> {
        self.workspaces().find(|workspace| workspace.contains(window))
    }

    /// The monitor that shows the window's workspace.
    pub fn screen_of(&self, window: Window) -> Option<&Screen> {
        self.screens.iter().find(|screen| screen.workspace.contains(window))
    }

    /// The window with the focus; none while the desktop is shown.
    pub fn focus(&self) -> Option<Window> {
        self.current().focus().filter(|_| !self.shows_desktop)
    }

    /// Whether all windows are hidden, so that the desktop can be seen.
    pub const fn shows_desktop(&self) -> bool {
        self.shows_desktop
    }

    /// Hides all windows, so that the desktop can be seen, until this is taken back or one
    /// of them is to be seen.
    pub const fn show_desktop(&mut self, on: bool) {
        self.shows_desktop = on;
    }

    /// The floats of all workspaces, the lowest one first.
    pub fn floats(&self) -> &[Float] {
        &self.floats
    }

    /// Whether the window can be seen, others that cover it apart.
    pub fn is_visible(&self, window: Window) -> bool {
        !self.shows_desktop && self.screens.iter().any(|screen| screen.workspace.is_open(window))
    }

    /// Whether the window is hidden until it is restored.
    pub fn is_minimised(&self, window: Window) -> bool {
        self.workspaces().any(|workspace| workspace.minimised.contains(&window))
    }

    /// Whether the window goes along when its monitor shows another workspace.
    pub fn is_sticky(&self, window: Window) -> bool {
        self.sticky.contains(&window)
    }

    /// Where a float wishes to be, as seen from its monitor; `None` for a tile.
    pub fn wish(&self, window: Window) -> Option<Rect> {
        self.floats.iter().find(|float| float.window == window).map(|float| float.wish)
    }

    /// The windows that go along when their monitor shows another workspace.
    pub fn sticky(&self) -> &[Window] {
        &self.sticky
    }

    /// The windows whose place another one has, each before the one that it has swallowed.
    pub fn swallowed(&self) -> &[Swallowed] {
        &self.swallowed
    }

    /// The workspace that was current before the current one.
    pub const fn last(&self) -> WorkspaceId {
        self.last
    }

    /// What monitors showed that are not there now, or that show something else only
    /// because of that.
    pub fn homes(&self) -> &[(AtomId, WorkspaceId)] {
        &self.homes
    }

    /// The window that has the place of this one: itself, where it has one.
    pub fn stand_in(&self, window: Window) -> Window {
        // Each is found after the one that it has swallowed.
        self.swallowed.iter().fold(window, |it, pair| if pair.window == it { pair.by } else { it })
    }

    /// Adds a window, behind the focus of a workspace or with the focus, and as a float
    /// where it has a wish. A workspace that does not exist is the current one; a window
    /// that is here already is left alone.
    pub fn insert(&mut self, window: Window, to: WorkspaceId, focused: bool, wish: Option<Rect>) {
        if self.workspace_of(window).is_some() {
            return;
        }
        let to = if self.exists(to) { to } else { self.current().id };
        if let Some(workspace) = self.workspace_mut(to) {
            workspace.insert(window, focused);
        }
        if let Some(wish) = wish {
            self.floats.push(Float { window, wish });
        }
        self.end_desktop_for(window);
    }

    /// The desktop is not shown any longer where that would hide a window that has come to
    /// a monitor.
    fn end_desktop_for(&mut self, window: Window) {
        self.shows_desktop &= !self.screens.iter().any(|it| it.workspace.is_open(window));
    }

    /// Gives a window's place to a new one, until that is gone. Nothing where it has none,
    /// or the new one has one.
    pub fn swallow(&mut self, window: Window, by: Window) {
        if self.workspace_of(window).is_some() && self.workspace_of(by).is_none() {
            let fullscreen = self.is_fullscreen(window);
            self.replace(window, by);
            self.swallowed.push(Swallowed { window, by, fullscreen });
        }
    }

    /// Lets a window have the place of another one.
    fn replace(&mut self, old: Window, new: Window) {
        for workspace in self.workspaces_mut() {
            workspace.replace(old, new);
        }
        if let Some(float) = self.floats.iter_mut().find(|float| float.window == old) {
            float.window = new;
        }
        rename(&mut self.sticky, old, new);
    }

    /// Takes a window out of its place, because another one that has a place had it before
    /// a restart. Nothing where that is impossible.
    pub fn put_inside(&mut self, pair: Swallowed) {
        let Swallowed { window, by, .. } = pair;
        let have_places = self.workspace_of(window).is_some() && self.workspace_of(by).is_some();
        if window != by && have_places && self.swallowed.iter().all(|other| other.by != by) {
            self.take_out(window);
            self.swallowed.push(pair);
        }
    }

    /// Moves a window to the place after the focus of a workspace, as a tile, with the focus
    /// of that. Nothing where there is no such workspace, or the window is on none.
    pub fn put(&mut self, window: Window, to: WorkspaceId) {
        if self.exists(to) && self.workspace_of(window).is_some() {
            self.take_out(window);
            self.insert(window, to, true, None);
        }
    }

    /// Lets a monitor show a workspace, in exchange for its own: the one of this name or,
    /// where it has none, at this place.
    pub fn show_on(&mut self, place: usize, name: AtomId, id: WorkspaceId) {
        let is_it = |(at, screen): &(usize, &Screen)| {
            screen.monitor.name == name && (name != AtomId::NONE || *at == place)
        };
        let found = self.screens.iter().enumerate().find(is_it);
        let shown = found.map(|(_, screen)| screen.workspace.id);
        if let Some(shown) = shown {
            self.exchange(shown, id);
            self.exchange_with_hidden(shown, id);
        }
    }

    /// Remembers what a monitor showed that is not there now.
    pub fn add_home(&mut self, name: AtomId, id: WorkspaceId) {
        if self.exists(id) {
            self.homes.push((name, id));
        }
    }

    /// Remembers which workspace was current before.
    pub fn set_last(&mut self, id: WorkspaceId) {
        if self.exists(id) {
            self.last = id;
        }
    }

    /// Forgets a window. One that it has swallowed gets its place back.
    pub fn remove(&mut self, window: Window) {
        let inside = self.swallowed.iter().position(|pair| pair.by == window);
        let outside = self.swallowed.iter().position(|pair| pair.window == window);
        match (inside, outside) {
            (None, None) => self.take_out(window),
            (Some(inside), None) => {
                let Swallowed { window: old, fullscreen, .. } = self.swallowed.remove(inside);
                let is_fullscreen = self.is_fullscreen(window) && fullscreen;
                self.replace(window, old);
                if !is_fullscreen {
                    self.set_fullscreen(old, false);
                }
            }
            (inside, Some(outside)) => {
                let by = self.swallowed[outside].by;
                if let Some(inside) = inside {
                    self.swallowed[inside].by = by;
                }
                self.swallowed.remove(outside);
            }
        }
    }

    /// Takes a window out of wherever it is.
    fn take_out(&mut self, window: Window) {
        self.floats.retain(|float| float.window != window);
        strike(&mut self.sticky, window);
        for workspace in self.workspaces_mut() {
            workspace.remove(window);
        }
    }

    /// Makes a workspace the current one; where another monitor shows it, as `policy` says.
    pub fn view(&mut self, id: WorkspaceId, policy: OnOtherMonitor) {
        let current = self.current().id;
        if id == current {
            return;
        }
        let on_other = self.screens.iter().any(|screen| screen.workspace.id == id);
        if !on_other && !self.exists(id) {
            return;
        }
        self.shows_desktop = false;
        if on_other && policy == OnOtherMonitor::Follow {
            self.screens.focus_first(|screen| screen.workspace.id == id);
        } else {
            self.settle_at(current);
            self.settle_at(id);
            self.with_sticky_windows(None, &mut |set| {
                if on_other && policy == OnOtherMonitor::Pull && !set.hidden.is_empty() {
                    set.exchange(current, id);
                    set.exchange_with_hidden(current, set.hidden[0].id);
                } else if on_other {
                    set.exchange(current, id);
                } else {
                    set.exchange_with_hidden(current, id);
                }
            });
        }
        self.last = current;
    }

    /// Makes the workspace current that was current before.
    pub fn view_last(&mut self, policy: OnOtherMonitor) {
        self.view(self.last, policy);
    }

    /// The workspace after the current one, or before it, in a circle.
    pub fn neighbour(&self, forward: bool) -> WorkspaceId {
        let count = self.workspaces().count();
        let step = if forward { 1 } else { count.saturating_sub(1) };
        WorkspaceId(((self.current().id.index() + step) % count.max(1)) as u8)
    }

    /// Moves a window to another workspace, where it takes that workspace's focus. It is
    /// no longer sticky.
    pub fn send(&mut self, window: Window, to: WorkspaceId) {
        strike(&mut self.sticky, window);
        self.transfer(window, to, true);
    }

    /// Moves a window as it is to another workspace, with that workspace's focus or behind it.
    pub fn transfer(&mut self, window: Window, to: WorkspaceId, focused: bool) {
        let here = self.workspace_of(window).map(|workspace| workspace.id);
        if here.is_none_or(|here| here == to) || !self.exists(to) {
            return;
        }
        let (fullscreen, minimised) = (self.is_fullscreen(window), self.is_minimised(window));
        for workspace in self.workspaces_mut() {
            workspace.remove(window);
        }
        if let Some(workspace) = self.workspace_mut(to) {
            if minimised {
                workspace.minimised.push(window);
            } else {
                workspace.insert(window, focused);
            }
        }
        self.set_fullscreen(window, fullscreen);
    }

    /// Lets a window go along when its monitor shows another workspace, or stay.
    pub fn set_sticky(&mut self, window: Window, on: bool) {
        strike(&mut self.sticky, window);
        if on && self.workspace_of(window).is_some() {
            self.sticky.push(window);
        }
    }

    /// Hides a window until it is restored; the focus goes to the window used before.
    pub fn minimise(&mut self, window: Window) {
        for workspace in self.workspaces_mut() {
            if workspace.is_open(window) {
                workspace.close(window);
                workspace.minimised.push(window);
            }
        }
    }

    /// Shows a minimised window on its workspace again, with the focus of that.
    pub fn restore(&mut self, window: Window) {
        for workspace in self.workspaces_mut() {
            if workspace.minimised.contains(&window) {
                strike(&mut workspace.minimised, window);
                workspace.insert(window, true);
            }
        }
        self.end_desktop_for(window);
    }

    /// Gives a window the focus of its workspace, and makes that workspace's monitor the
    /// current one where it is on a monitor.
    pub fn focus_window(&mut self, window: Window) {
        self.end_desktop_for(window);
        self.screens.focus_first(|screen| screen.workspace.is_open(window));
        for workspace in self.workspaces_mut() {
            workspace.with_stack(|stack| {
                stack.focus_first(|other| *other == window);
            });
        }
    }

    /// The monitor under a point.
    pub fn screen_at(&self, point: Point) -> Option<&Screen> {
        self.screens.iter().find(|screen| screen.monitor.area.contains(point))
    }

    /// Makes the monitor under a point the current one.
    pub fn focus_screen_at(&mut self, point: Point) {
        self.screens.focus_first(|screen| screen.monitor.area.contains(point));
    }

    /// The monitor in a direction from the current one.
    pub fn screen_towards(&self, direction: Direction) -> Option<&Screen> {
        let here = self.current_screen();
        let count = self.screens.len();
        let step = match direction {
            Direction::Next => 1,
            Direction::Previous => count - 1,
            _ => {
                let distance =
                    |it: &&Screen| direction.distance(here.monitor.area, it.monitor.area);
                let there = self.screens.iter().filter(|it| distance(it).is_some());
                return there.min_by_key(distance);
            }
        };
        let at = self.screens.iter().position(|it| it.workspace.id == here.workspace.id)?;
        self.screens.iter().nth((at + step) % count)
    }

    /// Makes the monitor that shows a workspace the current one.
    pub fn focus_screen_of(&mut self, id: WorkspaceId) {
        self.screens.focus_first(|screen| screen.workspace.id == id);
    }

    /// Lets the current workspace and another one that is shown change monitors; the focus
    /// goes along.
    pub fn move_to_screen_of(&mut self, id: WorkspaceId) {
        let current = self.current().id;
        if id == current {
            return;
        }
        self.settle_at(current);
        self.settle_at(id);
        self.with_sticky_windows(None, &mut |set| set.exchange(current, id));
        self.focus_screen_of(current);
    }

    /// Focuses the next window of the current workspace, in a circle.
    pub fn focus_next(&mut self) {
        self.current_mut().with_stack(Stack::focus_next);
    }

    /// Focuses the previous window of the current workspace, in a circle.
    pub fn focus_previous(&mut self) {
        self.current_mut().with_stack(Stack::focus_previous);
    }

    /// Swaps the focused tile with the next one, in a circle.
    pub fn swap_next(&mut self) {
        let _ = self.swap_to(&|tiles, place| Some((place + 1) % tiles.len()));
    }

    /// Swaps the focused tile with the previous one, in a circle.
    pub fn swap_previous(&mut self) {
        let _ = self.swap_to(&|tiles, place| Some((place + tiles.len() - 1) % tiles.len()));
    }

    /// Swaps the focused tile with the leader; the leader with the tile after it, which
    /// then has the focus, so that the leader always has.
    pub fn swap_leader(&mut self) {
        let swapped = self.swap_to(&|tiles, place| Some(usize::from(place == 0) % tiles.len()));
        if let Some((0, second)) = swapped {
            self.focus_window(second);
        }
    }

    /// Swaps the focused tile with another, found among the tiles, which are counted without
    /// the floats between them. Its place before, and the other one.
    fn swap_to(&mut self, other: &dyn Fn(&[Tile], usize) -> Option<usize>) -> Option<Tile> {
        let floats = &self.floats;
        let is_tile = |window: &Window| floats.iter().all(|float| float.window != *window);
        let workspace = &mut self.screens.focus_mut().workspace;
        let tiles: Vec<Tile> =
            workspace.windows().enumerate().filter(|(_, window)| is_tile(window)).gather();
        let focus = workspace.focus();
        let place = tiles.iter().position(|(_, window)| Some(*window) == focus)?;
        let (index, other) = *tiles.get(other(&tiles, place)?)?;
        workspace.with_stack(|stack| stack.swap_with(index));
        Some((place, other))
    }

    /// Swaps the focused tile with another tile of the same workspace.
    pub fn swap_focus_with(&mut self, window: Window) {
        let _ = self.swap_to(&|tiles, _| tiles.iter().position(|(_, other)| *other == window));
    }

    /// Takes a window out of the tiles, or moves a float's wish, which is as seen from its
    /// monitor.
    pub fn float(&mut self, window: Window, wish: Rect) {
        if let Some(float) = self.floats.iter_mut().find(|float| float.window == window) {
            float.wish = wish;
        } else if self.workspace_of(window).is_some() {
            self.floats.push(Float { window, wish });
        }
    }

    /// Puts a float back among the tiles.
    pub fn sink(&mut self, window: Window) {
        self.floats.retain(|float| float.window != window);
    }

    /// Puts a float above all others.
    pub fn raise(&mut self, window: Window) {
        self.restack(window, None, true);
    }

    /// Puts a float right above another one, or above all others; or below.
    pub fn restack(&mut self, window: Window, sibling: Option<Window>, above: bool) {
        let place = |floats: &[Float], window| floats.iter().position(|it| it.window == window);
        let Some(index) = place(&self.floats, window) else { return };
        let float = self.floats.remove(index);
        let sibling = sibling.and_then(|sibling| place(&self.floats, sibling));
        let otherwise = if above { self.floats.len() } else { 0 };
        self.floats.insert(sibling.map_or(otherwise, |at| at + usize::from(above)), float);
    }

    /// Whether the window is the fullscreen window of its workspace.
    pub fn is_fullscreen(&self, window: Window) -> bool {
        self.workspaces().any(|workspace| workspace.fullscreen == Some(window))
    }

    /// Puts a window into fullscreen, in the place of another one of its workspace, or
    /// ends it.
    pub fn set_fullscreen(&mut self, window: Window, on: bool) {
        for workspace in self.workspaces_mut() {
            if on && workspace.contains(window) {
                workspace.fullscreen = Some(window);
            } else if !on && workspace.fullscreen == Some(window) {
                workspace.fullscreen = None;
            }
        }
    }

    /// Replaces the monitors by these. A monitor that comes back shows what it showed when it
    /// went, and one that is still there what it shows; a new one shows what a monitor that
    /// is gone showed, or the first hidden workspace. The workspaces of those that are gone
    /// are hidden, but for the current one. With no monitor at all the last ones stay; the
    /// last of more monitors than workspaces are left out, but for the primary one.
    pub fn set_monitors(&mut self, monitors: &[Monitor]) {
        let (monitors, others) = monitors.split_at(monitors.len().min(self.workspaces().count()));
        let mut monitors = monitors.to_vec();
        if let (Some(last), Some(primary)) =
            (monitors.last_mut(), others.iter().find(|monitor| monitor.primary))
        {
            *last = *primary;
        }
        let monitors = &monitors[..];
        if monitors.is_empty()
            || self.screens.iter().map(|screen| screen.monitor).eq(monitors.iter().copied())
        {
            return;
        }
        let current = self.current().id;
        let plan = self.plan(monitors);
        self.with_sticky_windows(self.focus(), &mut |set| {
            set.rebuild(monitors, &plan);
            set.focus_screen_of(current);
        });
    }

    /// Which workspace each of these monitors shall show, none twice and the current one
    /// for certain; and what is to be known of those that are gone.
    fn plan(&mut self, monitors: &[Monitor]) -> Vec<Option<WorkspaceId>> {
        let current = self.current().id;
        let mut left: Vec<(AtomId, WorkspaceId)> =
            self.screens.iter().map(|screen| (screen.monitor.name, screen.workspace.id)).gather();
        let mut homes = mem::take(&mut self.homes);
        let home = |homes: &[(AtomId, WorkspaceId)], name: AtomId| {
            homes.iter().find(|(other, _)| *other == name).map(|(_, id)| *id)
        };
        // What each of them showed until now.
        let shown: Vec<Option<WorkspaceId>> = monitors
            .iter()
            .map(|monitor| {
                let at = left.iter().position(|(name, _)| *name == monitor.name)?;
                Some(left.remove(at).1)
            })
            .gather();
        let mut spare = alloc::vec![current];
        spare.extend(left.iter().map(|(_, id)| *id));
        spare.extend(self.hidden.iter().map(|workspace| workspace.id));
        let mut plan: Vec<Option<WorkspaceId>> = alloc::vec![None; monitors.len()];
        // First those that come back, then those that stay, then those that stay and made
        // room, then the new ones, the primary one before the others.
        for round in 0..5 {
            for (index, monitor) in monitors.iter().enumerate() {
                let is_free = |id: &WorkspaceId| !plan.contains(&Some(*id));
                let known = match round {
                    0 if shown[index].is_none() => home(&homes, monitor.name),
                    1 => shown[index],
                    2 => home(&homes, monitor.name),
                    3 if !monitor.primary => None,
                    3 | 4 => spare.iter().copied().find(is_free),
                    _ => None,
                };
                if plan[index].is_none() {
                    plan[index] = known.filter(is_free);
                }
            }
        }
        // What a monitor had to give up stays its home until it is there again.
        homes.retain(|(name, id)| {
            let here = monitors.iter().position(|monitor| monitor.name == *name);
            here.is_none_or(|here| shown[here].is_some() && plan[here] != Some(*id))
        });
        if !plan.contains(&Some(current)) {
            let here = monitors.iter().position(|monitor| monitor.primary).unwrap_or(0);
            if let Some(id) = plan[here].replace(current) {
                left.push((monitors[here].name, id));
            }
        }
        for (name, id) in left {
            if name != AtomId::NONE && home(&homes, name).is_none() {
                homes.push((name, id));
            }
        }
        homes.drain(..homes.len().saturating_sub(MOST_HOMES));
        self.homes = homes;
        plan
    }

    /// Gives each monitor the workspace that is planned for it.
    fn rebuild(&mut self, monitors: &[Monitor], plan: &[Option<WorkspaceId>]) {
        let mut pool = mem::take(&mut self.hidden);
        while let Some(screen) = self.screens.pop() {
            pool.push(screen.workspace);
        }
        // The last screen stays where it is until another one takes its place.
        let spare = Workspace::new(WorkspaceId(u8::MAX), Layout::Tall, Share::default(), 0);
        pool.push(mem::replace(&mut self.screens.focus_mut().workspace, spare));
        sort_by_key(&mut pool, |workspace| workspace.id);
        let mut is_first = true;
        for (monitor, id) in monitors.iter().zip(plan) {
            let Some(at) = pool.iter().position(|workspace| Some(workspace.id) == *id) else {
                continue;
            };
            let screen = Screen { monitor: *monitor, workspace: pool.remove(at) };
            if mem::take(&mut is_first) {
                *self.screens.focus_mut() = screen;
            } else {
                self.screens.push(screen);
            }
        }
        self.hidden = pool;
    }

    /// Changes which monitor shows which workspace. The sticky windows stay on their monitors,
    /// or go where they can be seen; one of them may stay on its workspace.
    fn with_sticky_windows(&mut self, stays: Option<Window>, change: &mut dyn FnMut(&mut Self)) {
        let mut sticky = Vec::new();
        for screen in self.screens() {
            for window in screen.workspace.windows() {
                if self.is_sticky(window) && Some(window) != stays {
                    sticky.push((window, screen.monitor));
                }
            }
        }
        change(self);
        for (window, monitor) in sticky {
            let mut there = self.screen_of(window).unwrap_or(self.current_screen());
            for screen in self.screens() {
                let Monitor { name, area, .. } = screen.monitor;
                let is_same = if name == AtomId::NONE { area == monitor.area } else { true };
                if name == monitor.name && is_same {
                    there = screen;
                }
            }
            self.transfer(window, there.workspace.id, false);
        }
    }

    /// The user chooses what the monitor with this workspace shows: it has nothing to go
    /// back to.
    fn settle_at(&mut self, id: WorkspaceId) {
        let here = self.screens.iter().find(|screen| screen.workspace.id == id);
        if let Some(name) = here.map(|screen| screen.monitor.name) {
            self.homes.retain(|(other, _)| *other != name);
        }
    }

    fn exists(&self, id: WorkspaceId) -> bool {
        self.workspaces().any(|workspace| workspace.id == id)
    }

    /// A workspace, for its layout and share.
    pub fn workspace_mut(&mut self, id: WorkspaceId) -> Option<&mut Workspace> {
        self.workspaces_mut().find(|workspace| workspace.id == id)
    }

    fn workspaces_mut(&mut self) -> WorkspacesMut<'_> {
        WorkspacesMut { shown: self.screens.iter_mut(), hidden: self.hidden.iter_mut() }
    }

    /// Lets the monitors that show `a` and `b` change workspaces.
    fn exchange(&mut self, a: WorkspaceId, b: WorkspaceId) {
        let mut pair = self
            .screens
            .iter_mut()
            .map(|screen| &mut screen.workspace)
            .filter(|workspace| workspace.id == a || workspace.id == b);
        if let (Some(one), Some(other)) = (pair.next(), pair.next()) {
            mem::swap(one, other);
        }
    }

    /// Hides a workspace and shows another one, which was hidden, in its place.
    fn exchange_with_hidden(&mut self, shown: WorkspaceId, hidden: WorkspaceId) {
        let screen = self.screens.iter_mut().find(|screen| screen.workspace.id == shown);
        let hidden = self.hidden.iter_mut().find(|workspace| workspace.id == hidden);
        if let (Some(screen), Some(hidden)) = (screen, hidden) {
            mem::swap(&mut screen.workspace, hidden);
            sort_by_key(&mut self.hidden, |workspace| workspace.id);
        }
    }
}

/// All workspaces, those on monitors first. A type of its own for its size; see
/// [`stack::Iter`].
#[derive(Debug, Clone)]
pub struct Workspaces<'a> {
    shown: stack::Iter<'a, Screen>,
    hidden: slice::Iter<'a, Workspace>,
}

impl<'a> Iterator for Workspaces<'a> {
    type Item = &'a Workspace;

    fn next(&mut self) -> Option<&'a Workspace> {
        self.shown.next().map(|screen| &screen.workspace).or_else(|| self.hidden.next())
    }
}

/// The same to be changed.
struct WorkspacesMut<'a> {
    shown: stack::IterMut<'a, Screen>,
    hidden: slice::IterMut<'a, Workspace>,
}

impl<'a> Iterator for WorkspacesMut<'a> {
    type Item = &'a mut Workspace;

    fn next(&mut self) -> Option<&'a mut Workspace> {
        self.shown.next().map(|screen| &mut screen.workspace).or_else(|| self.hidden.next())
    }
}

/// Lets one window stand for another in a list.
fn rename(list: &mut [Window], old: Window, new: Window) {
    if let Some(window) = list.iter_mut().find(|window| **window == old) {
        *window = new;
    }
}
