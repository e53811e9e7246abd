//! Does what it can't, as the argument says, and reports it: one sentence, and the death that
//! the signal stands for.
#![no_std]
#![no_main]
#![expect(clippy::unwrap_used, reason = "in a test the panic is the report")]

extern crate alloc;

use alloc::ffi::CString;
use alloc::string::String;
use core::ffi::CStr;
use core::hint::black_box;
use rusl::fd::AsFd;
use tiny_std::process::{Children, Command, Exit, Wait, getpid, kill, wait4};
use tiny_std::signal::Signal;
use tiny_std::{env, eprintln, fault, fs, println, thread};

tiny_std::program!(main);

fn main() -> i32 {
    let what = env::args().nth(1).map_or(&b""[..], CStr::to_bytes);
    if what == b"cut-map" {
        // Before: the other order is below.
        return look_at_what_was_cut(fault::report);
    }
    if what != b"silent" {
        fault::report();
        // A second time, it changes nothing.
        fault::report();
    }
    match what {
        b"overflow" => recurse(0) as i32,
        b"wild" | b"silent" => read(0x1234_5678_9000),
        b"impossible" => read(1 << 63 | 0x1234_5678),
        b"null" => read(0),
        b"write" => write_to_code(),
        b"jump" => jump(),
        b"illegal" => illegal(),
        b"divide" => divide(),
        b"bus" => read_behind_the_end_of_a_file(),
        b"cut-map-after" => look_at_what_was_cut(|| {}),
        b"sent" => {
            kill(getpid(), Signal::SEGV).unwrap();
            0
        }
        b"thread-overflow" => in_thread(|| recurse(0) as i32),
        b"thread-wild" => in_thread(|| read(0x1234_5678_9000)),
        b"child" => child_dies_of_its_own_fault(),
        _ => {
            eprintln!(
                "usage: faults overflow|wild|impossible|null|write|jump|illegal|divide|bus|\
                 cut-map|cut-map-after|sent|thread-overflow|thread-wild|child|silent"
            );
            2
        }
    }
}

fn in_thread(run: impl FnOnce() -> i32 + Send + 'static) -> i32 {
    thread::spawn(run).unwrap().join()
}

/// Never comes to an end, which the compiler can't know.
#[inline(never)]
fn recurse(depth: usize) -> usize {
    let mut local = [depth; 20];
    black_box(&mut local);
    if local[0] == usize::MAX { 0 } else { recurse(depth + 1) + local[7] }
}

#[inline(never)]
fn read(address: usize) -> i32 {
    let pointer: *const i32 = core::ptr::with_exposed_provenance(black_box(address));
    // SAFETY: none; that there is no such memory is what is tested.
    unsafe { pointer.read_volatile() }
}

#[inline(never)]
fn write_to_code() -> i32 {
    let pointer = black_box(write_to_code as *const () as *mut u8);
    // SAFETY: none; that it can't be written is what is tested.
    unsafe { pointer.write_volatile(0) };
    0
}

#[inline(never)]
fn jump() -> i32 {
    let address: *const () = core::ptr::with_exposed_provenance(black_box(0x10_0000));
    // SAFETY: none; that there is no such function is what is tested.
    let function = unsafe { core::mem::transmute::<*const (), extern "C" fn() -> i32>(address) };
    function()
}

fn illegal() -> i32 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: none; that there is no such instruction is what is tested.
    unsafe {
        core::arch::asm!("ud2");
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        core::arch::asm!("udf #0");
    }
    0
}

/// Where the processor divides by zero without complaint, there is nothing to be reported.
fn divide() -> i32 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: none; that it can't be done is what is tested.
    unsafe {
        core::arch::asm!("div {zero}", zero = in(reg) 0_usize, inout("rax") 1_usize => _, inout("rdx") 0_usize => _);
    }
    #[cfg(target_arch = "aarch64")]
    kill(getpid(), Signal::FPE).unwrap();
    0
}

fn read_behind_the_end_of_a_file() -> i32 {
    let path = scratch("bus");
    fs::File::create(&path).unwrap().write_all(b"not empty").unwrap();
    let mapped = rusl::mem::mmap_file(fs::File::open(&path).unwrap().as_fd(), 9).unwrap();
    fs::File::create(&path).unwrap();
    unlink(&path);
    // SAFETY: inside of the mapping; that there is no such page is what is tested.
    i32::from(unsafe { mapped.read_volatile() })
}

/// A mapped file that is cut reads as zeros whoever came first, and other faults are still
/// reported.
fn look_at_what_was_cut(then: fn()) -> i32 {
    let path = scratch("cut");
    fs::File::create(&path).unwrap().write_all(&[7; 10_000]).unwrap();
    let mapped = fs::map(path.as_bytes()).unwrap();
    then();
    fs::File::create(&path).unwrap();
    unlink(&path);
    assert!(black_box(mapped).iter().all(|byte| *byte == 0), "not zeros");
    println!("zeros");
    read_behind_the_end_of_a_file()
}

/// A child gets no handler from us: it can't die in our name.
fn child_dies_of_its_own_fault() -> i32 {
    let arguments: [&[u8]; 1] = [b"silent"];
    let ourselves = Command {
        program: b"/proc/self/exe",
        arguments: &arguments,
        environment: &[],
        output: None,
    };
    let pid = ourselves.spawn().unwrap();
    let ended = wait4(Children::One(pid), Wait::Block);
    assert_eq!(ended, Ok(Some((pid, Exit::Signal(Signal::SEGV.raw())))));
    0
}

/// The path of a file of this process.
fn scratch(name: &str) -> String {
    alloc::format!("/tmp/tiny-std-{name}-{}", getpid().raw())
}

fn unlink(path: &str) {
    rusl::fs::unlink(&CString::new(path).unwrap()).unwrap();
}
