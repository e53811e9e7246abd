//! Which keys bear which names, by themselves and with modifiers held, and which modifiers
//! are locks. Never decides what a key does.

use crate::gather::Gather;
use alloc::vec::Vec;

use super::compose::character;
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
    number_lock: Modifiers,
    /// The modifier that calls up the third and the fourth symbol of a key (`AltGr`).
    third_level: Modifiers,
    /// The modifier that calls up the second layout, as of old.
    second_layout: Modifiers,
}

impl Keyboard {
    /// The keyboard of these two answers; the first one starts at `min_keycode`.
    pub fn new(
        min_keycode: Keycode,
        mapping: &GetKeyboardMapping,
        modifiers: &GetModifierMapping,
    ) -> Self {
        let none = Modifiers::NONE;
        let keyboard = Self {
            min_keycode: min_keycode.0,
            columns: usize::from(mapping.keysyms_per_keycode).max(1),
            keysyms: mapping.keysyms.clone(),
            modifier_keys: modifiers.keycodes.clone(),
            locks: Modifiers::LOCK,
            number_lock: none,
            third_level: none,
            second_layout: none,
        };
        let (mut locks, mut number_lock) = (Modifiers::LOCK, none);
        let (mut third_level, mut second_layout) = (none, none);
        let keys = usize::from(modifiers.keycodes_per_modifier).max(1);
        // Shift, Lock and Control keep their meaning whatever is on their keys.
        for (index, keycodes) in modifiers.keycodes.chunks(keys).enumerate().take(8).skip(3) {
            let bears = |keysym: Keysym| {
                keycodes.iter().any(|keycode| keyboard.row(*keycode).contains(&keysym))
            };
            let numbers = bears(keysym::NUM_LOCK);
            let all = [
                (numbers || bears(keysym::SCROLL_LOCK), &mut locks),
                (numbers, &mut number_lock),
                (bears(keysym::ISO_LEVEL3_SHIFT), &mut third_level),
                (bears(keysym::MODE_SWITCH), &mut second_layout),
            ];
            for (is_there, modifiers) in all {
                if is_there {
                    *modifiers = modifiers.with(Modifiers::from_bits(1 << index));
                }
            }
        }
        // Servers put both onto one modifier, for programs that know only one of them.
        second_layout = second_layout.without(third_level);
        Self { locks, number_lock, third_level, second_layout, ..keyboard }
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

    /// The symbol of a key that is pressed in this state (specification, "Keyboards", and of
    /// the XKB protocol's core mapping the third and fourth symbols of the first two layouts;
    /// those of a third and fourth layout can't be told from these, and are the first one's).
    pub fn symbol(&self, keycode: Keycode, state: u16) -> Keysym {
        let has = |modifiers: Modifiers| state & modifiers.bits() != 0;
        let at = |column: usize| self.keysym(keycode, column);
        let pair = |column: usize| [at(column), at(column + 1)];
        let is_empty = |column: usize| pair(column) == [Keysym::NONE; 2];
        let wants_second = state >> 13 & 3 == 1 || has(self.second_layout);
        let is_second = wants_second && !is_empty(2);
        let column = match (is_second, has(self.third_level)) {
            (true, true) if !is_empty(6) => 6,
            (_, true) if !is_empty(4) => 4,
            (true, _) => 2,
            _ => 0,
        };
        let [plain, mut shifted] = pair(column);
        let mut shift = has(Modifiers::SHIFT);
        if shifted == Keysym::NONE {
            shifted = capital(plain);
        }
        if (0xff80..=0xffbd).contains(&shifted.raw()) {
            shift ^= has(self.number_lock);
        }
        let locked = has(Modifiers::LOCK);
        let are_letters = is_case_pair(plain, shifted);
        let symbol = if shift ^ (locked && are_letters) { shifted } else { plain };
        if locked && !are_letters { capital(symbol) } else { symbol }
    }

    /// The modifiers that are held besides those that choose among a key's symbols.
    pub fn held(&self, state: u16) -> Modifiers {
        let choosing = Modifiers::SHIFT | Modifiers::LOCK | self.locks;
        Modifiers::of_state(state).without(choosing | self.third_level | self.second_layout)
    }

    /// The Latin letter on a key in this state or in whichever layout has one, small.
    pub fn letter(&self, keycode: Keycode) -> Keysym {
        let is_ascii = |symbol: &Keysym| (0x20..0x7f).contains(&symbol.raw());
        let symbols = [self.keysym(keycode, 0), self.keysym(keycode, 2)];
        symbols.into_iter().find(is_ascii).unwrap_or(symbols[0])
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

/// The capital letter of a small one of Latin-1; every other symbol is its own.
const fn capital(symbol: Keysym) -> Keysym {
    match symbol.raw() {
        small @ (0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe) => Keysym::new(small - 0x20),
        _ => symbol,
    }
}

/// Whether these are a small and a capital letter: in every script that has both, and that
/// keyboards have, they are one of a few distances apart.
fn is_case_pair(small: Keysym, capital: Keysym) -> bool {
    let letter = |symbol| {
        let code = character(symbol).map_or(0, u32::from);
        let is_letter = matches!(code, 0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x1fff);
        is_letter.then_some(code)
    };
    let (Some(small), Some(capital)) = (letter(small), letter(capital)) else { return false };
    // Those on both sides are Greek letters with accents.
    matches!(small.wrapping_sub(capital), 1 | 0x20 | 0x25 | 0x26 | 0x3f | 0x40 | 0x50)
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

    /// What the server says of German and then Greek keys, and of a keypad.
    #[test]
    fn modifiers_choose_among_the_symbols_of_a_key() {
        let rows: &[&[u32]] = &[
            &[0x71, 0x51, 0x7f1, 0x7d1, 0x40, 0x7d9],
            &[0xfc, 0xdc, 0x5b, 0x7b, 0xfe57, 0xfe58, 0xfe53, 0xfe54],
            &[0x31, 0x21],
            &[0xff95, 0xffb7, 0xff95, 0xffb7],
            &[0xff7f],
            &[0xfe03],
            &[0xff7e],
            &[0x6b],
        ];
        let keyboard = keyboard(rows, [0, 0, 0, 0, 12, 14, 0, 13]);
        let shift = Modifiers::SHIFT.bits();
        let (lock, number, second) =
            (Modifiers::LOCK.bits(), Modifiers::MOD2.bits(), Modifiers::MOD3.bits());
        let (third, group) = (Modifiers::MOD5.bits(), 1 << 13);
        for (key, state, symbol) in [
            (8, 0, 0x71),
            (8, shift, 0x51),
            (8, lock, 0x51),
            (8, lock | shift, 0x71),
            (8, third, 0x40),
            (8, third | shift, 0x7d9),
            (8, group, 0x7f1),
            (8, second | shift, 0x7d1),
            (8, group | lock, 0x7d1),
            (8, 2 << 13, 0x71),
            (9, lock, 0xdc),
            (9, third, 0xfe57),
            (9, third | group, 0xfe53),
            (9, third | group | shift, 0xfe54),
            (9, group | lock, 0x5b),
            (10, shift, 0x21),
            (10, lock, 0x31),
            (10, group, 0x31),
            (10, third, 0x31),
            (11, 0, 0xff95),
            (11, number, 0xffb7),
            (11, shift, 0xffb7),
            (11, number | shift, 0xff95),
            (15, shift, 0x4b),
            (15, lock, 0x4b),
            (99, shift, 0),
        ] {
            let found = keyboard.symbol(Keycode(key), state);
            assert_eq!(found, Keysym::new(symbol), "{key} {state:#x}");
        }
        let all = 0x1ff & !(Modifiers::CONTROL | Modifiers::MOD1).bits();
        assert_eq!(keyboard.held(all), Modifiers::MOD4);
        assert_eq!(keyboard.held(Modifiers::CONTROL.bits() | third), Modifiers::CONTROL);
        assert_eq!(keyboard.letter(Keycode(8)), keysym::Q);
        let russian = self::keyboard(&[&[0x6ca, 0x6ea, 0x71, 0x51]], [0; 8]);
        assert_eq!(russian.letter(Keycode(8)), keysym::Q);
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
            state: u16,
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
                let _ = (keyboard.symbol(keycode, state), keyboard.letter(keycode));
            }
            prop_assert!(Modifiers::of_state(state).contains(keyboard.held(state)));
        }
    }
}
