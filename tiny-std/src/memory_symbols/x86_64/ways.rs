//! For tests: the ways that a processor has, whichever it would take by itself.

use std::arch::x86_64::{__cpuid, __cpuid_count};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use super::{AVX2, AVX2_AND_REP, PROCESSOR, SSE2, UNKNOWN, ask, memcmp, memmove, memset, strlen};

/// Which way is taken is the whole process's affair.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Checks each way that this processor has.
pub(in super::super) fn for_each_way(check: impl Fn()) {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    for way in SSE2..=best() {
        PROCESSOR.store(way, Relaxed);
        check();
        assert_eq!(PROCESSOR.load(Relaxed), way);
    }
}

/// The last of them.
fn best() -> u8 {
    // SAFETY: may be called at any time.
    unsafe { ask() };
    PROCESSOR.load(Relaxed)
}

#[test]
fn the_processor_is_asked_as_the_standard_library_does() {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let has_rep = __cpuid(0).eax >= 7 && __cpuid_count(7, 0).ebx & (1 << 9) != 0;
    let expected = match (std::is_x86_feature_detected!("avx2"), has_rep) {
        (false, _) => SSE2,
        (true, false) => AVX2,
        (true, true) => AVX2_AND_REP,
    };
    assert_eq!(best(), expected);
}

#[test]
fn the_first_that_is_long_asks_and_goes_on() {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let best = best();
    for length in [100, 128, 129, 4096, 30_000] {
        let (mut one, mut other) = (vec![1_u8; length + 1], vec![2_u8; length + 1]);
        let (left, right) = (one.as_mut_ptr(), other.as_mut_ptr());
        let asks = |call: &dyn Fn()| {
            PROCESSOR.store(UNKNOWN, Relaxed);
            call();
            assert_eq!(PROCESSOR.load(Relaxed), best);
        };
        asks(&|| {
            // SAFETY: both are longer, here and below.
            let result = unsafe { memmove(left.cast(), right.cast(), length) };
            assert_eq!(result, left.cast());
        });
        asks(&|| {
            // SAFETY: as above.
            assert_eq!(unsafe { memcmp(left.cast(), right.cast(), length) }, 0);
        });
        asks(&|| {
            // SAFETY: as above.
            assert_eq!(unsafe { memset(right.cast(), 3, length) }, right.cast());
        });
        // SAFETY: as above.
        unsafe { right.wrapping_add(length).write(0) };
        asks(&|| {
            // SAFETY: it ends in NUL.
            assert_eq!(unsafe { strlen(right.cast()) }, length);
        });
        assert!(one[..length].iter().all(|byte| *byte == 2) && one[length] == 1);
        assert!(other[..length].iter().all(|byte| *byte == 3));
    }
}

#[test]
fn what_is_short_does_not_ask() {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut one, other) = ([1_u8; 64], [1_u8; 64]);
    let (left, right) = (one.as_mut_ptr(), other.as_ptr());
    PROCESSOR.store(UNKNOWN, Relaxed);
    for length in 0..=64 {
        // SAFETY: both are this long, here and below.
        unsafe { memmove(left.cast(), right.cast(), length) };
        // SAFETY: as above.
        unsafe { memset(left.cast(), 1, length) };
        // SAFETY: as above.
        assert_eq!(unsafe { memcmp(left.cast(), right.cast(), length) }, 0);
    }
    assert_eq!(PROCESSOR.load(Relaxed), UNKNOWN);
}
