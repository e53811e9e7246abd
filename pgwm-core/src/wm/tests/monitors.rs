//! Monitors that come and go, and what goes from one to another.

use super::keys::{CLICKED, FOLLOWING};
use super::*;
use crate::config::{FocusPolicy, OnOtherMonitor};
use crate::geometry::{Direction, Size};
use crate::wm::stack_set::{self, Monitor, StackSet, WorkspaceId};
use crate::x11::event::Event;
use crate::x11::id::Timestamp;
use crate::x11::randr;

const LEFT: Rect = Rect::new(0, 0, 1000, 600);
const RIGHT: Rect = Rect::new(1000, 0, 800, 500);

/// What can happen to the monitors, and what a user does meanwhile.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Those whose bits are set are there, some of them moved, one of them the primary one.
    Plug(u8, u8, u8),
    Open(bool),
    Close(u8),
    View(u8, OnOtherMonitor),
    Send(u8, u8),
    Sticky(u8),
    Minimise(u8),
    Focus(u8),
    Fullscreen(u8),
    MoveWorkspace(u8),
}

fn any_policy() -> impl Strategy<Value = OnOtherMonitor> {
    prop_oneof![
        Just(OnOtherMonitor::Swap),
        Just(OnOtherMonitor::Pull),
        Just(OnOtherMonitor::Follow)
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    let n = any::<u8>;
    prop_oneof![
        6 => (n(), n(), n()).prop_map(|(there, moved, primary)| Change::Plug(there, moved, primary)),
        4 => any::<bool>().prop_map(Change::Open),
        1 => n().prop_map(Change::Close),
        4 => (0..6_u8, any_policy()).prop_map(|(id, policy)| Change::View(id, policy)),
        2 => (n(), 0..6_u8).prop_map(|(window, id)| Change::Send(window, id)),
        2 => n().prop_map(Change::Sticky),
        1 => n().prop_map(Change::Minimise),
        2 => n().prop_map(Change::Focus),
        1 => n().prop_map(Change::Fullscreen),
        1 => (0..6_u8).prop_map(Change::MoveWorkspace),
    ]
}

/// Up to six monitors in a row.
fn monitors(there: u8, moved: u8, primary: u8) -> Vec<Monitor> {
    let is = |bits: u8, index: u8| bits >> index & 1 != 0;
    let monitor = |index: u8| Monitor {
        millimetres: 0,
        name: AtomId::new(100 + u32::from(index)),
        area: Rect::new(i32::from(index) * 100, i32::from(is(moved, index)) * 9, 100, 100),
        primary: primary % 6 == index,
    };
    (0..6).filter(|index| is(there, *index)).map(monitor).collect()
}

/// Five workspaces, fewer than there may be monitors.
fn empty_set() -> StackSet {
    let mut workspaces = (0..5).map(|id| {
        stack_set::Workspace::new(WorkspaceId::new(id), Layout::Tall, Share::default(), 0)
    });
    let first = workspaces.next().unwrap();
    StackSet::new(LEFT, first, workspaces.collect())
}

fn windows(set: &StackSet) -> BTreeSet<Window> {
    set.workspaces().flat_map(|it| it.windows().chain(it.minimised().iter().copied())).collect()
}

/// Which monitor shows which workspace.
fn shown(set: &StackSet) -> Vec<(AtomId, usize)> {
    set.screens().map(|screen| (screen.monitor.name, screen.workspace.id.index())).collect()
}

fn change(set: &mut StackSet, number: u32, change: Change) {
    let all: Vec<Window> = windows(set).into_iter().collect();
    let pick = |number: u8| all.get(usize::from(number) % all.len().max(1)).copied();
    match change {
        Change::Plug(there, moved, primary) => plug(set, &monitors(there, moved, primary)),
        Change::Open(floats) => {
            let wish = floats.then_some(Rect::new(10, 10, 50, 50));
            set.insert(Window::new(number + 1), set.current().id, true, wish);
        }
        Change::View(id, policy) => set.view(WorkspaceId::new(id), policy),
        Change::MoveWorkspace(id) => {
            if set.screens().any(|screen| screen.workspace.id == WorkspaceId::new(id)) {
                set.move_to_screen_of(WorkspaceId::new(id));
            }
        }
        Change::Close(it)
        | Change::Send(it, _)
        | Change::Sticky(it)
        | Change::Minimise(it)
        | Change::Focus(it)
        | Change::Fullscreen(it) => {
            let Some(window) = pick(it) else { return };
            match change {
                Change::Close(_) => set.remove(window),
                Change::Send(_, id) => set.send(window, WorkspaceId::new(id)),
                Change::Sticky(_) => set.set_sticky(window, !set.is_sticky(window)),
                Change::Minimise(_) => set.minimise(window),
                Change::Focus(_) => set.focus_window(window),
                _ => set.set_fullscreen(window, !set.is_fullscreen(window)),
            }
        }
    }
}

/// Changes the monitors, and checks what must come of it.
fn plug(set: &mut StackSet, monitors: &[Monitor]) {
    let before = set.clone();
    set.set_monitors(monitors);
    if monitors.is_empty() {
        assert_eq!(*set, before, "no monitor at all is no news");
        return;
    }
    assert_eq!(set.current().id, before.current().id, "the current workspace");
    if before.focus().is_some() {
        assert_eq!(set.focus(), before.focus(), "the focus");
    }
    assert_eq!(set.screens().count(), monitors.len().min(5), "each monitor shows something");
    let areas: Vec<Rect> = set.screens().map(|screen| screen.monitor.area).collect();
    assert!(areas.windows(2).all(|pair| pair[0].x < pair[1].x), "the order of the monitors");
    for screen in set.screens() {
        assert!(monitors.contains(&screen.monitor));
    }
    for window in windows(&before) {
        assert_eq!(set.is_minimised(window), before.is_minimised(window));
        // A sticky one that moves may take another one's place.
        if !windows(&before).iter().any(|it| before.is_sticky(*it)) {
            assert_eq!(set.is_fullscreen(window), before.is_fullscreen(window));
        }
        assert_eq!(set.wish(window), before.wish(window));
        if before.is_sticky(window) {
            assert!(set.is_sticky(window));
            assert!(!before.is_visible(window) || set.is_visible(window), "{window} is lost");
        } else {
            let workspace = |set: &StackSet| set.workspace_of(window).map(|it| it.id);
            assert_eq!(workspace(set), workspace(&before));
        }
    }
    let once = set.clone();
    set.set_monitors(monitors);
    assert_eq!(*set, once, "nothing has changed since");
}

fn verify_set(set: &StackSet) {
    let ids: BTreeSet<usize> = set.workspaces().map(|it| it.id.index()).collect();
    assert_eq!((set.workspaces().count(), ids.len()), (5, 5), "a workspace is lost or twice");
    let all = windows(set);
    let places: usize =
        set.workspaces().map(|it| it.windows().count() + it.minimised().len()).sum();
    assert_eq!(places, all.len(), "a window is in two places");
    assert!(set.screens().any(|screen| screen.workspace.id == set.current().id));
}

proptest! {
    #![proptest_config(runs(500))]

    /// Monitors come, go, move and become the primary one while windows and workspaces
    /// are used.
    #[test]
    fn no_change_of_monitors_loses_anything(changes in prop::collection::vec(any_change(), 0..80)) {
        let mut set = empty_set();
        for (number, it) in (0..).zip(changes) {
            let before = windows(&set);
            change(&mut set, number, it);
            verify_set(&set);
            match it {
                Change::Open(_) | Change::Close(_) => {}
                _ => prop_assert_eq!(windows(&set), before),
            }
        }
    }

    /// Whatever went, in whatever order: when all are back, each shows what it showed, as
    /// long as nobody chose otherwise.
    #[test]
    fn what_comes_back_shows_what_it_showed(
        changes in prop::collection::vec(any_change(), 0..30),
        plugged in prop::collection::vec(any::<u8>(), 0..8),
        all in 1..64_u8,
    ) {
        let mut set = empty_set();
        let all = all & if all.count_ones() > 5 { 31 } else { 63 };
        for (number, it) in (0..).zip(changes) {
            change(&mut set, number, it);
        }
        plug(&mut set, &monitors(all, 0, 0));
        // Everything that was there before is chosen now.
        let screens: Vec<WorkspaceId> = set.screens().map(|screen| screen.workspace.id).collect();
        for id in screens.iter().chain(&screens) {
            set.move_to_screen_of(*id);
        }
        let before = shown(&set);
        for there in plugged {
            plug(&mut set, &monitors(there & all, 0, 0));
        }
        plug(&mut set, &monitors(all, 0, 0));
        prop_assert_eq!(shown(&set), before);
    }
}

/// A server with two monitors, and the window manager on it.
fn two_monitors(config: &'static Config) -> Rig {
    let mut server = ModelServer::new();
    server.set_monitors(&[("left", LEFT, false), ("right", RIGHT, false)]);
    let mut rig = Rig::connect_with(config, server, false);
    rig.settle();
    rig
}

fn areas(rig: &Rig) -> Vec<Rect> {
    rig.wm().stack_set.screens().map(|screen| screen.monitor.area).collect()
}

fn desktop_of(rig: &mut Rig, window: u32) -> usize {
    rig.wm().stack_set.workspace_of(Window::new(window)).unwrap().id.index()
}

fn middle(rig: &Rig, window: u32) -> Point {
    let place = rig.place(window);
    let (width, height) = (u32::from(place.width), u32::from(place.height));
    Rect::new(place.x.into(), place.y.into(), width, height).middle()
}

/// Two flights, and a third one where RANDR turns out to be too old.
#[test]
fn start_up_finds_the_monitors_in_few_flights() {
    let both = [LEFT, RIGHT];
    let whole = [Rect::new(0, 0, 1800, 600)];
    for (randr, xinerama, expected, flights) in [
        (Some((1, 6)), true, &both[..], 2),
        (Some((1, 5)), false, &both, 2),
        (Some((1, 4)), true, &both, 3),
        (Some((1, 1)), false, &whole, 2),
        (None, true, &both, 2),
        (None, false, &whole, 2),
    ] {
        let mut server = ModelServer::new();
        server.set_monitors(&[("left", LEFT, false), ("right", RIGHT, true)]);
        server.set_extension("RANDR", randr.is_some());
        server.set_extension("XINERAMA", xinerama);
        server.randr_version = randr.unwrap_or_default();
        let mut rig = Rig::connect(server, true);
        let mut taken = 0;
        while matches!(rig.stage, Stage::Starting(_)) {
            rig.serve(usize::MAX);
            rig.deliver(usize::MAX);
            taken += 1;
        }
        assert_eq!(taken, flights, "RANDR {randr:?}, XINERAMA {xinerama}");
        assert_eq!(areas(&rig), expected, "RANDR {randr:?}, XINERAMA {xinerama}");
        rig.settle();
        // The primary one shows the first workspace.
        let current = rig.wm().stack_set.current_screen();
        assert_eq!(current.workspace.id.index(), 0);
        if randr >= Some((1, 5)) {
            assert_eq!(current.monitor.area, RIGHT);
        }
        // And what changes is heard of.
        rig.server.set_monitors(&[("left", LEFT, true)]);
        rig.settle();
        assert_eq!(areas(&rig), [LEFT], "RANDR {randr:?}, XINERAMA {xinerama}");
    }
}

/// However many events tell of it, the monitors are asked for once at a time.
#[test]
fn a_burst_of_changes_is_one_question() {
    let mut rig = two_monitors(&CONFIG);
    let asked = |rig: &mut Rig| {
        let extensions = *rig.connection.extensions();
        let start = rig.server.unserved().len();
        rig.deliver(usize::MAX);
        let bytes = rig.server.unserved()[start..].to_vec();
        let (mut count, mut at) = (0, 0);
        while at < bytes.len() {
            let (line, length) = trace::request(&bytes[at..], Some(rig.wm().atoms()), &extensions);
            count += usize::from(line.contains("GetMonitors"));
            at += length;
        }
        count
    };
    for width in 500..520 {
        rig.server.set_monitors(&[("left", Rect::new(0, 0, width, 600), false)]);
    }
    assert_eq!(asked(&mut rig), 1);
    rig.server.set_monitors(&[("left", LEFT, false), ("right", RIGHT, false)]);
    assert_eq!(asked(&mut rig), 0, "the answer is on its way");
    rig.serve(usize::MAX);
    assert_eq!(asked(&mut rig), 1, "it may have been too early");
    rig.settle();
    assert_eq!(areas(&rig), [LEFT, RIGHT]);
    verify_invariants(&mut rig);
}

/// The pointer makes an empty monitor the current one, however slowly it comes there, and
/// so where the focus follows it. Over windows, its motions wake nobody.
#[test]
fn the_pointer_comes_to_an_empty_monitor() {
    for config in [&CONFIG, &FOLLOWING, &CLICKED] {
        let mut rig = two_monitors(config);
        rig.server.move_pointer(400, 300);
        rig.settle();
        let window = rig.open(Kind::Plain);
        rig.settle();
        rig.server.move_pointer(401, 300);
        rig.settle();
        assert_eq!(rig.server.focus, window);
        rig.server.move_pointer(402, 300);
        rig.serve(usize::MAX);
        assert!(rig.server.outgoing.is_empty(), "a motion over a window is no news");
        for x in [RIGHT.x - 1, RIGHT.x, RIGHT.x + 1] {
            rig.server.move_pointer(x as i16, 300);
            rig.settle();
        }
        let follows = config.focus != FocusPolicy::Click;
        let current = rig.wm().stack_set.current_screen().monitor.area;
        assert_eq!(current, if follows { RIGHT } else { LEFT }, "{:?}", config.focus);
        assert_eq!(rig.server.focus != window, follows);
        verify_invariants(&mut rig);
        if follows {
            // A key goes elsewhere, and the pointer on its monitor changes nothing.
            rig.act(Action::FocusMonitor(Direction::Left));
            rig.settle();
            rig.server.move_pointer(RIGHT.x as i16 + 9, 300);
            rig.settle();
            assert_eq!(rig.wm().stack_set.current_screen().monitor.area, LEFT);
        }
        // With a single monitor, nobody cares.
        rig.server.set_monitors(&[("left", LEFT, false)]);
        rig.settle();
        rig.server.move_pointer(0, 0);
        rig.settle();
        rig.server.move_pointer(1, 0);
        rig.serve(usize::MAX);
        assert!(rig.server.outgoing.is_empty());
    }
}

/// Events that a program made up, and answers that are errors, change nothing.
#[test]
fn forged_events_and_refusals_are_no_news() {
    let mut rig = two_monitors(&CONFIG);
    let change = randr::Change::Screen;
    let notify = randr::Notify { change, window: Window::new(ROOT), timestamp: Timestamp(1) };
    let event = Event::RandrNotify(notify);
    let sequence = rig.connection.sequence();
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.handle(&event, sequence, true, &mut rig.connection);
    rig.receive(&[]).unwrap();
    assert_eq!(rig.written, 0);
    rig.server.set_extension("RANDR", false);
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.handle(&event, sequence, false, &mut rig.connection);
    rig.receive(&[]).unwrap();
    rig.settle();
    assert_eq!(areas(&rig), [LEFT, RIGHT]);
    rig.server.set_extension("RANDR", true);
    rig.server.set_monitors(&[("left", LEFT, false)]);
    rig.settle();
    assert_eq!(areas(&rig), [LEFT], "it is asked again");
}

/// Monitors without pixels, mirrors, hundreds of monitors, and none for a while.
#[test]
fn odd_monitors_do_no_harm() {
    let mut rig = two_monitors(&CONFIG);
    let [window] = rig.open_all([Kind::Plain]);
    let nothing = Rect::new(1000, 0, 0, 600);
    rig.server.set_monitors(&[("a", nothing, true), ("left", LEFT, false), ("b", LEFT, true)]);
    rig.settle();
    assert_eq!(areas(&rig), [LEFT]);
    verify_invariants(&mut rig);
    for odd in [vec![], vec![("a", nothing, true)]] {
        rig.server.set_monitors(&odd);
        rig.settle();
        assert_eq!(areas(&rig), [LEFT]);
        assert!(rig.server.is_viewable(window));
        verify_invariants(&mut rig);
    }
    rig.server.set_monitors(&[]);
    rig.server.resize_root(320, 200);
    rig.settle();
    assert_eq!(areas(&rig), [Rect::new(0, 0, 320, 200)], "there is nothing else to fill");
    assert!(rig.server.is_viewable(window));
    verify_invariants(&mut rig);
    let names: Vec<String> = (0..700).map(|index| format!("{index}")).collect();
    let many: Vec<(&str, Rect, bool)> = (0..700)
        .map(|index| (&names[index][..], Rect::new(10 * index as i32, 0, 10, 10), index == 99))
        .collect();
    rig.server.set_monitors(&many);
    rig.settle();
    assert_eq!(areas(&rig).len(), CONFIG.workspaces.len());
    assert!(areas(&rig).contains(&many[99].1), "the primary one is among them");
    assert!(rig.server.is_viewable(window));
    verify_invariants(&mut rig);
    rig.server.set_monitors(&[("left", LEFT, false), ("right", RIGHT, false)]);
    rig.settle();
    assert_eq!(areas(&rig), [LEFT, RIGHT]);
    assert_eq!(rig.server.focus, window);
    verify_invariants(&mut rig);
}

/// A window is back on its monitor when that is plugged in again.
#[test]
fn an_unplugged_monitor_takes_its_windows_back() {
    let mut rig = two_monitors(&CONFIG);
    let [stays] = rig.open_all([Kind::Plain]);
    rig.act(Action::FocusMonitor(Direction::Right));
    let [tile, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    rig.act(Action::FocusMonitor(Direction::Left));
    rig.settle();
    let all = [stays, tile, float];
    let before = all.map(|window| rig.place(window));
    rig.server.set_monitors(&[("left", LEFT, false)]);
    rig.settle();
    assert!(!rig.server.is_viewable(tile) && !rig.server.is_viewable(float));
    assert_eq!(rig.server.focus, stays);
    // They can be looked at meanwhile.
    rig.act(Action::View("b"));
    rig.settle();
    assert!(LEFT.contains(middle(&rig, tile)) && LEFT.contains(middle(&rig, float)));
    rig.act(Action::View("a"));
    rig.server.set_monitors(&[("left", LEFT, false), ("right", RIGHT, false)]);
    rig.settle();
    assert_eq!(all.map(|window| rig.place(window)), before);
    assert_eq!(rig.server.focus, stays);
    verify_invariants(&mut rig);
}

/// The focus goes to the nearest window in a direction, and over the edge of a monitor,
/// though that is empty.
#[test]
fn the_focus_goes_towards() {
    let mut rig = two_monitors(&CONFIG);
    let [leader, above, below] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    let mut goes = |direction: Direction, to: u32| {
        rig.act(Action::FocusTowards(direction));
        rig.settle();
        assert_eq!(rig.wm().stack_set.focus().map_or(0, Window::raw), to, "{direction:?}");
    };
    goes(Direction::Up, above);
    goes(Direction::Up, above);
    goes(Direction::Left, leader);
    goes(Direction::Left, leader);
    // Of two at the same distance, the one used last.
    goes(Direction::Right, above);
    goes(Direction::Next, below);
    goes(Direction::Previous, above);
    goes(Direction::Down, below);
    goes(Direction::Right, 0);
    goes(Direction::Right, 0);
    goes(Direction::Down, 0);
    let on_right = rig.wm().stack_set.current_screen().monitor.area;
    assert_eq!(on_right, RIGHT);
    let [other] = rig.open_all([Kind::Plain]);
    assert!(RIGHT.contains(middle(&rig, other)));
    rig.act(Action::FocusTowards(Direction::Left));
    let back = rig.wm().stack_set.focus().map_or(0, Window::raw);
    assert!(LEFT.contains(middle(&rig, back)) && back != leader, "the nearer column");
    rig.act(Action::FocusTowards(Direction::Right));
    rig.settle();
    assert_eq!(rig.server.focus, other);
    verify_invariants(&mut rig);
}

/// Where tiles lie over each other, a direction is the next one, but for the monitor there.
#[test]
fn the_focus_goes_through_a_pile() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.act(Action::SetLayout(Layout::Monocle));
    let [one, two, three] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    for (direction, to) in [
        (Direction::Right, one),
        (Direction::Down, two),
        (Direction::Left, one),
        (Direction::Up, three),
    ] {
        rig.act(Action::FocusTowards(direction));
        rig.settle();
        assert_eq!(rig.server.focus, to, "{direction:?}");
    }
}

/// Tiles change places with what lies that way on their workspace; floats go a step.
#[test]
fn windows_are_swapped_and_moved_towards() {
    let mut rig = two_monitors(&CONFIG);
    let [leader, above, below] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    let places = |rig: &Rig| [leader, above, below].map(|window| rig.place(window));
    let [first, second, third] = places(&rig);
    rig.act(Action::SwapTowards(Direction::Up));
    rig.settle();
    assert_eq!(places(&rig), [first, third, second]);
    rig.act(Action::SwapTowards(Direction::Left));
    rig.settle();
    assert_eq!(rig.place(below), first);
    rig.act(Action::SwapTowards(Direction::Left));
    rig.act(Action::SwapTowards(Direction::Down));
    rig.settle();
    assert_eq!((rig.place(below), rig.server.focus), (first, below), "nothing lies that way");

    let [float] = rig.open_all([Kind::Dialog]);
    let before = rig.place(float);
    rig.act(Action::SwapTowards(Direction::Right));
    rig.act(Action::SwapTowards(Direction::Down));
    rig.settle();
    assert_eq!(rig.place(float), Place { x: before.x + 32, y: before.y + 32, ..before });
    for _ in 0..40 {
        rig.act(Action::SwapTowards(Direction::Right));
        rig.settle();
    }
    assert_eq!(rig.wm().stack_set.current_screen().monitor.area, RIGHT, "it went over");
    let end = rig.place(float).x;
    rig.act(Action::SwapTowards(Direction::Left));
    rig.settle();
    assert!(rig.place(float).x < end, "it does not have to come back first");
    verify_invariants(&mut rig);
}

/// A window, and a workspace, is sent to another monitor.
#[test]
fn windows_and_workspaces_change_monitors() {
    let mut rig = two_monitors(&CONFIG);
    let [one, two, float] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Dialog]);
    rig.act(Action::SwapTowards(Direction::Left));
    let wish = rig.wm().stack_set.wish(Window::new(float));
    rig.act(Action::SendToMonitor(Direction::Next));
    rig.settle();
    assert!(RIGHT.contains(middle(&rig, float)));
    assert_eq!(rig.wm().stack_set.wish(Window::new(float)), wish);
    assert_eq!(rig.server.focus, two, "nobody follows it");
    rig.act(Action::SendToMonitor(Direction::Left));
    rig.settle();
    assert_eq!(desktop_of(&mut rig, two), 0, "nothing lies that way");

    rig.act(Action::MoveToMonitor(Direction::Right));
    rig.settle();
    for window in [one, two] {
        assert!(RIGHT.contains(middle(&rig, window)));
        assert_eq!(desktop_of(&mut rig, window), 0);
    }
    assert!(LEFT.contains(middle(&rig, float)));
    assert_eq!(rig.server.focus, two, "the focus goes along");
    verify_invariants(&mut rig);
}

/// A workspace that another monitor shows is swapped, pulled over, or gone to.
#[test]
fn a_workspace_on_the_other_monitor_comes_as_configured() {
    static SWAP: Config = Config { on_other_monitor: OnOtherMonitor::Swap, ..CONFIG };
    static PULL: Config = Config { on_other_monitor: OnOtherMonitor::Pull, ..CONFIG };
    static FOLLOW: Config = Config { on_other_monitor: OnOtherMonitor::Follow, ..CONFIG };
    for (config, expected, current) in
        [(&SWAP, [1, 0], LEFT), (&PULL, [1, 2], LEFT), (&FOLLOW, [0, 1], RIGHT)]
    {
        let mut rig = two_monitors(config);
        rig.open_all([Kind::Plain, Kind::Elsewhere]);
        rig.act(Action::View("b"));
        rig.settle();
        let shown: Vec<usize> =
            rig.wm().stack_set.screens().map(|screen| screen.workspace.id.index()).collect();
        assert_eq!(shown, expected, "{:?}", config.on_other_monitor);
        assert_eq!(rig.wm().stack_set.current_screen().monitor.area, current);
        assert_eq!(rig.wm().stack_set.current().id.index(), 1);
        verify_invariants(&mut rig);
    }
}

/// A rule sends a program to the monitor of a name, as long as there is one.
#[test]
fn a_rule_names_a_monitor() {
    static RULED: Config = Config {
        rules: &[Rule { class: Some("Thing"), monitor: Some("right"), ..Rule::ANY }],
        ..CONFIG
    };
    let mut rig = two_monitors(&RULED);
    let [there] = rig.open_all([Kind::Plain]);
    assert!(RIGHT.contains(middle(&rig, there)));
    rig.server.set_monitors(&[("left", LEFT, false)]);
    rig.settle();
    let [here] = rig.open_all([Kind::Plain]);
    assert!(LEFT.contains(middle(&rig, here)));
    rig.server.set_monitors(&[("other", RIGHT, false), ("left", LEFT, false)]);
    rig.settle();
    let [here] = rig.open_all([Kind::Plain]);
    assert!(LEFT.contains(middle(&rig, here)));
    let right = Rect::new(0, 600, 500, 400);
    rig.server.set_monitors(&[("left", LEFT, false), ("right", right, false)]);
    rig.settle();
    let [again] = rig.open_all([Kind::Plain]);
    assert!(right.contains(middle(&rig, again)));
}

/// A window in fullscreen covers the monitors whose edges it asks for, as they are counted
/// by the server, until one of them is gone.
#[test]
fn fullscreen_goes_over_several_monitors() {
    let mut rig = two_monitors(&CONFIG);
    // The server lists them in another order than that in which they lie.
    rig.server.set_monitors(&[("right", RIGHT, false), ("left", LEFT, false)]);
    rig.settle();
    let [movie] = rig.open_all([Kind::Fullscreen]);
    let ask = |rig: &mut Rig, edges: [u32; 4]| {
        let [top, bottom, left, right] = edges;
        let words = [top, bottom, left, right, 1];
        rig.server.message(movie, "_NET_WM_FULLSCREEN_MONITORS", 32, words);
        rig.settle();
        verify_invariants(rig);
        rig.place(movie)
    };
    assert_eq!(ask(&mut rig, [1, 1, 1, 0]), Place::new(0, 0, 1800, 600));
    assert_eq!(ask(&mut rig, [0, 0, 0, 0]), Place::new(1000, 0, 800, 500));
    let both = ask(&mut rig, [0, 0, 1, 0]);
    assert_eq!(both, Place::new(0, 0, 1800, 500), "each edge is that of its monitor");
    for nonsense in [[2, 0, 0, 0], [0, 0, 0, u32::MAX], [0, 0, 0, 1]] {
        assert_eq!(ask(&mut rig, nonsense), both, "{nonsense:?}");
    }
    let wide = Rect::new(1000, 0, 900, 550);
    rig.server.set_monitors(&[("left", LEFT, false), ("right", wide, false)]);
    rig.settle();
    assert_eq!(rig.place(movie), Place::new(0, 0, 1900, 550), "they are known by their names");
    let edges = rig.server.words(movie, "_NET_WM_FULLSCREEN_MONITORS");
    assert_eq!(edges, Some(vec![1, 1, 0, 1]));
    rig.server.set_monitors(&[("left", LEFT, false)]);
    rig.settle();
    assert_eq!(rig.place(movie), WHOLE);
    assert_eq!(rig.server.words(movie, "_NET_WM_FULLSCREEN_MONITORS"), None);
    verify_invariants(&mut rig);
}

/// A float that its program moves onto another monitor is on that one's workspace, stays
/// where it was put, and keeps the focus and its states.
#[test]
fn a_float_moves_over_to_another_monitor() {
    for has_focus in [true, false] {
        let mut rig = two_monitors(&CONFIG);
        let [tile, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
        let sticky = rig.server.atom("_NET_WM_STATE_STICKY");
        rig.server.message(float, "_NET_WM_STATE", 32, [1, sticky, 0, 1, 0]);
        rig.settle();
        if !has_focus {
            rig.server.message(tile, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
            rig.settle();
        }
        let focus = rig.server.focus;
        let values = x::ConfigureWindowAux::new().x(1200).y(100);
        rig.server.configure(float, &values);
        rig.settle();
        assert_eq!((rig.place(float).x, rig.place(float).y), (1200, 100));
        assert_eq!(desktop_of(&mut rig, float), 1);
        assert_eq!(rig.server.focus, focus);
        assert!(rig.wm().stack_set.is_sticky(Window::new(float)));
        let area = rig.wm().stack_set.current_screen().monitor.area;
        assert_eq!(area, if has_focus { RIGHT } else { LEFT });
        rig.server.configure(float, &x::ConfigureWindowAux::new().x(9000).y(9000));
        rig.settle();
        assert_eq!(desktop_of(&mut rig, float), 1, "there is no monitor");
        verify_invariants(&mut rig);
    }
}

/// A panel takes from the monitor that it is on, though it is at an edge between two.
#[test]
fn panels_take_from_their_monitors() {
    let mut rig = two_monitors(&CONFIG);
    let panel = |rig: &mut Rig, place: Place, strut: [u32; 12]| {
        let id = rig.server.free_id(true);
        rig.server.create(id, place);
        let kind = rig.server.atom("_NET_WM_WINDOW_TYPE_DOCK");
        rig.server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
        rig.server.set_words(id, "_NET_WM_STRUT_PARTIAL", "CARDINAL", &strut);
        rig.server.created(id);
        rig.server.map(id);
        rig.settle();
    };
    // On the left of the right monitor, and at the bottom of it, which is 100 pixels above
    // that of the root window.
    panel(&mut rig, Place::new(1000, 0, 30, 500), [1030, 0, 0, 0, 0, 499, 0, 0, 0, 0, 0, 0]);
    panel(&mut rig, Place::new(1000, 480, 800, 20), [0, 0, 0, 120, 0, 0, 0, 0, 0, 0, 1000, 1799]);
    // At the top of the left one.
    panel(&mut rig, Place::new(0, 0, 1000, 25), [0, 0, 25, 0, 0, 0, 0, 0, 0, 999, 0, 0]);
    let state = rig.wm().state();
    assert_eq!(state.work_area(LEFT), Rect::new(0, 25, 1000, 575));
    assert_eq!(state.work_area(RIGHT), Rect::new(1030, 0, 770, 480));
    let [left] = rig.open_all([Kind::Plain]);
    assert_eq!(rig.place(left), Place { border: 2, ..Place::new(4, 29, 988, 563) });
    rig.act(Action::FocusMonitor(Direction::Next));
    let [right] = rig.open_all([Kind::Plain]);
    assert_eq!(rig.place(right), Place { border: 2, ..Place::new(1034, 4, 758, 468) });
    let root = rig.wm().root;
    assert_eq!(root, Size { width: 1800, height: 600 });
    let area = rig.server.words(ROOT, "_NET_WORKAREA").unwrap();
    assert_eq!(area[..4], [0, 0, 1800, 600], "of all monitors together");
    let viewports = rig.server.words(ROOT, "_NET_DESKTOP_VIEWPORT").unwrap();
    assert_eq!(viewports, [0, 0, 1000, 0, 1000, 0, 1000, 0], "where each is or would be shown");
    verify_invariants(&mut rig);
}

/// A server that sees its own outputs only when it is told to look is told so, once.
#[test]
fn a_server_is_told_to_look_at_its_outputs() {
    let mut rig = Rig::start(ModelServer::new(), true);
    rig.plug_in_two();
    rig.server.set_monitors(&[("one", Rect::new(0, 0, 1000, 600), true)]);
    rig.settle();
    let window = rig.open(Kind::Plain);
    rig.settle();
    for (width, height) in [(700, 500), (1200, 900)] {
        rig.server.resize_root_unseen(width, height);
        rig.settle();
        let place = rig.server.windows[&window].place;
        assert_eq!((place.width, place.height), (width - 12, height - 12));
        verify_invariants(&mut rig);
    }
}

/// It is told so for a size that it was told to look for before, too.
#[test]
fn a_server_is_told_to_look_again_for_an_old_size() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let window = rig.open(Kind::Plain);
    rig.settle();
    for (width, height, is_seen) in [(700, 500, false), (1200, 900, true), (700, 500, false)] {
        if is_seen {
            rig.server.resize_root(width, height);
        } else {
            rig.server.resize_root_unseen(width, height);
        }
        rig.settle();
        let place = rig.server.windows[&window].place;
        assert_eq!((place.width, place.height), (width - 12, height - 12));
    }
}
