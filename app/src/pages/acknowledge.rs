//! The link in a reminder: one button, without signing in, and nothing else.

use super::{
    door::{as_nobody, refused},
    incidents::clocks::runway::due_label,
};
use crate::{
    components::{Banner, ButtonKind, DefinitionList, PostButton, Time, Tone},
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Page, Posted, Visit, see_other},
};
use axum::{extract::Path, http::StatusCode, response::Response};
use domain::view::clocks::Acknowledgement;
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/acknowledge/{secret}", page).open(), post("/acknowledge/{secret}", acknowledge).open()]
}

async fn page(visit: Visit, Path(secret): Path<String>) -> Response {
    match visit.services.acknowledgement(&as_nobody(&visit.ctx), &secret).await {
        Ok(found) => visit.show(Ok(shown(secret, found))).await,
        Err(Error::NotFound) => no_longer_good(&visit).await,
        Err(why) => visit.no(&why).await,
    }
}

async fn acknowledge(visit: Visit, Path(secret): Path<String>, posted: Posted) -> Response {
    let ctx = as_nobody(&visit.ctx);
    match visit.services.acknowledge(&ctx, &secret).await {
        Ok(()) => see_other(&format!("/acknowledge/{secret}")),
        Err(Error::NotFound) => no_longer_good(&visit).await,
        Err(why) => {
            let again =
                async |_| Ok(shown(secret.clone(), visit.services.acknowledgement(&ctx, &secret).await?));
            visit.answer(Err(why), &posted, again).await
        }
    }
}

fn shown(secret: String, found: Acknowledgement) -> Page {
    Page::new(None, "Acknowledge a reminder", move || {
        let items = vec![
            ("Incident", found.reference.clone().written()),
            ("Duty", found.title.clone().written()),
            ("To", found.recipient.clone().written()),
            (due_label(found.mark), view! { <Time at=found.due_at /> }.written()),
            ("Reminder", found.mark.words().written()),
        ];
        let act = match found.acknowledged_at {
            Some(at) => view! {
                <Banner tone=Tone::Good>"This was acknowledged "<Time at=at />". Thank you."</Banner>
                <p class="hint">"Acknowledging stops no clock. What has to be done is in the incident."</p>
            }
            .written(),
            None => view! {
                <p>"Acknowledge it as "<strong>{found.name.clone()}</strong>", so that nobody else has to be told of this reminder. It stops no clock."</p>
                <PostButton action=format!("/acknowledge/{secret}") label="Acknowledge" kind=ButtonKind::Primary />
            }
            .written(),
        };
        view! {
            <h1>"A reminder for you"</h1>
            <DefinitionList items=items />
            {act}
            <p><a href="/">"To the desk"</a></p>
        }
        .written()
    })
}

/// Unknown and expired are told apart nowhere.
async fn no_longer_good(visit: &Visit) -> Response {
    let page = Page::new(None, "This link is no longer good", || {
        view! {
            <h1>"This link is no longer good"</h1>
            <p>"Links in reminders work for a limited time. The reminder itself waits on the desk until somebody acknowledges it."</p>
            <p><a href="/">"To the desk"</a></p>
        }
        .written()
    });
    refused(StatusCode::NOT_FOUND, visit, Ok(page)).await
}
