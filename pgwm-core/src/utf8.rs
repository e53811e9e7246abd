//! Text from bytes that others wrote, in less code than the library's own. Never fails:
//! what is no UTF-8 is replaced.

use alloc::string::String;

/// The text in the bytes, with U+FFFD for what is no UTF-8, as `String::from_utf8_lossy`.
pub fn lossy(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

/// Whether all of it is UTF-8.
pub(crate) fn is_valid(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().all(|chunk| chunk.invalid().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_is_what_the_library_reads(mut bytes in "\\PC{0,20}".prop_map(String::into_bytes), damage in prop::collection::vec(any::<(usize, u8)>(), 0..4)) {
            for (at, byte) in damage {
                if let Some(length) = bytes.len().checked_sub(1) {
                    bytes[at % (length + 1)] = byte;
                }
            }
            prop_assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes));
            prop_assert_eq!(is_valid(&bytes), core::str::from_utf8(&bytes).is_ok());
        }
    }
}
