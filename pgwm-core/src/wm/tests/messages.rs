//! What other programs ask for, what windows say of themselves, and who has the keyboard:
//! EWMH and ICCCM, message by message.

use super::*;
use crate::x11::property::Gravity;

/// A message about a window, but for those that are operations of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    States(&'static str, &'static str),
    Place,
    Restack,
    Extents,
    Iconify,
    Echo,
    ShowDesktop,
    Circulate,
    /// What we know of and refuse.
    Refused(&'static str),
}

const MESSAGES: [Message; 17] = [
    Message::States("MODAL", "SKIP_PAGER"),
    Message::States("STICKY", "HIDDEN"),
    Message::States("MAXIMIZED_VERT", "MAXIMIZED_HORZ"),
    Message::States("ABOVE", "SHADED"),
    Message::States("BELOW", "FOCUSED"),
    Message::States("DEMANDS_ATTENTION", "FULLSCREEN"),
    Message::Place,
    Message::Restack,
    Message::Restack,
    Message::Extents,
    Message::Iconify,
    Message::Echo,
    Message::ShowDesktop,
    Message::Circulate,
    Message::Refused("_NET_NUMBER_OF_DESKTOPS"),
    Message::Refused("_NET_DESKTOP_GEOMETRY"),
    Message::Refused("_NET_DESKTOP_VIEWPORT"),
];

pub(super) fn any_message() -> impl Strategy<Value = Message> {
    prop::sample::select(&MESSAGES[..])
}

impl Rig {
    pub(super) fn ask(&mut self, id: u32, message: Message, word: u32, other: u32) {
        let sibling = self.pick(other as u8).unwrap_or(other);
        let server = &mut self.server;
        match message {
            Message::States(one, two) => {
                let states = [one, two].map(|name| server.atom(&format!("_NET_WM_STATE_{name}")));
                server.message(id, "_NET_WM_STATE", 32, [word, states[0], states[1], 1, 0]);
            }
            Message::Place => {
                let words = [(other << 8) | (word % 12), word, other, word >> 3, other];
                server.message(id, "_NET_MOVERESIZE_WINDOW", 32, words);
            }
            Message::Restack => {
                server.message(id, "_NET_RESTACK_WINDOW", 32, [2, sibling, word, 0, 0]);
            }
            Message::Extents if !server.windows[&id].override_redirect => {
                server.message(id, "_NET_REQUEST_FRAME_EXTENTS", 32, [0; 5]);
            }
            Message::Extents => {}
            Message::Iconify => server.message(id, "WM_CHANGE_STATE", 32, [3, 0, 0, 0, 0]),
            Message::Echo => {
                server.message(ROOT, "I3_SYNC", 32, [id, word, 0, 0, 0]);
            }
            Message::ShowDesktop => {
                server.message(ROOT, "_NET_SHOWING_DESKTOP", 32, [word % 2, 0, 0, 0, 0]);
            }
            Message::Circulate => server.circulate(word.is_multiple_of(2)),
            Message::Refused(kind) => server.message(ROOT, kind, 32, [word, other, 0, 0, 0]),
        }
    }

    fn tell(&mut self, id: u32, kind: &str, words: [u32; 5]) {
        self.server.message(id, kind, 32, words);
        self.settle();
    }

    /// Puts states of a window on (1), takes them off (0), or changes them (2).
    fn set_states(&mut self, id: u32, how: u32, names: [&str; 2]) {
        let [one, two] = names.map(|name| self.server.atom(&format!("_NET_WM_STATE_{name}")));
        self.tell(id, "_NET_WM_STATE", [how, one, two, 1, 0]);
    }

    fn states(&mut self, id: u32) -> Vec<String> {
        let atoms = self.server.words(id, "_NET_WM_STATE").unwrap_or_default();
        let name = |atom| self.wm().atoms.atom(AtomId::new(atom)).map_or("?", |it| it.name());
        let cut = |name: &str| name.trim_start_matches("_NET_WM_STATE_").to_owned();
        atoms.into_iter().map(name).map(cut).collect()
    }

    fn activate(&mut self, id: u32) {
        self.tell(id, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0]);
    }

    /// Opens a window that says all this about itself.
    fn open_saying(&mut self, says: impl Fn(&mut ModelServer, u32)) -> u32 {
        let id = self.server.free_id(true);
        self.server.create(id, Place::new(30, 40, 300, 200));
        says(&mut self.server, id);
        self.server.created(id);
        self.server.map(id);
        self.settle();
        id
    }

    fn open_typed(&mut self, kinds: &[&str]) -> u32 {
        self.open_saying(|server, id| set_atoms(server, id, "_NET_WM_WINDOW_TYPE", kinds))
    }

    fn open_dialog_of(&mut self, parent: u32) -> u32 {
        self.open_saying(|server, id| {
            server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
        })
    }

    fn work_area(&mut self) -> Vec<u32> {
        self.server.words(ROOT, "_NET_WORKAREA").unwrap_or_default()[..4].to_vec()
    }
}

fn set_atoms(server: &mut ModelServer, id: u32, property: &str, names: &[&str]) {
    let atoms: Vec<u32> = names.iter().map(|name| server.atom(name)).collect();
    server.set_words(id, property, "ATOM", &atoms);
}

/// `WM_HINTS` with a group and the wish for keys.
fn set_group(server: &mut ModelServer, id: u32, group: u32, input: bool) {
    let words = [1 | 1 << 6, input.into(), 0, 0, 0, 0, 0, 0, group];
    server.set_words(id, "WM_HINTS", "WM_HINTS", &words);
}

/// What must hold whenever nothing is on its way.
pub(super) fn verify(rig: &mut Rig) {
    let wm = rig.wm();
    let order = wm.clients.order();
    let is_seen = |id: &u32| rig.server.windows[id].mapped;
    let hidden = order.iter().map(|window| window.raw()).filter(|id| !is_seen(id));
    let is_managed = |id: &u32| order.contains(&Window::new(*id));
    let seen = rig.server.order.iter().copied().filter(|id| is_managed(id) && is_seen(id));
    let stacking: Vec<u32> = hidden.chain(seen).collect();
    if !rig.reuses {
        let said = rig.server.words(ROOT, "_NET_CLIENT_LIST_STACKING");
        assert_eq!(said, Some(stacking), "_NET_CLIENT_LIST_STACKING");
    }
    let wm = rig.wm();
    let shows_desktop = u32::from(wm.stack_set.shows_desktop());
    let drawn = scene::scene(wm.state());
    let place = |window| drawn.windows.iter().position(|it| it.window == window);
    let is_float = |window: Window| wm.stack_set.wish(window).is_some();
    for below in &drawn.windows {
        for above in &drawn.windows {
            let (owner, window) = (below.window, above.window);
            let owns = |a, b| wm.state().belongs_to(b, a);
            let same_screen = || {
                wm.stack_set.screen_of(owner).map(|it| it.workspace.id)
                    == wm.stack_set.screen_of(window).map(|it| it.workspace.id)
            };
            if is_float(window)
                && owns(owner, window)
                && !owns(window, owner)
                && !wm.stack_set.is_fullscreen(window)
                && same_screen()
            {
                assert!(place(window) > place(owner), "{window} is not over {owner}");
            }
        }
    }
    let kinds: Vec<(u32, bool, bool)> = wm
        .clients
        .iter()
        .map(|(window, client)| {
            let is_fixture = client.fixture.is_some();
            (window.raw(), is_fixture, !is_fixture && !client.size_hints.is_fixed())
        })
        .collect();
    assert!(
        wm.guest.is_none_or(|(guest, _)| kinds.iter().any(|it| it.0 == guest.raw() && it.1)),
        "a guest that is not there"
    );
    assert!(wm.extents.is_empty() && wm.syncs.is_empty());
    let server = &mut rig.server;
    assert_eq!(server.words(ROOT, "_NET_SHOWING_DESKTOP"), Some(vec![shows_desktop]));
    let resize = server.atom("_NET_WM_ACTION_RESIZE");
    for (id, is_fixture, is_resizable) in kinds {
        let actions = server.words(id, "_NET_WM_ALLOWED_ACTIONS").unwrap_or_default();
        assert_eq!(actions.contains(&resize), is_resizable, "{id:#x}");
        assert_eq!(actions.len() == 1, is_fixture, "{id:#x}");
    }
}

/// While the desktop is shown no window can be seen, and no key does anything to one; a
/// key, a window that opens, and one that is asked for end it.
#[test]
fn the_desktop_is_shown_until_a_window_is() {
    let ways: [fn(&mut Rig, u32); 5] = [
        |rig, _| rig.perform(Op::Press(Action::FocusNext)),
        |rig, _| rig.perform(Op::Open(Kind::Plain)),
        |rig, window| rig.activate(window),
        |rig, _| rig.tell(ROOT, "_NET_CURRENT_DESKTOP", [0; 5]),
        |rig, _| rig.tell(ROOT, "_NET_SHOWING_DESKTOP", [0; 5]),
    ];
    for way in ways {
        let mut rig = Rig::start(ModelServer::new(), true);
        let all = rig.open_all([Kind::Plain, Kind::Dialog, Kind::Plain, Kind::Dock]);
        rig.tell(ROOT, "_NET_SHOWING_DESKTOP", [1, 0, 0, 0, 0]);
        assert_eq!(rig.stacked(&all), [all[3]], "panels stay");
        assert!(rig.states(all[0]).contains(&"HIDDEN".into()));
        assert_eq!(rig.server.words(all[0], "WM_STATE"), Some(vec![3, 0]));
        verify_invariants(&mut rig);
        rig.perform(Op::Press(Action::Spawn(&["terminal"])));
        assert!(rig.wm().stack_set.shows_desktop());
        way(&mut rig, all[0]);
        assert_eq!(rig.stacked(&all).len(), 4);
        verify_invariants(&mut rig);
    }
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window] = rig.open_all([Kind::Plain]);
    rig.tell(ROOT, "_NET_SHOWING_DESKTOP", [1, 0, 0, 0, 0]);
    rig.perform(Op::Press(Action::Close));
    assert_eq!(rig.stacked(&[window]), [window], "it was not to be seen");
    rig.tell(ROOT, "_NET_SHOWING_DESKTOP", [1, 0, 0, 0, 0]);
    rig.tell(window, "_NET_ACTIVE_WINDOW", [1, 0, 0, 0, 0]);
    assert!(rig.wm().stack_set.shows_desktop(), "not for a program to say");
    assert!(rig.states(window).contains(&"DEMANDS_ATTENTION".into()));
}

/// What a program asks for comes too late where the user has done something since.
#[test]
fn an_old_wish_for_the_focus_asks_for_attention() {
    for (age, gets_it) in [(None, true), (Some(0), true), (Some(10), false)] {
        let mut rig = Rig::start(ModelServer::new(), true);
        let [asking, focus] = rig.open_all([Kind::Plain, Kind::Plain]);
        rig.server.time += 20;
        rig.perform(Op::Press(Action::LeaderCount(1)));
        let time = age.map_or(0, |age| rig.server.time - age);
        rig.tell(asking, "_NET_ACTIVE_WINDOW", [1, time, 0, 0, 0]);
        assert_eq!(rig.server.focus, if gets_it { asking } else { focus }, "{age:?}");
        let is_urgent = rig.states(asking).contains(&"DEMANDS_ATTENTION".into());
        assert_eq!(is_urgent, !gets_it, "{age:?}");
        rig.activate(asking);
        assert!(!rig.states(asking).contains(&"DEMANDS_ATTENTION".into()), "cleared by focus");
    }
}

/// A float goes where it is asked to, by the point that is named; a tile is told where it
/// is.
#[test]
fn windows_are_moved_by_message() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [tile, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    let flags = |gravity: Gravity| 0x2f00 | gravity as u32;
    rig.tell(float, "_NET_MOVERESIZE_WINDOW", [flags(Gravity::NorthWest), 100, 50, 120, 80]);
    assert_eq!(rig.place(float), Place { border: 2, ..Place::new(100, 50, 120, 80) });
    // Its own corner, which is inside of our border.
    rig.tell(float, "_NET_MOVERESIZE_WINDOW", [flags(Gravity::Static), 300, 200, 60, 40]);
    assert_eq!(rig.place(float), Place { border: 2, ..Place::new(298, 198, 60, 40) });
    rig.tell(float, "_NET_MOVERESIZE_WINDOW", [0x2400, 0, 0, 160, 0]);
    assert_eq!(rig.place(float), Place { border: 2, ..Place::new(298, 198, 160, 40) });
    let before = (rig.place(tile), rig.server.letters_of(tile).len());
    rig.tell(tile, "_NET_MOVERESIZE_WINDOW", [flags(Gravity::NorthWest), 1, 2, 3, 4]);
    assert_eq!(rig.place(tile), before.0);
    assert_eq!(rig.server.letters_of(tile).len(), before.1 + 1, "a ConfigureNotify");
    verify_invariants(&mut rig);
}

proptest! {
    #![proptest_config(runs(60))]

    /// Floats are restacked as the server would have done it without us.
    #[test]
    fn floats_are_restacked_as_the_server_would(
        places in prop::collection::vec((0..400_i16, 0..300_i16), 4),
        steps in prop::collection::vec((0..4_usize, 0..5_usize, 0..5_u32, any::<bool>()), 1..20),
    ) {
        let mut rig = Rig::start(ModelServer::new(), true);
        let windows = rig.open_all([Kind::FixedSize; 4]);
        let mut bare = ModelServer::new();
        for (id, (x, y)) in windows.into_iter().zip(places) {
            rig.tell(id, "_NET_MOVERESIZE_WINDOW", [0x2300, x as u32, y as u32, 0, 0]);
            bare.create(id, rig.place(id));
            bare.map(id);
        }
        let last = rig.server.focus;
        bare.configure(last, &x::ConfigureWindowAux::new().stack_mode(x::StackMode::ABOVE));
        for (index, sibling, mode, by_message) in steps {
            let id = windows[index];
            let sibling = windows.get(sibling).copied().filter(|it| *it != id);
            let mode_there = x::StackMode::from(mode as u8);
            let values = x::ConfigureWindowAux::new().sibling(sibling).stack_mode(mode_there);
            if by_message {
                let words = [2, sibling.unwrap_or(0), mode, 0, 0];
                rig.tell(id, "_NET_RESTACK_WINDOW", words);
            } else {
                rig.server.configure(id, &values);
                rig.settle();
            }
            bare.configure(id, &values);
            prop_assert_eq!(rig.stacked(&windows), bare.order.clone());
        }
    }

    /// A window manager that ends leaves its windows so that the next one finds them where
    /// they were, with the borders that they came with.
    #[test]
    fn the_next_window_manager_finds_everything_in_its_place(
        gravity in 1..11_u32,
        border in 0..9_u16,
        (x, y) in (-50..900_i16, -50..500_i16),
    ) {
        let mut rig = Rig::start(ModelServer::new(), false);
        let window = rig.open_saying(|server, id| {
            let mut words = [0; 18];
            (words[0], words[17]) = (1 | 1 << 9 | 1 << 4 | 1 << 5, gravity);
            words[5..9].copy_from_slice(&[150, 90, 150, 90]);
            server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
            let place = Place { border, ..Place::new(x, y, 150, 90) };
            server.windows.get_mut(&id).unwrap().place = place;
        });
        let before = rig.place(window);
        let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
        wm.leave(Leave::Quit, &mut rig.connection);
        rig.send();
        rig.serve(usize::MAX);
        rig.deliver(usize::MAX);
        prop_assert_eq!(rig.place(window).border, border);
        let mut server = rig.server;
        server.disconnect();
        let rig = Rig::start(server, true);
        prop_assert_eq!(rig.place(window), before);
    }
}

/// A window that asks before it is mapped is told what its border will be.
#[test]
fn frame_extents_are_known_before_a_window_is_mapped() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let extents = |rig: &mut Rig, id| rig.server.words(id, "_NET_FRAME_EXTENTS");
    for (decorations, border) in [(None, 2), (Some(1), 2), (Some(0), 0)] {
        let id = rig.server.free_id(true);
        rig.server.create(id, Place::new(0, 0, 30, 30));
        if let Some(decorations) = decorations {
            let words = [2, 0, decorations, 0, 0];
            rig.server.set_words(id, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &words);
        }
        rig.tell(id, "_NET_REQUEST_FRAME_EXTENTS", [0; 5]);
        assert_eq!(extents(&mut rig, id), Some(vec![border; 4]));
        rig.server.created(id);
        rig.server.map(id);
        rig.settle();
        assert_eq!(extents(&mut rig, id), Some(vec![border; 4]), "and it was true");
        rig.tell(id, "_NET_REQUEST_FRAME_EXTENTS", [0; 5]);
        verify_invariants(&mut rig);
    }
    // It asks and dies; it asks, and is mapped before the answer has come.
    let gone = rig.server.free_id(true);
    rig.server.create(gone, Place::new(0, 0, 30, 30));
    rig.server.message(gone, "_NET_REQUEST_FRAME_EXTENTS", 32, [0; 5]);
    rig.server.destroy(gone);
    rig.in_step = false;
    rig.settle();
    let hasty = rig.open(Kind::Plain);
    rig.deliver(usize::MAX);
    rig.server.message(hasty, "_NET_REQUEST_FRAME_EXTENTS", 32, [0; 5]);
    rig.settle();
    verify_invariants(&mut rig);
    rig.set_states(hasty, 1, ["FULLSCREEN", "FULLSCREEN"]);
    assert_eq!(extents(&mut rig, hasty), Some(vec![0; 4]));
}

/// States by message: two at once, as one; those that exclude each other; none that we
/// refuse or don't know.
#[test]
fn states_are_asked_for_two_at_a_time() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [tile, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    let before = rig.place(float);
    let both = ["MAXIMIZED_VERT", "MAXIMIZED_HORZ"];
    rig.set_states(float, 1, ["MAXIMIZED_HORZ", "NONSENSE"]);
    assert_eq!(rig.place(float).width, 996);
    rig.set_states(float, 2, both);
    assert_eq!(rig.place(float), Place { border: 2, ..Place::new(0, 0, 996, 596) });
    rig.set_states(float, 2, both);
    assert_eq!(rig.place(float), before);
    let tiled = rig.place(tile);
    rig.set_states(tile, 2, both);
    assert_eq!((rig.states(tile), rig.place(tile)), (both.map(String::from).to_vec(), tiled));
    for (name, kept) in [("ABOVE", "BELOW"), ("BELOW", "ABOVE")] {
        rig.set_states(float, 1, [name, "SHADED"]);
        let states = rig.states(float);
        assert!(states.contains(&name.into()) && !states.contains(&kept.into()), "{states:?}");
        assert!(!states.iter().any(|state| state == "SHADED" || state == "?"), "{states:?}");
        verify_invariants(&mut rig);
    }
    for name in ["FOCUSED", "HIDDEN"] {
        let before = rig.states(tile);
        rig.set_states(tile, 1, [name, "SHADED"]);
        assert_eq!(rig.states(tile), before, "{name} is not for others to say");
    }
    rig.set_states(tile, 1, ["SKIP_TASKBAR", "SKIP_PAGER"]);
    assert!(rig.states(tile).contains(&"SKIP_TASKBAR".into()));
    rig.tell(tile, "_NET_WM_STATE", [7, 1, 1, 0, 0]);
    verify_invariants(&mut rig);
}

/// From below: a desktop, floats below, tiles, floats, panels, floats above, notifications.
#[test]
fn layers_are_what_the_states_say() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let notification = rig.open_typed(&["_NET_WM_WINDOW_TYPE_NOTIFICATION"]);
    let dock = rig.open_typed(&["_NET_WM_WINDOW_TYPE_DOCK"]);
    let [above, below, float, tile] =
        rig.open_all([Kind::FixedSize, Kind::FixedSize, Kind::FixedSize, Kind::Plain]);
    let desktop = rig.open_typed(&["_NET_WM_WINDOW_TYPE_DESKTOP"]);
    rig.set_states(above, 1, ["ABOVE", "ABOVE"]);
    rig.set_states(below, 1, ["BELOW", "BELOW"]);
    let all = [desktop, below, tile, float, dock, above, notification];
    assert_eq!(rig.stacked(&all), all);
    rig.activate(tile);
    rig.perform(Op::Press(Action::ToggleFullscreen));
    assert_eq!(rig.stacked(&all), [desktop, below, float, dock, above, tile, notification]);
    verify_invariants(&mut rig);
    rig.set_states(dock, 1, ["BELOW", "BELOW"]);
    assert_eq!(rig.stacked(&all), [desktop, dock, below, float, above, tile, notification]);
    verify_invariants(&mut rig);
}

/// What belongs to a window goes up with it, and lies over it whatever is asked for.
#[test]
fn families_go_up_together() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [other, head] = rig.open_all([Kind::FixedSize, Kind::FixedSize]);
    let child = rig.open_dialog_of(head);
    let grandchild = rig.open_dialog_of(child);
    let sibling = rig.open_dialog_of(head);
    let all = [other, head, child, grandchild, sibling];
    assert_eq!(rig.stacked(&all), all);
    rig.activate(other);
    assert_eq!(rig.stacked(&all), [head, child, grandchild, sibling, other]);
    rig.activate(child);
    assert_eq!(rig.stacked(&all), [other, head, sibling, child, grandchild]);
    rig.tell(child, "_NET_RESTACK_WINDOW", [2, 0, 1, 0, 0]);
    assert_eq!(rig.stacked(&all), [other, head, child, sibling, grandchild]);
    rig.set_states(head, 1, ["ABOVE", "ABOVE"]);
    rig.activate(other);
    assert_eq!(rig.stacked(&all), [other, head, child, sibling, grandchild]);
    verify_invariants(&mut rig);
}

/// A dialog of a whole group lies over all of it, whether it names no owner, the root
/// window, or a leader that is never seen.
#[test]
fn a_dialog_of_a_group_lies_over_all_of_it() {
    for owner in [0, ROOT, 0x77_0001] {
        let mut rig = Rig::start(ModelServer::new(), true);
        let leader = 0x77_0001;
        rig.server.create(leader, Place::new(0, 0, 1, 1));
        let member = |rig: &mut Rig, group: u32| {
            rig.open_saying(|server, id| {
                set_group(server, id, group, true);
                set_atoms(server, id, "_NET_WM_WINDOW_TYPE", &["_NET_WM_WINDOW_TYPE_DIALOG"]);
            })
        };
        let [one, two, stranger] = [leader, leader, 0].map(|group| member(&mut rig, group));
        let dialog = rig.open_saying(|server, id| {
            set_group(server, id, leader, true);
            server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[owner]);
        });
        let all = [one, two, stranger, dialog];
        rig.activate(stranger);
        rig.activate(one);
        assert_eq!(rig.stacked(&all), [two, stranger, one, dialog], "{owner:#x}");
        rig.activate(two);
        assert_eq!(rig.stacked(&all), [stranger, one, two, dialog], "{owner:#x}");
        // And it blocks all of it where it is modal.
        rig.set_states(dialog, 1, ["MODAL", "MODAL"]);
        rig.activate(stranger);
        rig.activate(one);
        assert_eq!(rig.server.focus, dialog, "{owner:#x}");
    }
}

/// Whoever gives the focus to a window gives it to the modal dialog of that; the keyboard
/// gets past the two.
#[test]
fn a_modal_dialog_stands_in_for_its_owner() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [owner] = rig.open_all([Kind::Plain]);
    let [dialog, second] = [owner, owner].map(|owner| {
        rig.open_saying(|server, id| {
            server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[owner]);
            set_atoms(server, id, "_NET_WM_STATE", &["_NET_WM_STATE_MODAL"]);
        })
    });
    let [other] = rig.open_all([Kind::Plain]);
    rig.activate(owner);
    assert_eq!(rig.server.focus, second);
    rig.activate(dialog);
    rig.activate(other);
    let Place { x, y, .. } = rig.place(owner);
    rig.server.move_pointer(x + 5, y + 5);
    rig.settle();
    assert_eq!(rig.server.focus, dialog, "the one used last");
    let mut seen = BTreeSet::new();
    for _ in 0..4 {
        seen.insert(rig.server.focus);
        rig.perform(Op::Press(Action::FocusPrevious));
    }
    assert_eq!(seen, [dialog, second, other].into());
    for window in [dialog, second] {
        rig.server.destroy(window);
        rig.settle();
    }
    rig.activate(owner);
    assert_eq!(rig.server.focus, owner);
}

/// After a chain of dialogs the keyboard is somewhere, as long as anyone takes keys: with
/// the nearest owner that does, else with who had it before.
#[test]
fn a_chain_of_dialogs_leaves_a_keyboard() {
    for refusing in 0..16_u32 {
        let mut rig = Rig::start(ModelServer::new(), true);
        let [first] = rig.open_all([Kind::Plain]);
        let mut chain: Vec<u32> = Vec::new();
        for step in 0..4 {
            let parent = chain.last().copied();
            let refuses = refusing >> step & 1 != 0;
            chain.push(rig.open_saying(|server, id| {
                set_group(server, id, 0, !refuses);
                if let Some(parent) = parent {
                    server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
                }
            }));
        }
        let [last] = rig.open_all([Kind::Plain]);
        for step in (0..4).rev() {
            if refusing >> step & 1 == 0 {
                rig.activate(chain[step]);
                rig.server.destroy(chain[step]);
                rig.settle();
                let heir = (0..step).rev().find(|step| refusing >> step & 1 == 0);
                let heir = heir.map_or(last, |step| chain[step]);
                // The chain is cut where one of it is gone already.
                let is_cut = (0..step).any(|step| !rig.server.windows.contains_key(&chain[step]));
                assert!(is_cut || rig.server.focus == heir, "{refusing:04b}, after {step}");
            } else {
                rig.server.destroy(chain[step]);
                rig.settle();
            }
            verify_invariants(&mut rig);
        }
        for window in [last, first] {
            assert_eq!(rig.server.focus, window, "{refusing:04b}");
            rig.server.destroy(window);
            rig.settle();
        }
    }
}

/// `XIconifyWindow`, and back by mapping it; withdrawn while it is an icon, and mapped again.
#[test]
fn a_window_becomes_an_icon_and_comes_back() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window, other] = rig.open_all([Kind::Plain, Kind::Plain]);
    let state = |rig: &mut Rig| rig.server.words(window, "WM_STATE").map(|words| words[0]);
    for _ in 0..2 {
        rig.activate(window);
        rig.tell(window, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
        assert_eq!((state(&mut rig), rig.server.focus), (Some(3), other));
        assert!(!rig.server.windows[&window].mapped);
        assert_eq!(rig.states(window), ["HIDDEN"]);
        verify_invariants(&mut rig);
        rig.server.map(window);
        rig.settle();
        assert_eq!((state(&mut rig), rig.server.focus), (Some(1), window));
        verify_invariants(&mut rig);
    }
    rig.act(Action::Minimise);
    rig.settle();
    rig.server.withdraw(window);
    rig.settle();
    assert_eq!(state(&mut rig), Some(0));
    for property in ["_NET_WM_STATE", "_NET_WM_DESKTOP", "_NET_WM_ALLOWED_ACTIONS"] {
        assert_eq!(rig.server.words(window, property), None);
    }
    rig.server.map(window);
    rig.settle();
    assert_eq!((state(&mut rig), rig.server.focus), (Some(1), window));
    rig.act(Action::Minimise);
    rig.act(Action::Restore);
    rig.settle();
    assert_eq!((state(&mut rig), rig.server.focus), (Some(1), window));
    verify_invariants(&mut rig);
}

/// Dialogs go with the window that they belong to, and come back with it.
#[test]
fn dialogs_hide_with_their_owner() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [other, owner] = rig.open_all([Kind::Plain, Kind::Plain]);
    let [dialog, of_dialog] = rig.open_all([Kind::Dialog, Kind::Dialog]);
    let mapped = |rig: &Rig| {
        [other, owner, dialog, of_dialog].map(|window| rig.server.windows[&window].mapped)
    };
    for how in 0..3 {
        rig.tell(owner, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
        assert_eq!(mapped(&rig), [true, false, false, false]);
        assert_eq!(rig.server.focus, other);
        verify_invariants(&mut rig);
        match how {
            0 => rig.act(Action::Restore),
            1 => rig.server.map(owner),
            _ => rig.activate(owner),
        }
        rig.settle();
        assert_eq!(mapped(&rig), [true; 4]);
        verify_invariants(&mut rig);
    }
    rig.activate(dialog);
    rig.act(Action::Minimise);
    rig.settle();
    assert_eq!(mapped(&rig), [true, true, false, false], "its owner stays");
    verify_invariants(&mut rig);
}

/// A game that wants to be an icon where it loses the focus stays as it is; one that the
/// user has before him may go.
#[test]
fn a_game_that_lost_the_focus_stays() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [game, other] = rig.open_all([Kind::Fullscreen, Kind::Plain]);
    rig.tell(game, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
    assert_eq!(rig.stacked(&[game, other]).len(), 2);
    assert_eq!(rig.server.words(game, "WM_STATE"), Some(vec![1, 0]));
    rig.activate(game);
    assert_eq!(rig.place(game), WHOLE);
    rig.tell(game, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
    assert_eq!(rig.stacked(&[game, other]), [other]);
    rig.server.map(game);
    rig.settle();
    assert_eq!(rig.place(game), WHOLE, "and comes back as it was");
}

/// What a window says of its states before it is mapped is heard.
#[test]
fn states_and_desktop_count_from_before_mapping() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let window = rig.open_saying(|server, id| {
        let states = ["STICKY", "ABOVE", "SKIP_PAGER", "MAXIMIZED_VERT", "HIDDEN"];
        let names = states.map(|name| format!("_NET_WM_STATE_{name}"));
        set_atoms(server, id, "_NET_WM_STATE", &names.each_ref().map(String::as_str));
    });
    assert!(!rig.server.windows[&window].mapped);
    let states: BTreeSet<String> = rig.states(window).into_iter().collect();
    let told = ["STICKY", "ABOVE", "SKIP_PAGER", "MAXIMIZED_VERT", "HIDDEN"];
    assert_eq!(states, told.map(String::from).into());
    assert_eq!(rig.server.words(window, "_NET_WM_DESKTOP"), Some(vec![u32::MAX]));
    rig.server.map(window);
    rig.settle();
    rig.perform(Op::Press(Action::View("b")));
    assert!(rig.server.windows[&window].mapped);
    verify_invariants(&mut rig);
}

/// The first type that we know counts.
#[test]
fn the_first_known_type_counts() {
    let kinds: [(&[&str], bool, u16); 9] = [
        (&["_NET_WM_WINDOW_TYPE_NORMAL"], true, 2),
        (&["_ODD", "_NET_WM_WINDOW_TYPE_NORMAL", "_NET_WM_WINDOW_TYPE_DIALOG"], true, 2),
        (&["_NET_WM_WINDOW_TYPE_DIALOG", "_NET_WM_WINDOW_TYPE_NORMAL"], false, 2),
        (&["_NET_WM_WINDOW_TYPE_TOOLBAR"], false, 2),
        (&["_NET_WM_WINDOW_TYPE_MENU"], false, 2),
        (&["_NET_WM_WINDOW_TYPE_UTILITY"], false, 2),
        (&["_NET_WM_WINDOW_TYPE_SPLASH"], false, 2),
        (&["_KDE_NET_WM_WINDOW_TYPE_OVERRIDE", "_NET_WM_WINDOW_TYPE_NORMAL"], false, 0),
        (&["_NET_WM_WINDOW_TYPE_TOOLTIP"], false, 0),
    ];
    for (kinds, is_tile, border) in kinds {
        let mut rig = Rig::start(ModelServer::new(), true);
        let window = rig.open_typed(kinds);
        let place = rig.place(window);
        assert_eq!(place.width > 900, is_tile, "{kinds:?}");
        assert_eq!(place.border, border, "{kinds:?}");
        assert!(rig.server.words(window, "_NET_WM_ALLOWED_ACTIONS").is_some());
        verify_invariants(&mut rig);
    }
}

/// An echo comes when all that was said before it is shown, and to whom it is promised.
#[test]
fn an_echo_comes_last() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window] = rig.open_all([Kind::Plain]);
    let holder = rig.wm().server.holder.raw();
    rig.server.message(window, "_NET_WM_DESKTOP", 32, [1, 2, 0, 0, 0]);
    for target in [window, 0, 1, ROOT, holder] {
        rig.server.message(ROOT, "I3_SYNC", 32, [target, 4711, 0, 0, 0]);
    }
    let lines = rig.told();
    let sent = |line: &&String| line.starts_with("SendEvent");
    assert_eq!(lines.iter().filter(sent).count(), 1, "{lines:?}");
    assert!(lines.last().is_some_and(|line| line.starts_with("SendEvent")), "{lines:?}");
    rig.settle();
    let letter = rig.server.letters_of(window).last().unwrap();
    assert_eq!(letter[12..20], [window.to_le_bytes(), 4711_u32.to_le_bytes()].concat()[..]);
}

/// What a panel keeps free follows what it says, for as long as it is there.
#[test]
fn a_strut_follows_its_panel() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [tile] = rig.open_all([Kind::Plain]);
    let dock = rig.open_typed(&["_NET_WM_WINDOW_TYPE_DOCK"]);
    assert_eq!(rig.work_area(), [0, 0, 1000, 600], "a panel at no edge");
    let set = |rig: &mut Rig, property: &str, words: &[u32]| {
        rig.server.set_words(dock, property, "CARDINAL", words);
        rig.settle();
    };
    set(&mut rig, "_NET_WM_STRUT", &[0, 0, 30, 0]);
    assert_eq!(rig.work_area(), [0, 30, 1000, 570]);
    assert_eq!(rig.place(tile).y, 34);
    let partial = |bottom: u32| [0, 0, 0, bottom, 0, 0, 0, 0, 0, 0, 0, 999];
    set(&mut rig, "_NET_WM_STRUT_PARTIAL", &partial(20));
    assert_eq!(rig.work_area(), [0, 0, 1000, 580], "the newer property comes first");
    set(&mut rig, "_NET_WM_STRUT", &[500, 0, 0, 0]);
    assert_eq!(rig.work_area(), [0, 0, 1000, 580]);
    set(&mut rig, "_NET_WM_STRUT_PARTIAL", &partial(5000));
    let [.., height] = rig.work_area()[..] else { panic!("a rectangle has four numbers") };
    assert!(height >= 300, "{height} are left by a strut that is too deep");
    verify_invariants(&mut rig);
    for (leave, come) in [(true, true), (false, false)] {
        set(&mut rig, "_NET_WM_STRUT_PARTIAL", &partial(20));
        if leave {
            rig.server.withdraw(dock);
        } else {
            rig.server.kill(dock);
        }
        rig.settle();
        assert_eq!(rig.work_area(), [0, 0, 1000, 600]);
        if come {
            rig.server.map(dock);
            rig.settle();
            assert_eq!(rig.work_area(), [0, 0, 1000, 580]);
        }
    }
}

/// A panel that takes the keyboard keeps it, until it goes or the user says otherwise.
#[test]
fn a_panel_may_borrow_the_keyboard() {
    let ways: [fn(&mut Rig, u32, u32); 4] = [
        |rig, _, dock| rig.server.destroy(dock),
        |rig, _, dock| rig.server.withdraw(dock),
        |rig, window, _| rig.server.steal_focus(window),
        |rig, window, _| {
            let Place { x, y, .. } = rig.place(window);
            rig.server.move_pointer(x + 9, y + 9);
            rig.server.press(1);
        },
    ];
    for way in ways {
        let mut rig = Rig::start(ModelServer::new(), true);
        rig.server.move_pointer(999, 599);
        let [window] = rig.open_all([Kind::Plain]);
        let dock = rig.open_typed(&["_NET_WM_WINDOW_TYPE_DOCK"]);
        assert_eq!(rig.server.focus, window, "not without being asked");
        rig.server.steal_focus(dock);
        rig.settle();
        assert_eq!(rig.server.focus, dock);
        assert_eq!(rig.states(window), [""; 0]);
        verify_invariants(&mut rig);
        way(&mut rig, window, dock);
        rig.settle();
        assert_eq!(rig.server.focus, window);
        assert_eq!(rig.states(window), ["FOCUSED"]);
    }
    // A new window, and a key that moves the focus.
    let mut rig = Rig::start(ModelServer::new(), true);
    let [first, second] = rig.open_all([Kind::Plain, Kind::Plain]);
    let dock = rig.open_typed(&["_NET_WM_WINDOW_TYPE_DOCK"]);
    rig.server.steal_focus(dock);
    rig.settle();
    rig.perform(Op::Press(Action::FocusNext));
    assert_eq!(rig.server.focus, first);
    rig.server.steal_focus(dock);
    rig.settle();
    rig.tell(second, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0]);
    assert_eq!(rig.server.focus, second);
    verify_invariants(&mut rig);
}

/// A window believes to be in fullscreen and stays in its tile; where it covered its
/// monitor, it goes back into it.
#[test]
fn fullscreen_within_a_tile() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window, _] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.activate(window);
    let tile = rig.place(window);
    let is_told = |rig: &mut Rig| rig.states(window).contains(&"FULLSCREEN".into());
    for from_whole in [false, true] {
        if from_whole {
            rig.act(Action::ToggleFullscreen);
            rig.settle();
            assert_eq!(rig.place(window), WHOLE);
        }
        rig.act(Action::ToggleFullscreenInTile);
        rig.settle();
        assert_eq!((rig.place(window), is_told(&mut rig)), (tile, true));
        verify_invariants(&mut rig);
        rig.act(Action::ToggleFullscreenInTile);
        rig.settle();
        assert_eq!((rig.place(window), is_told(&mut rig)), (tile, false));
    }
    rig.set_states(window, 1, ["FULLSCREEN", "FULLSCREEN"]);
    assert_eq!(rig.place(window), WHOLE);
}

/// Keys do to a window what messages do.
#[test]
fn states_have_keys() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [_, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    let before = rig.place(float);
    for (action, state) in [
        (Action::ToggleMaximized, "MAXIMIZED_VERT"),
        (Action::ToggleSticky, "STICKY"),
        (Action::ToggleAbove, "ABOVE"),
    ] {
        for on in [true, false] {
            rig.act(action);
            rig.settle();
            assert_eq!(rig.states(float).contains(&state.into()), on, "{action:?}");
            verify_invariants(&mut rig);
        }
    }
    assert_eq!(rig.place(float), before);
    // A tile that says to be maximised is no larger as a float.
    let [tile] = rig.open_all([Kind::Plain]);
    rig.set_states(tile, 1, ["MAXIMIZED_VERT", "MAXIMIZED_HORZ"]);
    rig.act(Action::ToggleFloating);
    rig.settle();
    assert!(rig.place(tile).height < 500);
}

/// The manager selection has a value, in all the forms that it must have.
#[test]
fn the_manager_selection_answers() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let asking = rig.server.free_id(true);
    rig.server.create(asking, Place::new(0, 0, 1, 1));
    let notified = |rig: &mut Rig, names: [&str; 2], property: u32| {
        rig.server.ask_selection(asking, names, property);
        rig.settle();
        let letter = *rig.server.letters_of(asking).last().unwrap();
        assert_eq!(letter[0], x::SELECTION_NOTIFY_EVENT);
        u32::from_le_bytes([letter[20], letter[21], letter[22], letter[23]])
    };
    let here = rig.server.atom("HERE");
    for (target, count) in [("TARGETS", 4), ("TIMESTAMP", 1), ("VERSION", 2)] {
        assert_eq!(notified(&mut rig, ["WM_S0", target], here), here, "{target}");
        assert_eq!(rig.server.words(asking, "HERE").map(|words| words.len()), Some(count));
    }
    assert_eq!(rig.server.words(asking, "HERE"), Some(vec![2, 0]));
    let target = rig.server.atom("TARGETS");
    assert_eq!(notified(&mut rig, ["WM_S0", "TARGETS"], 0), target, "as very old clients ask");
    for target in ["STRING", "MULTIPLE"] {
        let none = rig.server.atom("NOWHERE");
        assert_eq!(notified(&mut rig, ["WM_S0", target], none), 0, "{target}");
    }
    let words = ["VERSION", "ONE", "STRING", "TWO"].map(|name| rig.server.atom(name));
    rig.server.set_words(asking, "PAIRS", "ATOM_PAIR", &words);
    let pairs = rig.server.atom("PAIRS");
    assert_eq!(notified(&mut rig, ["WM_S0", "MULTIPLE"], pairs), pairs);
    assert_eq!(rig.server.words(asking, "ONE"), Some(vec![2, 0]));
    let expected = vec![words[0], words[1], 0, words[3]];
    assert_eq!(rig.server.words(asking, "PAIRS"), Some(expected));
    assert_eq!(rig.server.errors, []);
}
