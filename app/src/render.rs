//! From a view to a whole HTML document.
//!
//! No client router, no resources, no streaming: a page is one string. Only islands are hydrated, and a
//! page without any has no script at all.

use crate::prelude::*;
use crate::shell::{Reader, Shell};
use hydration_context::SsrSharedContext;
use std::sync::Arc;

/// Addresses of the files that pages load, each with the digest of its content in its name.
#[derive(Debug, Clone)]
pub struct Assets {
    pub css: String,
    /// None where the islands weren't built: every page then works as plain HTML.
    pub islands: Option<IslandAssets>,
}

/// The two files that the islands consist of.
#[derive(Debug, Clone)]
pub struct IslandAssets {
    pub js: String,
    pub wasm: String,
}

/// Renders `view` inside `shell`. `nonce` is the one of the response's content security policy.
///
/// `view` is called inside the page's reactive owner: components read the reader's zone and the form
/// around them from it, and islands learn from it that they are to be hydrated.
#[must_use]
pub fn page(nonce: &str, assets: &Assets, shell: Shell, view: impl FnOnce() -> AnyView) -> String {
    let title = shell.title.clone();
    let body = body(shell, view);
    let scripts = assets
        .islands
        .as_ref()
        .filter(|_| body.contains("<leptos-island"))
        .map(|islands| hydration(nonce, islands))
        .unwrap_or_default();
    let (title, css) = (escape(&title), escape(&assets.css));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} · Breachdesk</title><link rel=\"stylesheet\" href=\"{css}\">{scripts}</head>\
         <body>{body}</body></html>\n"
    )
}

fn body(shell: Shell, view: impl FnOnce() -> AnyView) -> String {
    // In islands mode nothing is marked for hydration but the islands themselves, and what a page knows
    // but doesn't show stays on the server: the shared context's buffers are never written out.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| {
        provide_context::<Reader>(shell.reader);
        shell.around(view).to_html()
    })
}

/// What leptos' own hydration script does for islands, without its preloads: those carry the nonce in
/// an attribute that any style sheet could read.
fn hydration(nonce: &str, islands: &IslandAssets) -> String {
    let (nonce, js) = (escape(nonce), escape(&islands.js));
    let (js_text, wasm_text) = (js_string(&islands.js), js_string(&islands.wasm));
    format!(
        "<link rel=\"modulepreload\" nonce=\"{nonce}\" href=\"{js}\">\
         <script type=\"module\" nonce=\"{nonce}\">import * as app from {js_text};\
         await app.default({{ module_or_path: {wasm_text} }});app.hydrate();{WALK}</script>"
    )
}

/// Hydrates islands from the outside in, because an outer one hands its context to those inside its children.
const WALK: &str = "const around = [];\
async function walk(node) {\
const tag = node.localName;\
if (tag === 'leptos-island') {\
const start = app[node.dataset.component];\
if (start) { around.at(-1)?.(); await start(node); }\
}\
const children = tag === 'leptos-children';\
if (children) around.push(node.$$on_hydrate);\
for (const child of node.children) await walk(child);\
if (children) around.pop();\
}\
await walk(document.body);\
document.documentElement.dataset.islands = 'ready';";

/// Text for HTML, in content and in attributes between double quotes.
#[must_use]
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A JavaScript string that can stand inside a script element.
fn js_string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        components::{Clock, Form, TextArea, TextField},
        form::{Answered, FormState},
        shell::{Frame, Full, Place},
    };
    use chrono::DateTime;
    use domain::{moment::Zone, refusal::Refusal};

    fn assets() -> Assets {
        let islands = IslandAssets { js: "/pkg/app-1.js".to_owned(), wasm: "/pkg/app-1.wasm".to_owned() };
        Assets { css: "/pkg/app-1.css".to_owned(), islands: Some(islands) }
    }

    fn reader() -> Reader {
        Reader { zone: Zone::Europe__Berlin, now: DateTime::UNIX_EPOCH }
    }

    fn bare(view: impl FnOnce() -> AnyView) -> String {
        page("n0nce", &assets(), Shell::bare("A <title>", reader()), view)
    }

    #[test]
    fn a_page_without_islands_has_no_script() {
        let html = bare(|| view! { <p>"<leptos-island>"</p> }.written());
        assert!(!html.contains("<script") && !html.contains("modulepreload"), "{html}");
        assert!(html.contains("<title>A &lt;title&gt; · Breachdesk</title>"), "{html}");
    }

    #[test]
    fn a_page_with_an_island_has_one_script_and_it_carries_the_nonce() {
        let due = DateTime::UNIX_EPOCH + chrono::Duration::hours(3);
        let html = bare(move || view! { <Clock duty="Notify" due=due soon_hours=12 /> }.written());
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains("<script type=\"module\" nonce=\"n0nce\">"), "{html}");
        assert!(html.contains("<leptos-island data-component=\"Countdown_"), "{html}");
        assert!(html.contains("3 h 00 min left"), "{html}");
        assert!(!html.contains("style=") && !html.contains("__RESOLVED_RESOURCES"), "{html}");
    }

    #[test]
    fn without_built_islands_the_page_is_plain_html() {
        let bare_assets = Assets { islands: None, ..assets() };
        let full = Full {
            name: "Ada".to_owned(),
            rail: vec![Place::Desk.into()],
            current: Some(Place::Desk),
            search: String::new(),
            banners: vec![],
            declare: None,
        };
        let shell = Shell { title: "Desk".to_owned(), reader: reader(), frame: Frame::Full(full) };
        let html = page("n", &bare_assets, shell, || view! { <h1>"Desk"</h1> }.written());
        assert!(!html.contains("<script") && html.contains("aria-current=\"page\""), "{html}");
    }

    fn two_forms(state: FormState) -> AnyView {
        view! {
            <Form action="/a" submit="Save" state=state.clone() revision=Some(4)>
                <TextField name="title" label="Title" value="stored" required=true />
                <TextArea name="text" label="Text" value="stored text" />
            </Form>
            <Form action="/b" submit="Send" state=state>
                <TextField name="title" label="Title" value="other" required=true />
            </Form>
        }
        .written()
    }

    #[test]
    fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() {
        let typed = vec![
            ("title".to_owned(), "\"><script>".to_owned()),
            ("text".to_owned(), "</textarea>".to_owned()),
        ];
        let answered = Answered::new("/a", typed).refused(Refusal::field("title", "too_long", "Shorten it."));
        let html = bare(|| two_forms(answered.into()));
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{html}");
        assert!(html.contains(">\n&lt;/textarea&gt;</textarea>"), "{html}");
        assert!(html.contains("<a href=\"#f-a-title\">Title</a>: Shorten it."), "{html}");
        assert_eq!(html.matches("role=\"alert\"").count(), 1);
        assert!(
            html.contains("id=\"f-a-title-error\" class=\"error\">Shorten it.</p>")
                && html.contains("aria-invalid=\"true\""),
            "{html}"
        );
        assert!(html.contains("value=\"other\"") && !html.contains("value=\"stored\""), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn a_form_that_was_not_refused_shows_what_is_stored() {
        let html = bare(|| two_forms(FormState::default()));
        assert!(html.contains("value=\"stored\"") && html.contains(">\nstored text</textarea>"), "{html}");
        assert!(html.contains("name=\"revision\" value=\"4\"") && !html.contains("role=\"alert\""), "{html}");
    }

    #[test]
    fn secrets_never_come_back() {
        let typed = vec![("new_password".to_owned(), "open sesame".to_owned())];
        assert!(Answered::new("/a", typed).values.is_empty());
    }
}
