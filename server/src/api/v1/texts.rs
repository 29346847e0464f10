//! The organisation's own texts of notices: written, published by somebody who wrote none of them, withdrawn.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use domain::{
    access::Action,
    id::IncidentId,
    incident::ReasonInput,
    notice::{
        own_text::version::OwnTextInput,
        template::{Language, NoticeKind},
    },
    text::Choice,
    view::{
        Added,
        review::Redline,
        texts::{
            PreviewStatement, TextDifference, TextField, TextPage, TextPreview, TextRow, TextStatement,
            TextVersionRow,
        },
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use services::{Error, Result};

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/texts", "listTexts", "Which kinds of notice have own texts, by language", A::ReadTexts, list),
        get(
            "/texts/{kind}/{language}",
            "readTexts",
            "The statements of a kind in a language, with built-in and own texts and the fields that may stand there",
            A::ReadTexts,
            read,
        ),
        get(
            "/texts/{kind}/{language}/versions/{version}",
            "readTextsVersion",
            "How a version differs from the one before it",
            A::ReadTexts,
            version,
        ),
        get(
            "/texts/{kind}/{language}/preview/{incident}",
            "previewTexts",
            "How a notice would read in a case; nothing is kept",
            A::ReadTexts,
            preview,
        ),
        post(
            "/texts/{kind}/{language}/versions",
            "beginTexts",
            "Begin the next version of the organisation's own texts",
            A::BeginTexts,
            begin,
        ),
        get(
            "/texts/{kind}/{language}/draft",
            "readTextsDraft",
            "The draft of own texts",
            A::ReadTexts,
            draft,
        ),
        put(
            "/texts/{kind}/{language}/draft/statements/{code}",
            "writeText",
            "Write the own text of one statement into the draft; empty, it is the built-in one again",
            A::EditTexts,
            write,
        ),
        post(
            "/texts/{kind}/{language}/draft/publish",
            "publishTexts",
            "Publish the draft, as somebody who wrote none of it",
            A::PublishTexts,
            publish,
        ),
        post(
            "/texts/{kind}/{language}/draft/decline",
            "declineTexts",
            "Send the draft back with what should be changed",
            A::PublishTexts,
            decline,
        ),
        post(
            "/texts/{kind}/{language}/draft/discard",
            "discardTexts",
            "Give the draft up",
            A::EditTexts,
            discard,
        ),
        get(
            "/texts/{kind}/{language}/published",
            "readPublishedTexts",
            "The published version of own texts",
            A::ReadTexts,
            published,
        ),
        post(
            "/texts/{kind}/{language}/published/retire",
            "retireTexts",
            "Withdraw the published version: new drafts are worded by the built-in texts again",
            A::PublishTexts,
            retire,
        ),
    ]
}

/// The texts of a kind in one language: of the draft where there is one, or else of what is published.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnTexts")]
struct TextsOut {
    kind: NoticeKind,
    language: Language,
    published: Option<TextVersionRow>,
    draft: Option<TextVersionRow>,
    statements: Vec<TextStatement>,
    /// What may stand in a text.
    fields: Vec<TextField>,
    /// The newest first.
    versions: Vec<TextVersionRow>,
}

/// How a version differs from the one before it that was published; the first from nothing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnTextsDifference")]
struct DifferenceOut {
    from: Option<TextVersionRow>,
    to: TextVersionRow,
    /// Statements that differ, in their order.
    redlines: Vec<Redline>,
}

/// How a notice would read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnTextsPreview")]
struct PreviewOut {
    /// The version that is shown; none for the built-in texts.
    version: Option<u32>,
    incident: IncidentId,
    statements: Vec<PreviewStatement>,
    subject: String,
    text: String,
    html: String,
}

type Of = (NoticeKind, Language);

async fn list(call: Call<Nothing>, (): ()) -> Result<Shown<ListOut<TextRow>>> {
    Ok(Shown(ListOut::whole(call.services.notice_texts(&call.ctx).await?.rows)))
}

async fn read(call: Call<Nothing>, (kind, language): Of) -> Result<Shown<TextsOut>> {
    let TextPage { kind, language, published, draft, statements, fields, versions, .. } =
        call.services.own_texts(&call.ctx, kind, language).await?;
    Ok(Shown(TextsOut { kind, language, published, draft, statements, fields, versions }))
}

async fn version(
    call: Call<Nothing>,
    (kind, language, version): (NoticeKind, Language, u32),
) -> Result<Shown<DifferenceOut>> {
    let TextDifference { from, to, redlines, .. } =
        call.services.texts_version(&call.ctx, kind, language, version).await?;
    Ok(Shown(DifferenceOut { from, to, redlines }))
}

async fn preview(
    call: Call<Nothing>,
    (kind, language, incident): (NoticeKind, Language, IncidentId),
) -> Result<Shown<PreviewOut>> {
    let TextPreview { version, incident, statements, subject, text, html, .. } =
        call.services.preview_texts(&call.ctx, kind, language, incident).await?;
    Ok(Shown(PreviewOut { version, incident, statements, subject, text, html }))
}

async fn begin(call: Call<Nothing>, (kind, language): Of) -> Result<Created<Added>> {
    let added = call.services.begin_texts(&call.ctx, kind, language).await?;
    Ok(Created(added, format!("/texts/{}/{}/draft", kind.code(), language.code())))
}

async fn draft(call: Call<Nothing>, (kind, language): Of) -> Result<Tagged<TextVersionRow>> {
    let page = call.services.own_texts(&call.ctx, kind, language).await?;
    tagged(page.draft)
}

async fn published(call: Call<Nothing>, (kind, language): Of) -> Result<Tagged<TextVersionRow>> {
    let page = call.services.own_texts(&call.ctx, kind, language).await?;
    tagged(page.published)
}

fn tagged(row: Option<TextVersionRow>) -> Result<Tagged<TextVersionRow>> {
    let row = row.ok_or(Error::NotFound)?;
    let revision = row.revision;
    Ok(Tagged(row, revision))
}

async fn write(
    call: Call<Given<OwnTextInput>>,
    (kind, language, code): (NoticeKind, Language, String),
) -> Result<Done> {
    call.services.write_text(&call.ctx, kind, language, &code, &call.input.0).await.map(|()| Done)
}

async fn publish(call: Call<Nothing>, (kind, language): Of) -> Result<Done> {
    call.services.publish_texts(&call.ctx, kind, language).await.map(|()| Done)
}

async fn decline(call: Call<Given<ReasonInput>>, (kind, language): Of) -> Result<Done> {
    call.services.decline_texts(&call.ctx, kind, language, &call.input.0).await.map(|()| Done)
}

async fn discard(call: Call<Given<ReasonInput>>, (kind, language): Of) -> Result<Done> {
    call.services.discard_texts(&call.ctx, kind, language, &call.input.0).await.map(|()| Done)
}

async fn retire(call: Call<Given<ReasonInput>>, (kind, language): Of) -> Result<Done> {
    call.services.retire_texts(&call.ctx, kind, language, &call.input.0).await.map(|()| Done)
}
