//! From candidate to client, and back: whether a window is managed, where it opens, and
//! what is left behind when it goes. Never answers an event by itself; see `event.rs`.

use super::candidate::{Candidate, Origin, Told};
use super::client::{Client, Fixture, WindowType};
use super::question::{Answer, PropertyName, Question};
use super::rules::rule;
use super::scene::Role;
use super::stack_set::{Float, Screen, WorkspaceId};
use super::states::States;
use super::table::strike;
use super::{Wm, ewmh, workspace_id};
use crate::config::{NewWindows, Rule};
use crate::gather::Gather;
use crate::geometry::{Rect, Size};
use crate::x11::connection::Connection;
use crate::x11::id::{Modifiers, Timestamp, Window};
use crate::x11::property::{self, WmState};
use crate::x11::reply::{GetGeometry, MapState};
use crate::x11::request::{self, SaveSetMode, WindowAttributes, WindowChanges, WindowClass};
use crate::x11::startup_notification::timestamp_of;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// States that are not kept with the client: others know them better.
const NOT_KEPT: States = States::STICKY
    .with(States::HIDDEN)
    .with(States::FULLSCREEN)
    .with(States::DEMANDS_ATTENTION)
    .with(States::FOCUSED);

/// How a window was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withdrawal {
    /// Its program unmapped it; we may have mapped it at the same time.
    Unmapped,
    /// Another program took it into itself.
    Reparented,
}

impl Wm {
    /// Asks about a window that may have to be managed.
    pub(super) fn consider(
        &mut self,
        window: Window,
        origin: Origin,
        out: &mut Connection<Question>,
    ) {
        if window == self.server.holder || window == self.server.root {
            return;
        }
        // What is taken off a withdrawn window must not be what it is given now.
        if let Some(at) = self.withdrawn.iter().position(|(other, _)| *other == window) {
            let (_, how) = self.withdrawn.remove(at);
            self.let_go(window, how, out);
        }
        if self.candidates.contains(window) {
            return;
        }
        let about = self.curiosity();
        let mut candidate = Candidate::ask(window, origin, about, &self.atoms, out);
        if origin == Origin::New && self.config.new_windows == NewWindows::FocusUnlessTyping {
            self.ask_when_typed(window, &mut candidate, out);
        }
        self.candidates.insert(window, candidate);
    }

    /// Takes in an answer about a window, whichever it is for: a candidate that becomes a
    /// client with it, or a client that changed.
    pub(super) fn learn(
        &mut self,
        window: Window,
        sequence: u64,
        answer: Option<Answer>,
        out: &mut Connection<Question>,
    ) {
        let root = self.server.root;
        if let Some(candidate) = self.candidates.get_mut(window) {
            let context = (self.config, &self.atoms);
            if !candidate.learn(window, sequence, answer, context, out) {
                return;
            }
        } else if let Some(answer) = answer {
            if let Some(ping) = self.clients.get_mut(window).and_then(|it| it.ping.as_mut()) {
                ping.learn(&answer, &self.server.host);
            }
            let mut about_rules = false;
            if let Answer::Title(property, title) = answer {
                about_rules = self.learn_title(window, property, title);
            } else if let Some(client) = self.known(window) {
                let about_size = matches!(answer, Answer::NormalHints(_));
                about_rules = matches!(&answer, Answer::Class(class) if *class != client.class);
                client.learn(answer);
                client.belong(root);
                if about_size {
                    self.fit_float(window);
                }
            }
            if about_rules {
                self.look_at_rules_again(window);
            }
        }
        self.go_on(window, out);
    }

    /// Goes on with a candidate about which everything has been answered, if it is one.
    pub(super) fn go_on(&mut self, window: Window, out: &mut Connection<Question>) {
        if self.asks_who_started(window, out) {
            return;
        }
        if let Some(candidate) = self.candidates.remove(window) {
            match candidate.origin {
                Origin::New => self.decide(window, candidate, out),
                Origin::Adopted => {
                    // In the order in which they were asked, not in that of the answers.
                    let is_before = |(_, it): &(_, Candidate)| it.selected < candidate.selected;
                    let at = self.adopted.partition_point(is_before);
                    self.adopted.insert(at, (window, candidate));
                }
            }
        }
        self.adopt_if_complete(out);
    }

    /// Manages the windows from before our time once everything about them is known.
    pub(super) fn adopt_if_complete(&mut self, out: &mut Connection<Question>) {
        let is_older = |(_, candidate): (_, &Candidate)| candidate.origin == Origin::Adopted;
        let is_anything = !self.adopted.is_empty() || !self.snapshot.is_empty();
        if is_anything && !self.candidates.iter().any(is_older) {
            self.adopt(out);
        }
    }

    /// Takes in a title that came late: whether another rule speaks of the window now.
    fn learn_title(
        &mut self,
        window: Window,
        property: PropertyName,
        title: Option<String>,
    ) -> bool {
        let config = self.config;
        let Some(client) = self.clients.get_mut(window) else { return false };
        client.title.learn(property, title.as_deref());
        let Some(mut told) = client.unsettled.take() else { return false };
        let before = rule(config, client, &told).map(core::ptr::from_ref);
        match property {
            PropertyName::OldTitle => told.old_title = title,
            _ => told.new_title = title,
        }
        let after = rule(config, client, &told).map(core::ptr::from_ref);
        client.unsettled = Some(told);
        after.is_some() && before != after
    }

    /// A program that says only now what it is gets the rule that is for it, once. Its place
    /// is kept where the rule does not speak of that.
    fn look_at_rules_again(&mut self, window: Window) {
        let Some(client) = self.clients.get_mut(window) else { return };
        let Some(told) = client.unsettled.take() else { return };
        let Some(rule) = rule(self.config, client, &told) else { return };
        client.is_borderless |= rule.borderless;
        client.ignores_requests |= rule.ignores_requests;
        client.fullscreen_in_tile |= rule.fullscreen_in_tile;
        client.swallows |= rule.swallows;
        if rule.floating == Some(self.stack_set.wish(window).is_none()) {
            self.toggle_floating(window);
        }
        if let Some(to) = rule.workspace.and_then(|name| self.workspace_named(name)) {
            self.send(window, to);
        }
    }

    /// The width of a float's border.
    pub(super) fn border_of(&self, client: &Client) -> u32 {
        client.border(self.border_width())
    }

    /// What is known of a window that is managed or about to be.
    fn known(&mut self, window: Window) -> Option<&mut Client> {
        let mut adopted = self.adopted.iter_mut();
        match adopted.find(|(other, _)| *other == window) {
            Some((_, candidate)) => Some(&mut candidate.client),
            None => self.clients.get_mut(window),
        }
    }

    /// Whether a window is managed or may be soon, or is an icon.
    pub(super) fn is_known(&self, window: Window) -> bool {
        self.clients.contains(window)
            || self.candidates.contains(window)
            || self.adopted.iter().any(|(other, _)| *other == window)
            || self.tray.has(window)
    }

    /// Manages the windows from before our time: dialogs last, so that their parents are
    /// there.
    #[inline(never)]
    fn adopt(&mut self, out: &mut Connection<Question>) {
        let adopted = core::mem::take(&mut self.adopted);
        let order: Vec<Window> = adopted.iter().map(|(window, _)| *window).gather();
        let (dialogs, others): (Vec<_>, Vec<_>) =
            adopted.into_iter().partition(|(_, candidate)| candidate.client.is_transient);
        for (window, candidate) in others.into_iter().chain(dialogs) {
            self.decide(window, candidate, out);
        }
        self.clients.put_first(&order);
        let focus = core::mem::replace(&mut self.adopted_focus, Window::NONE);
        let snapshot = core::mem::take(&mut self.snapshot);
        if self.put_back(&snapshot) {
            self.publish_names(out);
            return;
        }
        if self.stack_set.screen_of(focus).is_some() {
            self.stack_set.focus_window(focus);
        }
    }

    fn decide(&mut self, window: Window, mut candidate: Candidate, out: &mut Connection<Question>) {
        candidate.client.belong(self.server.root);
        // Without an answer to these, the window is gone.
        let (Some(attributes), Some(geometry)) = (&candidate.attributes, candidate.geometry) else {
            return;
        };
        let was_left_hidden = candidate.told.wm_state == Some(WmState::Iconic);
        let is_new = candidate.origin == Origin::New;
        let is_mapped = attributes.map_state != MapState::Unmapped;
        let is_ours = candidate.parent == Some(self.server.root)
            && !attributes.override_redirect
            && (is_new || is_mapped || was_left_hidden);
        let is_without_pixels = attributes.class == WindowClass::InputOnly;
        if is_ours && is_without_pixels && is_new {
            let sequence = out.send(&request::MapWindow { window });
            self.shown.caused(sequence);
        }
        if !is_ours || is_without_pixels {
            // What happens to it is no concern of ours.
            let event_mask = Some(self.events_of_others(window));
            let attributes = WindowAttributes { event_mask, ..Default::default() };
            out.send(&request::ChangeWindowAttributes { window, attributes });
            return;
        }
        // The server maps what is in our save-set when we die, so that no crash hides a
        // window for good.
        out.send(&request::ChangeSaveSet { mode: SaveSetMode::Insert, window });
        if candidate.client.kind.is_fixture() {
            self.fix(window, candidate, &geometry);
        } else {
            self.place(window, candidate, &geometry);
        }
        self.shown.manage(window, is_mapped);
    }

    /// Begins to manage a window that places itself.
    fn fix(&mut self, window: Window, candidate: Candidate, geometry: &GetGeometry) {
        let Candidate { mut client, told, .. } = candidate;
        let border = 2 * u32::from(geometry.border_width);
        let rect = Rect::new(
            geometry.x.into(),
            geometry.y.into(),
            u32::from(geometry.width) + border,
            u32::from(geometry.height) + border,
        );
        let Told { strut, strut_partial, .. } = told;
        client.fixture = Some(Fixture { rect, strut, strut_partial });
        client.told_states = told.states.states;
        client.states = told.states.states.without(NOT_KEPT);
        client.kept = told.states.kept;
        self.clients.insert(window, client);
    }

    /// Begins to manage a window on a workspace.
    #[inline(never)]
    fn place(&mut self, window: Window, candidate: Candidate, geometry: &GetGeometry) {
        let Candidate { origin, mut client, told, .. } = candidate;
        let states = told.states.states;
        client.has_alpha = geometry.depth == 32;
        client.told_states = states;
        client.states = states.without(NOT_KEPT);
        client.urgent |= states.has(States::DEMANDS_ATTENTION);
        let rule = rule(self.config, &client, &told).unwrap_or(&Rule::ANY);
        client.is_borderless |= rule.borderless || client.kind == WindowType::Bare;
        client.ignores_requests = rule.ignores_requests;
        client.fullscreen_in_tile = rule.fullscreen_in_tile;
        client.swallows = rule.swallows;
        client.kept.clone_from(&told.states.kept);
        // One before us may have given it a border of its own.
        client.own_border = if origin == Origin::New { geometry.border_width.into() } else { 0 };
        client.user_time_window = told.user_time_window;
        client.pid = told.process.and_then(|pid| i32::try_from(pid).ok());
        let started = if origin == Origin::New { self.launches.take(&client, &told) } else { None };
        let to = self.workspace_for(&client, &told, rule, started);
        let floats = rule.floating.unwrap_or(client.prefers_floating());
        let to = self.asked_for(&client, &told, rule, geometry).filter(|_| floats).unwrap_or(to);
        let wish = floats.then(|| self.first_wish(&client, geometry, rule, to, origin));
        let takes_focus = self.takes_focus(&client, &told, rule, origin);
        let is_shy = told.user_time == Some(Timestamp(0)) || rule.focus == Some(false);
        client.urgent |= !takes_focus && !is_shy && client.wants_focus() && origin == Origin::New;
        let is_sticky = rule.sticky || states.has(States::STICKY) || told.desktop == Some(u32::MAX);
        let is_minimised = origin == Origin::New && client.hints.initial_state_iconic
            || states.has(States::HIDDEN);
        let host = self.host_of(&client, &told, rule, floats);
        client.title.begin(told.new_title.as_deref(), told.old_title.as_deref());
        if origin == Origin::New || client.class.class.is_empty() {
            client.unsettled = Some(Box::new(told));
        }
        self.clients.insert(window, client);
        if let Some(host) = host {
            self.swallow(host, window);
        }
        self.stack_set.insert(window, to, takes_focus, wish);
        let is_sticky = is_sticky || self.stack_set.is_sticky(window);
        self.stack_set.set_sticky(window, is_sticky);
        let is_fullscreen = states.has(States::FULLSCREEN) || self.stack_set.is_fullscreen(window);
        self.set_fullscreen(window, is_fullscreen);
        if is_minimised {
            self.stack_set.minimise(window);
        } else if takes_focus && self.stack_set.is_visible(window) {
            self.is_outside = false;
        }
        self.came_for_scratchpad(window);
    }

    /// Where a window opens: where a rule says, where its program was started, where it
    /// wants, where its parent is, or here.
    fn workspace_for(
        &self,
        client: &Client,
        told: &Told,
        rule: &Rule,
        started: Option<WorkspaceId>,
    ) -> WorkspaceId {
        let owner = self.stack_set.workspace_of(client.transient_for).map(|owner| owner.id);
        rule.workspace
            .and_then(|name| self.workspace_named(name))
            .or_else(|| Some(self.workspace_on(rule.monitor?)?.id))
            .or(started)
            .or_else(|| workspace_id(self.config, told.desktop?))
            .or(owner)
            .unwrap_or(self.stack_set.current().id)
    }

    /// Whether a window that is managed from now on takes the focus of its workspace.
    #[inline(never)]
    fn takes_focus(&self, client: &Client, told: &Told, rule: &Rule, origin: Origin) -> bool {
        if !client.wants_focus() || told.user_time == Some(Timestamp(0)) {
            return false;
        }
        rule.focus.unwrap_or(match self.config.new_windows {
            _ if origin == Origin::Adopted => true,
            NewWindows::Focus => true,
            NewWindows::FocusUnlessTyping => !self.interrupts(client, told),
            NewWindows::Urgent => self.stack_set.focus().is_none(),
        })
    }

    /// Asks when the user last did something in the focused window.
    fn ask_when_typed(
        &self,
        window: Window,
        candidate: &mut Candidate,
        out: &mut Connection<Question>,
    ) {
        let Some(focus) = self.stack_set.focus() else { return };
        let other = self.clients.get(focus).map(|client| client.user_time_window);
        let at = other.filter(|other| *other != Window::NONE).unwrap_or(focus);
        Question::FocusUserTime(window, at).ask(&self.atoms, out);
        candidate.wait_for_another();
    }

    /// Whether a new window comes of something that the user did before the last thing
    /// done in the focused window (EWMH `_NET_WM_USER_TIME`). That window's own dialogs never
    /// do, nor does one of which nobody knows what it comes of.
    fn interrupts(&self, client: &Client, told: &Told) -> bool {
        let Some(focus) = self.stack_set.focus() else { return false };
        let begun = told.user_time.or_else(|| timestamp_of(told.startup_id.as_bytes()));
        let typed = told.focus_user_time.unwrap_or(self.acted);
        let group = self.clients.get(focus).map_or(Window::NONE, |focused| focused.hints.group);
        let is_dialog = client.is_transient || client.kind == WindowType::Dialog;
        let own_group = client.hints.group;
        let is_of_group = own_group != Window::NONE && (own_group == group || own_group == focus);
        let is_own = client.transient_for == focus
            || self.state().belongs_to(client.transient_for, focus)
            || is_dialog && is_of_group;
        !is_own && begun.is_some_and(|begun| typed.is_after(begun))
    }

    /// Puts a window into fullscreen, over its monitor or in its place, or ends that.
    pub(super) fn set_fullscreen(&mut self, window: Window, on: bool) {
        let Some(client) = self.clients.get_mut(window) else { return };
        let in_tile = client.fullscreen_in_tile;
        client.states.set(States::FULLSCREEN, on && in_tile);
        self.stack_set.set_fullscreen(window, on && !in_tile);
    }

    /// Whether a window is in fullscreen, or believes so.
    pub(super) fn is_fullscreen(&self, window: Window) -> bool {
        let client = self.clients.get(window);
        client.is_some_and(|client| client.states.has(States::FULLSCREEN))
            || self.stack_set.is_fullscreen(window)
    }

    /// Forgets a window. Its focus goes to the window used before that can use keys.
    pub(super) fn unmanage(&mut self, window: Window) -> bool {
        self.candidates.remove(window);
        self.adopted.retain(|(other, _)| *other != window);
        strike(&mut self.owed, window);
        let had_focus = self.stack_set.current().focus() == Some(window);
        let owners: Vec<Window> = self.state().owners(window).gather();
        if self.guest.is_some_and(|(guest, _)| guest == window) {
            self.guest = None;
        }
        if let Some(drag) = &mut self.drag
            && drag.window == window
        {
            drag.window = Window::NONE;
        }
        self.shown.forget(window);
        self.forget(window);
        self.give_back(window);
        let was_managed = self.clients.remove(window).is_some();
        if had_focus {
            self.focus_who_takes_keys(&owners);
        }
        was_managed
    }

    /// Focuses a window of the current workspace that can use keys, if there is one: the
    /// first of these, else the one used last.
    pub(super) fn focus_who_takes_keys(&mut self, first: &[Window]) {
        let here = self.stack_set.current();
        let takes_keys = |window: &Window| {
            here.is_open(*window) && self.clients.get(*window).is_some_and(Client::accepts_focus)
        };
        let next = first.iter().copied().chain(here.recent()).find(takes_keys);
        if let Some(next) = next.filter(|_| !self.stack_set.shows_desktop()) {
            self.stack_set.focus_window(self.state().stand_in(next));
        }
    }

    /// Whether keys can be of use to a window.
    pub(super) fn accepts_focus(&self, window: Window) -> bool {
        self.clients.get(window).is_some_and(Client::accepts_focus)
    }

    /// Forgets a window that its program withdrew but may show again (ICCCM 4.1.4).
    pub(super) fn withdraw(&mut self, window: Window, how: Withdrawal) {
        if self.unmanage(window) {
            self.withdrawn.push((window, how));
        }
    }

    /// Takes everything of ours off a window that lives on without us.
    pub(super) fn let_go(
        &mut self,
        window: Window,
        how: Withdrawal,
        out: &mut Connection<Question>,
    ) {
        if how == Withdrawal::Unmapped {
            self.shown.unmap(window, out);
        }
        ewmh::withdraw(window, &self.atoms, out);
        out.send(&request::ChangeSaveSet { mode: SaveSetMode::Delete, window });
        let (button, modifiers) = (0, Modifiers::ANY);
        out.send(&request::UngrabButton { button, grab_window: window, modifiers });
        let event_mask = Some(self.events_of_others(window));
        let attributes = WindowAttributes { event_mask, ..Default::default() };
        out.send(&request::ChangeWindowAttributes { window, attributes });
    }

    /// Gives a window the border that it came with, in such a place that the next window
    /// manager, which takes that for what it asks for, puts it where it is (ICCCM 4.1.2.3).
    pub(super) fn give_border_back(&self, window: Window, out: &mut Connection<Question>) {
        let (Some(client), Some(placed)) = (self.clients.get(window), self.shown.place_of(window))
        else {
            return;
        };
        if placed.role == Role::Fixture {
            return;
        }
        let (width, height) = placed.inner_size();
        let (width, height) = (width.into(), height.into());
        let Rect { x, y, .. } = placed.rect;
        let (gravity, border) = (client.size_hints.gravity, client.own_border);
        let (now, size) = (Rect::new(x, y, width, height), Size { width, height });
        let at = property::place(gravity, now, placed.border, size, border);
        let clamp = |at: i32| at.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        let changes = WindowChanges {
            x: Some(clamp(at.x)),
            y: Some(clamp(at.y)),
            border_width: Some(border.min(u32::from(u16::MAX)) as u16),
            ..WindowChanges::default()
        };
        out.send(&request::ConfigureWindow { window, changes });
    }

    pub(super) fn workspace_named(&self, name: &str) -> Option<WorkspaceId> {
        workspace_id(self.config, self.config.workspace_index(name)? as u32)
    }

    /// The workspace that is shown where a window asks to be, if nothing else speaks for
    /// one.
    fn asked_for(
        &self,
        client: &Client,
        told: &Told,
        rule: &Rule,
        geometry: &GetGeometry,
    ) -> Option<WorkspaceId> {
        let is_told = rule.workspace.is_some()
            || rule.monitor.is_some()
            || rule.place.is_some()
            || told.desktop.is_some()
            || !told.startup_id.is_empty();
        let has_owner = self.stack_set.workspace_of(client.transient_for).is_some();
        if is_told || has_owner || !client.size_hints.user_position {
            return None;
        }
        let middle = asked(geometry).middle();
        Some(self.stack_set.screen_at(middle)?.workspace.id)
    }

    /// Where a new float goes, as seen from its monitor: where its rule, its user or in some
    /// cases its program placed it or it was before us, else over its parent, else in the
    /// middle, beside others that went there; on what is free of the monitor as far as it is
    /// not larger.
    #[inline(never)]
    fn first_wish(
        &self,
        client: &Client,
        geometry: &GetGeometry,
        rule: &Rule,
        to: WorkspaceId,
        origin: Origin,
    ) -> Rect {
        let screen = self.screen_for(to);
        let monitor = screen.monitor.area;
        let area = self.state().work_area(monitor);
        let border = self.border_of(client);
        let asked = asked(geometry);
        let (width, height) = rule.size.unwrap_or((asked.width, asked.height));
        let most = client.with_shadow(area).size();
        let inner = |outer: u32| outer.saturating_sub(2 * border);
        let (width, height) = (width.min(inner(most.width)), height.min(inner(most.height)));
        let size = client.outer_size(width, height, border);
        let frame = Rect::new(0, 0, size.width, size.height);
        let visible = client.visible(frame);
        // The frame whose visible part is there.
        let over = |place: Rect| frame.carried(visible, place);
        let frame = if let Some((x, y)) = rule.place {
            let from = |at: i32, length: u32, low: i32, high: i32| {
                let start = if at < 0 { high.saturating_sub_unsigned(length) } else { low };
                start.saturating_add(at)
            };
            let x = from(x, visible.width, monitor.x, monitor.right());
            let y = from(y, visible.height, monitor.y, monitor.bottom());
            over(Rect { x, y, ..visible })
        } else if origin == Origin::Adopted || keeps_its_place(client, geometry, monitor) {
            let at = client.frame_position(asked, geometry.border_width.into(), size, border);
            Rect { x: at.x, y: at.y, ..frame }
        } else {
            let parent = self.visible_part(client.transient_for, area);
            let parent = parent.filter(|_| client.kind != WindowType::Splash).unwrap_or(area);
            let place = parent.around(visible.size()).moved_into(area);
            self.beside_others(over(place), client, to, area)
        };
        if origin == Origin::Adopted {
            // It may be half off the monitor because its user put it there.
            return frame.seen_from(monitor.position());
        }
        let visible = client.visible(frame);
        frame.carried(visible, visible.moved_into(area)).seen_from(monitor.position())
    }

    /// What can be seen of a window, or could where its workspace is hidden.
    fn visible_part(&self, window: Window, area: Rect) -> Option<Rect> {
        let client = self.clients.get(window)?;
        let frame = self.shown.place_of(window)?.rect;
        let part = client.visible(frame).shared(area);
        (part.overlap(area) > 0).then_some(part)
    }

    /// A frame moved aside, down to the right and on from the other corner, for as long as
    /// another float of the workspace wishes to be exactly there.
    fn beside_others(&self, frame: Rect, client: &Client, to: WorkspaceId, area: Rect) -> Rect {
        const ASIDE: i32 = 24;
        let monitor = self.screen_for(to).monitor.area.position();
        let workspace = self.stack_set.workspaces().find(|workspace| workspace.id == to);
        let floats = self.stack_set.floats();
        let mut frame = frame;
        for _ in floats {
            let at = frame.seen_from(monitor).position();
            let is_there = |float: &Float| {
                float.wish.position() == at && workspace.is_some_and(|it| it.contains(float.window))
            };
            if !floats.iter().any(is_there) {
                break;
            }
            let mut visible = client.visible(frame);
            let before = visible;
            visible.x = visible.x.saturating_add(ASIDE);
            visible.y = visible.y.saturating_add(ASIDE);
            if visible.right() > area.right() {
                visible.x = area.x;
            }
            if visible.bottom() > area.bottom() {
                visible.y = area.y;
            }
            frame = frame.carried(before, visible);
        }
        frame
    }

    /// The monitor that shows a workspace, or would.
    pub(super) fn screen_for(&self, id: WorkspaceId) -> &Screen {
        let shows = |screen: &&Screen| screen.workspace.id == id;
        self.stack_set.screens().find(shows).unwrap_or(self.stack_set.current_screen())
    }
}

/// Where a window was created, without its border: what it asks for.
fn asked(geometry: &GetGeometry) -> Rect {
    let (width, height) = (geometry.width.into(), geometry.height.into());
    Rect::new(geometry.x.into(), geometry.y.into(), width, height)
}

/// Whether a new float stays where it was created: where its user said so, and a palette or
/// a menu whose program said so. Many programs say so of windows that they never placed,
/// which are in the corner then.
fn keeps_its_place(client: &Client, geometry: &GetGeometry, monitor: Rect) -> bool {
    let hints = &client.size_hints;
    let is_small = u32::from(geometry.width) <= monitor.width / 2
        && u32::from(geometry.height) <= monitor.height / 2;
    let is_menu = client.is_transient && client.kind == WindowType::Normal && is_small;
    let is_placed = hints.position && (geometry.x, geometry.y) != (0, 0);
    hints.user_position || is_placed && (client.kind == WindowType::Utility || is_menu)
}
