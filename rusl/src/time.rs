//! Clocks.
//!
//! Never waits; deadlines go to [`crate::poll`] and to the ring.
#![expect(unsafe_code, reason = "the kernel writes the time to memory")]

use crate::arch::{self, number};
use core::time::Duration;

/// Seconds and nanoseconds, as the kernel counts them (`struct __kernel_timespec`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timespec {
    /// Whole seconds.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanoseconds: i64,
}

const _: () = assert!(size_of::<Timespec>() == 16, "include/uapi/linux/time_types.h");

impl From<Duration> for Timespec {
    /// A duration past `i64::MAX` seconds becomes that.
    fn from(duration: Duration) -> Self {
        Self {
            seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
            nanoseconds: i64::from(duration.subsec_nanos()),
        }
    }
}

/// A clock of the system (`clock_gettime(2)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Seconds since 1970-01-01 00:00 UTC; jumps when somebody sets it.
    Realtime = 0,
    /// Never goes back; stands still while the machine is suspended.
    Monotonic = 1,
    /// Never goes back; counts suspended time too.
    BootTime = 7,
}

/// The time of a clock. These clocks always exist; a kernel that forbids the question
/// is answered with 0.
pub fn clock_gettime(clock: Clock) -> Timespec {
    let mut time = Timespec::default();
    // SAFETY: the kernel writes one timespec to exclusive memory.
    unsafe { arch::syscall2(number::CLOCK_GETTIME, clock as usize, &raw mut time as usize) };
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_struct_is_that_of_the_kernel() {
        crate::layout::same_layout!(Timespec, linux_raw_sys::general::__kernel_timespec {
            seconds = tv_sec, nanoseconds = tv_nsec,
        });
    }

    #[test]
    fn monotonic_does_not_go_back_and_realtime_agrees_with_std() {
        let mut last = clock_gettime(Clock::Monotonic);
        for _ in 0..10_000 {
            let now = clock_gettime(Clock::Monotonic);
            assert!(now >= last && (0..1_000_000_000).contains(&now.nanoseconds));
            last = now;
        }
        assert!(clock_gettime(Clock::BootTime) >= last);
        let since_1970 = || std::time::UNIX_EPOCH.elapsed().unwrap().into();
        let before: Timespec = since_1970();
        let between = clock_gettime(Clock::Realtime);
        let after: Timespec = since_1970();
        assert!(before <= between && between <= after, "{before:?} {between:?} {after:?}");
    }

    #[test]
    fn durations_convert_and_saturate() {
        let timespec = Timespec::from(Duration::new(3, 5));
        assert_eq!(timespec, Timespec { seconds: 3, nanoseconds: 5 });
        assert_eq!(Timespec::from(Duration::MAX).seconds, i64::MAX);
    }
}
