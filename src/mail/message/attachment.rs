//! Pure. Attachments: what is listed, under which name, and its bytes.

use super::body::Body;
use super::decode::{decode, decode_in_blocks, decoded_len};
use super::split::{Part, Parts, split};
use super::tnef;
use crate::mail::address::clean;
use std::borrow::Cow;

/// Characters of a file name that are kept.
const NAME_MAX: usize = 120;
/// Bytes of a `winmail.dat` that is opened.
const TNEF_MAX: usize = 32 << 20;
/// Files that are listed.
const FILES_MAX: usize = 256;

/// A file in a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its place in the list: what `attachment_to` is asked for. The same bytes give the same places.
    pub index: usize,
    /// A file name without folders, control or direction characters; never empty.
    pub name: String,
    /// `image/png`, as written, in lower case; not to be believed.
    pub media_type: String,
    /// Bytes, decoded.
    pub size: u64,
    /// What `cid:` in the HTML means it by.
    pub content_id: Option<String>,
}

impl Attachment {
    /// Whether a page may show it as a picture. SVG and HTML never are (spec/mail.md §2).
    pub fn is_picture(&self) -> bool {
        ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"]
            .contains(&self.media_type.as_str())
    }
}

/// All files of a mail, those in a `winmail.dat` behind it.
pub fn list(raw: &[u8], parts: &Parts, body: &Body) -> Vec<Attachment> {
    let mut files = Vec::new();
    for part in listed(parts, body) {
        files.push(describe(raw, part));
        files.extend(inside(raw, part).iter().map(describe_inner));
    }
    files.truncate(FILES_MAX);
    files.iter_mut().enumerate().for_each(|(index, file)| file.index = index);
    files
}

/// The parts that are files.
fn listed<'a>(parts: &'a Parts, body: &'a Body) -> impl Iterator<Item = &'a Part> {
    let each = parts.parts.iter().enumerate();
    let files = each.filter(|(index, part)| {
        !(body.parts.contains(index) || parts.is_opened(*index) || is_mere_frame(*index, part))
    });
    files.map(|(_, part)| part)
}

/// A multipart in which nothing was found has nothing to fetch either, unless it lies too deep.
fn is_mere_frame(index: usize, part: &Part) -> bool {
    index == 0 && part.says.media_type.starts_with("multipart/")
}

fn describe(raw: &[u8], part: &Part) -> Attachment {
    let says = &part.says;
    let size = decoded_len(&raw[part.body.clone()], says.encoding);
    Attachment {
        index: 0,
        name: file_name(says.name.as_deref().unwrap_or_default(), &says.media_type),
        media_type: clean(&says.media_type, 100),
        size: size as u64,
        content_id: says.content_id.clone(),
    }
}

fn describe_inner(file: &tnef::File) -> Attachment {
    let media_type = "application/octet-stream".to_owned();
    Attachment {
        index: 0,
        name: file_name(&file.name, &media_type),
        media_type,
        size: file.data.len() as u64,
        content_id: None,
    }
}

fn is_winmail(part: &Part) -> bool {
    let named = part.says.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
    named || matches!(part.says.media_type.as_str(), "application/ms-tnef" | "application/vnd.ms-tnef")
}

fn inside(raw: &[u8], part: &Part) -> Vec<tnef::File> {
    if !is_winmail(part) || part.body.len() > TNEF_MAX {
        return Vec::new();
    }
    tnef::open(&decode(&raw[part.body.clone()], part.says.encoding))
}

/// The bytes of the file at `index` of `Message::attachments`, block by block; `None`: there is none.
pub fn attachment_to<E>(
    raw: &[u8],
    index: usize,
    mut keep: impl FnMut(&[u8]) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let parts = split(raw);
    let body = super::body::read(raw, &parts);
    let mut at = 0;
    for part in listed(&parts, &body) {
        if at == index {
            return Some(decode_in_blocks(raw.get(part.body.clone())?, part.says.encoding, &mut keep));
        }
        let files = inside(raw, part);
        at += 1;
        if index < at + files.len() {
            return Some(keep(&files[index - at].data));
        }
        at += files.len();
    }
    None
}

/// The pictures that a mail's HTML may name by `cid:`: `Content-ID`, media type, bytes; those that fit into
/// `left` bytes together. The mail is taken apart once for all of them.
pub fn pictures(raw: &[u8], mut left: usize) -> Vec<(String, String, Cow<'_, [u8]>)> {
    let parts = split(raw);
    let body = super::body::read(raw, &parts);
    let mut found = Vec::new();
    for part in listed(&parts, &body) {
        let file = describe(raw, part);
        let Some(id) = file.content_id.clone().filter(|_| file.is_picture()) else { continue };
        // Measured before it is decoded: what does not fit is never held.
        let Some(rest) = usize::try_from(file.size).ok().and_then(|size| left.checked_sub(size)) else {
            continue;
        };
        left = rest;
        found.push((id, file.media_type, decode(&raw[part.body.clone()], part.says.encoding)));
    }
    found
}

/// A name fit for a screen and a disk: `../../etc/passwd` is `passwd`.
pub fn file_name(written: &str, media_type: &str) -> String {
    let last = written.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let name = clean(last, usize::MAX).replace(['<', '>', ':', '"', '|', '?', '*'], "_");
    let name = name.trim_start_matches(['.', ' ', '-', '~']).trim_end_matches(['.', ' ']);
    if name.is_empty() {
        return nameless(media_type).into();
    }
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    let ending: String = name.rsplit_once('.').map_or("", |(_, ending)| ending).chars().take(10).collect();
    let start: String = name.chars().take(NAME_MAX - 12).collect();
    format!("{start}….{ending}").trim_end_matches('.').to_owned()
}

/// What a file is called that brought no name.
fn nameless(media_type: &str) -> &'static str {
    match media_type {
        "message/rfc822" => "mail.eml",
        "message/delivery-status" => "report.txt",
        "text/calendar" => "invitation.ics",
        "text/plain" => "text.txt",
        "text/html" => "text.html",
        "image/png" => "image.png",
        "image/jpeg" => "image.jpg",
        "image/gif" => "image.gif",
        "application/pdf" => "document.pdf",
        _ => "file.bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere() {
        let is = |written: &str, name: &str| assert_eq!(file_name(written, "image/png"), name, "{written:?}");
        is("../../etc/passwd", "passwd");
        is("C:\\Kontor\\kim\\offer.pdf", "offer.pdf");
        is("..", "image.png");
        is("", "image.png");
        is("/", "image.png");
        is(".htaccess", "htaccess");
        is("a\r\nSet-Cookie: x", "a Set-Cookie_ x");
        is("photo\u{202e}gnp.exe", "photognp.exe");
        is("a\0b.txt", "a b.txt");
        is("-rf.txt", "rf.txt");
        is("tilbud på æbler.pdf", "tilbud på æbler.pdf");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = file_name(&("x".repeat(5000) + ".pdf"), "application/pdf");
        assert!(name.ends_with("….pdf") && name.chars().count() <= NAME_MAX, "{name}");
        assert!(file_name(&"x".repeat(5000), "").chars().count() <= NAME_MAX);
    }
}
