//! A map as one sorted vector: for the hundreds of windows and keys that there are, it is
//! smaller and quicker than a tree. Never knows what it holds.

use alloc::vec::Vec;

/// Values by their keys, in the order of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord + Copy, V> Table<K, V> {
    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.entries[at].1)
    }

    /// The value of a key.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.entries[at].1)
    }

    /// Whether no key has a value.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the key has a value.
    pub fn contains(&self, key: K) -> bool {
        self.find(key).is_ok()
    }

    /// The value of a key, which gets one first where it has none.
    pub fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        let at = self.find(key).unwrap_or_else(|at| {
            self.entries.insert(at, (key, new()));
            at
        });
        &mut self.entries[at].1
    }

    /// Gives a key a value; whether it had none before.
    #[inline(never)]
    pub fn insert(&mut self, key: K, value: V) -> bool {
        let found = self.find(key);
        match found {
            Ok(at) => self.entries[at].1 = value,
            Err(at) => self.entries.insert(at, (key, value)),
        }
        found.is_err()
    }

    /// Takes a key out, with its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        self.find(key).ok().map(|at| self.entries.remove(at).1)
    }

    /// All keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.entries.iter().map(|(key, value)| (*key, value))
    }

    /// All keys and values, in the order of the keys.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (K, &mut V)> {
        self.entries.iter_mut().map(|(key, value)| (*key, value))
    }

    fn find(&self, key: K) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&key, |(key, _)| *key)
    }
}

/// Takes an item out of a list, wherever it is in it.
#[inline(never)]
pub fn strike<T: Copy + PartialEq>(list: &mut Vec<T>, item: T) {
    list.retain(|other| *other != item);
}

/// Puts items into the order of their keys; those of the same key in any order. A shell
/// sort: for so few items it is as quick as the library's, at a tenth of the size.
#[inline(never)]
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    let mut gap = items.len();
    while gap > 1 {
        // Of the factors in use, one of the better ones (5/11).
        gap = (gap * 5 / 11).max(1);
        for end in gap..items.len() {
            let mut at = end;
            while at >= gap && key(&items[at]) < key(&items[at - gap]) {
                items.swap(at, at - gap);
                at -= gap;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn sorts(mut items in prop::collection::vec(any::<u16>(), 0..300)) {
            let mut expected = items.clone();
            expected.sort_unstable();
            sort_by_key(&mut items, |item| *item);
            prop_assert_eq!(items, expected);
        }

        #[test]
        fn agrees_with_a_tree(ops in prop::collection::vec((0..4u8, 0..12u32, any::<u8>()), 0..60)) {
            let mut table = Table::default();
            let mut tree = BTreeMap::new();
            for (op, key, value) in ops {
                match op {
                    0 => prop_assert_eq!(table.insert(key, value), tree.insert(key, value).is_none()),
                    1 => prop_assert_eq!(table.remove(key), tree.remove(&key)),
                    2 => {
                        let entry = tree.entry(key).or_insert(value);
                        prop_assert_eq!(table.get_or_insert_with(key, || value), entry);
                    }
                    _ => prop_assert_eq!(table.get_mut(key), tree.get_mut(&key)),
                }
                prop_assert_eq!(table.get(key), tree.get(&key));
                prop_assert_eq!(table.contains(key), tree.contains_key(&key));
                let pairs: Vec<_> = table.iter().map(|(key, value)| (key, *value)).collect();
                prop_assert_eq!(&pairs, &tree.clone().into_iter().collect::<Vec<_>>());
                let pairs_mut: Vec<_> = table.iter_mut().map(|(key, value)| (key, *value)).collect();
                prop_assert_eq!(pairs, pairs_mut);
            }
        }
    }
}
