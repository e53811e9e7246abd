//! The extensions in use, and the numbers that the server gave them. Never asks for them:
//! whoever gets the answer to `QueryExtension` puts it here, and the connection's next
//! messages are read accordingly.

use super::error::ErrorCode;
use super::event::{Event, Head};
use super::{randr, render, request, res, sync, xinerama, xkb};

/// An extension that we have a use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtensionName {
    /// Monitors, as they come and go; see [`randr`].
    Randr,
    /// Monitors, on servers without RANDR 1.5; see [`xinerama`].
    Xinerama,
    /// Counters that clients count with, and alarms on them; see [`sync`].
    Sync,
    /// The keyboard; see [`xkb`].
    Xkb,
    /// Which processes clients are; see [`res`].
    Res,
    /// Smooth text; see [`render`].
    Render,
}

impl ExtensionName {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Randr, Self::Xinerama, Self::Sync, Self::Xkb, Self::Res, Self::Render];

    /// The name that the server knows it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Randr => "RANDR",
            Self::Xinerama => "XINERAMA",
            Self::Sync => "SYNC",
            Self::Xkb => "XKEYBOARD",
            Self::Res => "X-Resource",
            Self::Render => "RENDER",
        }
    }
}

/// The numbers of an extension that the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// The major opcode of all its requests.
    pub major_opcode: u8,
    /// Its events count from here.
    pub first_event: u8,
    /// Its errors count from here.
    pub first_error: u8,
}

/// What is known of each extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extensions([Option<Extension>; ExtensionName::ALL.len()]);

impl Extensions {
    /// Nothing is known of any.
    pub const NONE: Self = Self([None; ExtensionName::ALL.len()]);

    /// The extension's numbers; None if the server does not have it, or has not said yet.
    pub const fn get(&self, name: ExtensionName) -> Option<Extension> {
        self.0[name as usize]
    }

    /// Notes what the server said.
    pub const fn set(&mut self, name: ExtensionName, extension: Option<Extension>) {
        self.0[name as usize] = extension;
    }

    /// The extension whose requests have this major opcode; None for those below 128,
    /// which are the core protocol's.
    pub fn of_major_opcode(&self, major_opcode: u8) -> Option<ExtensionName> {
        let is_asked_for =
            |(_, it): &(_, Extension)| major_opcode >= 128 && it.major_opcode == major_opcode;
        self.known().find(is_asked_for).map(|(name, _)| name)
    }

    /// The name of a request, for logs; that of an extension's request has the extension's
    /// name before it.
    pub fn request_name(&self, major_opcode: u8, minor_opcode: u16) -> &'static str {
        let (names, opcode) = match self.of_major_opcode(major_opcode) {
            Some(ExtensionName::Randr) => (randr::NAMES, minor_opcode),
            Some(ExtensionName::Xinerama) => (xinerama::NAMES, minor_opcode),
            Some(ExtensionName::Sync) => (sync::NAMES, minor_opcode),
            Some(ExtensionName::Xkb) => (xkb::NAMES, minor_opcode),
            Some(ExtensionName::Res) => (res::NAMES, minor_opcode),
            Some(ExtensionName::Render) => (render::NAMES, minor_opcode),
            None => return request::name(major_opcode),
        };
        names.of(u8::try_from(opcode).unwrap_or(u8::MAX))
    }

    /// The event with this code.
    pub(super) fn event(&self, code: u8, head: Head<'_>) -> Event {
        for (name, extension) in self.known() {
            let number = code.wrapping_sub(extension.first_event);
            let event = match name {
                ExtensionName::Randr => randr::Notify::read(number, head).map(Event::RandrNotify),
                ExtensionName::Sync => {
                    sync::AlarmNotify::read(number, head).map(Event::AlarmNotify)
                }
                ExtensionName::Xkb => {
                    xkb::is_keymap_change(number, head.u8(1)).then_some(Event::KeymapNotify)
                }
                ExtensionName::Xinerama | ExtensionName::Res | ExtensionName::Render => None,
            };
            if let Some(event) = event {
                return event;
            }
        }
        Event::Unknown { code }
    }

    /// The error with this number.
    pub(super) fn error(&self, raw: u8) -> ErrorCode {
        match (ErrorCode::from_raw(raw), self.get(ExtensionName::Sync)) {
            (ErrorCode::Other(_), Some(sync)) => match raw.wrapping_sub(sync.first_error) {
                0 => ErrorCode::Counter,
                1 => ErrorCode::Alarm,
                _ => ErrorCode::Other(raw),
            },
            (code, _) => code,
        }
    }

    fn known(&self) -> impl Iterator<Item = (ExtensionName, Extension)> {
        ExtensionName::ALL.into_iter().filter_map(|name| Some((name, self.get(name)?)))
    }
}
