//! What it costs to wait on a ring for bytes that don't come, on each rung: this process's
//! time, how often it was woken up, and how much of its processor's idle time is booked as
//! waiting for a disk. `cargo run --release -p rusl --example idle [SECONDS]`
//!
//! Never a test: who else waits on that processor is counted too. Only the best rung books
//! none.

use rusl::fd::AsFd;
use rusl::io_uring::{Entry, Ring, Rung};
use rusl::net::{self, MessageFlags};
use std::fs::read_to_string;
use std::io::Result;
use std::time::{Duration, Instant};

fn main() -> Result<()> {
    let seconds = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(3);
    let wait = Duration::from_secs(seconds);
    stay_on_one_processor()?;
    println!("{:<16}{:>10}{:>10}{:>24}", "waiting", "own ticks", "wakeups", "iowait of idle ticks");
    let quiet = Sample::take()?;
    std::thread::sleep(wait);
    quiet.print("asleep")?;
    for rung in Rung::ALL {
        let name = format!("{rung:?}");
        match Ring::with_rung(8, rung) {
            Ok(mut ring) => {
                idle(&mut ring, wait, &name)?;
            }
            Err(error) => println!("{name:<16}{error}"),
        }
    }
    Ok(())
}

/// Waits with a receive in flight, for so long.
fn idle(ring: &mut Ring, wait: Duration, name: &str) -> Result<()> {
    let (ours, theirs) = net::socketpair().map_err(failed)?;
    let mut buffer = [0; 32];
    let receive = Entry::recv(ours.as_fd(), &mut buffer, MessageFlags::NONE);
    // SAFETY: the receive is over before the buffer goes: it is waited for below.
    let pushed = unsafe { ring.push(receive) };
    assert_eq!(pushed, Ok(()), "an empty queue has room");
    let before = Sample::take()?;
    let start = Instant::now();
    while start.elapsed() < wait {
        ring.enter(1, Some(wait.saturating_sub(start.elapsed()).into())).map_err(failed)?;
    }
    before.print(name)?;
    drop(theirs);
    while ring.reap().is_none() {
        ring.enter(1, None).map_err(failed)?;
    }
    Ok(())
}

/// The first, whose counters are read.
fn stay_on_one_processor() -> Result<()> {
    // SAFETY: all zeros is an empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set has a bit for the first processor.
    unsafe { libc::CPU_SET(0, &mut set) };
    // SAFETY: one set is read.
    let done = unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) };
    if done == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

fn failed(error: rusl::Errno) -> std::io::Error {
    std::io::Error::from_raw_os_error(error.raw())
}

/// Counters of the kernel.
struct Sample {
    own: u64,
    wakeups: u64,
    idle: u64,
    iowait: u64,
}

impl Sample {
    fn take() -> Result<Self> {
        let number = |text: &str, at: usize| {
            text.split_whitespace().nth(at).and_then(|word| word.parse().ok()).unwrap_or(0)
        };
        // proc(5): the name in parentheses may hold spaces; utime and stime are 14 and 15.
        let stat = read_to_string("/proc/self/stat")?;
        let after = stat.rsplit(") ").next().unwrap_or_default();
        let own = number(after, 11) + number(after, 12);
        let status = read_to_string("/proc/self/status")?;
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
        let wakeups = number(line.unwrap_or_default(), 1);
        let stat = read_to_string("/proc/stat")?;
        let line = stat.lines().find(|line| line.starts_with("cpu0 ")).unwrap_or_default();
        Ok(Self { own, wakeups, idle: number(line, 4), iowait: number(line, 5) })
    }

    fn print(&self, name: &str) -> Result<()> {
        let now = Self::take()?;
        let (own, wakeups) = (now.own - self.own, now.wakeups - self.wakeups);
        let iowait = now.iowait.saturating_sub(self.iowait);
        let idle = now.idle.saturating_sub(self.idle) + iowait;
        println!("{name:<16}{own:>10}{wakeups:>10}{:>24}", format!("{iowait} of {idle}"));
        Ok(())
    }
}
