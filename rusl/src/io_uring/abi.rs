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

// Fewer bytes would let the kernel write past an end; the tests compare every offset.
const _: () = assert!(size_of::<Params>() == 120);
const _: () = assert!(size_of::<SubmissionEntry>() == 64);
const _: () = assert!(size_of::<CompletionEntry>() == 16);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io_uring::op::{TimeoutFlags, opcode};
    use crate::layout::{same_layout, same_numbers};
    use linux_raw_sys::io_uring;
    use linux_raw_sys::io_uring::io_uring_sqe as Theirs;

    #[test]
    fn structs_are_those_of_the_kernel() {
        same_layout!(SubmissionOffsets, io_uring::io_sqring_offsets {
            head = head, tail = tail, ring_mask = ring_mask, ring_entries = ring_entries,
            flags = flags, dropped = dropped, array = array, reserved = resv1,
            user_address = user_addr,
        });
        same_layout!(CompletionOffsets, io_uring::io_cqring_offsets {
            head = head, tail = tail, ring_mask = ring_mask, ring_entries = ring_entries,
            overflow = overflow, entries = cqes, flags = flags, reserved = resv1,
            user_address = user_addr,
        });
        same_layout!(Params, io_uring::io_uring_params {
            submission_entries = sq_entries, completion_entries = cq_entries, flags = flags,
            submission_thread_cpu = sq_thread_cpu, submission_thread_idle = sq_thread_idle,
            features = features, queue_fd = wq_fd, reserved = resv, submission = sq_off,
            completion = cq_off,
        });
        same_layout!(CompletionEntry, io_uring::io_uring_cqe {
            user_data = user_data, result = res, flags = flags,
        });
        same_layout!(EnterArgument, io_uring::io_uring_getevents_arg {
            signal_mask = sigmask, signal_mask_size = sigmask_sz, minimum_wait = min_wait_usec,
            timeout = ts,
        });
        // Its unions in the order of the header: offset, address, flags of the operation,
        // buffer, file, and the last 16 bytes.
        assert_eq!(
            std::mem::offset_of!(SubmissionEntry, address3),
            std::mem::offset_of!(Theirs, __bindgen_anon_6)
        );
        assert_eq!(std::mem::offset_of!(SubmissionEntry, reserved), 56);
        assert_eq!(size_of::<SubmissionEntry>(), size_of::<Theirs>());
        assert_eq!(align_of::<SubmissionEntry>(), align_of::<Theirs>());
        macro_rules! at {
            ($($our:ident = $their:ident),* $(,)?) => {
                $(assert_eq!(
                    std::mem::offset_of!(SubmissionEntry, $our),
                    std::mem::offset_of!(Theirs, $their),
                    stringify!($our)
                );)*
            };
        }
        at! {
            opcode = opcode, flags = flags, priority = ioprio, fd = fd,
            offset = __bindgen_anon_1, address = __bindgen_anon_2, length = len,
            operation_flags = __bindgen_anon_3, user_data = user_data,
            buffer_index = __bindgen_anon_4, personality = personality,
            file_index = __bindgen_anon_5,
        }
    }

    #[test]
    fn numbers_are_those_of_the_kernel() {
        use io_uring::io_uring_op::*;
        use io_uring::*;
        same_numbers! {
            setup::CLAMP => IORING_SETUP_CLAMP, setup::SUBMIT_ALL => IORING_SETUP_SUBMIT_ALL,
            setup::COOP_TASKRUN => IORING_SETUP_COOP_TASKRUN,
            setup::SINGLE_ISSUER => IORING_SETUP_SINGLE_ISSUER,
            setup::DEFER_TASKRUN => IORING_SETUP_DEFER_TASKRUN,
            setup::NO_SQARRAY => IORING_SETUP_NO_SQARRAY,
            feature::SINGLE_MMAP => IORING_FEAT_SINGLE_MMAP,
            feature::NODROP => IORING_FEAT_NODROP,
            feature::SUBMIT_STABLE => IORING_FEAT_SUBMIT_STABLE,
            feature::FAST_POLL => IORING_FEAT_FAST_POLL,
            feature::EXT_ARG => IORING_FEAT_EXT_ARG,
            feature::NO_IOWAIT => IORING_FEAT_NO_IOWAIT,
            enter::GETEVENTS => IORING_ENTER_GETEVENTS, enter::EXT_ARG => IORING_ENTER_EXT_ARG,
            enter::NO_IOWAIT => IORING_ENTER_NO_IOWAIT,
            OFFSET_RINGS => IORING_OFF_SQ_RING, OFFSET_ENTRIES => IORING_OFF_SQES,
            opcode::NOP => IORING_OP_NOP, opcode::POLL_ADD => IORING_OP_POLL_ADD,
            opcode::TIMEOUT => IORING_OP_TIMEOUT, opcode::ACCEPT => IORING_OP_ACCEPT,
            opcode::ASYNC_CANCEL => IORING_OP_ASYNC_CANCEL, opcode::READ => IORING_OP_READ,
            opcode::WRITE => IORING_OP_WRITE, opcode::SEND => IORING_OP_SEND,
            opcode::RECV => IORING_OP_RECV,
            TimeoutFlags::ABSOLUTE.bits() => IORING_TIMEOUT_ABS,
            TimeoutFlags::BOOT_TIME.bits() => IORING_TIMEOUT_BOOTTIME,
            TimeoutFlags::REALTIME.bits() => IORING_TIMEOUT_REALTIME,
        }
    }
}
