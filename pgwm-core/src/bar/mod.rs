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
}

impl Target {
    /// What the mouse table calls it.
    pub const fn over(self) -> Option<Over> {
        Some(match self {
            Self::Nothing => return None,
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

/// Cells that are put side by side from the left.
struct Row<'a> {
    cells: Vec<Cell>,
    at: u32,
    /// Where it has to end.
    end: u32,
    height: u32,
    indent: u32,
    colours: &'a Colours,
}

impl<'a> Row<'a> {
    const fn new(width: u32, height: u32, colours: &'a Colours) -> Self {
        Self { cells: Vec::new(), at: 0, end: width, height, indent: indent(height), colours }
    }

    /// Adds a cell, cut at the end; none where nothing of it would be left.
    fn push(&mut self, width: u32, text: &str, target: Target) -> Option<&mut Cell> {
        let width = width.min(self.end - self.at);
        if width == 0 {
            return None;
        }
        let rect = Rect::new(self.at as i32, 0, width, self.height);
        self.at += width;
        self.cells.push(Cell {
            rect,
            ground: self.colours.ground,
            ink: self.colours.text,
            text: String::from(text),
            indent: self.indent,
            marks: 0,
            target,
        });
        self.cells.last_mut()
    }
}

/// How far text is from the edge of its cell.
const fn indent(height: u32) -> u32 {
    height.div_ceil(3)
}

/// The cells of a bar of this size.
pub fn bar(
    view: &BarView,
    content: &Content<'_>,
    (width, height): (u32, u32),
    measure: &dyn Measure,
) -> Vec<Cell> {
    let Content { names, title, shortcuts, status, colours } = *content;
    let boxed = |text: &str| measure.width(text).saturating_add(2 * indent(height));
    let mode = view.mode.unwrap_or_default();
    let (symbol_width, mode_width) =
        (boxed(view.symbol), if mode.is_empty() { 0 } else { boxed(mode) });
    let is_idle = |flags: u8| flags & (IS_SHOWN_HERE | IS_OCCUPIED | IS_URGENT) == 0;
    let (mut spaces, mut idle) = (0, 0);
    for (name, flags) in names.iter().zip(&view.workspaces) {
        let width = boxed(name);
        *(if is_idle(*flags) { &mut idle } else { &mut spaces }) += width;
    }
    // What each part takes, in the order in which they go; the title gets what is left.
    let shortcuts_width: u32 = shortcuts.iter().map(|shortcut| boxed(shortcut.text)).sum();
    let title_width = if view.title.is_some() { 8 * height } else { 0 };
    let mut room = width.saturating_sub(view.tray);
    let row_width = room;
    let mut take = |wanted: u32| {
        let fits = wanted <= room;
        if fits {
            room -= wanted;
        }
        fits
    };
    let fits = take(spaces);
    let has_idle = fits && take(idle);
    let has_symbol = has_idle && take(symbol_width);
    let has_mode = has_symbol && take(mode_width);
    let has_title = has_mode && take(title_width);
    // Those on the right are the last to go.
    let mut first_status = status.len();
    while has_mode && first_status > 0 && take(boxed(status[first_status - 1].1)) {
        first_status -= 1;
    }
    let has_shortcuts = has_mode && first_status == 0 && take(shortcuts_width);

    let mut row = Row::new(row_width, height, colours);
    for (index, (name, flags)) in names.iter().zip(&view.workspaces).enumerate() {
        if !has_idle && is_idle(*flags) {
            continue;
        }
        let target = Target::Workspace(index as u8);
        let Some(cell) = row.push(boxed(name), name, target) else { continue };
        let has = |flag: u8| flags & flag != 0;
        (cell.ground, cell.ink) = match () {
            () if has(IS_URGENT) => (colours.urgent, colours.urgent_text),
            () if has(IS_SHOWN_HERE) => (colours.chosen, colours.chosen_text),
            () if has(IS_OCCUPIED | IS_SHOWN_ELSEWHERE) => (colours.ground, colours.text),
            () => (colours.ground, colours.faint),
        };
        let mark = |flag: u8, mark: u8| if has(flag) { mark } else { 0 };
        cell.marks = mark(IS_OCCUPIED, MARK_CORNER)
            | mark(IS_SHOWN_HERE | IS_SHOWN_ELSEWHERE, MARK_LINE)
            | mark(IS_URGENT, MARK_TOP);
    }
    if has_symbol {
        row.push(symbol_width, view.symbol, Target::Layout);
    }
    if has_mode
        && mode_width > 0
        && let Some(cell) = row.push(mode_width, mode, Target::Nothing)
    {
        (cell.ground, cell.ink) = (colours.urgent, colours.urgent_text);
    }
    let title_width = if fits { room } else { 0 } + if has_title { title_width } else { 0 };
    let (target, text) = match view.title {
        Some((window, _)) => {
            (Target::Title(window), fit(title, title_width.saturating_sub(2 * row.indent), measure))
        }
        None => (Target::Nothing, String::new()),
    };
    if let Some(cell) = row.push(title_width, &text, target)
        && !view.is_current
    {
        cell.ink = colours.faint;
    }
    for (shortcut, index) in shortcuts.iter().zip(0..).filter(|_| has_shortcuts) {
        row.push(boxed(shortcut.text), shortcut.text, Target::Shortcut(index));
    }
    for (index, text, colour) in &status[first_status..] {
        if let Some(cell) = row.push(boxed(text), text, Target::Status(*index)) {
            cell.ink = colour.unwrap_or(colours.text);
        }
    }
    // Under the icons.
    row.end = width;
    row.push(width - row.at, "", Target::Nothing);
    row.cells
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
    let mut row = Row::new(width, height, colours);
    let count = view.tabs.len().max(1) as u64;
    for ((window, _, is_urgent), index) in view.tabs.iter().zip(1u64..) {
        let end = (u64::from(width) * index / count) as u32;
        let room = (end - row.at).saturating_sub(2 * row.indent);
        let text = fit(title(*window), room, measure);
        let Some(cell) = row.push(end - row.at, &text, Target::Tab(*window)) else { continue };
        let is_top = view.top == Some(*window);
        (cell.ground, cell.ink) = match () {
            () if is_top && view.is_current => (colours.chosen, colours.chosen_text),
            () if *is_urgent => (colours.urgent, colours.urgent_text),
            () if is_top => (colours.unfocused, colours.text),
            () => (colours.ground, colours.faint),
        };
        cell.marks = if is_top { MARK_LINE } else { 0 } | if *is_urgent { MARK_TOP } else { 0 };
    }
    row.cells
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
