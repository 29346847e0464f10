//! Since when you were aware: what was judged, what was corrected, and who agreed to it.

use super::{
    super::{
        super::id,
        answer::evidence_fields,
        facts::ground,
        frame::{address, can},
    },
    answered, folded,
};
use crate::{
    components::{Badge, Banner, ButtonKind, Form, Kind, TextArea, TextField, Time, TimeField, Tone},
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    awareness::{self, Adoption, Awareness, AwarenessInput, DecisionInput},
    clock,
    id::{AwarenessId, IncidentId},
    moment::Precision,
    text::Choice,
    view::Clocks,
};

const PART: &str = "awareness";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/awareness", record),
        post("/incidents/{id}/awareness/{statement}/confirm", confirm),
        post("/incidents/{id}/awareness/{statement}/decline", decline),
    ]
}

async fn record(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<AwarenessInput>()?);
        visit.services.record_awareness(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

async fn confirm(visit: Visit, Path((raw, statement)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, statement) = (id::<IncidentId>(&raw)?, id::<AwarenessId>(&statement)?);
        let input = posted.input::<DecisionInput>()?;
        visit.services.confirm_awareness(&posted.ctx(&visit.ctx), incident, statement, &input).await
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

async fn decline(visit: Visit, Path((raw, statement)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, statement) = (id::<IncidentId>(&raw)?, id::<AwarenessId>(&statement)?);
        let input = posted.input::<DecisionInput>()?;
        visit.services.decline_awareness(&posted.ctx(&visit.ctx), incident, statement, &input).await
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

pub(super) fn section(view: &Clocks, state: &FormState, token: &str, me: String) -> AnyView {
    let lines: Vec<_> = view.statements.iter().map(|s| statement(view, s)).collect();
    let history = (!lines.is_empty()).then(|| {
        view! {
            <p class="hint">"Nothing here is overwritten: earlier statements stay, so that it can be seen what was thought when."</p>
            <ol class="timeline">{lines}</ol>
        }
    });
    let waits = awareness::waiting(&view.statements).map(|correction| waiting(view, correction, state));
    view! {
        <section id=PART>
            <h2>"Since when you were aware"</h2>
            {waits}
            {history}
            {recording(view, state, token, me)}
        </section>
    }
    .written()
}

/// A due time under Article 33(1), or that none follows.
pub(super) fn due(at: Option<DateTime<Utc>>) -> AnyView {
    match at {
        Some(at) => view! { <Time at=at /> }.written(),
        None => "none, this lies before the GDPR applied".written(),
    }
}

/// A correction that waits: which due time rules meanwhile, and the forms of the second person.
fn waiting(view: &Clocks, correction: &Awareness, state: &FormState) -> AnyView {
    let adopted = awareness::adopted(&view.statements);
    let rules_already = view.ruling == Some(correction.version);
    let which = if rules_already {
        "Until then the corrected moment rules, because its due time is the earlier of the two."
    } else {
        "Until then the moment adopted before rules, because its due time is the earlier of the two."
    };
    let before = adopted.map(|a| {
        view! { <p>"Adopted now: aware "<Time at=a.aware_at precision=a.precision />", due "{due(clock::due_of(a.aware_at))}"."</p> }
    });
    let recorded_by = view.case.people.name(correction.recorded_by).to_owned();
    view! {
        <div class="card only-now" id="correction">
            <h3>"A correction waits for a second person"</h3>
            {before}
            <p>
                "Proposed by "{recorded_by}": aware "<Time at=correction.aware_at precision=correction.precision />", due "
                {due(clock::due_of(correction.aware_at))}"."
            </p>
            <p class="said">{correction.correction.clone()}</p>
            <p><strong>{which}</strong></p>
            {decision(view, correction, state)}
        </div>
    }
    .written()
}

fn decision(view: &Clocks, correction: &Awareness, state: &FormState) -> AnyView {
    if !can(&view.case, Action::DecideAwareness) {
        return view! { <p class="hint">"A lead, an approver or the data protection officer of this case confirms or declines it."</p> }
            .written();
    }
    if !view.may_decide {
        return view! { <p class="hint">"You recorded it, so somebody else confirms or declines it."</p> }
            .written();
    }
    let base = format!("{}/awareness/{}", address(&view.case.incident), correction.id);
    view! {
        <div class="pair">
            <Form action=format!("{base}/confirm") state=state.clone() submit="Confirm the correction">
                <TextField name="reason" label="Remark" />
            </Form>
            <Form action=format!("{base}/decline") state=state.clone() submit="Decline it" kind=ButtonKind::Plain>
                <TextField name="reason" label="Why you decline" required=true />
            </Form>
        </div>
    }
    .written()
}

fn statement(view: &Clocks, awareness: &Awareness) -> AnyView {
    let case = &view.case;
    let rests =
        awareness.ground.as_ref().map(|g| view! { <p>"Evidence: "{ground(case, &view.evidence, g)}</p> });
    let investigated =
        awareness.investigated_from.map(|at| view! { <p>"Investigated since "<Time at=at />"."</p> });
    let day = (awareness.precision == Precision::Day).then_some(
        "Only the day was given. It is taken as 00:00 in the authority's time zone, the earliest it can mean.",
    );
    let correction = (!awareness.correction.is_empty())
        .then(|| view! { <p class="said">"Why it is corrected: "{awareness.correction.clone()}</p> });
    let recorded_by = case.people.name(awareness.recorded_by).to_owned();
    view! {
        <li id=awareness.id.to_string()>
            <p class="row">
                <strong><Time at=awareness.aware_at precision=awareness.precision /></strong>
                {standing(view, awareness)}
                <span class="hint">{format!("version {}", awareness.version)}</span>
            </p>
            <p>"Due "{due(clock::due_of(awareness.aware_at))}". Judged by "{awareness.judged_by.clone()}"."</p>
            {day.map(|words| view! { <p class="hint">{words}</p> })}
            {investigated}
            <p class="said">{awareness.why.clone()}</p>
            {correction}
            {rests}
            <p class="hint">"Recorded "<Time at=awareness.recorded_at />" by "{recorded_by}"."</p>
            {decided(view, awareness)}
        </li>
    }
    .written()
}

/// Whether a statement rules, waits, was declined or is superseded.
fn standing(view: &Clocks, awareness: &Awareness) -> AnyView {
    let (code, label) = match awareness.adoption {
        _ if view.ruling == Some(awareness.version) => ("met", "rules now"),
        Adoption::Waiting => ("soon", Adoption::Waiting.label()),
        Adoption::Declined => ("", Adoption::Declined.label()),
        Adoption::Adopted => ("", "superseded"),
    };
    let waits = (code == "met" && awareness.adoption == Adoption::Waiting)
        .then(|| view! { <Badge kind=Kind::Lateness code="soon" label=Adoption::Waiting.label() /> });
    view! { <Badge kind=Kind::Lateness code=code label=label />{waits} }.written()
}

fn decided(view: &Clocks, awareness: &Awareness) -> Option<AnyView> {
    let (at, by) = (awareness.decided_at?, awareness.decided_by?);
    let did = if awareness.adoption == Adoption::Declined { "Declined " } else { "Confirmed " };
    let by = view.case.people.name(by).to_owned();
    let said =
        (!awareness.decision.is_empty()).then(|| format!(": {}", awareness.decision.trim_end_matches('.')));
    Some(view! { <p class="hint">{did}<Time at=at />" by "{by}{said}"."</p> }.written())
}

fn recording(view: &Clocks, state: &FormState, token: &str, me: String) -> AnyView {
    if !can(&view.case, Action::RecordAwareness) || awareness::waiting(&view.statements).is_some() {
        return ().written();
    }
    let action = format!("{}/awareness", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let first = view.statements.is_empty();
    let correction = (!first).then(|| {
        view! {
            <TextArea name="correction" label="Why the moment adopted before was not the right one" required=true rows=3 />
        }
    });
    let submit = if first { "Record" } else { "Propose the correction" };
    let evidence = view.evidence.clone();
    let form = view! {
        <p class="lead">
            "You are aware once you have a reasonable degree of certainty that a security incident has led to personal data \
             being compromised (EDPB Guidelines 9/2022, paragraph 31). A first hint is not yet awareness, as long as it is \
             looked into at once. A person judges this; the desk never works it out."
        </p>
        <Form action=action state=state.clone() submit=submit token=token.to_owned()>
            <TimeField name="aware_at" label="Became aware" hint="A date alone is taken as 00:00 at the authority." required=true />
            <TimeField name="investigated_from" label="Investigated since" hint="When the looking into it began." />
            <TextField name="judged_by" label="Who judged it" value=me required=true />
            <TextArea name="why" label="Why from this moment" hint="What was known then, and what was not known before." required=true rows=4 />
            {correction}
            {evidence_fields(&evidence)}
        </Form>
    };
    if first {
        return view! { <h3>"Record when you became aware"</h3>{form} }.written();
    }
    let form = view! {
        <Banner tone=Tone::Neutral>
            "A correction counts once a second person confirms it. Until then the earlier of the two due times rules."
        </Banner>
        {form}
    };
    folded("Correct the adopted moment", refused, form.written())
}
