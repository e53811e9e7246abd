//! What the screen should look like: a pure function of the state, and the only place
//! where a rectangle is decided. Never talks to the server; see `reconcile.rs`.

use super::client::{Client, Clients, InputModel};
use super::stack_set::{Float, Screen, StackSet, WorkspaceId};
use crate::config::Config;
use crate::geometry::Rect;
use crate::layout::{Weight, arrange};
use crate::x11::id::Window;
use alloc::vec::Vec;

/// How many pixels of a float stay on its monitor, so that one can take hold of it.
const HANDLE: u32 = 32;

/// Everything that the server and other programs should see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// The windows that can be seen, the lowest one first.
    pub windows: Vec<Placed>,
    /// Who has the keyboard (`_NET_ACTIVE_WINDOW`).
    pub focus: Focus,
    /// The focused window, though it may want no keys.
    pub active: Option<Window>,
    /// The number of the current workspace (`_NET_CURRENT_DESKTOP`).
    pub desktop: u32,
    /// What each managed window should say of itself, in no order.
    pub published: Vec<Published>,
}

/// A window that can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The window.
    pub window: Window,
    /// Where it is, its border included.
    pub rect: Rect,
    /// Width of its border.
    pub border: u32,
    /// Colour of its border.
    pub colour: BorderColour,
}

/// Which of the configured colours a border has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BorderColour {
    /// Of the window with the focus.
    Focused,
    /// Of another window.
    Unfocused,
    /// Of a window that asks for attention.
    Urgent,
}

/// Who has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// No window: our own one keeps the keyboard, so that no program gets stray keys.
    #[default]
    Nobody,
    /// A window, in the way that it asks for.
    Window(Window, InputModel),
}

/// What a managed window should say of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The window.
    pub window: Window,
    /// Its workspace (`_NET_WM_DESKTOP`).
    pub desktop: WorkspaceId,
    /// Whether its workspace can be seen (`WM_STATE`).
    pub shown: bool,
    /// Whether it is in fullscreen (`_NET_WM_STATE`).
    pub fullscreen: bool,
}

impl Placed {
    /// The size without the border, as the server counts it: 1 or more each way.
    pub fn inner_size(&self) -> (u16, u16) {
        let inner =
            |outer: u32| outer.saturating_sub(2 * self.border).clamp(1, u32::from(u16::MAX)) as u16;
        (inner(self.rect.width), inner(self.rect.height))
    }
}

/// Draws the wanted scene.
pub fn scene(stack_set: &StackSet, clients: &Clients, config: &Config) -> Scene {
    let active = stack_set.focus();
    let mut scene = Scene {
        active,
        focus: focus(active, clients),
        desktop: stack_set.current().id.index() as u32,
        ..Scene::default()
    };
    for screen in stack_set.screens() {
        Drawing { stack_set, clients, config, active, screen, out: &mut scene.windows }.draw();
    }
    for workspace in stack_set.workspaces() {
        let shown = stack_set.screens().any(|screen| screen.workspace.id == workspace.id);
        scene.published.extend(workspace.windows().map(|window| Published {
            window,
            desktop: workspace.id,
            shown,
            fullscreen: workspace.fullscreen() == Some(window),
        }));
    }
    scene
}

fn focus(active: Option<Window>, clients: &Clients) -> Focus {
    match active.and_then(|window| Some((window, clients.get(window)?.input_model()))) {
        None | Some((_, InputModel::NoInput)) => Focus::Nobody,
        Some((window, model)) => Focus::Window(window, model),
    }
}

/// One monitor being drawn.
struct Drawing<'a> {
    stack_set: &'a StackSet,
    clients: &'a Clients,
    config: &'a Config,
    active: Option<Window>,
    screen: &'a Screen,
    out: &'a mut Vec<Placed>,
}

impl Drawing<'_> {
    /// Tiles, then floats, with the fullscreen window where it belongs: in its tile while
    /// another tile has the focus, else over the tiles, and over the floats too while it
    /// has the focus itself, those apart that belong to it.
    fn draw(&mut self) {
        let workspace = &self.screen.workspace;
        let focus = workspace.focus();
        let cover = workspace.fullscreen().filter(|cover| {
            focus.is_none_or(|focus| focus == *cover || self.stack_set.wish(focus).is_some())
        });
        self.draw_tiles(cover);
        let own = |float: &Float| cover.is_some_and(|cover| self.belongs_to(float.window, cover));
        let floats = self.stack_set.floats().iter().copied();
        let (above, below): (Vec<Float>, Vec<Float>) = floats
            .filter(|float| workspace.contains(float.window) && Some(float.window) != cover)
            .partition(|float| cover.is_none() || focus != cover || own(float));
        self.draw_floats(&below);
        if let Some(window) = cover {
            self.place(window, self.screen.area, 0);
        }
        self.draw_floats(&above);
    }

    /// The tiles, in the order of their numbers, so that moving them about restacks nothing.
    /// Where they lie over each other, the one used last comes last.
    fn draw_tiles(&mut self, cover: Option<Window>) {
        let workspace = &self.screen.workspace;
        let is_tile = |window: &Window| self.stack_set.wish(*window).is_none();
        let tiles: Vec<Window> = workspace.windows().filter(is_tile).collect();
        let gap = self.config.gap;
        let Rect { x, y, width, height } = self.screen.area;
        // Each cell gives up `gap` pixels on its right and at its bottom.
        let area = Rect::new(
            x.saturating_add_unsigned(gap),
            y.saturating_add_unsigned(gap),
            width.saturating_sub(gap),
            height.saturating_sub(gap),
        );
        let mut cells = Vec::with_capacity(tiles.len());
        let weights = alloc::vec![Weight::EQUAL; tiles.len()];
        arrange(workspace.layout, area, &weights, workspace.share, &mut cells);
        let start = self.out.len();
        for (window, cell) in
            tiles.into_iter().zip(cells).filter(|(window, _)| Some(*window) != cover)
        {
            let rect = Rect {
                width: cell.width.saturating_sub(gap),
                height: cell.height.saturating_sub(gap),
                ..cell
            };
            self.place(window, rect, self.config.border);
        }
        let top = self.top_tile().filter(|_| workspace.layout.overlaps());
        self.out[start..].sort_by_key(|placed| (Some(placed.window) == top, placed.window));
    }

    /// The tile that was used last.
    fn top_tile(&self) -> Option<Window> {
        let mut recent = self.screen.workspace.recent();
        recent.find(|window| self.stack_set.wish(*window).is_none())
    }

    fn draw_floats(&mut self, floats: &[Float]) {
        for float in floats {
            let rect = float.wish.reachable_in(self.screen.area, HANDLE);
            self.place(float.window, rect, self.config.border);
        }
    }

    fn place(&mut self, window: Window, rect: Rect, border: u32) {
        let urgent = self.clients.get(window).is_some_and(|client| client.urgent);
        let colour = match () {
            () if self.active == Some(window) => BorderColour::Focused,
            () if urgent => BorderColour::Urgent,
            () => BorderColour::Unfocused,
        };
        self.out.push(Placed { window, rect, border, colour });
    }

    /// Whether a window is a dialog of another, or a dialog of its dialog, and so on. A
    /// circle of windows ends the search.
    fn belongs_to(&self, window: Window, owner: Window) -> bool {
        let parent = |window: Window| {
            self.clients.get(window).map_or(Window::NONE, |client: &Client| client.transient_for)
        };
        core::iter::successors(Some(window), |window| Some(parent(*window)))
            .skip(1)
            .take(16)
            .take_while(|parent| *parent != Window::NONE)
            .any(|parent| parent == owner)
    }
}
