//! Every rule with its source and status, and the switch beside it.

use super::answered;
use crate::{
    cells,
    components::{Badge, ButtonKind, DefinitionList, Kind, PostButton, Row, Table},
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    clock::{
        rule::{Offer, Origin},
        settings::RuleSwitchInput,
    },
    view::clocks::{RuleLine, RulesPage},
};

const PART: &str = "rules";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![post("/admin/rules/switch/{rule}", switch)]
}

async fn switch(visit: Visit, Path(code): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<RuleSwitchInput>()?;
        visit.services.switch_rule(&posted.ctx(&visit.ctx), &code, &input).await
    };
    answered(&visit, &posted, PART, done.await).await
}

pub(super) fn section(view: &RulesPage) -> AnyView {
    let shipped = || view.rules.iter().filter(|rule| rule.origin == Origin::Shipped);
    let of = |offer: Offer| shipped().filter(move |rule| rule.offer == offer && !rule.on);
    let on = view.rules.iter().filter(|rule| rule.on);
    let group = |rules: Vec<&RuleLine>, caption: &'static str| {
        let rows = rules.into_iter().map(|rule| row(rule, view.may_change)).collect();
        view! { <Table caption=caption heads=vec!["Rule", "Time limits", "State", ""] rows=rows /> }.written()
    };
    let (offered, unverified, dormant): (Vec<_>, Vec<_>, Vec<_>) =
        (of(Offer::Offered).collect(), of(Offer::Unverified).collect(), of(Offer::Dormant).collect());
    let counts = [
        format!("Offered, not switched on ({})", offered.len()),
        format!("Unverified ({})", unverified.len()),
        format!("Dormant ({})", dormant.len()),
    ];
    let [offered_label, unverified_label, dormant_label] = counts;
    view! {
        <section id=PART>
            <h2>"Switched on for every case"</h2>
            {group(on.collect(), "Rules switched on for every case")}
            <details class="card">
                <summary>{offered_label}</summary>
                <p class="hint">"In force, and read in the source."</p>
                {group(offered, "Rules offered and not switched on")}
            </details>
            <details class="card">
                <summary>{unverified_label}</summary>
                <p class="hint">"Not yet in force, or not read in the source itself. Switched on, they stay marked as unverified wherever they show."</p>
                {group(unverified, "Unverified rules")}
            </details>
            <details class="card">
                <summary>{dormant_label}</summary>
                <p class="hint">"Proposals, not law. They run no clock and can't be switched on."</p>
                {group(dormant, "Dormant rules")}
            </details>
        </section>
    }
    .written()
}

fn row(rule: &RuleLine, may: bool) -> Row {
    let stages: Vec<_> = rule.stages.iter().map(|stage| view! { <li>{stage.clone()}</li> }).collect();
    let state = match rule.offer {
        Offer::Unverified => view! { <Badge kind=Kind::Lateness code="soon" label="unverified" /> }.written(),
        Offer::Dormant => view! { <Badge kind=Kind::Other code="" label="dormant" /> }.written(),
        Offer::Offered if rule.origin == Origin::Organisation => {
            view! { <Badge kind=Kind::Other code="" label="your own" /> }.written()
        }
        Offer::Offered => view! { <Badge kind=Kind::Lateness code="met" label="offered" /> }.written(),
    };
    let status = format!("{}; {}", rule.status, rule.confidence);
    let switch = (may && (rule.on || rule.offer != Offer::Dormant)).then(|| switching(rule));
    Row::new(cells![
        view! {
            <span id=rule.code.clone()>{rule.title.clone()}</span>
            <p class="title hint">{rule.regime.clone()}</p>
            <div class="title">{more(rule)}</div>
        },
        view! { <ul class="list">{stages}</ul> },
        view! { {state}<p class="hint">{status}</p> },
        switch,
    ])
}

fn more(rule: &RuleLine) -> AnyView {
    let mut items = vec![
        ("Source", rule.source.clone().written()),
        ("Binds", rule.scope.clone().written()),
        ("Threshold", rule.threshold.clone().written()),
    ];
    if !rule.notes.is_empty() {
        items.push(("Notes", view! { <span class="lines">{rule.notes.clone()}</span> }.written()));
    }
    items.push(("Code", view! { <code>{rule.code.clone()}</code> }.written()));
    view! { <details><summary>"Source and threshold"</summary><DefinitionList items=items /></details> }
        .written()
}

fn switching(rule: &RuleLine) -> AnyView {
    let action = format!("/admin/rules/switch/{}", rule.code);
    let unverified = rule.offer == Offer::Unverified;
    let (to, label) = match (rule.on, unverified) {
        (true, _) => ("off", "Switch off"),
        (false, true) => ("on", "Switch on although unverified"),
        (false, false) => ("on", "Switch on"),
    };
    let accept = if unverified { "yes" } else { "" };
    let hidden = vec![("to", to.to_owned()), ("accept_unverified", accept.to_owned())];
    view! { <PostButton action=action label=label about=rule.title.clone() hidden=hidden kind=ButtonKind::Plain /> }.written()
}
