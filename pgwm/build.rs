//! Links pgwm without a start file and without libc, at a fixed address, so that a plain
//! `cargo build` needs no flags.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for argument in ["-nostartfiles", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}
