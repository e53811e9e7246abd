//! Reads an ELF file's header and program headers: enough to say what kind of program
//! it is and what the kernel will map. Little-endian 64-bit files only (elf(5)).

use crate::{Failure, Outcome};

/// What a program file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// ELF type: [`EXEC`] or [`DYN`].
    pub kind: u16,
    /// The program headers, in file order.
    pub segments: Vec<Segment>,
    /// The dynamic section, without its end: pairs of a tag, such as [`NEEDED`], and a value.
    pub dynamic: Vec<(u64, u64)>,
}

/// One program header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Segment type, such as [`LOAD`].
    pub kind: u32,
    /// Permission bits: 1 execute, 2 write, 4 read.
    pub flags: u32,
    /// Offset in the file, in bytes.
    pub offset: u64,
    /// Address in memory.
    pub address: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Bytes in memory.
    pub memory_size: u64,
}

/// Where a static program is to be mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Address {
    /// Where it says.
    #[default]
    Fixed,
    /// Anywhere: it relocates itself (static-PIE).
    Any,
}

/// A program that is mapped where it says.
pub const EXEC: u16 = 2;
/// A shared object, or a program that may be mapped anywhere.
pub const DYN: u16 = 3;
/// A segment to be mapped.
pub const LOAD: u32 = 1;
/// The dynamic section.
pub const DYNAMIC: u32 = 2;
/// The path of a dynamic loader.
pub const INTERP: u32 = 3;
/// What is only read once it is relocated.
pub const RELRO: u32 = 0x6474_e552;

/// A library that is needed.
pub const NEEDED: u64 = 1;
/// The table of relocations with a word of their own for what is added.
pub const RELA: u64 = 7;
/// There are relocations in what is not written.
pub const TEXTREL: u64 = 22;
/// The table of relocations that takes a bit for each.
pub const RELR: u64 = 36;

impl Elf {
    /// Reads a file's bytes.
    pub fn parse(file: &[u8]) -> Outcome<Self> {
        parse(file).ok_or_else(|| Failure::new("it is no whole little-endian 64-bit ELF file"))
    }

    /// The value of a tag in the dynamic section.
    pub fn value(&self, tag: u64) -> Option<u64> {
        self.dynamic.iter().find(|(found, _)| *found == tag).map(|(_, value)| *value)
    }

    /// Where in the file the byte is that will be at `address`.
    pub fn offset(&self, address: u64) -> Option<u64> {
        let loaded = self.segments.iter().filter(|segment| segment.kind == LOAD);
        loaded.into_iter().find_map(|segment| {
            let inside = address.checked_sub(segment.address)?;
            (inside < segment.file_size).then(|| segment.offset + inside)
        })
    }

    /// What keeps this from being a static program at such an address; empty if nothing.
    pub fn complaints(&self, address: Address) -> Vec<String> {
        let mut complaints = Vec::new();
        let (kind, name) = match address {
            Address::Fixed => (EXEC, "EXEC"),
            Address::Any => (DYN, "DYN"),
        };
        if self.kind != kind {
            complaints.push(format!("its type is {}, not {name}", self.kind));
        }
        if self.value(TEXTREL).is_some() {
            complaints.push("it relocates what is not written (TEXTREL)".to_owned());
        }
        if self.segments.iter().any(|segment| segment.kind == INTERP) {
            complaints.push("it asks for a dynamic loader (INTERP)".to_owned());
        }
        let needed = self.dynamic.iter().filter(|(tag, _)| *tag == NEEDED).count();
        if needed != 0 {
            complaints.push(format!("it needs {needed} libraries (NEEDED)"));
        }
        complaints
    }
}

fn parse(file: &[u8]) -> Option<Elf> {
    // Magic, 64-bit class, little-endian data.
    if file.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let kind = half(file, 16)?;
    let table = usize::try_from(long(file, 32)?).ok()?;
    let entry_size = usize::from(half(file, 54)?);
    let count = usize::from(half(file, 56)?);
    let mut segments = Vec::with_capacity(count);
    for index in 0..count {
        let header = file.get(table.checked_add(index * entry_size)?..)?;
        segments.push(Segment {
            kind: word(header, 0)?,
            flags: word(header, 4)?,
            offset: long(header, 8)?,
            address: long(header, 16)?,
            file_size: long(header, 32)?,
            memory_size: long(header, 40)?,
        });
    }
    let mut dynamic = Vec::new();
    for segment in segments.iter().filter(|segment| segment.kind == DYNAMIC) {
        let start = usize::try_from(segment.offset).ok()?;
        let end = start.checked_add(usize::try_from(segment.file_size).ok()?)?;
        let entries = file.get(start..end)?.chunks_exact(16);
        let pairs = entries.filter_map(|entry| Some((long(entry, 0)?, long(entry, 8)?)));
        dynamic.extend(pairs.take_while(|(tag, _)| *tag != 0));
    }
    Some(Elf { kind, segments, dynamic })
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn this_test() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    #[test]
    fn this_test_is_a_dynamic_program() {
        let elf = Elf::parse(&this_test()).unwrap();
        assert!(elf.segments.iter().any(|segment| segment.kind == LOAD && segment.flags & 1 == 1));
        assert!(elf.value(NEEDED).is_some());
        let (fixed, any) = (elf.complaints(Address::Fixed), elf.complaints(Address::Any));
        assert!(fixed.len() == any.len() + 1 && any.len() >= 2, "{fixed:?}, {any:?}");
        let code = elf.segments.iter().find(|segment| segment.flags & 1 == 1).unwrap();
        assert_eq!(elf.offset(code.address + 5), Some(code.offset + 5));
        assert_eq!(elf.offset(u64::MAX), None);
    }

    #[test]
    fn a_cut_header_is_refused() {
        let file = this_test();
        let table_end = 64 + usize::from(half(&file, 54).unwrap()) * 2;
        for length in 0..table_end {
            assert!(parse(&file[..length]).is_none(), "{length} bytes");
        }
    }
}
