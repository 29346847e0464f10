//! The facts of an incident: what is asked, what is answered, and each answer's history.

use super::{
    super::{id, parameter},
    answer::{self, Begun},
    frame::{TabName, address, can, frame, page},
    overview::completeness_words,
};
use crate::{
    cells,
    components::{Digest, Empty, Form, Kind, Row, Table, Time, TimeField, badge},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    evidence::Evidence,
    fact::{
        Fact, Ground,
        catalogue::{Definition, Required, catalogue},
        record::RecordFactInput,
    },
    id::IncidentId,
    notice::template::NoticeKind,
    view::{Case, FactLine, FactPage, FactSheet},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/facts", sheet),
        get("/incidents/{id}/facts/{key}", fact),
        post("/incidents/{id}/facts/{key}", record),
    ]
}

async fn sheet(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw).await).await
}

async fn shown(visit: &Visit, raw: &str) -> Shown {
    let all = parameter(visit, "all").is_some_and(|v| v == "1");
    let view = visit.services.fact_sheet(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let case = view.case.clone();
    Ok(page(&case, TabName::Facts, move || {
        let content = content(&view, all);
        frame(&view.case, TabName::Facts, content)
    }))
}

fn content(view: &FactSheet, all: bool) -> AnyView {
    let base = format!("{}/facts", address(&view.case.incident));
    let here = |yes: bool| yes.then_some("page");
    let words: Vec<_> =
        completeness_words(&view.completeness).into_iter().map(|line| view! { <p>{line}</p> }).collect();
    let sections: Vec<_> =
        catalogue().sections().iter().filter_map(|s| section(view, &base, &s.code, &s.label, all)).collect();
    view! {
        <section class="card">
            <h2>"How much is answered"</h2>
            {words}
            <p class="hint">"“Not yet known” with a promised day is an honest answer: an authority may be told in phases (Art. 33(4))."</p>
        </section>
        <nav class="row" aria-label="Which questions">
            <a href=base.clone() aria-current=here(!all)>"Asked now"</a>
            <a href=format!("{base}?all=1") aria-current=here(all)>"All, with those that the answers so far rule out"</a>
        </nav>
        {sections}
    }
    .written()
}

fn section(view: &FactSheet, base: &str, code: &str, label: &str, all: bool) -> Option<AnyView> {
    let lines = catalogue().in_section(code).filter_map(|d| {
        let line = view.lines.iter().find(|l| l.key == d.key)?;
        (all || line.asked || line.fact.is_some()).then(|| row(d, line, base))
    });
    let rows: Vec<_> = lines.collect();
    if rows.is_empty() {
        return None;
    }
    let caption = format!("Facts: {label}");
    let heads = vec!["Question", "Answer", "Certainty", "Asked for"];
    let label = label.to_owned();
    Some(
        view! { <section><h2>{label}</h2><Table caption=caption heads=heads rows=rows /></section> }
            .written(),
    )
}

fn row(definition: &Definition, line: &FactLine, base: &str) -> Row {
    let href = format!("{base}/{}", line.key);
    Row::new(cells![
        view! { <a id=line.key.clone() href=href>{definition.label.clone()}</a> },
        answer_words(line),
        line.fact.as_ref().map(|f| badge(Kind::Certainty, f.certainty)),
        view! { <span class="hint">{asked_for(definition, line)}</span> },
    ])
}

/// The present answer, or that there is none.
fn answer_words(line: &FactLine) -> AnyView {
    if line.fact.is_none() {
        return view! { <span class="nobody">"No answer"</span> }.written();
    }
    let source = (!line.source.is_empty())
        .then(|| view! { " "<span class="hint">{format!("({})", line.source)}</span> });
    view! { <span class="said">{in_words(&line.key, &line.shown)}</span>{source} }.written()
}

/// An answer as people read it. What a notification still owes is kept by key, each with the day it is
/// promised for.
pub(crate) fn in_words(key: &str, shown: &str) -> String {
    if key != "notif.owed" {
        return shown.to_owned();
    }
    if shown.trim().is_empty() {
        return "nothing".to_owned();
    }
    let owed = shown.lines().map(|line| {
        let (key, day) = line.split_once(' ').unwrap_or((line, ""));
        let label = catalogue().get(key).map_or(key, |d| d.label.as_str());
        if day.is_empty() { label.to_owned() } else { format!("{label} (promised for {day})") }
    });
    owed.collect::<Vec<_>>().join("\n")
}

/// Who needs the answer, in a few words.
fn asked_for(definition: &Definition, line: &FactLine) -> String {
    let mut words: Vec<String> = Vec::new();
    if !definition.article.is_empty() {
        words.push(definition.article.clone());
    }
    words.extend(line.needed_for.iter().filter_map(|kind| match kind {
        NoticeKind::AuthorityNotification => Some("needed for the notification".to_owned()),
        NoticeKind::SubjectCommunication => Some("needed for the communication".to_owned()),
        // What a controller is told alone is answered for that controller, under “Parties”.
        NoticeKind::ControllerNotice => None,
    }));
    if definition.required == Required::Optional && words.is_empty() {
        words.push("optional".to_owned());
    }
    if !line.asked {
        words.push("not asked with the answers so far".to_owned());
    }
    words.join(", ")
}

async fn fact(visit: Visit, Path((raw, key)): Path<(String, String)>) -> Response {
    visit.show(answered(&visit, &raw, &key, FormState::default()).await).await
}

async fn record(visit: Visit, Path((raw, key)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .record_fact(&posted.ctx(&visit.ctx), incident, &key, &posted.input::<RecordFactInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/facts#{key}"))
    };
    visit.answer(done.await, &posted, async |state| answered(&visit, &raw, &key, state).await).await
}

async fn answered(visit: &Visit, raw: &str, key: &str, state: FormState) -> Shown {
    let view = visit.services.fact(&visit.ctx, id::<IncidentId>(raw)?, key).await?;
    let definition = catalogue().get(key).ok_or(services::Error::NotFound)?;
    let begun = match parameter(visit, "empty").as_deref() {
        Some("1") => Begun::empty(),
        _ => Begun::with(view.line.fact.as_ref()),
    };
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Facts, move || {
        let content = view! {
            {present(definition, &view)}
            {form(definition, &view, begun, state, token)}
            {history(&view)}
        };
        frame(&view.case, TabName::Facts, content.written())
    }))
}

fn present(definition: &Definition, view: &FactPage) -> AnyView {
    let back = format!("{}/facts#{}", address(&view.case.incident), definition.key);
    let certainty = view.line.fact.as_ref().map(|f| badge(Kind::Certainty, f.certainty));
    view! {
        <section>
            <p><a href=back>"All facts"</a></p>
            <div class="page-head"><h2>{definition.label.clone()}</h2></div>
            <p class="lead">{definition.help.clone()}</p>
            <p class="row"><strong>{answer_words(&view.line)}</strong>{certainty}</p>
            <p class="hint">{asked_for(definition, &view.line)}</p>
        </section>
    }
    .written()
}

fn form(
    definition: &'static Definition,
    view: &FactPage,
    begun: Begun,
    state: FormState,
    token: String,
) -> AnyView {
    let case = &view.case;
    if definition.derived {
        return view! { <p class="lead">"This follows from what is recorded elsewhere and can't be typed in."</p> }.written();
    }
    if !can(case, Action::RecordFact) {
        return ().written();
    }
    let base = format!("{}/facts", address(&case.incident));
    let (action, cancel) = (format!("{base}/{}", definition.key), format!("{base}#{}", definition.key));
    let empty = view.line.fact.as_ref().is_some_and(|f| f.value.is_some()).then(|| {
        let href = format!("{action}?empty=1");
        view! { <p class="hint">"No longer known? "<a href=href>"Begin with an empty form"</a></p> }
    });
    let submit = if view.line.fact.is_some() { "Record the new answer" } else { "Record the answer" };
    let evidence: Vec<Evidence> = view.evidence.clone();
    view! {
        <section>
            <h2>"Answer"</h2>
            {empty}
            <Form action=action state=state submit=submit token=token cancel=cancel>
                {answer::fields(definition, begun)}
                <TimeField name="holds_from" label="Holds from" hint="Only where it adds something: since when the answer is true." />
                {answer::grounds(&evidence)}
            </Form>
        </section>
    }
    .written()
}

fn history(view: &FactPage) -> AnyView {
    if view.history.is_empty() {
        return view! { <Empty title="Never answered in this incident"></Empty> }.written();
    }
    let rows =
        view.history.iter().map(|(fact, shown)| version(&view.case, &view.evidence, fact, shown)).collect();
    let heads = vec!["Version", "Answer", "Certainty", "Recorded", "By", "Why", "Evidence"];
    view! {
        <section>
            <h2>"Every answer there was"</h2>
            <Table caption="Every answer to this question, the newest first" heads=heads rows=rows />
        </section>
    }
    .written()
}

fn version(case: &Case, evidence: &[Evidence], fact: &Fact, shown: &str) -> Row {
    let holds =
        fact.holds_from.map(|at| view! { <br /><span class="hint">"holds from "<Time at=at /></span> });
    Row::new(cells![
        fact.version.to_string(),
        view! { <span class="said">{shown.to_owned()}</span>{holds} },
        badge(Kind::Certainty, fact.certainty),
        view! { <Time at=fact.recorded_at /> },
        case.people.name(fact.recorded_by).to_owned(),
        view! { <span class="said">{fact.reason.clone()}</span> },
        fact.ground.as_ref().map(|g| ground(case, evidence, g)),
    ])
}

/// The evidence under an answer: its name, its digest then, and the place in it.
pub(super) fn ground(case: &Case, evidence: &[Evidence], ground: &Ground) -> AnyView {
    let href = format!("{}/evidence#{}", address(&case.incident), ground.evidence);
    let name = evidence
        .iter()
        .find(|e| e.id == ground.evidence)
        .map_or_else(|| "evidence".to_owned(), |e| e.name.clone());
    let place = (!ground.place.is_empty()).then(|| format!(", {}", ground.place));
    view! { <a href=href>{name}</a>{place}" "<Digest sha256=ground.sha256.clone() /> }.written()
}
