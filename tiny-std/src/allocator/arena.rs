//! Runs of pages, up to 64 KiB, in arenas of 1 MiB.
//!
//! Never unmaps an arena. A bit per page says whether it is in use, so that free
//! neighbours are one run without being joined.

use core::ptr::NonNull;
use rusl::mem::{mmap_anonymous, munmap};

/// The unit of a run, in bytes. (The kernel's page may be larger.)
pub(super) const PAGE: usize = 4096;

/// An arena's size and alignment, so that a run's address leads to its arena.
const ARENA: usize = 1024 * 1024;
const ARENA_PAGES: usize = ARENA / PAGE;

/// A length in pages, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pages(u8);

impl Pages {
    const LARGEST: usize = 16;

    /// The pages that `size` bytes take, or `None` past 64 KiB.
    pub(super) const fn of(size: usize) -> Option<Self> {
        if size > Self::LARGEST * PAGE {
            return None;
        }
        let pages = size.div_ceil(PAGE);
        Some(Self(if pages == 0 { 1 } else { pages as u8 }))
    }

    fn count(self) -> usize {
        usize::from(self.0)
    }
}

/// All arenas, as a list, the newest first. Always asked in this order, so that new runs
/// don't scatter.
#[derive(Debug, Default)]
pub(super) struct Arenas {
    first: Option<NonNull<Arena>>,
}

/// The start of an arena, in its first page.
#[derive(Debug)]
struct Arena {
    next: Option<NonNull<Arena>>,
    /// A set bit for each page in use; this one is.
    used: [u64; ARENA_PAGES / 64],
}

impl Arenas {
    pub(super) const fn new() -> Self {
        Self { first: None }
    }

    pub(super) fn allocate(&mut self, pages: Pages) -> Option<NonNull<u8>> {
        let mut candidate = self.first;
        while let Some(mut place) = candidate {
            // SAFETY: arenas on the list are mapped and theirs is the only reference.
            let arena = unsafe { place.as_mut() };
            if let Some(page) = arena.find(pages) {
                arena.set_used(page, pages.count());
                // SAFETY: the page lies in the arena.
                return Some(unsafe { place.cast::<u8>().add(page * PAGE) });
            }
            candidate = arena.next;
        }
        self.add()?;
        self.allocate(pages)
    }

    /// # Safety
    ///
    /// The run was allocated with this length and is not used any more.
    #[expect(clippy::unused_self, reason = "exclusive: nobody else may look at an arena")]
    pub(super) unsafe fn free(&mut self, run: NonNull<u8>, pages: Pages) {
        let (mut arena, page) = locate(run);
        // SAFETY: the run's arena is mapped, and this is the only reference.
        unsafe { arena.as_mut() }.set_free(page, pages.count());
    }

    /// Changes a run's length where it stands, or gives false and leaves it.
    ///
    /// # Safety
    ///
    /// The run was allocated with the length `old`.
    #[expect(clippy::unused_self, reason = "exclusive: nobody else may look at an arena")]
    pub(super) unsafe fn resize(&mut self, run: NonNull<u8>, old: Pages, new: Pages) -> bool {
        let (mut arena, page) = locate(run);
        // SAFETY: the run's arena is mapped, and this is the only reference.
        let arena = unsafe { arena.as_mut() };
        let (old, new) = (old.count(), new.count());
        if new > old {
            if !arena.is_free(page + old, new - old) {
                return false;
            }
            arena.set_used(page + old, new - old);
        } else {
            arena.set_free(page + new, old - new);
        }
        true
    }

    /// Maps an arena, at the front of the list.
    fn add(&mut self) -> Option<()> {
        let start = map_aligned(ARENA, ARENA)?;
        let place: NonNull<Arena> = start.cast();
        let mut arena = Arena { next: self.first, used: [0; ARENA_PAGES / 64] };
        arena.set_used(0, 1);
        // SAFETY: a new mapping, larger than the header and aligned.
        unsafe { place.write(arena) };
        self.first = Some(place);
        Some(())
    }
}

/// The arena of a run, and the run's first page there.
fn locate(run: NonNull<u8>) -> (NonNull<Arena>, usize) {
    let offset = run.addr().get() % ARENA;
    // SAFETY: arenas are aligned to their size, and no run starts at an arena's start.
    let start = unsafe { run.sub(offset) };
    (start.cast(), offset / PAGE)
}

impl Arena {
    /// The first of the free runs that are long enough.
    fn find(&self, pages: Pages) -> Option<usize> {
        let mut free = 0;
        let mut page = 0;
        while page < ARENA_PAGES {
            let word = self.used[page / 64];
            if word == u64::MAX {
                free = 0;
                page = (page / 64 + 1) * 64;
                continue;
            }
            free = if word >> (page % 64) & 1 == 0 { free + 1 } else { 0 };
            page += 1;
            if free == pages.count() {
                return Some(page - free);
            }
        }
        None
    }

    fn is_free(&self, first: usize, count: usize) -> bool {
        first + count <= ARENA_PAGES
            && (first..first + count).all(|page| self.used[page / 64] >> (page % 64) & 1 == 0)
    }

    fn set_used(&mut self, first: usize, count: usize) {
        for page in first..first + count {
            self.used[page / 64] |= 1 << (page % 64);
        }
    }

    fn set_free(&mut self, first: usize, count: usize) {
        for page in first..first + count {
            self.used[page / 64] &= !(1 << (page % 64));
        }
    }
}

/// Maps `length` bytes at a multiple of `align`, both multiples of the kernel's page.
pub(super) fn map_aligned(length: usize, align: usize) -> Option<NonNull<u8>> {
    // The next mapping often lies just below the last, and so is aligned by itself.
    let start = mmap_anonymous(length).ok()?;
    if start.addr().get().is_multiple_of(align) {
        return Some(start);
    }
    // SAFETY: just mapped, not in use.
    let _ = unsafe { munmap(start, length) };
    let total = length.checked_add(align)?;
    let start = mmap_anonymous(total).ok()?;
    let head = start.addr().get().next_multiple_of(align) - start.addr().get();
    // SAFETY: less than `align`, so inside of the mapping.
    let aligned = unsafe { start.add(head) };
    // SAFETY: `head + length` is less than the total.
    let end = unsafe { aligned.add(length) };
    if head > 0 {
        // SAFETY: just mapped, not in use.
        let _ = unsafe { munmap(start, head) };
    }
    // SAFETY: as above; `head` is less than `align`, so that this is not empty.
    let _ = unsafe { munmap(end, align - head) };
    Some(aligned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_neighbour_lets_a_run_grow_and_free_runs_join() {
        let mut arenas = Arenas::new();
        let pages = |count: usize| Pages::of(count * PAGE).unwrap();
        let first = arenas.allocate(pages(2)).unwrap();
        let second = arenas.allocate(pages(3)).unwrap();
        assert_eq!(second.addr().get() - first.addr().get(), 2 * PAGE);
        // SAFETY: lengths as allocated, here and below.
        assert!(!unsafe { arenas.resize(first, pages(2), pages(3)) });
        // SAFETY: as above.
        unsafe { arenas.free(second, pages(3)) };
        // SAFETY: as above.
        assert!(unsafe { arenas.resize(first, pages(2), pages(5)) });
        // SAFETY: as above.
        assert!(unsafe { arenas.resize(first, pages(5), pages(1)) });
        let next = arenas.allocate(pages(16)).unwrap();
        assert_eq!(next.addr().get() - first.addr().get(), PAGE);
        // SAFETY: the arena ends here.
        unsafe { unmap(&arenas) };
    }

    #[test]
    fn an_arena_fills_to_the_last_page_and_a_second_one_follows() {
        let mut arenas = Arenas::new();
        let one = Pages::of(1).unwrap();
        let runs: Vec<_> = (1..ARENA_PAGES).map(|_| arenas.allocate(one).unwrap()).collect();
        assert!(runs.windows(2).all(|pair| pair[1].addr().get() - pair[0].addr().get() == PAGE));
        let last = *runs.last().unwrap();
        assert_eq!(last.addr().get() % ARENA, ARENA - PAGE);
        // SAFETY: the run was allocated with this length.
        assert!(!unsafe { arenas.resize(last, one, Pages::of(2 * PAGE).unwrap()) });
        let other = arenas.allocate(one).unwrap();
        assert_ne!(locate(other).0, locate(last).0);
        // SAFETY: as above.
        unsafe { arenas.free(runs[7], one) };
        // The arena at the front has room, and is filled first.
        let next = arenas.allocate(Pages::of(16 * PAGE).unwrap()).unwrap();
        assert_eq!(locate(next).0, locate(other).0);
        // SAFETY: the arenas end here.
        unsafe { unmap(&arenas) };
    }

    /// Gives every arena back.
    unsafe fn unmap(arenas: &Arenas) {
        let mut next = arenas.first;
        while let Some(arena) = next {
            // SAFETY: arenas on the list are mapped.
            next = unsafe { arena.as_ref() }.next;
            // SAFETY: nothing in it is used any more.
            unsafe { munmap(arena.cast(), ARENA) }.unwrap();
        }
    }
}
