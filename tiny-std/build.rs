//! How the example programs are linked: static, without the C library's start files, at a
//! fixed address; with the feature `pie` at one that is chosen at each start. Tests and
//! whoever depends on this crate are not touched; a binary crate has the same lines with
//! `-bins` in its own build script.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    link("-nostartfiles");
    if env::var_os("CARGO_FEATURE_PIE").is_some() {
        link("-static-pie");
    } else {
        link("-static");
        link("-no-pie");
        // Nothing is relocated, so nothing can be protected after it.
        link("-Wl,-z,norelro");
    }
    link("-Wl,--build-id=none");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Ok(folder) = env::var("CARGO_MANIFEST_DIR")
    {
        // By its whole path: where the checkout was moved, it is missed there, and this runs anew.
        println!("cargo:rerun-if-changed={folder}/release.ld");
        link(&format!("-Wl,-z,noseparate-code,--no-eh-frame-hdr,-T,{folder}/release.ld"));
    }
}

fn link(argument: &str) {
    println!("cargo:rustc-link-arg-examples={argument}");
}
