//! Pure. A stranger's HTML made harmless: no script, no form, nothing fetched unless somebody asked for
//! pictures (spec/mail.md §2). It is shown in a sandboxed frame under [`csp`].
//!
//! What is allowed is listed; everything else is dropped. The work is bounded before the parser sees it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod style;
mod tame;

use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Elements that are kept. Those of `DROPPED` go with all that is in them, of others the inside stays.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "section",
    "span",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with everything in them.
const DROPPED: &[&str] = &[
    "script",
    "style",
    "title",
    "noscript",
    "iframe",
    "frame",
    "frameset",
    "noframes",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "template",
    "textarea",
    "select",
    "audio",
    "video",
    "canvas",
    "portal",
    "noembed",
    "xmp",
    "plaintext",
];

/// Attributes any element may keep; none of them names a place.
const ATTRIBUTES: &[&str] = &[
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "colspan",
    "dir",
    "height",
    "lang",
    "rowspan",
    "start",
    "style",
    "title",
    "valign",
    "width",
];

/// Bytes that a page's pictures of its own mail may come to, however often each is named: a mail of a few
/// hundred kB could otherwise be shown as one of many GB.
const INSIDE_BYTES_MAX: usize = 24 << 20;

/// What a mail's HTML may show beside its text.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// `Content-ID` → where the page gets the picture. A sandboxed frame sends no cookies: a `data:`
    /// address, or one that is its own key.
    pub inside: BTreeMap<String, String>,
    /// Somebody asked for the pictures that lie elsewhere.
    pub remote: bool,
}

impl Pictures {
    /// Those of a mail that a page may show, each at the place `place` gives it.
    pub fn of(
        files: &[super::message::Attachment],
        place: impl Fn(&super::message::Attachment) -> String,
    ) -> Pictures {
        let named = files.iter().filter(|file| file.is_picture());
        let each = named.filter_map(|file| Some((file.content_id.clone()?, place(file))));
        Pictures { inside: each.collect(), remote: false }
    }
}

/// HTML that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Safe {
    /// A piece of HTML, to be put into [`page`].
    pub html: String,
    /// Pictures left out that lie elsewhere: what "load pictures" would load.
    pub left_out: usize,
}

/// Cleans a mail's HTML; `None` when it is too complex to be shown as anything but text.
pub fn clean(html: &str, pictures: &Pictures) -> Option<Safe> {
    let tame = tame::tame(html)?;
    let left_out = Arc::new(AtomicUsize::new(0));
    let html = builder(pictures.clone(), Arc::clone(&left_out)).clean(&tame).to_string();
    Some(Safe { html, left_out: left_out.load(Ordering::Relaxed) })
}

fn builder(pictures: Pictures, left_out: Arc<AtomicUsize>) -> Builder<'static> {
    let mut builder = Builder::empty();
    let room = AtomicUsize::new(INSIDE_BYTES_MAX);
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .generic_attributes(ATTRIBUTES.iter().copied().collect())
        // The crate's own lists are replaced, not added to: they keep `cite` and others that name places.
        .tag_attributes([("a", ["href"].into()), ("img", ["src"].into())].into())
        .add_allowed_classes("span", tame::CLASSES)
        .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(move |tag, name, value| match (tag, name) {
            ("a", "href") => link(value).map(Cow::Owned),
            ("img", "src") => picture(value, &pictures, &room, &left_out).map(Cow::Owned),
            (_, "style") => Some(Cow::Owned(style::clean(value))),
            _ => Some(Cow::Borrowed(value)),
        });
    builder
}

/// An address as a browser reads it: without blanks around it, and without line breaks and tabs in it.
fn as_read(value: &str) -> String {
    let trimmed = value.trim_matches(|c: char| c <= ' ');
    trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Where a link may lead: out, to a mail, to a call. Never to a place in this page or this office.
fn link(value: &str) -> Option<String> {
    let value = as_read(value);
    ["https://", "http://", "mailto:", "tel:"].iter().any(|start| begins(&value, start)).then_some(value)
}

fn picture(value: &str, pictures: &Pictures, room: &AtomicUsize, left_out: &AtomicUsize) -> Option<String> {
    let value = as_read(value);
    if begins(&value, "cid:") {
        return pictures.inside.get(&value[4..]).filter(|place| takes(room, place.len())).cloned();
    }
    if begins(&value, "data:") {
        let types = ["data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"];
        return types.iter().any(|start| begins(&value, start)).then_some(value);
    }
    let is_remote = begins(&value, "https://") || begins(&value, "http://");
    if is_remote && !pictures.remote {
        left_out.fetch_add(1, Ordering::Relaxed);
    }
    (is_remote && pictures.remote).then_some(value)
}

/// Takes so much of what is left; `false`: there is not so much.
fn takes(room: &AtomicUsize, bytes: usize) -> bool {
    let less = |left: usize| left.checked_sub(bytes);
    room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
}

/// The header `Content-Security-Policy` of the frame's page.
pub fn csp(pictures: &Pictures) -> String {
    let images = if pictures.remote { "'self' data: https: http:" } else { "'self' data:" };
    format!(
        "default-src 'none'; img-src {images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'; sandbox {SANDBOX}"
    )
}

/// The attribute `sandbox` of the frame: links open beside it, nothing runs in it.
pub const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// The header `Referrer-Policy` of the frame's page: pictures are asked for without saying from where.
pub const REFERRER: &str = "no-referrer";

/// The whole page of the frame.
pub fn page(safe: &Safe) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <style>{}</style></head><body>{}</body></html>",
        tame::STYLE,
        safe.html
    )
}

#[cfg(test)]
mod tests;
