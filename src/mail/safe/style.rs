//! Pure. The attribute `style`: colours, sizes, spaces. Nothing that could name a place.

/// Properties that are kept. None takes an element out of its frame or over its neighbours.
const PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// Functions that compute a colour or a length.
const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// The declarations that are kept, written anew.
pub fn clean(style: &str) -> String {
    let kept = style.split(';').filter_map(declaration);
    kept.collect::<Vec<_>>().join(";")
}

fn declaration(text: &str) -> Option<String> {
    let (name, value) = text.split_once(':')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    (PROPERTIES.contains(&name.as_str()) && is_harmless(value)).then(|| format!("{name}:{value}"))
}

/// Words, numbers, colours and quoted font names. An escape, a comment or an unknown function is refused:
/// there are too many ways to write `url(`.
fn is_harmless(value: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || " #%.,-'\"!()".contains(c);
    let are_closed = |quote: char| value.matches(quote).count().is_multiple_of(2);
    let functions_known = value.match_indices('(').all(|(at, _)| {
        let word = |c: char| c.is_alphanumeric() || c == '-';
        let start = value[..at].rfind(|c: char| !word(c)).map_or(0, |end| end + 1);
        value.get(start..at).is_some_and(|name| FUNCTIONS.contains(&name.to_ascii_lowercase().as_str()))
    });
    let are_paired = value.matches('(').count() == value.matches(')').count();
    value.chars().all(is_plain) && are_closed('"') && are_closed('\'') && functions_known && are_paired
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn looks_are_kept() {
        let is = |style: &str, kept: &str| assert_eq!(clean(style), kept, "{style}");
        is("color: red; FONT-SIZE:12px", "color:red;font-size:12px");
        is(
            "color: rgb(1, 2, 3); font-family: 'Segoe UI', \"Arial\"",
            "color:rgb(1, 2, 3);font-family:'Segoe UI', \"Arial\"",
        );
        is("margin:0 !important;;", "margin:0 !important");
    }

    #[test]
    fn no_spelling_of_an_address_is_kept() {
        for style in [
            "background:url(//x.test/a)",
            "background:URL( 'https://x.test/a' )",
            "background:u\\72l(//x.test)",
            "background:\\75\\72\\6c(//x.test)",
            "background:ur/**/l(//x.test)",
            "background:image-set('a.png' 1x)",
            "background:-webkit-image-set(url(a) 1x)",
            "background:cross-fade(url(a), url(b))",
            "background:src('https://x.test')",
            "background:element(#a)",
            "background:var(--a)",
            "--a:url(//x.test)",
            "background-image:url(//x.test)",
            "list-style:url(//x.test)",
            "list-style-image:url(//x.test)",
            "cursor:url(//x.test),auto",
            "content:url(//x.test)",
            "filter:url(//x.test#f)",
            "mask:url(//x.test)",
            "border-image:url(//x.test)",
            "behavior:url(x.htc)",
            "-moz-binding:url(x.xml#a)",
            "width:expression(alert(1))",
            "position:fixed",
            "color:red}@import '//x.test'",
            "@import url(//x.test)",
            "font:12px 'a\\\nb'",
            "font-family:'a",
            "width:calc(100% - attr(src url))",
            "color:é(1)",
        ] {
            assert_eq!(clean(style), "", "{style}");
        }
    }

    #[test]
    fn a_semicolon_in_a_string_lets_nothing_through() {
        assert_eq!(clean("font-family:'a;background:url(//x.test)';color:red"), "color:red");
    }
}
