//! Those of a list who ask for another language, and a version of the communication for them.

use super::{here, shown};
use crate::{
    cells,
    components::{Form, Offer, Row, Select, Table},
    form::FormState,
    pages::{id, incidents::frame::can},
    prelude::*,
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::NoticeId,
    recipient::own_language::OwnLanguageInput,
    text::Choice,
    view::recipients::{RecipientsPage, Version},
};

pub(in super::super) async fn begin(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<OwnLanguageInput>()?);
        let added = visit.services.draft_in_their_language(&posted.ctx(&visit.ctx), notice, &input).await?;
        Ok(format!("/notices/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state, None).await).await
}

/// Nothing where everybody gets what they ask for, and nobody else got it in another language.
pub(super) fn section(view: &RecipientsPage, state: &FormState) -> AnyView {
    let written = view.notice.language;
    let others: Vec<_> = view.languages.iter().filter(|asking| asking.language != written).collect();
    if others.is_empty() && view.versions.is_empty() {
        return ().written();
    }
    let said: Vec<_> = others
        .iter()
        .map(|asking| {
            let words = match asking.people {
                1 => format!("One person asks for {}.", asking.language.label()),
                people => format!("{people} people ask for {}.", asking.language.label()),
            };
            view! { <li>{words}</li> }
        })
        .collect();
    let said = (!said.is_empty()).then(|| {
        let words = format!("This communication is written in {}. Of its list:", written.label());
        view! { <p>{words}</p><ul class="entries">{said}</ul> }
    });
    let may =
        !others.is_empty() && view.notice.stage.is_editable() && can(&view.case, Action::ImportRecipients);
    let form = may.then(|| {
        let action = format!("{}/own-language", here(view.notice.id));
        let offers: Vec<Offer> = others
            .iter()
            .map(|asking| Offer::new(asking.language.code(), asking.language.label()))
            .collect();
        let (state, revision) = (state.clone(), Some(view.notice.revision));
        view! {
            <p class="hint">"The same communication is drafted in this language from the facts as they are, and those who ask for it move to its list. Own words have to be written there again. Both lists change, so an approval of this one is void."</p>
            <Form action=action state=state submit="Begin a version in their language" revision=revision compact=true>
                <Select name="language" label="Language" offers=offers required=true />
            </Form>
        }
    });
    view! {
        <section id="languages">
            <h2>"Other languages"</h2>
            {said}
            {form}
            {versions(&view.versions)}
        </section>
    }
    .written()
}

fn versions(versions: &[Version]) -> AnyView {
    if versions.is_empty() {
        return ().written();
    }
    let rows = versions
        .iter()
        .map(|version| {
            let href = format!("/notices/{}", version.notice);
            let link = view! { <a href=href>{version.language.label()}</a> };
            Row::new(cells![link, version.stage.label(), version.people.to_string()])
        })
        .collect();
    view! { <Table caption="The same communication to other people of this list" heads={vec!["Language", "State", "People"]} rows=rows /> }
        .written()
}
