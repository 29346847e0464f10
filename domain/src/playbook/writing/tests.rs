use super::*;
use crate::{
    fact::catalogue::catalogue,
    playbook::{find, library},
};

fn against<'a, 'p>(others: &'a Others<'a, 'p>, callers: &'a [String], newest: u32) -> Against<'a, 'p> {
    Against { catalogue: catalogue(), others, callers, newest }
}

fn messages(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| format!("{}: {}", f.line, f.message)).collect()
}

#[test]
fn the_text_to_begin_with_has_no_error() {
    let others = |id: &str| find(id);
    let checked = checked("stolen-van", &beginning("stolen-van"), &against(&others, &[], 0));
    assert_eq!(messages(&checked.errors), Vec::<String>::new());
    assert!(checked.playbook.is_some());
    // It has one phase so far, and is told about the other five.
    assert_eq!(checked.warnings.len(), 5);
}

#[test]
fn those_that_come_with_the_program_have_nothing_that_is_warned_of() {
    let others = |id: &str| find(id);
    for playbook in library() {
        let callers: Vec<String> = library()
            .iter()
            .filter(|p| p.calls().contains(playbook.id.as_str()))
            .map(|p| p.title.clone())
            .collect();
        let found =
            checked(&playbook.id, playbook.source(), &against(&others, &callers, playbook.version - 1));
        assert_eq!(messages(&found.errors), Vec::<String>::new(), "{}", playbook.id);
        let surprising: Vec<_> =
            messages(&found.warnings).into_iter().filter(|w| w.contains("No step belongs")).collect();
        assert_eq!(surprising, Vec::<String>::new(), "{}", playbook.id);
    }
}

#[test]
fn a_copy_has_another_head_and_the_same_body() {
    let ransomware = find("ransomware").unwrap();
    let copy = headed(ransomware.source(), "our-ransomware", 7);
    let read = Playbook::parse("our-ransomware.toml", &copy).unwrap();
    assert_eq!((read.id.as_str(), read.version), ("our-ransomware", 7));
    assert_eq!(read.steps, ransomware.steps);
    assert_eq!(copy.lines().count(), ransomware.source().lines().count());
    assert_eq!(headed(&copy, "ransomware", ransomware.version), ransomware.source());
}

#[test]
fn id_version_and_calls_are_held_against_what_there_is() {
    let others = |id: &str| find(id);
    let text = headed(find("mailbox-compromise").unwrap().source(), "ours", 2);
    let found = checked("theirs", &text, &against(&others, &[], 2));
    assert!(messages(&found.errors).iter().any(|m| m.contains("This is the draft of \"theirs\"")));
    let found = checked("ours", &text, &against(&others, &["A caller".to_owned()], 2));
    let said = messages(&found.errors);
    assert!(said.iter().any(|m| m.contains("There was a version 2 already. Make this one 3.")), "{said:?}");
    assert!(said.iter().any(|m| m.contains("“A caller” calls this playbook")), "{said:?}");
    assert!(found.errors.iter().all(|f| f.line > 1));
}

#[test]
fn what_is_asked_twice_or_never_is_worth_a_second_look() {
    let others = |id: &str| find(id);
    let mut text = beginning("ours");
    text.push_str(
        "\n[[step]]\nid = \"second\"\nphase = \"containment\"\ntitle = \"A second\"\nrole = \"lead\"\nwhy = \"W.\"\nhow = \"H.\"\n\
         when = 'known(people.count)'\n\n[[step.question]]\nfact = \"nature.incident_type\"\nask = \"Again?\"\n",
    );
    let found = checked("ours", &text, &against(&others, &[], 0));
    assert_eq!(messages(&found.errors), Vec::<String>::new());
    let said = messages(&found.warnings);
    assert!(said.iter().any(|m| m.contains("nature.incident_type is asked further up already")), "{said:?}");
    assert!(said.iter().any(|m| m.contains("waits for people.count, which no step asks")), "{said:?}");
}

#[test]
fn names_and_texts_that_cannot_be_taken() {
    for bad in ["", "New", "a--b", "-a", "new", "import", &"a".repeat(61)] {
        assert!(named("playbook", bad).is_err(), "{bad}");
    }
    assert_eq!(named("playbook", " stolen-van-2 "), Ok("stolen-van-2".to_owned()));
    let code = |source: &str| match (TextInput { source: source.to_owned() }).parse() {
        Err(Refusal::Invalid(errors)) => errors.first().map_or("", |e| e.code),
        _ => "",
    };
    assert_eq!(code(" \n"), "required");
    assert_eq!(code(&"x".repeat(TYPED_MAX + 1)), "too_long");
    assert_eq!(code("a\u{0}b"), "control_character");
    assert_eq!(code(&"x".repeat(TYPED_MAX)), "");
    assert_eq!(TextInput { source: "a\r\nb".to_owned() }.parse(), Ok("a\nb".to_owned()));
}

#[test]
fn the_original_of_an_imported_one_stays_where_it_is_left_out() {
    let before = "id = \"a\"\n\n# The playbook as it was imported, for x.\n[cacao]\noriginal = '''\n{}'''\n";
    let (typed, original) = split(before);
    assert_eq!(typed, "id = \"a\"\n");
    assert_eq!(rejoined(typed.to_owned(), before), before);
    assert_eq!(rejoined("id = \"b\"".to_owned(), before), format!("id = \"b\"\n{original}"));
    assert_eq!(rejoined("[cacao]\n".to_owned(), before), "[cacao]\n");
    assert_eq!(rejoined("x".to_owned(), "y"), "x");
}
