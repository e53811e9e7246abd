//! Big-endian numbers at places in a font file. Past its end there are zeros, so that a
//! table that is cut short has nothing in it and nobody has to ask; never panics.

use super::sfnt::Font;

/// Where a table begins that isn't there: beyond every file, and far from an overflow.
pub(super) const NOWHERE: usize = 1 << 48;

impl Font<'_> {
    #[inline(never)]
    pub(super) fn u8(&self, at: usize) -> usize {
        self.file.get(at).map_or(0, |byte| usize::from(*byte))
    }

    #[inline(never)]
    pub(super) fn u16(&self, at: usize) -> usize {
        self.rest(at).first_chunk().map_or(0, |bytes| usize::from(u16::from_be_bytes(*bytes)))
    }

    #[inline(never)]
    pub(super) fn u32(&self, at: usize) -> usize {
        self.rest(at).first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes) as usize)
    }

    #[inline(never)]
    pub(super) fn i16(&self, at: usize) -> i32 {
        i32::from(self.u16(at) as i16)
    }

    /// The place that the two bytes at `start + at` give, counted from `start`.
    #[inline(never)]
    pub(super) fn behind(&self, start: usize, at: usize) -> usize {
        start + self.u16(start + at)
    }

    /// The first of `count` ascending keys, `stride` bytes apart, that is not below `key`;
    /// `count` where all are. A key has four bytes if `wide`, or else two.
    #[inline(never)]
    pub(super) fn search(
        &self,
        keys: usize,
        count: usize,
        stride: usize,
        wide: bool,
        key: usize,
    ) -> usize {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = keys + middle * stride;
            if (if wide { self.u32(at) } else { self.u16(at) }) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn rest(&self, at: usize) -> &[u8] {
        self.file.get(at..).unwrap_or_default()
    }
}
