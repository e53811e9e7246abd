//! For tests: a kernel that refuses a call.
//!
//! Never on the thread of a test itself: a filter is for a thread, and for good.

use crate::Errno;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use std::collections::BTreeMap;

/// Runs a test on a thread of its own, for which a call fails where its argument of this
/// number has these bits set.
pub(crate) fn while_refused(
    call: usize,
    argument: u8,
    bits: u64,
    error: Errno,
    test: impl FnOnce() + Send + 'static,
) {
    let condition = SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Qword,
        SeccompCmpOp::MaskedEq(bits),
        bits,
    );
    let rule = SeccompRule::new(vec![condition.unwrap()]).unwrap();
    let architecture = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(
        BTreeMap::from([(call as i64, vec![rule])]),
        SeccompAction::Allow,
        SeccompAction::Errno(error.raw().unsigned_abs()),
        architecture,
    );
    let filter: BpfProgram = filter.unwrap().try_into().unwrap();
    let thread = std::thread::spawn(move || {
        seccompiler::apply_filter(&filter).unwrap();
        test();
    });
    thread.join().unwrap();
}
