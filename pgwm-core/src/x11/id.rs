//! The protocol's numbers, each a type of its own. Never says what an id stands for; that
//! is the server's knowledge.

use alloc::vec::Vec;
use core::fmt;
use core::ops::BitOr;

/// Declares one newtype an identifier; all of them are 32 bits wide on the wire.
macro_rules! identifiers {
    ($($(#[$documentation:meta])* $name:ident)+) => {$(
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(u32);

        impl $name {
            /// The protocol's `None`, which is also what `Default` gives.
            pub const NONE: Self = Self(0);

            /// The identifier with this number.
            pub const fn new(raw: u32) -> Self {
                Self(raw)
            }

            /// The number as it goes over the wire.
            pub const fn raw(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:#x}", self.0)
            }
        }
    )+};
}

identifiers! {
    /// A window.
    Window
    /// A pixmap; `NONE` is also "no background" where a window's is meant.
    Pixmap
    /// What can be drawn on: a window or a pixmap.
    Drawable
    /// How something is drawn, in the core protocol.
    GraphicsContext
    /// A pointer image.
    Cursor
    /// A server-side font: that of the pointer images, and the one for servers that have no
    /// RENDER.
    Font
    /// A colour map; `NONE` is `CopyFromParent` where a window is created.
    Colormap
    /// A visual; `NONE` is `CopyFromParent` where a window is created.
    VisualId
    /// An interned name; see [`super::atom::Atom`] for those that we know.
    AtomId
    /// A number that a client counts up, of the SYNC extension.
    Counter
    /// What wakes us when a counter gets to a value, of the SYNC extension.
    Alarm
    /// What can be drawn on, or with, by the RENDER extension.
    Picture
    /// How a picture's pixels become colours, of the RENDER extension.
    PictFormat
    /// Images of characters that the server keeps, of the RENDER extension.
    GlyphSet
    /// The meaning of a key; `NONE` is `NoSymbol`.
    Keysym
}

impl Window {
    /// As a focus: whichever root window the pointer is on.
    pub const POINTER_ROOT: Self = Self(1);
}

impl Pixmap {
    /// As a window's background: what its parent has.
    pub const PARENT_RELATIVE: Self = Self(1);
}

impl From<Window> for Drawable {
    fn from(window: Window) -> Self {
        Self(window.0)
    }
}

impl From<Pixmap> for Drawable {
    fn from(pixmap: Pixmap) -> Self {
        Self(pixmap.0)
    }
}

impl AtomId {
    /// As the wanted type of a property: any type.
    pub const ANY: Self = Self(0);
}

/// A physical key, 8 to 255; 0 is `AnyKey` in a grab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Keycode(pub u8);

/// Server time in milliseconds; wraps after 49.7 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Timestamp(pub u32);

impl Timestamp {
    /// "Now", whenever the server comes to read it.
    pub const CURRENT: Self = Self(0);

    /// Whether this time is later; times half the range apart or more count as wrapped.
    pub const fn is_after(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) > 0
    }
}

/// A set of modifier keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Modifiers(u16);

impl Modifiers {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// The Shift key.
    pub const SHIFT: Self = Self(1);
    /// `CapsLock`.
    pub const LOCK: Self = Self(1 << 1);
    /// The Control key.
    pub const CONTROL: Self = Self(1 << 2);
    /// The first modifier without a fixed meaning.
    pub const MOD1: Self = Self(1 << 3);
    /// The second modifier without a fixed meaning; `NumLock` on most keyboards.
    pub const MOD2: Self = Self(1 << 4);
    /// The third modifier without a fixed meaning.
    pub const MOD3: Self = Self(1 << 5);
    /// The fourth modifier without a fixed meaning.
    pub const MOD4: Self = Self(1 << 6);
    /// The fifth modifier without a fixed meaning; `AltGr` on most keyboards.
    pub const MOD5: Self = Self(1 << 7);
    /// Alt, where it is by convention.
    pub const ALT: Self = Self::MOD1;
    /// The logo key, where it is by convention.
    pub const SUPER: Self = Self::MOD4;
    /// In a grab: every combination of modifiers, none included.
    pub const ANY: Self = Self(0x8000);

    /// The modifiers of an event's `state`: the eight modifier bits, without the pointer
    /// buttons (bits 8 to 12) and the XKB group (bits 13 and 14).
    pub const fn of_state(state: u16) -> Self {
        Self(state & 0xff)
    }

    /// The set with these bits.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The bits as they go over the wire.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The union.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Every subset of these, the empty one first. A grab must be made for each subset of
    /// the locks, because the server compares modifiers exactly.
    pub fn subsets(self) -> impl Iterator<Item = Self> {
        (0..=self.0).filter(move |bits| bits & !self.0 == 0).map(Self)
    }

    /// Whether all of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Modifiers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// A set of kinds of events (specification, `SETofEVENT`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventMask(u32);

impl EventMask {
    /// No events.
    pub const NONE: Self = Self(0);
    /// Key presses.
    pub const KEY_PRESS: Self = Self(1);
    /// Key releases.
    pub const KEY_RELEASE: Self = Self(1 << 1);
    /// Button presses.
    pub const BUTTON_PRESS: Self = Self(1 << 2);
    /// Button releases.
    pub const BUTTON_RELEASE: Self = Self(1 << 3);
    /// The pointer enters the window.
    pub const ENTER_WINDOW: Self = Self(1 << 4);
    /// The pointer leaves the window.
    pub const LEAVE_WINDOW: Self = Self(1 << 5);
    /// The pointer moves.
    pub const POINTER_MOTION: Self = Self(1 << 6);
    /// One hint instead of every motion.
    pub const POINTER_MOTION_HINT: Self = Self(1 << 7);
    /// Motion while button 1 is down.
    pub const BUTTON_1_MOTION: Self = Self(1 << 8);
    /// Motion while button 2 is down.
    pub const BUTTON_2_MOTION: Self = Self(1 << 9);
    /// Motion while button 3 is down.
    pub const BUTTON_3_MOTION: Self = Self(1 << 10);
    /// Motion while button 4 is down.
    pub const BUTTON_4_MOTION: Self = Self(1 << 11);
    /// Motion while button 5 is down.
    pub const BUTTON_5_MOTION: Self = Self(1 << 12);
    /// Motion while any button is down.
    pub const BUTTON_MOTION: Self = Self(1 << 13);
    /// The state of all keys, whenever the window gains pointer or focus.
    pub const KEYMAP_STATE: Self = Self(1 << 14);
    /// Parts of the window need painting.
    pub const EXPOSURE: Self = Self(1 << 15);
    /// How much of the window can be seen.
    pub const VISIBILITY_CHANGE: Self = Self(1 << 16);
    /// The window itself is mapped, moved, destroyed and so on.
    pub const STRUCTURE_NOTIFY: Self = Self(1 << 17);
    /// Redirects requests to resize the window.
    pub const RESIZE_REDIRECT: Self = Self(1 << 18);
    /// The window's children are created, mapped, moved and so on.
    pub const SUBSTRUCTURE_NOTIFY: Self = Self(1 << 19);
    /// Redirects requests to map, configure or circulate children; one client may hold it.
    pub const SUBSTRUCTURE_REDIRECT: Self = Self(1 << 20);
    /// The window gains or loses the focus.
    pub const FOCUS_CHANGE: Self = Self(1 << 21);
    /// A property changes.
    pub const PROPERTY_CHANGE: Self = Self(1 << 22);
    /// The colour map changes.
    pub const COLOR_MAP_CHANGE: Self = Self(1 << 23);
    /// Grabs by a press in the window report to the owner's windows as usual.
    pub const OWNER_GRAB_BUTTON: Self = Self(1 << 24);

    /// The set with these bits.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits as they go over the wire.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The union.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for EventMask {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// The resource ids that the server gave us to name things with.
#[derive(Debug, Clone)]
pub struct IdPool {
    base: u32,
    mask: u32,
    next: Option<u32>,
    /// Those that were given back.
    free: Vec<u32>,
}

impl IdPool {
    /// The ids of `resource-id-base` and `resource-id-mask` in the connection setup.
    pub const fn new(base: u32, mask: u32) -> Self {
        Self { base, mask, next: Some(0), free: Vec::new() }
    }

    /// An id that is not in use; None when there are no more.
    #[expect(clippy::should_implement_trait, reason = "an id pool is no collection to adapt")]
    pub fn next(&mut self) -> Option<u32> {
        if let Some(id) = self.free.pop() {
            return Some(id);
        }
        let within = self.next?;
        // Carries run through the bits that are not ours, so the mask need not be contiguous.
        let following = (within | !self.mask).wrapping_add(1) & self.mask;
        self.next = (following != 0).then_some(following);
        Some(self.base | within)
    }

    /// Whether an id is one of those that the server gave us.
    pub const fn is_ours(&self, id: u32) -> bool {
        id & !self.mask == self.base
    }

    /// Takes back an id that came from here and names nothing any more.
    pub fn give_back(&mut self, id: u32) {
        self.free.push(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn time_wraps() {
        assert!(Timestamp(1).is_after(Timestamp(0)));
        assert!(!Timestamp(1).is_after(Timestamp(1)));
        assert!(Timestamp(5).is_after(Timestamp(u32::MAX - 5)));
        assert!(!Timestamp(u32::MAX - 5).is_after(Timestamp(5)));
    }

    #[test]
    fn sets_are_sets() {
        let both = Modifiers::SHIFT | Modifiers::SUPER;
        assert!(both.contains(Modifiers::SHIFT) && !both.contains(Modifiers::LOCK));
        assert!(!Modifiers::SHIFT.contains(both));
        assert_eq!(both.without(Modifiers::SHIFT), Modifiers::MOD4);
        assert_eq!(Modifiers::of_state(0xffff).bits(), 0x00ff);
    }

    #[test]
    fn ids_are_distinct_and_within_the_mask_until_they_run_out() {
        for mask in [0, 1, 0xff, 0b1010_1000, 0x8000_0001] {
            let mut pool = IdPool::new(0x0040_0000, mask);
            let all: Vec<u32> = core::iter::from_fn(|| pool.next()).collect();
            assert_eq!(all.len(), 1 << mask.count_ones());
            assert!(all.iter().all(|id| id & !mask == 0x0040_0000));
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            assert_eq!(pool.next(), None);
            pool.give_back(all[0]);
            assert_eq!((pool.next(), pool.next()), (Some(all[0]), None));
        }
    }
}
