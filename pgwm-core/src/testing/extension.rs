//! The extensions that the model has, each there or not as a test says, and what little
//! XKEYBOARD there is of them. Never carries out a request of one that is absent: `BadRequest`.

use x11rb_protocol::protocol::{Request, randr, render, res, sync, xinerama, xkb, xproto as x};
use x11rb_protocol::x11_utils::{ExtInfoProvider, ExtensionInformation, Serialize};

use super::{BAD_ACCESS, BAD_REQUEST, ModelServer, OWNER, Outcome};

/// An extension's name, its first numbers, and whether it is there.
type Extension = (&'static str, ExtensionInformation, bool);

/// All extensions that the model knows.
#[derive(Debug, Clone)]
pub(crate) struct Extensions([Extension; 6]);

impl Extensions {
    /// As most servers have them: all but XINERAMA.
    pub(super) const fn new() -> Self {
        const fn numbers(
            major_opcode: u8,
            first_event: u8,
            first_error: u8,
        ) -> ExtensionInformation {
            ExtensionInformation { major_opcode, first_event, first_error }
        }
        Self([
            (randr::X11_EXTENSION_NAME, numbers(140, 89, 147), true),
            (sync::X11_EXTENSION_NAME, numbers(134, 83, 134), true),
            (xkb::X11_EXTENSION_NAME, numbers(135, 85, 137), true),
            (xinerama::X11_EXTENSION_NAME, numbers(141, 0, 0), false),
            (res::X11_EXTENSION_NAME, numbers(150, 0, 0), true),
            (render::X11_EXTENSION_NAME, numbers(139, 0, 142), true),
        ])
    }

    /// The numbers of an extension that is there.
    pub(crate) fn numbers(&self, name: &str) -> Option<ExtensionInformation> {
        self.find(|it| it.0 == name).map(|it| it.1)
    }

    fn find(&self, is_it: impl Fn(&&Extension) -> bool) -> Option<&Extension> {
        self.0.iter().filter(|it| it.2).find(is_it)
    }
}

impl ExtInfoProvider for Extensions {
    fn get_from_major_opcode(&self, major: u8) -> Option<(&str, ExtensionInformation)> {
        self.find(|it| it.1.major_opcode == major).map(|it| (it.0, it.1))
    }

    fn get_from_event_code(&self, code: u8) -> Option<(&str, ExtensionInformation)> {
        let has = |it: &&Extension| {
            it.1.first_event != 0
                && (0..2).contains(&(i16::from(code) - i16::from(it.1.first_event)))
        };
        self.find(has).map(|it| (it.0, it.1))
    }

    fn get_from_error_code(&self, code: u8) -> Option<(&str, ExtensionInformation)> {
        let has = |it: &&Extension| {
            it.1.first_error != 0
                && (0..3).contains(&(i16::from(code) - i16::from(it.1.first_error)))
        };
        self.find(has).map(|it| (it.0, it.1))
    }
}

impl ModelServer {
    /// Says whether an extension is there.
    pub(crate) fn set_extension(&mut self, name: &str, is_there: bool) {
        let found = self.extensions.0.iter_mut().find(|it| it.0 == name);
        found.unwrap_or_else(|| panic!("the model does not know {name}")).2 = is_there;
    }

    /// Says which process the client of a window is, and who its parents are.
    pub(crate) fn set_process(&mut self, id: u32, pid: u32, parents: &[u32]) {
        self.processes.insert(id & OWNER, pid);
        self.lineages.insert(pid, parents.to_vec());
    }

    /// The parents of a process.
    pub(crate) fn lineage(&self, pid: u32) -> Vec<u32> {
        self.lineages.get(&pid).cloned().unwrap_or_default()
    }

    /// Requests of extensions, and the one that asks for them.
    pub(super) fn carry_out_extension(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        let sequence = self.sequence as u16;
        match request {
            Request::QueryExtension(it) => {
                let name = String::from_utf8_lossy(&it.name);
                let found = self.extensions.numbers(&name);
                let reply = x::QueryExtensionReply {
                    sequence,
                    length: 0,
                    present: found.is_some(),
                    major_opcode: found.map_or(0, |it| it.major_opcode),
                    first_event: found.map_or(0, |it| it.first_event),
                    first_error: found.map_or(0, |it| it.first_error),
                };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::XkbUseExtension(it) => {
                let supported = it.wanted_major == 1;
                self.uses_xkb |= supported;
                let reply = xkb::UseExtensionReply {
                    supported,
                    sequence,
                    length: 0,
                    server_major: 1,
                    server_minor: 0,
                };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::XkbSelectEvents(it) => {
                if !self.uses_xkb {
                    return Err((BAD_ACCESS, 0));
                }
                let parts = u16::from(it.affect_map) & u16::from(it.map);
                let wanted = [xkb::MapPart::KEY_SYMS, xkb::MapPart::MODIFIER_MAP];
                self.hears_keymap = it.select_all.contains(xkb::EventType::MAP_NOTIFY)
                    && wanted.iter().all(|part| parts & u16::from(*part) != 0);
                Ok(())
            }
            Request::XkbPerClientFlags(it) => {
                // The protocol's "UseExtension" comes first.
                if !self.uses_xkb {
                    return Err((BAD_ACCESS, 0));
                }
                let flag = xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT;
                if it.change.contains(flag) {
                    self.detects_repeat = it.value.contains(flag);
                }
                let reply = xkb::PerClientFlagsReply {
                    sequence,
                    supported: flag,
                    value: if self.detects_repeat { flag } else { 0_u32.into() },
                    ..xkb::PerClientFlagsReply::default()
                };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::ResQueryClientIds(it) => {
                let known = it.specs.iter().filter_map(|spec| {
                    let pid = *self.processes.get(&(spec.client & OWNER))?;
                    Some(res::ClientIdValue { spec: *spec, value: vec![pid] })
                });
                let ids: Vec<_> = known.collect();
                let length = ids.len() as u32 * 4;
                self.answer(res::QueryClientIdsReply { sequence, length, ids }.serialize());
                Ok(())
            }
            Request::RandrQueryVersion(_)
            | Request::RandrSelectInput(_)
            | Request::RandrGetMonitors(_)
            | Request::RandrGetScreenResources(_)
            | Request::XineramaIsActive(_)
            | Request::XineramaQueryScreens(_) => self.carry_out_monitors(request),
            Request::SyncInitialize(_)
            | Request::SyncQueryCounter(_)
            | Request::SyncCreateAlarm(_)
            | Request::SyncChangeAlarm(_)
            | Request::SyncDestroyAlarm(_) => self.carry_out_sync(request),
            Request::RenderQueryVersion(_)
            | Request::RenderQueryPictFormats(_)
            | Request::RenderCreatePicture(_)
            | Request::RenderFreePicture(_)
            | Request::RenderFillRectangles(_)
            | Request::RenderCreateSolidFill(_)
            | Request::RenderCreateGlyphSet(_)
            | Request::RenderFreeGlyphSet(_)
            | Request::RenderAddGlyphs(_)
            | Request::RenderFreeGlyphs(_)
            | Request::RenderCompositeGlyphs32(_) => self.carry_out_render(request),
            Request::Unknown(..) => Err((BAD_REQUEST, 0)),
            _ => self.carry_out_drawing(request, opcode),
        }
    }
}
