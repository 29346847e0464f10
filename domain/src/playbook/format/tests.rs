use super::*;
use chrono::Duration;

pub(in crate::playbook) const HEAD: &str = r#"id = "sample"
version = 3
title = "A sample"
use_when = "Always."
summary = "Something."
severity_guidance = "Low."
"#;

/// A step in as few lines as the format allows, with `more` lines.
pub(in crate::playbook) fn step(id: &str, phase: &str, more: &str) -> String {
    format!(
        "[[step]]\nid = \"{id}\"\nphase = \"{phase}\"\ntitle = \"Do {id}\"\nrole = \"lead\"\nwhy = \"Because.\"\nhow = \"So.\"\n{more}\n"
    )
}

pub(in crate::playbook) fn sample(steps: &[String]) -> Playbook {
    Playbook::parse("sample.toml", &format!("{HEAD}{}", steps.concat())).unwrap()
}

fn errors(text: &str) -> Vec<String> {
    let errors = Playbook::parse("sample.toml", text).map(|_| ()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_file_is_read() {
    let more = "due = \"72 h after aware\"\nmandatory = true\nevidence = \"A file.\"\nwhen = 'people.count > 5'\n\
                [[step.question]]\nfact = \"people.count\"\nask = \"How many?\"\nhelp = \"Count.\"";
    let text = format!(
        "{HEAD}[references]\nattack_version = \"19\"\nattack = [\"T1190 Exploit Public-Facing Application\"]\n\
         [goals]\ncontainment = \"It stops.\"\n{}{}",
        step("look", "detection_and_analysis", ""),
        step("stop-it", "containment", more)
    );
    let playbook = Playbook::parse("some/folder/sample.toml", &text).unwrap();
    assert_eq!((playbook.id.as_str(), playbook.version, playbook.question_count()), ("sample", 3, 1));
    assert_eq!(playbook.source(), text);
    assert_eq!(playbook.digest().len(), 64);
    assert_eq!(playbook.references.attack.first().map(|r| r.id.as_str()), Some("T1190"));
    assert_eq!(playbook.goals.get(&StepPhase::Containment).map(String::as_str), Some("It stops."));
    let step = playbook.step("stop-it").unwrap();
    assert_eq!((step.phase, step.role, step.mandatory), (StepPhase::Containment, StepRole::Lead, true));
    assert_eq!(step.due.map(|due| due.to_string()).as_deref(), Some("72 h after aware"));
    assert_eq!(step.due.map(Due::words).as_deref(), Some("72 h after the controller became aware"));
    assert_eq!(step.when.as_ref().map(ToString::to_string).as_deref(), Some("people.count > 5"));
    assert_eq!(text.lines().nth(step.line - 1), Some("[[step]]"));
    let question = step.questions.first().unwrap();
    assert_eq!((question.fact.as_str(), question.ask.as_str()), ("people.count", "How many?"));
    assert_eq!(text.lines().nth(question.line - 1), Some("[[step.question]]"));
}

#[test]
fn a_step_may_call_another_playbook_stand_beside_others_and_be_repeated() {
    let playbook = sample(&[
        step("a", "containment", "parallel = \"lock-out\""),
        step("b", "containment", "parallel = \"lock-out\"\nrepeat = \"each affected mailbox\""),
        step("c", "containment", "call = \"preserve-evidence\""),
        step("d", "notification", "call = \"preserve-evidence\""),
    ]);
    let [a, b, c, d] = playbook.steps.as_slice() else { unreachable!("four were written") };
    assert_eq!(b.repeat.as_deref(), Some("each affected mailbox"));
    assert_eq!(playbook.calls().into_iter().collect::<Vec<_>>(), ["preserve-evidence"]);
    let beside = |step| playbook.beside(step).map(|s| s.id.as_str()).collect::<Vec<_>>();
    assert_eq!((beside(a), beside(b)), (vec!["b"], vec!["a"]));
    assert!(beside(c).is_empty() && beside(d).is_empty());
}

#[test]
fn windows_line_ends_are_taken() {
    let text = format!("{HEAD}{}", step("look", "containment", "")).replace('\n', "\r\n");
    let playbook = Playbook::parse("sample.toml", &text).unwrap();
    assert_eq!(playbook.steps.first().map(|step| step.line), Some(7));
}

#[test]
fn errors_name_file_line_and_remedy() {
    let look = |more: &str| format!("{HEAD}{}", step("look", "containment", more));
    for (text, expected) in [
        (HEAD.to_owned(), "sample.toml:1: There is no step yet. Add one"),
        (
            HEAD.replace("version = 3", "version = 0") + &step("a", "containment", ""),
            "sample.toml:2: Versions count from 1",
        ),
        (HEAD.replace("title = \"A sample\"\n", ""), "`title` is missing here. Add a line"),
        (
            HEAD.replace("\"sample\"", "\"other\"") + &step("a", "containment", ""),
            "sample.toml:1: The file must be named after its id: other.toml",
        ),
        (look("colour = \"red\""), "sample.toml:14: `colour` is not part of the format. Remove it, or use"),
        (
            look("").replace("\"lead\"", "\"boss\""),
            "sample.toml:11: `boss` is not a word of the format. Use one of `lead`",
        ),
        (look("").replace("\"Because.\"", "\" \""), "sample.toml:12: Nothing is written here"),
        (look("due = \"tomorrow\""), "sample.toml:14: \"tomorrow\" is no time limit. Write it like"),
        (look("when = \"people.count > many\""), "sample.toml:14: in \"when\", column 16:"),
        (
            look("mandatory = \"yes\""),
            "sample.toml:14: This is not valid TOML for a playbook: invalid type: string \"yes\", expected a boolean",
        ),
        (look("title = \"again\""), "sample.toml:14: This is not valid TOML for a playbook: duplicate key"),
        (look("").replace("\"look\"", "\"Look here\""), "sample.toml:8: An id or name has"),
        (look("").replace("Do look", "Do\\nlook"), "sample.toml:10: This must be one line"),
        (look("evidence = \"a\u{7}b\""), "sample.toml:14: A control character (U+0007)"),
        (
            format!("{HEAD}[references]\nowasp = [\"API1\"]\n"),
            "sample.toml:8: Write the identifier and the name",
        ),
        (look("") + &step("look", "containment", ""), "sample.toml:15: Another step is named \"look\""),
        (
            look("") + &step("b", "detection_and_analysis", ""),
            "sample.toml:15: \"b\" belongs to Detection and analysis but stands after \"look\"",
        ),
        (
            look(
                "[[step.question]]\nfact = \"a.b\"\nask = \"?\"\n[[step.question]]\nfact = \"a.b\"\nask = \"!\"",
            ),
            "sample.toml:17: This step asks for a.b twice",
        ),
        (look("call = \"sample\""), "sample.toml:7: A step cannot call its own playbook"),
        (look("call = \"Another one\""), "sample.toml:14: An id or name has"),
        (look("parallel = \"Lock out\""), "sample.toml:14: An id or name has"),
        (look("repeat = \"each\\nmailbox\""), "sample.toml:14: This must be one line"),
        (look("parallel = \"a\""), "sample.toml:7: No neighbour of this step is in \"a\" too. Give"),
        (
            look("parallel = \"a\"") + &step("b", "eradication", "parallel = \"a\""),
            "sample.toml:15: \"b\" belongs to Eradication, but \"a\" began in Containment. Only steps of one phase",
        ),
        (
            [("look", "a"), ("b", "a"), ("c", "b"), ("d", "b"), ("e", "a"), ("f", "a")]
                .iter()
                .fold(HEAD.to_owned(), |text, (id, name)| {
                    text + &step(id, "containment", &format!("parallel = \"{name}\""))
                }),
            "sample.toml:39: The steps of \"a\" do not stand together. Move them together",
        ),
        (look("decision = \"Is\\nit?\""), "sample.toml:14: This must be one line"),
        (
            look("when = 'step.look == \"yes\"'"),
            "sample.toml:7: in \"when\", no step \"look\" with a line \"decision\" stands before this one",
        ),
        (
            look("decision = \"Is it?\"") + &step("b", "containment", "when = 'known(step.look)'"),
            "sample.toml:15: in \"when\", \"known(step.look)\" cannot be decided. Write step.look == \"yes\" or \"no\"",
        ),
        (
            look("decision = \"Is it?\"") + &step("b", "containment", "when = 'step.look == \"maybe\"'"),
            "sample.toml:15: in \"when\", \"step.look == \"maybe\"\" cannot be decided",
        ),
        (
            look("[cacao]\noriginal = '{'"),
            "sample.toml:15: This is no JSON any more. Import the playbook again",
        ),
        ("x".repeat(FILE_MAX + 1), "Split it"),
        (format!("{}\n[cacao]\n", "x".repeat(READ_MAX)), "Split it"),
    ] {
        let errors = errors(&text);
        assert!(errors.iter().any(|error| error.contains(expected)), "{expected}\n{errors:?}");
    }
}

#[test]
fn all_errors_come_at_once_in_the_order_of_the_lines() {
    let text = HEAD.replace("version = 3", "version = 0")
        + &step("a", "recovery", "due = \"x\"")
        + &step("a", "containment", "when = \"y\"");
    let lines: Vec<usize> =
        Playbook::parse("sample.toml", &text).unwrap_err().iter().map(|e| e.line).collect();
    assert_eq!(lines, [2, 14, 15, 15, 22]);
}

#[test]
fn notification_may_stand_anywhere() {
    let playbook = sample(&[
        step("a", "notification", ""),
        step("b", "detection_and_analysis", ""),
        step("c", "notification", ""),
        step("d", "containment", ""),
    ]);
    assert_eq!(playbook.steps.len(), 4);
}

#[test]
fn time_limits() {
    for (text, minutes) in
        [("30 min after declared", 30), ("72 h after aware", 4_320), ("14 d after contained", 20_160)]
    {
        let due: Due = text.parse().unwrap();
        assert_eq!((due.to_string().as_str(), due.allowed()), (text, Duration::minutes(minutes)));
    }
    for text in [
        "",
        "0 h after aware",
        "2 h",
        "2h after aware",
        "2 weeks after aware",
        "2 h before aware",
        "2 h after lunch",
        "-1 h after aware",
        "900 d after aware",
        "2 h after aware now",
    ] {
        assert!(text.parse::<Due>().is_err(), "{text}");
    }
}

#[test]
fn what_it_is_recommended_for_is_asked_before_anything_is_worked_and_says_something() {
    use crate::fact::catalogue::catalogue;
    let text = |when: &str| format!("{HEAD}recommended_when = '{when}'\n{}", step("a", "containment", ""));
    let check = |when: &str| -> Vec<String> {
        let playbook = Playbook::parse("sample.toml", &text(when)).unwrap();
        playbook.check(catalogue(), &|_| None).iter().map(ToString::to_string).collect()
    };
    assert_eq!(check("nature.incident_type has \"ransomware\""), Vec::<String>::new());
    assert_eq!(check("case.handled_as == \"both\""), Vec::<String>::new());
    for (when, says) in [
        ("nature.incident_type has \"ransom\"", "has no option \"ransom\". Use one of: "),
        ("people.countt > 5", "the catalogue has no fact \"people.countt\""),
        ("step.a == \"yes\"", "is answered while the playbook is followed"),
        ("att.no_personal_data == true", "is not about the incident as a whole"),
        ("case.handled_as == \"client\"", "Write case.handled_as == \"controller\""),
        ("people.count > 5 or people.count < 9", "the condition always holds, whatever is answered."),
        ("nature.cause == \"internal_malicious\" and nature.cause == \"external_malicious\"", "never holds"),
        ("known(nature.text) or not known(nature.text)", "always holds"),
    ] {
        let errors = check(when);
        assert_eq!(errors.len(), 1, "{when}: {errors:?}");
        assert!(errors[0].starts_with("sample.toml:7: in \"recommended_when\", "), "{errors:?}");
        assert!(errors[0].contains(says), "{errors:?}");
    }
    let odd = errors(&text("people.count >"));
    assert!(odd[0].starts_with("sample.toml:7: in \"recommended_when\", column "), "{odd:?}");
    let when = "when = 'case.handled_as == \"both\"'";
    let playbook = sample(&[step("a", "containment", when)]);
    let wrong = playbook.check(catalogue(), &|_| None);
    assert!(wrong[0].message.contains("is only for \"recommended_when\""), "{wrong:?}");
}
