//! What start-up learned of the server and of ourselves, and never changes. Never holds state of the session.

use super::scene::BorderColour;
use crate::config::{Colours, Config, FocusPolicy};
use crate::geometry::Rect;
use crate::x11::id::{Cursor, EventMask, Font, Keycode, PictFormat, Window};
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
    /// Bits a pixel of the root window.
    pub depth: u8,
    /// Which bits of a pixel are which colour; `None` where that is not so simple.
    pub visual: Option<Visual>,
    /// What is drawn where colours are not so simple: black and white.
    pub extremes: (u32, u32),
    /// RENDER, where the server has all that we need of it.
    pub render: Option<Render>,
    /// The server's own font, where that is needed.
    pub core_font: Option<CoreFont>,
    /// Pixels to the inch.
    pub dpi: u32,
    /// The name of the machine that we run on.
    pub host: Vec<u8>,
    /// Our own process.
    pub process: u32,
}

/// The RENDER extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Render {
    /// Its opcode.
    pub opcode: u8,
    /// The format of glyphs: eight bits of alpha.
    pub mask_format: PictFormat,
    /// The format of the root window.
    pub root_format: PictFormat,
}

/// A font of the server's whose characters are all of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreFont {
    /// Its number.
    pub id: Font,
    /// Pixels above the base line.
    pub ascent: u16,
    /// Pixels below the base line.
    pub descent: u16,
    /// Pixels of a character.
    pub width: u16,
}

/// The border colours as pixels of the screen's visual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    focused: u32,
    unfocused: u32,
    urgent: u32,
}

impl Server {
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
            render: None,
            core_font: None,
            dpi: 96,
            host,
            process,
        }
    }
}

impl Server {
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
