//! Where the windows of real programs open: where they were started, or in the place of the
//! terminal that started them; and that a restart leaves everything where it was.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use xtask::build::{cargo, workspace};
use xtask::process::Process;
use xtask::session::{Backend, ICONIC, Program, Session};
use xtask::{Failure, Outcome};

use crate::focus::must_have_focus;
use crate::harness::{
    backends, folder, must, must_go_on, on_each_build, open, places, release, run,
};
use crate::restart::restart;
use crate::workspace::must_be_current;

#[test]
fn a_slow_program_opens_where_it_was_started() -> Outcome {
    let folder = folder("slow")?;
    for backend in backends() {
        let pipe = folder.join("pipe");
        let _ = fs::remove_file(&pipe);
        must(Command::new("mkfifo").arg(&pipe).status()?.success(), || "no mkfifo".into())?;
        // The key for a terminal starts it; it maps its window when it is told to.
        let script = folder.join("xterm");
        let text = format!(
            "#!/bin/sh\nread go < {}\nexec {} -class Slow -e cat\n",
            pipe.display(),
            xterm()?.display()
        );
        fs::write(&script, text)?;
        fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        let path = format!("{}:{}", folder.display(), env::var("PATH")?);
        run(&release(backend)?.with("PATH", &path), |session| {
            session.press("super+Return")?;
            session.press("super+2")?;
            let here = session.open()?;
            fs::write(&pipe, "go\n")?;
            let slow = wait_for_class(session, "Slow")?;
            session.settle()?;
            let desktop = session.client.word(slow, "_NET_WM_DESKTOP")?;
            must(desktop == Some(0), || format!("it is on workspace {desktop:?}"))?;
            let state = session.client.word(slow, "WM_STATE")?;
            must(state == Some(ICONIC), || format!("its WM_STATE is {state:?}"))?;
            must_be_current(session, 1)?;
            must_have_focus(session, here)?;
            session.client.x.kill_client(slow)?;
            must_go_on(session)
        })?;
    }
    Ok(())
}

#[test]
fn a_child_takes_the_place_of_its_terminal() -> Outcome {
    let program = Program::new(&with_hosts()?, Backend::Chosen);
    run(&program, |session| {
        session.open()?;
        let mut command = Command::new(xterm()?);
        command.env("DISPLAY", session.server.display()).stdin(Stdio::null());
        command.args(["-class", "Host", "-e", "sh", "-c"]);
        command.arg("read go; xterm -class Child -e cat; cat");
        let _terminal = Process::spawn("xterm", &mut command)?;
        let host = wait_for_class(session, "Host")?;
        session.wait_managed(host)?;
        let place = session.client.geometry(host)?;
        session.client.type_text("\n")?;
        let child = wait_for_class(session, "Child")?;
        session.wait_managed(child)?;
        must_be_swallowed(session, host, child)?;
        must(session.client.geometry(child)? == place, || "the child is elsewhere".into())?;
        restart(session)?;
        must_be_swallowed(session, host, child)?;
        must(session.client.geometry(child)? == place, || "the child has moved".into())?;
        session.client.x.kill_client(child)?;
        session.wait_managed(host)?;
        must_have_focus(session, host)?;
        must(session.client.geometry(host)? == place, || "the terminal has moved".into())
    })
}

#[test]
fn a_restart_leaves_everything_where_it_was() -> Outcome {
    on_each_build(|session| {
        let mut windows = open(session, 5)?;
        let keys = [
            "super+shift+k",
            "super+k",
            "super+shift+space",
            "super+k",
            "super+shift+Return",
            "super+c",
            "super+h",
            "super+h",
            "super+i",
            "super+k",
            "super+shift+space",
            "super+j",
        ];
        for key in keys {
            session.press(key)?;
        }
        session.press("super+3")?;
        windows.extend(open(session, 3)?);
        for key in ["super+m", "super+k", "super+5", "super+1"] {
            session.press(key)?;
        }
        let picture = |session: &Session| -> Outcome<_> {
            let focus = session.client.focus()?;
            let mut pictures = Vec::new();
            for workspace in ["super+1", "super+3"] {
                session.press(workspace)?;
                // The order of those that can't be seen is nobody's business.
                let mut order = session.client.children()?;
                order.retain(|window| windows.contains(window));
                let mut seen = Vec::new();
                for window in order {
                    if session.client.is_viewable(window)? {
                        seen.push(window);
                    }
                }
                pictures.push((places(session, &windows)?, seen, session.client.focus()?));
            }
            session.press("super+1")?;
            Ok((focus, pictures))
        };
        // Looking changes which workspace was shown last; so it is looked at twice before.
        picture(session)?;
        let before = picture(session)?;
        for _ in 0..2 {
            restart(session)?;
            must_be_current(session, 0)?;
            let after = picture(session)?;
            must(before == after, || format!("before: {before:x?}\nafter: {after:x?}"))?;
        }
        must(session.client.words(session.client.root, "_PGWM_STATE")?.is_empty(), || {
            "the memory of it was not taken off".into()
        })
    })
}

/// The real one, behind whatever a test calls so.
fn xterm() -> Outcome<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut all = env::split_paths(&path).map(|folder| folder.join("xterm"));
    all.find(|file| file.is_file()).ok_or_else(|| Failure::new("xterm is not installed"))
}

/// Waits for a managed window of a class.
fn wait_for_class(session: &Session, class: &str) -> Outcome<Window> {
    let mut found = None;
    session.wait(class, |client| {
        for window in session.clients()? {
            if client.text(window, "WM_CLASS")?.trim_end_matches('\0').ends_with(class) {
                found = Some(window);
            }
        }
        Ok(found.is_some())
    })?;
    found.ok_or_else(|| Failure::new(class))
}

fn must_be_swallowed(session: &Session, host: Window, child: Window) -> Outcome {
    must(!session.client.is_viewable(host)?, || "the terminal is still there".into())?;
    must(session.client.is_viewable(child)?, || "the child is not there".into())?;
    must_have_focus(session, child)
}

/// The window manager with a rule by which terminals lend their places, which the usual
/// configuration does not have: the same package with one line more.
fn with_hosts() -> Outcome<PathBuf> {
    let folder = folder("hosts")?;
    let source = workspace().join("pgwm");
    fs::create_dir_all(folder.join("src"))?;
    for file in fs::read_dir(source.join("src"))? {
        let file = file?;
        fs::copy(file.path(), folder.join("src").join(file.file_name()))?;
    }
    fs::copy(source.join("build.rs"), folder.join("build.rs"))?;
    let config = fs::read_to_string(source.join("src/config.rs"))?;
    let table = "const RULES: &[Rule] = &[\n";
    let rule = "    Rule { class: Some(\"Host\"), swallows: true, ..Rule::ANY },\n";
    must(config.contains(table), || "there is no table of rules".into())?;
    let config = config.replace(table, &format!("{table}{rule}"));
    fs::write(folder.join("src/config.rs"), config)?;
    let package = |name: &str, features: &str| {
        let path = workspace().join(name).display().to_string();
        format!("{name} = {{ path = {path:?}, features = [{features}] }}\n")
    };
    let manifest = format!(
        "[package]\nname = \"pgwm\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [profile.dev]\npanic = \"abort\"\n\n[dependencies]\n{}{}{}",
        package("pgwm-core", ""),
        package("rusl", ""),
        package("tiny-std", "\"symbols\"")
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut build = cargo(&["build", "--offline", "--quiet", "--target-dir", "target"]);
    let output = build.current_dir(&folder).stdin(Stdio::null()).output()?;
    must(output.status.success(), || String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(folder.join("target/debug/pgwm"))
}
