//! The rules of the house that no lint knows.

mod rooms;
mod source;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{progress, workspace};

/// A Rust file has at most this many lines, tests included.
const LONGEST: usize = 600;

/// Files that may break a rule: its name, the file and the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "inner_html",
        "app/src/components/textarea.rs",
        "it escapes by itself, as leptos doesn't; a test compares bytes",
    ),
    ("inner_html", "app/src/components/text.rs", "Markdown as HTML that has been through a sanitiser"),
];

const ROOMS: &[&str] = &["domain", "services", "app", "server", "migrations", "xtask"];

/// One line that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    rule: &'static str,
    path: String,
    /// Counted from one.
    line: usize,
    says: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.says, self.rule)
    }
}

/// Checks every file of every room, and who depends on what.
///
/// # Errors
/// When a rule is broken, or with `locked` when Cargo.lock is not up to date.
pub(crate) fn check(locked: bool) -> Result<()> {
    let mut violations = Vec::new();
    let mut count = 0;
    for file in files()? {
        let path = file.strip_prefix(workspace::root())?.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?;
        violations.extend(of_file(&path, &text));
        count += 1;
    }
    violations
        .retain(|found| !EXCEPTIONS.iter().any(|(rule, path, _)| found.rule == *rule && found.path == *path));
    let mut broken: Vec<String> = violations.iter().map(ToString::to_string).collect();
    broken.extend(rooms::check(locked)?);
    for line in &broken {
        progress::note(line);
    }
    if !broken.is_empty() {
        bail!("{} places break a rule of the house", broken.len());
    }
    progress::note(format!("{count} files and the dependencies of {} rooms keep them", ROOMS.len()));
    Ok(())
}

/// The sources and templates of all rooms.
fn files() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for room in ROOMS {
        walk(&workspace::root().join(room), &mut found)?;
    }
    found.retain(|file| is_rust(file) || is_template(file));
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { walk(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "rs")
}

fn is_template(file: &Path) -> bool {
    file.iter().any(|part| part == "templates") && !is_rust(file)
}

fn of_file(path: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |rule, line, says: &str| {
        found.push(Violation { rule, path: path.to_owned(), line, says: says.to_owned() });
    };
    for (line, text) in (1..).zip(text.lines()) {
        // askama is in `services` only.
        if path.starts_with("services/") && marks_safe(text) {
            add("safe", line, "a value goes into the template unescaped");
        }
    }
    if !is_rust(Path::new(path)) {
        return found;
    }
    let length = text.lines().count();
    if length > LONGEST {
        add("length", length, &format!("the file has {length} lines, at most {LONGEST} are allowed"));
    }
    let code = source::code_only(text);
    for line in source::feature_switches(&code) {
        if path != "app/src/lib.rs" {
            add("feature", line, "`cfg(feature = …)` belongs into app/src/lib.rs only");
        }
    }
    for (line, code) in (1..).zip(code.lines()) {
        for ban in BANS {
            if (ban.applies)(path) && (ban.finds)(code) {
                add(ban.rule, line, ban.says);
            }
        }
    }
    found
}

/// Something that a line of code must not hold.
struct Ban {
    rule: &'static str,
    applies: fn(&str) -> bool,
    finds: fn(&str) -> bool,
    says: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        rule: "inner_html",
        applies: |_| true,
        finds: |code| source::has_word(code, "inner_html"),
        says: "`inner_html` puts text into the page unescaped",
    },
    Ban {
        rule: "raw_sql",
        applies: |path| {
            !["services/src/store", "services/tests/", "migrations/"]
                .iter()
                .any(|room| path.starts_with(room))
        },
        finds: |code| code.contains("Statement::from_"),
        says: "raw SQL belongs into services/src/store or migrations",
    },
    Ban {
        rule: "style",
        applies: |path| path.starts_with("app/src/"),
        finds: source::has_style_attribute,
        says: "the content security policy refuses `style=`; use a class",
    },
    Ban {
        rule: "textarea",
        applies: |path| path.starts_with("app/src/") && path != "app/src/components/textarea.rs",
        finds: |code| code.contains("<textarea"),
        says: "leptos does not escape the text of a textarea; use the component in app/src/components/textarea.rs",
    },
    Ban {
        rule: "allow",
        applies: |_| true,
        finds: |code| code.contains("#[allow(") || code.contains("#![allow("),
        says: "use `#[expect(…, reason = \"…\")]`, which tells when it is no longer needed",
    },
];

/// askama's `safe` filter at the end of an expression or before another filter or argument list.
fn marks_safe(line: &str) -> bool {
    line.split('|').skip(1).any(|filter| {
        let filter = filter.trim_start();
        filter.strip_prefix("safe").is_some_and(|after| {
            let after = after.trim_start();
            ["}}", "-}}", "~}}", "%}", "-%}"].iter().any(|end| after.starts_with(end))
        }) || (filter.trim_end() == "safe" && line.contains("{{"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        of_file(path, text).into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_file_of_600_lines_passes_and_one_more_does_not() {
        assert_eq!(rules("domain/src/clock.rs", &"//\n".repeat(600)), [""; 0]);
        assert_eq!(rules("domain/src/clock.rs", &"//\n".repeat(601)), ["length"]);
    }

    #[test]
    fn features_are_switched_in_one_file() {
        let code = "#[cfg(feature = \"ssr\")]\nmod pages;\n";
        assert_eq!(rules("app/src/lib.rs", code), [""; 0]);
        assert_eq!(rules("app/src/pages.rs", code), ["feature"]);
    }

    #[test]
    fn text_reaches_a_page_escaped() {
        let component = "view! { <div inner_html=html></div> }\n";
        assert_eq!(rules("app/src/components/note.rs", component), ["inner_html"]);
        assert_eq!(rules("app/src/components/note.rs", "// inner_html is banned\n"), [""; 0]);
        let area = "view! { <textarea name=name>{text}</textarea> }\n";
        assert_eq!(rules("app/src/pages/notes.rs", area), ["textarea"]);
        assert_eq!(rules("app/src/components/textarea.rs", area), [""; 0]);
    }

    #[test]
    fn pages_have_no_style_attributes() {
        assert_eq!(rules("app/src/pages/desk.rs", "view! { <p style=\"color: red\"></p> }\n"), ["style"]);
        assert_eq!(rules("app/src/pages/desk.rs", "view! { <p style:color=\"red\"></p> }\n"), ["style"]);
        let fine = "let style = 1;\nif style == 2 {}\nlet link = Link { style: sheet, font_style=1 };\n";
        assert_eq!(rules("app/src/pages/desk.rs", fine), [""; 0]);
        assert_eq!(rules("server/src/http.rs", "write!(style=3)\n"), [""; 0]);
    }

    #[test]
    fn raw_sql_stays_in_the_store_and_the_migrations() {
        let code = "let s = Statement::from_string(backend, sql);\n";
        assert_eq!(rules("services/src/incidents.rs", code), ["raw_sql"]);
        assert_eq!(rules("services/src/store/pragmas.rs", code), [""; 0]);
        assert_eq!(rules("services/src/store.rs", code), [""; 0]);
        assert_eq!(rules("migrations/src/m01.rs", code), [""; 0]);
    }

    #[test]
    fn lints_are_expected_and_not_allowed() {
        assert_eq!(rules("domain/src/id.rs", "#[allow(dead_code)]\nfn f() {}\n"), ["allow"]);
        assert_eq!(rules("domain/src/id.rs", "#![allow(dead_code)]\n"), ["allow"]);
        assert_eq!(
            rules("domain/src/id.rs", "#[expect(dead_code, reason = \"#[allow(x)]\")]\nfn f() {}\n"),
            [""; 0]
        );
    }

    #[test]
    fn templates_escape_every_value() {
        for marked in ["{{ name|safe }}", "{{ name | safe -}}", "{{ name|safe|upper }}", "{% if a|safe %}"] {
            assert_eq!(rules("services/templates/notice.html", marked), ["safe"], "{marked}");
            assert_eq!(
                rules("services/src/render.rs", &format!("let t = r#\"{marked}\"#;\n")),
                ["safe"],
                "{marked}"
            );
        }
        assert_eq!(rules("services/templates/notice.html", "{{ name|safely }} a | safe choice"), [""; 0]);
        assert_eq!(rules("services/src/render.rs", "list.iter().map(|safe| safe + 1);\n"), [""; 0]);
    }

    #[test]
    fn a_violation_names_its_place() {
        let found = of_file("domain/src/id.rs", "fn f() {}\n#[allow(dead_code)]\nfn g() {}\n");
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(shown.iter().all(|line| line.starts_with("domain/src/id.rs:2: use `#[expect(")), "{shown:?}");
        assert_eq!(shown.len(), 1);
    }
}
