//! The values of properties that clients set (ICCCM 2.0, EWMH 1.5), as types. Never
//! trusts them: whatever the bytes, what comes out can be acted on.

mod gravity;
mod moveresize;
mod strut;

use crate::utf8;
use alloc::string::String;

use super::atom::Atom;
use super::id::{AtomId, Timestamp, Window};
pub use super::request::Gravity;
pub use gravity::place;
pub use moveresize::{MoveResize, MoveResizeWindow};
pub use strut::{Strip, Strut};

/// No side of a window is longer, in pixels.
const LONGEST_SIDE: u32 = 65_535;

/// A title is cut after so many bytes.
const LONGEST_TEXT: usize = 1024;

/// Each half of a `WM_CLASS` is cut after so many bytes.
const LONGEST_CLASS: usize = 256;

/// The name of a machine is cut after so many bytes; none is that long.
const LONGEST_MACHINE: usize = 256;

/// A startup id that is longer is none.
const LONGEST_STARTUP_ID: usize = 256;

/// Dots per inch that a user may have asked for.
const DPI: core::ops::RangeInclusive<u32> = 48..=768;

/// What surrounds a window is no wider, in pixels.
const WIDEST_FRAME: u32 = 512;

/// `WM_NORMAL_HINTS` (ICCCM 4.1.2.3): which sizes make sense for a window. What makes no
/// sense itself has been left out, so `min` is never above `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeHints {
    /// Whether the user or the program chose the position.
    pub position: bool,
    /// Whether the user chose the position.
    pub user_position: bool,
    /// Whether the user or the program chose the size.
    pub size: bool,
    /// Whether the user chose the size.
    pub user_size: bool,
    /// The least width and height, from 1.
    pub min: (u32, u32),
    /// The greatest width and height, up to 65,535.
    pub max: (u32, u32),
    /// Width and height grow by so much, from 1.
    pub increment: (u32, u32),
    /// The least width over height, as numerator and denominator, neither of them zero.
    pub aspect_min: Option<(u32, u32)>,
    /// The greatest width over height, likewise.
    pub aspect_max: Option<(u32, u32)>,
    /// What is left of width and height when increments and aspect are of no concern.
    pub base: Option<(u32, u32)>,
    /// What the window's position means, and what stays in place when it is resized.
    pub gravity: Gravity,
}

impl Default for SizeHints {
    fn default() -> Self {
        Self {
            position: false,
            user_position: false,
            size: false,
            user_size: false,
            min: (1, 1),
            max: (LONGEST_SIDE, LONGEST_SIDE),
            increment: (1, 1),
            aspect_min: None,
            aspect_max: None,
            base: None,
            gravity: Gravity::NorthWest,
        }
    }
}

impl SizeHints {
    /// Reads the property's 18 words, or the 15 of clients from before ICCCM 1.0, or as
    /// many as there are.
    pub fn read(words: impl Iterator<Item = u32>) -> Self {
        let mut hints = Self::default();
        let mut raw = [0; 18];
        let mut count = 0;
        for (place, word) in raw.iter_mut().zip(words) {
            *place = word;
            count += 1;
        }
        let flags = raw[0];
        // A flag counts only if all the words that it speaks of are there.
        let has = |bit: u32, end: usize| flags & 1 << bit != 0 && end <= count;
        hints.user_position = has(0, 1);
        hints.user_size = has(1, 1);
        hints.position = has(2, 1) || hints.user_position;
        hints.size = has(3, 1) || hints.user_size;
        if has(4, 7) {
            hints.min = (side(raw[5]).unwrap_or(1), side(raw[6]).unwrap_or(1));
        }
        if has(5, 9) {
            let above = |raw, min| side(raw).filter(|max| *max >= min).unwrap_or(LONGEST_SIDE);
            hints.max = (above(raw[7], hints.min.0), above(raw[8], hints.min.1));
        }
        if has(6, 11) {
            hints.increment = (side(raw[9]).unwrap_or(1), side(raw[10]).unwrap_or(1));
        }
        if has(7, 15) {
            hints.aspect_min = fraction(raw[11], raw[12]);
            hints.aspect_max = fraction(raw[13], raw[14]);
            if let (Some(min), Some(max)) = (hints.aspect_min, hints.aspect_max)
                && u64::from(min.0) * u64::from(max.1) > u64::from(max.0) * u64::from(min.1)
            {
                (hints.aspect_min, hints.aspect_max) = (None, None);
            }
        }
        if has(8, 17) && raw[15] <= LONGEST_SIDE && raw[16] <= LONGEST_SIDE {
            let base = (raw[15], raw[16]);
            hints.base = Some(base);
            // Each stands in for the other where that is not given.
            if !has(4, 7) {
                hints.min = (base.0.max(1).min(hints.max.0), base.1.max(1).min(hints.max.1));
            }
        }
        if has(9, 18) {
            let gravity = Gravity::from_raw(raw[17]).filter(|gravity| *gravity != Gravity::Forget);
            hints.gravity = gravity.unwrap_or_default();
        }
        hints
    }

    /// The size nearest to the one given, and not above it if possible, that the window
    /// makes sense in. Bounds go before increments, and both before aspect. Each side is
    /// between 1 and 65,535; constraining once more changes nothing.
    pub fn constrain(&self, width: u32, height: u32) -> (u32, u32) {
        let (base_width, base_height) = self.base.unwrap_or(self.min);
        let across = Grid::new(base_width, self.increment.0, self.min.0, self.max.0);
        let down = Grid::new(base_height, self.increment.1, self.min.1, self.max.1);
        let (mut width, mut height) = (across.snap(width), down.snap(height));

        // Aspect is about what is left of a base size, if there is one.
        let (left, top) = self.base.unwrap_or((0, 0));
        let (left, top) = (i64::from(left), i64::from(top));
        if width > left && height > top {
            // Too wide is only what stays too wide when the height is rounded in its
            // favour; else cutting one and cutting the other would never come to an end.
            if let Some((numerator, denominator)) = self.aspect_max {
                let (numerator, denominator): (i64, i64) =
                    (numerator.max(1).into(), denominator.max(1).into());
                if down.floor(top + (width - left) * denominator / numerator) > height {
                    let widest = left + (height - top) * numerator / denominator;
                    width = across.raise(across.floor(widest));
                }
            }
            if let Some((numerator, denominator)) = self.aspect_min {
                let (numerator, denominator): (i64, i64) =
                    (numerator.max(1).into(), denominator.max(1).into());
                let tallest = ((width - left) * denominator + numerator - 1).div_euclid(numerator);
                height = down.raise(height.min(down.floor(top + tallest)));
            }
        }
        (width as u32, height as u32)
    }

    /// Whether the window has one size only.
    pub fn is_fixed(&self) -> bool {
        self.min == self.max
    }
}

/// The lengths that one side of a window may have. Numbers are wide and signed, so that
/// nothing overflows on the way.
#[derive(Debug, Clone, Copy)]
struct Grid {
    base: i64,
    increment: i64,
    lowest: i64,
    max: i64,
}

impl Grid {
    fn new(base: u32, increment: u32, min: u32, max: u32) -> Self {
        // The fields are public, so they may be anything by now.
        let min = min.clamp(1, LONGEST_SIDE).into();
        let max = i64::from(max.min(LONGEST_SIDE)).max(min);
        let (base, increment) = (base.into(), increment.clamp(1, LONGEST_SIDE).into());
        let mut grid = Self { base, increment, lowest: min, max };
        let lowest = grid.ceil(min);
        if lowest <= max {
            grid.lowest = lowest;
        }
        grid
    }

    fn floor(self, length: i64) -> i64 {
        length - (length - self.base).rem_euclid(self.increment)
    }

    fn ceil(self, length: i64) -> i64 {
        self.floor(length + self.increment - 1)
    }

    fn raise(self, length: i64) -> i64 {
        length.max(self.lowest)
    }

    fn snap(self, length: u32) -> i64 {
        self.raise(self.floor(i64::from(length).min(self.max)))
    }
}

/// A length that a window's side can have.
fn side(raw: u32) -> Option<u32> {
    (1..=LONGEST_SIDE).contains(&raw).then_some(raw)
}

/// An aspect with both parts positive as the signed numbers that they are.
fn fraction(numerator: u32, denominator: u32) -> Option<(u32, u32)> {
    let positive = |raw: u32| 0 < raw as i32;
    (positive(numerator) && positive(denominator)).then_some((numerator, denominator))
}

/// `WM_HINTS` (ICCCM 4.1.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WmHints {
    /// Whether the window wants to be given the focus; true if it doesn't say.
    pub input: bool,
    /// Whether it wants to start as an icon.
    pub initial_state_iconic: bool,
    /// Whether it wants to be looked at.
    pub urgent: bool,
    /// The leader of its group, or `NONE`.
    pub group: Window,
}

impl Default for WmHints {
    fn default() -> Self {
        Self { input: true, initial_state_iconic: false, urgent: false, group: Window::NONE }
    }
}

impl WmHints {
    /// Reads the property's nine words, or as many as there are.
    pub fn read(words: impl Iterator<Item = u32>) -> Self {
        let mut raw = [None; 9];
        for (place, word) in raw.iter_mut().zip(words) {
            *place = Some(word);
        }
        let flags = raw[0].unwrap_or(0);
        let field = |bit: u32, index: usize| raw[index].filter(|_| flags & 1 << bit != 0);
        Self {
            input: field(0, 1) != Some(0),
            initial_state_iconic: field(1, 2) == Some(WmState::Iconic as u32),
            urgent: flags & 1 << 8 != 0,
            group: Window::new(field(6, 8).unwrap_or(0)),
        }
    }
}

/// `WM_CLASS` (ICCCM 4.1.2.5), each half at most 256 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WmClass {
    /// The name of this window, such as `Navigator`.
    pub instance: String,
    /// The name of the program, such as `Firefox`.
    pub class: String,
}

impl WmClass {
    /// Reads the property: two strings, each ended by a NUL or by the end of the bytes.
    pub fn read(bytes: &[u8]) -> Self {
        let mut halves = bytes.split(|byte| *byte == 0).map(|half| latin1(half, LONGEST_CLASS));
        Self {
            instance: halves.next().unwrap_or_default(),
            class: halves.next().unwrap_or_default(),
        }
    }
}

/// `WM_STATE` (ICCCM 4.1.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WmState {
    /// Neither window nor icon is to be seen.
    Withdrawn = 0,
    /// The window is to be seen.
    Normal = 1,
    /// The icon is to be seen, if anything.
    Iconic = 3,
}

impl WmState {
    /// Reads the property; None if it says nothing that we know.
    pub fn read(mut words: impl Iterator<Item = u32>) -> Option<Self> {
        match words.next()? {
            0 => Some(Self::Withdrawn),
            1 => Some(Self::Normal),
            3 => Some(Self::Iconic),
            _ => None,
        }
    }

    /// The property's words: the state, and no icon window.
    pub const fn words(self) -> [u32; 2] {
        [self as u32, 0]
    }
}

/// `_MOTIF_WM_HINTS`: what a window wants of its frame, as far as there is one here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MotifHints {
    /// Whether it wants any decoration; a border is all that we draw.
    pub has_border: bool,
    /// Whether the user may move it.
    pub movable: bool,
    /// Whether the user may resize it.
    pub resizable: bool,
}

impl Default for MotifHints {
    fn default() -> Self {
        Self { has_border: true, movable: true, resizable: true }
    }
}

impl MotifHints {
    /// Reads the property's five words (flags, functions, decorations, and two of no use
    /// here), or as many as there are.
    pub fn read(mut words: impl Iterator<Item = u32>) -> Self {
        const ALL: u32 = 1;
        const RESIZE: u32 = 1 << 1;
        const MOVE: u32 = 1 << 2;
        let flags = words.next().unwrap_or(0);
        let functions = words.next().filter(|_| flags & 1 != 0).unwrap_or(ALL);
        let decorations = words.next().filter(|_| flags & 1 << 1 != 0).unwrap_or(ALL);
        // Beside "all", a bit takes a function away.
        let may = |function: u32| (functions & ALL != 0) != (functions & function != 0);
        Self { has_border: decorations != 0, movable: may(MOVE), resizable: may(RESIZE) }
    }
}

/// How much surrounds something on each side, in pixels: of a shadow that a window draws
/// itself (`_GTK_FRAME_EXTENTS`), or of the frame around it (`_NET_FRAME_EXTENTS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameExtents {
    /// On the left, up to 512.
    pub left: u32,
    /// On the right, likewise.
    pub right: u32,
    /// At the top, likewise.
    pub top: u32,
    /// At the bottom, likewise.
    pub bottom: u32,
}

impl FrameExtents {
    /// Reads the property's four words; if there are fewer, nothing surrounds it. Neither
    /// does what is below zero.
    pub fn read(words: impl Iterator<Item = u32>) -> Self {
        let mut raw = [0; 4];
        let mut count = 0;
        for (place, word) in raw.iter_mut().zip(words) {
            *place = (word as i32).max(0).unsigned_abs().min(WIDEST_FRAME);
            count += 1;
        }
        let [left, right, top, bottom] = if count < 4 { [0; 4] } else { raw };
        Self { left, right, top, bottom }
    }

    /// The same on each side.
    pub const fn of_border(border: u32) -> Self {
        Self { left: border, right: border, top: border, bottom: border }
    }

    /// The property's words.
    pub const fn words(self) -> [u32; 4] {
        [self.left, self.right, self.top, self.bottom]
    }
}

/// `_NET_WM_SYNC_REQUEST_COUNTER`: the counters by which a window says that it has drawn
/// itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncCounters {
    /// The number of the counter that follows our requests.
    pub basic: u32,
    /// The number of the one that counts frames too, if there is one.
    pub extended: Option<u32>,
}

impl SyncCounters {
    /// Reads the property's one or two words; None if it names no counter.
    pub fn read(words: impl Iterator<Item = u32>) -> Option<Self> {
        let mut counters = words.take(2).map(|word| Some(word).filter(|id| *id != 0));
        let basic = counters.next()??;
        Some(Self { basic, extended: counters.next().flatten() })
    }
}

/// `_NET_WM_USER_TIME`: when the user last did something with the window. The time 0 says
/// that a new window doesn't want the focus.
pub fn user_time(mut words: impl Iterator<Item = u32>) -> Option<Timestamp> {
    words.next().map(Timestamp)
}

/// `_NET_WM_PID`: the process of a window, on the machine that [`client_machine`] names.
/// None for numbers that are no process, or that mean many of them or the first to a
/// system call.
pub fn pid(mut words: impl Iterator<Item = u32>) -> Option<i32> {
    words.next().and_then(|word| i32::try_from(word).ok()).filter(|pid| *pid > 1)
}

/// `WM_CLIENT_MACHINE` (ICCCM 4.1.2.9): the name of the machine that a window's process
/// runs on, up to the first NUL, at most 256 bytes.
pub fn client_machine(bytes: &[u8]) -> &[u8] {
    let name = until_nul(bytes);
    &name[..name.len().min(LONGEST_MACHINE)]
}

/// `_NET_STARTUP_ID`, up to the first NUL. None if it is empty, or longer than 256 bytes:
/// a part of it could be that of another.
pub fn startup_id(bytes: &[u8]) -> Option<&[u8]> {
    Some(until_nul(bytes)).filter(|id| (1..=LONGEST_STARTUP_ID).contains(&id.len()))
}

/// `Xft.dpi` of the root window's `RESOURCE_MANAGER`, as `xrdb` writes it: dots per inch,
/// rounded. None if there is none between 48 and 768.
pub fn xft_dpi(resources: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"Xft.dpi:";
    let mut rest = resources;
    while !rest.starts_with(NAME) {
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        rest = rest.get(line + 1..)?;
    }
    rest = rest.get(NAME.len()..)?;
    while let [b' ' | b'\t', after @ ..] = rest {
        rest = after;
    }
    let mut dpi = 0;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        // Stays out of range once it is.
        dpi = (dpi * 10 + u32::from(digit - b'0')).min(1 << 16);
        rest = after;
    }
    dpi += u32::from(matches!(rest, [b'.', b'5'..=b'9', ..]));
    Some(dpi).filter(|dpi| DPI.contains(dpi))
}

/// A title or a role, from a property of this type and format. `STRING` is read as Latin-1, anything
/// else as UTF-8 with what isn't replaced by U+FFFD; up to the first NUL, and at most 1024
/// bytes. Empty if the format is not 8.
pub fn text(kind: AtomId, format: u8, bytes: &[u8]) -> String {
    if format != 8 {
        return String::new();
    }
    let bytes = until_nul(bytes);
    if Some(kind) == Atom::String.predefined() {
        return latin1(bytes, LONGEST_TEXT);
    }
    let mut text = String::new();
    // Characters that were cut in two by the first bound are cut away by the second.
    let enough = &bytes[..bytes.len().min(LONGEST_TEXT + 4)];
    push_bounded(&mut text, utf8::lossy(enough).chars(), LONGEST_TEXT);
    text
}

/// A title in compound text, up to the first NUL and at most 1024 bytes, as far as ASCII,
/// Latin-1 and UTF-8 go: the characters of other sets are read as if they were Latin-1
/// (Compound Text Encoding 1.1, sections 2 and 6).
pub fn compound_text(bytes: &[u8]) -> String {
    const ESCAPE: u8 = 0x1b;
    let mut text = String::new();
    let mut rest = until_nul(bytes);
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != ESCAPE {
            push_bounded(&mut text, Some(char::from(*first)).into_iter(), LONGEST_TEXT);
        } else if let Some(utf8) = rest.strip_prefix(b"%G") {
            let end = utf8.iter().position(|byte| *byte == ESCAPE).unwrap_or(utf8.len());
            let (part, behind) = utf8.split_at(end);
            push_bounded(&mut text, utf8::lossy(part).chars(), LONGEST_TEXT);
            rest = behind;
        } else {
            // The sequence goes on to its first byte that is none of these.
            let middle = rest.iter().take_while(|byte| (0x20..0x30).contains(*byte)).count();
            rest = rest.get(middle + 1..).unwrap_or_default();
        }
    }
    text
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn latin1(bytes: &[u8], bound: usize) -> String {
    let mut text = String::new();
    push_bounded(&mut text, bytes.iter().copied().map(char::from), bound);
    text
}

/// Appends characters for as long as they fit.
fn push_bounded(text: &mut String, characters: impl Iterator<Item = char>, bound: usize) {
    for character in characters {
        if text.len() + character.len_utf8() > bound {
            break;
        }
        text.push(character);
    }
}

#[cfg(test)]
mod tests;
