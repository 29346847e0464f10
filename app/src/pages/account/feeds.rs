//! Calendar addresses: made, shown once, revoked.

use super::{super::id, Made, again, shown};
use crate::{
    cells,
    components::{ButtonKind, Empty, PostButton, Row, Table, Time},
    form::FormState,
    prelude::*,
    visit::{Origin, Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::view::clocks::FeedLine;

// No form token: the answer to one is kept, and here it is a secret.
pub(super) async fn create(visit: Visit, origin: Origin, posted: Posted) -> Response {
    match visit.services.create_feed(&posted.ctx(&visit.ctx)).await {
        Ok((_, secret)) => {
            let made = Made::Feed(format!("{}/feeds/{secret}.ics", origin.0));
            visit.show(shown(&visit, FormState::default(), made).await).await
        }
        Err(why) => again(&visit, Err(why), &posted).await,
    }
}

pub(super) async fn revoke(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.revoke_feed(&posted.ctx(&visit.ctx), id(&raw)?).await?;
        Ok(format!("{}#feeds", super::HERE))
    };
    again(&visit, done.await, &posted).await
}

pub(super) fn section(feeds: Vec<FeedLine>) -> AnyView {
    let list = if feeds.is_empty() {
        view! {
            <Empty title="You have no calendar address.">
                <p>"With one, your calendar shows the due times of all your incidents: the duty and the incident's number, not its title."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = feeds.into_iter().enumerate().map(|(n, feed)| row(n + 1, feed)).collect();
        view! { <Table caption="Calendar addresses" heads=vec!["Address", "Made", "End it"] rows=rows /> }
            .written()
    };
    view! {
        <section id="feeds">
            <h2>"Calendar"</h2>
            {list}
            <div><PostButton action="/account/feeds" label="Make a calendar address" /></div>
        </section>
    }
    .written()
}

fn row(number: usize, feed: FeedLine) -> Row {
    let name = format!("Address {number}");
    let action = format!("/account/feeds/{}/revoke", feed.id);
    Row::new(cells![
        name.clone(),
        view! { <Time at=feed.created_at /> },
        view! { <PostButton action=action label="Revoke" about=name kind=ButtonKind::Quiet /> },
    ])
}
