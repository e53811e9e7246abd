//! Outlines of the Compact Font Format (Adobe Technical Notes #5176, the format, and
//! #5177, Type 2 charstrings): programs that draw cubic curves. Knows no hints but skips
//! them, and neither arithmetic nor the old form of accented letters, which fonts don't use;
//! each program ends.

use super::bytes::NOWHERE;
use super::outline::{Outline, Point};
use super::sfnt::{CFF, Font};

/// How many numbers wait for their operator at most.
const STACK: usize = 48;
/// How deep subroutines may call others.
const DEPTH: u32 = 10;
/// How many numbers and operators a glyph may have in all.
const OPERATIONS: u32 = 1 << 16;

/// Operators of dictionaries.
const CHAR_STRINGS: usize = 17;
const PRIVATE: usize = 18;
const SUBROUTINES: usize = 19;
const ESCAPE: usize = 12;
const FD_ARRAY: usize = escaped(36);
const FD_SELECT: usize = escaped(37);
/// Operators of charstrings.
const HFLEX: usize = escaped(34);
const FLEX: usize = escaped(35);
const HFLEX1: usize = escaped(36);
const FLEX1: usize = escaped(37);

/// An operator of two bytes.
const fn escaped(operator: usize) -> usize {
    ESCAPE * 0x100 + operator
}

/// The outline of a glyph.
pub(super) fn outline(font: &Font<'_>, glyph: usize) -> Outline {
    let table = font.tables[CFF];
    let dictionaries = font.after(table + font.u8(table + 2));
    let top = font.item(dictionaries, 0);
    let behind = |operator| match font.operands(top, operator).1 {
        0 => NOWHERE,
        offset => table + offset,
    };
    let select = behind(FD_SELECT);
    let mut dictionary = top;
    if select != NOWHERE {
        dictionary = font.item(behind(FD_ARRAY), font.select(select, glyph));
    }
    let (size, private) = font.operands(dictionary, PRIVATE);
    let private = table + private;
    let mut locals = NOWHERE;
    let offset = font.operands((private, private + size), SUBROUTINES).1;
    if offset != 0 {
        locals = private + offset;
    }
    let mut interpreter = Interpreter {
        font,
        globals: font.after(font.after(dictionaries)),
        locals,
        stack: [0; STACK],
        count: 0,
        stems: 0,
        x: 0,
        y: 0,
        outline: Outline::default(),
        operations: OPERATIONS,
    };
    interpreter.run(font.item(behind(CHAR_STRINGS), glyph), DEPTH);
    interpreter.outline.close();
    interpreter.outline
}

/// Where something begins and ends.
type Span = (usize, usize);

impl Font<'_> {
    /// Where an item of an INDEX is.
    #[inline(never)]
    fn item(&self, index: usize, item: usize) -> Span {
        if item >= self.u16(index) {
            return (NOWHERE, NOWHERE);
        }
        let end = self.offset(index, item + 1);
        (self.offset(index, item), end.min(self.file.len()))
    }

    /// Where an item of an INDEX starts, or the one before it ends.
    #[inline(never)]
    fn offset(&self, index: usize, item: usize) -> usize {
        let size = self.u8(index + 2).min(4);
        // Offsets count from the byte before the data.
        let data = index + 2 + (self.u16(index) + 1) * size;
        data + (self.u32(index + 3 + item * size) >> (32 - 8 * size))
    }

    /// What comes after an INDEX.
    #[inline(never)]
    fn after(&self, index: usize) -> usize {
        match self.u16(index) {
            0 => index + 2,
            count => self.offset(index, count),
        }
    }

    /// Which of the fonts within a font draws a glyph.
    fn select(&self, table: usize, glyph: usize) -> usize {
        if self.u8(table) == 0 {
            return self.u8(table + 1 + glyph);
        }
        // The last range that doesn't start behind it: its number lies before the next.
        let ranges = table + 3;
        let after = self.search(ranges, self.u16(table + 1), 3, false, glyph + 1);
        self.u8(ranges + 3 * after - 1)
    }

    /// The last two numbers before an operator of a dictionary; zeros where it isn't there.
    #[inline(never)]
    fn operands(&self, (mut at, end): Span, operator: usize) -> (usize, usize) {
        let (mut before, mut last) = (0, 0);
        while at < end.min(self.file.len()) {
            let byte = self.u8(at);
            at += 1;
            let mut number = 0;
            match byte {
                29 => {
                    at += 4;
                    number = self.u32(at - 4);
                }
                // A real number: two digits a byte, until one says that it was the last.
                30 => {
                    while at < self.file.len() && self.u8(at) & 15 != 15 {
                        at += 1;
                    }
                    at += 1;
                }
                0..=21 => {
                    let mut found = byte;
                    if byte == ESCAPE {
                        found = escaped(self.u8(at));
                        at += 1;
                    }
                    if found == operator {
                        return (before, last);
                    }
                }
                _ => number = self.small(byte, &mut at).max(0) as usize,
            }
            (before, last) = (last, number);
        }
        (0, 0)
    }

    /// The numbers that dictionaries and charstrings write alike.
    #[inline(never)]
    fn small(&self, byte: usize, at: &mut usize) -> i32 {
        let place = *at;
        let byte = byte as i32;
        if byte == 28 {
            *at += 2;
            return self.i16(place);
        }
        if byte < 247 {
            return byte - 139;
        }
        *at += 1;
        let next = self.u8(place) as i32;
        if byte < 251 { (byte - 247) * 256 + next + 108 } else { (251 - byte) * 256 - next - 108 }
    }
}

struct Interpreter<'f, 'a> {
    font: &'f Font<'a>,
    globals: usize,
    locals: usize,
    /// 16.16, as the pen is.
    stack: [i32; STACK],
    count: usize,
    stems: usize,
    x: i32,
    y: i32,
    outline: Outline,
    operations: u32,
}

impl Interpreter<'_, '_> {
    /// Runs a program; whether the glyph has ended.
    fn run(&mut self, (mut at, end): Span, depth: u32) -> bool {
        let font = self.font;
        while at < end {
            let Some(left) = self.operations.checked_sub(1) else { return true };
            self.operations = left;
            let operator = font.u8(at);
            at += 1;
            match operator {
                255 => {
                    at += 4;
                    self.push(font.u32(at - 4) as i32);
                }
                28 | 32.. => {
                    let number = font.small(operator, &mut at);
                    self.push(number << 16);
                }
                // callsubr, callgsubr
                10 | 29 => {
                    let from = if operator == 10 { self.locals } else { self.globals };
                    let bias = match font.u16(from) {
                        0..1240 => 107,
                        1240..33900 => 1131,
                        _ => 32768,
                    };
                    let number = (self.last() >> 16) + bias;
                    self.count = self.count.saturating_sub(1);
                    if depth == 0 || self.run(font.item(from, number as usize), depth - 1) {
                        return true;
                    }
                }
                // return
                11 => return false,
                // endchar
                14 => return true,
                // hstem, vstem, hstemhm, vstemhm; hintmask and cntrmask end them
                1 | 3 | 18 | 23 | 19 | 20 => {
                    self.stems += self.count / 2;
                    self.count = 0;
                    if operator == 19 || operator == 20 {
                        at += self.stems.div_ceil(8);
                    }
                }
                _ => {
                    let mut operator = operator;
                    if operator == ESCAPE {
                        operator = escaped(font.u8(at));
                        at += 1;
                    }
                    self.draw(operator);
                    self.count = 0;
                }
            }
        }
        false
    }

    /// What an operator draws of the numbers on the stack.
    fn draw(&mut self, operator: usize) {
        let count = self.count;
        let mut at = 0;
        match operator {
            // rmoveto, hmoveto, vmoveto, each behind what may be the width
            21 => self.jump(self.argument(count.wrapping_sub(2)), self.last()),
            22 => self.jump(self.last(), 0),
            4 => self.jump(0, self.last()),
            // rlineto, rrcurveto, rcurveline, rlinecurve
            5 | 8 | 24 | 25 => {
                let lines = match operator {
                    5 => count,
                    25 => count.saturating_sub(6),
                    _ => 0,
                };
                while at + 2 <= lines {
                    self.line(at, 0x01);
                    at += 2;
                }
                while at + 6 <= count {
                    self.curve(at, 0x01_2345, 0);
                    at += 6;
                }
                if at + 2 <= count {
                    self.line(at, 0x01);
                }
            }
            // hlineto, vlineto
            6 | 7 => {
                while at < count {
                    self.line(at, if (operator + at) & 1 == 0 { 0x0f } else { 0xf0 });
                    at += 1;
                }
            }
            // vvcurveto, hhcurveto
            26 | 27 => {
                let mut aside = count & 1;
                at = aside;
                while at + 4 <= count {
                    let first = if aside != 0 { self.argument(0) } else { 0 };
                    self.curve(at, if operator == 27 { 0x0e_123f } else { 0xe0_12f3 }, first);
                    aside = 0;
                    at += 4;
                }
            }
            // vhcurveto, hvcurveto
            30 | 31 => {
                while at + 4 <= count {
                    let last = if at + 5 == count { self.last() } else { 0 };
                    let across = (operator + at / 4) & 1 != 0;
                    self.curve(at, if across { 0x0f_12e3 } else { 0xf0_123e }, last);
                    at += 4;
                }
            }
            FLEX | HFLEX | HFLEX1 | FLEX1 => self.flex(operator),
            _ => {}
        }
    }

    /// Two curves, of which the last but for one direction ends where the first begins.
    fn flex(&mut self, operator: usize) {
        let (first, at, second) = match operator {
            HFLEX => (0x0f_123f, 4, 0x0f_1f2f),
            HFLEX1 => (0x01_234f, 5, 0x0f_123f),
            _ => (0x01_2345, 6, 0x01_2345),
        };
        let (x, y) = (self.x, self.y);
        self.curve(0, first, 0);
        let mut steps = self.numbers(at, second, 0);
        let back_x = x.wrapping_sub(self.x).wrapping_sub(steps[0]).wrapping_sub(steps[2]);
        let back_y = y.wrapping_sub(self.y).wrapping_sub(steps[1]).wrapping_sub(steps[3]);
        match operator {
            HFLEX => steps[3] = back_y,
            HFLEX1 => steps[5] = back_y,
            FLEX1 if back_x.unsigned_abs() > back_y.unsigned_abs() => steps[5] = back_y,
            FLEX1 => (steps[4], steps[5]) = (back_x, steps[4]),
            _ => {}
        }
        self.steps(steps);
    }

    fn push(&mut self, number: i32) {
        if let Some(place) = self.stack.get_mut(self.count) {
            *place = number;
            self.count += 1;
        }
    }

    #[inline(never)]
    fn argument(&self, at: usize) -> i32 {
        if at < self.count { self.stack.get(at).copied().unwrap_or(0) } else { 0 }
    }

    fn last(&self) -> i32 {
        self.argument(self.count.wrapping_sub(1))
    }

    /// Moves the pen, and gives where it is in the outline.
    #[inline(never)]
    fn go(&mut self, x: i32, y: i32) -> Point {
        (self.x, self.y) = (self.x.wrapping_add(x), self.y.wrapping_add(y));
        let place = |value: i32| {
            let product = i64::from(value) * i64::from(self.font.scale);
            let place = (product + (1 << 31) + (product >> 63)) >> 32;
            (place.clamp(-(1 << 18), 1 << 18) * 4) as i32
        };
        Point { x: place(self.x), y: place(self.y) }
    }

    fn jump(&mut self, x: i32, y: i32) {
        let to = self.go(x, y);
        self.outline.move_to(to);
    }

    /// Numbers by their places from `at` on, each a hexadecimal digit: f is none, which
    /// reads as zero, and e is `aside`.
    #[inline(never)]
    fn numbers(&self, at: usize, places: u32, aside: i32) -> [i32; 6] {
        let mut numbers = [0; 6];
        for (digit, number) in numbers.iter_mut().rev().enumerate() {
            *number = match places >> (4 * digit) & 15 {
                15 => 0,
                14 => aside,
                place => self.argument(at + place as usize),
            };
        }
        numbers
    }

    /// A line by the places of its two numbers.
    fn line(&mut self, at: usize, places: u32) {
        let [.., x, y] = self.numbers(at, places, 0);
        let to = self.go(x, y);
        self.outline.line_to(to);
    }

    /// A curve by the places of its six numbers.
    fn curve(&mut self, at: usize, places: u32, aside: i32) {
        let steps = self.numbers(at, places, aside);
        self.steps(steps);
    }

    fn steps(&mut self, steps: [i32; 6]) {
        let [first, second, to] = [0, 2, 4].map(|at| self.go(steps[at], steps[at + 1]));
        self.outline.cubic_to(first, second, to);
    }
}
