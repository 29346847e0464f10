//! Clocks of the organisation's own: a customer's 24 hours, an insurer's 48 hours.

use super::{HERE, answered, around};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, Empty, Form, Kind, LinkButton, Offer, PostButton, Row, Select, Table, TextArea,
        TextField, Time, offers,
    },
    form::FormState,
    pages::admin::head,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    clock::{
        rule::own::{OwnClockInput, Unit},
        span::Trigger,
    },
    text::Choice,
    view::clocks::{OwnClockLine, RulesPage},
};
use services::Error;

const PART: &str = "own";
const ACTION: &str = "/admin/rules/own";
/// In place of a code: the form of a clock that isn't there yet. No code is made like this.
const NEW: &str = "new";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post(ACTION, create),
        get("/admin/rules/own/{clock}", editor),
        post("/admin/rules/own/{clock}", edit),
        post("/admin/rules/own/{clock}/retire", retire),
    ]
}

async fn create(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<OwnClockInput>()?;
        visit.services.create_own_clock(&posted.ctx(&visit.ctx), &input).await?;
        Ok(format!("{HERE}#{PART}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, NEW, state).await).await
}

async fn editor(visit: Visit, Path(code): Path<String>) -> Response {
    visit.show(edited(&visit, &code, FormState::default()).await).await
}

async fn edit(visit: Visit, Path(code): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<OwnClockInput>()?;
        visit.services.edit_own_clock(&posted.ctx(&visit.ctx), &code, &input).await?;
        Ok(format!("{HERE}#{PART}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, &code, state).await).await
}

async fn retire(visit: Visit, Path(code): Path<String>, posted: Posted) -> Response {
    let done = visit.services.retire_own_clock(&posted.ctx(&visit.ctx), &code).await;
    answered(&visit, &posted, PART, done).await
}

/// The form of a clock there is, or of a new one.
async fn edited(visit: &Visit, code: &str, state: FormState) -> Shown {
    let view = visit.services.rules_page(&visit.ctx).await?;
    if !view.may_change {
        return Err(Error::Forbidden);
    }
    let clock = match code {
        NEW => None,
        code => {
            let found = view.own.iter().find(|clock| clock.code == code && clock.retired_at.is_none());
            Some(found.cloned().ok_or(Error::NotFound)?)
        }
    };
    let (tabs, place) = around(visit);
    let token = visit.ctx.fresh.secret();
    let title = if clock.is_some() { "Change a clock of your own" } else { "Add a clock of your own" };
    Ok(Page::new(place, title, move || {
        let calendars = calendars(&view);
        let cancel = format!("{HERE}#{PART}");
        let form = match clock {
            Some(clock) => changing(clock, calendars, state, cancel.clone()),
            None => view! {
                <Form action=ACTION state=state submit="Add the clock" token=token cancel=cancel.clone()>
                    {fields(OwnClockInput::default(), calendars)}
                </Form>
            }
            .written(),
        };
        view! {
            {head(title, tabs)}
            <p><a href=cancel>"All clock rules"</a></p>
            <p class="lead">"A time limit that a contract sets. It is switched on for every case, and runs once its event is recorded."</p>
            {form}
        }
        .written()
    }))
}

fn changing(clock: OwnClockLine, calendars: Vec<Offer>, state: FormState, cancel: String) -> AnyView {
    let action = format!("{ACTION}/{}", clock.code);
    view! {
        <p class="hint">"Clocks that run by it in open cases are reckoned anew."</p>
        <Form action=action state=state submit="Save" revision=Some(clock.revision) cancel=cancel>
            {fields(clock.input, calendars)}
        </Form>
    }
    .written()
}

pub(super) fn section(view: &RulesPage) -> AnyView {
    let list = if view.own.is_empty() {
        view! {
            <Empty title="You have no clock of your own">
                <p>"A contract can set time limits too: a customer wants to know within 24 hours, an insurer within 48."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = view.own.iter().map(|clock| row(clock, view.may_change)).collect();
        view! { <Table caption="Clocks of your own" heads=vec!["Clock", "Time limit", "State", ""] rows=rows /> }.written()
    };
    let add = view.may_change.then(|| {
        let href = format!("{ACTION}/{NEW}");
        view! { <LinkButton href=href label="Add a clock of your own" kind=ButtonKind::Plain /> }
    });
    view! {
        <section id=PART>
            <div class="page-head"><h2>"Clocks of your own"</h2>{add}</div>
            {list}
        </section>
    }
    .written()
}

fn row(clock: &OwnClockLine, may: bool) -> Row {
    let input = &clock.input;
    let unit = Unit::from_code(&input.unit).map(Choice::label).unwrap_or_default();
    let from = Trigger::from_code(&input.trigger).map(Choice::label).unwrap_or_default();
    let limit = if input.amount.is_empty() { unit.to_owned() } else { format!("{} {unit}", input.amount) };
    let state = match clock.retired_at {
        Some(at) => view! { "retired "<Time at=at /> }.written(),
        None if clock.on => {
            view! { <Badge kind=Kind::Lateness code="met" label="on for every case" /> }.written()
        }
        None => view! { <Badge kind=Kind::Other code="" label="can be switched on" /> }.written(),
    };
    let acts = (may && clock.retired_at.is_none()).then(|| {
        let href = format!("{ACTION}/{}", clock.code);
        let hidden = vec![("revision", clock.revision.to_string())];
        let change = format!(" {}", input.title);
        view! {
            <span class="row">
                <a href=href.clone()>"Change"<span class="unseen">{change}</span></a>
                <PostButton action=format!("{href}/retire") label="Retire" about=input.title.clone() hidden=hidden kind=ButtonKind::Quiet />
            </span>
        }
    });
    Row::new(cells![
        view! { {input.title.clone()}<p class="title hint">{input.source.clone()}", to "{input.recipient.clone()}</p> },
        format!("{limit}, from: {from}"),
        state,
        acts,
    ])
}

fn calendars(view: &RulesPage) -> Vec<Offer> {
    view.calendars.iter().map(|(code, name)| Offer::new(code.clone(), format!("{code}: {name}"))).collect()
}

fn fields(was: OwnClockInput, calendars: Vec<Offer>) -> AnyView {
    let events = Trigger::ALL
        .iter()
        .filter(|trigger| **trigger != Trigger::PreviousReportSubmitted)
        .map(|trigger| Offer::new(trigger.code(), trigger.label()))
        .collect();
    view! {
        <TextField name="title" label="What is to be done" hint="Such as “Notice to the customer”." value=was.title required=true />
        <TextField name="source" label="Contract and clause" value=was.source required=true />
        <TextField name="recipient" label="To whom" value=was.recipient required=true />
        <Select name="trigger" label="It runs from" offers=events value=was.trigger none="Choose".to_owned() required=true />
        <TextField name="amount" label="How many" hint="A whole number; empty for “without undue delay”." value=was.amount inputmode="numeric" />
        <Select name="unit" label="Of what" offers={offers::<Unit>()} value=was.unit none="Choose".to_owned() required=true />
        <Select name="calendar" label="Calendar" hint="Only for business days." offers=calendars value=was.calendar none="None".to_owned() />
        <TextField name="channel" label="How it reaches them" value=was.channel />
        <TextField name="threshold" label="For which incidents" hint="Empty for any." value=was.threshold />
        <TextField name="effective_from" label="First day it holds for" hint="As in 2026-01-31; empty for any day." value=was.effective_from />
        <TextField name="effective_to" label="Last day it holds for" value=was.effective_to />
        <TextArea name="notes" label="Notes" value=was.notes rows=3 />
    }
    .written()
}
