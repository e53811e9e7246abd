//! The states that a window can be in, as EWMH names them (`_NET_WM_STATE`). Never knows
//! what a state leads to; see `scene.rs`.

use crate::x11::atom::Atom;

/// A set of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct States(u16);

impl States {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// It blocks its parent until it is closed.
    pub const MODAL: Self = Self(1 << 0);
    /// It is on every workspace of its monitor.
    pub const STICKY: Self = Self(1 << 1);
    /// It is as high as its monitor's free area.
    pub const MAXIMIZED_VERT: Self = Self(1 << 2);
    /// It is as wide as its monitor's free area.
    pub const MAXIMIZED_HORZ: Self = Self(1 << 3);
    /// Task bars leave it out.
    pub const SKIP_TASKBAR: Self = Self(1 << 4);
    /// Pagers leave it out.
    pub const SKIP_PAGER: Self = Self(1 << 5);
    /// It is minimised.
    pub const HIDDEN: Self = Self(1 << 6);
    /// It covers its monitor, or believes so.
    pub const FULLSCREEN: Self = Self(1 << 7);
    /// It is above the floats.
    pub const ABOVE: Self = Self(1 << 8);
    /// It is below the tiles.
    pub const BELOW: Self = Self(1 << 9);
    /// It asks for attention.
    pub const DEMANDS_ATTENTION: Self = Self(1 << 10);
    /// It has the focus.
    pub const FOCUSED: Self = Self(1 << 11);
    /// Both ways of being maximised.
    pub const MAXIMIZED: Self = Self::MAXIMIZED_VERT.with(Self::MAXIMIZED_HORZ);

    /// All of them but shaded, which we refuse, with their names.
    pub const NAMES: [(Self, Atom); 12] = [
        (Self::MODAL, Atom::NetWmStateModal),
        (Self::STICKY, Atom::NetWmStateSticky),
        (Self::MAXIMIZED_VERT, Atom::NetWmStateMaximizedVert),
        (Self::MAXIMIZED_HORZ, Atom::NetWmStateMaximizedHorz),
        (Self::SKIP_TASKBAR, Atom::NetWmStateSkipTaskbar),
        (Self::SKIP_PAGER, Atom::NetWmStateSkipPager),
        (Self::HIDDEN, Atom::NetWmStateHidden),
        (Self::FULLSCREEN, Atom::NetWmStateFullscreen),
        (Self::ABOVE, Atom::NetWmStateAbove),
        (Self::BELOW, Atom::NetWmStateBelow),
        (Self::DEMANDS_ATTENTION, Atom::NetWmStateDemandsAttention),
        (Self::FOCUSED, Atom::NetWmStateFocused),
    ];

    /// The state of this name; none for another name.
    pub fn named(atom: Atom) -> Self {
        let found = Self::NAMES.iter().find(|(_, name)| *name == atom);
        found.map_or(Self::NONE, |(state, _)| *state)
    }

    /// The names of those in the set.
    pub fn names(self) -> impl Iterator<Item = Atom> {
        Self::NAMES.iter().filter(move |(state, _)| self.has(*state)).map(|(_, name)| *name)
    }

    /// Whether all of `other` are in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in it.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set with `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Puts `other` in or takes it out.
    pub const fn set(&mut self, other: Self, on: bool) {
        *self = if on { self.with(other) } else { self.without(other) };
    }

    /// The set as a number, for a memory outside of us.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of a number that [`States::bits`] gave; what is no state is left out.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & ((1 << 12) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_a_name_of_its_own() {
        let mut all = States::NONE;
        for (state, name) in States::NAMES {
            assert!(!all.has_any(state));
            all = all.with(state);
            assert_eq!(States::named(name), state);
            assert_eq!(state.names().collect::<Vec<_>>(), [name]);
            assert_eq!(States::from_bits(state.bits()), state);
        }
        assert_eq!(States::from_bits(u16::MAX), all);
        assert_eq!(States::named(Atom::WmName), States::NONE);
        all.set(States::MAXIMIZED, false);
        assert!(!all.has_any(States::MAXIMIZED) && all.has(States::MODAL));
    }
}
