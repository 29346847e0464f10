//! Who belongs to an incident.

use super::{
    super::id,
    frame::{address, can},
    overview, told,
};
use crate::{
    components::{Form, Offer, Person, PostButton, Select, Time, button::ButtonKind},
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::{AccountId, IncidentId},
    text::Choice,
    view::{Case, Member},
};
use services::incidents::MemberInput;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![post("/incidents/{id}/members", add), post("/incidents/{id}/members/{account}/remove", remove)]
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit.services.add_member(&posted.ctx(&visit.ctx), incident, &posted.input::<MemberInput>()?).await?;
        Ok(format!("/incidents/{incident}#members"))
    };
    visit.answer(done.await, &posted, async |state| overview::shown(&visit, &raw, state).await).await
}

async fn remove(visit: Visit, Path((raw, account)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit.services.remove_member(&posted.ctx(&visit.ctx), incident, id::<AccountId>(&account)?).await?;
        Ok(format!("/incidents/{incident}#members"))
    };
    let again =
        async |state: FormState| told(overview::shown(&visit, &raw, state.clone()).await, &state, &posted);
    visit.answer(done.await, &posted, again).await
}

/// The accounts that a thing of this incident can be given to.
pub(super) fn offers_of_members(case: &Case) -> Vec<Offer> {
    case.members.iter().map(|m| Offer::new(m.id.to_string(), m.name.clone())).collect()
}

pub(super) fn section(case: &Case, state: &FormState) -> AnyView {
    let may = case.may(Action::ManageMembers);
    let lines: Vec<_> = case.members.iter().map(|member| line(case, member, may)).collect();
    let offers: Vec<_> = case
        .people
        .all()
        .filter(|p| !p.disabled && !case.members.iter().any(|m| m.id == p.id))
        .map(|p| Offer::new(p.id.to_string(), format!("{}, {}", p.name, p.role)))
        .collect();
    let add = (can(case, Action::ManageMembers) && !offers.is_empty()).then(|| {
        let action = format!("{}/members", address(&case.incident));
        view! {
            <Form action=action state=state.clone() submit="Add" kind=ButtonKind::Plain>
                <Select name="account" label="Add a member" offers=offers none="Choose a person".to_owned() required=true />
            </Form>
        }
    });
    view! {
        <section class="card" id="members">
            <h2>"Members"</h2>
            <ul class="entries">{lines}</ul>
            {add}
        </section>
    }
    .written()
}

fn line(case: &Case, member: &Member, may: bool) -> AnyView {
    let lead = (member.id == case.incident.lead).then_some(", leads this incident");
    let until = member.until.map(|at| view! { ", broke the glass until "<Time at=at /> });
    let remove = (may && member.id != case.incident.lead).then(|| {
        let action = format!("{}/members/{}/remove", address(&case.incident), member.id);
        view! { " "<PostButton action=action label="Remove" about=member.name.clone() kind=ButtonKind::Quiet /> }
    });
    view! {
        <li>
            <Person name=Some(member.name.clone()) />" "
            <span class="hint">{member.role.label()}{lead}{until}</span>
            {remove}
        </li>
    }
    .written()
}
