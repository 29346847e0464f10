//! Reading a condition: characters to words, words to a tree.

use super::{ConditionError, DEPTH_MAX, LENGTH_MAX, Literal, Node, Order, STEP_PREFIX, Test};
use crate::text::is_forbidden;
use std::{iter::Peekable, vec::IntoIter};

const EXAMPLE: &str = "for example: data.types has \"credentials\" and people.count > 100";

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Key(String),
    Text(String),
    Number(u64),
    Order(Order),
    And,
    Or,
    Not,
    Has,
    Known,
    True,
    False,
    Open,
    Close,
}

fn error<T>(column: usize, message: impl Into<String>) -> Result<T, ConditionError> {
    Err(ConditionError { column, message: message.into() })
}

pub(super) fn read(text: &str) -> Result<Node, ConditionError> {
    let length = text.chars().count();
    if length > LENGTH_MAX {
        return error(
            LENGTH_MAX,
            format!("This has {length} characters; at most {LENGTH_MAX} are taken. Shorten it."),
        );
    }
    if text.trim().is_empty() {
        return error(
            1,
            format!("Nothing is written here. Leave the whole line out, or write a condition, {EXAMPLE}."),
        );
    }
    let mut reader = Reader { words: words(text)?.into_iter().peekable(), end: length + 1, depth: 0 };
    let node = reader.any()?;
    match reader.words.next() {
        None => Ok(node),
        Some((column, Word::Close)) => {
            error(column, "This closing parenthesis has no opening one. Remove it.")
        }
        Some((column, _)) => {
            error(column, "Something stands here after the end. Join the parts with \"and\" or \"or\".")
        }
    }
}

fn words(text: &str) -> Result<Vec<(usize, Word)>, ConditionError> {
    let mut chars = text.chars().zip(1..).peekable();
    let mut words = Vec::new();
    while let Some((c, column)) = chars.next() {
        let word = match c {
            _ if c.is_whitespace() => continue,
            '(' => Word::Open,
            ')' => Word::Close,
            '"' => Word::Text(quoted(column, &mut chars)?),
            '=' | '!' | '<' | '>' => {
                let with_equals = chars.next_if(|(c, _)| *c == '=').is_some();
                match (c, with_equals) {
                    ('=', true) => Word::Order(Order::Equal),
                    ('!', true) => Word::Order(Order::NotEqual),
                    ('<', true) => Word::Order(Order::AtMost),
                    ('<', false) => Word::Order(Order::Less),
                    ('>', true) => Word::Order(Order::AtLeast),
                    ('>', false) => Word::Order(Order::More),
                    ('=', false) => return error(column, "Write == (twice) to compare."),
                    _ => return error(column, "Write != for \"is not\", or the word not before a test."),
                }
            }
            '0'..='9' => {
                let mut digits = String::from(c);
                while let Some((digit, _)) =
                    chars.next_if(|(c, _)| c.is_ascii_alphanumeric() || ".,_".contains(*c))
                {
                    digits.push(digit);
                }
                match digits.parse() {
                    Ok(number) => Word::Number(number),
                    Err(_) => return error(column, "Write a whole number without separators, such as 5000."),
                }
            }
            'a'..='z' => {
                let mut name = String::from(c);
                let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._[]".contains(c);
                // Names of steps have hyphens, keys of facts have none.
                while let Some((next, _)) =
                    chars.next_if(|(c, _)| part(*c) || *c == '-' && name.starts_with(STEP_PREFIX))
                {
                    name.push(next);
                }
                name_or_word(column, name)?
            }
            'A'..='Z' => {
                return error(column, "Write keys and the words and, or, not, has, known in lower case.");
            }
            '&' => return error(column, "Write the word and."),
            '|' => return error(column, "Write the word or."),
            '\'' | '“' | '”' | '„' | '‘' | '’' => {
                return error(column, "Put texts in straight double quotes: \"…\".");
            }
            _ => {
                return error(
                    column,
                    format!("\"{}\" has no meaning here. Write a condition, {EXAMPLE}.", c.escape_debug()),
                );
            }
        };
        words.push((column, word));
    }
    Ok(words)
}

fn quoted(start: usize, chars: &mut impl Iterator<Item = (char, usize)>) -> Result<String, ConditionError> {
    let mut text = String::new();
    while let Some((c, column)) = chars.next() {
        match c {
            '"' => return Ok(text),
            '\\' => match chars.next() {
                Some((c @ ('"' | '\\'), _)) => text.push(c),
                _ => return error(column, "Write \\\" for a quote and \\\\ for a backslash inside a text."),
            },
            _ if is_forbidden(c, false) => {
                return error(column, "This text contains a control character. Remove it.");
            }
            _ => text.push(c),
        }
    }
    error(start, "This text has no end. Close it with a double quote.")
}

fn name_or_word(column: usize, name: String) -> Result<Word, ConditionError> {
    Ok(match name.as_str() {
        "and" => Word::And,
        "or" => Word::Or,
        "not" => Word::Not,
        "has" => Word::Has,
        "known" => Word::Known,
        "true" => Word::True,
        "false" => Word::False,
        _ if is_key(&name) => Word::Key(name),
        _ => return error(column, format!("\"{name}\" is no key of a fact. Keys look like people.count.")),
    })
}

/// `authority`, `people.count`, `parties[]`: the form of a key, whether or not the catalogue has it.
fn is_key(name: &str) -> bool {
    if let Some(step) = name.strip_prefix(STEP_PREFIX) {
        return !step.is_empty() && !step.contains(['.', '_', '[', ']']);
    }
    let stem = name.strip_suffix("[]").unwrap_or(name);
    let part = |p: &str| p.starts_with(|c: char| c.is_ascii_lowercase()) && !p.contains(['[', ']']);
    stem.split('.').all(part)
}

struct Reader {
    words: Peekable<IntoIter<(usize, Word)>>,
    /// The column behind the last character, where something is missing at the end.
    end: usize,
    depth: usize,
}

impl Reader {
    fn any(&mut self) -> Result<Node, ConditionError> {
        let first = self.all()?;
        self.joined(first, &Word::Or, Self::all, Node::Any)
    }

    fn all(&mut self) -> Result<Node, ConditionError> {
        let first = self.unit()?;
        self.joined(first, &Word::And, Self::unit, Node::All)
    }

    fn joined(
        &mut self,
        first: Node,
        by: &Word,
        next: fn(&mut Self) -> Result<Node, ConditionError>,
        group: fn(Vec<Node>) -> Node,
    ) -> Result<Node, ConditionError> {
        let mut parts = vec![first];
        while self.words.next_if(|(_, word)| word == by).is_some() {
            parts.push(next(self)?);
        }
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => Ok(only),
            (last, _) => {
                parts.extend(last);
                Ok(group(parts))
            }
        }
    }

    fn unit(&mut self) -> Result<Node, ConditionError> {
        let Some((column, word)) = self.words.next() else {
            return error(self.end, "A test is missing at the end. Add one, or remove the last word.");
        };
        match word {
            Word::Not => self.deeper(column, |reader| reader.unit().map(|node| Node::Not(Box::new(node)))),
            Word::Open => self.deeper(column, |reader| {
                let node = reader.any()?;
                reader.close(column)?;
                Ok(node)
            }),
            Word::Known => self.known(column),
            Word::Key(key) => self.test(key),
            Word::Close => error(column, "A test is missing before this parenthesis."),
            Word::And | Word::Or => error(column, "A test is missing before this word."),
            _ => error(column, format!("A test begins with the key of a fact, {EXAMPLE}.")),
        }
    }

    /// Reading follows the nesting with the stack, so the nesting has a limit.
    fn deeper(
        &mut self,
        column: usize,
        read: impl FnOnce(&mut Self) -> Result<Node, ConditionError>,
    ) -> Result<Node, ConditionError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return error(column, format!("This is nested more than {DEPTH_MAX} deep. Simplify it."));
        }
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn close(&mut self, opened: usize) -> Result<(), ConditionError> {
        match self.words.next() {
            Some((_, Word::Close)) => Ok(()),
            Some((column, _)) => {
                error(column, "Join the parts with \"and\" or \"or\", or close the parenthesis before this.")
            }
            None => error(opened, "This parenthesis is never closed. Add ) where it ends."),
        }
    }

    fn known(&mut self, column: usize) -> Result<Node, ConditionError> {
        let open = self.words.next().map(|(_, word)| word);
        let key = self.words.next().map(|(_, word)| word);
        let close = self.words.next().map(|(_, word)| word);
        match (open, key, close) {
            (Some(Word::Open), Some(Word::Key(key)), Some(Word::Close)) => {
                Ok(Node::Test(Test::Known { key }))
            }
            _ => error(column, "Write known with one key in parentheses: known(time.end)."),
        }
    }

    fn test(&mut self, key: String) -> Result<Node, ConditionError> {
        match self.words.next() {
            Some((_, Word::Has)) => match self.words.next() {
                Some((_, Word::Text(option))) => Ok(Node::Test(Test::Has { key, option })),
                Some((column, _)) => {
                    error(column, "After has stands one option in quotes: data.types has \"credentials\".")
                }
                None => error(self.end, "After has an option is missing: data.types has \"credentials\"."),
            },
            Some((_, Word::Order(order))) => self.comparison(key, order),
            Some((column, _)) => error(column, format!("After {key} stands ==, !=, <, <=, >, >= or has.")),
            None => error(self.end, format!("{key} alone is no test. Compare it, or write known({key}).")),
        }
    }

    fn comparison(&mut self, key: String, order: Order) -> Result<Node, ConditionError> {
        let equality = matches!(order, Order::Equal | Order::NotEqual);
        let Some((column, word)) = self.words.next() else {
            return error(
                self.end,
                format!("After {order} a value is missing: a number, true, false, or a text in quotes."),
            );
        };
        let with = match word {
            Word::Number(number) => Literal::Number(number),
            Word::Text(_) | Word::True | Word::False if !equality => {
                return error(
                    column,
                    format!("{order} compares numbers. Write a whole number, or use == or !=."),
                );
            }
            Word::Text(text) => Literal::Text(text),
            Word::True => Literal::Bool(true),
            Word::False => Literal::Bool(false),
            Word::Key(name) => return error(column, format!("Put texts in double quotes: \"{name}\".")),
            _ => return error(column, "A value belongs here: a number, true, false, or a text in quotes."),
        };
        Ok(Node::Test(Test::Compare { key, order, with }))
    }
}
