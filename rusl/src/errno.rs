//! What the kernel says when it can't: [`Errno`], its names and sentences.
//!
//! Never a string chosen at the call site: the caller knows what it tried.

use core::fmt;

/// What a system call gives: a value, or the kernel's reason.
pub type Result<T> = core::result::Result<T, Errno>;

/// A kernel error number, 1 to 4095 (errno(3)).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Errno(u16);

/// The largest error number that the kernel returns (`MAX_ERRNO`).
const LARGEST: isize = 4095;

impl Errno {
    /// The error with this number, or `None` outside 1 to 4095.
    pub const fn from_raw(raw: i32) -> Option<Self> {
        if raw > 0 && raw as isize <= LARGEST { Some(Self(raw as u16)) } else { None }
    }

    /// The number, positive.
    pub const fn raw(self) -> i32 {
        self.0 as i32
    }

    /// The name in the manual, as `"ENOENT"`.
    pub fn name(self) -> Option<&'static str> {
        self.line(0)
    }

    /// What it means, in lower case, without a full stop.
    pub fn sentence(self) -> Option<&'static str> {
        self.line(1)
    }

    /// One of the two lines about this error, if there is anything in it.
    fn line(self, which: usize) -> Option<&'static str> {
        let index = NUMBERS.iter().position(|number| u16::from(*number) == self.0)?;
        let mut before = 2 * index + which;
        let mut start = 0;
        for (at, byte) in TEXT.bytes().enumerate() {
            if byte != b'\n' {
                continue;
            }
            if before == 0 {
                return TEXT.get(start..at).filter(|line| !line.is_empty());
            }
            before -= 1;
            start = at + 1;
        }
        None
    }

    /// Reads the result of a system call, or of an `io_uring` completion.
    pub(crate) const fn from_ret(ret: isize) -> Result<usize> {
        if ret < 0 && ret >= -LARGEST { Err(Self(-ret as u16)) } else { Ok(ret as usize) }
    }
}

/// `ENOENT (2): no such file or directory`; the parts that are known.
impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("errno"), self.0)?;
        match self.sentence() {
            Some(sentence) => write!(f, ": {sentence}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("errno"), self.0)
    }
}

impl core::error::Error for Errno {}

/// One list, so that constant, name and sentence can't disagree. An empty sentence is
/// none.
macro_rules! errnos {
    ($($name:ident = $number:literal, $sentence:literal;)*) => {
        impl Errno {
            $(
                #[doc = concat!("Number ", $number, ". ", $sentence)]
                pub const $name: Self = Self($number);
            )*

        }

        const NUMBERS: &[u8] = &[$($number),*];
        /// A line for each name and one for its sentence.
        const TEXT: &str = concat!($(stringify!($name), "\n", $sentence, "\n"),*);

        #[cfg(test)]
        const ALL: &[Errno] = &[$(Errno::$name),*];

        /// Each beside the number that the kernel's headers give its name.
        #[cfg(test)]
        pub(crate) const OF_THE_KERNEL: &[(Errno, u32)] =
            &[$((Errno::$name, linux_raw_sys::errno::$name)),*];
    };
}

errnos! {
    EPERM = 1, "operation not permitted";
    ENOENT = 2, "no such file or directory";
    ESRCH = 3, "no such process";
    EINTR = 4, "interrupted by a signal";
    EIO = 5, "input or output failed";
    ENXIO = 6, "no such device or address";
    E2BIG = 7, "arguments and environment are too long";
    ENOEXEC = 8, "not a program that the kernel can run";
    EBADF = 9, "not an open descriptor";
    ECHILD = 10, "no child to wait for";
    EAGAIN = 11, "not now; try again";
    ENOMEM = 12, "out of memory";
    EACCES = 13, "permission denied";
    EFAULT = 14, "bad address";
    ENOTBLK = 15, "";
    EBUSY = 16, "in use";
    EEXIST = 17, "exists already";
    EXDEV = 18, "on another file system";
    ENODEV = 19, "no such device";
    ENOTDIR = 20, "not a directory";
    EISDIR = 21, "is a directory";
    EINVAL = 22, "invalid argument";
    ENFILE = 23, "too many open files in the system";
    EMFILE = 24, "too many open files in the process";
    ENOTTY = 25, "not a terminal, or not for this descriptor";
    ETXTBSY = 26, "the program's file is open for writing";
    EFBIG = 27, "file too large";
    ENOSPC = 28, "no space left on the device";
    ESPIPE = 29, "can't seek";
    EROFS = 30, "read-only file system";
    EMLINK = 31, "too many links";
    EPIPE = 32, "nobody reads the other end";
    EDOM = 33, "outside of the domain";
    ERANGE = 34, "out of range";
    EDEADLK = 35, "";
    ENAMETOOLONG = 36, "name too long";
    ENOLCK = 37, "";
    ENOSYS = 38, "not implemented by this kernel, or forbidden";
    ENOTEMPTY = 39, "directory not empty";
    ELOOP = 40, "too many symbolic links";
    ENOMSG = 42, "";
    EIDRM = 43, "";
    ECHRNG = 44, "";
    EL2NSYNC = 45, "";
    EL3HLT = 46, "";
    EL3RST = 47, "";
    ELNRNG = 48, "";
    EUNATCH = 49, "";
    ENOCSI = 50, "";
    EL2HLT = 51, "";
    EBADE = 52, "";
    EBADR = 53, "a completion was lost for lack of memory";
    EXFULL = 54, "";
    ENOANO = 55, "";
    EBADRQC = 56, "";
    EBADSLT = 57, "";
    EBFONT = 59, "";
    ENOSTR = 60, "";
    ENODATA = 61, "no data";
    ETIME = 62, "the time is up";
    ENOSR = 63, "";
    ENONET = 64, "";
    ENOPKG = 65, "";
    EREMOTE = 66, "";
    ENOLINK = 67, "";
    EADV = 68, "";
    ESRMNT = 69, "";
    ECOMM = 70, "";
    EPROTO = 71, "protocol error";
    EMULTIHOP = 72, "";
    EDOTDOT = 73, "";
    EBADMSG = 74, "";
    EOVERFLOW = 75, "value too large";
    ENOTUNIQ = 76, "";
    EBADFD = 77, "";
    EREMCHG = 78, "";
    ELIBACC = 79, "";
    ELIBBAD = 80, "";
    ELIBSCN = 81, "";
    ELIBMAX = 82, "";
    ELIBEXEC = 83, "";
    EILSEQ = 84, "invalid byte sequence";
    ERESTART = 85, "";
    ESTRPIPE = 86, "";
    EUSERS = 87, "";
    ENOTSOCK = 88, "not a socket";
    EDESTADDRREQ = 89, "destination address required";
    EMSGSIZE = 90, "message too long";
    EPROTOTYPE = 91, "wrong kind of protocol for the socket";
    ENOPROTOOPT = 92, "no such option of the protocol";
    EPROTONOSUPPORT = 93, "protocol not supported";
    ESOCKTNOSUPPORT = 94, "kind of socket not supported";
    EOPNOTSUPP = 95, "operation not supported";
    EPFNOSUPPORT = 96, "protocol family not supported";
    EAFNOSUPPORT = 97, "address family not supported";
    EADDRINUSE = 98, "address in use";
    EADDRNOTAVAIL = 99, "address not available";
    ENETDOWN = 100, "network is down";
    ENETUNREACH = 101, "network unreachable";
    ENETRESET = 102, "network dropped the connection";
    ECONNABORTED = 103, "connection aborted";
    ECONNRESET = 104, "connection reset by the other end";
    ENOBUFS = 105, "no buffer space";
    EISCONN = 106, "connected already";
    ENOTCONN = 107, "not connected";
    ESHUTDOWN = 108, "shut down already";
    ETOOMANYREFS = 109, "";
    ETIMEDOUT = 110, "timed out";
    ECONNREFUSED = 111, "connection refused";
    EHOSTDOWN = 112, "host is down";
    EHOSTUNREACH = 113, "host unreachable";
    EALREADY = 114, "under way already";
    EINPROGRESS = 115, "in progress";
    ESTALE = 116, "stale file handle";
    EUCLEAN = 117, "";
    ENOTNAM = 118, "";
    ENAVAIL = 119, "";
    EISNAM = 120, "";
    EREMOTEIO = 121, "";
    EDQUOT = 122, "disk quota exceeded";
    ENOMEDIUM = 123, "";
    EMEDIUMTYPE = 124, "";
    ECANCELED = 125, "cancelled";
    ENOKEY = 126, "";
    EKEYEXPIRED = 127, "";
    EKEYREVOKED = 128, "";
    EKEYREJECTED = 129, "";
    EOWNERDEAD = 130, "";
    ENOTRECOVERABLE = 131, "";
    ERFKILL = 132, "";
    EHWPOISON = 133, "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_has_name_number_and_sentence() {
        assert_eq!(Errno::ENOENT.to_string(), "ENOENT (2): no such file or directory");
        assert_eq!(Errno::ENOTBLK.to_string(), "ENOTBLK (15)");
        assert_eq!(Errno::from_raw(4000).unwrap().to_string(), "errno (4000)");
        assert_eq!(format!("{:?}", Errno::EPERM), "EPERM (1)");
        assert_eq!(size_of::<Errno>(), 2);
    }

    #[test]
    fn only_the_last_page_of_results_is_an_error() {
        for raw in 1..=4095 {
            assert_eq!(Errno::from_ret(-raw), Err(Errno::from_raw(raw as i32).unwrap()));
        }
        for ret in [0, 1, isize::MAX, -4096, isize::MIN] {
            assert_eq!(Errno::from_ret(ret), Ok(ret as usize));
        }
        for raw in [0, -1, 4096, i32::MIN] {
            assert_eq!(Errno::from_raw(raw), None);
        }
    }

    #[test]
    fn names_are_those_of_the_standard_library() {
        // The host's libc is the second opinion on what each number means.
        use std::io::{Error, ErrorKind};
        for (errno, kind) in [
            (Errno::ENOENT, ErrorKind::NotFound),
            (Errno::EACCES, ErrorKind::PermissionDenied),
            (Errno::ECONNREFUSED, ErrorKind::ConnectionRefused),
            (Errno::EPIPE, ErrorKind::BrokenPipe),
            (Errno::EADDRINUSE, ErrorKind::AddrInUse),
            (Errno::ETIMEDOUT, ErrorKind::TimedOut),
            (Errno::EINTR, ErrorKind::Interrupted),
            (Errno::EAGAIN, ErrorKind::WouldBlock),
            (Errno::ENOTCONN, ErrorKind::NotConnected),
            (Errno::ESTALE, ErrorKind::StaleNetworkFileHandle),
        ] {
            assert_eq!(Error::from_raw_os_error(errno.raw()).kind(), kind, "{errno}");
        }
        assert!(ALL.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
