//! Text on standard output and standard error.
//!
//! Never keeps text back: each call is one write, up to 4,096 bytes. Never fails: where
//! nobody reads there is nobody to tell.
#![expect(unsafe_code, reason = "fills a buffer that is not initialised")]

use core::fmt;
use core::mem::MaybeUninit;
use core::slice;
use rusl::Errno;
use rusl::fd::{BorrowedFd, STDERR, STDOUT};

/// Prints to standard output, as `format!` would.
#[macro_export]
macro_rules! print {
    ($($argument:tt)*) => {
        $crate::print::standard_output(::core::format_args!($($argument)*))
    };
}

/// Prints a line to standard output.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($argument:tt)*) => {
        $crate::print!("{}\n", ::core::format_args!($($argument)*))
    };
}

/// Prints to standard error.
#[macro_export]
macro_rules! eprint {
    ($($argument:tt)*) => {
        $crate::print::standard_error(::core::format_args!($($argument)*))
    };
}

/// Prints a line to standard error.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::eprint!("\n") };
    ($($argument:tt)*) => {
        $crate::eprint!("{}\n", ::core::format_args!($($argument)*))
    };
}

/// What [`print!`](crate::print!) calls.
pub fn standard_output(arguments: fmt::Arguments<'_>) {
    print(STDOUT, arguments);
}

/// What [`eprint!`](crate::eprint!) calls.
pub fn standard_error(arguments: fmt::Arguments<'_>) {
    print(STDERR, arguments);
}

/// Prints these texts to standard output, one after the other.
pub fn output(texts: &[&str]) {
    print_texts(STDOUT, texts);
}

/// Prints these texts to standard error, one after the other.
pub fn error(texts: &[&str]) {
    print_texts(STDERR, texts);
}

fn print_texts(fd: BorrowedFd<'_>, texts: &[&str]) {
    // Nothing to gather: a program that says no more than this has no use for the rest.
    if let [text] = texts {
        return write_all(fd, text.as_bytes());
    }
    let mut line = Line::new(fd);
    for text in texts {
        // Can't fail.
        let _ = fmt::Write::write_str(&mut line, text);
    }
    line.flush();
}

fn print(fd: BorrowedFd<'_>, arguments: fmt::Arguments<'_>) {
    let mut line = Line::new(fd);
    // An error can only come from a Display that gives up; what came before is printed.
    let _ = fmt::write(&mut line, arguments);
    line.flush();
}

/// Up to this many bytes go out in one write.
const CAPACITY: usize = 4096;

/// Text on its way to a descriptor, gathered so that it goes out in one write.
pub(crate) struct Line<'fd> {
    fd: BorrowedFd<'fd>,
    buffer: [MaybeUninit<u8>; CAPACITY],
    length: usize,
}

impl<'fd> Line<'fd> {
    pub(crate) const fn new(fd: BorrowedFd<'fd>) -> Self {
        Self { fd, buffer: [MaybeUninit::uninit(); CAPACITY], length: 0 }
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = self.buffer.get_mut(self.length..).unwrap_or_default();
            let (now, later) = bytes.split_at(bytes.len().min(room.len()));
            room[..now.len()].write_copy_of_slice(now);
            self.length += now.len();
            bytes = later;
            if self.length == CAPACITY {
                self.flush();
            }
        }
    }

    /// A text, and a number in hexadecimal digits.
    pub(crate) fn write_hexadecimal(&mut self, before: &[u8], number: usize) {
        if number < 16 {
            self.write(before);
        } else {
            self.write_hexadecimal(before, number >> 4);
        }
        self.write(slice::from_ref(&b"0123456789abcdef"[number & 15]));
    }

    /// Writes out what was gathered.
    pub(crate) fn flush(&mut self) {
        let full = self.buffer.get(..self.length).unwrap_or_default();
        // SAFETY: the first `length` bytes are written.
        let bytes = unsafe { full.assume_init_ref() };
        write_all(self.fd, bytes);
        self.length = 0;
    }
}

impl fmt::Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// Writes everything, as long as somebody takes it.
fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match rusl::fs::write(fd, bytes) {
            Ok(0) => return,
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::EINTR) => {}
            // EPIPE, EBADF, EAGAIN, ENOSPC: a message is not worth more than the program.
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixDatagram;

    /// What each write of a print consists of: a datagram is one write.
    fn writes(arguments: fmt::Arguments<'_>) -> Vec<String> {
        let (ours, theirs) = UnixDatagram::pair().unwrap();
        // SAFETY: the socket is open until the end of the function.
        let fd = unsafe { BorrowedFd::from_raw(ours.as_raw_fd()) };
        print(fd, arguments);
        theirs.set_nonblocking(true).unwrap();
        let mut found = Vec::new();
        let mut buffer = [0; 2 * CAPACITY];
        while let Ok(length) = theirs.recv(&mut buffer) {
            found.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
        }
        found
    }

    #[test]
    fn a_line_is_one_write() {
        let name = "name";
        assert_eq!(writes(format_args!("{name}: {:?} {}\n", Some(3), 'x')), ["name: Some(3) x\n"]);
        assert_eq!(writes(format_args!("")), [""; 0]);
        for length in [CAPACITY - 1, CAPACITY] {
            let text = "t".repeat(length);
            assert_eq!(writes(format_args!("{text}")), [text]);
        }
    }

    #[test]
    fn a_long_text_is_several_writes_and_whole() {
        for length in [CAPACITY + 1, 2 * CAPACITY, 3 * CAPACITY + 77] {
            let text: String = (0..length).map(|at| char::from(b'a' + (at % 23) as u8)).collect();
            let (head, tail) = text.split_at(5);
            let found = writes(format_args!("{head}{tail}"));
            assert_eq!(found.len(), length.div_ceil(CAPACITY));
            assert_eq!(found.concat(), text);
        }
    }

    #[test]
    fn nobody_listening_is_no_error() {
        let (reader, writer) = rusl::fs::pipe().unwrap();
        drop(reader);
        // std ignores SIGPIPE, so this is EPIPE.
        print(rusl::fd::AsFd::as_fd(&writer), format_args!("lost\n"));
        // SAFETY: writing to no descriptor is EBADF.
        print(unsafe { BorrowedFd::from_raw(-1) }, format_args!("lost\n"));
    }

    #[test]
    fn what_a_failing_display_has_said_is_printed() {
        struct Failing;
        impl fmt::Display for Failing {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(writes(format_args!("<{Failing}>")), ["<half"]);
    }
}
