//! Objects up to 2 KiB, by class: a free list each, and one chunk that all are cut from.
//!
//! Never joins freed objects and never gives a chunk back: the peak of each class stays.

use super::arena::{Arenas, PAGE, Pages};
use core::ptr::NonNull;

/// What every object is aligned to, and a multiple of what every class is sized.
pub(super) const ALIGN: usize = 16;

const LARGEST: usize = 2048;
const CLASSES: usize = 24;

/// How much is taken from the arenas at a time. Its pages are touched one by one.
const CHUNK: usize = 4 * PAGE;

/// A size that objects are rounded up to: multiples of 16 to 128, then four steps per
/// doubling, so that at most a fifth is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u8);

impl Class {
    /// The sizes up to this are multiples of [`ALIGN`].
    const LINEAR: usize = 128;
    const LINEAR_CLASSES: usize = Self::LINEAR / ALIGN;

    /// The smallest class with room for `size` bytes, or `None` past the largest.
    pub(super) fn of(size: usize) -> Option<Self> {
        if size > LARGEST {
            return None;
        }
        let last = size.saturating_sub(1);
        if size <= Self::LINEAR {
            return Some(Self((last / ALIGN) as u8));
        }
        // The highest bit says the doubling, the next two the step.
        let doubling = last.ilog2();
        let step = (last >> (doubling - 2)) & 3;
        let doublings = (doubling - Self::LINEAR.ilog2()) as usize;
        Some(Self((Self::LINEAR_CLASSES + doublings * 4 + step) as u8))
    }

    /// Its size in bytes.
    pub(super) fn size(self) -> usize {
        let index = usize::from(self.0);
        if index < Self::LINEAR_CLASSES {
            return (index + 1) * ALIGN;
        }
        let above = index - Self::LINEAR_CLASSES;
        (5 + above % 4) << (Self::LINEAR.ilog2() as usize - 2 + above / 4)
    }

    /// The largest class that fits into `room` bytes, at least [`ALIGN`].
    fn within(room: usize) -> Self {
        let mut class = Self::of(room.min(LARGEST)).unwrap_or(Self(0));
        if class.size() > room {
            class.0 -= 1;
        }
        class
    }
}

/// A freed object holds the address of the next one of its class.
#[derive(Debug)]
struct Free {
    next: Option<NonNull<Free>>,
}

/// All classes.
#[derive(Debug, Default)]
pub(super) struct SmallObjects {
    free: [Option<NonNull<Free>>; CLASSES],
    /// What is left of the chunk; its length is a multiple of [`ALIGN`].
    rest: Option<NonNull<u8>>,
    rest_length: usize,
}

impl SmallObjects {
    pub(super) const fn new() -> Self {
        Self { free: [None; CLASSES], rest: None, rest_length: 0 }
    }

    pub(super) fn allocate(&mut self, class: Class, arenas: &mut Arenas) -> Option<NonNull<u8>> {
        let list = &mut self.free[usize::from(class.0)];
        if let Some(object) = *list {
            // SAFETY: objects on the list are free, hold a `Free`, and are ours alone.
            *list = unsafe { object.read() }.next;
            return Some(object.cast());
        }
        if self.rest_length < class.size() {
            let chunk = arenas.allocate(const { Pages::of(CHUNK).unwrap() })?;
            self.give_rest_to_lists();
            (self.rest, self.rest_length) = (Some(chunk), CHUNK);
        }
        let object = self.rest?;
        // SAFETY: the rest is at least this long.
        self.rest = Some(unsafe { object.add(class.size()) });
        self.rest_length -= class.size();
        Some(object)
    }

    /// # Safety
    ///
    /// The object was allocated with this class and is not used any more.
    pub(super) unsafe fn free(&mut self, object: NonNull<u8>, class: Class) {
        let object: NonNull<Free> = object.cast();
        let list = &mut self.free[usize::from(class.0)];
        // SAFETY: the object is free, and no class is smaller or less aligned than this.
        unsafe { object.write(Free { next: *list }) };
        *list = Some(object);
    }

    /// Cuts what is left of the chunk into objects, so that it is not lost.
    fn give_rest_to_lists(&mut self) {
        while self.rest_length >= ALIGN
            && let Some(object) = self.rest
        {
            let class = Class::within(self.rest_length);
            // SAFETY: the class fits into the rest.
            self.rest = Some(unsafe { object.add(class.size()) });
            self.rest_length -= class.size();
            // SAFETY: this much was cut off, and nobody has it.
            unsafe { self.free(object, class) };
        }
    }
}

const _: () = assert!(size_of::<Free>() <= ALIGN && align_of::<Free>() <= ALIGN);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_tight_and_in_order() {
        let mut last = 0;
        for index in 0..CLASSES {
            let class = Class(index as u8);
            assert!(class.size() > last && class.size().is_multiple_of(ALIGN));
            assert_eq!(Class::of(class.size()), Some(class));
            assert_eq!(Class::of(last + 1), Some(class));
            last = class.size();
        }
        assert_eq!(last, LARGEST);
        assert_eq!(Class::of(0), Some(Class(0)));
        assert_eq!(Class::of(LARGEST + 1), None);
        for size in 1..=LARGEST {
            let room = Class::of(size).unwrap().size();
            assert!(room >= size && room - size <= ALIGN.max(size / 4), "{size} in {room}");
        }
        for room in (ALIGN..2 * LARGEST).step_by(ALIGN) {
            let within = Class::within(room);
            assert!(within.size() <= room);
            assert!(within.size() == LARGEST || Class(within.0 + 1).size() > room);
        }
    }
}
