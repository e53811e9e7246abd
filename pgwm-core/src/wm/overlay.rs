//! What lies over everything for a while: the prompt, the help with keys, and the hint of a
//! session that has no window yet. Who gets its keys and clicks, and when it goes. Never
//! decides where it is; see `scene.rs`.
//!
//! The prompt and the help have the keyboard as a mode for a single key has it: while that
//! is on they are there, and whatever ends it ends them.

use super::help::{self, Line};
use super::prompt::{Outcome, Prompt, Purpose, remember, words};
use super::question::Question;
use super::scene::Spot;
use super::stack_set::{Screen, WorkspaceId};
use super::{Command, Wm, ewmh};
use crate::bar::{Cell, Measure, Target};
use crate::config::{Config, Mode};
use crate::gather::Gather;
use crate::geometry::{Rect, Size};
use crate::x11::connection::Connection;
use crate::x11::event::Input;
use crate::x11::id::{Keycode, Modifiers};
use crate::x11::keysym;
use alloc::string::String;
use alloc::vec::Vec;

/// The mode that is on while the prompt or the help is shown. It has no name, as no other.
static KEYBOARD: Mode = Mode { name: "", keys: &[], once: true };

/// What lies over everything.
#[derive(Debug)]
pub(super) struct Overlay {
    content: Content,
    /// The monitor that it is on, and which workspace that showed.
    monitor: Rect,
    workspace: WorkspaceId,
}

#[derive(Debug)]
enum Content {
    Prompt(Prompt),
    /// The help, or the hint.
    Sheet {
        size: Size,
        cells: Vec<Cell>,
        is_hint: bool,
    },
}

impl Overlay {
    /// What stands in it.
    pub(super) fn cells(
        &self,
        size: (u32, u32),
        config: &Config,
        measure: &dyn Measure,
    ) -> Vec<Cell> {
        match &self.content {
            Content::Prompt(prompt) => prompt.cells(size, &config.colours, measure),
            Content::Sheet { cells, .. } => cells.clone(),
        }
    }

    const fn is_hint(&self) -> bool {
        matches!(self.content, Content::Sheet { is_hint: true, .. })
    }
}

impl Wm {
    /// The number of the overlay's last change and where it should be, if there is one.
    pub(super) fn overlay_place(&self) -> Option<(u32, Spot)> {
        let overlay = self.overlay.as_ref()?;
        let spot = match &overlay.content {
            Content::Prompt(_) => Spot::Bar(overlay.monitor),
            Content::Sheet { size, .. } => Spot::Middle(overlay.monitor, *size),
        };
        Some((self.overlay_version, spot))
    }

    /// Shows the prompt for a program.
    pub(super) fn open_prompt(&mut self, out: &mut Connection<Question>) {
        self.show_prompt(Prompt::new(Purpose::Run, ""), out);
        self.commands.push_back(Command::ListPrograms);
    }

    /// Shows the prompt for the name of the current workspace.
    pub(super) fn ask_name(&mut self, out: &mut Connection<Question>) {
        let id = self.stack_set.current().id;
        let name = self.names.get(id.index()).map_or("", String::as_str);
        self.show_prompt(Prompt::new(Purpose::Rename(id), name), out);
    }

    #[inline(never)]
    fn show_prompt(&mut self, prompt: Prompt, out: &mut Connection<Question>) {
        self.set_mode(Some(&KEYBOARD), out);
        let screen = self.stack_set.current_screen();
        let (monitor, workspace) = (screen.monitor.area, screen.workspace.id);
        self.overlay = Some(Overlay { content: Content::Prompt(prompt), monitor, workspace });
        self.overlay_changed();
    }

    /// Shows what keys do.
    #[inline(never)]
    pub(super) fn show_help(&mut self, out: &mut Connection<Question>) {
        self.set_mode(Some(&KEYBOARD), out);
        self.show_sheet(&help::lines(self.config), false);
    }

    /// Shows lines in the middle of the current monitor, or, for the hint, of the primary one.
    #[inline(never)]
    fn show_sheet(&mut self, lines: &[Line], is_hint: bool) {
        let is_it = |screen: &&Screen| is_hint && screen.monitor.primary;
        let screen = self.stack_set.screens().find(is_it);
        let screen = screen.unwrap_or(self.stack_set.current_screen());
        let (monitor, workspace) = (screen.monitor.area, screen.workspace.id);
        let (line, colours) = (self.panels.line(), &self.config.colours);
        let pen = self.panels.pen();
        let (size, cells) = help::sheet(lines, monitor.size(), line, colours, pen);
        let content = Content::Sheet { size, cells, is_hint };
        self.overlay = Some(Overlay { content, monitor, workspace });
        self.overlay_changed();
    }

    fn overlay_changed(&mut self) {
        self.overlay_version = self.overlay_version.wrapping_add(1);
    }

    /// Takes it away, and gives the keyboard back that it had.
    #[inline(never)]
    pub(super) fn close_overlay(&mut self, out: &mut Connection<Question>) {
        if self.bindings.takes_all() {
            self.set_mode(None, out);
        }
        self.overlay = None;
    }

    /// An action ends the hint.
    pub(super) fn end_hint(&mut self) {
        self.hints = false;
        self.overlay.take_if(|overlay| overlay.is_hint());
    }

    /// Takes it away where its monitor is gone or shows another workspace. The hint goes for
    /// good with the first window, and comes at all only where there is none at first.
    #[inline(never)]
    pub(super) fn follow_overlay(&mut self, out: &mut Connection<Question>) {
        let is_empty = self.clients.order().is_empty();
        let is_known = self.candidates.is_empty() && self.adopted.is_empty();
        let Some(overlay) = &self.overlay else {
            if self.hints && is_known {
                self.hints = false;
                let lines = help::hint(self.config);
                if is_empty && !lines.is_empty() {
                    self.show_sheet(&lines, true);
                }
            }
            return;
        };
        let (is_hint, monitor, workspace) = (overlay.is_hint(), overlay.monitor, overlay.workspace);
        let is_it = |screen: &Screen| {
            screen.monitor.area == monitor && (is_hint || screen.workspace.id == workspace)
        };
        let is_there = self.stack_set.screens().any(is_it);
        if is_hint {
            // It is not for one monitor more than for another.
            if !is_empty {
                self.overlay = None;
            } else if !is_there {
                self.show_sheet(&help::hint(self.config), true);
            }
        } else if !is_there {
            self.close_overlay(out);
        }
    }

    /// A key was pressed while the overlay has the keyboard: whether it has.
    #[inline(never)]
    pub(super) fn key_in_overlay(&mut self, press: &Input, out: &mut Connection<Question>) -> bool {
        if !self.bindings.takes_all() {
            return false;
        }
        let keyboard = self.bindings.keyboard();
        let key = Keycode(press.detail);
        let held = keyboard.held(press.state);
        let mut symbol = keyboard.symbol(key, press.state);
        if held.contains(Modifiers::CONTROL) {
            symbol = keyboard.letter(key);
        } else if symbol == keysym::TAB
            && Modifiers::of_state(press.state).contains(Modifiers::SHIFT)
        {
            symbol = keysym::ISO_LEFT_TAB;
        }
        let outcome = match &mut self.overlay {
            Some(Overlay { content: Content::Prompt(prompt), .. }) => {
                prompt.press(symbol, held, &self.typed)
            }
            _ => Outcome::Cancelled,
        };
        match outcome {
            Outcome::Open => self.overlay_changed(),
            Outcome::Cancelled => self.close_overlay(out),
            Outcome::Done => self.finish_prompt(out),
        }
        true
    }

    /// The overlay was clicked: a completion is taken, the help goes.
    pub(super) fn click_overlay(&mut self, target: Target, out: &mut Connection<Question>) {
        match (&mut self.overlay, target) {
            (Some(Overlay { content: Content::Prompt(prompt), .. }), Target::Choice(at)) => {
                prompt.choose(at.into());
                self.finish_prompt(out);
            }
            (Some(Overlay { content: Content::Prompt(_), .. }), _) => {}
            _ => self.close_overlay(out),
        }
    }

    /// Takes in the programs that there are, in any order, each with a zero byte after it.
    pub fn programs(&mut self, names: Vec<u8>) {
        if let Some(Overlay { content: Content::Prompt(prompt), .. }) = &mut self.overlay
            && prompt.purpose == Purpose::Run
        {
            prompt.learn(names);
            self.is_new = true;
            self.overlay_changed();
        }
    }

    /// Does what was typed.
    #[inline(never)]
    fn finish_prompt(&mut self, out: &mut Connection<Question>) {
        let overlay = self.overlay.take();
        self.set_mode(None, out);
        let Some(Overlay { content: Content::Prompt(prompt), .. }) = overlay else { return };
        let text = prompt.text().trim_ascii();
        match prompt.purpose {
            Purpose::Rename(id) => {
                self.rename(id, text);
                self.publish_names(out);
            }
            Purpose::Run => {
                let words = words(text);
                if words.first().is_some_and(|name| !name.is_empty()) {
                    remember(&mut self.typed, text);
                    self.launch(words);
                }
            }
        }
    }

    /// Gives a workspace a name; none is the one of the configuration.
    pub(super) fn rename(&mut self, id: WorkspaceId, text: &str) {
        let configured = self.config.workspaces.get(id.index()).map_or("", |it| it.name);
        if let Some(name) = self.names.get_mut(id.index()) {
            *name = String::from(if text.is_empty() { configured } else { text });
        }
    }

    /// Tells everyone the names of the workspaces.
    pub(super) fn publish_names(&mut self, out: &mut Connection<Question>) {
        self.panels.names = self.panels.names.wrapping_add(1);
        let names: Vec<&str> = self.names.iter().map(String::as_str).gather();
        ewmh::set_desktop_names(self.server.root, &names, &self.atoms, out);
    }

    /// What must hold between two batches of events.
    #[cfg(test)]
    pub(super) fn verify_overlay(&self) {
        let holds = self.overlay.as_ref().is_some_and(|overlay| !overlay.is_hint());
        assert_eq!(holds, self.bindings.takes_all(), "the keyboard of the overlay");
        let Some(overlay) = &self.overlay else { return };
        let mut areas = self.stack_set.screens().map(|screen| screen.monitor.area);
        assert!(areas.any(|area| area == overlay.monitor), "the overlay is on no monitor");
        assert!(!overlay.is_hint() || self.clients.order().is_empty(), "the hint stays");
        if let Content::Prompt(prompt) = &overlay.content {
            prompt.verify();
        }
    }
}
