use super::{
    columns::{Mapping, MappingInput, suggested},
    file::wrong_csv,
    list::{Counts, Gathering, digest},
    reading::read,
    *,
};
use crate::delivery::RecipientList;
use proptest::prelude::*;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

const HEADINGS: [&str; 8] =
    ["E-Mail", "Name", "Customer no", "Language", "Channel", "Telephone", "Street", "City"];

fn mapping() -> Mapping {
    suggested(&words(&HEADINGS))
}

fn row(cells: &[&str]) -> Row {
    Row { line: 2, cells: words(cells) }
}

fn codes(cells: &[&str]) -> Vec<String> {
    let faults = read(&row(cells), &mapping(), &words(&HEADINGS)).unwrap_err();
    faults.into_iter().map(|fault| format!("{}:{}", fault.column, fault.code)).collect()
}

fn person(cells: &[&str]) -> Person {
    read(&row(cells), &mapping(), &words(&HEADINGS)).unwrap()
}

#[test]
fn headings_suggest_their_columns_in_many_languages() {
    let all = mapping();
    assert_eq!((all.email, all.name, all.reference), (Some(0), Some(1), Some(2)));
    assert_eq!((all.language, all.channel, all.telephone), (Some(3), Some(4), Some(5)));
    assert_eq!(all.postal, [6, 7]);
    let german = suggested(&words(&["Kundennummer", "Name", "E-Mail-Adresse", "Straße", "PLZ", "Ort"]));
    assert_eq!((german.email, german.reference, german.postal), (Some(2), Some(0), vec![3, 4, 5]));
    let french = suggested(&words(&["nom", "Courriel", "Téléphone", "code postal"]));
    assert_eq!((french.name, french.email, french.telephone), (Some(0), Some(1), Some(2)));
    let nothing = suggested(&words(&["What is wrong", "Line", "x"]));
    assert_eq!(nothing, Mapping::default());
}

#[test]
fn a_mapping_names_columns_that_are_there_and_each_for_one_thing() {
    let heads = words(&HEADINGS);
    let said = |input: MappingInput| match input.parse(&heads) {
        Ok(_) => "ok".to_owned(),
        Err(Refusal::Invalid(errors)) => {
            errors.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" ")
        }
        Err(other) => other.to_string(),
    };
    assert_eq!(said(MappingInput::from(&mapping())), "ok");
    assert_eq!(MappingInput::from(&mapping()).parse(&heads).unwrap(), mapping());
    assert_eq!(said(MappingInput::default()), "email:required");
    assert_eq!(said(MappingInput { email: "9".into(), ..Default::default() }), "email:not_a_column");
    assert_eq!(said(MappingInput { email: "0".into(), ..Default::default() }), "email:not_a_column");
    let twice = MappingInput { email: "1".into(), name: "1".into(), ..Default::default() };
    assert_eq!(said(twice), "name:chosen_twice");
    let many = words(&["1", "2", "3", "4", "5"]);
    let many = MappingInput { email: "1".into(), fields: many, ..Default::default() };
    assert_eq!(said(many), "fields:too_many");
    let own = MappingInput { email: "1".into(), fields: words(&["3", "2"]), ..Default::default() };
    // A name that is ours is not given to a column.
    let own = own.parse(&heads).unwrap().fields;
    assert_eq!(own, [(1, "column_2".to_owned()), (2, "customer_no".to_owned())]);
}

#[test]
fn a_row_is_a_person_who_can_be_reached() {
    let one = person(&[" a@people.test ", "Ada Example", "K-1", "de-AT", "", "", "", ""]);
    assert_eq!((one.email.as_str(), one.channel), ("a@people.test", Channel::Email));
    assert_eq!((one.language, one.reference.as_str()), (Some(Language::De), "K-1"));
    let letter =
        person(&["", "B. Example", "", "Svenska", "", "'+44 20 7946 0000", "1 Quay\nEntrance B", "Harbour"]);
    assert_eq!((letter.channel, letter.language), (Channel::Letter, None));
    assert_eq!(letter.postal, ["1 Quay", "Entrance B", "Harbour"]);
    assert_eq!(letter.telephone, "+44 20 7946 0000", "the apostrophe of a spreadsheet is no part of it");
    assert_eq!(person(&["", "", "", "", "", "020 7946 0000"]).channel, Channel::Telephone);
    assert_eq!(
        person(&["a@people.test", "", "", "", "Telefon", "020 7946 0000"]).channel,
        Channel::Telephone
    );
}

#[test]
fn what_is_wrong_is_said_with_its_column() {
    assert_eq!(codes(&["nobody"]), ["E-Mail:not_an_email"]);
    assert_eq!(codes(&[""]), ["E-Mail:nothing_to_reach"]);
    assert_eq!(codes(&["a@people.test", "", "", "", "letter"]), ["Street:required"]);
    assert_eq!(codes(&["a@people.test", "", "", "", "mail"]), ["Channel:not_a_channel"]);
    assert_eq!(codes(&["a@people.test", "", "", "", "", "n/a"]), ["Telephone:not_a_number"]);
    assert_eq!(codes(&["a@people.test", "Ada\nBcc: x"]), ["Name:control_character"]);
    assert_eq!(codes(&["a@people.test", &"n".repeat(129)]), ["Name:too_long"]);
    assert_eq!(codes(&["a@people.test", &"n".repeat(1_025)]), ["Name:cell_too_long"]);
    assert_eq!(codes(&["a@people.test", "", "", "", "", "", "", "", "ninth"]), [":too_many_cells"]);
    let tall = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].join("\n");
    assert_eq!(codes(&["", "", "", "", "", "", &tall]), ["Street:too_many_lines"]);
    assert_eq!(codes(&["nobody", "\u{202e}x"]), ["E-Mail:not_an_email", "Name:control_character"]);
}

fn known(email: &str, reference: &str, name: &str) -> Person {
    Person { reference: reference.to_owned(), name: name.to_owned(), ..Person::at(email) }
}

#[test]
fn the_same_address_or_reference_is_the_same_person() {
    let mut list = Gathering::of(vec![
        known("a@x.test", "1", "Old"),
        known("b@x.test", "", ""),
        known("c@x.test", "3", ""),
        known("d@x.test", "4", ""),
    ]);
    list.add(known("a2@x.test", "1", "New"));
    list.add(known("A2@X.test", "", "Later"));
    list.add(known("e@x.test", "5", ""));
    list.add(known("E@x.test", "", "Filled in"));
    list.add(known("a@x.test", "", "Somebody else has it now"));
    // One row says that two entries are one person.
    list.add(known("d@x.test", "3", "One"));
    list.wrong();
    let (people, counts) = list.finish().unwrap();
    assert_eq!(counts, Counts { taken: 2, replaced: 2, merged: 2, wrong: 1 });
    let said: Vec<String> =
        people.iter().map(|p| format!("{} {} {}", p.email, p.reference, p.name)).collect();
    let wanted = [
        "a2@x.test 1 New",
        "b@x.test  ",
        "d@x.test 3 One",
        "e@x.test 5 Filled in",
        "a@x.test  Somebody else has it now",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn a_list_of_addresses_alone_has_the_digest_it_always_had() {
    let alone = vec![Person::at("a@b.test"), Person::at("c@d.test")];
    assert_eq!(digest(&alone), RecipientList::default().and("a@b.test").and("c@d.test"));
    let with_name = vec![known("a@b.test", "", "Ada"), Person::at("c@d.test")];
    assert_ne!(digest(&alone), digest(&with_name), "a name is part of what is approved");
    for person in [Person::at("{a}@b.test"), known("a@b.test", "9", "A \"quoted\" name")] {
        assert_eq!(Person::read_line(&person.line()), person);
    }
}

#[test]
fn what_is_to_be_mended_runs_nothing_in_a_spreadsheet() {
    let heads = words(&["E-Mail", "=HYPERLINK(1)"]);
    let row = Row { line: 7, cells: words(&["=cmd|'/c calc'!A1", "+49 30", "@x", "\tx", "fine"]) };
    let fault = Fault { column: "E-Mail".into(), code: "not_an_email".into(), message: "No.".into() };
    let text = wrong_csv(&heads, &[Wrong { row, faults: vec![fault] }]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}What is wrong,Line,E-Mail,'=HYPERLINK(1)");
    assert_eq!(lines[1], "E-Mail: No.,7,'=cmd|'/c calc'!A1,'+49 30,'@x,'\tx,fine");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Whatever stands in the cells, the answer is a person without anything hidden in it, or what is wrong.
    #[test]
    fn any_row_is_read_or_refused(cells in proptest::collection::vec("\\PC*|[a-z]{1,3}@[a-z]{1,3}\\.test|.*", 0..10)) {
        let row = Row { line: 1, cells };
        match read(&row, &mapping(), &words(&HEADINGS)) {
            Err(faults) => prop_assert!(!faults.is_empty()),
            Ok(person) => {
                prop_assert!(person.email.is_empty() || is_email(&person.email));
                let all = [&person.email, &person.name, &person.reference, &person.telephone];
                for text in all.into_iter().chain(&person.postal).chain(person.fields.values()) {
                    prop_assert!(!text.chars().any(|c| crate::text::is_forbidden(c, false)));
                    prop_assert!(text.chars().count() <= 200);
                }
                prop_assert_eq!(Person::read_line(&person.line()), person.clone());
                prop_assert!(!person.key().is_empty());
            }
        }
    }

    /// However rows come, nobody is on the list twice, and every row is counted once.
    #[test]
    fn nobody_is_on_a_list_twice(rows in proptest::collection::vec(("[a-c]?", "[1-3]?"), 0..30), before in 0_usize..10) {
        let people: Vec<Person> = rows
            .iter()
            .map(|(email, reference)| {
                let email = if email.is_empty() { String::new() } else { format!("{email}@x.test") };
                known(&email, reference, "N")
            })
            .filter(|person| !person.email.is_empty() || !person.reference.is_empty())
            .collect();
        let (first, then) = people.split_at(before.min(people.len()));
        let mut gathering = Gathering::of(Vec::new());
        first.iter().for_each(|person| gathering.add(person.clone()));
        let (list, _) = gathering.finish().unwrap();
        let mut gathering = Gathering::of(list);
        then.iter().for_each(|person| gathering.add(person.clone()));
        let (list, counts) = gathering.finish().unwrap();
        prop_assert_eq!(counts.taken + counts.replaced + counts.merged, then.len() as u64);
        let mut keys: Vec<String> = list.iter().flat_map(Person::keys).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
    }
}
