//! The breach register of Article 33(5) GDPR.

use super::page_number;
use crate::{
    cells,
    components::{Badge, Empty, Kind, Pagination, Reference, Row, Table, Time, Tone},
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{access::Role, moment, text::Choice, view::RegisterRow};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/register", page)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

async fn shown(visit: &Visit) -> Shown {
    let register = visit.services.register(&visit.ctx, page_number(visit)).await?;
    let profile = visit.services.profile(&visit.ctx).await?;
    let controller = profile.answers.get("ctrl.name").cloned();
    let now = visit.ctx.now;
    // An auditor reads the journal of an incident and nothing else of it.
    let tab = if visit.person().is_some_and(|p| p.role == Role::Auditor) { "/journal" } else { "" };
    Ok(Page::new(Place::Register, "Breach register", move || {
        let (total, page) = (register.total, register.page);
        let of = controller.map(|name| view! { <p>"Controller: "<strong>{name}</strong></p> });
        let table = if register.items.is_empty() {
            view! {
                <Empty title="No breach is recorded here.">
                    <p>"Every incident appears in the register by itself, unless it ended as a false alarm or without personal data."</p>
                </Empty>
            }
            .written()
        } else {
            let rows = register.items.into_iter().map(|row| line(row, now, tab)).collect();
            let heads =
                vec!["Breach", "Became aware", "Notified", "Facts", "Effects", "Remedial action", "State"];
            view! { <div class="register"><Table caption="Breaches, the newest first" heads=heads rows=rows /></div> }.written()
        };
        view! {
            <h1>"Breach register"</h1>
            <p class="lead">"Every personal data breach, notified or not, with its facts, effects and the remedial action taken, as Art. 33(5) GDPR asks for."</p>
            {of}
            {table}
            <Pagination total=total page=page base="/register" />
        }
        .written()
    }))
}

fn line(row: RegisterRow, now: DateTime<Utc>, tab: &str) -> Row {
    let tone = if row.late { Tone::Danger } else { Tone::Neutral };
    let reference = row.reference.clone();
    let told = if row.communicated { "yes, at least in part" } else { "no" };
    Row::new(cells![
        view! {
            <Reference href=format!("/incidents/{}{tab}", row.incident) reference=reference />
            <p class="title">{row.title.clone()}</p>
        },
        moment_or(row.aware_at, "not yet recorded"),
        notified(&row, now),
        known(&row.facts),
        view! { {known(&row.effects)}{more("People concerned", &row.people)}{more("Risk", &row.risk)}{more("Told, Art. 34", told)} },
        known(&row.remedy),
        state(&row),
    ])
    .tone(tone)
}

/// What nobody has answered is said to be so; it is never left blank.
fn known(text: &str) -> AnyView {
    if text.is_empty() {
        view! { <span class="nobody">"not yet recorded"</span> }.written()
    } else {
        view! { <p>{text.to_owned()}</p> }.written()
    }
}

fn more(label: &'static str, text: &str) -> AnyView {
    let text = if text.is_empty() { "not yet recorded" } else { text };
    view! { <p class="hint">{format!("{label}: {text}")}</p> }.written()
}

fn moment_or(at: Option<DateTime<Utc>>, otherwise: &'static str) -> AnyView {
    match at {
        Some(at) => view! { <Time at=at /> }.written(),
        None => view! { <span class="nobody">{otherwise}</span> }.written(),
    }
}

/// When the authority was told, and whether that was within 72 hours.
fn notified(row: &RegisterRow, now: DateTime<Utc>) -> AnyView {
    let due = row.due_at.map(|due| view! { <p class="hint">"due "<Time at=due /></p> });
    let mark = match (row.notified_at, row.due_at) {
        (Some(at), Some(due)) if at > due => {
            view! { <Badge kind=Kind::Lateness code="late" label=format!("late by {}", moment::span(at - due)) /> }.written()
        }
        (Some(_), Some(_)) => view! { <Badge kind=Kind::Lateness code="met" label="in time" /> }.written(),
        (None, Some(due)) if now > due => {
            view! { <Badge kind=Kind::Lateness code="overdue" label=format!("overdue by {}", moment::span(now - due)) /> }.written()
        }
        _ => ().written(),
    };
    view! { {moment_or(row.notified_at, "not notified")}" "{mark}{due} }.written()
}

fn state(row: &RegisterRow) -> AnyView {
    let outcome = row.outcome.map(|outcome| view! { <p class="hint">{outcome.to_string()}</p> });
    let closed = row.closed_at.map(|at| view! { <p class="hint">"on "<Time at=at /></p> });
    view! { {row.phase.label()}{closed}{outcome} }.written()
}
