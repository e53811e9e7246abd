//! Every request that we write, byte for byte against an independent implementation.

use std::borrow::Cow;

use pgwm_core::x11::drawing::{self, Rectangle};
use pgwm_core::x11::extension::{Extension, ExtensionName, Extensions};
use pgwm_core::x11::id::{
    Alarm, AtomId, Colormap, Counter, Cursor, Drawable, EventMask, Font, GlyphSet, GraphicsContext,
    Keycode, Modifiers, PictFormat, Picture, Pixmap, Timestamp, VisualId, Window,
};
use pgwm_core::x11::request as ours;
use pgwm_core::x11::request::{
    AllowMode, BackingStore, GrabMode, Gravity, PropertyData, PropertyMode, Request, RevertTo,
    SaveSetMode, StackMode, WindowAttributes, WindowChanges, WindowClass,
};
use pgwm_core::x11::{randr, render, res, setup, sync, trace, xinerama, xkb};
use proptest::prelude::*;
use proptest::sample::select;
use x11rb_protocol::protocol::get_request_name;
use x11rb_protocol::protocol::{
    randr as their_randr, render as their_render, res as their_res, sync as their_sync,
    xinerama as their_xinerama, xkb as their_xkb, xproto as theirs,
};
use x11rb_protocol::x11_utils::{
    ExtInfoProvider, ExtensionInformation, ReplyRequest, Request as TheirRequest, Serialize as _,
    VoidRequest,
};

/// The bytes of a message, written behind other bytes and over what lay in the buffer.
fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut buffer = vec![0xa5; 70_000];
    buffer.truncate(13);
    write(&mut buffer);
    assert_eq!(buffer[..13], [0xa5; 13]);
    buffer.split_off(13)
}

/// The major opcode of an extension's requests.
const fn major(name: ExtensionName) -> u8 {
    130 + name as u8
}

fn extensions() -> Extensions {
    let mut extensions = Extensions::NONE;
    for name in ExtensionName::ALL {
        let major_opcode = major(name);
        extensions.set(name, Some(Extension { major_opcode, first_event: 0, first_error: 0 }));
    }
    extensions
}

fn same<R: Request, T: TheirRequest>(ours: &R, theirs: T) {
    let bytes = written(|out| ours.write(out));
    let extension = T::EXTENSION_NAME.map(|name| {
        let named = |it: &ExtensionName| it.name() == name;
        ExtensionName::ALL.into_iter().find(named).expect("an extension in use")
    });
    assert_eq!(bytes, theirs.serialize(extension.map_or(0, major)).0);
    assert_eq!(bytes[usize::from(extension.is_some())], R::OPCODE);
    let (line, length) = trace::request(&bytes, None, &extensions());
    assert_eq!(length, bytes.len());
    // Every request that we send can be read by whoever reads a log.
    let name = extensions().request_name(bytes[0], bytes[1].into());
    assert!(line.starts_with(name) && !line.ends_with("bytes"), "{line}");
}

/// A request that the other implementation, too, takes for one without a reply.
fn void<R: Request>(ours: &R, theirs: impl VoidRequest) {
    const { assert!(!R::HAS_REPLY) };
    same(ours, theirs);
}

/// A request that the other implementation, too, takes for one with a reply.
fn question<R: Request>(ours: &R, theirs: impl ReplyRequest) {
    const { assert!(R::HAS_REPLY) };
    same(ours, theirs);
}

fn window() -> impl Strategy<Value = Window> {
    any::<u32>().prop_map(Window::new)
}

fn atom() -> impl Strategy<Value = AtomId> {
    any::<u32>().prop_map(AtomId::new)
}

fn mode() -> impl Strategy<Value = GrabMode> {
    select(&[GrabMode::Synchronous, GrabMode::Asynchronous][..])
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

/// Raw values of all attributes, of which some are set.
fn attributes() -> impl Strategy<Value = [Option<u32>; 15]> {
    any::<[Option<u32>; 15]>().prop_map(|mut raw| {
        for (index, range) in [(4, 11), (5, 11), (6, 3), (9, 2), (10, 2)] {
            raw[index] = raw[index].map(|value| value % range);
        }
        raw
    })
}

fn our_attributes(raw: [Option<u32>; 15]) -> WindowAttributes {
    let stores = [BackingStore::NotUseful, BackingStore::WhenMapped, BackingStore::Always];
    WindowAttributes {
        background_pixmap: raw[0].map(Pixmap::new),
        background_pixel: raw[1],
        border_pixmap: raw[2].map(Pixmap::new),
        border_pixel: raw[3],
        bit_gravity: raw[4].and_then(Gravity::from_raw),
        win_gravity: raw[5].and_then(Gravity::from_raw),
        backing_store: raw[6].map(|store| stores[store as usize]),
        backing_planes: raw[7],
        backing_pixel: raw[8],
        override_redirect: raw[9].map(|value| value != 0),
        save_under: raw[10].map(|value| value != 0),
        event_mask: raw[11].map(EventMask::from_bits),
        do_not_propagate_mask: raw[12].map(EventMask::from_bits),
        colormap: raw[13].map(Colormap::new),
        cursor: raw[14].map(Cursor::new),
    }
}

fn their_new_attributes(raw: [Option<u32>; 15]) -> theirs::CreateWindowAux {
    theirs::CreateWindowAux {
        background_pixmap: raw[0],
        background_pixel: raw[1],
        border_pixmap: raw[2],
        border_pixel: raw[3],
        bit_gravity: raw[4].map(theirs::Gravity::from),
        win_gravity: raw[5].map(theirs::Gravity::from),
        backing_store: raw[6].map(theirs::BackingStore::from),
        backing_planes: raw[7],
        backing_pixel: raw[8],
        override_redirect: raw[9],
        save_under: raw[10],
        event_mask: raw[11].map(theirs::EventMask::from),
        do_not_propogate_mask: raw[12].map(theirs::EventMask::from),
        colormap: raw[13],
        cursor: raw[14],
    }
}

fn their_attributes(raw: [Option<u32>; 15]) -> theirs::ChangeWindowAttributesAux {
    let new = their_new_attributes(raw);
    theirs::ChangeWindowAttributesAux {
        background_pixmap: new.background_pixmap,
        background_pixel: new.background_pixel,
        border_pixmap: new.border_pixmap,
        border_pixel: new.border_pixel,
        bit_gravity: new.bit_gravity,
        win_gravity: new.win_gravity,
        backing_store: new.backing_store,
        backing_planes: new.backing_planes,
        backing_pixel: new.backing_pixel,
        override_redirect: new.override_redirect,
        save_under: new.save_under,
        event_mask: new.event_mask,
        do_not_propogate_mask: new.do_not_propogate_mask,
        colormap: new.colormap,
        cursor: new.cursor,
    }
}

const OPERATORS: [(render::PictOp, their_render::PictOp); 2] = [
    (render::PictOp::Src, their_render::PictOp::SRC),
    (render::PictOp::Over, their_render::PictOp::OVER),
];

/// Position and size.
type Place = ([i16; 2], [u16; 2]);

fn our_rectangles(places: &[Place]) -> Vec<Rectangle> {
    let rectangle = |&([x, y], [width, height]): &Place| Rectangle { x, y, width, height };
    places.iter().map(rectangle).collect()
}

fn their_rectangles(places: &[Place]) -> Vec<theirs::Rectangle> {
    let rectangle = |&([x, y], [width, height]): &Place| theirs::Rectangle { x, y, width, height };
    places.iter().map(rectangle).collect()
}

proptest! {
    #[test]
    fn requests_about_one_window(window in window()) {
        let raw = window.raw();
        question(&ours::GetWindowAttributes { window }, theirs::GetWindowAttributesRequest { window: raw });
        void(&ours::DestroyWindow { window }, theirs::DestroyWindowRequest { window: raw });
        void(&ours::MapWindow { window }, theirs::MapWindowRequest { window: raw });
        void(&ours::UnmapWindow { window }, theirs::UnmapWindowRequest { window: raw });
        question(&ours::GetGeometry { drawable: window }, theirs::GetGeometryRequest { drawable: raw });
        question(&ours::QueryTree { window }, theirs::QueryTreeRequest { window: raw });
        question(&ours::ListProperties { window }, theirs::ListPropertiesRequest { window: raw });
        question(&ours::QueryPointer { window }, theirs::QueryPointerRequest { window: raw });
        for (mode, raw_mode) in [
            (SaveSetMode::Insert, theirs::SetMode::INSERT),
            (SaveSetMode::Delete, theirs::SetMode::DELETE),
        ] {
            void(
                &ours::ChangeSaveSet { mode, window },
                theirs::ChangeSaveSetRequest { mode: raw_mode, window: raw },
            );
        }
        void(&ours::KillClient { resource: raw }, theirs::KillClientRequest { resource: raw });
    }

    #[test]
    fn create_window(
        ids: [u32; 3],
        position: [i16; 2],
        lengths: [u16; 3],
        depth: u8,
        class in 0_u16..3,
        raw in attributes(),
    ) {
        let classes =
            [WindowClass::CopyFromParent, WindowClass::InputOutput, WindowClass::InputOnly];
        void(
            &ours::CreateWindow {
                depth,
                wid: Window::new(ids[0]),
                parent: Window::new(ids[1]),
                x: position[0],
                y: position[1],
                width: lengths[0],
                height: lengths[1],
                border_width: lengths[2],
                class: classes[usize::from(class)],
                visual: VisualId::new(ids[2]),
                attributes: our_attributes(raw),
            },
            theirs::CreateWindowRequest {
                depth,
                wid: ids[0],
                parent: ids[1],
                x: position[0],
                y: position[1],
                width: lengths[0],
                height: lengths[1],
                border_width: lengths[2],
                class: class.into(),
                visual: ids[2],
                value_list: Cow::Owned(their_new_attributes(raw)),
            },
        );
    }

    #[test]
    fn change_window_attributes(window in window(), raw in attributes()) {
        void(
            &ours::ChangeWindowAttributes { window, attributes: our_attributes(raw) },
            theirs::ChangeWindowAttributesRequest {
                window: window.raw(),
                value_list: Cow::Owned(their_attributes(raw)),
            },
        );
    }

    #[test]
    fn configure_window(
        window in window(),
        position: [Option<i16>; 2],
        lengths: [Option<u16>; 3],
        sibling: Option<u32>,
        stack_mode in prop::option::of(0_u32..5),
    ) {
        void(
            &ours::ConfigureWindow {
                window,
                changes: WindowChanges {
                    x: position[0],
                    y: position[1],
                    width: lengths[0],
                    height: lengths[1],
                    border_width: lengths[2],
                    sibling: sibling.map(Window::new),
                    stack_mode: stack_mode.and_then(StackMode::from_raw),
                },
            },
            theirs::ConfigureWindowRequest {
                window: window.raw(),
                value_list: Cow::Owned(theirs::ConfigureWindowAux {
                    x: position[0].map(i32::from),
                    y: position[1].map(i32::from),
                    width: lengths[0].map(u32::from),
                    height: lengths[1].map(u32::from),
                    border_width: lengths[2].map(u32::from),
                    sibling,
                    stack_mode: stack_mode.map(theirs::StackMode::from),
                }),
            },
        );
    }

    #[test]
    fn atoms_and_names(name in name(), only_if_exists: bool, atom in atom(), font: u32) {
        let their_name = || Cow::Owned(name.clone());
        question(
            &ours::InternAtom { only_if_exists, name: &name },
            theirs::InternAtomRequest { only_if_exists, name: their_name() },
        );
        question(&ours::GetAtomName { atom }, theirs::GetAtomNameRequest { atom: atom.raw() });
        question(
            &ours::QueryExtension { name: &name },
            theirs::QueryExtensionRequest { name: their_name() },
        );
        let fid = Font::new(font);
        void(
            &ours::OpenFont { fid, name: &name },
            theirs::OpenFontRequest { fid: font, name: their_name() },
        );
        void(&ours::CloseFont { font: fid }, theirs::CloseFontRequest { font });
    }

    #[test]
    fn change_property(
        mode in 0_u8..3,
        window in window(),
        property in atom(),
        kind in atom(),
        format in select(&[8_u8, 16, 32][..]),
        words in prop::collection::vec(any::<u32>(), 0..30),
    ) {
        let modes = [PropertyMode::Replace, PropertyMode::Prepend, PropertyMode::Append];
        let bytes: Vec<u8> = words.iter().map(|word| *word as u8).collect();
        let halves: Vec<u16> = words.iter().map(|word| *word as u16).collect();
        let (data, raw) = match format {
            8 => (PropertyData::Format8(&bytes), bytes.clone()),
            16 => (PropertyData::Format16(&halves), halves.serialize()),
            _ => (PropertyData::Format32(&words), words.serialize()),
        };
        void(
            &ours::ChangeProperty { mode: modes[usize::from(mode)], window, property, kind, data },
            theirs::ChangePropertyRequest {
                mode: mode.into(),
                window: window.raw(),
                property: property.raw(),
                type_: kind.raw(),
                format,
                data_len: words.len() as u32,
                data: Cow::Owned(raw),
            },
        );
    }

    #[test]
    fn other_requests_about_properties(
        delete: bool,
        window in window(),
        property in atom(),
        kind in atom(),
        range: [u32; 2],
        time: u32,
    ) {
        void(
            &ours::DeleteProperty { window, property },
            theirs::DeletePropertyRequest { window: window.raw(), property: property.raw() },
        );
        question(
            &ours::GetProperty { delete, window, property, kind, offset: range[0], length: range[1] },
            theirs::GetPropertyRequest {
                delete,
                window: window.raw(),
                property: property.raw(),
                type_: kind.raw(),
                long_offset: range[0],
                long_length: range[1],
            },
        );
        void(
            &ours::SetSelectionOwner { owner: window, selection: kind, time: Timestamp(time) },
            theirs::SetSelectionOwnerRequest { owner: window.raw(), selection: kind.raw(), time },
        );
        question(
            &ours::GetSelectionOwner { selection: kind },
            theirs::GetSelectionOwnerRequest { selection: kind.raw() },
        );
    }

    #[test]
    fn send_event(propagate: bool, destination in window(), mask: u32, mut event: [u8; 32]) {
        event[0] = event[0] % 126 + 2;
        void(
            &ours::SendEvent {
                propagate,
                destination,
                event_mask: EventMask::from_bits(mask),
                event,
            },
            theirs::SendEventRequest {
                propagate,
                destination: destination.raw(),
                event_mask: mask.into(),
                event: Cow::Owned(event),
            },
        );
    }

    #[test]
    fn pointer_grabs(
        owner_events: bool,
        grab_window in window(),
        mask: u16,
        pointer_mode in mode(),
        keyboard_mode in mode(),
        ids: [u32; 2],
        time: u32,
        button: u8,
        modifiers: u16,
    ) {
        let event_mask = EventMask::from_bits(mask.into());
        let their_mask = theirs::EventMask::from(u32::from(mask));
        let (confine_to, cursor) = (Window::new(ids[0]), Cursor::new(ids[1]));
        let raw = grab_window.raw();
        let their_mode = |mode| theirs::GrabMode::from(mode as u8);
        question(
            &ours::GrabPointer {
                owner_events,
                grab_window,
                event_mask,
                pointer_mode,
                keyboard_mode,
                confine_to,
                cursor,
                time: Timestamp(time),
            },
            theirs::GrabPointerRequest {
                owner_events,
                grab_window: raw,
                event_mask: their_mask,
                pointer_mode: their_mode(pointer_mode),
                keyboard_mode: their_mode(keyboard_mode),
                confine_to: ids[0],
                cursor: ids[1],
                time,
            },
        );
        void(&ours::UngrabPointer { time: Timestamp(time) }, theirs::UngrabPointerRequest { time });
        void(
            &ours::GrabButton {
                owner_events,
                grab_window,
                event_mask,
                pointer_mode,
                keyboard_mode,
                confine_to,
                cursor,
                button,
                modifiers: Modifiers::from_bits(modifiers),
            },
            theirs::GrabButtonRequest {
                owner_events,
                grab_window: raw,
                event_mask: their_mask,
                pointer_mode: their_mode(pointer_mode),
                keyboard_mode: their_mode(keyboard_mode),
                confine_to: ids[0],
                cursor: ids[1],
                button: button.into(),
                modifiers: modifiers.into(),
            },
        );
        void(
            &ours::UngrabButton { button, grab_window, modifiers: Modifiers::from_bits(modifiers) },
            theirs::UngrabButtonRequest {
                button: button.into(),
                grab_window: raw,
                modifiers: modifiers.into(),
            },
        );
        void(
            &ours::ChangeActivePointerGrab { cursor, time: Timestamp(time), event_mask },
            theirs::ChangeActivePointerGrabRequest { cursor: ids[1], time, event_mask: their_mask },
        );
    }

    #[test]
    fn key_grabs(
        owner_events: bool,
        grab_window in window(),
        time: u32,
        pointer_mode in mode(),
        keyboard_mode in mode(),
        key: u8,
        modifiers: u16,
    ) {
        let raw = grab_window.raw();
        let their_mode = |mode| theirs::GrabMode::from(mode as u8);
        question(
            &ours::GrabKeyboard {
                owner_events,
                grab_window,
                time: Timestamp(time),
                pointer_mode,
                keyboard_mode,
            },
            theirs::GrabKeyboardRequest {
                owner_events,
                grab_window: raw,
                time,
                pointer_mode: their_mode(pointer_mode),
                keyboard_mode: their_mode(keyboard_mode),
            },
        );
        void(&ours::UngrabKeyboard { time: Timestamp(time) }, theirs::UngrabKeyboardRequest { time });
        void(
            &ours::GrabKey {
                owner_events,
                grab_window,
                modifiers: Modifiers::from_bits(modifiers),
                key: Keycode(key),
                pointer_mode,
                keyboard_mode,
            },
            theirs::GrabKeyRequest {
                owner_events,
                grab_window: raw,
                modifiers: modifiers.into(),
                key,
                pointer_mode: their_mode(pointer_mode),
                keyboard_mode: their_mode(keyboard_mode),
            },
        );
        void(
            &ours::UngrabKey {
                key: Keycode(key),
                grab_window,
                modifiers: Modifiers::from_bits(modifiers),
            },
            theirs::UngrabKeyRequest { key, grab_window: raw, modifiers: modifiers.into() },
        );
    }

    #[test]
    fn allow_events_and_focus(time: u32, focus in window()) {
        for (raw, mode) in [
            AllowMode::AsyncPointer,
            AllowMode::SyncPointer,
            AllowMode::ReplayPointer,
            AllowMode::AsyncKeyboard,
            AllowMode::SyncKeyboard,
            AllowMode::ReplayKeyboard,
            AllowMode::AsyncBoth,
            AllowMode::SyncBoth,
        ].into_iter().enumerate() {
            void(
                &ours::AllowEvents { mode, time: Timestamp(time) },
                theirs::AllowEventsRequest { mode: (raw as u8).into(), time },
            );
        }
        for (raw, revert_to) in
            [RevertTo::None, RevertTo::PointerRoot, RevertTo::Parent].into_iter().enumerate()
        {
            void(
                &ours::SetInputFocus { revert_to, focus, time: Timestamp(time) },
                theirs::SetInputFocusRequest {
                    revert_to: (raw as u8).into(),
                    focus: focus.raw(),
                    time,
                },
            );
        }
    }

    #[test]
    fn coordinates(windows: [u32; 2], [src_x, src_y, dst_x, dst_y]: [i16; 4], size: [u16; 2]) {
        let (src_window, dst_window) = (Window::new(windows[0]), Window::new(windows[1]));
        question(
            &ours::TranslateCoordinates { src_window, dst_window, src_x, src_y },
            theirs::TranslateCoordinatesRequest {
                src_window: windows[0],
                dst_window: windows[1],
                src_x,
                src_y,
            },
        );
        let [src_width, src_height] = size;
        void(
            &ours::WarpPointer {
                src_window,
                dst_window,
                src_x,
                src_y,
                src_width,
                src_height,
                dst_x,
                dst_y,
            },
            theirs::WarpPointerRequest {
                src_window: windows[0],
                dst_window: windows[1],
                src_x,
                src_y,
                src_width,
                src_height,
                dst_x,
                dst_y,
            },
        );
    }

    #[test]
    fn colours_and_cursors(ids: [u32; 3], numbers: [u16; 8]) {
        let [source_char, mask_char, fore_red, fore_green, fore_blue, back_red, back_green, back_blue] =
            numbers;
        void(
            &ours::CreateGlyphCursor {
                cid: Cursor::new(ids[0]),
                source_font: Font::new(ids[1]),
                mask_font: Font::new(ids[2]),
                source_char,
                mask_char,
                fore_red,
                fore_green,
                fore_blue,
                back_red,
                back_green,
                back_blue,
            },
            theirs::CreateGlyphCursorRequest {
                cid: ids[0],
                source_font: ids[1],
                mask_font: ids[2],
                source_char,
                mask_char,
                fore_red,
                fore_green,
                fore_blue,
                back_red,
                back_green,
                back_blue,
            },
        );
        void(
            &ours::FreeCursor { cursor: Cursor::new(ids[0]) },
            theirs::FreeCursorRequest { cursor: ids[0] },
        );
        let [red, green, blue, ..] = numbers;
        question(
            &ours::AllocColor { cmap: Colormap::new(ids[0]), red, green, blue },
            theirs::AllocColorRequest { cmap: ids[0], red, green, blue },
        );
    }

    #[test]
    fn pixmaps_and_copies(
        ids: [u32; 3],
        [src_x, src_y, dst_x, dst_y]: [i16; 4],
        [width, height]: [u16; 2],
        depth: u8,
        exposures: bool,
    ) {
        let (pixmap, window) = (Pixmap::new(ids[0]), Window::new(ids[1]));
        void(
            &drawing::CreatePixmap {
                depth,
                pid: pixmap,
                drawable: window.into(),
                width,
                height,
            },
            theirs::CreatePixmapRequest { depth, pid: ids[0], drawable: ids[1], width, height },
        );
        void(&drawing::FreePixmap { pixmap }, theirs::FreePixmapRequest { pixmap: ids[0] });
        void(
            &drawing::ClearArea { exposures, window, x: dst_x, y: dst_y, width, height },
            theirs::ClearAreaRequest {
                exposures,
                window: ids[1],
                x: dst_x,
                y: dst_y,
                width,
                height,
            },
        );
        void(
            &drawing::CopyArea {
                src_drawable: pixmap.into(),
                dst_drawable: window.into(),
                gc: GraphicsContext::new(ids[2]),
                src_x,
                src_y,
                dst_x,
                dst_y,
                width,
                height,
            },
            theirs::CopyAreaRequest {
                src_drawable: ids[0],
                dst_drawable: ids[1],
                gc: ids[2],
                src_x,
                src_y,
                dst_x,
                dst_y,
                width,
                height,
            },
        );
        void(
            &ours::ReparentWindow { window, parent: Window::new(ids[2]), x: dst_x, y: dst_y },
            theirs::ReparentWindowRequest { window: ids[1], parent: ids[2], x: dst_x, y: dst_y },
        );
        void(
            &drawing::CreateColormap {
                mid: Colormap::new(ids[0]),
                window,
                visual: VisualId::new(ids[2]),
            },
            theirs::CreateColormapRequest {
                alloc: theirs::ColormapAlloc::NONE,
                mid: ids[0],
                window: ids[1],
                visual: ids[2],
            },
        );
    }

    #[test]
    fn graphics_contexts(
        ids: [u32; 2],
        pixels: [Option<u32>; 2],
        font: Option<u32>,
        graphics_exposures: Option<bool>,
    ) {
        let (gc, [foreground, background]) = (GraphicsContext::new(ids[0]), pixels);
        let values = drawing::GraphicsContextValues {
            foreground,
            background,
            font: font.map(Font::new),
            graphics_exposures,
        };
        void(
            &drawing::CreateGC { cid: gc, drawable: Drawable::new(ids[1]), values },
            theirs::CreateGCRequest {
                cid: ids[0],
                drawable: ids[1],
                value_list: Cow::Owned(theirs::CreateGCAux {
                    foreground,
                    background,
                    font,
                    graphics_exposures: graphics_exposures.map(u32::from),
                    ..Default::default()
                }),
            },
        );
        void(
            &drawing::ChangeGC { gc, values },
            theirs::ChangeGCRequest {
                gc: ids[0],
                value_list: Cow::Owned(theirs::ChangeGCAux {
                    foreground,
                    background,
                    font,
                    graphics_exposures: graphics_exposures.map(u32::from),
                    ..Default::default()
                }),
            },
        );
        void(&drawing::FreeGC { gc }, theirs::FreeGCRequest { gc: ids[0] });
        question(
            &drawing::QueryFont { font: Font::new(ids[0]) },
            theirs::QueryFontRequest { font: ids[0] },
        );
    }

    #[test]
    fn rectangles_and_characters(
        ids: [u32; 2],
        places in prop::collection::vec(any::<Place>(), 0..80),
        [x, y]: [i16; 2],
        string in prop::collection::vec(any::<u16>(), 0..300),
    ) {
        let (drawable, gc) = (Drawable::new(ids[0]), GraphicsContext::new(ids[1]));
        void(
            &drawing::PolyFillRectangle { drawable, gc, rectangles: &our_rectangles(&places) },
            theirs::PolyFillRectangleRequest {
                drawable: ids[0],
                gc: ids[1],
                rectangles: Cow::Owned(their_rectangles(&places)),
            },
        );
        let characters = string.iter().take(255).map(|character| {
            let [byte1, byte2] = character.to_be_bytes();
            theirs::Char2b { byte1, byte2 }
        });
        void(
            &drawing::ImageText16 { drawable, gc, x, y, string: &string },
            theirs::ImageText16Request {
                drawable: ids[0],
                gc: ids[1],
                x,
                y,
                string: characters.collect(),
            },
        );
    }

    #[test]
    fn pictures(ids: [u32; 3], version: [u32; 2], channels: [u16; 4], places in prop::collection::vec(any::<Place>(), 0..80)) {
        let major_opcode = major(ExtensionName::Render);
        let [client_major_version, client_minor_version] = version;
        question(
            &render::QueryVersion { major_opcode, client_major_version, client_minor_version },
            their_render::QueryVersionRequest { client_major_version, client_minor_version },
        );
        question(
            &render::QueryPictFormats { major_opcode },
            their_render::QueryPictFormatsRequest,
        );
        let (picture, format) = (Picture::new(ids[0]), PictFormat::new(ids[2]));
        let drawable = Drawable::new(ids[1]);
        void(
            &render::CreatePicture { major_opcode, pid: picture, drawable, format },
            their_render::CreatePictureRequest {
                pid: ids[0],
                drawable: ids[1],
                format: ids[2],
                value_list: Cow::Owned(their_render::CreatePictureAux::default()),
            },
        );
        void(
            &render::FreePicture { major_opcode, picture },
            their_render::FreePictureRequest { picture: ids[0] },
        );
        let [red, green, blue, alpha] = channels;
        let color = render::Color { red, green, blue, alpha };
        let their_color = their_render::Color { red, green, blue, alpha };
        void(
            &render::CreateSolidFill { major_opcode, pid: picture, color },
            their_render::CreateSolidFillRequest { picture: ids[0], color: their_color },
        );
        for (op, their_op) in OPERATORS {
            void(
                &render::FillRectangles {
                    major_opcode,
                    op,
                    dst: picture,
                    color,
                    rects: &our_rectangles(&places),
                },
                their_render::FillRectanglesRequest {
                    op: their_op,
                    dst: ids[0],
                    color: their_color,
                    rects: Cow::Owned(their_rectangles(&places)),
                },
            );
        }
    }

    #[test]
    fn glyph_sets(
        ids: [u32; 2],
        glyphs in prop::collection::vec((any::<u32>(), 0_u16..9, 0_u16..9, any::<[i16; 4]>(), any::<[u8; 81]>(), 0_usize..82), 0..6),
        room in 0_u32..700,
    ) {
        let major_opcode = major(ExtensionName::Render);
        let (glyphset, format) = (GlyphSet::new(ids[0]), PictFormat::new(ids[1]));
        void(
            &render::CreateGlyphSet { major_opcode, gsid: glyphset, format },
            their_render::CreateGlyphSetRequest { gsid: ids[0], format: ids[1] },
        );
        void(
            &render::FreeGlyphSet { major_opcode, glyphset },
            their_render::FreeGlyphSetRequest { glyphset: ids[0] },
        );
        let glyphids: Vec<u32> = glyphs.iter().map(|glyph| glyph.0).collect();
        void(
            &render::FreeGlyphs { major_opcode, glyphset, glyphs: &glyphids },
            their_render::FreeGlyphsRequest {
                glyphset: ids[0],
                glyphs: Cow::Borrowed(&glyphids),
            },
        );
        let (mut ours, mut theirs, mut data) = (Vec::new(), Vec::new(), Vec::new());
        for (id, width, height, [x, y, x_off, y_off], bytes, length) in &glyphs {
            let info = render::GlyphInfo {
                width: *width,
                height: *height,
                x: *x,
                y: *y,
                x_off: *x_off,
                y_off: *y_off,
            };
            ours.push(render::Glyph { id: *id, info, rows: &bytes[..*length] });
            theirs.push(their_render::Glyphinfo {
                width: *width,
                height: *height,
                x: *x,
                y: *y,
                x_off: *x_off,
                y_off: *y_off,
            });
            // A pixel that is not there is transparent, and so is what fills up a row.
            for row in 0..usize::from(*height) {
                for column in 0..usize::from(*width).next_multiple_of(4) {
                    let at = row * usize::from(*width) + column;
                    let is_there = column < usize::from(*width) && at < *length;
                    data.push(if is_there { bytes[at] } else { 0 });
                }
            }
        }
        void(
            &render::AddGlyphs { major_opcode, glyphset, glyphs: &ours },
            their_render::AddGlyphsRequest {
                glyphset: ids[0],
                glyphids: Cow::Owned(glyphids),
                glyphs: Cow::Owned(theirs),
                data: Cow::Owned(data),
            },
        );
        // As many as have room, and not one more.
        let count = render::AddGlyphs::fitting(&ours, room);
        let length = |count: usize| {
            let glyphs = &ours[..count];
            written(|out| render::AddGlyphs { major_opcode, glyphset, glyphs }.write(out)).len()
        };
        prop_assert!(count == 0 || length(count) <= room as usize);
        prop_assert!(count == ours.len() || length(count + 1) > room as usize);
    }

    #[test]
    fn glyphs_of_a_line(
        ids: [u32; 4],
        [src_x, src_y]: [i16; 2],
        runs in prop::collection::vec((any::<[i16; 2]>(), 0_usize..600), 0..5),
    ) {
        let major_opcode = major(ExtensionName::Render);
        let numbers: Vec<u32> = (0..600).map(|number: u32| number.wrapping_mul(0x0101_0101)).collect();
        let mut commands = Vec::new();
        for ([x, y], count) in &runs {
            // A run of more than 254 glyphs goes on in another one that does not move the pen.
            let mut deltas = [*x, *y];
            for part in numbers[..*count].chunks(254) {
                commands.extend([part.len() as u8, 0, 0, 0]);
                commands.extend(deltas.iter().flat_map(|delta| delta.to_le_bytes()));
                commands.extend(part.iter().flat_map(|number| number.to_le_bytes()));
                deltas = [0, 0];
            }
            // One without glyphs only moves it.
            if *count == 0 {
                commands.extend([0; 4]);
                commands.extend(deltas.iter().flat_map(|delta| delta.to_le_bytes()));
            }
        }
        let run = |&([delta_x, delta_y], count): &([i16; 2], usize)| render::GlyphRun {
            delta_x,
            delta_y,
            glyphs: &numbers[..count],
        };
        for (op, their_op) in OPERATORS {
            void(
                &render::CompositeGlyphs32 {
                    major_opcode,
                    op,
                    src: Picture::new(ids[0]),
                    dst: Picture::new(ids[1]),
                    mask_format: PictFormat::new(ids[2]),
                    glyphset: GlyphSet::new(ids[3]),
                    src_x,
                    src_y,
                    runs: &runs.iter().map(run).collect::<Vec<_>>(),
                },
                their_render::CompositeGlyphs32Request {
                    op: their_op,
                    src: ids[0],
                    dst: ids[1],
                    mask_format: ids[2],
                    glyphset: ids[3],
                    src_x,
                    src_y,
                    glyphcmds: Cow::Borrowed(&commands),
                },
            );
        }
    }

    #[test]
    fn keyboards_and_bells(first: u8, count: u8, percent: i8) {
        question(
            &ours::GetKeyboardMapping { first_keycode: Keycode(first), count },
            theirs::GetKeyboardMappingRequest { first_keycode: first, count },
        );
        void(&ours::Bell { percent }, theirs::BellRequest { percent });
    }

    #[test]
    fn monitors(window in window(), numbers: [u32; 2], mask: u16, get_active: bool) {
        let major_opcode = major(ExtensionName::Randr);
        let [major_version, minor_version] = numbers;
        question(
            &randr::QueryVersion { major_opcode, major_version, minor_version },
            their_randr::QueryVersionRequest { major_version, minor_version },
        );
        void(
            &randr::SelectInput { major_opcode, window, enable: randr::NotifyMask::from_bits(mask) },
            their_randr::SelectInputRequest { window: window.raw(), enable: mask.into() },
        );
        question(
            &randr::GetScreenResources { major_opcode, window },
            their_randr::GetScreenResourcesRequest { window: window.raw() },
        );
        question(
            &randr::GetMonitors { major_opcode, window, get_active },
            their_randr::GetMonitorsRequest { window: window.raw(), get_active },
        );
        let major_opcode = major(ExtensionName::Xinerama);
        question(&xinerama::IsActive { major_opcode }, their_xinerama::IsActiveRequest);
        question(&xinerama::QueryScreens { major_opcode }, their_xinerama::QueryScreensRequest);
    }

    #[test]
    fn processes(raw: u32, version: [u8; 2]) {
        let major_opcode = major(ExtensionName::Res);
        let [client_major, client_minor] = version;
        question(
            &res::QueryVersion { major_opcode, client_major, client_minor },
            their_res::QueryVersionRequest { client_major, client_minor },
        );
        let mask = their_res::ClientIdMask::LOCAL_CLIENT_PID;
        let specs = [their_res::ClientIdSpec { client: raw, mask }];
        question(
            &res::QueryClientIds { major_opcode, client: Window::new(raw) },
            their_res::QueryClientIdsRequest { specs: specs[..].into() },
        );
    }

    #[test]
    fn alarms(
        raw: u32,
        version: [u8; 2],
        counter: Option<u32>,
        value_type in prop::option::of(0_u32..2),
        values: [Option<i64>; 2],
        test_type in prop::option::of(0_u32..4),
        events: Option<bool>,
    ) {
        let major_opcode = major(ExtensionName::Sync);
        let [desired_major_version, desired_minor_version] = version;
        question(
            &sync::Initialize { major_opcode, desired_major_version, desired_minor_version },
            their_sync::InitializeRequest { desired_major_version, desired_minor_version },
        );
        question(
            &sync::QueryCounter { major_opcode, counter: Counter::new(raw) },
            their_sync::QueryCounterRequest { counter: raw },
        );
        let alarm = Alarm::new(raw);
        void(&sync::DestroyAlarm { major_opcode, alarm }, their_sync::DestroyAlarmRequest { alarm: raw });
        let value_types = [sync::ValueType::Absolute, sync::ValueType::Relative];
        let test_types = [
            sync::TestType::PositiveTransition,
            sync::TestType::NegativeTransition,
            sync::TestType::PositiveComparison,
            sync::TestType::NegativeComparison,
        ];
        let attributes = sync::AlarmAttributes {
            counter: counter.map(Counter::new),
            value_type: value_type.map(|index| value_types[index as usize]),
            value: values[0],
            test_type: test_type.map(|index| test_types[index as usize]),
            delta: values[1],
            events,
        };
        let [value, delta] = values.map(|value| {
            value.map(|it| their_sync::Int64 { hi: (it >> 32) as i32, lo: it as u32 })
        });
        void(
            &sync::CreateAlarm { major_opcode, id: alarm, attributes },
            their_sync::CreateAlarmRequest {
                id: raw,
                value_list: Cow::Owned(their_sync::CreateAlarmAux {
                    counter,
                    value_type: value_type.map(Into::into),
                    value,
                    test_type: test_type.map(Into::into),
                    delta,
                    events: events.map(u32::from),
                }),
            },
        );
        void(
            &sync::ChangeAlarm { major_opcode, id: alarm, attributes },
            their_sync::ChangeAlarmRequest {
                id: raw,
                value_list: Cow::Owned(their_sync::ChangeAlarmAux {
                    counter,
                    value_type: value_type.map(Into::into),
                    value,
                    test_type: test_type.map(Into::into),
                    delta,
                    events: events.map(u32::from),
                }),
            },
        );
    }

    #[test]
    fn keyboard_flags(version: [u16; 2], change: u32, value: u32) {
        let major_opcode = major(ExtensionName::Xkb);
        let [wanted_major, wanted_minor] = version;
        question(
            &xkb::UseExtension { major_opcode, wanted_major, wanted_minor },
            their_xkb::UseExtensionRequest { wanted_major, wanted_minor },
        );
        let keymap = their_xkb::EventType::NEW_KEYBOARD_NOTIFY | their_xkb::EventType::MAP_NOTIFY;
        let parts = their_xkb::MapPart::KEY_TYPES
            | their_xkb::MapPart::KEY_SYMS
            | their_xkb::MapPart::MODIFIER_MAP;
        void(
            &xkb::SelectKeymapEvents { major_opcode },
            their_xkb::SelectEventsRequest {
                device_spec: u16::from(their_xkb::ID::USE_CORE_KBD),
                clear: 0_u16.into(),
                select_all: keymap,
                affect_map: parts,
                map: parts,
                details: Cow::Owned(their_xkb::SelectEventsAux::default()),
            },
        );
        question(
            &xkb::PerClientFlags { major_opcode, change, value },
            their_xkb::PerClientFlagsRequest {
                device_spec: u16::from(their_xkb::ID::USE_CORE_KBD),
                change: change.into(),
                value: value.into(),
                ctrls_to_change: 0_u32.into(),
                auto_ctrls: 0_u32.into(),
                auto_ctrls_values: 0_u32.into(),
            },
        );
    }

    #[test]
    fn the_first_bytes(name in name(), data in name()) {
        let theirs = theirs::SetupRequest {
            byte_order: b'l',
            protocol_major_version: 11,
            protocol_minor_version: 0,
            authorization_protocol_name: name.clone(),
            authorization_protocol_data: data.clone(),
        };
        let bytes = written(|out| setup::write_request(out, &name, &data));
        prop_assert_eq!(bytes, theirs.serialize());
    }
}

#[test]
fn requests_without_fields() {
    void(&ours::GrabServer, theirs::GrabServerRequest);
    void(&ours::UngrabServer, theirs::UngrabServerRequest);
    question(&ours::GetInputFocus, theirs::GetInputFocusRequest);
    question(&ours::GetModifierMapping, theirs::GetModifierMappingRequest);
    void(&ours::NoOperation, theirs::NoOperationRequest);
}

#[test]
fn what_is_too_long_is_cut_and_stays_well_formed() {
    let much = vec![b'x'; 400_000];
    let whole = |bytes: &[u8]| usize::from(u16::from_le_bytes([bytes[2], bytes[3]])) * 4;
    let words = vec![0x0102_0304; 100_000];
    let halves = vec![0x0102; 200_000];
    for (data, units) in [
        (PropertyData::Format8(&much), 262_116),
        (PropertyData::Format16(&halves), 131_058),
        (PropertyData::Format32(&words), 65_529),
    ] {
        let bytes = written(|out| {
            ours::ChangeProperty {
                mode: PropertyMode::Replace,
                window: Window::new(1),
                property: AtomId::new(2),
                kind: AtomId::new(3),
                data,
            }
            .write(out);
        });
        assert_eq!((bytes.len(), whole(&bytes)), (262_140, 262_140));
        assert_eq!(bytes[20..24], u32::to_le_bytes(units));
    }
    let rectangles = our_rectangles(&vec![([1, 2], [3, 4]); 40_000]);
    let bytes = written(|out| {
        let (drawable, gc) = (Drawable::new(1), GraphicsContext::new(2));
        drawing::PolyFillRectangle { drawable, gc, rectangles: &rectangles }.write(out);
    });
    assert_eq!((bytes.len(), whole(&bytes)), (12 + 32_765 * 8, 12 + 32_765 * 8));
    let major_opcode = major(ExtensionName::Render);
    let bytes = written(|out| {
        let (op, dst, color) =
            (render::PictOp::Src, Picture::new(1), render::Color::opaque(0xff_ff_ff));
        render::FillRectangles { major_opcode, op, dst, color, rects: &rectangles }.write(out);
    });
    assert_eq!((bytes.len(), whole(&bytes)), (262_140, 262_140));
    let glyphset = GlyphSet::new(1);
    let bytes = written(|out| {
        render::FreeGlyphs { major_opcode, glyphset, glyphs: &words }.write(out);
    });
    assert_eq!((bytes.len(), whole(&bytes)), (262_140, 262_140));
    // One that has room, one that has none, and one that would have.
    let glyph = |size| {
        let info = render::GlyphInfo { width: size, height: size, ..Default::default() };
        render::Glyph { id: 1, info, rows: &much }
    };
    let glyphs = [glyph(500), glyph(u16::MAX), glyph(1)];
    let bytes = written(|out| {
        render::AddGlyphs { major_opcode, glyphset, glyphs: &glyphs }.write(out);
    });
    assert_eq!((bytes.len(), whole(&bytes)), (28 + 250_000, 28 + 250_000));
    assert_eq!(bytes[8..12], [1, 0, 0, 0]);
    let run = render::GlyphRun { delta_x: 1, delta_y: 1, glyphs: &words[..60_000] };
    let short = render::GlyphRun { glyphs: &[7], ..run };
    let bytes = written(|out| {
        let (src, dst, mask_format) = (Picture::new(1), Picture::new(2), PictFormat::NONE);
        let (op, src_x, src_y) = (render::PictOp::Over, 0, 0);
        let runs = &[run, run, short];
        render::CompositeGlyphs32 {
            major_opcode,
            op,
            src,
            dst,
            mask_format,
            glyphset,
            src_x,
            src_y,
            runs,
        }
        .write(out);
    });
    // The first run is of 237 parts; of the second one as many as have room are there.
    assert_eq!((bytes.len(), whole(&bytes)), (28 + 241_896 + 19 * 1024, 28 + 241_896 + 19 * 1024));
    let bytes = written(|out| ours::InternAtom { only_if_exists: true, name: &much }.write(out));
    assert_eq!((bytes.len(), whole(&bytes)), (8 + 65_536, 8 + 65_536));
    assert_eq!(bytes[4..6], [0xff, 0xff]);
    let bytes = written(|out| setup::write_request(out, b"name", &much));
    assert_eq!(bytes.len(), 12 + 4 + 65_536);
}

#[test]
fn names_are_those_of_the_protocol() {
    struct Known;
    impl ExtInfoProvider for Known {
        fn get_from_major_opcode(&self, opcode: u8) -> Option<(&str, ExtensionInformation)> {
            let name = extensions().of_major_opcode(opcode)?;
            let information =
                ExtensionInformation { major_opcode: opcode, first_event: 0, first_error: 0 };
            Some((name.name(), information))
        }
        fn get_from_event_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
            None
        }
        fn get_from_error_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
            None
        }
    }
    let mut known = 0;
    for opcode in 1..=127 {
        let name = ours::name(opcode);
        assert_eq!(extensions().request_name(opcode, 0), name);
        if name != "core request" {
            assert_eq!(get_request_name(&Known, opcode, 0), name);
            known += 1;
        }
    }
    assert_eq!(known, 59);
    assert_eq!(ours::name(200), "extension request");
    assert_eq!(extensions().request_name(200, 0), "extension request");
    known = 0;
    for extension in ExtensionName::ALL {
        for opcode in 0..=u8::MAX {
            let ours = extensions().request_name(major(extension), opcode.into());
            let ours = ours.strip_prefix(extension.name()).expect("the extension's name");
            if ours != " request" {
                let theirs = get_request_name(&Known, major(extension), opcode);
                assert_eq!(theirs.split_once("::").map(|it| it.1), Some(ours.trim_start()));
                known += 1;
            }
        }
        // What two bytes can't hold is nobody's.
        assert!(extensions().request_name(major(extension), 256).ends_with(" request"));
    }
    assert_eq!(known, 27);
}

#[test]
fn colours_have_the_whole_range() {
    let colour = render::Color { red: 0, green: 0x8080, blue: 0xffff, alpha: 0xffff };
    assert_eq!(render::Color::opaque(0xab_00_80_ff), colour);
}

#[test]
fn flags_and_masks_are_those_of_the_protocol() {
    assert_eq!(
        xkb::DETECTABLE_AUTO_REPEAT,
        u32::from(their_xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT)
    );
    for (ours, theirs) in [
        (randr::NotifyMask::SCREEN_CHANGE, their_randr::NotifyMask::SCREEN_CHANGE),
        (randr::NotifyMask::CRTC_CHANGE, their_randr::NotifyMask::CRTC_CHANGE),
        (randr::NotifyMask::OUTPUT_CHANGE, their_randr::NotifyMask::OUTPUT_CHANGE),
        (randr::NotifyMask::OUTPUT_PROPERTY, their_randr::NotifyMask::OUTPUT_PROPERTY),
        (randr::NotifyMask::RESOURCE_CHANGE, their_randr::NotifyMask::RESOURCE_CHANGE),
    ] {
        assert_eq!(ours.bits(), u16::from(theirs));
    }
}
