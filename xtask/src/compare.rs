//! `cargo xtask compare`: the checks of `behaviour` against pgwm and others, side by side.
//! Never installs another window manager: what is not there is not compared.

use std::time::Duration;

use crate::behaviour::checks;
use crate::build::{Profile, pgwm};
use crate::install::{HEADLESS, Permission, ensure};
use crate::{Failure, Outcome};

/// How long a check waits for what does not come. Long enough for the slowest of them on
/// an idle machine; the tests are more patient.
const PATIENCE: Duration = Duration::from_secs(4);

/// Runs every check against pgwm and against these programs, and prints a table.
pub fn compare(others: &[&str]) -> Outcome {
    ensure(HEADLESS, Permission::Install)?;
    let own = pgwm(Profile::Release)?;
    let own = own.to_str().ok_or_else(|| Failure::new("the path of pgwm is no text"))?;
    let managers: Vec<Vec<&str>> = std::iter::once(vec![own])
        .chain(others.iter().map(|other| other.split_whitespace().collect()))
        .collect();
    let names: Vec<&str> = managers
        .iter()
        .map(|words| words.first().map_or("", |path| path.rsplit('/').next().unwrap_or(path)))
        .collect();
    println!("{} | what", names.join(" | "));
    let mut passed = vec![0; managers.len()];
    let all = checks();
    for check in &all {
        let mut line = Vec::new();
        let mut reasons = Vec::new();
        for (index, manager) in managers.iter().enumerate() {
            match check.run(manager, PATIENCE) {
                Ok(()) => {
                    passed[index] += 1;
                    line.push("yes");
                }
                Err(error) => {
                    line.push("no");
                    let error = error.to_string();
                    let first = error.lines().next().unwrap_or_default().to_owned();
                    reasons.push(format!("    {}: {first}", names[index]));
                }
            }
        }
        println!("{} | {}", line.join(" | "), check.what);
        for reason in reasons {
            println!("{reason}");
        }
    }
    let passed: Vec<String> = passed.iter().map(|count| format!("{count}/{}", all.len())).collect();
    println!("{} | in all", passed.join(" | "));
    Ok(())
}
