//! The notices of one incident, and the draft of another.

use super::{
    super::{id, notices::table},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{Empty, Form, Offer, Radios, Select},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::authority::CaseAuthority,
    id::{CasePartyId, IncidentId},
    notice::{
        DraftInput,
        template::{Language, NoticeKind},
    },
    text::Choice,
    view::{Case, NoticesTab},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/{id}/notices", notices), post("/incidents/{id}/notices", draft)]
}

async fn notices(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn draft(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let added = visit
            .services
            .draft_notice(&posted.ctx(&visit.ctx), incident, &posted.input::<DraftInput>()?)
            .await?;
        Ok(format!("/notices/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.notices_of(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Notices, move || {
        let NoticesTab { case, notices, languages, authorities, controllers } = view;
        let list = if notices.is_empty() {
            view! {
                <Empty title="No notice yet">
                    <p>"A notice is drafted from the facts as they are. What is missing is listed in it, with the place to answer it."</p>
                </Empty>
            }
            .written()
        } else {
            table(notices, false)
        };
        let form = can(&case, Action::DraftNotice)
            .then(|| drafting(&case, &languages, (&authorities, &controllers), state, token));
        let base = address(&case.incident);
        let content = view! {
            <nav class="row" aria-label="Notices and filings">
                <a href=format!("{base}/notices") aria-current="page">"Notices"</a>
                <a href=format!("{base}/filings")>"Filings with authorities"</a>
            </nav>
            <section><h2>"Notices"</h2>{list}</section>
            {form}
        };
        frame(&case, TabName::Notices, content.written())
    }))
}

fn drafting(
    case: &Case,
    languages: &[Language],
    (authorities, controllers): (&[CaseAuthority], &[(CasePartyId, String)]),
    state: FormState,
    token: String,
) -> AnyView {
    let action = format!("{}/notices", address(&case.incident));
    // A notice to a controller needs one that takes part, named under “Parties”.
    let offered_kinds =
        NoticeKind::ALL.iter().filter(|k| **k != NoticeKind::ControllerNotice || !controllers.is_empty());
    let kinds: Vec<_> =
        offered_kinds.map(|k| Offer::new(k.code(), k.spec().title).hint(k.spec().hint)).collect();
    // The organisation's own languages come first; an authority or a controller abroad may need another.
    let offered = Language::beginning_with(languages);
    let offers: Vec<_> = offered.iter().map(|l| Offer::new(l.code(), l.label())).collect();
    let named: Vec<_> = authorities.iter().map(|a| Offer::new(a.id.to_string(), a.name.clone())).collect();
    let hint = "For a notification: each authority has a clock of its own, and only the notice to it meets that clock. Authorities are named under “Clocks”.";
    let to_one: Vec<_> =
        controllers.iter().map(|(id, name)| Offer::new(id.to_string(), name.clone())).collect();
    view! {
        <section>
            <h2>"Draft a notice"</h2>
            <Form action=action state=state submit="Draft" token=token>
                <Radios name="kind" label="What kind" offers=kinds required=true />
                <Select name="language" label="Language" offers=offers required=true />
                <Select name="authority" label="To which authority" hint=hint offers=named none="The lead or only one".to_owned() />
                {to_controller(to_one)}
            </Form>
        </section>
    }
    .written()
}

/// Asked only where a controller takes part.
fn to_controller(offers: Vec<Offer>) -> AnyView {
    let hint = "Only for a notice to a controller.";
    (!offers.is_empty())
        .then(|| view! { <Select name="controller" label="To which controller" hint=hint offers=offers none="None".to_owned() /> })
        .written()
}
