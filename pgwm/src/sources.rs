//! What status checks read: files of the kernel, kept open, and what system calls say. Never
//! understands a file; see `pgwm_core::status`.

use alloc::vec::Vec;
use core::time::Duration;
use pgwm_core::status::{Kind, LocalTime, Reading, Wall, wireless};
use rusl::fd::{AsFd, OwnedFd};
use rusl::net::{MessageFlags, generic_netlink, recv, send};
use rusl::sound::{Element, element};
use rusl::time::{Clock, clock_gettime};
use tiny_std::calendar::Zone;
use tiny_std::clock::SystemTime;
use tiny_std::fs::{self, File};

/// The most that is read for a check.
const LONGEST: usize = 64 * 1024;
/// How much is asked for at once. The kernel gives whole records, up to a page of them; what
/// is shorter than half a page is the end.
const PIECE: usize = 4096;
/// The most that the kernel puts into one answer to someone who asks for no more.
const ANSWER: usize = 8 * 1024;
/// How long the machine stays in a zone without our looking.
const ZONE_IS_GOOD_FOR: Duration = Duration::from_mins(5);

/// Where status checks read.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Those that were read once, by their paths.
    files: Vec<(&'static str, File)>,
    /// The mixer of a sound card.
    mixer: Option<File>,
    /// What was read last.
    buffer: Vec<u8>,
    /// The machine's time zone.
    zone: Zone,
    /// When to read that again.
    zone_until: Duration,
}

impl Sources {
    /// Reads what a check is about.
    #[inline(never)]
    pub(crate) fn read(&mut self, kind: Kind, wall: Wall) -> Reading<'_> {
        self.buffer.clear();
        let is_there = match kind {
            // Its first line will do.
            Kind::Cpu => self.append("/proc/stat", 512),
            Kind::Memory => self.append("/proc/meminfo", LONGEST),
            Kind::Load => self.append("/proc/loadavg", LONGEST),
            Kind::Network(name) => {
                let is_there = self.append("/proc/net/dev", LONGEST);
                if name.is_empty() {
                    self.buffer.push(0);
                    self.append("/proc/net/route", LONGEST);
                }
                is_there
            }
            Kind::Wireless(name) => self.ask_wireless(name).is_some(),
            Kind::Temperature("") => {
                self.append_all(b"/sys/class/thermal/", b"/temp")
                    || self.append_all(b"/sys/class/hwmon/", b"/temp1_input")
            }
            Kind::Temperature(path) => self.append(path, LONGEST),
            Kind::Volume(name) => {
                return self.volume(name).map_or(Reading::Missing, Reading::Numbers);
            }
            Kind::Battery => self.append_all(b"/sys/class/power_supply/", b"/uevent"),
            Kind::Disk(path) => {
                return match fs::file_system(path) {
                    Ok(it) => Reading::Numbers([it.block, it.blocks, it.free, it.available]),
                    Err(_) => Reading::Missing,
                };
            }
            Kind::Uptime => {
                let seconds = clock_gettime(Clock::BootTime).seconds;
                return Reading::Numbers([seconds.unsigned_abs(), 0, 0, 0]);
            }
            Kind::Date => {
                if wall.now >= self.zone_until {
                    self.zone = Zone::of_machine();
                    self.zone_until = wall.now + ZONE_IS_GOOD_FOR;
                }
                return Reading::Date(local(&self.zone, wall));
            }
            Kind::Command(_) | Kind::Follow(_) | Kind::RootName => false,
        };
        if is_there { Reading::Bytes(&self.buffer) } else { Reading::Missing }
    }

    /// Appends what a file holds now, up to a limit; whether there is such a file. What it
    /// was about may be gone, and another one there the next time.
    fn append(&mut self, path: &'static str, limit: usize) -> bool {
        let found = self.files.iter().position(|(other, _)| *other == path);
        let at = found.unwrap_or(self.files.len());
        if found.is_none() {
            let Ok(file) = File::open(path) else { return false };
            self.files.push((path, file));
        }
        let is_there = append(&mut self.buffer, &self.files[at].1, limit);
        if !is_there {
            self.files.swap_remove(at);
        }
        is_there
    }

    /// Appends what is in the file of this name of each entry of a folder, with a NUL
    /// after each; whether there is any.
    fn append_all(&mut self, folder: &[u8], name: &[u8]) -> bool {
        let _ = fs::read_dir(folder, &mut |entry| {
            if let Ok(file) = File::open([folder, entry.name, name].concat()) {
                append(&mut self.buffer, &file, LONGEST);
                self.buffer.push(0);
            }
        });
        !self.buffer.is_empty()
    }

    /// Asks the kernel for a wireless interface, the network that it is in, and its strength.
    fn ask_wireless(&mut self, name: &str) -> Option<()> {
        let socket = generic_netlink().ok()?;
        self.ask(&socket, &wireless::ask_family());
        let family = wireless::family(&self.buffer)?;
        self.ask(&socket, &wireless::ask_interfaces(family));
        let question = wireless::ask_stations(family, wireless::interface(&self.buffer, name)?);
        self.ask(&socket, &question);
        Some(())
    }

    /// Asks the kernel, and appends its answers, which are there at once.
    fn ask(&mut self, socket: &OwnedFd, question: &[u8]) {
        let _ = send(socket.as_fd(), question, MessageFlags::NONE);
        while self.buffer.len() < LONGEST {
            let end = self.buffer.len();
            self.buffer.resize(end + ANSWER, 0);
            let received = recv(socket.as_fd(), &mut self.buffer[end..], MessageFlags::NONE);
            self.buffer.truncate(end + received.unwrap_or(0));
            if self.buffer.len() == end {
                break;
            }
        }
    }

    /// How loud an element of a mixer is, how loud it can be, and whether it is on.
    fn volume(&mut self, name: &str) -> Option<[u64; 4]> {
        const CARDS: [&str; 4] = [
            "/dev/snd/controlC0",
            "/dev/snd/controlC1",
            "/dev/snd/controlC2",
            "/dev/snd/controlC3",
        ];
        if let Some(read) = self.mixer.as_ref().and_then(|mixer| read_volume(mixer, name)) {
            return Some(read);
        }
        self.mixer = None;
        // The first card that has such an element.
        for card in CARDS {
            let Ok(mixer) = File::open(card) else { continue };
            if let Some(read) = read_volume(&mixer, name) {
                self.mixer = Some(mixer);
                return Some(read);
            }
        }
        None
    }
}

/// What clocks show in a zone at a time of day.
fn local(zone: &Zone, wall: Wall) -> LocalTime<'_> {
    let it = zone.date_time(wall.utc.as_secs() as i64);
    LocalTime {
        year: it.year,
        month: it.month,
        day: it.day,
        day_of_year: it.day_of_year,
        weekday: it.weekday,
        hour: it.hour,
        minute: it.minute,
        second: it.second,
        offset: it.offset.seconds,
        zone: it.offset.name,
    }
}

/// The time of day now.
pub(crate) fn wall(now: Duration) -> Wall {
    let SystemTime { seconds, nanoseconds } = SystemTime::now();
    // Before 1970 nobody looks at a bar.
    Wall { utc: Duration::new(u64::try_from(seconds).unwrap_or(0), nanoseconds), now }
}

fn read_volume(mixer: &File, name: &str) -> Option<[u64; 4]> {
    let element = |what: &[u8]| element(mixer.as_fd(), &[name.as_bytes(), what].concat()).ok();
    let Element { value, minimum, maximum } = element(b" Playback Volume")?;
    // Some have no switch.
    let is_on = element(b" Playback Switch").is_none_or(|switch| switch.value != 0);
    let above = |value: i64| value.saturating_sub(minimum).max(0) as u64;
    Some([above(value), above(maximum), is_on.into(), 0])
}

/// Appends what a file holds, up to a limit; whether that was anything.
fn append(buffer: &mut Vec<u8>, file: &File, limit: usize) -> bool {
    let start = buffer.len();
    loop {
        let end = buffer.len();
        let piece = PIECE.min(limit.saturating_sub(end - start));
        buffer.resize(end + piece, 0);
        let length = file.read_at(&mut buffer[end..], (end - start) as u64).unwrap_or(0);
        buffer.truncate(end + length);
        if length < PIECE / 2 {
            return buffer.len() > start;
        }
    }
}
