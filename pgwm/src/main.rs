//! pgwm, a tiling window manager for X11 that stands on nothing but the Linux kernel.
//!
//! Start-up as a page: read the command line, connect, run, leave. Never manages a window:
//! that is `pgwm-core`.

#![no_std]
#![no_main]

extern crate alloc;

mod check;
mod commands;
mod config;
mod connect;
mod event_loop;
mod fonts;
mod programs;
mod sentence;
mod sources;
mod spawn;

use alloc::string::String;
use alloc::vec::Vec;
use config::CONFIG;
use core::ffi::CStr;
use event_loop::{End, EventLoop};
use pgwm_core::gather::Gather;
use pgwm_core::session::Start;
use pgwm_core::utf8;
use sentence::{complain, reason};
use tiny_std::process::uname;
use tiny_std::{env, fault, print};

tiny_std::program!(main, brief);

const HELP: &str = "\
pgwm, a tiling window manager for X11

usage: pgwm [--replace] [--restarted]
       pgwm --check | --version | --help

  --replace    take over from a window manager that runs
  --restarted  do not start the autostart programs; the Restart action passes it
  --check      say what the configuration names and whether it is there
  --version    say the version
  --help       say this

environment:
  DISPLAY         the X server, such as :0
  XAUTHORITY      the file with its cookie; else ~/.Xauthority
  PGWM_BACKEND    io_uring or poll; else the first of them that the kernel allows
  PGWM_FONT_PATH  folders of fonts with a colon between; else the usual ones

Keys and everything else stand in pgwm/src/config.rs; change it and build anew.";

/// Exit status of a command line that makes no sense.
const USAGE_ERROR: i32 = 2;

/// How the command line wants a session to begin.
#[derive(Debug, Clone, Copy)]
struct How {
    /// A window manager that runs is to make room.
    replace: bool,
    /// The autostart programs run already.
    restarted: bool,
}

fn main() -> i32 {
    fault::report();
    let options: Vec<&[u8]> = env::args().skip(1).map(CStr::to_bytes).gather();
    let has = |option: &[u8]| options.contains(&option);
    let how = How { replace: has(b"--replace"), restarted: has(b"--restarted") };
    match options[..] {
        // Each of them once, in any order.
        _ if options.len() == usize::from(how.replace) + usize::from(how.restarted) => manage(how),
        [b"--check"] => {
            check::check(&CONFIG);
            0
        }
        [b"--help" | b"-h"] => {
            print::output(&[HELP, "\n"]);
            0
        }
        [b"--version" | b"-V"] => {
            print::output(&[concat!("pgwm ", env!("CARGO_PKG_VERSION"), "\n")]);
            0
        }
        _ => {
            let last = utf8::lossy(options.last().copied().unwrap_or_default());
            if options.len() == 1 {
                complain("there is no option %; pgwm --help lists them", &[&last]);
            } else {
                complain("% is one option too many; pgwm --help lists them", &[&last]);
            }
            USAGE_ERROR
        }
    }
}

/// The session; the exit status.
#[inline(never)]
fn manage(how: How) -> i32 {
    match run(how) {
        Ok(()) => 0,
        Err(sentence) => {
            complain("%", &[&sentence]);
            1
        }
    }
}

/// The whole session. An error is a sentence.
#[inline(never)]
fn run(how: How) -> Result<(), String> {
    // Read before anyone can replace the file that we are.
    let program = spawn::own_path();
    spawn::prepare();
    let connection = connect::connect()?;
    let host = uname().map(|name| name.node().to_vec()).unwrap_or_default();
    let mut fonts = Vec::new();
    for file in fonts::find(CONFIG.fonts) {
        if !file.bytes.is_empty() {
            fonts.push(file.bytes);
        }
    }
    let start = Start { host, replace: how.replace, process: spawn::own_process(), fonts };
    let autostart = if how.restarted { &[] } else { CONFIG.autostart };
    let mut event_loop = EventLoop::new(&CONFIG, connection, start, autostart)?;
    loop {
        match event_loop.run()? {
            End::Quit => return Ok(()),
            End::Restart => {
                event_loop.settle()?;
                let reason = reason(spawn::restart(program.as_deref()));
                complain("cannot restart, going on instead: %", &[&reason]);
                event_loop.resume();
            }
        }
    }
}
