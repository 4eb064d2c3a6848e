//! Pure. HTML made tame for the parser: as many elements as are worth showing, and none of those a parser
//! opens again in every block.
//!
//! `<font a><font b>…<p><p>` makes a parser by the standard build every font in every block, a page of a
//! gigabyte from a mail of a megabyte. A `span` with a class looks the same and is built once.

/// Elements a page may have; more are shown as text only.
const TAGS_MAX: usize = 20_000;

/// Elements that are opened again, and the class that looks like them.
const FORMATTING: &[(&str, &str)] = &[
    ("b", "b"),
    ("strong", "b"),
    ("i", "i"),
    ("em", "i"),
    ("u", "u"),
    ("s", "s"),
    ("strike", "s"),
    ("big", "big"),
    ("small", "small"),
    ("tt", "code"),
    ("code", "code"),
    ("font", "font"),
    ("nobr", "nobr"),
];

/// The classes of `FORMATTING`.
pub const CLASSES: &[&str] = &["b", "i", "u", "s", "big", "small", "code", "nobr"];

/// How the classes look, and the page around them.
pub const STYLE: &str = "body{margin:8px;font:14px/1.45 sans-serif;color:#111;background:#fff;overflow-wrap:anywhere}\
    img{max-width:100%;height:auto}pre{white-space:pre-wrap}blockquote{margin:0 0 0 4px;padding-left:8px;\
    border-left:2px solid #999}.b{font-weight:bold}.i{font-style:italic}.u{text-decoration:underline}\
    .s{text-decoration:line-through}.big{font-size:larger}.small{font-size:smaller}.code{font-family:monospace}\
    .nobr{white-space:nowrap}";

/// Rewrites formatting elements; `None` when there are too many elements of any kind.
pub fn tame(html: &str) -> Option<String> {
    let mut tame = String::with_capacity(html.len() + html.len() / 8);
    let mut pieces = html.split('<');
    tame += pieces.next().unwrap_or_default();
    for (count, piece) in pieces.enumerate() {
        if count == TAGS_MAX {
            return None;
        }
        tame.push('<');
        tame += &rewritten(piece).unwrap_or_else(|| piece.to_owned());
    }
    Some(tame)
}

/// What follows a `<`, if it is a formatting element.
fn rewritten(piece: &str) -> Option<String> {
    let (slash, name_on) = piece.strip_prefix('/').map_or(("", piece), |rest| ("/", rest));
    let end = name_on.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name_on.len());
    let (name, rest) = name_on.split_at(end);
    let (_, class) = FORMATTING.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(name))?;
    if !rest.starts_with([' ', '\t', '\n', '\r', '\u{c}', '/', '>']) {
        return None;
    }
    Some(match slash {
        "" => format!("span class=\"{class}\" {rest}"),
        _ => format!("/span{rest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_becomes_spans() {
        let is = |html: &str, tamed: &str| assert_eq!(tame(html).as_deref(), Some(tamed), "{html}");
        is("a <b>x</B> y", "a <span class=\"b\" >x</span> y");
        is("<FONT color=red>x</font >", "<span class=\"font\"  color=red>x</span >");
        is("<body><br><blink>1 < 2 <", "<body><br><blink>1 < 2 <");
    }

    #[test]
    fn more_elements_than_anybody_reads_are_not_parsed() {
        assert!(tame(&"<p>".repeat(TAGS_MAX)).is_some());
        assert_eq!(tame(&"<p>".repeat(TAGS_MAX + 1)), None);
    }
}
