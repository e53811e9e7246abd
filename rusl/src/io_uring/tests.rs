//! The ring on every rung that this kernel offers, and the queues against a played kernel.

use super::queue::{CompletionParts, SubmissionParts};
use super::*;
use crate::fs;
use crate::net::{self, MessageFlags, Shutdown};
use crate::poll::Events;
use crate::refusal::while_refused;
use crate::time::{Clock, clock_gettime};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

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
            println!("not run here: a test of io_uring: {error}");
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

/// How many rings the process has open, and how many of their mappings.
fn rings() -> (usize, usize) {
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
        // One of another thread may be closed meanwhile.
        let target = entry.as_ref().map(|entry| std::fs::read_link(entry.path()));
        target.is_ok_and(|target| target.is_ok_and(|path| path.ends_with("anon_inode:[io_uring]")))
    });
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    (descriptors.count(), maps.lines().filter(|line| line.contains("io_uring")).count())
}

#[test]
fn the_descriptor_is_close_on_exec_and_nothing_is_left_behind() {
    on_each_rung(8, |ring| {
        assert_eq!(crate::fd::is_close_on_exec(ring.as_fd()), Ok(true));
        let (descriptors, mappings) = rings();
        assert!(descriptors > 0 && mappings > 0);
    });
    // Other tests have rings too, but not hundreds.
    for _ in 0..500 {
        on_each_rung(8, |_| ());
    }
    let (descriptors, mappings) = rings();
    assert!(descriptors < 500 && mappings < 500);
}

/// Where there are rings, runs a test while a call is refused ([`while_refused`]).
fn where_refused(call: usize, argument: u8, bits: u64, error: Errno, test: fn(Errno)) {
    if Ring::new(8).is_ok() {
        while_refused(call, argument, bits, error, move || test(error));
    }
}

#[test]
fn a_ring_that_cannot_be_mapped_is_an_error_and_nothing_is_left_behind() {
    let test = |error| {
        for _ in 0..300 {
            for rung in Rung::ALL {
                let refused = Ring::with_rung(8, rung).err();
                assert!(refused == Some(error) || refused == Some(Errno::EINVAL), "{refused:?}");
            }
            assert_eq!(Ring::new(8).err(), Some(error));
        }
        let (descriptors, mappings) = rings();
        assert!(descriptors < 300 && mappings < 300);
    };
    // Both mappings, and the second alone: by MAP_POPULATE, and by the offset.
    where_refused(number::MMAP, 3, 0x8000, Errno::ENOMEM, test);
    where_refused(number::MMAP, 5, abi::OFFSET_ENTRIES as u64, Errno::ENFILE, test);
}

#[test]
fn on_the_best_rung_alone_the_kernel_is_told_that_waiting_is_idle() {
    // The flag is refused by itself, and so is what has another size than the argument.
    let test = |error| {
        on_each_rung(8, |ring| {
            push(ring, Entry::nop(), 1);
            let expected = if ring.rung() == Rung::NoIowait { Err(error) } else { Ok(()) };
            assert_eq!(ring.enter(1, None), expected);
            assert_eq!(ring.reap().is_some(), expected.is_ok());
        });
    };
    let flag = u64::from(enter::NO_IOWAIT);
    where_refused(number::IO_URING_ENTER, 3, flag, Errno::ENOTTY, test);
}

#[test]
fn the_sixth_argument_is_the_size_of_the_fifth() {
    let test = |error| {
        on_each_rung(8, |ring| {
            push(ring, Entry::nop(), 1);
            assert_eq!(ring.enter(1, None), Err(error));
            assert_eq!(ring.withdraw(), Some(1));
        });
    };
    let size = size_of::<EnterArgument>() as u64;
    where_refused(number::IO_URING_ENTER, 5, size, Errno::EDOM, test);
}

#[test]
fn what_was_not_begun_can_be_taken_back() {
    on_each_rung(8, |ring| {
        assert_eq!(ring.withdraw(), None);
        for round in 0..100 {
            for index in 0..8 {
                push(ring, Entry::nop(), round * 8 + index);
            }
            // The last ones first, and what stands before them is done all the same.
            for index in (3..8).rev() {
                assert_eq!(ring.withdraw(), Some(round * 8 + index));
            }
            assert_eq!(ring.queued(), 3);
            ring.enter(3, None).unwrap();
            assert_eq!(ring.withdraw(), None);
            for index in 0..3 {
                assert_eq!(next(ring).user_data, round * 8 + index);
            }
        }
    });
    // A ring that may not be entered has begun nothing.
    let test = |error| {
        on_each_rung(8, |ring| {
            push(ring, Entry::nop(), 1);
            push(ring, Entry::nop(), 2);
            assert_eq!(ring.enter(1, None), Err(error));
            assert_eq!([(); 3].map(|()| ring.withdraw()), [Some(2), Some(1), None]);
        });
    };
    where_refused(number::IO_URING_ENTER, 3, enter::GETEVENTS.into(), Errno::EPERM, test);
}

#[test]
fn a_ring_that_is_busy_is_not_lost() {
    let test = |_| {
        on_each_rung(8, |ring| {
            push(ring, Entry::nop(), 1);
            assert_eq!(ring.enter(1, None), Ok(()));
            assert_eq!((ring.reap(), ring.withdraw()), (None, Some(1)));
        });
    };
    for error in [Errno::EBUSY, Errno::EAGAIN, Errno::EINTR] {
        where_refused(number::IO_URING_ENTER, 3, enter::GETEVENTS.into(), error, test);
    }
}

#[test]
fn more_than_the_kernel_moves_at_once_is_cut_and_not_taken_for_less() {
    const LENGTH: usize = (1 << 32) + 5;
    let file = fs::memfd(c"rusl-ring").unwrap();
    let raw = file.try_clone().unwrap().into_raw();
    // SAFETY: the clone is nobody else's.
    let sparse: std::fs::File = unsafe { std::os::fd::FromRawFd::from_raw_fd(raw) };
    sparse.set_len(LENGTH as u64).unwrap();
    let start = mem::mmap_file(file.as_fd(), LENGTH).unwrap();
    // SAFETY: the mapping is this long, and nobody writes to the file.
    let bytes = unsafe { core::slice::from_raw_parts(start.as_ptr(), LENGTH) };
    for entry in [Entry::send(file.as_fd(), bytes, NONE), Entry::write(file.as_fd(), bytes, None)] {
        assert_eq!((entry.0.length, entry.0.address), (0x7fff_f000, start.addr().get() as u64));
    }
    // SAFETY: nothing refers to the mapping any more.
    unsafe { mem::munmap(start, LENGTH) }.unwrap();
}

#[test]
fn a_connection_is_taken_and_what_is_written_there_comes_out() {
    on_each_rung(8, |ring| {
        let name = format!("rusl-ring-{}-{:?}", std::process::id(), ring.rung());
        let address = net::Address::UnixAbstract(name.as_bytes());
        let listener = net::socket(net::Family::Unix).unwrap();
        net::bind(listener.as_fd(), &address).unwrap();
        net::listen(listener.as_fd(), 4).unwrap();
        push(ring, Entry::accept(listener.as_fd()), 1);
        ring.enter(0, None).unwrap();
        assert_eq!(ring.reap(), None);
        let client = net::socket(net::Family::Unix).unwrap();
        net::connect(client.as_fd(), &address).unwrap();
        let raw = next(ring).result.unwrap() as i32;
        // SAFETY: the kernel has made this descriptor just now, for us.
        let server = unsafe { OwnedFd::from_raw(raw) };
        assert_eq!(crate::fd::is_close_on_exec(server.as_fd()), Ok(true));
        push(ring, Entry::write(server.as_fd(), b"written", None), 2);
        assert_eq!(next(ring).result, Ok(7));
        let mut buffer = [0; 8];
        push(ring, Entry::read(client.as_fd(), &mut buffer, None), 3);
        assert_eq!(next(ring).result, Ok(7));
        assert_eq!(&buffer[..7], b"written");

        let file = fs::memfd(c"rusl-ring").unwrap();
        push(ring, Entry::write(file.as_fd(), b"0123456789", None), 4);
        assert_eq!(next(ring).result, Ok(10));
        push(ring, Entry::write(file.as_fd(), b"abc", Some(4)), 5);
        assert_eq!(next(ring).result, Ok(3));
        assert_eq!(fs::pread(file.as_fd(), &mut buffer, 2), Ok(8));
        assert_eq!(&buffer, b"23abc789");
    });
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
fn timeouts_expire_in_their_time_and_can_be_cancelled() {
    on_each_rung(8, |ring| {
        let start = Instant::now();
        let now = clock_gettime(Clock::Realtime);
        let past = Timespec { seconds: now.seconds - 1, ..now };
        let absolute = TimeoutFlags::ABSOLUTE | TimeoutFlags::REALTIME;
        let (long, short, hour) = (milliseconds(30), milliseconds(5), milliseconds(3_600_000));
        push(ring, Entry::timeout(&hour, TimeoutFlags::RELATIVE), 4);
        push(ring, Entry::timeout(&long, TimeoutFlags::RELATIVE), 3);
        push(ring, Entry::timeout(&short, TimeoutFlags::RELATIVE), 2);
        push(ring, Entry::timeout(&past, absolute), 1);
        // On a slow machine several at once; Linux 6.1 then gives the last one first.
        let mut expired = [(); 3].map(|()| {
            let completion = next(ring);
            assert_eq!(completion.result, Err(Errno::ETIME));
            let least = [0, 0, 5, 30][completion.user_data as usize];
            assert!(start.elapsed() >= Duration::from_millis(least), "too early");
            completion.user_data
        });
        expired.sort_unstable();
        assert_eq!(expired, [1, 2, 3]);
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
    /// The ring has as many places for completions.
    const PLACES: u64 = 16;
    on_each_rung(8, |ring| {
        let (mut pushed, mut reaped, mut most) = (0_u64, 0_u64, 0_u64);
        while reaped < 10_000 {
            // Far more than there are places for, before any is taken.
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
            // Doing nothing is done as soon as it is taken.
            most = most.max(pushed - u64::from(ring.queued()) - reaped);
            ring.enter(1, None).unwrap();
            while let Some(completion) = ring.reap() {
                assert_eq!((completion.user_data, completion.result), (reaped, Ok(0)));
                reaped += 1;
            }
        }
        assert_eq!(pushed, 10_000);
        assert!(most > PLACES, "at most {most} waited, so none overflowed");
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
        let mut results = [(); 3].map(|()| next(ring)).map(|done| (done.user_data, done.result));
        // Linux 6.1 says at once which one is bad.
        results.sort_by_key(|(user_data, _)| *user_data);
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

/// The kernel's side: takes each entry, and completes it where there is a place; the others
/// wait in a list of its own until there is.
fn play(played: &mut Played, waiting: &mut VecDeque<CompletionEntry>) {
    let [head, tail, completion_head, completion_tail] = &*played.indices;
    let mut taken = head.load(Ordering::Relaxed);
    while taken != tail.load(Ordering::Acquire) {
        let slot = played.array[(taken & 3) as usize] as usize;
        // SAFETY: the queue has written this entry before the tail.
        let entry = unsafe { (&raw const played.submissions[slot]).read_volatile() };
        waiting.push_back(CompletionEntry { user_data: entry.user_data, result: 7, flags: 0 });
        taken = taken.wrapping_add(1);
    }
    head.store(taken, Ordering::Release);
    let mut done = completion_tail.load(Ordering::Relaxed);
    while done.wrapping_sub(completion_head.load(Ordering::Acquire)) < 8 {
        let Some(entry) = waiting.pop_front() else { break };
        let place = &raw mut played.completions[(done & 7) as usize];
        // SAFETY: the queue does not read past the tail.
        unsafe { place.write_volatile(entry) };
        done = done.wrapping_add(1);
    }
    completion_tail.store(done, Ordering::Release);
}

#[test]
fn indices_wrap_without_a_loss() {
    for start in [0, u32::MAX - 3, u32::MAX, 1 << 31] {
        let mut played = Played::new(start);
        let (mut submission, mut completion) = played.queues();
        assert_eq!(*played.array, [0, 1, 2, 3]);
        let mut waiting = VecDeque::new();
        let (mut pushed, mut reaped, mut most) = (0_u64, 0_u64, 0);
        while reaped < 100_000 {
            // Between one and four at a time, then one too many; now and then one is taken
            // back and pushed again.
            for _ in 0..=pushed % 4 {
                let entry = Entry::nop().with_user_data(pushed).0;
                assert_eq!(submission.push(&entry), Ok(()));
                if pushed % 7 == 0 {
                    assert_eq!(submission.withdraw().unwrap().user_data, pushed);
                    assert_eq!(submission.push(&entry), Ok(()));
                }
                pushed += 1;
            }
            if submission.queued() == 4 {
                assert_eq!(submission.push(&Entry::nop().0), Err(Full));
            }
            play(&mut played, &mut waiting);
            assert_eq!(submission.queued(), 0);
            assert!(submission.withdraw().is_none());
            most = most.max(waiting.len());
            // For a while nothing is taken, so that the completions run over.
            if pushed % 1000 > 40 {
                while let Some(entry) = completion.reap() {
                    assert_eq!((entry.user_data, entry.result), (reaped, 7));
                    reaped += 1;
                    // As entering would.
                    play(&mut played, &mut waiting);
                }
                assert_eq!(pushed, reaped);
            }
        }
        let end = start.wrapping_add(reaped as u32);
        assert!(most > 8 && waiting.is_empty());
        let [head, tail, completion_head, completion_tail] = &*played.indices;
        for index in [head, tail, completion_head, completion_tail] {
            assert_eq!(index.load(Ordering::Relaxed), end);
        }
    }
}
