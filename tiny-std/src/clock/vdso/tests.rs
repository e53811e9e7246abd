//! The machine's own vDSO, broken in many ways, and small ones that are built here.

use super::*;
use proptest::prelude::*;
use rusl::mem::{Protection, mmap_anonymous, mprotect, munmap};
use rusl::time;

/// The address that the kernel has told this process, which was not started by us.
fn start() -> usize {
    let auxiliary = std::fs::read("/proc/self/auxv").unwrap();
    let words: Vec<usize> =
        auxiliary.as_chunks().0.iter().map(|word| usize::from_ne_bytes(*word)).collect();
    let found = words.chunks(2).find(|pair| pair[0] == 33);
    found.expect("the kernel gives no vDSO; is it started with vdso=0?")[1]
}

fn machine() -> &'static [u8] {
    // SAFETY: it is the kernel's, and stays.
    unsafe { Image::at(start()) }.bytes
}

fn clock_in(image: &[u8]) -> Option<usize> {
    find(image, CLOCK_GETTIME.0, CLOCK_GETTIME.1)
}

unsafe extern "C" {
    fn dlopen(name: *const core::ffi::c_char, flags: i32) -> *mut core::ffi::c_void;
    fn dlvsym(
        object: *mut core::ffi::c_void,
        name: *const core::ffi::c_char,
        version: *const core::ffi::c_char,
    ) -> *const u8;
}

/// The linker of this process knows where the functions are; neither rounds an address.
#[test]
fn functions_are_where_the_dynamic_linker_finds_them() {
    const RTLD_LAZY: i32 = 1;
    const RTLD_NOLOAD: i32 = 4;
    let (_, version) = CLOCK_GETTIME;
    // SAFETY: the name ends in NUL; what is loaded already runs nothing.
    let object = unsafe { dlopen(c"linux-vdso.so.1".as_ptr(), RTLD_LAZY | RTLD_NOLOAD) };
    assert!(!object.is_null());
    let mut found = 0;
    for name in [
        CLOCK_GETTIME.0,
        c"__vdso_gettimeofday",
        c"__vdso_clock_getres",
        c"__vdso_time",
        c"__vdso_getcpu",
        c"clock_gettime",
        c"__kernel_gettimeofday",
        c"__kernel_clock_getres",
        c"absent",
    ] {
        // SAFETY: the object is one, the names end in NUL.
        let address = unsafe { dlvsym(object, name.as_ptr(), version.as_ptr()) };
        let ours = find(machine(), name, version).map(|offset| &raw const machine()[offset]);
        assert_eq!(ours.unwrap_or(core::ptr::null()), address, "{name:?}");
        found += u32::from(ours.is_some());
        assert_eq!(find(machine(), name, c"LINUX_2.5"), None);
    }
    assert!(found >= 3);
}

#[test]
fn section_headers_do_not_matter() {
    let mut stripped = machine().to_vec();
    // e_shoff, and e_shentsize to e_shstrndx.
    stripped[40..48].fill(0xa5);
    stripped[58..64].fill(0xa5);
    assert!(clock_in(&stripped).is_some());
    assert_eq!(clock_in(&stripped), clock_in(machine()));
}

/// Renames an entry of the dynamic section, so that it means nothing.
fn without(image: &[u8], tag: usize) -> Vec<u8> {
    let mut entry = Image::read(image).dynamic;
    let mut changed = image.to_vec();
    while word(Image::read(image).record(entry), 0) != 0 {
        if word(Image::read(image).record(entry), 0) == tag {
            changed[entry..entry + 8].copy_from_slice(&0x6000_0000_u64.to_le_bytes());
        }
        entry += 16;
    }
    changed
}

#[test]
fn either_hash_table_is_enough() {
    let [hash, gnu_hash, ..] = TABLES.map(|tag| tag as usize);
    for tag in [hash, gnu_hash] {
        // Some kernels have only one.
        let has_other = without(machine(), hash + gnu_hash - tag) != machine();
        assert_eq!(clock_in(&without(machine(), tag)).is_some(), has_other);
    }
    assert_eq!(clock_in(&without(&without(machine(), hash), gnu_hash)), None);
    for needed in &TABLES[2..] {
        assert_eq!(clock_in(&without(machine(), *needed as usize)), None, "{needed:#x}");
    }
}

/// A small object, with tables in an order of their own.
#[derive(Debug, Clone)]
struct Built {
    /// What addresses have more than offsets.
    bias: u64,
    /// Functions of the version, and where they are in the code.
    symbols: Vec<(String, usize)>,
    buckets: u32,
    has_hash: bool,
    has_gnu_hash: bool,
}

const CODE_LENGTH: usize = 4096;

impl Built {
    /// The image, and where the code begins.
    fn image(&self) -> (Vec<u8>, usize) {
        let mut strings = b"\0linux-vdso.so.1\0LINUX_2.6\0OTHER\0".to_vec();
        let (soname, version, other) = (1, 17, 27);
        let mut image = vec![0_u8; 64 + 2 * 56];
        image[..16].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
        image[32] = 64;
        image[54] = 56;
        image[56] = 2;
        let mut entries: Vec<(u64, usize)> = Vec::new();
        // One symbol that is no function comes first, as the specification wants it.
        let mut names: Vec<(u32, usize)> = Vec::new();
        for (name, place) in &self.symbols {
            names.push((strings.len() as u32, *place));
            strings.extend(name.as_bytes());
            strings.push(0);
        }
        // The symbols of a bucket stand side by side.
        let buckets = self.buckets.max(1);
        let hash = |name: u32| {
            let text = strings[name as usize..].iter().take_while(|byte| **byte != 0);
            text.fold(5381_u32, |hash, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
        };
        names.sort_by_key(|(name, _)| hash(*name) % buckets);
        let hidden = 1;
        if self.has_hash {
            entries.push((4, image.len()));
            for number in [1, names.len() as u32 + 1, 0].into_iter().chain(names.iter().map(|_| 0))
            {
                image.extend(number.to_le_bytes());
            }
        }
        if self.has_gnu_hash {
            image.resize(image.len().next_multiple_of(8), 0);
            entries.push((0x6fff_fef5, image.len()));
            for number in [buckets, hidden, 2, 6, !0, !0, !0, !0] {
                image.extend(number.to_le_bytes());
            }
            for bucket in 0..buckets {
                let first = names.iter().position(|(name, _)| hash(*name) % buckets == bucket);
                let index = first.map_or(0, |first| first as u32 + hidden);
                image.extend(index.to_le_bytes());
            }
            for (at, (name, _)) in names.iter().enumerate() {
                let next = names.get(at + 1).map(|(next, _)| hash(*next) % buckets);
                let is_last = next != Some(hash(*name) % buckets);
                image.extend((hash(*name) & !1 | u32::from(is_last)).to_le_bytes());
            }
        }
        image.resize(image.len().next_multiple_of(8), 0);
        let symbols = image.len();
        entries.push((6, symbols));
        image.resize(symbols + 24 * (1 + names.len()), 0);
        entries.push((0x6fff_fff0, image.len()));
        image.extend([0, 0]);
        image.extend([2, 0].repeat(names.len()));
        image.resize(image.len().next_multiple_of(8), 0);
        entries.push((0x6fff_fffc, image.len()));
        for (index, name, next) in [(1_u16, soname, 28_u32), (3, other, 28), (2, version, 0)] {
            for half in [1, 0, index, 1] {
                image.extend(half.to_le_bytes());
            }
            for number in [0, 20, next, name, 0] {
                image.extend(number.to_le_bytes());
            }
        }
        entries.push((5, image.len()));
        image.extend(&strings);
        image.resize(image.len().next_multiple_of(8), 0);
        let dynamic = image.len();
        let address = |place: usize| self.bias.wrapping_add(place as u64);
        for (tag, place) in entries {
            image.extend(tag.to_le_bytes());
            image.extend(address(place).to_le_bytes());
        }
        image.extend([0; 16]);
        let code = image.len();
        image.resize(code + CODE_LENGTH, 0xcc);
        for ((name, place), at) in names.iter().zip(1..) {
            let symbol = &mut image[symbols + 24 * at..][..24];
            symbol[..4].copy_from_slice(&name.to_le_bytes());
            symbol[4] = 0x12;
            symbol[6] = 5;
            symbol[8..16].copy_from_slice(&address(code + place).to_le_bytes());
        }
        for (header, kind, flags, place, end) in
            [(64, 2_u32, 4_u32, dynamic, code), (120, 1, 5, 0, image.len())]
        {
            let record = &mut image[header..][..56];
            record[..4].copy_from_slice(&kind.to_le_bytes());
            record[4..8].copy_from_slice(&flags.to_le_bytes());
            record[8..16].copy_from_slice(&place.to_le_bytes());
            record[16..24].copy_from_slice(&address(place).to_le_bytes());
            for at in [32, 40] {
                record[at..at + 8].copy_from_slice(&(end - place).to_le_bytes());
            }
        }
        (image, code)
    }
}

fn built() -> impl Strategy<Value = Built> {
    let bias = prop_oneof![Just(0), Just(0xffff_ffff_ff70_0000), any::<u64>()];
    let symbols = prop::collection::btree_map("[a-z_]{1,6}", 0..CODE_LENGTH, 1..20);
    (bias, symbols, 1_u32..9, 1..4_u8).prop_map(|(bias, symbols, buckets, tables)| Built {
        bias,
        symbols: symbols.into_iter().collect(),
        buckets,
        has_hash: tables & 1 != 0,
        has_gnu_hash: tables & 2 != 0,
    })
}

proptest! {
    /// Exactly where the symbol says, whatever tables there are and wherever it was linked for.
    #[test]
    fn every_function_of_a_built_object_is_found(built in built()) {
        let (image, code) = built.image();
        for (name, place) in &built.symbols {
            let c_name = std::ffi::CString::new(name.as_str()).unwrap();
            prop_assert_eq!(find(&image, &c_name, c"LINUX_2.6"), Some(code + place), "{}", name);
            prop_assert_eq!(find(&image, &c_name, c"OTHER"), None);
            // Not one that goes on.
            let c_name = std::ffi::CString::new(format!("{name}~")).unwrap();
            prop_assert_eq!(find(&image, &c_name, c"LINUX_2.6"), None);
        }
        prop_assert_eq!(find(&image, c"", c"LINUX_2.6"), None);
        // No code, no function.
        let mut data = image.clone();
        data[124] = 4;
        for (name, _) in &built.symbols {
            let c_name = std::ffi::CString::new(name.as_str()).unwrap();
            prop_assert_eq!(find(&data, &c_name, c"LINUX_2.6"), None);
        }
    }

    #[test]
    fn any_bytes_give_a_place_inside_or_none(
        built in built(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<[u8; 8]>()), 0..6),
        cut in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (mut image, code) = built.image();
        for (at, bytes) in changes {
            let at = at.index(code);
            image[at..at + 8].copy_from_slice(&bytes);
        }
        let name = std::ffi::CString::new(built.symbols[0].0.as_str()).unwrap();
        let cut = cut.index(image.len());
        prop_assert_eq!(find(&noise, &name, c"LINUX_2.6"), None);
        for bytes in [&image[..], &image[..cut], &[&image[..64], &noise].concat()] {
            let found = find(bytes, &name, c"LINUX_2.6");
            prop_assert!(found.is_none_or(|place| place < bytes.len()));
        }
    }
}

/// Numbers that are as large as they can be, wherever one may stand.
#[test]
fn large_numbers_neither_hang_nor_panic() {
    let mut image = machine().to_vec();
    let code = Image::read(&image).code.max(0x600).min(image.len() - 8);
    for at in 0..code {
        for width in [1, 2, 4, 8] {
            let old = image[at..at + width].to_vec();
            for byte in [0, 1, 0x7f, 0xff] {
                image[at..at + width].fill(byte);
                let found = clock_in(&image);
                assert!(found.is_none_or(|place| place < image.len()), "{at} {width} {byte}");
            }
            image[at..at + width].copy_from_slice(&old);
        }
    }
    assert_eq!(clock_in(&image), clock_in(machine()));
}

/// A hostile auxiliary vector.
#[test]
fn a_place_that_cannot_be_read_is_no_vdso() {
    // SAFETY: nobody writes to any of these while they are looked at.
    let at = |start| unsafe { Image::at(start) }.bytes;
    for nowhere in [0, 1, 4096, 1 << 46, 1 << 63, usize::MAX - 4095, usize::MAX] {
        assert!(at(nowhere).is_empty(), "{nowhere:#x}");
    }
    assert_eq!(at(start()).len(), machine().len());
    for offset in [1, 8, 64, 4095] {
        assert!(at(start() + offset).is_empty(), "not at the start of a page");
    }
    let page = mmap_anonymous(4 * 4096).unwrap();
    let start = page.as_ptr().expose_provenance();
    assert!(at(start).is_empty(), "zeros");
    // SAFETY: the mapping is ours, and as long.
    let bytes = unsafe { core::slice::from_raw_parts_mut(page.as_ptr(), 4 * 4096) };
    bytes[..machine().len()].copy_from_slice(machine());
    assert_eq!(at(start), machine());
    // Truncated: its last page is not there.
    let last = (machine().len() - 1) / 4096 * 4096;
    // SAFETY: inside of the mapping.
    let end = unsafe { page.add(last) };
    // SAFETY: the bytes are not looked at any more.
    unsafe { mprotect(end, 4096, Protection::None) }.unwrap();
    assert!(at(start).is_empty() || last == 0);
    // SAFETY: nothing refers to it.
    unsafe { munmap(page, 4 * 4096) }.unwrap();
    assert!(at(start).is_empty(), "unmapped");
    // Something else that can be read.
    let text = (a_place_that_cannot_be_read_is_no_vdso as *const ()).addr() & !4095;
    assert_eq!(find(at(text), CLOCK_GETTIME.0, CLOCK_GETTIME.1), None);
}

/// Between two system calls it is never earlier than the first and never later than the
/// second.
#[test]
fn its_time_is_that_of_the_system_call() {
    // SAFETY: it is the kernel's, and stays.
    let address = address_in(&unsafe { Image::at(start()) }).unwrap();
    for clock in [Clock::Monotonic, Clock::BootTime, Clock::Realtime] {
        for _ in 0..100_000 {
            let before = time::clock_gettime(clock);
            // SAFETY: the address of such a function.
            let between = unsafe { call(address, clock) }.unwrap();
            let after = time::clock_gettime(clock);
            assert!(before <= between && between <= after, "{clock:?} {before:?} {between:?}");
        }
    }
}

#[test]
fn where_it_fails_the_system_call_is_asked() {
    unsafe extern "C" fn refuses(_: i32, _: *mut Timespec) -> i32 {
        -22
    }
    // SAFETY: such a function.
    assert_eq!(unsafe { call(refuses as *const () as usize, Clock::Monotonic) }, None);
    // This process was not started by us: nobody has told it of a vDSO, as with one hidden.
    assert_eq!(image(), None);
    assert_eq!(clock_gettime(Clock::Monotonic), None);
    let before = time::clock_gettime(Clock::Monotonic);
    assert!(crate::clock::Instant::now().as_timespec() >= before);
}
