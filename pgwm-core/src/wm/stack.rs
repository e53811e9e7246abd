//! A list that is never empty and always has a focus: a zipper.
//!
//! The focus is a field, so that it can't point past the end. Never knows what it holds.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{mem, slice};

/// Items in order, one of which has the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack<T> {
    /// The items before the focus, in order.
    before: Vec<T>,
    focus: T,
    /// The items after the focus, in reverse: the next one is last.
    after: Vec<T>,
}

impl<T> Stack<T> {
    /// A list of one.
    pub const fn new(focus: T) -> Self {
        Self { before: Vec::new(), focus, after: Vec::new() }
    }

    /// The item with the focus.
    pub const fn focus(&self) -> &T {
        &self.focus
    }

    /// The item with the focus.
    pub const fn focus_mut(&mut self) -> &mut T {
        &mut self.focus
    }

    /// How many there are: 1 or more.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.before.len() + 1 + self.after.len()
    }

    /// All items in order.
    #[inline(never)]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { before: self.before.iter(), focus: Some(&self.focus), after: self.after.iter() }
    }

    /// All items in order.
    #[inline(never)]
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        IterMut {
            before: self.before.iter_mut(),
            focus: Some(&mut self.focus),
            after: self.after.iter_mut(),
        }
    }

    /// Puts an item right after the focus and gives it the focus.
    pub fn insert_focused(&mut self, item: T) {
        self.before.push(mem::replace(&mut self.focus, item));
    }

    /// Puts an item right after the focus, which stays where it is.
    pub fn insert_behind(&mut self, item: T) {
        self.after.push(item);
    }

    /// Puts an item at the end.
    #[inline(never)]
    pub fn push(&mut self, item: T) {
        self.after.insert(0, item);
    }

    /// Takes the last item off, unless it is the only one. The focus, where it goes,
    /// passes to the item before.
    pub fn pop(&mut self) -> Option<T> {
        if self.after.is_empty() {
            let previous = self.before.pop()?;
            return Some(mem::replace(&mut self.focus, previous));
        }
        Some(self.after.remove(0))
    }

    /// Moves the focus to the next item, in a circle.
    pub fn focus_next(&mut self) {
        if let Some(next) = self.after.pop() {
            self.before.push(mem::replace(&mut self.focus, next));
        } else {
            self.focus_index(0);
        }
    }

    /// Moves the focus to the previous item, in a circle.
    pub fn focus_previous(&mut self) {
        if let Some(previous) = self.before.pop() {
            self.after.push(mem::replace(&mut self.focus, previous));
        } else {
            self.focus_index(self.len() - 1);
        }
    }

    /// Gives the focus to the first item for which `wanted` holds; whether there is one.
    pub fn focus_first(&mut self, wanted: impl FnMut(&T) -> bool) -> bool {
        let found = self.iter().position(wanted);
        if let Some(index) = found {
            self.focus_index(index);
        }
        found.is_some()
    }

    /// What is left without the first item for which `unwanted` holds, and that item. The
    /// focus, where it goes, passes to the next item, or to the previous one at the end.
    pub fn without(mut self, mut unwanted: impl FnMut(&T) -> bool) -> (Option<Self>, Option<T>) {
        if let Some(index) = self.before.iter().position(&mut unwanted) {
            let item = self.before.remove(index);
            return (Some(self), Some(item));
        }
        if unwanted(&self.focus) {
            return match self.after.pop().or_else(|| self.before.pop()) {
                Some(focus) => {
                    let item = mem::replace(&mut self.focus, focus);
                    (Some(self), Some(item))
                }
                None => (None, Some(self.focus)),
            };
        }
        if let Some(index) = self.after.iter().rposition(unwanted) {
            let item = self.after.remove(index);
            return (Some(self), Some(item));
        }
        (Some(self), None)
    }

    /// Swaps the focused item with the one at an index; it keeps the focus.
    pub fn swap_with(&mut self, index: usize) {
        let here = self.before.len();
        let other = match index.cmp(&here) {
            Ordering::Less => self.before.get_mut(index),
            Ordering::Equal => None,
            // The last one comes first.
            Ordering::Greater => self.after.iter_mut().rev().nth(index - here - 1),
        };
        if let Some(other) = other {
            mem::swap(other, &mut self.focus);
            self.focus_index(index);
        }
    }

    /// Moves the focus to an index, which is below `len`.
    fn focus_index(&mut self, index: usize) {
        while self.before.len() > index {
            if let Some(previous) = self.before.pop() {
                self.after.push(mem::replace(&mut self.focus, previous));
            }
        }
        while self.before.len() < index {
            let Some(next) = self.after.pop() else { return };
            self.before.push(mem::replace(&mut self.focus, next));
        }
    }
}

/// The items of a stack in order. A type of its own, because a chain of three iterators is
/// many times its size wherever it is used.
#[derive(Debug, Clone)]
pub struct Iter<'a, T> {
    before: slice::Iter<'a, T>,
    focus: Option<&'a T>,
    after: slice::Iter<'a, T>,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a T> {
        self.before.next().or_else(|| self.focus.take()).or_else(|| self.after.next_back())
    }
}

impl<'a, T> IntoIterator for &'a Stack<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Stack<T> {
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.iter_mut()
    }
}

impl<T> Default for Iter<'_, T> {
    fn default() -> Self {
        Self { before: [].iter(), focus: None, after: [].iter() }
    }
}

/// The items of a stack in order, to be changed.
#[derive(Debug)]
pub struct IterMut<'a, T> {
    before: slice::IterMut<'a, T>,
    focus: Option<&'a mut T>,
    after: slice::IterMut<'a, T>,
}

impl<'a, T> Iterator for IterMut<'a, T> {
    type Item = &'a mut T;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a mut T> {
        self.before.next().or_else(|| self.focus.take()).or_else(|| self.after.next_back())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stack(before: &[u32], focus: u32, after: &[u32]) -> Stack<u32> {
        Stack { before: before.to_vec(), focus, after: after.iter().rev().copied().collect() }
    }

    fn order(stack: &Stack<u32>) -> Vec<u32> {
        stack.iter().copied().collect()
    }

    #[test]
    fn focus_goes_round_in_both_directions() {
        let mut it = stack(&[1, 2], 3, &[]);
        it.focus_next();
        assert_eq!((*it.focus(), order(&it)), (1, vec![1, 2, 3]));
        it.focus_previous();
        assert_eq!((*it.focus(), order(&it)), (3, vec![1, 2, 3]));
    }

    #[test]
    fn swapping_keeps_the_focus() {
        let mut it = stack(&[1, 2], 3, &[4, 5]);
        it.swap_with(4);
        assert_eq!((*it.focus(), order(&it)), (3, vec![1, 2, 5, 4, 3]));
        it.swap_with(0);
        assert_eq!((*it.focus(), order(&it)), (3, vec![3, 2, 5, 4, 1]));
        it.swap_with(0);
        it.swap_with(5);
        assert_eq!((*it.focus(), order(&it)), (3, vec![3, 2, 5, 4, 1]));
    }

    #[test]
    fn removal_passes_the_focus_on() {
        let (rest, gone) = stack(&[1], 2, &[3]).without(|item| *item == 2);
        assert_eq!((rest, gone), (Some(stack(&[1], 3, &[])), Some(2)));
        let (rest, gone) = stack(&[1], 2, &[]).without(|item| *item == 2);
        assert_eq!((rest, gone), (Some(stack(&[], 1, &[])), Some(2)));
        assert_eq!(stack(&[], 1, &[]).without(|item| *item == 1), (None, Some(1)));
    }

    proptest! {
        /// Every operation but removal and insertion keeps the set of items; each of
        /// them agrees with the same operation on a vector and an index.
        #[test]
        fn agrees_with_a_vector_and_an_index(ops in prop::collection::vec(0..9u8, 0..40)) {
            let mut it = stack(&[], 0, &[]);
            let (mut model, mut focus) = (vec![0], 0usize);
            for (number, op) in (1..).zip(ops) {
                let count = model.len();
                match op {
                    0 => { it.insert_focused(number); focus += 1; model.insert(focus, number); }
                    1 => { it.insert_behind(number); model.insert(focus + 1, number); }
                    2 => { it.push(number); model.push(number); }
                    3 => { it.focus_next(); focus = (focus + 1) % count; }
                    4 => { it.focus_previous(); focus = (focus + count - 1) % count; }
                    5 | 6 => {
                        let other = number as usize % count;
                        it.swap_with(other);
                        model.swap(focus, other);
                        focus = other;
                    }
                    7 => {
                        let expected = if count > 1 { model.pop() } else { None };
                        prop_assert_eq!(it.pop(), expected);
                        focus = focus.min(model.len() - 1);
                    }
                    _ => if count > 1 {
                        let victim = model[number as usize % count];
                        let at = model.iter().position(|item| *item == victim).unwrap();
                        let (rest, gone) = it.without(|item| *item == victim);
                        it = rest.unwrap();
                        prop_assert_eq!(gone, Some(victim));
                        model.remove(at);
                        if at < focus || focus == model.len() { focus -= 1; }
                    },
                }
                prop_assert_eq!(order(&it), model.clone());
                prop_assert_eq!(*it.focus(), model[focus]);
                prop_assert_eq!(it.len(), model.len());
                prop_assert_eq!(it.clone().iter_mut().map(|item| *item).collect::<Vec<_>>(), model.clone());
            }
        }
    }
}
