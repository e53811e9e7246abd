//! Children, counted and questioned.

use super::*;
use rusl::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

unsafe extern "C" {
    fn dup(fd: i32) -> i32;
}

/// Held while there are children: one test counts those of the whole process.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A directory that goes with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tiny-std-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, mode: u32, contents: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, contents).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command<'a>(program: &'a str, arguments: &'a [&'a [u8]]) -> Command<'a> {
    Command { program: program.as_bytes(), arguments, environment: &[], output: None }
}

fn status(command: &Command<'_>) -> Exit {
    let pid = command.spawn().unwrap();
    wait4(Children::One(pid), Wait::Block).unwrap().unwrap().1
}

/// Runs a shell script and gives what it has written to `$OUT`.
fn output_of(script: &[u8], environment: &[(&[u8], &[u8])]) -> String {
    let directory = Directory::new("output");
    let path = directory.file("out", 0o600, b"");
    let mut environment = environment.to_vec();
    environment.push((b"OUT", path.as_bytes()));
    let arguments: [&[u8]; 2] = [b"-c", script];
    let shell = Command {
        program: b"/bin/sh",
        arguments: &arguments,
        environment: &environment,
        output: None,
    };
    assert_eq!(status(&shell), Exit::Status(0));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_child_gets_its_arguments_and_its_status_comes_back() {
    let _alone = alone();
    for code in [0_u8, 1, 42, 255] {
        let script = format!("exit $(($# + {code} - 2))");
        let arguments: [&[u8]; 5] = [b"-c", script.as_bytes(), b"zero", b"one", b"two words"];
        assert_eq!(status(&command("/bin/sh", &arguments)), Exit::Status(code));
    }
    let arguments: [&[u8]; 2] = [b"-c", b"kill -9 $$"];
    assert_eq!(status(&command("/bin/sh", &arguments)), Exit::Signal(9));
}

#[test]
fn what_a_child_prints_goes_to_a_pipe() {
    let _alone = alone();
    let (reader, writer) = rusl::fs::pipe().unwrap();
    let arguments: [&[u8]; 2] = [b"-c", b"echo out; echo err >&2"];
    let echo = Command { output: Some(writer.as_fd()), ..command("/bin/sh", &arguments) };
    assert_eq!(status(&echo), Exit::Status(0));
    drop(writer);
    let mut printed = [0; 16];
    assert_eq!(rusl::fs::read(reader.as_fd(), &mut printed), Ok(4));
    assert_eq!(&printed[..4], b"out\n");
    assert_eq!(rusl::fs::read(reader.as_fd(), &mut printed), Ok(0));
}

/// Its parent is the thread that has started it.
#[test]
fn a_child_with_a_pipe_ends_with_its_parent() {
    let _alone = alone();
    let (reader, writer) = rusl::fs::pipe().unwrap();
    let parent = std::thread::spawn(move || {
        let arguments: [&[u8]; 1] = [b"1000"];
        Command { output: Some(writer.as_fd()), ..command("sleep", &arguments) }.spawn().unwrap()
    });
    let pid = parent.join().unwrap();
    assert_eq!(rusl::fs::read(reader.as_fd(), &mut [0; 4]), Ok(0));
    let ended = wait4(Children::One(pid), Wait::Block);
    assert_eq!(ended, Ok(Some((pid, Exit::Signal(9)))));
}

#[test]
fn a_thousand_children_leave_nothing_behind() {
    let _alone = alone();
    let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let mappings = || std::fs::read_to_string("/proc/self/maps").unwrap().lines().count();
    let directory = Directory::new("thousand");
    let forbidden = directory.file("forbidden", 0o600, b"#!/bin/sh\n");
    let no_program = directory.file("no-program", 0o755, b"\x7fELF but no more than that");
    let no_interpreter = directory.file("no-interpreter", 0o755, b"#!/absent\n");
    let below_a_file = format!("{forbidden}/below");
    let failures = [
        ("/absent/program", Errno::ENOENT),
        ("absent-from-the-path", Errno::ENOENT),
        (&no_interpreter, Errno::ENOENT),
        (&forbidden, Errno::EACCES),
        (&no_program, Errno::ENOEXEC),
        (&below_a_file, Errno::ENOTDIR),
        ("/proc", Errno::EACCES),
        ("", Errno::ENOENT),
        ("nul\0inside", Errno::EINVAL),
    ];
    let before = (descriptors(), mappings());
    let mut running = Vec::new();
    for round in 0..500 {
        running.push(command("/bin/true", &[]).spawn().unwrap());
        let (program, error) = failures[round % failures.len()];
        assert_eq!(command(program, &[]).spawn(), Err(error), "{program}");
    }
    for pid in running {
        let ended = wait4(Children::One(pid), Wait::Block);
        assert_eq!(ended, Ok(Some((pid, Exit::Status(0)))));
    }
    assert_eq!(wait4(Children::Any, Wait::NoHang), Err(Errno::ECHILD), "a zombie");
    let after = (descriptors(), mappings());
    // Other tests open and map things meanwhile, but one leak per child would be 500.
    assert!(after.0 < before.0 + 50 && after.1 < before.1 + 50, "{before:?} {after:?}");
}

/// Succeeds if a process of /proc blocks no signal and ignores none.
const CLEAN_SIGNALS: &[u8] = b"/^Sig(Blk|Ign):\t0+$/ { found++ } END { exit found != 2 }";

#[test]
fn a_child_starts_with_a_clean_slate() {
    let _alone = alone();
    // Ours are not clean: std ignores SIGPIPE, and these are blocked.
    let set = Set::EMPTY.with(Signal::USR1).with(Signal::CHLD).with(Signal::TERM);
    let mask = sigprocmask(Change::Block, set).unwrap();
    assert_eq!(disposition(Signal::PIPE), Ok(Some(Disposition::Ignore)));
    // An inheritable descriptor, as somebody else's code may have left one.
    let (reader, _writer) = rusl::fs::pipe().unwrap();
    // SAFETY: dup takes any number.
    let inheritable = unsafe { dup(reader.raw()) };
    // SAFETY: it was just made, for us.
    let _inheritable = unsafe { rusl::fd::OwnedFd::from_raw(inheritable) };

    // Not through a shell, which may clean up by itself.
    let arguments: [&[u8]; 2] = [CLEAN_SIGNALS, b"/proc/self/status"];
    assert_eq!(status(&command("awk", &arguments)), Exit::Status(0));
    let output = output_of(b"ls /proc/$$/fd > $OUT; cut -d' ' -f1,5,6 /proc/$$/stat >> $OUT", &[]);
    assert_eq!(sigprocmask(Change::Set, mask).unwrap(), {
        let mut expected = mask;
        for signal in Signal::all().filter(|&signal| set.contains(signal)) {
            expected = expected.with(signal);
        }
        expected
    });
    let words: Vec<_> = output.split_whitespace().collect();
    // The shell has 0 to 2, and maybe its own while it runs `ls`; never our pipe.
    assert!(!words.contains(&inheritable.to_string().as_str()), "{output}");
    let [.., pid, group, session] = words[..] else { panic!("{output}") };
    assert_eq!((pid, pid), (group, session), "not in its own session");
}

#[test]
fn variables_are_added_and_replaced_by_whole_name() {
    let _alone = alone();
    let output = output_of(b"printf %s \"$A|$AB\" > $OUT", &[(b"A", b"1"), (b"AB", b"x=y z")]);
    assert_eq!(output, "1|x=y z");
    for name in [&b""[..], b"A=B", b"A\0"] {
        let environment = [(name, &b"1"[..])];
        let command = Command {
            program: b"/bin/true",
            arguments: &[],
            environment: &environment,
            output: None,
        };
        assert_eq!(command.spawn(), Err(Errno::EINVAL));
    }
}

#[test]
fn inherited_variables_are_kept_unless_replaced() {
    let replacing = Command {
        program: b"/x",
        arguments: &[b"-a"],
        environment: &[(b"PATH", b"/new"), (b"EXTRA", b"")],
        output: None,
    };
    let strings = Strings::new(&replacing, None).unwrap();
    let inherited = [c"PATH=/old", c"PATHS=kept", c"odd", c"EXTRA=old", c"HOME=/h"];
    let lists = strings.lists(inherited.into_iter());
    // Two arguments and the end; three kept, two of our own and the end.
    assert_eq!((lists.arguments.len(), lists.environment.len()), (3, 6));
    let ours: Vec<_> = strings.environment.iter().map(|text| text.to_bytes()).collect();
    assert_eq!(ours, [&b"PATH=/new"[..], b"EXTRA="]);
}

#[test]
fn a_name_is_looked_for_in_the_path() {
    let paths = |program: &str, path: &str| {
        let found = candidates(program.as_bytes(), path.as_bytes()).unwrap();
        found.into_iter().map(|path| path.into_string().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(paths("st", "/bin:/usr/bin"), ["/bin/st", "/usr/bin/st"]);
    assert_eq!(paths("st", ":/bin:"), ["st", "/bin/st", "st"]);
    assert_eq!(paths("st", ""), ["st"]);
    assert_eq!(paths("./st", "/bin"), ["./st"]);
    assert_eq!(paths("/bin/st", "/usr/bin"), ["/bin/st"]);
}

#[test]
fn a_forbidden_program_is_passed_over_and_remembered() {
    let _alone = alone();
    let directory = Directory::new("path");
    directory.file("program", 0o600, b"#!/bin/sh\nexit 1\n");
    directory.file("true", 0o600, b"#!/bin/sh\nexit 1\n");
    let path = format!("/absent:{}:/bin:/absent", directory.0.to_str().unwrap());
    let execute_in_child = |program: &str| {
        let strings = Strings::new(&command(program, &[]), Some(path.as_bytes())).unwrap();
        let program = strings.lists(core::iter::empty());
        let launch = Launch { program, output: None, failure: AtomicI32::new(0) };
        let stack = Stack::new(CHILD_STACK).unwrap();
        let mask = sigprocmask(Change::Set, Set::ALL).unwrap();
        let argument = (&raw const launch).cast_mut().cast();
        // SAFETY: as in `spawn`.
        let pid = unsafe { clone_vfork(stack.top(), run_child, argument) }.unwrap();
        sigprocmask(Change::Set, mask).unwrap();
        let (_, exit) = wait4(Children::One(pid), Wait::Block).unwrap().unwrap();
        (exit, Errno::from_raw(launch.failure.into_inner()))
    };
    assert_eq!(execute_in_child("program"), (Exit::Status(127), Some(Errno::EACCES)));
    assert_eq!(execute_in_child("true"), (Exit::Status(0), None));
}

#[test]
fn a_replacement_that_fails_changes_nothing() {
    let _alone = alone();
    let set = Set::EMPTY.with(Signal::USR2);
    let mask = sigprocmask(Change::Block, set).unwrap();
    assert_eq!(replace(b"/absent", &[b"x"], &[]), Errno::ENOENT);
    assert_eq!(replace(b"/proc", &[], &[(b"A", b"1")]), Errno::EACCES);
    assert_eq!(replace(b"/absent", &[], &[(b"", b"1")]), Errno::EINVAL);
    assert_eq!(sigprocmask(Change::Set, mask).unwrap(), mask.with(Signal::USR2));
    assert_eq!(disposition(Signal::PIPE), Ok(Some(Disposition::Ignore)));
}

#[test]
fn a_program_is_found_where_it_would_be_run() {
    assert_eq!(find(b"sh").map(|path| path.as_bytes().ends_with(b"/sh")), Ok(true));
    assert_eq!(find(b"/bin/sh").as_deref(), Ok(c"/bin/sh"));
    assert_eq!(find(b"no such program"), Err(Errno::ENOENT));
    assert_eq!(find(b"/etc/passwd"), Err(Errno::ENOENT), "no one may execute it");
    assert_eq!(find(b"/usr/bin"), Err(Errno::ENOENT), "a directory");
    assert_eq!(find(b"a\0b"), Err(Errno::EINVAL));
}

#[test]
fn programs_that_are_listed_are_found() {
    let mut names = Vec::new();
    programs(&mut |name| names.push(name.to_vec()));
    assert!(names.iter().any(|name| name == b"sh") && names.iter().any(|name| name == b"env"));
    assert!(!names.iter().any(|name| name == b"." || name.contains(&b'/')));
    for name in names.iter().step_by(50) {
        find(name).unwrap();
    }
}
