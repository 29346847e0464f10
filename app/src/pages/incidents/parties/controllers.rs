//! The controllers that we process for: told or not, how long is left, and how their numbers add up.

use super::{
    super::frame::{address, can},
    stage,
};
use crate::{
    cells,
    components::{Badge, ButtonKind, Empty, Form, Kind, Offer, Row, Select, Table, Time, left},
    form::FormState,
    prelude::*,
};
use domain::{
    access::Action,
    clock::{NotificationClock, is_soon},
    text::Choice,
    view::parties::{CasePartyLine, ControllerState, CountLine, PartiesTab, Sum},
};

pub(super) fn section(view: &PartiesTab, state: &FormState, token: &str) -> AnyView {
    let aware = match view.processor_aware_at {
        Some(at) => view! { <p>"You became aware as the processor "<Time at=at />"; every controller is told without undue delay from then on (Art. 33(2))."</p> }.written(),
        None => {
            let href = format!("{}/clocks#triggers", address(&view.case.incident));
            view! {
                <p class="hint">"It isn't recorded when you became aware as the processor, so no clock runs. "<a href=href>"Record it under “Clocks”"</a></p>
            }
            .written()
        }
    };
    let table = if view.to_tell == 0 {
        view! { <Empty title="No controller is named yet"><p>"Bring in each controller whose data are concerned, in the role “controller”."</p></Empty> }
            .written()
    } else {
        table(view)
    };
    let drafts =
        (view.to_tell > 0 && can(&view.case, Action::DraftNotice)).then(|| drafting(view, state, token));
    view! {
        <section id="controllers">
            <h2>"Controllers that you process for"</h2>
            {aware}
            {table}
            {drafts}
        </section>
    }
    .written()
}

fn table(view: &PartiesTab) -> AnyView {
    let controllers = view.parties.iter().filter_map(|line| Some((line, line.controller.as_ref()?)));
    let mut rows: Vec<Row> = controllers.map(|(line, state)| row(view, line, state)).collect();
    rows.push(Row::new(cells![
        view! { <strong>{format!("All {}", view.to_tell)}</strong> },
        view! { <strong>{format!("{} of {} told", view.told, view.to_tell)}</strong> },
        (),
        view! { <strong>{sum(&view.people)}</strong> },
        view! { <strong>{sum(&view.records)}</strong> },
        (),
        (),
    ]));
    let differs = view.people_of_the_case.as_ref().map(|said| {
        let href = format!("{}/facts/people.count", address(&view.case.incident));
        view! {
            <p class="hint">
                "The fact sheet says "<a href=href>{said.clone()}</a>" people, and the controllers add up to "{sum(&view.people)}". One of the two is to be looked at."
            </p>
        }
    });
    let heads = vec!["Controller", "Told", "Left", "People", "Records", "Facts", "Notice"];
    view! {
        <Table caption="Controllers, each with its own numbers, clock and notice" heads=heads rows=rows />
        {differs}
    }
    .written()
}

fn row(view: &PartiesTab, line: &CasePartyLine, state: &ControllerState) -> Row {
    let href = format!("{}/parties/{}", address(&view.case.incident), line.in_case.id);
    let told = match state.told_at {
        Some(at) => {
            view! { <Badge kind=Kind::Lateness code="met" label="Told" />" "<Time at=at /> }.written()
        }
        None => view! { <Badge kind=Kind::Lateness code="open" label="Not told" /> }.written(),
    };
    Row::new(cells![
        view! { <a href=href.clone()>{line.party.name.clone()}</a> },
        told,
        remaining(view, state),
        number(state.people.as_ref()),
        number(state.records.as_ref()),
        view! { <a href=format!("{href}#facts")>{format!("{} of {}", state.answered, state.asked)}</a> },
        stage(line),
    ])
}

/// How long is left, by the clock of its own that is due first.
fn remaining(view: &PartiesTab, state: &ControllerState) -> AnyView {
    let open = || state.clocks.iter().filter(|c| c.submitted_at.is_none());
    let due = open().filter_map(|clock| Some((clock, clock.due_at?))).min_by_key(|(_, due)| *due);
    match (due, open().next()) {
        (Some((_, due)), _) => {
            let (code, word) =
                match (due < view.case.now, is_soon(due, None, view.case.now, view.case.soon_hours)) {
                    (true, _) => ("overdue", "Overdue"),
                    (false, true) => ("soon", "Due soon"),
                    (false, false) => ("running", "Running"),
                };
            view! { <Badge kind=Kind::Lateness code=code label=word />" "{left(due)}<p class="hint"><Time at=due /></p> }.written()
        }
        (None, Some(clock)) => undelayed(clock),
        (None, None) if state.clocks.is_empty() => {
            view! { <span class="hint">"No clock runs"</span> }.written()
        }
        (None, None) => view! { <span class="hint">"Done"</span> }.written(),
    }
}

fn undelayed(clock: &NotificationClock) -> AnyView {
    let limit = clock.limit.clone();
    view! { <span class="hint">{limit}", since "<Time at=clock.started_at /></span> }.written()
}

fn number(count: Option<&CountLine>) -> AnyView {
    match count {
        None => view! { <span class="nobody">"Not yet known"</span> }.written(),
        Some(CountLine { low, high, exact: true }) if low == high => low.to_string().written(),
        Some(CountLine { low, high, .. }) if low == high => format!("about {low}").written(),
        Some(CountLine { low, high, .. }) => format!("{low} to {high}").written(),
    }
}

/// "315", "about 300, one not yet known".
fn sum(sum: &Sum) -> String {
    let number = match (sum.known, sum.low == sum.high) {
        (0, _) => String::new(),
        (_, true) if sum.exact => sum.low.to_string(),
        (_, true) => format!("about {}", sum.low),
        (_, false) => format!("{} to {}", sum.low, sum.high),
    };
    match (number.is_empty(), sum.unknown) {
        (_, 0) => number,
        (true, _) => "not yet known".to_owned(),
        (false, 1) => format!("{number}, and one not yet known"),
        (false, n) => format!("{number}, and {n} not yet known"),
    }
}

fn drafting(view: &PartiesTab, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/controller-notices", address(&view.case.incident));
    let languages: Vec<_> = view.languages.iter().map(|l| Offer::new(l.code(), l.label())).collect();
    view! {
        <Form action=action state=state.clone() submit="Draft a notice to each that has none" token=token.to_owned() kind=ButtonKind::Plain compact=true>
            <Select name="language" label="Language" offers=languages required=true />
        </Form>
        <p class="hint">"Each is written from the facts about that controller alone, goes to its own address, and is reviewed, approved and sent like any other."</p>
    }
    .written()
}
