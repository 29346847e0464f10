//! To an outsider an incident isn't there: every verb answers as for an id that never was, and no list,
//! count or search gives it away.

use crate::support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story};
use domain::{
    access::Role,
    alert::AlertInput,
    assessment::record::AssessRiskInput,
    awareness::{AwarenessInput, DecisionInput, candidate::CandidateInput},
    clock::{
        authority::AuthorityInput,
        recorded::{SubmissionInput, TriggerInput},
        settings::RuleSwitchInput,
    },
    correspondence::question::{
        AnswerInput, AnsweredInput, ApproveAnswerInput, AskedInput, DraftAnswerInput,
    },
    evidence::EvidenceInput,
    id::{
        AccountId, AlertId, AuthorityId, AwarenessId, CandidateId, CasePartyId, CommentId, EntryId,
        EvidenceId, IncidentId, ItemId, NoteId, NoticeId, QuestionId, ReminderId, RunId, SubmissionId,
        TaskId,
    },
    incident::{CloseInput, DeclareInput, EditIncidentInput, MovePhaseInput, ReasonInput},
    notice::{
        ApproveInput, ChangesInput, DraftInput, RecipientsInput, StatementInput,
        comment::CommentInput,
        template::{Language, NoticeKind},
    },
    party::in_case::{AddCasePartyInput, ProcessingInput},
    playbook::StepInput,
    register::{FilterInput, retention::OwnDateInput},
    work::{
        TaskInput,
        entry::EntryInput,
        note::NoteInput,
        run::{ItemInput, TakeVersionInput},
    },
};
use services::{
    Ctx,
    incidents::MemberInput,
    parties::{DraftAllInput, TakeOverInput},
    runs::StartInput,
};

/// A word that stands in every field of the foreign case, and nowhere else.
const CANARY: &str = "zanzibar";
/// A step that is worked once for each of something.
const REPEATED: &str = "lock-the-mailbox";

/// One case with one of everything in it.
#[derive(Clone, Copy)]
struct Full {
    incident: IncidentId,
    task: TaskId,
    note: NoteId,
    entry: EntryId,
    evidence: EvidenceId,
    run: RunId,
    /// Of a playbook whose step has an item.
    repeated: RunId,
    item: ItemId,
    notice: NoticeId,
    party: CasePartyId,
    question: QuestionId,
    member: AccountId,
}

fn because() -> ReasonInput {
    ReasonInput { reason: format!("{CANARY} reason") }
}

async fn full(desk: &Desk, lead: &Who) -> Full {
    let by = || desk.by(lead);
    let said = |what: &str| format!("{CANARY} {what}");
    let declare = DeclareInput { title: said("title"), summary: said("summary"), severity: String::new() };
    let incident = desk.declare_incident(&by(), &declare).await.unwrap().id;
    let task = TaskInput { title: said("task"), owner: lead.id().to_string(), ..TaskInput::default() };
    let task = desk.add_task(&by(), incident, &task).await.unwrap().id.parse().unwrap();
    let note = NoteInput { title: said("note"), text: said("note text"), ..NoteInput::default() };
    let note = desk.add_note(&by(), incident, &note).await.unwrap().id.parse().unwrap();
    let entry = EntryInput { event_at: "2026-06-09 07:00".to_owned(), text: said("entry") };
    let entry = desk.add_entry(&by(), incident, &entry).await.unwrap().id.parse().unwrap();
    let evidence = desk.upload(lead, incident, &format!("{CANARY}.log"), CANARY.as_bytes()).await;
    let start = StartInput { playbook: "customer-api-enumerated".to_owned() };
    let run = desk.start_playbook(&by(), incident, &start).await.unwrap().id.parse().unwrap();
    let start = StartInput { playbook: "mailbox-compromise".to_owned() };
    let repeated = desk.start_playbook(&by(), incident, &start).await.unwrap().id.parse().unwrap();
    let label = ItemInput { label: said("mailbox") };
    let item = desk.add_item(&desk.seen(lead, 0), incident, repeated, REPEATED, &label).await;
    let item = item.unwrap().id.parse().unwrap();
    desk.answer(lead, incident, "nature.text", &said("nature")).await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09 07:30".into(),
        judged_by: said("judge"),
        why: said("why"),
        ..Default::default()
    };
    desk.record_awareness(&by(), incident, &aware).await.unwrap();
    let notice = desk.drafted(lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    // The name comes into everybody's address book, so the case's own words stand in what is recorded here.
    let joins = AddCasePartyInput {
        name: "The controller".to_owned(),
        role: "controller".to_owned(),
        reference: said("reference"),
        notes: said("party notes"),
        ..AddCasePartyInput::default()
    };
    let party = desk.add_case_party(&by(), incident, &joins).await.unwrap().id.parse().unwrap();
    let about = exact(&said("data of the controller"));
    desk.record_controller_fact(&by(), incident, party, "nature.text", &about).await.unwrap();
    let question = AskedInput {
        asker: "other".to_owned(),
        name: said("asker"),
        way: "mail".to_owned(),
        received_at: "2026-06-09 07:30".to_owned(),
        text: said("question"),
        owner: lead.id().to_string(),
        ..AskedInput::default()
    };
    let question = desk.record_question(&by(), incident, &question).await.unwrap().id.parse().unwrap();
    let member = lead.id();
    Full { incident, task, note, entry, evidence, run, repeated, item, notice, party, question, member }
}

fn unknown() -> Full {
    let bits = [42; 16];
    Full {
        incident: IncidentId::from_bits(bits),
        task: TaskId::from_bits(bits),
        note: NoteId::from_bits(bits),
        entry: EntryId::from_bits(bits),
        evidence: EvidenceId::from_bits(bits),
        run: RunId::from_bits(bits),
        repeated: RunId::from_bits(bits),
        item: ItemId::from_bits(bits),
        notice: NoticeId::from_bits(bits),
        party: CasePartyId::from_bits(bits),
        question: QuestionId::from_bits(bits),
        member: AccountId::from_bits(bits),
    }
}

/// Every verb that names an incident or something in it, with what it answers. Inputs are good ones where
/// `good`, and can't be taken otherwise: access comes first.
async fn every_verb(desk: &Desk, ctx: &Ctx, it: Full, good: bool) -> Vec<(&'static str, String)> {
    let text = |good_text: &str| if good { good_text.to_owned() } else { "\u{1}".to_owned() };
    let Full { incident, task, note, entry, evidence, run, repeated, item, notice, party, question, member } =
        it;
    let because = ReasonInput { reason: text("a reason") };
    let step = StepInput { act: text("done"), ..StepInput::default() };
    let edit = EditIncidentInput {
        title: text("t"),
        severity: text("low"),
        tlp: text("red"),
        lead: text(&member.to_string()),
        ..Default::default()
    };
    let new_task = TaskInput { title: text("t"), ..TaskInput::default() };
    let new_note = NoteInput { title: text("t"), text: text("t"), ..NoteInput::default() };
    let new_entry = EntryInput { event_at: text("2026-06-09 07:00"), text: text("t") };
    let about = EvidenceInput {
        collected_by: text("x"),
        collected_at: text("2026-06-09 07:00"),
        source: text("x"),
        method: text("x"),
        ..EvidenceInput::default()
    };
    let aware = AwarenessInput {
        aware_at: text("2026-06-09 07:30"),
        judged_by: text("x"),
        why: text("x"),
        ..Default::default()
    };
    let candidate = CandidateInput {
        kind: text("first_alert"),
        happened_at: text("2026-06-09 07:30"),
        what: text("x"),
        ..Default::default()
    };
    let trigger = TriggerInput {
        trigger: text("high_risk_found"),
        happened_at: text("2026-06-09 07:30"),
        why: text("x"),
        ..Default::default()
    };
    let submission = SubmissionInput {
        rule: text("gdpr33"),
        stage: text("follow_up"),
        submitted_at: text("2026-06-09 07:30"),
        how: text("x"),
        ..Default::default()
    };
    let authority = AuthorityInput { code: text("FR"), capacity: text("lead"), ..AuthorityInput::default() };
    let switch = RuleSwitchInput { to: text("on"), accept_unverified: String::new() };
    let draft =
        DraftInput { kind: text("authority_notification"), language: text("en"), ..DraftInput::default() };
    let joins = AddCasePartyInput { name: text("x"), role: text("other"), ..AddCasePartyInput::default() };
    let to = RecipientsInput { recipients: text(AUTHORITY), confirm: text(AUTHORITY) };
    let phase = MovePhaseInput { to: text("containment"), reason: text("r") };
    let close = CloseInput { outcome: text("false_alarm"), reason: text("r") };
    let review = OwnDateInput { review_on: text("2040-01-31"), reason: text("r") };
    macro_rules! said {
        ($($verb:ident($($arg:expr),*)),+ $(,)?) => { vec![$((stringify!($verb), desk.$verb($($arg),*).await.said())),+] };
    }
    said![
        incident(ctx, incident),
        overview(ctx, incident),
        timeline(ctx, incident, true, 1),
        notes(ctx, incident),
        note(ctx, incident, Some(note)),
        note(ctx, incident, None),
        task(ctx, incident, task),
        entry(ctx, incident, entry),
        evidence(ctx, incident),
        read_evidence(ctx, incident, evidence),
        verify_evidence(ctx, incident, evidence),
        withdraw_evidence(ctx, incident, evidence, &because),
        begin_evidence(ctx, incident, &about),
        fact_sheet(ctx, incident),
        fact(ctx, incident, "nature.text"),
        fact(ctx, incident, "no.such.key"),
        record_fact(ctx, incident, "nature.text", &exact(&text("x"))),
        record_fact(ctx, incident, "no.such.key", &exact("x")),
        clocks(ctx, incident, None),
        confirm_awareness(ctx, incident, AwarenessId::from_bits([7; 16]), &DecisionInput::default()),
        decline_awareness(
            ctx,
            incident,
            AwarenessId::from_bits([7; 16]),
            &DecisionInput { reason: text("r") }
        ),
        add_candidate(ctx, incident, &candidate),
        withdraw_candidate(ctx, incident, CandidateId::from_bits([7; 16]), &because),
        record_trigger(ctx, incident, &trigger),
        record_submission(ctx, incident, &submission),
        withdraw_submission(ctx, incident, SubmissionId::from_bits([7; 16]), &because),
        name_authority(ctx, incident, &authority),
        withdraw_authority(ctx, incident, AuthorityId::from_bits([7; 16]), &because),
        switch_case_rule(ctx, incident, "dora", &switch),
        acknowledge_reminder(ctx, incident, ReminderId::from_bits([7; 16])),
        record_awareness(ctx, incident, &aware),
        runs(ctx, incident),
        start_playbook(ctx, incident, &StartInput { playbook: text("customer-api-enumerated") }),
        work_step(ctx, incident, run, "take-the-lead", &step),
        add_item(ctx, incident, repeated, REPEATED, &ItemInput { label: text("x") }),
        set_item_done(ctx, incident, repeated, REPEATED, item, true),
        rename_item(ctx, incident, repeated, REPEATED, item, &ItemInput { label: text("y") }),
        remove_item(ctx, incident, repeated, REPEATED, item),
        step_history(ctx, incident, run, "take-the-lead"),
        run_difference(ctx, incident, run),
        take_version(ctx, incident, run, &TakeVersionInput::default()),
        recommended_playbooks(ctx, incident),
        answer_step(ctx, incident, run, "read-one-answer", "data.text", &exact(&text("x"))),
        notices_of(ctx, incident),
        preview_texts(ctx, NoticeKind::SubjectCommunication, Language::En, incident),
        notice(ctx, notice),
        notice_proof(ctx, notice),
        draft_notice(ctx, incident, &draft),
        edit_statement(
            ctx,
            notice,
            "nature",
            &StatementInput { text: text("x"), ..StatementInput::default() }
        ),
        refresh_statements(ctx, notice, None),
        keep_statement(ctx, notice, "nature", &because),
        notice_versions(ctx, notice, None, None),
        comment_on_notice(ctx, notice, &CommentInput { statement: String::new(), text: text("x") }),
        resolve_comment(ctx, notice, CommentId::from_bits([7; 16])),
        set_recipients(ctx, notice, &to),
        submit_notice(ctx, notice),
        request_changes(ctx, notice, &ChangesInput { remark: text("x") }),
        approve_notice(ctx, notice, &ApproveInput { digest: text("x"), on_uncertain: text("x") }),
        send_notice(ctx, notice),
        cancel_notice(ctx, notice, &because),
        correspondence(ctx, incident),
        record_question(ctx, incident, &AskedInput { text: text("x"), ..AskedInput::default() }),
        question(ctx, question),
        edit_question(ctx, question, &AskedInput { text: text("x"), ..AskedInput::default() }),
        draft_answer(ctx, question, &DraftAnswerInput { language: text("en"), statements: Vec::new() }),
        write_answer(ctx, question, &AnswerInput { text: text("x") }),
        approve_answer(ctx, question, &ApproveAnswerInput { digest: text("x") }),
        send_answer_back(ctx, question, &because),
        record_answered(ctx, question, &AnsweredInput { way: text("mail"), ..AnsweredInput::default() }),
        withdraw_question(ctx, question, &because),
        edit_incident(ctx, incident, &edit),
        move_phase(ctx, incident, &phase),
        close_incident(ctx, incident, &close),
        reopen_incident(ctx, incident, &because),
        restrict_incident(ctx, incident, true, &because),
        add_member(ctx, incident, &MemberInput { account: text(&member.to_string()) }),
        remove_member(ctx, incident, member),
        add_task(ctx, incident, &new_task),
        edit_task(ctx, incident, task, &new_task),
        set_task_done(ctx, incident, task, true),
        add_entry(ctx, incident, &new_entry),
        edit_entry(ctx, incident, entry, &new_entry),
        withdraw_entry(ctx, incident, entry, &because),
        add_note(ctx, incident, &new_note),
        edit_note(ctx, incident, note, &new_note),
        parties_of(ctx, incident),
        case_party(ctx, incident, party),
        add_case_party(ctx, incident, &joins),
        edit_case_party(ctx, incident, party, &joins.part()),
        remove_case_party(ctx, incident, party, &because),
        set_processing(ctx, incident, &ProcessingInput { capacity: text("both"), why: String::new() }),
        count_contract(ctx, incident, party),
        take_over(ctx, incident, party, &TakeOverInput { key: text("parties[]") }),
        record_controller_fact(ctx, incident, party, "nature.text", &exact("x")),
        draft_controller_notices(ctx, incident, &DraftAllInput { language: text("en") }),
        journal_of(ctx, incident, 1),
        assess_risk(
            ctx,
            incident,
            &AssessRiskInput { enisa: text("without"), note: text("n"), ..Default::default() }
        ),
        assessment(ctx, incident, 1),
        assessment_versions(ctx, incident, 1),
        record(ctx, incident),
        export_record(ctx, incident, "json"),
        export_record(ctx, incident, "papyrus"),
        incident_proof(ctx, incident),
        set_review_date(ctx, incident, &review),
        place_hold(ctx, incident, &because),
        lift_hold(ctx, incident, &because),
    ]
}

/// Who sees nothing of the case, unrestricted or restricted.
async fn outsiders(desk: &Desk, restricted: bool) -> Vec<Who> {
    let mut roles = vec![Role::Responder, Role::Administrator];
    if restricted {
        roles.extend([Role::Dpo, Role::Approver, Role::Reader, Role::Auditor]);
    }
    let mut out = vec![desk.another(Role::Lead).await];
    for role in roles {
        out.push(desk.another(role).await);
    }
    out
}

story!(every_verb_answers_an_outsider_as_for_an_unknown_id, |desk| {
    let lead = desk.person(Role::Lead).await;
    let it = full(&desk, &lead).await;
    for restricted in [false, true] {
        if restricted {
            desk.restrict_incident(&desk.on_head(&lead, it.incident).await, it.incident, true, &because())
                .await
                .unwrap();
        }
        for who in outsiders(&desk, restricted).await {
            let before = desk.journaled().await;
            for (good, seen) in [(true, Some(1)), (true, None), (false, Some(99))] {
                let ctx = Ctx { seen, ..desk.by(&who) };
                let real = every_verb(&desk, &ctx, it, good).await;
                let never = every_verb(&desk, &ctx, unknown(), good).await;
                assert_eq!(real, never, "{:?}", who.0.role);
                let leaks: Vec<_> = real.iter().filter(|(_, said)| said != "not_found").collect();
                assert!(leaks.is_empty(), "{:?}: {leaks:?}", who.0.role);
            }
            assert_eq!(desk.journaled().await, before, "and nothing was written");
            let reference = desk.incident_by_reference(&desk.by(&who), "INC-2026-0001").await.said();
            assert_eq!(reference, desk.incident_by_reference(&desk.by(&who), "INC-2026-9999").await.said());
            assert_eq!(reference, "not_found");
        }
    }
});

story!(an_item_is_not_reached_through_another_case, |desk| {
    let lead = desk.person(Role::Lead).await;
    let other = desk.another(Role::Lead).await;
    let it = full(&desk, &lead).await;
    let own = full(&desk, &other).await;
    // The way in is a case of the asker's own; the thing belongs to the other.
    let through = Full { incident: own.incident, ..it };
    let by_item = [
        "note",
        "task",
        "entry",
        "read_evidence",
        "verify_evidence",
        "withdraw_evidence",
        "work_step",
        "add_item",
        "set_item_done",
        "rename_item",
        "remove_item",
        "step_history",
        "run_difference",
        "take_version",
        "answer_step",
        "notice",
        "edit_statement",
        "refresh_statements",
        "set_recipients",
        "submit_notice",
        "request_changes",
        "approve_notice",
        "send_notice",
        "cancel_notice",
        "edit_task",
        "set_task_done",
        "edit_entry",
        "withdraw_entry",
        "edit_note",
    ];
    let ctx = desk.seen(&other, 1);
    let said = every_verb(&desk, &ctx, through, true).await;
    for (verb, said) in said
        .into_iter()
        .enumerate()
        .filter(|(n, (verb, _))| by_item.contains(verb) && *n != 5)
        .map(|(_, pair)| pair)
    {
        assert_eq!(said, "not_found", "{verb}");
    }
    // And the lead, who sees both, doesn't get the one for the other either.
    desk.add_member(&desk.by(&other), own.incident, &MemberInput { account: lead.id().to_string() })
        .await
        .said();
    assert_eq!(desk.task(&desk.by(&lead), own.incident, it.task).await.said(), "not_found");
});

/// Everything that lists, counts or finds, as text.
async fn all_lists(desk: &Desk, who: &Who) -> String {
    let by = || desk.by(who);
    let mut out = String::new();
    out += &format!("{:?}", desk.incidents(&by(), false, 1).await);
    out += &format!("{:?}", desk.incidents(&by(), true, 1).await);
    out += &format!("{:?}", desk.tasks(&by(), false).await);
    out += &format!("{:?}", desk.tasks(&by(), true).await);
    out += &format!("{:?}", desk.desk(&by()).await);
    out += &format!("{:?}", desk.notices(&by(), None, 1).await);
    out += &format!("{:?}", desk.register(&by(), &FilterInput::default(), 1).await);
    out += &format!("{:?}", desk.alerts(&by(), None, 1).await);
    out += &format!("{:?}", desk.new_alerts(&by()).await);
    for words in [CANARY, "zanz", "ZANZIBAR title", "zanzibar note text", "INC-2026-0001"] {
        out += &format!("{:?}", desk.search(&by(), words).await.map(|hits| (hits.len(), hits)));
    }
    out
}

story!(a_foreign_case_appears_in_no_list_and_no_search, |desk| {
    let lead = desk.person(Role::Lead).await;
    // From an alert, so that the inbox has a way to it as well. The alert's own words are the inbox's.
    let alert = AlertInput { title: "Many numbers".to_owned(), ..AlertInput::default() };
    let alert: AlertId = desk.receive_alert(&desk.by(&lead), &alert).await.unwrap().id.parse().unwrap();
    let declare = DeclareInput { title: format!("{CANARY} from an alert"), ..DeclareInput::default() };
    let from_alert = desk.declare_from_alert(&desk.by(&lead), alert, &declare).await.unwrap().id;
    let it = full(&desk, &lead).await;
    let own = all_lists(&desk, &lead).await;
    assert!(own.contains(CANARY) && own.contains(&it.incident.to_string()), "its own people find it");

    for restricted in [false, true] {
        if restricted {
            for incident in [it.incident, from_alert] {
                let ctx = desk.on_head(&lead, incident).await;
                desk.restrict_incident(&ctx, incident, true, &because()).await.unwrap();
            }
        }
        for who in outsiders(&desk, restricted).await {
            let seen = all_lists(&desk, &who).await;
            for secret in [
                CANARY,
                &it.incident.to_string(),
                &from_alert.to_string(),
                &it.notice.to_string(),
                &it.task.to_string(),
                "INC-2026",
            ] {
                assert!(!seen.contains(secret), "{:?} sees {secret} in {seen}", who.0.role);
            }
            assert_eq!(desk.incidents(&desk.by(&who), false, 1).await.unwrap().total, 0);
            if who.0.role != Role::Administrator
                && who.0.role != Role::Approver
                && who.0.role != Role::Auditor
            {
                assert_eq!(desk.alert(&desk.by(&who), alert).await.unwrap().incident, None);
            }
        }
    }
});

story!(a_member_who_was_taken_out_is_an_outsider_at_once, |desk| {
    let lead = desk.person(Role::Lead).await;
    let responder = desk.person(Role::Responder).await;
    let it = full(&desk, &lead).await;
    desk.add_member(&desk.by(&lead), it.incident, &MemberInput { account: responder.id().to_string() })
        .await
        .unwrap();
    assert!(all_lists(&desk, &responder).await.contains(CANARY));
    let upload = desk
        .begin_evidence(
            &desk.by(&responder),
            it.incident,
            &EvidenceInput {
                collected_by: "x".into(),
                collected_at: "2026-06-09 07:00".into(),
                source: "x".into(),
                method: String::new(),
                ..EvidenceInput::default()
            },
        )
        .await
        .unwrap();
    desk.remove_member(&desk.by(&lead), it.incident, responder.id()).await.unwrap();
    assert!(!all_lists(&desk, &responder).await.contains(CANARY));
    let finished = desk.finish_evidence(&desk.by(&responder), upload, "late.log").await;
    assert_eq!(finished.said(), "not_found", "an upload that was under way isn't taken either");
});

story!(outsiders_learn_nothing_from_mail_about_their_own_account, |desk| {
    let lead = desk.person(Role::Lead).await;
    let it = full(&desk, &lead).await;
    let responder = desk.person(Role::Responder).await;
    desk.add_member(&desk.by(&lead), it.incident, &MemberInput { account: responder.id().to_string() })
        .await
        .unwrap();
    let mut alarms = Vec::new();
    for mail in desk.claim_mail(&desk.job(), crate::support::BOOT, 100).await.unwrap() {
        desk.mark_attempting(&desk.job(), &mail).await.unwrap();
        desk.finish_mail(&desk.job(), &mail, &accepted(&mail)).await.unwrap();
        alarms.push(format!("{} {}", mail.subject, mail.text));
    }
    assert!(alarms.iter().any(|a| a.contains("INC-2026-0001: a member was added")));
    assert!(
        !alarms.iter().any(|a| a.contains(CANARY)),
        "an alarm leaves the house and says nothing of the case"
    );
});
