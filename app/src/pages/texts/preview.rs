//! How a notice would read in a case, and how a version differs from the one before.

use super::{Of, address, of, title};
use crate::{
    components::{Badge, Empty, Kind, Time},
    pages::{id, notices::redlined, parameter},
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    id::IncidentId,
    text::Choice,
    view::texts::{PreviewStatement, TextDifference, TextPreview},
};
use services::Error;

pub(super) async fn page(visit: Visit, Path((kind, language)): Path<(String, String)>) -> Response {
    let shown = async {
        let of = of(&kind, &language)?;
        match parameter(&visit, "incident").filter(|raw| !raw.is_empty()) {
            Some(raw) => shown(&visit, of, id(&raw)?).await,
            None => chosen(&visit, of).await,
        }
    };
    visit.show(shown.await).await
}

/// With which case.
async fn chosen(visit: &Visit, of: Of) -> Shown {
    let page = visit.services.own_texts(&visit.ctx, of.0, of.1).await?;
    Ok(Page::new(Place::Notices, format!("Preview: {}", title(of)), move || {
        let line = |(incident, name): &(IncidentId, String)| {
            let href = format!("{}/preview?incident={incident}", address(of));
            view! { <li><a href=href>{name.clone()}</a></li> }
        };
        let lines: Vec<_> = page.incidents.iter().map(line).collect();
        let list = if lines.is_empty() {
            view! { <Empty title="No open incident that you see." /> }.written()
        } else {
            view! { <p>"Choose the case whose answers are put in. Nothing of it is kept."</p><ul class="list">{lines}</ul> }.written()
        };
        view! {
            <p><a href=address(of)>{title(of)}</a></p>
            <h1>"Preview"</h1>
            {list}
        }
        .written()
    }))
}

async fn shown(visit: &Visit, of: Of, incident: IncidentId) -> Shown {
    let preview = visit.services.preview_texts(&visit.ctx, of.0, of.1, incident).await?;
    Ok(Page::new(Place::Notices, format!("Preview: {}", title(of)), move || {
        let TextPreview { version, reference, title: case, statements, subject, text, html, .. } = &preview;
        let with = match version {
            Some(version) => format!("With version {version} of your texts"),
            None => "With the built-in texts".to_owned(),
        };
        let lang = of.1.code();
        let parts: Vec<_> =
            statements.iter().filter(|s| s.code != "subject").map(|s| part(s, lang)).collect();
        view! {
            <p><a href=address(of)>{title(of)}</a></p>
            <h1>"Preview: "{title(of)}</h1>
            <p class="hint">{with}" and the answers of "<a href=format!("/incidents/{incident}")>{reference.clone()}</a>" "{case.clone()}". Nothing of it is kept."</p>
            <h2>"Subject"</h2>
            <p class="said" lang=lang>{subject.clone()}</p>
            <section>
                <h2>"The statements"</h2>
                {parts}
            </section>
            <details>
                <summary>"As plain text"</summary>
                <pre class="said" lang=lang>{text.clone()}</pre>
            </details>
            <details>
                <summary>"As HTML"</summary>
                <pre class="said" lang=lang>{html.clone()}</pre>
            </details>
        }
        .written()
    }))
}

fn part(statement: &PreviewStatement, lang: &'static str) -> AnyView {
    if statement.text.is_empty() {
        return view! { <p class="hint">{statement.name.clone()}": falls away."</p> }.written();
    }
    let own =
        statement.own.then(|| view! { <Badge kind=Kind::Other code="" label="Text of the organisation" /> });
    let lacks = (!statement.lacks.is_empty()).then(|| {
        let keys = statement.lacks.join(", ");
        view! { <p class="hint">"It doesn’t show: "{keys}"."</p> }
    });
    view! {
        <article class="card">
            <div class="page-head"><h3>{statement.name.clone()}</h3><span class="row">{own}</span></div>
            <p class="said" lang=lang>{statement.text.clone()}</p>
            {lacks}
        </article>
    }
    .written()
}

pub(super) async fn version(
    visit: Visit,
    Path((kind, language, version)): Path<(String, String, String)>,
) -> Response {
    let shown = async {
        let number = version.parse().map_err(|_| Error::NotFound)?;
        different(&visit, of(&kind, &language)?, number).await
    };
    visit.show(shown.await).await
}

async fn different(visit: &Visit, of: Of, number: u32) -> Shown {
    let page = visit.services.texts_version(&visit.ctx, of.0, of.1, number).await?;
    Ok(Page::new(Place::Notices, format!("{}: version {number}", title(of)), move || {
        let TextDifference { from, to, redlines, people, .. } = &page;
        let lang = of.1.code();
        let against = match from {
            Some(from) => format!("What it changes in version {}.", from.version),
            None => "What it says in place of the built-in texts.".to_owned(),
        };
        let lines: Vec<_> = redlines
            .iter()
            .map(|line| view! { <section><h2>{line.name.clone()}</h2>{redlined(&line.pieces, lang)}</section> })
            .collect();
        let lines = if lines.is_empty() {
            view! { <Empty title="It says nothing else." /> }.written()
        } else {
            lines.written()
        };
        let by = people.name(to.saved_by).to_owned();
        view! {
            <p><a href=address(of)>{title(of)}</a></p>
            <h1>{title(of)}": version "{number}</h1>
            <p class="hint">{to.state.label()}", last changed "<Time at=to.saved_at />" by "{by}". "{against}</p>
            {lines}
        }
        .written()
    }))
}
