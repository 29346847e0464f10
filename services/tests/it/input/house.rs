//! Notices, accounts and what the organisation says of itself.

use super::{bad_lines, bad_optional, bad_texts, berliner, refuses};
use crate::support::{AUTHORITY, Said, engines::story};
use domain::{
    access::Role,
    account::{
        AccountInput, ProfileInput, TokenInput,
        organisation::{MailInput, OrganisationInput},
    },
    id::NoticeId,
    incident::ReasonInput,
    notice::{ChangesInput, DraftInput, RecipientsInput, StatementInput, template::NoticeKind},
};

story!(notices_and_their_recipients, |desk| {
    let (lead, id) = berliner(&desk).await;
    let choices = || [(String::new(), "required"), ("x".to_owned(), "not_a_choice")];
    let draft = || DraftInput {
        kind: "subject_communication".into(),
        language: "en".into(),
        ..DraftInput::default()
    };
    refuses!(choices(), "kind", |v| desk.draft_notice(
        &desk.by(&lead),
        id,
        &DraftInput { kind: v.clone(), ..draft() }
    ));
    refuses!(choices(), "language", |v| desk.draft_notice(
        &desk.by(&lead),
        id,
        &DraftInput { language: v.clone(), ..draft() }
    ));
    let people: NoticeId =
        desk.draft_notice(&desk.by(&lead), id, &draft()).await.unwrap().id.parse().unwrap();
    let seen = || desk.seen(&lead, 1);
    let bad = [
        ("", "required"),
        ("\n ; ,\n", "required"),
        ("nobody", "not_an_email"),
        ("a@people.test\nb@people", "not_an_email"),
        ("a@people.test\r\nBcc: x@people.test", "not_an_email"),
        ("a@people.test\0", "not_an_email"),
        ("\"a b\"@people.test", "not_an_email"),
        ("<a@people.test>", "not_an_email"),
    ];
    refuses!(bad.map(|(v, c)| (v.to_owned(), c)), "recipients", |v| desk.set_recipients(
        &seen(),
        people,
        &RecipientsInput { recipients: v.clone(), confirm: String::new() }
    ));
    let many: Vec<String> = (0..501).map(|n| format!("p{n}@people.test")).collect();
    refuses!([(many.join("\n"), "too_many")], "recipients", |v| desk.set_recipients(
        &seen(),
        people,
        &RecipientsInput { recipients: v.clone(), confirm: String::new() }
    ));
    refuses!(bad_optional(50_000), "text", |v| desk.edit_statement(
        &seen(),
        people,
        "nature",
        &StatementInput { text: v.clone(), ..StatementInput::default() }
    ));
    refuses!([("two\nlines".to_owned(), "one_line")], "text", |v| desk.edit_statement(
        &seen(),
        people,
        "subject",
        &StatementInput { text: v.clone(), ..StatementInput::default() }
    ));
    assert_eq!(
        desk.edit_statement(
            &seen(),
            people,
            "no.such",
            &StatementInput { text: "x".into(), ..StatementInput::default() }
        )
        .await
        .said(),
        "not_found"
    );

    let authority = desk.drafted(&lead, id, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let ctx = desk.on_notice(&lead, authority).await;
    refuses!(
        [("a@a.test\nb@b.test".to_owned(), "one_address"), (String::new(), "one_address")],
        "recipients",
        |v| desk.set_recipients(
            &ctx,
            authority,
            &RecipientsInput { recipients: v.clone(), confirm: v.clone() }
        )
    );
    refuses!(
        [(String::new(), "not_the_same"), ("other@a.test".to_owned(), "not_the_same")],
        "confirm",
        |v| desk.set_recipients(
            &ctx,
            authority,
            &RecipientsInput { recipients: "a@a.test".into(), confirm: v.clone() }
        )
    );
    desk.submit_notice(&ctx, authority).await.unwrap();
    let ctx = desk.on_notice(&lead, authority).await;
    refuses!(bad_texts(2_000), "remark", |v| desk.request_changes(
        &ctx,
        authority,
        &ChangesInput { remark: v.clone() }
    ));
    refuses!(bad_texts(2_000), "reason", |v| desk.cancel_notice(
        &ctx,
        authority,
        &ReasonInput { reason: v.clone() }
    ));
});

story!(accounts_and_settings, |desk| {
    let admin = desk.person(Role::Administrator).await;
    let by = || desk.by(&admin);
    let account = || AccountInput {
        email: "n@controller.test".into(),
        name: "N".into(),
        role: "reader".into(),
        zone: String::new(),
    };
    let emails = [
        ("", "required"),
        ("n", "not_an_email"),
        ("n@c", "not_an_email"),
        ("n@c.test\nx", "not_an_email"),
        ("n\0@c.test", "not_an_email"),
    ];
    refuses!(emails.map(|(v, c)| (v.to_owned(), c)), "email", |v| desk
        .create_account(&by(), &AccountInput { email: v.clone(), ..account() }));
    refuses!(bad_lines(), "name", |v| desk
        .create_account(&by(), &AccountInput { name: v.clone(), ..account() }));
    refuses!([(String::new(), "required"), ("owner".to_owned(), "not_a_choice")], "role", |v| desk
        .create_account(&by(), &AccountInput { role: v.clone(), ..account() }));
    let zones = || [("Mars/Base".to_owned(), "not_a_zone"), ("\0".to_owned(), "not_a_zone")];
    refuses!(zones(), "zone", |v| desk.create_account(&by(), &AccountInput { zone: v.clone(), ..account() }));
    refuses!(zones(), "zone", |v| desk
        .save_profile(&by(), &ProfileInput { name: "N".into(), zone: v.clone() }));
    refuses!(bad_lines(), "name", |v| desk
        .save_profile(&by(), &ProfileInput { name: v.clone(), zone: String::new() }));
    let token = || TokenInput { name: "T".into(), scopes: vec!["read".into()], days: String::new() };
    refuses!(["0", "366", "-1", "x", "1.5"].map(|v| (v.to_owned(), "out_of_range")), "days", |v| desk
        .create_token(&by(), &TokenInput { days: v.clone(), ..token() }));
    refuses!([("x".to_owned(), "not_a_choice")], "scopes", |v| desk
        .create_token(&by(), &TokenInput { scopes: vec![v.clone()], ..token() }));
    assert_eq!(
        desk.create_token(&by(), &TokenInput { scopes: Vec::new(), ..token() }).await.said(),
        "scopes:not_a_choice"
    );
    let seen = || desk.seen(&admin, 0);
    let mail = || MailInput {
        host: "127.0.0.1".into(),
        port: "25".into(),
        security: "none".into(),
        from_address: "a@c.test".into(),
        ..Default::default()
    };
    refuses!(["", "0", "65536", "x"].map(|v| (v.to_owned(), "out_of_range")), "port", |v| desk
        .save_mail(&seen(), &MailInput { port: v.clone(), ..mail() }));
    refuses!(bad_optional(200), "from_name", |v| desk
        .save_mail(&seen(), &MailInput { from_name: v.clone(), ..mail() }));
    refuses!(emails.map(|(v, c)| (v.to_owned(), c)), "from_address", |v| desk
        .save_mail(&seen(), &MailInput { from_address: v.clone(), ..mail() }));
    let profile =
        || OrganisationInput { controller: "C".into(), languages: vec!["en".into()], ..Default::default() };
    refuses!(bad_lines(), "controller", |v| desk
        .save_organisation(&seen(), &OrganisationInput { controller: v.clone(), ..profile() }));
    refuses!(zones(), "authority_zone", |v| desk
        .save_organisation(&seen(), &OrganisationInput { authority_zone: v.clone(), ..profile() }));
    refuses!([("xx".to_owned(), "not_a_choice")], "languages", |v| desk
        .save_organisation(&seen(), &OrganisationInput { languages: vec![v.clone()], ..profile() }));
});
