//! Many clocks in one case: what starts them, who corrects it, who is told, and who sees it.

use crate::support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours};
use domain::{
    access::Role,
    awareness::{AwarenessInput, DecisionInput, candidate::CandidateInput},
    clock::{
        Standing,
        authority::AuthorityInput,
        recorded::{SubmissionInput, TriggerInput},
        rule::own::OwnClockInput,
        settings::{ClockSettingsInput, RuleSwitchInput},
    },
    id::{AuthorityId, IncidentId},
    incident::ReasonInput,
    moment::rfc3339_seconds,
    notice::{DraftInput, template::NoticeKind},
    view::clocks::Clocks,
};

pub(crate) fn aware(at: &str) -> AwarenessInput {
    AwarenessInput {
        aware_at: at.to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    }
}

pub(crate) fn corrected(at: &str) -> AwarenessInput {
    AwarenessInput { correction: "The record of the gateway is older.".to_owned(), ..aware(at) }
}

pub(crate) async fn shown(desk: &Desk, who: &Who, incident: IncidentId) -> Clocks {
    desk.clocks(&desk.by(who), incident, None).await.unwrap()
}

/// The clocks that run, each with its due time.
async fn running(desk: &Desk, who: &Who, incident: IncidentId) -> Vec<String> {
    let clocks = shown(desk, who, incident).await.clocks;
    let say = |c: &domain::clock::NotificationClock| {
        let due = c.due_at.map_or_else(|| c.limit.clone(), rfc3339_seconds);
        let done = if c.submitted_at.is_some() { ", done" } else { "" };
        format!("{} {}: {due}{done}", c.rule, c.recipient)
    };
    clocks.running.iter().map(say).collect()
}

async fn due(desk: &Desk, who: &Who, incident: IncidentId) -> Option<String> {
    let case = desk.incident(&desk.by(who), incident).await.unwrap();
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    case.clock.and_then(|c| c.due_at).map(rfc3339_seconds)
}

fn switch(to: &str) -> RuleSwitchInput {
    RuleSwitchInput { to: to.to_owned(), accept_unverified: String::new() }
}

fn because() -> ReasonInput {
    ReasonInput { reason: "It was a mistake.".to_owned() }
}

story!(a_correction_of_awareness_needs_a_reason_and_a_second_person, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let (responder, approver) = (desk.person(Role::Responder).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Corrected").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    let first = Some("2026-06-12T07:00:00Z".to_owned());
    assert_eq!(due(&desk, &lead, incident).await, first, "the first one counts at once");

    let again = aware("2026-06-09T07:30:00Z");
    let said = desk.record_awareness(&desk.by(&lead), incident, &again).await.said();
    assert_eq!(said, "correction:required");
    let later = corrected("2026-06-09T07:30:00Z");
    let id = desk.record_awareness(&desk.by(&lead), incident, &later).await.unwrap().id.parse().unwrap();
    assert_eq!(due(&desk, &lead, incident).await, first, "a later due time waits");
    let said = desk.record_awareness(&desk.by(&dpo), incident, &later).await.said();
    assert_eq!(said, "correction_waits");

    let ok = DecisionInput::default();
    assert_eq!(desk.confirm_awareness(&desk.by(&lead), incident, id, &ok).await.said(), "own_correction");
    assert_eq!(desk.confirm_awareness(&desk.by(&responder), incident, id, &ok).await.said(), "not_found");
    let page = shown(&desk, &approver, incident).await;
    assert!(page.may_decide && page.case.correction_waits && page.ruling == Some(1));
    assert!(!shown(&desk, &lead, incident).await.may_decide);
    assert_eq!(desk.decline_awareness(&desk.by(&dpo), incident, id, &ok).await.said(), "reason:required");
    desk.confirm_awareness(&desk.by(&approver), incident, id, &ok).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-12T07:30:00Z"));
    assert_eq!(desk.confirm_awareness(&desk.by(&dpo), incident, id, &ok).await.said(), "not_waiting");

    // An earlier one rules at once, and no longer once it is declined. Everything stays to be read.
    let earlier = corrected("2026-06-09T06:00:00Z");
    let id = desk.record_awareness(&desk.by(&dpo), incident, &earlier).await.unwrap().id.parse().unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-12T06:00:00Z"));
    let no = DecisionInput { reason: "The log's zone was misread.".to_owned() };
    desk.decline_awareness(&desk.by(&lead), incident, id, &no).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-12T07:30:00Z"));
    let statements = shown(&desk, &lead, incident).await.statements;
    let told: Vec<_> = statements.iter().map(|s| (s.version, s.adoption.to_string())).collect();
    let told: Vec<_> = told.iter().map(|(version, adoption)| (*version, adoption.as_str())).collect();
    assert_eq!(told, [(3, "declined"), (2, "adopted"), (1, "adopted")]);
});

story!(every_candidate_shows_its_due_time_and_starts_nothing, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Candidates").await;
    let candidate = |kind: &str, at: &str| CandidateInput {
        kind: kind.to_owned(),
        happened_at: at.to_owned(),
        what: "The alert named a customer.".to_owned(),
        ..CandidateInput::default()
    };
    for (kind, at) in [("first_alert", "2026-06-08T22:00:00Z"), ("reporters_call", "2026-06-09T06:00:00Z")] {
        desk.add_candidate(&desk.by(&lead), incident, &candidate(kind, at)).await.unwrap();
    }
    let future = candidate("other", "2026-06-09T08:00:01Z");
    assert_eq!(
        desk.add_candidate(&desk.by(&lead), incident, &future).await.said(),
        "happened_at:in_the_future"
    );
    assert_eq!(due(&desk, &lead, incident).await, None);
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T06:00:00Z")).await.unwrap();
    let lines = shown(&desk, &lead, incident).await.candidates;
    let told: Vec<_> = lines.iter().map(|l| (l.due_at.map(rfc3339_seconds).unwrap(), l.is_ruling)).collect();
    assert_eq!(told, [("2026-06-11T22:00:00Z".to_owned(), false), ("2026-06-12T06:00:00Z".to_owned(), true)]);
    let id = lines[0].candidate.id;
    desk.withdraw_candidate(&desk.by(&lead), incident, id, &because()).await.unwrap();
    let said = desk.withdraw_candidate(&desk.by(&lead), incident, id, &because()).await.said();
    assert_eq!(said, "withdrawn");
    assert_eq!(shown(&desk, &lead, incident).await.candidates.len(), 2, "it stays visible");
});

story!(each_event_starts_its_own_clock_and_a_date_is_midnight_at_the_authority, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Triggers").await;
    let trigger = |what: &str, at: &str| TriggerInput {
        trigger: what.to_owned(),
        happened_at: at.to_owned(),
        why: "Seen in the export.".to_owned(),
        ..TriggerInput::default()
    };
    for elsewhere in ["became_aware", "first_hint", "previous_report_submitted"] {
        let input = trigger(elsewhere, "2026-06-09T06:00:00Z");
        let said = desk.record_trigger(&desk.by(&dpo), incident, &input).await.said();
        assert_eq!(said, "trigger:recorded_elsewhere");
    }
    let input = trigger("high_risk_found", "");
    let said = desk.record_trigger(&desk.by(&dpo), incident, &input).await.said();
    assert_eq!(said, "happened_at:required", "nothing to take back");
    let athens = AuthorityInput { code: "GR".to_owned(), capacity: "lead".to_owned(), ..Default::default() };
    desk.name_authority(&desk.by(&dpo), incident, &athens).await.unwrap();
    let input = trigger("high_risk_found", "2026-06-09");
    desk.record_trigger(&desk.by(&dpo), incident, &input).await.unwrap();
    let page = shown(&desk, &dpo, incident).await;
    let clock = page.clocks.running.iter().find(|c| c.rule == "gdpr34").unwrap();
    assert_eq!(rfc3339_seconds(clock.started_at), "2026-06-08T21:00:00Z");
    assert_eq!((clock.due_at, clock.limit.as_str()), (None, "without undue delay"));
    assert!(matches!(clock.standing, Standing::Open { .. }) && clock.ours_at.is_some());
    desk.record_trigger(&desk.by(&dpo), incident, &trigger("high_risk_found", "")).await.unwrap();
    let page = shown(&desk, &dpo, incident).await;
    assert_eq!((page.clocks.running.len(), page.triggers.len()), (0, 2));
});

story!(each_authority_has_a_clock_and_a_notification_of_its_own, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Two authorities").await;
    desk.record_awareness(&desk.by(&dpo), incident, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    let name = async |code: &str, capacity: &str| {
        let input = AuthorityInput {
            code: code.to_owned(),
            capacity: capacity.to_owned(),
            ..AuthorityInput::default()
        };
        desk.name_authority(&desk.by(&dpo), incident, &input).await
    };
    let lead: AuthorityId = name("FR", "lead").await.unwrap().id.parse().unwrap();
    assert_eq!(name("DE-BY", "lead").await.said(), "capacity:has_lead");
    assert_eq!(name("FR", "state").await.said(), "code:is_named");
    let uk: AuthorityId = name("GB", "uk").await.unwrap().id.parse().unwrap();
    let at = "2026-06-12T07:00:00Z";
    let (france, ico) = (
        format!("gdpr33 Commission Nationale de l'Informatique et des Libertés (CNIL): {at}"),
        format!("ukgdpr33 Information Commissioner's Office (ICO): {at}"),
    );
    assert_eq!(
        running(&desk, &dpo, incident).await[..2],
        [france.clone(), ico.clone()],
        "the rule came along"
    );
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 2);

    // A notice to the one stops the clock of the one.
    let input = DraftInput {
        kind: "authority_notification".to_owned(),
        language: "en".to_owned(),
        authority: uk.to_string(),
        ..DraftInput::default()
    };
    let draft = desk.draft_notice(&desk.by(&dpo), incident, &input).await.unwrap().id.parse().unwrap();
    let page = desk.page(&dpo, draft).await;
    assert_eq!(page.notice.authority, Some(uk));
    assert!(page.text.contains("Information Commissioner's Office (ICO)"), "{}", page.text);
    desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.advance(hours(1));
    desk.run_mail(accepted).await;
    let now = running(&desk, &dpo, incident).await;
    assert!(now.contains(&ico) && now.contains(&format!("{france}, done")), "{now:?}");
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    let people = DraftInput { kind: "subject_communication".to_owned(), ..input };
    let said = desk.draft_notice(&desk.by(&dpo), incident, &people).await.said();
    assert_eq!(said, "authority:unknown");

    // The other one was told through its portal.
    let portal = SubmissionInput {
        rule: "ukgdpr33".to_owned(),
        stage: "notification".to_owned(),
        authority: uk.to_string(),
        submitted_at: "2026-06-09T08:30:00Z".to_owned(),
        how: "The Commissioner's form, receipt 4711".to_owned(),
        ..SubmissionInput::default()
    };
    let wrong = SubmissionInput { authority: lead.to_string(), ..portal.clone() };
    let said = desk.record_submission(&desk.by(&dpo), incident, &wrong).await.said();
    assert_eq!(said, "authority:unknown");
    let id = desk.record_submission(&desk.by(&dpo), incident, &portal).await.unwrap().id.parse().unwrap();
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 0);
    desk.withdraw_submission(&desk.by(&dpo), incident, id, &because()).await.unwrap();
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 1);
    desk.withdraw_authority(&desk.by(&dpo), incident, uk, &because()).await.unwrap();
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
});

story!(rules_are_switched_on_knowingly_and_own_clocks_are_rules, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("Scope").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    assert_eq!(desk.switch_rule(&desk.by(&lead), "nis2", &switch("on")).await.said(), "forbidden");
    assert_eq!(desk.switch_rule(&desk.by(&dpo), "nis2", &switch("off")).await.said(), "no_change");
    desk.switch_rule(&desk.by(&dpo), "nis2", &switch("on")).await.unwrap();
    assert_eq!(
        due(&desk, &lead, incident).await.as_deref(),
        Some("2026-06-10T07:00:00Z"),
        "24 hours of NIS 2"
    );
    desk.switch_rule(&desk.by(&dpo), "nis2", &switch("off")).await.unwrap();
    let said = desk.switch_rule(&desk.by(&dpo), "ukcsrb", &switch("on")).await.said();
    assert_eq!(said, "accept_unverified:required");
    assert_eq!(desk.switch_rule(&desk.by(&dpo), "gdpr33_omnibus", &switch("on")).await.said(), "dormant");
    assert_eq!(desk.switch_rule(&desk.by(&dpo), "no_such", &switch("on")).await.said(), "not_found");

    let contract = OwnClockInput {
        title: "Notice to the customer".to_owned(),
        source: "Contract 12, clause 9".to_owned(),
        recipient: "Customer A".to_owned(),
        trigger: "became_aware".to_owned(),
        amount: "24".to_owned(),
        unit: "hours".to_owned(),
        ..OwnClockInput::default()
    };
    assert_eq!(desk.create_own_clock(&desk.by(&lead), &contract).await.said(), "forbidden");
    let code = desk.create_own_clock(&desk.by(&dpo), &contract).await.unwrap().id;
    assert_eq!(
        running(&desk, &lead, incident).await[0],
        "own_".to_owned() + &code[4..] + " Customer A: 2026-06-10T07:00:00Z"
    );
    let shorter = OwnClockInput { amount: "12".to_owned(), ..contract };
    assert_eq!(desk.edit_own_clock(&desk.seen(&dpo, 9), &code, &shorter).await.said(), "revision_stale");
    desk.edit_own_clock(&desk.seen(&dpo, 1), &code, &shorter).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-09T19:00:00Z"));

    // Only for one case: off for all, on for this one.
    desk.switch_rule(&desk.by(&dpo), &code, &switch("off")).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-12T07:00:00Z"));
    desk.switch_case_rule(&desk.by(&lead), incident, &code, &switch("on")).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-09T19:00:00Z"));
    let said = desk.switch_case_rule(&desk.by(&lead), incident, "gdpr33", &switch("on")).await.said();
    assert_eq!(said, "on_everywhere");
    desk.retire_own_clock(&desk.seen(&dpo, 2), &code).await.unwrap();
    assert_eq!(due(&desk, &lead, incident).await.as_deref(), Some("2026-06-12T07:00:00Z"));
    let page = desk.rules_page(&desk.by(&lead)).await.unwrap();
    assert!(!page.may_change && page.own[0].retired_at.is_some() && page.rules.len() == 61);

    let settings = ClockSettingsInput {
        calendar: "de-by".to_owned(),
        marks: "50% overdue".to_owned(),
        undue_hours: "48".to_owned(),
        soon_hours: "24".to_owned(),
        escalate_minutes: "30".to_owned(),
        counts_hours: "1".to_owned(),
        draft_hours: "1".to_owned(),
        review_hours: "1".to_owned(),
        approval_hours: "1".to_owned(),
        sending_hours: "1".to_owned(),
    };
    let said = desk.save_clock_settings(&desk.by(&dpo), &settings).await.said();
    assert_eq!(said, "revision_required");
    desk.save_clock_settings(&desk.seen(&dpo, page.revision), &settings).await.unwrap();
    let page = desk.rules_page(&desk.by(&dpo)).await.unwrap();
    assert_eq!(
        (page.settings.calendar.as_str(), page.settings.marks.len(), page.may_change),
        ("DE-BY", 2, true)
    );
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
});

story!(the_way_back_says_what_is_critical_and_what_slips, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Runway").await;
    desk.record_awareness(&desk.by(&dpo), incident, &aware("2026-06-09T08:00:00Z")).await.unwrap();
    let way = shown(&desk, &dpo, incident).await.runways.remove(0);
    assert_eq!(way.critical.map(|m| m.to_string()).as_deref(), Some("Counts confirmed"));
    assert_eq!(rfc3339_seconds(way.last_start), "2026-06-11T00:00:00Z", "32 hours before the due time");
    assert_eq!((way.slipping.len(), way.would_be_late_by), (0, None));
    desk.record_fact(&desk.by(&dpo), incident, "people.count", &exact("120")).await.unwrap();
    desk.drafted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let late = desk.now() + hours(62);
    let page = desk.clocks(&desk.by(&dpo), incident, Some(late)).await.unwrap();
    let way = &page.runways[0];
    assert_eq!(way.critical.map(|m| m.to_string()).as_deref(), Some("Reviewed"));
    assert_eq!(way.would_be_late_by, Some(2 * 3_600), "62 + 6 + 4 + 2 hours");

    // Late: the reasons are drafted from what the case holds.
    assert!(page.delay.is_none());
    desk.advance(hours(80));
    let draft = shown(&desk, &dpo, incident).await.delay.unwrap();
    assert!(draft.text.contains("is overdue by 8 h"), "{}", draft.text);
    assert!(draft.text.contains("Number of data subjects: known since 2026-06-09"), "{}", draft.text);
    assert_eq!(draft.gaps[0].before, "now");
    assert!(!draft.recorded);
});

story!(a_calendar_shows_what_its_owner_sees_until_it_is_revoked, |desk| {
    let (lead, other) = (desk.person(Role::Lead).await, desk.another(Role::Lead).await);
    let incident = desk.declare("In the calendar").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T08:00:00Z")).await.unwrap();
    let (id, secret) = desk.create_feed(&desk.by(&lead)).await.unwrap();
    let (_, others) = desk.create_feed(&desk.by(&other)).await.unwrap();
    assert_eq!(desk.feed(&secret).await.unwrap().clocks.len(), 1);
    assert_eq!(desk.feed(&others).await.unwrap().clocks.len(), 0, "no member, no word of it");
    assert_eq!(desk.wall(&desk.by(&lead)).await.unwrap().total, 1);
    assert_eq!(desk.wall(&desk.by(&other)).await.unwrap().total, 0);
    assert_eq!(desk.feed("guessed").await.said(), "not_found");
    assert_eq!(desk.revoke_feed(&desk.by(&other), id).await.said(), "not_found");
    assert_eq!(desk.my_account(&desk.by(&lead)).await.unwrap().feeds.len(), 1);
    desk.revoke_feed(&desk.by(&lead), id).await.unwrap();
    assert_eq!(desk.feed(&secret).await.said(), "not_found");
    for _ in 0..5 {
        desk.create_feed(&desk.by(&lead)).await.unwrap();
    }
    assert_eq!(desk.create_feed(&desk.by(&lead)).await.said(), "too_many");
});
