//! The socket, and whatever else is to be watched, over io_uring or, where the kernel refuses that, over
//! poll(2). One receive and at most one send are in flight. Never looks into the bytes.
//!
//! More than one send in flight would be carried out in any order once the server's
//! buffer is full, without an error.

#![expect(unsafe_code, reason = "hands buffers to the ring")]

use crate::sentence::{complain, reason};
use alloc::vec::Vec;
use core::time::Duration;
use rusl::fd::{AsFd, BorrowedFd, OwnedFd};
use rusl::io_uring::{Completion, Entry, Ring};
use rusl::net::{self, MessageFlags};
use rusl::poll::{Events, PollFd, poll};
use rusl::time::Timespec;
use rusl::{Errno, Result};

/// Room for a receive: a thousand events.
const RECEIVE_SIZE: usize = 32 * 1024;
/// A receive, a send, a poll and the cancelling of each.
const RING_ENTRIES: u32 = 8;
/// A send mostly completes while it is submitted. We wait for that and for one thing more
/// in the same system call; where the send stalls, we look after this time, so that what
/// the server says meanwhile is heard.
const STALL: Duration = Duration::from_millis(50);

/// What an operation in the ring was: its `user_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
enum Token {
    Receive = 1,
    Send,
    Watch,
    Cancel,
}

impl Token {
    const ALL: [Self; 4] = [Self::Receive, Self::Send, Self::Watch, Self::Cancel];

    fn of(completion: &Completion) -> Option<Self> {
        Self::ALL.into_iter().find(|token| *token as u64 == completion.user_data)
    }
}

/// Which of the two ways is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// io_uring, and poll where that is refused.
    Best,
    /// io_uring or nothing.
    IoUring,
    /// poll(2).
    Poll,
}

/// What a wait brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wakeup {
    /// So many bytes came; they stand in [`Transport::received`].
    pub(crate) received: Option<usize>,
    /// Someone else has something to be read.
    pub(crate) other: bool,
}

/// What was queued for the next system call.
#[derive(Debug, Clone, Copy, Default)]
struct Queued {
    receive: bool,
    send: bool,
    watch: bool,
}

/// The socket to the server, and whatever else is to be watched.
#[derive(Debug)]
pub(crate) struct Transport {
    ring: Option<Ring>,
    /// Whether there was a ring when it was last taken down.
    had_ring: bool,
    socket: OwnedFd,
    /// Is ready when anyone else is.
    others: OwnedFd,
    /// Written by the kernel while `receiving`.
    incoming: Vec<u8>,
    receiving: bool,
    /// Read by the kernel while `sending`; the part before `sent` is gone.
    outgoing: Vec<u8>,
    sent: usize,
    sending: bool,
    /// Whether the ring watches the others.
    watching: bool,
    /// Whether the server said nothing when we woke up last.
    was_quiet: bool,
}

impl Transport {
    /// Takes over a connected socket, and a collection of others to be watched.
    ///
    /// # Errors
    ///
    /// io_uring was insisted on and is refused.
    pub(crate) fn new(socket: OwnedFd, others: OwnedFd, choice: Choice) -> Result<Self> {
        let ring = match choice {
            Choice::Poll => None,
            Choice::IoUring => Some(Ring::new(RING_ENTRIES)?),
            Choice::Best => ring_or_say_why(),
        };
        Ok(Self {
            had_ring: ring.is_some(),
            ring,
            socket,
            others,
            incoming: alloc::vec![0; RECEIVE_SIZE],
            receiving: false,
            outgoing: Vec::new(),
            sent: 0,
            sending: false,
            watching: false,
            was_quiet: false,
        })
    }

    /// The bytes of the last receive.
    pub(crate) fn received(&self, length: usize) -> &[u8] {
        &self.incoming[..length]
    }

    /// The collection of others, for one more.
    pub(crate) fn others(&self) -> BorrowedFd<'_> {
        self.others.as_fd()
    }

    /// Whether everything handed over has been taken by the kernel.
    pub(crate) fn is_drained(&self) -> bool {
        self.sent == self.outgoing.len()
    }

    /// Takes bytes to be sent, unless others are still on their way: then they stay where
    /// they are until these are through.
    pub(crate) fn offer(&mut self, bytes: &mut Vec<u8>) {
        if self.is_drained() && !self.sending {
            self.outgoing.clear();
            self.sent = 0;
            core::mem::swap(&mut self.outgoing, bytes);
        }
    }

    /// Waits until something happens or the time is up; with the ring, in one system call.
    ///
    /// # Errors
    ///
    /// The connection is lost: `EPIPE` where the server closed it, else the reason.
    #[inline(never)]
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Result<Wakeup> {
        let wakeup = if self.ring.is_some() {
            self.wait_in_ring(timeout)?
        } else {
            self.wait_in_poll(timeout)?
        };
        self.was_quiet = wakeup.received.is_none();
        Ok(wakeup)
    }

    /// Takes the ring down with nothing left in it, so that closing the socket, as an exec
    /// does, closes it at once. How much a last receive brought is given back.
    ///
    /// # Errors
    ///
    /// The kernel keeps a send, and how much of it the server got can't be known.
    pub(crate) fn settle(&mut self) -> Result<Option<usize>> {
        let mut wakeup = Wakeup::default();
        self.cancel_all();
        while self.receiving || self.sending || self.watching {
            let Some(Ok(())) = self.ring.as_mut().map(|ring| ring.enter(1, None)) else { break };
            let mut refused = false;
            while let Some(completion) = self.ring.as_mut().and_then(Ring::reap) {
                refused |= self.complete(&completion, &mut wakeup).is_err();
            }
            if refused {
                break;
            }
        }
        self.had_ring = self.ring.take().is_some();
        self.watching = false;
        if core::mem::take(&mut self.receiving) {
            // The kernel may still write there, so nobody else may, ever.
            let incoming = core::mem::replace(&mut self.incoming, alloc::vec![0; RECEIVE_SIZE]);
            core::mem::forget(incoming);
        }
        if core::mem::take(&mut self.sending) {
            // Likewise.
            core::mem::forget(core::mem::take(&mut self.outgoing));
            self.sent = 0;
            return Err(Errno::EIO);
        }
        Ok(wakeup.received)
    }

    /// Sets the ring up again after [`Transport::settle`], where there was one.
    pub(crate) fn resume(&mut self) {
        if self.had_ring {
            self.ring = ring_or_say_why();
        }
    }

    /// Tells the server that we are gone, whoever else holds the socket.
    pub(crate) fn close(&self) {
        let _ = net::shutdown(self.socket.as_fd(), net::Shutdown::Both);
    }

    fn wait_in_ring(&mut self, timeout: Option<Duration>) -> Result<Wakeup> {
        if self.was_quiet && !self.sending {
            // As a tick of the clock is: nothing follows soon, and waiting for two things would
            // wake us up for nothing.
            self.send_now()?;
        }
        let queued = self.queue();
        let (want, timeout) = if queued.send {
            (2, Some(timeout.map_or(STALL, |timeout| timeout.min(STALL))))
        } else {
            (1, timeout)
        };
        let Some(ring) = &mut self.ring else { return Ok(Wakeup::default()) };
        let mut refused = ring.enter(want, timeout.map(Timespec::from)).err();
        if refused.is_some() {
            // Then the kernel has taken none of these.
            self.receiving &= !queued.receive;
            self.sending &= !queued.send;
            self.watching &= !queued.watch;
        }
        let mut wakeup = Wakeup::default();
        while let Some(completion) = self.ring.as_mut().and_then(Ring::reap) {
            match self.complete(&completion, &mut wakeup) {
                // Forbidden meanwhile; the socket itself never answers so.
                Err(error @ (Errno::EACCES | Errno::EPERM | Errno::EINVAL | Errno::ENOSYS)) => {
                    refused = Some(error);
                }
                other => other?,
            }
        }
        if let Some(error) = refused {
            complain("io_uring stopped working (%); going on with poll", &[&reason(error)]);
            wakeup.received = self.settle()?.or(wakeup.received);
        }
        Ok(wakeup)
    }

    /// Queues what is not in flight.
    fn queue(&mut self) -> Queued {
        let mut queued = Queued::default();
        let Some(ring) = &mut self.ring else { return queued };
        let socket = self.socket.as_fd();
        if !self.receiving {
            let receive = Entry::recv(socket, &mut self.incoming, MessageFlags::NONE)
                .with_user_data(Token::Receive as u64);
            // SAFETY: `incoming` is neither touched nor moved while `receiving`; `settle`
            // ends that, or gives the buffer up for good.
            queued.receive = unsafe { ring.push(receive) }.is_ok();
            self.receiving = queued.receive;
        }
        if !self.watching {
            let watch = Entry::poll_add(self.others.as_fd(), Events::IN)
                .with_user_data(Token::Watch as u64);
            // SAFETY: it points to no buffer, and the descriptor lives as long as the ring.
            queued.watch = unsafe { ring.push(watch) }.is_ok();
            self.watching = queued.watch;
        }
        if !self.sending && self.sent < self.outgoing.len() {
            let rest = &self.outgoing[self.sent..];
            let flags = MessageFlags::NO_SIGNAL | MessageFlags::WAIT_ALL;
            let send = Entry::send(socket, rest, flags).with_user_data(Token::Send as u64);
            // SAFETY: `outgoing` is not changed while `sending`; `settle` ends that, or
            // gives the buffer up for good.
            queued.send = unsafe { ring.push(send) }.is_ok();
            self.sending = queued.send;
        }
        queued
    }

    /// Queues the end of everything that is in flight.
    fn cancel_all(&mut self) {
        let Some(ring) = &mut self.ring else { return };
        let pending = [
            (self.receiving, Token::Receive),
            (self.sending, Token::Send),
            (self.watching, Token::Watch),
        ];
        for (_, token) in pending.into_iter().filter(|(is_pending, _)| *is_pending) {
            let cancel = Entry::cancel(token as u64).with_user_data(Token::Cancel as u64);
            // SAFETY: it points to no buffer.
            let _ = unsafe { ring.push(cancel) };
        }
    }

    fn complete(&mut self, completion: &Completion, wakeup: &mut Wakeup) -> Result<()> {
        let Some(token) = Token::of(completion) else { return Ok(()) };
        match token {
            Token::Receive => self.receiving = false,
            Token::Send => self.sending = false,
            Token::Watch => self.watching = false,
            Token::Cancel => {}
        }
        let done = match completion.result {
            Ok(done) => done as usize,
            Err(Errno::EINTR | Errno::EAGAIN | Errno::ECANCELED) => return Ok(()),
            // What was to be cancelled is gone already.
            Err(Errno::ENOENT | Errno::EALREADY) if token == Token::Cancel => return Ok(()),
            Err(error) => return Err(error),
        };
        match token {
            Token::Receive if done == 0 => return Err(Errno::EPIPE),
            Token::Receive => wakeup.received = Some(done),
            // What a short send left over is sent next, before anything else.
            Token::Send => self.sent += done,
            Token::Watch => wakeup.other = true,
            Token::Cancel => {}
        }
        Ok(())
    }

    fn wait_in_poll(&mut self, timeout: Option<Duration>) -> Result<Wakeup> {
        if !self.is_drained() {
            self.send_now()?;
            if self.is_drained() {
                // There may be more to send, which could not be offered before.
                return Ok(Wakeup::default());
            }
        }
        let mut wanted = Events::IN;
        if !self.is_drained() {
            wanted = wanted | Events::OUT;
        }
        let mut watched = [
            PollFd::new(self.socket.as_fd(), wanted),
            PollFd::new(self.others.as_fd(), Events::IN),
        ];
        match poll(&mut watched, timeout.map(Timespec::from)) {
            Ok(_) => {}
            Err(Errno::EINTR | Errno::EAGAIN) => return Ok(Wakeup::default()),
            Err(error) => return Err(error),
        }
        let [socket, others] = watched.map(|fd| fd.returned());
        let mut wakeup = Wakeup { received: None, other: !others.is_empty() };
        // Anything but room to write: bytes, the end, or an error that the receive tells.
        if socket.intersects(Events::IN | Events::HANG_UP | Events::ERROR) {
            let flags = MessageFlags::DONT_WAIT;
            match net::recv(self.socket.as_fd(), &mut self.incoming, flags) {
                Ok(0) => return Err(Errno::EPIPE),
                Ok(length) => wakeup.received = Some(length),
                Err(Errno::EINTR | Errno::EAGAIN) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(wakeup)
    }

    /// Sends as much as the socket takes without waiting.
    fn send_now(&mut self) -> Result<()> {
        let flags = MessageFlags::DONT_WAIT | MessageFlags::NO_SIGNAL;
        while !self.is_drained() {
            match net::send(self.socket.as_fd(), &self.outgoing[self.sent..], flags) {
                Ok(length) => self.sent += length,
                Err(Errno::EAGAIN) => break,
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Drop for Transport {
    /// No buffer is freed that the kernel may still use.
    fn drop(&mut self) {
        let _ = self.settle();
    }
}

fn ring_or_say_why() -> Option<Ring> {
    match Ring::new(RING_ENTRIES) {
        Ok(ring) => Some(ring),
        Err(error) => {
            complain("io_uring is not to be had (%); using poll", &[&reason(error)]);
            None
        }
    }
}
