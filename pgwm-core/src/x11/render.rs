//! The RENDER extension (The X Rendering Extension, version 0.11): smooth text of glyphs that
//! the server keeps, and fills. Never makes a glyph; see `text` for that.
//!
//! Named as in the specification's chapters 13, "Extension Initialization", and 14,
//! "Extension Requests". Lists that would not fit into a request are cut, as in
//! [`super::request`].

use alloc::vec::Vec;

use super::drawing::Rectangle;
use super::id::{Drawable, GlyphSet, PictFormat, Picture, VisualId};
use super::reply::{header, parts};
use super::request::{Names, Request, names};
use super::wire::{MAXIMUM_REQUEST, Malformed, Writer};

/// The version that we know.
pub const VERSION: (u32, u32) = (0, 11);

/// The version that has [`CreateSolidFill`].
pub const SOLID_FILL: (u32, u32) = (0, 10);

/// The names of the requests, for logs.
pub(super) const NAMES: Names = names! {
    QueryVersion = "RENDER QueryVersion",
    QueryPictFormats = "RENDER QueryPictFormats",
    CreatePicture = "RENDER CreatePicture",
    FreePicture = "RENDER FreePicture",
    CreateGlyphSet = "RENDER CreateGlyphSet",
    FreeGlyphSet = "RENDER FreeGlyphSet",
    AddGlyphs = "RENDER AddGlyphs",
    FreeGlyphs = "RENDER FreeGlyphs",
    CompositeGlyphs32 = "RENDER CompositeGlyphs32",
    FillRectangles = "RENDER FillRectangles",
    CreateSolidFill = "RENDER CreateSolidFill",
    _ = "RENDER request"
};

/// Tells the server our version, and asks for the one to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersion {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The version's first number.
    pub client_major_version: u32,
    /// The version's second number.
    pub client_minor_version: u32,
}

impl Request for QueryVersion {
    const OPCODE: u8 = 0;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.client_major_version)
            .u32(self.client_minor_version)
            .finish();
    }
}

/// The version to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryVersionReply {
    /// The version's first number.
    pub major_version: u32,
    /// The version's second number.
    pub minor_version: u32,
}

impl QueryVersionReply {
    /// Reads the reply.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (head, _) = parts(bytes)?;
        Ok(Self { major_version: head.u32(8), minor_version: head.u32(12) })
    }
}

/// Asks how pixels become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryPictFormats {
    /// The extension's opcode.
    pub major_opcode: u8,
}

impl Request for QueryPictFormats {
    const OPCODE: u8 = 1;
    const HAS_REPLY: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).finish();
    }
}

/// How pixels become colours: what of it is of use here (specification, chapter 7, "Standard
/// `PictFormats`"). `NONE` is what the server does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueryPictFormatsReply {
    /// Eight bits of alpha and nothing else, as glyphs are.
    pub a8: PictFormat,
    /// Eight bits of alpha, red, green and blue each.
    pub argb32: PictFormat,
    /// The format of either visual that was asked for.
    pub of_visuals: [PictFormat; 2],
}

impl QueryPictFormatsReply {
    /// Reads the reply, of which only two visuals are of interest.
    ///
    /// # Errors
    /// When the bytes are not such a reply.
    pub fn read(bytes: &[u8], visuals: [VisualId; 2]) -> Result<Self, Malformed> {
        // Type and depth, in the lower half of a word.
        const DIRECT_8: u32 = 0x0801;
        const DIRECT_32: u32 = 0x2001;
        let (_, _, mut reader) = header(bytes)?;
        // The numbers of depths, visuals and subpixels, and padding follow.
        let [formats, screens, ..] = reader.block::<6>()?;
        let mut reply = Self::default();
        // Each turn of each loop reads something, so that they end with the bytes.
        for _ in 0..formats {
            // The shift of a channel is the lower half of its word, the mask the upper one.
            let [id, kind, red, _green, _blue, alpha, _colormap] = reader.block()?;
            match (kind & 0xffff, red, alpha) {
                (DIRECT_8, _, 0xff_0000) => reply.a8 = PictFormat::new(id),
                // The other two have but one place left, and any server gives them that.
                (DIRECT_32, 0xff_0010, 0xff_0018) => reply.argb32 = PictFormat::new(id),
                _ => {}
            }
        }
        for _ in 0..screens {
            let [depths, _fallback] = reader.block()?;
            for _ in 0..depths {
                // How many visuals there are is the upper half of the first word.
                let [count, _] = reader.block()?;
                for _ in 0..count >> 16 {
                    let [visual, format] = reader.block()?;
                    for (wanted, of_it) in visuals.iter().zip(&mut reply.of_visuals) {
                        if wanted.raw() == visual {
                            *of_it = PictFormat::new(format);
                        }
                    }
                }
            }
        }
        Ok(reply)
    }
}

/// Makes a picture of something that can be drawn on, with all of its attributes as the
/// specification has them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatePicture {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The new picture's id.
    pub pid: Picture,
    /// What it is of.
    pub drawable: Drawable,
    /// How its pixels become colours: a format of the drawable's depth.
    pub format: PictFormat,
}

impl Request for CreatePicture {
    const OPCODE: u8 = 4;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.pid.raw())
            .u32(self.drawable.raw())
            .u32(self.format.raw())
            .values(&[])
            .finish();
    }
}

/// Frees a picture, and not what it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreePicture {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The picture.
    pub picture: Picture,
}

impl Request for FreePicture {
    const OPCODE: u8 = 7;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.picture.raw()).finish();
    }
}

/// Creates a set of glyphs, without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateGlyphSet {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The new set's id.
    pub gsid: GlyphSet,
    /// How the glyphs' pixels are to be read; [`QueryPictFormatsReply::a8`] is what
    /// [`AddGlyphs`] can write.
    pub format: PictFormat,
}

impl Request for CreateGlyphSet {
    const OPCODE: u8 = 17;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.gsid.raw())
            .u32(self.format.raw())
            .finish();
    }
}

/// Frees a set and its glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeGlyphSet {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The set.
    pub glyphset: GlyphSet,
}

impl Request for FreeGlyphSet {
    const OPCODE: u8 = 19;

    fn write(&self, out: &mut Vec<u8>) {
        Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.glyphset.raw()).finish();
    }
}

/// Where a glyph's image lies, and where it leads (specification, `GLYPHINFO`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GlyphInfo {
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
    /// The pen, in pixels to the right from the image's left edge.
    pub x: i16,
    /// The pen, in pixels down from the image's upper edge.
    pub y: i16,
    /// How far the pen goes to the right afterwards.
    pub x_off: i16,
    /// How far the pen goes down afterwards.
    pub y_off: i16,
}

/// A glyph for a set: 8 bits of alpha a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Its number; another one with this number is replaced.
    pub id: u32,
    /// Its measures.
    pub info: GlyphInfo,
    /// The pixels, row after row, nothing in between. What is missing is transparent.
    pub rows: &'a [u8],
}

impl Glyph<'_> {
    /// How many bytes of a request it takes.
    pub fn size(&self) -> u32 {
        16 + u32::from(self.info.width).next_multiple_of(4) * u32::from(self.info.height)
    }
}

/// Puts glyphs into a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddGlyphs<'a> {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The set.
    pub glyphset: GlyphSet,
    /// The glyphs; of more than [`AddGlyphs::fitting`] says, the last ones are left out.
    pub glyphs: &'a [Glyph<'a>],
}

impl AddGlyphs<'_> {
    /// How many glyphs, from the first one on, fit into a request of so many bytes.
    pub fn fitting(glyphs: &[Glyph<'_>], maximum: u32) -> usize {
        let mut room = maximum.saturating_sub(12);
        let mut count = 0;
        for glyph in glyphs {
            let size = glyph.size();
            if size > room {
                break;
            }
            room -= size;
            count += 1;
        }
        count
    }
}

impl Request for AddGlyphs<'_> {
    const OPCODE: u8 = 20;

    fn write(&self, out: &mut Vec<u8>) {
        let count = Self::fitting(self.glyphs, MAXIMUM_REQUEST as u32);
        let glyphs = self.glyphs.get(..count).unwrap_or_default();
        let mut writer = Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.glyphset.raw())
            .u32(count as u32);
        for glyph in glyphs {
            writer = writer.u32(glyph.id);
        }
        for Glyph { info, .. } in glyphs {
            writer = writer
                .u16(info.width)
                .u16(info.height)
                .i16(info.x)
                .i16(info.y)
                .i16(info.x_off)
                .i16(info.y_off);
        }
        for Glyph { info, rows, .. } in glyphs {
            let width = usize::from(info.width);
            let mut rest = *rows;
            for _ in 0..info.height {
                let (row, below) = rest.split_at(width.min(rest.len()));
                writer = writer.bytes(row).zeros(width.next_multiple_of(4) - row.len());
                rest = below;
            }
        }
        writer.finish();
    }
}

/// Takes glyphs out of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeGlyphs<'a> {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The set.
    pub glyphset: GlyphSet,
    /// The numbers of the glyphs, which must be there; 65,533 at the most.
    pub glyphs: &'a [u32],
}

impl Request for FreeGlyphs<'_> {
    const OPCODE: u8 = 22;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, self.major_opcode, Self::OPCODE);
        let glyphs = self.glyphs.get(..(MAXIMUM_REQUEST - 8) / 4).unwrap_or(self.glyphs);
        writer.u32(self.glyphset.raw()).words(glyphs).finish();
    }
}

/// How what is drawn goes with what is there (specification, chapter 8, "Compositing
/// Operators").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictOp {
    /// Instead of it.
    Src = 1,
    /// Over it, as opaque as it is.
    Over = 3,
}

/// Glyphs one after the other (specification, `GLYPHELT32`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphRun<'a> {
    /// How far the pen goes to the right before the first one, besides what the glyphs before
    /// have said. At first it is in the destination's upper left corner.
    pub delta_x: i16,
    /// How far the pen goes down before the first one.
    pub delta_y: i16,
    /// The glyphs; more than 254 are written as several runs.
    pub glyphs: &'a [u32],
}

/// Draws glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompositeGlyphs32<'a> {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// How they go with what is there.
    pub op: PictOp,
    /// The colour.
    pub src: Picture,
    /// What they are drawn on.
    pub dst: Picture,
    /// The format in which they are put together before they are drawn; `NONE` draws each by
    /// itself.
    pub mask_format: PictFormat,
    /// Where the glyphs are.
    pub glyphset: GlyphSet,
    /// The source's pixel for the first glyph, from its left edge; all are alike in a solid
    /// fill.
    pub src_x: i16,
    /// The source's pixel for the first glyph, from its upper edge.
    pub src_y: i16,
    /// The glyphs; of too many the last ones are left out.
    pub runs: &'a [GlyphRun<'a>],
}

impl Request for CompositeGlyphs32<'_> {
    const OPCODE: u8 = 25;

    fn write(&self, out: &mut Vec<u8>) {
        // A run's length of 255 would mean another set of glyphs.
        const LONGEST: usize = 254;
        let mut writer = Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.op as u32)
            .u32(self.src.raw())
            .u32(self.dst.raw())
            .u32(self.mask_format.raw())
            .u32(self.glyphset.raw())
            .i16(self.src_x)
            .i16(self.src_y);
        let mut room = (MAXIMUM_REQUEST - 28) / 4;
        'runs: for run in self.runs {
            let (mut delta_x, mut delta_y) = (run.delta_x, run.delta_y);
            let mut glyphs = run.glyphs;
            loop {
                let (now, later) = glyphs.split_at(glyphs.len().min(LONGEST));
                if room < 2 + now.len() {
                    break 'runs;
                }
                room -= 2 + now.len();
                writer = writer.u32(now.len() as u32).i16(delta_x).i16(delta_y).words(now);
                if later.is_empty() {
                    break;
                }
                (glyphs, delta_x, delta_y) = (later, 0, 0);
            }
        }
        writer.finish();
    }
}

/// A colour, each channel from 0 to 65,535, the first three multiplied by the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red.
    pub red: u16,
    /// Green.
    pub green: u16,
    /// Blue.
    pub blue: u16,
    /// How opaque it is.
    pub alpha: u16,
}

impl Color {
    /// The opaque colour `0xrrggbb`.
    pub const fn opaque(rgb: u32) -> Self {
        const fn wide(channel: u32) -> u16 {
            (channel & 0xff) as u16 * 0x101
        }
        Self { red: wide(rgb >> 16), green: wide(rgb >> 8), blue: wide(rgb), alpha: u16::MAX }
    }

    fn write(self, writer: Writer<'_>) -> Writer<'_> {
        writer.u16(self.red).u16(self.green).u16(self.blue).u16(self.alpha)
    }
}

/// Fills parts of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillRectangles<'a> {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// How the colour goes with what is there.
    pub op: PictOp,
    /// The picture.
    pub dst: Picture,
    /// What with.
    pub color: Color,
    /// The parts; 32,765 at the most.
    pub rects: &'a [Rectangle],
}

impl Request for FillRectangles<'_> {
    const OPCODE: u8 = 26;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, self.major_opcode, Self::OPCODE)
            .u32(self.op as u32)
            .u32(self.dst.raw());
        Rectangle::write_all(self.rects, self.color.write(writer));
    }
}

/// Makes a picture that is of one colour everywhere, to draw with; since version 0.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateSolidFill {
    /// The extension's opcode.
    pub major_opcode: u8,
    /// The new picture's id.
    pub pid: Picture,
    /// The colour.
    pub color: Color,
}

impl Request for CreateSolidFill {
    const OPCODE: u8 = 33;

    fn write(&self, out: &mut Vec<u8>) {
        let writer = Writer::request(out, self.major_opcode, Self::OPCODE).u32(self.pid.raw());
        self.color.write(writer).finish();
    }
}
