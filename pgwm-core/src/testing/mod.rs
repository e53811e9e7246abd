//! A model of the X server, for tests: takes the window manager's bytes, does to its windows
//! what the protocol specification says, and gives bytes back. Never has pixels, and stacks
//! and crosses top-level windows only. Requests are decoded, and answers encoded, by an implementation
//! that is not ours.
//!
//! Everything happens when it is told to: [`ModelServer::serve`] carries out one request,
//! and the clients' functions act at once, in between. So a test may choose any order that
//! a real server might have chosen.

mod client;
mod counter;
mod drawing;
mod extension;
mod grab;
mod keyboard;
mod letter;
mod monitor;
mod pointer;
mod render;
mod selection;
mod tests;
mod window;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use x11rb_protocol::protocol::{Request, randr, xproto as x};
use x11rb_protocol::x11_utils::{BigRequests, Serialize, parse_request_header};

use self::counter::Alarm;
use self::drawing::{Background, DEEP_VISUAL, Drawing, ROOT_VISUAL};
use self::extension::Extensions;
use self::keyboard::KeyboardGrab;
use self::letter::Sync;
use self::monitor::Monitor;
use self::pointer::{ButtonGrab, PointerGrab, PointerInput};
use crate::geometry::Rect;
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

const BAD_REQUEST: u8 = 1;
const BAD_VALUE: u8 = 2;
const BAD_WINDOW: u8 = 3;
const BAD_ATOM: u8 = 5;
const BAD_MATCH: u8 = 8;
const BAD_DRAWABLE: u8 = 9;
const BAD_ACCESS: u8 = 10;
const BAD_ID_CHOICE: u8 = 14;

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
    background: Background,
    pub(crate) properties: BTreeMap<u32, Property>,
    /// The grabs of the window manager: button and modifiers.
    pub(crate) button_grabs: Vec<ButtonGrab>,
    pub(crate) key_grabs: BTreeSet<(u8, u16)>,
    /// The events that the window manager wants of it.
    events: u32,
    /// The events that its parent hears nothing of.
    stops: u32,
    /// Whether its client wants it to be seen.
    pub(crate) wanted: bool,
    /// Where its client was told that it is, by an event, real or sent.
    pub(crate) told: Option<Place>,
    /// Whether its client waits to be told where it is.
    pub(crate) waits: bool,
    /// Whether its client closes it when asked to.
    pub(crate) polite: bool,
    /// Whether its client reads nothing any more.
    pub(crate) hung: bool,
    /// Whether its client draws only when it is told to catch up.
    pub(crate) slow: bool,
    /// Whether its client keeps it when it loses the selection that it was for.
    pub(crate) stubborn: bool,
    sync: Sync,
    /// Every event that was sent to it.
    letters: Vec<[u8; 32]>,
}

/// An error: its code and the value that was wrong.
type Outcome = Result<(), (u8, u32)>;

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
    grab: Option<PointerGrab>,
    keyboard_grab: Option<KeyboardGrab>,
    /// When the pointer was grabbed last, and the keyboard.
    pointer_grab_time: u32,
    keyboard_grab_time: u32,
    /// The keys that are down.
    down: BTreeSet<u8>,
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
    /// Events for clients that they have not read yet: window and event.
    letters: VecDeque<(u32, [u8; 32])>,
    /// Every window number that there ever was.
    used: BTreeSet<u32>,
    /// Those that there were more than once. What was sent about one window may have hit
    /// the next one of its number.
    pub(crate) reused: BTreeSet<u32>,
    /// Windows and counters that the window manager had killed.
    killed: BTreeSet<u32>,
    /// Every error: code and opcode.
    pub(crate) errors: Vec<(u8, u8)>,
    /// Presses that got through to a client: window and button.
    pub(crate) clicks: Vec<(u32, u8)>,
    /// Keys that got through to the focus.
    pub(crate) typed: Vec<(u32, u8)>,
    /// Whether another window manager is there.
    pub(crate) is_taken: bool,
    /// Its window, if it has one.
    other_manager: Option<u32>,
    selection_times: BTreeMap<u32, u32>,
    /// Windows with override-redirect that the window manager laid hands on.
    pub(crate) trespasses: Vec<(u32, u8)>,
    pub(crate) extensions: Extensions,
    /// The version of RANDR.
    pub(crate) randr_version: (u32, u32),
    /// The version of RENDER.
    pub(crate) render_version: (u32, u32),
    /// Whether there is a font for text.
    pub(crate) has_core_font: bool,
    drawing: Drawing,
    monitors: Vec<Monitor>,
    /// Whether the outputs changed and nobody has looked.
    outputs_unseen: bool,
    monitors_time: u32,
    /// What the window manager wants to hear of the monitors.
    monitor_events: BTreeMap<u32, randr::NotifyMask>,
    counters: BTreeMap<u32, i64>,
    alarms: BTreeMap<u32, Alarm>,
    /// Whether the window manager uses XKEYBOARD, which tells it of keymaps from then on
    /// instead of the core protocol; and whether it wants to hear of them.
    uses_xkb: bool,
    hears_keymap: bool,
    detects_repeat: bool,
    /// The processes of clients on this machine.
    processes: BTreeMap<u32, u32>,
    /// The parents of processes.
    lineages: BTreeMap<u32, Vec<u32>>,
}

// Starting and carrying out requests.
impl ModelServer {
    /// A server with one screen of 1000 by 600 pixels, the pointer in its last corner.
    pub(crate) fn new() -> Self {
        let predefined: [(&str, u32); 16] = [
            ("ATOM", 4),
            ("CARDINAL", 6),
            ("CURSOR", 8),
            ("INTEGER", 19),
            ("RESOURCE_MANAGER", 23),
            ("STRING", 31),
            ("VISUALID", 32),
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
            keyboard_grab: None,
            pointer_grab_time: 0,
            keyboard_grab_time: 0,
            down: BTreeSet::new(),
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
            other_manager: None,
            selection_times: BTreeMap::new(),
            trespasses: Vec::new(),
            extensions: Extensions::new(),
            randr_version: (1, 5),
            render_version: (0, 11),
            has_core_font: true,
            drawing: Drawing::default(),
            monitors: Vec::new(),
            outputs_unseen: false,
            monitors_time: 0,
            monitor_events: BTreeMap::new(),
            counters: BTreeMap::new(),
            alarms: BTreeMap::new(),
            uses_xkb: false,
            hears_keymap: false,
            detects_repeat: false,
            processes: BTreeMap::new(),
            lineages: BTreeMap::new(),
        };
        server.insert(ROOT, NONE, Place::new(0, 0, 1000, 600));
        if let Some(root) = server.windows.get_mut(&ROOT) {
            root.mapped = true;
        }
        server.set_monitors(&[("screen", Rect::new(0, 0, 1000, 600), true)]);
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
            background: Background::None,
            properties: BTreeMap::new(),
            button_grabs: Vec::new(),
            key_grabs: BTreeSet::new(),
            events: 0,
            stops: 0,
            wanted: false,
            told: None,
            waits: false,
            polite: true,
            hung: false,
            slow: false,
            stubborn: false,
            sync: Sync::default(),
            letters: Vec::new(),
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
            visual_id: ROOT_VISUAL,
            class: x::VisualClass::TRUE_COLOR,
            bits_per_rgb_value: 8,
            colormap_entries: 256,
            red_mask: 0xff_0000,
            green_mask: 0xff00,
            blue_mask: 0xff,
        };
        let deep = x::Visualtype { visual_id: DEEP_VISUAL, ..visual };
        let screen = x::Screen {
            root: ROOT,
            white_pixel: 0xff_ffff,
            width_in_pixels: root.width,
            height_in_pixels: root.height,
            root_visual: ROOT_VISUAL,
            root_depth: 24,
            allowed_depths: vec![
                x::Depth { depth: 24, visuals: vec![visual] },
                x::Depth { depth: 8, visuals: Vec::new() },
                x::Depth { depth: 32, visuals: vec![deep] },
            ],
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
        let request = Request::parse(header, body, &mut Vec::new(), &self.extensions)
            .unwrap_or_else(|error| panic!("request {opcode} can't be read: {error}"));
        if let Err((code, value)) = self.carry_out(&request, opcode) {
            // Who kills a program may go on to speak of its windows.
            if !self.killed.contains(&value) {
                self.errors.push((code, opcode));
            }
            let mut error = [0; 32];
            error[1] = code;
            error[4..8].copy_from_slice(&value.to_le_bytes());
            if opcode >= 128 {
                error[8] = header.minor_opcode;
            }
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
            Request::CirculateWindow(it) => {
                self.window(it.window)?;
                self.circulate_now(it.direction == x::Circulate::RAISE_LOWEST);
                Ok(())
            }
            Request::ChangeProperty(it) => self.change_property(it, opcode),
            Request::DeleteProperty(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.delete_property(it.window, it.property)
            }
            Request::SetSelectionOwner(it) => {
                self.own_selection(WM, it.owner, it.selection, it.time)
            }
            Request::SendEvent(it) => self.send_event(it),
            Request::KillClient(it) => {
                let owner = it.resource & OWNER;
                let is_there = self.windows.contains_key(&it.resource)
                    || self.counters.contains_key(&it.resource);
                if owner == WM || it.resource == ROOT || !is_there {
                    return Err((BAD_VALUE, it.resource));
                }
                let all = self.windows.keys().chain(self.counters.keys());
                self.killed.extend(all.filter(|id| **id & OWNER == owner));
                self.kill(it.resource);
                Ok(())
            }
            Request::DestroyWindow(it) => {
                self.window(it.window)?;
                assert_eq!(it.window & OWNER, WM, "a window that is not the window manager's");
                self.destroy_now(it.window);
                Ok(())
            }
            Request::ReparentWindow(it) => {
                self.lay_hands_on(it.window, opcode)?;
                self.take_into(it)
            }
            Request::NoOperation(_) => Ok(()),
            _ => self.carry_out_input(request, opcode),
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
                let is_child = |(_, window): &(&u32, &ModelWindow)| window.parent == it.window;
                let children = match it.window {
                    ROOT => self.order.clone(),
                    _ => self.windows.iter().filter(is_child).map(|(id, _)| *id).collect(),
                };
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
            Request::GetAtomName(it) => {
                let known = self.atoms.iter().find(|(_, id)| **id == it.atom);
                let name = known.ok_or((BAD_ATOM, it.atom))?.0.clone();
                let (sequence, length) = (self.sequence as u16, name.len().div_ceil(4) as u32);
                let mut reply = x::GetAtomNameReply { sequence, length, name }.serialize();
                reply.resize(32 + 4 * length as usize, 0);
                self.answer(reply);
                Ok(())
            }
            Request::GetProperty(it) => self.get_property(it),
            Request::ListProperties(it) => {
                let atoms: Vec<u32> = self.window(it.window)?.properties.keys().copied().collect();
                let (sequence, length) = (self.sequence as u16, atoms.len() as u32);
                self.answer(x::ListPropertiesReply { sequence, length, atoms }.serialize());
                Ok(())
            }
            Request::QueryPointer(it) => self.query_pointer(it.window),
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
            _ => self.carry_out_extension(request, opcode),
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
        let parent = self.window(it.parent)?;
        let depth = if it.depth == 0 { parent.depth } else { it.depth };
        self.check_new(it.wid)?;
        self.check_visual(it, depth)?;
        let values = &it.value_list;
        self.check_cursor(values.cursor)?;
        let place =
            Place { border: it.border_width, ..Place::new(it.x, it.y, it.width, it.height) };
        self.insert(it.wid, it.parent, place);
        let window = self.window_mut(it.wid)?;
        window.input_only = it.class == x::WindowClass::INPUT_ONLY;
        window.depth = depth;
        window.border_pixel = values.border_pixel.unwrap_or(0);
        window.override_redirect = values.override_redirect == Some(1);
        window.events = values.event_mask.map_or(0, u32::from);
        match self.new_background(it.wid, values.background_pixmap, values.background_pixel) {
            Ok(background) => self.set_background(it.wid, background),
            Err(error) => {
                self.destroy_now(it.wid);
                return Err(error);
            }
        }
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
        self.check_cursor(values.cursor)?;
        let background =
            self.new_background(it.window, values.background_pixmap, values.background_pixel)?;
        self.set_background(it.window, background);
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
        if let Some(events) = values.do_not_propogate_mask {
            window.stops = events.into();
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
            visual: if window.depth == 32 { DEEP_VISUAL } else { ROOT_VISUAL },
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

    /// The number of a name.
    pub(crate) fn atom(&mut self, name: &str) -> u32 {
        self.atom_of(name.as_bytes())
    }

    fn atom_of(&mut self, name: &[u8]) -> u32 {
        let next = 69 + self.atoms.len() as u32;
        *self.atoms.entry(name.to_vec()).or_insert(next)
    }
}
