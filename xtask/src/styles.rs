//! The style sheet: the files of `style/`, one after the other, as `app.css`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{assets, progress, workspace};

/// Before the components, in this order: what a later file says wins over an earlier one.
const FIRST: &[&str] = &["tokens.css", "base.css", "layout.css"];
/// After the components.
const LAST: &[&str] = &["print.css"];

/// Writes `target/site/pkg/app.css`.
pub(crate) fn build() -> Result<()> {
    let sheet = gather(&workspace::root().join("style"))?;
    let weight = assets::publish(&workspace::pkg().join("app.css"), strip(&sheet).as_bytes())?;
    progress::note(format!("app.css: {weight}"));
    Ok(())
}

fn gather(folder: &Path) -> Result<String> {
    let mut components = Vec::new();
    for name in css_in(&folder.join("components"))? {
        components.push(format!("components/{name}"));
    }
    for name in css_in(folder)? {
        if !FIRST.contains(&name.as_str()) && !LAST.contains(&name.as_str()) {
            bail!(
                "style/{name} has no place in the order of xtask/src/styles.rs; is it one of style/components/?"
            );
        }
    }
    let order =
        FIRST.iter().map(ToString::to_string).chain(components).chain(LAST.iter().map(ToString::to_string));
    let mut sheet = String::new();
    for name in order {
        let file = folder.join(&name);
        sheet += &fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        sheet.push('\n');
    }
    Ok(sheet)
}

/// The names of the style sheets of a folder, sorted; none where the folder doesn't exist.
fn css_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".css") {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Takes out comments, indentation and empty lines; everything else stays, as compression does the rest.
fn strip(sheet: &str) -> String {
    without_comments(sheet)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// A comment becomes one space, as it separates words; what looks like one inside a string stays.
fn without_comments(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut quote = None;
    let mut rest = sheet.chars();
    while let Some(c) = rest.next() {
        match quote {
            Some(open) => {
                out.push(c);
                if c == '\\' {
                    out.extend(rest.next());
                } else if c == open || c == '\n' {
                    quote = None;
                }
            }
            None if c == '/' && rest.as_str().starts_with('*') => {
                let body = rest.as_str();
                rest = body.split_once("*/").map_or("", |(_, after)| after).chars();
                out.push(' ');
            }
            None => {
                out.push(c);
                if c == '"' || c == '\'' {
                    quote = Some(c);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_strings_stay() {
        let sheet = "/* tokens */\n:root {\n  --gap: 1rem; /* rem */\n}\n\na::before { content: \"/* kept */ \\\" '\" }\n";
        assert_eq!(strip(sheet), ":root {\n--gap: 1rem;\n}\na::before { content: \"/* kept */ \\\" '\" }\n");
        assert_eq!(strip("/**/a/* between */b{}"), "a b{}\n");
        assert_eq!(strip("a{} /* never closed"), "a{}\n");
    }

    #[test]
    fn files_follow_the_stated_order() {
        let folder = std::env::temp_dir().join(format!("xtask-styles-{}", std::process::id()));
        fs::create_dir_all(folder.join("components")).unwrap();
        for name in ["print", "tokens", "layout", "base", "components/rail", "components/badge"] {
            fs::write(folder.join(format!("{name}.css")), format!(".{name}{{}}")).unwrap();
        }
        let sheet = gather(&folder).unwrap();
        let order: Vec<&str> = sheet.lines().collect();
        let stated = ["tokens", "base", "layout", "components/badge", "components/rail", "print"];
        assert_eq!(order, stated.map(|name| format!(".{name}{{}}")));

        fs::write(folder.join("stray.css"), "").unwrap();
        assert!(gather(&folder).unwrap_err().to_string().contains("style/stray.css has no place"));
        fs::remove_file(folder.join("stray.css")).unwrap();
        fs::remove_file(folder.join("print.css")).unwrap();
        assert!(gather(&folder).unwrap_err().to_string().contains("print.css"));
        fs::remove_dir_all(folder).unwrap();
    }
}
