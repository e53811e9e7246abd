//! Whatever system call the kernel refuses, and whichever time it is made: tiny-std gives an
//! error or goes without, and never hangs, crashes or leaves a descriptor open. strace(1)
//! refuses in the kernel's place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use xtask::build::{Profile, executables};
use xtask::install::find;
use xtask::process::Process;
use xtask::{Failure, Outcome};

use crate::harness::{folder, must};

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
    let work = Mutex::new(names.lines());
    let failures = Mutex::new(Vec::new());
    let calls = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(name) = next(&work) {
                    match refusals.of(name) {
                        Ok(seen) => lock(&calls).extend(seen),
                        Err(failure) => lock(&failures).push(failure.to_string()),
                    }
                }
            });
        }
    });
    let failures = lock(&failures).join("\n");
    must(failures.is_empty(), || failures.clone())?;
    let calls = lock(&calls).len();
    must(calls > 35, || format!("{calls} kinds of calls are all"))
}

/// The example program that does one thing.
fn program() -> Outcome<PathBuf> {
    let arguments = ["-p", "tiny-std", "--example", "refusals", "--features", "example-programs"];
    let found = executables(&arguments, Profile::Dev)?;
    found.into_iter().next().ok_or_else(|| Failure::new("cargo built no program"))
}

fn next<'a>(work: &Mutex<impl Iterator<Item = &'a str>>) -> Option<&'a str> {
    lock(work).next()
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
                    None => call == "exit_group",
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
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        if call
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
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
