//! Taking a file of recipients in. It is read as a whole: its limit is far below that of a piece of evidence.

use super::{here, shown};
use crate::{
    pages::id,
    visit::{Posted, Visit},
};
use axum::{
    extract::{
        Multipart, OriginalUri, Path,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{id::NoticeId, recipient::FILE_MAX, refusal::Refusal};
use services::Error;

pub(in super::super) async fn upload(
    visit: Visit,
    Path(raw): Path<String>,
    OriginalUri(uri): OriginalUri,
    body: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(mut body) = body else { return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() };
    let posted = Posted::new(uri.path().to_owned(), Vec::new());
    let done = taken(&visit, &raw, &mut body).await;
    if matches!(done, Err(Error::Refused(_) | Error::TooLarge { .. })) {
        // A browser that is still sending wouldn't read the answer.
        while let Ok(Some(mut field)) = body.next_field().await {
            while let Ok(Some(_)) = field.chunk().await {}
        }
    }
    visit.answer(done, &posted, async |state| shown(&visit, &raw, state, None).await).await
}

async fn taken(visit: &Visit, raw: &str, body: &mut Multipart) -> Result<String, Error> {
    let notice = id::<NoticeId>(raw)?;
    // Who may not do this is told before the file is read.
    visit.services.may_read_recipients_in(&visit.ctx, notice).await?;
    while let Some(field) = body.next_field().await.map_err(broken_off)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let bytes = bounded(field).await?;
        let added = visit.services.read_recipients(&visit.ctx, notice, &name, bytes).await?;
        return Ok(format!("{}/files/{}", here(notice), added.id));
    }
    Err(Refusal::field("file", "required", "Choose a file.").into())
}

async fn bounded(mut field: Field<'_>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(broken_off)? {
        bytes.extend_from_slice(&part);
        if bytes.len() as u64 > FILE_MAX {
            return Err(Error::TooLarge { max: FILE_MAX });
        }
    }
    Ok(bytes)
}

fn broken_off(_: MultipartError) -> Error {
    let message = "The upload broke off or is larger than what is taken. Nothing was kept. Try again.";
    Refusal::state("broken_off", message).into()
}
