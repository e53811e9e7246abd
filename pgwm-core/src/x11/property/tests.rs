//! What holds for every value of a property.

use super::*;
use proptest::prelude::*;

/// Numbers of the sizes that clients really send, and any others.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..5, 0_u32..2000, 65_530_u32..65_540, any::<u32>()]
}

fn words() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(word(), 0..21)
}

/// The hints of a property with these flags; the words are flags, x, y, width, height,
/// min, max, increment, aspect, base, gravity.
fn hints(flags: u32, rest: [u32; 17]) -> SizeHints {
    SizeHints::read([flags].into_iter().chain(rest))
}

#[test]
fn flags_decide_what_counts() {
    let rest = [0, 0, 0, 0, 10, 20, 100, 200, 3, 4, 1, 2, 3, 2, 5, 6, 10];
    assert_eq!(hints(0, rest), SizeHints::default());
    let all = hints(0x3ff, rest);
    assert!(all.position && all.user_position && all.size && all.user_size);
    assert_eq!((all.min, all.max, all.increment), ((10, 20), (100, 200), (3, 4)));
    assert_eq!((all.aspect_min, all.aspect_max), (Some((1, 2)), Some((3, 2))));
    assert_eq!((all.base, all.gravity), (Some((5, 6)), Gravity::Static));
    assert_eq!(hints(0x100, rest).min, (5, 6), "the base stands in for it");
    let program = hints(4, rest);
    assert!(program.position && !program.user_position);
    // Before ICCCM 1.0 the property ended here.
    let short = SizeHints::read([0x3ff_u32].into_iter().chain(rest).take(15));
    assert_eq!((short.aspect_max, short.base), (Some((3, 2)), None));
}

#[test]
fn nonsense_is_left_out() {
    let minus_one = u32::MAX;
    let rest = [0, 0, 0, 0, 0, 20, 100, 10, minus_one, 0, 0, 1, 1, 0, minus_one, 0, 11];
    let read = hints(0x3ff, rest);
    assert_eq!((read.min, read.max), ((1, 20), (100, 65_535)));
    assert_eq!((read.increment, read.base, read.gravity), ((1, 1), None, Gravity::NorthWest));
    assert_eq!((read.aspect_min, read.aspect_max), (None, None));
}

#[test]
fn a_terminal_keeps_whole_characters() {
    // As xterm says it: 6 by 13 pixels a character, and a border of 4 in all.
    let terminal = hints(0x150, [0, 0, 0, 0, 10, 17, 0, 0, 6, 13, 0, 0, 0, 0, 4, 4, 0]);
    assert_eq!(terminal.constrain(484, 316), (484, 316));
    assert_eq!(terminal.constrain(489, 328), (484, 316));
    assert_eq!(terminal.constrain(1, 1), (10, 17));
    assert!(!terminal.is_fixed());
}

#[test]
fn a_film_keeps_its_shape() {
    let film = hints(0x80, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 9, 16, 9, 0, 0, 0]);
    assert_eq!(film.constrain(1600, 900), (1600, 900));
    assert_eq!(film.constrain(1600, 2000), (1600, 900));
    assert_eq!(film.constrain(3000, 900), (1600, 900));
    let fixed = hints(0x30, [0, 0, 0, 0, 70, 50, 70, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert!(fixed.is_fixed());
    assert_eq!(fixed.constrain(7, 5000), (70, 50));
}

#[test]
fn dots_per_inch_stand_in_one_of_the_resources() {
    for (resources, dpi) in [
        (&b"Xft.dpi:\t96\n"[..], Some(96)),
        (b"*customization:\t-color\nXft.hinting: 1\nXft.dpi:  120.5 \nXft.rgba:\tnone", Some(121)),
        (b"Xft.dpi: 120.49", Some(120)),
        (b"Xft.dpi:192", Some(192)),
        (b"Xft.dpi:", None),
        (b"Xft.dpi:\n96", None),
        (b"Xft.dpi: 47.5", Some(48)),
        (b"Xft.dpi: 768.5", None),
        (b"Xft.dpi: 4294967392", None),
        (b"Xft.dpi: -96", None),
        (b"Xft.dpi 96", None),
        (b"Xft.dpix: 96", None),
        (b"st.Xft.dpi: 96", None),
        (b"", None),
    ] {
        assert_eq!(xft_dpi(resources), dpi, "{:?}", resources.escape_ascii().to_string());
    }
}

#[test]
fn other_hints_have_their_defaults() {
    assert_eq!(WmHints::read([].into_iter()), WmHints::default());
    assert!(WmHints::read([1].into_iter()).input, "a flag without its word");
    let all = WmHints::read([0xffff_ffff, 0, 3, 0, 0, 0, 0, 0, 9].into_iter());
    assert!(!all.input && all.initial_state_iconic && all.urgent);
    assert_eq!(all.group, Window::new(9));
    let eight = WmHints::read([0x143, 1, 1, 0, 0, 0, 0, 0].into_iter());
    assert!(eight.input && eight.urgent && !eight.initial_state_iconic);
    assert_eq!(eight.group, Window::NONE);
}

#[test]
fn states_go_both_ways() {
    for state in [WmState::Withdrawn, WmState::Normal, WmState::Iconic] {
        assert_eq!(WmState::read(state.words().into_iter()), Some(state));
    }
    assert_eq!(WmState::read([2].into_iter()), None);
    assert_eq!(WmState::read([].into_iter()), None);
}

#[test]
fn classes_are_two_strings() {
    let class = |bytes: &[u8]| {
        let class = WmClass::read(bytes);
        (class.instance, class.class)
    };
    let strings = |a: &str, b: &str| (a.to_string(), b.to_string());
    assert_eq!(class(b"xterm\0XTerm\0"), strings("xterm", "XTerm"));
    assert_eq!(class(b"xterm\0XTerm"), strings("xterm", "XTerm"));
    assert_eq!(class(b"xterm"), strings("xterm", ""));
    assert_eq!(class(b"\0XTerm\0"), strings("", "XTerm"));
    assert_eq!(class(b"caf\xe9\0\0"), strings("café", ""));
    assert_eq!(class(b""), strings("", ""));
}

#[test]
fn titles_are_read_as_their_type_says() {
    let string = Atom::String.predefined().expect("predefined");
    let utf8 = AtomId::new(400);
    assert_eq!(text(string, 8, b"caf\xe9"), "café");
    assert_eq!(text(utf8, 8, "café".as_bytes()), "café");
    assert_eq!(text(utf8, 8, b"caf\xe9"), "caf\u{fffd}");
    assert_eq!(text(utf8, 8, b"one\0two"), "one");
    assert_eq!(text(utf8, 32, b"text"), "");
    // 1024 is no multiple of 3, and the bound must not leave a broken character behind.
    let long = "€".repeat(1000);
    assert_eq!(text(utf8, 8, long.as_bytes()), "€".repeat(341));
}

#[test]
fn motif_hints_speak_of_what_is_flagged() {
    let motif = |words: &[u32]| {
        let read = MotifHints::read(words.iter().copied());
        (read.has_border, read.movable, read.resizable)
    };
    assert_eq!(motif(&[]), (true, true, true));
    assert_eq!(motif(&[0, 0, 0, 0, 0]), (true, true, true), "no flag");
    assert_eq!(motif(&[2, 0, 0, 0, 0]), (false, true, true), "no decorations");
    assert_eq!(motif(&[2, 0, 1, 0, 0]), (true, true, true));
    assert_eq!(motif(&[3, 4, 0, 0, 0]), (false, true, false), "only moving");
    assert_eq!(motif(&[1, 2, 0, 0, 0]), (true, false, true), "only resizing");
    assert_eq!(motif(&[1, 1 | 2, 0, 0, 0]), (true, true, false), "all but resizing");
    assert_eq!(motif(&[1, 1 | 4, 0, 0, 0]), (true, false, true), "all but moving");
    assert_eq!(motif(&[3]), (true, true, true), "flags without their words");
}

#[test]
fn extents_are_all_or_nothing() {
    let extents = FrameExtents::read([1, 2, 3, 4, 5].into_iter());
    assert_eq!(extents, FrameExtents { left: 1, right: 2, top: 3, bottom: 4 });
    assert_eq!(FrameExtents::read([1, 2, 3].into_iter()), FrameExtents::default());
    assert_eq!(FrameExtents::read([u32::MAX, 9999, 0, 0].into_iter()).words(), [0, 512, 0, 0]);
}

#[test]
fn counters_are_one_or_two() {
    let counters = |words: &[u32]| {
        SyncCounters::read(words.iter().copied()).map(|read| (read.basic, read.extended))
    };
    assert_eq!(counters(&[]), None);
    assert_eq!(counters(&[0, 7]), None);
    assert_eq!(counters(&[6]), Some((6, None)));
    assert_eq!(counters(&[6, 0]), Some((6, None)));
    assert_eq!(counters(&[6, 7, 8]), Some((6, Some(7))));
}

#[test]
fn a_process_is_one_process() {
    let of = |words: &[u32]| pid(words.iter().copied());
    assert_eq!((of(&[]), of(&[0]), of(&[1]), of(&[u32::MAX])), (None, None, None, None));
    assert_eq!((of(&[2]), of(&[0x7fff_ffff, 1])), (Some(2), Some(i32::MAX)));
    assert_eq!(of(&[0x8000_0000]), None);
    assert_eq!(user_time([0].into_iter()), Some(Timestamp(0)));
    assert_eq!(user_time([].into_iter()), None);
}

#[test]
fn names_end_at_a_nul() {
    assert_eq!(client_machine(b"desk\0junk"), b"desk");
    assert_eq!(client_machine(&[b'a'; 300]), [b'a'; 256]);
    assert_eq!(startup_id(b"desk_TIME5\0"), Some(&b"desk_TIME5"[..]));
    assert_eq!(
        (startup_id(b""), startup_id(b"\0id"), startup_id(&[b'a'; 257])),
        (None, None, None)
    );
    assert_eq!(startup_id(&[b'a'; 256]), Some(&[b'a'; 256][..]));
}

proptest! {
    #[test]
    fn any_bytes_are_dots_per_inch_or_none(
        before in prop::collection::vec(any::<u8>(), 0..40),
        number in prop::collection::vec(prop_oneof![0x30_u8..0x3a, any::<u8>()], 0..20),
    ) {
        let resources = [&before[..], b"\nXft.dpi:", &number].concat();
        prop_assert!(xft_dpi(&resources).is_none_or(|dpi| (48..=768).contains(&dpi)));
        prop_assert!(xft_dpi(&before).is_none_or(|dpi| (48..=768).contains(&dpi)));
    }

    #[test]
    fn sizes_are_in_bounds_and_stay(words in words(), flags: u32, width in word(), height in word()) {
        let mut words = words;
        if let Some(first) = words.first_mut() {
            *first = flags;
        }
        let hints = SizeHints::read(words.into_iter());
        prop_assert!(1 <= hints.min.0 && hints.min.0 <= hints.max.0 && hints.max.0 <= 65_535);
        prop_assert!(1 <= hints.min.1 && hints.min.1 <= hints.max.1 && hints.max.1 <= 65_535);
        let size = hints.constrain(width, height);
        prop_assert!(hints.min.0 <= size.0 && size.0 <= hints.max.0, "{size:?} {hints:?}");
        prop_assert!(hints.min.1 <= size.1 && size.1 <= hints.max.1, "{size:?} {hints:?}");
        prop_assert_eq!(hints.constrain(size.0, size.1), size, "{:?}", hints);
    }

    #[test]
    fn increments_and_aspect_hold_where_they_can(
        base in 0_u32..50,
        increment in 1_u32..30,
        ratio in (1_u32..20, 1_u32..20),
        width in 100_u32..4000,
        height in 100_u32..4000,
    ) {
        let grid = SizeHints {
            base: Some((base, base)),
            increment: (increment, increment),
            ..SizeHints::default()
        };
        let size = grid.constrain(width, height);
        prop_assert_eq!((size.0 - base) % increment, 0);
        prop_assert_eq!((size.1 - base) % increment, 0);
        prop_assert!(size.0 <= width && width < size.0 + increment);
        prop_assert!(size.1 <= height && height < size.1 + increment);

        let shape = SizeHints { aspect_min: Some(ratio), aspect_max: Some(ratio), ..SizeHints::default() };
        let size = shape.constrain(width, height);
        prop_assert!(size.0 <= width && size.1 <= height);
        // Off by less than one pixel in one of the two.
        let (across, down) = (size.0 * ratio.1, size.1 * ratio.0);
        prop_assert!(across.abs_diff(down) <= ratio.0.max(ratio.1), "{size:?} {ratio:?}");
    }

    #[test]
    fn fields_set_by_hand_do_no_harm(
        min in (word(), word()),
        max in (word(), word()),
        increment in (word(), word()),
        base in prop::option::of((word(), word())),
        aspect in [(word(), word()), (word(), word())],
        size in (word(), word()),
    ) {
        let [aspect_min, aspect_max] = aspect.map(Some);
        let hints =
            SizeHints { min, max, increment, aspect_min, aspect_max, base, ..SizeHints::default() };
        let (width, height) = hints.constrain(size.0, size.1);
        prop_assert!((1..=65_535).contains(&width) && (1..=65_535).contains(&height));
    }

    #[test]
    fn text_is_bounded(
        kind in 30_u32..33,
        bytes in prop::collection::vec(any::<u8>(), 0..1500),
        valid in "\\PC{0,600}",
    ) {
        prop_assert!(text(AtomId::new(kind), 8, &bytes).len() <= 1024);
        let kept = text(AtomId::new(400), 8, valid.as_bytes());
        prop_assert!(valid.starts_with(&kept) && kept.len() >= valid.len().min(1021));
        let class = WmClass::read(&bytes);
        prop_assert!(class.instance.len() <= 256 && class.class.len() <= 256);
    }

    #[test]
    fn any_words_are_hints(words in words()) {
        let _ = WmHints::read(words.iter().copied());
        let _ = WmState::read(words.iter().copied());
        let _ = MotifHints::read(words.iter().copied());
        let extents = FrameExtents::read(words.iter().copied());
        prop_assert!(extents.words().iter().all(|extent| *extent <= 512));
        prop_assert!(pid(words.iter().copied()).is_none_or(|pid| pid > 1));
        let counters = SyncCounters::read(words.iter().copied());
        prop_assert!(counters.is_none_or(|read| read.basic != 0 && read.extended != Some(0)));
    }
}

#[test]
fn compound_text_is_read_as_far_as_latin_1_and_utf_8_go() {
    assert_eq!(compound_text(b"a title \x1b%G\xe2\x80\x94\x1b%@ \xe4\xf6\xfc"), "a title — äöü");
    assert_eq!(compound_text(b"\x1b-A\xe9t\xe9\x1b(B!"), "été!");
    assert_eq!(compound_text(b"one\0two"), "one");
    assert_eq!(compound_text(b"\x1b%G\xff"), "\u{fffd}");
    for torn in [&b"\x1b"[..], b"\x1b%", b"\x1b%G", b"\x1b$(", b"\x1b%/1\x80"] {
        assert!(compound_text(torn).len() <= 2, "{torn:?}");
    }
    assert!(compound_text(&[b'x'; 5000]).len() <= 1024);
}
