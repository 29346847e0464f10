//! The whole road, from something noticed to a closed case with its proofs.

use crate::support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours};
use domain::{
    access::{Action, Role},
    alert::{AlertInput, AlertState},
    awareness::{AwarenessInput, DecisionInput},
    clock::Standing,
    evidence::EvidenceInput,
    fact::record::RecordFactInput,
    id::{AlertId, IncidentId, RunId},
    incident::{CloseInput, DeclareInput, MovePhaseInput, Outcome, Phase, ReasonInput},
    notice::{stage::Stage, template::NoticeKind},
    playbook::{StepInput, StepState},
    register::FilterInput,
    view::StepApplies,
    work::{TaskInput, entry::EntryInput, note::NoteInput},
};
use services::{incidents::MemberInput, runs::StartInput};
use tokio::io::AsyncReadExt;

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

async fn from_an_alert(desk: &Desk, lead: &Who) -> IncidentId {
    let alert = AlertInput {
        title: "Many customer numbers from one account".to_owned(),
        source: "gateway".to_owned(),
        body: "6,015 different numbers in four hours.".to_owned(),
        event_at: "2026-06-08T22:10:00Z".to_owned(),
    };
    let alert: AlertId = desk.receive_alert(&desk.by(lead), &alert).await.unwrap().id.parse().unwrap();
    assert_eq!(desk.new_alerts(&desk.by(lead)).await.unwrap(), 1);
    let declared = desk.declare_from_alert(&desk.by(lead), alert, &DeclareInput::default()).await.unwrap();
    assert_eq!(declared.reference, "INC-2026-0001");
    assert_eq!(desk.new_alerts(&desk.by(lead)).await.unwrap(), 0);
    let page = desk.alert(&desk.by(lead), alert).await.unwrap();
    assert_eq!(page.alert.state, AlertState::Declared);
    assert_eq!(page.incident, Some((declared.id, declared.reference)));
    let again = desk.declare_from_alert(&desk.by(lead), alert, &DeclareInput::default()).await;
    assert_eq!(again.said(), "dealt_with");
    let case = desk.incident(&desk.by(lead), declared.id).await.unwrap();
    assert_eq!(case.incident.title, "Many customer numbers from one account");
    assert_eq!(
        case.incident.first_hint_at.map(domain::moment::rfc3339).as_deref(),
        Some("2026-06-08T22:10:00.000000Z")
    );
    declared.id
}

async fn work_is_noted(desk: &Desk, lead: &Who, incident: IncidentId) {
    let entry = EntryInput {
        event_at: "2026-06-08".to_owned(),
        text: "The first foreign record was returned.".to_owned(),
    };
    desk.add_entry(&desk.by(lead), incident, &entry).await.unwrap();
    let task = TaskInput {
        title: "Block the account".to_owned(),
        owner: lead.id().to_string(),
        due_at: "2026-06-09 12:00".to_owned(),
    };
    desk.add_task(&desk.by(lead), incident, &task).await.unwrap();
    let note = NoteInput {
        title: "Call with the owner of the interface".to_owned(),
        text: "They switch it off at ten.".to_owned(),
        ..NoteInput::default()
    };
    desk.add_note(&desk.by(lead), incident, &note).await.unwrap();

    let timeline = desk.timeline(&desk.by(lead), incident, true, 1).await.unwrap();
    let texts: Vec<&str> = timeline.entries.items.iter().map(|e| e.text.as_str()).collect();
    assert_eq!(texts, ["The first foreign record was returned.", "Declared as INC-2026-0001."]);
    assert_eq!(timeline.entries.items[0].precision, domain::moment::Precision::Day);
    let only_people = desk.timeline(&desk.by(lead), incident, false, 1).await.unwrap();
    assert_eq!(only_people.entries.total, 1);
    assert_eq!(desk.tasks(&desk.by(lead), true).await.unwrap().len(), 1);
    assert_eq!(desk.notes(&desk.by(lead), incident).await.unwrap().notes.len(), 1);
}

story!(a_case_goes_from_an_alert_to_its_proofs, |desk| {
    let lead = desk.person(Role::Lead).await;
    let dpo = desk.person(Role::Dpo).await;
    let incident = from_an_alert(&desk, &lead).await;
    work_is_noted(&desk, &lead, incident).await;

    // The clock: 72 elapsed hours from awareness, and what is overdue stays to be seen.
    let log = desk.upload(&lead, incident, "access.log", b"GET /v2/customers/1204 200\n").await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T07:30:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen in an answer.".to_owned(),
        evidence: log.to_string(),
        place: "line 1".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let clock = desk.incident(&desk.by(&lead), incident).await.unwrap().clock.unwrap();
    assert_eq!(domain::moment::rfc3339(clock.due_at.unwrap()), "2026-06-12T07:30:00.000000Z");
    assert_eq!(clock.standing, Standing::Running { seconds_left: 71 * 3_600 + 1_800 });
    let statements = desk.clocks(&desk.by(&lead), incident, None).await.unwrap().statements;
    assert_eq!(statements[0].ground.as_ref().map(|g| (g.evidence, g.place.as_str())), Some((log, "line 1")));

    let run = follow_the_playbook(&desk, &lead, incident).await;
    desk.answer_for_people(&dpo, incident).await;

    // Both notices: written by one, approved by another, released by a later act.
    let approver = desk.person(Role::Approver).await;
    let told = desk.submitted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let people = desk
        .submitted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test\nb@people.test")
        .await;
    for notice in [told, people] {
        assert_eq!(desk.approve(&dpo, notice).await.said(), "own_work");
        let early = desk.send_notice(&desk.on_notice(&lead, notice).await, notice).await;
        assert_eq!(early.said(), "not_approved");
        desk.approve(&approver, notice).await.unwrap();
        desk.send_notice(&desk.on_notice(&lead, notice).await, notice).await.unwrap();
        assert_eq!(desk.page(&lead, notice).await.notice.stage, Stage::Sending);
    }
    desk.advance(hours(1));
    let mails = desk.run_mail(accepted).await;
    assert_eq!(mails.len(), 3);
    for mail in &mails {
        let page = desk.page(&lead, mail.notice.unwrap()).await;
        assert_eq!(
            (&mail.subject, &mail.text),
            (&page.subject, &page.text),
            "what leaves is what was approved"
        );
        assert_eq!(mail.html.as_ref(), Some(&page.html));
    }
    let page = desk.page(&lead, told).await;
    assert_eq!(page.notice.stage, Stage::Sent);
    assert_eq!(page.receipts.len(), 1);
    assert_eq!(page.receipts[0].recipient, AUTHORITY);
    assert_eq!(page.receipts[0].reply, "2.0.0 Ok: queued as 4F2");
    assert!(page.receipts[0].sent_sha256.is_some() && page.receipts[0].accepted_at.is_some());
    assert_eq!(desk.page(&lead, people).await.receipts.len(), 2);
    let clock = desk.incident(&desk.by(&lead), incident).await.unwrap().clock.unwrap();
    assert_eq!(clock.standing, Standing::Met { at: desk.now() });

    let rows = desk
        .register(&desk.by(&desk.person(Role::Auditor).await), &FilterInput::default(), 1)
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.total, 1);
    assert_eq!(rows.items[0].notified_at, Some(desk.now()));
    assert!(rows.items[0].communicated && !rows.items[0].late);
    assert!(!rows.items[0].facts.is_empty() && !rows.items[0].remedy.is_empty());

    the_case_is_closed(&desk, &lead, incident, run).await;
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    desk.journaled().await;
});

async fn follow_the_playbook(desk: &Desk, lead: &Who, incident: IncidentId) -> RunId {
    let start = StartInput { playbook: "customer-api-enumerated".to_owned() };
    let run: RunId = desk.start_playbook(&desk.by(lead), incident, &start).await.unwrap().id.parse().unwrap();
    assert_eq!(desk.start_playbook(&desk.by(lead), incident, &start).await.said(), "already_running");

    let types = RecordFactInput { values: vec!["credentials".to_owned()], ..exact("") };
    let branch = |tab: &domain::view::PlaybookTab| {
        let step = tab.runs[0].steps.iter().find(|s| s.id == "force-password-resets").unwrap();
        step.applies.clone()
    };
    let before = desk.runs(&desk.by(lead), incident).await.unwrap();
    assert!(matches!(branch(&before), StepApplies::Undecided { .. }));
    desk.answer_step(&desk.by(lead), incident, run, "read-one-answer", "data.types", &types).await.unwrap();
    let after = desk.runs(&desk.by(lead), incident).await.unwrap();
    assert!(matches!(branch(&after), StepApplies::Yes { .. }), "an answer opens its branch");
    assert_eq!(desk.fact(&desk.by(lead), incident, "data.types").await.unwrap().history.len(), 1);
    let elsewhere =
        desk.answer_step(&desk.by(lead), incident, run, "take-the-lead", "data.types", &types).await;
    assert_eq!(elsewhere.said(), "not_found", "only a step's own questions are answered there");

    let act = |act: &str, reason: &str| StepInput {
        act: act.to_owned(),
        reason: reason.to_owned(),
        ..StepInput::default()
    };
    let untouched = desk.seen(lead, 0);
    desk.work_step(&untouched, incident, run, "take-the-lead", &act("done", "")).await.unwrap();
    let silent = desk.work_step(&untouched, incident, run, "call-the-dpo", &act("skip", "")).await;
    assert_eq!(silent.said(), "reason:required");
    desk.work_step(&untouched, incident, run, "call-the-dpo", &act("skip", "She was in the room."))
        .await
        .unwrap();
    let waits = StepInput {
        act: "wait_on".to_owned(),
        whom: "the hosting provider".to_owned(),
        ..StepInput::default()
    };
    desk.work_step(&untouched, incident, run, "preserve-logs", &waits).await.unwrap();
    let tab = desk.runs(&desk.by(lead), incident).await.unwrap();
    let state = |id: &str| tab.runs[0].steps.iter().find(|s| s.id == id).unwrap().state.clone();
    assert_eq!(state("take-the-lead"), StepState::Done);
    assert_eq!(state("call-the-dpo"), StepState::Skipped { reason: "She was in the room.".to_owned() });
    assert!(matches!(state("preserve-logs"), StepState::WaitingOn { .. }));
    run
}

async fn the_case_is_closed(desk: &Desk, lead: &Who, incident: IncidentId, run: RunId) {
    let close = CloseInput { outcome: "personal_data_breach".to_owned(), reason: String::new() };
    let refused = desk.close_incident(&desk.on_head(lead, incident).await, incident, &close).await;
    assert_eq!(refused.said(), "not_ready_to_close");
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("1 task is open") && why.contains("mandatory playbook steps are open"), "{why}");
    assert!(!why.contains("notice"), "both notices are sent: {why}");

    let draft = desk.drafted(lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let refused = desk.close_incident(&desk.on_head(lead, incident).await, incident, &close).await;
    assert!(refused.unwrap_err().to_string().contains("1 notice is neither sent nor cancelled"));
    desk.cancel_notice(&desk.on_notice(lead, draft).await, draft, &because("Nothing to add.")).await.unwrap();

    let task = desk.tasks(&desk.by(lead), true).await.unwrap().remove(0).task;
    desk.set_task_done(&desk.seen(lead, task.revision), incident, task.id, true).await.unwrap();
    let skip = StepInput {
        act: "skip".to_owned(),
        reason: "Done outside the desk.".to_owned(),
        ..StepInput::default()
    };
    for step in desk.runs(&desk.by(lead), incident).await.unwrap().runs.remove(0).steps {
        if step.mandatory && !step.state.is_settled() {
            desk.work_step(&desk.seen(lead, step.revision), incident, run, &step.id, &skip).await.unwrap();
        }
    }
    desk.close_incident(&desk.on_head(lead, incident).await, incident, &close).await.unwrap();
    let case = desk.incident(&desk.by(lead), incident).await.unwrap();
    assert_eq!(
        (case.incident.phase, case.incident.outcome),
        (Phase::Closed, Some(Outcome::PersonalDataBreach))
    );
    assert_eq!(case.incident.closed_at, Some(desk.now()));
    assert!(case.may(Action::ReopenIncident));
    let late = desk
        .add_task(
            &desk.by(lead),
            incident,
            &TaskInput { title: "One more".to_owned(), ..TaskInput::default() },
        )
        .await;
    assert_eq!(late.said(), "closed");

    desk.reopen_incident(
        &desk.on_head(lead, incident).await,
        incident,
        &because("A second account was found."),
    )
    .await
    .unwrap();
    let case = desk.incident(&desk.by(lead), incident).await.unwrap();
    assert_eq!((case.incident.phase, case.incident.outcome), (Phase::LessonsLearned, None));
    assert_eq!(case.incident.closed_at, None);
}

story!(evidence_keeps_its_digest_and_is_withdrawn_with_a_reason, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Logs").await;
    let content = b"one line of a log\n";
    let digest = domain::journal::hash("one line of a log\n");
    let first = desk.upload(&lead, incident, "../../a.log", content).await;
    let second = desk.upload(&lead, incident, "b.log", content).await;
    let (item, mut file) = desk.read_evidence(&desk.by(&lead), incident, first).await.unwrap();
    assert_eq!((item.name.as_str(), item.sha256.as_str(), item.size), ("a.log", digest.as_str(), 18));
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, content);
    assert!(desk.verify_evidence(&desk.by(&lead), incident, first).await.unwrap());

    // The content stays while another record holds the same digest, and then goes.
    let because = because("It shows a colleague's own mail.");
    desk.withdraw_evidence(&desk.by(&lead), incident, first, &because).await.unwrap();
    assert_eq!(desk.read_evidence(&desk.by(&lead), incident, first).await.said(), "withdrawn");
    assert!(desk.verify_evidence(&desk.by(&lead), incident, second).await.unwrap());
    desk.withdraw_evidence(&desk.by(&lead), incident, second, &because).await.unwrap();
    assert!(!desk.data().join("evidence").join(&digest[..2]).join(&digest).exists());
    let items = desk.evidence(&desk.by(&lead), incident).await.unwrap().items;
    assert_eq!(items.len(), 2, "the records stay");
    assert!(items.iter().all(|e| e.withdrawn_at.is_some() && e.withdrawn_reason == because.reason));
    assert_eq!(desk.withdraw_evidence(&desk.by(&lead), incident, first, &because).await.said(), "withdrawn");
    let aware = RecordFactInput { evidence: first.to_string(), ..exact("The log shows it.") };
    assert_eq!(
        desk.record_fact(&desk.by(&lead), incident, "nature.text", &aware).await.said(),
        "evidence:unknown"
    );
});

story!(evidence_that_was_changed_on_disk_is_found, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Logs").await;
    let id = desk.upload(&lead, incident, "a.log", b"as it was").await;
    let digest = domain::journal::hash("as it was");
    assert_eq!(desk.check_evidence().await.unwrap(), Vec::<String>::new());
    std::fs::write(desk.data().join("evidence").join(&digest[..2]).join(&digest), b"as it wasn't").unwrap();
    assert!(!desk.verify_evidence(&desk.by(&lead), incident, id).await.unwrap());
    assert_eq!(desk.check_evidence().await.unwrap(), [id.to_string()]);
    let item = desk.evidence(&desk.by(&lead), incident).await.unwrap().items.remove(0);
    assert_eq!((item.verified_ok, item.verified_at), (Some(false), Some(desk.now())));
});

story!(an_upload_that_is_too_large_or_given_up_leaves_nothing, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Logs").await;
    let input = EvidenceInput {
        collected_by: "R. Fenn".to_owned(),
        collected_at: "2026-06-09 07:00".to_owned(),
        source: "gateway-2".to_owned(),
        method: String::new(),
        ..EvidenceInput::default()
    };
    let mut upload = desk.begin_evidence(&desk.by(&lead), incident, &input).await.unwrap();
    upload.write(&vec![0; 1 << 20]).await.unwrap();
    assert_eq!(upload.write(&[0]).await.said(), "too_large");
    drop(upload);
    let given_up = desk.begin_evidence(&desk.by(&lead), incident, &input).await.unwrap();
    drop(given_up);
    assert_eq!(std::fs::read_dir(desk.data().join("evidence/incoming")).unwrap().count(), 0);
    assert_eq!(desk.evidence(&desk.by(&lead), incident).await.unwrap().items.len(), 0);
});

story!(a_fact_has_versions_and_nothing_is_overwritten, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Counting").await;
    let promised = RecordFactInput {
        certainty: "not_yet_known".to_owned(),
        promised_on: "2026-06-11".to_owned(),
        ..RecordFactInput::default()
    };
    desk.record_fact(&desk.by(&lead), incident, "people.count", &promised).await.unwrap();
    desk.advance(hours(5));
    let range = RecordFactInput {
        certainty: "range".to_owned(),
        low: "4,000".to_owned(),
        high: "6,000".to_owned(),
        ..promised.clone()
    };
    let both = desk.record_fact(&desk.by(&lead), incident, "people.count", &range).await;
    assert_eq!(both.said(), "promised_on:no_value_expected");
    let range = RecordFactInput { promised_on: String::new(), ..range };
    desk.record_fact(&desk.by(&lead), incident, "people.count", &range).await.unwrap();
    desk.advance(hours(5));
    desk.answer(&lead, incident, "people.count", "4812").await;
    let page = desk.fact(&desk.by(&lead), incident, "people.count").await.unwrap();
    let versions: Vec<(u32, &str)> =
        page.history.iter().map(|(f, shown)| (f.version, shown.as_str())).collect();
    assert_eq!(versions.iter().map(|v| v.0).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(versions[0].1, page.line.shown);
    assert!(versions[1].1.contains("4,000") && versions[1].1.contains("6,000"), "{versions:?}");
    assert_eq!(page.history[2].0.promised_on.map(|d| d.to_string()).as_deref(), Some("2026-06-11"));
    let mut ids: Vec<_> = page.history.iter().map(|(f, _)| f.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert_eq!(desk.number("SELECT COUNT(*) FROM facts WHERE superseded_at IS NULL").await, 1);
    let derived = desk.record_fact(&desk.by(&lead), incident, "time.aware", &exact("2026-06-09 07:00")).await;
    assert_eq!(derived.said(), "derived_fact");
    assert_eq!(desk.record_fact(&desk.by(&lead), incident, "no.such", &exact("x")).await.said(), "not_found");
});

story!(an_overdue_clock_is_shown_and_a_late_notice_stays_late, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Late").await;
    let aware = |at: &str| AwarenessInput {
        aware_at: at.to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware("2026-06-09T08:00:00Z")).await.unwrap();
    let standing = async || desk.incident(&desk.by(&dpo), incident).await.unwrap().clock.unwrap().standing;
    desk.advance(hours(72));
    assert_eq!(
        standing().await,
        Standing::Running { seconds_left: 0 },
        "at the due time itself it isn't late"
    );
    desk.advance(crate::support::seconds(1));
    assert_eq!(standing().await, Standing::Overdue { seconds_over: 1 });
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 1, "overdue isn't hidden");
    let row = desk.register(&desk.by(&dpo), &FilterInput::default(), 1).await.unwrap().rows.items.remove(0);
    assert!(row.late && row.notified_at.is_none());

    desk.answer(&dpo, incident, "time.delay_reasons", "The logs had to be restored first.").await;
    let notice = desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    assert_eq!(standing().await, Standing::MetLate { at: desk.now(), seconds_over: 1 });
    assert_eq!(desk.page(&dpo, notice).await.notice.first_accepted_at, Some(desk.now()));
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 0);
    desk.advance(hours(100));
    assert!(desk.register(&desk.by(&dpo), &FilterInput::default(), 1).await.unwrap().rows.items[0].late);

    // A correction moves the clock once a second person has confirmed it; the earlier statement stays to be read.
    let later = AwarenessInput { correction: "By the log.".to_owned(), ..aware("2026-06-09T08:00:01Z") };
    let id = desk.record_awareness(&desk.by(&dpo), incident, &later).await.unwrap().id.parse().unwrap();
    assert!(matches!(standing().await, Standing::MetLate { .. }), "the earlier due time rules");
    let lead = desk.person(Role::Lead).await;
    desk.confirm_awareness(&desk.by(&lead), incident, id, &DecisionInput::default()).await.unwrap();
    assert!(matches!(standing().await, Standing::Met { .. }));
    assert_eq!(desk.clocks(&desk.by(&dpo), incident, None).await.unwrap().statements.len(), 2);
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
});

story!(phases_are_moved_with_reasons_where_they_go_back, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Phases").await;
    let to = |to: &str, reason: &str| MovePhaseInput { to: to.to_owned(), reason: reason.to_owned() };
    for (input, said) in [
        (to("eradication", ""), "reason:required"),
        (to("closed", "done"), "to:use_close"),
        (to("detection_and_analysis", ""), "to:same_phase"),
        (to("elsewhere", ""), "to:not_a_choice"),
        (to("containment", ""), "ok"),
        (to("recovery", "The flaw was removed with the release."), "ok"),
        (to("containment", ""), "reason:required"),
        (to("containment", "It goes on."), "ok"),
    ] {
        let done = desk.move_phase(&desk.on_head(&lead, incident).await, incident, &input).await;
        assert_eq!(done.said(), said, "{input:?}");
    }
    let silent = CloseInput { outcome: "false_alarm".to_owned(), reason: String::new() };
    let done = desk.close_incident(&desk.on_head(&lead, incident).await, incident, &silent).await;
    assert_eq!(done.said(), "reason:required");
    let said = CloseInput { reason: "A test of our own.".to_owned(), ..silent };
    desk.close_incident(&desk.on_head(&lead, incident).await, incident, &said).await.unwrap();
    let entries = desk.timeline(&desk.by(&lead), incident, true, 1).await.unwrap().entries.items;
    assert!(entries.iter().any(|e| e.text == "Closed as false alarm: A test of our own."));
    assert_eq!(
        desk.register(&desk.by(&lead), &FilterInput::default(), 1).await.unwrap().rows.total,
        0,
        "a false alarm is no breach"
    );
});

story!(the_lead_is_a_member_who_may_write, |desk| {
    let lead = desk.person(Role::Lead).await;
    let reader = desk.person(Role::Reader).await;
    let responder = desk.person(Role::Responder).await;
    let incident = desk.declare("Lead").await;
    let edit = |lead: String| domain::incident::EditIncidentInput {
        title: "Lead".to_owned(),
        severity: "high".to_owned(),
        tlp: "amber".to_owned(),
        lead,
        ..domain::incident::EditIncidentInput::default()
    };
    for who in [&reader, &responder] {
        let done = desk
            .edit_incident(&desk.on_head(&lead, incident).await, incident, &edit(who.id().to_string()))
            .await;
        assert_eq!(done.said(), "lead:not_a_member");
        desk.add_member(&desk.by(&lead), incident, &MemberInput { account: who.id().to_string() })
            .await
            .unwrap();
    }
    let done = desk
        .edit_incident(&desk.on_head(&lead, incident).await, incident, &edit(reader.id().to_string()))
        .await;
    assert_eq!(done.said(), "lead:not_a_member", "a reader can't write");
    assert_eq!(desk.remove_member(&desk.by(&lead), incident, lead.id()).await.said(), "is_lead");
    desk.edit_incident(&desk.on_head(&lead, incident).await, incident, &edit(responder.id().to_string()))
        .await
        .unwrap();
    desk.remove_member(&desk.by(&lead), incident, lead.id()).await.unwrap();
    assert_eq!(desk.incident(&desk.by(&lead), incident).await.said(), "not_found");
    assert_eq!(desk.incident(&desk.by(&responder), incident).await.said(), "ok");
});
