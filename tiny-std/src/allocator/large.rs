//! Objects with a mapping of their own.
//!
//! Never remembered: the layout says their length.

use super::arena::{PAGE, map_aligned};
use core::alloc::Layout;
use core::ptr::NonNull;
use rusl::mem::{Move, mmap_anonymous, mremap, munmap};

/// What lengths are rounded up to: the largest page that the kernel may have. What it
/// aligns to by itself is the smallest, [`PAGE`].
const UNIT: usize = if cfg!(target_arch = "x86_64") { 4096 } else { 65536 };

/// The length of a layout's mapping.
fn length(layout: Layout) -> usize {
    // A layout's size is at most isize::MAX, so that this does not overflow.
    layout.size().max(1).next_multiple_of(UNIT)
}

pub(super) fn allocate(layout: Layout) -> Option<NonNull<u8>> {
    if layout.align() <= PAGE {
        mmap_anonymous(length(layout)).ok()
    } else {
        map_aligned(length(layout), layout.align())
    }
}

/// # Safety
///
/// The object was allocated with this layout and is not used any more.
pub(super) unsafe fn free(object: NonNull<u8>, layout: Layout) {
    // The kernel may refuse to split a mapping; then the memory is lost, nothing else.
    // SAFETY: the caller's promise.
    let _ = unsafe { munmap(object, length(layout)) };
}

/// Changes the length; `None` if the kernel can't.
///
/// # Safety
///
/// The object was allocated with the layout `old`, and is not used at the old address any
/// more if another one comes back.
pub(super) unsafe fn resize(object: NonNull<u8>, old: Layout, new: Layout) -> Option<NonNull<u8>> {
    if length(old) == length(new) {
        return Some(object);
    }
    // Elsewhere the alignment would be left to luck.
    let may_move = if old.align() <= PAGE { Move::May } else { Move::Never };
    // SAFETY: the caller's promise.
    unsafe { mremap(object, length(old), length(new), may_move) }.ok()
}
