//! The window manager's state, and the dispatch of what happens to it, on one screen.
//!
//! Read on in `event.rs` (one function per X event), `perform.rs` (one per action),
//! `scene.rs` (state to picture) and `reconcile.rs` (picture to requests). Handlers change
//! the state and send only questions, answers that ICCCM owes at once, and what windows that
//! aren't managed ask for; they never draw or focus by hand: [`Wm::refresh`] does, once for
//! each batch of events.

pub mod bindings;
pub mod candidate;
pub mod client;
mod compositor;
mod drag;
mod event;
pub mod ewmh;
mod family;
mod help;
mod history;
mod keys;
mod launch;
mod manage;
mod message;
pub mod monitors;
mod overlay;
pub mod paint;
pub mod panels;
mod perform;
pub mod ping;
mod prompt;
pub mod question;
pub mod reconcile;
mod rules;
pub mod scene;
mod scratchpad;
mod selection;
pub mod server;
mod snapshot;
pub mod stack;
pub mod stack_set;
pub mod states;
mod swallow;
pub mod sync;
pub mod table;
#[cfg(test)]
mod tests;
pub mod titles;
pub mod tray;

use crate::bar::{self, Content};
use crate::config::{Config, FocusPolicy, OnOtherMonitor};
use crate::gather::Gather;
use crate::geometry::{Point, Size};
use crate::layout::Layout;
use crate::status::{self, Reading, Status, Wall};
use crate::text::{Font, Typeface};
use crate::x11::atom::{Atom, AtomTable};
use crate::x11::connection::Connection;
use crate::x11::event::Event;
use crate::x11::id::{EventMask, IdPool, Timestamp, Window};
use crate::x11::property::WmState;
use crate::x11::reply::GrabStatus;
use crate::x11::request::{self, WindowAttributes};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use bindings::Bindings;
use candidate::{Candidate, Origin};
use client::Clients;
use core::mem;
use core::time::Duration;
use drag::Drag;
use keys::Held;
use launch::Launches;
use monitors::Monitors;
use overlay::Overlay;
use paint::Pen;
use panels::Panels;
use question::{Answer, PropertyName, Question};
use reconcile::{Context, Shown};
use scene::{Scene, View};
use scratchpad::Starting;
use server::Server;
use stack_set::{StackSet, Workspace, WorkspaceId};
use table::Table;
use tray::Tray;

/// What the window manager wants done outside of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Start a program; [`Wm::spawned`] is to be told if that succeeds.
    Spawn(Launch),
    /// End a process at once, without asking it.
    Kill {
        /// Its id, as a window claims it: any number.
        pid: u32,
    },
    /// Look up the parents of a process; [`Wm::lineage`] is to be told.
    Lineage {
        /// The window that it is about.
        window: Window,
        /// The id of its process, as the window claims it: any number.
        pid: u32,
    },
    /// Look up the programs in the folders of PATH; [`Wm::programs`] is to be told. What is
    /// to be sent goes out before that.
    ListPrograms,
    /// Read what a status check is about, or start its program; [`Wm::read`] is to be told.
    Read {
        /// The place of the check in [`Config::status`].
        index: usize,
        /// What it is about.
        kind: status::Kind,
    },
    /// Write a line to the log.
    Log(String),
    /// Give back the memory that the fonts' files take: outlines have just been read, and
    /// are not wanted again.
    ForgetFonts,
    /// End; the server has carried out everything.
    Quit,
    /// Start the program file again in this process; the server has carried out everything.
    Restart,
}

/// A program to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Tells this launch from all others of the session.
    pub number: u64,
    /// The program and its arguments.
    pub program: Vec<Vec<u8>>,
    /// What it gets as `DESKTOP_STARTUP_ID` (the startup notification protocol).
    pub startup_id: Option<String>,
}

/// How to leave the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// For good.
    Quit,
    /// To come back as a new program in the same process.
    Restart,
}

/// The window manager.
#[derive(Debug)]
pub struct Wm {
    config: &'static Config,
    server: Box<Server>,
    atoms: AtomTable,
    stack_set: StackSet,
    monitors: Monitors,
    clients: Clients,
    candidates: Table<Window, Candidate>,
    /// Candidates from before our time whose answers are in; they are managed together.
    adopted: Vec<(Window, Candidate)>,
    /// The focused window before our time, until it is managed.
    adopted_focus: Window,
    /// The window of the compositor; `NONE` where there is none.
    compositor: Window,
    /// Sequence number of the request that selects its events.
    compositor_selected: u64,
    bindings: Bindings,
    held: Held,
    drag: Option<Drag>,
    /// The windows that had the focus, the last one at the end.
    history: Vec<Window>,
    /// The windows that ask for attention, the one that has done so the longest first.
    waiting: Vec<Window>,
    /// The scratchpads that are being started.
    starting: Vec<Starting>,
    /// Whether the pointer has left all windows, and therefore none has the focus.
    is_outside: bool,
    /// Whether the pointer has to follow the focus, which a key has moved.
    warps: bool,
    shown: Shown,
    panels: Panels,
    /// The names of the workspaces.
    names: Vec<String>,
    /// What lies over everything.
    overlay: Option<Overlay>,
    /// Counts its changes.
    overlay_version: u32,
    /// The commands that were typed, the last one at the end.
    typed: Vec<String>,
    /// Whether a hint is to be shown, as soon as it is known that there are no windows.
    hints: bool,
    /// Windows whose request for another place was refused (ICCCM 4.1.5).
    owed: Vec<Window>,
    /// Windows withdrawn in this batch of events, unless they are destroyed in it too.
    withdrawn: Vec<(Window, manage::Withdrawal)>,
    /// Where the next message of [`Atom::I3Sync`] goes, and what it says.
    syncs: Vec<[u32; 5]>,
    /// Windows about to be mapped that want to know how wide their border will be.
    extents: Vec<Window>,
    /// A window on no workspace that has taken the keyboard, and who had the focus then.
    guest: Option<(Window, Option<Window>)>,
    /// The server's time, as far as we know it.
    time: Timestamp,
    /// When we became the window manager.
    owner_since: Timestamp,
    /// When the user was last seen to do something.
    acted: Timestamp,
    /// Numbers for what we create.
    ids: IdPool,
    /// Where the pointer was seen last.
    pointer: Point,
    /// Whether we hear of motions over the root window.
    hears_motions: bool,
    /// The size of the root window.
    root: Size,
    /// The width of borders.
    border: u32,
    /// Whether windows went in this batch of events, so that a crossing event may
    /// be due to that and not to the user.
    restructured: bool,
    /// Whether anything has happened since the last refresh that it could show.
    is_new: bool,
    leaving: Option<Leave>,
    /// The programs whose windows have not come.
    launches: Launches,
    /// What the program before us left for us, until windows are managed.
    snapshot: Vec<u32>,
    /// What the bar says of the machine.
    status: Status,
    tray: Tray,
    commands: VecDeque<Command>,
}

/// What start-up found.
#[derive(Debug)]
pub struct Found {
    /// The server.
    pub server: Box<Server>,
    /// The atoms.
    pub atoms: AtomTable,
    /// The bindings under the current mapping, not grabbed yet.
    pub bindings: Bindings,
    /// The server's time.
    pub time: Timestamp,
    /// Numbers for what we create.
    pub ids: IdPool,
    /// The top-level windows, the lowest one first.
    pub windows: Vec<Window>,
    /// The managed windows before our time, the oldest one first.
    pub client_list: Vec<Window>,
    /// The focused window before our time.
    pub active: Window,
    /// The monitors.
    pub monitors: Monitors,
    /// The current workspace before our time.
    pub desktop: Option<u32>,
    /// What we left for ourselves at a restart, or nothing.
    pub snapshot: Vec<u32>,
    /// The fonts.
    pub fonts: Vec<Font<'static>>,
    /// Whether who was there before us has to make room.
    pub replace: bool,
}

impl Wm {
    /// Begins the session: announces it, grabs the bindings, and asks about the windows
    /// that are there.
    pub fn new(config: &'static Config, found: Found, out: &mut Connection<Question>) -> Self {
        let Found { server, atoms, bindings, time, ids, windows, client_list, active, .. } = found;
        let Found { monitors, desktop, snapshot, fonts, replace, .. } = found;
        let mut workspaces = config.workspaces.iter().zip(0..).map(|(workspace, index)| {
            let share = workspace.share.unwrap_or(config.share);
            let gap = workspace.gap.unwrap_or(config.gap);
            Workspace::new(WorkspaceId::new(index), workspace.layout, share, gap)
        });
        let fallback =
            || Workspace::new(WorkspaceId::new(0), Layout::Tall, config.share, config.gap);
        let first = workspaces.next().unwrap_or_else(fallback);
        let mut stack_set = StackSet::new(server.area, first, workspaces.gather());
        stack_set.set_monitors(&monitors.useful());
        if let Some(id) = desktop.and_then(|desktop| workspace_id(config, desktop)) {
            stack_set.view(id, OnOtherMonitor::Follow);
        }
        let typeface = Typeface::new(fonts, panels::text_size(config, &server));
        let panels = Panels::new(config, &server, Pen::new(&server, typeface));
        let root = server.area.size();
        ewmh::announce(&server, config, &atoms, out);
        bindings.grab(config, server.root, out);
        Question::SelectionOwner(Atom::NetWmCmS0).ask(&atoms, out);
        let mut wm = Self {
            config,
            server,
            atoms,
            stack_set,
            monitors,
            clients: Clients::default(),
            candidates: Table::default(),
            adopted: Vec::new(),
            adopted_focus: active,
            compositor: Window::NONE,
            compositor_selected: 0,
            bindings,
            held: Held::default(),
            drag: None,
            history: Vec::new(),
            waiting: Vec::new(),
            starting: Vec::new(),
            is_outside: false,
            warps: false,
            shown: Shown::default(),
            panels,
            names: config.workspaces.iter().map(|it| String::from(it.name)).gather(),
            overlay: None,
            overlay_version: 0,
            typed: Vec::new(),
            hints: config.hint && snapshot.is_empty(),
            owed: Vec::new(),
            withdrawn: Vec::new(),
            syncs: Vec::new(),
            extents: Vec::new(),
            guest: None,
            time,
            owner_since: time,
            acted: time,
            ids,
            pointer: Point { x: -1, y: -1 },
            hears_motions: false,
            root,
            border: config.border,
            restructured: false,
            is_new: true,
            leaving: None,
            launches: Launches::default(),
            snapshot,
            status: Status::new(if config.bar.is_some() { config.status } else { &[] }),
            tray: Tray::new(config, replace),
            commands: VecDeque::new(),
        };
        wm.ask_monitor_names(out);
        // In the order in which they were managed before.
        let known = client_list.iter().filter(|window| windows.contains(window));
        let unknown = windows.iter().filter(|window| !client_list.contains(window));
        for window in known.chain(unknown) {
            wm.consider(*window, Origin::Adopted, out);
        }
        if !wm.snapshot.is_empty() {
            wm.delete_snapshot(out);
        }
        wm
    }

    /// Takes in an event.
    pub fn handle(
        &mut self,
        event: &Event,
        sequence: u64,
        synthetic: bool,
        out: &mut Connection<Question>,
    ) {
        self.shown.advance(sequence);
        // Most motions of a drag only say where the window will be the next time.
        self.is_new |= !(matches!(event, Event::MotionNotify(_)) && self.rests_in_drag());
        if self.is_of_icon(event, sequence, synthetic, out) {
            return;
        }
        match event {
            Event::KeyPress(press) => self.key_press(press, out),
            Event::KeyRelease(release) => self.key_release(release, out),
            Event::ButtonPress(press) => self.button_press(press, out),
            Event::ButtonRelease(release) => self.button_release(release, out),
            Event::MotionNotify(motion) => self.motion_notify(motion),
            Event::EnterNotify(crossing) => self.enter_notify(crossing, sequence),
            Event::FocusIn(focus) => self.focus_in(*focus, sequence),
            Event::MapRequest(request) => self.map_request(request.window, out),
            Event::ConfigureRequest(request) => self.configure_request(request, out),
            Event::ConfigureNotify(notify) if !synthetic => self.configure_notify(notify),
            Event::RandrNotify(_) if !synthetic => self.monitors.mark_stale(),
            Event::UnmapNotify(notify) => self.unmap_notify(notify.window, sequence, synthetic),
            Event::DestroyNotify(notify) => self.destroy_notify(notify.window),
            Event::ReparentNotify(notify) => self.reparent_notify(notify),
            Event::PropertyNotify(notify) => self.property_notify(notify, sequence, out),
            Event::ClientMessage(message) => self.client_message(message, out),
            Event::SelectionRequest(request) => self.selection_request(request, out),
            Event::AlarmNotify(notify) if !synthetic => {
                self.shown.pace.alarm_notify(notify, sequence);
            }
            Event::SelectionClear(clear) if !synthetic => self.selection_clear(clear, out),
            Event::MappingNotify(notify) => self.mapping_notify(*notify),
            Event::KeymapNotify => self.bindings.mark_stale(),
            Event::CirculateRequest(request) => self.circulate_request(request),
            // Among these ResizeRequest, which is for other programs to ask for.
            _ => {}
        }
    }

    /// Takes in an answer; `None` for an error.
    pub fn answered(
        &mut self,
        question: Question,
        sequence: u64,
        answer: Option<Answer>,
        out: &mut Connection<Question>,
    ) {
        self.shown.advance(sequence);
        self.is_new = true;
        match question {
            Question::Property(window, PropertyName::Motif) if self.extents.contains(&window) => {
                self.tell_extents(window, answer.as_ref(), out);
                self.learn(window, sequence, answer, out);
            }
            Question::Conversions(request) => {
                let pairs = match answer {
                    Some(Answer::Conversions(pairs)) => pairs,
                    _ => Vec::new(),
                };
                self.convert_all(&request, pairs, out);
            }
            Question::Property(_, PropertyName::RootName) => {
                self.status.learn_root_name(match &answer {
                    Some(Answer::RootName(name)) => name,
                    _ => &[],
                });
                self.panels.status = self.panels.status.wrapping_add(1);
            }
            Question::Property(window, PropertyName::XembedInfo) => {
                self.learn_icon(window, sequence, answer.as_ref());
            }
            Question::Property(_, PropertyName::Resources) => {
                if let Some(Answer::Resources(dpi)) = answer {
                    self.server.dpi = self.server.dpi_of(dpi, &self.monitors);
                    self.panels.fit(self.config, &self.server, out);
                }
            }
            Question::Properties(window)
            | Question::Attributes(window)
            | Question::Parent(window)
            | Question::Geometry(window)
            | Question::Process(window)
            | Question::Leader { window, .. }
            | Question::Property(window, _)
            | Question::UserTime(window, _)
            | Question::FocusUserTime(window, _) => self.learn(window, sequence, answer, out),
            Question::Keys { .. } => self.bindings.learn_keys(match answer {
                Some(Answer::Keys(keys)) => Some(keys),
                _ => None,
            }),
            Question::Modifiers => {
                let modifiers = match &answer {
                    Some(Answer::Modifiers(modifiers)) => Some(modifiers),
                    _ => None,
                };
                self.bindings.learn_modifiers(modifiers, self.config, &self.server, out);
            }
            Question::Barrier => self.barrier_reached(sequence, out),
            Question::Tree(_) => {
                if let Some(Answer::Tree(windows)) = answer {
                    for window in windows {
                        if !self.is_known(window) {
                            self.consider(window, Origin::Adopted, out);
                        }
                    }
                }
            }
            Question::GrabPointer(..) | Question::GrabKeyboard(_) | Question::Pointer(_) => {
                self.drag_answered(question, sequence, answer.as_ref(), out);
            }
            Question::SelectionOwner(selection) => {
                let Some(Answer::SelectionOwner(owner)) = answer else { return };
                if selection == Atom::NetSystemTrayS0 {
                    self.learn_tray_owner(owner, out);
                } else {
                    self.learn_compositor(owner, out);
                }
            }
            Question::ModeKeyboard(_) => {
                if answer != Some(Answer::Grab(GrabStatus::Success)) {
                    self.keyboard_refused(out);
                }
            }
            Question::Monitors(_) | Question::XineramaScreens => self.learn_monitors(
                match answer {
                    Some(Answer::Monitors(listed)) => Some(listed),
                    _ => None,
                },
                out,
            ),
            Question::Outputs(_) => self.monitors.mark_stale(),
            Question::AtomName(_) => {
                if let Some(Answer::AtomName(id, name)) = answer {
                    self.monitors.learn_name(id, name);
                }
            }
            Question::Atom(_)
            | Question::Extension(_)
            | Question::RandrVersion
            | Question::SyncVersion
            | Question::UseXkb
            | Question::DetectableRepeat
            | Question::RenderVersion
            | Question::PictFormats(_)
            | Question::CoreFont(_) => {}
        }
    }

    /// Takes in the error of a request that was no question.
    pub fn failed(&mut self, sequence: u64) {
        self.is_new = true;
        self.shown.advance(sequence);
        self.shown.failed(sequence);
        self.shown.pace.failed(sequence, &mut self.ids);
        self.tray.failed(sequence);
        if sequence == self.compositor_selected {
            self.compositor = Window::NONE;
        }
        let gone = self.candidates.iter().find(|(_, candidate)| candidate.selected == sequence);
        if let Some(window) = gone.map(|(window, _)| window) {
            self.candidates.remove(window);
        }
    }

    /// Takes in that a program was started, as this process.
    pub fn spawned(&mut self, number: u64, pid: u32) {
        self.launches.spawned(number, pid);
    }

    /// Takes in the parents of a window's process: its own one first, up to process 1;
    /// none if they can't be known.
    pub fn lineage(&mut self, window: Window, parents: &[u32], out: &mut Connection<Question>) {
        self.is_new = true;
        self.learn_parents(window, parents, out);
    }

    /// The user may have asked for other dots per inch; they are asked for once in a batch.
    fn resources_changed(&mut self) {
        self.clients.mark_stale(self.server.root, PropertyName::Resources);
    }

    /// Takes in what was read for a status check, or what came of its program.
    pub fn read(&mut self, index: usize, reading: Reading<'_>, wall: Wall) {
        if self.status.learn(index, reading, wall) {
            self.is_new = true;
            self.panels.status = self.panels.status.wrapping_add(1);
        }
    }

    /// What the bar says of the machine: the place of each check, and its text.
    #[cfg(test)]
    pub(crate) fn status_shown(&self) -> impl Iterator<Item = (usize, &str)> {
        let shown = |index| self.status.shown(index).map(|(text, _)| (index, text));
        (0..self.config.status.len()).filter_map(shown)
    }

    /// Whether there is anything that has a deadline, or that a refresh would show; see
    /// [`Wm::tick`].
    pub fn is_timing(&self) -> bool {
        self.is_new || self.status.is_timing() || self.is_waiting()
    }

    /// Whether we wait for anyone, up to a deadline.
    fn is_waiting(&self) -> bool {
        self.shown.pace.is_timing()
            || self.awaits_pong()
            || !self.starting.is_empty()
            || self.launches.is_waiting()
            || self.rests_in_drag()
    }

    /// Takes in the time, before each wait while [`Wm::is_timing`] and not while we leave;
    /// gives the next deadline, which is later. What was sent since begins to count here:
    /// nobody else knows the time. The same time comes again after a refresh.
    pub fn tick(&mut self, now: Duration, _out: &mut Connection<Question>) -> Option<Duration> {
        let status = self.status.tick(now);
        while let Some((index, kind)) = self.status.next_due() {
            self.commands.push_back(Command::Read { index, kind });
        }
        if !self.is_waiting() {
            return status;
        }
        let drag = self.tick_drag(now);
        // Where only a motion waits, there will be another time.
        self.is_new |= drag.is_none();
        let deadlines = [
            self.shown.pace.tick(now),
            self.check_pings(now),
            self.tick_scratchpads(now),
            self.launches.tick(now),
            drag,
            status,
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Ends a batch of events: shows what has changed, all at once.
    pub fn refresh(&mut self, out: &mut Connection<Question>) {
        if self.leaving.is_some() || !mem::take(&mut self.is_new) {
            return;
        }
        self.follow_pointer(out);
        for (window, how) in mem::take(&mut self.withdrawn) {
            self.let_go(window, how, out);
        }
        self.adopt_if_complete(out);
        if self.candidates.is_empty() {
            self.launches.forget_those_over();
        }
        // A terminal changes its size hints at each resize, and most tiles have no use for them.
        let (stack_set, by_tiles) = (&self.stack_set, self.config.tiles_keep_to_hints);
        let stale = self.clients.take_stale(|window, property| {
            property != PropertyName::NormalHints
                || by_tiles
                || stack_set.wish(window).is_some()
                || stack_set.workspace_of(window).is_none()
        });
        for (window, property) in stale {
            Question::Property(window, property).ask(&self.atoms, out);
            if let Some(candidate) = self.candidates.get_mut(window) {
                candidate.wait_for_another();
            }
        }
        self.hear_motions(out);
        self.bindings.ask(&self.server, &self.atoms, out);
        self.monitors.ask(self.server.root, &self.atoms, out);
        if self.status.asks_root_name() {
            Question::Property(self.server.root, PropertyName::RootName).ask(&self.atoms, out);
        }
        self.note_focus();
        if let Some(client) = self.focused().and_then(|window| self.clients.get_mut(window)) {
            client.urgent = false;
        }
        self.follow_overlay(out);
        let focus = self.stack_set.focus();
        self.guest = self.guest.filter(|(_, before)| *before == focus);
        self.note_urgency();
        self.measure_tray(out);
        self.panels.provide(self.stack_set.screens().count(), &mut self.ids);
        let wanted = scene::scene(self.state());
        self.ask_titles(&wanted, out);
        self.paint(&wanted, out);
        let context = Context {
            atoms: &self.atoms,
            server: &self.server,
            clients: &self.clients,
            time: self.time,
        };
        self.shown.reconcile(&wanted, &mut self.owed, &context, &mut self.ids, out);
        self.place_icons(out);
        self.restructured = false;
        for words in self.syncs.drain(..) {
            ewmh::answer_sync(words, &self.atoms, out);
        }
        if mem::take(&mut self.warps) && self.drag.is_none() {
            self.warp_pointer(&wanted, out);
        }
    }

    /// Puts the pointer into the focused window, or onto the focused monitor where that is
    /// empty, unless it is there. What it enters by that is of no concern.
    fn warp_pointer(&mut self, shown: &Scene, out: &mut Connection<Question>) {
        let placed = shown.windows.iter().find(|placed| Some(placed.window) == shown.active);
        let monitor = self.stack_set.current_screen().monitor.area;
        let target = placed.map_or(monitor, |placed| placed.rect);
        if target.contains(self.pointer) {
            return;
        }
        self.pointer = target.middle();
        let clamp = |at: i32| at.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        let sequence = out.send(&request::WarpPointer {
            src_window: Window::NONE,
            dst_window: self.server.root,
            src_x: 0,
            src_y: 0,
            src_width: 0,
            src_height: 0,
            dst_x: clamp(self.pointer.x),
            dst_y: clamp(self.pointer.y),
        });
        self.shown.caused(sequence);
        out.send(&request::NoOperation);
    }

    /// Paints what differs in our own windows.
    fn paint(&mut self, wanted: &Scene, out: &mut Connection<Question>) {
        let Self { clients, config, names, status, overlay, .. } = self;
        let overlay = overlay.as_ref();
        let title =
            |window: Window| clients.get(window).map_or("", |client| client.title.text.as_str());
        let shown = |index: u8| {
            let (text, colour) = status.shown(index.into())?;
            Some((index, text, colour))
        };
        let status: Vec<_> = (0..config.status.len() as u8).filter_map(shown).gather();
        let names: Vec<&str> = names.iter().map(String::as_str).gather();
        let content = |view: &View, size: (u32, u32), measure: &dyn bar::Measure| match view {
            View::Bar(view) => {
                let content = Content {
                    names: &names,
                    title: view.title.map_or("", |(window, _)| title(window)),
                    shortcuts: config.bar.map_or(&[], |bar| bar.shortcuts),
                    status: &status,
                    colours: &config.colours,
                };
                bar::bar(view, &content, size, measure)
            }
            View::Tabs(view) => bar::tabs(view, &title, &config.colours, size, measure),
            View::Overlay(_) => match overlay {
                Some(overlay) => overlay.cells(size, config, measure),
                None => Vec::new(),
            },
        };
        let context = (self.config, &*self.server, &self.atoms);
        self.panels.paint(&wanted.panels, &content, context, &mut self.ids, out);
        if self.panels.pen().has_drawn() {
            self.commands.push_back(Command::ForgetFonts);
        }
    }

    /// The width of borders on the screen.
    const fn border_width(&self) -> u32 {
        self.panels.scaled(self.border)
    }

    /// What the scene is drawn from.
    fn state(&self) -> scene::State<'_> {
        scene::State {
            stack_set: &self.stack_set,
            monitors: &self.monitors,
            clients: &self.clients,
            config: self.config,
            border: self.border_width(),
            panels: &self.panels,
            overlay: self.overlay_place(),
            mode: self.mode(),
            root: self.root,
            guest: self.guest.map(|(guest, _)| guest),
            is_outside: self.is_outside,
        }
    }

    /// The numbers of the atoms.
    pub const fn atoms(&self) -> &AtomTable {
        &self.atoms
    }

    /// The next thing to be done outside.
    pub fn next_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// Whether there is something to be done outside.
    pub fn has_command(&self) -> bool {
        !self.commands.is_empty()
    }

    /// Begins to leave: lets programs map their windows themselves again, maps every window
    /// that they want to be seen, gives the keyboard back, and asks for a last answer that
    /// proves that the server has done so. Of two ways to leave, the one for good counts.
    pub fn leave(&mut self, how: Leave, out: &mut Connection<Question>) {
        let before = self.leaving;
        if before == Some(how) || before == Some(Leave::Quit) {
            return;
        }
        self.leaving = Some(how);
        self.end_drag(out);
        if before.is_none() {
            self.give_up_tray(out);
            let events = self.root_events();
            self.select_on_root(events.without(EventMask::SUBSTRUCTURE_REDIRECT), out);
            let wanted = |candidate: &Candidate| {
                candidate.origin == Origin::New || candidate.told.wm_state == Some(WmState::Iconic)
            };
            let new = self.candidates.iter().filter(|(_, candidate)| wanted(candidate));
            let adopted = self.adopted.iter().filter(|(_, candidate)| wanted(candidate));
            let awaiting = new.map(|(window, _)| window).chain(adopted.map(|(window, _)| *window));
            for window in self.clients.order().iter().copied().chain(awaiting) {
                out.send(&request::MapWindow { window });
            }
            out.send(&request::SetInputFocus {
                revert_to: request::RevertTo::PointerRoot,
                focus: Window::POINTER_ROOT,
                time: Timestamp::CURRENT,
            });
        }
        if how == Leave::Quit {
            for window in self.clients.order() {
                ewmh::set_wm_state(*window, WmState::Normal, &self.atoms, out);
                self.give_border_back(*window, out);
            }
            ewmh::retract(&self.server, &self.atoms, out);
        } else {
            self.leave_snapshot(out);
        }
        Question::Barrier.ask(&self.atoms, out);
    }

    /// The server has carried out everything up to a barrier. What was sent since, for a
    /// window mapped in the last moment, has to be waited for as well.
    fn barrier_reached(&mut self, sequence: u64, out: &mut Connection<Question>) {
        if out.sequence() == sequence {
            self.leave_now();
        } else if out.awaiting_after(sequence) == 0 {
            Question::Barrier.ask(&self.atoms, out);
        }
    }

    /// Leaves, whatever has been answered.
    pub fn leave_now(&mut self) {
        match self.leaving {
            Some(Leave::Quit) => self.commands.push_back(Command::Quit),
            Some(Leave::Restart) => self.commands.push_back(Command::Restart),
            None => {}
        }
    }

    /// Takes the session up again after a restart that failed, with the windows that came
    /// meanwhile.
    pub fn stay(&mut self, out: &mut Connection<Question>) {
        self.is_new = true;
        self.leaving = None;
        self.delete_snapshot(out);
        self.shown.mapped_all();
        self.select_on_root(self.root_events(), out);
        Question::Tree(self.server.root).ask(&self.atoms, out);
    }

    /// Where the pointer gives the focus and there are several monitors, it may come to
    /// another one over nothing but the root window, which only motions tell. Those over our
    /// windows do not get there.
    fn hear_motions(&mut self, out: &mut Connection<Question>) {
        let several = self.stack_set.screens().nth(1).is_some();
        let hears = several && self.config.focus != FocusPolicy::Click;
        if mem::replace(&mut self.hears_motions, hears) != hears {
            self.select_on_root(self.root_events(), out);
        }
    }

    fn root_events(&self) -> EventMask {
        let events = Server::root_events(self.config);
        if self.hears_motions { events.with(EventMask::POINTER_MOTION) } else { events }
    }

    fn select_on_root(&self, events: EventMask, out: &mut Connection<Question>) {
        let attributes = WindowAttributes { event_mask: Some(events), ..Default::default() };
        let window = self.server.root;
        out.send(&request::ChangeWindowAttributes { window, attributes });
    }

    /// Whether the last answer is awaited.
    pub const fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }
}

/// The workspace of an EWMH desktop number.
fn workspace_id(config: &Config, desktop: u32) -> Option<WorkspaceId> {
    let index = usize::try_from(desktop).ok().filter(|index| *index < config.workspaces.len())?;
    u8::try_from(index).ok().map(WorkspaceId::new)
}
