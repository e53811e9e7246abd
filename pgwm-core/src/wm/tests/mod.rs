//! The window manager against the model server: every triple of operations, long random
//! runs, and runs in which everybody acts while messages are on their way; after each, all
//! that must hold is verified.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;
use x11rb_protocol::protocol::xproto as x;

use super::question::{Answer, Question};
use super::{Command, Leave, Wm, scene};
use crate::config::{
    Action, Bar, Colours, Config, Edge, Key, Mode, Mouse, Over, Rule, Scratchpad, Workspace,
};
use crate::geometry::{Direction, Point, Rect, Size};
use crate::layout::{Layout, Share};
use crate::session::{Fault, Session, Start};
use crate::startup::Startup;
use crate::testing::{ModelServer, POINTER_ROOT, Place, ROOT};
use crate::text::tests::boxes;
use crate::wm::client::{Client, InputModel};
use crate::wm::scene::{Focus, Role};
use crate::wm::states::States;
use crate::x11::connection::{Connection, Incoming};
use crate::x11::extension::Extensions;
use crate::x11::id::{AtomId, Modifiers, Window};
use crate::x11::keysym;
use crate::x11::property::{SizeHints, WmHints};
use crate::x11::trace;

const fn key(keysym: crate::x11::id::Keysym, action: Action) -> Key {
    Key::new(Modifiers::SUPER, keysym, action)
}

/// Every action on a key of its own, those apart that end the session.
static CONFIG: Config = Config {
    workspaces: &[
        Workspace::new("a", Layout::Tall),
        Workspace::new("b", Layout::Center),
        Workspace::new("c", Layout::Monocle),
        Workspace::new("d", Layout::Tall),
    ],
    keys: &[
        key(keysym::A, Action::Spawn(&["terminal"])),
        key(keysym::B, Action::Close),
        key(keysym::C, Action::FocusNext),
        key(keysym::D, Action::FocusPrevious),
        key(keysym::E, Action::SwapNext),
        key(keysym::F, Action::SwapPrevious),
        key(keysym::G, Action::SwapLeader),
        key(keysym::H, Action::View("a")),
        key(keysym::I, Action::View("b")),
        key(keysym::J, Action::View("c")),
        key(keysym::K, Action::View("d")),
        key(keysym::L, Action::ViewLast),
        key(keysym::M, Action::Send("a")),
        key(keysym::N, Action::Send("b")),
        key(keysym::O, Action::Send("c")),
        key(keysym::P, Action::SetLayout(Layout::Monocle)),
        key(keysym::Q, Action::NextLayout),
        key(keysym::R, Action::ResizeLeader(7)),
        key(keysym::S, Action::LeaderCount(1)),
        key(keysym::T, Action::LeaderCount(-1)),
        key(keysym::U, Action::ToggleFullscreen),
        key(keysym::V, Action::ToggleFloating),
    ],
    mouse: &[
        Mouse::new(Modifiers::SUPER, 1, Action::DragMove),
        Mouse::new(Modifiers::SUPER, 3, Action::DragResize),
        Mouse::new(Modifiers::SUPER, 2, Action::ToggleFloating),
    ],
    rules: &[
        Rule { class: Some("Ruled"), workspace: Some("c"), floating: Some(true), ..Rule::ANY },
        Rule { class: Some("Tiled"), floating: Some(false), ..Rule::ANY },
    ],
    modes: &[
        Mode { name: "lasting", keys: &[key(keysym::W, Action::FocusNext)], once: false },
        Mode { name: "chord", keys: &[key(keysym::W, Action::FocusNext)], once: true },
    ],
    scratchpads: &[Scratchpad { name: "pad", class: "Thing", program: &["thing"], size: (50, 40) }],
    colours: Colours {
        focused: 0xff_0000,
        unfocused: 0x11_2233,
        urgent: 0x00_ff00,
        ..Colours::DEFAULT
    },
    border: 2,
    gap: 4,
    share: Share { leaders: 1, ratio: 60 },
    snap: 0,
    ..Config::DEFAULT
}
.validated();

/// Letters and locks as most keyboards have them.
const KEYBOARD: [u32; 37] = [
    0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
    0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0xffe1, 0xffe5, 0xffe3, 0xff7f,
    0xffeb, 0xff0d, 0xff51, 0xff52, 0xff53, 0xff54, 0xff1b,
];
const MODIFIERS: [u32; 8] = [0xffe1, 0xffe5, 0xffe3, 0, 0xff7f, 0, 0xffeb, 0];

/// The machine that the window manager runs on.
const HOST: &[u8] = b"here";

/// The window manager and its server, and the bytes between them.
struct Rig {
    server: ModelServer,
    connection: Connection<Question>,
    stage: Stage,
    partial: Vec<u8>,
    /// What the program would run, in step with what we can look into.
    shadow: Option<Session>,
    commands: Vec<Command>,
    /// How many bytes the window manager wrote last.
    written: usize,
    /// Whether everything is carried out before the next thing happens.
    in_step: bool,
    /// Whether numbers of windows are used again while messages about them are on their way.
    reuses: bool,
    now: Duration,
}

/// What a session begins with.
/// A bar for tests that need one.
const BAR: Bar = Bar { edge: Edge::Top, shown: true, padding: 2, shortcuts: &[], tray: false };

fn begin() -> Start {
    static FONT: LazyLock<&[u8]> = LazyLock::new(|| boxes().leak());
    Start { host: HOST.to_vec(), process: 7, fonts: vec![*FONT], ..Start::default() }
}

enum Stage {
    Starting(Box<Startup>),
    Running(Box<Wm>),
}

impl Rig {
    /// A server with its keyboard, and a window manager that has just connected.
    fn connect(server: ModelServer, shadowed: bool) -> Self {
        Self::connect_with(&CONFIG, server, shadowed)
    }

    /// The same under another configuration.
    fn connect_with(config: &'static Config, server: ModelServer, shadowed: bool) -> Self {
        Self::connect_as(begin(), config, server, shadowed)
    }

    /// The same with another beginning.
    fn connect_as(
        start: Start,
        config: &'static Config,
        mut server: ModelServer,
        shadowed: bool,
    ) -> Self {
        server.map_keys(&KEYBOARD);
        server.map_modifiers(MODIFIERS);
        let setup = server.setup();
        let mut connection = Connection::new();
        let startup = Startup::begin(config, &setup, 0, start.clone(), &mut connection).unwrap();
        let shadow = shadowed.then(|| {
            let mut session = Session::new(config, &setup, 0, start).unwrap();
            assert_eq!(session.output(), connection.output());
            session.output().clear();
            session
        });
        let stage = Stage::Starting(Box::new(startup));
        let (partial, commands) = (Vec::new(), Vec::new());
        let (in_step, reuses, written, now) = (true, false, 0, Duration::from_secs(7));
        let mut rig = Self {
            server,
            connection,
            stage,
            partial,
            shadow,
            commands,
            written,
            in_step,
            reuses,
            now,
        };
        rig.send();
        rig
    }

    /// The same, with the window manager in charge.
    fn start(server: ModelServer, shadowed: bool) -> Self {
        let mut rig = Self::connect(server, shadowed);
        rig.settle();
        rig
    }

    /// A session under another configuration, with the window manager in charge.
    fn start_with(config: &'static Config) -> Self {
        let mut rig = Self::connect_with(config, ModelServer::new(), false);
        rig.settle();
        rig
    }

    /// Performs an action that is on no key.
    fn act(&mut self, action: Action) {
        let Stage::Running(wm) = &mut self.stage else { panic!("the session has not begun") };
        wm.act(action, &mut self.connection);
        if let Some(session) = &mut self.shadow {
            session.act(action);
        }
        self.receive(&[]).unwrap();
    }

    /// Two monitors, each half of the root window, side by side.
    fn plug_in_two(&mut self) {
        let half = |x: i32| Rect::new(x, 0, 500, 600);
        self.server.set_monitors(&[("left", half(0), true), ("right", half(500), false)]);
        self.settle();
    }

    /// Time passes: what [`Session::tick`] does, and the same to a session.
    fn pass(&mut self, time: Duration) {
        self.now += time;
        let out = &mut self.connection;
        if let Stage::Running(wm) = &mut self.stage
            && wm.is_timing()
        {
            wm.tick(self.now, out);
            wm.refresh(out);
            let next = wm.tick(self.now, out);
            assert!(next.is_none_or(|next| next > self.now), "a deadline is later");
            if let Some(session) = &mut self.shadow {
                assert!(session.is_timing());
                assert_eq!(session.tick(self.now).unwrap(), next);
            }
        }
        self.receive(&[]).unwrap();
    }

    /// Lets time pass until nobody waits for it.
    fn rest(&mut self) {
        for _ in 0..100 {
            self.settle();
            if !self.wm().is_timing() {
                return;
            }
            self.pass(Duration::from_millis(100));
            self.pass(Duration::from_mins(1));
        }
        panic!("the window manager never stops to look at the clock");
    }

    fn wm(&self) -> &Wm {
        match &self.stage {
            Stage::Running(wm) => wm,
            Stage::Starting(_) => panic!("the session has not begun"),
        }
    }

    fn wm_mut(&mut self) -> &mut Wm {
        match &mut self.stage {
            Stage::Running(wm) => {
                // What the caller changes is to be shown.
                wm.is_new = true;
                wm
            }
            Stage::Starting(_) => panic!("the session has not begun"),
        }
    }

    /// Gives bytes to the window manager: what [`Session::receive`] does, and the same to a
    /// session, which must say the same.
    fn receive(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.partial.extend_from_slice(bytes);
        let whole = std::mem::take(&mut self.partial);
        let mut used = 0;
        while let Some((incoming, length)) =
            self.connection.cut(&whole[used..]).map_err(|_| Fault::Malformed)?
        {
            used += length;
            self.handle(incoming)?;
        }
        self.partial = whole[used..].to_vec();
        if let Stage::Running(wm) = &mut self.stage {
            wm.refresh(&mut self.connection);
            while let Some(command) = wm.next_command() {
                if let Command::Lineage { window, pid } = command {
                    let parents = self.server.lineage(pid);
                    wm.lineage(window, &parents, &mut self.connection);
                    wm.refresh(&mut self.connection);
                } else {
                    self.commands.push(command);
                }
            }
        }
        if let Some(session) = &mut self.shadow {
            session.receive(bytes)?;
            while let Some(command) = session.next_command() {
                match command {
                    Command::Log(_) => self.commands.push(command),
                    Command::Lineage { window, pid } => {
                        session.lineage(window, &self.server.lineage(pid));
                    }
                    _ => {}
                }
            }
            assert_eq!(session.output(), self.connection.output());
            session.output().clear();
        }
        self.send();
        Ok(())
    }

    fn handle(&mut self, incoming: Incoming<'_, Question>) -> Result<(), Fault> {
        let out = &mut self.connection;
        match (&mut self.stage, incoming) {
            (Stage::Starting(startup), Incoming::Event { sequence, synthetic, event }) => {
                startup.handle(event, sequence, synthetic);
            }
            (Stage::Running(wm), Incoming::Event { sequence, synthetic, event }) => {
                wm.handle(&event, sequence, synthetic, out);
            }
            (Stage::Starting(startup), Incoming::Reply { tag, bytes, .. }) => {
                let answer = tag.read(bytes, startup.atoms()).ok();
                self.start_answered(answer)?;
            }
            (Stage::Starting(_), Incoming::Error { tag: Some(_), .. }) => {
                self.start_answered(None)?;
            }
            (Stage::Running(wm), Incoming::Reply { sequence, tag, bytes }) => {
                let answer = tag.read(bytes, wm.atoms()).ok();
                wm.answered(tag, sequence, answer, out);
            }
            (Stage::Starting(startup), Incoming::Error { sequence, tag: None, .. }) => {
                startup.failed(sequence);
            }
            (Stage::Running(wm), Incoming::Error { sequence, tag: Some(tag), .. }) => {
                wm.answered(tag, sequence, None, out);
            }
            (Stage::Running(wm), Incoming::Error { sequence, tag: None, .. }) => {
                wm.failed(sequence);
            }
            (_, Incoming::Nothing) => {}
        }
        Ok(())
    }

    fn start_answered(&mut self, answer: Option<Answer>) -> Result<(), Fault> {
        let Stage::Starting(startup) = &mut self.stage else { return Ok(()) };
        let out = &mut self.connection;
        if let Some(mut wm) = startup.answered(answer, out)? {
            for (event, sequence, synthetic) in std::mem::take(&mut startup.events) {
                wm.handle(&event, sequence, synthetic, out);
            }
            self.stage = Stage::Running(Box::new(wm));
        }
        Ok(())
    }

    /// Moves what the window manager wrote to the server, which carries out nothing yet.
    fn send(&mut self) {
        let bytes = std::mem::take(self.connection.output());
        self.written = bytes.len();
        self.server.write(&bytes);
    }

    /// Lets the server carry out some requests. Clients read what is sent to them at once:
    /// one that sets the focus when it has gone elsewhere by then would get it.
    fn serve(&mut self, count: usize) {
        for _ in 0..count {
            if !self.server.serve() {
                return;
            }
            if !self.in_step {
                self.server.read_letters();
            }
        }
    }

    /// Gives the window manager some of the bytes that wait for it.
    fn deliver(&mut self, count: usize) {
        let count = count.min(self.server.outgoing.len());
        let bytes: Vec<u8> = self.server.outgoing.drain(..count).collect();
        self.receive(&bytes).unwrap();
    }

    /// Lets everybody act until nobody has anything left to do.
    fn settle(&mut self) {
        for _ in 0..100 {
            self.serve(usize::MAX);
            self.deliver(usize::MAX);
            let has_read = self.server.read_letters();
            if self.written == 0 && self.server.outgoing.is_empty() && !has_read {
                if !matches!(&self.stage, Stage::Running(wm) if wm.rests_in_drag()) {
                    return;
                }
                self.pass(Duration::from_millis(5));
            }
        }
        panic!("the window manager never comes to rest");
    }

    /// Lets everybody act, where nothing is to be on its way for long.
    fn step(&mut self) {
        if self.in_step {
            self.settle();
        }
    }

    /// A window of some client, by any number; `None` while there is none.
    fn pick(&self, number: u8) -> Option<u32> {
        let all = self.server.clients_windows();
        (!all.is_empty()).then(|| all[usize::from(number) % all.len()])
    }

    fn press_for(&mut self, action: Action) {
        let key = CONFIG.keys.iter().find(|key| key.action == action).unwrap();
        self.server.key(key.keysym.raw(), key.modifiers.bits());
    }

    /// A client appears with a window of some kind, and maps it.
    fn open(&mut self, kind: Kind) -> u32 {
        let parent = self.wm().stack_set.focus().map_or(0, Window::raw);
        let id = self.server.free_id(self.in_step || self.reuses);
        open_as(&mut self.server, id, kind, parent);
        id
    }
}

/// What sort of window a client opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Of the focused window.
    Dialog,
    /// Of itself.
    OwnDialog,
    /// Each of the other.
    CircleOfDialogs,
    FixedSize,
    NoInput,
    LocallyActive,
    GloballyActive,
    Splash,
    Dock,
    OverrideRedirect,
    Fullscreen,
    Alpha,
    InputOnly,
    Urgent,
    Modal,
    /// It has a rule of its own.
    Ruled,
    /// It asks for workspace 1.
    Elsewhere,
    /// It asks for a workspace that does not exist.
    Nowhere,
    /// Its properties are of wrong types and lengths.
    Nonsense,
    /// It does not close when asked to.
    Stubborn,
    /// It does not know how to close.
    Mute,
    /// Others may take its place.
    Host,
    /// Its program was started from the focused window.
    Child,
    /// It counts what it draws, as fast as it is told to.
    Counting,
    /// So it does, but takes its time.
    Slow,
    /// It hangs, from its first moment on.
    Hung,
}

const KINDS: [Kind; 27] = [
    Kind::Plain,
    Kind::Dialog,
    Kind::OwnDialog,
    Kind::CircleOfDialogs,
    Kind::FixedSize,
    Kind::NoInput,
    Kind::LocallyActive,
    Kind::GloballyActive,
    Kind::Splash,
    Kind::Dock,
    Kind::OverrideRedirect,
    Kind::Fullscreen,
    Kind::Alpha,
    Kind::InputOnly,
    Kind::Urgent,
    Kind::Modal,
    Kind::Ruled,
    Kind::Elsewhere,
    Kind::Nowhere,
    Kind::Nonsense,
    Kind::Stubborn,
    Kind::Mute,
    Kind::Host,
    Kind::Child,
    Kind::Counting,
    Kind::Slow,
    Kind::Hung,
];

/// The process of a window.
const fn process(id: u32) -> u32 {
    1000 + (id >> 21)
}

/// Creates and maps a window of this number.
fn open_as(server: &mut ModelServer, id: u32, kind: Kind, parent: u32) {
    server.create(id, Place::new(30, 40, 300, 200));
    let mut protocols = vec!["WM_DELETE_WINDOW"];
    server.set_text(id, "WM_CLASS", b"some\0Thing\0");
    let hints = |flags: u32, input: u32| [flags, input, 0, 0, 0, 0, 0, 0, 0];
    match kind {
        Kind::Plain => {}
        Kind::Dialog => server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[parent]),
        Kind::OwnDialog => server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[id]),
        Kind::CircleOfDialogs => {
            server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
            server.set_words(parent, "WM_TRANSIENT_FOR", "WINDOW", &[id]);
        }
        Kind::FixedSize => {
            let mut words = [0; 18];
            words[0] = 1 << 4 | 1 << 5;
            words[5..9].copy_from_slice(&[150, 90, 150, 90]);
            server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
        }
        Kind::NoInput => server.set_words(id, "WM_HINTS", "WM_HINTS", &hints(1, 0)),
        Kind::LocallyActive => protocols.push("WM_TAKE_FOCUS"),
        Kind::GloballyActive => {
            protocols.push("WM_TAKE_FOCUS");
            server.set_words(id, "WM_HINTS", "WM_HINTS", &hints(1, 0));
        }
        Kind::Splash | Kind::Dock => {
            let name = if kind == Kind::Dock { "DOCK" } else { "SPLASH" };
            let value = server.atom(&format!("_NET_WM_WINDOW_TYPE_{name}"));
            server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[value]);
        }
        Kind::OverrideRedirect | Kind::InputOnly | Kind::Alpha | Kind::Stubborn => {
            let window = server.windows.get_mut(&id).unwrap();
            window.override_redirect = kind == Kind::OverrideRedirect;
            window.input_only = kind == Kind::InputOnly;
            window.depth = if kind == Kind::Alpha { 32 } else { 24 };
            window.polite = kind != Kind::Stubborn;
        }
        Kind::Fullscreen | Kind::Modal => {
            let name = if kind == Kind::Modal { "MODAL" } else { "FULLSCREEN" };
            let state = server.atom(&format!("_NET_WM_STATE_{name}"));
            server.set_words(id, "_NET_WM_STATE", "ATOM", &[state]);
        }
        Kind::Urgent => server.set_words(id, "WM_HINTS", "WM_HINTS", &hints(1 << 8, 0)),
        Kind::Ruled => server.set_text(id, "WM_CLASS", b"some\0Ruled\0"),
        Kind::Elsewhere => server.set_words(id, "_NET_WM_DESKTOP", "CARDINAL", &[1]),
        Kind::Nowhere => server.set_words(id, "_NET_WM_DESKTOP", "CARDINAL", &[77]),
        Kind::Nonsense => {
            server.set_text(id, "WM_HINTS", b"what?");
            server.set_text(id, "WM_TRANSIENT_FOR", b"me");
            server.set_words(id, "WM_CLASS", "CARDINAL", &[7]);
            server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &[u32::MAX; 40]);
            server.set_words(id, "_NET_WM_STATE", "ATOM", &[0, u32::MAX]);
            server.set_words(id, "_NET_WM_WINDOW_TYPE", "WINDOW", &[1, 2, 3]);
            server.set_words(id, "WM_STATE", "WM_STATE", &[9]);
            server.set_text(id, "_NET_WM_DESKTOP", b"x");
        }
        Kind::Mute => protocols.clear(),
        Kind::Host => server.set_text(id, "WM_CLASS", b"some\0Host\0"),
        Kind::Child => server.set_text(id, "WM_CLASS", b"some\0Child\0"),
        Kind::Counting | Kind::Slow | Kind::Hung => {
            protocols.extend(["_NET_WM_SYNC_REQUEST", "_NET_WM_PING"]);
            server.give_counter(id);
            let window = server.windows.get_mut(&id).unwrap();
            (window.slow, window.hung) = (kind == Kind::Slow, kind == Kind::Hung);
        }
    }
    let protocols: Vec<u32> = protocols.into_iter().map(|name| server.atom(name)).collect();
    server.set_words(id, "WM_PROTOCOLS", "ATOM", &protocols);
    let starter = if kind == Kind::Child { process(parent) } else { 2 };
    server.set_process(id, process(id), &[5, starter, 1]);
    server.created(id);
    server.map(id);
}

/// What a client changes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    WantsInput(bool),
    Urgent,
    TakesFocus(bool),
    TransientForItself,
    Hints,
    /// Size hints that make no sense, or little.
    OddHints(u8),
    Shadow(u8),
    WantsBorder(bool),
}

/// Something that happens. Windows are picked by any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    /// A key is pressed.
    Press(Action),
    /// An action that is on no key is performed.
    Act(Action),
    /// A key is pressed that nobody has bound.
    Type,
    /// A key is pressed that means something to a prompt.
    Prompt(u8),
    Open(Kind),
    Map(u8),
    Unmap(u8),
    UnmapByMessage(u8),
    Withdraw(u8),
    Destroy(u8),
    Kill(u8),
    /// A window is destroyed and created again with the same number.
    Replace(u8, Kind),
    /// One window is taken into another.
    Reparent(u8, u8),
    /// And out again.
    ReparentBack(u8),
    Configure(u8, Wish),
    Change(u8, Change),
    /// Messages of pagers: a workspace, a window to a workspace, a window's attention, a
    /// window's end, a window's state.
    AskDesktop(u32),
    AskSend(u8, u32),
    AskActive(u8, u32),
    AskClose(u8),
    AskState(u8, u32),
    /// Any other message about a window, with two words of any value.
    Ask(u8, messages::Message, u32, u32),
    /// A message of a wrong form, about a window or no window.
    Babble(u8, u32),
    /// The pointer moves, to a hundredth of the root window's width and height.
    Point(u8, u8),
    Click(u8),
    /// A program sets the focus: to a window, or to what is no window.
    Steal(u8),
    /// A button is held with the modifier while the pointer moves.
    Drag(u8, i16, i16),
    /// A window says that it is dragged in some direction, until something ends that.
    Haul(u8, u32, u8),
    /// Monitors come and go: those whose bits are set are there.
    Screens(u8),
    /// A window asks for the edges of monitors.
    AskEdges(u8, [u32; 4]),
    Resize(u16, u16),
    /// Keys change places.
    Remap(bool),
    /// So many tenths of a second pass.
    Wait(u8),
    /// A window that hangs comes to itself, or the other way about.
    Hang(u8),
    /// A slow window has drawn.
    CatchUp(u8),
}

/// What a client asks for its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Nothing,
    Place(i16, i16, u16, u16),
    /// Above or below another window.
    Stack(u8, u32),
    Border(u16),
}

impl Rig {
    /// Lets one thing happen, and checks what it must lead to.
    fn perform(&mut self, op: Op) {
        match op {
            Op::Press(action) => self.perform_press(action),
            Op::Act(action) => self.act(action),
            Op::Type => {
                let before = self.server.typed.len();
                let is_ours = self.server.managers_grabs().1;
                self.server.key(0x79, 0);
                assert_eq!(self.server.typed.len(), before + usize::from(!is_ours));
            }
            Op::Prompt(number) => {
                let keys = [keysym::A, keysym::Z, keysym::RETURN, keysym::ESCAPE, keysym::LEFT];
                self.server.key(keys[usize::from(number) % keys.len()].raw(), 0);
            }
            Op::Open(kind) => {
                self.open(kind);
            }
            Op::Haul(number, direction, end) => self.perform_haul(number, direction, end),
            Op::Point(x, y) => self.perform_point(x, y),
            Op::Click(button) => self.perform_click(button),
            Op::Drag(button, dx, dy) => {
                let (x, y) = self.server.pointer;
                self.server.hold(Modifiers::SUPER.bits());
                self.server.press(button);
                self.step();
                self.server.move_pointer(x.saturating_add(dx / 2), y.saturating_add(dy / 2));
                self.step();
                self.server.move_pointer(x.saturating_add(dx), y.saturating_add(dy));
                self.server.release(button);
                self.server.hold(0);
            }
            Op::AskDesktop(desktop) => {
                self.server.message(ROOT, "_NET_CURRENT_DESKTOP", 32, [desktop, 0, 0, 0, 0]);
            }
            Op::Screens(plugged) => {
                let names = ["one", "two", "three", "four", "five", "six", "seven"];
                let is_plugged = |index: &usize| plugged >> index & 1 != 0;
                let area =
                    |index: usize| Rect::new(180 * index as i32, 50 * (index % 3) as i32, 180, 600);
                let monitors: Vec<(&str, Rect, bool)> = (0..7)
                    .filter(is_plugged)
                    .map(|index| (names[index], area(index), index == 2))
                    .collect();
                self.server.set_monitors(&monitors);
            }
            Op::AskEdges(number, [top, bottom, left, right]) => {
                if let Some(id) = self.pick(number) {
                    let words = [top, bottom, left, right, 1];
                    self.server.message(id, "_NET_WM_FULLSCREEN_MONITORS", 32, words);
                }
            }
            Op::Steal(number) => {
                let nothing = [0, POINTER_ROOT, ROOT].get(usize::from(number)).copied();
                let window = self.pick(number).filter(|id| {
                    self.wm().clients.contains(Window::new(*id)) && self.server.is_viewable(*id)
                });
                // Setting the focus to where it is tells nobody, though it is newer then.
                let focus = nothing.or(window).unwrap_or(ROOT);
                if focus != self.server.focus {
                    self.server.steal_focus(focus);
                }
            }
            Op::Resize(width, height) => self.server.resize_root(width.max(1), height.max(1)),
            Op::Remap(reversed) => {
                let mut keys = KEYBOARD;
                if reversed {
                    keys[..26].reverse();
                }
                self.server.map_keys(&keys);
                let mut modifiers = MODIFIERS;
                if reversed {
                    modifiers.swap(4, 5);
                }
                self.server.map_modifiers(modifiers);
            }
            Op::Wait(tenths) => self.pass(Duration::from_millis(100 * u64::from(tenths))),
            _ => self.perform_by_client(op),
        }
        self.step();
    }

    fn perform_by_client(&mut self, op: Op) {
        let (Op::Map(number)
        | Op::Unmap(number)
        | Op::UnmapByMessage(number)
        | Op::Withdraw(number)
        | Op::Destroy(number)
        | Op::Kill(number)
        | Op::Replace(number, _)
        | Op::Reparent(number, _)
        | Op::ReparentBack(number)
        | Op::Configure(number, _)
        | Op::Change(number, _)
        | Op::AskSend(number, _)
        | Op::AskActive(number, _)
        | Op::AskClose(number)
        | Op::AskState(number, _)
        | Op::Ask(number, ..)
        | Op::Babble(number, _)
        | Op::Hang(number)
        | Op::CatchUp(number)) = op
        else {
            return;
        };
        let Some(id) = self.pick(number) else { return };
        let server = &mut self.server;
        match op {
            // A client waits for the end of a withdrawal (ICCCM 4.1.4) where it can tell.
            Op::Map(_) if server.windows[&id].wanted || !server.windows[&id].mapped => {
                server.map(id);
            }
            Op::Unmap(_) => server.unmap(id),
            Op::UnmapByMessage(_) => server.unmap_by_message(id),
            Op::Withdraw(_) => server.withdraw(id),
            Op::Destroy(_) => server.destroy(id),
            Op::Kill(_) => server.kill(id),
            Op::Replace(_, kind) => {
                server.destroy(id);
                let parent = self.wm().stack_set.focus().map_or(0, Window::raw);
                open_as(&mut self.server, id, kind, parent);
            }
            Op::Reparent(_, other) => {
                let Some(other) = self.pick(other).filter(|other| *other != id) else { return };
                if self.server.windows[&other].parent == ROOT {
                    self.server.reparent(id, other);
                }
            }
            Op::ReparentBack(_) => server.reparent(id, ROOT),
            Op::Configure(_, wish) => {
                let values = match wish {
                    Wish::Nothing => x::ConfigureWindowAux::default(),
                    Wish::Place(x, y, width, height) => x::ConfigureWindowAux::new()
                        .x(i32::from(x))
                        .y(i32::from(y))
                        .width(u32::from(width.max(1)))
                        .height(u32::from(height.max(1))),
                    Wish::Stack(other, mode) => x::ConfigureWindowAux::new()
                        .sibling(self.pick(other).filter(|other| *other != id && mode < 2))
                        .stack_mode(x::StackMode::from(mode as u8 % 5)),
                    Wish::Border(border) => {
                        x::ConfigureWindowAux::new().border_width(u32::from(border))
                    }
                };
                self.server.configure(id, &values);
            }
            Op::Change(_, change) => self.perform_change(id, change),
            Op::AskSend(_, desktop) => {
                server.message(id, "_NET_WM_DESKTOP", 32, [desktop, 2, 0, 0, 0]);
            }
            Op::AskActive(_, source) => {
                server.message(id, "_NET_ACTIVE_WINDOW", 32, [source, 0, 0, 0, 0]);
            }
            Op::Hang(_) => {
                let window = server.windows.get_mut(&id).unwrap();
                window.hung = !window.hung;
            }
            Op::CatchUp(_) => server.catch_up(id),
            Op::AskClose(_) => server.message(id, "_NET_CLOSE_WINDOW", 32, [0; 5]),
            Op::AskState(_, how) => {
                let state = server.atom("_NET_WM_STATE_FULLSCREEN");
                server.message(id, "_NET_WM_STATE", 32, [how, 0, state, 1, 0]);
            }
            Op::Ask(_, message, word, other) => self.ask(id, message, word, other),
            Op::Babble(_, word) => {
                for kind in ["_NET_WM_STATE", "_NET_WM_DESKTOP", "WM_PROTOCOLS", "WM_CHANGE_STATE"]
                {
                    server.message(id, kind, 8, [word; 5]);
                    server.message(word, kind, 32, [word; 5]);
                }
            }
            _ => {}
        }
    }

    fn perform_change(&mut self, id: u32, change: Change) {
        let server = &mut self.server;
        match change {
            Change::WantsInput(yes) => {
                let words = [1, u32::from(yes), 0, 0, 0, 0, 0, 0, 0];
                server.set_words(id, "WM_HINTS", "WM_HINTS", &words);
            }
            Change::Urgent => {
                server.set_words(id, "WM_HINTS", "WM_HINTS", &[1 << 8, 0, 0, 0, 0, 0, 0, 0, 0]);
            }
            Change::TakesFocus(yes) => {
                let names = ["WM_DELETE_WINDOW", "WM_TAKE_FOCUS"];
                let all = names.map(|name| server.atom(name));
                server.set_words(id, "WM_PROTOCOLS", "ATOM", &all[..=usize::from(yes)]);
            }
            Change::TransientForItself => {
                server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[id]);
            }
            Change::Hints => {
                let mut words = [0; 18];
                words[0] = 1 << 4;
                words[5..7].copy_from_slice(&[77, 77]);
                server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
            }
            Change::OddHints(which) => {
                let words = drag::odd_hints(which);
                server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
            }
            Change::Shadow(width) => {
                let words = [width, width / 2, 7, width].map(u32::from);
                server.set_words(id, "_GTK_FRAME_EXTENTS", "CARDINAL", &words);
            }
            Change::WantsBorder(yes) => {
                let words = [2, 0, u32::from(yes), 0, 0];
                server.set_words(id, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &words);
            }
        }
    }

    fn perform_press(&mut self, action: Action) {
        let before = self.wm().stack_set.focus();
        let was_hidden = self.wm().stack_set.shows_desktop();
        self.press_for(action);
        self.step();
        let keeps_focus = matches!(
            action,
            Action::SwapNext
                | Action::SwapPrevious
                | Action::SetLayout(_)
                | Action::NextLayout
                | Action::ResizeLeader(_)
                | Action::LeaderCount(_)
                | Action::ToggleFullscreen
                | Action::ToggleFloating
                | Action::Spawn(_)
        );
        if self.in_step && keeps_focus && !was_hidden {
            assert_eq!(self.wm().stack_set.focus(), before, "windows moved under the pointer");
        }
    }

    fn perform_point(&mut self, x: u8, y: u8) {
        let root = self.server.windows[&ROOT].place;
        let part = |length: u16, of: u8| (u32::from(length) * u32::from(of.min(99)) / 100) as i16;
        let before = self.server.pointer_window();
        let seen = self.wm().pointer;
        self.server.move_pointer(part(root.width, x), part(root.height, y));
        let now = self.server.pointer_window();
        self.step();
        let entered = Window::new(now);
        let takes_keys = self.wm().clients.get(entered).is_some_and(Client::accepts_focus)
            && self.wm().stack_set.is_visible(entered);
        // Back where we saw it last, it may have stood still for all that we know.
        let pointer = self.server.pointer;
        let moved = seen != Point { x: pointer.0.into(), y: pointer.1.into() };
        if self.in_step && now != before && moved && takes_keys {
            let entered = self.wm().state().stand_in(entered);
            assert_eq!(self.wm().stack_set.focus(), Some(entered), "it was entered");
        }
    }

    fn perform_click(&mut self, button: u8) {
        let under = self.server.pointer_window();
        let before = self.server.clicks.len();
        let focus = self.wm().stack_set.focus();
        self.server.press(button);
        self.step();
        self.server.release(button);
        self.step();
        let panels = &self.wm().panels;
        if !self.in_step || panels.hit(Window::new(under), 0, 0).is_some() {
            return;
        }
        assert!(!self.server.is_frozen(), "the pointer is left frozen");
        let expected: &[(u32, u8)] = if under == ROOT { &[] } else { &[(under, button)] };
        assert_eq!(&self.server.clicks[before..], expected, "the click gets through, once");
        if self.wm().stack_set.is_visible(Window::new(under)) && button <= 3 {
            let clicked = self.wm().state().stand_in(Window::new(under));
            assert_eq!(self.wm().stack_set.focus(), Some(clicked));
        } else {
            assert_eq!(self.wm().stack_set.focus(), focus);
        }
    }
}

/// All that must hold whenever nothing is on its way. Nobody made an error if everything
/// went step by step.
fn verify_invariants(rig: &mut Rig) {
    rig.rest();
    verify_state(rig.wm());
    verify_life(rig);
    verify_scene(rig);
    verify_focus(rig);
    verify_windows(rig);
    verify_root(rig);
    messages::verify(rig);
    drag::verify(rig);
    if rig.in_step {
        assert_eq!(rig.server.errors, [], "code and opcode of each error");
        assert!(!rig.commands.iter().any(|it| matches!(it, Command::Log(_))), "{:?}", rig.commands);
    }
    rig.wm_mut();
    rig.receive(&[]).unwrap();
    assert_eq!(rig.written, 0, "a second refresh writes something");
}

/// What the state alone must be.
fn verify_state(wm: &Wm) {
    launch::verify_snapshot(wm);
    wm.verify_overlay();
    let mut all = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for workspace in wm.stack_set.workspaces() {
        assert!(ids.insert(workspace.id), "a workspace is in two places");
        let windows: Vec<Window> = workspace.windows().collect();
        for window in &windows {
            assert!(all.insert(*window), "{window} is in two places");
        }
        for window in workspace.minimised() {
            assert!(all.insert(*window), "{window} is minimised and open, or twice");
        }
        assert_eq!(workspace.focus().is_some(), !windows.is_empty());
        assert!(workspace.focus().is_none_or(|focus| windows.contains(&focus)));
        assert_eq!(workspace.recent().next(), workspace.focus(), "the last used has the focus");
        let recent: BTreeSet<Window> = workspace.recent().collect();
        assert_eq!(workspace.recent().count(), recent.len());
        assert_eq!(recent, windows.iter().copied().collect());
        assert!(workspace.fullscreen().is_none_or(|window| workspace.contains(window)));
    }
    assert_eq!(ids.len(), wm.config.workspaces.len(), "each workspace is somewhere");
    assert!(wm.stack_set.screens().count() >= 1);
    for pair in wm.stack_set.swallowed() {
        assert!(all.insert(pair.window), "{} is swallowed and somewhere", pair.window);
        let by = wm.stack_set.stand_in(pair.window);
        assert!(wm.stack_set.workspace_of(by).is_some(), "{by} has the place and is nowhere");
    }
    let managed: BTreeSet<Window> = wm.clients.order().iter().copied().collect();
    let fixtures = wm.clients.iter().filter(|(_, client)| client.fixture.is_some());
    for (window, _) in fixtures {
        assert!(all.insert(window), "{window} places itself and is on a workspace");
    }
    assert_eq!(managed, all, "clients and places of windows");
    assert_eq!(managed.len(), wm.clients.order().len());
    assert_eq!(managed, wm.clients.iter().map(|(window, _)| window).collect());
    let floats: BTreeSet<Window> = wm.stack_set.floats().iter().map(|it| it.window).collect();
    assert_eq!(floats.len(), wm.stack_set.floats().len());
    assert!(floats.is_subset(&all), "a float that is nowhere");
    assert!(wm.candidates.iter().next().is_none() && wm.adopted.is_empty() && wm.owed.is_empty());
    assert!(wm.drag.is_none_or(|drag| managed.contains(&drag.window)), "a drag of nothing");
    let focus = wm.stack_set.focus();
    assert!(focus.and_then(|focus| wm.clients.get(focus)).is_none_or(|client| !client.urgent));
}

/// There is an alarm for each window that counts, and none of one that is gone; a window is
/// hung only if it was asked.
fn verify_life(rig: &Rig) {
    let (wm, server) = (rig.wm(), &rig.server);
    assert_eq!(server.alarm_count(), wm.shown.pace.alarms());
    assert!(wm.shown.pace.windows().all(|window| wm.clients.contains(window)));
    for (window, client) in wm.clients.iter() {
        assert_eq!(client.is_hung(), client.ping.is_some(), "{window} has had its time");
        assert!(!client.is_hung() || server.windows[&window.raw()].hung, "{window} lives");
    }
}

/// The server shows the wanted scene, and that of the managed windows alone.
fn verify_scene(rig: &Rig) {
    let (wm, server) = (rig.wm(), &rig.server);
    let wanted = scene::scene(wm.state());
    let wanted_order: Vec<u32> = wanted.windows.iter().map(|it| it.window.raw()).collect();
    let shown_order: Vec<u32> =
        server.order.iter().copied().filter(|id| wanted_order.contains(id)).collect();
    if !rig.reuses {
        assert_eq!(shown_order, wanted_order, "the order of stacking");
    }
    for placed in &wanted.windows {
        let id = placed.window.raw();
        let window = &server.windows[&id];
        assert!(server.is_viewable(id), "{id:#x} can't be seen");
        let clamp = |it: i32| it.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        let (x, y) = (clamp(placed.rect.x), clamp(placed.rect.y));
        let (width, height) = placed.inner_size();
        if placed.role != Role::Client {
            continue;
        }
        let place = Place { x, y, width, height, border: placed.border as u16 };
        assert_eq!(window.place, place, "the place of {id:#x}");
        assert_eq!(window.told, Some(place), "what the client of {id:#x} was told");
        assert!(!window.waits, "the client of {id:#x} waits for an answer");
        let pixel = wm.server.palette.pixel(placed.colour, window.depth == 32);
        assert_eq!(window.border_pixel, pixel, "the border of {id:#x}");
        // A grab meant for the window before it of the same number does no harm.
        if !(rig.reuses && server.reused.contains(&id)) {
            let grabs = window.button_grabs.iter().map(|grab| (grab.button, grab.modifiers));
            let any = (0, Modifiers::ANY.bits());
            let expected = (wanted.active != Some(placed.window)).then_some(any);
            assert!(grabs.eq(expected), "the click grab of {id:#x}");
        }
    }
    for window in wm.clients.order() {
        let is_wanted = wanted_order.contains(&window.raw());
        assert_eq!(server.windows[&window.raw()].mapped, is_wanted, "{window} is mapped");
    }
    let holder = wm.server.holder.raw();
    let lowest = server.order.iter().find(|id| **id == holder || wanted_order.contains(id));
    assert_eq!(lowest, Some(&holder), "our own window lies below all managed ones");
}

fn verify_focus(rig: &mut Rig) {
    let wm = rig.wm();
    let wanted = scene::scene(wm.state());
    let (expected, active) = match wanted.focus {
        Focus::Nobody => (wm.server.holder.raw(), 0),
        Focus::Window(window, _) => (window.raw(), window.raw()),
    };
    // One that hangs does not take what only it can take.
    let is_hung = rig.server.windows.get(&active).is_some_and(|window| window.hung);
    let takes_itself = matches!(wanted.focus, Focus::Window(_, InputModel::GloballyActive));
    if !(is_hung && takes_itself) {
        assert_eq!(rig.server.focus, expected, "the keyboard; wanted {:?}", wanted.focus);
    }
    assert_eq!(rig.server.words(ROOT, "_NET_ACTIVE_WINDOW"), Some(vec![active]));
    let desktop = rig.server.words(ROOT, "_NET_CURRENT_DESKTOP");
    assert_eq!(desktop, Some(vec![wanted.desktop]));
}

/// What each window says, and who is managed at all.
fn verify_windows(rig: &mut Rig) {
    let Stage::Running(wm) = &rig.stage else { panic!("the session has not begun") };
    let server = &mut rig.server;
    let is_known = |(id, _): &(u32, u8)| rig.reuses && server.reused.contains(id);
    assert!(server.trespasses.iter().all(is_known), "on others': {:?}", server.trespasses);
    for published in scene::scene(wm.state()).published {
        let id = published.window.raw();
        let state = if published.shown { 1 } else { 3 };
        assert_eq!(server.words(id, "WM_STATE"), Some(vec![state, 0]), "{id:#x}");
        let desktop = published.desktop.map_or(u32::MAX, |it| it.index() as u32);
        assert_eq!(server.words(id, "_NET_WM_DESKTOP"), Some(vec![desktop]), "{id:#x}");
        let states = server.words(id, "_NET_WM_STATE").unwrap_or_default();
        let named = |id: &u32| wm.atoms.atom(AtomId::new(*id)).map_or(States::NONE, States::named);
        let told = states.iter().map(named).fold(States::NONE, States::with);
        assert_eq!(told, published.states, "_NET_WM_STATE of {id:#x}");
        let edges = server.words(id, "_NET_WM_FULLSCREEN_MONITORS");
        assert_eq!(edges, published.fullscreen_monitors.map(|it| it.to_vec()), "{id:#x}");
        let extents = server.words(id, "_NET_FRAME_EXTENTS");
        assert_eq!(extents, Some(vec![published.border; 4]), "{id:#x}");
    }
    for id in server.clients_windows() {
        let window = &server.windows[&id];
        let is_managed = wm.clients.contains(Window::new(id));
        let (wanted, mapped) = (window.wanted, window.mapped);
        // What we map but don't manage may have been withdrawn at the same time.
        let is_only_mapped = window.input_only;
        if is_only_mapped && !rig.in_step && mapped {
            continue;
        }
        if !is_managed && rig.reuses && server.reused.contains(&id) {
            continue;
        }
        if wm.tray.has(Window::new(id)) {
            assert!(!is_managed, "{id:#x} is an icon");
            continue;
        }
        assert_eq!(server.save_set.contains(&id), is_managed, "{id:#x} in the save-set");
        if window.override_redirect || window.parent != ROOT {
            assert!(!is_managed, "{id:#x} is not ours");
        } else if is_managed {
            assert!(wanted, "{id:#x} is managed, though its client withdrew it");
        } else {
            assert_eq!(mapped, wanted, "{id:#x} is not managed and not as its client wants it");
            assert_eq!(window.button_grabs, [], "{id:#x} is not managed and has grabs");
        }
        if is_managed {
            verify_knowledge(wm, server, id);
        }
    }
}

/// What we believe of a window is what it says by now.
fn verify_knowledge(wm: &Wm, server: &mut ModelServer, id: u32) {
    let client = wm.clients.get(Window::new(id)).unwrap();
    let words = |server: &mut ModelServer, name: &str| server.words(id, name).unwrap_or_default();
    if words(server, "WM_HINTS").len() == 9 {
        let hints = WmHints::read(words(server, "WM_HINTS").into_iter());
        assert_eq!(client.hints, hints, "WM_HINTS of {id:#x}");
    }
    if wm.stack_set.wish(Window::new(id)).is_some() {
        let size_hints = SizeHints::read(words(server, "WM_NORMAL_HINTS").into_iter());
        assert_eq!(client.size_hints, size_hints, "WM_NORMAL_HINTS of {id:#x}");
    }
    let (take, delete) = (server.atom("WM_TAKE_FOCUS"), server.atom("WM_DELETE_WINDOW"));
    let protocols = words(server, "WM_PROTOCOLS");
    assert_eq!(client.protocols.take_focus, protocols.contains(&take), "WM_PROTOCOLS of {id:#x}");
    assert_eq!(client.protocols.delete_window, protocols.contains(&delete));
    if let [parent] = words(server, "WM_TRANSIENT_FOR")[..] {
        assert_eq!(client.transient_for.raw(), parent, "WM_TRANSIENT_FOR of {id:#x}");
    }
}

/// Each monitor that shows something shows a workspace, as long as there are any.
fn verify_monitors(wm: &Wm, server: &ModelServer) {
    let areas = server.monitor_areas();
    let shows = |area: &Rect| area.width > 0 && area.height > 0;
    if areas.iter().any(shows) {
        let screens: Vec<Rect> = wm.stack_set.screens().map(|it| it.monitor.area).collect();
        assert!(screens.iter().all(|area| areas.contains(area)), "{screens:?} of {areas:?}");
        let is_missing = |area: &Rect| screens.iter().all(|screen| !screen.holds(*area));
        let is_full = screens.len() == wm.stack_set.workspaces().count();
        assert!(is_full || !areas.iter().filter(|it| shows(it)).any(is_missing), "{screens:?}");
    }
}

fn verify_root(rig: &mut Rig) {
    let wanted = scene::scene(rig.wm().state());
    verify_monitors(rig.wm(), &rig.server);
    let viewports = wanted.viewports.iter().flat_map(|it| [it.x as u32, it.y as u32]).collect();
    assert_eq!(rig.server.words(ROOT, "_NET_DESKTOP_VIEWPORT"), Some(viewports));
    let Rect { x, y, width, height } = wanted.work_area;
    let areas = [x as u32, y as u32, width, height].repeat(CONFIG.workspaces.len());
    assert_eq!(rig.server.words(ROOT, "_NET_WORKAREA"), Some(areas));
    let Size { width, height } = wanted.root;
    assert_eq!(rig.server.words(ROOT, "_NET_DESKTOP_GEOMETRY"), Some(vec![width, height]));
    let Place { width, height, .. } = rig.server.windows[&ROOT].place;
    assert_eq!(wanted.root, Size { width: width.into(), height: height.into() });
    let clients: Vec<u32> = rig.wm().clients.order().iter().map(|window| window.raw()).collect();
    assert_eq!(rig.server.words(ROOT, "_NET_CLIENT_LIST"), Some(clients));
    let server = &rig.server;
    let number_lock = server.modifier(keysym::NUM_LOCK.raw());
    let mut expected = BTreeSet::new();
    let bindings = &rig.wm().bindings;
    if rig.wm().drag.is_none() {
        assert_eq!(bindings.awaits_one_key(), server.managers_grabs().1, "the keyboard");
    }
    for key in bindings.grabbed_keys(rig.wm().config) {
        let Some(keycode) = server.keycode(key.keysym.raw()) else { continue };
        for locks in [0, number_lock, 2, number_lock | 2] {
            expected.insert((keycode, key.modifiers.bits() | locks));
        }
    }
    assert_eq!(server.windows[&ROOT].key_grabs, expected, "the grabbed keys");
    let over_windows = |mouse: &&Mouse| matches!(mouse.over, Over::Window);
    let buttons = rig.wm().config.mouse.iter().filter(over_windows).count();
    let count = 4 * (buttons + usize::from(bindings.takes_all()));
    assert_eq!(server.windows[&ROOT].button_grabs.len(), count, "the grabbed buttons");
}

/// A few windows on two workspaces, and one that is nobody's business.
fn furnish(rig: &mut Rig) {
    for kind in [Kind::Plain, Kind::OverrideRedirect, Kind::Elsewhere, Kind::Plain, Kind::Dialog] {
        rig.open(kind);
        rig.settle();
    }
}

/// One of each: what is tried in every order.
const EVERY: [Op; 33] = [
    Op::Press(Action::FocusNext),
    Op::Press(Action::SwapLeader),
    Op::Press(Action::SwapNext),
    Op::Press(Action::View("b")),
    Op::Press(Action::View("c")),
    Op::Press(Action::ViewLast),
    Op::Press(Action::Send("b")),
    Op::Press(Action::NextLayout),
    Op::Press(Action::LeaderCount(1)),
    Op::Press(Action::ToggleFullscreen),
    Op::Press(Action::ToggleFloating),
    Op::Press(Action::Close),
    Op::Open(Kind::Plain),
    Op::Open(Kind::Dialog),
    Op::Open(Kind::NoInput),
    Op::Open(Kind::GloballyActive),
    Op::Open(Kind::Fullscreen),
    Op::Open(Kind::Counting),
    Op::Withdraw(2),
    Op::Map(2),
    Op::Destroy(3),
    Op::Replace(2, Kind::Ruled),
    Op::Configure(3, Wish::Place(20, 30, 111, 99)),
    Op::Change(3, Change::WantsInput(false)),
    Op::AskActive(2, 1),
    Op::AskState(0, 2),
    Op::Point(20, 40),
    Op::Point(80, 20),
    Op::Click(1),
    Op::Steal(0),
    Op::Steal(3),
    Op::Drag(1, 40, -30),
    Op::Screens(3),
];

#[test]
fn every_triple_of_operations() {
    std::thread::scope(|scope| {
        for firsts in EVERY.chunks(8) {
            scope.spawn(|| try_triples_from(firsts));
        }
    });
}

/// What came before is verified where it is met first.
fn try_triples_from(firsts: &[Op]) {
    for first in firsts {
        for second in EVERY {
            for third in EVERY {
                let ops = [*first, second, third];
                let run = std::panic::catch_unwind(|| {
                    let mut rig = Rig::start(ModelServer::new(), false);
                    furnish(&mut rig);
                    for (index, op) in ops.into_iter().enumerate() {
                        rig.perform(op);
                        if ops[index + 1..].iter().all(|later| *later == EVERY[0]) {
                            verify_invariants(&mut rig);
                        }
                    }
                });
                assert!(run.is_ok(), "{ops:?}");
            }
        }
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    prop::sample::select(CONFIG.keys).prop_map(|key| key.action)
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![2 => Just(Kind::Plain), 3 => prop::sample::select(&KINDS[..])]
}

/// Numbers that messages hold: some make sense.
fn any_word() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..5_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

fn any_wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        Just(Wish::Nothing),
        (-100..1200_i16, -100..800_i16, 1..900_u16, 1..700_u16)
            .prop_map(|(x, y, width, height)| Wish::Place(x, y, width, height)),
        any::<(i16, i16, u16, u16)>()
            .prop_map(|(x, y, width, height)| Wish::Place(x, y, width, height)),
        any::<(u8, u32)>().prop_map(|(other, mode)| Wish::Stack(other, mode % 5)),
        (0..9_u16).prop_map(Wish::Border),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<bool>().prop_map(Change::WantsInput),
        Just(Change::Urgent),
        any::<bool>().prop_map(Change::TakesFocus),
        Just(Change::TransientForItself),
        Just(Change::Hints),
        any::<u8>().prop_map(Change::OddHints),
        (0..200_u8).prop_map(Change::Shadow),
        any::<bool>().prop_map(Change::WantsBorder),
    ]
}

/// Actions that are on no key of [`CONFIG`].
const ACTIONS: &[Action] = &[
    Action::FocusTowards(Direction::Left),
    Action::FocusTowards(Direction::Down),
    Action::FocusTowards(Direction::Next),
    Action::FocusLast,
    Action::FocusUrgent,
    Action::Mark("x"),
    Action::FocusMark("x"),
    Action::SwapTowards(Direction::Right),
    Action::SwapTowards(Direction::Up),
    Action::ViewNext,
    Action::ViewPrevious,
    Action::SendAndFollow("b"),
    Action::FocusMonitor(Direction::Next),
    Action::FocusMonitor(Direction::Left),
    Action::SendToMonitor(Direction::Right),
    Action::SendToMonitor(Direction::Previous),
    Action::MoveToMonitor(Direction::Next),
    Action::SetLayout(Layout::Wide),
    Action::SetLayout(Layout::Floating),
    Action::ResizeWindow(20),
    Action::ResizeWindow(-20),
    Action::ResizeGap(9),
    Action::ResizeGap(-9),
    Action::ResizeBorder(2),
    Action::ResizeBorder(-2),
    Action::ResetSizes,
    Action::ToggleFullscreenInTile,
    Action::ToggleMaximized,
    Action::ToggleSticky,
    Action::ToggleAbove,
    Action::Minimise,
    Action::Restore,
    Action::MoveBy(-30, 50),
    Action::ResizeBy(40, -20),
    Action::Centre,
    Action::Scratchpad("pad"),
    Action::Mode("lasting"),
    Action::Mode("chord"),
    Action::LeaveMode,
    Action::LeaveMode,
    Action::Prompt,
    Action::Help,
    Action::RenameWorkspace,
];

fn any_op() -> impl Strategy<Value = Op> {
    let n = any::<u8>;
    prop_oneof![
        12 => any_action().prop_map(Op::Press),
        8 => prop::sample::select(ACTIONS).prop_map(Op::Act),
        1 => Just(Op::Type),
        3 => (0..5_u8).prop_map(Op::Prompt),
        6 => any_kind().prop_map(Op::Open),
        3 => n().prop_map(Op::Map),
        1 => n().prop_map(Op::Unmap),
        1 => n().prop_map(Op::UnmapByMessage),
        2 => n().prop_map(Op::Withdraw),
        2 => n().prop_map(Op::Destroy),
        1 => n().prop_map(Op::Kill),
        1 => (n(), any_kind()).prop_map(|(window, kind)| Op::Replace(window, kind)),
        1 => (n(), n()).prop_map(|(window, other)| Op::Reparent(window, other)),
        1 => n().prop_map(Op::ReparentBack),
        3 => (n(), any_wish()).prop_map(|(window, wish)| Op::Configure(window, wish)),
        2 => (n(), any_change()).prop_map(|(window, change)| Op::Change(window, change)),
        1 => any_word().prop_map(Op::AskDesktop),
        1 => (n(), any_word()).prop_map(|(window, word)| Op::AskSend(window, word)),
        2 => (n(), any_word()).prop_map(|(window, word)| Op::AskActive(window, word)),
        2 => n().prop_map(Op::AskClose),
        1 => (0..60_u8).prop_map(Op::Wait),
        1 => n().prop_map(Op::Hang),
        1 => n().prop_map(Op::CatchUp),
        2 => (n(), any_word()).prop_map(|(window, word)| Op::AskState(window, word)),
        5 => (n(), messages::any_message(), any_word(), any_word())
            .prop_map(|(window, message, word, other)| Op::Ask(window, message, word, other)),
        1 => (n(), any_word()).prop_map(|(window, word)| Op::Babble(window, word)),
        6 => (0..100_u8, 0..100_u8).prop_map(|(x, y)| Op::Point(x, y)),
        3 => (1..6_u8).prop_map(Op::Click),
        2 => (0..12_u8).prop_map(Op::Steal),
        3 => (1..4_u8, -300..300_i16, -300..300_i16).prop_map(|(b, x, y)| Op::Drag(b, x, y)),
        3 => (n(), 0..13_u32, 0..9_u8).prop_map(|(n, how, end)| Op::Haul(n, how, end)),
        1 => (0..128_u8).prop_map(Op::Screens),
        1 => (n(), prop::array::uniform4(any_word())).prop_map(|(n, it)| Op::AskEdges(n, it)),
        1 => (1..3000_u16, 1..2000_u16).prop_map(|(width, height)| Op::Resize(width, height)),
        1 => any::<bool>().prop_map(Op::Remap),
    ]
}

fn runs(cases: u32) -> ProptestConfig {
    let max_shrink_iters = 10_000;
    ProptestConfig { cases, max_shrink_iters, failure_persistence: None, ..Default::default() }
}

/// What happened in a run, one thing a line.
#[derive(Clone)]
struct Run<T>(Vec<T>);

impl<T: std::fmt::Debug> std::fmt::Debug for Run<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| write!(formatter, "\n    {step:?},"))
    }
}

fn any_run() -> impl Strategy<Value = Run<Op>> {
    prop::collection::vec(any_op(), 0..300).prop_map(Run)
}

proptest! {
    #![proptest_config(runs(100))]

    /// Step by step, and in step with a session.
    #[test]
    fn long_runs_of_operations(ops in any_run()) {
        let mut rig = Rig::start(ModelServer::new(), true);
        for op in ops.0 {
            rig.perform(op);
            verify_invariants(&mut rig);
        }
    }

    /// Step by step, with monitors that come and go.
    #[test]
    fn long_runs_on_many_monitors(ops in any_run()) {
        let mut rig = Rig::start(ModelServer::new(), false);
        rig.perform(Op::Screens(7));
        for op in ops.0 {
            rig.perform(op);
            verify_invariants(&mut rig);
        }
    }

    /// Everybody acts while messages are on their way, which come in pieces.
    #[test]
    fn long_runs_of_races(steps in any_race()) {
        race(&steps.0, false);
    }

    /// The same, and the number of a window that is gone is soon another window's.
    #[test]
    fn long_runs_of_mistaken_identity(steps in any_race()) {
        race(&steps.0, true);
    }
}

fn race(steps: &[Step], reuses: bool) {
    let mut rig = Rig::start(ModelServer::new(), true);
    (rig.in_step, rig.reuses) = (false, reuses);
    for step in steps {
        match step {
            Step::Do(Op::Replace(..)) if !reuses => {}
            Step::Do(op) => rig.perform(*op),
            Step::Serve(count) => rig.serve((*count).into()),
            Step::Deliver(count) => rig.deliver((*count).into()),
            Step::Settle => {
                rig.settle();
                verify_invariants(&mut rig);
            }
        }
    }
    rig.settle();
    verify_invariants(&mut rig);
}

/// What happens, or what is carried out of what has happened.
#[derive(Debug, Clone, Copy)]
enum Step {
    Do(Op),
    /// The server carries out so many requests.
    Serve(u8),
    /// The window manager reads so many bytes.
    Deliver(u16),
    Settle,
}

/// Whether we are told of it, even where we are about to meet the window.
const fn is_told(op: &Op) -> bool {
    !matches!(op, Op::Reparent(..))
}

fn any_race() -> impl Strategy<Value = Run<Step>> {
    let step = prop_oneof![
        4 => any_op().prop_filter("nobody tells of it", is_told).prop_map(Step::Do),
        3 => (0..40_u8).prop_map(Step::Serve),
        1 => Just(Step::Serve(u8::MAX)),
        3 => (0..800_u16).prop_map(Step::Deliver),
        1 => Just(Step::Deliver(u16::MAX)),
        1 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 0..300).prop_map(Run)
}

/// The lines of the requests that wait to be sent.
fn lines(rig: &Rig, bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (line, length) =
            trace::request(&bytes[at..], Some(rig.wm().atoms()), &Extensions::NONE);
        lines.push(line);
        at += length;
    }
    lines
}

impl Rig {
    /// Gives the window manager all that waits for it, and tells what it writes then.
    fn told(&mut self) -> Vec<String> {
        let start = self.server.unserved().len();
        self.deliver(usize::MAX);
        lines(self, &self.server.unserved()[start..])
    }
}

/// Which requests a plain terminal costs, and how many: the questions in one flight, and
/// one flight more to show it.
#[test]
fn a_plain_terminal_is_managed() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.server.move_pointer(0, 0);
    rig.settle();
    rig.open(Kind::Plain);
    assert_eq!(
        rig.told(),
        [
            "ChangeWindowAttributes 0x400001 events=0x620010",
            "ListProperties 0x400001",
            "GetWindowAttributes 0x400001",
            "QueryTree 0x400001",
            "GetGeometry 0x400001",
            "GetProperty 0x400001 WM_CLASS",
            "GetProperty 0x400001 WM_HINTS",
            "GetProperty 0x400001 WM_NORMAL_HINTS",
            "GetProperty 0x400001 WM_PROTOCOLS",
        ]
    );
    rig.serve(usize::MAX);
    assert_eq!(
        rig.told(),
        [
            "ChangeSaveSet Insert 0x400001",
            "ConfigureWindow 0x400001 x=4 y=4 w=988 h=588 border=2 sibling=0x200000 stack=Above",
            "ChangeWindowAttributes 0x400001 border=0xff0000 do-not-propagate=0x40",
            "MapWindow 0x400001",
            "SetInputFocus 0x400001",
            "ChangeProperty 0x400001 WM_STATE 1 0",
            "ChangeProperty 0x400001 _NET_WM_DESKTOP CARDINAL 0",
            "ChangeProperty 0x400001 _NET_WM_STATE ATOM _NET_WM_STATE_FOCUSED",
            "ChangeProperty 0x400001 _NET_FRAME_EXTENTS CARDINAL 2 2 2 2",
            "ChangeProperty 0x400001 _NET_WM_ALLOWED_ACTIONS ATOM _NET_WM_ACTION_MOVE \
             _NET_WM_ACTION_MINIMIZE _NET_WM_ACTION_STICK _NET_WM_ACTION_MAXIMIZE_HORZ \
             _NET_WM_ACTION_MAXIMIZE_VERT _NET_WM_ACTION_FULLSCREEN \
             _NET_WM_ACTION_CHANGE_DESKTOP _NET_WM_ACTION_CLOSE _NET_WM_ACTION_ABOVE \
             _NET_WM_ACTION_BELOW _NET_WM_ACTION_RESIZE",
            "ChangeProperty 0x26 _NET_CLIENT_LIST WINDOW 0x400001",
            "ChangeProperty 0x26 _NET_CLIENT_LIST_STACKING WINDOW 0x400001",
            "ChangeProperty 0x26 _NET_ACTIVE_WINDOW WINDOW 0x400001",
        ]
    );
    rig.serve(usize::MAX);
    assert_eq!(rig.told(), [""; 0]);
}

/// A step of the focus costs two borders, the focus, two grabs and three properties.
#[test]
fn a_key_moves_the_focus() {
    let mut rig = Rig::start(ModelServer::new(), true);
    for _ in 0..3 {
        rig.open(Kind::Plain);
        rig.settle();
    }
    rig.press_for(Action::FocusPrevious);
    assert_eq!(
        rig.told(),
        [
            "ChangeWindowAttributes 0x600001 border=0xff0000",
            "ChangeWindowAttributes 0x800001 border=0x112233",
            "SetInputFocus 0x600001",
            "UngrabButton 0x600001 button=0 AnyModifier",
            "GrabButton 0x800001 button=0 AnyModifier",
            "ChangeProperty 0x600001 _NET_WM_STATE ATOM _NET_WM_STATE_FOCUSED",
            "ChangeProperty 0x800001 _NET_WM_STATE ATOM",
            "ChangeProperty 0x26 _NET_ACTIVE_WINDOW WINDOW 0x600001",
        ]
    );
}

/// Ten windows are shown again with a request and a property each.
#[test]
fn a_workspace_is_shown_again() {
    let mut rig = Rig::start(ModelServer::new(), true);
    for _ in 0..10 {
        rig.open(Kind::Plain);
        rig.settle();
    }
    rig.press_for(Action::View("b"));
    let hiding = rig.told();
    rig.settle();
    rig.press_for(Action::View("a"));
    let showing = rig.told();
    let count =
        |lines: &[String], name: &str| lines.iter().filter(|it| it.starts_with(name)).count();
    assert_eq!((count(&hiding, "UnmapWindow"), count(&hiding, "ChangeProperty 0x")), (10, 13));
    assert_eq!((count(&showing, "MapWindow"), count(&showing, "ChangeProperty 0x")), (10, 13));
    // And the focus, which is nobody's in between.
    assert_eq!((hiding.len(), showing.len()), (10 + 13 + 1, 10 + 13 + 1), "{hiding:?} {showing:?}");
}

impl Rig {
    /// Opens windows one after the other, each with the focus.
    fn open_all<const N: usize>(&mut self, kinds: [Kind; N]) -> [u32; N] {
        kinds.map(|kind| {
            let window = self.open(kind);
            self.settle();
            window
        })
    }

    /// Those of these windows that can be seen, the lowest one first.
    fn stacked(&self, windows: &[u32]) -> Vec<u32> {
        let is_seen = |id: &u32| windows.contains(id) && self.server.windows[id].mapped;
        self.server.order.iter().copied().filter(is_seen).collect()
    }

    fn place(&self, window: u32) -> Place {
        self.server.windows[&window].place
    }
}

const WHOLE: Place = Place::new(0, 0, 1000, 600);

/// The fullscreen window covers the floats while it has the focus, its own dialogs apart;
/// goes below a float that has it; and back into its tile while another tile has it.
#[test]
fn fullscreen_lies_where_the_focus_says() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let all = rig.open_all([Kind::Plain, Kind::Ruled, Kind::Plain]);
    let [tile, elsewhere, movie] = all;
    rig.server.message(elsewhere, "_NET_WM_DESKTOP", 32, [0, 2, 0, 0, 0]);
    rig.server.message(movie, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    rig.perform(Op::Press(Action::ToggleFullscreen));
    assert_eq!(rig.stacked(&all), [tile, elsewhere, movie]);
    assert_eq!(rig.place(movie), WHOLE);

    let [dialog] = rig.open_all([Kind::Dialog]);
    let all = [tile, elsewhere, movie, dialog];
    assert_eq!(rig.server.focus, dialog);
    assert_eq!(rig.place(movie), WHOLE);
    assert_eq!(rig.stacked(&all), [tile, movie, elsewhere, dialog]);
    rig.server.message(movie, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    assert_eq!(rig.stacked(&all), [tile, elsewhere, movie, dialog], "a dialog of its own");

    rig.server.message(tile, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    assert_ne!(rig.place(movie), WHOLE);
    assert_eq!(rig.place(movie).border, 2);
    verify_invariants(&mut rig);
}

/// Where tiles lie over each other, the one that was used last is on top, though a float
/// may have the focus.
#[test]
fn the_last_used_tile_is_on_top_in_monocle() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.perform(Op::Press(Action::SetLayout(Layout::Monocle)));
    let all = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    rig.perform(Op::Press(Action::FocusNext));
    assert_eq!(rig.stacked(&all).last(), Some(&all[0]));
    let [float] = rig.open_all([Kind::Dialog]);
    assert_eq!(rig.server.focus, float);
    assert_eq!(rig.stacked(&all).last(), Some(&all[0]));
    assert_eq!(rig.place(all[0]), Place { border: 2, ..Place::new(4, 4, 988, 588) });
}

/// Gaps of the same width between tiles and at every edge.
#[test]
fn gaps_are_the_same_everywhere() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [left, above, below] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    let (left, above, below) = (rig.place(left), rig.place(above), rig.place(below));
    let end = |start: i16, length: u16| start + length as i16 + 4;
    assert_eq!((left.x, left.y, above.y), (4, 4, 4));
    assert_eq!(above.x - end(left.x, left.width), 4);
    assert_eq!(below.y - end(above.y, above.height), 4);
    assert_eq!((end(above.x, above.width), end(below.x, below.width)), (996, 996));
    assert_eq!((end(left.y, left.height), end(below.y, below.height)), (596, 596));
}

/// Windows from before our time are managed, those that asked not to be apart; one that
/// is mapped while we begin is not forgotten.
#[test]
fn windows_from_before_are_adopted_whenever_they_are_mapped() {
    for served in 0..200 {
        let mut server = ModelServer::new();
        for kind in [Kind::Plain, Kind::OverrideRedirect, Kind::Dock, Kind::NoInput] {
            let id = server.free_id(true);
            open_as(&mut server, id, kind, 0);
        }
        server.create(0x0600_0001, Place::new(0, 0, 10, 10));
        server.created(0x0600_0001);
        let mut rig = Rig::connect(server, true);
        for _ in 0..served {
            if !rig.server.serve() {
                rig.deliver(usize::MAX);
            }
        }
        rig.server.map(0x0600_0001);
        rig.settle();
        verify_invariants(&mut rig);
        assert_eq!(rig.wm().clients.order().len(), 4, "after {served} requests");
    }
}

/// Where a window manager ends, all windows are mapped, and the next one finds them where
/// they were.
#[test]
fn a_restart_keeps_workspaces_and_focus() {
    let mut rig = Rig::start(ModelServer::new(), false);
    furnish(&mut rig);
    for op in [Op::Press(Action::Send("b")), Op::Open(Kind::Plain), Op::Open(Kind::Fullscreen)] {
        rig.perform(op);
    }
    rig.perform(Op::Press(Action::View("b")));
    let places = |rig: &Rig| {
        let workspaces = rig.wm().stack_set.workspaces();
        workspaces.map(|it| (it.id, it.windows().collect(), it.fullscreen())).collect::<Vec<_>>()
    };
    let state = |rig: &Rig| {
        let mut places: Vec<(_, BTreeSet<Window>, _)> = places(rig);
        places.sort_by_key(|(id, ..)| *id);
        (places, rig.wm().stack_set.current().id)
    };
    let (before, focus) = (state(&rig), rig.wm().stack_set.focus());

    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.leave(Leave::Restart, &mut rig.connection);
    rig.send();
    rig.serve(usize::MAX);
    rig.deliver(usize::MAX);
    assert_eq!(rig.commands.pop(), Some(Command::Restart));
    assert!(rig.server.clients_windows().iter().all(|id| rig.server.windows[id].mapped));
    assert_eq!(rig.server.focus, POINTER_ROOT);

    let mut server = rig.server;
    server.disconnect();
    let mut rig = Rig::start(server, true);
    verify_invariants(&mut rig);
    assert_eq!((state(&rig), rig.wm().stack_set.focus()), (before, focus));
}

/// Each program that a key starts is a launch of its own.
#[test]
fn launches_are_numbered() {
    let mut rig = Rig::start(ModelServer::new(), true);
    for _ in 0..5 {
        rig.perform(Op::Press(Action::Spawn(&["terminal"])));
    }
    let mut numbers = BTreeSet::new();
    for command in &rig.commands {
        let Command::Spawn(launch) = command else { panic!("{command:?}") };
        assert_eq!(launch.program, [b"terminal"]);
        numbers.insert(launch.number);
    }
    assert_eq!((rig.commands.len(), numbers.len()), (5, 5), "{:?}", rig.commands);
}

/// No window that a program maps around our end is left unmapped: not one whose answers
/// are awaited, and not one that asks when we have stopped to listen.
#[test]
fn no_window_is_lost_around_a_restart() {
    for served in 0..30 {
        let mut rig = Rig::start(ModelServer::new(), false);
        rig.open_all([Kind::Plain]);
        let awaited = rig.open(Kind::Plain);
        rig.deliver(usize::MAX);
        rig.serve(served);
        let late = rig.server.free_id(true);
        rig.server.create(late, Place::new(0, 0, 50, 50));
        rig.server.created(late);
        let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
        wm.leave(Leave::Restart, &mut rig.connection);
        rig.send();
        rig.server.map(late);
        while rig.commands.is_empty() {
            rig.serve(usize::MAX);
            rig.deliver(usize::MAX);
        }
        assert_eq!(rig.commands, [Command::Restart]);
        assert!(rig.server.unserved().is_empty(), "everything was carried out");
        for window in [awaited, late] {
            assert!(rig.server.windows[&window].mapped, "{window:#x} after {served} requests");
        }
    }
}

/// After a restart that failed, with the last answer still on its way, everything is as it
/// was, and what was mapped meanwhile is managed.
#[test]
fn a_restart_that_failed_changes_nothing() {
    let mut rig = Rig::start(ModelServer::new(), false);
    furnish(&mut rig);
    let late = rig.server.free_id(true);
    rig.server.create(late, Place::new(0, 0, 50, 50));
    rig.server.created(late);
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.leave(Leave::Restart, &mut rig.connection);
    wm.leave_now();
    rig.send();
    rig.serve(usize::MAX);
    rig.server.map(late);
    assert_eq!(rig.wm_mut().next_command(), Some(Command::Restart));
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.stay(&mut rig.connection);
    rig.send();
    let barriers =
        |rig: &mut Rig| rig.told().iter().filter(|line| line.starts_with("GetInputFocus")).count();
    rig.serve(usize::MAX);
    rig.deliver(usize::MAX);
    assert_eq!(barriers(&mut rig), 0, "it still means to leave");
    rig.settle();
    assert_eq!(rig.commands, []);
    assert!(rig.wm().clients.contains(Window::new(late)));
    verify_invariants(&mut rig);
}

/// Of two ways to leave, the one for good counts, and no window is said to be an icon.
#[test]
fn the_end_is_not_a_restart() {
    for ways in [[Leave::Quit, Leave::Restart], [Leave::Restart, Leave::Quit]] {
        let mut rig = Rig::start(ModelServer::new(), false);
        let [window] = rig.open_all([Kind::Elsewhere]);
        let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
        for way in ways {
            wm.leave(way, &mut rig.connection);
        }
        rig.send();
        while rig.commands.is_empty() {
            rig.serve(usize::MAX);
            rig.deliver(usize::MAX);
        }
        assert_eq!(rig.commands.first(), Some(&Command::Quit));
        assert_eq!(rig.server.words(window, "WM_STATE"), Some(vec![1, 0]));
        assert_eq!(rig.server.words(ROOT, "_NET_SUPPORTED"), None);
    }
}

/// Floats stand in the same order as tiles, but are not swapped with them.
#[test]
fn tiles_are_swapped_past_floats() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [one, _, two] = rig.open_all([Kind::Plain, Kind::Dialog, Kind::Plain]);
    let (left, right) = (rig.place(one), rig.place(two));
    for action in [Action::SwapNext, Action::SwapPrevious, Action::SwapLeader] {
        rig.perform(Op::Press(action));
        assert_eq!((rig.place(one), rig.place(two)), (right, left), "{action:?}");
        rig.perform(Op::Press(action));
        assert_eq!((rig.place(one), rig.place(two)), (left, right), "{action:?}");
    }
}

/// A program may focus its window when we have just decided to hide it, and show it again.
#[test]
fn a_focus_stolen_by_a_window_that_goes_is_given_back() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [thief, _] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.press_for(Action::View("b"));
    rig.server.steal_focus(thief);
    rig.press_for(Action::ViewLast);
    rig.settle();
    verify_invariants(&mut rig);
}

/// A window that dies before we listen to it, and another one that gets its number, are not
/// taken for one.
#[test]
fn a_window_with_the_number_of_a_dead_one_is_asked_anew() {
    let mut rig = Rig::start(ModelServer::new(), true);
    (rig.reuses, rig.in_step) = (true, false);
    let window = rig.open(Kind::Plain);
    rig.deliver(32);
    rig.server.destroy(window);
    rig.serve(1);
    open_as(&mut rig.server, window, Kind::Plain, 0);
    rig.settle();
    rig.server.destroy(window);
    rig.settle();
    assert!(!rig.wm().clients.contains(Window::new(window)));
    verify_invariants(&mut rig);
}

/// Where a window is sent away, the keyboard goes to one that can use it.
#[test]
fn the_focus_left_behind_takes_keys() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [_, quiet, third] = rig.open_all([Kind::Plain, Kind::NoInput, Kind::Plain]);
    rig.server.message(quiet, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    rig.server.message(third, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    rig.perform(Op::Press(Action::Send("b")));
    assert_ne!(rig.wm().stack_set.focus(), Some(Window::new(quiet)));
    verify_invariants(&mut rig);
}

/// A modifier that bindings hold stays one, though a lock is on it too.
#[test]
fn a_lock_on_the_modifier_of_the_bindings_does_no_harm() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.open_all([Kind::Plain]);
    let mut keys = KEYBOARD;
    keys[30] = 0xff14;
    rig.server.map_keys(&keys);
    let mut modifiers = MODIFIERS;
    modifiers[6] = 0xff14;
    rig.server.map_modifiers(modifiers);
    rig.settle();
    let before = rig.server.typed.len();
    rig.server.key(keysym::J.raw(), 0);
    rig.settle();
    assert_eq!(rig.server.typed.len(), before + 1, "a plain letter is the client's");
    rig.perform(Op::Press(Action::View("b")));
    assert_eq!(rig.wm().stack_set.current().id.index(), 1);
}

/// A desktop lies below everything, whenever it comes.
#[test]
fn a_desktop_lies_below_all_tiles() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [tile] = rig.open_all([Kind::Plain]);
    let desktop = rig.server.free_id(true);
    rig.server.create(desktop, Place::new(0, 0, 1000, 600));
    let kind = rig.server.atom("_NET_WM_WINDOW_TYPE_DESKTOP");
    rig.server.set_words(desktop, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    rig.server.created(desktop);
    rig.server.map(desktop);
    rig.settle();
    assert!(rig.server.windows[&desktop].mapped);
    assert_eq!(rig.stacked(&[tile, desktop]), [desktop, tile]);
}

/// Turning the wheel does not let go of what another button drags.
#[test]
fn the_wheel_ends_no_drag() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [dialog] = rig.open_all([Kind::Dialog]);
    let start = rig.place(dialog);
    rig.server.move_pointer(start.x + 20, start.y + 20);
    rig.server.hold(Modifiers::SUPER.bits());
    rig.server.press(1);
    rig.settle();
    for (button, by) in [(5, 30), (4, 50)] {
        rig.server.press(button);
        rig.server.release(button);
        rig.server.move_pointer(start.x + 20 + by, start.y + 20);
        rig.settle();
        assert_eq!(rig.place(dialog).x, start.x + by);
    }
}

/// What a window says of its states, apart from those that we change, stays, though we
/// don't know the word.
#[test]
fn other_states_are_left_alone() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let window = rig.server.free_id(true);
    let [modal, taskbar, fullscreen, focused, odd] =
        ["MODAL", "SKIP_TASKBAR", "FULLSCREEN", "FOCUSED", "ODD"]
            .map(|name| rig.server.atom(&format!("_NET_WM_STATE_{name}")));
    open_as(&mut rig.server, window, Kind::Plain, 0);
    rig.server.set_words(window, "_NET_WM_STATE", "ATOM", &[odd, modal, taskbar]);
    rig.settle();
    let states = |rig: &mut Rig| rig.server.words(window, "_NET_WM_STATE");
    assert_eq!(states(&mut rig), Some(vec![modal, taskbar, focused, odd]));
    rig.perform(Op::Press(Action::ToggleFullscreen));
    assert_eq!(states(&mut rig), Some(vec![modal, taskbar, fullscreen, focused, odd]));
    rig.perform(Op::Press(Action::ToggleFullscreen));
    assert_eq!(states(&mut rig), Some(vec![modal, taskbar, focused, odd]));
}

/// Another window manager holds on, by the redirect or by the selection, and goes or not.
#[test]
fn another_window_manager_is_waited_for() {
    for by_selection in [false, true] {
        for tries in [3, 10] {
            let mut server = ModelServer::new();
            server.is_taken = !by_selection;
            if by_selection {
                server.create(0x0040_0001, Place::new(0, 0, 1, 1));
                let selection = server.atom("WM_S0");
                server.selections.insert(selection, 0x0040_0001);
            }
            server.map_keys(&KEYBOARD);
            let mut session = Session::new(&CONFIG, &server.setup(), 0, Start::default()).unwrap();
            let mut now = Duration::from_secs(7);
            let mut tried = 0;
            let fault = loop {
                for _ in 0..4 {
                    server.write(&std::mem::take(session.output()));
                    while server.serve() {}
                    session.receive(&std::mem::take(&mut server.outgoing)).unwrap();
                }
                if session.is_running() {
                    break None;
                }
                tried += 1;
                assert!(tried <= 10 && session.is_timing());
                if tried == tries {
                    server.is_taken = false;
                    server.selections.clear();
                }
                match session.tick(now) {
                    Ok(at) => now = at.unwrap(),
                    Err(fault) => break Some(fault),
                }
                match session.tick(now) {
                    Ok(_) => {}
                    Err(fault) => break Some(fault),
                }
            };
            let expected = if by_selection { Fault::OtherManager } else { Fault::OldManager };
            let expected = (tries == 10).then_some(expected);
            assert_eq!(fault, expected, "by selection: {by_selection}, {tries} tries");
        }
    }
}

/// A window that is withdrawn and mapped again before we look is managed anew, and its
/// end is heard of.
#[test]
fn a_window_withdrawn_and_mapped_at_once_is_heard() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window] = rig.open_all([Kind::Plain]);
    rig.server.withdraw(window);
    rig.server.map(window);
    rig.settle();
    verify_invariants(&mut rig);
    rig.perform(Op::Destroy(0));
    verify_invariants(&mut rig);
    assert!(rig.wm().clients.order().is_empty());
}

/// A property that changes while we ask about a new window is asked for once more.
#[test]
fn a_change_while_we_ask_is_not_missed() {
    for served in 0..20 {
        let mut rig = Rig::start(ModelServer::new(), true);
        let window = rig.open(Kind::Plain);
        rig.deliver(usize::MAX);
        rig.serve(served);
        rig.perform_change(window, Change::WantsInput(false));
        rig.settle();
        verify_invariants(&mut rig);
    }
}

/// A window that is taken away before we listen to it is refused by the server again and
/// again, but not asked for without end.
#[test]
fn a_window_taken_away_unheard_is_no_endless_loop() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [socket] = rig.open_all([Kind::Plain]);
    let plug = rig.open(Kind::Plain);
    rig.server.reparent(plug, socket);
    rig.settle();
    rig.open_all([Kind::Plain, Kind::Dialog]);
}

/// A window that is taken away while it is hidden leaves nothing of ours behind.
#[test]
fn a_hidden_window_taken_away_is_let_go_of() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [socket, plug] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.perform(Op::Press(Action::View("b")));
    rig.server.reparent(plug, socket);
    rig.settle();
    verify_invariants(&mut rig);
}

/// The time that a window is told to take the focus at is never one that the server takes
/// for past.
#[test]
fn a_window_told_to_take_the_focus_gets_it() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    rig.perform(Op::Press(Action::FocusNext));
    rig.perform(Op::Press(Action::Close));
    rig.open_all([Kind::GloballyActive]);
    verify_invariants(&mut rig);
}

/// The window below dies while another one is put above it: that is put right.
#[test]
fn a_refused_restacking_is_repaired() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let windows: Vec<u32> = (0..3)
        .map(|_| {
            let window = rig.open(Kind::Plain);
            rig.settle();
            window
        })
        .collect();
    rig.press_for(Action::SetLayout(Layout::Monocle));
    rig.press_for(Action::FocusPrevious);
    rig.deliver(usize::MAX);
    rig.server.destroy(windows[2]);
    rig.in_step = false;
    rig.settle();
    assert_eq!(rig.server.errors.first(), Some(&(3, 12)), "BadWindow, ConfigureWindow");
    verify_invariants(&mut rig);
}

/// So is what was put above that one since, which went to where it had been.
#[test]
fn what_was_put_above_a_refused_one_is_repaired_too() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [_, low, _, middle, top] = rig.open_all([Kind::FixedSize; 5]);
    for raised in [low, middle] {
        rig.server.message(raised, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
        rig.deliver(usize::MAX);
    }
    rig.server.destroy(top);
    rig.in_step = false;
    rig.settle();
    assert!(rig.server.errors.contains(&(3, 12)), "BadWindow, ConfigureWindow");
    verify_invariants(&mut rig);
}

proptest! {
    /// Any bytes from the server, in any pieces, after any real ones, are a fault or
    /// nothing; never a panic.
    #[test]
    fn any_bytes_are_a_fault_or_nothing(
        served in 0..300_usize,
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..90), 0..12),
        codes in prop::collection::vec(0..36_u8, 12),
    ) {
        let mut server = ModelServer::new();
        server.map_keys(&KEYBOARD);
        open_as(&mut server, 0x0040_0001, Kind::Plain, 0);
        let mut session = Session::new(&CONFIG, &server.setup(), 0, Start::default()).unwrap();
        for _ in 0..served {
            server.write(&std::mem::take(session.output()));
            if !server.serve() {
                session.receive(&std::mem::take(&mut server.outgoing)).unwrap();
            }
        }
        for (mut piece, code) in pieces.into_iter().zip(codes) {
            if let [first, _, low, high, ..] = &mut piece[..] {
                *first = code;
                [*low, *high] = (server.sequence as u16).to_le_bytes();
            }
            if session.receive(&piece).is_err() {
                break;
            }
            session.output().clear();
        }
    }
}

mod bar;
mod drag;
mod keys;
mod launch;
mod liveness;
mod messages;
mod monitors;
mod prompt;
mod server;
mod status;
mod tray;
