//! Installs the programs that the other commands run, with the system's own package
//! program. Says every command before it runs it, and never asks a question.

use std::env;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{line, succeed};
use crate::{Failure, Outcome};

/// Something that has to be there: a program in PATH, or a file.
#[derive(Debug)]
pub struct Need {
    /// A program's name, or a file's absolute path.
    pub what: &'static str,
    /// The package that holds it, for each of [`PROGRAMS`].
    packages: [&'static str; 4],
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

/// For a session without a screen, and for the tests.
pub const HEADLESS: &[Need] = &[XVFB, XTERM, XKBCOMP, KEYMAPS];
/// For a session in a window.
pub const WINDOWED: &[Need] = &[XEPHYR, XTERM, XKBCOMP, KEYMAPS];

/// The package programs known here, and how each is told to install without a question.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("apt-get", &["install", "--yes", "--no-install-recommends"]),
    ("pacman", &["-Sy", "--noconfirm", "--needed"]),
    ("dnf", &["install", "--assumeyes"]),
    ("zypper", &["--non-interactive", "install"]),
];

/// Whether missing programs may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Install them.
    Install,
    /// Only say what is missing.
    Refuse,
}

/// Makes sure that everything in `needs` is there.
pub fn ensure(needs: &[Need], permission: Permission) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !need.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    if permission == Permission::Refuse {
        return Err(Failure::new(format!("missing, and not to be installed: {names}")));
    }
    let Some(index) = PROGRAMS.iter().position(|(program, _)| find(program).is_some()) else {
        return Err(Failure::new(format!(
            "missing: {names}. None of apt-get, pacman, dnf and zypper is here; install them by \
             hand"
        )));
    };
    let (program, arguments) = PROGRAMS[index];
    let packages: Vec<&str> = missing.iter().map(|need| need.packages[index]).collect();
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

impl Need {
    fn is_there(&self) -> bool {
        if self.what.starts_with('/') {
            Path::new(self.what).exists()
        } else {
            find(self.what).is_some()
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

fn run(command: &mut Command) -> Outcome {
    println!("running: {}", line(command));
    succeed(command)
}

/// A program's path, as the shell would find it.
fn find(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_files_are_looked_for() {
        assert!(Need { what: "sh", packages: [""; 4] }.is_there());
        assert!(Need { what: "/proc/self/exe", packages: [""; 4] }.is_there());
        assert!(!Need { what: "no-such-program", packages: [""; 4] }.is_there());
        assert!(!Need { what: "/no/such/file", packages: [""; 4] }.is_there());
    }

    #[test]
    fn what_may_not_be_installed_is_named() {
        let need = Need { what: "no-such-program", packages: [""; 4] };
        let error = ensure(&[need, XVFB], Permission::Refuse).unwrap_err();
        assert!(error.to_string().contains("no-such-program"));
        assert!(ensure(&[], Permission::Refuse).is_ok());
    }
}
