//! The handshake: what we say first, and what the server tells of itself. Never chooses a
//! screen.

use crate::utf8;
use alloc::string::String;
use alloc::vec::Vec;

use super::id::{Colormap, EventMask, Keycode, VisualId, Window};
use super::wire::{Fields, Malformed, Reader, Writer};

/// Appends the first bytes of a connection: little-endian, protocol 11.0, and the proof of
/// who we are, which may be empty. Each part is at most 65,535 bytes; the rest is cut off.
pub fn write_request(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    let name = &name[..name.len().min(usize::from(u16::MAX))];
    let data = &data[..data.len().min(usize::from(u16::MAX))];
    let _ = Writer::new(out)
        .u8(b'l')
        .zeros(1)
        .u16(11)
        .u16(0)
        .u16(name.len() as u16)
        .u16(data.len() as u16)
        .zeros(2)
        .bytes(name)
        .pad()
        .bytes(data)
        .pad();
}

/// The server's answer to the first bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupAnswer {
    /// The answer is not all there yet: read on until there are so many bytes in total,
    /// and no more than that, because messages may follow. Once they are there, it may
    /// turn out that the answer is longer.
    NeedMore(usize),
    /// Welcome; the messages follow.
    Success(Setup),
    /// Go away, and why.
    Refused(String),
}

impl SetupAnswer {
    /// Reads the answer from the first bytes that the server sent; what follows it is
    /// left alone.
    ///
    /// # Errors
    /// When the bytes are no such answer.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        const HEADER: usize = 8;
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Ok(Self::NeedMore(HEADER));
        };
        let header = Fields::new(header);
        let reason_length = usize::from(header.u8(1));
        let length = usize::from(header.u16(6)) * 4;
        let Some(rest) = bytes.get(HEADER..HEADER + length) else {
            return Ok(Self::NeedMore(HEADER + length));
        };
        let refused = |reason: &[u8]| {
            let end = reason.iter().rposition(|byte| !matches!(byte, b'\0' | b'\n'));
            Self::Refused(utf8::lossy(&reason[..end.map_or(0, |last| last + 1)]))
        };
        match header.u8(0) {
            0 => Ok(refused(rest.get(..reason_length).ok_or(Malformed)?)),
            1 => Setup::read(Reader::new(rest)).map(Self::Success),
            2 => Ok(refused(rest)),
            _ => Err(Malformed),
        }
    }
}

/// What the server tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The bits that all our ids have; see [`super::id::IdPool`].
    pub resource_id_base: u32,
    /// The bits that we may choose.
    pub resource_id_mask: u32,
    /// The longest request that the server takes, in four-byte units.
    pub maximum_request_length: u16,
    /// The least keycode, from 8.
    pub min_keycode: Keycode,
    /// The greatest keycode.
    pub max_keycode: Keycode,
    /// Its screens. Monitors are another matter: they share one screen.
    pub screens: Vec<Screen>,
}

impl Setup {
    fn read(mut reader: Reader<'_>) -> Result<Self, Malformed> {
        let fields = reader.fields::<32>()?;
        let vendor_length = usize::from(fields.u16(16));
        let format_count = usize::from(fields.u8(21));
        reader.skip(vendor_length.next_multiple_of(4) + format_count * 8)?;
        let mut screens = Vec::new();
        for _ in 0..fields.u8(20) {
            screens.push(Screen::read(&mut reader)?);
        }
        Ok(Self {
            resource_id_base: fields.u32(4),
            resource_id_mask: fields.u32(8),
            maximum_request_length: fields.u16(18),
            min_keycode: Keycode(fields.u8(26)),
            max_keycode: Keycode(fields.u8(27)),
            screens,
        })
    }
}

/// One screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Its root window.
    pub root: Window,
    /// The colour map that windows have by default.
    pub default_colormap: Colormap,
    /// The pixel value of white in that colour map.
    pub white_pixel: u32,
    /// The pixel value of black in that colour map.
    pub black_pixel: u32,
    /// The events on the root window that some client wants.
    pub current_input_masks: EventMask,
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
    /// Millimetres from left to right.
    pub width_in_millimeters: u16,
    /// Millimetres from top to bottom.
    pub height_in_millimeters: u16,
    /// How the root window shows colours.
    pub root_visual: VisualId,
    /// The root window's bits a pixel.
    pub root_depth: u8,
    /// Every way of showing colours, with its bits a pixel.
    pub visuals: Vec<(u8, Visual)>,
}

impl Screen {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let fields = reader.fields::<40>()?;
        let mut visuals = Vec::new();
        for _ in 0..fields.u8(39) {
            let depth = reader.fields::<8>()?;
            for _ in 0..depth.u16(2) {
                visuals.push((depth.u8(0), Visual::read(reader.fields()?)));
            }
        }
        Ok(Self {
            root: Window::new(fields.u32(0)),
            default_colormap: Colormap::new(fields.u32(4)),
            white_pixel: fields.u32(8),
            black_pixel: fields.u32(12),
            current_input_masks: EventMask::from_bits(fields.u32(16)),
            width: fields.u16(20),
            height: fields.u16(22),
            width_in_millimeters: fields.u16(24),
            height_in_millimeters: fields.u16(26),
            root_visual: VisualId::new(fields.u32(32)),
            root_depth: fields.u8(38),
            visuals,
        })
    }

    /// The root window's way of showing colours; None if the server doesn't describe it.
    pub fn root_visual(&self) -> Option<&Visual> {
        self.visuals.iter().map(|(_, visual)| visual).find(|visual| visual.id == self.root_visual)
    }
}

/// How a pixel's number becomes a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisualClass {
    /// An index into fixed greys.
    StaticGray,
    /// An index into greys.
    GrayScale,
    /// An index into fixed colours.
    StaticColor,
    /// An index into colours.
    PseudoColor,
    /// Red, green and blue as they are.
    TrueColor,
    /// Red, green and blue as indices.
    DirectColor,
    /// A number that the protocol does not have.
    Other(u8),
}

/// A way of showing colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visual {
    /// Its id.
    pub id: VisualId,
    /// Its kind.
    pub class: VisualClass,
    /// Bits that tell the brightness of one channel.
    pub bits_per_rgb: u8,
    /// The bits of a pixel that are red.
    pub red_mask: u32,
    /// The bits of a pixel that are green.
    pub green_mask: u32,
    /// The bits of a pixel that are blue.
    pub blue_mask: u32,
}

impl Visual {
    fn read(fields: Fields<'_, 24>) -> Self {
        let class = match fields.u8(4) {
            0 => VisualClass::StaticGray,
            1 => VisualClass::GrayScale,
            2 => VisualClass::StaticColor,
            3 => VisualClass::PseudoColor,
            4 => VisualClass::TrueColor,
            5 => VisualClass::DirectColor,
            other => VisualClass::Other(other),
        };
        Self {
            id: VisualId::new(fields.u32(0)),
            class,
            bits_per_rgb: fields.u8(5),
            red_mask: fields.u32(8),
            green_mask: fields.u32(12),
            blue_mask: fields.u32(16),
        }
    }

    /// The pixel of a colour `0xrrggbb` where the masks tell all (`TrueColor`). Bits
    /// outside of the masks, such as alpha, stay zero.
    pub const fn pixel(&self, rgb: u32) -> u32 {
        channel(rgb >> 16 & 0xff, self.red_mask)
            | channel(rgb >> 8 & 0xff, self.green_mask)
            | channel(rgb & 0xff, self.blue_mask)
    }
}

/// Eight bits stretched or shrunk to the bits of the mask, so that black stays black and
/// white stays white.
const fn channel(value: u32, mask: u32) -> u32 {
    if mask == 0 {
        return 0;
    }
    let shift = mask.trailing_zeros();
    let full = (mask >> shift) as u64;
    (((value as u64 * full + 127) / 255) << shift) as u32 & mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn visual(red_mask: u32, green_mask: u32, blue_mask: u32) -> Visual {
        let (id, class) = (VisualId::new(1), VisualClass::TrueColor);
        Visual { id, class, bits_per_rgb: 8, red_mask, green_mask, blue_mask }
    }

    #[test]
    fn pixels_follow_the_masks() {
        let usual = visual(0xff_0000, 0xff00, 0xff);
        let high = visual(0xf800, 0x07e0, 0x001f);
        let deep = visual(0x3ff0_0000, 0xf_fc00, 0x3ff);
        assert_eq!(usual.pixel(0x12_34_56), 0x12_34_56);
        assert_eq!(visual(0xff, 0xff00, 0xff_0000).pixel(0x12_34_56), 0x56_34_12);
        assert_eq!(high.pixel(0xff_00_00), 0xf800);
        for visual in [usual, high, deep, visual(0, 0, 0), visual(u32::MAX, u32::MAX, u32::MAX)] {
            assert_eq!(visual.pixel(0), 0);
            let all = visual.red_mask | visual.green_mask | visual.blue_mask;
            assert_eq!(visual.pixel(0xff_ff_ff), all);
        }
    }

    #[test]
    fn a_refusal_gives_its_reason() {
        let mut answer = vec![0, 3, 11, 0, 0, 0, 1, 0];
        answer.extend(b"No.\0");
        assert_eq!(SetupAnswer::read(&answer), Ok(SetupAnswer::Refused("No.".into())));
        answer[0] = 2;
        assert_eq!(SetupAnswer::read(&answer), Ok(SetupAnswer::Refused("No.".into())));
        assert_eq!(SetupAnswer::read(&answer[..3]), Ok(SetupAnswer::NeedMore(8)));
        assert_eq!(SetupAnswer::read(&answer[..9]), Ok(SetupAnswer::NeedMore(12)));
        answer[0] = 3;
        assert_eq!(SetupAnswer::read(&answer), Err(Malformed));
    }

    proptest! {
        #[test]
        fn any_masks_make_a_pixel(rgb: u32, red: u32, green: u32, blue: u32) {
            prop_assert_eq!(visual(red, green, blue).pixel(rgb) & !(red | green | blue), 0);
        }
    }
}
