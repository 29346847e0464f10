//! The recipients of a communication: files of them, the list, and when what is known of them is removed.

mod file;
mod otherwise;
mod own_language;
mod upload;

use super::super::{
    id,
    incidents::frame::{TabName, can, frame},
    page_number,
};
use crate::{
    cells,
    components::{
        Banner, DefinitionList, Digest, Empty, FileField, Form, Pagination, Row, Table, TextArea, TextField,
        Time, Tone, button::ButtonKind,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    delivery::LIST_MAX,
    id::NoticeId,
    incident::ReasonInput,
    recipient::{
        FILE_MAX, FindInput, Person,
        file::{FileState, RecipientFile},
    },
    text::Choice,
    view::recipients::{FoundRecipient, Keeping, ListedPerson, RecipientsPage},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/notices/{notice}/recipients", page),
        post("/notices/{notice}/recipients/files", upload::upload).uploads(),
        get("/notices/{notice}/recipients/files/{file}", file::page),
        post("/notices/{notice}/recipients/files/{file}/columns", file::columns),
        post("/notices/{notice}/recipients/files/{file}/take", file::take),
        post("/notices/{notice}/recipients/files/{file}/drop", file::drop_it),
        get("/notices/{notice}/recipients/files/{file}/wrong", file::wrong),
        get("/notices/{notice}/recipients/list", list),
        post("/notices/{notice}/recipients/find", find),
        post("/notices/{notice}/recipients/own-language", own_language::begin),
        post("/notices/{notice}/recipients/purge", purge),
        get("/notices/{notice}/recipients/otherwise", otherwise::page),
        post("/notices/{notice}/recipients/otherwise", otherwise::mark),
        get("/notices/{notice}/recipients/otherwise/letters", otherwise::letters),
        get("/notices/{notice}/recipients/otherwise/csv", otherwise::csv),
    ]
}

fn here(notice: NoticeId) -> String {
    format!("/notices/{notice}/recipients")
}

async fn page(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default(), None).await).await
}

async fn find(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<FindInput>()?);
        visit.services.find_recipient(&posted.ctx(&visit.ctx), notice, &input).await
    };
    match found.await {
        Ok(found) => visit.show(shown(&visit, &raw, FormState::default(), Some(found)).await).await,
        Err(why) => {
            let again = async |state: FormState| shown(&visit, &raw, state, None).await;
            visit.answer(Err(why), &posted, again).await
        }
    }
}

async fn purge(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<ReasonInput>()?);
        visit.services.purge_recipients(&posted.ctx(&visit.ctx), notice, &input).await?;
        Ok(here(notice))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state, None).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState, found: Option<FoundRecipient>) -> Shown {
    let view = visit.services.recipients(&visit.ctx, id::<NoticeId>(raw)?).await?;
    let title = format!("{}: recipients", view.case.incident.reference);
    Ok(Page::new(Place::Notices, title, move || {
        let opens = can(&view.case, Action::ReadRecipients) || view.case.may(Action::ReadRecipients);
        let content = view! {
            {head(&view, opens)}
            {own_language::section(&view, &state)}
            {telling(&view, opens)}
            {adding(&view, &state)}
            {files(&view, opens)}
            {opens.then(|| finding(&view, &state, found.as_ref()))}
            {keeping(&view, &state)}
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

fn head(view: &RecipientsPage, opens: bool) -> AnyView {
    let notice = &view.notice;
    let back = format!("/notices/{}", notice.id);
    let people = notice.people();
    let list = if people == 0 {
        view! { <Empty title="Nobody yet"><p>"Read a file in below, or type up to 500 addresses on the page of the communication."</p></Empty> }
            .written()
    } else {
        let mut items: Vec<(&'static str, AnyView)> = vec![("People", people.to_string().written())];
        for (channel, count) in &view.channels {
            items.push((channel.label(), count.to_string().written()));
        }
        if !notice.list.is_empty() {
            let digest =
                view! { <Digest sha256=notice.list.digest.clone() />" It is part of what is approved." };
            items.push(("Digest of the list", digest.written()));
        }
        let open = opens.then(|| {
            let href = format!("{}/list", here(notice.id));
            view! { <p><a href=href>"Open the list"</a>" "<span class="hint">"Who opens it is written into the journal."</span></p> }
        });
        view! { <DefinitionList items=items />{open} }.written()
    };
    view! {
        <section>
            <p><a href=back>"Back to the communication"</a></p>
            <h2>"Recipients"</h2>
            {list}
        </section>
    }
    .written()
}

/// How many know of it, once it was released, and the way to those who get no mail.
fn telling(view: &RecipientsPage, opens: bool) -> AnyView {
    let counted = view.notice.sent_at.map(|_| otherwise::counted(view.informed));
    let href = format!("{}/otherwise", here(view.notice.id));
    let list = opens.then(|| {
        view! { <p><a href=href>"Told by letter or telephone, and not reached by mail"</a></p> }
    });
    view! {
        <section id="informed">
            <h2>"Who knows of it"</h2>
            {counted}
            {list}
        </section>
    }
    .written()
}

fn adding(view: &RecipientsPage, state: &FormState) -> AnyView {
    if !view.notice.stage.is_editable() || !can(&view.case, Action::ImportRecipients) {
        return ().written();
    }
    let action = format!("{}/files", here(view.notice.id));
    let hint = format!(
        "CSV in UTF-8 (with commas, semicolons or tabs) or XLSX, of which the first sheet is read. At most {} MiB and {LIST_MAX} rows.",
        FILE_MAX >> 20
    );
    let state = state.clone();
    view! {
        <section>
            <h2>"Read a file in"</h2>
            <p>"The first row names the columns. You see next which column is taken for what, and the first rows as they would be read; nothing counts until you take them over."</p>
            <p class="hint">"Whoever is on the list with the same address or reference is replaced, everybody else is added. Any change of the list makes an approval void."</p>
            <Form action=action state=state submit="Read it" multipart=true>
                <FileField name="file" label="File" hint=hint required=true />
            </Form>
        </section>
    }
    .written()
}

fn files(view: &RecipientsPage, opens: bool) -> AnyView {
    if view.files.is_empty() {
        return ().written();
    }
    let heads = vec!["File", "Read in", "State", "Rows", "New", "Replaced", "Merged", "Wrong"];
    let rows = view.files.iter().map(|file| file_row(view, file, opens)).collect();
    view! {
        <section>
            <h2>"Files"</h2>
            <Table caption="Files that were read in, the newest first" heads=heads rows=rows />
        </section>
    }
    .written()
}

fn file_row(view: &RecipientsPage, file: &RecipientFile, opens: bool) -> Row {
    let href = format!("{}/files/{}", here(view.notice.id), file.id);
    let name = if opens {
        view! { <a href=href>{file.name.clone()}</a> }.written()
    } else {
        file.name.clone().written()
    };
    let by = view.case.people.name(file.read_by).to_owned();
    let counted =
        |count: u64| if file.state == FileState::Taken { count.to_string() } else { "–".to_owned() };
    Row::new(cells![
        name,
        view! { <Time at=file.read_at />" by "{by} },
        file.state.label(),
        file.rows.to_string(),
        counted(file.counts.taken),
        counted(file.counts.replaced),
        counted(file.counts.merged),
        counted(file.counts.wrong),
    ])
}

fn finding(view: &RecipientsPage, state: &FormState, found: Option<&FoundRecipient>) -> AnyView {
    let action = format!("{}/find", here(view.notice.id));
    let state = state.clone();
    view! {
        <section id="find">
            <h2>"Was somebody told?"</h2>
            <p>"For a person who asks. It works after the list was removed, too; that you looked is written into the journal, and not for whom."</p>
            {found.map(answer)}
            <Form action=action state=state submit="Look" kind=ButtonKind::Plain compact=true>
                <TextField name="asked" label="E-mail address" hint="Or the reference, of somebody who has no address on the list." required=true />
            </Form>
        </section>
    }
    .written()
}

fn answer(found: &FoundRecipient) -> AnyView {
    let Some(channel) = found.channel else {
        return view! { <Banner tone=Tone::Attention>"Not among the recipients of this communication."</Banner> }.written();
    };
    let mail = match (found.state, found.accepted_at) {
        (Some(_), Some(at)) => view! { "The mail was accepted by the relay "<Time at=at />"." }.written(),
        (Some(state), None) => format!("The mail: {}.", state.label()).written(),
        (None, _) => "There is no mail to them yet.".written(),
    };
    view! { <Banner tone=Tone::Neutral>{format!("Among the recipients, by {}. ", channel.label())}{mail}</Banner> }.written()
}

fn keeping(view: &RecipientsPage, state: &FormState) -> AnyView {
    let Keeping { days, finished_at, due_at, purging_at, purged_at } = view.keeping;
    let says = match (purged_at, purging_at, due_at) {
        (Some(at), ..) => view! { <p>"Removed "<Time at=at />": of each person a digest is left, with what became of the mail and when."</p> }.written(),
        (None, Some(at), _) => view! { <p>"Being removed since "<Time at=at />"."</p> }.written(),
        (None, None, Some(at)) => view! { <p>"Removed by itself "<Time at=at />". Of each person a digest stays, with what became of the mail and when."</p> }.written(),
        (None, None, None) => {
            let words = format!("Removed by itself {days} days after the last mail had its outcome. Of each person a digest stays, with what became of the mail and when.");
            view! { <p>{words}</p> }.written()
        }
    };
    let may = finished_at.is_some() && purging_at.is_none() && view.case.may(Action::PurgeRecipients);
    let form = may.then(|| {
        let action = format!("{}/purge", here(view.notice.id));
        let open = state.has(&action);
        let state = state.clone();
        view! {
            <details class="card" open=open>
                <summary>"Remove them now"</summary>
                <p class="hint">"Names, addresses and everything else in the list and its files are gone for good, also for those who are still to get a letter or a call."</p>
                <Form action=action state=state submit="Remove what is known of them" kind=ButtonKind::Danger>
                    <TextArea name="reason" label="Why" required=true rows=2 />
                </Form>
            </details>
        }
    });
    view! {
        <section id="keeping">
            <h2>"How long they are kept"</h2>
            {says}
            <p class="hint">"The list is encrypted on the disk, with the key of this installation."</p>
            {form}
        </section>
    }
    .written()
}

async fn list(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(listed(&visit, &raw).await).await
}

async fn listed(visit: &Visit, raw: &str) -> Shown {
    let notice = id::<NoticeId>(raw)?;
    let view = visit.services.open_recipients(&visit.ctx, notice, page_number(visit)).await?;
    Ok(Page::new(Place::Notices, "List of recipients", move || {
        let people = view.people;
        let list = if people.items.is_empty() {
            view! { <Empty title="Nobody here"><p>"Read a file in first, or go back a page."</p></Empty> }
                .written()
        } else {
            let heads = vec!["Place", "Person", "How", "Language", "Reference", "Digest"];
            let rows = people.items.iter().map(listed_row).collect();
            view! { <Table caption="Recipients, in the order of the list" heads=heads rows=rows /> }.written()
        };
        let (back, base) = (here(notice), format!("{}/list", here(notice)));
        let content = view! {
            <section>
                <p><a href=back>"Back to the recipients"</a></p>
                <h2>"List of recipients"</h2>
                {list}
                <Pagination total=people.total page=people.page base=base />
            </section>
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

fn listed_row(listed: &ListedPerson) -> Row {
    let digest = view! { <Digest sha256=listed.digest.clone() /> }.written();
    let place = listed.place.to_string();
    let Some(person) = &listed.person else {
        let gone = view! { <span class="hint">"removed"</span> };
        return Row::new(cells![place, gone, "", "", "", digest]);
    };
    Row::new(cells![
        place,
        whole(person),
        person.channel.label(),
        person.language.map(Choice::label).unwrap_or_default(),
        person.reference.clone(),
        digest
    ])
}

/// Name and where to reach somebody, a line each.
fn whole(person: &Person) -> AnyView {
    let lines = [&person.name, &person.email, &person.telephone].into_iter().chain(&person.postal);
    let own = person.fields.iter().map(|(name, value)| format!("{name}: {value}"));
    let lines: Vec<_> = lines
        .filter(|line| !line.is_empty())
        .cloned()
        .chain(own)
        .map(|line| view! { <span class="said">{line}</span><br /> })
        .collect();
    view! { <span>{lines}</span> }.written()
}
