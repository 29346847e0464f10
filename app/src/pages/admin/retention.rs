//! How long records of the breach register are kept before somebody reviews them.

use super::{head, tabs};
use crate::{
    components::{Form, TextField},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::{
    access::Action,
    register::retention::{RetentionSettingsInput, YEARS_SUGGESTED},
};

const HERE: &str = "/admin/retention";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get(HERE, page), post(HERE, save)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default()).await).await
}

async fn save(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<RetentionSettingsInput>()?;
        visit.services.save_retention(&posted.ctx(&visit.ctx), &input).await?;
        Ok(HERE.to_owned())
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let (settings, revision) = visit.services.retention(&visit.ctx).await?;
    let (tabs, changes) = (tabs(visit, HERE), visit.may(Action::ConfigureRetention));
    Ok(Page::new(Place::Admin, "Keeping records", move || {
        let years = settings.years.to_string();
        let hint = format!("Counted from the closing of a case. We suggest {YEARS_SUGGESTED}.");
        let content = if changes {
            view! {
                <Form action=HERE state=state submit="Save" revision=Some(revision)>
                    <TextField name="years" label="Years until a record is reviewed" hint=hint value=years inputmode="numeric" required=true />
                </Form>
            }
            .written()
        } else {
            view! { <p>{format!("Years until a record is reviewed: {years}.")}</p> }.written()
        };
        view! {
            {head("Keeping records", tabs)}
            <p class="lead">"The GDPR fixes no period for the register of Art. 33(5). That you can account for a breach (Art. 5(2)), and how long claims can still be made, speaks for years; that nothing is kept longer than it is needed (Art. 5(1)(e)), for an end."</p>
            {content}
            <p class="hint">"Nothing is deleted by itself. A record whose time has come is listed in the register as due for review; one record can be given a date of its own, or a legal hold."</p>
        }
        .written()
    }))
}
