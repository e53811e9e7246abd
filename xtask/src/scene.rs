//! Short scenes on a server without a screen, for the README's pictures and as a proof that
//! they work: real programs, and keys that a person would press. Each is an entry of a table.
//! The next step is taken when the one before has had its effect.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use x11rb::protocol::xproto::{ConfigureWindowAux, Window};

use crate::build::workspace;
use crate::client::{Client, Geometry};
use crate::display::{SCREEN, Server};
use crate::process::{PATIENCE, Process, said};
use crate::screenshot::Picture;
use crate::session::{Backend, Program, Session};
use crate::{Failure, Outcome};

/// A scene; its picture is named after it.
#[derive(Debug)]
pub struct Scene {
    /// Its name.
    pub name: &'static str,
    /// Size of the screen, in pixels of 96 to the inch, as all numbers here.
    screen: (u16, u16),
    /// The monitors; none for one that is the whole screen.
    monitors: &'static [(&'static str, Geometry)],
    steps: &'static [Step],
}

/// What happens in a scene.
#[derive(Debug)]
enum Step {
    /// A terminal opens in which a shell runs this, and then gets this title.
    Terminal(&'static str, &'static str),
    /// A program opens a window.
    Program(&'static [&'static str]),
    /// The window that was opened last, of which nothing covers the middle, is floated by a
    /// click, and then asks for a place and a size.
    Float(Geometry),
    /// The window that was opened last asks for attention.
    Urgent,
    /// A chord is pressed.
    Press(&'static str),
    /// Text is typed.
    Type(&'static str),
    /// The window that was opened at this place in the order of all gets the focus.
    Focus(usize),
}

use Step::{Float, Focus, Press, Terminal, Type, Urgent};

/// All scenes.
pub const SCENES: &[Scene] = &[TILED, TABBED, FLOATING, MONITORS, PROMPT, HELP];

/// The scene that stands for all where there is one picture only.
pub const TILED: Scene = Scene {
    name: "tiled",
    screen: SCREEN,
    monitors: &[],
    steps: &[
        Press("super+2"),
        COLOURS,
        Press("super+4"),
        FILES,
        Press("super+1"),
        README,
        KEYS,
        LAYOUTS,
        MEMORY,
        Press("super+l"),
        Focus(2),
    ],
};

const TABBED: Scene = Scene {
    name: "tabbed",
    screen: SCREEN,
    monitors: &[],
    steps: &[README, KEYS, COLOURS, FILES, MEMORY, Press("super+e"), Focus(1)],
};

const FLOATING: Scene = Scene {
    name: "floating",
    screen: SCREEN,
    monitors: &[],
    steps: &[
        README,
        KEYS,
        Step::Program(&[
            "xclock",
            "-norender",
            "-bg",
            "#16181d",
            "-fg",
            "#d8dee9",
            "-hd",
            "#88c0d0",
        ]),
        Float(area(400, 540, 220, 220)),
        Step::Program(&["xeyes", "+shape", "-bg", "#16181d"]),
        Float(area(900, 90, 320, 200)),
        FILES,
        Float(area(540, 330, 560, 300)),
    ],
};

const MONITORS: Scene = Scene {
    name: "monitors",
    screen: (1600, 640),
    monitors: &[("left", area(0, 0, 900, 640)), ("right", area(900, 0, 700, 560))],
    steps: &[
        README,
        MEMORY,
        Press("super+."),
        KEYS,
        COLOURS,
        LAYOUTS,
        Press("super+w"),
        Press("super+5"),
        FILES,
        Press("super+2"),
        Urgent,
        Press("super+,"),
    ],
};

const PROMPT: Scene = Scene {
    name: "prompt",
    screen: SCREEN,
    monitors: &[],
    steps: &[README, COLOURS, MEMORY, Press("super+p"), Type("xc")],
};

const HELP: Scene = Scene {
    name: "help",
    screen: SCREEN,
    monitors: &[],
    steps: &[README, COLOURS, MEMORY, Press("super+F1")],
};

const README: Step = Terminal("README.md", "head -n 32 README.md");
const KEYS: Step = Terminal(
    "config.rs",
    "grep -A 24 'KEYS: ' pgwm/src/config.rs | grep --color=always -E 'Key::new|$'",
);
const LAYOUTS: Step = Terminal(
    "layout",
    "cd pgwm-core/src/layout; grep -h --color=always 'pub const fn\\|pub fn' mod.rs center.rs",
);
const FILES: Step = Terminal("pgwm/src", "wc -c pgwm/src/*.rs; echo; wc -l pgwm-core/src/*.rs");
/// Of the window manager.
const MEMORY: Step = Terminal(
    "pgwm's memory",
    "grep -E 'Name|VmRSS|RssAnon|Threads' /proc/$PGWM/status; \
     echo \"File:   $(wc -c < /proc/$PGWM/exe) bytes\"",
);
const COLOURS: Step = Terminal(
    "colours",
    "for c in 1 2 3 4 5 6; do printf \"\\033[4${c}m      \\033[0m\"; done; echo; echo; \
     for c in 1 2 3 4 5 6; do printf \"\\033[3${c}mcolour\\033[0m\"; done; echo",
);

/// How xterm is to look (X resources, xterm(1)).
const RESOURCES: &str = "\
XTerm*background: #16181d\n\
XTerm*foreground: #d8dee9\n\
XTerm*cursorColor: #88c0d0\n\
XTerm*internalBorder: 6\n\
XTerm*scrollBar: false\n\
XTerm*color1: #bf616a\n\
XTerm*color2: #a3be8c\n\
XTerm*color3: #ebcb8b\n\
XTerm*color4: #81a1c1\n\
XTerm*color5: #b48ead\n\
XTerm*color6: #88c0d0\n\
XTerm*faceName: DejaVu Sans Mono\n\
XTerm*faceSize: 9\n\
Xft.antialias: true\n\
Xft.hinting: false\n\
Xft.rgba: none\n";

const fn area(x: i32, y: i32, width: i32, height: i32) -> Geometry {
    Geometry { x, y, width, height, border: 0 }
}

/// Plays a scene with the program at `pgwm`, on a screen with so many pixels to the inch,
/// and gives its last picture.
pub fn play(pgwm: &Path, scene: &Scene, dpi: u32) -> Outcome<Picture> {
    let scale = Scale(dpi);
    let (width, height) = scene.screen;
    let size = (scale.of(width.into()).try_into()?, scale.of(height.into()).try_into()?);
    let server = Server::xvfb_of(size, &["-dpi", &dpi.to_string()])?;
    let client = Client::connect(Some(&server.display()))?;
    client.press("shift")?;
    let resources = format!("{RESOURCES}Xft.dpi: {dpi}\n");
    client.set_bytes(client.root, "RESOURCE_MANAGER", "STRING", resources.as_bytes())?;
    let monitors: Vec<_> =
        scene.monitors.iter().map(|(name, place)| (*name, scale.of_place(*place))).collect();
    if !monitors.is_empty() {
        client.set_monitors(&monitors)?;
    }
    let session = Session::start_on(server, client, &Program::new(pgwm, Backend::Chosen))?;
    let mut stage =
        Stage { session, scale, programs: RefCell::default(), windows: RefCell::default() };
    let begun = Instant::now();
    let result = stage.act(scene.steps).and_then(|()| {
        // What is told by the second has been told for some.
        thread::sleep(Duration::from_secs(3).saturating_sub(begun.elapsed()));
        stage.session.client.wait_still(Duration::from_millis(400))?;
        Picture::of_root(&stage.session.client)
    });
    let report = stage.session.report();
    let picture =
        result.map_err(|error| Failure::new(format!("{}: {error}\n{report}", scene.name)))?;

    let pgwm = &mut stage.session.pgwm;
    pgwm.signal(Signal::TERM)?;
    let status = pgwm.wait(PATIENCE)?;
    if status.success() {
        Ok(picture)
    } else {
        Err(Failure::new(format!("pgwm {}:\n{report}", said(status))))
    }
}

/// How many pixels of the screen an inch has.
#[derive(Clone, Copy)]
struct Scale(u32);

impl Scale {
    fn of(self, pixels: i32) -> i32 {
        pixels * self.0.cast_signed() / 96
    }

    fn of_place(self, place: Geometry) -> Geometry {
        let Geometry { x, y, width, height, border } = place;
        let of = |pixels| self.of(pixels);
        Geometry { x: of(x), y: of(y), width: of(width), height: of(height), border }
    }
}

/// A session and the programs in it.
struct Stage {
    /// Ended first.
    programs: RefCell<Vec<Process>>,
    session: Session,
    scale: Scale,
    /// In the order in which they were opened.
    windows: RefCell<Vec<Window>>,
}

impl Stage {
    fn act(&self, steps: &[Step]) -> Outcome {
        for step in steps {
            self.take(step).map_err(|error| error.during(&format!("{step:?}")))?;
        }
        Ok(())
    }

    fn take(&self, step: &Step) -> Outcome {
        let Session { client, .. } = &self.session;
        match step {
            Terminal(title, script) => {
                // Lines are cut at the edge.
                let script = format!(
                    "printf '\\033[?7l'; {script}; printf '\\033]2;%s\\007' \"$0\"; exec sleep 300"
                );
                let window = self.open(&["xterm", "-e", "sh", "-c", &script, title])?;
                // It is set when all before it is drawn.
                self.session.wait("the terminal has its title", |client| {
                    Ok(client.text(window, "WM_NAME")? == *title)
                })?;
            }
            Step::Program(words) => drop(self.open(words)?),
            Float(place) => {
                let window = self.last()?;
                client.point(client.geometry(window)?.center())?;
                client.hold("super", true)?;
                client.button(2, true)?;
                client.button(2, false)?;
                client.hold("super", false)?;
                self.session.settle()?;
                let place = self.scale.of_place(*place);
                let change = ConfigureWindowAux::new()
                    .x(place.x)
                    .y(place.y)
                    .width(place.width.cast_unsigned())
                    .height(place.height.cast_unsigned());
                client.configure(window, &change)?;
                // Out of the way, and not over another window.
                client.point((0, 0))?;
            }
            Urgent => {
                let mut hints = client.words(self.last()?, "WM_HINTS")?;
                hints.resize(9, 0);
                // ICCCM 4.1.2.4.
                hints[0] |= 1 << 8;
                client.set_words(self.last()?, "WM_HINTS", "WM_HINTS", &hints)?;
            }
            Press(chord) => client.press(chord)?,
            Type(text) => client.type_text(text)?,
            Focus(index) => {
                let window = self.windows.borrow().get(*index).copied().unwrap_or_default();
                client.message(window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
            }
        }
        self.session.settle()
    }

    fn last(&self) -> Outcome<Window> {
        self.windows.borrow().last().copied().ok_or_else(|| Failure::new("no window is open"))
    }

    /// Starts a program and waits for its window.
    fn open(&self, words: &[&str]) -> Outcome<Window> {
        let session = &self.session;
        let (name, arguments) =
            words.split_first().ok_or_else(|| Failure::new("no program is named"))?;
        let mut command = Command::new(name);
        command
            .args(arguments)
            .current_dir(workspace())
            .env("DISPLAY", session.server.display())
            .env("PGWM", session.pgwm.id().to_string())
            .env("LC_ALL", "C.UTF-8")
            .env("GREP_COLORS", "mt=36")
            .env_remove("XAUTHORITY")
            .stdout(Stdio::null());
        self.programs.borrow_mut().push(Process::spawn(name, &mut command)?);
        let mut found = None;
        session.wait("a window opens", |_| {
            let known = self.windows.borrow();
            found = session.clients()?.into_iter().find(|window| !known.contains(window));
            Ok(found.is_some())
        })?;
        let window = found.ok_or_else(|| Failure::new("no window"))?;
        session.client.watch(window)?;
        session.wait_managed(window)?;
        self.windows.borrow_mut().push(window);
        Ok(window)
    }
}
