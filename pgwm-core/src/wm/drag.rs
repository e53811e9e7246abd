//! Moving and resizing a window with the pointer. The button's grab on the root window
//! lasts until the button is released, so nothing is grabbed here. Never writes a rect:
//! a drag changes the float's wish.

use super::Wm;
use crate::geometry::{Point, Rect, Size};
use crate::x11::event::Input;
use crate::x11::id::Window;

/// A drag under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drag {
    /// The window that is dragged.
    pub(super) window: Window,
    /// The button that is held.
    pub(super) button: u8,
    /// Where it was when the button went down.
    origin: Rect,
    /// Where the pointer was then.
    start: Point,
    /// What is done to it.
    kind: Kind,
}

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The window goes along with the pointer.
    Move,
    /// The corner nearest to the pointer does.
    Resize { left: bool, top: bool },
}

impl Wm {
    pub(super) fn begin_move(&mut self, window: Window, press: &Input) {
        self.begin(window, press, |_, _| Kind::Move);
    }

    pub(super) fn begin_resize(&mut self, window: Window, press: &Input) {
        self.begin(window, press, |origin, start| Kind::Resize {
            left: start.x < origin.x.saturating_add_unsigned(origin.width / 2),
            top: start.y < origin.y.saturating_add_unsigned(origin.height / 2),
        });
    }

    /// A fullscreen window stays where it is, and one drag at a time is enough.
    fn begin(&mut self, window: Window, press: &Input, kind: impl Fn(Rect, Point) -> Kind) {
        let Some(placed) = self.shown.placed(window) else { return };
        if self.stack_set.is_fullscreen(window) || self.drag.is_some() {
            return;
        }
        let origin = placed.rect;
        let start = Point { x: press.root_x.into(), y: press.root_y.into() };
        let (button, kind) = (press.detail, kind(origin, start));
        self.drag = Some(Drag { window, button, origin, start, kind });
    }

    /// Follows the pointer; the first motion makes a tile a float.
    pub(super) fn continue_drag(&mut self, motion: &Input) {
        let Some(Drag { window, origin, start, kind, .. }) = self.drag else { return };
        let Some(client) = self.clients.get(window) else { return };
        let (dx, dy) = (i32::from(motion.root_x) - start.x, i32::from(motion.root_y) - start.y);
        let wish = match kind {
            Kind::Move => {
                Rect { x: origin.x.saturating_add(dx), y: origin.y.saturating_add(dy), ..origin }
            }
            Kind::Resize { left, top } => {
                let border = self.border_of(client);
                let grown = |size: u32, by: i32, from_start: bool| {
                    let by = if from_start { -by } else { by };
                    size.saturating_add_signed(by).saturating_sub(2 * border)
                };
                let (width, height) =
                    (grown(origin.width, dx, left), grown(origin.height, dy, top));
                let Size { width, height } = client.outer_size(width, height, border);
                // The corner opposite to the dragged one stays where it is.
                let kept = |at: i32, was: u32, is: u32, from_start: bool| {
                    if from_start {
                        at.saturating_add_unsigned(was).saturating_sub_unsigned(is)
                    } else {
                        at
                    }
                };
                Rect {
                    x: kept(origin.x, origin.width, width, left),
                    y: kept(origin.y, origin.height, height, top),
                    width,
                    height,
                }
            }
        };
        let monitor = self.monitor_of(window).position();
        self.stack_set.float(window, wish.seen_from(monitor));
    }
}
