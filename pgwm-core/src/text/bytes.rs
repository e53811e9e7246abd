//! Big-endian numbers at places in a slice. Past the end there are zeros, so that a table
//! that is cut short has nothing in it and nobody has to ask; never panics.

/// A slice of a font file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn len(self) -> usize {
        self.0.len()
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// All from a place on.
    #[inline(never)]
    pub(super) fn from(self, at: usize) -> Self {
        Self(self.0.get(at..).unwrap_or_default())
    }

    /// At most `length` bytes from a place on.
    #[inline(never)]
    pub(super) fn part(self, at: usize, length: usize) -> Self {
        let rest = self.from(at);
        Self(rest.0.get(..length).unwrap_or(rest.0))
    }

    /// What lies where two bytes say, counted from here.
    #[inline(never)]
    pub(super) fn behind(self, at: usize) -> Self {
        self.from(self.u16(at))
    }

    #[inline(never)]
    pub(super) fn u8(self, at: usize) -> usize {
        self.0.get(at).map_or(0, |byte| usize::from(*byte))
    }

    #[inline(never)]
    pub(super) fn u16(self, at: usize) -> usize {
        self.u8(at) << 8 | self.u8(at + 1)
    }

    #[inline(never)]
    pub(super) fn u32(self, at: usize) -> usize {
        self.u16(at) << 16 | self.u16(at + 2)
    }

    pub(super) fn i16(self, at: usize) -> i32 {
        i32::from(self.u16(at) as i16)
    }

    /// The first of `count` ascending keys, `stride` bytes apart, that is not below `key`;
    /// `count` where all are. A key has four bytes, or two.
    #[inline(never)]
    pub(super) fn search(self, count: usize, stride: usize, wide: bool, key: usize) -> usize {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = middle * stride;
            if (if wide { self.u32(at) } else { self.u16(at) }) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
