//! What the law wants to be in it, and what this desk wants of every notice.

use super::{Checked, Finding, labels, name};
use crate::{
    fact::{
        Value,
        catalogue::{Scope, catalogue},
        sheet::Sheet,
    },
    notice::{
        Statement, Wording,
        kind::Complete,
        own_text::lacking,
        template::{NoticeKind, StatementSpec, statements},
    },
    text::Choice,
};

/// The four contents of Art. 33(3), each with its provision and what it is.
const CONTENTS: [(&str, &str, &str); 4] = [
    ("(3)(a)", "Art. 33(3)(a) and 33(4)", "the nature of the breach, the people and the data"),
    ("(3)(b)", "Art. 33(3)(b) and 33(4)", "a contact for more information"),
    ("(3)(c)", "Art. 33(3)(c) and 33(4)", "the likely consequences"),
    ("(3)(d)", "Art. 33(3)(d) and 33(4)", "the measures"),
];

pub(super) fn look(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    blank(checked, found);
    match checked.notice.kind.spec().complete {
        Complete::InPhases => in_phases(checked, found),
        Complete::AtOnce => at_once(checked, found),
        Complete::Free => {}
    }
    own_texts(checked, found);
    withdrawal(checked, found);
    contact(checked, found);
    stale(checked, found);
    as_recorded(checked, found);
    if checked.notice.people() == 0 {
        let words = "Say first who is to get it.".to_owned();
        found.push(Finding::must("no_recipients", "", words).at([super::Mend::Recipients]));
    }
}

fn text<'n>(checked: &Checked<'n>, code: &str) -> &'n str {
    statement(checked, code).map_or("", |s| s.text.trim())
}

fn statement<'n>(checked: &Checked<'n>, code: &str) -> Option<&'n Statement> {
    checked.notice.statements.iter().find(|s| s.code == code)
}

/// A statement that the law asks for and that says nothing.
fn blank(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let kind = checked.notice.kind;
    for spec in statements(kind).iter().filter(|s| s.required && !s.article.is_empty()) {
        if text(checked, spec.code).is_empty() {
            let words = format!("“{}” is empty. Say at least that it will follow.", name(kind, spec.code));
            found.push(Finding::must("empty_statement", spec.article, words).at_statement(spec.code));
        }
    }
}

/// An authority may be told in phases, so that nothing is missing that the notification says will follow. Reasons for a
/// delay don't follow: they accompany it.
fn in_phases(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let (kind, sheet) = (checked.notice.kind, checked.sheet);
    if sheet.owes("time.delay_reasons") {
        let words = "It is late, and doesn't say why. A notification after 72 hours is accompanied by the reasons for the delay.";
        let late = Finding::must("delay_reasons", "Art. 33(1)", words.to_owned());
        found.push(late.at_facts(["time.delay_reasons"]));
    }
    let mut all = Vec::new();
    for (letter, article, what) in CONTENTS {
        let mut missing: Vec<&str> = Vec::new();
        for key in
            statements(kind).iter().filter(|s| s.article.contains(letter)).flat_map(|s| s.missing(sheet))
        {
            if !missing.contains(&key) {
                missing.push(key);
            }
        }
        if missing.is_empty() {
            continue;
        }
        let undated: Vec<&str> = missing.iter().copied().filter(|key| !is_promised(sheet, key)).collect();
        let mut words =
            format!("Of {what} it says that this will follow: {}.", labels(missing.iter().copied()));
        if !undated.is_empty() {
            words.push_str(&format!(" No day is promised for {}.", labels(undated.iter().copied())));
        }
        all.extend(missing.iter().copied());
        found.push(Finding::read("in_phases", article, words).at_facts(missing));
    }
    if !all.is_empty() && text(checked, "phases").is_empty() {
        let words = "Answers are missing, and nothing in it says that they will follow.".to_owned();
        found.push(Finding::must("phases_unsaid", "Art. 33(4)", words).at_statement("phases"));
    }
}

/// A withdrawal says why: that nothing had to be notified is for the controller to show (Art. 5(2)).
fn withdrawal(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    const REASON: &str = "notif.withdraw_reason";
    if checked.notice.kind != NoticeKind::AuthorityWithdrawal {
        return;
    }
    if let Some(Value::Choice(outcome)) = checked.sheet.value("risk.outcome")
        && outcome != "unlikely"
    {
        let words = "It withdraws the notification, and a risk to people is still on record. If there was none, assess it anew; if there was one, the notification stands.";
        let risky = Finding::read("withdrawn_with_risk", "Art. 33(1)", words.to_owned());
        found.push(risky.at_facts(["risk.outcome"]));
    }
    if checked.sheet.value(REASON).is_some() {
        return;
    }
    if statement(checked, "reason").is_some_and(|s| s.own_words && !s.text.trim().is_empty()) {
        return;
    }
    let words = "It doesn't say why the notification is withdrawn. Answer it, or write it in own words.";
    let none = Finding::must("no_withdraw_reason", "Art. 33(1) and 5(2)", words.to_owned());
    found.push(none.at_facts([REASON]).at_statement("reason"));
}

/// Answers stand in a notice as they were recorded, so maybe in another language than its own.
fn as_recorded(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let written = checked.notice.language;
    if checked.beside.usual.is_none_or(|usual| usual == written) {
        return;
    }
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut keys: Vec<&str> = Vec::new();
    for said in &checked.notice.statements {
        let text = one_line(&said.text);
        for read in &said.reads {
            let Some(Value::Text(words)) = checked.sheet.value(&read.key) else { continue };
            let is_of_case = catalogue().get(&read.key).is_some_and(|entry| entry.scope == Scope::Incident);
            // One or two words are a name.
            let is_sentence = words.split_whitespace().count() > 2;
            if is_of_case
                && is_sentence
                && text.contains(&one_line(words))
                && !keys.contains(&read.key.as_str())
            {
                keys.push(&read.key);
            }
        }
    }
    if keys.is_empty() {
        return;
    }
    let words = format!(
        "These answers stand in it as they were recorded: {}. Where they aren’t in {}, say the statement in own words.",
        labels(keys.iter().copied()),
        written.label()
    );
    found.push(Finding::read("as_recorded", "Art. 12(1)", words).at_facts(keys));
}

fn is_promised(sheet: &Sheet, key: &str) -> bool {
    sheet.get(key).is_some_and(|fact| fact.promised_on.is_some())
}

/// The organisation's own text of a statement that leaves out what the built-in one rests on.
fn own_texts(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let kind = checked.notice.kind;
    for said in &checked.notice.statements {
        let Some(wording) = &said.wording else { continue };
        let Some(spec) = statements(kind).iter().find(|spec| spec.code == said.code) else { continue };
        let keys = lacking(&wording.lacks, checked.sheet);
        if keys.is_empty() {
            continue;
        }
        let words = format!(
            "“{}” is a text of the organisation, version {}, and doesn’t show {}. See that it says this by itself.",
            name(kind, &said.code),
            wording.version,
            labels(keys.iter().copied())
        );
        found.push(Finding::read("own_text_lacks", spec.article, words).at_statement(&said.code));
    }
}

/// People are told all of it in one message.
fn at_once(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let (kind, sheet) = (checked.notice.kind, checked.sheet);
    let mut later: Vec<&str> = Vec::new();
    for spec in statements(kind).iter().filter(|s| s.required) {
        let missing = spec.missing(sheet);
        let (unanswered, unknown): (Vec<&str>, Vec<&str>) =
            missing.into_iter().partition(|key| sheet.get(key).is_none());
        if !unanswered.is_empty() {
            found.push(lacks(checked, spec, &unanswered));
        }
        later.extend(unknown.into_iter().filter(|key| *key != ADVICE));
    }
    later.sort_unstable();
    later.dedup();
    if !later.is_empty() {
        let words = format!(
            "It tells people that this isn't known yet: {}. They must be told the rest later.",
            labels(later.iter().copied())
        );
        found.push(Finding::read("not_yet_known", "Art. 34(2)", words).at_facts(later));
    }
    advice(checked, found);
}

fn lacks(checked: &Checked<'_>, spec: &StatementSpec, keys: &[&str]) -> Finding {
    let words = format!(
        "“{}” lacks {}. People must be told all of it in one message.",
        name(checked.notice.kind, spec.code),
        labels(keys.iter().copied())
    );
    let article = if spec.article.is_empty() { "Art. 34(2)" } else { spec.article };
    Finding::must("missing_facts", article, words).at_facts(keys.iter().copied())
}

const ADVICE: &str = "advice.self_protection";

/// What people can do themselves. The template has a sentence for its absence, and that is no advice.
fn advice(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    // An own text that doesn't show the answer says it itself.
    let says = |s: &Statement| {
        let lacks = |wording: &Wording| wording.lacks.iter().any(|key| key == ADVICE);
        (s.own_words || s.wording.as_ref().is_some_and(lacks)) && !s.text.trim().is_empty()
    };
    let own = statement(checked, "advice").is_some_and(says);
    // Where nobody has answered, it is missing already.
    let unsaid = checked.sheet.get(ADVICE).is_some_and(|fact| fact.value.is_none());
    if unsaid && !own {
        let words =
            "It doesn't say what people can do to protect themselves. Answer it, or write it in own words.";
        let none = Finding::must("no_advice", "Art. 34(2), recital 86", words.to_owned());
        found.push(none.at_facts([ADVICE]).at_statement("advice"));
    }
}

/// Somebody who can be reached: an address or a telephone number, and not only a place.
fn contact(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let Some(said) = statement(checked, "contact") else { return };
    let (kind, sheet) = (checked.notice.kind, checked.sheet);
    if reachable(&said.text) {
        return;
    }
    let missing = statements(kind).iter().find(|spec| spec.code == "contact").map(|spec| spec.missing(sheet));
    let missing = missing.unwrap_or_default();
    let spec = kind.spec();
    let article = match spec.complete {
        Complete::InPhases => "Art. 33(3)(b)",
        Complete::AtOnce => "Art. 34(2) and 33(3)(b)",
        Complete::Free => "",
    };
    let words = "It names nobody who can be reached: neither an e-mail address nor a telephone number.";
    let at_once = spec.complete == Complete::AtOnce;
    // Where nobody has answered, it is missing already.
    if at_once && missing.iter().any(|key| sheet.get(key).is_none()) {
        return;
    }
    let finding = if at_once && missing.contains(&"info.contact") && !said.own_words {
        Finding::must("no_contact", article, words.to_owned())
    } else {
        Finding::read("no_contact", article, words.to_owned())
    };
    found.push(finding.at_facts(["info.contact"]).at_statement("contact"));
}

/// Whether an e-mail address, a web address or a telephone number stands in the text.
#[must_use]
pub(super) fn reachable(text: &str) -> bool {
    let digits = |line: &str| {
        let run = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
        line.split(|c: char| !run(c)).any(|part| part.chars().filter(char::is_ascii_digit).count() >= 6)
    };
    super::persons::addresses_in(text).next().is_some()
        || text.contains("https://")
        || text.lines().any(digits)
}

/// Statements under which a fact has changed.
fn stale(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let stale = checked.notice.stale(checked.sheet);
    if stale.is_empty() {
        return;
    }
    let kind = checked.notice.kind;
    let names: Vec<String> = stale.iter().map(|code| format!("“{}”", name(kind, code))).collect();
    let words = format!("Facts have changed under {}. Look at each of them again first.", names.join(", "));
    let places = stale.into_iter().map(super::Mend::Statement);
    found.push(Finding::must("stale", "", words).at(places));
}
