//! Programs that people use, under the window manager: a kind of program a file. They
//! are checked from outside, through windows and properties, never by their pictures
//! alone.
//!
//! Slow to start as some are, they run on the backend that the window manager chooses.

mod chromium;
mod compositor;
mod gimp;
mod gtk;
mod java;
mod launchers;
mod lock;
mod mpv;
mod nested;
mod notifications;
mod panels;
mod qt;
mod scripts;
mod tray;
mod x11_apps;

use std::cell::RefCell;
use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use x11rb::protocol::xproto::{
    AutoRepeatMode, ChangeKeyboardControlAux, ConnectionExt as _, EventMask, GrabMode, GrabStatus,
    MapState, Window,
};
use xtask::client::{Client, Geometry};
use xtask::install::{is_installed, must_have_clients};
use xtask::process::{Process, line, said};
use xtask::session::{Backend, Session};
use xtask::{Failure, Outcome, screenshot};

use crate::harness::{folder, must, release};
use crate::layout::screen;

/// How long a program may take to start, on a machine that starts others too.
const PATIENCE: Duration = Duration::from_secs(90);

/// A session, and what programs in it find and leave.
pub(crate) struct Desktop {
    /// The programs that were started; dropped first.
    programs: RefCell<Vec<(String, Process)>>,
    pub(crate) session: Session,
    /// Their home, empty at the start.
    pub(crate) home: PathBuf,
    /// The windows that [`Desktop::window`] and [`Desktop::popup`] gave.
    known: RefCell<Vec<Window>>,
    /// Set for the programs started from now on.
    environment: Vec<(String, String)>,
}

/// A program that a [`Desktop`] has started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Started(usize);

/// Runs a test that needs `programs`, in a session of its own. Where the system has no
/// package of one, says so and is done.
pub(crate) fn with(programs: &[&str], test: impl Fn(&mut Desktop) -> Outcome) -> Outcome {
    if let Some(missing) = programs.iter().find(|program| !is_installed(program)) {
        println!("skipped: {missing} is missing");
        return must(!must_have_clients(), || {
            format!("{missing} is missing; `cargo xtask test` installs it")
        });
    }
    let mut desktop = Desktop::start()?;
    test(&mut desktop).map_err(|error| {
        let picture = desktop.home.join("failed.png");
        let seen = match screenshot::save(&desktop.session.client, &picture) {
            Ok(()) => format!("its picture: {}", picture.display()),
            Err(error) => format!("no picture: {error}"),
        };
        let logs = desktop.programs.borrow().iter().fold(String::new(), |text, (name, program)| {
            format!("{text}{name} wrote:\n{}", program.log())
        });
        Failure::new(format!("{error}\n{}{logs}{seen}", desktop.session.report()))
    })
}

impl Desktop {
    fn start() -> Outcome<Self> {
        let current = thread::current();
        let name = current.name().unwrap_or("test").replace("::", "-");
        let home = folder("programs")?.join(name);
        // What an earlier run left there would be another test.
        let _ = fs::remove_dir_all(&home);
        for folder in ["bin", "run"] {
            fs::create_dir_all(home.join(folder))?;
        }
        fs::set_permissions(home.join("run"), Permissions::from_mode(0o700))?;
        let environment = vec![
            ("HOME".to_owned(), text(&home)),
            ("XDG_RUNTIME_DIR".to_owned(), text(&home.join("run"))),
            ("SHELL".to_owned(), "/bin/sh".to_owned()),
            ("LC_ALL".to_owned(), "C.UTF-8".to_owned()),
            // No accessibility bus, no settings service, no graphics card.
            ("NO_AT_BRIDGE".to_owned(), "1".to_owned()),
            ("GSETTINGS_BACKEND".to_owned(), "memory".to_owned()),
            ("LIBGL_ALWAYS_SOFTWARE".to_owned(), "1".to_owned()),
            ("PATH".to_owned(), format!("{}:{}", text(&home.join("bin")), env::var("PATH")?)),
        ];
        let mut program = release(Backend::Chosen)?;
        for (name, value) in &environment {
            program = program.with(name, value);
        }
        let session = Session::start(&program)?;
        session.client.be_patient(PATIENCE);
        let known = RefCell::default();
        Ok(Self { programs: RefCell::default(), session, home, known, environment })
    }

    /// Starts a program, which ends with the session at the latest.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Outcome<Started> {
        self.run_with(program, arguments, &[])
    }

    /// The same with variables in its environment.
    pub(crate) fn run_with(
        &self,
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Outcome<Started> {
        let mut command = self.command(program, arguments);
        command.envs(environment.iter().copied()).stdout(Stdio::null());
        Ok(self.keep(program, Process::spawn(program, &mut command)?))
    }

    /// Waits for a program's end.
    pub(crate) fn wait_end(&self, program: Started) -> Outcome<ExitStatus> {
        self.programs.borrow_mut()[program.0].1.wait(PATIENCE)
    }

    /// Kills a program.
    pub(crate) fn kill(&self, program: Started) -> Outcome {
        self.programs.borrow()[program.0].1.signal(Signal::KILL)?;
        self.wait_end(program)?;
        Ok(())
    }

    fn keep(&self, name: &str, process: Process) -> Started {
        let mut programs = self.programs.borrow_mut();
        programs.push((name.to_owned(), process));
        Started(programs.len() - 1)
    }

    /// Runs a program to its end, which has to be a success; gives what it wrote, which
    /// must not be much.
    pub(crate) fn ask(&self, program: &str, arguments: &[&str]) -> Outcome<String> {
        let mut command = self.command(program, arguments);
        let mut process = Process::spawn(program, command.stdout(Stdio::piped()))?;
        let output = process.take_output();
        let status = process.wait(PATIENCE).map_err(|error| error.during(&line(&command)))?;
        let mut text = String::new();
        output.ok_or_else(|| Failure::new("no output"))?.read_to_string(&mut text)?;
        must(status.success(), || {
            format!("`{}` {}: {text}{}", line(&command), said(status), process.log())
        })?;
        Ok(text)
    }

    /// Starts a message bus, which programs started after it use.
    pub(crate) fn start_bus(&mut self) -> Outcome {
        let arguments = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
        let mut command = self.command("dbus-daemon", &arguments);
        let mut bus = Process::spawn("dbus-daemon", command.stdout(Stdio::piped()))?;
        let output = bus.take_output().ok_or_else(|| Failure::new("no output"))?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        let variable = ("DBUS_SESSION_BUS_ADDRESS".to_owned(), address.trim().to_owned());
        self.environment.push(variable);
        self.keep("dbus-daemon", bus);
        Ok(())
    }

    /// Puts a shell script in front of the program of that name, for the window manager
    /// too: a key that starts the program then starts the script.
    pub(crate) fn stand_in(&self, program: &str, script: &str) -> Outcome {
        let path = self.home.join("bin").join(program);
        fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        Ok(fs::set_permissions(&path, Permissions::from_mode(0o755))?)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for name in ["XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "WINDOWID", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(&self.home).stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("DISPLAY", self.session.server.display());
        command
    }

    /// Waits for the next managed window that `wanted` accepts, until it is seen and its
    /// changes are watched.
    pub(crate) fn window(
        &self,
        what: &str,
        wanted: impl Fn(&Client, Window) -> Outcome<bool>,
    ) -> Outcome<Window> {
        let session = &self.session;
        let mut found = None;
        session.wait(&format!("a window opens: {what}"), |client| {
            self.forget_the_gone()?;
            for window in session.clients()? {
                if self.known.borrow().contains(&window) {
                    continue;
                }
                // What it lacks may come later. And it may be gone by now.
                if client.watch(window).is_ok() && wanted(client, window).unwrap_or(false) {
                    found = Some(window);
                }
            }
            Ok(found.is_some())
        })?;
        let window = found.ok_or_else(|| Failure::new(format!("no window: {what}")))?;
        self.known.borrow_mut().push(window);
        session.wait_managed(window)?;
        Ok(window)
    }

    /// The same for a class, one of the two words of `WM_CLASS`.
    pub(crate) fn window_of(&self, class: &str) -> Outcome<Window> {
        self.window(class, |client, window| has_class(client, window, class))
    }

    /// The same for the next window that names `parent` in `WM_TRANSIENT_FOR`.
    pub(crate) fn dialog_of(&self, parent: Window) -> Outcome<Window> {
        self.window("a dialog", |client, window| {
            Ok(client.word(window, "WM_TRANSIENT_FOR")? == Some(parent))
        })
    }

    /// Waits for the next window that is seen without being managed, such as a menu.
    pub(crate) fn popup(&self, what: &str) -> Outcome<Window> {
        let mut found = None;
        self.session.wait(&format!("a popup opens: {what}"), |client| {
            self.forget_the_gone()?;
            found = client.children()?.into_iter().find(|window| {
                !self.known.borrow().contains(window) && is_popup(client, *window).unwrap_or(false)
            });
            Ok(found.is_some())
        })?;
        let popup = found.ok_or_else(|| Failure::new(format!("no popup: {what}")))?;
        self.known.borrow_mut().push(popup);
        self.session.client.watch(popup)?;
        Ok(popup)
    }

    /// The number of a window that is gone may be given to another, and a menu that is
    /// hidden may be shown again.
    fn forget_the_gone(&self) -> Outcome {
        let (client, clients) = (&self.session.client, self.session.clients()?);
        self.known.borrow_mut().retain(|window| {
            clients.contains(window) || client.is_viewable(*window).unwrap_or(false)
        });
        Ok(())
    }

    /// Waits until a window is no longer seen: unmapped or destroyed.
    pub(crate) fn wait_gone(&self, what: &str, window: Window) -> Outcome {
        self.session.wait(&format!("it goes: {what}"), |client| {
            Ok(!client.is_viewable(window).unwrap_or(false))
        })
    }

    /// Waits until the server and the root's property say that a window has the focus:
    /// the window itself, or one that its program made within it.
    pub(crate) fn wait_focus(&self, what: &str, window: Window) -> Outcome {
        self.session.wait(&format!("it has the focus: {what}"), |client| {
            Ok(top_level(client, client.focus()?)? == window
                && client.words(client.root, "_NET_ACTIVE_WINDOW")? == [window])
        })
    }

    /// Waits until a window's title is as wanted.
    pub(crate) fn wait_title(
        &self,
        what: &str,
        window: Window,
        wanted: impl Fn(&str) -> bool,
    ) -> Outcome {
        let mut last = String::new();
        let result = self.session.wait(&format!("the title says: {what}"), |client| {
            last = title(client, window)?;
            Ok(wanted(&last))
        });
        result.map_err(|error| Failure::new(format!("{error}; it says {last:?}")))
    }

    /// Waits until a window's place is as wanted.
    pub(crate) fn wait_place(
        &self,
        what: &str,
        window: Window,
        wanted: impl Fn(Geometry) -> bool,
    ) -> Outcome {
        let mut last = None;
        let result = self.session.wait(what, |client| {
            let place = client.geometry(window)?;
            last = Some(place);
            Ok(wanted(place))
        });
        result.map_err(|error| Failure::new(format!("{error}; it is at {last:?}")))
    }

    /// Waits until what the screen shows is as wanted, looking again after it changes.
    pub(crate) fn wait_seen(
        &self,
        what: &str,
        wanted: impl FnMut(&Client) -> Outcome<bool>,
    ) -> Outcome {
        self.session.client.wait_seen(Some(&self.session.pgwm), what, wanted)
    }

    /// Waits until a window covers the screen and says that it is fullscreen.
    pub(crate) fn wait_fullscreen(&self, window: Window) -> Outcome {
        self.wait_place("a window covers the screen", window, |place| place == screen())?;
        self.wait_state(window, "FULLSCREEN", true)
    }

    /// Waits until a state is, or is not, in `_NET_WM_STATE`.
    pub(crate) fn wait_state(&self, window: Window, state: &str, there: bool) -> Outcome {
        let atom = self.session.client.atom(&format!("_NET_WM_STATE_{state}"))?;
        self.session.wait(&format!("{state} becomes {there}"), |client| {
            Ok(client.words(window, "_NET_WM_STATE")?.contains(&atom) == there)
        })
    }

    /// Does something again and again until it has its effect: for what a program hears
    /// only when it is ready, which it doesn't tell.
    pub(crate) fn repeat(
        &self,
        what: &str,
        mut act: impl FnMut(&Client) -> Outcome,
        mut done: impl FnMut(&Client) -> Outcome<bool>,
    ) -> Outcome {
        let client = &self.session.client;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            act(client)?;
            self.session.settle()?;
            if done(client)? {
                return Ok(());
            }
        }
        Err(Failure::new(format!("this did not happen: {what}")))
    }

    /// Lets a key that is held be one press only.
    pub(crate) fn stop_repeat(&self) -> Outcome {
        let off = ChangeKeyboardControlAux::new().auto_repeat_mode(AutoRepeatMode::OFF);
        Ok(self.session.client.x.change_keyboard_control(&off)?.check()?)
    }

    /// Clicks with the left button.
    pub(crate) fn click(&self, place: (i32, i32)) -> Outcome {
        let client = &self.session.client;
        client.point(place)?;
        client.button(1, true)?;
        client.button(1, false)
    }

    /// Waits until nobody holds the pointer, as while it is dragged.
    pub(crate) fn wait_pointer_free(&self) -> Outcome {
        let (none, now) = (x11rb::NONE, x11rb::CURRENT_TIME);
        let mode = GrabMode::ASYNC;
        self.repeat(
            "nobody holds the pointer",
            |_| Ok(()),
            |client| {
                let (x, root, mask) = (&client.x, client.root, EventMask::NO_EVENT);
                let grab = x.grab_pointer(false, root, mask, mode, mode, none, none, now)?;
                let status = grab.reply()?.status;
                if status == GrabStatus::SUCCESS {
                    x.ungrab_pointer(now)?.check()?;
                }
                Ok(status == GrabStatus::SUCCESS)
            },
        )
    }

    /// Where a lone tile stands: opens one of our own, and closes it.
    pub(crate) fn lone_tile(&self) -> Outcome<Geometry> {
        let window = self.session.open()?;
        let place = self.session.client.geometry(window)?;
        self.session.client.destroy(window)?;
        self.session.wait("a destroyed window leaves the list", |_| {
            Ok(!self.session.clients()?.contains(&window))
        })?;
        Ok(place)
    }

    /// Writes a picture of the screen as `NAME.png` into the folder that the variable
    /// `PGWM_PICTURES` names; without it, does nothing.
    pub(crate) fn picture(&self, name: &str) -> Outcome {
        let Some(folder) = env::var_os("PGWM_PICTURES") else { return Ok(()) };
        self.session.client.wait_still(Duration::from_millis(700))?;
        screenshot::save(&self.session.client, &Path::new(&folder).join(format!("{name}.png")))
    }
}

/// Whether one of the two words of `WM_CLASS` is `class`.
pub(crate) fn has_class(client: &Client, window: Window, class: &str) -> Outcome<bool> {
    Ok(client.text(window, "WM_CLASS")?.split('\0').any(|word| word == class))
}

/// A window's title, by the newer property if it has it.
pub(crate) fn title(client: &Client, window: Window) -> Outcome<String> {
    let new = client.text(window, "_NET_WM_NAME")?;
    if new.is_empty() { client.text(window, "WM_NAME") } else { Ok(new) }
}

/// Two monitors side by side that fill the screen.
pub(crate) fn halves() -> [Geometry; 2] {
    let left = Geometry { width: screen().width / 2, ..screen() };
    [left, Geometry { x: left.width, ..left }]
}

/// Fails unless two pixels are nearly the same: a toolkit may give a dialog that is already
/// placed some pixels more, and where a half pixel goes is nobody's matter.
pub(crate) fn must_be_near(place: (i32, i32), wanted: (i32, i32), what: &str) -> Outcome {
    let near = (place.0 - wanted.0).abs() <= 8 && (place.1 - wanted.1).abs() <= 8;
    must(near, || format!("{what} has its center at {place:?}, not {wanted:?}"))
}

/// Whether the window manager leaves the window alone, and it is seen, and is not the window
/// manager's own.
fn is_popup(client: &Client, window: Window) -> Outcome<bool> {
    let attributes = client.x.get_window_attributes(window)?.reply()?;
    let place = client.geometry(window)?;
    Ok(attributes.override_redirect
        && attributes.map_state == MapState::VIEWABLE
        // Toolkits keep some for themselves, tiny or out of sight.
        && place.width > 1
        && place.height > 1
        && place.overlaps(screen())
        && !has_class(client, window, "pgwm")?)
}

/// The child of the root that holds `window`; itself for the root and for no window.
fn top_level(client: &Client, window: Window) -> Outcome<Window> {
    let mut window = window;
    while window > 1 && window != client.root {
        let parent = client.x.query_tree(window)?.reply()?.parent;
        if parent == client.root {
            break;
        }
        window = parent;
    }
    Ok(window)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
