//! Playbooks of the organisation's own: written, checked, published by a second person, withdrawn.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{Asked, Call, From as Comes, Given, Ids, Nothing, Takes},
        route::{ApiRoute, answered, download, get, post, put},
    },
    ListOut,
    playbooks::PlaybookOut,
    runs::{AppliesOut, ProgressOut},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    id::AccountId,
    incident::ReasonInput,
    playbook::{
        StepPhase,
        cacao::{self, FILE_MAX},
        edition::{Place, PlaceState, PlaybookOrigin},
        rehearsal::{ANSWER, Asking, RehearsalInput, RehearsedStep},
        writing::{BeginInput, Checked, Finding, TextInput},
    },
    refusal::{FieldError, Refusal},
    view::{
        Added, PhaseProgress,
        library::{Attention, Difference, DraftPage, EditionRow, LibraryPage, Moved, VersionPage},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::Result;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/library",
            "readLibrary",
            "What is being written, what is switched off and what needs attention",
            A::ReadLibrary,
            library,
        ),
        post(
            "/playbooks",
            "beginPlaybook",
            "Begin a playbook of the organisation's own, or the next version of one",
            A::BeginPlaybook,
            begin,
        ),
        ApiRoute {
            mutates: false,
            ..post(
                "/playbooks/check",
                "checkPlaybook",
                "Check the text of a playbook; nothing is kept",
                A::ReadLibrary,
                check,
            )
        },
        ApiRoute {
            // Every quote in the text is two bytes of the body.
            least_bytes: 2 * FILE_MAX as u64 + (1 << 16),
            ..post(
                "/playbooks/import",
                "importPlaybook",
                "Read a CACAO 2.0 playbook and begin a draft of it",
                A::BeginPlaybook,
                import,
            )
        },
        get(
            "/playbooks/{playbook}/offer",
            "readPlaybookOffer",
            "Which version of a playbook is offered",
            A::ReadLibrary,
            offered,
        ),
        post(
            "/playbooks/{playbook}/offer/retire",
            "retirePlaybook",
            "Offer no version of a playbook any more",
            A::PublishPlaybook,
            retire,
        ),
        post(
            "/playbooks/{playbook}/offer/built-in",
            "offerBuiltIn",
            "Offer the version that comes with the program again",
            A::PublishPlaybook,
            offer_built_in,
        ),
        get(
            "/playbooks/{playbook}/versions",
            "listPlaybookVersions",
            "Every version of the organisation's own, the one that was begun last first",
            A::ReadLibrary,
            versions,
        ),
        get(
            "/playbooks/{playbook}/versions/{version}",
            "readPlaybookVersion",
            "One version with its text: offered, built-in, draft, base, or an id",
            A::ReadLibrary,
            version,
        ),
        ApiRoute {
            from: Comes::Query,
            input: <Asked<DifferenceQuery> as Takes>::schema,
            ..get(
                "/playbooks/{playbook}/difference",
                "comparePlaybook",
                "How two versions differ, line by line",
                A::ReadLibrary,
                compare,
            )
        },
        ApiRoute {
            from: Comes::Query,
            input: <Asked<FileQuery> as Takes>::schema,
            ..download(
                "/playbooks/{playbook}/export",
                "exportPlaybook",
                "A version as a file: TOML, Markdown or CACAO 2.0",
                Some(A::ReadLibrary),
                export,
            )
        },
        ApiRoute {
            mutates: false,
            ..post(
                "/playbooks/{playbook}/rehearsal",
                "rehearsePlaybook",
                "What a run of the offered version would look like with invented answers; nothing is kept",
                A::ReadLibrary,
                rehearse,
            )
        },
        ApiRoute {
            mutates: false,
            ..post(
                "/playbooks/{playbook}/draft/rehearsal",
                "rehearsePlaybookDraft",
                "What a run of the draft would look like with invented answers; nothing is kept",
                A::ReadLibrary,
                rehearse_draft,
            )
        },
        get(
            "/playbooks/{playbook}/draft",
            "readPlaybookDraft",
            "The draft of a playbook, with what the check found",
            A::ReadLibrary,
            draft,
        ),
        put(
            "/playbooks/{playbook}/draft",
            "savePlaybookDraft",
            "Save the text of a draft; it may have errors",
            A::EditPlaybook,
            save,
        ),
        post(
            "/playbooks/{playbook}/draft/base",
            "rebasePlaybookDraft",
            "Say that the built-in playbook, as it is now, was taken into account",
            A::EditPlaybook,
            rebase,
        ),
        post(
            "/playbooks/{playbook}/draft/publish",
            "publishPlaybookDraft",
            "Publish a draft, as a second person",
            A::PublishPlaybook,
            publish,
        ),
        post(
            "/playbooks/{playbook}/draft/decline",
            "declinePlaybookDraft",
            "Send a draft back with what should be changed",
            A::PublishPlaybook,
            decline,
        ),
        post(
            "/playbooks/{playbook}/draft/discard",
            "discardPlaybookDraft",
            "Give a draft up",
            A::EditPlaybook,
            discard,
        ),
    ]
}

/// Which version of a playbook is offered, and who decided that.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookOffer")]
struct OfferOut {
    /// The playbook's id.
    playbook: String,
    state: PlaceState,
    /// SHA-256 of the text that is offered; empty where none is.
    digest: String,
    /// Why it isn't offered, or the built-in one is again; empty otherwise.
    reason: String,
    /// None while nobody decided anything about it.
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<AccountId>,
}

/// The library beside the list of what is offered.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Library")]
struct LibraryOut {
    drafts: Vec<EditionRow>,
    /// Playbooks that the organisation decided not to offer.
    not_offered: Vec<OfferOut>,
    attention: Vec<Attention>,
}

fn decided(place: &Place) -> OfferOut {
    OfferOut {
        playbook: place.playbook.clone(),
        state: place.state,
        digest: place.digest.clone(),
        reason: place.reason.clone(),
        decided_at: Some(place.at),
        decided_by: Some(place.by),
    }
}

/// What a check found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookCheck")]
struct CheckOut {
    /// With these it isn't published.
    errors: Vec<Finding>,
    /// Worth a second look.
    warnings: Vec<Finding>,
    /// The playbook, where the text can be read.
    playbook: Option<PlaybookOut>,
}

/// The text of a playbook, to be checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CheckInput {
    /// The id of the playbook it is to be.
    playbook: String,
    /// TOML, at most 256 KiB.
    source: String,
}

/// A CACAO playbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ImportInput {
    /// The id it is to have; empty, it is made from its name.
    playbook: String,
    /// The playbook as JSON in a text: at most 2 MiB.
    cacao: String,
}

/// One thing that was found in a CACAO playbook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CacaoFinding")]
struct CacaoFindingOut {
    code: &'static str,
    /// A JSON Pointer; empty for the file as a whole.
    path: String,
    message: String,
}

/// What came of an import.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ImportedPlaybook")]
struct ImportedOut {
    /// The playbook whose draft was begun.
    id: String,
    notices: Vec<CacaoFindingOut>,
}

fn cacao_finding(finding: cacao::Finding) -> CacaoFindingOut {
    let cacao::Finding { level: _, code, path, message } = finding;
    CacaoFindingOut { code, path, message }
}

/// A version of a playbook with its text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookVersion")]
struct VersionOut {
    /// In words.
    label: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    digest: String,
    /// TOML.
    source: String,
    /// Where the text can be read.
    playbook: Option<PlaybookOut>,
}

impl From<VersionPage> for VersionOut {
    fn from(version: VersionPage) -> Self {
        let VersionPage { which: _, label, id: _, source, digest, playbook } = version;
        Self { label, digest, source, playbook: playbook.map(|p| PlaybookOut::from(&*p)) }
    }
}

/// Which versions are compared. What isn't given is the newest, and what it is compared with by itself.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct DifferenceQuery {
    /// `offered`, `built-in`, `draft`, `base` or the id of a version.
    from: String,
    /// As `from`.
    to: String,
}

/// How two versions differ.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookDifference")]
struct DifferenceOut {
    /// In words.
    from: String,
    from_digest: String,
    /// In words.
    to: String,
    to_digest: String,
    difference: Difference,
}

/// Which version, and in which form.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct FileQuery {
    /// `offered`, `built-in`, `draft`, `base` or the id of a version; the one that is offered where none is given.
    version: String,
    /// `toml`, `markdown` or `cacao`.
    format: String,
}

/// The draft of a playbook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookDraft")]
struct DraftOut {
    draft: EditionRow,
    /// TOML.
    source: String,
    /// With these it isn't published.
    errors: Vec<Finding>,
    /// Worth a second look.
    warnings: Vec<Finding>,
    /// What it was copied from has moved on.
    moved: Option<Moved>,
}

/// A fact that the playbook asks, or that a condition waits for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RehearsedQuestion")]
struct AskingOut {
    /// The key of the fact.
    fact: String,
    ask: String,
    answered: bool,
}

/// A step as it would stand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RehearsedStep")]
struct RehearsedStepOut {
    id: String,
    title: String,
    phase: StepPhase,
    /// In words.
    role: &'static str,
    mandatory: bool,
    applies: AppliesOut,
    due_at: Option<DateTime<Utc>>,
    due_words: String,
    overdue: bool,
    /// It applies and is open.
    next: bool,
    /// The question, where the step decides.
    decision: Option<String>,
    /// The id of the playbook that is followed to do it.
    call: Option<String>,
}

impl From<RehearsedStep> for RehearsedStepOut {
    fn from(step: RehearsedStep) -> Self {
        let RehearsedStep {
            id,
            title,
            phase,
            role,
            mandatory,
            applies,
            due_at,
            due_words,
            overdue,
            is_next,
            decision,
            call,
        } = step;
        Self {
            id,
            title,
            phase,
            role,
            mandatory,
            applies: applies.into(),
            due_at,
            due_words,
            overdue,
            next: is_next,
            decision,
            call,
        }
    }
}

/// A run as it would stand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rehearsal")]
struct RehearsalOut {
    steps: Vec<RehearsedStepOut>,
    phases: Vec<ProgressOut>,
    questions: Vec<AskingOut>,
}

async fn library(call: Call<Nothing>, (): ()) -> Result<Shown<LibraryOut>> {
    let LibraryPage { drafts, off, attention, .. } = call.services.library_page(&call.ctx).await?;
    let not_offered = off.iter().map(|(place, _)| decided(place)).collect();
    Ok(Shown(LibraryOut { drafts, not_offered, attention }))
}

async fn begin(call: Call<Given<BeginInput>>, (): ()) -> Result<Created<Added>> {
    let added = call.services.begin_playbook(&call.ctx, &call.input.0).await?;
    let at = format!("/playbooks/{}/draft", added.id);
    Ok(Created(added, at))
}

async fn check(call: Call<Given<CheckInput>>, (): ()) -> Result<Shown<CheckOut>> {
    let Given(CheckInput { playbook, source }) = call.input;
    let input = TextInput { source };
    let Checked { playbook, errors, warnings } =
        call.services.check_playbook(&call.ctx, &playbook, &input).await?;
    Ok(Shown(CheckOut { errors, warnings, playbook: playbook.map(|p| PlaybookOut::from(&*p)) }))
}

async fn import(call: Call<Given<ImportInput>>, (): ()) -> Result<Created<ImportedOut>> {
    let Given(ImportInput { playbook, cacao }) = call.input;
    let imported = call.services.import_playbook(&call.ctx, &playbook, cacao.as_bytes()).await?;
    let Some(id) = imported.playbook else {
        let error = |f: cacao::Finding| {
            let place = if f.path.is_empty() { String::new() } else { format!("{}: ", f.path) };
            FieldError::new("cacao", f.code, format!("{place}{}", f.message))
        };
        return Err(Refusal::Invalid(imported.errors.into_iter().map(error).collect()).into());
    };
    let at = format!("/playbooks/{id}/draft");
    let notices = imported.notices.into_iter().map(cacao_finding).collect();
    Ok(Created(ImportedOut { id, notices }, at))
}

async fn offered(call: Call<Nothing>, id: String) -> Result<Tagged<OfferOut>> {
    let page = call.services.playbook_page(&call.ctx, &id).await?;
    let revision = page.revision();
    let digest = page.playbook.as_ref().map(|p| p.digest().to_owned()).unwrap_or_default();
    let offer = match &page.place {
        Some(place) => OfferOut { digest, ..decided(place) },
        None => OfferOut {
            playbook: id,
            state: if page.origin == PlaybookOrigin::Own { PlaceState::Own } else { PlaceState::BuiltIn },
            digest,
            reason: String::new(),
            decided_at: None,
            decided_by: None,
        },
    };
    Ok(Tagged(offer, revision))
}

async fn retire(call: Call<Given<ReasonInput>>, id: String) -> Result<Done> {
    call.services.retire_playbook(&call.ctx, &id, &call.input.0).await.map(|()| Done)
}

async fn offer_built_in(call: Call<Given<ReasonInput>>, id: String) -> Result<Done> {
    call.services.offer_built_in(&call.ctx, &id, &call.input.0).await.map(|()| Done)
}

async fn versions(call: Call<Nothing>, id: String) -> Result<Shown<ListOut<EditionRow>>> {
    Ok(Shown(ListOut::whole(call.services.playbook_page(&call.ctx, &id).await?.editions)))
}

async fn version(call: Call<Nothing>, (id, which): (String, String)) -> Result<Shown<VersionOut>> {
    Ok(Shown(call.services.playbook_version(&call.ctx, &id, &which).await?.into()))
}

async fn compare(call: Call<Asked<DifferenceQuery>>, id: String) -> Result<Shown<DifferenceOut>> {
    let Asked(DifferenceQuery { from, to }) = &call.input;
    let page = call.services.playbook_difference(&call.ctx, &id, from, to).await?;
    Ok(Shown(DifferenceOut {
        from: page.from.label,
        from_digest: page.from.digest,
        to: page.to.label,
        to_digest: page.to.digest,
        difference: page.difference,
    }))
}

async fn export(Ids(id): Ids<String>, call: Call<Asked<FileQuery>>) -> Response {
    let Asked(FileQuery { version, format }) = &call.input;
    let file = match call.services.export_playbook(&call.ctx, &id, version, format).await {
        Ok(file) => file,
        Err(why) => return answered::<Done>(call.ctx.request, Err(why)),
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.media_type)),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, file.body).into_response()
}

async fn rehearsed(call: &Call<Given<RehearsalInput>>, id: &str, which: &str) -> Result<Shown<RehearsalOut>> {
    let (_, run) = call.services.rehearse_playbook(&call.ctx, id, which, &call.input.0).await?;
    if !run.errors.is_empty() {
        // The fields of the form stand in two objects here.
        let named = run.errors.into_iter().map(|error| match error.field.split_once('.') {
            Some((kind, name)) => {
                let field = if format!("{kind}.") == ANSWER { "answers" } else { "decisions" };
                FieldError::new(field, error.code, format!("{name}: {}", error.message))
            }
            None => error,
        });
        return Err(Refusal::Invalid(named.collect()).into());
    }
    let ask = |ask: Asking| AskingOut {
        fact: ask.definition.key.clone(),
        ask: ask.ask,
        answered: ask.value.is_some(),
    };
    let phases = run.phases.into_iter().map(|p: PhaseProgress| ProgressOut::from(p));
    Ok(Shown(RehearsalOut {
        steps: run.steps.into_iter().map(RehearsedStepOut::from).collect(),
        phases: phases.collect(),
        questions: run.asks.into_iter().map(ask).collect(),
    }))
}

async fn rehearse(call: Call<Given<RehearsalInput>>, id: String) -> Result<Shown<RehearsalOut>> {
    rehearsed(&call, &id, services::library::OFFERED).await
}

async fn rehearse_draft(call: Call<Given<RehearsalInput>>, id: String) -> Result<Shown<RehearsalOut>> {
    rehearsed(&call, &id, services::library::DRAFT).await
}

async fn draft(call: Call<Nothing>, id: String) -> Result<Tagged<DraftOut>> {
    let DraftPage { draft, source, errors, warnings, moved, .. } =
        call.services.playbook_draft(&call.ctx, &id, None).await?;
    let revision = draft.revision;
    Ok(Tagged(DraftOut { draft, source, errors, warnings, moved }, revision))
}

async fn save(call: Call<Given<TextInput>>, id: String) -> Result<Done> {
    call.services.save_playbook(&call.ctx, &id, &call.input.0).await.map(|()| Done)
}

async fn rebase(call: Call<Nothing>, id: String) -> Result<Done> {
    call.services.rebase_playbook(&call.ctx, &id).await.map(|()| Done)
}

async fn publish(call: Call<Nothing>, id: String) -> Result<Done> {
    call.services.publish_playbook(&call.ctx, &id).await.map(|()| Done)
}

async fn decline(call: Call<Given<ReasonInput>>, id: String) -> Result<Done> {
    call.services.decline_playbook(&call.ctx, &id, &call.input.0).await.map(|()| Done)
}

async fn discard(call: Call<Given<ReasonInput>>, id: String) -> Result<Done> {
    call.services.discard_playbook(&call.ctx, &id, &call.input.0).await.map(|()| Done)
}
