//! What was looked at before a review: what must be mended, what is to be read, and how easy it is to read.

use super::page::{Around, answered_at};
use crate::{
    components::{Badge, Kind},
    prelude::*,
};
use domain::{
    fact::catalogue::catalogue,
    notice::check::{Finding, Mend, Weight, ease::Ease, name},
    text::Choice,
};

pub(super) fn section(around: &Around<'_>) -> AnyView {
    if !around.notice().stage.is_editable() {
        return ().written();
    }
    let of = |weight| -> Vec<&Finding> {
        around.view.findings.iter().filter(|finding| finding.weight == weight).collect()
    };
    let (must, read) = (of(Weight::Must), of(Weight::Read));
    let lead = match (must.len(), read.len()) {
        (0, 0) => "Nothing was found. A person still has to read it.",
        (0, _) => "Nothing stands in its way. What is listed is to be read.",
        _ => "It can’t be submitted, approved or sent until this is mended.",
    };
    let ease = around.view.ease.as_ref().map(reading);
    view! {
        <section class="card" id="checks">
            <h2>"What was checked"</h2>
            <p>{lead}</p>
            {list(around, "Must be mended", &must)}
            {list(around, "To be read", &read)}
            {ease}
        </section>
    }
    .written()
}

fn list(around: &Around<'_>, heading: &'static str, findings: &[&Finding]) -> AnyView {
    if findings.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = findings.iter().map(|finding| line(around, finding)).collect();
    view! { <h3>{heading}</h3><ul class="entries">{lines}</ul> }.written()
}

/// One finding, with its ground and where it is mended.
fn line(around: &Around<'_>, finding: &Finding) -> AnyView {
    let (code, label) = match finding.weight {
        Weight::Must => ("overdue", Weight::Must.label()),
        Weight::Read => ("soon", Weight::Read.label()),
    };
    let article =
        (!finding.article.is_empty()).then(|| view! { " "<span class="hint">{finding.article}</span> });
    let places: Vec<_> = finding.mend.iter().map(|mend| place(around, mend)).collect();
    let places = (!places.is_empty()).then(|| view! { <p class="row">{places}</p> });
    view! {
        <li>
            <Badge kind=Kind::Lateness code=code label=label />" "
            <span>{finding.words.clone()}</span>{article}
            {places}
        </li>
    }
    .written()
}

fn place(around: &Around<'_>, mend: &Mend) -> AnyView {
    let (href, label) = match mend {
        Mend::Fact(key) => {
            let label = catalogue().get(key).map_or_else(|| key.clone(), |entry| entry.label.clone());
            (answered_at(around.view, key), label)
        }
        Mend::Statement(code) => (format!("#{code}"), name(around.notice().kind, code)),
        Mend::Comments => ("#comments".to_owned(), "Comments".to_owned()),
        Mend::Recipients => ("#recipients".to_owned(), "Who gets it".to_owned()),
        // Not everybody may see them.
        Mend::Relay => return view! { <span class="hint">"The relay, by an administrator"</span> }.written(),
        Mend::Notice(id) => (format!("/notices/{id}"), "The other notice".to_owned()),
    };
    view! { <a href=href>{label}</a> }.written()
}

fn reading(ease: &Ease) -> AnyView {
    let words = format!(
        "Reading ease: {:.1} by the formula of {}, {}. Counted over {} words in {} sentences; an aid and no judgement.",
        ease.score, ease.formula, ease.reading, ease.words, ease.sentences
    );
    view! { <p class="hint">{words}</p> }.written()
}

/// What stands in the way, beside the button that it stops.
pub(super) fn stops(around: &Around<'_>) -> AnyView {
    let must = around.view.findings.iter().filter(|finding| finding.weight == Weight::Must);
    let lines: Vec<_> = must.map(|finding| view! { <li>{finding.words.clone()}</li> }).collect();
    if lines.is_empty() {
        return ().written();
    }
    view! {
        <p>"First mend what "<a href="#checks">"was found"</a>":"</p>
        <ul>{lines}</ul>
    }
    .written()
}
