//! Which rule of the configuration a window falls under. Never applies it; see `manage.rs`.

use super::candidate::Told;
use super::client::{Client, WindowType};
use crate::config::{Config, Kind, Rule};

/// The first rule that speaks of the window.
pub(super) fn rule(config: &Config, client: &Client, told: &Told) -> Option<&'static Rule> {
    let is = |wanted: Option<&str>, there: &str| wanted.is_none_or(|wanted| wanted == there);
    config.rules.iter().find(|rule| {
        is(rule.class, &client.class.class)
            && is(rule.instance, &client.class.instance)
            && is(rule.role, &told.role)
            && rule.title.is_none_or(|part| contains(told.title(), part))
            && rule.kind.is_none_or(|wanted| kind(client) == Some(wanted))
    })
}

/// Whether `part` stands in `text`. The library's search is made for longer texts, and long.
fn contains(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len().max(1));
    part.is_empty() || windows.any(|window| window == part.as_bytes())
}

fn kind(client: &Client) -> Option<Kind> {
    match client.kind {
        WindowType::Normal if client.is_transient => Some(Kind::Dialog),
        WindowType::Normal => Some(Kind::Normal),
        WindowType::Dialog => Some(Kind::Dialog),
        WindowType::Utility | WindowType::Bare => Some(Kind::Utility),
        WindowType::Splash => Some(Kind::Splash),
        WindowType::Dock | WindowType::Desktop | WindowType::Notification => None,
    }
}
