//! What a program started by a key finds: its own session, clean signals, no descriptor
//! of ours.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use xtask::build::Profile;
use xtask::session::Program;
use xtask::{Failure, Outcome};

use crate::harness::{backends, folder, must, must_go_on, pgwm, release, run};

/// Stands in for the terminal: tells all about itself on standard error, which it has
/// from the window manager. Its state is read without a child: a shell may block signals
/// while it starts one.
const TELL: &str = "#!/bin/sh
{
    while read -r line; do echo \"$line\"; done < /proc/$$/status
    for fd in /proc/$$/fd/*; do echo \"fd $(readlink $fd)\"; done
    tr '\\0' '\\n' < /proc/$$/environ
    echo told
} >&2
";

#[test]
fn a_program_starts_in_a_clean_world() -> Outcome {
    let folder = folder("spawn")?;
    let script = folder.join("xterm");
    fs::write(&script, TELL)?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    let path = format!("{}:{}", folder.display(), env::var("PATH")?);
    let mut programs = Vec::new();
    for backend in backends() {
        programs.push(release(backend)?);
    }
    programs.push(Program::new(pgwm(Profile::Dev)?, xtask::session::Backend::Chosen));
    for program in programs {
        run(&program.with("PATH", &path), |session| {
            for _ in 0..3 {
                let start = session.pgwm.log().len();
                session.client.press("super+Return")?;
                let log = session.pgwm.wait_for_log(start, "\ntold\n")?;
                check(&log[start..], &session.server.display())?;
            }
            must_go_on(session)
        })?;
    }
    Ok(())
}

#[test]
fn a_program_that_is_not_installed_is_a_line_in_the_log() -> Outcome {
    let folder = folder("empty")?;
    for backend in backends() {
        let program = release(backend)?.with("PATH", &folder.to_string_lossy());
        run(&program, |session| {
            for _ in 0..3 {
                let start = session.pgwm.log().len();
                session.client.press("super+Return")?;
                session.pgwm.wait_for_log(start, "xterm")?;
            }
            must_go_on(session)
        })?;
    }
    Ok(())
}

#[test]
fn no_child_stays_a_zombie() -> Outcome {
    let folder = folder("quick")?;
    let script = folder.join("xterm");
    fs::write(&script, "#!/bin/sh\necho quick end >&2\n")?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    let path = format!("{}:{}", folder.display(), env::var("PATH")?);
    for backend in backends() {
        run(&release(backend)?.with("PATH", &path), |session| {
            for _ in 0..20 {
                let start = session.pgwm.log().len();
                session.client.press("super+Return")?;
                session.pgwm.wait_for_log(start, "quick end")?;
            }
            must_go_on(session)?;
            // One that ends at this moment may look like a zombie for as long as that takes.
            for _ in 0..1000 {
                if zombies(session.pgwm.id())?.is_empty() {
                    return Ok(());
                }
                session.settle()?;
            }
            let zombies = zombies(session.pgwm.id())?;
            must(zombies.is_empty(), || format!("never waited for: {zombies:?}"))
        })?;
    }
    Ok(())
}

/// The children of a process that have ended and that it has not waited for.
fn zombies(parent: u32) -> Outcome<Vec<String>> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))?;
    let is_zombie = |child: &&str| {
        // The state stands behind the name, which is in parentheses.
        let status = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        status.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
    };
    Ok(children.split_whitespace().filter(is_zombie).map(str::to_owned).collect())
}

fn check(told: &str, display: &str) -> Outcome {
    let value = |name: &str| -> Outcome<&str> {
        let mut lines = told.lines().filter_map(|line| line.strip_prefix(name));
        let found = lines.next().map(str::trim);
        found.ok_or_else(|| Failure::new(format!("no {name} in: {told}")))
    };
    let id = value("Pid:")?;
    must(value("NSsid:")? == id, || format!("not in a session of its own: {told}"))?;
    for set in ["SigBlk:", "SigIgn:"] {
        must(value(set)?.trim_matches('0').is_empty(), || format!("{set} is not empty: {told}"))?;
    }
    let ours = |line: &str| line.contains("socket:") || line.contains("anon_inode:");
    let leaked = told.lines().find(|line| line.starts_with("fd ") && ours(line));
    must(leaked.is_none(), || format!("it has a descriptor of ours: {leaked:?}"))?;
    must(value("_JAVA_AWT_WM_NONREPARENTING=")? == "1", || "no word for Java".into())?;
    must(value("DISPLAY=")? == display, || format!("another display: {told}"))
}
