//! What the model keeps of what is drawn, and what it refuses.

use std::collections::BTreeSet;

use x11rb_protocol::protocol::render;

use super::super::drawing::{Drawn, Mark};
use super::*;

const PIXMAP: u32 = WM | 0x10;
const CONTEXT: u32 = WM | 0x11;
const PICTURE: u32 = WM | 0x12;
const COLOUR: u32 = WM | 0x13;
const SET: u32 = WM | 0x14;
const BAR: u32 = WM | 0x15;
const FONT: u32 = WM | 0x16;
const NEW: u32 = WM | 0x20;

/// RENDER's opcode and first error, and its formats of depth 8, 24 and 32.
const RENDER: u8 = 139;
const RENDER_ERROR: u8 = 142;
const FORMATS: [u32; 3] = [0x30, 0x31, 0x32];

fn rectangle(x: i16, y: i16, width: u16, height: u16) -> x::Rectangle {
    x::Rectangle { x, y, width, height }
}

fn colour(red: u16, alpha: u16) -> render::Color {
    render::Color { red, green: 0, blue: 0xffff, alpha }
}

/// Has a request carried out that has no answer.
fn tell<const N: usize, D>(server: &mut ModelServer, request: Bytes<'_, N, D>) {
    assert_eq!(ask(server, request), Vec::<Vec<u8>>::new());
}

/// The error of a request.
fn refusal<const N: usize, D>(server: &mut ModelServer, request: Bytes<'_, N, D>) -> (u8, u32) {
    let said = ask(server, request);
    error(&said)
}

fn window(wid: u32, values: &x::CreateWindowAux) -> x::CreateWindowRequest<'_> {
    x::CreateWindowRequest {
        depth: 0,
        wid,
        parent: ROOT,
        x: 0,
        y: 0,
        width: 100,
        height: 20,
        border_width: 0,
        class: x::WindowClass::INPUT_OUTPUT,
        visual: 0,
        value_list: Cow::Borrowed(values),
    }
}

fn pixmap(pid: u32, depth: u8) -> x::CreatePixmapRequest {
    x::CreatePixmapRequest { depth, pid, drawable: ROOT, width: 100, height: 20 }
}

fn context(cid: u32, drawable: u32) -> x::CreateGCRequest<'static> {
    let values = x::CreateGCAux::new().foreground(0xff_0000).graphics_exposures(0);
    x::CreateGCRequest { cid, drawable, value_list: Cow::Owned(values) }
}

fn picture(pid: u32, drawable: u32, format: u32) -> render::CreatePictureRequest<'static> {
    let value_list = Cow::Owned(render::CreatePictureAux::new());
    render::CreatePictureRequest { pid, drawable, format, value_list }
}

fn fill(gc: u32, part: x::Rectangle) -> x::PolyFillRectangleRequest<'static> {
    x::PolyFillRectangleRequest { drawable: PIXMAP, gc, rectangles: vec![part].into() }
}

fn smooth_fill(color: render::Color, part: x::Rectangle) -> render::FillRectanglesRequest<'static> {
    let (op, rects) = (render::PictOp::OVER, vec![part].into());
    render::FillRectanglesRequest { op, dst: PICTURE, color, rects }
}

fn glyphs(src: u32, dst: u32, glyphcmds: &[u8]) -> render::CompositeGlyphs32Request<'_> {
    render::CompositeGlyphs32Request {
        op: render::PictOp::OVER,
        src,
        dst,
        mask_format: FORMATS[0],
        glyphset: SET,
        src_x: 0,
        src_y: 0,
        glyphcmds: Cow::Borrowed(glyphcmds),
    }
}

/// A pixmap, its picture and what to draw on it with; two glyphs, one of them a space; and
/// a window whose background it is.
fn painter() -> ModelServer {
    let mut server = ModelServer::new();
    tell(&mut server, pixmap(PIXMAP, 24).serialize());
    tell(&mut server, context(CONTEXT, PIXMAP).serialize());
    let version = render::QueryVersionRequest { client_major_version: 0, client_minor_version: 11 };
    ask(&mut server, version.serialize(RENDER));
    tell(&mut server, picture(PICTURE, PIXMAP, FORMATS[1]).serialize(RENDER));
    let solid = render::CreateSolidFillRequest { picture: COLOUR, color: colour(0, 0xffff) };
    tell(&mut server, solid.serialize(RENDER));
    let set = render::CreateGlyphSetRequest { gsid: SET, format: FORMATS[0] };
    tell(&mut server, set.serialize(RENDER));
    let letter = render::Glyphinfo { width: 5, height: 2, x: -1, y: 7, x_off: 6, y_off: 0 };
    let space = render::Glyphinfo { x_off: 3, ..Default::default() };
    let add = render::AddGlyphsRequest {
        glyphset: SET,
        glyphids: vec![65, 32].into(),
        glyphs: vec![letter, space].into(),
        data: vec![0xff; 16].into(),
    };
    tell(&mut server, add.serialize(RENDER));
    let values = x::CreateWindowAux::new().background_pixmap(PIXMAP);
    tell(&mut server, window(BAR, &values).serialize());
    tell(&mut server, x::MapWindowRequest { window: BAR }.serialize());
    server
}

fn mark(area: Rect, what: Drawn) -> Mark {
    Mark { area, what }
}

/// What was drawn is there, in its order, until it is covered.
#[test]
fn what_is_drawn_stays_until_it_is_covered() {
    let mut server = painter();
    tell(&mut server, fill(CONTEXT, rectangle(-5, 0, 500, 20)).serialize());
    let whole = mark(Rect::new(0, 0, 100, 20), Drawn::Fill(0xff_0000));
    assert_eq!(server.drawn(PIXMAP), std::slice::from_ref(&whole));
    // A letter, a space, four pixels more, and another letter.
    let commands = [
        2, 0, 0, 0, 10, 0, 15, 0, 65, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0xff, 0xff, 65, 0, 0,
        0,
    ];
    tell(&mut server, glyphs(COLOUR, PICTURE, &commands).serialize(RENDER));
    let letter = |x: i32, y: i32| {
        let what = Drawn::Glyph { set: SET, glyph: 65, x, y, pixel: 0xff };
        mark(Rect::new(x + 1, y - 7, 5, 2), what)
    };
    let what = Drawn::Glyph { set: SET, glyph: 32, x: 16, y: 15, pixel: 0xff };
    let space = mark(Rect::new(16, 15, 0, 0), what);
    let all = [whole.clone(), letter(10, 15), space.clone(), letter(23, 14)];
    assert_eq!(server.drawn(PIXMAP), all);
    // What can be seen through covers nothing, nor does what covers but a part.
    let part = rectangle(0, 0, 22, 20);
    tell(&mut server, smooth_fill(colour(0x8080, 0x8000), part).serialize(RENDER));
    assert_eq!(server.drawn(PIXMAP).len(), 5);
    tell(&mut server, smooth_fill(colour(0x1234, 0xffff), part).serialize(RENDER));
    let part = mark(Rect::new(0, 0, 22, 20), Drawn::Fill(0x12_00ff));
    assert_eq!(server.drawn(PIXMAP), [whole, letter(23, 14), part]);
    // The id goes, the window's background stays.
    let before = server.drawn(PIXMAP);
    tell(&mut server, x::FreePixmapRequest { pixmap: PIXMAP }.serialize());
    assert_eq!(server.drawn(PIXMAP), []);
    assert_eq!(server.background(BAR), Some(before));
    assert_eq!(server.background(ROOT), None);
}

/// A window shows what is on its background when that is painted, part by part.
#[test]
fn a_background_is_shown_when_it_is_painted() {
    let mut server = painter();
    assert!(server.is_up_to_date(BAR));
    let clear =
        |x, width| x::ClearAreaRequest { exposures: false, window: BAR, x, y: 0, width, height: 0 };
    tell(&mut server, fill(CONTEXT, rectangle(10, 0, 20, 20)).serialize());
    assert!(!server.is_up_to_date(BAR));
    tell(&mut server, clear(0, 0).serialize());
    assert!(!server.is_up_to_date(BAR), "what is drawn into a background need not be seen");
    let values = x::ChangeWindowAttributesAux::new().background_pixmap(PIXMAP);
    let request =
        x::ChangeWindowAttributesRequest { window: BAR, value_list: Cow::Borrowed(&values) };
    tell(&mut server, request.serialize());
    tell(&mut server, clear(15, 80).serialize());
    assert!(!server.is_up_to_date(BAR), "a part");
    tell(&mut server, clear(10, 20).serialize());
    assert!(server.is_up_to_date(BAR));
    let whole = Rect::new(0, 0, 100, 20);
    assert_eq!(server.cleared(BAR), [whole, Rect::new(15, 0, 80, 20), Rect::new(10, 0, 20, 20)]);
    tell(&mut server, clear(0, 0).serialize());
    assert_eq!(server.cleared(BAR), [whole]);
    // Another background is not shown by itself.
    tell(&mut server, pixmap(NEW, 24).serialize());
    let fill =
        x::PolyFillRectangleRequest { drawable: NEW, ..fill(CONTEXT, rectangle(0, 0, 9, 9)) };
    tell(&mut server, fill.serialize());
    assert!(server.is_up_to_date(BAR));
    let values = x::ChangeWindowAttributesAux::new().background_pixmap(NEW);
    let values = values.event_mask(x::EventMask::EXPOSURE);
    let request =
        x::ChangeWindowAttributesRequest { window: BAR, value_list: Cow::Borrowed(&values) };
    tell(&mut server, request.serialize());
    assert!(!server.is_up_to_date(BAR));
    // It is where the window changes its size, and whoever wants to hears of it.
    let values = x::ConfigureWindowAux::new().width(120);
    let request = x::ConfigureWindowRequest { window: BAR, value_list: Cow::Borrowed(&values) };
    let said = ask(&mut server, request.serialize());
    let [Event::Expose(exposed)] = &events(&server, &said)[..] else { panic!("{said:?}") };
    assert_eq!((exposed.window, exposed.width, exposed.height), (BAR, 120, 20));
    assert!(server.is_up_to_date(BAR));
    assert!(!server.is_up_to_date(BAR + 7), "one that is not there");
}

/// The server's own font has its measures, draws over what it covers, and may be missing.
#[test]
fn there_may_be_a_font() {
    let mut server = painter();
    let open = |name: &'static [u8]| x::OpenFontRequest { fid: FONT, name: name.into() };
    assert_eq!(refusal(&mut server, open(b"helvetica").serialize()), (15, 0));
    let query = x::QueryFontRequest { font: FONT };
    assert_eq!(refusal(&mut server, query.serialize()), (7, FONT));
    let text = || {
        let character = |byte2| x::Char2b { byte1: 0, byte2 };
        let string = vec![character(b'h'), character(b'i')].into();
        x::ImageText16Request { drawable: PIXMAP, gc: CONTEXT, x: 10, y: 12, string }
    };
    assert_eq!(refusal(&mut server, text().serialize()), (7, CONTEXT));
    let change = || {
        let values = x::ChangeGCAux::new().font(FONT).background(7);
        x::ChangeGCRequest { gc: CONTEXT, value_list: Cow::Owned(values) }
    };
    assert_eq!(refusal(&mut server, change().serialize()), (7, FONT));
    tell(&mut server, open(b"fixed").serialize());
    let said: x::QueryFontReply = reply(&ask(&mut server, query.serialize()));
    let measures = (said.max_bounds.character_width, said.font_ascent, said.font_descent);
    assert_eq!(measures, (6, 11, 2));
    tell(&mut server, change().serialize());
    tell(&mut server, fill(CONTEXT, rectangle(10, 1, 12, 13)).serialize());
    tell(&mut server, text().serialize());
    let what = Drawn::Text { x: 10, y: 12, text: "hi".into(), pixels: (0xff_0000, 7) };
    assert_eq!(server.drawn(PIXMAP), [mark(Rect::new(10, 1, 12, 13), what)]);
    tell(&mut server, x::CloseFontRequest { font: FONT }.serialize());
    server.has_core_font = false;
    assert_eq!(refusal(&mut server, open(b"fixed").serialize()), (15, 0));
    assert_eq!(refusal(&mut server, x::CloseFontRequest { font: FONT }.serialize()), (7, FONT));
}

/// What is copied is told of, unless the context says otherwise.
#[test]
fn copies_are_told_of() {
    let mut server = painter();
    let copy = x::CopyAreaRequest {
        src_drawable: PIXMAP,
        dst_drawable: BAR,
        gc: CONTEXT,
        src_x: 1,
        src_y: 2,
        dst_x: 3,
        dst_y: 4,
        width: 5,
        height: 6,
    };
    tell(&mut server, copy.serialize());
    let what = Drawn::Copy { from: PIXMAP, x: 1, y: 2 };
    assert_eq!(server.drawn(BAR), [mark(Rect::new(3, 4, 5, 6), what)]);
    let values = x::ChangeGCAux::new().graphics_exposures(1);
    let change = x::ChangeGCRequest { gc: CONTEXT, value_list: Cow::Owned(values) };
    tell(&mut server, change.serialize());
    let said = ask(&mut server, copy.serialize());
    assert!(matches!(events(&server, &said)[..], [Event::NoExposure(_)]));
    // The background is painted over it.
    let all =
        x::ClearAreaRequest { exposures: false, window: BAR, x: 0, y: 0, width: 0, height: 0 };
    tell(&mut server, all.serialize());
    assert_eq!(server.drawn(BAR), []);
}

/// What does not exist, and what does not go together, is refused.
#[test]
fn what_makes_no_sense_is_refused() {
    const NOBODY: u32 = WM | 0x7777;
    let [picture_format, bad_picture, _, glyph_set, glyph] =
        [0, 1, 2, 3, 4].map(|it| RENDER_ERROR + it);
    let server = &mut painter();
    let part = rectangle(0, 0, 1, 1);
    // Ids that are taken, whatever by.
    for id in [PIXMAP, CONTEXT, PICTURE, COLOUR, SET, BAR] {
        assert_eq!(refusal(server, pixmap(id, 24).serialize()), (14, id));
        assert_eq!(refusal(server, picture(id, PIXMAP, FORMATS[1]).serialize(RENDER)), (14, id));
    }
    // Of the core protocol.
    assert_eq!(refusal(server, pixmap(NEW, 7).serialize()), (2, 7));
    assert_eq!(refusal(server, context(NEW, NOBODY).serialize()), (9, NOBODY));
    assert_eq!(refusal(server, fill(NOBODY, part).serialize()), (13, NOBODY));
    assert_eq!(refusal(server, x::FreeGCRequest { gc: NOBODY }.serialize()), (13, NOBODY));
    assert_eq!(refusal(server, x::FreePixmapRequest { pixmap: BAR }.serialize()), (4, BAR));
    tell(server, pixmap(NEW, 32).serialize());
    let fill = x::PolyFillRectangleRequest { drawable: NEW, ..fill(CONTEXT, part) };
    assert_eq!(refusal(server, fill.serialize()), (8, CONTEXT), "another depth");
    let values = x::CreateWindowAux::new().background_pixmap(NEW);
    assert_eq!(refusal(server, window(NOBODY, &values).serialize()), (8, NEW));
    assert!(!server.windows.contains_key(&NOBODY));
    let values = x::CreateWindowAux::new().background_pixmap(BAR);
    assert_eq!(refusal(server, window(NOBODY, &values).serialize()), (4, BAR));
    // Of RENDER.
    let refuses = |server: &mut ModelServer, request: render::CreatePictureRequest<'_>| {
        refusal(server, request.serialize(RENDER))
    };
    assert_eq!(refuses(server, picture(NOBODY, NOBODY, FORMATS[1])), (9, NOBODY));
    assert_eq!(refuses(server, picture(NOBODY, PIXMAP, 7)), (picture_format, 7));
    assert_eq!(refuses(server, picture(NOBODY, PIXMAP, FORMATS[2])), (8, FORMATS[2]));
    let command = [1, 0, 0, 0, 0, 0, 0, 0, 66, 0, 0, 0];
    let refuses = |server: &mut ModelServer, request: render::CompositeGlyphs32Request<'_>| {
        refusal(server, request.serialize(RENDER))
    };
    assert_eq!(refuses(server, glyphs(COLOUR, PICTURE, &command)), (glyph, 66));
    assert_eq!(refuses(server, glyphs(NOBODY, PICTURE, &command)), (bad_picture, NOBODY));
    assert_eq!(refuses(server, glyphs(COLOUR, COLOUR, &command)), (9, COLOUR));
    let of_none =
        render::CompositeGlyphs32Request { glyphset: PICTURE, ..glyphs(COLOUR, PICTURE, &command) };
    assert_eq!(refuses(server, of_none), (glyph_set, PICTURE));
    let free = |id: u32| render::FreeGlyphsRequest { glyphset: SET, glyphs: vec![id].into() };
    assert_eq!(refusal(server, free(66).serialize(RENDER)), (8, 66));
    tell(server, free(65).serialize(RENDER));
    assert_eq!(server.glyphs_of(SET), [32]);
    let command = [1, 0, 0, 0, 0, 0, 0, 0, 65, 0, 0, 0];
    assert_eq!(refuses(server, glyphs(COLOUR, PICTURE, &command)), (glyph, 65));
    let short = render::AddGlyphsRequest {
        glyphset: SET,
        glyphids: vec![1].into(),
        glyphs: vec![render::Glyphinfo { width: 5, height: 1, ..Default::default() }].into(),
        data: vec![0; 4].into(),
    };
    assert_eq!(refusal(server, short.serialize(RENDER)), (16, SET));
    // Of an older version.
    server.render_version = (0, 9);
    let version = render::QueryVersionRequest { client_major_version: 0, client_minor_version: 11 };
    let said: render::QueryVersionReply = reply(&ask(server, version.serialize(RENDER)));
    assert_eq!((said.major_version, said.minor_version), (0, 9));
    let solid = render::CreateSolidFillRequest { picture: NOBODY, color: colour(0, 0) };
    assert_eq!(refusal(server, solid.serialize(RENDER)), (1, 0));
    // And of one that is not there.
    server.set_extension("RENDER", false);
    assert_eq!(refusal(server, render::QueryPictFormatsRequest.serialize(RENDER)), (1, 0));
}

/// A window with an alpha channel needs all that it can't copy from its parent.
#[test]
fn deep_windows_have_a_colour_map_of_their_own() {
    let server = &mut painter();
    let plain = x::CreateWindowAux::new().border_pixel(0);
    let deep = |values| x::CreateWindowRequest { depth: 32, visual: 0x41, ..window(NEW, values) };
    assert_eq!(refusal(server, deep(&plain).serialize()), (8, NEW));
    let map = WM | 0x30;
    let create = x::CreateColormapRequest {
        alloc: x::ColormapAlloc::NONE,
        mid: map,
        window: ROOT,
        visual: 0x41,
    };
    tell(server, create.serialize());
    let values = plain.colormap(map);
    let flat = x::CreateWindowRequest { visual: 0x21, ..deep(&values) };
    assert_eq!(refusal(server, flat.serialize()), (8, NEW));
    tell(server, deep(&values).serialize());
    assert_eq!(server.windows[&NEW].depth, 32);
    tell(server, picture(WM | 0x31, NEW, FORMATS[2]).serialize(RENDER));
    // The picture of a window ends with it.
    tell(server, x::DestroyWindowRequest { window: NEW }.serialize());
    let free = render::FreePictureRequest { picture: WM | 0x31 };
    assert_eq!(refusal(server, free.serialize(RENDER)), (RENDER_ERROR + 1, WM | 0x31));
    tell(server, x::FreeColormapRequest { cmap: map }.serialize());
    assert_eq!(server.drawing_ids(), BTreeSet::from([PIXMAP, CONTEXT, PICTURE, COLOUR, SET]));
    server.disconnect();
    assert_eq!(server.drawing_ids(), BTreeSet::new());
}

/// A window that was taken into one of the window manager's survives it.
#[test]
fn icons_survive_their_bar() {
    let mut server = painter();
    server.create(CLIENT, Place::new(10, 10, 30, 30));
    server.map(CLIENT);
    let into = |window, parent| x::ReparentWindowRequest { window, parent, x: 3, y: 4 };
    let save = x::ChangeSaveSetRequest { mode: x::SetMode::INSERT, window: CLIENT };
    ask(&mut server, save.serialize());
    ask(&mut server, into(CLIENT, BAR).serialize());
    let icon = &server.windows[&CLIENT];
    assert_eq!((icon.parent, icon.place.x, icon.place.y), (BAR, 3, 4));
    assert!(icon.mapped && icon.told == Some(icon.place));
    assert_eq!(server.order, [BAR]);
    let inside_out = into(BAR, CLIENT);
    assert_eq!(refusal(&mut server, inside_out.serialize()), (8, BAR));
    server.disconnect();
    let icon = &server.windows[&CLIENT];
    assert!(icon.mapped && icon.parent == ROOT);
    assert_eq!(server.order, [CLIENT]);
}
