//! What the screen should look like: a pure function of the state, and the only place
//! where a rectangle is decided. Never talks to the server; see `reconcile.rs`.

use super::client::{Client, Clients, InputModel, WindowType};
use super::family::Member;
use super::monitors::Monitors;
use super::panels::Panels;
use super::stack_set::{Float, Screen, StackSet, Workspace, WorkspaceId};
use super::states::States;
use super::table::sort_by_key;
use crate::bar::{BarView, IS_OCCUPIED, IS_SHOWN_ELSEWHERE, IS_SHOWN_HERE, IS_URGENT, TabView};
use crate::config::{Config, Edge};
use crate::gather::Gather;
use crate::geometry::{Point, Rect, Size};
use crate::layout::{Layout, Weight, arrange};
use crate::x11::id::Window;
use alloc::vec::Vec;

/// How many pixels of a float stay on its monitor, so that one can take hold of it.
pub const HANDLE: u32 = 32;

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
    /// For each workspace, the corner of the monitor that shows it or would
    /// (`_NET_DESKTOP_VIEWPORT`).
    pub viewports: Vec<Point>,
    /// What panels leave of all monitors together (`_NET_WORKAREA`).
    pub work_area: Rect,
    /// The size of the root window (`_NET_DESKTOP_GEOMETRY`).
    pub root: Size,
    /// Whether all windows are hidden (`_NET_SHOWING_DESKTOP`).
    pub shows_desktop: bool,
    /// What each managed window should say of itself, in no order.
    pub published: Vec<Published>,
    /// What our own windows among `windows` show.
    pub panels: Vec<Panel>,
}

/// A window of ours and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// The window.
    pub window: Window,
    /// Its place and size.
    pub rect: Rect,
    /// What it shows.
    pub view: View,
}

/// What a window of ours shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The bar of a monitor.
    Bar(BarView),
    /// The tabs of a workspace.
    Tabs(TabView),
    /// What lies over everything for a while, by the number of its last change.
    Overlay(u32),
}

/// Where what lies over everything should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Where the bar of this monitor is or would be.
    Bar(Rect),
    /// In the middle of this monitor, of this size if it has room.
    Middle(Rect, Size),
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
    /// Whose it is.
    pub role: Role,
}

/// Whose a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A program's, and we place it.
    Client,
    /// A program's that places it itself; only its place in the order is ours.
    Fixture,
    /// Our own; see `panels.rs`.
    Panel,
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
    /// Its workspace (`_NET_WM_DESKTOP`); `None` where it is on all of them.
    pub desktop: Option<WorkspaceId>,
    /// Whether it can be seen (`WM_STATE`).
    pub shown: bool,
    /// Its states (`_NET_WM_STATE`).
    pub states: States,
    /// The width of its border (`_NET_FRAME_EXTENTS`).
    pub border: u32,
    /// The monitors whose edges it covers in fullscreen (`_NET_WM_FULLSCREEN_MONITORS`).
    pub fullscreen_monitors: Option<[u32; 4]>,
    /// Whether its size can change (`_NET_WM_ALLOWED_ACTIONS`).
    pub is_resizable: bool,
}

impl Placed {
    /// The size without the border, as the server counts it: 1 or more each way.
    pub fn inner_size(&self) -> (u16, u16) {
        let inner =
            |outer: u32| outer.saturating_sub(2 * self.border).clamp(1, u32::from(u16::MAX)) as u16;
        (inner(self.rect.width), inner(self.rect.height))
    }
}

/// What a scene is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// Where the windows are.
    pub stack_set: &'a StackSet,
    /// The monitors as clients count them.
    pub monitors: &'a Monitors,
    /// What they are.
    pub clients: &'a Clients,
    /// What the user wants.
    pub config: &'a Config,
    /// The width of borders on the screen, which the user may have changed.
    pub border: u32,
    /// Our own windows.
    pub panels: &'a Panels,
    /// The number of the last change of what lies over everything; `None` for nothing.
    pub overlay: Option<(u32, Spot)>,
    /// The name of the mode that is on.
    pub mode: Option<&'static str>,
    /// The size of the root window.
    pub root: Size,
    /// The window on no workspace that has taken the keyboard.
    pub guest: Option<Window>,
    /// Whether no window has the focus, because the pointer has left all of them.
    pub is_outside: bool,
}

/// Draws the wanted scene.
pub fn scene(state: State<'_>) -> Scene {
    let State { stack_set, root, .. } = state;
    let active = state.active();
    let mut scene = Scene {
        active,
        focus: state.focus(),
        desktop: stack_set.current().id.index() as u32,
        viewports: viewports(stack_set),
        root,
        shows_desktop: stack_set.shows_desktop(),
        ..Scene::default()
    };
    let out = &mut scene.windows;
    state.draw_fixtures(WindowType::Desktop, &|_| true, out);
    // A panel may say that it is to be covered (EWMH, stacking order).
    let is_below = |client: &Client| client.states.has(States::BELOW);
    state.draw_fixtures(WindowType::Dock, &is_below, out);
    let is_shown = |_: &&Screen| !stack_set.shows_desktop();
    let screens: Vec<OnScreen<'_>> =
        stack_set.screens().filter(is_shown).map(|screen| OnScreen::new(state, screen)).gather();
    scene.work_area = state.work_area(stack_set.current_screen().monitor.area);
    for screen in stack_set.screens() {
        scene.work_area = scene.work_area.union(state.work_area(screen.monitor.area));
    }
    for layer in Layer::ALL {
        if layer == Layer::Above {
            state.draw_bars(&mut scene.panels, out);
            state.draw_fixtures(WindowType::Dock, &|client| !is_below(client), out);
        }
        for screen in &screens {
            screen.draw(layer, &mut scene.panels, out);
        }
    }
    state.draw_fixtures(WindowType::Notification, &|_| true, out);
    if let Some((version, spot)) = state.overlay {
        let rect = state.overlay_rect(spot);
        draw_panel(state.panels.overlay(), rect, View::Overlay(version), &mut scene.panels, out);
    }
    publish(state, &mut scene);
    scene
}

/// What each managed window should say of itself.
#[inline(never)]
fn publish(state: State<'_>, scene: &mut Scene) {
    let State { stack_set, clients, .. } = state;
    let is_over = stack_set.shows_desktop();
    for workspace in stack_set.workspaces() {
        let tile_border = state.tile_border(workspace);
        let on_screen = stack_set.screens().any(|screen| screen.workspace.id == workspace.id);
        let open = workspace.windows().map(|window| (window, true));
        let minimised = workspace.minimised().iter().map(|window| (*window, false));
        for (window, is_open) in open.chain(minimised) {
            let Some(client) = clients.get(window) else { continue };
            let sticky = stack_set.is_sticky(window);
            let mut states = client.states;
            states.set(States::STICKY, sticky);
            states.set(States::HIDDEN, !is_open || is_over);
            states.set(States::DEMANDS_ATTENTION, client.urgent || client.is_hung());
            states.set(States::FOCUSED, scene.active == Some(window));
            let is_fullscreen = workspace.fullscreen() == Some(window);
            if is_fullscreen {
                states.set(States::FULLSCREEN, true);
            }
            let is_float = stack_set.wish(window).is_some();
            let border = if is_float { state.border } else { tile_border };
            scene.published.push(Published {
                window,
                desktop: (!sticky).then_some(workspace.id),
                shown: on_screen && is_open && !is_over,
                states,
                border: if is_fullscreen { 0 } else { client.border(border) },
                fullscreen_monitors: client.fullscreen_monitors,
                is_resizable: !client.size_hints.is_fixed(),
            });
        }
    }
    for (window, by) in
        stack_set.swallowed().iter().map(|it| (it.window, stack_set.stand_in(it.by)))
    {
        let Some(client) = clients.get(window) else { continue };
        let desktop = stack_set.workspace_of(by).filter(|_| !stack_set.is_sticky(by));
        let mut states = client.states.with(States::HIDDEN);
        states.set(States::STICKY, desktop.is_none());
        states.set(States::DEMANDS_ATTENTION, client.urgent);
        scene.published.push(Published {
            window,
            desktop: desktop.map(|workspace| workspace.id),
            shown: false,
            states,
            border: client.border(state.border),
            fullscreen_monitors: client.fullscreen_monitors,
            is_resizable: !client.size_hints.is_fixed(),
        });
    }
    for (window, client) in clients.iter().filter(|(_, client)| client.fixture.is_some()) {
        scene.published.push(Published {
            window,
            desktop: None,
            shown: true,
            states: client.states.with(States::STICKY),
            border: 0,
            fullscreen_monitors: None,
            is_resizable: false,
        });
    }
}

/// Adds a window of ours, if there is a number for it.
fn draw_panel(
    window: Option<Window>,
    rect: Rect,
    view: View,
    panels: &mut Vec<Panel>,
    out: &mut Vec<Placed>,
) {
    let Some(window) = window else { return };
    let colour = BorderColour::Unfocused;
    out.push(Placed { window, rect, border: 0, colour, role: Role::Panel });
    panels.push(Panel { window, rect, view });
}

fn viewports(stack_set: &StackSet) -> Vec<Point> {
    let otherwise = stack_set.current_screen().monitor.area.position();
    let mut viewports = alloc::vec![otherwise; stack_set.workspaces().count()];
    for screen in stack_set.screens() {
        if let Some(viewport) = viewports.get_mut(screen.workspace.id.index()) {
            *viewport = screen.monitor.area.position();
        }
    }
    viewports
}

impl State<'_> {
    /// The window with the focus, unless a guest has it.
    fn active(&self) -> Option<Window> {
        self.stack_set.focus().filter(|_| self.guest.is_none() && !self.is_outside)
    }

    fn focus(&self) -> Focus {
        let window = self.guest.or(self.active());
        match window.and_then(|window| Some((window, self.clients.get(window)?.input_model()))) {
            None => Focus::Nobody,
            Some((_, InputModel::NoInput)) if self.guest.is_none() => Focus::Nobody,
            Some((window, model)) => Focus::Window(window, model),
        }
    }

    /// The width of the border of a workspace's tiles.
    fn tile_border(&self, workspace: &Workspace) -> u32 {
        let is_thin = self.config.smart_borders && self.has_lone_tile(workspace);
        if is_thin { 0 } else { self.border }
    }

    /// Whether no more than one tile can be seen at a time.
    fn has_lone_tile(&self, workspace: &Workspace) -> bool {
        let is_tile = |window: &Window| self.stack_set.wish(*window).is_none();
        matches!(workspace.layout, Layout::Monocle | Layout::Tabbed)
            || workspace.windows().filter(is_tile).count() == 1
    }

    /// What panels and our own bar leave of a monitor.
    pub fn work_area(&self, monitor: Rect) -> Rect {
        self.divided(monitor).1
    }

    /// What panels leave of a monitor.
    fn free_area(&self, monitor: Rect) -> Rect {
        let fixtures = self.clients.iter().filter_map(|(_, client)| client.fixture);
        fixtures.fold(monitor, |area, fixture| fixture.strut().cut(self.root, monitor, area))
    }

    /// The bar of a monitor, if it is shown, and what that and panels leave.
    fn divided(&self, monitor: Rect) -> (Option<Rect>, Rect) {
        let area = self.free_area(monitor);
        let index = self.stack_set.screens().position(|screen| screen.monitor.area == monitor);
        let is_shown = index.is_some_and(|index| self.panels.shows_bar(index));
        if self.config.bar.is_none() || !is_shown || self.panels.line() > area.height / 2 {
            return (None, area);
        }
        let (bar, rest) = self.cut_line(area);
        (Some(bar), rest)
    }

    /// A line at the bar's edge of an area, and the rest of that.
    fn cut_line(&self, area: Rect) -> (Rect, Rect) {
        let line = self.panels.line().min(area.height);
        let rest = area.height - line;
        match self.config.bar.map_or(Edge::Top, |bar| bar.edge) {
            Edge::Top => {
                let below = Rect { y: area.y.saturating_add_unsigned(line), height: rest, ..area };
                (Rect { height: line, ..area }, below)
            }
            Edge::Bottom => {
                let y = area.y.saturating_add_unsigned(rest);
                (Rect { y, height: line, ..area }, Rect { height: rest, ..area })
            }
        }
    }

    /// The place of what lies over everything.
    fn overlay_rect(&self, spot: Spot) -> Rect {
        match spot {
            Spot::Bar(monitor) => self.cut_line(self.free_area(monitor)).0,
            Spot::Middle(monitor, size) => {
                let width = size.width.min(monitor.width);
                monitor.around(Size { width, height: size.height.min(monitor.height) })
            }
        }
    }

    /// The bars of all monitors.
    fn draw_bars(&self, panels: &mut Vec<Panel>, out: &mut Vec<Placed>) {
        if self.config.bar.is_none() {
            return;
        }
        let workspaces = self.workspace_flags();
        let current = self.stack_set.current().id;
        let tray_monitor = Panels::tray_monitor(self.stack_set);
        for (index, screen) in self.stack_set.screens().enumerate() {
            let (Some(rect), _) = self.divided(screen.monitor.area) else { continue };
            let workspace = &screen.workspace;
            let mut workspaces = workspaces.clone();
            if let Some(flags) = workspaces.get_mut(workspace.id.index()) {
                *flags ^= IS_SHOWN_HERE | IS_SHOWN_ELSEWHERE;
            }
            let focus = workspace.focus().filter(|_| !self.stack_set.shows_desktop());
            let view = BarView {
                workspaces,
                names: self.panels.names,
                symbol: workspace.layout.symbol(),
                mode: self.mode.filter(|_| workspace.id == current),
                title: focus.map(|window| (window, self.title_version(window))),
                is_current: workspace.id == current,
                status: self.panels.status,
                tray: if index == tray_monitor { self.panels.tray } else { 0 },
            };
            draw_panel(self.panels.bar(index), rect, View::Bar(view), panels, out);
        }
    }

    /// For each workspace what a bar says of it, where no monitor is nearer than others.
    fn workspace_flags(&self) -> Vec<u8> {
        let mut all = alloc::vec![0; self.config.workspaces.len()];
        for workspace in self.stack_set.workspaces() {
            let is_empty = workspace.focus().is_none() && workspace.minimised().is_empty();
            if let Some(flags) = all.get_mut(workspace.id.index()) {
                *flags = if is_empty { 0 } else { IS_OCCUPIED };
            }
        }
        for screen in self.stack_set.screens() {
            if let Some(flags) = all.get_mut(screen.workspace.id.index()) {
                *flags |= IS_SHOWN_ELSEWHERE;
            }
        }
        for (window, client) in self.clients.iter() {
            if (client.urgent || client.is_hung())
                && let Some(workspace) = self.stack_set.workspace_of(window)
                && let Some(flags) = all.get_mut(workspace.id.index())
            {
                *flags |= IS_URGENT;
            }
        }
        all
    }

    /// Which title a window has.
    fn title_version(&self, window: Window) -> u32 {
        self.clients.get(window).map_or(0, |client| client.title.version)
    }

    /// Those windows of a sort that place themselves, in the order in which they came.
    fn draw_fixtures(
        &self,
        kind: WindowType,
        wanted: &dyn Fn(&Client) -> bool,
        out: &mut Vec<Placed>,
    ) {
        for window in self.clients.order() {
            let Some(client) = self.clients.get(*window) else { continue };
            let is_wanted = client.kind == kind && wanted(client);
            if let Some(fixture) = client.fixture.filter(|_| is_wanted) {
                out.push(Placed {
                    window: *window,
                    rect: fixture.rect,
                    border: 0,
                    colour: BorderColour::Unfocused,
                    role: Role::Fixture,
                });
            }
        }
    }
}

/// The floats of a workspace, each with its layer, from below upwards; what belongs to one
/// of them is above it.
#[inline(never)]
fn layers(state: State<'_>, workspace: &Workspace, cover: Option<Window>) -> Vec<(Layer, Float)> {
    let mut open: Vec<Window> = workspace.windows().filter(|it| Some(*it) != cover).gather();
    sort_by_key(&mut open, |window| *window);
    let is_here = |float: &&Float| open.binary_search(&float.window).is_ok();
    let here: Vec<Float> = state.stack_set.floats().iter().filter(is_here).copied().gather();
    let states = |float: &Float| {
        state.clients.get(float.window).map_or(States::NONE, |client| client.states)
    };
    // Whom they may belong to besides: the window that covers the monitor, and tiles.
    let focus = workspace.focus();
    let is_below = |float: &Float| states(float).has(States::BELOW);
    let has_below = here.iter().any(is_below);
    let is_tile = |it: &Window| has_below && here.iter().all(|float| float.window != *it);
    let others = cover.into_iter().chain(workspace.windows().filter(is_tile));
    let mut members = state.members(here.iter().map(|float| float.window).chain(others));
    let others = members.split_off(here.len());
    let of_cover = |it: &Member| others.first().is_some_and(|cover| it.belongs_to(cover));
    let of_tile = |it: &Member| others.iter().any(|tile| it.belongs_to(tile));
    let mut floats: Vec<(Layer, Float, Member)> = Vec::with_capacity(here.len());
    for (float, member) in here.into_iter().zip(members) {
        let states = states(&float);
        // While the cover has the focus itself, over what does not belong to it.
        let layer = match cover {
            Some(_) if focus != cover || of_cover(&member) => Layer::OverCover,
            _ if states.has(States::ABOVE) => Layer::Above,
            _ if states.has(States::BELOW) && !of_tile(&member) => Layer::Below,
            _ => Layer::Normal,
        };
        // What belongs to it goes above it, at least as high.
        let its_own: Vec<_> = if member.is_owner {
            floats.extract_if(.., |(.., other)| other.belongs_to(&member)).gather()
        } else {
            Vec::new()
        };
        floats.push((layer, float, member));
        floats.extend(its_own);
    }
    for index in 1..floats.len() {
        let (below, rest) = floats.split_at_mut(index);
        let (layer, _, member) = &mut rest[0];
        let is_owner =
            |(.., other): &&(Layer, Float, Member)| other.is_owner && member.belongs_to(other);
        *layer = below.iter().filter(is_owner).map(|it| it.0).fold(*layer, Layer::max);
    }
    floats.into_iter().map(|(layer, float, _)| (layer, float)).gather()
}

/// One monitor being drawn.
struct OnScreen<'a> {
    state: State<'a>,
    screen: &'a Screen,
    /// What panels leave of the monitor.
    work_area: Rect,
    /// The window that covers the monitor now.
    cover: Option<Window>,
    /// The floats from the lowest one of each layer on.
    floats: Vec<(Layer, Float)>,
}

/// What is drawn on all monitors before the next layer is, from below upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// Floats below the tiles.
    Below,
    /// The tiles.
    Tiles,
    /// The floats above them.
    Normal,
    /// Floats above those, and above the panels.
    Above,
    /// The window that covers the monitor.
    Cover,
    /// Floats above that.
    OverCover,
}

impl Layer {
    const ALL: [Self; 6] =
        [Self::Below, Self::Tiles, Self::Normal, Self::Above, Self::Cover, Self::OverCover];
}

impl<'a> OnScreen<'a> {
    #[inline(never)]
    fn new(state: State<'a>, screen: &'a Screen) -> Self {
        let workspace = &screen.workspace;
        let focus = workspace.focus();
        // In its tile while another tile has the focus.
        let cover = workspace.fullscreen().filter(|cover| {
            let stands_back = focus != Some(*cover)
                && focus.is_some_and(|focus| state.stack_set.wish(focus).is_none());
            workspace.is_open(*cover) && !stands_back
        });
        let work_area = state.work_area(screen.monitor.area);
        let floats = layers(state, workspace, cover);
        Self { state, screen, work_area, cover, floats }
    }

    #[inline(never)]
    fn draw(&self, layer: Layer, panels: &mut Vec<Panel>, out: &mut Vec<Placed>) {
        match (layer, self.cover) {
            (Layer::Tiles, _) => self.draw_tiles(panels, out),
            (Layer::Cover, Some(window)) => {
                let client = self.state.clients.get(window);
                let edges = client.and_then(|client| client.fullscreen_monitors);
                let span = edges.and_then(|edges| self.state.monitors.span(edges));
                self.place(window, span.unwrap_or(self.screen.monitor.area), 0, out);
            }
            _ => self.draw_floats(layer, out),
        }
    }

    /// The tiles, in the order of their numbers, so that moving them about restacks nothing.
    /// Where they lie over each other, the one used last comes last.
    #[inline(never)]
    fn draw_tiles(&self, panels: &mut Vec<Panel>, out: &mut Vec<Placed>) {
        let workspace = &self.screen.workspace;
        let State { stack_set, clients, config, .. } = self.state;
        let is_tile = |window: &Window| stack_set.wish(*window).is_none();
        let tiles: Vec<Window> = workspace.windows().filter(is_tile).gather();
        let is_alone = self.state.has_lone_tile(workspace);
        let gap =
            if is_alone && config.smart_gaps { 0 } else { self.state.panels.scaled(workspace.gap) };
        let border = self.state.tile_border(workspace);
        let Rect { x, y, width, height } = self.work_area;
        // Each cell gives up `gap` pixels on its right and at its bottom.
        let mut area = Rect::new(
            x.saturating_add_unsigned(gap),
            y.saturating_add_unsigned(gap),
            width.saturating_sub(gap),
            height.saturating_sub(gap),
        );
        let line = self.state.panels.line();
        let has_tabs = workspace.layout == Layout::Tabbed && !tiles.is_empty();
        let tabs = Rect { width: area.width.saturating_sub(gap), height: line, ..area };
        let has_tabs = has_tabs && line < area.height / 2 && tabs.width > 0;
        if has_tabs {
            area.y = area.y.saturating_add_unsigned(line);
            area.height -= line;
        }
        let weight =
            |window: &Window| clients.get(*window).map_or_else(Weight::default, |it| it.weight);
        let weights: Vec<Weight> = tiles.iter().map(weight).gather();
        let mut cells = Vec::with_capacity(tiles.len());
        arrange(workspace.layout, area, &weights, workspace.share, &mut cells);
        if has_tabs {
            self.draw_tabs(&tiles, tabs, panels, out);
        }
        let start = out.len();
        for (window, cell) in
            tiles.into_iter().zip(cells).filter(|(window, _)| Some(*window) != self.cover)
        {
            let rect = Rect {
                width: cell.width.saturating_sub(gap),
                height: cell.height.saturating_sub(gap),
                ..cell
            };
            self.place_tile(window, rect, border, out);
        }
        let top = self.top_tile().filter(|_| workspace.layout.overlaps());
        sort_by_key(&mut out[start..], |placed| (Some(placed.window) == top, placed.window));
    }

    /// The tabs of these tiles.
    fn draw_tabs(
        &self,
        tiles: &[Window],
        rect: Rect,
        panels: &mut Vec<Panel>,
        out: &mut Vec<Placed>,
    ) {
        let state = self.state;
        let is_urgent = |window: Window| {
            state.clients.get(window).is_some_and(|client| client.urgent || client.is_hung())
        };
        let tab = |window: &Window| (*window, state.title_version(*window), is_urgent(*window));
        let top = self.top_tile();
        let view = TabView {
            tabs: tiles.iter().map(tab).gather(),
            top,
            is_current: top.is_some() && state.active() == top,
        };
        let area = self.screen.monitor.area;
        let index = state.stack_set.screens().position(|screen| screen.monitor.area == area);
        let window = index.and_then(|index| state.panels.tabs(index));
        draw_panel(window, rect, View::Tabs(view), panels, out);
    }

    /// A tile in its cell: all of it, or as much as its hints have a use for.
    #[inline(never)]
    fn place_tile(&self, window: Window, cell: Rect, border: u32, out: &mut Vec<Placed>) {
        let Some(client) = self.state.clients.get(window) else { return };
        let border = client.border(border);
        // What can be seen of it fills the cell.
        let cell = client.with_shadow(cell);
        let mut rect = cell;
        if self.state.config.tiles_keep_to_hints {
            let inner = |outer: u32| outer.saturating_sub(2 * border).max(1);
            let size = client.outer_size(inner(cell.width), inner(cell.height), border);
            let size =
                Size { width: size.width.min(cell.width), height: size.height.min(cell.height) };
            rect = cell.around(size);
        }
        self.place(window, rect, border, out);
    }

    /// The tile that was used last.
    fn top_tile(&self) -> Option<Window> {
        let mut recent = self.screen.workspace.recent();
        recent.find(|window| self.state.stack_set.wish(*window).is_none())
    }

    fn draw_floats(&self, layer: Layer, out: &mut Vec<Placed>) {
        let monitor = self.screen.monitor.area;
        for (_, float) in self.floats.iter().filter(|(other, _)| *other == layer) {
            let Some(client) = self.state.clients.get(float.window) else { continue };
            let wish = float.wish.moved_by(monitor.position());
            let visible = client.visible(wish);
            let mut rect = wish.carried(visible, visible.reachable_in(monitor, HANDLE));
            let maximized = client.with_shadow(self.work_area);
            if client.states.has(States::MAXIMIZED_HORZ) {
                (rect.x, rect.width) = (maximized.x, maximized.width);
            }
            if client.states.has(States::MAXIMIZED_VERT) {
                (rect.y, rect.height) = (maximized.y, maximized.height);
            }
            let border = client.border(self.state.border);
            self.place(float.window, rect, border, out);
        }
    }

    fn place(&self, window: Window, rect: Rect, border: u32, out: &mut Vec<Placed>) {
        let client = self.state.clients.get(window);
        let urgent = client.is_some_and(|client| client.urgent);
        let colour = match () {
            () if client.is_some_and(Client::is_hung) => BorderColour::Urgent,
            () if self.state.active() == Some(window) => BorderColour::Focused,
            () if urgent => BorderColour::Urgent,
            () => BorderColour::Unfocused,
        };
        out.push(Placed { window, rect, border, colour, role: Role::Client });
    }
}
