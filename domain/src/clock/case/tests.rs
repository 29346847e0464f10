use super::*;
use crate::{
    clock::{authority::Capacity, calendar::calendars, rules::find, settings::FIRST_RULES},
    id::{AccountId, IncidentId},
    moment::{Zone, parse_for, rfc3339_seconds},
};

fn at(text: &str) -> DateTime<Utc> {
    parse_for(text, None, Zone::UTC).unwrap().at
}

fn authority(n: u8, calendar: &str, capacity: Capacity) -> CaseAuthority {
    CaseAuthority {
        id: AuthorityId::from_bits([n; 16]),
        incident: IncidentId::from_bits([9; 16]),
        name: format!("Authority {n}"),
        calendar: calendar.to_owned(),
        capacity,
        rule: capacity.rule().unwrap().to_owned(),
        added_at: at("2026-06-09T08:00:00Z"),
        added_by: AccountId::from_bits([1; 16]),
        withdrawn_at: None,
        withdrawn_reason: String::new(),
    }
}

fn derived(
    rules: &[&str],
    instants: &[(Trigger, DateTime<Utc>)],
    submitted: &[Submitted],
    authorities: &[CaseAuthority],
) -> CaseClocks {
    let rules: Vec<&Rule> = rules.iter().map(|code| find(code).unwrap()).collect();
    let home = calendars().home("DE", Zone::UTC);
    let basis = Basis {
        rules: &rules,
        instants,
        submitted,
        authorities,
        home: &home,
        calendars: calendars(),
        rested: &[],
        undue_hours: 72,
    };
    clocks(&basis, at("2026-06-10T08:00:00Z"))
}

fn told(clocks: &CaseClocks) -> Vec<String> {
    let say = |c: &NotificationClock| {
        let due = c.due_at.map_or_else(|| c.limit.clone(), rfc3339_seconds);
        let done = if c.submitted_at.is_some() { ", done" } else { "" };
        format!("{} {} to {}: {due}{done}", c.rule, c.stage, c.recipient)
    };
    clocks.running.iter().map(say).collect()
}

#[test]
fn the_nearest_due_time_comes_first_and_what_waits_says_for_what() {
    let aware = at("2026-06-09T14:20:00+02:00");
    let ours = derived(&FIRST_RULES, &[(Trigger::BecameAware, aware)], &[], &[]);
    assert_eq!(told(&ours).len(), 1, "a controller's awareness starts nothing that a processor owes");
    let both = [(Trigger::BecameAware, aware), (Trigger::ProcessorAware, aware)];
    let clocks = derived(&FIRST_RULES, &both, &[], &[]);
    assert_eq!(
        told(&clocks),
        [
            "gdpr33 notification to supervisory authority: 2026-06-12T12:20:00Z",
            "gdpr33_2 notice to the controller: without undue delay",
        ]
    );
    assert_eq!(clocks.running[1].ours_at, Some(at("2026-06-12T12:20:00Z")), "our own reminder");
    let waits: Vec<_> = clocks.idle.iter().map(|i| (i.stage.as_str(), i.why.as_str())).collect();
    assert_eq!(
        waits,
        [
            ("follow_up", "The report before it isn't submitted yet."),
            ("communication", "Not recorded yet: high risk found."),
        ]
    );
    assert_eq!(clocks.nearest().map(|c| c.rule.as_str()), Some("gdpr33"));
}

#[test]
fn each_authority_has_its_clock_and_its_submission() {
    let aware = [(Trigger::BecameAware, at("2026-06-09T12:20:00Z"))];
    let two = [authority(1, "FR", Capacity::State), authority(2, "DE-BY", Capacity::Lead)];
    let sent = |authority| Submitted {
        rule: "gdpr33".to_owned(),
        stage: "notification".to_owned(),
        authority,
        at: at("2026-06-10T07:00:00Z"),
    };
    let due = "2026-06-12T12:20:00Z";
    let clocks = derived(&["gdpr33"], &aware, &[sent(None)], &two);
    assert_eq!(
        told(&clocks)[..1],
        [format!("gdpr33 notification to Authority 1: {due}")],
        "one that names none goes to the lead"
    );
    assert!(told(&clocks).contains(&format!("gdpr33 notification to Authority 2: {due}, done")));
    let clocks = derived(&["gdpr33"], &aware, &[sent(Some(two[0].id))], &two);
    assert_eq!(told(&clocks)[..1], [format!("gdpr33 notification to Authority 2: {due}")]);
    let mut gone = two.clone();
    for authority in &mut gone {
        authority.withdrawn_at = Some(at("2026-06-09T09:00:00Z"));
    }
    let clocks = derived(&["gdpr33"], &aware, &[], &gone);
    assert_eq!(told(&clocks), [format!("gdpr33 notification to supervisory authority: {due}")]);
}

#[test]
fn the_first_of_two_submissions_counts() {
    let aware = [(Trigger::BecameAware, at("2026-06-01T00:00:00Z"))];
    let sent = |text| Submitted {
        rule: "gdpr33".to_owned(),
        stage: "notification".to_owned(),
        authority: None,
        at: at(text),
    };
    let clocks =
        derived(&["gdpr33"], &aware, &[sent("2026-06-05T00:00:00Z"), sent("2026-06-03T00:00:00Z")], &[]);
    let first = clocks.running.iter().find(|c| c.stage == "notification").unwrap();
    assert_eq!(first.standing, Standing::Met { at: at("2026-06-03T00:00:00Z") });
}
