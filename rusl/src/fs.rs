//! Files: open, read, write, size, links, directories, file systems, pipes.
//!
//! Never retries a short or interrupted call; `tiny-std` does.
#![expect(unsafe_code, reason = "passes slices and strings to the kernel")]

use crate::arch::{self, number, open_flag};
use crate::fd::{BorrowedFd, OwnedFd};
use crate::{Errno, Result};
use core::ffi::CStr;
use core::ops::BitOr;

/// Relative paths start at the working directory.
const AT_FDCWD: usize = -100_i32 as usize;
const AT_EMPTY_PATH: usize = 0x1000;
const O_CLOEXEC: u32 = 0o2_000_000;

/// How to open a file (open(2)). Close-on-exec always comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFlags(u32);

impl OpenFlags {
    /// For reading.
    pub const READ_ONLY: Self = Self(0);
    /// For writing.
    pub const WRITE_ONLY: Self = Self(1);
    /// For both.
    pub const READ_WRITE: Self = Self(2);
    /// Create it if it does not exist.
    pub const CREATE: Self = Self(0o100);
    /// With `CREATE`: fail if it exists.
    pub const EXCLUSIVE: Self = Self(0o200);
    /// A terminal does not become the controlling one.
    pub const NO_CONTROLLING_TERMINAL: Self = Self(0o400);
    /// Cut it to length 0.
    pub const TRUNCATE: Self = Self(0o1000);
    /// Every write goes to the end.
    pub const APPEND: Self = Self(0o2000);
    /// `EAGAIN` instead of waiting.
    pub const NON_BLOCKING: Self = Self(0o4000);
    /// Fail unless it is a directory.
    pub const DIRECTORY: Self = Self(open_flag::DIRECTORY);
    /// Fail if the last component is a symbolic link.
    pub const NO_FOLLOW: Self = Self(open_flag::NO_FOLLOW);

    /// The kernel's bits.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl BitOr for OpenFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What to ask of [`access`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It exists.
    Exists = 0,
    /// We may execute it, or search the directory.
    Execute = 1,
    /// We may write it.
    Write = 2,
    /// We may read it.
    Read = 4,
}

/// Opens a file. `mode` holds the permissions of a file that gets created, before the
/// umask (open(2)).
///
/// # Errors
///
/// `ENOENT`, `EACCES`, `ELOOP`, `EMFILE`, …
pub fn open(path: &CStr, flags: OpenFlags, mode: u32) -> Result<OwnedFd> {
    let flags = flags.0 | O_CLOEXEC;
    // SAFETY: the path ends in NUL and is only read.
    let ret = unsafe {
        arch::syscall4(
            number::OPENAT,
            AT_FDCWD,
            path.as_ptr() as usize,
            flags as usize,
            mode as usize,
        )
    };
    OwnedFd::from_ret(ret)
}

/// Reads up to `buffer.len()` bytes; 0 is the end (read(2)).
///
/// # Errors
///
/// `EINTR`, `EAGAIN`, `EIO`, `EISDIR`, …
pub fn read(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the kernel writes at most the length of the exclusive slice.
    let ret = unsafe {
        arch::syscall3(number::READ, fd.argument(), buffer.as_mut_ptr() as usize, buffer.len())
    };
    Errno::from_ret(ret)
}

/// Writes up to `bytes.len()` bytes and gives how many (write(2)). Raises `SIGPIPE` where
/// nobody reads; sockets have [`crate::net::send`].
///
/// # Errors
///
/// `EINTR`, `EAGAIN`, `EPIPE`, `ENOSPC`, …
pub fn write(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the kernel only reads the slice.
    let ret = unsafe {
        arch::syscall3(number::WRITE, fd.argument(), bytes.as_ptr() as usize, bytes.len())
    };
    Errno::from_ret(ret)
}

/// Reads up to `buffer.len()` bytes from `offset` on, and does not move the position
/// (pread(2)).
///
/// # Errors
///
/// `EINTR`, `ESPIPE` for what can't seek, …
pub fn pread(fd: BorrowedFd<'_>, buffer: &mut [u8], offset: u64) -> Result<usize> {
    // SAFETY: the kernel writes at most the length of the exclusive slice.
    let ret = unsafe {
        arch::syscall4(
            number::PREAD64,
            fd.argument(),
            buffer.as_mut_ptr() as usize,
            buffer.len(),
            offset as usize,
        )
    };
    Errno::from_ret(ret)
}

/// The size of an open file in bytes; 0 for what has none, such as procfs (statx(2)).
///
/// # Errors
///
/// `ENOSYS` before Linux 4.11.
pub fn size(fd: BorrowedFd<'_>) -> Result<u64> {
    const STATX_SIZE: usize = 0x200;
    let mut status = Statx::default();
    // SAFETY: the path is an empty string with its NUL, and `status` is exclusive and
    // as large as the kernel's struct.
    let ret = unsafe {
        arch::syscall5(
            number::STATX,
            fd.argument(),
            c"".as_ptr() as usize,
            AT_EMPTY_PATH,
            STATX_SIZE,
            &raw mut status as usize,
        )
    };
    Errno::from_ret(ret)?;
    Ok(status.size)
}

/// Reads entries of an open directory: how many bytes of `buffer` they fill, for
/// [`entries`]; 0 is the end (getdents64(2)).
///
/// # Errors
///
/// `ENOTDIR`, `EINVAL` for a buffer that is too small.
pub fn read_entries(directory: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the kernel writes at most the length of the exclusive slice.
    let ret = unsafe {
        arch::syscall3(
            number::GETDENTS64,
            directory.argument(),
            buffer.as_mut_ptr() as usize,
            buffer.len(),
        )
    };
    Errno::from_ret(ret)
}

/// What [`read_entries`] has read, `.` and `..` among it.
pub fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    /// Number, offset, length and kind stand before the name (`struct linux_dirent64`).
    const LENGTH_AT: usize = 16;
    const KIND_AT: usize = 18;
    const NAME_AT: usize = 19;
    core::iter::from_fn(move || {
        let length = bytes.get(LENGTH_AT..)?.first_chunk().map(|two| u16::from_ne_bytes(*two))?;
        let (entry, rest) = bytes.split_at_checked(length.into())?;
        bytes = rest;
        let name = entry.get(NAME_AT..)?.split(|byte| *byte == 0).next()?;
        let kind = match entry.get(KIND_AT)? {
            0 => Kind::Unknown,
            4 => Kind::Directory,
            8 => Kind::File,
            10 => Kind::Link,
            _ => Kind::Other,
        };
        Some(Entry { name, kind })
    })
}

/// A name in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The name, without a slash.
    pub name: &'a [u8],
    /// What it stands for.
    pub kind: Kind,
}

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of bytes.
    File,
    /// A directory.
    Directory,
    /// A symbolic link to whatever.
    Link,
    /// A device, a pipe, a socket.
    Other,
    /// The file system does not say.
    Unknown,
}

/// How full a file system is, in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// The size of a block in bytes.
    pub block: u64,
    /// All blocks.
    pub blocks: u64,
    /// Those that are free.
    pub free: u64,
    /// Those of them that anyone may use.
    pub available: u64,
}

/// How full the file system is that a path is on (statfs(2)). Waits for a server's one.
///
/// # Errors
///
/// `ENOENT`, `EACCES`, `EIO`, …
pub fn file_system(path: &CStr) -> Result<FileSystem> {
    let mut status = Statfs::default();
    // SAFETY: the path ends in NUL, and `status` is exclusive and as large as the kernel's
    // struct.
    let ret =
        unsafe { arch::syscall2(number::STATFS, path.as_ptr() as usize, &raw mut status as usize) };
    Errno::from_ret(ret)?;
    let Statfs { block, fragment, blocks, free, available, .. } = status;
    let block = if fragment == 0 { block } else { fragment };
    Ok(FileSystem { block, blocks, free, available })
}

/// Where a symbolic link points: the part of `buffer` that was filled. A target that is
/// as long as the buffer may have been cut (readlink(2)).
///
/// # Errors
///
/// `EINVAL` for no link.
pub fn readlink<'buffer>(path: &CStr, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8]> {
    // SAFETY: the path ends in NUL; the kernel writes at most the slice's length.
    let ret = unsafe {
        arch::syscall4(
            number::READLINKAT,
            AT_FDCWD,
            path.as_ptr() as usize,
            buffer.as_mut_ptr() as usize,
            buffer.len(),
        )
    };
    let length = Errno::from_ret(ret)?;
    Ok(buffer.get(..length).unwrap_or(buffer))
}

/// Whether the real user may do so with the path (access(2)).
///
/// # Errors
///
/// `EACCES`, `ENOENT`.
pub fn access(path: &CStr, access: Access) -> Result<()> {
    // SAFETY: the path ends in NUL and is only read.
    let ret = unsafe {
        arch::syscall3(number::FACCESSAT, AT_FDCWD, path.as_ptr() as usize, access as usize)
    };
    Errno::from_ret(ret).map(drop)
}

/// Removes a name that is no directory (unlink(2)).
///
/// # Errors
///
/// `ENOENT`, `EACCES`, `EISDIR`, …
pub fn unlink(path: &CStr) -> Result<()> {
    // SAFETY: the path ends in NUL and is only read.
    let ret = unsafe { arch::syscall3(number::UNLINKAT, AT_FDCWD, path.as_ptr() as usize, 0) };
    Errno::from_ret(ret).map(drop)
}

/// A pipe: the reading end, then the writing end (pipe2(2)).
///
/// # Errors
///
/// `EMFILE`, `ENFILE`.
pub fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0_i32; 2];
    // SAFETY: the kernel writes two integers to the exclusive array.
    let ret =
        unsafe { arch::syscall2(number::PIPE2, ends.as_mut_ptr() as usize, O_CLOEXEC as usize) };
    Errno::from_ret(ret)?;
    // SAFETY: the call has just made this descriptor for us.
    let reader = unsafe { OwnedFd::from_raw(ends[0]) };
    // SAFETY: and this one.
    let writer = unsafe { OwnedFd::from_raw(ends[1]) };
    Ok((reader, writer))
}

/// A file that lives in memory only; `name` is for /proc (`memfd_create(2)`).
///
/// # Errors
///
/// `EMFILE`, `ENFILE`, `ENOMEM`.
pub fn memfd(name: &CStr) -> Result<OwnedFd> {
    const MFD_CLOEXEC: usize = 1;
    // SAFETY: the name ends in NUL and is only read.
    let ret = unsafe { arch::syscall2(number::MEMFD_CREATE, name.as_ptr() as usize, MFD_CLOEXEC) };
    OwnedFd::from_ret(ret)
}

/// `struct statx`, of which we read the size alone.
#[repr(C)]
#[derive(Default)]
struct Statx {
    before_size: [u64; 5],
    size: u64,
    after_size: [u64; 26],
}

const _: () = assert!(size_of::<Statx>() == 256, "include/uapi/linux/stat.h");
const _: () = assert!(core::mem::offset_of!(Statx, size) == 40, "include/uapi/linux/stat.h");

/// `struct statfs`.
#[repr(C)]
#[derive(Default)]
struct Statfs {
    kind: u64,
    block: u64,
    blocks: u64,
    free: u64,
    available: u64,
    files: [u64; 2],
    id: u64,
    longest_name: u64,
    fragment: u64,
    after: [u64; 5],
}

const _: () = assert!(size_of::<Statfs>() == 120, "include/uapi/asm-generic/statfs.h");
const _: () = assert!(core::mem::offset_of!(Statfs, fragment) == 72, "asm-generic/statfs.h");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::{AsFd, is_close_on_exec};
    use crate::layout::same_layout;
    use linux_raw_sys::general::{self, linux_dirent64};

    #[test]
    fn structs_are_those_of_the_kernel() {
        same_layout!(Statx, general::statx {
            before_size = stx_mask, size = stx_size, after_size = stx_blocks,
        });
        same_layout!(Statfs, general::statfs {
            kind = f_type, block = f_bsize, blocks = f_blocks, free = f_bfree,
            available = f_bavail, files = f_files, id = f_fsid, longest_name = f_namelen,
            fragment = f_frsize, after = f_flags,
        });
        // An entry that is put together by the kernel's offsets.
        let mut bytes = [0; 32];
        let length = std::mem::offset_of!(linux_dirent64, d_reclen);
        bytes[length..length + 2].copy_from_slice(&32_u16.to_ne_bytes());
        bytes[std::mem::offset_of!(linux_dirent64, d_type)] = general::DT_LNK as u8;
        bytes[std::mem::offset_of!(linux_dirent64, d_name)..][..4].copy_from_slice(b"name");
        let expected = Entry { name: b"name", kind: Kind::Link };
        assert_eq!(entries(&bytes).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn a_memory_file_reads_back_what_was_written() {
        let file = memfd(c"rusl-test").unwrap();
        assert_eq!(is_close_on_exec(file.as_fd()), Ok(true));
        assert_eq!(size(file.as_fd()), Ok(0));
        assert_eq!(write(file.as_fd(), b"hello, kernel"), Ok(13));
        assert_eq!(size(file.as_fd()), Ok(13));
        let mut buffer = [0xa5; 8];
        assert_eq!(pread(file.as_fd(), &mut buffer, 7), Ok(6));
        assert_eq!(&buffer, b"kernel\xa5\xa5");
        assert_eq!(pread(file.as_fd(), &mut buffer, 13), Ok(0));
        assert_eq!(read(file.as_fd(), &mut buffer), Ok(0));
    }

    #[test]
    fn create_exclusive_then_access_and_unlink() {
        let path = std::env::temp_dir().join(format!("rusl-fs-{}", std::process::id()));
        let path = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
        let flags = OpenFlags::READ_WRITE | OpenFlags::CREATE | OpenFlags::EXCLUSIVE;
        let file = open(&path, flags, 0o600).unwrap();
        assert_eq!(is_close_on_exec(file.as_fd()), Ok(true));
        assert_eq!(open(&path, flags, 0o600), Err(Errno::EEXIST));
        assert_eq!(access(&path, Access::Read), Ok(()));
        assert_eq!(
            open(&path, OpenFlags::READ_ONLY | OpenFlags::DIRECTORY, 0),
            Err(Errno::ENOTDIR)
        );
        assert_eq!(unlink(&path), Ok(()));
        assert_eq!(access(&path, Access::Exists), Err(Errno::ENOENT));
        assert_eq!(unlink(&path), Err(Errno::ENOENT));
    }

    #[test]
    fn links_are_read_and_cut() {
        let expected = std::fs::read_link("/proc/self/exe").unwrap();
        let expected = expected.to_str().unwrap().as_bytes();
        let mut long = [0; 4096];
        assert_eq!(readlink(c"/proc/self/exe", &mut long), Ok(expected));
        let mut short = [0; 5];
        assert_eq!(readlink(c"/proc/self/exe", &mut short), Ok(&expected[..5]));
        assert_eq!(readlink(c"/proc", &mut short), Err(Errno::EINVAL));
        assert_eq!(open(c"/proc/self", OpenFlags::NO_FOLLOW, 0), Err(Errno::ELOOP));
    }

    #[test]
    fn a_directory_lists_its_names() {
        let path = std::ffi::CString::new(env!("CARGO_MANIFEST_DIR")).unwrap();
        let directory = open(&path, OpenFlags::READ_ONLY | OpenFlags::DIRECTORY, 0).unwrap();
        let mut names = Vec::new();
        // Small, so that it takes several calls.
        let mut buffer = [0; 64];
        loop {
            let length = read_entries(directory.as_fd(), &mut buffer).unwrap();
            if length == 0 {
                break;
            }
            names.extend(entries(&buffer[..length]).map(|entry| entry.name.to_vec()));
        }
        names.sort();
        let expected = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
        let own = |name: &str| name.as_bytes().to_vec();
        let mut expected: Vec<Vec<u8>> =
            expected.map(|entry| own(entry.unwrap().file_name().to_str().unwrap())).collect();
        expected.extend([own("."), own("..")]);
        expected.sort();
        assert_eq!(names, expected);
        let file = memfd(c"rusl-test").unwrap();
        assert_eq!(read_entries(file.as_fd(), &mut buffer), Err(Errno::ENOTDIR));
    }

    #[test]
    fn an_entry_says_what_it_is() {
        let path = std::env::temp_dir().join(format!("rusl-kinds-{}", std::process::id()));
        std::fs::create_dir_all(path.join("below")).unwrap();
        std::os::unix::fs::symlink("below", path.join("link")).unwrap();
        std::fs::write(path.join("file"), b"").unwrap();
        let name = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
        let directory = open(&name, OpenFlags::READ_ONLY | OpenFlags::DIRECTORY, 0).unwrap();
        let mut buffer = [0xa5; 1024];
        let length = read_entries(directory.as_fd(), &mut buffer).unwrap();
        assert_eq!(entries(&buffer[..length]).count(), 5);
        for Entry { name, kind } in entries(&buffer[..length]) {
            let expected = match name {
                b"link" => Kind::Link,
                b"file" => Kind::File,
                _ => Kind::Directory,
            };
            assert!(kind == expected || kind == Kind::Unknown, "{}", name.escape_ascii());
        }
        std::fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn entries_of_any_bytes_end() {
        let mut bytes = [0xa5_u8; 64];
        assert_eq!(entries(&bytes).count(), 0);
        bytes[16..18].copy_from_slice(&[20, 0]);
        assert_eq!(entries(&bytes).count(), 1);
        bytes[16..18].copy_from_slice(&[0, 0]);
        assert_eq!(entries(&bytes).count(), 0);
        assert_eq!(entries(&bytes[..17]).count(), 0);
    }

    #[test]
    fn a_file_system_is_as_full_as_df_says() {
        let ours = file_system(c"/proc").unwrap();
        assert_eq!((ours.blocks, ours.free), (0, 0));
        let ours = file_system(c"/").unwrap();
        assert!(ours.blocks >= ours.free && ours.free >= ours.available);
        let output = std::process::Command::new("stat").args(["-f", "-c", "%S %b", "/"]).output();
        let output = String::from_utf8(output.unwrap().stdout).unwrap();
        assert_eq!(output.trim(), format!("{} {}", ours.block, ours.blocks));
        assert_eq!(file_system(c"/absent"), Err(Errno::ENOENT));
    }
}
