//! What people reply to a communication: counted with one click, without a name, and words to reply with.

use super::super::{
    id,
    incidents::{
        clocks::folded,
        frame::{TabName, address, can, frame},
    },
    parameter,
};
use crate::{
    cells,
    components::{
        ButtonKind, Empty, Form, PostButton, Row, Select, Table, TextArea, TextField, Time, TimeField, offers,
    },
    form::FormState,
    islands::CopyButton,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    correspondence::reply::{CountInput, ReplyTopic, ReplyWay, TopicCount},
    id::{NoticeId, ReplyId},
    incident::ReasonInput,
    notice::template::Language,
    text::Choice,
    view::correspondence::{RepliesPage, ReplyAsked, ReplyLine},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/notices/{notice}/replies", replies),
        post("/notices/{notice}/replies", count),
        post("/notices/{notice}/replies/{reply}/take-back", take_back),
    ]
}

async fn replies(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn count(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<CountInput>()?);
        visit.services.count_replies(&posted.ctx(&visit.ctx), notice, &input).await?;
        Ok(format!("/notices/{raw}/replies"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn take_back(visit: Visit, Path((raw, reply)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (notice, reply) = (id::<NoticeId>(&raw)?, id::<ReplyId>(&reply)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.take_back_count(&posted.ctx(&visit.ctx), notice, reply, &input).await?;
        Ok(format!("/notices/{raw}/replies#counted"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let asked = |name| parameter(visit, name).unwrap_or_default();
    let asked = ReplyAsked { topic: asked("topic"), language: asked("language") };
    let view = visit.services.replies(&visit.ctx, id::<NoticeId>(raw)?, &asked).await?;
    let token = visit.ctx.fresh.secret();
    let title = format!("{}: replies to the {}", view.case.incident.reference, view.notice.kind);
    Ok(Page::new(Place::Notices, title, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Correspondence, content)
    }))
}

fn here(view: &RepliesPage) -> String {
    format!("/notices/{}/replies", view.notice.id)
}

fn content(view: &RepliesPage, state: &FormState, token: &str) -> AnyView {
    let back = format!("{}/correspondence", address(&view.case.incident));
    let notice = format!("/notices/{}", view.notice.id);
    let counts = can(&view.case, Action::CountReplies);
    view! {
        <section>
            <p class="row"><a href=back>"All correspondence of this incident"</a><a href=notice>"The communication itself"</a></p>
            <h2>"Replies to the "{view.notice.kind.label()}</h2>
            <p>"Only numbers are kept here: no name, no address and nothing of what somebody wrote."</p>
            {totals(view, counts, token)}
            {counts.then(|| several(view, state.clone(), token))}
        </section>
        {words(view)}
        {counted(view, state, counts)}
    }
    .written()
}

fn totals(view: &RepliesPage, counts: bool, token: &str) -> AnyView {
    let mut heads = vec!["Topic"];
    heads.extend(ReplyWay::ALL.iter().map(|way| way.label()));
    heads.push("In all");
    let rows =
        view.totals.iter().enumerate().map(|(n, of)| row(view, of, counts, &format!("{token}{n}"))).collect();
    view! { <Table caption="Replies by topic and by their way" heads=heads rows=rows /> }.written()
}

fn row(view: &RepliesPage, of: &TopicCount, counts: bool, token: &str) -> Row {
    let mut cells = cells![of.topic.label()];
    for (n, (way, number)) in of.ways.iter().enumerate() {
        let one = counts.then(|| {
            let hidden = vec![
                ("topic", of.topic.code().to_owned()),
                ("way", way.code().to_owned()),
                ("form_token", format!("{token}{n}")),
            ];
            let about = format!("{}, by {way}", of.topic);
            view! { <PostButton action=here(view) label="Count one" about=about hidden=hidden kind=ButtonKind::Quiet /> }
        });
        cells.push(view! { <span class="row">{number.to_string()}{one}</span> }.written());
    }
    cells.push(of.total.to_string().written());
    Row::new(cells)
}

/// Several at once, or one that came earlier.
fn several(view: &RepliesPage, state: FormState, token: &str) -> AnyView {
    let action = here(view);
    let refused = state.has(&action);
    let form = view! {
        <Form action=action state=state submit="Count them" kind=ButtonKind::Plain token=token.to_owned()>
            <Select name="topic" label="What they are about" offers={offers::<ReplyTopic>()} required=true />
            <Select name="way" label="How they came" offers={offers::<ReplyWay>()} required=true />
            <TextField name="number" label="How many" hint="Empty for one, at most 1,000." inputmode="numeric" />
            <TimeField name="received_at" label="Received" hint="Empty for now. For a request under Art. 15 or 17 the month for the answer is counted from it." />
        </Form>
    };
    folded("Count several, or some that came earlier", refused, form.written())
}

/// Words to reply with, and the form that asks for others.
fn words(view: &RepliesPage) -> AnyView {
    let words = &view.words;
    let (topic, language) = (words.topic.code(), words.language.code());
    let (text, copied) = (words.text.clone(), words.text.clone());
    let facts: Vec<_> = words
        .under
        .iter()
        .map(|under| {
            let href = format!("{}/facts/{}", address(&view.case.incident), under.key);
            let now = under.now_shown.clone().unwrap_or_else(|| under.shown.clone());
            view! { <li><a href=href>{under.label.clone()}</a>": "<span class="said">{now}</span></li> }
        })
        .collect();
    view! {
        <section class="card" id="words">
            <h2>"Words to reply with"</h2>
            <form method="get" class="row">
                <Select name="topic" label="Topic" offers={offers::<ReplyTopic>()} value=topic required=true />
                <Select name="language" label="Language" offers={offers::<Language>()} value=language required=true />
                <button class="button plain">"Show"</button>
            </form>
            <p class="hint">"A suggestion in built-in words, with the facts as they are now. Nobody has approved it: read it, and make it yours, before you send it."</p>
            <p class="said" lang=language>{text}</p>
            <p><CopyButton text=copied what="the reply".to_owned() /></p>
            <details>
                <summary>"The facts that it rests on"</summary>
                <ul>{facts}</ul>
            </details>
        </section>
    }
    .written()
}

fn counted(view: &RepliesPage, state: &FormState, counts: bool) -> AnyView {
    let list = if view.counted.is_empty() {
        view! { <Empty title="No reply was counted yet" /> }.written()
    } else {
        let rows = view.counted.iter().map(|line| line_of(view, line, state, counts)).collect();
        let heads = vec!["Counted", "Replies", "Received", "Answer owed by", "Miscounted"];
        view! { <Table caption="What was counted, the newest first" heads=heads rows=rows /> }.written()
    };
    let rights = view.counted.iter().any(|line| line.answer_by.is_some()).then(|| {
        view! { <p class="hint">"A request for access or erasure is answered within one month of its receipt (Art. 12(3)); the day shown is counted from it. The request itself is handled where such requests are handled in your organisation, not here."</p> }
    });
    view! {
        <section id="counted">
            <h2>"What was counted"</h2>
            {rights}
            {list}
        </section>
    }
    .written()
}

fn line_of(view: &RepliesPage, line: &ReplyLine, state: &FormState, counts: bool) -> Row {
    let counted = &line.counted;
    let by = view.case.people.name(counted.counted_by).to_owned();
    let what = format!("{} × {}, by {}", counted.number, counted.topic, counted.way);
    let owed = line.answer_by.filter(|_| counted.taken_back_at.is_none()).map(|day| day.to_string());
    let miscounted = match (counted.taken_back_at, counted.taken_back_by) {
        (Some(at), Some(by)) => {
            let by = view.case.people.name(by).to_owned();
            view! { "Taken back "<Time at=at />" by "{by}": "<span class="said">{counted.taken_back_reason.clone()}</span> }
                .written()
        }
        _ if counts => {
            let action = format!("{}/{}/take-back", here(view), counted.id);
            let refused = state.has(&action);
            let form = view! {
                <Form action=action state=state.clone() submit="Take it back" kind=ButtonKind::Quiet compact=true>
                    <TextArea name="reason" label="Why it is a miscount" rows=1 required=true />
                </Form>
            };
            folded("Take it back", refused, form.written())
        }
        _ => ().written(),
    };
    Row::new(cells![
        view! { <span id=counted.id.to_string()><Time at=counted.counted_at />" by "{by}</span> },
        what,
        view! { <Time at=counted.received_at /> },
        owed,
        miscounted,
    ])
}
