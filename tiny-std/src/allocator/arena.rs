//! Runs of units of 512 bytes, up to 32 KiB, in arenas of 1 MiB.
//!
//! Never remembers a run: a bit per unit says whether it is in use, so that free neighbours
//! are one run without being joined. Pages that are free for a while go back to the kernel,
//! and so do arenas, but not so few of them that a loop which allocates and frees would make
//! system calls.

use super::Content;
use core::alloc::Layout;
use core::num::NonZero;
use core::ptr::NonNull;
#[cfg(not(test))]
use rusl::mem::discard;
use rusl::mem::{mmap_anonymous, munmap};
#[cfg(test)]
use tests::discard;

/// What is given back to the kernel, in bytes. (The kernel's page may be larger: then it
/// takes only what begins and ends with one of its own.)
pub(super) const PAGE: usize = 4096;

/// What runs are rounded up to, in bytes.
const UNIT: usize = 512;
const PAGE_UNITS: usize = PAGE / UNIT;

/// An arena's size and alignment, so that a run's address leads to its arena.
const ARENA: usize = 1024 * 1024;
const ARENA_PAGES: usize = ARENA / PAGE;
const ARENA_UNITS: usize = ARENA / UNIT;

/// Two lengths per doubling, from 1 unit to the largest run.
const STEPS: usize = 2 * (Run::LARGEST / UNIT).ilog2() as usize + 1;

/// The units of a step.
const fn step_units(step: usize) -> usize {
    (2 + step % 2) << (step / 2) >> 1
}

/// The units that an arena's own data take, at its start.
const HEADER_UNITS: usize = size_of::<Arena>().div_ceil(UNIT);

/// So many free pages are kept in any case: one more than the largest run lies in, so that
/// a loop which allocates and frees one makes no system call.
const KEPT: usize = LARGEST_RUN_PAGES + 1;

/// So many more are kept while so many are in use, and half of them when pages are given
/// back: what comes and goes by chance would be missed. Of few pages that is the larger part.
fn kept_besides(in_use: usize) -> usize {
    in_use.max((2 * in_use).min(24)).min(192 + in_use / 8)
}

/// After so many times that something was freed, a quarter of these is enough.
const LONG: usize = 4096;

const LARGEST_RUN_PAGES: usize = Run::LARGEST / PAGE + 1;

/// A run's length and alignment, in units; the alignment is a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    units: NonZero<u16>,
    align: u16,
}

impl Run {
    const LARGEST: usize = 32 * 1024;
    /// As much as an arena has several places for.
    const LARGEST_ALIGN: usize = 64 * 1024;

    /// Of at least one unit.
    fn new(units: usize, align: usize) -> Self {
        let units = NonZero::new(units as u16);
        Self { units: units.unwrap_or(NonZero::<u16>::MIN), align: align as u16 }
    }

    /// The run for a layout, or `None` if it is too long or aligned to too much.
    pub(super) fn of(layout: Layout) -> Option<Self> {
        let (size, align) = (layout.size(), layout.align());
        if size > Self::LARGEST || align > Self::LARGEST_ALIGN {
            return None;
        }
        Some(Self::new(size.div_ceil(UNIT), (align / UNIT).max(1)))
    }

    fn units(self) -> usize {
        usize::from(self.units.get())
    }
}

/// All arenas, as a list, the oldest first. Always asked in this order, so that new runs
/// don't scatter.
#[derive(Debug)]
pub(super) struct Arenas {
    first: Option<NonNull<Arena>>,
    /// How many pages are free and may hold memory.
    idle: usize,
    /// How many of them the kernel has refused.
    refused: usize,
    /// How many units are in use, besides the arenas' own.
    in_use: usize,
    /// How many times something was freed since they were.
    freed: usize,
    /// Whether there may be an empty arena that need not wait to be given back.
    emptied: bool,
}

impl Arenas {
    pub(super) const fn new() -> Self {
        Self { first: None, idle: 0, refused: 0, in_use: 0, freed: 0, emptied: false }
    }

    /// The lowest free run of the oldest arena that has one.
    pub(super) fn allocate(&mut self, run: Run, content: Content) -> Option<NonNull<u8>> {
        let mut link = &raw mut self.first;
        loop {
            // SAFETY: the link is ours, or that of an arena on the list.
            let place = if let Some(place) = unsafe { link.read() } {
                place
            } else {
                let place = Arena::map(self.first.is_none())?;
                // SAFETY: as above.
                unsafe { link.write(Some(place)) };
                place
            };
            // SAFETY: arenas on the list are mapped, and theirs is the only reference.
            let arena = unsafe { &mut *place.as_ptr() };
            if let Some(unit) = arena.find(run) {
                if content == Content::Zeros {
                    // SAFETY: the run is free, and nobody has it.
                    unsafe { arena.zero(place, unit, run.units()) };
                }
                self.take(arena, unit, run.units());
                // SAFETY: the unit lies in the arena.
                return Some(unsafe { place.cast().add(unit * UNIT) });
            }
            link = &raw mut arena.next;
        }
    }

    /// # Safety
    ///
    /// The run was allocated like this and is not used any more.
    pub(super) unsafe fn free(&mut self, start: NonNull<u8>, run: Run) {
        let (mut place, unit) = locate(start);
        // SAFETY: the run's arena is mapped, and this is the only reference.
        let arena = unsafe { place.as_mut() };
        self.give(arena, unit, run.units());
        self.give_back_if_much();
    }

    /// Changes a run's length where it stands, or gives false and leaves it.
    ///
    /// # Safety
    ///
    /// The run was allocated like `old`.
    pub(super) unsafe fn resize(&mut self, start: NonNull<u8>, old: Run, new: Run) -> bool {
        let (mut arena, unit) = locate(start);
        // SAFETY: the run's arena is mapped, and this is the only reference.
        let arena = unsafe { arena.as_mut() };
        let (old, new) = (old.units(), new.units());
        if new > old {
            let end = unit + new;
            if end > ARENA_UNITS || arena.next(unit + old, end, USED) < end {
                return false;
            }
            self.take(arena, unit + old, new - old);
        } else {
            self.give(arena, unit + new, old - new);
            self.give_back_if_much();
        }
        true
    }

    /// A page, or what an arena's own data have left of one, to be cut into objects, and its
    /// length. It starts with one object.
    pub(super) fn page_of_objects(&mut self) -> Option<(NonNull<u8>, usize)> {
        // A program that allocates little shall touch one page, not two.
        let run = if self.first.is_none() {
            Run::new(PAGE_UNITS - HEADER_UNITS, 1)
        } else {
            Run::new(PAGE_UNITS, PAGE_UNITS)
        };
        let start = self.allocate(run, Content::Any)?;
        // SAFETY: in an arena.
        unsafe { Page::of(start) }.become_objects();
        Some((start, run.units() * UNIT))
    }

    /// Makes free runs of the pages of objects that have none.
    pub(super) fn take_back_empty_pages(&mut self) {
        let mut next = self.first;
        while let Some(mut place) = next {
            // SAFETY: arenas on the list are mapped, and theirs is the only reference.
            let arena = unsafe { place.as_mut() };
            for page in 0..ARENA_PAGES {
                if arena.pages[page] == EMPTY {
                    arena.pages[page] = DIRTY;
                    let skipped = if page == 0 { HEADER_UNITS } else { 0 };
                    let first = page * PAGE_UNITS + skipped;
                    self.give(arena, first, PAGE_UNITS - skipped);
                }
            }
            next = arena.next;
        }
        self.give_back_if_much();
    }

    fn take(&mut self, arena: &mut Arena, first: usize, units: usize) {
        self.idle -= arena.take(first, units);
        self.in_use += units;
    }

    fn give(&mut self, arena: &mut Arena, first: usize, units: usize) {
        self.idle += arena.give(first, units);
        self.in_use -= units;
        self.emptied |= arena.is_empty_in_the_middle();
    }

    fn give_back_if_much(&mut self) {
        let kept = kept_besides(self.in_use / PAGE_UNITS);
        self.freed += 1;
        let kept = if self.freed < LONG { kept } else { kept / 4 };
        if self.emptied || self.idle > KEPT + kept + self.refused {
            self.give_back(kept / 2);
        }
    }

    /// Gives free pages back to the kernel, but so many, and all arenas but the first that
    /// are empty.
    #[cold]
    fn give_back(&mut self, keep: usize) {
        let (mut left, mut refused) = (keep, 0);
        let mut link = &raw mut self.first;
        // SAFETY: the link is ours, or that of an arena on the list.
        while let Some(mut place) = unsafe { link.read() } {
            // SAFETY: arenas on the list are mapped, and theirs is the only reference.
            let arena = unsafe { place.as_mut() };
            let next = arena.next;
            let is_empty = arena.is_empty();
            // SAFETY: none of its runs is in use, and nobody finds it any more.
            if is_empty && !arena.is_first && unsafe { Arena::unmap(place) } {
                // SAFETY: as above.
                unsafe { link.write(next) };
                continue;
            }
            // SAFETY: as above.
            refused += unsafe { arena.give_back(place, &mut left) };
            link = &raw mut arena.next;
        }
        // What the kernel does not take is locked, or but a part of one of its own pages.
        (self.idle, self.refused, self.freed) = (keep - left + refused, refused, 0);
        self.emptied = false;
    }
}

/// What [`Arena::next`] looks for.
const USED: u64 = 0;
const UNUSED: u64 = u64::MAX;

/// What may be said of a page: nothing was there since it came from the kernel,
const CLEAN: u16 = 0;
/// there is or was a run,
const DIRTY: u16 = 1;
/// or there are so many objects more than this.
const EMPTY: u16 = 2;

/// The start of an arena, in its first page. All zeros but the bits of its own units when
/// it begins.
#[derive(Debug)]
struct Arena {
    next: Option<NonNull<Arena>>,
    is_first: bool,
    /// How many units are, its own included.
    in_use: usize,
    /// No free run as long as a step begins before the step's hint.
    hints: [u16; STEPS],
    /// A set bit for each unit in use.
    used: [u64; ARENA_UNITS / 64],
    pages: [u16; ARENA_PAGES],
}

impl Arena {
    fn map(is_first: bool) -> Option<NonNull<Self>> {
        let mut place: NonNull<Self> = map_aligned(ARENA, ARENA)?.cast();
        // SAFETY: a new mapping of zeros, larger than the header and aligned.
        let arena = unsafe { place.as_mut() };
        arena.is_first = is_first;
        arena.in_use = HEADER_UNITS;
        arena.used[0] = (1 << HEADER_UNITS) - 1;
        Some(place)
    }

    /// # Safety
    ///
    /// Nothing in it is in use.
    unsafe fn unmap(place: NonNull<Self>) -> bool {
        // SAFETY: the caller's promise.
        unsafe { munmap(place.cast(), ARENA) }.is_ok()
    }

    /// The first of the free runs that are long enough.
    fn find(&mut self, run: Run) -> Option<usize> {
        let (units, align) = (run.units(), usize::from(run.align));
        let doubling = run.units.ilog2() as usize;
        let step = (2 * doubling + ((2 * units) >> doubling) % 2).min(STEPS - 1);
        let mut from = usize::from(self.hints[step]);
        let mut hint = None;
        let found = loop {
            from = self.next(from, ARENA_UNITS, UNUSED);
            let first = (from + align - 1) & !(align - 1);
            let end = first + units;
            if end > ARENA_UNITS {
                break None;
            }
            let used = self.next(first, end, USED);
            if used >= end {
                break Some(first);
            }
            if used - from >= step_units(step) {
                hint = hint.or(Some(from));
            }
            from = used;
        };
        self.hints[step] = hint.unwrap_or(from) as u16;
        found
    }

    /// The first unit from `from` on that is in use, or not, or one that is not before
    /// `until`.
    fn next(&self, from: usize, until: usize, sought: u64) -> usize {
        let mut mask = u64::MAX << (from % 64);
        for word in from / 64..until.div_ceil(64).min(self.used.len()) {
            let bits = (self.used[word] ^ sought) & mask;
            if bits != 0 {
                return word * 64 + bits.trailing_zeros() as usize;
            }
            mask = u64::MAX;
        }
        until
    }

    /// Whether no unit is in use but its own.
    fn is_empty(&self) -> bool {
        self.in_use == HEADER_UNITS
    }

    /// It need not wait to be given back. The last one does: it may be what a loop fills and
    /// empties. The first one always stays.
    fn is_empty_in_the_middle(&self) -> bool {
        self.next.is_some() && !self.is_first && self.is_empty()
    }

    /// Marks units as used, and gives how many idle pages that has taken.
    fn take(&mut self, first: usize, units: usize) -> usize {
        let mut taken = 0;
        for page in pages(first, units) {
            taken += usize::from(self.is_idle(page));
            if self.pages[page] == CLEAN {
                self.pages[page] = DIRTY;
            }
        }
        self.in_use += units;
        self.toggle(first, units);
        taken
    }

    /// Marks units as unused, and gives how many pages that has made idle.
    fn give(&mut self, first: usize, units: usize) -> usize {
        for (step, hint) in self.hints.iter_mut().enumerate() {
            // What is free before this and that long was known.
            *hint = (*hint).min(first.saturating_sub(step_units(step)) as u16);
        }
        self.in_use -= units;
        self.toggle(first, units);
        pages(first, units).filter(|&page| self.is_idle(page)).count()
    }

    fn toggle(&mut self, first: usize, units: usize) {
        let (mut at, end) = (first, first + units);
        while at < end {
            let length = (64 - at % 64).min(end - at);
            let mask = (u64::MAX >> (64 - length)) << (at % 64);
            self.used[at / 64 % (ARENA_UNITS / 64)] ^= mask;
            at += length;
        }
    }

    /// Writes zeros where there may be something else.
    ///
    /// # Safety
    ///
    /// The units are free, and the arena is at this place.
    unsafe fn zero(&self, place: NonNull<Self>, first: usize, units: usize) {
        for page in pages(first, units).filter(|&page| self.pages[page % ARENA_PAGES] != CLEAN) {
            let from = first.max(page * PAGE_UNITS);
            let to = (first + units).min((page + 1) * PAGE_UNITS);
            // SAFETY: inside of the arena.
            let start: NonNull<u8> = unsafe { place.cast().add(from * UNIT) };
            // SAFETY: the caller's promise.
            unsafe { start.write_bytes(0, (to - from) * UNIT) };
        }
    }

    /// Gives the pages that are free back to the kernel, but the first `keep` that hold
    /// memory. Counts those that the kernel has refused.
    ///
    /// # Safety
    ///
    /// The arena is at this place.
    unsafe fn give_back(&mut self, place: NonNull<Self>, keep: &mut usize) -> usize {
        let mut refused = 0;
        let mut page = 0;
        while page < ARENA_PAGES {
            let first = page;
            page += 1;
            if !self.is_idle(first) {
                continue;
            }
            if *keep > 0 {
                *keep -= 1;
                continue;
            }
            while page < ARENA_PAGES && self.is_free(page) {
                page += 1;
            }
            // SAFETY: inside of the arena.
            let start = unsafe { place.cast().add(first * PAGE) };
            // SAFETY: no unit there is in use.
            let taken = unsafe { discard_exactly(start, (page - first) * PAGE) };
            for page in first..page {
                self.pages[page % ARENA_PAGES] = if taken { CLEAN } else { DIRTY };
            }
            refused += if taken { 0 } else { page - first };
        }
        refused
    }

    fn is_free(&self, page: usize) -> bool {
        let eight = self.used[page / 8 % (ARENA_UNITS / 64)];
        (eight >> (page % 8 * PAGE_UNITS)) as u8 == 0
    }

    fn is_idle(&self, page: usize) -> bool {
        self.pages[page % ARENA_PAGES] == DIRTY && self.is_free(page)
    }
}

/// Discards pages, unless the kernel refuses. Where its own are larger, it refuses what does not
/// begin with one, but takes more than it was told of what does not end with one, so that it is
/// asked about the end first, by discarding nothing there.
///
/// # Safety
///
/// As [`rusl::mem::discard`].
unsafe fn discard_exactly(start: NonNull<u8>, length: usize) -> bool {
    // SAFETY: the caller's pages.
    let end = unsafe { start.add(length) };
    // There it has no larger ones.
    let is_border = cfg!(all(target_arch = "x86_64", not(test)))
        // SAFETY: of no length, it is nobody's memory.
        || unsafe { discard(end, 0) }.is_ok();
    // SAFETY: the caller's promise.
    is_border && unsafe { discard(start, length) }.is_ok()
}

const _: () = assert!(PAGE_UNITS == 8, "is_free counts on eight pages to a word");

/// The pages that units lie in.
fn pages(first: usize, units: usize) -> core::ops::Range<usize> {
    first / PAGE_UNITS..(first + units).div_ceil(PAGE_UNITS).min(ARENA_PAGES)
}

/// The arena of a run, and the run's first unit there.
fn locate(start: NonNull<u8>) -> (NonNull<Arena>, usize) {
    let offset = start.addr().get() % ARENA;
    // SAFETY: arenas are aligned to their size, and no run starts at an arena's start.
    let arena = unsafe { start.sub(offset) };
    (arena.cast(), offset / UNIT)
}

/// How many objects there are in a page.
#[derive(Debug)]
pub(super) struct Page<'arena>(&'arena mut u16);

impl Page<'_> {
    /// The page that this lies in.
    ///
    /// # Safety
    ///
    /// It lies in an arena's page of objects, and this is the only reference to the page.
    pub(super) unsafe fn of(object: NonNull<u8>) -> Self {
        let (arena, unit) = locate(object);
        // SAFETY: the arena is mapped.
        let pages = unsafe { &mut (*arena.as_ptr()).pages };
        Self(&mut pages[unit / PAGE_UNITS % ARENA_PAGES])
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        *self.0 == EMPTY
    }

    /// One more; says whether there was none before.
    pub(super) fn add_object(self) -> bool {
        *self.0 += 1;
        *self.0 == EMPTY + 1
    }

    /// One less; says whether there is none now.
    pub(super) fn remove_object(self) -> bool {
        *self.0 -= 1;
        *self.0 == EMPTY
    }

    fn become_objects(self) {
        *self.0 = EMPTY + 1;
    }
}

/// Maps `length` bytes at a multiple of `align`, both multiples of the kernel's page.
pub(super) fn map_aligned(length: usize, align: usize) -> Option<NonNull<u8>> {
    let start = mmap_anonymous(length.checked_add(align)?).ok()?;
    let head = start.addr().get().wrapping_neg() % align;
    // SAFETY: less than `align`, so inside of the mapping.
    let aligned = unsafe { start.add(head) };
    // SAFETY: `head + length` is less than the mapping's length.
    let end = unsafe { aligned.add(length) };
    // Of a head of 0 the kernel takes nothing.
    // SAFETY: just mapped, not in use.
    let _ = unsafe { munmap(start, head) };
    // SAFETY: as above.
    let _ = unsafe { munmap(end, align - head) };
    Some(aligned)
}

#[cfg(test)]
impl Arenas {
    pub(super) fn is_unused(&self) -> bool {
        self.first.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    thread_local! {
        /// How large the kernel's pages are, as it seems to this thread.
        static KERNEL_PAGE: Cell<usize> = const { Cell::new(PAGE) };
        /// Whether it takes nothing, as where memory is locked.
        static REFUSES: Cell<bool> = const { Cell::new(false) };
    }

    /// As a kernel does it that has such pages (madvise(2)): the start must be on a border, the
    /// length is rounded up.
    pub(super) unsafe fn discard(address: NonNull<u8>, length: usize) -> rusl::Result<()> {
        let page = KERNEL_PAGE.get();
        if REFUSES.get() || !address.addr().get().is_multiple_of(page) {
            return Err(rusl::Errno::EINVAL);
        }
        // SAFETY: the caller's promise, or the mistake that a test is to find.
        unsafe { rusl::mem::discard(address, length.next_multiple_of(page)) }
    }

    /// Arenas that end with the test.
    struct Heap(Arenas);

    impl Drop for Heap {
        fn drop(&mut self) {
            let mut next = self.0.first;
            while let Some(arena) = next {
                // SAFETY: arenas on the list are mapped.
                next = unsafe { arena.as_ref() }.next;
                // SAFETY: nothing in it is used any more.
                assert!(unsafe { Arena::unmap(arena) });
            }
        }
    }

    impl Heap {
        fn new() -> Self {
            Self(Arenas::new())
        }

        fn arenas(&self) -> Vec<&Arena> {
            // SAFETY: arenas on the list are mapped, and nobody changes them meanwhile.
            let follow = |place: &NonNull<Arena>| unsafe { place.as_ref() }.next;
            // SAFETY: as above.
            let look = |place: NonNull<Arena>| unsafe { place.as_ref() };
            std::iter::successors(self.0.first, follow).map(look).collect()
        }

        fn add(&mut self, run: Run) -> NonNull<u8> {
            self.0.allocate(run, Content::Any).unwrap()
        }

        fn remove(&mut self, start: NonNull<u8>, run: Run) {
            // SAFETY: the tests give back what they got.
            unsafe { self.0.free(start, run) };
        }

        fn resize(&mut self, start: NonNull<u8>, old: Run, new: Run) -> bool {
            // SAFETY: as above.
            unsafe { self.0.resize(start, old, new) }
        }
    }

    fn run(size: usize, align: usize) -> Run {
        Run::of(Layout::from_size_align(size, align).unwrap()).unwrap()
    }

    fn bytes<'a>(start: NonNull<u8>, length: usize) -> &'a mut [u8] {
        // SAFETY: the tests look at runs that are this long, or were; arenas stay mapped.
        unsafe { core::slice::from_raw_parts_mut(start.as_ptr(), length) }
    }

    #[test]
    fn a_freed_neighbour_lets_a_run_grow_and_free_runs_join() {
        let mut heap = Heap::new();
        let pages = |count: usize| run(count * PAGE, 1);
        let first = heap.add(pages(2));
        let second = heap.add(pages(3));
        assert_eq!(second.addr().get() - first.addr().get(), 2 * PAGE);
        assert!(!heap.resize(first, pages(2), pages(3)));
        heap.remove(second, pages(3));
        assert!(heap.resize(first, pages(2), pages(5)));
        assert!(heap.resize(first, pages(5), pages(1)));
        let next = heap.add(pages(8));
        assert_eq!(next.addr().get() - first.addr().get(), PAGE);
    }

    #[test]
    fn an_arena_fills_to_the_last_unit_and_others_follow_and_go() {
        let mut heap = Heap::new();
        let unit = run(1, 1);
        let count = 3 * (ARENA_UNITS - HEADER_UNITS);
        let mut runs: Vec<_> = (0..count).map(|_| heap.add(unit)).collect();
        assert!(heap.arenas().iter().all(|arena| arena.used == [u64::MAX; ARENA_UNITS / 64]));
        assert_eq!(heap.arenas().len(), 3);
        let last = runs[count - 1];
        assert_eq!(last.addr().get() % ARENA, ARENA - UNIT);
        assert!(!heap.resize(last, unit, run(2 * UNIT, 1)));
        for start in runs.drain(1..).rev() {
            heap.remove(start, unit);
        }
        assert_eq!(heap.arenas().len(), 1);
        assert!(heap.0.idle <= KEPT);
        let start = bytes(runs[0], ARENA - HEADER_UNITS * UNIT);
        start[UNIT..].iter().for_each(|byte| assert_eq!(*byte, 0));
    }

    #[test]
    fn what_is_freed_and_allocated_in_a_loop_stays_ours() {
        for size in [1, 5000, Run::LARGEST] {
            let mut heap = Heap::new();
            // Somebody else's, so that the run lies across pages.
            heap.add(run(1, 1));
            for _ in 0..20 {
                let start = heap.add(run(size, 1));
                bytes(start, size).fill(7);
                heap.remove(start, run(size, 1));
                // A page that the kernel has taken would hold zeros.
                assert!(bytes(start, size).iter().all(|byte| *byte == 7), "{size}");
            }
        }
    }

    #[test]
    fn much_that_is_freed_goes_back_to_the_kernel() {
        let mut heap = Heap::new();
        let large = run(Run::LARGEST, 1);
        let runs: Vec<_> = (0..100).map(|_| heap.add(large)).collect();
        for start in &runs {
            bytes(*start, Run::LARGEST).fill(7);
        }
        for start in runs {
            heap.remove(start, large);
        }
        let arenas = heap.arenas();
        assert!(arenas.len() <= 2 && heap.0.idle <= KEPT);
        let ours: usize = arenas
            .into_iter()
            .map(|arena| {
                let start: NonNull<u8> = NonNull::from(arena).cast();
                // SAFETY: inside of the arena.
                let second = unsafe { start.add(PAGE) };
                bytes(second, ARENA - PAGE).chunks(PAGE).filter(|page| page[0] != 0).count()
            })
            .sum();
        assert!(ours <= KEPT, "{ours} pages hold what was freed");
    }

    #[test]
    fn a_kernel_with_larger_pages_takes_none_that_is_in_use() {
        for kernel_page in [PAGE, 4 * PAGE, 16 * PAGE] {
            KERNEL_PAGE.set(kernel_page);
            let mut heap = Heap::new();
            // Both kinds of a border are met: free pages that begin or end in one of the kernel's.
            for kept in 2..20 {
                let page = run(PAGE, 1);
                let pages: Vec<_> = (0..ARENA_PAGES).map(|_| heap.add(page)).collect();
                for start in &pages {
                    bytes(*start, PAGE).fill(7);
                }
                let (left, freed): (Vec<_>, Vec<_>) =
                    pages.into_iter().enumerate().partition(|(index, _)| index % kept == 0);
                for (_, start) in freed {
                    heap.remove(start, page);
                }
                for (index, start) in left {
                    let whole = bytes(start, PAGE).iter().all(|byte| *byte == 7);
                    assert!(whole, "page {index} of {kept} under pages of {kernel_page}");
                    heap.remove(start, page);
                }
            }
        }
        KERNEL_PAGE.set(PAGE);
    }

    #[test]
    fn zeros_are_zeros_wherever_they_come_from() {
        let mut heap = Heap::new();
        let sizes = [1, 600, 4096, 5000, 20_000, 32_768];
        for round in 0..200 {
            REFUSES.set(round > 100);
            let runs: Vec<_> = (0..round % 7)
                .map(|index| {
                    let size = sizes[(round + index) % sizes.len()];
                    let start = heap.0.allocate(run(size, 1), Content::Zeros).unwrap();
                    let whole = bytes(start, run(size, 1).units() * UNIT);
                    assert!(whole.iter().all(|byte| *byte == 0), "{size} in {round}");
                    whole.fill(7);
                    (start, run(size, 1))
                })
                .collect();
            for (start, run) in runs {
                heap.remove(start, run);
            }
        }
    }

    /// The first place by looking at every one.
    fn naive(arenas: &[&Arena], run: Run) -> Option<(usize, usize)> {
        let is_used = |arena: &Arena, unit: usize| arena.used[unit / 64] >> (unit % 64) & 1 == 1;
        arenas.iter().enumerate().find_map(|(index, arena)| {
            let firsts = (0..=ARENA_UNITS - run.units()).step_by(usize::from(run.align));
            let mut free = firsts
                .filter(|first| (*first..first + run.units()).all(|unit| !is_used(arena, unit)));
            free.next().map(|unit| (index, unit))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// The hints skip nothing, and what is counted is what there is.
        #[test]
        fn the_lowest_place_is_found(
            steps in prop::collection::vec(
                (0_u8..9, 0_usize..10_000, prop_oneof![1_usize..1500, 1_usize..32_769], 0_u32..17),
                200..400,
            ),
        ) {
            let mut heap = Heap::new();
            let mut live: Vec<(NonNull<u8>, Run)> = Vec::new();
            for (what, which, size, shift) in steps {
                let align = if which % 8 == 0 { 1 << shift } else { 1 };
                if what < 5 || live.is_empty() {
                    let run = run(size, align);
                    let expected = naive(&heap.arenas(), run);
                    let start = heap.add(run);
                    let (arena, unit) = locate(start);
                    let places: Vec<_> =
                        heap.arenas().into_iter().map(NonNull::from).collect();
                    let index = places.iter().position(|place| *place == arena).unwrap();
                    if let Some(expected) = expected {
                        prop_assert_eq!((index, unit), expected);
                    } else {
                        prop_assert_eq!(index, places.len() - 1);
                    }
                    live.push((start, run));
                } else {
                    let index = which % live.len();
                    let (start, old) = live.swap_remove(index);
                    let new = run(size, 1);
                    if what == 5 && heap.resize(start, old, new) {
                        live.push((start, new));
                    } else {
                        heap.remove(start, old);
                    }
                }
                let arenas = heap.arenas();
                let count = |holds: fn(&Arena, usize) -> bool| -> usize {
                    let in_one = |arena: &&Arena| {
                        (0..ARENA_PAGES).filter(|page| holds(arena, *page)).count()
                    };
                    arenas.iter().map(in_one).sum()
                };
                prop_assert_eq!(heap.0.idle, count(Arena::is_idle));
                let used = |arena: &&Arena| arena.used.iter().map(|it| it.count_ones()).sum::<u32>();
                let units: usize = live.iter().map(|(_, run)| run.units()).sum();
                let used: u32 = arenas.iter().map(used).sum();
                prop_assert_eq!(used as usize, units + arenas.len() * HEADER_UNITS);
                let counted: usize = arenas.iter().map(|arena| arena.in_use).sum();
                prop_assert_eq!(used as usize, counted);
            }
        }
    }
}
