//! Filings with supervisory authorities: what was filed with each, what came back, and what changed since.

mod copied;
mod reports;

pub(crate) use copied::ToFile;

use crate::{
    Services, boxed,
    clocks::Grounds,
    ctx::Ctx,
    error::Result,
    facts::ToRecord,
    hindsight::{Past, since},
    sheets::{self, Told},
    store,
    write::Change,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    clock::{
        GDPR_33,
        authority::{CaseAuthority, default_of},
        due_of,
        recorded::Submission,
    },
    event::{Event, decision::DecisionEvent},
    fact::{Value, sheet::Sheet},
    filing::{Extent, Filing, FilingKind, FilingState, Receipt, ReceiptInput, after, is_filed},
    id::{AuthorityId, IncidentId, ReceiptId},
    incident::open,
    notice::template::NoticeKind,
    refusal::Refusal,
    text::Choice,
    view::{
        Added,
        decisions::{FiledWith, FilingPage},
    },
};

impl Grounds {
    /// Where filings by a rule with an authority stand. `extent` says of a notice whether something was owed after it.
    pub(crate) fn stands(&self, rule: &str, authority: Option<AuthorityId>) -> FilingState {
        let all = self.filings(|_| Extent::Complete);
        let to = authority.or(default_of(&self.authorities, rule).map(|a| a.id));
        let mut of_it = all.iter().filter(|f| f.rule == rule && self.goes_to(f) == to);
        after(of_it.next_back().map(|f| (f.kind, f.extent)))
    }

    /// Whether there is something to withdraw with `authority`, or with the lead or only one.
    pub(crate) fn may_withdraw(&self, authority: Option<AuthorityId>) -> Result<()> {
        let named = authority.and_then(|id| self.authorities.iter().find(|a| a.id == id));
        let rule = named.map_or(GDPR_33.0, |a| a.rule.as_str());
        let takes = self.stands(rule, authority).takes(FilingKind::Withdrawal);
        Ok(takes.map_err(|why| Refusal::Invalid(vec![why]))?)
    }

    /// When something was last filed with `authority`, or with the lead or only one, and the reference that came back.
    pub(crate) fn last_filed(
        &self,
        authority: Option<AuthorityId>,
    ) -> Option<(DateTime<Utc>, Option<String>)> {
        if self.submissions.is_empty() && self.notices.is_empty() {
            return None;
        }
        let named = authority.and_then(|id| self.authorities.iter().find(|a| a.id == id));
        let rule = named.map_or(GDPR_33.0, |a| a.rule.as_str());
        let to = authority.or(default_of(&self.authorities, rule).map(|a| a.id));
        let all = self.filings(|_| Extent::Complete);
        let of_it: Vec<&Filing> = all.iter().filter(|f| f.rule == rule && self.goes_to(f) == to).collect();
        let reference = of_it.iter().rev().find_map(|f| f.receipts.last()).map(|r| r.reference.clone());
        of_it.last().map(|last| (last.at, reference))
    }

    /// The authority a filing went to: the one it names, or else the lead or only one.
    fn goes_to(&self, filing: &Filing) -> Option<AuthorityId> {
        filing.authority.or(default_of(&self.authorities, &filing.rule).map(|a| a.id))
    }

    fn receipts_of(&self, id: &str) -> Vec<Receipt> {
        self.receipts.iter().filter(|r| r.filing == id).cloned().collect()
    }

    /// What was handed in by another way than a notice.
    fn by_hand(&self, s: &Submission) -> Filing {
        Filing {
            id: s.id.to_string(),
            notice: None,
            rule: s.rule.clone(),
            authority: s.authority,
            kind: s.kind,
            extent: s.extent,
            at: s.submitted_at,
            how: s.how.clone(),
            reason: s.reason.clone(),
            receipts: self.receipts_of(&s.id.to_string()),
            form: None,
        }
    }

    /// Every filing, the oldest first: notices that a relay took, and submissions by another way.
    pub(crate) fn filings(&self, extent_at: impl Fn(DateTime<Utc>) -> Extent) -> Vec<Filing> {
        let of = |id: &str| self.receipts_of(id);
        let submissions = self.submissions.iter().filter(|s| s.withdrawn_at.is_none() && is_filed(&s.rule));
        let mut all: Vec<Filing> = submissions.map(|s| self.by_hand(s)).collect();
        let to_authorities = [NoticeKind::AuthorityNotification, NoticeKind::AuthorityWithdrawal];
        let notices = self.notices.iter().filter(|n| to_authorities.contains(&n.kind));
        all.extend(notices.map(|n| {
            let named = n.authority.and_then(|id| self.authorities.iter().find(|a| a.id == id));
            Filing {
                id: n.id.to_string(),
                notice: Some(n.id),
                rule: named.map_or(GDPR_33.0, |a| a.rule.as_str()).to_owned(),
                authority: n.authority,
                kind: match n.kind {
                    NoticeKind::AuthorityWithdrawal => FilingKind::Withdrawal,
                    _ => FilingKind::New,
                },
                extent: extent_at(n.at),
                at: n.at,
                how: "by mail, as a notice of this desk".to_owned(),
                reason: match n.kind {
                    NoticeKind::AuthorityWithdrawal => "as the notice says".to_owned(),
                    _ => String::new(),
                },
                receipts: of(&n.id.to_string()),
                form: None,
            }
        }));
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        // What a notice is follows from what was filed with the same authority before it.
        let mut states: Vec<((String, Option<AuthorityId>), FilingState)> = Vec::new();
        for filing in &mut all {
            let with = (filing.rule.clone(), self.goes_to(filing));
            let stands = states.iter().find(|(w, _)| *w == with).map_or(FilingState::NotFiled, |(_, s)| *s);
            if filing.notice.is_some() && filing.kind != FilingKind::Withdrawal {
                filing.kind = stands.next().first().copied().unwrap_or(FilingKind::New);
            }
            states.retain(|(w, _)| *w != with);
            states.push((with, after(Some((filing.kind, filing.extent)))));
        }
        all
    }
}

/// Whether something was owed, by what was known.
pub(crate) fn extent(sheet: &Sheet) -> Extent {
    match sheet.value("notif.subtype") {
        Some(Value::Choice(code)) if code == Extent::Incomplete.code() => Extent::Incomplete,
        _ => Extent::Complete,
    }
}

impl Services {
    /// Records what came back for a filing: the authority's reference, and the receipt as evidence.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn record_receipt(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &ReceiptInput,
    ) -> Result<Added> {
        let id = ReceiptId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::RecordSubmission, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let grounds = &recording.grounds;
            let filings = grounds.filings(|_| Extent::Complete);
            let filed_at = |id: &str| {
                let filed = filings.iter().find(|f| f.id == id).map(|f| f.at);
                filed.or_else(|| grounds.reported(id).map(|s| s.submitted_at))
            };
            let new = input.parse(ctx.zone(), ctx.now, filed_at)?;
            let receipt = Receipt {
                id,
                incident,
                filing: new.filing,
                reference: new.reference,
                received_at: new.received_at,
                ground: recording.ground(new.evidence, &new.place)?,
                recorded_at: ctx.now,
                recorded_by: by,
            };
            let event = Event::Decision(DecisionEvent::ReceiptRecorded(receipt));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// The filings of an incident, with each authority.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn filings(&self, ctx: &Ctx, id: IncidentId) -> Result<FilingPage> {
        let (case, grounds, house) = self.case_with_clocks(ctx, id, Action::ReadIncident).await?;
        let key = id.to_string();
        let past = Past::load(&self.reader, &key).await?;
        let now = self.sheet(&case).await?;
        let incident = &case.incident;
        // How many people had been told is no part of what a notification owes.
        let nobody = Told::default();
        let mut extents = Vec::new();
        for notice in &grounds.notices {
            let (_, then) = past.sheet(incident, (&grounds, &house), &nobody, None, notice.at)?;
            extents.push((notice.at, extent(&then)));
        }
        let of_notice = |at| extents.iter().find(|(then, _)| *then == at).map(|(_, extent)| *extent);
        let mut all = grounds.filings(|at| of_notice(at).unwrap_or(Extent::Complete));
        let mut reports = grounds.reports(&house, &ctx.calendars, ctx.now);
        for form in store::decisions::forms(&self.reader, &key).await? {
            let reported = reports.iter_mut().flat_map(|report| &mut report.filings);
            let its = all.iter_mut().chain(reported).filter(|f| f.id == form.submission.to_string());
            its.for_each(|filing| filing.form = Some(form.clone()));
        }
        let filed_with = |id| all.iter().any(|f: &Filing| f.authority == Some(id));
        let listed = |a: &&CaseAuthority| is_filed(&a.rule) && (a.withdrawn_at.is_none() || filed_with(a.id));
        let mut live: Vec<&CaseAuthority> = grounds.authorities.iter().filter(listed).collect();
        // The lead first, then in the order in which capacities are listed.
        live.sort_by_key(|a| (a.capacity, a.added_at, a.name.clone()));
        let mut with: Vec<(Option<AuthorityId>, String, String, bool)> = live
            .iter()
            .map(|a| (Some(a.id), a.name.clone(), a.rule.clone(), a.withdrawn_at.is_some()))
            .collect();
        if default_of(&grounds.authorities, GDPR_33.0).is_none() {
            let name = match now.value("authority") {
                Some(Value::Text(name)) => name.clone(),
                _ => "the competent supervisory authority".to_owned(),
            };
            with.insert(0, (None, name, GDPR_33.0.to_owned(), false));
        }
        let mut authorities = Vec::new();
        for (authority, name, rule, withdrawn) in with {
            let to_it = |f: &&Filing| f.rule == rule && grounds.goes_to(f) == authority;
            let filings: Vec<Filing> = all.iter().filter(to_it).cloned().collect();
            let mut news = Vec::new();
            if let Some(last) = filings.last() {
                let told = sheets::told(&self.reader, &key, Some(last.at)).await?;
                let (_, then) = past.sheet(incident, (&grounds, &house), &told, None, last.at)?;
                news = since(ctx, &case, &then, &now);
            }
            // What the filing itself is follows from the filings, and is no news to the authority.
            news.retain(|d| !d.key.starts_with("notif."));
            authorities.push(FiledWith {
                state: after(filings.last().map(|f| (f.kind, f.extent))),
                authority,
                name,
                rule,
                withdrawn,
                filings,
                since: news,
            });
        }
        let due = grounds.awareness().and_then(|a| due_of(a.aware_at));
        let late = due.is_some_and(|due| grounds.notified_at(&house, None).is_some_and(|at| at > due));
        Ok(FilingPage {
            authorities,
            reports,
            late_without_reasons: late && !now.is_answered("time.delay_reasons"),
            evidence: self.evidence_of(&key).await?,
            case,
        })
    }
}
