//! The ledger of awareness: every moment that could be meant, with the due time under each.

use super::{
    super::{
        super::id,
        answer::evidence_fields,
        facts::ground,
        frame::{address, can},
    },
    answered,
    awareness::due,
    folded,
    running::capital,
};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, Empty, Form, Kind, Row, Select, Table, TextArea, TextField, Time, TimeField,
        offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    awareness::candidate::{CandidateInput, CandidateKind},
    id::{CandidateId, IncidentId},
    incident::ReasonInput,
    text::Choice,
    view::{Clocks, clocks::CandidateLine},
};

const PART: &str = "candidates";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/candidates", add),
        post("/incidents/{id}/candidates/{candidate}/withdraw", withdraw),
    ]
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<CandidateInput>()?);
        visit.services.add_candidate(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

async fn withdraw(visit: Visit, Path((raw, candidate)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, candidate) = (id::<IncidentId>(&raw)?, id::<CandidateId>(&candidate)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.withdraw_candidate(&posted.ctx(&visit.ctx), incident, candidate, &input).await
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

pub(super) fn section(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let may = can(&view.case, Action::AddCandidate);
    let list = if view.candidates.is_empty() {
        view! {
            <Empty title="No other moment is on record">
                <p>"Keep every moment that somebody might later call the one: the first alert, a caller, the processor's mail."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = view.candidates.iter().map(|line| row(view, line, state, may)).collect();
        let heads = vec!["Moment", "What happened", "72 hours would end", "Evidence"];
        view! { <Table caption="Moments that could be meant, with the due time under each" heads=heads rows=rows /> }.written()
    };
    view! {
        <section id=PART>
            <h2>"Moments that could be meant"</h2>
            <p class="lead">"They are kept beside the adopted one, each with the due time it would give. None of them moves a clock."</p>
            {list}
            {may.then(|| adding(view, state, token))}
        </section>
    }
    .written()
}

fn row(view: &Clocks, line: &CandidateLine, state: &FormState, may: bool) -> Row {
    let candidate = &line.candidate;
    let rules =
        line.is_ruling.then(|| view! { " "<Badge kind=Kind::Lateness code="met" label="rules now" /> });
    let recorded_by = view.case.people.name(candidate.recorded_by).to_owned();
    let withdrawn = candidate.withdrawn_at.map(|at| {
        let why = format!(": {}", candidate.withdrawn_reason);
        view! { <p class="hint">"Withdrawn "<Time at=at />{why}</p> }
    });
    let take_back = (may && candidate.withdrawn_at.is_none()).then(|| {
        let action = format!("{}/candidates/{}/withdraw", address(&view.case.incident), candidate.id);
        let about = format!("{}, {}", candidate.kind, candidate.happened_at.format("%Y-%m-%d %H:%M UTC"));
        reason(action, "Withdraw", about, state)
    });
    Row::new(cells![
        view! {
            <span id=candidate.id.to_string()>{capital(candidate.kind.label())}</span>
            <p class="title"><Time at=candidate.happened_at precision=candidate.precision />{rules}</p>
        },
        view! {
            <div>
                <p class="said">{candidate.what.clone()}</p>
                <p class="hint">"Recorded "<Time at=candidate.recorded_at />" by "{recorded_by}"."</p>
                {withdrawn}
                {take_back}
            </div>
        },
        due(line.due_at),
        candidate.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g)),
    ])
}

/// A small form that takes something back and asks why.
pub(super) fn reason(action: String, submit: &'static str, about: String, state: &FormState) -> AnyView {
    let refused = state.of(&action).is_some();
    view! {
        <details open=refused>
            <summary>{submit}<span class="unseen">" "{about}</span></summary>
            <Form action=action state=state.clone() submit=submit kind=ButtonKind::Plain>
                <TextField name="reason" label="Why" required=true />
            </Form>
        </details>
    }
    .written()
}

fn adding(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/candidates", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let evidence = view.evidence.clone();
    let form = view! {
        <Form action=action state=state.clone() submit="Add the moment" token=token.to_owned() kind=ButtonKind::Plain>
            <Select name="kind" label="What it is" offers={offers::<CandidateKind>()} none="Choose".to_owned() required=true />
            <TimeField name="happened_at" label="When" hint="A date alone is taken as 00:00 at the authority." required=true />
            <TextArea name="what" label="What happened, and what was known by it" required=true rows=3 />
            {evidence_fields(&evidence)}
        </Form>
    };
    folded("Add a moment", refused, form.written())
}
