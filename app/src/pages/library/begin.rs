//! Beginning a playbook of one's own: empty, or as a copy.

use super::asked;
use crate::{
    components::{Form, Offer, Select, TextField},
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::{access::Action, playbook::writing::BeginInput};
use services::Error;

const HERE: &str = "/playbooks/new";

pub(super) async fn page(visit: Visit) -> Response {
    if !visit.may(Action::BeginPlaybook) {
        return visit.no(&Error::Forbidden).await;
    }
    visit.show(shown(&visit, FormState::default()).await).await
}

pub(super) async fn begin(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<BeginInput>()?;
        let added = visit.services.begin_playbook(&posted.ctx(&visit.ctx), &input).await?;
        Ok(format!("/playbooks/{}/draft", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let playbooks = visit.services.playbooks(&visit.ctx).await?;
    let (token, copy_of) = (visit.ctx.fresh.secret(), asked(visit, "copy_of"));
    Ok(Page::new(Place::Playbooks, "Write a playbook", move || {
        let offers: Vec<_> = playbooks.into_iter().map(|p| Offer::new(p.id, p.title)).collect();
        view! {
            <p><a href="/playbooks">"All playbooks"</a></p>
            <h1>"Write a playbook"</h1>
            <p class="lead">"It is a draft until a second person has read and published it. To change a playbook that there is, copy it and leave the \
                             name empty: the draft is its next version, and once published it is offered instead."</p>
            <Form action=HERE state=state submit="Begin the draft" token=token cancel="/playbooks".to_owned()>
                <Select name="copy_of" label="Copy of" offers=offers value=copy_of none="Nothing: begin with an example".to_owned() />
                <TextField name="playbook" label="Name" hint="Small letters, digits and single hyphens: stolen-van. It stays the same in every version." />
            </Form>
        }
        .written()
    }))
}
