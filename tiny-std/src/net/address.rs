//! Numeric addresses as text. Never takes a name; takes what the library's own parser
//! takes, at a fraction of its size.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 or IPv6 address, without brackets.
pub(super) fn parse(text: &[u8]) -> Option<IpAddr> {
    match version_4(text) {
        Some(bytes) => Some(IpAddr::V4(Ipv4Addr::from(bytes))),
        None => version_6(text).map(|groups| IpAddr::V6(Ipv6Addr::from(groups))),
    }
}

/// Four decimal numbers, without zeros in front: they would be octal to some.
fn version_4(text: &[u8]) -> Option<[u8; 4]> {
    let mut parts = text.split(|&byte| byte == b'.');
    let mut bytes = [0; 4];
    for byte in &mut bytes {
        let part = parts.next()?;
        if part.len() > 1 && part.starts_with(b"0") {
            return None;
        }
        *byte = number(part, 10, 3)?.try_into().ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// Eight hexadecimal numbers, of which `::` leaves out one or more that are zero
/// (RFC 4291, section 2.2).
fn version_6(text: &[u8]) -> Option<[u16; 8]> {
    let gap = text.windows(2).position(|pair| pair == b"::");
    let mut all = [0; 8];
    let Some(gap) = gap else {
        return (groups(text, true, &mut all)? == 8).then_some(all);
    };
    let before = groups(&text[..gap], false, &mut all)?;
    let mut end = [0; 8];
    let after = groups(&text[gap + 2..], true, &mut end)?;
    if before + after > 7 {
        return None;
    }
    all[8 - after..].copy_from_slice(&end[..after]);
    Some(all)
}

/// Numbers between colons, the last two maybe as an IPv4 address; how many there are.
fn groups(text: &[u8], is_end: bool, out: &mut [u16; 8]) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut count = 0;
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        if let (true, None, Some([a, b, c, d])) = (is_end, parts.peek(), version_4(part)) {
            *out.get_mut(count)? = u16::from_be_bytes([a, b]);
            count += 1;
            *out.get_mut(count)? = u16::from_be_bytes([c, d]);
        } else {
            *out.get_mut(count)? = number(part, 16, 4)? as u16;
        }
        count += 1;
    }
    Some(count)
}

/// A number of one digit or more, but not of more than `longest`.
fn number(digits: &[u8], radix: u32, longest: usize) -> Option<u32> {
    if digits.is_empty() || digits.len() > longest {
        return None;
    }
    let mut number = 0;
    for &byte in digits {
        number = number * radix + char::from(byte).to_digit(radix)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    const NUMBERS: [&str; 8] = ["0", "7", "25", "255", "256", "01", "fF0", "12345"];

    fn agrees(text: &str) -> bool {
        assert_eq!(parse(text.as_bytes()), text.parse().ok(), "{text}");
        parse(text.as_bytes()).is_some()
    }

    /// Every row of up to six pieces that an address may consist of.
    #[test]
    fn short_texts_are_read_as_the_library_reads_them() {
        const PIECES: [&str; 8] = ["", "0", "9f", ".", ":", "::", "1.2.3.4", "g"];
        let addresses = (0..PIECES.len().pow(6)).filter(|row| {
            let piece = |place: u32| PIECES[row / PIECES.len().pow(place) % PIECES.len()];
            agrees(&(0..6).map(piece).collect::<String>())
        });
        assert!(addresses.count() > 100);
    }

    /// Every choice of four numbers, with and without something behind them.
    #[test]
    fn four_numbers_are_read_as_the_library_reads_them() {
        let addresses = (0..NUMBERS.len().pow(4)).filter(|row| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|place| NUMBERS[row >> (3 * place) & 7]);
            assert!(!agrees(&std::format!("{a}.{b}.{c}.{d}.")));
            agrees(&std::format!("{a}.{b}.{c}.{d}"))
        });
        assert_eq!(addresses.count(), 4_usize.pow(4));
    }

    /// Up to ten groups with a gap at each place or at none, and an IPv4 address at each.
    #[test]
    fn groups_are_counted_as_the_library_counts_them() {
        let mut addresses = 0;
        for count in 1..=10_usize {
            for gap in 0..=count + 1 {
                for embedded in 0..=count {
                    let mut text = String::new();
                    for place in 0..count {
                        let mark = if place == gap { "::" } else { ":" };
                        text.push_str(if place == 0 && gap != 0 { "" } else { mark });
                        text.push_str(if place == embedded { "1.2.3.4" } else { "a1" });
                    }
                    text.push_str(if gap == count { "::" } else { "" });
                    addresses += usize::from(agrees(&text));
                }
            }
        }
        assert!(addresses > 40);
    }
}
