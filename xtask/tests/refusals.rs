//! Whatever system call the kernel refuses, and whichever time it is made: tiny-std gives an
//! error or goes without, and never hangs, crashes or leaves a descriptor open. strace(1)
//! refuses in the kernel's place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::Signal;
use xtask::build::{Profile, executables};
use xtask::client::Client;
use xtask::display::Server;
use xtask::install::find;
use xtask::process::{PATIENCE, Process};
use xtask::session::{Backend, Program, Session};
use xtask::{Failure, Outcome};

use crate::harness::{folder, must, must_go_on, pgwm};

/// How a call may be refused once: interrupted, out of memory, forbidden, unknown, and with
/// nothing that makes sense.
const ONCE: [&str; 5] = ["EINTR", "ENOMEM", "EPERM", "ENOSYS", "EUCLEAN"];
/// How it may be refused each time.
const ALWAYS: [&str; 3] = ["ENOMEM", "EPERM", "ENOSYS"];
/// The first calls of a kind that are refused one by one, besides the last.
const FIRST: usize = 4;

#[test]
fn every_refused_call_has_an_answer() -> Outcome {
    let program = program()?;
    let names = Command::new(&program).output()?;
    let names = String::from_utf8(names.stdout)?;
    must(names.lines().count() > 15, || format!("things to do: {names:?}"))?;
    let folder = folder("refusals")?;
    let _ = fs::remove_file(folder.join("refusals"));
    symlink(&program, folder.join("refusals"))?;
    let strace = find("strace").ok_or_else(|| Failure::new("strace is missing"))?;
    let refusals = Refusals { strace, program, folder };
    let names: Vec<&str> = names.lines().collect();
    let calls = Mutex::new(BTreeSet::new());
    let failures = on_four_threads(&names, |name| {
        let seen = refusals.of(name)?;
        lock(&calls).extend(seen);
        Ok(())
    });
    must(failures.is_empty(), || failures.join("\n"))?;
    let calls = lock(&calls).len();
    must(calls > 35, || format!("{calls} kinds of calls are all"))
}

/// The example program that does one thing.
fn program() -> Outcome<PathBuf> {
    let arguments = ["-p", "tiny-std", "--example", "refusals", "--features", "example-programs"];
    let found = executables(&arguments, Profile::Dev)?;
    found.into_iter().next().ok_or_else(|| Failure::new("cargo built no program"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Refusals {
    strace: PathBuf,
    program: PathBuf,
    /// Has the program that is started by itself, and nothing else that can be.
    folder: PathBuf,
}

impl Refusals {
    /// Does one thing as often as there are ways to refuse a call of it; the calls.
    fn of(&self, name: &str) -> Outcome<BTreeSet<String>> {
        let log = self.folder.join(format!("{name}.log"));
        let (status, text, errors) = self.run(name, &log, None)?;
        let calls = calls(&fs::read_to_string(&log)?);
        must(status == Some(0) && text.ends_with("ok\n"), || {
            format!("{name}, with nothing refused: {status:?} {text:?} {errors}")
        })?;
        for (call, count) in &calls {
            let mut times: Vec<String> = (1..=FIRST.min(*count)).map(|n| n.to_string()).collect();
            times.push(count.to_string());
            times.dedup();
            let once = times.iter().flat_map(|n| ONCE.map(|error| format!("{error}:when={n}")));
            for how in once.chain(ALWAYS.map(str::to_owned)) {
                let refusal = format!("{call}:error={how}");
                let (status, text, errors) = self.run(name, &log, Some(&refusal))?;
                let is_answer = match status {
                    Some(0) => text.ends_with('\n') || call == "write",
                    // Only where there is no memory left does a program end early.
                    Some(1) => errors.contains("memory allocation of"),
                    // A close that did not happen leaves it open.
                    Some(3) => call == "close",
                    // Nobody can end otherwise than by a trap.
                    None => call == "exit_group" || call == "exit",
                    _ => false,
                };
                must(is_answer, || format!("{name}, {refusal}: {status:?} {text:?} {errors}"))?;
            }
        }
        Ok(calls.into_keys().collect())
    }

    /// Its exit status, what it printed, and what it complained about.
    fn run(
        &self,
        name: &str,
        log: &Path,
        refusal: Option<&str>,
    ) -> Outcome<(Option<i32>, String, String)> {
        let mut command = Command::new(&self.strace);
        command.args(["-f", "-qqq", "-e", "signal=none", "-o"]).arg(log);
        if let Some(refusal) = refusal {
            let (call, _) = refusal.split_once(':').unwrap_or_default();
            command.args(["-e", &format!("trace={call}"), "-e", &format!("inject={refusal}")]);
        }
        command.arg(&self.program).arg(name).env_clear().env("PATH", &self.folder);
        let what = format!("{name}, {}", refusal.unwrap_or_default());
        let mut process = Process::spawn(&what, command.stdout(Stdio::piped()))?;
        let output = process.take_output();
        let (status, errors) = process.finish()?;
        let text = output.map(std::io::read_to_string).transpose()?.unwrap_or_default();
        Ok((status.code(), text, errors))
    }
}

/// The kinds of calls in strace's log, and how often the process makes that makes the most.
fn calls(log: &str) -> BTreeMap<String, usize> {
    let mut by_process: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in log.lines() {
        let Some((start, _)) = line.split_once('(') else { continue };
        let (process, call) = start.split_once(' ').unwrap_or(("", start));
        let call = call.trim_start();
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if call.chars().all(is_part) {
            *by_process.entry((process, call)).or_default() += 1;
        }
    }
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for ((_, call), count) in by_process {
        let most = calls.entry(call.to_owned()).or_default();
        *most = count.max(*most);
    }
    calls
}

/// The window manager goes on, or says in one sentence why it can't begin.
#[test]
fn the_window_manager_bears_refusals() -> Outcome {
    let traced = Traced {
        strace: find("strace").ok_or_else(|| Failure::new("strace is missing"))?,
        pgwm: pgwm(Profile::Release)?,
        folder: folder("refusals-of-pgwm")?,
    };
    let mut session = Session::start(&traced.program("all", None)?)?;
    session.press("super+Return")?;
    must_go_on(&mut session)?;
    session.pgwm.signal(Signal::TERM)?;
    session.pgwm.wait(PATIENCE)?;
    let calls = calls(&fs::read_to_string(traced.folder.join("all.log"))?);
    must(calls.len() > 20, || format!("{calls:?}"))?;
    // strace itself needs the first, and nobody can end without the second.
    let kinds = calls.into_keys().filter(|call| !["execve", "exit_group"].contains(&&**call));
    let refusals: Vec<(String, &str)> =
        kinds.flat_map(|call| ["EPERM", "ENOMEM"].map(|error| (call.clone(), error))).collect();
    let failures = on_four_threads(&refusals, |(call, error)| traced.bears(call, error));
    must(failures.is_empty(), || failures.join("\n"))?;
    // Where there is no memory for a moment, the session is not lost of it.
    let waits = [("recvfrom", Backend::Poll), ("sendto", Backend::Poll), ("ppoll", Backend::Poll)];
    let waits = waits.into_iter().chain([("io_uring_enter", Backend::Chosen)]);
    let moments: Vec<_> = waits
        .flat_map(|wait| ["ENOMEM", "ENOBUFS", "EAGAIN", "EINTR"].map(|error| (wait, error)))
        .collect();
    let failures = on_four_threads(&moments, |((call, backend), error)| {
        let refusal = format!("{call}:error={error}:when=8+7");
        let program = traced.program(&format!("{call}-{error}-again"), Some(&refusal))?;
        let mut session = Session::start(&Program { backend: *backend, ..program })?;
        let outcome = must_go_on(&mut session).and_then(|()| must_go_on(&mut session));
        outcome.map_err(|failure| failure.during(&format!("{refusal}: {}", session.pgwm.log())))
    });
    must(failures.is_empty(), || failures.join("\n"))
}

/// The window manager under strace.
struct Traced {
    strace: PathBuf,
    pgwm: &'static Path,
    folder: PathBuf,
}

impl Traced {
    /// A program that is the window manager, whose calls are written down, or refused.
    fn program(&self, name: &str, refusal: Option<&str>) -> Outcome<Program> {
        let path = self.folder.join(name);
        let log = self.folder.join(format!("{name}.log"));
        let inject = refusal.map(|it| format!("-e inject={it}")).unwrap_or_default();
        let script = format!(
            "#!/bin/sh\nexec {} -D -qqq -e signal=none {inject} -o {} {} \"$@\"\n",
            self.strace.display(),
            log.display(),
            self.pgwm.display(),
        );
        fs::write(&path, script)?;
        fs::set_permissions(&path, Permissions::from_mode(0o755))?;
        Ok(Program::new(&path, Backend::Chosen))
    }

    fn bears(&self, call: &str, error: &str) -> Outcome {
        let refusal = format!("{call}:error={error}");
        let program = self.program(&format!("{call}-{error}"), Some(&refusal))?;
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        let pgwm = program.spawn(&server.display())?;
        let mut session = Session { pgwm, client, server };
        if session.wait_until_ready().and_then(|()| must_go_on(&mut session)).is_ok() {
            return Ok(());
        }
        let status = session.pgwm.wait(PATIENCE)?;
        let log = session.pgwm.wait_for_log(0, "\n")?;
        let is_sentence = log.starts_with("pgwm: ") && log.lines().count() == 1;
        // Without memory there is no sentence.
        let is_said = is_sentence || call == "mmap" && log.starts_with("panicked");
        must(status.code() == Some(1) && is_said, || format!("{refusal}: {status}: {log}"))
    }
}

/// Does the same with each of the things; what went wrong.
fn on_four_threads<T: Sync>(things: &[T], act: impl Fn(&T) -> Outcome + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = act(thing) {
                        lock(&failures).push(failure.to_string());
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap_or_else(PoisonError::into_inner)
}
