//! Windows that hang or take their time to draw, and window managers that take over from
//! each other.

use std::process::Command;

use rustix::process::Signal;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{ConnectionExt as _, Int64};
use x11rb::protocol::xproto::Window;
use xtask::client::Client;
use xtask::process::{PATIENCE, Process};
use xtask::session::{Backend, Program, Session, check_window};
use xtask::{Failure, Outcome};

use crate::harness::{backends, must, must_go_on, on_each_backend, on_each_build, open, release};
use crate::workspace::{must_be_current, must_be_hidden, must_be_shown};

#[test]
fn another_one_takes_over() -> Outcome {
    for backend in backends() {
        let program = release(backend)?;
        let mut session = Session::start(&program)?;
        let first = open(&session, 3)?;
        session.press("super+2")?;
        let second = open(&session, 2)?;
        session.press("super+k")?;
        let focus = session.client.focus()?;
        for _ in 0..3 {
            replace(&mut session, &program)?;
            must_be_current(&session, 1)?;
            must_be_hidden(&session, &first, 0)?;
            must_be_shown(&session, &second, 1)?;
            must(session.client.focus()? == focus, || "the focus moved".into())?;
            must(session.clients()?.len() == 5, || "not all windows are managed".into())?;
        }
        must_go_on(&mut session)?;
    }
    Ok(())
}

/// Starts another window manager that is to take over, and waits for both.
fn replace(session: &mut Session, program: &Program) -> Outcome {
    let before = check_window(&session.client)?;
    let mut command = program.command(&session.server.display());
    let new = Process::spawn("pgwm", command.arg("--replace"))?;
    let mut old = std::mem::replace(&mut session.pgwm, new);
    let status = old.wait(PATIENCE)?;
    must(status.success(), || format!("the old one ended with {status}: {}", old.log()))?;
    session.wait("the new one announces itself", |client| {
        Ok(check_window(client)?.is_some_and(|check| Some(check) != before))
    })?;
    session.wait_until_ready()
}

#[test]
fn nobody_is_replaced_unasked() -> Outcome {
    on_each_backend(|session| {
        let second = release(Backend::Chosen)?.spawn(&session.server.display())?;
        let (status, log) = second.finish()?;
        must(status.code() == Some(1), || format!("the second one ended with {status}"))?;
        must(log.contains("--replace"), || format!("it says nothing of --replace: {log}"))?;
        must_go_on(session)
    })
}

#[test]
fn a_hung_program_is_killed_on_the_second_request() -> Outcome {
    on_each_backend(|session| {
        let (program, window) = open_hung(session)?;
        let mut process = Process::spawn("sleep", Command::new("sleep").arg("1000"))?;
        let host = rustix::system::uname();
        session.client.set_words(window, "_NET_WM_PID", "CARDINAL", &[process.id()])?;
        let host = host.nodename().to_bytes();
        session.client.set_bytes(window, "WM_CLIENT_MACHINE", "STRING", host)?;
        process.signal(Signal::STOP)?;
        session.press("super+shift+q")?;
        session.press("super+shift+q")?;
        wait_until_hung(session, window)?;
        must(process.status()?.is_none(), || "it was killed on the first request".into())?;
        session.press("super+shift+q")?;
        session.wait("the hung window goes", |client| Ok(!client.exists(window)?))?;
        must(!process.wait(PATIENCE)?.success(), || "the process was not killed".into())?;
        must(program.focus().is_err(), || "the program is still connected".into())?;
        must_go_on(session)
    })
}

#[test]
fn a_program_that_wakes_up_is_spared() -> Outcome {
    on_each_backend(|session| {
        let (program, window) = open_hung(session)?;
        session.press("super+shift+q")?;
        wait_until_hung(session, window)?;
        answer_pings(&program, window)?;
        session.wait("it is alive", |client| Ok(!asks_for_attention(client, window)?))?;
        session.press("super+shift+q")?;
        session.press("super+shift+q")?;
        must(session.client.exists(window)?, || "it was killed".into())?;
        must_go_on(session)
    })
}

/// A program on a connection of its own, which reads nothing until it is told to.
fn open_hung(session: &Session) -> Outcome<(Client, Window)> {
    let program = Client::connect(Some(&session.server.display()))?;
    let window = program.create()?;
    program.set_atoms(window, "WM_PROTOCOLS", &["WM_DELETE_WINDOW", "_NET_WM_PING"])?;
    program.map(window)?;
    session.client.watch(window)?;
    session.wait_managed(window)?;
    Ok((program, window))
}

fn wait_until_hung(session: &Session, window: Window) -> Outcome {
    session.wait("the hung window asks for attention", |client| asks_for_attention(client, window))
}

fn asks_for_attention(client: &Client, window: Window) -> Outcome<bool> {
    let attention = client.atom("_NET_WM_STATE_DEMANDS_ATTENTION")?;
    Ok(client.words(window, "_NET_WM_STATE")?.contains(&attention))
}

/// The data of the messages of a protocol that a window got.
fn messages(client: &Client, window: Window, protocol: &str) -> Outcome<Vec<[u32; 5]>> {
    let (protocols, protocol) = (client.atom("WM_PROTOCOLS")?, client.atom(protocol)?);
    let data = client.events()?.into_iter().filter_map(|event| match event {
        Event::ClientMessage(it) if it.window == window && it.type_ == protocols => {
            Some(it.data.as_data32())
        }
        _ => None,
    });
    Ok(data.filter(|data| data[0] == protocol).collect())
}

fn answer_pings(program: &Client, window: Window) -> Outcome {
    for data in messages(program, window, "_NET_WM_PING")? {
        must(data[1] != 0 && data[2] == window, || format!("a ping of {data:x?}"))?;
        program.message(program.root, "WM_PROTOCOLS", data)?;
    }
    Ok(())
}

/// A window that counts is resized no quicker than it counts, and gets the newest size in
/// the end, though it stops counting.
#[test]
fn a_window_that_counts_is_waited_for() -> Outcome {
    on_each_build(|session| {
        let client = &session.client;
        let counter = client.x.generate_id()?;
        client.x.sync_initialize(3, 1)?.reply()?;
        client.x.sync_create_counter(counter, Int64 { hi: 0, lo: 40 })?.check()?;
        let window = client.create()?;
        client.set_atoms(window, "WM_PROTOCOLS", &["_NET_WM_SYNC_REQUEST"])?;
        client.set_words(window, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter])?;
        session.show(window)?;
        let other = session.open()?;
        let gap = |client: &Client| {
            Ok::<_, Failure>(client.geometry(other)?.x - client.geometry(window)?.right())
        };
        session.settle()?;
        count(client, window, counter)?;
        session.settle()?;
        let expected = gap(client)?;
        client.forget_events()?;
        for counted in 1..=5 {
            session.press("super+h")?;
            session.press("super+h")?;
            session.wait("it is asked to count", |client| {
                Ok(messages(client, window, "_NET_WM_SYNC_REQUEST")?.len() >= counted)
            })?;
            count(client, window, counter)?;
            session.settle()?;
            count(client, window, counter)?;
            session.settle()?;
        }
        let asked = messages(client, window, "_NET_WM_SYNC_REQUEST")?;
        let step = |pair: &[[u32; 5]]| pair[1][2] == pair[0][2] + 1;
        must(asked.windows(2).all(step), || format!("asked for {asked:?}"))?;
        must(asked[0][2] > 40 && asked[0][3] == 0, || format!("asked for {asked:?}"))?;
        for _ in 0..5 {
            session.press("super+l")?;
        }
        // Nobody counts any more.
        session.wait("it has its last size", |client| Ok(gap(client)? == expected))?;
        session.settle()?;
        must(gap(client)? == expected, || "another size came".into())?;
        must_go_on(session)
    })
}

/// Counts up to the newest value that was asked for.
fn count(client: &Client, window: Window, counter: u32) -> Outcome {
    if let Some(data) = messages(client, window, "_NET_WM_SYNC_REQUEST")?.last() {
        let value = Int64 { hi: data[3] as i32, lo: data[2] };
        client.x.sync_set_counter(counter, value)?.check()?;
    }
    Ok(())
}
