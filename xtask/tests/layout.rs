//! How tiled windows share the screen.

use xtask::Outcome;
use xtask::client::Geometry;
use xtask::display::SCREEN;
use xtask::session::Session;

use crate::harness::{must, on_each_backend, open, places};

#[test]
fn a_window_is_mapped_and_fills_the_screen() -> Outcome {
    on_each_backend(|session| {
        let window = session.open()?;
        let place = session.client.geometry(window)?;
        must(screen().contains(place), || format!("{place:?} is outside of the screen"))?;
        let (width, height) = (place.outer_width(), place.outer_height());
        must(width * height * 10 > screen().width * screen().height * 9, || {
            format!("{place:?} leaves more than a tenth of the screen empty")
        })?;
        must(session.client.children()?.contains(&window), || "it has another parent".into())
    })
}

#[test]
fn windows_tile_the_screen() -> Outcome {
    on_each_backend(|session| {
        let first = session.open()?;
        let area = session.client.geometry(first)?;
        let mut windows = vec![first];
        for _ in 2..=7 {
            windows.push(session.open()?);
            must_tile(area, &places(session, &windows)?)?;
        }
        while windows.len() > 1 {
            let gone = windows.remove(windows.len() / 2);
            session.client.destroy(gone)?;
            session.wait("a destroyed window leaves the list", |_| {
                Ok(!session.clients()?.contains(&gone))
            })?;
            session.settle()?;
            must_tile(area, &places(session, &windows)?)?;
        }
        Ok(())
    })
}

#[test]
fn the_leader_is_wider_and_on_the_left() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let leader = leader(session, &windows)?;
        for place in places(session, &windows)? {
            must(place == leader || place.width < leader.width, || {
                format!("{place:?} is not narrower than the leader, {leader:?}")
            })?;
        }
        Ok(())
    })
}

#[test]
fn the_leader_ratio_changes() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 1)?;
        let area = session.client.geometry(windows[0])?;
        let windows = [windows, open(session, 2)?].concat();
        let before = leader(session, &windows)?.width;
        session.press("super+l")?;
        let wider = leader(session, &windows)?.width;
        session.press("super+h")?;
        let after = leader(session, &windows)?.width;
        session.press("super+h")?;
        let narrower = leader(session, &windows)?.width;
        must(narrower < before && before < wider && before == after, || {
            format!("widths: {before}, l: {wider}, h: {after}, h: {narrower}")
        })?;
        // However often it is pressed, there is room for everything.
        for chord in ["super+l", "super+h"] {
            for _ in 0..100 {
                session.client.press(chord)?;
            }
            session.settle()?;
            must_tile(area, &places(session, &windows)?)?;
        }
        Ok(())
    })
}

#[test]
fn the_leader_count_changes() -> Outcome {
    on_each_backend(|session| {
        let first = session.open()?;
        let area = session.client.geometry(first)?;
        let windows = [vec![first], open(session, 3)?].concat();
        let leaders = |session: &Session| -> Outcome<usize> {
            let places = places(session, &windows)?;
            must_tile(area, &places)?;
            Ok(places.iter().filter(|place| place.x == area.x).count())
        };
        must(leaders(session)? == 1, || "there is not one leader at first".into())?;
        session.press("super+i")?;
        must(leaders(session)? == 2, || "Super+i makes no second leader".into())?;
        session.press("super+o")?;
        must(leaders(session)? == 1, || "Super+o takes no leader away".into())?;
        for chord in ["super+o", "super+i"] {
            for _ in 0..50 {
                session.client.press(chord)?;
            }
            session.settle()?;
            leaders(session)?;
        }
        Ok(())
    })
}

#[test]
fn swapping_exchanges_two_places() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        let before = places(session, &windows)?;
        let focus = session.client.focus()?;
        session.press("super+shift+k")?;
        let after = places(session, &windows)?;
        let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        must(moved == 2, || format!("{moved} windows moved, not two: {before:?}, {after:?}"))?;
        must(session.client.focus()? == focus, || "the focus moved to another window".into())?;
        session.press("super+shift+j")?;
        let back = places(session, &windows)?;
        must(back == before, || format!("swapped back, {back:?} is not {before:?}"))
    })
}

#[test]
fn a_window_becomes_the_leader() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 4)?;
        for _ in 0..8 {
            session.press("super+j")?;
            let before = session.client.focus()?;
            let led = session.client.geometry(before)? == leader(session, &windows)?;
            session.press("super+shift+Return")?;
            let focus = session.client.focus()?;
            let place = session.client.geometry(focus)?;
            must(place == leader(session, &windows)?, || format!("{place:?} does not lead"))?;
            // Asked of the leader, another window takes its place.
            must((focus != before) == led, || format!("{focus:#x} leads, not {before:#x}"))?;
        }
        Ok(())
    })
}

#[test]
fn in_monocle_one_window_fills_the_screen() -> Outcome {
    on_each_backend(|session| {
        let first = session.open()?;
        let area = session.client.geometry(first)?;
        let windows = [vec![first], open(session, 2)?].concat();
        let before = places(session, &windows)?;
        session.press("super+m")?;
        for _ in &windows {
            let focus = session.client.focus()?;
            let place = session.client.geometry(focus)?;
            must(area.contains(place) && place.width == area.width, || {
                format!("the focused window is at {place:?}, not in all of {area:?}")
            })?;
            let seen = above_all(session, &windows)?;
            must(seen == focus, || format!("{seen:#x} is on top, not {focus:#x}"))?;
            session.press("super+j")?;
        }
        session.press("super+t")?;
        let after = places(session, &windows)?;
        must(after == before, || format!("back from monocle: {after:?}, not {before:?}"))
    })
}

#[test]
fn a_center_leader_has_a_side_on_each_hand() -> Outcome {
    on_each_backend(|session| {
        let first = session.open()?;
        let area = session.client.geometry(first)?;
        let windows = [vec![first], open(session, 4)?].concat();
        session.press("super+c")?;
        let places = places(session, &windows)?;
        must_tile(area, &places)?;
        let widest = places.iter().max_by_key(|place| place.width).copied().unwrap_or(area);
        let left = places.iter().filter(|place| place.right() <= widest.x).count();
        let right = places.iter().filter(|place| widest.right() <= place.x).count();
        must(left == 2 && right == 2, || format!("not two on each hand: {places:?}"))
    })
}

#[test]
fn another_screen_size_is_filled_again() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 3)?;
        session.press("super+2")?;
        let hidden = open(session, 2)?;
        for size in [(640, 480), (1000, 300), (SCREEN.0, SCREEN.1)] {
            session.client.resize_screen(size)?;
            session.settle()?;
            for (chord, windows) in [("super+1", &windows), ("super+2", &hidden)] {
                session.press(chord)?;
                let places = places(session, windows)?;
                let right = places.iter().map(|place| place.right()).max().unwrap_or(0);
                let bottom = places.iter().map(|place| place.bottom()).max().unwrap_or(0);
                let gap = places.iter().map(|place| place.x).min().unwrap_or(0);
                must((right + gap, bottom + gap) == (size.0.into(), size.1.into()), || {
                    format!("{size:?} is not filled: {places:?}")
                })?;
            }
        }
        Ok(())
    })
}

#[test]
fn every_layout_has_its_turn() -> Outcome {
    on_each_backend(|session| {
        let windows = open(session, 4)?;
        let tall = places(session, &windows)?;
        for turn in 1..20 {
            session.press("super+space")?;
            let places = places(session, &windows)?;
            if places.iter().any(|place| !screen().contains(*place)) {
                must(false, || format!("outside of the screen: {places:?}"))?;
            }
            if places == tall {
                return must(turn > 2, || format!("only {turn} layouts have their turn"));
            }
        }
        must(false, || "the first layout never came back".into())
    })
}

/// The screen as a place.
pub(crate) fn screen() -> Geometry {
    Geometry { x: 0, y: 0, width: SCREEN.0.into(), height: SCREEN.1.into(), border: 0 }
}

/// Fails unless the windows fill `area`, where a lone window was, without an overlap and
/// with nothing left but the gaps. The gap is the one between `area` and the screen's edge.
pub(crate) fn must_tile(area: Geometry, places: &[Geometry]) -> Outcome {
    must_tile_with(area.x, area, places)
}

/// The same with a gap that is known, where no edge of the screen is near.
pub(crate) fn must_tile_with(gap: i32, area: Geometry, places: &[Geometry]) -> Outcome {
    for (index, place) in places.iter().enumerate() {
        must(area.contains(*place), || format!("{place:?} is not inside of {area:?}"))?;
        for other in &places[index + 1..] {
            must(!place.overlaps(*other), || format!("{place:?} and {other:?} overlap"))?;
        }
    }
    // With the gap to its right and below it, each window takes its share of the whole.
    let taken = |place: &Geometry| (place.outer_width() + gap) * (place.outer_height() + gap);
    let sum: i32 = places.iter().map(taken).sum();
    must(sum == taken(&area), || {
        format!("{} square pixels are not used in {area:?}: {places:?}", taken(&area) - sum)
    })
}

/// The place of the leader: the leftmost.
fn leader(session: &Session, windows: &[u32]) -> Outcome<Geometry> {
    let places = places(session, windows)?;
    Ok(places.into_iter().min_by_key(|place| place.x).unwrap_or(screen()))
}

/// The highest of some windows that is mapped.
pub(crate) fn above_all(session: &Session, windows: &[u32]) -> Outcome<u32> {
    let mut top = 0;
    for window in session.client.children()? {
        if windows.contains(&window) && session.client.is_viewable(window)? {
            top = window;
        }
    }
    Ok(top)
}
