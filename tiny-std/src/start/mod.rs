//! From the kernel's jump to `main`.
//!
//! Never allocates and never touches a signal. Relocates the program with the feature `pie`
//! only; without it the program is linked for a fixed address, which nothing has to be done
//! for.
#![expect(unsafe_code, reason = "reads the initial stack")]

use rusl::Errno;
use rusl::fd::{AsFd, BorrowedFd, STDERR, STDIN, STDOUT, is_close_on_exec, set_close_on_exec};
use rusl::fs::OpenFlags;

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(feature = "pie")]
#[doc(hidden)]
pub mod relocate;
#[cfg(target_arch = "x86_64")]
mod x86_64;

/// Makes a function the program's `main`: `fn main() -> i32`, which returns the exit
/// status. Once, at the root of a binary crate that is `no_std` and `no_main`.
///
/// Brings the entry point, the global allocator (as the type [`Allocator`]) and the
/// panic handler.
///
/// With `program!(main, brief)` a build without debug assertions says of a panic only which
/// calls led to it: where nobody reads them, the compiler leaves out all messages and places,
/// which are a twentieth of a program.
///
/// [`Allocator`]: crate::allocator::Allocator
#[macro_export]
macro_rules! program {
    ($main:ident) => {
        $crate::program!($main, info => $crate::panic::report(info));
    };
    ($main:ident, brief) => {
        $crate::program!($main, info => if cfg!(debug_assertions) {
            $crate::panic::report(info)
        } else {
            $crate::panic::report_calls()
        });
    };
    ($main:ident, $info:ident => $report:expr) => {
        mod tiny_std_program {
            //! What a program without std has to bring itself.

            $crate::entry_point!(start);

            /// Called by the entry point with the initial stack.
            unsafe extern "C" fn start(stack: *const usize) -> ! {
                // SAFETY: the entry point passes on what the kernel has given to it.
                unsafe { $crate::start::begin(stack) };
                $crate::process::exit(super::$main())
            }

            #[global_allocator]
            static ALLOCATOR: $crate::allocator::Allocator =
                // SAFETY: who starts a thread without libc does so by `tiny_std::thread`, or
                // promises the same.
                unsafe { $crate::allocator::Allocator::new() };

            #[panic_handler]
            fn panic($info: &::core::panic::PanicInfo<'_>) -> ! {
                $report
            }

            // The compiled `core` and `alloc` refer to these two of the unwinder, which a
            // program that aborts never calls.

            /// Would find the frame that catches a panic.
            #[unsafe(no_mangle)]
            extern "C" fn rust_eh_personality() -> ! {
                $crate::process::abort()
            }

            /// Would go on unwinding.
            #[unsafe(no_mangle)]
            extern "C" fn _Unwind_Resume() -> ! {
                $crate::process::abort()
            }
        }
    };
}

/// What happens before `main`. Part of [`program!`].
///
/// # Safety
///
/// `stack` is the initial stack as the kernel has laid it out (System V ABI, "Process
/// Initialization"): the count of arguments, their addresses, null, the addresses of the
/// environment, null, the auxiliary vector. Nobody changes it while the program runs.
#[doc(hidden)]
pub unsafe fn begin(stack: *const usize) {
    // SAFETY: the caller's promise.
    unsafe { crate::env::set_initial_stack(stack) };
    #[cfg(feature = "pie")]
    relocate::protect();
    for fd in [STDIN, STDOUT, STDERR] {
        open_if_closed(fd);
    }
}

/// Opens `/dev/null` as a descriptor that is closed; where there is no such file, it stays so.
#[inline(never)]
fn open_if_closed(fd: BorrowedFd<'_>) {
    // The lowest free number is taken: this very one, as they come in order.
    if is_close_on_exec(fd) == Err(Errno::EBADF)
        && let Ok(null) = rusl::fs::open(c"/dev/null", OpenFlags::READ_WRITE, 0)
    {
        // Children expect it as well.
        let _ = set_close_on_exec(null.as_fd(), false);
        null.into_raw();
    }
}
