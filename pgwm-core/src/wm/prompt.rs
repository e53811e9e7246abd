//! A line that is typed: its text, its cursor, what it may become, and what was typed
//! before. Never knows a key on the desk, and never starts anything; see `overlay.rs`.

use super::stack_set::WorkspaceId;
use crate::bar::{Cell, Measure, Target, cell, fit, indent, place};
use crate::config::Colours;
use crate::utf8::lossy;
use crate::x11::compose::{accent, character, composed};
use crate::x11::id::{Keysym, Modifiers};
use crate::x11::keysym;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

/// A command has no more characters.
const LONGEST: usize = 4096;

/// The name of a workspace has no more characters.
pub(super) const LONGEST_NAME: usize = 64;

/// So many commands are remembered.
const MOST_PAST: usize = 100;

/// A line that is typed.
#[derive(Debug)]
pub(super) struct Prompt {
    /// What it is for.
    pub(super) purpose: Purpose,
    text: String,
    /// Where the next character goes, in bytes.
    cursor: usize,
    /// The dead key that waits for its letter.
    dead: Option<Keysym>,
    /// The programs that there are, each with a zero byte after it.
    programs: Vec<u8>,
    /// The completion that was walked to, and what was typed before.
    walk: Option<(String, usize)>,
    /// The command of the past that is shown, counted from the last one; 0 is the new one.
    past: usize,
    /// The new one, while another one is shown.
    draft: String,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A program to be started.
    Run,
    /// Another name for a workspace.
    Rename(WorkspaceId),
}

/// What a key did to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It goes on.
    Open,
    /// It is of no use any more.
    Cancelled,
    /// It is complete.
    Done,
}

impl Prompt {
    /// A line that begins with some text.
    pub(super) fn new(purpose: Purpose, text: &str) -> Self {
        Self {
            purpose,
            cursor: text.len(),
            text: String::from(text),
            dead: None,
            programs: Vec::new(),
            walk: None,
            past: 0,
            draft: String::new(),
        }
    }

    /// Takes in the programs that there are, in any order, each with a zero byte after it.
    pub(super) fn learn(&mut self, names: Vec<u8>) {
        self.programs = names;
    }

    /// What was typed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A key was pressed: its symbol, or the letter on it where Control is held.
    pub(super) fn press(&mut self, symbol: Keysym, held: Modifiers, past: &[String]) -> Outcome {
        let dead = self.dead.take();
        let (end, cursor) = (self.text.len(), self.cursor);
        if held.contains(Modifiers::CONTROL) {
            match symbol {
                keysym::A => self.cursor = 0,
                keysym::E => self.cursor = end,
                keysym::U => self.replace(0, cursor, ""),
                keysym::K => self.replace(cursor, end, ""),
                keysym::W => {
                    let before = self.text.as_bytes().get(..cursor).unwrap_or_default();
                    let last = before.iter().rposition(|byte| *byte != b' ').unwrap_or(0);
                    let space = before.iter().take(last).rposition(|byte| *byte == b' ');
                    self.replace(space.map_or(0, |space| space + 1), cursor, "");
                }
                _ => {}
            }
            return Outcome::Open;
        }
        // The keypad's are as the others.
        let symbol = match symbol.raw() {
            0xff89 | 0xff8d => Keysym::new(symbol.raw() - 0x80),
            0xff95..=0xff9d => Keysym::new(symbol.raw() - 0x45),
            0xff9f => keysym::DELETE,
            _ => symbol,
        };
        match symbol {
            keysym::ESCAPE => return Outcome::Cancelled,
            keysym::RETURN => {
                self.settle();
                return Outcome::Done;
            }
            // It only takes back the accent.
            keysym::BACKSPACE if dead.is_some() => {}
            keysym::BACKSPACE => self.replace(self.beside(false), cursor, ""),
            keysym::DELETE => self.replace(cursor, self.beside(true), ""),
            keysym::LEFT => self.cursor = self.beside(false),
            keysym::RIGHT => self.cursor = self.beside(true),
            keysym::HOME => self.cursor = 0,
            keysym::END => self.cursor = end,
            keysym::UP => self.look_back(1, past),
            keysym::DOWN => self.look_back(-1, past),
            keysym::TAB => self.step(true),
            keysym::ISO_LEFT_TAB => self.step(false),
            symbol => self.type_symbol(symbol, dead, held),
        }
        Outcome::Open
    }

    /// A key that types a character, or will along with the next one.
    fn type_symbol(&mut self, symbol: Keysym, dead: Option<Keysym>, held: Modifiers) {
        if held != Modifiers::NONE {
            return;
        }
        let Some(dead) = dead else {
            if accent(symbol).is_some() {
                self.dead = Some(symbol);
            } else {
                self.insert(character(symbol));
            }
            return;
        };
        // As compose files have it: some can't be typed otherwise on such keyboards.
        let plain = match accent(dead) {
            Some('´') => Some('\''),
            Some('¨') => Some('"'),
            plain => plain,
        };
        match character(symbol) {
            Some(' ') => self.insert(plain),
            None if symbol == dead => self.insert(accent(dead)),
            base => {
                if let Some(letter) = base.and_then(|base| composed(dead, base)) {
                    return self.insert(Some(letter));
                }
                self.insert(accent(dead));
                self.insert(base);
                self.dead = accent(symbol).map(|_| symbol);
            }
        }
    }

    fn insert(&mut self, character: Option<char>) {
        if let Some(character) = character {
            self.replace(self.cursor, self.cursor, &text_of(character));
        }
    }

    /// Puts something in the place of a part of the text, unless that got too long. All
    /// changes of the text are this.
    fn replace(&mut self, from: usize, to: usize, with: &str) {
        let mut text = String::from(self.text.get(..from).unwrap_or_default());
        text.push_str(with);
        let cursor = text.len();
        text.push_str(self.text.get(to..).unwrap_or_default());
        let most = if self.purpose == Purpose::Run { LONGEST } else { LONGEST_NAME };
        let count = text.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
        if text.len() < self.text.len() || count <= most {
            (self.text, self.cursor, self.walk) = (text, cursor, None);
        }
    }

    /// The place of the next character, or of the one before.
    fn beside(&self, after: bool) -> usize {
        let mut at = self.cursor;
        loop {
            at = if after { at + 1 } else { at.saturating_sub(1) };
            if at >= self.text.len() {
                return self.text.len();
            }
            if self.text.is_char_boundary(at) {
                return at;
            }
        }
    }

    /// Shows what was typed before, or after that again.
    fn look_back(&mut self, by: isize, past: &[String]) {
        let wanted = self.past.saturating_add_signed(by);
        if self.purpose != Purpose::Run || wanted > past.len() || wanted == self.past {
            return;
        }
        if self.past == 0 {
            self.draft.clone_from(&self.text);
        }
        let draft = mem::take(&mut self.draft);
        let text = match wanted {
            0 => Some(&draft),
            wanted => past.get(past.len() - wanted),
        };
        self.replace(0, self.text.len(), text.map_or("", String::as_str));
        (self.past, self.draft) = (wanted, draft);
    }

    /// What the first word may become, and what of it was typed: first those that begin so.
    /// Names that would have to be quoted are left out.
    #[inline(never)]
    fn completions(&self) -> (&str, Vec<&[u8]>) {
        let end = self.text.bytes().position(|byte| byte == b' ').unwrap_or(self.text.len());
        let typed = self.text.get(..end).unwrap_or_default();
        let stem = self.walk.as_ref().map_or(typed, |(stem, _)| stem);
        let mut found: Vec<&[u8]> = Vec::new();
        // While arguments are typed, they would only be in the way.
        if stem.is_empty() || self.walk.is_none() && self.cursor > end {
            return (typed, found);
        }
        let stem = stem.as_bytes();
        let is_odd = |byte: &u8| matches!(*byte, 0..=b' ' | b'\'' | b'"' | b'\\' | 0x7f);
        let rank = |name: &[u8]| !name.starts_with(stem);
        for bytes in self.programs.split(|byte| *byte == 0) {
            if !bytes.windows(stem.len()).any(|part| part == stem) || bytes.iter().any(is_odd) {
                continue;
            }
            let order = |other: &&[u8]| (rank(other), *other).cmp(&(rank(bytes), bytes));
            if let Err(at) = found.binary_search_by(order) {
                found.insert(at, bytes);
            }
        }
        (typed, found)
    }

    /// Completes to the next program, or to the one before, in a circle.
    fn step(&mut self, forward: bool) {
        let (typed, found) = self.completions();
        let last = found.len().wrapping_sub(1);
        let at = match (&self.walk, forward) {
            (Some((_, at)), true) if *at < last => at + 1,
            (None | Some(_), true) => 0,
            (Some((_, at @ 1..)), false) => at - 1,
            (_, false) => last,
        };
        let stem = self.walk.as_ref().map_or(typed, |(stem, _)| stem);
        let walk = Some((String::from(stem), at));
        if self.choose(at) {
            self.walk = walk;
        }
    }

    /// Completes to the program at this place, if there is one.
    #[inline(never)]
    pub(super) fn choose(&mut self, at: usize) -> bool {
        let (typed, found) = self.completions();
        let Some(name) = found.get(at).map(|name| lossy(name)) else { return false };
        self.replace(0, typed.len(), &name);
        true
    }

    /// What is highlighted is meant, unless what was typed is a program itself.
    fn settle(&mut self) {
        let (typed, found) = self.completions();
        if self.walk.is_none() && found.first().is_some_and(|it| *it != typed.as_bytes()) {
            self.choose(0);
        }
    }

    /// What the line shows.
    #[inline(never)]
    pub(super) fn cells(
        &self,
        size: (u32, u32),
        colours: &Colours,
        measure: &dyn Measure,
    ) -> Vec<Cell> {
        let (width, height) = size;
        let indent = indent(height);
        let (mut cells, mut at) = (Vec::new(), 0);
        let mut push = |wide: u32, text: &str, indent: u32, is_chosen: bool, target: Target| {
            let plain = (colours.ground, colours.text);
            let colours = if is_chosen { (colours.chosen, colours.chosen_text) } else { plain };
            let cell = Cell { indent, ..cell(wide, height, text, target, colours) };
            place(cell, &mut at, width, &mut cells);
            at
        };
        let nothing = Target::Nothing;
        let label = if self.purpose == Purpose::Run { "run:" } else { "rename:" };
        let label_width = measure.width(label) + 2 * indent;
        let mut end = push(label_width, label, indent, false, nothing);
        let part = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let next = self.beside(true);
        let under = match self.dead.and_then(accent) {
            Some(accent) => text_of(accent),
            None if next == self.cursor => String::from(" "),
            None => String::from(part(self.cursor, next)),
        };
        // What was typed last can be seen.
        let room = (width / 3 * 2).saturating_sub(label_width);
        let before = end_of(part(0, self.cursor), room, measure);
        for (text, is_cursor) in
            [(before, false), (&under, true), (part(next, self.text.len()), false)]
        {
            let text = fit(text, width.saturating_sub(end), measure);
            end = push(measure.width(&text), &text, 0, is_cursor, nothing);
        }
        // Completions begin in the same place while little is typed, and with the chosen one.
        end = push((width / 4).saturating_sub(end).max(indent), "", 0, false, nothing);
        let chosen = self.walk.as_ref().map_or(0, |(_, at)| *at);
        for (index, name) in self.completions().1.iter().enumerate().skip(chosen) {
            if end == width {
                break;
            }
            let name = lossy(name);
            let wide = measure.width(&name) + 2 * indent;
            end = push(wide, &name, indent, index == chosen, Target::Choice(index as u16));
        }
        push(width, "", 0, false, nothing);
        cells
    }

    /// What must hold after any keys.
    #[cfg(test)]
    pub(super) fn verify(&self) {
        assert!(self.text.is_char_boundary(self.cursor), "the cursor is between characters");
        let most = if self.purpose == Purpose::Run { LONGEST } else { LONGEST_NAME };
        assert!(self.text.chars().count() <= most && !self.text.contains(char::is_control));
    }
}

/// The last part of the text that has room.
fn end_of<'a>(text: &'a str, room: u32, measure: &dyn Measure) -> &'a str {
    let mut fitting = "";
    let (mut low, mut high) = (0, text.len());
    // The longest part that fits begins in low..=high.
    while low < high {
        let half = usize::midpoint(low, high);
        let mut middle = half;
        while !text.is_char_boundary(middle) {
            middle -= 1;
        }
        let candidate = text.get(middle..).unwrap_or_default();
        if measure.width(candidate) <= room {
            (fitting, high) = (candidate, middle);
        } else {
            low = half + 1;
        }
    }
    fitting
}

/// Remembers a command, unless it is the same as the last one.
pub(super) fn remember(past: &mut Vec<String>, text: &str) {
    if past.last().is_some_and(|last| last == text) {
        return;
    }
    if past.len() == MOST_PAST {
        past.remove(0);
    }
    past.push(String::from(text));
}

/// A text of one character.
#[inline(never)]
fn text_of(character: char) -> String {
    let mut text = String::new();
    text.push(character);
    text
}

/// The words of a command: spaces are between them, but for those in quotes and after a
/// backslash, as in a shell. Nothing else of a shell is known.
pub(super) fn words(text: &str) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let (mut word, mut is_word, mut quote) = (Vec::new(), false, 0);
    let mut bytes = text.bytes().peekable();
    while let Some(mut byte) = bytes.next() {
        if byte == b' ' && quote == 0 {
            if mem::take(&mut is_word) {
                words.push(mem::take(&mut word));
            }
            continue;
        }
        is_word = true;
        if byte == quote || quote == 0 && matches!(byte, b'\'' | b'"') {
            quote = if byte == quote { 0 } else { byte };
            continue;
        }
        let escapes = |next: u8| quote == 0 || matches!(next, b'"' | b'\\' | b'$' | b'`');
        if byte == b'\\'
            && quote != b'\''
            && let Some(next) = bytes.next_if(|next| escapes(*next))
        {
            byte = next;
        }
        word.push(byte);
    }
    if is_word {
        words.push(word);
    }
    words
}
