//! The assessment of an incident: how it stands, what the facts say to it, the form for the next version, the Board's
//! cases that are like it, and every version there was.

mod alike;
mod enisa;
mod factors;
mod versions;

use super::{
    super::{id, page_number},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{Banner, Empty, Form, TextArea, Tone},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    assessment::{
        factors::{Callout, RiskFactor},
        record::{AssessRiskInput, ChangedAnswer},
    },
    id::IncidentId,
    text::Choice,
    view::{Case, assessments::AssessmentPage},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/{id}/assessment", assessment), post("/incidents/{id}/assessment", assess)]
}

async fn assessment(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn assess(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .assess_risk(&posted.ctx(&visit.ctx), incident, &posted.input::<AssessRiskInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/assessment#present"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.assessment(&visit.ctx, id::<IncidentId>(raw)?, page_number(visit)).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Assessment, move || {
        let content = content(&view, state, token);
        frame(&view.case, TabName::Assessment, content)
    }))
}

fn content(view: &AssessmentPage, state: FormState, token: String) -> AnyView {
    view! {
        {changed(view)}
        {present(view)}
        {called_out(view)}
        {alike::section(view)}
        {can(&view.case, Action::AssessRisk).then(|| form(view, state, token))}
        {versions::section(view)}
    }
    .written()
}

/// Answers that changed under something that rests on them, each with a link to where it is given.
pub(super) fn list_of_changed(case: &Case, changed: &[ChangedAnswer]) -> AnyView {
    let base = format!("{}/facts", address(&case.incident));
    let line = |c: &ChangedAnswer| {
        let (href, label, words) =
            (format!("{base}/{}", c.key), c.label.clone(), format!(": {} → {}", c.old, c.new));
        view! { <li><a href=href>{label}</a><span class="said">{words}</span></li> }
    };
    let lines: Vec<_> = changed.iter().map(line).collect();
    view! { <ul class="entries">{lines}</ul> }.written()
}

/// The facts that the present assessment no longer rests on.
fn changed(view: &AssessmentPage) -> AnyView {
    let (Some(present), false) = (&view.present, view.changed_since.is_empty()) else { return ().written() };
    let list = list_of_changed(&view.case, &view.changed_since);
    let words = format!(
        "These answers changed since version {} was recorded. Whether it still holds is for somebody to say: with a new version.",
        present.version
    );
    view! {
        <Banner tone=Tone::Attention>
            <p>{words}</p>
            {list}
        </Banner>
    }
    .written()
}

fn present(view: &AssessmentPage) -> AnyView {
    let what = match &view.present {
        Some(present) => view! { <div class="card">{versions::whole(&view.case, present)}</div> }.written(),
        None => view! {
            <Empty title="Nobody has assessed the risk yet">
                <p>"An assessment gathers what speaks for a lower or a higher risk to the people concerned. It prepares the decision \
                    whether to notify and to communicate, and doesn't take it."</p>
            </Empty>
        }
        .written(),
    };
    view! {
        <section id="present">
            <h2>"The assessment as it stands"</h2>
            {what}
        </section>
    }
    .written()
}

/// What in the facts weighs by itself.
fn called_out(view: &AssessmentPage) -> AnyView {
    if view.callouts.is_empty() {
        return ().written();
    }
    let base = format!("{}/facts", address(&view.case.incident));
    let one = |callout: &Callout| {
        let what = format!(": {}. ", callout.what.join("; "));
        let (href, says) = (format!("{base}/{}", callout.key), callout.concern.says());
        view! { <li><strong>{callout.concern.label()}</strong>{what}{says}" "<a href=href>"The answer"</a></li> }
    };
    let all: Vec<_> = view.callouts.iter().map(one).collect();
    view! {
        <section id="called-out">
            <h2>"What weighs by itself"</h2>
            <ul class="entries">{all}</ul>
        </section>
    }
    .written()
}

/// Folded away where there is an assessment already, until somebody wants it or it was refused.
fn form(view: &AssessmentPage, state: FormState, token: String) -> AnyView {
    let action = format!("{}/assessment", address(&view.case.incident));
    let begun = AssessRiskInput::begun(view.present.as_ref(), &view.suggestions);
    let submit = if view.present.is_some() { "Record a new version" } else { "Record the assessment" };
    let note = begun.note.clone();
    let again = view.present.is_some();
    let open = !again || state.of(&action).is_some();
    let view = view.clone();
    let form = view! {
        <p class="hint">
            {format!("The factors are those of the {}; the explanations are ours. ", RiskFactor::SOURCE)}
            "Leave open what you haven't considered. Every version is kept, with the facts as they stood."
        </p>
        <Form action=action state=state submit=submit token=token>
            {factors::fields(&view, &begun)}
            {enisa::fields(&view, &begun)}
            <TextArea name="note" label="Note" hint="What else belongs to this assessment, such as whom you asked." value=note rows=4 />
        </Form>
    }
    .written();
    if !again {
        return view! { <section id="assess"><h2>"Assess the risk"</h2>{form}</section> }.written();
    }
    view! {
        <section id="assess">
            <h2>"Assess again"</h2>
            <details class="card" open=open>
                <summary>"The factors and the ENISA level, beginning with the version as it stands"</summary>
                {form}
            </details>
        </section>
    }
    .written()
}
