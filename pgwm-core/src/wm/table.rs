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

    /// Gives a key a value; the one that it had before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(key) {
            Ok(at) => Some(core::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn agrees_with_a_tree(ops in prop::collection::vec((0..4u8, 0..12u32, any::<u8>()), 0..60)) {
            let mut table = Table::default();
            let mut tree = BTreeMap::new();
            for (op, key, value) in ops {
                match op {
                    0 => prop_assert_eq!(table.insert(key, value), tree.insert(key, value)),
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
