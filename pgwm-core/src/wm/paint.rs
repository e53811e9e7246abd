//! Cells to requests: fills and text, into a pixmap that becomes its window's background,
//! so that the server repaints by itself what was covered. Never decides what stands where;
//! see `bar`.
//!
//! Text is drawn by our own engine and RENDER, or, where there is no font file or no RENDER,
//! by a font of the server's. A glyph is sent once, when it is first needed.

use super::question::Question;
use super::server::{CoreFont, Render, Server};
use crate::bar::{Cell, MARK_CORNER, MARK_LINE, MARK_TOP, Measure};
use crate::gather::Gather;
use crate::geometry::{Rect, Size};
use crate::text::{GlyphId, Placed, Typeface};
use crate::x11::connection::Connection;
use crate::x11::drawing::{
    ChangeGC, ClearArea, CreateGC, CreatePixmap, FreePixmap, GraphicsContextValues, ImageText16,
    PolyFillRectangle, Rectangle,
};
use crate::x11::id::{GlyphSet, GraphicsContext, IdPool, PictFormat, Picture, Pixmap, Window};
use crate::x11::render::{
    AddGlyphs, Color, CompositeGlyphs32, CreateGlyphSet, CreatePicture, CreateSolidFill,
    FillRectangles, FreeGlyphSet, FreePicture, Glyph, GlyphInfo, GlyphRun, PictOp,
};
use crate::x11::request::{ChangeWindowAttributes, WindowAttributes};
use alloc::vec::Vec;

/// The server keeps no more glyphs for us than these; then it begins anew.
const MOST_GLYPHS: usize = 4096;

/// No request with glyphs is longer, in bytes: the next one may begin a new request.
const LONGEST: u32 = 64 * 1024;

/// What text and fills are drawn with.
#[derive(Debug)]
pub enum Pen {
    /// Our own glyphs.
    Smooth(Smooth),
    /// The server's font, or none.
    Plain(Plain),
}

/// What is painted into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Canvas {
    pixmap: Pixmap,
    /// The same for RENDER.
    picture: Picture,
}

/// RENDER and our own glyphs.
#[derive(Debug)]
pub struct Smooth {
    render: Render,
    typeface: Typeface,
    set: GlyphSet,
    /// The glyphs that the server has, in their order, and how far each takes the pen.
    known: Vec<(GlyphId, i16)>,
    /// Whether there are new ones among them.
    has_drawn: bool,
    /// Pictures of one colour each.
    colours: Vec<(u32, Picture)>,
}

/// The core protocol.
#[derive(Debug)]
pub struct Plain {
    font: Option<CoreFont>,
    context: GraphicsContext,
}

impl Measure for Pen {
    fn width(&self, text: &str) -> u32 {
        match self {
            Self::Smooth(smooth) => smooth.typeface.width(text),
            Self::Plain(plain) => {
                let width = plain.font.map_or(0, |font| font.width);
                // Every byte of a character but its first begins with these two bits.
                let characters = text.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
                width.saturating_mul(characters as u32)
            }
        }
    }
}

impl Pen {
    /// The best that the server and the fonts allow.
    pub fn new(server: &Server, typeface: Typeface) -> Self {
        match server.render {
            Some(render) if !typeface.is_empty() => Self::Smooth(Smooth {
                render,
                typeface,
                set: GlyphSet::NONE,
                known: Vec::new(),
                has_drawn: false,
                colours: Vec::new(),
            }),
            _ => Self::Plain(Plain { font: server.core_font, context: GraphicsContext::NONE }),
        }
    }

    /// Whether glyphs were drawn since this was last asked.
    pub fn has_drawn(&mut self) -> bool {
        match self {
            Self::Smooth(smooth) => core::mem::take(&mut smooth.has_drawn),
            Self::Plain(_) => false,
        }
    }

    /// Draws text at another size from now on, where there is more than one.
    pub fn resize(&mut self, pixels: u32, out: &mut Connection<Question>) {
        if let Self::Smooth(smooth) = self {
            smooth.typeface.resize(pixels);
            smooth.begin_anew(out);
        }
    }

    /// The height of a line of text in pixels.
    pub fn height(&self) -> u32 {
        self.ascent() + self.descent()
    }

    fn ascent(&self) -> u32 {
        match self {
            Self::Smooth(smooth) => smooth.typeface.ascent(),
            Self::Plain(plain) => plain.font.map_or(10, |font| font.ascent),
        }
    }

    fn descent(&self) -> u32 {
        match self {
            Self::Smooth(smooth) => smooth.typeface.descent(),
            Self::Plain(plain) => plain.font.map_or(3, |font| font.descent),
        }
    }

    /// Creates something to paint into; `None` where there are no more numbers.
    pub fn canvas(
        &mut self,
        size: Size,
        server: &Server,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) -> Option<Canvas> {
        let mut canvas = Canvas { pixmap: Pixmap::new(ids.next()?), picture: Picture::NONE };
        let (width, height) = (size.width as u16, size.height as u16);
        let (pid, drawable) = (canvas.pixmap, server.root.into());
        out.send(&CreatePixmap { depth: server.depth, pid, drawable, width, height });
        match self {
            Self::Smooth(smooth) => canvas.picture = smooth.begin(canvas.pixmap, ids, out)?,
            Self::Plain(plain) => plain.begin(canvas.pixmap, ids, out)?,
        }
        Some(canvas)
    }

    /// Frees what was painted into.
    pub fn discard(&self, canvas: Canvas, ids: &mut IdPool, out: &mut Connection<Question>) {
        let Canvas { pixmap, picture } = canvas;
        if let Self::Smooth(smooth) = self {
            out.send(&FreePicture { major_opcode: smooth.render.opcode, picture });
            ids.give_back(picture.raw());
        }
        out.send(&FreePixmap { pixmap });
        ids.give_back(pixmap.raw());
    }

    /// Paints cells, over `ground` where all of it is new, and shows them in their window.
    #[inline(never)]
    pub fn paint(
        &mut self,
        (window, canvas, size): (Window, Canvas, Size),
        ground: Option<u32>,
        cells: &[&Cell],
        (server, ids): (&Server, &mut IdPool),
        out: &mut Connection<Question>,
    ) {
        let Canvas { pixmap, picture } = canvas;
        let all = Rect::new(0, 0, size.width, size.height);
        let mut fills: Vec<(u32, Rect)> = ground.map(|ground| (ground, all)).into_iter().gather();
        for cell in cells {
            fills.push((cell.ground, cell.rect));
        }
        let first_mark = fills.len();
        for cell in cells {
            mark(cell, &mut fills);
        }
        // The ground of everything comes before the ground of cells, and that before marks.
        let (grounds, marks) = fills.split_at(first_mark);
        let (whole, grounds) = grounds.split_at(usize::from(ground.is_some()));
        let top = (self.ascent(), self.height());
        match self {
            Self::Smooth(smooth) => {
                for part in [whole, grounds, marks] {
                    by_colour(part, &mut |colour, rects| smooth.fill(picture, colour, rects, out));
                }
                smooth.write(picture, cells, top, ids, out);
            }
            Self::Plain(plain) => {
                for part in [whole, grounds, marks] {
                    by_colour(part, &mut |colour, rects| {
                        plain.fill(pixmap, server.pixel(colour), rects, out);
                    });
                }
                for cell in cells {
                    plain.write(pixmap, cell, top, server, out);
                }
            }
        }
        // Anew each time: whether a server sees what is drawn into a background later is its
        // own affair (specification, `CreateWindow`).
        let attributes =
            WindowAttributes { background_pixmap: Some(pixmap), ..WindowAttributes::default() };
        out.send(&ChangeWindowAttributes { window, attributes });
        let mut shown = if ground.is_some() { all } else { Rect::default() };
        for cell in cells {
            shown = if shown == Rect::default() { cell.rect } else { shown.union(cell.rect) };
        }
        let Rectangle { x, y, width, height } = rectangle(shown);
        out.send(&ClearArea { exposures: false, window, x, y, width, height });
    }
}

/// The marks of a cell.
fn mark(cell: &Cell, fills: &mut Vec<(u32, Rect)>) {
    let Rect { x, y, width, height } = cell.rect;
    let line = (height / 12).max(1);
    let mut add = |mark: u8, rect: Rect| {
        if cell.marks & mark != 0 {
            fills.push((cell.ink, rect));
        }
    };
    let side = (height / 6).clamp(2, 16);
    let inset = side / 2;
    let (across, down) = (x.saturating_add_unsigned(inset), y.saturating_add_unsigned(inset));
    add(MARK_CORNER, Rect::new(across, down, side.min(width), side.min(height)));
    let bottom = y.saturating_add_unsigned(height.saturating_sub(line));
    add(MARK_LINE, Rect::new(x, bottom, width, line));
    add(MARK_TOP, Rect::new(x, y, width, line));
}

/// Hands out the rectangles of each colour together.
fn by_colour(fills: &[(u32, Rect)], fill: &mut dyn FnMut(u32, &[Rectangle])) {
    for (index, (colour, _)) in fills.iter().enumerate() {
        if fills[..index].iter().any(|(other, _)| other == colour) {
            continue;
        }
        let same = fills[index..].iter().filter(|(other, _)| other == colour);
        let rects: Vec<Rectangle> = same.map(|(_, rect)| rectangle(*rect)).gather();
        fill(*colour, &rects);
    }
}

/// A rectangle as the protocol has it.
const fn rectangle(rect: Rect) -> Rectangle {
    Rectangle {
        x: rect.x as i16,
        y: rect.y as i16,
        width: rect.width as u16,
        height: rect.height as u16,
    }
}

/// The base line of a cell, for text of this ascent and height.
const fn base_line(cell: &Cell, (ascent, height): (u32, u32)) -> i32 {
    cell.rect.y + (cell.rect.height.saturating_sub(height) / 2 + ascent) as i32
}

impl Smooth {
    fn begin(
        &mut self,
        pixmap: Pixmap,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) -> Option<Picture> {
        let Render { opcode: major_opcode, root_format, mask_format, .. } = self.render;
        if self.set == GlyphSet::NONE {
            self.set = GlyphSet::new(ids.next()?);
            out.send(&CreateGlyphSet { major_opcode, gsid: self.set, format: mask_format });
        }
        let pid = Picture::new(ids.next()?);
        out.send(&CreatePicture {
            major_opcode,
            pid,
            drawable: pixmap.into(),
            format: root_format,
        });
        Some(pid)
    }

    fn fill(&self, dst: Picture, colour: u32, rects: &[Rectangle], out: &mut Connection<Question>) {
        let major_opcode = self.render.opcode;
        let color = Color::opaque(colour);
        out.send(&FillRectangles { major_opcode, op: PictOp::Src, dst, color, rects });
    }

    /// Writes the text of all cells, one colour after the other.
    fn write(
        &mut self,
        dst: Picture,
        cells: &[&Cell],
        top: (u32, u32),
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) {
        // Each with its place in the picture.
        let mut glyphs: Vec<(u32, Placed)> = Vec::new();
        let mut line: Vec<Placed> = Vec::new();
        for cell in cells.iter().filter(|cell| !cell.text.is_empty()) {
            line.clear();
            self.typeface.lay_out(&cell.text, &mut line);
            let (x, y) = (cell.rect.x + cell.indent as i32, base_line(cell, top));
            for placed in &line {
                let placed = Placed { x: placed.x + x, y: placed.y + y, ..*placed };
                glyphs.push((cell.ink, placed));
            }
        }
        self.send(&glyphs, out);
        for (index, (colour, _)) in glyphs.iter().enumerate() {
            if index > 0 && glyphs[index - 1].0 == *colour
                || glyphs[..index].iter().any(|(other, _)| other == colour)
            {
                continue;
            }
            let Some(src) = self.source(*colour, ids, out) else { return };
            let mut numbers = Vec::new();
            // Where each run begins among the numbers, and how far the pen moves before.
            let mut starts: Vec<(usize, i16, i16)> = Vec::new();
            let (mut x, mut y) = (0, 0);
            for (_, placed) in glyphs[index..].iter().filter(|(other, _)| other == colour) {
                if (placed.x, placed.y) != (x, y) || starts.is_empty() {
                    starts.push((numbers.len(), (placed.x - x) as i16, (placed.y - y) as i16));
                }
                numbers.push(placed.glyph.0);
                let advance = self.find(placed.glyph).map_or(0, |at| self.known[at].1);
                (x, y) = (placed.x + i32::from(advance), placed.y);
            }
            let mut runs = Vec::with_capacity(starts.len());
            let mut end = numbers.len();
            for (start, delta_x, delta_y) in starts.into_iter().rev() {
                let glyphs = numbers.get(start..end).unwrap_or_default();
                runs.push(GlyphRun { delta_x, delta_y, glyphs });
                end = start;
            }
            runs.reverse();
            out.send(&CompositeGlyphs32 {
                major_opcode: self.render.opcode,
                op: PictOp::Over,
                src,
                dst,
                mask_format: PictFormat::NONE,
                glyphset: self.set,
                src_x: 0,
                src_y: 0,
                runs: &runs,
            });
        }
    }

    /// Takes the glyphs that the server has from it.
    fn begin_anew(&mut self, out: &mut Connection<Question>) {
        let major_opcode = self.render.opcode;
        if self.set != GlyphSet::NONE {
            self.known.clear();
            out.send(&FreeGlyphSet { major_opcode, glyphset: self.set });
            let format = self.render.mask_format;
            out.send(&CreateGlyphSet { major_opcode, gsid: self.set, format });
        }
    }

    fn find(&self, glyph: GlyphId) -> Result<usize, usize> {
        self.known.binary_search_by_key(&glyph, |(known, _)| *known)
    }

    /// Sends the glyphs that the server does not have.
    fn send(&mut self, glyphs: &[(u32, Placed)], out: &mut Connection<Question>) {
        let major_opcode = self.render.opcode;
        if self.known.len() > MOST_GLYPHS {
            self.begin_anew(out);
        }
        let mut new = Vec::new();
        for (_, Placed { glyph, .. }) in glyphs {
            if let Err(at) = self.find(*glyph) {
                let bitmap = self.typeface.draw(*glyph);
                self.has_drawn = true;
                self.known.insert(at, (*glyph, bitmap.advance as i16));
                new.push((glyph.0, bitmap));
            }
        }
        let new: Vec<Glyph<'_>> = new
            .iter()
            .map(|(id, bitmap)| Glyph {
                id: *id,
                info: GlyphInfo {
                    width: bitmap.width as u16,
                    height: bitmap.height as u16,
                    x: -bitmap.left as i16,
                    y: bitmap.top as i16,
                    x_off: bitmap.advance as i16,
                    y_off: 0,
                },
                rows: &bitmap.coverage,
            })
            .gather();
        let mut rest = &new[..];
        while !rest.is_empty() {
            let count = AddGlyphs::fitting(rest, LONGEST);
            // One that fits into no request is left out, and nothing is drawn for it.
            let (now, later) = rest.split_at(count.max(1).min(rest.len()));
            out.send(&AddGlyphs { major_opcode, glyphset: self.set, glyphs: now });
            rest = later;
        }
    }

    /// A picture of one colour.
    fn source(
        &mut self,
        colour: u32,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) -> Option<Picture> {
        if let Some((_, picture)) = self.colours.iter().find(|(other, _)| *other == colour) {
            return Some(*picture);
        }
        let pid = Picture::new(ids.next()?);
        let major_opcode = self.render.opcode;
        out.send(&CreateSolidFill { major_opcode, pid, color: Color::opaque(colour) });
        self.colours.push((colour, pid));
        Some(pid)
    }
}

impl Plain {
    fn begin(
        &mut self,
        pixmap: Pixmap,
        ids: &mut IdPool,
        out: &mut Connection<Question>,
    ) -> Option<()> {
        if self.context != GraphicsContext::NONE {
            return Some(());
        }
        self.context = GraphicsContext::new(ids.next()?);
        let values = GraphicsContextValues {
            font: self.font.map(|font| font.font),
            graphics_exposures: Some(false),
            ..GraphicsContextValues::default()
        };
        out.send(&CreateGC { cid: self.context, drawable: pixmap.into(), values });
        Some(())
    }

    fn fill(
        &self,
        pixmap: Pixmap,
        pixel: u32,
        rectangles: &[Rectangle],
        out: &mut Connection<Question>,
    ) {
        self.set(GraphicsContextValues { foreground: Some(pixel), ..Default::default() }, out);
        let gc = self.context;
        out.send(&PolyFillRectangle { drawable: pixmap.into(), gc, rectangles });
    }

    fn write(
        &self,
        pixmap: Pixmap,
        cell: &Cell,
        top: (u32, u32),
        server: &Server,
        out: &mut Connection<Question>,
    ) {
        if self.font.is_none() || cell.text.is_empty() {
            return;
        }
        let (ink, ground) = (server.pixel(cell.ink), server.pixel(cell.ground));
        let values = GraphicsContextValues {
            foreground: Some(ink),
            background: Some(ground),
            ..Default::default()
        };
        self.set(values, out);
        let letter = |character: char| u16::try_from(u32::from(character)).unwrap_or(0xfffd);
        let string: Vec<u16> = cell.text.chars().map(letter).gather();
        let x = (cell.rect.x + cell.indent as i32) as i16;
        let (gc, y) = (self.context, base_line(cell, top) as i16);
        out.send(&ImageText16 { drawable: pixmap.into(), gc, x, y, string: &string });
    }

    fn set(&self, values: GraphicsContextValues, out: &mut Connection<Question>) {
        out.send(&ChangeGC { gc: self.context, values });
    }
}
