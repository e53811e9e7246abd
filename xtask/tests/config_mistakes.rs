//! A mistake in the configuration stops the build with a sentence. Each case is the
//! user's own `pgwm/src/config.rs` with one mistake behind it, compiled as a package.

use std::fs;
use std::process::Stdio;

use xtask::build::{cargo, workspace};
use xtask::{Failure, Outcome};

use crate::harness::{folder, must};

/// What a user writes, as fields of a `Config`, and what the build says to it.
const MISTAKES: [(&str, &str); 30] = [
    (
        "mouse: &[Mouse::on(Over::Title, Modifiers::NONE, 1, Action::ViewThis)]",
        "config: ViewThis and SendToThis are for Over::Workspace",
    ),
    (
        "mouse: &[Mouse::on(Over::Tab, Modifiers::NONE, 1, Action::Close); 2]",
        "config: the same button stands twice in the mouse table",
    ),
    ("text_size: TextSize::Points(3)", "config: the size of text is not between 4 and 256"),
    ("scale: Scale::Percent(9)", "config: the scale is not between 25 and 800 percent"),
    (
        "colours: Colours { faint: 0x1_00_00_00, ..Colours::DEFAULT }",
        "config: a colour is not of the form 0xRRGGBB",
    ),
    (
        "status: &[Check::new(Kind::Cpu, \"cpu\", \"{temperature}\")]",
        "config: a status check's format has a brace without a word that its kind knows",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::FocusNext), \
                 Key::new(Modifiers::SUPER, keysym::J, Action::Close)]",
        "config: the same chord stands twice in the key table",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::View(\"no such\"))]",
        "config: a key or a rule names a workspace that does not exist",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::Send(\"\"))]",
        "config: a key or a rule names a workspace that does not exist",
    ),
    (
        "rules: &[Rule { class: Some(\"Gimp\"), workspace: Some(\"no such\"), ..Rule::ANY }]",
        "config: a key or a rule names a workspace that does not exist",
    ),
    (
        "rules: &[Rule { floating: Some(true), ..Rule::ANY }]",
        "config: a rule does not say which windows it is for",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::Spawn(&[]))]",
        "config: a program to start has no name",
    ),
    ("autostart: &[&[\"\"]]", "config: a program to start has no name"),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::DragMove)]",
        "config: DragMove, DragResize, ViewThis, SendToThis and FocusThis belong in the mouse table",
    ),
    (
        "mouse: &[Mouse::new(Modifiers::NONE, 1, Action::DragMove)]",
        "config: a mouse button without a modifier would be taken from all programs",
    ),
    (
        "workspaces: &[Workspace::new(\"1\", Layout::Tall); 2], \
         keys: &[], rules: &[]",
        "config: two workspaces have the same name",
    ),
    ("workspaces: &[], keys: &[], rules: &[]", "config: there must be at least one workspace"),
    ("modes: &[]", "config: a key names a mode that does not exist"),
    (
        "modes: &[Mode { name: \"\", keys: &[], once: true }], keys: &[]",
        "config: a mode has no name",
    ),
    (
        "modes: &[Mode { name: \"a\", keys: &[], once: true }; 2], keys: &[]",
        "config: two modes have the same name",
    ),
    (
        "modes: &[Mode { name: \"a\", keys: &[Key::new(Modifiers::NONE, keysym::ESCAPE, \
                 Action::FocusNext)], once: false }], keys: &[]",
        "config: no key leads out of a mode",
    ),
    (
        "modes: &[Mode { name: \"a\", keys: &[Key::on_release(Modifiers::NONE, keysym::J, \
                 Action::FocusNext)], once: true }], keys: &[]",
        "config: a mode that the next key ends has a key that acts on its release",
    ),
    ("scratchpads: &[]", "config: a key names a scratchpad that does not exist"),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::Mark(\"\"))]",
        "config: a mark has no name",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::ResizeGap(0))]",
        "config: ResizeGap takes a number other than 0",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::ResizeBorder(65))]",
        "config: ResizeBorder takes -64 to 64 pixels, and not 0",
    ),
    (
        "keys: &[Key::new(Modifiers::SUPER, keysym::J, Action::MoveBy(0, 0))]",
        "config: MoveBy and ResizeBy take two numbers that are not both 0",
    ),
    ("border: 65", "config: the border is wider than 64 pixels"),
    ("gap: 257", "config: a gap is wider than 256 pixels"),
    (
        "share: Share { leaders: 0, ..CONFIG.share }",
        "config: the number of leaders is not between 1 and 16",
    ),
];

#[test]
fn a_mistake_stops_the_build_with_a_sentence() -> Outcome {
    let package = Package::create("config-mistakes")?;
    for (fields, sentence) in MISTAKES {
        let (builds, said) = package.check(fields)?;
        must(!builds, || format!("this builds: {fields}"))?;
        must(said.contains(sentence), || format!("{fields}: {sentence:?} is not in:\n{said}"))?;
    }
    Ok(())
}

#[test]
fn the_ratio_has_bounds() -> Outcome {
    let package = Package::create("config-ratio")?;
    for ratio in [0, 4, 96] {
        let (builds, said) =
            package.check(&format!("share: Share {{ ratio: {ratio}, ..CONFIG.share }}"))?;
        let sentence = "config: the leaders' ratio is not between 5 and 95 percent";
        must(!builds && said.contains(sentence), || format!("ratio {ratio}: {said}"))?;
    }
    Ok(())
}

#[test]
fn a_sound_change_builds() -> Outcome {
    let package = Package::create("config-sound")?;
    let mode = "modes: &[Mode { name: \"a\", keys: &[], once: false }], \
                keys: &[Key::on_release(Modifiers::NONE, keysym::J, Action::Mode(\"a\"))]";
    for fields in ["border: 64, gap: 256", mode] {
        let (builds, said) = package.check(fields)?;
        must(builds, || format!("{fields} does not build:\n{said}"))?;
    }
    Ok(())
}

/// A package that holds the user's configuration, outside of the workspace.
struct Package {
    folder: std::path::PathBuf,
    config: String,
}

impl Package {
    fn create(name: &str) -> Outcome<Self> {
        let folder = folder(name)?;
        let core = workspace().join("pgwm-core");
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"mistake\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             pgwm-core = {{ path = {:?} }}\n",
            core.display().to_string()
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), "pub mod config;\n")?;
        let path = workspace().join("pgwm/src/config.rs");
        let config = fs::read_to_string(&path)
            .map_err(|error| Failure::from(error).during(&path.display().to_string()))?;
        Ok(Self { folder, config })
    }

    /// Compiles the configuration with `fields` changed; gives whether that succeeds,
    /// and what the compiler said.
    fn check(&self, fields: &str) -> Outcome<(bool, String)> {
        let mistake = format!(
            "{}
mod mistake {{
    #![allow(unused_imports)]
    use super::CONFIG;
    use pgwm_core::config::{{
        Action, Colours, Config, Key, Mode, Mouse, Over, Rule, Scale, TextSize, Workspace,
    }};
    use pgwm_core::status::{{Check, Kind}};
    use pgwm_core::layout::{{Layout, Share}};
    use pgwm_core::x11::id::Modifiers;
    use pgwm_core::x11::keysym;
    pub const MISTAKE: Config = Config {{ {fields}, ..CONFIG }}.validated();
}}
",
            self.config
        );
        fs::write(self.folder.join("src/config.rs"), mistake)?;
        let mut check =
            cargo(&["check", "--offline", "--color", "never", "--target-dir", "target"]);
        let output = check.current_dir(&self.folder).stdin(Stdio::null()).output()?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}
