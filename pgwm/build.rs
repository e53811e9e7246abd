//! Links pgwm without a start file and without libc, so that a plain `cargo build` needs no
//! flags: at a fixed address, or, with the feature `pie`, at one that is chosen at each
//! start. Never touches the code.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    link("-nostartfiles");
    if env::var_os("CARGO_FEATURE_PIE").is_some() {
        link("-static-pie");
        // A bit for a word that is to be relocated, instead of 24 bytes.
        link("-Wl,-z,pack-relative-relocs");
    } else {
        link("-static");
        link("-no-pie");
        // Nothing is relocated, so nothing can be protected after it.
        link("-Wl,-z,norelro");
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Ok(folder) = env::var("CARGO_MANIFEST_DIR")
    {
        // By its whole path: where the checkout was moved, it is missed there, and this runs anew.
        let script = format!("{folder}/../tiny-std/release.ld");
        println!("cargo:rerun-if-changed={script}");
        link("-Wl,--build-id=none,-z,noseparate-code");
        link(&format!("-Wl,--no-eh-frame-hdr,-T,{script}"));
    }
}

fn link(argument: &str) {
    println!("cargo:rustc-link-arg-bins={argument}");
}
