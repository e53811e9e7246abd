//! What the program was started with: arguments, environment, auxiliary vector.
//!
//! Never copies and never changes them. In a process that was not started by
//! [`program!`](crate::program), such as a test, all are empty.
#![expect(unsafe_code, reason = "reads the initial stack")]

use core::ffi::{CStr, c_char};
use core::sync::atomic::{AtomicUsize, Ordering};

/// The address of the initial stack, of the count of arguments; 0 before the start. No
/// pointer: the compiler keeps one for whoever looks for leaks, also where nobody asks for
/// it, and a page of memory with it.
static INITIAL_STACK: AtomicUsize = AtomicUsize::new(0);

/// The arguments, the program's name first.
pub fn args() -> impl ExactSizeIterator<Item = &'static CStr> + Clone {
    block().arguments()
}

/// The program's name, as whoever has started it says; empty if there is none.
pub(crate) fn name() -> &'static [u8] {
    let stack = block();
    let name = if stack.stack.is_null() { None } else { stack.string(Block::ARGUMENTS) };
    name.map_or(&[], CStr::to_bytes)
}

/// The value of an environment variable, if it is set; the first one of that name.
pub fn var(name: &str) -> Option<&'static [u8]> {
    find(vars(), name.as_bytes())
}

/// The environment, each as `NAME=value`.
pub fn vars() -> impl Iterator<Item = &'static CStr> + Clone {
    block().environment()
}

/// The value of a key in the auxiliary vector (getauxval(3)), such as 25 for the address
/// of 16 random bytes.
pub fn auxiliary_value(key: usize) -> Option<usize> {
    block().auxiliary().find(|&(found, _)| found == key).map(|(_, value)| value)
}

/// Where the stack of the program began, of which everything below is in use or was; null
/// before the start.
pub(crate) fn initial_stack() -> *const usize {
    core::ptr::with_exposed_provenance(INITIAL_STACK.load(Ordering::Relaxed))
}

/// Remembers where the initial stack is.
///
/// # Safety
///
/// As [`crate::start::begin`].
pub(crate) unsafe fn set_initial_stack(stack: *const usize) {
    INITIAL_STACK.store(stack.expose_provenance(), Ordering::Relaxed);
}

/// The value in the first `name=value`.
fn find<'value>(
    mut entries: impl Iterator<Item = &'value CStr>,
    name: &[u8],
) -> Option<&'value [u8]> {
    entries.find_map(|entry| value_of(entry, name))
}

/// The value, if the entry is `name=value` with the whole name.
pub(crate) fn value_of<'value>(entry: &'value CStr, name: &[u8]) -> Option<&'value [u8]> {
    entry.to_bytes().strip_prefix(name)?.strip_prefix(b"=")
}

/// The initial stack of this process.
fn block() -> Block {
    Block { stack: initial_stack() }
}

/// The words of an initial stack; null is one without any.
#[derive(Clone, Copy)]
struct Block {
    stack: *const usize,
}

impl Block {
    /// Where the addresses of the arguments start.
    const ARGUMENTS: usize = 1;

    /// The word at an index. Callers stop at the null that ends each list.
    fn word(self, index: usize) -> usize {
        // SAFETY: the stack outlives the process, and every list on it ends in null.
        let word = unsafe { self.stack.add(index) };
        // SAFETY: as above; nobody writes there.
        unsafe { word.read() }
    }

    /// The string whose address is at an index; `None` if it is null.
    fn string(self, index: usize) -> Option<&'static CStr> {
        let address: *const c_char = core::ptr::with_exposed_provenance(self.word(index));
        if address.is_null() {
            return None;
        }
        // SAFETY: the kernel has put a string with its NUL there, for as long as the
        // process lives.
        Some(unsafe { CStr::from_ptr(address) })
    }

    fn arguments_count(self) -> usize {
        if self.stack.is_null() { 0 } else { self.word(0) }
    }

    fn arguments(self) -> impl ExactSizeIterator<Item = &'static CStr> + Clone {
        (0..self.arguments_count())
            .map(move |index| self.string(Self::ARGUMENTS + index).unwrap_or_default())
    }

    /// Where the addresses of the environment start: past the arguments and their null.
    fn environment_start(self) -> usize {
        Self::ARGUMENTS + self.arguments_count() + 1
    }

    fn environment(self) -> impl Iterator<Item = &'static CStr> + Clone {
        let first = self.environment_start();
        let present = !self.stack.is_null();
        let strings =
            (first..).map_while(move |index| if present { self.string(index) } else { None });
        // What follows the null is no string, whoever asks again.
        strings.fuse()
    }

    /// The keys and values up to the key that is null.
    fn auxiliary(self) -> impl Iterator<Item = (usize, usize)> {
        let present = !self.stack.is_null();
        // The null at the end of the environment.
        let mut index = self.environment_start();
        while present && self.word(index) != 0 {
            index += 1;
        }
        core::iter::from_fn(move || {
            if !present || self.word(index + 1) == 0 {
                return None;
            }
            index += 2;
            Some((self.word(index - 1), self.word(index)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that the kernel would lay out.
    fn stack(arguments: &[&'static CStr], environment: &[&'static CStr]) -> Vec<usize> {
        let addresses = |strings: &[&'static CStr]| {
            strings.iter().map(|text| text.as_ptr().expose_provenance()).collect::<Vec<_>>()
        };
        let mut words = vec![arguments.len()];
        words.extend(addresses(arguments));
        words.push(0);
        words.extend(addresses(environment));
        words.extend([0, 6, 4096, 25, 77, 0, 0]);
        words
    }

    #[test]
    fn a_stack_is_taken_apart() {
        for arguments in [&[][..], &[c"name"], &[c"name", c"", c"--option"]] {
            for environment in [&[][..], &[c"A=1"], &[c"A=1", c"B=", c"odd", c"C=x=y"]] {
                let words = stack(arguments, environment);
                let block = Block { stack: words.as_ptr() };
                assert_eq!(block.arguments().len(), arguments.len());
                assert!(block.arguments().eq(arguments.iter().copied()));
                assert!(block.environment().eq(environment.iter().copied()));
                let mut at_the_end = block.environment().skip(environment.len());
                assert_eq!((at_the_end.next(), at_the_end.next()), (None, None));
                let pairs: Vec<_> = block.auxiliary().collect();
                assert_eq!(pairs, [(6, 4096), (25, 77)]);
            }
        }
    }

    /// What there is up to the first key that is 0, whatever it says and whatever follows.
    #[test]
    fn an_auxiliary_vector_is_believed_up_to_its_end() {
        const MOST: usize = usize::MAX;
        let vectors: [&[(usize, usize)]; 6] = [
            &[],
            &[(6, 0)],
            &[(6, 4096), (6, 1), (7, MOST)],
            &[(MOST, MOST), (MOST >> 1, 1 << 63), (33, 8)],
            &[(6, 0), (1, 0), (2, 0), (3, 0)],
            &[(25, 77); 100],
        ];
        for pairs in vectors {
            // At the very end of an environment, or of none; past the end, more of the like.
            for environment in [&[][..], &[c"A=1", c"=", c""]] {
                for end in [(0, 0), (0, MOST)] {
                    let mut words = stack(&[c"name"], environment);
                    words.truncate(words.len() - 6);
                    words.extend(pairs.iter().chain([&end, &(6, 5)]).flat_map(|&(a, b)| [a, b]));
                    let block = Block { stack: words.as_ptr() };
                    assert!(block.auxiliary().eq(pairs.iter().copied()));
                    assert!(block.environment().eq(environment.iter().copied()));
                    assert_eq!(block.arguments().len(), 1);
                }
            }
        }
    }

    #[test]
    fn a_name_is_compared_whole() {
        let entries = [c"DISPLAY=:0", c"D=short", c"EMPTY=", c"SAME=1", c"SAME=2", c"=x"];
        let find = |name: &str| find(entries.into_iter(), name.as_bytes());
        assert_eq!(find("DISPLAY"), Some(&b":0"[..]));
        assert_eq!(find("D"), Some(&b"short"[..]));
        assert_eq!(find("DISPLA"), None);
        assert_eq!(find("DISPLAYS"), None);
        assert_eq!(find("EMPTY"), Some(&b""[..]));
        assert_eq!(find("SAME"), Some(&b"1"[..]));
        assert_eq!(find("display"), None);
    }

    #[test]
    fn without_a_start_everything_is_empty() {
        assert_eq!(args().len(), 0);
        assert_eq!(name(), b"");
        assert_eq!(vars().count(), 0);
        assert_eq!(var("PATH"), None);
        assert_eq!(auxiliary_value(6), None);
    }
}
