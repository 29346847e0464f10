//! One step of a playbook: why, how, what it asks and what may be done to it.

mod acts;
mod history;

use super::{
    answer::{self, Begun},
    frame::{address, can},
    items,
    members::offers_of_members,
    playbook::{Opened, at_step, due, element, question as place},
};
use crate::{
    components::{Badge, DefinitionList, Form, Kind, Markdown, PostButton, Time, badge, button::ButtonKind},
    form::FormState,
    prelude::*,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    fact::catalogue::catalogue,
    id::AccountId,
    moment,
    playbook::StepState,
    view::{Asked, PlaybookTab, RunView, StepApplies, StepMoment, StepView},
};

/// What every step of the page is shown with.
pub(super) struct Around<'a> {
    pub view: &'a PlaybookTab,
    pub state: &'a FormState,
    pub token: &'a str,
    /// The step that is unfolded. It alone has its forms: forty steps with all of theirs would be a heavy page.
    pub open: &'a Opened,
    pub me: AccountId,
    /// What happened to the unfolded step.
    pub history: &'a [StepMoment],
}

pub(super) fn base(around: &Around<'_>, run: &RunView, step: &StepView) -> String {
    format!("{}/runs/{}/steps/{}", address(&around.view.case.incident), run.id, step.id)
}

// The anchor is beside the `details`: browsers pass over all that lies in one with a negative `tabindex`.
pub(super) fn step(around: &Around<'_>, run: &RunView, step: &StepView) -> AnyView {
    let case = &around.view.case;
    let open = around.open.is(run, step);
    let mandatory = step.mandatory.then(|| view! { <span class="hint">"mandatory"</span> });
    let owner = step.owner.map(|o| view! { <span class="hint">{case.people.name(o).to_owned()}</span> });
    let due = (!step.state.is_settled()).then(|| due(step));
    let questions: Vec<_> = step.questions.iter().map(|q| question(around, run, step, q, open)).collect();
    view! {
        {open.then(|| settled(around, run))}
        <div class="run-step" id=element(run.id, &step.id) tabindex="-1">
            <details open=open>
            <summary><span class="run-title">{step.title.clone()}</span>" "{state(step, case.now)}" "{items::count(step)}" "{mandatory}" "{owner}" "{due}</summary>
            <div class="run-body">
                {applies(&step.applies)}
                <Markdown source=step.why.clone() />
                <Markdown source=step.how.clone() />
                {beside(around, run, step)}
                {terms(around, step)}
                {called(around, step)}
                {items::list(around, run, step, open)}
                {questions}
                {acts::acts(around, run, step, open)}
                {open.then(|| history::history(around.history))}
            </div>
            </details>
        </div>
    }
    .written()
}

/// What was just done, where the work goes on now; and the way back.
fn settled(around: &Around<'_>, run: &RunView) -> AnyView {
    let Some(before) = around.open.settled(run) else { return ().written() };
    let case = &around.view.case;
    let href = format!("{}{}", address(&case.incident), at_step(run.id, &before.id));
    view! {
        <p class="run-settled" role="status">
            <a href=href>{before.title.clone()}</a>" "{state(before, case.now)}
        </p>
    }
    .written()
}

fn state(step: &StepView, now: DateTime<Utc>) -> AnyView {
    let decides = step.decision.is_some();
    let words = match &step.state {
        StepState::Done if decides => "Answered yes".to_owned(),
        StepState::NotApplicable { .. } if decides => "Answered no".to_owned(),
        StepState::Open => match &step.applies {
            StepApplies::No { .. } => "Does not apply".to_owned(),
            StepApplies::Undecided { .. } => "Not decided yet".to_owned(),
            StepApplies::Yes { .. } => "Open".to_owned(),
        },
        StepState::WaitingOn { whom, since } => {
            format!("Waiting on {whom} for {}", moment::span(now - *since))
        }
        other => other.label().to_owned(),
    };
    match step.state {
        StepState::Done => view! { <Badge kind=Kind::Lateness code="met" label=words /> }.written(),
        _ => view! { <Badge kind=Kind::Other code="" label=words /> }.written(),
    }
}

/// Whether the step is part of the way, and because of what.
fn applies(applies: &StepApplies) -> AnyView {
    match applies {
        StepApplies::Yes { because } if because.is_empty() => ().written(),
        StepApplies::Yes { because } => {
            view! { <p class="hint">"Applies "{because.clone()}"."</p> }.written()
        }
        StepApplies::No { because } => {
            view! { <p class="hint">"Does not apply "{because.clone()}"."</p> }.written()
        }
        StepApplies::Undecided { because, waits_for } => {
            let labels: Vec<_> = waits_for
                .iter()
                .map(|waits| {
                    let label =
                        catalogue().get(&waits.fact).map_or(waits.fact.as_str(), |d| d.label.as_str());
                    let asked = waits.asked_in.as_ref().map(|title| format!(" (asked in “{title}”)"));
                    format!("{label}{}", asked.unwrap_or_default())
                })
                .collect();
            let words = format!(
                "It is not decided whether this applies: {because}. It waits for an answer to: {}.",
                labels.join("; ")
            );
            view! { <p class="hint">{words}</p> }.written()
        }
    }
}

/// The steps that may be worked at the same time.
fn beside(around: &Around<'_>, run: &RunView, step: &StepView) -> AnyView {
    if step.beside.is_empty() {
        return ().written();
    }
    let case = address(&around.view.case.incident);
    let links: Vec<_> = step
        .beside
        .iter()
        .map(|(id, title)| {
            let href = format!("{case}{}", at_step(run.id, id));
            view! { <li><a href=href>{title.clone()}</a></li> }
        })
        .collect();
    view! { <div class="hint">"At the same time as:"<ul>{links}</ul></div> }.written()
}

/// How far the playbook is that is followed to do this step.
fn called(around: &Around<'_>, step: &StepView) -> AnyView {
    let Some(call) = &step.call else { return ().written() };
    let title = format!("“{}”", call.title);
    let words = match &call.run {
        None => view! { <p>"Done by following "{title}", which is not begun yet."</p> }.written(),
        Some(run) if run.finished => {
            view! { <p>"The playbook "<a href=format!("#{}", run.id)>{title}</a>" is finished: this step can be marked done."</p> }
                .written()
        }
        Some(run) => {
            let far = format!("{} of {} settled", run.settled, run.total);
            view! { <p>"Done by following "<a href=format!("#{}", run.id)>{title}</a>": "{far}"."</p> }.written()
        }
    };
    let case = &around.view.case;
    let may =
        call.run.is_none() && call.offered && !step.state.is_settled() && can(case, Action::StartPlaybook);
    let follow = may.then(|| {
        let (action, label) =
            (format!("{}/playbooks", address(&case.incident)), format!("Follow {}", call.title));
        let hidden = vec![("playbook", call.playbook.clone()), ("form_token", around.token.to_owned())];
        view! { <PostButton action=action label=label hidden=hidden kind=ButtonKind::Primary /> }
    });
    view! { <div>{words}{follow}</div> }.written()
}

fn terms(around: &Around<'_>, step: &StepView) -> AnyView {
    let people = &around.view.case.people;
    let mut items = vec![("Done by", step.role.clone().written())];
    if !step.due_words.is_empty() {
        items.push(("Due", view! { <span>{step.due_words.clone()}</span>" "{due(step)} }.written()));
    }
    if !step.evidence.is_empty() {
        let href = format!("{}/evidence", address(&around.view.case.incident));
        items
            .push(("To be filed", view! { {step.evidence.clone()}" "<a href=href>"Evidence"</a> }.written()));
    }
    if let Some(since) = step.state.since() {
        items.push(("Waits since", view! { <Time at=since /> }.written()));
    }
    if !step.state.detail().is_empty() && step.state.since().is_none() {
        items.push(("Reason", step.state.detail().to_owned().written()));
    }
    if let (Some(at), Some(by)) = (step.changed_at, step.changed_by) {
        items.push(("Last changed", view! { <Time at=at />" by "{people.name(by).to_owned()} }.written()));
    }
    view! { <DefinitionList items=items /> }.written()
}

fn question(around: &Around<'_>, run: &RunView, step: &StepView, asked: &Asked, unfolded: bool) -> AnyView {
    let case = &around.view.case;
    let action = format!("{}/answers/{}", base(around, run, step), asked.fact);
    let href = format!("{}/facts/{}", address(&case.incident), asked.fact);
    let known = asked.line.fact.as_ref().map(|fact| {
        let source =
            if asked.line.source.is_empty() { String::new() } else { format!(" ({})", asked.line.source) };
        view! {
            <p class="row">
                <span>"Known already: "<strong>{asked.line.shown.clone()}</strong>{source}</span>
                {badge(Kind::Certainty, fact.certainty)}
                <a href=href>"Its history"</a>
            </p>
        }
    });
    let opens: Vec<_> = asked
        .opens
        .iter()
        .map(|opens| {
            let playbook = opens.playbook.as_ref().map(|title| format!(" (in “{title}”)"));
            view! { <li>{opens.step.clone()}{playbook}", where "{opens.when.clone()}</li> }
        })
        .collect();
    let opens = (!opens.is_empty())
        .then(|| view! { <div class="hint">"An answer decides about:"<ul>{opens}</ul></div> });
    let definition = catalogue().get(&asked.fact).filter(|d| !d.derived && can(case, Action::RecordFact));
    let link = (definition.is_some() && !unfolded).then(|| unfold(around, run, step, "Answer"));
    let form = definition.filter(|_| unfolded).map(|definition| {
        let id = format!("{}-{}", element(run.id, &step.id), asked.fact);
        let open =
            around.state.of(&action).is_some() || asked.line.fact.as_ref().is_none_or(|f| f.value.is_none());
        let summary = if asked.line.fact.is_some() { "Answer anew" } else { "Answer" };
        let begun = Begun::with(asked.line.fact.as_ref());
        let members = offers_of_members(case);
        let (state, token, evidence) =
            (around.state.clone(), around.token.to_owned(), around.view.evidence.clone());
        view! {
            <details open=open>
                <summary>{summary}<span class="unseen">": "{asked.ask.clone()}</span></summary>
                <Form action=action state=state submit="Record the answer" token=token id=id>
                    {answer::fields(definition, begun)}
                    {answer::owner(members)}
                    {answer::grounds(&evidence)}
                </Form>
            </details>
        }
    });
    let place = unfolded.then(|| place(run.id, &step.id, &asked.fact));
    let help = (!asked.help.is_empty()).then(|| view! { <Markdown source=asked.help.clone() /> });
    view! {
        <div class="question" id=place tabindex="-1">
            <h4>{asked.ask.clone()}</h4>
            {help}
            {known}
            {opens}
            {link}
            {form}
        </div>
    }
    .written()
}

/// The way to a step's forms.
pub(super) fn unfold(around: &Around<'_>, run: &RunView, step: &StepView, label: &'static str) -> AnyView {
    let href = format!("{}{}", address(&around.view.case.incident), at_step(run.id, &step.id));
    view! { <a class="button quiet" href=href>{label}<span class="unseen">" "{step.title.clone()}</span></a> }
        .written()
}
