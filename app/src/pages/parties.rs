//! The address book: parties that a breach concerns beside ourselves, reused over incidents.

use super::{id, page_number, parameter};
use crate::{
    cells,
    components::{
        Banner, ButtonKind, DefinitionList, Empty, Form, Group, LinkButton, Offer, Pagination, Reference,
        Row, Select, Tab, Table, Tabs, TextArea, TextField, Time, Tone, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit, encode},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::PartyId,
    incident::ReasonInput,
    party::{Party, PartyInput, PartyKind},
    text::Choice,
    view::{
        PAGE,
        parties::{PartyBook, PartyCase, PartyPage},
    },
};
use services::{Error, parties::BookQuery};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/parties", list),
        post("/parties", add),
        get("/parties/new", new),
        get("/parties/{party}", one),
        post("/parties/{party}", edit),
        post("/parties/{party}/retire", retire),
    ]
}

fn asked(visit: &Visit) -> BookQuery {
    BookQuery {
        words: parameter(visit, "q").unwrap_or_default().trim().to_owned(),
        kind: parameter(visit, "kind").and_then(|code| PartyKind::from_code(&code)),
        retired: parameter(visit, "retired").is_some_and(|v| v == "1"),
        page: page_number(visit),
    }
}

async fn list(visit: Visit) -> Response {
    visit.show(listed(&visit).await).await
}

async fn listed(visit: &Visit) -> Shown {
    let asked = asked(visit);
    let book = visit.services.parties(&visit.ctx, &asked).await?;
    Ok(Page::new(Place::Parties, "Parties", move || {
        let add = book.may_add.then(|| view! { <LinkButton href="/parties/new" label="Add a party" /> });
        view! {
            <div class="page-head"><h1>"Parties"</h1>{add}</div>
            <p class="lead">"Controllers, processors, representatives, authorities, insurers and others, as an address book. A case takes its parties from here."</p>
            {tabs(&asked)}
            {search(&asked)}
            {table(book, &asked)}
        }
        .written()
    }))
}

fn tabs(asked: &BookQuery) -> AnyView {
    let tab = |label, href: &str, retired| Tab {
        label,
        href: href.to_owned(),
        count: None,
        current: asked.retired == retired,
    };
    let tabs = vec![tab("In use", "/parties", false), tab("Retired", "/parties?retired=1", true)];
    view! { <Tabs label="Which parties" tabs=tabs /> }.written()
}

fn search(asked: &BookQuery) -> AnyView {
    let kinds: Vec<_> = PartyKind::ALL
        .iter()
        .map(|kind| {
            let chosen = asked.kind == Some(*kind);
            view! { <option value=kind.code() selected=chosen>{kind.label()}</option> }
        })
        .collect();
    let retired = asked.retired.then(|| view! { <input type="hidden" name="retired" value="1" /> });
    view! {
        <form class="row" method="get" action="/parties" role="search">
            <label for="parties-q">"Name, person, address or contract"</label>
            <input id="parties-q" type="search" name="q" value=asked.words.clone() />
            <label for="parties-kind">"Kind"</label>
            <select id="parties-kind" name="kind"><option value="">"any"</option>{kinds}</select>
            {retired}
            <button type="submit" class="button">"Show"</button>
        </form>
    }
    .written()
}

fn table(book: PartyBook, asked: &BookQuery) -> AnyView {
    let filtered = !asked.words.is_empty() || asked.kind.is_some();
    let parties = book.parties;
    if parties.items.is_empty() {
        let title = match (filtered, asked.retired) {
            (true, _) => "No party fits",
            (false, true) => "No party was retired",
            (false, false) => "No party yet",
        };
        return view! {
            <Empty title=title>
                <p>"Add those you would have to look for in an emergency: the processors with their contract hours, the insurer, your representative."</p>
            </Empty>
        }
        .written();
    }
    let base = format!(
        "/parties?q={}&kind={}&retired={}",
        encode(&asked.words),
        asked.kind.map_or("", Choice::code),
        if asked.retired { "1" } else { "0" }
    );
    let rows = parties.items.into_iter().map(row).collect();
    let heads = vec!["Name", "Kind", "Country", "Person", "Reached at", "Contract hours"];
    view! {
        <Table caption="Parties by name" heads=heads rows=rows />
        <Pagination total=parties.total page=parties.page base=base />
    }
    .written()
}

fn row(party: Party) -> Row {
    let href = format!("/parties/{}", party.id);
    let reached = [&party.email, &party.telephone].map(String::as_str).into_iter().filter(|t| !t.is_empty());
    Row::new(cells![
        view! { <a href=href>{party.name.clone()}</a> },
        party.kind.label(),
        party.country.clone(),
        party.contact.clone(),
        reached.collect::<Vec<_>>().join(", "),
        hours(&party),
    ])
}

fn hours(party: &Party) -> String {
    match party.hours {
        Some(hours) if party.kind.is_told_by_us() => format!("we tell within {hours} h"),
        Some(hours) => format!("tells us within {hours} h"),
        None => String::new(),
    }
}

async fn new(visit: Visit) -> Response {
    if !visit.may(Action::AddParty) {
        return visit.no(&Error::Forbidden).await;
    }
    visit.show(adding(&visit, FormState::default())).await
}

async fn add(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<PartyInput>()?;
        let added = visit.services.add_party(&posted.ctx(&visit.ctx), &input).await?;
        Ok(format!("/parties/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| adding(&visit, state)).await
}

fn adding(visit: &Visit, state: FormState) -> Shown {
    let token = visit.ctx.fresh.secret();
    Ok(Page::new(Place::Parties, "Add a party", move || {
        view! {
            <h1>"Add a party"</h1>
            <Form action="/parties" state=state submit="Add the party" token=token cancel="/parties".to_owned()>
                {fields(None)}
            </Form>
        }
        .written()
    }))
}

fn fields(was: Option<&Party>) -> AnyView {
    let of = |get: fn(&Party) -> &String| was.map(|p| get(p).clone()).unwrap_or_default();
    let (contract, notes) = (of(|p| &p.contract), of(|p| &p.notes));
    let kind = was.map(|p| p.kind.code()).unwrap_or_default();
    let hours = was.and_then(|p| p.hours).map(|h| h.to_string()).unwrap_or_default();
    view! {
        <TextField name="name" label="Name" value=of(|p| &p.name) required=true />
        <Select name="kind" label="Kind" value=kind offers={offers::<PartyKind>()} none="Choose".to_owned() required=true />
        <TextField name="country" label="Country" hint="Two letters, as in DE or US." value=of(|p| &p.country) />
        <TextField name="contact" label="Person to ask for" value=of(|p| &p.contact) />
        <TextField name="email" label="E-mail" hint="A notice to a controller goes there." kind="email" value=of(|p| &p.email) />
        <TextField name="telephone" label="Telephone" value=of(|p| &p.telephone) />
        <TextArea name="address" label="Address" value=of(|p| &p.address) rows=3 />
        <Group legend="Contract, with a controller or a processor">
            <TextField name="hours" label="Hours" hint="Within so many hours a processor tells you, or you tell a controller." inputmode="numeric" value=hours />
            <TextField name="contract" label="Contract and clause" value=contract />
        </Group>
        <TextArea name="notes" label="Notes" value=notes rows=3 />
    }
    .written()
}

async fn one(visit: Visit, Path(raw): Path<String>) -> Response {
    let shown = async { shown(&visit, id(&raw)?, FormState::default()).await };
    visit.show(shown.await).await
}

async fn edit(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (party, input) = (id::<PartyId>(&raw)?, posted.input::<PartyInput>()?);
        visit.services.edit_party(&posted.ctx(&visit.ctx), party, &input).await?;
        Ok(format!("/parties/{party}"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, id(&raw)?, state).await).await
}

async fn retire(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (party, input) = (id::<PartyId>(&raw)?, posted.input::<ReasonInput>()?);
        visit.services.retire_party(&posted.ctx(&visit.ctx), party, &input).await?;
        Ok(format!("/parties/{party}"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, id(&raw)?, state).await).await
}

async fn shown(visit: &Visit, party: PartyId, state: FormState) -> Shown {
    let view = visit.services.party(&visit.ctx, party).await?;
    Ok(Page::new(Place::Parties, view.party.name.clone(), move || {
        let retired = view.party.retired_at.map(|at| {
            let why = format!(": {}", view.party.retired_reason);
            view! { <Banner>"Retired "<Time at=at />{why}</Banner> }
        });
        let edits = (view.may_edit && view.party.retired_at.is_none()).then(|| editing(&view.party, state));
        view! {
            <p><a href="/parties">"All parties"</a></p>
            <div class="page-head"><h1>{view.party.name.clone()}</h1></div>
            {retired}
            <section class="card">{about(&view.party)}</section>
            {cases(&view)}
            {edits}
        }
        .written()
    }))
}

fn about(party: &Party) -> AnyView {
    let mut items: Vec<(&'static str, AnyView)> = vec![("Kind", party.kind.label().written())];
    let texts = [
        ("Country", party.country.clone()),
        ("Person", party.contact.clone()),
        ("E-mail", party.email.clone()),
        ("Telephone", party.telephone.clone()),
        ("Address", party.address.clone()),
        ("Contract", party.contract.clone()),
        ("Contract hours", hours(party)),
        ("Notes", party.notes.clone()),
    ];
    let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
    items.extend(said.map(|(term, text)| (term, view! { <span class="said">{text}</span> }.written())));
    view! { <DefinitionList items=items /> }.written()
}

fn cases(view: &PartyPage) -> AnyView {
    if view.cases.is_empty() {
        return view! {
            <Empty title="In no case that you may see"><p>"It is brought into a case under “Parties” of that case."</p></Empty>
        }
        .written();
    }
    let more = view.all_cases.saturating_sub(PAGE);
    let more = (more > 0).then(|| view! { <p class="hint">{format!("And {more} older ones.")}</p> });
    let rows = view.cases.iter().map(case).collect();
    view! {
        <section>
            <h2>"Cases"</h2>
            <Table caption="Cases in which it takes part, as far as you may see them" heads=vec!["Case", "As", "Since", "Until"] rows=rows />
            {more}
        </section>
    }
    .written()
}

fn case(case: &PartyCase) -> Row {
    let href = format!("/incidents/{}/parties", case.incident);
    Row::new(cells![
        view! { <Reference href=href reference=case.reference.clone() />" "{case.title.clone()} },
        case.role.label(),
        view! { <Time at=case.added_at /> },
        case.removed_at.map(|at| view! { <Time at=at /> }),
    ])
}

fn editing(party: &Party, state: FormState) -> AnyView {
    let base = format!("/parties/{}", party.id);
    let retire = format!("{base}/retire");
    let (open, retiring) = (state.of(&base).is_some(), state.of(&retire).is_some());
    let (revision, was) = (Some(party.revision), party.clone());
    view! {
        <details class="card" open=open>
            <summary>"Edit"</summary>
            <Form action=base state=state.clone() submit="Save" revision=revision>{fields(Some(&was))}</Form>
        </details>
        <details class="card" open=retiring>
            <summary>"Retire"</summary>
            <p class="hint">"It is offered for no new case any more. Where it takes part it stays, and nothing about it is deleted."</p>
            <Form action=retire state=state submit="Retire the party" kind=ButtonKind::Danger revision=revision>
                <TextArea name="reason" label="Why" rows=2 required=true />
            </Form>
        </details>
    }
    .written()
}

/// Parties as a form offers them.
pub(crate) fn party_offers(parties: &[Party]) -> Vec<Offer> {
    parties.iter().map(|p| Offer::new(p.id.to_string(), format!("{} ({})", p.name, p.kind))).collect()
}

/// What is to be mended, each in a banner of its own.
pub(crate) fn mended(warnings: &[&'static str]) -> AnyView {
    let all: Vec<_> = warnings
        .iter()
        .copied()
        .map(|words| view! { <Banner tone=Tone::Attention>{words}</Banner> })
        .collect();
    all.written()
}
