//! The organisation's own texts of notices: what there is, written statement by statement, published by somebody else.

mod preview;
mod statements;

use crate::{
    cells,
    components::{
        Banner, ButtonKind, Empty, Form, Kind, LinkButton, PostButton, Row, Table, TextArea, Time, Tone,
        badge,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    incident::ReasonInput,
    notice::{
        own_text::version::OwnTextInput,
        template::{Language, NoticeKind},
    },
    text::Choice,
    view::texts::{TextPage, TextRow, TextVersionRow},
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/texts", list),
        get("/texts/{kind}/{language}", one),
        post("/texts/{kind}/{language}/begin", begin),
        post("/texts/{kind}/{language}/statements/{code}", write),
        post("/texts/{kind}/{language}/publish", publish),
        post("/texts/{kind}/{language}/decline", decline),
        post("/texts/{kind}/{language}/discard", discard),
        post("/texts/{kind}/{language}/retire", retire),
        get("/texts/{kind}/{language}/preview", preview::page),
        get("/texts/{kind}/{language}/versions/{version}", preview::version),
    ]
}

/// A kind of notice in one language.
pub(super) type Of = (NoticeKind, Language);

pub(super) fn of(kind: &str, language: &str) -> Result<Of, Error> {
    NoticeKind::from_code(kind).zip(Language::from_code(language)).ok_or(Error::NotFound)
}

pub(super) fn address((kind, language): Of) -> String {
    format!("/texts/{}/{}", kind.code(), language.code())
}

pub(super) fn title((kind, language): Of) -> String {
    format!("{}, {language}", kind.spec().title)
}

async fn list(visit: Visit) -> Response {
    visit.show(listed(&visit).await).await
}

async fn listed(visit: &Visit) -> Shown {
    let mut page = visit.services.notice_texts(&visit.ctx).await?;
    // What the organisation says in its own words comes first.
    let own: Vec<_> =
        page.rows.iter().filter(|r| r.published.is_some() || r.draft.is_some()).map(|r| r.kind).collect();
    page.rows.sort_by_key(|row| !own.contains(&row.kind));
    Ok(Page::new(Place::Notices, "Texts of notices", move || {
        let rows = page.rows.chunk_by(|a, b| a.kind == b.kind).filter_map(|of_kind| {
            let kind = of_kind.first()?.kind;
            let languages: Vec<_> = of_kind.iter().map(state).collect();
            Some(Row::new(cells![kind.spec().title, view! { <span class="row">{languages}</span> }]))
        });
        let rows = rows.collect();
        view! {
            <p><a href="/notices">"All notices"</a></p>
            <h1>"Texts of notices"</h1>
            <p class="lead">"Every kind of notice has a built-in text in each language. Your organisation can say a statement in its own \
                             words instead. A second person publishes them; drafts of notices use them from then on. Where nothing is said below, \
                             the text is the built-in one."</p>
            <Table caption="Kinds of notices and their texts" heads=vec!["Kind", "Language and text"] rows=rows />
        }
        .written()
    }))
}

fn state(row: &TextRow) -> AnyView {
    let href = address((row.kind, row.language));
    let own = row.published.map(|version| format!("own text, version {version}"));
    let draft = row.draft.map(|version| format!("draft of version {version}"));
    let attention = row.attention.then(|| "needs attention".to_owned());
    let said: Vec<String> = own.into_iter().chain(draft).chain(attention).collect();
    let said = (!said.is_empty()).then(|| format!(" ({})", said.join(", ")));
    view! {
        <span>
            <a href=href>
                <span lang=row.language.code()>{row.language.label()}</span>
                <span class="unseen">": "{row.kind.spec().title}</span>
            </a>
            {said}
        </span>
    }
    .written()
}

async fn one(visit: Visit, Path((kind, language)): Path<(String, String)>) -> Response {
    let shown = async { shown(&visit, of(&kind, &language)?, FormState::default()).await };
    visit.show(shown.await).await
}

async fn begin(visit: Visit, Path((kind, language)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let of = of(&kind, &language)?;
        visit.services.begin_texts(&posted.ctx(&visit.ctx), of.0, of.1).await?;
        Ok(address(of))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn write(
    visit: Visit,
    Path((kind, language, code)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let of = of(&kind, &language)?;
        let input = posted.input::<OwnTextInput>()?;
        visit.services.write_text(&posted.ctx(&visit.ctx), of.0, of.1, &code, &input).await?;
        Ok(format!("{}#{code}", address(of)))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn publish(visit: Visit, Path((kind, language)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let of = of(&kind, &language)?;
        visit.services.publish_texts(&posted.ctx(&visit.ctx), of.0, of.1).await?;
        Ok(address(of))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn decline(visit: Visit, Path((kind, language)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (of, input) = (of(&kind, &language)?, posted.input::<ReasonInput>()?);
        visit.services.decline_texts(&posted.ctx(&visit.ctx), of.0, of.1, &input).await?;
        Ok(address(of))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn discard(visit: Visit, Path((kind, language)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (of, input) = (of(&kind, &language)?, posted.input::<ReasonInput>()?);
        visit.services.discard_texts(&posted.ctx(&visit.ctx), of.0, of.1, &input).await?;
        Ok(address(of))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn retire(visit: Visit, Path((kind, language)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (of, input) = (of(&kind, &language)?, posted.input::<ReasonInput>()?);
        visit.services.retire_texts(&posted.ctx(&visit.ctx), of.0, of.1, &input).await?;
        Ok(address(of))
    };
    answered(&visit, (&kind, &language), done.await, &posted).await
}

async fn answered(
    visit: &Visit,
    (kind, language): (&str, &str),
    done: Result<String, Error>,
    posted: &Posted,
) -> Response {
    visit.answer(done, posted, async |state| shown(visit, of(kind, language)?, state).await).await
}

async fn shown(visit: &Visit, of: Of, state: FormState) -> Shown {
    let page = visit.services.own_texts(&visit.ctx, of.0, of.1).await?;
    Ok(Page::new(Place::Notices, format!("Texts: {}", title(of)), move || {
        let preview = format!("{}/preview", address(of));
        view! {
            <p><a href="/texts">"All texts"</a></p>
            <div class="page-head">
                <h1>{title(of)}</h1>
                <LinkButton href=preview label="Preview in a case" kind=ButtonKind::Plain />
            </div>
            {about(&page)}
            {decide(&page, &state)}
            {statements::section(&page, &state)}
            {versions(&page)}
            {end(&page, &state)}
        }
        .written()
    }))
}

fn about(page: &TextPage) -> AnyView {
    let now = match &page.published {
        Some(row) => {
            format!("Drafts of notices use the texts of your organisation, version {}.", row.version)
        }
        None => "Drafts of notices use the built-in texts.".to_owned(),
    };
    let draft = page.draft.as_ref().map(|row| {
        let by = page.people.name(row.saved_by).to_owned();
        let declined = row.declined.as_ref().map(|said| {
            let (at, by, reason) = (said.at, page.people.name(said.by).to_owned(), said.reason.clone());
            view! { <Banner tone=Tone::Attention>"Sent back "<Time at=at />" by "{by}": "{reason}</Banner> }
        });
        view! {
            <p>"Below is the draft of version "{row.version}", last changed "<Time at=row.saved_at />" by "{by}"."</p>
            {declined}
        }
    });
    let begin = (page.may_edit && page.draft.is_none()).then(|| {
        let action = format!("{}/begin", address((page.kind, page.language)));
        view! { <PostButton action=action label="Begin the next version" kind=ButtonKind::Primary /> }
    });
    view! { <p class="lead">{now}</p>{draft}{begin} }.written()
}

fn decide(page: &TextPage, state: &FormState) -> AnyView {
    let Some(draft) = page.draft.as_ref().filter(|_| page.may_publish) else { return ().written() };
    let (base, revision) = (address((page.kind, page.language)), Some(draft.revision));
    let must = page.statements.iter().flat_map(|s| &s.findings).any(|finding| finding.must);
    let publish = if page.is_mine {
        view! { <p>"You wrote a part of it, so somebody who wrote none of it reads and publishes it."</p> }
            .written()
    } else if draft.authors.is_empty() {
        view! { <p>"Nobody has written anything in it yet."</p> }.written()
    } else if must {
        view! { <p>"It can be published once what is found below is mended."</p> }.written()
    } else {
        let hidden = vec![("revision", draft.revision.to_string())];
        view! {
            <p>"Read it below and in a preview, then publish it. New drafts use it from then on; notices that there are don’t change by themselves."</p>
            <PostButton action=format!("{base}/publish") label="Publish this version" hidden=hidden kind=ButtonKind::Primary />
        }
        .written()
    };
    let action = format!("{base}/decline");
    view! {
        <section>
            <h2>"Publish or send back"</h2>
            {publish}
            <details open=state.has(&action)>
                <summary>"Send it back"</summary>
                <Form action=action.clone() state=state.clone() submit="Send it back" kind=ButtonKind::Plain revision=revision>
                    <TextArea name="reason" label="What should be changed" rows=3 required=true />
                </Form>
            </details>
        </section>
    }
    .written()
}

fn versions(page: &TextPage) -> AnyView {
    if page.versions.is_empty() {
        return view! {
            <section>
                <h2>"Versions"</h2>
                <Empty title="There is no text of your organisation yet." />
            </section>
        }
        .written();
    }
    let row = |row: &TextVersionRow| {
        let href = format!("{}/versions/{}", address((page.kind, page.language)), row.version);
        let published = row.published.as_ref().map(|said| {
            let by = page.people.name(said.by).to_owned();
            view! { <span><Time at=said.at />" by "{by}</span> }
        });
        let reason = row.ended.as_ref().map(|said| said.reason.clone()).unwrap_or_default();
        Row::new(cells![
            view! { <a href=href>"Version "{row.version}</a> },
            badge(Kind::Other, row.state),
            row.statements,
            published,
            view! { <span class="said">{reason}</span> },
        ])
    };
    let rows = page.versions.iter().map(row).collect();
    let heads = vec!["Version", "State", "Own statements", "Published", "Why it ended"];
    view! {
        <section>
            <h2>"Versions"</h2>
            <Table caption="Versions of these texts" heads=heads rows=rows />
        </section>
    }
    .written()
}

/// Giving the draft up, and retiring what is published.
fn end(page: &TextPage, state: &FormState) -> AnyView {
    let base = address((page.kind, page.language));
    let discard = page.draft.as_ref().filter(|_| page.may_edit).map(|draft| {
        let action = format!("{base}/discard");
        view! {
            <details open=state.has(&action)>
                <summary>"Give the draft up"</summary>
                <Form action=action.clone() state=state.clone() submit="Give the draft up" kind=ButtonKind::Danger revision=Some(draft.revision)>
                    <TextArea name="reason" label="Why" rows=2 required=true />
                </Form>
            </details>
        }
    });
    let retire = page.published.as_ref().filter(|_| page.may_publish).map(|published| {
        let action = format!("{base}/retire");
        view! {
            <details open=state.has(&action)>
                <summary>"Go back to the built-in texts"</summary>
                <Form action=action.clone() state=state.clone() submit="Retire our texts" kind=ButtonKind::Danger revision=Some(published.revision)>
                    <TextArea name="reason" label="Why" hint="Notices that there are keep their words." rows=2 required=true />
                </Form>
            </details>
        }
    });
    view! { {discard}{retire} }.written()
}
