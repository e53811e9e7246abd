//! The two EWMH messages that ask for another place or size of a window. Never decides
//! whether it gets them.

use super::{Gravity, LONGEST_SIDE};

/// What the user has begun to do with a window, says the window
/// (`_NET_WM_MOVERESIZE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveResize {
    /// Resizing by the upper left corner.
    SizeTopLeft = 0,
    /// Resizing by the upper edge.
    SizeTop = 1,
    /// Resizing by the upper right corner.
    SizeTopRight = 2,
    /// Resizing by the right edge.
    SizeRight = 3,
    /// Resizing by the lower right corner.
    SizeBottomRight = 4,
    /// Resizing by the lower edge.
    SizeBottom = 5,
    /// Resizing by the lower left corner.
    SizeBottomLeft = 6,
    /// Resizing by the left edge.
    SizeLeft = 7,
    /// Moving.
    Move = 8,
    /// Resizing with the keyboard.
    SizeKeyboard = 9,
    /// Moving with the keyboard.
    MoveKeyboard = 10,
    /// Neither any more: it was called off.
    Cancel = 11,
}

impl MoveResize {
    /// What the message's third word says; None for numbers that have no meaning.
    pub const fn from_raw(raw: u32) -> Option<Self> {
        Some(match raw {
            0 => Self::SizeTopLeft,
            1 => Self::SizeTop,
            2 => Self::SizeTopRight,
            3 => Self::SizeRight,
            4 => Self::SizeBottomRight,
            5 => Self::SizeBottom,
            6 => Self::SizeBottomLeft,
            7 => Self::SizeLeft,
            8 => Self::Move,
            9 => Self::SizeKeyboard,
            10 => Self::MoveKeyboard,
            11 => Self::Cancel,
            _ => return None,
        })
    }
}

/// Where a window should be, and how large (`_NET_MOVERESIZE_WINDOW`); None for what
/// should stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MoveResizeWindow {
    /// Which point the position means; None for that of the window's own hints.
    pub gravity: Option<Gravity>,
    /// The position across, as far as the protocol counts.
    pub x: Option<i32>,
    /// The position down, likewise.
    pub y: Option<i32>,
    /// The width, from 1 to 65,535.
    pub width: Option<u32>,
    /// The height, likewise.
    pub height: Option<u32>,
    /// Who asks: 0 for an old program, 1 for an application, 2 for a pager.
    pub source: u32,
}

impl MoveResizeWindow {
    /// Reads the message's five words.
    pub fn read(words: [u32; 5]) -> Self {
        let flags = words[0];
        let field = |index: usize| (flags & 0x80 << index != 0).then_some(words[index] as i32);
        let place = |index| field(index).map(|at| at.clamp(i16::MIN.into(), i16::MAX.into()));
        let side =
            |index| field(index).map(|length| length.clamp(1, LONGEST_SIDE as i32).unsigned_abs());
        Self {
            gravity: Gravity::from_raw(flags & 0xff).filter(|point| *point != Gravity::Forget),
            x: place(1),
            y: place(2),
            width: side(3),
            height: side(4),
            source: flags >> 12 & 0xf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn directions_are_twelve() {
        for raw in 0..12 {
            assert_eq!(MoveResize::from_raw(raw).map(|direction| direction as u32), Some(raw));
        }
        assert_eq!(MoveResize::from_raw(12), None);
        assert_eq!(MoveResize::from_raw(u32::MAX), None);
    }

    #[test]
    fn flags_say_what_counts() {
        let minus_ten = 10_u32.wrapping_neg();
        let read = |flags| MoveResizeWindow::read([flags, minus_ten, 20, 300, 400]);
        assert_eq!(read(0), MoveResizeWindow::default());
        let all = MoveResizeWindow {
            gravity: Some(Gravity::Static),
            x: Some(-10),
            y: Some(20),
            width: Some(300),
            height: Some(400),
            source: 2,
        };
        assert_eq!(read(0x2f0a), all);
        assert_eq!(read(0x0100), MoveResizeWindow { x: Some(-10), ..Default::default() });
        assert_eq!(read(0x0200), MoveResizeWindow { y: Some(20), ..Default::default() });
        assert_eq!(read(0x0400), MoveResizeWindow { width: Some(300), ..Default::default() });
        assert_eq!(read(0x0800), MoveResizeWindow { height: Some(400), ..Default::default() });
        assert_eq!(read(0x000b).gravity, None);
    }

    proptest! {
        #[test]
        fn any_words_are_in_range(words: [u32; 5]) {
            let read = MoveResizeWindow::read(words);
            for at in [read.x, read.y].into_iter().flatten() {
                prop_assert!((-32_768..=32_767).contains(&at));
            }
            for length in [read.width, read.height].into_iter().flatten() {
                prop_assert!((1..=65_535).contains(&length));
            }
            prop_assert!(read.gravity != Some(Gravity::Forget) && read.source < 16);
        }
    }
}
