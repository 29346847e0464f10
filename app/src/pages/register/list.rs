//! The list, its filter, and the file for an inspection.

use super::{
    super::{page_number, parameter},
    EXPORT, HERE, address, asked, filter,
};
use crate::{
    cells,
    components::{
        Badge, Empty, Form, Kind, Offer, Pagination, Radios, Reference, Row, Select, Table, TextField, Time,
        Tone, offers,
    },
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit, attachment, is_embedded},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    moment,
    register::{
        CaseState, FilterInput, Keeping, Notified, Punctuality, RiskFound,
        export::{Format, RECORDS_MAX},
    },
    text::Choice,
    view::register::{Register, RegisterRow},
};
use services::Error;

pub(super) async fn page(visit: Visit) -> Response {
    let asked = asked(&visit, HERE);
    match shown(&visit, &filter(&visit), FormState::default()).await {
        Err(why @ Error::Refused(_)) => {
            let again = async |state| shown(&visit, &FilterInput::default(), state).await;
            visit.answer(Err(why), &asked, again).await
        }
        shown => visit.show(shown).await,
    }
}

pub(super) async fn export(visit: Visit, headers: HeaderMap) -> Response {
    if is_embedded(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let format = parameter(&visit, "format").unwrap_or_default();
    match visit.services.export_register(&visit.ctx, &filter(&visit), &format).await {
        Ok(exported) => attachment(exported),
        Err(why) => {
            let again = async |state| shown(&visit, &FilterInput::default(), state).await;
            visit.answer(Err(why), &asked(&visit, EXPORT), again).await
        }
    }
}

async fn shown(visit: &Visit, filter: &FilterInput, state: FormState) -> Shown {
    let register = visit.services.register(&visit.ctx, filter, page_number(visit)).await?;
    let profile = visit.services.profile(&visit.ctx).await?;
    let controller = profile.answers.get("ctrl.name").cloned();
    let now = visit.ctx.now;
    let sets_years = visit.may(Action::ConfigureRetention);
    Ok(Page::new(Place::Register, "Breach register", move || {
        let of = controller.map(|name| view! { <p>"Controller: "<strong>{name}</strong></p> });
        let form = filter_form(&register, state.clone());
        let export = export_section(&register, state);
        let years = years(&register, sets_years);
        view! {
            <h1>"Breach register"</h1>
            <p class="lead">"Every personal data breach, notified or not, with its facts, effects and the remedial action taken, as Art. 33(5) GDPR asks for."</p>
            {of}
            {form}
            {lines(register, now)}
            {export}
            {years}
        }
        .written()
    }))
}

fn lines(register: Register, now: DateTime<Utc>) -> AnyView {
    let (total, page) = (register.rows.total, register.rows.page);
    if total == 0 {
        return nothing(&register);
    }
    let base = address(HERE, &register.filter, &[]);
    if register.rows.items.is_empty() {
        return view! { <Empty title="There is nothing on this page"><a href=base>"To the first page"</a></Empty> }
            .written();
    }
    let heads = vec!["Breach", "Became aware", "Notified", "Facts", "Effects", "Remedial action", "State"];
    let mut caption =
        if total == 1 { "1 breach".to_owned() } else { format!("{total} breaches, the newest first") };
    let parts: Vec<String> = register
        .filter
        .said()
        .iter()
        .map(|(name, value)| format!("{}: {}", named(name), value.replace('_', " ")))
        .collect();
    if !parts.is_empty() {
        caption.push_str(&format!(" ({})", parts.join("; ")));
    }
    let rows = register.rows.items.into_iter().map(|row| line(row, now)).collect();
    view! {
        <div class="register"><Table caption=caption heads=heads rows=rows shown=true /></div>
        <Pagination total=total page=page base=base />
    }
    .written()
}

/// What a part of the filter is called.
fn named(field: &str) -> &'static str {
    match field {
        "from" => "Declared from",
        "to" => "Declared until",
        "state" => "State",
        "notified" => "Authority",
        "late" => "72 hours",
        "risk" => "Risk",
        "keeping" => "Keeping",
        _ => "Reference or title",
    }
}

fn nothing(register: &Register) -> AnyView {
    if register.filter.said().is_empty() {
        return view! {
            <Empty title="No breach is recorded here.">
                <p>"Every incident appears in the register by itself, unless it ended as a false alarm or without personal data."</p>
            </Empty>
        }
        .written();
    }
    let ways: Vec<_> = register
        .in_the_way
        .iter()
        .map(|(field, count)| {
            let href = address(HERE, &register.filter.without(field), &[]);
            let there = if *count == 1 { "there is 1".to_owned() } else { format!("there are {count}") };
            view! { <li><a href=href>{format!("Without “{}”", named(field))}</a>{format!(" {there}.")}</li> }
        })
        .collect();
    let why = if ways.is_empty() {
        "No single part of the filter stands in the way: nothing is found without any one of them either."
    } else {
        "These parts of the filter stand in the way:"
    };
    view! {
        <Empty title="No breach fits all of this.">
            <p>{why}</p>
            <ul class="list">{ways}</ul>
            <p><a href=HERE>"Show every breach"</a></p>
        </Empty>
    }
    .written()
}

fn filter_form(register: &Register, state: FormState) -> AnyView {
    let f = register.filter.clone();
    let days = format!("A day in {}, such as 2026-01-31.", register.zone);
    let all = || Some("all".to_owned());
    let clear = (!f.said().is_empty()).then(|| HERE.to_owned());
    view! {
        <div class="only-screen">
        <Form action=HERE state=state submit="Show" compact=true get=true cancel=clear cancel_label="Clear the filter">
            <TextField name="q" label={named("q")} value=f.q kind="search" />
            <TextField name="from" label={named("from")} hint=days.clone() value=f.from />
            <TextField name="to" label={named("to")} hint=days value=f.to />
            <Select name="state" label={named("state")} offers={offers::<CaseState>()} value=f.state none=all() />
            <Select name="notified" label={named("notified")} offers={offers::<Notified>()} value=f.notified none=all() />
            <Select name="late" label={named("late")} offers={offers::<Punctuality>()} value=f.late none=all() />
            <Select name="risk" label={named("risk")} offers={offers::<RiskFound>()} value=f.risk none=all() />
            <Select name="keeping" label={named("keeping")} offers={offers::<Keeping>()} value=f.keeping none=all() />
        </Form>
        </div>
    }
    .written()
}

fn export_section(register: &Register, state: FormState) -> AnyView {
    let count = register.rows.total;
    let links = (count > 0).then(|| {
        let of = |format: Format| {
            let href = address(EXPORT, &register.filter, &[("format", format.code())]);
            view! { " "<a class="button" href=href>{format.label()}</a> }.written()
        };
        let what = if count == 1 {
            "The record that is listed above:".to_owned()
        } else {
            format!("All {count} records that are listed above:")
        };
        view! { <p class="acts">{what}{of(Format::Csv)}{of(Format::Json)}</p> }
    });
    let formats: Vec<Offer> = offers::<Format>();
    let days = format!("A day in {}, which belongs to the period.", register.zone);
    view! {
        <section id="export" class="only-screen">
            <h2>"Hand over"</h2>
            <p class="hint">{format!("At most {RECORDS_MAX} records at once. The journal keeps who took what, when, and the digest of the file. Restricted cases are in it for their members only.")}</p>
            {links}
            <h3>"For an inspection"</h3>
            <p>"Every breach that was declared in a period, whatever became of it, with the whole record of each."</p>
            <Form action=EXPORT state=state submit="Export" compact=true get=true>
                <TextField name="from" label="From" hint=days.clone() required=true />
                <TextField name="to" label="To" hint=days required=true />
                <Radios name="format" label="Form" offers=formats value="csv" required=true />
            </Form>
        </section>
    }
    .written()
}

fn years(register: &Register, sets: bool) -> AnyView {
    let years = register.settings.years;
    let count = if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    let change = sets.then(|| view! { " "<a href="/admin/retention">"Change this"</a>"." });
    view! {
        <p class="hint">
            {format!("A record comes up for review {count} after its case was closed, unless it has a date of its own or is under a legal hold. Nothing is deleted by itself.")}
            {change}
        </p>
    }
    .written()
}

fn line(row: RegisterRow, now: DateTime<Utc>) -> Row {
    let tone = if row.late { Tone::Danger } else { Tone::Neutral };
    let reference = row.reference.clone();
    let told = if row.communicated { "yes, at least in part" } else { "no" };
    Row::new(cells![
        view! {
            <Reference href=format!("{HERE}/{}", row.incident) reference=reference />
            <p class="title">{row.title.clone()}</p>
        },
        moment_or(row.aware_at, "not yet recorded"),
        notified(&row, now),
        known(&row.facts),
        view! { {known(&row.effects)}{more("People concerned", &row.people)}{more("Risk", &row.risk)}{more("Told, Art. 34", told)} },
        known(&row.remedy),
        state(&row, now),
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

fn state(row: &RegisterRow, now: DateTime<Utc>) -> AnyView {
    let outcome = row.outcome.map(|outcome| view! { <p class="hint">{outcome.to_string()}</p> });
    let closed = row.closed_at.map(|at| view! { <p class="hint">"on "<Time at=at /></p> });
    let keeping = match row.review_at {
        _ if row.held => view! { <p class="hint">"under a legal hold"</p> }.written(),
        Some(at) if at <= now && row.closed_at.is_some() => {
            view! { <p class="hint">"due for review since "<Time at=at /></p> }.written()
        }
        _ => ().written(),
    };
    view! { {row.phase.label()}{closed}{outcome}{keeping} }.written()
}
