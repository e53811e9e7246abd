//! One message as one line of text, for logs and for tests that compare sessions. Never
//! used to decide anything, and never fails: what can't be read is told by its length.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt::{Display, Write};

use super::atom::{Atom, AtomTable};
use super::drawing;
use super::event::{
    Circulate, ClientMessage, ConfigureNotify, ConfigureRequest, Crossing, Event, Focus, Input,
};
use super::extension::{ExtensionName, Extensions};
use super::id::{AtomId, Modifiers, Window};
use super::request::{self, Request};
use super::wire::{Malformed, Reader, words};
use super::{randr, render, res, sync, xinerama, xkb};

/// Longer lists and texts are cut after so many items.
const ENOUGH: usize = 64;

const MODIFIERS: [&str; 8] = ["Shift", "Lock", "Control", "Mod1", "Mod2", "Mod3", "Mod4", "Mod5"];

const ATTRIBUTES: [&str; 15] = [
    "background-pixmap",
    "background",
    "border-pixmap",
    "border",
    "bit-gravity",
    "win-gravity",
    "backing-store",
    "backing-planes",
    "backing-pixel",
    "override-redirect",
    "save-under",
    "events",
    "do-not-propagate",
    "colormap",
    "cursor",
];

/// Those in use, by their bits.
const CONTEXT_VALUES: [(u32, &str); 4] =
    [(2, "foreground"), (3, "background"), (14, "font"), (16, "graphics-exposures")];

const CHANGES: [&str; 5] = ["x", "y", "w", "h", "border"];

const STACK_MODES: [&str; 5] = ["Above", "Below", "TopIf", "BottomIf", "Opposite"];

const VALUE_TYPES: [&str; 2] = ["Absolute", "Relative"];

const TEST_TYPES: [&str; 4] =
    ["PositiveTransition", "NegativeTransition", "PositiveComparison", "NegativeComparison"];

const OPERATORS: [&str; 4] = ["Clear", "Src", "Dst", "Over"];

const ALLOW_MODES: [&str; 8] = [
    "AsyncPointer",
    "SyncPointer",
    "ReplayPointer",
    "AsyncKeyboard",
    "SyncKeyboard",
    "ReplayKeyboard",
    "AsyncBoth",
    "SyncBoth",
];

/// The first request in `bytes`, and its length in bytes. Atoms are told by name if a
/// table is given. Bytes that are no whole request are taken as one, to their end.
pub fn request(
    bytes: &[u8],
    atoms: Option<&AtomTable>,
    extensions: &Extensions,
) -> (String, usize) {
    let (opcode, detail, length) = match *bytes {
        [opcode, detail, low, high, ..] => {
            (opcode, detail, usize::from(u16::from_le_bytes([low, high])) * 4)
        }
        _ => (0, 0, 0),
    };
    let Some(message) = bytes.get(..length).filter(|message| !message.is_empty()) else {
        return (format!("part of a request, {} bytes", bytes.len()), bytes.len());
    };
    let name = extensions.request_name(opcode, detail.into());
    let line = Line { text: name.to_owned(), atoms };
    let line = match extensions.of_major_opcode(opcode) {
        Some(extension) => describe_extended(line, extension, message),
        None => describe(line, message, extensions),
    };
    match line {
        Ok(line) => (line.text, length),
        Err(Malformed) => (format!("{name} {opcode}, {length} bytes"), length),
    }
}

/// An event. Atoms are told by name if a table is given.
pub fn event(event: &Event, atoms: Option<&AtomTable>) -> String {
    let line = |name: &str| Line { text: name.to_owned(), atoms };
    let on = |name: &str, window: Window| line(name).field("window", window);
    match event {
        Event::KeyPress(it) => line("KeyPress").field("key", it.detail).input(it),
        Event::KeyRelease(it) => line("KeyRelease").field("key", it.detail).input(it),
        Event::ButtonPress(it) => line("ButtonPress").field("button", it.detail).input(it),
        Event::ButtonRelease(it) => line("ButtonRelease").field("button", it.detail).input(it),
        Event::MotionNotify(it) => line("MotionNotify").input(it),
        Event::EnterNotify(it) => on("EnterNotify", it.event).crossing(it),
        Event::LeaveNotify(it) => on("LeaveNotify", it.event).crossing(it),
        Event::FocusIn(it) => on("FocusIn", it.event).focus(*it),
        Event::FocusOut(it) => on("FocusOut", it.event).focus(*it),
        Event::Expose(it) => {
            on("Expose", it.window).place(it.x, it.y, it.width, it.height).field("count", it.count)
        }
        Event::CreateNotify(it) => on("CreateNotify", it.window)
            .field("parent", it.parent)
            .place(it.x, it.y, it.width, it.height)
            .field("border", it.border_width)
            .flag("override-redirect", it.override_redirect),
        Event::DestroyNotify(it) => on("DestroyNotify", it.window),
        Event::UnmapNotify(it) => on("UnmapNotify", it.window)
            .field("event", it.event)
            .flag("from-configure", it.from_configure),
        Event::MapNotify(it) => {
            on("MapNotify", it.window).flag("override-redirect", it.override_redirect)
        }
        Event::MapRequest(it) => on("MapRequest", it.window),
        Event::ReparentNotify(it) => on("ReparentNotify", it.window).field("parent", it.parent),
        Event::ConfigureNotify(it) => on("ConfigureNotify", it.window).configured(it),
        Event::ConfigureRequest(it) => on("ConfigureRequest", it.window).wanted(it),
        Event::GravityNotify(it) => {
            on("GravityNotify", it.window).field("x", it.x).field("y", it.y)
        }
        Event::ResizeRequest(it) => {
            on("ResizeRequest", it.window).field("w", it.width).field("h", it.height)
        }
        Event::CirculateNotify(it) => on("CirculateNotify", it.window).circulate(it),
        Event::CirculateRequest(it) => on("CirculateRequest", it.window).circulate(it),
        Event::PropertyNotify(it) => {
            on("PropertyNotify", it.window).atom(it.atom).flag("deleted", it.deleted)
        }
        Event::SelectionClear(it) => line("SelectionClear").atom(it.selection),
        Event::SelectionRequest(it) => line("SelectionRequest")
            .atom(it.selection)
            .atom(it.target)
            .field("requestor", it.requestor),
        Event::SelectionNotify(it) => line("SelectionNotify")
            .atom(it.selection)
            .atom(it.target)
            .field("requestor", it.requestor),
        Event::ColormapNotify(it) => on("ColormapNotify", it.window).field("map", it.colormap),
        Event::ClientMessage(it) => on("ClientMessage", it.window).message(it),
        Event::MappingNotify(it) => line("MappingNotify").word(format_args!("{:?}", it.request)),
        Event::RandrNotify(it) => {
            on("RandrNotify", it.window).word(format_args!("{:?}", it.change))
        }
        Event::AlarmNotify(it) => line("AlarmNotify")
            .word(it.alarm)
            .field("counter-value", it.counter_value)
            .field("alarm-value", it.alarm_value)
            .word(format_args!("{:?}", it.state)),
        Event::KeymapNotify => line("KeymapNotify"),
        Event::Unknown { code } => line("event").word(code),
    }
    .text
}

/// A line of text that grows at its end.
#[derive(Debug)]
struct Line<'a> {
    text: String,
    atoms: Option<&'a AtomTable>,
}

impl Line<'_> {
    fn word(mut self, value: impl Display) -> Self {
        // Writing to a String can't fail.
        let _ = write!(self.text, " {value}");
        self
    }

    fn field(mut self, name: &str, value: impl Display) -> Self {
        let _ = write!(self.text, " {name}={value}");
        self
    }

    fn optional(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    fn flag(self, name: &str, value: bool) -> Self {
        if value { self.word(name) } else { self }
    }

    fn atom(self, id: AtomId) -> Self {
        let known = self.atoms.and_then(|atoms| atoms.atom(id));
        match known.or_else(|| Atom::ALL.iter().copied().find(|it| it.predefined() == Some(id))) {
            Some(atom) => self.word(atom.name()),
            None => self.word(format_args!("atom-{}", id.raw())),
        }
    }

    fn modifiers(self, modifiers: Modifiers) -> Self {
        if modifiers == Modifiers::ANY {
            return self.word("AnyModifier");
        }
        let mut text = String::new();
        for (bit, name) in MODIFIERS.iter().enumerate() {
            if modifiers.contains(Modifiers::from_bits(1 << bit)) {
                text.push_str(if text.is_empty() { "" } else { "+" });
                text.push_str(name);
            }
        }
        if text.is_empty() { self } else { self.word(text) }
    }

    fn place(
        self,
        x: impl Display,
        y: impl Display,
        width: impl Display,
        height: impl Display,
    ) -> Self {
        self.field("x", x).field("y", y).field("w", width).field("h", height)
    }

    fn input(self, it: &Input) -> Self {
        self.modifiers(Modifiers::of_state(it.state))
            .field("event", it.event)
            .field("child", it.child)
            .field("x", it.root_x)
            .field("y", it.root_y)
    }

    fn crossing(self, it: &Crossing) -> Self {
        self.word(format_args!("{:?} {:?}", it.mode, it.detail))
            .field("x", it.root_x)
            .field("y", it.root_y)
    }

    fn focus(self, it: Focus) -> Self {
        self.word(format_args!("{:?} {:?}", it.mode, it.detail))
    }

    fn configured(self, it: &ConfigureNotify) -> Self {
        self.field("event", it.event)
            .place(it.x, it.y, it.width, it.height)
            .field("border", it.border_width)
    }

    fn wanted(self, it: &ConfigureRequest) -> Self {
        let changes = &it.changes;
        self.optional("x", changes.x)
            .optional("y", changes.y)
            .optional("w", changes.width)
            .optional("h", changes.height)
            .optional("border", changes.border_width)
            .optional("sibling", changes.sibling)
            .optional("stack", changes.stack_mode.map(|mode| format!("{mode:?}")))
    }

    fn circulate(self, it: &Circulate) -> Self {
        self.word(if it.on_bottom { "to the bottom" } else { "to the top" })
    }

    fn message(mut self, it: &ClientMessage) -> Self {
        self = self.atom(it.kind);
        if it.format != 32 {
            return self.word(format_args!("{:?}", it.data.0));
        }
        let mut words = it.data.words();
        if self.atoms.is_some_and(|atoms| atoms.atom(it.kind) == Some(Atom::WmProtocols)) {
            self = self.atom(AtomId::new(words[0]));
            words[0] = 0;
        }
        let end = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        let start = usize::from(words[0] == 0).min(end);
        words[start..end].iter().fold(self, |line, word| line.word(format_args!("{word:#x}")))
    }
}

/// Puts a request's fields after its name.
fn describe<'a>(
    line: Line<'a>,
    message: &[u8],
    extensions: &Extensions,
) -> Result<Line<'a>, Malformed> {
    let mut reader = Reader::new(message);
    let (opcode, detail) = (reader.u8()?, reader.u8()?);
    reader.skip(2)?;
    let id = |reader: &mut Reader<'_>| reader.u32().map(Window::new);
    let atom = |reader: &mut Reader<'_>| reader.u32().map(AtomId::new);
    Ok(match opcode {
        request::CreateWindow::OPCODE => {
            let line = line.word(id(&mut reader)?).field("parent", id(&mut reader)?);
            let (x, y) = (reader.i16()?, reader.i16()?);
            let line = line.place(x, y, reader.u16()?, reader.u16()?);
            let line = line.field("border", reader.u16()?);
            reader.skip(6)?;
            attributes(line, reader)?
        }
        request::ChangeWindowAttributes::OPCODE => {
            let line = line.word(id(&mut reader)?);
            attributes(line, reader)?
        }
        request::ConfigureWindow::OPCODE => {
            let line = line.word(id(&mut reader)?);
            changes(line, reader)?
        }
        request::GetWindowAttributes::OPCODE
        | request::DestroyWindow::OPCODE
        | request::MapWindow::OPCODE
        | request::UnmapWindow::OPCODE
        | request::GetGeometry::OPCODE
        | request::GrabPointer::OPCODE
        | request::GrabKeyboard::OPCODE
        | request::QueryTree::OPCODE
        | request::QueryPointer::OPCODE
        | request::TranslateCoordinates::OPCODE
        | request::CloseFont::OPCODE
        | request::CreateGlyphCursor::OPCODE
        | request::FreeCursor::OPCODE
        | request::ListProperties::OPCODE
        | request::KillClient::OPCODE => line.word(id(&mut reader)?),
        request::ReparentWindow::OPCODE => line
            .word(id(&mut reader)?)
            .field("parent", id(&mut reader)?)
            .field("x", reader.i16()?)
            .field("y", reader.i16()?),
        request::ChangeSaveSet::OPCODE => {
            line.word(if detail == 0 { "Insert" } else { "Delete" }).word(id(&mut reader)?)
        }
        request::InternAtom::OPCODE | request::QueryExtension::OPCODE => {
            let length = reader.u16()?;
            reader.skip(2)?;
            line.word(text(reader.take(length.into())?))
        }
        request::OpenFont::OPCODE => {
            let line = line.word(id(&mut reader)?);
            let length = reader.u16()?;
            reader.skip(2)?;
            line.word(text(reader.take(length.into())?))
        }
        request::GetAtomName::OPCODE | request::GetSelectionOwner::OPCODE => {
            line.atom(atom(&mut reader)?)
        }
        request::ChangeProperty::OPCODE => {
            let line = line.word(id(&mut reader)?);
            property(line, reader)?
        }
        request::DeleteProperty::OPCODE | request::GetProperty::OPCODE => {
            line.word(id(&mut reader)?).atom(atom(&mut reader)?)
        }
        request::SetSelectionOwner::OPCODE => {
            let owner = id(&mut reader)?;
            line.atom(atom(&mut reader)?).word(owner)
        }
        request::SendEvent::OPCODE => {
            let line = line.word(id(&mut reader)?).field("mask", id(&mut reader)?);
            let bytes = reader.take(32)?.first_chunk().ok_or(Malformed)?;
            let sent = event(&Event::read(bytes, extensions)?.0, line.atoms);
            line.word(format_args!("({sent})"))
        }
        request::GrabButton::OPCODE
        | request::GrabKey::OPCODE
        | request::UngrabButton::OPCODE
        | request::UngrabKey::OPCODE => grab(line, message)?,
        request::AllowEvents::OPCODE => line.word(name(&ALLOW_MODES, detail.into())?),
        request::WarpPointer::OPCODE => {
            reader.skip(4)?;
            let line = line.word(id(&mut reader)?);
            reader.skip(8)?;
            line.field("x", reader.i16()?).field("y", reader.i16()?)
        }
        request::SetInputFocus::OPCODE => match id(&mut reader)? {
            Window::NONE => line.word("None"),
            Window::POINTER_ROOT => line.word("PointerRoot"),
            window => line.word(window),
        },
        _ if opcode < 128 => describe_drawing(line, opcode, detail, reader)?,
        _ => return Err(Malformed),
    })
}

/// The same, of requests that draw.
fn describe_drawing<'a>(
    line: Line<'a>,
    opcode: u8,
    detail: u8,
    mut reader: Reader<'_>,
) -> Result<Line<'a>, Malformed> {
    let id = |reader: &mut Reader<'_>| reader.u32().map(Window::new);
    Ok(match opcode {
        drawing::QueryFont::OPCODE
        | drawing::FreePixmap::OPCODE
        | drawing::FreeGC::OPCODE
        | drawing::CreateColormap::OPCODE => line.word(id(&mut reader)?),
        drawing::CreatePixmap::OPCODE => {
            let line = line.word(id(&mut reader)?).field("depth", detail);
            reader.skip(4)?;
            line.field("w", reader.u16()?).field("h", reader.u16()?)
        }
        drawing::CreateGC::OPCODE => {
            let line = line.word(id(&mut reader)?).field("drawable", id(&mut reader)?);
            graphics_context(line, reader)?
        }
        drawing::ChangeGC::OPCODE => {
            let line = line.word(id(&mut reader)?);
            graphics_context(line, reader)?
        }
        drawing::ClearArea::OPCODE => rectangles(line.word(id(&mut reader)?), reader)?,
        drawing::PolyFillRectangle::OPCODE => {
            let line = line.word(id(&mut reader)?).field("gc", id(&mut reader)?);
            rectangles(line, reader)?
        }
        drawing::CopyArea::OPCODE => {
            let line = line.word(id(&mut reader)?).field("to", id(&mut reader)?);
            reader.skip(8)?;
            let (x, y) = (reader.i16()?, reader.i16()?);
            line.place(x, y, reader.u16()?, reader.u16()?)
        }
        drawing::ImageText16::OPCODE => {
            let line = line.word(id(&mut reader)?).field("gc", id(&mut reader)?);
            let line = line.field("x", reader.i16()?).field("y", reader.i16()?);
            let units = reader.take(usize::from(detail) * 2)?.as_chunks().0.iter();
            let characters = char::decode_utf16(units.map(|unit| u16::from_be_bytes(*unit)));
            let text: String = characters.map(|it| it.unwrap_or('?')).collect();
            line.word(format_args!("{text:?}"))
        }
        _ => line,
    })
}

/// Puts the fields of an extension's request after its name.
fn describe_extended<'a>(
    line: Line<'a>,
    extension: ExtensionName,
    message: &[u8],
) -> Result<Line<'a>, Malformed> {
    let mut reader = Reader::new(message);
    reader.skip(1)?;
    let minor_opcode = reader.u8()?;
    reader.skip(2)?;
    let id = |reader: &mut Reader<'_>| reader.u32().map(Window::new);
    Ok(match (extension, minor_opcode) {
        (ExtensionName::Randr, randr::QueryVersion::OPCODE) => {
            line.word(format_args!("{}.{}", reader.u32()?, reader.u32()?))
        }
        (ExtensionName::Randr, randr::SelectInput::OPCODE) => {
            line.word(id(&mut reader)?).field("mask", format_args!("{:#x}", reader.u16()?))
        }
        (ExtensionName::Randr, randr::GetScreenResources::OPCODE) => line.word(id(&mut reader)?),
        (ExtensionName::Randr, randr::GetMonitors::OPCODE) => {
            line.word(id(&mut reader)?).flag("active", reader.bool()?)
        }
        (ExtensionName::Xinerama, xinerama::IsActive::OPCODE | xinerama::QueryScreens::OPCODE) => {
            line
        }
        (ExtensionName::Sync, sync::Initialize::OPCODE)
        | (ExtensionName::Res, res::QueryVersion::OPCODE) => {
            line.word(format_args!("{}.{}", reader.u8()?, reader.u8()?))
        }
        (ExtensionName::Sync, sync::QueryCounter::OPCODE | sync::DestroyAlarm::OPCODE) => {
            line.word(id(&mut reader)?)
        }
        (ExtensionName::Sync, sync::CreateAlarm::OPCODE | sync::ChangeAlarm::OPCODE) => {
            let line = line.word(id(&mut reader)?);
            alarm_attributes(line, reader)?
        }
        (ExtensionName::Xkb, xkb::UseExtension::OPCODE) => {
            line.word(format_args!("{}.{}", reader.u16()?, reader.u16()?))
        }
        (ExtensionName::Xkb, xkb::SelectKeymapEvents::OPCODE) => line,
        (ExtensionName::Xkb, xkb::PerClientFlags::OPCODE) => {
            reader.skip(4)?;
            line.field("change", id(&mut reader)?).field("value", id(&mut reader)?)
        }
        (ExtensionName::Res, res::QueryClientIds::OPCODE) => {
            reader.skip(4)?;
            line.word(id(&mut reader)?)
        }
        (ExtensionName::Render, _) => describe_rendering(line, minor_opcode, reader)?,
        _ => return Err(Malformed),
    })
}

/// The same, of the RENDER extension.
fn describe_rendering<'a>(
    line: Line<'a>,
    minor_opcode: u8,
    mut reader: Reader<'_>,
) -> Result<Line<'a>, Malformed> {
    let id = |reader: &mut Reader<'_>| reader.u32().map(Window::new);
    Ok(match minor_opcode {
        render::QueryVersion::OPCODE => {
            line.word(format_args!("{}.{}", reader.u32()?, reader.u32()?))
        }
        render::QueryPictFormats::OPCODE => line,
        render::FreePicture::OPCODE | render::FreeGlyphSet::OPCODE => line.word(id(&mut reader)?),
        render::CreatePicture::OPCODE => line
            .word(id(&mut reader)?)
            .field("drawable", id(&mut reader)?)
            .field("format", id(&mut reader)?),
        render::CreateGlyphSet::OPCODE => {
            line.word(id(&mut reader)?).field("format", id(&mut reader)?)
        }
        render::AddGlyphs::OPCODE => {
            let line = line.word(id(&mut reader)?);
            let count = reader.u32()?;
            numbers(line, reader, count as usize)?
        }
        render::FreeGlyphs::OPCODE => {
            let line = line.word(id(&mut reader)?);
            let count = reader.rest().len() / 4;
            numbers(line, reader, count)?
        }
        render::CompositeGlyphs32::OPCODE => glyphs(line, reader)?,
        render::FillRectangles::OPCODE => {
            let line = line.word(name(&OPERATORS, reader.u32()?)?).word(id(&mut reader)?);
            let line = colour(line, &mut reader)?;
            rectangles(line, reader)?
        }
        render::CreateSolidFill::OPCODE => {
            let line = line.word(id(&mut reader)?);
            colour(line, &mut reader)?
        }
        _ => return Err(Malformed),
    })
}

/// Channels from 0 to 65,535, the last one the opacity.
fn colour<'a>(line: Line<'a>, reader: &mut Reader<'_>) -> Result<Line<'a>, Malformed> {
    let (red, green, blue) = (reader.u16()?, reader.u16()?, reader.u16()?);
    Ok(line.word(format_args!("#{red:04x}{green:04x}{blue:04x}{:04x}", reader.u16()?)))
}

/// So many numbers.
fn numbers<'a>(
    line: Line<'a>,
    mut reader: Reader<'_>,
    count: usize,
) -> Result<Line<'a>, Malformed> {
    let line = reader.words(count)?.take(ENOUGH).fold(line, Line::word);
    Ok(line.flag("…", count > ENOUGH))
}

/// What glyphs are drawn with, and the runs of them: by how much the pen moves, and numbers.
fn glyphs<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let id = |reader: &mut Reader<'_>| reader.u32().map(Window::new);
    let line = line.word(name(&OPERATORS, reader.u32()?)?);
    let line = line.field("src", id(&mut reader)?).field("dst", id(&mut reader)?);
    reader.skip(4)?;
    let mut line = line.field("set", id(&mut reader)?);
    reader.skip(4)?;
    while !reader.rest().is_empty() {
        let count = reader.u8()?;
        reader.skip(3)?;
        line = line.word(format_args!("{:+}{:+}", reader.i16()?, reader.i16()?));
        line = reader.words(count.into())?.fold(line, Line::word);
    }
    Ok(line)
}

/// A mask and its values, each with its name.
fn alarm_attributes<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let mask = reader.u32()?;
    let mut line = line;
    if mask & 1 != 0 {
        line = line.field("counter", Window::new(reader.u32()?));
    }
    if mask & 1 << 1 != 0 {
        line = line.word(name(&VALUE_TYPES, reader.u32()?)?);
    }
    if mask & 1 << 2 != 0 {
        line = line.field("value", reader.fields::<8>()?.i64(0));
    }
    if mask & 1 << 3 != 0 {
        line = line.word(name(&TEST_TYPES, reader.u32()?)?);
    }
    if mask & 1 << 4 != 0 {
        line = line.field("delta", reader.fields::<8>()?.i64(0));
    }
    if mask & 1 << 5 != 0 {
        line = line.field("events", reader.u32()?);
    }
    Ok(line)
}

/// A window, what is pressed, and with which modifiers.
fn grab<'a>(line: Line<'a>, message: &[u8]) -> Result<Line<'a>, Malformed> {
    let mut reader = Reader::new(message);
    let (opcode, mut detail) = (reader.u8()?, reader.u8()?);
    reader.skip(2)?;
    let line = line.word(Window::new(reader.u32()?));
    if opcode == request::GrabButton::OPCODE {
        reader.skip(12)?;
        detail = reader.u8()?;
        reader.skip(1)?;
    }
    let modifiers = Modifiers::from_bits(reader.u16()?);
    if opcode == request::GrabKey::OPCODE {
        detail = reader.u8()?;
    }
    let is_key = matches!(opcode, request::GrabKey::OPCODE | request::UngrabKey::OPCODE);
    Ok(line.field(if is_key { "key" } else { "button" }, detail).modifiers(modifiers))
}

/// A mask and its values, each with its name.
fn attributes<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let mask = reader.u32()?;
    let mut line = line;
    for (bit, name) in ATTRIBUTES.iter().enumerate() {
        if mask & 1 << bit != 0 {
            line = line.field(name, format_args!("{:#x}", reader.u32()?));
        }
    }
    Ok(line)
}

/// The same, of a graphics context.
fn graphics_context<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let mask = reader.u32()?;
    let mut line = line;
    for (bit, name) in CONTEXT_VALUES {
        if mask & 1 << bit != 0 {
            line = line.field(name, format_args!("{:#x}", reader.u32()?));
        }
    }
    Ok(line)
}

/// Places, to the end of the message.
fn rectangles<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let mut line = line;
    let count = reader.rest().len() / 8;
    for _ in 0..count.min(ENOUGH) {
        let (x, y) = (reader.i16()?, reader.i16()?);
        line = line.place(x, y, reader.u16()?, reader.u16()?);
    }
    Ok(line.flag("…", count > ENOUGH))
}

/// A mask and its values, each with its name.
fn changes<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let mask = reader.u32()?;
    let mut line = line;
    for (bit, name) in CHANGES.iter().enumerate() {
        if mask & 1 << bit != 0 {
            line = line.field(name, reader.i32()?);
        }
    }
    if mask & 1 << 5 != 0 {
        line = line.field("sibling", Window::new(reader.u32()?));
    }
    if mask & 1 << 6 != 0 {
        line = line.field("stack", name(&STACK_MODES, reader.u32()?)?);
    }
    Ok(line)
}

/// A property's name, type and value.
fn property<'a>(line: Line<'a>, mut reader: Reader<'_>) -> Result<Line<'a>, Malformed> {
    let property = AtomId::new(reader.u32()?);
    let kind = AtomId::new(reader.u32()?);
    let format = reader.u8()?;
    reader.skip(3)?;
    let units = reader.u32()? as usize;
    let bytes = reader.rest();
    let mut line = line.atom(property);
    if kind != property {
        line = line.atom(kind);
    }
    match format {
        8 => Ok(line.word(text(bytes.get(..units).ok_or(Malformed)?))),
        16 => Ok(line.word(format_args!("{units} numbers of 16 bits"))),
        32 => {
            let value = bytes.get(..units.checked_mul(4).ok_or(Malformed)?).ok_or(Malformed)?;
            for word in words(value).take(ENOUGH) {
                line = match Some(kind) {
                    kind if kind == Atom::Atom.predefined() => line.atom(AtomId::new(word)),
                    kind if kind == Atom::Window.predefined() => line.word(Window::new(word)),
                    _ => line.word(word),
                };
            }
            Ok(line.flag("…", units > ENOUGH))
        }
        _ => Err(Malformed),
    }
}

fn name(names: &[&'static str], index: u32) -> Result<&'static str, Malformed> {
    names.get(index as usize).copied().ok_or(Malformed)
}

/// Bytes in quotes, with what can't be printed escaped.
fn text(bytes: &[u8]) -> String {
    let shown = bytes.get(..ENOUGH).unwrap_or(bytes);
    let dots = if shown.len() < bytes.len() { "…" } else { "" };
    format!("\"{}\"{dots}", shown.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x11::connection::Connection;
    use crate::x11::extension::Extension;
    use crate::x11::id::{
        Alarm, Counter, EventMask, Font, GlyphSet, GraphicsContext, Keycode, PictFormat, Picture,
        Pixmap, Timestamp,
    };
    use crate::x11::request::{
        ChangeProperty, ConfigureWindow, GetProperty, GrabKey, GrabMode, MapWindow, PropertyData,
        PropertyMode, RevertTo, SendEvent, SetInputFocus, StackMode, WindowChanges,
    };
    use proptest::prelude::*;

    const WINDOW: Window = Window::new(0x0040_0001);

    /// Their major opcodes count from 128.
    fn extensions() -> Extensions {
        let mut extensions = Extensions::NONE;
        for name in ExtensionName::ALL {
            let major_opcode = 128 + name as u8;
            let extension = Extension { major_opcode, first_event: 0, first_error: 0 };
            extensions.set(name, Some(extension));
        }
        extensions
    }

    fn lines(bytes: &[u8], atoms: &AtomTable) -> Vec<String> {
        let mut lines = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (line, length) = request(&bytes[at..], Some(atoms), &extensions());
            lines.push(line);
            at += length;
        }
        lines
    }

    #[test]
    fn requests_read_like_a_session() {
        let mut atoms = AtomTable::new();
        for (index, atom) in Atom::ALL.iter().enumerate() {
            if atom.predefined().is_none() {
                atoms.set(*atom, AtomId::new(300 + index as u32));
            }
        }
        let mut out = Connection::<()>::new();
        out.send(&ConfigureWindow {
            window: WINDOW,
            changes: WindowChanges {
                x: Some(0),
                y: Some(-20),
                width: Some(1918),
                height: Some(1058),
                stack_mode: Some(StackMode::Above),
                ..WindowChanges::default()
            },
        });
        out.send(&MapWindow { window: WINDOW });
        let (revert_to, time) = (RevertTo::None, Timestamp(7));
        out.send(&SetInputFocus { revert_to, focus: WINDOW, time });
        out.send(&SetInputFocus { revert_to, focus: Window::NONE, time });
        let wm_state = atoms.id(Atom::WmState);
        out.send(&ChangeProperty {
            mode: PropertyMode::Replace,
            window: WINDOW,
            property: wm_state,
            kind: wm_state,
            data: PropertyData::Format32(&[1, 0]),
        });
        out.send(&ChangeProperty {
            mode: PropertyMode::Replace,
            window: WINDOW,
            property: atoms.id(Atom::NetSupported),
            kind: atoms.id(Atom::Atom),
            data: PropertyData::Format32(&[wm_state.raw(), 9999]),
        });
        out.send(&ChangeProperty {
            mode: PropertyMode::Replace,
            window: WINDOW,
            property: atoms.id(Atom::WmName),
            kind: atoms.id(Atom::String),
            data: PropertyData::Format8(b"a\0b"),
        });
        out.ask(
            &GetProperty {
                delete: false,
                window: WINDOW,
                property: atoms.id(Atom::WmClass),
                kind: AtomId::ANY,
                offset: 0,
                length: 9,
            },
            (),
        );
        out.send(&GrabKey {
            owner_events: true,
            grab_window: WINDOW,
            modifiers: Modifiers::SUPER | Modifiers::SHIFT,
            key: Keycode(24),
            pointer_mode: GrabMode::Asynchronous,
            keyboard_mode: GrabMode::Asynchronous,
        });
        let message = ClientMessage {
            window: WINDOW,
            kind: atoms.id(Atom::WmProtocols),
            format: 32,
            data: crate::x11::event::ClientMessageData::from_words([
                atoms.id(Atom::WmDeleteWindow).raw(),
                16,
                0,
                0,
                0,
            ]),
        };
        out.send(&SendEvent {
            propagate: false,
            destination: WINDOW,
            event_mask: EventMask::NONE,
            event: message.write(),
        });
        assert_eq!(
            lines(out.output(), &atoms),
            [
                "ConfigureWindow 0x400001 x=0 y=-20 w=1918 h=1058 stack=Above",
                "MapWindow 0x400001",
                "SetInputFocus 0x400001",
                "SetInputFocus None",
                "ChangeProperty 0x400001 WM_STATE 1 0",
                "ChangeProperty 0x400001 _NET_SUPPORTED ATOM WM_STATE atom-9999",
                "ChangeProperty 0x400001 WM_NAME STRING \"a\\x00b\"",
                "GetProperty 0x400001 WM_CLASS",
                "GrabKey 0x400001 key=24 Shift+Mod4",
                "SendEvent 0x400001 mask=0x0 \
                 (ClientMessage window=0x400001 WM_PROTOCOLS WM_DELETE_WINDOW 0x10)",
            ]
        );
    }

    #[test]
    fn requests_that_draw_read_like_a_session() {
        let mut out = Connection::<()>::new();
        let (pixmap, gc) = (Pixmap::new(0x20_0001), GraphicsContext::new(0x20_0002));
        let drawable = pixmap.into();
        let (width, height) = (800, 20);
        out.send(&drawing::CreatePixmap {
            depth: 24,
            pid: pixmap,
            drawable: WINDOW.into(),
            width,
            height,
        });
        let values = drawing::GraphicsContextValues {
            foreground: Some(0xff_ffff),
            font: Some(Font::new(0x20_0003)),
            graphics_exposures: Some(false),
            ..Default::default()
        };
        out.send(&drawing::CreateGC { cid: gc, drawable, values });
        let place = drawing::Rectangle { x: 0, y: -1, width, height };
        out.send(&drawing::PolyFillRectangle { drawable, gc, rectangles: &[place; 2] });
        out.send(&drawing::ImageText16 { drawable, gc, x: 4, y: 15, string: &[0x61, 0x22, 0xe9] });
        out.send(&drawing::CopyArea {
            src_drawable: drawable,
            dst_drawable: WINDOW.into(),
            gc,
            src_x: 1,
            src_y: 2,
            dst_x: 3,
            dst_y: 4,
            width,
            height,
        });
        out.send(&drawing::ClearArea {
            exposures: false,
            window: WINDOW,
            x: 0,
            y: 0,
            width,
            height,
        });
        out.send(&drawing::FreePixmap { pixmap });
        assert_eq!(
            lines(out.output(), &AtomTable::new()),
            [
                "CreatePixmap 0x200001 depth=24 w=800 h=20",
                "CreateGC 0x200002 drawable=0x200001 foreground=0xffffff font=0x200003 \
                 graphics-exposures=0x0",
                "PolyFillRectangle 0x200001 gc=0x200002 x=0 y=-1 w=800 h=20 x=0 y=-1 w=800 h=20",
                "ImageText16 0x200001 gc=0x200002 x=4 y=15 \"a\\\"é\"",
                "CopyArea 0x200001 to=0x400001 x=3 y=4 w=800 h=20",
                "ClearArea 0x400001 x=0 y=0 w=800 h=20",
                "FreePixmap 0x200001",
            ]
        );
    }

    #[test]
    fn what_is_no_request_makes_a_line() {
        let alone = |bytes: &[u8]| request(bytes, None, &Extensions::NONE);
        assert_eq!(alone(&[130, 0, 2, 0, 1, 2, 3, 4]).0, "extension request 130, 8 bytes");
        assert_eq!(alone(&[8, 0, 2, 0, 1]), ("part of a request, 5 bytes".into(), 5));
        assert_eq!(alone(&[]).1, 0);
    }

    #[test]
    fn requests_of_extensions_read_like_a_session() {
        let mut out = Connection::<()>::new();
        let [randr, xinerama, sync, xkb, res, render] =
            ExtensionName::ALL.map(|name| 128 + name as u8);
        let (major_version, minor_version) = randr::VERSION;
        out.ask(&randr::QueryVersion { major_opcode: randr, major_version, minor_version }, ());
        let enable = randr::NotifyMask::SCREEN_CHANGE | randr::NotifyMask::OUTPUT_CHANGE;
        out.send(&randr::SelectInput { major_opcode: randr, window: WINDOW, enable });
        out.ask(&randr::GetScreenResources { major_opcode: randr, window: WINDOW }, ());
        out.ask(&randr::GetMonitors { major_opcode: randr, window: WINDOW, get_active: true }, ());
        out.ask(&xinerama::QueryScreens { major_opcode: xinerama }, ());
        out.send(&sync::CreateAlarm {
            major_opcode: sync,
            id: Alarm::new(0x20_0005),
            attributes: sync::AlarmAttributes {
                counter: Some(Counter::new(0x40_0002)),
                value_type: Some(sync::ValueType::Relative),
                value: Some(-5_000_000_000),
                test_type: Some(sync::TestType::PositiveComparison),
                delta: Some(1),
                events: None,
            },
        });
        out.send(&sync::DestroyAlarm { major_opcode: sync, alarm: Alarm::new(0x20_0005) });
        let repeat = xkb::DETECTABLE_AUTO_REPEAT;
        out.ask(&xkb::PerClientFlags { major_opcode: xkb, change: repeat, value: repeat }, ());
        out.ask(&res::QueryClientIds { major_opcode: res, client: WINDOW }, ());
        let (glyphset, picture) = (GlyphSet::new(0x20_0006), Picture::new(0x20_0007));
        let glyph = render::Glyph { id: 36, info: render::GlyphInfo::default(), rows: &[] };
        out.send(&render::AddGlyphs { major_opcode: render, glyphset, glyphs: &[glyph; 2] });
        out.send(&render::FillRectangles {
            major_opcode: render,
            op: render::PictOp::Src,
            dst: picture,
            color: render::Color::opaque(0x12_34_56),
            rects: &[drawing::Rectangle { x: 1, y: 2, width: 3, height: 4 }],
        });
        out.send(&render::CompositeGlyphs32 {
            major_opcode: render,
            op: render::PictOp::Over,
            src: Picture::new(0x20_0008),
            dst: picture,
            mask_format: PictFormat::NONE,
            glyphset,
            src_x: 0,
            src_y: 0,
            runs: &[
                render::GlyphRun { delta_x: 4, delta_y: 15, glyphs: &[36, 37] },
                render::GlyphRun { delta_x: -1, delta_y: 0, glyphs: &[36] },
            ],
        });
        assert_eq!(
            lines(out.output(), &AtomTable::new()),
            [
                "RANDR QueryVersion 1.5",
                "RANDR SelectInput 0x400001 mask=0x5",
                "RANDR GetScreenResources 0x400001",
                "RANDR GetMonitors 0x400001 active",
                "XINERAMA QueryScreens",
                "SYNC CreateAlarm 0x200005 counter=0x400002 Relative value=-5000000000 \
                 PositiveComparison delta=1",
                "SYNC DestroyAlarm 0x200005",
                "XKEYBOARD PerClientFlags change=0x1 value=0x1",
                "X-Resource QueryClientIds 0x400001",
                "RENDER AddGlyphs 0x200006 36 36",
                "RENDER FillRectangles Src 0x200007 #121234345656ffff x=1 y=2 w=3 h=4",
                "RENDER CompositeGlyphs32 Over src=0x200008 dst=0x200007 set=0x200006 \
                 +4+15 36 37 -1+0 36",
            ]
        );
    }

    #[test]
    fn events_read_like_a_session() {
        let parent = Window::new(1);
        let map = Event::MapRequest(crate::x11::event::MapRequest { parent, window: WINDOW });
        assert_eq!(event(&map, None), "MapRequest window=0x400001");
        let (change, timestamp) = (randr::Change::Output, Timestamp(7));
        let notify = Event::RandrNotify(randr::Notify { change, window: WINDOW, timestamp });
        assert_eq!(event(&notify, None), "RandrNotify window=0x400001 Output");
        let notify = Event::AlarmNotify(sync::AlarmNotify {
            alarm: Alarm::new(0x20_0005),
            counter_value: 7,
            alarm_value: 6,
            timestamp,
            state: sync::AlarmState::Active,
        });
        let line = "AlarmNotify 0x200005 counter-value=7 alarm-value=6 Active";
        assert_eq!(event(&notify, None), line);
    }

    proptest! {
        #[test]
        fn any_bytes_make_lines(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
            opcode in 0_u8..140,
            minor_opcode in 0_u8..50,
            units in 0_u8..20,
        ) {
            if let [first, second, low, high, ..] = &mut bytes[..] {
                (*first, *low, *high) = (opcode, units, 0);
                if opcode >= 128 {
                    *second = minor_opcode;
                }
            }
            // Ends, and takes all the bytes.
            lines(&bytes, &AtomTable::new());
        }

        #[test]
        fn any_event_makes_a_line(mut bytes: [u8; 32], code in 2_u8..128, first_event in 64_u8..128) {
            bytes[0] = code;
            let mut extensions = Extensions::NONE;
            for (name, first_event) in ExtensionName::ALL.into_iter().zip(first_event..) {
                let extension = Extension { major_opcode: 128, first_event, first_error: 128 };
                extensions.set(name, Some(extension));
            }
            let read = Event::read(&bytes, &extensions).map_err(|malformed| malformed.to_string());
            let (read, _) = read.map_err(TestCaseError::fail)?;
            prop_assert!(!event(&read, Some(&AtomTable::new())).is_empty());
        }
    }
}
