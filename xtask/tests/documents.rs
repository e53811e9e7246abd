//! The documents say what is so: the tests that they name are there, every key is in the man
//! page and no other, links lead somewhere, and the map of the code has every file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use xtask::behaviour::checks;
use xtask::build::workspace;
use xtask::{Failure, Outcome};

use crate::harness::must;

const CLIENTS: &str = "pgwm/doc/clients.md";
const CHECKS: &str = "tiny-std/doc/checks.md";

/// Whatever a line says of pgwm, something holds it to that, or it says why not.
#[test]
fn every_line_about_clients_is_held() -> Outcome {
    let tests = test_names(&["pgwm-core", "xtask"])?;
    must(rows_held(CLIENTS, &tests)? > 100, || format!("{CLIENTS} is short"))
}

/// Whatever is said of the runtime, a test or a program of the examples holds it to that.
#[test]
fn every_line_about_the_runtime_is_held() -> Outcome {
    let mut names = test_names(&["rusl", "tiny-std", "xtask"])?;
    for file in rust_files(&workspace().join("tiny-std/examples"))?.0 {
        names.extend(names_after(&fs::read_to_string(file)?, "fn "));
    }
    must(rows_held(CHECKS, &names)? > 40, || format!("{CHECKS} is short"))
}

/// How many rows of a document's tables there are, each with what it is about in the first
/// cell, and in the last who holds it.
fn rows_held(document: &str, tests: &BTreeSet<String>) -> Outcome<usize> {
    let checks: BTreeSet<&str> = checks().iter().map(|check| check.what).collect();
    let text = read(document)?;
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| held by |"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [what, _, held] = cells[..] else {
            return Err(Failure::new(format!("not three cells: {line}")));
        };
        must(seen.insert(what), || format!("twice: {what}"))?;
        let named: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        let said: Vec<&str> = held.split('"').skip(1).step_by(2).collect();
        if ["left out: ", "untested: "].iter().any(|why| held.starts_with(why)) {
            continue;
        }
        must(!(named.is_empty() && said.is_empty()), || format!("nothing holds: {line}"))?;
        let missing = named.iter().find(|name| !tests.contains(**name));
        must(missing.is_none(), || format!("there is no test {missing:?}: {line}"))?;
        let missing = said.iter().find(|what| !checks.contains(*what));
        must(missing.is_none(), || format!("there is no check {missing:?}: {line}"))?;
    }
    Ok(seen.len())
}

/// Every name of EWMH and ICCCM that the program knows is spoken of.
#[test]
fn every_name_that_we_know_is_spoken_of() -> Outcome {
    let text = read(CLIENTS)?;
    let atoms = read("pgwm-core/src/x11/atom.rs")?;
    let names = atoms.lines().filter_map(|line| line.trim().split('"').nth(1));
    let ours: Vec<&str> =
        names.filter(|name| name.starts_with("_NET_") || name.starts_with("WM_")).collect();
    must(ours.len() > 80, || format!("{} names are all", ours.len()))?;
    // The type of a property, which has another name.
    let is_missing =
        |name: &&&str| **name != "WM_SIZE_HINTS" && !text.contains(&format!("`{name}`"));
    let missing: Vec<&&str> = ours.iter().filter(is_missing).collect();
    must(missing.is_empty(), || format!("{CLIENTS} is silent about {missing:?}"))
}

#[test]
fn the_man_page_has_every_key() -> Outcome {
    let config = read("pgwm/src/config.rs")?;
    let page = read("pgwm/pgwm.1")?;
    for (table, section, more) in
        [("KEYS", ".SH KEYS", None), ("RESIZE", ".SS While resizing", Some("Escape"))]
    {
        let mut bound = chords_of_table(&config, table);
        bound.extend(more.map(plain));
        let told = chords_of_page(&page, section);
        must(!bound.is_empty(), || format!("there is no table {table}"))?;
        let missing: Vec<_> = bound.difference(&told).collect();
        must(missing.is_empty(), || format!("{section} is silent about {missing:?}"))?;
        let wrong: Vec<_> = told.difference(&bound).collect();
        must(wrong.is_empty(), || format!("{section} has keys that nobody bound: {wrong:?}"))?;
    }
    Ok(())
}

#[test]
fn links_lead_somewhere() -> Outcome {
    for document in ["README.md", "CHANGELOG.md", CLIENTS, CHECKS] {
        let text = read(document)?;
        let folder = workspace().join(document).parent().map(Path::to_owned).unwrap_or_default();
        for rest in text.split("](").skip(1) {
            let link = rest.split([')', '#']).next().unwrap_or_default();
            let is_there = link.contains("://") || folder.join(link).exists();
            must(is_there, || format!("{document} leads to {link}, which is not there"))?;
        }
    }
    Ok(())
}

/// A reader finds every file of the window manager on the map.
#[test]
fn the_map_has_every_file() -> Outcome {
    let readme = read("README.md")?;
    for folder in [
        "pgwm-core/src",
        "pgwm-core/src/wm",
        "pgwm-core/src/x11",
        "pgwm/src",
        "xtask/src/behaviour",
    ] {
        let (files, _) = rust_files(&workspace().join(folder))?;
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            // A lone name belongs to the folder named first on its line.
            let is_there = |line: &str| {
                let mut spans = line.split('`').skip(1).step_by(2);
                let first = spans.next().and_then(|path| path.rsplit_once('/'));
                first.is_some_and(|(there, first)| {
                    there == folder && (first == name || spans.any(|span| span == name))
                })
            };
            let is_module = name == "lib.rs" || name == "mod.rs";
            must(is_module || readme.lines().any(is_there), || {
                format!("README.md is silent about {folder}/{name}")
            })?;
        }
    }
    Ok(())
}

/// The functions in some folders that are tests.
fn test_names(folders: &[&str]) -> Outcome<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|name| workspace().join(name)).collect();
    while let Some(folder) = folders.pop() {
        let (files, more) = rust_files(&folder)?;
        folders.extend(more);
        for file in files {
            let text = fs::read_to_string(file)?;
            for rest in text.split("#[test]\n").skip(1) {
                names.extend(names_after(rest, "fn ").next());
            }
        }
    }
    Ok(names)
}

/// What is called or defined after a word in a text.
fn names_after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(word).skip(1).filter_map(|rest| Some(rest.split_once(['(', '<'])?.0.to_owned()))
}

/// The Rust files in a folder, and the folders in it.
fn rust_files(folder: &Path) -> Outcome<(Vec<PathBuf>, Vec<PathBuf>)> {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    Ok((files.into_iter().filter(is_rust).collect(), folders))
}

/// The chords of a table of the configuration, such as `super+shift+q`.
fn chords_of_table(config: &str, table: &str) -> BTreeSet<String> {
    let start = format!("\nconst {table}: &[Key] = &[\n");
    let lines = config.split_once(&start).map_or("", |(_, rest)| rest);
    let lines = lines.split_once("\n];").map_or("", |(lines, _)| lines);
    let keys = lines.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("Key::")?;
        let mut words = rest.split_once('(')?.1.split(", ").map(str::trim);
        let (held, key) = (words.next()?, words.next()?);
        let held = match held {
            "ALONE" => "",
            "SHIFT" => "shift+",
            "SUPER" => "super+",
            "SUPER_SHIFT" => "super+shift+",
            "SUPER_CTRL" => "super+control+",
            other => other,
        };
        let key = key.trim_end_matches(',').trim();
        let of_character = key.strip_prefix("of('").and_then(|rest| rest.strip_suffix("')"));
        let key = of_character.or(key.strip_prefix("key::")).unwrap_or(key);
        Some(format!("{held}{}", plain(key)))
    });
    keys.collect()
}

/// The chords that a section of the man page has a paragraph for; from one digit to another
/// there are all of them.
fn chords_of_page(page: &str, section: &str) -> BTreeSet<String> {
    let rest = page.split_once(&format!("{section}\n")).map_or("", |(_, rest)| rest);
    let lines: Vec<&str> = rest.lines().take_while(|line| !line.starts_with(".S")).collect();
    let mut chords = BTreeSet::new();
    for pair in lines.windows(2).filter(|pair| pair[0] == ".TP") {
        let Some(words) = pair[1].strip_prefix(".BR ").or(pair[1].strip_prefix(".B ")) else {
            continue;
        };
        // What stands between two of them is quoted.
        let parts: Vec<&str> = words.split('"').map(str::trim).collect();
        chords.extend(parts.iter().step_by(2).map(|chord| plain(chord)));
        for range in parts.windows(3).filter(|range| range[1] == "to") {
            let (held, first) = range[0].split_at(range[0].len() - 1);
            let digits = first.chars().next().zip(range[2].chars().last());
            let all = digits.into_iter().flat_map(|(first, last)| first..=last);
            chords.extend(all.map(|digit| plain(&format!("{held}{digit}"))));
        }
    }
    chords
}

/// A key's name as both documents would write it: `XF86_AUDIO_NEXT` is `XF86AudioNext`.
fn plain(chord: &str) -> String {
    let plain = chord.to_lowercase().replace('_', "");
    // The server's own names are a little longer here, and shorter there.
    plain.replace("xf86mon", "xf86").replace("previous", "prev")
}

fn read(path: &str) -> Outcome<String> {
    fs::read_to_string(workspace().join(path)).map_err(|error| Failure::from(error).during(path))
}
