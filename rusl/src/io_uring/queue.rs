//! The two queues that we share with the kernel, and the order of memory between us.
//!
//! Never makes a system call, so that tests can play the kernel.
//!
//! Indices are 32 bits wide, run freely, wrap, and are masked on access only: they are
//! compared by wrapping subtraction, never by `<`.

use super::Full;
use super::abi::{CompletionEntry, SubmissionEntry};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};

/// Where the parts of a submission queue are; `length` is a power of two.
#[derive(Clone, Copy)]
pub(super) struct SubmissionParts {
    pub(super) head: NonNull<AtomicU32>,
    pub(super) tail: NonNull<AtomicU32>,
    pub(super) entries: NonNull<SubmissionEntry>,
    pub(super) length: u32,
    pub(super) array: Option<NonNull<u32>>,
}

/// We write entries and the tail; the kernel reads them and writes the head.
#[derive(Debug)]
pub(super) struct SubmissionQueue {
    head: NonNull<AtomicU32>,
    shared_tail: NonNull<AtomicU32>,
    entries: NonNull<SubmissionEntry>,
    length: u32,
    /// Our own tail: nobody else writes it.
    tail: u32,
}

impl SubmissionQueue {
    /// # Safety
    ///
    /// The parts are what they are called, aligned, `length` long and valid while the
    /// queue is used; only the kernel touches them meanwhile.
    pub(super) unsafe fn new(parts: SubmissionParts) -> Self {
        let SubmissionParts { head, tail: shared_tail, entries, length, array } = parts;
        assert!(length.is_power_of_two(), "the kernel rounds up to a power of two");
        if let Some(array) = array {
            // Slot i always holds entry i, so that it is written once.
            for index in 0..length {
                // SAFETY: the array has `length` slots.
                let slot = unsafe { array.add(index as usize) };
                // SAFETY: the slot is ours until the tail passes it.
                unsafe { slot.write(index) };
            }
        }
        // SAFETY: the tail is valid, as promised.
        let tail = unsafe { shared_tail.as_ref() }.load(Ordering::Relaxed);
        Self { head, shared_tail, entries, length, tail }
    }

    pub(super) fn push(&mut self, entry: &SubmissionEntry) -> Result<(), Full> {
        if self.queued() >= self.length {
            return Err(Full);
        }
        let index = self.tail & (self.length - 1);
        // SAFETY: the index is masked to the length.
        let slot = unsafe { self.entries.add(index as usize) };
        // SAFETY: the kernel's head has left this slot (`queued` has acquired it).
        unsafe { slot.write(*entry) };
        self.tail = self.tail.wrapping_add(1);
        // SAFETY: the tail is valid, as promised at construction.
        let shared_tail = unsafe { self.shared_tail.as_ref() };
        // Release: the entry is there before the kernel may see that it is.
        shared_tail.store(self.tail, Ordering::Release);
        Ok(())
    }

    /// Takes the last entry back that the kernel has not taken. It only looks while we call
    /// it, so the tail may go back in between.
    pub(super) fn withdraw(&mut self) -> Option<SubmissionEntry> {
        if self.queued() == 0 {
            return None;
        }
        self.tail = self.tail.wrapping_sub(1);
        // SAFETY: the tail is valid, as promised at construction.
        let shared_tail = unsafe { self.shared_tail.as_ref() };
        shared_tail.store(self.tail, Ordering::Release);
        let index = self.tail & (self.length - 1);
        // SAFETY: the index is masked to the length.
        let slot = unsafe { self.entries.add(index as usize) };
        // SAFETY: we have written this entry, and nobody writes it but us.
        Some(unsafe { slot.read() })
    }

    pub(super) fn queued(&self) -> u32 {
        // SAFETY: the head is valid, as promised at construction.
        let head = unsafe { self.head.as_ref() };
        // Acquire: the kernel has read an entry before we write to its slot again.
        self.tail.wrapping_sub(head.load(Ordering::Acquire))
    }
}

/// Where the parts of a completion queue are; `length` is a power of two.
#[derive(Clone, Copy)]
pub(super) struct CompletionParts {
    pub(super) head: NonNull<AtomicU32>,
    pub(super) tail: NonNull<AtomicU32>,
    pub(super) entries: NonNull<CompletionEntry>,
    pub(super) length: u32,
}

/// The kernel writes entries and the tail; we read them and write the head.
#[derive(Debug)]
pub(super) struct CompletionQueue {
    shared_head: NonNull<AtomicU32>,
    tail: NonNull<AtomicU32>,
    entries: NonNull<CompletionEntry>,
    length: u32,
    /// Our own head: nobody else writes it.
    head: u32,
}

impl CompletionQueue {
    /// # Safety
    ///
    /// As [`SubmissionQueue::new`].
    pub(super) unsafe fn new(parts: CompletionParts) -> Self {
        let CompletionParts { head: shared_head, tail, entries, length } = parts;
        assert!(length.is_power_of_two(), "the kernel rounds up to a power of two");
        // SAFETY: the head is valid, as promised.
        let head = unsafe { shared_head.as_ref() }.load(Ordering::Relaxed);
        Self { shared_head, tail, entries, length, head }
    }

    pub(super) fn reap(&mut self) -> Option<CompletionEntry> {
        // SAFETY: the tail is valid, as promised at construction.
        let tail = unsafe { self.tail.as_ref() };
        // Acquire: what the tail has passed is written.
        if tail.load(Ordering::Acquire) == self.head {
            return None;
        }
        let index = self.head & (self.length - 1);
        // SAFETY: the index is masked to the length.
        let slot = unsafe { self.entries.add(index as usize) };
        // SAFETY: between head and tail the kernel does not write.
        let entry = unsafe { slot.read() };
        self.head = self.head.wrapping_add(1);
        // SAFETY: the head is valid, as promised at construction.
        let shared_head = unsafe { self.shared_head.as_ref() };
        // Release: the entry is copied out before the kernel may write there again.
        shared_head.store(self.head, Ordering::Release);
        Some(entry)
    }
}
