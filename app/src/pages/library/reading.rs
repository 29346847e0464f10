//! A playbook as others read it.

use crate::{
    components::{Badge, Kind, Markdown},
    prelude::*,
};
use domain::{
    fact::catalogue::{Catalogue, catalogue},
    playbook::{Playbook, Reference, Step, StepPhase, WithDecisions, WithHandling},
    text::Choice,
};

/// The title of a playbook that is offered.
pub(super) type TitleOf<'t> = dyn Fn(&str) -> Option<String> + 't;

/// All that a playbook says, below its heading. `title_of` knows the playbooks that it calls.
pub(super) fn text(playbook: &Playbook, title_of: &TitleOf<'_>) -> AnyView {
    let phases: Vec<_> = StepPhase::ALL.iter().map(|phase| part(playbook, *phase, title_of)).collect();
    view! {
        <section class="card">
            <h2>"When to use it"</h2>
            <Markdown source=playbook.use_when.clone() />
            <Markdown source=playbook.summary.clone() />
            {recommended(playbook)}
        </section>
        {guidance(playbook)}
        {phases}
        {sources(playbook)}
    }
    .written()
}

/// What the facts of an incident must say for it to be recommended there.
fn recommended(playbook: &Playbook) -> AnyView {
    let Some(when) = &playbook.recommended_when else { return ().written() };
    let words = format!("Recommended where {}.", when.words(&WithHandling(catalogue())));
    view! { <p class="hint">{words}</p> }.written()
}

fn guidance(playbook: &Playbook) -> AnyView {
    if playbook.severity_guidance.trim().is_empty() {
        return ().written();
    }
    view! {
        <section>
            <h2>"How severe it usually is"</h2>
            <Markdown source=playbook.severity_guidance.clone() />
        </section>
    }
    .written()
}

/// The steps of one phase, numbered through the whole playbook.
fn part(playbook: &Playbook, phase: StepPhase, title_of: &TitleOf<'_>) -> AnyView {
    let steps: Vec<_> = playbook.steps.iter().zip(1..).filter(|(step, _)| step.phase == phase).collect();
    if steps.is_empty() {
        return ().written();
    }
    let goal = playbook.goals.get(&phase).map(|goal| view! { <p class="lead">{goal.clone()}</p> });
    let steps: Vec<_> =
        steps.into_iter().map(|(step, number)| one_step(playbook, step, number, title_of)).collect();
    view! {
        <section>
            <h2>{phase.label()}</h2>
            {goal}
            {steps}
        </section>
    }
    .written()
}

fn one_step(playbook: &Playbook, step: &Step, number: usize, title_of: &TitleOf<'_>) -> AnyView {
    let due = step.due.map(|due| view! { <span class="hint">{format!("Within {}", due.words())}</span> });
    let mandatory = step
        .mandatory
        .then(|| view! { <Badge kind=Kind::Other code="" label="skipped only with a reason" /> });
    let when = step.when.as_ref().map(|when| {
        let words = format!("Only where {}.", when.words(&WithDecisions { playbook, labels: catalogue() }));
        view! { <p class="hint">{words}</p> }
    });
    let decision = step.decision.as_ref().map(|question| {
        view! { <p><strong>"Decide: "</strong>{question.clone()}</p> }
    });
    let evidence = (!step.evidence.is_empty())
        .then(|| view! { <p class="hint">"Evidence to file: "{step.evidence.clone()}</p> });
    view! {
        <article class="card step" id=step.id.clone()>
            <h3>{format!("{number}. {}", step.title)}</h3>
            <p class="row"><Badge kind=Kind::Other code="" label=step.role.label() />{mandatory}{due}</p>
            {when}
            <p>{step.why.clone()}</p>
            <Markdown source=step.how.clone() />
            {how_worked(playbook, step, title_of)}
            {decision}
            {evidence}
            {questions(step)}
        </article>
    }
    .written()
}

/// By following another playbook, at the same time as other steps, once for each of something.
fn how_worked(playbook: &Playbook, step: &Step, title_of: &TitleOf<'_>) -> AnyView {
    let call = step.call.as_deref().map(|id| match title_of(id) {
        Some(title) => {
            let href = format!("/playbooks/{id}");
            view! { <p>"Done by following “"<a href=href>{title}</a>"”."</p> }.written()
        }
        None => view! { <p>"Done by following "<code>{id.to_owned()}</code>", which is not offered."</p> }
            .written(),
    });
    let beside: Vec<_> = playbook
        .beside(step)
        .map(|other| view! { <li><a href=format!("#{}", other.id)>{other.title.clone()}</a></li> })
        .collect();
    let beside = (!beside.is_empty())
        .then(|| view! { <div class="hint">"At the same time as:"<ul>{beside}</ul></div> });
    let repeat =
        step.repeat.as_ref().map(|repeat| view! { <p class="hint">{format!("Once for {repeat}.")}</p> });
    view! { {call}{beside}{repeat} }.written()
}

fn questions(step: &Step) -> AnyView {
    if step.questions.is_empty() {
        return ().written();
    }
    let catalogue: &Catalogue = catalogue();
    let questions: Vec<_> = step
        .questions
        .iter()
        .map(|question| {
            let fact = catalogue
                .get(&question.fact)
                .map(|d| view! { <span class="hint">"Fact: "{d.label.clone()}</span> });
            let help =
                (!question.help.is_empty()).then(|| view! { <p class="hint">{question.help.clone()}</p> });
            view! { <li><p>{question.ask.clone()}</p>{help}{fact}</li> }
        })
        .collect();
    view! {
        <h4>"Questions"</h4>
        <ul class="list">{questions}</ul>
    }
    .written()
}

fn sources(playbook: &Playbook) -> AnyView {
    let references = &playbook.references;
    if references.attack.is_empty() && references.owasp.is_empty() {
        return ().written();
    }
    let attack = (!references.attack.is_empty())
        .then(|| view! { <h3>{format!("ATT&CK {}", references.attack_version)}</h3><ul class="list">{named(&references.attack)}</ul> });
    let owasp = (!references.owasp.is_empty())
        .then(|| view! { <h3>"OWASP"</h3><ul class="list">{named(&references.owasp)}</ul> });
    view! {
        <section>
            <h2>"Described elsewhere"</h2>
            {attack}
            {owasp}
        </section>
    }
    .written()
}

fn named(references: &[Reference]) -> Vec<AnyView> {
    references
        .iter()
        .map(|r| view! { <li><code>{r.id.clone()}</code>" "{r.name.clone()}</li> }.written())
        .collect()
}
