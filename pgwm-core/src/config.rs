//! Everything a user may say. Never holds a value: those are `pgwm/src/config.rs`.
//!
//! A configuration is a constant that ends in [`Config::validated`], so that a mistake in
//! it stops the build with a sentence instead of surprising a running session.

use crate::layout::{Layout, Share};
use crate::x11::id::{Keysym, Modifiers};

/// The whole configuration.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The workspaces in their order; at least one, each with a name of its own.
    pub workspaces: &'static [Workspace],
    /// What keys do.
    pub keys: &'static [Key],
    /// What mouse buttons do over a window.
    pub mouse: &'static [Mouse],
    /// What is different for some programs; the first rule that matches is used.
    pub rules: &'static [Rule],
    /// Programs started once, with the session; not again at a restart in place.
    pub autostart: &'static [Program],
    /// Border colours.
    pub colours: Colours,
    /// Border width in pixels, at most 64.
    pub border: u32,
    /// Pixels between windows and at the edges of a monitor, at most 256.
    pub gap: u32,
    /// The leaders' share of a workspace at first.
    pub share: Share,
    /// Whether the window under the pointer takes the focus when the pointer moves into
    /// it; else a click is needed.
    pub focus_follows_pointer: bool,
}

/// A program and its arguments; the program is a path or a name searched in PATH.
pub type Program = &'static [&'static str];

/// One workspace.
#[derive(Debug, Clone, Copy)]
pub struct Workspace {
    /// Its name, by which keys and rules speak of it, and which pagers show.
    pub name: &'static str,
    /// Its layout at first.
    pub layout: Layout,
}

/// One key binding.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Modifiers held; locks (`CapsLock`, `NumLock`, `ScrollLock`) never matter.
    pub modifiers: Modifiers,
    /// The key, by the symbol on it.
    pub keysym: Keysym,
    /// What it does.
    pub action: Action,
}

impl Key {
    /// One line of the key table.
    pub const fn new(modifiers: Modifiers, keysym: Keysym, action: Action) -> Self {
        Self { modifiers, keysym, action }
    }
}

/// One mouse binding: what a button does over a window while modifiers are held.
#[derive(Debug, Clone, Copy)]
pub struct Mouse {
    /// Modifiers held; at least one, else programs would lose the button.
    pub modifiers: Modifiers,
    /// 1 left, 2 middle, 3 right, 4 and 5 the wheel.
    pub button: u8,
    /// What it does, to the window under the pointer.
    pub action: Action,
}

impl Mouse {
    /// One line of the mouse table.
    pub const fn new(modifiers: Modifiers, button: u8, action: Action) -> Self {
        Self { modifiers, button, action }
    }
}

/// What is different for the windows of a class.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The second word of `WM_CLASS`, as `xprop` shows it.
    pub class: &'static str,
    /// The workspace where its windows open; `None`: the one that the window asks for, else
    /// its parent's, else the current one.
    pub workspace: Option<&'static str>,
    /// Whether its windows float; `None`: as the window itself suggests.
    pub floating: Option<bool>,
}

/// Colours as 0xRRGGBB.
#[derive(Debug, Clone, Copy)]
pub struct Colours {
    /// Border of the window with the focus.
    pub focused: u32,
    /// Border of every other window.
    pub unfocused: u32,
    /// Border of a window that asks for attention.
    pub urgent: u32,
}

/// What a binding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Starts a program.
    Spawn(Program),
    /// Asks the focused window to close; kills its program where it can't be asked.
    Close,
    /// Focuses the next window of the workspace, in a circle.
    FocusNext,
    /// Focuses the previous window of the workspace, in a circle.
    FocusPrevious,
    /// Swaps the focused tile with the next one, in a circle.
    SwapNext,
    /// Swaps the focused tile with the previous one, in a circle.
    SwapPrevious,
    /// Makes the focused tile the leader; the leader gives way to the tile after it.
    SwapLeader,
    /// Shows a workspace.
    View(&'static str),
    /// Shows the workspace that was shown before.
    ViewLast,
    /// Moves the focused window to a workspace, without following it.
    Send(&'static str),
    /// Changes the layout of the workspace.
    SetLayout(Layout),
    /// Changes to the next layout.
    NextLayout,
    /// Gives the leaders more or less of the width, in percent.
    ResizeLeader(i8),
    /// Makes more or fewer windows leaders.
    LeaderCount(i8),
    /// Lets the focused window cover its monitor, or stops that.
    ToggleFullscreen,
    /// Takes the focused window out of the tiles, or puts it back.
    ToggleFloating,
    /// Moves the window along with the pointer until the button is released. Mouse only.
    DragMove,
    /// Resizes the window from its nearest corner until the button is released. Mouse only.
    DragResize,
    /// Ends the session's window manager; the windows stay.
    Quit,
    /// Starts the program file again in this process; the windows stay.
    Restart,
}

impl Config {
    /// The widest border, in pixels.
    pub const MAXIMUM_BORDER: u32 = 64;
    /// The widest gap, in pixels.
    pub const MAXIMUM_GAP: u32 = 256;
    /// The most workspaces.
    pub const MAXIMUM_WORKSPACES: usize = 64;

    /// The same configuration, once every part of it is known to make sense.
    ///
    /// # Panics
    ///
    /// On a mistake, with a sentence. In a constant, as in `pgwm/src/config.rs`, that is
    /// an error of the build.
    #[must_use]
    pub const fn validated(self) -> Self {
        self.check_workspaces();
        self.check_numbers();
        self.check_keys();
        self.check_mouse();
        self.check_rules();
        let mut i = 0;
        while i < self.autostart.len() {
            check_program(self.autostart[i]);
            i += 1;
        }
        self
    }

    /// The place of a workspace in [`Config::workspaces`].
    pub const fn workspace_index(&self, name: &str) -> Option<usize> {
        let mut i = 0;
        while i < self.workspaces.len() {
            if same_text(self.workspaces[i].name, name) {
                return Some(i);
            }
            i += 1;
        }
        None
    }

    const fn check_workspaces(&self) {
        assert!(!self.workspaces.is_empty(), "config: there must be at least one workspace");
        assert!(
            self.workspaces.len() <= Self::MAXIMUM_WORKSPACES,
            "config: there are more than 64 workspaces"
        );
        let mut i = 0;
        while i < self.workspaces.len() {
            let name = self.workspaces[i].name;
            assert!(!name.is_empty(), "config: a workspace has no name");
            let mut byte = 0;
            while byte < name.len() {
                assert!(name.as_bytes()[byte] != 0, "config: a workspace's name has a zero byte");
                byte += 1;
            }
            match self.workspace_index(name) {
                Some(first) if first == i => {}
                _ => panic!("config: two workspaces have the same name"),
            }
            i += 1;
        }
    }

    const fn check_numbers(&self) {
        assert!(self.border <= Self::MAXIMUM_BORDER, "config: the border is wider than 64 pixels");
        assert!(self.gap <= Self::MAXIMUM_GAP, "config: the gap is wider than 256 pixels");
        assert!(
            self.share.ratio >= *Share::RATIOS.start() && self.share.ratio <= *Share::RATIOS.end(),
            "config: the leaders' ratio is not between 5 and 95 percent"
        );
        assert!(
            self.share.leaders >= *Share::LEADERS.start()
                && self.share.leaders <= *Share::LEADERS.end(),
            "config: the number of leaders is not between 1 and 16"
        );
        assert!(
            self.colours.focused <= 0xff_ffff
                && self.colours.unfocused <= 0xff_ffff
                && self.colours.urgent <= 0xff_ffff,
            "config: a colour is not of the form 0xRRGGBB"
        );
    }

    const fn check_keys(&self) {
        let mut i = 0;
        while i < self.keys.len() {
            let key = self.keys[i];
            assert!(key.keysym.raw() != 0, "config: a key has no symbol");
            check_modifiers(key.modifiers);
            assert!(
                !matches!(key.action, Action::DragMove | Action::DragResize),
                "config: DragMove and DragResize belong in the mouse table"
            );
            self.check_action(key.action);
            let mut j = 0;
            while j < i {
                let other = self.keys[j];
                assert!(
                    other.keysym.raw() != key.keysym.raw()
                        || other.modifiers.bits() != key.modifiers.bits(),
                    "config: the same chord stands twice in the key table"
                );
                j += 1;
            }
            i += 1;
        }
    }

    const fn check_mouse(&self) {
        let mut i = 0;
        while i < self.mouse.len() {
            let mouse = self.mouse[i];
            assert!(
                mouse.button >= 1 && mouse.button <= 9,
                "config: a mouse button is not between 1 and 9"
            );
            assert!(
                mouse.modifiers.bits() != 0,
                "config: a mouse button without a modifier would be taken from all programs"
            );
            check_modifiers(mouse.modifiers);
            self.check_action(mouse.action);
            let mut j = 0;
            while j < i {
                let other = self.mouse[j];
                assert!(
                    other.button != mouse.button
                        || other.modifiers.bits() != mouse.modifiers.bits(),
                    "config: the same button stands twice in the mouse table"
                );
                j += 1;
            }
            i += 1;
        }
    }

    const fn check_rules(&self) {
        let mut i = 0;
        while i < self.rules.len() {
            let rule = self.rules[i];
            assert!(!rule.class.is_empty(), "config: a rule has no class");
            if let Some(name) = rule.workspace {
                self.check_workspace(name);
            }
            i += 1;
        }
    }

    const fn check_action(&self, action: Action) {
        match action {
            Action::Spawn(program) => check_program(program),
            Action::View(name) | Action::Send(name) => self.check_workspace(name),
            Action::ResizeLeader(percent) => assert!(
                percent != 0 && percent >= -50 && percent <= 50,
                "config: ResizeLeader takes -50 to 50 percent, and not 0"
            ),
            Action::LeaderCount(by) => assert!(
                by != 0 && by >= -15 && by <= 15,
                "config: LeaderCount takes -15 to 15, and not 0"
            ),
            _ => {}
        }
    }

    const fn check_workspace(&self, name: &str) {
        assert!(
            self.workspace_index(name).is_some(),
            "config: a key or a rule names a workspace that does not exist"
        );
    }
}

const fn check_program(program: Program) {
    assert!(
        !program.is_empty() && !program[0].is_empty(),
        "config: a program to start has no name"
    );
    let mut i = 0;
    while i < program.len() {
        let mut byte = 0;
        while byte < program[i].len() {
            assert!(
                program[i].as_bytes()[byte] != 0,
                "config: a program's name or argument has a zero byte"
            );
            byte += 1;
        }
        i += 1;
    }
}

const fn check_modifiers(modifiers: Modifiers) {
    assert!(
        modifiers.bits() & Modifiers::LOCK.bits() == 0 && modifiers.bits() <= 0xff,
        "config: a binding can't use CapsLock or AnyModifier"
    );
}

const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
