//! The rules that are switched on for this case.

use super::{
    super::{
        super::id,
        frame::{address, can},
    },
    answered, folded,
};
use crate::{
    cells,
    components::{Badge, ButtonKind, Choices, Form, Kind, Offer, PostButton, Row, Select, Table},
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::{rule::Offer as Offered, settings::RuleSwitchInput},
    id::IncidentId,
    refusal::Refusal,
    view::{Clocks, clocks::CaseRule},
};
use serde::Deserialize;
use services::Error;

const PART: &str = "rules";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![post("/incidents/{id}/rules", switch)]
}

/// One form for all rules: which of them, and what with it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SwitchForm {
    rule: String,
    to: String,
    accept_unverified: String,
}

async fn switch(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, form) = (id::<IncidentId>(&raw)?, posted.input::<SwitchForm>()?);
        let input = RuleSwitchInput { to: form.to, accept_unverified: form.accept_unverified };
        let ctx = posted.ctx(&visit.ctx);
        match visit.services.switch_case_rule(&ctx, incident, &form.rule, &input).await {
            // The code was typed in a field here: where the incident is there, it is the rule that isn't.
            Err(Error::NotFound) if visit.services.incident(&visit.ctx, incident).await.is_ok() => {
                Err(Refusal::field("rule", "not_a_choice", "Choose a rule of the list.").into())
            }
            done => done,
        }
    };
    answered(&visit, &raw, &posted, PART, done.await).await
}

pub(super) fn section(view: &Clocks, state: &FormState) -> AnyView {
    let may = can(&view.case, Action::SetClockScope);
    let on = view.scope.iter().filter(|rule| rule.here || rule.everywhere);
    let rows = on.map(|rule| row(view, rule, may)).collect();
    let heads = vec!["Rule", "Regime", "Switched on", ""];
    view! {
        <section id=PART>
            <h2>"Rules switched on for this case"</h2>
            <p class="hint">
                "A clock runs once its rule is switched on and its event is recorded. "<a href="/admin/rules">"All rules with their sources"</a>
            </p>
            <Table caption="Rules switched on for this case" heads=heads rows=rows />
            {may.then(|| adding(view, state))}
        </section>
    }
    .written()
}

fn row(view: &Clocks, rule: &CaseRule, may: bool) -> Row {
    let unverified = (rule.offer == Offered::Unverified)
        .then(|| view! { " "<Badge kind=Kind::Lateness code="soon" label="unverified" /> });
    let off = (may && rule.here && !rule.everywhere).then(|| {
        let action = format!("{}/rules", address(&view.case.incident));
        let hidden = vec![("rule", rule.code.clone()), ("to", "off".to_owned())];
        view! { <PostButton action=action label="Switch off" about=rule.title.clone() hidden=hidden kind=ButtonKind::Quiet /> }
    });
    let for_whom = if rule.everywhere { "for every case" } else { "for this case" };
    Row::new(cells![view! { {rule.title.clone()}{unverified} }, rule.regime.clone(), for_whom, off,])
}

fn adding(view: &Clocks, state: &FormState) -> AnyView {
    let action = format!("{}/rules", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let off = view.scope.iter().filter(|r| !r.here && !r.everywhere && r.offer != Offered::Dormant);
    let offers: Vec<_> = off
        .map(|rule| {
            let mark = if rule.offer == Offered::Unverified { " (unverified)" } else { "" };
            Offer::new(rule.code.clone(), format!("{}: {}{mark}", rule.regime, rule.title))
        })
        .collect();
    if offers.is_empty() {
        return ().written();
    }
    let accept =
        vec![Offer::new("yes", "I know that this rule is unverified, and that its clock may be wrong.")];
    let form = view! {
        <Form action=action state=state.clone() submit="Switch it on for this case" kind=ButtonKind::Plain>
            <input type="hidden" name="to" value="on" />
            <Select name="rule" label="Rule" offers=offers none="Choose".to_owned() required=true />
            <Choices name="accept_unverified" label="Only for an unverified rule" offers=accept />
        </Form>
    };
    folded("Switch on another rule", refused, form.written())
}
