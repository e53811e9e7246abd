//! A ring that the kernel takes operations from and puts completions into
//! (`io_uring(7)`), for a program with one thread and a handful of operations in flight.
//!
//! Never registers files or buffers, never polls in a kernel thread, never loops: one
//! [`Ring::enter`] is one system call, and the caller decides again after each.
#![expect(unsafe_code, reason = "shares memory with the kernel")]

mod abi;
mod op;
mod queue;
#[cfg(test)]
mod tests;

pub use op::{Entry, TimeoutFlags};

use crate::arch::{self, number};
use crate::fd::{AsFd, BorrowedFd, OwnedFd};
use crate::mem;
use crate::time::Timespec;
use crate::{Errno, Result};
use abi::{CompletionEntry, EnterArgument, Params, SubmissionEntry, enter, feature, setup};
use core::ptr::NonNull;
use queue::{CompletionQueue, SubmissionQueue};

/// A ring, used by the thread that made it.
///
/// Dropping it does not wait for what is in flight: the kernel cancels that a little
/// later, and may write to a buffer until then.
#[derive(Debug)]
pub struct Ring {
    submission: SubmissionQueue,
    completion: CompletionQueue,
    enter_flags: u32,
    rung: Rung,
    fd: OwnedFd,
    // Last: the queues point into them.
    _rings: Mapping,
    _entries: Mapping,
}

/// What a kernel offers, the best first. On `EINVAL` [`Ring::new`] goes one down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Linux 6.15: waiting is not booked as a core of iowait.
    NoIowait,
    /// Linux 6.6: no index array between queue and entries.
    NoIndexArray,
    /// Linux 6.1: completions run when we enter, and at no other time.
    DeferTaskRun,
    /// Linux 5.19: completions don't interrupt us.
    CoopTaskRun,
    /// Linux 5.11: no flags.
    Plain,
}

impl Rung {
    /// All of them, the best first.
    pub const ALL: [Self; 5] =
        [Self::NoIowait, Self::NoIndexArray, Self::DeferTaskRun, Self::CoopTaskRun, Self::Plain];

    /// Whether operations go on, and their completions come, while nobody enters the ring.
    pub const fn works_alone(self) -> bool {
        self.setup_flags() & setup::DEFER_TASKRUN == 0
    }

    const fn setup_flags(self) -> u32 {
        const DEFER: u32 = setup::SINGLE_ISSUER | setup::DEFER_TASKRUN | setup::SUBMIT_ALL;
        setup::CLAMP
            | match self {
                Self::NoIowait | Self::NoIndexArray => DEFER | setup::NO_SQARRAY,
                Self::DeferTaskRun => DEFER,
                Self::CoopTaskRun => setup::COOP_TASKRUN | setup::SUBMIT_ALL,
                Self::Plain => 0,
            }
    }

    /// What the kernel must say that it can do. All but the last are in Linux 5.11, and
    /// the rest of this file relies on them: one mapping for both rings, no completion
    /// dropped, arguments read at submission, sockets that wait without a thread, a
    /// timeout for enter.
    const fn features(self) -> u32 {
        const BASE: u32 = feature::SINGLE_MMAP
            | feature::NODROP
            | feature::SUBMIT_STABLE
            | feature::FAST_POLL
            | feature::EXT_ARG;
        match self {
            Self::NoIowait => BASE | feature::NO_IOWAIT,
            _ => BASE,
        }
    }

    const fn enter_flags(self) -> u32 {
        let always = enter::GETEVENTS | enter::EXT_ARG;
        match self {
            Self::NoIowait => always | enter::NO_IOWAIT,
            _ => always,
        }
    }
}

/// The submission queue has no room: [`Ring::enter`], then push again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What [`Entry::with_user_data`] was given.
    pub user_data: u64,
    /// What the operation gives; see its constructor.
    pub result: Result<u32>,
    /// `IORING_CQE_F_*`.
    pub flags: u32,
}

impl Ring {
    /// A ring for `entries` operations (rounded up to a power of two, at most 32768)
    /// and twice as many completions, on the best rung that the kernel offers.
    ///
    /// # Errors
    ///
    /// `ENOSYS` or `EPERM` (switched off, or forbidden), `ENOMEM`, `EMFILE`, or
    /// `EINVAL` if no rung will do. Whichever it is, poll(2) remains.
    pub fn new(entries: u32) -> Result<Self> {
        for rung in Rung::ALL {
            match Self::with_rung(entries, rung) {
                Err(Errno::EINVAL) => {}
                other => return other,
            }
        }
        Err(Errno::EINVAL)
    }

    /// A ring on this rung and no other.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the kernel does not offer it; else as [`Ring::new`].
    #[inline(never)]
    pub fn with_rung(entries: u32, rung: Rung) -> Result<Self> {
        let (fd, params) = set_up(entries, rung.setup_flags())?;
        if params.features & rung.features() != rung.features() {
            return Err(Errno::EINVAL);
        }
        let index_array = rung.setup_flags() & setup::NO_SQARRAY == 0;
        let submission = &params.submission;
        let completion = &params.completion;
        let array_end = submission.array as usize
            + if index_array { params.submission_entries as usize * size_of::<u32>() } else { 0 };
        let completions_end = completion.entries as usize
            + params.completion_entries as usize * size_of::<CompletionEntry>();
        let rings = Mapping::new(fd.as_fd(), array_end.max(completions_end), abi::OFFSET_RINGS)?;
        let entries = Mapping::new(
            fd.as_fd(),
            params.submission_entries as usize * size_of::<SubmissionEntry>(),
            abi::OFFSET_ENTRIES,
        )?;
        // SAFETY: the kernel's offsets lie inside of the mapping, whose length was
        // computed from them; each names what the field says.
        let queue = unsafe {
            SubmissionQueue::new(queue::SubmissionParts {
                head: rings.at(submission.head),
                tail: rings.at(submission.tail),
                entries: entries.at(0),
                length: params.submission_entries,
                array: if index_array { Some(rings.at(submission.array)) } else { None },
            })
        };
        // SAFETY: as above.
        let completion = unsafe {
            CompletionQueue::new(queue::CompletionParts {
                head: rings.at(completion.head),
                tail: rings.at(completion.tail),
                entries: rings.at(completion.entries),
                length: params.completion_entries,
            })
        };
        Ok(Self {
            submission: queue,
            completion,
            enter_flags: rung.enter_flags(),
            rung,
            fd,
            _rings: rings,
            _entries: entries,
        })
    }

    /// The rung that the ring stands on.
    pub const fn rung(&self) -> Rung {
        self.rung
    }

    /// Queues an operation. Nothing happens before [`Ring::enter`].
    ///
    /// # Errors
    ///
    /// [`Full`]: enter, then push again.
    ///
    /// # Safety
    ///
    /// The buffer that the operation points to lives, unmoved and un-aliased, until
    /// its completion has been reaped; if the ring is dropped before, until the
    /// process ends. A [`Timespec`] that it points to lives until the next
    /// [`Ring::enter`] that returns `Ok` and leaves nothing queued
    /// ([`Ring::queued`]). Its descriptor stays open until the same point.
    pub unsafe fn push(&mut self, entry: Entry) -> core::result::Result<(), Full> {
        self.submission.push(&entry.0)
    }

    /// How many operations are queued and not yet taken by the kernel. After an enter: 0,
    /// or the kernel was short of something, and the next enter offers them again.
    pub fn queued(&self) -> u32 {
        self.submission.queued()
    }

    /// Takes back the operation that was queued last, unless the kernel has it, and gives
    /// its user data. After an [`Ring::enter`] that failed this tells what was not begun.
    pub fn withdraw(&mut self) -> Option<u64> {
        self.submission.withdraw().map(|entry| entry.user_data)
    }

    /// Submits everything that is queued and waits until `want` completions are there to
    /// be reaped, a signal arrives, or `timeout` has passed (`None`: for ever).
    ///
    /// Which of these it was is not said: reap all, look at the clock, decide again. The
    /// kernel may also return early, such as after 20 completions. So `EINTR`, `ETIME`,
    /// `EAGAIN` and `EBUSY` are no errors here.
    ///
    /// # Errors
    ///
    /// The ring is lost: `EBADR` (a completion was dropped for lack of memory), or one of
    /// those of [`Ring::new`] if rings got forbidden meanwhile. Nothing was submitted then;
    /// [`Ring::withdraw`] gives it back, and what was in flight before goes on if it
    /// [works alone](Rung::works_alone).
    pub fn enter(&mut self, want: u32, timeout: Option<Timespec>) -> Result<()> {
        let mut argument = EnterArgument::default();
        if let Some(time) = &timeout {
            argument.timeout = core::ptr::from_ref(time).expose_provenance() as u64;
        }
        // SAFETY: the kernel reads the argument, and the time it points to, both alive
        // until the call returns. What the queued operations point to is promised where
        // they were pushed.
        let ret = unsafe {
            arch::syscall6(
                number::IO_URING_ENTER,
                self.fd.as_fd().argument(),
                self.submission.queued() as usize,
                want as usize,
                self.enter_flags as usize,
                &raw const argument as usize,
                size_of::<EnterArgument>(),
            )
        };
        match Errno::from_ret(ret) {
            // EINTR: interrupted, whatever SA_RESTART says, with nothing submitted.
            // ETIME: the time is up, with nothing submitted.
            // EAGAIN, EBUSY: memory is short, or completions wait to be reaped.
            Ok(_) | Err(Errno::EINTR | Errno::ETIME | Errno::EAGAIN | Errno::EBUSY) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes the oldest completion. After `None` there may be more that the kernel holds
    /// back; the next [`Ring::enter`] brings them at once.
    pub fn reap(&mut self) -> Option<Completion> {
        self.completion.reap().map(|entry| Completion {
            user_data: entry.user_data,
            result: Errno::from_ret(entry.result as isize).map(|value| value as u32),
            flags: entry.flags,
        })
    }
}

impl AsFd for Ring {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// `io_uring_setup(2)`; the descriptor is close-on-exec by itself.
fn set_up(entries: u32, flags: u32) -> Result<(OwnedFd, Params)> {
    let mut params = Params::default();
    params.flags = flags;
    // SAFETY: the kernel reads and writes one exclusive struct.
    let ret = unsafe {
        arch::syscall2(number::IO_URING_SETUP, entries as usize, &raw mut params as usize)
    };
    Ok((OwnedFd::from_ret(ret)?, params))
}

/// Memory shared with the kernel, unmapped once.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

impl Mapping {
    fn new(fd: BorrowedFd<'_>, length: usize, offset: usize) -> Result<Self> {
        Ok(Self { start: mem::mmap_shared(fd, length, offset)?, length })
    }

    /// The object at an offset that the kernel has given, aligned by it.
    fn at<T>(&self, offset: u32) -> NonNull<T> {
        let offset = offset as usize;
        assert!(offset + size_of::<T>() <= self.length, "an offset outside of the ring");
        // SAFETY: inside of the mapping, as just checked.
        unsafe { self.start.add(offset) }.cast()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours; the ring that points into it goes with it. An
        // error could only mean that it was never there.
        let _ = unsafe { mem::munmap(self.start, self.length) };
    }
}
