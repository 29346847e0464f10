//! A version of the assessment in full, and the list of all of them with what changed from one to the next.

use super::{super::frame::address, enisa};
use crate::{
    components::{Badge, Kind, Pagination, Time},
    prelude::*,
};
use domain::{
    assessment::record::{Assessment, Considered, Difference},
    text::Choice,
    view::{
        Case,
        assessments::{AssessmentPage, VersionLine},
    },
};

/// Everything that a version says.
pub(super) fn whole(case: &Case, assessment: &Assessment) -> AnyView {
    let base = address(&case.incident);
    let by = case.people.name(assessment.recorded_by).to_owned();
    let head = format!("Version {}, by {by}, ", assessment.version);
    let level = match &assessment.enisa {
        Some(enisa) => enisa::result(enisa, &base),
        None => view! { <p class="hint">"The ENISA level is no part of this version."</p> }.written(),
    };
    let factors: Vec<_> = assessment.factors.iter().map(considered).collect();
    let factors = if factors.is_empty() {
        view! { <p class="hint">"No factor is considered in this version."</p> }.written()
    } else {
        view! { <ul class="entries">{factors}</ul> }.written()
    };
    let note = (!assessment.note.trim().is_empty())
        .then(|| view! { <p><strong>"Note"</strong></p><p class="said">{assessment.note.clone()}</p> });
    view! {
        <p>{head}<Time at=assessment.recorded_at /></p>
        {factors}
        {level}
        {note}
    }
    .written()
}

fn considered(considered: &Considered) -> AnyView {
    let (code, label) = considered.view.map_or(("", "not weighed yet"), |v| (v.code(), v.label()));
    let words =
        (!considered.words.is_empty()).then(|| view! { <p class="said">{considered.words.clone()}</p> });
    view! {
        <li>
            <strong>{considered.factor.label()}</strong>": "
            <Badge kind=Kind::Other code=code label=label />
            {words}
        </li>
    }
    .written()
}

pub(super) fn section(view: &AssessmentPage) -> AnyView {
    let versions = &view.versions;
    if versions.total == 0 {
        return ().written();
    }
    let base = format!("{}/assessment", enisa::base(view));
    let all: Vec<_> = versions.items.iter().map(|line| version(&view.case, line)).collect();
    view! {
        <section id="versions">
            <h2>"Every version there was"</h2>
            <div class="items">{all}</div>
            <Pagination total=versions.total page=versions.page base=base />
        </section>
    }
    .written()
}

fn version(case: &Case, line: &VersionLine) -> AnyView {
    let is = &line.assessment;
    let by = case.people.name(is.recorded_by).to_owned();
    let level = is.enisa.as_ref().map(|e| view! { " "{enisa::level(e.result.level)} });
    let what = match (is.version, line.differences.is_empty()) {
        (1, _) => view! { <p class="hint">"The first version."</p> }.written(),
        (_, true) => {
            view! { <p class="hint">"It says the same as the version before, on the same facts."</p> }
                .written()
        }
        (_, false) => {
            let all: Vec<_> = line.differences.iter().map(difference).collect();
            view! { <p>"What changed from the version before:"</p><ul class="entries">{all}</ul> }.written()
        }
    };
    view! {
        <article class="card" id=is.id.to_string()>
            <h3>{format!("Version {}", is.version)}{level}</h3>
            <p class="hint">"Recorded "<Time at=is.recorded_at />" by "{by}"."</p>
            {what}
            <details><summary>"The whole version"</summary>{whole(case, is)}</details>
        </article>
    }
    .written()
}

fn difference(difference: &Difference) -> AnyView {
    let or_nothing = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let words = format!(": {} → {}", or_nothing(&difference.old), or_nothing(&difference.new));
    view! { <li><strong>{difference.what.clone()}</strong><span class="said">{words}</span></li> }.written()
}
