//! What all keys do, in words, from the configuration. Never knows which keys there are on
//! the desk.

use crate::bar::{Cell, Measure, Target, cell, fit, indent};
use crate::config::{Action, Colours, Config, Direction, Key};
use crate::geometry::{Rect, Size};
use crate::number;
use crate::x11::compose::character;
use crate::x11::id::Keysym;
use crate::x11::keysym;
use alloc::string::String;
use alloc::vec::Vec;

/// What actions do, a line for each in the order of [`Action`]; those that no key can have
/// are empty.
const WORDS: &str = "\n\
Close
Focus next
Focus previous
Focus
Focus last
Focus urgent
Mark
Focus mark
Swap with next
Swap with previous
Swap
Swap with leader
View



Rename workspace
View last
View next
View previous
Send to
Go with window to
Focus monitor
Send to monitor
Move workspace to monitor
Layout
Next layout
Leader's share
Number of leaders
Window's share
Gap
Border
Reset sizes
Fullscreen
Fullscreen in its tile
Float or tile
Maximize
Sticky
Keep above
Minimise
Restore
Move by
Resize by
Centre
Scratchpad


Bar
Run a program
Help
Mode
Leave mode
Quit
Restart
";

/// The last two digits of the keys that type nothing and have a name here: first those
/// numbered 0xff00 and on, then those of the X.Org server.
const CODES: [u8; 42] = [
    0x08, 0x09, 0x0d, 0x13, 0x14, 0x1b, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x61, 0x63,
    0x67, 0x7f, 0x8d, 0xe1, 0xe3, 0xe9, 0xeb, 0xec, 0xff, // From here on the server's.
    0x02, 0x03, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x2a, 0x2d, 0x2e, 0x2f, 0x31, 0x59,
    0xb2,
];

/// How many of [`CODES`] are of the first kind.
const CORE: usize = 25;

/// Their names.
const NAMES: &str = "\
BackSpace
Tab
Return
Pause
Scroll_Lock
Escape
Home
Left
Up
Right
Down
Page_Up
Page_Down
End
Print
Insert
Menu
Num_Lock
KP_Enter
Shift
Control
Alt
Super
Super_R
Delete
BrightnessUp
BrightnessDown
LowerVolume
Mute
RaiseVolume
Play
Stop
Previous
Next
Mail
PowerOff
ScreenSaver
WWW
Sleep
Pause
Display
MicMute
Super+
Control+
Alt+
Shift+
Mod2+
Mod3+
Mod5+
";

/// Where the names of modifiers begin among [`NAMES`], and which bits they are.
const HELD: usize = 42;
const BITS: [u8; 7] = [6, 2, 3, 0, 4, 5, 7];

/// A line of the help.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The chord; empty above the keys of a mode.
    chord: String,
    /// What it does.
    words: String,
}

/// Lines in columns, for a monitor of this size: the size of all, and what stands in it.
/// Where the monitor is too small for all of it, it ends with an ellipsis.
pub(super) fn sheet(
    lines: &[Line],
    monitor: Size,
    line_height: u32,
    colours: &Colours,
    measure: &dyn Measure,
) -> (Size, Vec<Cell>) {
    let gap = indent(line_height);
    let (mut chord_width, mut words_width) = (0, 2 * gap);
    for Line { chord, words } in lines {
        if !chord.is_empty() {
            chord_width = chord_width.max(measure.width(chord) + 2 * gap);
        }
        words_width = words_width.max(measure.width(words) + 2 * gap);
    }
    // A long command is no reason to leave out what follows it.
    if lines.len() > 1 {
        words_width = words_width.min(10 * line_height);
    }
    let room = monitor.width.saturating_sub(2 * gap);
    let wanted = chord_width + words_width;
    let count = lines.len() as u32;
    let most_rows = (monitor.height.saturating_sub(2 * gap) / line_height.max(1)).max(1);
    let rows = count.div_ceil((room / wanted.max(1)).max(1)).clamp(1, most_rows);
    // No more than there are, and than have room.
    let columns = (room / wanted.max(1)).clamp(1, count.div_ceil(rows).max(1));
    let column_width = wanted.min(room);
    let chord_width = chord_width.min(column_width);
    let size =
        Size { width: columns * column_width + 2 * gap, height: rows * line_height + 2 * gap };
    let mut cells = Vec::new();
    let mut push = |rect: Rect, text: &str, ground: u32, ink: u32| {
        let text = fit(text, rect.width.saturating_sub(2 * gap), measure);
        let cell = cell(0, line_height, &text, Target::Nothing, (ground, ink));
        cells.push(Cell { rect, ..cell });
    };
    // A line around everything tells it from what is below.
    let all = Rect::new(0, 0, size.width, size.height);
    push(all, "", colours.faint, 0);
    push(all.inset((gap / 4).max(1)), "", colours.ground, 0);
    let last = columns * rows - 1;
    for (index, Line { chord, words }) in (0..=last).zip(lines) {
        let (x, y) = (gap + index / rows * column_width, gap + index % rows * line_height);
        let is_cut = index == last && count > last + 1;
        let (chord, words) = if is_cut { ("…", "") } else { (&**chord, &**words) };
        let rest = column_width - chord_width;
        for (x, width, text, ink) in
            [(x, chord_width, chord, colours.chosen), (x + chord_width, rest, words, colours.text)]
        {
            let rect = Rect::new(x as i32, y as i32, width, line_height);
            push(rect, text, colours.ground, ink);
        }
    }
    (size, cells)
}

/// How to open a terminal, and how to get help; nothing where no key does either.
pub(super) fn hint(config: &Config) -> Vec<Line> {
    let mut words = String::new();
    for (is_help, what) in [(false, " opens a terminal"), (true, " shows all keys")] {
        let is_it = |key: &&Key| match key.action {
            Action::Spawn(_) => !is_help,
            Action::Help => is_help,
            _ => false,
        };
        if let Some(key) = config.keys.iter().find(is_it) {
            if !words.is_empty() {
                add(&mut words, " · ");
            }
            push_chord(&mut words, key);
            add(&mut words, what);
        }
    }
    let chord = String::new();
    if words.is_empty() { Vec::new() } else { alloc::vec![Line { chord, words }] }
}

/// Appends a text. Once in the program, not at each place where that is done.
#[inline(never)]
fn add(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Appends a text after a space.
fn add_word(out: &mut String, text: &str) {
    if !out.is_empty() && !text.is_empty() {
        add(out, " ");
    }
    add(out, text);
}

/// All keys, and then those of the modes. Keys that do the same for one thing after the
/// other, such as a digit for each workspace, are one line.
pub(super) fn lines(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    push_lines(&mut lines, config.keys);
    for mode in config.modes {
        let mut line = Line::default();
        push_words(&mut line.words, Action::Mode(mode.name));
        lines.push(line);
        push_lines(&mut lines, mode.keys);
    }
    lines
}

#[inline(never)]
fn push_lines(lines: &mut Vec<Line>, keys: &[Key]) {
    let mut first: Option<&Key> = None;
    for (index, key) in keys.iter().enumerate() {
        let begins = *first.get_or_insert(key);
        if keys.get(index + 1).is_some_and(|next| goes_on(key, next)) {
            continue;
        }
        let mut line = Line::default();
        push_chord(&mut line.chord, begins);
        push_words(&mut line.words, begins.action);
        if begins.keysym != key.keysym {
            add(&mut line.chord, " … ");
            push_key(&mut line.chord, key.keysym);
            add(&mut line.words, " … ");
            add(&mut line.words, text_of(key.action));
        }
        lines.push(line);
        first = None;
    }
}

/// Whether a key does for the next digit what one before does for a digit, or both for
/// what is on them.
fn goes_on(before: &Key, next: &Key) -> bool {
    let is_plain = |key: &Key| {
        let code = key.keysym.raw();
        let text = text_of(key.action).as_bytes();
        (0x30..=0x39).contains(&code)
            || text.len() == 1 && text.iter().any(|it| u32::from(*it) == code)
    };
    is_plain(before)
        && is_plain(next)
        && before.modifiers == next.modifiers
        && index(before.action) == index(next.action)
        && !text_of(next.action).is_empty()
}

/// What is held, and the key.
#[inline(never)]
fn push_chord(out: &mut String, key: &Key) {
    for (bit, name) in BITS.into_iter().zip(HELD..) {
        if key.modifiers.bits() >> bit & 1 != 0 {
            add(out, line(NAMES, name));
        }
    }
    push_key(out, key.keysym);
}

fn push_key(out: &mut String, keysym: Keysym) {
    let raw = keysym.raw();
    let (core, more) = CODES.split_at(CORE);
    let (codes, first) = match raw >> 8 {
        0xff => (core, 0),
        0x0010_08ff => (more, CORE),
        _ => (&[][..], 0),
    };
    match character(keysym) {
        Some(' ') => add(out, "Space"),
        Some(typed) => out.push(typed),
        None => match raw.wrapping_sub(keysym::F1.raw() - 1) {
            number @ 1..=24 => {
                out.push('F');
                number::push::<10>(out, number.into());
            }
            _ => {
                if let Some(at) = codes.iter().position(|code| u32::from(*code) == raw & 0xff) {
                    add(out, line(NAMES, first + at));
                }
            }
        },
    }
}

/// A line of a text.
#[inline(never)]
fn line(text: &'static str, index: usize) -> &'static str {
    let (mut start, mut left) = (0, index);
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n') {
        if left == 0 {
            return text.get(start..at).unwrap_or_default();
        }
        (start, left) = (at + 1, left - 1);
    }
    ""
}

/// What an action does, and to what.
#[inline(never)]
fn push_words(out: &mut String, action: Action) {
    add(out, line(WORDS, index(action).into()));
    let (numbers, count) = match action {
        Action::Spawn(program) => return program.iter().for_each(|word| add_word(out, word)),
        Action::ResizeLeader(by)
        | Action::LeaderCount(by)
        | Action::ResizeWindow(by)
        | Action::ResizeGap(by)
        | Action::ResizeBorder(by) => ([by.into(), 0], 1),
        Action::MoveBy(right, down) | Action::ResizeBy(right, down) => ([right, down], 2),
        action => return add_word(out, text_of(action)),
    };
    for number in numbers.into_iter().take(count) {
        add_word(out, if number < 0 { "-" } else { "+" });
        number::push::<10>(out, number.unsigned_abs().into());
    }
}

/// What an action does, in words.
#[cfg(test)]
pub(super) fn words_of(action: Action) -> String {
    let mut words = String::new();
    push_words(&mut words, action);
    words
}

/// What an action is about, where that is a text.
const fn text_of(action: Action) -> &'static str {
    match action {
        Action::Mark(name)
        | Action::FocusMark(name)
        | Action::View(name)
        | Action::Send(name)
        | Action::SendAndFollow(name)
        | Action::Scratchpad(name)
        | Action::Mode(name) => name,
        Action::FocusTowards(direction)
        | Action::SwapTowards(direction)
        | Action::FocusMonitor(direction)
        | Action::SendToMonitor(direction)
        | Action::MoveToMonitor(direction) => match direction {
            Direction::Left => "left",
            Direction::Right => "right",
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Previous => "previous",
            Direction::Next => "next",
        },
        Action::SetLayout(layout) => layout.symbol(),
        _ => "",
    }
}

/// The line of an action in [`WORDS`]: no code but where the two lists differ.
const fn index(action: Action) -> u8 {
    match action {
        Action::Spawn(_) => 0,
        Action::Close => 1,
        Action::FocusNext => 2,
        Action::FocusPrevious => 3,
        Action::FocusTowards(_) => 4,
        Action::FocusLast => 5,
        Action::FocusUrgent => 6,
        Action::Mark(_) => 7,
        Action::FocusMark(_) => 8,
        Action::SwapNext => 9,
        Action::SwapPrevious => 10,
        Action::SwapTowards(_) => 11,
        Action::SwapLeader => 12,
        Action::View(_) => 13,
        Action::ViewThis => 14,
        Action::SendToThis => 15,
        Action::FocusThis => 16,
        Action::RenameWorkspace => 17,
        Action::ViewLast => 18,
        Action::ViewNext => 19,
        Action::ViewPrevious => 20,
        Action::Send(_) => 21,
        Action::SendAndFollow(_) => 22,
        Action::FocusMonitor(_) => 23,
        Action::SendToMonitor(_) => 24,
        Action::MoveToMonitor(_) => 25,
        Action::SetLayout(_) => 26,
        Action::NextLayout => 27,
        Action::ResizeLeader(_) => 28,
        Action::LeaderCount(_) => 29,
        Action::ResizeWindow(_) => 30,
        Action::ResizeGap(_) => 31,
        Action::ResizeBorder(_) => 32,
        Action::ResetSizes => 33,
        Action::ToggleFullscreen => 34,
        Action::ToggleFullscreenInTile => 35,
        Action::ToggleFloating => 36,
        Action::ToggleMaximized => 37,
        Action::ToggleSticky => 38,
        Action::ToggleAbove => 39,
        Action::Minimise => 40,
        Action::Restore => 41,
        Action::MoveBy(..) => 42,
        Action::ResizeBy(..) => 43,
        Action::Centre => 44,
        Action::Scratchpad(_) => 45,
        Action::DragMove => 46,
        Action::DragResize => 47,
        Action::ToggleBar => 48,
        Action::Prompt => 49,
        Action::Help => 50,
        Action::Mode(_) => 51,
        Action::LeaveMode => 52,
        Action::Quit => 53,
        Action::Restart => 54,
    }
}
