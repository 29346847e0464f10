//! The ledger of facts: what isn't known yet is somebody's to find out, and every hour can be looked back to.

use crate::{
    clocks::aware,
    support::{Desk, Said, answers::exact, engines::story, hours, minutes},
};
use domain::{
    access::Role,
    clock::recorded::{SubmissionInput, TriggerInput},
    fact::record::RecordFactInput,
    id::IncidentId,
    incident::EditIncidentInput,
    journal::{Stream, hash},
    moment::rfc3339,
    text::Choice,
    view::hindsight::Hindsight,
};

fn promised(day: &str, owner: &str) -> RecordFactInput {
    RecordFactInput {
        certainty: "not_yet_known".to_owned(),
        promised_on: day.to_owned(),
        owner: owner.to_owned(),
        ..RecordFactInput::default()
    }
}

story!(what_is_not_known_yet_is_somebodys_task_until_it_is, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let record = |input: RecordFactInput| {
        let (desk, lead) = (desk.clone(), lead.clone());
        async move { desk.record_fact(&desk.by(&lead), incident, "people.count", &input).await.said() }
    };
    let stranger = desk.person(Role::Responder).await;
    assert_eq!(record(promised("2026-06-12", &stranger.id().to_string())).await, "owner:not_a_member");
    assert_eq!(record(promised("2026-06-12", "nobody")).await, "owner:not_an_id");
    let known = RecordFactInput { owner: lead.id().to_string(), ..exact("12") };
    assert_eq!(record(known).await, "owner:no_value_expected");

    assert_eq!(record(promised("2026-06-12", "")).await, "ok");
    let mine = desk.tasks(&desk.by(&lead), true).await.unwrap();
    assert_eq!(mine.len(), 1);
    let task = &mine[0].task;
    assert_eq!(task.title, "Find out: Number of data subjects");
    assert_eq!(task.fact.as_deref(), Some("people.count"));
    assert_eq!(task.due_at.map(rfc3339).as_deref(), Some("2026-06-12T23:59:00.000000Z"));

    // Promised again for another day: the same task, later.
    assert_eq!(record(promised("2026-06-14", "")).await, "ok");
    let moved = desk.tasks(&desk.by(&lead), true).await.unwrap();
    assert_eq!((moved.len(), moved[0].task.id), (1, task.id));
    assert_eq!(moved[0].task.due_at.map(rfc3339).as_deref(), Some("2026-06-14T23:59:00.000000Z"));

    // The answer does it, whoever gives it.
    assert_eq!(record(exact("4812")).await, "ok");
    assert_eq!(desk.tasks(&desk.by(&lead), true).await.unwrap().len(), 0);
    assert_eq!(record(exact("4813")).await, "ok");
    // And a new doubt is a new task.
    assert_eq!(record(promised("2026-06-20", "")).await, "ok");
    let again = desk.tasks(&desk.by(&lead), true).await.unwrap();
    assert_eq!(again.len(), 1);
    assert_ne!(again[0].task.id, task.id);
});

/// What a look at an hour shows, without what only now knows: what became of it since, and which moments there are.
fn seen(h: &Hindsight) -> String {
    let lines: Vec<_> = h.lines.iter().map(|l| (&l.key, &l.fact, &l.shown, l.asked)).collect();
    format!(
        "{lines:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}",
        h.completeness, h.contradictions, h.clocks, h.ruling, h.draft
    )
}

story!(how_it_stood_at_each_hour_is_how_it_stood, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let by = || desk.by(&lead);
    let mut then = Vec::new();
    macro_rules! look {
        () => {{
            let h = desk.hindsight(&by(), incident, "", "").await.unwrap();
            then.push((h.at, seen(&h), journaled(&desk, incident).await));
            desk.advance(minutes(37));
        }};
    }
    look!();
    desk.record_fact(&by(), incident, "people.count", &promised("2026-06-12", "")).await.unwrap();
    look!();
    desk.record_awareness(&by(), incident, &aware("2026-06-09 07:30")).await.unwrap();
    look!();
    desk.record_fact(&by(), incident, "people.count", &exact("4812")).await.unwrap();
    desk.record_fact(&by(), incident, "data.records", &exact("0")).await.unwrap();
    look!();
    let head = desk.incident(&by(), incident).await.unwrap().incident;
    let edit = EditIncidentInput {
        title: head.title.clone(),
        severity: head.severity.code().to_owned(),
        tlp: head.tlp.code().to_owned(),
        lead: head.lead.to_string(),
        first_hint_at: "2026-06-08 22:00".to_owned(),
        ..EditIncidentInput::default()
    };
    desk.edit_incident(&desk.on_head(&lead, incident).await, incident, &edit).await.unwrap();
    look!();
    let high = TriggerInput {
        trigger: "processor_aware".to_owned(),
        happened_at: "2026-06-09 06:00".to_owned(),
        why: "Their call.".to_owned(),
        ..TriggerInput::default()
    };
    desk.record_trigger(&by(), incident, &high).await.unwrap();
    look!();
    let portal = SubmissionInput {
        rule: "gdpr33".to_owned(),
        stage: "notification".to_owned(),
        submitted_at: rfc3339(desk.time().now()),
        how: "Portal, receipt 77".to_owned(),
        ..SubmissionInput::default()
    };
    desk.record_submission(&by(), incident, &portal).await.unwrap();
    look!();
    let correction = domain::awareness::AwarenessInput {
        correction: "The first log had shown it.".to_owned(),
        ..aware("2026-06-09 07:00")
    };
    let corrected = desk.record_awareness(&by(), incident, &correction).await.unwrap();
    look!();
    let dpo = desk.person(Role::Dpo).await;
    let yes = domain::awareness::DecisionInput::default();
    desk.confirm_awareness(&desk.by(&dpo), incident, corrected.id.parse().unwrap(), &yes).await.unwrap();
    look!();
    desk.record_fact(&by(), incident, "data.records", &exact("9")).await.unwrap();
    look!();

    for (at, shown, log) in &then {
        let h = desk.hindsight(&by(), incident, &rfc3339(*at), "").await.unwrap();
        assert_eq!(seen(&h), *shown, "at {at}");
        // Replaying the journal up to then gives the same answers: of each key the last version, by its digest.
        let replayed = replay(log);
        let facts = h.lines.iter().filter(|l| l.source.is_empty()).filter_map(|l| l.fact.as_ref());
        let rebuilt: Vec<_> = facts.map(|f| (f.key.clone(), f.version.to_string(), f.digest())).collect();
        let mut rebuilt: Vec<_> = rebuilt;
        rebuilt.sort();
        assert_eq!(rebuilt, replayed, "at {at}");
    }
    let first = desk.hindsight(&by(), incident, &rfc3339(then[1].0), "").await.unwrap();
    assert_eq!(first.since.iter().find(|d| d.key == "people.count").map(|d| d.new.as_str()), Some("4,812"));
    let second = desk.hindsight(&by(), incident, "", "1").await.unwrap();
    assert_eq!(second.at, second.from + hours(1));
    for (as_of, hour, expected) in [
        ("soon", "", "as_of:not_an_hour"),
        ("", "4000", "hour:not_an_hour"),
        ("2027-01-01 00:00", "", "as_of:not_an_hour"),
    ] {
        assert_eq!(desk.hindsight(&by(), incident, as_of, hour).await.said(), expected);
    }
    let before = desk.hindsight(&by(), incident, "2026-06-01 00:00", "").await.unwrap();
    assert!(before.lines.iter().all(|line| !line.source.is_empty() || line.fact.is_none()));
    assert!(before.clocks.running.is_empty());
});

/// The entries of the incident's journal so far.
async fn journaled(desk: &Desk, incident: IncidentId) -> Vec<serde_json::Value> {
    let text = desk
        .texts(&format!(
            "SELECT line FROM journal WHERE stream = '{}' ORDER BY seq",
            Stream::Incident(incident)
        ))
        .await;
    assert!(text.iter().all(|entry| hash(entry).len() == 64));
    text.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect()
}

/// The last recorded version of each key, with the digest that the journal holds.
fn replay(log: &[serde_json::Value]) -> Vec<(String, String, String)> {
    let mut last = std::collections::BTreeMap::new();
    for entry in log.iter().filter(|e| e["what"] == "fact_recorded") {
        let word = |name: &str| entry["details"][name].to_string().trim_matches('"').to_owned();
        last.insert(word("key"), (word("version"), word("digest")));
    }
    last.into_iter().map(|(key, (version, digest))| (key, version, digest)).collect()
}
