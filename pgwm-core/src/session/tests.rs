//! Time, as a session sees it: when it matters, and what it brings about.

use super::*;
use crate::config::{Bar, Edge};
use crate::status::{Check, Kind};
use crate::testing::ModelServer;
use proptest::prelude::*;

static CONFIG: Config = Config::DEFAULT.validated();
static WITH_STATUS: Config = Config {
    bar: Some(Bar { edge: Edge::Top, shown: true, padding: 2, shortcuts: &[], tray: false }),
    status: &[
        Check::new(Kind::Cpu, "", "{percent}").every(1),
        Check::new(Kind::Memory, "", "{percent}").every(1),
        Check::new(Kind::Load, "", "{one}").every(1),
        Check::new(Kind::Network(""), "", "{down}").every(1),
        Check::new(Kind::Date, "", "%H:%M:%S"),
    ],
    ..Config::DEFAULT
}
.validated();

/// A session that manages windows, with nothing on its way.
fn running() -> (Session, ModelServer) {
    running_with(&CONFIG)
}

fn running_with(config: &'static Config) -> (Session, ModelServer) {
    let mut server = ModelServer::new();
    server.map_keys(&[0x61; 8]);
    let mut session = Session::new(config, &server.setup(), 0, Start::default()).unwrap();
    exchange(&mut session, &mut server);
    assert!(session.is_running());
    (session, server)
}

/// Lets both say everything that they have to say.
fn exchange(session: &mut Session, server: &mut ModelServer) {
    while !session.output().is_empty() {
        server.write(&mem::take(session.output()));
        while server.serve() {}
        session.receive(&mem::take(&mut server.outgoing)).unwrap();
    }
}

fn commands(session: &mut Session) -> Vec<Command> {
    std::iter::from_fn(|| session.next_command()).collect()
}

/// With five checks a second, an idle minute is sixty wakeups: the event loop waits for the
/// deadline and for nothing else.
#[test]
fn an_idle_minute_is_sixty_wakeups() {
    let (mut session, mut server) = running_with(&WITH_STATUS);
    let mut now = Duration::from_millis(1_234_567);
    let utc = |now: Duration| now + Duration::from_millis(1_700_000_000_300);
    let (mut wakeups, mut reads) = (0, 0);
    let end = now + Duration::from_mins(1);
    while now < end {
        // What the event loop does in a wakeup.
        let next = loop {
            while let Some(command) = session.next_command() {
                let Command::Read { index, .. } = command else { panic!("{command:?}") };
                session.read(index, Reading::Bytes(b"0.1 0.2 0.3"), Wall { utc: utc(now), now });
                reads += 1;
            }
            assert!(session.is_timing());
            let next = session.tick(now).unwrap();
            if !session.has_command() {
                break next;
            }
        };
        exchange(&mut session, &mut server);
        let next = next.unwrap();
        assert!(next > now && next <= now + Duration::from_secs(1));
        assert_eq!(utc(next).subsec_nanos(), 0);
        now = next;
        wakeups += 1;
    }
    assert_eq!((wakeups, reads), (60 + 1, 5 * (60 + 1)));
}

proptest! {
    /// A session at rest needs no clock, and being told the time wakes nobody.
    #[test]
    fn at_rest_time_does_not_matter(now in any::<u32>()) {
        let (mut session, _) = running();
        prop_assert!(!session.is_timing());
        prop_assert_eq!(session.tick(Duration::from_millis(now.into())), Ok(None));
        prop_assert!(session.output().is_empty() && !session.has_command());
    }

    /// What comes of a command, asked for or not, disturbs nobody.
    #[test]
    fn unasked_answers_are_nothing(
        window in any::<u32>(),
        number in any::<u64>(),
        pid in any::<u32>(),
        parents in prop::collection::vec(any::<u32>(), 0..5),
    ) {
        let (mut session, _) = running();
        session.spawned(number, pid);
        session.lineage(Window::new(window), &parents);
        prop_assert!(session.output().is_empty() && !session.has_command());
        prop_assert!(!session.is_timing());
    }

    /// A server that does not answer keeps us for the farewell and no longer; one that does,
    /// not even that long.
    #[test]
    fn the_farewell_is_bounded(
        begin in any::<u32>(),
        steps in prop::collection::vec(0..400_u64, 1..8),
        answers in any::<bool>(),
        restarts in any::<bool>(),
    ) {
        let (mut session, mut server) = running();
        let (how, command) = if restarts {
            (Leave::Restart, Command::Restart)
        } else {
            (Leave::Quit, Command::Quit)
        };
        session.leave(how);
        prop_assert!(session.is_timing() && !session.output().is_empty());
        if answers {
            exchange(&mut session, &mut server);
            prop_assert!(session.has_command());
            prop_assert_eq!(commands(&mut session), [command]);
            return Ok(());
        }
        let begin = Duration::from_millis(begin.into());
        let end = begin + FAREWELL;
        let mut now = begin;
        for step in steps {
            prop_assert_eq!(session.tick(now), Ok(Some(end)));
            prop_assert_eq!(session.has_command(), now >= end);
            if now >= end {
                break;
            }
            now += Duration::from_millis(step);
        }
        session.tick(end.max(now)).unwrap();
        prop_assert_eq!(session.next_command(), Some(command));
    }
}
