//! What the mixer of a sound card says of itself (`include/uapi/sound/asound.h`).
//!
//! Never plays anything and never changes a mixer.
#![expect(unsafe_code, reason = "passes structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::BorrowedFd;
use crate::{Errno, Result};

/// The first value of one element of a mixer, and between what it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// The value.
    pub value: i64,
    /// The smallest.
    pub minimum: i64,
    /// The largest.
    pub maximum: i64,
}

/// What a mixer says of an element that is a number or a switch, by its name; `control` is
/// open on `/dev/snd/controlC0` or another card's.
///
/// # Errors
///
/// `ENOENT` if there is none, `EINVAL` for one of another sort or a name that is too long,
/// `ENOTTY` for what is no mixer, `ENODEV` once it is gone.
pub fn element(control: BorrowedFd<'_>, name: &[u8]) -> Result<Element> {
    let mut info = Info::new(Name::new(name).ok_or(Errno::EINVAL)?);
    // SAFETY: the kernel reads and writes one exclusive struct of the size in the number.
    let ret = unsafe {
        arch::syscall3(number::IOCTL, control.argument(), ELEM_INFO, &raw mut info as usize)
    };
    Errno::from_ret(ret)?;
    let (minimum, maximum) = info.range().ok_or(Errno::EINVAL)?;
    let mut value = Value { name: info.name, before: 0, values: [0; 128], after: [0; 16] };
    // SAFETY: as above.
    let ret = unsafe {
        arch::syscall3(number::IOCTL, control.argument(), ELEM_READ, &raw mut value as usize)
    };
    Errno::from_ret(ret)?;
    Ok(Element { value: value.values[0], minimum, maximum })
}

/// `SNDRV_CTL_IOCTL_ELEM_INFO` and `_READ`.
const ELEM_INFO: usize = 0xc110_5511;
const ELEM_READ: usize = 0xc4c8_5512;

/// `struct snd_ctl_elem_id`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Name {
    number: u32,
    interface: u32,
    device: [u32; 2],
    text: [u8; 44],
    index: u32,
}

impl Name {
    /// An element of a mixer, by its name, which ends in a NUL.
    fn new(name: &[u8]) -> Option<Self> {
        const MIXER: u32 = 2;
        let mut bytes = [0; 44];
        bytes[..43].get_mut(..name.len())?.copy_from_slice(name);
        Some(Self { number: 0, interface: MIXER, device: [0; 2], text: bytes, index: 0 })
    }
}

/// `struct snd_ctl_elem_info`.
#[repr(C)]
struct Info {
    name: Name,
    kind: u32,
    access: u32,
    count: u32,
    owner: u32,
    minimum: i64,
    maximum: i64,
    after: [u64; 22],
}

impl Info {
    const fn new(name: Name) -> Self {
        let (kind, access, count, owner) = (0, 0, 0, 0);
        Self { name, kind, access, count, owner, minimum: 0, maximum: 0, after: [0; 22] }
    }

    /// Between what its values are; `None` where they are no numbers.
    const fn range(&self) -> Option<(i64, i64)> {
        match self.kind {
            _ if self.count == 0 => None,
            // A switch.
            1 => Some((0, 1)),
            // A number.
            2 => Some((self.minimum, self.maximum)),
            _ => None,
        }
    }
}

/// `struct snd_ctl_elem_value`.
#[repr(C)]
struct Value {
    name: Name,
    before: u64,
    values: [i64; 128],
    after: [u64; 16],
}

const _: () = assert!(size_of::<Name>() == 64, "sound/asound.h");
const _: () = assert!(size_of::<Info>() == (ELEM_INFO >> 16) & 0x3fff, "sound/asound.h");
const _: () = assert!(core::mem::offset_of!(Info, minimum) == 80, "sound/asound.h");
const _: () = assert!(size_of::<Value>() == (ELEM_READ >> 16) & 0x3fff, "sound/asound.h");
const _: () = assert!(core::mem::offset_of!(Value, values) == 72, "sound/asound.h");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::AsFd;
    use std::io::Write;
    use std::mem::offset_of;
    use std::process::{Command, Stdio};

    /// No package has these structs, so the header is asked itself, where it is installed.
    #[test]
    fn structs_are_those_of_the_header() {
        if !std::path::Path::new("/usr/include/sound/asound.h").exists() {
            return;
        }
        let (id, info, value) = ("snd_ctl_elem_id", "snd_ctl_elem_info", "snd_ctl_elem_value");
        let mut program = vec![
            "#include <stddef.h>\n#include <linux/ioctl.h>\n#include <sound/asound.h>".to_owned(),
        ];
        let mut must = |theirs: String, ours: usize| {
            program.push(format!("_Static_assert(({theirs}) == {ours}ul, \"{theirs}\");"));
        };
        must("SNDRV_CTL_IOCTL_ELEM_INFO".into(), ELEM_INFO);
        must("SNDRV_CTL_IOCTL_ELEM_READ".into(), ELEM_READ);
        for (name, size) in
            [(id, size_of::<Name>()), (info, size_of::<Info>()), (value, size_of::<Value>())]
        {
            must(format!("sizeof(struct {name})"), size);
        }
        for (name, field, offset) in [
            (id, "numid", offset_of!(Name, number)),
            (id, "iface", offset_of!(Name, interface)),
            (id, "device", offset_of!(Name, device)),
            (id, "name", offset_of!(Name, text)),
            (id, "index", offset_of!(Name, index)),
            (info, "id", offset_of!(Info, name)),
            (info, "type", offset_of!(Info, kind)),
            (info, "access", offset_of!(Info, access)),
            (info, "count", offset_of!(Info, count)),
            (info, "owner", offset_of!(Info, owner)),
            (info, "value.integer.min", offset_of!(Info, minimum)),
            (info, "value.integer.max", offset_of!(Info, maximum)),
            (value, "id", offset_of!(Value, name)),
            (value, "value.integer.value", offset_of!(Value, values)),
        ] {
            must(format!("offsetof(struct {name}, {field})"), offset);
        }
        program.push(String::new());
        let program = program.join("\n");
        let mut compiler = Command::new("cc");
        compiler.args(["-fsyntax-only", "-x", "c", "-"]).stdin(Stdio::piped());
        let mut compiler = compiler.spawn().unwrap();
        compiler.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
        assert!(compiler.wait().unwrap().success(), "{program}");
    }

    #[test]
    fn what_is_no_mixer_says_so() {
        let file = crate::fs::memfd(c"rusl-sound").unwrap();
        assert_eq!(element(file.as_fd(), b"Master Playback Volume"), Err(Errno::ENOTTY));
        assert_eq!(element(file.as_fd(), &[b'a'; 44]), Err(Errno::EINVAL));
        assert_eq!(element(file.as_fd(), &[b'a'; 43]), Err(Errno::ENOTTY));
    }

    #[test]
    fn an_element_has_a_range_if_it_is_a_number() {
        let mut info = Info::new(Name::new(b"x").unwrap());
        (info.minimum, info.maximum) = (-3, 64);
        for count in [0, 1, 2] {
            for kind in 0..8 {
                (info.kind, info.count) = (kind, count);
                let expected = match kind {
                    1 if count > 0 => Some((0, 1)),
                    2 if count > 0 => Some((-3, 64)),
                    _ => None,
                };
                assert_eq!(info.range(), expected);
            }
        }
    }
}
