//! What may be done to a step: settled in one press, or with a word.

use super::{
    super::{
        frame::can,
        members::offers_of_members,
        playbook::{acts as place, element},
    },
    Around, base, unfold,
};
use crate::{
    components::{Form, Offer, PostButton, Radios, Select, TextArea, TextField, button::ButtonKind},
    prelude::*,
};
use domain::{
    access::Action,
    id::AccountId,
    playbook::{StepAct, StepState},
    text::Choice,
    view::{RunView, StepView},
};

pub(super) fn acts(around: &Around<'_>, run: &RunView, step: &StepView, unfolded: bool) -> AnyView {
    let case = &around.view.case;
    if !can(case, Action::WorkStep) {
        return ().written();
    }
    let action = base(around, run, step);
    let button = |act: StepAct, label: &'static str, kind: ButtonKind, owner: Option<AccountId>| {
        let mut hidden = vec![("act", act.code().to_owned()), ("revision", step.revision.to_string())];
        hidden.extend(owner.map(|o| ("owner", o.to_string())));
        view! { <PostButton action=action.clone() label=label about=step.title.clone() hidden=hidden kind=kind /> }
    };
    let settled = step.state.is_settled();
    let can_take = case.members.iter().any(|m| m.id == around.me) && step.owner != Some(around.me);
    // What is done by following another playbook comes to be done there first.
    let waits = step.call.as_ref().is_some_and(|call| call.run.is_none_or(|run| !run.finished));
    let kind = if waits { ButtonKind::Plain } else { ButtonKind::Primary };
    let done = (!settled && step.decision.is_none()).then(|| button(StepAct::Done, "Done", kind, None));
    let answers = step.decision.as_ref().filter(|_| !settled).map(|decision| {
        let yes = button(StepAct::Done, "Yes", ButtonKind::Primary, None);
        let no = button(StepAct::NotApplicable, "No", ButtonKind::Primary, None);
        view! {
            <div class="question">
                <h4>{decision.question.clone()}</h4>
                {opens("Yes", &decision.yes)}
                {opens("No", &decision.no)}
                <div class="row">{yes}{no}</div>
            </div>
        }
    });
    let take = (!settled && can_take)
        .then(|| button(StepAct::Assign, "Take it", ButtonKind::Plain, Some(around.me)));
    let reopen = (step.state != StepState::Open)
        .then(|| button(StepAct::Reopen, "Open again", ButtonKind::Plain, None));
    let more = (!settled && !unfolded).then(|| unfold(around, run, step, "More"));
    let others = unfolded.then(|| other_acts(around, run, step, action.clone(), settled));
    view! {
        {answers}
        <div class="row" id=place(run.id, &step.id) tabindex="-1">{done}{take}{reopen}{more}</div>
        {others}
    }
    .written()
}

/// The steps that an answer opens.
fn opens(answer: &'static str, steps: &[(String, String)]) -> AnyView {
    let words = match steps {
        [] => format!("{answer} opens no further step."),
        [(_, only)] => format!("{answer} opens: {only}."),
        several => {
            let titles: Vec<&str> = several.iter().map(|(_, title)| title.as_str()).collect();
            format!("{answer} opens: {}.", titles.join("; "))
        }
    };
    view! { <p class="hint">{words}</p> }.written()
}

/// What needs a word: on whom it waits, why it is left out, who does it.
fn other_acts(around: &Around<'_>, run: &RunView, step: &StepView, action: String, settled: bool) -> AnyView {
    let refused = around.state.of(&action).is_some();
    if settled && !refused {
        return ().written();
    }
    let (state, revision) = (around.state.clone(), Some(step.revision));
    let acts = [
        (StepAct::WaitOn, "It waits on somebody"),
        (StepAct::Assign, "Give it to somebody"),
        (StepAct::NotApplicable, "It does not apply here"),
        (StepAct::Skip, "Skip it"),
    ];
    // Of a question that would be the answer no, which has its own button.
    let offered =
        acts.into_iter().filter(|(act, _)| step.decision.is_none() || *act != StepAct::NotApplicable);
    let acts: Vec<_> = offered.map(|(act, label)| Offer::new(act.code(), label)).collect();
    let owner = step.owner.map(|o| o.to_string()).unwrap_or_default();
    let members = offers_of_members(&around.view.case);
    let id = element(run.id, &step.id);
    view! {
        <details open=refused>
            <summary>"Waiting, not applicable, skip, or somebody else’s"</summary>
            <Form action=action state=state submit="Save" revision=revision id=id>
                <Radios name="act" label="What about it" offers=acts required=true />
                <TextField name="whom" label="On whom it waits" hint="A person or an organisation." />
                <Select name="owner" label="Owner" hint="For giving it to somebody." offers=members none="Nobody".to_owned() value=owner />
                <TextArea name="reason" label="Reason" hint="For what does not apply, and for skipping a mandatory step." rows=2 />
            </Form>
        </details>
    }
    .written()
}
