//! Bars and tabs: where they are, when they are painted, and what a click there does.

use super::*;
use crate::bar::{Cell, Target};
use crate::config::{Scale, Shortcut};
use crate::wm::scene::View;
use proptest::collection::vec;
use std::collections::BTreeMap;

static WITH_BAR: Config = Config {
    bar: Some(Bar { shortcuts: &[Shortcut { text: "go", action: Action::View("d") }], ..BAR }),
    mouse: &[
        Mouse::new(Modifiers::SUPER, 1, Action::DragMove),
        Mouse::on(Over::Workspace, Modifiers::NONE, 1, Action::ViewThis),
        Mouse::on(Over::Workspace, Modifiers::NONE, 3, Action::SendToThis),
        Mouse::on(Over::Workspace, Modifiers::NONE, 4, Action::ViewPrevious),
        Mouse::on(Over::Workspace, Modifiers::NONE, 5, Action::ViewNext),
        Mouse::on(Over::Workspace, Modifiers::SUPER, 1, Action::SendToThis),
        Mouse::on(Over::Layout, Modifiers::NONE, 1, Action::NextLayout),
        Mouse::on(Over::Tab, Modifiers::NONE, 1, Action::FocusThis),
        Mouse::on(Over::Tab, Modifiers::NONE, 2, Action::Close),
        Mouse::on(Over::Tab, Modifiers::NONE, 5, Action::FocusNext),
    ],
    ..CONFIG
}
.validated();

static SCALED: Config =
    Config { border: 4, gap: 6, scale: Scale::Automatic, ..WITH_BAR }.validated();

/// The bar of a monitor, by its place from the left.
fn bar(rig: &Rig, monitor: usize) -> u32 {
    rig.wm().panels.bar(monitor).map_or(0, Window::raw)
}

/// Clicks the middle of what stands for something in a window of ours.
fn click(rig: &mut Rig, window: u32, target: Target, button: u8) {
    let cells = rig.wm().panels.cells(Window::new(window));
    let cell = cells.iter().find(|cell| cell.target == target);
    let at = cell.unwrap_or_else(|| panic!("{target:?} is not in {cells:?}")).rect.middle();
    let corner = rig.server.windows[&window].place;
    rig.server.move_pointer(corner.x + at.x as i16, corner.y + at.y as i16);
    rig.settle();
    rig.server.press(button);
    rig.settle();
    rig.server.release(button);
    rig.settle();
    assert!(!rig.server.is_frozen());
}

fn act(rig: &mut Rig, action: Action) {
    rig.act(action);
    rig.settle();
}

fn current(rig: &Rig) -> usize {
    rig.wm().stack_set.current().id.index()
}

#[test]
fn windows_keep_clear_of_the_bar() {
    let mut rig = Rig::start_with(&WITH_BAR);
    let [a, b] = rig.open_all([Kind::Plain, Kind::Plain]);
    let bar = bar(&rig, 0);
    let line = rig.wm().panels.line() as u16;
    let root = rig.server.windows[&ROOT].place;
    let place = rig.place(bar);
    assert_eq!((place.x, place.y, place.width, place.height), (0, 0, root.width, line));
    assert!([a, b].iter().all(|window| rig.place(*window).y >= line as i16));
    act(&mut rig, Action::ToggleBar);
    assert!(!rig.server.windows[&bar].mapped);
    assert!([a, b].iter().all(|window| rig.place(*window).y < line as i16));
    act(&mut rig, Action::ToggleBar);
    assert!(rig.server.windows[&bar].mapped && rig.server.is_up_to_date(bar));
    act(&mut rig, Action::ToggleFullscreen);
    let above: Vec<u32> = rig.server.order.iter().copied().skip_while(|id| *id != bar).collect();
    assert_eq!(above, [bar, b], "what covers the monitor covers its bar");
}

#[test]
fn a_bar_is_clicked() {
    let mut rig = Rig::start_with(&WITH_BAR);
    let [window] = rig.open_all([Kind::Plain]);
    let bar = bar(&rig, 0);
    click(&mut rig, bar, Target::Workspace(1), 1);
    assert_eq!(current(&rig), 1);
    click(&mut rig, bar, Target::Workspace(0), 5);
    assert_eq!(current(&rig), 2);
    click(&mut rig, bar, Target::Workspace(0), 4);
    assert_eq!(current(&rig), 1);
    click(&mut rig, bar, Target::Shortcut(0), 1);
    assert_eq!(current(&rig), 3);
    click(&mut rig, bar, Target::Workspace(0), 1);
    click(&mut rig, bar, Target::Layout, 1);
    assert_eq!(rig.wm().stack_set.current().layout, Layout::Tall.next());
    click(&mut rig, bar, Target::Workspace(2), 3);
    let window = Window::new(window);
    let workspace = rig.wm().stack_set.workspace_of(window).map(|it| it.id.index());
    assert_eq!(workspace, Some(2));
    verify_invariants(&mut rig);
}

#[test]
fn a_tab_is_clicked() {
    let mut rig = Rig::start_with(&WITH_BAR);
    let [a, b, c] = rig.open_all([Kind::Plain, Kind::Plain, Kind::Plain]);
    act(&mut rig, Action::SetLayout(Layout::Tabbed));
    let tabs = rig.wm().panels.tabs(0).map_or(0, Window::raw);
    assert!(rig.server.windows[&tabs].mapped);
    let focus = |rig: &Rig| rig.wm().stack_set.focus().map_or(0, Window::raw);
    for window in [a, c, b] {
        click(&mut rig, tabs, Target::Tab(Window::new(window)), 1);
        assert_eq!(focus(&rig), window);
        assert!(rig.server.is_up_to_date(tabs));
    }
    click(&mut rig, tabs, Target::Tab(Window::new(a)), 5);
    assert_ne!(focus(&rig), b, "the wheel turns from the focus on");
    act(&mut rig, Action::SetLayout(Layout::Tall));
    assert!(!rig.server.windows[&tabs].mapped);
}

#[test]
fn a_title_is_read_once_a_batch_and_only_where_it_is_shown() {
    let mut rig = Rig::start_with(&WITH_BAR);
    let [a, b] = rig.open_all([Kind::Plain, Kind::Plain]);
    let title = |rig: &Rig| {
        let cells = rig.wm().panels.cells(Window::new(bar(rig, 0)));
        let cell = cells.iter().find(|cell| matches!(cell.target, Target::Title(_)));
        cell.map_or_else(String::new, |cell| cell.text.clone())
    };
    for text in ["one", "two"] {
        rig.server.set_text(b, "WM_NAME", text.as_bytes());
        rig.settle();
        assert_eq!(title(&rig), text);
    }
    rig.server.set_text(b, "_NET_WM_NAME", b"three\n\x1bfour");
    rig.settle();
    assert_eq!(title(&rig), "three  four", "the newer property comes first");
    let before = rig.connection.sequence();
    rig.server.set_text(a, "WM_NAME", b"not to be seen");
    rig.server.set_text(b, "WM_NAME", b"nor this");
    rig.settle();
    assert_eq!(rig.connection.sequence(), before, "nobody asks");
    for number in 0..1000 {
        rig.server.set_text(b, "_NET_WM_NAME", format!("{number}").as_bytes());
    }
    rig.settle();
    assert_eq!(title(&rig), "999");
    let asked = rig.connection.sequence() - before;
    assert!(asked < 20, "{asked} requests");
    rig.server.delete(b, "_NET_WM_NAME");
    rig.settle();
    assert_eq!(title(&rig), "nor this");
}

/// Text, bars, borders and gaps are as large as the dots per inch say, also while we run.
#[test]
fn everything_of_ours_follows_the_dots_per_inch() {
    let mut rig = Rig::start_with(&SCALED);
    let [_, b] = rig.open_all([Kind::Plain, Kind::Plain]);
    rig.server.set_text(b, "WM_NAME", b"some title");
    let bar = bar(&rig, 0);
    let mut looks = BTreeMap::new();
    for dpi in [96, 192, 144, 96, 192, 480, 96] {
        rig.server.set_text(ROOT, "RESOURCE_MANAGER", format!("Xft.dpi: {dpi}").as_bytes());
        rig.settle();
        verify_panels(&rig);
        assert!(rig.server.is_up_to_date(bar));
        let [bar, tile] = [bar, b].map(|window| rig.server.windows[&window].place);
        assert_eq!(u32::from(bar.height), rig.wm().panels.line());
        let border = tile.border;
        let gap = tile.y - bar.height as i16;
        assert_eq!((u32::from(border), gap as u32), (4 * dpi / 96, 6 * dpi / 96));
        let panel = rig.wm().panels.bar(0).unwrap();
        let look = (bar.height, rig.wm().panels.cells(panel).to_vec());
        let before = looks.entry(dpi).or_insert_with(|| look.clone());
        assert_eq!(*before, look, "{dpi} dots per inch look as they did before");
    }
    assert!(looks[&192].0.abs_diff(2 * looks[&96].0) <= 2, "{looks:?}");
}

/// Outlines are read for glyphs that are new, and for no others.
#[test]
fn fonts_are_forgotten_when_glyphs_were_drawn() {
    let mut rig = Rig::start_with(&WITH_BAR);
    let [window] = rig.open_all([Kind::Plain]);
    let forgotten = |rig: &mut Rig, title: &str| {
        rig.commands.clear();
        rig.server.set_text(window, "WM_NAME", title.as_bytes());
        rig.settle();
        rig.commands.iter().filter(|command| **command == Command::ForgetFonts).count()
    };
    assert_eq!(forgotten(&mut rig, "ABBA"), 1);
    assert_eq!(forgotten(&mut rig, "BAAB"), 0);
    assert_eq!(forgotten(&mut rig, "BAABA"), 0);
    assert_eq!(forgotten(&mut rig, "ABC"), 1);
}

/// What was painted is what is wanted, where it is wanted.
fn verify_panels(rig: &Rig) {
    let wm = rig.wm();
    let wanted = scene::scene(wm.state());
    for panel in &wanted.panels {
        let id = panel.window.raw();
        let window = &rig.server.windows[&id];
        let (x, y) = (panel.rect.x as i16, panel.rect.y as i16);
        let size = (panel.rect.width as u16, panel.rect.height as u16);
        assert_eq!((window.place.x, window.place.y), (x, y));
        assert_eq!((window.place.width, window.place.height), size);
        assert!(rig.server.is_up_to_date(id), "what is painted can be seen");
        assert_eq!(wm.panels.view(panel.window), Some(&panel.view));
        for cell in wm.panels.cells(panel.window) {
            assert!(cell.rect.right() <= panel.rect.width as i32);
        }
        let View::Tabs(view) = &panel.view else { continue };
        assert!(view.tabs.iter().all(|(window, ..)| wm.clients.contains(*window)));
    }
    let ids = rig.server.drawing_ids().len();
    assert!(ids <= 3 * wanted.panels.len() + 16, "{ids} pixmaps, pictures and the like");
}

/// What was kept from one painting to the next is what would be painted from nothing.
fn verify_memory(rig: &mut Rig) {
    let painted = |rig: &Rig| -> Vec<Vec<Cell>> {
        let wanted = scene::scene(rig.wm().state()).panels;
        wanted.iter().map(|panel| rig.wm().panels.cells(panel.window).to_vec()).collect()
    };
    let before = painted(rig);
    let wm = rig.wm_mut();
    wm.panels.forget();
    wm.is_new = true;
    rig.receive(&[]).unwrap();
    rig.settle();
    assert_eq!(painted(rig), before);
}

proptest! {
    #![proptest_config(runs(60))]

    /// With bars, on monitors that come and go, and with titles that change.
    #[test]
    fn long_runs_with_bars(
        ops in any_run(),
        bars in vec((0..4u8, ".{0,12}"), 0..60),
    ) {
        let mut rig = Rig::start_with(&WITH_BAR);
        let mut bars = bars.into_iter();
        for op in ops.0 {
            rig.perform(op);
            match bars.next() {
                Some((0, _)) => act(&mut rig, Action::ToggleBar),
                Some((1, _)) => act(&mut rig, Action::SetLayout(Layout::Tabbed)),
                Some((2, title)) => {
                    for id in rig.server.clients_windows() {
                        rig.server.set_text(id, "WM_NAME", title.as_bytes());
                    }
                }
                _ => {}
            }
            rig.settle();
            verify_invariants(&mut rig);
            verify_panels(&rig);
        }
        verify_memory(&mut rig);
    }
}
