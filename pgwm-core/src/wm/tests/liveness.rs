//! Windows that count what they draw, that hang, that come while the user types; other
//! window managers, and compositors.

use super::*;
use crate::config::NewWindows;
use crate::x11::event::Event;

static TYPING: Config =
    Config { new_windows: NewWindows::FocusUnlessTyping, ..Config::DEFAULT }.validated();

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Rig {
    /// The data of the messages of this protocol that a window got.
    fn told_by(&mut self, window: u32, protocol: &str) -> Vec<[u32; 5]> {
        let protocol = self.server.atom(protocol);
        let letters = self.server.letters_of(window).iter();
        let data = letters.filter_map(|letter| match Event::read(letter, &Extensions::NONE) {
            Ok((Event::ClientMessage(message), _)) => Some(message.data.words()),
            _ => None,
        });
        data.filter(|data| data[0] == protocol).collect()
    }

    fn size(&self, window: u32) -> (u16, u16) {
        (self.place(window).width, self.place(window).height)
    }

    fn wanted_size(&self, window: u32) -> (u16, u16) {
        let wanted = scene::scene(self.wm().state());
        wanted.windows.iter().find(|it| it.window.raw() == window).unwrap().inner_size()
    }
}

/// The next size is written when the last one is drawn, and it is the newest one.
#[test]
fn a_slow_window_is_not_outrun() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [slow, _] = rig.open_all([Kind::Slow, Kind::Plain]);
    rig.server.catch_up(slow);
    rig.settle();
    let asked = rig.told_by(slow, "_NET_WM_SYNC_REQUEST").len();
    rig.perform(Op::Act(Action::ResizeLeader(7)));
    let first = rig.size(slow);
    assert_eq!(first, rig.wanted_size(slow));
    for _ in 0..3 {
        rig.perform(Op::Act(Action::ResizeLeader(7)));
        assert_eq!(rig.size(slow), first);
    }
    assert_eq!(rig.told_by(slow, "_NET_WM_SYNC_REQUEST").len(), asked + 1);
    rig.server.catch_up(slow);
    rig.settle();
    assert_ne!(rig.size(slow), first);
    assert_eq!(rig.size(slow), rig.wanted_size(slow));
    assert_eq!(rig.told_by(slow, "_NET_WM_SYNC_REQUEST").len(), asked + 2);
}

/// A window that takes too long gets the newest size after all, and no more messages
/// before it has caught up.
#[test]
fn a_window_that_draws_no_more_blocks_nothing() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [slow, _] = rig.open_all([Kind::Slow, Kind::Plain]);
    rig.server.catch_up(slow);
    rig.settle();
    let messages = |rig: &mut Rig| rig.told_by(slow, "_NET_WM_SYNC_REQUEST").len();
    let asked = messages(&mut rig);
    rig.perform(Op::Act(Action::ResizeLeader(7)));
    rig.perform(Op::Act(Action::ResizeLeader(7)));
    let first = rig.size(slow);
    rig.pass(Duration::ZERO);
    rig.pass(Duration::from_millis(199));
    rig.settle();
    assert_eq!(rig.size(slow), first);
    rig.pass(Duration::from_millis(1));
    rig.settle();
    for _ in 0..3 {
        assert_eq!(rig.size(slow), rig.wanted_size(slow));
        assert!(!rig.wm().is_timing());
        rig.perform(Op::Act(Action::ResizeLeader(-7)));
    }
    assert_eq!(messages(&mut rig), asked + 1);
    rig.server.catch_up(slow);
    rig.settle();
    rig.perform(Op::Act(Action::ResizeLeader(7)));
    assert_eq!(messages(&mut rig), asked + 2);
    verify_invariants(&mut rig);
}

#[derive(Debug, Clone, Copy)]
enum Pull {
    Resize(i8),
    CatchUp,
    Wait(u8),
    View,
    Hide,
}

proptest! {
    #![proptest_config(runs(40))]

    /// Each message asks for one more than the last, from where the counter stood, and none
    /// is sent while another one has no answer.
    #[test]
    fn no_window_is_asked_twice_at_once(
        pulls in prop::collection::vec(prop_oneof![
            6 => (-9..10_i8).prop_map(Pull::Resize),
            2 => Just(Pull::CatchUp),
            2 => (0..4_u8).prop_map(Pull::Wait),
            1 => Just(Pull::View),
            1 => Just(Pull::Hide),
        ], 0..40),
        start in prop_oneof![any::<i32>().prop_map(i64::from), any::<i64>()],
    ) {
        // One more of it has to be a number, for each of the messages.
        let start = start.min(i64::MAX - 100);
        let mut rig = Rig::start(ModelServer::new(), true);
        let [slow] = rig.open_all([Kind::Slow]);
        let counter = rig.server.words(slow, "_NET_WM_SYNC_REQUEST_COUNTER").unwrap()[0];
        rig.server.set_counter(counter, start);
        // A window before us may have counted.
        rig.server.set_words(slow, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[0]);
        rig.open_all([Kind::Plain]);
        rig.server.set_words(slow, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter]);
        rig.settle();
        let mut asked = rig.told_by(slow, "_NET_WM_SYNC_REQUEST").len();
        let mut last = start;
        for pull in pulls {
            let value = rig.server.counter(counter).unwrap();
            match pull {
                Pull::Resize(by) => {
                    rig.act(Action::ResizeLeader(by));
                    rig.settle();
                }
                Pull::CatchUp => {
                    rig.server.catch_up(slow);
                    rig.settle();
                }
                Pull::Wait(tenths) => rig.perform(Op::Wait(tenths)),
                Pull::View => rig.perform(Op::Press(Action::View("a"))),
                Pull::Hide => rig.perform(Op::Press(Action::View("b"))),
            }
            let told = rig.told_by(slow, "_NET_WM_SYNC_REQUEST");
            for message in &told[asked..] {
                let wanted = i64::from(message[3] as i32) << 32 | i64::from(message[2]);
                prop_assert_eq!(wanted, last + 1);
                prop_assert!(value == last || matches!(pull, Pull::CatchUp), "{} {}", value, last);
                prop_assert_ne!(message[1], 0, "a real time");
                last = wanted;
            }
            asked = told.len();
        }
        verify_invariants(&mut rig);
    }
}

/// Without the extension, or with a counter that is none, sizes are written at once.
#[test]
fn who_can_not_count_is_not_waited_for() {
    for has_extension in [false, true] {
        let mut server = ModelServer::new();
        server.set_extension("SYNC", has_extension);
        let mut rig = Rig::start(server, true);
        let [slow, _] = rig.open_all([Kind::Slow, Kind::Plain]);
        rig.server.set_words(slow, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[77]);
        rig.settle();
        for _ in 0..3 {
            rig.perform(Op::Act(Action::ResizeLeader(7)));
            assert_eq!(rig.size(slow), rig.wanted_size(slow));
        }
        assert_eq!(rig.server.errors.len(), usize::from(has_extension), "there is no such counter");
        assert_eq!(rig.commands, [], "not a word of that");
        let supported = rig.server.words(ROOT, "_NET_SUPPORTED").unwrap();
        let sync = rig.server.atom("_NET_WM_SYNC_REQUEST");
        assert_eq!(supported.contains(&sync), has_extension);
    }
}

/// Where a counter ends while its window lives, nobody waits for it.
#[test]
fn a_counter_may_end() {
    for is_drawing in [false, true] {
        let mut rig = Rig::start(ModelServer::new(), true);
        let [slow, _] = rig.open_all([Kind::Slow, Kind::Plain]);
        rig.perform(Op::CatchUp(0));
        rig.perform(Op::Act(Action::ResizeLeader(1)));
        if !is_drawing {
            rig.perform(Op::CatchUp(0));
        }
        rig.server.end_counters(slow);
        rig.settle();
        for _ in 0..3 {
            rig.perform(Op::Act(Action::ResizeLeader(7)));
            assert_eq!(rig.size(slow), rig.wanted_size(slow));
        }
        assert!(!rig.wm().is_timing());
        rig.perform(Op::Withdraw(0));
        assert_eq!((rig.server.alarm_count(), &rig.server.errors[..]), (0, &[][..]));
    }
}

/// A window that goes takes its alarm with it, whose number is another's then.
#[test]
fn numbers_of_alarms_are_used_again() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let next = |rig: &Rig| rig.wm().ids.clone().next();
    let free = next(&rig);
    for end in [Op::Kill(0), Op::Destroy(0), Op::Withdraw(0)] {
        rig.open_all([Kind::Counting]);
        assert_eq!(rig.server.alarm_count(), 1);
        assert_ne!(next(&rig), free);
        rig.perform(end);
        assert_eq!((rig.server.alarm_count(), next(&rig)), (0, free));
        verify_invariants(&mut rig);
    }
}

/// A window that asks "save?" is alive: it is asked again and again, and never killed.
#[test]
fn a_window_that_answers_is_never_killed() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window] = rig.open_all([Kind::Counting]);
    rig.server.windows.get_mut(&window).unwrap().polite = false;
    for times in 1..5 {
        rig.perform(Op::Press(Action::Close));
        let [deleted, pinged] =
            ["WM_DELETE_WINDOW", "_NET_WM_PING"].map(|name| rig.told_by(window, name));
        assert_eq!((deleted.len(), pinged.len()), (times, times));
        assert_eq!(pinged[0][2], window);
        assert_ne!(pinged[0][1], 0, "a real time");
        rig.pass(seconds(0));
        rig.pass(seconds(60));
        assert!(!rig.wm().is_timing());
    }
    assert_eq!(rig.commands, []);
    verify_invariants(&mut rig);
}

/// A window that does not answer gets the colour of urgent ones when its time is over, and
/// is killed when it is asked to close once more: by its process, where that is on this
/// machine for all we know.
#[test]
fn a_hung_window_is_killed_on_the_second_request() {
    let machines: [Option<&[u8]>; 4] = [None, Some(b""), Some(b"there"), Some(HOST)];
    for (machine, pid) in machines.into_iter().flat_map(|it| [(it, None), (it, Some(4242))]) {
        let mut rig = Rig::start(ModelServer::new(), true);
        let [hung] = rig.open_all([Kind::Hung]);
        if let Some(machine) = machine {
            rig.server.set_text(hung, "WM_CLIENT_MACHINE", machine);
        }
        if let Some(pid) = pid {
            rig.server.set_words(hung, "_NET_WM_PID", "CARDINAL", &[pid]);
        }
        rig.perform(Op::Press(Action::Close));
        rig.pass(seconds(0));
        rig.pass(Duration::from_millis(4999));
        rig.perform(Op::Press(Action::Close));
        assert_eq!(rig.told_by(hung, "WM_DELETE_WINDOW").len(), 2);
        assert_eq!(rig.told_by(hung, "_NET_WM_PING").len(), 1, "one at a time");
        assert_eq!(rig.server.windows[&hung].border_pixel, 0xff_0000);
        rig.pass(Duration::from_millis(1));
        rig.settle();
        assert_eq!(rig.server.windows[&hung].border_pixel, 0x00_ff00);
        assert!(!rig.wm().is_timing());
        verify_invariants(&mut rig);
        assert_eq!(rig.commands, []);
        rig.perform(Op::AskClose(0));
        let is_known = machine == Some(HOST) && pid.is_some();
        let expected = is_known.then_some(Command::Kill { pid: 4242 });
        assert!(rig.commands.iter().eq(&expected), "{machine:?} {pid:?} {:?}", rig.commands);
        assert!(!rig.server.windows.contains_key(&hung));
        verify_invariants(&mut rig);
    }
}

/// One that wakes up late is alive all the same.
#[test]
fn a_late_answer_is_an_answer() {
    let mut rig = Rig::start(ModelServer::new(), true);
    let [window] = rig.open_all([Kind::Hung]);
    rig.server.windows.get_mut(&window).unwrap().polite = false;
    rig.perform(Op::Press(Action::Close));
    rig.rest();
    assert_eq!(rig.server.windows[&window].border_pixel, 0x00_ff00);
    rig.perform(Op::Hang(0));
    assert_eq!(rig.server.windows[&window].border_pixel, 0xff_0000);
    rig.perform(Op::Press(Action::Close));
    assert_eq!(rig.told_by(window, "_NET_WM_PING").len(), 2);
    verify_invariants(&mut rig);
    assert!(rig.server.windows.contains_key(&window));
}

/// Where a window says when the user last did something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Itself,
    /// Another window of its client says so.
    Elsewhere,
    /// That one is gone.
    Nowhere,
}

fn any_says() -> impl Strategy<Value = Says> {
    prop::sample::select(&[Says::Itself, Says::Elsewhere, Says::Nowhere][..])
}

/// A window that says when the user last did something in it is created, and mapped.
fn open_with_time(rig: &mut Rig, says: Says, time: u32, more: impl Fn(&mut Rig, u32)) -> u32 {
    let id = rig.server.free_id(false);
    rig.server.create(id, Place::new(0, 0, 90, 90));
    let at = if says == Says::Itself { id } else { id + 1 };
    if says == Says::Elsewhere {
        rig.server.create_inside(at, id, Place::new(0, 0, 1, 1));
    }
    if at != id {
        rig.server.set_words(id, "_NET_WM_USER_TIME_WINDOW", "WINDOW", &[at]);
    }
    rig.server.set_words(at, "_NET_WM_USER_TIME", "CARDINAL", &[time]);
    more(rig, id);
    rig.server.created(id);
    rig.server.map(id);
    rig.settle();
    assert!(rig.server.windows[&id].mapped);
    id
}

fn has_focus(rig: &Rig, window: u32) -> bool {
    let window = Window::new(window);
    let client = rig.wm().clients.get(window).unwrap();
    let has_focus = rig.wm().stack_set.focus() == Some(window);
    assert!(!(has_focus && client.urgent));
    has_focus
}

proptest! {
    #![proptest_config(runs(60))]

    /// A window that comes of something older than what was typed last asks for attention
    /// instead of the focus; so does none of the focused window's own dialogs.
    #[test]
    fn typing_is_not_interrupted(
        (says, by_focus) in (any_says(), any_says()),
        (begun, typed) in prop_oneof![(990..1010_u32, 990..1010_u32), any::<(u32, u32)>()],
        by_launch in any::<bool>(),
        is_dialog in any::<bool>(),
    ) {
        prop_assume!(begun != 0);
        let mut rig = Rig::start_with(&TYPING);
        let focus = open_with_time(&mut rig, by_focus, 1, |_, _| {});
        prop_assert!(has_focus(&rig, focus));
        let at = if by_focus == Says::Itself { focus } else { focus + 1 };
        rig.server.set_words(at, "_NET_WM_USER_TIME", "CARDINAL", &[typed]);
        rig.settle();
        let acted = rig.wm().acted.0;
        let says = if by_launch { Says::Nowhere } else { says };
        let window = open_with_time(&mut rig, says, begun, |rig, id| {
            if by_launch {
                let text = format!("a_TIME{begun}");
                rig.server.set_text(id, "_NET_STARTUP_ID", text.as_bytes());
            }
            if is_dialog {
                rig.server.set_words(id, "WM_TRANSIENT_FOR", "WINDOW", &[focus]);
            }
        });
        let typed = if by_focus == Says::Nowhere { acted } else { typed };
        let is_older = (typed.wrapping_sub(begun) as i32) > 0;
        let is_known = says != Says::Nowhere || by_launch;
        let interrupts = is_known && is_older && !is_dialog;
        prop_assert_eq!(has_focus(&rig, window), !interrupts);
        prop_assert_eq!(rig.wm().clients.get(Window::new(window)).unwrap().urgent, interrupts);
        let unexpected = rig.server.errors.iter().filter(|error| **error != (3, 20)).count();
        prop_assert_eq!(unexpected, 0, "{:?}", rig.server.errors);
    }
}

/// A window that asks not to have the focus gets none, and needs no attention for that (EWMH
/// `_NET_WM_USER_TIME`): palettes and notices are such.
#[test]
fn a_window_that_wants_no_focus_at_first_is_not_urgent() {
    for config in [&CONFIG, &TYPING] {
        let mut rig = Rig::start_with(config);
        let focus = open_with_time(&mut rig, Says::Itself, 1000, |_, _| {});
        let shy = open_with_time(&mut rig, Says::Itself, 0, |_, _| {});
        assert!(has_focus(&rig, focus) && !has_focus(&rig, shy));
        assert!(!rig.wm().clients.get(Window::new(shy)).unwrap().urgent);
    }
}

/// A dialog of the group that has the focus gets it, and another window of the group, which
/// may be a notice of anything, does not.
#[test]
fn dialogs_of_the_group_may_interrupt() {
    for (is_dialog, group) in [(true, 0x77), (true, 0), (false, 0x77)] {
        let mut rig = Rig::start_with(&TYPING);
        let hints = |group| [1 << 6, 0, 0, 0, 0, 0, 0, 0, group];
        open_with_time(&mut rig, Says::Itself, 900, |rig, id| {
            rig.server.set_words(id, "WM_HINTS", "WM_HINTS", &hints(0x77));
        });
        let window = open_with_time(&mut rig, Says::Itself, 800, |rig, id| {
            rig.server.set_words(id, "WM_HINTS", "WM_HINTS", &hints(group));
            let name = if is_dialog { "DIALOG" } else { "NORMAL" };
            let kind = rig.server.atom(&format!("_NET_WM_WINDOW_TYPE_{name}"));
            rig.server.set_words(id, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
        });
        assert_eq!(has_focus(&rig, window), is_dialog && group == 0x77);
    }
}

/// The time 0 says that a window wants no focus, whatever the policy; and only one of them
/// costs questions.
#[test]
fn the_time_zero_wants_no_focus() {
    for config in [&CONFIG, &TYPING] {
        let mut rig = Rig::start_with(config);
        open_with_time(&mut rig, Says::Itself, 5, |_, _| {});
        let window = open_with_time(&mut rig, Says::Itself, 0, |_, _| {});
        assert!(!has_focus(&rig, window));
        let supported = rig.server.words(ROOT, "_NET_SUPPORTED").unwrap();
        let elsewhere = rig.server.atom("_NET_WM_USER_TIME_WINDOW");
        let is_asked = config.new_windows == NewWindows::FocusUnlessTyping;
        assert_eq!(supported.contains(&elsewhere), is_asked);
        rig.server.created(window);
        let id = rig.server.free_id(false);
        open_as(&mut rig.server, id, Kind::Plain, 0);
        rig.server.set_words(id, "_NET_WM_USER_TIME_WINDOW", "WINDOW", &[id]);
        let mut told = rig.told();
        rig.serve(usize::MAX);
        told.extend(rig.told());
        let times = told.iter().filter(|line| line.contains("_NET_WM_USER_TIME")).count();
        assert_eq!(times > 0, is_asked, "{told:?}");
    }
}

/// A session on this server until it runs or gives up; how long that took.
fn begin(server: &mut ModelServer, replace: bool) -> (Result<(), Fault>, Duration) {
    server.map_keys(&KEYBOARD);
    let start = Start { replace, ..Start::default() };
    let mut session = Session::new(&CONFIG, &server.setup(), 0, start).unwrap();
    let (mut now, mut time) = (seconds(7), Duration::ZERO);
    for _ in 0..1000 {
        server.write(&std::mem::take(session.output()));
        while server.serve() {}
        session.receive(&std::mem::take(&mut server.outgoing)).unwrap();
        server.read_letters();
        if session.is_running() {
            return (Ok(()), time);
        }
        if session.is_timing() {
            match session.tick(now) {
                Ok(next) => {
                    let wait = next.unwrap_or(now).saturating_sub(now);
                    (now, time) = (now + wait, time + wait);
                }
                Err(fault) => return (Err(fault), time),
            }
        }
    }
    panic!("it neither begins nor gives up");
}

/// Another window manager makes room only if it is to, and only if it can be asked.
#[test]
fn another_window_manager_is_replaced() {
    for (replace, is_stubborn) in [(false, false), (true, false), (true, true)] {
        let mut server = ModelServer::new();
        let other = server.other_manager("WM_S0");
        server.windows.get_mut(&other).unwrap().stubborn = is_stubborn;
        let (outcome, time) = begin(&mut server, replace);
        match (replace, is_stubborn) {
            (false, _) => {
                assert_eq!(outcome, Err(Fault::OtherManager));
                assert!(Fault::OtherManager.to_string().contains("--replace"));
                assert!(time <= seconds(2), "{time:?}");
                assert!(server.windows.contains_key(&other));
            }
            (true, false) => {
                assert_eq!(outcome, Ok(()));
                assert!(time < seconds(1), "{time:?}");
                let selection = server.atom("WM_S0");
                assert_eq!(server.selections[&selection] >> 21, 1, "it is ours");
            }
            (true, true) => {
                assert_eq!(outcome, Err(Fault::StubbornManager));
                assert!(time >= seconds(14) && time <= seconds(16), "{time:?}");
            }
        }
    }
    for replace in [false, true] {
        let mut server = ModelServer::new();
        server.is_taken = true;
        assert_eq!(begin(&mut server, replace).0, Err(Fault::OldManager));
    }
}

/// One of ours makes room for another: its windows stay, it lets go of the root window,
/// and its own window goes when everything else is done.
#[test]
fn we_make_room() {
    let mut rig = Rig::start(ModelServer::new(), false);
    furnish(&mut rig);
    rig.perform(Op::Press(Action::View("b")));
    let holder = rig.wm().server.holder.raw();
    let selection = rig.server.atom("WM_S0");
    // What is not ours, or is only said, is none of our business.
    let words = x::SelectionClearEvent {
        response_type: x::SELECTION_CLEAR_EVENT | 0x80,
        sequence: rig.server.sequence as u16,
        time: 5,
        owner: holder,
        selection,
    };
    rig.receive(&<[u8; 32]>::from(words)).unwrap();
    assert!(!rig.wm().is_leaving());
    rig.server.client_takes_selection("WM_S0");
    while rig.commands.is_empty() {
        assert!(rig.server.windows.contains_key(&holder));
        rig.serve(usize::MAX);
        rig.deliver(usize::MAX);
    }
    assert_eq!(rig.commands, [Command::Quit]);
    assert!(rig.server.unserved().is_empty(), "everything was carried out");
    let clients: Vec<u32> = rig.wm().clients.order().iter().map(|it| it.raw()).collect();
    assert!(clients.len() > 3 && clients.iter().all(|id| rig.server.windows[id].mapped));
    let mut other = rig.server;
    other.disconnect();
    assert_eq!(begin(&mut other, true).0, Ok(()));
}

/// A compositor may be there, come, go, and be said to be there.
#[test]
fn a_compositor_is_noticed() {
    let mut server = ModelServer::new();
    let mut owner = server.client_takes_selection("_NET_WM_CM_S0");
    let selection = server.atom("_NET_WM_CM_S0");
    let mut rig = Rig::start(server, true);
    for _ in 0..3 {
        assert!(rig.wm().is_composited());
        rig.server.destroy(owner);
        rig.settle();
        assert!(!rig.wm().is_composited());
        for is_true in [false, true] {
            if is_true {
                owner = rig.server.client_takes_selection("_NET_WM_CM_S0");
            }
            let data = [5, selection, owner, 0, 0];
            let mask = x::EventMask::STRUCTURE_NOTIFY;
            rig.server.message_to(ROOT, mask, ROOT, "MANAGER", 32, data);
            rig.settle();
            assert_eq!(rig.wm().is_composited(), is_true);
        }
    }
    // It may be gone before we look at it.
    rig.server.message_to(
        ROOT,
        x::EventMask::STRUCTURE_NOTIFY,
        ROOT,
        "MANAGER",
        32,
        [5, selection, owner, 0, 0],
    );
    rig.deliver(usize::MAX);
    rig.serve(usize::MAX);
    rig.server.destroy(owner);
    rig.settle();
    assert!(!rig.wm().is_composited());
}
