//! One program without libc that tests itself, built in every way in which one may be built:
//! how much is optimised, where it is linked for, by which linker, and in which form what is
//! relocated is listed. Each is looked at, that it is what it is taken for, and run.
//!
//! Never touches what other commands build: it has a folder of its own.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::build::{JSON, built_by, cargo, target_directory};
use crate::elf::{Address, Elf, RELA, RELR};
use crate::install::{LINKERS, Permission, ensure};
use crate::process::said;
use crate::{Failure, Outcome};

/// One of the ways to build a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// How much the compiler does.
    pub effort: Effort,
    /// Where the program is linked for.
    pub address: Address,
    /// Who links it.
    pub linker: Linker,
    /// How what is to be relocated is listed; at a fixed address nothing is.
    pub relocations: Relocations,
}

/// How much the compiler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// As it is developed, with assertions.
    Dev,
    /// Each crate is optimised for itself.
    Release,
    /// All crates together, in parts.
    ThinLto,
    /// All crates together, as one.
    FatLto,
}

/// Who links a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linker {
    /// LLVM's.
    Lld,
    /// That of GNU's binutils.
    Bfd,
}

/// How the words to be relocated are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relocations {
    /// Three words for each.
    Rela,
    /// A bit for each.
    Relr,
}

impl Build {
    /// All the ways.
    pub fn all() -> impl Iterator<Item = Self> {
        let relocations = [Relocations::Rela, Relocations::Relr];
        let linkers = [Linker::Lld, Linker::Bfd];
        let addresses = [Address::Fixed, Address::Any];
        let efforts = [Effort::Dev, Effort::Release, Effort::ThinLto, Effort::FatLto];
        (0..32).map(move |number| Self {
            relocations: relocations[number % 2],
            linker: linkers[number / 2 % 2],
            address: addresses[number / 4 % 2],
            effort: efforts[number / 8],
        })
    }

    /// Builds the example `name` of tiny-std in this way below `folder`, with more arguments for
    /// the linker, and gives the file's path. The next build has the same.
    pub fn example(self, name: &str, folder: &Path, arguments: &[&str]) -> Outcome<PathBuf> {
        let features = match self.address {
            Address::Fixed => "example-programs",
            Address::Any => "example-programs,pie",
        };
        let mut command = cargo(&["rustc", "--quiet", "-p", "tiny-std", "--example", name]);
        command.args(["--features", features, JSON]);
        command.arg("--target-dir").arg(folder);
        let lto = match self.effort {
            Effort::Dev => None,
            Effort::Release => Some("off"),
            Effort::ThinLto => Some("thin"),
            Effort::FatLto => Some("fat"),
        };
        if let Some(lto) = lto {
            command.arg("--release").env("CARGO_PROFILE_RELEASE_LTO", lto);
        }
        let pack = match self.relocations {
            Relocations::Rela => "nopack-relative-relocs",
            Relocations::Relr => "pack-relative-relocs",
        };
        // Each linker is given an option that the other refuses: what is linked was linked by it.
        let (linker, own) = match self.linker {
            // On x86_64 it is Rust's own by default.
            Linker::Lld if cfg!(target_arch = "x86_64") => (None, "--icf=none"),
            Linker::Lld => (Some("-Clink-arg=-fuse-ld=lld"), "--icf=none"),
            Linker::Bfd => (Some("-Clink-arg=-fuse-ld=bfd"), "--no-accept-unknown-input-arch"),
        };
        command.arg("--").args(linker).arg(format!("-Clink-arg=-Wl,{own},-z,{pack}"));
        command.args(arguments.iter().map(|argument| format!("-Clink-arg={argument}")));
        let built = built_by(&mut command).map_err(|error| error.during(&self.to_string()))?;
        built.into_iter().next().ok_or_else(|| Failure::new(format!("cargo built no {name}")))
    }

    /// Fails unless a file is what this way to build makes.
    fn check(self, file: &[u8]) -> Outcome {
        let elf = Elf::parse(file)?;
        let mut complaints = elf.complaints(self.address);
        let lists = (elf.value(RELA).is_some(), elf.value(RELR).is_some());
        let is_as_asked = match (self.address, self.relocations) {
            (Address::Fixed, _) => lists == (false, false),
            (Address::Any, Relocations::Rela) => lists == (true, false),
            // What is at no multiple of two stands in the other list.
            (Address::Any, Relocations::Relr) => lists.1,
        };
        if !is_as_asked {
            complaints.push(format!("its lists of relocations (RELA, RELR): {lists:?}"));
        }
        if complaints.is_empty() { Ok(()) } else { Err(Failure::new(complaints.join("; "))) }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effort = match self.effort {
            Effort::Dev => "dev",
            Effort::Release => "release",
            Effort::ThinLto => "thin LTO",
            Effort::FatLto => "fat LTO",
        };
        let address = match self.address {
            Address::Fixed => "static",
            Address::Any => "static-PIE",
        };
        let linker = match self.linker {
            Linker::Lld => "lld",
            Linker::Bfd => "bfd",
        };
        let relocations = match self.relocations {
            Relocations::Rela => "RELA",
            Relocations::Relr => "RELR",
        };
        write!(out, "{effort:<8}  {address:<10}  {linker}  {relocations}")
    }
}

/// Builds and runs the self-test in every way, and says of each how it went; fails if one has.
pub fn matrix(permission: Permission) -> Outcome {
    ensure(LINKERS, permission)?;
    let folder = target_directory()?.join("matrix");
    fs::create_dir_all(&folder)?;
    let (mut failed, mut count) = (0, 0);
    // One is run while the next is built.
    let mut running = None;
    let mut tell = |build: Build, outcome: Outcome<usize>| match outcome {
        Ok(size) => println!("{build}  ok  {size:>9} bytes"),
        Err(error) => {
            failed += 1;
            println!("{build}  {error}");
        }
    };
    for build in Build::all() {
        let kept = folder.join(format!("self_test-{count}"));
        count += 1;
        let built = keep(build, &folder, &kept);
        if let Some((build, run)) = running.take() {
            tell(build, joined(run));
        }
        match built {
            Ok(size) => {
                let run = thread::spawn(move || must_say_ok(&kept).map(|()| size));
                running = Some((build, run));
            }
            Err(error) => tell(build, Err(error)),
        }
    }
    if let Some((build, run)) = running {
        tell(build, joined(run));
    }
    println!("{} of {count} work", count - failed);
    if failed == 0 { Ok(()) } else { Err(Failure::new("not every build works")) }
}

/// Builds, checks the file and copies it to where the next build leaves it alone; its size.
fn keep(build: Build, folder: &Path, kept: &Path) -> Outcome<usize> {
    let path = build.example("self_test", folder, &[])?;
    let file = fs::read(&path)?;
    build.check(&file)?;
    fs::copy(&path, kept)?;
    Ok(file.len())
}

fn joined(run: thread::JoinHandle<Outcome<usize>>) -> Outcome<usize> {
    run.join().unwrap_or_else(|_| Err(Failure::new("the thread that ran it has panicked")))
}

/// Runs the self-test to its end.
fn must_say_ok(program: &Path) -> Outcome {
    let output = Command::new(program).stdin(Stdio::null()).output()?;
    let (text, errors) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    if output.status.success() && text.lines().last() == Some("ok") {
        return Ok(());
    }
    Err(Failure::new(format!("it {}: {text}{errors}", said(output.status))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_there_once() {
        let names: Vec<_> = Build::all().map(|build| build.to_string()).collect();
        assert_eq!(names.len(), 4 * 2 * 2 * 2);
        assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)));
    }
}
