//! The requests of the core protocol that draw, and what they draw with: pixmaps, graphics
//! contexts, fonts and colour maps. Never knows what is drawn; text that is smooth is the
//! RENDER extension's, see [`super::render`].
//!
//! Named and ordered as in the specification's chapter 9, "Requests". Lists that would not fit
//! into a request are cut, as in [`super::request`].

use alloc::vec::Vec;

use super::id::{Colormap, Drawable, Font, GraphicsContext, Pixmap, VisualId, Window};
use super::reply::header;
use super::request::Request;
use super::wire::{MAXIMUM_REQUEST, Malformed, Writer};

/// Asks for the measures of an open font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryFont {
    /// The font.
    pub font: Font,
}

impl Request for QueryFont {
    const OPCODE: u8 = 47;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.font.raw()).finish();
    }
}

/// The measures of a character, or the least or greatest ones of a font, in pixels
/// (specification, `CHARINFO`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharInfo {
    /// From the pen to the leftmost pixel.
    pub left_side_bearing: i16,
    /// From the pen to behind the rightmost pixel.
    pub right_side_bearing: i16,
    /// From the pen to where it is for the next character.
    pub character_width: i16,
    /// From the base line to above the topmost pixel.
    pub ascent: i16,
    /// From the base line to below the lowest pixel.
    pub descent: i16,
}

impl CharInfo {
    /// Of its words, each of which is two numbers, the first one in its lower half.
    const fn new(words: [u32; 3]) -> Self {
        Self {
            left_side_bearing: words[0] as i16,
            right_side_bearing: (words[0] >> 16) as i16,
            character_width: words[1] as i16,
            ascent: (words[1] >> 16) as i16,
            descent: words[2] as i16,
        }
    }
}

/// The measures of a font. Those of each of its characters, which follow, are left out: the
/// one font that we open has characters of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryFontReply {
    /// The least of each measure.
    pub min_bounds: CharInfo,
    /// The greatest of each measure.
    pub max_bounds: CharInfo,
    /// What is drawn instead of a character that the font does not have.
    pub default_char: u16,
    /// From the base line to the upper edge of a line of text.
    pub font_ascent: i16,
    /// From the base line to the lower edge of a line of text.
    pub font_descent: i16,
}

impl QueryFontReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (_, _, mut reader) = header(bytes)?;
        let [min_0, min_1, min_2, _, max_0, max_1, max_2, _, rest @ ..] = reader.block::<12>()?;
        let [_characters, default_char, _rows, lines] = rest;
        Ok(Self {
            min_bounds: CharInfo::new([min_0, min_1, min_2]),
            max_bounds: CharInfo::new([max_0, max_1, max_2]),
            default_char: default_char as u16,
            font_ascent: lines as i16,
            font_descent: (lines >> 16) as i16,
        })
    }
}

/// Creates a pixmap, whose pixels can be anything at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatePixmap {
    /// Bits a pixel.
    pub depth: u8,
    /// The new pixmap's id.
    pub pid: Pixmap,
    /// Anything on its screen.
    pub drawable: Drawable,
    /// Pixels from left to right; not zero.
    pub width: u16,
    /// Pixels from top to bottom; not zero.
    pub height: u16,
}

impl Request for CreatePixmap {
    const OPCODE: u8 = 53;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, self.depth)
            .u32(self.pid.raw())
            .u32(self.drawable.raw())
            .u16(self.width)
            .u16(self.height)
            .finish();
    }
}

/// Frees a pixmap; it stays for as long as it is the background of a window, or a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreePixmap {
    /// The pixmap.
    pub pixmap: Pixmap,
}

impl Request for FreePixmap {
    const OPCODE: u8 = 54;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.pixmap.raw()).finish();
    }
}

/// What a graphics context says; what is None keeps its value, or gets the protocol's. These
/// are the ones in use of the specification's twenty-three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GraphicsContextValues {
    /// The pixels of what is drawn.
    pub foreground: Option<u32>,
    /// The pixels around the characters.
    pub background: Option<u32>,
    /// The font of the characters.
    pub font: Option<Font>,
    /// Whether [`CopyArea`] is followed by an event that tells what could not be copied; so
    /// it is if this is never said.
    pub graphics_exposures: Option<bool>,
}

impl GraphicsContextValues {
    fn write(&self, writer: Writer<'_>) {
        let mut values = [None; 17];
        values[2] = self.foreground;
        values[3] = self.background;
        values[14] = self.font.map(Font::raw);
        values[16] = self.graphics_exposures.map(u32::from);
        writer.values(&values).finish();
    }
}

/// Creates a graphics context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateGC {
    /// The new context's id.
    pub cid: GraphicsContext,
    /// What it can draw on: anything of this depth on this screen.
    pub drawable: Drawable,
    /// Everything else.
    pub values: GraphicsContextValues,
}

impl Request for CreateGC {
    const OPCODE: u8 = 55;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, Self::OPCODE, 0);
        self.values.write(writer.u32(self.cid.raw()).u32(self.drawable.raw()));
    }
}

/// Changes a graphics context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeGC {
    /// The context.
    pub gc: GraphicsContext,
    /// What to change.
    pub values: GraphicsContextValues,
}

impl Request for ChangeGC {
    const OPCODE: u8 = 56;

    fn write(&self, out: &mut Vec<u8>) {
        self.values.write(Writer::request(out, Self::OPCODE, 0).u32(self.gc.raw()));
    }
}

/// Frees a graphics context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeGC {
    /// The context.
    pub gc: GraphicsContext,
}

impl Request for FreeGC {
    const OPCODE: u8 = 60;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0).u32(self.gc.raw()).finish();
    }
}

/// Fills a part of a window with its background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearArea {
    /// Whether events tell that the part needs painting.
    pub exposures: bool,
    /// The window.
    pub window: Window,
    /// Pixels from the window's left inner edge.
    pub x: i16,
    /// Pixels from the window's upper inner edge.
    pub y: i16,
    /// Pixels from left to right; 0 is all to the right.
    pub width: u16,
    /// Pixels from top to bottom; 0 is all below.
    pub height: u16,
}

impl Request for ClearArea {
    const OPCODE: u8 = 61;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, u8::from(self.exposures))
            .u32(self.window.raw())
            .i16(self.x)
            .i16(self.y)
            .u16(self.width)
            .u16(self.height)
            .finish();
    }
}

/// Copies pixels from one drawable to another of the same depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyArea {
    /// Where they come from.
    pub src_drawable: Drawable,
    /// Where they go.
    pub dst_drawable: Drawable,
    /// How.
    pub gc: GraphicsContext,
    /// Pixels from the source's left edge.
    pub src_x: i16,
    /// Pixels from the source's upper edge.
    pub src_y: i16,
    /// Pixels from the destination's left edge.
    pub dst_x: i16,
    /// Pixels from the destination's upper edge.
    pub dst_y: i16,
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
}

impl Request for CopyArea {
    const OPCODE: u8 = 62;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.src_drawable.raw())
            .u32(self.dst_drawable.raw())
            .u32(self.gc.raw())
            .i16(self.src_x)
            .i16(self.src_y)
            .i16(self.dst_x)
            .i16(self.dst_y)
            .u16(self.width)
            .u16(self.height)
            .finish();
    }
}

/// A part of a drawable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// Pixels from the drawable's left edge.
    pub x: i16,
    /// Pixels from the drawable's upper edge.
    pub y: i16,
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
}

impl Rectangle {
    /// Ends a request with as many of these as it has room for.
    pub(super) fn write_all(rectangles: &[Self], mut writer: Writer<'_>) {
        // The longest header before them is one of 20 bytes.
        for it in rectangles.iter().take((MAXIMUM_REQUEST - 20) / 8) {
            writer = writer.i16(it.x).i16(it.y).u16(it.width).u16(it.height);
        }
        writer.finish();
    }
}

/// Fills parts of a drawable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolyFillRectangle<'a> {
    /// The drawable.
    pub drawable: Drawable,
    /// What with.
    pub gc: GraphicsContext,
    /// The parts; 32,765 at the most.
    pub rectangles: &'a [Rectangle],
}

impl Request for PolyFillRectangle<'_> {
    const OPCODE: u8 = 70;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, Self::OPCODE, 0);
        let writer = writer.u32(self.drawable.raw()).u32(self.gc.raw());
        Rectangle::write_all(self.rectangles, writer);
    }
}

/// Draws a line of text with the server's font, and the background around its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageText16<'a> {
    /// The drawable.
    pub drawable: Drawable,
    /// The font and the pixels.
    pub gc: GraphicsContext,
    /// The pen at first, in pixels from the drawable's left edge.
    pub x: i16,
    /// The base line, in pixels from the drawable's upper edge.
    pub y: i16,
    /// The characters, by the font's own numbers; 255 at the most.
    pub string: &'a [u16],
}

impl Request for ImageText16<'_> {
    const OPCODE: u8 = 77;

    fn write(&self, out: &mut Vec<u8>) {
        let string = self.string.get(..255).unwrap_or(self.string);
        let mut writer = Writer::request(out, Self::OPCODE, string.len() as u8)
            .u32(self.drawable.raw())
            .u32(self.gc.raw())
            .i16(self.x)
            .i16(self.y);
        for character in string {
            // A `CHAR2B` has its upper byte first, whatever the byte order is.
            writer = writer.u16(character.swap_bytes());
        }
        writer.finish();
    }
}

/// Creates a colour map for windows of a visual, with nothing allocated in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateColormap {
    /// The new colour map's id.
    pub mid: Colormap,
    /// Any window on its screen.
    pub window: Window,
    /// The visual.
    pub visual: VisualId,
}

impl Request for CreateColormap {
    const OPCODE: u8 = 78;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, Self::OPCODE, 0)
            .u32(self.mid.raw())
            .u32(self.window.raw())
            .u32(self.visual.raw())
            .finish();
    }
}
