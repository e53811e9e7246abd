//! What stands in a bar and among tabs: from what should be told to [`Cell`]s side by side.
//! Never talks to the server and never decides where a bar is; see `wm/scene.rs`.
//!
//! Where a monitor is too narrow for all of it, room is given up in this order: the title
//! is cut, to eight times the bar's height at first; the shortcuts go; the status goes,
//! the leftmost item first; the title goes; the name of the mode, the symbol of the
//! layout, and the workspaces that are empty and not shown go. What is left then is cut at
//! the edge.

#[cfg(test)]
mod tests;

use crate::config::{Colours, Over, Shortcut};
use crate::geometry::Rect;
use crate::x11::id::Window;
use alloc::string::String;
use alloc::vec::Vec;

/// A part of a bar: one line of text on a ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its place in the bar's window.
    pub rect: Rect,
    /// Colour of its ground, as 0xRRGGBB.
    pub ground: u32,
    /// Colour of its text and its marks.
    pub ink: u32,
    /// Its text, which fits.
    pub text: String,
    /// How far from its left edge the text begins.
    pub indent: u32,
    /// How wide the text is, where it was measured for this cell.
    pub measured: Option<u32>,
    /// What is drawn besides: a set of `MARK_*`.
    pub marks: u8,
    /// What it stands for.
    pub target: Target,
}

/// A square in the upper left corner: there are windows.
pub const MARK_CORNER: u8 = 1;
/// A line along the lower edge: it is shown.
pub const MARK_LINE: u8 = 2;
/// A line along the upper edge: it asks for attention.
pub const MARK_TOP: u8 = 4;

/// What a cell stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing that can be clicked.
    Nothing,
    /// A workspace, by its place in the configuration.
    Workspace(u8),
    /// The layout.
    Layout,
    /// The title of a window.
    Title(Window),
    /// A tab.
    Tab(Window),
    /// A shortcut, by its place in the configuration.
    Shortcut(u8),
    /// An item of the status, by its place in the configuration.
    Status(u8),
    /// One of several completions, by its place among them.
    Choice(u16),
}

impl Target {
    /// What the mouse table calls it.
    pub const fn over(self) -> Option<Over> {
        Some(match self {
            Self::Nothing | Self::Choice(_) => return None,
            Self::Workspace(_) => Over::Workspace,
            Self::Layout => Over::Layout,
            Self::Title(_) => Over::Title,
            Self::Tab(_) => Over::Tab,
            Self::Shortcut(index) => Over::Shortcut(index),
            Self::Status(index) => Over::Status(index),
        })
    }
}

/// What is under a point of a bar's window, of what was painted.
pub fn hit(cells: &[Cell], x: i32, y: i32) -> Target {
    let point = crate::geometry::Point { x, y };
    let cell = cells.iter().find(|cell| cell.rect.contains(point));
    cell.map_or(Target::Nothing, |cell| cell.target)
}

/// How wide text is drawn.
pub trait Measure {
    /// The width of a line of text in pixels.
    fn width(&self, text: &str) -> u32;

    /// The text of a title that was cut to this width before, and is the same title.
    fn remembered(&self, _target: Target, _width: u32) -> Option<&str> {
        None
    }
}

/// It is shown on this monitor.
pub const IS_SHOWN_HERE: u8 = 1;
/// It is shown on another monitor.
pub const IS_SHOWN_ELSEWHERE: u8 = 2;
/// It has windows.
pub const IS_OCCUPIED: u8 = 4;
/// One of its windows asks for attention.
pub const IS_URGENT: u8 = 8;

/// What a bar shows, as numbers that change with it: where they are the same, so is the bar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BarView {
    /// For each workspace a set of `IS_*`.
    pub workspaces: Vec<u8>,
    /// Which names the workspaces have.
    pub names: u32,
    /// The layout's symbol.
    pub symbol: &'static str,
    /// The mode that is on.
    pub mode: Option<&'static str>,
    /// The window whose title is shown, and which title it has.
    pub title: Option<(Window, u32)>,
    /// Whether this monitor has the focus.
    pub is_current: bool,
    /// Which status is shown.
    pub status: u32,
    /// How many pixels the tray has.
    pub tray: u32,
}

/// What a bar's numbers stand for.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The names of the workspaces.
    pub names: &'a [&'a str],
    /// The title.
    pub title: &'a str,
    /// The shortcuts.
    pub shortcuts: &'a [Shortcut],
    /// The items of the status: place in the configuration, text and colour.
    pub status: &'a [(u8, &'a str, Option<u32>)],
    /// The colours.
    pub colours: &'a Colours,
}

/// How far text is from the edge of its cell.
pub(crate) const fn indent(height: u32) -> u32 {
    height.div_ceil(3)
}

/// A cell of this width and height; where it is comes later.
pub(crate) fn cell(
    width: u32,
    height: u32,
    text: &str,
    target: Target,
    (ground, ink): (u32, u32),
) -> Cell {
    let rect = Rect::new(0, 0, width, height);
    let text = String::from(text);
    Cell { rect, ground, ink, text, indent: indent(height), measured: None, marks: 0, target }
}

/// When the parts of a bar go, the higher ones first. Before all of these go the items of
/// the status, the leftmost one first, and before them the shortcuts.
mod rank {
    pub(super) const WORKSPACE: u32 = 0;
    pub(super) const IDLE_WORKSPACE: u32 = 1;
    pub(super) const LAYOUT: u32 = 2;
    pub(super) const MODE: u32 = 3;
    pub(super) const TITLE: u32 = 4;
    pub(super) const STATUS: u32 = 5;
}

/// The cells of a bar of this size.
#[inline(never)]
pub fn bar(
    view: &BarView,
    content: &Content<'_>,
    (width, height): (u32, u32),
    measure: &dyn Measure,
) -> Vec<Cell> {
    let Content { names, title, shortcuts, status, colours } = *content;
    let plain = (colours.ground, colours.text);
    let mut parts: Vec<(u32, Cell)> = Vec::new();
    let mut add = |rank: u32, text: &str, target: Target, colours: (u32, u32)| {
        let measured = measure.width(text);
        let width = measured.saturating_add(2 * indent(height));
        let cell = cell(width, height, text, target, colours);
        parts.push((rank, Cell { measured: Some(measured), ..cell }));
        parts.len() - 1
    };
    let mut marks = Vec::new();
    for ((name, flags), index) in names.iter().zip(&view.workspaces).zip(0..) {
        let has = |flag: u8| flags & flag != 0;
        let colours = match () {
            () if has(IS_URGENT) => (colours.urgent, colours.urgent_text),
            () if has(IS_SHOWN_HERE) => (colours.chosen, colours.chosen_text),
            () if has(IS_OCCUPIED | IS_SHOWN_ELSEWHERE) => plain,
            () => (colours.ground, colours.faint),
        };
        let is_idle = !has(IS_SHOWN_HERE | IS_OCCUPIED | IS_URGENT);
        let rank = if is_idle { rank::IDLE_WORKSPACE } else { rank::WORKSPACE };
        add(rank, name, Target::Workspace(index), colours);
        let mark = |flag: u8, mark: u8| if has(flag) { mark } else { 0 };
        marks.push(
            mark(IS_OCCUPIED, MARK_CORNER)
                | mark(IS_SHOWN_HERE | IS_SHOWN_ELSEWHERE, MARK_LINE)
                | mark(IS_URGENT, MARK_TOP),
        );
    }
    add(rank::LAYOUT, view.symbol, Target::Layout, plain);
    if let Some(mode) = view.mode {
        add(rank::MODE, mode, Target::Nothing, (colours.urgent, colours.urgent_text));
    }
    let target = view.title.map_or(Target::Nothing, |(window, _)| Target::Title(window));
    let ink = if view.is_current { colours.text } else { colours.faint };
    let title_at = add(rank::TITLE, "", target, (colours.ground, ink));
    let last = rank::STATUS + status.len() as u32;
    for (shortcut, index) in shortcuts.iter().zip(0..) {
        add(last, shortcut.text, Target::Shortcut(index), plain);
    }
    for ((index, text, colour), left) in status.iter().zip(1..) {
        let colours = (colours.ground, colour.unwrap_or(colours.text));
        add(last - left, text, Target::Status(*index), colours);
    }
    for ((_, cell), marks) in parts.iter_mut().zip(marks) {
        cell.marks = marks;
    }

    let end = width.saturating_sub(view.tray);
    let title_width = if view.title.is_some() { 8 * height } else { 0 };
    parts[title_at].1.rect.width = title_width;
    // How many ranks have room, and how much of it is left.
    let (mut kept, mut room) = (0, end);
    for rank in 0..=last {
        let of_it = parts.iter().filter(|(other, _)| *other == rank);
        let wanted = of_it.map(|(_, cell)| cell.rect.width).sum::<u32>();
        let Some(rest) = room.checked_sub(wanted) else { break };
        (kept, room) = (rank + 1, rest);
    }
    // The title has what is left, and holds its place where there is nothing.
    let title_width = if kept > rank::TITLE { title_width + room } else { room };
    let title_width = if kept > 0 { title_width } else { 0 };
    let title_cell = &mut parts[title_at].1;
    title_cell.rect.width = title_width;
    title_cell.measured = None;
    title_cell.text = match measure.remembered(target, title_width) {
        Some(text) => String::from(text),
        None => fit(title, title_width.saturating_sub(2 * indent(height)), measure),
    };
    let mut cells = Vec::new();
    let mut at = 0;
    for (rank, cell) in parts {
        if rank < kept || rank == rank::WORKSPACE || rank == rank::TITLE {
            place(cell, &mut at, end, &mut cells);
        }
    }
    // Under the icons.
    let rest = cell(width - at, height, "", Target::Nothing, plain);
    place(rest, &mut at, width, &mut cells);
    cells
}

/// Puts a cell beside those before, cut at the end; nothing where nothing of it is left.
pub(crate) fn place(mut cell: Cell, at: &mut u32, end: u32, cells: &mut Vec<Cell>) {
    cell.rect.x = *at as i32;
    cell.rect.width = cell.rect.width.min(end - *at);
    *at += cell.rect.width;
    if cell.rect.width > 0 {
        cells.push(cell);
    }
}

/// What the tabs of a workspace show, as numbers that change with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TabView {
    /// The windows: which title each one has, and whether it asks for attention.
    pub tabs: Vec<(Window, u32, bool)>,
    /// The one that can be seen.
    pub top: Option<Window>,
    /// Whether it has the focus.
    pub is_current: bool,
}

/// The cells of a row of tabs of this size.
pub fn tabs<'a>(
    view: &TabView,
    title: &dyn Fn(Window) -> &'a str,
    colours: &Colours,
    (width, height): (u32, u32),
    measure: &dyn Measure,
) -> Vec<Cell> {
    let count = view.tabs.len().max(1) as u64;
    let mut cells = Vec::new();
    let mut at = 0;
    for ((window, _, is_urgent), index) in view.tabs.iter().zip(1u64..) {
        let end = (u64::from(width) * index / count) as u32;
        let text = fit(title(*window), (end - at).saturating_sub(2 * indent(height)), measure);
        let is_top = view.top == Some(*window);
        let colours = match () {
            () if is_top && view.is_current => (colours.chosen, colours.chosen_text),
            () if *is_urgent => (colours.urgent, colours.urgent_text),
            () if is_top => (colours.unfocused, colours.text),
            () => (colours.ground, colours.faint),
        };
        let mut cell = cell(end - at, height, &text, Target::Tab(*window), colours);
        cell.marks = if is_top { MARK_LINE } else { 0 } | if *is_urgent { MARK_TOP } else { 0 };
        place(cell, &mut at, end, &mut cells);
    }
    cells
}

/// The text, or so much of it as has room with an ellipsis after it.
pub fn fit(text: &str, room: u32, measure: &dyn Measure) -> String {
    if measure.width(text) <= room {
        return String::from(text);
    }
    let mut fitting = String::from(if measure.width("…") <= room { "…" } else { "" });
    let (mut low, mut high) = (0, text.len());
    // The longest part that fits ends in low..=high.
    while low < high {
        let mut middle = (low + high).div_ceil(2);
        while !text.is_char_boundary(middle) {
            middle += 1;
        }
        let mut candidate = String::from(text.get(..middle).unwrap_or_default().trim_end());
        candidate.push('…');
        if measure.width(&candidate) <= room {
            fitting = candidate;
            low = middle;
        } else {
            high = (low + high).div_ceil(2) - 1;
        }
    }
    fitting
}
