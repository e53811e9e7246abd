//! Who started whom, as procfs tells it.
//!
//! Never trusts a process's name: it is whatever the process says.

use super::Pid;
use crate::fs::read_at_most;
use alloc::vec::Vec;
use rusl::{Errno, Result};

/// No real chain is longer; one that changes while it is read could go in a circle.
const LONGEST: usize = 64;

/// 52 numbers and a name are shorter: bytes.
const LONGEST_STAT: usize = 2048;

/// The parents of a process: its own one first, then that one's, up to process 1, 64 at
/// most. Without /proc, or when one of them ends meanwhile, as many as could be read.
pub fn ancestors(pid: Pid) -> Vec<Pid> {
    let mut ancestors = Vec::new();
    let mut last = pid;
    while ancestors.len() < LONGEST
        && let Ok(Some(parent)) = parent(last)
    {
        ancestors.push(parent);
        last = parent;
    }
    ancestors
}

/// The parent of a process; `None` for one without, such as process 1, and for one whose
/// parent is outside of our PID namespace.
///
/// # Errors
///
/// `ENOENT` or `ESRCH` if there is no such process, or none that we may see; `EINVAL` if
/// procfs tells something else than proc(5) says.
#[inline(never)]
pub fn parent(pid: Pid) -> Result<Option<Pid>> {
    let mut digits = [0; 10];
    let path = [b"/proc/", decimal(pid, &mut digits), b"/stat"].concat();
    let raw = parent_in(&read_at_most(path, LONGEST_STAT)?).ok_or(Errno::EINVAL)?;
    Ok(Pid::from_raw(raw))
}

/// The fourth field of `/proc/PID/stat` (`proc_pid_stat(5)`), `PID (name) state parent …`.
/// The name is the only field that may hold spaces and parentheses.
fn parent_in(stat: &[u8]) -> Option<i32> {
    let name_end = stat.iter().rposition(|&byte| byte == b')')?;
    let mut fields = stat.get(name_end..)?.split(|&byte| byte == b' ');
    let parent = fields.nth(2)?;
    // What follows proves that it was read to its end.
    fields.next()?;
    number(parent)
}

/// A process's number in decimal digits, of which there are ten at the most.
fn decimal(pid: Pid, digits: &mut [u8; 10]) -> &[u8] {
    let mut number = pid.raw();
    let mut start = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        start = at;
        if number == 0 {
            break;
        }
    }
    digits.get(start..).unwrap_or_default()
}

/// A process's number, of decimal digits only.
fn number(digits: &[u8]) -> Option<i32> {
    let mut number = if digits.is_empty() { None } else { Some(0_i32) };
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        number = number?.checked_mul(10)?.checked_add(digit.into()).filter(|_| digit < 10);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::alone;
    use crate::process::{Children, Command, Signal, Wait, getpid, kill, wait4};

    /// What a process can put into its name to be taken for another's child.
    const TRAPS: [&[u8]; 8] = [b"", b")", b"(", b" ", b") S 7 ", b"\n", b"9", b"\xff"];

    /// Every name of up to four traps.
    fn names() -> impl Iterator<Item = Vec<u8>> {
        (0..TRAPS.len().pow(4)).map(|index| {
            let trap = |place: u32| TRAPS[index / TRAPS.len().pow(place) % TRAPS.len()];
            [trap(0), trap(1), trap(2), trap(3)].concat()
        })
    }

    fn stat(name: &[u8], parent: i32) -> Vec<u8> {
        let rest = format!(") S {parent} 10 10 0 -1 4194304 0 18446744073709551615\n");
        [b"77 (", name, rest.as_bytes()].concat()
    }

    #[test]
    fn a_name_never_hides_the_parent() {
        for (name, parent) in names().zip([0, 1, 7, 99_999, i32::MAX].into_iter().cycle()) {
            assert_eq!(parent_in(&stat(&name, parent)), Some(parent), "{name:?}");
        }
    }

    #[test]
    fn a_line_that_is_cut_never_gives_another_parent() {
        let line = stat(b"a name", 4321);
        let whole = line.windows(5).position(|part| part == b"4321 ").unwrap() + 5;
        for length in 0..line.len() {
            let expected = (length >= whole).then_some(4321);
            assert_eq!(parent_in(&line[..length]), expected, "{length} bytes");
        }
    }

    #[test]
    fn what_is_no_number_is_no_parent() {
        for parent in ["", "x", "-", "1x", "2147483648", "99999999999999999999", "\u{663}"] {
            assert_eq!(parent_in(format!("7 (a) S {parent} 10").as_bytes()), None, "{parent}");
        }
    }

    #[test]
    fn our_parent_is_who_std_says() {
        let expected = Pid::from_raw(std::os::unix::process::parent_id() as i32);
        assert_eq!(parent(getpid()), Ok(expected));
        let first = Pid::from_raw(1).unwrap();
        assert_eq!((parent(first), ancestors(first)), (Ok(None), Vec::new()));
        // Larger than any id that the kernel gives (`proc_sys_kernel(5)`).
        let nobody = Pid::from_raw(i32::MAX).unwrap();
        assert_eq!((parent(nobody), ancestors(nobody)), (Err(Errno::ENOENT), Vec::new()));
    }

    #[test]
    fn a_child_descends_from_us_and_from_our_parents() {
        let _alone = alone();
        let ours = ancestors(getpid());
        let sleep =
            Command { program: b"sleep", arguments: &[b"1000"], environment: &[], output: None };
        let child = sleep.spawn().unwrap();
        let parents = ancestors(child);
        kill(child, Signal::KILL).unwrap();
        wait4(Children::One(child), Wait::Block).unwrap();
        assert_eq!(parents.split_first(), Some((&getpid(), &ours[..])));
        assert!(parents.len() <= LONGEST);
        let links = parents.windows(2).all(|pair| parent(pair[0]) == Ok(Some(pair[1])));
        assert!(links, "{parents:?}");
    }
}
