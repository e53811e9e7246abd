//! How the example programs are linked: static, at a fixed address, without the C
//! library's start files. Tests and whoever depends on this crate are not touched; a
//! binary crate has the same three lines with `-bins` in its own build script.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for argument in ["-nostartfiles", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-examples={argument}");
    }
}
