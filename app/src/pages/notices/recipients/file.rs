//! A file of recipients: which column is what, its first rows as they would be read, and what came of it.

use super::{here, whole};
use crate::{
    cells,
    components::{
        Banner, Choices, Form, Hidden, LinkButton, Offer, PostButton, Row, Select, Table, Tone,
        button::ButtonKind,
    },
    form::FormState,
    pages::{
        id,
        incidents::{
            frame::{TabName, can, frame},
            told,
        },
    },
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Shown, Visit, attachment},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::{NoticeId, RecipientFileId},
    recipient::{
        Channel, FIELDS_MAX, Fault, Person,
        columns::MappingInput,
        file::{FileState, TakeInput},
        list::Counts,
    },
    text::Choice,
    view::recipients::FilePage,
};

type Ids = Path<(String, String)>;

pub(in super::super) async fn page(visit: Visit, Path((raw, file)): Ids) -> Response {
    visit.show(shown(&visit, &raw, &file, FormState::default()).await).await
}

pub(in super::super) async fn columns(visit: Visit, Path((raw, file)): Ids, posted: Posted) -> Response {
    let done = async {
        let (notice, of) = (id::<NoticeId>(&raw)?, id::<RecipientFileId>(&file)?);
        let input = posted.input::<MappingInput>()?;
        visit.services.map_recipients(&posted.ctx(&visit.ctx), notice, of, &input).await?;
        Ok(format!("{}/files/{of}#rows", here(notice)))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, &file, state).await).await
}

pub(in super::super) async fn take(visit: Visit, Path((raw, file)): Ids, posted: Posted) -> Response {
    let done = async {
        let (notice, of) = (id::<NoticeId>(&raw)?, id::<RecipientFileId>(&file)?);
        let input = posted.input::<TakeInput>()?;
        visit.services.take_recipients(&posted.ctx(&visit.ctx), notice, of, &input).await?;
        Ok(format!("{}/files/{of}", here(notice)))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, &file, state).await).await
}

pub(in super::super) async fn drop_it(visit: Visit, Path((raw, file)): Ids, posted: Posted) -> Response {
    let done = async {
        let (notice, of) = (id::<NoticeId>(&raw)?, id::<RecipientFileId>(&file)?);
        visit.services.drop_recipients(&posted.ctx(&visit.ctx), notice, of).await?;
        Ok(here(notice))
    };
    let again =
        async |state: FormState| told(shown(&visit, &raw, &file, state.clone()).await, &state, &posted);
    visit.answer(done.await, &posted, again).await
}

pub(in super::super) async fn wrong(visit: Visit, Path((raw, file)): Ids) -> Response {
    let found = async {
        let (notice, of) = (id::<NoticeId>(&raw)?, id::<RecipientFileId>(&file)?);
        visit.services.wrong_recipients(&visit.ctx, notice, of).await
    };
    match found.await {
        Ok(exported) => attachment(exported),
        Err(why) => visit.no(&why).await,
    }
}

async fn shown(visit: &Visit, raw: &str, file: &str, state: FormState) -> Shown {
    let (notice, of) = (id::<NoticeId>(raw)?, id::<RecipientFileId>(file)?);
    let view = visit.services.recipient_file(&visit.ctx, notice, of).await?;
    let title = format!("{}: file of recipients", view.case.incident.reference);
    Ok(Page::new(Place::Notices, title, move || {
        let back = here(view.notice.id);
        let parts = match view.file.state {
            FileState::Read => waiting(&view, &state),
            FileState::Taken => taken(&view),
            FileState::Dropped => {
                view! { <p>"This file was dropped, and nothing of it was kept."</p> }.written()
            }
        };
        let content = view! {
            <section>
                <p><a href=back>"Back to the recipients"</a></p>
                <h2>{view.file.name.clone()}</h2>
                <p>{format!("{} rows below the headings.", view.file.rows)}</p>
            </section>
            {parts}
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

fn waiting(view: &FilePage, state: &FormState) -> AnyView {
    let may = view.notice.stage.is_editable() && can(&view.case, Action::ImportRecipients);
    let base = format!("{}/files/{}", here(view.notice.id), view.file.id);
    let changes = may.then(|| mapping(view, &base, state));
    let takes = may.then(|| {
        let (action, drop) = (format!("{base}/take"), format!("{base}/drop"));
        let submit = format!("Take these {} rows over", view.file.rows);
        let (state, revision) = (state.clone(), Some(view.notice.revision));
        let digest = view.file.digest();
        view! {
            <section>
                <h2>"Take them over"</h2>
                <p>"Rows that are wrong are left out; you get them as a file to mend and read in again."</p>
                <Form action=action state=state submit=submit revision=revision>
                    <Hidden name="digest" value=digest />
                </Form>
                <p><PostButton action=drop label="Drop this file" /></p>
                <p class="hint">"A file that nobody takes over is dropped after seven days."</p>
            </section>
        }
    });
    view! {
        {changes}
        {preview(view)}
        {takes}
    }
    .written()
}

fn mapping(view: &FilePage, base: &str, state: &FormState) -> AnyView {
    let action = format!("{base}/columns");
    let said = MappingInput::from(&view.file.mapping);
    let all = (1..).zip(&view.file.headings);
    let offers: Vec<Offer> = all
        .map(|(number, heading): (usize, _)| Offer::new(number.to_string(), format!("{number}. {heading}")))
        .collect();
    let state = state.clone();
    let none = || Some("none".to_owned());
    let own = format!("At most {FIELDS_MAX}; they are kept beside each person.");
    view! {
        <section id="columns">
            <h2>"Which column is what"</h2>
            <p class="hint">"Suggested from the headings. Change what isn’t right, then look at the rows below."</p>
            <Form action=action state=state submit="Read the rows so" kind=ButtonKind::Plain>
                <Select name="email" label="E-mail address" value=said.email offers=offers.clone() none=none() />
                <Select name="name" label="Name" value=said.name offers=offers.clone() none=none() />
                <Select name="reference" label="Your reference" hint="Such as the customer’s number. The same reference is the same person." value=said.reference offers=offers.clone() none=none() />
                <Select name="language" label="Language" value=said.language offers=offers.clone() none=none() />
                <Select name="channel" label="How they are told" hint="In each row email, letter or telephone. Where it is empty: by e-mail, where there is an address." value=said.channel offers=offers.clone() none=none() />
                <Select name="telephone" label="Telephone" value=said.telephone offers=offers.clone() none=none() />
                <Choices name="postal" label="Lines of the postal address" hint="In the order of the file." values=said.postal offers=offers.clone() />
                <Choices name="fields" label="Columns of your own" hint=own values=said.fields offers=offers.clone() />
            </Form>
        </section>
    }
    .written()
}

fn preview(view: &FilePage) -> AnyView {
    let heads = vec!["Line", "Person", "How", "Language", "Reference"];
    let main = view.notice.language;
    let language = |person: &Person| match person.language {
        Some(language) if language == main => language.label().to_owned(),
        Some(language) => format!("{}, and this is in {}", language.label(), main.label()),
        None => main.label().to_owned(),
    };
    let rows = view
        .preview
        .iter()
        .map(|row| match &row.person {
            Some(person) => Row::new(cells![
                row.line.to_string(),
                whole(person),
                person.channel.label(),
                language(person),
                person.reference.clone(),
            ]),
            None => Row::new(cells![row.line.to_string(), faults(&row.faults), "not taken", "", ""])
                .tone(Tone::Attention),
        })
        .collect();
    let others =
        view.preview.iter().filter_map(|row| row.person.as_ref()).any(|p| p.channel != Channel::Email);
    let others = others.then(|| {
        view! { <p class="hint">"Whoever is told by letter or telephone gets no mail: the desk counts them apart, and telling them is your work."</p> }
    });
    let says = format!(
        "The first {} rows as they would be read. This communication is written in {}; for those who ask for another language, a version in it can be begun from the list.",
        view.preview.len(),
        main.label()
    );
    view! {
        <section id="rows">
            <h2>"How the rows are read"</h2>
            <p class="hint">{says}</p>
            {others}
            <Table caption="The first rows" heads=heads rows=rows />
        </section>
    }
    .written()
}

fn faults(faults: &[Fault]) -> AnyView {
    let lines: Vec<_> = faults
        .iter()
        .map(|fault| {
            let column = (!fault.column.is_empty()).then(|| format!("{}: ", fault.column));
            view! { <li>{column}{fault.message.clone()}</li> }
        })
        .collect();
    view! { <ul class="entries">{lines}</ul> }.written()
}

fn wrong_rows(wrong: u64) -> String {
    if wrong == 1 { "1 row was wrong".to_owned() } else { format!("{wrong} rows were wrong") }
}

fn taken(view: &FilePage) -> AnyView {
    let Counts { taken, replaced, merged, wrong } = view.file.counts;
    let says = format!(
        "{taken} people are new on the list, {replaced} took the place of the same person, {merged} rows were merged with another row of the file."
    );
    let left = if wrong == 0 {
        view! { <p>"No row was wrong."</p> }.written()
    } else if view.wrong.is_empty() {
        view! { <p>{format!("{}. What was in it was removed with the list.", wrong_rows(wrong))}</p> }
            .written()
    } else {
        let href = format!("{}/files/{}/wrong", here(view.notice.id), view.file.id);
        let rows = view
            .wrong
            .iter()
            .map(|wrong| Row::new(cells![wrong.row.line.to_string(), faults(&wrong.faults)]))
            .collect();
        let shown = view.wrong.len() as u64;
        let more = (shown < wrong).then(|| {
            let words = format!("These are the first {shown} of {wrong}; the file has all of them.");
            view! { <p class="hint">{words}</p> }
        });
        view! {
            <Banner tone=Tone::Attention>{format!("{}, and not taken over.", wrong_rows(wrong))}</Banner>
            <p>"Take the file with these rows, mend them in a spreadsheet, and read it in again: they are added to the list."</p>
            <p><LinkButton href=href label="The rows to mend, as CSV" /></p>
            {more}
            <Table caption="Rows that were not taken" heads=vec!["Line", "What is wrong"] rows=rows />
        }
        .written()
    };
    view! {
        <section id="result">
            <h2>"What became of the rows"</h2>
            <p>{says}</p>
            {left}
        </section>
    }
    .written()
}
