//! Two people at once, and the same request twice.

use crate::support::{AUTHORITY, Desk, Said, Who, engines::story, hours, seconds};
use domain::{
    access::Role,
    account::organisation::{MailInput, OrganisationInput},
    alert::AlertInput,
    id::{AlertId, IncidentId, NoteId, TaskId},
    incident::{CloseInput, DeclareInput, EditIncidentInput, MovePhaseInput, ReasonInput},
    notice::{RecipientsInput, StatementInput, template::NoticeKind},
    playbook::StepInput,
    work::{TaskInput, entry::EntryInput, note::NoteInput, run::ItemInput},
};
use services::{Ctx, Idempotency, runs::StartInput};

fn because() -> ReasonInput {
    ReasonInput { reason: "R".to_owned() }
}

fn edit(title: &str, lead: &Who) -> EditIncidentInput {
    EditIncidentInput {
        title: title.into(),
        severity: "low".into(),
        tlp: "red".into(),
        lead: lead.id().to_string(),
        ..Default::default()
    }
}

/// Every change of something that others may change meanwhile, with the same context.
async fn changes(desk: &Desk, ctx: &Ctx, lead: &Who) -> Vec<(&'static str, String)> {
    let by = desk.by(lead);
    let id = desk.declare("R").await;
    let task: TaskId = desk
        .add_task(&by, id, &TaskInput { title: "T".into(), ..Default::default() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    let note: NoteId = desk
        .add_note(&by, id, &NoteInput { title: "N".into(), text: String::new(), ..NoteInput::default() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    let entry_input = EntryInput { event_at: "2026-06-09".into(), text: "E".into() };
    let entry = desk.add_entry(&by, id, &entry_input).await.unwrap().id.parse().unwrap();
    let run = desk
        .start_playbook(&by, id, &StartInput { playbook: "customer-api-enumerated".into() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    let start = StartInput { playbook: "mailbox-compromise".into() };
    let repeated = desk.start_playbook(&by, id, &start).await.unwrap().id.parse().unwrap();
    let (step, label) = ("lock-the-mailbox", ItemInput { label: "A".into() });
    let item = desk.add_item(&desk.seen(lead, 0), id, repeated, step, &label).await.unwrap();
    let item = item.id.parse().unwrap();
    let notice = desk.drafted(lead, id, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let alert: AlertId = desk
        .receive_alert(&by, &AlertInput { title: "A".into(), ..Default::default() })
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    let admin = desk.person(Role::Administrator).await;
    let as_admin = Ctx { seen: ctx.seen, ..desk.by(&admin) };
    let dpo = desk.person(Role::Dpo).await;
    let as_dpo = Ctx { seen: ctx.seen, ..desk.by(&dpo) };
    let to = RecipientsInput { recipients: AUTHORITY.into(), confirm: AUTHORITY.into() };
    macro_rules! said {
        ($($verb:ident($($arg:expr),*)),+ $(,)?) => { vec![$((stringify!($verb), desk.$verb($($arg),*).await.said())),+] };
    }
    said![
        edit_incident(ctx, id, &edit("U", lead)),
        move_phase(ctx, id, &MovePhaseInput { to: "containment".into(), reason: String::new() }),
        restrict_incident(ctx, id, true, &because()),
        close_incident(ctx, id, &CloseInput { outcome: "false_alarm".into(), reason: "R".into() }),
        reopen_incident(ctx, id, &because()),
        edit_task(ctx, id, task, &TaskInput { title: "U".into(), ..Default::default() }),
        set_task_done(ctx, id, task, true),
        edit_note(
            ctx,
            id,
            note,
            &NoteInput { title: "M".into(), text: String::new(), ..NoteInput::default() }
        ),
        edit_entry(ctx, id, entry, &entry_input),
        withdraw_entry(ctx, id, entry, &because()),
        work_step(ctx, id, run, "take-the-lead", &StepInput { act: "done".into(), ..Default::default() }),
        add_item(ctx, id, repeated, step, &ItemInput { label: "B".into() }),
        set_item_done(ctx, id, repeated, step, item, true),
        rename_item(ctx, id, repeated, step, item, &ItemInput { label: "C".into() }),
        remove_item(ctx, id, repeated, step, item),
        edit_statement(
            ctx,
            notice,
            "nature",
            &StatementInput { text: "Own.".into(), ..StatementInput::default() }
        ),
        refresh_statements(ctx, notice, Some("nature")),
        keep_statement(ctx, notice, "nature", &because()),
        set_recipients(ctx, notice, &to),
        submit_notice(ctx, notice),
        request_changes(ctx, notice, &domain::notice::ChangesInput { remark: "R".into() }),
        approve_notice(&as_dpo, notice, &Default::default()),
        send_notice(ctx, notice),
        cancel_notice(ctx, notice, &because()),
        dismiss_alert(ctx, alert, &because()),
        save_organisation(
            &as_admin,
            &OrganisationInput { controller: "C".into(), languages: vec!["en".into()], ..Default::default() }
        ),
        save_mail(&as_admin, &MailInput::default()),
    ]
}

story!(a_change_says_what_it_has_seen, |desk| {
    let lead = desk.person(Role::Lead).await;
    for (seen, wanted) in
        [(None, "revision_required"), (Some(77), "revision_stale"), (Some(-1), "revision_stale")]
    {
        let ctx = Ctx { seen, ..desk.by(&lead) };
        for (verb, said) in changes(&desk, &ctx, &lead).await {
            assert_eq!(said, wanted, "{verb}");
        }
    }
});

story!(the_second_of_two_edits_is_told_so, |desk| {
    let lead = desk.person(Role::Lead).await;
    let id = desk.declare("Mine").await;
    desk.edit_incident(&desk.seen(&lead, 1), id, &edit("First", &lead)).await.unwrap();
    let second = desk.edit_incident(&desk.seen(&lead, 1), id, &edit("Second", &lead)).await;
    let Err(services::Error::Stale { current }) = second else { panic!("{}", second.said()) };
    assert_eq!(current, 2);
    assert_eq!(desk.incident(&desk.by(&lead), id).await.unwrap().incident.title, "First");
});

story!(of_twenty_edits_at_once_one_is_taken, |desk| {
    let lead = desk.person(Role::Lead).await;
    let id = desk.declare("Busy").await;
    let note: NoteId = desk
        .add_note(
            &desk.by(&lead),
            id,
            &NoteInput { title: "N".into(), text: String::new(), ..NoteInput::default() },
        )
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    for round in 1..=5 {
        let mut at_once = tokio::task::JoinSet::new();
        for n in 0..20 {
            let (desk, lead) = (desk.clone(), lead.clone());
            at_once.spawn(async move {
                let ctx = desk.seen(&lead, round);
                let head = desk.edit_incident(&ctx, id, &edit(&format!("{round}.{n}"), &lead)).await.said();
                let note = desk
                    .edit_note(
                        &ctx,
                        id,
                        note,
                        &NoteInput {
                            title: format!("{round}.{n}"),
                            text: String::new(),
                            ..NoteInput::default()
                        },
                    )
                    .await
                    .said();
                (head, note)
            });
        }
        let (heads, notes): (Vec<String>, Vec<String>) = at_once.join_all().await.into_iter().unzip();
        for said in [heads, notes] {
            assert_eq!(said.iter().filter(|s| *s == "ok").count(), 1, "{said:?}");
            assert_eq!(said.iter().filter(|s| *s == "revision_stale").count(), 19, "{said:?}");
        }
    }
    assert_eq!(desk.incident(&desk.by(&lead), id).await.unwrap().incident.revision, 6);
    desk.journaled().await;
});

story!(additions_at_once_are_all_taken_and_numbered, |desk| {
    let lead = desk.person(Role::Lead).await;
    let mut at_once = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (desk, lead) = (desk.clone(), lead.clone());
        at_once.spawn(async move { desk.declared_by(&lead, &format!("At once {n}")).await });
    }
    let ids: Vec<IncidentId> = at_once.join_all().await;
    let rows = desk.incidents(&desk.by(&lead), false, 1).await.unwrap();
    let mut references: Vec<String> = rows.items.into_iter().map(|r| r.reference).collect();
    references.sort();
    assert_eq!(references, (1..=20).map(|n| format!("INC-2026-{n:04}")).collect::<Vec<_>>());
    assert_eq!(ids.len(), 20);
    desk.advance(crate::support::hours(24 * 365));
    desk.declare("The next year").await;
    assert!(desk.incident_by_reference(&desk.by(&lead), "INC-2027-0001").await.is_ok());
});

fn keyed(ctx: Ctx, key: &str, body: &str) -> Ctx {
    Ctx {
        idempotency: Some(Idempotency { key: key.to_owned(), request_digest: domain::journal::hash(body) }),
        ..ctx
    }
}

story!(the_same_request_twice_is_done_once, |desk| {
    let lead = desk.person(Role::Lead).await;
    let other = desk.another(Role::Lead).await;
    let input = |title: &str| DeclareInput { title: title.to_owned(), ..Default::default() };
    let first = desk.declare_incident(&keyed(desk.by(&lead), "k1", "a"), &input("a")).await.unwrap();
    let again = desk.declare_incident(&keyed(desk.by(&lead), "k1", "a"), &input("a")).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(desk.incidents(&desk.by(&lead), false, 1).await.unwrap().total, 1);
    let reused = desk.declare_incident(&keyed(desk.by(&lead), "k1", "b"), &input("b")).await;
    assert_eq!(reused.said(), "key_reused");
    let elses = desk.declare_incident(&keyed(desk.by(&other), "k1", "b"), &input("b")).await.unwrap();
    assert_ne!(elses.id, first.id, "a key is its sender's own");

    // What was refused is not kept: it may be right the next time.
    assert_eq!(
        desk.declare_incident(&keyed(desk.by(&lead), "k2", "c"), &input("")).await.said(),
        "title:required"
    );
    assert_eq!(desk.declare_incident(&keyed(desk.by(&lead), "k2", "d"), &input("d")).await.said(), "ok");

    let mut at_once = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (desk, lead) = (desk.clone(), lead.clone());
        at_once.spawn(async move {
            desk.declare_incident(
                &keyed(desk.by(&lead), "k3", "e"),
                &DeclareInput { title: "e".into(), ..Default::default() },
            )
            .await
            .unwrap()
            .id
        });
    }
    let mut ids = at_once.join_all().await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1);

    desk.advance(hours(30 * 24));
    let late = desk.declare_incident(&keyed(desk.by(&lead), "k1", "a"), &input("a")).await.unwrap();
    assert_eq!(late, first, "a draft that waited for thirty days is still the same request");
    desk.advance(seconds(1));
    desk.declare_incident(&keyed(desk.by(&lead), "k4", "f"), &input("f")).await.unwrap();
    let anew = desk.declare_incident(&keyed(desk.by(&lead), "k1", "a"), &input("a")).await.unwrap();
    assert_ne!(anew.id, first.id, "after that the key is forgotten");
});

story!(a_notice_is_released_once_however_often_it_is_asked, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Once").await;
    let id = desk.submitted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.approve(&desk.person(Role::Approver).await, id).await.unwrap();
    let ctx = keyed(desk.on_notice(&dpo, id).await, "send", "it");
    for _ in 0..3 {
        desk.send_notice(&ctx, id).await.unwrap();
    }
    assert_eq!(desk.run_mail(crate::support::accepted).await.len(), 1);
    // The kept answer is no way around access.
    let responder = desk.another(Role::Responder).await;
    assert_eq!(desk.send_notice(&keyed(desk.by(&responder), "send", "it"), id).await.said(), "not_found");
});

story!(a_secret_is_not_kept_as_an_answer, |desk| {
    let lead = desk.person(Role::Lead).await;
    let token =
        domain::account::TokenInput { name: "P".into(), scopes: vec!["read".into()], days: String::new() };
    let (_, secret) = desk.create_token(&keyed(desk.by(&lead), "t", "t"), &token).await.unwrap();
    assert_eq!(desk.number(&format!("SELECT COUNT(*) FROM answers WHERE answer LIKE '%{secret}%'")).await, 0);
});

story!(a_kept_draft_is_its_authors_and_survives_a_stale_edit, |desk| {
    let lead = desk.person(Role::Lead).await;
    let responder = desk.person(Role::Responder).await;
    let id = desk.declare("Drafts").await;
    desk.add_member(
        &desk.by(&lead),
        id,
        &services::incidents::MemberInput { account: responder.id().to_string() },
    )
    .await
    .unwrap();
    let note: NoteId = desk
        .add_note(
            &desk.by(&lead),
            id,
            &NoteInput { title: "N".into(), text: "old".into(), ..NoteInput::default() },
        )
        .await
        .unwrap()
        .id
        .parse()
        .unwrap();
    let form = format!("note:{id}:{note}");
    let before = desk.journaled().await;
    desk.keep_draft(&desk.by(&lead), &form, "half a sen", 1).await.unwrap();
    desk.keep_draft(&desk.by(&lead), &form, "half a sentence", 1).await.unwrap();
    assert_eq!(desk.journaled().await, before, "typing is nobody's business");
    let page = |who: &Who| desk.by(who);
    let draft = desk.note(&page(&lead), id, Some(note)).await.unwrap().draft.unwrap();
    assert_eq!((draft.text.as_str(), draft.base_revision), ("half a sentence", 1));
    assert_eq!(desk.note(&page(&responder), id, Some(note)).await.unwrap().draft, None);

    let new = NoteInput { title: "N".into(), text: "theirs".into(), ..NoteInput::default() };
    desk.edit_note(&desk.seen(&responder, 1), id, note, &new).await.unwrap();
    let mine = NoteInput { title: "N".into(), text: "half a sentence".into(), ..NoteInput::default() };
    assert_eq!(desk.edit_note(&desk.seen(&lead, 1), id, note, &mine).await.said(), "revision_stale");
    assert!(desk.note(&page(&lead), id, Some(note)).await.unwrap().draft.is_some(), "nothing typed is lost");
    desk.edit_note(&desk.seen(&lead, 2), id, note, &mine).await.unwrap();
    assert_eq!(desk.note(&page(&lead), id, Some(note)).await.unwrap().draft, None);
    let long = "x".repeat(domain::text::BODY_MAX + 1);
    assert_eq!(desk.keep_draft(&desk.by(&lead), &form, &long, 1).await.said(), "text:too_long");
    desk.keep_draft(&desk.by(&lead), &form, "typed with a nul \0 in it", 1).await.unwrap();
    let kept = desk.note(&page(&lead), id, Some(note)).await.unwrap().draft.unwrap();
    assert!(kept.text.starts_with("typed with a nul") && kept.text.ends_with("in it"));
});
