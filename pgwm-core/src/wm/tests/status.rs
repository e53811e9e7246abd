//! What the bar says of the machine: the root window's name, and when anything is read.

use super::*;
use crate::status::{Check, Kind, Reading, Wall};
use proptest::collection::vec;

static CONFIG: Config = Config {
    bar: Some(BAR),
    status: &[
        Check::new(Kind::RootName, "", "{text}"),
        Check::new(Kind::Memory, "", "{percent}").every(1),
        Check::new(Kind::Load, "", "{one}").every(1),
    ],
    ..super::CONFIG
}
.validated();

fn shown(rig: &Rig) -> Vec<(usize, String)> {
    rig.wm().status_shown().map(|(index, text)| (index, text.to_owned())).collect()
}

/// The window manager goes once through its loop.
fn turn(rig: &mut Rig) {
    rig.pass(Duration::ZERO);
    rig.settle();
}

#[test]
fn the_root_windows_name_is_shown() {
    let mut server = ModelServer::new();
    server.set_text(ROOT, "WM_NAME", b"from before");
    let mut rig = Rig::connect_with(&CONFIG, server, false);
    rig.settle();
    assert_eq!(shown(&rig), [(0, "from before".to_owned())]);
    for name in ["cpu 3%", "gr\u{fc}n", ""] {
        rig.server.set_text(ROOT, "WM_NAME", name.as_bytes());
        rig.settle();
        let expected: Vec<_> =
            [(0, name.to_owned())].into_iter().filter(|it| !it.1.is_empty()).collect();
        assert_eq!(shown(&rig), expected);
    }
}

/// However often it changes within a batch, it is asked for and painted once.
#[test]
fn a_storm_of_names_is_one_question() {
    let requests = |changes: u32| {
        let mut rig = Rig::start_with(&CONFIG);
        let before = rig.connection.sequence();
        for number in 0..changes {
            rig.server.set_text(ROOT, "WM_NAME", (1000 + number).to_string().as_bytes());
        }
        rig.settle();
        assert_eq!(shown(&rig), [(0, (999 + changes).to_string())]);
        rig.connection.sequence() - before
    };
    assert_eq!(requests(1000), requests(1));
}

#[test]
fn without_checks_nobody_looks_at_the_clock() {
    let mut rig = Rig::start_with(&super::CONFIG);
    rig.rest();
    assert!(!rig.wm().is_timing());
    rig.server.set_text(ROOT, "WM_NAME", b"storm");
    let before = rig.connection.sequence();
    rig.settle();
    assert_eq!(rig.connection.sequence(), before);
}

proptest! {
    /// A check is read once a second, however often the loop turns for other reasons.
    #[test]
    fn a_second_is_read_once(steps in vec(1..400_u64, 20..60), offset in 0..1000_u64) {
        let mut rig = Rig::start_with(&CONFIG);
        let begin = rig.now;
        let utc = |now: Duration| now + Duration::from_millis(1_700_000_000_000 + offset);
        let mut seconds = BTreeSet::new();
        rig.pass(Duration::ZERO);
        for step in steps {
            rig.commands.retain(|command| *command != Command::ForgetFonts);
            let read: Vec<_> = std::mem::take(&mut rig.commands);
            let second = utc(rig.now).as_secs();
            if !read.is_empty() {
                let kinds = [Command::Read { index: 1, kind: Kind::Memory }, Command::Read { index: 2, kind: Kind::Load }];
                prop_assert_eq!(&read[..], kinds);
                prop_assert!(seconds.insert(second));
            }
            let load = format!("{step}.05 0.00 0.00 1/2 3");
            for command in &read {
                let Command::Read { index, .. } = *command else { panic!("not asked for") };
                let wall = Wall { utc: utc(rig.now), now: rig.now };
                rig.wm_mut().read(index, Reading::Bytes(load.as_bytes()), wall);
            }
            turn(&mut rig);
            if !read.is_empty() {
                prop_assert_eq!(shown(&rig), [(2, format!("{step}.05"))]);
            }
            rig.pass(Duration::from_millis(step));
        }
        let first = utc(begin).as_secs();
        let last = *seconds.last().unwrap();
        prop_assert_eq!(seconds.len() as u64, last - first + 1);
    }
}
