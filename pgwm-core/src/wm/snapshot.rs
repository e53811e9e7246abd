//! What a restart in place keeps: numbers on the root window (`_PGWM_STATE`), by which the
//! next program puts everything where it was. They are a row of steps, each of which leaves
//! the state sound; so any numbers do no harm, and no window is lost. Never keeps what
//! windows say themselves.

use super::Wm;
use super::question::Question;
use super::stack_set::{StackSet, Swallowed, WorkspaceId};
use super::states::States;
use crate::config::{Action, Config};
use crate::gather::Gather;
use crate::geometry::Rect;
use crate::layout::{Layout, Share, Weight};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::{AtomId, Window};
use crate::x11::request::{self, PropertyData, PropertyMode};
use alloc::vec::Vec;

/// Comes first, and tells the form of what follows.
const VERSION: u32 = 1;

/// No more numbers fit into one request.
const MOST: usize = 60_000;

/// No float is as large or as far away as this, in pixels.
const FARTHEST: i32 = 1 << 20;

/// A step: what it does, and up to five numbers.
type Step = [u32; 6];

/// A window has the place of another one, which covered its monitor or not.
const SWALLOW: u32 = 1;
/// A monitor, by its place and name, shows a workspace.
const SHOW: u32 = 2;
/// A monitor that is away, by its name, showed a workspace.
const HOME: u32 = 3;
/// A window is the next one on a workspace.
const PUT: u32 = 4;
/// A window is minimised.
const MINIMISE: u32 = 5;
/// A window has the focus of its workspace.
const FOCUS: u32 = 6;
/// A window is in fullscreen.
const COVER: u32 = 7;
/// A window floats: left, top, width, height.
const FLOAT: u32 = 8;
/// A window is sticky.
const STICK: u32 = 9;
/// A workspace has an arrangement and a gap, where the configuration has these.
const ARRANGE: u32 = 10;
/// A window has a weight, flags, and a mark.
const CLIENT: u32 = 11;
/// A workspace has another name than the configured one: a character of it, and whether
/// that is the first one.
const NAME: u32 = 13;
/// The current workspace, the one before it, the border, the configured one, and whether
/// the desktop is shown.
const END: u32 = 12;

/// Flags of a window: it stays in its tile in fullscreen, and it is in it.
const IN_TILE: u32 = 1;
const FULLSCREEN: u32 = 1 << 1;

impl Wm {
    /// Leaves a memory for the program that comes after us.
    #[inline(never)]
    pub(super) fn leave_snapshot(&self, out: &mut Connection<Question>) {
        // One that has not been carried out yet still holds.
        let words = if self.snapshot.is_empty() { self.snapshot() } else { self.snapshot.clone() };
        if words.len() <= MOST {
            out.send(&request::ChangeProperty {
                mode: PropertyMode::Replace,
                window: self.server.root,
                property: self.atoms.id(Atom::PgwmState),
                kind: self.atoms.id(Atom::Cardinal),
                data: PropertyData::Format32(&words),
            });
        }
    }

    /// Takes the memory off again.
    pub(super) fn delete_snapshot(&self, out: &mut Connection<Question>) {
        let (window, property) = (self.server.root, self.atoms.id(Atom::PgwmState));
        out.send(&request::DeleteProperty { window, property });
    }

    /// Everything that is to be kept, as numbers.
    pub(super) fn snapshot(&self) -> Vec<u32> {
        let set = &self.stack_set;
        let mut words = alloc::vec![VERSION];
        let mut step = |step: Step| push(&mut words, step);
        for pair in set.swallowed() {
            step([SWALLOW, pair.window.raw(), pair.by.raw(), pair.fullscreen.into(), 0, 0]);
        }
        for (screen, at) in set.screens().zip(0..) {
            step([SHOW, at, screen.monitor.name.raw(), word(screen.workspace.id), 0, 0]);
        }
        for (name, id) in set.homes() {
            step([HOME, name.raw(), word(*id), 0, 0, 0]);
        }
        for workspace in set.workspaces() {
            let id = word(workspace.id);
            let open: Vec<Window> = workspace.windows().gather();
            for window in open.iter().chain(workspace.minimised()) {
                step([PUT, window.raw(), id, 0, 0, 0]);
            }
            for window in workspace.minimised() {
                step([MINIMISE, window.raw(), 0, 0, 0, 0]);
            }
            let recent: Vec<Window> = workspace.recent().gather();
            for window in recent.iter().rev() {
                step([FOCUS, window.raw(), 0, 0, 0, 0]);
            }
            if let Some(window) = workspace.fullscreen() {
                step([COVER, window.raw(), 0, 0, 0, 0]);
            }
            let [configured, configured_gap] = configured(self.config, workspace.id);
            let now = arrangement(workspace.layout, workspace.share);
            step([ARRANGE, id, now, workspace.gap, configured, configured_gap]);
        }
        let configured = self.config.workspaces.iter().map(|workspace| workspace.name);
        for ((name, before), id) in self.names.iter().zip(configured).zip(0..) {
            if name == before {
                continue;
            }
            for (index, character) in name.chars().enumerate() {
                step([NAME, id, (index == 0).into(), character.into(), 0, 0]);
            }
        }
        for float in set.floats() {
            let Rect { x, y, width, height } = float.wish;
            step([FLOAT, float.window.raw(), x as u32, y as u32, width, height]);
        }
        for window in set.sticky() {
            step([STICK, window.raw(), 0, 0, 0, 0]);
        }
        for (window, client) in self.clients.iter() {
            let mut flags = if client.fullscreen_in_tile { IN_TILE } else { 0 };
            if client.states.has(States::FULLSCREEN) {
                flags |= FULLSCREEN;
            }
            let mark = client.mark.map_or(0, digest);
            step([CLIENT, window.raw(), client.weight.percent().into(), flags, mark, 0]);
        }
        let (current, last) = (word(set.current().id), word(set.last()));
        let desktop = u32::from(set.shows_desktop());
        step([END, current, last, self.border, self.config.border, desktop]);
        words
    }

    /// Puts everything where it was, as far as the numbers make sense and the windows are
    /// there. Whether they are about this session at all.
    pub(super) fn put_back(&mut self, words: &[u32]) -> bool {
        let Some((&VERSION, steps)) = words.split_first() else { return false };
        let (steps, _) = steps.as_chunks::<6>();
        let mut named = steps.iter().filter(|step| step[0] == PUT).map(|step| step[1]).peekable();
        let is_of_now = |window: u32| self.clients.contains(Window::new(window));
        if named.peek().is_some() && !named.any(is_of_now) {
            return false;
        }
        for step in steps {
            take(&mut self.stack_set, step);
            match *step {
                [ARRANGE, id, now, gap, ..] => self.arrange(step, workspace(id), now, gap),
                [CLIENT, window, weight, flags, mark, _] => {
                    let Some(client) = self.clients.get_mut(Window::new(window)) else { continue };
                    client.weight = Weight::new(weight.min(u16::MAX.into()) as u16);
                    client.mark = mark_of(self.config, mark);
                    client.fullscreen_in_tile = flags & IN_TILE != 0;
                    // It believes so; who covers its monitor is known by its workspace.
                    client.states.set(States::FULLSCREEN, flags == IN_TILE | FULLSCREEN);
                }
                [NAME, id, is_first, code, ..] => {
                    let name = self.names.get_mut(workspace(id).index());
                    let (Some(name), Some(character)) = (name, char::from_u32(code)) else {
                        continue;
                    };
                    if is_first != 0 {
                        name.clear();
                    }
                    // Those that we leave are shorter.
                    if name.len() < 256 {
                        name.push(character);
                    }
                }
                [END, _, _, border, configured, _] if configured == self.config.border => {
                    self.border = border.min(Config::MAXIMUM_BORDER);
                }
                _ => {}
            }
        }
        true
    }

    /// What the user has changed in the configuration since is as that says.
    fn arrange(&mut self, step: &Step, id: WorkspaceId, now: u32, gap: u32) {
        let workspace = self.stack_set.workspace_mut(id);
        if let Some(workspace) = workspace.filter(|_| step[4..] == configured(self.config, id)) {
            let [layout, leaders, ratio, _] = now.to_le_bytes();
            let layout = Layout::ALL.get(usize::from(layout)).copied();
            workspace.layout = layout.unwrap_or(workspace.layout);
            // Changed by nothing, they are within their bounds.
            let share = Share { leaders, ratio };
            workspace.share = share.with_leaders_changed(0).with_ratio_changed(0);
            workspace.gap = gap.min(Config::MAXIMUM_GAP);
        }
    }
}

/// Appends a step. Once in the program, not at each of its kinds.
#[inline(never)]
fn push(words: &mut Vec<u32>, step: Step) {
    words.extend(step);
}

/// Does what a step says about where windows are.
fn take(set: &mut StackSet, step: &Step) {
    let window = Window::new(step[1]);
    match *step {
        [SWALLOW, _, by, fullscreen, ..] => {
            let (by, fullscreen) = (Window::new(by), fullscreen != 0);
            set.put_inside(Swallowed { window, by, fullscreen });
        }
        [SHOW, at, name, id, ..] => {
            set.show_on(at as usize, AtomId::new(name), workspace(id));
        }
        [HOME, name, id, ..] => set.add_home(AtomId::new(name), workspace(id)),
        [PUT, _, id, ..] => set.put(window, workspace(id)),
        [MINIMISE, ..] => set.minimise(window),
        [FOCUS, ..] => set.focus_window(window),
        [COVER, ..] => set.set_fullscreen(window, true),
        [FLOAT, _, x, y, width, height] => {
            let at = |word: u32| (word as i32).clamp(-FARTHEST, FARTHEST);
            let length = |word: u32| word.min(FARTHEST as u32);
            set.float(window, Rect::new(at(x), at(y), length(width), length(height)));
        }
        [STICK, ..] => set.set_sticky(window, true),
        [END, current, last, _, _, desktop] => {
            set.focus_screen_of(workspace(current));
            set.set_last(workspace(last));
            set.show_desktop(desktop != 0);
        }
        _ => {}
    }
}

const fn word(id: WorkspaceId) -> u32 {
    id.index() as u32
}

/// A workspace; one that there never is, for what is no number of one.
fn workspace(word: u32) -> WorkspaceId {
    WorkspaceId::new(word.min(u8::MAX.into()) as u8)
}

fn arrangement(layout: Layout, share: Share) -> u32 {
    u32::from_le_bytes([layout as u8, share.leaders, share.ratio, 0])
}

/// The arrangement and the gap that the configuration gives a workspace at first.
fn configured(config: &Config, id: WorkspaceId) -> [u32; 2] {
    let Some(it) = config.workspaces.get(id.index()) else { return [0, 0] };
    let share = it.share.unwrap_or(config.share);
    [arrangement(it.layout, share), it.gap.unwrap_or(config.gap)]
}

/// A number for a text: never 0, and another one for another text (FNV-1a, Fowler, Noll, Vo).
fn digest(text: &str) -> u32 {
    let add = |sum: u32, byte: u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, add).max(1)
}

/// The mark of this number in the configuration.
fn mark_of(config: &Config, number: u32) -> Option<&'static str> {
    let mark = |action: Action| match action {
        Action::Mark(name) if number != 0 && digest(name) == number => Some(name),
        _ => None,
    };
    let of_keys = |keys: &'static [crate::config::Key]| keys.iter().find_map(|it| mark(it.action));
    of_keys(config.keys)
        .or_else(|| config.modes.iter().find_map(|mode| of_keys(mode.keys)))
        .or_else(|| config.mouse.iter().find_map(|mouse| mark(mouse.action)))
}

/// Puts windows where they were, and nothing else.
#[cfg(test)]
pub(super) fn put_back_in(set: &mut StackSet, words: &[u32]) {
    for step in words[1..].as_chunks::<6>().0 {
        take(set, step);
    }
}
