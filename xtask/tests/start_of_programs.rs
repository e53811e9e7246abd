//! How programs without libc start: at an address chosen by the kernel, with whatever arguments,
//! environment and descriptors they are given, and in how little memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use nix::sys::personality::{self, Persona};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use xtask::build::{Profile, pgwm_for_any_address};
use xtask::elf::{Address, Elf, RELA, RELR, RELRO};
use xtask::matrix::{Build, Effort, Linker, Relocations};
use xtask::session::Program;
use xtask::{Failure, Outcome};

use crate::example_programs::{examples, must_give, path};
use crate::harness::{backends, folder, must, must_go_on, run};

/// The most that the smallest program may take, in the file and in memory.
const HELLO_BYTES: usize = 1600;
const HELLO_PAGES: usize = 4;

#[test]
fn the_smallest_program_is_small() -> Outcome {
    let programs = examples(Profile::Release, Address::Fixed)?;
    let hello = path(&programs, "hello")?.clone();
    let size = fs::read(&hello)?.len();
    must(size <= HELLO_BYTES, || format!("{size} bytes, more than {HELLO_BYTES}"))?;
    // On a thread of its own: it changes itself, and only the thread that traces may.
    let resident = thread::spawn(move || resident_at_exit(&hello))
        .join()
        .map_err(|_| Failure::new("the thread that traces has panicked"))??;
    println!("hello: {size} bytes, {resident} kB resident");
    let most = HELLO_PAGES * rustix::param::page_size() / 1024;
    must(resident <= most, || format!("{resident} kB resident, more than {most}"))
}

/// How many kB of a program are in memory when it exits. Without randomised addresses: where
/// the kernel begins the stack within a page decides whether it takes one more.
fn resident_at_exit(program: &Path) -> Outcome<usize> {
    personality::set(Persona::ADDR_NO_RANDOMIZE)?;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "kill -STOP $$; exec \"$0\""]).arg(program).env_clear();
    // A pipe: the null device would not look at what is written.
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let pid = Pid::from_raw(child.id() as i32);
    waitpid(pid, Some(WaitPidFlag::WUNTRACED))?;
    ptrace::seize(pid, ptrace::Options::PTRACE_O_TRACEEXIT)?;
    kill(pid, Signal::SIGCONT)?;
    loop {
        match waitpid(pid, None)? {
            WaitStatus::PtraceEvent(_, _, event)
                if event == ptrace::Event::PTRACE_EVENT_EXIT as i32 =>
            {
                break;
            }
            WaitStatus::PtraceEvent(..) | WaitStatus::Stopped(_, Signal::SIGCONT) => {
                ptrace::cont(pid, None)?;
            }
            other => return Err(Failure::new(format!("instead of its exit: {other:?}"))),
        }
    }
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    ptrace::cont(pid, None)?;
    child.wait()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    number.ok_or_else(|| Failure::new(format!("no size in {rollup}")))
}

#[test]
fn each_start_is_at_another_address_and_what_was_relocated_is_read_only() -> Outcome {
    const STARTS: usize = 50;
    for profile in [Profile::Dev, Profile::Release] {
        let programs = examples(profile, Address::Any)?;
        let program = path(&programs, "start")?;
        let elf = Elf::parse(&fs::read(program)?)?;
        let mut starts = BTreeSet::new();
        for _ in 0..STARTS {
            let output = Command::new(program).arg("maps").output()?;
            starts.insert(must_be_protected(&elf, program, &String::from_utf8(output.stdout)?)?);
        }
        let setting = fs::read_to_string("/proc/sys/kernel/randomize_va_space")?;
        println!("{} addresses in {STARTS} starts", starts.len());
        must(starts.len() >= 40 || setting.trim() == "0", || format!("{starts:x?}"))?;
    }
    Ok(())
}

#[test]
fn the_window_manager_works_at_any_address() -> Outcome {
    let path = pgwm_for_any_address()?;
    let elf = Elf::parse(&fs::read(&path)?)?;
    let complaints = elf.complaints(Address::Any);
    must(complaints.is_empty(), || complaints.join("; "))?;
    for backend in backends() {
        run(&Program::new(&path, backend), |session| {
            let maps = fs::read_to_string(format!("/proc/{}/maps", session.pgwm.id()))?;
            must_be_protected(&elf, &path, &maps)?;
            must_go_on(session)
        })?;
    }
    Ok(())
}

/// Fails unless what the program relocated is read-only in its maps (`proc_pid_maps(5)`); where
/// the program begins.
fn must_be_protected(elf: &Elf, program: &Path, maps: &str) -> Outcome<u64> {
    let name = program.to_string_lossy();
    let mappings: Vec<_> = maps.lines().filter_map(mapping).collect();
    let first = maps.lines().find(|line| line.ends_with(&*name)).and_then(mapping);
    let base = first.ok_or_else(|| Failure::new(format!("{name} is not in {maps}")))?.0;
    let relro = elf.segments.iter().find(|segment| segment.kind == RELRO);
    let relro = relro.ok_or_else(|| Failure::new("there is nothing to be protected"))?;
    let page = rustix::param::page_size() as u64;
    let end = (base + relro.address + relro.memory_size) / page * page;
    let mut at = (base + relro.address) / page * page;
    must(at < end, || format!("{relro:x?} has no whole page"))?;
    while at < end {
        let found = mappings.iter().find(|(start, end, _)| (*start..*end).contains(&at));
        let permissions = found.map(|(_, _, permissions)| *permissions);
        must(permissions == Some("r--p"), || format!("{at:x}: {permissions:?} in\n{maps}"))?;
        at += page;
    }
    Ok(base)
}

/// Start, end and permissions in a line of a process' maps.
fn mapping(line: &str) -> Option<(u64, u64, &str)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let (permissions, _) = rest.split_once(' ')?;
    let number = |digits| u64::from_str_radix(digits, 16).ok();
    Some((number(start)?, number(end)?, permissions))
}

#[test]
fn every_list_of_relocations_is_understood() -> Outcome {
    let folder = folder("relocations")?;
    for linker in [Linker::Lld, Linker::Bfd] {
        for relocations in [Relocations::Rela, Relocations::Relr] {
            let build = Build { effort: Effort::Dev, address: Address::Any, linker, relocations };
            // Without relaxation addresses are loaded that would have been computed.
            for relax in ["-Wl,--relax", "-Wl,--no-relax"] {
                let program = build.example("arguments", &folder, &[relax])?;
                let output = Command::new(&program).arg0("name").env_clear().output()?;
                must_give(&output, 1, "name\n0 variables\n", "")
                    .map_err(|error| error.during(&format!("{build} {relax}")))?;
                if relocations == Relocations::Relr {
                    must_have_places_and_bits(&fs::read(program)?)?;
                }
            }
        }
    }
    Ok(())
}

/// Fails unless both sorts of words are in the list: places, which are even, and bits.
fn must_have_places_and_bits(file: &[u8]) -> Outcome {
    const RELR_SIZE: u64 = 35;
    let elf = Elf::parse(file)?;
    let none = || Failure::new("there is no list");
    let start = elf.value(RELR).and_then(|address| elf.offset(address)).ok_or_else(none)?;
    let size = elf.value(RELR_SIZE).ok_or_else(none)?;
    let words = file.get(start as usize..(start + size) as usize).ok_or_else(none)?;
    let odd = words.chunks_exact(8).filter(|word| word[0] & 1 == 1).count();
    let even = words.len() / 8 - odd;
    must(odd > 0 && even > 0, || format!("{odd} words of bits, {even} places"))
}

#[test]
fn a_relocation_that_it_cannot_do_ends_a_program() -> Outcome {
    const SENTENCE: &str = "tiny-std: the program has a relocation that it can't do itself; \
                            link it with -static-pie\n";
    /// `DT_DEBUG`, which is there for debuggers.
    const DEBUG: u64 = 21;
    let programs = examples(Profile::Dev, Address::Any)?;
    let file = fs::read(path(&programs, "hello")?)?;
    let elf = Elf::parse(&file)?;
    let none = || Failure::new("there is no such table");
    let table = elf.value(RELA).and_then(|address| elf.offset(address)).ok_or_else(none)? as usize;
    let place = folder("relocation")?.join("hello");
    let mut changes = Vec::new();
    // Type and symbol of the second entry: an absolute address, one of a function, a symbol.
    for info in [1_u64, 257, 37, 1032, 0x1_0000_0008, 0x1_0000_0403] {
        changes.push((table + 24 + 8, info));
    }
    let dynamic = elf.segments.iter().find(|segment| segment.kind == xtask::elf::DYNAMIC);
    let dynamic = dynamic.ok_or_else(none)?.offset as usize;
    let debug = elf.dynamic.iter().position(|(tag, _)| *tag == DEBUG).ok_or_else(none)?;
    // DT_REL, DT_TEXTREL, DT_JMPREL.
    for tag in [17, 22, 23] {
        changes.push((dynamic + 16 * debug, tag));
    }
    must_give(&output_of(&place, &file)?, 0, "hello\n", "")?;
    for (offset, word) in changes {
        let mut file = file.clone();
        file[offset..offset + 8].copy_from_slice(&word.to_le_bytes());
        must_give(&output_of(&place, &file)?, 1, "", SENTENCE)
            .map_err(|error| error.during(&format!("{word:#x} at {offset:#x}")))?;
    }
    Ok(())
}

/// Writes a program and runs it. A child that another test has started meanwhile may hold the
/// file open until it is another program.
fn output_of(program: &Path, file: &[u8]) -> Outcome<Output> {
    // Another file, where there is one of that name: that one may be held as well.
    let _ = fs::remove_file(program);
    fs::write(program, file)?;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
    loop {
        match Command::new(program).output() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
            done => return Ok(done?),
        }
    }
}

#[test]
fn what_a_program_is_started_with_is_what_it_finds() -> Outcome {
    for (profile, address) in [
        (Profile::Dev, Address::Fixed),
        (Profile::Release, Address::Fixed),
        (Profile::Release, Address::Any),
    ] {
        let programs = examples(profile, address)?;
        let self_test = path(&programs, "self_test")?;
        let large = "x".repeat(100_000);
        let most: Vec<_> = (0..1000).map(|number| (format!("N{number}"), "v".repeat(92))).collect();
        for count in (0..16).chain([999]) {
            let mut command = Command::new(self_test);
            command.arg("start").args((0..count).map(|number| number.to_string())).env_clear();
            must_give(&command.output()?, 0, "ok\n", "")?;
            must_give(&command.env("LARGE", &large).output()?, 0, "ok\n", "")?;
            must_give(&command.envs(most.iter().cloned()).output()?, 0, "ok\n", "")?;
        }
        let (start, arguments) = (path(&programs, "start")?, path(&programs, "arguments")?);
        // Since Linux 5.18 there is a name, which is empty; before there was none.
        let bare = Command::new(start).arg("bare").arg(arguments).output()?;
        must_give(&bare, 1, "\n0 variables\n", "")
            .or_else(|_| must_give(&bare, 0, "0 variables\n", ""))?;
        let odd = Command::new(start).arg("odd").arg(arguments).output()?;
        let name = arguments.to_string_lossy();
        let lines = format!("{name}\n8 variables\nno-value\n\n=\n=x\nA=1\nA\nA=2\n\\xff\n");
        must_give(&odd, 1, &lines, "")?;
    }
    Ok(())
}

#[test]
fn closed_descriptors_are_the_null_device() -> Outcome {
    for (profile, address) in [(Profile::Dev, Address::Fixed), (Profile::Release, Address::Any)] {
        let programs = examples(profile, address)?;
        for closed in 0..8 {
            let mut command = closing(&programs, closed)?;
            let status = command.stdin(Stdio::piped()).output()?.status;
            must(status.code() == Some(closed), || format!("{closed:03b} closed: {status}"))?;
        }
    }
    Ok(())
}

/// What a filter refuses, by its numbers on `x86_64` and on `aarch64`.
const OPENAT: [i64; 2] = [257, 56];
const MPROTECT: [i64; 2] = [10, 226];
const FCNTL: [i64; 2] = [72, 25];

#[test]
fn what_is_refused_at_the_start_is_gone_without() -> Outcome {
    const ENOENT: u32 = 2;
    const EPERM: u32 = 1;
    let programs = examples(Profile::Release, Address::Any)?;
    // No null device, and no file at all: nothing is opened, nothing is needed.
    for closed in 0..8 {
        let command = closing(&programs, closed)?;
        let status = without(OPENAT, ENOENT, command)?.status;
        must(status.code() == Some(closed << 3), || format!("{closed:03b} closed: {status}"))?;
    }
    for (call, errno) in [(OPENAT, ENOENT), (MPROTECT, EPERM), (FCNTL, EPERM)] {
        let hello = Command::new(path(&programs, "hello")?);
        must_give(&without(call, errno, hello)?, 0, "hello\n", "")
            .map_err(|error| error.during(&format!("call {call:?}")))?;
    }
    Ok(())
}

/// A command that runs `start descriptors` with these descriptors closed.
fn closing(programs: &[std::path::PathBuf], closed: i32) -> Outcome<Command> {
    let start = path(programs, "start")?;
    let numbers: String =
        (0..3).filter(|at| closed >> at & 1 == 1).map(|at| at.to_string()).collect();
    let mut command = Command::new(start);
    command.args(["close", &numbers]).arg(start).arg("descriptors");
    Ok(command)
}

/// Runs a program for which a system call fails with `errno`. The filter stays on the thread
/// for good, so it is one of its own.
fn without(call: [i64; 2], errno: u32, mut command: Command) -> Outcome<Output> {
    let run = move || -> Outcome<Output> {
        let architecture = std::env::consts::ARCH.try_into()?;
        let number = call[usize::from(cfg!(target_arch = "aarch64"))];
        let rules = BTreeMap::from([(number, Vec::new())]);
        let errno = SeccompAction::Errno(errno);
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, errno, architecture)?;
        let filter: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&filter)?;
        // What is not piped would be opened.
        Ok(command.stdin(Stdio::piped()).output()?)
    };
    thread::spawn(run).join().map_err(|_| Failure::new("the thread with the filter panicked"))?
}
