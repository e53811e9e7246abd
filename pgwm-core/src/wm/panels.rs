//! Our own windows: bars, tabs, and what lies over everything for a while. What was painted
//! into each, so that only what differs is painted again, and what a click there means.
//! Never decides where one is (`scene.rs`) or what stands in it (`bar`).

use super::paint::{Canvas, Pen};
use super::question::Question;
use super::scene::{Panel, View};
use super::server::Server;
use super::stack_set::StackSet;
use crate::bar::{self, Cell, Measure, Target};
use crate::config::{Config, Scale, TextSize};
use crate::gather::Gather;
use crate::geometry::Size;
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::id::{EventMask, IdPool, VisualId, Window};
use crate::x11::request::{self, PropertyData, PropertyMode, WindowAttributes};
use alloc::vec::Vec;

/// Our own windows.
#[derive(Debug)]
pub struct Panels {
    pen: Pen,
    /// What lies over everything, and then for each monitor its bar and its tabs.
    windows: Vec<Painted>,
    /// The monitors, by their places from the left, whose bar is not as at first.
    toggled: Vec<usize>,
    is_shown_at_first: bool,
    /// The height of a bar.
    line: u32,
    /// How many hundredths of a pixel of the screen a pixel of the configuration is.
    percent: u32,
    /// Counts the changes of workspaces' names.
    pub names: u32,
    /// Counts the changes of the status.
    pub status: u32,
    /// How many pixels of the bar the tray has.
    pub tray: u32,
}

/// What gives the cells of a window of this size.
pub type Content<'a> = dyn Fn(&View, (u32, u32), &dyn Measure) -> Vec<Cell> + 'a;

/// A window of ours and what the server has of it.
#[derive(Debug)]
struct Painted {
    window: Window,
    exists: bool,
    canvas: Option<Canvas>,
    size: Size,
    view: Option<View>,
    cells: Vec<Cell>,
}

impl Panels {
    /// None yet, to be drawn with this pen.
    pub fn new(config: &Config, server: &Server, pen: Pen) -> Self {
        let mut panels = Self {
            pen,
            windows: Vec::new(),
            toggled: Vec::new(),
            is_shown_at_first: config.bar.is_some_and(|bar| bar.shown),
            line: 0,
            percent: 100,
            names: 0,
            status: 0,
            tray: 0,
        };
        panels.measure(config, server);
        panels
    }

    /// Takes in that the screen may have another number of pixels to the inch.
    pub fn fit(&mut self, config: &Config, server: &Server, out: &mut Connection<Question>) {
        if percent(config, server) == self.percent {
            return;
        }
        self.pen.resize(text_size(config, server), out);
        self.measure(config, server);
        for painted in &mut self.windows {
            // Something that needs to be painted anew.
            painted.size = Size::default();
        }
    }

    fn measure(&mut self, config: &Config, server: &Server) {
        self.percent = percent(config, server);
        let padding = config.bar.map_or(2, |bar| bar.padding);
        self.line = self.pen.height() + 2 * self.scaled(padding);
    }

    /// The pen.
    pub const fn pen(&mut self) -> &mut Pen {
        &mut self.pen
    }

    /// The height of a bar, of tabs and of a line of an overlay.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// How many pixels of the screen these are of the configuration; something stays
    /// something.
    #[inline(never)]
    pub const fn scaled(&self, pixels: u32) -> u32 {
        let scaled = (pixels * self.percent + 50) / 100;
        if scaled == 0 && pixels != 0 { 1 } else { scaled }
    }

    /// Finds a number for each window that may be needed.
    pub fn provide(&mut self, monitors: usize, ids: &mut IdPool) {
        while self.windows.len() < 1 + 2 * monitors {
            let Some(id) = ids.next() else { return };
            self.windows.push(Painted {
                window: Window::new(id),
                exists: false,
                canvas: None,
                size: Size::default(),
                view: None,
                cells: Vec::new(),
            });
        }
    }

    fn window(&self, index: usize) -> Option<Window> {
        self.windows.get(index).map(|painted| painted.window)
    }

    /// What lies over everything.
    pub fn overlay(&self) -> Option<Window> {
        self.window(0)
    }

    /// The bar of the monitor at this place from the left.
    pub fn bar(&self, monitor: usize) -> Option<Window> {
        self.window(1 + 2 * monitor)
    }

    /// The tabs of the monitor at this place from the left.
    pub fn tabs(&self, monitor: usize) -> Option<Window> {
        self.window(2 + 2 * monitor)
    }

    /// Whether the bar of the monitor at this place is shown.
    pub fn shows_bar(&self, monitor: usize) -> bool {
        self.is_shown_at_first != self.toggled.contains(&monitor)
    }

    /// Shows or hides the bar of the monitor at this place.
    pub fn toggle_bar(&mut self, monitor: usize) {
        let before = self.toggled.len();
        self.toggled.retain(|other| *other != monitor);
        if self.toggled.len() == before {
            self.toggled.push(monitor);
        }
    }

    /// The monitor, by its place from the left, that has the tray: the primary one.
    pub fn tray_monitor(stack_set: &StackSet) -> usize {
        stack_set.screens().position(|screen| screen.monitor.primary).unwrap_or(0)
    }

    /// The bar that has the tray, and its width; `None` where it has never been shown.
    pub fn tray_bar(&self, stack_set: &StackSet) -> Option<(Window, u32)> {
        let bar = self.windows.get(1 + 2 * Self::tray_monitor(stack_set))?;
        bar.exists.then_some((bar.window, bar.size.width))
    }

    /// What was painted into a window.
    #[cfg(test)]
    pub(crate) fn cells(&self, window: Window) -> &[Cell] {
        let painted = self.windows.iter().find(|painted| painted.window == window);
        painted.map_or(&[], |painted| &painted.cells)
    }

    /// Forgets what was painted, and what was measured for it.
    #[cfg(test)]
    pub(crate) fn forget(&mut self) {
        for painted in &mut self.windows {
            painted.view = None;
        }
    }

    /// What a window shows.
    #[cfg(test)]
    pub(crate) fn view(&self, window: Window) -> Option<&View> {
        self.windows.iter().find(|painted| painted.window == window)?.view.as_ref()
    }

    /// What is under a point of a window; `None` where it is none of ours.
    pub fn hit(&self, window: Window, x: i32, y: i32) -> Option<Target> {
        let painted = self.windows.iter().find(|painted| painted.window == window)?;
        Some(bar::hit(&painted.cells, x, y))
    }

    /// Paints what differs from what was painted. Windows that are not among the wanted ones
    /// lose their picture.
    pub fn paint(
        &mut self,
        wanted: &[Panel],
        content: &Content<'_>,
        (config, server, atoms): (&Config, &Server, &AtomTable),
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) {
        let Self { windows, pen, .. } = self;
        for painted in windows {
            let panel = wanted.iter().find(|panel| panel.window == painted.window);
            let Some(Panel { rect, view, .. }) = panel else {
                if painted.view.take().is_some() {
                    painted.cells.clear();
                    if let Some(canvas) = painted.canvas.take() {
                        pen.discard(canvas, ids, out);
                    }
                }
                continue;
            };
            let size = rect.size();
            if painted.view.as_ref() == Some(view) && painted.size == size {
                continue;
            }
            if !painted.exists {
                painted.exists = true;
                create(painted.window, size, config, (server, atoms), out);
            }
            let mut is_new = painted.view.is_none();
            if painted.size != size || is_new {
                if let Some(canvas) = painted.canvas.take() {
                    pen.discard(canvas, ids, out);
                }
                painted.canvas = pen.canvas(size, server, ids, out);
                painted.size = size;
                is_new = true;
            }
            let known = Known {
                pen,
                cells: if is_new { &[] } else { &painted.cells },
                is_same_title: match (&painted.view, view) {
                    (Some(View::Bar(before)), View::Bar(now)) => before.title == now.title,
                    _ => false,
                },
            };
            let cells = content(view, (size.width, size.height), &known);
            is_new |= painted.cells.len() != cells.len();
            let is_old = |(index, cell): &(usize, &Cell)| {
                !is_new && painted.cells.get(*index) == Some(*cell)
            };
            let changed: Vec<&Cell> =
                cells.iter().enumerate().filter(|it| !is_old(it)).map(|(_, cell)| cell).gather();
            let ground = is_new.then_some(config.colours.ground);
            if let Some(canvas) = painted.canvas.filter(|_| is_new || !changed.is_empty()) {
                let place = (painted.window, canvas, size);
                pen.paint(place, ground, &changed, (server, ids), out);
            }
            painted.cells = cells;
            painted.view = Some(view.clone());
        }
    }
}

/// What was measured for the cells before need not be measured again.
struct Known<'a> {
    pen: &'a Pen,
    cells: &'a [Cell],
    is_same_title: bool,
}

impl Measure for Known<'_> {
    fn width(&self, text: &str) -> u32 {
        let same = self.cells.iter().find(|cell| cell.measured.is_some() && cell.text == text);
        same.and_then(|cell| cell.measured).unwrap_or_else(|| self.pen.width(text))
    }

    fn remembered(&self, target: Target, width: u32) -> Option<&str> {
        let is_it = |cell: &&Cell| cell.target == target && cell.rect.width == width;
        let before = self.cells.iter().filter(|_| self.is_same_title).find(is_it);
        before.filter(|_| target != Target::Nothing).map(|cell| cell.text.as_str())
    }
}

/// The em of text, in pixels of the screen.
pub fn text_size(config: &Config, server: &Server) -> u32 {
    let percent = percent(config, server);
    match config.text_size {
        // 96 to the inch are one for one.
        TextSize::Points(points) => (points * percent * 96 + 3600) / 7200,
        TextSize::Pixels(pixels) => (pixels * percent + 50) / 100,
    }
}

/// How many hundredths of a pixel of the screen a pixel of the configuration is.
fn percent(config: &Config, server: &Server) -> u32 {
    match config.scale {
        Scale::Percent(percent) => percent,
        Scale::Automatic => (server.dpi * 100 + 48) / 96,
    }
}

/// Creates a window of ours. Its kind tells compositors not to give it a shadow.
fn create(
    window: Window,
    size: Size,
    config: &Config,
    (server, atoms): (&Server, &AtomTable),
    out: &mut Connection<Question>,
) {
    let attributes = WindowAttributes {
        background_pixel: Some(server.pixel(config.colours.ground)),
        override_redirect: Some(true),
        // What icons ask for is ours to grant.
        event_mask: Some(EventMask::BUTTON_PRESS | EventMask::SUBSTRUCTURE_REDIRECT),
        ..Default::default()
    };
    out.send(&request::CreateWindow {
        depth: 0,
        wid: window,
        parent: server.root,
        x: 0,
        y: 0,
        width: size.width as u16,
        height: size.height as u16,
        border_width: 0,
        class: request::WindowClass::InputOutput,
        visual: VisualId::NONE,
        attributes,
    });
    out.send(&request::ChangeProperty {
        mode: PropertyMode::Replace,
        window,
        property: atoms.id(Atom::NetWmWindowType),
        kind: atoms.id(Atom::Atom),
        data: PropertyData::Format32(&[atoms.id(Atom::NetWmWindowTypeDock).raw()]),
    });
    out.send(&request::ChangeProperty {
        mode: PropertyMode::Replace,
        window,
        property: atoms.id(Atom::WmClass),
        kind: atoms.id(Atom::String),
        data: PropertyData::Format8(b"pgwm\0pgwm\0"),
    });
}
