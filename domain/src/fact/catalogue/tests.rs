//! What the catalogue promises to everything that names its keys.

use super::*;
use std::collections::BTreeSet;

/// The keys of the union of the authorities' forms. They are stored with every answer and so never change.
#[rustfmt::skip]
const FORM_KEYS: [&str; 90] = [
    "notif.kind", "notif.subtype", "notif.withdraw_reason", "notif.previous_id", "notif.own_ref",
    "notif.reason_for_report", "ctrl.id_type", "ctrl.id", "ctrl.name", "ctrl.contact", "ctrl.sector",
    "ctrl.size", "ctrl.activity", "ctrl.eea_rep", "rep.name", "rep.contact", "rep.function",
    "rep.national_id", "rep.declaration", "dpo.exists", "dpo.name", "dpo.contact", "info.contact",
    "parties[]", "time.occurrence_mode", "time.estimated", "time.start", "time.end", "time.aware",
    "time.delay_reasons", "time.discovery_source", "time.discovery_text", "time.third_party_notice",
    "time.comment", "nature.cia", "nature.conf_type", "nature.unintelligible", "nature.int_type",
    "nature.avail_type", "nature.incident_type", "nature.cause", "nature.is_cyber", "nature.text",
    "nature.systems", "people.categories", "people.text", "people.count_mode", "people.count",
    "data.types", "data.text", "data.records_mode", "data.records", "before.list", "before.text",
    "before.training_24m", "cons.conf", "cons.int", "cons.avail", "cons.impact", "cons.severity",
    "cons.likelihood", "cons.org_impact", "risk.outcome", "risk.text", "after.text", "after.prevent",
    "after.prevent_text", "ds.status", "ds.date", "ds.planned", "ds.exemption", "ds.exemption_text",
    "ds.coverage", "ds.coverage_reason", "ds.count", "ds.means", "ds.content", "oth.police",
    "oth.other_regimes", "oth.text", "xb.is", "xb.lead", "xb.establishments", "xb.subject_countries",
    "xb.count_by_country", "xb.notified_sas", "nonea.is", "nonea.countries", "att.list",
    "att.no_personal_data",
];

fn read() -> Catalogue {
    Catalogue::parse(include_str!("../catalogue.toml")).unwrap()
}

#[test]
fn the_shipped_text_is_a_catalogue() {
    assert_eq!(catalogue().entries().len(), read().entries().len());
    assert_eq!(catalogue().template(), "edpb-1.0-consultation");
}

#[test]
fn every_key_of_the_forms_exists_once() {
    let keys: Vec<String> = read().entries().iter().map(|e| e.key.clone()).collect();
    let unique: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), keys.len());
    assert_eq!(FORM_KEYS.iter().filter(|k| !unique.contains(**k)).collect::<Vec<_>>(), Vec::<&&str>::new());
    let own: Vec<&str> = keys.iter().map(String::as_str).filter(|k| !FORM_KEYS.contains(k)).collect();
    let of_controllers =
        ["controller.name", "controller.reference", "controller.aware", "controller.decision"];
    let of_cases = [
        "authority",
        "notif.owed",
        "notif.changes",
        "notif.previous_at",
        "time.late",
        "data.held",
        "cons.seen",
        "advice.self_protection",
    ];
    assert_eq!(own[..8], of_cases);
    assert_eq!(own[8..], of_controllers);
}

#[test]
fn the_order_is_that_of_the_forms() {
    let catalogue = read();
    let in_sections: Vec<&str> = catalogue
        .sections()
        .iter()
        .flat_map(|s| catalogue.in_section(&s.code))
        .map(|e| e.key.as_str())
        .collect();
    let in_file: Vec<&str> = catalogue.entries().iter().map(|e| e.key.as_str()).collect();
    assert_eq!(in_sections, in_file);
    let of_the_forms: Vec<&str> = in_file.iter().copied().filter(|k| FORM_KEYS.contains(k)).collect();
    assert_eq!(of_the_forms, FORM_KEYS);
}

#[test]
fn options_are_unique_and_worded() {
    for entry in read().entries() {
        let codes: BTreeSet<&str> = entry.options.iter().map(|o| o.code.as_str()).collect();
        assert_eq!(codes.len(), entry.options.len(), "{}", entry.key);
        let has = matches!(entry.kind, Kind::Choice | Kind::Choices);
        assert_eq!(has, entry.options.len() > 1, "{}", entry.key);
        for option in &entry.options {
            assert!(!option.en.is_empty(), "{} {}", entry.key, option.code);
        }
    }
}

#[test]
fn every_entry_is_asked_in_a_sentence() {
    for entry in read().entries() {
        assert!(entry.help.ends_with('.') && entry.label.len() <= 70, "{}", entry.key);
        assert_eq!(entry.required == Required::Conditional, entry.visible_if.is_some(), "{}", entry.key);
    }
    assert!(read().entries().iter().filter(|e| !e.needed_for.is_empty()).count() >= 30);
}

#[test]
fn conditions_name_keys_and_options_that_exist() {
    let catalogue = read();
    for entry in catalogue.entries() {
        for (key, code) in entry.visible_if.iter().flat_map(Condition::mentions) {
            let asked = catalogue.get(key).unwrap();
            assert!(
                code.is_none_or(|code| asked.option(code).is_some()),
                "{} asks {key} for {code:?}",
                entry.key
            );
        }
    }
}
