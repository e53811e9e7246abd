//! The time: with the feature `vdso` as the kernel's own code in our memory tells it, without
//! a system call; where that is absent or gives an error, by one.
//!
//! Never waits, and knows no time zone; see [`crate::calendar`].

#[cfg(feature = "vdso")]
pub mod vdso;

use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;
use rusl::time::{Clock, Timespec, clock_gettime};

/// A point on the monotonic clock: nanoseconds since some start. Arithmetic saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// Now.
    pub fn now() -> Self {
        let Timespec { seconds, nanoseconds } = read(Clock::Monotonic);
        Self((seconds as u64).saturating_mul(NANOSECONDS).saturating_add(nanoseconds as u64))
    }

    /// The point that is this many nanoseconds after the start of the clock.
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since the start of the clock.
    pub const fn as_nanoseconds(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero if it is later.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// As the kernel wants it, for an absolute timeout.
    pub const fn as_timespec(self) -> Timespec {
        Timespec {
            seconds: (self.0 / NANOSECONDS) as i64,
            nanoseconds: (self.0 % NANOSECONDS) as i64,
        }
    }
}

const NANOSECONDS: u64 = 1_000_000_000;

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanoseconds))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(nanoseconds))
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

/// A time of day: what the wall clock of the system says, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime {
    /// Since 1970-01-01 00:00, leap seconds not counted; negative before.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanoseconds: u32,
}

impl SystemTime {
    /// Now.
    pub fn now() -> Self {
        let Timespec { seconds, nanoseconds } = read(Clock::Realtime);
        Self { seconds, nanoseconds: nanoseconds as u32 }
    }
}

/// The time of a clock.
fn read(clock: Clock) -> Timespec {
    #[cfg(feature = "vdso")]
    if let Some(time) = vdso::clock_gettime(clock) {
        return time;
    }
    clock_gettime(clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_nanoseconds_and_saturate() {
        let start = Instant::from_nanoseconds(1_500_000_000);
        assert_eq!(start + Duration::from_secs(2) - start, Duration::from_secs(2));
        assert_eq!(start - (start + Duration::from_secs(2)), Duration::ZERO);
        assert_eq!(start - Duration::from_secs(2), Instant::from_nanoseconds(0));
        assert_eq!(start + Duration::MAX, Instant::from_nanoseconds(u64::MAX));
        assert_eq!(start.as_timespec(), Timespec { seconds: 1, nanoseconds: 500_000_000 });
    }

    #[test]
    fn now_does_not_go_back() {
        let mut last = Instant::now();
        for _ in 0..10_000 {
            let now = Instant::now();
            assert!(now >= last);
            last = now;
        }
        let ours = SystemTime::now();
        let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap();
        assert!(since_1970 >= Duration::new(ours.seconds as u64, ours.nanoseconds));
    }
}
