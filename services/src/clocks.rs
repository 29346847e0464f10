//! The clocks of a case: what they rest on, loaded once, and what follows from it.

mod delay;
mod ledger;
mod many;
mod scope;
mod shown;
mod stored;
mod told;

use crate::{
    error::Result,
    settings,
    store::{self, counts::Recorded, rows, tables},
};
use chrono::{DateTime, Utc};
use domain::{
    account::organisation::Organisation,
    awareness::{Awareness, ruling},
    clock::{
        GDPR_33, GDPR_33_2, GDPR_34,
        authority::{Capacity, CaseAuthority, default_of},
        calendar::{Calendar, Calendars},
        case::{Basis, CaseClocks, Submitted, clocks},
        recorded::{Submission, TriggerInstant},
        rule::{
            Rule,
            own::{OWN_STAGE, OwnClock},
        },
        rules,
        settings::ClockSettings,
        span::Trigger,
    },
    decision::{
        self, Communication, Decision,
        order::{Order, OrderKind},
    },
    filing::Receipt,
    id::{AuthorityId, CasePartyId, NoticeId},
    incident::Incident,
    moment::{Zone, show_date},
    notice::template::NoticeKind,
    party::{Party, in_case::CaseParty},
    text::Zones,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// What the organisation decided about clocks.
pub(crate) struct House {
    pub settings: ClockSettings,
    /// Of the settings; 0 while nobody has saved them.
    pub revision: i64,
    pub own: Vec<OwnClock>,
    /// Its own clocks that were not retired, as rules.
    own_rules: Vec<Rule>,
    /// The calendar of the authority that is competent as a rule.
    pub home: Calendar,
}

impl House {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, calendars: &Calendars) -> Result<Self> {
        let saved = tables::settings::Entity::find()
            .filter(tables::settings::Column::Name.is_in(["clocks", "organisation"]))
            .all(db)
            .await?;
        let (settings, revision) = settings::saved::<ClockSettings>(&saved, "clocks")?;
        let zone = settings::saved::<Organisation>(&saved, "organisation")?.0.authority_zone;
        let own = tables::own_clocks::Entity::find()
            .order_by_asc(tables::own_clocks::Column::CreatedAt)
            .order_by_asc(tables::own_clocks::Column::Code)
            .all(db)
            .await?;
        let own = own.iter().map(rows::clocks::own_clock).collect::<Result<Vec<_>>>()?;
        // What was taken once is taken again, unless the configuration took its calendar away: then it can't run.
        let running = own.iter().filter(|o| o.retired_at.is_none());
        let own_rules = running.filter_map(|o| o.input.parse(&o.code, calendars).ok()).collect();
        let home = calendars.home(&settings.calendar, zone);
        Ok(Self { settings, revision, own, own_rules, home })
    }

    /// A rule by its code, shipped or own.
    pub(crate) fn rule(&self, code: &str) -> Option<&Rule> {
        self.own_rules.iter().find(|rule| rule.code == code).or_else(|| rules::find(code))
    }

    /// Every rule there is: the organisation's own first.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.own_rules.iter().chain(rules::rules())
    }

    /// Which day it is where the competent authority sits.
    pub(crate) fn today(&self, now: DateTime<Utc>) -> chrono::NaiveDate {
        now.with_timezone(&self.home.zone()).date_naive()
    }
}

/// A notice that a relay took: to whom, and when.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub authority: Option<AuthorityId>,
    pub controller: Option<CasePartyId>,
    pub at: DateTime<Utc>,
}

/// Everything of an incident that its clocks rest on.
pub(crate) struct Grounds {
    pub first_hint_at: Option<DateTime<Utc>>,
    pub detected_at: Option<DateTime<Utc>>,
    /// Every statement of awareness, the newest first.
    pub statements: Vec<Awareness>,
    /// Every version of every trigger instant, the newest first.
    pub triggers: Vec<TriggerInstant>,
    pub submissions: Vec<Submission>,
    /// Notices that a relay took; the first one first.
    pub notices: Vec<Taken>,
    pub authorities: Vec<CaseAuthority>,
    /// The parties of the case, those taken out too, each with what the address book says.
    pub parties: Vec<(CaseParty, Party)>,
    /// Rules that are switched on for this case.
    pub rules: Vec<String>,
    /// Every decision on risk, the newest first.
    pub decisions: Vec<Decision>,
    /// Every order and request to wait, the oldest first.
    pub orders: Vec<Order>,
    /// What came back for filings, the oldest first.
    pub receipts: Vec<Receipt>,
}

impl Grounds {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, incident: &Incident) -> Result<Self> {
        use tables::{
            awareness::Column as A, case_rules::Column as R, notices::Column as N, submissions::Column as S,
            trigger_instants::Column as T,
        };
        let key = incident.id.to_string();
        let recorded = Recorded::of(db, &key).await?;
        let statements = tables::awareness::Entity::find()
            .filter(A::IncidentId.eq(key.as_str()))
            .order_by_desc(A::Version)
            .all(db)
            .await?;
        let (mut triggers, mut submissions, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        let (mut authorities, mut rules, mut parties) = (Vec::new(), Vec::new(), Vec::new());
        if recorded.triggers > 0 {
            triggers = tables::trigger_instants::Entity::find()
                .filter(T::IncidentId.eq(key.as_str()))
                .order_by_desc(T::RecordedAt)
                .order_by_desc(T::Version)
                .all(db)
                .await?;
        }
        if recorded.submissions > 0 {
            submissions = tables::submissions::Entity::find()
                .filter(S::IncidentId.eq(key.as_str()))
                .order_by_asc(S::SubmittedAt)
                .order_by_asc(S::Id)
                .all(db)
                .await?;
        }
        if recorded.accepted > 0 {
            notices = tables::notices::Entity::find()
                .filter(N::IncidentId.eq(key.as_str()))
                .filter(N::FirstAcceptedAt.is_not_null())
                .order_by_asc(N::FirstAcceptedAt)
                .all(db)
                .await?;
        }
        if recorded.authorities > 0 {
            authorities = store::clocks::authorities(db, &key).await?;
        }
        if recorded.parties > 0 {
            parties = store::parties::of_case(db, &key).await?;
        }
        if recorded.rules > 0 {
            let found = tables::case_rules::Entity::find().filter(R::IncidentId.eq(key.as_str()));
            rules = found.all(db).await?.into_iter().map(|row| row.rule).collect();
        }
        let (mut decisions, mut orders) = (Vec::new(), Vec::new());
        if recorded.decisions > 0 {
            decisions = store::decisions::decisions(db, &key).await?;
        }
        let mut receipts = Vec::new();
        if recorded.receipts > 0 {
            receipts = store::decisions::receipts(db, &key).await?;
        }
        if recorded.orders > 0 {
            orders = store::decisions::orders(db, &key).await?;
        }
        many::Rows {
            statements,
            triggers,
            submissions,
            notices,
            authorities,
            parties,
            rules,
            decisions,
            orders,
            receipts,
        }
        .grounds(incident)
    }

    /// The statement of awareness by which everything is reckoned.
    pub(crate) fn awareness(&self) -> Option<&Awareness> {
        ruling(&self.statements)
    }

    /// What holds now of each trigger that is recorded.
    pub(crate) fn holding(&self) -> Vec<TriggerInstant> {
        let newest = |t: &&TriggerInstant| {
            !self.triggers.iter().any(|o| o.trigger == t.trigger && o.version > t.version)
        };
        self.triggers.iter().filter(newest).cloned().collect()
    }

    fn instants(&self) -> Vec<(Trigger, DateTime<Utc>)> {
        let recorded = self.holding().into_iter().filter_map(|t| t.happened_at.map(|at| (t.trigger, at)));
        let of_the_head = [
            (Trigger::FirstHint, self.first_hint_at),
            (Trigger::Detected, self.detected_at),
            (Trigger::BecameAware, self.awareness().map(|a| a.aware_at)),
        ];
        let of_the_head = of_the_head.into_iter().filter_map(|(trigger, at)| at.map(|at| (trigger, at)));
        of_the_head.chain(recorded).collect()
    }

    /// Every report that reached its recipient. The first notice to an authority is its notification; what comes
    /// after is information in phases (Art. 33(4)).
    pub(crate) fn submitted(&self, house: &House) -> Vec<Submitted> {
        let mut all: Vec<Submitted> = Vec::new();
        let by_hand = self.submissions.iter().filter(|s| s.withdrawn_at.is_none());
        all.extend(by_hand.map(|s| Submitted {
            rule: s.rule.clone(),
            stage: s.stage.clone(),
            authority: s.authority,
            at: s.submitted_at,
        }));
        let default = default_of(&self.authorities, GDPR_33.0).map(|a| a.id);
        let mut told: Vec<Option<AuthorityId>> = Vec::new();
        for (party, book) in self.parties.iter().filter(|(party, _)| party.takes_part()) {
            let Some(at) = self.told_at(party) else { continue };
            if party.is_controller() {
                let (rule, stage) = GDPR_33_2;
                let authority = Some(party.id.as_recipient());
                all.push(Submitted { rule: rule.to_owned(), stage: stage.to_owned(), authority, at });
            }
            if let Some(rule) = &book.clock {
                let stage = OWN_STAGE.to_owned();
                all.push(Submitted { rule: rule.clone(), stage, authority: None, at });
            }
        }
        for Taken { kind, authority, at, .. } in &self.notices {
            if *kind == NoticeKind::SubjectCommunication {
                let (rule, stage) = GDPR_34;
                all.push(Submitted {
                    rule: rule.to_owned(),
                    stage: stage.to_owned(),
                    authority: None,
                    at: *at,
                });
                continue;
            }
            // Nothing else meets a clock: a controller's was met above, and that a text was handed to those who publish it
            // doesn't say that it is published.
            if *kind != NoticeKind::AuthorityNotification {
                continue;
            }
            let named = authority.and_then(|id| self.authorities.iter().find(|a| a.id == id));
            let rule = named.map_or(GDPR_33.0, |a| a.rule.as_str());
            let mut stages = house.rule(rule).and_then(|r| r.versions.last()).map(|v| v.stages.iter());
            let first = stages.as_mut().and_then(Iterator::next).map_or(GDPR_33.1, |s| s.name.as_str());
            let next = stages.as_mut().and_then(Iterator::next).map_or(first, |s| s.name.as_str());
            let to = authority.or(default);
            let stage = if told.contains(&to) { next } else { first };
            told.push(to);
            all.push(Submitted {
                rule: rule.to_owned(),
                stage: stage.to_owned(),
                authority: *authority,
                at: *at,
            });
        }
        all
    }

    /// When a party was first told, or told us: as recorded, or by a notice that a relay took.
    pub(crate) fn told_at(&self, party: &CaseParty) -> Option<DateTime<Utc>> {
        let to_it = self.notices.iter().filter(|n| n.controller == Some(party.id)).map(|n| n.at);
        to_it.chain(party.informed_at).min()
    }

    /// Everybody whom a clock may have to tell: the authorities of the case, and the controllers that we process for.
    pub(crate) fn recipients(&self, house: &House) -> Vec<CaseAuthority> {
        let controllers = self.parties.iter().filter(|(party, _)| party.is_controller());
        let controllers = controllers.map(|(party, book)| CaseAuthority {
            id: party.id.as_recipient(),
            incident: party.incident,
            name: book.name.clone(),
            calendar: house.home.code().to_owned(),
            capacity: Capacity::Other,
            rule: GDPR_33_2.0.to_owned(),
            added_at: party.added_at,
            added_by: party.added_by,
            withdrawn_at: None,
            withdrawn_reason: String::new(),
        });
        self.authorities.iter().cloned().chain(controllers).collect()
    }

    /// When we became aware as the processor.
    pub(crate) fn processor_aware(&self) -> Option<TriggerInstant> {
        self.holding().into_iter().find(|t| t.trigger == Trigger::ProcessorAware && t.happened_at.is_some())
    }

    /// When `authority` was first told, whatever the way; without one, when a supervisory authority was first
    /// notified under Article 33(1).
    pub(crate) fn notified_at(&self, house: &House, authority: Option<AuthorityId>) -> Option<DateTime<Utc>> {
        let default = default_of(&self.authorities, GDPR_33.0).map(|a| a.id);
        let to_it = |s: &&Submitted| match authority {
            None => (s.rule.as_str(), s.stage.as_str()) == GDPR_33,
            Some(_) if s.rule == GDPR_33.0 => s.authority.or(default) == authority,
            Some(_) => s.authority == authority,
        };
        self.submitted(house).iter().filter(to_it).map(|s| s.at).min()
    }

    /// When a relay first took a notice of this kind.
    pub(crate) fn first_taken(&self, kind: NoticeKind) -> Option<DateTime<Utc>> {
        self.notices.iter().filter(|n| n.kind == kind).map(|n| n.at).min()
    }

    /// The rules in scope, in the order in which they are listed.
    pub(crate) fn scope<'h>(&self, house: &'h House) -> Vec<&'h Rule> {
        let on = |rule: &&Rule| house.settings.rules.contains(&rule.code) || self.rules.contains(&rule.code);
        house.rules().filter(on).collect()
    }

    /// The rules under which nothing has to be done any more, by the decision that counts. What an authority ordered
    /// is due all the same.
    fn rested(&self) -> Vec<(&'static str, String)> {
        let Some(decision) = decision::ruling(&self.decisions) else { return Vec::new() };
        let by =
            format!("by decision {} of {}", decision.version, show_date(decision.recorded_at, Zone::UTC));
        let mut rested = Vec::new();
        if !decision.ruling.notify {
            let why = format!("Not notified: a risk is unlikely, {by}.");
            rested.extend(["gdpr33", "ukgdpr33"].map(|rule| (rule, why.clone())));
        }
        let ordered = self.orders.iter().any(|o| o.kind == OrderKind::Ordered && o.ended_at.is_none());
        if decision.ruling.communication != Communication::Tell && !ordered {
            rested.push((GDPR_34.0, format!("They aren't told, {by}.")));
        }
        rested
    }

    /// Every clock at `now`.
    pub(crate) fn clocks(&self, house: &House, calendars: &Calendars, now: DateTime<Utc>) -> CaseClocks {
        let basis = Basis {
            rules: &self.scope(house),
            instants: &self.instants(),
            submitted: &self.submitted(house),
            authorities: &self.recipients(house),
            home: &house.home,
            calendars,
            rested: &self.rested(),
            undue_hours: house.settings.undue_hours,
        };
        clocks(&basis, now)
    }

    /// The calendar of the lead or only authority, and else of the one that is competent as a rule.
    pub(crate) fn calendar<'c>(&self, house: &'c House, calendars: &'c Calendars) -> &'c Calendar {
        let lead = default_of(&self.authorities, GDPR_33.0);
        lead.and_then(|a| calendars.get(&a.calendar).ok()).unwrap_or(&house.home)
    }

    /// The calendar of `authority`, in whose zone a notice to it gives its times; with none, that of the case.
    pub(crate) fn calendar_of<'c>(
        &self,
        house: &'c House,
        calendars: &'c Calendars,
        authority: Option<AuthorityId>,
    ) -> &'c Calendar {
        let named = authority.and_then(|id| self.authorities.iter().find(|a| a.id == id));
        named.and_then(|a| calendars.get(&a.calendar).ok()).unwrap_or_else(|| self.calendar(house, calendars))
    }

    /// How instants are read that somebody in `reader` types for this case.
    pub(crate) fn zones(&self, house: &House, calendars: &Calendars, reader: Zone) -> Zones {
        Zones { reader, authority: self.calendar(house, calendars).zone() }
    }
}

/// Those of `rows` that matter for a list with one due time an incident: the nearest that is open, or else the last
/// that was met.
pub(crate) fn nearest<'r>(
    found: &'r [tables::clock_rows::Model],
    incident: &str,
) -> Option<&'r tables::clock_rows::Model> {
    let of_it = || found.iter().filter(|row| row.incident_id == incident && !row.ours);
    let open = of_it().filter(|row| row.submitted_at.is_none()).min_by_key(|row| row.due_at);
    open.or_else(|| of_it().min_by_key(|row| row.submitted_at))
}
