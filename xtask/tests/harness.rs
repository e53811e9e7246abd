//! What the tests share: the programs under test, and running a test on each of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use x11rb::protocol::xproto::Window;
use xtask::build::{self, Profile};
use xtask::client::Geometry;
use xtask::session::{Backend, Program, Session};
use xtask::{Failure, Outcome};

/// The window manager, built once.
pub(crate) fn pgwm(profile: Profile) -> Outcome<&'static Path> {
    static DEV: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    static RELEASE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let once = match profile {
        Profile::Dev => &DEV,
        Profile::Release => &RELEASE,
    };
    let built = once.get_or_init(|| build::pgwm(profile).map_err(|error| error.to_string()));
    built.as_deref().map_err(Failure::new)
}

/// The release program with a backend.
pub(crate) fn release(backend: Backend) -> Outcome<Program> {
    program(Profile::Release, backend)
}

/// The title of a terminal whose shell is ready. What is typed before, it may throw away.
pub(crate) const PROMPT: &str = "ready";

/// The program, in a home of its own: what its terminals run is not the developer's shell
/// with all that starts with it.
fn program(profile: Profile, backend: Backend) -> Outcome<Program> {
    static HOME: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = HOME.get_or_init(|| home().map_err(|error| error.to_string()));
    let home = made.as_deref().map_err(Failure::new)?;
    Ok(Program::new(pgwm(profile)?, backend)
        .with("HOME", &home.to_string_lossy())
        .with("SHELL", "/bin/sh")
        .with("ENV", &home.join(".shrc").to_string_lossy()))
}

fn home() -> Outcome<PathBuf> {
    let home = folder("home")?;
    let start = format!("PS1='\u{1b}]2;{PROMPT}\u{7}$ '\n");
    fs::write(home.join(".shrc"), start)?;
    Ok(home)
}

/// The backends that this machine has.
pub(crate) fn backends() -> Vec<Backend> {
    if io_uring_may_be_refused() {
        println!("not run here: sessions over io_uring, which may be refused");
        return vec![Backend::Poll];
    }
    vec![Backend::IoUring, Backend::Poll]
}

/// Runs a test against the release program on each backend.
pub(crate) fn on_each_backend(test: impl Fn(&mut Session) -> Outcome) -> Outcome {
    for backend in backends() {
        run(&release(backend)?, &test).map_err(|error| error.during(&backend.to_string()))?;
    }
    Ok(())
}

/// Runs a test against the release program on each backend, and against the dev build,
/// which checks its arithmetic.
pub(crate) fn on_each_build(test: impl Fn(&mut Session) -> Outcome) -> Outcome {
    on_each_backend(&test)?;
    run(&program(Profile::Dev, Backend::Chosen)?, &test).map_err(|error| error.during("dev build"))
}

/// Runs a test against a program on a server of its own.
pub(crate) fn run(program: &Program, test: impl Fn(&mut Session) -> Outcome) -> Outcome {
    println!("backend: {}", program.backend);
    let mut session = Session::start(program)?;
    test(&mut session).map_err(|error| Failure::new(format!("{error}\n{}", session.report())))
}

/// Fails with a sentence unless `condition` holds.
pub(crate) fn must(condition: bool, sentence: impl FnOnce() -> String) -> Outcome {
    if condition { Ok(()) } else { Err(Failure::new(sentence())) }
}

/// Opens a number of windows.
pub(crate) fn open(session: &Session, count: usize) -> Outcome<Vec<Window>> {
    (0..count).map(|_| session.open()).collect()
}

/// Where windows are.
pub(crate) fn places(session: &Session, windows: &[Window]) -> Outcome<Vec<Geometry>> {
    windows.iter().map(|window| session.client.geometry(*window)).collect()
}

/// Fails unless the window manager lives and manages the next window; then closes that.
pub(crate) fn must_go_on(session: &mut Session) -> Outcome {
    session.settle()?;
    let window = session.open()?;
    session.client.destroy(window)?;
    session.wait("a destroyed window leaves the list", |_| {
        Ok(!session.clients()?.contains(&window))
    })?;
    match session.pgwm.status()? {
        None => Ok(()),
        Some(status) => Err(Failure::new(format!("pgwm ended: {status}"))),
    }
}

/// A folder for a test's files.
pub(crate) fn folder(name: &str) -> Outcome<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Pseudo-random numbers from a seed: the same ones in every run (xorshift, Marsaglia 2003).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of `seed`, which must not be 0.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32
    }

    /// One of `choices`.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.next() as usize % choices.len()]
    }
}

/// Whether the kernel's setting or a filter around this process can forbid io_uring.
pub(crate) fn io_uring_may_be_refused() -> bool {
    let disabled = fs::read_to_string("/proc/sys/kernel/io_uring_disabled").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let filtered = status
        .lines()
        .any(|line| line.strip_prefix("Seccomp:").is_some_and(|mode| mode.trim() != "0"));
    // An emulator of programs does not know it.
    !matches!(disabled.trim(), "" | "0") || filtered || build::emulator().is_some()
}
