//! For tests: a kernel that refuses a call.
//!
//! Never on the thread of a test itself: a filter is for a thread, and for good.

use rusl::Errno;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use std::collections::BTreeMap;

/// Runs a test on a thread for which a system call may be made to fail.
pub(crate) fn on_thread(test: impl FnOnce() + Send + 'static) {
    std::thread::spawn(test).join().unwrap();
}

/// From now on the call fails on this thread, for good.
pub(crate) fn forbid(call: libc::c_long, error: Errno) {
    let architecture = std::env::consts::ARCH.try_into().unwrap();
    let rules = BTreeMap::from([(call, Vec::new())]);
    let action = SeccompAction::Errno(error.raw().unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, architecture).unwrap();
    let filter: BpfProgram = filter.try_into().unwrap();
    seccompiler::apply_filter(&filter).unwrap();
}
