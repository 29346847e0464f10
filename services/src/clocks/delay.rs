//! The reasons for a delay, drafted from what the case really holds: what was recorded when, and what lay between.

use crate::{
    Services,
    error::Result,
    store::{rows, tables},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    clock,
    fact::{Certainty, Fact, catalogue::catalogue},
    moment::{Zone, show, span},
    notice::{Notice, template::NoticeKind},
    view::{
        Case,
        clocks::{DelayDraft, Gap},
    },
    work::entry::EntryKind,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many of the longest gaps are named.
const GAPS: usize = 3;
/// What took less than this is no gap.
const LEAST_HOURS: i64 = 2;
/// The answers that a first notification waits for most.
const AWAITED: [&str; 3] = ["nature.text", "people.count", "data.records"];

impl Services {
    /// A draft of the reasons for the delay, once the notification under Article 33(1) is late.
    pub(super) async fn delay_draft(
        &self,
        case: &Case,
        notices: &[Notice],
        facts: &[Fact],
    ) -> Result<Option<DelayDraft>> {
        use tables::entries::Column as E;
        let Some(aware) = &case.awareness else { return Ok(None) };
        let Some(due_at) = clock::due_of(aware.aware_at) else { return Ok(None) };
        let end = case.notified_at.unwrap_or(case.now);
        if end <= due_at {
            return Ok(None);
        }
        let entries = tables::entries::Entity::find()
            .filter(E::IncidentId.eq(case.incident.id.to_string()))
            .filter(E::WithdrawnAt.is_null())
            .order_by_asc(E::EventAt)
            .limit(1_000)
            .all(&self.reader)
            .await?;
        let mut known: Vec<(DateTime<Utc>, String)> = vec![(aware.aware_at, "we became aware".to_owned())];
        for row in &entries {
            let entry = rows::entry(row)?;
            if entry.kind == EntryKind::Manual {
                known.push((entry.event_at, brief(&entry.text)));
            }
        }
        known.extend(facts.iter().map(|fact| {
            let label = catalogue().get(&fact.key).map_or(fact.key.as_str(), |d| d.label.as_str());
            (fact.recorded_at, format!("answer recorded: {label}"))
        }));
        for notice in notices.iter().filter(|n| n.kind == NoticeKind::AuthorityNotification) {
            let steps = [
                (Some(notice.created_at), "the notification was drafted"),
                (notice.submitted_at, "it was given to a second person"),
                (notice.approved_at, "it was approved"),
                (notice.sent_at, "it was released"),
            ];
            known.extend(steps.into_iter().filter_map(|(at, what)| at.map(|at| (at, what.to_owned()))));
        }
        let last = if case.notified_at.is_some() { "the authority was notified" } else { "now" };
        known.push((end, last.to_owned()));
        known.retain(|(at, _)| (aware.aware_at..=end).contains(at));
        known.sort_by_key(|(at, _)| *at);
        let gaps = longest(&known);
        Ok(Some(DelayDraft {
            text: words(case, due_at, end, &gaps, facts),
            recorded: facts.iter().any(|fact| fact.key == "time.delay_reasons"),
            gaps,
        }))
    }
}

fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(100).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

fn longest(known: &[(DateTime<Utc>, String)]) -> Vec<Gap> {
    let pairs = known.iter().zip(known.iter().skip(1));
    let mut gaps: Vec<Gap> = pairs
        .filter(|((from, _), (until, _))| *until - *from >= Duration::hours(LEAST_HOURS))
        .map(|((from, after), (until, before))| Gap {
            from: *from,
            until: *until,
            after: after.clone(),
            before: before.clone(),
        })
        .collect();
    gaps.sort_by_key(|gap| (gap.from - gap.until, gap.from));
    gaps.truncate(GAPS);
    gaps
}

fn words(case: &Case, due_at: DateTime<Utc>, end: DateTime<Utc>, gaps: &[Gap], facts: &[Fact]) -> String {
    let zone: Zone = case.authority_zone;
    let over = span(end - due_at);
    let mut lines = vec![match case.notified_at {
        Some(at) => format!(
            "The notification was due on {}. It was made on {}, {over} later.",
            show(due_at, zone),
            show(at, zone)
        ),
        None => format!("The notification was due on {} and is overdue by {over}.", show(due_at, zone)),
    }];
    let mut in_time: Vec<&Gap> = gaps.iter().collect();
    in_time.sort_by_key(|gap| gap.from);
    lines.extend(in_time.into_iter().map(|gap| {
        format!(
            "{} passed between {} ({}) and {} ({}).",
            span(gap.until - gap.from),
            show(gap.from, zone),
            gap.after,
            show(gap.until, zone),
            gap.before
        )
    }));
    for key in AWAITED {
        let label = catalogue().get(key).map_or(key, |d| d.label.as_str());
        let known = facts.iter().find(|f| f.key == key && f.certainty != Certainty::NotYetKnown);
        lines.push(match known {
            Some(fact) => format!("{label}: known since {}.", show(fact.recorded_at, zone)),
            None => format!("{label}: not yet known."),
        });
    }
    lines.join("\n")
}
