//! Numbers as text and text as numbers, in little code: the library's formatting is many
//! times its size. Never knows about signs.

use alloc::string::String;

/// The number in decimal digits.
pub fn decimal(number: u64) -> String {
    let mut text = String::new();
    push::<10>(&mut text, number);
    text
}

/// Appends the digits of a number; the base is 2 to 36.
pub(crate) fn push<const BASE: u64>(text: &mut String, number: u64) {
    if number >= BASE {
        push::<BASE>(text, number / BASE);
    }
    let digit = (number % BASE) as u8;
    text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
}

/// The number that these decimal digits are; None if there are none, anything else, or
/// too many.
pub(crate) fn read(digits: &[u8]) -> Option<u32> {
    let mut number = if digits.is_empty() { None } else { Some(0_u32) };
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        number = number?.checked_mul(10)?.checked_add(digit.into()).filter(|_| digit < 10);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_written_and_read_as_the_library_does(number: u64, text in "[0-9+a]{0,11}") {
            let mut hexadecimal = String::new();
            push::<16>(&mut hexadecimal, number);
            prop_assert_eq!(hexadecimal, format!("{number:x}"));
            prop_assert_eq!(decimal(number), number.to_string());
            prop_assert_eq!(read(decimal(number).as_bytes()), number.try_into().ok());
            let expected: Option<u32> = if text.starts_with('+') { None } else { text.parse().ok() };
            prop_assert_eq!(read(text.as_bytes()), expected);
        }
    }
}
