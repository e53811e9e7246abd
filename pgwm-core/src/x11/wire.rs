//! Little-endian numbers to bytes and back. Never panics, never reads past the end, and
//! never lets what lay in a buffer before shine through the padding.

use alloc::vec::Vec;
use core::fmt;

/// Bytes that do not follow the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the X server sent bytes that do not follow the protocol")
    }
}

impl core::error::Error for Malformed {}

/// The longest request, in bytes: its length field counts four-byte units in 16 bits.
pub const MAXIMUM_REQUEST: usize = 0xffff * 4;

/// Appends one message to a buffer.
#[derive(Debug)]
#[must_use]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Writer<'a> {
    /// Begins a message that has no header in common with others.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start }
    }

    /// Begins a request: opcode, the byte that follows it, and room for the length.
    pub fn request(out: &'a mut Vec<u8>, opcode: u8, detail: u8) -> Self {
        Self::new(out).u8(opcode).u8(detail).u16(0)
    }

    /// An unsigned byte.
    pub fn u8(self, value: u8) -> Self {
        self.out.push(value);
        self
    }

    /// A BOOL.
    pub fn bool(self, value: bool) -> Self {
        self.u8(u8::from(value))
    }

    /// Two unsigned bytes.
    pub fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Four unsigned bytes.
    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Two bytes in two's complement.
    pub fn i16(self, value: i16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Four bytes in two's complement.
    pub fn i32(self, value: i32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Four unsigned bytes each. Less code than one after the other.
    pub fn words(mut self, words: &[u32]) -> Self {
        for word in words {
            self = self.u32(*word);
        }
        self
    }

    /// Bytes as they are.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.out.extend_from_slice(bytes);
        self
    }

    /// `count` zero bytes.
    pub fn zeros(self, count: usize) -> Self {
        self.out.resize(self.out.len() + count, 0);
        self
    }

    /// Zero bytes up to the next multiple of four from the start of the message.
    pub fn pad(self) -> Self {
        let written = self.out.len() - self.start;
        self.zeros(written.next_multiple_of(4) - written)
    }

    /// A `LISTofVALUE` and the mask before it: bit n of the mask says that value n follows.
    pub fn values(mut self, values: &[Option<u32>]) -> Self {
        let mask =
            values.iter().rev().fold(0, |mask, value| mask << 1 | u32::from(value.is_some()));
        self = self.u32(mask);
        for value in values.iter().flatten() {
            self = self.u32(*value);
        }
        self
    }

    /// Ends a request: pads it and fills in its length.
    pub fn finish(self) {
        let Self { out, start } = self.pad();
        let length = ((out.len() - start) / 4) as u16;
        if let Some(field) = out.get_mut(start + 2..start + 4) {
            field.copy_from_slice(&length.to_le_bytes());
        }
    }
}

/// The four bytes of two numbers of two bytes.
pub const fn pair(first: u16, second: u16) -> u32 {
    first as u32 | (second as u32) << 16
}

/// The numbers of a part that is always there, such as the first 32 bytes of whatever the
/// server sends; each by its place, as the encoding in the specification counts the bytes.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a, const N: usize>(&'a [u8; N]);

impl<'a, const N: usize> Fields<'a, N> {
    /// The numbers of these bytes.
    pub const fn new(bytes: &'a [u8; N]) -> Self {
        Self(bytes)
    }

    /// `M` bytes as they are; zeros if the place is not inside.
    pub fn array<const M: usize>(self, at: usize) -> [u8; M] {
        self.0.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; M])
    }

    /// An unsigned byte.
    pub fn u8(self, at: usize) -> u8 {
        u8::from_le_bytes(self.array(at))
    }

    /// A BOOL; any value but zero is true.
    pub fn bool(self, at: usize) -> bool {
        self.u8(at) != 0
    }

    /// Two unsigned bytes.
    pub fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.array(at))
    }

    /// Four unsigned bytes.
    pub fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.array(at))
    }

    /// Two bytes in two's complement.
    pub fn i16(self, at: usize) -> i16 {
        i16::from_le_bytes(self.array(at))
    }

    /// Eight bytes in two's complement, the upper four before the lower four (INT64).
    pub fn i64(self, at: usize) -> i64 {
        i64::from(self.u32(at)) << 32 | i64::from(self.u32(at + 4))
    }
}

/// Takes numbers off the front of a slice.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What has not been read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// When there are fewer, as with every other read.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// Passes over `count` bytes.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn skip(&mut self, count: usize) -> Result<(), Malformed> {
        self.take(count).map(drop)
    }

    /// The numbers of the next `N` bytes.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn fields<const N: usize>(&mut self) -> Result<Fields<'a, N>, Malformed> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(Fields(taken))
    }

    /// An unsigned byte.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.fields::<1>()?.u8(0))
    }

    /// A BOOL; any value but zero is true.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn bool(&mut self) -> Result<bool, Malformed> {
        self.u8().map(|byte| byte != 0)
    }

    /// Two unsigned bytes.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        Ok(self.fields::<2>()?.u16(0))
    }

    /// Four unsigned bytes.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(self.fields::<4>()?.u32(0))
    }

    /// Two bytes in two's complement.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn i16(&mut self) -> Result<i16, Malformed> {
        Ok(self.fields::<2>()?.i16(0))
    }

    /// Four bytes in two's complement.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn i32(&mut self) -> Result<i32, Malformed> {
        self.u32().map(u32::cast_signed)
    }

    /// The next `count` four-byte numbers.
    ///
    /// # Errors
    /// When there are fewer; nothing is allocated for numbers that are not there.
    pub fn words(
        &mut self,
        count: usize,
    ) -> Result<impl Iterator<Item = u32> + use<'a>, Malformed> {
        self.take(count.checked_mul(4).ok_or(Malformed)?).map(words)
    }

    /// The next four-byte numbers, for structures that are read in one go.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn block<const COUNT: usize>(&mut self) -> Result<[u32; COUNT], Malformed> {
        let mut block = [0; COUNT];
        self.fill(&mut block)?;
        Ok(block)
    }

    /// One for all lengths, because that is less code.
    fn fill(&mut self, block: &mut [u32]) -> Result<(), Malformed> {
        let words = self.words(block.len())?;
        for (to, word) in block.iter_mut().zip(words) {
            *to = word;
        }
        Ok(())
    }
}

/// The four-byte numbers in `bytes`; up to three bytes at the end are left out.
pub fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + use<'_> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_request_is_four_times_its_length_field_and_padded_with_zeros() {
        for extra in 0..20 {
            let mut out = vec![0xa5; 7];
            Writer::request(&mut out, 9, 1).bytes(&vec![0xff; extra]).finish();
            let message = &out[7..];
            assert_eq!(message.len(), usize::from(message[2]) * 4);
            assert_eq!((message[0], message[1], message[3]), (9, 1, 0));
            assert!(message[4 + extra..].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn values_follow_their_mask() {
        let mut out = Vec::new();
        let _ = Writer::new(&mut out).values(&[None, Some(7), None, Some(8)]);
        assert_eq!(out, [0b1010, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn blocks_are_read_whole_or_not_at_all(words: [u32; 3], cut in 0_usize..=12) {
            let mut out = Vec::new();
            let _ = words.iter().fold(Writer::new(&mut out), |writer, word| writer.u32(*word));
            let mut reader = Reader::new(&out[..cut]);
            prop_assert_eq!(reader.block(), if cut < 12 { Err(Malformed) } else { Ok(words) });
            prop_assert_eq!(reader.rest().len(), cut % 12);
        }

        #[test]
        fn what_was_written_is_read(a: u8, b: u16, c: u32, d: i16, e: i32, f: bool, cut in 0_usize..15) {
            let mut out = Vec::new();
            let _ = Writer::new(&mut out).u8(a).u16(b).u32(c).i16(d).i32(e).bool(f).zeros(1);
            let read = |bytes| {
                let mut reader = Reader::new(bytes);
                let read = (reader.u8()?, reader.u16()?, reader.u32()?, reader.i16()?, reader.i32()?);
                let last = reader.bool()?;
                reader.skip(1)?;
                Ok((read, last, reader.rest().len()))
            };
            prop_assert_eq!(read(&out), Ok(((a, b, c, d, e), f, 0)));
            prop_assert_eq!(read(&out[..cut]), Err(Malformed));
        }
    }
}
