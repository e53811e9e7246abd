//! Panics: message and place on standard error, exit status 1.
#![no_std]
#![no_main]

tiny_std::program!(main);

fn main() -> i32 {
    let count = tiny_std::env::args().len();
    assert!(count == 0, "started with {count} argument(s)");
    0
}
