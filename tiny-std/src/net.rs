//! Connecting to a server.
//!
//! Never asks a name server: a host is a numeric address, `localhost`, or a line in
//! /etc/hosts.

mod address;

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use rusl::fd::{AsFd, OwnedFd};
use rusl::net::{Address, connect, set_no_delay, socket, take_error};
use rusl::poll::{Events, PollFd, poll};
use rusl::{Errno, Result};

/// Connects to a unix socket in the file system.
///
/// # Errors
///
/// Those of connect(2); `EINVAL` for an empty path or one with a NUL inside,
/// `ENAMETOOLONG` past 107 bytes.
pub fn connect_unix(path: impl AsRef<[u8]>) -> Result<OwnedFd> {
    connect_to(&Address::Unix(path.as_ref()))
}

/// Connects to a unix socket in the abstract name space; `name` is without the NUL that
/// marks it.
///
/// # Errors
///
/// Those of connect(2); `ENAMETOOLONG` past 107 bytes.
pub fn connect_unix_abstract(name: impl AsRef<[u8]>) -> Result<OwnedFd> {
    connect_to(&Address::UnixAbstract(name.as_ref()))
}

/// Connects to the first of the addresses that answers; small packets are sent at once
/// (`TCP_NODELAY`).
///
/// # Errors
///
/// That of the last address tried; `EDESTADDRREQ` if there is none.
pub fn connect_tcp(addresses: &[IpAddr], port: u16) -> Result<OwnedFd> {
    let mut last = Errno::EDESTADDRREQ;
    for &address in addresses {
        match connect_to(&Address::Internet(SocketAddr::new(address, port))) {
            Ok(fd) => {
                set_no_delay(fd.as_fd())?;
                return Ok(fd);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The IPv4 or IPv6 address that a text is, if it is one; without brackets.
pub fn numeric(text: &str) -> Option<IpAddr> {
    address::parse(text.as_bytes())
}

/// The addresses of a host: a numeric IPv4 or IPv6 address (brackets allowed), what
/// /etc/hosts says, or the loopback for `localhost`, in this order. There is no DNS.
///
/// # Errors
///
/// `ENOENT` for an unknown host.
pub fn resolve(host: &str) -> Result<Vec<IpAddr>> {
    let file = crate::fs::read_at_most("/etc/hosts", HOSTS_LIMIT).unwrap_or_default();
    let addresses = addresses(host, &file);
    if addresses.is_empty() { Err(Errno::ENOENT) } else { Ok(addresses) }
}

/// What we read of /etc/hosts: bytes.
const HOSTS_LIMIT: usize = 1 << 20;

fn addresses(host: &str, file: &[u8]) -> Vec<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if let Some(address) = numeric(bare.unwrap_or(host)) {
        return Vec::from([address]);
    }
    let mut found = Vec::new();
    for line in file.split(|&byte| byte == b'\n') {
        let text = line.split(|&byte| byte == b'#').next().unwrap_or_default();
        let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let address = words.next().and_then(address::parse);
        let named = words.any(|word| word.eq_ignore_ascii_case(host.as_bytes()));
        if let (Some(address), true) = (address, named) {
            found.push(address);
        }
    }
    if found.is_empty() && host.eq_ignore_ascii_case("localhost") {
        found.push(Ipv6Addr::LOCALHOST.into());
        found.push(Ipv4Addr::LOCALHOST.into());
    }
    found
}

fn connect_to(address: &Address<'_>) -> Result<OwnedFd> {
    let fd = socket(address.family())?;
    loop {
        match connect(fd.as_fd(), address) {
            Ok(()) => return Ok(fd),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
        // A unix socket has not begun to connect; an internet one goes on by itself, and
        // its outcome is waited for (connect(2), EINTR).
        if let Address::Internet(_) = address {
            let mut fds = [PollFd::new(fd.as_fd(), Events::OUT)];
            loop {
                match poll(&mut fds, None) {
                    Ok(_) => break,
                    Err(Errno::EINTR) => {}
                    // What has come of it can't be known.
                    Err(error) => return Err(error),
                }
            }
            return match take_error(fd.as_fd())? {
                None => Ok(fd),
                Some(error) => Err(error),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusl::net::{MessageFlags, recv};
    use std::io::Write;
    use std::net::TcpListener;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::UnixListener;

    const HOSTS: &[u8] = b"# a comment\n\
        127.0.0.1\tlocalhost local # trailing words\n\
        ::1 localhost ip6-localhost\n\
        \n\
        192.0.2.7   server.example server\n\
        fe80::1%lo0 scoped\n\
        not-an-address odd\n\
        192.0.2.8 second\xff\n\
        192.0.2.9 last";

    #[test]
    fn hosts_are_numbers_or_lines_of_a_file() {
        let find = |host: &str| {
            let found = addresses(host, HOSTS);
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(find("10.1.2.3"), "10.1.2.3");
        assert_eq!(find("::1"), "::1");
        assert_eq!(find("[2001:db8::5]"), "2001:db8::5");
        assert_eq!(find("localhost"), "127.0.0.1 ::1");
        assert_eq!(find("LocalHost"), "127.0.0.1 ::1");
        assert_eq!(find("server"), "192.0.2.7");
        assert_eq!(find("server.example"), "192.0.2.7");
        assert_eq!(find("last"), "192.0.2.9");
        for unknown in ["", "serv", "servers", "trailing", "scoped", "odd", "192.0.2", "[]"] {
            assert_eq!(find(unknown), "", "{unknown}");
        }
    }

    #[test]
    fn localhost_needs_no_file() {
        assert_eq!(addresses("localhost", b"").len(), 2);
        assert!(addresses("other", b"").is_empty());
        assert!(resolve("localhost").unwrap().iter().all(IpAddr::is_loopback));
        assert_eq!(resolve("no-such-host.invalid"), Err(Errno::ENOENT));
    }

    /// Reads what the server has said, to the end.
    fn heard(fd: &OwnedFd) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = [0; 16];
        loop {
            match recv(fd.as_fd(), &mut buffer, MessageFlags::NONE).unwrap() {
                0 => return all,
                length => all.extend_from_slice(&buffer[..length]),
            }
        }
    }

    #[test]
    fn unix_sockets_connect() {
        let name = format!("tiny-std-net-{}", std::process::id());
        let path = std::env::temp_dir().join(&name);
        let path = path.to_str().unwrap();
        let listener = UnixListener::bind(path).unwrap();
        let ours = connect_unix(path).unwrap();
        listener.accept().unwrap().0.write_all(b"by path").unwrap();
        assert_eq!(heard(&ours), b"by path");
        drop(listener);
        assert_eq!(connect_unix(path), Err(Errno::ECONNREFUSED));
        std::fs::remove_file(path).unwrap();
        assert_eq!(connect_unix(path), Err(Errno::ENOENT));

        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        let ours = connect_unix_abstract(&name).unwrap();
        listener.accept().unwrap().0.write_all(b"by name").unwrap();
        assert_eq!(heard(&ours), b"by name");
        drop(listener);
        assert_eq!(connect_unix_abstract(&name), Err(Errno::ECONNREFUSED));
    }

    #[test]
    fn a_connection_that_is_interrupted_is_waited_for_or_is_none() {
        crate::refusal::on_thread(|| {
            // Interrupted before it has begun, so that it never comes about.
            crate::refusal::forbid(libc::SYS_connect, Errno::EINTR);
            crate::refusal::forbid(libc::SYS_ppoll, Errno::ENOSYS);
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let here = Ipv4Addr::LOCALHOST.into();
            assert_eq!(connect_tcp(&[here], port), Err(Errno::ENOSYS));
        });
    }

    #[test]
    #[expect(unsafe_code, reason = "the standard library takes a descriptor by its number")]
    fn small_packets_are_sent_at_once() {
        use std::os::fd::FromRawFd;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ours = connect_tcp(&[Ipv4Addr::LOCALHOST.into()], port).unwrap();
        // SAFETY: the number of an open socket that we own no more.
        let ours = unsafe { std::net::TcpStream::from_raw_fd(ours.into_raw()) };
        assert!(ours.nodelay().unwrap());
    }

    #[test]
    fn the_first_address_that_answers_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        // Nobody listens on the first of these.
        let addresses = ["127.0.0.2", "127.0.0.1"].map(|address| address.parse().unwrap());
        let ours = connect_tcp(&addresses, port).unwrap();
        listener.accept().unwrap().0.write_all(b"by number").unwrap();
        assert_eq!(heard(&ours), b"by number");
        drop(listener);
        assert_eq!(connect_tcp(&addresses, port), Err(Errno::ECONNREFUSED));
        assert_eq!(connect_tcp(&[], port), Err(Errno::EDESTADDRREQ));
    }
}
