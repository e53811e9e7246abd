//! The programs in `tiny-std/examples`, which run on the kernel alone: what they print,
//! how they end, and that they really are static.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use xtask::build::{Profile, emulator, executables, executables_in, start};
use xtask::elf::{Address, Elf};
use xtask::{Failure, Outcome};

use crate::harness::{io_uring_may_be_refused, must};

#[test]
fn dev_examples_work() -> Outcome {
    work(Profile::Dev, Address::Fixed)
}

#[test]
fn release_examples_work() -> Outcome {
    work(Profile::Release, Address::Fixed)
}

#[test]
fn release_examples_work_at_any_address() -> Outcome {
    work(Profile::Release, Address::Any)
}

/// The example programs, all built.
pub(crate) fn examples(profile: Profile, address: Address) -> Outcome<Vec<PathBuf>> {
    let arguments = ["-p", "tiny-std", "--examples", "--features"];
    match address {
        Address::Fixed => executables(&[&arguments[..], &["example-programs"]].concat(), profile),
        Address::Any => {
            let features = ["example-programs,pie"];
            executables_in("pie", &[&arguments[..], &features].concat(), profile)
        }
    }
}

fn work(profile: Profile, address: Address) -> Outcome {
    let programs = examples(profile, address)?;
    for program in &programs {
        let complaints = Elf::parse(&fs::read(program)?)?.complaints(address);
        must(complaints.is_empty(), || format!("{}: {complaints:?}", program.display()))?;
    }
    hello(&programs)?;
    arguments_and_environment(&programs)?;
    panics(&programs)?;
    panics_briefly(&programs, profile)?;
    self_test(&programs)?;
    heap(&programs)?;
    clock(&programs)?;
    for ring in Ring::ALL {
        cat(&programs, ring)?;
        echo(&programs, ring)?;
    }
    children_signals_faults_and_threads(&programs)
}

fn hello(programs: &[PathBuf]) -> Outcome {
    let output = command(programs, "hello")?.output()?;
    must_give(&output, 0, "hello\n", "")?;
    // A line that can't be written is no crash.
    let full = fs::File::options().write(true).open("/dev/full")?;
    let status = command(programs, "hello")?.stdout(full).status()?;
    must(status.code().is_some(), || format!("a full device: {status}"))
}

fn arguments_and_environment(programs: &[PathBuf]) -> Outcome {
    let long = "long ".repeat(20_000);
    let odd: [&[u8]; 4] = [b"two words", b"", b"\xff\x01\n", "\u{fc}\u{1f980}".as_bytes()];
    for count in [0, 1, 2, 30, 250] {
        let given: Vec<&[u8]> = (0..count)
            .map(|index| if index == 29 { long.as_bytes() } else { odd[index % odd.len()] })
            .collect();
        let mut command = command(programs, "arguments")?;
        let mut lines = vec!["its own name".to_owned()];
        if emulator().is_some() {
            // The emulator's own; the program's is its path.
            lines = command.get_args().map(|path| path.to_string_lossy().into_owned()).collect();
        }
        command.arg0("its own name").args(given.iter().map(|bytes| OsStr::from_bytes(bytes)));
        command.env_clear().envs((0..count).map(|index| (format!("NAME{index}"), &long[..30])));
        lines.extend(given.iter().map(|argument| argument.escape_ascii().to_string()));
        lines.push(format!("{count} variables"));
        // In the order of their names, as the standard library hands them on.
        let mut names: Vec<_> = (0..count).map(|index| format!("NAME{index}")).collect();
        names.sort_unstable();
        if emulator().is_some() {
            // It hands them on the other way round.
            names.reverse();
        }
        lines.extend(names.iter().map(|name| format!("{name}={}", &long[..30])));
        let expected = lines.join("\n") + "\n";
        must_give(&command.output()?, (count as i32 + 1) % 256, &expected, "")?;
    }
    Ok(())
}

fn panics(programs: &[PathBuf]) -> Outcome {
    let output = command(programs, "panics")?.args(["one", "two"]).output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    must(output.status.code() == Some(1), || format!("{}: {log}", output.status))?;
    must(log.contains("started with 3 argument(s)") && log.contains("panics.rs:"), || {
        format!("the message or the place is missing: {log:?}")
    })
}

fn panics_briefly(programs: &[PathBuf], profile: Profile) -> Outcome {
    let output = command(programs, "panics_briefly")?.output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    must(output.status.code() == Some(1), || format!("{}: {log}", output.status))?;
    let expected = match profile {
        Profile::Dev => "started with 1 argument(s)",
        Profile::Release => "panicked; on the stack: 0x",
    };
    must(log.contains(expected), || format!("no {expected:?}: {log:?}"))
}

fn self_test(programs: &[PathBuf]) -> Outcome {
    // The stack's start differs with the length of the environment and the arguments.
    for padding in [0, 5, 11] {
        let mut command = command(programs, "self_test")?;
        if emulator().is_some() {
            println!("not run here: children of programs, which share no memory under an emulator");
            command.arg("without-children");
        }
        let output = command.env("PADDING", "x".repeat(padding)).output()?;
        must(output.status.success(), || {
            format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))
        })?;
        let text = String::from_utf8_lossy(&output.stdout);
        must(text.lines().last() == Some("ok"), || format!("it did not say ok: {text}"))?;
    }
    let status = command(programs, "self_test")?.arg("fault").status()?;
    must(status.signal() == Some(7), || format!("a fault that nobody foresaw: {status}"))
}

fn heap(programs: &[PathBuf]) -> Outcome {
    if emulator().is_some() {
        println!("not run here: the heap of a program, as an emulator sets it no limit");
        return Ok(());
    }
    let output = command(programs, "heap")?.output()?;
    let (text, log) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let is_good = output.status.success() && text.ends_with("resident\nok\n");
    must(is_good, || format!("{}: {text}{log}", output.status))
}

/// The file of a program among those built.
pub(crate) fn path<'a>(programs: &'a [PathBuf], name: &str) -> Outcome<&'a PathBuf> {
    let found = programs.iter().find(|path| path.file_stem() == Some(OsStr::new(name)));
    found.ok_or_else(|| Failure::new(format!("no example named {name}")))
}

fn command(programs: &[PathBuf], name: &str) -> Outcome<Command> {
    path(programs, name).map(|path| start(path))
}

pub(crate) fn must_give(output: &Output, status: i32, text: &str, errors: &str) -> Outcome {
    let holds = output.status.code() == Some(status)
        && output.stdout == text.as_bytes()
        && output.stderr == errors.as_bytes();
    must(holds, || {
        format!(
            "{}, not {status}; {:?}, not {text:?}; {}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// Our clock beside that of the system, at some seconds and in some zones.
fn clock(programs: &[PathBuf]) -> Outcome {
    const TIMES: [&str; 6] = ["0", "-1", "1711846799", "1711846800", "1729990800", "4102444800"];
    const ZONES: [&str; 8] = [
        "",
        "UTC",
        "Europe/Berlin",
        ":America/St_Johns",
        "/usr/share/zoneinfo/Asia/Kathmandu",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "<+03>-3",
        "Australia/Lord_Howe",
    ];
    const FORMAT: &str = "+%Y-%m-%d %H:%M:%S %z %Z";
    let clock = |zone: Option<&str>| -> Outcome<Command> {
        let mut command = command(programs, "clock")?;
        command.env_remove("TZ").envs(zone.map(|zone| ("TZ", zone)));
        Ok(command)
    };
    let date = |zone: Option<&str>, arguments: &[&str]| -> Outcome<String> {
        let mut date = Command::new("date");
        date.args(arguments).env_remove("TZ").envs(zone.map(|zone| ("TZ", zone)));
        Ok(String::from_utf8_lossy(&date.output()?.stdout).into_owned())
    };
    for zone in ZONES.map(Some).into_iter().chain([None]) {
        let mut expected = String::new();
        for time in TIMES {
            expected.push_str(&date(zone, &["--date", &format!("@{time}"), FORMAT])?);
        }
        must_give(&clock(zone)?.args(TIMES).output()?, 0, &expected, "")?;
        // Now, which may be another second by then.
        let before = date(zone, &[FORMAT])?;
        let now = clock(zone)?.output()?;
        let now = String::from_utf8_lossy(&now.stdout);
        let after = date(zone, &[FORMAT])?;
        must(before.as_str() <= &*now && &*now <= after.as_str(), || {
            format!("{zone:?}: {before}, then {now}, then {after}")
        })?;
    }
    // A file that is broken anywhere is a zone without a clock of its own.
    let file = fs::read("/usr/share/zoneinfo/Europe/Berlin")?;
    let path = std::env::temp_dir().join(format!("broken-zone-{}", std::process::id()));
    for length in [0, 4, 5, 44, 300, file.len() / 2] {
        fs::write(&path, &file[..length])?;
        let output = clock(path.to_str())?.arg("1711846800").output()?;
        must_give(&output, 0, "2024-03-31 01:00:00 +0000 UTC\n", "")?;
    }
    fs::remove_file(&path)?;
    let output = clock(None)?.args(["0x", "1"]).output()?;
    must_give(&output, 1, "", "no number of seconds: 0x\n")?;
    // An emulator, or a kernel that was told so, has no vDSO.
    let has_vdso = fs::read_to_string("/proc/self/maps")?.contains("[vdso]");
    let has_vdso = has_vdso && emulator().is_none();
    let found = if has_vdso { "found" } else { "absent" };
    let output = command(programs, "clock_test")?.output()?;
    must_give(&output, 0, &format!("vdso {found}\nok\n"), "")
}

/// What becomes of io_uring for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ring {
    /// What the kernel offers.
    Offered,
    /// It can't be set up, with this error.
    NoSetUp(u32),
    /// It can't be entered.
    NoEnter(u32),
}

impl Ring {
    const ALL: [Self; 4] = [Self::Offered, Self::NoSetUp(38), Self::NoSetUp(1), Self::NoEnter(1)];

    /// Starts a program so.
    fn start(self, mut command: Command) -> Outcome<Child> {
        // The same numbers on every architecture.
        let (call, errno) = match self {
            Self::Offered => return Ok(command.spawn()?),
            Self::NoSetUp(errno) => (425, errno),
            Self::NoEnter(errno) => (426, errno),
        };
        let filter: BpfProgram = SeccompFilter::new(
            BTreeMap::from([(call, Vec::new())]),
            SeccompAction::Allow,
            SeccompAction::Errno(errno),
            std::env::consts::ARCH.try_into()?,
        )?
        .try_into()?;
        // A filter stays on its thread for good.
        let thread = thread::spawn(move || {
            seccompiler::apply_filter(&filter)?;
            Ok(command.spawn()?)
        });
        thread.join().map_err(|_| Failure::new("the thread with the filter panicked"))?
    }
}

/// A path that nobody has, and short enough for a socket.
fn fresh(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("tiny-std-{name}-{}-{number}", std::process::id()))
}

/// Bytes of every value, in no order that repeats soon.
fn binary(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

fn cat(programs: &[PathBuf], ring: Ring) -> Outcome {
    let run = |arguments: &[&OsStr], input: &[u8]| -> Outcome<Output> {
        let mut command = command(programs, "cat")?;
        command.args(arguments).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = ring.start(command)?;
        let mut stdin = child.stdin.take();
        thread::scope(|scope| {
            // Where it does not read that, this ends with an error.
            scope.spawn(move || drop(stdin.as_mut().map(|stdin| stdin.write_all(input))));
            Ok(child.wait_with_output()?)
        })
    };
    let folder = fresh("cat");
    fs::create_dir_all(&folder)?;
    let contents = [binary(10_000_000), b"a line\n".to_vec(), Vec::new(), binary(131_072)];
    let files: Vec<PathBuf> =
        (0..contents.len()).map(|index| folder.join(index.to_string())).collect();
    for (file, bytes) in files.iter().zip(&contents) {
        fs::write(file, bytes)?;
    }
    let names: Vec<&OsStr> = files.iter().map(|path| path.as_os_str()).collect();
    let minus = OsStr::new("-");
    // Pipes at both ends, and files between.
    let output = run(&[], &contents[0])?;
    must_copy(&output, &contents[0], "", 0, ring)?;
    let output = run(&[names[1], names[0], minus, names[2], names[3], minus], &contents[0])?;
    let expected = [&contents[1][..], &contents[0], &contents[0], &contents[3]].concat();
    must_copy(&output, &expected, "", 0, ring)?;
    // What can't be read does not hold up the others.
    let absent = folder.join("absent");
    let output = run(&[names[1], absent.as_os_str(), folder.as_os_str(), names[1]], b"")?;
    let (absent, directory) = (absent.display(), folder.display());
    let errors =
        format!("cat: {absent}: no such file or directory\ncat: {directory}: is a directory\n");
    must_copy(&output, b"a line\na line\n", &errors, 1, ring)?;
    // Nobody takes it.
    let mut full = command(programs, "cat")?;
    full.arg(names[1]).stdout(fs::File::options().write(true).open("/dev/full")?);
    let output = ring.start({
        full.stderr(Stdio::piped());
        full
    })?;
    let errors = "cat: standard output: no space left on the device\n";
    must_copy(&output.wait_with_output()?, b"", errors, 1, ring)?;
    let mut gone = command(programs, "cat")?;
    gone.arg(names[0]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = ring.start(gone)?;
    let mut start = [0; 1000];
    child.stdout.take().ok_or_else(no_pipe)?.read_exact(&mut start)?;
    let status = child.wait()?;
    must(status.signal() == Some(13) || status.code() == Some(1), || {
        format!("{ring:?}: nobody reads: {status}")
    })?;
    must(start[..] == contents[0][..1000], || "the start is another".into())?;
    Ok(fs::remove_dir_all(folder)?)
}

fn no_pipe() -> Failure {
    Failure::new("it was started without this pipe")
}

fn must_copy(output: &Output, bytes: &[u8], errors: &str, status: i32, ring: Ring) -> Outcome {
    let log = String::from_utf8_lossy(&output.stderr);
    must(output.status.code() == Some(status) && log == errors, || {
        format!("{ring:?}: {}, not {status}: {log:?}, not {errors:?}", output.status)
    })?;
    must(output.stdout == bytes, || {
        format!("{ring:?}: {} bytes, not these {}", output.stdout.len(), bytes.len())
    })
}

fn echo(programs: &[PathBuf], ring: Ring) -> Outcome {
    let path = fresh("echo");
    for by_signal in [false, true] {
        let mut server = command(programs, "echo")?;
        server.arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = ring.start(server)?;
        let mut line = String::new();
        let said = server.stdout.take().ok_or_else(no_pipe)?;
        BufReader::new(said).read_line(&mut line)?;
        must(line == format!("listening on {}\n", path.display()), || format!("it said {line:?}"))?;
        // A second one has to go elsewhere.
        let second = command(programs, "echo")?.arg(&path).output()?;
        must_give(&second, 1, "", &format!("echo: {}: address in use\n", path.display()))?;
        let data = binary(3_000_000);
        let quiet = UnixStream::connect(&path)?;
        let clients = thread::scope(|scope| -> Outcome {
            let mut all = Vec::new();
            for index in 0..8 {
                let (path, data) = (&path, &data[index * 100_000..]);
                all.push(scope.spawn(move || client(path, data)));
            }
            // Some vanish, with much on the way in both directions.
            for _ in 0..20 {
                let mut vanishing = UnixStream::connect(&path)?;
                vanishing.set_nonblocking(true)?;
                while vanishing.write(&data[..65_536]).is_ok() {}
            }
            for client in all {
                client.join().map_err(|_| Failure::new("a client panicked"))??;
            }
            Ok(())
        });
        clients?;
        // Who was there all the time is still served.
        client_on(&quiet, b"still there")?;
        let idle = UnixStream::connect(&path)?;
        let has_ring = has_ring(&server)?;
        must(has_ring == (ring == Ring::Offered && !io_uring_may_be_refused()), || {
            format!("{ring:?}: it has a ring: {has_ring}")
        })?;
        let mut input = server.stdin.take().ok_or_else(no_pipe)?;
        input.write_all(b"of no interest")?;
        if by_signal {
            let pid = rustix::process::Pid::from_child(&server);
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        } else {
            drop(input);
        }
        must_give(&server.wait_with_output()?, 0, "", "")?;
        drop(idle);
        must(!path.exists(), || "the socket is left behind".into())?;
    }
    let usage = command(programs, "echo")?.output()?;
    must_give(&usage, 2, "", "usage: echo PATH\n")
}

/// Whether a program has an io_uring open.
fn has_ring(child: &Child) -> Outcome<bool> {
    for entry in fs::read_dir(format!("/proc/{}/fd", child.id()))? {
        // A descriptor may close while we look.
        let target = fs::read_link(entry?.path()).unwrap_or_default();
        if target.to_string_lossy().contains("io_uring") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sends bytes to the server, and gets them back.
fn client(path: &Path, data: &[u8]) -> Outcome {
    client_on(&UnixStream::connect(path)?, data)
}

fn client_on(mut stream: &UnixStream, data: &[u8]) -> Outcome {
    thread::scope(|scope| {
        let mut to = stream;
        let sender = scope.spawn(move || {
            to.write_all(data)?;
            to.shutdown(Shutdown::Write)
        });
        let mut back = Vec::new();
        stream.read_to_end(&mut back)?;
        sender.join().map_err(|_| Failure::new("a sender panicked"))??;
        must(back == data, || format!("{} bytes came back, not these {}", back.len(), data.len()))
    })
}

fn children_signals_faults_and_threads(programs: &[PathBuf]) -> Outcome {
    must_give(&command(programs, "signals")?.output()?, 0, "ok\n", "")?;
    if emulator().is_some() {
        println!("not run here: spawn, faults, threads, which are an emulator's as well");
        return Ok(());
    }
    must_give(&command(programs, "spawn")?.arg("--check").output()?, 0, "ok\n", "")?;
    spawn_ends_as_its_program(programs)?;
    faults(programs)?;
    must_give(&command(programs, "threads")?.output()?, 0, "ok\n", "")?;
    threads_panic(programs)
}

fn spawn_ends_as_its_program(programs: &[PathBuf]) -> Outcome {
    let run = |words: &[&str]| command(programs, "spawn").map(|mut it| it.args(words).output());
    let script = "echo $#; echo error >&2; exit 42";
    must_give(&run(&["sh", "-c", script, "zero", "one", "two words"])??, 42, "2\n", "error\n")?;
    must_give(&run(&["sh", "-c", "kill -9 $$"])??, 128 + 9, "", "")?;
    let absent = "spawn: /absent: ENOENT (2): no such file or directory\n";
    must_give(&run(&["/absent"])??, 127, "", absent)?;
    let forbidden = "spawn: /etc/passwd: EACCES (13): permission denied\n";
    must_give(&run(&["/etc/passwd"])??, 126, "", forbidden)
}

/// Each fault is one sentence with its place, and the parent sees the signal.
fn faults(programs: &[PathBuf]) -> Outcome {
    const ILL: i32 = 4;
    const BUS: i32 = 7;
    const FPE: i32 = 8;
    const SEGV: i32 = 11;
    // An address that there can't be: x86_64 doesn't say which one it was.
    const IMPOSSIBLE: &str = if cfg!(target_arch = "x86_64") {
        "impossible instruction at 0x"
    } else {
        "no memory at 0x"
    };
    // Elsewhere the result of a division by zero is 0.
    let divide = ("divide", "", "impossible instruction at 0x", FPE);
    let divide = cfg!(target_arch = "x86_64").then_some(divide);
    for (what, text, sentence, signal) in [
        ("overflow", "", "stack overflow at 0x", SEGV),
        ("thread-overflow", "", "stack overflow at 0x", SEGV),
        ("wild", "", "no memory at 0x123456789000,", SEGV),
        ("thread-wild", "", "no memory at 0x123456789000,", SEGV),
        ("impossible", "", IMPOSSIBLE, SEGV),
        ("null", "", "no memory at 0x0,", SEGV),
        ("write", "", "no memory at 0x", SEGV),
        ("jump", "", "impossible instruction at 0x100000, code at 0x100000;", SEGV),
        ("illegal", "", "impossible instruction at 0x", ILL),
        ("bus", "", "no memory at 0x", BUS),
        ("cut-map", "zeros\n", "no memory at 0x", BUS),
        ("cut-map-after", "zeros\n", "no memory at 0x", BUS),
    ]
    .into_iter()
    .chain(divide)
    {
        let output = command(programs, "faults")?.arg0("its own name").arg(what).output()?;
        let log = String::from_utf8_lossy(&output.stderr);
        let complaint = || format!("{what}: {}, {log:?}", output.status);
        must(output.status.signal() == Some(signal), complaint)?;
        must(output.stdout == text.as_bytes(), complaint)?;
        must(log.starts_with(&format!("its own name: {sentence}")), complaint)?;
        // One line, and it names a call at least.
        must(log.contains(", code at 0x") && log.contains("; on the stack: 0x"), complaint)?;
        must(log.ends_with('\n') && log.lines().count() == 1, complaint)?;
    }
    // Without a report, by a signal that was sent, and in a child that is no copy of us.
    for (what, signal) in [("silent", Some(SEGV)), ("sent", Some(SEGV)), ("child", None)] {
        let output = command(programs, "faults")?.arg(what).output()?;
        must(output.status.signal() == signal && output.stderr.is_empty(), || {
            format!("{what}: {}, {}", output.status, String::from_utf8_lossy(&output.stderr))
        })?;
    }
    Ok(())
}

fn threads_panic(programs: &[PathBuf]) -> Outcome {
    let output = command(programs, "threads")?.arg("panic").output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    must(output.status.code() == Some(1), || format!("{}: {log}", output.status))?;
    must(log.contains("a thread has had enough") && log.contains("threads.rs:"), || {
        format!("the message or the place is missing: {log:?}")
    })?;
    let output = command(programs, "threads")?.arg("panics").output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    must(output.status.code() == Some(1), || format!("{}: {log}", output.status))?;
    must(log.ends_with("\nthe first comes and is told in full\n"), || {
        format!("the first of two messages is not whole: {log:?}")
    })
}
