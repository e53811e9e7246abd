//! Files, whole, piece by piece or mapped, and what is in a directory.
//!
//! Never buffers.

mod map;

use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
pub use map::{forget_maps, map};
use rusl::fd::{AsFd, BorrowedFd, OwnedFd};
use rusl::fs::OpenFlags;
pub use rusl::fs::{Entry, FileSystem, Kind};
use rusl::{Errno, Result};

/// Reads a whole file. For one that is not ours, [`read_at_most`] bounds it.
///
/// # Errors
///
/// Those of open(2) and read(2), and `EINVAL` for a path with a NUL inside.
pub fn read(path: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    read_at_most(path, usize::MAX)
}

/// Reads a file up to `limit` bytes. A result as long as the limit may have been cut.
///
/// # Errors
///
/// As [`read`].
pub fn read_at_most(path: impl AsRef<[u8]>, limit: usize) -> Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    let expected = usize::try_from(file.size().unwrap_or(0)).unwrap_or(usize::MAX);
    // One more than its size, so that the end is seen without growing again.
    let mut want = expected.saturating_add(1).max(SMALLEST_READ);
    loop {
        let length = bytes.len();
        let room = want.min(limit - length);
        if room == 0 {
            return Ok(bytes);
        }
        bytes.try_reserve_exact(room).map_err(|_| Errno::ENOMEM)?;
        bytes.resize(length + room, 0);
        let result = file.read(&mut bytes[length..]);
        bytes.truncate(length + *result.as_ref().unwrap_or(&0));
        if result? == 0 {
            return Ok(bytes);
        }
        want = bytes.capacity().max(SMALLEST_READ);
    }
}

/// For files that say 0 for their size, such as those of procfs: bytes.
const SMALLEST_READ: usize = 1024;

/// The names in a directory, in no order, without `.` and `..`.
///
/// # Errors
///
/// As [`read_dir`].
pub fn names(path: impl AsRef<[u8]>) -> Result<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    read_dir(path.as_ref(), &mut |entry| names.push(entry.name.to_vec()))?;
    Ok(names)
}

/// Calls `each` with everything in a directory but `.` and `..`, in no order.
///
/// # Errors
///
/// Those of open(2) and getdents64(2), and `EINVAL` for a path with a NUL inside.
#[inline(never)]
pub fn read_dir(path: &[u8], each: &mut dyn FnMut(Entry<'_>)) -> Result<()> {
    let flags = OpenFlags::READ_ONLY | OpenFlags::DIRECTORY;
    let directory = File::open_with(&c_string(&[path])?, flags)?;
    let mut buffer = [0; 4096];
    loop {
        let length = rusl::fs::read_entries(directory.as_fd(), &mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        for entry in rusl::fs::entries(buffer.get(..length).unwrap_or_default()) {
            if !matches!(entry.name, b"." | b"..") {
                each(entry);
            }
        }
    }
}

/// How full the file system is that a path is on.
///
/// # Errors
///
/// Those of statfs(2), and `EINVAL` for a path with a NUL inside.
pub fn file_system(path: impl AsRef<[u8]>) -> Result<FileSystem> {
    rusl::fs::file_system(&c_string(&[path.as_ref()])?)
}

/// An open file.
#[derive(Debug)]
pub struct File(OwnedFd);

impl File {
    /// Opens for reading.
    ///
    /// # Errors
    ///
    /// Those of open(2), and `EINVAL` for a path with a NUL inside.
    pub fn open(path: impl AsRef<[u8]>) -> Result<Self> {
        Self::open_with(&c_string(&[path.as_ref()])?, OpenFlags::READ_ONLY)
    }

    /// Opens for writing, empty; creates it for everybody to read if there is none.
    ///
    /// # Errors
    ///
    /// As [`File::open`].
    pub fn create(path: impl AsRef<[u8]>) -> Result<Self> {
        let flags = OpenFlags::WRITE_ONLY | OpenFlags::CREATE | OpenFlags::TRUNCATE;
        Self::open_with(&c_string(&[path.as_ref()])?, flags)
    }

    fn open_with(path: &CStr, flags: OpenFlags) -> Result<Self> {
        loop {
            match rusl::fs::open(path, flags, 0o644) {
                Err(Errno::EINTR) => {}
                result => return result.map(Self),
            }
        }
    }

    /// Reads up to `buffer.len()` bytes; 0 is the end.
    ///
    /// # Errors
    ///
    /// Those of read(2), `EINTR` apart.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match rusl::fs::read(self.0.as_fd(), buffer) {
                Err(Errno::EINTR) => {}
                result => return result,
            }
        }
    }

    /// Reads up to `buffer.len()` bytes from `offset` on; the position stays.
    ///
    /// # Errors
    ///
    /// Those of pread(2), `EINTR` apart.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        loop {
            match rusl::fs::pread(self.0.as_fd(), buffer, offset) {
                Err(Errno::EINTR) => {}
                result => return result,
            }
        }
    }

    /// Writes up to `bytes.len()` bytes and gives how many.
    ///
    /// # Errors
    ///
    /// Those of write(2), `EINTR` apart.
    pub fn write(&self, bytes: &[u8]) -> Result<usize> {
        loop {
            match rusl::fs::write(self.0.as_fd(), bytes) {
                Err(Errno::EINTR) => {}
                result => return result,
            }
        }
    }

    /// Writes everything.
    ///
    /// # Errors
    ///
    /// As [`File::write`], and `EIO` if the file takes no more.
    pub fn write_all(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let written = self.write(bytes)?;
            if written == 0 {
                return Err(Errno::EIO);
            }
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Its size in bytes; 0 for what has none, such as procfs.
    ///
    /// # Errors
    ///
    /// `ENOSYS` before Linux 4.11.
    pub fn size(&self) -> Result<u64> {
        rusl::fs::size(self.0.as_fd())
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The parts of a path, one after the other, with a NUL at their end.
pub(crate) fn c_string(parts: &[&[u8]]) -> Result<CString> {
    CString::new(parts.concat()).map_err(|_| Errno::EINVAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    /// The path of a file that is not there yet.
    pub(super) fn fresh(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("tiny-std-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn a_file_is_read_whole_or_up_to_a_limit() {
        let path = fresh("read");
        let bytes = path.as_os_str().as_bytes();
        for size in [0, 1, 1023, 1024, 1025, 10_000, 200_000] {
            let contents: Vec<u8> = (0..size).map(|index| (index / 7) as u8).collect();
            let file = File::create(bytes).unwrap();
            file.write_all(&contents).unwrap();
            assert_eq!(file.size(), Ok(size as u64));
            assert!(read(bytes).unwrap() == contents);
            for limit in [0, 1, size / 2, size, size + 1] {
                let expected = &contents[..limit.min(size)];
                assert!(read_at_most(bytes, limit).unwrap() == expected, "{size} {limit}");
            }
        }
        let mut middle = [0; 4];
        assert_eq!(File::open(bytes).unwrap().read_at(&mut middle, 70), Ok(4));
        assert_eq!(middle, [10; 4]);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_without_a_size_is_read_whole() {
        // The maps of this process change while they are read; its limits don't.
        for path in ["/proc/self/limits", "/proc/cpuinfo", "/proc/self/environ"] {
            let expected = std::fs::read(path).unwrap();
            assert_eq!(File::open(path).unwrap().size(), Ok(0));
            assert_eq!(read(path).unwrap().len(), expected.len(), "{path}");
        }
        let environment = std::fs::read("/proc/self/environ").unwrap();
        assert_eq!(read("/proc/self/environ").unwrap(), environment);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(read("/absent"), Err(Errno::ENOENT));
        assert_eq!(read("/proc"), Err(Errno::EISDIR));
        assert_eq!(read("/proc/self\0/auxv"), Err(Errno::EINVAL));
        assert_eq!(read("/proc/version/below"), Err(Errno::ENOTDIR));
        assert_eq!(File::create("/proc/absent").err(), Some(Errno::ENOENT));
        assert_eq!(File::open("/dev/null").unwrap().write(b"x"), Err(Errno::EBADF));
    }

    #[test]
    fn a_directory_gives_its_names() {
        let folder = fresh("names");
        std::fs::create_dir(&folder).unwrap();
        let bytes = folder.as_os_str().as_bytes();
        let names = || {
            let mut names = Vec::new();
            read_dir(bytes, &mut |entry| names.push(entry.name.to_vec())).unwrap();
            names.sort();
            names
        };
        assert!(names().is_empty());
        let mut expected: Vec<Vec<u8>> =
            (0..200).map(|number| format!("a file with a longer name {number}").into()).collect();
        expected.push(b"\xff\n".to_vec());
        expected.sort();
        for name in &expected {
            std::fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), b"").unwrap();
        }
        assert_eq!(names(), expected);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(read_dir(bytes, &mut |_| ()), Err(Errno::ENOENT));
        assert_eq!(read_dir(b"/proc/version", &mut |_| ()), Err(Errno::ENOTDIR));
    }

    #[test]
    fn a_full_device_is_an_error_not_a_loop() {
        let full = File::create("/dev/full").unwrap();
        assert_eq!(full.write_all(b"x"), Err(Errno::ENOSPC));
    }

    #[test]
    fn a_directory_lists_its_names() {
        let mut ours = names("/proc/self").unwrap();
        ours.sort();
        let entries = std::fs::read_dir("/proc/self").unwrap();
        let mut expected: Vec<Vec<u8>> =
            entries.map(|entry| entry.unwrap().file_name().as_bytes().to_vec()).collect();
        expected.sort();
        assert_eq!(ours, expected);
        assert_eq!(names("/proc/self/stat"), Err(Errno::ENOTDIR));
        assert_eq!(names("/absent"), Err(Errno::ENOENT));
        assert!(file_system("/").unwrap().blocks > 0);
        assert_eq!(file_system("/\0"), Err(Errno::EINVAL));
    }
}
