use super::*;
use crate::notice::template::{NoticeKind, statement};
use proptest::prelude::*;

fn allowed(merges: bool) -> Allowed {
    let keys = ["people.count", "people.text", "time.end", "ctrl.name", "nature.text", "info.contact"];
    Allowed { keys: keys.into_iter().collect(), merges }
}

fn read(source: &str) -> OwnText {
    OwnText::parse(source, &allowed(false)).unwrap()
}

fn fill(text: &OwnText, answers: &[(&str, &str)]) -> String {
    let find = |key: &str| answers.iter().find(|(k, _)| *k == key).map(|(_, value)| (*value).to_owned());
    let say = |key: &str| Ok::<_, ()>(find(key).unwrap_or_else(|| "not yet known".to_owned()));
    text.filled(&say, &|key| find(key).is_some()).unwrap()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (source, line, column, code) in [
        ("Dear {{people.counts}}", 1, 6, "unknown_field"),
        ("a\nb {{risk.text}}", 2, 3, "unknown_field"),
        ("a {{people.count", 1, 3, "not_a_field"),
        ("{{{people.count}}}", 1, 1, "not_a_field"),
        ("{{people.\ncount}}", 1, 1, "not_a_field"),
        ("{{}}", 1, 1, "unknown_field"),
        ("{{#if x}}{{/if x}}", 1, 1, "unknown_field"),
        ("{{> include}}", 1, 1, "unknown_field"),
        ("{{#time.end}}", 1, 1, "not_ended"),
        ("x {{/time.end}}", 1, 3, "nothing_to_end"),
        ("{{#time.end}}\n{{^people.text}}{{/time.end}}", 2, 17, "wrong_end"),
        ("{{#built_in}}x{{/built_in}}", 1, 1, "no_block"),
        ("{{name|customer}}", 1, 1, "no_merge_here"),
        ("{{#time.end}}{{#people.text}}{{#people.count}}{{#ctrl.name}}x{{/ctrl.name}}", 1, 47, "too_deep"),
    ] {
        let error = OwnText::parse(source, &allowed(false)).unwrap_err();
        assert_eq!((error.line, error.column, error.code), (line, column, code), "{source}");
        assert!(error.message.ends_with('.'), "{}", error.message);
    }
    let error = |source: &str, merges| OwnText::parse(source, &allowed(merges)).map_err(|e| e.code);
    assert_eq!(error("{{name|}}", true), Err("no_fallback"));
    assert_eq!(error("{{shop|ours}}", true), Err("unknown_field"));
    assert!(error("{{name|customer}}", true).is_ok());
}

#[test]
fn the_limits_are_where_they_are_said_to_be() {
    let code = |source: &str| OwnText::parse(source, &allowed(false)).map(|_| ()).map_err(|e| e.code);
    assert_eq!(code(&"x".repeat(TEXT_MAX)), Ok(()));
    assert_eq!(code(&"x".repeat(TEXT_MAX + 1)), Err("too_long"));
    assert_eq!(code(&"{{ctrl.name}}".repeat(TAGS_MAX)), Ok(()));
    assert_eq!(code(&"{{ctrl.name}}".repeat(TAGS_MAX + 1)), Err("too_many"));
    let three =
        "{{#time.end}}{{#people.text}}{{#people.count}}x{{/people.count}}{{/people.text}}{{/time.end}}";
    assert_eq!(code(three), Ok(()));
}

#[test]
fn blocks_follow_what_is_known_and_leave_no_empty_line() {
    let text = read(
        "One\n{{#time.end}}\nover at {{ time.end }}\n{{/time.end}}\n{{^time.end}}\ngoing on\n{{/time.end}}\nend",
    );
    assert_eq!(fill(&text, &[("time.end", "noon")]), "One\nover at noon\nend");
    assert_eq!(fill(&text, &[]), "One\ngoing on\nend");
    let inline = read("It{{#time.end}} ended at {{time.end}}{{/time.end}}.");
    assert_eq!(fill(&inline, &[]), "It.");
    assert_eq!(fill(&inline, &[("time.end", "noon")]), "It ended at noon.");
    assert_eq!(fill(&read("a { single } brace"), &[]), "a { single } brace");
}

#[test]
fn what_is_put_in_is_never_read_again() {
    let hostile = "{{ctrl.name}} {{#time.end}}x{{/time.end}} {{name|you}} <b>\r\nBcc: x\u{202e}\u{0}";
    let out = fill(&read("[{{nature.text}}]"), &[("nature.text", hostile), ("ctrl.name", "WRONG")]);
    assert_eq!(out, "[{{ctrl.name}} {{#time.end}}x{{/time.end}} {{name|you}} <b>\nBcc: x]");
    let text = OwnText::parse("{{name|customer}} {{nature.text}}{", &allowed(true)).unwrap();
    let out = fill(&text, &[("nature.text", "{{name|you}} {")]);
    assert_eq!(out, "{{name|customer}} { {name|you}} { {");
    assert_eq!(merge::named(&out).len(), 1);
}

#[test]
fn it_is_known_what_a_text_always_says() {
    for (source, says) in [
        ("words", true),
        ("{{#time.end}}words{{/time.end}}", false),
        ("{{#time.end}}words{{/time.end}}{{^time.end}}others{{/time.end}}", true),
        ("{{#time.end}}words{{/time.end}}{{^people.text}}others{{/people.text}}", false),
        (" \n ", false),
        ("{{people.count}}", true),
    ] {
        assert_eq!(read(source).always_says(), says, "{source}");
    }
}

#[test]
fn it_is_known_which_contents_a_text_lacks() {
    let spec = statement(NoticeKind::SubjectCommunication, "closing").unwrap();
    assert_eq!(spec.needs, ["ctrl.name"]);
    for (source, lacks) in [
        ("Yours", true),
        ("{{organisation}}", false),
        ("{{ctrl.name}}", false),
        ("{{built_in}}", false),
        ("{{#ctrl.name}}{{ctrl.name}}{{/ctrl.name}}", false),
        ("{{#ctrl.name}}Yours{{/ctrl.name}}", true),
        ("{{#time.end}}{{built_in}}{{/time.end}}", true),
        ("{{#time.end}}{{built_in}}{{/time.end}}{{^time.end}}{{built_in}}{{/time.end}}", false),
    ] {
        assert_eq!(!read(source).lacks(spec).is_empty(), lacks, "{source}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_read(source in "(\\{\\{|\\}\\}|[#^/|{}\n a-c.]|ctrl\\.name|time\\.end|é|.){0,60}") {
        let found = OwnText::parse(&source, &allowed(true));
        if let Err(error) = &found {
            prop_assert!(error.line >= 1 && error.line <= source.matches('\n').count() + 1);
        }
        if let Ok(text) = found {
            let _ = (fill(&text, &[("ctrl.name", "{{time.end}}")]), text.always_says());
        }
    }

    #[test]
    fn a_value_is_never_expanded(value in "(\\{|\\}|[#^/|a-z. ]|ctrl\\.name|name\\|x){0,40}") {
        let plain = read("a {{nature.text}} b");
        let given = [("nature.text", value.as_str()), ("ctrl.name", "EXPANDED")];
        prop_assert_eq!(fill(&plain, &given), format!("a {value} b"));
        let merged = OwnText::parse("{{nature.text}}{{name|c}}{{nature.text}}{x", &allowed(true)).unwrap();
        let out = fill(&merged, &given);
        prop_assert_eq!(out.matches("{{").count(), 1, "{}", out);
    }
}
