//! The cookie that proves to the server who we are, out of an `Xauthority` file. Never
//! opens the file, and never prints a cookie.

use crate::number::decimal;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::display::{Display, Host};
use super::wire::Malformed;

/// The one method that we know.
const COOKIE: &[u8] = b"MIT-MAGIC-COOKIE-1";

// Families of addresses: Xauth(7) and the C library's <X11/Xauth.h>.
const INTERNET: u16 = 0;
const INTERNET_6: u16 = 6;
const LOCAL: u16 = 256;
const WILD: u16 = 65_535;

/// One entry of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The kind of address.
    pub family: u16,
    /// The machine that the server runs on.
    pub address: &'a [u8],
    /// The display's number, in decimal; empty for all displays.
    pub number: &'a [u8],
    /// The method.
    pub name: &'a [u8],
    /// The secret.
    pub data: &'a [u8],
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("family", &self.family)
            .field("address", &self.address)
            .field("number", &self.number)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The entries of a file, up to its end or to the first one that is cut short.
#[derive(Debug, Clone)]
pub struct Authority<'a> {
    rest: &'a [u8],
}

impl<'a> Authority<'a> {
    /// The entries of this file.
    pub const fn new(file: &'a [u8]) -> Self {
        Self { rest: file }
    }
}

impl<'a> Iterator for Authority<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let entry = entry(&mut self.rest);
        if entry.is_err() {
            self.rest = &[];
        }
        entry.ok()
    }
}

/// The entry to show to the server of `display`. An entry for exactly this server goes
/// before one for all. A server on this machine, over whatever transport, is listed under
/// `hostname`. Hosts by name are found only under such an entry for all, because their
/// address is not known here: `numeric` is that of a host which is given as an address.
pub fn find<'a>(
    file: &'a [u8],
    hostname: &[u8],
    display: &Display,
    numeric: Option<IpAddr>,
) -> Option<Entry<'a>> {
    let number = decimal(display.display.into());
    let (v4, v6);
    let (family, address): (u16, &[u8]) = match &display.host {
        Host::Unix => (LOCAL, hostname),
        Host::Tcp(host) if host == "localhost" => (LOCAL, hostname),
        Host::Tcp(_) => match numeric {
            Some(IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST)) => {
                (LOCAL, hostname)
            }
            Some(IpAddr::V4(address)) => {
                v4 = address.octets();
                (INTERNET, &v4)
            }
            Some(IpAddr::V6(address)) => {
                v6 = address.octets();
                (INTERNET_6, &v6)
            }
            None => (WILD, &[]),
        },
    };
    let mut candidates = Authority::new(file).filter(|entry| {
        entry.name == COOKIE && (entry.number.is_empty() || entry.number == number.as_bytes())
    });
    let exact = |entry: &Entry<'_>| entry.family == family && entry.address == address;
    candidates.clone().find(exact).or_else(|| candidates.find(|entry| entry.family == WILD))
}

fn entry<'a>(rest: &mut &'a [u8]) -> Result<Entry<'a>, Malformed> {
    Ok(Entry {
        family: big_endian(rest)?,
        address: counted(rest)?,
        number: counted(rest)?,
        name: counted(rest)?,
        data: counted(rest)?,
    })
}

fn counted<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let length = big_endian(rest)?;
    rest.split_off(..usize::from(length)).ok_or(Malformed)
}

fn big_endian(rest: &mut &[u8]) -> Result<u16, Malformed> {
    let (number, following) = rest.split_first_chunk().ok_or(Malformed)?;
    *rest = following;
    Ok(u16::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Fields<'a> = (u16, &'a [u8], &'a [u8], &'a [u8], &'a [u8]);

    fn file(entries: &[Fields<'_>]) -> Vec<u8> {
        let mut file = Vec::new();
        for (family, address, number, name, data) in entries {
            file.extend(family.to_be_bytes());
            for field in [address, number, name, data] {
                file.extend((field.len() as u16).to_be_bytes());
                file.extend_from_slice(field);
            }
        }
        file
    }

    fn found<'a>(file: &'a [u8], display: &str) -> Option<&'a [u8]> {
        let display = Display::parse(display).expect("a display");
        let numeric = match &display.host {
            Host::Unix => None,
            Host::Tcp(host) => host.parse().ok(),
        };
        find(file, b"desk", &display, numeric).map(|entry| entry.data)
    }

    #[test]
    fn the_closest_entry_wins() {
        let file = file(&[
            (WILD, b"", b"", COOKIE, b"all"),
            (LOCAL, b"desk", b"0", b"XDM-AUTHORIZATION-1", b"other method"),
            (LOCAL, b"else", b"0", COOKIE, b"other machine"),
            (LOCAL, b"desk", b"1", COOKIE, b"other display"),
            (LOCAL, b"desk", b"0", COOKIE, b"local"),
            (INTERNET, &[10, 0, 0, 1], b"0", COOKIE, b"v4"),
            (INTERNET_6, &Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1).octets(), b"0", COOKIE, b"v6"),
        ]);
        assert_eq!(found(&file, ":0"), Some(&b"local"[..]));
        assert_eq!(found(&file, ":1"), Some(&b"other display"[..]));
        assert_eq!(found(&file, ":2"), Some(&b"all"[..]));
        assert_eq!(found(&file, "localhost:0"), Some(&b"local"[..]));
        assert_eq!(found(&file, "[::1]:0"), Some(&b"local"[..]));
        assert_eq!(found(&file, "10.0.0.1:0"), Some(&b"v4"[..]));
        assert_eq!(found(&file, "[fd00::1]:0"), Some(&b"v6"[..]));
        assert_eq!(found(&file, "server:0"), Some(&b"all"[..]));
        assert_eq!(found(&[], ":0"), None);
    }

    #[test]
    fn a_cut_file_gives_its_whole_entries() {
        let file =
            file(&[(LOCAL, b"desk", b"0", COOKIE, b"one"), (WILD, b"", b"", COOKIE, b"two")]);
        let first = 2 + 4 * 2 + 4 + 1 + COOKIE.len() + 3;
        for length in 0..file.len() {
            let expected = usize::from(length >= first);
            assert_eq!(Authority::new(&file[..length]).count(), expected, "{length}");
        }
        assert_eq!(Authority::new(&file).count(), 2);
    }

    #[test]
    fn cookies_are_not_printed() {
        let file = file(&[(LOCAL, b"desk", b"0", COOKIE, b"\xde\xad\xbe\xef")]);
        assert!(!format!("{:?}", Authority::new(&file).next()).contains("222"));
    }

    proptest! {
        #[test]
        fn any_file_is_read(file in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Authority::new(&file).count() <= file.len() / 10);
            let _ = found(&file, ":0");
        }
    }
}
