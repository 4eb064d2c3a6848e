//! Pure. Words of scripts that put no blank between them, for the search: a run of characters is indexed and asked
//! for by its pairs, because the index takes a whole run for one word.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Pairs indexed of one text.
const PAIRS_MAX: usize = 64 * 1024;

/// Han, Hiragana and Katakana; Hangul is written with blanks.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// The pairs of every such run in a text, with blanks between them; a character alone stands alone.
pub fn pairs(text: &str) -> String {
    let runs = text.split(|c| !is_unspaced(c)).filter(|run| !run.is_empty());
    let each = runs.flat_map(of_run).take(PAIRS_MAX);
    each.collect::<Vec<_>>().join(" ")
}

/// What of a searched word must be found: its pairs, and what stands beside them; every one may be a beginning.
pub fn wanted(word: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let unspaced = is_unspaced(first);
        let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if unspaced {
            parts.extend(of_run(run))
        } else {
            parts.push(run.to_owned())
        }
        rest = after;
    }
    parts
}

fn of_run(run: &str) -> Vec<String> {
    let characters: Vec<char> = run.chars().collect();
    match characters.as_slice() {
        [alone] => vec![alone.to_string()],
        many => many.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_its_pairs() {
        assert_eq!(pairs("Kære 冷氣機,漏 ok 水了"), "冷氣 氣機 漏 水了");
        assert_eq!(pairs("Kære Åse"), "");
        assert_eq!(wanted("冷氣機"), ["冷氣", "氣機"]);
        assert_eq!(wanted("iPhone壞了"), ["iPhone", "壞了"]);
        assert_eq!(
            (wanted("漏"), wanted("boiler"), wanted("")),
            (vec!["漏".to_owned()], vec!["boiler".to_owned()], vec![])
        );
    }
}
