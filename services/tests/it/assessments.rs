//! Assessing the risk: versions that know the facts they rest on, and the Board's cases beside them.

use crate::support::{Desk, Said, Who, answers::exact, engines::story, hours};
use domain::{
    access::{Role, Via},
    assessment::{
        cases::{Verdict, alike::Agreement, cases},
        factors::{Concern, RiskFactor, RiskView},
        record::{AssessRiskInput, Enisa},
        severity::EnisaLevel,
    },
    fact::record::RecordFactInput,
    id::{IncidentId, TokenId},
    incident::CloseInput,
    view::assessments::AssessmentPage,
};
use services::{Ctx, Idempotency};

fn reckoned() -> AssessRiskInput {
    AssessRiskInput {
        data: "higher".to_owned(),
        data_words: "Passwords are among them.".to_owned(),
        enisa: "with".to_owned(),
        simple: "0".to_owned(),
        ei: "maximum".to_owned(),
        confidentiality: "unknown_recipients".to_owned(),
        integrity: "none".to_owned(),
        availability: "none".to_owned(),
        malicious: "yes".to_owned(),
        individuals: "4812".to_owned(),
        unintelligible: "no".to_owned(),
        ..AssessRiskInput::default()
    }
}

async fn shown(desk: &Desk, who: &Who, incident: IncidentId) -> AssessmentPage {
    desk.assessment(&desk.by(who), incident, 1).await.unwrap()
}

async fn answer(desk: &Desk, who: &Who, incident: IncidentId, key: &str, values: &[&str]) {
    let values = values.iter().map(|v| (*v).to_owned()).collect();
    let input = RecordFactInput { certainty: "exact".to_owned(), values, ..RecordFactInput::default() };
    desk.record_fact(&desk.by(who), incident, key, &input).await.unwrap();
}

story!(each_case_of_the_board_entered_as_facts_is_most_like_itself, |desk| {
    let lead = desk.person(Role::Lead).await;
    for case in cases() {
        let incident = desk.declare(&case.title).await;
        assert!(shown(&desk, &lead, incident).await.alike.is_empty(), "nothing is known yet");
        for (key, input) in &case.inputs {
            desk.record_fact(&desk.by(&lead), incident, key, input).await.unwrap();
        }
        desk.record_fact(&desk.by(&lead), incident, "nature.text", &exact(&case.happened)).await.unwrap();
        let page = shown(&desk, &lead, incident).await;
        let (first, second) = (&page.alike[0], &page.alike[1]);
        assert_eq!((first.number, first.per_cent, first.verdict), (case.number, 100, case.verdict));
        assert!(first.answers.iter().all(|a| a.agreement == Agreement::Agrees), "case {}", case.number);
        assert!(second.per_cent < 100);
        // What is asked with these answers has a place in the sheet, and each suggestion can be taken as it is.
        let sheet = desk.fact_sheet(&desk.by(&lead), incident).await.unwrap();
        for (key, _) in &case.inputs {
            assert!(sheet.lines.iter().any(|l| l.key == *key && l.asked), "case {}: {key}", case.number);
        }
        let begun = AssessRiskInput::begun(None, &page.suggestions);
        let left: Vec<String> = desk
            .assess_risk(&desk.by(&lead), incident, &begun)
            .await
            .said()
            .split(' ')
            .map(str::to_owned)
            .collect();
        assert!(left.contains(&"ei:required".to_owned()), "case {}: {left:?}", case.number);
        assert!(left.iter().all(|l| l.ends_with(":required")), "case {}: {left:?}", case.number);
        // Its record in the register stands alone: it says what is known, and points to no other page.
        let record = desk.record(&desk.by(&lead), incident).await.unwrap().record;
        let said: Vec<&str> =
            record.sections.iter().flat_map(|s| &s.lines).map(|l| l.code.as_str()).collect();
        for (key, _) in &case.inputs {
            assert!(said.contains(&key.as_str()), "case {}: {key} isn't in its record", case.number);
        }
        assert!(said.contains(&"nature.text"));
        let text = serde_json::to_string(&record).unwrap();
        assert!(text.contains(&case.title) && !text.contains("http") && !text.contains("/incidents/"));
    }
    assert_eq!(cases().iter().filter(|c| c.verdict == Verdict::Communicate).count(), 9);
});

story!(an_assessment_is_a_version_and_none_is_overwritten, |desk| {
    let lead = desk.person(Role::Lead).await;
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Assessed").await;
    let empty = shown(&desk, &lead, incident).await;
    assert!(empty.present.is_none() && empty.versions.items.is_empty() && empty.changed_since.is_empty());

    let nothing = AssessRiskInput { enisa: "without".to_owned(), ..AssessRiskInput::default() };
    assert_eq!(desk.assess_risk(&desk.by(&lead), incident, &nothing).await.said(), "note:required");
    assert!(shown(&desk, &lead, incident).await.present.is_none(), "refused, and nothing stored");
    let first = desk.assess_risk(&desk.by(&lead), incident, &reckoned()).await.unwrap();
    desk.advance(hours(1));
    let other = AssessRiskInput {
        people: "higher".to_owned(),
        simple: "2".to_owned(),
        note: "Seen with counsel.".to_owned(),
        ..reckoned()
    };
    let second = desk.assess_risk(&desk.by(&dpo), incident, &other).await.unwrap();

    let page = shown(&desk, &lead, incident).await;
    let present = page.present.as_ref().unwrap();
    assert_eq!((present.id.to_string(), present.version, present.recorded_by), (second.id, 2, dpo.id()));
    let enisa = present.enisa.as_ref().unwrap();
    assert_eq!((enisa.result.se.as_str(), enisa.result.level), ("4.0", EnisaLevel::VeryHigh));
    assert_eq!(Enisa::of(&enisa.grounds().unwrap()), *enisa, "what is stored is what the method says");
    assert_eq!(present.considered(RiskFactor::People).unwrap().view, Some(RiskView::Higher));
    let versions = &page.versions.items;
    assert_eq!(versions.iter().map(|v| v.assessment.version).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(
        (versions[1].assessment.id.to_string(), versions[1].assessment.recorded_by),
        (first.id, lead.id())
    );
    assert_eq!(versions[1].assessment.enisa.as_ref().unwrap().result.se, "2.0");
    let said: Vec<&str> = versions[0].differences.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(
        said,
        ["ENISA level", "Which data are concerned?", "Special characteristics of the people", "Note"]
    );
    assert!(versions[1].differences.is_empty());

    // The journal holds the digest of exactly this version, and no words.
    let entries = desk.journal_of(&desk.by(&lead), incident, 1).await.unwrap();
    let text = format!("{entries:?}");
    assert!(text.contains(&present.digest()) && text.contains(&versions[1].assessment.digest()), "{text}");
    assert!(!text.contains("counsel"));
    let told = desk.timeline(&desk.by(&lead), incident, true, 1).await.unwrap().entries.items;
    assert!(told.iter().any(|e| {
        e.text.contains("Risk assessed, version 2. ENISA level (an aid, no verdict): very high, 4.0.")
    }));
});

story!(what_changed_since_is_said_with_old_and_new, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Changed").await;
    answer(&desk, &lead, incident, "data.types", &["contact", "health"]).await;
    desk.answer(&lead, incident, "people.count", "100").await;
    desk.answer(&lead, incident, "nature.cause", "external_malicious").await;
    let page = shown(&desk, &lead, incident).await;
    assert_eq!(page.callouts.iter().map(|c| c.concern).collect::<Vec<_>>(), [Concern::SpecialCategories]);
    let number = page.factors.iter().find(|f| f.factor == RiskFactor::Number).unwrap();
    assert_eq!((number.known[0].key.as_str(), number.known[0].shown.as_str()), ("people.count", "100"));
    let offered: Vec<String> = page.suggestions.iter().map(|s| format!("{}={}", s.field, s.value)).collect();
    assert_eq!(offered, ["simple=0", "sensitive=0", "malicious=yes", "individuals=100"]);

    desk.assess_risk(&desk.by(&lead), incident, &reckoned()).await.unwrap();
    assert!(shown(&desk, &lead, incident).await.changed_since.is_empty());
    // The same once more, and what no part of an assessment rests on.
    desk.record_fact(
        &desk.by(&lead),
        incident,
        "people.count",
        &RecordFactInput { reason: "Counted again.".to_owned(), ..exact("100") },
    )
    .await
    .unwrap();
    desk.answer(&lead, incident, "nature.text", "Records were read.").await;
    assert!(shown(&desk, &lead, incident).await.changed_since.is_empty());

    let more = RecordFactInput { reason: "The log says more.".to_owned(), ..exact("4812") };
    desk.record_fact(&desk.by(&lead), incident, "people.count", &more).await.unwrap();
    let changed = shown(&desk, &lead, incident).await.changed_since;
    let said: Vec<_> = changed.iter().map(|c| (c.key.as_str(), c.old.as_str(), c.new.as_str())).collect();
    assert_eq!(said, [("people.count", "100", "4,812")]);
    // A new version rests on the facts as they are now.
    desk.assess_risk(&desk.by(&lead), incident, &reckoned()).await.unwrap();
    let page = shown(&desk, &lead, incident).await;
    assert!(page.changed_since.is_empty());
    let said: Vec<&str> = page.versions.items[0].differences.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(said, ["Fact: Number of data subjects"]);
});

story!(whoever_writes_in_the_case_assesses_and_the_others_read_or_see_nothing, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Allowed").await;
    for (role, writes, reads) in [
        (Role::Dpo, "ok", "ok"),
        (Role::Approver, "forbidden", "ok"),
        (Role::Reader, "forbidden", "ok"),
        (Role::Responder, "not_found", "not_found"),
        (Role::Administrator, "not_found", "not_found"),
        (Role::Auditor, "not_found", "not_found"),
    ] {
        let who = desk.another(role).await;
        assert_eq!(desk.assess_risk(&desk.by(&who), incident, &reckoned()).await.said(), writes, "{role:?}");
        assert_eq!(desk.assessment(&desk.by(&who), incident, 1).await.said(), reads, "{role:?}");
        assert_eq!(desk.assessment_versions(&desk.by(&who), incident, 1).await.said(), reads, "{role:?}");
    }
    let token = |scope| Via::Token { id: TokenId::from_bits([1; 16]), scopes: vec![scope] };
    let reading = lead.via(token(domain::access::Scope::Read));
    assert_eq!(desk.assess_risk(&desk.by(&reading), incident, &reckoned()).await.said(), "forbidden");
    let close = CloseInput { outcome: "false_alarm".to_owned(), reason: "It was a test.".to_owned() };
    desk.close_incident(&desk.on_head(&lead, incident).await, incident, &close).await.unwrap();
    assert_eq!(desk.assess_risk(&desk.by(&lead), incident, &reckoned()).await.said(), "closed");
    assert_eq!(shown(&desk, &lead, incident).await.present.unwrap().version, 1, "and it is still read");
});

story!(posted_twice_it_is_one_version_and_pages_have_fifty, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Twice").await;
    let once = || Ctx {
        idempotency: Some(Idempotency { key: "one".to_owned(), request_digest: "same".to_owned() }),
        ..desk.by(&lead)
    };
    let id = desk.assess_risk(&once(), incident, &reckoned()).await.unwrap().id;
    assert_eq!(desk.assess_risk(&once(), incident, &reckoned()).await.unwrap().id, id);
    assert_eq!(shown(&desk, &lead, incident).await.versions.total, 1);
    for n in 2..=52 {
        let input = AssessRiskInput { individuals: n.to_string(), ..reckoned() };
        desk.assess_risk(&desk.by(&lead), incident, &input).await.unwrap();
    }
    let first = desk.assessment_versions(&desk.by(&lead), incident, 1).await.unwrap();
    let second = desk.assessment_versions(&desk.by(&lead), incident, 2).await.unwrap();
    assert_eq!((first.total, first.items.len(), second.items.len()), (52, 50, 2));
    let last = &first.items[49];
    assert_eq!(
        (last.assessment.version, last.differences.len()),
        (3, 1),
        "compared with the first of the next page"
    );
    assert_eq!(second.items[0].assessment.version, 2);
    let beyond = desk.assessment_versions(&desk.by(&lead), incident, 99).await.unwrap();
    assert!(beyond.items.is_empty());
});
