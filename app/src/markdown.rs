//! Markdown as people type it in notes, as HTML that can do no harm.
//!
//! Raw HTML is shown as the text it is. Images are shown as their description: loading one would tell
//! its host who reads the case and when.

use ammonia::Builder;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::{collections::HashSet, sync::LazyLock};

/// What may remain: text, its structure and links.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "ul",
    ];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

/// Renders `source` to HTML of the short allow-list.
#[must_use]
pub fn to_html(source: &str) -> String {
    let mut rendered = String::with_capacity(source.len() * 2);
    let events = Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).filter_map(harmless);
    html::push_html(&mut rendered, events);
    ALLOWED.clean(&rendered).to_string()
}

fn harmless(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Heading { level, .. }) => {
            Some(Event::Start(Tag::Heading { level: below(level), id: None, classes: vec![], attrs: vec![] }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        other => Some(other),
    }
}

/// The page has the first two levels for itself.
fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn structure_remains() {
        assert_eq!(
            to_html("# Seen\n\n- **one**\n- `two`"),
            "<h3>Seen</h3>\n<ul>\n<li><strong>one</strong></li>\n<li><code>two</code></li>\n</ul>\n"
        );
    }

    #[test]
    fn raw_html_is_text() {
        for source in [
            "<script>alert(1)</script>",
            "a <b onclick=x>b</b>",
            "<leptos-island data-component=x></leptos-island>",
        ] {
            let html = to_html(source);
            assert!(!html.contains("<script") && !html.contains("<b") && !html.contains("<leptos"), "{html}");
            assert!(html.contains("&lt;"), "{html}");
        }
    }

    #[test]
    fn links_are_plain_and_images_are_words() {
        assert_eq!(
            to_html("[log](https://example.org/a)"),
            "<p><a href=\"https://example.org/a\" rel=\"noopener noreferrer nofollow\">log</a></p>\n"
        );
        assert!(!to_html("[x](javascript:alert(1))").contains("javascript"));
        assert_eq!(to_html("![a pixel](https://example.org/p.png)"), "<p>a pixel</p>\n");
    }
}
