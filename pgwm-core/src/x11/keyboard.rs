//! Which keys bear which names, and which modifiers are locks. Never decides what a key
//! does.

use crate::gather::Gather;
use alloc::vec::Vec;

use super::id::{Keycode, Keysym, Modifiers};
use super::keysym;
use super::reply::{GetKeyboardMapping, GetModifierMapping};

/// The keyboard as the server describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyboard {
    min_keycode: u8,
    columns: usize,
    keysyms: Vec<Keysym>,
    modifier_keys: Vec<Keycode>,
    locks: Modifiers,
}

impl Keyboard {
    /// The keyboard of these two answers; the first one starts at `min_keycode`.
    pub fn new(
        min_keycode: Keycode,
        mapping: &GetKeyboardMapping,
        modifiers: &GetModifierMapping,
    ) -> Self {
        let mut keyboard = Self {
            min_keycode: min_keycode.0,
            columns: usize::from(mapping.keysyms_per_keycode).max(1),
            keysyms: mapping.keysyms.clone(),
            modifier_keys: modifiers.keycodes.clone(),
            locks: Modifiers::LOCK,
        };
        let keys = usize::from(modifiers.keycodes_per_modifier).max(1);
        // Shift, Lock and Control keep their meaning whatever is on their keys.
        for (index, keycodes) in modifiers.keycodes.chunks(keys).enumerate().take(8).skip(3) {
            let is_lock = |keycode: &Keycode| {
                let row = keyboard.row(*keycode);
                row.contains(&keysym::NUM_LOCK) || row.contains(&keysym::SCROLL_LOCK)
            };
            if keycodes.iter().any(is_lock) {
                keyboard.locks = keyboard.locks | Modifiers::from_bits(1 << index);
            }
        }
        keyboard
    }

    /// The keys that bear a name: unshifted if there are any such keys, else unshifted
    /// in the second keyboard layout, else anywhere (so the digits of a French keyboard
    /// are found, which need Shift to be typed).
    pub fn keycodes(&self, keysym: Keysym) -> Vec<Keycode> {
        if keysym == Keysym::NONE {
            return Vec::new();
        }
        // The core protocol's columns: 0 and 1 are the first layout's, 2 and 3 the second's.
        for column in [0, 2] {
            let keycodes = self.where_row(|row| row.get(column) == Some(&keysym));
            if !keycodes.is_empty() {
                return keycodes;
            }
        }
        self.where_row(|row| row.contains(&keysym))
    }

    /// The name of a key in a column: 0 is unshifted, 1 is shifted; `NONE` if the key has
    /// no name there.
    pub fn keysym(&self, keycode: Keycode, column: usize) -> Keysym {
        self.row(keycode).get(column).copied().unwrap_or(Keysym::NONE)
    }

    /// The modifiers that stay on after their key is released: `CapsLock`, and wherever
    /// `NumLock` and `ScrollLock` are.
    pub const fn locks(&self) -> Modifiers {
        self.locks
    }

    /// Whether the key is a modifier or a lock, so that it is only pressed along with others.
    pub fn is_modifier(&self, keycode: Keycode) -> bool {
        self.modifier_keys.contains(&keycode)
    }

    fn row(&self, keycode: Keycode) -> &[Keysym] {
        let index = keycode.0.checked_sub(self.min_keycode).map(usize::from);
        index.and_then(|index| self.keysyms.chunks(self.columns).nth(index)).unwrap_or_default()
    }

    fn where_row(&self, matches: impl Fn(&[Keysym]) -> bool) -> Vec<Keycode> {
        (self.min_keycode..=u8::MAX)
            .zip(self.keysyms.chunks(self.columns))
            .filter(|(_, row)| matches(row))
            .map(|(keycode, _)| Keycode(keycode))
            .gather()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keyboard(rows: &[&[u32]], modifiers: [u8; 8]) -> Keyboard {
        let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let keysyms = rows
            .iter()
            .flat_map(|row| (0..columns).map(|i| Keysym::new(row.get(i).copied().unwrap_or(0))))
            .collect();
        Keyboard::new(
            Keycode(8),
            &GetKeyboardMapping { keysyms_per_keycode: columns as u8, keysyms },
            &GetModifierMapping {
                keycodes_per_modifier: 1,
                keycodes: modifiers.into_iter().map(Keycode).collect(),
            },
        )
    }

    #[test]
    fn unshifted_keys_come_first() {
        let french = keyboard(&[&[0x26, 0x31], &[0x61, 0x41], &[0xffb1, 0x31]], [0; 8]);
        assert_eq!(french.keycodes(keysym::A), [Keycode(9)]);
        assert_eq!(french.keycodes(keysym::DIGIT_1), [Keycode(8), Keycode(10)]);
        assert_eq!(french.keycodes(keysym::AMPERSAND), [Keycode(8)]);
        assert_eq!(french.keysym(Keycode(8), 1), keysym::DIGIT_1);

        // Two layouts that swap Y and Z: a key is what it is in the first one.
        let two = keyboard(&[&[0x79, 0x59, 0x7a, 0x5a], &[0x7a, 0x5a, 0x79, 0x59]], [0; 8]);
        assert_eq!(two.keycodes(keysym::Y), [Keycode(8)]);
        // A first layout without Latin letters: the second one's are used.
        let russian = keyboard(&[&[0x6ca, 0x6ea, 0x71, 0x51], &[0x31, 0x71]], [0; 8]);
        assert_eq!(russian.keycodes(keysym::Q), [Keycode(8)]);
    }

    #[test]
    fn locks_are_where_their_keys_are() {
        let plain = keyboard(&[&[0x61]], [0; 8]);
        assert_eq!(plain.locks(), Modifiers::LOCK);
        assert_eq!(plain.locks().subsets().collect::<Vec<_>>(), [Modifiers::NONE, Modifiers::LOCK]);
        let rows: &[&[u32]] = &[&[0xff7f], &[0xff14], &[0xffeb]];
        let full = keyboard(rows, [0, 0, 0, 0, 8, 9, 10, 0]);
        assert_eq!(full.locks(), Modifiers::LOCK | Modifiers::MOD2 | Modifiers::MOD3);
        assert_eq!(full.locks().subsets().count(), 8);
        assert_eq!(full.locks().subsets().next(), Some(Modifiers::NONE));
        assert!(full.is_modifier(Keycode(10)) && !full.is_modifier(Keycode(11)));
        let odd = keyboard(rows, [8, 8, 8, 9, 0, 0, 10, 0]);
        assert_eq!(odd.locks(), Modifiers::LOCK | Modifiers::MOD1);
    }

    proptest! {
        #[test]
        fn any_answers_make_a_keyboard(
            min_keycode: u8,
            columns: u8,
            keysyms in prop::collection::vec(0_u32..20, 0..700),
            keys: u8,
            keycodes in prop::collection::vec(any::<u8>(), 0..100),
            wanted in 0_u32..20,
        ) {
            let keyboard = Keyboard::new(
                Keycode(min_keycode),
                &GetKeyboardMapping {
                    keysyms_per_keycode: columns,
                    keysyms: keysyms.into_iter().map(Keysym::new).collect(),
                },
                &GetModifierMapping {
                    keycodes_per_modifier: keys,
                    keycodes: keycodes.into_iter().map(Keycode).collect(),
                },
            );
            let wanted = Keysym::new(wanted);
            for keycode in keyboard.keycodes(wanted) {
                prop_assert!((0..256).any(|column| keyboard.keysym(keycode, column) == wanted));
            }
        }
    }
}
