//! What starts the other clocks, and the reports that were submitted by another way than a notice.

use super::{
    super::{
        super::id,
        answer::evidence_fields,
        facts::ground,
        frame::{address, can},
    },
    answered, folded,
    ledger::reason,
    running::capital,
};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, Empty, Form, Kind, Offer, Row, Select, Table, TextArea, Time, TimeField,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::{
        recorded::{Submission, SubmissionInput, TriggerInput, TriggerInstant, recorded_triggers},
        span::Trigger,
    },
    id::{IncidentId, SubmissionId},
    incident::ReasonInput,
    text::Choice,
    view::Clocks,
};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/triggers", record),
        post("/incidents/{id}/submissions", submit),
        post("/incidents/{id}/submissions/{submission}/withdraw", withdraw),
    ]
}

async fn record(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<TriggerInput>()?);
        visit.services.record_trigger(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, "triggers", done.await).await
}

/// The form names rule, stage and authority in one choice: only some go together.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SubmittedForm {
    rule: String,
    submitted_at: String,
    how: String,
    evidence: String,
    place: String,
}

impl From<SubmittedForm> for SubmissionInput {
    fn from(form: SubmittedForm) -> Self {
        let mut parts = form.rule.splitn(3, ' ').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        Self {
            rule: part(),
            stage: part(),
            authority: part(),
            submitted_at: form.submitted_at,
            how: form.how,
            evidence: form.evidence,
            place: form.place,
            ..Self::default()
        }
    }
}

async fn submit(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let input = SubmissionInput::from(posted.input::<SubmittedForm>()?);
        visit.services.record_submission(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, "submissions", done.await).await
}

async fn withdraw(visit: Visit, Path((raw, submission)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, submission) = (id::<IncidentId>(&raw)?, id::<SubmissionId>(&submission)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.withdraw_submission(&posted.ctx(&visit.ctx), incident, submission, &input).await
    };
    answered(&visit, &raw, &posted, "submissions", done.await).await
}

pub(super) fn triggers(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let list = if view.triggers.is_empty() {
        view! {
            <Empty title="Nothing else is recorded">
                <p>"Other duties start with other events: the processor informed you, a high risk was found, a payment was made. Each is \
                    recorded here by itself and never worked out from another."</p>
            </Empty>
        }
        .written()
    } else {
        let mut seen = BTreeSet::new();
        let rows = view.triggers.iter().map(|t| trigger(view, t, seen.insert(t.trigger.code()))).collect();
        let heads = vec!["Event", "When", "What happened, or why it changed", "Recorded", "Evidence"];
        view! { <Table caption="Events that start clocks, the newest statement first" heads=heads rows=rows /> }.written()
    };
    view! {
        <section id="triggers">
            <h2>"Other events that start clocks"</h2>
            <p class="hint">"First hint and detection stand in the incident's head; becoming aware has its ledger above."</p>
            {list}
            {can(&view.case, Action::RecordTrigger).then(|| recording(view, state, token))}
        </section>
    }
    .written()
}

fn trigger(view: &Clocks, instant: &TriggerInstant, holds: bool) -> Row {
    let (code, label) = match (holds, instant.happened_at) {
        (true, Some(_)) => ("met", "holds"),
        (true, None) => ("", "taken back"),
        (false, _) => ("", "superseded"),
    };
    let when = match instant.happened_at {
        Some(at) => view! { <Time at=at precision=instant.precision /> }.written(),
        None => view! { <span class="nobody">"It did not happen"</span> }.written(),
    };
    let recorded_by = view.case.people.name(instant.recorded_by).to_owned();
    Row::new(cells![
        view! {
            <span id=instant.id.to_string()>{capital(instant.trigger.label())}</span>" "
            <Badge kind=Kind::Lateness code=code label=label />
        },
        when,
        view! { <span class="said">{instant.why.clone()}</span> },
        view! { <Time at=instant.recorded_at /><p class="hint">{recorded_by}</p> },
        instant.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g)),
    ])
}

/// The events for which a clock waits come first.
fn recording(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/triggers", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let waits = |trigger: Trigger| view.clocks.idle.iter().any(|idle| idle.trigger == trigger);
    let mut events: Vec<Trigger> = recorded_triggers().collect();
    events.sort_by_key(|trigger| !waits(*trigger));
    let offers = events
        .into_iter()
        .map(|trigger| {
            let label = capital(trigger.label());
            let label = if waits(trigger) { format!("{label} (a clock waits for it)") } else { label };
            Offer::new(trigger.code(), label)
        })
        .collect();
    let evidence = view.evidence.clone();
    let form = view! {
        <Form action=action state=state.clone() submit="Record the event" token=token.to_owned() kind=ButtonKind::Plain>
            <Select name="trigger" label="Event" offers=offers none="Choose".to_owned() required=true />
            <TimeField name="happened_at" label="When" hint="Leave it empty to take back what was recorded. A date alone is taken as 00:00 at the authority." />
            <TextArea name="why" label="What happened; for a correction, why" required=true rows=3 />
            {evidence_fields(&evidence)}
        </Form>
    };
    folded("Record an event", refused, form.written())
}

pub(super) fn submissions(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let may = can(&view.case, Action::RecordSubmission);
    let list = if view.submissions.is_empty() {
        view! {
            <Empty title="No report by another way is recorded">
                <p>"A notice that leaves through this desk meets its clock by itself. Reports handed in by a portal, by letter or by telephone \
                    are recorded here."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = view.submissions.iter().map(|s| submission(view, s, state, may)).collect();
        let heads = vec!["Report", "Submitted", "How", "Evidence"];
        view! { <Table caption="Reports by another way" heads=heads rows=rows /> }.written()
    };
    view! {
        <section id="submissions">
            <h2>"Reports by another way"</h2>
            {list}
            {may.then(|| submitting(view, state, token))}
        </section>
    }
    .written()
}

fn submission(view: &Clocks, submission: &Submission, state: &FormState, may: bool) -> Row {
    let clock = view.clocks.running.iter().find(|c| c.rule == submission.rule && c.stage == submission.stage);
    let title = clock
        .map_or_else(|| format!("{}, {}", submission.rule, submission.stage), |clock| clock.title.clone());
    let to = submission
        .authority
        .and_then(|id| view.authorities.iter().find(|a| a.id == id))
        .map(|authority| view! { <p class="title hint">{authority.name.clone()}</p> });
    let recorded_by = view.case.people.name(submission.recorded_by).to_owned();
    let withdrawn = submission.withdrawn_at.map(|at| {
        let why = format!(": {}", submission.withdrawn_reason);
        view! { <p class="hint">"Withdrawn "<Time at=at />{why}</p> }
    });
    let take_back = (may && submission.withdrawn_at.is_none()).then(|| {
        let base = address(&view.case.incident);
        reason(format!("{base}/submissions/{}/withdraw", submission.id), "Withdraw", title.clone(), state)
    });
    Row::new(cells![
        view! { <span id=submission.id.to_string()>{title.clone()}</span>{to} },
        view! { <Time at=submission.submitted_at /> },
        view! {
            <div>
                <p class="said">{submission.how.clone()}</p>
                <p class="hint">"Recorded "<Time at=submission.recorded_at />" by "{recorded_by}"."</p>
                {withdrawn}
                {take_back}
            </div>
        },
        submission.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g)),
    ])
}

fn submitting(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/submissions", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let authority = |id: Option<domain::id::AuthorityId>| id.map(|id| id.to_string()).unwrap_or_default();
    let running = view.clocks.running.iter().filter(|c| c.submitted_at.is_none()).map(|c| {
        let value = format!("{} {} {}", c.rule, c.stage, authority(c.authority));
        Offer::new(value.trim_end(), format!("{}, to {}", c.title, c.recipient))
    });
    let idle = view.clocks.idle.iter().map(|c| {
        let value = format!("{} {} {}", c.rule, c.stage, authority(c.authority));
        Offer::new(value.trim_end(), format!("{}, to {} (no clock runs)", c.title, c.recipient))
    });
    let offers: Vec<_> = running.chain(idle).collect();
    if offers.is_empty() {
        return ().written();
    }
    let evidence = view.evidence.clone();
    let form = view! {
        <Form action=action state=state.clone() submit="Record the report" token=token.to_owned() kind=ButtonKind::Plain>
            <Select name="rule" label="Which report" offers=offers none="Choose".to_owned() required=true />
            <TimeField name="submitted_at" label="Submitted" hint="When it reached its recipient." required=true />
            <TextArea name="how" label="How it was handed in" hint="The portal, the number of the receipt, who took the call." required=true rows=3 />
            {evidence_fields(&evidence)}
        </Form>
    };
    folded("Record a report", refused, form.written())
}
