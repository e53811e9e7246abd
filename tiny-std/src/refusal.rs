//! For tests: a kernel that refuses a call.
//!
//! Never on the thread of a test itself: a filter is for a thread, and for good.

use rusl::Errno;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule};
#[cfg(feature = "threads")]
use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition};
use std::collections::BTreeMap;

/// Runs a test on a thread for which a system call may be made to fail.
pub(crate) fn on_thread(test: impl FnOnce() + Send + 'static) {
    std::thread::spawn(test).join().unwrap();
}

/// From now on the call fails on this thread, for good.
pub(crate) fn forbid(call: libc::c_long, error: Errno) {
    apply(call, Vec::new(), error);
}

/// From now on nobody sleeps for a word of memory up to a time on this thread, for good. (libc
/// bears no such refusal, and sleeps without a time.)
#[cfg(feature = "threads")]
pub(crate) fn forbid_timed_waits(error: Errno) {
    let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    let is_wait = SeccompCondition::new(
        1,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        operation.unsigned_abs().into(),
    );
    let is_timed = SeccompCondition::new(3, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0);
    let rule = SeccompRule::new(vec![is_wait.unwrap(), is_timed.unwrap()]).unwrap();
    apply(libc::SYS_futex, vec![rule], error);
}

fn apply(call: libc::c_long, rules: Vec<SeccompRule>, error: Errno) {
    let architecture = std::env::consts::ARCH.try_into().unwrap();
    let rules = BTreeMap::from([(call, rules)]);
    let action = SeccompAction::Errno(error.raw().unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, architecture).unwrap();
    let filter: BpfProgram = filter.try_into().unwrap();
    seccompiler::apply_filter(&filter).unwrap();
}
