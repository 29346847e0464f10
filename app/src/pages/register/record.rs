//! The record of one breach, which stands alone, on a screen and on paper.

use super::{
    super::{id, parameter},
    HERE,
};
use crate::{
    components::{Badge, Banner, Form, Kind, TextArea, TextField, Tone},
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Shown, Visit, attachment, is_embedded},
};
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    fact::{Certainty, sheet::words},
    id::IncidentId,
    incident::ReasonInput,
    moment::Zone,
    notice::template::Language,
    register::{export::Format, retention::OwnDateInput},
    text::Choice,
    view::register::{Record, RecordHold, RecordKeeping, RecordLine, RecordPage, RecordSection},
};

pub(super) async fn page(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

pub(super) async fn export(visit: Visit, Path(raw): Path<String>, headers: HeaderMap) -> Response {
    if is_embedded(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let format = parameter(&visit, "format").unwrap_or_default();
    let done = async { visit.services.export_record(&visit.ctx, id::<IncidentId>(&raw)?, &format).await };
    match done.await {
        Ok(exported) => attachment(exported),
        Err(why) => {
            let asked = Posted::new(format!("{HERE}/{raw}/export"), vec![("format".to_owned(), format)]);
            visit.answer(Err(why), &asked, async |state| shown(&visit, &raw, state).await).await
        }
    }
}

pub(super) async fn set_review_date(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let input = posted.input::<OwnDateInput>()?;
        visit.services.set_review_date(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("{HERE}/{incident}#keeping"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

pub(super) async fn place_hold(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let input = posted.input::<ReasonInput>()?;
        visit.services.place_hold(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("{HERE}/{incident}#keeping"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

pub(super) async fn lift_hold(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let input = posted.input::<ReasonInput>()?;
        visit.services.lift_hold(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("{HERE}/{incident}#keeping"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let page = visit.services.record(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let title = format!("{}: record", page.record.reference);
    Ok(Page::new(Place::Register, title, move || {
        let sections: Vec<_> = page.record.sections.iter().map(section).collect();
        view! {
            <article class="record">
                {head(&page)}
                {sections}
                {keeping(&page, state)}
                {proof(&page)}
            </article>
        }
        .written()
    }))
}

/// The zone of the record, by the name that the services gave it.
fn zone(page: &RecordPage) -> Zone {
    page.zone.parse().unwrap_or(Zone::UTC)
}

fn told(at: DateTime<Utc>, zone: Zone) -> String {
    words::instant(at, Language::En, zone)
}

fn day(at: DateTime<Utc>, zone: Zone) -> String {
    words::date(at.with_timezone(&zone).date_naive(), Language::En)
}

fn head(page: &RecordPage) -> AnyView {
    let record = &page.record;
    let organisation = if record.organisation.is_empty() {
        "not named in the profile yet".to_owned()
    } else {
        record.organisation.clone()
    };
    let state = match record.outcome {
        Some(outcome) => format!("{}, as {outcome}", record.phase),
        None => record.phase.to_string(),
    };
    let case = page.may_read_case.then(|| {
        view! { " "<a class="button" href=format!("/incidents/{}", record.incident)>"To the case"</a> }
    });
    let of = |format: Format| {
        let href = format!("{HERE}/{}/export?format={}", record.incident, format.code());
        view! { " "<a class="button" href=href>{format.label()}</a> }.written()
    };
    view! {
        <header class="record-head">
            <p class="hint">"Record of a personal data breach, Art. 33(5) GDPR"</p>
            <h1><span class="reference">{record.reference.clone()}</span>" "{record.title.clone()}</h1>
            <dl class="terms">
                <div><dt>"Controller"</dt><dd>{organisation}</dd></div>
                <div><dt>"State"</dt><dd>{state}</dd></div>
                <div><dt>"Made"</dt><dd>{format!("{} by {}; times are those of {}", told(page.made_at, zone(page)), page.made_by, page.zone)}</dd></div>
            </dl>
            <p class="acts">{case}{of(Format::Csv)}{of(Format::Json)}</p>
        </header>
    }
    .written()
}

fn section(section: &RecordSection) -> AnyView {
    let lines: Vec<_> = section.lines.iter().map(line).collect();
    let unanswered = (!section.unanswered.is_empty()).then(|| {
        let labels: Vec<&str> = section.unanswered.iter().map(|(_, label)| label.as_str()).collect();
        view! { <p class="nobody">{format!("Not recorded: {}.", labels.join("; "))}</p> }
    });
    view! {
        <section id=section.code>
            <h2>{section.heading}" "<span class="hint">{section.article}</span></h2>
            <dl class="terms">{lines}</dl>
            {unanswered}
        </section>
    }
    .written()
}

fn line(line: &RecordLine) -> AnyView {
    // An exact answer is the rule; what is less sure says so.
    let certainty = line.certainty.filter(|certainty| *certainty != Certainty::Exact).map(|certainty| {
        view! { " "<Badge kind=Kind::Certainty code=certainty.code() label=certainty.label() /> }
    });
    let note = (!line.note.is_empty()).then(|| view! { <p class="hint">{line.note.clone()}</p> });
    view! {
        <div>
            <dt>{line.label.clone()}</dt>
            <dd><span class="lines">{line.value.clone()}</span>{certainty}{note}</dd>
        </div>
    }
    .written()
}

fn keeping(page: &RecordPage, state: FormState) -> AnyView {
    let RecordKeeping { review_at, due, own_date, own_reason, years, held, holds } = &page.record.keeping;
    let zone = zone(page);
    let years = if *years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    let when = match review_at {
        Some(at) if *own_date => format!("{}, a date of its own", day(*at, zone)),
        Some(at) => format!("{}, {years} after the case was closed", day(*at, zone)),
        None => format!("{years} after the case is closed"),
    };
    let why = (!own_reason.is_empty()).then(|| view! { <p class="hint">{own_reason.clone()}</p> });
    let now = due.then(|| {
        view! { <Banner tone=Tone::Attention>"This record is due for review: decide whether it is still needed."</Banner> }
    });
    let holds_there: Vec<_> = holds.iter().map(|hold| hold_line(hold, zone)).collect();
    let none = holds.is_empty().then(|| view! { <div><dt>"Legal hold"</dt><dd>"none"</dd></div> });
    let date = page.may_keep.then(|| date_form(page, state.clone(), zone));
    let hold = page.may_hold.then(|| hold_form(&page.record, *held, state));
    view! {
        <section id="keeping">
            <h2>"How long it is kept "<span class="hint">"Art. 5(1)(e) and 5(2)"</span></h2>
            {now}
            <dl class="terms">
                <div><dt>"To be reviewed"</dt><dd>{when}{why}</dd></div>
                {holds_there}
                {none}
            </dl>
            <p class="hint">"The GDPR fixes no period for this record. Nothing is deleted by itself, whatever the date: people review it and decide."</p>
            {date}
            {hold}
        </section>
    }
    .written()
}

fn hold_line(hold: &RecordHold, zone: Zone) -> AnyView {
    let since = format!("since {}, placed by {}: {}", told(hold.placed_at, zone), hold.placed_by, hold.why);
    let lifted = hold.lifted_at.map(|at| {
        let lifted = format!("Lifted {} by {}: {}", told(at, zone), hold.lifted_by, hold.lifted_why);
        view! { <p>{lifted}</p> }
    });
    let label = if hold.lifted_at.is_some() { "Earlier legal hold" } else { "Legal hold" };
    view! { <div><dt>{label}</dt><dd>{since}{lifted}</dd></div> }.written()
}

fn date_form(page: &RecordPage, state: FormState, zone: Zone) -> AnyView {
    let own = page.kept.own.as_ref().and_then(|own| own.review_at);
    let own = own.map(|at| at.with_timezone(&zone).format("%Y-%m-%d").to_string()).unwrap_or_default();
    let hint =
        format!("A day in {}, such as 2036-01-31. Empty: by the organisation's years again.", page.zone);
    let action = format!("{HERE}/{}/review-date", page.record.incident);
    let open = state.has(&action);
    view! {
        <details open=open>
            <summary>"Give it a date of its own"</summary>
            <Form action=action state=state submit="Set the date" revision=Some(page.kept.revision())>
                <TextField name="review_on" label="To be reviewed from" hint=hint value=own />
                <TextArea name="reason" label="Why" rows=2 required=true />
            </Form>
        </details>
    }
    .written()
}

fn hold_form(record: &Record, held: bool, state: FormState) -> AnyView {
    let place = format!("{HERE}/{}/hold", record.incident);
    if held {
        let lift = format!("{place}/lift");
        let open = state.has(&lift);
        return view! {
            <details open=open>
                <summary>"Lift the legal hold"</summary>
                <Form action=lift state=state submit="Lift the hold">
                    <TextArea name="reason" label="Why it is no longer needed" rows=2 required=true />
                </Form>
            </details>
        }
        .written();
    }
    let open = state.has(&place);
    view! {
        <details open=open>
            <summary>"Place a legal hold"</summary>
            <Form action=place state=state submit="Place the hold">
                <TextArea name="reason" label="Why" hint="Such as a claim, a procedure of an authority, or an audit. The record is then never due for review until the hold is lifted." rows=2 required=true />
            </Form>
        </details>
    }
    .written()
}

fn proof(page: &RecordPage) -> AnyView {
    let journal = &page.record.journal;
    let entries = format!("{} entries, each tied to the one before", journal.entries);
    view! {
        <section id="proof">
            <h2>"Proof "<span class="hint">"Art. 5(2)"</span></h2>
            <dl class="terms">
                <div><dt>"Journal of the case"</dt><dd>{entries}</dd></div>
                <div><dt>"Its last entry"</dt><dd><span class="hint">"SHA-256 "</span><code class="break">{journal.head.clone()}</code></dd></div>
            </dl>
            <p class="record-foot">{format!("{} · {} · made by {}, {}", page.record.organisation, page.record.reference, page.made_by, told(page.made_at, zone(page)))}</p>
        </section>
    }
    .written()
}
