//! One party of an incident: what is recorded about it here, and the facts about a controller that we process for.

use super::{
    super::{
        super::id,
        answer::{self, Begun},
        facts::ground,
        frame::{TabName, address, can, frame, page},
    },
    part_fields, pressed,
};
use crate::{
    cells,
    components::{
        Banner, ButtonKind, DefinitionList, Form, Hidden, Kind, Offer, Row, Select, Table, TextArea, Time,
        badge,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    fact::{Fact, catalogue::catalogue, record::RecordFactInput},
    id::{CasePartyId, IncidentId},
    incident::ReasonInput,
    notice::template::NoticeKind,
    party::in_case::CasePartyInput,
    text::Choice,
    view::parties::{CasePartyPage, ControllerFact},
};
use services::{Error, parties::TakeOverInput};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/parties/{party}", one),
        post("/incidents/{id}/parties/{party}", edit),
        post("/incidents/{id}/parties/{party}/remove", remove),
        post("/incidents/{id}/parties/{party}/take-over", take_over),
        post("/incidents/{id}/parties/{party}/contract-clock", count_contract),
        post("/incidents/{id}/parties/{party}/facts/{key}", record),
    ]
}

fn ids(raw: &str, party: &str) -> Result<(IncidentId, CasePartyId), Error> {
    Ok((id(raw)?, id(party)?))
}

async fn one(visit: Visit, Path((raw, party)): Path<(String, String)>) -> Response {
    visit.show(shown(&visit, &raw, &party, FormState::default()).await).await
}

async fn edit(visit: Visit, Path((raw, party)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, party) = ids(&raw, &party)?;
        let input = posted.input::<CasePartyInput>()?;
        visit.services.edit_case_party(&posted.ctx(&visit.ctx), incident, party, &input).await
    };
    answered(&visit, (&raw, &party), &posted, "", done.await).await
}

async fn remove(visit: Visit, Path((raw, party)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, party) = ids(&raw, &party)?;
        let input = posted.input::<ReasonInput>()?;
        visit.services.remove_case_party(&posted.ctx(&visit.ctx), incident, party, &input).await
    };
    answered(&visit, (&raw, &party), &posted, "", done.await).await
}

async fn take_over(visit: Visit, Path((raw, party)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, party) = ids(&raw, &party)?;
        let input = posted.input::<TakeOverInput>()?;
        visit.services.take_over(&posted.ctx(&visit.ctx), incident, party, &input).await.map(|_| ())
    };
    pressed(&visit, &raw, &posted, done.await).await
}

async fn count_contract(
    visit: Visit,
    Path((raw, party)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, party) = ids(&raw, &party)?;
        visit.services.count_contract(&posted.ctx(&visit.ctx), incident, party).await
    };
    pressed(&visit, &raw, &posted, done.await).await
}

async fn record(
    visit: Visit,
    Path((raw, party, key)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, party) = ids(&raw, &party)?;
        let input = posted.input::<RecordFactInput>()?;
        let ctx = posted.ctx(&visit.ctx);
        visit.services.record_controller_fact(&ctx, incident, party, &key, &input).await.map(|_| ())
    };
    answered(&visit, (&raw, &party), &posted, "#facts", done.await).await
}

/// Answers a form of this page: back to it, or again with what was typed.
async fn answered(
    visit: &Visit,
    (raw, party): (&str, &str),
    posted: &Posted,
    part: &'static str,
    done: Result<(), Error>,
) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/parties/{party}{part}"));
    visit.answer(done, posted, async |state| shown(visit, raw, party, state).await).await
}

async fn shown(visit: &Visit, raw: &str, party: &str, state: FormState) -> Shown {
    let (incident, party) = ids(raw, party)?;
    let view = visit.services.case_party(&visit.ctx, incident, party).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Parties, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Parties, content)
    }))
}

fn base(view: &CasePartyPage) -> String {
    format!("{}/parties/{}", address(&view.case.incident), view.line.in_case.id)
}

fn content(view: &CasePartyPage, state: &FormState, token: &str) -> AnyView {
    let back = format!("{}/parties", address(&view.case.incident));
    let (party, book) = (&view.line.in_case, &view.line.party);
    let removed = party.removed_at.map(|at| {
        let why = format!(": {}", party.removed_reason);
        view! { <Banner>"Taken out of the case "<Time at=at />{why}</Banner> }
    });
    let name = book.name.clone();
    let edits = party.takes_part() && can(&view.case, Action::EditCaseParty);
    view! {
        <section>
            <p><a href=back>"All parties of this incident"</a></p>
            <div class="page-head"><h2>{name}</h2></div>
            {removed}
            {about(view)}
        </section>
        {facts(view, state, token)}
        {notice(view, state, token)}
        {edits.then(|| editing(view, state))}
    }
    .written()
}

fn about(view: &CasePartyPage) -> AnyView {
    let (party, book) = (&view.line.in_case, &view.line.party);
    let text = |text: &str| view! { <span class="said">{text.to_owned()}</span> }.written();
    let in_book = format!("/parties/{}", book.id);
    let mut items = vec![
        ("Here as", party.role.label().written()),
        ("Address book", view! { <a href=in_book>{book.card()}</a> }.written()),
        (
            "Brought in",
            view! { <Time at=party.added_at />" by "{view.case.people.name(party.added_by).to_owned()} }
                .written(),
        ),
    ];
    if party.notifies {
        items.push(("Joint controllers", "It notifies for all of them (Art. 26)".written()));
    }
    let told = view.line.controller.as_ref().and_then(|c| c.told_at).or(party.informed_at);
    if let Some(at) = told {
        items.push(("Told", view! { <Time at=at /> }.written()));
    }
    let texts = [
        ("Told by", &party.informed_by),
        ("How", &party.informed_how),
        ("Number there", &party.reference),
        ("Notes", &party.notes),
    ];
    items.extend(texts.into_iter().filter(|(_, t)| !t.is_empty()).map(|(term, t)| (term, text(t))));
    view! { <DefinitionList items=items /> }.written()
}

fn editing(view: &CasePartyPage, state: &FormState) -> AnyView {
    let action = base(view);
    let remove = format!("{action}/remove");
    let (open, removing) = (state.of(&action).is_some(), state.of(&remove).is_some());
    let was = view.line.in_case.clone();
    let revision = Some(was.revision);
    view! {
        <details class="card" open=open>
            <summary>"Edit"</summary>
            <Form action=action state=state.clone() submit="Save" revision=revision>{part_fields(Some(&was))}</Form>
        </details>
        <details class="card" open=removing>
            <summary>"Take it out of the case"</summary>
            <p class="hint">"It stays in the history with the reason. The clock of its contract ends in this case."</p>
            <Form action=remove state=state.clone() submit="Take it out" kind=ButtonKind::Danger revision=revision>
                <TextArea name="reason" label="Why" rows=2 required=true />
            </Form>
        </details>
    }
    .written()
}

fn facts(view: &CasePartyPage, state: &FormState, token: &str) -> AnyView {
    if view.facts.is_empty() {
        return ().written();
    }
    let all: Vec<_> = view.facts.iter().map(|fact| answer(view, fact, state, token)).collect();
    view! {
        <section id="facts">
            <h2>"What is known about its data"</h2>
            <p class="hint">"These answers are this controller’s alone: the notice to it rests on them and on the times and kinds of the breach, and on nothing else of the case."</p>
            {all}
        </section>
    }
    .written()
}

fn answer(view: &CasePartyPage, of: &ControllerFact, state: &FormState, token: &str) -> AnyView {
    let Some(definition) = catalogue().get(&of.key) else { return ().written() };
    let action = format!("{}/facts/{}", base(view), of.key);
    let refused = state.of(&action).is_some();
    let said = match &of.fact {
        Some(fact) => {
            view! { <span class="said">{of.shown.clone()}</span>" "{badge(Kind::Certainty, fact.certainty)} }
                .written()
        }
        None => view! { <span class="nobody">"No answer"</span> }.written(),
    };
    let may = can(&view.case, Action::RecordFact) && view.line.in_case.is_controller();
    let form = may.then(|| {
        let begun = Begun::with(of.fact.as_ref());
        let (token, evidence) = (token.to_owned(), view.evidence.clone());
        view! {
            <Form action=action state=state.clone() submit="Record the answer" token=token kind=ButtonKind::Plain>
                {answer::fields(definition, begun)}
                {answer::grounds(&evidence)}
            </Form>
        }
    });
    view! {
        <div id=of.key.clone()>
            <p><strong>{definition.label.clone()}</strong>" "{said}</p>
            <details open=refused>
                <summary>"Answer and history"<span class="unseen">" of "{definition.label.clone()}</span></summary>
                {form}
                {history(view, of)}
            </details>
        </div>
    }
    .written()
}

fn history(view: &CasePartyPage, of: &ControllerFact) -> AnyView {
    if of.history.is_empty() {
        return ().written();
    }
    let row = |(fact, shown): &(Fact, String)| {
        Row::new(cells![
            fact.version.to_string(),
            view! { <span class="said">{shown.clone()}</span> },
            badge(Kind::Certainty, fact.certainty),
            view! { <Time at=fact.recorded_at />" by "{view.case.people.name(fact.recorded_by).to_owned()} },
            view! { <span class="said">{fact.reason.clone()}</span> },
            fact.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g)),
        ])
    };
    let rows = of.history.iter().map(row).collect();
    let heads = vec!["Version", "Answer", "Certainty", "Recorded", "Why", "Evidence"];
    view! { <Table caption="Every answer there was, the newest first" heads=heads rows=rows /> }.written()
}

/// A further notice is drafted to one controller by itself.
fn notice(view: &CasePartyPage, state: &FormState, token: &str) -> AnyView {
    if !view.line.in_case.is_controller() || !can(&view.case, Action::DraftNotice) {
        return ().written();
    }
    let action = format!("{}/notices", address(&view.case.incident));
    let languages: Vec<_> = view.languages.iter().map(|l| Offer::new(l.code(), l.label())).collect();
    let there = super::stage(&view.line);
    let controller = view.line.in_case.id.to_string();
    view! {
        <section>
            <h2>"Notice to it"</h2>
            <p>{there}</p>
            <Form action=action state=state.clone() submit="Draft a notice to it" token=token.to_owned() kind=ButtonKind::Plain compact=true>
                <Hidden name="kind" value=NoticeKind::ControllerNotice.code() />
                <Hidden name="controller" value=controller />
                <Select name="language" label="Language" offers=languages required=true />
            </Form>
        </section>
    }
    .written()
}
