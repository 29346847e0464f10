//! Reading Rust by the line, without comments and the insides of literals.

/// The code with comments, strings and characters blanked. Lines stay where they are.
pub(crate) fn code_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (length, kind) = token(rest, first, before);
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match kind {
            Kind::Code => out.push_str(taken),
            Kind::Comment => blank(taken, &mut out),
            Kind::Literal => {
                out.push('"');
                blank(taken, &mut out);
                out.push('"');
            }
        }
        before = taken.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    out
}

enum Kind {
    Code,
    Comment,
    Literal,
}

/// The length in bytes of what begins here, and what it is.
fn token(rest: &str, first: char, before: char) -> (usize, Kind) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Comment);
    }
    if rest.starts_with("/*") {
        return (comment(rest), Kind::Comment);
    }
    if !is_word(before)
        && let Some(length) = raw_string(rest)
    {
        return (length, Kind::Literal);
    }
    match first {
        '"' => (quoted(rest, '"'), Kind::Literal),
        '\'' if is_character(rest) => (quoted(rest, '\''), Kind::Literal),
        other => (other.len_utf8(), Kind::Code),
    }
}

fn blank(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// Block comments nest.
fn comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut steps = rest.char_indices().peekable();
    while let Some((_, c)) = steps.next() {
        match (c, steps.peek()) {
            ('/', Some((_, '*'))) => {
                depth += 1;
                steps.next();
            }
            ('*', Some((at, '/'))) => {
                let end = at + 1;
                depth -= 1;
                steps.next();
                if depth == 0 {
                    return end;
                }
            }
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let after = rest.strip_prefix(prefix)?;
    let opened = after.trim_start_matches('#');
    let hashes = after.len() - opened.len();
    let body = opened.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&close).map_or(body.len(), |at| at + close.len());
    Some(rest.len() - body.len() + length)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut steps = rest.char_indices().skip(1);
    while let Some((at, c)) = steps.next() {
        if c == '\\' {
            steps.next();
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// A character, not a lifetime: `'a'` or `'\n'`.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` stands in the code by itself.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    places(code, word).any(|(before, after)| {
        !before.chars().next_back().is_some_and(is_word) && !after.chars().next().is_some_and(is_word)
    })
}

/// `style=…` or `style:name=…` as an attribute; `style = …` and `style: …` are Rust as rustfmt writes it.
pub(crate) fn has_style_attribute(code: &str) -> bool {
    places(code, "style").any(|(before, after)| {
        let stands_alone =
            !before.chars().next_back().is_some_and(|c| is_word(c) || c == ':' || c == '-' || c == '.');
        let mut next = after.chars();
        let attribute = match (next.next(), next.next()) {
            (Some('='), Some(second)) => second != '=',
            (Some('='), None) => true,
            (Some(':'), Some(second)) => is_word(second),
            _ => false,
        };
        stands_alone && attribute
    })
}

/// What stands before and after each occurrence.
fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    code.match_indices(word).filter_map(move |(at, _)| {
        let (before, from) = code.split_at_checked(at)?;
        Some((before, from.strip_prefix(word)?))
    })
}

/// The lines, counted from one, of `cfg(…)`, `cfg!(…)` and `cfg_attr(…)` that ask for a feature.
pub(crate) fn feature_switches(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (before, after) in places(code, "cfg") {
        if before.chars().next_back().is_some_and(is_word) {
            continue;
        }
        let after = after.strip_prefix("_attr").or_else(|| after.strip_prefix('!')).unwrap_or(after);
        let Some(inside) = after.strip_prefix('(').map(parenthesised) else { continue };
        if has_word(inside, "feature") {
            lines.push(before.matches('\n').count() + 1);
        }
    }
    lines
}

/// Up to the parenthesis that closes the one before.
fn parenthesised(rest: &str) -> &str {
    let mut depth = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(..at).unwrap_or(rest);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        let text = "let a = \"x // \\\" y\"; // note\n/* one /* two */\nstill */ let b = r#\"raw \" text\"#;\nlet c = '\"';";
        let code = code_only(text);
        assert_eq!(code.lines().count(), text.lines().count());
        for word in ["note", "one", "two", "still", "raw", "x //"] {
            assert!(!code.contains(word), "{word} is still in {code}");
        }
        for word in ["let a", "let b", "let c"] {
            assert!(code.contains(word), "{word} is gone from {code}");
        }
    }

    #[test]
    fn lifetimes_and_names_that_end_in_r_are_code() {
        assert_eq!(
            code_only("fn f<'a>(x: &'a str) -> &'a str { x }"),
            "fn f<'a>(x: &'a str) -> &'a str { x }"
        );
        assert!(!code_only("writer\"text\"").contains("text"));
        assert!(code_only("let x = b'\\''; let y = 1;").contains("let y"));
    }

    #[test]
    fn feature_switches_are_found_in_every_form() {
        let code = code_only(
            "#[cfg(feature = \"ssr\")]\n#[cfg(all(test, not(feature = \"x\")))]\nif cfg!(feature = \"y\") {}\n\
             #[cfg_attr(feature = \"z\", derive(Debug))]\n#[cfg(test)]\nlet feature = 1; my_cfg(feature);\n",
        );
        assert_eq!(feature_switches(&code), [1, 2, 3, 4]);
    }

    #[test]
    fn words_stand_alone() {
        assert!(has_word("<p inner_html=x>", "inner_html"));
        assert!(!has_word("my_inner_html_y", "inner_html"));
    }
}
