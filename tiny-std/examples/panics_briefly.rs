//! A panic of a release: the calls that led to it on standard error, exit status 1.
#![no_std]
#![no_main]

tiny_std::program!(main, brief);

fn main() -> i32 {
    panic!("started with {} argument(s)", tiny_std::env::args().len());
}
