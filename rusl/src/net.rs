//! Stream sockets: unix, IPv4, IPv6; and the one to ask the kernel itself.
//!
//! Never resolves a name and never waits for a connection's outcome; `tiny-std` does.
#![expect(unsafe_code, reason = "passes slices and structs to the kernel")]

use crate::arch::{self, number};
use crate::fd::{BorrowedFd, OwnedFd};
use crate::{Errno, Result};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::ops::BitOr;

const SOCK_STREAM: usize = 1;
pub(crate) const SOCK_CLOEXEC: usize = 0o2_000_000;

/// The kind of addresses that a socket has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// On this machine.
    Unix = 1,
    /// IPv4.
    Inet = 2,
    /// IPv6.
    Inet6 = 10,
}

/// Where a socket is, or shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address<'name> {
    /// A path in the file system, at most 107 bytes without NUL (unix(7)).
    Unix(&'name [u8]),
    /// A name in the abstract name space, at most 107 bytes of any kind (unix(7)).
    UnixAbstract(&'name [u8]),
    /// An internet address and port.
    Internet(SocketAddr),
}

impl Address<'_> {
    /// The family of the socket that it takes.
    pub const fn family(&self) -> Family {
        match self {
            Self::Unix(_) | Self::UnixAbstract(_) => Family::Unix,
            Self::Internet(SocketAddr::V4(_)) => Family::Inet,
            Self::Internet(SocketAddr::V6(_)) => Family::Inet6,
        }
    }
}

/// Flags of [`send`] and [`recv`], and of the same operations on a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageFlags(u32);

impl MessageFlags {
    /// None.
    pub const NONE: Self = Self(0);
    /// Leave what is received in the socket.
    pub const PEEK: Self = Self(0x02);
    /// `EAGAIN` instead of waiting, whatever the socket says.
    pub const DONT_WAIT: Self = Self(0x40);
    /// Wait until everything is sent, or received.
    pub const WAIT_ALL: Self = Self(0x100);
    /// `EPIPE`, but no SIGPIPE.
    pub const NO_SIGNAL: Self = Self(0x4000);

    /// The kernel's bits.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for MessageFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Which direction [`shutdown`] ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// Nothing more is received.
    Read = 0,
    /// Nothing more is sent: the other end sees the end.
    Write = 1,
    /// Both.
    Both = 2,
}

/// A stream socket (socket(2)).
///
/// # Errors
///
/// `EAFNOSUPPORT`, `EMFILE`, …
pub fn socket(family: Family) -> Result<OwnedFd> {
    // SAFETY: no pointer is passed.
    let ret =
        unsafe { arch::syscall3(number::SOCKET, family as usize, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    OwnedFd::from_ret(ret)
}

/// A socket to ask the kernel what it knows of wireless interfaces and the like, and to
/// receive its answers, which are there at once; never waits (netlink(7), generic netlink).
///
/// # Errors
///
/// `EPROTONOSUPPORT`, `EMFILE`, …
pub fn generic_netlink() -> Result<OwnedFd> {
    const AF_NETLINK: usize = 16;
    const SOCK_RAW: usize = 3;
    const SOCK_NONBLOCK: usize = 0o4000;
    const NETLINK_GENERIC: usize = 16;
    let kind = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;
    // SAFETY: no pointer is passed.
    OwnedFd::from_ret(unsafe { arch::syscall3(number::SOCKET, AF_NETLINK, kind, NETLINK_GENERIC) })
}

/// Two unix stream sockets, connected (socketpair(2)).
///
/// # Errors
///
/// `EMFILE`, `ENFILE`.
pub fn socketpair() -> Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0_i32; 2];
    // SAFETY: the kernel writes two integers to the exclusive array.
    let ret = unsafe {
        arch::syscall4(
            number::SOCKETPAIR,
            Family::Unix as usize,
            SOCK_STREAM | SOCK_CLOEXEC,
            0,
            ends.as_mut_ptr() as usize,
        )
    };
    Errno::from_ret(ret)?;
    // SAFETY: the call has just made this descriptor for us.
    let first = unsafe { OwnedFd::from_raw(ends[0]) };
    // SAFETY: and this one.
    let second = unsafe { OwnedFd::from_raw(ends[1]) };
    Ok((first, second))
}

/// Connects (connect(2)).
///
/// # Errors
///
/// `ENOENT`, `ECONNREFUSED`, `EACCES`, `ENAMETOOLONG`, `ETIMEDOUT`, … and `EINTR`, after
/// which an internet connection goes on by itself.
pub fn connect(fd: BorrowedFd<'_>, address: &Address<'_>) -> Result<()> {
    let address = RawAddress::new(address)?;
    // SAFETY: the kernel reads this many bytes of the address.
    let ret = unsafe {
        arch::syscall3(
            number::CONNECT,
            fd.argument(),
            address.bytes.as_ptr() as usize,
            address.length,
        )
    };
    Errno::from_ret(ret).map(drop)
}

/// Gives the socket an address (bind(2)). A path is created and not removed again.
///
/// # Errors
///
/// `EADDRINUSE`, …
pub fn bind(fd: BorrowedFd<'_>, address: &Address<'_>) -> Result<()> {
    let address = RawAddress::new(address)?;
    // SAFETY: the kernel reads this many bytes of the address.
    let ret = unsafe {
        arch::syscall3(number::BIND, fd.argument(), address.bytes.as_ptr() as usize, address.length)
    };
    Errno::from_ret(ret).map(drop)
}

/// Lets others connect; `backlog` of them wait at most (listen(2)).
///
/// # Errors
///
/// `EADDRINUSE`, `EOPNOTSUPP`.
pub fn listen(fd: BorrowedFd<'_>, backlog: u32) -> Result<()> {
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall2(number::LISTEN, fd.argument(), backlog as usize) };
    Errno::from_ret(ret).map(drop)
}

/// Takes the next connection (accept4(2)).
///
/// # Errors
///
/// `EINTR`, `EMFILE`, `ECONNABORTED`.
pub fn accept(fd: BorrowedFd<'_>) -> Result<OwnedFd> {
    // SAFETY: the address of the other end is not asked for.
    let ret = unsafe { arch::syscall4(number::ACCEPT4, fd.argument(), 0, 0, SOCK_CLOEXEC) };
    OwnedFd::from_ret(ret)
}

/// Sends up to `bytes.len()` bytes and gives how many; never raises SIGPIPE (send(2)).
///
/// # Errors
///
/// `EAGAIN`, `EINTR`, `EPIPE`, `ECONNRESET`.
pub fn send(fd: BorrowedFd<'_>, bytes: &[u8], flags: MessageFlags) -> Result<usize> {
    // SAFETY: the kernel only reads the slice.
    let ret = unsafe {
        arch::syscall6(
            number::SENDTO,
            fd.argument(),
            bytes.as_ptr() as usize,
            bytes.len(),
            (flags | MessageFlags::NO_SIGNAL).0 as usize,
            0,
            0,
        )
    };
    Errno::from_ret(ret)
}

/// Receives up to `buffer.len()` bytes; 0 is the end (recv(2)).
///
/// # Errors
///
/// `EAGAIN`, `EINTR`, `ECONNRESET`.
pub fn recv(fd: BorrowedFd<'_>, buffer: &mut [u8], flags: MessageFlags) -> Result<usize> {
    // SAFETY: the kernel writes at most the length of the exclusive slice.
    let ret = unsafe {
        arch::syscall6(
            number::RECVFROM,
            fd.argument(),
            buffer.as_mut_ptr() as usize,
            buffer.len(),
            flags.0 as usize,
            0,
            0,
        )
    };
    Errno::from_ret(ret)
}

/// Ends one direction or both, for every descriptor of the socket (shutdown(2)).
///
/// # Errors
///
/// `ENOTCONN`.
pub fn shutdown(fd: BorrowedFd<'_>, how: Shutdown) -> Result<()> {
    // SAFETY: no pointer is passed.
    let ret = unsafe { arch::syscall2(number::SHUTDOWN, fd.argument(), how as usize) };
    Errno::from_ret(ret).map(drop)
}

const SOL_SOCKET: usize = 1;
const SO_ERROR: usize = 4;
const SO_SNDBUF: usize = 7;
const IPPROTO_TCP: usize = 6;
const TCP_NODELAY: usize = 1;

/// How many bytes may wait to be sent, as the kernel counts them (socket(7)).
///
/// # Errors
///
/// `ENOTSOCK`.
pub fn send_buffer_size(fd: BorrowedFd<'_>) -> Result<u32> {
    get_option(fd, SO_SNDBUF).map(|size| size as u32)
}

/// Asks for a send buffer; the kernel doubles the size and keeps it within its limits.
///
/// # Errors
///
/// `ENOTSOCK`.
pub fn set_send_buffer_size(fd: BorrowedFd<'_>, size: u32) -> Result<()> {
    set_option(fd, SOL_SOCKET, SO_SNDBUF, size as i32)
}

/// Sends small pieces at once (`TCP_NODELAY`, tcp(7)).
///
/// # Errors
///
/// `EOPNOTSUPP` unless it is an internet socket.
pub fn set_no_delay(fd: BorrowedFd<'_>) -> Result<()> {
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1)
}

/// Takes the error that waits in the socket, such as the outcome of a connection that
/// went on after `EINTR` (`SO_ERROR`).
///
/// # Errors
///
/// `ENOTSOCK`. What waited is no error of this call.
pub fn take_error(fd: BorrowedFd<'_>) -> Result<Option<Errno>> {
    get_option(fd, SO_ERROR).map(Errno::from_raw)
}

fn get_option(fd: BorrowedFd<'_>, option: usize) -> Result<i32> {
    let mut value = 0_i32;
    let mut length = size_of::<i32>() as u32;
    // SAFETY: the kernel writes at most `length` bytes to the exclusive integer, and the
    // length back.
    let ret = unsafe {
        arch::syscall5(
            number::GETSOCKOPT,
            fd.argument(),
            SOL_SOCKET,
            option,
            &raw mut value as usize,
            &raw mut length as usize,
        )
    };
    Errno::from_ret(ret)?;
    Ok(value)
}

fn set_option(fd: BorrowedFd<'_>, level: usize, option: usize, value: i32) -> Result<()> {
    // SAFETY: the kernel reads one integer.
    let ret = unsafe {
        arch::syscall5(
            number::SETSOCKOPT,
            fd.argument(),
            level,
            option,
            &raw const value as usize,
            size_of::<i32>(),
        )
    };
    Errno::from_ret(ret).map(drop)
}

/// The internet address of our end (getsockname(2)).
///
/// # Errors
///
/// `EAFNOSUPPORT` for a unix socket.
pub fn local_address(fd: BorrowedFd<'_>) -> Result<SocketAddr> {
    let mut address = RawAddress { bytes: [0; RawAddress::SIZE], length: 0 };
    let mut length = RawAddress::SIZE as u32;
    // SAFETY: the kernel writes at most `length` bytes of the address, and the length.
    let ret = unsafe {
        arch::syscall3(
            number::GETSOCKNAME,
            fd.argument(),
            address.bytes.as_mut_ptr() as usize,
            &raw mut length as usize,
        )
    };
    Errno::from_ret(ret)?;
    address.length = length as usize;
    address.internet().ok_or(Errno::EAFNOSUPPORT)
}

/// `struct sockaddr_un`, `sockaddr_in` or `sockaddr_in6`, as bytes.
struct RawAddress {
    bytes: [u8; Self::SIZE],
    length: usize,
}

impl RawAddress {
    /// The largest of the three: a family and 108 bytes of path.
    const SIZE: usize = 110;

    fn new(address: &Address<'_>) -> Result<Self> {
        let mut raw = Self { bytes: [0; Self::SIZE], length: 0 };
        raw.push(&(address.family() as u16).to_ne_bytes());
        match address {
            Address::Unix(path) => {
                // An empty path would ask for a name of the kernel's choice.
                if path.is_empty() || path.contains(&0) {
                    return Err(Errno::EINVAL);
                }
                raw.push_name(path)?;
                raw.push(&[0]);
            }
            Address::UnixAbstract(name) => {
                raw.push(&[0]);
                raw.push_name(name)?;
            }
            Address::Internet(SocketAddr::V4(v4)) => {
                raw.push(&v4.port().to_be_bytes());
                raw.push(&v4.ip().octets());
                raw.push(&[0; 8]);
            }
            Address::Internet(SocketAddr::V6(v6)) => {
                raw.push(&v6.port().to_be_bytes());
                raw.push(&v6.flowinfo().to_ne_bytes());
                raw.push(&v6.ip().octets());
                raw.push(&v6.scope_id().to_ne_bytes());
            }
        }
        Ok(raw)
    }

    fn push_name(&mut self, name: &[u8]) -> Result<()> {
        const LONGEST: usize = 107;
        if name.len() > LONGEST {
            return Err(Errno::ENAMETOOLONG);
        }
        self.push(name);
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.length..][..bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    fn internet(&self) -> Option<SocketAddr> {
        let bytes = self.bytes.get(..self.length)?;
        let (family, rest) = bytes.split_first_chunk::<2>()?;
        let (port, rest) = rest.split_first_chunk::<2>()?;
        let port = u16::from_be_bytes(*port);
        let family = u16::from_ne_bytes(*family);
        if family == Family::Inet as u16 {
            let (ip, _) = rest.split_first_chunk::<4>()?;
            return Some(SocketAddrV4::new(Ipv4Addr::from_octets(*ip), port).into());
        }
        if family == Family::Inet6 as u16 {
            let (flow, rest) = rest.split_first_chunk::<4>()?;
            let (ip, rest) = rest.split_first_chunk::<16>()?;
            let (scope, _) = rest.split_first_chunk::<4>()?;
            let (flow, scope) = (u32::from_ne_bytes(*flow), u32::from_ne_bytes(*scope));
            return Some(SocketAddrV6::new(Ipv6Addr::from_octets(*ip), port, flow, scope).into());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::{AsFd, is_close_on_exec};
    use linux_raw_sys::net;
    use std::mem::offset_of;

    #[test]
    fn addresses_are_laid_out_as_the_kernel_does() {
        let unix = RawAddress::new(&Address::Unix(b"/name")).unwrap();
        assert_eq!(RawAddress::SIZE, size_of::<net::sockaddr_un>());
        let path = offset_of!(net::sockaddr_un, sun_path);
        assert_eq!(unix.bytes[..2], (net::AF_UNIX as u16).to_ne_bytes());
        assert_eq!((unix.length, &unix.bytes[path..unix.length]), (path + 6, &b"/name\0"[..]));
        let v4 = RawAddress::new(&Address::Internet("1.2.3.4:258".parse().unwrap())).unwrap();
        assert_eq!(v4.length, size_of::<net::sockaddr_in>());
        assert_eq!(v4.bytes[..2], (net::AF_INET as u16).to_ne_bytes());
        assert_eq!(v4.bytes[offset_of!(net::sockaddr_in, sin_port)..][..2], [1, 2]);
        assert_eq!(v4.bytes[offset_of!(net::sockaddr_in, sin_addr)..][..4], [1, 2, 3, 4]);
        let v6 = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 258, 5, 6);
        let v6 = RawAddress::new(&Address::Internet(v6.into())).unwrap();
        assert_eq!(v6.length, size_of::<net::sockaddr_in6>());
        assert_eq!(v6.bytes[..2], (net::AF_INET6 as u16).to_ne_bytes());
        let at = |offset: usize, length| &v6.bytes[offset..offset + length];
        assert_eq!(at(offset_of!(net::sockaddr_in6, sin6_port), 2), [1, 2]);
        assert_eq!(at(offset_of!(net::sockaddr_in6, sin6_flowinfo), 4), 5_u32.to_ne_bytes());
        assert_eq!(at(offset_of!(net::sockaddr_in6, sin6_addr) + 15, 1), [1]);
        assert_eq!(at(offset_of!(net::sockaddr_in6, sin6_scope_id), 4), 6_u32.to_ne_bytes());
    }

    /// Binds, connects, accepts, and sends a word each way.
    fn round_trip(bound: &Address<'_>) {
        let listener = socket(bound.family()).unwrap();
        bind(listener.as_fd(), bound).unwrap();
        listen(listener.as_fd(), 4).unwrap();
        let target = match bound {
            Address::Internet(_) => Address::Internet(local_address(listener.as_fd()).unwrap()),
            other => *other,
        };
        let client = socket(bound.family()).unwrap();
        connect(client.as_fd(), &target).unwrap();
        let server = accept(listener.as_fd()).unwrap();
        for fd in [&listener, &client, &server] {
            assert_eq!(is_close_on_exec(fd.as_fd()), Ok(true));
        }
        for (from, to) in [(&client, &server), (&server, &client)] {
            assert_eq!(send(from.as_fd(), b"word", MessageFlags::NONE), Ok(4));
            let mut buffer = [0; 8];
            assert_eq!(recv(to.as_fd(), &mut buffer, MessageFlags::NONE), Ok(4));
            assert_eq!(&buffer[..4], b"word");
        }
        assert_eq!(take_error(client.as_fd()), Ok(None));
    }

    #[test]
    fn every_family_connects() {
        let name = format!("rusl-net-{}", std::process::id());
        round_trip(&Address::UnixAbstract(name.as_bytes()));
        let path = std::env::temp_dir().join(&name);
        let path = path.to_str().unwrap();
        round_trip(&Address::Unix(path.as_bytes()));
        std::fs::remove_file(path).unwrap();
        round_trip(&Address::Internet("127.0.0.1:0".parse().unwrap()));
        // A machine may be without IPv6; then it must say exactly that.
        match std::net::TcpListener::bind("[::1]:0") {
            Ok(_) => round_trip(&Address::Internet("[::1]:0".parse().unwrap())),
            Err(error) => assert!(matches!(error.raw_os_error(), Some(97 | 99)), "{error}"),
        }
    }

    #[test]
    fn the_kernel_answers_at_once() {
        let socket = generic_netlink().unwrap();
        assert_eq!(is_close_on_exec(socket.as_fd()), Ok(true));
        // Which number the family has that tells of families: always 16.
        let mut question = vec![32, 0, 0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0];
        question.extend(b"\x0b\0\x02\0nlctrl\0\0");
        let mut answer = [0; 4096];
        let mut receive = || recv(socket.as_fd(), &mut answer, MessageFlags::NONE);
        assert_eq!(receive(), Err(Errno::EAGAIN));
        assert_eq!(send(socket.as_fd(), &question, MessageFlags::NONE), Ok(32));
        assert!(receive().unwrap() > 32);
        assert_eq!(answer[4], 16);
    }

    #[test]
    fn names_are_checked() {
        let fd = socket(Family::Unix).unwrap();
        let try_connect = |address| connect(fd.as_fd(), &address);
        assert_eq!(try_connect(Address::Unix(b"")), Err(Errno::EINVAL));
        assert_eq!(try_connect(Address::Unix(b"/a\0b")), Err(Errno::EINVAL));
        assert_eq!(try_connect(Address::Unix(&[b'a'; 108])), Err(Errno::ENAMETOOLONG));
        assert_eq!(try_connect(Address::Unix(&[b'a'; 107])), Err(Errno::ENOENT));
        let long = [b'a'; 107];
        assert_eq!(try_connect(Address::UnixAbstract(&long)), Err(Errno::ECONNREFUSED));
    }

    #[test]
    fn a_closed_peer_is_epipe_without_a_signal_and_then_the_end() {
        use crate::signal::{Change, Set, Signal, read_signal, signalfd, sigprocmask};
        // Ignored here, as by std, it still comes while it is blocked.
        let set = Set::EMPTY.with(Signal::PIPE);
        let mask = sigprocmask(Change::Block, set).unwrap();
        let signals = signalfd(set).unwrap();
        let (ours, theirs) = socketpair().unwrap();
        let now = MessageFlags::DONT_WAIT;
        assert_eq!(recv(ours.as_fd(), &mut [0; 4], now), Err(Errno::EAGAIN));
        drop(theirs);
        assert_eq!(send(ours.as_fd(), b"x", now), Err(Errno::EPIPE));
        assert_eq!(recv(ours.as_fd(), &mut [0; 4], now), Ok(0));
        assert_eq!(read_signal(signals.as_fd()).err(), Some(Errno::EAGAIN));
        // That the signal would be seen there.
        assert_eq!(crate::fs::write(ours.as_fd(), b"x"), Err(Errno::EPIPE));
        assert_eq!(read_signal(signals.as_fd()).unwrap().signal, Signal::PIPE.raw());
        sigprocmask(Change::Set, mask).unwrap();
    }

    #[test]
    fn shutdown_ends_one_direction() {
        let (ours, theirs) = socketpair().unwrap();
        shutdown(ours.as_fd(), Shutdown::Write).unwrap();
        assert_eq!(recv(theirs.as_fd(), &mut [0; 4], MessageFlags::NONE), Ok(0));
        assert_eq!(send(theirs.as_fd(), b"x", MessageFlags::NONE), Ok(1));
        assert_eq!(recv(ours.as_fd(), &mut [0; 4], MessageFlags::NONE), Ok(1));
        assert_eq!(local_address(ours.as_fd()), Err(Errno::EAFNOSUPPORT));
    }

    #[test]
    fn the_send_buffer_is_doubled() {
        let (ours, _theirs) = socketpair().unwrap();
        set_send_buffer_size(ours.as_fd(), 8192).unwrap();
        assert_eq!(send_buffer_size(ours.as_fd()), Ok(16384));
    }
}
