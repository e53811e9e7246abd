//! `pgwm --check`: what the configuration names, and whether it is there. Never connects
//! to a server and never starts a program.

use crate::fonts;
use crate::sentence::sentence;
use alloc::string::String;
use alloc::vec::Vec;
use pgwm_core::config::{Action, Config, Program};
use pgwm_core::layout::Layout;
use pgwm_core::number::decimal;
use pgwm_core::status::Kind;
use pgwm_core::text::{Font, Typeface};
use pgwm_core::utf8;
use tiny_std::print;
use tiny_std::process::find;

/// Reports. A program that is missing is no error: it may be installed while pgwm runs.
#[inline(never)]
pub(crate) fn check(config: &Config) {
    let counts = [
        config.workspaces.len(),
        config.keys.len(),
        config.modes.len(),
        config.mouse.len(),
        config.rules.len(),
    ]
    .map(|count| decimal(count as u64));
    let [workspaces, keys, modes, buttons, rules] = &counts;
    say(
        "configuration: % workspaces, % keys, % modes, % mouse buttons, % rules: valid\n",
        &[workspaces, keys, modes, buttons, rules],
    );
    check_fonts(config);
    let mut seen: Vec<&str> = Vec::new();
    for program in programs(config) {
        let Some(name) = program.first().copied().filter(|name| !seen.contains(name)) else {
            continue;
        };
        seen.push(name);
        if let Ok(path) = find(name.as_bytes()) {
            say("program %: %\n", &[name, &utf8::lossy(path.as_bytes())]);
        } else {
            say("program %: not found; it can't be started until it is there\n", &[name]);
        }
    }
}

fn say(template: &str, pieces: &[&str]) {
    print::output(&[&sentence(template, pieces)]);
}

/// Says which fonts are used, and what can't be drawn with them.
fn check_fonts(config: &Config) {
    let mut fonts = Vec::new();
    for (index, file) in fonts::find(config.fonts).iter().enumerate() {
        if let Ok(font) = Font::parse(file.bytes, 0) {
            fonts.push(font);
            say("font %: %\n", &[file.name, &utf8::lossy(&file.path)]);
        } else if index < config.fonts.len() {
            say("font %: no file that can be used\n", &[file.name]);
        }
    }
    let typeface = Typeface::new(fonts, 16);
    if typeface.is_empty() {
        say("no font: text is drawn with one of the X server's\n", &[]);
        return;
    }
    let mut missing = String::new();
    each_text(config, &mut |text| {
        for character in text.chars() {
            if !typeface.has(character) && !missing.chars().any(|known| known == character) {
                missing.push(character);
            }
        }
    });
    if !missing.is_empty() {
        say("no font has: %\n", &[&missing]);
    }
}

/// What a configuration has drawn, and what we draw besides.
fn each_text(config: &Config, each: &mut dyn FnMut(&'static str)) {
    each("…");
    for layout in Layout::ALL {
        each(layout.symbol());
    }
    for workspace in config.workspaces {
        each(workspace.name);
    }
    for mode in config.modes {
        each(mode.name);
    }
    for shortcut in config.bar.map_or(&[][..], |bar| bar.shortcuts) {
        each(shortcut.text);
    }
    for check in config.status {
        each(check.label);
        each(check.format);
        for look in check.looks {
            each(look.label.unwrap_or_default());
        }
    }
}

/// All programs of a configuration, those that are started by themselves first.
fn programs(config: &Config) -> Vec<Program> {
    let mut programs = config.autostart.to_vec();
    let mut add = |action: Action| {
        if let Action::Spawn(program) = action {
            programs.push(program);
        }
    };
    config.keys.iter().for_each(|key| add(key.action));
    for mode in config.modes {
        mode.keys.iter().for_each(|key| add(key.action));
    }
    config.mouse.iter().for_each(|mouse| add(mouse.action));
    for check in config.status {
        check.clicks.iter().for_each(|click| add(click.1));
        if let Kind::Command(program) | Kind::Follow(program) = check.kind {
            add(Action::Spawn(program));
        }
    }
    for scratchpad in config.scratchpads {
        programs.push(scratchpad.program);
    }
    programs
}
