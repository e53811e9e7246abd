//! How big the program is and what is in it, against the limit that it may not pass.

use std::fs;
use std::path::Path;

use crate::build::{self, Profile};
use crate::elf::{self, Address, Elf};
use crate::{Failure, Outcome};

/// The most that the release program may take, in bytes.
pub const LIMIT: usize = 300_000;

/// Builds the release program, says its size and parts, and fails above the limit.
pub fn size() -> Outcome {
    let path = build::pgwm(Profile::Release)?;
    let file = fs::read(&path)?;
    let program = Elf::parse(&file)?;
    println!("{}: {} bytes of at most {LIMIT}", path.display(), file.len());
    for segment in program.segments.iter().filter(|segment| segment.kind == elf::LOAD) {
        let flag = |bit, letter| if segment.flags & bit == 0 { '-' } else { letter };
        println!(
            "  {}{}{} at {:#x}: {} bytes in the file, {} in memory",
            flag(4, 'r'),
            flag(2, 'w'),
            flag(1, 'x'),
            segment.address,
            segment.file_size,
            segment.memory_size,
        );
    }
    check(&path)?;
    println!("  static, at a fixed address (EXEC), no loader (INTERP), no libraries (NEEDED)");
    Ok(())
}

/// Fails if the program isn't static at a fixed address, or if it is above the limit.
pub fn check(path: &Path) -> Outcome {
    let file = fs::read(path)?;
    let mut complaints = Elf::parse(&file)?.complaints(Address::Fixed);
    if file.len() > LIMIT {
        complaints.push(format!("it takes {} bytes, more than {LIMIT}", file.len()));
    }
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{}: {}", path.display(), complaints.join("; "))))
}
