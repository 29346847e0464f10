//! Small pieces of text with a look of their own.

use crate::{islands::CopyButton, markdown, prelude::*};

/// A digest, short to the eye and whole for copying and pointing.
#[component]
pub fn Digest(#[prop(into)] sha256: String) -> impl IntoView {
    let short: String = sha256.chars().take(12).collect();
    view! {
        <span class="digest">
            <code title=sha256.clone()>{short}"…"</code>
            <CopyButton text=sha256 what="the whole digest".to_owned() />
        </span>
    }
}

/// A human reference such as `INC-2026-0007`, as the link that names a line. It isn't broken at its hyphens.
#[component]
pub fn Reference(#[prop(into)] href: String, #[prop(into)] reference: String) -> impl IntoView {
    view! { <a class="reference" href=href>{reference}</a> }
}

/// A person by name; where nobody is named yet, that is said.
#[component]
pub fn Person(#[prop(default = None, into)] name: Option<String>) -> impl IntoView {
    match name {
        Some(name) => view! { <span class="person">{name}</span> }.written(),
        None => view! { <span class="nobody">"Nobody yet"</span> }.written(),
    }
}

/// Text that people typed as Markdown.
#[component]
pub fn Markdown(#[prop(into)] source: String) -> impl IntoView {
    view! { <div class="prose" inner_html=markdown::to_html(&source)></div> }
}
