//! Notices: drafted from facts, approved by a second person, sent by a later act.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    delivery::{DeliveryState, Pace},
    id::{AccountId, CommentId, DeliveryId, IncidentId, NoticeId},
    incident::ReasonInput,
    notice::{
        ApproveInput, ChangesInput, DraftInput, MoreRecipientsInput, Notice, RecipientsInput, StatementInput,
        check::{Finding, ease::Ease},
        comment::{Comment, CommentInput},
        holder::Holder,
        stage::Stage,
    },
    view::{
        Added, KeptWords, ListGrown, NoticePage, NoticeRow, NoticesTab, Paused, Receipt, StatementView,
        Tally, UnderFact,
        review::{NoticeVersion, NoticeVersions, Piece, Redline},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Result, outbox::Which};

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/notices",
            "listNotices",
            "The notices of every incident that the asker may see",
            A::ReadIncidents,
            list,
        ),
        get(
            "/incidents/{incident}/notices",
            "listNoticesOfIncident",
            "The notices of one incident",
            A::ReadIncident,
            of_incident,
        ),
        post(
            "/incidents/{incident}/notices",
            "draftNotice",
            "Draft a notice from the facts as they are",
            A::DraftNotice,
            draft,
        ),
        get(
            "/notices/{notice}",
            "readNotice",
            "One notice, with what its statements rest on",
            A::ReadIncident,
            read,
        ),
        put(
            "/notices/{notice}/statements/{code}",
            "editStatement",
            "Write a statement in own words; an empty text goes back to the template",
            A::EditNotice,
            statement,
        ),
        post(
            "/notices/{notice}/statements/{code}/keep",
            "keepStatement",
            "Keep a statement's words although facts under it have changed",
            A::EditNotice,
            keep,
        ),
        get(
            "/notices/{notice}/versions",
            "listNoticeVersions",
            "The versions of a notice's words, and how two of them differ",
            A::ReadIncident,
            versions,
        ),
        post(
            "/notices/{notice}/comments",
            "commentOnNotice",
            "Say something about a notice or one of its statements",
            A::CommentNotice,
            comment,
        ),
        post(
            "/notices/{notice}/comments/{comment}/resolve",
            "resolveComment",
            "Say that a comment was dealt with",
            A::CommentNotice,
            resolve,
        ),
        post(
            "/notices/{notice}/refresh",
            "refreshStatements",
            "Look again at one statement, or at all whose facts have changed",
            A::EditNotice,
            refresh,
        ),
        put("/notices/{notice}/recipients", "setRecipients", "Say who gets it", A::EditNotice, recipients),
        post(
            "/notices/{notice}/submit",
            "submitNotice",
            "Give it to a second person",
            A::SubmitNotice,
            submit,
        ),
        post(
            "/notices/{notice}/changes",
            "requestChanges",
            "Send it back to its authors",
            A::RequestChanges,
            changes,
        ),
        post(
            "/notices/{notice}/approve",
            "approveNotice",
            "Approve exactly the content of this digest",
            A::ApproveNotice,
            approve,
        ),
        post("/notices/{notice}/send", "sendNotice", "Release an approved notice", A::SendNotice, send),
        post("/notices/{notice}/cancel", "cancelNotice", "Give it up with a reason", A::CancelNotice, cancel),
        post(
            "/notices/{notice}/recipients",
            "addRecipients",
            "Add up to 1,000 people to a list of at most 300,000",
            A::EditNotice,
            more_recipients,
        ),
        post(
            "/notices/{notice}/pause",
            "pauseSending",
            "Begin no further mail of it",
            A::PauseSending,
            pause,
        ),
        post("/notices/{notice}/resume", "resumeSending", "Go on with its mails", A::PauseSending, resume),
        get(
            "/notices/{notice}/mails",
            "listMails",
            "What became of each mail, by state",
            A::ReadIncident,
            mails,
        ),
        post(
            "/notices/{notice}/mails/{mail}/release",
            "releaseMail",
            "Send a held mail again, with the same bytes",
            A::DecideHeld,
            release_mail,
        ),
        post(
            "/notices/{notice}/mails/{mail}/drop",
            "dropMail",
            "Don't send a held mail again",
            A::DecideHeld,
            drop_mail,
        ),
        post(
            "/notices/{notice}/mails/{mail}/try",
            "trySuppressedMail",
            "Send a mail although an earlier one to its address came back",
            A::DecideHeld,
            try_suppressed,
        ),
    ]
}

/// Which notices.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoticesQuery {
    /// Only those in this stage.
    stage: Option<Stage>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// Which mails.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MailsQuery {
    /// Only those in this state; then nothing else is asked.
    state: Option<DeliveryState>,
    /// Only those of which it was once unknown whether the relay had taken them.
    uncertain: Option<bool>,
    /// Only those that no relay has taken.
    unreached: Option<bool>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// Looks at statements again.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshInput {
    /// The statement's code; empty for every one whose facts have changed.
    #[serde(default)]
    code: String,
}

/// Which versions are compared.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VersionsQuery {
    /// The revision of the old words; empty for the version before the new ones.
    from: Option<i64>,
    /// The revision of the new words; empty for the last version.
    to: Option<i64>,
}

/// The versions of a notice's words.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NoticeVersions")]
struct VersionsOut {
    /// The newest first.
    versions: Vec<NoticeVersion>,
    /// The revisions that are compared.
    compared: Option<(i64, i64)>,
    /// Statements that differ.
    redlines: Vec<Redline>,
}

/// A key without an answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MissingFact")]
struct MissingOut {
    key: String,
    label: String,
}

/// The evidence under a fact.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UnderEvidence")]
struct UnderEvidenceOut {
    /// The evidence's id.
    id: String,
    /// SHA-256 of its content, lower-case hexadecimal.
    sha256: String,
}

/// A fact under a statement.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UnderFact")]
struct UnderFactOut {
    key: String,
    label: String,
    /// The answer as it was when the statement was written.
    shown: String,
    /// The answer now, where it is another.
    now_shown: Option<String>,
    evidence: Option<UnderEvidenceOut>,
}

impl From<UnderFact> for UnderFactOut {
    fn from(under: UnderFact) -> Self {
        let UnderFact { key, label, shown, now_shown, evidence } = under;
        let evidence = evidence.map(|(id, sha256)| UnderEvidenceOut { id, sha256 });
        Self { key, label, shown, now_shown, evidence }
    }
}

/// A statement with its ground.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatementPage")]
struct StatementOut {
    code: String,
    heading: String,
    /// The provision that asks for it.
    article: String,
    text: String,
    own_words: bool,
    /// The own words are a judgement, by what their writer says.
    judgement: bool,
    /// The version of the organisation's own text that words it; none for the built-in one and for own words.
    text_version: Option<u32>,
    /// Why the words stayed although facts under them had changed.
    kept: Option<KeptWords>,
    written_by: AccountId,
    /// A fact under it has changed since it was written.
    stale: bool,
    /// Where it is stale and the template words it: how it would read with the facts as they are.
    redline: Vec<Piece>,
    missing: Vec<MissingOut>,
    under: Vec<UnderFactOut>,
}

impl From<StatementView> for StatementOut {
    fn from(view: StatementView) -> Self {
        let StatementView {
            code,
            heading,
            article,
            text,
            own_words,
            judgement,
            wording,
            kept,
            written_by,
            stale,
            redline,
            missing,
            under,
        } = view;
        let missing = missing.into_iter().map(|(key, label)| MissingOut { key, label }).collect();
        let under = under.into_iter().map(UnderFactOut::from).collect();
        Self {
            code,
            heading,
            article,
            text,
            own_words,
            judgement,
            text_version: wording,
            kept,
            written_by,
            stale,
            redline,
            missing,
            under,
        }
    }
}

/// A notice with everything under it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NoticePage")]
struct NoticeOut {
    notice: Notice,
    /// The name of the controller that it goes to, where it is for one.
    controller: Option<String>,
    statements: Vec<StatementOut>,
    /// What is looked at before a review: what must be mended first. Nothing once it has left.
    findings: Vec<Finding>,
    /// How easy it is to read, where people read it who have no part in the matter.
    ease: Option<Ease>,
    /// What is said about it, in the order in which it was said.
    comments: Vec<Comment>,
    /// With whom it lies, and since when, until it is released.
    holder: Option<Holder>,
    /// When the duty that it is for is due, where it is for one.
    due_at: Option<DateTime<Utc>>,
    subject: String,
    text: String,
    html: String,
    /// SHA-256 of the content as it is now: what an approval names.
    digest: String,
    tally: Tally,
    /// The first of them; all of a short list.
    receipts: Vec<Receipt>,
    /// The first mails that wait for a person.
    held: Vec<Receipt>,
    /// The first mails that were not tried, because an earlier one to their address came back.
    suppressed: Vec<Receipt>,
    /// Since when its sending is paused, and why.
    paused: Option<Paused>,
    pace: Pace,
    /// When the last mail leaves at the pace so far, where that can be told.
    done_at: Option<DateTime<Utc>>,
}

impl From<NoticePage> for NoticeOut {
    fn from(page: NoticePage) -> Self {
        let NoticePage {
            case: _,
            notice,
            controller,
            statements,
            findings,
            ease,
            comments,
            holder,
            due_at,
            subject,
            text,
            html,
            digest,
            tally,
            receipts,
            held,
            suppressed,
            paused,
            pace,
            done_at,
        } = page;
        let statements = statements.into_iter().map(StatementOut::from).collect();
        Self {
            notice,
            controller,
            statements,
            findings,
            ease,
            comments,
            holder,
            due_at,
            subject,
            text,
            html,
            digest,
            tally,
            receipts,
            held,
            suppressed,
            paused,
            pace,
            done_at,
        }
    }
}

async fn list(call: Call<Asked<NoticesQuery>>, (): ()) -> Result<Shown<ListOut<NoticeRow>>> {
    let Asked(NoticesQuery { stage, page }) = call.input;
    call.services.notices(&call.ctx, stage, call::page(page)?).await.map(ListOut::page).map(Shown)
}

async fn of_incident(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<NoticeRow>>> {
    let NoticesTab { notices, .. } = call.services.notices_of(&call.ctx, id).await?;
    Ok(Shown(ListOut::whole(notices)))
}

async fn draft(call: Call<Given<DraftInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.draft_notice(&call.ctx, id, &call.input.0).await?;
    let at = format!("/notices/{}", added.id);
    Ok(Created(added, at))
}

async fn read(call: Call<Nothing>, id: NoticeId) -> Result<Tagged<NoticeOut>> {
    let page = call.services.notice(&call.ctx, id).await?;
    let revision = page.notice.revision;
    Ok(Tagged(page.into(), revision))
}

async fn statement(call: Call<Given<StatementInput>>, (id, code): (NoticeId, String)) -> Result<Done> {
    call.services.edit_statement(&call.ctx, id, &code, &call.input.0).await.map(|()| Done)
}

async fn keep(call: Call<Given<ReasonInput>>, (id, code): (NoticeId, String)) -> Result<Done> {
    call.services.keep_statement(&call.ctx, id, &code, &call.input.0).await.map(|()| Done)
}

async fn versions(call: Call<Asked<VersionsQuery>>, id: NoticeId) -> Result<Shown<VersionsOut>> {
    let Asked(VersionsQuery { from, to }) = call.input;
    let NoticeVersions { case: _, notice: _, versions, compared, redlines } =
        call.services.notice_versions(&call.ctx, id, from, to).await?;
    Ok(Shown(VersionsOut { versions, compared, redlines }))
}

async fn comment(call: Call<Given<CommentInput>>, id: NoticeId) -> Result<Created<Added>> {
    let added = call.services.comment_on_notice(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/notices/{id}")))
}

async fn resolve(call: Call<Nothing>, (notice, comment): (NoticeId, CommentId)) -> Result<Done> {
    call.services.resolve_comment(&call.ctx, notice, comment).await.map(|()| Done)
}

async fn refresh(call: Call<Given<RefreshInput>>, id: NoticeId) -> Result<Done> {
    let code = Some(call.input.0.code.trim()).filter(|code| !code.is_empty());
    call.services.refresh_statements(&call.ctx, id, code).await.map(|()| Done)
}

async fn recipients(call: Call<Given<RecipientsInput>>, id: NoticeId) -> Result<Done> {
    call.services.set_recipients(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn submit(call: Call<Nothing>, id: NoticeId) -> Result<Done> {
    call.services.submit_notice(&call.ctx, id).await.map(|()| Done)
}

async fn changes(call: Call<Given<ChangesInput>>, id: NoticeId) -> Result<Done> {
    call.services.request_changes(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn approve(call: Call<Given<ApproveInput>>, id: NoticeId) -> Result<Done> {
    call.services.approve_notice(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn send(call: Call<Nothing>, id: NoticeId) -> Result<Done> {
    call.services.send_notice(&call.ctx, id).await.map(|()| Done)
}

async fn cancel(call: Call<Given<ReasonInput>>, id: NoticeId) -> Result<Done> {
    call.services.cancel_notice(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn more_recipients(call: Call<Given<MoreRecipientsInput>>, id: NoticeId) -> Result<Shown<ListGrown>> {
    call.services.add_recipients(&call.ctx, id, &call.input.0).await.map(Shown)
}

async fn pause(call: Call<Given<ReasonInput>>, id: NoticeId) -> Result<Done> {
    call.services.pause_sending(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn resume(call: Call<Nothing>, id: NoticeId) -> Result<Done> {
    call.services.resume_sending(&call.ctx, id).await.map(|()| Done)
}

async fn mails(call: Call<Asked<MailsQuery>>, id: NoticeId) -> Result<Shown<ListOut<Receipt>>> {
    let Asked(MailsQuery { state, uncertain, unreached, page }) = call.input;
    let which = match (state, uncertain, unreached) {
        (Some(state), ..) => Which::In(state),
        (None, Some(true), _) => Which::Uncertain,
        (None, _, Some(true)) => Which::Unreached,
        _ => Which::All,
    };
    call.services.mails(&call.ctx, id, which, call::page(page)?).await.map(ListOut::page).map(Shown)
}

async fn release_mail(call: Call<Nothing>, (notice, mail): (NoticeId, DeliveryId)) -> Result<Done> {
    call.services.release_mail(&call.ctx, notice, mail).await.map(|()| Done)
}

async fn drop_mail(call: Call<Given<ReasonInput>>, (notice, mail): (NoticeId, DeliveryId)) -> Result<Done> {
    call.services.drop_mail(&call.ctx, notice, mail, &call.input.0).await.map(|()| Done)
}

async fn try_suppressed(
    call: Call<Given<ReasonInput>>,
    (notice, mail): (NoticeId, DeliveryId),
) -> Result<Done> {
    call.services.try_suppressed(&call.ctx, notice, mail, &call.input.0).await.map(|()| Done)
}
