//! How the incident stood at an hour: facts, completeness, clocks and draft as they were known then.

use super::{
    super::{id, parameter},
    facts::{answer_words, contradictions, differences, label},
    frame::{TabName, address, frame, page},
    overview::completeness_words,
};
use crate::{
    cells,
    components::{Banner, Empty, Kind, Row, Table, Time, badge},
    prelude::*,
    visit::{Shown, Visit},
};
use domain::{
    id::IncidentId,
    moment::{self, show},
    refusal::Refusal,
    view::{Case, hindsight::Hindsight},
};
use services::Error;

/// How many changes of answers are listed as steps; the latest are.
const STEPS: usize = 30;

/// Whether an hour is asked for.
pub(super) fn is_asked(visit: &Visit) -> bool {
    let given = |name| parameter(visit, name).is_some_and(|raw| !raw.trim().is_empty());
    given("as_of") || given("hour")
}

pub(super) async fn shown(visit: &Visit, raw: &str) -> Shown {
    let incident = id::<IncidentId>(raw)?;
    let as_of = parameter(visit, "as_of").unwrap_or_default();
    let hour = parameter(visit, "hour").unwrap_or_default();
    let (view, wrong) = match visit.services.hindsight(&visit.ctx, incident, &as_of, &hour).await {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let now = visit.services.hindsight(&visit.ctx, incident, "", "").await?;
            (now, errors.first().map(|error| error.message.clone()))
        }
        view => (view?, None),
    };
    let typed = if as_of.is_empty() && wrong.is_none() { show(view.at, visit.ctx.zone()) } else { as_of };
    let head = view.case.clone();
    Ok(page(&head, TabName::Facts, move || {
        let content = content(&view, &typed, wrong);
        frame(&view.case, TabName::Facts, content)
    }))
}

/// The slider, and the field for an exact time. Both are a plain form.
pub(super) fn asking(case: &Case, typed: &str, of: Option<(&Hindsight, Option<String>)>) -> AnyView {
    let action = format!("{}/facts", address(&case.incident));
    let from = case.awareness.as_ref().map_or(case.incident.declared_at, |a| a.aware_at);
    let since = if case.awareness.is_some() { "you became aware" } else { "the declaration" };
    let last = ((case.now - from).num_minutes() + 59).div_euclid(60).max(1);
    let (at, wrong) = of.map_or((case.now, None), |(view, wrong)| (view.at, wrong));
    let hour = (at - from).num_hours().clamp(0, last);
    let error = wrong.map(|message| view! { <p class="error" id="as-of-error">{message}</p> });
    let invalid = error.is_some().then_some("true");
    let described = if error.is_some() { "as-of-error as-of-hint" } else { "as-of-hint" };
    let open = error.is_some() || !typed.is_empty();
    view! {
        <details class="card" open=open>
            <summary>"How it stood at an hour"</summary>
            <form class="form compact" method="get" action=action.clone()>
                <div class="field">
                    <label for="hour">{format!("Hour since {since}: 0 to {last}")}</label>
                    <input id="hour" name="hour" type="range" min="0" max=last.to_string() step="1" value=hour.to_string() />
                </div>
                <button class="button plain" type="submit">"Show that hour"</button>
            </form>
            <form class="form compact" method="get" action=action>
                <div class="field">
                    <label for="as_of">"Or an exact time"</label>
                    <p class="hint" id="as-of-hint">"Local time, or with an offset, as in 2026-06-09T14:20:00+02:00. Up to now."</p>
                    {error}
                    <input id="as_of" class="time" name="as_of" type="text" value=typed.to_owned() autocomplete="off" aria-describedby=described aria-invalid=invalid />
                </div>
                <button class="button plain" type="submit">"Show that time"</button>
            </form>
        </details>
    }
    .written()
}

fn content(view: &Hindsight, typed: &str, wrong: Option<String>) -> AnyView {
    let base = format!("{}/facts", address(&view.case.incident));
    let hours = moment::span((view.at - view.from).max(chrono::Duration::zero()));
    let words: Vec<_> =
        completeness_words(&view.completeness).into_iter().map(|line| view! { <p>{line}</p> }).collect();
    let ruling = view.ruling.as_ref().map_or_else(
        || view! { <p>"No decision counted."</p> }.written(),
        |d| view! { <p>{format!("Decision {}: {}; {}.", d.version, d.ruling.risk, d.ruling.communication)}</p> }.written(),
    );
    let (at, now) = (view.at, base.clone());
    view! {
        <Banner>
            "As it was known at "<Time at=at />", "{hours}" after the count began. Nothing here can be changed. "
            <a href=now>"Back to now"</a>
        </Banner>
        {asking(&view.case, typed, Some((view, wrong)))}
        {steps(view, &base)}
        <section class="card">
            <h2>"How much was answered"</h2>
            {words}
            {ruling}
        </section>
        {contradictions(&view.case, &view.contradictions)}
        {clocks(view)}
        {facts(view, &base)}
        <section>
            <h2>"What became of it"</h2>
            {became(view)}
        </section>
        <section>
            <h2>"What was recorded until then"</h2>
            {until_then(view)}
        </section>
        {draft(view)}
    }
    .written()
}

/// From change to change.
fn steps(view: &Hindsight, base: &str) -> AnyView {
    let before = view.moments.iter().rev().find(|at| **at < view.at);
    let after = view.moments.iter().find(|at| **at > view.at);
    let link = |at: &chrono::DateTime<chrono::Utc>, words: &'static str| {
        let href = format!("{base}?as_of={}", moment::rfc3339(*at));
        view! { <a href=href>{words}</a> }
    };
    view! {
        <nav class="row" aria-label="From change to change">
            {before.map(|at| link(at, "The change before"))}
            {after.map(|at| link(at, "The next change"))}
        </nav>
    }
    .written()
}

fn clocks(view: &Hindsight) -> AnyView {
    let rows: Vec<_> = view
        .clocks
        .running
        .iter()
        .map(|clock| {
            let due = match clock.due_at {
                Some(at) => view! { <Time at=at /> }.written(),
                None => view! { {clock.limit.clone()} }.written(),
            };
            let met = match clock.submitted_at {
                Some(at) => view! { <Time at=at /> }.written(),
                None => view! { <span class="nobody">"open"</span> }.written(),
            };
            Row::new(cells![clock.title.clone(), clock.recipient.clone(), due, met])
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <Empty title="No clock ran then"></Empty> }.written()
    } else {
        view! { <Table caption="The clocks as they ran then" heads=vec!["Duty", "To", "Due", "Done"] rows=rows /> }.written()
    };
    view! {
        <section>
            <h2>"Clocks then"</h2>
            {list}
            <p class="hint">"What the organisation has set for all its incidents is taken as it is now."</p>
        </section>
    }
    .written()
}

fn facts(view: &Hindsight, base: &str) -> AnyView {
    let answered = view.lines.iter().filter(|line| line.fact.is_some());
    let rows: Vec<_> = answered
        .map(|line| {
            Row::new(cells![
                view! { <a href=format!("{base}/{}", line.key)>{label(&line.key)}</a> },
                answer_words(line),
                line.fact.as_ref().map(|f| badge(Kind::Certainty, f.certainty)),
            ])
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <Empty title="Nothing was answered then"></Empty> }.written()
    } else {
        view! { <Table caption="The answers as they were then" heads=vec!["Question", "Answer", "Certainty"] rows=rows /> }.written()
    };
    view! { <section><h2>"Facts then"</h2>{list}</section> }.written()
}

fn became(view: &Hindsight) -> AnyView {
    if view.since.is_empty() {
        return view! { <p>"Nothing changed since."</p> }.written();
    }
    differences(&view.case, "Answers that changed since", &view.since)
}

fn until_then(view: &Hindsight) -> AnyView {
    if view.changes.is_empty() {
        return view! { <p>"Nothing was recorded."</p> }.written();
    }
    let shown = view.changes.get(..STEPS).unwrap_or(&view.changes);
    let more = (view.changes.len() > shown.len())
        .then(|| view! { <p class="hint">{format!("The latest {STEPS} of {}. Each question has its whole history on its own page.", view.changes.len())}</p> });
    view! { {differences(&view.case, "Answers recorded until then, the newest first", shown)}{more} }
        .written()
}

/// The notification as the facts of then would have worded it.
fn draft(view: &Hindsight) -> AnyView {
    let parts: Vec<_> = view
        .draft
        .iter()
        .map(|(heading, text)| {
            let heading = (!heading.is_empty()).then(|| view! { <h4>{heading.clone()}</h4> });
            view! { {heading}<p class="said">{text.clone()}</p> }
        })
        .collect();
    view! {
        <details class="card">
            <summary>"The notification as the facts of then would have worded it"</summary>
            {parts}
        </details>
    }
    .written()
}
