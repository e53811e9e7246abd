//! Objects up to 1 KiB, by class: a free list each, and one page that all are cut from.
//!
//! Never a page for one class alone: a few objects of many sizes share one. Each page's
//! objects are counted; pages that have none are taken out of the lists when there are some.

use super::arena::{Arenas, PAGE, Page};
use core::alloc::Layout;
use core::ptr::NonNull;

/// What every object is aligned to, and a multiple of what every class is sized.
const ALIGN: usize = 16;

const LARGEST: usize = 1024;
const CLASSES: usize = 20;

/// What objects are rounded up to: multiples of 16 to 128, then four steps per doubling, so
/// that at most a fifth is lost.
const SIZES: [u16; CLASSES] =
    [16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024];

/// The class for a size, rounded up, by its multiple of [`ALIGN`].
const CLASS_OF: [u8; LARGEST / ALIGN + 1] = {
    let mut table = [0; LARGEST / ALIGN + 1];
    let (mut class, mut index) = (0, 0);
    while index < table.len() {
        while (SIZES[class] as usize) < index * ALIGN {
            class += 1;
        }
        table[index] = class as u8;
        index += 1;
    }
    table
};

/// So many empty pages are left in the lists.
const KEPT: usize = 2;

/// A size that objects are rounded up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class(u8);

impl Class {
    /// The smallest class with room for a layout, or `None` past the largest, or if it is
    /// aligned to more than all objects are.
    #[expect(clippy::inline_always, reason = "a fifth of what it costs to allocate")]
    #[inline(always)]
    pub(super) fn of(layout: Layout) -> Option<Self> {
        if layout.align() > ALIGN {
            return None;
        }
        let multiple = (layout.size() + (ALIGN - 1)) >> ALIGN.ilog2();
        CLASS_OF.get(multiple).map(|&class| Self(class))
    }

    /// Its size in bytes.
    pub(super) fn size(self) -> usize {
        usize::from(SIZES[self.index()])
    }

    /// The largest class that fits into `room` bytes.
    fn within(room: usize) -> Option<Self> {
        SIZES.iter().rposition(|&size| usize::from(size) <= room).map(|index| Self(index as u8))
    }

    /// Below [`CLASSES`] in any case; the compiler can see that, too.
    fn index(self) -> usize {
        usize::from(self.0).min(CLASSES - 1)
    }
}

/// A freed object holds the address of the next one of its class.
#[derive(Debug)]
struct Free {
    next: Option<NonNull<Free>>,
}

/// All classes.
#[derive(Debug)]
pub(super) struct SmallObjects {
    free: [Option<NonNull<Free>>; CLASSES],
    /// The start of what is left of the page, which is cut from its end. It counts as one of
    /// the page's objects, even when nothing is left.
    rest: Option<NonNull<u8>>,
    /// A multiple of [`ALIGN`].
    rest_length: usize,
    /// How many pages have no object.
    empty: usize,
    /// Past this and [`KEPT`], they are taken out of the lists.
    kept: usize,
}

impl SmallObjects {
    pub(super) const fn new() -> Self {
        let free = [None; CLASSES];
        Self { free, rest: None, rest_length: 0, empty: 0, kept: 0 }
    }

    pub(super) fn allocate(&mut self, class: Class, arenas: &mut Arenas) -> Option<NonNull<u8>> {
        let list = &mut self.free[class.index()];
        let object = if let Some(object) = *list {
            // SAFETY: objects on the list are free, hold a `Free`, and are ours alone.
            *list = unsafe { object.read() }.next;
            object.cast()
        } else {
            self.cut(class, arenas)?
        };
        // SAFETY: the object lies in one of our pages.
        let page = unsafe { Page::of(object) };
        if page.add_object() {
            self.empty -= 1;
        }
        Some(object)
    }

    /// # Safety
    ///
    /// The object was allocated with this class and is not used any more.
    pub(super) unsafe fn free(&mut self, object: NonNull<u8>, class: Class, arenas: &mut Arenas) {
        // SAFETY: the caller's promise.
        unsafe { self.put_on_list(object, class) };
        // SAFETY: the object lies in one of our pages, and was counted.
        unsafe { self.remove_object(object) };
        if self.empty > KEPT + self.kept {
            self.sweep(arenas);
        }
    }

    /// Takes what lies in empty pages out of the lists, and gives the pages to the arenas.
    #[cold]
    #[inline(never)]
    pub(super) fn sweep(&mut self, arenas: &mut Arenas) {
        let mut kept = 0;
        for list in &mut self.free {
            let mut link: *mut Option<NonNull<Free>> = list;
            // SAFETY: the link is the list's, or that of an object on the list.
            while let Some(object) = unsafe { link.read() } {
                // SAFETY: objects on the lists lie in our pages.
                if unsafe { Page::of(object.cast()) }.is_empty() {
                    // SAFETY: objects on the list are free, hold a `Free`, and are ours alone.
                    let next = unsafe { object.read() }.next;
                    // SAFETY: as above.
                    unsafe { link.write(next) };
                } else {
                    kept += 1;
                    link = object.as_ptr().cast();
                }
            }
        }
        self.empty = 0;
        // The next time, there is at least one page for so many objects as have to be looked
        // at in vain. Fewer than two pages of the smallest, or a whole heap could be empty
        // and none of it be taken.
        self.kept = kept / (2 * PAGE / ALIGN);
        arenas.take_back_empty_pages();
    }

    /// A new object off the page, or off a new one.
    #[cold]
    #[inline(never)]
    fn cut(&mut self, class: Class, arenas: &mut Arenas) -> Option<NonNull<u8>> {
        if self.rest_length < class.size() {
            let (page, length) = arenas.page_of_objects()?;
            self.put_rest_on_lists();
            (self.rest, self.rest_length) = (Some(page), length);
        }
        self.rest_length -= class.size();
        // SAFETY: the rest was at least this long.
        self.rest.map(|rest| unsafe { rest.add(self.rest_length) })
    }

    /// Cuts what is left of the page into objects, so that it is not lost.
    fn put_rest_on_lists(&mut self) {
        let Some(rest) = self.rest else {
            return;
        };
        while let Some(class) = Class::within(self.rest_length) {
            self.rest_length -= class.size();
            // SAFETY: the rest was at least this long.
            let object = unsafe { rest.add(self.rest_length) };
            // SAFETY: this much was cut off, and nobody has it.
            unsafe { self.put_on_list(object, class) };
        }
        // SAFETY: the rest was counted.
        unsafe { self.remove_object(rest) };
    }

    /// # Safety
    ///
    /// The object has this class's size, and nobody has it.
    unsafe fn put_on_list(&mut self, object: NonNull<u8>, class: Class) {
        let object: NonNull<Free> = object.cast();
        let list = &mut self.free[class.index()];
        // SAFETY: the object is free, and no class is smaller or less aligned than this.
        unsafe { object.write(Free { next: *list }) };
        *list = Some(object);
    }

    /// # Safety
    ///
    /// The object lies in one of our pages and counts.
    unsafe fn remove_object(&mut self, object: NonNull<u8>) {
        // SAFETY: the caller's promise.
        if unsafe { Page::of(object) }.remove_object() {
            self.empty += 1;
        }
    }
}

const _: () = assert!(size_of::<Free>() <= ALIGN && align_of::<Free>() <= ALIGN);
const _: () = assert!(SIZES[CLASSES - 1] as usize == LARGEST && LARGEST <= PAGE);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class_of(size: usize) -> Option<Class> {
        Class::of(Layout::from_size_align(size, 1).unwrap())
    }

    #[test]
    fn classes_are_tight_and_in_order() {
        let mut last = 0;
        for index in 0..CLASSES {
            let class = Class(index as u8);
            assert!(class.size() > last && class.size().is_multiple_of(ALIGN));
            assert_eq!(class_of(class.size()), Some(class));
            assert_eq!(class_of(last + 1), Some(class));
            last = class.size();
        }
        assert_eq!(class_of(0), Some(Class(0)));
        assert_eq!(class_of(LARGEST + 1), None);
        assert_eq!(class_of(isize::MAX as usize), None);
        for size in 1..=LARGEST {
            let room = class_of(size).unwrap().size();
            assert!(room >= size && room - size <= ALIGN.max(size / 4), "{size} in {room}");
        }
        for room in ALIGN..2 * LARGEST {
            let within = Class::within(room).unwrap();
            assert!(within.size() <= room);
            assert!(within.size() == LARGEST || Class(within.0 + 1).size() > room);
        }
        assert_eq!(Class::within(ALIGN - 1), None);
        let aligned = |align| Class::of(Layout::from_size_align(1, align).unwrap());
        assert_eq!((aligned(16), aligned(32)), (Some(Class(0)), None));
    }

    #[test]
    fn a_few_objects_of_many_classes_share_a_page() {
        let (mut small, mut arenas) = (SmallObjects::new(), Arenas::new());
        let sizes = [16, 16, 48, 48, 100, 100, 200, 200, 700, 700];
        let pages: Vec<_> = sizes
            .into_iter()
            .map(|size| small.allocate(class_of(size).unwrap(), &mut arenas).unwrap())
            .map(|object| object.addr().get() / PAGE)
            .collect();
        // That of the arena's own data, too: it is the first.
        assert!(pages.iter().all(|page| page % 256 == 0 && *page == pages[0]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Objects are disjoint, also when pages have been taken out of the lists; and when
        /// all are freed, only a few empty pages are left there.
        #[test]
        fn empty_pages_leave_the_lists(
            sizes in prop::collection::vec(0_usize..=LARGEST, 1..800),
            order in any::<u64>(),
        ) {
            let (mut small, mut arenas) = (SmallObjects::new(), Arenas::new());
            let mut live: Vec<(NonNull<u8>, Class)> = Vec::new();
            for round in 0..4 {
                for size in &sizes {
                    let class = class_of(*size).unwrap();
                    live.push((small.allocate(class, &mut arenas).unwrap(), class));
                }
                live.sort_unstable();
                let disjoint = live.windows(2).all(|pair| {
                    let [(first, class), (second, _)] = [pair[0], pair[1]];
                    first.addr().get() + class.size() <= second.addr().get()
                });
                prop_assert!(disjoint);
                // In the first rounds some stay.
                live.sort_unstable_by_key(|(object, _)| {
                    (object.addr().get() as u64 / 16).wrapping_mul(order | 1)
                });
                for (object, class) in live.drain(..sizes.len() * (round + 1) / 4) {
                    // SAFETY: the object was allocated with this class.
                    unsafe { small.free(object, class, &mut arenas) };
                }
            }
            for (object, class) in live {
                // SAFETY: as above.
                unsafe { small.free(object, class, &mut arenas) };
            }
            let in_lists: usize = small.free.iter().map(|list| {
                // SAFETY: objects on the list are free and hold a `Free`.
                std::iter::successors(*list, |object| unsafe { object.read() }.next).count()
            }).sum();
            prop_assert!(small.empty <= KEPT + small.kept);
            // Those of the empty pages, and of that which is cut.
            prop_assert!(in_lists <= (KEPT + small.kept + 1) * (PAGE / ALIGN));
            small.sweep(&mut arenas);
            prop_assert!(small.empty == 0 && small.kept == 0);
        }
    }
}
