//! What a restart in place keeps: numbers on the root window (`_PGWM_STATE`), from which the
//! next program puts everything where it was. Any numbers do no harm: what makes no sense is
//! left out, and no window is lost. Never keeps what windows say themselves.

use super::Wm;
use super::question::Question;
use super::stack_set::{Float, Places, Swallowed, WorkspaceId, WorkspacePlaces};
use super::states::States;
use crate::config::{Action, Config};
use crate::geometry::Rect;
use crate::layout::{Layout, Share, Weight};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::id::{AtomId, Window};
use crate::x11::request::{self, PropertyData, PropertyMode};
use alloc::vec::Vec;

/// Tells the form of the numbers.
const VERSION: u32 = 1;

/// No more fit into one request.
const MOST_WORDS: usize = 60_000;

/// No float is as large or as far away as this, in pixels.
const FARTHEST: i32 = 1 << 20;

/// Bits of a window's flags.
const IN_TILE: u32 = 1;
const FULLSCREEN: u32 = 1 << 1;

impl Wm {
    /// Leaves a memory for the program that comes after us.
    pub(super) fn leave_snapshot(&self, out: &mut Connection<Question>) {
        // One that has not been read to its end still holds.
        let words = if self.snapshot.is_empty() { self.snapshot() } else { self.snapshot.clone() };
        if words.len() <= MOST_WORDS {
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
        let mut words = alloc::vec![
            VERSION,
            self.border,
            self.config.border,
            set.current().id.index() as u32,
            set.last().index() as u32,
        ];
        let home = |(name, id): (AtomId, WorkspaceId)| [name.raw(), id.index() as u32];
        let shown = set.screens().map(|screen| (screen.monitor.name, screen.workspace.id));
        write(&mut words, shown.flat_map(home));
        write(&mut words, set.homes().iter().copied().flat_map(home));
        write(
            &mut words,
            set.floats().iter().flat_map(|float| {
                let Rect { x, y, width, height } = float.wish;
                [float.window.raw(), x as u32, y as u32, width, height]
            }),
        );
        write(&mut words, set.sticky().iter().map(|window| window.raw()));
        write(
            &mut words,
            set.swallowed()
                .iter()
                .flat_map(|pair| [pair.window.raw(), pair.by.raw(), pair.fullscreen.into()]),
        );
        words.push(set.workspaces().count() as u32);
        for workspace in set.workspaces() {
            let raw = |window: Option<Window>| window.unwrap_or(Window::NONE).raw();
            words.push(workspace.id.index() as u32);
            words.extend(sizes(workspace.layout, workspace.share, workspace.gap));
            words.extend(configured_sizes(self.config, workspace.id).unwrap_or_default());
            words.extend([raw(workspace.focus()), raw(workspace.fullscreen())]);
            write(&mut words, workspace.windows().map(Window::raw));
            let start = words.len() + 1;
            write(&mut words, workspace.recent().map(Window::raw));
            words[start..].reverse();
            write(&mut words, workspace.minimised().iter().map(|window| window.raw()));
        }
        for (window, client) in self.clients.iter().filter(|(_, it)| it.fixture.is_none()) {
            let mut flags = if client.fullscreen_in_tile { IN_TILE } else { 0 };
            if client.states.has(States::FULLSCREEN) {
                flags |= FULLSCREEN;
            }
            words.extend([window.raw(), client.weight.percent().into(), flags]);
            write(&mut words, client.mark.unwrap_or_default().bytes().map(u32::from));
        }
        words
    }

    /// Puts everything where it was, as far as these numbers make sense and their windows
    /// are there; whether they do.
    pub(super) fn put_back(&mut self, words: &[u32]) -> bool {
        let Some(kept) = Kept::read(words) else { return false };
        let places = &kept.places;
        let mut named =
            places.workspaces.iter().flat_map(|it| it.windows.iter().chain(&it.minimised));
        let is_of_now = |window: &Window| self.clients.contains(*window);
        if named.clone().next().is_some() && !named.any(is_of_now) {
            return false;
        }
        self.stack_set.put_back(places);
        let [border, configured] = kept.border;
        if configured == self.config.border {
            self.border = border.min(Config::MAXIMUM_BORDER);
        }
        for (id, now, configured) in kept.sizes {
            // What the user has changed in the configuration since counts.
            if configured_sizes(self.config, id) == Some(configured)
                && let Some(workspace) = self.stack_set.workspace_mut(id)
            {
                let [layout, leaders, ratio, gap] = now;
                let layout = Layout::ALL.get(layout as usize);
                workspace.layout = layout.copied().unwrap_or(workspace.layout);
                workspace.share = share(leaders, ratio);
                workspace.gap = gap.min(Config::MAXIMUM_GAP);
            }
        }
        for (window, weight, flags, mark) in kept.clients {
            let Some(client) = self.clients.get_mut(window) else { continue };
            client.weight = Weight::new(weight);
            client.mark = mark_named(self.config, mark);
            client.fullscreen_in_tile = flags & IN_TILE != 0;
            // It believes so, or it covers its monitor, which its workspace knows.
            client
                .states
                .set(States::FULLSCREEN, flags & (IN_TILE | FULLSCREEN) == (IN_TILE | FULLSCREEN));
        }
        true
    }
}

/// The places that the numbers speak of.
#[cfg(test)]
pub(super) fn places(words: &[u32]) -> Option<Places> {
    Kept::read(words).map(|kept| kept.places)
}

/// What the numbers say, in the order in which they say it.
struct Kept<'a> {
    /// The width of borders, and the configured one.
    border: [u32; 2],
    places: Places,
    /// The sizes of each workspace, and the configured ones.
    sizes: Vec<(WorkspaceId, Sizes, Sizes)>,
    /// Each window's weight, flags and mark.
    clients: Vec<(Window, u16, u32, &'a [u32])>,
}

/// A workspace's layout, leaders, ratio and gap.
type Sizes = [u32; 4];

impl<'a> Kept<'a> {
    /// Reads the numbers; `None` where they are of another form.
    fn read(words: &'a [u32]) -> Option<Self> {
        let mut reader = Reader(words);
        let [version, border, configured, current, last] = reader.array()?;
        if version != VERSION {
            return None;
        }
        let windows = |words: &[u32]| words.iter().copied().map(Window::new).collect();
        let homes = |words: &[u32]| {
            let (pairs, _) = words.as_chunks();
            pairs.iter().filter_map(|[name, at]| Some((AtomId::new(*name), id(*at)?))).collect()
        };
        let mut places = Places {
            screens: homes(reader.list()?),
            homes: homes(reader.list()?),
            current: id(current)?,
            last: id(last)?,
            floats: reader.list()?.as_chunks().0.iter().map(float).collect(),
            sticky: windows(reader.list()?),
            swallowed: reader.list()?.as_chunks().0.iter().map(swallowed).collect(),
            workspaces: Vec::new(),
        };
        let mut sizes = Vec::new();
        for _ in 0..reader.word()? {
            let id = id(reader.word()?)?;
            sizes.push((id, reader.array()?, reader.array()?));
            let [focus, fullscreen] = reader.array()?.map(Window::new);
            let lists = [reader.list()?, reader.list()?, reader.list()?];
            let [windows, recent, minimised] = lists.map(windows);
            let kept = WorkspacePlaces { id, windows, recent, minimised, focus, fullscreen };
            places.workspaces.push(kept);
        }
        let mut clients = Vec::new();
        while !reader.0.is_empty() {
            let [window, weight, flags] = reader.array()?;
            let weight = weight.min(u16::MAX.into()) as u16;
            clients.push((Window::new(window), weight, flags, reader.list()?));
        }
        Some(Self { border: [border, configured], places, sizes, clients })
    }
}

/// Takes numbers off the front of a slice.
struct Reader<'a>(&'a [u32]);

impl<'a> Reader<'a> {
    fn word(&mut self) -> Option<u32> {
        self.array().map(|[word]| word)
    }

    fn array<const N: usize>(&mut self) -> Option<[u32; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// A list, as [`write()`] put it.
    fn list(&mut self) -> Option<&'a [u32]> {
        let count = self.word()?;
        let (taken, rest) = self.0.split_at_checked(count as usize)?;
        self.0 = rest;
        Some(taken)
    }
}

/// Appends a list, its length first.
fn write(words: &mut Vec<u32>, list: impl Iterator<Item = u32>) {
    let start = words.len();
    words.push(0);
    words.extend(list);
    words[start] = (words.len() - start - 1) as u32;
}

fn id(index: u32) -> Option<WorkspaceId> {
    u8::try_from(index).ok().map(WorkspaceId::new)
}

fn float(&[window, x, y, width, height]: &[u32; 5]) -> Float {
    let at = |word: u32| (word as i32).clamp(-FARTHEST, FARTHEST);
    let (width, height) = (width.min(FARTHEST as u32), height.min(FARTHEST as u32));
    Float { window: Window::new(window), wish: Rect::new(at(x), at(y), width, height) }
}

const fn swallowed(&[window, by, fullscreen]: &[u32; 3]) -> Swallowed {
    let (window, by) = (Window::new(window), Window::new(by));
    Swallowed { window, by, fullscreen: fullscreen != 0 }
}

fn sizes(layout: Layout, share: Share, gap: u32) -> Sizes {
    [layout as u32, share.leaders.into(), share.ratio.into(), gap]
}

/// What the configuration says of a workspace at first.
fn configured_sizes(config: &Config, id: WorkspaceId) -> Option<Sizes> {
    let it = config.workspaces.get(id.index())?;
    Some(sizes(it.layout, it.share.unwrap_or(config.share), it.gap.unwrap_or(config.gap)))
}

fn share(leaders: u32, ratio: u32) -> Share {
    let within = |value: u32, low: u8, high: u8| value.clamp(low.into(), high.into()) as u8;
    Share {
        leaders: within(leaders, *Share::LEADERS.start(), *Share::LEADERS.end()),
        ratio: within(ratio, *Share::RATIOS.start(), *Share::RATIOS.end()),
    }
}

/// The mark of this text that the configuration knows.
fn mark_named(config: &Config, text: &[u32]) -> Option<&'static str> {
    let in_modes = config.modes.iter().flat_map(|mode| mode.keys);
    let of_keys = config.keys.iter().chain(in_modes).map(|key| key.action);
    let mut actions = of_keys.chain(config.mouse.iter().map(|mouse| mouse.action));
    actions.find_map(|action| match action {
        Action::Mark(name) if name.bytes().map(u32::from).eq(text.iter().copied()) => Some(name),
        _ => None,
    })
}
