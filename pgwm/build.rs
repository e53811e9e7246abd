//! Links pgwm without a start file and without libc, at a fixed address, so that a plain
//! `cargo build` needs no flags. Never touches the code.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for argument in ["-nostartfiles", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Ok(folder) = env::var("CARGO_MANIFEST_DIR")
    {
        // By its whole path: where the checkout was moved, it is missed there, and this runs anew.
        println!("cargo:rerun-if-changed={folder}/release.ld");
        println!("cargo:rustc-link-arg-bins=-Wl,--no-eh-frame-hdr,-T,{folder}/release.ld");
    }
}
