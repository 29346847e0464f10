//! The facts of an incident: what is asked, what is answered, and each answer's history.

use super::{
    super::{id, parameter},
    answer::{self, Begun},
    frame::{TabName, address, can, frame, page},
    hindsight,
    members::offers_of_members,
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
        sheet::{Completeness, Contradiction},
    },
    id::IncidentId,
    view::{Case, FactLine, FactPage, FactSheet, decisions::AnswerThenAndNow},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/facts", sheet),
        get("/incidents/{id}/facts/{key}", fact),
        post("/incidents/{id}/facts/{key}", record),
    ]
}

async fn sheet(visit: Visit, Path(raw): Path<String>) -> Response {
    if hindsight::is_asked(&visit) {
        return visit.show(hindsight::shown(&visit, &raw).await).await;
    }
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
    let fileable: Vec<_> =
        fileable(&view.completeness).into_iter().map(|line| view! { <p>{line}</p> }).collect();
    view! {
        {contradictions(&view.case, &view.contradictions)}
        <section class="card">
            <h2>"How much is answered"</h2>
            {words}
            {fileable}
            <p class="hint">"“Not yet known” with a promised day is an honest answer: an authority may be told in phases (Art. 33(4))."</p>
            {by_section(view, &base)}
        </section>
        {hindsight::asking(&view.case, "", None)}
        <nav class="row" aria-label="Which questions">
            <a href=base.clone() aria-current=here(!all)>"Asked now"</a>
            <a href=format!("{base}?all=1") aria-current=here(all)>"All, with those that the answers so far rule out"</a>
        </nav>
        {sections}
    }
    .written()
}

/// Which kind of notification could be filed now.
fn fileable(whole: &Completeness) -> Vec<&'static str> {
    if whole.is_complete() {
        return vec!["A complete notification could be filed."];
    }
    let incomplete = if whole.is_honest() {
        "An incomplete notification could be filed: whatever isn't answered is promised for a day."
    } else {
        "An incomplete notification can be filed once each open question is answered or promised for a day."
    };
    vec![incomplete, "A complete one can't: something is still owed."]
}

/// Section by section: how much is answered, what isn't, and who usually knows.
fn by_section(view: &FactSheet, base: &str) -> AnyView {
    let rows = catalogue().sections().iter().filter_map(|section| {
        let (_, of_it) = view.sections.iter().find(|(code, _)| *code == section.code)?;
        let total = of_it.always.total + of_it.conditional.total;
        if total == 0 {
            return None;
        }
        let answered = of_it.always.answered + of_it.conditional.answered;
        let links = |keys: &[String]| {
            let each = keys.iter().map(|key| {
                let href = format!("{base}/{key}");
                view! { <li><a href=href>{label(key)}</a></li> }
            });
            view! { <ul class="entries">{each.collect::<Vec<_>>()}</ul> }.written()
        };
        Some(Row::new(cells![
            section.label.clone(),
            format!("{answered} of {total}"),
            links(&of_it.missing),
            links(&of_it.promised),
            view! { <span class="hint">{section.answered_by.clone()}</span> },
        ]))
    });
    let heads = vec!["Section", "Answered", "No answer", "Promised for a day", "Who usually knows"];
    let rows: Vec<_> = rows.collect();
    view! {
        <details>
            <summary>"Section by section"</summary>
            <Table caption="How much of each section is answered" heads=heads rows=rows />
        </details>
    }
    .written()
}

/// The words of a question.
pub(super) fn label(key: &str) -> String {
    catalogue().get(key).map_or_else(|| key.to_owned(), |d| d.label.clone())
}

/// Answers that don't fit together, each with links to where they are given.
pub(super) fn contradictions(case: &Case, found: &[Contradiction]) -> AnyView {
    if found.is_empty() {
        return ().written();
    }
    let base = format!("{}/facts", address(&case.incident));
    let lines: Vec<_> = found
        .iter()
        .map(|c| {
            let links = c.keys.iter().map(|key| {
                let href = format!("{base}/{key}");
                view! { " "<a href=href>{label(key)}</a> }
            });
            view! { <li>{c.words.clone()}{links.collect::<Vec<_>>()}</li> }
        })
        .collect();
    view! {
        <section class="card attention" id="contradictions">
            <h2>"Answers that don't fit together"</h2>
            <ul class="entries">{lines}</ul>
        </section>
    }
    .written()
}

/// Answers, then and now: who changed them and why.
pub(super) fn differences(case: &Case, caption: &'static str, all: &[AnswerThenAndNow]) -> AnyView {
    let base = format!("{}/facts", address(&case.incident));
    let said = |key: &str, text: &str| {
        let class = if text.is_empty() { "nobody" } else { "said" };
        let text = if text.is_empty() { "no answer".to_owned() } else { in_words(key, text) };
        view! { <span class=class>{text}</span> }.written()
    };
    let rows = all
        .iter()
        .map(|d| {
            let at = d.at.map(|at| view! { <Time at=at /> });
            Row::new(cells![
                view! { <a href=format!("{base}/{}", d.key)>{d.label.clone()}</a> },
                said(&d.key, &d.old),
                said(&d.key, &d.new),
                view! { {d.by.clone()}" "{at} },
                view! { <span class="said">{d.reason.clone()}</span> },
            ])
        })
        .collect();
    view! { <Table caption=caption heads=vec!["Question", "Then", "Now", "By", "Why"] rows=rows /> }.written()
}

fn section(view: &FactSheet, base: &str, code: &str, label: &str, all: bool) -> Option<AnyView> {
    let lines = catalogue().in_section(code).filter_map(|d| {
        let line = view.lines.iter().find(|l| l.key == d.key)?;
        let sum = view.by_country.filter(|_| d.key == "xb.count_by_country");
        (all || line.asked || line.fact.is_some()).then(|| row(d, line, base, sum))
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

fn row(definition: &Definition, line: &FactLine, base: &str, sum: Option<u64>) -> Row {
    let href = format!("{base}/{}", line.key);
    Row::new(cells![
        view! { <a id=line.key.clone() href=href>{definition.label.clone()}</a> },
        view! { {answer_words(line)}{sum.map(|sum| view! { <p class="hint">{format!("{sum} people together")}</p> })} },
        line.fact.as_ref().map(|f| badge(Kind::Certainty, f.certainty)),
        view! { <span class="hint">{asked_for(definition, line)}</span> },
    ])
}

/// The present answer, or that there is none.
pub(super) fn answer_words(line: &FactLine) -> AnyView {
    if line.fact.is_none() {
        return view! { <span class="nobody">"No answer"</span> }.written();
    }
    let source = (!line.source.is_empty())
        .then(|| view! { " "<span class="hint">{format!("({})", line.source)}</span> });
    view! { <span class="said">{in_words(&line.key, &line.shown)}</span>{source} }.written()
}

/// An answer as people read it. What a notification still owes, and what changed since the last one, is kept by key; of
/// what is owed with the day it is promised for.
pub(crate) fn in_words(key: &str, shown: &str) -> String {
    if !matches!(key, "notif.owed" | "notif.changes") {
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
    // What a controller is told alone is answered for that controller, under “Parties”.
    words.extend(line.needed_for.iter().filter_map(|kind| kind.spec().needed).map(str::to_owned));
    if definition.required == Required::Optional && words.is_empty() {
        words.push("optional".to_owned());
    }
    if !line.asked {
        words.push("not asked with the answers so far".to_owned());
    }
    words.join(", ")
}

/// The row of the common template, and which authorities' forms ask it.
fn asked_where(definition: &Definition) -> String {
    let row = definition
        .edpb_row
        .map(|row| format!("Row {row} of the EDPB's common template ({}).", catalogue().template()));
    let forms: Vec<String> = definition
        .forms()
        .map(|(name, seen)| if seen { name.to_owned() } else { format!("{name} (not confirmed)") })
        .collect();
    let forms = (!forms.is_empty()).then(|| format!("Asked in the forms of: {}.", forms.join(", ")));
    let corrected = definition
        .corrected
        .then(|| "That row of the template has a known slip, which is corrected here.".to_owned());
    [row, corrected, forms].into_iter().flatten().collect::<Vec<_>>().join(" ")
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
            <p class="hint">{asked_where(definition)}</p>
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
    let members = offers_of_members(case);
    view! {
        <section>
            <h2>"Answer"</h2>
            {empty}
            <Form action=action state=state submit=submit token=token cancel=cancel>
                {answer::fields(definition, begun)}
                {answer::owner(members)}
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
