//! The fonts: which files are found, and that no file harms the bar.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::build::{self, Profile};
use xtask::session::Backend;
use xtask::{Failure, Outcome};

use crate::bar::{bar, must_draw};
use crate::harness::{folder, must, must_go_on, on_each_backend, pgwm, release, run};

/// Makes something at a path.
type Make<'a> = &'a dyn Fn(&Path) -> Outcome;

/// The first of the configuration.
const FIRST: &str = "DejaVuSans.ttf";

#[test]
fn the_users_own_fonts_come_first() -> Outcome {
    let home = fresh("fonts-home")?;
    let below = home.join(".local/share/fonts/some/where");
    let data = home.join("data/fonts");
    for folder in [&below, &data] {
        fs::create_dir_all(folder)?;
        fs::copy(system_font(FIRST)?, folder.join(FIRST))?;
    }
    let check = |data: &Path| {
        let mut command = build::start(pgwm(Profile::Release)?);
        command.env_remove("PGWM_FONT_PATH").env("HOME", &home).env("XDG_DATA_HOME", data);
        said(&mut command)
    };
    must_use(&check(Path::new(""))?, &below.join(FIRST))?;
    must_use(&check(&home.join("data"))?, &data.join(FIRST))
}

#[test]
fn the_folders_may_be_named() -> Outcome {
    let (one, two) = (fresh("fonts-one")?, fresh("fonts-two")?);
    fs::copy(system_font(FIRST)?, two.join("DejaVu Sans-Book.TTF"))?;
    let said = check(&format!("{}:/no/such/folder:{}", one.display(), two.display()))?;
    must_use(&said, &two.join("DejaVu Sans-Book.TTF"))?;
    fs::copy(system_font(FIRST)?, one.join(FIRST))?;
    must_use(&check(&format!("{}:{}", two.display(), one.display()))?, &one.join(FIRST))
}

#[test]
fn any_font_is_better_than_none() -> Outcome {
    let folder = fresh("fonts-any")?;
    let odd = folder.join("Odd-BoldItalic.ttf");
    fs::copy(system_font(FIRST)?, &odd)?;
    must_use(&check(&folder.to_string_lossy())?, &odd)?;
    draws(&folder)?;
    // A well-known one before that.
    let known = folder.join("LiberationSans-Regular.otf");
    fs::copy(system_font("NimbusSans-Regular.otf")?, &known)?;
    must_use(&check(&folder.to_string_lossy())?, &known)?;
    draws(&folder)
}

#[test]
fn what_no_font_has_is_said() -> Outcome {
    let folder = fresh("fonts-dingbats")?;
    fs::copy(system_font("D050000L.otf")?, folder.join("D050000L.otf"))?;
    let text = check(&folder.to_string_lossy())?;
    must(text.lines().any(|line| line == "no font has: …"), || text)?;
    fs::copy(system_font(FIRST)?, folder.join(FIRST))?;
    let text = check(&folder.to_string_lossy())?;
    must(!text.contains("no font"), || text)?;
    let text = check(&fresh("fonts-none")?.to_string_lossy())?;
    must(text.contains("no font: ") && !text.contains("no font has"), || text)
}

#[test]
fn links_in_a_circle_end() -> Outcome {
    let folder = fresh("fonts-circle")?;
    for name in ["one", "two", "three"] {
        symlink(&folder, folder.join(name))?;
    }
    symlink("nowhere", folder.join("nowhere"))?;
    let deep = folder.join("a/b/c");
    fs::create_dir_all(&deep)?;
    symlink(system_font(FIRST)?, deep.join(FIRST))?;
    let text = check(&folder.to_string_lossy())?;
    must(text.contains(&format!("a/b/c/{FIRST}\n")), || text)
}

/// Files with the name of the first font that are none: the next one is used, and where
/// there is none, the server's.
#[test]
fn files_that_only_look_like_fonts_do_no_harm() -> Outcome {
    let bytes = fs::read(system_font(FIRST)?)?;
    let noise: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(at) >> 5) as u8).collect();
    let noise = &noise;
    let kinds: [(&str, Make<'_>); 7] = [
        ("empty", &|path| Ok(fs::write(path, b"")?)),
        ("noise", &|path| Ok(fs::write(path, noise)?)),
        ("noise after its beginning", &|path| {
            Ok(fs::write(path, [&bytes[..300], &noise[..]].concat())?)
        }),
        ("huge and empty", &|path| Ok(File::create(path)?.set_len(1 << 40)?)),
        ("a pipe", &|path| must_make(Command::new("mkfifo").arg(path))),
        ("a folder", &|path| Ok(fs::create_dir(path)?)),
        ("unreadable", &|path| Ok(symlink("/proc/self/mem", path)?)),
    ];
    for (kind, make) in kinds {
        let folder = fresh("fonts-broken")?;
        let path = folder.join(FIRST);
        make(&path).map_err(|error| error.during(kind))?;
        draws(&folder).map_err(|error| error.during(kind))?;
        let other = folder.join("NotoSans-Regular.ttf");
        fs::copy(system_font(FIRST)?, &other)?;
        // One that begins like a font may pass for one.
        if kind != "noise after its beginning" {
            must_use(&check(&folder.to_string_lossy())?, &other).map_err(|e| e.during(kind))?;
        }
        draws(&folder).map_err(|error| error.during(kind))?;
    }
    Ok(())
}

#[test]
fn a_font_may_be_cut_while_it_is_used() -> Outcome {
    let folder = fresh("fonts-cut")?;
    let path = folder.join(FIRST);
    let program = release(Backend::Chosen)?.with("PGWM_FONT_PATH", &folder.to_string_lossy());
    for length in [0, 5000, 300_000] {
        fs::copy(system_font(FIRST)?, &path)?;
        run(&program, |session| {
            let window = session.open()?;
            File::options().write(true).open(&path)?.set_len(length)?;
            for title in ["never drawn before: äöü", "ÀÉÎ ŷž №", "1234567890"] {
                session.client.set_bytes(
                    window,
                    "_NET_WM_NAME",
                    "UTF8_STRING",
                    title.as_bytes(),
                )?;
                session.settle()?;
            }
            must_go_on(session)
        })?;
    }
    Ok(())
}

#[test]
fn the_bar_follows_the_resolution_while_it_runs() -> Outcome {
    on_each_backend(|session| {
        let window = session.open()?;
        let normal = bar(session)?.height;
        let border = session.client.geometry(window)?.border;
        for (dpi, factor) in [(192, 2), (96, 1), (288, 3)] {
            let resources = format!("Xft.dpi:\t{dpi}\n");
            let root = session.client.root;
            session.client.set_bytes(root, "RESOURCE_MANAGER", "STRING", resources.as_bytes())?;
            session.wait("bar and border have grown", |client| {
                let (bar, place) = (bar(session)?, client.geometry(window)?);
                let fits = (bar.height - factor * normal).abs() <= factor;
                Ok(fits && place.border == factor * border && place.y >= bar.bottom())
            })?;
        }
        Ok(())
    })
}

/// Fails unless the bar can be read with the fonts of a folder alone.
fn draws(folder: &Path) -> Outcome {
    let program = release(Backend::Chosen)?.with("PGWM_FONT_PATH", &folder.to_string_lossy());
    must_draw(&[], &program)
}

/// What `--check` says with fonts in these folders alone.
fn check(folders: &str) -> Outcome<String> {
    said(build::start(pgwm(Profile::Release)?).env("PGWM_FONT_PATH", folders))
}

fn said(command: &mut Command) -> Outcome<String> {
    let output = command.arg("--check").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    must(output.status.success(), || format!("{}: {text}", output.status))?;
    Ok(text)
}

/// Fails unless this file is the first one that is used.
fn must_use(text: &str, path: &Path) -> Outcome {
    let mut files = text.lines().filter(|line| line.starts_with("font ")).filter_map(|line| {
        line.split_once(": ").map(|(_, file)| file).filter(|file| file.starts_with('/'))
    });
    let first = files.next();
    must(first == path.to_str(), || format!("{first:?} is used, not {}", path.display()))
}

/// An empty folder.
fn fresh(name: &str) -> Outcome<PathBuf> {
    let folder = folder(name)?;
    fs::remove_dir_all(&folder)?;
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// A font of the machine, by its file's name.
fn system_font(name: &str) -> Outcome<PathBuf> {
    let mut folders = vec![PathBuf::from("/usr/share/fonts")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|file| file == name) {
                return Ok(path);
            }
        }
    }
    Err(Failure::new(format!("there is no font {name}")))
}

fn must_make(command: &mut Command) -> Outcome {
    let status = command.status()?;
    must(status.success(), || format!("mkfifo: {status}"))
}
