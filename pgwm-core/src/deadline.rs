//! When something has waited for long enough. Never looks at a clock, and never panics as
//! the operators of [`Duration`] do: a time that can't be is the last one that can.

use core::time::Duration;

/// The deadline: the one that there is, or a new one so much later than now.
#[inline(never)]
pub(crate) fn set(deadline: &mut Option<Duration>, now: Duration, wait: Duration) -> Duration {
    let later = nanoseconds(now).saturating_add(nanoseconds(wait));
    *deadline.get_or_insert(Duration::from_nanos(later))
}

/// How long it is until then.
pub fn left(deadline: Duration, now: Duration) -> Duration {
    Duration::from_nanos(nanoseconds(deadline).saturating_sub(nanoseconds(now)))
}

/// All of it, up to some hundreds of years.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(time.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn deadlines_are_what_the_operators_say(now: u32, wait: u32, later: u32) {
            let [now, wait, later] = [now, wait, later].map(|it| Duration::from_nanos(1 + u64::from(it) * 7));
            let mut deadline = None;
            prop_assert_eq!(set(&mut deadline, now, wait), now + wait);
            prop_assert_eq!(set(&mut deadline, later, wait), now + wait);
            prop_assert_eq!(left(later, now), later.saturating_sub(now));
            prop_assert!(set(&mut None, now, Duration::MAX) > now);
        }
    }
}
