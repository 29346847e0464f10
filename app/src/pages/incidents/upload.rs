//! Taking evidence in: fields first, the file last, and never more of it in memory than a part.

use super::{super::id, evidence};
use crate::visit::{Posted, Visit};
use axum::{
    extract::{
        Multipart, OriginalUri, Path,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{evidence::EvidenceInput, id::IncidentId, refusal::Refusal};
use services::Error;

/// No field but the file needs more bytes than this.
const FIELD_MAX: usize = 64 * 1024;
/// The form has six; more are not ours.
const FIELDS_MAX: usize = 16;

pub(super) async fn upload(
    visit: Visit,
    Path(raw): Path<String>,
    OriginalUri(uri): OriginalUri,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(mut body) = body else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let mut posted = Posted::new(uri.path().to_owned(), Vec::new());
    let done = taken(&visit, &raw, &mut body, &mut posted).await;
    if matches!(done, Err(Error::Refused(_))) {
        // A browser that is still sending wouldn't read the answer.
        while let Ok(Some(mut field)) = body.next_field().await {
            while let Ok(Some(_)) = field.chunk().await {}
        }
    }
    visit.answer(done, &posted, async |state| evidence::shown(&visit, &raw, state).await).await
}

async fn taken(visit: &Visit, raw: &str, body: &mut Multipart, posted: &mut Posted) -> Result<String, Error> {
    let incident = id::<IncidentId>(raw)?;
    let mut fields = Vec::new();
    while let Some(field) = body.next_field().await.map_err(broken_off)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            let value = text(field).await?;
            fields.push((name, value));
            if fields.len() > FIELDS_MAX {
                return Err(not_ours());
            }
            continue;
        }
        *posted = Posted::new(posted.action.clone(), fields);
        return file(visit, incident, field, posted).await;
    }
    *posted = Posted::new(posted.action.clone(), fields);
    // Whether it may be taken at all comes before what is wrong with it; without a file nothing is kept.
    drop(visit.services.begin_evidence(&visit.ctx, incident, &posted.input::<EvidenceInput>()?).await?);
    Err(no_file())
}

async fn file(
    visit: &Visit,
    incident: IncidentId,
    mut field: Field<'_>,
    posted: &Posted,
) -> Result<String, Error> {
    // No token makes two uploads one: the same words may come with another file.
    let ctx = &visit.ctx;
    let name = field.file_name().unwrap_or_default().to_owned();
    let begun = match posted.input::<EvidenceInput>() {
        Ok(input) => visit.services.begin_evidence(ctx, incident, &input).await,
        Err(why) => Err(why),
    };
    let mut upload = match begun {
        Ok(upload) => upload,
        Err(why) => {
            while matches!(why, Error::Refused(_)) && field.chunk().await.is_ok_and(|part| part.is_some()) {}
            return Err(why);
        }
    };
    let mut empty = true;
    while let Some(part) = field.chunk().await.map_err(broken_off)? {
        empty = empty && part.is_empty();
        upload.write(&part).await?;
    }
    if empty && name.is_empty() {
        return Err(no_file());
    }
    let added = visit.services.finish_evidence(ctx, upload, &name).await?;
    Ok(format!("/incidents/{incident}/evidence#{}", added.id))
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(broken_off)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > FIELD_MAX {
            return Err(not_ours());
        }
    }
    String::from_utf8(bytes).map_err(|_| not_ours())
}

fn no_file() -> Error {
    Refusal::field("file", "required", "Choose a file.").into()
}

fn not_ours() -> Error {
    Refusal::state("not_this_form", "The form has fields that don't belong to it or are too long. Open the page again and send it from there.").into()
}

fn broken_off(_: MultipartError) -> Error {
    Refusal::state(
        "broken_off",
        "The upload broke off or is larger than what is taken. Nothing was kept. Try again.",
    )
    .into()
}
