//! What can't be taken is said at its field, in a word that stays.

use crate::support::{
    Desk, Said, Who,
    answers::{answer_to, exact},
    engines::story,
};
use domain::{
    access::Role,
    alert::AlertInput,
    awareness::AwarenessInput,
    evidence::EvidenceInput,
    fact::{catalogue::catalogue, record::RecordFactInput},
    id::IncidentId,
    incident::{CloseInput, DeclareInput, EditIncidentInput, MovePhaseInput, ReasonInput},
    moment::Zone,
    playbook::StepInput,
    work::{TaskInput, entry::EntryInput, note::NoteInput, run::ItemInput},
};
use services::{incidents::MemberInput, runs::StartInput};

mod house;
mod reading;

/// What is wrong with a line that must be there.
fn bad_lines() -> Vec<(String, &'static str)> {
    let mut all = bad_texts(domain::text::LINE_MAX);
    all.push(("two\nlines".to_owned(), "control_character"));
    all.push(("a\ttab".to_owned(), "control_character"));
    all
}

/// What is wrong with a text of several lines that must be there.
fn bad_texts(max: usize) -> Vec<(String, &'static str)> {
    let mut all = bad_optional(max);
    all.extend([(String::new(), "required"), (" \n\t ".to_owned(), "required")]);
    all
}

/// What is wrong with a text that may be empty.
fn bad_optional(max: usize) -> Vec<(String, &'static str)> {
    vec![
        ("x".repeat(max + 1), "too_long"),
        ("ä".repeat(max + 1), "too_long"),
        ("a\0b".to_owned(), "control_character"),
        ("a\u{1b}[31mb".to_owned(), "control_character"),
        ("a\u{202e}b".to_owned(), "control_character"),
    ]
}

/// What is wrong with a moment that must have passed, read in Berlin on the morning of 9 June 2026.
fn bad_moments() -> Vec<(String, &'static str)> {
    [
        ("", "required"),
        ("yesterday", "not_a_time"),
        ("2026-02-30 10:00", "not_a_time"),
        ("09.06.2026 10:00", "not_a_time"),
        ("2026-06-09 25:00", "not_a_time"),
        ("2026-06-09T07:00:00+99:00", "not_a_time"),
        ("\0", "not_a_time"),
        ("+262142-12-31 23:59", "not_a_time"),
        ("-262143-01-01", "not_a_time"),
        ("0000-01-01", "not_a_time"),
        ("2026-03-29 02:30", "no_such_local_time"),
        ("2025-10-26 02:30", "ambiguous_local_time"),
        ("2026-06-09 10:01", "in_the_future"),
        ("2026-06-09T08:00:01Z", "in_the_future"),
        ("9999-12-31", "in_the_future"),
    ]
    .map(|(text, code)| (text.to_owned(), code))
    .to_vec()
}

/// The same, where none at all may be given.
fn bad_optional_moments() -> Vec<(String, &'static str)> {
    bad_moments().into_iter().skip(1).collect()
}

/// A moment that may lie ahead.
fn bad_due_times() -> Vec<(String, &'static str)> {
    bad_optional_moments().into_iter().filter(|(_, code)| *code != "in_the_future").collect()
}

/// Gives every bad value to one field through one verb.
macro_rules! refuses {
    ($bad:expr, $field:literal, |$value:ident| $verb:expr) => {
        for ($value, code) in $bad {
            let shown = $value.chars().take(40).collect::<String>();
            let said = $verb.await.said();
            assert_eq!(said, format!(concat!($field, ":{}"), code), "{} {shown:?}", stringify!($verb));
        }
    };
}

pub(crate) use refuses;

async fn berliner(desk: &Desk) -> (Who, IncidentId) {
    let lead = desk.person(Role::Lead).await.in_zone(Zone::Europe__Berlin);
    (lead, desk.declare("Input").await)
}

story!(an_incidents_own_fields, |desk| {
    let (lead, id) = berliner(&desk).await;
    let by = || desk.by(&lead);
    refuses!(bad_lines(), "title", |v| desk
        .declare_incident(&by(), &DeclareInput { title: v.clone(), ..Default::default() }));
    refuses!(bad_optional(50_000), "summary", |v| desk.declare_incident(
        &by(),
        &DeclareInput { title: "T".into(), summary: v.clone(), ..Default::default() }
    ));
    let severities = [("awful".to_owned(), "not_a_choice"), ("LOW".to_owned(), "not_a_choice")];
    let declare = |severity: &str| DeclareInput {
        severity: severity.into(),
        title: "T".into(),
        summary: String::new(),
    };
    refuses!(severities, "severity", |v| desk.declare_incident(&by(), &declare(&v)));
    let seen = || desk.seen(&lead, 1);
    let good = || EditIncidentInput {
        title: "T".into(),
        severity: "low".into(),
        tlp: "red".into(),
        lead: lead.id().to_string(),
        ..Default::default()
    };
    let choices = || [(String::new(), "required"), ("x".to_owned(), "not_a_choice")];
    refuses!(bad_lines(), "title", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { title: v.clone(), ..good() }
    ));
    refuses!(choices(), "severity", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { severity: v.clone(), ..good() }
    ));
    refuses!(choices(), "tlp", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { tlp: v.clone(), ..good() }
    ));
    refuses!(
        [(String::new(), "not_an_id"), ("x".to_owned(), "not_an_id"), ("a".repeat(26), "not_a_member")],
        "lead",
        |v| desk.edit_incident(&seen(), id, &EditIncidentInput { lead: v.clone(), ..good() })
    );
    refuses!(bad_optional_moments(), "first_hint_at", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { first_hint_at: v.clone(), ..good() }
    ));
    refuses!(bad_optional_moments(), "detected_at", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { detected_at: v.clone(), ..good() }
    ));
    refuses!(bad_optional_moments(), "investigation_started_at", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { investigation_started_at: v.clone(), ..good() }
    ));
    refuses!(bad_optional_moments(), "contained_at", |v| desk.edit_incident(
        &seen(),
        id,
        &EditIncidentInput { contained_at: v.clone(), ..good() }
    ));
    refuses!(choices(), "to", |v| desk.move_phase(
        &seen(),
        id,
        &MovePhaseInput { to: v.clone(), reason: String::new() }
    ));
    refuses!(bad_optional(2_000), "reason", |v| desk.move_phase(
        &seen(),
        id,
        &MovePhaseInput { to: "recovery".into(), reason: v.clone() }
    ));
    refuses!(choices(), "outcome", |v| desk.close_incident(
        &seen(),
        id,
        &CloseInput { outcome: v.clone(), reason: String::new() }
    ));
    refuses!(bad_texts(2_000), "reason", |v| desk.close_incident(
        &seen(),
        id,
        &CloseInput { outcome: "false_alarm".into(), reason: v.clone() }
    ));
    refuses!(bad_texts(2_000), "reason", |v| desk.restrict_incident(
        &seen(),
        id,
        true,
        &ReasonInput { reason: v.clone() }
    ));
    refuses!(bad_texts(2_000), "reason", |v| desk.reopen_incident(
        &seen(),
        id,
        &ReasonInput { reason: v.clone() }
    ));
    refuses!(
        [(String::new(), "not_an_id"), ("\0".to_owned(), "not_an_id"), ("a".repeat(26), "unknown")],
        "account",
        |v| desk.add_member(&by(), id, &MemberInput { account: v.clone() })
    );
    let twice = EditIncidentInput {
        title: String::new(),
        severity: "x".into(),
        detected_at: "2027-01-01".into(),
        ..good()
    };
    assert_eq!(
        desk.edit_incident(&seen(), id, &twice).await.said(),
        "title:required severity:not_a_choice detected_at:in_the_future"
    );
    assert_eq!(desk.incident_by_reference(&by(), "INC-2026-0001\0").await.said(), "not_found");
});

story!(work_and_alerts, |desk| {
    let (lead, id) = berliner(&desk).await;
    let by = || desk.by(&lead);
    let alert = || AlertInput { title: "T".into(), ..Default::default() };
    refuses!(bad_lines(), "title", |v| desk
        .receive_alert(&by(), &AlertInput { title: v.clone(), ..Default::default() }));
    refuses!(bad_optional(200), "source", |v| desk
        .receive_alert(&by(), &AlertInput { source: v.clone(), ..alert() }));
    refuses!(bad_optional(50_000), "body", |v| desk
        .receive_alert(&by(), &AlertInput { body: v.clone(), ..alert() }));
    refuses!(bad_optional_moments(), "event_at", |v| desk
        .receive_alert(&by(), &AlertInput { event_at: v.clone(), ..alert() }));
    let task = || TaskInput { title: "T".into(), ..Default::default() };
    refuses!(bad_lines(), "title", |v| desk.add_task(
        &by(),
        id,
        &TaskInput { title: v.clone(), ..Default::default() }
    ));
    refuses!(bad_due_times(), "due_at", |v| desk.add_task(
        &by(),
        id,
        &TaskInput { due_at: v.clone(), ..task() }
    ));
    refuses!([("x".to_owned(), "not_an_id"), ("a".repeat(26), "not_a_member")], "owner", |v| desk.add_task(
        &by(),
        id,
        &TaskInput { owner: v.clone(), ..task() }
    ));
    refuses!(bad_lines(), "title", |v| desk.add_note(
        &by(),
        id,
        &NoteInput { title: v.clone(), text: String::new(), ..NoteInput::default() }
    ));
    refuses!(bad_optional(50_000), "text", |v| desk.add_note(
        &by(),
        id,
        &NoteInput { title: "T".into(), text: v.clone(), ..NoteInput::default() }
    ));
    refuses!(bad_texts(50_000), "text", |v| desk.add_entry(
        &by(),
        id,
        &EntryInput { event_at: "2026-06-09".into(), text: v.clone() }
    ));
    refuses!(bad_moments(), "event_at", |v| desk.add_entry(
        &by(),
        id,
        &EntryInput { event_at: v.clone(), text: "T".into() }
    ));
    let entry = desk
        .add_entry(&by(), id, &EntryInput { event_at: "2026-06-09".into(), text: "T".into() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    refuses!(bad_texts(2_000), "reason", |v| desk.withdraw_entry(
        &desk.seen(&lead, 1),
        id,
        entry,
        &ReasonInput { reason: v.clone() }
    ));

    let run = desk
        .start_playbook(&by(), id, &StartInput { playbook: "customer-api-enumerated".into() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    refuses!([(String::new(), "unknown"), ("../x".to_owned(), "unknown")], "playbook", |v| desk
        .start_playbook(&by(), id, &StartInput { playbook: v.clone() }));
    let step = |act: &str| StepInput { act: act.into(), ..Default::default() };
    let untouched = desk.seen(&lead, 0);
    refuses!([(String::new(), "required"), ("x".to_owned(), "not_a_choice")], "act", |v| desk.work_step(
        &untouched,
        id,
        run,
        "take-the-lead",
        &step(&v)
    ));
    refuses!(bad_texts(2_000), "reason", |v| desk.work_step(
        &untouched,
        id,
        run,
        "take-the-lead",
        &StepInput { reason: v.clone(), ..step("not_applicable") }
    ));
    refuses!(bad_lines(), "whom", |v| desk.work_step(
        &untouched,
        id,
        run,
        "take-the-lead",
        &StepInput { whom: v.clone(), ..step("wait_on") }
    ));
    refuses!([("x".to_owned(), "not_an_id"), ("a".repeat(26), "not_a_member")], "owner", |v| desk.work_step(
        &untouched,
        id,
        run,
        "take-the-lead",
        &StepInput { owner: v.clone(), ..step("assign") }
    ));
    let start = StartInput { playbook: "mailbox-compromise".into() };
    let repeated = desk.start_playbook(&by(), id, &start).await.unwrap().id.parse().unwrap();
    refuses!(bad_lines(), "label", |v| desk.add_item(
        &untouched,
        id,
        repeated,
        "lock-the-mailbox",
        &ItemInput { label: v.clone() }
    ));
    assert_eq!(desk.work_step(&untouched, id, run, "no-such\0", &step("done")).await.said(), "not_found");
});

story!(evidence_awareness_and_facts, |desk| {
    let (lead, id) = berliner(&desk).await;
    let by = || desk.by(&lead);
    let about = || EvidenceInput {
        collected_by: "x".into(),
        collected_at: "2026-06-09 07:00".into(),
        source: "x".into(),
        method: String::new(),
        ..EvidenceInput::default()
    };
    refuses!(bad_lines(), "collected_by", |v| desk.begin_evidence(
        &by(),
        id,
        &EvidenceInput { collected_by: v.clone(), ..about() }
    ));
    refuses!(bad_moments(), "collected_at", |v| desk.begin_evidence(
        &by(),
        id,
        &EvidenceInput { collected_at: v.clone(), ..about() }
    ));
    refuses!(bad_lines(), "source", |v| desk.begin_evidence(
        &by(),
        id,
        &EvidenceInput { source: v.clone(), ..about() }
    ));
    refuses!(bad_optional(2_000), "method", |v| desk.begin_evidence(
        &by(),
        id,
        &EvidenceInput { method: v.clone(), ..about() }
    ));
    let item = desk.upload(&lead, id, "a.log", b"x").await;
    refuses!(bad_texts(2_000), "reason", |v| desk.withdraw_evidence(
        &by(),
        id,
        item,
        &ReasonInput { reason: v.clone() }
    ));
    let other = desk.declare("Another").await;
    let elsewhere = desk.upload(&lead, other, "a.log", b"y").await.to_string();

    let aware = || AwarenessInput {
        aware_at: "2026-06-09 07:00".into(),
        judged_by: "x".into(),
        why: "x".into(),
        ..Default::default()
    };
    refuses!(bad_moments(), "aware_at", |v| desk.record_awareness(
        &by(),
        id,
        &AwarenessInput { aware_at: v.clone(), ..aware() }
    ));
    refuses!(bad_lines(), "judged_by", |v| desk.record_awareness(
        &by(),
        id,
        &AwarenessInput { judged_by: v.clone(), ..aware() }
    ));
    refuses!(bad_texts(2_000), "why", |v| desk.record_awareness(
        &by(),
        id,
        &AwarenessInput { why: v.clone(), ..aware() }
    ));
    let strange =
        || [("x".to_owned(), "not_an_id"), ("a".repeat(26), "unknown"), (elsewhere.clone(), "unknown")];
    refuses!(strange(), "evidence", |v| desk.record_awareness(
        &by(),
        id,
        &AwarenessInput { evidence: v.clone(), ..aware() }
    ));
    refuses!(strange(), "evidence", |v| desk.record_fact(
        &by(),
        id,
        "nature.text",
        &RecordFactInput { evidence: v.clone(), ..exact("x") }
    ));
    refuses!(bad_texts(50_000), "value", |v| desk.record_fact(&by(), id, "nature.text", &exact(&v)));
    refuses!(bad_lines(), "value", |v| desk.record_fact(&by(), id, "ctrl.name", &exact(&v)));
    refuses!(bad_due_times(), "value", |v| desk.record_fact(&by(), id, "time.start", &exact(&v)));
    refuses!([(String::new(), "required"), ("2026-06-08".to_owned(), "needs_a_time")], "value", |v| desk
        .record_fact(&by(), id, "time.start", &exact(&v)));
    let numbers = [
        ("", "required"),
        ("many", "not_a_number"),
        ("-1", "not_a_number"),
        ("1.5", "not_a_number"),
        ("1e9", "not_a_number"),
        ("99999999999", "too_large"),
        ("99999999999999999999999", "too_large"),
        ("４", "not_a_number"),
    ];
    refuses!(numbers.map(|(v, c)| (v.to_owned(), c)), "value", |v| desk.record_fact(
        &by(),
        id,
        "people.count",
        &exact(&v)
    ));
    refuses!([(String::new(), "required"), ("sure".to_owned(), "not_a_choice")], "certainty", |v| desk
        .record_fact(&by(), id, "people.count", &RecordFactInput { certainty: v.clone(), ..exact("1") }));
    refuses!(bad_optional_moments(), "holds_from", |v| desk.record_fact(
        &by(),
        id,
        "people.count",
        &RecordFactInput { holds_from: v.clone(), ..exact("1") }
    ));
    refuses!(bad_optional(2_000), "reason", |v| desk.record_fact(
        &by(),
        id,
        "people.count",
        &RecordFactInput { reason: v.clone(), ..exact("1") }
    ));
});

story!(every_key_of_the_catalogue_takes_its_kind_and_no_rubbish, |desk| {
    let (lead, id) = berliner(&desk).await;
    for definition in catalogue().entries() {
        if definition.scope == domain::fact::catalogue::Scope::Controller {
            continue;
        }
        let said = desk
            .record_fact(&desk.by(&lead), id, &definition.key, &answer_to_or_text(definition))
            .await
            .said();
        assert_eq!(said, if definition.derived { "derived_fact" } else { "ok" }, "{}", definition.key);
        let rubbish =
            desk.record_fact(&desk.by(&lead), id, &definition.key, &exact("\u{0}\u{1}")).await.said();
        assert_ne!(rubbish, "ok", "{}", definition.key);
        assert!(!rubbish.starts_with("fault"), "{}: {rubbish}", definition.key);
    }
});

fn answer_to_or_text(definition: &domain::fact::catalogue::Definition) -> RecordFactInput {
    if definition.derived { exact("x") } else { answer_to(definition) }
}
