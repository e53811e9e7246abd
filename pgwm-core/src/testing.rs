//! A model of the X server, for tests: takes the window manager's bytes, does to its windows
//! what the protocol specification says, and gives bytes back. Never draws, and knows
//! top-level windows only. Requests are decoded, and answers encoded, by an implementation
//! that is not ours.
//!
//! Everything happens when it is told to: [`ModelServer::serve`] carries out one request,
//! and the clients' functions act at once, in between. So a test may choose any order that
//! a real server might have chosen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use x11rb_protocol::protocol::{Request, xproto as x};
use x11rb_protocol::x11_utils::{
    BigRequests, ExtInfoProvider, ExtensionInformation, Serialize, parse_request_header,
};

use crate::x11::setup::{Setup, SetupAnswer};

/// The root window.
pub(crate) const ROOT: u32 = 0x26;
/// The bits of the window manager's own ids.
pub(crate) const WM: u32 = 0x0020_0000;
/// The bits of an id that name its client.
const OWNER: u32 = 0xffe0_0000;
/// As a focus: nobody, or whichever root the pointer is on.
const NONE: u32 = 0;
pub(crate) const POINTER_ROOT: u32 = 1;
const FIRST_KEYCODE: u8 = 8;
const KEYCODES: u8 = 80;
/// Any combination of modifiers, in a grab.
const ANY_MODIFIER: u16 = 0x8000;

const BAD_VALUE: u8 = 2;
const BAD_WINDOW: u8 = 3;
const BAD_ATOM: u8 = 5;
const BAD_MATCH: u8 = 8;
const BAD_DRAWABLE: u8 = 9;
const BAD_ACCESS: u8 = 10;

/// A window's place: left and upper outer edge, size without border, border width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: i16,
    pub(crate) y: i16,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) border: u16,
}

impl Place {
    pub(crate) const fn new(x: i16, y: i16, width: u16, height: u16) -> Self {
        Self { x, y, width, height, border: 0 }
    }

    fn contains(self, x: i16, y: i16) -> bool {
        let inside = |at: i16, start: i16, inner: u16| {
            let offset = i32::from(at) - i32::from(start);
            (0..i32::from(inner) + 2 * i32::from(self.border)).contains(&offset)
        };
        inside(x, self.x, self.width) && inside(y, self.y, self.height)
    }

    fn overlaps(self, other: Self) -> bool {
        let apart = |a: i16, a_size: u16, b: i16| {
            i32::from(a) + i32::from(a_size) + 2 * i32::from(self.border) <= i32::from(b)
        };
        !(apart(self.x, self.width, other.x)
            || apart(other.x, other.width, self.x)
            || apart(self.y, self.height, other.y)
            || apart(other.y, other.height, self.y))
    }
}

/// A property's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    pub(crate) kind: u32,
    pub(crate) format: u8,
    pub(crate) bytes: Vec<u8>,
}

/// A window as the server has it.
#[derive(Debug, Clone)]
pub(crate) struct ModelWindow {
    pub(crate) parent: u32,
    pub(crate) place: Place,
    pub(crate) mapped: bool,
    pub(crate) override_redirect: bool,
    pub(crate) input_only: bool,
    pub(crate) depth: u8,
    pub(crate) border_pixel: u32,
    pub(crate) properties: BTreeMap<u32, Property>,
    /// The grabs of the window manager: button and modifiers.
    pub(crate) button_grabs: Vec<ButtonGrab>,
    pub(crate) key_grabs: BTreeSet<(u8, u16)>,
    /// The events that the window manager wants of it.
    events: u32,
    /// Whether its client wants it to be seen.
    pub(crate) wanted: bool,
    /// Where its client was told that it is, by an event, real or sent.
    pub(crate) told: Option<Place>,
    /// Whether its client waits to be told where it is.
    pub(crate) waits: bool,
    /// Whether its client closes it when asked to.
    pub(crate) polite: bool,
}

/// A passive grab of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ButtonGrab {
    pub(crate) button: u8,
    pub(crate) modifiers: u16,
    events: u32,
    freezes: bool,
}

/// Who has the pointer while a button is down.
#[derive(Debug, Clone, Copy)]
struct Grab {
    by_manager: bool,
    window: u32,
    events: u32,
    time: u32,
    /// The button whose press waits for `AllowEvents`.
    frozen: Option<u8>,
}

#[derive(Debug, Clone, Copy)]
enum PointerInput {
    Move(i16, i16),
    Press(u8),
    Release(u8),
}

/// An error: its code and the value that was wrong.
type Outcome = Result<(), (u8, u32)>;

/// No extensions.
struct CoreOnly;

impl ExtInfoProvider for CoreOnly {
    fn get_from_major_opcode(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }
    fn get_from_event_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }
    fn get_from_error_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }
}

/// The server.
#[derive(Debug)]
pub(crate) struct ModelServer {
    pub(crate) windows: BTreeMap<u32, ModelWindow>,
    /// The children of the root window, the lowest one first.
    pub(crate) order: Vec<u32>,
    atoms: BTreeMap<Vec<u8>, u32>,
    pub(crate) selections: BTreeMap<u32, u32>,
    /// Who has the keyboard.
    pub(crate) focus: u32,
    revert_to: u8,
    focus_time: u32,
    pub(crate) pointer: (i16, i16),
    pointer_window: u32,
    held: BTreeSet<u8>,
    modifiers: u16,
    grab: Option<Grab>,
    queue: VecDeque<PointerInput>,
    pub(crate) save_set: BTreeSet<u32>,
    keysyms: Vec<[u32; 2]>,
    modifier_keys: [u8; 8],
    /// The number of the window manager's last request.
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    incoming: Vec<u8>,
    served: usize,
    /// Bytes for the window manager.
    pub(crate) outgoing: Vec<u8>,
    /// Messages to clients that they have not read yet: window and event.
    letters: VecDeque<(u32, [u8; 32])>,
    /// Every window number that there ever was.
    used: BTreeSet<u32>,
    /// Those that there were more than once. What was sent about one window may have hit
    /// the next one of its number.
    pub(crate) reused: BTreeSet<u32>,
    /// Windows that the window manager had killed.
    killed: BTreeSet<u32>,
    /// Every error: code and opcode.
    pub(crate) errors: Vec<(u8, u8)>,
    /// Presses that got through to a client: window and button.
    pub(crate) clicks: Vec<(u32, u8)>,
    /// Keys that got through to the focus.
    pub(crate) typed: Vec<(u32, u8)>,
    /// Whether another window manager is there.
    pub(crate) is_taken: bool,
    /// Windows with override-redirect that the window manager laid hands on.
    pub(crate) trespasses: Vec<(u32, u8)>,
}

// Starting and carrying out requests.
impl ModelServer {
    /// A server with one screen of 1000 by 600 pixels, the pointer in its last corner.
    pub(crate) fn new() -> Self {
        let predefined: [(&str, u32); 13] = [
            ("ATOM", 4),
            ("CARDINAL", 6),
            ("CURSOR", 8),
            ("STRING", 31),
            ("WINDOW", 33),
            ("WM_COMMAND", 34),
            ("WM_HINTS", 35),
            ("WM_CLIENT_MACHINE", 36),
            ("WM_NAME", 39),
            ("WM_NORMAL_HINTS", 40),
            ("WM_SIZE_HINTS", 41),
            ("WM_CLASS", 67),
            ("WM_TRANSIENT_FOR", 68),
        ];
        let atoms = predefined.iter().map(|(name, id)| (name.as_bytes().to_vec(), *id)).collect();
        let mut server = Self {
            windows: BTreeMap::new(),
            order: Vec::new(),
            atoms,
            selections: BTreeMap::new(),
            focus: POINTER_ROOT,
            revert_to: 0,
            focus_time: 0,
            pointer: (999, 599),
            pointer_window: ROOT,
            held: BTreeSet::new(),
            modifiers: 0,
            grab: None,
            queue: VecDeque::new(),
            save_set: BTreeSet::new(),
            keysyms: vec![[0; 2]; KEYCODES.into()],
            modifier_keys: [0; 8],
            sequence: 0,
            time: 1000,
            incoming: Vec::new(),
            served: 0,
            outgoing: Vec::new(),
            letters: VecDeque::new(),
            used: BTreeSet::new(),
            reused: BTreeSet::new(),
            killed: BTreeSet::new(),
            errors: Vec::new(),
            clicks: Vec::new(),
            typed: Vec::new(),
            is_taken: false,
            trespasses: Vec::new(),
        };
        server.insert(ROOT, NONE, Place::new(0, 0, 1000, 600));
        if let Some(root) = server.windows.get_mut(&ROOT) {
            root.mapped = true;
        }
        server
    }

    fn insert(&mut self, id: u32, parent: u32, place: Place) {
        let window = ModelWindow {
            parent,
            place,
            mapped: false,
            override_redirect: false,
            input_only: false,
            depth: 24,
            border_pixel: 0,
            properties: BTreeMap::new(),
            button_grabs: Vec::new(),
            key_grabs: BTreeSet::new(),
            events: 0,
            wanted: false,
            told: None,
            waits: false,
            polite: true,
        };
        assert!(self.windows.insert(id, window).is_none(), "{id:#x} is in use");
        if !self.used.insert(id) {
            self.reused.insert(id);
        }
        self.killed.remove(&id);
        if parent == ROOT {
            self.order.push(id);
        }
    }

    /// What the handshake says.
    pub(crate) fn setup(&self) -> Setup {
        let root = self.windows[&ROOT].place;
        let visual = x::Visualtype {
            visual_id: 0x21,
            class: x::VisualClass::TRUE_COLOR,
            bits_per_rgb_value: 8,
            colormap_entries: 256,
            red_mask: 0xff_0000,
            green_mask: 0xff00,
            blue_mask: 0xff,
        };
        let screen = x::Screen {
            root: ROOT,
            white_pixel: 0xff_ffff,
            width_in_pixels: root.width,
            height_in_pixels: root.height,
            root_visual: 0x21,
            root_depth: 24,
            allowed_depths: vec![x::Depth { depth: 24, visuals: vec![visual] }],
            ..x::Screen::default()
        };
        let mut setup = x::Setup {
            status: 1,
            protocol_major_version: 11,
            resource_id_base: WM,
            resource_id_mask: !OWNER,
            maximum_request_length: u16::MAX,
            min_keycode: FIRST_KEYCODE,
            max_keycode: FIRST_KEYCODE + KEYCODES - 1,
            vendor: b"model".to_vec(),
            roots: vec![screen],
            ..x::Setup::default()
        };
        // The vendor's name, which the other implementation does not pad.
        setup.vendor.resize(8, b' ');
        setup.length = ((setup.serialize().len() - 8) / 4) as u16;
        match SetupAnswer::read(&setup.serialize()) {
            Ok(SetupAnswer::Success(setup)) => setup,
            other => panic!("the handshake was read as {other:?}"),
        }
    }

    /// Takes in bytes of the window manager; [`ModelServer::serve`] carries them out.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.incoming.drain(..self.served);
        self.served = 0;
        self.incoming.extend_from_slice(bytes);
    }

    /// What was written and not carried out yet.
    pub(crate) fn unserved(&self) -> &[u8] {
        &self.incoming[self.served..]
    }

    /// Carries out the next whole request of the window manager; whether there was one.
    pub(crate) fn serve(&mut self) -> bool {
        let rest = &self.incoming[self.served..];
        let Some(length) = rest.get(2..4) else { return false };
        let length = usize::from(u16::from_le_bytes([length[0], length[1]])) * 4;
        assert!(length > 0, "a request without a length");
        let Some(bytes) = rest.get(..length).map(<[u8]>::to_vec) else { return false };
        self.served += length;
        self.sequence += 1;
        let (header, body) = parse_request_header(&bytes, BigRequests::NotEnabled).unwrap();
        let opcode = header.major_opcode;
        let request = Request::parse(header, body, &mut Vec::new(), &CoreOnly)
            .unwrap_or_else(|error| panic!("request {opcode} can't be read: {error}"));
        if let Err((code, value)) = self.carry_out(&request, opcode) {
            // Who kills a program may go on to speak of its windows.
            if !self.killed.contains(&value) {
                self.errors.push((code, opcode));
            }
            let mut error = [0; 32];
            error[1] = code;
            error[4..8].copy_from_slice(&value.to_le_bytes());
            error[10] = opcode;
            self.put(error);
        }
        self.cross();
        true
    }

    /// The name of a request that is answered with an error.
    fn window(&self, id: u32) -> Result<&ModelWindow, (u8, u32)> {
        self.windows.get(&id).ok_or((BAD_WINDOW, id))
    }

    fn window_mut(&mut self, id: u32) -> Result<&mut ModelWindow, (u8, u32)> {
        self.windows.get_mut(&id).ok_or((BAD_WINDOW, id))
    }

    /// Requests about windows, and those without an effect.
    fn carry_out(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        match request {
            Request::CreateWindow(it) => self.create_window(it),
            Request::ChangeWindowAttributes(it) => self.change_attributes(it, opcode),
            Request::ChangeSaveSet(it) => {
                self.lay_hands_on(it.window, opcode)?;
                if it.window & OWNER == WM {
                    return Err((BAD_MATCH, it.window));
                }
                if it.mode == x::SetMode::INSERT {
                    self.save_set.insert(it.window);
                } else {
                    self.save_set.remove(&it.window);
                }
                Ok(())
            }
            Request::MapWindow(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.map_now(it.window);
                Ok(())
            }
            Request::UnmapWindow(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.unmap_now(it.window);
                Ok(())
            }
            Request::ConfigureWindow(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.window_mut(it.window)?.waits = false;
                self.configure_now(it.window, &it.value_list)
            }
            Request::ChangeProperty(it) => self.change_property(it, opcode),
            Request::DeleteProperty(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.delete_property(it.window, it.property)
            }
            Request::SetSelectionOwner(it) => {
                if it.owner != NONE {
                    self.window(it.owner)?;
                }
                self.selections.insert(it.selection, it.owner);
                Ok(())
            }
            Request::SendEvent(it) => self.send_event(it),
            Request::KillClient(it) => {
                let owner = it.resource & OWNER;
                if owner == WM || !self.windows.keys().any(|id| id & OWNER == owner) {
                    return Err((BAD_VALUE, it.resource));
                }
                self.killed.extend(self.windows.keys().filter(|id| **id & OWNER == owner));
                self.kill(it.resource);
                Ok(())
            }
            Request::OpenFont(_)
            | Request::CloseFont(_)
            | Request::CreateGlyphCursor(_)
            | Request::NoOperation(_) => Ok(()),
            _ => self.carry_out_input(request, opcode),
        }
    }

    /// Requests about the pointer and the keyboard.
    fn carry_out_input(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        match request {
            Request::GrabButton(it) => {
                self.lay_hands_on(it.grab_window, opcode)?;
                let grab = ButtonGrab {
                    button: it.button.into(),
                    modifiers: it.modifiers.into(),
                    events: it.event_mask.into(),
                    freezes: it.pointer_mode == x::GrabMode::SYNC,
                };
                let grabs = &mut self.window_mut(it.grab_window)?.button_grabs;
                grabs.retain(|old| !grab.covers(old.button, old.modifiers));
                grabs.push(grab);
                Ok(())
            }
            Request::UngrabButton(it) => {
                self.lay_hands_on(it.grab_window, opcode)?;
                let gone = ButtonGrab {
                    button: it.button.into(),
                    modifiers: it.modifiers.into(),
                    events: 0,
                    freezes: false,
                };
                let grabs = &mut self.window_mut(it.grab_window)?.button_grabs;
                grabs.retain(|old| !gone.covers(old.button, old.modifiers));
                Ok(())
            }
            Request::GrabKey(it) => {
                let window = self.window_mut(it.grab_window)?;
                window.key_grabs.insert((it.key, it.modifiers.into()));
                Ok(())
            }
            Request::UngrabKey(it) => {
                let (key, modifiers) = (it.key, u16::from(it.modifiers));
                let window = self.window_mut(it.grab_window)?;
                window.key_grabs.retain(|(old_key, old_modifiers)| {
                    !((key == 0 || key == *old_key)
                        && (modifiers == ANY_MODIFIER || modifiers == *old_modifiers))
                });
                Ok(())
            }
            Request::AllowEvents(it) => {
                self.allow_events(it.mode, it.time);
                Ok(())
            }
            Request::SetInputFocus(it) => self.set_focus(it.focus, it.revert_to.into(), it.time),
            _ => self.carry_out_question(request, opcode),
        }
    }

    /// Requests that have an answer.
    fn carry_out_question(&mut self, request: &Request<'_>, opcode: u8) -> Outcome {
        match request {
            Request::GetWindowAttributes(it) => self.get_attributes(it.window),
            Request::GetGeometry(it) => {
                let window = self.windows.get(&it.drawable).ok_or((BAD_DRAWABLE, it.drawable))?;
                let Place { x, y, width, height, border } = window.place;
                let reply = x::GetGeometryReply {
                    depth: window.depth,
                    sequence: self.sequence as u16,
                    length: 0,
                    root: ROOT,
                    x,
                    y,
                    width,
                    height,
                    border_width: border,
                };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::QueryTree(it) => {
                let parent = self.window(it.window)?.parent;
                let children = if it.window == ROOT { self.order.clone() } else { Vec::new() };
                let reply = x::QueryTreeReply {
                    sequence: self.sequence as u16,
                    length: children.len() as u32,
                    root: ROOT,
                    parent,
                    children,
                };
                self.answer(reply.serialize());
                Ok(())
            }
            Request::InternAtom(it) => {
                let atom = self.atom_of(&it.name);
                let sequence = self.sequence as u16;
                let reply = x::InternAtomReply { sequence, length: 0, atom };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::GetProperty(it) => self.get_property(it),
            Request::GetSelectionOwner(it) => {
                let owner = self.selections.get(&it.selection).copied().unwrap_or(NONE);
                let sequence = self.sequence as u16;
                let reply = x::GetSelectionOwnerReply { sequence, length: 0, owner };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::GetInputFocus(_) => {
                let reply = x::GetInputFocusReply {
                    revert_to: self.revert_to.into(),
                    sequence: self.sequence as u16,
                    length: 0,
                    focus: self.focus,
                };
                self.answer(reply.serialize().to_vec());
                Ok(())
            }
            Request::GetKeyboardMapping(it) => {
                let start = usize::from(it.first_keycode - FIRST_KEYCODE);
                let rows = &self.keysyms[start..start + usize::from(it.count)];
                let reply = x::GetKeyboardMappingReply {
                    keysyms_per_keycode: 2,
                    sequence: self.sequence as u16,
                    keysyms: rows.concat(),
                };
                self.answer(reply.serialize());
                Ok(())
            }
            Request::GetModifierMapping(_) => {
                let reply = x::GetModifierMappingReply {
                    sequence: self.sequence as u16,
                    length: 2,
                    keycodes: self.modifier_keys.to_vec(),
                };
                self.answer(reply.serialize());
                Ok(())
            }
            _ => panic!("the model does not know request {opcode}"),
        }
    }

    /// Notes that the window manager does something to a window, which there must be.
    fn lay_hands_on(&mut self, id: u32, opcode: u8) -> Outcome {
        if self.window(id)?.override_redirect && id & OWNER != WM {
            self.trespasses.push((id, opcode));
        }
        Ok(())
    }

    fn create_window(&mut self, it: &x::CreateWindowRequest<'_>) -> Outcome {
        self.window(it.parent)?;
        assert_eq!(it.wid & OWNER, WM, "an id that is not the window manager's");
        let place =
            Place { border: it.border_width, ..Place::new(it.x, it.y, it.width, it.height) };
        self.insert(it.wid, it.parent, place);
        let window = self.window_mut(it.wid)?;
        window.input_only = it.class == x::WindowClass::INPUT_ONLY;
        window.override_redirect = it.value_list.override_redirect == Some(1);
        window.events = it.value_list.event_mask.map_or(0, u32::from);
        self.tell_created(it.wid);
        Ok(())
    }

    fn change_attributes(
        &mut self,
        it: &x::ChangeWindowAttributesRequest<'_>,
        opcode: u8,
    ) -> Outcome {
        let values = &it.value_list;
        let only_events = values.border_pixel.is_none() && values.override_redirect.is_none();
        if only_events {
            self.window(it.window)?;
        } else {
            self.lay_hands_on(it.window, opcode)?;
        }
        let is_taken = self.is_taken;
        let window = self.window_mut(it.window)?;
        if window.input_only && values.border_pixel.is_some() {
            return Err((BAD_MATCH, it.window));
        }
        if let Some(pixel) = values.border_pixel {
            window.border_pixel = pixel;
        }
        if let Some(events) = values.event_mask {
            if is_taken && events.contains(x::EventMask::SUBSTRUCTURE_REDIRECT) {
                return Err((BAD_ACCESS, it.window));
            }
            window.events = events.into();
        }
        Ok(())
    }

    fn get_attributes(&mut self, id: u32) -> Outcome {
        let window = self.window(id)?;
        let map_state = match () {
            () if !window.mapped => x::MapState::UNMAPPED,
            () if self.is_viewable(id) => x::MapState::VIEWABLE,
            () => x::MapState::UNVIEWABLE,
        };
        let reply = x::GetWindowAttributesReply {
            sequence: self.sequence as u16,
            length: 3,
            visual: 0x21,
            class: if window.input_only {
                x::WindowClass::INPUT_ONLY
            } else {
                x::WindowClass::INPUT_OUTPUT
            },
            map_state,
            override_redirect: window.override_redirect,
            your_event_mask: window.events.into(),
            ..x::GetWindowAttributesReply::default()
        };
        self.answer(reply.serialize().to_vec());
        Ok(())
    }

    fn change_property(&mut self, it: &x::ChangePropertyRequest<'_>, opcode: u8) -> Outcome {
        self.lay_hands_on(it.window, opcode)?;
        for atom in [it.property, it.type_] {
            if !self.atoms.values().any(|known| *known == atom) {
                return Err((BAD_ATOM, atom));
            }
        }
        let new = Property { kind: it.type_, format: it.format, bytes: it.data.to_vec() };
        let properties = &mut self.window_mut(it.window)?.properties;
        match properties.get_mut(&it.property) {
            Some(old) if it.mode != x::PropMode::REPLACE => {
                if (old.kind, old.format) != (new.kind, new.format) {
                    return Err((BAD_MATCH, it.window));
                }
                let at = if it.mode == x::PropMode::APPEND { old.bytes.len() } else { 0 };
                old.bytes.splice(at..at, new.bytes);
            }
            _ => drop(properties.insert(it.property, new)),
        }
        self.tell_property(it.window, it.property, false);
        Ok(())
    }

    fn delete_property(&mut self, window: u32, property: u32) -> Outcome {
        if self.window_mut(window)?.properties.remove(&property).is_some() {
            self.tell_property(window, property, true);
        }
        Ok(())
    }

    fn get_property(&mut self, it: &x::GetPropertyRequest) -> Outcome {
        let window = self.window(it.window)?;
        if !self.atoms.values().any(|known| *known == it.property) {
            return Err((BAD_ATOM, it.property));
        }
        let sequence = self.sequence as u16;
        let mut reply = x::GetPropertyReply { sequence, ..x::GetPropertyReply::default() };
        if let Some(property) = window.properties.get(&it.property) {
            reply.type_ = property.kind;
            reply.format = property.format;
            reply.bytes_after = property.bytes.len() as u32;
            if it.type_ == 0 || it.type_ == property.kind {
                let start = it.long_offset as usize * 4;
                let end = (start + it.long_length as usize * 4).min(property.bytes.len());
                let Some(value) = property.bytes.get(start..end) else {
                    return Err((BAD_VALUE, it.long_offset));
                };
                reply.value = value.to_vec();
                reply.value_len = (value.len() / usize::from(property.format / 8)) as u32;
                reply.bytes_after -= end as u32;
            }
        }
        let padded = reply.value.len().next_multiple_of(4);
        reply.length = (padded / 4) as u32;
        let mut bytes = reply.serialize();
        bytes.resize(32 + padded, 0);
        self.answer(bytes);
        Ok(())
    }

    fn send_event(&mut self, it: &x::SendEventRequest<'_>) -> Outcome {
        self.window(it.destination)?;
        let mask = u32::from(it.event_mask);
        if mask != 0 && it.destination == ROOT {
            self.send(it.destination, mask, *it.event);
            return Ok(());
        }
        // To the window's client, who reads its letters when it comes to that.
        self.letters.push_back((it.destination, *it.event));
        if it.event[0] == x::CONFIGURE_NOTIFY_EVENT {
            let word = |at: usize| u16::from_le_bytes([it.event[at], it.event[at + 1]]);
            let (x, y) = (word(16) as i16, word(18) as i16);
            let place = Place { x, y, width: word(20), height: word(22), border: word(24) };
            let window = self.window_mut(it.destination)?;
            window.told = Some(place);
            window.waits = false;
        }
        Ok(())
    }

    fn answer(&mut self, mut reply: Vec<u8>) {
        reply.resize(reply.len().max(32), 0);
        self.outgoing.extend(reply);
    }

    /// Appends an event or an error, with the number of the last request.
    fn put(&mut self, mut message: [u8; 32]) {
        message[2..4].copy_from_slice(&(self.sequence as u16).to_le_bytes());
        self.outgoing.extend(message);
    }

    /// Gives an event to the window manager where it wants such events of the window.
    fn tell(&mut self, window: u32, mask: x::EventMask, event: impl Into<[u8; 32]>) {
        let wants = self.windows.get(&window).is_some_and(|it| it.events & u32::from(mask) != 0);
        if wants {
            self.put(event.into());
        }
    }

    /// Tells of a change to a window's structure: on the window itself, and on its parent.
    fn tell_structure<E: Into<[u8; 32]>>(&mut self, id: u32, event: impl Fn(u32) -> E) {
        self.tell(id, x::EventMask::STRUCTURE_NOTIFY, event(id));
        let parent = self.windows.get(&id).map_or(NONE, |window| window.parent);
        self.tell(parent, x::EventMask::SUBSTRUCTURE_NOTIFY, event(parent));
    }

    fn tell_created(&mut self, id: u32) {
        let Some(window) = self.windows.get(&id) else { return };
        let Place { x, y, width, height, border } = window.place;
        let event = x::CreateNotifyEvent {
            response_type: x::CREATE_NOTIFY_EVENT,
            sequence: 0,
            parent: window.parent,
            window: id,
            x,
            y,
            width,
            height,
            border_width: border,
            override_redirect: window.override_redirect,
        };
        self.tell(event.parent, x::EventMask::SUBSTRUCTURE_NOTIFY, event);
    }

    fn tell_property(&mut self, window: u32, atom: u32, deleted: bool) {
        let event = x::PropertyNotifyEvent {
            response_type: x::PROPERTY_NOTIFY_EVENT,
            sequence: 0,
            window,
            atom,
            time: self.time,
            state: if deleted { x::Property::DELETE } else { x::Property::NEW_VALUE },
        };
        self.tell(window, x::EventMask::PROPERTY_CHANGE, event);
    }

    /// Sends an event to whoever wants such events: the window manager, if anyone.
    fn send(&mut self, window: u32, mask: u32, mut event: [u8; 32]) {
        if self.windows.get(&window).is_some_and(|it| it.events & mask != 0) {
            event[0] |= 0x80;
            self.put(event);
        }
    }

    /// The number of a name.
    pub(crate) fn atom(&mut self, name: &str) -> u32 {
        self.atom_of(name.as_bytes())
    }

    fn atom_of(&mut self, name: &[u8]) -> u32 {
        let next = 69 + self.atoms.len() as u32;
        *self.atoms.entry(name.to_vec()).or_insert(next)
    }
}

impl ButtonGrab {
    /// Whether this grab, or ungrab, stands for that button and those modifiers.
    pub(crate) const fn covers(self, button: u8, modifiers: u16) -> bool {
        (self.button == 0 || self.button == button)
            && (self.modifiers == ANY_MODIFIER || self.modifiers == modifiers)
    }
}

// Windows.
impl ModelServer {
    /// Whether a window and all above it are mapped.
    pub(crate) fn is_viewable(&self, id: u32) -> bool {
        let parent = |id: &u32| self.windows.get(id).map(|window| window.parent);
        let mut line = std::iter::successors(Some(id), parent).take_while(|id| *id != NONE);
        line.all(|id| self.windows.get(&id).is_some_and(|window| window.mapped))
    }

    fn map_now(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if std::mem::replace(&mut window.mapped, true) {
            return;
        }
        let override_redirect = window.override_redirect;
        self.tell_structure(id, |event| x::MapNotifyEvent {
            response_type: x::MAP_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            override_redirect,
        });
    }

    fn unmap_now(&mut self, id: u32) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if !std::mem::replace(&mut window.mapped, false) {
            return;
        }
        self.tell_structure(id, |event| x::UnmapNotifyEvent {
            response_type: x::UNMAP_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            from_configure: false,
        });
        self.lose_view(id);
    }

    /// A window can't be seen any more: it loses the focus and the pointer's grab.
    fn lose_view(&mut self, id: u32) {
        if self.focus == id {
            let (focus, revert_to) = match self.revert_to {
                0 => (NONE, 0),
                1 => (POINTER_ROOT, 1),
                _ => (ROOT, 0),
            };
            self.revert_to = revert_to;
            self.move_focus(focus);
        }
        if self.grab.is_some_and(|grab| grab.window == id) {
            self.end_grab();
            self.unfreeze();
        }
    }

    /// Whether a request to configure a window makes sense.
    fn check_changes(&self, id: u32, values: &x::ConfigureWindowAux) -> Outcome {
        let window = self.window(id)?;
        if values.width == Some(0) || values.height == Some(0) {
            return Err((BAD_VALUE, 0));
        }
        if window.input_only && values.border_width.is_some() {
            return Err((BAD_MATCH, id));
        }
        if let Some(sibling) = values.sibling {
            let is_sibling = self.window(sibling)?.parent == window.parent && sibling != id;
            if !is_sibling || values.stack_mode.is_none() {
                return Err((BAD_MATCH, sibling));
            }
        }
        Ok(())
    }

    fn configure_now(&mut self, id: u32, values: &x::ConfigureWindowAux) -> Outcome {
        self.check_changes(id, values)?;
        let window = self.window(id)?;
        let (parent, old) = (window.parent, window.place);
        let mut new = old;
        let set =
            |field: &mut i16, value: Option<i32>| *field = value.map_or(*field, |it| it as i16);
        set(&mut new.x, values.x);
        set(&mut new.y, values.y);
        let set =
            |field: &mut u16, value: Option<u32>| *field = value.map_or(*field, |it| it as u16);
        set(&mut new.width, values.width);
        set(&mut new.height, values.height);
        set(&mut new.border, values.border_width);
        let before = self.order.clone();
        if let Some(mode) = values.stack_mode.filter(|_| parent == ROOT) {
            self.restack(id, values.sibling, mode);
        }
        if new == old && self.order == before {
            return Ok(());
        }
        let window = self.window_mut(id)?;
        window.place = new;
        window.told = Some(new);
        let override_redirect = window.override_redirect;
        let at = self.order.iter().position(|other| *other == id);
        let below = at.and_then(|at| at.checked_sub(1)).map_or(NONE, |at| self.order[at]);
        self.tell_structure(id, |event| x::ConfigureNotifyEvent {
            response_type: x::CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            above_sibling: below,
            x: new.x,
            y: new.y,
            width: new.width,
            height: new.height,
            border_width: new.border,
            override_redirect,
        });
        Ok(())
    }

    fn restack(&mut self, id: u32, sibling: Option<u32>, mode: x::StackMode) {
        let place = |order: &[u32], it: u32| order.iter().position(|other| *other == it);
        let covers = |server: &Self, above: u32, below: u32| {
            let at = (place(&server.order, above), place(&server.order, below));
            let both = (&server.windows[&above], &server.windows[&below]);
            at.0 > at.1 && both.0.mapped && both.1.mapped && both.0.place.overlaps(both.1.place)
        };
        let others: Vec<u32> = match sibling {
            Some(sibling) => vec![sibling],
            None => self.order.iter().copied().filter(|other| *other != id).collect(),
        };
        let is_covered = others.iter().any(|other| covers(self, *other, id));
        let does_cover = others.iter().any(|other| covers(self, id, *other));
        let (raise, lower) = match mode {
            x::StackMode::ABOVE if sibling.is_none() => (true, false),
            x::StackMode::BELOW if sibling.is_none() => (false, true),
            x::StackMode::TOP_IF => (is_covered, false),
            x::StackMode::BOTTOM_IF => (false, does_cover),
            x::StackMode::OPPOSITE => (is_covered, !is_covered && does_cover),
            _ => {
                self.order.retain(|other| *other != id);
                let at = sibling.and_then(|sibling| place(&self.order, sibling)).unwrap_or(0);
                let at = if mode == x::StackMode::ABOVE { at + 1 } else { at };
                self.order.insert(at, id);
                return;
            }
        };
        if raise || lower {
            self.order.retain(|other| *other != id);
            self.order.insert(if raise { self.order.len() } else { 0 }, id);
        }
    }

    fn destroy_now(&mut self, id: u32) {
        self.unmap_now(id);
        if !self.windows.contains_key(&id) {
            return;
        }
        let is_child = |(_, window): &(&u32, &ModelWindow)| window.parent == id;
        let children: Vec<u32> = self.windows.iter().filter(is_child).map(|(id, _)| *id).collect();
        for child in children {
            self.destroy_now(child);
        }
        self.tell_structure(id, |event| x::DestroyNotifyEvent {
            response_type: x::DESTROY_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
        });
        self.windows.remove(&id);
        self.order.retain(|other| *other != id);
        self.save_set.remove(&id);
        self.selections.retain(|_, owner| *owner != id);
        self.letters.retain(|(window, _)| *window != id);
        self.lose_view(id);
        if self.pointer_window == id {
            self.pointer_window = ROOT;
        }
    }

    /// Specification, `SetInputFocus`.
    fn set_focus(&mut self, window: u32, revert_to: u8, time: u32) -> Outcome {
        if window != NONE && window != POINTER_ROOT {
            self.window(window)?;
            if !self.is_viewable(window) {
                return Err((BAD_MATCH, window));
            }
        }
        let time = if time == 0 { self.time } else { time };
        let is_before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        if is_before(time, self.focus_time) || is_before(self.time, time) {
            return Ok(());
        }
        (self.revert_to, self.focus_time) = (revert_to, time);
        self.move_focus(window);
        Ok(())
    }

    fn move_focus(&mut self, window: u32) {
        let before = std::mem::replace(&mut self.focus, window);
        if before == window {
            return;
        }
        for (response_type, focus) in [(x::FOCUS_OUT_EVENT, before), (x::FOCUS_IN_EVENT, window)] {
            // Nobody's focus, or that of whichever root, is told to the root.
            let (event, detail) = match focus {
                NONE => (ROOT, x::NotifyDetail::NONE),
                POINTER_ROOT => (ROOT, x::NotifyDetail::POINTER_ROOT),
                window => (window, x::NotifyDetail::NONLINEAR),
            };
            let mode = x::NotifyMode::NORMAL;
            let told = x::FocusInEvent { response_type, detail, sequence: 0, event, mode };
            self.tell(event, x::EventMask::FOCUS_CHANGE, told);
        }
    }
}

// The pointer and the keyboard.
impl ModelServer {
    fn window_at(&self, (x, y): (i16, i16)) -> u32 {
        let is_there = |id: &&u32| {
            let window = &self.windows[*id];
            window.mapped && window.place.contains(x, y)
        };
        self.order.iter().rev().find(is_there).copied().unwrap_or(ROOT)
    }

    /// The window that the pointer is in.
    pub(crate) const fn pointer_window(&self) -> u32 {
        self.pointer_window
    }

    /// Tells of the window that the pointer is in by now, whoever moved.
    fn cross(&mut self) {
        let now = self.window_at(self.pointer);
        let before = std::mem::replace(&mut self.pointer_window, now);
        if before != now && self.grab.is_none() {
            self.tell_crossing(before, now, x::NotifyMode::NORMAL);
        }
    }

    fn tell_crossing(&mut self, from: u32, to: u32, mode: x::NotifyMode) {
        let event = |server: &Self, response_type: u8, window: u32, other: u32| {
            let place = server.windows.get(&window).map_or(Place::new(0, 0, 1, 1), |it| it.place);
            x::EnterNotifyEvent {
                response_type,
                detail: match () {
                    () if window == ROOT => x::NotifyDetail::INFERIOR,
                    () if other == ROOT => x::NotifyDetail::ANCESTOR,
                    () => x::NotifyDetail::NONLINEAR,
                },
                sequence: 0,
                time: server.time,
                root: ROOT,
                event: window,
                child: if window == ROOT { other } else { NONE },
                root_x: server.pointer.0,
                root_y: server.pointer.1,
                event_x: server.pointer.0.wrapping_sub(place.x),
                event_y: server.pointer.1.wrapping_sub(place.y),
                state: server.state().into(),
                mode,
                same_screen_focus: 2 | u8::from(server.focus == window),
            }
        };
        let leave = event(self, x::LEAVE_NOTIFY_EVENT, from, to);
        self.tell(from, x::EventMask::LEAVE_WINDOW, leave);
        let enter = event(self, x::ENTER_NOTIFY_EVENT, to, from);
        self.tell(to, x::EventMask::ENTER_WINDOW, enter);
    }

    fn state(&self) -> u16 {
        let buttons = self.held.iter().filter(|button| **button <= 5);
        buttons.fold(self.modifiers, |state, button| state | 1 << (7 + u16::from(*button)))
    }

    fn input_event(&self, code: u8, detail: u8, window: u32) -> x::ButtonPressEvent {
        let place = self.windows[&window].place;
        let child =
            if window == ROOT && self.pointer_window != ROOT { self.pointer_window } else { NONE };
        x::ButtonPressEvent {
            response_type: code,
            detail,
            sequence: 0,
            time: self.time,
            root: ROOT,
            event: window,
            child,
            root_x: self.pointer.0,
            root_y: self.pointer.1,
            event_x: self.pointer.0.wrapping_sub(place.x),
            event_y: self.pointer.1.wrapping_sub(place.y),
            state: self.state().into(),
            same_screen: true,
        }
    }

    /// Moves the pointer.
    pub(crate) fn move_pointer(&mut self, x: i16, y: i16) {
        self.input(PointerInput::Move(x, y));
    }

    /// Presses a button.
    pub(crate) fn press(&mut self, button: u8) {
        self.input(PointerInput::Press(button));
    }

    /// Releases a button.
    pub(crate) fn release(&mut self, button: u8) {
        self.input(PointerInput::Release(button));
    }

    /// Holds modifiers, and no others.
    pub(crate) const fn hold(&mut self, modifiers: u16) {
        self.modifiers = modifiers;
    }

    /// Whether the pointer waits for the window manager's leave.
    pub(crate) fn is_frozen(&self) -> bool {
        self.grab.is_some_and(|grab| grab.frozen.is_some())
    }

    fn input(&mut self, input: PointerInput) {
        self.tick();
        self.queue.push_back(input);
        self.unfreeze();
    }

    /// Carries out what waits, until the pointer freezes again.
    fn unfreeze(&mut self) {
        while !self.is_frozen() {
            let Some(input) = self.queue.pop_front() else { return };
            match input {
                PointerInput::Move(x, y) => self.moved(x, y),
                PointerInput::Press(button) => self.pressed(button),
                PointerInput::Release(button) => self.released(button),
            }
        }
    }

    fn moved(&mut self, x: i16, y: i16) {
        let root = self.windows[&ROOT].place;
        let inside = |at: i16, size: u16| at.clamp(0, (size.max(1) - 1) as i16);
        self.pointer = (inside(x, root.width), inside(y, root.height));
        let motion = u32::from(x::EventMask::BUTTON_MOTION | x::EventMask::POINTER_MOTION);
        let grab = self.grab.filter(|grab| grab.by_manager && grab.events & motion != 0);
        self.cross();
        if let Some(grab) = grab {
            self.put(self.input_event(x::MOTION_NOTIFY_EVENT, 0, grab.window).into());
        }
    }

    fn pressed(&mut self, button: u8) {
        if self.held.contains(&button) {
            return;
        }
        if let Some(grab) = self.grab {
            if !grab.by_manager {
                self.clicks.push((grab.window, button));
            } else if grab.events & u32::from(x::EventMask::BUTTON_PRESS) != 0 {
                self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, grab.window).into());
            }
            self.held.insert(button);
            return;
        }
        let line = [ROOT, self.pointer_window];
        for window in &line[..if self.pointer_window == ROOT { 1 } else { 2 }] {
            let grabs = &self.windows[window].button_grabs;
            let found = grabs.iter().find(|grab| grab.covers(button, self.modifiers));
            if let Some(found) = found.copied() {
                let frozen = found.freezes.then_some(button);
                let (events, time) = (found.events, self.time);
                self.grab = Some(Grab { by_manager: true, window: *window, events, time, frozen });
                self.put(self.input_event(x::BUTTON_PRESS_EVENT, button, *window).into());
                self.held.insert(button);
                return;
            }
        }
        self.held.insert(button);
        self.give_to_client(self.pointer_window, button);
    }

    /// The press goes to the client of the window, which has the pointer until no button is
    /// held.
    fn give_to_client(&mut self, window: u32, button: u8) {
        if window != ROOT {
            self.clicks.push((window, button));
            let (by_manager, events, time, frozen) = (false, 0, self.time, None);
            self.grab = Some(Grab { by_manager, window, events, time, frozen });
        }
    }

    fn released(&mut self, button: u8) {
        let event = self.input_event(x::BUTTON_RELEASE_EVENT, button, ROOT);
        if !self.held.remove(&button) {
            return;
        }
        let Some(grab) = self.grab else { return };
        if grab.by_manager && grab.events & u32::from(x::EventMask::BUTTON_RELEASE) != 0 {
            let of_window = self.input_event(x::BUTTON_RELEASE_EVENT, button, grab.window);
            self.put(x::ButtonPressEvent { state: event.state, ..of_window }.into());
        }
        if self.held.is_empty() {
            self.end_grab();
        }
    }

    fn end_grab(&mut self) {
        if let Some(grab) = self.grab.take() {
            let now = self.window_at(self.pointer);
            self.pointer_window = now;
            if now != grab.window {
                self.tell_crossing(grab.window, now, x::NotifyMode::UNGRAB);
            }
        }
    }

    fn allow_events(&mut self, mode: x::Allow, time: u32) {
        let is_before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        let Some(grab) = &mut self.grab else { return };
        let Some(button) = grab.frozen else { return };
        if time != 0 && (is_before(time, grab.time) || is_before(self.time, time)) {
            return;
        }
        match mode {
            x::Allow::ASYNC_POINTER => grab.frozen = None,
            x::Allow::REPLAY_POINTER => {
                let window = grab.window;
                self.end_grab();
                self.give_to_client(window, button);
            }
            _ => panic!("the model does not know this mode of AllowEvents"),
        }
        self.unfreeze();
    }

    /// Presses and releases the key with this symbol while these modifiers are held.
    pub(crate) fn key(&mut self, keysym: u32, modifiers: u16) {
        self.tick();
        let row = self.keysyms.iter().position(|row| row[0] == keysym);
        let Some(row) = row else { return };
        let keycode = FIRST_KEYCODE + row as u8;
        let before = std::mem::replace(&mut self.modifiers, modifiers);
        let grabs = &self.windows[&ROOT].key_grabs;
        if grabs.contains(&(keycode, modifiers)) || grabs.contains(&(keycode, ANY_MODIFIER)) {
            for code in [x::KEY_PRESS_EVENT, x::KEY_RELEASE_EVENT] {
                self.put(self.input_event(code, keycode, ROOT).into());
            }
        } else {
            self.typed.push((self.focus, keycode));
        }
        self.modifiers = before;
    }

    /// Puts symbols on keys, from the first key on, and tells everyone.
    pub(crate) fn map_keys(&mut self, symbols: &[u32]) {
        self.keysyms = vec![[0; 2]; KEYCODES.into()];
        for (row, symbol) in self.keysyms.iter_mut().zip(symbols) {
            row[0] = *symbol;
        }
        self.put_mapping(x::Mapping::KEYBOARD);
    }

    /// Says which key is each modifier, and tells everyone.
    pub(crate) fn map_modifiers(&mut self, keysyms: [u32; 8]) {
        let keycode = |keysym: u32| {
            let row = self.keysyms.iter().position(|row| keysym != 0 && row[0] == keysym);
            row.map_or(0, |row| FIRST_KEYCODE + row as u8)
        };
        self.modifier_keys = keysyms.map(keycode);
        self.put_mapping(x::Mapping::MODIFIER);
    }

    /// Tells everyone that a mapping has changed, once there is anyone.
    fn put_mapping(&mut self, request: x::Mapping) {
        if self.sequence == 0 {
            return;
        }
        let (response_type, first_keycode) = (x::MAPPING_NOTIFY_EVENT, FIRST_KEYCODE);
        let count = KEYCODES;
        self.put(
            x::MappingNotifyEvent { response_type, sequence: 0, request, first_keycode, count }
                .into(),
        );
    }

    /// The modifier that the key with this symbol is.
    pub(crate) fn modifier(&self, keysym: u32) -> u16 {
        let keycode = self.keycode(keysym).unwrap_or(0);
        let index = self.modifier_keys.iter().position(|key| keycode != 0 && *key == keycode);
        index.map_or(0, |index| 1 << index)
    }

    /// The keycode of a symbol.
    pub(crate) fn keycode(&self, keysym: u32) -> Option<u8> {
        let row = self.keysyms.iter().position(|row| row[0] == keysym)?;
        Some(FIRST_KEYCODE + row as u8)
    }
}

// What clients do.
impl ModelServer {
    /// Time passes.
    pub(crate) const fn tick(&mut self) {
        self.time = self.time.wrapping_add(1);
    }

    /// The ids of all clients' windows that exist.
    pub(crate) fn clients_windows(&self) -> Vec<u32> {
        self.windows.keys().copied().filter(|id| *id != ROOT && id & OWNER != WM).collect()
    }

    /// The first number of a client that is not there. A real server gives the numbers of
    /// those that are gone to the next ones, as this one does if it is to.
    pub(crate) fn free_id(&self, reuses: bool) -> u32 {
        let is_taken = |client: &u32| {
            let is_of = |id: &u32| id & OWNER == client << 21;
            self.windows.keys().any(is_of) || (!reuses && self.used.iter().any(is_of))
        };
        (2..256).find(|client| !is_taken(client)).map_or(0, |client| client << 21 | 1)
    }

    /// Creates a top-level window.
    pub(crate) fn create(&mut self, id: u32, place: Place) {
        self.insert(id, ROOT, place);
    }

    /// Tells that a window was created, once its creator has said everything about it.
    pub(crate) fn created(&mut self, id: u32) {
        self.tick();
        self.tell_created(id);
        self.cross();
    }

    /// Sets a property of 32-bit numbers.
    pub(crate) fn set_words(&mut self, id: u32, property: &str, kind: &str, words: &[u32]) {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.set(id, property, kind, 32, bytes);
    }

    /// Sets a property of bytes.
    pub(crate) fn set_text(&mut self, id: u32, property: &str, text: &[u8]) {
        self.set(id, property, "STRING", 8, text.to_vec());
    }

    fn set(&mut self, id: u32, property: &str, kind: &str, format: u8, bytes: Vec<u8>) {
        self.tick();
        let (property, kind) = (self.atom(property), self.atom(kind));
        if let Some(window) = self.windows.get_mut(&id) {
            window.properties.insert(property, Property { kind, format, bytes });
            self.tell_property(id, property, false);
        }
    }

    /// A property's numbers; `None` if there is no such property.
    pub(crate) fn words(&mut self, id: u32, property: &str) -> Option<Vec<u32>> {
        let property = self.atom(property);
        let bytes = &self.windows.get(&id)?.properties.get(&property)?.bytes;
        Some(crate::x11::wire::words(bytes).collect())
    }

    fn is_redirected(&self, id: u32) -> bool {
        let redirect = u32::from(x::EventMask::SUBSTRUCTURE_REDIRECT);
        self.windows.get(&id).is_some_and(|window| {
            let parent = self.windows.get(&window.parent);
            !window.override_redirect && parent.is_some_and(|parent| parent.events & redirect != 0)
        })
    }

    /// A client maps its window.
    pub(crate) fn map(&mut self, id: u32) {
        self.tick();
        let Some(window) = self.windows.get_mut(&id) else { return };
        window.wanted = true;
        let (mapped, parent) = (window.mapped, window.parent);
        if mapped {
            return;
        }
        if self.is_redirected(id) {
            let response_type = x::MAP_REQUEST_EVENT;
            let event = x::MapRequestEvent { response_type, sequence: 0, parent, window: id };
            self.tell(parent, x::EventMask::SUBSTRUCTURE_REDIRECT, event);
        } else {
            self.map_now(id);
        }
        self.cross();
    }

    /// A client unmaps its window, without a word to the window manager: where it is hidden,
    /// nobody hears of it.
    pub(crate) fn unmap(&mut self, id: u32) {
        self.tick();
        if let Some(window) = self.windows.get_mut(&id) {
            window.wanted &= !window.mapped;
        }
        self.unmap_now(id);
        self.cross();
    }

    /// A client sets the focus, without regard for anyone.
    pub(crate) fn steal_focus(&mut self, window: u32) {
        self.tick();
        let _ = self.set_focus(window, 1, 0);
    }

    /// A client says that it withdraws its window (ICCCM 4.1.4), which it has unmapped.
    pub(crate) fn unmap_by_message(&mut self, id: u32) {
        self.tick();
        let Some(window) = self.windows.get_mut(&id).filter(|it| !it.mapped) else { return };
        window.wanted = false;
        let event = x::UnmapNotifyEvent {
            response_type: x::UNMAP_NOTIFY_EVENT,
            sequence: 0,
            event: ROOT,
            window: id,
            from_configure: false,
        };
        let mask = x::EventMask::SUBSTRUCTURE_NOTIFY | x::EventMask::SUBSTRUCTURE_REDIRECT;
        self.send(ROOT, mask.into(), event.into());
    }

    /// A client withdraws its window, as `XWithdrawWindow` does.
    pub(crate) fn withdraw(&mut self, id: u32) {
        self.unmap(id);
        self.unmap_by_message(id);
    }

    /// A client moves, resizes or restacks its window.
    pub(crate) fn configure(&mut self, id: u32, values: &x::ConfigureWindowAux) {
        self.tick();
        // A client that asks for nonsense gets an error, which is its own business.
        if self.check_changes(id, values).is_err() {
            return;
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        let parent = window.parent;
        let Place { x, y, width, height, border } = window.place;
        if self.is_redirected(id) {
            let word = |value: Option<i32>, now: i16| value.map_or(now, |it| it as i16);
            let size = |value: Option<u32>, now: u16| value.map_or(now, |it| it as u16);
            let parts = [
                values.x.is_some(),
                values.y.is_some(),
                values.width.is_some(),
                values.height.is_some(),
                values.border_width.is_some(),
                values.sibling.is_some(),
                values.stack_mode.is_some(),
            ];
            let mask = parts.iter().rev().fold(0, |mask, part| mask << 1 | u16::from(*part));
            let event = x::ConfigureRequestEvent {
                response_type: x::CONFIGURE_REQUEST_EVENT,
                stack_mode: values.stack_mode.unwrap_or(x::StackMode::ABOVE),
                sequence: 0,
                parent,
                window: id,
                sibling: values.sibling.unwrap_or(NONE),
                x: word(values.x, x),
                y: word(values.y, y),
                width: size(values.width, width),
                height: size(values.height, height),
                border_width: size(values.border_width, border),
                value_mask: mask.into(),
            };
            if let Some(window) = self.windows.get_mut(&id) {
                window.waits = true;
            }
            self.tell(parent, x::EventMask::SUBSTRUCTURE_REDIRECT, event);
        } else {
            let _ = self.configure_now(id, values);
        }
        self.cross();
    }

    /// A client destroys its window.
    pub(crate) fn destroy(&mut self, id: u32) {
        self.tick();
        self.destroy_now(id);
        self.cross();
    }

    /// A client's connection ends, and with it all its windows.
    pub(crate) fn kill(&mut self, id: u32) {
        self.tick();
        for id in self.clients_windows().into_iter().filter(|other| other & OWNER == id & OWNER) {
            self.destroy_now(id);
        }
        self.cross();
    }

    /// A client takes a window into another one.
    pub(crate) fn reparent(&mut self, id: u32, parent: u32) {
        self.tick();
        let Some(window) = self.windows.get(&id) else { return };
        let (old, was_mapped) = (window.parent, window.mapped);
        if old == parent || !self.windows.contains_key(&parent) {
            return;
        }
        self.unmap_now(id);
        self.order.retain(|other| *other != id);
        if parent == ROOT {
            self.order.push(id);
        }
        let event = |event| x::ReparentNotifyEvent {
            response_type: x::REPARENT_NOTIFY_EVENT,
            sequence: 0,
            event,
            window: id,
            parent,
            x: 0,
            y: 0,
            override_redirect: false,
        };
        self.tell_structure(id, event);
        if let Some(window) = self.windows.get_mut(&id) {
            (window.parent, window.wanted) = (parent, was_mapped);
            (window.place.x, window.place.y) = (0, 0);
        }
        self.tell(parent, x::EventMask::SUBSTRUCTURE_NOTIFY, event(parent));
        if was_mapped {
            self.map(id);
        }
        self.cross();
    }

    /// A client sends a message about a window to the root window.
    pub(crate) fn message(&mut self, id: u32, kind: &str, format: u8, words: [u32; 5]) {
        self.tick();
        let event = x::ClientMessageEvent {
            response_type: x::CLIENT_MESSAGE_EVENT,
            format,
            sequence: 0,
            window: id,
            type_: self.atom(kind),
            data: words.into(),
        };
        let mask = x::EventMask::SUBSTRUCTURE_NOTIFY | x::EventMask::SUBSTRUCTURE_REDIRECT;
        self.send(ROOT, mask.into(), event.into());
    }

    /// Clients read what the window manager wrote to them: they close windows, if they are
    /// polite, and set the focus. Whether there was anything to read.
    pub(crate) fn read_letters(&mut self) -> bool {
        if self.letters.is_empty() {
            return false;
        }
        let protocols = self.atom("WM_PROTOCOLS");
        let (delete, take) = (self.atom("WM_DELETE_WINDOW"), self.atom("WM_TAKE_FOCUS"));
        while let Some((window, event)) = self.letters.pop_front() {
            let word =
                |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|offset| event[at + offset]));
            if event[0] & 0x7f != x::CLIENT_MESSAGE_EVENT || word(8) != protocols {
                continue;
            }
            if word(12) == delete && self.windows.get(&window).is_some_and(|it| it.polite) {
                self.destroy(window);
            } else if word(12) == take {
                self.tick();
                // A client that comes too late has an error to itself.
                let _ = self.set_focus(window, 2, word(16));
            }
        }
        true
    }

    /// The root window gets another size.
    pub(crate) fn resize_root(&mut self, width: u16, height: u16) {
        self.tick();
        if let Some(root) = self.windows.get_mut(&ROOT) {
            (root.place.width, root.place.height) = (width, height);
        }
        let event = x::ConfigureNotifyEvent {
            response_type: x::CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event: ROOT,
            window: ROOT,
            above_sibling: NONE,
            x: 0,
            y: 0,
            width,
            height,
            border_width: 0,
            override_redirect: false,
        };
        self.tell(ROOT, x::EventMask::STRUCTURE_NOTIFY, event);
        self.moved(self.pointer.0, self.pointer.1);
    }

    /// The window manager's connection ends: what it saved is mapped, what it created and
    /// grabbed is gone.
    pub(crate) fn disconnect(&mut self) {
        for id in std::mem::take(&mut self.save_set) {
            self.map_now(id);
        }
        let own: Vec<u32> = self.windows.keys().copied().filter(|id| id & OWNER == WM).collect();
        for id in own {
            self.destroy_now(id);
        }
        for window in self.windows.values_mut() {
            window.events = 0;
            window.button_grabs.clear();
            window.key_grabs.clear();
        }
        if self.grab.is_some_and(|grab| grab.by_manager) {
            self.end_grab();
            self.unfreeze();
        }
        self.incoming.clear();
        self.served = 0;
        self.outgoing.clear();
        self.sequence = 0;
    }
}
