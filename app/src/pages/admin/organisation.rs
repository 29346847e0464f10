//! What the organisation says of itself once.

use super::{head, tabs};
use crate::{
    components::{Choices, DefinitionList, Empty, Form, TextArea, TextField, offers},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::{
    access::Action, account::organisation::OrganisationInput, notice::template::Language, text::Choice,
    view::Profile,
};

const HERE: &str = "/admin/organisation";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get(HERE, page), post(HERE, save)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default()).await).await
}

async fn save(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .save_organisation(&posted.ctx(&visit.ctx), &posted.input::<OrganisationInput>()?)
            .await?;
        Ok(HERE.to_owned())
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let (profile, tabs, edits) =
        (visit.services.profile(&visit.ctx).await?, tabs(visit, HERE), visit.may(Action::EditOrganisation));
    Ok(Page::new(Place::Admin, "Organisation", move || {
        let content = if edits { form(profile, state) } else { read(&profile) };
        view! {
            {head("Organisation", tabs)}
            <p class="lead">"Said once here, it answers these questions of every incident beforehand; an incident can still say otherwise. \
                             Changing it here marks the statements of open notices that rest on it."</p>
            {content}
        }
        .written()
    }))
}

fn answer(profile: &Profile, key: &str) -> String {
    profile.answers.get(key).cloned().unwrap_or_default()
}

fn form(profile: Profile, state: FormState) -> AnyView {
    let languages = profile.organisation.languages.iter().map(|l| l.code().to_owned()).collect();
    let of = |key| answer(&profile, key);
    let answers = [
        of("ctrl.name"),
        of("ctrl.contact"),
        of("dpo.name"),
        of("dpo.contact"),
        of("info.contact"),
        of("authority"),
    ];
    let [controller, controller_contact, dpo, dpo_contact, contact_point, authority] = answers;
    let (zone, revision) = (profile.organisation.authority_zone.name(), profile.revision);
    view! {
        <Form action=HERE state=state submit="Save the profile" revision=Some(revision)>
            <TextField name="controller" label="Controller" hint="The organisation's full name, as in its imprint." value=controller required=true />
            <TextArea name="controller_contact" label="How to reach the controller" hint="Postal address, e-mail, telephone." value=controller_contact rows=3 />
            <TextField name="dpo_name" label="Data protection officer" hint="Empty if none has been designated." value=dpo />
            <TextArea name="dpo_contact" label="How to reach the data protection officer" value=dpo_contact rows=3 />
            <TextArea name="contact_point" label="Contact point for questions" hint="Whom people and authorities may ask, Art. 33(3)(b) and 34(2) GDPR." value=contact_point rows=3 />
            <TextField name="authority" label="Competent supervisory authority" value=authority />
            <TextField name="authority_zone" label="The authority's time zone" hint="Such as Europe/Berlin. Due times are shown in it beside yours." value=zone />
            <Choices name="languages" label="Languages in which people are written to" values=languages offers={offers::<Language>()} required=true />
        </Form>
    }
    .written()
}

fn read(profile: &Profile) -> AnyView {
    if profile.revision == 0 {
        return view! {
            <Empty title="Nobody has filled this in yet."><p>"Administrators and the data protection officer can."</p></Empty>
        }
        .written();
    }
    let of = |key| {
        let text = answer(profile, key);
        let text = if text.is_empty() { "not given".to_owned() } else { text };
        view! { <span class="lines">{text}</span> }.written()
    };
    let languages: Vec<&str> = profile.organisation.languages.iter().map(|l| l.label()).collect();
    let items = vec![
        ("Controller", of("ctrl.name")),
        ("Reached at", of("ctrl.contact")),
        ("Data protection officer", of("dpo.name")),
        ("Reached at", of("dpo.contact")),
        ("Contact point", of("info.contact")),
        ("Authority", of("authority")),
        ("Its time zone", profile.organisation.authority_zone.name().written()),
        ("Languages", languages.join(", ").written()),
    ];
    view! { <DefinitionList items=items /> }.written()
}
