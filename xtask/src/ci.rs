//! Everything that must hold before a change is taken, in one command: the quick checks
//! first, the README's own command for the tests last.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::build::{self, Profile, cargo, workspace};
use crate::process::{line, succeed};
use crate::{Failure, Outcome, size, unused};

/// The crates that make the program: they depend on each other and on nothing else.
const PRODUCT: [&str; 4] = ["rusl", "tiny-std", "pgwm-core", "pgwm"];

/// Runs every check; the first that fails ends it.
pub fn run() -> Outcome {
    // Where there is no terminal rustfmt colours its differences all the same.
    let colour = if env::var_os("CI").is_some() { "never" } else { "auto" };
    step(&["fmt", "--all", "--", "--check", "--color", colour], &[])?;
    step(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"], &[])?;
    let examples =
        ["--features", "tiny-std/example-programs,tiny-std/pie", "--examples", "-p", "tiny-std"];
    step(&[&["clippy"][..], &examples, &["--", "--deny", "warnings"]].concat(), &[])?;
    step(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "--deny warnings")])?;

    announce("only our own crates, only the stable language");
    for name in PRODUCT {
        check_crate(&workspace().join(name))?;
    }
    announce("a dev build");
    build::pgwm(Profile::Dev)?;
    announce("a release build: static, and within its size");
    let program = build::pgwm(Profile::Release)?;
    size::check(&program)?;
    announce("the same program where there are threads");
    unused::check(&program)?;
    announce("the README's map");
    check_map()?;
    step(&["xtask", "matrix"], &[])?;

    // Last, as a reader of the README would: the command that it gives for the tests.
    step(&["xtask", "test"], &[])
}

/// Runs cargo with `arguments` and variables.
fn step(arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command = cargo(arguments);
    command.envs(variables.iter().copied());
    if env::var_os("CI").is_some() {
        command.env("CARGO_TERM_COLOR", "never");
    }
    announce(&line(&command));
    succeed(&mut command)
}

fn announce(what: &str) {
    println!("ci: {what}");
}

/// A product crate names no package but its siblings, and no unstable feature.
fn check_crate(folder: &Path) -> Outcome {
    let manifest = read(&folder.join("Cargo.toml"))?;
    if let Some(name) = dependencies(&manifest).find(|name| !PRODUCT.contains(name)) {
        return Err(Failure::new(format!("{} depends on {name}", folder.display())));
    }
    for file in sources(folder)? {
        if read(&file)?.contains("#![feature") {
            return Err(Failure::new(format!("{} needs an unstable feature", file.display())));
        }
    }
    Ok(())
}

/// The names under `[dependencies]`, `[build-dependencies]` and the like; tests may use
/// what they want.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    manifest.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            // `[dependencies.name]` is a name too.
            if let Some((head, name)) = section.rsplit_once("dependencies.") {
                inside = false;
                return (!head.ends_with("dev-")).then_some(name);
            }
            inside = section.ends_with("dependencies") && !section.ends_with("dev-dependencies");
            return None;
        }
        if !inside || line.is_empty() || line.starts_with('#') {
            return None;
        }
        line.split(['=', '.', ' ']).next()
    })
}

fn is_rust(extension: &OsStr) -> bool {
    extension == "rs"
}

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(is_rust) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Every file or folder that the README's map and links name exists.
fn check_map() -> Outcome {
    for name in named_paths(&read(&workspace().join("README.md"))?) {
        if !workspace().join(&name).exists() {
            return Err(Failure::new(format!("README.md names {name}, which does not exist")));
        }
    }
    Ok(())
}

/// The paths of ours that a text names outside of code blocks: as links, and between
/// backticks, where a lone file name belongs to the folder named before it on its line.
fn named_paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        let links = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let ours = |link: &str| !link.contains("://") && !link.starts_with('#');
        found.extend(links.map(|(link, _)| link.to_owned()).filter(|link| ours(link)));
        let mut folder = "";
        for span in line.split('`').skip(1).step_by(2) {
            if let Some((first, _)) = span.split_once('/')
                && (PRODUCT.contains(&first) || first == "xtask")
                && !span.contains(char::is_whitespace)
            {
                folder = span.rsplit_once('/').map_or("", |(folder, _)| folder);
                found.push(span.to_owned());
            } else if Path::new(span).extension().is_some_and(is_rust) && !folder.is_empty() {
                found.push(format!("{folder}/{span}"));
            }
        }
    }
    found
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path)
        .map_err(|error| Failure::from(error).during(&path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_found_in_every_form() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nb = { path = \"b\" }\n# c\n\
                        d.workspace = true\n[dev-dependencies]\ne = \"1\"\n[dependencies.f]\n\
                        version = \"1\"\n[target.'cfg(unix)'.dependencies]\ng = \"1\"\n\
                        [dev-dependencies.h]\nversion = \"1\"\n[build-dependencies]\ni = \"1\"\n";
        assert_eq!(dependencies(manifest).collect::<Vec<_>>(), ["b", "d", "f", "g", "i"]);
    }

    #[test]
    fn paths_in_a_map_are_found() {
        let text = "`pgwm/src/main.rs`, `config.rs` is `not/ours`, `xtask/` is\n\
                    `lone.rs`, `cargo xtask run`, [a](LICENSE) [b](https://c.d) [e](#f)\n\
                    ```sh\n`rusl/in/a/block`\n```\n`rusl/src/lib.rs`";
        let expected =
            ["pgwm/src/main.rs", "pgwm/src/config.rs", "xtask/", "LICENSE", "rusl/src/lib.rs"];
        assert_eq!(named_paths(text), expected);
    }
}
