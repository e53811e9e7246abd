//! The titles of windows: which of them are shown, and when one is read again. Never draws
//! one; see `bar`.
//!
//! A title is read where it is shown, and only there: a change marks it stale, and it is
//! asked for once a batch, and not again before the answer has come.

use super::Wm;
use super::question::{PropertyName, Question};
use super::scene::{Scene, View};
use crate::gather::Gather;
use crate::x11::connection::Connection;
use crate::x11::id::Window;
use alloc::string::String;
use alloc::vec::Vec;

/// Of a title so many characters are kept.
const MOST: usize = 256;

/// The title of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The text, on one line.
    pub text: String,
    /// Counts the texts that it had.
    pub version: u32,
    /// Whether there is a `_NET_WM_NAME`, which comes before `WM_NAME`.
    has_new: bool,
    is_stale: bool,
    is_asked: bool,
}

impl Default for Title {
    fn default() -> Self {
        Self { text: String::new(), version: 0, has_new: true, is_stale: true, is_asked: false }
    }
}

impl Title {
    /// Notes that one of the two properties has changed, and whether it is there.
    pub const fn mark_stale(&mut self, property: PropertyName, exists: bool) {
        if matches!(property, PropertyName::Title) {
            self.has_new = exists;
            self.is_stale = true;
        } else if !self.has_new {
            self.is_stale = true;
        }
    }

    /// Takes in what one of the two properties says; `None` where it is not there.
    pub fn learn(&mut self, property: PropertyName, text: Option<&str>) {
        self.is_asked = false;
        match text {
            None if property == PropertyName::Title && self.has_new => {
                self.has_new = false;
                self.is_stale = true;
            }
            _ if property == PropertyName::OldTitle && self.has_new => {}
            text => self.set(text.unwrap_or_default()),
        }
    }

    /// Takes in the title that a window had when it was managed, if it was asked for.
    pub fn begin(&mut self, new: Option<&str>, old: Option<&str>) {
        self.has_new = new.is_some() || old.is_none();
        if let Some(text) = new.or(old) {
            self.is_stale = false;
            self.set(text);
        }
    }

    fn set(&mut self, text: &str) {
        let mut line = String::new();
        for character in text.chars().take(MOST) {
            line.push(if character.is_control() { ' ' } else { character });
        }
        if line != self.text {
            self.text = line;
            self.version = self.version.wrapping_add(1);
        }
    }
}

impl Wm {
    /// Asks for the titles that the scene shows and that have changed.
    pub(super) fn ask_titles(&mut self, scene: &Scene, out: &mut Connection<Question>) {
        for panel in &scene.panels {
            let tabs: Vec<Window> = match &panel.view {
                View::Bar(view) => view.title.iter().map(|(window, _)| *window).gather(),
                View::Tabs(view) => view.tabs.iter().map(|(window, ..)| *window).gather(),
                View::Overlay(_) => Vec::new(),
            };
            for window in tabs {
                let Some(client) = self.clients.get_mut(window) else { continue };
                let title = &mut client.title;
                if title.is_stale && !title.is_asked {
                    (title.is_stale, title.is_asked) = (false, true);
                    let property =
                        if title.has_new { PropertyName::Title } else { PropertyName::OldTitle };
                    Question::Property(window, property).ask(&self.atoms, out);
                }
            }
        }
    }
}
