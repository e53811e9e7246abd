//! The kernel's structs and numbers (`include/uapi/linux/io_uring.h`).
//!
//! Never more of them than the ring uses.

/// `io_uring_setup(2)` flags.
pub(super) mod setup {
    pub(crate) const CLAMP: u32 = 1 << 4;
    pub(crate) const SUBMIT_ALL: u32 = 1 << 7;
    pub(crate) const COOP_TASKRUN: u32 = 1 << 8;
    pub(crate) const SINGLE_ISSUER: u32 = 1 << 12;
    pub(crate) const DEFER_TASKRUN: u32 = 1 << 13;
    pub(crate) const NO_SQARRAY: u32 = 1 << 16;
}

/// What the kernel says it can do.
pub(super) mod feature {
    pub(crate) const SINGLE_MMAP: u32 = 1 << 0;
    pub(crate) const NODROP: u32 = 1 << 1;
    pub(crate) const SUBMIT_STABLE: u32 = 1 << 2;
    pub(crate) const FAST_POLL: u32 = 1 << 5;
    pub(crate) const EXT_ARG: u32 = 1 << 8;
    pub(crate) const NO_IOWAIT: u32 = 1 << 17;
}

/// `io_uring_enter(2)` flags.
pub(super) mod enter {
    pub(crate) const GETEVENTS: u32 = 1 << 0;
    pub(crate) const EXT_ARG: u32 = 1 << 3;
    pub(crate) const NO_IOWAIT: u32 = 1 << 7;
}

/// Where mmap(2) finds the two rings, and the entries.
pub(super) const OFFSET_RINGS: usize = 0;
pub(super) const OFFSET_ENTRIES: usize = 0x1000_0000;

/// `struct io_sqring_offsets`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SubmissionOffsets {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) ring_mask: u32,
    pub(super) ring_entries: u32,
    pub(super) flags: u32,
    pub(super) dropped: u32,
    pub(super) array: u32,
    reserved: u32,
    user_address: u64,
}

/// `struct io_cqring_offsets`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CompletionOffsets {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) ring_mask: u32,
    pub(super) ring_entries: u32,
    pub(super) overflow: u32,
    pub(super) entries: u32,
    pub(super) flags: u32,
    reserved: u32,
    user_address: u64,
}

/// `struct io_uring_params`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Params {
    pub(super) submission_entries: u32,
    pub(super) completion_entries: u32,
    pub(super) flags: u32,
    submission_thread_cpu: u32,
    submission_thread_idle: u32,
    pub(super) features: u32,
    queue_fd: u32,
    reserved: [u32; 3],
    pub(super) submission: SubmissionOffsets,
    pub(super) completion: CompletionOffsets,
}

/// `struct io_uring_sqe`, with the names of its first members.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct SubmissionEntry {
    pub(super) opcode: u8,
    pub(super) flags: u8,
    pub(super) priority: u16,
    pub(super) fd: i32,
    pub(super) offset: u64,
    pub(super) address: u64,
    pub(super) length: u32,
    pub(super) operation_flags: u32,
    pub(super) user_data: u64,
    pub(super) buffer_index: u16,
    pub(super) personality: u16,
    pub(super) file_index: u32,
    pub(super) address3: u64,
    pub(super) reserved: u64,
}

/// `struct io_uring_cqe`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CompletionEntry {
    pub(super) user_data: u64,
    pub(super) result: i32,
    pub(super) flags: u32,
}

/// `struct io_uring_getevents_arg`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EnterArgument {
    pub(super) signal_mask: u64,
    pub(super) signal_mask_size: u32,
    pub(super) minimum_wait: u32,
    pub(super) timeout: u64,
}

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<SubmissionOffsets>() == 40);
    assert!(size_of::<CompletionOffsets>() == 40);
    assert!(size_of::<Params>() == 120);
    assert!(offset_of!(Params, features) == 20);
    assert!(offset_of!(Params, submission) == 40);
    assert!(offset_of!(Params, completion) == 80);
    assert!(offset_of!(SubmissionOffsets, array) == 24);
    assert!(offset_of!(CompletionOffsets, entries) == 20);
    assert!(size_of::<SubmissionEntry>() == 64);
    assert!(offset_of!(SubmissionEntry, offset) == 8);
    assert!(offset_of!(SubmissionEntry, address) == 16);
    assert!(offset_of!(SubmissionEntry, length) == 24);
    assert!(offset_of!(SubmissionEntry, user_data) == 32);
    assert!(size_of::<CompletionEntry>() == 16);
    assert!(offset_of!(CompletionEntry, result) == 8);
    assert!(size_of::<EnterArgument>() == 24);
    assert!(offset_of!(EnterArgument, timeout) == 16);
};
