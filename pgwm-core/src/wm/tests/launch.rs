//! Where programs' windows open that we started, whose place they take, and what a restart
//! in place keeps of all that.

use super::*;
use crate::layout::Weight;
use crate::wm::question::PropertyName;
use crate::wm::snapshot::put_back_in;
use crate::wm::stack_set::{Monitor, StackSet, WorkspaceId};
use crate::x11::event::{ClientMessage, ClientMessageData, Event};

/// The same session, in which windows of two classes lend their places, and one that has a
/// rule for what comes late.
static HOSTS: Config = Config {
    rules: &[
        Rule { class: Some("Ruled"), workspace: Some("c"), floating: Some(true), ..Rule::ANY },
        Rule { class: Some("Host"), swallows: true, ..Rule::ANY },
        Rule { class: Some("Child"), swallows: true, ..Rule::ANY },
    ],
    ..CONFIG
}
.validated();

/// The places of now come back from the numbers, whatever adoption made of the windows.
pub(super) fn verify_snapshot(wm: &Wm) {
    let set = &wm.stack_set;
    let mut workspaces: Vec<_> = set
        .workspaces()
        .map(|it| super::super::Workspace::new(it.id, it.layout, it.share, it.gap))
        .collect();
    workspaces.sort_by_key(|workspace| workspace.id);
    let first = workspaces.remove(0);
    let mut other = StackSet::new(Rect::new(0, 0, 1, 1), first, workspaces);
    let monitors: Vec<Monitor> = set.screens().map(|screen| screen.monitor).collect();
    other.set_monitors(&monitors);
    for (number, window) in wm.clients.order().iter().enumerate() {
        if wm.clients.get(*window).is_some_and(|client| client.fixture.is_none()) {
            let wish = (number % 3 == 0).then(|| Rect::new(1, 2, 3, 4));
            other.insert(*window, WorkspaceId::new(number as u8 % 3), number % 2 == 0, wish);
            other.set_sticky(*window, number % 5 == 0);
            other.set_fullscreen(*window, number % 7 == 0);
        }
    }
    put_back_in(&mut other, &wm.snapshot());
    assert_eq!(&other, set);
}

impl Rig {
    /// Another window manager in this one's place, with its configuration.
    pub(super) fn restart(mut self, config: &'static Config) -> Self {
        let Stage::Running(wm) = &mut self.stage else { panic!("the session has not begun") };
        wm.leave(Leave::Restart, &mut self.connection);
        self.send();
        self.serve(usize::MAX);
        self.deliver(usize::MAX);
        assert_eq!(self.commands.pop(), Some(Command::Restart));
        let mut server = self.server;
        server.disconnect();
        let mut rig = Self::connect_with(config, server, false);
        rig.settle();
        assert_eq!(rig.server.words(ROOT, "_PGWM_STATE"), None, "it is read once");
        rig
    }

    /// What of the state is ours alone.
    fn kept(&self) -> Vec<(Window, Weight, Option<&'static str>, bool, States)> {
        let of = |(window, it): (Window, &Client)| {
            (window, it.weight, it.mark, it.fullscreen_in_tile, it.states)
        };
        self.wm().clients.iter().map(of).collect()
    }

    fn spawn(&mut self) -> crate::wm::Launch {
        self.perform(Op::Press(Action::Spawn(&["terminal"])));
        match self.commands.pop() {
            Some(Command::Spawn(launch)) => launch,
            other => panic!("{other:?}"),
        }
    }

    /// A window of a program that is no child of ours, prepared by `prepare`.
    fn open_program(&mut self, prepare: impl FnOnce(&mut ModelServer, u32)) -> u32 {
        let id = self.server.free_id(true);
        self.server.create(id, Place::new(0, 0, 300, 200));
        prepare(&mut self.server, id);
        self.server.created(id);
        self.server.map(id);
        self.settle();
        id
    }

    fn workspace(&self, window: u32) -> Option<usize> {
        self.wm().stack_set.workspace_of(Window::new(window)).map(|it| it.id.index())
    }

    fn windows(&self) -> Vec<u32> {
        self.wm().stack_set.current().windows().map(Window::raw).collect()
    }

    /// Another launcher says something, in as many messages as it takes.
    fn announce(&mut self, text: &str) {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(20), 0);
        let mut name = "_NET_STARTUP_INFO_BEGIN";
        for data in bytes.as_chunks::<20>().0 {
            let words = ClientMessageData(*data).words();
            let mask = x::EventMask::PROPERTY_CHANGE;
            self.server.message_to(ROOT, mask, 0x77, name, 8, words);
            name = "_NET_STARTUP_INFO";
        }
    }
}

fn focused(rig: &Rig) -> Option<u32> {
    rig.wm().stack_set.focus().map(Window::raw)
}

proptest! {
    #![proptest_config(runs(60))]

    /// Windows take each other's places, with everything else that happens.
    #[test]
    fn long_runs_of_children(ops in any_run(), many: bool) {
        let mut rig = Rig::connect_with(&HOSTS, ModelServer::new(), false);
        rig.settle();
        if many {
            rig.perform(Op::Screens(3));
        }
        for op in ops.0 {
            rig.perform(op);
            if matches!(op, Op::Act(_)) {
                rig.perform(Op::Open(Kind::Host));
                rig.perform(Op::Open(Kind::Child));
            }
            verify_invariants(&mut rig);
        }
    }

    /// Nothing is different after a restart.
    #[test]
    fn a_restart_keeps_everything(ops in any_run(), sizes in prop::collection::vec(10..1000_u16, 40)) {
        let mut rig = Rig::connect_with(&HOSTS, ModelServer::new(), false);
        rig.settle();
        for op in ops.0 {
            if !matches!(op, Op::Screens(_)) {
                rig.perform(op);
            }
        }
        let all = rig.wm().clients.order().to_vec();
        for (window, size) in all.into_iter().zip(sizes) {
            let wm = rig.wm_mut();
            if let Some(client) = wm.clients.get_mut(window).filter(|it| it.fixture.is_none()) {
                client.weight = Weight::new(size);
                client.mark = (size % 3 == 0).then_some("m");
            }
            if size % 5 == 0 {
                wm.set_fullscreen(window, false);
                wm.clients.get_mut(window).unwrap().fullscreen_in_tile = true;
                wm.set_fullscreen(window, size % 2 == 0);
            }
        }
        rig.receive(&[]).unwrap();
        rig.settle();
        let (set, kept, border) = (rig.wm().stack_set.clone(), rig.kept(), rig.wm().border);
        let order = rig.wm().clients.order().to_vec();
        let mut rig = rig.restart(&MARKS);
        prop_assert_eq!(rig.wm().clients.order(), order);
        prop_assert_eq!(&rig.wm().stack_set, &set);
        prop_assert_eq!(rig.kept(), kept);
        prop_assert_eq!(rig.wm().border, border);
        rig.receive(&[]).unwrap();
        prop_assert_eq!(rig.written, 0);
    }

    /// Whatever the numbers say, no window is lost, and nothing impossible comes of it.
    #[test]
    fn any_numbers_do_no_harm(
        ops in prop::collection::vec(any_op(), 0..30),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_number()), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
        noise in prop::collection::vec(any_number(), 0..60),
        is_noise: bool,
    ) {
        let mut rig = Rig::connect_with(&HOSTS, ModelServer::new(), false);
        rig.settle();
        for op in ops {
            rig.perform(op);
        }
        let mut words = rig.wm().snapshot();
        for (at, word) in changes {
            let at = at.index(words.len());
            words[at] = if word < 1 << 21 { word } else { words[word as usize % words.len()] };
        }
        if let Some(cut) = cut {
            words.truncate(cut.index(words.len()));
        }
        if is_noise {
            words = [&[1][..], &noise].concat();
        }
        rig.wm_mut().put_back(&words);
        rig.receive(&[]).unwrap();
        rig.settle();
        // Which window has the focus may be another one, which asks for attention.
        verify_invariants(&mut rig);
    }
}

fn any_number() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..9_u32, 3 => (2..12_u32).prop_map(|client| client << 21 | 1), 1 => any::<u32>()]
}

/// The same as [`HOSTS`], with a mark on a key.
static MARKS: Config = Config {
    keys: &[],
    modes: &[Mode { name: "mark", keys: &[key(keysym::A, Action::Mark("m"))], once: true }],
    ..HOSTS
}
.validated();

/// A layout that the user has changed in the configuration counts from the next start on;
/// one that only a key has changed stays.
#[test]
fn a_changed_configuration_counts_after_a_restart() {
    static CHANGED: Config = Config {
        workspaces: &[
            Workspace::new("a", Layout::Grid),
            Workspace::new("b", Layout::Center),
            Workspace::new("c", Layout::Monocle),
        ],
        border: 5,
        ..HOSTS
    };
    let mut rig = Rig::start_with(&HOSTS);
    let [one, far] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.perform(Op::Press(Action::NextLayout));
    rig.perform(Op::Press(Action::View("b")));
    rig.perform(Op::Press(Action::NextLayout));
    let next = rig.wm().stack_set.current().layout;
    rig.wm_mut().send(Window::new(far), WorkspaceId::new(3));
    rig.receive(&[]).unwrap();
    let mut rig = rig.restart(&CHANGED);
    assert_eq!(rig.wm().stack_set.current().layout, next);
    rig.wm_mut().stack_set.view(WorkspaceId::new(0), crate::config::OnOtherMonitor::Swap);
    assert_eq!((rig.wm().stack_set.current().layout, rig.wm().border), (Layout::Grid, 5));
    assert_eq!(rig.workspace(one), Some(0));
    assert_eq!(rig.workspace(far), Some(1), "its workspace is gone; it is where the user was");
}

/// What another session left says nothing about this one.
#[test]
fn a_memory_of_other_windows_is_none() {
    let mut rig = Rig::start_with(&HOSTS);
    rig.open_all([Kind::Plain, Kind::Plain]);
    rig.perform(Op::Press(Action::NextLayout));
    let words = rig.wm().snapshot();
    let mut rig = Rig::start_with(&HOSTS);
    let id = rig.server.free_id(false) + (50 << 21);
    open_as(&mut rig.server, id, Kind::Plain, 0);
    rig.settle();
    assert!(!rig.wm_mut().put_back(&words));
    assert_eq!(rig.wm().stack_set.current().layout, Layout::Tall);
}

/// Windows that no window manager knew have the order in which they lie on each other, however
/// long the answers about each of them take.
#[test]
fn windows_are_adopted_in_their_order() {
    let mut server = ModelServer::new();
    let mut order = Vec::new();
    for number in 0..6 {
        let id = server.free_id(true);
        server.create(id, Place::new(0, 0, 300, 200));
        if number % 2 == 0 {
            server.set_words(id, "_NET_WM_DESKTOP", "CARDINAL", &[0]);
        }
        server.created(id);
        server.map(id);
        order.push(Window::new(id));
    }
    let rig = Rig::start(server, false);
    assert_eq!(rig.wm().clients.order(), order);
    // Each has the focus, and the next one comes after it.
    assert_eq!(rig.wm().stack_set.current().windows().collect::<Vec<_>>(), order);
}

/// Nothing is left for others: not after the end, nor after a restart that failed.
#[test]
fn a_memory_is_for_a_restart_only() {
    for ways in [&[Leave::Quit][..], &[Leave::Restart, Leave::Quit]] {
        let mut rig = Rig::start_with(&CONFIG);
        rig.open_all([Kind::Plain]);
        for way in ways {
            let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
            wm.leave(*way, &mut rig.connection);
        }
        rig.send();
        rig.serve(usize::MAX);
        assert_eq!(rig.server.words(ROOT, "_PGWM_STATE"), None);
    }
    let mut rig = Rig::start_with(&CONFIG);
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.leave(Leave::Restart, &mut rig.connection);
    rig.send();
    rig.serve(usize::MAX);
    assert!(rig.server.words(ROOT, "_PGWM_STATE").is_some());
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.stay(&mut rig.connection);
    rig.send();
    rig.settle();
    assert_eq!(rig.server.words(ROOT, "_PGWM_STATE"), None);
}

/// A program that is slow opens where it was started, and takes nothing from where the user
/// is by then.
#[test]
fn a_slow_program_opens_where_it_was_started() {
    for by in ["id", "leader", "group", "process", "child", "claim", "without X-Resource"] {
        let mut server = ModelServer::new();
        server.set_extension("X-Resource", by != "without X-Resource" && by != "claim");
        let mut rig = Rig::connect_with(&CONFIG, server, false);
        rig.settle();
        let [_, here] = rig.open_all([Kind::Plain, Kind::Elsewhere]);
        let launch = rig.spawn();
        rig.wm_mut().spawned(launch.number, 4000);
        rig.perform(Op::Press(Action::View("b")));
        assert_eq!(focused(&rig), Some(here));
        let id = launch.startup_id.unwrap();
        let window = rig.open_program(|server, window| {
            let leader = window + 1;
            server.create_inside(leader, ROOT, Place::new(0, 0, 1, 1));
            server.windows.get_mut(&leader).unwrap().override_redirect = true;
            match by {
                "id" => server.set_text(window, "_NET_STARTUP_ID", id.as_bytes()),
                "leader" | "group" => {
                    server.set_text(leader, "_NET_STARTUP_ID", id.as_bytes());
                    if by == "leader" {
                        server.set_words(window, "WM_CLIENT_LEADER", "WINDOW", &[leader]);
                    } else {
                        let hints = [1 << 6, 0, 0, 0, 0, 0, 0, 0, leader];
                        server.set_words(window, "WM_HINTS", "WM_HINTS", &hints);
                    }
                }
                "process" => server.set_process(window, 4000, &[7, 1]),
                "child" => server.set_process(window, 4002, &[4001, 4000, 7, 1]),
                _ => {
                    server.set_process(window, 4002, &[4001, 4000, 7, 1]);
                    server.set_words(window, "_NET_WM_PID", "CARDINAL", &[4002]);
                    server.set_text(window, "WM_CLIENT_MACHINE", b"here");
                }
            }
        });
        assert_eq!(rig.workspace(window), Some(0), "by {by}");
        assert_eq!(focused(&rig), Some(here), "by {by}");
        assert_eq!(rig.wm().stack_set.current().id.index(), 1);
        assert!(!rig.wm().is_timing(), "the launch is over");
        let next = rig.open_program(|server, next| {
            server.set_text(next, "_NET_STARTUP_ID", id.as_bytes());
        });
        assert_eq!(rig.workspace(next), Some(1), "the second window is where the user is");
        verify_invariants(&mut rig);
    }
}

/// Neither a window of another machine, nor one with another's id or process, nor a splash
/// screen ends the wait.
#[test]
fn a_launch_waits_for_its_own_window() {
    let mut server = ModelServer::new();
    server.set_extension("X-Resource", false);
    let mut rig = Rig::connect_with(&CONFIG, server, false);
    rig.settle();
    let launch = rig.spawn();
    rig.wm_mut().spawned(launch.number, 4000);
    rig.perform(Op::Press(Action::View("b")));
    let strangers = [
        rig.open_program(|server, window| {
            server.set_words(window, "_NET_WM_PID", "CARDINAL", &[4000]);
            server.set_text(window, "WM_CLIENT_MACHINE", b"there");
        }),
        rig.open_program(|server, window| {
            server.set_words(window, "_NET_WM_PID", "CARDINAL", &[4000]);
        }),
        rig.open_program(|server, window| {
            server.set_words(window, "_NET_WM_PID", "CARDINAL", &[4001]);
            server.set_text(window, "WM_CLIENT_MACHINE", b"here");
        }),
        rig.open_program(|server, window| server.set_text(window, "_NET_STARTUP_ID", b"other")),
    ];
    assert_eq!(strangers.map(|window| rig.workspace(window)), [Some(1); 4]);
    let id = launch.startup_id.unwrap();
    let splash = rig.open_program(|server, window| {
        let splash = server.atom("_NET_WM_WINDOW_TYPE_SPLASH");
        server.set_words(window, "_NET_WM_WINDOW_TYPE", "ATOM", &[splash]);
        server.set_text(window, "_NET_STARTUP_ID", id.as_bytes());
    });
    let main = rig.open_program(|server, window| {
        server.set_text(window, "_NET_STARTUP_ID", id.as_bytes());
    });
    assert_eq!([splash, main].map(|window| rig.workspace(window)), [Some(0); 2]);
}

/// A window that opens while a launch is waited for costs one question more; without
/// X-Resource, and if it says so, two. Without a launch it costs none.
#[test]
fn a_launch_costs_one_question() {
    for (has_res, waits, expected) in
        [(true, false, 0), (true, true, 1), (false, false, 0), (false, true, 2)]
    {
        let mut server = ModelServer::new();
        server.set_extension("X-Resource", has_res);
        let mut rig = Rig::connect_with(&CONFIG, server, false);
        rig.settle();
        if waits {
            rig.spawn();
        }
        let asked = |rig: &mut Rig| {
            let lines = rig.told();
            let names = ["X-Resource", "extension", "_NET_WM_PID", "WM_CLIENT_MACHINE"];
            let is_one = |line: &&String| {
                names.iter().any(|name| line.contains(name)) && !line.starts_with("Change")
            };
            lines.iter().filter(is_one).count()
        };
        let id = rig.server.free_id(true);
        open_as(&mut rig.server, id, Kind::Plain, 0);
        rig.server.set_words(id, "_NET_WM_PID", "CARDINAL", &[4002]);
        rig.server.set_text(id, "WM_CLIENT_MACHINE", b"here");
        let first = asked(&mut rig);
        rig.serve(usize::MAX);
        assert_eq!(first + asked(&mut rig), expected, "{has_res} {waits}");
    }
}

/// What is given up is not waited for: after a while, or where there are too many.
#[test]
fn launches_are_given_up() {
    let mut rig = Rig::start_with(&CONFIG);
    let ids: Vec<String> = (0..70).map(|_| rig.spawn().startup_id.unwrap()).collect();
    assert!(rig.wm().is_timing());
    rig.perform(Op::Press(Action::View("b")));
    let open = |rig: &mut Rig, id: &str| {
        let window = rig.open_program(|server, window| {
            server.set_text(window, "_NET_STARTUP_ID", id.as_bytes());
        });
        rig.workspace(window)
    };
    assert_eq!(open(&mut rig, &ids[5]), Some(1), "too many");
    assert_eq!(open(&mut rig, &ids[6]), Some(0));
    let at = |rig: &mut Rig, seconds| {
        let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
        wm.tick(Duration::from_secs(seconds), &mut rig.connection)
    };
    assert_eq!(at(&mut rig, 101), Some(Duration::from_secs(121)));
    rig.perform(Op::Press(Action::View("a")));
    let late = rig.spawn().startup_id.unwrap();
    rig.perform(Op::Press(Action::View("b")));
    assert_eq!(at(&mut rig, 111), Some(Duration::from_secs(121)));
    assert_eq!(open(&mut rig, &ids[7]), Some(0));
    assert_eq!(at(&mut rig, 121), Some(Duration::from_secs(131)));
    assert_eq!(open(&mut rig, &ids[8]), Some(1), "too late");
    assert_eq!(open(&mut rig, &late), Some(0));
    assert!(!rig.wm().is_timing());
}

/// A launcher's word counts as much as ours, and ends when it says so.
#[test]
fn other_launchers_are_heard() {
    let mut rig = Rig::start_with(&CONFIG);
    let open = |rig: &mut Rig, id: &str, class: &[u8]| {
        let window = rig.open_program(|server, window| {
            server.set_text(window, "WM_CLASS", class);
            if !id.is_empty() {
                server.set_text(window, "_NET_STARTUP_ID", id.as_bytes());
            }
        });
        rig.workspace(window)
    };
    rig.announce("new: ID=panel-1_TIME5 NAME=\"Some program\" SCREEN=0 DESKTOP=2");
    rig.announce("new: ID=panel-2_TIME5 DESKTOP=77");
    rig.announce("new: ID=panel-3 DESKTOP=1 WMCLASS=Late");
    rig.announce("new: ID=panel-4 DESKTOP=1");
    rig.announce("change: ID=panel-4 DESKTOP=3");
    rig.announce("new: ID=panel-5 DESKTOP=3");
    rig.announce("remove: ID=panel-5");
    rig.settle();
    rig.perform(Op::Press(Action::View("b")));
    assert_eq!(open(&mut rig, "panel-1_TIME5", b""), Some(2));
    assert_eq!(open(&mut rig, "panel-2_TIME5", b""), Some(0));
    assert_eq!(open(&mut rig, "panel-4", b""), Some(3));
    assert_eq!(open(&mut rig, "panel-5", b""), Some(1));
    rig.perform(Op::Press(Action::View("d")));
    assert_eq!(open(&mut rig, "", b"x\0Late\0"), Some(1));
    assert!(!rig.wm().is_timing());
}

/// A program says that its launch is over as soon as it has mapped its window, while we
/// still ask about that.
#[test]
fn a_launch_that_is_over_counts_for_what_is_being_mapped() {
    let mut rig = Rig::start_with(&CONFIG);
    rig.announce("new: ID=panel-1 DESKTOP=2");
    rig.settle();
    let window = rig.server.free_id(true);
    rig.server.create(window, Place::new(0, 0, 9, 9));
    rig.server.set_text(window, "_NET_STARTUP_ID", b"panel-1");
    rig.server.created(window);
    rig.server.map(window);
    rig.announce("remove: ID=panel-1");
    rig.settle();
    assert_eq!(rig.workspace(window), Some(2));
    assert!(!rig.wm().is_timing());
}

/// A rule comes first, even for what is being waited for.
#[test]
fn a_rule_comes_before_a_launch() {
    let mut rig = Rig::start_with(&CONFIG);
    let id = rig.spawn().startup_id.unwrap();
    let window = rig.open_program(|server, window| {
        server.set_text(window, "WM_CLASS", b"some\0Ruled\0");
        server.set_text(window, "_NET_STARTUP_ID", id.as_bytes());
    });
    assert_eq!(rig.workspace(window), Some(2));
    assert!(!rig.wm().is_timing());
}

/// A child has its host's tile, focus and place in the order, and gives them back, wherever
/// they are by then.
#[test]
fn a_child_takes_its_hosts_place() {
    let mut rig = Rig::start_with(&HOSTS);
    let [first, host, last] = rig.open_all([Kind::Plain, Kind::Host, Kind::Plain]);
    rig.wm_mut().clients.get_mut(Window::new(host)).unwrap().weight = Weight::new(150);
    rig.server.message(host, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    let place = rig.place(host);
    let [child] = rig.open_all([Kind::Child]);
    assert_eq!(rig.windows(), [first, child, last]);
    assert_eq!((rig.place(child), focused(&rig)), (place, Some(child)));
    assert!(!rig.server.windows[&host].mapped);
    assert_eq!(rig.server.words(host, "WM_STATE"), Some(vec![3, 0]));
    verify_invariants(&mut rig);

    // A pager that shows the host means what is there of it.
    rig.server.message(last, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    rig.server.message(host, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    assert_eq!(focused(&rig), Some(child));
    rig.server.map(host);
    rig.settle();
    assert!(!rig.server.windows[&host].mapped);

    // Its dialog and its second window stay beside.
    let [_, second] = rig.open_all([Kind::Dialog, Kind::Plain]);
    assert_eq!(rig.windows().len(), 5);
    rig.server.destroy(second);

    rig.server.message(child, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
    rig.settle();
    rig.perform(Op::Press(Action::SwapPrevious));
    rig.perform(Op::Press(Action::ToggleFloating));
    rig.perform(Op::Press(Action::Send("b")));
    rig.perform(Op::Press(Action::View("b")));
    let wish = rig.wm().stack_set.wish(Window::new(child));
    rig.server.destroy(child);
    rig.settle();
    assert_eq!((rig.windows(), focused(&rig)), (vec![host], Some(host)));
    assert_eq!(rig.wm().stack_set.wish(Window::new(host)), wish);
    assert_eq!(rig.wm().clients.get(Window::new(host)).unwrap().weight, Weight::new(150));
    assert!(rig.server.windows[&host].mapped);
    verify_invariants(&mut rig);
}

/// A viewer in a terminal, and what the viewer opens; whoever goes first, the place is kept
/// by who is left.
#[test]
fn places_are_lent_on() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut rig = Rig::start_with(&HOSTS);
        let [other, host, viewer] = rig.open_all([Kind::Plain, Kind::Host, Kind::Child]);
        // Of another class, so that it may take the place of what has the host's.
        let grandchild = rig.open_program(|server, id| {
            server.set_process(id, process(id), &[5, process(viewer), process(host), 1]);
        });
        let mut left = vec![host, viewer, grandchild];
        assert_eq!(rig.windows(), [other, grandchild]);
        let mut rig = rig.restart(&HOSTS);
        for gone in order.map(|index| [host, viewer, grandchild][index]) {
            rig.server.destroy(gone);
            rig.settle();
            left.retain(|window| *window != gone);
            let shown: Vec<u32> = left.last().copied().into_iter().collect();
            assert_eq!(rig.windows(), [vec![other], shown].concat(), "{order:?}");
            verify_invariants(&mut rig);
        }
    }
}

/// The first child has the place; and one that is withdrawn and comes back has it again.
#[test]
fn the_first_of_many_children_has_the_place() {
    let mut rig = Rig::start_with(&HOSTS);
    let [host] = rig.open_all([Kind::Host]);
    let child = |rig: &mut Rig, class: &[u8]| {
        rig.open_program(|server, id| {
            server.set_text(id, "WM_CLASS", class);
            server.set_process(id, process(id), &[process(host), 1]);
        })
    };
    let first = child(&mut rig, b"a\0A\0");
    let second = child(&mut rig, b"b\0B\0");
    assert_eq!(rig.windows(), [first, second]);
    let more = child(&mut rig, b"some\0Host\0");
    assert_eq!(rig.windows().len(), 3);
    rig.server.destroy(more);
    rig.server.destroy(second);
    for _ in 0..2 {
        rig.server.withdraw(first);
        rig.settle();
        assert_eq!(rig.windows(), [host]);
        rig.server.map(first);
        rig.settle();
        assert_eq!(rig.windows(), [first]);
        verify_invariants(&mut rig);
    }
    // A terminal that was opened from a terminal is one more.
    rig.server.destroy(first);
    rig.settle();
    let more = child(&mut rig, b"some\0Host\0");
    assert_eq!(rig.windows(), [host, more]);
}

/// Fullscreen goes with the place, but is not left to a host that had none.
#[test]
fn a_film_leaves_no_fullscreen_behind() {
    for before in [false, true] {
        let mut rig = Rig::start_with(&HOSTS);
        let [host, other] = rig.open_all([Kind::Host, Kind::Plain]);
        rig.server.message(host, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
        rig.settle();
        if before {
            rig.perform(Op::Press(Action::ToggleFullscreen));
        }
        let [child] = rig.open_all([Kind::Child]);
        assert_eq!(rig.wm().is_fullscreen(Window::new(child)), before);
        if !before {
            rig.perform(Op::Press(Action::ToggleFullscreen));
        }
        rig.server.destroy(child);
        rig.settle();
        assert_eq!(rig.wm().is_fullscreen(Window::new(host)), before);
        assert_eq!(rig.windows(), [host, other]);
        verify_invariants(&mut rig);
    }
}

/// A class that comes late, or changes soon, brings its rule with it; once.
#[test]
fn a_late_class_gets_its_rule() {
    let ruled = b"some\0Ruled\0";
    let is_ruled = |rig: &Rig, window: u32| {
        let floats = rig.wm().stack_set.wish(Window::new(window)).is_some();
        assert_eq!(floats, rig.workspace(window) == Some(2));
        floats
    };
    for (class, after, expected) in [
        (&b""[..], 60_000, true),
        (&b"some\0Thing\0"[..], 4000, true),
        (&b"some\0Thing\0"[..], 6000, false),
    ] {
        let mut rig = Rig::start_with(&CONFIG);
        rig.open_all([Kind::Plain]);
        let window = rig.open_program(|server, window| {
            if !class.is_empty() {
                server.set_text(window, "WM_CLASS", class);
            }
        });
        rig.server.time += after;
        rig.server.set_text(window, "WM_CLASS", ruled);
        rig.settle();
        assert_eq!(is_ruled(&rig, window), expected, "{class:?} after {after} ms");
        verify_invariants(&mut rig);
        // The user takes it back, and it changes once more.
        rig.server.message(window, "_NET_WM_DESKTOP", 32, [0, 2, 0, 0, 0]);
        rig.wm_mut().stack_set.sink(Window::new(window));
        rig.settle();
        rig.server.set_text(window, "WM_CLASS", b"some\0Other\0");
        rig.settle();
        rig.server.set_text(window, "WM_CLASS", ruled);
        rig.settle();
        assert!(!is_ruled(&rig, window));
        verify_invariants(&mut rig);
    }
}

/// So does a title, where a rule speaks of it; every other title leaves things as they are.
#[test]
fn a_late_title_gets_its_rule() {
    const BY_TITLE: Rule = Rule { title: Some("Picture"), floating: Some(true), ..Rule::ANY };
    static CONFIG: Config = Config { rules: &[BY_TITLE], ..super::CONFIG }.validated();
    for after in [100, 6000] {
        let mut rig = Rig::start_with(&CONFIG);
        let window = rig.open_program(|_, _| {});
        let floats = |rig: &Rig| rig.wm().stack_set.wish(Window::new(window)).is_some();
        let call = |rig: &mut Rig, property: &str, title: &str| {
            rig.server.set_text(window, property, title.as_bytes());
            rig.settle();
            verify_invariants(rig);
        };
        call(&mut rig, "WM_NAME", "loading");
        assert!(!floats(&rig));
        rig.server.time += after;
        call(&mut rig, "WM_NAME", "Picture in picture");
        assert_eq!(floats(&rig), after < 5000);
        // It is the user's from then on.
        rig.wm_mut().stack_set.sink(Window::new(window));
        call(&mut rig, "WM_NAME", "something");
        call(&mut rig, "_NET_WM_NAME", "Picture");
        assert!(!floats(&rig));
    }
}

/// A message of a wrong format says nothing, and what nobody asked for is no matter.
#[test]
fn nonsense_is_not_heard() {
    let mut rig = Rig::start_with(&CONFIG);
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    for (name, format) in [
        (crate::x11::atom::Atom::NetStartupInfoBegin, 32),
        (crate::x11::atom::Atom::NetStartupInfo, 8),
    ] {
        let (window, kind) = (Window::new(5), wm.atoms.id(name));
        let data = ClientMessageData(*b"new: ID=a DESKTOP=2\0");
        let event = Event::ClientMessage(ClientMessage { window, kind, format, data });
        wm.handle(&event, 1, true, &mut rig.connection);
    }
    wm.spawned(17, 4000);
    // Parents of a window that had the number before do not end the questions.
    let window = rig.open(Kind::NoInput);
    rig.deliver(usize::MAX);
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    for _ in 0..40 {
        wm.lineage(Window::new(window), &[1, 2, 3], &mut rig.connection);
    }
    rig.settle();
    verify_invariants(&mut rig);
    assert!(rig.wm().clients.contains(Window::new(window)));
    assert!(!rig.wm().is_timing());
    assert_eq!(PropertyName::named(crate::x11::atom::Atom::PgwmState), None);
}
