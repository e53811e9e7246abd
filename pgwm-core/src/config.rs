//! Everything a user may say. Never holds a value: those are `pgwm/src/config.rs`.
//!
//! A configuration is a constant that ends in [`Config::validated`], so that a mistake in
//! it stops the build with a sentence instead of surprising a running session.

pub use crate::geometry::Direction;
use crate::layout::{Layout, Share};
use crate::status::{self, Check};
use crate::x11::id::{Keysym, Modifiers};
use crate::x11::keysym;

/// The whole configuration.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The workspaces in their order; at least one, each with a name of its own.
    pub workspaces: &'static [Workspace],
    /// What keys do.
    pub keys: &'static [Key],
    /// Tables of keys that stand in for `keys` for a while.
    pub modes: &'static [Mode],
    /// What mouse buttons do over a window.
    pub mouse: &'static [Mouse],
    /// What is different for some programs; the first rule that matches is used.
    pub rules: &'static [Rule],
    /// Programs that a key calls up and sends away again.
    pub scratchpads: &'static [Scratchpad],
    /// What the bar says of the machine, from left to right.
    pub status: &'static [Check],
    /// Programs started once, with the session; not again at a restart in place.
    pub autostart: &'static [Program],
    /// The colours of borders, bars and everything else that we draw.
    pub colours: Colours,
    /// The fonts, each a file's path or a family's name such as `DejaVu Sans`: those that
    /// exist are used, and each character is drawn by the first one that has it.
    pub fonts: &'static [&'static str],
    /// The size of text.
    pub text_size: TextSize,
    /// The bar; `None`: there is none, and nothing that it shows is looked up.
    pub bar: Option<Bar>,
    /// How large a pixel of this configuration is.
    pub scale: Scale,
    /// Border width in pixels, at most 64.
    pub border: u32,
    /// Pixels between windows and at the edges of a monitor, at most 256.
    pub gap: u32,
    /// The leaders' share of a workspace at first.
    pub share: Share,
    /// Whether a tile that is alone on its monitor has no gap around it.
    pub smart_gaps: bool,
    /// Whether a tile that is alone on its monitor has no border.
    pub smart_borders: bool,
    /// Whether tiles keep to the sizes that their programs can show, such as whole
    /// characters, and leave the rest of their cell free.
    pub tiles_keep_to_hints: bool,
    /// What gives a window the focus.
    pub focus: FocusPolicy,
    /// Whether a new window takes the focus.
    pub new_windows: NewWindows,
    /// What happens when a program asks for the focus for a window of its own.
    pub activation: Activation,
    /// Whether the pointer jumps into a window that gets the focus by a key.
    pub warp_pointer: bool,
    /// What happens when a key shows a workspace that another monitor shows.
    pub on_other_monitor: OnOtherMonitor,
    /// Whether a session that begins without windows says which keys open a terminal and
    /// show the help.
    pub hint: bool,
    /// From how many pixels on the edge of a dragged float clings to another edge; 0: never.
    pub snap: u32,
}

/// The size of text: that of its em square.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSize {
    /// In 72nds of an inch of the screen.
    Points(u32),
    /// In pixels, which [`Config::scale`] applies to as to all others.
    Pixels(u32),
}

/// How large a pixel of the configuration is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// One where there are 96 to the inch, as `Xft.dpi` (`xrdb`) says or else the monitor.
    Automatic,
    /// In percent: 100 is one for one.
    Percent(u32),
}

/// The bar of each monitor.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// Where it is.
    pub edge: Edge,
    /// Whether it is shown at first; [`Action::ToggleBar`] changes that.
    pub shown: bool,
    /// Pixels above and below its text, at most 64.
    pub padding: u32,
    /// Boxes between the title and the status.
    pub shortcuts: &'static [Shortcut],
    /// Whether programs may put their icons into it (the system tray), on the primary
    /// monitor.
    pub tray: bool,
}

/// An edge of a monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The upper one.
    Top,
    /// The lower one.
    Bottom,
}

/// A box in the bar that does something when it is clicked.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// What stands in it.
    pub text: &'static str,
    /// What a click with the left button does, unless the mouse table says otherwise.
    pub action: Action,
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
    /// Its leaders' share at first; `None`: [`Config::share`].
    pub share: Option<Share>,
    /// Its gap at first; `None`: [`Config::gap`].
    pub gap: Option<u32>,
}

impl Workspace {
    /// A workspace with the share and the gap of all.
    pub const fn new(name: &'static str, layout: Layout) -> Self {
        Self { name, layout, share: None, gap: None }
    }
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
    /// Whether it does so when the key is released. A screen locker, which needs the
    /// keyboard for itself, has to be started so.
    pub on_release: bool,
}

impl Key {
    /// One line of a key table.
    pub const fn new(modifiers: Modifiers, keysym: Keysym, action: Action) -> Self {
        Self { modifiers, keysym, action, on_release: false }
    }

    /// One line of a key table that acts when the key is released.
    pub const fn on_release(modifiers: Modifiers, keysym: Keysym, action: Action) -> Self {
        Self { modifiers, keysym, action, on_release: true }
    }
}

/// A table of keys that stands in for the usual one, from [`Action::Mode`] on.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    /// Its name.
    pub name: &'static str,
    /// What keys do meanwhile.
    pub keys: &'static [Key],
    /// Whether the next key ends it, whatever it is: what is held and then pressed is a
    /// chord. Else it lasts until [`Action::LeaveMode`]; Escape does that, unless it has
    /// something else to do.
    pub once: bool,
}

/// One mouse binding: what a button does over a window or a part of a bar while modifiers
/// are held.
#[derive(Debug, Clone, Copy)]
pub struct Mouse {
    /// What is under the pointer.
    pub over: Over,
    /// Modifiers held; over a window at least one, else programs would lose the button.
    pub modifiers: Modifiers,
    /// 1 left, 2 middle, 3 right, 4 and 5 the wheel.
    pub button: u8,
    /// What it does: to the window under the pointer, or to the monitor whose bar it is.
    pub action: Action,
}

impl Mouse {
    /// One line of the mouse table, for windows.
    pub const fn new(modifiers: Modifiers, button: u8, action: Action) -> Self {
        Self { over: Over::Window, modifiers, button, action }
    }

    /// One line of the mouse table, for a part of the bar.
    pub const fn on(over: Over, modifiers: Modifiers, button: u8, action: Action) -> Self {
        Self { over, modifiers, button, action }
    }
}

/// What a mouse button can be pressed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// A window.
    Window,
    /// The box of a workspace in the bar; [`Action::ViewThis`] and [`Action::SendToThis`]
    /// mean that one.
    Workspace,
    /// The layout's symbol in the bar.
    Layout,
    /// The title in the bar; what is done to a window is done to the one it names.
    Title,
    /// A tab; what is done to a window is done to its one.
    Tab,
    /// A shortcut in the bar, by its place in [`Bar::shortcuts`].
    Shortcut(u8),
    /// An item of the status in the bar, by its place.
    Status(u8),
}

impl Over {
    /// Whether both are the same.
    pub const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Shortcut(a), Self::Shortcut(b)) | (Self::Status(a), Self::Status(b)) => a == b,
            (Self::Window, Self::Window)
            | (Self::Workspace, Self::Workspace)
            | (Self::Layout, Self::Layout)
            | (Self::Title, Self::Title)
            | (Self::Tab, Self::Tab) => true,
            _ => false,
        }
    }
}

/// What is different for some windows. A line names what it cares for and takes the rest
/// from [`Rule::ANY`].
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The second word of `WM_CLASS`, as `xprop` shows it.
    pub class: Option<&'static str>,
    /// The first word of `WM_CLASS`.
    pub instance: Option<&'static str>,
    /// A part of the title.
    pub title: Option<&'static str>,
    /// `WM_WINDOW_ROLE`.
    pub role: Option<&'static str>,
    /// The sort of window.
    pub kind: Option<Kind>,
    /// The workspace where its windows open; `None`: the one where the program was started,
    /// else the one that the window asks for, else its parent's, else the current one.
    pub workspace: Option<&'static str>,
    /// The monitor, by its name as `xrandr --listmonitors` shows it, on whose workspace its
    /// windows open.
    pub monitor: Option<&'static str>,
    /// Whether its windows float; `None`: as the window itself suggests.
    pub floating: Option<bool>,
    /// Where a float opens, in pixels from its monitor's upper left corner, or, where
    /// negative, from the lower right one.
    pub place: Option<(i32, i32)>,
    /// The size of a float, in pixels without its border.
    pub size: Option<(u32, u32)>,
    /// Whether a window takes the focus when it opens; `None`: as [`Config::new_windows`].
    pub focus: Option<bool>,
    /// Whether it has no border.
    pub borderless: bool,
    /// Whether what it asks for its place and size later is of no concern.
    pub ignores_requests: bool,
    /// Whether it is shown on every workspace of its monitor.
    pub sticky: bool,
    /// Whether it stays in its tile while it believes to be in fullscreen.
    pub fullscreen_in_tile: bool,
    /// Whether a window of a program started from it takes its place until it closes.
    pub swallows: bool,
}

impl Rule {
    /// The rule that every window matches and that changes nothing.
    pub const ANY: Self = Self {
        class: None,
        instance: None,
        title: None,
        role: None,
        kind: None,
        workspace: None,
        monitor: None,
        floating: None,
        place: None,
        size: None,
        focus: None,
        borderless: false,
        ignores_requests: false,
        sticky: false,
        fullscreen_in_tile: false,
        swallows: false,
    };
}

/// Sorts of windows that a rule can speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A program's own window.
    Normal,
    /// A dialog, or a window that belongs to another.
    Dialog,
    /// A palette, a toolbar, a menu torn off.
    Utility,
    /// A splash screen.
    Splash,
}

/// A program that a key calls up and sends away again.
#[derive(Debug, Clone, Copy)]
pub struct Scratchpad {
    /// Its name, for [`Action::Scratchpad`].
    pub name: &'static str,
    /// The second word of its window's `WM_CLASS`.
    pub class: &'static str,
    /// What is started where there is no such window.
    pub program: Program,
    /// Its width and height in percent of the monitor.
    pub size: (u8, u8),
}

/// What gives a window the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusPolicy {
    /// The pointer, when it moves into a window; outside of all windows the last one keeps
    /// the focus.
    Sloppy,
    /// The pointer; outside of all windows no window has the focus.
    FollowsPointer,
    /// A click.
    Click,
}

/// Whether a new window takes the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewWindows {
    /// Unless it asks not to.
    Focus,
    /// Unless the user has typed into another window since its program was started.
    FocusUnlessTyping,
    /// Never; it asks for attention instead.
    Urgent,
}

/// What happens when a program asks for the focus for a window of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// It gets it where it can be seen, and asks for attention elsewhere.
    FocusIfVisible,
    /// It gets it, and its workspace is shown.
    Focus,
    /// It asks for attention.
    Urgent,
    /// Nothing.
    Ignore,
}

/// What happens when a key shows a workspace that another monitor shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnOtherMonitor {
    /// The two monitors change their workspaces.
    Swap,
    /// This monitor gets it, and the other one the first workspace that no monitor shows.
    Pull,
    /// The focus goes to the other monitor.
    Follow,
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
    /// Ground of bars, tabs and overlays.
    pub ground: u32,
    /// Text on that.
    pub text: u32,
    /// Text on that which matters less: workspaces without windows, other monitors' titles.
    pub faint: u32,
    /// Ground of what is chosen: the workspace that is shown, the tab with the focus.
    pub chosen: u32,
    /// Text on that.
    pub chosen_text: u32,
    /// Text on the ground of what asks for attention, which is [`Colours::urgent`].
    pub urgent_text: u32,
}

impl Colours {
    /// Light on dark.
    pub const DEFAULT: Self = Self {
        focused: 0x7a_a2_f7,
        unfocused: 0x3b_42_61,
        urgent: 0xf7_76_8e,
        ground: 0x1a_1b_26,
        text: 0xc0_ca_f5,
        faint: 0x73_7a_a2,
        chosen: 0x7a_a2_f7,
        chosen_text: 0x1a_1b_26,
        urgent_text: 0x1a_1b_26,
    };
}

/// What a binding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Starts a program.
    Spawn(Program),
    /// Asks the focused window to close; kills its program where it can't be asked, and, on
    /// a second request, where it does not answer any more.
    Close,

    /// Focuses the next window of the workspace, in a circle.
    FocusNext,
    /// Focuses the previous window of the workspace, in a circle.
    FocusPrevious,
    /// Focuses the nearest window in a direction, on the next monitor too.
    FocusTowards(Direction),
    /// Focuses the window that had the focus before, on whichever workspace.
    FocusLast,
    /// Focuses the window that has asked for attention the longest.
    FocusUrgent,
    /// Gives the focused window a name by which [`Action::FocusMark`] finds it; takes it
    /// off where it has it.
    Mark(&'static str),
    /// Focuses the window with this mark, on whichever workspace.
    FocusMark(&'static str),

    /// Swaps the focused tile with the next one, in a circle.
    SwapNext,
    /// Swaps the focused tile with the previous one, in a circle.
    SwapPrevious,
    /// Swaps the focused tile with the nearest one in a direction; moves a float by a step.
    SwapTowards(Direction),
    /// Makes the focused tile the leader; the leader gives way to the tile after it.
    SwapLeader,

    /// Shows a workspace.
    View(&'static str),
    /// Shows the workspace that was clicked in the bar. Mouse only.
    ViewThis,
    /// Moves the focused window to the workspace that was clicked in the bar, without
    /// following it. Mouse only.
    SendToThis,
    /// Focuses the window that was clicked in the bar or among the tabs, and nothing more.
    /// Mouse only.
    FocusThis,
    /// Gives the current workspace another name, which is asked for.
    RenameWorkspace,
    /// Shows the workspace that was shown before.
    ViewLast,
    /// Shows the next workspace, in a circle.
    ViewNext,
    /// Shows the previous workspace, in a circle.
    ViewPrevious,
    /// Moves the focused window to a workspace, without following it.
    Send(&'static str),
    /// Moves the focused window to a workspace and shows that.
    SendAndFollow(&'static str),

    /// Focuses the monitor in a direction.
    FocusMonitor(Direction),
    /// Moves the focused window to the monitor in a direction, without following it.
    SendToMonitor(Direction),
    /// Moves the workspace to the monitor in a direction, in exchange for that one's.
    MoveToMonitor(Direction),

    /// Changes the layout of the workspace.
    SetLayout(Layout),
    /// Changes to the next layout.
    NextLayout,
    /// Gives the leaders more or less of the monitor, in percent.
    ResizeLeader(i8),
    /// Makes more or fewer windows leaders.
    LeaderCount(i8),
    /// Gives the focused tile more or less of its column, or makes a float larger or
    /// smaller, in percent.
    ResizeWindow(i8),
    /// Makes the gaps of the workspace wider or narrower, in pixels.
    ResizeGap(i8),
    /// Makes all borders wider or narrower, in pixels.
    ResizeBorder(i8),
    /// Takes back all of these changes of the workspace, and of the border.
    ResetSizes,

    /// Lets the focused window cover its monitor, or stops that.
    ToggleFullscreen,
    /// Lets the focused window believe that it covers its monitor, in its place as it is.
    ToggleFullscreenInTile,
    /// Takes the focused window out of the tiles, or puts it back.
    ToggleFloating,
    /// Lets the focused float fill its monitor's free area, or gives it its size back.
    ToggleMaximized,
    /// Shows the focused window on every workspace of its monitor, or stops that.
    ToggleSticky,
    /// Keeps the focused window above the floats, or stops that.
    ToggleAbove,
    /// Hides the focused window until it is restored.
    Minimise,
    /// Shows the window again that was minimised last on this workspace.
    Restore,
    /// Moves the focused float, in pixels to the right and down.
    MoveBy(i16, i16),
    /// Resizes the focused float, in pixels.
    ResizeBy(i16, i16),
    /// Puts the focused float into the middle of its monitor.
    Centre,
    /// Shows the window of a scratchpad here, or hides it again.
    Scratchpad(&'static str),

    /// Moves the window along with the pointer until the button is released. Mouse only.
    DragMove,
    /// Resizes the window from its nearest corner until the button is released. Mouse only.
    DragResize,

    /// Shows or hides the bar of the monitor.
    ToggleBar,
    /// Asks for a program and its arguments, and starts it.
    Prompt,
    /// Shows what all keys do, until the next key.
    Help,

    /// Lets another table of keys stand in for the usual one.
    Mode(&'static str),
    /// Goes back to the usual table.
    LeaveMode,

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
    /// The sizes that text may have, in pixels or points.
    pub const TEXT_SIZES: core::ops::RangeInclusive<u32> = 4..=256;
    /// The most workspaces.
    pub const MAXIMUM_WORKSPACES: usize = 64;

    /// What a configuration has that says nothing else: one workspace and no bindings.
    pub const DEFAULT: Self = Self {
        workspaces: &[Workspace::new("1", Layout::Tall)],
        keys: &[],
        modes: &[],
        mouse: &[],
        rules: &[],
        scratchpads: &[],
        status: &[],
        autostart: &[],
        colours: Colours::DEFAULT,
        fonts: &["DejaVu Sans"],
        text_size: TextSize::Points(10),
        bar: None,
        scale: Scale::Automatic,
        border: 2,
        gap: 0,
        share: Share { leaders: 1, ratio: 55 },
        smart_gaps: false,
        smart_borders: false,
        tiles_keep_to_hints: false,
        focus: FocusPolicy::Sloppy,
        new_windows: NewWindows::Focus,
        activation: Activation::FocusIfVisible,
        warp_pointer: false,
        on_other_monitor: OnOtherMonitor::Swap,
        hint: false,
        snap: 16,
    };

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
        self.check_bar();
        self.check_keys(self.keys);
        self.check_modes();
        self.check_mouse();
        self.check_rules();
        self.check_scratchpads();
        self.check_status();
        let mut i = 0;
        while i < self.autostart.len() {
            check_program(self.autostart[i]);
            i += 1;
        }
        self
    }

    /// Whether a key does something when it is released, or lets the user type: both need
    /// what only XKB tells of keys.
    pub fn needs_xkb(&self) -> bool {
        let types = |key: &Key| matches!(key.action, Action::Prompt | Action::RenameWorkspace);
        let needs = |keys: &[Key]| keys.iter().any(|key| key.on_release || types(key));
        needs(self.keys) || self.modes.iter().any(|mode| needs(mode.keys))
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

    /// The place of a mode in [`Config::modes`].
    pub const fn mode_index(&self, name: &str) -> Option<usize> {
        let mut i = 0;
        while i < self.modes.len() {
            if same_text(self.modes[i].name, name) {
                return Some(i);
            }
            i += 1;
        }
        None
    }

    /// The place of a scratchpad in [`Config::scratchpads`].
    pub const fn scratchpad_index(&self, name: &str) -> Option<usize> {
        let mut i = 0;
        while i < self.scratchpads.len() {
            if same_text(self.scratchpads[i].name, name) {
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
            if let Some(share) = self.workspaces[i].share {
                check_share(share);
            }
            if let Some(gap) = self.workspaces[i].gap {
                check_gap(gap);
            }
            i += 1;
        }
    }

    const fn check_numbers(&self) {
        assert!(self.border <= Self::MAXIMUM_BORDER, "config: the border is wider than 64 pixels");
        assert!(self.snap <= Self::MAXIMUM_GAP, "config: windows snap from over 256 pixels");
        check_gap(self.gap);
        check_share(self.share);
        let Colours { focused, unfocused, urgent, .. } = self.colours;
        let Colours { ground, text, faint, chosen, chosen_text, urgent_text, .. } = self.colours;
        assert!(
            (focused | unfocused | urgent | ground | text | faint | chosen | chosen_text)
                | urgent_text
                <= 0xff_ffff,
            "config: a colour is not of the form 0xRRGGBB"
        );
        let (TextSize::Points(size) | TextSize::Pixels(size)) = self.text_size;
        assert!(
            size >= *Self::TEXT_SIZES.start() && size <= *Self::TEXT_SIZES.end(),
            "config: the size of text is not between 4 and 256"
        );
        if let Scale::Percent(percent) = self.scale {
            assert!(
                percent >= 25 && percent <= 800,
                "config: the scale is not between 25 and 800 percent"
            );
        }
    }

    const fn check_bar(&self) {
        let Some(bar) = self.bar else { return };
        assert!(bar.padding <= 64, "config: the bar's padding is more than 64 pixels");
        assert!(bar.shortcuts.len() <= 64, "config: there are more than 64 shortcuts");
        let mut i = 0;
        while i < bar.shortcuts.len() {
            let shortcut = bar.shortcuts[i];
            assert!(!shortcut.text.is_empty(), "config: a shortcut has no text");
            assert!(!is_for_mouse(shortcut.action), "config: a shortcut can't do this");
            self.check_action(shortcut.action);
            i += 1;
        }
    }

    const fn check_keys(&self, keys: &[Key]) {
        let mut i = 0;
        while i < keys.len() {
            let key = keys[i];
            assert!(key.keysym.raw() != 0, "config: a key has no symbol");
            check_modifiers(key.modifiers);
            assert!(
                !is_for_mouse(key.action),
                "config: DragMove, DragResize, ViewThis, SendToThis and FocusThis belong in the \
                 mouse table"
            );
            self.check_action(key.action);
            let mut j = 0;
            while j < i {
                let other = keys[j];
                assert!(
                    other.keysym.raw() != key.keysym.raw()
                        || other.modifiers.bits() != key.modifiers.bits()
                        || other.on_release != key.on_release,
                    "config: the same chord stands twice in the key table"
                );
                j += 1;
            }
            i += 1;
        }
    }

    const fn check_modes(&self) {
        let mut i = 0;
        while i < self.modes.len() {
            let mode = self.modes[i];
            match self.mode_index(mode.name) {
                Some(first) if first == i => {}
                _ => panic!("config: two modes have the same name"),
            }
            assert!(!mode.name.is_empty(), "config: a mode has no name");
            self.check_keys(mode.keys);
            let mut leads_out = mode.once;
            let mut has_escape = false;
            let mut j = 0;
            while j < mode.keys.len() {
                let key = mode.keys[j];
                leads_out |= matches!(key.action, Action::LeaveMode | Action::Mode(_));
                has_escape |= key.keysym.raw() == keysym::ESCAPE.raw()
                    && key.modifiers.bits() == 0
                    && !key.on_release;
                assert!(
                    !(mode.once && key.on_release),
                    "config: a mode that the next key ends has a key that acts on its release"
                );
                j += 1;
            }
            assert!(leads_out || !has_escape, "config: no key leads out of a mode");
            i += 1;
        }
    }

    const fn check_scratchpads(&self) {
        let mut i = 0;
        while i < self.scratchpads.len() {
            let pad = self.scratchpads[i];
            match self.scratchpad_index(pad.name) {
                Some(first) if first == i => {}
                _ => panic!("config: two scratchpads have the same name"),
            }
            assert!(!pad.name.is_empty(), "config: a scratchpad has no name");
            assert!(!pad.class.is_empty(), "config: a scratchpad has no class");
            check_program(pad.program);
            assert!(
                pad.size.0 >= 10 && pad.size.0 <= 100 && pad.size.1 >= 10 && pad.size.1 <= 100,
                "config: a scratchpad's size is not between 10 and 100 percent"
            );
            i += 1;
        }
    }

    const fn check_status(&self) {
        let mut i = 0;
        while i < self.status.len() {
            let check = self.status[i];
            check.check();
            if let status::Kind::Command(program) | status::Kind::Follow(program) = check.kind {
                check_program(program);
            }
            let mut click = 0;
            while click < check.clicks.len() {
                let action = check.clicks[click].1;
                assert!(
                    !matches!(action, Action::DragMove | Action::DragResize),
                    "config: DragMove and DragResize belong in the mouse table"
                );
                self.check_action(action);
                click += 1;
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
            let over_window = matches!(mouse.over, Over::Window);
            assert!(
                !over_window || mouse.modifiers.bits() != 0,
                "config: a mouse button without a modifier would be taken from all programs"
            );
            assert!(
                over_window || !matches!(mouse.action, Action::DragMove | Action::DragResize),
                "config: only windows can be dragged"
            );
            assert!(
                matches!(mouse.over, Over::Workspace)
                    || !matches!(mouse.action, Action::ViewThis | Action::SendToThis),
                "config: ViewThis and SendToThis are for Over::Workspace"
            );
            check_modifiers(mouse.modifiers);
            self.check_action(mouse.action);
            let mut j = 0;
            while j < i {
                let other = self.mouse[j];
                assert!(
                    !other.over.is(mouse.over)
                        || other.button != mouse.button
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
            assert!(
                rule.class.is_some()
                    || rule.instance.is_some()
                    || rule.title.is_some()
                    || rule.role.is_some()
                    || rule.kind.is_some(),
                "config: a rule does not say which windows it is for"
            );
            if let Some((width, height)) = rule.size {
                assert!(
                    width >= 1 && width <= 65_535 && height >= 1 && height <= 65_535,
                    "config: a rule's size is not between 1 and 65,535 pixels"
                );
            }
            if let Some(name) = rule.workspace {
                self.check_workspace(name);
            }
            i += 1;
        }
    }

    const fn check_action(&self, action: Action) {
        match action {
            Action::Spawn(program) => check_program(program),
            Action::View(name) | Action::Send(name) | Action::SendAndFollow(name) => {
                self.check_workspace(name);
            }
            Action::Mode(name) => {
                assert!(
                    self.mode_index(name).is_some(),
                    "config: a key names a mode that does not exist"
                );
            }
            Action::Scratchpad(name) => assert!(
                self.scratchpad_index(name).is_some(),
                "config: a key names a scratchpad that does not exist"
            ),
            Action::ResizeWindow(percent) => assert!(
                percent != 0 && percent >= -50 && percent <= 50,
                "config: ResizeWindow takes -50 to 50 percent, and not 0"
            ),
            Action::ResizeLeader(percent) => assert!(
                percent != 0 && percent >= -50 && percent <= 50,
                "config: ResizeLeader takes -50 to 50 percent, and not 0"
            ),
            Action::LeaderCount(by) => assert!(
                by != 0 && by >= -15 && by <= 15,
                "config: LeaderCount takes -15 to 15, and not 0"
            ),
            Action::ResizeGap(by) => {
                assert!(by != 0, "config: ResizeGap takes a number other than 0");
            }
            Action::ResizeBorder(by) => assert!(
                by != 0 && by >= -64 && by <= 64,
                "config: ResizeBorder takes -64 to 64 pixels, and not 0"
            ),
            Action::MoveBy(right, down) | Action::ResizeBy(right, down) => assert!(
                right != 0 || down != 0,
                "config: MoveBy and ResizeBy take two numbers that are not both 0"
            ),
            Action::Mark(mark) | Action::FocusMark(mark) => {
                assert!(!mark.is_empty(), "config: a mark has no name");
            }
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

/// Whether the action makes no sense without a pointer.
const fn is_for_mouse(action: Action) -> bool {
    matches!(
        action,
        Action::DragMove
            | Action::DragResize
            | Action::ViewThis
            | Action::SendToThis
            | Action::FocusThis
    )
}

const fn check_gap(gap: u32) {
    assert!(gap <= Config::MAXIMUM_GAP, "config: a gap is wider than 256 pixels");
}

const fn check_share(share: Share) {
    assert!(
        share.ratio >= *Share::RATIOS.start() && share.ratio <= *Share::RATIOS.end(),
        "config: the leaders' ratio is not between 5 and 95 percent"
    );
    assert!(
        share.leaders >= *Share::LEADERS.start() && share.leaders <= *Share::LEADERS.end(),
        "config: the number of leaders is not between 1 and 16"
    );
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
