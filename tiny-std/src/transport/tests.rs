//! The transport on every rung that this kernel offers, and on poll: long streams, peers
//! that stall or go, signals, and kernels that refuse rings at once or later.

use super::*;
use crate::refusal::{forbid, on_thread};
use rusl::signal::{Change, Set, Signal, read_signal, signalfd, sigprocmask};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

const NONE: MessageFlags = MessageFlags::NONE;

/// The sends that were begun and those that ended.
#[derive(Debug, Default)]
pub(super) struct Sends {
    begun: u64,
    ended: u64,
}

impl Sends {
    pub(super) fn begin(&mut self, is_begun: bool) {
        self.begun += u64::from(is_begun);
        assert!(self.begun - self.ended <= 1, "two sends are in flight");
    }

    pub(super) fn end(&mut self, is_ended: bool) {
        self.ended += u64::from(is_ended);
    }
}

/// Every rung that this kernel offers, and poll.
fn backends() -> Vec<Choice> {
    let offered = Rung::ALL.into_iter().filter(|&rung| Ring::with_rung(8, rung).is_ok());
    offered.map(Choice::Rung).chain([Choice::Poll]).collect()
}

/// Whether there is any rung to be refused.
fn has_rings() -> bool {
    Ring::new(8).is_ok()
}

/// A transport with the smallest send buffer that the kernel allows, and its other end.
fn connect(choice: Choice) -> (Transport, OwnedFd) {
    let (ours, theirs) = net::socketpair().unwrap();
    net::set_send_buffer_size(ours.as_fd(), 0).unwrap();
    let others = rusl::poll::collection().unwrap();
    (Transport::new(ours, others, choice).unwrap(), theirs)
}

/// Numbers by chance, the same in each run (Marsaglia's xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

/// A stream without end whose bytes tell their place: a block of prime length, again and
/// again, so that nothing is missing or twice without being seen.
struct Stream {
    block: Vec<u8>,
}

impl Stream {
    const PERIOD: usize = 1_000_003;

    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        Self { block: (0..Self::PERIOD).map(|_| chance.below(256) as u8).collect() }
    }

    /// The bytes from a place on, as slices.
    fn from(&self, place: u64, length: usize) -> impl Iterator<Item = &[u8]> {
        let mut at = (place % Self::PERIOD as u64) as usize;
        let mut rest = length;
        core::iter::from_fn(move || {
            let piece = &self.block[at..self.block.len().min(at + rest)];
            rest -= piece.len();
            at = 0;
            (!piece.is_empty()).then_some(piece)
        })
    }

    fn append(&self, place: u64, length: usize, to: &mut Vec<u8>) {
        self.from(place, length).for_each(|piece| to.extend_from_slice(piece));
    }

    fn check(&self, place: u64, bytes: &[u8]) {
        let mut at = 0;
        for piece in self.from(place, bytes.len()) {
            assert!(&bytes[at..at + piece.len()] == piece, "a byte is wrong near {place}");
            at += piece.len();
        }
        assert_eq!(at, bytes.len());
    }
}

fn requests() -> Stream {
    Stream::new(0x9e37_79b9)
}

fn events() -> Stream {
    Stream::new(0x7f4a_7c15)
}

/// How many bytes wait to be read.
fn waiting(socket: BorrowedFd<'_>) -> i32 {
    let mut count = 0;
    // SAFETY: the kernel writes one integer.
    assert_eq!(unsafe { libc::ioctl(socket.raw(), libc::FIONREAD, &raw mut count) }, 0);
    count
}

/// Reads `total` bytes, 1 to 65,536 at a time, mostly few; now and then only once the sender
/// is stuck; and says something now and then, and whenever there is nothing to be read. Gives
/// how much it has said.
fn read_by_chance(socket: &OwnedFd, total: &AtomicU64, said: u64) -> u64 {
    let (requests, events) = (requests(), events());
    let mut chance = Chance(0xd1b5_4a32);
    let mut buffer = vec![0; 65_536];
    let (mut place, mut said) = (0, said);
    let mut event = Vec::new();
    while place < total.load(Ordering::SeqCst) {
        if waiting(socket.as_fd()) == 0 || chance.below(16) == 0 {
            event.clear();
            events.append(said, 32, &mut event);
            // The other end may be gone, where it is meant to be lost.
            if net::send(socket.as_fd(), &event, NONE) != Ok(32) {
                return said;
            }
            said += 32;
        }
        if chance.below(64) == 0 {
            let (mut before, mut rounds) = (-1, 0);
            while rounds < 3 {
                let now = waiting(socket.as_fd());
                rounds = if now == before { rounds + 1 } else { 0 };
                before = now;
                thread::yield_now();
            }
        }
        let most = 1 << chance.below(17);
        let size = 1 + chance.below(most);
        match net::recv(socket.as_fd(), &mut buffer[..size], NONE) {
            Ok(0) | Err(_) => return said,
            Ok(length) => {
                requests.check(place, &buffer[..length]);
                place += length as u64;
            }
        }
    }
    assert_eq!(place, total.load(Ordering::SeqCst));
    said
}

/// One end of a stream of requests, and what is known of the other.
struct Session {
    transport: Transport,
    output: Vec<u8>,
    /// What was put out, and what came in.
    place: u64,
    heard: u64,
    /// How long the whole stream is; known at the end.
    total: Arc<AtomicU64>,
    chance: Chance,
    streams: [Stream; 2],
}

impl Session {
    fn new(transport: Transport) -> Self {
        let total = Arc::new(AtomicU64::new(u64::MAX));
        let chance = Chance(0x2545_f491);
        let streams = [requests(), events()];
        Self { transport, output: Vec::new(), place: 0, heard: 0, total, chance, streams }
    }

    /// The other end, reading by chance on a thread; has said so many bytes before.
    fn peer(&self, theirs: OwnedFd, said: u64) -> JoinHandle<u64> {
        let total = Arc::clone(&self.total);
        thread::spawn(move || read_by_chance(&theirs, &total, said))
    }

    /// Puts out requests of the size that those of X11 have.
    fn write(&mut self, count: u32) {
        for _ in 0..count {
            let words = if self.chance.below(4096) == 0 { 16_384 } else { 75 };
            let length = 4 * (1 + self.chance.below(words));
            self.streams[0].append(self.place, length, &mut self.output);
            self.place += length as u64;
        }
    }

    /// Waits once.
    fn step(&mut self, timeout: Option<Duration>) -> Result<()> {
        self.transport.offer(&mut self.output);
        let wakeup = self.transport.wait(timeout)?;
        if let Some(length) = wakeup.received {
            assert!(length > 0);
            self.streams[1].check(self.heard, self.transport.received(length));
            self.heard += length as u64;
        }
        assert!(!wakeup.other, "nobody else is there");
        Ok(())
    }

    /// Says the last words, and waits until the other end is done and gone.
    fn finish(mut self, peer: JoinHandle<u64>) {
        self.total.store(self.place + 4, Ordering::SeqCst);
        self.streams[0].append(self.place, 4, &mut self.output);
        let error = loop {
            if let Err(error) = self.step(None) {
                break error;
            }
        };
        let said = peer.join().unwrap();
        assert!(self.transport.is_drained() && self.output.is_empty());
        assert_eq!((error, self.heard), (Errno::EPIPE, said));
        assert_eq!(self.step(None), Err(Errno::EPIPE), "the end is the end");
    }
}

/// Sends so many requests to a peer that reads by chance.
fn stream(transport: Transport, theirs: OwnedFd, requests: u32) {
    let mut session = Session::new(transport);
    let peer = session.peer(theirs, 0);
    let mut left = requests;
    while left > 0 {
        if session.output.is_empty() {
            let batch = left.min(1 + session.chance.below(5000) as u32);
            session.write(batch);
            left -= batch;
        }
        session.step(None).unwrap();
    }
    let transport = &session.transport;
    assert_eq!(transport.sends.begun > u64::from(requests / 100_000), transport.ring.is_some());
    session.finish(peer);
}

#[test]
fn a_million_requests_arrive_as_they_were_written() {
    for choice in backends() {
        let (transport, theirs) = connect(choice);
        stream(transport, theirs, 1_000_000);
    }
}

#[test]
fn a_peer_that_only_talks_is_heard_and_then_hears() {
    for choice in backends() {
        let (transport, theirs) = connect(choice);
        hear(transport, theirs);
    }
}

/// Hears 10 MB from a peer that reads nothing meanwhile.
fn hear(transport: Transport, theirs: OwnedFd) {
    const TALK: u64 = 10_000_000 / 32 * 32;
    let mut session = Session::new(transport);
    session.write(5000);
    let total = Arc::clone(&session.total);
    let peer = thread::spawn(move || {
        let events = events();
        let (mut said, mut bytes) = (0, Vec::new());
        while said < TALK {
            bytes.clear();
            events.append(said, 32 * (1 + said as usize % 61), &mut bytes);
            bytes.truncate((TALK - said) as usize);
            assert_eq!(net::send(theirs.as_fd(), &bytes, MessageFlags::WAIT_ALL), Ok(bytes.len()));
            said += bytes.len() as u64;
        }
        read_by_chance(&theirs, &total, said)
    });
    while session.heard < TALK {
        session.step(None).unwrap();
    }
    assert!(!session.transport.is_drained(), "nobody has read it");
    session.finish(peer);
}

#[test]
fn signals_every_millisecond_cost_nothing() {
    static CAUGHT: AtomicU64 = AtomicU64::new(0);
    extern "C" fn count(_: libc::c_int) {
        CAUGHT.fetch_add(1, Ordering::SeqCst);
    }
    // SAFETY: all zeros is an action without flags, SA_RESTART among them.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = count as *const () as usize;
    // SAFETY: the handler only touches an atomic.
    let set = unsafe { libc::sigaction(libc::SIGALRM, &raw const action, core::ptr::null_mut()) };
    assert_eq!(set, 0);
    // The other tests' threads don't get it.
    // SAFETY: all zeros is an event.
    let mut event: libc::sigevent = unsafe { core::mem::zeroed() };
    event.sigev_notify = libc::SIGEV_THREAD_ID;
    event.sigev_signo = libc::SIGALRM;
    // SAFETY: no pointer is passed.
    event.sigev_notify_thread_id = unsafe { libc::gettid() };
    let mut timer = core::ptr::null_mut();
    // SAFETY: an event is read, and a timer is written.
    let made = unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) };
    assert_eq!(made, 0);
    let millisecond = libc::timespec { tv_sec: 0, tv_nsec: 1_000_000 };
    let every = libc::itimerspec { it_interval: millisecond, it_value: millisecond };
    // SAFETY: the timer exists.
    let set = unsafe { libc::timer_settime(timer, 0, &raw const every, core::ptr::null_mut()) };
    assert_eq!(set, 0);
    let backends = backends();
    for &choice in &backends {
        let (transport, theirs) = connect(choice);
        let mut session = Session::new(transport);
        let peer = session.peer(theirs, 0);
        let start = Instant::now();
        let before = CAUGHT.load(Ordering::SeqCst);
        while start.elapsed() < Duration::from_secs(10) / backends.len() as u32 {
            if session.output.is_empty() {
                session.write(100);
            }
            session.step(None).unwrap();
        }
        assert!(CAUGHT.load(Ordering::SeqCst) - before > 100);
        session.finish(peer);
    }
    // SAFETY: the timer exists.
    assert_eq!(unsafe { libc::timer_delete(timer) }, 0);
}

/// Runs a test with SIGPIPE blocked: were it raised, it would wait there, also where it is
/// ignored.
fn without_sigpipe(test: impl FnOnce()) {
    let set = Set::EMPTY.with(Signal::PIPE);
    sigprocmask(Change::Block, set).unwrap();
    let raised = signalfd(set).unwrap();
    test();
    assert_eq!(read_signal(raised.as_fd()), Err(Errno::EAGAIN), "SIGPIPE was raised");
    // And this is what it would look like.
    let (reader, writer) = rusl::fs::pipe().unwrap();
    drop(reader);
    assert_eq!(rusl::fs::write(writer.as_fd(), b"x"), Err(Errno::EPIPE));
    assert_eq!(read_signal(raised.as_fd()).unwrap().signal, Signal::PIPE.raw());
}

/// Waits until the connection is lost; what came before that, and why.
fn until_lost(transport: &mut Transport) -> (Vec<u8>, Errno) {
    let mut heard = Vec::new();
    loop {
        match transport.wait(None) {
            Ok(wakeup) => {
                heard.extend_from_slice(transport.received(wakeup.received.unwrap_or(0)));
            }
            Err(error) => {
                // It stays lost, with one reason.
                for _ in 0..3 {
                    transport.offer(&mut vec![0; 8]);
                    assert_eq!(transport.wait(None), Err(error));
                }
                assert_eq!(transport.refusal(), None);
                return (heard, error);
            }
        }
    }
}

#[test]
fn a_peer_that_is_gone_before_is_the_end() {
    without_sigpipe(|| {
        for choice in backends() {
            for is_quiet in [false, true] {
                let (mut transport, theirs) = connect(choice);
                if is_quiet {
                    assert_eq!(transport.wait(Some(Duration::ZERO)), Ok(Wakeup::default()));
                }
                assert_eq!(net::send(theirs.as_fd(), b"last words", NONE), Ok(10));
                drop(theirs);
                transport.offer(&mut vec![7; 1000]);
                let (heard, error) = until_lost(&mut transport);
                assert_eq!((&heard[..], error), (&b"last words"[..], Errno::EPIPE), "{choice:?}");
            }
        }
    });
}

#[test]
fn a_peer_that_goes_during_a_send_is_the_end() {
    without_sigpipe(|| {
        for choice in backends() {
            let (transport, theirs) = connect(choice);
            lose(transport, theirs);
        }
    });
}

/// Sends much to a peer that reads a little, says something, and goes.
fn lose(mut transport: Transport, theirs: OwnedFd) {
    transport.offer(&mut vec![7; 1_000_000]);
    assert_eq!(transport.wait(Some(Duration::ZERO)), Ok(Wakeup::default()));
    assert!(!transport.is_drained());
    assert_eq!(net::recv(theirs.as_fd(), &mut [0; 100], NONE), Ok(100));
    let peer = thread::spawn(move || {
        let mut buffer = [0; 5000];
        let length = net::recv(theirs.as_fd(), &mut buffer, NONE).unwrap();
        assert!(buffer[..length].iter().all(|&byte| byte == 7));
        assert_eq!(net::send(theirs.as_fd(), b"last words", NONE), Ok(10));
        // More than it reads is there, so this is a reset.
        while waiting(theirs.as_fd()) == 0 {
            thread::yield_now();
        }
    });
    let (heard, error) = until_lost(&mut transport);
    peer.join().unwrap();
    assert_eq!(heard, b"last words");
    assert!(matches!(error, Errno::EPIPE | Errno::ECONNRESET), "{error}");
}

#[test]
fn a_peer_that_goes_after_a_send_is_the_end() {
    without_sigpipe(|| {
        for choice in backends() {
            let (mut transport, theirs) = connect(choice);
            transport.offer(&mut vec![7; 1000]);
            while !transport.is_drained() {
                assert_eq!(transport.wait(Some(Duration::ZERO)), Ok(Wakeup::default()));
            }
            assert_eq!(net::recv(theirs.as_fd(), &mut [0; 2000], NONE), Ok(1000));
            drop(theirs);
            assert_eq!(until_lost(&mut transport), (Vec::new(), Errno::EPIPE), "{choice:?}");
        }
    });
}

#[test]
fn a_peer_that_hears_no_more_is_the_end_though_it_is_there() {
    without_sigpipe(|| {
        for choice in backends() {
            let (mut transport, theirs) = connect(choice);
            net::shutdown(theirs.as_fd(), net::Shutdown::Read).unwrap();
            assert_eq!(net::send(theirs.as_fd(), b"but it talks", NONE), Ok(12));
            transport.offer(&mut vec![7; 1000]);
            let (heard, error) = until_lost(&mut transport);
            assert_eq!((&heard[..], error), (&b"but it talks"[..], Errno::EPIPE), "{choice:?}");
        }
    });
}

#[test]
fn others_are_watched() {
    for choice in backends() {
        let (mut transport, theirs) = connect(choice);
        let (reader, writer) = rusl::fs::pipe().unwrap();
        rusl::poll::watch(transport.others(), reader.as_fd()).unwrap();
        for _ in 0..3 {
            assert_eq!(transport.wait(Some(Duration::ZERO)), Ok(Wakeup::default()));
            assert_eq!(rusl::fs::write(writer.as_fd(), b"x"), Ok(1));
            assert_eq!(transport.wait(None), Ok(Wakeup { received: None, other: true }));
            assert_eq!(rusl::fs::read(reader.as_fd(), &mut [0; 4]), Ok(1));
        }
        drop(theirs);
    }
}

#[test]
fn a_ring_is_taken_down_and_set_up_again_without_a_loss() {
    for choice in backends() {
        let (transport, theirs) = connect(choice);
        let mut session = Session::new(transport);
        let peer = session.peer(theirs, 0);
        for _ in 0..200 {
            session.write(20);
            while !(session.output.is_empty() && session.transport.is_drained()) {
                session.step(None).unwrap();
            }
            if let Some(length) = session.transport.settle().unwrap() {
                session.streams[1].check(session.heard, session.transport.received(length));
                session.heard += length as u64;
            }
            assert!(session.transport.ring.is_none());
            session.transport.resume();
            assert_eq!(session.transport.refusal(), None);
            assert_eq!(session.transport.ring.is_some(), choice != Choice::Poll);
        }
        session.finish(peer);
    }
}

#[test]
fn nobody_looks_where_the_kernel_may_write() {
    for choice in backends() {
        let (mut transport, theirs) = connect(choice);
        let moment = Some(Duration::from_millis(1));
        for word in [&b"first"[..], b"second"] {
            assert_eq!(transport.wait(moment), Ok(Wakeup::default()));
            let is_receiving = transport.in_flight.has(Token::Receive);
            assert_eq!(is_receiving, choice != Choice::Poll);
            assert_eq!(transport.received(5).is_empty(), is_receiving);
            assert_eq!(net::send(theirs.as_fd(), word, NONE), Ok(word.len()));
            let length = transport.wait(None).unwrap().received.unwrap();
            assert_eq!(transport.received(length), word);
            assert_eq!(transport.received(usize::MAX), b"");
        }
    }
}

#[test]
fn where_rings_are_refused_poll_does_the_same() {
    if !has_rings() {
        return;
    }
    for error in [Errno::ENOSYS, Errno::EPERM, Errno::EINVAL, Errno::ENOMEM] {
        on_thread(move || {
            forbid(libc::SYS_io_uring_setup, error);
            let (mut transport, theirs) = connect(Choice::Best);
            assert_eq!(transport.refusal(), Some(Refusal::AtStart(error)));
            assert_eq!(transport.refusal(), None);
            stream(transport, theirs, 50_000);
            let (transport, theirs) = connect(Choice::Best);
            hear(transport, theirs);
            without_sigpipe(|| {
                let (mut transport, theirs) = connect(Choice::Best);
                assert_eq!(transport.refusal(), Some(Refusal::AtStart(error)));
                lose(transport, theirs);
            });
            let (ours, _theirs) = net::socketpair().unwrap();
            let others = rusl::poll::collection().unwrap();
            assert_eq!(Transport::new(ours, others, Choice::IoUring).err(), Some(error));
        });
    }
}

/// Whether a choice goes on by itself where nobody may enter the ring.
fn works_alone(choice: Choice) -> bool {
    matches!(choice, Choice::Rung(rung) if rung.works_alone())
}

#[test]
fn where_rings_are_refused_later_nothing_is_lost() {
    if !has_rings() {
        return;
    }
    for choice in backends() {
        for error in [Errno::EPERM, Errno::EACCES, Errno::ENOSYS] {
            on_thread(move || {
                let (transport, theirs) = connect(choice);
                let mut session = Session::new(transport);
                let peer = session.peer(theirs, 0);
                let mut is_forbidden = false;
                for _ in 0..200 {
                    session.write(100);
                    let transport = &session.transport;
                    // With a receive in flight, and without, now and then with a send.
                    let is_known = !transport.is_sending() || works_alone(choice);
                    if session.place > 500_000 && !is_forbidden && is_known {
                        is_forbidden = true;
                        forbid(libc::SYS_io_uring_enter, error);
                    }
                    session.step(None).unwrap();
                }
                assert!(is_forbidden);
                let refusal = (choice != Choice::Poll).then_some(Refusal::Later(error));
                assert_eq!(session.transport.refusal(), refusal);
                session.finish(peer);
            });
        }
    }
}

#[test]
fn a_send_that_stands_still_in_a_forbidden_ring_is_the_end_and_else_goes_on() {
    if !has_rings() {
        return;
    }
    for choice in backends() {
        on_thread(move || {
            let (transport, theirs) = connect(choice);
            let mut session = Session::new(transport);
            session.write(5000);
            session.step(Some(Duration::ZERO)).unwrap();
            assert_eq!(session.transport.is_sending(), choice != Choice::Poll);
            forbid(libc::SYS_io_uring_enter, Errno::EPERM);
            if choice == Choice::Poll || works_alone(choice) {
                let peer = session.peer(theirs, 0);
                session.finish(peer);
                return;
            }
            // What it has said before is heard all the same.
            let mut event = Vec::new();
            events().append(0, 32, &mut event);
            assert_eq!(net::send(theirs.as_fd(), &event, NONE), Ok(32));
            let error = loop {
                if let Err(error) = session.step(None) {
                    break error;
                }
            };
            assert_eq!((error, session.heard), (Errno::EIO, 32));
            assert_eq!(session.step(None), Err(Errno::EIO));
            drop(session);
            // And what was sent is the beginning, nothing else.
            let (requests, mut place) = (requests(), 0);
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = net::recv(theirs.as_fd(), &mut buffer, NONE) {
                requests.check(place, &buffer[..length]);
                place += length as u64;
            }
            assert!(place > 0);
        });
    }
}

/// A file that nobody may write: `EPERM`, which comes as a completion.
fn sealed() -> OwnedFd {
    // SAFETY: the name is a string.
    let raw = unsafe { libc::memfd_create(c"sealed".as_ptr(), libc::MFD_ALLOW_SEALING) };
    assert!(raw >= 0);
    // SAFETY: the descriptor was made just now.
    let file = unsafe { OwnedFd::from_raw(raw) };
    // SAFETY: no pointer is passed.
    assert_eq!(unsafe { libc::fcntl(raw, libc::F_ADD_SEALS, libc::F_SEAL_WRITE) }, 0);
    file
}

#[test]
fn an_operation_that_is_forbidden_is_a_refusal() {
    for choice in backends() {
        if choice == Choice::Poll {
            continue;
        }
        // Before anything, and with a receive and a send in flight.
        for before in [0, 1] {
            let (transport, theirs) = connect(choice);
            let mut session = Session::new(transport);
            for _ in 0..before {
                session.write(1000);
                session.step(Some(Duration::ZERO)).unwrap();
                assert!(
                    session.transport.in_flight.has(Token::Receive)
                        && session.transport.is_sending()
                );
            }
            let file = sealed();
            let write = Entry::write(file.as_fd(), b"x", None);
            let write = write.with_user_data(Token::Cancel as u64);
            let ring = session.transport.ring.as_mut().unwrap();
            // SAFETY: the bytes live for ever, and the file until the test ends.
            assert_eq!(unsafe { ring.push(write) }, Ok(()));
            let peer = session.peer(theirs, 0);
            while session.transport.refusal() != Some(Refusal::Later(Errno::EPERM)) {
                session.step(None).unwrap();
            }
            session.write(10_000);
            session.finish(peer);
        }
    }
}
