//! What others ask about an incident, and one question with its answer.

mod answer;
mod question;

use super::{
    super::id,
    answer::evidence_fields,
    clocks::folded,
    frame::{TabName, address, can, frame, page},
    members::offers_of_members,
};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, Empty, Form, Kind, Offer, Person, Radios, Row, Select, Table, TextArea, TextField,
        Time, TimeField, Tone, badge, left, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Reader,
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    correspondence::question::{Asked, AskedInput, Asker, QuestionState, QuestionWay},
    evidence::Evidence,
    id::IncidentId,
    moment::{Zone, show},
    text::Choice,
    view::{
        Case,
        correspondence::{Askers, Communication, CorrespondencePage, QuestionLine},
    },
};

pub(super) fn routes() -> Vec<PageRoute> {
    let mut routes = vec![
        get("/incidents/{id}/correspondence", correspondence),
        post("/incidents/{id}/correspondence", record),
    ];
    routes.extend(question::routes());
    routes
}

async fn correspondence(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn record(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<AskedInput>()?);
        let added = visit.services.record_question(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("/questions/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.correspondence(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Correspondence, move || {
        let content = content(&view, state, token);
        frame(&view.case, TabName::Correspondence, content)
    }))
}

fn content(view: &CorrespondencePage, state: FormState, token: String) -> AnyView {
    let (open, settled): (Vec<_>, Vec<_>) =
        view.questions.iter().partition(|line| !line.question.state.is_settled());
    let list = if open.is_empty() {
        view! { <Empty title="No question waits for an answer"><p>"What an authority, a controller or an insurer asks about this incident is recorded here, each question by itself."</p></Empty> }.written()
    } else {
        table(view, "Questions that wait for an answer", &open)
    };
    let settled = (!settled.is_empty()).then(|| {
        let summary = format!("Answered or withdrawn ({})", settled.len());
        let table = table(view, "Questions that are settled", &settled);
        view! { <details class="card"><summary>{summary}</summary>{table}</details> }
    });
    let action = format!("{}/correspondence", address(&view.case.incident));
    let add = can(&view.case, Action::RecordQuestion).then(|| {
        let refused = state.of(&action).is_some();
        let form = asking(view, action, state, token);
        folded("Record a question", refused || view.questions.is_empty(), form)
    });
    view! {
        <section>
            <h2>"Questions to us"</h2>
            {list}
            {add}
            {settled}
        </section>
        {replies(view)}
    }
    .written()
}

/// What people reply to communications: each with its count.
fn replies(view: &CorrespondencePage) -> AnyView {
    let list = if view.communications.is_empty() {
        view! { <Empty title="Nobody was written to yet"><p>"Once a communication to the data subjects is drafted, what people reply to it is counted here."</p></Empty> }.written()
    } else {
        let rows = view.communications.iter().map(replied).collect();
        let heads = vec!["Communication", "Language", "Stage", "Replies"];
        view! { <Table caption="Communications and how many replied" heads=heads rows=rows /> }.written()
    };
    view! {
        <section>
            <h2>"Replies by people"</h2>
            {list}
        </section>
    }
    .written()
}

fn replied(of: &Communication) -> Row {
    let href = format!("/notices/{}/replies", of.notice.id);
    Row::new(cells![
        view! { <a href=href>{of.notice.kind.label()}</a> },
        of.notice.language.label(),
        badge(Kind::Stage, of.notice.stage),
        of.replies.to_string(),
    ])
}

fn table(view: &CorrespondencePage, caption: &'static str, lines: &[&QuestionLine]) -> AnyView {
    let heads = vec!["Question", "Received", "Due", "Who sees to it", "Where it stands"];
    let rows = lines.iter().map(|line| row(view, line)).collect();
    view! { <Table caption=caption heads=heads rows=rows /> }.written()
}

fn row(view: &CorrespondencePage, line: &QuestionLine) -> Row {
    let asked = &line.question.asked;
    let href = format!("/questions/{}", line.question.id);
    let text: String = asked.text.chars().take(120).collect();
    let text = if text.len() < asked.text.len() { format!("{text}…") } else { text };
    let owner = view.case.people.name(asked.owner).to_owned();
    let row = Row::new(cells![
        view! { <a href=href>{asked.name.clone()}</a><p class="title hint">{text}</p> },
        view! { <Time at=asked.received_at /> },
        due(line),
        view! { <Person name=Some(owner) /> },
        state_of(line.question.state),
    ]);
    if line.overdue { row.tone(Tone::Danger) } else { row }
}

fn due(line: &QuestionLine) -> AnyView {
    let Some(at) = line.question.asked.due_at else {
        return view! { <span class="hint">"No due time"</span> }.written();
    };
    let late = line.overdue.then(|| view! { <Badge kind=Kind::Lateness code="overdue" label=left(at) /> });
    view! { <span class="row"><Time at=at />{late}</span>{elsewhere(at, line.zone)} }.written()
}

/// The instant in the zone of who asks, where the reader's is another.
fn elsewhere(at: DateTime<Utc>, zone: Zone) -> Option<AnyView> {
    let other = Reader::current().zone != zone;
    other.then(|| view! { <p class="hint">{format!("{} ({})", show(at, zone), zone.name())}</p> }.written())
}

fn state_of(state: QuestionState) -> AnyView {
    // The look of the stages that a notice has.
    let code = match state {
        QuestionState::Open => "draft",
        QuestionState::Drafted => "in_review",
        QuestionState::Approved => "approved",
        QuestionState::Answered => "sent",
        QuestionState::Withdrawn => "cancelled",
    };
    view! { <Badge kind=Kind::Stage code=code label=state.label() /> }.written()
}

fn asking(view: &CorrespondencePage, action: String, state: FormState, token: String) -> AnyView {
    let (case, askers, evidence) = (view.case.clone(), view.askers.clone(), view.evidence.clone());
    view! {
        <Form action=action state=state submit="Record the question" kind=ButtonKind::Plain token=token>
            {fields(&case, &askers, &evidence, None)}
        </Form>
    }
    .written()
}

/// The fields of a question: empty, or as it stands.
fn fields(case: &Case, askers: &Askers, evidence: &[Evidence], stored: Option<&Asked>) -> AnyView {
    let named = |id: Option<String>| id.unwrap_or_default();
    let authorities: Vec<Offer> =
        askers.authorities.iter().map(|(id, name)| Offer::new(id.to_string(), name.clone())).collect();
    let controllers: Vec<Offer> =
        askers.controllers.iter().map(|(id, name)| Offer::new(id.to_string(), name.clone())).collect();
    let asker = stored.map_or(Asker::Authority, |asked| asked.asker).code();
    // Where a case has one authority, it is the one that asks.
    let only = askers.authorities.first().filter(|_| authorities.len() == 1 && stored.is_none());
    let authority =
        named(stored.and_then(|a| a.authority).or(only.map(|(id, _)| *id)).map(|id| id.to_string()));
    let controller = named(stored.and_then(|a| a.controller).map(|id| id.to_string()));
    let typed = stored.filter(|a| a.authority.is_none() && a.controller.is_none());
    let name = typed.map(|a| a.name.clone()).unwrap_or_default();
    let way = stored.map(|a| a.way.code()).unwrap_or_default();
    let text = stored.map(|a| a.text.clone()).unwrap_or_default();
    let reference = stored.map(|a| a.reference.clone()).unwrap_or_default();
    let owner = stored.map(|a| a.owner.to_string()).unwrap_or_default();
    let authorities = (!authorities.is_empty()).then(|| view! { <Select name="authority" label="Authority of this case" hint="Only where an authority asks." offers=authorities value=authority none="Another one, named below".to_owned() /> });
    let controllers = (!controllers.is_empty()).then(|| view! { <Select name="controller" label="Controller of this case" hint="Only where a controller asks. An answer is drafted from what concerns it alone." offers=controllers value=controller none="None".to_owned() /> });
    let (received, due) = (stored.map(|a| a.received_at), stored.and_then(|a| a.due_at));
    let zone = format!(
        "Empty where none was set. In the zone of the authority of this case: {}.",
        case.authority_zone.name()
    );
    view! {
        <Radios name="asker" label="Who asks" offers={offers::<Asker>()} value=asker required=true />
        {authorities}
        {controllers}
        <TextField name="name" label="Name" hint="Where it isn’t chosen above." value=name />
        <Select name="way" label="How it came" offers={offers::<QuestionWay>()} value=way required=true />
        <TimeField name="received_at" label="Received" value=received required=true />
        <TextField name="reference" label="Their reference" value=reference />
        <TextArea name="text" label="The question" hint="In their words. A letter with several questions is best recorded as several." value=text required=true />
        <TimeField name="due_at" label="To be answered by" hint=zone value=due />
        <Select name="owner" label="Who sees to the answer" hint="It becomes a task of theirs." offers={offers_of_members(case)} value=owner required=true />
        {evidence_fields(evidence)}
    }
    .written()
}
