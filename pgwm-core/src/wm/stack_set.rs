//! Where every window is: monitors, workspaces, and the windows on them.
//!
//! A workspace is owned by the monitor that shows it or stands among the hidden ones, so
//! that it can't be in two places; so it is with a window and its workspace. Never knows
//! a window's hints or the server; never decides a rectangle (see `scene.rs`), a float's
//! own wish apart.

use super::stack::Stack;
use crate::geometry::{Point, Rect};
use crate::layout::{Layout, Share};
use crate::x11::id::Window;
use alloc::vec::Vec;
use core::mem;

/// A workspace, by its place in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Tiles and floats in their order, and which has the focus.
    stack: Option<Stack<Window>>,
    /// The same windows, the last used one at the end.
    recent: Vec<Window>,
    /// The window that covers the monitor while no other tile has the focus.
    fullscreen: Option<Window>,
}

impl Workspace {
    /// An empty workspace.
    pub const fn new(id: WorkspaceId, layout: Layout, share: Share) -> Self {
        Self { id, layout, share, stack: None, recent: Vec::new(), fullscreen: None }
    }

    /// All its windows, in order.
    pub fn windows(&self) -> impl Iterator<Item = Window> + '_ {
        self.stack.iter().flat_map(Stack::iter).copied()
    }

    /// The window with the focus of this workspace.
    pub fn focus(&self) -> Option<Window> {
        self.stack.as_ref().map(|stack| *stack.focus())
    }

    /// The window that was put into fullscreen.
    pub const fn fullscreen(&self) -> Option<Window> {
        self.fullscreen
    }

    /// All its windows, the last used one first.
    pub fn recent(&self) -> impl Iterator<Item = Window> + '_ {
        self.recent.iter().rev().copied()
    }

    /// Whether the window is here.
    pub fn contains(&self, window: Window) -> bool {
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
        self.recent.retain(|other| *other != window);
        if self.fullscreen == Some(window) {
            self.fullscreen = None;
        }
        let had_focus = self.focus() == Some(window);
        self.stack = self.stack.take().and_then(|stack| stack.without(|other| *other == window).0);
        if had_focus && let Some(last) = self.recent.last().copied() {
            self.with_stack(|stack| {
                stack.focus_first(|other| *other == last);
            });
        }
    }

    fn with_stack(&mut self, change: impl FnOnce(&mut Stack<Window>)) {
        if let Some(stack) = &mut self.stack {
            change(stack);
            self.note_focus();
        }
    }

    fn note_focus(&mut self) {
        let Some(focus) = self.focus() else { return };
        if self.recent.last() != Some(&focus) {
            self.recent.retain(|other| *other != focus);
            self.recent.push(focus);
        }
    }
}

/// A monitor and the workspace on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// The monitor's rectangle in the root window.
    pub area: Rect,
    /// The workspace that it shows.
    pub workspace: Workspace,
}

/// A window out of the tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Float {
    /// The window.
    pub window: Window,
    /// Where it wishes to be, its border included.
    pub wish: Rect,
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
    /// The workspace that was current before the current one.
    last: WorkspaceId,
}

impl StackSet {
    /// One monitor that shows the first workspace, `first`; the others are hidden.
    pub fn new(area: Rect, first: Workspace, others: Vec<Workspace>) -> Self {
        let last = first.id;
        let screens = Stack::new(Screen { area, workspace: first });
        Self { screens, hidden: others, floats: Vec::new(), last }
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
    pub fn workspaces(&self) -> impl Iterator<Item = &Workspace> {
        self.screens.iter().map(|screen| &screen.workspace).chain(&self.hidden)
    }

    /// The workspace that holds the window.
    pub fn workspace_of(&self, window: Window) -> Option<&Workspace> {
        self.workspaces().find(|workspace| workspace.contains(window))
    }

    /// The monitor that shows the window's workspace.
    pub fn screen_of(&self, window: Window) -> Option<&Screen> {
        self.screens.iter().find(|screen| screen.workspace.contains(window))
    }

    /// The window with the focus.
    pub fn focus(&self) -> Option<Window> {
        self.current().focus()
    }

    /// The floats of all workspaces, the lowest one first.
    pub fn floats(&self) -> &[Float] {
        &self.floats
    }

    /// Where a float wishes to be; `None` for a tile.
    pub fn wish(&self, window: Window) -> Option<Rect> {
        self.floats.iter().find(|float| float.window == window).map(|float| float.wish)
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
    }

    /// Forgets a window.
    pub fn remove(&mut self, window: Window) {
        self.floats.retain(|float| float.window != window);
        for workspace in self.workspaces_mut() {
            workspace.remove(window);
        }
    }

    /// Makes a workspace the current one. One that another monitor shows changes places
    /// with the one on this monitor.
    pub fn view(&mut self, id: WorkspaceId) {
        let current = self.current().id;
        if id == current {
            return;
        }
        let here = &mut self.screens.focus_mut().workspace;
        if let Some(hidden) = self.hidden.iter_mut().find(|workspace| workspace.id == id) {
            mem::swap(here, hidden);
            self.hidden.sort_unstable_by_key(|workspace| workspace.id);
        } else if self.screens.iter().any(|screen| screen.workspace.id == id) {
            self.exchange(current, id);
        } else {
            return;
        }
        self.last = current;
    }

    /// Makes the workspace current that was current before.
    pub fn view_last(&mut self) {
        self.view(self.last);
    }

    /// Moves a window to another workspace, where it takes that workspace's focus.
    pub fn send(&mut self, window: Window, to: WorkspaceId) {
        let here = self.workspace_of(window).map(|workspace| workspace.id);
        if here.is_none_or(|here| here == to) || !self.exists(to) {
            return;
        }
        let fullscreen = self.is_fullscreen(window);
        for workspace in self.workspaces_mut() {
            workspace.remove(window);
        }
        if let Some(workspace) = self.workspace_mut(to) {
            workspace.insert(window, true);
        }
        self.set_fullscreen(window, fullscreen);
    }

    /// Gives a window the focus of its workspace, and makes that workspace's monitor the
    /// current one where it is on a monitor.
    pub fn focus_window(&mut self, window: Window) {
        self.screens.focus_first(|screen| screen.workspace.contains(window));
        for workspace in self.workspaces_mut() {
            workspace.with_stack(|stack| {
                stack.focus_first(|other| *other == window);
            });
        }
    }

    /// Makes the monitor under a point the current one.
    pub fn focus_screen_at(&mut self, point: Point) {
        self.screens.focus_first(|screen| screen.area.contains(point));
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
        let _ = self.swap(|place, count| (place + 1) % count);
    }

    /// Swaps the focused tile with the previous one, in a circle.
    pub fn swap_previous(&mut self) {
        let _ = self.swap(|place, count| (place + count - 1) % count);
    }

    /// Swaps the focused tile with the leader; the leader with the tile after it, which
    /// then has the focus, so that the leader always has.
    pub fn swap_leader(&mut self) {
        let swapped = self.swap(|place, count| if place == 0 { 1 % count } else { 0 });
        if let Some((0, second)) = swapped {
            self.focus_window(second);
        }
    }

    /// Swaps the focused tile with another, counted without the floats between them. Its
    /// place before, and the other one.
    fn swap(&mut self, other: impl FnOnce(usize, usize) -> usize) -> Option<(usize, Window)> {
        let floats = &self.floats;
        let is_tile = |window: &Window| floats.iter().all(|float| float.window != *window);
        let workspace = &mut self.screens.focus_mut().workspace;
        let tiles: Vec<(usize, Window)> =
            workspace.windows().enumerate().filter(|(_, window)| is_tile(window)).collect();
        let focus = workspace.focus();
        let place = tiles.iter().position(|(_, window)| Some(*window) == focus)?;
        let (index, other) = tiles[other(place, tiles.len())];
        workspace.with_stack(|stack| stack.swap_with(index));
        Some((place, other))
    }

    /// Takes a window out of the tiles, or moves a float's wish.
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
        if let Some(index) = self.floats.iter().position(|float| float.window == window) {
            let float = self.floats.remove(index);
            self.floats.push(float);
        }
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

    /// Replaces the monitors by these. A monitor keeps its workspace by its place in the
    /// list, a new one shows the first hidden workspace, and the workspaces of those that
    /// are gone are hidden. With no monitor at all, or more monitors than workspaces,
    /// the last ones stay or are left out.
    pub fn set_screens(&mut self, areas: &[Rect]) {
        let Some((first, others)) = areas.split_first() else { return };
        let (current, last) = (self.current().id, self.last);
        let mut kept = self.screens.iter_mut();
        if let Some(screen) = kept.next() {
            screen.area = *first;
        }
        for (screen, area) in kept.zip(others) {
            screen.area = *area;
        }
        while self.screens.len() > areas.len() {
            self.hidden.extend(self.screens.pop().map(|screen| screen.workspace));
        }
        self.hidden.sort_unstable_by_key(|workspace| workspace.id);
        for area in areas.iter().skip(self.screens.len()) {
            if self.hidden.is_empty() {
                break;
            }
            let workspace = self.hidden.remove(0);
            self.screens.push(Screen { area: *area, workspace });
        }
        if !self.screens.focus_first(|screen| screen.workspace.id == current) {
            self.view(current);
            self.last = last;
        }
    }

    fn exists(&self, id: WorkspaceId) -> bool {
        self.workspaces().any(|workspace| workspace.id == id)
    }

    fn workspace_mut(&mut self, id: WorkspaceId) -> Option<&mut Workspace> {
        self.workspaces_mut().find(|workspace| workspace.id == id)
    }

    fn workspaces_mut(&mut self) -> impl Iterator<Item = &mut Workspace> {
        self.screens.iter_mut().map(|screen| &mut screen.workspace).chain(&mut self.hidden)
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
}
