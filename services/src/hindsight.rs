//! How an incident stood at an hour: rebuilt from what had been recorded by then, never from what is known now.
//!
//! Facts, statements of awareness, submissions, authorities, decisions and orders are never overwritten, so their rows say
//! it. Of what is overwritten, the head's instants and the rules switched on for a case keep their versions. What the
//! organisation has set for all its incidents is taken as it is now.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    facts,
    render::notice::draft,
    sheets::{self, Known, Told},
    store::{instant, instant_opt, rows, tables},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    awareness::Adoption,
    decision,
    fact::{
        About, Fact,
        catalogue::catalogue,
        sheet::{Sheet, completeness, contradictions, words},
    },
    id::{AuthorityId, IncidentId},
    incident::Incident,
    notice::template::{self, Language, NoticeKind},
    view::{
        Case,
        decisions::AnswerThenAndNow,
        hindsight::{Hindsight, asked},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A fact with when another answer took its place.
type Version = (Fact, Option<DateTime<Utc>>);

/// Everything of an incident that was ever recorded and can be overwritten, in every version.
pub(crate) struct Past {
    organisation: Vec<Version>,
    facts: Vec<Version>,
    heads: Vec<tables::incident_versions::Model>,
    switches: Vec<tables::case_rule_switches::Model>,
}

impl Past {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Self> {
        use tables::{case_rule_switches::Column as S, facts::Column as F, incident_versions::Column as V};
        let found = tables::facts::Entity::find()
            .filter(F::IncidentId.is_in([incident, ""]))
            .order_by_asc(F::RecordedAt)
            .order_by_asc(F::Version)
            .all(db)
            .await?;
        let (mut organisation, mut facts) = (Vec::new(), Vec::new());
        for row in &found {
            let version = (rows::fact(row)?, instant_opt(row.superseded_at)?);
            if row.incident_id.is_empty() { organisation.push(version) } else { facts.push(version) }
        }
        let heads = tables::incident_versions::Entity::find()
            .filter(V::IncidentId.eq(incident))
            .order_by_asc(V::Revision)
            .all(db)
            .await?;
        let switches = tables::case_rule_switches::Entity::find()
            .filter(S::IncidentId.eq(incident))
            .order_by_asc(S::Number)
            .all(db)
            .await?;
        Ok(Self { organisation, facts, heads, switches })
    }

    /// The answers of the organisation and of the incident at `then`.
    fn facts_at(&self, then: DateTime<Utc>) -> (Vec<Fact>, Vec<Fact>) {
        let at = |versions: &[Version]| {
            let held = versions
                .iter()
                .filter(|(fact, until)| fact.recorded_at <= then && until.is_none_or(|until| until > then));
            held.map(|(fact, _)| fact.clone()).collect()
        };
        (at(&self.organisation), at(&self.facts))
    }

    /// What was known of an incident at `then`, as a notification to `authority` says it or for the case as a whole, and
    /// what its clocks rested on. `now` is what they rest on at present.
    pub(crate) fn sheet(
        &self,
        incident: &Incident,
        (now, house): (&Grounds, &House),
        told: &Told,
        authority: Option<AuthorityId>,
        then: DateTime<Utc>,
    ) -> Result<(Grounds, Sheet)> {
        let grounds = now.as_of(self, then)?;
        let (organisation, recorded) = self.facts_at(then);
        let known = Known::of(incident, &grounds, house, told, authority, then);
        let elsewhere = sheets::elsewhere(&known, &recorded);
        let sheet = Sheet::new(organisation, recorded, elsewhere);
        Ok((grounds, sheet))
    }

    /// The version of a key before this one.
    fn before(&self, fact: &Fact) -> Option<&Fact> {
        self.facts
            .iter()
            .map(|(old, _)| old)
            .find(|old| old.key == fact.key && old.about == fact.about && old.version + 1 == fact.version)
    }

    fn rules_at(&self, then: DateTime<Utc>) -> Result<Vec<String>> {
        let mut on: Vec<String> = Vec::new();
        for switch in &self.switches {
            if instant(switch.switched_at)? <= then {
                on.retain(|rule| *rule != switch.rule);
                if switch.is_on {
                    on.push(switch.rule.clone());
                }
            }
        }
        on.sort();
        Ok(on)
    }
}

impl Grounds {
    /// What the clocks rested on at `then`.
    pub(crate) fn as_of(&self, past: &Past, then: DateTime<Utc>) -> Result<Self> {
        let mut head = None;
        for version in &past.heads {
            if instant(version.recorded_at)? <= then {
                head = Some(version);
            }
        }
        let of_head =
            |read: fn(&tables::incident_versions::Model) -> Option<i64>| instant_opt(head.and_then(read));
        let statements = self.statements.iter().filter(|s| s.recorded_at <= then).cloned().map(|mut s| {
            if s.decided_at.is_some_and(|at| at > then) {
                (s.decided_at, s.decided_by, s.decision) = (None, None, String::new());
                s.adoption = Adoption::Waiting;
            }
            s
        });
        let submissions = self.submissions.iter().filter(|s| s.recorded_at <= then).cloned().map(|mut s| {
            if s.withdrawn_at.is_some_and(|at| at > then) {
                (s.withdrawn_at, s.withdrawn_reason) = (None, String::new());
            }
            s
        });
        let authorities = self.authorities.iter().filter(|a| a.added_at <= then).cloned().map(|mut a| {
            if a.withdrawn_at.is_some_and(|at| at > then) {
                (a.withdrawn_at, a.withdrawn_reason) = (None, String::new());
            }
            a
        });
        let orders = self.orders.iter().filter(|o| o.recorded_at <= then).cloned().map(|mut o| {
            if o.ended_at.is_some_and(|at| at > then) {
                (o.ended_at, o.ended_reason) = (None, String::new());
            }
            o
        });
        // What is recorded about a party is taken as it is now: only its coming and going is kept.
        let parties =
            self.parties.iter().filter(|(party, _)| party.added_at <= then).cloned().map(|mut p| {
                let (party, _) = &mut p;
                if party.removed_at.is_some_and(|at| at > then) {
                    (party.removed_at, party.removed_by, party.removed_reason) = (None, None, String::new());
                }
                party.informed_at = party.informed_at.filter(|at| *at <= then);
                p
            });
        Ok(Self {
            parties: parties.collect(),
            first_hint_at: of_head(|v| v.first_hint_at)?,
            detected_at: of_head(|v| v.detected_at)?,
            statements: statements.collect(),
            triggers: self.triggers.iter().filter(|t| t.recorded_at <= then).cloned().collect(),
            submissions: submissions.collect(),
            notices: self.notices.iter().filter(|n| n.at <= then).cloned().collect(),
            authorities: authorities.collect(),
            rules: past.rules_at(then)?,
            decisions: self.decisions.iter().filter_map(|d| d.as_of(then)).collect(),
            orders: orders.collect(),
            receipts: self.receipts.iter().filter(|r| r.recorded_at <= then).cloned().collect(),
        })
    }
}

impl Services {
    /// How an incident stood at an instant: `as_of`, or `hour` hours after you became aware; now, where both are empty.
    ///
    /// # Errors
    /// Hidden or unknown, or `as_of` (the field) is no instant up to now.
    #[boxed]
    pub async fn hindsight(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        as_of: &str,
        hour: &str,
    ) -> Result<Hindsight> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let from = grounds.awareness().map_or(case.incident.declared_at, |a| a.aware_at);
        let field = if as_of.trim().is_empty() { "hour" } else { "as_of" };
        let at = asked(as_of, hour, from, ctx.zone(), ctx.now)
            .map_err(|message| domain::refusal::Refusal::field(field, "not_an_hour", message))?;
        let key = incident.to_string();
        let past = Past::load(&self.reader, &key).await?;
        let told = sheets::told(&self.reader, &key, Some(at)).await?;
        let (then, sheet) = past.sheet(&case.incident, (&grounds, &house), &told, None, at)?;
        let now = self.sheet(&case).await?;
        let zone = then.calendar(&house, &ctx.calendars).zone();
        let drafted = draft(NoticeKind::AuthorityNotification, Language::En, &sheet, zone)
            .map_err(|why| Error::Template(why.to_string()))?;
        let draft = drafted.into_iter().filter(|(_, said)| !said.text.is_empty()).map(|(code, said)| {
            let heading = template::heading(NoticeKind::AuthorityNotification, code, Language::En);
            (heading.to_owned(), said.text)
        });
        let asked = |d: &&domain::fact::catalogue::Definition| sheet.asks(d) || sheet.get(&d.key).is_some();
        Ok(Hindsight {
            at,
            from,
            lines: catalogue()
                .entries()
                .iter()
                .filter(asked)
                .map(|d| facts::line(&sheet, d, ctx.zone()))
                .collect(),
            completeness: completeness(&sheet),
            contradictions: contradictions(&sheet),
            clocks: then.clocks(&house, &ctx.calendars, at),
            ruling: decision::ruling(&then.decisions).cloned(),
            changes: changes(ctx, &case, &past, at),
            since: since(ctx, &case, &sheet, &now),
            draft: draft.collect(),
            moments: moments(&past),
            case,
        })
    }
}

/// Every answer recorded by `then`, the newest first, with what it said before.
fn changes(ctx: &Ctx, case: &Case, past: &Past, then: DateTime<Utc>) -> Vec<AnswerThenAndNow> {
    let by_then = past.facts.iter().rev().map(|(fact, _)| fact).filter(|fact| fact.recorded_at <= then);
    let of_case = by_then.filter(|fact| fact.about == About::Incident);
    of_case.map(|fact| difference(ctx, case, &fact.key, past.before(fact), Some(fact))).collect()
}

/// What the answers of `then` became.
pub(crate) fn since(ctx: &Ctx, case: &Case, then: &Sheet, now: &Sheet) -> Vec<AnswerThenAndNow> {
    let differs = |key: &str| {
        let (old, new) = (then.get(key), now.get(key));
        old.map(|f| (f.certainty, &f.value, f.promised_on))
            != new.map(|f| (f.certainty, &f.value, f.promised_on))
    };
    let keys = catalogue().entries().iter().map(|d| d.key.as_str()).filter(|key| differs(key));
    keys.map(|key| difference(ctx, case, key, then.get(key), now.get(key))).collect()
}

fn moments(past: &Past) -> Vec<DateTime<Utc>> {
    let mut moments: Vec<DateTime<Utc>> = past.facts.iter().map(|(fact, _)| fact.recorded_at).collect();
    moments.dedup();
    moments
}

/// An answer, then and now, in words.
fn difference(
    ctx: &Ctx,
    case: &Case,
    key: &str,
    before: Option<&Fact>,
    now: Option<&Fact>,
) -> AnswerThenAndNow {
    let say = |fact: &Fact| words::answer(fact, Language::En, ctx.zone());
    AnswerThenAndNow {
        key: key.to_owned(),
        label: catalogue().get(key).map_or_else(|| key.to_owned(), |d| d.label.clone()),
        old: before.map(say).unwrap_or_default(),
        new: now.map(say).unwrap_or_default(),
        reason: now.map(|fact| fact.reason.clone()).unwrap_or_default(),
        by: now.map(|fact| case.people.name(fact.recorded_by).to_owned()).unwrap_or_default(),
        at: now.map(|fact| fact.recorded_at),
    }
}
