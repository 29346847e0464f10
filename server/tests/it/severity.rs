//! `breachdesk severity`, with the real binary.

use crate::support::process::{command, run, run_with_input, said};
use serde_json::{Value, json};
use std::process::Output;
use tempfile::tempdir;

/// What the command answers to an input on standard input.
fn asked(arguments: &[&str], input: &str) -> Output {
    let folder = tempdir().unwrap();
    let done = run_with_input(folder.path(), &[&["severity"], arguments].concat(), input);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "a calculator writes nothing");
    done
}

fn is_refused(done: &Output) -> String {
    assert_eq!(done.status.code(), Some(2), "{}", said(done));
    assert!(done.stdout.is_empty(), "{}", said(done));
    let line = said(done);
    assert!(line.starts_with("breachdesk: ") && line.ends_with('\n'), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

fn refused(input: &str) -> String {
    let line = is_refused(&asked(&["--json", "-"], input));
    // As text it is the same no.
    assert_eq!(is_refused(&asked(&[], input)), line);
    line
}

fn vectors() -> Vec<Value> {
    let known = include_str!("../../../domain/src/assessment/severity/vectors.json");
    let known: Value = serde_json::from_str(known).unwrap();
    let vectors = known["vectors"].as_array().unwrap().clone();
    assert_eq!(Some(vectors.len() as u64), known["count"].as_u64());
    vectors
}

fn input_of(vector: &Value) -> Value {
    let mut fields = vector.as_object().unwrap().clone();
    fields.retain(|name, _| !["id", "title", "why", "expected"].contains(&name.as_str()));
    Value::Object(fields)
}

fn vector(id: &str) -> Value {
    input_of(vectors().iter().find(|v| v["id"] == id).unwrap())
}

fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut input = vector("S15");
    change(&mut input);
    input.to_string()
}

fn json_of(done: &Output) -> Value {
    assert!(done.status.success() && done.stderr.is_empty(), "{}", said(done));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn every_severity_that_is_known() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("breach.json");
    let name = file.display().to_string();
    for v in vectors() {
        let input = input_of(&v).to_string();
        assert_eq!(json_of(&asked(&["--json", "-"], &input)), v["expected"], "{}", v["id"]);
        std::fs::write(&file, &input).unwrap();
        let from_file = run(&folder.path().join("none"), &["severity", "--json", &name]);
        assert_eq!(json_of(&from_file), v["expected"], "{}", v["id"]);

        let words = asked(&[], &input);
        assert!(words.status.success() && words.stderr.is_empty(), "{}", said(&words));
        let words = said(&words);
        let expected = &v["expected"];
        let level = expected["level"].as_str().unwrap().replace('_', " ");
        assert!(words.lines().any(|l| l.starts_with("ENISA level ") && l.ends_with(&level)), "{words}");
        let sum =
            format!("{} × {} + {} = {}", expected["dpc"], expected["ei"], expected["cb"], expected["se"]);
        assert!(words.contains(&sum), "{sum}\n{words}");
        let flags = &expected["flags"];
        let many =
            if flags["individuals_over_100"] == true { ", more than 100" } else { ", not more than 100" };
        let readable = if flags["unintelligible"] == true { "data: yes" } else { "data: no" };
        assert!(words.contains(many) && words.contains(readable), "{words}");
        assert!(words.contains("An aid, not a verdict."), "{words}");
    }
    assert!(!folder.path().join("none").exists(), "no data folder is made");
}

#[test]
fn the_file_stands_where_it_likes() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("breach.json");
    let name = file.display().to_string();
    let input = vector("S17").to_string();
    std::fs::write(&file, &input).unwrap();
    let from = |arguments: &[&str]| run(&folder.path().join("none"), arguments);
    let json = asked(&["--json"], &input);
    assert_eq!(json_of(&json)["se"], 3.0);
    for done in [from(&["severity", &name, "--json"]), asked(&["-", "--json"], &input)] {
        assert_eq!(json_of(&done), json_of(&json));
    }
    let words = said(&asked(&[], &input));
    for done in [from(&["severity", &name]), asked(&["-"], &input)] {
        assert!(done.status.success());
        assert_eq!(said(&done), words);
    }
    assert!(is_refused(&from(&["severity", &name, "--json", &name])).contains("one file only"));
    assert!(is_refused(&from(&["severity", "--json", "no\nsuch.json"])).contains("no\\u{a}such.json: "));
    let directory = folder.path().display().to_string();
    assert!(is_refused(&from(&["severity", &directory])).contains(&directory));
}

#[test]
fn the_words_show_every_part_of_the_sum() {
    let several = changed(|i| {
        i["categories"] = json!([{ "category": "simple", "adjust": 1 }, { "category": "financial" }]);
        i["unintelligible"] = json!(true);
    });
    let found = json_of(&asked(&["--json", "-"], &several));
    assert_eq!((&found["dpc"], &found["driving_category"]), (&json!(3), &json!("financial")));
    let words = said(&asked(&[], &several));
    for line in [
        "ENISA level           medium",
        "Severity              3 × 0.75 + 0.25 = 2.5  (SE = DPC × EI + CB)",
        "DPC                   2     simple data, 1 + 1: ",
        "                      3     financial data, 3: ",
        "                            The highest counts: 3, for financial data.",
        "EI                    0.75  significant: ",
        "CB                    0.25  The sum of these four:",
        "  confidentiality     0.0   ",
        "  integrity           0.25  ",
        "  availability        0.0   ",
        "  malicious intent    0.0   ",
        "  Individuals: 140, more than 100.",
        "  Unintelligible data: yes. The number isn't changed by it",
    ] {
        assert!(words.lines().any(|l| l.starts_with(line)), "{line}\n{words}");
    }
    let lowered = said(&asked(&[], &vector("S15").to_string()));
    assert!(lowered.contains("DPC                   3     sensitive data, 4 - 1: "), "{lowered}");
}

#[test]
fn what_cannot_be_taken_ends_with_code_2_and_one_line() {
    for (category, adjust) in [
        ("simple", -1),
        ("simple", 4),
        ("behavioural", -2),
        ("behavioural", 3),
        ("financial", -3),
        ("financial", 2),
        ("sensitive", -4),
        ("sensitive", 1),
    ] {
        let line =
            refused(&changed(|i| i["categories"] = json!([{ "category": category, "adjust": adjust }])));
        assert!(
            line.contains("categories[0].adjust: The score of ") && line.contains("and not by"),
            "{line}"
        );
    }
    for part in ["confidentiality", "integrity", "availability", "malicious"] {
        let line = refused(&changed(|i| {
            i["cb"].as_object_mut().unwrap().remove(part);
        }));
        assert!(line.contains("cb: missing field") && line.contains(part), "{line}");
    }
    for part in ["categories", "ei", "cb", "individuals"] {
        let line = refused(&changed(|i| {
            i.as_object_mut().unwrap().remove(part);
        }));
        assert!(line.contains("missing field") && line.contains(part), "{line}");
    }
    let known = &vectors()[0];
    assert!(refused(&known.to_string()).contains("unknown field"), "a vector is more than an input");
    for (words, input) in [
        ("unknown field `score`", changed(|i| i["score"] = json!(1))),
        ("unknown field `scope`", changed(|i| i["cb"]["scope"] = json!("wide"))),
        ("unknown field `base`", changed(|i| i["categories"][0]["base"] = json!(4))),
        ("categories[0].category: ", changed(|i| i["categories"][0]["category"] = json!("secret"))),
        ("ei: This is not one of the choices: negligible,", changed(|i| i["ei"] = json!("total"))),
        ("cb.integrity: ", changed(|i| i["cb"]["integrity"] = json!("lost"))),
        ("ei: invalid type: floating point", changed(|i| i["ei"] = json!(0.5))),
        ("cb.malicious: invalid type", changed(|i| i["cb"]["malicious"] = json!("no"))),
        ("individuals: a whole number of people", changed(|i| i["individuals"] = json!(-1))),
        ("individuals: a whole number of people", changed(|i| i["individuals"] = json!(1e30))),
        ("categories[0].adjust: whole steps", changed(|i| i["categories"][0]["adjust"] = json!(-1.0))),
        ("cb: invalid type: sequence, expected an object", changed(|i| i["cb"] = json!([]))),
        ("Name at least one category", changed(|i| i["categories"] = json!([]))),
        ("duplicate field `ei`", changed(|_| ()).replacen("\"ei\"", "\"ei\":\"limited\",\"ei\"", 1)),
        ("trailing characters", changed(|_| ()) + "{}"),
        ("expected an object", "[]".to_owned()),
        ("expected an object", "null".to_owned()),
        ("EOF", String::new()),
        ("expected value", "level: low".to_owned()),
        ("expected an object", "[".repeat(60_000).replacen('[', "{\"categories\":[", 1)),
    ] {
        let line = refused(&input);
        assert!(line.contains(words), "{words}: {line}");
    }
    let both = refused(&changed(|i| {
        i["ei"] = json!("total");
        i["cb"]["availability"] = json!("partly");
    }));
    assert!(both.contains("ei: ") && both.contains("cb.availability: "), "{both}");
}

#[test]
fn a_complaint_repeats_nothing_that_moves_a_terminal() {
    let line = refused(&changed(|i| i["a\n\u{1b}[2J\u{202e}b"] = json!(1)));
    assert!(line.contains("a\\u{a}\\u{1b}[2J\\u{202e}b"), "{line}");
    let long = refused(&changed(|i| i["x".repeat(30_000)] = json!(1)));
    assert!(long.chars().count() < 800 && long.contains("…: unknown field `xxx"), "{long}");
    let broken = tempdir().unwrap();
    let file = broken.path().join("breach.json");
    std::fs::write(&file, b"{\"ei\":\"\xff\"}").unwrap();
    let name = file.display().to_string();
    is_refused(&run(broken.path(), &["severity", "--json", &name]));
}

#[test]
fn the_input_has_at_most_64_kib() {
    let input = vector("S01").to_string();
    let padded = |size: usize| format!("{input}{}", " ".repeat(size - input.len()));
    assert_eq!(json_of(&asked(&["--json", "-"], &padded(65_536)))["se_quarters"], 5);
    let folder = tempdir().unwrap();
    let file = folder.path().join("breach.json");
    let name = file.display().to_string();
    std::fs::write(&file, padded(65_537)).unwrap();
    assert!(is_refused(&run(folder.path(), &["severity", &name])).contains("larger than 64 KiB"));
    // A stream without an end is left after the limit.
    let mut endless = command(folder.path(), &["severity", "--json", "/dev/zero"]);
    assert!(is_refused(&endless.output().unwrap()).contains("larger than 64 KiB"));
    assert!(is_refused(&asked(&["--json", "-"], &padded(65_537))).contains("larger than 64 KiB"));
}
