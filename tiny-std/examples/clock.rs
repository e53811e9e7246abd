//! Says the time in the machine's zone as `date '+%Y-%m-%d %H:%M:%S %z %Z'` does: now, or at
//! the seconds since 1970 that are given. 1 if one of them is no number.
#![no_std]
#![no_main]

use tiny_std::calendar::{DateTime, Zone};
use tiny_std::clock::SystemTime;
use tiny_std::{env, eprintln, println};

tiny_std::program!(main);

fn main() -> i32 {
    let zone = Zone::of_machine();
    if env::args().len() < 2 {
        say(&zone.date_time(SystemTime::now().seconds));
    }
    for argument in env::args().skip(1) {
        let Some(time) = argument.to_str().ok().and_then(|text| text.parse().ok()) else {
            eprintln!("no number of seconds: {}", argument.to_bytes().escape_ascii());
            return 1;
        };
        say(&zone.date_time(time));
    }
    0
}

fn say(it: &DateTime<'_>) {
    let DateTime { year, month, day, hour, minute, second, offset, .. } = it;
    let sign = if offset.seconds < 0 { '-' } else { '+' };
    let minutes = offset.seconds.abs() / 60;
    println!(
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} {sign}{:02}{:02} {}",
        minutes / 60,
        minutes % 60,
        offset.name.escape_ascii(),
    );
}
