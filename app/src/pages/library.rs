//! The playbooks: what is offered, read before it is needed; and writing one’s own.

mod begin;
mod draft;
mod files;
mod import;
mod reading;
mod rehearsal;
mod versions;

use super::parameter;
use crate::{
    cells,
    components::{
        Banner, ButtonKind, Digest, Empty, Form, LinkButton, PostButton, Row, Table, TextArea, Time, Tone,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    incident::ReasonInput,
    playbook::edition::{PlaceState, PlaybookOrigin},
    text::Choice,
    view::{
        LibraryRow, People,
        library::{Attention, EditionRow, LibraryPage, Moved, PlaybookPage},
    },
};
use services::library::Shelf;
pub(super) use versions::differences;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/playbooks", list),
        get("/playbooks/new", begin::page),
        post("/playbooks/new", begin::begin),
        get("/playbooks/import", import::page),
        post("/playbooks/import", import::import).uploads(),
        get("/playbooks/{id}", one),
        post("/playbooks/{id}/retire", retire),
        post("/playbooks/{id}/offer", offer),
        get("/playbooks/{id}/draft", draft::page),
        post("/playbooks/{id}/draft", draft::save),
        post("/playbooks/{id}/draft/check", draft::check),
        post("/playbooks/{id}/draft/base", draft::rebase),
        post("/playbooks/{id}/draft/publish", draft::publish),
        post("/playbooks/{id}/draft/decline", draft::decline),
        post("/playbooks/{id}/draft/discard", draft::discard),
        get("/playbooks/{id}/versions/{version}", versions::page),
        get("/playbooks/{id}/difference", versions::difference),
        get("/playbooks/{id}/try", rehearsal::page),
        get("/playbooks/{id}/export", files::export),
    ]
}

async fn list(visit: Visit) -> Response {
    visit.show(list_shown(&visit).await).await
}

async fn list_shown(visit: &Visit) -> Shown {
    let library = visit.services.library_page(&visit.ctx).await?;
    Ok(Page::new(Place::Playbooks, "Playbooks", move || {
        let acts = library.may_edit.then(|| {
            view! {
                <div class="row">
                    <LinkButton href="/playbooks/new" label="Write a playbook" />
                    <LinkButton href="/playbooks/import" label="Import one" kind=ButtonKind::Plain />
                </div>
            }
        });
        view! {
            <div class="page-head"><h1>"Playbooks"</h1>{acts}</div>
            <p class="lead">"What a good team does, step by step. A playbook is followed from the page “Playbook” of an incident; the answers \
                             given there become facts of the incident, and decide which steps come next."</p>
            {attention(&library.attention)}
            {drafts(&library)}
            {offered(library.offered)}
            {off(&library.off, &library.people)}
        }
        .written()
    }))
}

fn attention(all: &[Attention]) -> AnyView {
    if all.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = all
        .iter()
        .map(|one| {
            let href = format!("/playbooks/{}{}", one.playbook, if one.draft { "/draft" } else { "" });
            let draft = one.draft.then_some(" (draft)");
            view! { <li><a href=href>{one.playbook.clone()}</a>{draft}": "{one.message.clone()}</li> }
        })
        .collect();
    view! {
        <section class="card">
            <h2>"Needs attention"</h2>
            <ul class="list">{lines}</ul>
        </section>
    }
    .written()
}

fn drafts(library: &LibraryPage) -> AnyView {
    if library.drafts.is_empty() {
        return ().written();
    }
    let row = |draft: &EditionRow| {
        let href = format!("/playbooks/{}/draft", draft.playbook);
        let name = if draft.title.is_empty() { draft.playbook.clone() } else { draft.title.clone() };
        let state = match (&draft.declined, draft.version) {
            (Some(_), _) => "Sent back",
            (None, 0) => "Has errors",
            _ => "Waits for a second person",
        };
        let by = library.people.name(draft.saved_by).to_owned();
        Row::new(cells![
            view! { <a href=href>{name}</a> },
            view! { <a href=format!("/playbooks/{}", draft.playbook)>{draft.playbook.clone()}</a> },
            version(draft.version),
            state,
            view! { <span><Time at=draft.saved_at />" by "{by}</span> },
        ])
    };
    let rows = library.drafts.iter().map(row).collect();
    let heads = vec!["Draft", "Id", "Version", "State", "Last change"];
    view! {
        <section>
            <h2>"Being written"</h2>
            <Table caption="Drafts of playbooks" heads=heads rows=rows />
        </section>
    }
    .written()
}

/// A version in words: a text that can’t be read has none.
fn version(version: u32) -> String {
    if version == 0 { "not readable".to_owned() } else { version.to_string() }
}

fn offered(playbooks: Vec<LibraryRow>) -> AnyView {
    if playbooks.is_empty() {
        return view! { <Empty title="No playbook is offered."><p>"Your organisation switched all of them off. Offer a built-in one again from its page, below."</p></Empty> }
            .written();
    }
    let (short, long): (Vec<_>, Vec<_>) = playbooks.into_iter().partition(|p| p.called);
    let called = (!short.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Called by other playbooks"</h2>
                <p>"Short ones, each for one part of a response. The others say when to follow them; they can be followed by themselves too."</p>
                {table("Called by other playbooks", short)}
            </section>
        }
    });
    view! { {table("Playbooks", long)}{called} }.written()
}

fn table(caption: &'static str, playbooks: Vec<LibraryRow>) -> AnyView {
    let heads = vec!["Playbook", "When to use it", "Steps", "Questions", "Version", "Source"];
    view! { <Table caption=caption heads=heads rows=playbooks.into_iter().map(row).collect() /> }.written()
}

fn row(playbook: LibraryRow) -> Row {
    let href = format!("/playbooks/{}", playbook.id);
    Row::new(cells![
        view! { <a href=href>{playbook.title}</a> },
        playbook.use_when,
        playbook.steps,
        playbook.questions,
        playbook.version,
        playbook.source.label(),
    ])
}

fn off(all: &[(domain::playbook::edition::Place, String)], people: &People) -> AnyView {
    if all.is_empty() {
        return ().written();
    }
    let row = |(place, title): &(domain::playbook::edition::Place, String)| {
        let href = format!("/playbooks/{}", place.playbook);
        let by = people.name(place.by).to_owned();
        Row::new(cells![
            view! { <a href=href>{title.clone()}</a> },
            place.reason.clone(),
            view! { <span><Time at=place.at />" by "{by}</span> },
        ])
    };
    let rows = all.iter().map(row).collect();
    view! {
        <section>
            <h2>"Not offered"</h2>
            <p>"Your organisation retired these. Cases that follow one go on with the text they began with."</p>
            <Table caption="Playbooks that are not offered" heads=vec!["Playbook", "Why", "Since"] rows=rows />
        </section>
    }
    .written()
}

async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(one_shown(&visit, &id, FormState::default()).await).await
}

async fn retire(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<ReasonInput>()?;
        visit.services.retire_playbook(&posted.ctx(&visit.ctx), &id, &input).await?;
        Ok(format!("/playbooks/{id}"))
    };
    visit.answer(done.await, &posted, async |state| one_shown(&visit, &id, state).await).await
}

async fn offer(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<ReasonInput>()?;
        visit.services.offer_built_in(&posted.ctx(&visit.ctx), &id, &input).await?;
        Ok(format!("/playbooks/{id}"))
    };
    visit.answer(done.await, &posted, async |state| one_shown(&visit, &id, state).await).await
}

async fn one_shown(visit: &Visit, id: &str, state: FormState) -> Shown {
    let page = visit.services.playbook_page(&visit.ctx, id).await?;
    let shelf = visit.services.shelf(&visit.ctx).await?;
    let token = visit.ctx.fresh.secret();
    let title = title(&page);
    Ok(Page::new(Place::Playbooks, title.clone(), move || {
        let hint = page.playbook.as_ref().map(|playbook| {
            let words = format!("Version {} · {}", playbook.version, page.origin.label());
            view! { <p class="hint">{words}" · "<Digest sha256=playbook.digest() /></p> }
        });
        let text = page.playbook.as_ref().map(|playbook| reading::text(playbook, &title_of(&shelf)));
        view! {
            <p><a href="/playbooks">"All playbooks"</a></p>
            <div class="page-head"><h1>{title}</h1>{hint}</div>
            {placed(&page)}
            {moved(&page.id, page.moved.as_ref(), "")}
            {ways(&page, token)}
            {text}
            {editions(&page)}
            {acts(&page, &state)}
        }
        .written()
    }))
}

/// The titles of playbooks that are offered.
fn title_of(shelf: &Shelf) -> impl Fn(&str) -> Option<String> {
    |id: &str| shelf.find(id).map(|called| called.title.clone())
}

fn title(page: &PlaybookPage) -> String {
    let known = page.playbook.as_ref().or(page.built_in.as_ref()).map(|p| p.title.clone());
    let written = || page.editions.iter().find(|e| !e.title.is_empty()).map(|e| e.title.clone());
    known.or_else(written).unwrap_or_else(|| page.id.clone())
}

/// That it isn’t offered, and why.
fn placed(page: &PlaybookPage) -> AnyView {
    if page.playbook.is_some() {
        return ().written();
    }
    match &page.place {
        Some(place) if place.state == PlaceState::Off => {
            let (at, by, reason) = (place.at, page.people.name(place.by).to_owned(), place.reason.clone());
            view! { <Banner>"Not offered since "<Time at=at />", by "{by}": "{reason}</Banner> }.written()
        }
        _ => {
            view! { <Banner>"This playbook isn’t offered yet. A second person publishes its draft."</Banner> }
                .written()
        }
    }
}

/// The playbook that a version was copied from has changed since.
fn moved(id: &str, moved: Option<&Moved>, which: &str) -> AnyView {
    let Some(moved) = moved else { return ().written() };
    let words = format!("This was copied from version {} of “{}”. ", moved.from, moved.title);
    let now = if moved.to == moved.from {
        "Its text has changed since: ".to_owned()
    } else {
        format!("The program comes with version {} by now: ", moved.to)
    };
    let to = if moved.playbook == id {
        format!("/playbooks/{id}/difference?from=base&to=built-in{which}")
    } else {
        format!("/playbooks/{}", moved.playbook)
    };
    view! {
        <Banner tone=Tone::Attention>{words}{now}<a href=to>"what changed there"</a>"."</Banner>
    }
    .written()
}

/// Where to go from here.
fn ways(page: &PlaybookPage, token: String) -> AnyView {
    let base = format!("/playbooks/{}", page.id);
    let offered = page.playbook.is_some();
    let rehearse = offered.then(|| {
        view! { <LinkButton href=format!("{base}/try") label="Try it with invented answers" kind=ButtonKind::Plain /> }
    });
    let draft = page.draft.is_some().then(|| {
        view! { <LinkButton href=format!("{base}/draft") label="Go to the draft" kind=ButtonKind::Plain /> }
    });
    let next = (page.may_edit && page.draft.is_none() && offered).then(|| {
        let hidden = vec![("copy_of", page.id.clone()), ("form_token", token)];
        let label = if page.origin == PlaybookOrigin::Own { "Write the next version" } else { "Adapt it" };
        view! { <PostButton action="/playbooks/new" label=label hidden=hidden /> }
    });
    let copy = (page.may_edit && offered).then(|| {
        let href = format!("/playbooks/new?copy_of={}", page.id);
        view! { <LinkButton href=href label="Copy it under another name" kind=ButtonKind::Quiet /> }
    });
    let differs = (page.origin == PlaybookOrigin::Own && page.built_in.is_some() && offered).then(|| {
        let href = format!("{base}/difference?from=built-in&to=offered");
        view! { <a href=href>"How it differs from the built-in one"</a> }
    });
    let file = |format: &str, label: &'static str| {
        view! { <a href=format!("{base}/export?format={format}")>{label}</a> }
    };
    let files = offered.then(|| {
        view! {
            <p class="row">"As a file: "{file("toml", "TOML")}" "{file("markdown", "Markdown, for paper")}" "{file("cacao", "CACAO 2.0")}</p>
        }
    });
    view! {
        <div class="row">{rehearse}{draft}{next}{copy}</div>
        {differs}
        {files}
    }
    .written()
}

fn editions(page: &PlaybookPage) -> AnyView {
    if page.editions.is_empty() {
        return ().written();
    }
    let row = |edition: &EditionRow| {
        let href = format!("/playbooks/{}/versions/{}", page.id, edition.id);
        let by = page.people.name(edition.saved_by).to_owned();
        let published = edition.published.as_ref().map(|said| {
            let by = page.people.name(said.by).to_owned();
            view! { <Time at=said.at />" by "{by} }
        });
        let ended = edition.ended.as_ref().map(|said| {
            let by = page.people.name(said.by).to_owned();
            view! { {said.reason.clone()}" ("<Time at=said.at />", "{by}")" }
        });
        Row::new(cells![
            view! { <a href=href>{version(edition.version)}</a> },
            edition.state.label(),
            view! { <Time at=edition.saved_at />" by "{by} },
            published,
            ended,
            view! { <Digest sha256=edition.digest.clone() /> },
        ])
    };
    let heads = vec!["Version", "State", "Last change", "Published", "Ended", "Digest"];
    let rows = page.editions.iter().map(row).collect();
    let compare = format!("/playbooks/{}/difference", page.id);
    view! {
        <section>
            <h2>"Versions of your organisation"</h2>
            <Table caption="Versions of your organisation" heads=heads rows=rows />
            <p><a href=compare>"Compare versions"</a></p>
        </section>
    }
    .written()
}

fn acts(page: &PlaybookPage, state: &FormState) -> AnyView {
    if !page.may_publish {
        return ().written();
    }
    let (base, revision) = (format!("/playbooks/{}", page.id), Some(page.revision()));
    let placed = page.place.as_ref().map_or(PlaceState::BuiltIn, |place| place.state);
    let retires = (page.playbook.is_some() || placed == PlaceState::Own).then(|| {
        view! {
            <section>
                <h2>"Retire it"</h2>
                <p>"No new case is offered this playbook any more. Cases that follow it go on with the text they began with."</p>
                <Form action=format!("{base}/retire") state=state.clone() submit="Retire it" kind=ButtonKind::Danger revision=revision>
                    <TextArea name="reason" label="Why" rows=2 required=true />
                </Form>
            </section>
        }
    });
    let offers = (placed != PlaceState::BuiltIn && page.built_in.is_some()).then(|| {
        view! {
            <section>
                <h2>"Offer the built-in version again"</h2>
                <Form action=format!("{base}/offer") state=state.clone() submit="Offer the built-in version" kind=ButtonKind::Plain revision=revision>
                    <TextArea name="reason" label="Why" rows=2 required=true />
                </Form>
            </section>
        }
    });
    view! { {retires}{offers} }.written()
}

/// A parameter of the address; empty where there is none.
fn asked(visit: &Visit, name: &str) -> String {
    parameter(visit, name).unwrap_or_default()
}
