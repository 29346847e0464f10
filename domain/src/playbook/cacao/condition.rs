//! Conditions of CACAO: as much of the language of STIX patterns as real playbooks use.
//!
//! They are never worked out here. A person reads them and answers yes or no; whether one can be read only
//! decides whether that is said.

/// How deeply parentheses and `NOT` may lie in each other.
const DEPTH_MAX: usize = 24;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Name(String),
    Literal,
    Order,
    And,
    Or,
    Not,
    Open,
    Close,
}

/// Whether `text` is a condition over variables: `__v__:value == 'x' AND NOT __w__:value`.
pub(super) fn is_readable(text: &str) -> bool {
    let Some(words) = words(text) else { return false };
    let mut reader = Reader { words: &words, depth: 0 };
    reader.any().is_some() && reader.words.is_empty()
}

/// The names of the variables in a condition or in a text, without `:value`.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("__") {
        let from = rest.get(at..).unwrap_or_default();
        let inner = from.get(2..).unwrap_or_default();
        let length = inner.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(inner.len());
        let name = from.get(..length + 2).unwrap_or_default();
        let name = name.trim_end_matches(['.', '-']);
        if name.len() > 4 && name.ends_with("__") && !found.contains(&name) {
            found.push(name);
        }
        rest = inner.get(length..).unwrap_or_default();
    }
    found
}

/// The condition as a person reads it: `__v__ == 'x'`.
pub(super) fn shown(text: &str) -> String {
    text.replace("__:value", "__").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let word = match c {
            _ if c.is_whitespace() => continue,
            '(' => Word::Open,
            ')' => Word::Close,
            '\'' | '"' => {
                let mut ended = false;
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => drop(chars.next()),
                        _ if inner == c => {
                            ended = true;
                            break;
                        }
                        _ => {}
                    }
                }
                if !ended {
                    return None;
                }
                Word::Literal
            }
            '=' | '!' | '<' | '>' => {
                let with_equals = chars.next_if_eq(&'=').is_some();
                if !with_equals && matches!(c, '=' | '!') {
                    return None;
                }
                Word::Order
            }
            _ if c.is_ascii_alphanumeric() || "_-".contains(c) => {
                let mut name = String::from(c);
                while let Some(next) = chars.next_if(|c| c.is_ascii_alphanumeric() || "_-.:".contains(*c)) {
                    name.push(next);
                }
                named(name)
            }
            _ => return None,
        };
        words.push(word);
    }
    Some(words)
}

fn named(name: String) -> Word {
    match name.to_ascii_uppercase().as_str() {
        "AND" => Word::And,
        "OR" => Word::Or,
        "NOT" => Word::Not,
        "LIKE" | "MATCHES" => Word::Order,
        "TRUE" | "FALSE" | "NULL" => Word::Literal,
        _ if name.parse::<f64>().is_ok() => Word::Literal,
        _ => Word::Name(name),
    }
}

struct Reader<'w> {
    words: &'w [Word],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<&Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn any(&mut self) -> Option<()> {
        self.unit()?;
        while matches!(self.words.first(), Some(Word::And | Word::Or)) {
            self.take();
            self.unit()?;
        }
        Some(())
    }

    fn unit(&mut self) -> Option<()> {
        match self.take()? {
            Word::Not => self.deeper(Self::unit),
            Word::Open => {
                self.deeper(Self::any)?;
                (*self.take()? == Word::Close).then_some(())
            }
            Word::Name(name) => {
                // What is compared is a variable, by its value.
                let is_variable = name
                    .strip_suffix(":value")
                    .is_some_and(|name| name.len() > 4 && name.starts_with("__") && name.ends_with("__"));
                if !is_variable {
                    return None;
                }
                if self.words.first() == Some(&Word::Order) {
                    self.take();
                    let is_value = match self.take()? {
                        Word::Literal => true,
                        Word::Name(name) => name.ends_with("__:value"),
                        _ => false,
                    };
                    return is_value.then_some(());
                }
                Some(())
            }
            _ => None,
        }
    }

    fn deeper(&mut self, read: fn(&mut Self) -> Option<()>) -> Option<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let done = read(self);
        self.depth -= 1;
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_real_playbooks_are_read_or_left_to_people() {
        for (text, readable) in [
            ("__x__:value", true),
            ("__x__:value == true", true),
            ("__x__:value != '5'", true),
            ("__x__:value >= 3 AND NOT (__y__:value < -2.5 OR __should.execute.true__:value)", true),
            ("__list__:value LIKE '%,contact,%'", true),
            ("__x__:value == __y__:value", true),
            ("__x__ == 1", false),
            ("__x__.value == true", false),
            ("__x__:value = yes", false),
            ("\"response:status\" == 200", false),
            ("Response received from the consumer", false),
            ("__x__:value == 'open", false),
            ("(__x__:value", false),
            ("__x__:value)", false),
            ("", false),
        ] {
            assert_eq!(is_readable(text), readable, "{text}");
        }
        assert!(!is_readable(&format!("{}__x__:value", "NOT ".repeat(10_000))));
        assert!(!is_readable(&"(".repeat(60_000)));
    }

    #[test]
    fn variables_are_found_in_any_text() {
        assert_eq!(variables("__a__:value == __b.c__:value and __a__"), ["__a__", "__b.c__"]);
        assert_eq!(variables("ping __target_ip__:value."), ["__target_ip__"]);
        assert_eq!(variables("a __ b ____ c"), [""; 0]);
        assert_eq!(shown("__a__:value  == 'x'"), "__a__ == 'x'");
    }
}
