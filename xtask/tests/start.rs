//! The start: arguments, the display, the cookie, what is there already, and what is
//! said when it can't start.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

use rustix::process::Signal;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use x11rb::protocol::xproto::CreateWindowAux;
use xtask::build::{self, Profile};
use xtask::client::Client;
use xtask::display::Server;
use xtask::process::{PATIENCE, Process};
use xtask::session::{Backend, Program, Session, check_window};
use xtask::{Failure, Outcome};

use crate::focus::must_have_focus;
use crate::harness::{backends, folder, must, must_go_on, open, pgwm, release, run};

#[test]
fn help_and_version_are_given_without_a_display() -> Outcome {
    for argument in ["--help", "--version", "--check"] {
        let mut command = build::start(pgwm(Profile::Release)?);
        let output = command.arg(argument).env_remove("DISPLAY").output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        must(output.status.success(), || format!("{argument}: {}: {text}", output.status))?;
        must(argument == "--check" || text.contains("pgwm"), || format!("{argument}: {text}"))?;
    }
    Ok(())
}

#[test]
fn an_unknown_option_is_refused_with_a_sentence() -> Outcome {
    let mut command = build::start(pgwm(Profile::Release)?);
    let process = Process::spawn("pgwm", command.arg("--no-such-option"))?;
    must_refuse(process, 2, "--no-such-option")
}

#[test]
fn without_a_display_it_says_so() -> Outcome {
    let program = release(Backend::Chosen)?;
    let mut unset = program.command("");
    unset.env_remove("DISPLAY");
    must_refuse(Process::spawn("pgwm", &mut unset)?, 1, "DISPLAY")?;
    must_refuse(program.spawn("")?, 1, "DISPLAY")
}

#[test]
fn a_display_that_is_not_there_is_named() -> Outcome {
    let program = release(Backend::Chosen)?;
    for display in [":54321", "localhost:54321", "unix:54321"] {
        must_refuse(program.spawn(display)?, 1, "54321").map_err(|e| e.during(display))?;
    }
    for absurd in ["x", ":", ":x", ":0.x", ":99999999999999999999", "::::", "a:b:c"] {
        must_refuse(program.spawn(absurd)?, 1, "").map_err(|e| e.during(absurd))?;
    }
    Ok(())
}

#[test]
fn every_form_of_display_is_understood() -> Outcome {
    for backend in backends() {
        let server = Server::xvfb(&["-listen", "tcp"])?;
        let number = server.number();
        let client = Client::connect(Some(&server.display()))?;
        let program = release(backend)?;
        for display in [
            format!(":{number}"),
            format!(":{number}.0"),
            format!("unix:{number}"),
            format!("localhost:{number}"),
            format!("127.0.0.1:{number}.0"),
        ] {
            let process = program.spawn(&display)?;
            must_start_and_leave(&client, process).map_err(|e| e.during(&display))?;
        }
    }
    Ok(())
}

#[test]
fn the_screen_that_the_display_names_is_managed() -> Outcome {
    let server = Server::xvfb(&["-screen", "1", "700x500x24"])?;
    let mut sessions = Vec::new();
    for screen in 0..2 {
        let display = format!("{}.{screen}", server.display());
        let client = Client::connect(Some(&display))?;
        client.press("shift")?;
        let pgwm = release(Backend::Chosen)?.spawn(&display)?;
        client.wait(Some(&pgwm), "it starts", |client| Ok(check_window(client)?.is_some()))?;
        let window = client.create()?;
        client.map(window)?;
        client.wait(Some(&pgwm), "a window is managed", |client| client.is_viewable(window))?;
        client.settle(Some(&pgwm))?;
        let place = client.geometry(window)?;
        let whole = client.geometry(client.root)?;
        must(place.width > whole.width * 9 / 10, || format!("screen {screen}: {place:?}"))?;
        sessions.push((pgwm, client));
    }
    must_refuse(release(Backend::Chosen)?.spawn(&format!("{}.2", server.display()))?, 1, "2")
}

#[test]
fn a_cookie_opens_the_display_and_a_wrong_one_does_not() -> Outcome {
    let folder = folder("cookie")?;
    let (right, wrong) = (folder.join("right"), folder.join("wrong"));
    let cookie = *b"the right cookie";
    fs::write(&right, authority(cookie))?;
    fs::write(&wrong, authority(*b"the wrong cookie"))?;
    let server = Server::xvfb(&["-listen", "tcp", "-auth", &right.to_string_lossy()])?;
    let client = Client::connect_with_cookie(server.number(), cookie)?;
    for display in [server.display(), format!("localhost:{}", server.number())] {
        let with = |file: &Path| -> Outcome<Process> {
            let program = release(Backend::Chosen)?.with("XAUTHORITY", &file.to_string_lossy());
            program.spawn(&display)
        };
        must_refuse(with(&wrong)?, 1, "")?;
        must_refuse(with(Path::new("/no/such/file"))?, 1, "")?;
        must_start_and_leave(&client, with(&right)?).map_err(|e| e.during(&display))?;
        // Without a variable for it, the file is looked for at home.
        let program = release(Backend::Chosen)?.with("HOME", &folder.to_string_lossy());
        fs::copy(&right, folder.join(".Xauthority"))?;
        must_start_and_leave(&client, program.spawn(&display)?).map_err(|e| e.during("at home"))?;
    }
    Ok(())
}

#[test]
fn windows_that_are_there_are_adopted() -> Outcome {
    for backend in backends() {
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        client.press("shift")?;
        let mapped = (0..3)
            .map(|_| {
                let window = client.create()?;
                client.map(window)?;
                Ok(window)
            })
            .collect::<Outcome<Vec<_>>>()?;
        let unmapped = client.create()?;
        let menu = client.create_with((90, 60), &CreateWindowAux::new().override_redirect(1))?;
        client.map(menu)?;
        let mut session = Session::start_on(server, client, &release(backend)?)?;
        for window in &mapped {
            session.wait_managed(*window)?;
        }
        let mut managed = session.clients()?;
        managed.sort_unstable();
        must(managed == mapped, || format!("managed: {managed:x?}, not {mapped:x?}"))?;
        must(!session.client.is_viewable(unmapped)?, || "an unmapped window was mapped".into())?;
        must_have_focus(&session, session.client.focus()?)?;
        must_go_on(&mut session)?;
    }
    Ok(())
}

#[test]
fn a_second_one_is_refused() -> Outcome {
    for backend in backends() {
        let mut session = Session::start(&release(backend)?)?;
        let second = release(backend)?.spawn(&session.server.display())?;
        must_refuse(second, 1, "window manager")?;
        must_go_on(&mut session)?;
    }
    Ok(())
}

#[test]
fn each_backend_is_the_one_asked_for() -> Outcome {
    for backend in backends() {
        run(&release(backend)?, |session| {
            let ring = has_ring(session)?;
            must(ring == (backend == Backend::IoUring), || format!("it has a ring: {ring}"))
        })?;
    }
    Ok(())
}

/// A fault of its own would be a sentence: whatever it does wrong is caught.
#[test]
fn faults_are_caught() -> Outcome {
    let session = Session::start(&release(Backend::Chosen)?)?;
    let status = fs::read_to_string(format!("/proc/{}/status", session.pgwm.id()))?;
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or_default();
    let caught = u64::from_str_radix(caught.trim(), 16)?;
    for signal in [Signal::ILL, Signal::BUS, Signal::FPE, Signal::SEGV] {
        must(caught >> (signal.as_raw() - 1) & 1 == 1, || {
            format!("{signal:?} is not: {caught:x}")
        })?;
    }
    Ok(())
}

#[test]
fn where_io_uring_is_refused_poll_takes_over() -> Outcome {
    // The same numbers on every architecture.
    const SETUP: i64 = 425;
    const ENTER: i64 = 426;
    // As answered by a kernel without it, by seccomp profiles, and by a full kernel; and
    // only when it is used.
    for (call, errno) in [(SETUP, 38), (SETUP, 1), (SETUP, 12), (ENTER, 1), (ENTER, 13)] {
        let server = Server::xvfb(&[])?;
        let client = Client::connect(Some(&server.display()))?;
        client.press("shift")?;
        let program = release(Backend::Chosen)?;
        let display = server.display();
        let pgwm = thread::spawn(move || without(call, &program, &display, errno))
            .join()
            .map_err(|_| Failure::new("the thread with the filter panicked"))??;
        let mut session = Session { pgwm, client, server };
        session.wait_until_ready()?;
        must(!has_ring(&session)?, || "it has a ring".into())?;
        open(&session, 2)?;
        session.press("super+j")?;
        must_go_on(&mut session)?;
    }
    Ok(())
}

/// Starts a program for which a system call fails with `errno`. The filter stays on the
/// calling thread for good.
fn without(call: i64, program: &Program, display: &str, errno: u32) -> Outcome<Process> {
    let architecture = std::env::consts::ARCH.try_into()?;
    let rules = BTreeMap::from([(call, Vec::new())]);
    let filter =
        SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno), architecture)?;
    let filter: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&filter)?;
    program.spawn(display)
}

/// Whether the window manager has an io_uring open.
fn has_ring(session: &Session) -> Outcome<bool> {
    for entry in fs::read_dir(format!("/proc/{}/fd", session.pgwm.id()))? {
        // A descriptor may close while we look.
        let target = fs::read_link(entry?.path()).unwrap_or_default();
        if target.to_string_lossy().contains("io_uring") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fails unless the program ends with `status` and one line that contains `text`.
fn must_refuse(process: Process, status: i32, text: &str) -> Outcome {
    let (ended, log) = process.finish()?;
    must(ended.code() == Some(status), || format!("ended with {ended}, not {status}: {log}"))?;
    must(log.trim_end().lines().count() == 1 && log.trim().len() > 10, || {
        format!("not a sentence on one line: {log:?}")
    })?;
    must(log.contains(text), || format!("{text:?} is not in: {log:?}"))
}

/// Fails unless the window manager announces itself, and ends well when asked to.
fn must_start_and_leave(client: &Client, mut process: Process) -> Outcome {
    let ready =
        client.wait(Some(&process), "it starts", |client| Ok(check_window(client)?.is_some()));
    ready.map_err(|error| Failure::new(format!("{error}: {}", process.log())))?;
    process.signal(Signal::TERM)?;
    let status = process.wait(PATIENCE)?;
    must(status.success(), || format!("{status}: {}", process.log()))
}

/// An authority file with one entry for every host and display (Xau(3)): family 65535,
/// then address, number, name and data, each behind its length, all big-endian.
fn authority(cookie: [u8; 16]) -> Vec<u8> {
    let mut file = 65535_u16.to_be_bytes().to_vec();
    for part in [b"".as_slice(), b"", b"MIT-MAGIC-COOKIE-1", &cookie] {
        file.extend((part.len() as u16).to_be_bytes());
        file.extend(part);
    }
    file
}
