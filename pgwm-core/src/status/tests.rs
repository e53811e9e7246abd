//! What texts come of captured and mutated files, and when checks are due.

use super::battery::{self, Battery};
use super::date;
use super::format;
use super::procfs;
use super::*;
use proptest::prelude::*;
use std::time::Duration;

const STAT: &[u8] = b"cpu  4705 150 1120 16250 520 10 30 0 40 0\n\
    cpu0 2352 75 560 8125 260 5 15 0 20 0\nintr 114930548 113199788 3 0 5 263 0 4\n\
    ctxt 1990473\nbtime 1062191376\nprocesses 2915\nprocs_running 1\nprocs_blocked 0\n";
const MEMINFO: &[u8] = b"MemTotal:        4018228 kB\nMemFree:          181384 kB\n\
    MemAvailable:    3013671 kB\nBuffers:           92144 kB\nCached:          2680376 kB\n\
    SwapCached:            0 kB\nSwapTotal:       1048572 kB\nSwapFree:        1048060 kB\n";
const LOADAVG: &[u8] = b"0.08 1.12 12.90 1/234 5678\n";
const NET_DEV: &[u8] = b"Inter-|   Receive                                                |  Transmit\n \
    face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop\n    \
    lo:  104400    1158    0    0    0     0          0         0   104400    1158    0    0    0     0       0          0\n  \
    eth0: 1500000    2000    0    0    0     0          0         0    70000     900    0    0    0     0       0          0\n \
    wlan0:   2000      20    0    0    0     0          0         0     3000      30    0    0    0     0       0          0\n";
const ROUTE: &[u8] =
    b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
    wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
    eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
    eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
const BATTERY: &str = "DEVTYPE=power_supply\nPOWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\n\
    POWER_SUPPLY_STATUS=Discharging\nPOWER_SUPPLY_PRESENT=1\nPOWER_SUPPLY_TECHNOLOGY=Li-ion\n\
    POWER_SUPPLY_CYCLE_COUNT=0\nPOWER_SUPPLY_VOLTAGE_NOW=12044000\nPOWER_SUPPLY_POWER_NOW=9000000\n\
    POWER_SUPPLY_ENERGY_FULL_DESIGN=50000000\nPOWER_SUPPLY_ENERGY_FULL=40000000\n\
    POWER_SUPPLY_ENERGY_NOW=30000000\nPOWER_SUPPLY_CAPACITY=74\n";
const MAINS: &str = "POWER_SUPPLY_NAME=AC\nPOWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=0\n";
const MOUSE: &str = "POWER_SUPPLY_NAME=hidpp_battery_0\nPOWER_SUPPLY_TYPE=Battery\n\
    POWER_SUPPLY_SCOPE=Device\nPOWER_SUPPLY_STATUS=Charging\nPOWER_SUPPLY_CAPACITY=5\n";

/// The captured texts, to be mutated.
const CAPTURED: [&[u8]; 6] = [STAT, MEMINFO, LOADAVG, NET_DEV, ROUTE, BATTERY.as_bytes()];

/// Some time, at night.
const LOCAL: LocalTime<'static> = LocalTime {
    year: 2023,
    month: 11,
    day: 15,
    day_of_year: 319,
    weekday: 3,
    hour: 1,
    minute: 0,
    second: 0,
    offset: 3600,
    zone: b"CET",
};

fn every_kind() -> Vec<Check> {
    const PROGRAM: Program = &["prog"];
    let kinds = [
        Kind::Cpu,
        Kind::Memory,
        Kind::Load,
        Kind::Disk("/"),
        Kind::Network(""),
        Kind::Network("eth0"),
        Kind::Wireless(""),
        Kind::Wireless("wlan0"),
        Kind::Temperature(""),
        Kind::Volume("Master"),
        Kind::Battery,
        Kind::Uptime,
        Kind::Command(PROGRAM),
        Kind::Follow(PROGRAM),
        Kind::RootName,
    ];
    let with_all_words = |kind: Kind| {
        let words = str::from_utf8(kind.words()).unwrap().split(' ');
        let format: Vec<String> = words.map(|word| format!("{{{}:5}}", &word[1..])).collect();
        Check::new(kind, "", format.join(" ").leak())
    };
    let mut checks = kinds.map(with_all_words).to_vec();
    checks.push(Check::new(
        Kind::Date,
        "",
        "%Y-%m-%d %H:%M:%S %G-W%V-%u %j %y %e %I %p %a %A %b %B %z %Z %s %%",
    ));
    checks
}

/// The time of day `seconds` after some midnight, and the other clock a while behind.
fn wall(seconds: u64) -> Wall {
    let now = Duration::from_secs(1000 + seconds);
    Wall { utc: Duration::from_secs(1_700_006_400 + seconds), now }
}

/// What one check shows of readings that come a second apart.
fn shown(check: Check, readings: &[Reading<'_>]) -> Option<(String, Option<u32>)> {
    let mut status = Status::new(Box::leak(Box::new([check])));
    for (reading, second) in readings.iter().zip(0..) {
        status.learn(0, *reading, wall(second));
    }
    status.shown(0).map(|(text, colour)| (text.to_owned(), colour))
}

fn text(check: Check, readings: &[Reading<'_>]) -> String {
    shown(check, readings).map_or(String::from("(hidden)"), |(text, _)| text)
}

#[test]
fn captured_files_give_texts() {
    use Reading::{Bytes, Line, Missing, Numbers};
    let cpu = Check::new(Kind::Cpu, "cpu", "{percent:3} %");
    let later = b"cpu  4785 150 1120 16260 540 10 30 0 40 0\n";
    assert_eq!(text(cpu, &[Bytes(STAT)]), "(hidden)");
    assert_eq!(text(cpu, &[Bytes(STAT), Bytes(later)]), "cpu  73 %");
    assert_eq!(text(cpu, &[Bytes(STAT), Bytes(later), Bytes(later)]), "cpu   0 %");
    assert_eq!(text(cpu, &[Bytes(STAT), Bytes(later), Missing]), "(hidden)");
    let memory = Check::new(Kind::Memory, "", "{percent} {used} {available} {total} {swap}");
    assert_eq!(text(memory, &[Bytes(MEMINFO)]), "25 981M 2.8G 3.8G 512k");
    let load = Check::new(Kind::Load, "", "{one} {five} {fifteen}");
    assert_eq!(text(load, &[Bytes(LOADAVG)]), "0.08 1.12 12.90");
    let disk = Check::new(Kind::Disk("/"), "", "{percent} {free} {used} {total}");
    assert_eq!(text(disk, &[Numbers([4096, 1000, 500, 400])]), "56 1.5M 1.9M 3.9M");
    let net = Check::new(Kind::Network("wlan0"), "", "{down} {up} {name}");
    let more = b"wlan0: 4048 0 0 0 0 0 0 0 3000";
    assert_eq!(text(net, &[Bytes(NET_DEV), Bytes(more)]), "2.0k 0 wlan0");
    assert_eq!(text(net, &[Bytes(NET_DEV), Bytes(LOADAVG)]), "(hidden)");
    let uptime = Check::new(Kind::Uptime, "up", "{days}d {hours}:{minutes}");
    assert_eq!(text(uptime, &[Numbers([3 * 86_400 + 5 * 3600 + 67, 0, 0, 0])]), "up 3d 5:01");
    let date = Check::new(Kind::Date, "", "%a %e %b %H:%M:%S %Z");
    assert_eq!(text(date, &[Reading::Date(LOCAL)]), "Wed 15 Nov 01:00:00 CET");
    let west = LocalTime { offset: -3 * 3600 - 1800, ..LOCAL };
    let offset = Check::new(Kind::Date, "", "%z %s");
    assert_eq!(text(offset, &[Reading::Date(west)]), "-0330 1700006400");
    assert_eq!(text(date, &[Missing]), "(hidden)");
    let command = Check::new(Kind::Command(&["a"]), "", "<{text}>");
    assert_eq!(text(command, &[Line(b" \x1b[1mhi\xff\t\xc3\xa4 ")]), "<[1mhi\u{e4}>");
    assert_eq!(text(command, &[Line(b"hi"), Line(b"")]), "(hidden)");
}

#[test]
fn an_interface_is_the_one_with_the_default_route() {
    let net = Check::new(Kind::Network(""), "", "{down} {up} {name}");
    let both = |dev: &[u8], route: &[u8]| [dev, b"\0", route].concat();
    let more = b"eth0: 1500512 0 0 0 0 0 0 0 70000\nwlan0: 9000 0 0 0 0 0 0 0 9000";
    let (first, second) = (both(NET_DEV, ROUTE), both(more, ROUTE));
    let readings = [Reading::Bytes(&first), Reading::Bytes(&second)];
    assert_eq!(text(net, &readings), "512 0 eth0");
    // Another one begins anew.
    let third = both(more, &ROUTE[..ROUTE.len() / 2]);
    let readings = [Reading::Bytes(&first), Reading::Bytes(&third)];
    assert_eq!(text(net, &readings), "0 0 wlan0");
    // Without a route, all but the loopback.
    let (first, second) = (both(NET_DEV, b""), both(more, b""));
    let readings = [Reading::Bytes(&first), Reading::Bytes(&second)];
    assert_eq!(text(net, &readings), "7.3k 5.8k ");
    assert_eq!(procfs::traffic(NET_DEV, b""), Some((1_502_000, 73_000)));
}

/// An attribute of netlink.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + value.len() as u16).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message of generic netlink.
fn message(kind: u16, command: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
    let attributes = attributes.concat();
    let mut bytes = (20 + attributes.len() as u32).to_le_bytes().to_vec();
    bytes.extend(kind.to_le_bytes());
    bytes.extend([2, 0, 1, 0, 0, 0, 9, 9, 0, 0, command, 1, 0, 0]);
    bytes.extend(attributes);
    bytes
}

/// Two interfaces, of which the second is in a network.
fn wireless_answers() -> Vec<u8> {
    let interface = |index: u32, name: &[u8], network: Option<&[u8]>| {
        let index = attribute(3, &index.to_le_bytes());
        let network = network.map_or(Vec::new(), |network| attribute(52, network));
        message(28, 7, &[index, attribute(4, name), attribute(6, &[2; 6]), network])
    };
    let info = [attribute(1, &[0; 4]), attribute(7, &[-62_i8 as u8]), attribute(13, &[0xb0])];
    [
        interface(3, b"wlan0\0", None),
        interface(4, b"wlan1\0", Some(b"caf\xc3\xa9 5")),
        message(3, 0, &[]),
        message(28, 19, &[attribute(6, &[3; 6]), attribute(0x8015, &info.concat())]),
        message(3, 0, &[]),
    ]
    .concat()
}

#[test]
fn a_wireless_network_has_a_name_and_a_strength() {
    let answers = wireless_answers();
    for (name, index, expected) in [
        ("", Some(4_u32), "76 caf\u{e9} 5"),
        ("wlan1", Some(4), "76 caf\u{e9} 5"),
        ("wlan0", Some(3), "(hidden)"),
        ("wlan", None, "(hidden)"),
    ] {
        let index = index.map(u32::to_le_bytes);
        assert_eq!(wireless::interface(&answers, name), index.as_ref().map(|index| &index[..]));
        let check = Check::new(Kind::Wireless(name), "", "{percent} {name}");
        assert_eq!(text(check, &[Reading::Bytes(&answers)]), expected);
    }
    let family = message(16, 1, &[attribute(2, b"nl80211\0"), attribute(1, &[28, 0])]);
    assert_eq!(wireless::family(&family), Some(28));
    assert_eq!(wireless::family(&message(2, 0xfe, &[])), None);
}

#[test]
fn questions_are_messages() {
    let question = |kind: u16, flags: [u8; 2], command: u8, attributes: &[Vec<u8>]| {
        let mut bytes = message(kind, command, attributes);
        bytes[6..16].copy_from_slice(&[flags[0], flags[1], 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes[17] = 0;
        bytes
    };
    let name = attribute(2, b"nl80211\0");
    assert_eq!(wireless::ask_family(), question(16, [1, 0], 3, &[name]));
    assert_eq!(wireless::ask_interfaces(0x11c), question(0x11c, [1, 3], 5, &[]));
    let index = attribute(3, &[7, 1, 0, 0]);
    assert_eq!(wireless::ask_stations(28, &[7, 1, 0, 0]), question(28, [1, 3], 17, &[index]));
}

#[test]
fn sensors_and_mixers_are_read() {
    let hottest = Check::new(Kind::Temperature(""), "", "{degrees} \u{b0}C");
    for (texts, expected) in [
        ("45500\n\x008000\n\x00", "45 \u{b0}C"),
        ("-274000\n\x00255000\n\x00400\n", "0 \u{b0}C"),
        ("\0\0-5\0", "(hidden)"),
    ] {
        assert_eq!(text(hottest, &[Reading::Bytes(texts.as_bytes())]), expected);
    }
    let volume = Check::new(Kind::Volume("Master"), "", "{percent}{muted}");
    for (numbers, expected) in
        [([16, 64, 1, 0], "25"), ([64, 64, 0, 0], "0muted"), ([5, 0, 1, 0], "(hidden)")]
    {
        assert_eq!(text(volume, &[Reading::Numbers(numbers)]), expected);
    }
}

#[test]
fn batteries_are_added_up() {
    let read = |texts: &[&str]| battery::read(texts.join("\0").as_bytes());
    let discharging = b"-";
    let one = Battery { percent: 75, state: discharging, minutes: 200 };
    assert_eq!(read(&[BATTERY]), Some(one));
    assert_eq!(read(&[MAINS, BATTERY, MOUSE, ""]), Some(one));
    assert_eq!(read(&[MAINS, MOUSE]), None);
    let charging = BATTERY.replace("=Discharging", "=Charging");
    let full = BATTERY.replace("=Discharging", "=Full").replace("NOW=30000000", "NOW=40000000");
    let minutes = 66;
    assert_eq!(read(&[&charging]), Some(Battery { percent: 75, state: b"+", minutes }));
    assert_eq!(read(&[&full, &full]), Some(Battery { percent: 100, state: b"=", minutes: 0 }));
    let both = Battery { percent: 88, state: discharging, minutes: 233 };
    assert_eq!(read(&[&full, BATTERY]), Some(both));
    assert_eq!(read(&[&charging, BATTERY]).map(|it| it.state), Some(&discharging[..]));
    // Some say nothing but how full they are.
    let bare = "POWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_CAPACITY=41\nPOWER_SUPPLY_STATUS=Unknown\n";
    assert_eq!(read(&[bare]), Some(Battery { percent: 41, state: b"=", minutes: 0 }));
    let amperes = BATTERY.replace("ENERGY", "CHARGE").replace("POWER_NOW", "CURRENT_NOW");
    assert_eq!(read(&[&amperes]), Some(one));
    let negative = amperes.replace("CURRENT_NOW=", "CURRENT_NOW=-");
    assert_eq!(read(&[&negative]), Some(one));
    let check = Check::new(Kind::Battery, "", "{state}{percent} {time}");
    assert_eq!(text(check, &[Reading::Bytes(BATTERY.as_bytes())]), "-75 3:20");
}

#[test]
fn looks_follow_the_value() {
    const LOOKS: &[Look] =
        &[Look::from(80, 0xff).label("!"), Look::below(10, 1), Look::label_from(50, "~")];
    let check = Check::new(Kind::RootName, "=", "{text}").looks(LOOKS);
    for (name, expected) in [
        ("80", Some(("! 80", Some(0xff)))),
        ("79 of", Some(("~ 79 of", None))),
        ("10 and so on", Some(("= 10 and so on", None))),
        ("9", Some(("= 9", Some(1)))),
        ("-81", Some(("= -81", Some(1)))),
        ("99999999999999", Some(("! 99999999999999", Some(0xff)))),
        ("none", Some(("= none", None))),
        ("", None),
    ] {
        let mut status = Status::new(Box::leak(Box::new([check])));
        status.learn_root_name(name.as_bytes());
        assert_eq!(status.shown(0), expected, "{name}");
    }
}

#[test]
fn a_root_name_is_asked_for_once_at_a_time() {
    let mut status = Status::new(Box::leak(Box::new([Check::new(Kind::RootName, "", "{text}")])));
    assert!(!status.is_timing());
    assert!(status.asks_root_name());
    for _ in 0..3 {
        status.root_name_changed();
        assert!(!status.asks_root_name());
    }
    status.learn_root_name(b"1");
    assert!(status.asks_root_name());
    status.learn_root_name(b"2");
    assert!(!status.asks_root_name());
    let mut status = Status::new(&[]);
    status.root_name_changed();
    assert!(!status.asks_root_name());
}

/// Time passes up to a second of the day; what is due.
fn due(status: &mut Status, second: u64) -> Vec<usize> {
    status.tick(wall(second).now);
    std::iter::from_fn(|| status.next_due()).map(|(index, _)| index).collect()
}

#[test]
fn one_timer_serves_all_at_whole_seconds() {
    const CHECKS: &[Check] = &[
        Check::new(Kind::Memory, "", "").every(1),
        Check::new(Kind::Load, "", "").every(5),
        Check::new(Kind::Date, "", "%H:%M"),
    ];
    let mut status = Status::new(CHECKS);
    let begin = Duration::from_millis(1_003_300);
    assert_eq!(status.next_due(), None);
    status.tick(begin);
    let all: Vec<_> = std::iter::from_fn(|| status.next_due()).collect();
    assert_eq!(all, [(0, Kind::Memory), (1, Kind::Load), (2, Kind::Date)]);
    let utc = wall(3).utc + Duration::from_millis(600);
    for index in 0..3 {
        status.learn(index, Reading::Missing, Wall { utc, now: begin });
    }
    // The rest of that second.
    let mut next = begin + Duration::from_millis(400);
    let mut reads = [0; 3];
    for second in 4..=120 {
        assert_eq!(status.tick(next.saturating_sub(Duration::from_millis(1))), Some(next));
        assert_eq!(status.next_due(), None);
        let after = next + Duration::from_secs(1);
        assert_eq!(status.tick(next), Some(after));
        while let Some((index, _)) = status.next_due() {
            assert_eq!(second % u64::from(CHECKS[index].every), 0);
            reads[index] += 1;
            let utc = wall(second).utc;
            status.learn(index, Reading::Missing, Wall { utc, now: next });
        }
        assert_eq!(status.tick(next), Some(after));
        next = after;
    }
    assert_eq!(reads, [117, 24, 2]);
}

#[test]
fn a_clock_that_jumps_makes_everything_due() {
    const CHECKS: &[Check] = &[
        Check::new(Kind::Memory, "", "").every(1),
        Check::new(Kind::Disk("/"), "", "").every(86_400),
    ];
    for jump in [-1000, 1000] {
        let mut status = Status::new(CHECKS);
        assert_eq!(due(&mut status, 0), [0, 1]);
        status.learn(0, Reading::Missing, wall(0));
        assert_eq!(due(&mut status, 1), [0]);
        let utc = Duration::from_secs(wall(1).utc.as_secs().checked_add_signed(jump).unwrap());
        status.learn(0, Reading::Missing, Wall { utc, ..wall(1) });
        assert_eq!(due(&mut status, 1), [0, 1]);
        assert_eq!(due(&mut status, 1), []);
    }
}

#[test]
fn a_program_that_fails_is_tried_with_growing_pauses() {
    const FOLLOW: &[Check] = &[Check::new(Kind::Follow(&["prog"]), "", "{text}")];
    const COMMAND: &[Check] = &[Check::new(Kind::Command(&["prog"]), "", "{text}").every(1)];
    for checks in [FOLLOW, COMMAND] {
        for end in [End::Exit(1), End::Signal(9), End::NotStarted, End::Flood, End::Late] {
            let mut status = Status::new(checks);
            let mut starts = Vec::new();
            for second in 0..2000 {
                while due(&mut status, second) == [0] {
                    starts.push(second);
                    assert!(
                        status.learn(0, Reading::Ended(end), wall(second)) == (starts.len() == 1)
                    );
                }
            }
            let pauses: Vec<u64> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
            let expected = match end {
                End::Exit(_) => "prog: exit 1",
                End::Signal(_) => "prog: signal 9",
                End::NotStarted => "prog: cannot be started",
                End::Late => "prog: does not end",
                End::Flood => "prog: prints without end",
            };
            assert_eq!(status.shown(0), Some((expected, None)));
        }
    }
}

#[test]
fn a_program_that_works_is_run_on_its_interval() {
    const CHECKS: &[Check] = &[Check::new(Kind::Command(&["prog"]), "", "{text}").every(3)];
    let mut status = Status::new(CHECKS);
    assert_eq!(due(&mut status, 0), [0]);
    for second in 0..300 {
        let line = [b'0' + (second % 7) as u8];
        // One that says something has done its work, whatever its status.
        let end = Reading::Ended(if second % 2 == 0 { End::Exit(0) } else { End::Exit(1) });
        status.learn(0, Reading::Line(&line), wall(second));
        assert!(!status.learn(0, end, wall(second)));
        assert_eq!(status.shown(0), Some((str::from_utf8(&line).unwrap(), None)));
        let is_due = (second + 1) % 3 == 0;
        assert_eq!(due(&mut status, second + 1).len(), usize::from(is_due));
    }
    // One that says nothing hides.
    status.learn(0, Reading::Ended(End::Exit(0)), wall(301));
    assert_eq!(status.shown(0), None);
}

#[test]
fn a_program_that_stays_is_left_alone() {
    const CHECKS: &[Check] = &[Check::new(Kind::Follow(&["prog"]), "", "{text}")];
    let mut status = Status::new(CHECKS);
    assert_eq!(due(&mut status, 0), [0]);
    status.learn(0, Reading::Line(b"1"), wall(0));
    assert_eq!(status.tick(wall(0).now), None);
    assert!(!status.is_timing());
    for second in 1..1000 {
        assert!(!status.learn(0, Reading::Line(b"1"), wall(second)));
        assert_eq!(due(&mut status, second), []);
    }
    // It has not failed at once: it is started again soon, however often that happens.
    for life in 1..20 {
        let end = 1000 + life * 1000;
        assert!(!status.learn(0, Reading::Ended(End::Exit(0)), wall(end)));
        assert_eq!(status.tick(wall(end).now), Some(wall(end + 1).now));
        assert_eq!(due(&mut status, end + 1), [0]);
        assert_eq!(status.shown(0), Some(("1", None)));
    }
}

#[test]
fn amounts_have_few_digits() {
    let amount = |bytes: u64| {
        let mut out = Vec::new();
        format::write(&mut out, b"{a}", b"*a", &[bytes], b"");
        String::from_utf8(out).unwrap()
    };
    for (bytes, expected) in [
        (0, "0"),
        (999, "999"),
        (1000, "0.9k"),
        (1024, "1.0k"),
        (10 << 10, "10k"),
        (999 << 10, "999k"),
        (1000 << 10, "0.9M"),
        (1 << 40, "1.0T"),
        (u64::MAX, "15E"),
    ] {
        assert_eq!(amount(bytes), expected, "{bytes}");
    }
}

#[test]
fn formats_are_checked_when_they_are_built() {
    let good = |format: &str| format::is_known(format.as_bytes(), Kind::Cpu.words());
    assert!(good("") && good("{percent}") && good("a {percent:3}} b"));
    assert!(
        !good("{") && !good("{}") && !good("{percent") && !good("{percents}") && !good("{per}")
    );
    assert!(!good("{percent:}") && !good("{percent:x}") && !good("{#percent}"));
    let good = |format: &str| date::is_known(format.as_bytes());
    assert!(good("") && good("%Y%%") && !good("%") && !good("%Q") && !good("%Y%"));
    let seconds = |format: &str| date::has_seconds(format.as_bytes());
    assert!(seconds("%S") && seconds("%s") && !seconds("%%S") && !seconds("%Y%") && !seconds("S"));
}

/// The weeks that the specification of ISO 8601 and calendars give.
#[test]
fn dates_are_those_of_the_calendar() {
    let written = |(year, month, day, day_of_year, weekday), format: &str| {
        let it = LocalTime { year, month, day, day_of_year, weekday, hour: 0, ..LOCAL };
        let mut out = Vec::new();
        date::write(&mut out, format.as_bytes(), 0, &it);
        String::from_utf8(out).unwrap()
    };
    for (date, expected) in [
        ((1970, 1, 1, 1, 4), "1970-01-01 1970-W01-4 001"),
        ((1969, 12, 31, 365, 3), "1969-12-31 1970-W01-3 365"),
        ((2000, 2, 29, 60, 2), "2000-02-29 2000-W09-2 060"),
        ((2005, 1, 1, 1, 6), "2005-01-01 2004-W53-6 001"),
        ((2008, 12, 29, 364, 1), "2008-12-29 2009-W01-1 364"),
        ((2010, 1, 3, 3, 0), "2010-01-03 2009-W53-7 003"),
        ((2020, 12, 31, 366, 4), "2020-12-31 2020-W53-4 366"),
        ((2021, 1, 1, 1, 5), "2021-01-01 2020-W53-5 001"),
        ((2024, 12, 30, 365, 1), "2024-12-30 2025-W01-1 365"),
        ((2100, 2, 28, 59, 0), "2100-02-28 2100-W08-7 059"),
        ((2100, 3, 1, 60, 1), "2100-03-01 2100-W09-1 060"),
        ((0, 3, 1, 61, 3), "0-03-01 0-W09-3 061"),
    ] {
        assert_eq!(written(date, "%Y-%m-%d %G-W%V-%u %j"), expected);
    }
    let date = (1970, 1, 1, 1, 4);
    assert_eq!(written(date, "%A, %e. %B %y, %I %p"), "Thursday,  1. January 70, 12 AM");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever the files hold: no panic, and a text of bounded length.
    #[test]
    fn any_bytes_give_a_text_or_none(
        which in 0..=CAPTURED.len(),
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        noise in prop::collection::vec(any::<u8>(), 0..300),
        numbers in any::<[u64; 4]>(),
        times in any::<[u64; 4]>(),
        date in any::<(i32, u8, u8, u16, u8, u8, i32)>(),
    ) {
        let captured = CAPTURED.get(which).map_or_else(wireless_answers, |text| text.to_vec());
        let mut mutated = captured.clone();
        for (at, byte) in changes {
            *at.get_mut(&mut mutated) = byte;
        }
        mutated.truncate(cut.index(mutated.len() + 1));
        for bytes in [&mutated, &noise] {
            let _ = (wireless::family(bytes), wireless::interface(bytes, "wlan0"));
        }
        let checks: &'static [Check] = every_kind().leak();
        let mut status = Status::new(checks);
        let (year, month, day, day_of_year, weekday, hour, offset) = date;
        let time = LocalTime { year, month, day, day_of_year, ..LOCAL };
        let readings = [
            Reading::Bytes(&mutated),
            Reading::Bytes(&noise),
            Reading::Date(LocalTime { weekday, hour, offset, zone: &noise, ..time }),
            Reading::Numbers(numbers),
            Reading::Bytes(&captured),
            Reading::Line(&mutated),
            Reading::Line(&noise),
            Reading::Missing,
            Reading::Ended(End::Exit(noise.len() as u8)),
        ];
        for (index, reading) in (0..checks.len()).flat_map(|index| readings.map(|it| (index, it))) {
            let wall = Wall { utc: Duration::from_secs(times[0]), now: Duration::from_secs(times[1]) };
            status.learn(index, reading, wall);
            status.tick(Duration::from_nanos(times[2]));
            status.learn(index, reading, Wall { now: Duration::from_nanos(times[3]), ..wall });
            if let Some((text, _)) = status.shown(index) {
                prop_assert!(text.len() < 2048);
            }
        }
        // All of it at once.
        prop_assert!(!status.learn(checks.len(), Reading::Missing, wall(0)));
    }

    #[test]
    fn numbers_stand_in_fields(
        numbers in prop::collection::vec(any::<u64>(), 0..6),
        gap in "[ \t:]{1,3}",
    ) {
        let texts: Vec<String> = numbers.iter().map(u64::to_string).collect();
        let text = [gap.clone(), texts.join(&gap)].concat();
        for (skipped, number) in (0..).zip(&numbers) {
            let field = procfs::nth_field(&mut text.as_bytes(), skipped).unwrap();
            prop_assert_eq!(procfs::number(field), Some((*number).min(1 << 53)));
        }
        let past = procfs::nth_field(&mut text.as_bytes(), numbers.len() as u32);
        prop_assert_eq!(past, None);
    }
}

proptest! {
    /// However an output is cut into pieces, its last whole line is the same.
    #[test]
    fn lines_come_in_pieces(
        output in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), any::<u8>()], 0..200),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(output.len() + 1)).collect();
        cuts.extend([0, output.len()]);
        cuts.sort_unstable();
        let (mut lines, mut last) = (Lines::default(), None);
        for pair in cuts.windows(2) {
            let line = lines.push(&output[pair[0]..pair[1]]).map(<[u8]>::to_vec);
            last = line.or(last);
        }
        let mut expected: Vec<&[u8]> = output.split(|byte| *byte == b'\n').collect();
        prop_assert_eq!(Some(lines.rest()), expected.pop());
        prop_assert_eq!(last.as_deref(), expected.pop());
    }
}

#[test]
fn a_line_without_end_is_cut() {
    let mut lines = Lines::default();
    for _ in 0..100 {
        assert_eq!(lines.push(&[b'a'; 1000]), None);
    }
    assert_eq!(lines.rest().len(), 1024);
    assert_eq!(lines.push(b"b\nc").map(<[u8]>::len), Some(1024));
    assert_eq!(lines.rest(), b"c");
}
