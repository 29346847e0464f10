//! A page of the register asks as many queries for many breaches as for one.

use crate::{
    clocks::aware,
    support::{AUTHORITY, Desk, Who, accepted, engines::story},
};
use domain::{access::Role, notice::template::NoticeKind, register::FilterInput};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tracing::{
    Event, Metadata, Subscriber,
    instrument::WithSubscriber,
    span::{Attributes, Id, Record},
};

/// Counts what the database layer is asked, by the spans that it opens for each query.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU64>);

impl Subscriber for Count {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == "sea_orm::database::db_connection"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

async fn queries<T>(work: impl Future<Output = T>) -> u64 {
    let count = Count::default();
    work.with_subscriber(count.clone()).await;
    count.0.load(Ordering::Relaxed)
}

async fn one_more(desk: &Desk, lead: &Who) {
    let incident = desk.declare("One of many").await;
    desk.record_awareness(&desk.by(lead), incident, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    desk.answer(lead, incident, "risk.outcome", "risk").await;
    desk.answer(lead, incident, "nature.text", "A letter astray.").await;
    desk.released(lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
}

story!(the_register_asks_no_more_for_many_than_for_one, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    one_more(&desk, &lead).await;
    let by = || desk.by(&dpo);
    let all = FilterInput::default();
    let one = queries(desk.register(&by(), &all, 1)).await;
    let exported = queries(desk.export_register(&by(), &all, "json")).await;
    let listed = queries(desk.incidents(&by(), false, 1)).await;
    assert!(one > 3 && exported > 3 && listed > 3, "nothing was counted: {one}, {exported}, {listed}");
    for _ in 0..9 {
        one_more(&desk, &lead).await;
    }
    assert_eq!(desk.register(&by(), &all, 1).await.unwrap().rows.items.len(), 10);
    assert_eq!(queries(desk.register(&by(), &all, 1)).await, one);
    assert_eq!(queries(desk.export_register(&by(), &all, "json")).await, exported);
    assert_eq!(queries(desk.incidents(&by(), false, 1)).await, listed);
    assert!(one <= 10, "{one} queries for a page");
});
