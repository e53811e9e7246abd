//! Compiler, linker, emulators and kernel for the other processor: of Debian's packages,
//! unpacked below cargo's target folder. Compiles with the developer's own compiler if that
//! knows the target, else with Debian's.
//!
//! Never installs anything: apt works on lists and a cache of its own.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::TARGET;
use crate::build;
use crate::install::{Permission, is_installed};
use crate::process::{line, said, succeed};
use crate::{Failure, Outcome};

/// For this machine; what they need besides, and is missing, comes with them.
const PACKAGES: &[&str] = &[
    "gcc-aarch64-linux-gnu",
    "gcc-12-aarch64-linux-gnu",
    "binutils-aarch64-linux-gnu",
    "libc6-dev-arm64-cross",
    "qemu-user-static",
    "qemu-system-arm",
];

/// For the other one, alone: a shell with its programs, those that tests ask more of, and a
/// header for the packages of tests.
const FOREIGN_PACKAGES: &[&str] = &["busybox-static:arm64", "coreutils:arm64", "zlib1g-dev:arm64"];

/// Names the package of the newest kernel.
const KERNEL: &str = "linux-image-arm64:arm64";

/// A newer compiler than Debian's own, and its standard library for either processor.
const COMPILER: &[&str] = &["rustc-web", "libstd-rust-web-dev"];
const FOREIGN_COMPILER: &[&str] = &["libstd-rust-web-dev:arm64"];

/// Parts of packages that are large and of no use here.
const UNUSED: &[&str] = &[
    "./lib/modules",
    "./usr/lib/linux-image-*",
    "./usr/share/doc",
    "./usr/bin/qemu-[!as]*-static",
];

/// Where everything is.
#[derive(Debug)]
pub(super) struct Tools {
    /// Runs a program of the other processor on our kernel.
    pub(super) emulator: PathBuf,
    /// The other processor's C library, for programs that need one.
    pub(super) libraries: PathBuf,
    /// The shell and its programs, in one file.
    pub(super) busybox: PathBuf,
    /// What clocks are compared with.
    pub(super) date: PathBuf,
    /// A kernel.
    pub(super) kernel: PathBuf,
    folder: PathBuf,
    /// Whether the developer's compiler is used.
    own_compiler: bool,
}

impl Tools {
    /// Finds what is there, and gets what isn't.
    pub(super) fn find(permission: Permission) -> Outcome<Self> {
        if env::consts::ARCH == "aarch64" {
            return Err(Failure::new("this machine is one: `cargo xtask test` runs the tests"));
        }
        let own_compiler = knows_target()?;
        let folder = build::target_directory()?.join("aarch64");
        let kind = if own_compiler { "own compiler" } else { "compiler of the packages" };
        let stamp = folder.join("unpacked");
        if !fs::read_to_string(&stamp).is_ok_and(|text| text == kind) {
            may_fetch(permission, own_compiler)?;
            fetch(&folder, own_compiler)?;
            fs::write(stamp, kind)?;
        }
        let root = folder.join("root");
        let kernel = fs::read_dir(root.join("boot"))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.file_name().is_some_and(|name| is_kernel(name.as_encoded_bytes())));
        let tools = Self {
            emulator: root.join("usr/bin/qemu-aarch64-static"),
            libraries: root.join("usr/aarch64-linux-gnu"),
            busybox: root.join("bin/busybox"),
            date: root.join("bin/date"),
            kernel: kernel.ok_or_else(|| Failure::new("the kernel's package holds none"))?,
            folder,
            own_compiler,
        };
        tools.write_scripts()?;
        Ok(tools)
    }

    /// A cargo command for the target.
    pub(super) fn cargo(&self, command: &str) -> Command {
        let mut cargo = build::cargo(&[command, "--target", TARGET]);
        let name = TARGET.replace('-', "_");
        let upper = name.to_uppercase();
        cargo.env(format!("CC_{name}"), self.folder.join("cc"));
        cargo.env(format!("CARGO_TARGET_{upper}_LINKER"), self.folder.join("cc"));
        cargo.env(format!("CARGO_TARGET_{upper}_RUNNER"), self.folder.join("run"));
        // They are carried into a machine that has them all in memory.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "none");
        if !self.own_compiler {
            cargo.env("RUSTC", self.folder.join("rustc"));
        }
        cargo
    }

    /// Whether there is clippy for this target: it belongs to one compiler.
    pub(super) fn has_clippy(&self) -> bool {
        self.own_compiler
    }

    /// The command that plays a whole machine.
    pub(super) fn machine(&self) -> Command {
        let root = self.folder.join("root");
        let mut command = Command::new(root.join("usr/bin/qemu-system-aarch64"));
        command.env("LD_LIBRARY_PATH", root.join("usr/lib/x86_64-linux-gnu"));
        command.arg("-L").arg(root.join("usr/share/qemu"));
        command
    }

    /// The folder for files of ours.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What cargo starts: it passes no arguments of ours and no path of libraries.
    fn write_scripts(&self) -> Outcome {
        let root = self.folder.join("root");
        let (root, emulator) = (root.display(), self.emulator.display());
        let path = format!("LD_LIBRARY_PATH='{root}/usr/lib/x86_64-linux-gnu'");
        let gcc = format!("{path} exec '{root}/usr/bin/aarch64-linux-gnu-gcc' '--sysroot={root}'");
        let guard = if self.own_compiler { "" } else { GUARD };
        let rustc = format!("{path} exec '{root}/usr/bin/rustc' --sysroot '{root}/usr'");
        let run = format!("exec '{emulator}' -L '{}'", self.libraries.display());
        for (name, command) in [("cc", guard.to_owned() + &gcc), ("rustc", rustc), ("run", run)] {
            let path = self.folder.join(name);
            fs::write(&path, format!("#!/bin/sh\n{command} \"$@\"\n"))?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }
}

/// Debian has compiled Rust's support library with a stack protector. What that needs of a C
/// library is given to a program that has none: a word that doesn't change, and nowhere to go.
const GUARD: &str = "\
case \" $* \" in *\" -nostartfiles \"*)
    set -- \"$@\" -Wl,--defsym=__stack_chk_guard=_start,--defsym=__stack_chk_fail=0;;
esac
";

/// Whether the compiler that cargo uses has the target's libraries.
fn knows_target() -> Outcome<bool> {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(compiler);
    let output = command.args(["--print", "target-libdir", "--target", TARGET]).output()?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(folder.trim()).is_dir())
}

fn may_fetch(permission: Permission, own_compiler: bool) -> Outcome {
    let compiler = if own_compiler {
        String::new()
    } else {
        format!(" (and a compiler: `rustup target add {TARGET}` is another way to it)")
    };
    if permission == Permission::Refuse {
        return Err(Failure::new(format!(
            "missing, and not to be fetched: an emulator, a linker and a kernel for {TARGET}{compiler}"
        )));
    }
    if env::consts::ARCH != "x86_64" || !is_installed("apt-get") || !is_installed("dpkg-deb") {
        return Err(Failure::new(format!(
            "missing: an emulator, a linker and a kernel for {TARGET}{compiler}. They are taken \
             from Debian's packages for x86_64, and this is no such system"
        )));
    }
    Ok(())
}

/// Downloads and unpacks the packages into `folder/root`.
fn fetch(folder: &Path, own_compiler: bool) -> Outcome {
    for name in ["apt", "root"] {
        let folder = folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
    }
    let apt = Apt::new(folder.join("apt"))?;
    apt.run("apt-get", &["update", "-qq"])?;
    let (ours, foreign) =
        if own_compiler { (&[][..], &[][..]) } else { (COMPILER, FOREIGN_COMPILER) };
    // Even if they are installed: a compiler has to be in one piece.
    let install = ["install", "-qq", "--reinstall", "--download-only", "--no-install-recommends"];
    apt.run("apt-get", &[&install[..], PACKAGES, ours].concat())?;
    let kernel = apt.kernel()?;
    let download = ["download", "-qq", &kernel];
    apt.run("apt-get", &[&download[..], FOREIGN_PACKAGES, foreign].concat())?;
    let root = folder.join("root");
    fs::create_dir_all(&root)?;
    println!("unpacking into {}", root.display());
    for entry in fs::read_dir(apt.archives())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            unpack(&path, &root)?;
        }
    }
    Ok(fs::remove_dir_all(folder.join("apt"))?)
}

/// apt with a state of its own. What is installed it reads where the system keeps that.
struct Apt(PathBuf);

impl Apt {
    fn new(folder: PathBuf) -> Outcome<Self> {
        for name in ["lists/partial", "archives/partial"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let path = folder.display();
        let settings = format!(
            "APT::Architectures {{ \"amd64\"; \"arm64\"; }};\n\
             APT::Sandbox::User \"root\";\n\
             Acquire::Languages \"none\";\n\
             Debug::NoLocking \"true\";\n\
             Dir::State \"{path}\";\n\
             Dir::State::lists \"{path}/lists\";\n\
             Dir::State::status \"/var/lib/dpkg/status\";\n\
             Dir::Cache \"{path}\";\n\
             Dir::Cache::archives \"{path}/archives\";\n"
        );
        fs::write(folder.join("settings"), settings)?;
        Ok(Self(folder))
    }

    fn archives(&self) -> PathBuf {
        self.0.join("archives")
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.archives());
        command.env("APT_CONFIG", self.0.join("settings")).env("LC_ALL", "C");
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Outcome {
        let mut command = self.command(program, arguments);
        println!("running: {}", line(&command));
        succeed(&mut command)
    }

    /// The package that [`KERNEL`] stands for.
    fn kernel(&self) -> Outcome<String> {
        let output = self.command("apt-cache", &["depends", KERNEL]).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let name = text.lines().find_map(|line| line.trim().strip_prefix("Depends: linux-image-"));
        let name = name.ok_or_else(|| Failure::new(format!("apt knows no {KERNEL}")))?;
        Ok(format!("linux-image-{name}"))
    }
}

/// Unpacks a package but for [`UNUSED`].
fn unpack(package: &Path, root: &Path) -> Outcome {
    let mut reader = Command::new("dpkg-deb");
    reader.arg("--fsys-tarfile").arg(package).stdout(Stdio::piped());
    let mut child = reader.spawn()?;
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--no-same-owner", "--directory"]).arg(root);
    tar.args(UNUSED.iter().map(|pattern| format!("--exclude={pattern}")));
    let archive = child.stdout.take().map_or_else(Stdio::null, Stdio::from);
    succeed(tar.stdin(archive))?;
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}` {}", line(&reader), said(status))))
    }
}

fn is_kernel(name: &[u8]) -> bool {
    name.starts_with(b"vmlinuz")
}
