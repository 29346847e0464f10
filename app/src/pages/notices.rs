//! Notices: the list of them, and one with its statements, its approval and its receipts.

mod checks;
mod comments;
mod mails;
mod page;
mod receipts;
mod recipients;
mod release;
mod replies;
mod statements;
mod suppressed;
mod versions;

use super::{id, incidents::told, page_number, parameter};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, Empty, Kind, LinkButton, Pagination, Reference, Row, Table, Time, badge, left,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    id::{CommentId, DeliveryId, NoticeId},
    incident::ReasonInput,
    notice::{
        ApproveInput, ChangesInput, RecipientsInput, StatementInput, comment::CommentInput, stage::Stage,
    },
    text::Choice,
    view::{Listed, NoticeRow, Tally},
};
use services::Error;

pub(super) use versions::text as redlined;

pub(super) fn routes() -> Vec<PageRoute> {
    let mut routes = vec![
        get("/notices", list),
        get("/notices/{notice}", notice),
        post("/notices/{notice}/statements/{code}", edit),
        post("/notices/{notice}/statements/{code}/refresh", refresh),
        post("/notices/{notice}/statements/{code}/keep", keep),
        get("/notices/{notice}/versions", versions::page),
        post("/notices/{notice}/comments", comment),
        post("/notices/{notice}/comments/{comment}/resolve", resolve),
        post("/notices/{notice}/refresh", refresh_all),
        post("/notices/{notice}/recipients", typed_recipients),
        post("/notices/{notice}/submit", submit),
        post("/notices/{notice}/changes", changes),
        post("/notices/{notice}/approve", approve),
        post("/notices/{notice}/send", send),
        post("/notices/{notice}/cancel", cancel),
        post("/notices/{notice}/pause", pause),
        post("/notices/{notice}/resume", resume),
        get("/notices/{notice}/mails", mails::page),
        post("/notices/{notice}/mails/{mail}/release", release_mail),
        post("/notices/{notice}/mails/{mail}/drop", drop_mail),
        post("/notices/{notice}/mails/{mail}/try", try_suppressed),
    ];
    routes.extend(recipients::routes());
    routes.extend(replies::routes());
    routes
}

async fn list(visit: Visit) -> Response {
    visit.show(listed(&visit).await).await
}

async fn listed(visit: &Visit) -> Shown {
    let stage = parameter(visit, "stage").and_then(|code| Stage::from_code(&code));
    let listed = visit.services.notices(&visit.ctx, stage, page_number(visit)).await?;
    Ok(Page::new(Place::Notices, "Notices", move || {
        view! {
            <div class="page-head">
                <h1>"Notices"</h1>
                <LinkButton href="/texts" label="Texts of notices" kind=ButtonKind::Plain />
            </div>
            {stages(stage)}
            {rows(listed, stage)}
        }
        .written()
    }))
}

fn stages(current: Option<Stage>) -> AnyView {
    let here = |stage: Option<Stage>| (stage == current).then_some("page");
    let lines: Vec<_> = Stage::ALL
        .iter()
        .map(|stage| {
            let href = format!("/notices?stage={}", stage.code());
            view! { <li><a href=href aria-current=here(Some(*stage))>{stage.label()}</a></li> }
        })
        .collect();
    view! {
        <nav class="tabs" aria-label="Which notices">
            <ul><li><a href="/notices" aria-current=here(None)>"all"</a></li>{lines}</ul>
        </nav>
    }
    .written()
}

fn rows(listed: Listed<NoticeRow>, stage: Option<Stage>) -> AnyView {
    let Listed { items, total, page } = listed;
    if items.is_empty() {
        let title = match stage {
            Some(stage) => format!("No notice is {stage}"),
            None => "No notices yet".to_owned(),
        };
        return view! { <Empty title=title><p>"A notice is drafted in its incident, under “Notices”."</p></Empty> }.written();
    }
    let base =
        stage.map_or_else(|| "/notices".to_owned(), |stage| format!("/notices?stage={}", stage.code()));
    view! {
        {table(items, true)}
        <Pagination total=total page=page base=base />
    }
    .written()
}

/// Notices in a table; with their incidents where they are of several.
pub(super) fn table(notices: Vec<NoticeRow>, with_incident: bool) -> AnyView {
    let mut heads = vec!["Notice", "Language", "Stage", "Lies with", "Mails", "Drafted", "Due"];
    if with_incident {
        heads.insert(1, "Incident");
    }
    let rows = notices.into_iter().map(|notice| row(notice, with_incident)).collect();
    view! { <Table caption="Notices, the newest first" heads=heads rows=rows /> }.written()
}

fn row(row: NoticeRow, with_incident: bool) -> Row {
    let href = format!("/notices/{}", row.id);
    let open = !row.stage.is_settled();
    let due = match row.due_at {
        Some(at) if open => {
            let word = (at < crate::shell::Reader::current().now)
                .then(|| view! { <Badge kind=Kind::Lateness code="overdue" label=left(at) /> });
            view! { <span class="row"><Time at=at />{word}</span> }.written()
        }
        Some(at) => view! { <Time at=at /> }.written(),
        None => view! { <span class="hint">"No due time"</span> }.written(),
    };
    let lies_with = lies_with(&row);
    let mut cells = cells![
        view! { <a href=href>{row.kind.label()}</a>{row.authority.or(row.controller).map(|name| view! { <p class="title hint">{name}</p> })} },
        row.language.label(),
        badge(Kind::Stage, row.stage),
        lies_with,
        tally_words(row.tally),
        view! { <Time at=row.created_at /> },
        due,
    ];
    if with_incident {
        let href = format!("/incidents/{}", row.incident);
        cells.insert(
            1,
            view! { <span><Reference href=href reference=row.reference />" "{row.incident_title}</span> }
                .written(),
        );
    }
    Row::new(cells)
}

/// Who has to do the next thing, and since when.
fn lies_with(row: &NoticeRow) -> AnyView {
    let Some(with) = row.with else { return ().written() };
    let since = row.waits_since.map(|at| view! { " "<span class="hint">"since "<Time at=at /></span> });
    view! { <span>{with.label()}{since}</span> }.written()
}

/// "12 of 14 handed over, 1 rejected". To whom, a relay or a folder, the receipts tell.
fn tally_words(tally: Tally) -> String {
    if tally.total == 0 {
        return "none yet".to_owned();
    }
    let mut words = vec![format!("{} of {} handed over", tally.accepted, tally.total)];
    for (count, word) in [
        (tally.open, "open"),
        (tally.held, "held for a decision"),
        (tally.rejected, "rejected"),
        (tally.bounced, "sent back"),
        (tally.invalid, "could not be made"),
        (tally.suppressed, "not tried"),
        (tally.expired, "given up"),
        (tally.cancelled, "cancelled"),
        (tally.otherwise, "by letter or telephone"),
    ] {
        if count > 0 {
            words.push(format!("{count} {word}"));
        }
    }
    words.join(", ")
}

async fn notice(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(page::shown(&visit, &raw, FormState::default()).await).await
}

/// Answers a form of the notice: back to it, at `place`, or the page again with what is wrong.
async fn answered(
    visit: &Visit,
    raw: &str,
    posted: &Posted,
    place: &str,
    done: Result<(), Error>,
) -> Response {
    let done = done.map(|()| format!("/notices/{raw}{place}"));
    visit.answer(done, posted, async |state| page::shown(visit, raw, state).await).await
}

async fn edit(visit: Visit, Path((raw, code)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .edit_statement(
                &posted.ctx(&visit.ctx),
                id::<NoticeId>(&raw)?,
                &code,
                &posted.input::<StatementInput>()?,
            )
            .await
    };
    answered(&visit, &raw, &posted, &format!("#{code}"), done.await).await
}

async fn refresh(visit: Visit, Path((raw, code)): Path<(String, String)>, posted: Posted) -> Response {
    refreshed(&visit, &raw, Some(&code), &posted).await
}

async fn refresh_all(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    refreshed(&visit, &raw, None, &posted).await
}

async fn refreshed(visit: &Visit, raw: &str, code: Option<&str>, posted: &Posted) -> Response {
    let done = async {
        visit.services.refresh_statements(&posted.ctx(&visit.ctx), id::<NoticeId>(raw)?, code).await?;
        Ok(format!("/notices/{raw}#{}", code.unwrap_or("statements")))
    };
    let again = async |state: FormState| told(page::shown(visit, raw, state.clone()).await, &state, posted);
    visit.answer(done.await, posted, again).await
}

async fn keep(visit: Visit, Path((raw, code)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<ReasonInput>()?);
        visit.services.keep_statement(&posted.ctx(&visit.ctx), notice, &code, &input).await
    };
    answered(&visit, &raw, &posted, &format!("#{code}"), done.await).await
}

async fn comment(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<CommentInput>()?);
        visit.services.comment_on_notice(&posted.ctx(&visit.ctx), notice, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, "#comments", done.await).await
}

async fn resolve(visit: Visit, Path((raw, comment)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, comment) = (id::<NoticeId>(&raw)?, id::<CommentId>(&comment)?);
        visit.services.resolve_comment(&posted.ctx(&visit.ctx), notice, comment).await?;
        Ok(format!("/notices/{raw}#comments"))
    };
    let again =
        async |state: FormState| told(page::shown(&visit, &raw, state.clone()).await, &state, &posted);
    visit.answer(done.await, &posted, again).await
}

async fn typed_recipients(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .set_recipients(
                &posted.ctx(&visit.ctx),
                id::<NoticeId>(&raw)?,
                &posted.input::<RecipientsInput>()?,
            )
            .await
    };
    answered(&visit, &raw, &posted, "#recipients", done.await).await
}

async fn submit(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async { visit.services.submit_notice(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?).await };
    answered(&visit, &raw, &posted, "", done.await).await
}

async fn changes(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .request_changes(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?, &posted.input::<ChangesInput>()?)
            .await
    };
    answered(&visit, &raw, &posted, "", done.await).await
}

async fn approve(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .approve_notice(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?, &posted.input::<ApproveInput>()?)
            .await
    };
    answered(&visit, &raw, &posted, "", done.await).await
}

async fn send(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async { visit.services.send_notice(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?).await };
    answered(&visit, &raw, &posted, "#mails", done.await).await
}

async fn cancel(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .cancel_notice(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?, &posted.input::<ReasonInput>()?)
            .await
    };
    answered(&visit, &raw, &posted, "", done.await).await
}

async fn pause(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let notice = id::<NoticeId>(&raw)?;
        visit.services.pause_sending(&posted.ctx(&visit.ctx), notice, &posted.input::<ReasonInput>()?).await
    };
    answered(&visit, &raw, &posted, "#mails", done.await).await
}

async fn resume(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async { visit.services.resume_sending(&posted.ctx(&visit.ctx), id::<NoticeId>(&raw)?).await };
    resumed(&visit, &raw, &posted, done.await).await
}

async fn release_mail(visit: Visit, Path((raw, mail)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, mail) = (id::<NoticeId>(&raw)?, id::<DeliveryId>(&mail)?);
        visit.services.release_mail(&posted.ctx(&visit.ctx), notice, mail).await
    };
    resumed(&visit, &raw, &posted, done.await).await
}

/// Answers a button, which has no place of its own for what is wrong.
async fn resumed(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/notices/{raw}#mails"));
    let again = async |state: FormState| told(page::shown(visit, raw, state.clone()).await, &state, posted);
    visit.answer(done, posted, again).await
}

async fn drop_mail(visit: Visit, Path((raw, mail)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, mail) = (id::<NoticeId>(&raw)?, id::<DeliveryId>(&mail)?);
        visit.services.drop_mail(&posted.ctx(&visit.ctx), notice, mail, &posted.input::<ReasonInput>()?).await
    };
    answered(&visit, &raw, &posted, "#mails", done.await).await
}

async fn try_suppressed(visit: Visit, Path((raw, mail)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, mail) = (id::<NoticeId>(&raw)?, id::<DeliveryId>(&mail)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.try_suppressed(&posted.ctx(&visit.ctx), notice, mail, &input).await
    };
    answered(&visit, &raw, &posted, "#mails", done.await).await
}
