//! The ring on every rung that this kernel offers, and the queues against a played kernel.

use super::queue::{CompletionParts, SubmissionParts};
use super::*;
use crate::fs;
use crate::net::{self, MessageFlags, Shutdown};
use crate::poll::Events;
use crate::time::{Clock, clock_gettime};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Runs a test on each rung. One that the kernel does not offer must say `EINVAL`; the
/// lowest must be there wherever a ring is.
fn on_each_rung(entries: u32, test: impl Fn(&mut Ring)) {
    let best = match Ring::new(entries) {
        Ok(ring) => ring.rung(),
        Err(error) => {
            // Switched off on this machine, or too old: for every rung alike.
            assert!(matches!(error, Errno::ENOSYS | Errno::EPERM | Errno::EINVAL), "{error}");
            for rung in Rung::ALL {
                assert_eq!(Ring::with_rung(entries, rung).err(), Some(error));
            }
            return;
        }
    };
    for rung in Rung::ALL {
        match Ring::with_rung(entries, rung) {
            Ok(mut ring) => {
                assert_eq!(ring.rung(), rung);
                test(&mut ring);
                assert_eq!(ring.reap(), None, "left over on {rung:?}");
            }
            Err(error) => {
                assert_eq!(error, Errno::EINVAL, "{rung:?}");
                let rank = |rung| Rung::ALL.iter().position(|&other| other == rung);
                assert!(rank(rung) < rank(best), "{rung:?} is below {best:?}");
            }
        }
    }
}

/// Queues an operation whose buffers outlive the ring's use of them.
fn push(ring: &mut Ring, entry: Entry, user_data: u64) {
    // SAFETY: every test waits for its completions before its buffers go.
    assert_eq!(unsafe { ring.push(entry.with_user_data(user_data)) }, Ok(()));
}

/// Waits for the next completion.
fn next(ring: &mut Ring) -> Completion {
    loop {
        if let Some(completion) = ring.reap() {
            return completion;
        }
        ring.enter(1, None).unwrap();
    }
}

fn milliseconds(count: u64) -> Timespec {
    Duration::from_millis(count).into()
}

const NONE: MessageFlags = MessageFlags::NONE;

#[test]
fn the_descriptor_is_close_on_exec_and_nothing_is_left_behind() {
    on_each_rung(8, |ring| {
        assert_eq!(crate::fd::is_close_on_exec(ring.as_fd()), Ok(true));
    });
    let mappings = || {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        maps.lines().filter(|line| line.contains("io_uring")).count()
    };
    // Other tests have rings too, but not hundreds.
    for _ in 0..500 {
        on_each_rung(8, |_| ());
    }
    assert!(mappings() < 500);
}

#[test]
fn bytes_come_back_in_order() {
    on_each_rung(8, |ring| {
        let (ours, theirs) = net::socketpair().unwrap();
        let mut received = [0_u8; 64];
        for round in 0..100_u8 {
            let sent = [round; 16];
            let entry = Entry::recv(ours.as_fd(), &mut received, NONE);
            push(ring, entry, 1);
            let flags = MessageFlags::WAIT_ALL;
            push(ring, Entry::send(theirs.as_fd(), &sent, flags), 2);
            assert_eq!(ring.queued(), 2);
            let mut both = [next(ring), next(ring)];
            assert_eq!(ring.queued(), 0);
            both.sort_by_key(|completion| completion.user_data);
            assert_eq!(both.map(|completion| completion.user_data), [1, 2]);
            assert_eq!(both.map(|completion| completion.result), [Ok(16), Ok(16)]);
            assert_eq!(received[..16], sent);
        }
    });
}

#[test]
fn one_send_in_flight_keeps_a_long_stream_whole() {
    on_each_rung(8, |ring| {
        let (ours, theirs) = net::socketpair().unwrap();
        net::set_send_buffer_size(ours.as_fd(), 4096).unwrap();
        let stream: Vec<u8> = (0..1_000_000_u32).map(|index| (index / 251) as u8).collect();
        let expected = stream.clone();
        let reader = std::thread::spawn(move || {
            let mut received = Vec::new();
            let mut buffer = vec![0; 7919];
            loop {
                // Odd sizes, from a byte on, so that the writer runs into a full socket.
                let size = 1 + received.len() * 31 % buffer.len();
                match net::recv(theirs.as_fd(), &mut buffer[..size], NONE).unwrap() {
                    0 => return received,
                    length => received.extend_from_slice(&buffer[..length]),
                }
            }
        });
        let mut rest = &stream[..];
        let mut size = 1;
        while !rest.is_empty() {
            size = (size * 7) % 200_003;
            let length = rest.len().min(size);
            let flags = MessageFlags::WAIT_ALL;
            push(ring, Entry::send(ours.as_fd(), &rest[..length], flags), 9);
            let sent = next(ring).result.unwrap() as usize;
            assert!(sent == length, "a short send without a signal");
            rest = &rest[sent..];
        }
        net::shutdown(ours.as_fd(), Shutdown::Write).unwrap();
        assert!(reader.join().unwrap() == expected);
    });
}

#[test]
fn the_end_is_seen_while_waiting_and_before() {
    on_each_rung(8, |ring| {
        let mut byte = [0_u8; 4];
        let (ours, theirs) = net::socketpair().unwrap();
        push(ring, Entry::recv(ours.as_fd(), &mut byte, NONE), 1);
        ring.enter(0, None).unwrap();
        assert_eq!(ring.reap(), None);
        drop(theirs);
        assert_eq!(next(ring).result, Ok(0));
        push(ring, Entry::recv(ours.as_fd(), &mut byte, NONE), 2);
        assert_eq!(next(ring).result, Ok(0));
        // And writing says so, without a SIGPIPE (std ignores that one, so look).
        push(ring, Entry::send(ours.as_fd(), &byte, NONE), 3);
        assert_eq!(next(ring).result, Err(Errno::EPIPE));
    });
}

#[test]
fn the_wait_ends_with_the_time() {
    on_each_rung(8, |ring| {
        let (ours, _theirs) = net::socketpair().unwrap();
        let mut byte = [0_u8; 4];
        push(ring, Entry::recv(ours.as_fd(), &mut byte, NONE), 1);
        let start = clock_gettime(Clock::Monotonic);
        // The first call submits something, the second nothing: other results, one sense.
        for _ in 0..2 {
            ring.enter(1, Some(milliseconds(20))).unwrap();
            assert_eq!(ring.reap(), None);
        }
        let end = clock_gettime(Clock::Monotonic);
        let nanoseconds = |time: Timespec| time.seconds * 1_000_000_000 + time.nanoseconds;
        assert!(nanoseconds(end) - nanoseconds(start) >= 40_000_000);
        push(ring, Entry::cancel(1), 2);
        let mut both = [next(ring), next(ring)];
        both.sort_by_key(|completion| completion.user_data);
        assert_eq!(both.map(|completion| completion.result), [Err(Errno::ECANCELED), Ok(0)]);
    });
}

#[test]
fn timeouts_expire_in_their_order_and_can_be_cancelled() {
    on_each_rung(8, |ring| {
        let now = clock_gettime(Clock::Realtime);
        let past = Timespec { seconds: now.seconds - 1, ..now };
        let absolute = TimeoutFlags::ABSOLUTE | TimeoutFlags::REALTIME;
        let (long, short, hour) = (milliseconds(30), milliseconds(5), milliseconds(3_600_000));
        push(ring, Entry::timeout(&hour, TimeoutFlags::RELATIVE), 4);
        push(ring, Entry::timeout(&long, TimeoutFlags::RELATIVE), 3);
        push(ring, Entry::timeout(&short, TimeoutFlags::RELATIVE), 2);
        push(ring, Entry::timeout(&past, absolute), 1);
        for expected in [1, 2, 3] {
            let completion = next(ring);
            assert_eq!((completion.user_data, completion.result), (expected, Err(Errno::ETIME)));
        }
        push(ring, Entry::cancel(4), 5);
        let mut both = [next(ring), next(ring)];
        both.sort_by_key(|completion| completion.user_data);
        assert_eq!(both.map(|completion| completion.result), [Err(Errno::ECANCELED), Ok(0)]);
        push(ring, Entry::cancel(4), 6);
        assert_eq!(next(ring).result, Err(Errno::ENOENT));
    });
}

#[test]
fn every_completion_of_a_flood_comes_once_and_in_order() {
    on_each_rung(8, |ring| {
        let (mut pushed, mut reaped) = (0_u64, 0_u64);
        while reaped < 10_000 {
            // Far more than the 16 places for completions, before any is taken.
            while pushed < 10_000 && pushed < reaped + 100 {
                // SAFETY: there is no buffer.
                if unsafe { ring.push(Entry::nop().with_user_data(pushed)) } == Ok(()) {
                    pushed += 1;
                    continue;
                }
                ring.enter(0, None).unwrap();
                if ring.queued() > 0 {
                    break; // EBUSY: the kernel wants completions taken first
                }
            }
            ring.enter(1, None).unwrap();
            while let Some(completion) = ring.reap() {
                assert_eq!((completion.user_data, completion.result), (reaped, Ok(0)));
                reaped += 1;
            }
        }
        assert_eq!(pushed, 10_000);
    });
}

#[test]
fn a_full_queue_says_so_and_loses_nothing() {
    on_each_rung(8, |ring| {
        for index in 0..8 {
            push(ring, Entry::nop(), index);
        }
        // SAFETY: there is no buffer.
        assert_eq!(unsafe { ring.push(Entry::nop().with_user_data(99)) }, Err(Full));
        for index in 0..8 {
            assert_eq!(next(ring).user_data, index);
        }
    });
}

#[test]
fn a_signal_ends_the_wait_without_an_error() {
    unsafe extern "C" {
        fn pthread_self() -> usize;
        fn pthread_kill(thread: usize, signal: i32) -> i32;
        fn signal(signal: i32, handler: extern "C" fn(i32)) -> usize;
    }
    static CAUGHT: AtomicU32 = AtomicU32::new(0);
    extern "C" fn count(_: i32) {
        CAUGHT.fetch_add(1, Ordering::SeqCst);
    }
    let number = crate::signal::Signal::USR1.raw();
    // SAFETY: the handler only touches an atomic.
    unsafe { signal(number, count) };
    on_each_rung(8, |ring| {
        // SAFETY: the calling thread exists.
        let thread = unsafe { pthread_self() };
        let (ours, theirs) = net::socketpair().unwrap();
        let mut byte = [0_u8; 4];
        push(ring, Entry::recv(ours.as_fd(), &mut byte, NONE), 1);
        ring.enter(0, None).unwrap();
        let before = CAUGHT.load(Ordering::SeqCst);
        let sender = std::thread::spawn(move || {
            // Until the wait below has been interrupted a few times, then let it end.
            while CAUGHT.load(Ordering::SeqCst) < before + 5 {
                // SAFETY: that thread waits for this one.
                assert_eq!(unsafe { pthread_kill(thread, number) }, 0);
                std::thread::yield_now();
            }
            net::send(theirs.as_fd(), b"end", NONE).unwrap();
            theirs
        });
        // Every return without a completion is Ok, whatever has ended it.
        assert_eq!(next(ring).result, Ok(3));
        assert!(CAUGHT.load(Ordering::SeqCst) >= before + 5);
        sender.join().unwrap();
    });
}

#[test]
fn polls_and_reads() {
    on_each_rung(8, |ring| {
        let (reader, writer) = fs::pipe().unwrap();
        push(ring, Entry::poll_add(reader.as_fd(), Events::IN), 1);
        ring.enter(0, None).unwrap();
        assert_eq!(ring.reap(), None);
        fs::write(writer.as_fd(), b"piped").unwrap();
        let events = Events::from_bits(next(ring).result.unwrap() as u16);
        assert_eq!(events, Events::IN);
        let mut buffer = [0_u8; 8];
        push(ring, Entry::read(reader.as_fd(), &mut buffer, None), 2);
        assert_eq!(next(ring).result, Ok(5));
        assert_eq!(&buffer[..5], b"piped");

        let file = fs::memfd(c"rusl-ring").unwrap();
        fs::write(file.as_fd(), b"0123456789").unwrap();
        push(ring, Entry::read(file.as_fd(), &mut buffer, Some(6)), 3);
        assert_eq!(next(ring).result, Ok(4));
        assert_eq!(&buffer[..4], b"6789");
        // SAFETY: reading from no descriptor is EBADF.
        let absent = unsafe { BorrowedFd::from_raw(-1) };
        push(ring, Entry::read(absent, &mut buffer, None), 4);
        assert_eq!(next(ring).result, Err(Errno::EBADF));
    });
}

#[test]
fn a_bad_operation_does_not_hold_up_the_others() {
    on_each_rung(8, |ring| {
        let mut bad = Entry::nop();
        bad.0.opcode = 250;
        push(ring, Entry::nop(), 0);
        push(ring, bad, 1);
        push(ring, Entry::nop(), 2);
        let results = [(); 3].map(|()| next(ring)).map(|done| (done.user_data, done.result));
        assert_eq!(results, [(0, Ok(0)), (1, Err(Errno::EINVAL)), (2, Ok(0))]);
    });
}

#[test]
fn sizes_that_no_ring_has_are_refused_or_cut() {
    if Ring::new(1).is_ok() {
        assert_eq!(Ring::new(0).err(), Some(Errno::EINVAL));
        // Clamped to the kernel's largest.
        let mut ring = Ring::with_rung(u32::MAX, Rung::Plain).unwrap();
        push(&mut ring, Entry::nop(), 1);
        assert_eq!(next(&mut ring).user_data, 1);
    }
}

/// Memory that plays a pair of rings, with all indices at `start`.
struct Played {
    indices: Box<[AtomicU32; 4]>,
    submissions: Box<[SubmissionEntry; 4]>,
    array: Box<[u32; 4]>,
    completions: Box<[CompletionEntry; 8]>,
}

impl Played {
    fn new(start: u32) -> Self {
        Self {
            indices: Box::new([start, start, start, start].map(AtomicU32::new)),
            submissions: Box::new([Entry::nop().0; 4]),
            array: Box::new([u32::MAX; 4]),
            completions: Box::new([CompletionEntry::default(); 8]),
        }
    }

    fn queues(&mut self) -> (SubmissionQueue, CompletionQueue) {
        let [head, tail, completion_head, completion_tail] = &*self.indices;
        let submission = SubmissionParts {
            head: head.into(),
            tail: tail.into(),
            entries: NonNull::from(&mut *self.submissions).cast(),
            length: 4,
            array: Some(NonNull::from(&mut *self.array).cast()),
        };
        let completion = CompletionParts {
            head: completion_head.into(),
            tail: completion_tail.into(),
            entries: NonNull::from(&mut *self.completions).cast(),
            length: 8,
        };
        // SAFETY: the boxes outlive the queues, and have these lengths.
        let submission = unsafe { SubmissionQueue::new(submission) };
        // SAFETY: as above.
        let completion = unsafe { CompletionQueue::new(completion) };
        (submission, completion)
    }
}

#[test]
fn indices_wrap_without_a_loss() {
    for start in [0, u32::MAX - 3, u32::MAX, 1 << 31] {
        let mut played = Played::new(start);
        let (mut submission, mut completion) = played.queues();
        assert_eq!(*played.array, [0, 1, 2, 3]);
        let (mut pushed, mut reaped) = (0_u64, 0_u64);
        while reaped < 1000 {
            // Between one and four at a time, then one too many.
            for _ in 0..=pushed % 4 {
                assert_eq!(submission.push(&Entry::nop().with_user_data(pushed).0), Ok(()));
                pushed += 1;
            }
            if submission.queued() == 4 {
                assert_eq!(submission.push(&Entry::nop().0), Err(Full));
            }
            // The kernel: takes each, and completes it.
            let [head, tail, completion_head, completion_tail] = &*played.indices;
            let mut taken = head.load(Ordering::Relaxed);
            let mut done = completion_tail.load(Ordering::Relaxed);
            while taken != tail.load(Ordering::Acquire) {
                let slot = played.array[(taken & 3) as usize] as usize;
                // SAFETY: the queue has written this entry before the tail.
                let entry = unsafe { (&raw const played.submissions[slot]).read_volatile() };
                let result = CompletionEntry { user_data: entry.user_data, result: 7, flags: 0 };
                let place = &raw mut played.completions[(done & 7) as usize];
                // SAFETY: the queue does not read past the tail.
                unsafe { place.write_volatile(result) };
                taken = taken.wrapping_add(1);
                done = done.wrapping_add(1);
            }
            head.store(taken, Ordering::Release);
            completion_tail.store(done, Ordering::Release);
            assert_eq!(submission.queued(), 0);
            while let Some(entry) = completion.reap() {
                assert_eq!((entry.user_data, entry.result), (reaped, 7));
                reaped += 1;
            }
            assert_eq!(completion_head.load(Ordering::Relaxed), done);
            assert_eq!(pushed, reaped);
        }
    }
}
