//! The name of a display, `[host]:display[.screen]`. Never resolves a host's name.

use crate::number;
use alloc::borrow::ToOwned;
use alloc::string::String;

/// Where to find the server, and which of its screens is the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// The machine that it runs on.
    pub host: Host,
    /// Which of the machine's servers.
    pub display: u32,
    /// Which of the server's screens, from 0.
    pub screen: u32,
}

/// The machine that a server runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// This one, over a Unix socket.
    Unix,
    /// A name or an address, over TCP; an IPv6 address is without its brackets.
    Tcp(String),
}

impl Display {
    /// Reads `:0`, `:0.1`, `unix:0`, `host:0`, `127.0.0.1:0.2` or `[::1]:0`.
    pub fn parse(name: &str) -> Option<Self> {
        let colon = name.bytes().rposition(|byte| byte == b':')?;
        let (host, numbers) = (name.get(..colon)?, name.as_bytes().get(colon + 1..)?);
        let mut numbers = numbers.splitn(2, |byte| *byte == b'.');
        let display = number::read(numbers.next()?)?;
        let screen = numbers.next().map_or(Some(0), number::read)?;
        let host = match host.as_bytes() {
            b"" | b"unix" => Host::Unix,
            [b'[', .., b']'] => Host::Tcp(host.get(1..colon - 1)?.to_owned()),
            [b'[', ..] => return None,
            bytes if bytes.iter().any(|byte| b":/]".contains(byte)) => return None,
            _ => Host::Tcp(host.to_owned()),
        };
        Some(Self { host, display, screen })
    }

    /// The path of the Unix socket; the name of the abstract socket is the same.
    pub fn socket_path(&self) -> String {
        let mut path = String::from("/tmp/.X11-unix/X");
        number::push::<10>(&mut path, self.display.into());
        path
    }

    /// The TCP port; None if there is none so high.
    pub fn port(&self) -> Option<u16> {
        self.display.checked_add(6000)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(name: &str) -> Option<(Option<String>, u32, u32)> {
        Display::parse(name).map(|display| {
            let host = match display.host {
                Host::Unix => None,
                Host::Tcp(host) => Some(host),
            };
            (host, display.display, display.screen)
        })
    }

    #[test]
    fn names_are_taken_apart() {
        let tcp = |host: &str| Some(host.to_owned());
        assert_eq!(parsed(":0"), Some((None, 0, 0)));
        assert_eq!(parsed(":12.3"), Some((None, 12, 3)));
        assert_eq!(parsed("unix:1"), Some((None, 1, 0)));
        assert_eq!(parsed("host:0.2"), Some((tcp("host"), 0, 2)));
        assert_eq!(parsed("[::1]:7"), Some((tcp("::1"), 7, 0)));
        let nonsense =
            ["", ":", "host", ":a", ":0.", ":.0", ":-1", ":+1", ":0.0.0", "a::0", "[::1:0", "/x:0"];
        for name in nonsense {
            assert_eq!(parsed(name), None, "{name}");
        }
    }

    #[test]
    fn ports_are_bounded() {
        let display = |display| Display { host: Host::Unix, display, screen: 0 };
        assert_eq!(display(0).port(), Some(6000));
        assert_eq!(display(59_535).port(), Some(65_535));
        assert_eq!(display(59_536).port(), None);
        assert_eq!(display(u32::MAX).port(), None);
        assert_eq!(display(3).socket_path(), "/tmp/.X11-unix/X3");
    }

    proptest! {
        #[test]
        fn what_was_parsed_was_said(host in "[a-z0-9.-]{0,9}", number: u32, screen: u32) {
            let expected = if matches!(&*host, "" | "unix") { None } else { Some(host.clone()) };
            let name = format!("{host}:{number}.{screen}");
            prop_assert_eq!(parsed(&name), Some((expected, number, screen)));
        }

        #[test]
        fn any_name_is_taken(name: String) {
            let _ = Display::parse(&name);
        }
    }
}
