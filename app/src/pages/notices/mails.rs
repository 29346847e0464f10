//! Every mail of a notice, by its state.

use super::{
    super::{id, page_number, parameter},
    receipts,
};
use crate::{
    components::{Empty, Pagination},
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{delivery::DeliveryState, id::NoticeId, text::Choice};
use services::outbox::Which;

/// The states that mails are looked up by; those in hand are gone in a moment.
const SHOWN: [DeliveryState; 9] = [
    DeliveryState::Queued,
    DeliveryState::Deferred,
    DeliveryState::Held,
    DeliveryState::Accepted,
    DeliveryState::Rejected,
    DeliveryState::Bounced,
    DeliveryState::Suppressed,
    DeliveryState::Expired,
    DeliveryState::Cancelled,
];

pub(super) async fn page(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw).await).await
}

async fn shown(visit: &Visit, raw: &str) -> Shown {
    let state = parameter(visit, "state").and_then(|code| DeliveryState::from_code(&code));
    let which = match state {
        Some(state) => Which::In(state),
        None if parameter(visit, "uncertain").is_some() => Which::Uncertain,
        None if parameter(visit, "unreached").is_some() => Which::Unreached,
        None => Which::All,
    };
    let notice = id::<NoticeId>(raw)?;
    let mails = visit.services.mails(&visit.ctx, notice, which, page_number(visit)).await?;
    let address = format!("/notices/{notice}");
    Ok(Page::new(Place::Notices, "Mails of a notice", move || {
        let base = match which {
            Which::All => format!("{address}/mails"),
            Which::In(state) => format!("{address}/mails?state={}", state.code()),
            Which::Uncertain => format!("{address}/mails?uncertain=1"),
            Which::Unreached => format!("{address}/mails?unreached=1"),
        };
        let list = if mails.items.is_empty() {
            view! { <Empty title="No mail is in this state"><p>"Choose another state above, or go back to the notice."</p></Empty> }
                .written()
        } else {
            receipts::table(&mails.items)
        };
        view! {
            <h1>"Mails of a notice"</h1>
            <p><a href=address.clone()>"Back to the notice"</a></p>
            {states(&address, which)}
            {list}
            <Pagination total=mails.total page=mails.page base=base />
        }
        .written()
    }))
}

fn states(address: &str, current: Which) -> AnyView {
    let here = |which: Which| (which == current).then_some("page");
    let lines: Vec<_> = SHOWN
        .into_iter()
        .map(|state| {
            let href = format!("{address}/mails?state={}", state.code());
            view! { <li><a href=href aria-current=here(Which::In(state))>{state.label()}</a></li> }
        })
        .collect();
    let (all, twice) = (format!("{address}/mails"), format!("{address}/mails?uncertain=1"));
    let unreached = format!("{address}/mails?unreached=1");
    view! {
        <nav class="tabs" aria-label="Which mails">
            <ul>
                <li><a href=all aria-current=here(Which::All)>"all"</a></li>
                <li><a href=unreached aria-current=here(Which::Unreached)>"not reached"</a></li>
                {lines}
                <li><a href=twice aria-current=here(Which::Uncertain)>"perhaps sent twice"</a></li>
            </ul>
        </nav>
    }
    .written()
}
