//! The real program on a real X server, looked at through an independent client. What
//! needs no server is tested beside the code instead.
//!
//! Every test has its own server, so that they run at the same time, and runs on both
//! of the program's ways to wait. No test sleeps: it waits for events.

mod bad_input;
mod bar;
mod behaviour;
mod close;
mod config_mistakes;
mod displays;
mod documents;
mod drag;
mod example_programs;
mod floating;
mod focus;
mod fonts;
mod harness;
mod input;
mod keys;
mod launch;
mod layout;
mod liveness;
mod messages;
mod monitors;
mod programs;
mod refusals;
mod restart;
mod safety;
mod slow_server;
mod spawn;
mod start;
mod start_of_programs;
mod tray;
mod workspace;
