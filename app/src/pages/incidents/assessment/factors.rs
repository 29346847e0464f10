//! The risk factors: what each means, what is known, and what somebody makes of it.

use super::super::frame::address;
use crate::{
    components::{Group, Offer, Radios, TextArea, offers},
    prelude::*,
};
use domain::{
    assessment::{
        factors::RiskView,
        record::AssessRiskInput,
        severity::{Explained, Explanation},
    },
    text::Choice,
    view::assessments::{AssessmentPage, FactorLine, KnownAnswer},
};

pub(super) fn fields(view: &AssessmentPage, begun: &AssessRiskInput) -> AnyView {
    let base = format!("{}/facts", address(&view.case.incident));
    let all: Vec<_> = view.factors.iter().map(|line| factor(line, begun, &base)).collect();
    all.written()
}

fn factor(line: &FactorLine, begun: &AssessRiskInput, base: &str) -> AnyView {
    let Explanation { meaning, .. } = line.factor.explained();
    let (code, examples) = (line.factor.code(), for_example(line.factor.explained()));
    let (view, words) = begun.of_factor(line.factor);
    let (view, words) = (view.to_owned(), words.to_owned());
    let mut views = vec![Offer::new("", "not considered yet")];
    views.extend(offers::<RiskView>());
    let known = known(&line.known, base);
    // Named in full, for the list of what is wrong.
    let in_words = format!("{}, in words", line.label);
    view! {
        <Group legend=line.label>
            <p>{meaning}" "<span class="hint">{examples}</span></p>
            {known}
            <Radios name=code label="What you make of it" value=view offers=views />
            <TextArea name=format!("{code}_words") label=in_words value=words rows=2 />
        </Group>
    }
    .written()
}

fn known(known: &[KnownAnswer], base: &str) -> AnyView {
    if known.is_empty() {
        return view! { <p class="hint">"No fact speaks to it so far."</p> }.written();
    }
    let one = |answer: &KnownAnswer| {
        let href = format!("{base}/{}", answer.key);
        let shown = if answer.shown.is_empty() {
            view! { <span class="nobody">"no answer"</span> }.written()
        } else {
            view! { <span class="said">{answer.shown.clone()}</span> }.written()
        };
        view! { <li><a href=href>{answer.label.clone()}</a>": "{shown}</li> }
    };
    let all: Vec<_> = known.iter().map(one).collect();
    view! { <ul class="entries">{all}</ul> }.written()
}

/// "For example: a; b."
pub(super) fn for_example(explanation: Explanation) -> String {
    if explanation.examples.is_empty() {
        return String::new();
    }
    format!("For example: {}.", explanation.examples.join("; "))
}
