//! Reading a CACAO playbook that others wrote, as a draft.

use crate::{
    components::{Banner, FileField, Form, LinkButton, TextArea, TextField, Tone},
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Visit},
};
use axum::{
    extract::{
        Multipart, OriginalUri,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    playbook::cacao::{FILE_MAX, Finding},
    refusal::Refusal,
    view::library::Imported,
};
use services::Error;

const HERE: &str = "/playbooks/import";
/// The form has four fields; more are not ours.
const FIELDS_MAX: usize = 8;

pub(super) async fn page(visit: Visit) -> Response {
    if !visit.may(Action::BeginPlaybook) {
        return visit.no(&Error::Forbidden).await;
    }
    visit.show(Ok(shown(&visit, None, FormState::default()))).await
}

pub(super) async fn import(
    visit: Visit,
    OriginalUri(uri): OriginalUri,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(mut body) = body else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let mut posted = Posted::new(uri.path().to_owned(), Vec::new());
    let done = taken(&visit, &mut body, &mut posted).await;
    if matches!(done, Err(Error::Refused(_))) {
        // A browser that is still sending wouldn't read the answer.
        while let Ok(Some(mut field)) = body.next_field().await {
            while let Ok(Some(_)) = field.chunk().await {}
        }
    }
    match done {
        Ok(imported) => visit.show(Ok(shown(&visit, Some(imported), FormState::default()))).await,
        Err(why) => visit.answer(Err(why), &posted, async |state| Ok(shown(&visit, None, state))).await,
    }
}

async fn taken(visit: &Visit, body: &mut Multipart, posted: &mut Posted) -> Result<Imported, Error> {
    let (mut fields, mut file) = (Vec::new(), Vec::new());
    while let Some(field) = body.next_field().await.map_err(broken_off)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = bounded(field).await?;
        if name == "file" {
            file = bytes;
        } else {
            let text = String::from_utf8(bytes).map_err(|_| not_ours())?;
            fields.push((name, text));
        }
        if fields.len() > FIELDS_MAX {
            return Err(not_ours());
        }
    }
    *posted = Posted::new(posted.action.clone(), fields);
    let of = |name: &str| {
        posted.values.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let pasted = of("cacao");
    let bytes = if file.is_empty() { pasted.trim().as_bytes() } else { file.as_slice() };
    visit.services.import_playbook(&posted.ctx(&visit.ctx), &of("playbook"), bytes).await
}

async fn bounded(mut field: Field<'_>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(broken_off)? {
        // One byte more than is taken says that there was more.
        let room = (FILE_MAX + 1).saturating_sub(bytes.len());
        bytes.extend(part.iter().take(room));
    }
    Ok(bytes)
}

fn not_ours() -> Error {
    Refusal::state(
        "not_this_form",
        "The form has fields that don't belong to it. Open the page again and send it from there.",
    )
    .into()
}

fn broken_off(_: MultipartError) -> Error {
    let message = "The upload broke off or is larger than what is taken. Nothing was kept. Try again.";
    Refusal::state("broken_off", message).into()
}

fn shown(visit: &Visit, imported: Option<Imported>, state: FormState) -> Page {
    let token = visit.ctx.fresh.secret();
    Page::new(Place::Playbooks, "Import a playbook", move || {
        let result = imported.map(|imported| result(&imported));
        view! {
            <p><a href="/playbooks">"All playbooks"</a></p>
            <h1>"Import a playbook"</h1>
            <p class="lead">"A CACAO 2.0 playbook becomes a draft: its actions steps, its conditions questions that a person answers. Nothing in it is ever \
                             run. Passwords and tokens are dropped, and the original is kept beside the draft."</p>
            {result}
            <Form action=HERE state=state submit="Read it" token=token multipart=true cancel="/playbooks".to_owned()>
                <TextField name="playbook" label="Name" hint="Small letters, digits and single hyphens. Empty: it is made from the playbook’s own name." />
                <TextArea name="cacao" label="JSON" hint="Paste it here, or choose a file. At most 2 MiB." rows=8 />
                <FileField name="file" label="File" hint="A JSON file. It counts before what was pasted." />
            </Form>
        }
        .written()
    })
}

fn result(imported: &Imported) -> AnyView {
    let list = |all: &[Finding]| -> Vec<_> {
        all.iter()
            .map(|finding| {
                let path = (!finding.path.is_empty())
                    .then(|| view! { <code class="break">{finding.path.clone()}</code>": " });
                view! { <li>{path}{finding.message.clone()}</li> }
            })
            .collect()
    };
    let done = match &imported.playbook {
        Some(id) => view! {
            <Banner tone=Tone::Good>"A draft was made of it. Look at what is noted below, and at the draft, before anybody publishes it."</Banner>
            <p><LinkButton href=format!("/playbooks/{id}/draft") label="Go to the draft" /></p>
        }
        .written(),
        None => view! { <Banner tone=Tone::Danger>"It was not taken: what is listed here would mislead whoever follows it."</Banner> }.written(),
    };
    let errors = (!imported.errors.is_empty())
        .then(|| view! { <h2>"Errors"</h2><ul class="list">{list(&imported.errors)}</ul> });
    let notices = (!imported.notices.is_empty())
        .then(|| view! { <h2>"To be noted"</h2><ul class="list">{list(&imported.notices)}</ul> });
    view! { <section>{done}{errors}{notices}</section> }.written()
}
