//! Prints what it was started with; the exit status is the number of arguments.
//!
//! Every argument on a line of its own, bytes that are not printable ASCII escaped; then
//! how many variables there are.
#![no_std]
#![no_main]

use tiny_std::{env, println};

tiny_std::program!(main);

fn main() -> i32 {
    for argument in env::args() {
        println!("{}", argument.to_bytes().escape_ascii());
    }
    println!("{} variables", env::vars().count());
    env::args().len() as i32
}
