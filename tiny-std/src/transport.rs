//! A connected socket, and whatever else is to be watched, over io_uring or, where the
//! kernel refuses that, over poll(2). One receive and at most one send are in flight.
//!
//! Never looks into the bytes, and never prints: [`Transport::refusal`] is for the program
//! to speak of.
//!
//! More than one send in flight would be carried out in any order once the other end's
//! buffer is full, without an error.
//!
//! # Where io_uring gets forbidden later
//!
//! A filter may come that refuses `io_uring_enter(2)`, or the kernel may answer operations
//! with `EACCES`. Then poll goes on, and neither byte is lost nor one repeated:
//!
//! - What the kernel had not taken is taken back.
//! - What is in flight in a ring that [works alone](Rung::works_alone) goes on. The ring is
//!   kept, and watched as any descriptor, until that is done; only then the socket is
//!   received from and sent to directly.
//! - In another ring it is cancelled. Where the ring may not even be entered for that, all
//!   stands still for ever. A receive has taken nothing then: it is forgotten, with its
//!   buffer. A send may have sent a part, and nobody says how much: that connection is
//!   lost (`EIO`).

#![expect(unsafe_code, reason = "hands buffers to the ring")]

#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::time::Duration;
use rusl::fd::{AsFd, BorrowedFd, OwnedFd};
pub use rusl::io_uring::Rung;
use rusl::io_uring::{Completion, Entry, Ring};
use rusl::net::{self, MessageFlags};
use rusl::poll::{Events, PollFd, poll};
use rusl::time::Timespec;
use rusl::{Errno, Result};

/// Room for a receive: a thousand events of X11.
const RECEIVE_SIZE: usize = 32 * 1024;
/// A receive, a send, a poll and the cancelling of each.
const RING_ENTRIES: u32 = 8;
/// A send mostly completes while it is submitted. We wait for that and for one thing more
/// in the same system call; where the send stalls, we look after this time, so that what
/// the other end says meanwhile is heard.
const STALL: Duration = Duration::from_millis(50);

/// What an operation in the ring is: its `user_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Token {
    Receive,
    Send,
    Watch,
    Cancel,
}

/// Which operations are in flight: a bit each. To cancel is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct InFlight(u8);

impl InFlight {
    const fn has(self, token: Token) -> bool {
        self.0 & (1 << token as u8) != 0
    }

    const fn begin(&mut self, token: Token) {
        self.0 |= 1 << token as u8;
    }

    const fn end(&mut self, user_data: u64) {
        self.0 &= !(1 << (user_data & 7));
    }
}

/// Which of the ways is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// io_uring on the best rung, and poll where that is refused.
    Best,
    /// io_uring on the best rung, or nothing.
    IoUring,
    /// io_uring on this rung, or nothing.
    Rung(Rung),
    /// poll(2).
    Poll,
}

/// What the kernel would not do, so that poll does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// io_uring is not to be had.
    AtStart(Errno),
    /// It was, and has stopped working.
    Later(Errno),
}

/// What a wait brought; nothing at all, where the time is up, a signal was caught, or bytes
/// were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wakeup {
    /// So many bytes came; they stand in [`Transport::received`].
    pub received: Option<usize>,
    /// Someone else has something to be read.
    pub other: bool,
}

/// A socket, and whatever else is to be watched.
#[derive(Debug)]
pub struct Transport {
    ring: Option<Ring>,
    /// Nothing is put into the ring any more: it is forbidden.
    leaving: bool,
    /// Where the ring stood that was taken down last.
    rung: Option<Rung>,
    refusal: Option<Refusal>,
    /// Why the connection is no more.
    lost: Option<Errno>,
    socket: OwnedFd,
    /// Is ready when anyone else is.
    others: OwnedFd,
    in_flight: InFlight,
    /// Written by the kernel while a receive is in flight.
    incoming: Vec<u8>,
    /// Read by the kernel while a send is in flight; the part before `sent` is gone.
    outgoing: Vec<u8>,
    sent: usize,
    /// Whether the other end said nothing when we woke up last.
    was_quiet: bool,
    #[cfg(test)]
    sends: tests::Sends,
}

impl Transport {
    /// Takes over a connected socket, and a collection of others to be watched
    /// ([`rusl::poll::collection`]).
    ///
    /// # Errors
    ///
    /// io_uring was insisted on and is refused.
    #[inline(never)]
    pub fn new(socket: OwnedFd, others: OwnedFd, choice: Choice) -> Result<Self> {
        let mut refusal = None;
        let ring = match choice {
            Choice::Poll => None,
            Choice::Rung(rung) => Some(Ring::with_rung(RING_ENTRIES, rung)?),
            Choice::IoUring | Choice::Best => match Ring::new(RING_ENTRIES) {
                Err(error) if choice == Choice::Best => {
                    refusal = Some(Refusal::AtStart(error));
                    None
                }
                ring => Some(ring?),
            },
        };
        Ok(Self {
            ring,
            leaving: false,
            rung: None,
            refusal,
            lost: None,
            socket,
            others,
            in_flight: InFlight::default(),
            incoming: alloc::vec![0; RECEIVE_SIZE],
            outgoing: Vec::new(),
            sent: 0,
            was_quiet: false,
            #[cfg(test)]
            sends: tests::Sends::default(),
        })
    }

    /// What the kernel has refused since this was asked last.
    pub fn refusal(&mut self) -> Option<Refusal> {
        self.refusal.take()
    }

    /// So many bytes of the last receive; none while the next one is under way, which
    /// would change them under the eyes of who reads them.
    #[inline(never)]
    pub fn received(&self, length: usize) -> &[u8] {
        if self.in_flight.has(Token::Receive) {
            return &[];
        }
        self.incoming.get(..length).unwrap_or_default()
    }

    /// The collection of others, for one more.
    pub fn others(&self) -> BorrowedFd<'_> {
        self.others.as_fd()
    }

    /// Whether everything handed over has been taken by the kernel.
    pub fn is_drained(&self) -> bool {
        self.sent == self.outgoing.len()
    }

    /// Takes bytes to be sent, unless others are still on their way: then they stay where
    /// they are until these are through.
    pub fn offer(&mut self, bytes: &mut Vec<u8>) {
        if self.is_drained() && !self.is_sending() {
            self.outgoing.clear();
            self.sent = 0;
            core::mem::swap(&mut self.outgoing, bytes);
        }
    }

    /// Waits until something happens or the time is up; with the ring, in one system call.
    ///
    /// # Errors
    ///
    /// The connection is lost: `EPIPE` where the other end closed it, else the reason. What
    /// that end has said before is given first, and the error from then on.
    #[inline(never)]
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<Wakeup> {
        let mut wakeup = Wakeup::default();
        if self.lost.is_none() {
            let done = if self.ring.is_some() && !self.leaving {
                self.wait_in_ring(timeout, &mut wakeup)
            } else {
                self.wait_in_poll(timeout, &mut wakeup)
            };
            self.lost = self.lost.or(done.err());
        }
        if let (Some(error), None) = (self.lost, wakeup.received) {
            wakeup.received = Some(self.last_words().ok_or(error)?);
        }
        self.was_quiet = wakeup.received.is_none();
        Ok(wakeup)
    }

    /// Takes the ring down with nothing left in it, so that closing the socket, as an exec
    /// does, closes it at once. How much a last receive brought is given back.
    ///
    /// # Errors
    ///
    /// The kernel keeps an operation, and how much of it was done can't be known.
    pub fn settle(&mut self) -> Result<Option<usize>> {
        let mut wakeup = Wakeup::default();
        self.cancel_all();
        while self.in_flight != InFlight::default() {
            let entered = self.enter(1, None);
            if self.reap(&mut wakeup).and(entered).is_err() {
                break;
            }
        }
        self.rung = self.ring.take().map(|ring| ring.rung());
        let left = core::mem::take(&mut self.in_flight);
        let mut result = Ok(wakeup.received);
        if left.has(Token::Receive) {
            // The kernel may still write there, so nobody else may, ever.
            let incoming = core::mem::replace(&mut self.incoming, alloc::vec![0; RECEIVE_SIZE]);
            core::mem::forget(incoming);
            if self.rung.is_some_and(Rung::works_alone) {
                result = Err(Errno::EIO);
            }
        }
        if left.has(Token::Send) {
            // Likewise.
            core::mem::forget(core::mem::take(&mut self.outgoing));
            self.sent = 0;
            result = Err(Errno::EIO);
        }
        result
    }

    /// Sets the ring up again after [`Transport::settle`], where there was one.
    #[inline(never)]
    pub fn resume(&mut self) {
        if let (Some(rung), false) = (self.rung, self.leaving) {
            let ring = Ring::with_rung(RING_ENTRIES, rung);
            self.refusal = ring.as_ref().err().copied().map(Refusal::AtStart);
            self.ring = ring.ok();
        }
    }

    /// Tells the other end that we are gone, whoever else holds the socket.
    pub fn close(&self) {
        let _ = net::shutdown(self.socket.as_fd(), net::Shutdown::Both);
    }

    fn wait_in_ring(&mut self, timeout: Option<Duration>, wakeup: &mut Wakeup) -> Result<()> {
        if self.was_quiet && !self.is_sending() {
            // As a tick of the clock is: nothing follows soon, and waiting for two things would
            // wake us up for nothing.
            self.send_now()?;
        }
        let entered = if self.queue() {
            self.enter(2, Some(timeout.map_or(STALL, |timeout| timeout.min(STALL))))
        } else {
            self.enter(1, timeout)
        };
        if let Err(error) = self.reap(wakeup).and(entered) {
            self.leaving = true;
            self.refusal = Some(Refusal::Later(error));
            if !self.ring.as_ref().is_some_and(|ring| ring.rung().works_alone()) {
                wakeup.received = self.settle()?.or(wakeup.received);
            }
        }
        Ok(())
    }

    /// Queues what is not in flight; whether a send is among it.
    fn queue(&mut self) -> bool {
        if !self.in_flight.has(Token::Receive) {
            let receive = Entry::recv(self.socket.as_fd(), &mut self.incoming, MessageFlags::NONE);
            // SAFETY: `incoming` is neither touched nor moved while a receive is in flight;
            // `settle` ends that, or gives the buffer up for good.
            unsafe { self.push(receive, Token::Receive) };
        }
        if !self.in_flight.has(Token::Watch) {
            let watch = Entry::poll_add(self.others.as_fd(), Events::IN);
            // SAFETY: it points to no buffer, and the descriptor lives as long as the ring.
            unsafe { self.push(watch, Token::Watch) };
        }
        if self.is_drained() || self.is_sending() {
            return false;
        }
        let rest = &self.outgoing[self.sent..];
        let send = Entry::send(self.socket.as_fd(), rest, MessageFlags::WAIT_ALL);
        // SAFETY: `outgoing` is not changed while a send is in flight; `settle` ends that,
        // or gives the buffer up for good.
        unsafe { self.push(send, Token::Send) };
        #[cfg(test)]
        self.sends.begin(self.is_sending());
        self.is_sending()
    }

    /// Queues the end of everything that is in flight.
    fn cancel_all(&mut self) {
        for token in [Token::Receive, Token::Send, Token::Watch] {
            if self.in_flight.has(token) {
                // SAFETY: it points to no buffer.
                unsafe { self.push(Entry::cancel(token as u64), Token::Cancel) };
            }
        }
    }

    /// Queues an operation. There is always room for it.
    ///
    /// # Safety
    ///
    /// As [`Ring::push`].
    #[inline(never)]
    unsafe fn push(&mut self, entry: Entry, token: Token) {
        let Some(ring) = &mut self.ring else { return };
        // SAFETY: the caller's promise.
        let pushed = unsafe { ring.push(entry.with_user_data(token as u64)) };
        if pushed.is_ok() && token != Token::Cancel {
            self.in_flight.begin(token);
        }
    }

    const fn is_sending(&self) -> bool {
        self.in_flight.has(Token::Send)
    }

    /// Submits what is queued and waits for so many completions. After an error nothing is
    /// queued, and what the kernel has not taken is not in flight.
    #[inline(never)]
    fn enter(&mut self, want: u32, timeout: Option<Duration>) -> Result<()> {
        let Some(ring) = &mut self.ring else { return Ok(()) };
        let entered = ring.enter(want, timeout.map(Timespec::from));
        if entered.is_err() {
            while let Some(user_data) = self.ring.as_mut().and_then(Ring::withdraw) {
                self.ended(user_data);
            }
        }
        entered
    }

    /// Takes in all that has completed. The error is that io_uring is forbidden; one of the
    /// connection is kept.
    #[inline(never)]
    fn reap(&mut self, wakeup: &mut Wakeup) -> Result<()> {
        let mut refused = Ok(());
        while let Some(completion) = self.ring.as_mut().and_then(Ring::reap) {
            match self.complete(&completion, wakeup) {
                Ok(()) => {}
                // The socket itself never answers so.
                Err(error @ (Errno::EACCES | Errno::EPERM | Errno::EINVAL | Errno::ENOSYS)) => {
                    refused = Err(error);
                }
                Err(error) => self.lost = self.lost.or(Some(error)),
            }
        }
        refused
    }

    fn complete(&mut self, completion: &Completion, wakeup: &mut Wakeup) -> Result<()> {
        self.ended(completion.user_data);
        let is = |token| completion.user_data == token as u64;
        let done = match completion.result {
            Ok(done) => done as usize,
            Err(error) if passes(error) || error == Errno::ECANCELED => return Ok(()),
            // What was to be cancelled is gone already.
            Err(Errno::ENOENT | Errno::EALREADY) if is(Token::Cancel) => return Ok(()),
            Err(error) => return Err(error),
        };
        if is(Token::Receive) {
            if done == 0 {
                return Err(Errno::EPIPE);
            }
            wakeup.received = Some(done);
        } else if is(Token::Send) {
            // What a short send left over is sent next, before anything else.
            self.sent += done;
        } else if is(Token::Watch) {
            wakeup.other = true;
        }
        Ok(())
    }

    /// An operation is not in flight any more.
    fn ended(&mut self, user_data: u64) {
        self.in_flight.end(user_data);
        #[cfg(test)]
        self.sends.end(user_data == Token::Send as u64);
    }

    fn wait_in_poll(&mut self, timeout: Option<Duration>, wakeup: &mut Wakeup) -> Result<()> {
        let was_sending = self.is_sending();
        // From a ring that is forbidden, if there is one.
        let _ = self.reap(wakeup);
        let is_receiving = self.in_flight.has(Token::Receive);
        if !is_receiving && !self.is_sending() {
            // To watch others takes nothing from them.
            self.ring = None;
            self.in_flight = InFlight::default();
        }
        if wakeup.received.is_some() || self.lost.is_some() || self.is_sending() != was_sending {
            return Ok(());
        }
        let mut wanted = if is_receiving { Events::NONE } else { Events::IN };
        if !self.is_drained() && !self.is_sending() {
            self.send_now()?;
            if self.is_drained() {
                // There may be more to send, which could not be offered before.
                return Ok(());
            }
            wanted = wanted | Events::OUT;
        }
        let ring = self.ring.as_ref().map_or(self.others.as_fd(), AsFd::as_fd);
        let mut watched = [
            PollFd::new(self.socket.as_fd(), wanted),
            PollFd::new(self.others.as_fd(), Events::IN),
            // Most often there is none, and the others twice.
            PollFd::new(ring, Events::IN),
        ];
        match poll(&mut watched, timeout.map(Timespec::from)) {
            Ok(_) => {}
            Err(error) if passes(error) => return Ok(()),
            Err(error) => return Err(error),
        }
        let [socket, others, _] = watched.map(|fd| fd.returned());
        wakeup.other = !others.is_empty();
        // Anything but room to write: bytes, the end, or an error that the receive tells.
        if !is_receiving && socket.intersects(Events::IN | Events::HANG_UP | Events::ERROR) {
            let flags = MessageFlags::DONT_WAIT;
            match net::recv(self.socket.as_fd(), &mut self.incoming, flags) {
                Ok(0) => return Err(Errno::EPIPE),
                Ok(length) => wakeup.received = Some(length),
                Err(error) if passes(error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends as much as the socket takes without waiting.
    fn send_now(&mut self) -> Result<()> {
        while !self.is_drained() {
            let rest = &self.outgoing[self.sent..];
            match net::send(self.socket.as_fd(), rest, MessageFlags::DONT_WAIT) {
                Ok(length) => self.sent += length,
                Err(error) if passes(error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What the other end has said before the connection was lost.
    fn last_words(&mut self) -> Option<usize> {
        // What was not sent is lost in any case.
        let last = self.settle().ok().flatten();
        let flags = MessageFlags::DONT_WAIT;
        last.or_else(|| net::recv(self.socket.as_fd(), &mut self.incoming, flags).ok())
            .filter(|&length| length > 0)
    }
}

/// Whether an error is gone when the same is tried again: interrupted, nothing there yet, no
/// memory for it at the moment. A connection is not lost of that.
fn passes(error: Errno) -> bool {
    matches!(error, Errno::EINTR | Errno::EAGAIN | Errno::ENOMEM | Errno::ENOBUFS)
}

impl Drop for Transport {
    /// No buffer is freed that the kernel may still use.
    fn drop(&mut self) {
        let _ = self.settle();
    }
}
