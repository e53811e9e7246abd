//! Installs the programs that the other commands run, with the system's own package
//! program. Says every command before it runs it, and never asks a question.

use std::env;
use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{line, succeed};
use crate::{Failure, Outcome};

/// Something that has to be there: a program in PATH, or a file.
#[derive(Debug)]
pub struct Need {
    /// A program's name, a file's absolute path, or a font's file name.
    pub what: &'static str,
    /// The package that holds it, for each of [`PROGRAMS`]; empty where there is none.
    packages: [&'static str; 4],
}

impl Need {
    const fn new(what: &'static str, packages: [&'static str; 4]) -> Self {
        Self { what, packages }
    }
}

/// The X server without a screen.
pub const XVFB: Need = Need {
    what: "Xvfb",
    packages: ["xvfb", "xorg-server-xvfb", "xorg-x11-server-Xvfb", "xorg-x11-server-Xvfb"],
};
/// The X server in a window.
pub const XEPHYR: Need = Need {
    what: "Xephyr",
    packages: [
        "xserver-xephyr",
        "xorg-server-xephyr",
        "xorg-x11-server-Xephyr",
        "xorg-x11-server-extra",
    ],
};
/// The terminal of the default configuration.
pub const XTERM: Need = Need { what: "xterm", packages: ["xterm"; 4] };
/// The keymap compiler that every X server runs at its start.
pub const XKBCOMP: Need =
    Need { what: "xkbcomp", packages: ["x11-xkb-utils", "xorg-xkbcomp", "xkbcomp", "xkbcomp"] };
/// The keymaps that it compiles.
pub const KEYMAPS: Need = Need {
    what: "/usr/share/X11/xkb/rules/evdev",
    packages: ["xkb-data", "xkeyboard-config", "xkeyboard-config", "xkeyboard-config"],
};

/// A font, for the window manager and for the terminal.
pub const FONT: Need = Need { what: "DejaVuSans.ttf", packages: DEJAVU };
const XEYES: Need = Need::new("xeyes", ["x11-apps", "xorg-xeyes", "xeyes", "xeyes"]);
const XCLOCK: Need = Need::new("xclock", ["x11-apps", "xorg-xclock", "xclock", "xclock"]);

/// For a session without a screen, and for the tests.
pub const HEADLESS: &[Need] = &[XVFB, XTERM, XKBCOMP, KEYMAPS, FONT];
/// For a session in a window.
pub const WINDOWED: &[Need] = &[XEPHYR, XTERM, XKBCOMP, KEYMAPS, FONT];
/// For the pictures.
pub const PICTURED: &[Need] =
    &[XVFB, XTERM, XKBCOMP, KEYMAPS, FONT, Need::new("DejaVuSansMono.ttf", DEJAVU), XEYES, XCLOCK];
/// The programs that are tried under the window manager by the tests. Each is light for
/// what it shows of its kind: a toolkit, a panel, a compositor, a locker.
pub const CLIENTS: &[Need] = &[
    XEPHYR,
    Need::new("dbus-daemon", ["dbus-daemon", "dbus", "dbus-daemon", "dbus-1-daemon"]),
    Need::new("zenity", ["zenity"; 4]),
    Need::new("gtk3-demo", ["gtk-3-examples", "gtk3-demos", "gtk3-devel", "gtk3-devel"]),
    Need::new("featherpad", ["featherpad"; 4]),
    Need::new("chromium", ["chromium"; 4]),
    Need::new("javac", ["default-jdk", "jdk-openjdk", "java-latest-openjdk-devel", "java-devel"]),
    Need::new("gimp", ["gimp"; 4]),
    Need::new("mpv", ["mpv"; 4]),
    Need::new("tint2", ["tint2"; 4]),
    Need::new("dunst", ["dunst"; 4]),
    Need::new("picom", ["picom"; 4]),
    Need::new("i3lock", ["i3lock"; 4]),
    Need::new("dmenu_run", ["suckless-tools", "dmenu", "dmenu", "dmenu"]),
    Need::new("rofi", ["rofi"; 4]),
    Need::new("parcellite", ["parcellite"; 4]),
    XEYES,
    XCLOCK,
    Need::new("xdotool", ["xdotool"; 4]),
    Need::new("wmctrl", ["wmctrl"; 4]),
];

const STRACE: Need = Need::new("strace", ["strace"; 4]);
/// For the tests of what the kernel may refuse.
pub const TRACERS: &[Need] = &[STRACE];
/// For measurements: who is measured beside the window manager, and with what.
pub const PEERS: &[Need] = &[
    Need::new("dwm", ["dwm", "", "dwm", "dwm"]),
    Need::new("xsetroot", ["x11-xserver-utils", "xorg-xsetroot", "xsetroot", "xsetroot"]),
    STRACE,
    // The second font of the default configuration.
    Need::new(
        "NotoSans-Regular.ttf",
        ["fonts-noto-core", "noto-fonts", "google-noto-sans-fonts", "google-noto-sans-fonts"],
    ),
];

/// The linkers that a program without libc has to be right with. The first may be Rust's own.
pub const LINKERS: &[Need] = &[Need::new("ld.bfd", ["binutils"; 4])];

/// The fonts that the text engine is tried on: of either kind of curves, and of marks.
pub const FONTS: &[Need] = &[
    FONT,
    Need::new("DejaVuSerif-Bold.ttf", DEJAVU),
    Need::new(
        "NotoSansMono-Regular.ttf",
        [
            "fonts-noto-mono",
            "noto-fonts",
            "google-noto-sans-mono-fonts",
            "google-noto-sans-mono-fonts",
        ],
    ),
    Need::new("NimbusSans-Regular.otf", URW),
    Need::new("C059-Italic.otf", URW),
];
/// The time zones that the calendar is compared in.
pub const ZONES: &[Need] =
    &[Need::new("/usr/share/zoneinfo/Europe/Berlin", ["tzdata", "tzdata", "tzdata", "timezone"])];
const DEJAVU: [&str; 4] = ["fonts-dejavu-core", "ttf-dejavu", "dejavu-fonts-all", "dejavu-fonts"];
const URW: [&str; 4] = ["fonts-urw-base35", "gsfonts", "urw-base35-fonts", "urw-base35-fonts"];

/// The package programs known here, and how each is told to install without a question.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("apt-get", &["install", "--yes", "--no-install-recommends"]),
    ("pacman", &["-Sy", "--noconfirm", "--needed"]),
    ("dnf", &["install", "--assumeyes"]),
    ("zypper", &["--non-interactive", "install"]),
];

/// Whether missing programs may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Permission {
    /// Install them.
    #[default]
    Install,
    /// Only say what is missing.
    Refuse,
}

/// Makes sure that everything in `needs` is there.
pub fn ensure(needs: &[Need], permission: Permission) -> Outcome {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let names = names(&missing);
    if permission == Permission::Refuse {
        return Err(Failure::new(format!("missing, and not to be installed: {names}")));
    }
    let Some(packager) = Packager::find() else {
        return Err(Failure::new(format!(
            "missing: {names}. None of apt-get, pacman, dnf and zypper is here; install them by \
             hand"
        )));
    };
    packager.install(&missing)
}

/// The same for programs of which some may be unknown to the system: such a one is named,
/// and goes without, unless [`must_have_clients`] says that none may be missing.
pub fn ensure_clients(needs: &[Need], permission: Permission) -> Outcome {
    if must_have_clients() || permission == Permission::Refuse {
        return ensure(needs, permission);
    }
    for need in missing(needs) {
        // One by one: a name that the system doesn't know ends a whole installation.
        if let Err(error) = Packager::find().map_or(Ok(()), |found| found.install(&[need])) {
            eprintln!("{error}");
        }
    }
    let missing = missing(needs);
    if !missing.is_empty() {
        println!("not tested, as they are missing: {}", names(&missing));
    }
    Ok(())
}

/// Whether this is the system on which every one of [`CLIENTS`] has to be there: Debian,
/// whose names of packages are known to be right (os-release(5)).
pub fn must_have_clients() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    system.lines().any(|line| line == "ID=debian")
}

/// Whether a program is in PATH.
pub fn is_installed(program: &str) -> bool {
    find(program).is_some()
}

impl Need {
    fn is_there(&self) -> bool {
        if self.what.starts_with('/') {
            Path::new(self.what).exists()
        } else if self.what.ends_with("tf") {
            holds(Path::new("/usr/share/fonts"), self.what)
        } else {
            find(self.what).is_some()
        }
    }
}

/// A package program that is here: an index into [`PROGRAMS`].
#[derive(Clone, Copy)]
struct Packager(usize);

impl Packager {
    fn find() -> Option<Self> {
        PROGRAMS.iter().position(|(program, _)| find(program).is_some()).map(Self)
    }

    /// Installs what is missing, in one command.
    fn install(self, missing: &[&Need]) -> Outcome {
        let (program, arguments) = PROGRAMS[self.0];
        let names = names(missing);
        let mut packages: Vec<&str> = missing.iter().map(|need| need.packages[self.0]).collect();
        packages.sort_unstable();
        packages.dedup();
        if packages.contains(&"") {
            return Err(Failure::new(format!("{program} has no package for: {names}")));
        }
        let root = Root::find(&format!("missing: {names}. Install {}", packages.join(" ")))?;
        println!("missing: {names}");
        if program == "apt-get" {
            // The lists of a fresh system are empty. A list that can't be had may be of
            // something else, so the installation is tried in any case.
            if let Err(error) = run(&mut root.command(program, &["update", "--quiet"])) {
                eprintln!("{error}; going on");
            }
        }
        run(root.command(program, arguments).args(&packages))?;
        match missing.iter().find(|need| !need.is_there()) {
            None => Ok(()),
            Some(need) => {
                Err(Failure::new(format!("{program} ran, but {} is still not there", need.what)))
            }
        }
    }
}

/// How a command becomes root's.
enum Root {
    Already,
    Sudo,
}

impl Root {
    fn find(otherwise: &str) -> Outcome<Self> {
        if rustix::process::geteuid().is_root() {
            Ok(Self::Already)
        } else if find("sudo").is_some() {
            Ok(Self::Sudo)
        } else {
            Err(Failure::new(format!("{otherwise} as root: this is not root, and sudo isn't here")))
        }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Already => Command::new(program),
            Self::Sudo => {
                let mut command = Command::new("sudo");
                if env::var_os("CI").is_some() || !stdin().is_terminal() {
                    // Nobody could answer: fail rather than ask for a password.
                    command.arg("--non-interactive");
                }
                // sudo clears the environment.
                command.args(["env", "DEBIAN_FRONTEND=noninteractive", program]);
                command
            }
        };
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

fn missing(needs: &[Need]) -> Vec<&Need> {
    needs.iter().filter(|need| !need.is_there()).collect()
}

fn names(needs: &[&Need]) -> String {
    needs.iter().map(|need| need.what).collect::<Vec<_>>().join(", ")
}

fn run(command: &mut Command) -> Outcome {
    println!("running: {}", line(command));
    succeed(command)
}

/// A program's path, as the shell would find it.
pub fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether a folder, or one below it, holds a file of that name.
fn holds(folder: &Path, name: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            holds(&path, name)
        } else {
            path.file_name().is_some_and(|file| file == name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_files_are_looked_for() {
        assert!(Need::new("sh", [""; 4]).is_there());
        assert!(Need::new("/proc/self/exe", [""; 4]).is_there());
        assert!(!Need::new("no-such-program", [""; 4]).is_there());
        assert!(!Need::new("/no/such/file", [""; 4]).is_there());
        assert!(!Need::new("no-such-font.ttf", [""; 4]).is_there());
        assert!(holds(Path::new(env!("CARGO_MANIFEST_DIR")), "install.rs"));
    }

    #[test]
    fn what_may_not_be_installed_is_named() {
        let need = Need::new("no-such-program", [""; 4]);
        let error = ensure(&[need, XVFB], Permission::Refuse).unwrap_err();
        assert!(error.to_string().contains("no-such-program"));
        assert!(ensure(&[], Permission::Refuse).is_ok());
    }
}
