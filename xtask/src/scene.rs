//! A short scene on a server without a screen: what a person would do first, done with
//! key presses, for a picture and as a proof that it works.

use std::fs;
use std::path::Path;

use rustix::process::Signal;
use x11rb::protocol::xproto::Window;

use crate::build::workspace;
use crate::process::{PATIENCE, said};
use crate::session::{Backend, Program, Session};
use crate::{Failure, Outcome, screenshot};

/// What is typed into the terminals, in the order in which they are opened. The first
/// one leads. The built-in font has no more letters than ASCII.
const COMMANDS: [&str; 4] = [
    "clear; for c in 1 2 3 4 5 6; do printf \"\\033[4${c}m      \\033[0m\"; done; echo; \
     head -n 56 README.md | tr -cd '\\11\\12\\40-\\176' | cut -c 1-120",
    "clear; ls -l --color=always . pgwm/src",
    "clear; grep -hn --color=always 'pub fn' pgwm-core/src/session.rs pgwm-core/src/wm/*.rs | \
     cut -c 1-120 | tail -n 17",
    // The terminal's parent is the window manager.
    "clear; p=$(grep PPid /proc/$PPID/status | tr -cd 0-9); \
     grep -E 'Name|VmRSS|Threads' /proc/$p/status; \
     echo \"File:   $(wc -c < /proc/$p/exe) bytes\"",
];

/// How xterm is to look: only X resources (xterm(1)), so that it needs nothing installed.
const RESOURCES: &str = "\
XTerm*background: #16181d\n\
XTerm*foreground: #d8dee9\n\
XTerm*cursorColor: #88c0d0\n\
XTerm*internalBorder: 6\n\
XTerm*scrollBar: false\n\
XTerm*color4: #81a1c1\n\
XTerm*color12: #81a1c1\n\
XTerm*font: -misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso8859-1\n";

/// Plays the scene with the program at `pgwm`, and writes its last picture to `picture`.
pub fn play(pgwm: &Path, picture: &Path) -> Outcome {
    let home = home()?;
    let program = Program::new(pgwm, Backend::Chosen)
        .with("HOME", &home)
        .with("ENV", &format!("{home}/.shrc"))
        .with("SHELL", "/bin/sh")
        .with("LC_ALL", "C");
    let mut session = Session::start(&program)?;
    let root = session.client.root;
    session.client.set_bytes(root, "RESOURCE_MANAGER", "STRING", RESOURCES.as_bytes())?;
    let result = act(&session).and_then(|()| screenshot::save(&session.client, picture));
    result.map_err(|error| Failure::new(format!("{error}\n{}", session.report())))?;

    // Its terminals live on until the server ends.
    session.pgwm.signal(Signal::TERM)?;
    let status = session.pgwm.wait(PATIENCE)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("pgwm {}:\n{}", said(status), session.report())))
    }
}

fn act(session: &Session) -> Outcome {
    let mut terminals = Vec::new();
    for _ in COMMANDS {
        session.client.press("super+Return")?;
        let terminal = next_window(session, &terminals)?;
        prompt(session, terminal, 1)?;
        terminals.push(terminal);
    }
    // A wider leader, then another workspace and back.
    for chord in ["super+l", "super+2", "super+1"] {
        session.press(chord)?;
    }
    for (terminal, command) in terminals.iter().zip(COMMANDS) {
        for _ in &terminals {
            if session.client.focus()? != *terminal {
                session.press("super+j")?;
            }
        }
        session.client.type_text(&format!("{command}\n"))?;
        prompt(session, *terminal, 2)?;
    }
    Ok(())
}

/// Waits for a managed window that is not among `known`, and for the focus on it.
fn next_window(session: &Session, known: &[Window]) -> Outcome<Window> {
    let mut found = None;
    session.wait("a terminal opens", |_| {
        found = session.clients()?.into_iter().find(|window| !known.contains(window));
        Ok(found.is_some())
    })?;
    let window = found.ok_or_else(|| Failure::new("no terminal"))?;
    session.client.watch(window)?;
    session.wait_managed(window)?;
    session.wait("the new terminal has the focus", |client| Ok(client.focus()? == window))?;
    Ok(window)
}

/// Waits for the shell's prompt number `count`: it is in the window's title, so that the
/// server tells us of it.
fn prompt(session: &Session, terminal: Window, count: usize) -> Outcome {
    let title = format!("terminal: {count}");
    session.wait(&format!("the shell's prompt {count}"), |client| {
        Ok(client.text(terminal, "WM_NAME")? == title)
    })
}

/// A home folder whose shells count their prompts in the terminal's title.
fn home() -> Outcome<String> {
    let folder = workspace().join("target/scene");
    fs::create_dir_all(&folder)?;
    let start = "n=0\n\
                 PS1='\u{1b}]2;terminal: $((n=n+1))\u{7}\u{1b}[36m$\u{1b}[0m '\n";
    for name in [".shrc", ".bashrc"] {
        fs::write(folder.join(name), start)?;
    }
    Ok(folder.to_string_lossy().into_owned())
}
