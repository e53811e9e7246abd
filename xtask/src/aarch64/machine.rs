//! A machine of the other processor, played by qemu: Debian's kernel, and all files in
//! memory. Its first process is a shell script that runs the tests one after the other; what
//! they print comes out of the serial line.
//!
//! Never touches a disk or a network.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::tools::Tools;
use crate::build::{PROGRAMS, Test, workspace};
use crate::process::Process;
use crate::{Failure, Outcome};

/// How long the machine may say nothing: far longer than its slowest test, which takes five
/// minutes where others want the processor too.
const PATIENCE: Duration = Duration::from_mins(20);

/// What goes before everything that the script itself says.
const MARK: &str = "@xtask ";

/// Where the example programs and the window manager lie.
const FOLDER: &str = "/programs";

/// The libraries that a test program of the standard library names.
const LIBRARIES: &[&str] = &["ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1"];

/// A machine that is being filled with tests.
#[derive(Debug)]
pub(super) struct Machine<'tools> {
    tools: &'tools Tools,
    files: Archive,
    script: String,
    names: Vec<String>,
}

impl<'tools> Machine<'tools> {
    /// One with a shell, and the sources of the crates where they are here.
    pub(super) fn new(tools: &'tools Tools) -> Outcome<Self> {
        let mut files = Archive::default();
        // The kernel opens it for the script.
        files.folder("dev");
        files.console("dev/console");
        for name in ["proc", "sys", "tmp"] {
            files.folder(name);
        }
        files.program("bin/busybox", &tools.busybox)?;
        files.program("bin/date", &tools.date)?;
        for library in LIBRARIES {
            files.program(&format!("lib/{library}"), &tools.libraries.join("lib").join(library))?;
        }
        files.file("etc/passwd", 0o644, b"root::0:0::/:/bin/sh\n");
        for name in ["rusl", "tiny-std"] {
            files.tree(&workspace().join(name))?;
        }
        files.file("etc/localtime", 0o644, &fs::read("/etc/localtime")?);
        // But for the two copies of them all, with leap seconds and without.
        for zone in files_below(Path::new("/usr/share/zoneinfo"))? {
            let name = zone.display().to_string();
            if !name.contains("/posix/") && !name.contains("/right/") {
                files.file(&name[1..], 0o644, &fs::read(&zone)?);
            }
        }
        let script = "\
            #!/bin/busybox sh\n\
            /bin/busybox --install -s /bin 2>/dev/null\n\
            export PATH=/bin HOME=/tmp\n\
            ln -s /bin /usr/bin\n\
            mount -t devtmpfs none /dev\n\
            mount -t proc none /proc\n\
            mount -t sysfs none /sys\n\
            mount -t tmpfs none /tmp\n\
            ip link set lo up\n\
            run() {\n\
            \techo; echo \"@xtask begins $1\"; shift\n\
            \t\"$@\" 2>&1\n\
            \tstatus=$?; echo; echo \"@xtask status $status\"\n\
            }\n";
        Ok(Self { tools, files, script: script.to_owned(), names: Vec::new() })
    }

    /// Adds a test program, which is told `arguments`.
    pub(super) fn add_test(&mut self, test: &Test, arguments: &[&str]) -> Outcome {
        let name = test.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.files.program(&format!("tests/{name}"), &test.program)?;
        let (folder, arguments) = (test.folder.display(), arguments.join(" "));
        writeln!(self.script, "mkdir -p '{folder}'; cd '{folder}'")?;
        writeln!(self.script, "run {name} /tests/{name} --show-output {arguments}")?;
        self.names.push(name);
        Ok(())
    }

    /// Adds the programs that tests start; see [`crate::build::executables`].
    pub(super) fn add_programs(&mut self, folder: &Path) -> Outcome {
        for path in files_below(folder)? {
            let name = path.strip_prefix(folder)?.display().to_string();
            self.files.program(&format!("{}/{name}", &FOLDER[1..]), &path)?;
        }
        writeln!(self.script, "export {PROGRAMS}={FOLDER}")?;
        Ok(())
    }

    /// Starts it, gives every line to `each`, and fails unless every test program ended well.
    pub(super) fn run(mut self, mut each: impl FnMut(&str)) -> Outcome {
        self.script.push_str("poweroff -f\n");
        self.files.file("init", 0o755, self.script.as_bytes());
        let image = self.tools.folder().join("machine.cpio");
        fs::write(&image, self.files.finish())?;
        let mut command = self.tools.machine();
        // Without graphics, network and disks; two processors, for threads.
        command.args(["-machine", "virt", "-cpu", "neoverse-n1", "-smp", "2", "-m", "1024"]);
        command.args(["-nodefaults", "-nographic", "-no-reboot", "-serial", "stdio"]);
        command.args(["-append", "console=ttyAMA0 quiet panic=-1"]);
        command.arg("-kernel").arg(&self.tools.kernel).arg("-initrd").arg(&image);
        let mut process = Process::spawn("qemu", command.stdout(Stdio::piped()))?;
        let lines = lines_of(&mut process);
        let mut left = self.names.into_iter();
        let mut running = None;
        let mut failed = Vec::new();
        loop {
            let line = match lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    return Err(Failure::new(format!("it said nothing for {PATIENCE:?}")));
                }
            };
            let Some(said) = line.strip_prefix(MARK) else {
                each(&line);
                continue;
            };
            if let Some(name) = said.strip_prefix("begins ") {
                each(&format!("Running {name}"));
                running = left.next().filter(|next| next == name);
            } else if let (Some(name), false) = (running.take(), said == "status 0") {
                failed.push(format!("{name} ended with {said}"));
            }
        }
        failed.extend(running.map(|name| format!("{name} did not end")));
        failed.extend(left.map(|name| format!("{name} was not run")));
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("{}\n{}", failed.join(", "), process.log())))
    }
}

/// What a process prints, line by line.
fn lines_of(process: &mut Process) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = process.take_output() {
        thread::spawn(move || {
            // The serial line ends one with a carriage return too; and the bytes are any.
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}

/// An initial file system for the kernel: the "new ASCII" form of cpio
/// (`Documentation/driver-api/early-userspace/buffer-format.rst`).
#[derive(Debug, Default)]
struct Archive {
    bytes: Vec<u8>,
    entries: u32,
    folders: Vec<String>,
}

impl Archive {
    /// A folder, and those above it.
    fn folder(&mut self, name: &str) {
        if name.is_empty() || self.folders.iter().any(|folder| folder == name) {
            return;
        }
        self.folders_above(name);
        self.folders.push(name.to_owned());
        self.entry(name, 0o040_755, (0, 0), &[]);
    }

    fn file(&mut self, name: &str, mode: u32, contents: &[u8]) {
        self.folders_above(name);
        self.entry(name, 0o100_000 | mode, (0, 0), contents);
    }

    /// An executable copy of a file.
    fn program(&mut self, name: &str, path: &Path) -> Outcome {
        let contents = fs::read(path)
            .map_err(|error| Failure::from(error).during(&path.display().to_string()))?;
        self.file(name, 0o755, &contents);
        Ok(())
    }

    /// The device that `/dev/console` is.
    fn console(&mut self, name: &str) {
        self.entry(name, 0o020_600, (5, 1), &[]);
    }

    /// A folder with all that is in it, at the same path.
    fn tree(&mut self, folder: &Path) -> Outcome {
        for path in files_below(folder)? {
            if path.extension() == Some(OsStr::new("rs")) || path.ends_with("Cargo.toml") {
                let name = path.display().to_string();
                self.file(name.trim_start_matches('/'), 0o644, &fs::read(&path)?);
            }
        }
        Ok(())
    }

    fn folders_above(&mut self, name: &str) {
        if let Some((above, _)) = name.rsplit_once('/') {
            self.folder(above);
        }
    }

    fn entry(&mut self, name: &str, mode: u32, (major, minor): (u32, u32), contents: &[u8]) {
        self.entries += 1;
        let sizes = [contents.len() as u32, 0, 0, major, minor, name.len() as u32 + 1, 0];
        self.bytes.extend(b"070701");
        // Number, mode, owner, group, links, time.
        for word in [self.entries, mode, 0, 0, 1, 0].into_iter().chain(sizes) {
            self.bytes.extend(format!("{word:08X}").bytes());
        }
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend(contents);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn finish(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, (0, 0), &[]);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_its_folders_first_and_its_end_last() {
        let mut archive = Archive::default();
        archive.file("a/b/c", 0o755, b"12345");
        archive.file("a/b/d", 0o644, b"");
        let bytes = archive.finish();
        assert_eq!(bytes.len() % 4, 0);
        let (mut names, mut rest) = (Vec::new(), &bytes[..]);
        while let Some(rest_of_header) = rest.strip_prefix(b"070701") {
            let word = |index: usize| {
                let digits = std::str::from_utf8(&rest_of_header[index * 8..][..8]).unwrap();
                usize::from_str_radix(digits, 16).unwrap()
            };
            let (size, length) = (word(6), word(11));
            names.push(String::from_utf8(rest[110..110 + length - 1].to_vec()).unwrap());
            let contents = (110 + length).next_multiple_of(4);
            if names.last().is_some_and(|name| name == "a/b/c") {
                assert_eq!((&rest[contents..][..size], word(1)), (&b"12345"[..], 0o100_755));
            }
            rest = &rest[(contents + size).next_multiple_of(4)..];
        }
        assert_eq!(names, ["a", "a/b", "a/b/c", "a/b/d", "TRAILER!!!"]);
        assert!(rest.is_empty());
    }
}
