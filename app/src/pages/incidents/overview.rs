//! An incident's first page: what it is, who is on it, what is open.

use super::{
    super::id,
    frame::{TabName, address, can, frame, page},
    members, recommended, tasks,
};
use crate::{
    components::{DefinitionList, Empty, LinkButton, Markdown, Time, button::ButtonKind},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get},
    visit::{Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    fact::sheet::Completeness,
    id::IncidentId,
    incident::{Incident, Pending, Phase},
    view::{Case, Overview},
    work::entry::Entry,
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/{id}", overview)]
}

async fn overview(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

/// Also shown again where a form on it is refused: those for members and tasks.
pub(super) async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.overview(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let case = view.case.clone();
    Ok(page(&case, TabName::Overview, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Overview, content)
    }))
}

fn content(view: &Overview, state: &FormState, token: &str) -> AnyView {
    let case = &view.case;
    view! {
        <div class="columns">
            <div>
                {head(case)}
                {recommended::section(case, &view.recommendations, token)}
                {tasks::section(case, &view.tasks, state, token)}
                {recent(case, &view.recent)}
            </div>
            <aside>
                {instants(case)}
                {members::section(case, state)}
                {completeness(case, &view.completeness)}
                {pending(case, view.pending)}
                {alerts(view)}
            </aside>
        </div>
    }
    .written()
}

fn head(case: &Case) -> AnyView {
    let base = address(&case.incident);
    let edit = can(case, Action::EditIncident).then(|| {
        let href = format!("{base}/edit");
        view! { <LinkButton href=href label="Edit" kind=ButtonKind::Plain /> }
    });
    let lead = (case.may(Action::MovePhase) || case.may(Action::Restrict)).then(|| {
        let href = format!("{base}/lead");
        view! { <LinkButton href=href label="Phase and closing" kind=ButtonKind::Plain /> }
    });
    let summary = if case.incident.summary.is_empty() {
        view! { <p class="hint">"Nobody has written a summary yet."</p> }.written()
    } else {
        view! { <Markdown source=case.incident.summary.clone() /> }.written()
    };
    view! {
        <section>
            <div class="page-head">
                <h2>"Summary"</h2>
                <div class="row">{edit}{lead}</div>
            </div>
            {summary}
        </section>
    }
    .written()
}

fn recent(case: &Case, recent: &[Entry]) -> AnyView {
    let href = format!("{}/timeline", address(&case.incident));
    let list = if recent.is_empty() {
        view! { <Empty title="Nothing on the timeline yet"><p>"What happened, and when, is written there."</p></Empty> }.written()
    } else {
        let lines: Vec<_> = recent.iter().map(|entry| line(&href, entry)).collect();
        view! { <ul class="entries">{lines}</ul> }.written()
    };
    view! {
        <section>
            <div class="page-head">
                <h2>"Latest on the timeline"</h2>
                <a href=href.clone()>"Whole timeline"</a>
            </div>
            {list}
        </section>
    }
    .written()
}

fn line(timeline: &str, entry: &Entry) -> AnyView {
    let href = format!("{timeline}#{}", entry.id);
    let text = if entry.withdrawn_at.is_some() {
        view! { <s>{entry.text.clone()}</s> }.written()
    } else {
        view! { <span>{entry.text.clone()}</span> }.written()
    };
    view! { <li><a href=href>{super::timeline::event_time(entry)}</a>" "{text}</li> }.written()
}

/// An instant, or that nobody has recorded it.
fn instant(at: Option<DateTime<Utc>>) -> AnyView {
    match at {
        Some(at) => view! { <Time at=at /> }.written(),
        None => view! { <span class="hint">"Not recorded"</span> }.written(),
    }
}

/// The moments that the law and the review afterwards keep apart. None is taken from another.
fn instants(case: &Case) -> AnyView {
    let Incident { first_hint_at, detected_at, investigation_started_at, contained_at, declared_at, .. } =
        case.incident;
    let items = vec![
        ("First hint", instant(first_hint_at)),
        ("Detected", instant(detected_at)),
        ("Declared", instant(Some(declared_at))),
        ("Investigated", instant(investigation_started_at)),
        ("Became aware", instant(case.awareness.as_ref().map(|a| a.aware_at))),
        ("Contained", instant(contained_at)),
        ("Notified", instant(case.notified_at)),
    ];
    view! {
        <section class="card">
            <h2>"Moments"</h2>
            <DefinitionList items=items />
        </section>
    }
    .written()
}

fn completeness(case: &Case, whole: &Completeness) -> AnyView {
    let href = format!("{}/facts", address(&case.incident));
    let words: Vec<_> = completeness_words(whole).into_iter().map(|line| view! { <p>{line}</p> }).collect();
    view! {
        <section class="card">
            <h2>"Facts"</h2>
            {words}
            <p><a href=href>"To the facts"</a></p>
        </section>
    }
    .written()
}

/// How much is answered, in sentences.
pub(super) fn completeness_words(whole: &Completeness) -> Vec<String> {
    let (always, conditional) = (whole.always, whole.conditional);
    let mut words = vec![format!(
        "{} of the {} questions that an authority always asks are answered.",
        always.answered, always.total
    )];
    if conditional.total > 0 {
        words.push(format!(
            "The answers so far bring up {} more; {} of them are answered.",
            conditional.total, conditional.answered
        ));
    }
    let missing =
        |n| if n == 1 { "1 has no answer at all".to_owned() } else { format!("{n} have no answer at all") };
    let promised = |n| {
        if n == 1 {
            "1 is promised for a later day".to_owned()
        } else {
            format!("{n} are promised for a later day")
        }
    };
    words.push(match (whole.missing.len(), whole.promised.len()) {
        (0, 0) => "Nothing is owed.".to_owned(),
        (m, 0) => format!("{}.", missing(m)),
        (0, p) => format!("{}.", promised(p)),
        (m, p) => format!("{}, {}.", missing(m), promised(p)),
    });
    words
}

fn pending(case: &Case, pending: Pending) -> AnyView {
    if case.incident.phase == Phase::Closed {
        return ().written();
    }
    let lines: Vec<_> = pending_lines(case, pending)
        .into_iter()
        .map(|(href, words)| view! { <li><a href=href>{words}</a></li> })
        .collect();
    let list = if lines.is_empty() {
        view! { <p>"Nothing stands in the way. Closing needs an outcome."</p> }.written()
    } else {
        view! { <ul class="entries">{lines}</ul> }.written()
    };
    view! {
        <section class="card">
            <h2>"Before it can be closed"</h2>
            {list}
        </section>
    }
    .written()
}

/// What is open, each with the address where it is dealt with.
pub(super) fn pending_lines(case: &Case, pending: Pending) -> Vec<(String, String)> {
    let base = address(&case.incident);
    let of = |count: u64, one: &str, many: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    };
    let mut lines = Vec::new();
    if pending.open_tasks > 0 {
        lines.push((format!("{base}#tasks"), of(pending.open_tasks, "task is open", "tasks are open")));
    }
    if pending.unsent_notices > 0 {
        let words = of(
            pending.unsent_notices,
            "notice is neither sent nor cancelled",
            "notices are neither sent nor cancelled",
        );
        lines.push((format!("{base}/notices"), words));
    }
    if pending.open_steps > 0 {
        let words =
            of(pending.open_steps, "mandatory playbook step is open", "mandatory playbook steps are open");
        lines.push((format!("{base}/playbook"), words));
    }
    if pending.unsigned_decisions > 0 {
        let words = of(
            pending.unsigned_decisions,
            "decision waits for its signature",
            "decisions wait for their signatures",
        );
        lines.push((format!("{base}/decision"), words));
    }
    lines
}

fn alerts(view: &Overview) -> AnyView {
    if view.alerts.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = view
        .alerts
        .iter()
        .map(|alert| {
            let href = format!("/inbox/{}", alert.id);
            view! { <li><a href=href>{alert.title.clone()}</a>", received "<Time at=alert.received_at /></li> }
        })
        .collect();
    view! {
        <section class="card">
            <h2>"Declared from"</h2>
            <ul class="entries">{lines}</ul>
        </section>
    }
    .written()
}
