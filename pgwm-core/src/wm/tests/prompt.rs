//! What lies over everything: the prompt, the help with keys, and the hint; and that the
//! keyboard always comes back from them.

use super::*;
use crate::bar::{Cell, Measure};
use crate::wm::help;
use crate::wm::prompt::{Outcome, Prompt, Purpose, words};
use crate::x11::id::Keysym;
use crate::x11::keysym::{
    self as key, BACKSPACE, DELETE, DOWN, END, ESCAPE, HOME, ISO_LEFT_TAB, LEFT, RETURN, RIGHT,
    SPACE, TAB, UP,
};
use proptest::collection::vec;

static PROMPTED: Config = Config {
    keys: &[
        key(key::P, Action::Prompt),
        key(key::H, Action::Help),
        key(key::N, Action::RenameWorkspace),
        key(key::T, Action::Spawn(&["terminal", "-e"])),
        key(key::DIGIT_1, Action::View("a")),
        key(key::DIGIT_2, Action::View("b")),
        key(key::DIGIT_3, Action::View("c")),
        Key::new(Modifiers::SHIFT.with(Modifiers::ALT), key::F12, Action::ResizeBy(-32, 0)),
        key(key::XF86_AUDIO_MUTE, Action::Mode("chord")),
    ],
    bar: Some(BAR),
    hint: true,
    rules: &[],
    ..CONFIG
}
.validated();

/// Every character is ten pixels wide.
struct Tens;

impl Measure for Tens {
    fn width(&self, text: &str) -> u32 {
        10 * text.chars().count() as u32
    }
}

const SIZE: (u32, u32) = (1000, 20);

fn cells(prompt: &Prompt) -> Vec<Cell> {
    prompt.cells(SIZE, &Colours::DEFAULT, &Tens)
}

/// What the cells say, and in brackets what is highlighted.
fn seen(cells: &[Cell]) -> String {
    let mut seen = String::new();
    for cell in cells {
        let is_chosen = cell.ground == Colours::DEFAULT.chosen;
        let [open, close] = if is_chosen { ["[", "]"] } else { [""; 2] };
        seen.extend([open, &cell.text, close]);
        if !is_chosen && cell.indent > 0 && !cell.text.is_empty() {
            seen.push(' ');
        }
    }
    seen
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn programs(programs: &[&str]) -> Vec<u8> {
    programs.iter().flat_map(|name| [name.as_bytes(), b"\0"].concat()).collect()
}

fn run() -> Prompt {
    Prompt::new(Purpose::Run, "")
}

fn control(prompt: &mut Prompt, letter: Keysym) {
    assert_eq!(prompt.press(letter, Modifiers::CONTROL, &[]), Outcome::Open);
}

fn press(prompt: &mut Prompt, symbols: &[Keysym]) -> Outcome {
    let mut outcome = Outcome::Open;
    for symbol in symbols {
        outcome = prompt.press(*symbol, Modifiers::NONE, &[]);
        prompt.verify();
    }
    outcome
}

fn type_text(prompt: &mut Prompt, text: &str) {
    for character in text.chars() {
        press(prompt, &[key::of(character)]);
    }
}

#[test]
fn a_line_is_edited() {
    let mut prompt = run();
    type_text(&mut prompt, "héllo wörld");
    press(&mut prompt, &[LEFT, LEFT, BACKSPACE]);
    assert_eq!(prompt.text(), "héllo wöld");
    press(&mut prompt, &[DELETE, DELETE, DELETE, key::KP_HOME, DELETE, key::KP_RIGHT, BACKSPACE]);
    assert_eq!(prompt.text(), "llo wö");
    press(&mut prompt, &[BACKSPACE, END]);
    type_text(&mut prompt, "  one   two  ");
    for expected in ["llo wö  one   ", "llo wö  ", "llo ", "", ""] {
        control(&mut prompt, key::W);
        assert_eq!(prompt.text(), expected);
    }
    type_text(&mut prompt, "abcdef");
    press(&mut prompt, &[LEFT, LEFT]);
    control(&mut prompt, key::K);
    assert_eq!(prompt.text(), "abcd");
    control(&mut prompt, key::A);
    press(&mut prompt, &[RIGHT]);
    control(&mut prompt, key::U);
    control(&mut prompt, key::E);
    type_text(&mut prompt, "!");
    assert_eq!(prompt.text(), "bcd!");
    press(&mut prompt, &[HOME, LEFT, LEFT]);
    assert_eq!(prompt.press(key::X, Modifiers::SUPER, &[]), Outcome::Open);
    assert_eq!(prompt.text(), "bcd!", "a chord types nothing");
    assert_eq!(press(&mut prompt, &[ESCAPE]), Outcome::Cancelled);
    assert_eq!(press(&mut prompt, &[key::KP_ENTER]), Outcome::Done);
}

#[test]
fn a_line_does_not_grow_for_ever() {
    let mut prompt = run();
    for _ in 0..5000 {
        prompt.press(key::of('é'), Modifiers::NONE, &[]);
    }
    assert_eq!(prompt.text().chars().count(), 4096);
    prompt.verify();
    // However long it is, the cursor can be seen.
    let cursor = cells(&prompt).into_iter().find(|cell| cell.ground == Colours::DEFAULT.chosen);
    assert_eq!(cursor.map(|cell| cell.text), Some(" ".to_owned()));
    let mut name = Prompt::new(Purpose::Rename(crate::wm::WorkspaceId::new(0)), &"x".repeat(100));
    name.press(key::A, Modifiers::NONE, &[]);
    assert_eq!(name.text().len(), 100, "too long to begin with");
    for _ in 0..40 {
        name.press(BACKSPACE, Modifiers::NONE, &[]);
    }
    type_text(&mut name, "12345678");
    assert_eq!(name.text(), "x".repeat(60) + "1234");
}

#[test]
fn accents_come_before_their_letters() {
    let dead = |code: u32| Keysym::new(code);
    let (acute, diaeresis, circumflex) = (dead(0xfe51), dead(0xfe57), dead(0xfe52));
    let a = key::A;
    for (symbols, text) in [
        (vec![acute, a], "á"),
        (vec![diaeresis, key::of('U'), a], "Üa"),
        (vec![acute, key::X], "´x"),
        (vec![acute, SPACE], "'"),
        (vec![diaeresis, SPACE, a], "\"a"),
        (vec![acute, acute, a], "´a"),
        (vec![circumflex, SPACE], "^"),
        (vec![acute, diaeresis, a], "´ä"),
        (vec![acute, BACKSPACE, a], "a"),
        (vec![a, acute, LEFT, key::E], "ea"),
        (vec![key::CAPS_LOCK, key::F5, key::XF86_WWW, a], "a"),
    ] {
        let mut prompt = run();
        press(&mut prompt, &symbols);
        assert_eq!(prompt.text(), text);
    }
    let mut prompt = run();
    press(&mut prompt, &[a, acute]);
    assert_eq!(seen(&cells(&prompt)), "run: a[´]", "it can be seen");
}

#[test]
fn programs_complete_the_first_word() {
    let mut prompt = run();
    type_text(&mut prompt, "x");
    assert_eq!(seen(&cells(&prompt)), "run: x[ ]");
    prompt.learn(programs(&[
        "xterm", "dmenu", "xclock", "xterm", "yes", "a b", "it's", "\u{7}x", "sxiv",
    ]));
    prompt.verify();
    assert_eq!(seen(&cells(&prompt)), "run: x[ ][xclock]xterm sxiv ");
    type_text(&mut prompt, "t");
    assert_eq!(seen(&cells(&prompt)), "run: xt[ ][xterm]");
    press(&mut prompt, &[BACKSPACE]);
    for expected in [
        "run: xclock[ ][xclock]xterm sxiv ",
        "run: xterm[ ][xterm]sxiv ",
        "run: sxiv[ ][sxiv]",
        "run: xclock[ ][xclock]xterm sxiv ",
    ] {
        press(&mut prompt, &[TAB]);
        assert_eq!(seen(&cells(&prompt)), expected);
    }
    press(&mut prompt, &[ISO_LEFT_TAB]);
    assert_eq!(prompt.text(), "sxiv");
    press(&mut prompt, &[ISO_LEFT_TAB, SPACE]);
    type_text(&mut prompt, "-hold");
    assert_eq!(seen(&cells(&prompt)), "run: xterm -hold[ ]", "no completions of arguments");
    press(&mut prompt, &[HOME, DELETE, TAB]);
    assert_eq!(prompt.text(), "xterm -hold", "what is after the word stays");
    press(&mut prompt, &[RETURN]);
    assert_eq!(prompt.text(), "xterm -hold");
}

/// What is highlighted is run; but what was typed in full is meant.
#[test]
fn return_completes() {
    for (typed, meant) in
        [("xcl", "xclock"), ("x", "x"), ("menu", "dmenu"), ("zzz", "zzz"), ("", "")]
    {
        let mut prompt = run();
        prompt.learn(programs(&["xclock", "x", "dmenu"]));
        type_text(&mut prompt, typed);
        assert_eq!(press(&mut prompt, &[RETURN]), Outcome::Done);
        assert_eq!(prompt.text(), meant);
    }
    let mut prompt = run();
    assert_eq!(press(&mut prompt, &[TAB, ISO_LEFT_TAB]), Outcome::Open);
    assert_eq!(prompt.text(), "", "there is nothing to walk to");
}

#[test]
fn the_past_comes_back() {
    let past = names(&["one", "two"]);
    let mut prompt = run();
    type_text(&mut prompt, "new");
    let mut look = |symbol: Keysym| {
        prompt.press(symbol, Modifiers::NONE, &past);
        prompt.text().to_owned()
    };
    let texts = [UP, UP, UP, DOWN, DOWN, DOWN, UP].map(&mut look);
    assert_eq!(texts, ["two", "one", "one", "two", "new", "new", "two"]);
    let mut name = Prompt::new(Purpose::Rename(crate::wm::WorkspaceId::new(0)), "a");
    name.press(UP, Modifiers::NONE, &past);
    assert_eq!(name.text(), "a", "names have none");
}

fn split(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| String::from_utf8(word).unwrap()).collect()
}

#[test]
fn words_are_split_as_in_a_shell() {
    for (text, expected) in [
        ("", &[][..]),
        ("  a  b ", &["a", "b"]),
        ("'a  b' c", &["a  b", "c"]),
        ("a' 'b", &["a b"]),
        (r#"sh -c "echo \"hi\" \n $x""#, &["sh", "-c", r#"echo "hi" \n $x"#]),
        (r"a\ b \'c", &["a b", "'c"]),
        (r"'a\b'", &[r"a\b"]),
        (r#"'' """#, &["", ""]),
        ("'open", &["open"]),
        (r"end\", &[r"end\"]),
        (r#""\$\`\\""#, &[r"$`\"]),
        ("a;b|c&&d >e *", &["a;b|c&&d", ">e", "*"]),
    ] {
        assert_eq!(split(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn quoted_words_come_back(all in vec("[ -~é]{0,9}", 0..5)) {
        let quoted: Vec<String> =
            all.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
        prop_assert_eq!(split(&quoted.join(" ")), all);
    }

    /// Whatever is typed, the line stays in its bounds and fills its place.
    #[test]
    fn any_keys_do_no_harm(
        keys in vec((any_symbol(), prop::bool::weighted(0.1)), 0..200),
        programs in vec(prop_oneof![2 => b'a'..b'd', 1 => Just(0), 1 => any::<u8>()], 0..90),
        width in prop_oneof![0..50_u32, 0..2000_u32],
        learns_at in 0..100_usize,
    ) {
        let past = names(&["a", "b c"]);
        let mut prompt = run();
        for (index, (symbol, control)) in keys.into_iter().enumerate() {
            if index == learns_at {
                prompt.learn(programs.clone());
            }
            let held = if control { Modifiers::CONTROL } else { Modifiers::NONE };
            prompt.press(symbol, held, &past);
            prompt.verify();
            let cells = prompt.cells((width, 20), &Colours::DEFAULT, &Tens);
            let mut at = 0;
            for cell in &cells {
                prop_assert_eq!(cell.rect.x, at);
                at += cell.rect.width as i32;
            }
            prop_assert_eq!(at, width as i32);
            prompt.choose(index);
            prompt.verify();
        }
    }
}

fn any_symbol() -> impl Strategy<Value = Keysym> {
    let known = [
        RETURN,
        TAB,
        ISO_LEFT_TAB,
        BACKSPACE,
        DELETE,
        LEFT,
        RIGHT,
        HOME,
        END,
        UP,
        DOWN,
        SPACE,
        key::A,
        key::E,
        key::U,
        key::W,
        key::K,
        key::B,
        key::C,
    ];
    prop_oneof![
        6 => prop::sample::select(known.to_vec()),
        2 => (0xfe50..0xfe70_u32).prop_map(Keysym::new),
        1 => any::<char>().prop_map(key::of),
        1 => any::<u32>().prop_map(Keysym::new),
    ]
}

impl Rig {
    /// A session with more keys, and no window.
    fn prompted() -> Self {
        let mut rig = Self::start_with(&PROMPTED);
        let more = [0x20, 0xff08, 0xff09, 0x31, 0x32, 0x33, 0xffc9, 0x1008_ff12];
        rig.server.map_keys(&[&KEYBOARD[..], &more].concat());
        rig.server.map_modifiers(MODIFIERS);
        rig.settle();
        rig
    }

    fn chord(&mut self, keysym: Keysym) {
        self.server.key(keysym.raw(), Modifiers::SUPER.bits());
        self.settle();
    }

    fn type_keys(&mut self, keys: &[Keysym]) {
        for keysym in keys {
            self.server.key(keysym.raw(), 0);
            self.settle();
        }
    }

    /// What lies over everything, as words.
    fn shown_over(&self) -> Option<String> {
        let wm = self.wm();
        let overlay = wm.overlay.as_ref()?;
        Some(seen(&overlay.cells((2000, 20), wm.config, &Tens)))
    }

    /// The window of it, if it can be seen, and whether it is above all others.
    fn window_over(&self) -> Option<Place> {
        let id = self.wm().panels.overlay()?.raw();
        let window = self.server.windows.get(&id).filter(|window| window.mapped)?;
        assert_eq!(self.server.order.last(), Some(&id), "it lies over everything");
        Some(window.place)
    }

    fn is_closed(&mut self) -> bool {
        verify_invariants(self);
        assert_eq!(self.window_over().is_some(), self.shown_over().is_some());
        self.shown_over().is_none() && !self.server.managers_grabs().1
    }

    fn names_of_desktops(&mut self) -> String {
        let names = self.server.atom("_NET_DESKTOP_NAMES");
        let bytes = self.server.windows[&ROOT].properties[&names].bytes.clone();
        String::from_utf8(bytes).unwrap().replace('\0', "|")
    }

    /// What was to be done outside since, but for what drawing brings with it.
    fn asked(&mut self) -> Vec<Command> {
        let commands = std::mem::take(&mut self.commands).into_iter();
        commands.filter(|command| *command != Command::ForgetFonts).collect()
    }

    fn learn_programs(&mut self, list: &[&str]) {
        self.wm_mut().programs(programs(list));
        self.receive(&[]).unwrap();
        self.settle();
    }
}

/// From a key to a program, and the keyboard back.
#[test]
fn a_program_is_typed_and_started() {
    let mut rig = Rig::prompted();
    assert!(rig.server.detects_repeat(), "without XKB, layouts can't be told apart");
    let [window] = rig.open_all([Kind::Fullscreen]);
    rig.chord(key::P);
    assert_eq!(rig.asked(), [Command::ListPrograms]);
    let place = rig.window_over().expect("there is a prompt");
    assert_eq!((place.x, place.y, place.width), (0, 0, 1000));
    verify_invariants(&mut rig);
    rig.learn_programs(&["xterm", "ls"]);
    rig.type_keys(&[key::X, key::T]);
    assert_eq!(rig.shown_over().as_deref(), Some("run: xt[ ][xterm]"));
    rig.type_keys(&[TAB, SPACE, key::A, RETURN]);
    assert!(rig.is_closed());
    let Some(Command::Spawn(launch)) = rig.asked().pop() else { panic!("nothing was started") };
    assert_eq!(launch.program, [&b"xterm"[..], b"a"]);
    assert!(launch.startup_id.is_some());
    assert_eq!(rig.server.typed, [], "no program heard of it");
    assert_eq!(rig.server.focus, window);
    // It is remembered.
    rig.chord(key::P);
    rig.type_keys(&[UP]);
    assert_eq!(rig.shown_over().as_deref(), Some("run: xterm a[ ]"));
    rig.type_keys(&[ESCAPE]);
    assert!(rig.is_closed());
    assert_eq!(rig.asked(), [Command::ListPrograms]);
    // Nothing is nothing to start.
    rig.chord(key::P);
    rig.type_keys(&[SPACE, RETURN]);
    assert!(rig.is_closed());
    assert_eq!(rig.asked(), [Command::ListPrograms]);
    rig.learn_programs(&["late"]);
    assert!(rig.is_closed());
}

/// The key that called it up is not typed, however long it is held.
#[test]
fn the_key_of_the_prompt_is_not_typed() {
    let mut rig = Rig::prompted();
    rig.server.hold(Modifiers::SUPER.bits());
    rig.server.press_key(key::P.raw());
    for _ in 0..3 {
        rig.settle();
        rig.server.repeat_key(key::P.raw());
    }
    rig.server.hold(0);
    rig.server.repeat_key(key::P.raw());
    rig.settle();
    assert_eq!(rig.shown_over().as_deref(), Some("run: [ ]"));
    rig.server.release_key(key::P.raw());
    rig.type_keys(&[key::P, key::P]);
    assert_eq!(rig.shown_over().as_deref(), Some("run: pp[ ]"));
    rig.chord(key::P);
    assert_eq!(rig.shown_over().as_deref(), Some("run: pp[ ]"), "a chord is none of its keys");
}

#[test]
fn locks_and_shift_change_what_is_typed() {
    let mut rig = Rig::prompted();
    rig.chord(key::P);
    for (state, keysym) in [(0, key::A), (1, key::B), (2, key::C), (3, key::D), (0x10, key::E)] {
        rig.server.key(keysym.raw(), state);
        rig.settle();
    }
    rig.server.key(key::A.raw(), Modifiers::CONTROL.bits());
    rig.type_keys(&[key::X]);
    assert_eq!(rig.shown_over().as_deref(), Some("run: x[a]BCde"));
}

/// Something that takes the prompt away.
type Way = (&'static str, fn(&mut Rig));

/// Whatever takes the prompt away, the keyboard is free again.
#[test]
fn the_keyboard_always_comes_back() {
    let ways: [Way; 10] = [
        ("another workspace", |rig| {
            rig.server.message(ROOT, "_NET_CURRENT_DESKTOP", 32, [2, 0, 0, 0, 0]);
        }),
        ("a click into a window", |rig| {
            rig.server.move_pointer(8, 590);
            rig.settle();
            rig.server.press(1);
            rig.settle();
            assert!(!rig.server.is_frozen() && rig.server.clicks.len() == 1);
            rig.server.release(1);
        }),
        ("a click onto nothing", |rig| {
            for window in rig.server.clients_windows() {
                rig.server.destroy(window);
            }
            rig.settle();
            rig.server.move_pointer(8, 590);
            rig.server.press(3);
            rig.settle();
            assert!(!rig.server.is_frozen());
            rig.server.release(3);
        }),
        ("a size of the root window", |rig| rig.server.resize_root(640, 480)),
        ("a drag", |rig| rig.perform(Op::Haul(0, 10, 0))),
        ("a mode", |rig| rig.act(Action::Mode("lasting"))),
        ("no mode", |rig| rig.act(Action::LeaveMode)),
        ("Escape", |rig| rig.type_keys(&[ESCAPE])),
        ("Return", |rig| rig.type_keys(&[RETURN])),
        ("a refusal", |rig| {
            rig.type_keys(&[ESCAPE]);
            let window = rig.pick(0).unwrap();
            assert!(rig.server.client_grabs_keyboard(window));
            rig.act(Action::Prompt);
            rig.settle();
            rig.server.client_ungrabs(window);
        }),
    ];
    for action in [Action::Prompt, Action::Help, Action::RenameWorkspace] {
        for (way, close) in ways {
            let mut rig = Rig::prompted();
            rig.open_all([Kind::Plain, Kind::Plain]);
            rig.act(action);
            rig.settle();
            assert!(rig.shown_over().is_some() && rig.server.managers_grabs().1);
            verify_invariants(&mut rig);
            close(&mut rig);
            rig.settle();
            assert!(rig.is_closed(), "{action:?} and {way}");
        }
    }
}

/// It stays where it is while the pointer is elsewhere, and goes with its monitor.
#[test]
fn the_prompt_belongs_to_a_monitor() {
    let mut rig = Rig::prompted();
    rig.plug_in_two();
    rig.server.move_pointer(700, 300);
    rig.settle();
    rig.chord(key::P);
    assert_eq!(rig.window_over().map(|it| (it.x, it.width)), Some((500, 500)));
    rig.server.move_pointer(100, 300);
    rig.settle();
    assert_eq!(rig.window_over().map(|it| (it.x, it.width)), Some((500, 500)));
    rig.server.set_monitors(&[("left", Rect::new(0, 0, 500, 600), true)]);
    rig.settle();
    assert!(rig.is_closed());
}

/// A completion is there to be clicked.
#[test]
fn a_click_starts_a_completion() {
    let mut rig = Rig::prompted();
    rig.chord(key::P);
    rig.learn_programs(&["ab", "ca"]);
    rig.type_keys(&[key::A]);
    rig.asked();
    let wm = rig.wm();
    let window = wm.panels.overlay().unwrap();
    let line = wm.panels.line() as i32;
    let is_second =
        |x: &i32| wm.panels.hit(window, *x, line / 2) == Some(crate::bar::Target::Choice(1));
    let x = (0..1000).find(is_second).expect("it is shown");
    rig.server.move_pointer(5, 5);
    rig.server.press(1);
    rig.server.release(1);
    rig.settle();
    assert!(rig.shown_over().is_some(), "a click into the text does nothing");
    rig.server.move_pointer(x as i16, 5);
    rig.server.press(1);
    rig.server.release(1);
    rig.settle();
    assert!(rig.is_closed());
    let Some(Command::Spawn(launch)) = rig.asked().pop() else { panic!("nothing was started") };
    assert_eq!(launch.program, [b"ca"]);
}

#[test]
fn a_workspace_gets_another_name() {
    let mut rig = Rig::prompted();
    rig.chord(key::DIGIT_2);
    rig.chord(key::N);
    assert_eq!(rig.shown_over().as_deref(), Some("rename: b[ ]"));
    rig.type_keys(&[key::I, key::G, TAB, UP, SPACE, RETURN]);
    assert!(rig.is_closed());
    assert_eq!(rig.names_of_desktops(), "a|big|c|d|");
    // A restart keeps it, letter for letter.
    rig.wm_mut().rename(crate::wm::WorkspaceId::new(3), "Ünïcödé 名前");
    let mut rig = rig.restart(&PROMPTED);
    assert_eq!(rig.names_of_desktops(), "a|big|c|Ünïcödé 名前|");
    assert!(rig.is_closed(), "no hint after a restart");
    rig.act(Action::View("b"));
    rig.act(Action::RenameWorkspace);
    rig.settle();
    for _ in 0..3 {
        rig.server.key(key::W.raw(), Modifiers::CONTROL.bits());
    }
    rig.type_keys(&[RETURN]);
    assert_eq!(rig.names_of_desktops(), "a|b|c|Ünïcödé 名前|", "the configured one is back");
    assert!(rig.is_closed());
}

#[test]
fn the_help_shows_every_key() {
    let mut rig = Rig::prompted();
    rig.chord(key::H);
    let shown = rig.shown_over().unwrap();
    for part in [
        "Super+p Run a program ",
        "Super+h Help ",
        "Super+n Rename workspace ",
        "Super+t terminal -e ",
        "Super+1 … 3 View a … c ",
        "Alt+Shift+F12 Resize by -32 +0 ",
        "Super+Mute Mode chord ",
        "Mode lasting Super+w Focus next ",
        "Mode chord Super+w Focus next ",
    ] {
        assert!(shown.contains(part), "{part:?} in {shown}");
    }
    assert!(!shown.contains("Super+2"));
    // A modifier is no key by itself.
    rig.server.press_key(key::SHIFT_LEFT.raw());
    rig.server.release_key(key::SHIFT_LEFT.raw());
    rig.settle();
    assert!(rig.shown_over().is_some());
    rig.type_keys(&[key::T]);
    assert!(rig.is_closed());
    assert_eq!(rig.asked(), [], "the key does nothing else");
    rig.act(Action::Help);
    rig.settle();
    rig.server.press(1);
    rig.server.release(1);
    rig.settle();
    assert!(rig.is_closed());
}

/// Every action of the configuration has words of its own.
#[test]
fn every_action_has_words() {
    let actions = CONFIG.keys.iter().map(|key| key.action).chain(ACTIONS.iter().copied());
    let mut words: Vec<(String, Action)> = Vec::new();
    // Which is the same as FocusNext.
    for action in actions.filter(|it| *it != Action::FocusTowards(Direction::Next)) {
        let text = help::words_of(action);
        assert!(!text.is_empty(), "{action:?}");
        for (other, of) in &words {
            assert!(*of == action || *other != text, "{action:?} and {of:?} are {text}");
        }
        words.push((text, action));
    }
    assert!(words.iter().any(|(text, _)| text == "Restore"));
}

proptest! {
    /// On any monitor it fits, and nothing is left out without a word.
    #[test]
    fn the_help_fits(width in 1..3000_u32, height in 1..2000_u32, line in 20..40_u32) {
        let monitor = Size { width, height };
        let (size, cells) = help::sheet(&help::lines(&PROMPTED), monitor, line, &Colours::DEFAULT, &Tens);
        let gap = 2 * line.div_ceil(3);
        prop_assert!(size.width <= width.max(gap) && size.height <= height.max(gap + line));
        let all = Rect::new(0, 0, size.width, size.height);
        prop_assert!(cells.iter().all(|cell| all.holds(cell.rect)));
        let shows = |text: &str| cells.iter().any(|cell| cell.text == text);
        prop_assert!(width < 500 || shows("Resize by -32 +0") || shows("…"));
    }
}

/// How to begin is said once, and only to who has nothing open.
#[test]
fn a_first_session_is_told_how_to_begin() {
    let hint = "Super+t opens a terminal · Super+h shows all keys ";
    let mut rig = Rig::start_with(&PROMPTED);
    assert_eq!(rig.shown_over().as_deref(), Some(hint));
    let place = rig.window_over().unwrap();
    assert!(place.x > 0 && place.y > 100);
    assert!(!rig.server.managers_grabs().1, "it has no keyboard");
    verify_invariants(&mut rig);
    let (left, right) = (Rect::new(0, 0, 500, 600), Rect::new(500, 0, 500, 600));
    rig.server.set_monitors(&[("left", left, false), ("right", right, true)]);
    rig.settle();
    assert!(rig.window_over().unwrap().x > 500, "on the primary monitor");
    let [window] = rig.open_all([Kind::Plain]);
    assert!(rig.is_closed());
    rig.server.destroy(window);
    rig.settle();
    assert!(rig.is_closed(), "it does not come back");

    let mut rig = Rig::start_with(&PROMPTED);
    rig.act(Action::ViewNext);
    rig.settle();
    assert!(rig.is_closed(), "who knows a key needs no hint");

    let mut server = ModelServer::new();
    open_as(&mut server, 2 << 21 | 1, Kind::Plain, 0);
    let mut rig = Rig::connect_with(&PROMPTED, server, false);
    rig.settle();
    assert!(rig.is_closed(), "there was a window");
    let mut rig = Rig::start_with(&CONFIG);
    assert!(rig.is_closed(), "it was not wanted");
}
