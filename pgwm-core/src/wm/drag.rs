//! Moving and resizing a window with the pointer or with keys: because a button of ours was
//! pressed, or because the window says that its own was (EWMH `_NET_WM_MOVERESIZE`). Never
//! decides where a window is shown: a drag changes the float's wish; see `scene.rs`.
//!
//! A button of ours comes with a grab that ends with it. For a window's own drag we grab the
//! pointer and the keyboard, and let go of both with whatever ends the drag; what is sent
//! after a grab comes after it, so that none is left behind, however it was answered.

use super::Wm;
use super::question::{Answer, Question};
use super::scene::HANDLE;
use super::server::Server;
use super::stack_set::WorkspaceId;
use super::states::States;
use crate::deadline;
use crate::geometry::{Point, Rect, Size};
use crate::x11::connection::Connection;
use crate::x11::event::Input;
use crate::x11::id::{EventMask, Keycode, Keysym, Modifiers, Timestamp, Window};
use crate::x11::keysym;
use crate::x11::property::MoveResize;
use crate::x11::reply::GrabStatus;
use crate::x11::request;
use core::time::Duration;

/// The keys that steer a drag.
pub(super) const KEYS: [Keysym; 7] = [
    keysym::LEFT,
    keysym::RIGHT,
    keysym::UP,
    keysym::DOWN,
    keysym::RETURN,
    keysym::KP_ENTER,
    keysym::ESCAPE,
];

/// What we hear of the pointer while it is ours.
pub(super) const EVENTS: EventMask =
    EventMask::BUTTON_PRESS.with(EventMask::BUTTON_RELEASE).with(EventMask::BUTTON_MOTION);

/// How far an arrow key moves a window or its edge, in pixels; with Shift it is one.
const STEP: i32 = 10;

/// How often a window follows the pointer at the most: mice tell of a thousand motions a
/// second, and a screen shows hardly more than a hundred pictures.
const FRAME: Duration = Duration::from_millis(8);

/// A drag under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drag {
    /// The window that is dragged; [`Window::NONE`] once that is gone.
    pub(super) window: Window,
    /// The button that is held; 0 for any.
    button: u8,
    hold: Hold,
    grips: Grips,
    /// Where the window was when it began, or would be as a float.
    origin: Rect,
    /// Where the pointer was then.
    start: Point,
    /// Where the pointer is now.
    pointer: Point,
    /// Whether it moved since we followed it last.
    has_moved: bool,
    /// Whether we followed it within the last [`FRAME`], and when that will be over.
    rests: bool,
    until: Option<Duration>,
    before: Before,
}

/// What is put back where a drag is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Before {
    wish: Option<Rect>,
    states: States,
    workspace: WorkspaceId,
}

/// What keeps a drag going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// A button that is ours: so is the pointer, until it is released.
    Button,
    /// A button of the window's own. The number of the first question about our grabs.
    Grab(u64),
    /// No button: keys move it. The same number.
    Keys(u64),
}

/// What the pointer has hold of, along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grip {
    Nothing,
    /// The left or the upper edge.
    Start,
    /// The right or the lower one.
    End,
    /// All of it.
    Both,
}

/// What the pointer has hold of, across and down.
type Grips = [Grip; 2];

const MOVE: Grips = [Grip::Both, Grip::Both];

impl Grip {
    /// The length, when this is moved.
    fn stretched(self, length: u32, by: i32) -> u32 {
        match self {
            Self::Start => length.saturating_add_signed(by.saturating_neg()),
            Self::End => length.saturating_add_signed(by),
            Self::Nothing | Self::Both => length,
        }
    }

    /// The start, when this is moved and the length changes: the other end stays.
    const fn anchored(self, at: i32, was: u32, is: u32, by: i32) -> i32 {
        match self {
            Self::Start => at.saturating_add_unsigned(was).saturating_sub_unsigned(is),
            Self::Both => at.saturating_add(by),
            Self::Nothing | Self::End => at,
        }
    }

    /// As far as this may be moved for enough of the window to stay between `low` and
    /// `high`.
    fn limited(self, by: i32, (start, end): (i32, i32), (low, high): (i32, i32)) -> i32 {
        let handle = HANDLE as i32;
        match self {
            Self::Start => by.min(high.saturating_sub(handle).saturating_sub(start).max(0)),
            Self::End => by.max(low.saturating_add(handle).saturating_sub(end).min(0)),
            Self::Nothing | Self::Both => by,
        }
    }

    /// Whether it is the start that is held, or goes along, and whether it is the end.
    const fn holds(self) -> [bool; 2] {
        match self {
            Self::Nothing => [false, false],
            Self::Start => [true, false],
            Self::End => [false, true],
            Self::Both => [true, true],
        }
    }
}

/// From where to where a rectangle lies, across and down.
const fn spans(rect: Rect) -> [(i32, i32); 2] {
    [(rect.x, rect.right()), (rect.y, rect.bottom())]
}

/// The character of the cursor font that shows what is held.
const fn glyph(grips: Grips) -> u16 {
    match grips {
        [Grip::Start, Grip::Start] => 134,
        [Grip::Nothing, Grip::Start] => 138,
        [Grip::End, Grip::Start] => 136,
        [Grip::End, Grip::Nothing] => 96,
        [Grip::End, Grip::End] => 14,
        [Grip::Nothing, Grip::End] => 16,
        [Grip::Start, Grip::End] => 12,
        [Grip::Start, Grip::Nothing] => 70,
        _ => 52,
    }
}

/// What a window's own drag has hold of, and whether keys move it.
const fn grips(direction: MoveResize) -> (Grips, bool) {
    let grips = match direction {
        MoveResize::SizeTopLeft => [Grip::Start, Grip::Start],
        MoveResize::SizeTop => [Grip::Nothing, Grip::Start],
        MoveResize::SizeTopRight => [Grip::End, Grip::Start],
        MoveResize::SizeRight => [Grip::End, Grip::Nothing],
        MoveResize::SizeBottomRight | MoveResize::SizeKeyboard => [Grip::End, Grip::End],
        MoveResize::SizeBottom => [Grip::Nothing, Grip::End],
        MoveResize::SizeBottomLeft => [Grip::Start, Grip::End],
        MoveResize::SizeLeft => [Grip::Start, Grip::Nothing],
        MoveResize::Move | MoveResize::MoveKeyboard | MoveResize::Cancel => MOVE,
    };
    (grips, matches!(direction, MoveResize::SizeKeyboard | MoveResize::MoveKeyboard))
}

/// The size of a rectangle when what is held of it is moved.
fn stretched(rect: Rect, grips: Grips, by: [i32; 2]) -> Size {
    Size {
        width: grips[0].stretched(rect.width, by[0]),
        height: grips[1].stretched(rect.height, by[1]),
    }
}

/// The rectangle when what is held of it is moved, and its size becomes that.
const fn pulled(rect: Rect, grips: Grips, by: [i32; 2], size: Size) -> Rect {
    Rect {
        x: grips[0].anchored(rect.x, rect.width, size.width, by[0]),
        y: grips[1].anchored(rect.y, rect.height, size.height, by[1]),
        width: size.width,
        height: size.height,
    }
}

/// Makes `best` the least way for what is held of `frame` to come to lie on an edge of
/// `rect`, where that is beside it.
fn cling(best: &mut [i32; 2], grips: Grips, frame: Rect, rect: Rect, reach: u32) {
    let (own, other) = (spans(frame), spans(rect));
    for axis in 0..2 {
        let (aside, beside) = (own[1 - axis], other[1 - axis]);
        if aside.0 > beside.1.saturating_add_unsigned(reach)
            || beside.0 > aside.1.saturating_add_unsigned(reach)
        {
            continue;
        }
        for (edge, is_held) in [own[axis].0, own[axis].1].into_iter().zip(grips[axis].holds()) {
            for line in [other[axis].0, other[axis].1] {
                let way = line.saturating_sub(edge);
                if is_held && way.unsigned_abs() < best[axis].unsigned_abs() {
                    best[axis] = way;
                }
            }
        }
    }
}

// Drags.
impl Wm {
    /// A button of ours was pressed on a window.
    pub(super) fn begin_drag(
        &mut self,
        window: Window,
        press: &Input,
        moves: bool,
        out: &mut Connection<Question>,
    ) {
        let start = Point { x: press.root_x.into(), y: press.root_y.into() };
        let Some(drag) = self.begin(window, press.detail, start, moves.then_some(MOVE)) else {
            return;
        };
        let cursor = self.server.drag_cursor;
        self.create_cursor(drag.grips, out);
        out.send(&request::ChangeActivePointerGrab {
            cursor,
            time: Timestamp::CURRENT,
            event_mask: EVENTS,
        });
        out.send(&request::FreeCursor { cursor });
    }

    /// A window says that the user has begun to drag it (EWMH `_NET_WM_MOVERESIZE`).
    pub(super) fn move_resize(
        &mut self,
        window: Window,
        words: [u32; 5],
        out: &mut Connection<Question>,
    ) {
        let Some(direction) = MoveResize::from_raw(words[2]) else { return };
        if direction == MoveResize::Cancel {
            if self.drag.is_some_and(|drag| drag.window == window && drag.hold != Hold::Button) {
                self.cancel_drag(out);
            }
            return;
        }
        let (grips, by_keys) = grips(direction);
        let place = |word: u32| (word as i32).clamp(i16::MIN.into(), i16::MAX.into());
        let start = Point { x: place(words[0]), y: place(words[1]) };
        let button = words[3].min(u8::MAX.into()) as u8;
        let Some(drag) = self.begin(window, button, start, Some(grips)) else { return };
        let (root, cursor) = (self.server.root, self.server.drag_cursor);
        // A mode that has the keyboard would lose it to the drag.
        if self.bindings.awaits_one_key() {
            self.set_mode(None, out);
        }
        self.create_cursor(grips, out);
        let first = Question::GrabPointer(root, cursor).ask(&self.atoms, out);
        out.send(&request::FreeCursor { cursor });
        Question::GrabKeyboard(root).ask(&self.atoms, out);
        if !by_keys {
            // The button may have been released before we had the pointer.
            Question::Pointer(root).ask(&self.atoms, out);
        }
        let hold = if by_keys { Hold::Keys(first) } else { Hold::Grab(first) };
        self.drag = Some(Drag { hold, ..drag });
    }

    /// What came of our grabs, and whether the button is still held.
    pub(super) fn drag_answered(
        &mut self,
        question: Question,
        sequence: u64,
        answer: Option<&Answer>,
        out: &mut Connection<Question>,
    ) {
        let Some(drag) = self.drag else { return };
        let (Hold::Grab(first) | Hold::Keys(first)) = drag.hold else { return };
        let is_needed = match question {
            Question::GrabKeyboard(_) => drag.hold == Hold::Keys(first),
            _ => drag.hold == Hold::Grab(first),
        };
        let is_well = match answer {
            Some(Answer::Grab(status)) => *status == GrabStatus::Success,
            Some(Answer::Pointer(pointer)) => {
                let buttons = pointer.mask >> 8 & 0x1f;
                match drag.button {
                    0 => buttons != 0,
                    button => buttons >> (button - 1).min(15) & 1 != 0,
                }
            }
            _ => false,
        };
        if sequence >= first && is_needed && !is_well {
            self.end_drag(out);
        }
    }

    /// Notes where the pointer is. Following it once for a batch of motions is enough.
    pub(super) fn drag_to(&mut self, pointer: Point) {
        if let Some(drag) = &mut self.drag
            && !matches!(drag.hold, Hold::Keys(_))
        {
            drag.has_moved |= drag.pointer != pointer;
            drag.pointer = pointer;
        }
    }

    /// A button was pressed: whether that is part of a drag. A click ends one by keys.
    pub(super) fn press_in_drag(&mut self, out: &mut Connection<Question>) -> bool {
        if let Some(Drag { hold: Hold::Keys(_), .. }) = self.drag {
            self.end_drag(out);
            return true;
        }
        self.drag.is_some()
    }

    /// A button was released, perhaps the one that is held.
    pub(super) fn release_in_drag(&mut self, button: u8, out: &mut Connection<Question>) {
        let Some(drag) = self.drag else { return };
        if !matches!(drag.hold, Hold::Keys(_)) && (drag.button == button || drag.button == 0) {
            self.follow_now(out);
            self.end_drag(out);
        }
    }

    /// A key was pressed: whether that is part of a drag, to which all keys belong while we
    /// have grabbed them.
    pub(super) fn key_in_drag(&mut self, press: &Input, out: &mut Connection<Question>) -> bool {
        let Some(drag) = self.drag.filter(|drag| drag.hold != Hold::Button) else {
            return false;
        };
        let one = Modifiers::of_state(press.state).contains(Modifiers::SHIFT);
        let step = if one { 1 } else { STEP };
        let (dx, dy) = match self.bindings.of_drag(Keycode(press.detail)) {
            Some(keysym::ESCAPE) => {
                self.cancel_drag(out);
                return true;
            }
            Some(keysym::RETURN | keysym::KP_ENTER) => {
                self.end_drag(out);
                return true;
            }
            Some(keysym::LEFT) => (-step, 0),
            Some(keysym::RIGHT) => (step, 0),
            Some(keysym::UP) => (0, -step),
            Some(keysym::DOWN) => (0, step),
            _ => return true,
        };
        if let Hold::Keys(_) = drag.hold
            && self.stack_set.is_visible(drag.window)
        {
            let states = self.clients.get(drag.window).map_or(States::NONE, |it| it.states);
            if self.stack_set.wish(drag.window).is_none() || states.has_any(States::MAXIMIZED) {
                self.put(drag.window, drag.origin);
            }
            if drag.grips == MOVE {
                self.move_by(drag.window, dx, dy);
            } else {
                self.resize_by(drag.window, dx, dy);
            }
        }
        true
    }

    /// Follows the pointer; the first motion makes a tile a float, and takes a window out of
    /// being maximised. A window that can't be seen any more is not dragged.
    pub(super) fn follow_pointer(&mut self, out: &mut Connection<Question>) {
        if !self.drag.is_some_and(|drag| drag.rests && drag.has_moved) {
            self.follow_now(out);
        }
    }

    /// Whether the clock has to be looked at because of a drag.
    pub(super) fn rests_in_drag(&self) -> bool {
        self.drag.is_some_and(|drag| drag.rests)
    }

    /// Takes in the time; when the next motion may be followed, if there is one.
    pub(super) fn tick_drag(&mut self, now: Duration) -> Option<Duration> {
        let drag = self.drag.as_mut().filter(|drag| drag.rests)?;
        let until = deadline::set(&mut drag.until, now, FRAME);
        if now >= until {
            (drag.rests, drag.until) = (false, None);
            return None;
        }
        drag.has_moved.then_some(until)
    }

    fn follow_now(&mut self, out: &mut Connection<Question>) {
        let Some(drag) = &mut self.drag else { return };
        let has_moved = core::mem::take(&mut drag.has_moved);
        drag.rests |= has_moved;
        let drag = *drag;
        let window = drag.window;
        if !self.stack_set.is_visible(window) || self.stack_set.is_fullscreen(window) {
            self.end_drag(out);
        } else if has_moved && drag.grips == MOVE {
            let frame = self.dragged(&drag);
            self.put(window, frame);
            self.move_to_monitor_at(window, drag.pointer);
            self.put(window, frame);
        } else if has_moved {
            let frame = self.dragged(&drag);
            // Where too little of it would stay on the monitor, putting that right would
            // move the edges that are not held.
            if self.within_reach(window, frame) == frame {
                self.put(window, frame);
            }
        }
    }

    /// Ends a drag; what it has done stays.
    pub(super) fn end_drag(&mut self, out: &mut Connection<Question>) {
        if let Some(Drag { hold: Hold::Grab(_) | Hold::Keys(_), .. }) = self.drag.take() {
            out.send(&request::UngrabPointer { time: Timestamp::CURRENT });
            out.send(&request::UngrabKeyboard { time: Timestamp::CURRENT });
            // A mode that got it meanwhile has lost it.
            self.keyboard_refused(out);
        }
    }

    /// Ends a drag and puts the window back to where it was.
    fn cancel_drag(&mut self, out: &mut Connection<Question>) {
        let Some(Drag { window, before, .. }) = self.drag else { return };
        self.end_drag(out);
        self.move_float_to(window, before.workspace);
        match before.wish {
            Some(wish) => self.stack_set.float(window, wish),
            None => self.stack_set.sink(window),
        }
        if let Some(client) = self.clients.get_mut(window) {
            for state in [States::MAXIMIZED_HORZ, States::MAXIMIZED_VERT] {
                client.states.set(state, before.states.has(state));
            }
        }
    }

    /// Begins a drag, by the nearest corner where nothing is said. A fullscreen window stays
    /// where it is, and one drag at a time is enough.
    fn begin(
        &mut self,
        window: Window,
        button: u8,
        start: Point,
        grips: Option<Grips>,
    ) -> Option<Drag> {
        let rect = self.shown.placed(window)?.rect;
        let client = self.clients.get(window)?;
        let workspace = self.stack_set.workspace_of(window)?.id;
        if self.stack_set.is_fullscreen(window) || self.drag.is_some() || self.leaving.is_some() {
            return None;
        }
        let middle = rect.middle();
        let nearest = |is_before: bool| if is_before { Grip::Start } else { Grip::End };
        let grips = grips.unwrap_or([nearest(start.x < middle.x), nearest(start.y < middle.y)]);
        let wish = self.stack_set.wish(window);
        let mut origin = rect;
        if grips == MOVE {
            let border = client.border(self.border_width());
            let inner = |outer: u32| outer.saturating_sub(2 * border);
            let size = wish.map_or_else(
                || client.outer_size(inner(rect.width), inner(rect.height), border),
                Rect::size,
            );
            // The pointer stays over the same part of it.
            let start_of = |pointer: i32, at: i32, was: u32, is: u32| {
                let offset = i64::from(pointer) - i64::from(at);
                pointer.saturating_sub((offset * i64::from(is) / i64::from(was.max(1))) as i32)
            };
            origin = Rect {
                x: start_of(start.x, rect.x, rect.width, size.width),
                y: start_of(start.y, rect.y, rect.height, size.height),
                width: size.width,
                height: size.height,
            };
        }
        let before = Before { wish, states: client.states, workspace };
        let (pointer, has_moved, hold) = (start, false, Hold::Button);
        let (rests, until) = (false, None);
        self.drag = Some(Drag {
            window,
            button,
            hold,
            grips,
            origin,
            start,
            pointer,
            has_moved,
            rests,
            until,
            before,
        });
        self.stack_set.raise(window);
        self.drag
    }

    /// The frame that the pointer has dragged a window to, as its hints allow.
    fn dragged(&self, drag: &Drag) -> Rect {
        let Drag { window, mut origin, start, pointer, grips, .. } = *drag;
        let Some(client) = self.clients.get(window) else { return origin };
        let is_move = grips == MOVE;
        if let Some(wish) = self.stack_set.wish(window).filter(|_| is_move) {
            // It may have changed its size by itself since.
            (origin.width, origin.height) = (wish.width, wish.height);
        }
        let by = [pointer.x.saturating_sub(start.x), pointer.y.saturating_sub(start.y)];
        let free = pulled(origin, grips, by, stretched(origin, grips, by));
        let snap = self.snap(drag, client.visible(free));
        let mut by = [by[0].saturating_add(snap[0]), by[1].saturating_add(snap[1])];
        let mut size = origin.size();
        if !is_move {
            let (visible, monitor) = (client.visible(origin), self.monitor_of(window));
            for axis in 0..2 {
                let (span, all) = (spans(visible)[axis], spans(monitor)[axis]);
                by[axis] = grips[axis].limited(by[axis], span, all);
            }
            let border = client.border(self.border_width());
            let Size { width, height } = stretched(origin, grips, by);
            let inner = |outer: u32| outer.saturating_sub(2 * border);
            size = client.outer_size(inner(width), inner(height), border);
        }
        pulled(origin, grips, by, size)
    }

    /// How far what is held has to move on to cling to an edge: of the free area of the
    /// monitor under the pointer, or of a window that is shown beside it.
    fn snap(&self, drag: &Drag, frame: Rect) -> [i32; 2] {
        let reach = self.panels.scaled(self.config.snap);
        if reach == 0 {
            return [0, 0];
        }
        let mut best = [i32::MAX; 2];
        let monitor =
            self.monitor_at(drag.pointer).map_or_else(|| self.monitor_of(drag.window), |it| it.0);
        cling(&mut best, drag.grips, frame, self.state().work_area(monitor), reach);
        for placed in self.shown.visible() {
            let client = self.clients.get(placed.window);
            let rect = client.map_or(placed.rect, |client| client.visible(placed.rect));
            if placed.window != drag.window && rect.overlap(monitor) > 0 {
                cling(&mut best, drag.grips, frame, rect, reach);
            }
        }
        best.map(|way| if way.unsigned_abs() <= reach { way } else { 0 })
    }

    /// Makes the pointer image that shows what is held, until it is freed.
    fn create_cursor(&self, grips: Grips, out: &mut Connection<Question>) {
        let Server { cursor_font: font, drag_cursor: cursor, .. } = *self.server;
        out.send(&request::OpenFont { fid: font, name: b"cursor" });
        out.send(&request::CreateGlyphCursor::black(cursor, font, glyph(grips)));
        out.send(&request::CloseFont { font });
    }
}

// What the user does to a float.
impl Wm {
    /// Moves a float.
    pub(super) fn move_by(&mut self, window: Window, dx: i32, dy: i32) {
        if let Some(frame) = self.frame_of(window) {
            self.put(window, frame.moved_by(Point { x: dx, y: dy }));
        }
    }

    /// Resizes a float by its lower right corner, by one of its steps at least.
    pub(super) fn resize_by(&mut self, window: Window, dx: i32, dy: i32) {
        if let Some(frame) = self.frame_of(window) {
            let Size { width, height } = self.stretched(window, frame.size(), dx, dy);
            self.put(window, Rect { width, height, ..frame });
        }
    }

    /// Makes a float larger or smaller around its middle, in percent.
    pub(super) fn scale(&mut self, window: Window, percent: i8) {
        if let Some(frame) = self.frame_of(window) {
            let by = |length: u32| (i64::from(length) * i64::from(percent) / 100) as i32;
            let size = self.stretched(window, frame.size(), by(frame.width), by(frame.height));
            self.put(window, frame.around(size));
        }
    }

    /// Puts a float into the middle of what is free of its monitor.
    pub(super) fn centre(&mut self, window: Window) {
        if let (Some(frame), Some(client)) = (self.frame_of(window), self.clients.get(window)) {
            let area = self.state().work_area(self.monitor_of(window));
            let visible = client.visible(frame);
            let middle = area.around(visible.size());
            self.put(window, frame.carried(visible, middle));
        }
    }

    /// Sends a float to another workspace; its place on the screen stays, and so does what
    /// it has of the focus.
    fn move_float_to(&mut self, window: Window, to: WorkspaceId) {
        let here = self.stack_set.workspace_of(window).map(|workspace| workspace.id);
        let Some(wish) = self.stack_set.wish(window).filter(|_| here != Some(to)) else { return };
        let frame = wish.moved_by(self.monitor_of(window).position());
        let had_focus = self.stack_set.focus() == Some(window);
        let is_sticky = self.stack_set.is_sticky(window);
        self.stack_set.send(window, to);
        self.stack_set.set_sticky(window, is_sticky);
        self.stack_set.float(window, frame.seen_from(self.monitor_of(window).position()));
        if had_focus {
            self.stack_set.focus_window(window);
        }
    }

    /// The monitor that a point is on, and the workspace that it shows.
    fn monitor_at(&self, point: Point) -> Option<(Rect, WorkspaceId)> {
        let screen = self.stack_set.screen_at(point)?;
        Some((screen.monitor.area, screen.workspace.id))
    }

    /// A float's frame, were it not maximised; `None` for a tile, or in fullscreen.
    fn frame_of(&self, window: Window) -> Option<Rect> {
        let wish = self.stack_set.wish(window)?;
        let is_free = !self.stack_set.is_fullscreen(window);
        let frame = wish.moved_by(self.monitor_of(window).position());
        is_free.then(|| self.within_reach(window, frame))
    }

    /// The size of a frame made larger or smaller, by one step that its hints name at least,
    /// as they allow.
    fn stretched(&self, window: Window, frame: Size, dx: i32, dy: i32) -> Size {
        let Some(client) = self.clients.get(window) else { return frame };
        let border = client.border(self.border_width());
        let inner = |outer: u32, by: i32, step: u32| {
            let by = if by > 0 { by.max(step as i32) } else { by };
            outer.saturating_sub(2 * border).saturating_add_signed(by)
        };
        let (across, down) = client.size_hints.increment;
        let (width, height) = (inner(frame.width, dx, across), inner(frame.height, dy, down));
        client.outer_size(width, height, border)
    }

    /// A frame moved so that one can take hold of it on its monitor.
    fn within_reach(&self, window: Window, frame: Rect) -> Rect {
        let monitor = self.monitor_of(window);
        self.clients.get(window).map_or(frame, |client| {
            let visible = client.visible(frame);
            frame.carried(visible, visible.reachable_in(monitor, HANDLE))
        })
    }

    /// Gives a window the frame that the user wants: it is a float from now on, and not
    /// maximised.
    fn put(&mut self, window: Window, frame: Rect) {
        let wish = self.within_reach(window, frame);
        let monitor = self.monitor_of(window).position();
        self.stack_set.float(window, wish.seen_from(monitor));
        if let Some(client) = self.clients.get_mut(window) {
            client.states.set(States::MAXIMIZED, false);
        }
    }
}
