//! What the kernel says in `/proc` (proc(5)): processors, memory, load, network. Any bytes
//! give numbers or none. Never remembers anything.

/// The numbers in a text, one after the other; whatever is no digit stands between them.
/// One that is too large is the largest.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut number = None;
        while let Some((byte, rest)) = self.0.split_first() {
            if byte.is_ascii_digit() {
                let digit = u64::from(byte - b'0');
                number = Some(number.unwrap_or(0_u64).saturating_mul(10).saturating_add(digit));
            } else if number.is_some() {
                break;
            }
            self.0 = rest;
        }
        number
    }
}

/// What stands after a word at the start of a line, up to its end.
pub(super) fn line_of<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    lines(text).find_map(|line| line.trim_ascii_start().strip_prefix(word))
}

/// The lines of a text.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
}

/// Of `/proc/stat`: for how long all processors have been busy, and for how long they have
/// been there, in ticks.
pub(super) fn cpu(text: &[u8]) -> Option<(u64, u64)> {
    let mut numbers = Numbers(line_of(text, b"cpu ")?);
    let (mut idle, mut total, mut count) = (0_u64, 0_u64, 0);
    // The ninth and tenth are in the first two already.
    while count < 8
        && let Some(ticks) = numbers.next()
    {
        total = total.saturating_add(ticks);
        // idle and iowait
        if count == 3 || count == 4 {
            idle = idle.saturating_add(ticks);
        }
        count += 1;
    }
    // The oldest kernels say no more than idle.
    if count < 4 { None } else { Some((total - idle, total)) }
}

/// Memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) total: u64,
    pub(super) available: u64,
    pub(super) swap_used: u64,
}

/// Of `/proc/meminfo`.
pub(super) fn memory(text: &[u8]) -> Option<Memory> {
    let bytes = |word: &[u8]| {
        let kilobytes = Numbers(line_of(text, word)?).next()?;
        Some(kilobytes.saturating_mul(1024))
    };
    let total = bytes(b"MemTotal:").filter(|total| *total > 0)?;
    let available = bytes(b"MemAvailable:").or_else(|| bytes(b"MemFree:"))?;
    let swap_used = match (bytes(b"SwapTotal:"), bytes(b"SwapFree:")) {
        (Some(all), Some(free)) => all.saturating_sub(free),
        _ => 0,
    };
    Some(Memory { total, available: available.min(total), swap_used })
}

/// Of `/proc/loadavg`: three numbers in hundredths.
pub(super) fn load(text: &[u8]) -> Option<[u64; 3]> {
    let mut numbers = Numbers(text);
    let mut load = || Some(numbers.next()?.saturating_mul(100).saturating_add(numbers.next()?));
    Some([load()?, load()?, load()?])
}

/// Of `/proc/net/route`: the interface of the default route with the lowest metric.
pub(super) fn default_route(text: &[u8]) -> Option<&[u8]> {
    let mut best = None;
    for line in lines(text) {
        let mut fields = line.split(|byte| *byte == b'\t');
        let (Some(name), Some(b"00000000")) = (fields.next(), fields.next()) else { continue };
        // After gateway, flags, users and uses.
        let metric = fields.nth(4).and_then(|metric| Numbers(metric).next()).unwrap_or(0);
        if best.is_none_or(|(_, least)| metric < least) {
            best = Some((name, metric));
        }
    }
    best.map(|(name, _)| name)
}

/// Of `/proc/net/dev`: the bytes that an interface has received and sent; without a name,
/// all that are not `lo`.
pub(super) fn traffic(text: &[u8], name: &[u8]) -> Option<(u64, u64)> {
    let mut sum = None;
    for line in lines(text) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (interface, numbers) = line.split_at(colon);
        let interface = interface.trim_ascii_start();
        let is_meant = if name.is_empty() { interface != b"lo" } else { interface == name };
        let mut numbers = Numbers(numbers);
        if is_meant && let (Some(received), Some(sent)) = (numbers.next(), numbers.nth(7)) {
            let (down, up) = sum.unwrap_or((0_u64, 0_u64));
            sum = Some((down.saturating_add(received), up.saturating_add(sent)));
        }
    }
    sum
}
