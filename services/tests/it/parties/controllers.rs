//! One incident, many controllers: each with its own facts, clock and notice, and nothing of one in what goes to another.

use super::{because, brought, chosen, in_book, party};
use crate::support::{Desk, Said, Who, accepted, answers::exact, engines::story, hours};
use domain::{
    access::Role,
    clock::recorded::TriggerInput,
    fact::record::RecordFactInput,
    id::{CasePartyId, IncidentId, NoticeId},
    notice::{DraftInput, RecipientsInput, StatementInput, stage::Stage},
    party::{
        PartyInput,
        in_case::{AddCasePartyInput, CONTROLLER_KEYS, CasePartyInput, ProcessingInput},
    },
};
use services::parties::DraftAllInput;

fn processor() -> ProcessingInput {
    ProcessingInput { capacity: "processor".to_owned(), why: String::new() }
}

async fn answered(
    desk: &Desk,
    who: &Who,
    incident: IncidentId,
    id: CasePartyId,
    key: &str,
    input: &RecordFactInput,
) {
    let done = desk.record_controller_fact(&desk.by(who), incident, id, key, input).await;
    assert!(done.is_ok(), "{key}: {done:?}");
}

fn choice(code: &str) -> RecordFactInput {
    RecordFactInput { certainty: "exact".to_owned(), values: vec![code.to_owned()], ..Default::default() }
}

async fn all_drafted(desk: &Desk, who: &Who, incident: IncidentId, language: &str) -> Vec<NoticeId> {
    let input = DraftAllInput { language: language.to_owned() };
    let drafted = desk.draft_controller_notices(&desk.by(who), incident, &input).await.unwrap();
    drafted.notices.iter().map(|id| id.parse().unwrap()).collect()
}

/// The notice to one controller.
async fn notice_to(desk: &Desk, who: &Who, incident: IncidentId, id: CasePartyId) -> NoticeId {
    let page = desk.case_party(&desk.by(who), incident, id).await.unwrap();
    page.line.controller.unwrap().notice.unwrap().id
}

story!(a_case_is_handled_for_many_controllers_and_their_numbers_add_up, |desk| {
    let (lead, reader) = (desk.person(Role::Lead).await, desk.person(Role::Reader).await);
    let incident = desk.declare("Processor").await;
    assert_eq!(
        desk.set_processing(&desk.by(&lead), incident, &processor()).await.said(),
        "revision_required"
    );
    desk.set_processing(&desk.seen(&lead, 0), incident, &processor()).await.unwrap();
    assert_eq!(desk.set_processing(&desk.seen(&lead, 1), incident, &processor()).await.said(), "no_change");
    assert_eq!(desk.set_processing(&desk.seen(&reader, 1), incident, &processor()).await.said(), "forbidden");
    let tab = async || desk.parties_of(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(tab().await.warnings.len(), 1, "no controller is named");
    let mut ids = Vec::new();
    for name in ["North", "South", "West"] {
        let book = in_book(&desk, &lead, &party(name, "controller")).await;
        ids.push(brought(&desk, &lead, incident, &chosen(book, "controller")).await);
    }
    let about = RecordFactInput {
        certainty: "approximate".to_owned(),
        value: "200".to_owned(),
        ..Default::default()
    };
    answered(&desk, &lead, incident, ids[0], "people.count", &exact("100")).await;
    answered(&desk, &lead, incident, ids[1], "people.count", &about).await;
    let now = tab().await;
    let sum = &now.people;
    assert_eq!((sum.low, sum.high, sum.exact, sum.known, sum.unknown), (300, 300, false, 2, 1));
    assert_eq!((now.to_tell, now.told, now.warnings.len()), (3, 0, 0));
    let range = RecordFactInput {
        certainty: "range".to_owned(),
        low: "10".to_owned(),
        high: "20".to_owned(),
        ..Default::default()
    };
    answered(&desk, &lead, incident, ids[2], "people.count", &range).await;
    let sum = tab().await.people;
    assert_eq!((sum.low, sum.high, sum.unknown), (310, 320, 0));
    answered(&desk, &lead, incident, ids[1], "people.count", &exact("200")).await;
    answered(&desk, &lead, incident, ids[2], "people.count", &exact("15")).await;
    desk.record_fact(&desk.by(&lead), incident, "people.count", &exact("400")).await.unwrap();
    let now = tab().await;
    assert_eq!((now.people.low, now.people.exact), (315, true));
    assert_eq!(now.people_of_the_case.as_deref(), Some("400"), "the sum isn't what the sheet says");
    desk.record_fact(&desk.by(&lead), incident, "people.count", &exact("315")).await.unwrap();
    assert_eq!(tab().await.people_of_the_case, None);

    // Each has versions of its own; the case's answer is another.
    let page = desk.case_party(&desk.by(&reader), incident, ids[1]).await.unwrap();
    let count = page.facts.iter().find(|f| f.key == "people.count").unwrap();
    assert_eq!((count.shown.as_str(), count.history.len()), ("200", 2));
    let of_case = desk.fact(&desk.by(&reader), incident, "people.count").await.unwrap();
    assert_eq!((of_case.line.shown.as_str(), of_case.history.len()), ("315", 2));
    let record = async |who: &Who, id, key: &str| {
        desk.record_controller_fact(&desk.by(who), incident, id, key, &exact("1")).await.said()
    };
    assert_eq!(record(&lead, ids[0], "risk.text").await, "not_found");
    assert_eq!(record(&lead, CasePartyId::from_bits([9; 16]), "people.count").await, "not_found");
    assert_eq!(record(&reader, ids[0], "people.count").await, "forbidden");
    assert_eq!(
        desk.record_fact(&desk.by(&lead), incident, "controller.decision", &exact("x")).await.said(),
        "not_found"
    );
    desk.journaled().await;
});

story!(a_controller_is_told_by_a_notice_that_goes_the_usual_road, |desk| {
    let (lead, approver) = (desk.person(Role::Lead).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Road").await;
    desk.set_processing(&desk.seen(&lead, 0), incident, &processor()).await.unwrap();
    let aware = TriggerInput {
        trigger: "processor_aware".to_owned(),
        happened_at: "2026-06-09T07:00:00Z".to_owned(),
        why: "Found.".to_owned(),
        ..Default::default()
    };
    desk.record_trigger(&desk.by(&lead), incident, &aware).await.unwrap();
    let draft = |to: String| DraftInput {
        kind: "controller_notice".to_owned(),
        language: "en".to_owned(),
        controller: to,
        ..DraftInput::default()
    };
    let said = desk.draft_notice(&desk.by(&lead), incident, &draft(String::new())).await.said();
    assert_eq!(said, "controller:required");
    let all = DraftAllInput { language: "en".to_owned() };
    assert_eq!(desk.draft_controller_notices(&desk.by(&lead), incident, &all).await.said(), "no_controllers");
    let mut ids = Vec::new();
    for name in ["North", "South"] {
        let input = PartyInput {
            email: format!("{}@controller.test", name.to_lowercase()),
            hours: "24".to_owned(),
            ..party(name, "controller")
        };
        let book = in_book(&desk, &lead, &input).await;
        let id = brought(&desk, &lead, incident, &chosen(book, "controller")).await;
        desk.count_contract(&desk.by(&lead), incident, id).await.unwrap();
        ids.push(id);
    }
    let notices = all_drafted(&desk, &lead, incident, "en").await;
    assert_eq!(notices.len(), 2);
    let notices =
        [notice_to(&desk, &lead, incident, ids[0]).await, notice_to(&desk, &lead, incident, ids[1]).await];
    assert_eq!(desk.draft_controller_notices(&desk.by(&lead), incident, &all).await.said(), "all_have_one");
    let rows = desk.notices_of(&desk.by(&lead), incident).await.unwrap().notices;
    let mut to: Vec<_> = rows.iter().map(|r| (r.controller.clone().unwrap(), r.due_at.is_some())).collect();
    to.sort();
    assert_eq!(to, [("North".to_owned(), true), ("South".to_owned(), true)]);

    // Only the notice to the one whose answer changes goes back to its authors.
    for id in &notices {
        desk.submit_notice(&desk.on_notice(&lead, *id).await, *id).await.unwrap();
    }
    answered(&desk, &lead, incident, ids[0], "people.count", &exact("100")).await;
    let stage = async |id| desk.page(&lead, id).await.notice.stage;
    assert_eq!((stage(notices[0]).await, stage(notices[1]).await), (Stage::Draft, Stage::InReview));
    desk.refresh_statements(&desk.on_notice(&lead, notices[0]).await, notices[0], None).await.unwrap();
    assert!(desk.page(&lead, notices[0]).await.text.contains("Number of your data subjects: 100"));
    // What every controller is told alike concerns all of them.
    desk.submit_notice(&desk.on_notice(&lead, notices[0]).await, notices[0]).await.unwrap();
    desk.record_fact(&desk.by(&lead), incident, "nature.cia", &choice("confidentiality")).await.unwrap();
    assert_eq!((stage(notices[0]).await, stage(notices[1]).await), (Stage::Draft, Stage::Draft));
    // Words of the case concern none.
    desk.refresh_statements(&desk.on_notice(&lead, notices[0]).await, notices[0], None).await.unwrap();
    desk.submit_notice(&desk.on_notice(&lead, notices[0]).await, notices[0]).await.unwrap();
    desk.record_fact(&desk.by(&lead), incident, "nature.text", &exact("About South only.")).await.unwrap();
    assert_eq!(stage(notices[0]).await, Stage::InReview);

    assert_eq!(desk.approve(&lead, notices[0]).await.said(), "forbidden");
    desk.approve(&approver, notices[0]).await.unwrap();
    desk.advance(hours(1));
    desk.send_notice(&desk.on_notice(&lead, notices[0]).await, notices[0]).await.unwrap();
    let mails = desk.run_mail(accepted).await;
    assert_eq!(mails.iter().map(|m| m.recipient.as_str()).collect::<Vec<_>>(), ["north@controller.test"]);
    let tab = desk.parties_of(&desk.by(&lead), incident).await.unwrap();
    assert_eq!((tab.to_tell, tab.told), (2, 1));
    for line in &tab.parties {
        let state = line.controller.as_ref().unwrap();
        let met = state.clocks.iter().filter(|c| c.submitted_at.is_some()).count();
        let all = if line.party.name == "North" { (true, 2) } else { (false, 0) };
        assert_eq!((state.told_at.is_some(), met), all, "{}", line.party.name);
        assert_eq!(state.clocks.len(), 2);
    }
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());

    // Who takes part no more gets no notice. A further one to who was told adds to the first.
    desk.remove_case_party(&desk.seen(&lead, 1), incident, ids[1], &because()).await.unwrap();
    desk.refresh_statements(&desk.on_notice(&lead, notices[1]).await, notices[1], None).await.unwrap();
    let said = desk.submit_notice(&desk.on_notice(&lead, notices[1]).await, notices[1]).await.said();
    assert_eq!(said, "controller_removed");
    let said = desk.draft_notice(&desk.by(&lead), incident, &draft(ids[1].to_string())).await.said();
    assert_eq!(said, "controller:unknown");
    let more = desk.draft_notice(&desk.by(&lead), incident, &draft(ids[0].to_string())).await.unwrap();
    let more = desk.page(&lead, more.id.parse().unwrap()).await;
    assert!(more.subject.starts_with("Further information"), "{}", more.subject);
});

story!(own_words_and_addresses_of_another_controller_are_stopped, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Own words").await;
    let mut ids = Vec::new();
    for name in ["North", "South"] {
        let input = PartyInput {
            email: format!("{}@controller.test", name.to_lowercase()),
            ..party(name, "controller")
        };
        let book = in_book(&desk, &lead, &input).await;
        let into = AddCasePartyInput { reference: format!("{name}-77"), ..chosen(book, "controller") };
        ids.push(brought(&desk, &lead, incident, &into).await);
    }
    all_drafted(&desk, &lead, incident, "en").await;
    let notice = notice_to(&desk, &lead, incident, ids[0]).await;
    let to = RecipientsInput {
        recipients: "north@controller.test\nSOUTH@controller.test".to_owned(),
        ..Default::default()
    };
    let said = desk.set_recipients(&desk.on_notice(&lead, notice).await, notice, &to).await.said();
    assert_eq!(said, "recipients:not_its_own");
    for (words, expected) in [
        ("As with South.", "names_another"),
        ("As with their matter\nsouth-77.", "names_another"),
        ("Ask south@controller.test.", "names_another"),
        ("Southern customers of yours, and North itself.", "ok"),
    ] {
        let own = StatementInput { text: words.to_owned(), judgement: "true".to_owned() };
        desk.edit_statement(&desk.on_notice(&lead, notice).await, notice, "nature", &own).await.unwrap();
        let said = desk.submit_notice(&desk.on_notice(&lead, notice).await, notice).await.said();
        assert_eq!(said, expected, "{words}");
    }
});

/// A word that stands for everything of one controller.
struct Canary {
    word: String,
    count: u64,
    id: CasePartyId,
}

async fn with_canaries(desk: &Desk, who: &Who, incident: IncidentId, n: u64) -> Canary {
    let word = format!("kanarie{n}x");
    let book = PartyInput {
        country: "DE".to_owned(),
        contact: format!("{word} contact"),
        email: format!("{word}@controller.test"),
        telephone: format!("{word} telephone"),
        address: format!("{word} address"),
        notes: format!("{word} notes"),
        hours: "24".to_owned(),
        contract: format!("{word} contract"),
        ..party(&format!("{word} Ltd"), "controller")
    };
    let book = in_book(desk, who, &book).await;
    let input = AddCasePartyInput {
        reference: format!("{word}-reference"),
        notes: format!("{word} notes here"),
        ..chosen(book, "controller")
    };
    let id = brought(desk, who, incident, &input).await;
    desk.count_contract(&desk.by(who), incident, id).await.unwrap();
    let evidence = desk.upload(who, incident, &format!("{word}.log"), word.as_bytes()).await;
    let count = 7_000_001 + n * 11;
    for key in CONTROLLER_KEYS {
        let definition = domain::fact::catalogue::catalogue().get(key).unwrap();
        let answer = match definition.options.first() {
            Some(option) => choice(&option.code),
            None if key.ends_with("count") || key.ends_with("records") => exact(&count.to_string()),
            None => exact(&format!("{word} {key}")),
        };
        let answer = RecordFactInput {
            reason: format!("{word} reason"),
            evidence: evidence.to_string(),
            place: format!("{word} place"),
            ..answer
        };
        answered(desk, who, incident, id, key, &answer).await;
    }
    Canary { word, count, id }
}

story!(a_notice_to_one_controller_holds_nothing_of_another, |desk| {
    let (lead, approver) = (desk.person(Role::Lead).await, desk.person(Role::Approver).await);
    for language in ["en", "de"] {
        let incident = desk.declare("Canaries").await;
        desk.set_processing(&desk.seen(&lead, 0), incident, &processor()).await.unwrap();
        let mut canaries = Vec::new();
        for n in 0..3 {
            canaries.push(with_canaries(&desk, &lead, incident, n).await);
        }
        // The case's own sheet may name any of them, in whatever answer has words.
        for definition in domain::fact::catalogue::catalogue().entries() {
            use domain::fact::catalogue::Kind;
            let words = matches!(definition.kind, Kind::Line | Kind::Text | Kind::Contact);
            let ours = definition.scope == domain::fact::catalogue::Scope::Incident;
            if words && ours && !definition.derived {
                let answer = exact("kanarie0x kanarie1x kanarie2x 7000001 7000012 7000023");
                desk.record_fact(&desk.by(&lead), incident, &definition.key, &answer).await.unwrap();
            }
        }
        let notices = all_drafted(&desk, &lead, incident, language).await;
        assert_eq!(notices.len(), canaries.len());
        // Follow-ups say more: told once, and drafted again.
        for canary in &canaries {
            let word = &canary.word;
            let told = CasePartyInput {
                role: "controller".to_owned(),
                informed_at: "2026-06-09T07:59:00Z".to_owned(),
                informed_by: format!("{word} by"),
                informed_how: format!("{word} how"),
                reference: format!("{word}-reference"),
                notes: String::new(),
                ..CasePartyInput::default()
            };
            desk.edit_case_party(&desk.seen(&lead, 1), incident, canary.id, &told).await.unwrap();
        }
        for canary in &canaries {
            let notice = &notice_to(&desk, &lead, incident, canary.id).await;
            let again = desk.refresh_statements(&desk.on_notice(&lead, *notice).await, *notice, None).await;
            again.unwrap();
            desk.submit_notice(&desk.on_notice(&lead, *notice).await, *notice).await.unwrap();
            desk.approve(&approver, *notice).await.unwrap();
            let page = desk.page(&lead, *notice).await;
            desk.send_notice(&desk.on_notice(&lead, *notice).await, *notice).await.unwrap();
            let mails = desk.run_mail(accepted).await;
            assert_eq!(mails.len(), 1);
            // Every statement and every fact under it, the assembled text, the recipients and the mail as it left.
            let mut all = format!(
                "{:?} {:?} {} {} {} {:?}",
                page.notice, page.statements, page.subject, page.text, page.html, mails
            );
            all.push_str(&mails.iter().map(|m| m.recipient.clone()).collect::<String>());
            assert!(all.contains(&canary.word) && all.contains(&format!("{}@", canary.word)), "{language}");
            let own = [&canary.count.to_string()[..4], "7.000", "7,000"];
            assert!(own.iter().any(|n| page.text.contains(n)), "{}", page.text);
            for other in canaries.iter().filter(|o| o.word != canary.word) {
                assert!(
                    !all.contains(&other.word),
                    "{language}: {} holds {}\n{all}",
                    canary.word,
                    other.word
                );
                let digits: String =
                    all.chars().filter(|c| c.is_ascii_digit() || c.is_alphabetic()).collect();
                assert!(!digits.contains(&other.count.to_string()), "{language}: a number of {}", other.word);
                assert!(!all.contains(&other.id.to_string()), "{language}: an id of {}", other.word);
            }
        }
    }
});
