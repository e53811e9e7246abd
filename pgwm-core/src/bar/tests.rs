//! What holds of bars of any width, whatever they show.

use super::*;
use crate::config::Action;
use proptest::prelude::*;

/// Letters of eight pixels each.
struct Wide;

impl Measure for Wide {
    fn width(&self, text: &str) -> u32 {
        8 * text.chars().count() as u32
    }
}

const SHORTCUTS: &[Shortcut] = &[
    Shortcut { text: "one", action: Action::Close },
    Shortcut { text: "two", action: Action::Close },
];

const HEIGHT: u32 = 20;

fn drawn(view: &BarView, names: &[&str], title: &str, status: &[&str], width: u32) -> Vec<Cell> {
    let status: Vec<(u8, &str, Option<u32>)> =
        (0..).zip(status).map(|(index, text)| (index, *text, None)).collect();
    let content =
        Content { names, title, shortcuts: SHORTCUTS, status: &status, colours: &Colours::DEFAULT };
    bar(view, &content, (width, HEIGHT), &Wide)
}

fn view(workspaces: &[u8], title: bool) -> BarView {
    BarView {
        workspaces: workspaces.to_vec(),
        symbol: "[]=",
        title: title.then_some((Window::new(7), 1)),
        is_current: true,
        ..BarView::default()
    }
}

fn targets(cells: &[Cell]) -> Vec<Target> {
    cells.iter().map(|cell| cell.target).collect()
}

#[test]
fn room_is_given_up_in_order() {
    let view = view(&[IS_SHOWN_HERE | IS_OCCUPIED, 0, IS_URGENT], true);
    let shown = |width| drawn(&view, &["1", "2", "3"], "a title", &["cpu", "date"], width);
    let has = |width, target| shown(width).iter().any(|cell| cell.target == target);
    let title = Target::Title(Window::new(7));
    let everything = [
        Target::Workspace(1),
        Target::Layout,
        title,
        Target::Status(0),
        Target::Status(1),
        Target::Shortcut(0),
    ];
    assert!(everything.iter().all(|target| has(1000, *target)));
    let lost_at = |target| (1..1000).rev().find(|width| !has(*width, target)).unwrap();
    let order = [
        Target::Shortcut(0),
        Target::Status(0),
        Target::Status(1),
        Target::Layout,
        Target::Workspace(1),
    ];
    for pair in order.windows(2) {
        assert!(lost_at(pair[0]) > lost_at(pair[1]), "{pair:?}");
    }
    assert!(has(40, Target::Workspace(0)));
}

#[test]
fn workspaces_are_told_apart_by_colour_and_by_mark() {
    let states =
        [IS_SHOWN_HERE, IS_SHOWN_HERE | IS_OCCUPIED, IS_OCCUPIED, IS_OCCUPIED | IS_URGENT, 0];
    let cells = drawn(&view(&states, false), &["a", "b", "c", "d", "e"], "", &[], 1000);
    for (index, cell) in cells.iter().enumerate().take(states.len()) {
        for other in &cells[..index] {
            assert_ne!(cell.marks, other.marks, "by mark: {} and {}", cell.text, other.text);
        }
    }
    let colours = |cell: &Cell| (cell.ground, cell.ink);
    let [shown, occupied, urgent, empty] = [0, 2, 3, 4].map(|index| colours(&cells[index]));
    for (index, one) in [shown, occupied, urgent, empty].iter().enumerate() {
        assert!(![shown, occupied, urgent, empty][..index].contains(one));
    }
}

#[test]
fn a_long_title_ends_with_an_ellipsis() {
    assert_eq!(fit("terminal", 64, &Wide), "terminal");
    assert_eq!(fit("terminal", 63, &Wide), "termin…");
    assert_eq!(fit("a terminal", 32, &Wide), "a t…");
    assert_eq!(fit("a terminal", 24, &Wide), "a…");
    assert_eq!(fit("äöü€𝄞", 24, &Wide), "äö…");
    assert_eq!(fit("terminal", 8, &Wide), "…");
    assert_eq!(fit("terminal", 7, &Wide), "");
}

#[test]
fn the_top_tab_and_the_urgent_one_are_seen() {
    let [a, b, c] = [1, 2, 3].map(Window::new);
    let view = TabView {
        tabs: alloc::vec![(a, 0, false), (b, 0, true), (c, 0, false)],
        top: Some(a),
        is_current: true,
    };
    let title = |window: Window| if window == a { "first" } else { "another one" };
    let cells = tabs(&view, &title, &Colours::DEFAULT, (100, HEIGHT), &Wide);
    assert_eq!(targets(&cells), [Target::Tab(a), Target::Tab(b), Target::Tab(c)]);
    assert_eq!(cells[0].text, "f…");
    assert!(cells[0].ground != cells[1].ground && cells[1].ground != cells[2].ground);
    assert_eq!([cells[0].marks, cells[1].marks, cells[2].marks], [MARK_LINE, MARK_TOP, 0]);
}

proptest! {
    /// Side by side from one edge to the other, and a click finds what was painted.
    #[test]
    fn a_bar_is_covered_by_its_cells(
        flags in prop::collection::vec(0..16u8, 0..12),
        title in prop::option::of(".{0,300}"),
        status in prop::collection::vec("[a-z]{0,9}", 0..6),
        tray in 0..300u32,
        width in prop_oneof![1..60u32, 60..2000u32, Just(20_000u32)],
    ) {
        let mut view = view(&flags, title.is_some());
        view.tray = tray;
        let names: Vec<String> = (0..flags.len()).map(|index| format!("space {index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let status: Vec<&str> = status.iter().map(String::as_str).collect();
        let title = title.unwrap_or_default();
        let cells = drawn(&view, &names, &title, &status, width);
        let mut at = 0;
        for cell in &cells {
            prop_assert_eq!(cell.rect.x, at);
            prop_assert!(cell.rect.width > 0);
            prop_assert_eq!((cell.rect.y, cell.rect.height), (0, HEIGHT));
            at = cell.rect.right();
            let middle = cell.rect.middle();
            prop_assert_eq!(hit(&cells, middle.x, middle.y), cell.target);
            // What is not cut off by the edge of the monitor fits.
            let is_last = at == (width - tray.min(width)) as i32;
            let room = cell.rect.width.saturating_sub(cell.indent);
            prop_assert!(is_last || Wide.width(&cell.text) <= room);
        }
        prop_assert_eq!(at, width as i32);
    }

    #[test]
    fn tabs_share_every_pixel(
        count in 1..60u32,
        width in 1..3000u32,
        titles in prop::collection::vec(".{0,40}", 60),
    ) {
        let all: Vec<(Window, u32, bool)> =
            (1..=count).map(|id| (Window::new(id), 0, id % 7 == 0)).collect();
        let view = TabView { tabs: all, top: Some(Window::new(count)), is_current: false };
        let title = |window: Window| titles[window.raw() as usize - 1].as_str();
        let cells = tabs(&view, &title, &Colours::DEFAULT, (width, HEIGHT), &Wide);
        let covered: u32 = cells.iter().map(|cell| cell.rect.width).sum();
        prop_assert_eq!(covered, width);
        if count <= width {
            prop_assert_eq!(cells.len(), count as usize);
        }
    }

    #[test]
    fn what_fits_is_as_long_as_it_can_be(text in ".{0,80}", room in 0..700u32) {
        let fitted = fit(&text, room, &Wide);
        if Wide.width(&text) <= room {
            prop_assert_eq!(fitted, text);
        } else if let Some(part) = fitted.strip_suffix('…') {
            prop_assert!(text.starts_with(part) && Wide.width(&fitted) <= room);
            let next = text[part.len()..].trim_start().chars().next();
            let spaces = text[part.len()..].len() - text[part.len()..].trim_start().len();
            let longer = Wide.width(&fitted) + 8 * (spaces as u32 + u32::from(next.is_some()));
            prop_assert!(longer > room);
        } else {
            prop_assert!(fitted.is_empty() && room < 8);
        }
    }
}
