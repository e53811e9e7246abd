//! `cargo xtask bench bar`: the bar's cost at rest, in a storm of titles, in memory, at the
//! start and on the wire, beside dwm with a status program.

use std::env;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateWindowAux, EventMask, ImageFormat, PropMode, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::kernel;
use super::stage::{Manager, Stage, on_display, wait_ready};
use super::table::{Table, Target, Value, median};
use super::variant;
use crate::build::{self, Profile};
use crate::client::{Client, Geometry};
use crate::display::Server;
use crate::install::{self, Permission, is_installed};
use crate::process::Process;
use crate::{Failure, Outcome};

/// Titles in a storm.
const STORM: u32 = 20_000;
/// Starts of each.
const STARTS: usize = 20;
/// Rounds of everything else.
const ROUNDS: usize = 3;

/// What pgwm tells at rest: five checks, each of them once a second, and one that differs
/// each time.
const CHECKS: &str = "\
    Check::new(Cpu, \"cpu\", \"{percent:3} %\").every(1).looks(BUSY),
    Check::new(Memory, \"mem\", \"{available:4}\").every(1).looks(EMPTY),
    Check::new(Network(\"\"), \"net\", \"{down:4} {up:4}\").every(1),
    Check::new(Load, \"load\", \"{one}\").every(1),
    Check::new(Date, \"\", \"%a %e %b %H:%M:%S\").every(1),";

/// A status program for dwm as people write them: there is no package of slstatus everywhere.
/// It tells about as much.
const STATUS: &str = "while :; do read -r cpu < /proc/stat; read -r mem < /proc/meminfo; \
                      net=$(tail -n 1 /proc/net/dev); \
                      xsetroot -name \"$cpu $mem $net $(date '+%a %e %b %H:%M:%S')\"; \
                      sleep 1; done";

/// Measures, and says so as a table. `seconds` is how long each is watched at rest.
pub fn bar(seconds: u32, permission: Permission) -> Outcome {
    install::ensure(install::HEADLESS, permission)?;
    install::ensure_clients(install::PEERS, permission)?;
    let own = Manager { program: build::pgwm(Profile::Release)?, status: None };
    let peer = Manager { program: "dwm".into(), status: Some(STATUS) };
    let has_peer = is_installed("dwm") && is_installed("xsetroot");
    let busy = Manager { program: variant::with_checks(CHECKS)?, status: None };
    let peer = has_peer.then_some(peer);
    let at_rest = Bench { managers: [Some(busy), peer.clone()] };
    let bench = Bench { managers: [Some(own), peer] };
    println!(
        "pgwm of {} bytes; {}; {} processors; Xvfb {}x{}; medians of {ROUNDS} rounds, of {STARTS} \
         starts",
        fs::metadata(build::pgwm(Profile::Release)?)?.len(),
        fs::read_to_string("/proc/sys/kernel/osrelease")?.trim(),
        thread::available_parallelism()?,
        crate::display::SCREEN.0,
        crate::display::SCREEN.1,
    );
    let mut table = Table::begin("pgwm", if has_peer { "dwm" } else { "(no dwm)" });
    at_rest.rest(seconds, &mut table)?;
    bench.storm(&mut table)?;
    bench.memory(&mut table)?;
    bench.start(&mut table)?;
    bench.requests(&mut table)?;
    table.end();
    Ok(())
}

/// The two programs; the second one may not be there.
struct Bench {
    managers: [Option<Manager>; 2],
}

/// Named numbers that a round gives.
type Numbers = Vec<(&'static str, f64)>;

impl Bench {
    /// Measures each in turn, so many times, and gives the medians by name.
    fn rounds(
        &self,
        count: usize,
        measure: impl Fn(&Manager) -> Outcome<Numbers>,
    ) -> Outcome<[Medians; 2]> {
        let mut all = [Medians::default(), Medians::default()];
        for _ in 0..count {
            for (manager, medians) in self.managers.iter().zip(&mut all) {
                let Some(manager) = manager else { continue };
                let name = manager.program.display().to_string();
                medians.0.push(measure(manager).map_err(|error| error.during(&name))?);
            }
        }
        Ok(all)
    }

    fn rest(&self, seconds: u32, table: &mut Table) -> Outcome {
        let each = Duration::from_secs(u64::from(seconds).div_ceil(ROUNDS as u64));
        let medians = self.rounds(ROUNDS, |manager| at_rest(manager, each))?;
        let line = |name: &str| both(&medians, name);
        println!(
            "at rest with one window, {seconds} s each; wakeups are voluntary context switches,"
        );
        println!("sends are counted by a proxy before the server");
        table.line("wakeups a second", 2, line("wakeups"), Target::AtMost(1.1));
        table.line("sends a second", 2, line("sends"), Target::AtMost(1.1));
        table.line("requests a second", 1, line("requests"), Target::None);
        table.line("processor time, ms a minute", 2, line("time"), Target::AtMost(5.0));
        table.line("  of the status program", 1, line("status"), Target::None);
        if is_installed("strace") {
            let medians = self.rounds(1, |manager| strace_at_rest(manager, 10))?;
            let line = |name: &str| both(&medians, name);
            println!("counted by strace -c -f over 10 s");
            table.line("io_uring_enter a second", 2, line("io_uring_enter"), Target::AtMost(1.1));
            table.line("system calls a second", 2, line("all"), Target::None);
        } else {
            println!("system calls are not counted: there is no strace");
        }
        Ok(())
    }

    fn storm(&self, table: &mut Table) -> Outcome {
        let medians = self.rounds(ROUNDS, storm)?;
        let line = |name: &str| both(&medians, name);
        println!("{STORM} changes of the shown title; then a window is mapped");
        table.line("processor time, µs a change", 3, line("time"), Target::PercentOfPeer(2.0));
        table.line("until the window has the focus, ms", 2, line("delay"), Target::AtMost(5.0));
        table.line("the changes took, ms", 0, line("storm"), Target::None);
        Ok(())
    }

    fn memory(&self, table: &mut Table) -> Outcome {
        let medians = self.rounds(ROUNDS, memory)?;
        let line = |name: &str| both(&medians, name);
        println!("memory in kB, with ten xterms");
        table.line("VmRSS", 0, line("VmRSS"), Target::AtMost(1100.0));
        table.line("  RssAnon", 0, line("RssAnon"), Target::None);
        table.line("  RssFile", 0, line("RssFile"), Target::None);
        table.line("Pss", 0, line("Pss"), Target::None);
        table.line("mapped font files", 0, line("fonts"), Target::None);
        Ok(())
    }

    fn start(&self, table: &mut Table) -> Outcome {
        println!("the start, until the left half of the bar looks as it will stay");
        let mut lists = [Vec::new(), Vec::new()];
        let servers = [Server::xvfb(&[])?, Server::xvfb(&[])?];
        let clients = [
            Client::connect(Some(&servers[0].display()))?,
            Client::connect(Some(&servers[1].display()))?,
        ];
        for _ in 0..STARTS {
            for (index, manager) in self.managers.iter().enumerate() {
                let Some(manager) = manager else { continue };
                let place = (&servers[index], &clients[index]);
                lists[index].push(start(manager, place)?);
            }
        }
        let of = |value: fn(&Start) -> f64| {
            [0, 1].map(|index| {
                let times: Vec<f64> = lists[index].iter().map(value).collect();
                median(&times)
            })
        };
        table.line("until the bar is mapped, ms", 2, of(|start| start.mapped), Target::None);
        table.line("until it is full, ms", 2, of(|start| start.full), Target::AtMost(5.0));
        table.line("processor time of it, ms", 2, of(|start| start.used), Target::None);
        if is_installed("strace") {
            let medians = self.rounds(1, opened_fonts)?;
            let line = |name: &str| both(&medians, name);
            table.line("openings of the same font file", 0, line("most"), Target::AtMost(1.0));
            table.line("font files opened", 0, line("files"), Target::None);
        }
        Ok(())
    }

    fn requests(&self, table: &mut Table) -> Outcome {
        let medians = self.rounds(ROUNDS, requests)?;
        let line = |name: &str| both(&medians, name);
        println!("on the wire, counted by a proxy before the server");
        table.line("requests at the start", 0, line("start"), Target::None);
        table.line("messages of the server at the start", 0, line("answers"), Target::None);
        table.line("requests per opened xterm among 3", 0, line("xterm"), Target::AtMost(30.0));
        Ok(())
    }
}

/// The numbers of all rounds.
#[derive(Debug, Default)]
struct Medians(Vec<Numbers>);

fn both(medians: &[Medians; 2], name: &str) -> [Value; 2] {
    [0, 1].map(|index| {
        let rounds = medians[index].0.iter().flatten();
        let values: Vec<f64> =
            rounds.filter(|(known, _)| *known == name).map(|(_, value)| *value).collect();
        median(&values)
    })
}

/// A session with one window, some seconds after its start.
fn resting(manager: &Manager) -> Outcome<Stage> {
    let stage = Stage::set(manager, true)?;
    stage.show(window(&stage.client)?)?;
    thread::sleep(Duration::from_secs(3));
    Ok(stage)
}

fn at_rest(manager: &Manager, time: Duration) -> Outcome<Numbers> {
    let stage = resting(manager)?;
    let id = stage.manager.id();
    let used = |stage: &Stage| -> Outcome<f64> {
        let Some(status) = &stage.status else { return Ok(0.0) };
        Ok(kernel::processor_time(status.id())? + kernel::childrens_time(status.id())?)
    };
    let before = (kernel::processor_time(id)?, kernel::waits(id)?, stage.traffic(), used(&stage)?);
    thread::sleep(time);
    let after = (kernel::processor_time(id)?, kernel::waits(id)?, stage.traffic(), used(&stage)?);
    let seconds = time.as_secs_f64();
    let traffic = after.2.since(before.2);
    let mut numbers = vec![
        ("time", (after.0 - before.0) / 1e6 * 60.0 / seconds),
        ("wakeups", (after.1 - before.1) / seconds),
        ("sends", traffic.sends as f64 / seconds),
        ("requests", traffic.requests as f64 / seconds),
    ];
    if stage.status.is_some() {
        numbers.push(("status", (after.3 - before.3) / 1e6 * 60.0 / seconds));
    }
    Ok(numbers)
}

fn strace_at_rest(manager: &Manager, seconds: u64) -> Outcome<Numbers> {
    let stage = resting(manager)?;
    let calls = kernel::system_calls(stage.manager.id(), seconds)?;
    let per_second = |count: f64| count / seconds as f64;
    let all = calls.iter().map(|(_, count)| count).sum();
    let mut numbers = vec![("all", per_second(all))];
    if let Some((_, count)) = calls.iter().find(|(name, _)| name == "io_uring_enter") {
        numbers.push(("io_uring_enter", per_second(*count)));
    }
    Ok(numbers)
}

fn storm(manager: &Manager) -> Outcome<Numbers> {
    let stage = Stage::set(manager, false)?;
    let client = &stage.client;
    let (shown, next) = (window(client)?, window(client)?);
    stage.show(shown)?;
    client.settle(Some(&stage.manager))?;
    let (name, kind) = (client.atom("_NET_WM_NAME")?, client.atom("UTF8_STRING")?);
    let before = kernel::processor_time(stage.manager.id())?;
    let begun = Instant::now();
    for index in 0..STORM {
        let title = format!("line {index} of a program that tells what it does");
        client.x.change_property8(PropMode::REPLACE, shown, name, kind, title.as_bytes())?;
    }
    // The server has taken in all of it when it answers.
    client.focus()?;
    let mapped = Instant::now();
    stage.show(next)?;
    let delay = mapped.elapsed();
    client.settle(Some(&stage.manager))?;
    let time = kernel::processor_time(stage.manager.id())? - before;
    Ok(vec![
        ("time", time / 1e3 / f64::from(STORM)),
        ("delay", delay.as_secs_f64() * 1e3),
        ("storm", (mapped - begun).as_secs_f64() * 1e3),
    ])
}

fn memory(manager: &Manager) -> Outcome<Numbers> {
    let mut stage = Stage::set(manager, false)?;
    for index in 0..10 {
        // Letters of several scripts, and such as another font may have.
        stage.open_terminal(&format!("{index}: naïve Ελλάδα Россия → ☺ 日本"))?;
    }
    stage.client.settle(Some(&stage.manager))?;
    thread::sleep(Duration::from_secs(2));
    let id = stage.manager.id();
    Ok(vec![
        ("VmRSS", kernel::field(id, "status", "VmRSS")?),
        ("RssAnon", kernel::field(id, "status", "RssAnon")?),
        ("RssFile", kernel::field(id, "status", "RssFile")?),
        ("Pss", kernel::field(id, "smaps_rollup", "Pss")?),
        ("fonts", kernel::mapped_fonts(id)?.len() as f64),
    ])
}

/// How long a start took, in milliseconds.
struct Start {
    mapped: f64,
    full: f64,
    /// Time on a processor, up to a little later.
    used: f64,
}

/// Starts a window manager and looks at its bar as fast as possible, for a while.
fn start(manager: &Manager, (server, client): (&Server, &Client)) -> Outcome<Start> {
    client.forget_events()?;
    let screen = client.geometry(client.root)?;
    let mut command = manager.command(&server.display());
    let begun = Instant::now();
    let process = Process::spawn("the window manager", &mut command)?;
    let mut found = None;
    client.wait(Some(&process), "a bar is mapped", |client| {
        for event in client.events()? {
            let Event::MapNotify(map) = event else { continue };
            if map.override_redirect && found.is_none() {
                // It may be another window, and gone.
                let place = client.geometry(map.window).ok();
                let is_bar = |place: &Geometry| place.width == screen.width && place.height > 1;
                found = place.filter(is_bar).map(|place| (map.window, place));
            }
        }
        Ok(found.is_some())
    })?;
    let mapped = begun.elapsed();
    let (bar, place) = found.ok_or_else(|| Failure::new("no bar"))?;
    let (width, height) = (u16::try_from(place.width / 2)?, u16::try_from(place.height)?);
    let (x, y) = (i16::try_from(place.x)?, i16::try_from(place.y)?);
    let mut last: (Vec<u8>, Duration) = Default::default();
    while begun.elapsed() < mapped + Duration::from_millis(200) {
        let format = ImageFormat::Z_PIXMAP;
        let image = client.x.get_image(format, client.root, x, y, width, height, u32::MAX)?;
        let data = image.reply()?.data;
        if data != last.0 {
            last = (data, begun.elapsed());
        }
        // The window manager shall have the server too.
        thread::sleep(Duration::from_micros(100));
    }
    let used = kernel::processor_time(process.id())? / 1e6;
    drop(process);
    client.wait(None, "the bar is gone", |client| Ok(!client.exists(bar)?))?;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    Ok(Start { mapped: milliseconds(mapped), full: milliseconds(last.1), used })
}

fn opened_fonts(manager: &Manager) -> Outcome<Numbers> {
    let server = Server::xvfb(&[])?;
    let client = Client::connect(Some(&server.display()))?;
    let trace = env::temp_dir().join(format!("pgwm-bench-{}", std::process::id()));
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=open,openat", "-o"]).arg(&trace).arg(&manager.program);
    on_display(&mut command, &server.display());
    let process = Process::spawn("strace", &mut command)?;
    wait_ready(&client, &process)?;
    drop(server);
    drop(process);
    let opened = kernel::opened_fonts(&trace)?;
    let _ = fs::remove_file(&trace);
    let most = opened.iter().map(|(_, count)| *count).max().unwrap_or(0);
    Ok(vec![("files", opened.len() as f64), ("most", most as f64)])
}

fn requests(manager: &Manager) -> Outcome<Numbers> {
    // Without a status program, which would be counted too.
    let alone = Manager { status: None, ..manager.clone() };
    let start = Stage::start_traffic(&alone)?;
    let mut stage = Stage::set(&alone, true)?;
    for title in ["one", "two", "three"] {
        stage.open_terminal(title)?;
    }
    let mut numbers = vec![("start", start.requests as f64), ("answers", start.messages as f64)];
    let mut opened = Vec::new();
    for _ in 0..5 {
        stage.quiet();
        let before = stage.traffic();
        stage.open_terminal("four")?;
        stage.quiet();
        opened.push(stage.traffic().since(before).requests as f64);
        stage.close_last()?;
    }
    numbers.extend(median(&opened).map(|value| ("xterm", value)));
    Ok(numbers)
}

/// A window that is told of the focus, and of no properties: of them there will be many.
fn window(client: &Client) -> Outcome<Window> {
    let events = EventMask::FOCUS_CHANGE | EventMask::STRUCTURE_NOTIFY;
    client.create_with((300, 200), &CreateWindowAux::new().event_mask(events))
}
