//! What the kernel says in `/proc` (proc(5)) and `/sys`: processors, memory, load, network,
//! temperatures. Any bytes give numbers or none. Never remembers anything.

/// Takes fields from a line, so many and one more, which is given: what stands between
/// blanks, tabs and colons.
pub(super) fn nth_field<'a>(line: &mut &'a [u8], mut skipped: u32) -> Option<&'a [u8]> {
    loop {
        let field = take(line, |byte| matches!(byte, b' ' | b'\t' | b':'))?;
        if field.is_empty() {
            continue;
        }
        if skipped == 0 {
            return Some(field);
        }
        skipped -= 1;
    }
}

/// Takes the next line from a text.
fn next_line<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    take(text, |byte| byte == b'\n')
}

/// Takes the next of several texts with a NUL between them.
pub(super) fn next_text<'a>(texts: &mut &'a [u8]) -> Option<&'a [u8]> {
    take(texts, |byte| byte == 0)
}

/// Takes what stands before the next separator; `None` at the end.
fn take<'a>(text: &mut &'a [u8], separates: fn(u8) -> bool) -> Option<&'a [u8]> {
    let all = *text;
    let mut rest = all;
    while let [byte, tail @ ..] = rest {
        let part = all.len() - rest.len();
        rest = tail;
        if separates(*byte) {
            *text = rest;
            return all.get(..part);
        }
    }
    *text = rest;
    Some(all).filter(|all| !all.is_empty())
}

/// The number that a field begins with, without a point in it: `1.25` is 125. One that is
/// too large is the largest, with which one can still calculate: 2^53.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    const LARGEST: u64 = 1 << 53;
    let mut number = None;
    for byte in field {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            number = Some((number.unwrap_or(0) * 10 + u64::from(digit)).min(LARGEST));
        } else if *byte != b'.' {
            break;
        }
    }
    number
}

/// Takes numbers from a line, as many as there are; the others stay. Whether there was any.
pub(super) fn take_numbers(line: &mut &[u8], numbers: &mut [u64]) -> bool {
    let mut is_any = false;
    for place in numbers {
        let found = nth_field(line, 0).and_then(number);
        is_any |= found.is_some();
        *place = found.unwrap_or(*place);
    }
    is_any
}

/// Finds lines by how they begin: after `prefix`, with one of the names. What follows there
/// is a number, or a word, of which the first letter counts. What is not found stays as it
/// is.
pub(super) fn find(mut text: &[u8], prefix: &[u8], names: &[&[u8]], found: &mut [u64]) {
    while let Some(line) = next_line(&mut text) {
        let Some(line) = line.strip_prefix(prefix) else { continue };
        for (name, found) in names.iter().zip(&mut *found) {
            let Some(value) = line.strip_prefix(*name) else { continue };
            // A current may be negative.
            let value = value.trim_ascii_start();
            let [first, rest @ ..] = value else { continue };
            let value = if *first == b'-' { rest } else { value };
            *found = number(value).unwrap_or((*first).into());
        }
    }
}

/// Of `/proc/stat`: for how long all processors have been busy, and for how long they have
/// been there, in ticks.
pub(super) fn cpu(mut text: &[u8]) -> Option<(u64, u64)> {
    // user, nice, system, idle, iowait, irq, softirq, steal; what follows is in the first
    // two already. Old kernels say less.
    let mut ticks = [0; 8];
    if nth_field(&mut text, 0) != Some(b"cpu") || !take_numbers(&mut text, &mut ticks) {
        return None;
    }
    let [.., idle, iowait, _, _, _] = ticks;
    let total: u64 = ticks.iter().sum();
    Some((total - idle - iowait, total))
}

/// Of `/proc/meminfo`: the kilobytes there are, available, of swap, and free of that.
pub(super) fn memory(text: &[u8]) -> [u64; 4] {
    let mut found = [0; 4];
    find(text, b"", &[b"MemTotal:", b"MemAvailable:", b"SwapTotal:", b"SwapFree:"], &mut found);
    found
}

/// Of `/proc/net/route`: the interface of the default route with the lowest metric; empty
/// without one.
pub(super) fn default_route(mut text: &[u8]) -> &[u8] {
    let (mut best, mut least) = (&b""[..], u64::MAX);
    while let Some(mut line) = next_line(&mut text) {
        // Name, destination, gateway, flags, users, uses, metric.
        let name = nth_field(&mut line, 0).unwrap_or_default();
        let destination = nth_field(&mut line, 0);
        let metric = nth_field(&mut line, 4).and_then(number).unwrap_or(0);
        if destination == Some(b"00000000") && metric < least {
            (best, least) = (name, metric);
        }
    }
    best
}

/// Of `/proc/net/dev`: the bytes that an interface has received and sent; without a name,
/// all that are not `lo`.
pub(super) fn traffic(mut text: &[u8], name: &[u8]) -> Option<(u64, u64)> {
    let mut sum = None;
    while let Some(mut line) = next_line(&mut text) {
        let interface = nth_field(&mut line, 0).unwrap_or_default();
        let is_meant = if name.is_empty() { interface != b"lo" } else { interface == name };
        let mut numbers = [0; 9];
        // The head of the table has none.
        if is_meant && take_numbers(&mut line, &mut numbers) {
            let (down, up) = sum.unwrap_or((0_u64, 0_u64));
            sum = Some((down.saturating_add(numbers[0]), up.saturating_add(numbers[8])));
        }
    }
    sum
}

/// Of files with a temperature in thousandths of a degree, with a NUL between them: the
/// hottest in degrees. Sensors that are not connected say what can't be.
pub(super) fn hottest(mut texts: &[u8]) -> Option<u64> {
    let mut hottest = None;
    while let Some(text) = next_text(&mut texts) {
        let degrees = number(text).map(|thousandths| thousandths / 1000);
        hottest = hottest.max(degrees.filter(|degrees| *degrees < 200));
    }
    hottest
}
