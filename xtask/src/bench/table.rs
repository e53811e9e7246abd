//! What was measured, as lines of text beside the targets.

use std::fmt::Write as _;

/// A table that is printed as it grows.
#[derive(Debug, Default)]
pub(super) struct Table {
    missed: usize,
}

/// What was measured of one program; nothing where that can't be had.
pub(super) type Value = Option<f64>;

/// What the first program should reach.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// Nothing is promised.
    None,
    /// At most so much.
    AtMost(f64),
    /// At most so many percent of what the peer has.
    PercentOfPeer(f64),
}

impl Table {
    /// A table for two programs.
    pub(super) fn begin(program: &str, peer: &str) -> Self {
        println!("{:<44} {program:>12} {peer:>12}  target", "");
        Self::default()
    }

    /// A line, with so many digits behind the point.
    pub(super) fn line(
        &mut self,
        what: &str,
        digits: usize,
        [own, peer]: [Value; 2],
        target: Target,
    ) {
        let number = |value: Value| value.map_or("-".into(), |value| format!("{value:.digits$}"));
        let mut line = format!("{what:<44} {:>12} {:>12}", number(own), number(peer));
        let (promise, is_met) = match target {
            Target::None => (String::new(), None),
            Target::AtMost(most) => (format!("≤ {most}"), own.map(|own| own <= most)),
            Target::PercentOfPeer(most) => {
                let percent = own.zip(peer).map(|(own, peer)| 100.0 * own / peer);
                let said = percent.map(|percent| format!(", {percent:.2} %")).unwrap_or_default();
                (format!("≤ {most} % of the peer's{said}"), percent.map(|it| it <= most))
            }
        };
        if !promise.is_empty() {
            let word = match is_met {
                None => "not measured",
                Some(true) => "met",
                Some(false) => "MISSED",
            };
            let _ = write!(line, "  {promise}: {word}");
            self.missed += usize::from(is_met == Some(false));
        }
        println!("{}", line.trim_end());
    }

    /// Says how many targets were missed.
    pub(super) fn end(self) {
        match self.missed {
            0 => println!("every target that was measured is met"),
            missed => println!("missed: {missed}"),
        }
    }
}

/// The value in the middle; of an even number the lower one of the two.
pub(super) fn median(values: &[f64]) -> Value {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[2.0]), Some(2.0));
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.0));
    }
}
