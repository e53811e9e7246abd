//! Memory for a stack, above pages that fault: a stack that is too small ends the program and
//! never writes into what lies below it.
#![expect(unsafe_code, reason = "maps and unmaps pages")]

use core::ptr::NonNull;
use rusl::Result;
use rusl::mem::{Protection, mmap_anonymous, mprotect, munmap};

/// A stack that is unmapped when this is dropped. Of its pages only those take memory that
/// were written to.
pub(crate) struct Stack {
    start: NonNull<u8>,
    length: usize,
}

impl Stack {
    /// The largest page that an architecture may have, so that the guard is one at least.
    const GUARD: usize = 64 * 1024;

    /// A stack of so many bytes, and the guard below it.
    #[inline]
    pub(crate) fn new(length: usize) -> Result<Self> {
        // What can't be added up can't be mapped either.
        let length = length.saturating_add(Self::GUARD);
        let stack = Self { start: mmap_anonymous(length)?, length };
        // SAFETY: our own pages, not in use yet.
        unsafe { mprotect(stack.start, Self::GUARD, Protection::None) }?;
        Ok(stack)
    }

    /// The end, where a stack starts that grows down.
    #[inline]
    pub(crate) fn top(&self) -> *mut u8 {
        self.start.as_ptr().wrapping_add(self.length)
    }

    /// All of it, with the guard.
    #[cfg(feature = "threads")]
    pub(crate) const fn span(&self) -> (NonNull<u8>, usize) {
        (self.start, self.length)
    }
}

impl Drop for Stack {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: whoever drops a stack has nobody on it.
        let _ = unsafe { munmap(self.start, self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusl::Errno;
    use rusl::mem::is_readable;

    #[test]
    fn a_stack_ends_in_pages_that_fault() {
        for length in [4096, 65_536, 1 << 20] {
            let stack = Stack::new(length).unwrap();
            let top = stack.top().addr();
            assert_eq!(top % 4096, 0);
            assert!(is_readable(top - 8) && is_readable(top - length));
            for below in [8, 4096, Stack::GUARD] {
                assert!(!is_readable(top - length - below), "{below} below a stack of {length}");
            }
        }
    }

    #[test]
    fn a_stack_that_cannot_be_had_is_an_error() {
        for length in [usize::MAX, usize::MAX - Stack::GUARD, 1 << 50] {
            assert_eq!(Stack::new(length).err(), Some(Errno::ENOMEM), "{length:#x}");
        }
    }
}
