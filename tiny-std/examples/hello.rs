//! The smallest program: a line and exit status 0.
#![no_std]
#![no_main]

tiny_std::program!(main);

fn main() -> i32 {
    tiny_std::print::output(&["hello\n"]);
    0
}
