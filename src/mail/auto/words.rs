//! Pure. What an automatic reply says: that the mail is here, under which reference, when somebody answers.

use crate::i18n;
use crate::settings::Language;
use jiff::civil::DateTime;

/// When somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The office is open.
    Soon,
    /// It opens then, by its own clock.
    Opens(DateTime),
    /// Nobody knows when it opens.
    Unknown,
}

/// Whether the writer may ask for a call by answering with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallBack {
    /// They may.
    Offered,
    /// It is not offered.
    NotOffered,
}

/// What an automatic reply tells.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The name of the office.
    pub office: &'a str,
    /// What the writer may refer to.
    pub reference: &'a str,
    /// When somebody answers.
    pub expect: Expect,
    /// Whether a call is offered.
    pub call_back: CallBack,
}

/// The text of an automatic reply, in paragraphs.
pub fn text(language: Language, words: &Words<'_>) -> String {
    let say = |key: &str, parameters: &[(&str, String)]| i18n::say(language, key, parameters);
    let office = ("office", words.office.to_owned());
    let mut lines =
        vec![say("mail.auto.received", &[office.clone(), ("reference", words.reference.to_owned())])];
    lines.push(match words.expect {
        Expect::Soon => say("mail.auto.soon", &[]),
        Expect::Opens(at) => say("mail.auto.opens", &[("moment", i18n::whole_moment(language, at))]),
        Expect::Unknown => say("mail.auto.later", &[]),
    });
    if words.call_back == CallBack::Offered {
        lines.push(say("mail.auto.call_back", &[]));
    }
    lines.push(say("mail.auto.end", &[office]));
    lines.join("\n\n") + "\n"
}

/// What somebody is told who wrote where to call them, once that is promised.
pub fn promised(language: Language, office: &str, number: &str) -> String {
    let say = |key: &str, parameters: &[(&str, String)]| i18n::say(language, key, parameters);
    let promise = say("mail.auto.call_promised", &[("number", number.to_owned())]);
    let end = say("mail.auto.end", &[("office", office.to_owned())]);
    format!("{promise}\n\n{end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Language; 5] = [Language::En, Language::Sv, Language::Da, Language::Nl, Language::ZhHant];

    fn words(expect: Expect, call_back: CallBack) -> Words<'static> {
        Words { office: "Hansen", reference: "M-17", expect, call_back }
    }

    #[test]
    fn it_says_reference_and_opening_in_every_language() {
        let opens = Expect::Opens(jiff::civil::date(2026, 3, 9).at(9, 0, 0, 0));
        for language in ALL {
            let text = text(language, &words(opens, CallBack::Offered));
            for part in ["M-17", "Hansen", "09:00", "9"] {
                assert!(text.contains(part), "{language:?} {part}: {text}");
            }
            assert!(!text.contains(['{', '}']) && !text.contains("mail.auto"), "{language:?}: {text}");
            assert_eq!(text.matches("\n\n").count(), 4, "{language:?}: {text}");
        }
        assert!(text(Language::En, &words(opens, CallBack::NotOffered)).contains("Monday 9 March at 09:00"));
    }

    #[test]
    fn a_promised_call_names_the_number() {
        for language in ALL {
            let text = promised(language, "Hansen", "+4512345678");
            assert!(text.contains("+4512345678") && text.contains("Hansen"), "{language:?}: {text}");
            assert!(!text.contains(['{', '}']) && !text.contains("mail.auto"), "{language:?}: {text}");
        }
    }

    #[test]
    fn what_is_not_known_or_offered_is_not_said() {
        for language in ALL {
            let all: Vec<String> = [Expect::Soon, Expect::Unknown]
                .into_iter()
                .flat_map(|expect| {
                    [CallBack::Offered, CallBack::NotOffered].map(|call| text(language, &words(expect, call)))
                })
                .collect();
            let different: std::collections::BTreeSet<&String> = all.iter().collect();
            assert_eq!(different.len(), 4, "{language:?}");
        }
    }
}
