//! The playbooks that fit an incident, each with the reason, and the answers that would say more.

use super::frame::{address, can};
use crate::{
    components::{PostButton, button::ButtonKind},
    prelude::*,
};
use domain::{
    access::Action,
    fact::condition::HANDLED_AS,
    view::{Case, Recommendations, Recommended, WouldDecide},
};

/// How many of the answers that would decide are named.
const ANSWERS: usize = 3;

/// Nothing where there is nothing to say.
pub(super) fn section(case: &Case, recommendations: &Recommendations, token: &str) -> AnyView {
    if recommendations.is_empty() || !can(case, Action::StartPlaybook) {
        return ().written();
    }
    let lines: Vec<_> = recommendations.recommended.iter().map(|r| line(case, r, token)).collect();
    let list = if lines.is_empty() {
        view! { <p>"Too little is known yet to recommend one."</p> }.written()
    } else {
        view! { <ul class="list">{lines}</ul> }.written()
    };
    view! {
        <section class="card" id="recommended">
            <h2>"Recommended playbooks"</h2>
            {list}
            {would_decide(case, &recommendations.would_decide)}
        </section>
    }
    .written()
}

fn line(case: &Case, recommended: &Recommended, token: &str) -> AnyView {
    let href = format!("/playbooks/{}", recommended.playbook);
    let hidden = vec![("playbook", recommended.playbook.clone()), ("form_token", token.to_owned())];
    let action = format!("{}/playbooks", address(&case.incident));
    let because = format!("{}.", upper(&recommended.because));
    view! {
        <li>
            <p><a href=href>{recommended.title.clone()}</a></p>
            <p class="hint">{because}</p>
            <PostButton action=action label="Follow it" about=recommended.title.clone() hidden=hidden kind=ButtonKind::Primary />
        </li>
    }
    .written()
}

/// A reason as a sentence of its own.
fn upper(because: &str) -> String {
    let mut letters = because.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn would_decide(case: &Case, answers: &[WouldDecide]) -> AnyView {
    if answers.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = answers
        .iter()
        .take(ANSWERS)
        .map(|answer| {
            let href = if answer.fact == HANDLED_AS {
                format!("{}/parties", address(&case.incident))
            } else {
                format!("{}/facts/{}", address(&case.incident), answer.fact)
            };
            let about = match answer.playbooks {
                1 => " decides about 1 playbook".to_owned(),
                n => format!(" decides about {n} playbooks"),
            };
            view! { <li><a href=href>{answer.label.clone()}</a>{about}</li> }
        })
        .collect();
    view! {
        <p>"These answers would say more:"</p>
        <ul class="entries">{lines}</ul>
    }
    .written()
}
