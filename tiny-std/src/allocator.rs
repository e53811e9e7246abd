//! The heap: a [`GlobalAlloc`] over mmap(2) for a program with one thread.
//!
//! Never keeps a header per object: the layout that is given back says its size. Never
//! maps anything before the first allocation, never panics: out of memory is null.
//!
//! | size | where |
//! |---|---|
//! | to 2 KiB | 24 classes, a free list each; new ones are cut from one chunk that all classes share, so that an unused class costs nothing |
//! | to 64 KiB, or aligned past 16 | a run of pages in an arena of 1 MiB; neighbours join again when freed, and a run grows where it stands if it can |
//! | above, or aligned past a page | a mapping of its own, grown by mremap(2) and unmapped when freed |
//!
//! What is freed in the first two stays ours for the next allocation.
#![expect(unsafe_code, reason = "hands out memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, Ordering};

mod arena;
mod large;
mod small;
#[cfg(test)]
mod tests;

use arena::Arenas;
use small::SmallObjects;

/// The heap of a program. As a `static` it is what `#[global_allocator]` takes.
///
/// One call at a time: a second one meanwhile, from a thread or a signal handler, ends
/// the process with a message, since neither exists in a program of this crate.
#[derive(Debug, Default)]
pub struct Allocator {
    busy: AtomicBool,
    heap: UnsafeCell<Heap>,
}

// SAFETY: the heap is touched only between a swap of `busy` from false to true
// (Acquire) and its store of false (Release), so by one thread at a time.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// An empty heap, which owns no memory yet.
    pub const fn new() -> Self {
        Self { busy: AtomicBool::new(false), heap: UnsafeCell::new(Heap::new()) }
    }

    fn with_heap<R>(&self, act: impl FnOnce(&mut Heap) -> R) -> R {
        if self.busy.swap(true, Ordering::Acquire) {
            crate::print::error(&["the allocator was entered twice at a time\n"]);
            crate::process::abort();
        }
        // SAFETY: `busy` was false and is true now, so that nobody else has a reference.
        let heap = unsafe { &mut *self.heap.get() };
        let result = act(heap);
        self.busy.store(false, Ordering::Release);
        result
    }
}

// SAFETY: every object handed out is disjoint from all others that live, as large and
// as aligned as its layout says, and stays where it is until freed (the tests hold it to
// that). Nothing here unwinds.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        or_null(self.with_heap(|heap| heap.allocate(Place::of(layout))))
    }

    unsafe fn dealloc(&self, object: *mut u8, layout: Layout) {
        if let Some(object) = NonNull::new(object) {
            // SAFETY: the caller gives back what it got for this layout.
            self.with_heap(|heap| unsafe { heap.free(object, Place::of(layout)) });
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let place = Place::of(layout);
        let object = self.with_heap(|heap| heap.allocate(place));
        // A new mapping is zero already, and its pages are better left untouched.
        if let (Some(object), Place::Small(_) | Place::Run(_)) = (object, place) {
            // SAFETY: the object is at least this large.
            unsafe { object.write_bytes(0, layout.size()) };
        }
        or_null(object)
    }

    unsafe fn realloc(&self, object: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(object) = NonNull::new(object) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller promises that the size, rounded up to the alignment, does
        // not pass isize::MAX.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        let (old, new) = (Place::of(layout), Place::of(new_layout));
        let kept = layout.size().min(new_size);
        or_null(self.with_heap(|heap| {
            // SAFETY: the object was allocated with `layout`, so at `old`.
            if let Some(object) = unsafe { heap.resize(object, old, new) } {
                return Some(object);
            }
            let moved = heap.allocate(new)?;
            // SAFETY: both are at least this large, and two live objects are disjoint.
            unsafe { moved.copy_from_nonoverlapping(object, kept) };
            // SAFETY: the object was allocated at `old` and is not used any more.
            unsafe { heap.free(object, old) };
            Some(moved)
        }))
    }
}

/// What owns memory.
#[derive(Debug, Default)]
struct Heap {
    small: SmallObjects,
    arenas: Arenas,
}

/// Where objects of a layout live. Layouts of the same place are interchangeable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In this class.
    Small(small::Class),
    /// In a run of this many pages.
    Run(arena::Pages),
    /// In a mapping of its own.
    Large(large::Size),
}

impl Place {
    fn of(layout: Layout) -> Self {
        let (size, align) = (layout.size(), layout.align());
        if align <= small::ALIGN
            && let Some(class) = small::Class::of(size)
        {
            Self::Small(class)
        } else if align <= arena::PAGE
            && let Some(pages) = arena::Pages::of(size)
        {
            Self::Run(pages)
        } else {
            Self::Large(large::Size::of(size, align))
        }
    }
}

impl Heap {
    const fn new() -> Self {
        Self { small: SmallObjects::new(), arenas: Arenas::new() }
    }

    fn allocate(&mut self, place: Place) -> Option<NonNull<u8>> {
        match place {
            Place::Small(class) => self.small.allocate(class, &mut self.arenas),
            Place::Run(pages) => self.arenas.allocate(pages),
            Place::Large(size) => large::allocate(size),
        }
    }

    /// # Safety
    ///
    /// The object was allocated at `place` and is not used any more.
    unsafe fn free(&mut self, object: NonNull<u8>, place: Place) {
        match place {
            // SAFETY: the caller's promise.
            Place::Small(class) => unsafe { self.small.free(object, class) },
            // SAFETY: the caller's promise.
            Place::Run(pages) => unsafe { self.arenas.free(object, pages) },
            // SAFETY: the caller's promise.
            Place::Large(size) => unsafe { large::free(object, size) },
        }
    }

    /// Makes the object one of another place without copying it, or gives `None` and
    /// leaves it as it is.
    ///
    /// # Safety
    ///
    /// The object was allocated at `old`, and is not used at the old address any more if
    /// another one comes back.
    unsafe fn resize(
        &mut self,
        object: NonNull<u8>,
        old: Place,
        new: Place,
    ) -> Option<NonNull<u8>> {
        match (old, new) {
            (Place::Small(old), Place::Small(new)) => (old == new).then_some(object),
            (Place::Run(old), Place::Run(new)) => {
                // SAFETY: the caller's promise.
                unsafe { self.arenas.resize(object, old, new) }.then_some(object)
            }
            // SAFETY: the caller's promise.
            (Place::Large(old), Place::Large(new)) => unsafe { large::resize(object, old, new) },
            _ => None,
        }
    }
}

fn or_null(object: Option<NonNull<u8>>) -> *mut u8 {
    object.map_or(ptr::null_mut(), NonNull::as_ptr)
}
