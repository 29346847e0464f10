//! Breaking the glass: seeing a restricted incident in an emergency, loudly and not for long.

use crate::{
    components::{Banner, ButtonKind, Form, TextArea, TextField, Tone},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::access::{Action, Object, Permit, permits};
use services::{
    Error,
    incidents::{BreakGlassInput, GLASS_HOURS},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/break-glass", page), post("/break-glass", break_glass)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default())).await
}

async fn break_glass(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let opened =
            visit.services.break_glass(&posted.ctx(&visit.ctx), &posted.input::<BreakGlassInput>()?).await?;
        Ok(format!("/incidents/{}", opened.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state)).await
}

fn shown(visit: &Visit, state: FormState) -> Shown {
    visit.ctx.person()?;
    if permits(&visit.ctx.actor, Action::BreakGlass, Object::System, visit.ctx.now) != Permit::Granted {
        return Err(Error::Forbidden);
    }
    let token = visit.ctx.fresh.secret();
    Ok(Page::new(Place::Incidents, "Break the glass", move || {
        view! {
            <h1>"Break the glass"</h1>
            <p class="lead">
                "A restricted incident is hidden from everybody but its members. If people could come to harm because \
                 none of them can be reached, you can open it without being one of them."
            </p>
            <Banner tone=Tone::Attention>
                {format!("Its members, every data protection officer and every administrator are told at once, by name. Your access ends \
                 after {GLASS_HOURS} hours, and your reason stays in the incident.")}
            </Banner>
            <Form action="/break-glass" state=state submit="Break the glass" kind=ButtonKind::Danger token=token cancel="/incidents".to_owned()>
                <TextField name="reference" label="Number of the incident" hint="As in INC-2026-0007." required=true />
                <TextArea name="reason" label="Why it can't wait for a member" required=true rows=3 />
            </Form>
        }
        .written()
    }))
}
