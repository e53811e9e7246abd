//! Does one thing that tiny-std offers, named by the argument, and says what came of it: `ok`,
//! or the name of the error. Without an argument it lists the things.
//!
//! It is run again and again while the kernel refuses this or that system call: whatever is
//! refused, there is an answer, and no descriptor is left open.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "on a list that is written here")]

extern crate alloc;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::time::Duration;
use rusl::fd::{AsFd, BorrowedFd, OwnedFd, set_non_blocking};
use rusl::io_uring::{Entry, Ring};
use rusl::net::{Address, Family, MessageFlags, accept, bind, listen, local_address, recv, send};
use rusl::poll::{Events, PollFd, poll};
use rusl::process::{getpid, kill};
use rusl::time::Timespec;
use tiny_std::calendar::Zone;
use tiny_std::clock::{Instant, SystemTime};
use tiny_std::process::{Children, Command, Wait, wait4};
use tiny_std::signal::{Set, Signal, SignalFd};
use tiny_std::sync::{Condvar, Mutex};
use tiny_std::transport::{Choice, Transport};
use tiny_std::{Errno, Result, env, fault, fs, net, println, process, signal, thread};

tiny_std::program!(main);

/// A thing to be done, and its name.
type Operation = (&'static [u8], fn() -> Result<()>);

const OPERATIONS: &[Operation] = &[
    (b"print", || Ok(())),
    // Where nobody tells the time, it is the start of the clock.
    (b"clock", || {
        let _ = (Instant::now(), SystemTime::now());
        Ok(())
    }),
    (b"read", read),
    (b"read-folder", read_folder),
    (b"write", write),
    (b"map", map),
    (b"file-system", file_system),
    (b"unix", connect_unix),
    (b"abstract", connect_abstract),
    (b"tcp", connect_tcp),
    (b"resolve", resolve),
    (b"spawn", spawn),
    (b"output", spawn_with_output),
    (b"replace", replace),
    (b"find", find),
    (b"ancestors", || {
        drop(process::ancestors(getpid()));
        Ok(())
    }),
    (b"signals", signals),
    (b"ignore", ignore),
    (b"allocate", allocate),
    (b"ring", ring),
    (b"transport", || talk_to_ourselves(Choice::Best)),
    (b"transport-poll", || talk_to_ourselves(Choice::Poll)),
    (b"zone", || {
        expect(Zone::of_machine().date_time(0).year < 1971);
        Ok(())
    }),
    (b"thread", start_thread),
    (b"thread-let-go", let_thread_go),
    (b"sleep", || {
        thread::sleep(Duration::from_millis(1));
        Ok(())
    }),
    (b"faults", || {
        fault::report();
        Ok(())
    }),
];

fn main() -> i32 {
    let Some(wanted) = env::args().nth(1) else {
        for (name, _) in OPERATIONS {
            println!("{}", name.escape_ascii());
        }
        return 0;
    };
    let Some((_, operation)) = OPERATIONS.iter().find(|(name, _)| *name == wanted.to_bytes())
    else {
        return 2;
    };
    let before = open_descriptors();
    match operation() {
        Ok(()) => println!("ok"),
        Err(error) => println!("{error:?}"),
    }
    let after = open_descriptors();
    if before.is_err() || after.is_err() || before == after {
        0
    } else {
        println!("a descriptor is left open");
        3
    }
}

/// Which of the first numbers are open descriptors, a bit each.
fn open_descriptors() -> Result<u32> {
    let mut fds = core::array::from_fn::<_, 32, _>(|raw| {
        // SAFETY: asking is all that is done with it.
        PollFd::new(unsafe { BorrowedFd::from_raw(raw as i32) }, Events::NONE)
    });
    poll(&mut fds, Some(Timespec { seconds: 0, nanoseconds: 0 }))?;
    let is_open = |fd: &PollFd<'_>| !fd.returned().contains(Events::INVALID);
    Ok(fds.iter().fold(0, |open, fd| open << 1 | u32::from(is_open(fd))))
}

/// An answer that must be so; where it is not, the program is wrong.
fn expect(holds: bool) {
    assert!(holds, "it said that all was well, but it was not");
}

fn read() -> Result<()> {
    let status = fs::read("/proc/self/status")?;
    expect(status.starts_with(b"Name:\trefusals"));
    Ok(())
}

fn read_folder() -> Result<()> {
    expect(!fs::names("/proc/self/fd")?.is_empty());
    Ok(())
}

fn write() -> Result<()> {
    let path = scratch();
    let outcome = write_and_read_back(&path);
    let path = alloc::ffi::CString::new(path).map_err(|_| Errno::EINVAL)?;
    match rusl::fs::unlink(&path) {
        // Then it was never made.
        Err(Errno::ENOENT) => outcome,
        unlinked => outcome.and(unlinked),
    }
}

fn write_and_read_back(path: &[u8]) -> Result<()> {
    let file = fs::File::create(path)?;
    file.write_all(b"hello, kernel")?;
    expect(file.size()? == 13);
    let mut buffer = [0; 6];
    let length = fs::File::open(path)?.read_at(&mut buffer, 7)?;
    expect(buffer[..length] == b"kernel"[..length]);
    Ok(())
}

fn map() -> Result<()> {
    let bytes = fs::map(b"/proc/self/exe")?;
    expect(bytes.starts_with(b"\x7fELF"));
    fs::forget_maps();
    expect(bytes.starts_with(b"\x7fELF"));
    Ok(())
}

fn file_system() -> Result<()> {
    fs::file_system("/").map(drop)
}

fn connect_unix() -> Result<()> {
    let path = scratch();
    let server = rusl::net::socket(Family::Unix)?;
    let outcome = bind(server.as_fd(), &Address::Unix(&path))
        .and_then(|()| talk(&server, || net::connect_unix(&path)));
    let path = alloc::ffi::CString::new(path).map_err(|_| Errno::EINVAL)?;
    match rusl::fs::unlink(&path) {
        Err(Errno::ENOENT) => outcome,
        unlinked => outcome.and(unlinked),
    }
}

fn connect_abstract() -> Result<()> {
    let name = scratch();
    let server = rusl::net::socket(Family::Unix)?;
    bind(server.as_fd(), &Address::UnixAbstract(&name))?;
    talk(&server, || net::connect_unix_abstract(&name))
}

fn connect_tcp() -> Result<()> {
    let server = rusl::net::socket(Family::Inet)?;
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    bind(server.as_fd(), &Address::Internet(SocketAddr::new(here, 0)))?;
    let port = local_address(server.as_fd())?.port();
    talk(&server, || net::connect_tcp(&[here], port))
}

/// A word from a client to a bound server.
fn talk(server: &OwnedFd, connect: impl FnOnce() -> Result<OwnedFd>) -> Result<()> {
    listen(server.as_fd(), 1)?;
    // Where the client was interrupted, it may never come.
    set_non_blocking(server.as_fd())?;
    let client = connect()?;
    let peer = accept(server.as_fd())?;
    let sent = send(client.as_fd(), b"hello", MessageFlags::NO_SIGNAL)?;
    let mut buffer = [0; 8];
    // Not waited for: what was sent is there.
    let received = recv(peer.as_fd(), &mut buffer, MessageFlags::DONT_WAIT)?;
    expect(buffer[..received] == b"hello"[..sent]);
    Ok(())
}

fn resolve() -> Result<()> {
    net::resolve("localhost").map(drop)
}

/// This very program, found in PATH.
const OURSELVES: Command<'_> =
    Command { program: b"refusals", arguments: &[b"print"], environment: &[], output: None };

fn spawn() -> Result<()> {
    let pid = OURSELVES.spawn()?;
    while wait4(Children::One(pid), Wait::Block) == Err(Errno::EINTR) {}
    Ok(())
}

fn spawn_with_output() -> Result<()> {
    let (reader, writer) = rusl::fs::pipe()?;
    set_non_blocking(reader.as_fd())?;
    let pid = Command { output: Some(writer.as_fd()), ..OURSELVES }.spawn()?;
    drop(writer);
    while wait4(Children::One(pid), Wait::Block) == Err(Errno::EINTR) {}
    let mut text = [0; 16];
    let length = rusl::fs::read(reader.as_fd(), &mut text)?;
    expect(text[..length] == b"ok\n"[..length]);
    Ok(())
}

fn replace() -> Result<()> {
    Err(process::replace(b"refusals", &[b"print"], &[]))
}

fn find() -> Result<()> {
    process::find(b"refusals")?;
    process::programs(&mut |_| {});
    Ok(())
}

fn signals() -> Result<()> {
    let set = Set::EMPTY.with(Signal::USR1);
    let signals = SignalFd::new(set)?;
    kill(getpid(), Signal::USR1)?;
    let mut fds = [PollFd::new(signals.as_fd(), Events::IN)];
    poll(&mut fds, Some(Timespec { seconds: 5, nanoseconds: 0 }))?;
    expect(signals.read()?.is_some());
    Ok(())
}

fn ignore() -> Result<()> {
    signal::ignore(Signal::PIPE)
}

/// One object of each kind, which also grows.
fn allocate() -> Result<()> {
    let sizes = [8, 1000, 5000, 60_000, 70_000, 1 << 20];
    for (size, align) in sizes.iter().flat_map(|size| [(*size, 8), (*size, 1 << 16)]) {
        let layout = Layout::from_size_align(size, align).unwrap();
        // SAFETY: the size is not 0.
        let object = unsafe { alloc::alloc::alloc(layout) };
        if object.is_null() {
            return Err(Errno::ENOMEM);
        }
        // SAFETY: the object has this layout, and the new size is not 0.
        let grown = unsafe { alloc::alloc::realloc(object, layout, 3 * size) };
        let (last, layout) = if grown.is_null() {
            (object, layout)
        } else {
            (grown, Layout::from_size_align(3 * size, align).unwrap())
        };
        // SAFETY: the object has this layout and is not used any more.
        unsafe { alloc::alloc::dealloc(last, layout) };
        if grown.is_null() {
            return Err(Errno::ENOMEM);
        }
    }
    Ok(())
}

fn ring() -> Result<()> {
    let mut ring = Ring::new(4)?;
    // SAFETY: it points to no buffer.
    unsafe { ring.push(Entry::nop().with_user_data(7)) }.map_err(|_| Errno::EBUSY)?;
    // Interrupted, it has to be entered again.
    for _ in 0..3 {
        ring.enter(1, Some(Timespec { seconds: 5, nanoseconds: 0 }))?;
        if let Some(completion) = ring.reap() {
            expect(completion.user_data == 7);
            return Ok(());
        }
    }
    Err(Errno::ETIME)
}

/// Says something to the other end of a socket, which says it back.
fn talk_to_ourselves(choice: Choice) -> Result<()> {
    let (socket, peer) = rusl::net::socketpair()?;
    set_non_blocking(peer.as_fd())?;
    let others = rusl::poll::collection()?;
    let mut transport = Transport::new(socket, others, choice)?;
    let mut bytes = b"hello".to_vec();
    let (mut buffer, mut heard) = ([0; 8], 0);
    // What is refused once or twice is tried again, and what is refused for good is an error.
    for _ in 0..20 {
        transport.offer(&mut bytes);
        let wakeup = transport.wait(Some(Duration::from_millis(5)))?;
        if let Ok(length) = recv(peer.as_fd(), &mut buffer, MessageFlags::DONT_WAIT) {
            send(peer.as_fd(), &buffer[..length], MessageFlags::NO_SIGNAL)?;
        }
        heard += wakeup.received.unwrap_or_default();
        if heard == 5 {
            return Ok(());
        }
    }
    Err(Errno::ETIME)
}

/// The path of a file of this process.
fn scratch() -> Vec<u8> {
    alloc::format!("/tmp/tiny-std-refusals-{}", getpid().raw()).into_bytes()
}

/// One that can't be started leaves nothing of its closure.
fn start_thread() -> Result<()> {
    let value = Arc::new((Mutex::new(0), Condvar::new()));
    let theirs = Arc::clone(&value);
    let started = thread::spawn(move || {
        *theirs.0.lock() += 1;
        theirs.1.notify_all();
        7
    });
    let result = match started {
        Ok(thread) => {
            drop(value.1.wait_while(value.0.lock(), |number| *number == 0));
            expect(thread.join() == 7);
            Ok(())
        }
        Err(error) => Err(error),
    };
    expect(Arc::strong_count(&value) == 1);
    result
}

fn let_thread_go() -> Result<()> {
    let value = Arc::new(());
    let theirs = Arc::clone(&value);
    drop(thread::spawn(move || drop(theirs))?);
    while Arc::strong_count(&value) > 1 {
        thread::yield_now();
    }
    Ok(())
}
