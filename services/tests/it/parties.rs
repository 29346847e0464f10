//! Parties: the address book, who of it takes part in a case, and controllers that learn nothing of each other.

mod controllers;

use crate::support::{Desk, Said, Who, engines::story, hours};
use domain::{
    access::Role,
    id::{CasePartyId, IncidentId, PartyId},
    incident::{CloseInput, ReasonInput},
    party::{
        PartyInput, PartyKind,
        in_case::{AddCasePartyInput, CasePartyInput},
    },
    view::parties::{CasePartyLine, ContractClock},
};
use services::parties::{BookQuery, TakeOverInput};

pub(crate) fn because() -> ReasonInput {
    ReasonInput { reason: "It was agreed so.".to_owned() }
}

pub(crate) fn party(name: &str, kind: &str) -> PartyInput {
    PartyInput { name: name.to_owned(), kind: kind.to_owned(), ..PartyInput::default() }
}

pub(crate) fn chosen(party: PartyId, role: &str) -> AddCasePartyInput {
    AddCasePartyInput { party: party.to_string(), role: role.to_owned(), ..AddCasePartyInput::default() }
}

pub(crate) async fn in_book(desk: &Desk, who: &Who, input: &PartyInput) -> PartyId {
    desk.add_party(&desk.by(who), input).await.unwrap().id.parse().unwrap()
}

pub(crate) async fn brought(
    desk: &Desk,
    who: &Who,
    incident: IncidentId,
    input: &AddCasePartyInput,
) -> CasePartyId {
    desk.add_case_party(&desk.by(who), incident, input).await.unwrap().id.parse().unwrap()
}

async fn names(desk: &Desk, who: &Who, asked: BookQuery) -> Vec<String> {
    let book = desk.parties(&desk.by(who), &asked).await.unwrap();
    book.parties.items.into_iter().map(|p| p.name).collect()
}

async fn line(desk: &Desk, who: &Who, incident: IncidentId, id: CasePartyId) -> CasePartyLine {
    desk.case_party(&desk.by(who), incident, id).await.unwrap().line
}

story!(an_address_book_is_kept_and_nothing_in_it_is_lost, |desk| {
    let (lead, reader) = (desk.person(Role::Lead).await, desk.person(Role::Reader).await);
    let (admin, auditor) = (desk.person(Role::Administrator).await, desk.person(Role::Auditor).await);
    let input = PartyInput {
        country: "de".to_owned(),
        contact: "R. Fenn".to_owned(),
        email: "incidents@hosting.test".to_owned(),
        hours: "24".to_owned(),
        contract: "DPA 7, clause 9".to_owned(),
        ..party("Hafen Hosting 100%", "processor")
    };
    let hosting = in_book(&desk, &lead, &input).await;
    in_book(&desk, &lead, &party("Versicherung am Kai", "insurer")).await;
    let all = BookQuery::default;
    assert_eq!(names(&desk, &reader, all()).await, ["Hafen Hosting 100%", "Versicherung am Kai"]);
    let find = |words: &str| BookQuery { words: words.to_owned(), ..BookQuery::default() };
    for words in ["HOSTING", "fenn", "incidents@", "dpa 7", "100%"] {
        assert_eq!(names(&desk, &reader, find(words)).await, ["Hafen Hosting 100%"], "{words}");
    }
    for words in ["1_0", "nobody", "\\", "a\0b"] {
        assert_eq!(names(&desk, &reader, find(words)).await, Vec::<String>::new(), "{words}");
    }
    let insurers = BookQuery { kind: Some(PartyKind::Insurer), ..BookQuery::default() };
    assert_eq!(names(&desk, &reader, insurers).await, ["Versicherung am Kai"]);

    // Who may not, may not; and nobody overwrites what somebody else has changed.
    for who in [&admin, &auditor] {
        assert_eq!(desk.parties(&desk.by(who), &all()).await.said(), "forbidden");
        assert_eq!(desk.party(&desk.by(who), hosting).await.said(), "forbidden");
    }
    assert_eq!(desk.add_party(&desk.by(&reader), &input).await.said(), "forbidden");
    let said = desk.add_party(&desk.by(&lead), &PartyInput::default()).await.said();
    assert_eq!(said, "name:required kind:required");
    let moved = PartyInput { country: "AT".to_owned(), ..input.clone() };
    assert_eq!(desk.edit_party(&desk.by(&lead), hosting, &moved).await.said(), "revision_required");
    desk.edit_party(&desk.seen(&lead, 1), hosting, &moved).await.unwrap();
    assert_eq!(desk.edit_party(&desk.seen(&lead, 1), hosting, &input).await.said(), "revision_stale");
    let page = desk.party(&desk.by(&reader), hosting).await.unwrap();
    assert_eq!((page.party.country.as_str(), page.party.revision, page.may_edit), ("AT", 2, false));

    assert_eq!(
        desk.retire_party(&desk.seen(&lead, 2), hosting, &ReasonInput::default()).await.said(),
        "reason:required"
    );
    desk.retire_party(&desk.seen(&lead, 2), hosting, &because()).await.unwrap();
    assert_eq!(desk.edit_party(&desk.seen(&lead, 3), hosting, &input).await.said(), "retired");
    assert_eq!(names(&desk, &reader, all()).await, ["Versicherung am Kai"]);
    let retired = BookQuery { retired: true, ..BookQuery::default() };
    assert_eq!(names(&desk, &reader, retired).await, ["Hafen Hosting 100%"]);
    let unknown = PartyId::from_bits([9; 16]);
    assert_eq!(desk.party(&desk.by(&reader), unknown).await.said(), "not_found");
    desk.journaled().await;
});

story!(a_party_shows_only_the_cases_that_its_reader_may_see, |desk| {
    let (lead, reader) = (desk.person(Role::Lead).await, desk.person(Role::Reader).await);
    let bank = in_book(&desk, &lead, &party("The bank", "other")).await;
    let seen = desk.declare("Seen").await;
    let hidden = desk.declare("Hidden").await;
    for incident in [seen, hidden] {
        brought(&desk, &lead, incident, &chosen(bank, "other")).await;
    }
    let ctx = desk.on_head(&lead, hidden).await;
    desk.restrict_incident(&ctx, hidden, true, &because()).await.unwrap();
    let cases = async |who: &Who| {
        let page = desk.party(&desk.by(who), bank).await.unwrap();
        assert_eq!(page.all_cases, page.cases.len() as u64);
        page.cases.into_iter().map(|c| c.title).collect::<Vec<_>>()
    };
    assert_eq!(cases(&lead).await.len(), 2);
    assert_eq!(cases(&reader).await, ["Seen"]);
});

story!(parties_come_into_a_case_and_leave_it_with_a_reason, |desk| {
    let (lead, outsider) = (desk.person(Role::Lead).await, desk.another(Role::Responder).await);
    let incident = desk.declare("Parties").await;
    let police = in_book(&desk, &lead, &party("Police", "police")).await;
    let input = AddCasePartyInput {
        informed_at: "2026-06-09T07:30:00Z".to_owned(),
        informed_by: "M. Holt".to_owned(),
        informed_how: "online".to_owned(),
        reference: "ST/0815".to_owned(),
        ..chosen(police, "police")
    };
    let id = brought(&desk, &lead, incident, &input).await;
    let add =
        async |input: AddCasePartyInput| desk.add_case_party(&desk.by(&lead), incident, &input).await.said();
    assert_eq!(add(input.clone()).await, "role:is_here");
    let ahead =
        AddCasePartyInput { informed_at: "2026-06-09T08:00:01Z".to_owned(), ..chosen(police, "other") };
    assert_eq!(add(ahead).await, "informed_at:in_the_future");
    let both = AddCasePartyInput { name: "Other".to_owned(), ..chosen(police, "other") };
    assert_eq!(add(both).await, "name:is_known");
    assert_eq!(add(chosen(PartyId::from_bits([9; 16]), "other")).await, "party:unknown");
    assert_eq!(add(AddCasePartyInput::default()).await, "party:required name:required role:required");
    let said = desk.add_case_party(&desk.by(&outsider), incident, &input).await.said();
    assert_eq!(said, "not_found");

    // A new one comes into the address book with it, as what it is here.
    let new = AddCasePartyInput {
        name: "Loss adjusters".to_owned(),
        role: "insurer".to_owned(),
        email: "claims@insurer.test".to_owned(),
        ..AddCasePartyInput::default()
    };
    brought(&desk, &lead, incident, &new).await;
    assert_eq!(names(&desk, &lead, BookQuery::default()).await, ["Loss adjusters", "Police"]);

    let edit = CasePartyInput { role: "police".to_owned(), reference: "ST/0816".to_owned(), ..input.part() };
    assert_eq!(desk.edit_case_party(&desk.by(&lead), incident, id, &edit).await.said(), "revision_required");
    desk.edit_case_party(&desk.seen(&lead, 1), incident, id, &edit).await.unwrap();
    let again = desk.edit_case_party(&desk.seen(&lead, 1), incident, id, &edit).await.said();
    assert_eq!(again, "revision_stale");
    assert_eq!(line(&desk, &lead, incident, id).await.in_case.reference, "ST/0816");
    let nothing = ReasonInput::default();
    assert_eq!(
        desk.remove_case_party(&desk.seen(&lead, 2), incident, id, &nothing).await.said(),
        "reason:required"
    );
    desk.remove_case_party(&desk.seen(&lead, 2), incident, id, &because()).await.unwrap();
    assert_eq!(desk.edit_case_party(&desk.seen(&lead, 3), incident, id, &edit).await.said(), "removed");
    let tab = desk.parties_of(&desk.by(&lead), incident).await.unwrap();
    assert_eq!((tab.parties.len(), tab.removed.len(), tab.case.counts.parties), (1, 1, 1));
    assert_eq!(tab.removed[0].0.removed_reason, "It was agreed so.");
    brought(&desk, &lead, incident, &input).await;

    // A retired one comes into no new case.
    desk.retire_party(&desk.seen(&lead, 1), police, &because()).await.unwrap();
    assert_eq!(add(chosen(police, "other")).await, "party:retired");

    let close = CloseInput { outcome: "false_alarm".to_owned(), reason: "A test.".to_owned() };
    desk.close_incident(&desk.on_head(&lead, incident).await, incident, &close).await.unwrap();
    assert_eq!(add(new.clone()).await, "closed");
});

story!(exactly_one_of_the_joint_controllers_notifies, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Joint").await;
    let joint = |name: &str, notifies: &str| AddCasePartyInput {
        name: name.to_owned(),
        role: "joint_controller".to_owned(),
        notifies: notifies.to_owned(),
        ..AddCasePartyInput::default()
    };
    let warnings = async || desk.parties_of(&desk.by(&lead), incident).await.unwrap().warnings.len();
    let first = brought(&desk, &lead, incident, &joint("One", "")).await;
    assert_eq!(warnings().await, 1);
    brought(&desk, &lead, incident, &joint("Two", "true")).await;
    assert_eq!(warnings().await, 0);
    let also = CasePartyInput { notifies: "true".to_owned(), ..joint("", "").part() };
    let said = desk.edit_case_party(&desk.seen(&lead, 1), incident, first, &also).await.said();
    assert_eq!(said, "notifies:has_notifier");
});

story!(the_hours_of_a_contract_are_counted_by_a_clock_like_any_other, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("Contract").await;
    let other = desk.declare("Other").await;
    let shop = PartyInput { hours: "24".to_owned(), ..party("Shop", "controller") };
    let shop = in_book(&desk, &lead, &shop).await;
    let id = brought(&desk, &lead, incident, &chosen(shop, "controller")).await;
    let aware = domain::clock::recorded::TriggerInput {
        trigger: "processor_aware".to_owned(),
        happened_at: "2026-06-09T07:00:00Z".to_owned(),
        why: "The log of the shop was found open.".to_owned(),
        ..Default::default()
    };
    desk.record_trigger(&desk.by(&lead), incident, &aware).await.unwrap();
    let clocks = async || {
        assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
        let state = line(&desk, &lead, incident, id).await.controller.unwrap();
        let say = |c: &domain::clock::NotificationClock| {
            let due = c.due_at.map_or_else(|| c.limit.clone(), domain::moment::rfc3339_seconds);
            let done = if c.submitted_at.is_some() { ", done" } else { "" };
            format!(
                "{} to {}: {due}{done}",
                if c.rule.starts_with("own_") { "own" } else { &c.rule },
                c.recipient
            )
        };
        state.clocks.iter().map(say).collect::<Vec<_>>()
    };
    assert_eq!(clocks().await, ["gdpr33_2 to Shop: without undue delay"]);
    assert_eq!(line(&desk, &lead, incident, id).await.contract, ContractClock::Offered { hours: 24 });

    desk.count_contract(&desk.by(&lead), incident, id).await.unwrap();
    assert_eq!(desk.count_contract(&desk.by(&lead), incident, id).await.said(), "no_change");
    let counted = ["own to Shop: 2026-06-10T07:00:00Z", "gdpr33_2 to Shop: without undue delay"];
    assert_eq!(clocks().await, counted);
    let page = desk.rules_page(&desk.by(&dpo)).await.unwrap();
    assert_eq!((page.own.len(), page.own[0].on), (1, false), "it counts in this case only");
    let elsewhere = desk.clocks(&desk.by(&lead), other, None).await.unwrap().clocks;
    assert!(elsewhere.running.iter().chain([]).all(|c| !c.rule.starts_with("own_")));

    // The address book's hours and name are the clock's, in the same commit.
    let edited = PartyInput { hours: "12".to_owned(), ..party("Shop Ltd", "controller") };
    desk.edit_party(&desk.seen(&lead, 2), shop, &edited).await.unwrap();
    let edited = ["own to Shop Ltd: 2026-06-09T19:00:00Z", "gdpr33_2 to Shop Ltd: without undue delay"];
    assert_eq!(clocks().await, edited);

    // Another case uses the same clock.
    let there = brought(&desk, &lead, other, &chosen(shop, "controller")).await;
    desk.count_contract(&desk.by(&lead), other, there).await.unwrap();
    assert_eq!(desk.rules_page(&desk.by(&dpo)).await.unwrap().own.len(), 1);

    desk.advance(hours(1));
    let told = CasePartyInput {
        role: "controller".to_owned(),
        informed_at: "2026-06-09T08:30:00Z".to_owned(),
        informed_how: "by telephone".to_owned(),
        ..CasePartyInput::default()
    };
    desk.edit_case_party(&desk.seen(&lead, 1), incident, id, &told).await.unwrap();
    assert!(clocks().await.iter().all(|c| c.ends_with(", done")), "{:?}", clocks().await);
    desk.remove_case_party(&desk.seen(&lead, 2), incident, id, &because()).await.unwrap();
    let running = desk.clocks(&desk.by(&lead), incident, None).await.unwrap().clocks.running;
    assert!(running.iter().all(|c| c.recipient != "Shop Ltd"));
    let nobody = brought(
        &desk,
        &lead,
        incident,
        &chosen(in_book(&desk, &lead, &party("P", "counsel")).await, "counsel"),
    )
    .await;
    assert_eq!(desk.count_contract(&desk.by(&lead), incident, nobody).await.said(), "no_hours");
    // Without hours there is nothing to count, in any case.
    desk.edit_party(&desk.seen(&lead, 3), shop, &party("Shop Ltd", "controller")).await.unwrap();
    assert!(desk.rules_page(&desk.by(&dpo)).await.unwrap().own[0].retired_at.is_some());
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
});

story!(what_is_known_of_a_party_answers_what_the_catalogue_asks, |desk| {
    let (lead, reader) = (desk.person(Role::Lead).await, desk.person(Role::Reader).await);
    let incident = desk.declare("Taken over").await;
    let new = |name: &str, role: &str, informed: &str| AddCasePartyInput {
        name: name.to_owned(),
        role: role.to_owned(),
        email: "desk@party.test".to_owned(),
        informed_at: informed.to_owned(),
        ..AddCasePartyInput::default()
    };
    let press = async |id, key: &str| {
        let input = TakeOverInput { key: key.to_owned() };
        desk.take_over(&desk.by(&lead), incident, id, &input).await.said()
    };
    let shown = async |key: &str| {
        let sheet = desk.fact_sheet(&desk.by(&lead), incident).await.unwrap();
        sheet.lines.into_iter().find(|l| l.key == key).unwrap().shown
    };
    let told = "2026-06-09T07:30:00Z";
    let rep = brought(&desk, &lead, incident, &new("EU Rep", "representative", "")).await;
    let hoster = brought(&desk, &lead, incident, &new("Hoster", "processor", told)).await;
    let police = brought(&desk, &lead, incident, &new("Police", "police", told)).await;
    let dpo = brought(&desk, &lead, incident, &new("Data Desk", "dpo", "")).await;
    for (id, key, says) in [
        (rep, "ctrl.eea_rep", "EU Rep\ndesk@party.test"),
        (hoster, "parties[]", "processor: Hoster\ndesk@party.test"),
        (hoster, "time.third_party_notice", "9 June 2026"),
        (police, "oth.police", "yes"),
        (dpo, "dpo.name", "Data Desk"),
        (dpo, "dpo.contact", "Data Desk\ndesk@party.test"),
    ] {
        let offered = async || {
            let offers = line(&desk, &lead, incident, id).await.takes_over;
            offers.into_iter().find(|t| t.key == key).unwrap().done
        };
        assert!(!offered().await, "{key}");
        assert_eq!(press(id, key).await, "ok", "{key}");
        assert_eq!(shown(key).await, says, "{key}");
        assert!(offered().await, "{key}");
    }
    assert_eq!(press(rep, "parties[]").await, "key:not_a_choice");
    assert_eq!(press(rep, "people.count").await, "key:not_a_choice");
    let input = TakeOverInput { key: "ctrl.eea_rep".to_owned() };
    assert_eq!(desk.take_over(&desk.by(&reader), incident, rep, &input).await.said(), "forbidden");
});
