//! The questions of the ENISA method, each with what its answers mean and what the facts suggest; and the level.

use super::{super::frame::address, factors::for_example};
use crate::{
    components::{Badge, Group, Kind, Offer, Radios, TextField},
    prelude::*,
};
use domain::{
    assessment::{
        record::{AssessRiskInput, Enisa, WithEnisa},
        severity::{
            Adjustment, AvailabilityLoss, ConfidentialityLoss, Context, DataCategory, EaseOfIdentification,
            EnisaLevel, Explained, IntegrityLoss, MANY, MaliciousIntent, Question,
        },
    },
    text::Choice,
    view::assessments::AssessmentPage,
};

/// Said wherever the level is.
pub(super) const AID: &str = "The ENISA level is an aid and no verdict. The method is older than the GDPR and its levels aren't \
    the thresholds of Articles 33 and 34: a low level is no reason not to notify.";

pub(super) fn fields(view: &AssessmentPage, begun: &AssessRiskInput) -> AnyView {
    let with = vec![
        Offer::new(WithEnisa::With.code(), WithEnisa::With.label()),
        Offer::new(WithEnisa::Without.code(), WithEnisa::Without.label())
            .hint("The answers below are left aside."),
    ];
    let chosen = begun.enisa.clone();
    let asked = view! { {data(view, begun)} {circumstances(view, begun)} {beside(view, begun)} }.written();
    view! {
        <Group legend="The ENISA level">
            <p>{AID}" "<span class="hint">"Source: ENISA, Recommendations for a methodology of the assessment of severity of \
                personal data breaches, December 2013. Level = data × ease of identification + circumstances."</span></p>
            <Radios name="enisa" label="Is it part of this assessment?" value=chosen offers=with required=true />
            {asked}
        </Group>
    }
    .written()
}

/// Meaning and examples of a question, and what the facts suggest for it.
fn hint(view: &AssessmentPage, question: Question, field: &str) -> String {
    let explained = question.explained();
    let mut words = format!("{} {}", explained.meaning, for_example(explained));
    words.push_str(&suggested(view, field));
    words
}

/// " From the facts: …", or nothing.
fn suggested(view: &AssessmentPage, field: &str) -> String {
    let found = view.suggestions.iter().find(|s| s.field == field);
    found.map(|s| format!(" From the facts: {}{}", answer(s.field, &s.value), s.because)).unwrap_or_default()
}

/// A suggested answer in words.
fn answer(field: &str, value: &str) -> String {
    let label = match field {
        "confidentiality" => ConfidentialityLoss::from_code(value).map(Choice::label),
        "integrity" => IntegrityLoss::from_code(value).map(Choice::label),
        "availability" => AvailabilityLoss::from_code(value).map(Choice::label),
        "malicious" => MaliciousIntent::from_code(value).map(Choice::label),
        // Said by the sentence that follows.
        "simple" | "behavioural" | "financial" | "sensitive" => return String::new(),
        _ => Some(value),
    };
    format!("“{}”. ", label.unwrap_or(value))
}

fn offered<C: Choice + Explained>() -> Vec<Offer> {
    let one = |choice: &C| {
        let explained = choice.explained();
        Offer::new(choice.code(), choice.label()).hint(format!(
            "{} {}",
            explained.meaning,
            for_example(explained)
        ))
    };
    C::ALL.iter().map(one).collect()
}

fn data(view: &AssessmentPage, begun: &AssessRiskInput) -> AnyView {
    let (categories, adjust) = (Question::Categories, Question::Adjust);
    let heading = format!("{} {}", categories.explained().meaning, for_example(categories.explained()));
    let weigh = format!("{} {}", adjust.explained().meaning, for_example(adjust.explained()));
    let all: Vec<_> = DataCategory::ALL.iter().map(|category| scored(view, begun, *category)).collect();
    let ei = begun.ei.clone();
    let asked = hint(view, Question::Ei, "ei");
    view! {
        <h3>{categories.label()}</h3>
        <p class="hint">{heading}</p>
        <p class="hint">{adjust.label()}" "{weigh}</p>
        {all}
        <Radios name="ei" label=Question::Ei.label() hint=asked value=ei offers={offered::<EaseOfIdentification>()} required=true />
    }
    .written()
}

/// One category of data: not there, or there with what the context makes of it.
fn scored(view: &AssessmentPage, begun: &AssessRiskInput, category: DataCategory) -> AnyView {
    let explained = category.explained();
    let hint =
        format!("{} {}{}", explained.meaning, for_example(explained), suggested(view, category.code()));
    let mut offers = vec![Offer::new("", "none of these")];
    for adjust in category.adjustments() {
        let Some(context) = Context::new(category, adjust) else { continue };
        let steps = if adjust == 0 { "the basic score".to_owned() } else { Adjustment(adjust).to_string() };
        let means = context.explained();
        let label = format!("scores {} ({steps})", context.dpc());
        offers.push(Offer::new(adjust.to_string(), label).hint(format!(
            "{} {}",
            means.meaning,
            for_example(means)
        )));
    }
    let label = capital(category.label());
    let value = begun.of_category(category).to_owned();
    view! { <Radios name=category.code() label=label hint=hint value=value offers=offers /> }.written()
}

fn circumstances(view: &AssessmentPage, begun: &AssessRiskInput) -> AnyView {
    let asked = |question: Question| hint(view, question, question.code());
    view! {
        <Radios
            name="confidentiality"
            label=Question::Confidentiality.label()
            hint=asked(Question::Confidentiality)
            value=begun.confidentiality.clone()
            offers={offered::<ConfidentialityLoss>()}
            required=true
        />
        <Radios
            name="integrity"
            label=Question::Integrity.label()
            hint=asked(Question::Integrity)
            value=begun.integrity.clone()
            offers={offered::<IntegrityLoss>()}
            required=true
        />
        <Radios
            name="availability"
            label=Question::Availability.label()
            hint=asked(Question::Availability)
            value=begun.availability.clone()
            offers={offered::<AvailabilityLoss>()}
            required=true
        />
        <Radios
            name="malicious"
            label=Question::Malicious.label()
            hint=asked(Question::Malicious)
            value=begun.malicious.clone()
            offers={offered::<MaliciousIntent>()}
            required=true
        />
    }
    .written()
}

/// What makes the flags, and never the score.
fn beside(view: &AssessmentPage, begun: &AssessRiskInput) -> AnyView {
    let asked = |question: Question| hint(view, question, question.code());
    let yes_or_no = vec![Offer::new("yes", "yes"), Offer::new("no", "no")];
    view! {
        <TextField
            name="individuals"
            label=Question::Individuals.label()
            hint=asked(Question::Individuals)
            value=begun.individuals.clone()
            inputmode="numeric"
            required=true
        />
        <Radios
            name="unintelligible"
            label=Question::Unintelligible.label()
            hint=asked(Question::Unintelligible)
            value=begun.unintelligible.clone()
            offers=yes_or_no
            required=true
        />
    }
    .written()
}

/// The level with its sum, its flags and the answers that made it.
pub(super) fn result(enisa: &Enisa, base: &str) -> AnyView {
    let r = &enisa.result;
    let sum = format!("{} × {} + {} = {}", r.dpc, r.ei, r.cb, r.se);
    let said = format!("Data ({}) × ease of identification + circumstances: {sum}.", r.driving);
    let flags = [
        (r.individuals_over_100, format!("Flag: more than {MANY} people.")),
        (r.unintelligible, "Flag: nobody who holds the data can read them.".to_owned()),
    ];
    let flags: Vec<_> = flags
        .into_iter()
        .filter(|(raised, _)| *raised)
        .map(|(_, words)| view! { <li>{words}</li> })
        .collect();
    let flags = (!flags.is_empty()).then(|| view! { <ul class="entries">{flags}</ul> });
    let line = |(question, answer): &(&'static str, String)| {
        let (question, answer) = (*question, answer.clone());
        view! { <li>{question}" "<span class="said">{answer}</span></li> }
    };
    let lines: Vec<_> = enisa.lines().iter().map(line).collect();
    let meaning = r.level.explained().meaning;
    let facts = format!("{base}/facts");
    view! {
        <p class="row">{level(r.level)}" "<strong>{r.se.clone()}</strong></p>
        <p>{said}</p>
        {flags}
        <p class="hint">{meaning}" "{AID}</p>
        <details>
            <summary>"The answers that made it"</summary>
            <ul class="entries">{lines}</ul>
            <p class="hint"><a href=facts>"The facts"</a></p>
        </details>
    }
    .written()
}

/// The badge of a level, always called by its name.
pub(super) fn level(level: EnisaLevel) -> AnyView {
    let look = match level {
        EnisaLevel::Low => "low",
        EnisaLevel::Medium => "moderate",
        EnisaLevel::High => "high",
        EnisaLevel::VeryHigh => "critical",
    };
    view! { <Badge kind=Kind::Severity code=look label=format!("ENISA level: {level}") /> }.written()
}

/// Where the questions' own page of facts is.
pub(super) fn base(view: &AssessmentPage) -> String {
    address(&view.case.incident)
}

fn capital(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
