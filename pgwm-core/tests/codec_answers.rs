//! Every reply, event, error and setup that we read, field for field against an
//! independent implementation, over bytes of which most are random.

use pgwm_core::x11::drawing;
use pgwm_core::x11::error::{ErrorCode, XError};
use pgwm_core::x11::event::{
    self, CrossingDetail, CrossingMode, Event, FocusDetail, FocusMode, MappingRequest,
};
use pgwm_core::x11::extension::{Extension, ExtensionName, Extensions};
use pgwm_core::x11::id::{Alarm, AtomId, Keycode, PictFormat, Timestamp, VisualId, Window};
use pgwm_core::x11::reply as ours;
use pgwm_core::x11::reply::{GrabStatus, MapState};
use pgwm_core::x11::request::{RevertTo, WindowClass};
use pgwm_core::x11::setup::{SetupAnswer, VisualClass};
use pgwm_core::x11::wire::Malformed;
use pgwm_core::x11::{randr, render, res, sync, xinerama, xkb};
use proptest::prelude::*;
use x11rb_protocol::protocol::ErrorKind;
use x11rb_protocol::protocol::{
    randr as their_randr, render as their_render, res as their_res, sync as their_sync,
    xinerama as their_xinerama, xkb as their_xkb, xproto as theirs,
};
use x11rb_protocol::x11_utils::{
    ExtInfoProvider, ExtensionInformation, Serialize as _, TryParse, X11Error,
};

/// A reply of random bytes: 32 and up to 40 times four.
fn reply() -> impl Strategy<Value = Vec<u8>> {
    (0_usize..40, prop::collection::vec(any::<u8>(), 192)).prop_map(|(units, mut bytes)| {
        bytes.truncate(32 + units * 4);
        bytes[0] = 1;
        bytes[4..8].copy_from_slice(&(units as u32).to_le_bytes());
        bytes
    })
}

fn event(code: u8) -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>().prop_map(move |mut bytes| {
        bytes[0] = code | bytes[0] & 0x80;
        bytes
    })
}

/// What the other implementation reads.
fn theirs<T: TryParse>(bytes: &[u8]) -> T {
    T::try_parse(bytes).expect("a message").0
}

/// The event that we read from bytes that the other implementation has read.
fn ours(bytes: &[u8; 32]) -> Event {
    let (event, synthetic) = Event::read(bytes, &Extensions::NONE).expect("an event");
    assert_eq!(synthetic, bytes[0] & 0x80 != 0);
    event
}

/// A server with one extension.
fn only(name: ExtensionName, first_event: u8, first_error: u8) -> Extensions {
    let mut extensions = Extensions::NONE;
    extensions.set(name, Some(Extension { major_opcode: 128, first_event, first_error }));
    extensions
}

fn int64(it: their_sync::Int64) -> i64 {
    i64::from(it.hi) << 32 | i64::from(it.lo)
}

/// Of a cut message comes the same value, where only padding was cut, or none.
fn cut<'a, T: PartialEq + core::fmt::Debug>(
    bytes: &'a [u8],
    read: impl Fn(&'a [u8]) -> Result<T, Malformed>,
) {
    let whole = read(bytes);
    for length in 0..bytes.len() {
        let part = read(&bytes[..length]);
        assert!(part == Err(Malformed) || part == whole, "{length} of {bytes:?}");
    }
}

/// Eight bits a channel.
const ARGB32: their_render::Directformat = their_render::Directformat {
    red_shift: 16,
    red_mask: 0xff,
    green_shift: 8,
    green_mask: 0xff,
    blue_shift: 0,
    blue_mask: 0xff,
    alpha_shift: 24,
    alpha_mask: 0xff,
};

/// A format that is, or is almost, one of those in use.
fn format() -> impl Strategy<Value = their_render::Pictforminfo> {
    let alpha = their_render::Directformat { alpha_mask: 0xff, ..Default::default() };
    let other = any::<[u16; 8]>().prop_map(|it| their_render::Directformat {
        red_shift: it[0],
        red_mask: it[1],
        green_shift: it[2],
        green_mask: it[3],
        blue_shift: it[4],
        blue_mask: it[5],
        alpha_shift: it[6],
        alpha_mask: it[7],
    });
    let opaque = their_render::Directformat { alpha_mask: 0, ..ARGB32 };
    let swapped = their_render::Directformat { red_shift: 0, blue_shift: 16, ..ARGB32 };
    let shifted = their_render::Directformat { alpha_shift: 5, ..alpha };
    let direct = prop_oneof![
        3 => Just(alpha),
        1 => Just(shifted),
        3 => Just(ARGB32),
        1 => Just(opaque),
        1 => Just(swapped),
        1 => other,
    ];
    let depth = prop::sample::select(&[8_u8, 32, 24, 1][..]);
    (any::<u32>(), 0_u8..2, depth, direct, any::<u32>()).prop_map(
        |(id, kind, depth, direct, colormap)| their_render::Pictforminfo {
            id,
            type_: kind.into(),
            depth,
            direct,
            colormap,
        },
    )
}

/// A depth and the formats of its visuals.
fn depth() -> impl Strategy<Value = their_render::Pictdepth> {
    let visual = (0_u32..10, any::<u32>())
        .prop_map(|(visual, format)| their_render::Pictvisual { visual, format });
    (any::<u8>(), prop::collection::vec(visual, 0..4))
        .prop_map(|(depth, visuals)| their_render::Pictdepth { depth, visuals })
}

proptest! {
    #[test]
    fn get_window_attributes(mut bytes in reply(), class in 1_u8..3, state in 0_u8..3) {
        // This one reply is longer than 32 bytes whatever is in it.
        bytes.resize(bytes.len().max(44), 0xa5);
        (bytes[12], bytes[13], bytes[26]) = (class, 0, state);
        let a = ours::GetWindowAttributes::read(&bytes).expect("a reply");
        let b: theirs::GetWindowAttributesReply = theirs(&bytes);
        prop_assert_eq!(a.visual.raw(), b.visual);
        prop_assert_eq!(a.class == WindowClass::InputOnly, b.class == theirs::WindowClass::INPUT_ONLY);
        prop_assert_eq!(a.save_under, b.save_under);
        let states = [MapState::Unmapped, MapState::Unviewable, MapState::Viewable];
        prop_assert_eq!(a.map_state, states[usize::from(u8::from(b.map_state))]);
        prop_assert_eq!(a.override_redirect, b.override_redirect);
        prop_assert_eq!(a.colormap.raw(), b.colormap);
        prop_assert_eq!(a.all_event_masks.bits(), u32::from(b.all_event_masks));
        prop_assert_eq!(a.your_event_mask.bits(), u32::from(b.your_event_mask));
        prop_assert_eq!(a.do_not_propagate_mask.bits(), u32::from(b.do_not_propagate_mask));
        cut(&bytes, ours::GetWindowAttributes::read);
    }

    #[test]
    fn get_geometry(bytes in reply()) {
        let a = ours::GetGeometry::read(&bytes).expect("a reply");
        let b: theirs::GetGeometryReply = theirs(&bytes);
        prop_assert_eq!((a.root.raw(), a.depth), (b.root, b.depth));
        prop_assert_eq!((a.x, a.y, a.width, a.height), (b.x, b.y, b.width, b.height));
        prop_assert_eq!(a.border_width, b.border_width);
        cut(&bytes, ours::GetGeometry::read);
    }

    #[test]
    fn query_tree(mut bytes in reply()) {
        bytes[17] = 0;
        bytes[16] = bytes[4];
        let a = ours::QueryTree::read(&bytes).expect("a reply");
        let b: theirs::QueryTreeReply = theirs(&bytes);
        prop_assert_eq!((a.root.raw(), a.parent.raw()), (b.root, b.parent));
        prop_assert_eq!(a.children.iter().map(|child| child.raw()).collect::<Vec<_>>(), b.children);
        cut(&bytes, ours::QueryTree::read);
    }

    #[test]
    fn atoms(mut bytes in reply(), short in 0_usize..4) {
        let a = ours::InternAtom::read(&bytes).expect("a reply");
        let b: theirs::InternAtomReply = theirs(&bytes);
        prop_assert_eq!(a.atom.raw(), b.atom);
        cut(&bytes, ours::InternAtom::read);
        let owner = ours::GetSelectionOwner::read(&bytes).expect("a reply");
        let b: theirs::GetSelectionOwnerReply = theirs(&bytes);
        prop_assert_eq!(owner.owner.raw(), b.owner);
        cut(&bytes, ours::GetSelectionOwner::read);

        let length = (bytes.len() - 32).saturating_sub(short) as u16;
        bytes[8..10].copy_from_slice(&length.to_le_bytes());
        let a = ours::GetAtomName::read(&bytes).expect("a reply");
        let b: theirs::GetAtomNameReply = theirs(&bytes);
        prop_assert_eq!(a.name, &b.name[..]);
        cut(&bytes, ours::GetAtomName::read);
    }

    #[test]
    fn get_property(mut bytes in reply(), format in prop::sample::select(&[0, 8, 16, 32_u8][..]), short in 0_usize..4) {
        let room = (bytes.len() - 32).saturating_sub(short) as u32;
        // With format 0 there is no value, and its length should be zero.
        let units = room.checked_div(format.into()).map_or(0, |_| room * 8 / u32::from(format));
        bytes[1] = format;
        bytes[16..20].copy_from_slice(&units.to_le_bytes());
        let a = ours::GetProperty::read(&bytes).expect("a reply");
        let b: theirs::GetPropertyReply = theirs(&bytes);
        prop_assert_eq!((a.format, a.kind.raw(), a.bytes_after), (b.format, b.type_, b.bytes_after));
        prop_assert_eq!(a.value, &b.value[..]);
        prop_assert_eq!(Some(a.words().collect::<Vec<_>>()), Some(b.value32().into_iter().flatten().collect()));
        prop_assert_eq!(a.bytes(), &b.value8().into_iter().flatten().collect::<Vec<_>>()[..]);
        cut(&bytes, ours::GetProperty::read);
    }

    #[test]
    fn list_properties(mut bytes in reply()) {
        (bytes[8], bytes[9]) = (bytes[4], 0);
        let a = ours::ListProperties::read(&bytes).expect("a reply");
        let b: theirs::ListPropertiesReply = theirs(&bytes);
        prop_assert_eq!(a.atoms.iter().map(|atom| atom.raw()).collect::<Vec<_>>(), b.atoms);
        cut(&bytes, ours::ListProperties::read);
    }

    #[test]
    fn grabs(mut bytes in reply(), status in 0_u8..5) {
        bytes[1] = status;
        let b: theirs::GrabPointerReply = theirs(&bytes);
        let expected = match b.status {
            theirs::GrabStatus::SUCCESS => GrabStatus::Success,
            theirs::GrabStatus::ALREADY_GRABBED => GrabStatus::AlreadyGrabbed,
            theirs::GrabStatus::INVALID_TIME => GrabStatus::InvalidTime,
            theirs::GrabStatus::NOT_VIEWABLE => GrabStatus::NotViewable,
            _ => GrabStatus::Frozen,
        };
        prop_assert_eq!(GrabStatus::read(&bytes), Ok(expected));
        cut(&bytes, GrabStatus::read);
    }

    #[test]
    fn pointers(bytes in reply()) {
        let a = ours::QueryPointer::read(&bytes).expect("a reply");
        let b: theirs::QueryPointerReply = theirs(&bytes);
        prop_assert_eq!((a.same_screen, a.root.raw(), a.child.raw()), (b.same_screen, b.root, b.child));
        prop_assert_eq!((a.root_x, a.root_y, a.win_x, a.win_y), (b.root_x, b.root_y, b.win_x, b.win_y));
        prop_assert_eq!(a.mask, u16::from(b.mask));
        cut(&bytes, ours::QueryPointer::read);
        let a = ours::TranslateCoordinates::read(&bytes).expect("a reply");
        let b: theirs::TranslateCoordinatesReply = theirs(&bytes);
        prop_assert_eq!((a.same_screen, a.child.raw(), a.dst_x, a.dst_y), (b.same_screen, b.child, b.dst_x, b.dst_y));
        cut(&bytes, ours::TranslateCoordinates::read);
    }

    #[test]
    fn get_input_focus(mut bytes in reply(), revert_to in 0_u8..3) {
        bytes[1] = revert_to;
        let a = ours::GetInputFocus::read(&bytes).expect("a reply");
        let b: theirs::GetInputFocusReply = theirs(&bytes);
        let expected = [RevertTo::None, RevertTo::PointerRoot, RevertTo::Parent];
        prop_assert_eq!(a.revert_to, expected[usize::from(u8::from(b.revert_to))]);
        prop_assert_eq!(a.focus.raw(), b.focus);
        cut(&bytes, ours::GetInputFocus::read);
    }

    #[test]
    fn colours_and_extensions(bytes in reply()) {
        let a = ours::AllocColor::read(&bytes).expect("a reply");
        let b: theirs::AllocColorReply = theirs(&bytes);
        prop_assert_eq!((a.red, a.green, a.blue, a.pixel), (b.red, b.green, b.blue, b.pixel));
        cut(&bytes, ours::AllocColor::read);
        let a = ours::QueryExtension::read(&bytes).expect("a reply");
        let b: theirs::QueryExtensionReply = theirs(&bytes);
        prop_assert_eq!((a.present, a.major_opcode), (b.present, b.major_opcode));
        prop_assert_eq!((a.first_event, a.first_error), (b.first_event, b.first_error));
        let numbers = (a.major_opcode, a.first_event, a.first_error);
        let extension = a.extension().map(|it| (it.major_opcode, it.first_event, it.first_error));
        prop_assert_eq!(extension, b.present.then_some(numbers));
        cut(&bytes, ours::QueryExtension::read);
    }

    #[test]
    fn formats_of_pictures(
        bytes in reply(),
        formats in prop::collection::vec(format(), 0..6),
        screens in prop::collection::vec((any::<u32>(), prop::collection::vec(depth(), 0..4)), 0..3),
        subpixels in 0_u32..3,
        wanted in [0_u32..12, 0_u32..12],
    ) {
        let a = render::QueryVersionReply::read(&bytes).expect("a reply");
        let b: their_render::QueryVersionReply = theirs(&bytes);
        prop_assert_eq!((a.major_version, a.minor_version), (b.major_version, b.minor_version));
        cut(&bytes, render::QueryVersionReply::read);

        let is_visual = |(_, depths): &(u32, Vec<their_render::Pictdepth>)| {
            depths.iter().map(|depth| depth.visuals.len()).sum::<usize>()
        };
        let screen = |(fallback, depths): &(u32, Vec<their_render::Pictdepth>)| {
            their_render::Pictscreen { fallback: *fallback, depths: depths.clone() }
        };
        let mut theirs = their_render::QueryPictFormatsReply {
            sequence: 7,
            length: 0,
            num_depths: screens.iter().map(|screen| screen.1.len() as u32).sum(),
            num_visuals: screens.iter().map(is_visual).sum::<usize>() as u32,
            formats,
            screens: screens.iter().map(screen).collect(),
            subpixels: vec![their_render::SubPixel::UNKNOWN; subpixels as usize],
        };
        theirs.length = (theirs.serialize().len() as u32 - 32) / 4;
        let mut bytes = theirs.serialize();
        let wanted = wanted.map(VisualId::new);
        let read = |bytes: &[u8]| render::QueryPictFormatsReply::read(bytes, wanted);
        let find = |is_it: &dyn Fn(&their_render::Directformat) -> bool, depth: u8| {
            let is_it = |it: &&their_render::Pictforminfo| {
                (it.type_, it.depth) == (their_render::PictType::DIRECT, depth) && is_it(&it.direct)
            };
            let found = theirs.formats.iter().rfind(is_it);
            found.map_or(PictFormat::NONE, |it| PictFormat::new(it.id))
        };
        let screens = theirs.screens.iter().flat_map(|screen| &screen.depths);
        let visuals: Vec<_> = screens.flat_map(|depth| &depth.visuals).collect();
        let of_visual = |wanted: VisualId| {
            let found = visuals.iter().rfind(|it| it.visual == wanted.raw());
            found.map_or(PictFormat::NONE, |it| PictFormat::new(it.format))
        };
        prop_assert_eq!(read(&bytes), Ok(render::QueryPictFormatsReply {
            a8: find(&|it| (it.alpha_shift, it.alpha_mask) == (0, 0xff), 8),
            argb32: find(&|it| {
                (it.alpha_shift, it.alpha_mask) == (24, 0xff)
                    && (it.red_shift, it.red_mask) == (16, 0xff)
            }, 32),
            of_visuals: wanted.map(of_visual),
        }));
        cut(&bytes, |bytes| render::QueryPictFormatsReply::read(bytes, wanted));
        // More than there are of formats, or of screens.
        for count in [8..12, 12..16] {
            let before = bytes.clone();
            bytes[count].fill(0xff);
            prop_assert_eq!(read(&bytes), Err(Malformed));
            bytes = before;
        }
    }

    #[test]
    fn fonts(mut bytes in reply(), properties in 0_u8..3, characters in 0_u8..3) {
        // Properties of 8 bytes and characters of 12 follow the first 60 bytes.
        let length = 60 + usize::from(properties) * 8 + usize::from(characters) * 12;
        bytes.resize(length, 0xa5);
        bytes[4..8].copy_from_slice(&(length as u32 / 4 - 8).to_le_bytes());
        bytes[46..48].copy_from_slice(&[properties, 0]);
        (bytes[48], bytes[51]) = (bytes[48] & 1, bytes[51] & 1);
        bytes[56..60].copy_from_slice(&[characters, 0, 0, 0]);
        let a = drawing::QueryFontReply::read(&bytes).expect("a reply");
        let b: theirs::QueryFontReply = theirs(&bytes);
        let info = |it: theirs::Charinfo| drawing::CharInfo {
            left_side_bearing: it.left_side_bearing,
            right_side_bearing: it.right_side_bearing,
            character_width: it.character_width,
            ascent: it.ascent,
            descent: it.descent,
        };
        prop_assert_eq!(a, drawing::QueryFontReply {
            min_bounds: info(b.min_bounds),
            max_bounds: info(b.max_bounds),
            default_char: b.default_char,
            font_ascent: b.font_ascent,
            font_descent: b.font_descent,
        });
        cut(&bytes, drawing::QueryFontReply::read);
    }

    #[test]
    fn monitors(bytes in reply(), outputs in prop::collection::vec(0_u16..4, 0..6)) {
        let a = randr::QueryVersionReply::read(&bytes).expect("a reply");
        let b: their_randr::QueryVersionReply = theirs(&bytes);
        prop_assert_eq!((a.major_version, a.minor_version), (b.major_version, b.minor_version));
        cut(&bytes, randr::QueryVersionReply::read);

        // A monitor has 24 bytes and its outputs.
        let mut monitors = bytes[..32].to_vec();
        monitors[12..16].copy_from_slice(&(outputs.len() as u32).to_le_bytes());
        for count in outputs {
            let start = monitors.len();
            monitors.extend(bytes.iter().cycle().skip(start).take(24 + usize::from(count) * 4));
            monitors[start + 6..start + 8].copy_from_slice(&count.to_le_bytes());
            // The other implementation takes no numbers but these for a BOOL.
            monitors[start + 4] &= 1;
            monitors[start + 5] &= 1;
        }
        let units = (monitors.len() as u32 - 32) / 4;
        monitors[4..8].copy_from_slice(&units.to_le_bytes());
        let a = randr::GetMonitorsReply::read(&monitors).expect("a reply");
        let b: their_randr::GetMonitorsReply = theirs(&monitors);
        prop_assert_eq!((a.timestamp.0, a.monitors.len()), (b.timestamp, b.monitors.len()));
        for (a, b) in a.monitors.iter().zip(&b.monitors) {
            prop_assert_eq!((a.name.raw(), a.primary, a.automatic), (b.name, b.primary, b.automatic));
            prop_assert_eq!((a.x, a.y, a.width, a.height), (b.x, b.y, b.width, b.height));
            let millimeters = (a.width_in_millimeters, a.height_in_millimeters);
            prop_assert_eq!(millimeters, (b.width_in_millimeters, b.height_in_millimeters));
        }
        cut(&monitors, randr::GetMonitorsReply::read);
        monitors[12..16].fill(0xff);
        prop_assert_eq!(randr::GetMonitorsReply::read(&monitors), Err(Malformed));
    }

    #[test]
    fn screens(mut bytes in reply()) {
        let a = xinerama::IsActiveReply::read(&bytes).expect("a reply");
        let b: their_xinerama::IsActiveReply = theirs(&bytes);
        prop_assert_eq!(a.is_active, b.state != 0);
        cut(&bytes, xinerama::IsActiveReply::read);
        let count = (bytes.len() as u32 - 32) / 8;
        bytes[8..12].copy_from_slice(&count.to_le_bytes());
        let a = xinerama::QueryScreensReply::read(&bytes).expect("a reply");
        let b: their_xinerama::QueryScreensReply = theirs(&bytes);
        prop_assert_eq!(
            a.screen_info.iter().map(|a| (a.x_org, a.y_org, a.width, a.height)).collect::<Vec<_>>(),
            b.screen_info.iter().map(|b| (b.x_org, b.y_org, b.width, b.height)).collect::<Vec<_>>()
        );
        cut(&bytes, xinerama::QueryScreensReply::read);
        bytes[8..12].fill(0xff);
        prop_assert_eq!(xinerama::QueryScreensReply::read(&bytes), Err(Malformed));
    }

    #[test]
    fn processes(
        mut bytes in reply(),
        ids in prop::collection::vec((any::<u32>(), 0..4_u32, prop::collection::vec(any::<u32>(), 0..3)), 0..4),
    ) {
        let a = res::QueryVersionReply::read(&bytes).expect("a reply");
        let b: their_res::QueryVersionReply = theirs(&bytes);
        prop_assert_eq!((a.server_major, a.server_minor), (b.server_major, b.server_minor));
        cut(&bytes, res::QueryVersionReply::read);
        bytes.truncate(32);
        bytes[8..12].copy_from_slice(&(ids.len() as u32).to_le_bytes());
        for (client, mask, value) in ids {
            for word in [client, mask, value.len() as u32 * 4].into_iter().chain(value) {
                bytes.extend(word.to_le_bytes());
            }
        }
        let units = (bytes.len() - 32) as u32 / 4;
        bytes[4..8].copy_from_slice(&units.to_le_bytes());
        let a = res::QueryClientIdsReply::read(&bytes).expect("a reply");
        let b: their_res::QueryClientIdsReply = theirs(&bytes);
        let is_pid = |id: &&their_res::ClientIdValue| u32::from(id.spec.mask) & 2 != 0;
        let pids = b.ids.iter().filter(is_pid).find_map(|id| id.value.first().copied());
        prop_assert_eq!(a.pid, pids);
        cut(&bytes, res::QueryClientIdsReply::read);
        bytes[8..12].fill(0xff);
        prop_assert_eq!(res::QueryClientIdsReply::read(&bytes), Err(Malformed));
    }

    #[test]
    fn counters_and_keyboard_flags(mut bytes in reply()) {
        let a = sync::InitializeReply::read(&bytes).expect("a reply");
        let b: their_sync::InitializeReply = theirs(&bytes);
        prop_assert_eq!((a.major_version, a.minor_version), (b.major_version, b.minor_version));
        cut(&bytes, sync::InitializeReply::read);
        let a = sync::QueryCounterReply::read(&bytes).expect("a reply");
        let b: their_sync::QueryCounterReply = theirs(&bytes);
        prop_assert_eq!(a.counter_value, int64(b.counter_value));
        cut(&bytes, sync::QueryCounterReply::read);
        let a = xkb::PerClientFlagsReply::read(&bytes).expect("a reply");
        let b: their_xkb::PerClientFlagsReply = theirs(&bytes);
        prop_assert_eq!((a.supported, a.value), (b.supported.into(), b.value.into()));
        cut(&bytes, xkb::PerClientFlagsReply::read);
        bytes[1] &= 1;
        let a = xkb::UseExtensionReply::read(&bytes).expect("a reply");
        let b: their_xkb::UseExtensionReply = theirs(&bytes);
        prop_assert_eq!((a.supported, a.server_major, a.server_minor), (b.supported, b.server_major, b.server_minor));
        cut(&bytes, xkb::UseExtensionReply::read);
    }

    #[test]
    fn keyboards(mut bytes in reply()) {
        let a = ours::GetKeyboardMapping::read(&bytes).expect("a reply");
        let b: theirs::GetKeyboardMappingReply = theirs(&bytes);
        prop_assert_eq!(a.keysyms_per_keycode, b.keysyms_per_keycode);
        prop_assert_eq!(a.keysyms.iter().map(|keysym| keysym.raw()).collect::<Vec<_>>(), b.keysyms);
        cut(&bytes, ours::GetKeyboardMapping::read);
        bytes[1] = ((bytes.len() - 32) / 8) as u8;
        let a = ours::GetModifierMapping::read(&bytes).expect("a reply");
        let b: theirs::GetModifierMappingReply = theirs(&bytes);
        prop_assert_eq!(a.keycodes_per_modifier, b.keycodes_per_modifier());
        prop_assert_eq!(a.keycodes.iter().map(|keycode| keycode.0).collect::<Vec<_>>(), b.keycodes);
        cut(&bytes, ours::GetModifierMapping::read);
    }

    #[test]
    fn any_bytes_are_a_reply_or_malformed(mut bytes in prop::collection::vec(any::<u8>(), 0..100), code in 0_u8..3) {
        if let Some(first) = bytes.first_mut() {
            *first = code;
        }
        let reads: [fn(&[u8]) -> bool; 30] = [
            |bytes| render::QueryVersionReply::read(bytes).is_ok(),
            |bytes| render::QueryPictFormatsReply::read(bytes, Default::default()).is_ok(),
            |bytes| drawing::QueryFontReply::read(bytes).is_ok(),
            |bytes| ours::GetWindowAttributes::read(bytes).is_ok(),
            |bytes| ours::GetGeometry::read(bytes).is_ok(),
            |bytes| ours::QueryTree::read(bytes).is_ok(),
            |bytes| ours::InternAtom::read(bytes).is_ok(),
            |bytes| ours::GetAtomName::read(bytes).is_ok(),
            |bytes| ours::GetProperty::read(bytes).is_ok(),
            |bytes| ours::ListProperties::read(bytes).is_ok(),
            |bytes| ours::GetSelectionOwner::read(bytes).is_ok(),
            |bytes| GrabStatus::read(bytes).is_ok(),
            |bytes| ours::QueryPointer::read(bytes).is_ok(),
            |bytes| ours::TranslateCoordinates::read(bytes).is_ok(),
            |bytes| ours::GetInputFocus::read(bytes).is_ok(),
            |bytes| ours::AllocColor::read(bytes).is_ok(),
            |bytes| ours::QueryExtension::read(bytes).is_ok(),
            |bytes| ours::GetKeyboardMapping::read(bytes).is_ok(),
            |bytes| ours::GetModifierMapping::read(bytes).is_ok(),
            |bytes| randr::QueryVersionReply::read(bytes).is_ok(),
            |bytes| randr::GetMonitorsReply::read(bytes).is_ok(),
            |bytes| xinerama::IsActiveReply::read(bytes).is_ok(),
            |bytes| xinerama::QueryScreensReply::read(bytes).is_ok(),
            |bytes| sync::InitializeReply::read(bytes).is_ok(),
            |bytes| sync::QueryCounterReply::read(bytes).is_ok(),
            |bytes| xkb::UseExtensionReply::read(bytes).is_ok(),
            |bytes| xkb::PerClientFlagsReply::read(bytes).is_ok(),
            |bytes| res::QueryVersionReply::read(bytes).is_ok(),
            |bytes| res::QueryClientIdsReply::read(bytes).is_ok(),
            |bytes| XError::read(bytes, &Extensions::NONE).is_ok(),
        ];
        for (index, read) in reads.iter().enumerate() {
            let is_ok = read(&bytes);
            prop_assert!(!is_ok || code == u8::from(index != 29));
        }
    }

    #[test]
    fn input(bytes in (2_u8..=6).prop_flat_map(event)) {
        let (Event::KeyPress(a)
        | Event::KeyRelease(a)
        | Event::ButtonPress(a)
        | Event::ButtonRelease(a)
        | Event::MotionNotify(a)) = ours(&bytes) else {
            return Err(TestCaseError::fail("another event"));
        };
        // All of them are laid out alike.
        let b: theirs::KeyPressEvent = theirs(&bytes);
        prop_assert_eq!((a.detail, a.time.0), (b.detail, b.time));
        prop_assert_eq!((a.root.raw(), a.event.raw(), a.child.raw()), (b.root, b.event, b.child));
        prop_assert_eq!((a.root_x, a.root_y, a.event_x, a.event_y), (b.root_x, b.root_y, b.event_x, b.event_y));
        prop_assert_eq!((a.state, a.same_screen), (u16::from(b.state), b.same_screen));
        let code = match ours(&bytes) {
            Event::KeyPress(_) => theirs::KEY_PRESS_EVENT,
            Event::KeyRelease(_) => theirs::KEY_RELEASE_EVENT,
            Event::ButtonPress(_) => theirs::BUTTON_PRESS_EVENT,
            Event::ButtonRelease(_) => theirs::BUTTON_RELEASE_EVENT,
            _ => theirs::MOTION_NOTIFY_EVENT,
        };
        prop_assert_eq!(bytes[0] & 0x7f, code);
    }

    #[test]
    fn crossing(mut bytes in (7_u8..=8).prop_flat_map(event), detail in 0_u8..7, mode in 0_u8..5) {
        (bytes[1], bytes[30]) = (detail, mode);
        let (a, code) = match ours(&bytes) {
            Event::EnterNotify(a) => (a, theirs::ENTER_NOTIFY_EVENT),
            Event::LeaveNotify(a) => (a, theirs::LEAVE_NOTIFY_EVENT),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!(bytes[0] & 0x7f, code);
        let b: theirs::EnterNotifyEvent = theirs(&bytes);
        prop_assert_eq!((a.time.0, a.root.raw()), (b.time, b.root));
        prop_assert_eq!((a.event.raw(), a.child.raw()), (b.event, b.child));
        prop_assert_eq!((a.root_x, a.root_y, a.event_x, a.event_y), (b.root_x, b.root_y, b.event_x, b.event_y));
        prop_assert_eq!(a.state, u16::from(b.state));
        prop_assert_eq!(u8::from(a.focus) | u8::from(a.same_screen) << 1, b.same_screen_focus & 3);
        prop_assert_eq!(a.detail, match b.detail {
            theirs::NotifyDetail::ANCESTOR => CrossingDetail::Ancestor,
            theirs::NotifyDetail::VIRTUAL => CrossingDetail::Virtual,
            theirs::NotifyDetail::INFERIOR => CrossingDetail::Inferior,
            theirs::NotifyDetail::NONLINEAR => CrossingDetail::Nonlinear,
            theirs::NotifyDetail::NONLINEAR_VIRTUAL => CrossingDetail::NonlinearVirtual,
            other => CrossingDetail::Other(other.into()),
        });
        prop_assert_eq!(a.mode, match b.mode {
            theirs::NotifyMode::NORMAL => CrossingMode::Normal,
            theirs::NotifyMode::GRAB => CrossingMode::Grab,
            theirs::NotifyMode::UNGRAB => CrossingMode::Ungrab,
            other => CrossingMode::Other(other.into()),
        });
    }

    #[test]
    fn focus(mut bytes in (9_u8..=10).prop_flat_map(event), detail in 0_u8..9, mode in 0_u8..5) {
        (bytes[1], bytes[8]) = (detail, mode);
        let (a, code) = match ours(&bytes) {
            Event::FocusIn(a) => (a, theirs::FOCUS_IN_EVENT),
            Event::FocusOut(a) => (a, theirs::FOCUS_OUT_EVENT),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!(bytes[0] & 0x7f, code);
        let b: theirs::FocusInEvent = theirs(&bytes);
        prop_assert_eq!(a.event.raw(), b.event);
        prop_assert_eq!(a.detail, match b.detail {
            theirs::NotifyDetail::ANCESTOR => FocusDetail::Ancestor,
            theirs::NotifyDetail::VIRTUAL => FocusDetail::Virtual,
            theirs::NotifyDetail::INFERIOR => FocusDetail::Inferior,
            theirs::NotifyDetail::NONLINEAR => FocusDetail::Nonlinear,
            theirs::NotifyDetail::NONLINEAR_VIRTUAL => FocusDetail::NonlinearVirtual,
            theirs::NotifyDetail::POINTER => FocusDetail::Pointer,
            theirs::NotifyDetail::POINTER_ROOT => FocusDetail::PointerRoot,
            theirs::NotifyDetail::NONE => FocusDetail::None,
            other => FocusDetail::Other(other.into()),
        });
        prop_assert_eq!(a.mode, match b.mode {
            theirs::NotifyMode::NORMAL => FocusMode::Normal,
            theirs::NotifyMode::GRAB => FocusMode::Grab,
            theirs::NotifyMode::UNGRAB => FocusMode::Ungrab,
            theirs::NotifyMode::WHILE_GRABBED => FocusMode::WhileGrabbed,
            other => FocusMode::Other(other.into()),
        });
    }

    #[test]
    fn windows_come_and_go(mut bytes: [u8; 32]) {
        bytes[0] = theirs::EXPOSE_EVENT;
        let b: theirs::ExposeEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::Expose(event::Expose {
            window: Window::new(b.window),
            x: b.x,
            y: b.y,
            width: b.width,
            height: b.height,
            count: b.count,
        }));
        bytes[0] = theirs::CREATE_NOTIFY_EVENT;
        let b: theirs::CreateNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::CreateNotify(event::CreateNotify {
            parent: Window::new(b.parent),
            window: Window::new(b.window),
            x: b.x,
            y: b.y,
            width: b.width,
            height: b.height,
            border_width: b.border_width,
            override_redirect: b.override_redirect,
        }));
        bytes[0] = theirs::DESTROY_NOTIFY_EVENT;
        let b: theirs::DestroyNotifyEvent = theirs(&bytes);
        let (event, window) = (Window::new(b.event), Window::new(b.window));
        prop_assert_eq!(ours(&bytes), Event::DestroyNotify(event::DestroyNotify { event, window }));
        bytes[0] = theirs::UNMAP_NOTIFY_EVENT;
        let b: theirs::UnmapNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::UnmapNotify(event::UnmapNotify {
            event: Window::new(b.event),
            window: Window::new(b.window),
            from_configure: b.from_configure,
        }));
        bytes[0] = theirs::MAP_NOTIFY_EVENT;
        let b: theirs::MapNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::MapNotify(event::MapNotify {
            event: Window::new(b.event),
            window: Window::new(b.window),
            override_redirect: b.override_redirect,
        }));
        bytes[0] = theirs::MAP_REQUEST_EVENT;
        let b: theirs::MapRequestEvent = theirs(&bytes);
        let (parent, window) = (Window::new(b.parent), Window::new(b.window));
        prop_assert_eq!(ours(&bytes), Event::MapRequest(event::MapRequest { parent, window }));
        bytes[0] = theirs::REPARENT_NOTIFY_EVENT;
        let b: theirs::ReparentNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::ReparentNotify(event::ReparentNotify {
            event: Window::new(b.event),
            window: Window::new(b.window),
            parent: Window::new(b.parent),
            x: b.x,
            y: b.y,
            override_redirect: b.override_redirect,
        }));
    }

    #[test]
    fn windows_change_places(mut bytes: [u8; 32], stack_mode in 0_u8..6, place in 0_u8..2) {
        bytes[0] = theirs::CONFIGURE_NOTIFY_EVENT;
        let b: theirs::ConfigureNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::ConfigureNotify(event::ConfigureNotify {
            event: Window::new(b.event),
            window: Window::new(b.window),
            above_sibling: Window::new(b.above_sibling),
            x: b.x,
            y: b.y,
            width: b.width,
            height: b.height,
            border_width: b.border_width,
            override_redirect: b.override_redirect,
        }));
        bytes[0] = theirs::GRAVITY_NOTIFY_EVENT;
        let b: theirs::GravityNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::GravityNotify(event::GravityNotify {
            event: Window::new(b.event),
            window: Window::new(b.window),
            x: b.x,
            y: b.y,
        }));
        bytes[0] = theirs::RESIZE_REQUEST_EVENT;
        let b: theirs::ResizeRequestEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::ResizeRequest(event::ResizeRequest {
            window: Window::new(b.window),
            width: b.width,
            height: b.height,
        }));
        (bytes[0], bytes[1]) = (theirs::CONFIGURE_REQUEST_EVENT, stack_mode);
        let b: theirs::ConfigureRequestEvent = theirs(&bytes);
        let Event::ConfigureRequest(a) = ours(&bytes) else {
            return Err(TestCaseError::fail("another event"));
        };
        prop_assert_eq!((a.parent.raw(), a.window.raw()), (b.parent, b.window));
        let has = |flag: theirs::ConfigWindow| u16::from(b.value_mask) & u16::from(flag) != 0;
        let changes = a.changes;
        prop_assert_eq!(changes.x, has(theirs::ConfigWindow::X).then_some(b.x));
        prop_assert_eq!(changes.y, has(theirs::ConfigWindow::Y).then_some(b.y));
        prop_assert_eq!(changes.width, has(theirs::ConfigWindow::WIDTH).then_some(b.width));
        prop_assert_eq!(changes.height, has(theirs::ConfigWindow::HEIGHT).then_some(b.height));
        prop_assert_eq!(
            changes.border_width,
            has(theirs::ConfigWindow::BORDER_WIDTH).then_some(b.border_width)
        );
        prop_assert_eq!(
            changes.sibling.map(Window::raw),
            has(theirs::ConfigWindow::SIBLING).then_some(b.sibling)
        );
        prop_assert_eq!(
            changes.stack_mode.map(|mode| theirs::StackMode::from(mode as u8)),
            (has(theirs::ConfigWindow::STACK_MODE) && stack_mode < 5).then_some(b.stack_mode)
        );
        (bytes[0], bytes[16]) = (theirs::CIRCULATE_NOTIFY_EVENT, place);
        let b: theirs::CirculateNotifyEvent = theirs(&bytes);
        let circulate = event::Circulate {
            event: Window::new(b.event),
            window: Window::new(b.window),
            on_bottom: b.place == theirs::Place::ON_BOTTOM,
        };
        prop_assert_eq!(ours(&bytes), Event::CirculateNotify(circulate));
        bytes[0] = theirs::CIRCULATE_REQUEST_EVENT;
        prop_assert_eq!(ours(&bytes), Event::CirculateRequest(circulate));
    }

    #[test]
    fn clients_talk(mut bytes: [u8; 32], state in 0_u8..2, mapping in 0_u8..4) {
        (bytes[0], bytes[16]) = (theirs::PROPERTY_NOTIFY_EVENT, state);
        let b: theirs::PropertyNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::PropertyNotify(event::PropertyNotify {
            window: Window::new(b.window),
            atom: AtomId::new(b.atom),
            time: Timestamp(b.time),
            deleted: b.state == theirs::Property::DELETE,
        }));
        bytes[0] = theirs::SELECTION_CLEAR_EVENT;
        let b: theirs::SelectionClearEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::SelectionClear(event::SelectionClear {
            time: Timestamp(b.time),
            owner: Window::new(b.owner),
            selection: AtomId::new(b.selection),
        }));
        bytes[0] = theirs::SELECTION_REQUEST_EVENT;
        let b: theirs::SelectionRequestEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::SelectionRequest(event::SelectionRequest {
            time: Timestamp(b.time),
            owner: Window::new(b.owner),
            requestor: Window::new(b.requestor),
            selection: AtomId::new(b.selection),
            target: AtomId::new(b.target),
            property: AtomId::new(b.property),
        }));
        bytes[0] = theirs::SELECTION_NOTIFY_EVENT;
        let b: theirs::SelectionNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::SelectionNotify(event::SelectionNotify {
            time: Timestamp(b.time),
            requestor: Window::new(b.requestor),
            selection: AtomId::new(b.selection),
            target: AtomId::new(b.target),
            property: AtomId::new(b.property),
        }));
        (bytes[0], bytes[13]) = (theirs::COLORMAP_NOTIFY_EVENT, state);
        let b: theirs::ColormapNotifyEvent = theirs(&bytes);
        let Event::ColormapNotify(a) = ours(&bytes) else {
            return Err(TestCaseError::fail("another event"));
        };
        prop_assert_eq!((a.window.raw(), a.colormap.raw(), a.new), (b.window, b.colormap, b.new));
        prop_assert_eq!(a.installed, b.state == theirs::ColormapState::INSTALLED);
        bytes[0] = theirs::CLIENT_MESSAGE_EVENT;
        let b: theirs::ClientMessageEvent = theirs(&bytes);
        let Event::ClientMessage(a) = ours(&bytes) else {
            return Err(TestCaseError::fail("another event"));
        };
        prop_assert_eq!((a.format, a.window.raw(), a.kind.raw()), (b.format, b.window, b.type_));
        prop_assert_eq!((a.data.0, a.data.words()), (b.data.as_data8(), b.data.as_data32()));
        prop_assert_eq!(event::ClientMessageData::from_words(a.data.words()), a.data);
        (bytes[0], bytes[4]) = (theirs::MAPPING_NOTIFY_EVENT, mapping);
        let b: theirs::MappingNotifyEvent = theirs(&bytes);
        prop_assert_eq!(ours(&bytes), Event::MappingNotify(event::MappingNotify {
            request: match b.request {
                theirs::Mapping::MODIFIER => MappingRequest::Modifier,
                theirs::Mapping::KEYBOARD => MappingRequest::Keyboard,
                theirs::Mapping::POINTER => MappingRequest::Pointer,
                other => MappingRequest::Other(other.into()),
            },
            first_keycode: Keycode(b.first_keycode),
            count: b.count,
        }));
    }

    #[test]
    fn monitors_change(mut bytes: [u8; 32], first_event in 64_u8..127, sub_code in 0_u8..8) {
        let extensions = only(ExtensionName::Randr, first_event, 0);
        bytes[0] = first_event + their_randr::SCREEN_CHANGE_NOTIFY_EVENT;
        let b: their_randr::ScreenChangeNotifyEvent = theirs(&bytes);
        let notify = |change, window, timestamp| Ok((
            Event::RandrNotify(randr::Notify {
                change,
                window: Window::new(window),
                timestamp: Timestamp(timestamp),
            }),
            false,
        ));
        let expected = notify(randr::Change::Screen, b.request_window, b.timestamp);
        prop_assert_eq!(Event::read(&bytes, &extensions), expected);
        (bytes[0], bytes[1]) = (first_event + their_randr::NOTIFY_EVENT, sub_code);
        let b: their_randr::NotifyEvent = theirs(&bytes);
        let expected = match b.sub_code {
            their_randr::Notify::CRTC_CHANGE => {
                let it = b.u.as_cc();
                notify(randr::Change::Crtc, it.window, it.timestamp)
            }
            their_randr::Notify::OUTPUT_CHANGE => {
                let it = b.u.as_oc();
                notify(randr::Change::Output, it.window, it.timestamp)
            }
            their_randr::Notify::OUTPUT_PROPERTY => {
                let it = b.u.as_op();
                notify(randr::Change::OutputProperty, it.window, it.timestamp)
            }
            their_randr::Notify::RESOURCE_CHANGE => {
                let it = b.u.as_rc();
                notify(randr::Change::Resource, it.window, it.timestamp)
            }
            _ => Ok((Event::Unknown { code: first_event + 1 }, false)),
        };
        prop_assert_eq!(Event::read(&bytes, &extensions), expected);
        let unknown = Event::Unknown { code: bytes[0] };
        prop_assert_eq!(Event::read(&bytes, &Extensions::NONE), Ok((unknown, false)));
    }

    #[test]
    fn keymaps_change(mut bytes: [u8; 32], first_event in 64_u8..127, kind in 0_u8..12) {
        let extensions = only(ExtensionName::Xkb, first_event, 0);
        (bytes[0], bytes[1]) = (first_event, kind);
        let expected = match kind {
            their_xkb::NEW_KEYBOARD_NOTIFY_EVENT | their_xkb::MAP_NOTIFY_EVENT => Event::KeymapNotify,
            _ => Event::Unknown { code: first_event },
        };
        prop_assert_eq!(Event::read(&bytes, &extensions), Ok((expected, false)));
        bytes[0] += 1;
        let unknown = Event::Unknown { code: first_event + 1 };
        prop_assert_eq!(Event::read(&bytes, &extensions), Ok((unknown, false)));
    }

    #[test]
    fn alarms_go_off(mut bytes: [u8; 32], first_event in 64_u8..127, state in 0_u8..4) {
        let extensions = only(ExtensionName::Sync, first_event, 0);
        (bytes[0], bytes[28]) = (first_event + their_sync::ALARM_NOTIFY_EVENT, state);
        let b: their_sync::AlarmNotifyEvent = theirs(&bytes);
        let expected = Event::AlarmNotify(sync::AlarmNotify {
            alarm: Alarm::new(b.alarm),
            counter_value: int64(b.counter_value),
            alarm_value: int64(b.alarm_value),
            timestamp: Timestamp(b.timestamp),
            state: match b.state {
                their_sync::ALARMSTATE::ACTIVE => sync::AlarmState::Active,
                their_sync::ALARMSTATE::INACTIVE => sync::AlarmState::Inactive,
                their_sync::ALARMSTATE::DESTROYED => sync::AlarmState::Destroyed,
                other => sync::AlarmState::Other(other.into()),
            },
        });
        prop_assert_eq!(Event::read(&bytes, &extensions), Ok((expected, false)));
        // That a counter got to a value, which only those hear who wait for it.
        bytes[0] = first_event + their_sync::COUNTER_NOTIFY_EVENT;
        let unknown = Event::Unknown { code: bytes[0] };
        prop_assert_eq!(Event::read(&bytes, &extensions), Ok((unknown, false)));
    }

    #[test]
    fn any_bytes_are_an_event_or_malformed(bytes: [u8; 32], numbers: [[u8; 3]; 4]) {
        let mut extensions = Extensions::NONE;
        for (name, [major_opcode, first_event, first_error]) in ExtensionName::ALL.into_iter().zip(numbers) {
            extensions.set(name, Some(Extension { major_opcode, first_event, first_error }));
        }
        let read = Event::read(&bytes, &extensions);
        prop_assert_eq!(read.is_ok(), bytes[0] > 1);
        // Whatever numbers the server gives, those of the core protocol stay what they are.
        let core = Event::read(&bytes, &Extensions::NONE);
        let is_core = !matches!(core, Ok((Event::Unknown { .. }, _)));
        prop_assert!(read == core || !is_core);
    }

    #[test]
    fn events_are_written_as_they_are_read(mut bytes: [u8; 32]) {
        bytes[2..4].fill(0);
        for code in [18, 22, 31, 33] {
            bytes[0] = code;
            let event = ours(&bytes);
            let written = match event {
                Event::UnmapNotify(event) => event.write(),
                Event::ConfigureNotify(event) => event.write(),
                Event::SelectionNotify(event) => event.write(),
                Event::ClientMessage(event) => event.write(),
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(ours(&written), event);
            // The other implementation writes zeros for padding as well.
            let again: [u8; 32] = match code {
                18 => theirs::<theirs::UnmapNotifyEvent>(&written).into(),
                22 => theirs::<theirs::ConfigureNotifyEvent>(&written).into(),
                31 => theirs::<theirs::SelectionNotifyEvent>(&written).into(),
                _ => theirs::<theirs::ClientMessageEvent>(&written).into(),
            };
            prop_assert_eq!(written, again);
        }
    }

    #[test]
    fn errors(mut bytes: [u8; 32], code in 0_u8..30) {
        (bytes[0], bytes[1]) = (0, code);
        let a = XError::read(&bytes, &Extensions::NONE).expect("an error");
        let b = X11Error::try_parse(&bytes, &NoExtensions).expect("an error");
        prop_assert_eq!((a.bad_value, a.minor_opcode, a.major_opcode), (b.bad_value, b.minor_opcode, b.major_opcode));
        prop_assert_eq!(a.code, match b.error_kind {
            ErrorKind::Access => ErrorCode::Access,
            ErrorKind::Alloc => ErrorCode::Alloc,
            ErrorKind::Atom => ErrorCode::Atom,
            ErrorKind::Colormap => ErrorCode::Colormap,
            ErrorKind::Cursor => ErrorCode::Cursor,
            ErrorKind::Drawable => ErrorCode::Drawable,
            ErrorKind::Font => ErrorCode::Font,
            ErrorKind::GContext => ErrorCode::GContext,
            ErrorKind::IDChoice => ErrorCode::IdChoice,
            ErrorKind::Implementation => ErrorCode::Implementation,
            ErrorKind::Length => ErrorCode::Length,
            ErrorKind::Match => ErrorCode::Match,
            ErrorKind::Name => ErrorCode::Name,
            ErrorKind::Pixmap => ErrorCode::Pixmap,
            ErrorKind::Request => ErrorCode::Request,
            ErrorKind::Value => ErrorCode::Value,
            ErrorKind::Window => ErrorCode::Window,
            ErrorKind::Unknown(other) => ErrorCode::Other(other),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        });
        cut(&bytes, |bytes| XError::read(bytes, &Extensions::NONE));
    }

    #[test]
    fn errors_of_extensions(mut bytes: [u8; 32], first_error in 128_u8..250, number in 0_u8..4) {
        (bytes[0], bytes[1]) = (0, first_error + number);
        let of = |bytes: &[u8], name, first_error| {
            XError::read(bytes, &only(name, 0, first_error)).map(|error| error.code)
        };
        let other = ErrorCode::Other(bytes[1]);
        prop_assert_eq!(of(&bytes, ExtensionName::Sync, first_error), Ok(match number {
            their_sync::COUNTER_ERROR => ErrorCode::Counter,
            their_sync::ALARM_ERROR => ErrorCode::Alarm,
            _ => other,
        }));
        prop_assert_eq!(of(&bytes, ExtensionName::Randr, first_error), Ok(other));
        // Those of the core protocol stay what they are.
        bytes[1] = 3 + number;
        prop_assert_eq!(of(&bytes, ExtensionName::Sync, 3), Ok(ErrorCode::from_raw(3 + number)));
    }

    #[test]
    fn welcome(setup in setup()) {
        let mut bytes = setup.serialize();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let units = (bytes.len() / 4 - 2) as u16;
        bytes[6..8].copy_from_slice(&units.to_le_bytes());
        for length in 0..bytes.len() {
            let needed = if length < 8 { 8 } else { bytes.len() };
            prop_assert_eq!(SetupAnswer::read(&bytes[..length]), Ok(SetupAnswer::NeedMore(needed)));
        }
        let Ok(SetupAnswer::Success(a)) = SetupAnswer::read(&bytes) else {
            return Err(TestCaseError::fail("not welcome"));
        };
        let b: theirs::Setup = theirs(&bytes);
        prop_assert_eq!((a.resource_id_base, a.resource_id_mask), (b.resource_id_base, b.resource_id_mask));
        prop_assert_eq!(a.maximum_request_length, b.maximum_request_length);
        prop_assert_eq!((a.min_keycode.0, a.max_keycode.0), (b.min_keycode, b.max_keycode));
        prop_assert_eq!(a.screens.len(), b.roots.len());
        for (a, b) in a.screens.iter().zip(&b.roots) {
            prop_assert_eq!((a.root.raw(), a.default_colormap.raw()), (b.root, b.default_colormap));
            prop_assert_eq!((a.white_pixel, a.black_pixel), (b.white_pixel, b.black_pixel));
            prop_assert_eq!(a.current_input_masks.bits(), u32::from(b.current_input_masks));
            prop_assert_eq!((a.width, a.height), (b.width_in_pixels, b.height_in_pixels));
            let millimeters = (a.width_in_millimeters, a.height_in_millimeters);
            prop_assert_eq!(millimeters, (b.width_in_millimeters, b.height_in_millimeters));
            prop_assert_eq!((a.root_visual.raw(), a.root_depth), (b.root_visual, b.root_depth));
            let visuals = b.allowed_depths.iter().flat_map(|depth| {
                depth.visuals.iter().map(|visual| (depth.depth, visual))
            });
            prop_assert_eq!(a.visuals.len(), visuals.clone().count());
            for ((depth, a), (their_depth, b)) in a.visuals.iter().zip(visuals) {
                prop_assert_eq!((*depth, a.id.raw()), (their_depth, b.visual_id));
                prop_assert_eq!(a.class, match b.class {
                    theirs::VisualClass::STATIC_GRAY => VisualClass::StaticGray,
                    theirs::VisualClass::GRAY_SCALE => VisualClass::GrayScale,
                    theirs::VisualClass::STATIC_COLOR => VisualClass::StaticColor,
                    theirs::VisualClass::PSEUDO_COLOR => VisualClass::PseudoColor,
                    theirs::VisualClass::TRUE_COLOR => VisualClass::TrueColor,
                    theirs::VisualClass::DIRECT_COLOR => VisualClass::DirectColor,
                    other => VisualClass::Other(other.into()),
                });
                prop_assert_eq!(a.bits_per_rgb, b.bits_per_rgb_value);
                prop_assert_eq!((a.red_mask, a.green_mask, a.blue_mask), (b.red_mask, b.green_mask, b.blue_mask));
            }
            let root_visual = a.visuals.iter().map(|(_, visual)| visual.id).find(|id| *id == a.root_visual);
            prop_assert_eq!(a.root_visual().map(|visual| visual.id), root_visual);
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_malformed(mut bytes in prop::collection::vec(any::<u8>(), 0..600), status in 0_u8..4, length in 0_u8..150) {
        if let [first, _, _, _, _, _, low, high, ..] = &mut bytes[..] {
            (*first, *low, *high) = (status, length, 0);
        }
        if let Ok(SetupAnswer::NeedMore(total)) = SetupAnswer::read(&bytes) {
            prop_assert!(total > bytes.len());
        }
    }
}

struct NoExtensions;

impl ExtInfoProvider for NoExtensions {
    fn get_from_major_opcode(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }

    fn get_from_event_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }

    fn get_from_error_code(&self, _: u8) -> Option<(&str, ExtensionInformation)> {
        None
    }
}

fn visual() -> impl Strategy<Value = theirs::Visualtype> {
    (0_u32..10, 0_u8..7, any::<u8>(), any::<[u32; 3]>()).prop_map(|(id, class, bits, masks)| {
        theirs::Visualtype {
            visual_id: id,
            class: class.into(),
            bits_per_rgb_value: bits,
            colormap_entries: 256,
            red_mask: masks[0],
            green_mask: masks[1],
            blue_mask: masks[2],
        }
    })
}

fn screen() -> impl Strategy<Value = theirs::Screen> {
    let depth = (any::<u8>(), prop::collection::vec(visual(), 0..4))
        .prop_map(|(depth, visuals)| theirs::Depth { depth, visuals });
    let depths = prop::collection::vec(depth, 0..4);
    (any::<[u32; 5]>(), any::<[u16; 6]>(), 0_u32..10, any::<u8>(), depths).prop_map(
        |(words, lengths, root_visual, root_depth, allowed_depths)| theirs::Screen {
            root: words[0],
            default_colormap: words[1],
            white_pixel: words[2],
            black_pixel: words[3],
            current_input_masks: words[4].into(),
            width_in_pixels: lengths[0],
            height_in_pixels: lengths[1],
            width_in_millimeters: lengths[2],
            height_in_millimeters: lengths[3],
            min_installed_maps: lengths[4],
            max_installed_maps: lengths[5],
            root_visual,
            backing_stores: theirs::BackingStore::ALWAYS,
            save_unders: true,
            root_depth,
            allowed_depths,
        },
    )
}

fn setup() -> impl Strategy<Value = theirs::Setup> {
    let format = any::<[u8; 3]>().prop_map(|[depth, bits_per_pixel, scanline_pad]| {
        theirs::Format { depth, bits_per_pixel, scanline_pad }
    });
    (
        any::<[u32; 4]>(),
        any::<u16>(),
        any::<[u8; 4]>(),
        prop::collection::vec(any::<u8>(), 0..20),
        prop::collection::vec(format, 0..4),
        prop::collection::vec(screen(), 0..3),
    )
        .prop_map(|(words, maximum_request_length, bytes, vendor, pixmap_formats, roots)| {
            theirs::Setup {
                status: 1,
                protocol_major_version: 11,
                protocol_minor_version: 0,
                length: 0,
                release_number: words[0],
                resource_id_base: words[1],
                resource_id_mask: words[2],
                motion_buffer_size: words[3],
                maximum_request_length,
                image_byte_order: theirs::ImageOrder::MSB_FIRST,
                bitmap_format_bit_order: theirs::ImageOrder::LSB_FIRST,
                bitmap_format_scanline_unit: bytes[0],
                bitmap_format_scanline_pad: bytes[1],
                min_keycode: bytes[2],
                max_keycode: bytes[3],
                vendor,
                pixmap_formats,
                roots,
            }
        })
}
