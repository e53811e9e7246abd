//! The window manager to look at: in a window of the developer's desktop, or, without
//! one, as a picture.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::build::{self, Profile};
use crate::client::Client;
use crate::display::Server;
use crate::install::{HEADLESS, Permission, WINDOWED, ensure};
use crate::process::{Process, said};
use crate::session::{Backend, Program, Session};
use crate::{Failure, Outcome, scene};

/// Opens it in a window if there is a display, else makes `target/screenshot.png`.
pub fn run(permission: Permission) -> Outcome {
    if Client::connect(None).is_ok() {
        ensure(WINDOWED, permission)?;
        in_a_window()
    } else {
        println!("There is no display here, so this is a picture of a short scene.");
        screenshot(&build::workspace().join("target/screenshot.png"), permission)
    }
}

/// Plays the scene and writes its picture to `path`.
pub fn screenshot(path: &Path, permission: Permission) -> Outcome {
    ensure(HEADLESS, permission)?;
    scene::play(&build::pgwm(Profile::Release)?, path)?;
    println!("{}", path.display());
    Ok(())
}

fn in_a_window() -> Outcome {
    let pgwm = build::pgwm(Profile::Release)?;
    let server = Server::xephyr()?;
    let display = server.display();
    let client = Client::connect(Some(&display))?;
    let program = Program::new(&pgwm, Backend::Chosen);
    let mut session = Session::start_on(server, client, &program)?;
    println!(
        "Super+Return opens a terminal, Super+Shift+e leaves. If your desktop takes the keys, \
         press Control+Shift in the window: it then keeps them."
    );
    let terminals = (0..2).map(|_| {
        let mut xterm = Command::new("xterm");
        Process::spawn("xterm", xterm.env("DISPLAY", &display).stdout(Stdio::null()))
    });
    let _terminals = terminals.collect::<Outcome<Vec<_>>>()?;
    let status = session.pgwm.wait_forever()?;
    eprint!("{}", session.pgwm.log());
    // Closing Xephyr's window takes the server away, which ends it with status 1; the
    // server's own end follows at once.
    if status.success() || session.server.process.wait(Duration::from_secs(2)).is_ok() {
        Ok(())
    } else {
        Err(Failure::new(format!("pgwm {}", said(status))))
    }
}
