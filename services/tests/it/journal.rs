//! The journal: every change leaves an entry, and every change of the journal is found.

use crate::support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours};
use domain::{
    access::Role,
    account::{
        AccountInput, ProfileInput, RoleInput, TokenInput,
        organisation::{MailInput, OrganisationInput},
    },
    alert::AlertInput,
    assessment::record::AssessRiskInput,
    awareness::{AwarenessInput, DecisionInput, candidate::CandidateInput},
    clock::{
        authority::AuthorityInput,
        recorded::{SubmissionInput, TriggerInput},
        settings::RuleSwitchInput,
    },
    id::{AlertId, EntryId, IncidentId, NoteId, RunId, TaskId},
    incident::{CloseInput, DeclareInput, EditIncidentInput, MovePhaseInput, ReasonInput},
    notice::{ChangesInput, StatementInput, comment::CommentInput, template::NoticeKind},
    playbook::StepInput,
    work::{TaskInput, entry::EntryInput, note::NoteInput, run::ItemInput},
};
use services::{
    incidents::{BreakGlassInput, MemberInput},
    runs::StartInput,
};

fn because() -> ReasonInput {
    ReasonInput { reason: "A reason nobody else gives.".to_owned() }
}

/// Does something and asserts that the journal grew with it.
macro_rules! leaves {
    ($desk:ident, $what:expr) => {{
        let before = $desk.journaled().await;
        let answer = $what.await.unwrap_or_else(|why| panic!("{}: {why:?}", stringify!($what)));
        assert!($desk.journaled().await > before, "{} left no entry", stringify!($what));
        answer
    }};
}

async fn work_leaves_entries(desk: &Desk, lead: &Who) {
    let id: IncidentId = leaves!(
        desk,
        desk.declare_incident(&desk.by(lead), &DeclareInput { title: "T".into(), ..Default::default() })
    )
    .id;
    let edit = EditIncidentInput {
        title: "U".into(),
        severity: "low".into(),
        tlp: "red".into(),
        lead: lead.id().to_string(),
        ..Default::default()
    };
    leaves!(desk, desk.edit_incident(&desk.seen(lead, 1), id, &edit));
    leaves!(
        desk,
        desk.move_phase(
            &desk.seen(lead, 2),
            id,
            &MovePhaseInput { to: "containment".into(), reason: String::new() }
        )
    );
    leaves!(desk, desk.restrict_incident(&desk.seen(lead, 3), id, true, &because()));
    let (dpo, reader) = (desk.person(Role::Dpo).await, desk.person(Role::Reader).await);
    let glass = BreakGlassInput { reference: "INC-2026-0001".into(), reason: "It goes on.".into() };
    leaves!(desk, desk.break_glass(&desk.by(&dpo), &glass));
    leaves!(desk, desk.add_member(&desk.by(lead), id, &MemberInput { account: reader.id().to_string() }));
    leaves!(desk, desk.remove_member(&desk.by(lead), id, reader.id()));

    let task = TaskInput { title: "T".into(), ..Default::default() };
    let task_id: TaskId = leaves!(desk, desk.add_task(&desk.by(lead), id, &task)).id.parse().unwrap();
    leaves!(desk, desk.edit_task(&desk.seen(lead, 1), id, task_id, &task));
    leaves!(desk, desk.set_task_done(&desk.seen(lead, 2), id, task_id, true));
    leaves!(desk, desk.set_task_done(&desk.seen(lead, 3), id, task_id, false));
    leaves!(desk, desk.set_task_done(&desk.seen(lead, 4), id, task_id, true));
    let entry = EntryInput { event_at: "2026-06-09 07:00".into(), text: "E".into() };
    let entry_id: EntryId = leaves!(desk, desk.add_entry(&desk.by(lead), id, &entry)).id.parse().unwrap();
    leaves!(desk, desk.edit_entry(&desk.seen(lead, 1), id, entry_id, &entry));
    leaves!(desk, desk.withdraw_entry(&desk.seen(lead, 2), id, entry_id, &because()));
    let note = NoteInput { title: "N".into(), text: "N".into(), ..NoteInput::default() };
    let note_id: NoteId = leaves!(desk, desk.add_note(&desk.by(lead), id, &note)).id.parse().unwrap();
    leaves!(desk, desk.edit_note(&desk.seen(lead, 1), id, note_id, &note));

    let before = desk.journaled().await;
    let evidence = desk.upload(lead, id, "a.log", b"content").await;
    assert!(desk.journaled().await > before);
    leaves!(desk, desk.read_evidence(&desk.by(lead), id, evidence));
    leaves!(desk, desk.verify_evidence(&desk.by(lead), id, evidence));
    leaves!(desk, desk.withdraw_evidence(&desk.by(lead), id, evidence, &because()));
    leaves!(desk, desk.record_fact(&desk.by(lead), id, "nature.text", &exact("It was read.")));
    let aware = AwarenessInput {
        aware_at: "2026-06-09 07:30".into(),
        judged_by: "M".into(),
        why: "W".into(),
        ..Default::default()
    };
    leaves!(desk, desk.record_awareness(&desk.by(lead), id, &aware));
    let assess = AssessRiskInput { enisa: "without".into(), note: "N".into(), ..Default::default() };
    leaves!(desk, desk.assess_risk(&desk.by(lead), id, &assess));
    clocks_leave_entries(desk, lead, id).await;
    items_leave_entries(desk, lead).await;
    let start = StartInput { playbook: "customer-api-enumerated".into() };
    let run: RunId = leaves!(desk, desk.start_playbook(&desk.by(lead), id, &start)).id.parse().unwrap();
    let done = StepInput { act: "done".into(), ..Default::default() };
    leaves!(desk, desk.work_step(&desk.seen(lead, 0), id, run, "take-the-lead", &done));
    leaves!(
        desk,
        desk.answer_step(&desk.by(lead), id, run, "read-one-answer", "data.text", &exact("Names."))
    );
    leaves!(desk, desk.restrict_incident(&desk.on_head(lead, id).await, id, false, &because()));
    notices_leave_entries(desk, lead, id).await;

    let skip = StepInput { act: "skip".into(), reason: "S".into(), ..Default::default() };
    for step in desk.runs(&desk.by(lead), id).await.unwrap().runs.remove(0).steps {
        if !step.state.is_settled() {
            desk.work_step(&desk.seen(lead, step.revision), id, run, &step.id, &skip).await.unwrap();
        }
    }
    let close = CloseInput { outcome: "personal_data_breach".into(), reason: String::new() };
    leaves!(desk, desk.close_incident(&desk.on_head(lead, id).await, id, &close));
    leaves!(desk, desk.reopen_incident(&desk.on_head(lead, id).await, id, &because()));
}

async fn items_leave_entries(desk: &Desk, lead: &Who) {
    let id = desk.declare("Items").await;
    let start = StartInput { playbook: "mailbox-compromise".into() };
    let run = desk.start_playbook(&desk.by(lead), id, &start).await.unwrap().id.parse().unwrap();
    let (step, label) = ("lock-the-mailbox", ItemInput { label: "A".into() });
    let item = leaves!(desk, desk.add_item(&desk.seen(lead, 0), id, run, step, &label)).id.parse().unwrap();
    for done in [true, false] {
        leaves!(desk, desk.set_item_done(&desk.seen(lead, 0), id, run, step, item, done));
    }
    let other = ItemInput { label: "B".into() };
    leaves!(desk, desk.rename_item(&desk.seen(lead, 0), id, run, step, item, &other));
    leaves!(desk, desk.remove_item(&desk.seen(lead, 0), id, run, step, item));
}

async fn clocks_leave_entries(desk: &Desk, lead: &Who, id: IncidentId) {
    let dpo = desk.person(Role::Dpo).await;
    let correction = crate::clocks::corrected("2026-06-09 07:40");
    let waits = leaves!(desk, desk.record_awareness(&desk.by(lead), id, &correction)).id.parse().unwrap();
    leaves!(desk, desk.confirm_awareness(&desk.by(&dpo), id, waits, &DecisionInput::default()));
    let candidate = CandidateInput {
        kind: "other".into(),
        happened_at: "2026-06-09 07:00".into(),
        what: "W".into(),
        ..Default::default()
    };
    let candidate = leaves!(desk, desk.add_candidate(&desk.by(lead), id, &candidate)).id.parse().unwrap();
    leaves!(desk, desk.withdraw_candidate(&desk.by(lead), id, candidate, &because()));
    let trigger = TriggerInput {
        trigger: "high_risk_found".into(),
        happened_at: "2026-06-09 07:00".into(),
        why: "W".into(),
        ..Default::default()
    };
    leaves!(desk, desk.record_trigger(&desk.by(lead), id, &trigger));
    let submission = SubmissionInput {
        rule: "gdpr34".into(),
        stage: "communication".into(),
        submitted_at: "2026-06-09 07:45".into(),
        how: "Letter".into(),
        ..Default::default()
    };
    let told = leaves!(desk, desk.record_submission(&desk.by(lead), id, &submission)).id.parse().unwrap();
    leaves!(desk, desk.withdraw_submission(&desk.by(lead), id, told, &because()));
    let authority = AuthorityInput { code: "FR".into(), capacity: "lead".into(), ..Default::default() };
    let authority = leaves!(desk, desk.name_authority(&desk.by(lead), id, &authority)).id.parse().unwrap();
    leaves!(desk, desk.withdraw_authority(&desk.by(lead), id, authority, &because()));
    let on = RuleSwitchInput { to: "on".into(), ..Default::default() };
    leaves!(desk, desk.switch_case_rule(&desk.by(lead), id, "dora", &on));
    leaves!(desk, desk.switch_rule(&desk.by(&dpo), "nis2", &on));
    let (feed, _) = leaves!(desk, desk.create_feed(&desk.by(lead)));
    leaves!(desk, desk.revoke_feed(&desk.by(lead), feed));
    desk.advance(hours(37));
    leaves!(desk, desk.run_reminders(&desk.job(), "https://desk.test"));
    let reminder = desk.clocks(&desk.by(lead), id, None).await.unwrap().reminders.remove(0).id;
    leaves!(desk, desk.acknowledge_reminder(&desk.by(lead), id, reminder));
}

async fn notices_leave_entries(desk: &Desk, lead: &Who, id: IncidentId) {
    let approver = desk.person(Role::Approver).await;
    let before = desk.journaled().await;
    let notice = desk.drafted(lead, id, NoticeKind::AuthorityNotification, AUTHORITY).await;
    assert_eq!(desk.journaled().await, before + 2, "drafted, and given its recipients");
    leaves!(
        desk,
        desk.edit_statement(
            &desk.on_notice(lead, notice).await,
            notice,
            "nature",
            &StatementInput { text: "Own.".into(), judgement: "true".into() }
        )
    );
    let words = CommentInput { statement: "nature".into(), text: "Say more.".into() };
    let said = leaves!(desk, desk.comment_on_notice(&desk.by(lead), notice, &words)).id.parse().unwrap();
    leaves!(desk, desk.resolve_comment(&desk.by(lead), notice, said));
    leaves!(desk, desk.refresh_statements(&desk.on_notice(lead, notice).await, notice, Some("people")));
    leaves!(desk, desk.submit_notice(&desk.on_notice(lead, notice).await, notice));
    let remark = ChangesInput { remark: "R".into() };
    leaves!(desk, desk.request_changes(&desk.on_notice(&approver, notice).await, notice, &remark));
    leaves!(desk, desk.submit_notice(&desk.on_notice(lead, notice).await, notice));
    leaves!(desk, desk.approve(&approver, notice));
    leaves!(desk, desk.send_notice(&desk.on_notice(lead, notice).await, notice));
    let before = desk.journaled().await;
    assert_eq!(desk.run_mail(accepted).await.len(), 1);
    assert_eq!(desk.journaled().await, before + 2, "the mail, and what it makes of the notice");
    let other = desk.drafted(lead, id, NoticeKind::AuthorityNotification, AUTHORITY).await;
    leaves!(desk, desk.cancel_notice(&desk.on_notice(lead, other).await, other, &because()));
}

async fn the_house_leaves_entries(desk: &Desk, lead: &Who) {
    let alert = AlertInput { title: "A".into(), ..Default::default() };
    let first: AlertId = leaves!(desk, desk.receive_alert(&desk.by(lead), &alert)).id.parse().unwrap();
    leaves!(desk, desk.dismiss_alert(&desk.seen(lead, 1), first, &because()));
    let second: AlertId = desk.receive_alert(&desk.by(lead), &alert).await.unwrap().id.parse().unwrap();
    leaves!(desk, desk.declare_from_alert(&desk.by(lead), second, &DeclareInput::default()));

    let admin = desk.person(Role::Administrator).await;
    let by = || desk.by(&admin);
    let account = AccountInput {
        email: "n@controller.test".into(),
        name: "N".into(),
        role: "reader".into(),
        zone: String::new(),
    };
    let (id, _) = leaves!(desk, desk.create_account(&by(), &account));
    leaves!(desk, desk.change_role(&by(), id, &RoleInput { role: "lead".into() }));
    leaves!(desk, desk.set_disabled(&by(), id, true));
    leaves!(desk, desk.set_disabled(&by(), id, false));
    leaves!(desk, desk.reset_password(&by(), id));
    leaves!(desk, desk.queue_test_mail(&by(), "me@controller.test"));
    let mail = MailInput {
        host: "127.0.0.1".into(),
        port: "25".into(),
        security: "none".into(),
        from_address: "a@controller.test".into(),
        ..Default::default()
    };
    leaves!(desk, desk.save_mail(&desk.seen(&admin, 0), &mail));
    let profile = OrganisationInput {
        controller: "Harbour Parcel".into(),
        languages: vec!["en".into()],
        ..Default::default()
    };
    leaves!(desk, desk.save_organisation(&desk.seen(&admin, 0), &profile));
    leaves!(desk, desk.save_profile(&by(), &ProfileInput { name: "A".into(), zone: String::new() }));
    let token = TokenInput { name: "P".into(), scopes: vec!["read".into()], days: String::new() };
    let (token, _) = leaves!(desk, desk.create_token(&by(), &token));
    leaves!(desk, desk.revoke_token(&by(), token));
    leaves!(desk, desk.end_other_sessions(&by()));
}

story!(every_change_leaves_an_entry, |desk| {
    let lead = desk.person(Role::Lead).await;
    work_leaves_entries(&desk, &lead).await;
    the_house_leaves_entries(&desk, &lead).await;
    let verified = desk.verify_journal().await.unwrap();
    assert_eq!(verified.broken, Vec::new());
    assert_eq!(verified.entries as i64, desk.journaled().await);
    // Ids, versions and digests, no words of people.
    let words = "line LIKE '%reason nobody%' OR line LIKE '%controller.test%' OR line LIKE '%Person 0%' OR line LIKE '%Person 1%' OR line LIKE '%It was read%'";
    assert_eq!(desk.number(&format!("SELECT COUNT(*) FROM journal WHERE {words}")).await, 0);
});

story!(a_refused_change_leaves_nothing, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Quiet").await;
    let counted = async || {
        let mut all = Vec::new();
        for table in ["journal", "entries", "tasks", "outbox", "answers", "search_docs", "incidents"] {
            all.push(desk.number(&format!("SELECT COUNT(*) FROM {table}")).await);
        }
        all
    };
    let before = counted().await;
    for said in [
        desk.add_task(&desk.by(&lead), incident, &TaskInput::default()).await.said(),
        desk.move_phase(
            &desk.seen(&lead, 9),
            incident,
            &MovePhaseInput { to: "containment".into(), reason: String::new() },
        )
        .await
        .said(),
        desk.close_incident(&desk.seen(&lead, 1), incident, &CloseInput::default()).await.said(),
        desk.declare_incident(&desk.by(&lead), &DeclareInput::default()).await.said(),
    ] {
        assert_ne!(said, "ok");
    }
    assert_eq!(counted().await, before);
});

story!(the_engine_itself_refuses_to_change_the_journal, |desk| {
    desk.declare("Kept").await;
    for sql in [
        "UPDATE journal SET line = '{}'",
        "DELETE FROM journal",
        "UPDATE journal SET hash = hash WHERE seq = 1",
    ] {
        let why = desk.tamper(sql).await.unwrap_err().to_string();
        assert!(why.contains("the journal is only added to"), "{sql}: {why}");
    }
    if desk.engine().url().is_some() {
        assert!(desk.tamper("TRUNCATE journal").await.is_err());
    }
    desk.journaled().await;
});

/// What somebody does who has the file or the server's password.
async fn without_rules(desk: &Desk, sql: &[String]) {
    let postgres = desk.engine().url().is_some();
    let off = if postgres {
        vec!["ALTER TABLE journal DISABLE TRIGGER ALL".to_owned()]
    } else {
        vec![
            "DROP TRIGGER IF EXISTS journal_unchanged".to_owned(),
            "DROP TRIGGER IF EXISTS journal_kept".to_owned(),
        ]
    };
    for sql in off.iter().chain(sql) {
        desk.tamper(sql).await.unwrap();
    }
}

story!(what_was_changed_behind_its_back_is_found, |desk| {
    let lead = desk.person(Role::Lead).await;
    let (mut cases, mut found) = (Vec::new(), Vec::new());
    for n in 0..7 {
        let id = desk.declare(&format!("Case {n}")).await;
        for k in 0..3 {
            desk.add_task(&desk.by(&lead), id, &TaskInput { title: format!("{k}"), ..Default::default() })
                .await
                .unwrap();
        }
        cases.push(format!("incident:{id}"));
    }
    let kept = desk.verify_journal().await.unwrap().heads;
    let at = |n: usize, seq: i64| format!("stream = '{}' AND seq = {seq}", cases[n]);
    let line = "line = replace(line, 'task_added', 'task_edited')";
    without_rules(
        &desk,
        &[
            // 0: a line. 1: a line and its own hash. 2: one taken out. 3: the tail cut. 4: cut, with the head.
            format!("UPDATE journal SET {line} WHERE {}", at(0, 2)),
            format!("UPDATE journal SET {line}, hash = '{}' WHERE {}", "ab".repeat(32), at(1, 3)),
            format!("DELETE FROM journal WHERE {}", at(2, 2)),
            format!("DELETE FROM journal WHERE {}", at(3, 4)),
            format!("DELETE FROM journal WHERE {}", at(4, 4)),
            format!(
                "UPDATE heads SET seq = 3, hash = (SELECT hash FROM journal WHERE {}) WHERE stream = '{}'",
                at(4, 3),
                cases[4]
            ),
            // 5: everything but the head. 6: the head alone.
            format!("DELETE FROM journal WHERE stream = '{}'", cases[5]),
            format!("DELETE FROM heads WHERE stream = '{}'", cases[6]),
        ],
    )
    .await;
    let verified = desk.opened_again().await.verify_journal().await.unwrap();
    for broken in &verified.broken {
        found.push((cases.iter().position(|c| *c == broken.stream).unwrap(), broken.seq, broken.what));
    }
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (0, 2, "was changed: its hash is another"),
            (1, 3, "was changed: its hash is another"),
            (2, 2, "is missing"),
            (3, 4, "is missing at the end"),
            (5, 1, "is missing at the end"),
            (6, 5, "has no head: the end of its stream is unknown"),
        ]
    );
    // The one that hides inside the house shows against the head that was kept outside.
    let (seq, hash) = &kept[&cases[4]];
    assert_ne!(desk.journal_hash(&cases[4], *seq).await.unwrap().as_ref(), Some(hash));
    let (seq, hash) = &kept["system"];
    assert_eq!(desk.journal_hash("system", *seq).await.unwrap().as_ref(), Some(hash));
});
