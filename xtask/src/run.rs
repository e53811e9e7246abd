//! The window manager to look at: in a window of the developer's desktop, or, without
//! one, as a picture.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::build::{self, Profile, workspace};
use crate::client::Client;
use crate::display::Server;
use crate::install::{HEADLESS, PICTURED, Permission, WINDOWED, ensure};
use crate::process::{Process, said};
use crate::scene::{self, SCENES, Scene, TILED};
use crate::session::{Backend, Program, Session};
use crate::{Failure, Outcome};

/// The pixels to the inch of a screen on which a pixel of the configuration is one.
pub const DPI: u32 = 96;

/// Opens it in a window if there is a display, on a screen with so many pixels to the inch;
/// else makes `target/screenshot.png`.
pub fn run(dpi: u32, permission: Permission) -> Outcome {
    if Client::connect(None).is_ok() {
        ensure(WINDOWED, permission)?;
        in_a_window(dpi)
    } else {
        println!("There is no display here, so this is a picture of a short scene.");
        ensure(HEADLESS, permission)?;
        picture(&TILED, dpi, &workspace().join("target/screenshot.png"))
    }
}

/// Writes a picture of each scene, or of those that are named, into the folder of the
/// README's pictures; where there are other than 96 pixels to the inch, their names say so,
/// and of a larger screen they show the upper part.
pub fn screenshot(names: &[&str], dpi: u32, permission: Permission) -> Outcome {
    let unknown = names.iter().find(|name| SCENES.iter().all(|scene| scene.name != **name));
    if let Some(name) = unknown {
        let all: Vec<&str> = SCENES.iter().map(|scene| scene.name).collect();
        return Err(Failure::new(format!("there is no scene {name}, but {}", all.join(", "))));
    }
    ensure(PICTURED, permission)?;
    for scene in SCENES.iter().filter(|it| names.is_empty() || names.contains(&it.name)) {
        let ending = if dpi == DPI { String::new() } else { format!("-{dpi}") };
        let path = workspace().join(format!("pgwm/doc/{}{ending}.png", scene.name));
        picture(scene, dpi, &path)?;
    }
    Ok(())
}

fn picture(scene: &Scene, dpi: u32, path: &Path) -> Outcome {
    let picture = scene::play(&build::pgwm(Profile::Release)?, scene, dpi)?;
    // So that a large one has no more pixels than the others.
    let rows = picture.height * (DPI * DPI) as usize / (dpi * dpi) as usize;
    let rows = rows.min(picture.height);
    picture.upper(rows).save(path)?;
    println!("{}: {} bytes", path.display(), fs::metadata(path)?.len());
    Ok(())
}

fn in_a_window(dpi: u32) -> Outcome {
    let pgwm = build::pgwm(Profile::Release)?;
    let server = Server::xephyr()?;
    let display = server.display();
    let client = Client::connect(Some(&display))?;
    if dpi != DPI {
        let resources = format!("Xft.dpi: {dpi}\n");
        client.set_bytes(client.root, "RESOURCE_MANAGER", "STRING", resources.as_bytes())?;
    }
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
