//! What start-up learned of the server and of ourselves, and never changes. Never holds state of the session.

use super::monitors::{Monitors, dpi};
use super::scene::BorderColour;
use crate::config::{Colours, Config, FocusPolicy};
use crate::geometry::Rect;
use crate::x11::drawing::QueryFontReply;
use crate::x11::id::{Cursor, EventMask, Font, Keycode, PictFormat, VisualId, Window};
use crate::x11::render::{self, QueryPictFormatsReply};
use crate::x11::setup::{Screen, Setup, Visual, VisualClass};
use alloc::vec::Vec;

/// The server and its one screen that we manage.
#[derive(Debug, Clone)]
pub struct Server {
    /// The root window.
    pub root: Window,
    /// The size of the root window at start-up.
    pub area: Rect,
    /// Our own window: it proves that a window manager runs, has the keyboard while no
    /// program does, and lies below all others.
    pub holder: Window,
    /// The number of the cursor font, while it is open.
    pub cursor_font: Font,
    /// The number of the pointer image of a drag, while there is one.
    pub drag_cursor: Cursor,
    /// The first keycode that a keyboard can send.
    pub first_keycode: Keycode,
    /// How many keycodes there are from there.
    pub keycode_count: u8,
    /// The border colours as pixels.
    pub palette: Palette,
    /// Which bits of a pixel are which colour; `None` where that is not so simple.
    pub visual: Option<Visual>,
    /// What is drawn where colours are not so simple: black and white.
    pub extremes: (u32, u32),
    /// The root window's bits a pixel.
    pub depth: u8,
    /// The longest request that the server takes, in bytes.
    pub longest_request: u32,
    /// Dots per inch: what the user asked for (`Xft.dpi`), or what the primary monitor says.
    pub dpi: u32,
    /// What the handshake says of the whole screen, where that is not the usual: then somebody
    /// has asked for it, as by `xrandr --dpi` or the server's option `-dpi`.
    pub screen_dpi: Option<u32>,
    /// Smooth text, where the server can draw it.
    pub render: Option<Render>,
    /// The server's own font, where it is needed and there.
    pub core_font: Option<CoreFont>,
    /// The name of the machine that we run on.
    pub host: Vec<u8>,
    /// Our own process.
    pub process: u32,
}

/// What the RENDER extension draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Render {
    /// The major opcode of its requests.
    pub opcode: u8,
    /// Its version, which knows solid fills: 0.10 or later.
    pub version: (u32, u32),
    /// The format of glyphs, which are alpha and nothing else.
    pub mask_format: PictFormat,
    /// The format of the root window.
    pub root_format: PictFormat,
    /// A visual with an alpha channel, and its format.
    pub argb: Option<(VisualId, PictFormat)>,
}

impl Render {
    /// What the server said of it, for the root window's visual and one of depth 32; None
    /// where it is of no use.
    pub fn new(
        opcode: u8,
        version: (u32, u32),
        formats: QueryPictFormatsReply,
        deep: VisualId,
    ) -> Option<Self> {
        let QueryPictFormatsReply { a8: mask_format, argb32, of_visuals } = formats;
        let [root_format, deep_format] = of_visuals;
        let has_alpha = deep_format != PictFormat::NONE && deep_format == argb32;
        let is_of_use = version >= render::SOLID_FILL
            && mask_format != PictFormat::NONE
            && root_format != PictFormat::NONE;
        is_of_use.then_some(Self {
            opcode,
            version,
            mask_format,
            root_format,
            argb: has_alpha.then_some((deep, deep_format)),
        })
    }
}

/// A font of the server whose characters all have the same width, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreFont {
    /// The font, which is open.
    pub font: Font,
    /// From the base line to the upper edge of a line of text.
    pub ascent: u32,
    /// From the base line to the lower edge of a line of text.
    pub descent: u32,
    /// Of every character; not zero.
    pub width: u32,
}

impl CoreFont {
    /// What the server said of it; None where nothing would be seen.
    pub fn new(font: Font, said: &QueryFontReply) -> Option<Self> {
        let length = |it: i16| u32::try_from(it).unwrap_or(0);
        let (ascent, descent) = (length(said.font_ascent), length(said.font_descent));
        let width = length(said.max_bounds.character_width);
        (ascent + descent > 0 && width > 0).then_some(Self { font, ascent, descent, width })
    }
}

/// The border colours as pixels of the screen's visual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    focused: u32,
    unfocused: u32,
    urgent: u32,
}

impl Server {
    /// Dots per inch where nobody says anything else: what programs were made for.
    pub const USUAL_DPI: u32 = 96;

    /// What the window manager selects on the root window. Not `SubstructureNotify`: it
    /// would wake us for every menu and tooltip. `PropertyChange` is what launchers send their
    /// messages to; what we write ourselves comes back with other events of that batch.
    pub const ROOT_EVENTS: EventMask = EventMask::SUBSTRUCTURE_REDIRECT
        .with(EventMask::STRUCTURE_NOTIFY)
        .with(EventMask::FOCUS_CHANGE)
        .with(EventMask::PROPERTY_CHANGE);

    /// The same, and what the configuration needs besides.
    pub fn root_events(config: &Config) -> EventMask {
        match config.focus {
            FocusPolicy::FollowsPointer => Self::ROOT_EVENTS.with(EventMask::ENTER_WINDOW),
            FocusPolicy::Sloppy | FocusPolicy::Click => Self::ROOT_EVENTS,
        }
    }

    /// What the handshake says of a screen, and we of ourselves.
    pub fn new(
        setup: &Setup,
        screen: &Screen,
        holder: Window,
        colours: &Colours,
        host: Vec<u8>,
        process: u32,
    ) -> Self {
        Self {
            root: screen.root,
            area: Rect::new(0, 0, screen.width.into(), screen.height.into()),
            holder,
            cursor_font: Font::NONE,
            drag_cursor: Cursor::NONE,
            first_keycode: setup.min_keycode,
            keycode_count: setup
                .max_keycode
                .0
                .saturating_sub(setup.min_keycode.0)
                .saturating_add(1),
            palette: Palette::new(screen, colours),
            depth: screen.root_depth,
            visual: true_colour(screen).copied(),
            extremes: (screen.black_pixel, screen.white_pixel),
            longest_request: u32::from(setup.maximum_request_length) * 4,
            dpi: Self::USUAL_DPI,
            screen_dpi: dpi(screen.width.into(), screen.width_in_millimeters.into())
                .filter(|dpi| dpi.abs_diff(Self::USUAL_DPI) > 2),
            render: None,
            core_font: None,
            host,
            process,
        }
    }
}

impl Server {
    /// The dots per inch: those that the user asked for, or else those of the whole screen, or
    /// else those of the primary monitor.
    pub fn dpi_of(&self, wanted: Option<u32>, monitors: &Monitors) -> u32 {
        wanted.or(self.screen_dpi).unwrap_or_else(|| monitors.dpi())
    }

    /// The pixel of a colour `0xRRGGBB`.
    pub fn pixel(&self, colour: u32) -> u32 {
        let (black, white) = self.extremes;
        let is_bright = colour & 0x80_80_80 != 0;
        let otherwise = if is_bright { white } else { black };
        self.visual.map_or(otherwise, |visual| visual.pixel(colour))
    }
}

/// The visual of the root window, where its pixels are made of three colours.
fn true_colour(screen: &Screen) -> Option<&Visual> {
    screen.root_visual().filter(|it| it.class == VisualClass::TrueColor)
}

impl Palette {
    fn new(screen: &Screen, colours: &Colours) -> Self {
        let visual = true_colour(screen);
        // Without a TrueColor visual there are still two colours that every screen has.
        let pixel =
            |colour: u32, otherwise: u32| visual.map_or(otherwise, |visual| visual.pixel(colour));
        Self {
            focused: pixel(colours.focused, screen.white_pixel),
            unfocused: pixel(colours.unfocused, screen.black_pixel),
            urgent: pixel(colours.urgent, screen.white_pixel),
        }
    }

    /// The pixel of a colour; opaque, for a window whose pixels carry an alpha channel.
    pub const fn pixel(&self, colour: BorderColour, has_alpha: bool) -> u32 {
        let pixel = match colour {
            BorderColour::Focused => self.focused,
            BorderColour::Unfocused => self.unfocused,
            BorderColour::Urgent => self.urgent,
        };
        if has_alpha { pixel | 0xff00_0000 } else { pixel }
    }
}
