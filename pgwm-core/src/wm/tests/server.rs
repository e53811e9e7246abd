//! What the server tells at start-up of text and of dots per inch, and how the latter change.

use super::*;
use crate::text::tests::boxes;
use crate::wm::server::{CoreFont, Render};
use crate::x11::id::{Font, PictFormat, VisualId};

/// Sets what `xrdb` would, in one go.
fn set_resources(server: &mut ModelServer, text: &str) {
    server.set_text(ROOT, "RESOURCE_MANAGER", text.as_bytes());
}

/// A server with one monitor, so many pixels and millimetres wide.
fn with_monitor(width: u32, millimetres: u32) -> ModelServer {
    let mut server = ModelServer::new();
    server.set_monitors(&[("only", Rect::new(0, 0, width, 600), true)]);
    server.set_millimetres(0, millimetres);
    server
}

/// How many of the requests that follow ask for a property.
fn asked(rig: &mut Rig, property: &str) -> usize {
    rig.told().iter().filter(|line| **line == format!("GetProperty {ROOT:#x} {property}")).count()
}

proptest! {
    /// Whatever there is to draw text with is found in two flights, or in three where RENDER
    /// turns out to be of no use.
    #[test]
    fn start_up_finds_what_draws_text(
        has_render: bool,
        minor_version in 8_u32..12,
        has_font: bool,
        wants_core_font: bool,
    ) {
        let mut server = ModelServer::new();
        server.set_extension("RENDER", has_render);
        server.render_version = (0, minor_version);
        server.has_core_font = has_font;
        let fonts = if wants_core_font { Vec::new() } else { vec![boxes().leak()] };
        let start = Start { fonts, ..begin() };
        let mut rig = Rig::connect_as(start, &CONFIG, server, true);
        let mut flights = 0;
        while matches!(rig.stage, Stage::Starting(_)) {
            rig.serve(usize::MAX);
            rig.deliver(usize::MAX);
            flights += 1;
        }
        rig.settle();
        let is_of_use = has_render && minor_version >= 10;
        prop_assert_eq!(flights, if is_of_use || wants_core_font { 2 } else { 3 });
        let found = rig.wm().server.render;
        prop_assert_eq!(found, is_of_use.then_some(Render {
            opcode: 139,
            version: (0, minor_version),
            mask_format: PictFormat::new(0x30),
            root_format: PictFormat::new(0x31),
            argb: Some((VisualId::new(0x41), PictFormat::new(0x32))),
        }));
        let needs_font = wants_core_font || !is_of_use;
        let found = rig.wm().server.core_font;
        prop_assert_eq!(found.is_some(), needs_font && has_font);
        if let Some(CoreFont { font, ascent, descent, width }) = found {
            prop_assert_eq!((ascent, descent, width), (11, 2, 6));
            prop_assert_ne!(font, Font::NONE);
            prop_assert!(rig.server.drawing_ids().contains(&font.raw()));
        }
        // A name that is not there, and the measures of what was not opened.
        let refused = if needs_font && !has_font { &[(15, 45), (7, 47)][..] } else { &[] };
        prop_assert_eq!(&rig.server.errors, refused);
        prop_assert_eq!((rig.wm().server.depth, rig.wm().server.longest_request), (24, 262_140));
    }

    /// What the user asked for goes before what the monitor says; nonsense of either counts as
    /// nothing.
    #[test]
    fn dots_per_inch_are_those_of_the_user_or_the_monitor(
        wanted in prop::option::of(0_u32..1000),
        width in 1_u32..30_000,
        millimetres in prop_oneof![0_u32..3000, any::<u32>()],
    ) {
        let mut server = with_monitor(width, millimetres);
        if let Some(wanted) = wanted {
            set_resources(&mut server, &format!("*customization:\t-color\nXft.dpi:\t{wanted}\n"));
        }
        let mut rig = Rig::connect(server, false);
        rig.settle();
        // To be rounded, which may bring it into the range or out of it.
        let exact = f64::from(width) * 25.4 / f64::from(millimetres);
        let by_monitor = if (72.0..480.0).contains(&exact) { exact } else { 96.0 };
        let dpi = rig.wm().server.dpi;
        match wanted.filter(|wanted| (48..=768).contains(wanted)) {
            Some(wanted) => prop_assert_eq!(dpi, wanted),
            None if (71.4..72.0).contains(&exact) || (480.0..480.6).contains(&exact) => {}
            None => prop_assert!((f64::from(dpi) - by_monitor).abs() <= 0.5, "{dpi}, {exact}"),
        }
        prop_assert!((48..=768).contains(&dpi));
    }
}

/// The primary monitor says it, else the first one; not one that came later in the list.
#[test]
fn the_primary_monitor_says_the_dots_per_inch() {
    for (first_is_primary, second_is_primary, dpi) in
        [(false, false, 127), (true, false, 127), (false, true, 254)]
    {
        let mut server = ModelServer::new();
        server.set_monitors(&[
            ("one", Rect::new(0, 0, 500, 600), first_is_primary),
            ("two", Rect::new(500, 0, 500, 600), second_is_primary),
        ]);
        server.set_millimetres(0, 100);
        server.set_millimetres(1, 50);
        let mut rig = Rig::connect(server, false);
        rig.settle();
        assert_eq!(rig.wm().server.dpi, dpi);
    }
}

/// Without RANDR nobody knows how large a monitor is.
#[test]
fn a_monitor_of_no_size_has_the_usual_dots_per_inch() {
    let mut server = with_monitor(1000, 100);
    server.set_extension("RANDR", false);
    server.set_extension("XINERAMA", true);
    let mut rig = Rig::connect(server, true);
    rig.settle();
    assert_eq!(rig.wm().server.dpi, 96);
}

/// A change of the resources is read once a batch, however many there are in it; what is
/// taken back gives way to the monitor.
#[test]
fn dots_per_inch_follow_the_resources() {
    let mut rig = Rig::connect(with_monitor(1000, 200), true);
    rig.settle();
    assert_eq!(rig.wm().server.dpi, 127);
    for dpi in [144, 168, 192] {
        set_resources(&mut rig.server, &format!("Xft.dpi: {dpi}"));
    }
    assert_eq!(asked(&mut rig, "RESOURCE_MANAGER"), 1);
    rig.settle();
    assert_eq!(rig.wm().server.dpi, 192);
    set_resources(&mut rig.server, "Xft.dpi: none");
    rig.settle();
    assert_eq!(rig.wm().server.dpi, 127);
    // Of another window it is nobody's concern.
    let window = rig.open(Kind::Plain);
    rig.settle();
    rig.server.set_text(window, "RESOURCE_MANAGER", b"Xft.dpi: 300");
    assert_eq!(asked(&mut rig, "RESOURCE_MANAGER"), 0);
    rig.settle();
    assert_eq!(rig.wm().server.dpi, 127);
}
