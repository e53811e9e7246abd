//! Drags, and where floats open and go.

use super::*;
use crate::geometry::Size;
use crate::wm::drag;
use crate::wm::scene::HANDLE;

/// Everything as in [`CONFIG`], with edges that cling and rules about floats.
static CLINGING: Config = Config {
    snap: 16,
    rules: &[
        Rule {
            class: Some("Placed"),
            floating: Some(true),
            place: Some((-10, 20)),
            size: Some((120, 80)),
            ..Rule::ANY
        },
        Rule { class: Some("Bare"), floating: Some(true), borderless: true, ..Rule::ANY },
        Rule { class: Some("Loose"), floating: Some(true), ..Rule::ANY },
    ],
    ..CONFIG
};

/// The same, with tiles that keep to what their programs can show.
static KEEPING: Config = Config { tiles_keep_to_hints: true, ..CONFIG };

const ESCAPE: u32 = 0xff1b;
const RETURN: u32 = 0xff0d;
const RIGHT: u32 = 0xff53;
const DOWN: u32 = 0xff54;

/// Size hints of no or little sense.
pub(super) fn odd_hints(which: u8) -> [u32; 18] {
    let mut words = [0; 18];
    let (flags, from, values): (u32, usize, &[u32]) = match which % 7 {
        0 => (1 << 4 | 1 << 5, 5, &[400, 300, 40, 30]),
        1 => (1 << 6, 9, &[65_535, 65_535]),
        2 => (1 << 8 | 1 << 5, 7, &[90, 90, 0, 0, 0, 0, 0, 0, 500, 500]),
        3 => (1 << 7, 11, &[0, 1, 1, 0]),
        4 => (1 << 7, 11, &[3, 2, 3, 2]),
        5 => (1 << 6 | 1 << 8, 9, &[13, 17, 0, 0, 0, 0, 5, 9]),
        _ => (1 << 4 | 1 << 9, 5, &[60_000, 50_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]),
    };
    words[0] = flags;
    words[from..from + values.len()].copy_from_slice(values);
    words
}

/// A float can be taken hold of on its monitor; and what is grabbed is given back.
pub(super) fn verify(rig: &Rig) {
    let wm = rig.wm();
    let scene = scene::scene(wm.state());
    for screen in wm.stack_set.screens() {
        for float in wm.stack_set.floats() {
            let placed = scene.windows.iter().find(|placed| placed.window == float.window);
            let is_here = screen.workspace.contains(float.window);
            let (Some(placed), true) = (placed, is_here) else { continue };
            // It may cover other monitors instead.
            if wm.is_fullscreen(float.window) {
                continue;
            }
            let seen = wm.clients.get(float.window).unwrap().visible(placed.rect);
            let part = seen.shared(screen.monitor.area);
            let area = screen.monitor.area;
            let enough = |part: u32, all: u32, most: u32| part >= HANDLE.min(all).min(most);
            assert!(
                enough(part.width, seen.width, area.width)
                    && enough(part.height, seen.height, area.height),
                "{seen:?} is out of reach on {area:?}"
            );
        }
    }
    if wm.drag.is_none() {
        let by_mode = rig.wm().bindings.awaits_one_key();
        assert_eq!(rig.server.managers_grabs(), (false, by_mode), "a grab is left behind");
    }
}

impl Rig {
    /// A window says that it is dragged, and the drag ends in one of several ways.
    pub(super) fn perform_haul(&mut self, number: u8, direction: u32, end: u8) {
        let Some(id) = self.pick(number) else { return };
        let place = self.place(id);
        self.server.move_pointer(place.x.saturating_add(5), place.y.saturating_add(5));
        self.step();
        self.server.press(1);
        self.step();
        let (x, y) = self.server.pointer;
        if end == 0 {
            self.server.release(1);
        }
        self.server.client_ungrabs(id);
        self.say_dragged(id, direction);
        self.step();
        self.server.move_pointer(x.saturating_add(60), y.saturating_sub(35));
        self.server.key(RIGHT, 0);
        self.server.key(DOWN, 1);
        self.step();
        match end {
            1 => self.server.release(1),
            2 => self.server.key(ESCAPE, 0),
            3 => self.server.key(RETURN, 0),
            4 => self.say_dragged(id, 11),
            5 => self.server.destroy(id),
            6 => self.server.withdraw(id),
            7 => self.server.press(3),
            _ => {}
        }
        self.step();
        self.server.release(3);
        self.server.release(1);
        self.step();
        // One by keys goes on without a button.
        self.server.key(ESCAPE, 0);
        self.step();
        if self.in_step {
            assert_eq!(self.wm().drag, None);
        }
    }

    /// The message, with the pointer where it is.
    fn say_dragged(&mut self, window: u32, direction: u32) {
        let (x, y) = self.server.pointer;
        let words = [x as u32, y as u32, direction, 1, 1];
        self.server.message(window, "_NET_WM_MOVERESIZE", 32, words);
    }

    /// A client opens a window that it has prepared.
    fn open_prepared(&mut self, place: Place, prepare: impl FnOnce(&mut ModelServer, u32)) -> u32 {
        let id = self.server.free_id(true);
        self.server.create(id, place);
        prepare(&mut self.server, id);
        self.server.created(id);
        self.server.map(id);
        self.settle();
        id
    }

    /// A dialog that floats at this place and of this size, in the model's numbers.
    fn open_at(&mut self, place: Place) -> u32 {
        let id = self.open_prepared(place, |server, id| {
            let kind = server.atom("_NET_WM_WINDOW_TYPE_DIALOG");
            server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
        });
        let Place { x, y, .. } = place;
        let at = x::ConfigureWindowAux::new().x(i32::from(x)).y(i32::from(y));
        self.server.configure(id, &at);
        self.settle();
        id
    }

    /// With Super held, presses a button on a pixel.
    fn take(&mut self, button: u8, x: i16, y: i16) {
        self.server.move_pointer(x, y);
        self.settle();
        self.server.hold(Modifiers::SUPER.bits());
        self.server.press(button);
        self.settle();
    }

    fn let_go(&mut self, button: u8) {
        self.server.release(button);
        self.server.hold(0);
        self.settle();
    }

    /// A press in a window of its own, and what a program does when it is dragged by that.
    fn take_inside(&mut self, window: u32, direction: u32) {
        let place = self.place(window);
        self.server.move_pointer(place.x + 20, place.y + 20);
        self.settle();
        self.server.press(1);
        self.settle();
        self.server.client_ungrabs(window);
        self.say_dragged(window, direction);
        self.settle();
    }

    fn outer(&self, window: u32) -> Rect {
        let Place { x, y, width, height, border } = self.place(window);
        let outer = |inner: u16| u32::from(inner) + 2 * u32::from(border);
        Rect::new(x.into(), y.into(), outer(width), outer(height))
    }
}

/// However many motions come at once, the window moves once.
#[test]
fn a_batch_of_motions_is_one_request() {
    for button in [1, 3] {
        let mut rig = Rig::start(ModelServer::new(), true);
        let float = rig.open_at(Place::new(300, 200, 200, 100));
        rig.take(button, 450, 280);
        for step in 0..500_i16 {
            rig.server.move_pointer(450 + step % 97, 280 + step % 31);
        }
        rig.server.move_pointer(483, 307);
        let told = rig.told();
        let configures = told.iter().filter(|line| line.starts_with("ConfigureWindow"));
        assert_eq!((configures.count(), told.len()), (1, 2), "and a NoOperation: {told:?}");
        rig.settle();
        let expected =
            if button == 1 { Rect::new(333, 227, 204, 104) } else { Rect::new(300, 200, 237, 131) };
        assert_eq!(rig.outer(float), expected);
        rig.let_go(button);
        verify_invariants(&mut rig);
    }
}

/// However fast motions come one after the other, the window moves once in a while, and
/// comes to rest where the pointer is.
#[test]
fn a_fast_mouse_is_followed_a_hundred_times_a_second() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    rig.take(1, 450, 280);
    let mut configures = 0;
    for step in 1..=80_i16 {
        // A millisecond each.
        rig.server.move_pointer(450 + step, 280);
        let told = rig.told();
        rig.pass(Duration::from_millis(1));
        configures += told.iter().filter(|line| line.starts_with("ConfigureWindow")).count();
        let moved = lines(&rig, rig.server.unserved());
        configures += moved.iter().filter(|line| line.starts_with("ConfigureWindow")).count();
        rig.serve(usize::MAX);
    }
    assert!((9..=12).contains(&configures), "{configures} times in 80 ms");
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(380, 200, 204, 104));
    rig.let_go(1);
    verify_invariants(&mut rig);
}

/// The release says where the pointer was then, and the motion before it may be in the same
/// batch.
#[test]
fn a_drag_ends_where_the_button_is_released() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    rig.take(1, 400, 250);
    rig.server.move_pointer(450, 260);
    rig.let_go(1);
    rig.server.move_pointer(700, 500);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(350, 210, 204, 104));
}

/// A window's own drag ends with whatever ends it, and gives back what it grabbed.
#[test]
fn no_grab_is_left_behind() {
    for direction in 0..13 {
        for end in 0..9 {
            let mut rig = Rig::start(ModelServer::new(), true);
            rig.open_all([Kind::Plain, Kind::Dialog]);
            for number in 0..2 {
                rig.perform(Op::Haul(number, direction, end));
                verify_invariants(&mut rig);
            }
        }
    }
}

/// Whenever things happen, a window's own drag leaves no grab behind.
#[test]
fn no_grab_is_left_behind_by_a_race() {
    for end in 0..9 {
        for served in 0..40 {
            let mut rig = Rig::start(ModelServer::new(), true);
            let [float] = rig.open_all([Kind::Dialog]);
            rig.take_inside(float, 8);
            rig.in_step = false;
            rig.say_dragged(float, 11);
            rig.say_dragged(float, 8);
            rig.deliver(usize::MAX);
            rig.serve(served);
            match end {
                1 => rig.server.release(1),
                2 => rig.server.key(ESCAPE, 0),
                3 => rig.say_dragged(float, 11),
                4 => rig.server.destroy(float),
                5 => rig.server.withdraw(float),
                6 => rig.press_for(Action::View("b")),
                7 => rig.perform(Op::AskState(0, 1)),
                _ => {}
            }
            rig.deliver(usize::MAX);
            rig.server.release(1);
            rig.settle();
            verify_invariants(&mut rig);
            assert_eq!(rig.wm().drag, None, "end {end} after {served} requests");
        }
    }
}

/// Nor does the end of the session.
#[test]
fn leaving_gives_back_what_is_grabbed() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let [float] = rig.open_all([Kind::Dialog]);
    rig.take_inside(float, 8);
    assert_eq!(rig.server.managers_grabs(), (true, true));
    let Stage::Running(wm) = &mut rig.stage else { panic!("the session has not begun") };
    wm.leave(Leave::Restart, &mut rig.connection);
    rig.say_dragged(float, 8);
    rig.send();
    while rig.commands.is_empty() {
        rig.serve(usize::MAX);
        rig.deliver(usize::MAX);
    }
    assert_eq!(rig.server.managers_grabs(), (false, false));
}

/// Another program has the pointer: the window stays where it is, and nothing of ours is
/// held.
#[test]
fn a_refused_grab_is_the_end_of_a_drag() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [other, float] = rig.open_all([Kind::Plain, Kind::Dialog]);
    let before = rig.outer(float);
    assert!(rig.server.client_grabs_pointer(other));
    rig.say_dragged(float, 8);
    rig.settle();
    assert_eq!(rig.wm().drag, None);
    assert_eq!(rig.server.managers_grabs(), (false, false));
    rig.server.move_pointer(10, 10);
    rig.settle();
    assert_eq!(rig.outer(float), before);
    rig.server.client_ungrabs(other);
    // Without the keyboard the pointer drags, but keys don't.
    assert!(rig.server.client_grabs_keyboard(other));
    rig.say_dragged(float, 10);
    rig.settle();
    assert_eq!(rig.wm().drag, None);
    rig.take_inside(float, 8);
    rig.server.move_pointer(300, 300);
    rig.settle();
    assert_ne!(rig.outer(float), before);
    rig.server.release(1);
    rig.settle();
    rig.server.client_ungrabs(other);
    verify_invariants(&mut rig);
}

/// A window that is dragged by its own frame goes along; Escape puts it back, a tile among
/// the tiles.
#[test]
fn escape_puts_everything_back() {
    for kind in [Kind::Dialog, Kind::Plain] {
        for direction in [8, 4, 10, 9] {
            let mut rig = Rig::start(ModelServer::new(), true);
            let [_, window] = rig.open_all([Kind::Plain, kind]);
            rig.server.message(window, "_NET_ACTIVE_WINDOW", 32, [2, 0, 0, 0, 0]);
            rig.settle();
            let before = rig.outer(window);
            rig.take_inside(window, direction);
            rig.server.move_pointer(700, 500);
            rig.server.key(RIGHT, 0);
            rig.settle();
            assert_ne!(rig.outer(window), before, "{kind:?} {direction}");
            rig.server.key(ESCAPE, 0);
            rig.settle();
            assert_eq!(rig.outer(window), before, "{kind:?} {direction}");
            rig.server.release(1);
            rig.settle();
            verify_invariants(&mut rig);
        }
    }
}

/// Arrows move a window by ten pixels, or by one with Shift; Return is enough.
#[test]
fn keys_move_and_resize_a_window_that_asks() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    rig.say_dragged(float, 10);
    rig.settle();
    for (key, modifiers) in [(RIGHT, 0), (RIGHT, 0), (DOWN, 1)] {
        rig.server.key(key, modifiers);
    }
    // A key that is bound does nothing meanwhile, nor does a button.
    rig.press_for(Action::ToggleFullscreen);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(320, 201, 204, 104));
    rig.server.key(RETURN, 0);
    rig.settle();
    rig.server.key(RIGHT, 0);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(320, 201, 204, 104));
    rig.say_dragged(float, 9);
    rig.settle();
    rig.server.key(DOWN, 0);
    rig.settle();
    rig.server.press(1);
    rig.settle();
    rig.server.release(1);
    rig.settle();
    assert_eq!(rig.wm().drag, None, "a click is enough, too");
    assert_eq!(rig.outer(float), Rect::new(320, 201, 204, 114));
    verify_invariants(&mut rig);
}

/// While one drags, other buttons and keys that act on windows do no harm.
#[test]
fn one_drag_at_a_time() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    rig.take(1, 310, 210);
    rig.server.press(2);
    rig.server.release(2);
    rig.say_dragged(float, 4);
    rig.settle();
    assert_eq!(rig.server.managers_grabs(), (false, false));
    rig.server.move_pointer(330, 210);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(320, 200, 204, 104));
    rig.press_for(Action::View("b"));
    rig.settle();
    assert_eq!(rig.wm().drag, None, "what is hidden is not dragged");
    rig.let_go(1);
    verify_invariants(&mut rig);
}

/// Both maximised and not: dragged away, it has its own size under the pointer.
#[test]
fn a_maximised_window_is_dragged_out_of_that() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    let maximise = |rig: &mut Rig| {
        let states =
            ["HORZ", "VERT"].map(|it| rig.server.atom(&format!("_NET_WM_STATE_MAXIMIZED_{it}")));
        rig.server.message(float, "_NET_WM_STATE", 32, [1, states[0], states[1], 1, 0]);
        rig.settle();
        assert_eq!(rig.outer(float), Rect::new(0, 0, 1000, 600));
    };
    maximise(&mut rig);
    rig.take(1, 900, 60);
    rig.server.move_pointer(800, 160);
    rig.settle();
    let moved = rig.outer(float);
    assert_eq!(moved.size(), Size { width: 204, height: 104 });
    assert!(moved.contains(Point { x: 800, y: 160 }), "{moved:?}");
    rig.let_go(1);
    maximise(&mut rig);
    rig.take(3, 900, 500);
    rig.server.move_pointer(800, 450);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(0, 0, 900, 550));
    rig.let_go(3);
    verify_invariants(&mut rig);
}

/// Edges cling to those of the monitor's free area and of other windows, those that are
/// held alone.
#[test]
fn edges_cling() {
    let mut rig = Rig::start_with(&CLINGING);
    let other = rig.open_at(Place::new(600, 300, 196, 96));
    assert_eq!(rig.outer(other), Rect::new(600, 300, 200, 100));
    let float = rig.open_at(Place::new(300, 200, 196, 96));
    rig.take(1, 310, 210);
    // The pointer, and where the corner of the window goes.
    for (to, corner) in [
        ((20, 16), (0, 0)),
        ((27, 28), (17, 18)),
        ((805, 505), (800, 500)),
        // Beside the other one, its right edge on that one's left, its top on that one's top.
        ((415, 305), (400, 300)),
        ((430, 305), (420, 300)),
        ((430, 275), (420, 265)),
        // Too far below for that.
        ((415, 480), (405, 470)),
    ] {
        rig.server.move_pointer(to.0, to.1);
        rig.settle();
        let at = rig.outer(float).position();
        assert_eq!((at.x, at.y), corner, "the pointer at {to:?}");
    }
    rig.let_go(1);
    let before = rig.outer(float);
    rig.take(3, 600, 565);
    rig.server.move_pointer(600, 592);
    rig.settle();
    let after = rig.outer(float);
    assert_eq!(after.position(), before.position());
    assert_eq!(after.bottom(), 600, "the lower edge clings");
    rig.let_go(3);
}

/// A float goes over to the workspace of the monitor that the pointer is on, and stays where
/// it is on the screen.
#[test]
fn a_float_is_dragged_to_another_monitor() {
    let mut rig = Rig::start(ModelServer::new(), false);
    rig.plug_in_two();
    let float = rig.open_at(Place::new(100, 100, 196, 96));
    let workspace = |rig: &Rig| rig.wm().stack_set.workspace_of(Window::new(float)).unwrap().id;
    let home = workspace(&rig);
    rig.take(1, 110, 110);
    rig.server.move_pointer(480, 110);
    rig.settle();
    assert_eq!((workspace(&rig), rig.outer(float).x), (home, 468), "so much stays");
    rig.server.move_pointer(520, 110);
    rig.settle();
    assert_ne!(workspace(&rig), home);
    assert_eq!(rig.outer(float), Rect::new(510, 100, 200, 100));
    assert_eq!(rig.wm().stack_set.focus(), Some(Window::new(float)));
    rig.let_go(1);
    verify_invariants(&mut rig);
    // Escape brings it back.
    rig.take_inside(float, 8);
    let before = (workspace(&rig), rig.outer(float));
    rig.server.move_pointer(50, 300);
    rig.settle();
    assert_eq!(workspace(&rig), home);
    rig.server.key(ESCAPE, 0);
    rig.settle();
    assert_eq!((workspace(&rig), rig.outer(float)), before);
    rig.server.release(1);
    rig.settle();
    verify_invariants(&mut rig);
}

/// The first motion makes a tile a float, as large as it was but for what its hints forbid.
#[test]
fn a_tile_is_dragged_out_of_the_tiles() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [_, tile] = rig.open_all([Kind::Plain, Kind::Plain]);
    let before = rig.outer(tile);
    rig.take_inside(tile, 8);
    assert_eq!(rig.outer(tile), before, "not yet");
    rig.server.move_pointer(before.x as i16 + 10, 60);
    rig.settle();
    let after = rig.outer(tile);
    assert_eq!(after.size(), before.size());
    assert_eq!((after.x - before.x, after.y - before.y), (-10, 60 - (before.y + 20)));
    rig.server.release(1);
    rig.settle();
    assert!(rig.wm().stack_set.wish(Window::new(tile)).is_some());
    verify_invariants(&mut rig);
}

/// What keys do to a float: whole steps of its own, and never out of reach.
#[test]
fn actions_move_and_resize_floats() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let float = rig.open_at(Place::new(300, 200, 200, 100));
    rig.server.set_words(float, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &odd_hints(5));
    rig.settle();
    let start = rig.outer(float);
    // Columns of 13 pixels from 5 on, rows of 17 from 9 on.
    assert_eq!(start, Rect::new(300, 200, 5 + 15 * 13 + 4, 9 + 5 * 17 + 4));
    rig.act(Action::ResizeBy(1, -1));
    rig.settle();
    let Size { width, height } = rig.outer(float).size();
    assert_eq!((width, height), (start.width + 13, start.height - 17));
    rig.act(Action::ResizeBy(-1, 1));
    rig.act(Action::MoveBy(-7, 30));
    rig.settle();
    assert_eq!(rig.outer(float), start.moved_by(Point { x: -7, y: 30 }));
    rig.act(Action::MoveBy(i16::MIN, i16::MAX));
    rig.act(Action::MoveBy(1, -1));
    rig.settle();
    let far = rig.outer(float);
    assert_eq!((far.right(), far.y), (33, 600 - 33), "one step back is one step");
    rig.act(Action::Centre);
    rig.settle();
    assert_eq!(rig.outer(float), Rect::new(0, 0, 1000, 600).around(start.size()));
    rig.act(Action::ResizeWindow(20));
    rig.settle();
    assert!(rig.outer(float).width > start.width && rig.outer(float).height > start.height);
    verify_invariants(&mut rig);
    // None of them is about a tile.
    let [tile] = rig.open_all([Kind::Plain]);
    let before = rig.outer(tile);
    for action in [Action::MoveBy(9, 9), Action::ResizeBy(9, 9), Action::Centre] {
        rig.act(action);
        rig.settle();
        assert_eq!(rig.outer(tile), before, "{action:?}");
    }
}

fn hints_with(flags: u32, gravity: u32) -> [u32; 18] {
    let mut words = [0; 18];
    words[0] = flags | 1 << 9;
    words[17] = gravity;
    words
}

const US_POSITION: u32 = 1;
const P_POSITION: u32 = 1 << 2;

/// A float of 100 by 50 pixels with a border of its own of 1, whose user wants it there.
fn wanted_at(rig: &mut Rig, x: i16, y: i16, gravity: u32) -> u32 {
    let place = Place { border: 1, ..Place::new(x, y, 100, 50) };
    rig.open_prepared(place, |server, id| {
        server.set_text(id, "WM_CLASS", b"some\0Loose\0");
        let words = hints_with(US_POSITION, gravity);
        server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
    })
}

/// Gravity at the map and in requests: what is flush with an edge stays so, though our
/// border is wider than its own.
#[test]
fn gravity_says_what_a_place_means() {
    let (right, bottom) = (1000 - 102, 600 - 52);
    for (gravity, x, y, expected) in [
        (1, 0, 0, (0, 0)),
        (2, 450, 0, (449, 0)),
        (3, right, 0, (896, 0)),
        (4, 0, 200, (0, 199)),
        (5, 450, 200, (449, 199)),
        (6, right, 200, (896, 199)),
        (7, 0, bottom, (0, 546)),
        (8, 450, bottom, (449, 546)),
        (9, right, bottom, (896, 546)),
        (10, 450, 200, (449, 199)),
    ] {
        let mut rig = Rig::start_with(&CLINGING);
        let float = wanted_at(&mut rig, x, y, gravity);
        let outer = rig.outer(float);
        assert_eq!((outer.x, outer.y), expected, "gravity {gravity}, opened");
        assert_eq!(outer.size(), Size { width: 104, height: 54 });
        rig.act(Action::Centre);
        rig.settle();
        let back = x::ConfigureWindowAux::new().x(i32::from(x)).y(i32::from(y));
        rig.server.configure(float, &back);
        rig.settle();
        assert_eq!(rig.outer(float), outer, "gravity {gravity}, asked for");
        // Grown by itself, the point that its gravity names stays.
        let larger = x::ConfigureWindowAux::new().width(140).height(70);
        rig.server.configure(float, &larger);
        rig.settle();
        let grown = rig.outer(float);
        let (across, down) =
            if gravity == 10 { (0, 0) } else { ((gravity - 1) % 3, (gravity - 1) / 3) };
        let moved = (outer.x - grown.x, outer.y - grown.y);
        assert_eq!(moved, (across as i32 * 20, down as i32 * 10), "gravity {gravity}, grown");
    }
}

/// A place that the program chose counts for palettes and menus, not for dialogs, and not
/// where it is the corner that windows get that nobody placed.
#[test]
fn a_program_places_palettes_and_menus() {
    let mut rig = Rig::start_with(&CLINGING);
    let [parent] = rig.open_all([Kind::Plain]);
    for (kind, x, width, is_kept) in [
        ("UTILITY", 50, 200, true),
        ("UTILITY", 0, 200, false),
        ("NORMAL", 50, 200, true),
        ("NORMAL", 50, 700, false),
        ("DIALOG", 50, 200, false),
    ] {
        let y = if x == 0 { 0 } else { 60 };
        let float = rig.open_prepared(Place::new(x, y, width, 100), |server, id| {
            let kind = server.atom(&format!("_NET_WM_WINDOW_TYPE_{kind}"));
            server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
            server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
            let words = hints_with(P_POSITION, 1);
            server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
        });
        let place = rig.place(float);
        assert_eq!((place.x, place.y) == (x, y), is_kept, "{kind} at {x}: {place:?}");
        rig.server.destroy(float);
        rig.settle();
    }
}

/// A dialog opens in the middle of what can be seen of its parent, a splash screen in that
/// of the monitor, and neither in exactly the same place as another.
#[test]
fn dialogs_open_over_their_parents() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let [_, parent] = rig.open_all([Kind::Plain, Kind::Plain]);
    let over = rig.outer(parent);
    let size = Size { width: 304, height: 204 };
    let [dialog, splash] = rig.open_all([Kind::Dialog, Kind::Splash]);
    assert_eq!(rig.outer(dialog), over.around(size));
    assert_eq!(rig.outer(splash), WHOLE_RECT.around(size));
    let open = |rig: &mut Rig, parent: u32| {
        let id = rig.server.free_id(true);
        open_as(&mut rig.server, id, Kind::Dialog, parent);
        rig.settle();
        id
    };
    let places: BTreeSet<(i32, i32)> = (0..30)
        .map(|_| {
            let dialog = open(&mut rig, parent);
            let outer = rig.outer(dialog);
            assert_eq!(outer.shared(WHOLE_RECT), outer, "on the monitor");
            (outer.x, outer.y)
        })
        .collect();
    assert!(places.len() >= 29, "they lie exactly over each other: {places:?}");

    // Its parent half off the monitor.
    let half = rig.open_at(Place::new(900, 100, 400, 300));
    let dialog = open(&mut rig, half);
    let outer = rig.outer(dialog);
    assert_eq!((outer.right(), outer.y), (1000, 100 + 50));

    // Its parent is hidden: there it opens.
    rig.perform(Op::Press(Action::View("b")));
    let dialog = open(&mut rig, parent);
    assert!(!rig.server.windows[&dialog].mapped);
    verify_invariants(&mut rig);
    rig.perform(Op::Press(Action::View("a")));
    let outer = rig.outer(dialog);
    assert_eq!(outer.shared(WHOLE_RECT), outer);

    // Its parent is on another monitor.
    rig.plug_in_two();
    let right = Rect::new(500, 0, 500, 600);
    let there = rig.wm().stack_set.screens().find(|it| it.monitor.area == right).unwrap();
    let there = there.workspace.id.index() as u32;
    rig.server.message(parent, "_NET_WM_DESKTOP", 32, [there, 2, 0, 0, 0]);
    rig.settle();
    let dialog = open(&mut rig, parent);
    let outer = rig.outer(dialog);
    assert_eq!(outer.shared(right), outer);
    assert_eq!(outer, rig.outer(parent).around(size));
}

const WHOLE_RECT: Rect = Rect::new(0, 0, 1000, 600);

/// A user's own place on another monitor leads there.
#[test]
fn a_place_on_another_monitor_leads_there() {
    let mut rig = Rig::start_with(&CLINGING);
    rig.plug_in_two();
    let first = rig.wm().stack_set.current().id;
    let float = wanted_at(&mut rig, 700, 100, 1);
    assert_eq!(rig.outer(float), Rect::new(700, 100, 104, 54));
    assert_ne!(rig.wm().stack_set.workspace_of(Window::new(float)).unwrap().id, first);
    let off = wanted_at(&mut rig, 5000, 5000, 1);
    let outer = rig.outer(off);
    assert_eq!(outer.shared(Rect::new(0, 0, 500, 600)), outer, "pulled in, here");
}

/// What is too large shrinks to what is free, but not below what it needs.
#[test]
fn what_is_too_large_is_made_to_fit() {
    let mut rig = Rig::start(ModelServer::new(), false);
    let large = rig.open_at(Place::new(0, 0, 3000, 2000));
    assert_eq!(rig.outer(large), WHOLE_RECT);
    let needy = rig.open_prepared(Place::new(0, 0, 3000, 2000), |server, id| {
        let kind = server.atom("_NET_WM_WINDOW_TYPE_DIALOG");
        server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
        let mut words = [0; 18];
        words[0] = 1 << 4;
        words[5..7].copy_from_slice(&[1200, 100]);
        server.set_words(id, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &words);
    });
    assert_eq!(rig.outer(needy), Rect::new(0, 0, 1204, 600));
    verify_invariants(&mut rig);
}

/// A rule's place and size; from the far corner where it is negative.
#[test]
fn a_rule_places_a_float() {
    let mut rig = Rig::start_with(&CLINGING);
    let float = rig.open_prepared(Place::new(3, 4, 500, 400), |server, id| {
        server.set_text(id, "WM_CLASS", b"some\0Placed\0");
    });
    assert_eq!(rig.outer(float), Rect::new(1000 - 10 - 124, 20, 124, 84));
}

/// A window without a border by its own word gets one with the next; one by a rule never.
#[test]
fn a_border_comes_and_goes() {
    let mut rig = Rig::start_with(&CLINGING);
    for (class, widths) in [("Loose", [2, 0, 2]), ("Bare", [0, 0, 0])] {
        let float = rig.open_prepared(Place::new(100, 100, 200, 100), |server, id| {
            server.set_text(id, "WM_CLASS", format!("some\0{class}\0").as_bytes());
        });
        let wants = [None, Some(false), Some(true)];
        for (wants, width) in wants.into_iter().zip(widths) {
            if let Some(wants) = wants {
                rig.perform_change(float, Change::WantsBorder(wants));
                rig.settle();
            }
            assert_eq!(rig.place(float).border, width, "{class} {wants:?}");
        }
    }
}

/// What a window draws around itself as a shadow is not counted, nor is it framed.
#[test]
fn shadows_do_not_count() {
    let mut rig = Rig::start_with(&CLINGING);
    let [left, right, top, bottom] = [26_u32, 24, 20, 32];
    let shadow = |server: &mut ModelServer, id: u32, words: [u32; 4]| {
        server.set_words(id, "_GTK_FRAME_EXTENTS", "CARDINAL", &words);
    };
    let tile = rig.open_prepared(Place::new(0, 0, 300, 200), |server, id| {
        shadow(server, id, [left, right, top, bottom]);
    });
    let around = |rect: Rect| {
        let (x, y) = (rect.x - left as i32, rect.y - top as i32);
        Rect::new(x, y, rect.width + left + right, rect.height + top + bottom)
    };
    assert_eq!(rig.outer(tile), around(Rect::new(4, 4, 992, 592)));
    assert_eq!(rig.place(tile).border, 0);
    shadow(&mut rig.server, tile, [0; 4]);
    rig.settle();
    assert_eq!(rig.outer(tile), Rect::new(4, 4, 992, 592));
    assert_eq!(rig.place(tile).border, 2);

    let float = rig.open_prepared(Place::new(0, 0, 350, 252), |server, id| {
        shadow(server, id, [left, right, top, bottom]);
        server.set_text(id, "WM_CLASS", b"some\0Loose\0");
    });
    let visible = WHOLE_RECT.around(Size { width: 300, height: 200 });
    assert_eq!(rig.outer(float), around(visible));
    // What clings, and what stays in reach, is what can be seen.
    rig.take(1, 500, 300);
    rig.server.move_pointer(500 - 352, 300 - 202);
    rig.settle();
    assert_eq!(rig.outer(float), around(Rect { x: 0, y: 0, ..visible }));
    rig.let_go(1);
    rig.act(Action::MoveBy(-3000, 0));
    rig.settle();
    assert_eq!(rig.outer(float).x, 32 - 300 - left as i32);
    rig.act(Action::Centre);
    rig.settle();
    assert_eq!(rig.outer(float), around(visible));
    let states =
        ["HORZ", "VERT"].map(|it| rig.server.atom(&format!("_NET_WM_STATE_MAXIMIZED_{it}")));
    rig.server.message(float, "_NET_WM_STATE", 32, [1, states[0], states[1], 1, 0]);
    rig.settle();
    assert_eq!(rig.outer(float), around(WHOLE_RECT));
    shadow(&mut rig.server, float, [0; 4]);
    rig.settle();
    assert_eq!(rig.outer(float), WHOLE_RECT);
}

/// Tiles keep to the hints that they have by now, where the user wants that.
#[test]
fn tiles_keep_to_new_hints() {
    let mut rig = Rig::start_with(&KEEPING);
    let [tile] = rig.open_all([Kind::Plain]);
    assert_eq!(rig.outer(tile), Rect::new(4, 4, 992, 592));
    rig.server.set_words(tile, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &odd_hints(5));
    rig.settle();
    let Place { width, height, .. } = rig.place(tile);
    assert_eq!(((width - 5) % 13, (height - 9) % 17), (0, 0), "{width} {height}");
    assert!(width > 988 - 13 && height > 588 - 17);
}

proptest! {
    #![proptest_config(runs(300))]

    /// Whatever the hints and wherever the pointer, the edges that are not held stay where
    /// they are.
    #[test]
    fn a_resize_never_moves_the_other_edges(
        direction in 0..8_u32,
        hints in prop::option::of(any::<u8>()),
        shadow in prop::option::of(1..60_u8),
        place in (-100..900_i16, -50..550_i16, 40..600_u16, 40..400_u16),
        to in prop::collection::vec((0..1000_i16, 0..600_i16), 1..5),
        clings: bool,
    ) {
        let mut rig = Rig::start_with(if clings { &CLINGING } else { &CONFIG });
        let float = rig.open_at(Place::new(place.0, place.1, place.2, place.3));
        if let Some(shadow) = shadow {
            rig.perform_change(float, Change::Shadow(shadow));
        }
        if let Some(which) = hints {
            rig.perform_change(float, Change::OddHints(which));
        }
        rig.settle();
        let before = rig.outer(float);
        rig.server.move_pointer(before.middle().x as i16, before.middle().y as i16);
        rig.settle();
        rig.server.press(1);
        rig.settle();
        rig.server.client_ungrabs(float);
        rig.say_dragged(float, direction);
        rig.settle();
        let (left, top) = (matches!(direction, 0 | 6 | 7), matches!(direction, 0..=2));
        for (x, y) in to {
            rig.server.move_pointer(x, y);
            rig.settle();
            let after = rig.outer(float);
            if left {
                prop_assert_eq!(after.right(), before.right());
            } else {
                prop_assert_eq!(after.x, before.x);
            }
            if top {
                prop_assert_eq!(after.bottom(), before.bottom());
            } else {
                prop_assert_eq!(after.y, before.y);
            }
            let client = rig.wm().clients.get(Window::new(float)).unwrap();
            let (width, height) = (rig.place(float).width, rig.place(float).height);
            let fitting = client.size_hints.constrain(width.into(), height.into());
            prop_assert_eq!(fitting, (width.into(), height.into()), "its hints");
            verify(&rig);
        }
        rig.server.release(1);
        rig.settle();
        prop_assert_eq!(rig.wm().drag, None);
    }
}

/// The keys that steer a drag are known by name, whatever the keyboard.
#[test]
fn every_key_that_steers_is_found() {
    let rig = Rig::start(ModelServer::new(), true);
    let on_keyboard = drag::KEYS.iter().filter(|key| KEYBOARD.contains(&key.raw()));
    assert_eq!(on_keyboard.clone().count(), 6);
    for key in on_keyboard {
        let keycode = rig.server.keycode(key.raw()).unwrap();
        let found = rig.wm().bindings.of_drag(crate::x11::id::Keycode(keycode));
        assert_eq!(found, Some(*key));
    }
}
