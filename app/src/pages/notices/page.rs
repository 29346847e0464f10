//! One notice: where it stands, its statements, what exactly would leave.

use super::{
    super::{
        id,
        incidents::frame::{TabName, address, can, frame},
    },
    checks, comments, receipts, release, statements,
};
use crate::{
    components::{Badge, Banner, DefinitionList, Digest, Kind, PostButton, Time, Tone, badge, left},
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit},
};
use chrono::Duration;
use domain::{
    access::Action,
    id::{AccountId, NoticeId},
    notice::{Notice, holder::With, kind::Complete, stage::Stage},
    party::in_case::CONTROLLER_KEYS,
    text::Choice,
    view::NoticePage,
};

/// What the parts of the page are shown with.
pub(super) struct Around<'a> {
    pub view: &'a NoticePage,
    pub state: &'a FormState,
    pub me: AccountId,
    /// For what is added once.
    pub token: &'a str,
}

impl Around<'_> {
    pub(super) fn notice(&self) -> &Notice {
        &self.view.notice
    }

    pub(super) fn address(&self) -> String {
        format!("/notices/{}", self.notice().id)
    }

    /// Whether words and recipients may be changed now, by the one who looks.
    pub(super) fn edits(&self) -> bool {
        self.notice().stage.is_editable() && can(&self.view.case, Action::EditNotice)
    }
}

pub(super) async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.notice(&visit.ctx, id::<NoticeId>(raw)?).await?;
    let me = visit.ctx.person()?.account;
    let token = visit.ctx.fresh.secret();
    let title = format!("{}: {}", view.case.incident.reference, view.notice.kind);
    Ok(Page::new(Place::Notices, title, move || {
        let around = Around { view: &view, state: &state, me, token: &token };
        let content = view! {
            {head(&around)}
            {held_up(&around)}
            {stale(&around)}
            {missing(&view)}
            {checks::section(&around)}
            {release::steps(&around)}
            {comments::section(&around)}
            {statements::section(&around)}
            {release::recipients(&around)}
            {preview(&view)}
            {receipts::section(&around)}
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

/// The way of a notice that meets no obstacle.
const WAY: [Stage; 5] = [Stage::Draft, Stage::InReview, Stage::Approved, Stage::Sending, Stage::Sent];

fn head(around: &Around<'_>) -> AnyView {
    let notice = around.notice();
    let case = &around.view.case;
    let back = format!("{}/notices", address(&case.incident));
    let versions = format!("{}/versions", around.address());
    let replies = (notice.kind.is_replied_to() && notice.sent_at.is_some()).then(|| {
        let replies = format!("{}/replies", around.address());
        view! { <a href=replies>"What people reply"</a> }
    });
    let steps: Vec<_> = WAY
        .into_iter()
        .map(
            |stage| view! { <li aria-current=(stage == notice.stage).then_some("step")>{stage.label()}</li> },
        )
        .collect();
    let remark = (!notice.remark.is_empty()).then(|| {
        let remark = notice.remark.clone();
        let what = match notice.stage {
            Stage::ChangesRequested => "Changes were requested: ",
            Stage::Cancelled => "Given up: ",
            _ => "It is a draft again: ",
        };
        view! { <Banner tone=Tone::Attention>{what}<span class="said">{remark}</span></Banner> }
    });
    let heading = notice.kind.spec().title;
    view! {
        <section>
            <p class="row"><a href=back>"All notices of this incident"</a><a href=versions>"What it said before"</a>{replies}</p>
            <div class="page-head">
                <h2>{heading}</h2>
                <span class="row">{badge(Kind::Stage, notice.stage)}<Badge kind=Kind::Other code="" label=notice.language.label() /></span>
            </div>
            <ol class="way" aria-label="The way of a notice">{steps}</ol>
            {remark}
            <DefinitionList items=who(around) />
        </section>
    }
    .written()
}

/// With whom it lies and since when, before it leaves; louder where its due time is near.
fn held_up(around: &Around<'_>) -> AnyView {
    let (view, case) = (around.view, &around.view.case);
    let Some(holder) = &view.holder else { return ().written() };
    let names: Vec<_> = holder.who.iter().map(|id| case.people.name(*id).to_owned()).collect();
    let names = if names.is_empty() { "nobody who could".to_owned() } else { names.join(", ") };
    let since = if holder.with == With::Authors { "last written " } else { "since " };
    let near = view.due_at.filter(|due| *due <= case.now + Duration::hours(case.soon_hours.into()));
    let due = view.due_at.map(|at| view! { " It is due "<Time at=at />": "{left(at)}"." });
    let (with, at) = (holder.with.label(), holder.since);
    let tone = if near.is_some() { Tone::Attention } else { Tone::Neutral };
    view! {
        <Banner tone=tone>"It lies with "{with}", "{since}<Time at=at />": "{names}"."{due}</Banner>
    }
    .written()
}

fn who(around: &Around<'_>) -> Vec<(&'static str, AnyView)> {
    let notice = around.notice();
    let people = &around.view.case.people;
    let name = |id: AccountId| people.name(id).to_owned();
    let authors: Vec<_> = notice.authors.iter().map(|id| name(*id)).collect();
    let mut items: Vec<(&'static str, AnyView)> =
        around.view.controller.iter().map(|name| ("To", name.clone().written())).collect();
    items.extend([
        ("Drafted", view! { <Time at=notice.created_at />" by "{name(notice.created_by)} }.written()),
        ("Written by", authors.join(", ").written()),
    ]);
    if let (Some(at), Some(by), Some(digest)) =
        (notice.approved_at, notice.approved_by, notice.approved_digest.clone())
    {
        let view = view! { <Time at=at />" by "{name(by)}", exactly the content "<Digest sha256=digest /> };
        items.push(("Approved", view.written()));
    }
    if let (Some(at), Some(by)) = (notice.sent_at, notice.sent_by) {
        items.push(("Released", view! { <Time at=at />" by "{name(by)} }.written()));
    }
    if let Some(at) = notice.first_accepted_at {
        items.push((
            "First taken",
            view! { "A relay took responsibility for the first mail "<Time at=at /> }.written(),
        ));
    }
    items
}

fn stale(around: &Around<'_>) -> AnyView {
    let count = around.view.statements.iter().filter(|s| s.stale).count();
    if count == 0 || !around.notice().stage.is_editable() {
        return ().written();
    }
    let words = if count == 1 {
        "A fact has changed under one statement. It can't be submitted, approved or sent until somebody has looked at it again. ".to_owned()
    } else {
        format!(
            "Facts have changed under {count} statements. It can't be submitted, approved or sent until somebody has looked at them again. "
        )
    };
    let action = format!("{}/refresh", around.address());
    let hidden = vec![("revision", around.notice().revision.to_string())];
    let button = around.edits().then(|| view! { <PostButton action=action label="Take over what is known now, in all of them" hidden=hidden /> });
    view! { <Banner tone=Tone::Attention>{words}{button}</Banner> }.written()
}

/// Where a fact under this notice is answered: what is a controller's alone, with that controller.
pub(super) fn answered_at(view: &NoticePage, key: &str) -> String {
    let base = address(&view.case.incident);
    match view.notice.controller.filter(|_| CONTROLLER_KEYS.contains(&key)) {
        Some(controller) => format!("{base}/parties/{controller}#{key}"),
        None if key.starts_with("controller.") => format!("{base}/parties"),
        None => format!("{base}/facts/{key}"),
    }
}

/// What nobody has answered, each once, with the place to answer it. Where all of it must be there, the checks say so.
fn missing(view: &NoticePage) -> AnyView {
    let mut keys: Vec<&(String, String)> = Vec::new();
    for missing in view.statements.iter().flat_map(|s| &s.missing) {
        if !keys.contains(&missing) {
            keys.push(missing);
        }
    }
    let at_once = view.notice.kind.spec().complete == Complete::AtOnce;
    if keys.is_empty() || at_once || !view.notice.stage.is_editable() {
        return ().written();
    }
    let lines: Vec<_> = keys
        .into_iter()
        .map(|(key, label)| view! { <li><a href=answered_at(view, key)>{label.clone()}</a></li> })
        .collect();
    let says = view.notice.kind.spec().missing;
    let summary = format!("Not answered yet: {}", lines.len());
    view! {
        <details class="card">
            <summary>{summary}</summary>
            <p class="hint">{says}</p>
            <ul class="entries">{lines}</ul>
        </details>
    }
    .written()
}

/// Exactly what leaves: the same for every recipient, but for the fields that are each person's own.
fn preview(view: &NoticePage) -> AnyView {
    let lang = view.notice.language.code();
    let fields = view.notice.merged_fields();
    let own = (!fields.is_empty()).then(|| {
        let says = format!(
            "Filled in for each person: {}. Where one isn’t known, what stands behind the bar is said instead.",
            fields.join(", ")
        );
        view! { <p class="hint">{says}</p> }
    });
    view! {
        <section id="preview">
            <h2>"Exactly what leaves"</h2>
            <p class="hint">"Every mail carries this as plain text and the same words as HTML. The digest is over both, the subject and the recipients."</p>
            {own}
            <div class="card">
                <p lang=lang><strong>{view.subject.clone()}</strong></p>
                <pre class="mail" lang=lang>{view.text.clone()}</pre>
            </div>
            <p>"Digest of the content as it is now: "<Digest sha256=view.digest.clone() /></p>
        </section>
    }
    .written()
}
