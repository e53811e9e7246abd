//! The file that you edit. Change a table, `cargo build --release`, and press
//! Super+Shift+r in the running session.
//!
//! A mistake (a chord that stands twice, a workspace that does not exist, a number out of
//! range) stops the build with a sentence. What each word means stands in
//! `pgwm-core/src/config.rs`; the names of the keys in `pgwm-core/src/x11/keysym.rs`.

#![expect(clippy::enum_glob_use, reason = "a table reads better without the names of its enums")]

use pgwm_core::config::{
    Action::*, Activation, Bar, Colours, Config, Direction::*, Edge, FocusPolicy, Key, Mode, Mouse,
    NewWindows, OnOtherMonitor, Over, Program, Rule, Scale, Scratchpad, Shortcut, TextSize,
    Workspace,
};
use pgwm_core::layout::{Layout::*, Share};
use pgwm_core::status::{Check, Kind::*, Look};
use pgwm_core::x11::id::Modifiers;
use pgwm_core::x11::keysym::{self as key, of};

/// The key that most bindings hold: the one with the logo. Another one: `Modifiers::ALT`.
const SUPER: Modifiers = Modifiers::SUPER;
const SHIFT: Modifiers = Modifiers::SHIFT;
const SUPER_SHIFT: Modifiers = SUPER.with(SHIFT);
const SUPER_CTRL: Modifiers = SUPER.with(Modifiers::CONTROL);
/// Nothing held, for modes and for keys that have one purpose.
const ALONE: Modifiers = Modifiers::NONE;

const TERMINAL: Program = &["xterm"];
const LAUNCHER: Program = &["dmenu_run"];
const LOCKER: Program = &["i3lock"];
const SCREENSHOT: Program = &["scrot"];
const LOUDER: Program = &["pactl", "set-sink-volume", "@DEFAULT_SINK@", "+5%"];
const QUIETER: Program = &["pactl", "set-sink-volume", "@DEFAULT_SINK@", "-5%"];
const MUTE: Program = &["pactl", "set-sink-mute", "@DEFAULT_SINK@", "toggle"];
const MUTE_MICROPHONE: Program = &["pactl", "set-source-mute", "@DEFAULT_SOURCE@", "toggle"];
const BRIGHTER: Program = &["brightnessctl", "set", "+5%"];
const DARKER: Program = &["brightnessctl", "set", "5%-"];
const PLAY: Program = &["playerctl", "play-pause"];
const STOP: Program = &["playerctl", "stop"];
const NEXT: Program = &["playerctl", "next"];
const PREVIOUS: Program = &["playerctl", "previous"];

/// Programs that start with the session, such as `&["picom"]`.
const AUTOSTART: &[Program] = &[];

#[rustfmt::skip]
const WORKSPACES: &[Workspace] = &[
    //             name layout at first: Tall, Wide, Center, Spiral, Grid, Columns, Monocle, Floating, Tabbed
    Workspace::new("1", Tall),
    Workspace::new("2", Tall),
    Workspace::new("3", Tall),
    Workspace::new("4", Tall),
    Workspace::new("5", Tall),
    Workspace::new("6", Tall),
    Workspace::new("7", Tall),
    Workspace::new("8", Tall),
    Workspace::new("9", Tall),
];

#[rustfmt::skip]
const KEYS: &[Key] = &[
    //       held         key            what it does
    Key::new(SUPER,       key::RETURN,   Spawn(TERMINAL)),
    Key::new(SUPER,       of('d'),       Spawn(LAUNCHER)),
    Key::new(SUPER,       of('p'),       Prompt),
    Key::new(SUPER,       key::F1,       Help),
    Key::new(SUPER,       key::GRAVE,    Scratchpad("terminal")),
    Key::new(SUPER_SHIFT, of('q'),       Close),
    Key::new(SUPER_SHIFT, of('c'),       Close),

    Key::new(SUPER,       of('j'),       FocusNext),
    Key::new(SUPER,       of('k'),       FocusPrevious),
    Key::new(SUPER,       key::LEFT,     FocusTowards(Left)),
    Key::new(SUPER,       key::RIGHT,    FocusTowards(Right)),
    Key::new(SUPER,       key::UP,       FocusTowards(Up)),
    Key::new(SUPER,       key::DOWN,     FocusTowards(Down)),
    Key::new(SUPER_SHIFT, key::TAB,      FocusLast),
    Key::new(SUPER,       of('u'),       FocusUrgent),
    Key::new(SUPER_SHIFT, of('m'),       Mode("mark")),
    Key::new(SUPER,       key::APOSTROPHE, Mode("jump")),

    Key::new(SUPER_SHIFT, of('j'),       SwapNext),
    Key::new(SUPER_SHIFT, of('k'),       SwapPrevious),
    Key::new(SUPER_SHIFT, key::LEFT,     SwapTowards(Left)),
    Key::new(SUPER_SHIFT, key::RIGHT,    SwapTowards(Right)),
    Key::new(SUPER_SHIFT, key::UP,       SwapTowards(Up)),
    Key::new(SUPER_SHIFT, key::DOWN,     SwapTowards(Down)),
    Key::new(SUPER_SHIFT, key::RETURN,   SwapLeader),

    Key::new(SUPER,       of('t'),       SetLayout(Tall)),
    Key::new(SUPER,       of('w'),       SetLayout(Wide)),
    Key::new(SUPER,       of('c'),       SetLayout(Center)),
    Key::new(SUPER,       of('g'),       SetLayout(Grid)),
    Key::new(SUPER,       of('m'),       SetLayout(Monocle)),
    Key::new(SUPER,       of('e'),       SetLayout(Tabbed)),
    Key::new(SUPER,       key::SPACE,    NextLayout),
    Key::new(SUPER,       of('h'),       ResizeLeader(-5)),
    Key::new(SUPER,       of('l'),       ResizeLeader(5)),
    Key::new(SUPER,       of('i'),       LeaderCount(1)),
    Key::new(SUPER,       of('o'),       LeaderCount(-1)),
    Key::new(SUPER,       of('r'),       Mode("resize")),

    Key::new(SUPER,       of('b'),       ToggleBar),
    Key::new(SUPER,       of('f'),       ToggleFullscreen),
    Key::new(SUPER_SHIFT, of('f'),       ToggleFullscreenInTile),
    Key::new(SUPER_SHIFT, key::SPACE,    ToggleFloating),
    Key::new(SUPER,       of('z'),       ToggleMaximized),
    Key::new(SUPER_SHIFT, of('z'),       Centre),
    Key::new(SUPER,       of('s'),       ToggleSticky),
    Key::new(SUPER,       of('a'),       ToggleAbove),
    Key::new(SUPER_SHIFT, key::MINUS,    Minimise),
    Key::new(SUPER,       key::MINUS,    Restore),
    Key::new(SUPER_CTRL,  key::LEFT,     ResizeBy(-32, 0)),
    Key::new(SUPER_CTRL,  key::RIGHT,    ResizeBy(32, 0)),
    Key::new(SUPER_CTRL,  key::UP,       ResizeBy(0, -32)),
    Key::new(SUPER_CTRL,  key::DOWN,     ResizeBy(0, 32)),

    Key::new(SUPER,       of('1'),       View("1")),
    Key::new(SUPER,       of('2'),       View("2")),
    Key::new(SUPER,       of('3'),       View("3")),
    Key::new(SUPER,       of('4'),       View("4")),
    Key::new(SUPER,       of('5'),       View("5")),
    Key::new(SUPER,       of('6'),       View("6")),
    Key::new(SUPER,       of('7'),       View("7")),
    Key::new(SUPER,       of('8'),       View("8")),
    Key::new(SUPER,       of('9'),       View("9")),
    Key::new(SUPER_SHIFT, of('n'),       RenameWorkspace),
    Key::new(SUPER,       key::TAB,      ViewLast),
    Key::new(SUPER,       key::PAGE_DOWN, ViewNext),
    Key::new(SUPER,       key::PAGE_UP,  ViewPrevious),
    Key::new(SUPER_SHIFT, of('1'),       Send("1")),
    Key::new(SUPER_SHIFT, of('2'),       Send("2")),
    Key::new(SUPER_SHIFT, of('3'),       Send("3")),
    Key::new(SUPER_SHIFT, of('4'),       Send("4")),
    Key::new(SUPER_SHIFT, of('5'),       Send("5")),
    Key::new(SUPER_SHIFT, of('6'),       Send("6")),
    Key::new(SUPER_SHIFT, of('7'),       Send("7")),
    Key::new(SUPER_SHIFT, of('8'),       Send("8")),
    Key::new(SUPER_SHIFT, of('9'),       Send("9")),
    Key::new(SUPER_CTRL,  of('1'),       SendAndFollow("1")),
    Key::new(SUPER_CTRL,  of('2'),       SendAndFollow("2")),
    Key::new(SUPER_CTRL,  of('3'),       SendAndFollow("3")),
    Key::new(SUPER_CTRL,  of('4'),       SendAndFollow("4")),
    Key::new(SUPER_CTRL,  of('5'),       SendAndFollow("5")),
    Key::new(SUPER_CTRL,  of('6'),       SendAndFollow("6")),
    Key::new(SUPER_CTRL,  of('7'),       SendAndFollow("7")),
    Key::new(SUPER_CTRL,  of('8'),       SendAndFollow("8")),
    Key::new(SUPER_CTRL,  of('9'),       SendAndFollow("9")),

    Key::new(SUPER,       key::COMMA,    FocusMonitor(Previous)),
    Key::new(SUPER_SHIFT, key::COMMA,    SendToMonitor(Previous)),
    Key::new(SUPER_CTRL,  key::COMMA,    MoveToMonitor(Previous)),
    Key::new(SUPER,       key::PERIOD,   FocusMonitor(Next)),
    Key::new(SUPER_SHIFT, key::PERIOD,   SendToMonitor(Next)),
    Key::new(SUPER_CTRL,  key::PERIOD,   MoveToMonitor(Next)),

    Key::new(ALONE, key::XF86_AUDIO_RAISE_VOLUME,   Spawn(LOUDER)),
    Key::new(ALONE, key::XF86_AUDIO_LOWER_VOLUME,   Spawn(QUIETER)),
    Key::new(ALONE, key::XF86_AUDIO_MUTE,           Spawn(MUTE)),
    Key::new(ALONE, key::XF86_AUDIO_MIC_MUTE,       Spawn(MUTE_MICROPHONE)),
    Key::new(ALONE, key::XF86_BRIGHTNESS_UP,        Spawn(BRIGHTER)),
    Key::new(ALONE, key::XF86_BRIGHTNESS_DOWN,      Spawn(DARKER)),
    Key::new(ALONE, key::XF86_AUDIO_PLAY,           Spawn(PLAY)),
    Key::new(ALONE, key::XF86_AUDIO_PAUSE,          Spawn(PLAY)),
    Key::new(ALONE, key::XF86_AUDIO_STOP,           Spawn(STOP)),
    Key::new(ALONE, key::XF86_AUDIO_NEXT,           Spawn(NEXT)),
    Key::new(ALONE, key::XF86_AUDIO_PREVIOUS,       Spawn(PREVIOUS)),
    Key::new(ALONE, key::PRINT,                     Spawn(SCREENSHOT)),

    // A locker needs the keyboard for itself, so it waits until the key is let go of.
    Key::on_release(SUPER_SHIFT, of('x'),       Spawn(LOCKER)),
    Key::on_release(ALONE,       key::XF86_SCREEN_SAVER, Spawn(LOCKER)),
    Key::new(SUPER_SHIFT, of('e'),       Quit),
    Key::new(SUPER_SHIFT, of('r'),       Restart),
];

/// Tables that stand in for the usual keys. Escape always leads back.
const MODES: &[Mode] = &[
    Mode { name: "resize", keys: RESIZE, once: false },
    // For one key: where to put a mark, and which one to go to.
    Mode { name: "mark", keys: MARK, once: true },
    Mode { name: "jump", keys: JUMP, once: true },
];

#[rustfmt::skip]
const RESIZE: &[Key] = &[
    Key::new(ALONE,       of('h'),       ResizeLeader(-5)),
    Key::new(ALONE,       of('l'),       ResizeLeader(5)),
    Key::new(ALONE,       key::LEFT,     ResizeLeader(-5)),
    Key::new(ALONE,       key::RIGHT,    ResizeLeader(5)),
    Key::new(ALONE,       of('k'),       ResizeWindow(-10)),
    Key::new(ALONE,       of('j'),       ResizeWindow(10)),
    Key::new(ALONE,       key::UP,       ResizeWindow(-10)),
    Key::new(ALONE,       key::DOWN,     ResizeWindow(10)),
    Key::new(ALONE,       key::MINUS,    ResizeGap(-2)),
    Key::new(ALONE,       key::EQUAL,    ResizeGap(2)),
    Key::new(SHIFT,       of('b'),       ResizeBorder(-1)),
    Key::new(ALONE,       of('b'),       ResizeBorder(1)),
    Key::new(ALONE,       of('0'),       ResetSizes),
    Key::new(ALONE,       key::RETURN,   LeaveMode),
    Key::new(SUPER,       of('r'),       LeaveMode),
];

#[rustfmt::skip]
const MARK: &[Key] = &[
    Key::new(ALONE,       of('a'),       Mark("a")),
    Key::new(ALONE,       of('s'),       Mark("s")),
    Key::new(ALONE,       of('d'),       Mark("d")),
    Key::new(ALONE,       of('f'),       Mark("f")),
    Key::new(ALONE,       of('g'),       Mark("g")),
    Key::new(ALONE,       of('h'),       Mark("h")),
    Key::new(ALONE,       of('j'),       Mark("j")),
    Key::new(ALONE,       of('k'),       Mark("k")),
    Key::new(ALONE,       of('l'),       Mark("l")),
];

#[rustfmt::skip]
const JUMP: &[Key] = &[
    Key::new(ALONE,       of('a'),       FocusMark("a")),
    Key::new(ALONE,       of('s'),       FocusMark("s")),
    Key::new(ALONE,       of('d'),       FocusMark("d")),
    Key::new(ALONE,       of('f'),       FocusMark("f")),
    Key::new(ALONE,       of('g'),       FocusMark("g")),
    Key::new(ALONE,       of('h'),       FocusMark("h")),
    Key::new(ALONE,       of('j'),       FocusMark("j")),
    Key::new(ALONE,       of('k'),       FocusMark("k")),
    Key::new(ALONE,       of('l'),       FocusMark("l")),
];

#[rustfmt::skip]
const MOUSE: &[Mouse] = &[
    //         held   button          what it does to the window under the pointer
    Mouse::new(SUPER, 1 /* left */,   DragMove),
    Mouse::new(SUPER, 2 /* middle */, ToggleFloating),
    Mouse::new(SUPER, 3 /* right */,  DragResize),

    //        over what          held   button             what it does on that monitor
    Mouse::on(Over::Workspace,   ALONE, 1 /* left */,      ViewThis),
    Mouse::on(Over::Workspace,   ALONE, 3 /* right */,     SendToThis),
    Mouse::on(Over::Workspace,   ALONE, 4 /* wheel up */,  ViewPrevious),
    Mouse::on(Over::Workspace,   ALONE, 5 /* and down */,  ViewNext),
    Mouse::on(Over::Layout,      ALONE, 1 /* left */,      NextLayout),
    Mouse::on(Over::Layout,      ALONE, 3 /* right */,     SetLayout(Monocle)),
    Mouse::on(Over::Title,       ALONE, 1 /* left */,      FocusThis),
    Mouse::on(Over::Title,       ALONE, 2 /* middle */,    SwapLeader),
    Mouse::on(Over::Title,       ALONE, 4 /* wheel up */,  FocusPrevious),
    Mouse::on(Over::Title,       ALONE, 5 /* and down */,  FocusNext),
    Mouse::on(Over::Tab,         ALONE, 1 /* left */,      FocusThis),
    Mouse::on(Over::Tab,         ALONE, 2 /* middle */,    Close),
    Mouse::on(Over::Tab,         ALONE, 4 /* wheel up */,  FocusPrevious),
    Mouse::on(Over::Tab,         ALONE, 5 /* and down */,  FocusNext),
];

#[rustfmt::skip]
const RULES: &[Rule] = &[
    //     which windows, as xprop shows them      what is different
    // Rule { class: Some("Gimp"),                 workspace: Some("9"), ..Rule::ANY },
    // Rule { class: Some("pavucontrol"),          floating: Some(true), size: Some((800, 500)), ..Rule::ANY },
    // Rule { title: Some("Picture-in-Picture"),   floating: Some(true), place: Some((-20, -20)), sticky: true, ..Rule::ANY },
    // Rule { class: Some("Conky"),                borderless: true, focus: Some(false), ..Rule::ANY },
    // Rule { class: Some("XTerm"),                swallows: true, ..Rule::ANY },
];

const SCRATCHPADS: &[Scratchpad] = &[Scratchpad {
    name: "terminal",
    class: "scratchpad",
    program: &["xterm", "-class", "scratchpad"],
    // In percent of the monitor.
    size: (80, 60),
}];

#[rustfmt::skip]
const STATUS: &[Check] = &[
    //         what is read  label   what is shown of it
    Check::new(Cpu,          "cpu",  "{percent:3} %").looks(BUSY),
    Check::new(Memory,       "mem",  "{available:4}"),
    Check::new(Network(""),  "net",  "{down:4} {up:4}"),
    Check::new(Battery,      "bat",  "{state}{percent} % {time}").looks(EMPTY),
    Check::new(Date,         "",     "%a %e %b %H:%M"),
    // Check::new(Wireless(""), "wifi", "{name} {percent} %"),
    // Check::new(Disk("/"),     "disk", "{free}"),
    // Check::new(Temperature(""), "", "{degrees} °C").looks(&[Look::from(80, 0xf7_76_8e)]),
    // Check::new(Volume("Master"), "vol", "{percent:3} % {muted}").clicks(&[(1, Spawn(MUTE)), (4, Spawn(LOUDER)), (5, Spawn(QUIETER))]),
    // Check::new(Command(&["my-script"]), "", "{text}").every(30),
    // Check::new(RootName,      "",     "{text}"),
];

const BUSY: &[Look] = &[Look::from(80, 0xf7_76_8e), Look::from(50, 0xe0_af_68)];
const EMPTY: &[Look] = &[Look::below(10, 0xf7_76_8e), Look::below(25, 0xe0_af_68)];

const COLOURS: Colours = Colours {
    // Borders.
    focused: 0x7a_a2_f7,
    unfocused: 0x3b_42_61,
    urgent: 0xf7_76_8e,
    // Bars, tabs, the prompt and the help.
    ground: 0x1a_1b_26,
    text: 0xc0_ca_f5,
    faint: 0x73_7a_a2,
    chosen: 0x7a_a2_f7,
    chosen_text: 0x1a_1b_26,
    urgent_text: 0x1a_1b_26,
};

/// The fonts, by family or file; each character is drawn by the first that has it.
const FONTS: &[&str] = &["DejaVu Sans", "Noto Sans", "Noto Sans Symbols", "Noto Sans CJK"];

const BAR: Bar = Bar { edge: Edge::Top, shown: true, padding: 3, shortcuts: SHORTCUTS, tray: true };

/// Boxes of the bar that start or do something.
const SHORTCUTS: &[Shortcut] = &[Shortcut { text: "+", action: Spawn(TERMINAL) }];

/// The whole configuration.
pub(crate) const CONFIG: Config = Config {
    workspaces: WORKSPACES,
    keys: KEYS,
    mouse: MOUSE,
    rules: RULES,
    status: STATUS,
    autostart: AUTOSTART,
    colours: COLOURS,
    fonts: FONTS,
    text_size: TextSize::Points(10),
    bar: Some(BAR),
    scale: Scale::Automatic,
    border: 2,
    gap: 4,
    share: Share { leaders: 1, ratio: 55 },
    modes: MODES,
    scratchpads: SCRATCHPADS,
    smart_gaps: false,
    smart_borders: false,
    tiles_keep_to_hints: false,
    focus: FocusPolicy::Sloppy,
    new_windows: NewWindows::Focus,
    activation: Activation::FocusIfVisible,
    warp_pointer: false,
    on_other_monitor: OnOtherMonitor::Swap,
    hint: true,
    snap: 16,
}
.validated();
