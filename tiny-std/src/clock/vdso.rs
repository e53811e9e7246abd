//! Code of the kernel's in the memory of every process, a shared object (vdso(7)): where it
//! is, and where a function is in it.
//!
//! Never reads the section headers, which may be stripped, never rounds an address, never
//! believes a number in it: [`find`] is safe code over its bytes, any of which give a place in
//! its code or none. Never looks for it before somebody asks for the time.
#![expect(unsafe_code, reason = "reads and calls what the kernel has mapped")]

use crate::env;
use core::ffi::CStr;
use core::sync::atomic::{AtomicUsize, Ordering};
use rusl::mem::is_readable;
use rusl::time::{Clock, Timespec};

/// What the function that reads a clock is called, and since which version.
#[cfg(target_arch = "x86_64")]
const CLOCK_GETTIME: (&CStr, &CStr) = (c"__vdso_clock_gettime", c"LINUX_2.6");
#[cfg(target_arch = "aarch64")]
const CLOCK_GETTIME: (&CStr, &CStr) = (c"__kernel_clock_gettime", c"LINUX_2.6.39");

/// The bytes of this process's vDSO, as much as its segments cover; `None` where the kernel
/// gives none, as under some emulators, or names a place that can't be read.
pub fn image() -> Option<&'static [u8]> {
    Some(Image::of_process().bytes).filter(|bytes| !bytes.is_empty())
}

/// Where a function is in the image of a vDSO: an offset in its code. `None` if there is none
/// of that name and version, or the image is none.
///
/// All symbols are looked at; of the hash table, `DT_HASH` or `DT_GNU_HASH`, only their count
/// is of use (System V ABI, "Dynamic Linking"). The code comes last: tables behind it, or in
/// the last 44 bytes, are none.
pub fn find(image: &[u8], name: &CStr, version: &CStr) -> Option<usize> {
    let mut image = Image::read(image);
    image.bytes = image.bytes.get(..image.end)?;
    image.find(name, version)
}

/// The time of a clock by the vDSO; `None` without one or on an error.
#[inline]
pub(super) fn clock_gettime(clock: Clock) -> Option<Timespec> {
    /// Where its function is: not looked for, absent, or its address.
    static FUNCTION: AtomicUsize = AtomicUsize::new(NOT_LOOKED_FOR);
    const NOT_LOOKED_FOR: usize = 0;
    const ABSENT: usize = 1;
    let mut function = FUNCTION.load(Ordering::Relaxed);
    if function == NOT_LOOKED_FOR {
        function = address_in(&Image::of_process()).unwrap_or(ABSENT);
        FUNCTION.store(function, Ordering::Relaxed);
    }
    if function == ABSENT {
        return None;
    }
    // SAFETY: it was found under this name in the kernel's own code.
    unsafe { call(function, clock) }
}

/// The address of the function that reads a clock.
fn address_in(image: &Image<'static>) -> Option<usize> {
    let (name, version) = CLOCK_GETTIME;
    Some(image.bytes.as_ptr().expose_provenance() + image.find(name, version)?)
}

/// Reads a clock.
///
/// # Safety
///
/// At the address is a function as `clock_gettime(2)`.
unsafe fn call(function: usize, clock: Clock) -> Option<Timespec> {
    let function: *const () = core::ptr::with_exposed_provenance(function);
    // SAFETY: the caller's promise.
    let function: unsafe extern "C" fn(i32, *mut Timespec) -> i32 =
        unsafe { core::mem::transmute(function) };
    let mut time = Timespec::default();
    // SAFETY: it writes one timespec to exclusive memory.
    let result = unsafe { function(clock as i32, &raw mut time) };
    if result < 0 { None } else { Some(time) }
}

/// A shared object as it lies in memory, or bytes that pretend to be one.
///
/// Of its numbers the lower 32 bits are read, and 0 past the end: sums of a few of them don't
/// overflow, and an offset in less than 4 GiB is right if it is calculated modulo 2^32.
#[derive(Default)]
struct Image<'a> {
    /// Up to the end of the code.
    bytes: &'a [u8],
    /// What an address has more than the offset in the image.
    bias: usize,
    /// Where the code begins and ends.
    code: usize,
    end: usize,
    /// Where the dynamic section is.
    dynamic: usize,
}

/// The most that is read of a record.
const RECORD: usize = 44;

/// What the entries of the dynamic section that name the tables are called: `DT_HASH`,
/// `DT_GNU_HASH`, `DT_STRTAB`, `DT_SYMTAB`, `DT_VERSYM`, `DT_VERDEF`.
const TABLES: [u32; 6] = [4, 0x6fff_fef5, 5, 6, 0x6fff_fff0, 0x6fff_fffc];

impl Image<'static> {
    /// The vDSO of this process; an empty one without.
    fn of_process() -> Self {
        const AT_SYSINFO_EHDR: usize = 33;
        // At null nothing can be read.
        let start = env::auxiliary_value(AT_SYSINFO_EHDR).unwrap_or(0);
        // SAFETY: the kernel says that it is there, and nobody writes it.
        unsafe { Self::at(start) }
    }

    /// The vDSO that starts at an address, if all of it can be read.
    ///
    /// # Safety
    ///
    /// Nobody writes or unmaps what is there.
    unsafe fn at(start: usize) -> Self {
        const PAGE: usize = 4096;
        let bytes = core::ptr::with_exposed_provenance(start);
        let mut image = Self::default();
        // The first page has the headers, which say how many there are.
        // Elsewhere than at the start of a page there is no vDSO.
        let (mut at, mut length) = (start % PAGE, PAGE);
        while at < length {
            if !is_readable(start.wrapping_add(at)) {
                return Self::default();
            }
            if at == 0 {
                // SAFETY: the whole page can be read; the caller promises that it stays.
                image = Self::read(unsafe { core::slice::from_raw_parts(bytes, PAGE) });
                length = image.end;
            }
            at += PAGE;
        }
        // SAFETY: as above, of all pages.
        image.bytes = unsafe { core::slice::from_raw_parts(bytes, image.end) };
        image
    }
}

impl<'a> Image<'a> {
    /// Reads the program headers. The kernel maps the file as it is, so that the offsets in
    /// one are those in the other.
    fn read(bytes: &'a [u8]) -> Self {
        const MAGIC: usize = u32::from_le_bytes(*b"\x7fELF") as usize;
        const HEADER_SIZE: usize = 56;
        const LOADED: usize = 1;
        const DYNAMIC: usize = 2;
        const EXECUTABLE: usize = 1;
        let mut image = Self { bytes, ..Self::default() };
        let file_header = image.record(0);
        let is_elf = usize::from(word(file_header, 0) == MAGIC);
        let mut header = word(file_header, 32);
        for _ in 0..(word(image.record(24), 32) & 0xffff) * is_elf {
            let record = image.record(header);
            let start = word(record, 8);
            match word(record, 0) {
                DYNAMIC => image.dynamic = start,
                LOADED => {
                    image.bias = word(record, 16).wrapping_sub(start);
                    if word(record, 4) & EXECUTABLE != 0 {
                        image.code = start;
                        image.end = start + word(record, 40);
                    }
                }
                _ => {}
            }
            header += HEADER_SIZE;
        }
        image
    }

    fn find(&self, name: &CStr, version: &CStr) -> Option<usize> {
        const SYMBOL_SIZE: usize = 24;
        const FUNCTION: usize = 2;
        let [hash, gnu_hash, strings, mut symbol, mut versions, mut definition] = self.tables();
        let wanted = loop {
            let record = self.record(definition);
            let text = self.record(definition + word(record, 12));
            if self.has_text(strings + word(text, 0), version) {
                break word(record, 4) & 0xffff;
            }
            // Each comes after the one before, so that this ends.
            let next = word(record, 16);
            if next == 0 {
                return None;
            }
            definition += next;
        };
        for _ in 0..self.count(hash, gnu_hash).min(self.bytes.len()) {
            let record = self.record(symbol);
            let place = self.place(record);
            if word(self.record(versions), 0) & 0xffff == wanted
                && word(record, 4) & 15 == FUNCTION
                && self.has_text(strings + word(record, 0), name)
                && (self.code..self.bytes.len()).contains(&place)
            {
                return Some(place);
            }
            symbol += SYMBOL_SIZE;
            versions += 2;
        }
        None
    }

    /// Where the tables are; 0 for one that there is not.
    fn tables(&self) -> [usize; 6] {
        let mut tables = [0; 6];
        let mut entry = self.dynamic;
        loop {
            let record = self.record(entry);
            let found = word(record, 0);
            if found == 0 {
                return tables;
            }
            for (table, tag) in tables.iter_mut().zip(&TABLES) {
                if *tag as usize == found {
                    *table = self.place(record);
                }
            }
            entry += 16;
        }
    }

    /// How many symbols there are, if that is true.
    fn count(&self, hash: usize, gnu_hash: usize) -> usize {
        if hash != 0 {
            // As many as there are chains.
            return word(self.record(hash), 4);
        }
        if gnu_hash == 0 {
            return 0;
        }
        let record = self.record(gnu_hash);
        let mut at = gnu_hash + 16 + 8 * word(record, 8);
        // Each bucket that is not empty has a chain, of which the last symbol is marked.
        let mut chains = 0;
        for _ in 0..word(record, 0).min(self.bytes.len()) {
            chains += usize::from(word(self.record(at), 0) != 0);
            at += 4;
        }
        let mut count = word(record, 4);
        while chains > 0 && at < self.bytes.len() {
            chains -= word(self.record(at), 0) & 1;
            at += 4;
            count += 1;
        }
        count
    }

    /// The offset that belongs to the address in a record.
    fn place(&self, record: &[u8; RECORD]) -> usize {
        word(record, 8).wrapping_sub(self.bias) & 0xffff_ffff
    }

    /// Whether this text stands there.
    #[inline(never)]
    fn has_text(&self, at: usize, text: &CStr) -> bool {
        let found = self.bytes.get(at..).unwrap_or_default();
        found.starts_with(text.to_bytes_with_nul())
    }

    /// What stands at an offset.
    #[inline(never)]
    fn record(&self, at: usize) -> &'a [u8; RECORD] {
        const ZEROS: &[u8; RECORD] = &[0; RECORD];
        self.bytes.get(at..).and_then(<[u8]>::first_chunk).unwrap_or(ZEROS)
    }
}

/// Four bytes of a record, the lowest first.
fn word(record: &[u8; RECORD], at: usize) -> usize {
    let bytes = record.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

#[cfg(test)]
mod tests;
