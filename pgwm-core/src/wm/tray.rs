//! The system tray: windows of other programs as icons in our bar (freedesktop, System Tray
//! Protocol 0.3; XEMBED 0.5). Whether we own it, which icons there are, and where each is.
//! Never draws them, never shows their balloons, and never decides how wide the bar is.
//!
//! Icons lose nothing when we go or another tray comes: they are put back onto the root
//! window, unmapped, and their programs dock them anew as soon as somebody says that the
//! tray is theirs. Where we are cut off, the save-set keeps them alive.

use super::question::{Answer, PropertyName, Question};
use super::reconcile::configure_notify;
use super::scene::{BorderColour, Placed, Role};
use super::{Wm, ewmh};
use crate::config::Config;
use crate::geometry::{Point, Rect};
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::Event;
use crate::x11::id::{EventMask, Timestamp, Window};
use crate::x11::request::{self, SaveSetMode, WindowAttributes, WindowChanges};
use alloc::vec::Vec;
use core::mem;

/// So many icons are taken in; more would be a program gone wild.
const MOST_ICONS: usize = 64;
/// The message by which a window asks to be an icon (System Tray Protocol, opcode messages).
const REQUEST_DOCK: u32 = 0;
/// The flag by which an icon says that it wants to be seen (XEMBED, embedding life cycle).
const XEMBED_MAPPED: u32 = 1;
/// The message that tells an icon that it is in its place.
const XEMBED_EMBEDDED_NOTIFY: u32 = 0;
/// The latest version of XEMBED that there is.
const XEMBED_VERSION: u32 = 1;

/// The tray, ours or another's.
#[derive(Debug, Default)]
pub struct Tray {
    /// Whether there is a place for it.
    is_wanted: bool,
    /// Whether who owns it at first has to make room.
    replaces: bool,
    /// Whether somebody else may own it by now, or nobody.
    is_stale: bool,
    /// Our window that owns it; `NONE` where another program does.
    window: Window,
    /// The window of that program.
    other: Window,
    /// Sequence number of the request that selects its events.
    watched: u64,
    /// In the order in which they came.
    icons: Vec<Icon>,
}

/// A window that is an icon.
#[derive(Debug)]
struct Icon {
    window: Window,
    /// The bar that it is in; `NONE` where it is in none yet.
    parent: Window,
    /// The version of XEMBED that it speaks.
    version: u32,
    /// Whether it wants to be seen; `None` before it has said so.
    wanted: Option<bool>,
    is_mapped: bool,
    /// Where it is in the bar; `None` where it has gone elsewhere.
    rect: Option<Rect>,
    /// Whether it asked for another place.
    is_owed: bool,
    /// Whether what it says has to be read again.
    is_stale: bool,
    /// Whether the server would not let us have it.
    is_refused: bool,
    /// Sequence numbers of our last requests that did this to it. What is older is not true
    /// any more.
    selected: u64,
    reparented: u64,
    configured: u64,
    mapped: u64,
}

impl Tray {
    /// One that is asked for, if there is a place for it.
    pub fn new(config: &Config, replaces: bool) -> Self {
        let is_wanted = config.bar.is_some_and(|bar| bar.tray);
        Self { is_wanted, replaces, is_stale: is_wanted, ..Self::default() }
    }

    /// Another program may own it by now.
    pub(super) const fn mark_stale(&mut self) {
        self.is_stale = self.is_wanted;
    }

    /// The window of another program that owns it.
    pub(super) const fn other(&self) -> Window {
        self.other
    }

    /// Our window that owns it.
    pub(super) const fn window(&self) -> Window {
        self.window
    }

    /// Whether a window is an icon.
    pub(super) fn has(&self, window: Window) -> bool {
        self.place_of(window).is_some()
    }

    /// A window is gone.
    pub(super) fn destroyed(&mut self, window: Window) {
        if window == self.other {
            self.other = Window::NONE;
            self.mark_stale();
        }
    }

    /// Takes in the error of a request that was no question: a window died, or is one that
    /// can't be in another.
    pub(super) fn failed(&mut self, sequence: u64) {
        if sequence == self.watched {
            self.destroyed(self.other);
        }
        for icon in &mut self.icons {
            icon.is_refused |= icon.selected == sequence || icon.reparented == sequence;
        }
    }

    fn place_of(&self, window: Window) -> Option<usize> {
        self.icons.iter().position(|icon| icon.window == window)
    }

    fn icon_mut(&mut self, window: Window) -> Option<&mut Icon> {
        self.icons.iter_mut().find(|icon| icon.window == window)
    }

    #[inline(never)]
    fn remove(&mut self, at: usize) {
        if at < self.icons.len() {
            self.icons.remove(at);
        }
    }

    /// The icons: window, the bar that it is in, and its place there if it is to be seen.
    #[cfg(test)]
    pub(super) fn icons(&self) -> impl Iterator<Item = (Window, Window, Option<Rect>)> {
        let icon = |it: &Icon| (it.window, it.parent, it.rect.filter(|_| it.wanted == Some(true)));
        self.icons.iter().map(icon)
    }
}

impl Wm {
    /// Takes in who owns the tray: nobody, then it is ours; or another program, then we wait
    /// for its end.
    pub(super) fn learn_tray_owner(&mut self, owner: Window, out: &mut Connection<Question>) {
        if self.leaving.is_some() || self.tray.window != Window::NONE {
            return;
        }
        if owner != Window::NONE && !mem::take(&mut self.tray.replaces) {
            self.tray.other = owner;
            // The events of a window that we know are selected for now.
            if !self.is_known(owner) {
                self.tray.watched = select(owner, EventMask::STRUCTURE_NOTIFY, out);
            }
            return;
        }
        let Some(id) = self.ids.next() else { return };
        let (window, selection) = (Window::new(id), Atom::NetSystemTrayS0);
        self.tray.window = window;
        // Not the window that proves that a window manager runs: the end of this one tells
        // programs that the tray is not here any more.
        out.send(&request::CreateWindow::unseen(window, self.server.root, None));
        let colours = &self.config.colours;
        let mut words = [0; 12];
        // Of symbols: usual ones, errors, warnings, and good news.
        let all = [colours.text, colours.urgent, colours.urgent, colours.text];
        for (channels, colour) in words.as_chunks_mut::<3>().0.iter_mut().zip(all) {
            *channels = [16, 8, 0].map(|shift| (colour >> shift & 0xff) * 0x101);
        }
        // As the background of an icon is its own or that of the bar, its pixels have to be
        // of the same kind.
        let visual = self.server.visual.map_or(0, |visual| visual.id.raw());
        for (property, kind, words) in [
            (Atom::NetSystemTrayColors, Atom::Cardinal, &words[..]),
            (Atom::NetSystemTrayVisual, Atom::VisualId, &[visual]),
            // Horizontal.
            (Atom::NetSystemTrayOrientation, Atom::Cardinal, &[0]),
        ] {
            ewmh::set_words(window, property, kind, words, &self.atoms, out);
        }
        let id = self.atoms.id(selection);
        let time = Timestamp::CURRENT;
        out.send(&request::SetSelectionOwner { owner: window, selection: id, time });
        let owner = (selection, window);
        ewmh::announce_manager(self.server.root, owner, self.time, &self.atoms, out);
    }

    /// Leaves the tray to others: icons go back onto the root window, unmapped.
    pub(super) fn give_up_tray(&mut self, out: &mut Connection<Question>) {
        for icon in &self.tray.icons {
            release(icon.window, self.server.root, out);
        }
        self.tray.icons.clear();
        let window = mem::take(&mut self.tray.window);
        if window != Window::NONE {
            out.send(&request::DestroyWindow { window });
            self.ids.give_back(window.raw());
        }
        self.tray.mark_stale();
    }

    /// A message to the tray. One that a window wants to be an icon is heard, again where
    /// it is one already; those about balloons are not.
    pub(super) fn tray_message(&mut self, words: [u32; 5], out: &mut Connection<Question>) {
        let window = Window::new(words[2]);
        if words[1] != REQUEST_DOCK || self.tray.window == Window::NONE {
            return;
        }
        if let Some(icon) = self.tray.icon_mut(window) {
            icon.is_stale = true;
            return;
        }
        let is_ours = window == self.server.root || self.ids.is_ours(window.raw());
        if is_ours || self.clients.contains(window) || self.tray.icons.len() >= MOST_ICONS {
            return;
        }
        // It may have been mapped first, and would be managed.
        self.unmanage(window);
        let events = EventMask::STRUCTURE_NOTIFY | EventMask::PROPERTY_CHANGE;
        let selected = select(window, events, out);
        self.tray.icons.push(Icon {
            window,
            parent: Window::NONE,
            version: 0,
            wanted: None,
            is_mapped: false,
            rect: None,
            is_owed: false,
            is_stale: true,
            is_refused: false,
            selected,
            reparented: selected,
            configured: selected,
            mapped: selected,
        });
    }

    /// Takes in an event about an icon, if it is about one.
    pub(super) fn is_of_icon(
        &mut self,
        event: &Event,
        sequence: u64,
        synthetic: bool,
        out: &mut Connection<Question>,
    ) -> bool {
        let window = match event {
            Event::MapRequest(it) => it.window,
            Event::ConfigureRequest(it) => it.window,
            Event::MapNotify(it) => it.window,
            Event::UnmapNotify(it) => it.window,
            Event::ConfigureNotify(it) => it.window,
            Event::ReparentNotify(it) => it.window,
            Event::DestroyNotify(it) => it.window,
            Event::PropertyNotify(it) => it.window,
            _ => return false,
        };
        let Some(at) = self.tray.place_of(window) else { return false };
        let Some(icon) = self.tray.icons.get_mut(at) else { return false };
        let mut switch = |is_wanted: bool, is_mapped: bool| {
            if sequence > icon.mapped {
                icon.wanted = icon.wanted.map(|_| is_wanted);
                icon.is_mapped = is_mapped;
            }
        };
        match event {
            _ if synthetic => {}
            Event::MapRequest(_) => switch(true, false),
            Event::MapNotify(_) => switch(true, true),
            Event::UnmapNotify(_) => switch(false, false),
            Event::ConfigureRequest(_) => icon.is_owed = true,
            Event::ConfigureNotify(it) if sequence > icon.configured => {
                let (x, y) = (it.x.into(), it.y.into());
                let rect = Rect::new(x, y, it.width.into(), it.height.into());
                if icon.rect != Some(rect) || it.border_width != 0 {
                    icon.rect = None;
                }
            }
            Event::ReparentNotify(it) if sequence > icon.reparented => {
                let waits = icon.parent == Window::NONE && it.parent == self.server.root;
                if waits || it.parent == icon.parent {
                    icon.rect = None;
                } else {
                    // It is another program's now, or it goes on alone.
                    self.tray.remove(at);
                    select(window, EventMask::NONE, out);
                    out.send(&request::ChangeSaveSet { mode: SaveSetMode::Delete, window });
                }
            }
            Event::DestroyNotify(_) => self.tray.remove(at),
            Event::PropertyNotify(it) => {
                icon.is_stale |= it.atom == self.atoms.id(Atom::XembedInfo);
            }
            _ => {}
        }
        true
    }

    /// Takes in what an icon says of itself; `None` where it is gone. One that says nothing
    /// wants to be seen.
    pub(super) fn learn_icon(&mut self, window: Window, sequence: u64, answer: Option<&Answer>) {
        let Some(icon) = self.tray.icon_mut(window) else { return };
        if sequence < icon.selected {
            return;
        }
        if let Some(Answer::XembedInfo(info)) = answer {
            let (version, flags) = (*info).unwrap_or((0, XEMBED_MAPPED));
            icon.version = version.min(XEMBED_VERSION);
            icon.wanted = Some(flags & XEMBED_MAPPED != 0);
        } else {
            icon.is_refused = true;
        }
    }

    /// Asks what has to be known, and finds out how much of the bar the icons need.
    pub(super) fn measure_tray(&mut self, out: &mut Connection<Question>) {
        let tray = &mut self.tray;
        if mem::take(&mut tray.is_stale) {
            Question::SelectionOwner(Atom::NetSystemTrayS0).ask(&self.atoms, out);
        }
        let (mut shown, mut at) = (0, 0);
        while let Some(icon) = tray.icons.get_mut(at) {
            let window = icon.window;
            if icon.is_refused {
                release(window, self.server.root, out);
                tray.remove(at);
                continue;
            }
            if mem::take(&mut icon.is_stale) {
                Question::Property(window, PropertyName::XembedInfo).ask(&self.atoms, out);
            }
            shown += u32::from(icon.wanted == Some(true));
            at += 1;
        }
        self.panels.tray = shown * self.panels.line();
    }

    /// Puts each icon into its place at the right end of the bar, a square as high as that,
    /// and maps or unmaps it. Where the bar has never been shown, they wait.
    pub(super) fn place_icons(&mut self, out: &mut Connection<Question>) {
        let Some((bar, width)) = self.panels.tray_bar(&self.stack_set) else { return };
        let line = self.panels.line();
        let padding = self.panels.scaled(self.config.bar.map_or(0, |bar| bar.padding));
        let size = line.saturating_sub(padding).max(1);
        let margin = (line.saturating_sub(size) / 2) as i32;
        let corner = self.shown.place_of(bar).map_or(Point::default(), |it| it.rect.position());
        let mut x = width.wrapping_sub(self.panels.tray) as i32 + margin;
        let before = out.sequence();
        for icon in &mut self.tray.icons {
            let (window, Some(is_wanted)) = (icon.window, icon.wanted) else { continue };
            let rect = Rect::new(x, margin, size, size);
            let at = (x.max(i16::MIN.into()) as i16, margin as i16);
            if icon.parent != bar {
                out.send(&request::ChangeSaveSet { mode: SaveSetMode::Insert, window });
                let (x, y) = at;
                icon.reparented = out.send(&request::ReparentWindow { window, parent: bar, x, y });
                let words = [self.time.0, XEMBED_EMBEDDED_NOTIFY, 0, bar.raw(), icon.version];
                let mask = EventMask::NONE;
                ewmh::send_message(window, window, Atom::Xembed, mask, words, &self.atoms, out);
                icon.parent = bar;
                icon.rect = None;
                // As it was, whatever that is.
                icon.is_mapped = !is_wanted;
            }
            let is_owed = mem::take(&mut icon.is_owed);
            if icon.rect != Some(rect) {
                icon.rect = Some(rect);
                let changes = WindowChanges {
                    x: Some(at.0),
                    y: Some(at.1),
                    width: Some(size as u16),
                    height: Some(size as u16),
                    border_width: Some(0),
                    ..WindowChanges::default()
                };
                icon.configured = out.send(&request::ConfigureWindow { window, changes });
            } else if is_owed {
                let (rect, colour) = (rect.moved_by(corner), BorderColour::Unfocused);
                let placed = Placed { window, rect, border: 0, colour, role: Role::Fixture };
                out.send(&request::SendEvent {
                    propagate: false,
                    destination: window,
                    event_mask: EventMask::STRUCTURE_NOTIFY,
                    event: configure_notify(&placed).write(),
                });
            }
            if icon.is_mapped != is_wanted {
                icon.is_mapped = is_wanted;
                icon.mapped = if is_wanted {
                    out.send(&request::MapWindow { window })
                } else {
                    out.send(&request::UnmapWindow { window })
                };
            }
            if is_wanted {
                x = x.wrapping_add_unsigned(line);
            }
        }
        if out.sequence() != before {
            // So that what icons do by themselves from now on has a number past ours.
            out.send(&request::NoOperation);
        }
    }
}

/// Hears of a window from now on, by these events.
fn select(window: Window, events: EventMask, out: &mut Connection<Question>) -> u64 {
    let attributes = WindowAttributes { event_mask: Some(events), ..Default::default() };
    out.send(&request::ChangeWindowAttributes { window, attributes })
}

/// Ends the embedding of a window (XEMBED, embedding life cycle).
fn release(window: Window, root: Window, out: &mut Connection<Question>) {
    select(window, EventMask::NONE, out);
    out.send(&request::UnmapWindow { window });
    out.send(&request::ReparentWindow { window, parent: root, x: 0, y: 0 });
    out.send(&request::ChangeSaveSet { mode: SaveSetMode::Delete, window });
}
