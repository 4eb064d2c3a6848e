//! Pure. Words of scripts that put no blank between them, for the search: a run of characters is indexed and asked
//! for by its pairs, because the index takes a whole run for one word.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Pairs indexed of one text.
const PAIRS_MAX: usize = 64 * 1024;

/// Han, Hiragana and Katakana; Hangul is written with blanks.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// What the index must have of a text beside its words: of every word with such a run in it the pairs of the run, and
/// what stands beside it; with blanks between them. A character alone stands alone.
pub fn pairs(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && !is_unspaced(c));
    let parts = words.filter(|word| word.contains(is_unspaced)).flat_map(parts).take(PAIRS_MAX);
    parts.fold(String::new(), |mut all, part| {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(part);
        all
    })
}

/// What of a searched word must be found: its pairs, and what stands beside them; every one may be a beginning.
pub fn wanted(word: &str) -> Vec<String> {
    parts(word).map(str::to_owned).collect()
}

fn parts(word: &str) -> impl Iterator<Item = &str> {
    runs(word).flat_map(|run| {
        let (pairs, whole) =
            if run.starts_with(is_unspaced) { (Some(of_run(run)), None) } else { (None, Some(run)) };
        pairs.into_iter().flatten().chain(whole)
    })
}

/// A word where its scripts change.
fn runs(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let unspaced = is_unspaced(rest.chars().next()?);
        let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

/// One after the other: a text may be a single run of many thousands.
fn of_run(run: &str) -> impl Iterator<Item = &str> {
    let ends = run.char_indices().map(|(at, c)| at + c.len_utf8());
    let alone = run.chars().nth(1).is_none().then_some(run);
    alone.into_iter().chain(run.char_indices().zip(ends.skip(1)).map(|((from, _), to)| &run[from..to]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_its_pairs() {
        assert_eq!(pairs("Kære 冷氣機,漏 ok 水了"), "冷氣 氣機 漏 水了");
        assert_eq!(pairs("Kære Åse"), "");
        assert_eq!(pairs("我的iPhone壞了 ok"), "我的 iPhone 壞了", "both are found in a word of two scripts");
        assert_eq!(wanted("冷氣機"), ["冷氣", "氣機"]);
        assert_eq!(wanted("iPhone壞了"), ["iPhone", "壞了"]);
        assert_eq!(
            (wanted("漏"), wanted("boiler"), wanted("")),
            (vec!["漏".to_owned()], vec!["boiler".to_owned()], vec![])
        );
    }
}
