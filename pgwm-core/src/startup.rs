//! Everything that we ask the server once, in two flights, until a [`Wm`] comes of it.
//! Never manages a window.
//!
//! First flight: become the window manager, the atoms, the keyboard, the extensions, the
//! windows that are there. Second flight, which needs the atoms: who else is a window
//! manager, what one before us left on the root window, the monitors, and what text can be
//! drawn with. A server with an old RANDR is asked for the monitors once more, by XINERAMA,
//! and one without RENDER for its own font.

use crate::config::Config;
use crate::deadline;
use crate::gather::Gather;
use crate::number;
use crate::session::{Fault, Start};
use crate::text;
use crate::wm::bindings::Bindings;
use crate::wm::ewmh;
use crate::wm::monitors::{Monitors, Source};
use crate::wm::question::{Answer, PropertyName, Question};
use crate::wm::server::{CoreFont, Render, Server};
use crate::wm::stack_set::Monitor;
use crate::wm::{Found, Wm};
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::event::Event;
use crate::x11::extension::{Extension, ExtensionName};
use crate::x11::id::{Cursor, EventMask, Font, IdPool, Timestamp, VisualId, Window};
use crate::x11::randr::{self, NotifyMask};
use crate::x11::reply::{GetKeyboardMapping, GetModifierMapping};
use crate::x11::request::{
    self, PropertyData, PropertyMode, StackMode, WindowAttributes, WindowChanges,
};
use crate::x11::setup::{Setup, VisualClass};
use crate::x11::xkb;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// How often we try to become the window manager. One that was just ended, or that was us
/// before a restart, may hold on for a moment.
const TRIES: u32 = 10;
/// How often we look whether one that is to make room has done so: it may have much to
/// put in order.
const LOOKS: u32 = 150;
/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// A session that is being set up.
#[derive(Debug)]
pub struct Startup {
    config: &'static Config,
    /// Whether a window manager that runs is to make room for us.
    pub replace: bool,
    server: Server,
    cursor: Cursor,
    /// Numbers for what is created later.
    ids: IdPool,
    atoms: AtomTable,
    /// Questions of this flight that are not answered yet.
    waiting: usize,
    /// Sequence number of the request that only one window manager may make.
    redirect: u64,
    /// The server refused it.
    refused: bool,
    /// Someone holds on: that, or the selection.
    is_taken: bool,
    /// We have taken the selection from someone.
    has_replaced: bool,
    /// Sequence number of the request that selects the events of the owner before us.
    watched: u64,
    tries: u32,
    retry_at: Option<Duration>,
    time: Timestamp,
    keys: Option<GetKeyboardMapping>,
    modifiers: Option<GetModifierMapping>,
    windows: Vec<Window>,
    source: Source,
    monitors: Vec<Monitor>,
    second_flight: bool,
    owner: Window,
    client_list: Vec<Window>,
    active: Window,
    desktop: Option<u32>,
    snapshot: Vec<u32>,
    /// Those of the fonts that can be read.
    fonts: Vec<text::Font<'static>>,
    /// The root window's visual, and one of depth 32.
    visuals: [VisualId; 2],
    render_version: (u32, u32),
    /// Whether the server's own font is needed whatever RENDER there is.
    wants_core_font: bool,
    /// Its number; `NONE` while it has not been asked for.
    core_font: Font,
    /// The dots per inch that the user asked for.
    wanted_dpi: Option<u32>,
    /// Events that came before there was anyone to handle them.
    pub events: Vec<(Event, u64, bool)>,
}

impl Startup {
    /// Sends the first flight.
    ///
    /// # Errors
    ///
    /// The server has no such screen, or no identifiers for us.
    pub fn begin(
        config: &'static Config,
        setup: &Setup,
        screen: u32,
        start: Start,
        out: &mut Connection<Question>,
    ) -> Result<Self, Fault> {
        let number = usize::try_from(screen).ok();
        let Some(root) = number.and_then(|number| setup.screens.get(number)) else {
            return Err(Fault::NoScreen(screen));
        };
        let mut ids = IdPool::new(setup.resource_id_base, setup.resource_id_mask);
        let mut id = || ids.next().ok_or(Fault::Malformed);
        let (holder, font, cursor) = (Window::new(id()?), Font::new(id()?), Cursor::new(id()?));
        let drag_cursor = Cursor::new(id()?);
        let Start { host, replace, process, fonts } = start;
        let fonts = fonts.into_iter().filter_map(|bytes| text::Font::parse(bytes, 0).ok()).gather();
        let is_deep =
            |depth: u8, class: VisualClass| depth == 32 && class == VisualClass::TrueColor;
        let deep = root.visuals.iter().find(|(depth, it)| is_deep(*depth, it.class));
        let visuals = [root.root_visual, deep.map_or(VisualId::NONE, |(_, visual)| visual.id)];
        let server = Server {
            cursor_font: font,
            drag_cursor,
            ..Server::new(setup, root, holder, &config.colours, host, process)
        };
        let mut startup = Self {
            config,
            replace,
            server,
            cursor,
            ids,
            atoms: AtomTable::new(),
            waiting: 0,
            redirect: 0,
            refused: false,
            is_taken: false,
            has_replaced: false,
            watched: 0,
            tries: 1,
            retry_at: None,
            time: Timestamp::CURRENT,
            keys: None,
            modifiers: None,
            windows: Vec::new(),
            source: Source::Root,
            monitors: Vec::new(),
            second_flight: false,
            owner: Window::NONE,
            client_list: Vec::new(),
            active: Window::NONE,
            desktop: None,
            snapshot: Vec::new(),
            visuals,
            render_version: (0, 0),
            wants_core_font: fonts.is_empty(),
            core_font: Font::NONE,
            wanted_dpi: None,
            fonts,
            events: Vec::new(),
        };
        startup.create_cursor(font, out);
        startup.become_manager(out);
        startup.create_holder(out);
        for atom in Atom::ALL.iter().copied() {
            if let Atom::WmS0 | Atom::NetWmCmS0 | Atom::NetSystemTrayS0 = atom {
                // The names that have the screen in them.
                let mut name = String::from(atom.name());
                name.pop();
                number::push::<10>(&mut name, screen.into());
                let request = request::InternAtom { only_if_exists: false, name: name.as_bytes() };
                out.ask(&request, Question::Atom(atom));
                startup.waiting += 1;
            } else if atom.predefined().is_none() {
                startup.ask(Question::Atom(atom), out);
            }
        }
        for extension in ExtensionName::ALL {
            startup.ask(Question::Extension(extension), out);
        }
        let (first, count) = (startup.server.first_keycode, startup.server.keycode_count);
        startup.ask(Question::Keys { first, count }, out);
        startup.ask(Question::Modifiers, out);
        let window = startup.server.root;
        startup.ask(Question::Property(window, PropertyName::Resources), out);
        Ok(startup)
    }

    /// Takes in an event, to be handled once there is a window manager.
    pub fn handle(&mut self, event: Event, sequence: u64, synthetic: bool) {
        if let Event::PropertyNotify(notify) = &event
            && notify.window == self.server.holder
        {
            self.time = notify.time;
        }
        if let Event::DestroyNotify(notify) = &event
            && notify.window == self.owner
        {
            self.owner_is_gone();
        }
        self.events.push((event, sequence, synthetic));
    }

    /// Takes in an error that is no answer. One of them says that there is another window
    /// manager.
    pub fn failed(&mut self, sequence: u64) {
        self.refused |= sequence == self.redirect;
        if sequence == self.watched {
            self.owner_is_gone();
        }
    }

    /// Some let go of their keys only after their window.
    const fn owner_is_gone(&mut self) {
        self.owner = Window::NONE;
        self.retry_at = None;
    }

    /// Takes in an answer; `None` for an error. The last one of each flight leads on.
    ///
    /// # Errors
    ///
    /// The server did not say what is on the keys.
    #[inline(never)]
    pub fn answered(
        &mut self,
        answer: Option<Answer>,
        out: &mut Connection<Question>,
    ) -> Result<Option<Wm>, Fault> {
        match answer {
            Some(Answer::Atom(atom, id)) => self.atoms.set(atom, id),
            Some(Answer::Keys(keys)) => self.keys = Some(keys),
            Some(Answer::Modifiers(modifiers)) => self.modifiers = Some(modifiers),
            Some(Answer::RandrVersion(major, minor)) if (major, minor) < randr::VERSION => {
                self.ask_xinerama(out);
            }
            Some(Answer::Monitors(monitors)) => self.monitors = monitors,
            Some(Answer::Tree(windows)) => self.windows = windows,
            Some(Answer::SelectionOwner(owner)) => {
                self.owner = if owner == self.server.holder { Window::NONE } else { owner };
            }
            Some(Answer::ClientList(windows)) => self.client_list = windows,
            // One that makes room says that there is none any more.
            Some(Answer::ActiveWindow(Window::NONE)) => {}
            Some(Answer::ActiveWindow(window)) => self.active = window,
            Some(Answer::Desktop(desktop)) => self.desktop = desktop,
            Some(Answer::Extension(name, extension)) => {
                out.extensions().set(name, extension);
                if name == ExtensionName::Xkb && self.config.needs_xkb() {
                    self.use_xkb(extension, out);
                }
            }
            Some(Answer::Snapshot(words)) => self.snapshot = words,
            Some(Answer::Resources(dpi)) => self.wanted_dpi = dpi,
            Some(Answer::RenderVersion(major, minor)) => self.render_version = (major, minor),
            Some(Answer::PictFormats(formats)) => {
                let render = out.extensions().get(ExtensionName::Render);
                let [_, deep] = self.visuals;
                self.server.render = render.and_then(|Extension { major_opcode, .. }| {
                    Render::new(major_opcode, self.render_version, formats, deep)
                });
            }
            Some(Answer::CoreFont(said)) => {
                self.server.core_font = CoreFont::new(self.core_font, &said);
            }
            _ => {}
        }
        self.waiting = self.waiting.saturating_sub(1);
        if self.waiting > 0 {
            return Ok(None);
        }
        if !self.second_flight {
            self.second_flight = true;
            if out.extensions().get(ExtensionName::Sync).is_some() {
                self.ask(Question::SyncVersion, out);
            }
            if out.extensions().get(ExtensionName::Render).is_some() {
                self.ask(Question::RenderVersion, out);
                self.ask(Question::PictFormats(self.visuals), out);
            }
            if self.wants_core_font {
                self.ask_core_font(out);
            }
            self.ask_who_was_there(out);
            return Ok(None);
        }
        let has_none = self.server.render.is_none() && self.core_font == Font::NONE;
        if has_none && self.ask_core_font(out) {
            return Ok(None);
        }
        self.is_taken = self.refused || self.owner != Window::NONE;
        if !self.is_taken {
            return self.finish(out).map(Some);
        }
        if self.replace && self.owner != Window::NONE && !self.has_replaced {
            self.take_over(out);
        }
        Ok(None)
    }

    /// Who is a window manager, and what one before us left on the root window.
    fn ask_who_was_there(&mut self, out: &mut Connection<Question>) {
        self.ask(Question::SelectionOwner(Atom::WmS0), out);
        let root = self.server.root;
        for property in [
            PropertyName::ClientList,
            PropertyName::CurrentDesktop,
            PropertyName::ActiveWindow,
            PropertyName::Snapshot,
        ] {
            self.ask(Question::Property(root, property), out);
        }
        self.ask_monitors(out);
    }

    /// Takes the selection from its owner, who says by the end of its window that it has
    /// made room (ICCCM 2.8).
    fn take_over(&mut self, out: &mut Connection<Question>) {
        let event_mask = Some(EventMask::STRUCTURE_NOTIFY);
        let attributes = WindowAttributes { event_mask, ..Default::default() };
        let window = self.owner;
        self.watched = out.send(&request::ChangeWindowAttributes { window, attributes });
        self.take_selection(out);
        self.has_replaced = true;
        self.tries = 0;
    }

    fn take_selection(&self, out: &mut Connection<Question>) {
        out.send(&request::SetSelectionOwner {
            owner: self.server.holder,
            selection: self.atoms.id(Atom::WmS0),
            time: self.time,
        });
    }

    /// The atoms known so far.
    pub const fn atoms(&self) -> &AtomTable {
        &self.atoms
    }

    /// Whether there is something to be tried again.
    pub const fn is_timing(&self) -> bool {
        self.is_taken
    }

    /// Tries again to become the window manager, where it is time; when the next try is.
    ///
    /// # Errors
    ///
    /// Another window manager holds on.
    pub fn tick(
        &mut self,
        now: Duration,
        out: &mut Connection<Question>,
    ) -> Result<Option<Duration>, Fault> {
        if !self.is_taken {
            return Ok(None);
        }
        let retry_at = deadline::set(&mut self.retry_at, now, PAUSE);
        if now < retry_at {
            return Ok(Some(retry_at));
        }
        if self.tries == if self.has_replaced { LOOKS } else { TRIES } {
            return Err(match self.owner {
                _ if self.has_replaced => Fault::StubbornManager,
                Window::NONE => Fault::OldManager,
                _ => Fault::OtherManager,
            });
        }
        self.tries += 1;
        self.retry_at = None;
        if self.has_replaced && self.owner != Window::NONE {
            return Ok(Some(deadline::set(&mut self.retry_at, now, PAUSE)));
        }
        self.is_taken = false;
        if core::mem::take(&mut self.refused) {
            self.become_manager(out);
        }
        self.ask_who_was_there(out);
        Ok(None)
    }

    /// Listens to the monitors' changes, and then asks for them, whatever version of RANDR
    /// there is: it answers at the same time, or refuses.
    fn ask_monitors(&mut self, out: &mut Connection<Question>) {
        let Some(randr) = out.extensions().get(ExtensionName::Randr) else {
            return self.ask_xinerama(out);
        };
        self.source = Source::Randr;
        self.ask(Question::RandrVersion, out);
        let (major_opcode, window) = (randr.major_opcode, self.server.root);
        let enable = NotifyMask::SCREEN_CHANGE
            | NotifyMask::CRTC_CHANGE
            | NotifyMask::OUTPUT_CHANGE
            | NotifyMask::RESOURCE_CHANGE;
        out.send(&randr::SelectInput { major_opcode, window, enable });
        self.ask(Question::Monitors(window), out);
    }

    fn ask_xinerama(&mut self, out: &mut Connection<Question>) {
        self.source = Source::Root;
        if out.extensions().get(ExtensionName::Xinerama).is_some() {
            self.source = Source::Xinerama;
            self.ask(Question::XineramaScreens, out);
        }
    }

    fn ask(&mut self, question: Question, out: &mut Connection<Question>) {
        question.ask(&self.atoms, out);
        self.waiting += 1;
    }

    /// Lets keys that are held down repeat without being released.
    fn use_xkb(&mut self, extension: Option<Extension>, out: &mut Connection<Question>) {
        let Some(Extension { major_opcode, .. }) = extension else { return };
        self.ask(Question::UseXkb, out);
        // From here on the core protocol's events of that don't come.
        out.send(&xkb::SelectKeymapEvents { major_opcode });
        self.ask(Question::DetectableRepeat, out);
    }

    /// The request that the server grants to one program only, and then, so that none is
    /// missed, the windows that are there.
    fn become_manager(&mut self, out: &mut Connection<Question>) {
        let attributes = WindowAttributes {
            event_mask: Some(Server::root_events(self.config)),
            cursor: Some(self.cursor),
            ..Default::default()
        };
        let window = self.server.root;
        self.redirect = out.send(&request::ChangeWindowAttributes { window, attributes });
        self.ask(Question::Tree(window), out);
    }

    /// The arrow of the cursor font, instead of the server's cross.
    fn create_cursor(&self, font: Font, out: &mut Connection<Question>) {
        const LEFT_POINTER: u16 = 68;
        out.send(&request::OpenFont { fid: font, name: b"cursor" });
        out.send(&request::CreateGlyphCursor::black(self.cursor, font, LEFT_POINTER));
        out.send(&request::CloseFont { font });
    }

    /// Our own window: outside of the screen, below all others, and never managed. The
    /// change of its property tells us the server's time.
    fn create_holder(&self, out: &mut Connection<Question>) {
        let window = self.server.holder;
        let events = Some(EventMask::PROPERTY_CHANGE);
        out.send(&request::CreateWindow::unseen(window, self.server.root, events));
        let changes =
            WindowChanges { stack_mode: Some(StackMode::Below), ..WindowChanges::default() };
        out.send(&request::ConfigureWindow { window, changes });
        out.send(&request::MapWindow { window });
        out.send(&request::ChangeProperty {
            mode: PropertyMode::Replace,
            window,
            property: self.atoms.id(Atom::WmClass),
            kind: self.atoms.id(Atom::String),
            data: PropertyData::Format8(b"pgwm\0pgwm\0"),
        });
    }

    /// Opens the one font that every server has, and asks for its measures; not without a
    /// number to give it.
    fn ask_core_font(&mut self, out: &mut Connection<Question>) -> bool {
        let Some(id) = self.ids.next() else { return false };
        self.core_font = Font::new(id);
        out.send(&request::OpenFont { fid: self.core_font, name: b"fixed" });
        self.ask(Question::CoreFont(self.core_font), out);
        true
    }

    /// Takes the manager selection, tells everyone (ICCCM 2.8), and begins the session.
    #[inline(never)]
    fn finish(&mut self, out: &mut Connection<Question>) -> Result<Wm, Fault> {
        let (Some(keys), Some(modifiers)) = (&self.keys, &self.modifiers) else {
            return Err(Fault::Malformed);
        };
        let bindings = Bindings::new(self.config, &self.server, keys, modifiers);
        if !self.has_replaced {
            self.take_selection(out);
        }
        let owner = (Atom::WmS0, self.server.holder);
        ewmh::announce_manager(self.server.root, owner, self.time, &self.atoms, out);
        let monitors = Monitors::new(self.source, core::mem::take(&mut self.monitors));
        self.server.dpi = self.server.dpi_of(self.wanted_dpi, &monitors);
        let found = Found {
            server: Box::new(Server {
                host: core::mem::take(&mut self.server.host),
                ..self.server
            }),
            atoms: self.atoms.clone(),
            bindings,
            time: self.time,
            ids: self.ids.clone(),
            windows: core::mem::take(&mut self.windows),
            client_list: core::mem::take(&mut self.client_list),
            active: self.active,
            monitors,
            desktop: self.desktop,
            snapshot: core::mem::take(&mut self.snapshot),
            fonts: core::mem::take(&mut self.fonts),
            replace: self.replace,
        };
        Ok(Wm::new(self.config, found, out))
    }
}
