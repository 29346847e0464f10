//! What a notice said before, and how two of its versions differ.

use super::super::{
    id,
    incidents::frame::{TabName, frame},
    parameter,
};
use crate::{
    components::{Empty, Form, Offer, Select, button::ButtonKind},
    form::FormState,
    prelude::*,
    shell::{Place, Reader},
    visit::{Page, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    id::NoticeId,
    moment,
    text::Choice,
    view::review::{Became, NoticeVersion, NoticeVersions, Piece, Redline},
};

pub(super) async fn page(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw).await).await
}

async fn shown(visit: &Visit, raw: &str) -> Shown {
    let asked = |name| parameter(visit, name).and_then(|revision| revision.parse().ok());
    let view =
        visit.services.notice_versions(&visit.ctx, id::<NoticeId>(raw)?, asked("from"), asked("to")).await?;
    let title = format!("{}: versions of a notice", view.case.incident.reference);
    Ok(Page::new(Place::Notices, title, move || {
        let address = format!("/notices/{}", view.notice.id);
        let content = view! {
            <section>
                <p><a href=address.clone()>"Back to the notice"</a></p>
                <h2>"How two versions differ"</h2>
                {compared(&view, &address)}
            </section>
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

fn compared(view: &NoticeVersions, address: &str) -> AnyView {
    let Some((from, to)) = view.compared else {
        return view! { <Empty title="There is only one version"><p>"As soon as somebody changes its words, the change is shown here."</p></Empty> }
            .written();
    };
    let lang = view.notice.language.code();
    let changes: Vec<_> = view.redlines.iter().map(|redline| changed(redline, lang)).collect();
    let changes = if changes.is_empty() {
        view! { <Empty title="The words of the two are the same" /> }.written()
    } else {
        changes.written()
    };
    view! {
        {choose(view, address, from, to)}
        {changes}
    }
    .written()
}

fn choose(view: &NoticeVersions, address: &str, from: i64, to: i64) -> AnyView {
    let offers: Vec<Offer> =
        view.versions.iter().map(|v| Offer::new(v.revision.to_string(), label(view, v))).collect();
    let (old, new) = (offers.clone(), offers);
    view! {
        <Form action=format!("{address}/versions") state=FormState::default() submit="Compare" kind=ButtonKind::Plain get=true compact=true>
            <Select name="from" label="From" offers=old value=from.to_string() />
            <Select name="to" label="To" offers=new value=to.to_string() />
        </Form>
    }
    .written()
}

fn label(view: &NoticeVersions, version: &NoticeVersion) -> String {
    let what = match version.what.as_str() {
        "drafted" => "drafted",
        "statement" => "own words",
        "refreshed" => "taken over from the facts",
        _ => "earlier",
    };
    let by = version.saved_by.map_or("", |by| view.case.people.name(by));
    let at = moment::show(version.saved_at, Reader::current().zone);
    format!("{at}, {what} {by}").trim_end().to_owned()
}

fn changed(redline: &Redline, lang: &'static str) -> AnyView {
    view! {
        <article class="card">
            <h3>{redline.name.clone()}</h3>
            {text(&redline.pieces, lang)}
        </article>
    }
    .written()
}

/// A text with what was added and removed, told by lines and by words for those who don't see them.
pub(in crate::pages) fn text(pieces: &[Piece], lang: &'static str) -> AnyView {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| {
            let text = piece.text.clone();
            match piece.became {
                Became::Same => view! { <span>{text}</span> }.written(),
                Became::Added => view! { <ins><span class="unseen">"added: "</span>{text}</ins> }.written(),
                Became::Removed => {
                    view! { <del><span class="unseen">"removed: "</span>{text}</del> }.written()
                }
            }
        })
        .collect();
    view! { <p class="said" lang=lang>{pieces}</p> }.written()
}
