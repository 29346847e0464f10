//! Who may: breaking glass, the roles that see parts, and tokens that act for their owner.

use crate::support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours, seconds};
use domain::{
    access::{Action, Role, Via},
    account::{TokenInput, organisation::OrganisationInput},
    alert::AlertInput,
    id::{IncidentId, TokenId},
    incident::{DeclareInput, ReasonInput},
    notice::template::NoticeKind,
    register::FilterInput,
    work::TaskInput,
};
use services::incidents::{BreakGlassInput, MemberInput};

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

fn glass(reference: &str) -> BreakGlassInput {
    BreakGlassInput {
        reference: reference.to_owned(),
        reason: "The lead can't be reached and it goes on.".to_owned(),
    }
}

async fn restricted(desk: &Desk) -> (Who, IncidentId) {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("A colleague").await;
    desk.restrict_incident(
        &desk.on_head(&lead, incident).await,
        incident,
        true,
        &because("A colleague may be involved."),
    )
    .await
    .unwrap();
    (lead, incident)
}

async fn alarms(desk: &Desk) -> Vec<(String, String)> {
    let mails = desk.claim_mail(&desk.job(), crate::support::BOOT, 1_000).await.unwrap();
    let mut out = Vec::new();
    for mail in mails {
        desk.mark_attempting(&desk.job(), &mail).await.unwrap();
        desk.finish_mail(&desk.job(), &mail, &accepted(&mail)).await.unwrap();
        out.push((mail.recipient, mail.subject));
    }
    out
}

story!(breaking_glass_opens_for_four_hours_and_is_loud, |desk| {
    let (lead, incident) = restricted(&desk).await;
    let dpo = desk.person(Role::Dpo).await;
    desk.person(Role::Administrator).await;
    alarms(&desk).await;
    assert_eq!(desk.incident(&desk.by(&dpo), incident).await.said(), "not_found");
    let silent = BreakGlassInput { reason: "  ".to_owned(), ..glass("INC-2026-0001") };
    assert_eq!(desk.break_glass(&desk.by(&dpo), &silent).await.said(), "reason:required");
    assert_eq!(desk.break_glass(&desk.by(&dpo), &glass("INC-2026-0009")).await.said(), "reference:unknown");
    let opened = desk.break_glass(&desk.by(&dpo), &glass(" inc-2026-0001 ")).await.unwrap();
    assert_eq!(opened.id, incident);
    let told = alarms(&desk).await;
    for role in ["lead", "dpo", "administrator"] {
        assert!(
            told.iter().any(|(to, s)| to.starts_with(role) && s == "INC-2026-0001: glass was broken"),
            "{role}: {told:?}"
        );
    }
    let entries = desk.timeline(&desk.by(&lead), incident, true, 1).await.unwrap().entries.items;
    assert!(entries.iter().any(|e| e.text.ends_with("The lead can't be reached and it goes on.")));

    desk.advance(hours(4) - seconds(1));
    let case = desk.incident(&desk.by(&dpo), incident).await.unwrap();
    assert_eq!(case.glass_until, Some(desk.now() + seconds(1)));
    assert_eq!(desk.incidents(&desk.by(&dpo), false, 1).await.unwrap().total, 1);
    desk.advance(seconds(1));
    assert_eq!(desk.incident(&desk.by(&dpo), incident).await.said(), "not_found");
    assert_eq!(desk.incidents(&desk.by(&dpo), false, 1).await.unwrap().total, 0);
    assert_eq!(desk.search(&desk.by(&dpo), "colleague").await.unwrap(), Vec::new());
    desk.break_glass(&desk.by(&dpo), &glass("INC-2026-0001")).await.unwrap();
    assert_eq!(desk.incident(&desk.by(&dpo), incident).await.said(), "ok", "and again, as loudly");
    assert_eq!(alarms(&desk).await.len(), 3);
});

story!(glass_is_broken_by_few_and_only_where_it_is_closed, |desk| {
    let (lead, incident) = restricted(&desk).await;
    for (role, said) in [
        (Role::Responder, "forbidden"),
        (Role::Approver, "forbidden"),
        (Role::Reader, "forbidden"),
        (Role::Auditor, "forbidden"),
        (Role::Administrator, "forbidden"),
        (Role::Dpo, "ok"),
    ] {
        let who = desk.another(role).await;
        assert_eq!(desk.break_glass(&desk.by(&who), &glass("INC-2026-0001")).await.said(), said, "{role:?}");
    }
    let other = desk.another(Role::Lead).await;
    assert_eq!(desk.break_glass(&desk.by(&other), &glass("INC-2026-0001")).await.said(), "ok");
    assert_eq!(
        desk.break_glass(&desk.by(&lead), &glass("INC-2026-0001")).await.said(),
        "reference:is_member"
    );
    let token = Via::Token {
        id: TokenId::from_bits([1; 16]),
        scopes: vec![domain::access::Scope::Write, domain::access::Scope::Release],
    };
    let by_program = desk.break_glass(&desk.by(&other.via(token)), &glass("INC-2026-0001")).await;
    assert_eq!(by_program.said(), "forbidden", "a program breaks no glass");
    desk.restrict_incident(&desk.on_head(&lead, incident).await, incident, false, &because("Cleared up."))
        .await
        .unwrap();
    let open = desk.break_glass(&desk.by(&other), &glass("INC-2026-0001")).await;
    assert_eq!(open.said(), desk.break_glass(&desk.by(&other), &glass("INC-2026-0404")).await.said());
});

story!(whoever_broke_glass_is_no_member_for_good, |desk| {
    let (lead, incident) = restricted(&desk).await;
    let dpo = desk.person(Role::Dpo).await;
    desk.break_glass(&desk.by(&dpo), &glass("INC-2026-0001")).await.unwrap();
    desk.advance(hours(5));
    let task = TaskInput { title: "Read it".to_owned(), owner: dpo.id().to_string(), ..TaskInput::default() };
    let given = desk.add_task(&desk.by(&lead), incident, &task).await;
    assert_eq!(given.said(), "owner:not_a_member", "the time is over");
    let input = MemberInput { account: dpo.id().to_string() };
    desk.add_member(&desk.by(&lead), incident, &input).await.unwrap();
    desk.advance(hours(50));
    assert_eq!(desk.incident(&desk.by(&dpo), incident).await.said(), "ok", "now a member like the others");
    assert_eq!(desk.add_member(&desk.by(&lead), incident, &input).await.said(), "account:is_member");
});

story!(whoever_restricts_a_case_stays_in_it, |desk| {
    let (lead, incident) = restricted(&desk).await;
    let dpo = desk.person(Role::Dpo).await;
    desk.break_glass(&desk.by(&dpo), &glass("INC-2026-0001")).await.unwrap();
    desk.restrict_incident(&desk.on_head(&lead, incident).await, incident, false, &because("Cleared up."))
        .await
        .unwrap();
    // The glass is still open when the officer restricts the case again.
    desk.restrict_incident(&desk.on_head(&dpo, incident).await, incident, true, &because("Not cleared up."))
        .await
        .unwrap();
    desk.advance(hours(9));
    assert_eq!(desk.incident(&desk.by(&dpo), incident).await.said(), "ok");
});

story!(the_auditor_reads_registers_and_journals_and_nothing_else, |desk| {
    let lead = desk.person(Role::Lead).await;
    let auditor = desk.person(Role::Auditor).await;
    let incident = desk.declare("Audited").await;
    let evidence = desk.upload(&lead, incident, "a.log", b"content").await;
    let by = desk.by(&auditor);
    assert_eq!(desk.register(&by, &FilterInput::default(), 1).await.unwrap().rows.total, 1);
    let (_, lines) = desk.journal_of(&by, incident, 1).await.unwrap();
    assert_eq!(
        lines.items.iter().map(|l| l.entry.what.as_str()).collect::<Vec<_>>(),
        ["evidence_added", "incident_declared"]
    );
    assert!(desk.system_journal(&by, 1).await.unwrap().total > 0);
    for said in [
        desk.incident(&by, incident).await.said(),
        desk.overview(&by, incident).await.said(),
        desk.fact_sheet(&by, incident).await.said(),
        desk.evidence(&by, incident).await.said(),
        desk.read_evidence(&by, incident, evidence).await.said(),
    ] {
        assert_eq!(said, "not_found");
    }
    assert_eq!(desk.search(&by, "Audited").await.unwrap(), Vec::new());
    assert_eq!(desk.alerts(&by, None, 1).await.said(), "forbidden");
    // Not even as a member.
    desk.add_member(&desk.by(&lead), incident, &MemberInput { account: auditor.id().to_string() })
        .await
        .unwrap();
    assert_eq!(desk.read_evidence(&by, incident, evidence).await.said(), "not_found");
    assert_eq!(desk.incidents(&by, false, 1).await.unwrap().total, 0);
});

story!(the_administrator_runs_the_desk_and_sees_no_case, |desk| {
    let lead = desk.person(Role::Lead).await;
    let admin = desk.person(Role::Administrator).await;
    let incident = desk.declare("Not for them").await;
    let by = desk.by(&admin);
    assert_eq!(desk.accounts(&by).await.unwrap().len(), 2);
    assert_eq!(desk.mail_settings(&by).await.said(), "ok");
    for said in [
        desk.register(&by, &FilterInput::default(), 1).await.said(),
        desk.alerts(&by, None, 1).await.said(),
        desk.system_journal(&by, 1).await.said(),
        desk.declare_incident(&by, &DeclareInput { title: "x".into(), ..Default::default() }).await.said(),
        desk.receive_alert(&by, &AlertInput { title: "x".into(), ..Default::default() }).await.said(),
    ] {
        assert_eq!(said, "forbidden");
    }
    assert_eq!(desk.incident(&by, incident).await.said(), "not_found");
    assert_eq!(desk.journal_of(&by, incident, 1).await.said(), "not_found");
    desk.add_member(&desk.by(&lead), incident, &MemberInput { account: admin.id().to_string() })
        .await
        .unwrap();
    let case = desk.incident(&by, incident).await.unwrap();
    assert_eq!(
        case.may,
        [
            Action::ReadRegister,
            Action::ReadIncident,
            Action::ReadJournal,
            Action::ExportProof,
            Action::ReadEvidence
        ],
        "a member reads"
    );
    let own = desk.change_role(&by, admin.id(), &domain::account::RoleInput { role: "lead".into() }).await;
    assert_eq!(own.said(), "own_role");
    assert_eq!(desk.set_disabled(&by, admin.id(), true).await.said(), "own_account");
    for role in [Role::Lead, Role::Dpo, Role::Approver, Role::Reader, Role::Auditor, Role::Responder] {
        assert_eq!(desk.accounts(&desk.by(&desk.person(role).await)).await.said(), "forbidden");
    }
});

story!(gaining_a_role_or_a_membership_is_told, |desk| {
    let lead = desk.person(Role::Lead).await;
    let dpo = desk.person(Role::Dpo).await;
    let admin = desk.person(Role::Administrator).await;
    alarms(&desk).await;
    let reader = desk.another(Role::Reader).await;
    let told = |told: &[(String, String)], subject: &str| {
        let mut to: Vec<String> =
            told.iter().filter(|(_, s)| s.ends_with(subject)).map(|(to, _)| to.clone()).collect();
        to.sort();
        to
    };
    assert_eq!(told(&alarms(&desk).await, "was given a role").len(), 2);
    let input = domain::account::RoleInput { role: "responder".into() };
    desk.change_role(&desk.by(&admin), reader.id(), &input).await.unwrap();
    assert_eq!(told(&alarms(&desk).await, "was given a role").len(), 2);
    let incident = desk.declare("Members").await;
    desk.add_member(&desk.by(&lead), incident, &MemberInput { account: reader.id().to_string() })
        .await
        .unwrap();
    assert_eq!(told(&alarms(&desk).await, "a member was added").len(), 2);
    drop(dpo);
});

/// A token of `who` with these scopes, and the person it acts for.
async fn token(desk: &Desk, who: &Who, scopes: &[&str]) -> Who {
    let input = TokenInput {
        name: "program".to_owned(),
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        days: String::new(),
    };
    let (_, secret) = desk.create_token(&desk.by(who), &input).await.unwrap();
    Who(desk.person_of_token(desk.now(), &secret).await.unwrap())
}

story!(a_token_acts_within_its_scopes_and_its_owners_rights, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("By program").await;
    desk.answer_for_people(&dpo, incident).await;
    let notice = desk.submitted(&lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let mut seen = Vec::new();
    for scope in ["alerts", "read", "write", "release"] {
        let by = token(&desk, &dpo, &[scope]).await;
        let alert = AlertInput { title: "From a program".to_owned(), ..AlertInput::default() };
        seen.push([
            desk.receive_alert(&desk.by(&by), &alert).await.said(),
            desk.incident(&desk.by(&by), incident).await.said(),
            desk.record_fact(&desk.by(&by), incident, "nature.systems", &exact("The gateway.")).await.said(),
            desk.approve_notice(&desk.seen(&by, 0), notice, &Default::default()).await.said(),
            desk.create_token(&desk.by(&by), &TokenInput::default()).await.said(),
        ]);
    }
    let words: Vec<[&str; 5]> = seen.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    assert_eq!(
        words,
        [
            ["ok", "forbidden", "forbidden", "forbidden", "forbidden"],
            ["forbidden", "ok", "forbidden", "forbidden", "forbidden"],
            ["ok", "ok", "ok", "forbidden", "forbidden"],
            ["forbidden", "ok", "forbidden", "revision_stale", "forbidden"],
        ]
    );
    // More scopes than the owner has rights give no more rights, and what is hidden stays hidden.
    let responder = desk.person(Role::Responder).await;
    let all = token(&desk, &responder, &["alerts", "read", "write", "release"]).await;
    assert_eq!(desk.incident(&desk.by(&all), incident).await.said(), "not_found");
    assert_eq!(
        desk.save_organisation(&desk.seen(&all, 0), &OrganisationInput::default()).await.said(),
        "forbidden"
    );
    let (_, lines) = desk.journal_of(&desk.by(&dpo), incident, 1).await.unwrap();
    assert!(lines.items[0].who.ends_with("(API)"), "the journal says that it was a program");
});

story!(nobody_does_nothing, |desk| {
    let incident = desk.declare("Closed doors").await;
    let nobody = desk.nobody();
    assert_eq!(desk.incident(&nobody, incident).await.said(), "not_found");
    assert_eq!(desk.incidents(&nobody, false, 1).await.said(), "not_found");
    for said in [
        desk.declare_incident(&nobody, &DeclareInput { title: "x".into(), ..Default::default() })
            .await
            .said(),
        desk.search(&nobody, "doors").await.said(),
        desk.desk(&nobody).await.said(),
        desk.tasks(&nobody, false).await.said(),
        desk.my_account(&nobody).await.said(),
    ] {
        assert_eq!(said, "signed_out");
    }
    assert_eq!(
        desk.receive_alert(&nobody, &AlertInput { title: "x".into(), ..Default::default() }).await.said(),
        "not_found"
    );
    assert_eq!(desk.accounts(&nobody).await.said(), "not_found");
});
