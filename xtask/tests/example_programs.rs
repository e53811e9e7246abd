//! The programs in `tiny-std/examples`, which run on the kernel alone: what they print,
//! how they end, and that they really are static.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Output};

use xtask::build::{Profile, executables, executables_in};
use xtask::elf::{Address, Elf};
use xtask::{Failure, Outcome};

use crate::harness::must;

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
    clock(&programs)
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
        command.arg0("its own name").args(given.iter().map(|bytes| OsStr::from_bytes(bytes)));
        command.env_clear().envs((0..count).map(|index| (format!("NAME{index}"), &long[..30])));
        let mut lines = vec!["its own name".to_owned()];
        lines.extend(given.iter().map(|argument| argument.escape_ascii().to_string()));
        lines.push(format!("{count} variables"));
        // In the order of their names, as the standard library hands them on.
        let mut names: Vec<_> = (0..count).map(|index| format!("NAME{index}")).collect();
        names.sort_unstable();
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

/// The file of a program among those built.
pub(crate) fn path<'a>(programs: &'a [PathBuf], name: &str) -> Outcome<&'a PathBuf> {
    let found = programs.iter().find(|path| path.file_stem() == Some(OsStr::new(name)));
    found.ok_or_else(|| Failure::new(format!("no example named {name}")))
}

fn command(programs: &[PathBuf], name: &str) -> Outcome<Command> {
    path(programs, name).map(Command::new)
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
    let found = if has_vdso { "found" } else { "absent" };
    let output = command(programs, "clock_test")?.output()?;
    must_give(&output, 0, &format!("vdso {found}\nok\n"), "")
}
