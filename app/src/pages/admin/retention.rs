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
    recipient::keeping::{DAYS_SUGGESTED, RecipientSettingsInput},
    register::retention::{RetentionSettingsInput, YEARS_SUGGESTED},
};

const HERE: &str = "/admin/retention";
const RECIPIENTS: &str = "/admin/retention/recipients";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get(HERE, page), post(HERE, save), post(RECIPIENTS, save_recipients)]
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

async fn save_recipients(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<RecipientSettingsInput>()?;
        visit.services.save_recipient_settings(&posted.ctx(&visit.ctx), &input).await?;
        Ok(HERE.to_owned())
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let (settings, revision) = visit.services.retention(&visit.ctx).await?;
    let (recipients, seen) = visit.services.recipient_settings(&visit.ctx).await?;
    let (tabs, changes) = (tabs(visit, HERE), visit.may(Action::ConfigureRetention));
    Ok(Page::new(Place::Admin, "Keeping records", move || {
        let years = settings.years.to_string();
        let hint = format!("Counted from the closing of a case. We suggest {YEARS_SUGGESTED}.");
        let days = recipients.days.to_string();
        let kept = if changes {
            let hint = format!("Counted from the last outcome of a mail. We suggest {DAYS_SUGGESTED}.");
            view! {
                <Form action=RECIPIENTS state=state.clone() submit="Save" revision=Some(seen)>
                    <TextField name="days" label="Days until recipients are removed" hint=hint value=days inputmode="numeric" required=true />
                </Form>
            }
            .written()
        } else {
            view! { <p>{format!("Days until recipients are removed: {days}.")}</p> }.written()
        };
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
            <section>
                <h2>"Recipients of communications"</h2>
                <p>"Names and addresses of the people a communication went to are removed by themselves; of each person a digest stays, with what became of the mail and when, so that it can still be proven who was told."</p>
                {kept}
            </section>
        }
        .written()
    }))
}
