//! What the model's drawables show, as far as the core protocol draws on them: pixmaps,
//! graphics contexts, the server's fonts, and the backgrounds of windows. Never has pixels: it
//! keeps what was drawn and has not been drawn over. See `render.rs` for smooth text.

use std::collections::{BTreeMap, BTreeSet};

use x11rb_protocol::protocol::{Request, xproto as x};
use x11rb_protocol::x11_utils::Serialize;

use super::render::Rendering;
use super::{
    BAD_DRAWABLE, BAD_ID_CHOICE, BAD_MATCH, BAD_VALUE, ModelServer, OWNER, Outcome, Place, ROOT, WM,
};
use crate::geometry::Rect;

const BAD_PIXMAP: u8 = 4;
const BAD_CURSOR: u8 = 6;
const BAD_FONT: u8 = 7;
const BAD_COLORMAP: u8 = 12;
const BAD_CONTEXT: u8 = 13;
const BAD_NAME: u8 = 15;

/// The visual of the root window, and the one with an alpha channel.
pub(super) const ROOT_VISUAL: u32 = 0x21;
pub(super) const DEEP_VISUAL: u32 = 0x41;

/// The depths that there are pixmaps of.
const DEPTHS: [u8; 4] = [1, 8, 24, 32];

/// The server's font for text, in pixels: width, ascent and descent.
const FIXED: (i16, i16, i16) = (6, 11, 2);

/// Something that was drawn, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) area: Rect,
    pub(crate) what: Drawn,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// A rectangle of this pixel.
    Fill(u32),
    /// A glyph of this set, with the pen here, of this pixel.
    Glyph { set: u32, glyph: u32, x: i32, y: i32, pixel: u32 },
    /// Characters of the server's font, from this pen on: foreground and background.
    Text { x: i32, y: i32, text: String, pixels: (u32, u32) },
    /// What lay at this place of another drawable.
    Copy { from: u32, x: i32, y: i32 },
}

/// What a window shows where its client has not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Background {
    #[default]
    None,
    ParentRelative,
    Pixel(u32),
    Pixmap(Canvas),
}

/// What can be drawn on, whatever its id is by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Canvas(usize);

/// What is on a canvas.
#[derive(Debug)]
struct Paint {
    depth: u8,
    size: (u16, u16),
    /// Each with the time at which it was drawn.
    marks: Vec<(u64, Mark)>,
}

/// How a window was last painted with its background.
#[derive(Debug, Default)]
struct Shown {
    /// When the background was set.
    since: u64,
    /// Which parts of it were painted, and when the background had been set then: what was
    /// drawn into it since may be seen or not (specification, `CreateWindow`).
    parts: Vec<(u64, Rect)>,
}

/// A graphics context.
#[derive(Debug, Clone, Copy)]
struct Context {
    depth: u8,
    foreground: u32,
    background: u32,
    has_font: bool,
    graphics_exposures: bool,
}

/// Everything that has to do with drawing.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    fonts: BTreeSet<u32>,
    cursors: BTreeSet<u32>,
    colormaps: BTreeMap<u32, u32>,
    pixmaps: BTreeMap<u32, Canvas>,
    contexts: BTreeMap<u32, Context>,
    windows: BTreeMap<u32, Canvas>,
    shown: BTreeMap<u32, Shown>,
    canvases: Vec<Paint>,
    /// Counts what is drawn.
    time: u64,
    pub(super) rendering: Rendering,
}

impl Drawing {
    fn ids(&self) -> impl Iterator<Item = u32> {
        let alone = self.fonts.iter().chain(&self.cursors).copied();
        let maps = self.colormaps.keys().chain(self.pixmaps.keys()).chain(self.contexts.keys());
        alone.chain(maps.copied()).chain(self.rendering.ids())
    }

    fn canvas(&mut self, depth: u8, size: (u16, u16)) -> Canvas {
        self.canvases.push(Paint { depth, size, marks: Vec::new() });
        Canvas(self.canvases.len() - 1)
    }

    pub(super) fn depth(&self, canvas: Canvas) -> u8 {
        self.canvases[canvas.0].depth
    }

    /// Draws something; what is opaque hides what it covers.
    pub(super) fn draw(&mut self, canvas: Canvas, area: Rect, what: Drawn, is_opaque: bool) {
        self.time += 1;
        let Paint { size: (width, height), marks, .. } = &mut self.canvases[canvas.0];
        let area = match what {
            Drawn::Glyph { .. } => area,
            _ => area.shared(Rect::new(0, 0, (*width).into(), (*height).into())),
        };
        if is_opaque {
            marks.retain(|(_, mark)| !area.holds(mark.area));
        }
        marks.push((self.time, Mark { area, what }));
    }

    /// The window manager's connection ends.
    pub(super) fn disconnect(&mut self) {
        let Self { windows, shown, canvases, time, .. } = std::mem::take(self);
        *self = Self { windows, shown, canvases, time, ..Self::default() };
    }
}

// What a test may ask.
impl ModelServer {
    /// What was drawn on a window or a pixmap and has not been covered since, the oldest
    /// first.
    pub(crate) fn drawn(&self, drawable: u32) -> Vec<Mark> {
        let Drawing { pixmaps, windows, .. } = &self.drawing;
        let canvas = pixmaps.get(&drawable).or_else(|| windows.get(&drawable));
        canvas.map_or_else(Vec::new, |canvas| self.drawn_on(*canvas))
    }

    /// The same of the pixmap that is a window's background, if one is, whatever has become
    /// of its id.
    pub(crate) fn background(&self, window: u32) -> Option<Vec<Mark>> {
        match self.windows.get(&window)?.background {
            Background::Pixmap(canvas) => Some(self.drawn_on(canvas)),
            _ => None,
        }
    }

    fn drawn_on(&self, canvas: Canvas) -> Vec<Mark> {
        self.drawing.canvases[canvas.0].marks.iter().map(|(_, mark)| mark.clone()).collect()
    }

    /// The parts of a window that were painted with its background, each after what covers it.
    pub(crate) fn cleared(&self, window: u32) -> Vec<Rect> {
        let shown = self.drawing.shown.get(&window);
        shown.map_or_else(Vec::new, |it| it.parts.iter().map(|part| part.1).collect())
    }

    /// Whether a window shows all that is on the pixmap of its background by now.
    pub(crate) fn is_up_to_date(&self, window: u32) -> bool {
        let (Some(it), Some(shown)) = (self.windows.get(&window), self.drawing.shown.get(&window))
        else {
            return false;
        };
        let Background::Pixmap(canvas) = it.background else { return true };
        let whole = Rect::new(0, 0, it.place.width.into(), it.place.height.into());
        self.drawing.canvases[canvas.0].marks.iter().all(|(time, mark)| {
            let seen = mark.area.shared(whole);
            shown.parts.iter().any(|(since, part)| since > time && part.holds(seen))
        })
    }

    /// Everything to draw with that the window manager has.
    pub(crate) fn drawing_ids(&self) -> BTreeSet<u32> {
        self.drawing.ids().collect()
    }
}

// What windows have to do with it.
impl ModelServer {
    /// The background that a request sets, if it does.
    pub(super) fn new_background(
        &self,
        window: u32,
        pixmap: Option<u32>,
        pixel: Option<u32>,
    ) -> Result<Option<Background>, (u8, u32)> {
        let window = self.window(window)?;
        if window.input_only && (pixmap.is_some() || pixel.is_some()) {
            return Err((BAD_MATCH, 0));
        }
        if let Some(pixel) = pixel {
            return Ok(Some(Background::Pixel(pixel)));
        }
        match pixmap {
            None => Ok(None),
            Some(0) => Ok(Some(Background::None)),
            Some(1) => match self.windows.get(&window.parent) {
                Some(parent) if parent.depth != window.depth => Err((BAD_MATCH, 1)),
                _ => Ok(Some(Background::ParentRelative)),
            },
            Some(pixmap) => {
                let canvas = *self.drawing.pixmaps.get(&pixmap).ok_or((BAD_PIXMAP, pixmap))?;
                if self.drawing.depth(canvas) != window.depth {
                    return Err((BAD_MATCH, pixmap));
                }
                Ok(Some(Background::Pixmap(canvas)))
            }
        }
    }

    /// A window gets a background, which it does not show yet.
    pub(super) fn set_background(&mut self, id: u32, background: Option<Background>) {
        let (Some(background), Some(window)) = (background, self.windows.get_mut(&id)) else {
            return;
        };
        let is_same = std::mem::replace(&mut window.background, background) == background;
        self.drawing.time += 1;
        let shown = self.drawing.shown.entry(id).or_default();
        shown.since = self.drawing.time;
        if !is_same {
            shown.parts.clear();
        }
    }

    /// All of a window is painted with its background, and its client told so.
    pub(super) fn expose(&mut self, id: u32) {
        let Some(window) = self.windows.get(&id) else { return };
        let Place { width, height, .. } = window.place;
        self.paint_background(id, Rect::new(0, 0, width.into(), height.into()));
        self.put_expose(id, Rect::new(0, 0, width.into(), height.into()));
    }

    fn paint_background(&mut self, id: u32, area: Rect) {
        self.drawing.time += 1;
        let shown = self.drawing.shown.entry(id).or_default();
        shown.parts.retain(|(_, part)| !area.holds(*part));
        shown.parts.push((shown.since, area));
        if let Some(canvas) = self.drawing.windows.get(&id) {
            let paint = &mut self.drawing.canvases[canvas.0];
            paint.marks.retain(|(_, mark)| !area.holds(mark.area));
        }
    }

    fn put_expose(&mut self, window: u32, area: Rect) {
        let event = x::ExposeEvent {
            response_type: x::EXPOSE_EVENT,
            sequence: 0,
            window,
            x: area.x as u16,
            y: area.y as u16,
            width: area.width as u16,
            height: area.height as u16,
            count: 0,
        };
        self.tell(window, x::EventMask::EXPOSURE, event);
    }

    /// A window is gone, and with it what was drawn on it and the pictures of it.
    pub(super) fn end_drawing_on(&mut self, id: u32) {
        self.drawing.shown.remove(&id);
        if let Some(canvas) = self.drawing.windows.remove(&id) {
            self.drawing.rendering.end_pictures_of(canvas);
        }
    }

    /// Whether a window of this depth and visual can be created with these values.
    pub(super) fn check_visual(&self, it: &x::CreateWindowRequest<'_>, depth: u8) -> Outcome {
        let parent = self.window(it.parent)?;
        if it.class == x::WindowClass::INPUT_ONLY || depth == parent.depth {
            return Ok(());
        }
        // What is copied from a parent has to fit (specification, `CreateWindow`).
        let values = &it.value_list;
        let colormap = values.colormap.and_then(|map| self.drawing.colormaps.get(&map));
        let has_border = values.border_pixel.is_some() || values.border_pixmap.is_some();
        let is_known = (depth, it.visual) == (32, DEEP_VISUAL);
        if is_known && has_border && colormap == Some(&DEEP_VISUAL) {
            Ok(())
        } else {
            Err((BAD_MATCH, it.wid))
        }
    }

    pub(super) fn check_cursor(&self, cursor: Option<u32>) -> Outcome {
        match cursor {
            Some(id) if id != 0 && !self.drawing.cursors.contains(&id) => Err((BAD_CURSOR, id)),
            _ => Ok(()),
        }
    }
}

// The requests.
impl ModelServer {
    /// Whether an id can be given to something new.
    pub(super) fn check_new(&self, id: u32) -> Outcome {
        assert_eq!(id & OWNER, WM, "an id that is not the window manager's");
        if self.windows.contains_key(&id) || self.drawing.ids().any(|other| other == id) {
            return Err((BAD_ID_CHOICE, id));
        }
        Ok(())
    }

    /// What a drawable's id stands for.
    pub(super) fn canvas_of(&mut self, drawable: u32) -> Result<Canvas, (u8, u32)> {
        let Drawing { pixmaps, windows, .. } = &self.drawing;
        if let Some(canvas) = pixmaps.get(&drawable).or_else(|| windows.get(&drawable)) {
            return Ok(*canvas);
        }
        let window = self.windows.get(&drawable).ok_or((BAD_DRAWABLE, drawable))?;
        if window.input_only {
            return Err((BAD_MATCH, drawable));
        }
        // Windows change their size; what sticks out is not seen.
        let canvas = self.drawing.canvas(window.depth, (u16::MAX, u16::MAX));
        self.drawing.windows.insert(drawable, canvas);
        Ok(canvas)
    }

    /// What a context is, for drawing there.
    fn context(&mut self, gc: u32, drawable: u32) -> Result<(Context, Canvas), (u8, u32)> {
        let canvas = self.canvas_of(drawable)?;
        let context = *self.drawing.contexts.get(&gc).ok_or((BAD_CONTEXT, gc))?;
        if context.depth != self.drawing.depth(canvas) {
            return Err((BAD_MATCH, gc));
        }
        Ok((context, canvas))
    }

    fn changed_context(&self, old: Context, new: &x::ChangeGCAux) -> Result<Context, (u8, u32)> {
        if let Some(font) = new.font
            && !self.drawing.fonts.contains(&font)
        {
            return Err((BAD_FONT, font));
        }
        Ok(Context {
            depth: old.depth,
            foreground: new.foreground.unwrap_or(old.foreground),
            background: new.background.unwrap_or(old.background),
            has_font: old.has_font || new.font.is_some(),
            graphics_exposures: new.graphics_exposures.map_or(old.graphics_exposures, |it| it != 0),
        })
    }

    /// Requests of the core protocol that draw, and those about what is drawn with.
    pub(super) fn carry_out_drawing(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        match request {
            Request::OpenFont(it) => {
                self.check_new(it.fid)?;
                match &it.name[..] {
                    b"cursor" => {}
                    b"fixed" if self.has_core_font => {}
                    _ => return Err((BAD_NAME, 0)),
                }
                self.drawing.fonts.insert(it.fid);
            }
            Request::CloseFont(it) => {
                if !self.drawing.fonts.remove(&it.font) {
                    return Err((BAD_FONT, it.font));
                }
            }
            Request::QueryFont(it) => return self.query_font(it.font),
            Request::CreateGlyphCursor(it) => {
                self.check_new(it.cid)?;
                for font in [it.source_font, it.mask_font] {
                    if font != 0 && !self.drawing.fonts.contains(&font) {
                        return Err((BAD_FONT, font));
                    }
                }
                self.drawing.cursors.insert(it.cid);
            }
            Request::FreeCursor(it) => {
                if !self.drawing.cursors.remove(&it.cursor) {
                    return Err((BAD_CURSOR, it.cursor));
                }
            }
            Request::CreateColormap(it) => {
                self.check_new(it.mid)?;
                self.window(it.window)?;
                if ![ROOT_VISUAL, DEEP_VISUAL].contains(&it.visual) {
                    return Err((BAD_MATCH, it.visual));
                }
                self.drawing.colormaps.insert(it.mid, it.visual);
            }
            Request::FreeColormap(it) => {
                if self.drawing.colormaps.remove(&it.cmap).is_none() {
                    return Err((BAD_COLORMAP, it.cmap));
                }
            }
            Request::CreatePixmap(it) => {
                self.check_new(it.pid)?;
                let is_known = self.windows.contains_key(&it.drawable)
                    || self.drawing.pixmaps.contains_key(&it.drawable);
                if !is_known {
                    return Err((BAD_DRAWABLE, it.drawable));
                }
                if it.width == 0 || it.height == 0 || !DEPTHS.contains(&it.depth) {
                    return Err((BAD_VALUE, it.depth.into()));
                }
                let canvas = self.drawing.canvas(it.depth, (it.width, it.height));
                self.drawing.pixmaps.insert(it.pid, canvas);
            }
            Request::FreePixmap(it) => {
                if self.drawing.pixmaps.remove(&it.pixmap).is_none() {
                    return Err((BAD_PIXMAP, it.pixmap));
                }
            }
            Request::CreateGC(_) | Request::ChangeGC(_) | Request::FreeGC(_) => {
                return self.carry_out_context(request);
            }
            Request::ClearArea(_)
            | Request::CopyArea(_)
            | Request::PolyFillRectangle(_)
            | Request::ImageText16(_) => return self.carry_out_strokes(request),
            _ => panic!("the model does not know request {opcode}"),
        }
        Ok(())
    }

    fn carry_out_context(&mut self, request: &Request<'_>) -> Outcome {
        match request {
            Request::CreateGC(it) => {
                self.check_new(it.cid)?;
                let canvas = self.canvas_of(it.drawable)?;
                let new = Context {
                    depth: self.drawing.depth(canvas),
                    foreground: 0,
                    background: 1,
                    has_font: false,
                    graphics_exposures: true,
                };
                let values = x::ChangeGCAux {
                    foreground: it.value_list.foreground,
                    background: it.value_list.background,
                    font: it.value_list.font,
                    graphics_exposures: it.value_list.graphics_exposures,
                    ..Default::default()
                };
                let new = self.changed_context(new, &values)?;
                self.drawing.contexts.insert(it.cid, new);
            }
            Request::ChangeGC(it) => {
                let old = *self.drawing.contexts.get(&it.gc).ok_or((BAD_CONTEXT, it.gc))?;
                let new = self.changed_context(old, &it.value_list)?;
                self.drawing.contexts.insert(it.gc, new);
            }
            Request::FreeGC(it) => {
                if self.drawing.contexts.remove(&it.gc).is_none() {
                    return Err((BAD_CONTEXT, it.gc));
                }
            }
            _ => panic!("no request about contexts"),
        }
        Ok(())
    }

    fn carry_out_strokes(&mut self, request: &Request<'_>) -> Outcome {
        match request {
            Request::ClearArea(it) => {
                let window = self.window(it.window)?;
                if window.input_only {
                    return Err((BAD_MATCH, it.window));
                }
                let Place { width, height, .. } = window.place;
                let whole = Rect::new(0, 0, width.into(), height.into());
                let length = |it: u16| if it == 0 { u16::MAX.into() } else { it.into() };
                let wanted =
                    Rect::new(it.x.into(), it.y.into(), length(it.width), length(it.height));
                self.paint_background(it.window, wanted.shared(whole));
                if it.exposures {
                    self.put_expose(it.window, wanted.shared(whole));
                }
            }
            Request::CopyArea(it) => {
                let from = self.canvas_of(it.src_drawable)?;
                let (context, to) = self.context(it.gc, it.dst_drawable)?;
                if self.drawing.depth(from) != context.depth {
                    return Err((BAD_MATCH, it.src_drawable));
                }
                let (width, height) = (it.width.into(), it.height.into());
                let area = Rect::new(it.dst_x.into(), it.dst_y.into(), width, height);
                let (x, y) = (it.src_x.into(), it.src_y.into());
                self.drawing.draw(to, area, Drawn::Copy { from: it.src_drawable, x, y }, true);
                if context.graphics_exposures {
                    let event = x::NoExposureEvent {
                        response_type: x::NO_EXPOSURE_EVENT,
                        sequence: 0,
                        drawable: it.dst_drawable,
                        minor_opcode: 0,
                        major_opcode: x::COPY_AREA_REQUEST,
                    };
                    self.put(event.into());
                }
            }
            Request::PolyFillRectangle(it) => {
                let (context, canvas) = self.context(it.gc, it.drawable)?;
                for part in it.rectangles.iter() {
                    let what = Drawn::Fill(context.foreground);
                    self.drawing.draw(canvas, area(*part), what, true);
                }
            }
            Request::ImageText16(it) => {
                let (context, canvas) = self.context(it.gc, it.drawable)?;
                if !context.has_font {
                    return Err((BAD_FONT, it.gc));
                }
                let units: Vec<u16> =
                    it.string.iter().map(|it| u16::from_be_bytes([it.byte1, it.byte2])).collect();
                let (width, ascent, descent) = FIXED;
                let (x, y) = (it.x.into(), it.y.into());
                let width = width.unsigned_abs() as usize * units.len();
                let height = ascent.unsigned_abs() + descent.unsigned_abs();
                let area = Rect::new(x, y - i32::from(ascent), width as u32, height.into());
                let text = String::from_utf16_lossy(&units);
                let pixels = (context.foreground, context.background);
                self.drawing.draw(canvas, area, Drawn::Text { x, y, text, pixels }, true);
            }
            _ => panic!("no request that draws"),
        }
        Ok(())
    }

    fn query_font(&mut self, font: u32) -> Outcome {
        if !self.drawing.fonts.contains(&font) {
            return Err((BAD_FONT, font));
        }
        let (width, ascent, descent) = FIXED;
        let bounds = x::Charinfo {
            left_side_bearing: 0,
            right_side_bearing: width,
            character_width: width,
            ascent,
            descent,
            attributes: 0,
        };
        let reply = x::QueryFontReply {
            sequence: self.sequence as u16,
            length: 7,
            min_bounds: bounds,
            max_bounds: bounds,
            min_char_or_byte2: 0,
            max_char_or_byte2: 255,
            default_char: 0,
            draw_direction: x::FontDraw::LEFT_TO_RIGHT,
            min_byte1: 0,
            max_byte1: 0,
            all_chars_exist: true,
            font_ascent: ascent,
            font_descent: descent,
            properties: Vec::new(),
            char_infos: Vec::new(),
        };
        self.answer(reply.serialize());
        Ok(())
    }

    /// Specification, `ReparentWindow`, by the window manager.
    pub(super) fn take_into(&mut self, it: &x::ReparentWindowRequest) -> Outcome {
        let window = self.window(it.window)?;
        let (background, depth) = (window.background, window.depth);
        let parent = self.window(it.parent)?;
        let above = |id: &u32| self.windows.get(id).map(|window| window.parent);
        let is_inside = std::iter::successors(Some(it.parent), above).any(|id| id == it.window);
        let is_relative = background == Background::ParentRelative && parent.depth != depth;
        if is_inside || is_relative || parent.input_only || it.window == ROOT {
            return Err((BAD_MATCH, it.window));
        }
        let was_mapped = self.reparent_now(it.window, it.parent, it.x, it.y);
        if let Some(window) = self.windows.get_mut(&it.window) {
            window.told = Some(window.place);
        }
        if was_mapped {
            self.map_now(it.window);
        }
        Ok(())
    }
}

/// A part of a drawable.
pub(super) const fn area(it: x::Rectangle) -> Rect {
    Rect::new(it.x as i32, it.y as i32, it.width as u32, it.height as u32)
}
