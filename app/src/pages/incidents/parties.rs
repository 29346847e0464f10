//! The parties of an incident: who takes part and as what, what they were told, and the controllers we process for.

mod controllers;
mod one;

use super::{
    super::{
        id,
        parties::{mended, party_offers},
    },
    frame::{TabName, address, can, frame, page},
    told,
};
use crate::{
    cells,
    components::{
        ButtonKind, Empty, Form, Group, Kind, Offer, PostButton, Radios, Row, Select, Table, TextArea,
        TextField, Time, TimeField, badge, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::IncidentId,
    party::{
        Party, PartyKind,
        in_case::{AddCasePartyInput, CaseParty, HandledAs, PARTIES_MAX, ProcessingInput},
    },
    text::Choice,
    view::parties::{CasePartyLine, ContractClock, PartiesTab},
};
use services::{Error, parties::DraftAllInput};

pub(super) fn routes() -> Vec<PageRoute> {
    let mut routes = vec![
        get("/incidents/{id}/parties", parties),
        post("/incidents/{id}/parties", add),
        post("/incidents/{id}/processing", set_processing),
        post("/incidents/{id}/controller-notices", draft_all),
    ];
    routes.extend(one::routes());
    routes
}

async fn parties(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<AddCasePartyInput>()?);
        visit.services.add_case_party(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn set_processing(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<ProcessingInput>()?);
        visit.services.set_processing(&posted.ctx(&visit.ctx), incident, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn draft_all(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<DraftAllInput>()?);
        visit.services.draft_controller_notices(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

/// Answers a form of this page: back to it, or again with what was typed.
async fn answered(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/parties"));
    visit.answer(done, posted, async |state| shown(visit, raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.parties_of(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Parties, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Parties, content)
    }))
}

fn content(view: &PartiesTab, state: &FormState, token: &str) -> AnyView {
    let processes = view.processing.capacity.processes() || view.to_tell > 0;
    view! {
        {mended(&view.warnings)}
        {processing(view, state)}
        {processes.then(|| controllers::section(view, state, token))}
        {list(view)}
        {can(&view.case, Action::AddCaseParty).then(|| adding(view, state, token))}
        {removed(view)}
    }
    .written()
}

fn processing(view: &PartiesTab, state: &FormState) -> AnyView {
    let action = format!("{}/processing", address(&view.case.incident));
    let is = &view.processing;
    let since = is.set_at.map(|at| {
        let by = is.set_by.map(|by| view.case.people.name(by).to_owned());
        let why = (!is.why.is_empty()).then(|| format!(": {}", is.why));
        view! { <p class="hint">"Since "<Time at=at />" by "{by}{why}</p> }
    });
    let refused = state.of(&action).is_some();
    let form = can(&view.case, Action::SetProcessing).then(|| {
        let (revision, capacity) = (Some(is.revision), is.capacity.code());
        view! {
            <details open=refused>
                <summary>"Change that"</summary>
                <Form action=action state=state.clone() submit="Save" kind=ButtonKind::Plain revision=revision>
                    <Radios name="capacity" label="How the case is handled" offers={offers::<HandledAs>()} value=capacity required=true />
                    <TextArea name="why" label="How you know" rows=2 />
                </Form>
            </details>
        }
    });
    view! {
        <section class="card">
            <h2>"As what you handle it"</h2>
            <p><strong>{super::clocks::capitalised(is.capacity.label())}</strong></p>
            {since}
            {form}
        </section>
    }
    .written()
}

fn list(view: &PartiesTab) -> AnyView {
    let body = if view.parties.is_empty() {
        view! {
            <Empty title="No party takes part yet">
                <p>"Processors, joint controllers, your insurer, the police: whoever has to be told, or has told you, with their numbers for the matter."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = view.parties.iter().map(|line| row(view, line)).collect();
        let heads = vec!["Party", "Here as", "Told", "Number there", "Contract", "Facts it answers"];
        view! { <Table caption="Parties of this case" heads=heads rows=rows /> }.written()
    };
    view! { <section><h2>"Parties"</h2>{body}</section> }.written()
}

fn row(view: &PartiesTab, line: &CasePartyLine) -> Row {
    let base = format!("{}/parties/{}", address(&view.case.incident), line.in_case.id);
    let id = line.in_case.id.to_string();
    let notifies = line.in_case.notifies.then(|| view! { <p class="hint">"notifies for all of them"</p> });
    Row::new(cells![
        view! { <a id=id href=base.clone()>{line.party.name.clone()}</a>{reached(&line.party)} },
        view! { <div>{line.in_case.role.label()}{notifies}</div> },
        informed(line),
        line.in_case.reference.clone(),
        contract(view, line, &base),
        takes_over(view, line, &base),
    ])
}

fn reached(party: &Party) -> AnyView {
    let words: Vec<&str> = [&party.contact, &party.email, &party.telephone]
        .map(String::as_str)
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect();
    (!words.is_empty()).then(|| view! { <p class="hint">{words.join(", ")}</p> }).written()
}

/// When it was told, or told us, and how.
fn informed(line: &CasePartyLine) -> AnyView {
    let party = &line.in_case;
    let told = line.controller.as_ref().and_then(|c| c.told_at).or(party.informed_at);
    let Some(at) = told else {
        return view! { <span class="nobody">"Not recorded"</span> }.written();
    };
    let how: Vec<&str> = [&party.informed_how, &party.informed_by]
        .map(String::as_str)
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect();
    let how = (!how.is_empty()).then(|| view! { <p class="hint">{how.join(", ")}</p> });
    view! { <Time at=at />{how} }.written()
}

pub(super) fn contract(view: &PartiesTab, line: &CasePartyLine, base: &str) -> AnyView {
    let verb = if line.party.kind.is_told_by_us() { "tell within" } else { "told within" };
    match &line.contract {
        ContractClock::None => ().written(),
        ContractClock::Counting { hours, .. } => {
            let href = format!("{}/clocks", address(&view.case.incident));
            view! { <a href=href>{format!("{verb} {hours} h: counts")}</a> }.written()
        }
        ContractClock::Offered { hours } => {
            let press = can(&view.case, Action::SetClockScope).then(|| {
                view! { <PostButton action=format!("{base}/contract-clock") label="Count it" about=line.party.name.clone() /> }
            });
            view! { <p>{format!("{verb} {hours} h")}</p>{press} }.written()
        }
    }
}

pub(super) fn takes_over(view: &PartiesTab, line: &CasePartyLine, base: &str) -> AnyView {
    let may = can(&view.case, Action::RecordFact);
    let facts = format!("{}/facts", address(&view.case.incident));
    let lines: Vec<_> = line
        .takes_over
        .iter()
        .map(|offer| {
            let press = (may && !offer.done).then(|| {
                let hidden = vec![("key", offer.key.clone())];
                view! { <PostButton action=format!("{base}/take-over") label="Take over" about=offer.label.clone() hidden=hidden /> }
            });
            let done = offer.done.then(|| view! { <span class="hint">" says so"</span> });
            let href = format!("{facts}#{}", offer.key);
            view! { <div><a href=href title=offer.value.clone()>{offer.label.clone()}</a>{done}{press}</div> }
        })
        .collect();
    lines.written()
}

fn adding(view: &PartiesTab, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/parties", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let (offers, none) = (party_offers(&view.book), "A new one, named below".to_owned());
    let hint = if view.book.len() >= PARTIES_MAX { "The first 500 by name are offered." } else { "" };
    let form = view! {
        <Form action=action state=state.clone() submit="Bring it in" token=token.to_owned() kind=ButtonKind::Plain>
            <Select name="party" label="From the address book" hint=hint offers=offers none=none />
            <Group legend="Only for a new one; it comes into the address book, where everybody who works on cases sees it">
                <TextField name="name" label="Name" />
                <TextField name="country" label="Country" hint="Two letters, as in DE or US." />
                <TextField name="contact" label="Person to ask for" />
                <TextField name="email" label="E-mail" kind="email" />
                <TextField name="telephone" label="Telephone" />
                <TextField name="hours" label="Contract hours" hint="Only for a controller or a processor." inputmode="numeric" />
                <TextField name="contract" label="Contract and clause" />
            </Group>
            {part_fields(None)}
        </Form>
    };
    view! { <details class="card" open=refused><summary>"Bring in a party"</summary>{form}</details> }
        .written()
}

/// What is recorded about a party in the case.
pub(super) fn part_fields(was: Option<&CaseParty>) -> AnyView {
    let of = |get: fn(&CaseParty) -> &String| was.map(|p| get(p).clone()).unwrap_or_default();
    let role = was.map(|p| p.role.code()).unwrap_or_default();
    let notifies = was.filter(|p| p.notifies).map(|_| "true").unwrap_or_default();
    let yes = vec![Offer::new("true", "Yes, it notifies for all of them")];
    view! {
        <Select name="role" label="What it is in this case" value=role offers={offers::<PartyKind>()} none="Choose".to_owned() required=true />
        <Select name="notifies" label="Only for joint controllers: does it notify?" hint="Their arrangement says who does (Art. 26). Exactly one is marked." value=notifies offers=yes none="No".to_owned() />
        <TimeField name="informed_at" label="Told" hint="When you told them; for a processor, when it told you." value={was.and_then(|p| p.informed_at)} />
        <TextField name="informed_by" label="Told by whom" value=of(|p| &p.informed_by) />
        <TextField name="informed_how" label="How" hint="By telephone, by e-mail, through a portal." value=of(|p| &p.informed_how) />
        <TextField name="reference" label="Their number for the matter" hint="A police file, an insurance claim." value=of(|p| &p.reference) />
        <TextArea name="notes" label="Notes" value=of(|p| &p.notes) rows=3 />
    }
    .written()
}

fn removed(view: &PartiesTab) -> AnyView {
    if view.removed.is_empty() {
        return ().written();
    }
    let rows = view.removed.iter().map(|(party, book)| {
        let href = format!("{}/parties/{}", address(&view.case.incident), party.id);
        Row::new(cells![
            view! { <a href=href>{book.name.clone()}</a> },
            party.role.label(),
            party.removed_at.map(|at| view! { <Time at=at /> }),
            view! { <span class="said">{party.removed_reason.clone()}</span> },
        ])
    });
    view! {
        <section>
            <h2>"Taken out"</h2>
            <Table caption="Parties that were taken out" heads=vec!["Party", "Was", "Taken out", "Why"] rows=rows.collect() />
        </section>
    }
    .written()
}

/// The notice to a controller, as far as it is.
fn stage(line: &CasePartyLine) -> AnyView {
    match line.controller.as_ref().and_then(|c| c.notice) {
        Some(notice) => {
            let href = format!("/notices/{}", notice.id);
            view! { <a href=href>"Notice"</a>" "{badge(Kind::Stage, notice.stage)} }.written()
        }
        None => view! { <span class="nobody">"None yet"</span> }.written(),
    }
}

/// A page shown again after a single button on it was refused.
async fn pressed(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/parties"));
    let again = async |state: FormState| told(shown(visit, raw, state.clone()).await, &state, posted);
    visit.answer(done, posted, again).await
}
