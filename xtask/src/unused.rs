//! What pgwm doesn't use costs it nothing: with the code of threads compiled in, it is the
//! same file.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::build::cargo;
use crate::process::succeed;
use crate::{Failure, Outcome};

/// In the place of the compiler: it tells it to compile the threads as well. A feature that
/// cargo knows of would also change the names of all symbols and, with them, the order in
/// which the optimiser sees the functions: a few hundred bytes more or less, whatever is in it.
const COMPILER: &str = "\
#!/bin/sh
case \" $* \" in
*' --crate-name tiny_std '*) exec \"$@\" --cfg 'feature=\"threads\"' ;;
*) exec \"$@\" ;;
esac
";

/// Fails if the release program, built already, would be another one with threads in
/// tiny-std.
pub fn check(program: &Path) -> Outcome {
    let Some(target) = program.ancestors().nth(2) else {
        return Err(Failure::new(format!("{} is in no target folder", program.display())));
    };
    let folder = target.join("with-threads");
    fs::create_dir_all(&folder)?;
    let compiler = folder.join("compiler");
    fs::write(&compiler, COMPILER)?;
    fs::set_permissions(&compiler, Permissions::from_mode(0o755))?;
    let mut command = cargo(&["build", "--quiet", "--release", "-p", "pgwm", "--bin", "pgwm"]);
    succeed(command.arg("--target-dir").arg(&folder).env("RUSTC_WRAPPER", compiler))?;
    let (with, without) = (fs::read(folder.join("release/pgwm"))?, fs::read(program)?);
    if with == without {
        return Ok(());
    }
    let sizes = format!("{} bytes, {} without", with.len(), without.len());
    Err(Failure::new(format!("pgwm differs where tiny-std has threads: {sizes}")))
}
