//! The playbooks, to be read before they are needed.

use crate::{
    cells,
    components::{Badge, Digest, Empty, Kind, Markdown, Row, Table},
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    fact::catalogue::{Catalogue, catalogue},
    playbook::{Playbook, Reference, Step, StepPhase, WithDecisions, WithHandling, find},
    text::Choice,
    view::LibraryRow,
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/playbooks", list), get("/playbooks/{id}", one)]
}

async fn list(visit: Visit) -> Response {
    visit.show(list_shown(&visit)).await
}

fn list_shown(visit: &Visit) -> Shown {
    let playbooks = visit.services.playbooks(&visit.ctx)?;
    Ok(Page::new(Place::Playbooks, "Playbooks", move || {
        let list = if playbooks.is_empty() {
            view! { <Empty title="The library is empty." /> }.written()
        } else {
            let (short, long): (Vec<_>, Vec<_>) = playbooks.into_iter().partition(|p| p.called);
            let called = (!short.is_empty()).then(|| {
                view! {
                    <section>
                        <h2>"Called by other playbooks"</h2>
                        <p>"Short ones, each for one part of a response. The others say when to follow them; they can be followed by themselves too."</p>
                        {table("Called by other playbooks", short)}
                    </section>
                }
            });
            view! { {table("Playbooks", long)}{called} }.written()
        };
        view! {
            <h1>"Playbooks"</h1>
            <p class="lead">"What a good team does, step by step. A playbook is followed from the page “Playbook” of an incident; the answers \
                             given there become facts of the incident, and decide which steps come next."</p>
            {list}
        }
        .written()
    }))
}

fn table(caption: &'static str, playbooks: Vec<LibraryRow>) -> AnyView {
    let heads = vec!["Playbook", "When to use it", "Steps", "Questions", "Version"];
    view! { <Table caption=caption heads=heads rows=playbooks.into_iter().map(row).collect() /> }.written()
}

fn row(playbook: LibraryRow) -> Row {
    let href = format!("/playbooks/{}", playbook.id);
    Row::new(cells![
        view! { <a href=href>{playbook.title}</a> },
        playbook.use_when,
        playbook.steps,
        playbook.questions,
        playbook.version,
    ])
}

async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    let shown = visit
        .services
        .playbook(&visit.ctx, &id)
        .map(|playbook| Page::new(Place::Playbooks, playbook.title.clone(), move || whole(playbook)));
    visit.show(shown).await
}

fn whole(playbook: &'static Playbook) -> AnyView {
    let phases: Vec<_> = StepPhase::ALL.iter().map(|phase| part(playbook, *phase)).collect();
    view! {
        <div class="page-head">
            <h1>{playbook.title.clone()}</h1>
            <p class="hint">{format!("Version {}", playbook.version)}" · "<Digest sha256=playbook.digest() /></p>
        </div>
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
fn part(playbook: &'static Playbook, phase: StepPhase) -> AnyView {
    let steps: Vec<_> = playbook.steps.iter().zip(1..).filter(|(step, _)| step.phase == phase).collect();
    if steps.is_empty() {
        return ().written();
    }
    let goal = playbook.goals.get(&phase).map(|goal| view! { <p class="lead">{goal.clone()}</p> });
    let steps: Vec<_> = steps.into_iter().map(|(step, number)| one_step(playbook, step, number)).collect();
    view! {
        <section>
            <h2>{phase.label()}</h2>
            {goal}
            {steps}
        </section>
    }
    .written()
}

fn one_step(playbook: &'static Playbook, step: &'static Step, number: usize) -> AnyView {
    let due = step.due.map(|due| view! { <span class="hint">{format!("Within {}", due.words())}</span> });
    let mandatory = step
        .mandatory
        .then(|| view! { <Badge kind=Kind::Other code="" label="skipped only with a reason" /> });
    let when = step.when.as_ref().map(|when| {
        let words = format!("Only where {}.", when.words(&WithDecisions { playbook, labels: catalogue() }));
        view! { <p class="hint">{words}</p> }
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
            {how_worked(playbook, step)}
            {evidence}
            {questions(step)}
        </article>
    }
    .written()
}

/// By following another playbook, at the same time as other steps, once for each of something.
fn how_worked(playbook: &'static Playbook, step: &'static Step) -> AnyView {
    let call = step.call.as_deref().and_then(find).map(|called| {
        let href = format!("/playbooks/{}", called.id);
        view! { <p>"Done by following “"<a href=href>{called.title.clone()}</a>"”."</p> }
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
