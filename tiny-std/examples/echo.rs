//! A server on a unix socket that gives every client its bytes back: `echo PATH`. Ends, and
//! removes the socket, at the end of its standard input and on TERM.
//!
//! All clients are served over one ring: a receive or a send in flight for each. Where rings
//! are refused, poll(2) does.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use core::ffi::CStr;
use rusl::fd::{AsFd, OwnedFd, STDIN};
use rusl::io_uring::{Completion, Entry, Ring};
use rusl::net::{self, Address, Family, MessageFlags};
use rusl::poll::{Events, PollFd, poll};
use tiny_std::signal::{Set, Signal, SignalFd};
use tiny_std::{Errno, Result, env, eprintln, println};

tiny_std::program!(main);

/// Room for what one client has sent.
const BUFFER: usize = 16 * 1024;
/// As many clients may connect at once; the others wait a moment.
const BACKLOG: u32 = 64;

/// The `user_data` of operations that are no client's; a client's are its slot.
const ACCEPT: u64 = u64::MAX;
const INPUT: u64 = u64::MAX - 1;
const SIGNAL: u64 = u64::MAX - 2;

fn main() -> i32 {
    let Some(path) = env::args().nth(1).filter(|_| env::args().len() == 2) else {
        eprintln!("usage: echo PATH");
        return 2;
    };
    let name = path.to_string_lossy();
    match serve(path) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("echo: {name}: {}", error.sentence().or(error.name()).unwrap_or("it failed"));
            1
        }
    }
}

fn serve(path: &CStr) -> Result<()> {
    let signals = SignalFd::new(Set::EMPTY.with(Signal::TERM))?;
    let listener = net::socket(Family::Unix)?;
    net::bind(listener.as_fd(), &Address::Unix(path.to_bytes()))?;
    let mut server = Server { listener, signals, clients: Vec::new() };
    let served = server.serve(path);
    let _ = rusl::fs::unlink(path);
    // The kernel may still write to a client's buffer, until the program has ended.
    core::mem::forget(server);
    served
}

struct Server {
    listener: OwnedFd,
    signals: SignalFd,
    /// A client keeps its slot; who comes takes the first that is free.
    clients: Vec<Option<Client>>,
}

/// Who is being listened to, or answered.
struct Client {
    socket: OwnedFd,
    buffer: Vec<u8>,
    /// What was heard and what of it was said again: where both are the same, it is heard.
    heard: usize,
    said: usize,
}

impl Client {
    const fn is_heard(&self) -> bool {
        self.heard == self.said
    }

    /// Takes in what came of its operation; whether it is still there.
    fn done(&mut self, result: Result<usize>) -> bool {
        match result {
            // The end, or nothing taken of what was sent.
            Ok(0) => return false,
            Ok(length) if self.is_heard() => (self.heard, self.said) = (length, 0),
            Ok(length) => self.said += length,
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Err(_) => return false,
        }
        true
    }

    /// What is to be done next.
    fn entry(&mut self) -> Entry {
        if self.is_heard() {
            return Entry::recv(self.socket.as_fd(), &mut self.buffer, MessageFlags::NONE);
        }
        let rest = &self.buffer[self.said..self.heard];
        Entry::send(self.socket.as_fd(), rest, MessageFlags::WAIT_ALL)
    }

    /// Does it as far as it goes without waiting.
    fn act(&mut self) -> Result<usize> {
        let (socket, flags) = (self.socket.as_fd(), MessageFlags::DONT_WAIT);
        if self.is_heard() {
            return net::recv(socket, &mut self.buffer, flags);
        }
        net::send(socket, &self.buffer[self.said..self.heard], flags)
    }
}

impl Server {
    fn serve(&mut self, path: &CStr) -> Result<()> {
        net::listen(self.listener.as_fd(), BACKLOG)?;
        println!("listening on {}", path.to_string_lossy());
        if let Ok(mut ring) = Ring::new(BACKLOG) {
            self.push(&mut ring, ACCEPT)?;
            self.push(&mut ring, INPUT)?;
            self.push(&mut ring, SIGNAL)?;
            if ring.enter(0, None).is_ok() {
                return self.serve_by_ring(&mut ring);
            }
            // Nothing was begun.
        }
        self.serve_by_poll()
    }

    fn serve_by_ring(&mut self, ring: &mut Ring) -> Result<()> {
        loop {
            ring.enter(1, None)?;
            while let Some(completion) = ring.reap() {
                if self.completed(ring, completion)? {
                    return Ok(());
                }
            }
        }
    }

    /// Goes on after an operation; whether it is time to end.
    fn completed(&mut self, ring: &mut Ring, completion: Completion) -> Result<bool> {
        let Completion { user_data, result, .. } = completion;
        match user_data {
            ACCEPT => {
                // SAFETY: the kernel has made this descriptor for us.
                let socket = result.map(|raw| unsafe { OwnedFd::from_raw(raw as i32) });
                if let Some(slot) = self.welcome(socket)? {
                    self.push(ring, slot as u64)?;
                }
            }
            INPUT if input_has_ended() => return Ok(true),
            SIGNAL if matches!(self.signals.read(), Ok(Some(_))) => return Ok(true),
            INPUT | SIGNAL => {}
            slot => {
                let client = &mut self.clients[slot as usize];
                let result = result.map(|length| length as usize);
                if !client.as_mut().is_some_and(|client| client.done(result)) {
                    // Nothing of it is in flight.
                    *client = None;
                    return Ok(false);
                }
            }
        }
        self.push(ring, user_data)?;
        Ok(false)
    }

    /// Queues the next operation of a client, or one of the others.
    fn push(&mut self, ring: &mut Ring, user_data: u64) -> Result<()> {
        let entry = match user_data {
            ACCEPT => Entry::accept(self.listener.as_fd()),
            INPUT => Entry::poll_add(STDIN, Events::IN),
            SIGNAL => Entry::poll_add(self.signals.as_fd(), Events::IN),
            slot => match &mut self.clients[slot as usize] {
                Some(client) => client.entry(),
                None => return Ok(()),
            },
        };
        let entry = entry.with_user_data(user_data);
        loop {
            // SAFETY: a client and its buffer stay until its one operation has completed, and
            // are forgotten if the program ends before.
            if unsafe { ring.push(entry) }.is_ok() {
                return Ok(());
            }
            ring.enter(0, None)?;
        }
    }

    fn serve_by_poll(&mut self) -> Result<()> {
        loop {
            let found = self.poll()?;
            let [accept, input, signal, clients @ ..] = &found[..] else { return Ok(()) };
            if !signal.is_empty() && matches!(self.signals.read(), Ok(Some(_)))
                || !input.is_empty() && input_has_ended()
            {
                return Ok(());
            }
            let occupied = self.clients.iter_mut().filter(|client| client.is_some());
            for (client, _) in occupied.zip(clients).filter(|(_, events)| !events.is_empty()) {
                if let Some(there) = client {
                    let result = there.act();
                    if !there.done(result) {
                        *client = None;
                    }
                }
            }
            if !accept.is_empty() {
                self.welcome(net::accept(self.listener.as_fd()))?;
            }
        }
    }

    /// Waits for a client, the end, a signal, or one of the clients, in this order.
    fn poll(&self) -> Result<Vec<Events>> {
        let mut watched: Vec<PollFd<'_>> = [self.listener.as_fd(), STDIN, self.signals.as_fd()]
            .map(|fd| PollFd::new(fd, Events::IN))
            .into();
        watched.extend(self.clients.iter().flatten().map(|client| {
            let events = if client.is_heard() { Events::IN } else { Events::OUT };
            PollFd::new(client.socket.as_fd(), events)
        }));
        while let Err(error) = poll(&mut watched, None) {
            if !matches!(error, Errno::EINTR | Errno::EAGAIN) {
                return Err(error);
            }
        }
        Ok(watched.iter().map(PollFd::returned).collect())
    }

    /// Takes a client in; the slot that it got.
    fn welcome(&mut self, socket: Result<OwnedFd>) -> Result<Option<usize>> {
        let socket = match socket {
            Ok(socket) => socket,
            // It is gone already.
            Err(Errno::EINTR | Errno::EAGAIN | Errno::ECONNABORTED) => return Ok(None),
            Err(error) => return Err(error),
        };
        let slot = self.clients.iter().position(Option::is_none).unwrap_or(self.clients.len());
        if slot == self.clients.len() {
            self.clients.push(None);
        }
        self.clients[slot] = Some(Client { socket, buffer: vec![0; BUFFER], heard: 0, said: 0 });
        Ok(Some(slot))
    }
}

/// Whether standard input has ended; what is said there is of no interest.
fn input_has_ended() -> bool {
    !matches!(rusl::fs::read(STDIN, &mut [0; 512]), Ok(1..) | Err(Errno::EINTR | Errno::EAGAIN))
}
