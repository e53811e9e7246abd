//! Objects with a mapping of their own.
//!
//! Never remembered: the layout says their length.

use super::arena::{PAGE, map_aligned};
use core::ptr::NonNull;
use rusl::mem::{Move, mmap_anonymous, mremap, munmap};

/// What lengths are rounded up to: the largest page that the kernel may have. What it
/// aligns to by itself is the smallest, [`PAGE`].
const UNIT: usize = if cfg!(target_arch = "x86_64") { 4096 } else { 65536 };

/// The length and alignment of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    length: usize,
    align: usize,
}

impl Size {
    pub(super) fn of(size: usize, align: usize) -> Self {
        // A layout's size is at most isize::MAX, so that this does not overflow.
        Self { length: size.max(1).next_multiple_of(UNIT), align }
    }
}

pub(super) fn allocate(size: Size) -> Option<NonNull<u8>> {
    if size.align <= PAGE {
        mmap_anonymous(size.length).ok()
    } else {
        map_aligned(size.length, size.align)
    }
}

/// # Safety
///
/// The object was allocated with this size and is not used any more.
pub(super) unsafe fn free(object: NonNull<u8>, size: Size) {
    // The kernel may refuse to split a mapping; then the memory is lost, nothing else.
    // SAFETY: the caller's promise.
    let _ = unsafe { munmap(object, size.length) };
}

/// Changes the length; `None` if the kernel can't.
///
/// # Safety
///
/// The object was allocated with the size `old`, and is not used at the old address any
/// more if another one comes back.
pub(super) unsafe fn resize(object: NonNull<u8>, old: Size, new: Size) -> Option<NonNull<u8>> {
    if old.length == new.length {
        return Some(object);
    }
    // Elsewhere the alignment would be left to luck.
    let may_move = if old.align <= PAGE { Move::May } else { Move::Never };
    // SAFETY: the caller's promise.
    unsafe { mremap(object, old.length, new.length, may_move) }.ok()
}
