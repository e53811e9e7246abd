//! Prints what it was started with; the exit status is the number of arguments.
//!
//! Every argument on a line of its own, how many variables there are, and each of them, bytes
//! that are not printable ASCII escaped.
#![no_std]
#![no_main]

use tiny_std::{env, println};

tiny_std::program!(main);

fn main() -> i32 {
    for argument in env::args() {
        println!("{}", argument.to_bytes().escape_ascii());
    }
    println!("{} variables", env::vars().count());
    for variable in env::vars() {
        println!("{}", variable.to_bytes().escape_ascii());
    }
    env::args().len() as i32
}
