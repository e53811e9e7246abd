//! The file that you edit. Change a table, `cargo build --release`, and press
//! Super+Shift+r in the running session.
//!
//! A mistake (a chord that stands twice, a workspace that does not exist, a number out of
//! range) stops the build with a sentence. What each word means stands in
//! `pgwm-core/src/config.rs`; the names of the keys in `pgwm-core/src/x11/keysym.rs`.

#![expect(clippy::enum_glob_use, reason = "a table reads better without the names of its enums")]

use pgwm_core::config::{
    Action::*, Activation, Colours, Config, FocusPolicy, Key, Mode, Mouse, NewWindows,
    OnOtherMonitor, Program, Rule, Scratchpad, Workspace,
};
use pgwm_core::layout::{Layout::*, Share};
use pgwm_core::x11::id::Modifiers;
use pgwm_core::x11::keysym::{self as key, of};

/// The key that all bindings hold: the one with the logo. Another one: `Modifiers::ALT`.
const SUPER: Modifiers = Modifiers::SUPER;
const SUPER_SHIFT: Modifiers = SUPER.with(Modifiers::SHIFT);

const TERMINAL: Program = &["xterm"];
const LAUNCHER: Program = &["dmenu_run"];

/// Programs that start with the session, such as `&["picom"]`.
const AUTOSTART: &[Program] = &[];

#[rustfmt::skip]
const WORKSPACES: &[Workspace] = &[
    //             name layout at first: Tall, Wide, Center, Spiral, Grid, Columns, Monocle, Floating
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
    Key::new(SUPER,       of('p'),       Spawn(LAUNCHER)),
    Key::new(SUPER_SHIFT, of('q'),       Close),
    Key::new(SUPER_SHIFT, of('c'),       Close),

    Key::new(SUPER,       of('j'),       FocusNext),
    Key::new(SUPER,       of('k'),       FocusPrevious),
    Key::new(SUPER,       key::RIGHT,    FocusNext),
    Key::new(SUPER,       key::DOWN,     FocusNext),
    Key::new(SUPER,       key::LEFT,     FocusPrevious),
    Key::new(SUPER,       key::UP,       FocusPrevious),
    Key::new(SUPER_SHIFT, of('j'),       SwapNext),
    Key::new(SUPER_SHIFT, of('k'),       SwapPrevious),
    Key::new(SUPER_SHIFT, key::RIGHT,    SwapNext),
    Key::new(SUPER_SHIFT, key::DOWN,     SwapNext),
    Key::new(SUPER_SHIFT, key::LEFT,     SwapPrevious),
    Key::new(SUPER_SHIFT, key::UP,       SwapPrevious),
    Key::new(SUPER_SHIFT, key::RETURN,   SwapLeader),

    Key::new(SUPER,       of('t'),       SetLayout(Tall)),
    Key::new(SUPER,       of('c'),       SetLayout(Center)),
    Key::new(SUPER,       of('m'),       SetLayout(Monocle)),
    Key::new(SUPER,       key::SPACE,    NextLayout),
    Key::new(SUPER,       of('h'),       ResizeLeader(-5)),
    Key::new(SUPER,       of('l'),       ResizeLeader(5)),
    Key::new(SUPER,       of('i'),       LeaderCount(1)),
    Key::new(SUPER,       of('o'),       LeaderCount(-1)),
    Key::new(SUPER,       of('f'),       ToggleFullscreen),
    Key::new(SUPER_SHIFT, key::SPACE,    ToggleFloating),

    Key::new(SUPER,       of('1'),       View("1")),
    Key::new(SUPER,       of('2'),       View("2")),
    Key::new(SUPER,       of('3'),       View("3")),
    Key::new(SUPER,       of('4'),       View("4")),
    Key::new(SUPER,       of('5'),       View("5")),
    Key::new(SUPER,       of('6'),       View("6")),
    Key::new(SUPER,       of('7'),       View("7")),
    Key::new(SUPER,       of('8'),       View("8")),
    Key::new(SUPER,       of('9'),       View("9")),
    Key::new(SUPER,       key::TAB,      ViewLast),
    Key::new(SUPER_SHIFT, of('1'),       Send("1")),
    Key::new(SUPER_SHIFT, of('2'),       Send("2")),
    Key::new(SUPER_SHIFT, of('3'),       Send("3")),
    Key::new(SUPER_SHIFT, of('4'),       Send("4")),
    Key::new(SUPER_SHIFT, of('5'),       Send("5")),
    Key::new(SUPER_SHIFT, of('6'),       Send("6")),
    Key::new(SUPER_SHIFT, of('7'),       Send("7")),
    Key::new(SUPER_SHIFT, of('8'),       Send("8")),
    Key::new(SUPER_SHIFT, of('9'),       Send("9")),

    Key::new(SUPER_SHIFT, of('e'),       Quit),
    Key::new(SUPER_SHIFT, of('r'),       Restart),
];

#[rustfmt::skip]
const MOUSE: &[Mouse] = &[
    //         held   button          what it does to the window under the pointer
    Mouse::new(SUPER, 1 /* left */,   DragMove),
    Mouse::new(SUPER, 2 /* middle */, ToggleFloating),
    Mouse::new(SUPER, 3 /* right */,  DragResize),
];

#[rustfmt::skip]
const RULES: &[Rule] = &[
    //     which windows, as xprop shows them      what is different
];

const MODES: &[Mode] = &[];

const SCRATCHPADS: &[Scratchpad] = &[];

const COLOURS: Colours = Colours { focused: 0x7a_a2_f7, unfocused: 0x3b_42_61, urgent: 0xf7_76_8e };

/// The whole configuration.
pub(crate) const CONFIG: Config = Config {
    workspaces: WORKSPACES,
    keys: KEYS,
    mouse: MOUSE,
    rules: RULES,
    autostart: AUTOSTART,
    colours: COLOURS,
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
    snap: 16,
}
.validated();
