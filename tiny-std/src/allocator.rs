//! The heap: a [`GlobalAlloc`] over mmap(2), mremap(2) and madvise(2).
//!
//! Never keeps a header per object: the layout that is given back says its size. Never
//! maps anything before the first allocation, never panics: out of memory is null.
//!
//! | size | where |
//! |---|---|
//! | to 1 KiB | 20 classes, a free list each; new ones are cut from one page that all classes share, so that an unused class costs nothing |
//! | to 32 KiB, or aligned past 16 | a run of units of 512 bytes in an arena of 1 MiB; neighbours join again when freed, and a run grows where it stands if it can |
//! | above, or aligned past 64 KiB | a mapping of its own, grown by mremap(2) and unmapped when freed |
//!
//! What is freed goes back to the kernel: pages without an object leave the free lists and
//! become runs, free pages and empty arenas are given back. Some are kept for what comes
//! next (about as many as are in use, of few twice as many, of many an eighth, of none 10),
//! so that what allocates and frees in a loop makes no system call.
//!
//! # Threads and signal handlers
//!
//! Only one at a time is in the heap. Once [`threads_start`] was called the others wait. In a
//! program that starts no thread there is nobody to wait for: who comes while another one is
//! in there is a signal handler of the same thread, which could wait forever; it ends the
//! process with a message. With threads the two can't be told apart, and such a handler does
//! wait forever. So a handler allocates nothing, as it does nothing else that isn't
//! async-signal-safe.
#![expect(unsafe_code, reason = "hands out memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{self, NonNull};

mod arena;
mod large;
mod lock;
mod small;
#[cfg(test)]
mod tests;

use arena::{Arenas, Run};
use lock::Lock;
use small::{Class, SmallObjects};

pub use lock::threads_start;

/// The heap of a program. As a `static` it is what `#[global_allocator]` takes.
#[derive(Debug)]
pub struct Allocator {
    lock: Lock,
    heap: UnsafeCell<Heap>,
}

// SAFETY: the heap is touched under the lock only. It keeps threads apart once there are any, by
// the promise of `new`.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// An empty heap, which owns no memory yet.
    ///
    /// # Safety
    ///
    /// Before a second thread uses it, [`threads_start`] is called by the one that until then is
    /// alone with it. (`thread::spawn` of this crate sees to that.)
    pub const unsafe fn new() -> Self {
        Self { lock: Lock::new(), heap: UnsafeCell::new(Heap::new()) }
    }

    fn allocate(&self, layout: Layout, content: Content) -> *mut u8 {
        let object = self.with_heap(|heap| heap.allocate(layout, content));
        object.map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    fn with_heap<R>(&self, act: impl FnOnce(&mut Heap) -> R) -> R {
        self.lock.hold(|| {
            // SAFETY: nobody else has a reference while the lock is held.
            act(unsafe { &mut *self.heap.get() })
        })
    }
}

// SAFETY: every object handed out is disjoint from all others that live, as large and
// as aligned as its layout says, and stays where it is until freed (the tests hold it to
// that). Nothing here unwinds.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.allocate(layout, Content::Any)
    }

    unsafe fn dealloc(&self, object: *mut u8, layout: Layout) {
        if let Some(object) = NonNull::new(object) {
            // SAFETY: the caller gives back what it got for this layout.
            self.with_heap(|heap| unsafe { heap.free(object, layout) });
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.allocate(layout, Content::Zeros)
    }

    unsafe fn realloc(&self, object: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(old) = NonNull::new(object) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller promises that the size, rounded up to the alignment, does
        // not pass isize::MAX.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the object was allocated with `layout`.
        if let Some(same) = self.with_heap(|heap| unsafe { heap.resize(old, layout, new) }) {
            return same.as_ptr();
        }
        let moved = self.allocate(new, Content::Any);
        if !moved.is_null() {
            // SAFETY: both are at least this large, and two live objects are disjoint.
            unsafe { moved.copy_from_nonoverlapping(object, layout.size().min(new_size)) };
            // SAFETY: the object was allocated with `layout` and is not used any more.
            unsafe { self.dealloc(object, layout) };
        }
        moved
    }
}

/// What a new object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// Whatever was left there.
    Any,
    Zeros,
}

/// What owns memory. A layout alone says where its objects live: in a class if there is one
/// for it, else in a run if there is one, else in a mapping of its own.
#[derive(Debug)]
struct Heap {
    small: SmallObjects,
    arenas: Arenas,
}

impl Heap {
    const fn new() -> Self {
        Self { small: SmallObjects::new(), arenas: Arenas::new() }
    }

    fn allocate(&mut self, layout: Layout, content: Content) -> Option<NonNull<u8>> {
        if let Some(class) = Class::of(layout) {
            let object = self.small.allocate(class, &mut self.arenas)?;
            if content == Content::Zeros {
                // SAFETY: the object is at least this large.
                unsafe { object.write_bytes(0, layout.size()) };
            }
            Some(object)
        } else if let Some(run) = Run::of(layout) {
            self.arenas.allocate(run, content)
        } else {
            large::allocate(layout)
        }
    }

    /// # Safety
    ///
    /// The object was allocated with this layout and is not used any more.
    unsafe fn free(&mut self, object: NonNull<u8>, layout: Layout) {
        if let Some(class) = Class::of(layout) {
            // SAFETY: the caller's promise.
            unsafe { self.small.free(object, class, &mut self.arenas) };
        } else if let Some(run) = Run::of(layout) {
            // SAFETY: the caller's promise.
            unsafe { self.arenas.free(object, run) };
        } else {
            // SAFETY: the caller's promise.
            unsafe { large::free(object, layout) };
        }
    }

    /// Makes the object one of another layout without copying it, or gives `None` and
    /// leaves it as it is.
    ///
    /// # Safety
    ///
    /// The object was allocated with `old`, and is not used at the old address any more if
    /// another one comes back.
    unsafe fn resize(
        &mut self,
        object: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        match (Class::of(old), Class::of(new)) {
            (None, None) => {}
            (old, new) => return (old == new).then_some(object),
        }
        match (Run::of(old), Run::of(new)) {
            (Some(old), Some(new)) => {
                // SAFETY: the caller's promise.
                unsafe { self.arenas.resize(object, old, new) }.then_some(object)
            }
            // SAFETY: the caller's promise.
            (None, None) => unsafe { large::resize(object, old, new) },
            _ => None,
        }
    }
}
