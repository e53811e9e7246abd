//! Against the machine's own `date`, and against files and rules that are broken.

use super::*;
use proptest::prelude::*;
use std::process::Command;

/// The zones that `date` is asked about: of every continent and of odd habits, and rules.
const ZONES: [&str; 24] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Moscow",
    "Africa/Casablanca",
    "Africa/Monrovia",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Nuuk",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "UTC",
    ":/usr/share/zoneinfo/Asia/Tokyo",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "<+03>-3",
    "<-0330>+3:30:15<-02>1:45,J60/-2:30,J300/26",
    "NZST-12NZDT-13:00:00,M9.5.0,M4.1.0/3",
    "AAA4BBB,59/0,330/23:59:59",
];

/// 1900-01-01 and 2100-12-31, in seconds.
const FIRST: i64 = -2_208_988_800;
const LAST: i64 = 4_133_894_400;
const DAY: i64 = 86_400;

/// Some seconds between, with those of which our own clock turns, the one before and the one
/// after.
fn instants(zone: &Zone, first: i64, count: usize, seed: u64) -> Vec<i64> {
    let mut random = seed;
    let mut any = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        first + (random >> 20) as i64 % (LAST - first)
    };
    let mut times: Vec<i64> = (0..count / 3).map(|_| any()).collect();
    times.sort_unstable();
    let mut edges = Vec::new();
    for pair in times.windows(2) {
        let (mut before, mut after) = (pair[0], pair[1]);
        let offset = |time| zone.date_time(time).offset;
        if offset(before) == offset(after) {
            continue;
        }
        while before + 1 < after {
            let middle = before.midpoint(after);
            if offset(middle) == offset(pair[0]) {
                before = middle;
            } else {
                after = middle;
            }
        }
        edges.extend([before, after, after + 1]);
    }
    times.extend(edges);
    times.truncate(count);
    let odd = [0, -1, i64::from(i32::MAX), i64::from(i32::MAX) + 1, i64::from(i32::MIN)];
    times.extend(odd.into_iter().filter(|time| *time >= first));
    while times.len() < count {
        times.push(any());
    }
    times
}

/// What `date` says of these times in a zone, a line each.
fn dates(zone: &str, times: &[i64]) -> Vec<String> {
    let name: String = zone.chars().filter(char::is_ascii_alphanumeric).collect();
    let path = std::env::temp_dir().join(format!("tiny-std-date-{}-{name}", std::process::id()));
    let lines: Vec<String> = times.iter().map(|time| format!("@{time}")).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let mut date = Command::new("date");
    date.arg("--file").arg(&path).arg("+%Y-%m-%d %H:%M:%S day %j, %w %::z %Z");
    let output = date.env("TZ", zone).env("LC_ALL", "C").output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
}

/// The same from us.
fn ours(it: DateTime<'_>) -> String {
    let offset = it.offset.seconds.abs();
    // Where nobody lived yet, the name and the offset are both `-00`.
    let is_unknown = offset == 0 && it.offset.name.starts_with(b"-");
    let sign = if it.offset.seconds < 0 || is_unknown { '-' } else { '+' };
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02} day {:03}, {} {}{:02}:{:02}:{:02} {}",
        it.year,
        it.month,
        it.day,
        it.hour,
        it.minute,
        it.second,
        it.day_of_year,
        it.weekday,
        sign,
        offset / 3600,
        offset / 60 % 60,
        offset % 60,
        str::from_utf8(it.offset.name).unwrap(),
    )
}

#[test]
fn clocks_show_what_date_says() {
    assert!(
        std::path::Path::new("/usr/share/zoneinfo/Europe/Berlin").exists(),
        "no time zones; cargo xtask test installs them (the package tzdata)"
    );
    let mut compared = 0;
    for (name, seed) in ZONES.into_iter().zip(1..) {
        let zone = Zone::named(name.as_bytes());
        // By a rule, glibc's clocks do not turn on the right day before 1970.
        let first = if name.contains(',') { DAY } else { FIRST };
        let times = instants(&zone, first, 500, seed);
        let expected = dates(name, &times);
        assert_eq!(expected.len(), times.len());
        for (time, expected) in times.iter().zip(&expected) {
            assert_eq!(ours(zone.date_time(*time)), *expected, "{name} at {time}");
            compared += 1;
        }
    }
    assert!(compared >= 10_000, "{compared}");
}

#[test]
fn a_zone_is_found_as_tzset_finds_it() {
    let file = std::fs::read("/usr/share/zoneinfo/Asia/Kathmandu").unwrap();
    for name in [
        "Asia/Kathmandu",
        ":Asia/Kathmandu",
        "/usr/share/zoneinfo/Asia/Kathmandu",
        ":/usr/share/zoneinfo/Asia/Kathmandu",
    ] {
        assert!(Zone::named(name.as_bytes()) == Zone::from_bytes(file.clone()), "{name}");
    }
    for nothing in ["", ":", "Nowhere/Nowhere", "/absent", "/etc/passwd", "Europe", "A\0B", ".."] {
        let utc = DateTime::new(1_700_000_000, Offset::UTC);
        assert_eq!(Zone::named(nothing.as_bytes()).date_time(1_700_000_000), utc, "{nothing}");
    }
    // No variable is known to a process that we have not started.
    let machine = Zone::of_machine();
    assert_eq!(machine, Zone::named(b"/etc/localtime"));
}

fn at(zone: &[u8], time: i64) -> (i32, String) {
    let zone = Zone::from_bytes(zone.to_vec());
    let offset = zone.date_time(time).offset;
    (offset.seconds, String::from_utf8_lossy(offset.name).into_owned())
}

#[test]
fn rules_turn_the_clock() {
    let at = |rule: &str, time| at(rule.as_bytes(), time);
    let is = |seconds: i32, name: &str| (seconds, name.to_owned());
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    // 2024-03-31 and 2024-10-27, 01:00 UTC.
    for (change, before, after) in [
        (1_711_846_800, is(3600, "CET"), is(7200, "CEST")),
        (1_729_990_800, is(7200, "CEST"), is(3600, "CET")),
    ] {
        assert_eq!(at(berlin, change - 1), before);
        assert_eq!(at(berlin, change), after);
    }
    // 2024-04-06 16:00 UTC, in the south.
    let sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
    assert_eq!(at(sydney, 1_712_419_199), is(39_600, "AEDT"));
    assert_eq!(at(sydney, 1_712_419_200), is(36_000, "AEST"));
    assert_eq!(at("IST-5:30", 0), is(19_800, "IST"));
    assert_eq!(at("<-0330>3:30", 0), is(-12_600, "-0330"));
    // Always summer.
    assert_eq!(at("EST5EDT,0/0,J365/25", 1_712_419_200), is(-14_400, "EDT"));
    // Nobody has said when: 2024-03-10 02:00.
    assert_eq!(at("EST5EDT", 1_710_054_000 - 1), is(-18_000, "EST"));
    assert_eq!(at("EST5EDT", 1_710_054_000), is(-14_400, "EDT"));
    // Half a rule is none.
    assert_eq!(at("EST5EDT,M3.2.0", 1_712_419_200), is(-18_000, "EST"));
    for nothing in
        ["", "1", "CET", "A1", "Europe/Berlin", "<CET", "CET-1000", "CET-999", "CET-99999999999"]
    {
        assert_eq!(at(nothing, 0), is(0, "UTC"), "{nothing}");
    }
}

/// A zone file of the second version, with two transitions and a rule.
fn zone_file() -> Vec<u8> {
    let mut file = Vec::new();
    for (width, times) in [(4, &[][..]), (8, &[100_i64, 200])] {
        file.extend(b"TZif2");
        file.extend([0; 15]);
        let count = times.len() as u32;
        for number in [0, 0, 1, count, 2, 8] {
            file.extend(u32::to_be_bytes(number));
        }
        for time in times {
            file.extend(time.to_be_bytes());
        }
        file.extend((0..count).map(|index| index as u8));
        for (offset, name) in [(600_i32, 0), (-900, 4)] {
            file.extend(offset.to_be_bytes());
            file.extend([0, name]);
        }
        file.extend(b"AAA\0BBB\0");
        file.extend(vec![0; width + 4]);
    }
    file.extend(b"\nCCC-2\n");
    file
}

#[test]
fn a_zone_file_has_transitions_and_a_rule() {
    let file = zone_file();
    let is = |seconds: i32, name: &str| (seconds, name.to_owned());
    for time in [i64::MIN, -1, 99, 100, 199] {
        assert_eq!(at(&file, time), is(600, "AAA"), "{time}");
    }
    for time in [200, 1 << 40, i64::MAX] {
        assert_eq!(at(&file, time), is(7200, "CCC"), "{time}");
    }
    // Without its rule the last transition counts.
    let end = file.len() - 7;
    assert_eq!(at(&file[..end], 200), is(-900, "BBB"));
    // One that is torn before it is UTC, and so is one of the first version.
    for end in 4..end {
        assert_eq!(at(&file[..end], 300), is(0, "UTC"), "{end}");
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    for (days, year, month, day, weekday, day_of_year) in [
        (0, 1970, 1, 1, 4, 1),
        (-1, 1969, 12, 31, 3, 365),
        (11_016, 2000, 2, 29, 2, 60),
        (12_784, 2005, 1, 1, 6, 1),
        (14_242, 2008, 12, 29, 1, 364),
        (47_540, 2100, 2, 28, 0, 59),
        (47_541, 2100, 3, 1, 1, 60),
        (-719_468, 0, 3, 1, 3, 61),
    ] {
        let it = DateTime::new(days * 86_400, Offset::UTC);
        assert_eq!((it.year, it.month, it.day), (year, month, day));
        assert_eq!((it.weekday, it.day_of_year), (weekday, day_of_year));
    }
    // What is farther away than anybody asks for.
    assert_eq!(DateTime::new(i64::MAX, Offset::UTC).year, 101_903);
    assert_eq!(DateTime::new(i64::MIN, Offset::UTC).year, -97_964);
}

/// Files of the machine, to be broken.
fn files() -> Vec<Vec<u8>> {
    let names = ["Europe/Berlin", "Africa/Casablanca", "Asia/Gaza", "UTC"];
    let read = |name| std::fs::read(format!("/usr/share/zoneinfo/{name}")).unwrap();
    names.into_iter().map(read).chain([zone_file()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_zone_gives_a_date(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        header in prop::option::of((0..39_usize, any::<[u8; 4]>())),
        cut in prop::option::of(any::<prop::sample::Index>()),
        time in prop_oneof![any::<i64>(), FIRST..LAST],
        rule in "[A-Z<>]{0,5}[-+0-9:]{0,9}[A-Z]{0,4}(,[MJ]?[0-9.]{0,9}(/[-0-9:]{0,5})?){0,3}",
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let files = files();
        let mut file = which.get(&files).clone();
        for (at, byte) in changes {
            *at.get_mut(&mut file) = byte;
        }
        if let Some((at, bytes)) = header {
            file[at..at + 4].copy_from_slice(&bytes);
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let whole = [&file[..], b"\n", rule.as_bytes()].concat();
        for bytes in [file, whole, rule.into_bytes(), noise] {
            let zone = Zone::from_bytes(bytes);
            let it = zone.date_time(time);
            prop_assert!(it.offset.seconds.abs() <= 7 * 86_400);
            prop_assert!((1..=12).contains(&it.month) && (1..=31).contains(&it.day));
            prop_assert!((1..=366).contains(&it.day_of_year) && it.weekday < 7);
            prop_assert!(it.hour < 24 && it.minute < 60 && it.second < 60);
        }
    }

    /// A day is the one after the day before, from the first to the last that there are.
    #[test]
    fn days_follow_each_other(day in -36_000_000..36_000_000_i64, second in 0..86_400_i64) {
        let today = DateTime::new(day * 86_400 + second, Offset::UTC);
        let number = day_number(today.year, today.month.into(), today.day.into());
        prop_assert_eq!(i64::from(number), day);
        let time = i64::from(today.hour) * 3600 + i64::from(today.minute) * 60;
        prop_assert_eq!(time + i64::from(today.second), second);
        let tomorrow = DateTime::new((day + 1) * 86_400, Offset::UTC);
        let next_month = tomorrow.day == 1 && tomorrow.month == today.month % 12 + 1;
        prop_assert!(next_month || (tomorrow.day, tomorrow.month) == (today.day + 1, today.month));
        prop_assert_eq!(tomorrow.weekday, (today.weekday + 1) % 7);
        let next_year = tomorrow.day_of_year == 1 && tomorrow.year == today.year + 1;
        prop_assert!(next_year || tomorrow.day_of_year == today.day_of_year + 1);
    }
}
