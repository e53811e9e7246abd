//! What the kernel says of a process (proc(5)), and what strace sees of it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::process::{PATIENCE, Process};
use crate::{Failure, Outcome};

/// The time on a processor of all threads, in nanoseconds (`/proc/PID/task/TID/schedstat`).
pub(super) fn processor_time(id: u32) -> Outcome<f64> {
    let mut sum = 0.0;
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        let word = text.split_whitespace().next().unwrap_or_default();
        sum += word.parse::<f64>()?;
    }
    Ok(sum)
}

/// The time on a processor of children that have ended and were waited for, in nanoseconds;
/// known to a hundredth of a second (`/proc/PID/stat`, cutime and cstime).
pub(super) fn childrens_time(id: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name may have spaces, and ends with the last bracket; the state is field 3.
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 =
        fields.split_whitespace().skip(13).take(2).map(|ticks| ticks.parse().unwrap_or(0.0)).sum();
    Ok(ticks * 1e7)
}

/// A number of `/proc/PID/status` or of another file of lines like `VmRSS:  123 kB`.
pub(super) fn field(id: u32, file: &str, name: &str) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/{file}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let word = line.and_then(|line| line.split_whitespace().next());
    Ok(word.ok_or_else(|| Failure::new(format!("{file} has no {name}")))?.parse()?)
}

/// How often the process gave up the processor to wait: once a wakeup.
pub(super) fn waits(id: u32) -> Outcome<f64> {
    field(id, "status", "voluntary_ctxt_switches")
}

/// The names of the font files that are mapped.
pub(super) fn mapped_fonts(id: u32) -> Outcome<Vec<String>> {
    let maps = fs::read_to_string(format!("/proc/{id}/maps"))?;
    let mut names: Vec<String> =
        maps.lines().filter(|line| is_font(line)).map(|line| name_of(line).to_owned()).collect();
    names.dedup();
    Ok(names)
}

/// The system calls of a process in so many seconds, each with its number; counted by strace.
pub(super) fn system_calls(id: u32, seconds: u64) -> Outcome<Vec<(String, f64)>> {
    let file = std::env::temp_dir().join(format!("pgwm-bench-{}-{id}", std::process::id()));
    let mut command = Command::new("strace");
    command.args(["-f", "-c", "-p", &id.to_string(), "-o"]).arg(&file).stdout(Stdio::null());
    let mut strace = Process::spawn("strace", &mut command)?;
    strace.wait_for_log(0, "attached")?;
    thread::sleep(Duration::from_secs(seconds));
    strace.signal(Signal::INT)?;
    strace.wait(PATIENCE)?;
    let text = fs::read_to_string(&file)?;
    let _ = fs::remove_file(&file);
    // Percent, seconds, microseconds each, calls, perhaps errors, name.
    let call = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let count: f64 = words.get(3)?.parse().ok()?;
        let name = words.last().filter(|name| words.len() > 4 && **name != "total")?;
        Some(((*name).to_owned(), count))
    };
    Ok(text.lines().filter_map(call).collect())
}

/// How often each font file was opened, of what `strace -e trace=open,openat` wrote.
pub(super) fn opened_fonts(trace: &Path) -> Outcome<Vec<(String, usize)>> {
    let text = fs::read_to_string(trace)?;
    let mut opened: Vec<(String, usize)> = Vec::new();
    for line in text.lines().filter(|line| !line.contains(" = -1 ")) {
        let Some(path) = line.split('"').nth(1).filter(|path| is_font(path)) else { continue };
        match opened.iter_mut().find(|(known, _)| known == name_of(path)) {
            Some((_, count)) => *count += 1,
            None => opened.push((name_of(path).to_owned(), 1)),
        }
    }
    Ok(opened)
}

fn is_font(path: &str) -> bool {
    [".ttf", ".otf", ".ttc", ".otc", ".pfb", ".pcf.gz"].iter().any(|ending| path.ends_with(ending))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
