//! The clocks of a case as a page shows them.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::Result,
    sheets,
    store::{rows, tables},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Action,
    awareness::waiting,
    clock::{
        NotificationClock,
        authority::{authorities, default_of},
        case::CaseClocks,
        deadline::deadline,
        due_of,
        rule::Offer,
        runway::{Milestone, runway},
    },
    fact::{About, Certainty, Fact},
    id::IncidentId,
    notice::{Notice, stage::Stage, template::NoticeKind},
    view::{
        Case,
        clocks::{CandidateLine, CaseRule, Clocks, RunwayLine, RunwayView},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// What slips is shown for this many hours ahead, unless asked otherwise.
const LOOK_AHEAD_HOURS: i64 = 6;

impl Services {
    /// The clocks with everything they rest on. `until`: what slips if nothing happens before it; in six hours
    /// where it isn't given.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn clocks(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        until: Option<DateTime<Utc>>,
    ) -> Result<Clocks> {
        use tables::{candidates::Column as C, notices::Column as N};
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let key = incident.to_string();
        let found = tables::candidates::Entity::find()
            .filter(C::IncidentId.eq(key.as_str()))
            .order_by_asc(C::HappenedAt)
            .order_by_asc(C::Id)
            .all(&self.reader)
            .await?;
        let ruling = grounds.awareness();
        let candidates = found
            .iter()
            .map(|row| {
                let candidate = rows::clocks::candidate(row)?;
                Ok(CandidateLine {
                    due_at: due_of(candidate.happened_at),
                    is_ruling: ruling.is_some_and(|r| r.aware_at == candidate.happened_at),
                    candidate,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let notices = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(key.as_str()))
            .order_by_asc(N::CreatedAt)
            .all(&self.reader)
            .await?;
        let notices = notices.iter().map(rows::notice).collect::<Result<Vec<_>>>()?;
        let (_, mut facts) = sheets::facts(&self.reader, &key).await?;
        facts.retain(|fact| fact.about == About::Incident);
        let clocks = grounds.clocks(&house, &ctx.calendars, ctx.now);
        let until = until.unwrap_or(ctx.now + Duration::hours(LOOK_AHEAD_HOURS));
        let evidence = self.evidence_of(&key).await?;
        let reminders = match case.incident.closed_at {
            None => self.waiting_reminders(ctx, &self.clocks_of(ctx, incident).await?).await?,
            Some(_) => Vec::new(),
        };
        let waits = waiting(&grounds.statements);
        let asker = ctx.actor.person().map(|p| p.account);
        Ok(Clocks {
            may_decide: case.may(Action::DecideAwareness)
                && waits.is_some_and(|s| Some(s.recorded_by) != asker),
            ruling: ruling.map(|r| r.version),
            readings: ruling
                .and_then(|r| deadline(r.aware_at, grounds.calendar(&house, &ctx.calendars)).ok()),
            runways: runways(&case, &grounds, &house, &clocks, &notices, &facts, until),
            delay: self.delay_draft(&case, &notices, &facts).await?,
            scope: scope(&grounds, &house, ctx),
            known_authorities: authorities(),
            clocks,
            candidates,
            reminders,
            sent_reminders: self.sent_reminders(&case, &house).await?,
            evidence,
            statements: grounds.statements,
            triggers: grounds.triggers,
            submissions: grounds.submissions,
            authorities: grounds.authorities,
            settings: house.settings,
            case,
        })
    }
}

fn scope(grounds: &Grounds, house: &House, ctx: &Ctx) -> Vec<CaseRule> {
    let today = house.today(ctx.now);
    let rules = house.rules().map(|rule| CaseRule {
        code: rule.code.clone(),
        regime: rule.regime.clone(),
        title: rule.title.clone(),
        offer: rule.offer(today),
        everywhere: house.settings.rules.contains(&rule.code),
        here: grounds.rules.contains(&rule.code),
    });
    rules.filter(|rule| rule.offer != Offer::Dormant || rule.everywhere || rule.here).collect()
}

/// The milestones of a clock that were reached, and when.
fn reached(
    clock: &NotificationClock,
    grounds: &Grounds,
    notices: &[Notice],
    facts: &[Fact],
) -> Vec<(Milestone, DateTime<Utc>)> {
    let counted = |f: &&Fact| {
        f.key == "people.count"
            && matches!(f.certainty, Certainty::Exact | Certainty::Approximate | Certainty::Range)
    };
    let default = default_of(&grounds.authorities, &clock.rule).map(|a| a.id);
    let authority = |id| grounds.authorities.iter().find(|a| Some(a.id) == id);
    // A notice serves the clock of the authority it goes to; one that names none, that of the lead or only one.
    let serves = |n: &&Notice| {
        let rule = authority(n.authority).map_or(domain::clock::GDPR_33.0, |a| a.rule.as_str());
        n.kind == NoticeKind::AuthorityNotification
            && n.stage != Stage::Cancelled
            && rule == clock.rule
            && n.authority.or(default) == clock.authority
    };
    let its: Vec<&Notice> = notices.iter().filter(serves).collect();
    let first = |at: fn(&Notice) -> Option<DateTime<Utc>>| its.iter().filter_map(|n| at(n)).min();
    let all = [
        (Milestone::CountsConfirmed, facts.iter().find(counted).map(|f| f.recorded_at)),
        (Milestone::Drafted, first(|n| Some(n.created_at))),
        (Milestone::Reviewed, first(|n| n.submitted_at)),
        (Milestone::Approved, first(|n| n.approved_at)),
    ];
    all.into_iter().filter_map(|(milestone, at)| at.map(|at| (milestone, at))).collect()
}

fn runways(
    case: &Case,
    grounds: &Grounds,
    house: &House,
    clocks: &CaseClocks,
    notices: &[Notice],
    facts: &[Fact],
    until: DateTime<Utc>,
) -> Vec<RunwayView> {
    let open = clocks.running.iter().filter(|c| c.submitted_at.is_none());
    let timed = open.filter_map(|c| c.due_at.map(|due_at| (c, due_at)));
    let way = |(clock, due_at): (&NotificationClock, DateTime<Utc>)| {
        let done = reached(clock, grounds, notices, facts);
        let way = runway(clock.started_at, due_at, case.now, &done, &house.settings.lead_times());
        let slip = way.slip(until);
        RunwayView {
            rule: clock.rule.clone(),
            stage: clock.stage.clone(),
            authority: clock.authority,
            title: clock.title.clone(),
            recipient: clock.recipient.clone(),
            due_at,
            send_by: way.send_by,
            critical: way.critical,
            owner: case.incident.lead,
            owner_name: case.people.name(case.incident.lead).to_owned(),
            last_start: way.last_start(),
            until,
            slipping: slip.steps,
            would_be_sent_at: slip.sent_at,
            would_be_late_by: slip.late_by.map(|by| by.num_seconds()),
            steps: way
                .steps
                .into_iter()
                .map(|step| RunwayLine {
                    milestone: step.milestone,
                    start_by: step.start_by,
                    done_by: step.done_by,
                    done_at: step.done_at,
                    state: step.state,
                })
                .collect(),
        }
    };
    timed.map(way).collect()
}
