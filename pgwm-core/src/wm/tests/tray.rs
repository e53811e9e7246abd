//! Icons in the bar: who owns the tray, where each icon is, and those that behave badly.

use super::*;
use crate::testing::WM;
use proptest::collection::vec;

static WITH_TRAY: Config = Config { bar: Some(Bar { tray: true, ..BAR }), ..CONFIG }.validated();

const TRAY: &str = "_NET_SYSTEM_TRAY_S0";
const INFO: &str = "_XEMBED_INFO";

fn start() -> Rig {
    Rig::start_with(&WITH_TRAY)
}

/// The window of whoever owns the tray.
fn owner(rig: &mut Rig) -> u32 {
    let selection = rig.server.atom(TRAY);
    rig.server.selections.get(&selection).copied().unwrap_or(0)
}

fn is_ours(rig: &mut Rig) -> bool {
    owner(rig) & 0xffe0_0000 == WM
}

/// A message to the tray.
fn say(rig: &mut Rig, opcode: u32, window: u32) {
    let tray = owner(rig);
    let words = [rig.server.time, opcode, window, 3, 4];
    let mask = x::EventMask::default();
    rig.server.message_to(tray, mask, tray, "_NET_SYSTEM_TRAY_OPCODE", 32, words);
}

/// A program comes with a window that is to be an icon.
fn come(rig: &mut Rig, info: Option<[u32; 2]>) -> u32 {
    let id = rig.server.free_id(rig.in_step);
    rig.server.create(id, Place::new(5, 7, 300, 200));
    if let Some(info) = info {
        rig.server.set_words(id, INFO, INFO, &info);
    }
    rig.server.created(id);
    id
}

fn dock(rig: &mut Rig, info: Option<[u32; 2]>) -> u32 {
    let id = come(rig, info);
    say(rig, 0, id);
    rig.step();
    id
}

fn dock_all<const N: usize>(rig: &mut Rig) -> [u32; N] {
    std::array::from_fn(|_| dock(rig, Some([0, 1])))
}

/// Another program takes the tray, and says so.
fn other_takes(rig: &mut Rig) -> u32 {
    let other = rig.server.client_takes_selection(TRAY);
    announce(rig, other);
    other
}

fn announce(rig: &mut Rig, window: u32) {
    let words = [rig.server.time, rig.server.atom(TRAY), window, 0, 0];
    let mask = x::EventMask::STRUCTURE_NOTIFY;
    rig.server.message_to(ROOT, mask, ROOT, "MANAGER", 32, words);
    rig.step();
}

/// The icons that can be seen, from the left.
fn row(rig: &Rig) -> Vec<u32> {
    let seen = rig.wm().tray.icons().filter(|(.., rect)| rect.is_some());
    seen.map(|(window, ..)| window.raw()).collect()
}

fn bar(rig: &Rig) -> Option<(u32, u32)> {
    let wm = rig.wm();
    wm.panels.tray_bar(&wm.stack_set).map(|(bar, width)| (bar.raw(), width))
}

/// What an icon was told of its embedding: the embedder, and the version.
fn told(rig: &mut Rig, id: u32) -> Vec<[u32; 2]> {
    let kind = rig.server.atom("_XEMBED");
    let word = |event: &[u8; 32], at: usize| {
        u32::from_le_bytes([event[at], event[at + 1], event[at + 2], event[at + 3]])
    };
    let letters = rig.server.letters_of(id).iter();
    let notices = letters.filter(|it| it[0] & 0x7f == 33 && word(it, 8) == kind);
    notices
        .map(|it| {
            assert_eq!([word(it, 16), word(it, 20)], [0, 0], "EMBEDDED_NOTIFY");
            [word(it, 24), word(it, 28)]
        })
        .collect()
}

/// The icons are where they should be, side by side, and nothing else is in the bar.
fn verify_tray(rig: &mut Rig) {
    let ours = is_ours(rig);
    let (wm, server) = (rig.wm(), &rig.server);
    assert_eq!(wm.tray.window() != Window::NONE, ours, "whose the tray is");
    let line = wm.panels.line();
    let icons: Vec<_> = wm.tray.icons().map(|(window, parent, _)| (window, parent)).collect();
    assert!(icons.len() <= 64 && (ours || icons.is_empty()));
    let windows: BTreeSet<Window> = icons.iter().map(|(window, _)| *window).collect();
    assert_eq!(windows.len(), icons.len(), "an icon is there twice");
    let shown = row(rig);
    assert_eq!(wm.panels.tray, shown.len() as u32 * line);
    let (bar, width) = bar(rig).unwrap();
    let first = width as i32 - wm.panels.tray as i32;
    for (window, parent) in icons {
        let it = &server.windows[&window.raw()];
        assert_eq!((it.parent, parent.raw()), (bar, bar), "{window} is in the bar");
        assert!(server.save_set.contains(&window.raw()) && !it.waits, "{window}");
        let place = shown.iter().position(|id| *id == window.raw());
        assert_eq!(it.mapped, place.is_some(), "{window} is mapped");
        let size = it.place.width;
        assert_eq!((it.place.height, it.place.border), (size, 0), "{window} is a square");
        assert!(u32::from(size) <= line && it.place.y >= 0);
        if let Some(place) = place {
            let left = first + place as i32 * line as i32;
            let x = i32::from(it.place.x);
            assert!(x >= left && x + i32::from(size) <= left + line as i32, "{window}: {x}");
        }
    }
    for (id, window) in server.windows.iter().filter(|(_, it)| it.parent & 0xffe0_0000 == WM) {
        let is_mine = id & 0xffe0_0000 == WM;
        assert!(is_mine || windows.contains(&Window::new(*id)), "{id:#x} in {:#x}", window.parent);
    }
    if server.windows[&bar].mapped {
        let cells = wm.panels.cells(Window::new(bar));
        let end = cells.iter().filter(|cell| !cell.text.is_empty()).map(|it| it.rect.right()).max();
        assert!(end.unwrap_or(0) <= first.max(0), "the bar makes room");
    }
}

#[test]
fn icons_come_in_order() {
    let mut rig = start();
    assert!(is_ours(&mut rig));
    let tray = owner(&mut rig);
    for (property, words) in [
        ("_NET_SYSTEM_TRAY_ORIENTATION", vec![0]),
        ("_NET_SYSTEM_TRAY_VISUAL", vec![rig.wm().server.visual.unwrap().id.raw()]),
    ] {
        assert_eq!(rig.server.words(tray, property), Some(words));
    }
    let colours = rig.server.words(tray, "_NET_SYSTEM_TRAY_COLORS").unwrap();
    let text = WITH_TRAY.colours.text;
    assert_eq!((colours.len(), colours[0]), (12, (text >> 16) * 0x101));
    let selection = rig.server.atom(TRAY);
    let manager = rig.server.atom("MANAGER");
    let said = |it: &&[u8; 32]| {
        it[8..12] == manager.to_le_bytes() && it[16..20] == selection.to_le_bytes()
    };
    let announced = rig.server.letters_of(ROOT).iter().filter(said).count();
    assert_eq!(announced, 1, "it is announced");
    let [a, b, c] = dock_all(&mut rig);
    assert_eq!(row(&rig), [a, b, c]);
    verify_tray(&mut rig);
    verify_invariants(&mut rig);
    let (bar, _) = bar(&rig).unwrap();
    assert_eq!(told(&mut rig, b), [[bar, 0]]);
    // One that goes leaves no hole, however it goes.
    rig.server.destroy(b);
    rig.settle();
    assert_eq!(row(&rig), [a, c]);
    verify_tray(&mut rig);
    rig.server.reparent(a, ROOT);
    rig.settle();
    assert_eq!(row(&rig), [c]);
    assert!(rig.wm().clients.contains(Window::new(a)), "it goes on as a window");
    verify_invariants(&mut rig);
    rig.server.unmap(c);
    rig.settle();
    assert_eq!(row(&rig), []);
    verify_tray(&mut rig);
    rig.server.map(c);
    rig.settle();
    assert_eq!(row(&rig), [c]);
    verify_tray(&mut rig);
    // It can't be an icon while it is a client, nor can what is ours.
    for window in [a, ROOT, tray, bar, rig.wm().server.holder.raw()] {
        say(&mut rig, 0, window);
    }
    say(&mut rig, 1, c);
    say(&mut rig, 2, c);
    say(&mut rig, 0, c);
    rig.settle();
    assert_eq!(row(&rig), [c]);
    verify_tray(&mut rig);
    verify_invariants(&mut rig);
}

#[test]
fn an_icon_says_whether_it_wants_to_be_seen() {
    let mut rig = start();
    let [a, b, c] = [Some([1, 0]), None, Some([7, 1])].map(|info| dock(&mut rig, info));
    assert_eq!(row(&rig), [b, c]);
    let (bar, _) = bar(&rig).unwrap();
    assert_eq!([a, b, c].map(|id| told(&mut rig, id)[0]), [[bar, 1], [bar, 0], [bar, 1]]);
    for (id, flags, expected) in [(a, 1, vec![a, b, c]), (c, 6, vec![a, b]), (c, 3, vec![a, b, c])]
    {
        rig.server.set_words(id, INFO, INFO, &[0, flags]);
        rig.settle();
        assert_eq!(row(&rig), expected);
        verify_tray(&mut rig);
    }
    // It is read once a batch.
    let before = rig.connection.sequence();
    for flags in 0..100 {
        rig.server.set_words(a, INFO, INFO, &[0, flags & 1]);
    }
    rig.settle();
    assert_eq!(row(&rig), [a, b, c]);
    assert_eq!(rig.connection.sequence() - before, 1);
    // What nobody can read is nothing.
    rig.server.set_text(a, INFO, b"yes");
    rig.server.set_words(c, INFO, INFO, &[0]);
    rig.settle();
    assert_eq!(row(&rig), [a, b, c]);
    verify_invariants(&mut rig);
}

/// One that asks for another size is told once a batch that it has none; one that takes it
/// is put right as often.
#[test]
fn an_icon_has_the_size_that_it_is_given() {
    let mut rig = start();
    let [a, b] = dock_all(&mut rig);
    let place = rig.place(a);
    let huge = x::ConfigureWindowAux::new().x(-9).width(20_000).height(1).border_width(9);
    let before = (rig.connection.sequence(), rig.server.letters_of(a).len());
    for _ in 0..50 {
        rig.server.configure(a, &huge);
    }
    rig.settle();
    assert_eq!(rig.server.letters_of(a).len(), before.1 + 1);
    assert!(rig.connection.sequence() < before.0 + 5);
    let corner = rig.server.windows[&bar(&rig).unwrap().0].place;
    let told = rig.server.windows[&a].told.unwrap();
    assert_eq!((told.x, told.y), (corner.x + place.x, corner.y + place.y));
    rig.server.windows.get_mut(&b).unwrap().override_redirect = true;
    for _ in 0..20 {
        let before = rig.connection.sequence();
        rig.server.configure(b, &huge);
        rig.server.configure(b, &huge.height(300));
        rig.settle();
        assert!(rig.connection.sequence() < before + 5);
        verify_tray(&mut rig);
    }
    assert_eq!(rig.place(a), place);
}

/// Icons go where the primary monitor's bar is, and stay where it is hidden.
#[test]
fn icons_go_with_the_bar() {
    let mut rig = start();
    let [a, b] = dock_all(&mut rig);
    rig.perform(Op::Act(Action::ToggleBar));
    let (first, _) = bar(&rig).unwrap();
    assert!(!rig.server.windows[&first].mapped);
    let c = dock(&mut rig, Some([0, 1]));
    rig.perform(Op::Act(Action::ToggleBar));
    assert_eq!(row(&rig), [a, b, c]);
    verify_tray(&mut rig);
    let half = |x: i32| Rect::new(x, 0, 500, 600);
    for right_is_primary in [true, false, true] {
        rig.server.set_monitors(&[
            ("left", half(0), !right_is_primary),
            ("right", half(500), right_is_primary),
        ]);
        rig.settle();
        let (now, width) = bar(&rig).unwrap();
        assert_eq!((now != first, width), (right_is_primary, 500));
        verify_tray(&mut rig);
        verify_invariants(&mut rig);
    }
    rig.server.set_monitors(&[("left", half(0), false)]);
    rig.settle();
    assert_eq!(bar(&rig).unwrap().0, first);
    verify_tray(&mut rig);
    rig.server.resize_root(1, 600);
    rig.settle();
    verify_tray(&mut rig);
}

#[test]
fn a_bar_that_was_never_shown_has_no_icons_yet() {
    static HIDDEN: Config =
        Config { bar: Some(Bar { tray: true, shown: false, ..BAR }), ..CONFIG }.validated();
    let mut rig = Rig::start_with(&HIDDEN);
    let [a, b] = dock_all(&mut rig);
    assert!(bar(&rig).is_none());
    assert!([a, b].iter().all(|id| rig.server.windows[id].parent == ROOT));
    rig.server.map(b);
    rig.settle();
    assert!(!rig.server.windows[&b].mapped && !rig.wm().is_known_client(b));
    rig.perform(Op::Act(Action::ToggleBar));
    assert_eq!(row(&rig), [a, b]);
    verify_tray(&mut rig);
}

impl Wm {
    fn is_known_client(&self, id: u32) -> bool {
        self.clients.contains(Window::new(id))
    }
}

#[test]
fn no_tray_without_a_place_for_it() {
    static WITHOUT: Config = Config { bar: Some(BAR), ..CONFIG }.validated();
    for config in [&WITHOUT, &CONFIG] {
        let mut rig = Rig::start_with(config);
        assert_eq!(owner(&mut rig), 0);
        announce(&mut rig, ROOT);
        assert_eq!(owner(&mut rig), 0);
    }
}

/// It is taken where nobody has it, or may not keep it, and given to who takes it.
#[test]
fn the_tray_changes_hands() {
    for replace in [false, true] {
        let mut server = ModelServer::new();
        let other = server.client_takes_selection(TRAY);
        let mut rig = Rig::connect_as(Start { replace, ..begin() }, &WITH_TRAY, server, false);
        rig.settle();
        assert_eq!(is_ours(&mut rig), replace);
        if !replace {
            say(&mut rig, 0, 77);
            rig.server.destroy(other);
            rig.settle();
        }
        for is_said in [true, false] {
            assert!(is_ours(&mut rig));
            let ours = owner(&mut rig);
            let icons: [u32; 3] = dock_all(&mut rig);
            verify_tray(&mut rig);
            let other = other_takes(&mut rig);
            assert!(!rig.server.windows.contains_key(&ours), "programs see that it is gone");
            for id in icons {
                let window = &rig.server.windows[&id];
                assert!(window.parent == ROOT && !window.mapped);
                assert!(!rig.server.save_set.contains(&id));
            }
            verify_tray(&mut rig);
            verify_invariants(&mut rig);
            // They may be nothing else by then.
            say(&mut rig, 0, icons[0]);
            rig.settle();
            if is_said {
                rig.server.destroy(other);
            } else {
                // It leaves it without a word, and somebody else comes and goes.
                let selection = rig.server.atom(TRAY);
                rig.server.selections.remove(&selection);
                announce(&mut rig, icons[1]);
            }
            rig.settle();
            verify_tray(&mut rig);
        }
    }
}

/// The windows of the old ones are docked anew under the next of us.
#[test]
fn icons_live_on_when_we_go() {
    for restart in [true, false] {
        let mut rig = start();
        let icons: [u32; 3] = dock_all(&mut rig);
        let how = if restart { Leave::Restart } else { Leave::Quit };
        let Stage::Running(wm) = &mut rig.stage else { panic!() };
        wm.leave(how, &mut rig.connection);
        rig.send();
        rig.settle();
        let mut server = rig.server;
        server.disconnect();
        for id in icons {
            let window = &server.windows[&id];
            assert!(window.parent == ROOT && !window.mapped, "{id:#x} is nobody's");
        }
        let mut rig = Rig::connect_with(&WITH_TRAY, server, false);
        rig.settle();
        assert!(is_ours(&mut rig));
        for id in icons {
            say(&mut rig, 0, id);
        }
        rig.settle();
        assert_eq!(row(&rig), icons);
        verify_tray(&mut rig);
        verify_invariants(&mut rig);
        // A crash kills none.
        rig.server.disconnect();
        assert!(icons.iter().all(|id| rig.server.windows[id].parent == ROOT));
    }
}

#[test]
fn a_restart_that_fails_brings_the_tray_back() {
    let mut rig = start();
    let [a] = dock_all(&mut rig);
    let Stage::Running(wm) = &mut rig.stage else { panic!() };
    wm.leave(Leave::Restart, &mut rig.connection);
    rig.send();
    rig.settle();
    assert_eq!(owner(&mut rig), 0);
    rig.wm_mut();
    let Stage::Running(wm) = &mut rig.stage else { panic!() };
    wm.stay(&mut rig.connection);
    rig.receive(&[]).unwrap();
    rig.settle();
    say(&mut rig, 0, a);
    rig.settle();
    assert_eq!(row(&rig), [a]);
    rig.server.set_words(a, INFO, INFO, &[0, 0]);
    rig.settle();
    assert_eq!(row(&rig), [], "we still hear of it");
    verify_tray(&mut rig);
}

/// A window that can't be in ours is put back; others of its depth can.
#[test]
fn what_the_server_refuses_is_no_icon() {
    let mut rig = start();
    let [deep, relative] = [(); 2].map(|()| come(&mut rig, Some([0, 1])));
    for id in [deep, relative] {
        rig.server.windows.get_mut(&id).unwrap().depth = 32;
    }
    rig.server.show_parent(relative);
    say(&mut rig, 0, relative);
    say(&mut rig, 0, deep);
    rig.settle();
    assert_eq!(row(&rig), [deep]);
    assert!(!rig.server.windows[&relative].mapped && !rig.server.save_set.contains(&relative));
    let is_match = |(code, opcode): &(u8, u8)| (*code, *opcode) == (8, 7);
    assert!(rig.server.errors.iter().all(is_match) && !rig.server.errors.is_empty());
    verify_tray(&mut rig);
    for window in [0, 1, 0x77_0001, u32::MAX] {
        say(&mut rig, 0, window);
    }
    rig.settle();
    assert_eq!(row(&rig), [deep]);
    verify_tray(&mut rig);
}

/// One that is mapped before it asks is an icon all the same; and so many are enough.
#[test]
fn an_icon_may_be_hasty_and_there_may_be_many() {
    let mut rig = start();
    let hasty = come(&mut rig, None);
    rig.server.map(hasty);
    say(&mut rig, 0, hasty);
    rig.settle();
    assert_eq!(row(&rig), [hasty]);
    assert!(rig.wm().clients.order().is_empty());
    verify_invariants(&mut rig);
    for _ in 0..70 {
        dock(&mut rig, None);
    }
    assert_eq!(row(&rig).len(), 64);
    verify_tray(&mut rig);
    // They need more than there is.
    rig.server.kill(hasty);
    rig.settle();
    assert_eq!(row(&rig).len(), 63);
    verify_tray(&mut rig);
}

/// What programs do with icons. Windows are picked by any number.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Dock(Option<[u32; 2]>, bool, bool),
    /// Any window wants to be one.
    DockAny(u8),
    Say(u32, u32),
    Info(u8, Option<[u32; 2]>),
    Map(u8),
    Unmap(u8),
    Size(u8, u16, u16),
    Destroy(u8),
    Away(u8, bool),
    OtherTakes,
    OtherEnds,
    Toggle,
    Serve(u8),
    Deliver(u8),
    Settle,
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let n = any::<u8>;
    let info = || prop_oneof![Just(None), (0..3_u32, 0..3_u32).prop_map(|(a, b)| Some([a, b]))];
    prop_oneof![
        6 => (info(), any::<bool>(), any::<bool>()).prop_map(|(a, b, c)| Deed::Dock(a, b, c)),
        1 => n().prop_map(Deed::DockAny),
        1 => (0..4_u32, any::<u32>()).prop_map(|(a, b)| Deed::Say(a, b)),
        3 => (n(), info()).prop_map(|(a, b)| Deed::Info(a, b)),
        2 => n().prop_map(Deed::Map),
        2 => n().prop_map(Deed::Unmap),
        2 => (n(), any::<u16>(), 1..99_u16).prop_map(|(a, b, c)| Deed::Size(a, b.max(1), c)),
        1 => n().prop_map(Deed::Destroy),
        1 => (n(), any::<bool>()).prop_map(|(a, b)| Deed::Away(a, b)),
        1 => Just(Deed::OtherTakes),
        1 => Just(Deed::OtherEnds),
        1 => Just(Deed::Toggle),
        3 => n().prop_map(Deed::Serve),
        3 => n().prop_map(Deed::Deliver),
        1 => Just(Deed::Settle),
    ]
}

/// Does it; `others` are those who took the tray.
fn perform(rig: &mut Rig, deed: Deed, others: &mut Vec<u32>) {
    let all: Vec<u32> = rig.wm().tray.icons().map(|(window, ..)| window.raw()).collect();
    let all: Vec<u32> = all.into_iter().filter(|id| rig.server.windows.contains_key(id)).collect();
    let pick = |number: u8| all.get(usize::from(number) % all.len().max(1)).copied().unwrap_or(0);
    match deed {
        Deed::Dock(info, is_free, is_mapped) => {
            let id = come(rig, info);
            rig.server.windows.get_mut(&id).unwrap().override_redirect = is_free;
            if is_mapped && !is_free {
                rig.server.map(id);
            }
            say(rig, 0, id);
        }
        Deed::DockAny(number) => {
            let managed: Vec<Window> = rig.wm().clients.order().to_vec();
            if let Some(window) = managed.get(usize::from(number) % managed.len().max(1)) {
                say(rig, 0, window.raw());
            }
        }
        // In step, what does not exist would be an error.
        Deed::Say(opcode, window) if opcode != 0 => say(rig, opcode, window),
        Deed::Info(number, Some(info)) => rig.server.set_words(pick(number), INFO, INFO, &info),
        Deed::Info(number, None) => rig.server.delete(pick(number), INFO),
        Deed::Map(number) => rig.server.map(pick(number)),
        Deed::Unmap(number) => rig.server.unmap(pick(number)),
        Deed::Size(number, width, height) => {
            let (width, height) = (u32::from(width), u32::from(height));
            let values = x::ConfigureWindowAux::new().x(3).width(width).height(height);
            rig.server.configure(pick(number), &values);
        }
        Deed::Destroy(number) => rig.server.destroy(pick(number)),
        Deed::Away(number, into_another) => {
            let id = pick(number);
            let is_outside =
                |it: &u32| rig.server.windows.get(it).is_some_and(|it| it.parent == ROOT);
            let other = others.last().copied().filter(is_outside);
            rig.server.reparent(id, other.filter(|_| into_another).unwrap_or(ROOT));
        }
        Deed::OtherTakes => {
            let other = rig.server.client_takes_selection(TRAY);
            others.push(other);
            announce(rig, other);
        }
        Deed::OtherEnds => {
            if let Some(other) = others.pop() {
                rig.server.destroy(other);
            }
        }
        Deed::Toggle => rig.act(Action::ToggleBar),
        Deed::Serve(count) if !rig.in_step => rig.serve(count.into()),
        Deed::Deliver(count) if !rig.in_step => rig.deliver(count.into()),
        Deed::Settle => rig.settle(),
        _ => {}
    }
    rig.step();
}

/// Programs whose icons were put back have them back as they left them.
fn forget_released(rig: &mut Rig) {
    let managed: BTreeSet<u32> = rig.wm().clients.order().iter().map(|it| it.raw()).collect();
    for (id, window) in &mut rig.server.windows {
        window.wanted &= window.parent != ROOT || window.mapped || managed.contains(id);
    }
}

proptest! {
    #![proptest_config(runs(60))]

    /// Step by step, with windows that come and go, and monitors.
    #[test]
    fn long_runs_with_icons(ops in any_run(), deeds in vec(any_deed(), 0..200)) {
        let mut rig = start();
        let mut others = Vec::new();
        let mut deeds = deeds.into_iter();
        for op in ops.0 {
            rig.perform(op);
            if let Some(deed) = deeds.next() {
                perform(&mut rig, deed, &mut others);
            }
            rig.settle();
            if !is_ours(&mut rig) {
                forget_released(&mut rig);
            }
            // Who asks to be an icon asks for that.
            rig.server.trespasses.clear();
            verify_invariants(&mut rig);
            if bar(&rig).is_some() {
                verify_tray(&mut rig);
            }
        }
    }

    /// Everybody acts while messages are on their way.
    #[test]
    fn long_runs_of_races_among_icons(deeds in vec(any_deed(), 0..200)) {
        let mut rig = start();
        let mut others = Vec::new();
        rig.in_step = false;
        for deed in deeds {
            perform(&mut rig, deed, &mut others);
            if matches!(deed, Deed::Settle) {
                verify_tray(&mut rig);
            }
        }
        rig.settle();
        verify_tray(&mut rig);
    }
}
