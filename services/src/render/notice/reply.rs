//! Replies to people who answer a communication: a few sentences by topic, and what the communication itself says.

use super::{layout, statement, words::Words};
use crate::render::RenderError;
use askama::Template;
use domain::{
    correspondence::reply::ReplyTopic,
    fact::sheet::{Reader, Sheet},
    moment::Zone,
    notice::{
        Read,
        template::{Language, NoticeKind},
    },
    text::Choice,
};
use std::collections::BTreeMap;

/// What of the communication is said again, by what somebody asks.
fn again(topic: ReplyTopic) -> &'static [&'static str] {
    match topic {
        ReplyTopic::WhatHappened => &["nature", "timeline", "data", "measures", "advice", "contact"],
        ReplyTopic::Harmed => &["advice", "contact"],
        ReplyTopic::Rights | ReplyTopic::Complaint | ReplyTopic::Other => &["contact"],
        ReplyTopic::WrongRecipient => &[],
    }
}

/// The reply to somebody who asks this, and what was read for it.
///
/// # Errors
/// A template failed.
pub fn reply(
    topic: ReplyTopic,
    language: Language,
    sheet: &Sheet,
    zone: Zone,
) -> Result<(String, Vec<Read>), RenderError> {
    let reader = Reader::new(sheet, language, zone);
    let w = Words::new(&reader);
    let own = |part: &str| text(language, part, &w).map(|text| layout::tidy(&text).trim().to_owned());
    let mut parts = vec![own("hello")?, own(topic.code())?];
    let mut reads = BTreeMap::new();
    for code in again(topic) {
        let said = statement(NoticeKind::SubjectCommunication, language, code, sheet, zone)?;
        reads.extend(said.reads.into_iter().map(|read| (read.key, read.fact)));
        parts.push(said.text.trim().to_owned());
    }
    parts.push(own("never")?);
    parts.push(own("regards")?);
    reads.extend(reader.reads().into_iter().map(|read| (read.key, read.fact)));
    parts.retain(|part| !part.is_empty());
    Ok((parts.join("\n\n"), reads.into_iter().map(|(key, fact)| Read { key, fact }).collect()))
}

/// One template for each language; the compiler asks for those that are missing.
macro_rules! templates {
    ($($language:ident $path:tt;)+) => {
        fn text(language: Language, part: &str, w: &Words<'_>) -> askama::Result<String> {
            match language {
                $(Language::$language => {
                    #[derive(Template)]
                    #[template(path = $path, escape = "none")]
                    struct Text<'a> {
                        part: &'a str,
                        w: &'a Words<'a>,
                    }
                    Text { part, w }.render()
                })+
            }
        }
    };
}

templates! {
    En "replies/en.txt";
    De "replies/de.txt";
    Fr "replies/fr.txt";
    Es "replies/es.txt";
    It "replies/it.txt";
    Nl "replies/nl.txt";
    Pl "replies/pl.txt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_answered_in_every_language_in_words_of_its_own() {
        let empty = Sheet::new(Vec::new(), Vec::new(), Vec::new());
        let mut all = std::collections::BTreeSet::new();
        for language in Language::ALL {
            let never = {
                let reader = Reader::new(&empty, *language, Zone::UTC);
                text(*language, "never", &Words::new(&reader)).unwrap().trim().to_owned()
            };
            assert!(!never.is_empty());
            for topic in ReplyTopic::ALL {
                let (reply, reads) = reply(*topic, *language, &empty, Zone::UTC).unwrap();
                assert!(reply.contains(&never), "{topic} in {language}: {reply}");
                assert!(reply.split("\n\n").count() >= 4, "{topic} in {language}: {reply}");
                assert!(reads.iter().any(|read| read.key == "ctrl.name"));
                assert!(all.insert(reply), "{topic} in {language} says what another one says");
            }
        }
    }
}
