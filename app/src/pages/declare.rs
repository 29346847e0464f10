//! Declaring an incident: a title is enough.

use crate::{
    components::{Form, Select, TextArea, TextField, offers},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::{
    access::Action,
    incident::{DeclareInput, Severity},
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/new", page), post("/incidents", declare)]
}

async fn page(visit: Visit) -> Response {
    if !visit.may(Action::DeclareIncident) {
        return visit.no(&Error::Forbidden).await;
    }
    visit.show(shown(&visit, FormState::default()).await).await
}

async fn declare(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let declared = visit
            .services
            .declare_incident(&posted.ctx(&visit.ctx), &posted.input::<DeclareInput>()?)
            .await?;
        Ok(format!("/incidents/{}", declared.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let token = visit.ctx.fresh.secret();
    Ok(Page::new(Place::Incidents, "Declare an incident", move || {
        view! {
            <h1>"Declare an incident"</h1>
            <p>"A title is enough. You become the lead; everything else can be added later."</p>
            <Form action="/incidents" state=state submit="Declare the incident" token=token cancel="/incidents".to_owned()>
                <TextField name="title" label="What happened, in one line" required=true />
                <Select name="severity" label="Severity for the organisation" required=true offers={offers::<Severity>()} value="moderate".to_owned() />
                <TextArea name="summary" label="What is known so far" />
            </Form>
        }
        .written()
    }))
}
