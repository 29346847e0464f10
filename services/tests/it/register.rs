//! The breach register: found, read, kept and handed over.

mod counting;

use crate::{
    clocks::aware,
    support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours},
};
use chrono::Duration;
use domain::{
    access::Role,
    account::organisation::OrganisationInput,
    fact::record::RecordFactInput,
    id::IncidentId,
    incident::{CloseInput, ReasonInput},
    notice::template::NoticeKind,
    register::{
        FilterInput,
        retention::{OwnDateInput, RetentionSettingsInput},
    },
    view::register::{Record, RecordPage, Register},
};
use serde_json::Value;

async fn found(desk: &Desk, who: &Who, filter: FilterInput) -> Register {
    desk.register(&desk.by(who), &filter, 1).await.unwrap()
}

/// The titles that a filter finds.
async fn titles(desk: &Desk, who: &Who, filter: FilterInput) -> Vec<String> {
    found(desk, who, filter).await.rows.items.into_iter().map(|row| row.title).collect()
}

async fn close(desk: &Desk, lead: &Who, incident: IncidentId, outcome: &str) {
    let input = CloseInput { outcome: outcome.to_owned(), reason: "It was agreed so.".to_owned() };
    desk.close_incident(&desk.on_head(lead, incident).await, incident, &input).await.unwrap();
}

async fn page(desk: &Desk, who: &Who, incident: IncidentId) -> RecordPage {
    desk.record(&desk.by(who), incident).await.unwrap()
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

fn asked(set: impl FnOnce(&mut FilterInput)) -> FilterInput {
    let mut filter = FilterInput::default();
    set(&mut filter);
    filter
}

story!(the_register_is_found_by_period_state_notification_risk_and_words, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let first = desk.declare("A 100% share in the open").await;
    desk.record_awareness(&desk.by(&lead), first, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    desk.answer(&lead, first, "risk.outcome", "high_risk").await;
    desk.advance(hours(24));
    let second = desk.declare("A letter astray").await;
    desk.record_awareness(&desk.by(&lead), second, &aware("2026-06-10T07:00:00Z")).await.unwrap();
    let notice = desk.released(&lead, second, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    assert!(desk.page(&lead, notice).await.notice.first_accepted_at.is_some());
    desk.advance(hours(72));
    let third = desk.declare("A laptop, under_scored").await;
    close(&desk, &lead, third, "personal_data_breach").await;
    let none = desk.declare("No breach").await;
    close(&desk, &lead, none, "false_alarm").await;

    let of = async |set: fn(&mut FilterInput)| titles(&desk, &dpo, asked(set)).await.join(" | ");
    let all = "A laptop, under_scored | A letter astray | A 100% share in the open";
    assert_eq!(of(|_| {}).await, all);
    assert_eq!(of(|f| f.from = "2026-06-10".into()).await, "A laptop, under_scored | A letter astray");
    assert_eq!(of(|f| f.to = "2026-06-09".into()).await, "A 100% share in the open");
    assert_eq!(of(|f| f.to = "2026-06-09T08:00:00Z".into()).await, "A 100% share in the open", "inclusive");
    assert_eq!(of(|f| f.to = "2026-06-09T07:59:59Z".into()).await, "");
    assert_eq!(of(|f| f.state = "closed".into()).await, "A laptop, under_scored");
    assert_eq!(of(|f| f.state = "open".into()).await, "A letter astray | A 100% share in the open");
    assert_eq!(
        of(|f| f.state = "detection_and_analysis".into()).await,
        "A letter astray | A 100% share in the open"
    );
    assert_eq!(of(|f| f.notified = "yes".into()).await, "A letter astray");
    assert_eq!(of(|f| f.notified = "no".into()).await, "A laptop, under_scored | A 100% share in the open");
    assert_eq!(of(|f| f.late = "late".into()).await, "A 100% share in the open");
    assert_eq!(of(|f| f.late = "in_time".into()).await, "A letter astray");
    assert_eq!(of(|f| f.risk = "high_risk".into()).await, "A 100% share in the open");
    assert_eq!(of(|f| f.risk = "open".into()).await, "A laptop, under_scored | A letter astray");
    assert_eq!(of(|f| f.q = "LETTER".into()).await, "A letter astray");
    assert_eq!(of(|f| f.q = "inc-2026-0001".into()).await, "A 100% share in the open");
    assert_eq!(of(|f| f.q = "00%".into()).await, "A 100% share in the open", "% is no joker");
    assert_eq!(of(|f| f.q = "r_s".into()).await, "A laptop, under_scored", "nor is _");

    let stuck = found(
        &desk,
        &dpo,
        asked(|f| {
            f.state = "open".into();
            f.notified = "yes".into();
            f.q = "laptop".into();
        }),
    )
    .await;
    assert_eq!((stuck.rows.total, stuck.in_the_way), (0, vec![("q", 1)]));
    let both = found(
        &desk,
        &dpo,
        asked(|f| {
            f.state = "closed".into();
            f.q = "letter".into();
        }),
    )
    .await;
    assert_eq!(both.in_the_way, [("state", 1), ("q", 1)]);
    let wrong = asked(|f| {
        f.from = "soon".into();
        f.late = "never".into();
    });
    assert_eq!(desk.register(&desk.by(&dpo), &wrong, 1).await.said(), "from:not_a_date late:not_a_choice");
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
});

story!(days_of_the_register_begin_in_the_organisations_zone, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let input = OrganisationInput {
        controller: "Harbour Parcel Ltd".to_owned(),
        authority_zone: "Pacific/Auckland".to_owned(),
        languages: vec!["en".to_owned()],
        ..OrganisationInput::default()
    };
    desk.save_organisation(&desk.seen(&dpo, 0), &input).await.unwrap();
    desk.advance(hours(6));
    // 14:00 UTC on the 9th is the 10th in Auckland.
    let incident = desk.declare("At night").await;
    assert_eq!(titles(&desk, &dpo, asked(|f| f.from = "2026-06-10".into())).await, ["At night"]);
    assert!(titles(&desk, &dpo, asked(|f| f.to = "2026-06-09".into())).await.is_empty());
    let record = page(&desk, &dpo, incident).await;
    assert_eq!(
        (record.zone, record.record.organisation.as_str()),
        ("Pacific/Auckland", "Harbour Parcel Ltd")
    );
    let declared = record.record.line("case.declared").unwrap().value.clone();
    assert_eq!(declared, "10 June 2026, 02:00 (UTC+12:00)");
});

fn value(record: &Record, code: &str) -> String {
    record.line(code).map(|line| line.value.clone()).unwrap_or_default()
}

story!(a_record_stands_alone, |desk| {
    let (lead, auditor) = (desk.person(Role::Lead).await, desk.person(Role::Auditor).await);
    let incident = desk.declare("The whole story").await;
    let evidence = desk.upload(&lead, incident, "gateway.log", b"one line\n").await;
    let grounded = RecordFactInput {
        evidence: evidence.to_string(),
        place: "line 1".to_owned(),
        ..exact("Records of others were read.")
    };
    desk.record_fact(&desk.by(&lead), incident, "nature.text", &grounded).await.unwrap();
    let about = RecordFactInput { certainty: "approximate".to_owned(), ..exact("4800") };
    desk.record_fact(&desk.by(&lead), incident, "people.count", &about).await.unwrap();
    desk.answer(&lead, incident, "after.text", "The interface was switched off.").await;
    desk.answer(&lead, incident, "risk.outcome", "risk").await;
    desk.answer(&lead, incident, "risk.text", "Names and addresses, no passwords.").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T07:00:00Z")).await.unwrap();
    let owed = page(&desk, &auditor, incident).await.record;
    let authority = owed.sections.iter().find(|s| s.code == "authority").unwrap();
    assert_eq!(value(&owed, "notification.standing"), "not notified, 2 d 23 h left");
    assert!(authority.unanswered.is_empty(), "no reasons for a delay are asked while there is none");

    desk.advance(hours(80));
    let late = page(&desk, &auditor, incident).await.record;
    assert!(late.late && value(&late, "notification.standing").starts_with("not notified, overdue by 9 h"));
    let authority = late.sections.iter().find(|s| s.code == "authority").unwrap();
    assert_eq!(authority.unanswered.first().map(|(code, _)| code.as_str()), Some("time.delay_reasons"));
    desk.answer(&lead, incident, "time.delay_reasons", "The scope was not clear.").await;
    let notice = desk.released(&lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;

    // An auditor reads the record, and nothing of it needs another page.
    let shown = page(&desk, &auditor, incident).await;
    assert!(!shown.may_read_case && !shown.may_keep && !shown.may_hold);
    let record = shown.record;
    assert_eq!(value(&record, "nature.text"), "Records of others were read.");
    let ground = &record.line("nature.text").unwrap().note;
    assert!(ground.contains("Recorded by Person") && ground.contains(", line 1"), "{ground}");
    assert_eq!(value(&record, "people.count"), "about 4,800");
    assert_eq!(value(&record, "risk.text"), "Names and addresses, no passwords.");
    assert_eq!(value(&record, "time.delay_reasons"), "The scope was not clear.");
    let judged = record.line("time.aware").unwrap();
    assert_eq!(judged.value, "9 June 2026, 07:00 (UTC+00:00)");
    assert!(judged.note.contains("M. Holt") && judged.note.contains("to the second"), "{}", judged.note);
    assert!(value(&record, "notification.standing").starts_with("late by 9 h"));
    let proof = record.line(&format!("notice.{notice}")).unwrap();
    assert!(
        proof.value.starts_with("sent, released") && proof.value.contains("1 of 1 mails"),
        "{}",
        proof.value
    );
    let digest = desk.page(&lead, notice).await.notice.approved_digest.unwrap();
    assert!(proof.note.contains(&digest), "{}", proof.note);
    let heads = desk.verify_journal().await.unwrap().heads;
    let (seq, hash) = heads[&format!("incident:{incident}")].clone();
    assert_eq!((record.journal.entries, record.journal.head), (seq, hash));

    // What is no breach has no record, and to an outsider none has.
    let other = desk.another(Role::Responder).await;
    assert_eq!(desk.record(&desk.by(&other), incident).await.said(), "not_found");
    let admin = desk.person(Role::Administrator).await;
    assert_eq!(desk.record(&desk.by(&admin), incident).await.said(), "not_found");
    let nothing = desk.declare("Nothing").await;
    close(&desk, &lead, nothing, "false_alarm").await;
    assert_eq!(desk.record(&desk.by(&auditor), nothing).await.said(), "not_found");
});

story!(records_are_kept_by_years_by_dates_of_their_own_and_by_holds, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("To be kept").await;
    let record = page(&desk, &lead, incident).await.record;
    assert_eq!((record.keeping.review_at, record.keeping.years), (None, 5), "an open case has no date");
    close(&desk, &lead, incident, "personal_data_breach").await;
    let closed_at = desk.now();
    let review = |record: &Record| record.keeping.review_at.map(|at| at.date_naive().to_string());
    let record = page(&desk, &lead, incident).await.record;
    assert_eq!(review(&record).as_deref(), Some("2031-06-09"));

    let years = |years: &str| RetentionSettingsInput { years: years.to_owned() };
    assert_eq!(desk.save_retention(&desk.by(&dpo), &years("1")).await.said(), "revision_required");
    assert_eq!(desk.save_retention(&desk.seen(&dpo, 0), &years("0")).await.said(), "years:out_of_range");
    assert_eq!(desk.save_retention(&desk.seen(&lead, 0), &years("1")).await.said(), "forbidden");
    desk.save_retention(&desk.seen(&dpo, 0), &years("1")).await.unwrap();
    assert_eq!(desk.save_retention(&desk.seen(&dpo, 0), &years("2")).await.said(), "revision_stale");
    assert_eq!(desk.retention(&desk.by(&lead)).await.unwrap().0.years, 1);

    let due = || asked(|f| f.keeping = "due".into());
    desk.advance(Duration::days(365) - Duration::seconds(1));
    assert!(titles(&desk, &dpo, due()).await.is_empty());
    desk.advance(Duration::seconds(1));
    assert_eq!(desk.now(), closed_at + Duration::days(365));
    assert_eq!(titles(&desk, &dpo, due()).await, ["To be kept"]);
    assert!(page(&desk, &dpo, incident).await.record.keeping.due);

    // A hold comes before every date, and one stands at a time.
    let reader = desk.person(Role::Reader).await;
    assert_eq!(desk.place_hold(&desk.by(&reader), incident, &because("mine")).await.said(), "forbidden");
    assert_eq!(desk.place_hold(&desk.by(&lead), incident, &because("")).await.said(), "reason:required");
    assert_eq!(desk.lift_hold(&desk.by(&lead), incident, &because("none")).await.said(), "not_held");
    desk.place_hold(&desk.by(&lead), incident, &because("A claim in court")).await.unwrap();
    assert_eq!(desk.place_hold(&desk.by(&dpo), incident, &because("another")).await.said(), "held");
    assert!(titles(&desk, &dpo, due()).await.is_empty());
    assert_eq!(titles(&desk, &dpo, asked(|f| f.keeping = "held".into())).await, ["To be kept"]);
    desk.lift_hold(&desk.by(&dpo), incident, &because("It was settled")).await.unwrap();
    let holds = page(&desk, &lead, incident).await.record.keeping.holds;
    let told: Vec<_> = holds.iter().map(|h| (h.why.as_str(), h.lifted_why.as_str())).collect();
    assert_eq!(told, [("A claim in court", "It was settled")]);
    assert!(holds[0].placed_by != holds[0].lifted_by && holds[0].lifted_at.is_some());

    // A date of its own comes before the years; taken back, the years count again.
    let date =
        |on: &str| OwnDateInput { review_on: on.to_owned(), reason: "The limitation runs.".to_owned() };
    assert_eq!(
        desk.set_review_date(&desk.seen(&dpo, 0), incident, &date("")).await.said(),
        "review_on:required"
    );
    desk.set_review_date(&desk.seen(&dpo, 0), incident, &date("2040-01-31")).await.unwrap();
    assert_eq!(
        desk.set_review_date(&desk.seen(&dpo, 0), incident, &date("2041-01-31")).await.said(),
        "revision_stale"
    );
    assert!(titles(&desk, &dpo, due()).await.is_empty());
    let record = page(&desk, &dpo, incident).await.record;
    assert_eq!(review(&record).as_deref(), Some("2040-01-31"));
    assert!(record.keeping.own_date && record.keeping.own_reason.starts_with("The limitation runs. (set by"));
    desk.set_review_date(&desk.seen(&dpo, 1), incident, &date("")).await.unwrap();
    assert_eq!(titles(&desk, &dpo, due()).await, ["To be kept"]);
    assert_eq!(review(&page(&desk, &dpo, incident).await.record).as_deref(), Some("2027-06-09"));
    desk.journaled().await;
});

story!(a_register_is_handed_over_whole_and_that_is_written_down, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let formula = desk.declare("=cmd|'/c calc'!A1").await;
    desk.answer(&lead, formula, "nature.text", "-1, said \"he\"\nand she").await;
    desk.advance(hours(24));
    desk.declare("The second").await;
    let entries = desk.journaled().await;

    let json = desk.export_register(&desk.by(&dpo), &FilterInput::default(), "json").await.unwrap();
    let read: Value = serde_json::from_str(json.text()).unwrap();
    assert_eq!((read["schema"].as_str(), json.count), (Some("breachdesk-register-1"), 2));
    let records = read["records"].as_array().unwrap();
    assert_eq!(records[0]["reference"], "INC-2026-0001", "the oldest first");
    assert_eq!(records[0]["title"], "=cmd|'/c calc'!A1", "JSON needs no apostrophe");
    assert_eq!(json.digest, domain::journal::hash(json.text()));
    assert_eq!(desk.journaled().await, entries + 1);
    let line = desk.system_journal(&desk.by(&dpo), 1).await.unwrap().items.remove(0).entry;
    assert_eq!(line.what, "register_exported");
    assert_eq!((&line.details["digest"], &line.details["count"]), (&json.digest.as_str().into(), &2.into()));
    assert_eq!(line.details["format"], "json");

    let day = asked(|f| (f.from, f.to) = ("2026-06-09".into(), "2026-06-09".into()));
    let csv = desk.export_register(&desk.by(&dpo), &day, "csv").await.unwrap();
    assert_eq!((csv.count, csv.name.as_str()), (1, "register-2026-06-09-2026-06-09.csv"));
    let rows: Vec<&str> = csv.text().split("\r\n").collect();
    assert!(rows[0].starts_with("reference,title,organisation,") && rows[2].is_empty());
    assert!(rows[1].starts_with("INC-2026-0001,'=cmd|'/c calc'!A1,"), "{}", rows[1]);
    assert!(rows[1].contains(",\"'-1, said \"\"he\"\"\nand she\","), "{}", rows[1]);

    let one = desk.export_record(&desk.by(&lead), formula, "json").await.unwrap();
    let read: Value = serde_json::from_str(one.text()).unwrap();
    assert_eq!(read["records"][0]["title"], "=cmd|'/c calc'!A1");
    let line = desk.journal_of(&desk.by(&lead), formula, 1).await.unwrap().1.items.remove(0).entry;
    assert_eq!(
        (line.what.as_str(), &line.details["digest"]),
        ("record_exported", &one.digest.as_str().into())
    );

    let wrong = asked(|f| f.from = "soon".into());
    let said = desk.export_register(&desk.by(&dpo), &wrong, "papyrus").await.said();
    assert_eq!(said, "from:not_a_date format:not_a_choice");
    let admin = desk.person(Role::Administrator).await;
    let said = desk.export_register(&desk.by(&admin), &FilterInput::default(), "csv").await.said();
    assert_eq!(said, "forbidden");
    let whole = desk.export_register(&desk.operator(), &FilterInput::default(), "json").await.unwrap();
    assert_eq!(whole.count, 2, "at the machine itself all are seen");
});

story!(a_restricted_breach_is_handed_over_to_nobody_else, |desk| {
    let (lead, auditor) = (desk.person(Role::Lead).await, desk.person(Role::Auditor).await);
    let secret = desk.declare("zanzibar").await;
    desk.restrict_incident(&desk.on_head(&lead, secret).await, secret, true, &because("A suspect"))
        .await
        .unwrap();
    for format in ["json", "csv"] {
        let theirs = desk.export_register(&desk.by(&auditor), &FilterInput::default(), format).await.unwrap();
        assert!(theirs.count == 0 && !theirs.text().contains("zanzibar"));
        let ours = desk.export_register(&desk.by(&lead), &FilterInput::default(), format).await.unwrap();
        assert!(ours.count == 1 && ours.text().contains("zanzibar"));
    }
    assert_eq!(desk.export_record(&desk.by(&auditor), secret, "json").await.said(), "not_found");
    assert_eq!(titles(&desk, &auditor, asked(|f| f.q = "zanzibar".into())).await, Vec::<String>::new());
    let hint = found(&desk, &auditor, asked(|f| f.q = "zanzibar".into())).await.in_the_way;
    assert_eq!(hint, []);
});
