//! `cargo xtask test --target aarch64`: the tests on a processor that this machine doesn't
//! have, played by qemu. Twice: the programs alone, on this machine's own kernel, and a
//! whole machine with a kernel of its own, which has what qemu doesn't pass on.
//!
//! Never changes the system: what it needs lies in cargo's target folder.

mod machine;
mod tools;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::build::{self, EMULATOR, JSON, PROGRAMS, Profile, built_by, tests_by};
use crate::install::{HEADLESS, Permission, ZONES, ensure};
use crate::process::{line, said, succeed};
use crate::{Failure, Outcome};
use machine::Machine;
use tools::Tools;

/// What the compiler calls the processor with this kernel.
const TARGET: &str = "aarch64-unknown-linux-gnu";

/// The crates that are tested; the window manager itself is, with the sessions.
const CRATES: [&str; 6] = ["-p", "rusl", "-p", "tiny-std", "-p", "pgwm-core"];

/// The tests of the example programs.
const EXAMPLES: &str = "example_programs::";

/// Tests to be left out, by parts of their names, and why.
type LeftOut = (&'static str, &'static [&'static str]);

/// Of the crates, where programs are played one by one.
const OF_THE_CRATES: &[LeftOut] = &[
    (
        "they take minutes without an emulator, and no processor makes a difference",
        &["long_runs", "every_triple_of_"],
    ),
    ("the emulator blocks and ignores signals, and so do its children", &["with_a_clean_slate"]),
    (
        "the emulator waits for no child that shares its memory, and shares none",
        &["a_thousand_children", "a_forbidden_program_is_passed", "a_child_with_a_pipe_ends"],
    ),
    (
        "the emulator knows neither generic netlink nor what is asked of a mixer, and sets no limit",
        &["the_kernel_answers_at_once", "what_is_no_mixer_says_so", "a_limit_is_read_and_set"],
    ),
    (
        "the emulator has no filter of system calls",
        &[
            "a_signal_never_goes_to_everybody",
            "what_cannot_be_cut_without_harm_is_not_mapped",
            "a_connection_that_is_interrupted",
            "what_cannot_be_read_is_not_blocked",
        ],
    ),
    (
        "the emulator gives no vDSO",
        &[
            "a_place_that_cannot_be_read_is_no_vdso",
            "either_hash_table_is_enough",
            "functions_are_where_the_dynamic_linker",
            "its_time_is_that_of_the_system_call",
            "large_numbers_neither_hang_nor_panic",
            "section_headers_do_not_matter",
        ],
    ),
    (
        "the emulator gives a program that runs itself to this machine's kernel",
        &["a_second_entry_ends_the_process"],
    ),
];

/// The same on the whole machine, which takes minutes for each build.
const MACHINE_EXAMPLES: [&str; 2] = ["release_examples_work_at_any_address", "start_of_programs::"];

/// Of the sessions, on the whole machine.
const OF_A_SCREEN: &[LeftOut] = &[
    ("one build takes minutes; the others were run one by one", &["dev_examples_work"]),
    (
        "there is no compiler on that machine, and no X server",
        &["every_list_of_relocations", "the_window_manager_works_at_any"],
    ),
];

/// Of the sessions, where programs are played one by one.
const OF_THE_KERNEL: &[LeftOut] = &[
    (
        "the emulator gives a program that is run in its own place to this machine's kernel",
        &["a_restart_", "icons_outlive_the_window_manager"],
    ),
    (
        "the emulator waits for no child that shares its memory, and shares none",
        &["a_program_that_is_not_installed", "the_keyboard_is_free_when_a_key_acts_on"],
    ),
    ("the emulator blocks and ignores signals, and so do its children", &["in_a_clean_world"]),
    (
        "they build or run other programs than ours, or look at the system calls of this machine",
        &[
            "programs::",
            "behaviour::",
            "documents::",
            "config_mistakes::",
            "refusals::",
            "start_of_programs::",
            "a_child_takes",
        ],
    ),
];

/// With these words a test says what it could not try, and why.
const NOT_RUN: &str = "not run here";

/// Compiles everything for the processor and runs the tests.
pub fn test(permission: Permission) -> Outcome {
    ensure(HEADLESS, permission)?;
    ensure(ZONES, permission)?;
    let tools = Tools::find(permission)?;
    let mut alone = Notes::default();
    lint(&tools, &mut alone)?;
    let programs = build_programs(&tools)?;
    one_by_one(&tools, &programs, &mut alone)?;
    let mut together = Notes::default();
    on_a_machine(&tools, &programs, &mut together)?;
    alone.print("program by program");
    together.print("on the whole machine");
    Ok(())
}

/// The crates' tests, the example programs and the window manager, on this machine's kernel
/// as far as the emulator passes its calls on. The window manager's X server and the programs
/// that it starts are this machine's own.
fn one_by_one(tools: &Tools, programs: &Path, notes: &mut Notes) -> Outcome {
    announce("the tests of the crates, program by program on this machine's kernel");
    let mut command = tools.cargo("test");
    command.args(CRATES).args(["--no-fail-fast", "--", "--show-output"]);
    command.args(notes.skip(OF_THE_CRATES));
    notes.run(&mut command)?;
    announce("the example programs and the window manager, in the same way");
    for examples in [true, false] {
        let mut command = build::cargo(&["test", "-p", "xtask", "--test", "sessions", "--"]);
        command.env(PROGRAMS, programs).env(EMULATOR, &tools.emulator).arg("--show-output");
        if examples {
            command.arg(EXAMPLES);
        } else {
            command.args(notes.skip(OF_THE_KERNEL));
        }
        notes.run(&mut command)?;
    }
    Ok(())
}

/// What asks most of the kernel, on one that nothing stands before: io_uring too.
fn on_a_machine(tools: &Tools, programs: &Path, notes: &mut Notes) -> Outcome {
    announce("the tests of the crates and the example programs, on a whole machine");
    let mut machine = Machine::new(tools)?;
    machine.add_programs(programs)?;
    let of_crates = [&CRATES[..4], &["--no-run", JSON]].concat();
    for test in tests_by(tools.cargo("test").args(of_crates))? {
        machine.add_test(&test, &[])?;
    }
    let sessions = ["-p", "xtask", "--test", "sessions", "--no-run", JSON];
    for test in tests_by(tools.cargo("test").args(sessions))? {
        let examples = MACHINE_EXAMPLES.iter().copied();
        machine.add_test(&test, &examples.chain(notes.skip(OF_A_SCREEN)).collect::<Vec<_>>())?;
    }
    machine.run(|line| notes.hear(line))
}

/// The compiler's advice, where it is to be had; the same strictness as for this processor.
fn lint(tools: &Tools, notes: &mut Notes) -> Outcome {
    if !tools.has_clippy() {
        notes.notes.push(format!("{NOT_RUN}: clippy, which belongs to another compiler"));
        return Ok(());
    }
    announce("clippy");
    let strict = ["--", "--deny", "warnings"];
    succeed(tools.cargo("clippy").args(CRATES).arg("--all-targets").args(strict))?;
    succeed(tools.cargo("clippy").args(["--release", "-p", "pgwm"]).args(strict))
}

/// Builds the window manager and the example programs, and puts them where
/// [`build::executables`] looks for them.
fn build_programs(tools: &Tools) -> Outcome<PathBuf> {
    let folder = tools.folder().join("programs");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let examples = ["-p", "tiny-std", "--examples", "--features", "example-programs"];
    let for_any_address = ["-p", "tiny-std", "--examples", "--features", "example-programs,pie"];
    for (name, arguments) in [("", &["-p", "pgwm"][..]), ("", &examples), ("pie", &for_any_address)]
    {
        for profile in [Profile::Dev, Profile::Release] {
            announce(&format!("a {} build of {} {name}", profile.name(), arguments[1]));
            let mut command = tools.cargo("build");
            command.args([JSON, "--profile", profile.name()]).args(arguments);
            if !name.is_empty() {
                command.arg("--target-dir").arg(build::target_directory()?.join(name));
            }
            let folder = folder.join(name).join(arguments[1]).join(profile.name());
            fs::create_dir_all(&folder)?;
            for program in built_by(&mut command)? {
                fs::copy(&program, folder.join(program.file_name().unwrap_or_default()))?;
            }
        }
    }
    Ok(folder)
}

/// What tests say that they could not try.
#[derive(Default)]
struct Notes {
    notes: Vec<String>,
    in_successes: bool,
}

impl Notes {
    /// Runs test programs, and shows what they print but for what went well.
    fn run(&mut self, command: &mut Command) -> Outcome {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                self.hear(&line);
            }
        }
        let status = child.wait()?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("`{}` {}", line(command), said(status))))
    }

    /// The arguments by which a test program goes without some of its tests.
    fn skip(&mut self, tests: &'static [LeftOut]) -> impl Iterator<Item = &'static str> {
        for (why, names) in tests {
            self.hear(&format!("{NOT_RUN}: {}: {why}", names.join(", ")));
        }
        tests.iter().flat_map(|(_, names)| *names).flat_map(|name| ["--skip", name])
    }

    fn hear(&mut self, line: &str) {
        // What went well has a section of its own.
        self.in_successes |= line == "successes:";
        self.in_successes &= line != "failures:" && !line.starts_with("test result:");
        if line.contains(NOT_RUN) {
            self.notes.push(line.to_owned());
        } else if !self.in_successes && !line.is_empty() && !line.ends_with("... ok") {
            println!("{line}");
        }
    }

    /// Says once each.
    fn print(mut self, how: &str) {
        self.notes.sort();
        self.notes.dedup();
        if !self.notes.is_empty() {
            println!("aarch64: {how}, this could not be tried:");
        }
        for note in self.notes {
            println!("  {note}");
        }
    }
}

fn announce(what: &str) {
    println!("aarch64: {what}");
}
