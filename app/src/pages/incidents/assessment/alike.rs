//! The Board's cases that are like this one, what it said of them, and where they agree and differ.

use crate::{
    cells,
    components::{Badge, Empty, Kind, Row, Table},
    prelude::*,
};
use domain::{
    assessment::cases::alike::{ASPECTS, Agreement, ComparedAnswer},
    text::Choice,
    view::assessments::{AlikeCase, AssessmentPage},
};

/// How many are shown at once; the others are folded away.
const FIRST: usize = 3;

pub(super) fn section(view: &AssessmentPage) -> AnyView {
    let what = if view.alike.is_empty() {
        view! {
            <Empty title="No case has an answer in common with this one">
                <p>"As soon as it is recorded what was lost, which data, of whom, and how it came about, the cases that are like it are \
                    listed here."</p>
            </Empty>
        }
        .written()
    } else {
        list(view)
    };
    view! {
        <section id="alike">
            <h2>"Cases like yours, and what the Board said"</h2>
            <p class="hint">
                "The 18 cases of the EDPB Guidelines 01/2021, shortened in our words. A likeness decides nothing: small differences \
                 changed the Board's answer more than once. Recording a breach internally is part of every answer."
            </p>
            {what}
        </section>
    }
    .written()
}

fn list(view: &AssessmentPage) -> AnyView {
    let first: Vec<_> = view.alike.iter().take(FIRST).map(case).collect();
    let others: Vec<_> = view.alike.iter().skip(FIRST).map(case).collect();
    let others = (!others.is_empty()).then(|| {
        let label = format!("{} more that have something in common", others.len());
        view! { <details><summary>{label}</summary>{others}</details> }
    });
    let weights: Vec<String> = ASPECTS
        .iter()
        .map(|(key, weight)| {
            let label = domain::fact::catalogue::catalogue().get(key).map_or(*key, |d| d.label.as_str());
            format!("{label} {weight}")
        })
        .collect();
    let weights = format!(
        "Weights: {}. Of each weight as much agrees as the two answers share; numbers are compared by their size (1 to 9, 10 to 99 \
         and so on). An answer that only one of the two has agrees with nothing. Among equals the lower number comes first.",
        weights.join("; ")
    );
    view! {
        {first}
        {others}
        <details><summary>"How likeness is reckoned"</summary><p class="hint">{weights}</p></details>
    }
    .written()
}

fn case(case: &AlikeCase) -> AnyView {
    let heading = format!("Case {}: {}", case.number, case.title);
    let likeness = format!("{} per cent of the weight agrees", case.per_cent);
    let caption = format!("Case {} and this incident, answer by answer", case.number);
    let rows = case.answers.iter().map(row).collect();
    let heads = vec!["Question", "Here", "There", "How they stand", "Weight"];
    let counts = counted(&case.answers);
    let differs: Vec<_> =
        case.answers.iter().filter(|a| a.agreement == Agreement::Differs).map(difference).collect();
    let differs = (!differs.is_empty())
        .then(|| view! { <p><strong>"Where they differ"</strong></p><ul class="entries">{differs}</ul> });
    view! {
        <article class="card" id=format!("case-{}", case.number)>
            <h3>{heading}</h3>
            <p class="row">
                <Badge kind=Kind::Other code=case.verdict.code() label=format!("The Board: {}", case.verdict_words) />
                <span>{likeness}</span>
            </p>
            <p>{case.happened.clone()}</p>
            <p><strong>"What the Board said: "</strong>{case.said.clone()}</p>
            <p class="hint">{case.source.clone()}", "{case.group.label()}"."</p>
            {differs}
            <details><summary>{counts}</summary><Table caption=caption heads=heads rows=rows /></details>
        </article>
    }
    .written()
}

fn difference(answer: &ComparedAnswer) -> AnyView {
    let words = format!(": here “{}”, there “{}”", answer.here, answer.there);
    view! { <li>{answer.label.clone()}{words}</li> }.written()
}

/// "3 answers agree, 1 agrees in part, 2 differ, 4 are open".
fn counted(answers: &[ComparedAnswer]) -> String {
    let count = |these: &[Agreement]| answers.iter().filter(|a| these.contains(&a.agreement)).count();
    let open = count(&[Agreement::OpenHere, Agreement::OpenThere]);
    format!(
        "Answers that agree: {}; in part: {}; that differ: {}; that only one of the two has: {open}",
        count(&[Agreement::Agrees]),
        count(&[Agreement::Partly]),
        count(&[Agreement::Differs]),
    )
}

fn row(answer: &ComparedAnswer) -> Row {
    let look = match answer.agreement {
        Agreement::Agrees => "exact",
        Agreement::Partly => "approximate",
        Agreement::Differs | Agreement::OpenThere => "",
        Agreement::OpenHere => "not_yet_known",
    };
    Row::new(cells![
        answer.label.clone(),
        answer.here.clone(),
        answer.there.clone(),
        view! { <Badge kind=Kind::Certainty code=look label=answer.agreement.label() /> },
        answer.weight.to_string(),
    ])
}
