//! Reports under other regimes: general forms from their rules, submitted stage by stage.

use crate::{
    clocks::aware,
    support::{Desk, Said, Who, engines::story, hours},
};
use domain::{
    access::Role,
    clock::{recorded::SubmissionInput, settings::RuleSwitchInput},
    filing::ReceiptInput,
    id::IncidentId,
    incident::EditIncidentInput,
    journal::hash,
    moment::rfc3339,
    view::{decisions::ReportedUnder, filing_form::FormAsked},
};

#[expect(clippy::unwrap_used, reason = "a story fails where it breaks")]
async fn switch_on(desk: &Desk, lead: &Who, incident: IncidentId, rule: &str) {
    let input = RuleSwitchInput { to: "on".to_owned(), accept_unverified: "yes".to_owned() };
    desk.switch_case_rule(&desk.by(lead), incident, rule, &input).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a story fails where it breaks")]
async fn reports(desk: &Desk, lead: &Who, incident: IncidentId, rule: &str) -> Vec<ReportedUnder> {
    let page = desk.filings(&desk.by(lead), incident).await.unwrap();
    page.reports.into_iter().filter(|report| report.rule == rule).collect()
}

fn asked(rule: &str, stage: &str) -> FormAsked {
    FormAsked { rule: rule.to_owned(), stage: stage.to_owned(), ..FormAsked::default() }
}

story!(nis2_is_reported_stage_by_stage_and_each_ends_its_clock, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let by = || desk.by(&lead);
    // A rule that isn't switched on for the case asks for no report.
    assert_eq!(desk.authority_form(&by(), incident, &asked("nis2", "")).await.said(), "not_found");
    switch_on(&desk, &lead, incident, "nis2").await;
    desk.answer(&lead, incident, "people.count", "40").await;
    let page = desk.authority_form(&by(), incident, &asked("nis2", "early_warning")).await.unwrap();
    let report = page.report.unwrap();
    assert!(report.clock.is_none() && report.why_not.starts_with("Not recorded yet"), "{}", report.why_not);
    desk.record_awareness(&by(), incident, &aware("2026-06-09 07:00")).await.unwrap();

    let due = || async {
        let all = reports(&desk, &lead, incident, "nis2").await;
        let of = |r: &ReportedUnder| (r.stage.clone(), r.clock.as_ref().and_then(|c| c.due_at).map(rfc3339));
        all.iter().map(of).collect::<Vec<_>>()
    };
    let dues = due().await;
    assert!(
        dues.contains(&("early_warning".to_owned(), Some("2026-06-10T07:00:00.000000Z".to_owned()))),
        "{dues:?}"
    );
    assert!(
        dues.contains(&("incident_notification".to_owned(), Some("2026-06-12T07:00:00.000000Z".to_owned()))),
        "{dues:?}"
    );
    assert!(dues.contains(&("final_report".to_owned(), None)), "{dues:?}");

    let page = desk.authority_form(&by(), incident, &asked("nis2", "early_warning")).await.unwrap();
    let report = page.report.as_ref().unwrap();
    assert_eq!((page.form.code.as_str(), page.rule.as_str()), ("general", "nis2"));
    assert_eq!(report.head.recipient, "CSIRT or competent authority");
    assert!(report.head.source.contains("2022/2555") && report.why_not.is_empty());
    let headings: Vec<&str> = page.parts.iter().map(|part| part.heading.as_str()).collect();
    assert_eq!(headings[..4], ["Who reports", "What happened", "When", "Whom and what data it concerns"]);
    // What is asked about a notification under the GDPR isn't in it, and nothing is marked as guessed.
    let fields = || page.parts.iter().flat_map(|part| &part.fields);
    assert!(fields().all(|field| field.seen && !field.key.starts_with("notif.")));
    assert!(fields().any(|field| field.key == "people.count" && field.text == "40"));

    desk.advance(hours(2));
    desk.answer(&lead, incident, "people.count", "4812").await;
    let submitted = |stage: &str, as_of: &str| SubmissionInput {
        rule: "nis2".to_owned(),
        stage: stage.to_owned(),
        submitted_at: rfc3339(desk.time().now()),
        how: "The national platform, receipt 77".to_owned(),
        form: "general".to_owned(),
        as_of: as_of.to_owned(),
        ..SubmissionInput::default()
    };
    let wrong = submitted("no_such_stage", "");
    assert_eq!(desk.record_submission(&by(), incident, &wrong).await.said(), "stage:not_a_choice");
    let early =
        desk.record_submission(&by(), incident, &submitted("early_warning", &page.as_of)).await.unwrap();
    let copied = desk.filed_form(&by(), incident, early.id.parse().unwrap()).await.unwrap();
    let text = copied.text();
    assert!(
        text.starts_with("General report\nNIS2 Directive, Article 23: Early warning\nTo: CSIRT or"),
        "{text}"
    );
    assert!(text.contains("\n40\n") && !text.contains("4,812"), "{text}");
    assert_eq!(copied.digest, hash(text));

    let all = reports(&desk, &lead, incident, "nis2").await;
    let warned = all.iter().find(|r| r.stage == "early_warning").unwrap();
    assert!(warned.clock.as_ref().unwrap().submitted_at.is_some());
    assert_eq!(warned.filings[0].form.as_ref().unwrap().sha256, copied.digest);
    // The reference that comes back is recorded as with a supervisory authority.
    let receipt = ReceiptInput {
        filing: early.id.clone(),
        reference: "CSIRT-77".to_owned(),
        received_at: rfc3339(desk.time().now()),
        ..ReceiptInput::default()
    };
    desk.record_receipt(&by(), incident, &receipt).await.unwrap();
    let all = reports(&desk, &lead, incident, "nis2").await;
    let warned = all.iter().find(|r| r.stage == "early_warning").unwrap();
    assert_eq!(warned.filings[0].receipts[0].reference, "CSIRT-77");

    // The month begins with the notification of the incident, and with nothing before it.
    desk.record_submission(&by(), incident, &submitted("incident_notification", "")).await.unwrap();
    let all = reports(&desk, &lead, incident, "nis2").await;
    let last = all.iter().find(|r| r.stage == "final_report").unwrap().clock.clone().unwrap();
    assert_eq!(last.started_at, desk.time().now());
    assert!(last.due_at.unwrap() > last.started_at + hours(28 * 24) && last.submitted_at.is_none());
    desk.advance(hours(1));
    desk.record_submission(&by(), incident, &submitted("final_report", "")).await.unwrap();
    let all = reports(&desk, &lead, incident, "nis2").await;
    let last = all.iter().find(|r| r.stage == "final_report").unwrap();
    assert!(last.clock.as_ref().unwrap().submitted_at.is_some() && last.filings.len() == 1);
    // None of it is a filing with the supervisory authority.
    let page = desk.filings(&by(), incident).await.unwrap();
    assert!(page.authorities.iter().all(|with| with.filings.is_empty()));
    assert!(!page.late_without_reasons);
});

story!(a_state_is_told_and_what_is_no_law_is_never_due, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let by = || desk.by(&lead);
    desk.record_awareness(&by(), incident, &aware("2026-06-09 07:00")).await.unwrap();
    for rule in ["us_ca", "ukcsrb"] {
        switch_on(&desk, &lead, incident, rule).await;
    }
    let head = EditIncidentInput {
        title: "The export was open".to_owned(),
        severity: "high".to_owned(),
        tlp: "red".to_owned(),
        lead: lead.id().to_string(),
        detected_at: "2026-06-08 12:00".to_owned(),
        ..EditIncidentInput::default()
    };
    desk.edit_incident(&desk.on_head(&lead, incident).await, incident, &head).await.unwrap();
    let of_state = reports(&desk, &lead, incident, "us_ca").await;
    let stages: Vec<_> = of_state.iter().map(|r| (r.stage.as_str(), r.clock.is_some())).collect();
    assert_eq!(stages, [("residents", true), ("ag_500", false)]);
    let page = desk.authority_form(&by(), incident, &asked("us_ca", "ag_500")).await.unwrap();
    let report = page.report.unwrap();
    assert_eq!(report.head.recipient, "Attorney General");
    assert_eq!(report.head.applies_when, "more than 500 residents");
    assert_eq!(report.why_not, "The report before it isn't submitted yet.");
    let told = SubmissionInput {
        rule: "us_ca".to_owned(),
        stage: "residents".to_owned(),
        submitted_at: rfc3339(desk.time().now()),
        how: "Letters, by the printer".to_owned(),
        form: "general".to_owned(),
        ..SubmissionInput::default()
    };
    desk.record_submission(&by(), incident, &told).await.unwrap();
    let of_state = reports(&desk, &lead, incident, "us_ca").await;
    let general = of_state.iter().find(|r| r.stage == "ag_500").unwrap();
    assert!(general.clock.as_ref().is_some_and(|clock| clock.due_at.is_some()));

    // A bill is shown as one.
    let bill = reports(&desk, &lead, incident, "ukcsrb").await;
    assert!(!bill.is_empty() && bill.iter().all(|r| r.clock.is_none() && !r.why_not.is_empty()));
    let page = desk.authority_form(&by(), incident, &asked("ukcsrb", "")).await.unwrap();
    let report = page.report.unwrap();
    assert!(report.clock.is_none() && report.why_not.contains("a bill, not law"), "{}", report.why_not);
    // Notices of their own kinds have no general form, and a stage that isn't there has none either.
    for (rule, stage) in [("gdpr33", ""), ("gdpr34", ""), ("us_ca", "none"), ("no_rule", "")] {
        assert_eq!(desk.authority_form(&by(), incident, &asked(rule, stage)).await.said(), "not_found");
    }
});
