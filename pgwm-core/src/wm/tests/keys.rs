//! Modes, keys that act on their release, the actions that find windows by memory, and what
//! the pointer has to do with the focus.

use super::*;
use crate::config::{FocusPolicy, Mode};
use crate::layout::Weight;

static KEYS: Config = Config {
    keys: &[
        key(keysym::A, Action::Mode("chord")),
        key(keysym::B, Action::Mode("lasting")),
        key(keysym::C, Action::FocusNext),
        key(keysym::D, Action::FocusPrevious),
        Key::on_release(Modifiers::SUPER, keysym::D, Action::Spawn(&["late"])),
        Key::on_release(Modifiers::SUPER, keysym::E, Action::Spawn(&["lock"])),
        Key::on_release(Modifiers::NONE, keysym::SUPER_LEFT, Action::Spawn(&["menu"])),
    ],
    modes: &[
        Mode {
            name: "lasting",
            keys: &[
                Key::new(Modifiers::NONE, keysym::W, Action::FocusNext),
                Key::new(Modifiers::NONE, keysym::A, Action::Mode("chord")),
            ],
            once: false,
        },
        Mode {
            name: "chord",
            keys: &[
                Key::new(Modifiers::NONE, keysym::W, Action::FocusNext),
                Key::new(Modifiers::SHIFT, keysym::W, Action::FocusPrevious),
                Key::new(Modifiers::NONE, keysym::A, Action::Mode("chord")),
            ],
            once: true,
        },
    ],
    mouse: &[],
    rules: &[],
    ..CONFIG
}
.validated();

pub(super) static FOLLOWING: Config =
    Config { focus: FocusPolicy::FollowsPointer, rules: &[], ..CONFIG }.validated();
pub(super) static CLICKED: Config =
    Config { focus: FocusPolicy::Click, rules: &[], ..CONFIG }.validated();
static WARPING: Config = Config { warp_pointer: true, rules: &[], ..CONFIG }.validated();

impl Rig {
    /// Presses and releases a key while a modifier is held.
    fn type_with(&mut self, keysym: crate::x11::id::Keysym, modifiers: Modifiers) {
        self.server.key(keysym.raw(), modifiers.bits());
        self.settle();
    }

    fn focus(&self) -> u32 {
        self.wm().stack_set.focus().map_or(0, Window::raw)
    }

    /// The programs that were to be started since.
    fn spawned(&mut self) -> Vec<String> {
        let commands = std::mem::take(&mut self.commands);
        let program = |command| match command {
            Command::Spawn(launch) => {
                launch.program.into_iter().next().map(|word| String::from_utf8(word).unwrap())
            }
            _ => None,
        };
        commands.into_iter().filter_map(program).collect()
    }
}

/// While a mode lasts, its keys are grabbed and no others, also when they change places;
/// Escape leaves it.
#[test]
fn a_mode_stands_in_for_the_usual_keys() {
    let mut rig = Rig::start_with(&KEYS);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.type_with(keysym::W, Modifiers::NONE);
    assert_eq!((rig.focus(), rig.server.typed.len()), (two, 1));
    rig.type_with(keysym::B, Modifiers::SUPER);
    assert_eq!(rig.wm().mode(), Some("lasting"));
    verify_invariants(&mut rig);
    rig.type_with(keysym::C, Modifiers::SUPER);
    assert_eq!((rig.focus(), rig.server.typed.len()), (two, 2), "a usual key is the client's");
    rig.type_with(keysym::W, Modifiers::NONE);
    assert_eq!((rig.focus(), rig.server.typed.len()), (one, 2));
    for reversed in [true, false, true] {
        rig.perform(Op::Remap(reversed));
        rig.settle();
        verify_invariants(&mut rig);
    }
    rig.type_with(keysym::W, Modifiers::LOCK);
    assert_eq!(rig.focus(), two, "under a lock, and on another key");
    rig.type_with(keysym::ESCAPE, Modifiers::NONE);
    assert_eq!(rig.wm().mode(), None);
    verify_invariants(&mut rig);
    rig.type_with(keysym::C, Modifiers::SUPER);
    assert_eq!((rig.focus(), rig.server.typed.len()), (one, 2));
}

/// Whatever the next key is, it ends a chord, and no program hears of it.
#[test]
fn the_next_key_ends_a_chord() {
    let mut rig = Rig::start_with(&KEYS);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    let start = |rig: &mut Rig| {
        rig.type_with(keysym::A, Modifiers::SUPER);
        assert_eq!(rig.wm().mode(), Some("chord"));
        verify_invariants(rig);
    };
    let ended = |rig: &mut Rig| {
        assert_eq!(rig.wm().mode(), None);
        assert_eq!(rig.server.typed, []);
        verify_invariants(rig);
    };
    start(&mut rig);
    rig.type_with(keysym::W, Modifiers::NONE);
    assert_eq!(rig.focus(), one);
    ended(&mut rig);
    for unbound in [keysym::C, keysym::ESCAPE, keysym::Y] {
        start(&mut rig);
        rig.type_with(unbound, Modifiers::NONE);
        assert_eq!(rig.focus(), one);
        ended(&mut rig);
    }
    // A modifier is no key by itself.
    start(&mut rig);
    rig.server.press_key(keysym::SHIFT_LEFT.raw());
    rig.settle();
    assert_eq!(rig.wm().mode(), Some("chord"));
    rig.server.press_key(keysym::W.raw());
    rig.settle();
    rig.server.release_key(keysym::W.raw());
    rig.server.release_key(keysym::SHIFT_LEFT.raw());
    rig.settle();
    assert_eq!(rig.focus(), two);
    ended(&mut rig);
    // One chord may lead to the next, and end in any mode.
    start(&mut rig);
    rig.type_with(keysym::A, Modifiers::NONE);
    assert_eq!(rig.wm().mode(), Some("chord"));
    rig.perform(Op::Remap(true));
    rig.type_with(keysym::W, Modifiers::NONE);
    ended(&mut rig);
    rig.type_with(keysym::B, Modifiers::SUPER);
    rig.type_with(keysym::A, Modifiers::NONE);
    assert_eq!(rig.wm().mode(), Some("chord"));
    rig.type_with(keysym::Y, Modifiers::NONE);
    ended(&mut rig);
}

/// A key that is held down does not end the chord that it began, whether the server tells
/// its repeats apart or not.
#[test]
fn a_chord_is_not_ended_by_the_key_that_began_it() {
    for has_xkb in [true, false] {
        let mut server = ModelServer::new();
        server.set_extension("XKEYBOARD", has_xkb);
        let mut rig = Rig::connect_with(&KEYS, server, false);
        rig.settle();
        assert_eq!(rig.server.detects_repeat(), has_xkb);
        let [one, _] = rig.open_all([Kind::Plain, Kind::Plain]);
        rig.server.hold(Modifiers::SUPER.bits());
        rig.server.press_key(keysym::A.raw());
        for _ in 0..5 {
            rig.settle();
            rig.server.repeat_key(keysym::A.raw());
        }
        rig.settle();
        assert_eq!(rig.wm().mode(), Some("chord"));
        rig.server.release_key(keysym::A.raw());
        rig.server.hold(0);
        rig.type_with(keysym::W, Modifiers::NONE);
        assert_eq!((rig.focus(), rig.wm().mode()), (one, None));
        rig.type_with(keysym::A, Modifiers::SUPER);
        rig.type_with(keysym::A, Modifiers::SUPER);
        assert_eq!(rig.wm().mode(), None, "pressed anew, it is the next key");
        verify_invariants(&mut rig);
    }
}

/// Where another program has the keyboard, the next key may never come.
#[test]
fn a_chord_without_the_keyboard_is_none() {
    let mut rig = Rig::start_with(&KEYS);
    let [window] = rig.open_all([Kind::Plain]);
    assert!(rig.server.client_grabs_keyboard(window));
    rig.act(Action::Mode("chord"));
    rig.settle();
    assert_eq!(rig.wm().mode(), None);
    // Those that are answered when they are over do no harm, and leave no grab behind.
    for _ in 0..2 {
        rig.act(Action::Mode("chord"));
        rig.act(Action::LeaveMode);
        rig.act(Action::Mode("lasting"));
    }
    rig.settle();
    assert_eq!(rig.wm().mode(), Some("lasting"));
    rig.server.client_ungrabs(window);
    verify_invariants(&mut rig);
}

/// A key that acts on its release does so once, when no grab of ours is left, whatever is
/// let go of first.
#[test]
fn a_key_acts_on_its_release() {
    let mut rig = Rig::start_with(&KEYS);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    assert!(rig.server.detects_repeat());
    for super_first in [false, true] {
        rig.server.hold(Modifiers::SUPER.bits());
        rig.server.press_key(keysym::E.raw());
        rig.settle();
        for _ in 0..3 {
            rig.server.repeat_key(keysym::E.raw());
            rig.settle();
        }
        assert_eq!(rig.spawned(), [""; 0]);
        if super_first {
            rig.server.hold(0);
        }
        rig.server.release_key(keysym::E.raw());
        rig.server.hold(0);
        assert!(rig.server.client_grabs_keyboard(one), "the keyboard is free");
        rig.server.client_ungrabs(one);
        rig.settle();
        assert_eq!(rig.spawned(), ["lock"]);
    }
    // The same chord may do one thing when it is pressed and another one when it is released.
    rig.server.hold(Modifiers::SUPER.bits());
    rig.server.press_key(keysym::D.raw());
    rig.settle();
    assert_eq!((rig.focus(), rig.spawned()), (one, vec![]));
    rig.server.release_key(keysym::D.raw());
    rig.server.hold(0);
    rig.settle();
    assert_eq!((rig.focus(), rig.spawned()), (one, vec!["late".to_owned()]));
    // A modifier by itself is a key too, but not where it was held for another one.
    rig.server.press_key(keysym::SUPER_LEFT.raw());
    rig.server.release_key(keysym::SUPER_LEFT.raw());
    rig.settle();
    assert_eq!(rig.spawned(), ["menu"]);
    rig.server.press_key(keysym::SUPER_LEFT.raw());
    rig.server.press_key(keysym::C.raw());
    rig.server.release_key(keysym::C.raw());
    rig.server.release_key(keysym::SUPER_LEFT.raw());
    rig.settle();
    assert_eq!((rig.focus(), rig.spawned()), (two, vec![]));
    verify_invariants(&mut rig);
}

/// Nothing is asked for the sake of keys that nobody has.
#[test]
fn repeats_are_of_no_concern_without_such_a_key() {
    let rig = Rig::start(ModelServer::new(), true);
    assert!(!rig.server.detects_repeat());
    assert!(KEYS.needs_xkb() && !CONFIG.needs_xkb());
}

/// Every key that bears the name is grabbed.
#[test]
fn a_name_on_several_keys_is_on_each() {
    let mut rig = Rig::start_with(&KEYS);
    let mut keys = KEYBOARD;
    keys[20..24].fill(keysym::C.raw());
    rig.server.map_keys(&keys);
    for _ in 0..300 {
        rig.server.map_modifiers(MODIFIERS);
    }
    rig.settle();
    // The keys of A and B, the four of C and one more, that of D, that of E, and a modifier.
    let super_keys = |it: &&(u8, u16)| it.1 == Modifiers::SUPER.bits();
    assert_eq!(rig.server.windows[&ROOT].key_grabs.iter().filter(super_keys).count(), 4 + 5);
}

/// Back and forth between two windows, wherever they are, and past those that are gone.
#[test]
fn the_last_window_is_found_anywhere() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [one, two, three] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    rig.act(Action::FocusLast);
    rig.settle();
    assert_eq!(rig.focus(), two);
    rig.act(Action::Send("b"));
    rig.act(Action::View("c"));
    rig.act(Action::FocusLast);
    rig.settle();
    assert_eq!(rig.focus(), three, "where the focus went when its window left");
    rig.act(Action::View("b"));
    rig.settle();
    for window in [three, two, three] {
        rig.act(Action::FocusLast);
        rig.settle();
        assert_eq!(rig.focus(), window);
        verify_invariants(&mut rig);
    }
    rig.server.destroy(two);
    rig.act(Action::FocusNext);
    rig.settle();
    assert_eq!(rig.focus(), one);
    rig.act(Action::FocusLast);
    rig.act(Action::FocusLast);
    rig.settle();
    assert_eq!(rig.focus(), one);
    rig.server.destroy(three);
    rig.settle();
    rig.act(Action::FocusLast);
    rig.settle();
    assert_eq!(rig.focus(), one);
    verify_invariants(&mut rig);
}

/// Whoever began to wait first comes first, though another one was there before.
#[test]
fn the_longest_waiting_window_comes_first() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [one, two, last] = rig.open_all([Kind::Elsewhere, Kind::Plain, Kind::Plain]);
    for window in [two, one] {
        rig.perform_change(window, Change::Urgent);
        rig.settle();
    }
    for expected in [two, one, one] {
        rig.act(Action::FocusUrgent);
        rig.settle();
        assert_eq!(rig.focus(), expected);
        verify_invariants(&mut rig);
    }
    assert_ne!(rig.focus(), last);
}

/// Hundreds of windows that ask for attention get it, one after the other.
#[test]
fn hundreds_of_urgent_windows_wait_in_line() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let ids = (1..=300).map(|number| 4 << 21 | number);
    for id in ids.clone() {
        open_as(&mut rig.server, id, Kind::Urgent, 0);
    }
    rig.settle();
    let mut left: BTreeSet<u32> = ids.collect();
    left.remove(&rig.focus());
    while !left.is_empty() {
        rig.act(Action::FocusUrgent);
        rig.settle();
        assert!(left.remove(&rig.focus()), "it has waited, and not had the focus");
    }
    assert!(rig.wm().waiting.is_empty());
    verify_invariants(&mut rig);
}

/// A mark is on one window at a time, is taken off where it is, and finds it anywhere.
#[test]
fn a_mark_finds_its_window() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    let has_mark = |rig: &Rig, window: u32| {
        rig.wm().clients.get(Window::new(window)).is_some_and(|client| client.mark == Some("x"))
    };
    rig.act(Action::Mark("x"));
    rig.act(Action::View("b"));
    rig.act(Action::FocusMark("y"));
    rig.settle();
    assert_eq!(rig.focus(), 0);
    rig.act(Action::FocusMark("x"));
    rig.settle();
    assert_eq!(rig.focus(), two);
    rig.act(Action::FocusNext);
    rig.act(Action::Mark("x"));
    assert!(has_mark(&rig, one) && !has_mark(&rig, two));
    rig.wm_mut().stack_set.minimise(Window::new(one));
    rig.act(Action::FocusMark("x"));
    rig.settle();
    assert_eq!(rig.focus(), one, "a minimised one is restored");
    rig.act(Action::Mark("x"));
    assert!(!has_mark(&rig, one));
    verify_invariants(&mut rig);
}

#[test]
fn a_window_is_sent_and_followed() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.act(Action::SendAndFollow("b"));
    rig.settle();
    assert_eq!((rig.focus(), rig.wm().stack_set.current().id.index()), (two, 1));
    assert!(!rig.server.windows[&one].mapped);
    verify_invariants(&mut rig);
}

/// A tile takes from those in its column; a float stays around its middle, by whole steps.
#[test]
fn windows_are_resized_by_their_kind() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [_, above, below] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    let before = (rig.place(above), rig.place(below));
    rig.act(Action::ResizeWindow(50));
    rig.settle();
    let grown = i32::from(rig.place(below).height) - i32::from(before.1.height);
    assert!(grown > 50, "{grown}");
    assert_eq!(i32::from(before.0.height) - i32::from(rig.place(above).height), grown);
    for _ in 0..30 {
        rig.act(Action::ResizeWindow(-50));
    }
    rig.settle();
    assert!(rig.place(below).height > 0);
    verify_invariants(&mut rig);
    rig.act(Action::ResetSizes);
    rig.settle();
    assert_eq!((rig.place(above), rig.place(below)), before);
    assert_eq!(rig.wm().clients.get(Window::new(below)).unwrap().weight, Weight::EQUAL);

    let [float] = rig.open_all([Kind::Dialog]);
    let mut hints = [0; 18];
    hints[0] = 1 << 6;
    hints[9..11].copy_from_slice(&[20, 30]);
    rig.server.set_words(float, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
    rig.settle();
    let middle = |place: Place| {
        (
            2 * i32::from(place.x) + i32::from(place.width),
            2 * i32::from(place.y) + i32::from(place.height),
        )
    };
    for percent in [10, -10, 1, -1, 50, -50] {
        let before = rig.place(float);
        rig.act(Action::ResizeWindow(percent));
        rig.settle();
        let now = rig.place(float);
        assert_eq!(
            (now.width > before.width, now.height > before.height),
            (percent > 0, percent > 0)
        );
        assert_eq!(((now.width - 1) % 20, (now.height - 1) % 30), (0, 0), "{now:?}");
        let ((x, y), (was_x, was_y)) = (middle(now), middle(before));
        assert!((x - was_x).abs() <= 2 && (y - was_y).abs() <= 2, "{before:?} {now:?}");
    }
}

/// Gaps are of a workspace; borders are of all, and floats keep their own size.
#[test]
fn gaps_and_borders_change_within_their_bounds() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [tile, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    let before = (rig.place(tile), rig.place(float));
    rig.act(Action::ResizeGap(10));
    rig.settle();
    assert_eq!((rig.place(tile).x, rig.place(tile).width), (14, 968));
    rig.act(Action::ResizeBorder(5));
    rig.settle();
    assert_eq!((rig.place(tile).border, rig.place(tile).width), (7, 958));
    let Place { x, y, width, height, border } = before.1;
    let expected = Place { x: x - 5, y: y - 5, width, height, border: border + 5 };
    assert_eq!(rig.place(float), expected, "a float keeps its size and its middle");
    assert_eq!(rig.server.words(float, "_NET_FRAME_EXTENTS"), Some(vec![7; 4]));
    for (by, border, gap) in [(127, 64, 256), (-128, 0, 0)] {
        for _ in 0..3 {
            rig.act(Action::ResizeBorder(by));
            rig.act(Action::ResizeGap(by));
        }
        rig.settle();
        assert_eq!((rig.wm().border, rig.wm().stack_set.current().gap), (border, gap));
        assert_eq!(rig.place(float).width, width);
        verify_invariants(&mut rig);
    }
    rig.act(Action::ResetSizes);
    rig.settle();
    assert_eq!((rig.place(tile), rig.place(float)), before);
}

/// The program of a scratchpad is started once; its window comes where the user is, as a
/// float of the size that is configured, goes, and comes again.
#[test]
fn a_scratchpad_comes_and_goes() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let pad = Action::Scratchpad("pad");
    rig.act(pad);
    rig.act(pad);
    assert_eq!(rig.spawned(), ["thing"], "once");
    assert!(rig.wm().is_timing());
    rig.act(Action::View("b"));
    let [first] = rig.open_all([Kind::Plain]);
    assert!(rig.wm().starting.is_empty());
    // Of 1000 by 600 pixels, less a border of 2.
    let expected = Place { border: 2, ..Place::new(250, 180, 496, 236) };
    assert_eq!((rig.focus(), rig.place(first)), (first, expected));
    let [second] = rig.open_all([Kind::Plain]);
    assert_eq!(rig.wm().stack_set.wish(Window::new(second)), None, "only the first one");
    rig.server.destroy(second);
    rig.settle();
    rig.act(pad);
    rig.settle();
    assert!(!rig.server.windows[&first].mapped);
    verify_invariants(&mut rig);
    rig.act(Action::View("c"));
    rig.act(pad);
    rig.settle();
    assert_eq!((rig.focus(), rig.place(first)), (first, expected));
    assert_eq!(rig.wm().stack_set.current().id.index(), 2);
    rig.act(Action::View("a"));
    rig.act(pad);
    rig.settle();
    assert_eq!((rig.focus(), rig.place(first)), (first, expected), "from where it could be seen");
    verify_invariants(&mut rig);
    rig.server.destroy(first);
    rig.settle();
    rig.act(pad);
    assert_eq!(rig.spawned(), ["thing"]);
    // A program that opens nothing is not waited for without end.
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    let start = Duration::from_secs(100);
    let until = wm.tick(start, &mut rig.connection).unwrap();
    assert!(until > start && wm.is_timing());
    let _ = wm.tick(until, &mut rig.connection);
    assert!(wm.starting.is_empty());
    rig.act(pad);
    assert_eq!(rig.spawned(), ["thing"]);
}

/// Of several windows of a scratchpad's class, the one used last comes.
#[test]
fn the_scratchpad_used_last_comes() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [one, _, three] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    rig.act(Action::FocusNext);
    rig.settle();
    assert_eq!(rig.focus(), one);
    rig.act(Action::View("b"));
    rig.act(Action::Scratchpad("pad"));
    rig.settle();
    assert_eq!(rig.focus(), one);
    rig.act(Action::Scratchpad("pad"));
    rig.act(Action::View("a"));
    rig.settle();
    assert_eq!(rig.focus(), three);
    verify_invariants(&mut rig);
}

/// Outside of all windows no window has the keyboard, until the pointer enters one or a key
/// or a click looks for one; where the pointer did not move, nothing happens.
#[test]
fn the_focus_follows_the_pointer_out_of_windows() {
    let mut rig = Rig::start_with(&FOLLOWING);
    let [window] = rig.open_all([Kind::Plain]);
    let holder = rig.wm().server.holder.raw();
    let at = |rig: &mut Rig, x, y| {
        rig.server.move_pointer(x, y);
        rig.settle();
        verify_invariants(rig);
        rig.server.focus
    };
    assert_eq!(at(&mut rig, 500, 300), window);
    assert_eq!(at(&mut rig, 1, 1), holder);
    assert_eq!(rig.server.words(ROOT, "_NET_ACTIVE_WINDOW"), Some(vec![0]));
    assert_ne!(rig.server.windows[&window].border_pixel, 0xff_0000);
    rig.press_for(Action::Close);
    rig.settle();
    assert!(rig.server.windows.contains_key(&window), "there is no window to be closed");
    assert_eq!(at(&mut rig, 500, 301), window);
    assert_eq!(at(&mut rig, 2, 1), holder);
    rig.press_for(Action::FocusNext);
    rig.settle();
    assert_eq!(rig.server.focus, window);
    assert_eq!(at(&mut rig, 500, 302), window);
    assert_eq!(at(&mut rig, 1, 2), holder);
    let [second] = rig.open_all([Kind::Plain]);
    assert_eq!(rig.server.focus, second, "a new window takes it as ever");
}

/// What comes, goes or moves under a pointer that rests changes nothing, whoever gives the
/// focus.
#[test]
fn what_moves_under_the_pointer_takes_no_focus() {
    for config in [&CONFIG, &FOLLOWING, &CLICKED] {
        for (x, y) in [(250, 300), (750, 150), (1, 1)] {
            let mut rig = Rig::start_with(config);
            rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
            rig.server.move_pointer(x, y);
            rig.settle();
            let before = rig.focus();
            let outside = rig.wm().is_outside;
            for action in [
                Action::SwapNext,
                Action::ResizeLeader(20),
                Action::LeaderCount(1),
                Action::SetLayout(Layout::Wide),
                Action::ResizeGap(100),
                Action::ResizeGap(-100),
                Action::SetLayout(Layout::Monocle),
                Action::SetLayout(Layout::Tall),
            ] {
                rig.act(action);
                rig.settle();
                assert_eq!(rig.wm().is_outside, outside, "{action:?}");
                assert!(outside || rig.focus() == before, "{action:?} {:?}", config.focus);
                verify_invariants(&mut rig);
            }
            rig.act(Action::View("b"));
            rig.act(Action::View("a"));
            rig.settle();
            assert_eq!(rig.focus(), before);
        }
    }
}

/// Under a policy of clicks the pointer alone gives no window the focus.
#[test]
fn only_a_click_focuses_where_clicks_do() {
    let mut rig = Rig::start_with(&CLICKED);
    let [one, two] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.server.move_pointer(100, 300);
    rig.settle();
    assert_eq!(rig.focus(), two);
    rig.perform(Op::Click(1));
    assert_eq!(rig.focus(), one);
    rig.server.move_pointer(990, 590);
    rig.server.move_pointer(0, 0);
    rig.settle();
    assert_eq!(rig.focus(), one);
}

/// The pointer follows a focus that a key moved, and nothing else; what it enters on its
/// way there takes nothing.
#[test]
fn the_pointer_follows_a_key() {
    let mut rig = Rig::start_with(&WARPING);
    let [left, right] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.server.move_pointer(10, 300);
    rig.settle();
    assert_eq!(rig.focus(), left);
    rig.press_for(Action::FocusNext);
    rig.settle();
    assert_eq!(rig.focus(), right);
    assert_eq!(rig.server.pointer_window(), right);
    let pointer = rig.server.pointer;
    rig.press_for(Action::ResizeLeader(7));
    rig.press_for(Action::View("b"));
    rig.press_for(Action::View("a"));
    rig.settle();
    assert_eq!((rig.focus(), rig.server.pointer), (right, pointer), "it is there already");
    verify_invariants(&mut rig);
    // It moves on from there as ever.
    rig.server.move_pointer(10, 300);
    rig.settle();
    assert_eq!(rig.focus(), left);
    let before = rig.server.pointer;
    let [third] = rig.open_all([Kind::Plain]);
    assert_eq!((rig.focus(), rig.server.pointer), (third, before), "no key moved that");
    verify_invariants(&mut rig);
    // Onto a monitor without a window.
    rig.plug_in_two();
    rig.press_for(Action::View("d"));
    rig.settle();
    let Stage::Running(wm) = &rig.stage else { panic!("the session has not begun") };
    let area = wm.stack_set.current_screen().monitor.area;
    let pointer = rig.server.pointer;
    assert!(area.contains(Point { x: pointer.0.into(), y: pointer.1.into() }));
}
