//! What any client may rely on: every check of `xtask::behaviour` holds for pgwm.

use xtask::behaviour::checks;
use xtask::build::Profile;
use xtask::process::PATIENCE;
use xtask::{Failure, Outcome};

use crate::harness::{must, pgwm};

#[test]
fn every_check_holds() -> Outcome {
    let path = pgwm(Profile::Release)?;
    let path = path.to_str().ok_or_else(|| Failure::new("the path is no text"))?;
    let failed: Vec<String> = checks()
        .iter()
        .filter_map(|check| {
            let error = check.run(&[path], PATIENCE).err()?;
            Some(format!("{}: {error}", check.what))
        })
        .collect();
    must(failed.is_empty(), || failed.join("\n"))
}
