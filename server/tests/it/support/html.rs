//! Reading our own pages: forms with their fields, and the words that a person sees.

/// A form of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
}

/// One control of a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// What would be sent.
    pub(crate) value: String,
    /// `hidden`, `text`, `textarea`, `select`, `checkbox`, `radio`, `password`, `file` …
    pub(crate) kind: String,
    pub(crate) described_by: String,
    /// What a select offers.
    pub(crate) options: Vec<String>,
    /// Whether a check box or a radio button is chosen; others always are.
    pub(crate) chosen: bool,
}

impl Form {
    /// The fields as a browser sends them after `typed` was filled in. A name that is typed replaces all
    /// values of that name.
    pub(crate) fn filled(&self, typed: &[(&str, &str)]) -> Vec<(String, String)> {
        let is_typed = |name: &str| typed.iter().any(|(n, _)| *n == name);
        let kept = self
            .fields
            .iter()
            .filter(|f| f.chosen && f.kind != "file" && !f.name.is_empty() && !is_typed(&f.name));
        let mut all: Vec<(String, String)> = kept.map(|f| (f.name.clone(), f.value.clone())).collect();
        for (name, value) in typed {
            assert!(
                self.fields.iter().any(|f| f.name == *name),
                "the form {} has no field {name}",
                self.action
            );
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        all
    }

    /// What stands in a field.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|f| f.name == name && f.chosen).map_or("", |f| f.value.as_str())
    }

    /// The names of the fields that a person fills in, each once.
    pub(crate) fn visible(&self) -> Vec<&Field> {
        let mut seen = Vec::new();
        let mut found = Vec::new();
        for field in &self.fields {
            if field.kind != "hidden"
                && field.kind != "submit"
                && !field.name.is_empty()
                && !seen.contains(&&field.name)
            {
                seen.push(&field.name);
                found.push(field);
            }
        }
        found
    }
}

/// A tag with its attributes; `at` is where it begins and `end` where it ends.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) at: usize,
    pub(crate) end: usize,
}

impl Tag {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn text(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default().to_owned()
    }
}

/// Every tag, in order; closing ones have a name that begins with `/`.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let bytes = html.as_bytes();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let begin = at + found;
        if html[begin..].starts_with("<!--") {
            at = html[begin..].find("-->").map_or(html.len(), |n| begin + n + 3);
            continue;
        }
        let mut end = begin + 1;
        let mut quote = None;
        while end < bytes.len() {
            match (quote, bytes[end]) {
                (None, b'>') => break,
                (None, q @ (b'"' | b'\'')) => quote = Some(q),
                (Some(q), b) if q == b => quote = None,
                _ => {}
            }
            end += 1;
        }
        end = usize::min(end + 1, bytes.len());
        let tag = tag(html, begin, end);
        let skip = tag.name == "script";
        tags.push(tag);
        at = end;
        if skip {
            at = html[end..].find("</script").map_or(html.len(), |n| end + n);
        }
    }
    tags
}

fn tag(html: &str, at: usize, end: usize) -> Tag {
    let inside = html[at..end].trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim();
    let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
    let (name, mut rest) = inside.split_at(name_end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let stop = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(stop);
        if let Some(after) = after.strip_prefix("=\"") {
            let close = after.find('"').unwrap_or(after.len());
            attributes.push((attribute.to_owned(), unescape(&after[..close])));
            rest = after.get(close + 1..).unwrap_or_default();
        } else if let Some(after) = after.strip_prefix('=') {
            let close = after.find(char::is_whitespace).unwrap_or(after.len());
            attributes.push((attribute.to_owned(), unescape(&after[..close])));
            rest = &after[close..];
        } else {
            attributes.push((attribute.to_owned(), String::new()));
            rest = after;
        }
    }
    Tag { name: name.to_lowercase(), attributes, at, end }
}

/// Text as it was before it was escaped.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|n| *n < 10) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let known = match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            number => number.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                None => n.parse().ok().and_then(char::from_u32),
            }),
        };
        match known {
            Some(c) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The forms that post.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let tags = tags(html);
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    let mut groups: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        match tag.name.as_str() {
            // A group of choices says for all of them what is wrong.
            "fieldset" | "div" => {
                let is_group = tag.name == "fieldset" || tag.attribute("role") == Some("group");
                groups.push(if is_group { tag.text("aria-describedby") } else { String::new() });
            }
            "/fieldset" | "/div" => drop(groups.pop()),
            "form" => {
                open = tag.text("method").eq_ignore_ascii_case("post");
                if open {
                    forms.push(Form { action: tag.text("action"), fields: Vec::new() });
                }
            }
            "/form" => open = false,
            "input" | "textarea" | "select" | "button" if open => {
                let field = field(html, &tags, index);
                if let Some(form) = forms.last_mut() {
                    let described_by = format!("{} {}", field.described_by, groups.join(" "));
                    form.fields.push(Field { described_by, ..field });
                }
            }
            _ => {}
        }
    }
    forms
}

fn field(html: &str, tags: &[Tag], index: usize) -> Field {
    let tag = &tags[index];
    let mut field = Field {
        name: tag.text("name"),
        value: tag.text("value"),
        described_by: tag.text("aria-describedby"),
        chosen: true,
        ..Field::default()
    };
    match tag.name.as_str() {
        "input" => {
            field.kind = tag.attribute("type").unwrap_or("text").to_owned();
            if matches!(field.kind.as_str(), "checkbox" | "radio") {
                field.chosen = tag.attribute("checked").is_some();
            }
        }
        "button" => {
            // Only one button is pressed; a test that presses one with a name says which.
            field.kind = "submit".to_owned();
            field.chosen = false;
        }
        "textarea" => {
            field.kind = "textarea".to_owned();
            let close = tags.get(index + 1).map_or(html.len(), |t| t.at);
            let text = &html[tag.end..close];
            field.value = unescape(text.strip_prefix('\n').unwrap_or(text));
        }
        _ => {
            field.kind = "select".to_owned();
            let options: Vec<&Tag> = tags[index + 1..]
                .iter()
                .take_while(|t| t.name != "/select")
                .filter(|t| t.name == "option")
                .collect();
            field.options = options.iter().map(|o| o.text("value")).collect();
            let chosen = options.iter().find(|o| o.attribute("selected").is_some()).or(options.first());
            field.value = chosen.map(|o| o.text("value")).unwrap_or_default();
        }
    }
    field
}

/// What a person reads of a piece of a page, in one line.
pub(crate) fn words(html: &str) -> String {
    let mut text = String::new();
    let mut from = 0;
    let mut silent = false;
    for tag in tags(html) {
        if !silent {
            text.push_str(&html[from..tag.at]);
        }
        if !matches!(
            tag.name.as_str(),
            "a" | "/a"
                | "strong"
                | "/strong"
                | "span"
                | "/span"
                | "code"
                | "/code"
                | "s"
                | "/s"
                | "em"
                | "/em"
        ) {
            text.push(' ');
        }
        silent = matches!(tag.name.as_str(), "script" | "style" | "title");
        from = tag.end;
    }
    text.push_str(&html[from..]);
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of the element with this id; nothing where there is none.
pub(crate) fn words_of(html: &str, id: &str) -> String {
    let tags = tags(html);
    let Some(index) = tags.iter().position(|t| t.attribute("id") == Some(id)) else { return String::new() };
    let (tag, close) = (&tags[index], format!("/{}", tags[index].name));
    let mut depth = 1;
    for other in &tags[index + 1..] {
        if other.name == tag.name {
            depth += 1;
        } else if other.name == close {
            depth -= 1;
            if depth == 0 {
                return words(&html[tag.end..other.at]);
            }
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{forms, words, words_of};

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let page = "<p>a &lt;b&gt;</p><form method=\"post\" action=\"/a\"><input type=\"hidden\" name=\"revision\" value=\"4\">\
            <input type=\"text\" name=\"title\" value=\"x &gt; y\" aria-describedby=\"t-error\"><p id=\"t-error\">Too <b>long</b></p>\
            <textarea name=\"text\">\n\n&lt;i&gt;</textarea><select name=\"s\"><option value=\"1\">1<option value=\"2\" selected>2</select>\
            <input type=\"checkbox\" name=\"c\" value=\"1\"><button type=\"submit\">Go</button></form>";
        let form = forms(page).remove(0);
        let sent = form.filled(&[("title", "new")]);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(sent, [("revision", "4"), ("text", "\n<i>"), ("s", "2"), ("title", "new")]);
        assert_eq!(words_of(page, "t-error"), "Too long");
        assert!(words(page).starts_with("a <b>"));
    }
}
