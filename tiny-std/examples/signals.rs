//! Catches a signal 100,000 times while every register is in use, on the ordinary stack and on
//! another one: the registers and the mask are as before. Prints `ok`, or says what is wrong.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

use core::arch::asm;
use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};
use rusl::mem::mmap_anonymous;
use rusl::signal::{Cause, Change, Context, HandlerFlags, handle, sigaltstack, sigprocmask};
use tiny_std::process::getpid;
use tiny_std::signal::{Set, Signal};

tiny_std::program!(main);

const TIMES: u32 = 100_000;
const STACK: usize = 128 * 1024;

fn main() -> i32 {
    let stack = mmap_anonymous(STACK).unwrap();
    // SAFETY: the pages are for nothing else.
    unsafe { sigaltstack(stack, STACK) }.unwrap();
    let before = sigprocmask(Change::Block, Set::EMPTY.with(Signal::TERM)).unwrap();
    assert_eq!(before, Set::EMPTY);
    let mask = before.with(Signal::TERM);
    let blocked = Set::EMPTY.with(Signal::USR2);
    for (part, flags) in [HandlerFlags::NONE, HandlerFlags::ALTERNATE_STACK].into_iter().enumerate()
    {
        let flags = flags.with(HandlerFlags::RESTART);
        // SAFETY: the handler stores to an atomic and calls the kernel.
        unsafe { handle(Signal::USR1, catch, flags, blocked) }.unwrap();
        let (stack, length) = (stack.addr().get(), STACK);
        for round in 0..TIMES / 2 {
            let expected = Registers::filled(u64::from(round) << 8 | 0x55);
            let mut registers = expected.clone();
            registers.raise();
            assert!(registers == expected, "registers have changed, {round} of part {part}");
            if round % 1000 == 0 {
                assert_eq!(sigprocmask(Change::Block, Set::EMPTY), Ok(mask));
            }
        }
        let there = PLACE.load(Ordering::Relaxed) as usize;
        let is_there = there.wrapping_sub(stack as u32 as usize) < length;
        assert_eq!(is_there, flags.contains(HandlerFlags::ALTERNATE_STACK), "the stack");
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), TIMES, "calls");
    // As it was when the handler ran: ours, its own signal and the one that it blocks.
    let during = mask.with(Signal::USR1).with(Signal::USR2);
    assert_eq!(u64::from(MASK.load(Ordering::Relaxed)), during.bits(), "the mask meanwhile");
    assert_eq!(sigprocmask(Change::Block, Set::EMPTY), Ok(mask), "the mask afterwards");
    tiny_std::println!("ok");
    0
}

static CALLS: AtomicU32 = AtomicU32::new(0);
static MASK: AtomicU32 = AtomicU32::new(0);
/// The lower half of an address on the handler's stack.
static PLACE: AtomicU32 = AtomicU32::new(0);

/// Uses the registers for something else.
unsafe extern "C" fn catch(signal: Signal, cause: *const Cause, _: *const Context) {
    // SAFETY: the kernel has written it for this call.
    let cause = unsafe { &*cause };
    if signal == Signal::USR1 && !cause.is_fault() {
        CALLS.fetch_add(1, Ordering::Relaxed);
    }
    let mask = sigprocmask(Change::Block, Set::EMPTY).unwrap_or_default();
    MASK.store(mask.bits() as u32, Ordering::Relaxed);
    let local = 0_u8;
    PLACE.store((&raw const local).addr() as u32, Ordering::Relaxed);
    let mut other = Registers::filled(black_box(0x7777));
    other.pass_through();
    black_box(&other);
}

/// What registers hold: `raise` puts them there, and takes them back after the signal.
#[repr(C, align(64))]
#[derive(Clone, PartialEq, Eq)]
struct Registers {
    vectors: [u64; 64],
    general: [u64; 8],
}

impl Registers {
    /// Numbers that differ from each other and from those of other seeds.
    fn filled(seed: u64) -> Self {
        let number = |at: usize| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32);
        Self {
            vectors: core::array::from_fn(number),
            general: core::array::from_fn(|at| number(at).wrapping_add(1)),
        }
    }

    /// Sends the signal to this process, which gets it before the call returns.
    fn raise(&mut self) {
        self.call(getpid().raw() as u64, Signal::USR1.raw() as u64);
    }

    /// The same without a signal: 0 is none.
    fn pass_through(&mut self) {
        self.call(getpid().raw() as u64, 0);
    }

    #[cfg(target_arch = "x86_64")]
    fn call(&mut self, process: u64, signal: u64) {
        const KILL: u64 = 62;
        let [mut g0, mut g1, mut g2, mut g3, mut g4, mut g5, ..] = self.general;
        // SAFETY: kill(2) touches no memory; what is loaded and stored is `vectors`.
        unsafe {
            asm!(
                "movaps xmm0, [r12]",
                "movaps xmm1, [r12 + 16]",
                "movaps xmm2, [r12 + 32]",
                "movaps xmm3, [r12 + 48]",
                "movaps xmm4, [r12 + 64]",
                "movaps xmm5, [r12 + 80]",
                "movaps xmm6, [r12 + 96]",
                "movaps xmm7, [r12 + 112]",
                "movaps xmm8, [r12 + 128]",
                "movaps xmm9, [r12 + 144]",
                "movaps xmm10, [r12 + 160]",
                "movaps xmm11, [r12 + 176]",
                "movaps xmm12, [r12 + 192]",
                "movaps xmm13, [r12 + 208]",
                "movaps xmm14, [r12 + 224]",
                "movaps xmm15, [r12 + 240]",
                "syscall",
                "movaps [r12], xmm0",
                "movaps [r12 + 16], xmm1",
                "movaps [r12 + 32], xmm2",
                "movaps [r12 + 48], xmm3",
                "movaps [r12 + 64], xmm4",
                "movaps [r12 + 80], xmm5",
                "movaps [r12 + 96], xmm6",
                "movaps [r12 + 112], xmm7",
                "movaps [r12 + 128], xmm8",
                "movaps [r12 + 144], xmm9",
                "movaps [r12 + 160], xmm10",
                "movaps [r12 + 176], xmm11",
                "movaps [r12 + 192], xmm12",
                "movaps [r12 + 208], xmm13",
                "movaps [r12 + 224], xmm14",
                "movaps [r12 + 240], xmm15",
                inlateout("rax") KILL => _,
                in("rdi") process,
                in("rsi") signal,
                in("r12") self.vectors.as_mut_ptr(),
                inlateout("rdx") g0,
                inlateout("r8") g1,
                inlateout("r9") g2,
                inlateout("r10") g3,
                inlateout("r13") g4,
                inlateout("r15") g5,
                out("rcx") _, out("r11") _,
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
            );
        }
        self.general[..6].copy_from_slice(&[g0, g1, g2, g3, g4, g5]);
    }

    #[cfg(target_arch = "aarch64")]
    fn call(&mut self, process: u64, signal: u64) {
        const KILL: u64 = 129;
        let [mut g0, mut g1, mut g2, mut g3, mut g4, mut g5, mut g6, mut g7] = self.general;
        // SAFETY: kill(2) touches no memory; what is loaded and stored is `vectors`.
        unsafe {
            asm!(
                "ld1 {{v0.16b, v1.16b, v2.16b, v3.16b}}, [x2], #64",
                "ld1 {{v4.16b, v5.16b, v6.16b, v7.16b}}, [x2], #64",
                "ld1 {{v8.16b, v9.16b, v10.16b, v11.16b}}, [x2], #64",
                "ld1 {{v12.16b, v13.16b, v14.16b, v15.16b}}, [x2], #64",
                "ld1 {{v16.16b, v17.16b, v18.16b, v19.16b}}, [x2], #64",
                "ld1 {{v20.16b, v21.16b, v22.16b, v23.16b}}, [x2], #64",
                "ld1 {{v24.16b, v25.16b, v26.16b, v27.16b}}, [x2], #64",
                "ld1 {{v28.16b, v29.16b, v30.16b, v31.16b}}, [x2], #64",
                "svc 0",
                "st1 {{v0.16b, v1.16b, v2.16b, v3.16b}}, [x3], #64",
                "st1 {{v4.16b, v5.16b, v6.16b, v7.16b}}, [x3], #64",
                "st1 {{v8.16b, v9.16b, v10.16b, v11.16b}}, [x3], #64",
                "st1 {{v12.16b, v13.16b, v14.16b, v15.16b}}, [x3], #64",
                "st1 {{v16.16b, v17.16b, v18.16b, v19.16b}}, [x3], #64",
                "st1 {{v20.16b, v21.16b, v22.16b, v23.16b}}, [x3], #64",
                "st1 {{v24.16b, v25.16b, v26.16b, v27.16b}}, [x3], #64",
                "st1 {{v28.16b, v29.16b, v30.16b, v31.16b}}, [x3], #64",
                in("x8") KILL,
                inlateout("x0") process => _,
                in("x1") signal,
                inout("x2") self.vectors.as_mut_ptr() => _,
                inout("x3") self.vectors.as_mut_ptr() => _,
                inlateout("x4") g0,
                inlateout("x5") g1,
                inlateout("x9") g2,
                inlateout("x10") g3,
                inlateout("x15") g4,
                inlateout("x20") g5,
                inlateout("x27") g6,
                inlateout("x28") g7,
                out("v0") _, out("v1") _, out("v2") _, out("v3") _,
                out("v4") _, out("v5") _, out("v6") _, out("v7") _,
                out("v8") _, out("v9") _, out("v10") _, out("v11") _,
                out("v12") _, out("v13") _, out("v14") _, out("v15") _,
                out("v16") _, out("v17") _, out("v18") _, out("v19") _,
                out("v20") _, out("v21") _, out("v22") _, out("v23") _,
                out("v24") _, out("v25") _, out("v26") _, out("v27") _,
                out("v28") _, out("v29") _, out("v30") _, out("v31") _,
            );
        }
        self.general = [g0, g1, g2, g3, g4, g5, g6, g7];
    }
}
