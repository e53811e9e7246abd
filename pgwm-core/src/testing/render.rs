//! The model's RENDER extension: pictures, glyph sets, and text and fills that are noted where
//! `drawing.rs` keeps them. Never composites anything.

use std::collections::BTreeMap;

use x11rb_protocol::protocol::{Request, render};
use x11rb_protocol::x11_utils::Serialize;

use super::drawing::{Canvas, DEEP_VISUAL, Drawn, ROOT_VISUAL, area};
use super::{BAD_DRAWABLE, BAD_MATCH, BAD_REQUEST, ModelServer, NONE, Outcome};
use crate::geometry::Rect;

const BAD_LENGTH: u8 = 16;

/// The formats: of masks, of the root window, and with an alpha channel; each with its depth.
const A8: (u32, u8) = (0x30, 8);
const RGB: (u32, u8) = (0x31, 24);
const ARGB: (u32, u8) = (0x32, 32);

/// What can be drawn on, or with.
#[derive(Debug, Clone, Copy)]
enum Picture {
    Of(Canvas),
    Solid(render::Color),
}

/// Pictures, glyphs, and the version that the window manager asked for.
#[derive(Debug, Default)]
pub(super) struct Rendering {
    version: (u32, u32),
    pictures: BTreeMap<u32, Picture>,
    sets: BTreeMap<u32, BTreeMap<u32, render::Glyphinfo>>,
}

impl Rendering {
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> {
        self.pictures.keys().chain(self.sets.keys()).copied()
    }

    pub(super) fn end_pictures_of(&mut self, canvas: Canvas) {
        self.pictures.retain(|_, picture| !matches!(picture, Picture::Of(it) if *it == canvas));
    }
}

impl ModelServer {
    /// The glyphs of a set, by their numbers.
    pub(crate) fn glyphs_of(&self, set: u32) -> Vec<u32> {
        let glyphs = self.drawing.rendering.sets.get(&set);
        glyphs.map_or_else(Vec::new, |glyphs| glyphs.keys().copied().collect())
    }

    fn render_error(&self, number: u8) -> u8 {
        let numbers = self.extensions.numbers(render::X11_EXTENSION_NAME);
        numbers.map_or(0, |it| it.first_error) + number
    }

    fn picture(&self, id: u32) -> Result<Picture, (u8, u32)> {
        let picture = self.drawing.rendering.pictures.get(&id);
        picture.copied().ok_or((self.render_error(render::PICTURE_ERROR), id))
    }

    /// A picture that can be drawn on.
    fn destination(&self, id: u32) -> Result<Canvas, (u8, u32)> {
        match self.picture(id)? {
            Picture::Of(canvas) => Ok(canvas),
            Picture::Solid(_) => Err((BAD_DRAWABLE, id)),
        }
    }

    /// The depth of a format.
    fn format(&self, id: u32) -> Result<u8, (u8, u32)> {
        let known = [A8, RGB, ARGB].into_iter().find(|it| it.0 == id);
        known.map(|it| it.1).ok_or((self.render_error(render::PICT_FORMAT_ERROR), id))
    }

    fn check_operator(&self, op: render::PictOp) -> Outcome {
        match u8::from(op) {
            0..=13 => Ok(()),
            op => Err((self.render_error(render::PICT_OP_ERROR), op.into())),
        }
    }

    fn check_set(&self, id: u32) -> Outcome {
        if self.drawing.rendering.sets.contains_key(&id) {
            return Ok(());
        }
        Err((self.render_error(render::GLYPH_SET_ERROR), id))
    }

    /// The pixel of a colour on a canvas.
    fn pixel(&self, canvas: Canvas, colour: render::Color) -> u32 {
        let byte = |channel: u16| u32::from(channel >> 8);
        let rgb = byte(colour.red) << 16 | byte(colour.green) << 8 | byte(colour.blue);
        if self.drawing.depth(canvas) == 32 { byte(colour.alpha) << 24 | rgb } else { rgb }
    }

    /// Requests of RENDER.
    pub(super) fn carry_out_render(&mut self, request: &Request<'_>) -> Outcome {
        match request {
            Request::RenderQueryVersion(it) => {
                let asked = (it.client_major_version, it.client_minor_version);
                let version = asked.min(self.render_version);
                self.drawing.rendering.version = version;
                let reply = render::QueryVersionReply {
                    sequence: self.sequence as u16,
                    length: 0,
                    major_version: version.0,
                    minor_version: version.1,
                };
                self.answer(reply.serialize().to_vec());
            }
            Request::RenderQueryPictFormats(_) => self.tell_formats(),
            Request::RenderCreatePicture(it) => {
                self.check_new(it.pid)?;
                let canvas = self.canvas_of(it.drawable)?;
                if self.format(it.format)? != self.drawing.depth(canvas) {
                    return Err((BAD_MATCH, it.format));
                }
                self.drawing.rendering.pictures.insert(it.pid, Picture::Of(canvas));
            }
            Request::RenderCreateSolidFill(it) => {
                if self.drawing.rendering.version < (0, 10) {
                    return Err((BAD_REQUEST, 0));
                }
                self.check_new(it.picture)?;
                self.drawing.rendering.pictures.insert(it.picture, Picture::Solid(it.color));
            }
            Request::RenderFreePicture(it) => {
                self.picture(it.picture)?;
                self.drawing.rendering.pictures.remove(&it.picture);
            }
            Request::RenderFillRectangles(it) => {
                self.check_operator(it.op)?;
                let canvas = self.destination(it.dst)?;
                let pixel = self.pixel(canvas, it.color);
                let is_opaque = it.op == render::PictOp::SRC || it.color.alpha == u16::MAX;
                for part in it.rects.iter() {
                    self.drawing.draw(canvas, area(*part), Drawn::Fill(pixel), is_opaque);
                }
            }
            Request::RenderCompositeGlyphs32(it) => return self.draw_glyphs(it),
            _ => return self.carry_out_glyphs(request),
        }
        Ok(())
    }

    fn carry_out_glyphs(&mut self, request: &Request<'_>) -> Outcome {
        match request {
            Request::RenderCreateGlyphSet(it) => {
                self.check_new(it.gsid)?;
                assert_eq!(self.format(it.format)?, A8.1, "glyphs of another format");
                self.drawing.rendering.sets.insert(it.gsid, BTreeMap::new());
            }
            Request::RenderFreeGlyphSet(it) => {
                self.check_set(it.glyphset)?;
                self.drawing.rendering.sets.remove(&it.glyphset);
            }
            Request::RenderAddGlyphs(it) => {
                self.check_set(it.glyphset)?;
                let size = |glyph: &render::Glyphinfo| {
                    usize::from(glyph.width).next_multiple_of(4) * usize::from(glyph.height)
                };
                if it.glyphs.iter().map(size).sum::<usize>() != it.data.len() {
                    return Err((BAD_LENGTH, it.glyphset));
                }
                let new = it.glyphids.iter().copied().zip(it.glyphs.iter().copied());
                self.drawing.rendering.sets.entry(it.glyphset).or_default().extend(new);
            }
            Request::RenderFreeGlyphs(it) => {
                self.check_set(it.glyphset)?;
                let set = self.drawing.rendering.sets.entry(it.glyphset).or_default();
                for glyph in it.glyphs.iter() {
                    set.remove(glyph).ok_or((BAD_MATCH, *glyph))?;
                }
            }
            _ => panic!("no request about glyphs"),
        }
        Ok(())
    }

    fn draw_glyphs(&mut self, it: &render::CompositeGlyphs32Request<'_>) -> Outcome {
        self.check_operator(it.op)?;
        let source = self.picture(it.src)?;
        let canvas = self.destination(it.dst)?;
        if it.mask_format != NONE {
            self.format(it.mask_format)?;
        }
        self.check_set(it.glyphset)?;
        let pixel = match source {
            Picture::Solid(colour) => self.pixel(canvas, colour),
            Picture::Of(_) => 0,
        };
        let set = it.glyphset;
        let (mut x, mut y) = (0, 0);
        let mut rest = &it.glyphcmds[..];
        while let Some((&[count, _, _, _, x_low, x_high, y_low, y_high], after)) =
            rest.split_first_chunk()
        {
            assert!(count < 255, "another set of glyphs");
            x += i32::from(i16::from_le_bytes([x_low, x_high]));
            y += i32::from(i16::from_le_bytes([y_low, y_high]));
            let (numbers, after) =
                after.split_at_checked(usize::from(count) * 4).ok_or((BAD_LENGTH, 0))?;
            for glyph in crate::x11::wire::words(numbers) {
                let info = self.drawing.rendering.sets[&set].get(&glyph).copied();
                let info = info.ok_or((self.render_error(render::GLYPH_ERROR), glyph))?;
                let (left, top) = (x - i32::from(info.x), y - i32::from(info.y));
                let place = Rect::new(left, top, info.width.into(), info.height.into());
                let what = Drawn::Glyph { set, glyph, x, y, pixel };
                self.drawing.draw(canvas, place, what, false);
                x += i32::from(info.x_off);
                y += i32::from(info.y_off);
            }
            rest = after;
        }
        if rest.is_empty() { Ok(()) } else { Err((BAD_LENGTH, 0)) }
    }

    fn tell_formats(&mut self) {
        let colours = render::Directformat {
            red_shift: 16,
            red_mask: 0xff,
            green_shift: 8,
            green_mask: 0xff,
            blue_shift: 0,
            blue_mask: 0xff,
            alpha_shift: 0,
            alpha_mask: 0,
        };
        let alpha = render::Directformat { alpha_mask: 0xff, ..Default::default() };
        let both = render::Directformat { alpha_shift: 24, alpha_mask: 0xff, ..colours };
        let formats = [(A8, alpha), (RGB, colours), (ARGB, both)];
        let format = |((id, depth), direct)| render::Pictforminfo {
            id,
            type_: render::PictType::DIRECT,
            depth,
            direct,
            colormap: NONE,
        };
        let depth = |(format, depth), visual| {
            let visuals = vec![render::Pictvisual { visual, format }];
            render::Pictdepth { depth, visuals }
        };
        let depths = vec![depth(RGB, ROOT_VISUAL), depth(ARGB, DEEP_VISUAL)];
        let mut reply = render::QueryPictFormatsReply {
            sequence: self.sequence as u16,
            length: 0,
            num_depths: 2,
            num_visuals: 2,
            formats: formats.map(format).to_vec(),
            screens: vec![render::Pictscreen { fallback: RGB.0, depths }],
            subpixels: vec![render::SubPixel::UNKNOWN],
        };
        reply.length = (reply.serialize().len() as u32 - 32) / 4;
        self.answer(reply.serialize());
    }
}
