//! The authorities of a case: each is told by itself, with a clock and a submission of its own.

use super::{
    super::{
        super::id,
        frame::{address, can},
    },
    answered, folded,
    ledger::reason,
    running::capital,
};
use crate::{
    cells,
    components::{ButtonKind, Empty, Form, Group, Offer, Row, Select, Table, TextField, Time, offers},
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::authority::{AuthorityInput, Capacity, CaseAuthority},
    id::{AuthorityId, IncidentId},
    incident::ReasonInput,
    text::Choice,
    view::Clocks,
};

const PART: &str = "authorities";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/authorities", name),
        post("/incidents/{id}/authorities/{authority}/withdraw", withdraw),
    ]
}

async fn name(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<AuthorityInput>()?);
        visit.services.name_authority(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

async fn withdraw(visit: Visit, Path((raw, authority)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, authority) = (id::<IncidentId>(&raw)?, id::<AuthorityId>(&authority)?);
        let input = posted.input::<ReasonInput>()?;
        visit.services.withdraw_authority(&posted.ctx(&visit.ctx), incident, authority, &input).await
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

pub(super) fn section(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let may = can(&view.case, Action::NameAuthority);
    let list = if view.authorities.is_empty() {
        view! {
            <Empty title="No authority is named for this case">
                <p>"There is one clock then, for the authority that is competent as a rule. Name the authorities where this case concerns more \
                    than one: each gets a clock and a submission of its own."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = view.authorities.iter().map(|a| row(view, a, state, may)).collect();
        let heads = vec!["Authority", "Told as", "By the rule", "Calendar", "Named"];
        view! { <Table caption="Authorities of this case" heads=heads rows=rows /> }.written()
    };
    view! {
        <section id=PART>
            <h2>"Authorities"</h2>
            {list}
            {may.then(|| naming(view, state, token))}
        </section>
    }
    .written()
}

fn row(view: &Clocks, authority: &CaseAuthority, state: &FormState, may: bool) -> Row {
    let named_by = view.case.people.name(authority.added_by).to_owned();
    let withdrawn = authority.withdrawn_at.map(|at| {
        let why = format!(": {}", authority.withdrawn_reason);
        view! { <p class="hint">"Withdrawn "<Time at=at />{why}</p> }
    });
    let take_back = (may && authority.withdrawn_at.is_none()).then(|| {
        let action = format!("{}/authorities/{}/withdraw", address(&view.case.incident), authority.id);
        reason(action, "Withdraw", authority.name.clone(), state)
    });
    let name = if authority.withdrawn_at.is_some() {
        view! { <s>{authority.name.clone()}</s> }.written()
    } else {
        authority.name.clone().written()
    };
    let rule = view
        .scope
        .iter()
        .find(|rule| rule.code == authority.rule)
        .map_or_else(|| authority.rule.clone(), |rule| rule.regime.clone());
    Row::new(cells![
        view! { <span id=authority.id.to_string()>{name}</span> },
        capital(authority.capacity.label()),
        rule,
        authority.calendar.clone(),
        view! { <div><Time at=authority.added_at /><p class="hint">{named_by}</p>{withdrawn}{take_back}</div> },
    ])
}

fn naming(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/authorities", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let known = view
        .known_authorities
        .iter()
        .map(|a| Offer::new(a.code, format!("{}: {}", a.code, a.name)))
        .collect();
    let rules = view
        .scope
        .iter()
        .filter(|rule| rule.here || rule.everywhere)
        .map(|rule| Offer::new(rule.code.clone(), format!("{}: {}", rule.regime, rule.title)))
        .collect();
    let form = view! {
        <p class="hint">
            "With a main establishment in the EEA it is usually the lead authority (Art. 56 GDPR). Without one, it is the authority of every \
             state where affected people live. The United Kingdom and Switzerland are told separately."
        </p>
        <Form action=action state=state.clone() submit="Name the authority" token=token.to_owned() kind=ButtonKind::Plain>
            <Select name="capacity" label="Told as" offers={offers::<Capacity>()} none="Choose".to_owned() required=true />
            <Select name="code" label="Authority" offers=known none="Another one, named below".to_owned() />
            <Group legend="Only for another one">
                <TextField name="name" label="Its name" />
                <TextField name="calendar" label="Code of its calendar" hint="It gives time zone and holidays, such as FR, DE-BY or US." />
                <Select name="rule" label="The rule by which it is told" hint="Only where it is told as “another authority”." offers=rules none="None chosen".to_owned() />
            </Group>
        </Form>
    };
    folded("Name an authority", refused, form.written())
}
