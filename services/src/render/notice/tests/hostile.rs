//! Random answers in every field of a notice: nothing panics, no tag of a template is left, and nothing that was typed
//! becomes one of HTML.
//!
//! 100,000 notices in a release build, 5,000 in a debug build; `BREACHDESK_HOSTILE_CASES` asks for another number.

use super::*;
use proptest::{
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// What an attacker would type. Without spaces, so that a line is never broken within one.
const TAGS: [&str; 8] = [
    "{{w.name}}",
    "{%raw%}",
    "{#x#}",
    "<script>alert(1)</script>",
    "</title></head>",
    "<img/src=x>",
    "&lt;b&gt;",
    "{{{{7*7}}}}",
];
/// What the layout writes.
const OURS: [&str; 19] = [
    "!DOCTYPE html",
    "head",
    "/head",
    "meta charset=\"utf-8\"",
    "title",
    "/title",
    "body",
    "/body",
    "/html",
    "h2",
    "/h2",
    "p",
    "/p",
    "ul",
    "/ul",
    "li",
    "/li",
    "br",
    "html",
];

fn cases() -> usize {
    let asked = std::env::var("BREACHDESK_HOSTILE_CASES").ok().and_then(|cases| cases.parse().ok());
    asked.unwrap_or(if cfg!(debug_assertions) { 5_000 } else { 100_000 })
}

/// A text of one or more lines, such as can be recorded.
fn typed() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        // Braces only in tags.
        3 => "[^\\pC{}]{1,12}",
        2 => prop::sample::select(TAGS.to_vec()).prop_map(str::to_owned),
        1 => Just("\n".to_owned()),
        1 => Just("\n- ".to_owned()),
        1 => Just("Bcc: x@evil.test".to_owned()),
    ];
    proptest::collection::vec(word, 1..8).prop_map(|words| words.join(" "))
}

/// A sheet in which every field that takes words has some of these.
fn with_words(answers: &[u8], words: &[String]) -> Sheet {
    let all = catalogue().entries().iter().zip(answers).enumerate().filter_map(|(place, (entry, n))| {
        let typed = &words[place % words.len()];
        let value = match entry.kind {
            Kind::Line => Value::Text(typed.replace('\n', " ").trim().to_owned()),
            Kind::Text | Kind::Contact => Value::Text(typed.clone()),
            _ => return some_answer(entry, *n),
        };
        Some(fact(&entry.key, Certainty::Exact, Some(value)))
    });
    let (derived, recorded) = all.partition::<Vec<Fact>, _>(|f| catalogue().get(&f.key).unwrap().derived);
    Sheet::new([], recorded, derived)
}

#[test]
fn random_answers_leave_no_tag_and_make_none() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[29; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = (answers(), proptest::collection::vec(typed(), 1..6));
    let kinds: Vec<(NoticeKind, Language)> =
        NoticeKind::ALL.iter().flat_map(|k| Language::ALL.iter().map(move |l| (*k, *l))).collect();
    let mut with_tags = 0;
    for case in 0..cases() {
        let (answers, words) = parts.new_tree(&mut runner).unwrap().current();
        let (kind, language) = kinds[case % kinds.len()];
        let notice = whole(kind, language, &with_words(&answers, &words));
        assert!(!notice.subject.contains(char::is_control), "{:?}", notice.subject);

        let left = TAGS.iter().fold(notice.text.clone(), |text, tag| text.replace(tag, ""));
        with_tags += usize::from(left != notice.text);
        assert!(!left.contains(['{', '}']), "{kind} {language}: {left}");

        for tag in notice.html.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let is_ours = OURS.contains(&tag) || tag == format!("html lang=\"{}\"", language.code());
            assert!(is_ours, "{kind} {language}: <{tag}>");
        }
    }
    assert!(with_tags > cases() / 3, "{with_tags}");
}
