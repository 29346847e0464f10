//! The decision on risk, notification and communication, and what others ordered.

use super::{
    super::id,
    answer::evidence_fields,
    assessment::list_of_changed,
    clocks::folded,
    facts::{contradictions, ground},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    cells,
    components::{
        Banner, ButtonKind, Choices, DefinitionList, Empty, Form, Group, Kind, Offer, Radios, Row, Select,
        Table, TextArea, TextField, Time, TimeField, Tone, badge, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    awareness::DecisionInput,
    decision::{
        Communication, DecideInput, Decision, DecisionState, Risk,
        exemption::{Exemption, ExemptionCondition, Finding},
        order::{Order, OrderInput, OrderKind},
        tripwire::PRESETS,
    },
    id::{DecisionId, IncidentId, OrderId},
    incident::ReasonInput,
    text::Choice,
    view::decisions::DecisionPage,
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/decision", decision),
        post("/incidents/{id}/decisions", decide),
        post("/incidents/{id}/decisions/{decision}/sign", sign),
        post("/incidents/{id}/decisions/{decision}/decline", decline),
        post("/incidents/{id}/orders", order),
        post("/incidents/{id}/orders/{order}/end", end),
    ]
}

async fn decision(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn answered(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/decision"));
    visit.answer(done, posted, async |state| shown(visit, raw, state).await).await
}

async fn decide(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<DecideInput>()?);
        visit.services.decide(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn sign(visit: Visit, Path((raw, decision)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, decision) = (id::<IncidentId>(&raw)?, id::<DecisionId>(&decision)?);
        let input = posted.input::<DecisionInput>()?;
        visit.services.sign_decision(&posted.ctx(&visit.ctx), incident, decision, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn decline(visit: Visit, Path((raw, decision)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, decision) = (id::<IncidentId>(&raw)?, id::<DecisionId>(&decision)?);
        let input = posted.input::<DecisionInput>()?;
        visit.services.decline_decision(&posted.ctx(&visit.ctx), incident, decision, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn order(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<OrderInput>()?);
        visit.services.record_order(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn end(visit: Visit, Path((raw, order)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, order) = (id::<IncidentId>(&raw)?, id::<OrderId>(&order)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.end_order(&posted.ctx(&visit.ctx), incident, order, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.decision_page(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Decision, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Decision, content)
    }))
}

fn content(view: &DecisionPage, state: &FormState, token: &str) -> AnyView {
    view! {
        {present(view)}
        {waiting(view, state, token)}
        {orders(view, state, token)}
        {ground_of(view)}
        {deciding(view, state, token)}
        {history(view)}
    }
    .written()
}

/// What counts now, in one sentence each for the authority and the people.
fn present(view: &DecisionPage) -> AnyView {
    let ruling = view.ruling.and_then(|version| view.decisions.iter().find(|d| d.version == version));
    let Some(decision) = ruling else {
        let reopened = view.decisions.iter().find(|d| d.state == DecisionState::Reopened).map(|d| {
            view! {
                <Banner tone=Tone::Danger>
                    {format!("Decision {} is open again: {} Decide anew.", d.version, d.reopened_because)}
                </Banner>
            }
        });
        return view! {
            <section>
                <h2>"Decision"</h2>
                {reopened}
                <Empty title="No decision counts now">
                    <p>"Until one does, every clock runs: what isn't decided is due. The authority is notified unless a risk to people is unlikely (Art. 33(1)); people are told where a high risk is likely (Art. 34(1))."</p>
                </Empty>
            </section>
        }
        .written();
    };
    view! {
        <section>
            <h2>"Decision"</h2>
            {card(view, decision)}
        </section>
    }
    .written()
}

/// A decision with everything it rests on.
fn card(view: &DecisionPage, decision: &Decision) -> AnyView {
    let ruling = &decision.ruling;
    let case = &view.case;
    let notify = if ruling.notify { "The authority is notified." } else { "The authority is not notified." };
    let mut items: Vec<(&'static str, AnyView)> = vec![
        ("Risk to people", ruling.risk.label().written()),
        ("Authority, Art. 33", notify.written()),
        ("Data subjects, Art. 34", ruling.communication.label().written()),
        ("Reasons", view! { <p class="said">{ruling.reasons.clone()}</p> }.written()),
        ("Decided by", ruling.decided_by.clone().written()),
        ("Recorded", view! { <Time at=decision.recorded_at />" by "{case.people.name(decision.recorded_by).to_owned()} }.written()),
    ];
    if !ruling.dissent.is_empty() {
        items.push(("Dissent", view! { <p class="said">{ruling.dissent.clone()}</p> }.written()));
    }
    if let Some(exemption) = ruling.exemption {
        let conditions: Vec<_> = exemption
            .conditions()
            .iter()
            .map(|c| {
                let finding = ruling.conditions.iter().find(|f| f.code == c.code).map(|f| f.finding);
                view! { <li>{c.words}" "<span class="hint">{finding.map(Choice::label)}</span></li> }
            })
            .collect();
        items.push(("Art. 34(3)", view! { <p>{exemption.label()}</p><ul>{conditions}</ul><p class="said">{ruling.exemption_reasons.clone()}</p> }.written()));
    }
    if !ruling.tripwires.is_empty() {
        let wires: Vec<_> = ruling
            .tripwires
            .iter()
            .map(|wire| view! { <li>{wire.words.clone()}" "<code>{wire.when.clone()}</code></li> })
            .collect();
        items.push(("Opened again by", view! { <ul>{wires}</ul> }.written()));
    }
    if let (Some(at), Some(by)) = (decision.settled_at, decision.settled_by) {
        let what = if decision.state == DecisionState::Declined { "Declined" } else { "Signed" };
        let words = decision.settled_words.clone();
        items.push((
            what,
            view! { <Time at=at />" by "{case.people.name(by).to_owned()}<p class="said">{words}</p> }
                .written(),
        ));
    }
    if let Some(at) = decision.reopened_at {
        let because = decision.reopened_because.clone();
        items.push(("Opened again", view! { <Time at=at />" "{because} }.written()));
    }
    view! {
        <article class="card" id=decision.id.to_string()>
            <h3>{format!("Decision {}", decision.version)}" "{badge(Kind::Other, decision.state)}</h3>
            <DefinitionList items=items />
        </article>
    }
    .written()
}

fn waiting(view: &DecisionPage, state: &FormState, token: &str) -> AnyView {
    let Some(decision) = view.decisions.iter().find(|d| d.state == DecisionState::Waiting) else {
        return ().written();
    };
    let base = format!("{}/decisions/{}", address(&view.case.incident), decision.id);
    let sign = view.may_sign.then(|| {
        view! {
            <Form action=format!("{base}/sign") state=state.clone() submit="Sign the decision" token=token.to_owned()>
                <TextArea name="reason" label="A remark" rows=2 />
            </Form>
        }
    });
    let decline = can(&view.case, Action::SignDecision).then(|| {
        let action = format!("{base}/decline");
        let refused = state.of(&action).is_some();
        let form = view! {
            <Form action=action state=state.clone() submit="Decline it" kind=ButtonKind::Plain token=token.to_owned()>
                <TextArea name="reason" label="Why" rows=2 required=true />
            </Form>
        };
        folded("Decline it, or take it back", refused, form.written())
    });
    let own = (can(&view.case, Action::SignDecision) && !view.may_sign)
        .then(|| view! { <p class="hint">"You recorded it, so somebody else has to sign."</p> });
    view! {
        <section id="waiting">
            <h2>"Waits for a second person"</h2>
            <Banner>"It decides against telling somebody. Until it is signed it doesn't count, and every clock runs."</Banner>
            {card(view, decision)}
            {sign}
            {own}
            {decline}
        </section>
    }
    .written()
}

fn orders(view: &DecisionPage, state: &FormState, token: &str) -> AnyView {
    let base = format!("{}/orders", address(&view.case.incident));
    let list: Vec<_> = view.orders.iter().map(|order| of_others(view, order, &base, state)).collect();
    let form = can(&view.case, Action::RecordOrder).then(|| {
        let refused = state.of(&base).is_some();
        let evidence = view.evidence.clone();
        let form = view! {
            <Form action=base.clone() state=state.clone() submit="Record it" kind=ButtonKind::Plain token=token.to_owned()>
                <Radios name="kind" label="What was said" offers={offers::<OrderKind>()} required=true />
                <TextField name="who" label="Who said it" hint="Body and person." required=true />
                <TimeField name="made_at" label="When" required=true />
                <TimeField name="until" label="Until when" hint="Needed for a request to wait." />
                <TextArea name="why" label="What they said, with their reference" rows=2 required=true />
                {evidence_fields(&evidence)}
            </Form>
        };
        folded("Record an order or a request to wait", refused, form.written())
    });
    view! {
        <section id="orders">
            <h2>"What others said"</h2>
            <p class="hint">"An authority may order that people be told (Art. 34(4)); law enforcement may ask to wait where telling them early would harm an inquiry (recital 88). Waiting concerns the data subjects, not the notification to the authority."</p>
            {list}
            {form}
        </section>
    }
    .written()
}

fn of_others(view: &DecisionPage, order: &Order, base: &str, state: &FormState) -> AnyView {
    let now = view.case.now;
    let standing = match (order.ended_at, order.kind) {
        (Some(_), _) => "ended",
        (None, OrderKind::Ordered) => "in force",
        (None, OrderKind::Delayed) if order.delays(now) => "waiting",
        (None, OrderKind::Delayed) => "its time is over: tell them, or have a new request",
    };
    let until = order.until.map(|at| view! { ", until "<Time at=at /> });
    let evidence = order.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g));
    let ended = order.ended_at.map(|at| {
        let reason = order.ended_reason.clone();
        view! { <p>"Ended "<Time at=at />": "{reason}</p> }
    });
    let end = (order.ended_at.is_none() && can(&view.case, Action::RecordOrder)).then(|| {
        let action = format!("{base}/{}/end", order.id);
        let refused = state.of(&action).is_some();
        view! {
            <details open=refused>
                <summary>"It has ended"<span class="unseen">": "{order.who.clone()}</span></summary>
                <Form action=action state=state.clone() submit="It has ended" kind=ButtonKind::Plain>
                    <TextField name="reason" label="Why" required=true />
                </Form>
            </details>
        }
    });
    view! {
        <article class="card">
            <h3>{order.kind.label()}</h3>
            <p>{order.who.clone()}", "<Time at=order.made_at />{until}" – "<strong>{standing}</strong></p>
            <p class="said">{order.why.clone()}</p>
            {evidence}
            {ended}
            {end}
        </article>
    }
    .written()
}

/// The newest assessment in two lines, with what was learned since.
fn assessed(view: &DecisionPage) -> AnyView {
    let href = format!("{}/assessment", address(&view.case.incident));
    let Some((assessment, changed)) = &view.assessment else {
        return view! { <p class="hint">"Nobody has assessed the risk yet. "<a href=href>"To the assessment"</a></p> }.written();
    };
    let by = view.case.people.name(assessment.recorded_by).to_owned();
    let level = assessment
        .enisa
        .as_ref()
        .map(|enisa| format!(" ENISA level: {} (an aid and no verdict).", enisa.result.level));
    let since = match changed.len() {
        0 => String::new(),
        1 => " One answer under it is another now.".to_owned(),
        n => format!(" {n} answers under it are others now."),
    };
    view! {
        <p>
            {format!("Assessment {} by {by}, ", assessment.version)}<Time at=assessment.recorded_at />"."{level}{since}" "
            <a href=href>"To the assessment"</a>
        </p>
    }
    .written()
}

/// The answers a risk is judged by, and which of them changed since.
fn ground_of(view: &DecisionPage) -> AnyView {
    let base = format!("{}/facts", address(&view.case.incident));
    let rows = view
        .judged_by
        .iter()
        .map(|line| {
            let shown = if line.fact.is_some() { line.shown.clone() } else { "no answer".to_owned() };
            let class = if line.fact.is_some() { "said" } else { "nobody" };
            let label = super::facts::label(&line.key);
            Row::new(cells![
                view! { <a href=format!("{base}/{}", line.key)>{label}</a> },
                view! { <span class=class>{shown}</span> },
                line.fact.as_ref().map(|f| badge(Kind::Certainty, f.certainty)),
            ])
        })
        .collect();
    let changed = (!view.changed.is_empty()).then(|| {
        view! {
            <h3>"Changed since the last decision"</h3>
            {list_of_changed(&view.case, &view.changed)}
        }
    });
    view! {
        <section>
            <h2>"What it is judged by"</h2>
            {assessed(view)}
            {contradictions(&view.case, &view.contradictions)}
            {changed}
            <Table caption="The answers by which a risk is judged" heads=vec!["Question", "Answer", "Certainty"] rows=rows />
        </section>
    }
    .written()
}

fn deciding(view: &DecisionPage, state: &FormState, token: &str) -> AnyView {
    let case = &view.case;
    let waits = view.decisions.iter().any(|d| d.state == DecisionState::Waiting);
    if waits || !can(case, Action::DecideRisk) {
        return ().written();
    }
    let action = format!("{}/decisions", address(&case.incident));
    let heading = if view.decisions.is_empty() { "Decide" } else { "Decide anew" };
    let notify = vec![
        Offer::new("true", "Notify the authority"),
        Offer::new("false", "Don't notify it")
            .hint("Only where a risk to people is unlikely. A second person signs."),
    ];
    let grounds = view.exemptions.iter().map(|(exemption, conditions)| conditions_of(*exemption, conditions));
    let grounds: Vec<_> = grounds.collect();
    let all: Vec<Offer> = view
        .exemptions
        .iter()
        .flat_map(|(exemption, conditions)| {
            conditions.iter().map(|(c, _)| {
                let letter = exemption.label().split(' ').next().unwrap_or_default();
                Offer::new(c.code, format!("{letter} {}", c.words)).hint(c.source)
            })
        })
        .collect();
    let presets = PRESETS.iter().map(|p| Offer::new(p.code, p.words)).collect::<Vec<_>>();
    view! {
        <section id="decide">
            <h2>{heading}</h2>
            <p class="hint">"The desk helps to think and decides nothing. A named person does, with reasons an authority can follow (Art. 5(2), 33(5))."</p>
            <Form action=action state=state.clone() submit="Record the decision" token=token.to_owned()>
                <Radios name="risk" label="The breach is" offers={offers::<Risk>()} required=true />
                <TextArea name="reasons" label="Reasons" hint="What could happen to whom, how likely and how bad, and what speaks for and against." rows=5 required=true />
                <TextArea name="dissent" label="Dissent" hint="Who is of another opinion, and why." rows=2 />
                <TextField name="decided_by" label="Decided by" hint="Name and function of whoever answers for it." required=true />
                <Radios name="notify" label="Supervisory authority, Art. 33(1)" offers=notify required=true />
                <Radios name="communication" label="Data subjects, Art. 34" offers={offers::<Communication>()} required=true />
                <Group legend="Only for a condition of Art. 34(3)">
                    <Select name="exemption" label="The condition" offers={offers::<Exemption>()} none="None".to_owned() />
                    {grounds}
                    <Choices name="conditions" label="Confirmed, one by one" hint="Tick every part of the condition you chose." offers=all />
                    <TextArea name="exemption_reasons" label="Why it applies" rows=3 />
                </Group>
                <Group legend="What would open the decision again">
                    <p class="hint">"Needed where somebody isn't told. As soon as an answer says so, the decision no longer counts, and lead and data protection officer get a mail."</p>
                    <Choices name="tripwires" label="Watch for" offers=presets />
                    <TextField name="people_above" label="More people than" inputmode="numeric" hint="A whole number, as in 500. Leave it empty for no limit." />
                    <TextArea name="other_tripwires" label="Other answers" hint="One condition a line, as in playbooks: data.records > 5000, or oth.police == \"yes\"." rows=2 />
                </Group>
            </Form>
        </section>
    }
    .written()
}

/// What the facts say to each part of a ground.
fn conditions_of(exemption: Exemption, conditions: &[(ExemptionCondition, Finding)]) -> AnyView {
    let lines: Vec<_> = conditions
        .iter()
        .map(|(condition, finding)| {
            let tone = match finding {
                Finding::Shown => "met",
                Finding::Open => "open",
                Finding::Contradicted => "overdue",
            };
            view! { <li>{condition.words}" "{badge_of(tone, finding.label())}</li> }
        })
        .collect();
    view! {
        <details>
            <summary>"What the facts say to "{exemption.label()}</summary>
            <ul class="entries">{lines}</ul>
        </details>
    }
    .written()
}

fn badge_of(code: &'static str, label: &'static str) -> AnyView {
    use crate::components::Badge;
    view! { <Badge kind=Kind::Lateness code=code label=label /> }.written()
}

fn history(view: &DecisionPage) -> AnyView {
    let counted = view.ruling;
    let older: Vec<_> = view
        .decisions
        .iter()
        .filter(|d| Some(d.version) != counted && d.state != DecisionState::Waiting)
        .map(|d| card(view, d))
        .collect();
    if older.is_empty() {
        return ().written();
    }
    view! { <section><h2>"Earlier decisions"</h2>{older}</section> }.written()
}
