//! Pure. Which parts are the mail itself: text first, HTML beside it (spec/mail.md §2).

use super::decode;
use super::split::{Part, Parts};
use crate::mail::address::escape;
use mail_parser::decoders::html::html_to_text;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of text that are shown.
const TEXT_MAX: usize = 1 << 20;
/// Bytes of HTML that are shown.
const HTML_MAX: usize = 1 << 20;

/// A mail's text.
pub struct Body {
    pub text: String,
    pub html: Option<String>,
    pub is_cut: bool,
    /// The parts it was made of.
    pub parts: BTreeSet<usize>,
}

/// What is said once: as plain text, as HTML, or as both.
#[derive(Default)]
struct Piece {
    plain: Option<String>,
    html: Option<String>,
}

/// Puts the text together from the parts that are text and no attachments.
pub fn read(raw: &[u8], parts: &Parts) -> Body {
    let mut pieces: BTreeMap<usize, Piece> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut is_cut = false;
    for (index, part) in parts.parts.iter().enumerate().filter(|(i, p)| is_text(*i, p)) {
        let is_html = part.says.media_type == "text/html";
        let (text, cut) = text_of(raw, part, if is_html { HTML_MAX } else { TEXT_MAX });
        let piece = pieces.entry(parts.nearest(index, "multipart/alternative").unwrap_or(index)).or_default();
        let place = if is_html { &mut piece.html } else { &mut piece.plain };
        place.get_or_insert_default().push_str(&text);
        is_cut |= cut;
        used.insert(index);
    }
    join(pieces.into_values().collect(), used, is_cut)
}

fn is_text(index: usize, part: &Part) -> bool {
    let says = &part.says;
    matches!(says.media_type.as_str(), "text/plain" | "text/html")
        && !says.is_attachment
        && (says.name.is_none() || index == 0)
}

fn text_of(raw: &[u8], part: &Part, most: usize) -> (String, bool) {
    let body = &raw[part.body.clone()];
    // Base64 and quoted-printable take up to three bytes for one.
    let cut = &body[..body.len().min(most * 3)];
    let bytes = decode::decode(cut, part.says.encoding);
    let text = decode::text(&bytes, part.says.charset.as_deref());
    let is_cut = cut.len() < body.len() || text.len() > most;
    (text[..text.floor_char_boundary(most)].replace("\r\n", "\n").replace('\0', ""), is_cut)
}

fn join(pieces: Vec<Piece>, parts: BTreeSet<usize>, mut is_cut: bool) -> Body {
    let has_html = pieces.iter().any(|piece| piece.html.is_some());
    let (mut text, mut html) = (String::new(), String::new());
    for piece in pieces {
        if has_html {
            html +=
                &piece.html.clone().unwrap_or_else(|| as_html(piece.plain.as_deref().unwrap_or_default()));
        }
        let plain = piece.plain.filter(|plain| !plain.trim().is_empty() || piece.html.is_none());
        text += &plain.unwrap_or_else(|| html_to_text(piece.html.as_deref().unwrap_or_default()));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    is_cut |= text.len() > TEXT_MAX || html.len() > HTML_MAX;
    text.truncate(text.floor_char_boundary(TEXT_MAX));
    html.truncate(html.floor_char_boundary(HTML_MAX));
    Body { text: text.trim_end().to_owned(), html: has_html.then_some(html), is_cut, parts }
}

/// Plain text among HTML, its lines kept.
fn as_html(text: &str) -> String {
    format!("<pre>{}</pre>", escape(text))
}

#[cfg(test)]
mod tests {
    use super::super::split::split;
    use super::*;

    fn body(raw: &str) -> Body {
        read(raw.as_bytes(), &split(raw.as_bytes()))
    }

    const ALTERNATIVE: &str = "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nplain\n\
                               --a\nContent-Type: text/html\n\n<b>rich</b>\n--a--\n";

    #[test]
    fn text_comes_first_and_html_beside_it() {
        let found = body(ALTERNATIVE);
        assert_eq!((found.text.as_str(), found.html.as_deref()), ("plain", Some("<b>rich</b>")));
    }

    #[test]
    fn html_alone_is_also_readable_as_text() {
        let found = body("Content-Type: text/html\n\n<p>one</p><p>two <script>x()</script></p>");
        assert!(found.text.contains("one") && found.text.contains("two"), "{:?}", found.text);
        assert!(!found.text.contains('<'));
    }

    #[test]
    fn a_lists_footer_follows_the_mail() {
        let mixed = format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n{ALTERNATIVE}\n--m\n\nfooter & <co>\n--m--\n"
        );
        let found = body(&mixed);
        assert_eq!(found.text, "plain\nfooter & <co>");
        let html = found.html.unwrap();
        assert!(html.starts_with("<b>rich</b>") && html.contains("&lt;co&gt;"), "{html}");
    }

    #[test]
    fn attached_text_is_not_the_mail() {
        let found = body(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nhello\n--m\nContent-Type: text/html; name=x.html\n\n\
             <p>no</p>\n--m\nContent-Disposition: attachment\n\nneither\n--m--\n",
        );
        assert_eq!((found.text.as_str(), found.html), ("hello", None));
        assert_eq!(found.parts.len(), 1);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let found = body(&format!("X: y\n\n{}", "å".repeat(TEXT_MAX)));
        assert!(found.is_cut && found.text.len() <= TEXT_MAX && found.text.ends_with('å'));
    }
}
