//! Pure. Which bytes of a file a player wants (RFC 9110 §14): one range, or the whole.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::ops::Range;

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: no range was asked for, or one that need not be understood.
    Whole,
    /// These bytes.
    Part(Range<usize>),
    /// A range that lies outside.
    Outside,
}

/// The value of `Range` against a file of this length.
pub fn wanted(header: Option<&str>, length: usize) -> Wanted {
    let range = header.and_then(|text| text.trim().strip_prefix("bytes=")?.trim().split_once('-'));
    let Some((from, to)) = range.filter(|(_, to)| !to.contains(',')) else { return Wanted::Whole };
    let bounds = match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if from <= to => from..length.min(usize::saturating_add(to, 1)),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..length,
        (Err(_), Ok(0)) if from.trim().is_empty() => return Wanted::Outside,
        (Err(_), Ok(last)) if from.trim().is_empty() => length.saturating_sub(last)..length,
        _ => return Wanted::Whole,
    };
    if bounds.start < length { Wanted::Part(bounds) } else { Wanted::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_cut_out_and_what_is_no_range_is_the_whole() {
        let part = |range: Range<usize>| Wanted::Part(range);
        for (header, answer) in [
            (None, Wanted::Whole),
            (Some("bytes=0-"), part(0..100)),
            (Some("bytes=0-0"), part(0..1)),
            (Some("bytes=10-19"), part(10..20)),
            (Some("bytes=90-500"), part(90..100)),
            (Some("bytes=-30"), part(70..100)),
            (Some("bytes=-500"), part(0..100)),
            (Some("bytes=100-"), Wanted::Outside),
            (Some("bytes=-0"), Wanted::Outside),
            (Some("bytes=20-10"), Wanted::Whole),
            (Some("bytes=0-1,5-6"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
            (Some("bytes=x-y"), Wanted::Whole),
            (Some("bytes=99999999999999999999-"), Wanted::Whole),
            (Some("bytes=5-18446744073709551615"), part(5..100)),
        ] {
            assert_eq!(wanted(header, 100), answer, "{header:?}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Outside);
    }
}
